"""Parquet files, read batch by batch: what they say of themselves is believed only as far as it is bounded."""

from collections.abc import Collection, Iterator, Sequence
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from attrs import frozen

from dxgov.errors import ProblemCode, quoted
from dxgov.formats.file_reader import Reader, StartOverError
from dxgov.formats.parquet_cells import Cells, listed, readable
from dxgov.formats.resource import Resource, hashing
from dxgov.limits import Limits
from dxgov.schema import LinkTable, Table
from dxgov.storage.container import FetchError, RefusedError, Stored
from dxgov.storage.file_signatures import LONGEST, PARQUET, packing


@frozen
class Group:
    """Rows of a Parquet file that are read together."""

    rows: int
    first: str
    """The least id."""
    last: str
    """The greatest id."""
    in_order: bool
    """Whether they lie in the order of their ids, as the file says."""


def _group(found: pq.RowGroupMetaData, key: str) -> Group | None:
    for number in range(found.num_columns):
        column = found.column(number)
        if column.path_in_schema == key:
            seen = column.statistics
            exact = seen is not None and seen.has_min_max and isinstance(seen.min, str) and isinstance(seen.max, str)
            ordered = [(each.column_index, each.descending) for each in found.sorting_columns][:1] == [(number, False)]
            return Group(found.num_rows, seen.min, seen.max, ordered) if exact else None
    return None


