"""What a batch of rows says that can only be judged together with all others: its keys, and what it refers to.

A summary holds little of a batch and never what belongs together in a row, so that summaries of many batches fit where the rows do
not. All of it is keyed, and what has the same key meets: summaries can be put together in any order, and parted by key again.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from dxgov.marks import Ref, UniqueWithin
from dxgov.schema import Column, Floor, LinkTable, Model, Table
from dxgov.tables.arrow import filled, integers, literal, mask, numbers, positions, text_array, truths
from dxgov.tables.hashing import row_hashes
from dxgov.validation.batches import Frame


class Kind(StrEnum):
    """What a relation is about."""

    IDS = "ids"
    """The id of each record."""
    UNIQUE = "unique"
    """A number for what must not repeat: equal where it does."""
    REFERENCE = "reference"
    """What a column refers to, once for each batch."""
    TAKES = "takes"
    """What a column refers to that takes records of some kinds only; kept by itself only for columns that share a link table."""
    CODE = "code"
    """Of which kind each record is, as the place of the code among those of the column."""
    BEFORE = "before"
    """Of a reference the last day of a date of the record that refers, which must not lie before one of the record referred to."""
    SINCE = "since"
    """Of each record the first day of a date before which dates of others must not lie."""
    THROUGH = "through"
    """Of each record the one through which such a date is looked for, too."""
    LINKED = "linked"
    """The records that have something in a column that a link table spells."""
    WHOLE = "whole"
    """What a record is a part of."""
    PART = "part"
    """What a record is a part of, directly and, as it says itself, above that."""


@frozen
class Relation:
    """Something to be known of a table as a whole."""

    kind: Kind
    table: str
    column: str = ""
    """The column that it is about; of `Kind.UNIQUE`, the one that is told."""
    other: str = ""
    """Of `Kind.PART`, the column with what a record is a part of directly."""


@frozen(eq=False)
class Summary:
    """What the rows of a batch, or of many, say of each relation."""

    keyed: Mapping[Relation, pa.Table]
    """For each relation the columns ``key``, ``other`` where there is one, and ``row``, the place of the row."""
    upward: frozenset[str] = frozenset()
    """Columns that refer to records of their own table, where some reference leads to an id that does not come before the record's.

    Where every reference leads to an id that does, none can go in a circle.
    """
    ends: tuple[str, str] | None = None
    """The first and the last id, where each is greater than the one before."""


@cache
def relations(model: Model, name: str) -> tuple[Relation, ...]:
    """What is to be known of a table as a whole."""
    return tuple(_relations(model, model.stored[name]))


def _relations(model: Model, table: Table | LinkTable) -> Iterator[Relation]:
    for column in table.stored:
        if column.has(Ref):
            yield Relation(Kind.REFERENCE, table.name, column.name)
    for relation, source, _ in restricted(table):
        if relation == source:
            yield relation
    if isinstance(table, LinkTable):
        yield Relation(Kind.UNIQUE, table.name, table.key[-1])
        yield Relation(Kind.UNIQUE, table.name, table.stored[-1].name)
        yield from (Relation(Kind.LINKED, table.name, column.name) for column in table.spelled if column.required)
        return
    yield Relation(Kind.IDS, table.name, table.key[0])
    yield from (Relation(Kind.UNIQUE, table.name, column.name) for column in table.stored if column.has(UniqueWithin))
    asked = (column for each in model.stored.values() for _, _, column in restricted(each) if column.target == table.name)
    for name in dict.fromkeys(model.kind_column(column).name for column in asked):  # type: ignore[union-attr]  # they take some kinds
        yield Relation(Kind.CODE, table.name, name)
    yield from (Relation(Kind.BEFORE, table.name, floor.end, floor.reference) for floor in model.floors(table))
    for floor in (floor for floor in _floors(model) if floor.target is table):
        yield from floor_relations(floor)
    for nearer, column in shared_wholes(model, table):
        yield Relation(Kind.PART, table.name, column.name, nearer.name)
    wholes = {column.name for nearer, column in _all_shared_wholes(model) if nearer.target == table.name}
    yield from (Relation(Kind.WHOLE, table.name, column.name) for column in table.parents if column.name in wholes)


@cache
def _floors(model: Model) -> tuple[Floor, ...]:
    return tuple(floor for table in model.tables.values() for floor in model.floors(table))


@cache
def _all_shared_wholes(model: Model) -> tuple[tuple[Column, Column], ...]:
    return tuple(pair for table in model.tables.values() for pair in shared_wholes(model, table))


def floor_relations(floor: Floor) -> list[Relation]:
    """Return what says the dates before which others must not lie, and through which records they are looked for, too."""
    since = Relation(Kind.SINCE, floor.target.name, floor.start)
    return [since, *([Relation(Kind.THROUGH, floor.target.name, floor.mark.through)] if floor.mark.through else [])]


@cache
def restricted(table: Table | LinkTable) -> tuple[tuple[Relation, Relation, Column], ...]:
    """Return the columns that take records of some kinds only, each with its `Kind.TAKES` and with what says what it refers to."""
    if isinstance(table, LinkTable) and table.role_column:
        roles = [(column, Relation(Kind.TAKES, table.name, column.name)) for column in table.spelled if column.kinds]
        return tuple((relation, relation, column) for column, relation in roles)
    return tuple(
        (Relation(Kind.TAKES, table.name, column.name), Relation(Kind.REFERENCE, table.name, column.name), column)
        for column in table.stored
        if column.kinds
    )


def shared_wholes(model: Model, table: Table) -> Iterator[tuple[Column, Column]]:
    """Where records are parts of two others, one of which is a part of the other: the nearer reference, and the farther one."""
    for nearer in table.parents:
        parent = model.tables.get(nearer.target or "")
        if parent is not None:
            theirs = {column.name for column in parent.parents} - {nearer.name}
            yield from ((nearer, column) for column in table.parents if column.name in theirs)


def unique_columns(table: Table | LinkTable, column: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The columns in which no two rows of a table may agree, `column` the last of them; and those of them that may be empty."""
    if isinstance(table, LinkTable):
        return (table.key if column == table.key[-1] else (*table.key[:-1], column)), frozenset()
    mark = table.column(column).mark(UniqueWithin)
    others = mark.others if mark else ()
    return (*others, column), frozenset(each.name for each in table.stored if each.name in others and not each.required)


