"""`verify` proves citations with documents, and tells just what does not fit.

Documents and records are invented here; those that the bundled data were read from are no part of the project.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import attrs
import pytest
from attrs import frozen
from click.testing import CliRunner
from hypothesis import assume, given
from hypothesis import strategies as st

import dxgov
from dxgov import (
    Actor,
    ActorKind,
    AgendaItem,
    Basis,
    Citation,
    Completeness,
    Dataset,
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
    Records,
    Scope,
    Source,
    SourceKind,
    Theme,
    TitleBasis,
    When,
)
from dxgov import ProblemCode as Code
from dxgov.cli import main
from dxgov.marks import Key, Label, Printed
from dxgov.values import Id
from dxgov.verification import document_index as finding
from dxgov.verification.passages import Passage
from soundness import NEED_DOCUMENTS

pytestmark = pytest.mark.slow

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
    return hashlib.sha256(content).hexdigest()


def at(source: str, first: int, last: int | None = None, place: str | None = None) -> Citation:
    return Citation.of(source, TEXTS[source], first, last, place)


def source(id: str, title: str, day: str, content: bytes | None = None, **more: Any) -> Source:
    found = {
        "title_en": "In English",
        "kind": SourceKind.SLIDES,
        "published": When(day, None, Scope.EXACT),
        "language": "ja",
        "file_sha256": sha256(TEXTS[id].encode() if content is None else content),
        "completeness": Completeness.COMPLETE,
        "citation": at(id, 1, 4),
    }
    return Source(id=id, title=title, **{**found, **more})


def records() -> list[Record]:
    return [
        source(PLAN, "海風県 回線計画", "2031年5月12日", document_number="7-13"),
        source(NOTES, "潮見町の覚え", "年末"),
        Actor(id="kaifu", kind=ActorKind.PREFECTURE, name="海風県", name_en="Kaifu", citation=at(PLAN, 1)),
        Actor(
            id="nobody",
            kind=ActorKind.UNSPECIFIED,
            name="誰とも書かれていない",
            name_en="Nobody",
            name_status=NameStatus.EDITORIAL,
            citation=at(NOTES, 3, place="要望3"),
        ),
        Theme(id="lines", label="回線", label_en="Lines", definition="線。", definition_en="Lines.", citation=at(NOTES, 3)),
        Meeting(
            id="mtg-lines-2",
            name="第二回回線協議会",
            name_en="Second line council",
            kind=MeetingKind.COUNCIL_SESSION,
            series="回線協議会",
            ordinal=2,
            held=When("2031年5月12日", "2031-05-12", Scope.EXACT),
            status=EventStatus.HELD,
            citation=at(PLAN, 3),
        ),
        AgendaItem(
            id="mtg-lines-2.1",
            meeting_id="mtg-lines-2",
            number=1,
            title="予備線の着工",
            title_en="Work begins",
            recorded=False,
            citation=at(PLAN, 5, 6),
        ),
        Milestone(
            id="ms-line.doubling",
            title="海底線を二重にする",
            title_en="A second line",
            kind=MilestoneKind.FOUNDATION,
            date=When("年末に", "../2031-12-31", Scope.BY, Basis.RELATIVE),
            status=EventStatus.PLANNED,
            status_as_of=When("覚え", None, Scope.EXACT, Basis.EDITORIAL),
            citation=at(NOTES, 3, 4, place="要望3"),
        ),
        Milestone(
            id="ms-line.start",
            title="工事の始まり",
            title_en="Work begins",
            title_basis=TitleBasis.EDITORIAL,
            kind=MilestoneKind.FOUNDATION,
            status=EventStatus.PLANNED,
            status_as_of=When("2031年5月12日", "2031-05-12", Scope.EXACT),
            citation=at(PLAN, 5, 6, place="1"),
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
            citation=at(PLAN, 7, place="2"),
        ),
        dxgov.Duty(
            id="dut-lines",
            number=2,
            category="島",
            category_en="Islands",
            owner_id="kaifu",
            summary="点検する。",
            summary_en="Inspects.",
            citation=at(PLAN, 7),
        ),
        Figure(
            id="fig-staff",
            label="人員",
            label_en="Staff",
            value=Decimal(1200),
            unit="名",
            qualifier=Qualifier.ABOUT,
            as_printed="約１，２００名",
            citation=at(PLAN, 7),
        ),
    ]


def changed(id: str, data: Iterable[Record] | None = None, **values: Any) -> list[Record]:
    """The records with fields of one of them changed; `citation` may be given as a dict of its parts."""

    def change(record: Record) -> Record:
        if isinstance(values.get("citation"), dict):
            return attrs.evolve(record, **{**values, "citation": attrs.evolve(record.citation, **values["citation"])})
        return attrs.evolve(record, **values)

    return [change(each) if each.id == id else each for each in data or records()]


def placed(folder: Path, **contents: bytes) -> Path:
    """A folder with the documents, some with other contents."""
    folder.mkdir(exist_ok=True)
    for name, id in (("plan", PLAN), ("notes", NOTES)):
        (folder / f"{name}.txt").write_bytes(contents.get(name, TEXTS[id].encode()))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return placed(tmp_path / "documents")


def the_problem(report: dxgov.Verification) -> Problem:
    (problem,) = report.problems
    return problem


# All well


def test_every_record_is_proven(folder: Path):
    report = dxgov.verify(Dataset.of(records()), folder)
    assert report.valid
    assert (report.records, report.proven) == (12, 12)
    assert [(each.id, each.file, each.records, each.proven) for each in report.documents] == [
        (NOTES, "notes.txt", 4, 4),
        (PLAN, "plan.txt", 8, 8),
    ]
    assert all(each.facts for each in report.documents)
    assert isinstance(report, dxgov.Report)
    assert report.to_pandas().empty


def test_a_package_is_verified_as_the_data_set_is(folder: Path, tmp_path: Path):
    out = dxgov.export(Dataset.of(records()), tmp_path / "out", zip=True)
    for place in (out / "csv", out / "parquet", out / "csv.zip"):
        assert dxgov.verify(place, folder).proven == 12


def test_names_and_places_of_files_do_not_count(folder: Path):
    (folder / "deep" / "deeper").mkdir(parents=True)
    (folder / "plan.txt").rename(folder / "deep" / "deeper" / "x.bin")
    (folder / "copy").write_bytes((folder / "notes.txt").read_bytes())
    (folder / "other.txt").write_bytes(b"something else")
    report = dxgov.verify(Dataset.of(records()), folder)
    assert report.valid
    assert [each.file for each in report.documents] == ["copy", "deep/deeper/x.bin"]


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_byte_order_marks_of_a_document_do_not_count(end: str, bom: bytes, tmp_path: Path):
    content = bom + PLAN_TEXT.replace("\n", end).encode()
    read_as = [content.decode(), content.decode("utf-8-sig")]
    assert {Citation.of(PLAN, text, 1, 4) for text in read_as} == {at(PLAN, 1, 4)}
    report = dxgov.verify(Dataset.of(changed(PLAN, file_sha256=sha256(content))), placed(tmp_path / "d", plan=content))
    assert report.proven == 12, report


def test_data_without_records_need_no_document(folder: Path):
    report = dxgov.verify(Dataset(), folder)
    assert (report.valid, report.proven, report.documents) == (True, 0, ())


WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff"), min_size=1, max_size=4
)
SPACES = st.sampled_from([" ", "  ", "\t", "\u3000"])


@st.composite
def documents_and_records(draw: Any) -> tuple[bytes, list[Record]]:
    """A document of any words, and records each of which takes its title from the lines that it cites."""
    lines = draw(st.lists(st.lists(WORDS, max_size=4), min_size=1, max_size=8))
    end, space = draw(st.sampled_from(["\n", "\r\n", "\r"])), draw(SPACES)
    content = draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + end.join(space.join(line) for line in lines).encode()
    assume(any(lines))
    made: list[Record] = []
    for number in range(draw(st.integers(1, 4))):
        first = draw(st.integers(1, len(lines)))
        last = draw(st.integers(first, len(lines)))
        words = [word for line in lines[first - 1 : last] for word in line]
        if words:
            begin = draw(st.integers(0, len(words) - 1))
            title = " ".join(words[begin : draw(st.integers(begin + 1, len(words)))])
            made.append(
                Milestone(
                    id=f"ms-{number}",
                    title=title,
                    title_en="In English",
                    kind=MilestoneKind.MEETING,
                    status=EventStatus.HELD,
                    status_as_of=When(words[0], None, Scope.EXACT),
                    citation=Citation.of("src-any", content.decode(), first, last),
                )
            )
    assume(made)
    whole = " ".join(word for line in lines for word in line)
    cited = Citation.of("src-any", content.decode(), 1, len(lines))
    return content, [
        attrs.evolve(
            records()[0],
            id="src-any",
            title=whole,
            published=When(whole, None, Scope.EXACT),
            document_number=None,
            file_sha256=sha256(content),
            citation=cited,
        ),
        *made,
    ]


@given(documents_and_records())
def test_what_is_taken_from_a_document_is_proven_by_it(tmp_path_factory: pytest.TempPathFactory, made: tuple[bytes, list[Record]]):
    content, data = made
    place = tmp_path_factory.mktemp("documents")
    (place / "any").write_bytes(content)
    report = dxgov.verify(Dataset.of(data), place)
    assert report.valid, str(report)
    assert report.proven == len(data)


@given(documents_and_records(), st.data())
def test_any_letter_changed_in_a_document_is_found(tmp_path_factory: pytest.TempPathFactory, made: tuple[bytes, list[Record]], more: Any):
    content, (whole, *others) = made
    text = content.decode()
    letter = more.draw(st.sampled_from([at for at, each in enumerate(text) if not each.isspace() and each != "\ufeff"]))
    other = text[:letter] + ("海" if text[letter] != "海" else "風") + text[letter + 1 :]
    place = tmp_path_factory.mktemp("documents")
    (place / "any").write_bytes(other.encode())
    moved = [attrs.evolve(whole, file_sha256=sha256(other.encode())), *others]
    report = dxgov.verify(Dataset.of(moved), place)

    def still(cited: Citation) -> bool:
        return Citation.of("src-any", other, cited.first_line, cited.last_line).sha256 == cited.sha256

    touched = {each.id for each in moved if not still(each.citation)}
    assert whole.id in touched
    assert {problem.id for problem in report if problem.code is Code.WRONG_PASSAGE} == touched
    assert report.proven <= len(moved) - len(touched)
    assert {problem.code for problem in report} <= {Code.WRONG_PASSAGE, Code.NOT_PRINTED}


# Citations that do not fit

LENGTH = len(PLAN_TEXT.split("\n"))
CITATIONS = {
    "a digest of something else": (
        {"sha256": "0" * 64},
        Code.WRONG_PASSAGE,
        "citation_sha256",
        "lines 5 to 6 of plan.txt have the digest",
    ),
    "lines that shifted": ({"first_line": 6, "last_line": 7}, Code.WRONG_PASSAGE, "citation_sha256", "; lines 5 to 6 have the one stated"),
    "one line too few": ({"last_line": 5}, Code.WRONG_PASSAGE, "citation_sha256", "line 5 of plan.txt has the digest"),
    "lines after the end": ({"last_line": LENGTH + 1}, Code.NO_SUCH_LINE, "citation_last_line", f"plan.txt has lines 1 to {LENGTH}"),
    "all lines after the end": ({"first_line": 99, "last_line": 99}, Code.NO_SUCH_LINE, "citation_first_line", "found lines 99 to 99"),
    "an empty line": ({"first_line": 8, "last_line": 8}, Code.NO_PASSAGE, "citation_first_line", "line 8 of plan.txt is empty"),
    "no lines": ({"first_line": None, "last_line": None, "sha256": None}, Code.NO_PASSAGE, "citation_first_line", "expected the lines"),
    "another document": ({"source_id": NOTES}, Code.NO_SUCH_LINE, "citation_last_line", "found lines 5 to 6; notes.txt has lines 1 to 5"),
    "a number that is not there": ({"place": "1(2)"}, Code.NOT_PRINTED, "citation_place", "the numbers of '1(2)' do not stand"),
    "a number that comes below": ({"place": "3"}, Code.NOT_PRINTED, "citation_place", "at or above line 6 of plan.txt"),
    "numbers in another order": ({"place": "1-2031"}, Code.NOT_PRINTED, "citation_place", "in this order"),
}


@pytest.mark.parametrize("case", CITATIONS)
def test_a_citation_that_does_not_fit(case: str, folder: Path):
    parts, code, column, says = CITATIONS[case]
    report = dxgov.verify(Dataset.of(changed("mtg-lines-2.1", citation=parts)), folder)
    problem = the_problem(report)
    assert (problem.code, problem.table, problem.field, problem.id) == (code, "agenda_items", column, "mtg-lines-2.1")
    assert says in problem.message
    assert report.proven == 11


def test_a_place_without_numbers_is_a_word_of_the_editors(folder: Path):
    assert dxgov.verify(Dataset.of(changed("kaifu", citation={"place": "表紙"})), folder).valid


# Facts that do not stand there

FACTS = {
    "a title with another word": ("mtg-lines-2.1", {"title": "予備線の完成"}, "title", "does not stand in the cited lines of plan.txt"),
    "a title of other lines": ("kaifu", {"name": "島の点検"}, "name", "; line 7 has it"),
    "a name in other letters": ("kaifu", {"name": "海⾵県"}, "name", "in others that mean the same"),
    "half-width for full-width": ("fig-staff", {"as_printed": "約1,200名"}, "as_printed", "such as full-width ones"),
    "the tail of a number": ("fig-staff", {"as_printed": "４月"}, "as_printed", "does not stand in the cited lines of plan.txt"),
    "a month that is a piece of another": ("fig-staff", {"unit": "4月"}, "unit", "'4月' does not stand"),
    "a date": ("mtg-lines-2", {"held": When("2031年5月1日", "2031-05-01", Scope.EXACT)}, "held_text", "'2031年5月1日'"),
    "the head of a number": ("mtg-lines-2", {"held": When("2031年5月1", "2031-05-01", Scope.EXACT)}, "held_text", "'2031年5月1'"),
    "a session that is not counted so": ("mtg-lines-2", {"ordinal": 3}, "ordinal", "3 does not stand"),
    "a number of a date": ("mtg-lines-2", {"ordinal": 5}, "ordinal", "5 does not stand"),
    "a heading that is nowhere": ("msr-inspection", {"audience": "市"}, "audience", "'市' does not stand in plan.txt"),
    "a date over the list that is nowhere": (
        "msr-inspection",
        {"as_of": When("令和14年度", "2032-04-01/2033-03-31", Scope.THROUGHOUT)},
        "as_of_text",
        "does not stand in plan.txt",
    ),
    "a description not said to be one": ("ms-line.start", {"title_basis": TitleBasis.PRINTED}, "title", "'工事の始まり'"),
    "an actor's name not said to be one": ("nobody", {"name_status": NameStatus.TITLE_ONLY}, "name", "'誰とも書かれていない'"),
}


@pytest.mark.parametrize("case", FACTS)
def test_a_fact_that_is_not_printed(case: str, folder: Path):
    id, values, column, says = FACTS[case]
    report = dxgov.verify(Dataset.of(changed(id, **values)), folder)
    problem = the_problem(report)
    assert (problem.code, problem.field, problem.id) == (Code.NOT_PRINTED, column, id)
    assert says in problem.message
    assert ("in others" in problem.message) is ("in other letters" in case or "half-width" in case)
    assert report.proven == 11


def test_all_faults_of_a_record_are_told(folder: Path):
    data = changed("mtg-lines-2", name="第三回", ordinal=3, held=When("いつか", None, Scope.EXACT))
    report = dxgov.verify(Dataset.of(data), folder)
    assert [problem.field for problem in report] == ["name", "ordinal", "held_text"]
    assert report.proven == 11


PRINTED = [
    ("1. 予備線", 1, True),
    ("１．予備線", 1, True),
    ("①予備線", 1, True),
    ("第二十三回", 23, True),
    ("第 二 回", 2, True),
    ("第十回", 10, True),
    ("(三)費用", 3, True),
    ("三 費用", 3, True),
    ("三鷹市", 3, False),
    ("統一", 1, False),
    ("第十二回", 2, False),
    ("第二十回", 2, False),
    ("2月1日", 2, False),
    ("12島", 1, False),
    ("12島", 2, False),
    ("", 1, False),
    ("A I・R P A", "AI・RPA", True),
    ("か\u3099", "が", True),
    ("か", "が", False),
    ("2 4", "24", True),
    ("1 2021年", "1", True),
    ("12021年", "1", False),
    ("anything", " ", False),
]


@pytest.mark.parametrize(("text", "value", "stands"), PRINTED)
def test_what_counts_as_printed(text: str, value: str | int, stands: bool):
    assert Passage(text).contains(value) is stands


@frozen(kw_only=True)
class Remark(Record):
    """A record that cites two places and quotes several words."""

    id: Annotated[Id, Key("rem-"), Label("所見ID")]
    """Identifies it."""

    words: Annotated[tuple[str, ...], Printed(), Label("語")]
    """Words as printed."""

    also: Annotated[Citation | None, Label("典拠2")] = None
    """Where the other words stand."""


class Remarks(Dataset):
    """Data with remarks."""

    remarks: Annotated[Records[Remark], Label("所見")]


def test_a_class_of_ones_own_may_cite_two_places_and_quote_many_words(folder: Path):
    words = ("回線計画", "海底線", "点検")
    remark = Remark(id="rem-1", words=words, citation=at(PLAN, 1), also=at(NOTES, 3))
    report = dxgov.verify(Remarks.of([*records(), remark]), folder)
    assert (the_problem(report).field, the_problem(report).value) == ("words", "点検")
    whole = Remark(id="rem-1", words=words[:2], citation=at(PLAN, 1), also=at(NOTES, 3))
    assert dxgov.verify(Remarks.of([*records(), whole]), folder).proven == 13
    alone = attrs.evolve(whole, also=None)
    assert the_problem(dxgov.verify(Remarks.of([*records(), alone]), folder)).value == "海底線"
    wrong = attrs.evolve(whole, also=attrs.evolve(whole.also, sha256="0" * 64))
    assert the_problem(dxgov.verify(Remarks.of([*records(), wrong]), folder)).field == "also_sha256"


def test_many_faults_are_told_without_looking_for_each(folder: Path, monkeypatch: pytest.MonkeyPatch):
    data = changed("kaifu", changed("mtg-lines-2.1", title="島の点検"), name="島の点検")
    monkeypatch.setattr("dxgov.verification.citation_check._MAX_HINTS", 1)
    hinted = ["; line 7 has it" in problem.message for problem in dxgov.verify(Dataset.of(data), folder)]
    assert hinted == [True, False]


def test_rows_are_counted_as_the_reader_of_a_file_sees_them(folder: Path, tmp_path: Path):
    out = dxgov.export(Dataset.of(changed("ms-line.start", title_basis=TitleBasis.PRINTED)), tmp_path / "out")
    csv, parquet = (the_problem(dxgov.verify(out / format, folder)) for format in ("csv", "parquet"))
    assert (csv.file, csv.row, parquet.row) == ("data/milestones.csv", 3, 2)
    assert str(csv).startswith("data/milestones.csv:3 title: '工事の始まり' does not stand in the cited lines of plan.txt")


def test_many_rows_are_proven_in_little_time(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("dxgov.verification.citation_check._BATCH_ROWS", 7)
    (theme,) = (each for each in records() if each.id == "lines")
    many = [attrs.evolve(theme, id=f"lines-{number}") for number in range(100)]
    wrong = attrs.evolve(many[50].citation, sha256="f" * 64)
    many[50] = attrs.evolve(many[50], citation=wrong)
    report = dxgov.verify(Dataset.of([*records(), *many]), folder)
    assert the_problem(report).id == "lines-50"
    assert report.proven == 111


# Documents that are not there


def test_a_document_that_is_missing_is_told_once(folder: Path):
    (folder / "plan.txt").unlink()
    report = dxgov.verify(Dataset.of(records()), folder)
    problem = the_problem(report)
    assert (problem.code, problem.table, problem.field, problem.id) == (Code.MISSING_DOCUMENT, "sources", "file_sha256", PLAN)
    assert problem.value == sha256(PLAN_TEXT.encode())
    assert problem.message == f"none of 1 file in {folder} has this SHA-256; 8 records cannot be proven without"
    assert report.proven == 4
    assert [(each.file, each.records, each.proven) for each in report.documents] == [("notes.txt", 4, 4), (None, 8, 0)]
    assert "src-2031-plan: 0 of 8 proven, document not found" in str(report)


def test_missing_documents_can_be_accepted_but_not_all(folder: Path):
    (folder / "plan.txt").unlink()
    some = dxgov.verify(Dataset.of(records()), folder, partial=True)
    assert some.valid
    assert (some.records, some.proven) == (12, 4)
    (folder / "notes.txt").unlink()
    none = dxgov.verify(Dataset.of(records()), folder, partial=True)
    assert [problem.code for problem in none] == [Code.MISSING_DOCUMENT] * 2


@pytest.mark.parametrize(
    "alter", [lambda text: text.replace(b"\n", b"\r\n"), lambda text: b"\xef\xbb\xbf" + text], ids=["line ends", "byte-order mark"]
)
def test_a_document_with_other_line_ends_is_not_the_document(alter: Callable[[bytes], bytes], tmp_path: Path):
    report = dxgov.verify(Dataset.of(records()), placed(tmp_path / "d", plan=alter(PLAN_TEXT.encode())))
    assert the_problem(report).code is Code.MISSING_DOCUMENT
    assert "; plan.txt is the same text with other line ends or byte-order mark;" in the_problem(report).message


def test_a_changed_document_is_not_the_document(tmp_path: Path):
    report = dxgov.verify(Dataset.of(records()), placed(tmp_path / "d", plan=PLAN_TEXT.replace("12島", "13島").encode()))
    assert the_problem(report).code is Code.MISSING_DOCUMENT
    assert "same text" not in the_problem(report).message


def test_a_document_that_is_not_utf_8_cannot_be_read(tmp_path: Path):
    content = PLAN_TEXT.encode("shift_jis")
    place = placed(tmp_path / "d", plan=content)
    for partial in (False, True):
        report = dxgov.verify(Dataset.of(changed(PLAN, file_sha256=sha256(content))), place, partial=partial)
        assert (the_problem(report).code, the_problem(report).id) == (Code.UNREADABLE_FILE, PLAN)
        assert "plan.txt is the document, but not UTF-8 text: byte 1 cannot be read" in the_problem(report).message
        assert report.proven == 4


def test_every_code_of_verification_is_found_at_least_once():
    assert {case[1] for case in CITATIONS.values()} | {Code.MISSING_DOCUMENT} == NEED_DOCUMENTS


# Folders


def told(report: dxgov.Verification) -> dict[str, str]:
    return {each.file: each.reason for each in report.passed_over}


def test_links_and_pipes_are_told_not_followed(folder: Path, tmp_path: Path):
    elsewhere = placed(tmp_path / "elsewhere")
    (folder / "plan.txt").unlink()
    (folder / "plan.txt").symlink_to(elsewhere / "plan.txt")
    (folder / "round").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    report = dxgov.verify(Dataset.of(records()), folder)
    assert the_problem(report).code is Code.MISSING_DOCUMENT
    assert told(report) == {
        "plan.txt": "a link, which is not followed",
        "round": "a link, which is not followed",
        "pipe": "neither a file nor a folder",
    }
    assert "  not read: pipe, neither a file nor a folder" in str(report).splitlines()


def test_the_folder_itself_may_be_a_link(folder: Path, tmp_path: Path):
    (tmp_path / "link").symlink_to(folder)
    assert dxgov.verify(Dataset.of(records()), tmp_path / "link").valid


def test_empty_files_are_not_even_opened(folder: Path, monkeypatch: pytest.MonkeyPatch):
    (folder / "a-kernel-log").touch()
    opened: list[str] = []
    open_file = Path.open
    monkeypatch.setattr(Path, "open", lambda self, *more: opened.append(self.name) or open_file(self, *more))
    assert dxgov.verify(Dataset.of(records()), folder).valid
    assert opened == ["notes.txt", "plan.txt"]


def test_large_files_are_passed_over(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(finding, "MAX_FILE_BYTES", 2**20)
    with (folder / "film").open("wb") as film:
        film.truncate(2**20 + 1)
    (folder / "plan.txt").unlink()
    assert told(dxgov.verify(Dataset.of(records()), folder)) == {"film": "larger than 1 MiB"}


def test_a_folder_that_holds_too_much_is_searched_in_part(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(finding, "MAX_ENTRIES", 1)
    report = dxgov.verify(Dataset.of(records()), folder)
    assert (the_problem(report).id, [*told(report)]) == (PLAN, ["plan.txt"])
    assert "1 files and folders were seen before it" in str(report)
    monkeypatch.undo()
    monkeypatch.setattr(finding, "MAX_TOTAL_BYTES", len(NOTES_TEXT.encode()))
    assert [*told(dxgov.verify(Dataset.of(records()), folder))] == ["plan.txt"]


def test_the_search_ends_when_all_is_found(folder: Path):
    (folder / "zzz").mkdir()
    (folder / "zzz" / "link").symlink_to(folder)
    assert told(dxgov.verify(Dataset.of(records()), folder)) == {}


def test_what_nobody_may_read_is_told(folder: Path):
    (folder / "plan.txt").chmod(0)
    (folder / "shut").mkdir()
    (folder / "shut").chmod(0)
    if os.access(folder / "plan.txt", os.R_OK):
        pytest.skip("this user may read anything")
    report = dxgov.verify(Dataset.of(records()), folder)
    assert told(report) == {"plan.txt": "cannot be read: Permission denied", "shut": "cannot be read: Permission denied"}


def test_what_the_file_system_refuses_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch):
    opened = Path.open

    def refuse(self: Path, *arguments: Any, **more: Any) -> Any:
        if self.name == "plan.txt":
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *arguments, **more)

    monkeypatch.setattr(Path, "open", refuse)
    report = dxgov.verify(Dataset.of(records()), folder)
    assert told(report) == {"plan.txt": "cannot be read: Permission denied"}


def test_names_of_files_can_always_be_printed(folder: Path):
    for name in (b"\xff.txt", b"a\nb"):
        (folder / os.fsdecode(name)).symlink_to("nothing")
    (folder / "plan.txt").unlink()
    report = dxgov.verify(Dataset.of(records()), folder)
    assert sorted(told(report)) == ["\\udcff.txt", "a\\nb"]
    json.dumps(report.to_dict(), ensure_ascii=False).encode()


def test_many_files_that_were_passed_over_are_counted(folder: Path):
    for number in range(12):
        (folder / f"link{number:02}").symlink_to(folder)
    (folder / "plan.txt").unlink()
    report = dxgov.verify(Dataset.of(records()), folder)
    assert len(report.passed_over) == 12
    assert "  not read: 2 more" in str(report).splitlines()


def test_folders_that_are_none(folder: Path, tmp_path: Path):
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        dxgov.verify(Dataset.of(records()), tmp_path / "nothing")
    with pytest.raises(NotADirectoryError, match=r"plan\.txt is not a folder"):
        dxgov.verify(Dataset.of(records()), folder / "plan.txt")


# Data that are not sound, and definitions that cannot be proven


def test_data_that_are_not_sound_are_not_verified(folder: Path, tmp_path: Path):
    astray = Dataset.of(changed("kaifu", part_of_id="nowhere"))
    with pytest.raises(dxgov.DataError, match="is not sound, so nothing is verified") as error:
        dxgov.verify(astray, folder)
    assert [problem.code for problem in error.value.problems] == [Code.UNKNOWN_REFERENCE]
    place = dxgov.export(Dataset.of(records()), tmp_path / "out", formats=["csv"]) / "csv"
    (place / "data" / "actors.csv").unlink()
    with pytest.raises(dxgov.DataError, match="is not sound"):
        dxgov.verify(place, folder)


@frozen(kw_only=True)
class Unmarked(Source):
    """A source that does not say how its document is known."""

    file_sha256: Annotated[str, Label("本文")]
    """The digest, without its mark."""


class UnmarkedSet(Dataset):
    """A set of such."""

    sources: Annotated[Records[Unmarked], Label("出典")]  # type: ignore[assignment]


@frozen(kw_only=True)
class Misprinted(Record):
    """A class whose mark says that a truth value is printed."""

    id: Annotated[Id, Key(), Label("ID")]
    """Identifies it."""

    true: Annotated[bool, Printed(), Label("真")]
    """It cannot be looked for."""

    name: Annotated[str, Printed(unless=("nmae_basis", "editorial")), Label("名称")]
    """Its excuse names no field."""

    name_basis: Annotated[TitleBasis, Label("名称の由来")] = TitleBasis.PRINTED
    """Whose words it is in."""


class MisprintedSet(Dataset):
    """A set of such."""

    misprints: Annotated[Records[Misprinted], Label("誤植")]


def test_definitions_that_cannot_be_proven(folder: Path):
    with pytest.raises(dxgov.ModelError, match="Unmarked: no field carries the mark DocumentHash"):
        dxgov.verify(UnmarkedSet(), folder)
    with pytest.raises(dxgov.ModelError) as error:
        MisprintedSet.model()
    assert "the mark Printed is for texts and whole numbers; 'true' holds neither" in str(error.value)
    assert "names 'nmae_basis', which is no field; did you mean 'name_basis'?" in str(error.value)


def test_every_table_of_the_data_set_has_something_to_look_for():
    bare = {"themes", "asks", "opinions", "links"}
    model = Dataset.model()
    marked = {name for name, table in model.tables.items() if any(column.has(Printed) for column in table.columns)}
    assert marked == set(model.tables) - bare, "mark with Printed what stands as printed, or add a table that has no such field to `bare`"


# On the command line


def run(*arguments: object) -> Any:
    return CliRunner().invoke(main, [str(each) for each in arguments], prog_name="dxgov")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return dxgov.export(Dataset.of(records()), tmp_path / "out", formats=["csv"]) / "csv"


def test_the_command_tells_what_was_proven(package: Path, folder: Path):
    result = run("verify", package, "--sources", folder)
    assert (result.exit_code, result.stderr) == (0, "")
    first, notes, plan = result.stdout.splitlines()
    assert first == f"{package}: 12 of 12 records proven, no problems"
    assert notes.startswith("  src-2031-notes: 4 of 4 proven, ")
    assert plan.endswith(" facts in plan.txt")
    (folder / "notes.txt").unlink()
    result = run("verify", package, "--sources", folder)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1].endswith("[missing-document]")
    assert run("verify", package, "--sources", folder, "--partial").exit_code == 0


def test_the_command_speaks_json(package: Path, folder: Path):
    (folder / "notes.txt").unlink()
    result = run("verify", package, "--sources", folder, "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (report["valid"], report["records"], report["proven"], report["passed_over"]) == (False, 12, 8, [])
    assert [each["proven"] for each in report["documents"]] == [0, 8]
    assert [each["code"] for each in report["problems"]] == ["missing-document"]


def test_the_command_takes_the_bundled_data_by_default(folder: Path):
    result = run("verify", "--sources", folder)
    assert result.exit_code == 1
    assert f"0 of {len(dxgov.load())} records proven" in result.stdout


def test_the_command_says_what_is_used_wrongly(package: Path, folder: Path, tmp_path: Path):
    for arguments, status, says in (
        ((package,), 2, "--sources"),
        ((package, "--sources", tmp_path / "nothing"), 2, "there is no folder"),
        ((package, "--sources", folder / "plan.txt"), 2, "plan.txt is not a folder"),
        ((tmp_path / "nothing", "--sources", folder), 2, "there is no"),
        ((folder, "--sources", folder), 2, "is not a package"),
    ):
        result = run("verify", *arguments)
        assert (result.exit_code, result.stdout) == (status, ""), arguments
        assert says in result.stderr
        assert "Traceback" not in result.stderr
    (package / "data" / "actors.csv").unlink()
    result = run("verify", package, "--sources", folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "[missing-file]" in result.stderr
