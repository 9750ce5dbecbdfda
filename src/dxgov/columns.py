"""Records to Arrow columns and back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dxgov.arrow import list_array, one, text_array
from dxgov.errors import DataError, ModelError, Problem, ProblemCode, did_you_mean
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


def code_array(column: Column, texts: pa.Array) -> pa.DictionaryArray:
    """Texts as a dictionary of all the column's codes in the order of their definition; an unknown code becomes null."""
    dictionary = text_array(list(column.codes))
    return pa.DictionaryArray.from_arrays(pc.index_in(texts, value_set=dictionary), dictionary)


def empty_table(columns: Iterable[Column]) -> pa.Table:
    """No rows of the columns."""
    columns = tuple(columns)
    arrays = [code_array(column, text_array([])) if _coded(column) else pa.nulls(0, arrow_type(column)) for column in columns]
    return pa.table(arrays, schema=arrow_schema(columns))


def _coded(column: Column) -> bool:
    return bool(column.codes) and not column.many


def conformed(table: Table, data: pa.Table) -> pa.Table:
    """The columns in the types of the table, if they are those of the table.

    Raises:
        ModelError: a column is missing or unknown, is of a type that does not convert without loss, or holds an unknown code.
    """
    schema = arrow_schema(table.columns)
    if data.column_names != schema.names:
        raise ModelError(f"{table.name}: found the columns {', '.join(data.column_names)}; expected {', '.join(schema.names)}")
    try:
        return pa.table([_conformed(column, one(data[column.name])) for column in table.columns], schema=schema)
    except (pa.ArrowException, ValueError) as error:
        raise ModelError(f"{table.name}: the columns are not of the types of the model: {error}") from None


def _conformed(column: Column, cells: pa.Array) -> pa.Array:
    if not _coded(column):
        return cells.cast(arrow_type(column))
    texts = cells.cast(pa.string())
    codes = code_array(column, texts)
    if codes.null_count > texts.null_count:
        unknown = pc.filter(texts, pc.and_(pc.is_null(codes), pc.is_valid(texts)))[0].as_py()
        raise ValueError(f"{column.name}: {not_a_code(column, unknown)}")
    return codes


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
                Problem(code, message, table.name, row + 1, column.name, repr(cells[row]), str(records[row].id))
                for row, code, message in found
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
    return text_array([None if cell is None else _written(cell) for cell in cells]).cast(ARROW[column.kind])


def _written(value: Any) -> str:
    """A value as Arrow reads it from text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


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
