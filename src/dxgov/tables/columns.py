"""Arrow types and schemas of columns, and casts of Arrow tables to them."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from dxgov.errors import ModelError, did_you_mean, short_repr
from dxgov.languages import LanguageMap, Message
from dxgov.marks import Unit
from dxgov.schema import Column, Kind, Table
from dxgov.tables.arrow import as_scalar, combine_chunks, list_array, out_of_range_dates, text_array

ARROW_TYPES: Mapping[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.CODE: pa.dictionary(pa.int32(), pa.string()),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.decimal128(38, 9),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
}
_LIST = pa.list_(pa.string())


def arrow_type(column: Column) -> pa.DataType:
    """Return the Arrow type of a column; a column of many values is a list of strings."""
    return _LIST if column.many else ARROW_TYPES[column.kind]


def arrow_schema(columns: Iterable[Column]) -> pa.Schema:
    """Return the Arrow schema of columns. Required columns and lists are not nullable."""
    return pa.schema([pa.field(column.name, arrow_type(column), nullable=not (column.required or column.many)) for column in columns])


class DescribedTable(Protocol):
    """A table of a package or an export with a name, columns, titles and descriptions."""

    @property
    def name(self) -> str:
        """The table's name."""

    @property
    def stored(self) -> tuple[Column, ...]:
        """The columns of the table's file."""

    @property
    def titles(self) -> LanguageMap:
        """The titles in both languages."""

    @property
    def descriptions(self) -> LanguageMap:
        """The descriptions in both languages."""


def annotate_schema(table: DescribedTable, columns: Iterable[Column]) -> pa.Schema:
    """Return the Arrow schema of columns with metadata: title and description in both languages, and unit, of each column."""
    fields = []
    for column, field in zip(columns, arrow_schema(columns), strict=True):
        unit = column.mark(Unit)
        fields.append(
            field.with_metadata(
                {"description": column.descriptions.joined, "title": column.titles.joined, **({"unit": unit.name} if unit else {})}
            )
        )
    return pa.schema(fields, metadata={"description": table.descriptions.joined, "title": table.titles.joined})


def code_array(column: Column, texts: pa.Array) -> pa.DictionaryArray:
    """Encode texts with a dictionary of all codes of the column, in the order of their definition. Unknown codes become null."""
    dictionary = text_array(list(column.codes))
    return pa.DictionaryArray.from_arrays(pc.index_in(texts, value_set=dictionary), dictionary)


def null_cells(column: Column, length: int) -> pa.Array:
    """Return `length` null cells of a column; cells of a list column are empty lists."""
    if column.many:
        return list_array([()] * length)
    return code_array(column, pa.nulls(length, pa.string())) if column.codes else pa.nulls(length, arrow_type(column))


def default_cells(column: Column, length: int) -> pa.Array:
    """Return `length` cells with the default of a column; null cells, or empty lists, if it has none."""
    default: Any = column.default
    if default is None or column.many:
        return null_cells(column, length)
    if column.codes:
        return code_array(column, pa.repeat(as_scalar(str(default)), length))
    return pa.repeat(as_scalar(default).cast(arrow_type(column)), length)


def empty_table(columns: Iterable[Column]) -> pa.Table:
    """Return a table of the columns without rows."""
    columns = tuple(columns)
    arrays = [
        code_array(column, text_array([])) if column.codes and not column.many else pa.nulls(0, arrow_type(column)) for column in columns
    ]
    return pa.table(arrays, schema=arrow_schema(columns))


def cast_to_schema(table: Table, data: pa.Table) -> pa.Table:
    """Cast an Arrow table to the schema of a table.

    Raises:
        ModelError: a column is missing or unknown, does not cast without loss, or holds an unknown code or a forbidden null.
    """
    schema = arrow_schema(table.columns)
    if data.column_names != schema.names:
        raise ModelError(f"{table.name}: found the columns {', '.join(data.column_names)}; expected {', '.join(schema.names)}")
    try:
        return pa.table([_cast_column(column, combine_chunks(data[column.name])) for column in table.columns], schema=schema)
    except (pa.ArrowException, ValueError) as error:
        raise ModelError(f"{table.name}: the columns are not of the types of the model: {error}") from None


def _cast_column(column: Column, cells: pa.Array) -> pa.Array:
    if cells.null_count and (column.required or column.many):
        raise ValueError(f"{column.name}: found {cells.null_count} empty cells, expected none")
    if column.many:
        lists = cells.cast(arrow_type(column))
        members = pc.list_flatten(lists)
        if members.null_count:
            raise ValueError(f"{column.name}: found a list with an empty member")
        if column.codes:
            _encode_codes(column, members)
        return lists
    if column.codes:
        return _encode_codes(column, cells.cast(pa.string()))
    cast_cells = cells.cast(arrow_type(column))
    if column.kind is Kind.DATE and len(out_of_range_dates(cast_cells)):
        raise ValueError(f"{column.name}: found a day before the year 1 or after 9999")
    return cast_cells


def _encode_codes(column: Column, texts: pa.Array) -> pa.DictionaryArray:
    """Encode texts as codes of the column.

    Raises:
        ValueError: a text is not a code of the column.
    """
    codes = code_array(column, texts)
    if codes.null_count > texts.null_count:
        unknown = pc.filter(texts, pc.and_(pc.is_null(codes), pc.is_valid(texts)))[0].as_py()
        raise ValueError(f"{column.name}: {unknown_code_message(column, unknown)}")
    return codes


def sort_by_key(table: Table, data: pa.Table) -> pa.Table:
    """Sort the rows by their ids and return each column as one chunk."""
    data = data.combine_chunks()
    (key,) = table.key
    ids = data[key]
    if len(ids) > 1 and not pc.all(pc.less_equal(ids[:-1], ids[1:])).as_py():
        data = data.take(pc.sort_indices(ids)).combine_chunks()
    return data


def unknown_code_message(column: Column, value: str, *, suggest: bool = True) -> str:
    """Return the message for a text that is not a code of the column; with `suggest`, it suggests a similar code."""
    hint = did_you_mean(value, column.codes) if suggest else ""
    codes = ", ".join(column.codes)
    return Message(
        "{value} is not a code; expected one of {codes}{hint}",
        "{value}は符号の一覧にない。次のいずれかとする：{codes}。{hint}",
        value=short_repr(value),
        codes=codes,
        hint=hint,
    )
