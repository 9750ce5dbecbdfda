"""Key summaries: the keys and references of a batch, which can be checked only together with those of all other batches.

A summary is much smaller than its batch, so that the summaries of many batches fit into memory where the rows do not. Each of its rows has
a key, and a check looks only at rows of equal keys. Summaries can therefore be concatenated in any order and hash-partitioned by key.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from dxgov.codes import Code
from dxgov.marks import Ref, Together, UniqueWithin
from dxgov.schema import Column, Floor, LinkTable, Model, Table
from dxgov.tables.arrow import as_arrow, as_numpy, as_scalar, fill_null, index_array, mask_array, mask_as_numpy, text_array
from dxgov.tables.hashing import hash_rows
from dxgov.validation.batches import RowBatch


class RelationKind(StrEnum):
    """Kinds of key relations."""

    IDS = "ids"
    """Key: the id of each record."""
    UNIQUE = "unique"
    """Key: a hash of the columns that must be unique together. Equal rows have equal hashes; the reverse has to be checked."""
    REFERENCE = "reference"
    """Key: each distinct id that a column refers to, once per batch."""
    RESTRICTED_REFERENCE = "restricted-reference"
    """Key: each distinct id that a column refers to which accepts only some kinds of records. Only for columns that share a link table;
    for others `REFERENCE` has the same keys."""
    EMPTY_CELL_REFERENCE = "empty-cell-reference"
    """Key: each distinct id that a column refers to in rows in which another column is empty, which only some kinds of records allow."""
    RECORD_KIND = "record-kind"
    """Key: the id of a record. Value: its kind, as the index of the code in the codes of the column."""
    END_DATE = "end-date"
    """Key: an id that is referred to. Value: the last day of a date of the referring record, which must not precede one of the record
    referred to."""
    START_DATE = "start-date"
    """Key: the id of a record. Value: the first day of a date which dates of referring records must not precede."""
    INDIRECT_REFERENCE = "indirect-reference"
    """Key: the id of a record. Value: the id of another record whose `START_DATE` dates of referring records must not precede either."""
    LINK_OWNER = "link-owner"
    """Key: the id of each record that has a value in a list column that a link table stores."""
    PARENT = "parent"
    """Key: the id of a record. Value: the id of its parent."""
    PARENT_PAIR = "parent-pair"
    """Key: the id of the direct parent of a record. Value: the id of the farther parent that the record states."""


@frozen
class KeyRelation:
    """Keys of a table, and the values that belong to them, which are checked across batches and tables."""

    kind: RelationKind
    table: str
    column: str = ""
    """The column to check. For `RelationKind.UNIQUE`, the one that problems name."""
    key_column: str = ""
    """The column that holds the keys, where this is neither `column` nor the id: the direct parent for `RelationKind.PARENT_PAIR`, the
    reference for `RelationKind.END_DATE` and `RelationKind.EMPTY_CELL_REFERENCE`."""


@frozen
class KindRule:
    """A rule that the records a column refers to are of some kinds."""

    relation: KeyRelation
    """The relation under which faults are filed."""
    source: KeyRelation
    """The relation that holds the keys; the same unless a `RelationKind.REFERENCE` has them."""
    target: str
    """The table that the column refers to."""
    kinds: tuple[Code, ...]
    """The accepted kinds."""

    @property
    def applies_if_empty(self) -> bool:
        """True if the rule is for rows in which another column is empty."""
        return self.relation.kind is RelationKind.EMPTY_CELL_REFERENCE


@frozen(eq=False)
class KeySummary:
    """Rows of each key relation in one batch."""

    tables: Mapping[KeyRelation, pa.Table]
    """Rows by relation, with the columns ``key``, ``value`` if the kind has one, and ``row``, the row key."""
    cycle_candidates: frozenset[str] = frozenset()
    """Self-referencing columns that could contain a cycle: at least one row refers to an id >= its own.

    A column whose references all lead to smaller ids contains none.
    """
    id_range: tuple[str, str] | None = None
    """The first and the last id, if the ids are strictly ascending; else None."""


@cache
def list_relations(model: Model, name: str) -> tuple[KeyRelation, ...]:
    """Return all key relations of a table."""
    return tuple(_iter_relations(model, model.stored[name]))


def _iter_relations(model: Model, table: Table | LinkTable) -> Iterator[KeyRelation]:
    # References, and those of them that accept only some kinds of records.
    for column in table.stored:
        if column.has(Ref):
            yield KeyRelation(RelationKind.REFERENCE, table.name, column.name)
    for rule in list_kind_rules(table):
        if rule.relation == rule.source:
            yield rule.relation
    # Link tables have no ids, but pairs of ids and numbers that must be unique, and owners that may need a link.
    if isinstance(table, LinkTable):
        yield KeyRelation(RelationKind.UNIQUE, table.name, table.key[-1])
        yield KeyRelation(RelationKind.UNIQUE, table.name, table.stored[-1].name)
        yield from (KeyRelation(RelationKind.LINK_OWNER, table.name, column.name) for column in table.spelled if column.required)
        return
    # Ids and unique numbers.
    yield KeyRelation(RelationKind.IDS, table.name, table.key[0])
    yield from (KeyRelation(RelationKind.UNIQUE, table.name, column.name) for column in table.stored if column.has(UniqueWithin))
    # The kinds of records, if some column accepts only some of them.
    rules = (rule for stored in model.stored.values() for rule in list_kind_rules(stored) if rule.target == table.name)
    for name in dict.fromkeys(table.kind_column(rule.kinds).name for rule in rules):  # type: ignore[union-attr]  # `Model` has checked
        yield KeyRelation(RelationKind.RECORD_KIND, table.name, name)
    # Dates that must not precede those of other records, and the dates that others must not precede.
    yield from (KeyRelation(RelationKind.END_DATE, table.name, floor.end, floor.reference) for floor in model.floors(table))
    for floor in (floor for floor in _list_floors(model) if floor.target is table):
        yield from list_floor_relations(floor)
    # Records with two parents, and the parents of those parents.
    for nearer, column in find_parent_pairs(model, table):
        yield KeyRelation(RelationKind.PARENT_PAIR, table.name, column.name, nearer.name)
    parents = {column.name for nearer, column in _list_parent_pairs(model) if nearer.target == table.name}
    yield from (KeyRelation(RelationKind.PARENT, table.name, column.name) for column in table.parents if column.name in parents)


@cache
def _list_floors(model: Model) -> tuple[Floor, ...]:
    return tuple(floor for table in model.tables.values() for floor in model.floors(table))


@cache
def _list_parent_pairs(model: Model) -> tuple[tuple[Column, Column], ...]:
    return tuple(pair for table in model.tables.values() for pair in find_parent_pairs(model, table))


def list_floor_relations(floor: Floor) -> list[KeyRelation]:
    """Return the relation with the dates that others must not precede, and the one with the indirect references, if there is one."""
    start_dates = KeyRelation(RelationKind.START_DATE, floor.target.name, floor.start)
    if not floor.mark.through:
        return [start_dates]
    return [start_dates, KeyRelation(RelationKind.INDIRECT_REFERENCE, floor.target.name, floor.mark.through)]


@cache
def list_kind_rules(table: Table | LinkTable) -> tuple[KindRule, ...]:
    """Return the rules of a table by which references accept only some kinds of records."""
    return tuple(_iter_kind_rules(table))


def _iter_kind_rules(table: Table | LinkTable) -> Iterator[KindRule]:
    # Columns that accept only some kinds. Those that share a link table have keys of their own, others those of the reference.
    shared = isinstance(table, LinkTable) and table.role_column is not None
    for column in table.spelled if isinstance(table, LinkTable) and shared else table.stored:
        if column.kinds:
            relation = KeyRelation(RelationKind.RESTRICTED_REFERENCE, table.name, column.name)
            source = relation if shared else KeyRelation(RelationKind.REFERENCE, table.name, column.name)
            yield KindRule(relation, source, str(column.target), column.kinds)
    # Columns that may be empty only if a reference leads to some kinds.
    for column in table.stored:
        mark = column.required_unless_of
        if mark and isinstance(table, Table):
            relation = KeyRelation(RelationKind.EMPTY_CELL_REFERENCE, table.name, column.name, mark.reference)
            kinds: tuple[Code, ...] = mark.kinds  # type: ignore[assignment]  # `Model` refuses what is no code
            yield KindRule(relation, relation, str(table.column(mark.reference).target), kinds)


def find_parent_pairs(model: Model, table: Table) -> Iterator[tuple[Column, Column]]:
    """Yield the direct and the farther parent column of each pair of parents, of which the farther is also a parent of the direct one."""
    for nearer in table.parents:
        parent = model.tables.get(nearer.target or "")
        if parent is not None:
            grandparents = {column.name for column in parent.parents} - {nearer.name}
            yield from ((nearer, column) for column in table.parents if column.name in grandparents)


def find_unique_columns(table: Table | LinkTable, column: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the columns that must be unique together, with `column` the last of them, and the set of those that may be empty."""
    if isinstance(table, LinkTable):
        return (table.key if column == table.key[-1] else (*table.key[:-1], column)), frozenset()
    mark = table.column(column).mark(UniqueWithin)
    others = mark.others if mark else ()
    return (*others, column), frozenset(stored.name for stored in table.stored if stored.name in others and not stored.required)


