"""SQLite: one database with all tables, their keys and constraints, views of the wide forms, and descriptions.

The same steps create it each time, so that the same data give the same bytes with the same version of SQLite.
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
from dxgov.exporters.databases.sql import SqlDialect, create_table, create_view, metadata_tables, quote_identifier, require_distinct_names
from dxgov.exporters.wide import Joiner
from dxgov.exporters.wide_schema import WideTable, build_said_wide_table
from dxgov.formats.csv_writer import format_cells, slice_rows
from dxgov.marks import Ref
from dxgov.schema import Column, Kind, LinkTable, Model, Table
from dxgov.storage.files import ExportFolder, Files, capture_file
from dxgov.tables.arrow import combine_chunks
from dxgov.tables.collection import Collection
from dxgov.tables.columns import DescribedTable
from dxgov.tables.decoding import normalize_decimal
from dxgov.tables.link_tables import split_lists

APPLICATION_ID = int.from_bytes(b"dxgv")
"""``PRAGMA application_id`` of a database of dxgov."""

LAYOUT_VERSION = 1
"""Version of the layout (``PRAGMA user_version``)."""

_MINIMUM_VERSION = (3, 37)
"""First version of SQLite with strict tables."""

_TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "TEXT",
    Kind.CODE: "TEXT",
    Kind.INTEGER: "INTEGER",
    Kind.NUMBER: "ANY",  # an integer or float if that is exact, else the digits as a text
    Kind.BOOLEAN: "INTEGER",
    Kind.DATE: "TEXT",
}


def export_sqlite(data: Collection, _folder: ExportFolder) -> Files:
    """Yield the database, named after the data set, and ``metadata.json``, which describes its tables to Datasette.

    Raises:
        NotInstalledError: the SQLite of this Python is too old.
        ModelError: names that differ only in case would clash in a database.
    """
    if sqlite3.sqlite_version_info < _MINIMUM_VERSION:
        minimum, version = ".".join(map(str, _MINIMUM_VERSION)), sqlite3.sqlite_version
        raise NotInstalledError(f"this Python comes with SQLite {version}; {minimum} or newer is needed")
    require_distinct_names(data.model())
    yield f"{data.metadata.name}.sqlite", capture_file(partial(_write_database, data))
    yield "metadata.json", (json.dumps(_datasette_metadata(data), ensure_ascii=False, indent=2) + "\n").encode()


def _write_database(data: Collection, path: Path) -> None:
    model = data.model()
    rows_by_table = split_lists(model, {name: records.data for name, records in data.tables.items()})
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for setting in ("page_size = 4096", "journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {LAYOUT_VERSION}")
        connection.execute("BEGIN")
        for name, table in model.stored.items():
            connection.execute(create_table(model, table, SQLITE_DIALECT))
            connection.executemany(_insert_statement(name, len(table.stored)), _make_rows(table, rows_by_table[name]))
        said = build_said_wide_table(model)
        if said:
            connection.execute(create_table(model, said, SQLITE_DIALECT))
            for batch in Joiner(data, said).batches():
                columns = [_to_sqlite_values(column, cells) for column, cells in batch]
                connection.executemany(_insert_statement(said.name, len(batch)), zip(*columns, strict=True))
        for name, statement, column_count, rows in metadata_tables(data, "TEXT"):
            connection.execute(f"{statement} STRICT, WITHOUT ROWID")
            connection.executemany(_insert_statement(name, column_count), rows)
        for statement in _index_statements(model):
            connection.execute(statement)
        for table in model.tables.values():
            connection.execute(create_view(model, table, SQLITE_DIALECT))
        connection.execute("COMMIT")
        connection.execute("VACUUM")


def _insert_statement(table: str, column_count: int) -> str:
    return f"INSERT INTO {quote_identifier(table)} VALUES ({', '.join('?' * column_count)})"


def _index_statements(model: Model) -> Iterator[str]:
    """Yield a CREATE INDEX statement for each reference that is not the first column of a key.

    The name of an index is ``table.column``, which no table can have.
    """
    for name, table in model.stored.items():
        for column in table.stored:
            if column.has(Ref) and column.name != table.key[0]:
                index = quote_identifier(f"{name}.{column.name}")
                yield f"CREATE INDEX {index} ON {quote_identifier(name)} ({quote_identifier(column.name)})"


def _make_rows(table: Table | LinkTable, data: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in slice_rows(data):
        yield from zip(*(_to_sqlite_values(column, combine_chunks(batch[column.name])) for column in table.stored), strict=True)


def _to_sqlite_values(column: Column, cells: pa.Array) -> list[Any]:
    if column.many:
        return format_cells(column, cells).to_pylist()  # type: ignore[no-any-return]
    if column.kind is Kind.NUMBER:
        return [None if cell is None else _to_sqlite_number(cell) for cell in cells.to_pylist()]
    if column.kind is Kind.BOOLEAN:
        return [None if cell is None else int(cell) for cell in cells.to_pylist()]
    return (cells if column.kind is Kind.INTEGER else format_cells(column, cells)).to_pylist()  # type: ignore[no-any-return]


def _to_sqlite_number(value: Decimal) -> int | float | str:
    """Return the number as an integer or float if that is exact, else its digits."""
    if value == value.to_integral_value() and -(2**63) <= value < 2**63:
        return int(value)
    nearest = float(value)
    return nearest if Decimal(repr(nearest)) == value else format(normalize_decimal(value), "f")


def _column_type(column: Column) -> str:
    return "TEXT" if column.many else _TYPES[column.kind]


def _check_constraint(column: Column) -> str | None:
    name = quote_identifier(column.name)
    if column.many:
        return f"json_valid({name})"
    return {Kind.BOOLEAN: f"{name} IN (0, 1)", Kind.DATE: f"{name} IS date({name}, '+0 days')"}.get(column.kind)


def _table_options(table: Table | LinkTable | WideTable) -> str:
    """Return STRICT, so that no number gets into a text column, and WITHOUT ROWID for the short rows of link tables."""
    return " STRICT, WITHOUT ROWID" if isinstance(table, LinkTable) else " STRICT"


def _aggregate_texts(expression: str, query_tail: str) -> str:
    return f"(SELECT group_concat(x, ';') FROM (SELECT replace({expression}, ';', '；') AS x {query_tail}))"


SQLITE_DIALECT = SqlDialect(
    column_type=_column_type,
    check_constraint=_check_constraint,
    can_declare_foreign_key=lambda _table, _column: True,
    table_options=_table_options,
    aggregate_texts=_aggregate_texts,
    unnest=lambda cell: f"(SELECT value AS member, key AS place FROM json_each({cell}))",
)


def _datasette_metadata(data: Collection) -> dict[str, Any]:
    """Return the descriptions that Datasette shows, and the label column of each table for its links."""
    metadata, model = data.metadata, data.model()
    tables: dict[str, Any] = {}
    said = build_said_wide_table(model)
    described: Mapping[str, DescribedTable] = {**model.stored, **({said.name: said} if said else {})}
    for name, table in described.items():
        column_descriptions = {column.name: f"{column.titles.joined}: {column.descriptions.joined}" for column in table.stored}
        tables[name] = {"title": table.titles.joined, "description": table.descriptions.joined, "columns": column_descriptions}
        captions = [column for column in table.captions if not column.has(Ref)] if isinstance(table, Table) else []
        caption = next((column.name for column in sorted(captions, key=lambda column: not column.required)), None)
        if caption:
            tables[name]["label_column"] = caption
    document: dict[str, Any] = {
        "title": metadata.title or metadata.name,
        "description": metadata.description,
        "source_url": metadata.homepage,
    }
    for license in metadata.licenses[:1]:
        document |= {"license": license.title or license.name, "license_url": license.path}
    return {name: value for name, value in document.items() if value} | {"databases": {metadata.name: {"tables": tables}}}