def summary(model: Model, frame: Frame) -> Summary:
    """What a batch says of the relations of its table."""
    rows = positions(frame.places())
    found = {relation: _keyed(relation, frame, rows) for relation in relations(model, frame.table.name)}
    (key, *_) = frame.table.key
    ids = frame.cells(key)
    upward = frozenset[str]()
    ends = None
    if isinstance(frame.table, Table) and len(ids):
        upward = frozenset(column.name for column in upward_columns(frame.table) if _leads_up(ids, frame.cells(column.name)))
        if not ids.null_count and pc.all(pc.less(ids[:-1], ids[1:])).as_py() is not False:
            ends = (ids[0].as_py(), ids[-1].as_py())
    return Summary({relation: table for relation, table in found.items() if table.num_rows}, upward, ends)


def upward_columns(table: Table) -> Iterator[Column]:
    """The columns that may go in a circle: a record refers in them to records of its own table."""
    return (column for column in table.stored if column.has(Ref) and column.target == table.name and not column.inner)


def _leads_up(ids: pa.Array, references: pa.Array) -> bool:
    return bool(pc.any(pc.greater_equal(references, ids)).as_py())


def _keyed(relation: Relation, frame: Frame, rows: pa.Array) -> pa.Table:
    if relation.kind is Kind.UNIQUE:
        return _unique(relation, frame, rows)
    if relation.kind is Kind.IDS:
        return _filled({"key": frame.cells(relation.column), "row": rows})
    if relation.kind is Kind.BEFORE:
        return _filled({"key": frame.cells(relation.other), "other": frame.cells(relation.column), "row": rows}, "other")
    if relation.kind in (Kind.SINCE, Kind.THROUGH):
        return _filled({"key": frame.cells(frame.table.key[0]), "other": frame.cells(relation.column), "row": rows}, "other")
    if relation.kind is Kind.CODE:
        return _filled({"key": frame.cells(frame.table.key[0]), "other": _code_places(frame, relation.column), "row": rows}, "other")
    if relation.kind is Kind.WHOLE:
        return _filled({"key": frame.cells(frame.table.key[0]), "other": frame.cells(relation.column), "row": rows})
    if relation.kind is Kind.PART:
        return _changes({"key": frame.cells(relation.other), "other": frame.cells(relation.column), "row": rows})
    if relation.kind is Kind.LINKED and isinstance(frame.table, LinkTable):
        return _distinct(frame.cells(frame.table.stored[0].name).filter(of_role(frame.table, relation.column, frame, unread=True)), rows)
    if relation.kind is Kind.TAKES and isinstance(frame.table, LinkTable):
        stands = of_role(frame.table, relation.column, frame, unread=False)
        return _distinct(frame.cells(frame.table.target_column.name).filter(stands), rows.filter(stands))
    return _firsts(frame.encoded(relation.column), rows)


