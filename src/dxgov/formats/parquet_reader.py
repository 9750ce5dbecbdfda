"""Reader of Parquet files, batch by batch; the metadata of a file are trusted only within the limits."""

from collections.abc import Collection, Iterator, Sequence
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from attrs import field, frozen

from dxgov.errors import ProblemCode, short_repr
from dxgov.formats.arrow_cells import ArrowBatch, is_list_type, is_readable_type
from dxgov.formats.file_reader import FileReader
from dxgov.formats.resource import Resource, create_hasher
from dxgov.languages import Message
from dxgov.limits import Limits
from dxgov.schema import LinkTable, Table
from dxgov.storage.container import RefusedError, StoredFile, may_pass
from dxgov.storage.file_signatures import PARQUET, SIGNATURE_LENGTH, detect_format


@frozen
class RowGroup:
    """A row group of a Parquet file."""

    rows: int
    id_range: tuple[str, str] | None = None
    """Least and greatest id; None if the file has no exact statistics."""
    is_sorted: bool = False
    """True if the metadata say that the rows are in the order of their ids."""


def _read_row_group(metadata: pq.RowGroupMetaData, key: str) -> RowGroup:
    """Return a row group with the range of its key column."""
    for number in range(metadata.num_columns):
        column = metadata.column(number)
        if column.path_in_schema == key:
            statistics = column.statistics
            bounds = (statistics.min, statistics.max) if statistics is not None and statistics.has_min_max else ()
            ascending = [(sorting.column_index, sorting.descending) for sorting in metadata.sorting_columns][:1] == [(number, False)]
            if bounds and all(isinstance(bound, str) for bound in bounds):
                return RowGroup(metadata.num_rows, bounds, ascending)
    return RowGroup(metadata.num_rows)


