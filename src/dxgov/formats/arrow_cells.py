"""Columns of Arrow types in the types of the model: a column is converted only if nothing is lost."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from dxgov.errors import ProblemCode, short_repr
from dxgov.formats.cell_formats import CANONICAL_FORMAT, CellFormat
from dxgov.formats.csv_cells import NO_FAULTS, CellFault, CellFaults, parse_cells
from dxgov.languages import Message
from dxgov.schema import Column, Kind
from dxgov.storage.container import RefusedError
from dxgov.tables.arrow import as_arrow, as_numpy, constant_mask, fill_null, mask_array, mask_as_numpy, out_of_range_dates, text_array
from dxgov.tables.columns import arrow_type, null_cells, unknown_code_message


@frozen(eq=False)
class ArrowBatch:
    """A batch of rows with columns of any Arrow types, as a Parquet file or a table in memory has them."""

    data: Mapping[str, pa.Array]
    types: pa.Schema
    length: int
    formats: Mapping[str, CellFormat]
    rows: None = None

    def cells(self, column: Column) -> tuple[pa.Array, CellFaults]:
        """Return the cells of a column in its type; unreadable ones are null or empty lists, each with a fault.

        Cells of a type that does not convert to that of the column without loss have the type as their common cause.
        """
        type = self.types.field(column.name).type
        if not is_readable_type(type):
            return null_cells(column, self.length), _blame_type(column, type, np.arange(self.length))
        cells = self.data[column.name]
        if _is_empty(cells):  # then the type says nothing
            return null_cells(column, self.length), NO_FAULTS
        format = self.formats.get(column.name, CANONICAL_FORMAT)
        if not (_is_convertible(column, type) or (format.earlier_type and pa.types.is_integer(type))):
            return null_cells(column, self.length), _blame_type(column, type, _find_valid_rows(cells))
        return _convert_cells(column, _unwrap_cells(cells), type, format)

    def dictionary(self, column: Column) -> pa.DictionaryArray | None:
        """Return the cells of a column of texts as the file encodes them, or None if it does not, or other texts are stored."""
        cells = self.data.get(column.name)
        is_text = column.kind is Kind.TEXT and not column.many and column.name not in self.formats
        is_encoded = isinstance(cells, pa.DictionaryArray) and cells.type == _ENCODED_TEXTS and not cells.dictionary.null_count
        return cells if is_text and is_encoded else None


_ENCODED_TEXTS = pa.dictionary(pa.int32(), pa.string())


def is_readable_type(type: pa.DataType) -> bool:
    """Return whether cells of a type can be read: values, or lists of values, but no deeper nesting."""
    return not pa.types.is_nested(_get_value_type(type.value_type if is_list_type(type) else type))


def _is_empty(cells: pa.Array) -> bool:
    """Return whether no cell has a value. Writers give such columns any type: null, lists of null, binary."""
    return cells.null_count == len(cells) or (is_list_type(cells.type) and not len(cells.flatten()))


def _is_convertible(column: Column, file_type: pa.DataType) -> bool:
    """Return whether values of a type may be those of a column. Arrow casts numbers to dates and back, but they are not the same."""
    if is_list_type(file_type):
        return column.many and _is_text_type(_get_value_type(file_type.value_type))
    value_type = _get_value_type(file_type)
    return _is_text_type(value_type) or (not column.many and any(fits(value_type) for fits in _TYPES.get(column.kind, ())))


_TYPES = {
    Kind.INTEGER: (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal),
    Kind.NUMBER: (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal),
    Kind.BOOLEAN: (pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating),
    Kind.DATE: (pa.types.is_date, pa.types.is_timestamp),
}
"""Types, besides text, that can hold values of each kind; the cast itself shows whether all cells convert without loss."""


def is_list_type(type: pa.DataType) -> bool:
    """Return whether a type is a list type."""
    return bool(pa.types.is_list(type) or pa.types.is_large_list(type) or pa.types.is_fixed_size_list(type))


def _get_value_type(type: pa.DataType) -> pa.DataType:
    """Return the type of values without dictionary encoding and without extensions, such as that for JSON."""
    type = type.storage_type if isinstance(type, pa.BaseExtensionType) else type
    return type.value_type if pa.types.is_dictionary(type) else type


def _unwrap_cells(cells: pa.Array) -> pa.Array:
    """Return cells without dictionary encoding and extensions."""
    cells = cells.storage if isinstance(cells, pa.ExtensionArray) else cells
    if pa.types.is_dictionary(cells.type):
        return cells.dictionary.take(cells.indices)
    if is_list_type(cells.type) and pa.types.is_dictionary(cells.type.value_type):
        return cells.cast(pa.list_(cells.type.value_type.value_type))
    return cells


def _blame_type(column: Column, type: pa.DataType, rows: "np.ndarray[Any, Any]") -> CellFaults:
    """Return faults of some cells whose cause is the type of their column."""
    message = Message(
        "found the type {type}, expected {expected}",
        "型は{type}。期待する型は{expected}。",
        type=short_repr(str(type))[1:-1],
        expected=arrow_type(column),
    )
    cause = RefusedError(ProblemCode.WRONG_TYPE, message)
    return CellFaults(rows, lambda row: CellFault(row, cause.code, str(cause), ""), cause=cause)


def _find_valid_rows(cells: pa.Array) -> "np.ndarray[Any, Any]":
    """Return the indices of the cells that are not null."""
    return np.flatnonzero(mask_as_numpy(pc.is_valid(cells)))


def _convert_cells(column: Column, cells: pa.Array, type: pa.DataType, format: CellFormat) -> tuple[pa.Array, CellFaults]:
    """Convert cells to the type of a column; unreadable ones become null or empty lists, each with a fault."""
    if is_list_type(cells.type):
        return _check_lists(column, cells.cast(arrow_type(column)))
    if _is_text_type(cells.type):  # then they are read as those of CSV are
        converted, faults = parse_cells(column, cells.cast(pa.string()), format)
        is_converted = column.many or column.kind not in (Kind.TEXT, Kind.CODE)
        return converted, _blame_type(column, type, faults.rows) if is_converted and len(faults) else faults
    converted, lossy_rows = _cast_lossless(cells, arrow_type(column))
    faults = NO_FAULTS
    if column.kind is Kind.DATE:
        converted, faults = _check_dates(converted)
    return converted, _blame_type(column, type, np.union1d(lossy_rows, faults.rows)) if len(lossy_rows) else faults


def _cast_lossless(cells: pa.Array, type: pa.DataType) -> "tuple[pa.Array, np.ndarray[Any, Any]]":
    """Cast cells to a type. Return them, with null for those that do not cast back to equal cells, and the indices of these."""
    try:
        converted = cells.cast(type)
        if cells.type.equals(type) or converted.cast(cells.type).equals(cells):
            return converted, NO_FAULTS.rows
    except (pa.ArrowException, ValueError):
        pass
    try:
        converted = cells.cast(type, safe=False)
        is_same = fill_null(pc.equal(converted.cast(cells.type, safe=False), cells), False)
    except (pa.ArrowException, ValueError):
        converted, is_same = pa.nulls(len(cells), type), constant_mask(False, len(cells))
    return pc.if_else(is_same, converted, pa.nulls(1, type)[0]), np.setdiff1d(
        _find_valid_rows(cells), np.flatnonzero(mask_as_numpy(is_same))
    )


def _check_dates(cells: pa.Array) -> tuple[pa.Array, CellFaults]:
    """Return dates and the faults of those outside of the years 1 to 9999, which become null."""
    bad_rows = out_of_range_dates(cells)
    if not len(bad_rows):
        return cells, NO_FAULTS
    is_bad = np.zeros(len(cells), dtype=bool)
    is_bad[bad_rows] = True

    def describe(row: int) -> CellFault:
        number = cells.view(pa.int32())[row].as_py()
        message = Message(
            "found day {number:,} from 1970-01-01, expected one of the years 1 to 9999",
            "値は1970-01-01から{number:,}日目。1年から9999年までの日とする。",
            number=number,
        )
        return CellFault(row, ProblemCode.WRONG_TYPE, message, str(number))

    return pc.if_else(mask_array(is_bad), pa.nulls(1, cells.type)[0], cells), CellFaults(bad_rows, describe)


def _is_text_type(type: pa.DataType) -> bool:
    """Return whether a type is a text type, or null."""
    return type in (pa.string(), pa.large_string(), pa.string_view(), pa.null())


def _check_lists(column: Column, cells: pa.Array) -> tuple[pa.Array, CellFaults]:
    """Return lists of texts, and the faults of those with a null or an unknown code; these and null lists become empty."""
    texts = pc.list_flatten(cells)
    is_valid = pc.is_in(texts, value_set=text_array(list(column.codes))) if column.codes else pc.is_valid(texts)
    if not cells.null_count and pc.all(is_valid).as_py() is not False:
        return cells, NO_FAULTS
    owners = as_numpy(pc.list_parent_indices(cells))
    lengths = as_numpy(fill_null(pc.list_value_length(cells), 0)).astype(np.int64)
    bad_rows = np.unique(owners[~mask_as_numpy(is_valid)])
    lengths[bad_rows] = 0
    offsets = np.append(0, np.cumsum(lengths)).astype(np.int32)
    lists = pa.ListArray.from_arrays(as_arrow(offsets, pa.int32()), texts.filter(mask_array(~np.isin(owners, bad_rows))))

    def describe(row: int) -> CellFault:
        cell = cells[row].as_py()
        unknown = next(text for text in cell if text is None or (column.codes and text not in column.codes))
        if unknown is None:
            return CellFault(row, ProblemCode.BAD_TEXT, Message("found a list with an empty member", "一覧に空の値がある。"), repr(cell))
        return CellFault(row, ProblemCode.UNKNOWN_CODE, unknown_code_message(column, unknown), repr(cell))

    return lists, CellFaults(bad_rows, describe)
