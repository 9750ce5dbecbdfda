"""Which rows of a table are looked for: those that hold some values, or whose date may fall within a span."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial, reduce
from types import NoneType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from dxgov.dates.edtf import bounds
from dxgov.errors import UnknownNameError, require_type
from dxgov.schema import Column, Table
from dxgov.tables.arrow import filled, literal, mask, numbers, one, truths
from dxgov.tables.encoding import value_array

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
        ValueError: the column cannot hold a value of that type, or does not have such a code.
    """
    needed = {name: _matcher(table.column(name), value) for name, value in values.items()}
    return Filter(needed, partial(_rows_with, needed))


def _rows_with(needed: Needed, data: pa.Table) -> pa.Array:
    return reduce(pc.and_, [matches(one(data[name])) for name, matches in needed.items()])


def rows_within(table: Table, start: date | str, end: date | str, on: str | None) -> Filter:
    """Rows whose date may fall within a span.

    Raises:
        UnknownNameError: the table has no such date.
        TypeError: `start` or `end` is neither a day nor a text.
        ValueError: `start` or `end` is no EDTF date with an end on that side, or `end` comes before `start`.
    """
    for side, day in (("start", start), ("end", end)):
        require_type(side, day, (date, str), "a day or EDTF")
    require_type("on", on, (str, NoneType), "the name of a date of the table, or nothing")
    dates = [field.name for field in table.fields if {"start", "end"} <= {part.name for part in field.parts}]
    if not dates or on not in (None, *dates):
        there = f"its dates are {', '.join(dates)}" if dates else "its records have no date"
        raise UnknownNameError(f"{table.name} has no date {on!r}; {there}" if on else f"{table.name}: {there}")
    earliest = start if isinstance(start, date) else bounds(start)[0]
    latest = end if isinstance(end, date) else bounds(end)[1]
    if earliest is None or latest is None or latest < earliest:
        raise ValueError(f"found the span from {start} to {end}, expected a start and an end that is not before it")
    needed: Needed = {
        f"{on or dates[0]}_start": partial(_not_after, latest),
        f"{on or dates[0]}_end": partial(_not_before, earliest),
    }
    return Filter(needed, partial(_rows_within, needed))


def _rows_within(needed: Needed, data: pa.Table) -> pa.Array:
    present = [pc.is_valid(one(data[name])) for name in needed]
    return pc.and_(pc.or_(*present), _rows_with(needed, data))


def _not_after(day: date, cells: pa.Array) -> pa.Array:
    return filled(pc.less_equal(cells, literal(day)), True)


def _not_before(day: date, cells: pa.Array) -> pa.Array:
    return filled(pc.greater_equal(cells, literal(day)), True)


def _matcher(column: Column, value: Any) -> Callable[[pa.Array], pa.Array]:
    """Prepare a search for the cells that hold a value, or any of several.

    Raises:
        ValueError: the column cannot hold such a value.
    """
    several = isinstance(value, Iterable) and not isinstance(value, str | bytes | bytearray | Mapping)
    values = [*value] if several else [value]
    empty_too = any(each is None for each in values)
    return partial(_matches, column, value_array(column, [each for each in values if each is not None]), empty_too)


def _matches(column: Column, wanted: pa.Array, empty_too: bool, cells: pa.Array) -> pa.Array:
    """Return which rows hold one of the wanted values, and, with `empty_too`, which hold none at all."""
    if not column.many:
        hits = pc.is_in(cells.cast(pa.string()) if column.codes else cells, value_set=wanted)
        return pc.or_(hits, pc.is_null(cells)) if empty_too else hits
    rows = np.zeros(len(cells), dtype=bool)
    rows[numbers(pc.list_parent_indices(cells))[truths(pc.is_in(pc.list_flatten(cells), value_set=wanted))]] = True
    return mask(rows | (numbers(pc.list_value_length(cells)) == 0) if empty_too else rows)
