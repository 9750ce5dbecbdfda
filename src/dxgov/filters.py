"""Which rows of a table are looked for: those that hold some values, or whose date may fall within a span."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial, reduce
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from dxgov.arrow import constant, filled, literal, mask, numbers, one
from dxgov.dates.edtf import bounds
from dxgov.errors import UnknownNameError
from dxgov.rows import array_of, misfit
from dxgov.schema import Column, Kind, Table

Needed = Mapping[str, Callable[[pa.Array], pa.Array]]
"""By column, which cells a row can have that is looked for: a mask of cells. The row may need more than that."""


@frozen(eq=False)
class Filter:
    """What is looked for."""

    needed: Needed
    """The columns that say whether a row is."""
    mask: Callable[[pa.Table], pa.Array]
    """The mask of the rows, from a table with those columns at least."""


def rows_with(table: Table, values: Mapping[str, Any]) -> Filter:
    """Rows whose columns hold the values, all of them; an iterable stands for any of its members.

    Raises:
        UnknownNameError: there is no such column.
        ValueError: while the mask is made: the column cannot hold a value of that type, or does not have such a code.
    """
    needed = {name: partial(_matches, table.column(name), value=_kept(value)) for name, value in values.items()}

    def fitting(data: pa.Table) -> pa.Array:
        return reduce(pc.and_, [matches(one(data[name])) for name, matches in needed.items()])

    return Filter(needed, fitting)


def rows_within(table: Table, start: date | str, end: date | str, on: str | None) -> Filter:
    """Rows whose date may fall within a span.

    Raises:
        UnknownNameError: the table has no such date.
        ValueError: `start` or `end` is no EDTF date with an end on that side, or `end` comes before `start`.
    """
    dates = [field.name for field in table.fields if {"start", "end"} <= {part.name for part in field.parts}]
    if not dates or on not in (None, *dates):
        there = f"its dates are {', '.join(dates)}" if dates else "its records have no date"
        raise UnknownNameError(f"{table.name} has no date {on!r}; {there}" if on else f"{table.name}: {there}")
    earliest = start if isinstance(start, date) else bounds(start)[0]
    latest = end if isinstance(end, date) else bounds(end)[1]
    if earliest is None or latest is None or latest < earliest:
        raise ValueError(f"found the span from {start} to {end}, expected a start and an end that is not before it")
    needed: Needed = {
        f"{on or dates[0]}_start": lambda first: filled(pc.less_equal(first, literal(latest)), True),
        f"{on or dates[0]}_end": lambda last: filled(pc.greater_equal(last, literal(earliest)), True),
    }

    def fitting(data: pa.Table) -> pa.Array:
        given = [pc.is_valid(one(data[name])) for name in needed]
        return pc.and_(pc.or_(*given), pc.and_(*(fits(one(data[name])) for name, fits in needed.items())))

    return Filter(needed, fitting)


def _kept(value: Any) -> Any:
    """A value, or several in a form that can be gone through more than once."""
    return tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else value


def _matches(column: Column, cells: pa.Array, value: Any) -> pa.Array:
    """Which rows hold the value, or one of several values."""
    if isinstance(value, Iterable) and not isinstance(value, str):
        return _any([_matches(column, cells, each) for each in value], len(cells))
    if value is None:
        return pc.equal(pc.list_value_length(cells), literal(0).cast(pa.int32())) if column.many else pc.is_null(cells)
    if column.kind is Kind.DATE and isinstance(value, str):
        value = date.fromisoformat(value)
    fault = misfit(column, value)
    if fault:
        raise ValueError(f"{column.name}: {fault[1]}")
    if column.many:
        hits = pc.equal(pc.list_flatten(cells), literal(str(value)))
        found = np.zeros(len(cells), dtype=bool)
        found[numbers(pc.filter(pc.list_parent_indices(cells), hits))] = True
        return mask(found)
    same = pc.equal(cells.cast(pa.string()), literal(str(value))) if column.codes else pc.equal(cells, array_of(column, [value])[0])
    return filled(same, False)


def _any(masks: list[pa.Array], length: int) -> pa.Array:
    result = constant(False, length)
    for each in masks:
        result = pc.or_(result, each)
    return result
