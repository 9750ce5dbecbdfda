"""Records to rows of Arrow columns and back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, compress
from operator import attrgetter
from types import NoneType
from typing import Any

import pyarrow as pa
from attrs import evolve, frozen

from dxgov.errors import DataError, Problem, ProblemCode, quoted
from dxgov.schema import Column, Field, Kind, Table
from dxgov.tables.arrow import day_array, list_array, one, text_array, truth_array, whole_array
from dxgov.tables.columns import ARROW, arrow_schema, code_array, not_a_code
from dxgov.tables.decoding import built, collector_paused, python_values


@frozen
class _Values:
    """What a kind of cell takes from Python."""

    python: type[Any]
    expected: str
    fits: Callable[[Any], bool] = lambda _: True


def _fits_64_bits(value: int) -> bool:
    return -(2**63) <= value < 2**63


def _fits_decimal(value: Decimal) -> bool:
    if not value.is_finite():
        return False
    before, _, after = format(value, "f").lstrip("-").partition(".")
    return len(before.lstrip("0")) <= 29 and len(after.rstrip("0")) <= 9


_VALUES: Mapping[Kind, _Values] = {
    Kind.TEXT: _Values(str, "a text"),
    Kind.CODE: _Values(str, "a code"),
    Kind.INTEGER: _Values(int, "a whole number of at most 64 bits", _fits_64_bits),
    Kind.NUMBER: _Values(Decimal, "a decimal number with at most 29 digits before and 9 after the point", _fits_decimal),
    Kind.BOOLEAN: _Values(bool, "true or false"),
    Kind.DATE: _Values(date, "a date without a time"),
}


def to_arrow(table: Table, records: Sequence[Any]) -> pa.Table:
    """Columns from records of the table's class.

    Raises:
        DataError: a value is not of its field's type, is missing where required, or is an unknown code; all such values at once.
    """
    problems: list[Problem] = []
    arrays: dict[str, pa.Array] = {}
    for field in table.fields:
        values = [*map(attrgetter(field.name), records)]
        for column, cells, found in _columns(field, values):
            problems += (
                Problem(code, message, table.name, row + 1, column.name, _shown(cells[row]), str(records[row].id))
                for row, code, message in found
            )
            if not problems:
                arrays[column.name] = array_of(column, cells)
    if problems:
        raise DataError(f"{len(records)} records of {table.record.__name__} do not fit {table.name}", problems)
    return pa.table(arrays, schema=arrow_schema(table.columns))


_Found = list[tuple[int, ProblemCode, str]]


def _columns(field: Field, values: list[Any]) -> Iterator[tuple[Column, list[Any], _Found]]:
    """Each column of a field with its cells and those that it cannot hold."""
    if field.value is None:
        (column,) = field.columns
        yield column, values, list(_faults(column, values, [column.required] * len(values)))
        return
    strange = [value is not None and not isinstance(value, field.value) for value in values]
    if any(strange):
        message = f"found {{}}, expected a {field.value.__name__}"
        found = [(row, ProblemCode.WRONG_TYPE, message.format(repr(values[row]))) for row, odd in enumerate(strange) if odd]
        yield field.columns[0], values, found
        return
    for part in field.parts:
        read = attrgetter(part.name)
        cells = [None if value is None else read(value) for value in values]
        needed = [part.required and not part.derived and (value is not None or not field.optional) for value in values]
        yield part.column, cells, list(_faults(part.column, cells, needed))


def _faults(column: Column, cells: list[Any], needed: list[bool]) -> Iterator[tuple[int, ProblemCode, str]]:
    """Cells that the column cannot hold; `needed` tells where one may not be empty."""
    if _plainly_fit(column, cells, needed):
        return
    expected = _VALUES[column.kind].expected
    for row, cell in enumerate(cells):
        if not column.many:
            if cell is None:
                if needed[row]:
                    yield row, ProblemCode.MISSING_VALUE, f"found nothing, expected {expected}"
                continue
            fault = misfit(column, cell)
            if fault:
                yield row, *fault
        elif not isinstance(cell, tuple | list):
            yield row, ProblemCode.WRONG_TYPE, f"found {cell!r}, expected a tuple, each member {expected}"
        elif needed[row] and not cell:
            yield row, ProblemCode.MISSING_VALUE, f"found nothing, expected at least one member, {expected}"
        else:
            yield from ((row, *fault) for value in cell if (fault := misfit(column, value)))


def _plainly_fit(column: Column, cells: list[Any], needed: list[bool]) -> bool:
    """Whether all cells are seen to fit from what they are together, as those of most columns do; else each is looked at."""
    if column.many:
        if not {*map(type, cells)} <= {tuple, list} or any(need and not cell for need, cell in zip(needed, cells, strict=True)):
            return False
        cells = list(chain.from_iterable(cells))
    kinds = {*map(type, cells)}
    if NoneType in kinds and (column.many or any(need and cell is None for need, cell in zip(needed, cells, strict=True))):
        return False
    kinds.discard(NoneType)
    if column.codes:
        return kinds <= {str, type(column.codes[0])} and {*cells} - {None} <= {*column.codes}
    if column.kind is Kind.TEXT:
        return kinds <= {str} and _encodable("".join(filter(None, cells)))
    if column.kind is Kind.INTEGER:
        there = [*filter(None, cells)]
        return kinds <= {int} and (not there or (_fits_64_bits(min(there)) and _fits_64_bits(max(there))))
    return column.kind in (Kind.BOOLEAN, Kind.DATE) and kinds <= {_VALUES[column.kind].python}


def misfit(column: Column, value: Any) -> tuple[ProblemCode, str] | None:
    """Why a column cannot hold a value, as a code and a message, or nothing."""
    taken = _VALUES[column.kind]
    mistaken = isinstance(value, datetime) or (isinstance(value, bool) and taken.python is not bool)
    if not isinstance(value, taken.python) or mistaken or not taken.fits(value):
        return ProblemCode.WRONG_TYPE, f"found {value!r}, expected {taken.expected}"
    if taken.python is str and not _encodable(value):
        return ProblemCode.BAD_TEXT, f"{value!r} holds half of a surrogate pair, which no file can store"
    if column.codes and value not in column.codes:
        return ProblemCode.UNKNOWN_CODE, not_a_code(column, value)
    return None


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(cell: Any) -> str | None:
    return None if cell is None else str(cell)


def array_of(column: Column, cells: list[Any]) -> pa.Array:
    """The cells as the column holds them; each of them fits."""
    if column.many:
        return list_array(cells)
    if column.kind is Kind.TEXT:
        return text_array(cells)
    if column.kind is Kind.CODE:
        return code_array(column, text_array(cells))
    if column.kind is Kind.INTEGER:
        return whole_array(cells, ARROW[column.kind])
    if column.kind is Kind.BOOLEAN:
        return truth_array(cells)
    if column.kind is Kind.DATE:
        return day_array(cells)
    return text_array([None if cell is None else format(cell, "f") for cell in cells]).cast(ARROW[column.kind])


def value_array(column: Column, values: Sequence[Any]) -> pa.Array:
    """Give values that cells, or members of cells, are compared with, none of them missing; codes become texts, and texts of days days.

    Raises:
        ValueError: the column cannot hold one of them.
    """
    cells = [_day(column, value) for value in values] if column.kind is Kind.DATE else [*values]
    one_each = evolve(column, many=False)
    if not _plainly_fit(one_each, cells, [False] * len(cells)):
        fault = next((fault for cell in cells if (fault := misfit(one_each, cell))), None)
        if fault:
            raise ValueError(f"{column.name}: {fault[1]}")
    return text_array([str(cell) for cell in cells]) if column.codes else array_of(one_each, cells)


def _day(column: Column, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{column.name}: found {quoted(value)}, expected a day such as 2020-11-24") from None


def from_arrow(table: Table, data: pa.Table) -> Iterator[Any]:
    """The rows as records."""
    with collector_paused():
        columns = [_values(field, data) for field in table.fields]
        return iter(built(table.record, [field.name for field in table.fields], columns, data.num_rows))


def _values(field: Field, data: pa.Table) -> list[Any]:
    """One value of the field for each row."""
    if field.value is None:
        return python_values(field.columns[0], one(data[field.columns[0].name]))
    given = [part for part in field.parts if not part.derived]
    parts = [python_values(part.column, one(data[part.column.name])) for part in given]
    there = next(cells for part, cells in zip(given, parts, strict=True) if part.required)
    names = [part.name for part in given]
    if not field.optional:
        return built(field.value, names, parts, data.num_rows)
    present = [cell is not None for cell in there]
    values: Iterator[Any] = iter(built(field.value, names, [list(compress(cells, present)) for cells in parts], sum(present)))
    return [next(values) if filled else None for filled in present]
