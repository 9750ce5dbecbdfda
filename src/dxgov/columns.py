"""Records to Arrow columns and back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.errors import DataError, Problem, ProblemCode, did_you_mean
from dxgov.marks import Unit
from dxgov.schema import Column, Field, Kind, LinkTable, Table

ARROW: Mapping[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.CODE: pa.dictionary(pa.int32(), pa.string()),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.decimal128(38, 9),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
}
_PYTHON: Mapping[Kind, type] = {
    Kind.TEXT: str,
    Kind.CODE: str,
    Kind.INTEGER: int,
    Kind.NUMBER: Decimal,
    Kind.BOOLEAN: bool,
    Kind.DATE: date,
}
_LIST = pa.list_(pa.string())


def arrow_type(column: Column) -> pa.DataType:
    """The Arrow type of a column; many values are a list of texts."""
    return _LIST if column.many else ARROW[column.kind]


def arrow_schema(columns: Iterable[Column]) -> pa.Schema:
    """The Arrow schema of columns: a column that is required is not nullable, and none but a list may be empty."""
    return pa.schema([pa.field(column.name, arrow_type(column), nullable=not (column.required or column.many)) for column in columns])


def described_schema(table: Table | LinkTable, columns: Iterable[Column]) -> pa.Schema:
    """The same with what a stranger needs to know, as metadata: description, Japanese title and unit of each column."""
    fields = []
    for column, plain in zip(columns, arrow_schema(columns), strict=True):
        unit = column.mark(Unit)
        about = {"description": column.description, "title": column.label, **({"unit": unit.name} if unit else {})}
        fields.append(plain.with_metadata(about))
    return pa.schema(fields, metadata={"description": table.description, "title": table.label})


def text_array(values: Sequence[str | None]) -> pa.StringArray:
    """A text array from a Python sequence. Unlike ``pa.array`` it does not import pandas, which takes 0.3 seconds."""
    encoded = [value.encode() if value is not None else b"" for value in values]
    offsets = np.zeros(len(values) + 1, dtype=np.int32)
    np.cumsum([len(each) for each in encoded], out=offsets[1:])
    present = None
    if None in values:
        present = pa.py_buffer(np.packbits([value is not None for value in values], bitorder="little"))
    buffers = [present, pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(values), buffers)


def list_array(rows: Sequence[Sequence[str]]) -> pa.ListArray:
    """A list array from rows of texts."""
    offsets = np.zeros(len(rows) + 1, dtype=np.int32)
    np.cumsum([len(row) for row in rows], out=offsets[1:])
    return pa.ListArray.from_arrays(integers(offsets, pa.int32()), text_array([text for row in rows for text in row]))


def integers(values: "np.ndarray[Any, Any]", dtype: pa.DataType) -> pa.Array:
    """An Arrow array over a NumPy array of the same width, without a copy."""
    return pa.Array.from_buffers(dtype, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])


def code_array(column: Column, texts: pa.Array) -> pa.DictionaryArray:
    """Texts as a dictionary of all the column's codes in the order of their definition; an unknown code becomes null."""
    dictionary = text_array(list(column.codes))
    return pa.DictionaryArray.from_arrays(pc.index_in(texts, value_set=dictionary), dictionary)


def canonical(table: Table, data: pa.Table) -> pa.Table:
    """The rows in the order of their ids, each column in one piece."""
    data = data.combine_chunks()
    (key,) = table.key
    ids = data[key]
    if len(ids) > 1 and not pc.all(pc.less_equal(ids[:-1], ids[1:])).as_py():
        data = data.take(pc.sort_indices(ids)).combine_chunks()
    return data


# Records to columns


def to_arrow(table: Table, records: Sequence[Any]) -> pa.Table:
    """Columns from records of the table's class.

    Raises:
        DataError: a value is not of its field's type, is missing where required, or is an unknown code; all such values at once.
    """
    problems: list[Problem] = []
    arrays: dict[str, pa.Array] = {}
    for field in table.fields:
        values = [getattr(record, field.name) for record in records]
        for column, cells in _cells(field, values):
            found = list(_faults(column, cells, field))
            problems += (
                Problem(code, message, table.name, row + 1, column.name, repr(cells[row]), str(records[row].id)) for row, code, message in found
            )
            if not problems:
                arrays[column.name] = _array(column, cells)
    if problems:
        raise DataError(f"{len(records)} records of {table.record.__name__} do not fit {table.name}", problems)
    return pa.table(arrays, schema=arrow_schema(table.columns))


