"""Faults to plant in a copy of the sound package, each with the one problem that `dxgov.validate` must report.

The functions that return a `PlantedFault` change nothing yet: its method `check` plants it and compares the report.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa
from attrs import frozen

import dxgov
from dxgov import Problem, ProblemCode
from dxgov.languages import Message
from japanese_messages import check_japanese
from package_files import (
    append_row,
    edit_bytes,
    edit_csv,
    edit_descriptor,
    edit_parquet,
    edit_resource,
    find_file,
    find_row,
    remove_row,
    update_row,
)
from soundness import MODEL

Code = ProblemCode

FIRST, SECOND = "req-2031-04-lines", "req-2032-04-lines"
ASK, ASK_B = f"{FIRST}.01.1.a", f"{FIRST}.01.1.b"

RESOURCE_INDEX = {name: index for index, name in enumerate(MODEL.stored)}
"""The index of each table in the list of resources; no table of the sound package is empty."""


@frozen
class PlantedFault:
    """A change to a package, and the one problem that must be reported."""

    name: str
    """The id of its test."""
    damage: Callable[[Path], int | None]
    """Damages a package; returns the row as a problem counts it, or None if the problem names no row."""
    code: ProblemCode
    table: str | None = None
    field: str | None = None
    value: str | None = None
    id: str | None = None
    says: str = ""
    """A part of the message."""
    file: str | None = None
    """The file that the problem names; that of the table if None, or else the descriptor."""

    def check(self, package: Path) -> None:
        """Damage the package and check that it has this one problem."""
        if self.file:
            file = self.file
        elif self.table:
            file = find_file(package, self.table).relative_to(package).as_posix()
        else:
            file = "datapackage.json"
        row = self.damage(package)
        problems = dxgov.validate(package).problems
        expected = Problem(self.code, "", self.table, row, self.field, self.value, self.id, file)
        assert [attrs.evolve(problem, message="") for problem in problems] == [expected], "\n".join(map(str, problems))
        assert self.says in problems[0].message
        # What is wrong with the metadata of a data set is told in English as yet.
        if self.table or isinstance(problems[0].message, Message):
            check_japanese(problems[0])


# Records


def change_cell(name: str, record: str, column: str, value: Any, code: ProblemCode, says: str = "", /, **more: Any) -> PlantedFault:
    """Put a value into a column of a record, which is named as ``table/id``."""
    table, _, id = record.partition("/")
    properties = {"value": None if value is None else str(value), "id": id, **more}
    return PlantedFault(
        name, lambda package: update_row(package, table, {column: value}, id=id), code, table, column, says=says, **properties
    )


def spoil_cell(name: str, record: str, column: str, text: str, says: str, code: ProblemCode = Code.WRONG_TYPE) -> PlantedFault:
    """Put a text that cannot be read into a column of a record, which is named as ``table/id``."""
    return change_cell(name, record, column, text, code, says)


def change_link(
    name: str, table: str, where: dict[str, Any], values: dict[str, Any], code: ProblemCode, column: str, says: str = ""
) -> PlantedFault:
    """Put values into the row of a link table that has the cells of `where`."""
    value, (id, *_) = values[column], {**where, **values}.values()
    text = None if value is None else str(value)
    return PlantedFault(name, lambda package: update_row(package, table, values, **where), code, table, column, text, id, says)


def add_row(
    name: str, table: str, like: dict[str, Any], values: dict[str, Any], code: ProblemCode, column: str, says: str = ""
) -> PlantedFault:
    """Append a copy of the row with the cells of `like`, with other values."""
    cells = {**like, **values}
    (id, *_) = cells.values()
    return PlantedFault(name, lambda package: append_row(package, table, values, **like), code, table, column, str(cells[column]), id, says)


def remove_link(name: str, record: str, field: str, table: str, where: dict[str, Any]) -> PlantedFault:
    """Remove the one row of a link table that a record needs."""
    owner, _, id = record.partition("/")

    def damage(package: Path) -> int:
        remove_row(package, table, **where)
        return find_row(package, owner, id=id)

    return PlantedFault(name, damage, Code.MISSING_VALUE, owner, field, None, id, f"expected at least one row in {table}")


def close_cycle(name: str, table: str, column: str, *ids: str) -> PlantedFault:
    """Have each id refer to the next and the last to the first; the problem is at the first row."""

    def damage(package: Path) -> int:
        for source, target in zip(ids, (*ids[1:], ids[0]), strict=True):
            update_row(package, table, {column: target}, id=source)
        return find_row(package, table, id=ids[0])

    return PlantedFault(name, damage, Code.REFERENCE_CYCLE, table, column, (*ids, ids[0])[1], ids[0], " → ".join((*ids, ids[0])))


# Files


def change_header(
    name: str, table: str, edit: Callable[[list[list[str]]], object], code: ProblemCode, field: str, says: str = ""
) -> PlantedFault:
    """Edit the rows of a CSV file, so that the problem is a column's."""
    return PlantedFault(name, lambda package: edit_csv(package, table, edit), code, table, field, says=says)


