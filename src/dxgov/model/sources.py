"""Sources: the documents that the records were read from."""

from typing import Annotated

from attrs import frozen

from dxgov.codes import Code
from dxgov.dates.when import When
from dxgov.marks import (
    Caption,
    Datatype,
    Dated,
    DocumentHash,
    Example,
    Key,
    Label,
    Pattern,
    Printed,
    Ref,
    RequiredUnlessOf,
    SaidAs,
    Term,
    Through,
)
from dxgov.model.kinds import NAMED, ActorKind, any_kind_but
from dxgov.model.record import Record
from dxgov.values import Id, Sha256


class SourceKind(Code):
    """What kind of document a source is."""

    LETTER = "letter", "要望書", "A letter that one body sends to another.", "ある団体が別の団体に送る文書。"
    WEB_ARTICLE = "web_article", "ウェブ記事", "An article that a public body publishes on the web.", "公的機関がウェブで公表する記事。"
    COLUMN = "column", "コラム", "A signed article by an author who speaks for themselves.", "筆者個人の立場で書かれた署名記事。"
    MINUTES = "minutes", "議事概要", "A summary of what was said at a meeting.", "会議での発言を要約した記録。"
    TRANSCRIPT = "transcript", "会議録", "A verbatim record of what was said at a meeting.", "会議での発言を逐語で記した記録。"
    SLIDES = "slides", "説明資料", "Slides presented at a meeting.", "会議で示された説明資料。"
    OPINION_PAPER = (
        "opinion_paper",
        "意見書",
        "A written opinion that an assembly adopts and sends to the nation or another body.",
        "議会が議決し、国などの関係機関に提出する意見書。",
    )
    PETITION = (
        "petition",
        "請願書",
        "A petition to an assembly that a member introduces.",
        "議員の紹介により議会に提出される請願書。",
    )
    APPEAL = (
        "appeal",
        "陳情書",
        "An appeal to an assembly or an authority, which no member introduces.",
        "議員の紹介によらず議会や行政に提出される陳情書。",
    )
    NOTICE = "notice", "通知", "A notice or circular that an authority sends to others.", "行政機関が他の機関に発する通知や事務連絡。"
    REPLY = "reply", "回答書", "A written answer to a request, petition or inquiry.", "要望、請願、照会などに対する文書の回答。"
    PLAN = "plan", "計画・方針", "A plan, policy or strategy that a body has laid down.", "機関が定めた計画、方針または戦略。"
    BUDGET = "budget", "予算", "A budget, or papers that explain one.", "予算、または予算の説明資料。"
    REPORT = "report", "報告書", "A report of a study, an inquiry or a body's work.", "調査、検討または活動の報告書。"
    ROSTER = "roster", "名簿", "A list of members or of posts and who holds them.", "委員などの名簿、または役職者の一覧。"
    LAW = "law", "法令", "A law, order, ordinance or rule.", "法律、政令、条例、規則など。"
    PRESS_RELEASE = (
        "press_release",
        "報道発表",
        "A press release or the record of a press conference.",
        "報道発表資料、または記者会見の記録。",
    )
    DATASET = "dataset", "データ", "Records that a publisher offers as data.", "公表者がデータとして提供する記録。"


class Completeness(Code):
    """How much of a document the text that was read still holds."""

    COMPLETE = "complete", "完全", "Nothing is known to be missing.", "欠けは知られていない。"
    DAMAGED = (
        "damaged",
        "一部欠損",
        "Parts are cut off, broken or missing; notes on the records say which.",
        "途切れや欠落がある。どこかは各記録の注記に示す。",
    )
    EXCERPT = "excerpt", "抜粋", "The document is itself an excerpt of a longer one.", "文書そのものが、より長い文書の抜粋である。"


class Depth(Code):
    """How deeply a source is recorded."""

    FULL = (
        "full",
        "全項目",
        "Every numbered thing is recorded, with summaries in both languages.",
        "番号の付された事項をすべて収録し、日英両語の要約を付す。",
    )
    INDEX = (
        "index",
        "索引",
        "Meetings, agenda, and who spoke in what order are recorded, without summaries.",
        "会議、議題、発言者と発言順を収録し、要約は付さない。",
    )


REQUIRED_IN_FULL = RequiredUnlessOf("citation_source_id", (Depth.INDEX,))
"""The mark of fields that only records of a source of the depth `Depth.INDEX` may lack."""


