"""DuckDB: one database with all tables in their types, keys, comments on tables and columns, and views with joined names.

DuckDB gives each file an identifier of its own, so that the same data give the same content, not the same bytes.
"""

from collections.abc import Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from dxgov.exporters.databases.sql import Dialect, about_tables, create_table, create_view, quoted, require_names, text
from dxgov.schema import Column, Kind, LinkTable, Model, Table
from dxgov.storage.files import Files, written_by
from dxgov.tables.arrow import text_array
from dxgov.tables.collection import Collection
from dxgov.tables.link_tables import split

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": "v1.2.0",
    "default_block_size": 16_384,
    "threads": 1,
}
"""Files that DuckDB 1.2 and newer open, in the smallest blocks: with the usual ones each key of a small table takes half a megabyte."""

_TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "VARCHAR",
    Kind.CODE: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    Kind.NUMBER: "DECIMAL(38, 9)",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.DATE: "DATE",
}


def database(data: Collection) -> Files:
    """The database, called as the data set is.

    Raises:
        ModelError: names that differ in capital letters only would be one in a database.
    """
    require_names(data.model())
    yield f"{data.metadata.name}.duckdb", written_by(partial(_write, data))


def _write(data: Collection, place: Path) -> None:
    model = data.model()
    dialect = _dialect(model)
    stored = split(model, {name: records.data for name, records in data.tables.items()})
    with closing(duckdb.connect(place, config=_SETTINGS)) as base:
        base.execute("BEGIN")
        for name, table in model.stored.items():
            base.execute(create_table(model, table, dialect))
            _insert(base, name, stored[name])
            base.execute(f"COMMENT ON TABLE {quoted(name)} IS {text(f'{table.label}: {table.description}')}")
            for column in table.stored:
                about = text(f"{column.label}: {column.description}")
                base.execute(f"COMMENT ON COLUMN {quoted(name)}.{quoted(column.name)} IS {about}")
        for name, create, width, rows in about_tables(data, "VARCHAR"):
            base.execute(create)
            columns = list(zip(*rows, strict=True)) or [()] * width
            _insert(base, name, pa.table([text_array(column) for column in columns], names=[f"c{number}" for number in range(width)]))
        for table in model.tables.values():
            base.execute(create_view(model, table, dialect))
        base.execute("COMMIT")
        base.execute("CHECKPOINT")


def _insert(base: "duckdb.DuckDBPyConnection", name: str, rows: pa.Table) -> None:
    base.register("given", rows)
    base.execute(f"INSERT INTO {quoted(name)} SELECT * FROM given")
    base.unregister("given")


def _type(column: Column) -> str:
    return "VARCHAR[]" if column.many else _TYPES[column.kind]


def _check(column: Column) -> str | None:
    if column.many and column.codes:
        return f"list_has_all([{', '.join(map(text, column.codes))}], {quoted(column.name)})"
    return None


def _dialect(model: Model) -> Dialect:
    order = list(model.stored)

    def refers(table: Table | LinkTable, column: Column) -> bool:
        """DuckDB takes foreign keys to tables that are there already, and none to rows of the same statement."""
        return order.index(str(column.target)) < order.index(table.name)

    return Dialect(
        type=_type,
        check=_check,
        refers=refers,
        table_end=lambda _: "",
        texts=lambda asked, rest: f"(SELECT coalesce(list(x), []) FROM (SELECT {asked} AS x {rest}))",
        members=lambda cell: f"(SELECT unnest({cell}) AS member, generate_subscripts({cell}, 1) AS place)",
    )
