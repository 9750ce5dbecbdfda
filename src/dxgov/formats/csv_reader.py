"""Reader of CSV files: block by block, so that a file of any size needs the memory of one block."""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from attrs import frozen

from dxgov.errors import Problem, ProblemCode
from dxgov.formats.cell_formats import CANONICAL_FORMAT, CellFormat
from dxgov.formats.csv_blocks import iter_row_blocks
from dxgov.formats.csv_cells import CellFaults, parse_cells
from dxgov.formats.csv_errors import locate_fault
from dxgov.formats.csv_stream import CsvByteStream
from dxgov.formats.file_reader import FileReader
from dxgov.formats.resource import Resource, create_hasher
from dxgov.languages import Message
from dxgov.limits import Limits
from dxgov.schema import Column, LinkTable, Table
from dxgov.storage.container import RefusedError, StoredFile, make_too_many_rows_error
from dxgov.tables.arrow import combine_chunks, index_array, mask_as_numpy

_MAX_BLOCK_SIZE = (1 << 31) - 1
"""Maximum bytes that Arrow parses at once."""


@frozen(eq=False)
class CsvBatch:
    """A batch of rows of a CSV file, as texts."""

    data: pa.Table
    rows: pa.Array | None
    formats: Mapping[str, CellFormat]

    @property
    def length(self) -> int:
        """Number of rows."""
        return int(self.data.num_rows)

    def cells(self, column: Column) -> tuple[pa.Array, CellFaults]:
        """Return the cells of a column in its type; unreadable ones are null or empty lists, each with a fault."""
        return parse_cells(column, combine_chunks(self.data[column.name]), self.formats.get(column.name, CANONICAL_FORMAT))

    def dictionary(self, column: Column) -> None:
        """Return None: CSV has no dictionaries."""


class CsvFile(FileReader):
    """Reader of a CSV file. It leaves out rows of the wrong length, and reports them; it leaves out empty lines."""

    def __init__(self, table: Table | LinkTable, stored: StoredFile, resource: Resource, limits: Limits) -> None:
        super().__init__(table, resource, limits, stored.size, stored.version)
        self._stored = stored
        self._ragged_rows = _RaggedRows()

    def iter_batches(
        self,
        columns: Collection[str],  # noqa: ARG002 - all is parsed anyway
        row_groups: Sequence[int] | None = None,  # noqa: ARG002 - there are none
        batch_size: int | None = None,  # noqa: ARG002 - a block is larger
    ) -> Iterator[CsvBatch]:
        """Yield the rows in batches; a CSV file is always parsed as a whole."""
        if self.fault is not None:
            return
        self._ragged_rows, self.column_names, self.hasher = _RaggedRows(), [], create_hasher(self._resource)
        stream = CsvByteStream(self._stored.open, self._limits, self.hasher, dialect=self._resource.declaration.dialect)
        fault: RefusedError | None = None
        try:
            try:
                stream.read_header()
                self._check_delimiter(stream.header)
                yield from self._parse_blocks(stream)
            except RefusedError as error:
                fault = error
            except (pa.ArrowException, MemoryError) as error:
                fault = RefusedError(ProblemCode.UNREADABLE_FILE, f"not a CSV file: {error}")
            stream.consume_rest()
            self.bytes_read = stream.byte_count
            fault = stream.fault or fault
        finally:
            stream.close()
        if fault:
            self.fault = self._locate_fault(fault)

    def _check_delimiter(self, header: Sequence[str]) -> None:
        """Check that the delimiter of the file is the one that the descriptor declares.

        Raises:
            RefusedError: the file has another delimiter.
        """
        column_names = {column.name for column in self._table.stored}
        declared = self._resource.declaration.dialect.delimiter
        delimiter = next((sign for sign in _DELIMITERS if len(header) == 1 and len(column_names & {*header[0].split(sign)}) > 1), None)
        if delimiter:
            message = Message(
                "the cells are separated by {delimiter!r}, expected {declared!r}; declare it as `delimiter` in the `dialect`",
                "セルの区切りは{delimiter!r}。期待する区切りは{declared!r}。`dialect`の`delimiter`として宣言する。",
                delimiter=delimiter,
                declared=declared,
            )
            raise RefusedError(ProblemCode.UNREADABLE_FILE, message)

    def _locate_fault(self, fault: RefusedError) -> RefusedError:
        """Return a fault with its line, where that helps."""
        if fault.code is not ProblemCode.UNREADABLE_FILE:
            return fault
        with self._stored.open() as file:
            return RefusedError(fault.code, locate_fault(str(fault), file, self._resource.declaration.dialect))

    def _parse_blocks(self, stream: CsvByteStream) -> Iterator[CsvBatch]:
        """Parse the file block by block."""
        ragged_rows = self._ragged_rows
        row_count = kept_count = skipped = 0
        max_size = min(self._stored.size + 3, max(self._limits.block, 4 * self._limits.cell), _MAX_BLOCK_SIZE)
        for block in iter_row_blocks(stream, max(3, min(self._limits.block, max_size)), max_size, self._resource.declaration.dialect):
            table = self._parse_block(block, stream.header, row_count + len(ragged_rows))
            self.bytes_read = stream.byte_count
            rows, skipped = ragged_rows.locate(row_count, table.num_rows, skipped)
            row_count += table.num_rows
            data, rows = _drop_empty_lines(table, rows)
            kept_count += data.num_rows
            if kept_count + len(ragged_rows) > self._limits.rows:
                raise make_too_many_rows_error(self._limits.rows)
            for start in range(0, data.num_rows, self._limits.batch):
                batch = data.slice(start, self._limits.batch)
                yield CsvBatch(batch, index_array(rows[start : start + batch.num_rows]), self._resource.declaration.formats)

    def _parse_block(self, block: pa.Buffer, header: list[str], offset: int) -> pa.Table:
        """Parse a block in this thread; `offset` rows come before it, and the first block begins with the header.

        Arrow's streaming reader is not used: its threads would hold Python objects for longer than it lives.
        """
        ragged_rows, is_first = self._ragged_rows, not self.column_names
        ragged_rows.offset = offset if is_first else offset + 1
        table = pyarrow.csv.read_csv(
            pa.BufferReader(block),
            read_options=pyarrow.csv.ReadOptions(
                use_threads=False,  # threads do not number rows
                block_size=block.size,
                column_names=self.column_names or None,
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=self._resource.declaration.dialect.delimiter,
                quote_char=self._resource.declaration.dialect.quote,
                ignore_empty_lines=False,
                invalid_row_handler=ragged_rows.skip,
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types={name: pa.string() for name in (*header, *(column.name for column in self._table.stored))},
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                check_utf8=False,  # the stream has checked it
            ),
        )
        if is_first:
            self.column_names, ragged_rows.expected = list(table.column_names), table.num_columns
        return table

    def list_row_problems(self) -> Iterable[Problem]:
        """Yield a problem for each row of the wrong length."""
        ragged_rows = self._ragged_rows
        for row, length in zip(ragged_rows.rows, ragged_rows.lengths, strict=True):
            message = Message(
                "found {length} cells, expected {expected}",
                "セルが{length}個ある。期待する数は{expected}個。",
                length=length,
                expected=ragged_rows.expected,
            )
            yield Problem(ProblemCode.ROW_LENGTH, message, self._table.name, row, file=self._resource.path)

    @property
    def incomplete(self) -> bool:
        """True if the file cannot be read, or rows were left out."""
        return super().incomplete or bool(len(self._ragged_rows))


