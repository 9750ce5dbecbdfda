"""A table that lies in one file of a package: from the file to batches of typed columns."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import Factory, define, evolve

from dxgov.errors import Problem, ProblemCode
from dxgov.formats.csv_cells import CellFaults
from dxgov.formats.csv_reader import CsvFile
from dxgov.formats.file_reader import CellBatch, FileReader, RestartScan
from dxgov.formats.header import check_header, may_lack_column
from dxgov.formats.resource import Resource, check_file
from dxgov.formats.tool_artifacts import ArtifactDetector
from dxgov.limits import Limits
from dxgov.schema import Column, LinkTable, Table
from dxgov.storage.container import Container, FetchError, RefusedError
from dxgov.tables.arrow import as_numpy, constant_mask, fill_null, mask_array, text_bytes
from dxgov.tables.columns import arrow_type, null_cells
from dxgov.validation import RowBatch

if TYPE_CHECKING:
    from dxgov.formats.parquet_reader import RowGroup


_FILE_FAULT, _RAGGED_ROWS, _HEADER_FAULT, _REFUSED_COLUMN = range(4)
"""Order in which the problems of a file are reported. The cells that cannot be read come next, column by column."""


@define(eq=False)
class ByteBudget:
    """Bytes that the remaining files of a package may still have, all together."""

    remaining: int
    lock: RLock = Factory(RLock)
    """Guards `remaining`, and is held while a file is opened."""


class TableFile:
    """Rows of a table as one file of a package stores them: typed columns, and problems for cells that cannot be read.

    The file is opened at first access, or by `open`. Set `read_all` if all of it is going to be read; a CSV file always is.
    """

    def __init__(
        self,
        table: Table | LinkTable,
        resource: Resource,
        container: Container,
        budget: ByteBudget,
        limits: Limits,
        *,
        read_all: bool = True,
    ) -> None:
        self.table: Table | LinkTable = table
        self._resource, self._container, self._budget, self._limits = resource, container, budget, limits
        self._whole = read_all or resource.format == "csv"
        self._is_open = False
        self._first_row = 2 if resource.format == "csv" else 1
        self._file_problem: Problem | None = None
        self._reader: FileReader | None = None
        self._column_problems: dict[str, Problem] = {}
        self._artifacts = ArtifactDetector()
        self.has_unread_cells: bool = False
        """True if a faulty declaration of the descriptor made cells unreadable; only the declaration is reported then."""
        self._has_missing_keys = False
        self._remote_incomplete: bool | None = None
        self._size = 0
        self.length: int = 0
        """Number of rows read so far."""
        self.on_progress: Callable[[], None] = lambda: None
        """Callback that is called after each batch."""

    def open(self) -> None:
        """Open the file, unless it is open already.

        Raises:
            FetchError: a server does not say whether the file exists.
        """
        with self._budget.lock:
            if not self._is_open:
                self._find_file(min(self._limits.file, self._budget.remaining))
                self._budget.remaining -= self._size
                self._is_open = True

    @property
    def _file(self) -> FileReader | None:
        """Reader of the file; None if the file cannot be read."""
        self.open()
        return self._reader

    @property
    def size(self) -> int:
        """Size of the file in bytes."""
        self.open()
        return self._size

    def _find_file(self, max_bytes: int) -> None:
        """Open the file and create its reader, or record the problem that prevents it."""
        try:
            stored = self._container.find(self._resource.path, max_bytes, read_all=self._whole)
        except RefusedError as error:
            self._file_problem = self._create_problem(error.code, str(error))
        except FetchError:  # which is no fault of the package
            raise
        except OSError as error:
            self._file_problem = self._create_problem(ProblemCode.UNREADABLE_FILE, error.strerror or str(error))
        else:
            if stored is None:
                hint = self._container.suggest(self._resource.path)
                self._file_problem = self._create_problem(ProblemCode.MISSING_FILE, f"the descriptor lists a file that is not there{hint}")
                return
            self._size = stored.size
            if self._resource.format == "csv":
                self._reader = CsvFile(self.table, stored, self._resource, self._limits)
            else:
                from dxgov.formats.parquet_reader import ParquetFile

                self._reader = ParquetFile(self.table, stored, self._resource, self._limits)

    def _create_problem(self, code: ProblemCode, message: str, field: str | None = None, row: int | None = None) -> Problem:
        """Create a problem of this file."""
        return Problem(code, message, self.table.name, row, field, file=self._resource.path)

    def get_path(self, part: int) -> str:  # noqa: ARG002 - there is but one
        """Return the path of the file in the package."""
        return self._resource.path

    @property
    def incomplete(self) -> bool:
        """True if some rows or ids could not be read, so that nothing follows from their absence."""
        if self._remote_incomplete is not None:
            return self._remote_incomplete
        if self._file is None or self._file_problem is not None or self._file.incomplete or self._has_missing_keys:
            return True
        return self._file.column_names.count(self.table.key[0]) != 1

    @property
    def bytes_read(self) -> int:
        """Approximate number of bytes read so far."""
        return self._file.bytes_read if self._file else 0

    @cached_property
    def row_groups(self) -> "list[RowGroup] | None":
        """Row groups with their id ranges; None if the file has none, or lacks statistics."""
        from dxgov.formats.parquet_reader import ParquetFile

        return self._file.read_row_groups(self.table.key[0]) if isinstance(self._file, ParquetFile) else None

    @cached_property
    def row_group_lengths(self) -> list[int] | None:
        """Number of rows of each row group; None if the file has none."""
        from dxgov.formats.parquet_reader import ParquetFile

        return self._file.read_row_group_lengths() if isinstance(self._file, ParquetFile) else None

    @property
    def decoded_bytes(self) -> dict[str, int]:
        """Decoded bytes of each column that were read so far; empty for CSV."""
        return {name: self._limits.file - budget for name, budget in self._file.decode_budgets.items()} if self._file else {}

    def record_remote_scan(self, rows: int, *, incomplete: bool) -> None:
        """Add the outcome of rows that another process read: their number, and whether some could not be read."""
        self.length += rows
        self._remote_incomplete = bool(self._remote_incomplete) or incomplete
        if self._file and self.row_group_lengths:
            self._file.bytes_read = self.size * self.length // max(1, sum(self.row_group_lengths))
        self.on_progress()

    def reset_remote_scan(self) -> None:
        """Reset what `record_remote_scan` recorded."""
        self.length, self._remote_incomplete = 0, None

    def iter_batches(
        self, columns: Collection[str] | None = None, row_groups: Sequence[int] | None = None, batch_size: int | None = None
    ) -> Iterator[RowBatch]:
        """Yield the rows in batches, each with the problems of its unreadable cells.

        Raises:
            RestartScan: a fault of the file or of a column was found, and reading again takes it into account.
        """
        if self._file is None or self._file_problem:
            return
        selected = [column for column in self.table.stored if columns is None or column.name in columns]
        start = sum((self.row_group_lengths or [])[: row_groups[0]]) if row_groups else 0
        self.length, self._artifacts = 0, ArtifactDetector()
        try:
            for batch_cells in self._file.iter_batches({column.name for column in selected}, row_groups, batch_size):
                yield self._convert_batch(batch_cells, selected, start)
                start += batch_cells.length
                self.length += batch_cells.length
                self.on_progress()
            self._refuse_artifacts()
        except RefusedError as error:
            self._file_problem = self._create_problem(error.code, str(error))
            raise RestartScan from None
        except FetchError:
            raise
        except OSError as error:
            is_gone = isinstance(error, FileNotFoundError)  # removed after it was opened
            code = ProblemCode.MISSING_FILE if is_gone else ProblemCode.UNREADABLE_FILE
            self._file_problem = self._create_problem(code, "the file is no longer there" if is_gone else error.strerror or str(error))
            raise RestartScan from None

    def check_presence(self) -> Iterator[Problem]:
        """Yield the problem that prevented the file from being opened, if there is one."""
        if self._file_problem:
            yield self._file_problem

    def problems(self, *, read_all: bool = True) -> Iterator[tuple[int, Iterable[Problem]]]:
        """Yield the problems of the file, each kind with its number in the order of the report.

        Set `read_all` to False if not all of the file was read; its size and hash are not checked then.
        """
        if self._file is None or self._file_problem:
            yield _FILE_FAULT, [self._file_problem] if self._file_problem else []
            return
        fault = self._file.fault
        changed = check_file(self._resource, self.size, self._file.hasher) if read_all else None
        yield _FILE_FAULT, [problem for problem in (changed, self._create_problem(fault.code, str(fault)) if fault else None) if problem]
        if fault is None:
            yield _RAGGED_ROWS, self._file.list_row_problems()
            yield _HEADER_FAULT, check_header(self.table, self._file.column_names, self._resource)
            refused = {name: self._create_problem(error.code, str(error), name) for name, error in self._file.refused_columns.items()}
            refused |= self._column_problems
            yield _REFUSED_COLUMN, [refused[column.name] for column in self.table.stored if column.name in refused]

    def _convert_batch(self, batch: CellBatch, columns: list[Column], start: int) -> RowBatch:
        """Convert the columns of a batch to the types of the model; mark cells that cannot be read, and collect their problems."""
        file, length = self._file, batch.length
        names = file.column_names if file else []
        frame = RowBatch(self.table, pa.table({}), self._first_row, self._resource.path, batch.rows, start)
        arrays: dict[str, pa.Array] = {}
        unread_masks: dict[str, pa.Array] = {}
        column_faults: list[tuple[int, Column, CellFaults]] = []
        for number, column in enumerate(columns, _REFUSED_COLUMN + 1):
            # An optional column is null, and one that is missing or refused is unread as a whole.
            if may_lack_column(column, names, self._resource):
                arrays[column.name] = null_cells(column, length)
                continue
            if names.count(column.name) != 1 or column.name in self._column_problems or (file and column.name in file.refused_columns):
                arrays[column.name], unread_masks[column.name] = pa.nulls(length, arrow_type(column)), constant_mask(True, length)
                continue
            cells, cell_faults = self._read_cells(batch, column, frame)
            arrays[column.name] = cells
            # Faults that follow from a refused declaration are reported with that.
            if len(cell_faults):
                unread_masks[column.name] = _create_row_mask(length, cell_faults.rows)
                if column.name in self._resource.declaration.refused_columns:
                    self.has_unread_cells = True
                    continue
                column_faults.append((number, column, cell_faults))
            if self._resource.format == "csv":
                self._artifacts.add(column, cells, cell_faults, frame.row_number)
        # Without an id a row cannot be the target of references.
        key = self.table.key[0]
        self._has_missing_keys = self._has_missing_keys or key in unread_masks or (key in arrays and bool(arrays[key].null_count))
        frame = evolve(frame, data=pa.table(arrays), unread=unread_masks)
        return evolve(
            frame,
            read_problems=tuple(
                (number, _create_cell_problems(frame, column, cell_faults)) for number, column, cell_faults in column_faults
            ),
        )

    def _refuse_artifacts(self) -> None:
        """Refuse each column whose faults all come from one artifact of a tool, so that the artifact is reported once.

        Raises:
            RestartScan: a column was refused.
        """
        problems = {name: self._create_problem(ProblemCode.WRONG_TYPE, tally.message(), name, tally.row) for name, tally in self._artifacts}
        self._column_problems |= problems
        if problems:
            raise RestartScan

    def _read_cells(self, batch: CellBatch, column: Column, frame: RowBatch) -> tuple[pa.Array, CellFaults]:
        """Return the cells of a column and their faults.

        Raises:
            RestartScan: the whole column is refused, for its type or for the size of a cell.
        """
        try:
            cells, cell_faults = batch.cells(column)
        except RefusedError as error:
            self._column_problems[column.name] = self._create_problem(error.code, str(error), column.name)
            raise RestartScan from None
        if _bound_cell_size(cells) > self._limits.cell and (sizes := _measure_cells(cells)).max(initial=0) > self._limits.cell:
            row = int(np.argmax(sizes > self._limits.cell))
            message = f"found a cell of {int(sizes[row]):,} bytes, expected {self._limits.cell:,} at most"
            self._column_problems[column.name] = self._create_problem(ProblemCode.TOO_LARGE, message, column.name, frame.row_number(row))
            raise RestartScan
        return cells, cell_faults


def _create_cell_problems(frame: RowBatch, column: Column, cell_faults: CellFaults) -> Iterator[Problem]:
    """Create a problem for each faulty cell of a column."""
    return (frame.problem(fault.code, fault.message, fault.row, column.name, fault.value) for fault in cell_faults)


def _bound_cell_size(cells: pa.Array | None) -> int:
    """Return an upper bound of the size of any cell: the size of all texts together; 0 for types of a fixed size."""
    if cells is not None and pa.types.is_list(cells.type):
        return len(text_bytes(cells.values)) + 4 * len(cells.values)
    return len(text_bytes(cells)) if cells is not None and pa.types.is_string(cells.type) else 0


def _measure_cells(cells: pa.Array | None) -> "np.ndarray[Any, Any]":
    """Return the size of each cell in bytes; empty for types of a fixed size."""
    if cells is not None and pa.types.is_list(cells.type):
        offsets_in_bytes = np.append(0, np.cumsum(_measure_texts(cells.values) + 4))
        offsets = as_numpy(cells.offsets)
        return np.asarray(offsets_in_bytes[offsets[1:]] - offsets_in_bytes[offsets[:-1]])
    if cells is not None and pa.types.is_string(cells.type):
        return _measure_texts(cells)
    return np.zeros(0, dtype=np.int64)


def _measure_texts(texts: pa.Array) -> "np.ndarray[Any, Any]":
    """Return the length of each text in bytes."""
    return as_numpy(fill_null(pc.binary_length(texts), 0)).astype(np.int64)


def _create_row_mask(length: int, rows: "np.ndarray[Any, Any]") -> pa.Array:
    """Return a mask of `length` that is true at the given rows."""
    is_marked = np.zeros(length, dtype=bool)
    is_marked[rows] = True
    return mask_array(is_marked)
