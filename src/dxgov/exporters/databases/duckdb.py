"""DuckDB: one database with typed tables, keys, comments on tables and columns, and views of the wide forms.

DuckDB gives each file an identifier of its own. The same data give the same content, but not the same bytes.
"""

from collections.abc import Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from dxgov.analysis.said import VIEW
from dxgov.exporters.databases.sql import (
    SqlDialect,
    create_table,
    create_view,
    metadata_tables,
    quote_identifier,
    quote_string,
    require_distinct_names,
)
from dxgov.exporters.wide import Joiner
from dxgov.exporters.wide_schema import WideTable, build_said_wide_table
from dxgov.schema import Column, Kind, LinkTable, Model, Table
from dxgov.storage.files import ExportFolder, Files, capture_file
from dxgov.tables.arrow import text_array
from dxgov.tables.collection import Collection
from dxgov.tables.link_tables import split_lists

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": "v1.2.0",
    "default_block_size": 16_384,
    "threads": 1,
}
"""Settings for files that DuckDB 1.2 and newer open.

The block size is the smallest: with the default, each key of a small table takes half a megabyte.
"""

_TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "VARCHAR",
    Kind.CODE: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    Kind.NUMBER: "DECIMAL(38, 9)",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.DATE: "DATE",
}


def export_duckdb(data: Collection, _folder: ExportFolder) -> Files:
    """Yield the database, named after the data set.

    Raises:
        ModelError: names that differ only in case would clash in a database.
    """
    require_distinct_names(data.model())
    yield f"{data.metadata.name}.duckdb", capture_file(partial(_write_database, data))


def _write_database(data: Collection, path: Path) -> None:
    model = data.model()
    dialect = _make_dialect(model)
    rows_by_table = split_lists(model, {name: records.data for name, records in data.tables.items()})
    with closing(duckdb.connect(path, config=_SETTINGS)) as connection:
        connection.execute("BEGIN")
        for name, table in model.stored.items():
            _create_table(connection, model, table, dialect)
            _insert_rows(connection, name, rows_by_table[name])
        said = build_said_wide_table(model)
        if said:
            _create_table(connection, model, said, dialect)
            for batch in Joiner(data, said).batches():
                _insert_rows(connection, said.name, pa.table([cells for _, cells in batch], names=[column.name for column, _ in batch]))
        for name, statement, column_count, rows in metadata_tables(data, "VARCHAR"):
            connection.execute(statement)
            columns = list(zip(*rows, strict=True)) or [()] * column_count
            names = [f"c{number}" for number in range(column_count)]
            _insert_rows(connection, name, pa.table([text_array(column) for column in columns], names=names))
        for table in model.tables.values():
            connection.execute(create_view(model, table, dialect))
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT")


def _create_table(connection: "duckdb.DuckDBPyConnection", model: Model, table: Table | LinkTable | WideTable, dialect: SqlDialect) -> None:
    """Create a table, with comments on it and its columns."""
    connection.execute(create_table(model, table, dialect))
    name = quote_identifier(table.name)
    connection.execute(f"COMMENT ON TABLE {name} IS {quote_string(f'{table.titles.joined}: {table.descriptions.joined}')}")
    for column in table.stored:
        comment = quote_string(f"{column.titles.joined}: {column.descriptions.joined}")
        connection.execute(f"COMMENT ON COLUMN {name}.{quote_identifier(column.name)} IS {comment}")


def _insert_rows(connection: "duckdb.DuckDBPyConnection", name: str, rows: pa.Table) -> None:
    connection.register("batch", rows)
    connection.execute(f"INSERT INTO {quote_identifier(name)} SELECT * FROM batch")
    connection.unregister("batch")


def _column_type(column: Column) -> str:
    return "VARCHAR[]" if column.many else _TYPES[column.kind]


def _check_constraint(column: Column) -> str | None:
    if column.many and column.codes:
        return f"list_has_all([{', '.join(map(quote_string, column.codes))}], {quote_identifier(column.name)})"
    return None


def _make_dialect(model: Model) -> SqlDialect:
    order = [*model.stored, VIEW]

    def can_declare_foreign_key(table: Table | LinkTable | WideTable, column: Column) -> bool:
        """Return whether the target table exists already; DuckDB accepts no forward references, nor references within a statement."""
        return order.index(str(column.target)) < order.index(table.name)

    return SqlDialect(
        column_type=_column_type,
        check_constraint=_check_constraint,
        can_declare_foreign_key=can_declare_foreign_key,
        table_options=lambda _: "",
        aggregate_texts=lambda expression, query_tail: f"(SELECT coalesce(list(x), []) FROM (SELECT {expression} AS x {query_tail}))",
        unnest=lambda cell: f"(SELECT unnest({cell}) AS member, generate_subscripts({cell}, 1) AS place)",
    )