class ParquetFile(FileReader):
    """Reader of a Parquet file."""

    def __init__(self, table: Table | LinkTable, stored: StoredFile, resource: Resource, limits: Limits) -> None:
        super().__init__(table, resource, limits, stored.size, stored.version)
        self._stored = stored

    def read_row_groups(self) -> list[RowGroup] | None:
        """Return the row groups with their id ranges, or None if the metadata cannot be read, which reading the rows reports.

        Raises:
            OSError: a server or the system does not let the file be read now.
        """
        try:
            with self._stored.open_seekable() as file:
                metadata = self._open_source(file).metadata
                return [_read_row_group(metadata.row_group(number), self._table.key[0]) for number in range(metadata.num_row_groups)]
        except _READ_ERRORS as error:
            if may_pass(error):
                raise
            return None

    def iter_batches(
        self, columns: Collection[str], row_groups: Sequence[int] | None = None, batch_size: int | None = None
    ) -> Iterator[ArrowBatch]:
        """Yield the rows in batches.

        The hash is computed if all row groups are read, with all columns or none; it takes the whole file, which single columns do not.
        """
        if self.is_void:
            return
        if self.hasher is None and row_groups is None and len(columns) in (0, len(self._table.stored)):
            self._compute_hash()
        with self._stored.open_seekable() as file:
            try:
                source = self._open_source(file)
            except _READ_ERRORS as error:
                if may_pass(error):
                    raise
                code = error.code if isinstance(error, RefusedError) else ProblemCode.UNREADABLE_FILE
                self.fault = RefusedError(code, str(error) if isinstance(error, RefusedError) else self._describe_unreadable_file(error))
                return
            self.column_names = list(source.schema.names)
            # Select the columns that the file has exactly once and whose type is not nested too deeply.
            selected = [column for column in self._table.stored if column.name in columns and self.column_names.count(column.name) == 1]
            names = [column.name for column in selected if is_readable_type(source.schema.field(column.name).type)]
            row_count, budgets = 0, dict.fromkeys(names, self._limits.file)
            self.decode_budgets = budgets
            try:
                for data in self._iter_record_batches(source, names, row_groups, batch_size or self._limits.batch):
                    for chunk in _split_batch(data, budgets, self._limits):
                        row_count += len(chunk)
                        self.bytes_read = self._stored.size * row_count // source.metadata.num_rows
                        yield ArrowBatch(
                            {name: chunk.column(name) for name in names}, source.schema, len(chunk), self._resource.declaration.formats
                        )
                # The metadata must state the true number of rows.
                stated = source.count_rows(row_groups)
                if names and row_count != stated:
                    raise ValueError(f"found {row_count:,} rows, expected {stated:,}")
            except _READ_ERRORS as error:
                if may_pass(error):
                    raise
                self._find_faulty_columns(source, names, error)

    def _describe_unreadable_file(self, error: Exception) -> str:
        """Return a message for a file whose metadata cannot be read."""
        with self._stored.open() as file:
            kind = detect_format(file.read(SIGNATURE_LENGTH) or b"")
        return (
            Message("the file is {kind}; expected Parquet", "ファイルは{kind}である。Parquetでなければならない。", kind=kind)
            if kind not in (None, PARQUET)
            else _describe_error(error)
        )

    def _compute_hash(self) -> None:
        """Compute the hash that the descriptor states."""
        hasher = create_hasher(self._resource)
        if hasher is not None:
            with self._stored.open() as file:
                while chunk := file.read(_CHUNK_SIZE):
                    hasher.update(chunk)
        self.hasher = hasher

    def _open_source(self, file: IO[bytes]) -> "_Source":
        """Open a file for reading its row groups.

        Raises:
            RefusedError: it exceeds a limit.
        """
        reader = pq.ParquetFile(file, pre_buffer=False)  # which reads in a thread of Arrow's, that may outlive the interpreter
        fault = _find_size_fault(reader.metadata, self._limits)
        if fault:
            raise RefusedError(ProblemCode.TOO_LARGE, fault)
        return _Source(file, reader.metadata, reader.schema_arrow)

    def _iter_record_batches(
        self, source: "_Source", names: list[str], row_groups: Sequence[int] | None = None, batch_size: int | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Yield the batches of some columns, row group by row group."""
        batch_size = batch_size or self._limits.batch
        if not names:
            rows = source.count_rows(row_groups)
            empty = pa.nulls(min(rows, batch_size))
            for start in range(0, rows, batch_size):
                yield pa.RecordBatch.from_arrays([empty.slice(0, min(batch_size, rows - start))], [""])
            return
        for group in (
            range(source.metadata.num_row_groups) if row_groups is None else row_groups
        ):  # a batch across groups has lists in two pieces
            for batch in source.iter_row_group(group, names, batch_size):
                if sorted(batch.schema.names) != sorted(names):
                    raise pa.ArrowInvalid(f"found the columns {', '.join(batch.schema.names)}, expected {', '.join(names)} alone")
                batch.validate(full=True)
                yield batch

    def _find_faulty_columns(self, source: "_Source", names: list[str], error: Exception) -> None:
        """Find the columns that cannot be read, by reading each alone; if all can be read, or none, the fault is that of the file."""
        for name in names:
            try:
                row_count, budgets = 0, {name: self._limits.file}
                for data in self._iter_record_batches(source, [name]):
                    row_count += sum(map(len, _split_batch(data, budgets, self._limits)))
                if row_count != source.metadata.num_rows:
                    message = Message(
                        "found {rows:,} rows, expected {stated:,}",
                        "行数は{rows:,}。期待する行数は{stated:,}。",
                        rows=row_count,
                        stated=source.metadata.num_rows,
                    )
                    self.column_faults[name] = RefusedError(ProblemCode.UNREADABLE_FILE, message)
            except RefusedError as column_error:
                self.column_faults[name] = column_error
            except _READ_ERRORS as column_error:
                if may_pass(column_error):
                    raise
                self.column_faults[name] = RefusedError(ProblemCode.UNREADABLE_FILE, _describe_error(column_error))
        if not self.column_faults or (len(names) > 1 and len(self.column_faults) == len(names)):
            self.column_faults = {}
            self.fault = RefusedError(ProblemCode.UNREADABLE_FILE, _describe_error(error))


@frozen(eq=False)
class _Source:
    """An open Parquet file whose metadata are within the limits."""

    file: IO[bytes]
    metadata: pq.FileMetaData
    schema: pa.Schema
    """Columns of the file with its own types."""
    _reader: pq.ParquetFile = field(init=False)

    @_reader.default
    def _open_reader(self, *, with_lists: bool = True) -> pq.ParquetFile:
        """Open a reader that yields texts as dictionaries, so that their size is known before decoding; those in lists `with_lists`."""
        leaves = [self.metadata.schema.column(number).path for number in range(self.metadata.num_columns)]
        dictionaries = [path for path in leaves if with_lists or "." not in path]
        return pq.ParquetFile(self.file, metadata=self.metadata, read_dictionary=dictionaries, buffer_size=_CHUNK_SIZE, pre_buffer=False)

    def count_rows(self, row_groups: Sequence[int] | None) -> int:
        """Return the number of rows that the metadata state for some row groups, or for all."""
        if row_groups is None:
            return int(self.metadata.num_rows)
        return sum(self.metadata.row_group(group).num_rows for group in row_groups)

    def iter_row_group(self, group: int, columns: list[str], batch_size: int) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a row group in batches."""
        row_count = 0
        try:
            for batch in self._reader.iter_batches(batch_size, row_groups=[group], columns=columns, use_threads=False):
                row_count += len(batch)
                yield batch
        except pa.ArrowNotImplementedError:  # of lists whose dictionary ends within a batch: read the other rows with plain lists
            for batch in self._open_reader(with_lists=False).iter_batches(
                batch_size, row_groups=[group], columns=columns, use_threads=False
            ):
                rows = batch.slice(row_count)
                row_count = max(0, row_count - len(batch))
                if len(rows):
                    yield rows


_CHUNK_SIZE = 2**20
"""Bytes per read."""


def _split_batch(data: pa.RecordBatch, budgets: dict[str, int], limits: Limits) -> Iterator[pa.RecordBatch]:
    """Yield a batch in pieces that are small enough to be decoded; subtract their decoded sizes from `budgets`.

    Raises:
        RefusedError: a column has more bytes than its budget.
    """
    sizes = {name: _measure_decoded(cells) for name, cells in zip(data.schema.names, data.columns, strict=True) if name}
    for name, size in sizes.items():
        if size > budgets[name]:
            message = Message(
                "found more bytes in the column than the {maximum:,} that are taken at most",
                "列の大きさが上限の{maximum:,}バイトを超えている。",
                maximum=limits.file,
            )
            raise RefusedError(ProblemCode.TOO_LARGE, message)
        budgets[name] -= size
    yield from _halve_batch(data, sum(sizes.values()))


def _halve_batch(data: pa.RecordBatch, size: int) -> Iterator[pa.RecordBatch]:
    """Yield a batch in halves, until each is small enough to be decoded."""
    if size > _MAX_DECODED_SIZE and len(data) > 1:
        for half in (data.slice(0, len(data) // 2), data.slice(len(data) // 2)):
            yield from _halve_batch(half, sum(map(_measure_decoded, half.columns)))
    else:
        yield data


_MAX_DECODED_SIZE = 2**28
"""Maximum decoded bytes of a batch of several rows."""


def _measure_decoded(cells: pa.Array) -> int:
    """Return the size of cells in bytes once each has its own text."""
    if is_list_type(cells.type):
        return _measure_decoded(cells.flatten()) + 4 * len(cells)
    if pa.types.is_dictionary(cells.type):
        return int(pc.sum(pc.binary_length(cells.dictionary).take(cells.indices)).as_py() or 0) + 4 * len(cells)
    return int(cells.nbytes)


_READ_ERRORS = (pa.ArrowException, OSError, ValueError, MemoryError)
"""Exceptions that pyarrow raises if a file is not what its metadata say."""


def _describe_error(error: Exception) -> str:
    """Return a message for a file that cannot be read."""
    return Message(
        "not a Parquet file that can be read: {reason}",
        "Parquetファイルとして読めない（ライブラリの報告：{reason}）。",
        reason=short_repr(" ".join(str(error).split()))[1:-1],
    )


def _find_size_fault(metadata: pq.FileMetaData, limits: Limits) -> str | None:
    """Return which limit the metadata of a file exceed, or None."""
    rows = sum(metadata.row_group(number).num_rows for number in range(metadata.num_row_groups))
    if rows != metadata.num_rows:
        raise ValueError(f"it says that it has {metadata.num_rows:,} rows, and {rows:,} in its parts")
    if rows > limits.rows:
        return Message(
            "found {rows:,} rows, expected {maximum:,} at most", "行数は{rows:,}。上限は{maximum:,}。", rows=rows, maximum=limits.rows
        )
    if metadata.num_columns > limits.columns:
        return Message(
            "found {columns:,} columns, expected {maximum:,} at most",
            "列数は{columns:,}。上限は{maximum:,}。",
            columns=metadata.num_columns,
            maximum=limits.columns,
        )
    groups = (metadata.row_group(number) for number in range(metadata.num_row_groups))
    chunks = [group.column(index) for group in groups for index in range(group.num_columns)]
    size = sum(chunk.total_uncompressed_size for chunk in chunks)
    if size > limits.file:
        return Message(
            "found {size:,} bytes when unpacked, expected {maximum:,} at most",
            "展開後の大きさは{size:,}バイト。上限は{maximum:,}バイト。",
            size=size,
            maximum=limits.file,
        )
    values = max((chunk.num_values for chunk in chunks), default=0)
    if values > _MAX_MEAN_MEMBERS * limits.rows:
        return Message(
            "found {values:,} values in a column, expected {maximum:,} at most",
            "一つの列の値の数は{values:,}。上限は{maximum:,}。",
            values=values,
            maximum=_MAX_MEAN_MEMBERS * limits.rows,
        )
    return None


_MAX_MEAN_MEMBERS = 10
"""Maximum mean number of members of a list."""
