"""Duties of agencies, measures for municipalities, and figures."""

from decimal import Decimal
from typing import Annotated

from attrs import frozen

from dxgov.codes import Code
from dxgov.dates.when import When
from dxgov.marks import Caption, Example, Key, Label, Minimum, Printed, Ref, Term, Through, UniqueWithin
from dxgov.model.kinds import ActorKind, any_kind_but
from dxgov.model.record import Record
from dxgov.values import Id


@frozen(kw_only=True)
class Duty(Record):
    """A field of work that an agency is charged with."""

    id: Annotated[Id, Key("dut-"), Label("業務ID", "業務の識別子。文書の日付、所管、番号からなる。")]
    """Identifies the duty: the document's date, the owner and the number."""

    number: Annotated[int, Minimum(1), Printed(), Label("番号", "原文どおりの番号。"), Example(2), Term("https://schema.org/position")]
    """The number as printed."""

    category: Annotated[
        str, Caption(), Printed(), Label("区分", "原文どおりの区分名。"), Example("データ利活用"), Term("http://purl.org/dc/terms/title")
    ]
    """The category as printed."""

    category_en: Annotated[str, Label("区分（英語）", "区分名の英訳（編者訳）。")]
    """The category in English, translated by the editors."""

    owner_id: Annotated[
        Id,
        Ref("Actor", kinds=any_kind_but(ActorKind.PERSON, ActorKind.COLLECTIVE, ActorKind.UNSPECIFIED)),
        Label("所管", "業務を所管する機関。"),
    ]
    """The agency."""

    summary: Annotated[str, Label("要約", "業務の内容。編者が平易な日本語でまとめたもの。"), Term("http://purl.org/dc/terms/abstract")]
    """What the duty consists of, in plain Japanese of the editors: one sentence, or two where one would be too long."""

    summary_en: Annotated[str, Label("要約（英語）", "要約の英語版。")]
    """The summary in English."""


@frozen(kw_only=True)
class Measure(Record):
    """A measure that a source lists under a duty."""

    id: Annotated[Id, Key("msr-"), Label("施策ID", "施策の識別子。文書の日付、所管、業務の番号、施策の順序からなる。")]
    """Identifies the measure: the document's date, the owner, the duty's number and the measure's position."""

    duty_id: Annotated[Id, Ref("Duty", part_of=True), Label("業務", "施策が属する業務。"), Term("http://purl.org/dc/terms/isPartOf")]
    """The duty that it belongs to."""

    position: Annotated[
        int,
        Minimum(1),
        UniqueWithin(("duty_id",)),
        Label("順序", "同じ業務の施策の中での順序（1から）。"),
        Example(3),
        Term("https://schema.org/position"),
    ]
    """Its place among the measures of its duty, counted from 1."""

    title: Annotated[str, Caption(), Printed(), Label("施策名", "原文どおりの施策名。"), Term("http://purl.org/dc/terms/title")]
    """The title as printed."""

    title_en: Annotated[str, Label("施策名（英語）", "施策名の英訳（編者訳）。")]
    """The title in English, translated by the editors."""

    audience: Annotated[
        str | None,
        Printed(anywhere=True),
        Label("対象", "施策の対象者。施策の横または一覧の見出しに印字されたとおりに記す。"),
        Example("自治体"),
    ] = None
    """For whom it is meant, as printed beside it or over the list."""

    as_of: Annotated[
        When, Printed(anywhere=True), Label("時点", "出典がその施策を掲げている時点。施策の横または一覧の見出しに印字されたもの。")
    ]
    """The time for which the source lists it, as printed beside it or over the list."""

    theme_ids: Annotated[
        tuple[Id, ...],
        Ref("Theme"),
        Through("measure_themes"),
        Label("テーマ", "関係するテーマ。主なものを先頭に置く。"),
        Term("http://purl.org/dc/terms/subject"),
    ]
    """The themes that it is about, the chief one first."""

    thing_ids: Annotated[
        tuple[Id, ...],
        Ref("Thing"),
        Through("measure_things"),
        Label("言及する事物", "名を挙げて触れている法令、システム、計画など。"),
        Term("https://schema.org/mentions"),
    ] = ()
    """The laws, systems, plans and the like that it names."""


class Qualifier(Code):
    """How exact a figure is meant to be."""

    EXACT = "exact", "確定値", "Just this number.", "ちょうどその数。"
    ABOUT = "about", "約", "About this number.", "およその数。"
    AT_LEAST = "at_least", "以上", "This number or more.", "その数か、それより多い数。"


@frozen(kw_only=True)
class Figure(Record):
    """A number that a source states."""

    id: Annotated[Id, Key("fig-"), Label("数値ID", "数値の識別子。文書の日付、主題、数える対象からなる。")]
    """Identifies the figure: the document's date and subject, and what is counted."""

    subject_id: Annotated[Id | None, Ref(), Label("対象", "数値が示す対象の記録。どの表の記録でもよい。なければ空欄。")] = None
    """The record that the number is about, of whatever table; empty where there is none."""

    label: Annotated[str, Caption(), Label("名称", "何の数値か（日本語）。"), Term("http://www.w3.org/2000/01/rdf-schema#label")]
    """What is counted, in Japanese."""

    label_en: Annotated[str, Label("名称（英語）", "名称の英語版。")]
    """The label in English."""

    value: Annotated[
        Decimal,
        Label("値", "`unit` を単位とする数値。小数は9桁まで。"),
        Example("600"),
        Term("http://www.w3.org/1999/02/22-rdf-syntax-ns#value"),
    ]
    """The number, in the unit of `unit`, with up to nine decimal places."""

    unit: Annotated[str, Printed(), Label("単位", "数値の単位。原文の表記による。"), Example("団体"), Term("https://schema.org/unitText")]
    """What the number counts, as printed."""

    qualifier: Annotated[Qualifier, Label("精度", "数値がどこまで厳密なものか。")]
    """How exact it is meant to be."""

    as_printed: Annotated[str, Printed(), Label("原文の表記", "原文どおりの数値の表記。"), Example("約600名")]
    """The figure as the source prints it."""

    as_of: Annotated[When | None, Label("時点", "数値が当てはまる時点。")] = None
    """The time for which it holds."""
