"""Parquet files, read column by column: what they say of themselves is believed only as far as it is bounded."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from attrs import frozen

from dxgov.arrow import TEXT_AT_ONCE, filled, integers, mask, numbers, text_array, truths
from dxgov.columns import arrow_type, not_a_code
from dxgov.errors import Problem, ProblemCode, quoted
from dxgov.limits import Limits
from dxgov.package.cells import NO_FAULTS, Fault, Faults, typed
from dxgov.package.container import RefusedError
from dxgov.schema import Column, Kind, LinkTable, Table


@frozen(eq=False)
class ParquetFile:
    """The columns of a Parquet file, each read when it is asked for."""

    source: pq.ParquetFile
    schema: pa.Schema
    """The types of the columns as the file has them, not as they are read."""
    most: int
    """Bytes that a column may have when it is decoded."""

    rows: None = None

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return list(self.schema.names)

    @property
    def length(self) -> int:
        """The number of rows."""
        return int(self.source.metadata.num_rows)

    def cells(self, column: Column) -> tuple[pa.Array, Faults]:
        """The cells of a column in its type; those that cannot be taken are empty, each with its fault.

        Raises:
            RefusedError: they are too large, cannot be read, or are of a type that does not convert to the column's without loss.
        """
        found = self.schema.field(column.name).type
        if not _convertible(column, found):
            raise _unfit(column, found)
        pieces, left = [], min(self.most, TEXT_AT_ONCE)
        try:
            for number in range(self.source.num_row_groups):
                piece, size = self._piece(column, number, left)
                pieces.append(piece)
                left -= size
            cells = pa.concat_arrays(pieces) if pieces else pa.nulls(0, found)
        except RefusedError:
            raise
        except _UNREADABLE as error:
            raise RefusedError(ProblemCode.UNREADABLE_FILE, _unreadable(error)) from None
        if len(cells) != self.length:
            message = f"found {len(cells):,} rows, expected {self.length:,}"
            raise RefusedError(ProblemCode.UNREADABLE_FILE, message)
        return _fitted(column, cells, found)

    def _piece(self, column: Column, number: int, left: int) -> tuple[pa.Array, int]:
        """The cells of one row group, and their size.

        Texts are read as a dictionary, so that few bytes cannot become many before they are counted.
        """
        read = self.source.read_row_group(number, columns=[column.name], use_threads=False)
        if read.column_names != [column.name]:
            raise pa.ArrowInvalid(f"found the columns {', '.join(read.column_names)}, expected {column.name} alone")
        chunks = read[column.name].chunks
        for chunk in chunks:
            chunk.validate(full=True)
        size = sum(map(_decoded_size, chunks))
        if size > left:
            most = min(self.most, TEXT_AT_ONCE)
            raise RefusedError(ProblemCode.TOO_LARGE, f"found {most - left + size:,} bytes in the column, expected {most:,} at most")
        return pa.concat_arrays([_plain(chunk) for chunk in chunks] or [pa.nulls(0, read.schema.field(0).type)]), size


def _convertible(column: Column, found: pa.DataType) -> bool:
    """Whether a type may convert to the column's; only then its cells are read."""
    if column.many:
        return pa.types.is_null(found) or (_listed(found) and _textual(found.value_type))
    if column.kind in (Kind.TEXT, Kind.CODE):
        return _textual(found)
    return bool(_textual(found) or pa.types.is_primitive(found) or pa.types.is_decimal(found))


def _listed(type: pa.DataType) -> bool:
    return bool(pa.types.is_list(type) or pa.types.is_large_list(type))


def _decoded_size(cells: pa.Array) -> int:
    """How many bytes cells take once each has its own text."""
    if _listed(cells.type):
        return _decoded_size(cells.flatten()) + 4 * len(cells)
    if pa.types.is_dictionary(cells.type):
        lengths = numbers(filled(pc.binary_length(cells.dictionary).cast(pa.int64()), 0))
        used = numbers(cells.indices.drop_null())
        return int(lengths[used].sum()) + 4 * len(cells)
    return int(cells.nbytes)


