"""The columns of a table in Arrow: their types, their order, and whether given ones conform."""

from collections.abc import Iterable, Mapping
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from dxgov.errors import ModelError, did_you_mean, quoted
from dxgov.marks import Unit
from dxgov.schema import Column, Kind, Table
from dxgov.tables.arrow import list_array, one, strange_days, text_array

ARROW: Mapping[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.CODE: pa.dictionary(pa.int32(), pa.string()),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.decimal128(38, 9),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
}
_LIST = pa.list_(pa.string())


def arrow_type(column: Column) -> pa.DataType:
    """The Arrow type of a column; many values are a list of texts."""
    return _LIST if column.many else ARROW[column.kind]


def arrow_schema(columns: Iterable[Column]) -> pa.Schema:
    """The Arrow schema of columns: a column that is required is not nullable, and none but a list may be empty."""
    return pa.schema([pa.field(column.name, arrow_type(column), nullable=not (column.required or column.many)) for column in columns])


class Described(Protocol):
    """A table of a package or of an export that says what it is and what its columns are."""

    @property
    def name(self) -> str:
        """The table's name."""

    @property
    def stored(self) -> tuple[Column, ...]:
        """The columns that its file has."""

    @property
    def label(self) -> str:
        """The table's name in Japanese."""

    @property
    def description(self) -> str:
        """What the table holds."""


def described_schema(table: Described, columns: Iterable[Column]) -> pa.Schema:
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


def missing_cells(column: Column, length: int) -> pa.Array:
    """Return cells of a column that hold nothing; a list that is missing is empty."""
    if column.many:
        return list_array([()] * length)
    return code_array(column, pa.nulls(length, pa.string())) if column.codes else pa.nulls(length, arrow_type(column))


def empty_table(columns: Iterable[Column]) -> pa.Table:
    """No rows of the columns."""
    columns = tuple(columns)
    coded = [bool(column.codes) and not column.many for column in columns]
    arrays = [code_array(c, text_array([])) if is_coded else pa.nulls(0, arrow_type(c)) for c, is_coded in zip(columns, coded, strict=True)]
    return pa.table(arrays, schema=arrow_schema(columns))


def conformed(table: Table, data: pa.Table) -> pa.Table:
    """The columns in the types of the table, if they are those of the table.

    Raises:
        ModelError: a column is missing or unknown, is of a type that does not convert without loss, or holds an unknown code or an
            empty cell where a value is required.
    """
    schema = arrow_schema(table.columns)
    if data.column_names != schema.names:
        raise ModelError(f"{table.name}: found the columns {', '.join(data.column_names)}; expected {', '.join(schema.names)}")
    try:
        return pa.table([_conformed(column, one(data[column.name])) for column in table.columns], schema=schema)
    except (pa.ArrowException, ValueError) as error:
        raise ModelError(f"{table.name}: the columns are not of the types of the model: {error}") from None


def _conformed(column: Column, cells: pa.Array) -> pa.Array:
    if cells.null_count and (column.required or column.many):
        raise ValueError(f"{column.name}: found {cells.null_count} empty cells, expected none")
    if column.many:
        lists = cells.cast(arrow_type(column))
        members = pc.list_flatten(lists)
        if members.null_count:
            raise ValueError(f"{column.name}: found a list with an empty member")
        if column.codes:
            _known(column, members)
        return lists
    if column.codes:
        return _known(column, cells.cast(pa.string()))
    fitting = cells.cast(arrow_type(column))
    if column.kind is Kind.DATE and len(strange_days(fitting)):
        raise ValueError(f"{column.name}: found a day before the year 1 or after 9999")
    return fitting


def _known(column: Column, texts: pa.Array) -> pa.DictionaryArray:
    """The texts as codes.

    Raises:
        ValueError: one is none.
    """
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


def not_a_code(column: Column, value: str, *, near: bool = True) -> str:
    """What to say of a text that is not among the codes of a column, and which one is near if that is wanted."""
    hint = did_you_mean(value, column.codes) if near else ""
    return f"{quoted(value)} is not a code; expected one of {', '.join(column.codes)}{hint}"