def _cells(field: Field, values: list[Any]) -> Iterator[tuple[Column, list[Any]]]:
    if field.value is None:
        yield field.columns[0], values
        return
    for part in field.parts:
        yield (
            part.column,
            [getattr(value, part.name) if isinstance(value, field.value) else value for value in values],
        )


def _faults(column: Column, cells: list[Any], field: Field) -> Iterator[tuple[int, ProblemCode, str]]:
    """Cells that the column cannot hold."""
    expected = _PYTHON[column.kind]
    required = {part.column.name for part in field.parts if part.required and not part.derived} if field.value else set()
    for row, cell in enumerate(cells):
        if cell is None:
            if column.required or (column.name in required and not field.optional):
                yield row, ProblemCode.MISSING_VALUE, f"found nothing, expected {_expected(column)}"
            continue
        if not column.many:
            values: Sequence[Any] = (cell,)
        elif isinstance(cell, tuple | list):
            values = cell
            if column.required and not values:
                yield row, ProblemCode.MISSING_VALUE, f"found nothing, expected at least one {_expected(column)}"
        else:
            yield row, ProblemCode.WRONG_TYPE, f"found {cell!r}, expected a tuple of {_expected(column)}"
            continue
        for value in values:
            if not isinstance(value, expected) or (isinstance(value, bool) and expected is int) or isinstance(value, datetime):
                yield row, ProblemCode.WRONG_TYPE, f"found {value!r}, expected {_expected(column)}"
            elif column.codes and value not in column.codes:
                yield row, ProblemCode.UNKNOWN_CODE, not_a_code(column, value)
            elif expected is str and not _encodable(value):
                yield row, ProblemCode.BAD_TEXT, f"{value!r} holds half of a surrogate pair, which no file can store"
            elif not _fits(column.kind, value):
                yield row, ProblemCode.WRONG_TYPE, f"found {value!r}, expected {_expected(column)}"


def not_a_code(column: Column, value: str) -> str:
    """What to say of a text that is not among the codes of a column."""
    return f"{value!r} is not a code{did_you_mean(value, column.codes)}; expected one of {', '.join(column.codes)}"


def _expected(column: Column) -> str:
    return {
        Kind.TEXT: "a text",
        Kind.CODE: "a code",
        Kind.INTEGER: "a whole number of at most 64 bits",
        Kind.NUMBER: "a decimal number with at most 29 digits before and 9 after the point",
        Kind.BOOLEAN: "true or false",
        Kind.DATE: "a date",
    }[column.kind]


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _fits(kind: Kind, value: Any) -> bool:
    if kind is Kind.INTEGER:
        return bool(-(2**63) <= value < 2**63)
    if kind is Kind.NUMBER:
        if not value.is_finite():
            return False
        _, digits, exponent = value.normalize().as_tuple()
        return bool(int(exponent) >= -9 and len(digits) + int(exponent) <= 29)
    return True


def _array(column: Column, cells: list[Any]) -> pa.Array:
    if column.many:
        return list_array([[str(text) for text in cell] for cell in cells])
    if column.kind is Kind.TEXT:
        return text_array(cells)
    if column.kind is Kind.CODE:
        return code_array(column, text_array(cells))
    return pa.array(cells, ARROW[column.kind])


# Columns to records


def from_arrow(table: Table, data: pa.Table) -> Iterator[Any]:
    """The rows as records, each built when it is asked for."""
    if data.num_rows == 0:
        return iter(())
    names = [field.name for field in table.fields]
    values = zip(*(_values(field, data) for field in table.fields), strict=True)
    return (table.record(**dict(zip(names, row, strict=True))) for row in values)


def _values(field: Field, data: pa.Table) -> Iterable[Any]:
    """One value of the field for each row."""
    if field.value is None:
        return _python(field.columns[0], data)
    given = [part for part in field.parts if not part.derived]
    first = next(index for index, part in enumerate(given) if part.required)
    build, names = field.value, [part.name for part in given]
    rows = zip(*(_python(part.column, data) for part in given), strict=True)
    return (build(**dict(zip(names, row, strict=True))) if row[first] is not None else None for row in rows)


def _python(column: Column, data: pa.Table) -> Iterable[Any]:
    cells = data[column.name].to_pylist()
    if column.codes:
        members = {str(code): code for code in column.codes}
        if column.many:
            return (tuple(map(members.__getitem__, cell)) for cell in cells)
        return map(members.get, cells)
    if column.many:
        return map(tuple, cells)
    if column.kind is Kind.NUMBER:
        return (None if cell is None else plain_decimal(cell) for cell in cells)
    return cells  # type: ignore[no-any-return]


def plain_decimal(value: Decimal) -> Decimal:
    """The same number without zeros at its end."""
    return Decimal(format(value.normalize(), "f"))
