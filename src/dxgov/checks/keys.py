"""Ids are unique, in their table and among all; numbers do not repeat among records that stand together."""

from collections.abc import Collection, Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.arrow import row_codes, truths
from dxgov.checks.frames import Frame, true_rows
from dxgov.errors import Problem, ProblemCode, quoted
from dxgov.marks import UniqueWithin
from dxgov.schema import Column, LinkTable, Model


def key_problems(model: Model, frames: Mapping[str, Frame]) -> Iterator[Problem]:
    """Every row whose id, link or number another row has already."""
    for frame in frames.values():
        copies = dict(_duplicates(frame, frame.table.key))
        yield from _repeated(frame, copies)
        if isinstance(frame.table, LinkTable):
            yield from _repeated_number(frame, frame.table.stored[-1], frame.table.key[:-1], copies)
        else:
            for column in frame.table.stored:
                mark = column.mark(UniqueWithin)
                if mark:
                    yield from _repeated_number(frame, column, mark.others, copies)
    yield from _shared(model, frames)


def _repeated(frame: Frame, copies: Mapping[int, int]) -> Iterator[Problem]:
    """A row whose key stands in an earlier row; the earlier one is taken to be right."""
    column = frame.table.key[-1]
    for row, first in copies.items():
        value = frame.data[column][row].as_py()
        message = f"{quoted(value)} stands in row {frame.counted(first)} already"
        if isinstance(frame.table, LinkTable):
            message = f"{quoted(value)} is referred to twice"
        yield frame.problem(ProblemCode.DUPLICATE_KEY, message, row, column, value)


def _repeated_number(frame: Frame, column: Column, others: tuple[str, ...], copies: Collection[int]) -> Iterator[Problem]:
    """A number that an earlier row has; the rows in `copies` repeat a key, which says it all."""
    optional = {each.name for each in frame.table.stored if each.name in others and not each.required}
    for row, first in _duplicates(frame, (*others, column.name), optional):
        if row not in copies:
            value = frame.data[column.name][row].as_py()
            message = f"{quoted(value)} stands in row {frame.counted(first)} already, with the same {' and '.join(others)}"
            yield frame.problem(ProblemCode.DUPLICATE_NUMBER, message, row, column.name, value)


def _duplicates(frame: Frame, names: tuple[str, ...], optional: Collection[str] = ()) -> Iterator[tuple[int, int]]:
    """Rows that agree with an earlier one in the columns, with that earlier row.

    A row with an empty cell does not count, unless the column is `optional`; one with a cell that could not be read never does.
    """
    cells = [frame.cells(name) for name in names]
    if len(cells) == 1 and _ascending(cells[0]):
        return
    counted = np.ones(frame.data.num_rows, dtype=bool)
    for name, column in zip(names, cells, strict=True):
        if name not in optional:
            counted &= truths(pc.is_valid(column))
        if name in frame.unread:
            counted &= ~truths(frame.unread[name])
    rows = np.flatnonzero(counted)
    _, firsts, inverse = np.unique(row_codes(cells)[rows], return_index=True, return_inverse=True)
    for place in np.flatnonzero(firsts[inverse] != np.arange(len(rows))).tolist():
        yield int(rows[place]), int(rows[firsts[inverse[place]]])


def _ascending(values: pa.Array) -> bool:
    """Whether each value is greater than the one before, so that none repeats."""
    return len(values) < 2 or (not values.null_count and bool(pc.all(pc.less(values[:-1], values[1:])).as_py()))


def _shared(model: Model, frames: Mapping[str, Frame]) -> Iterator[Problem]:
    """Ids that two tables have, so that nobody could tell which record is meant."""
    tables = [frames[name] for name in model.tables if name in frames]
    ids = pa.chunked_array([frame.cells(frame.table.key[0]) for frame in tables], pa.string())
    if pc.count_distinct(ids).as_py() == len(ids) - ids.null_count:
        return
    for number, frame in enumerate(tables):
        (key,) = frame.table.key
        told: set[int] = set()
        for other in tables[:number]:
            both = pc.is_in(frame.cells(key), value_set=other.cells(other.table.key[0]), skip_nulls=True)
            for row in true_rows(both):
                if row not in told:
                    told.add(row)
                    value = frame.data[key][row].as_py()
                    message = f"{quoted(value)} is the id of a record of {other.table.name} too"
                    yield frame.problem(ProblemCode.DUPLICATE_KEY, message, row, key, value)
