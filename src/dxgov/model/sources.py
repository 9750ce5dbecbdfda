"""Sources: the documents that the records were read from."""

from typing import Annotated

from attrs import frozen

from dxgov.codes import Code
from dxgov.dates.when import When
from dxgov.marks import Caption, Datatype, Dated, DocumentHash, Example, Key, Label, Pattern, Printed, Ref, Term
from dxgov.model.kinds import ActorKind, any_kind_but
from dxgov.model.record import Record
from dxgov.values import Id, Sha256


class SourceKind(Code):
    """What kind of document a source is."""

    LETTER = "letter", "要望書", "A letter that one body sends to another."
    WEB_ARTICLE = "web_article", "ウェブ記事", "An article that a public body publishes on the web."
    COLUMN = "column", "コラム", "A signed article by an author who speaks for themselves."
    MINUTES = "minutes", "議事概要", "A record of what was said at a meeting."
    SLIDES = "slides", "説明資料", "Slides presented at a meeting."


class Completeness(Code):
    """How much of a document the text that was read still holds."""

    COMPLETE = "complete", "完全", "Nothing is known to be missing."
    DAMAGED = "damaged", "一部欠損", "Parts are cut off, broken or missing; notes on the records say which."
    EXCERPT = "excerpt", "抜粋", "The document is itself an excerpt of a longer one."


@frozen(kw_only=True)
class Source(Record):
    """A document that records were read from, as the text file the editors hold.

    The text itself is not part of the data; `file_sha256` tells whether you hold the same file.
    """

    id: Annotated[Id, Key("src-"), Label("出典ID"), Example("src-2020-11-24-tokyo-assocs-letter")]
    """Identifies the document: its date, and its issuer, subject or kind."""

    title: Annotated[str, Caption(), Printed(), Label("題名"), Term("http://purl.org/dc/terms/title")]
    """The title as printed."""

    title_en: Annotated[str, Label("題名（英語）")]
    """The title in English, translated by the editors."""

    kind: Annotated[SourceKind, Label("種別"), Term("http://purl.org/dc/terms/type")]
    """What kind of document it is."""

    publisher_id: Annotated[
        Id | None,
        Ref("Actor", kinds=any_kind_but(ActorKind.COLLECTIVE, ActorKind.UNSPECIFIED)),
        Label("公表者"),
        Term("http://purl.org/dc/terms/publisher"),
    ] = None
    """Who published it; empty where the document does not say."""

    published: Annotated[When, Dated(), Label("公表日"), Term("http://purl.org/dc/terms/issued")]
    """When it was issued or published."""

    language: Annotated[
        str,
        Pattern(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "a BCP 47 tag such as ja"),
        Label("言語"),
        Example("ja"),
        Term("http://purl.org/dc/terms/language"),
    ]
    """The language it is written in, as a BCP 47 tag."""

    document_number: Annotated[
        str | None,
        Printed(anywhere=True),
        Label("文書番号"),
        Example("110-001-20231205-007652"),
        Term("http://purl.org/ontology/bibo/number"),
    ] = None
    """The number its publisher gave it, as printed."""

    url: Annotated[
        str | None,
        Pattern(r"https?://[^\s]+", "an address that begins with http:// or https://"),
        Label("URL"),
        Term("https://schema.org/url"),
        Datatype("http://www.w3.org/2001/XMLSchema#anyURI"),
    ] = None
    """Where it was published; empty where the address is not known."""

    file_sha256: Annotated[Sha256, DocumentHash(), Label("本文ファイルのSHA-256")]
    """SHA-256 of the bytes of the text file that was read; line numbers count in that file."""

    completeness: Annotated[Completeness, Label("完全性")]
    """How much of the document that file holds."""

    rights: Annotated[str | None, Label("権利"), Term("http://purl.org/dc/terms/rights")] = None
    """Who holds the rights in the document itself, as far as known; the licence of the data does not cover it."""
