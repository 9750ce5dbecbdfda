"""What databases have in common: statements that make the tables and views of a data set, and tables that say what they are.

Beside the tables of a package there is a view ``<table>_wide`` for each table of records, with the columns of its wide form
(`dxgov.exporters.wide_schema`), and the tables ``dxgov_…``: `dxgov_metadata`, `dxgov_tables`, `dxgov_columns`, `dxgov_codes` and
`dxgov_captions`, what each record is called in lists.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator

import pyarrow as pa
from attrs import frozen

from dxgov.errors import ModelError
from dxgov.exporters.dictionary import CODE_HEADER, COLUMN_HEADER, TABLE_HEADER, code_rows, column_rows, table_rows
from dxgov.exporters.wide_schema import Joined, WideTable, wide_table
from dxgov.marks import Minimum, Ref
from dxgov.metadata import Metadata
from dxgov.model.serialization import unstructure
from dxgov.schema import Column, LinkTable, Model, Table
from dxgov.tables.collection import Collection
from dxgov.text.captions import Captions


@frozen
class Dialect:
    """What one database writes otherwise than another."""

    type: Callable[[Column], str]
    """The type of a column."""
    check: Callable[[Column], str | None]
    """What the cells of a column fulfil beside what their type says."""
    refers: Callable[[Table | LinkTable, Column], bool]
    """Whether a reference can be declared as a foreign key."""
    table_end: Callable[[Table | LinkTable], str]
    """What stands after the columns of a table."""
    texts: Callable[[str, str], str]
    """Texts as one value, in order: from a select list and what follows it, which ends with ``ORDER BY``."""
    members: Callable[[str], str]
    """The members of a list column as rows with the columns ``member`` and ``place``."""


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def require_names(model: Model) -> None:
    """Refuse a model some of whose names are one to a database, which does not tell capital letters from small ones.

    Raises:
        ModelError: it says which.
    """
    tables = [*model.stored, *(f"{name}_wide" for name in model.tables), *(f"dxgov_{name}" for name, _, _ in _ABOUT)]
    places = {model.name: tables} | {name: [column.name for column in table.stored] for name, table in model.stored.items()}
    for place, names in places.items():
        for name, times in Counter(each.lower() for each in names).items():
            if times > 1:
                raise ModelError(f"{place}: {name!r} names two things in a database, where capital letters do not count")


def create_table(model: Model, table: Table | LinkTable, dialect: Dialect) -> str:
    """The statement that makes a table, with what each column means as a comment."""
    lines = []
    for column in table.stored:
        parts = [quoted(column.name), dialect.type(column), *(["NOT NULL"] if column.required or column.many else [])]
        if table.key == (column.name,):
            parts.append("PRIMARY KEY")
        if column.has(Ref) and column.target and dialect.refers(table, column):
            (key,) = model.tables[column.target].key
            parts.append(f"REFERENCES {quoted(column.target)} ({quoted(key)})")
        parts += [f"CHECK ({check})" for check in _checks(column, dialect)]
        lines.append((" ".join(parts), " ".join(f"{column.label}: {column.description}".split())))
    if len(table.key) > 1:
        lines.append((f"PRIMARY KEY ({', '.join(map(quoted, table.key))})", ""))
    body = "\n".join(
        f"  {line}{',' if number < len(lines) else ''}{f' -- {meaning}' if meaning else ''}"
        for number, (line, meaning) in enumerate(lines, 1)
    )
    return f"CREATE TABLE {quoted(table.name)} (\n{body}\n){dialect.table_end(table)}"


def _checks(column: Column, dialect: Dialect) -> Iterator[str]:
    minimum = column.mark(Minimum)
    if minimum:
        yield f"{quoted(column.name)} >= {minimum.value}"
    if column.codes and not column.many:
        yield f"{quoted(column.name)} IN ({', '.join(map(text, column.codes))})"
    check = dialect.check(column)
    if check:
        yield check


def create_view(model: Model, table: Table, dialect: Dialect) -> str:
    """The statement that makes the view with the columns of a table's wide form."""
    return _View(model, wide_table(model, table), dialect).statement()


