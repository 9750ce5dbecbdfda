"""CSV files, read block by block, so that a file of any size takes the memory of a block."""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from attrs import frozen

from dxgov.errors import Problem, ProblemCode
from dxgov.formats.cell_formats import PLAIN, Form
from dxgov.formats.csv_blocks import row_blocks
from dxgov.formats.csv_cells import Faults, typed
from dxgov.formats.csv_errors import place_of_fault
from dxgov.formats.csv_stream import UnsureError, Watched
from dxgov.formats.file_reader import Reader, StartOverError
from dxgov.formats.resource import Resource, hashing
from dxgov.limits import Limits
from dxgov.schema import Column, LinkTable, Table
from dxgov.storage.container import RefusedError, Stored
from dxgov.tables.arrow import one, positions, truths

BLOCK = 1 << 23
"""How many bytes are parsed at a time: a whole file at once leaves the processor's cache and takes three times as long."""

_LARGEST = (1 << 31) - 1
"""How many bytes Arrow parses at a time at most."""


@frozen(eq=False)
class Texts:
    """Rows of a CSV file, as texts."""

    data: pa.Table
    rows: pa.Array | None
    forms: Mapping[str, Form]

    @property
    def length(self) -> int:
        """The number of rows."""
        return int(self.data.num_rows)

    def cells(self, column: Column) -> tuple[pa.Array, Faults]:
        """The cells of a column in its type; those that cannot be read are empty, each with its fault."""
        return typed(column, one(self.data[column.name]), self.forms.get(column.name, PLAIN))


class CsvFile(Reader):
    """A CSV file. A row of the wrong length is left out and told; an empty line is left out."""

    def __init__(self, table: Table | LinkTable, stored: Stored, resource: Resource, limits: Limits) -> None:
        super().__init__(table, stored, resource, limits)
        self._exact = False
        self._ragged = _Ragged()

    def batches(self, columns: Collection[str], groups: Sequence[int] | None = None, batch: int | None = None) -> Iterator[Texts]:  # noqa: ARG002 - all is parsed anyway
        """The rows, in blocks."""
        if self.fault is not None:
            return
        self._ragged, self.names, self.hashed = _Ragged(), [], hashing(self._resource)
        watched = Watched(self._stored.open(), self._limits, self.hashed, dialect=self._resource.declaration.dialect, exact=self._exact)
        try:
            watched.start()
            self._require_cells(watched.header)
            yield from self._parsed(watched)
            watched.drain()
        except UnsureError:
            self._exact = True
            raise StartOverError from None
        except RefusedError as error:
            watched.drain()
            raise self._given_up(watched.fault or error) from None
        except (pa.ArrowException, MemoryError) as error:
            self.done = watched.count
            watched.drain()
            raise self._given_up(watched.fault or RefusedError(ProblemCode.UNREADABLE_FILE, f"not a CSV file: {error}")) from None
        finally:
            watched.close()
        if watched.fault:
            raise self._given_up(watched.fault)

    def _require_cells(self, header: Sequence[str]) -> None:
        """Check that the delimiter of the file is the one that the header is taken apart with.

        Raises:
            RefusedError: it is another one.
        """
        known = {column.name for column in self._table.stored}
        declared = self._resource.declaration.dialect.delimiter
        other = next((sign for sign in _DELIMITERS if len(header) == 1 and len(known & {*header[0].split(sign)}) > 1), None)
        if other:
            message = f"the cells are separated by {other!r}, expected {declared!r}; declare it as `delimiter` in the `dialect`"
            raise RefusedError(ProblemCode.UNREADABLE_FILE, message)

    def _given_up(self, fault: RefusedError) -> StartOverError:
        if fault.code is ProblemCode.UNREADABLE_FILE:
            with self._stored.open() as file:
                fault = RefusedError(fault.code, place_of_fault(str(fault), file, self._resource.declaration.dialect))
        self.fault = fault
        return StartOverError()

    def _parsed(self, watched: Watched) -> Iterator[Texts]:
        ragged = self._ragged
        kept = left_out = 0
        most = min(self._stored.size + 3, max(BLOCK, 4 * self._limits.cell), _LARGEST)
        for block in row_blocks(watched, min(BLOCK, most), most, self._resource.declaration.dialect):
            table = self._table_of(block, watched.header, kept + len(ragged))
            self.done = watched.count
            if kept + table.num_rows + len(ragged) > self._limits.rows:
                raise RefusedError(ProblemCode.TOO_LARGE, f"found more rows than the {self._limits.rows:,} that are taken at most")
            rows, left_out = ragged.between(kept, table.num_rows, left_out)
            kept += table.num_rows
            data, rows = _without_empty_lines(table, rows)
            for start in range(0, data.num_rows, self._limits.batch):
                piece = data.slice(start, self._limits.batch)
                yield Texts(piece, positions(rows[start : start + piece.num_rows]), self._resource.declaration.forms)

    def _table_of(self, block: pa.Buffer, header: list[str], before: int) -> pa.Table:
        """Parse a block in this thread; `before` is how many rows came before it, and the first block begins with the header.

        Arrow's reader of a stream is not taken: its threads would hold Python's objects for longer than it lives.
        """
        ragged, first = self._ragged, not self.names
        ragged.before = before if first else before + 1
        table = pyarrow.csv.read_csv(
            pa.BufferReader(block),
            read_options=pyarrow.csv.ReadOptions(
                use_threads=False,  # threads do not number rows
                block_size=block.size,
                column_names=self.names or None,
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=self._resource.declaration.dialect.delimiter,
                quote_char=self._resource.declaration.dialect.quote,
                ignore_empty_lines=False,
                invalid_row_handler=ragged.skip,
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types={name: pa.string() for name in (*header, *(column.name for column in self._table.stored))},
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                check_utf8=False,  # it was looked at before it comes here
            ),
        )
        if first:
            self.names, ragged.expected = table.schema.names, table.num_columns
        return table

    def problems(self) -> Iterable[Problem]:
        """The rows of the wrong length."""
        ragged = self._ragged
        for row, found in zip(ragged.rows, ragged.lengths, strict=True):
            message = f"found {found} cells, expected {ragged.expected}"
            yield Problem(ProblemCode.ROW_LENGTH, message, self._table.name, row, file=self._resource.path)

    @property
    def lost(self) -> bool:
        """Whether rows were left out that may have been records."""
        return super().lost or bool(len(self._ragged))


