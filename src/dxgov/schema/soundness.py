"""A model that contradicts itself is refused when it is made, not when data get lost in it."""

from collections import Counter
from collections.abc import Iterator, Mapping

from dxgov.errors import ModelError, did_you_mean
from dxgov.marks import Differs, Follows, NotBefore, NotBeforeOf, PatternWhere, Printed, RequiredUnless, Together, UniqueWithin
from dxgov.schema.tables import Column, Kind, LinkTable, Table


def require_sound(owner: type, tables: Mapping[str, Table], links: list[LinkTable]) -> None:
    """Refuse tables and link tables that cannot stand together.

    Raises:
        ModelError: it carries what is wrong, one fault on each line.
    """
    faults = list(_faults(owner, tables, links))
    if faults:
        raise ModelError("\n".join(faults))


def _faults(owner: type, tables: Mapping[str, Table], links: list[LinkTable]) -> Iterator[str]:
    for name, times in Counter([*tables, *(link.name for link in links)]).items():
        if times > 1:
            yield f"{owner.__name__}: {name!r} names {times} tables; a table and a link table need a name of their own"
    for name in tables:
        if name in dir(owner):
            yield f"{owner.__name__}: a table cannot be called {name!r}, because every data set has an attribute of that name"
    for record, times in Counter(table.record.__name__ for table in tables.values()).items():
        if times > 1:
            yield f"{owner.__name__}: {times} tables hold records called {record}; give each table a record class of its own"
    for table in tables.values():
        yield from _table_faults(table)
        yield from _floor_faults(table, tables)
        for column in table.columns:
            if column.kinds and not (column.target and tables[column.target].kind_column(column.kinds)):
                where = f"{table.record.__name__}: the reference {column.name!r}"
                yield f"{where} takes some kinds only; its target needs one field, not more, with codes such as {column.kinds[0]!r}"


def _table_faults(table: Table) -> Iterator[str]:
    names = Counter(column.name for column in table.columns)
    for name, times in names.items():
        if times > 1:
            yield f"{table.record.__name__}: {times} fields fill a column called {name!r}"
    for column in table.columns:
        for other in _others(column):
            if other not in names:
                yield f"{table.record.__name__}: a mark of {column.name!r} names {other!r}, which is no field{did_you_mean(other, names)}"
        if column.has(Printed) and column.kind not in (Kind.TEXT, Kind.INTEGER):
            yield f"{table.record.__name__}: the mark Printed is for texts and whole numbers; {column.name!r} holds neither"


def _floor_faults(table: Table, tables: Mapping[str, Table]) -> Iterator[str]:
    """Tell each mark NotBeforeOf that does not lead from a date to a date."""
    for field in table.fields:
        mark = field.mark(NotBeforeOf)
        reference = next((column for column in table.stored if mark and column.name == mark.reference), None)
        target = tables.get(reference.target or "") if reference else None
        through = next((column for column in target.stored if mark and column.name == mark.through), None) if target else None
        dates = {"edtf", "start", "end"}
        other = next((each for each in target.fields if mark and each.name == mark.field), None) if target else None
        led = target is not None and (mark is None or mark.through is None or (through is not None and through.target == target.name))
        if mark and not (led and all(each and dates <= {part.name for part in each.parts} for each in (field, other))):
            yield f"{table.record.__name__}: {field.name!r} has a mark NotBeforeOf that does not lead by references to a date"


def _others(column: Column) -> tuple[str, ...]:
    """The columns that the marks of a column name."""
    found: list[str] = []
    for mark in column.marks:
        if isinstance(mark, NotBefore | Together | RequiredUnless | Follows | Differs | PatternWhere):
            found.append(mark.other)
        elif isinstance(mark, UniqueWithin):
            found += mark.others
        elif isinstance(mark, Printed) and mark.unless:
            found.append(mark.unless[0])
    return tuple(found)