def summarize_keys(model: Model, batch: RowBatch) -> KeySummary:
    """Return the key summary of a batch."""
    # Extract the keys of each relation.
    row_keys = index_array(batch.row_keys())
    tables = {relation: _extract_keys(relation, batch, row_keys) for relation in list_relations(model, batch.table.name)}
    (key, *_) = batch.table.key
    ids = batch.cells(key)
    cycle_candidates = frozenset[str]()
    id_range = None
    if isinstance(batch.table, Table) and len(ids):
        # Rule out cycles cheaply: where every reference leads to a smaller id, as in most files, the search can be left out.
        cycle_candidates = frozenset(
            column.name for column in list_self_references(batch.table) if _may_contain_cycle(ids, batch.cells(column.name))
        )
        # Rule out duplicate ids cheaply: strictly ascending ids, as in most files, need no comparison with all others.
        if not ids.null_count and pc.all(pc.less(ids[:-1], ids[1:])).as_py() is not False:
            id_range = (ids[0].as_py(), ids[-1].as_py())
    return KeySummary({relation: rows for relation, rows in tables.items() if rows.num_rows}, cycle_candidates, id_range)


def list_self_references(table: Table) -> Iterator[Column]:
    """Yield the columns that refer to records of their own table, so that references can form a cycle."""
    return (column for column in table.stored if column.has(Ref) and column.target == table.name and not column.inner)


