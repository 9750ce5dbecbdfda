"""Opinions, in the groups under which a document reports them."""

from typing import Annotated

from attrs import frozen

from dxgov.codes import Code
from dxgov.marks import Caption, Dated, Example, Key, Label, Minimum, Printed, Ref, SaidAs, Term, Through, UniqueWithin
from dxgov.model.record import Record
from dxgov.values import Id


@frozen(kw_only=True)
class OpinionGroup(Record):
    """A numbered group under which a document reports opinions of one drift."""

    id: Annotated[Id, Key("opn-"), Label("意見群ID", "意見群の識別子。文書の日付、主題、群の番号からなる。")]
    """Identifies the group: the document's date and subject, and the group's number."""

    meeting_id: Annotated[Id | None, Dated(), Ref("Meeting"), Label("会議", "意見が述べられた会議。文書に記載がなければ空欄。")] = None
    """The meeting at which the opinions were voiced; empty where the document does not say."""

    number: Annotated[int, Minimum(1), Printed(), Label("番号", "原文どおりの番号。"), Example(2), Term("https://schema.org/position")]
    """The number as printed."""

    label: Annotated[
        str, Caption(), Label("短い名称", "意見群を表す短い日本語。編者が付けたもの。"), Term("http://www.w3.org/2000/01/rdf-schema#label")
    ]
    """A few words in Japanese that stand for the group; the editors' own."""

    label_en: Annotated[str, Label("短い名称（英語）", "短い名称の英語版。")]
    """The label in English."""

    summary: Annotated[str, Label("要約", "意見群の趣旨。編者が平易な日本語でまとめたもの。"), Term("http://purl.org/dc/terms/abstract")]
    """The drift of the group, in plain Japanese of the editors: one sentence, or two where one would be too long."""

    summary_en: Annotated[str, Label("要約（英語）", "要約の英語版。")]
    """The summary in English."""

    theme_ids: Annotated[
        tuple[Id, ...],
        Ref("Theme"),
        Through("opinion_group_themes"),
        Label("テーマ", "関係するテーマ。主なものを先頭に置く。"),
        Term("http://purl.org/dc/terms/subject"),
    ]
    """The themes that it is about, the chief one first."""


class OpinionKind(Code):
    """What an opinion does."""

    CONCERN = "concern", "懸念", "Warns of something.", "懸念を述べるもの。"
    REQUEST = "request", "要望", "Asks for something.", "何かを求めるもの。"
    PRINCIPLE = "principle", "原則", "Says what should always hold.", "常にどうあるべきかを述べるもの。"
    EXPERIENCE = "experience", "経験", "Tells what happened.", "実際にあったことを述べるもの。"


@frozen(kw_only=True)
class Opinion(Record):
    """One opinion in a group. Who voiced it is not recorded where the document leaves it open."""

    id: Annotated[Id, Key("opn-"), Label("意見ID", "意見の識別子。意見群のIDと順序からなる。")]
    """Identifies the opinion: its group's id and its position."""

    group_id: Annotated[
        Id, Ref("OpinionGroup", part_of=True), Label("意見群", "意見が属する意見群。"), Term("http://purl.org/dc/terms/isPartOf")
    ]
    """The group."""

    position: Annotated[
        int,
        Minimum(1),
        UniqueWithin(("group_id",)),
        Label("順序", "意見群の中での順序（1から）。"),
        Example(3),
        Term("https://schema.org/position"),
    ]
    """Its place in the group, counted from 1."""

    kind: Annotated[OpinionKind, SaidAs("kinds"), Label("種類", "意見がどのような性質のものか。")]
    """What it does."""

    summary: Annotated[
        str, Caption(), Label("要約", "意見の内容。編者が平易な日本語でまとめたもの。"), Term("http://purl.org/dc/terms/abstract")
    ]
    """What it says, in plain Japanese of the editors: one sentence, or two where one would be too long."""

    summary_en: Annotated[str, Label("要約（英語）", "要約の英語版。")]
    """The summary in English."""

    theme_ids: Annotated[
        tuple[Id, ...],
        Ref("Theme"),
        Through("opinion_themes"),
        Label("テーマ", "関係するテーマ。主なものを先頭に置く。"),
        Term("http://purl.org/dc/terms/subject"),
    ]
    """The themes that it is about, the chief one first."""

    thing_ids: Annotated[
        tuple[Id, ...],
        Ref("Thing"),
        Through("opinion_things"),
        Label("言及する事物", "名を挙げて触れている法令、システム、計画など。"),
        Term("https://schema.org/mentions"),
    ] = ()
    """The laws, systems, plans and the like that it names."""

    printed_with_bullet: Annotated[bool, Label("行頭記号の有無", "読み取った本文で、行頭に記号が付いているかどうか。")]
    """Whether the text that was read has a bullet before it."""