class ParquetFile(Reader):
    """A Parquet file."""

    def __init__(self, table: Table | LinkTable, stored: Stored, resource: Resource, limits: Limits) -> None:
        super().__init__(table, stored, resource, limits)
        self._plain_lists = False

    def groups(self, key: str) -> list[Group] | None:
        """The groups of rows, with the first and the last id of each by the file's own account; nothing where it gives none."""
        try:
            with self._stored.open_anywhere() as file:
                metadata = self._opened(file)[0].metadata
                found = [_group(metadata.row_group(number), key) for number in range(metadata.num_row_groups)]
        except FetchError:
            raise
        except _UNREADABLE:  # which is told when its rows are read
            return None
        known = [each for each in found if each is not None and each.rows]
        return known if len(known) == len(found) else None

    def lengths(self) -> list[int] | None:
        """How many rows each group has, by the file's own account; nothing where it cannot be read."""
        try:
            with self._stored.open_anywhere() as file:
                metadata = self._opened(file)[0].metadata
                return [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
        except FetchError:
            raise
        except _UNREADABLE:
            return None

    def batches(self, columns: Collection[str], groups: Sequence[int] | None = None, batch: int | None = None) -> Iterator[Cells]:
        """The rows, in batches; those of some groups are no reason to compute the hash."""
        if self.fault is not None:
            return
        if self.hashed is None and groups is None:
            self._hash()
        with self._stored.open_anywhere() as file:
            try:
                source, schema = self._opened(file)
            except FetchError:
                raise
            except _UNREADABLE as error:
                code = error.code if isinstance(error, RefusedError) else ProblemCode.UNREADABLE_FILE
                self.fault = RefusedError(code, str(error) if isinstance(error, RefusedError) else self._unreadable_file(error))
                raise StartOverError from None
            self.names = list(schema.names)
            wanted = [column for column in self._table.stored if column.name in columns and self.names.count(column.name) == 1]
            names = [each.name for each in wanted if each.name not in self.refused and readable(schema.field(each.name).type)]
            read, left = 0, dict.fromkeys(names, self._limits.file)
            self.left = left
            try:
                for data in self._read(source, names, groups, batch or self._limits.batch):
                    for piece in _pieces(data, left, self._limits):
                        read += len(piece)
                        self.done = self._stored.size * read // source.metadata.num_rows
                        yield Cells({name: piece.column(name) for name in names}, schema, len(piece), self._resource.declaration.forms)
            except FetchError:
                raise
            except _UNREADABLE as error:
                if isinstance(error, pa.ArrowNotImplementedError) and not self._plain_lists:
                    self._plain_lists = True  # lists whose dictionary ends within a batch are not read as dictionaries
                else:
                    self._refuse(source, names, error)
                raise StartOverError from None
            if names and groups is None and read != source.metadata.num_rows:
                self._refuse(source, names, ValueError(f"found {read:,} rows, expected {source.metadata.num_rows:,}"))
                raise StartOverError

    def _unreadable_file(self, error: Exception) -> str:
        """What to say of a file whose metadata cannot be read."""
        with self._stored.open() as file:
            kind = packing(file.read(LONGEST) or b"")
        return f"the file is {kind}; expected Parquet" if kind not in (None, PARQUET) else _unreadable(error)

    def _hash(self) -> None:
        self.hashed = hashing(self._resource)
        with self._stored.open() as file:
            while piece := file.read(_PIECE):
                if self.hashed is None:
                    break
                self.hashed.update(piece)

    def _opened(self, file: IO[bytes]) -> tuple[pq.ParquetFile, pa.Schema]:
        """The file, with texts as dictionaries so that few bytes cannot become many before they are counted, and its own types."""
        plain = pq.ParquetFile(file, pre_buffer=False)  # which reads in a thread of Arrow's, that may outlive the interpreter
        metadata = plain.metadata
        fault = _size_fault(metadata, self._limits)
        if fault:
            raise RefusedError(ProblemCode.TOO_LARGE, fault)
        leaves = [metadata.schema.column(number).path for number in range(metadata.num_columns)]
        leaves = [path for path in leaves if not (self._plain_lists and "." in path)]
        source = pq.ParquetFile(file, metadata=metadata, read_dictionary=leaves, buffer_size=_PIECE, pre_buffer=False)
        return source, plain.schema_arrow

    def _read(
        self, source: pq.ParquetFile, names: list[str], groups: Sequence[int] | None = None, length: int | None = None
    ) -> Iterator[pa.RecordBatch]:
        length = length or self._limits.batch
        if not names:
            rows = source.metadata.num_rows
            empty = pa.nulls(min(rows, length))
            for start in range(0, rows, length):
                yield pa.RecordBatch.from_arrays([empty.slice(0, min(length, rows - start))], [""])
            return
        for group in range(source.num_row_groups) if groups is None else groups:  # a batch across groups has lists in two pieces
            for batch in source.iter_batches(length, row_groups=[group], columns=names, use_threads=False):
                if sorted(batch.schema.names) != sorted(names):
                    raise pa.ArrowInvalid(f"found the columns {', '.join(batch.schema.names)}, expected {', '.join(names)} alone")
                batch.validate(full=True)
                yield batch

    def _refuse(self, source: pq.ParquetFile, names: list[str], error: Exception) -> None:
        """Find the columns that cannot be read, each by itself."""
        before = len(self.refused)
        for name in names:
            try:
                read, left = 0, {name: self._limits.file}
                for data in self._read(source, [name]):
                    read += sum(map(len, _pieces(data, left, self._limits)))
                if read != source.metadata.num_rows:
                    message = f"found {read:,} rows, expected {source.metadata.num_rows:,}"
                    self.refused[name] = RefusedError(ProblemCode.UNREADABLE_FILE, message)
            except FetchError:
                raise
            except RefusedError as alone:
                self.refused[name] = alone
            except _UNREADABLE as alone:
                self.refused[name] = RefusedError(ProblemCode.UNREADABLE_FILE, _unreadable(alone))
        if len(self.refused) == before:  # each can be read, but not all together
            self.fault = RefusedError(ProblemCode.UNREADABLE_FILE, _unreadable(error))


_PIECE = 2**20


def _pieces(data: pa.RecordBatch, left: dict[str, int], limits: Limits) -> Iterator[pa.RecordBatch]:
    """Rows, so few at once that they can be decoded; `left` says how many bytes each column may have yet.

    Raises:
        RefusedError: it has more.
    """
    sizes = {name: _decoded_size(cells) for name, cells in zip(data.schema.names, data.columns, strict=True) if name}
    for name, size in sizes.items():
        if size > left[name]:
            raise RefusedError(ProblemCode.TOO_LARGE, f"found more bytes in the column than the {limits.file:,} that are taken at most")
        left[name] -= size
    yield from _halved(data, sum(sizes.values()))


def _halved(data: pa.RecordBatch, size: int) -> Iterator[pa.RecordBatch]:
    if size > _DECODED and len(data) > 1:
        for half in (data.slice(0, len(data) // 2), data.slice(len(data) // 2)):
            yield from _halved(half, sum(map(_decoded_size, half.columns)))
    else:
        yield data


_DECODED = 2**28
"""So many bytes of a batch are decoded at once, or one row."""


def _decoded_size(cells: pa.Array) -> int:
    """How many bytes cells take once each has its own text."""
    if listed(cells.type):
        return _decoded_size(cells.flatten()) + 4 * len(cells)
    if pa.types.is_dictionary(cells.type):
        return int(pc.sum(pc.binary_length(cells.dictionary).take(cells.indices)).as_py() or 0) + 4 * len(cells)
    return int(cells.nbytes)


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