def change_row_length(
    name: str, record: str, edit: Callable[[list[str]], object], says: str, *, before: list[list[str]] | None = None
) -> PlantedFault:
    """Edit the CSV row of a record, which is named as ``table/id``, and insert the rows `before` it."""
    table, _, id = record.partition("/")

    def damage(package: Path) -> int:
        row = find_row(package, table, id=id)

        def spoil(rows: list[list[str]]) -> None:
            edit(rows[row - 1])
            rows[row - 1 : row - 1] = before or []

        edit_csv(package, table, spoil)
        return row + len(before or [])

    return PlantedFault(name, damage, Code.ROW_LENGTH, table, says=says)


def change_parquet(
    name: str, table: str, edit: Callable[[pa.Table], pa.Table], code: ProblemCode, field: str, says: str = ""
) -> PlantedFault:
    """Edit the columns of a Parquet file, so that the problem is a column's."""
    return PlantedFault(name, lambda package: edit_parquet(package, table, edit), code, table, field, says=says)


def change_bytes(name: str, table: str, edit: Callable[[bytes], bytes], code: ProblemCode, says: str) -> PlantedFault:
    """Edit the bytes of a file, and state its size and hash anew."""
    return PlantedFault(name, lambda package: edit_bytes(package, table, edit), code, table, says=says)


def change_sealed_bytes(name: str, table: str, edit: Callable[[bytes], bytes], code: ProblemCode, says: str) -> PlantedFault:
    """Edit the bytes of a file, and leave the size and hash that the descriptor states."""
    return PlantedFault(name, lambda package: edit_bytes(package, table, edit, reseal=False), code, table, says=says)


# Descriptors


def change_descriptor(name: str, edit: Callable[[dict[str, Any]], object], code: ProblemCode, says: str, **properties: Any) -> PlantedFault:
    """Edit the descriptor; `properties` are those of the problem."""
    return PlantedFault(name, lambda package: edit_descriptor(package, edit), code, says=says, file="datapackage.json", **properties)


def declare(name: str, key: str, value: Any, says: str, code: ProblemCode = Code.CONTRADICTION, field: str | None = None) -> PlantedFault:
    """Set a property of the resource of themes; the problem names its `field`, or else the property."""
    path = f"resources.{RESOURCE_INDEX['themes']}.{field or key}"
    return PlantedFault(
        name,
        lambda package: edit_resource(package, "themes", **{key: value}),
        code,
        "themes",
        path,
        says=says,
        file="datapackage.json",
    )


def declare_path(name: str, path: str, says: str) -> PlantedFault:
    """Set the path of the resource of themes to an unsafe one."""
    return declare(f"path: {name}", "path", path, says, Code.UNSAFE_PATH)


# What faults do to rows and files


def delete_column(rows: list[list[str]], name: str) -> None:
    """Delete a column from the rows of a CSV file, header first."""
    index = rows[0].index(name)
    for row in rows:
        del row[index]


def add_column(rows: list[list[str]], name: str, text: str) -> None:
    """Append a column of one text to the rows of a CSV file, header first."""
    rows[0].append(name)
    for row in rows[1:]:
        row.append(text)


def replace_column(data: pa.Table, name: str, values: pa.Array) -> pa.Table:
    """Return the table with other values in a column."""
    return data.set_column(data.column_names.index(name), name, values)


def delete_file(package: Path, table: str) -> None:
    """Delete the file of a table."""
    find_file(package, table).unlink()


def move_out(package: Path, table: str) -> None:
    """Move the file of a table out of the package, and leave a symbolic link to it."""
    file = find_file(package, table)
    outside = package.parent / file.name
    file.rename(outside)
    file.symlink_to(outside)