class _View:
    """How the columns of a wide form are asked for."""

    def __init__(self, model: Model, wide: WideTable, dialect: Dialect) -> None:
        self._model = model
        self._wide = wide
        self._dialect = dialect
        paths = dict.fromkeys(each.path for each in wide.joined)
        self._aliases = {path: f"p{number}" if path else "own" for number, path in enumerate(paths)}

    def statement(self) -> str:
        columns = ",\n".join(f"  {self._asked(each)} AS {quoted(each.column.name)}" for each in self._wide.joined)
        joins = "".join(self._join(path) for path in self._aliases if path)
        return f"CREATE VIEW {quoted(self._wide.name)} AS SELECT\n{columns}\nFROM {quoted(self._wide.table.name)} AS own{joins}"

    def _join(self, path: tuple[Column, ...]) -> str:
        target, before = self._model.tables[str(path[-1].target)], self._aliases.get(path[:-1], "own")
        alias = self._aliases[path]
        on = f"{alias}.{quoted(target.key[0])} = {before}.{quoted(path[-1].name)}"
        return f"\nLEFT JOIN {quoted(target.name)} AS {alias} ON {on}"

    def _asked(self, joined: Joined) -> str:
        owner = self._model.tables[str(joined.path[-1].target)] if joined.path else self._wide.table
        alias, source = self._aliases[joined.path], joined.source
        cell = f"{alias}.{quoted(source.name)}"
        if source.has(Ref):
            if source.many:
                return self._many(owner, alias, source, joined.lang)
            return f"(SELECT {joined.lang} FROM dxgov_captions WHERE id = {cell})" if joined.lang else cell
        if joined.lang is None:
            return cell
        codes = f'"table" = {text(owner.name)} AND "column" = {text(source.name)} AND code'
        if source.many:
            return self._dialect.texts(
                "d.title", f"FROM {self._dialect.members(cell)} AS m JOIN dxgov_codes AS d ON {codes} = m.member ORDER BY m.place"
            )
        return f"(SELECT title FROM dxgov_codes WHERE {codes} = {cell})"

    def _many(self, owner: Table, alias: str, source: Column, lang: str | None) -> str:
        """Ids or captions of a many-valued reference, from its link table."""
        link = next(link for link in self._model.links.values() if source in link.spelled)
        target = f"l.{quoted(link.target_column.name)}"
        where = f"l.{quoted(link.owner_column.name)} = {alias}.{quoted(owner.key[0])}"
        if link.role_column and source.through:
            where += f" AND l.{quoted(link.role_column.name)} = {text(str(source.through.role))}"
        called = f" JOIN dxgov_captions AS c ON c.id = {target}" if lang else ""
        rest = f"FROM {quoted(link.name)} AS l{called} WHERE {where} ORDER BY l.{quoted(link.stored[-1].name)}"
        return self._dialect.texts(f"c.{lang}" if lang else target, rest)


_ABOUT: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("metadata", ("property", "value"), ("property",)),
    ("tables", TABLE_HEADER, ("table",)),
    ("columns", COLUMN_HEADER, ("table", "column")),
    ("codes", CODE_HEADER, ("table", "column", "code")),
    ("captions", ("id", "table", "ja", "en"), ("id",)),
)
"""The tables that say what the others are: name, columns, key."""


def about_tables(data: Collection, type: str) -> Iterator[tuple[str, str, int, Iterator[tuple[str | None, ...]]]]:
    """Each table that says what the others are: its name, the statement that makes it, how many columns it has, and its rows.

    `type` is what the database calls a text.
    """
    tables = tuple(data.model().stored.values())
    rows = {
        "metadata": _metadata_rows(data.metadata),
        "tables": table_rows(tables),
        "columns": column_rows(tables),
        "codes": code_rows(tables),
        "captions": _caption_rows(data),
    }
    for name, columns, key in _ABOUT:
        body = ", ".join(f"{quoted(column)} {type}{' NOT NULL' if column in key else ''}" for column in columns)
        create = f"CREATE TABLE dxgov_{name} ({body}, PRIMARY KEY ({', '.join(map(quoted, key))}))"
        yield f"dxgov_{name}", create, len(columns), (tuple(cell or None for cell in row) for row in rows[name])


def _metadata_rows(about: Metadata) -> Iterator[tuple[str, ...]]:
    """What the data set says about itself; lists as JSON."""
    for name, value in unstructure(about).items():
        if value != []:
            yield name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _caption_rows(data: Collection) -> Iterator[tuple[str, ...]]:
    captions = Captions(data)
    for name in data.model().tables:
        columns: list[pa.Array] = [captions.ids(name), captions.of(name, "ja"), captions.of(name, "en")]
        for id, japanese, english in zip(*(column.to_pylist() for column in columns), strict=True):
            yield id, name, japanese, english