_DELIMITERS = ",;\t|"
"""The delimiters that a file may have which is not read as declared."""


class _Ragged:
    """The rows of the wrong length, which are left out."""

    def __init__(self) -> None:
        self.rows, self.lengths, self.expected = array("q"), array("q"), 0
        self.before: int = 0
        """How many rows of the file, with the header, came before those that are being parsed."""

    def __len__(self) -> int:
        return len(self.rows)

    def skip(self, row: pyarrow.csv.InvalidRow) -> str:
        """Note a row and leave it out."""
        self.rows.append(self.before + row.number)
        self.lengths.append(row.actual_columns)
        return "skip"

    def between(self, kept: int, length: int, left_out: int) -> tuple["np.ndarray[Any, Any]", int]:
        """The positions in the file of the next rows that were kept, and how many were left out before the last of them.

        `kept` and `left_out` say how many were before.
        """
        number = np.arange(kept, kept + length)
        ahead = np.array(self.rows[left_out:], dtype=np.int64) - 2
        before = left_out + np.searchsorted(ahead - np.arange(left_out, left_out + len(ahead)), number, side="right")
        return number + before, int(before[-1]) if length else left_out


def _without_empty_lines(data: pa.Table, rows: "np.ndarray[Any, Any]") -> tuple[pa.Table, "np.ndarray[Any, Any]"]:
    present = np.zeros(data.num_rows, dtype=bool)
    for cells in data.columns:
        if not cells.null_count:
            return data, rows
        present |= truths(pc.is_valid(one(cells)))
    if present.all():
        return data, rows
    kept = np.flatnonzero(present)
    return data.take(positions(kept)), rows[kept]