@frozen(kw_only=True)
class Source(Record):
    """A document that records were read from, as the text file the editors hold.

    The text itself is not part of the data; `file_sha256` tells whether you hold the same file.
    """

    id: Annotated[
        Id,
        Key("src-"),
        Label("出典ID", "文書の識別子。日付と、発行者、主題または種別からなる。"),
        Example("src-2020-11-24-tokyo-assocs-letter"),
    ]
    """Identifies the document: its date, and its issuer, subject or kind."""

    title: Annotated[str, Caption(), Printed(), Label("題名", "原文どおりの題名。"), Term("http://purl.org/dc/terms/title")]
    """The title as printed."""

    title_en: Annotated[str | None, REQUIRED_IN_FULL, Label("題名（英語）", "題名の英訳（編者訳）。")] = None
    """The title in English, translated by the editors."""

    kind: Annotated[SourceKind, Label("種別", "文書の種別。"), Term("http://purl.org/dc/terms/type")]
    """What kind of document it is."""

    depth: Annotated[Depth, Label("収録の深さ", "出典をどこまで収録したか。")] = Depth.FULL
    """How deeply it is recorded."""

    issuer_ids: Annotated[
        tuple[Id, ...],
        Ref("Actor", kinds=NAMED),
        Through("source_issuers"),
        Label("発出者", "文書を作成し、その名で発した者。示されていなければ空欄。"),
        Term("http://purl.org/dc/terms/creator"),
    ] = ()
    """Who made it and speaks in it; empty where the document does not say."""

    author: Annotated[
        str | None,
        Printed(anywhere=True),
        Label("著者", "署名のある文書の著者名。原文の表記による。"),
        Term("http://schema.theodi.org/odrs#attributionText"),
    ] = None
    """The author of a signed document, as printed; empty where it is not signed."""

    publisher_id: Annotated[
        Id | None,
        Ref("Actor", kinds=any_kind_but(ActorKind.COLLECTIVE, ActorKind.UNSPECIFIED)),
        Label("公表者", "公表した者。文書に記載がなければ空欄。"),
        Term("http://purl.org/dc/terms/publisher"),
    ] = None
    """Who published it; empty where the document does not say."""

    published: Annotated[When, Dated(), Label("公表日", "発行または公表された日。"), Term("http://purl.org/dc/terms/issued")]
    """When it was issued or published."""

    language: Annotated[
        str,
        Pattern(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "a BCP 47 tag such as ja", "jaなどBCP 47のタグ"),
        Label("言語", "文書の言語（BCP 47のタグ）。"),
        Example("ja"),
        Term("http://purl.org/dc/terms/language"),
    ]
    """The language it is written in, as a BCP 47 tag."""

    document_number: Annotated[
        str | None,
        Printed(anywhere=True),
        Label("文書番号", "公表者が付けた番号。原文の表記による。"),
        Example("総行情第12号"),
        Term("http://purl.org/ontology/bibo/number"),
    ] = None
    """The number its publisher gave it, as printed."""

    url: Annotated[
        str | None,
        Pattern(r"https?://[^\s]+", "an address that begins with http:// or https://", "http://またはhttps://で始まるアドレス"),
        SaidAs("url"),
        Label("URL", "公表されたアドレス。分からなければ空欄。"),
        Term("https://schema.org/url"),
        Datatype("http://www.w3.org/2001/XMLSchema#anyURI"),
    ] = None
    """Where it was published; empty where the address is not known."""

    file_sha256: Annotated[
        Sha256, DocumentHash(), Label("本文ファイルのSHA-256", "読み取った本文ファイルのバイト列のSHA-256。行番号はこのファイルで数える。")
    ]
    """SHA-256 of the bytes of the text file that was read; line numbers count in that file."""

    original_sha256: Annotated[
        Sha256 | None,
        Label("原本ファイルのSHA-256", "本文を取り出した元のファイル（PDFなど）のバイト列のSHA-256。本文ファイルが原本であれば空欄。"),
    ] = None
    """SHA-256 of the bytes of the file that the text was extracted from, such as a PDF; empty where the text file is the original."""

    media_type: Annotated[
        str | None,
        Pattern(r"[a-z]+/[A-Za-z0-9!#$&^_.+-]+", "a media type such as application/pdf", "application/pdfなどのメディアタイプ"),
        Label("メディアタイプ", "原本ファイルのメディアタイプ。"),
        Example("application/pdf"),
        Term("http://www.w3.org/ns/dcat#mediaType"),
    ] = None
    """The media type of the original file; empty where it is not known."""

    extracted_with: Annotated[
        str | None, Label("本文の取り出しに用いたソフトウェア", "原本から本文を取り出したソフトウェアの名称とバージョン。")
    ] = None
    """The software that extracted the text from the original, with its version; empty where the text file is the original."""

    completeness: Annotated[Completeness, Label("完全性", "そのファイルに文書がどこまで残っているか。")]
    """How much of the document that file holds."""

    license: Annotated[
        str | None,
        Pattern(r"https?://[^\s]+", "an address that begins with http:// or https://", "http://またはhttps://で始まるアドレス"),
        Label("文書の利用条件", "文書そのものの利用条件を定めるページのURL。確認できないときは空欄。"),
        Term("http://purl.org/dc/terms/license"),
        Datatype("http://www.w3.org/2001/XMLSchema#anyURI"),
    ] = None
    """The terms on which the document itself may be used, as an address; empty where they are not certain."""

    rights: Annotated[
        str | None,
        Label("権利", "文書そのものの権利を誰が持つか（分かる範囲）。データのライセンスは文書には及ばない。"),
        Term("http://purl.org/dc/terms/rights"),
    ] = None
    """Who holds the rights in the document itself, as far as known; the licence of the data does not cover it."""