def of_role(link: LinkTable, name: str, frame: Frame, *, unread: bool) -> pa.Array:
    """Return a mask of the rows that stand for a column of the owner; of those whose role could not be read it says `unread`."""
    (column,) = (each for each in link.spelled if each.name == name)
    if not column.through or not column.through.role:
        return mask(np.ones(frame.data.num_rows, dtype=bool))
    return filled(pc.equal(frame.texts("role"), literal(column.through.role)), unread)


def _code_places(frame: Frame, name: str) -> pa.Array:
    """Return the place of each code of a column among all codes of the column."""
    column = next(each for each in frame.table.stored if each.name == name)
    return pc.index_in(frame.texts(name), value_set=text_array(list(column.codes))).cast(pa.int16())


def _unique(relation: Relation, frame: Frame, rows: pa.Array) -> pa.Table:
    """A row with an empty cell does not count, unless the column may be empty; one with a cell that could not be read never does."""
    names, optional = unique_columns(frame.table, relation.column)
    counted = np.ones(frame.data.num_rows, dtype=bool)
    for name in names:
        if name not in optional and frame.cells(name).null_count:
            counted &= truths(pc.is_valid(frame.cells(name)))
        if name in frame.unread:
            counted &= ~truths(frame.unread[name])
    cells = [frame.cells(name) for name in names]
    if not counted.all():
        cells, rows = [each.filter(mask(counted)) for each in cells], rows.filter(mask(counted))
    hashes = row_hashes(cells).view(np.int64)
    return pa.table({"key": integers(hashes, pa.int64()), "row": rows})


def _filled(columns: Mapping[str, pa.Array], *needed: str) -> pa.Table:
    """The rows that have a key, and what else is needed."""
    found = pa.table(columns)
    for name in ("key", *needed):
        if found[name].null_count:
            found = found.filter(pc.is_valid(found[name]))
    return found


def _distinct(cells: pa.Array, rows: pa.Array) -> pa.Table:
    """Each filled cell once, with the first row that has it."""
    return _firsts(cells.dictionary_encode(null_encoding="mask"), rows)


def _firsts(encoded: pa.DictionaryArray, rows: pa.Array) -> pa.Table:
    """Return each distinct cell with the first row that has it."""
    highest = np.maximum.accumulate(numbers(filled(encoded.indices, -1)))
    first = np.flatnonzero(np.diff(highest, prepend=np.int32(-1)) > 0)  # codes are given in the order in which they come
    return pa.table({"key": encoded.dictionary, "row": rows.take(positions(first))})


def _changes(columns: Mapping[str, pa.Array]) -> pa.Table:
    """The rows in which key and other are filled and not both as in the row before, which they mostly are."""
    key, other = columns["key"], columns["other"]
    new = np.ones(len(key), dtype=bool)
    if len(key) > 1:
        same = pc.and_(pc.equal(key[1:], key[:-1]), pc.equal(other[1:], other[:-1]))
        new[1:] = ~truths(same)
    there = truths(pc.and_(pc.is_valid(key), pc.is_valid(other)))
    return pa.table(columns).filter(mask(new & there))
