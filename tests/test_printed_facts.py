"""A fact that stands as printed must be in the lines that its record cites."""

from pathlib import Path
from typing import Annotated

import attrs
import pytest
from attrs import frozen

import dxgov
from cited_documents import NOTES, PLAN, TEXTS, build_records, change_record, cite, find_problem
from dxgov import Citation, Dataset, NameStatus, Record, Records, Scope, Source, TitleBasis, When
from dxgov import ProblemCode as Code
from dxgov.marks import Key, Label, Printed
from dxgov.validation import make_row_batches
from dxgov.values import Id
from dxgov.verification.citation_check import CitationChecker, collect_sources
from dxgov.verification.passages import CitedDocument, Passage

pytestmark = pytest.mark.slow


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
def test_a_fact_that_is_not_printed(case: str, documents: Path):
    id, values, column, says = FACTS[case]
    report = dxgov.verify(Dataset.of(change_record(id, **values)), documents)
    problem = find_problem(report)
    assert (problem.code, problem.field, problem.id) == (Code.NOT_PRINTED, column, id)
    assert says in problem.message
    assert ("in others" in problem.message) is ("in other letters" in case or "half-width" in case)
    assert report.proven == 11


def test_all_faults_of_a_record_are_told(documents: Path):
    data = change_record("mtg-lines-2", name="第三回", ordinal=3, held=When("いつか", None, Scope.EXACT))
    report = dxgov.verify(Dataset.of(data), documents)
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
    ("2月1日", 1, False),
    ("定例会（第２日目）", 2, True),
    ("第12日目", 2, False),
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

    id: Annotated[Id, Key("rem-"), Label("所見ID", "所見ID。")]
    """Identifies it."""

    words: Annotated[tuple[str, ...], Printed(), Label("語", "語。")]
    """Words as printed."""

    also: Annotated[Citation | None, Label("典拠2", "典拠2。")] = None
    """Where the other words stand."""


class Remarks(Dataset):
    """Data with remarks."""

    remarks: Annotated[Records[Remark], Label("所見", "所見。")]


def test_a_class_of_ones_own_may_cite_two_places_and_quote_many_words(documents: Path):
    words = ("回線計画", "海底線", "点検")
    remark = Remark(id="rem-1", words=words, citation=cite(PLAN, 1), also=cite(NOTES, 3))
    report = dxgov.verify(Remarks.of([*build_records(), remark]), documents)
    assert (find_problem(report).field, find_problem(report).value) == ("words", "点検")
    whole = Remark(id="rem-1", words=words[:2], citation=cite(PLAN, 1), also=cite(NOTES, 3))
    assert dxgov.verify(Remarks.of([*build_records(), whole]), documents).proven == 13
    alone = attrs.evolve(whole, also=None)
    assert find_problem(dxgov.verify(Remarks.of([*build_records(), alone]), documents)).value == "海底線"
    wrong = attrs.evolve(whole, also=attrs.evolve(whole.also, sha256="0" * 64))
    assert find_problem(dxgov.verify(Remarks.of([*build_records(), wrong]), documents)).field == "also_sha256"


def test_many_faults_are_told_without_looking_for_each(documents: Path):
    (kaifu,) = change_record("kaifu", [record for record in build_records() if record.id == "kaifu"], name="島の点検")
    many = [attrs.evolve(kaifu, id=f"kaifu-{number}") for number in range(300)]
    hinted = ["; line 7 has it" in problem.message for problem in dxgov.verify(Dataset.of([*build_records(), *many]), documents)]
    assert hinted == [True] * 200 + [False] * 100


def test_rows_are_counted_as_the_reader_of_a_file_sees_them(documents: Path, tmp_path: Path):
    out = dxgov.export(Dataset.of(change_record("ms-line.start", title_basis=TitleBasis.PRINTED)), tmp_path / "out")
    csv, parquet = (find_problem(dxgov.verify(out / format, documents)) for format in ("csv", "parquet"))
    assert (csv.file, csv.row, parquet.row) == ("data/milestones.csv", 3, 2)
    assert str(csv).startswith("data/milestones.csv:3 title: '工事の始まり' does not stand in the cited lines of plan.txt")


