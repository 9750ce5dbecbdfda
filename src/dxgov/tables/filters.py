"""Row filters: by the values of columns, or by a span that a date may fall within."""

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
from dxgov.tables.arrow import as_numpy, as_scalar, combine_chunks, fill_null, mask_array, mask_as_numpy
from dxgov.tables.encoding import build_value_set

ColumnPredicates = Mapping[str, Callable[[pa.Array], pa.Array]]
"""A predicate for each column: a function from cells to a mask. Every matching row fulfils all; not every row that does matches."""


@frozen(eq=False)
class Filter:
    """A filter of rows."""

    predicates: ColumnPredicates
    """The predicates by column."""
    mask: Callable[[pa.Table], pa.Array]
    """A function from a table with at least those columns to the mask of its matching rows."""


def filter_by_values(table: Table, values: Mapping[str, Any]) -> Filter:
    """Return a filter of rows whose columns hold all `values`; an iterable matches any of its members.

    Raises:
        UnknownNameError: the table has no such column.
        ValueError: the column cannot hold a value of that type, or does not have such a code.
    """
    predicates = {name: _build_predicate(table.column(name), value) for name, value in values.items()}
    return Filter(predicates, partial(_match_values, predicates))


def _match_values(predicates: ColumnPredicates, data: pa.Table) -> pa.Array:
    return reduce(pc.and_, [matches(combine_chunks(data[name])) for name, matches in predicates.items()])


def filter_by_span(table: Table, start: date | str, end: date | str, on: str | None) -> Filter:
    """Return a filter of rows whose date may fall within a span.

    Args:
        table: The table to filter.
        start: First day of the span, or an EDTF date of which the first possible day counts.
        end: Last day of the span, or an EDTF date of which the last possible day counts.
        on: Field that holds the date; None for the first date field of the table.

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
        choices = f"its dates are {', '.join(dates)}" if dates else "its records have no date"
        raise UnknownNameError(f"{table.name} has no date {on!r}; {choices}" if on else f"{table.name}: {choices}")
    earliest = start if isinstance(start, date) else bounds(start)[0]
    latest = end if isinstance(end, date) else bounds(end)[1]
    if earliest is None or latest is None or latest < earliest:
        raise ValueError(f"found the span from {start} to {end}, expected a start and an end that is not before it")
    predicates: ColumnPredicates = {
        f"{on or dates[0]}_start": partial(_is_on_or_before, latest),
        f"{on or dates[0]}_end": partial(_is_on_or_after, earliest),
    }
    return Filter(predicates, partial(_match_span, predicates))


def _match_span(predicates: ColumnPredicates, data: pa.Table) -> pa.Array:
    present = [pc.is_valid(combine_chunks(data[name])) for name in predicates]
    return pc.and_(pc.or_(*present), _match_values(predicates, data))


def _is_on_or_before(day: date, cells: pa.Array) -> pa.Array:
    return fill_null(pc.less_equal(cells, as_scalar(day)), True)


def _is_on_or_after(day: date, cells: pa.Array) -> pa.Array:
    return fill_null(pc.greater_equal(cells, as_scalar(day)), True)


def _build_predicate(column: Column, value: Any) -> Callable[[pa.Array], pa.Array]:
    """Return the predicate of cells that hold a value, or any of several; None matches empty cells.

    Raises:
        ValueError: the column cannot hold such a value.
    """
    is_collection = isinstance(value, Iterable) and not isinstance(value, str | bytes | bytearray | Mapping)
    values = [*value] if is_collection else [value]
    match_empty = any(member is None for member in values)
    return partial(_match_cells, column, build_value_set(column, [member for member in values if member is not None]), match_empty)


def _match_cells(column: Column, value_set: pa.Array, match_empty: bool, cells: pa.Array) -> pa.Array:
    """Return the mask of cells that hold a value of the set or, with `match_empty`, that are empty."""
    if not column.many:
        matches = pc.is_in(cells.cast(pa.string()) if column.codes else cells, value_set=value_set)
        return pc.or_(matches, pc.is_null(cells)) if match_empty else matches
    rows = np.zeros(len(cells), dtype=bool)
    rows[as_numpy(pc.list_parent_indices(cells))[mask_as_numpy(pc.is_in(pc.list_flatten(cells), value_set=value_set))]] = True
    return mask_array(rows | (as_numpy(pc.list_value_length(cells)) == 0) if match_empty else rows)
