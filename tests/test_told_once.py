"""One fault is told once: what follows from a fault that is told already is left out."""

import shutil
from pathlib import Path

import pyarrow as pa
import pytest

import dxgov
from dxgov import ProblemCode
from dxgov.marks import RequiredUnless
from soundness import MODEL, edit_descriptor, edit_records, file_of, sound


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dxgov.export(sound(), tmp_path_factory.mktemp("sound") / "export")


@pytest.fixture(params=["csv", "parquet"])
def package(exported: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    return shutil.copytree(exported / request.param, tmp_path / request.param)


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
    file_of(package, "themes").unlink()
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
