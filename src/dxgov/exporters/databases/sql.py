"""SQL that the databases share: statements that create tables and views, and tables that describe the data set.

Beside the tables of a package, a database has a view ``<table>_wide`` for each table of records, with the columns of its wide form
(`dxgov.exporters.wide_schema`), a table ``said`` with the wide form of `Dataset.said`, and the tables `dxgov_metadata`, `dxgov_tables`,
`dxgov_columns`, `dxgov_codes` and `dxgov_captions`, which holds the caption of every record.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator

import pyarrow as pa
from attrs import frozen

from dxgov.analysis.said import VIEW
from dxgov.errors import ModelError
from dxgov.exporters.dictionary import CODE_HEADER, COLUMN_HEADER, TABLE_HEADER, code_rows, column_rows, table_rows
from dxgov.exporters.wide_schema import WideColumn, WideTable, build_said_wide_table, build_wide_table
from dxgov.marks import Minimum, Ref
from dxgov.metadata import Metadata
from dxgov.model.serialization import unstructure
from dxgov.schema import Column, LinkTable, Model, Table
from dxgov.tables.captions import Captions
from dxgov.tables.collection import Collection


@frozen
class SqlDialect:
    """The SQL in which one database differs from another."""

    column_type: Callable[[Column], str]
    """Return the SQL type of a column."""
    check_constraint: Callable[[Column], str | None]
    """Return a CHECK expression for a column beyond its type, or None."""
    can_declare_foreign_key: Callable[[Table | LinkTable | WideTable, Column], bool]
    """Return whether a reference can be declared as a foreign key."""
    table_options: Callable[[Table | LinkTable | WideTable], str]
    """Return the table options that follow the column list."""
    aggregate_texts: Callable[[str, str], str]
    """Return an expression that aggregates texts in order, from an expression and the query tail: FROM to ORDER BY."""
    unnest: Callable[[str], str]
    """Return a subquery of the members of a list column, with the columns ``member`` and ``place``."""


def quote_identifier(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quote_string(value: str) -> str:
    """Return a text as an SQL string literal."""
    return "'" + value.replace("'", "''") + "'"


def require_distinct_names(model: Model) -> None:
    """Check that the names of tables and columns stay distinct in a database, which ignores case.

    Raises:
        ModelError: it says which names clash.
    """
    tables = [*model.stored, VIEW, *(f"{name}_wide" for name in model.tables), *(f"dxgov_{name}" for name, _, _ in _METADATA_TABLES)]
    names_by_scope = {model.name: tables} | {name: [column.name for column in table.stored] for name, table in model.stored.items()}
    for scope, names in names_by_scope.items():
        for name, occurrences in Counter(map(str.lower, names)).items():
            if occurrences > 1:
                raise ModelError(f"{scope}: {name!r} names two things in a database, where capital letters do not count")


def create_table(model: Model, table: Table | LinkTable | WideTable, dialect: SqlDialect) -> str:
    """Return the CREATE TABLE statement of a table, with the meaning of each column as a comment."""
    lines = []
    for column in table.stored:
        clauses = [quote_identifier(column.name), dialect.column_type(column), *(["NOT NULL"] if column.required or column.many else [])]
        if table.key == (column.name,):
            clauses.append("PRIMARY KEY")
        if column.has(Ref) and column.target and dialect.can_declare_foreign_key(table, column):
            (key,) = model.tables[column.target].key
            clauses.append(f"REFERENCES {quote_identifier(column.target)} ({quote_identifier(key)})")
        clauses += [f"CHECK ({check})" for check in _check_constraints(column, dialect)]
        lines.append((" ".join(clauses), " ".join(f"{column.titles.joined}: {column.descriptions.joined}".split())))
    if len(table.key) > 1:
        lines.append((f"PRIMARY KEY ({', '.join(map(quote_identifier, table.key))})", ""))
    body = "\n".join(
        f"  {line}{',' if number < len(lines) else ''}{f' -- {comment}' if comment else ''}"
        for number, (line, comment) in enumerate(lines, 1)
    )
    return f"CREATE TABLE {quote_identifier(table.name)} (\n{body}\n){dialect.table_options(table)}"


def _check_constraints(column: Column, dialect: SqlDialect) -> Iterator[str]:
    minimum = column.mark(Minimum)
    if minimum:
        yield f"{quote_identifier(column.name)} >= {minimum.value}"
    if column.codes and not column.many:
        yield f"{quote_identifier(column.name)} IN ({', '.join(map(quote_string, column.codes))})"
    check = dialect.check_constraint(column)
    if check:
        yield check


def create_view(model: Model, table: Table, dialect: SqlDialect) -> str:
    """Return the CREATE VIEW statement for the wide form of a table."""
    return _ViewBuilder(model, build_wide_table(model, table), dialect).statement()


class _ViewBuilder:
    """Builds the SELECT statement of a wide form."""

    def __init__(self, model: Model, wide: WideTable, dialect: SqlDialect) -> None:
        self._model = model
        self._wide = wide
        self._dialect = dialect
        paths = dict.fromkeys(wide_column.path for wide_column in wide.wide_columns)
        self._aliases = {path: f"p{number}" if path else "own" for number, path in enumerate(paths)}

    def statement(self) -> str:
        columns = ",\n".join(
            f"  {self._select_expression(wide_column)} AS {quote_identifier(wide_column.column.name)}"
            for wide_column in self._wide.wide_columns
        )
        joins = "".join(self._join(path) for path in self._aliases if path)
        view, table = quote_identifier(self._wide.name), quote_identifier(self._wide.table.name)
        return f"CREATE VIEW {view} AS SELECT\n{columns}\nFROM {table} AS own{joins}"

    def _join(self, path: tuple[Column, ...]) -> str:
        target, parent_alias = self._model.tables[str(path[-1].target)], self._aliases.get(path[:-1], "own")
        alias = self._aliases[path]
        on = f"{alias}.{quote_identifier(target.key[0])} = {parent_alias}.{quote_identifier(path[-1].name)}"
        return f"\nLEFT JOIN {quote_identifier(target.name)} AS {alias} ON {on}"

    def _select_expression(self, wide_column: WideColumn) -> str:
        owner = self._model.tables[str(wide_column.path[-1].target)] if wide_column.path else self._wide.table
        alias, source = self._aliases[wide_column.path], wide_column.source
        cell = f"{alias}.{quote_identifier(source.name)}"
        if source.has(Ref):
            if source.many:
                return self._link_table_expression(owner, alias, source, wide_column.lang)
            return f"(SELECT {wide_column.lang} FROM dxgov_captions WHERE id = {cell})" if wide_column.lang else cell
        if wide_column.lang is None:
            return cell
        condition = f'"table" = {quote_string(owner.name)} AND "column" = {quote_string(source.name)} AND code'
        if source.many:
            return self._dialect.aggregate_texts(
                "d.title", f"FROM {self._dialect.unnest(cell)} AS m JOIN dxgov_codes AS d ON {condition} = m.member ORDER BY m.place"
            )
        return f"(SELECT title FROM dxgov_codes WHERE {condition} = {cell})"

    def _link_table_expression(self, owner: Table, alias: str, source: Column, lang: str | None) -> str:
        """Return the ids or captions of a list reference, from its link table."""
        link = next(link for link in self._model.links.values() if source in link.spelled)
        target = f"l.{quote_identifier(link.target_column.name)}"
        where = f"l.{quote_identifier(link.owner_column.name)} = {alias}.{quote_identifier(owner.key[0])}"
        if link.role_column and source.through:
            where += f" AND l.{quote_identifier(link.role_column.name)} = {quote_string(str(source.through.role))}"
        caption_join = f" JOIN dxgov_captions AS c ON c.id = {target}" if lang else ""
        order = f"l.{quote_identifier(link.stored[-1].name)}"
        query_tail = f"FROM {quote_identifier(link.name)} AS l{caption_join} WHERE {where} ORDER BY {order}"
        return self._dialect.aggregate_texts(f"c.{lang}" if lang else target, query_tail)


_METADATA_TABLES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("metadata", ("property", "value"), ("property",)),
    ("tables", TABLE_HEADER, ("table",)),
    ("columns", COLUMN_HEADER, ("table", "column")),
    ("codes", CODE_HEADER, ("table", "column", "code")),
    ("captions", ("id", "table", "ja", "en"), ("id",)),
)
"""Tables that describe the others: name, columns, primary key."""


def metadata_tables(data: Collection, text_type: str) -> Iterator[tuple[str, str, int, Iterator[tuple[str | None, ...]]]]:
    """Yield name, CREATE TABLE statement, number of columns and rows of each table that describes the others.

    Args:
        data: the data set.
        text_type: the database's type for texts.
    """
    model = data.model()
    said = build_said_wide_table(model)
    tables = (*model.stored.values(), *([said] if said else []))
    rows = {
        "metadata": _metadata_rows(data.metadata),
        "tables": table_rows(tables),
        "columns": column_rows(tables),
        "codes": code_rows(tables),
        "captions": _caption_rows(data),
    }
    for name, columns, key in _METADATA_TABLES:
        body = ", ".join(f"{quote_identifier(column)} {text_type}{' NOT NULL' if column in key else ''}" for column in columns)
        create = f"CREATE TABLE dxgov_{name} ({body}, PRIMARY KEY ({', '.join(map(quote_identifier, key))}))"
        yield f"dxgov_{name}", create, len(columns), (tuple(cell or None for cell in row) for row in rows[name])


def _metadata_rows(metadata: Metadata) -> Iterator[tuple[str, ...]]:
    """Yield the properties of the metadata; lists as JSON."""
    for name, value in unstructure(metadata).items():
        if value != []:
            yield name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _caption_rows(data: Collection) -> Iterator[tuple[str, ...]]:
    captions = Captions(data)
    for name in data.model().tables:
        columns: list[pa.Array] = [captions.ids(name), captions.get(name, "ja"), captions.get(name, "en")]
        for id, japanese, english in zip(*(column.to_pylist() for column in columns), strict=True):
            yield id, name, japanese, english
