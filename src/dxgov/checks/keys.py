"""Ids are unique, in their table and among all; numbers do not repeat among records that stand together."""

from collections.abc import Collection, Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.arrow import row_codes, truths
from dxgov.checks.frames import Frame, true_rows
from dxgov.errors import Problem, ProblemCode
from dxgov.marks import UniqueWithin
from dxgov.schema import Column, LinkTable, Model, Table


def key_problems(model: Model, frames: Mapping[str, Frame]) -> Iterator[Problem]:
    """Every row whose id, link or number another row has already."""
    for frame in frames.values():
        yield from _repeated(frame, frame.table.key)
        if isinstance(frame.table, Table):
            for column in frame.table.stored:
                mark = column.mark(UniqueWithin)
                if mark:
                    yield from _repeated_number(frame, column, mark.others)
        if isinstance(frame.table, LinkTable):
            yield from _repeated_position(frame, frame.table)
    yield from _shared(model, frames)


def _repeated(frame: Frame, names: tuple[str, ...]) -> Iterator[Problem]:
    """A row whose key stands in an earlier row; the earlier one is taken to be right."""
    for row, first in _duplicates(frame, names):
        value = frame.data[names[-1]][row].as_py()
        message = f"{value!r} stands in row {frame.counted(first)} already"
        if isinstance(frame.table, LinkTable):
            message = f"{value!r} is referred to twice"
        yield frame.problem(ProblemCode.DUPLICATE_KEY, message, row, names[-1], value)


def _repeated_number(frame: Frame, column: Column, others: tuple[str, ...]) -> Iterator[Problem]:
    optional = {each.name for each in frame.table.stored if each.name in others and not each.required}
    for row, first in _duplicates(frame, (*others, column.name), optional):
        value = frame.data[column.name][row].as_py()
        message = f"{value!r} stands in row {frame.counted(first)} already, with the same {' and '.join(others)}"
        yield frame.problem(ProblemCode.DUPLICATE_NUMBER, message, row, column.name, value)


def _repeated_position(frame: Frame, link: LinkTable) -> Iterator[Problem]:
    names = (*link.key[:-1], "position")
    for row, first in _duplicates(frame, names):
        value = frame.data["position"][row].as_py()
        message = f"{value!r} stands in row {frame.counted(first)} already, with the same {' and '.join(link.key[:-1])}"
        yield frame.problem(ProblemCode.DUPLICATE_NUMBER, message, row, "position", value)


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
    for number, frame in enumerate(tables):
        (key,) = frame.table.key
        for other in tables[:number]:
            (others_key,) = other.table.key
            both = pc.is_in(frame.cells(key), value_set=other.cells(others_key), skip_nulls=True)
            for row in true_rows(both):
                value = frame.data[key][row].as_py()
                yield frame.problem(
                    ProblemCode.DUPLICATE_KEY, f"{value!r} is the id of a record of {other.table.name} too", row, key, value
                )
