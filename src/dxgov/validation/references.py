"""Checks of references across tables: targets exist and are of accepted kinds, there are no cycles, and parents and dates agree.

Functions ``find_…`` look at the key summaries of one partition and yield the faulty rows of each relation. Functions ``report_…`` look at
the rows themselves in the second pass and yield problems.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from dxgov.errors import MAX_NAME_LENGTH, Problem, ProblemCode, did_you_mean, short_repr
from dxgov.languages import LanguageMap, Message, join_texts
from dxgov.metadata import Redirects
from dxgov.schema import Column, Floor, LinkTable, Model, Table
from dxgov.suggestions import SuggestionIndex
from dxgov.tables.arrow import as_arrow, as_numpy, combine_chunks, fill_null, index_array
from dxgov.validation.batches import RowBatch, find_true_rows
from dxgov.validation.key_store import KeyPartition, KeyStore
from dxgov.validation.key_summary import KeyRelation, KindRule, RelationKind, list_floor_relations, list_kind_rules, mask_missing, mask_role
from dxgov.validation.uniqueness import sort_by_row


def find_unknown_references(model: Model, partition: KeyPartition) -> Iterator[tuple[KeyRelation, pa.Table]]:
    """Yield the ids in each reference column that no record it may refer to has: ``key``, and ``row``, the first row with it."""
    # Look up the references of all columns with one target together, so that its ids are indexed once.
    by_target: dict[str | None, list[tuple[KeyRelation, pa.Table]]] = {}
    for relation, rows in partition.items():
        if relation.kind is RelationKind.REFERENCE:
            by_target.setdefault(get_column(model, relation).target, []).append((relation, rows))
    for target, references in by_target.items():
        keys = pa.chunked_array([chunk for _, rows in references for chunk in rows["key"].chunks], pa.string())
        unknown = pc.invert(pc.is_in(keys, value_set=collect_ids(model, partition, target)))
        if pc.any(unknown).as_py():
            # Split the result by column again.
            start = 0
            for relation, rows in references:
                unknown_rows = rows.filter(unknown.slice(start, rows.num_rows))
                start += rows.num_rows
                if unknown_rows.num_rows:
                    yield relation, unknown_rows


def get_column(model: Model, relation: KeyRelation) -> Column:
    """Return the column that a relation checks."""
    return next(column for column in model.stored[relation.table].stored if column.name == relation.column)


def collect_ids(model: Model, partition: KeyPartition, target: str | None) -> pa.Array:
    """Return the ids of a table, or of all tables if `target` is None."""
    relations = list_id_relations(model, target)
    chunks = [chunk for relation in relations if relation in partition for chunk in partition[relation]["key"].chunks]
    return combine_chunks(pa.chunked_array(chunks, pa.string()))


def list_id_relations(model: Model, target: str | None) -> list[KeyRelation]:
    """Return the relations with the ids of a table, or of all tables if `target` is None."""
    return [KeyRelation(RelationKind.IDS, name, model.tables[name].key[0]) for name in ([target] if target else model.tables)]


def select_first_wrong_kinds(rows: pa.Table, limit: int) -> pa.Table:
    """Return the first `limit` distinct ids of records of a wrong kind, each with its kind: ``key`` and ``value``."""
    _, firsts = np.unique(as_numpy(combine_chunks(sort_by_row(rows)["key"]).dictionary_encode().indices), return_index=True)
    return sort_by_row(rows).select(["key", "value"]).take(index_array(firsts[:limit]))


def select_first_unknown(rows: pa.Table, limit: int) -> pa.Array:
    """Return the first `limit` distinct unknown ids, which are enough for the first `limit` problems."""
    keys = combine_chunks(sort_by_row(rows)["key"])
    return keys if len(keys) <= limit else pc.unique(keys).slice(0, limit)


class UnknownIdMessages:
    """Messages about the unknown ids in a column, with the id that replaces one by a redirect, or a similar id that records have."""

    def __init__(self, model: Model, column: Column, known_ids: SuggestionIndex, redirects: Redirects) -> None:
        singular = model.tables[column.target].singular.replace("_", " ") if column.target else "record"
        noun_ja = model.tables[column.target].titles.ja if column.target else "記録"
        self._noun = LanguageMap(noun_ja, f"{'an' if singular[0] in 'aeiou' else 'a'} {singular}").message
        self._known_ids, self._redirects = known_ids, redirects
        self._messages: dict[str, str] = {}

    def __call__(self, id: str) -> str:
        """Return the message about an unknown id."""
        if id not in self._messages:
            searchable = len(self._messages) < _MAX_SUGGESTIONS and len(id) <= MAX_NAME_LENGTH and id not in self._redirects
            hint = did_you_mean(id, self._known_ids.find_similar(id)) if searchable else ""
            self._messages[id] = Message(
                "{id} is not {noun}{hint}",
                "{id}という{noun}はない。{hint}",
                id=short_repr(id),
                noun=self._noun,
                hint=self._redirects.explain_missing(id, hint),
            )
        return self._messages[id]


_MAX_SUGGESTIONS = 200
"""Maximum unknown ids per column for which a similar id is searched."""


def report_unknown_references(batch: RowBatch, column: str, unknown_ids: pa.Array, get_message: Callable[[str], str]) -> Iterator[Problem]:
    """Yield a problem for each reference to an unknown id.

    Args:
        batch: the rows.
        column: the reference column.
        unknown_ids: the ids that no record has.
        get_message: the function that returns the message about an id.
    """
    cells = batch.cells(column)
    for row in find_true_rows(pc.is_in(cells, value_set=unknown_ids, skip_nulls=True)):
        value = cells[row].as_py()
        yield batch.problem(ProblemCode.UNKNOWN_REFERENCE, get_message(value), row, column, value)


def report_cycles(batches: Iterable[RowBatch], column: str, key: str) -> Iterator[tuple[int, Problem]]:
    """Yield the row key and the problem of each cycle of references, at its first row.

    Args:
        batches: the rows of the table in which the column is filled. Of rows with equal ids only the first may be among them, because
            references lead to that one.
        column: the self-referencing column.
        key: the column of ids.
    """
    batches = list(batches)
    if not batches:
        return
    # Turn references into indices: `targets[row]` is the row that `row` refers to. Rows that refer to none of these rows lead to the
    # last item, which is -1 and therefore leads to itself.
    ids, cells = (pa.concat_arrays([batch.cells(name) for batch in batches]) for name in (key, column))
    starts = np.cumsum([0, *(batch.data.num_rows for batch in batches)])
    target_rows = fill_null(pc.index_in(cells, value_set=ids, skip_nulls=True).cast(pa.int64()), -1)
    targets = np.append(as_numpy(target_rows), -1)
    # Follow all references at once by pointer doubling: each round doubles the number of steps, so that after log2(n) rounds every row
    # has made more steps than there are rows. Those that still have a target lead into a cycle.
    descendants = targets
    for _ in range(len(targets).bit_length()):
        descendants = descendants[descendants]
    unvisited = descendants >= 0
    for start in np.flatnonzero(unvisited).tolist():
        # Walk from each such row until a row was visited. The walk found a new cycle if that row is on its own path.
        row, path = start, []
        while unvisited[row]:
            unvisited[row] = False
            path.append(row)
            row = int(targets[row])
        if row in path:
            # Cut off the way into the cycle, and rotate the cycle so that it begins and ends with its first row.
            cycle = path[path.index(row) :]
            first = min(cycle)
            rotated = cycle[cycle.index(first) :] + cycle[: cycle.index(first) + 1]
            # Shorten the list of ids in the middle.
            visible = rotated if len(rotated) <= _MAX_CYCLE_IDS else [*rotated[: _MAX_CYCLE_IDS - 1], rotated[-1]]
            names = [str(ids[member].as_py()) for member in visible]
            rest = Message("… ({number:,} more)", "…（ほか{number:,}件）", number=len(rotated) - len(visible))
            steps = join_texts(names if visible is rotated else [*names[:-1], rest, names[-1]], " → ", " → ")
            message = Message("leads back to itself: {steps}", "参照が自分自身に戻る：{steps}", steps=steps)
            # Find the batch of the first row, and its index there.
            number = int(np.searchsorted(starts, first, side="right")) - 1
            batch, index = batches[number], int(first - starts[number])
            yield int(batch.row_keys()[index]), batch.problem(ProblemCode.REFERENCE_CYCLE, message, index, column, names[1])


_MAX_CYCLE_IDS = 20
"""Maximum ids of a cycle in a message."""


def find_parent_mismatches(model: Model, partition: KeyPartition) -> Iterator[tuple[KeyRelation, pa.Table]]:
    """Yield the pairs of parents of which the direct one states another parent than the record does.

    The columns are ``key``, the direct parent, ``value``, the farther parent as the record states it, ``expected``, the one that the direct
    parent states, and ``row``, the first row with that pair.
    """
    for relation, rows in partition.items():
        parent = model.tables[relation.table].column(relation.key_column).target if relation.kind is RelationKind.PARENT_PAIR else None
        parents = partition.get(KeyRelation(RelationKind.PARENT, parent, relation.column)) if parent else None
        if parents is not None:
            # Look up what each direct parent states; of several records with one id the first counts.
            ordered = sort_by_row(parents)
            indices = pc.index_in(combine_chunks(rows["key"]), value_set=combine_chunks(ordered["key"]))
            expected = combine_chunks(ordered["value"]).take(indices)
            differs = fill_null(pc.not_equal(combine_chunks(rows["value"]), expected), False)
            if pc.any(differs).as_py():
                yield relation, rows.append_column("expected", expected).filter(differs)


def report_parent_mismatches(batch: RowBatch, nearer: str, column: str, mismatches: pa.Table) -> Iterator[Problem]:
    """Yield a problem for each record that states another farther parent than its direct parent does.

    Args:
        batch: the rows.
        nearer: the column of the direct parent.
        column: the column of the farther parent.
        mismatches: the rows of `find_parent_mismatches`, without those in which a parent is unknown: these are unknown references.
    """
    cells, parents = batch.cells(column), batch.cells(nearer)
    expected = combine_chunks(mismatches["expected"]).take(
        pc.index_in(parents, value_set=combine_chunks(mismatches["key"]), skip_nulls=True)
    )
    bad = pc.and_(pc.is_in(cells, value_set=combine_chunks(mismatches["value"]), skip_nulls=True), pc.not_equal(cells, expected))
    for row in find_true_rows(bad):
        message = Message(
            "found {value}, but {nearer} leads to a record of {expected}",
            "値は{value}。一方、{nearer}の示す記録は{expected}に属する。",
            value=short_repr(cells[row].as_py()),
            nearer=nearer,
            expected=short_repr(expected[row].as_py()),
        )
        yield batch.problem(ProblemCode.PARENT_MISMATCH, message, row, column, cells[row].as_py())


def find_wrong_kinds(model: Model, partition: KeyPartition) -> Iterator[tuple[KeyRelation, pa.Table]]:
    """Yield the ids that each `KindRule` finds to belong to records of another kind than it accepts.

    The columns are ``key``, ``row``, the first row with that id, and ``value``, the kind as an index of the codes of its column.
    """
    # Group the rules by the column that holds the kinds of their targets.
    by_kind: dict[KeyRelation, list[tuple[KindRule, pa.Table]]] = {}
    for table in model.stored.values():
        for rule in list_kind_rules(table):
            kind_column = model.tables[rule.target].kind_column(rule.kinds)
            if kind_column and rule.source in partition:
                kinds = KeyRelation(RelationKind.RECORD_KIND, rule.target, kind_column.name)
                by_kind.setdefault(kinds, []).append((rule, partition[rule.source]))
    for kinds, references in by_kind.items():
        if kinds not in partition:
            continue
        # Look up the kinds for all rules of a group at once: an id that several records have is that of the first.
        records = sort_by_row(partition[kinds])
        keys = pa.chunked_array([chunk for _, rows in references for chunk in rows["key"].chunks], pa.string())
        code_indices = combine_chunks(records["value"]).take(combine_chunks(pc.index_in(keys, value_set=combine_chunks(records["key"]))))
        codes = model.tables[kinds.table].column(kinds.column).codes
        # Compare them with the accepted kinds rule by rule.
        start = 0
        for rule, rows in references:
            target_kinds = code_indices.slice(start, rows.num_rows)
            start += rows.num_rows
            wrong_kinds = as_arrow(np.flatnonzero([code not in rule.kinds for code in codes]).astype(np.int16), pa.int16())
            bad = pc.is_in(target_kinds, value_set=wrong_kinds)
            if pc.any(bad).as_py():
                yield rule.relation, rows.select(["key", "row"]).append_column("value", target_kinds).filter(bad)


@frozen(eq=False)
class WrongKinds:
    """References to records of kinds that a column does not accept, or that do not allow it to be empty."""

    reference: str
    """The column of the file that holds the references; in a link table another one than `column`."""
    column: str
    """The column that accepts only some kinds, or that may be empty only with some."""
    required: bool
    """True if `column` may not be empty where the reference leads to one of `records`."""
    expected: str
    """The accepted kinds, in words."""
    records: pa.Table
    """The records of other kinds: ``key``, and ``value``, the index of the kind in `codes`."""
    codes: tuple[str, ...]


def report_wrong_kinds(batch: RowBatch, wrong_kinds: WrongKinds) -> Iterator[Problem]:
    """Yield a problem for each reference to a record of a kind that the column does not accept, or that wants it to be filled."""
    cells = batch.cells(wrong_kinds.reference)
    indices = pc.index_in(cells, value_set=combine_chunks(wrong_kinds.records["key"]), skip_nulls=True)
    bad = pc.is_valid(indices)
    if wrong_kinds.required:
        for row in find_true_rows(pc.and_(bad, mask_missing(batch, wrong_kinds.column))):
            kind = wrong_kinds.codes[wrong_kinds.records["value"][indices[row].as_py()].as_py()]
            message = Message(
                "found nothing, expected a value because {value} in {reference} is {kind!r}",
                "値がない。{reference}の{value}が{kind!r}であるため必要。",
                value=short_repr(cells[row].as_py()),
                reference=wrong_kinds.reference,
                kind=kind,
            )
            yield batch.problem(ProblemCode.MISSING_VALUE, message, row, wrong_kinds.column)
        return
    if isinstance(batch.table, LinkTable) and batch.table.role_column:
        bad = pc.and_(bad, mask_role(batch.table, wrong_kinds.column, batch, if_unread=False))
    if isinstance(batch.table, Table):  # a record that refers to itself is reported as a cycle
        bad = pc.and_(bad, fill_null(pc.not_equal(cells, batch.cells(batch.table.key[0])), True))
    kinds = combine_chunks(wrong_kinds.records["value"]).take(indices)
    for row in find_true_rows(bad):
        value, kind = cells[row].as_py(), wrong_kinds.codes[kinds[row].as_py()]
        message = Message(
            "{value} is of the kind {kind!r}, expected {expected}",
            "{value}の種別は{kind!r}。期待する種別は{expected}。",
            value=short_repr(value),
            kind=kind,
            expected=wrong_kinds.expected,
        )
        yield batch.problem(ProblemCode.WRONG_KIND, message, row, wrong_kinds.reference, value)


def find_early_dates(model: Model, table: Table | LinkTable, store: KeyStore) -> Iterator[tuple[Floor, pa.Table]]:
    """Yield the references of each date that must not precede one of another record, where some do.

    The columns are ``key``, the id that the reference holds, ``value``, the first day that the date must not precede, and ``origin``, the
    id of the record that has it. Memory holds the first days of all records of the target, and one partition of references.
    """
    for floor in model.floors(table):
        start_relation, *indirect_relations = list_floor_relations(floor)
        end_relation = KeyRelation(RelationKind.END_DATE, table.name, floor.end, floor.reference)
        # Collect the first days of all records of the target; of records with one id the first counts.
        pieces = [partition[start_relation] for partition in store.iter_partitions([start_relation]) if start_relation in partition]
        if not pieces:
            continue
        start_dates = sort_by_row(pa.concat_tables(pieces))
        ids, days = combine_chunks(start_dates["key"]), combine_chunks(start_dates["value"])
        early_pieces: list[pa.Table] = []
        for partition in store.iter_partitions([end_relation, *indirect_relations]):
            if end_relation not in partition:
                continue
            # Find the records whose first days count: the one referred to, and the one that this refers to in turn.
            keys, ends = combine_chunks(partition[end_relation]["key"]), combine_chunks(partition[end_relation]["value"])
            origins = [keys]
            if indirect_relations and indirect_relations[0] in partition:
                indirect = sort_by_row(partition[indirect_relations[0]])
                origins.append(combine_chunks(indirect["value"]).take(pc.index_in(keys, value_set=combine_chunks(indirect["key"]))))
            # Compare the last days with those first days.
            for origin in origins:
                starts = days.take(pc.index_in(origin, value_set=ids, skip_nulls=True))
                early = fill_null(pc.less(ends, starts), False)
                early_pieces.append(pa.table({"key": keys, "value": starts, "origin": origin}).filter(early))
        # Keep one row per reference, the first, which prefers the record referred to.
        if any(rows.num_rows for rows in early_pieces):
            rows = pa.concat_tables(early_pieces)
            _, firsts = np.unique(as_numpy(combine_chunks(rows["key"]).dictionary_encode().indices), return_index=True)
            yield floor, rows.take(index_array(np.sort(firsts)))


def report_early_dates(batch: RowBatch, floor: Floor, early_dates: pa.Table) -> Iterator[Problem]:
    """Yield a problem for each date that precedes one of the record referred to, or of the record that this refers to in turn."""
    indices = pc.index_in(batch.cells(floor.reference), value_set=combine_chunks(early_dates["key"]), skip_nulls=True)
    starts, origins = combine_chunks(early_dates["value"]).take(indices), combine_chunks(early_dates["origin"]).take(indices)
    for row in find_true_rows(fill_null(pc.less(batch.cells(floor.end), starts), False)):
        value = batch.data[floor.edtf][row].as_py()
        message = Message(
            "found {value}, expected not before {start}, the first day of {field} of {origin}",
            "値は{value}。{origin}の{field}の初日{start}以後でなければならない。",
            value=short_repr(value),
            start=starts[row].as_py(),
            field=floor.mark.field,
            origin=short_repr(origins[row].as_py()),
        )
        yield batch.problem(ProblemCode.WRONG_ORDER, message, row, floor.edtf, value)


def find_missing_links(model: Model, partition: KeyPartition) -> Iterator[tuple[KeyRelation, pa.Table]]:
    """Yield the records without a value in each required list column that a link table stores: ``key`` and ``row``."""
    for link in model.links.values():
        owners = partition.get(KeyRelation(RelationKind.IDS, link.owner.name, link.owner.key[0]))
        for column in link.spelled:
            if column.required and owners is not None:
                relation = KeyRelation(RelationKind.LINK_OWNER, link.name, column.name)
                linked_ids = combine_chunks(partition[relation]["key"]) if relation in partition else pa.nulls(0, pa.string())
                missing = pc.invert(pc.is_in(owners["key"], value_set=linked_ids))
                if pc.any(missing).as_py():
                    yield relation, owners.filter(missing)
