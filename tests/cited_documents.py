"""Two invented documents, and records that cite their lines."""

import hashlib
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs

import dxgov
from dxgov import (
    Actor,
    ActorKind,
    AgendaItem,
    Basis,
    Citation,
    Completeness,
    EventStatus,
    Figure,
    Measure,
    Meeting,
    MeetingKind,
    Milestone,
    MilestoneKind,
    NameStatus,
    Problem,
    Qualifier,
    Record,
    Scope,
    Source,
    SourceKind,
    Theme,
    TitleBasis,
    When,
)

PLAN, NOTES = "src-2031-plan", "src-2031-notes"

PLAN_TEXT = """\
海風県 回線計画

第二回 回線協議会(12島) 2031年5月12日

1. 予備線の
着工
2. 島の点検 14月 町 約１，２００名

令和13年度 町村の施策 文書7-13
"""

NOTES_TEXT = "潮見町の覚え\n\n(要望3)海底線を二重にする\n  年末に\n"

TEXTS = {PLAN: PLAN_TEXT, NOTES: NOTES_TEXT}


def sha256(content: bytes) -> str:
    """Return the digest in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def cite(source: str, first: int, last: int | None = None, place: str | None = None) -> Citation:
    """Return a citation of lines of a document; of one line if `last` is None."""
    return Citation.of(source, TEXTS[source], first, last, place)


def build_source(id: str, title: str, day: str, content: bytes | None = None, **more: Any) -> Source:
    """Return the record of a document, or of other contents."""
    fields = {
        "title_en": "In English",
        "kind": SourceKind.SLIDES,
        "published": When(day, None, Scope.EXACT),
        "language": "ja",
        "file_sha256": sha256(TEXTS[id].encode() if content is None else content),
        "completeness": Completeness.COMPLETE,
        "citation": cite(id, 1, 4),
    }
    return Source(id=id, title=title, **{**fields, **more})


def build_records() -> list[Record]:
    """Return records that the documents prove."""
    return [
        build_source(PLAN, "海風県 回線計画", "2031年5月12日", document_number="7-13"),
        build_source(NOTES, "潮見町の覚え", "年末"),
        Actor(id="kaifu", kind=ActorKind.PREFECTURE, name="海風県", name_en="Kaifu", citation=cite(PLAN, 1)),
        Actor(
            id="nobody",
            kind=ActorKind.UNSPECIFIED,
            name="誰とも書かれていない",
            name_en="Nobody",
            name_status=NameStatus.EDITORIAL,
            citation=cite(NOTES, 3, place="要望3"),
        ),
        Theme(id="lines", label="回線", label_en="Lines", definition="線。", definition_en="Lines.", citation=cite(NOTES, 3)),
        Meeting(
            id="mtg-lines-2",
            name="第二回回線協議会",
            name_en="Second line council",
            kind=MeetingKind.COUNCIL_SESSION,
            series="回線協議会",
            ordinal=2,
            held=When("2031年5月12日", "2031-05-12", Scope.EXACT),
            status=EventStatus.HELD,
            citation=cite(PLAN, 3),
        ),
        AgendaItem(
            id="mtg-lines-2.1",
            meeting_id="mtg-lines-2",
            number="1",
            title="予備線の着工",
            title_en="Work begins",
            recorded=False,
            citation=cite(PLAN, 5, 6),
        ),
        Milestone(
            id="ms-line.doubling",
            title="海底線を二重にする",
            title_en="A second line",
            kind=MilestoneKind.FOUNDATION,
            date=When("年末に", "../2031-12-31", Scope.BY, Basis.RELATIVE),
            status=EventStatus.PLANNED,
            status_as_of=When("覚え", None, Scope.EXACT, Basis.EDITORIAL),
            citation=cite(NOTES, 3, 4, place="要望3"),
        ),
        Milestone(
            id="ms-line.start",
            title="工事の始まり",
            title_en="Work begins",
            title_basis=TitleBasis.EDITORIAL,
            kind=MilestoneKind.FOUNDATION,
            status=EventStatus.PLANNED,
            status_as_of=When("2031年5月12日", "2031-05-12", Scope.EXACT),
            citation=cite(PLAN, 5, 6, place="1"),
        ),
        Measure(
            id="msr-inspection",
            duty_id="dut-lines",
            position=1,
            title="島の点検",
            title_en="Inspection",
            audience="町村",
            as_of=When("令和13年度", "2031-04-01/2032-03-31", Scope.THROUGHOUT),
            theme_ids=("lines",),
            citation=cite(PLAN, 7, place="2"),
        ),
        dxgov.Duty(
            id="dut-lines",
            number=2,
            category="島",
            category_en="Islands",
            owner_id="kaifu",
            summary="点検する。",
            summary_en="Inspects.",
            citation=cite(PLAN, 7),
        ),
        Figure(
            id="fig-staff",
            label="人員",
            label_en="Staff",
            value=Decimal(1200),
            unit="名",
            qualifier=Qualifier.ABOUT,
            as_printed="約１，２００名",
            citation=cite(PLAN, 7),
        ),
    ]


def change_record(id: str, data: Iterable[Record] | None = None, **values: Any) -> list[Record]:
    """Return the records with fields of one of them changed; `citation` may be a dict of its parts."""

    def change(record: Record) -> Record:
        if isinstance(values.get("citation"), dict):
            return attrs.evolve(record, **{**values, "citation": attrs.evolve(record.citation, **values["citation"])})
        return attrs.evolve(record, **values)

    return [change(record) if record.id == id else record for record in data or build_records()]


def write_documents(folder: Path, **contents: bytes) -> Path:
    """Write the documents into a folder, some with other contents, and return it."""
    folder.mkdir(exist_ok=True)
    for name, id in (("plan", PLAN), ("notes", NOTES)):
        (folder / f"{name}.txt").write_bytes(contents.get(name, TEXTS[id].encode()))
    return folder


def find_problem(report: dxgov.Verification) -> Problem:
    """Return the only problem."""
    (problem,) = report.problems
    return problem
