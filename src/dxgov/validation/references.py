"""References lead to records, do not go in circles, and parts agree with what they are parts of."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from dxgov.errors import LONGEST_NAME, Problem, ProblemCode, did_you_mean, quoted
from dxgov.metadata import Redirects
from dxgov.schema import Column, Floor, LinkTable, Model, Table
from dxgov.suggestions import Names
from dxgov.tables.arrow import filled, integers, numbers, one, positions
from dxgov.validation.batches import Frame, true_rows
from dxgov.validation.key_store import Part, Store
from dxgov.validation.key_summary import Kind, Relation, floor_relations, of_role, restricted
from dxgov.validation.uniqueness import in_order


def unknown(model: Model, part: Part) -> Iterator[tuple[Relation, pa.Table]]:
    """Of each column that refers, what is not the id of a record it may refer to: ``key`` and ``row``, the first that has it."""
    by_target: dict[str | None, list[tuple[Relation, pa.Table]]] = {}
    for relation, rows in part.items():
        if relation.kind is Kind.REFERENCE:
            by_target.setdefault(column_of(model, relation).target, []).append((relation, rows))
    for target, found in by_target.items():
        keys = pa.chunked_array([chunk for _, rows in found for chunk in rows["key"].chunks], pa.string())
        lost = pc.invert(pc.is_in(keys, value_set=ids(model, part, target)))
        if pc.any(lost).as_py():
            start = 0
            for relation, rows in found:
                chosen = rows.filter(lost.slice(start, rows.num_rows))
                start += rows.num_rows
                if chosen.num_rows:
                    yield relation, chosen


def column_of(model: Model, relation: Relation) -> Column:
    """The column that a relation is about."""
    return next(column for column in model.stored[relation.table].stored if column.name == relation.column)


def ids(model: Model, part: Part, target: str | None) -> pa.Array:
    """The ids of a table, or of all tables."""
    wanted = ids_of(model, target)
    return one(pa.chunked_array([chunk for each in wanted if each in part for chunk in part[each]["key"].chunks], pa.string()))


def ids_of(model: Model, target: str | None) -> list[Relation]:
    """What says the ids of a table, or of all tables."""
    return [Relation(Kind.IDS, name, model.tables[name].key[0]) for name in ([target] if target else model.tables)]


def first_misfits(rows: pa.Table, most: int) -> pa.Table:
    """Return the first ids of records of a kind that is not taken, each with its kind."""
    _, firsts = np.unique(numbers(one(in_order(rows)["key"]).dictionary_encode().indices), return_index=True)
    return in_order(rows).select(["key", "other"]).take(positions(firsts[:most]))


def first_unknown(rows: pa.Table, most: int) -> pa.Array:
    """The first ids that lead nowhere; no other one is in the first rows that have such."""
    keys = one(in_order(rows)["key"])
    return keys if len(keys) <= most else pc.unique(keys).slice(0, most)


class Hints:
    """What to say of ids that lead nowhere, with the one that stands for it now, or a near one of the ids that are known."""

    def __init__(self, model: Model, column: Column, known: Names, redirects: Redirects) -> None:
        singular = model.tables[column.target].singular.replace("_", " ") if column.target else "record"
        self._noun = f"{'an' if singular[0] in 'aeiou' else 'a'} {singular}"
        self._known, self._redirects = known, redirects
        self._said: dict[str, str] = {}

    def __call__(self, value: str) -> str:
        """What to say of an id."""
        if value not in self._said:
            looked = len(self._said) < _HINTS and len(value) <= LONGEST_NAME and value not in self._redirects
            hint = did_you_mean(value, self._known.near(value)) if looked else ""
            self._said[value] = f"{quoted(value)} is not {self._noun}{self._redirects.absence(value, hint)}"
        return self._said[value]


_HINTS = 200
"""For so many ids that lead nowhere a near one is looked for."""


def dangling(frame: Frame, column: str, lost: pa.Array, say: Callable[[str], str]) -> Iterator[Problem]:
    """Every reference to one of the ids that lead nowhere."""
    cells = frame.cells(column)
    for row in true_rows(pc.is_in(cells, value_set=lost, skip_nulls=True)):
        value = cells[row].as_py()
        yield frame.problem(ProblemCode.UNKNOWN_REFERENCE, say(value), row, column, value)


def circles(frames: Iterable[Frame], column: str, key: str) -> Iterator[tuple[int, Problem]]:
    """Rows from which following the column leads back, with their places; each circle is told once, at its first row.

    Only rows in which the column is filled need be given, and none whose id an earlier row has: references lead to the first one.
    """
    frames = list(frames)
    if not frames:
        return
    ids, cells = (pa.concat_arrays([frame.cells(name) for frame in frames]) for name in (key, column))
    starts = np.cumsum([0, *(frame.data.num_rows for frame in frames)])
    next_row = filled(pc.index_in(cells, value_set=ids, skip_nulls=True).cast(pa.int64()), -1)
    follow = np.append(numbers(next_row), -1)
    ahead = follow
    for _ in range(len(follow).bit_length()):
        ahead = ahead[ahead]
    looping = ahead >= 0
    for start in np.flatnonzero(looping).tolist():
        row, path = start, []
        while looping[row]:
            looping[row] = False
            path.append(row)
            row = int(follow[row])
        if row in path:
            circle = path[path.index(row) :]
            first = min(circle)
            turned = circle[circle.index(first) :] + circle[: circle.index(first) + 1]
            shown = turned if len(turned) <= _LONGEST else [*turned[: _LONGEST - 1], turned[-1]]
            names = [str(ids[each].as_py()) for each in shown]
            way = " → ".join(names if shown is turned else [*names[:-1], f"… ({len(turned) - len(shown):,} more)", names[-1]])
            which = int(np.searchsorted(starts, first, side="right")) - 1
            frame, at = frames[which], int(first - starts[which])
            problem = frame.problem(ProblemCode.REFERENCE_CYCLE, f"leads back to itself: {way}", at, column, names[1])
            yield int(frame.places()[at]), problem


_LONGEST = 20
"""So many ids of a circle a message holds."""


def mismatched(model: Model, part: Part) -> Iterator[tuple[Relation, pa.Table]]:
    """Of each reference to a whole that is farther away, where it is not what the nearer one says it is a part of.

    The columns are ``key``, what the nearer reference holds, ``other``, what the farther one does, ``theirs`` and ``row``, the first
    such row.
    """
    for relation, rows in part.items():
        parent = model.tables[relation.table].column(relation.other).target if relation.kind is Kind.PART else None
        whole = part.get(Relation(Kind.WHOLE, parent, relation.column)) if parent else None
        if whole is not None:
            found = in_order(whole)
            at = pc.index_in(one(rows["key"]), value_set=one(found["key"]))
            theirs = one(found["other"]).take(at)
            differ = filled(pc.not_equal(one(rows["other"]), theirs), False)
            if pc.any(differ).as_py():
                yield relation, rows.append_column("theirs", theirs).filter(differ)


def disagreeing(frame: Frame, nearer: str, column: str, found: pa.Table) -> Iterator[Problem]:
    """Every record that is a part of two others, and does not agree with the nearer one on what that is a part of.

    A reference that leads nowhere is told elsewhere and says nothing here.
    """
    cells, near = frame.cells(column), frame.cells(nearer)
    theirs = one(found["theirs"]).take(pc.index_in(near, value_set=one(found["key"]), skip_nulls=True))
    bad = pc.and_(pc.is_in(cells, value_set=one(found["other"]), skip_nulls=True), pc.not_equal(cells, theirs))
    for row in true_rows(bad):
        message = f"found {quoted(cells[row].as_py())}, but {nearer} leads to a record of {quoted(theirs[row].as_py())}"
        yield frame.problem(ProblemCode.PARENT_MISMATCH, message, row, column, cells[row].as_py())


def misfitting(model: Model, part: Part) -> Iterator[tuple[Relation, pa.Table]]:
    """Of each column that takes records of some kinds only, what refers to one of another kind.

    The columns are ``key``, ``row``, the first row that has it, and ``other``, the place of the kind among the codes of its column.
    """
    by_kind: dict[Relation, list[tuple[Relation, pa.Table, Column]]] = {}
    for table in model.stored.values():
        for relation, source, column in restricted(table):
            kinds = model.kind_column(column)
            if kinds and source in part:
                by_kind.setdefault(Relation(Kind.CODE, str(column.target), kinds.name), []).append((relation, part[source], column))
    for asked, found in by_kind.items():
        if asked not in part:
            continue
        # Look up the kinds for all columns at once: an id that several records have is that of the first.
        known = in_order(part[asked])
        keys = pa.chunked_array([chunk for _, rows, _ in found for chunk in rows["key"].chunks], pa.string())
        places = one(known["other"]).take(one(pc.index_in(keys, value_set=one(known["key"]))))
        codes = model.tables[asked.table].column(asked.column).codes
        start = 0
        for relation, rows, column in found:
            kinds_of = places.slice(start, rows.num_rows)
            start += rows.num_rows
            others = integers(np.flatnonzero([code not in column.kinds for code in codes]).astype(np.int16), pa.int16())
            bad = pc.is_in(kinds_of, value_set=others)
            if pc.any(bad).as_py():
                yield relation, rows.select(["key", "row"]).append_column("other", kinds_of).filter(bad)


@frozen(eq=False)
class Misfits:
    """References of a column to records of kinds that it does not take."""

    cells: str
    """The column of the file that holds the references; in a link table not the one that takes them."""
    column: str
    expected: str
    """Which kinds the column takes."""
    found: pa.Table
    """The records of other kinds: ``key``, and ``other``, the place of the kind among the codes."""
    codes: tuple[str, ...]


def unsuitable(frame: Frame, misfits: Misfits) -> Iterator[Problem]:
    """Tell each reference to a record of a kind that the column does not take."""
    cells = frame.cells(misfits.cells)
    at = pc.index_in(cells, value_set=one(misfits.found["key"]), skip_nulls=True)
    bad = pc.is_valid(at)
    if isinstance(frame.table, LinkTable) and frame.table.role_column:
        bad = pc.and_(bad, of_role(frame.table, misfits.column, frame, unread=False))
    if isinstance(frame.table, Table):  # a record that refers to itself is told as a circle
        bad = pc.and_(bad, filled(pc.not_equal(cells, frame.cells(frame.table.key[0])), True))
    kinds = one(misfits.found["other"]).take(at)
    for row in true_rows(bad):
        value, kind = cells[row].as_py(), misfits.codes[kinds[row].as_py()]
        message = f"{quoted(value)} is of the kind {kind!r}, expected {misfits.expected}"
        yield frame.problem(ProblemCode.WRONG_KIND, message, row, misfits.cells, value)


def too_early(model: Model, table: Table | LinkTable, store: Store) -> Iterator[tuple[Floor, pa.Table]]:
    """Of each date that must not lie before one of another record, the references by which some do.

    The columns are ``key``, what the reference holds, ``other``, the first day before which the date must not lie, and ``origin``,
    the id of the record that has it. Only dates of such records are in memory at once, beside a part of what is stored.
    """
    for floor in model.floors(table):
        since, *through = floor_relations(floor)
        before = Relation(Kind.BEFORE, table.name, floor.end, floor.reference)
        # Take the first of records with one id, and their days.
        pieces = [part[since] for part in store.parts([since]) if since in part]
        if not pieces:
            continue
        known = in_order(pa.concat_tables(pieces))
        ids, days = one(known["key"]), one(known["other"])
        found: list[pa.Table] = []
        for part in store.parts([before, *through]):
            if before not in part:
                continue
            keys, ends = one(part[before]["key"]), one(part[before]["other"])
            origins = [keys]
            if through and through[0] in part:
                ways = in_order(part[through[0]])
                origins.append(one(ways["other"]).take(pc.index_in(keys, value_set=one(ways["key"]))))
            for origin in origins:  # the record referred to, then the one through it
                start = days.take(pc.index_in(origin, value_set=ids, skip_nulls=True))
                early = filled(pc.less(ends, start), False)
                found.append(pa.table({"key": keys, "other": start, "origin": origin}).filter(early))
        if any(rows.num_rows for rows in found):
            rows = pa.concat_tables(found)
            _, firsts = np.unique(numbers(one(rows["key"]).dictionary_encode().indices), return_index=True)
            yield floor, rows.take(positions(np.sort(firsts)))


def before_floor(frame: Frame, floor: Floor, found: pa.Table) -> Iterator[Problem]:
    """Tell each date that lies before one of the record referred to, or of the one through it."""
    at = pc.index_in(frame.cells(floor.reference), value_set=one(found["key"]), skip_nulls=True)
    starts, origins = one(found["other"]).take(at), one(found["origin"]).take(at)
    for row in true_rows(filled(pc.less(frame.cells(floor.end), starts), False)):
        value = frame.data[floor.edtf][row].as_py()
        expected = f"expected not before {starts[row].as_py()}, the first day of {floor.mark.field} of {quoted(origins[row].as_py())}"
        yield frame.problem(ProblemCode.WRONG_ORDER, f"found {quoted(value)}, {expected}", row, floor.edtf, value)


def lacking(model: Model, part: Part) -> Iterator[tuple[Relation, pa.Table]]:
    """Of each column that a link table spells and that needs a value, the records without one: ``key`` and ``row``."""
    for link in model.links.values():
        owners = part.get(Relation(Kind.IDS, link.owner.name, link.owner.key[0]))
        for column in link.spelled:
            if column.required and owners is not None:
                relation = Relation(Kind.LINKED, link.name, column.name)
                having = one(part[relation]["key"]) if relation in part else pa.nulls(0, pa.string())
                without = pc.invert(pc.is_in(owners["key"], value_set=having))
                if pc.any(without).as_py():
                    yield relation, owners.filter(without)