def _may_contain_cycle(ids: pa.Array, references: pa.Array) -> bool:
    return bool(pc.any(pc.greater_equal(references, ids)).as_py())


def _extract_keys(relation: KeyRelation, batch: RowBatch, row_keys: pa.Array) -> pa.Table:
    """Return the rows of a relation in a batch, with the columns that `KeySummary.tables` describes."""
    ids = batch.table.key[0]
    if relation.kind is RelationKind.UNIQUE:
        return _hash_unique_columns(relation, batch, row_keys)
    if relation.kind is RelationKind.IDS:
        return _drop_nulls({"key": batch.cells(relation.column), "row": row_keys})
    if relation.kind is RelationKind.END_DATE:
        return _drop_nulls({"key": batch.cells(relation.key_column), "value": batch.cells(relation.column), "row": row_keys}, "value")
    if relation.kind in (RelationKind.START_DATE, RelationKind.INDIRECT_REFERENCE):
        return _drop_nulls({"key": batch.cells(ids), "value": batch.cells(relation.column), "row": row_keys}, "value")
    if relation.kind is RelationKind.RECORD_KIND:
        return _drop_nulls({"key": batch.cells(ids), "value": _encode_kinds(batch, relation.column), "row": row_keys}, "value")
    if relation.kind is RelationKind.PARENT:
        return _drop_nulls({"key": batch.cells(ids), "value": batch.cells(relation.column), "row": row_keys})
    if relation.kind is RelationKind.PARENT_PAIR:
        return _drop_repeated_pairs({"key": batch.cells(relation.key_column), "value": batch.cells(relation.column), "row": row_keys})
    if relation.kind is RelationKind.EMPTY_CELL_REFERENCE:
        empty = mask_missing(batch, relation.column)
        return _find_distinct(batch.cells(relation.key_column).filter(empty), row_keys.filter(empty))
    if relation.kind is RelationKind.LINK_OWNER and isinstance(batch.table, LinkTable):
        owners = batch.cells(batch.table.stored[0].name)
        return _find_distinct(owners.filter(mask_role(batch.table, relation.column, batch, if_unread=True)), row_keys)
    if relation.kind is RelationKind.RESTRICTED_REFERENCE and isinstance(batch.table, LinkTable):
        in_role = mask_role(batch.table, relation.column, batch, if_unread=False)
        return _find_distinct(batch.cells(batch.table.target_column.name).filter(in_role), row_keys.filter(in_role))
    return _find_first_rows(batch.dictionary_encode(relation.column), row_keys)


def find_companion(table: Table | LinkTable, name: str) -> str | None:
    """Return the column that a column goes together with, or None."""
    return next((mark.other for column in table.stored if column.name == name and (mark := column.mark(Together))), None)


