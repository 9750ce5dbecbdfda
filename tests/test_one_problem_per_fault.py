"""One fault is told once: what follows from a fault that is told already is left out."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

import dxgov
from dxgov import ProblemCode
from dxgov.marks import RequiredUnless
from package_files import edit_csv, edit_descriptor, edit_records, find_file, read_records, update_row
from planted_faults import ASK
from soundness import MODEL, sound


@pytest.fixture(params=["csv", "parquet"])
def package(sound_export: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    return shutil.copytree(sound_export / request.param, tmp_path / request.param)


def told(package: Path) -> list[tuple[str, str | None, str | None]]:
    return [(problem.code.value, problem.table, problem.field) for problem in dxgov.validate(package).problems]


def test_a_text_that_cannot_be_stored_is_not_told_again_for_its_pattern():
    rows = pa.table({"id": ["a\x0bb", "", "fine"], "label": ["x"] * 3})
    problems = [problem for problem in dxgov.row_problems(rows, "themes") if problem.field == "id"]
    assert [(problem.code, problem.row) for problem in problems] == [(ProblemCode.BAD_TEXT, 1), (ProblemCode.BAD_TEXT, 2)]


REQUIRED_UNLESS = [
    (name, mark.other, [column.name for column in table.stored if (own := column.mark(RequiredUnless)) and own.other == mark.other])
    for name, table in MODEL.tables.items()
    for mark in dict.fromkeys(filter(None, (column.mark(RequiredUnless) for column in table.stored)))
]


@pytest.mark.parametrize(("table", "other", "columns"), REQUIRED_UNLESS)
def test_an_empty_cell_does_not_make_other_cells_required(package: Path, table: str, other: str, columns: list[str]):
    edit_records(package, table, lambda rows: rows[0].update(dict.fromkeys([other, *columns])))
    assert told(package) == [("missing-value", table, other)]


def test_a_redirect_to_a_record_of_a_lost_file_is_not_told(package: Path):
    theme = sound().themes.ids()[0]
    edit_descriptor(package, lambda descriptor: descriptor.update(redirects=[{"id": "gone-theme", "to": theme}]))
    assert told(package) == []
    find_file(package, "themes").unlink()
    assert {code for code, *_ in told(package)} == {"missing-file"}


def test_a_redirect_that_leads_nowhere_is_told(package: Path):
    edit_descriptor(package, lambda descriptor: descriptor.update(redirects=[{"id": "gone-theme", "to": "nothing-there"}]))
    assert told(package) == [("unknown-reference", None, "redirects")]


def test_a_whole_that_is_nowhere_is_not_told_to_be_another_than_that_of_the_nearer_one(package: Path):
    def edit(rows: list[dict[str, object]]) -> None:
        other, nowhere = [row for row in rows if row["meeting_id"] == "mtg-lines-2"][:2]
        other["agenda_item_id"] = nowhere["agenda_item_id"] = "mtg-lines-1.1"
        nowhere["meeting_id"] = "mtg-nowhere"

    edit_records(package, "statements", edit)
    assert sorted(told(package)) == [("parent-mismatch", "statements", "meeting_id"), ("unknown-reference", "statements", "meeting_id")]


@pytest.mark.parametrize("table", ["request_items", "asks", "statements", "ask_themes"])
def test_a_copied_row_is_one_fault(table: str, copy_package: Callable[[str], Path]):
    """It repeats the key; that its numbers repeat too goes without saying."""
    package = copy_package("csv")
    edit_csv(package, table, lambda rows: rows.append(list(rows[1])))
    (problem,) = dxgov.validate(package).problems
    assert (problem.code, problem.table) == (ProblemCode.DUPLICATE_KEY, table)


def test_a_whole_that_is_unknown_is_told_once(copy_package: Callable[[str], Path]):
    """A part whose whole is misspelt is not said to disagree with the parts above and below it as well."""
    package = copy_package("csv")
    rows = read_records(package, "request_items")
    parents = {row["parent_id"] for row in rows if row["parent_id"]}
    parent = next(row for row in rows if row["id"] in parents)
    update_row(package, "request_items", {"request_id": "req-nowhere"}, id=parent["id"])
    (problem,) = dxgov.validate(package).problems
    assert (problem.code, problem.id, problem.field) == (ProblemCode.UNKNOWN_REFERENCE, parent["id"], "request_id")


def test_a_line_that_is_missing_is_blamed_not_what_belongs_to_it(copy_package: Callable[[str], Path]):
    package = copy_package("csv")
    update_row(package, "asks", {"citation_first_line": None}, id=ASK)
    (problem,) = dxgov.validate(package).problems
    assert (problem.code, problem.field) == (ProblemCode.MISSING_VALUE, "citation_first_line")
    assert "citation_last_line and citation_sha256 have one" in problem.message


def test_a_date_that_was_changed_is_blamed_not_its_bounds(copy_package: Callable[[str], Path]):
    package = copy_package("csv")
    update_row(package, "meetings", {"held_edtf": "2031-04-03"}, id="mtg-lines-1")
    (problem,) = dxgov.validate(package).problems
    assert (problem.code, problem.field) == (ProblemCode.CONTRADICTION, "held_edtf")
    assert "in held_start" in problem.message
    assert "in held_end" in problem.message
