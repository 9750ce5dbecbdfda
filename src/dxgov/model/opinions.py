"""Opinions, in the groups under which a document reports them."""

from typing import Annotated

from attrs import frozen

from dxgov.codes import Code
from dxgov.marks import Caption, Dated, Example, Key, Label, Minimum, Printed, Ref, Term, Through, UniqueWithin
from dxgov.model.record import Record
from dxgov.values import Id


@frozen(kw_only=True)
class OpinionGroup(Record):
    """A numbered group under which a document reports opinions of one drift."""

    id: Annotated[Id, Key("opn-"), Label("意見群ID")]
    """Identifies the group: the document's date and subject, and the group's number."""

    meeting_id: Annotated[Id | None, Dated(), Ref("Meeting"), Label("会議")] = None
    """The meeting at which the opinions were voiced; empty where the document does not say."""

    number: Annotated[int, Minimum(1), Printed(), Label("番号"), Example(2), Term("https://schema.org/position")]
    """The number as printed."""

    label: Annotated[str, Caption(), Label("短い名称"), Term("http://www.w3.org/2000/01/rdf-schema#label")]
    """A few words in Japanese that stand for the group; the editors' own."""

    label_en: Annotated[str, Label("短い名称（英語）")]
    """The same in English."""

    summary: Annotated[str, Label("要約"), Term("http://purl.org/dc/terms/abstract")]
    """The drift of the group, in plain Japanese of the editors: one sentence, or two where one would be too long."""

    summary_en: Annotated[str, Label("要約（英語）")]
    """The same in English."""

    theme_ids: Annotated[
        tuple[Id, ...], Ref("Theme"), Through("opinion_group_themes"), Label("テーマ"), Term("http://purl.org/dc/terms/subject")
    ]
    """The themes that it is about, the chief one first."""


class OpinionKind(Code):
    """What an opinion does."""

    CONCERN = "concern", "懸念", "Warns of something."
    REQUEST = "request", "要望", "Asks for something."
    PRINCIPLE = "principle", "原則", "Says what should always hold."
    EXPERIENCE = "experience", "経験", "Tells what happened."


@frozen(kw_only=True)
class Opinion(Record):
    """One opinion in a group. Who voiced it is not recorded where the document leaves it open."""

    id: Annotated[Id, Key("opn-"), Label("意見ID")]
    """Identifies the opinion: its group's id and its position."""

    group_id: Annotated[Id, Ref("OpinionGroup", part_of=True), Label("意見群"), Term("http://purl.org/dc/terms/isPartOf")]
    """The group."""

    position: Annotated[int, Minimum(1), UniqueWithin(("group_id",)), Label("順序"), Example(3), Term("https://schema.org/position")]
    """Its place in the group, counted from 1."""

    kind: Annotated[OpinionKind, Label("種類")]
    """What it does."""

    summary: Annotated[str, Caption(), Label("要約"), Term("http://purl.org/dc/terms/abstract")]
    """What it says, in plain Japanese of the editors: one sentence, or two where one would be too long."""

    summary_en: Annotated[str, Label("要約（英語）")]
    """The same in English."""

    theme_ids: Annotated[tuple[Id, ...], Ref("Theme"), Through("opinion_themes"), Label("テーマ"), Term("http://purl.org/dc/terms/subject")]
    """The themes that it is about, the chief one first."""

    thing_ids: Annotated[
        tuple[Id, ...],
        Ref("Thing"),
        Through("opinion_things"),
        Label("言及する事物", "名を挙げて触れている法令、システム、計画など。"),
        Term("https://schema.org/mentions"),
    ] = ()
    """The laws, systems, plans and the like that it names."""

    printed_with_bullet: Annotated[bool, Label("行頭記号の有無")]
    """Whether the text that was read has a bullet before it."""