def mask_missing(batch: RowBatch, name: str) -> pa.Array:
    """Return a mask of the rows in which a column is empty and could be read, and the column that it goes together with is filled."""
    companion, missing = find_companion(batch.table, name), pc.is_null(batch.cells(name))
    if companion:
        missing = pc.and_(missing, pc.is_valid(batch.cells(companion)))
    return pc.and_not(missing, batch.unread[name]) if name in batch.unread else missing


def mask_role(link: LinkTable, name: str, batch: RowBatch, *, if_unread: bool) -> pa.Array:
    """Return a mask of the link rows that belong to a list column of the owner.

    Args:
        link: the link table.
        name: the name of the list column.
        batch: the link rows.
        if_unread: the result for rows whose role could not be read.
    """
    (column,) = (column for column in link.spelled if column.name == name)
    if not column.through or not column.through.role:
        return mask_array(np.ones(batch.data.num_rows, dtype=bool))
    return fill_null(pc.equal(batch.texts("role"), as_scalar(column.through.role)), if_unread)


def _encode_kinds(batch: RowBatch, name: str) -> pa.Array:
    """Return the index of each cell of a column in the codes of that column."""
    column = next(column for column in batch.table.stored if column.name == name)
    return pc.index_in(batch.texts(name), value_set=text_array(list(column.codes))).cast(pa.int16())


def _hash_unique_columns(relation: KeyRelation, batch: RowBatch, row_keys: pa.Array) -> pa.Table:
    """Return a hash of the columns that must be unique together, for each row that has them.

    Rows with an empty cell are left out, unless that column may be empty; so are rows with a cell that could not be read.
    """
    # Leave out rows without a comparable key.
    names, optional = find_unique_columns(batch.table, relation.column)
    comparable = np.ones(batch.data.num_rows, dtype=bool)
    for name in names:
        if name not in optional and batch.cells(name).null_count:
            comparable &= mask_as_numpy(pc.is_valid(batch.cells(name)))
        if name in batch.unread:
            comparable &= ~mask_as_numpy(batch.unread[name])
    columns = [batch.cells(name) for name in names]
    if not comparable.all():
        columns, row_keys = [column.filter(mask_array(comparable)) for column in columns], row_keys.filter(mask_array(comparable))
    # Hash the others: eight bytes per row stand for all columns.
    hashes = hash_rows(columns).view(np.int64)
    return pa.table({"key": as_arrow(hashes, pa.int64()), "row": row_keys})


def _drop_nulls(columns: Mapping[str, pa.Array], *required: str) -> pa.Table:
    """Return the rows whose key and whose `required` columns are not null."""
    rows = pa.table(columns)
    for name in ("key", *required):
        if rows[name].null_count:
            rows = rows.filter(pc.is_valid(rows[name]))
    return rows


def _find_distinct(cells: pa.Array, row_keys: pa.Array) -> pa.Table:
    """Return each distinct cell that is not null, with the first row that has it."""
    return _find_first_rows(cells.dictionary_encode(null_encoding="mask"), row_keys)


def _find_first_rows(encoded: pa.DictionaryArray, row_keys: pa.Array) -> pa.Table:
    """Return each distinct cell of a dictionary array with the first row that has it."""
    # Assign to each value the rows that have it, the first one last. Null has the index -1, and so the last item.
    indices = as_numpy(fill_null(encoded.indices, -1))
    first_rows = np.full(len(encoded.dictionary) + 1, -1)
    first_rows[indices[::-1]] = np.arange(len(indices))[::-1]
    used = np.flatnonzero(first_rows[:-1] >= 0)
    keys = encoded.dictionary if len(used) == len(encoded.dictionary) else encoded.dictionary.take(index_array(used))
    return pa.table({"key": keys, "row": row_keys.take(index_array(first_rows[used]))})


def _drop_repeated_pairs(columns: Mapping[str, pa.Array]) -> pa.Table:
    """Return the rows whose key and value are not null and differ from those of the row before, which are mostly the same."""
    key, value = columns["key"], columns["value"]
    changes = np.ones(len(key), dtype=bool)
    if len(key) > 1:
        same = pc.and_(pc.equal(key[1:], key[:-1]), pc.equal(value[1:], value[:-1]))
        changes[1:] = ~mask_as_numpy(same)
    valid = mask_as_numpy(pc.and_(pc.is_valid(key), pc.is_valid(value)))
    return pa.table(columns).filter(mask_array(changes & valid))
