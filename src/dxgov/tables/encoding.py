"""Conversion of records to Arrow tables and back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, compress
from operator import attrgetter
from types import NoneType
from typing import Any

import pyarrow as pa
from attrs import evolve, frozen

from dxgov.errors import DataError, Problem, ProblemCode, short_repr
from dxgov.languages import Message
from dxgov.schema import Column, Field, Kind, Table
from dxgov.tables.arrow import bool_array, combine_chunks, date_array, int_array, list_array, text_array
from dxgov.tables.columns import ARROW_TYPES, arrow_schema, code_array, unknown_code_message
from dxgov.tables.decoding import build_records, pause_garbage_collector, to_python


@frozen
class _CellType:
    """The Python values that a kind of cell accepts."""

    python_type: type[Any]
    expected: str
    """The values as a message names them."""
    accepts: Callable[[Any], bool] = lambda _: True
    """A test beyond the type."""


def _is_int64(value: int) -> bool:
    return -(2**63) <= value < 2**63


def _is_decimal128(value: Decimal) -> bool:
    if not value.is_finite():
        return False
    integer_digits, _, decimals = format(value, "f").lstrip("-").partition(".")
    return len(integer_digits.lstrip("0")) <= 29 and len(decimals.rstrip("0")) <= 9


_CELL_TYPES: Mapping[Kind, _CellType] = {
    Kind.TEXT: _CellType(str, "a text"),
    Kind.CODE: _CellType(str, "a code"),
    Kind.INTEGER: _CellType(int, "a whole number of at most 64 bits", _is_int64),
    Kind.NUMBER: _CellType(Decimal, "a decimal number with at most 29 digits before and 9 after the point", _is_decimal128),
    Kind.BOOLEAN: _CellType(bool, "true or false"),
    Kind.DATE: _CellType(date, "a date without a time"),
}


def to_arrow(table: Table, records: Sequence[Any]) -> pa.Table:
    """Convert records of the table's class to an Arrow table.

    Raises:
        DataError: values are not of their fields' types, missing although required, or unknown codes; it lists all of them.
    """
    problems: list[Problem] = []
    arrays: dict[str, pa.Array] = {}
    for field in table.fields:
        values = [*map(attrgetter(field.name), records)]
        for column, cells, faults in _split_field(field, values):
            problems += (
                Problem(code, message, table.name, row + 1, column.name, _to_text(cells[row]), str(records[row].id))
                for row, code, message in faults
            )
            if not problems:
                arrays[column.name] = build_array(column, cells)
    if problems:
        raise DataError(
            Message(
                "{number} records of {record} do not fit {table}",
                "{record}の記録{number}件が表{table}に入らない",
                number=len(records),
                record=table.record.__name__,
                table=table.name,
            ),
            problems,
        )
    return pa.table(arrays, schema=arrow_schema(table.columns))


_CellFaults = list[tuple[int, ProblemCode, str]]
"""Row, problem code and message of each cell that its column cannot hold."""


def _split_field(field: Field, values: list[Any]) -> Iterator[tuple[Column, list[Any], _CellFaults]]:
    """Yield each column of a field with its cells and their faults."""
    if field.value is None:
        (column,) = field.columns
        yield column, values, list(_find_faults(column, values, [column.required] * len(values)))
        return
    message = f"found {{}}, expected a {field.value.__name__}"
    wrong_type = [
        (row, ProblemCode.WRONG_TYPE, message.format(repr(value)))
        for row, value in enumerate(values)
        if value is not None and not isinstance(value, field.value)
    ]
    if wrong_type:
        yield field.columns[0], values, wrong_type
        return
    for part in field.parts:
        get_part = attrgetter(part.name)
        cells = [None if value is None else get_part(value) for value in values]
        required = [part.required and not part.derived and (value is not None or not field.optional) for value in values]
        yield part.column, cells, list(_find_faults(part.column, cells, required))


def _find_faults(column: Column, cells: list[Any], required: list[bool]) -> Iterator[tuple[int, ProblemCode, str]]:
    """Yield the faults of cells; `required` says of each row whether it must not be empty."""
    if _are_all_valid(column, cells, required):
        return
    expected = _CELL_TYPES[column.kind].expected
    for row, cell in enumerate(cells):
        if not column.many:
            if cell is None:
                if required[row]:
                    yield row, ProblemCode.MISSING_VALUE, f"found nothing, expected {expected}"
                continue
            fault = check_value(column, cell)
            if fault:
                yield row, *fault
        elif not isinstance(cell, tuple | list):
            yield row, ProblemCode.WRONG_TYPE, f"found {cell!r}, expected a tuple, each member {expected}"
        elif required[row] and not cell:
            yield row, ProblemCode.MISSING_VALUE, f"found nothing, expected at least one member, {expected}"
        else:
            yield from ((row, *fault) for value in cell if (fault := check_value(column, value)))


def _are_all_valid(column: Column, cells: list[Any], required: list[bool]) -> bool:
    """Check all cells of a column at once. Return False if any may have a fault; each cell must then be checked by itself."""
    if column.many:
        if not {*map(type, cells)} <= {tuple, list} or any(must and not cell for must, cell in zip(required, cells, strict=True)):
            return False
        cells = list(chain.from_iterable(cells))
    types = {*map(type, cells)}
    if NoneType in types and (column.many or any(must and cell is None for must, cell in zip(required, cells, strict=True))):
        return False
    types.discard(NoneType)
    if column.codes:
        return types <= {str, type(column.codes[0])} and {*cells} - {None} <= {*column.codes}
    if column.kind is Kind.TEXT:
        return types <= {str} and _is_encodable("".join(filter(None, cells)))
    if column.kind is Kind.INTEGER:
        integers = [*filter(None, cells)]
        return types <= {int} and (not integers or (_is_int64(min(integers)) and _is_int64(max(integers))))
    return column.kind in (Kind.BOOLEAN, Kind.DATE) and types <= {_CELL_TYPES[column.kind].python_type}


def check_value(column: Column, value: Any) -> tuple[ProblemCode, str] | None:
    """Return the problem code and message of a value that a column cannot hold, or None if it can."""
    cell_type = _CELL_TYPES[column.kind]
    is_subtype = isinstance(value, datetime) or (isinstance(value, bool) and cell_type.python_type is not bool)
    if not isinstance(value, cell_type.python_type) or is_subtype or not cell_type.accepts(value):
        return ProblemCode.WRONG_TYPE, f"found {value!r}, expected {cell_type.expected}"
    if cell_type.python_type is str and not _is_encodable(value):
        return ProblemCode.BAD_TEXT, f"{value!r} holds half of a surrogate pair, which no file can store"
    if column.codes and value not in column.codes:
        return ProblemCode.UNKNOWN_CODE, unknown_code_message(column, value)
    return None


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _to_text(cell: Any) -> str | None:
    return None if cell is None else str(cell)


def build_array(column: Column, cells: list[Any]) -> pa.Array:
    """Build the Arrow array of a column from valid cells."""
    if column.many:
        return list_array(cells)
    if column.kind is Kind.TEXT:
        return text_array(cells)
    if column.kind is Kind.CODE:
        return code_array(column, text_array(cells))
    if column.kind is Kind.INTEGER:
        return int_array(cells, ARROW_TYPES[column.kind])
    if column.kind is Kind.BOOLEAN:
        return bool_array(cells)
    if column.kind is Kind.DATE:
        return date_array(cells)
    return text_array([None if cell is None else format(cell, "f") for cell in cells]).cast(ARROW_TYPES[column.kind])


def build_value_set(column: Column, values: Sequence[Any]) -> pa.Array:
    """Build the Arrow array of values that cells, or members of list cells, are compared with.

    Codes become strings, and ISO dates become dates. No value may be None.

    Raises:
        ValueError: the column cannot hold one of the values.
    """
    cells = [_parse_day(column, value) for value in values] if column.kind is Kind.DATE else [*values]
    scalar_column = evolve(column, many=False)
    if not _are_all_valid(scalar_column, cells, [False] * len(cells)):
        fault = next((fault for cell in cells if (fault := check_value(scalar_column, cell))), None)
        if fault:
            raise ValueError(f"{column.name}: {fault[1]}")
    return text_array([str(cell) for cell in cells]) if column.codes else build_array(scalar_column, cells)


def _parse_day(column: Column, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{column.name}: found {short_repr(value)}, expected a day such as 2020-11-24") from None


def from_arrow(table: Table, data: pa.Table) -> Iterator[Any]:
    """Yield the rows as records."""
    with pause_garbage_collector():
        columns = [_decode_field(field, data) for field in table.fields]
        return iter(build_records(table.record, [field.name for field in table.fields], columns, data.num_rows))


def _decode_field(field: Field, data: pa.Table) -> list[Any]:
    """Return the field's value of each row."""
    if field.value is None:
        return to_python(field.columns[0], combine_chunks(data[field.columns[0].name]))
    # The parts that are arguments of the value's class; derived parts follow from them.
    parts = [part for part in field.parts if not part.derived]
    names = [part.name for part in parts]
    columns = [to_python(part.column, combine_chunks(data[part.column.name])) for part in parts]
    if not field.optional:
        return build_records(field.value, names, columns, data.num_rows)
    # A row has a value if its first required part is filled.
    required_cells = next(cells for part, cells in zip(parts, columns, strict=True) if part.required)
    has_value = [cell is not None for cell in required_cells]
    values: Iterator[Any] = iter(build_records(field.value, names, [list(compress(cells, has_value)) for cells in columns], sum(has_value)))
    return [next(values) if present else None for present in has_value]
