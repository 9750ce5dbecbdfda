"""The second look: rows are gone through once more for what only the whole has shown to be wrong."""

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from dxgov.errors import LONGEST_NAME, SEARCHED, Problem
from dxgov.metadata import Redirects
from dxgov.schema import Floor, LinkTable, Model, Table
from dxgov.suggestions import Names
from dxgov.tables.arrow import numbers, one, text_array, truths
from dxgov.validation.batches import Frame, Rows
from dxgov.validation.key_checks import Found, contained
from dxgov.validation.key_store import Store
from dxgov.validation.key_summary import Kind, Relation, relations, restricted, unique_columns, upward_columns
from dxgov.validation.problem_collector import Part, Told
from dxgov.validation.references import (
    Hints,
    Misfits,
    before_floor,
    circles,
    column_of,
    dangling,
    disagreeing,
    first_misfits,
    first_unknown,
    ids,
    ids_of,
    too_early,
    unsuitable,
)
from dxgov.validation.uniqueness import first_suspects, repetitions


@frozen(eq=False)
class Wanted:
    """For what the rows of a table are gone through again."""

    suspects: Mapping[str, "np.ndarray[Any, Any]"]
    """Of columns in which numbers must not repeat, the places of rows that may."""
    copied: "np.ndarray[Any, Any]"
    """Places of rows whose id repeats, which says it all."""
    lost: Mapping[str, tuple[pa.Array, Hints]]
    """Of columns that refer, the ids that lead nowhere, and what to say of them."""
    misfits: Mapping[str, Misfits]
    """Of columns that take records of some kinds only, what is known of references to others."""
    mismatched: Mapping[tuple[str, str], pa.Table]
    """Of a nearer and a farther reference, what does not agree."""
    early: Mapping[str, pa.Table]
    """Of dates that must not lie before those of other records, by the column of the last day, the references by which some do."""
    upward: frozenset[str]
    """Columns that may lead in a circle."""
    columns: frozenset[str]
    """The columns that are needed for it."""


def wanted_of(model: Model, table: Table | LinkTable, found: Found, known: "Known", lost: frozenset[str], most: int) -> Wanted:
    """What is to be looked for in the rows of a table."""
    copied = np.zeros(0, dtype=np.int64)
    suspected, dangled, misfits, disagreed = {}, {}, {}, {}
    for relation in relations(model, table.name):
        rows = found.rows.get(relation)
        if rows is None:
            continue
        if relation.kind is Kind.IDS:
            copied = numbers(one(rows["row"]))
        elif relation.kind is Kind.UNIQUE:
            suspected[relation.column] = first_suspects(rows, most + 1 + len(copied))
        elif relation.kind is Kind.REFERENCE:
            column = column_of(model, relation)
            if not lost & {column.target, *(() if column.target else model.tables)}:
                dangled[column.name] = (first_unknown(rows, most + 1), Hints(model, column, known.names(column.target), known.redirects))
        elif relation.kind is Kind.PART:
            rows = known.both(relation, rows)
            if rows.num_rows:
                disagreed[relation.other, relation.column] = rows
    for relation, _, column in restricted(table):
        kinds, rows = model.kind_column(column), found.rows.get(relation)
        if kinds and rows is not None:
            stands = table.target_column.name if isinstance(table, LinkTable) else column.name
            codes = tuple(map(str, kinds.codes))
            misfits[column.name] = Misfits(stands, column.name, column.kinds_text, first_misfits(rows, most + 1), codes)
    upward = (
        frozenset(column.name for column in upward_columns(table)) & known.upward.get(table.name, frozenset())
        if isinstance(table, Table)
        else frozenset[str]()
    )
    early = {floor.end: (floor, rows) for floor, rows in known.too_early(table)}
    columns = {
        *dangled,
        *upward,
        *(name for floor, _ in early.values() for name in (floor.reference, floor.edtf, floor.end)),
        *(each.cells for each in misfits.values()),
        *(name for pair in disagreed for name in pair),
    }
    columns |= {name for column in suspected for name in unique_columns(table, column)[0]}
    key = {*table.key, *(["role"] if isinstance(table, LinkTable) and table.role_column else [])} if columns else set()
    return Wanted(
        suspected, copied, dangled, misfits, disagreed, {name: rows for name, (_, rows) in early.items()}, upward, frozenset(columns | key)
    )


