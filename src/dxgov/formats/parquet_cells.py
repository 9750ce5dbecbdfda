"""Columns of Parquet files in the types of the model: what converts without loss is taken, and every other cell is told."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from dxgov.errors import ProblemCode, quoted
from dxgov.formats.cell_formats import PLAIN, Form
from dxgov.formats.csv_cells import NO_FAULTS, Fault, Faults, typed
from dxgov.schema import Column, Kind
from dxgov.storage.container import RefusedError
from dxgov.tables.arrow import filled, integers, mask, numbers, strange_days, text_array, truths
from dxgov.tables.columns import arrow_type, missing_cells, not_a_code


@frozen(eq=False)
class Cells:
    """Rows of a Parquet file, their columns as they were read."""

    data: Mapping[str, pa.Array]
    types: pa.Schema
    length: int
    forms: Mapping[str, Form]
    rows: None = None

    def cells(self, column: Column) -> tuple[pa.Array, Faults]:
        """The cells of a column in its type; those that cannot be taken are empty, each with its fault.

        Raises:
            RefusedError: they are of a type that does not convert to the column's without loss.
        """
        found = self.types.field(column.name).type
        if readable(found) and _empty(self.data[column.name]):  # then the type says nothing
            return missing_cells(column, self.length), NO_FAULTS
        if not _convertible(column, found):
            raise _unfit(column, found)
        return _fitted(column, _plain(self.data[column.name]), found, self.forms.get(column.name, PLAIN))


def readable(found: pa.DataType) -> bool:
    """Return whether cells of a type are read: values, or lists of values, but nothing that is nested deeper."""
    return not pa.types.is_nested(_value_type(found.value_type if listed(found) else found))


def _empty(cells: pa.Array) -> bool:
    """Return whether no cell holds anything. Writers give such columns any type: null, lists of null, binary."""
    return cells.null_count == len(cells) or (listed(cells.type) and not len(cells.flatten()))


def _convertible(column: Column, found: pa.DataType) -> bool:
    """Return whether values of a type may be those of a column. Numbers are no days, and days are no numbers, though Arrow casts them."""
    if listed(found):
        return column.many and _textual(_value_type(found.value_type))
    type = _value_type(found)
    return _textual(type) or (not column.many and any(fits(type) for fits in _TYPES.get(column.kind, ())))


_TYPES = {
    Kind.INTEGER: (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal),
    Kind.NUMBER: (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal),
    Kind.BOOLEAN: (pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating),
    Kind.DATE: (pa.types.is_date, pa.types.is_timestamp),
}
"""The types, besides text, that hold values of each kind; whether all cells convert without loss is seen when they do."""


def listed(type: pa.DataType) -> bool:
    """Whether cells are lists."""
    return bool(pa.types.is_list(type) or pa.types.is_large_list(type) or pa.types.is_fixed_size_list(type))


def _value_type(type: pa.DataType) -> pa.DataType:
    """Return the type of values without dictionaries and without what an extension, such as that for JSON, adds to it."""
    type = type.storage_type if isinstance(type, pa.BaseExtensionType) else type
    return type.value_type if pa.types.is_dictionary(type) else type


def _plain(cells: pa.Array) -> pa.Array:
    """Cells without dictionaries and extensions."""
    cells = cells.storage if isinstance(cells, pa.ExtensionArray) else cells
    if pa.types.is_dictionary(cells.type):
        return cells.dictionary.take(cells.indices)
    if listed(cells.type) and pa.types.is_dictionary(cells.type.value_type):
        return cells.cast(pa.list_(cells.type.value_type.value_type))
    return cells


def _unfit(column: Column, found: pa.DataType) -> RefusedError:
    return RefusedError(ProblemCode.WRONG_TYPE, f"found the type {quoted(str(found))[1:-1]}, expected {arrow_type(column)}")


def _fitted(column: Column, cells: pa.Array, found: pa.DataType, form: Form) -> tuple[pa.Array, Faults]:
    """The cells in the type of the column; those that hold unknown codes are empty, each with its fault."""
    try:
        if listed(cells.type):
            return _lists(column, _converted(cells, arrow_type(column)))
        if _textual(cells.type):  # then they are read as those of CSV are
            converted, faults = typed(column, cells.cast(pa.string()), form)
            if len(faults) and (column.many or column.kind not in (Kind.TEXT, Kind.CODE)):
                raise _unfit(column, found)
            return converted, faults
        converted = _converted(cells, arrow_type(column))
        return _days(converted) if column.kind is Kind.DATE else (converted, NO_FAULTS)
    except (pa.ArrowException, ValueError):
        raise _unfit(column, found) from None


def _converted(cells: pa.Array, wanted: pa.DataType) -> pa.Array:
    """The cells in another type, from which they could be had back.

    Raises:
        ArrowInvalid: they could not.
    """
    converted = cells.cast(wanted)
    if not cells.type.equals(wanted) and not converted.cast(cells.type).equals(cells):
        raise pa.ArrowInvalid(f"{cells.type} does not convert to {wanted} without loss")
    return converted


def _days(cells: pa.Array) -> tuple[pa.Array, Faults]:
    """Days; those that Python does not have are empty, each with its fault."""
    bad = strange_days(cells)
    if not len(bad):
        return cells, NO_FAULTS
    strange = np.zeros(len(cells), dtype=bool)
    strange[bad] = True

    def tell(row: int) -> Fault:
        number = cells.view(pa.int32())[row].as_py()
        return Fault(row, ProblemCode.WRONG_TYPE, f"found day {number:,} from 1970-01-01, expected one of the years 1 to 9999", str(number))

    return pc.if_else(mask(strange), pa.nulls(1, cells.type)[0], cells), Faults(bad, tell)


def _textual(type: pa.DataType) -> bool:
    return type in (pa.string(), pa.large_string(), pa.string_view(), pa.null())


def _lists(column: Column, cells: pa.Array) -> tuple[pa.Array, Faults]:
    """Lists of texts; one that is missing is empty."""
    texts = pc.list_flatten(cells)
    known = pc.is_in(texts, value_set=text_array(list(column.codes))) if column.codes else pc.is_valid(texts)
    if not cells.null_count and pc.all(known).as_py() is not False:
        return cells, NO_FAULTS
    owners = numbers(pc.list_parent_indices(cells))
    lengths = numbers(filled(pc.list_value_length(cells), 0)).astype(np.int64)
    bad = np.unique(owners[~truths(known)])
    lengths[bad] = 0
    offsets = np.append(0, np.cumsum(lengths)).astype(np.int32)
    taken = pa.ListArray.from_arrays(integers(offsets, pa.int32()), texts.filter(mask(~np.isin(owners, bad))))

    def tell(row: int) -> Fault:
        cell = cells[row].as_py()
        unknown = next(text for text in cell if text is None or (column.codes and text not in column.codes))
        if unknown is None:
            return Fault(row, ProblemCode.BAD_TEXT, "found a list with an empty member", repr(cell))
        return Fault(row, ProblemCode.UNKNOWN_CODE, not_a_code(column, unknown), repr(cell))

    return taken, Faults(bad, tell)