def _plain(cells: pa.Array) -> pa.Array:
    """Cells without dictionaries."""
    if pa.types.is_dictionary(cells.type):
        return cells.cast(cells.type.value_type)
    if _listed(cells.type) and pa.types.is_dictionary(cells.type.value_type):
        return cells.cast(pa.list_(cells.type.value_type.value_type))
    return cells


def read_parquet(table: Table | LinkTable, content: bytes, file: str, limits: Limits) -> tuple[ParquetFile | None, list[Problem]]:
    """What the file holds, and what is wrong with it as a whole; a file that cannot be read gives nothing."""
    try:
        plain = pq.ParquetFile(pa.BufferReader(content))
        metadata = plain.metadata
        fault = _size_fault(metadata, limits)
        if fault:
            return None, [Problem(ProblemCode.TOO_LARGE, fault, table.name, file=file)]
        leaves = [metadata.schema.column(number).path for number in range(metadata.num_columns)]
        source = pq.ParquetFile(pa.BufferReader(content), metadata=metadata, read_dictionary=leaves)
    except _UNREADABLE as error:
        return None, [Problem(ProblemCode.UNREADABLE_FILE, _unreadable(error), table.name, file=file)]
    return ParquetFile(source, plain.schema_arrow, limits.file), []


_UNREADABLE = (pa.ArrowException, OSError, ValueError, MemoryError)
"""What pyarrow raises where a file is not what it says."""


def _unreadable(error: Exception) -> str:
    """What to say of a file that cannot be read."""
    return f"not a Parquet file that can be read: {quoted(' '.join(str(error).split()))[1:-1]}"


def _size_fault(found: pq.FileMetaData, limits: Limits) -> str | None:
    """What there is too much of to read the file, by its own account."""
    rows = sum(found.row_group(number).num_rows for number in range(found.num_row_groups))
    if rows != found.num_rows:
        raise ValueError(f"it says that it has {found.num_rows:,} rows, and {rows:,} in its parts")
    if rows > limits.rows:
        return f"found {rows:,} rows, expected {limits.rows:,} at most"
    if found.num_columns > limits.columns:
        return f"found {found.num_columns:,} columns, expected {limits.columns:,} at most"
    groups = (found.row_group(number) for number in range(found.num_row_groups))
    chunks = [group.column(place) for group in groups for place in range(group.num_columns)]
    size = sum(chunk.total_uncompressed_size for chunk in chunks)
    if size > limits.file:
        return f"found {size:,} bytes when unpacked, expected {limits.file:,} at most"
    values = max((chunk.num_values for chunk in chunks), default=0)
    if values > _MEMBERS * limits.rows:
        return f"found {values:,} values in a column, expected {_MEMBERS * limits.rows:,} at most"
    return None


_MEMBERS = 10
"""So many members lists may have on average."""


def _unfit(column: Column, found: pa.DataType) -> RefusedError:
    return RefusedError(ProblemCode.WRONG_TYPE, f"found the type {quoted(str(found))[1:-1]}, expected {arrow_type(column)}")


def _fitted(column: Column, cells: pa.Array, found: pa.DataType) -> tuple[pa.Array, Faults]:
    """The cells in the type of the column; those that hold unknown codes are empty, each with its fault."""
    try:
        if column.many:
            return _lists(column, _converted(cells, arrow_type(column)))
        if column.kind in (Kind.TEXT, Kind.CODE):
            return typed(column, cells.cast(pa.string()))
        return _converted(cells, arrow_type(column)), NO_FAULTS
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


def _textual(type: pa.DataType) -> bool:
    value = type.value_type if pa.types.is_dictionary(type) else type
    return value in (pa.string(), pa.large_string(), pa.string_view(), pa.null())


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