class Known:
    """What is known of all records: their ids, which lie in a store, which ids lead on, and which columns may lead in a circle."""

    def __init__(self, model: Model, store: Store, redirects: Redirects) -> None:
        self.redirects: Redirects = redirects
        """The way from ids of earlier versions to those of records."""
        self._model, self._store = model, store
        self._names: dict[str | None, Names] = {}
        self.upward: Mapping[str, frozenset[str]] = store.upward
        """Of each table the columns that may lead in a circle."""

    def names(self, target: str | None) -> Names:
        """The ids of a table, or of all, to choose one from that may be meant; none where they are too many."""
        if target not in self._names:
            self._names[target] = Names(self._ids(target))
        return self._names[target]

    def _ids(self, target: str | None) -> list[str]:
        found: list[str] = []
        for part in self._store.parts(ids_of(self._model, target)):
            some = ids(self._model, part, target)
            if len(found) + len(some) > SEARCHED:
                return []
            found += (id for id in some.to_pylist() if id and len(id) <= LONGEST_NAME)
        return found

    def too_early(self, table: Table | LinkTable) -> Iterable[tuple[Floor, pa.Table]]:
        """Return the dates of a table that lie before those of other records, and how these are referred to."""
        return too_early(self._model, table, self._store)

    def both(self, relation: Relation, rows: pa.Table) -> pa.Table:
        """Those of the references that disagree of which both lead to a record."""
        target = column_of(self._model, relation).target
        asked = pc.unique(pa.chunked_array([*rows["other"].chunks, *rows["theirs"].chunks])).to_pylist()
        parts = self._store.parts(ids_of(self._model, target))
        known = text_array(sorted(frozenset().union(*(contained(self._model, part, target, asked) for part in parts))))
        return rows.filter(pc.and_(*(pc.is_in(rows[name], value_set=known) for name in ("other", "theirs"))))


@frozen(eq=False)
class Chosen:
    """Rows that must be seen together to tell what is wrong with them."""

    suspected: Mapping[str, list[Frame]]
    """Of columns in which numbers must not repeat, the rows that may."""
    upward: Mapping[str, list[Frame]]
    """Of columns that may lead in a circle, the rows in which they are filled, without those whose id repeats that of an earlier one."""


def choose(model: Model, frames: Iterable[Frame], number: int, first: int, wanted: Wanted, told: Told) -> Chosen:
    """Tell which rows of some batches refer where they must not, and choose those that must be seen with others.

    `first` is the number of the first of the batches.

    Raises:
        StartOverError: the rows are not what they were.
    """
    suspected: dict[str, list[Frame]] = {column: [] for column in wanted.suspects}
    upward: dict[str, list[Frame]] = {column: [] for column in wanted.upward}
    for batch, frame in enumerate(frames, first):
        _tell_references(model, frame, number, batch, wanted, told)
        for column, kept in suspected.items():
            rows = np.flatnonzero(np.isin(frame.places(), wanted.suspects[column]))
            if len(rows):
                kept.append(frame.take(rows))
        for column, kept in upward.items():
            rows = np.flatnonzero(truths(pc.is_valid(frame.cells(column))) & ~np.isin(frame.places(), wanted.copied))
            if len(rows):
                kept.append(frame.take(rows))
    return Chosen(suspected, upward)


def tell_chosen(rows: Rows, number: int, wanted: Wanted, chosen: Chosen, told: Told) -> None:
    """Tell what is wrong with rows that were chosen of a table."""
    copied = set(wanted.copied.tolist())
    for column, frames in ((column, frames) for column, frames in chosen.suspected.items() if frames):
        again: Iterable[tuple[int, Problem]] = repetitions(frames, column, rows.file)
        if isinstance(rows.table, LinkTable) and column == rows.table.key[-1]:
            again = list(again)
            copied = {place for place, _ in again}
            told.add(Part.KEYS, number, 0, 0, (problem for _, problem in again))
        else:
            rule = 1 + _place_of(rows.table, column)
            told.add(Part.KEYS, number, rule, 0, (problem for place, problem in again if place not in copied))
    for column, frames in chosen.upward.items():
        found = sorted(circles(frames, column, rows.table.key[0]), key=itemgetter(0))
        told.add(Part.REFERENCES, number, 2 * _place_of(rows.table, column) + 1, 0, (problem for _, problem in found))


def _tell_references(model: Model, frame: Frame, number: int, batch: int, wanted: Wanted, told: Told) -> None:
    for column, (lost, say) in wanted.lost.items():
        told.add(Part.REFERENCES, number, 2 * _place_of(frame.table, column), batch, dangling(frame, column, lost, say))
    for floor in model.floors(frame.table) if wanted.early else ():
        if floor.end in wanted.early:
            problems = before_floor(frame, floor, wanted.early[floor.end])
            told.add(Part.REFERENCES, number, 2 * _place_of(frame.table, floor.edtf), batch, problems)
    for misfits in wanted.misfits.values():
        told.add(Part.REFERENCES, number, 2 * _place_of(frame.table, misfits.cells), batch, unsuitable(frame, misfits))
    for place, ((nearer, column), rows) in enumerate(wanted.mismatched.items(), 2 * len(frame.table.stored)):
        told.add(Part.REFERENCES, number, place, batch, disagreeing(frame, nearer, column, rows))


def _place_of(table: Table | LinkTable, name: str) -> int:
    return next(place for place, column in enumerate(table.stored) if column.name == name)
