"""A column that a file lacks is one problem, or none if the column is optional and the package declares none."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa
import pytest

import dxgov
from dxgov import Dataset, MeetingMode, Problem, ProblemCode, Review
from dxgov.schema.table_schema import LIST_TYPES
from package_files import edit_csv, edit_descriptor, edit_parquet, find_file, parse_csv
from planted_faults import delete_column
from soundness import MODEL, sound

pytestmark = pytest.mark.slow

Code = ProblemCode

WIDTH = max(len(table.stored) for table in MODEL.stored.values())
"""Number of the columns of the widest table."""


def check_missing(package: Path, columns: dict[str, str]) -> None:
    """Check that each missing column is one problem; `columns` are their names by table."""
    for table, name in columns.items():
        edit_csv(package, table, lambda rows, name=name: delete_column(rows, name))
    problems = [attrs.evolve(problem, message="") for problem in dxgov.validate(package)]
    expected = [Problem(Code.MISSING_COLUMN, "", table, field=name, file=f"data/{table}.csv") for table, name in columns.items()]
    assert sorted(problems, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("table", MODEL.stored)
def test_a_missing_id_is_all_that_is_wrong(table: str, copy_package: Callable[[str], Path]):
    check_missing(copy_package("csv"), {table: MODEL.stored[table].stored[0].name})


@pytest.mark.parametrize("number", range(1, WIDTH))
def test_missing_columns_are_all_that_is_wrong(number: int, copy_package: Callable[[str], Path]):
    """The column of a number is missing in all tables at once: no other cell is a problem, neither in its table nor in another."""
    tables = [table for table in MODEL.stored.values() if number < len(table.stored)]
    check_missing(copy_package("csv"), {table.name: table.stored[number].name for table in tables})


def drop_columns(package: Path, table: str, *names: str) -> None:
    """Drop columns from a table and its schema, as if the package had been written before the model had them."""

    def edit(found: dict[str, Any]) -> None:
        (resource,) = (each for each in found["resources"] if each["name"] == table)
        resource["schema"]["fields"] = [field for field in resource["schema"]["fields"] if field["name"] not in names]

    for name in names:
        if package.name == "csv":
            edit_csv(package, table, lambda rows, name=name: delete_column(rows, name))
        else:
            edit_parquet(package, table, lambda data, name=name: data.drop_columns(name))
    edit_descriptor(package, edit)


LATER = [
    ("themes", "note"),
    ("themes", "alt_labels"),
    ("actors", "damage"),
    ("actors", *(f"founded_{part}" for part in ("text", "edtf", "start", "end", "scope", "basis"))),
]
"""Columns that a model could have got after a package was written: a text, a list, a list of codes, a date."""


@pytest.mark.parametrize("format", LIST_TYPES)
@pytest.mark.parametrize("columns", LATER, ids=lambda columns: columns[1])
def test_a_package_that_is_older_than_an_optional_column_is_sound(
    columns: tuple[str, ...], format: str, copy_package: Callable[[str], Path]
):
    package = copy_package(format)
    table, *names = columns
    field = "founded" if names[0].startswith("founded") else names[0]
    drop_columns(package, table, *names)
    assert dxgov.validate(package).problems == ()
    found = dxgov.load(package)
    empty = () if field in ("alt_labels", "damage") else None
    assert [getattr(record, field) for record in found.tables[table]] == [empty] * len(found.tables[table])
    again = [attrs.evolve(record, **{field: empty}) if record.id in found.tables[table] else record for record in sound()]
    assert found == Dataset.of(again, sound().metadata)
    if format == "csv":
        dxgov.seal(package)
        assert dxgov.load(package) == found
        assert names[0] in parse_csv(find_file(package, table).read_bytes())[0]


@pytest.mark.parametrize("format", LIST_TYPES)
def test_a_package_that_is_older_than_a_column_with_a_default_has_the_default(format: str, copy_package: Callable[[str], Path]):
    package = copy_package(format)
    drop_columns(package, "agenda_items", "review")
    drop_columns(package, "meetings", "mode")
    assert dxgov.validate(package).problems == ()
    again = dxgov.load(package)
    assert {record.review for record in again.agenda_items} == {Review.REVIEWED}
    assert {record.mode for record in again.meetings} == {MeetingMode.UNKNOWN}
    code = f"import sys, dxgov; dxgov.validate({str(package)!r}); print('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.parametrize("format", LIST_TYPES)
def test_texts_that_earlier_versions_stored_as_numbers_are_read_as_texts(format: str, copy_package: Callable[[str], Path]):
    package = copy_package(format)

    def declare_integer(descriptor: dict[str, Any]) -> None:
        (resource,) = (each for each in descriptor["resources"] if each["name"] == "agenda_items")
        (field,) = (field for field in resource["schema"]["fields"] if field["name"] == "number")
        field["type"] = "integer"

    if format == "parquet":
        column = MODEL.tables["agenda_items"].column("number").name
        edit_parquet(
            package,
            "agenda_items",
            lambda data: data.set_column(data.column_names.index(column), column, data[column].cast(pa.int64())),
        )
        assert [problem.code for problem in dxgov.validate(package)] == [Code.WRONG_TYPE]  # numbers that nothing declares are refused
    edit_descriptor(package, declare_integer)
    assert dxgov.validate(package).problems == ()
    assert dxgov.load(package).agenda_items == sound().agenda_items


@pytest.mark.parametrize("columns", [("themes", "label"), ("actors", "founded_start"), ("themes", "id")], ids=lambda columns: columns[1])
def test_what_a_package_must_have_is_told_even_if_it_declares_nothing(columns: tuple[str, ...], copy_package: Callable[[str], Path]):
    """Neither a required column nor one that follows from another may be left out."""
    package = copy_package("csv")
    drop_columns(package, *columns)
    problems = [(problem.code, problem.table, problem.field) for problem in dxgov.validate(package)]
    assert problems == [(Code.MISSING_COLUMN, *columns)]
