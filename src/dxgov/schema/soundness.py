"""Consistency checks of a model at construction, so that no data get lost in a contradictory one."""

from collections import Counter
from collections.abc import Iterator, Mapping

from dxgov.errors import ModelError, did_you_mean
from dxgov.marks import (
    NotBeforeOf,
    Printed,
    RefersToField,
    RequiredUnlessOf,
    UniqueWithin,
)
from dxgov.schema.tables import Column, Kind, LinkTable, Table


def require_consistent(owner: type, tables: Mapping[str, Table], links: list[LinkTable]) -> None:
    """Check that tables and link tables are consistent.

    Raises:
        ModelError: they are not; the message has one fault per line.
    """
    faults = list(_find_faults(owner, tables, links))
    if faults:
        raise ModelError("\n".join(faults))


def _find_faults(owner: type, tables: Mapping[str, Table], links: list[LinkTable]) -> Iterator[str]:
    """Yield the faults of all tables."""
    for name, count in Counter([*tables, *(link.name for link in links)]).items():
        if count > 1:
            yield f"{owner.__name__}: {name!r} names {count} tables; a table and a link table need a name of their own"
    for name in tables:
        if name in dir(owner):
            yield f"{owner.__name__}: a table cannot be called {name!r}, because every data set has an attribute of that name"
    for record, count in Counter(table.record.__name__ for table in tables.values()).items():
        if count > 1:
            yield f"{owner.__name__}: {count} tables hold records called {record}; give each table a record class of its own"
    for table in tables.values():
        yield from _find_table_faults(table)
        yield from _find_floor_faults(table, tables)
        for column in table.columns:
            unless = column.required_unless_of
            if unless:
                yield from _find_unless_faults(table, column, unless, tables)
            if column.kinds and not (column.target and tables[column.target].kind_column(column.kinds)):
                where = f"{table.record.__name__}: the reference {column.name!r}"
                yield f"{where} takes some kinds only; its target needs one field, not more, with codes such as {column.kinds[0]!r}"


def _find_table_faults(table: Table) -> Iterator[str]:
    """Yield the faults between the columns of a table."""
    names = Counter(column.name for column in table.columns)
    for name, count in names.items():
        if count > 1:
            yield f"{table.record.__name__}: {count} fields fill a column called {name!r}"
    for column in table.columns:
        for name in _collect_mentioned_columns(column):
            if name not in names:
                yield f"{table.record.__name__}: a mark of {column.name!r} names {name!r}, which is no field{did_you_mean(name, names)}"
        for code in column.codes:
            if not (code.label and code.meaning and code.meaning_ja):
                yield f"{type(code).__name__}.{code.name}: a code has a title in Japanese, and a meaning in English and in Japanese"
        if column.has(Printed) and column.kind not in (Kind.TEXT, Kind.INTEGER):
            yield f"{table.record.__name__}: the mark Printed is for texts and whole numbers; {column.name!r} holds neither"


def _find_unless_faults(table: Table, column: Column, mark: RequiredUnlessOf, tables: Mapping[str, Table]) -> Iterator[str]:
    """Yield a fault for a mark RequiredUnlessOf that does not lead from an optional column to codes."""
    where = f"{table.record.__name__}: {column.name!r} has a mark RequiredUnlessOf"
    target = next((tables.get(other.target or "") for other in table.stored if other.name == mark.reference), None)
    if column.required or column.many:
        yield f"{where}, so its type needs | None"
    if target is None or not target.kind_column(mark.kinds):  # type: ignore[arg-type]  # what is no code is found in no column
        yield f"{where} whose reference {mark.reference!r} leads to no table that has one field with codes such as {mark.kinds[0]!r}"


def _find_floor_faults(table: Table, tables: Mapping[str, Table]) -> Iterator[str]:
    """Yield a fault for each mark NotBeforeOf that does not lead from a date to a date."""
    for field in table.fields:
        mark = field.mark(NotBeforeOf)
        reference = next((column for column in table.stored if mark and column.name == mark.reference), None)
        target = tables.get(reference.target or "") if reference else None
        through = next((column for column in target.stored if mark and column.name == mark.through), None) if target else None
        date_parts = {"edtf", "start", "end"}
        target_field = next((candidate for candidate in target.fields if mark and candidate.name == mark.field), None) if target else None
        is_resolved = target is not None and (
            mark is None or mark.through is None or (through is not None and through.target == target.name)
        )
        are_dates = all(date and date_parts <= {part.name for part in date.parts} for date in (field, target_field))
        if mark and not (is_resolved and are_dates):
            yield f"{table.record.__name__}: {field.name!r} has a mark NotBeforeOf that does not lead by references to a date"


def _collect_mentioned_columns(column: Column) -> tuple[str, ...]:
    """Return the names of the columns that the marks of a column mention."""
    names: list[str] = []
    for mark in column.marks:
        if isinstance(mark, RefersToField):
            names.append(mark.other)
        elif isinstance(mark, UniqueWithin):
            names += mark.others
        elif isinstance(mark, Printed) and mark.unless:
            names.append(mark.unless[0])
    return tuple(names)
