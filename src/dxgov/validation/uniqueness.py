"""Ids are unique, in their table and among all; numbers do not repeat among records that stand together."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.errors import Problem, ProblemCode, quoted
from dxgov.schema import LinkTable, Model, Table
from dxgov.tables.arrow import mask, numbers, one, positions, row_codes
from dxgov.validation.batches import Frame, placed
from dxgov.validation.key_store import Part
from dxgov.validation.key_summary import Kind, Relation, unique_columns

Names = Callable[[int], str | None]
"""The path of a file of a table, by its number."""


def copies(part: Part, ascending: Collection[str]) -> Iterator[tuple[Relation, pa.Table]]:
    """Of each table the rows whose id another row has: ``key``, ``row`` and ``first``, that earlier row.

    Those of the tables `ascending` are known to have none.
    """
    for relation, rows in part.items():
        if relation.kind is Kind.IDS and relation.table not in ascending:
            rows = in_order(rows)  # noqa: PLW2901
            keys, places = one(rows["key"]), one(rows["row"])
            encoded = keys.dictionary_encode()
            if len(encoded.dictionary) < len(keys):
                _, firsts, inverse = np.unique(numbers(encoded.indices), return_index=True, return_inverse=True)
                again = np.flatnonzero(firsts[inverse] != np.arange(len(keys)))
                columns = [keys.take(positions(again)), places.take(positions(again)), places.take(positions(firsts[inverse[again]]))]
                yield relation, pa.table(columns, names=["key", "row", "first"])


def shared(model: Model, part: Part) -> Iterator[tuple[tuple[str, str], pa.Table]]:
    """Of each table and an earlier one the ids that both have: ``key`` and ``row``; each is told of one other table."""
    tables = [(name, rows) for name in model.tables if (rows := part.get(Relation(Kind.IDS, name, model.tables[name].key[0]))) is not None]
    ids = pa.chunked_array([chunk for _, rows in tables for chunk in rows["key"].chunks], pa.string())
    if pc.count_distinct(ids).as_py() == len(ids):
        return
    for number, (name, rows) in enumerate(tables):
        left = rows
        for other, theirs in tables[:number]:
            both = pc.is_in(left["key"], value_set=one(theirs["key"]))
            if pc.any(both).as_py():
                yield (name, other), left.filter(both)
                left = left.filter(pc.invert(both))


def suspects(part: Part) -> Iterator[tuple[Relation, pa.Table]]:
    """Of each table the rows that may agree in columns in which no two may, because they have the same number: ``key`` and ``row``."""
    for relation, rows in part.items():
        if relation.kind is Kind.UNIQUE:
            keys = numbers(one(rows["key"]))
            ordered = np.sort(keys)
            again = ordered[1:][ordered[1:] == ordered[:-1]]
            if len(again):
                yield relation, rows.filter(mask(np.isin(keys, again)))


def in_order(rows: pa.Table) -> pa.Table:
    """The rows in the order of their places."""
    places = numbers(one(rows["row"]))
    return rows if (places[1:] > places[:-1]).all() else rows.take(positions(np.argsort(places, kind="stable")))


def first_suspects(rows: pa.Table, most: int) -> "np.ndarray[Any, Any]":
    """The places of the first rows that may repeat another, and of those that they may repeat."""
    rows = in_order(rows)
    keys, places = numbers(one(rows["key"])), numbers(one(rows["row"]))
    _, firsts, inverse = np.unique(keys, return_index=True, return_inverse=True)
    again = np.flatnonzero(firsts[inverse] != np.arange(len(keys)))[:most]
    return np.unique(np.append(places[again], places[firsts[inverse[again]]]))


def repetitions(frames: Sequence[Frame], column: str, file: Names) -> Iterator[tuple[int, Problem]]:
    """Of rows that may agree in columns in which no two may, each that does agree with an earlier one: its place and its problem."""
    table = frames[0].table
    names, _ = unique_columns(table, column)
    places = np.concatenate([frame.places() for frame in frames])
    cells = [pa.concat_arrays([frame.cells(name) for frame in frames]) for name in names]
    _, firsts, inverse = np.unique(row_codes(cells), return_index=True, return_inverse=True)
    starts = np.cumsum([0, *(frame.data.num_rows for frame in frames)])
    for row in np.flatnonzero(firsts[inverse] != np.arange(len(places))).tolist():
        which = int(np.searchsorted(starts, row, side="right")) - 1
        frame, at = frames[which], int(row - starts[which])
        value = frame.data[column][at].as_py()
        if isinstance(table, LinkTable) and column == table.key[-1]:
            code, message = ProblemCode.DUPLICATE_KEY, f"{quoted(value)} is referred to twice"
        else:
            said = _standing(int(places[firsts[inverse[row]]]), int(places[row]), file)
            code = ProblemCode.DUPLICATE_NUMBER
            same = f", with the same {' and '.join(names[:-1])}" if names[:-1] else ""
            message = f"{quoted(value)} stands in {said} already{same}"
        yield int(places[row]), frame.problem(code, message, at, column, value)


def _standing(place: int, own: int, file: Names) -> str:
    """Where an earlier row stands, as a message says it: in a row of the same file, or of another."""
    (number, row), (here, _) = placed(place), placed(own)
    return f"row {row}" if number == here else f"row {row} of {file(number)}"


def copy_problem(table: Table | LinkTable, value: str, place: int, first: int, file: Names) -> Problem:
    """What is told of an id that stands in an earlier row, which is taken to be right."""
    number, row = placed(place)
    message = f"{quoted(value)} stands in {_standing(first, place, file)} already"
    return Problem(ProblemCode.DUPLICATE_KEY, message, table.name, row, table.key[-1], value, value, file(number))


def shared_problem(table: Table, other: str, value: str, place: int, file: Names) -> Problem:
    """What is told of an id that a record of another table has."""
    number, row = placed(place)
    message = f"{quoted(value)} is the id of a record of {other} too"
    return Problem(ProblemCode.DUPLICATE_KEY, message, table.name, row, table.key[0], value, value, file(number))
