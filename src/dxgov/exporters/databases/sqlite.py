"""SQLite: one database with all tables, their keys and rules, views with joined names, and what everything means.

It is made anew by the same steps each time, so that the same data give the same bytes with the same version of SQLite.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from dxgov.errors import NotInstalledError
from dxgov.exporters.databases.sql import Dialect, about_tables, create_table, create_view, quoted, require_names
from dxgov.formats.csv_writer import cell_texts, row_pieces
from dxgov.marks import Ref
from dxgov.schema import Column, Kind, LinkTable, Model, Table
from dxgov.storage.files import Files, written_by
from dxgov.tables.arrow import one
from dxgov.tables.collection import Collection
from dxgov.tables.decoding import plain_decimal
from dxgov.tables.link_tables import split

APPLICATION = int.from_bytes(b"dxgv")
"""What marks a file as a database of dxgov (``PRAGMA application_id``)."""

LAYOUT = 1
"""The version of the layout (``PRAGMA user_version``)."""

_NEEDED = (3, 37)
"""The first version of SQLite that has strict tables."""

_TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "TEXT",
    Kind.CODE: "TEXT",
    Kind.INTEGER: "INTEGER",
    Kind.NUMBER: "ANY",  # a whole number, a fraction where that is exact, and else the digits as a text
    Kind.BOOLEAN: "INTEGER",
    Kind.DATE: "TEXT",
}


def database(data: Collection) -> Files:
    """The database, called as the data set is, and ``metadata.json``, which tells Datasette what its tables are.

    Raises:
        NotInstalledError: Python comes with an SQLite that is too old.
        ModelError: names that differ in capital letters only would be one in a database.
    """
    if sqlite3.sqlite_version_info < _NEEDED:
        needed, found = ".".join(map(str, _NEEDED)), sqlite3.sqlite_version
        raise NotInstalledError(f"this Python comes with SQLite {found}; {needed} or newer is needed")
    require_names(data.model())
    yield f"{data.metadata.name}.sqlite", written_by(partial(_write, data))
    yield "metadata.json", (json.dumps(_for_datasette(data), ensure_ascii=False, indent=2) + "\n").encode()


def _write(data: Collection, place: Path) -> None:
    model = data.model()
    stored = split(model, {name: records.data for name, records in data.tables.items()})
    with closing(sqlite3.connect(place, isolation_level=None)) as base:
        for setting in ("page_size = 4096", "journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF"):
            base.execute(f"PRAGMA {setting}")
        base.execute(f"PRAGMA application_id = {APPLICATION}")
        base.execute(f"PRAGMA user_version = {LAYOUT}")
        base.execute("BEGIN")
        for name, table in model.stored.items():
            base.execute(create_table(model, table, DIALECT))
            places = ", ".join("?" * len(table.stored))
            base.executemany(f"INSERT INTO {quoted(name)} VALUES ({places})", _rows(table, stored[name]))
        for name, create, width, rows in about_tables(data, "TEXT"):
            base.execute(f"{create} STRICT, WITHOUT ROWID")
            base.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * width)})", rows)
        for statement in _indices(model):
            base.execute(statement)
        for table in model.tables.values():
            base.execute(create_view(model, table, DIALECT))
        base.execute("COMMIT")
        base.execute("VACUUM")


def _indices(model: Model) -> Iterator[str]:
    """An index for each reference that no key begins with; its name, ``table.column``, no table can have."""
    for name, table in model.stored.items():
        for column in table.stored:
            if column.has(Ref) and column.name != table.key[0]:
                yield f"CREATE INDEX {quoted(f'{name}.{column.name}')} ON {quoted(name)} ({quoted(column.name)})"


def _rows(table: Table | LinkTable, data: pa.Table) -> Iterator[tuple[Any, ...]]:
    for piece in row_pieces(data):
        yield from zip(*(_cells(column, one(piece[column.name])) for column in table.stored), strict=True)


def _cells(column: Column, cells: pa.Array) -> list[Any]:
    if column.many:
        return cell_texts(column, cells).to_pylist()  # type: ignore[no-any-return]
    if column.kind is Kind.NUMBER:
        return [None if cell is None else _number(cell) for cell in cells.to_pylist()]
    if column.kind is Kind.BOOLEAN:
        return [None if cell is None else int(cell) for cell in cells.to_pylist()]
    return (cells if column.kind is Kind.INTEGER else cell_texts(column, cells)).to_pylist()  # type: ignore[no-any-return]


def _number(value: Decimal) -> int | float | str:
    """The number as SQLite can compute with it where nothing is lost, and else its digits."""
    if value == value.to_integral_value() and -(2**63) <= value < 2**63:
        return int(value)
    near = float(value)
    return near if Decimal(repr(near)) == value else format(plain_decimal(value), "f")


def _type(column: Column) -> str:
    return "TEXT" if column.many else _TYPES[column.kind]


def _check(column: Column) -> str | None:
    name = quoted(column.name)
    if column.many:
        return f"json_valid({name})"
    return {Kind.BOOLEAN: f"{name} IN (0, 1)", Kind.DATE: f"{name} IS date({name}, '+0 days')"}.get(column.kind)


def _table_end(table: Table | LinkTable) -> str:
    """Strict, so that no number gets into a text column; rows of link tables are short and lie in their key."""
    return " STRICT, WITHOUT ROWID" if isinstance(table, LinkTable) else " STRICT"


def _texts(asked: str, rest: str) -> str:
    return f"(SELECT group_concat(x, ';') FROM (SELECT replace({asked}, ';', '；') AS x {rest}))"


DIALECT = Dialect(
    type=_type,
    check=_check,
    refers=lambda _table, _column: True,
    table_end=_table_end,
    texts=_texts,
    members=lambda cell: f"(SELECT value AS member, key AS place FROM json_each({cell}))",
)


def _for_datasette(data: Collection) -> dict[str, Any]:
    """What Datasette shows beside the tables, and which column stands for a record in its links."""
    about, model = data.metadata, data.model()
    tables: dict[str, Any] = {}
    for name, table in model.stored.items():
        meanings = {column.name: f"{column.label}. {column.description}" for column in table.stored}
        tables[name] = {"title": f"{name} {table.label}", "description": table.description, "columns": meanings}
        caption = next((column.name for column in table.captions if not column.has(Ref)), None) if isinstance(table, Table) else None
        if caption:
            tables[name]["label_column"] = caption
    found: dict[str, Any] = {"title": about.title or about.name, "description": about.description, "source_url": about.homepage}
    for terms in about.licenses[:1]:
        found |= {"license": terms.title or terms.name, "license_url": terms.path}
    return {name: value for name, value in found.items() if value} | {"databases": {about.name: {"tables": tables}}}