def test_rows_are_checked_in_batches_of_any_size():
    (theme,) = (record for record in build_records() if record.id == "lines")
    many = [attrs.evolve(theme, id=f"lines-{number:02}") for number in range(100)]
    many[50] = attrs.evolve(many[50], citation=attrs.evolve(many[50].citation, sha256="f" * 64))
    frames = make_row_batches(Dataset.of([*build_records(), *many]))
    for batch_rows in (7, 1_000):
        sources = collect_sources(Dataset.model(), frames)
        for source in sources.values():
            source.document = CitedDocument(f"{source.id}.txt", TEXTS[source.id].encode())
        checker = CitationChecker(sources, batch_rows)
        checker.check_table(frames["themes"])
        (problem,) = checker.problems
        assert (problem.id, problem.row) == ("lines-50", 52)
        assert sources[NOTES].records == 101


# Data that are not sound, and definitions that cannot be proven


def test_data_that_are_not_sound_are_not_verified(documents: Path, tmp_path: Path):
    astray = Dataset.of(change_record("kaifu", part_of_id="nowhere"))
    with pytest.raises(dxgov.DataError, match="is not sound, so nothing is verified") as error:
        dxgov.verify(astray, documents)
    assert [problem.code for problem in error.value.problems] == [Code.UNKNOWN_REFERENCE]
    place = dxgov.export(Dataset.of(build_records()), tmp_path / "out", formats=["csv"]) / "csv"
    (place / "data" / "actors.csv").unlink()
    with pytest.raises(dxgov.DataError, match="is not sound"):
        dxgov.verify(place, documents)


@frozen(kw_only=True)
class Unmarked(Source):
    """A source that does not say how its document is known."""

    file_sha256: Annotated[str, Label("本文", "本文。")]
    """The digest, without its mark."""


class UnmarkedSet(Dataset):
    """A set of such."""

    sources: Annotated[Records[Unmarked], Label("出典", "出典。")]  # type: ignore[assignment]


@frozen(kw_only=True)
class Misprinted(Record):
    """A class whose mark says that a truth value is printed."""

    id: Annotated[Id, Key(), Label("ID", "ID。")]
    """Identifies it."""

    true: Annotated[bool, Printed(), Label("真", "真。")]
    """It cannot be looked for."""

    name: Annotated[str, Printed(unless=("nmae_basis", "editorial")), Label("名称", "名称。")]
    """Its excuse names no field."""

    name_basis: Annotated[TitleBasis, Label("名称の由来", "名称の由来。")] = TitleBasis.PRINTED
    """Whose words it is in."""


class MisprintedSet(Dataset):
    """A set of such."""

    misprints: Annotated[Records[Misprinted], Label("誤植", "誤植。")]


def test_definitions_that_cannot_be_proven(documents: Path):
    with pytest.raises(dxgov.ModelError, match="Unmarked: no field carries the mark DocumentHash"):
        dxgov.verify(UnmarkedSet(), documents)
    with pytest.raises(dxgov.ModelError) as error:
        MisprintedSet.model()
    assert "the mark Printed is for texts and whole numbers; 'true' holds neither" in str(error.value)
    assert "names 'nmae_basis', which is no field; did you mean 'name_basis'?" in str(error.value)


def test_every_table_of_the_data_set_has_something_to_look_for():
    bare = {"themes", "opinions", "links"}
    model = Dataset.model()
    marked = {name for name, table in model.tables.items() if any(column.has(Printed) for column in table.columns)}
    assert marked == set(model.tables) - bare, "mark with Printed what stands as printed, or add a table that has no such field to `bare`"