_DELIMITERS = ",;\t|"
"""Delimiters that are recognized in a file that has another one than declared."""


class _RaggedRows:
    """Rows of the wrong length, which are left out."""

    def __init__(self) -> None:
        self.rows, self.lengths, self.expected = array("q"), array("q"), 0
        self.offset: int = 0
        """Number of rows of the file, with the header, before the block that is being parsed."""

    def __len__(self) -> int:
        return len(self.rows)

    def skip(self, row: pyarrow.csv.InvalidRow) -> str:
        """Record a row, and have Arrow leave it out."""
        self.rows.append(self.offset + row.number)
        self.lengths.append(row.actual_columns)
        return "skip"

    def locate(self, start: int, length: int, skipped: int) -> tuple["np.ndarray[Any, Any]", int]:
        """Return the positions in the file of the next rows, and the number of rows left out before the last of them.

        Args:
            start: Number of rows that were kept before.
            length: Number of rows to locate.
            skipped: Number of rows that were left out before.
        """
        indices = np.arange(start, start + length)
        skipped_rows = np.array(self.rows[skipped:], dtype=np.int64) - 2
        skipped_before = skipped + np.searchsorted(skipped_rows - np.arange(skipped, skipped + len(skipped_rows)), indices, side="right")
        return indices + skipped_before, int(skipped_before[-1]) if length else skipped


def _drop_empty_lines(data: pa.Table, rows: "np.ndarray[Any, Any]") -> tuple[pa.Table, "np.ndarray[Any, Any]"]:
    """Return the rows without those that have no cell, and their positions."""
    is_present = np.zeros(data.num_rows, dtype=bool)
    for cells in data.columns:
        if not cells.null_count:
            return data, rows
        is_present |= mask_as_numpy(pc.is_valid(combine_chunks(cells)))
    if is_present.all():
        return data, rows
    present_rows = np.flatnonzero(is_present)
    return data.take(index_array(present_rows)), rows[present_rows]
