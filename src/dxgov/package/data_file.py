"""A file of a package with rows of a table: from the file to batches of typed columns."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import Factory, define, evolve

from dxgov.errors import Problem, ProblemCode
from dxgov.formats.csv_cells import NO_FAULTS, CellFault, CellFaults
from dxgov.formats.csv_reader import CsvFile
from dxgov.formats.file_reader import CellBatch, FileReader
from dxgov.formats.header import check_header, may_lack_column
from dxgov.formats.resource import Resource, check_file
from dxgov.formats.tool_artifacts import ArtifactDetector
from dxgov.languages import Message
from dxgov.limits import Limits
from dxgov.package.partition_values import PartitionValue
from dxgov.schema import Column, Kind, LinkTable, Table
from dxgov.storage.container import Container, FetchError, RefusedError, make_too_many_rows_error, may_pass
from dxgov.tables.arrow import as_numpy, constant_mask, fill_null, mask_array, merge_sorted, text_bytes
from dxgov.tables.columns import arrow_type, default_cells
from dxgov.validation import RowBatch

if TYPE_CHECKING:
    from dxgov.formats.parquet_reader import RowGroup


_FILE_FAULT, _RAGGED_ROWS, _HEADER_FAULT, _REFUSED_COLUMN = range(4)
"""Order in which the problems of a file are reported. The cells that cannot be read come next, column by column."""

_PROBE_ROWS = 8_192
"""Rows at the beginning of a CSV file that show which columns another program wrote in its own way."""


@define(eq=False)
class ByteBudget:
    """Bytes that the remaining files of a package may still have, all together."""

    remaining: int
    lock: RLock = Factory(RLock)
    """Guards `remaining`, and is held while a file is opened."""


def open_reader(
    table: Table | LinkTable, resource: Resource, container: Container, budget: ByteBudget, limits: Limits, *, read_all: bool
) -> FileReader:
    """Find a file of a package, and open it for reading.

    Args:
        table: Table of its rows.
        resource: File as the descriptor lists it.
        container: Files of the package.
        budget: Bytes that the files may have; those of this file are subtracted.
        limits: Maximum sizes and counts.
        read_all: All of the file is going to be read; a CSV file always is.

    Raises:
        RefusedError: there is no such file, or it is not accepted.
        FetchError: a server does not say whether the file exists.
        OSError: it cannot be read.
    """
    is_csv = resource.format == "csv"
    with budget.lock:
        stored = container.find(resource.path, min(limits.file, budget.remaining), read_all=read_all or is_csv)
        if stored is None:
            hint = container.suggest(resource.path)
            message = Message(
                "the descriptor lists a file that is not there{hint}", "ディスクリプタに載っているファイルがない。{hint}", hint=hint
            )
            raise RefusedError(ProblemCode.MISSING_FILE, message)
        budget.remaining -= stored.size
    if is_csv:
        return CsvFile(table, stored, resource, limits)
    from dxgov.formats.parquet_reader import ParquetFile

    return ParquetFile(table, stored, resource, limits)


class DataFile:
    """Rows of a table as one file of a package stores them: typed columns, and problems for cells that cannot be read.

    The file is opened at first access, or by `open`.

    Args:
        table: Table of the rows.
        resource: File as the descriptor lists it.
        limits: Maximum sizes and counts.
        open_reader: Function that opens the file; it raises an `OSError` if the file cannot be read.
        number: Number of the file within its table.
        partition: Value that all rows have in the partition column; None if the table has none.
        count_rows_before: Function that returns the number of rows in the files of the table before this one.
        on_progress: Function that is called after each batch.
    """

    def __init__(
        self,
        table: Table | LinkTable,
        resource: Resource,
        limits: Limits,
        open_reader: Callable[[], FileReader],
        *,
        number: int = 0,
        partition: PartitionValue | None = None,
        count_rows_before: Callable[[], int] = lambda: 0,
        on_progress: Callable[[], None] = lambda: None,
    ) -> None:
        self.table: Table | LinkTable = table
        self.resource: Resource = resource
        """The file as the descriptor lists it."""
        self.partition: PartitionValue | None = partition
        """Value that all rows have in the partition column."""
        self._limits, self._open_reader = limits, open_reader
        self._number, self._count_rows_before, self._on_progress = number, count_rows_before, on_progress
        self._lock = RLock()
        self._reader: FileReader | None = None
        self._file_problem: Problem | None = None
        self._may_pass = False
        """True if the problem is that of the system, such as too many open files."""
        self._column_problems: dict[str, Problem] = {}
        self._artifacts = ArtifactDetector()
        self._probe: list[tuple[RowBatch, dict[str, CellFaults]]] = []
        self.has_unread_cells: bool = False
        """True if a faulty declaration of the descriptor made cells unreadable; only the declaration is reported then."""
        self.exceeds_rows: bool = False
        """True if the table has too many rows with those of this file."""
        self._has_missing_keys = False
        self.length: int = 0
        """Number of rows read so far."""

    def open(self) -> FileReader | None:
        """Open the file, unless it is open already. Return its reader, or None if it cannot be read.

        Raises:
            FetchError: a server does not say whether the file exists.
        """
        with self._lock:
            if self._reader is None and self._file_problem is None:
                try:
                    self._reader = self._open_reader()
                except OSError as error:
                    self._record_fault(error)
            return self._reader

    def _record_fault(self, error: OSError) -> None:
        """Record why the file cannot be read, until `retry` if that may pass.

        Raises:
            FetchError: `error` itself, which is a fault of a server rather than of the package.
        """
        if isinstance(error, FetchError):
            raise error
        self._may_pass = may_pass(error)
        if isinstance(error, RefusedError):
            self._file_problem = self._create_problem(error.code, str(error))
        elif isinstance(error, FileNotFoundError):  # removed after it was opened
            self._file_problem = self._create_problem(
                ProblemCode.MISSING_FILE, Message("the file is no longer there", "ファイルがなくなった。")
            )
        else:
            self._file_problem = self._create_problem(ProblemCode.UNREADABLE_FILE, error.strerror or str(error))

    def retry(self) -> None:
        """Forget that the file could not be read, unless it is not what it was."""
        if self._may_pass:
            self._file_problem, self._may_pass = None, False

    @property
    def size(self) -> int:
        """Size of the file in bytes."""
        reader = self.open()
        return reader.size if reader else 0

    @property
    def version(self) -> str:
        """Text that differs from that of another version of the file; empty if it cannot be read."""
        reader = self.open()
        return reader.version if reader else ""

    def _create_problem(self, code: ProblemCode, message: str, field: str | None = None, row: int | None = None) -> Problem:
        """Create a problem of this file."""
        return Problem(code, message, self.table.name, row, field, file=self.resource.path)

    @property
    def is_void(self) -> bool:
        """True if the file is unreadable, so that nothing follows from the rows that were yielded before that was seen."""
        reader = self.open()
        return reader is None or self._file_problem is not None or reader.is_void

    @property
    def incomplete(self) -> bool:
        """True if some rows or ids could not be read, so that nothing follows from their absence."""
        reader = self.open()
        return reader is None or self.lacks_rows or self._has_missing_keys or reader.column_names.count(self.table.key[0]) != 1

    @property
    def lacks_rows(self) -> bool:
        """True if some rows could not be read."""
        reader = self.open()
        return reader is None or self.is_void or reader.incomplete

    @property
    def has_column_problems(self) -> bool:
        """True if a fault of a column is reported once in place of those of its cells."""
        return bool(self._column_problems)

    @property
    def bytes_read(self) -> int:
        """Approximate number of bytes read so far."""
        return self._reader.bytes_read if self._reader else 0

    @cached_property
    def row_groups(self) -> "list[RowGroup] | None":
        """Row groups with their id ranges; None if the file has none, or its metadata cannot be read.

        Raises:
            OSError: a server or the system does not let the file be read now.
        """
        from dxgov.formats.parquet_reader import ParquetFile

        reader = self.open()
        return reader.read_row_groups() if isinstance(reader, ParquetFile) else None

    @property
    def decoded_bytes(self) -> dict[str, int]:
        """Decoded bytes of each column that were read so far; empty for CSV."""
        return {name: self._limits.file - budget for name, budget in self._reader.decode_budgets.items()} if self._reader else {}

    def iter_batches(
        self, columns: Collection[str] | None = None, row_groups: Sequence[int] | None = None, batch_size: int | None = None
    ) -> Iterator[RowBatch]:
        """Yield the rows in batches, each with the problems of its unreadable cells.

        An unreadable file yields no more rows, and `is_void` is true then.

        Args:
            columns: Names of the columns to read; None reads all.
            row_groups: Row groups to read; None reads all.
            batch_size: Maximum rows per batch; None takes the limit.
        """
        if self.is_void:
            return
        self.length, self._artifacts, self._probe = 0, ArtifactDetector(), []
        try:
            batches = self._convert_batches(columns, row_groups, batch_size)
            batches = self._refuse_artifacts(batches) if self.resource.format == "csv" else batches
            yield from map(self.partition.check, batches) if self.partition else batches
        except OSError as error:
            self._record_fault(error)
        if self.is_void:
            self.length = 0

    def _convert_batches(
        self, columns: Collection[str] | None, row_groups: Sequence[int] | None, batch_size: int | None
    ) -> Iterator[RowBatch]:
        """Yield the rows in typed batches; the parameters are those of `iter_batches`.

        Raises:
            OSError: the file cannot be read any more, or the table has too many rows.
        """
        selected = {column.name for column in self.table.stored if columns is None or column.name in columns}
        start = sum(group.rows for group in (self.row_groups or [])[: row_groups[0]]) if row_groups else 0
        reader = self.open()
        rows_before = self._count_rows_before()
        for batch in reader.iter_batches(selected, row_groups, batch_size) if reader else ():
            if rows_before + self.length + batch.length > self._limits.rows:
                self.exceeds_rows = True
                raise make_too_many_rows_error(self._limits.rows)
            yield self._convert_batch(batch, selected, start)
            start += batch.length
            self.length += batch.length
            self._on_progress()

    def _refuse_artifacts(self, batches: Iterator[RowBatch]) -> Iterator[RowBatch]:
        """Yield batches without the columns whose faults all come from one artifact of a tool, which is reported once.

        The first rows of the file decide. They are converted before the first batch is yielded.
        """
        for batch in batches:
            if batch.start + batch.data.num_rows >= _PROBE_ROWS:
                break
        # Judge the columns that have faulty cells by the first rows, and count those in the rest of the batches.
        for column in self.table.stored:
            if any(column.name in faults for _, faults in self._probe):
                for batch, faults in self._probe:
                    cells, cell_faults = batch.cells(column.name), faults.get(column.name, NO_FAULTS)
                    end = min(_PROBE_ROWS - batch.start, len(cells))
                    self._artifacts.add(column, cells.slice(0, end), cell_faults.between(0, end), batch.row_number)
        refused = self._artifacts.decide()
        for batch, faults in self._probe:
            for name in refused & faults.keys():
                self._artifacts.count(name, faults[name].between(_PROBE_ROWS - batch.start, batch.data.num_rows))
        self._has_missing_keys = self._has_missing_keys or self.table.key[0] in refused
        while self._probe:
            batch, _ = self._probe.pop(0)
            yield self._drop_columns(batch, refused) if refused else batch
        yield from batches
        for name, tally in self._artifacts:
            self._column_problems[name] = self._create_problem(ProblemCode.WRONG_TYPE, tally.message(), name, tally.row)

    def _drop_columns(self, batch: RowBatch, names: Collection[str]) -> RowBatch:
        """Return a batch in which all cells of some columns are unread, without problems."""
        length, data = batch.data.num_rows, batch.data
        numbers = {_REFUSED_COLUMN + 1 + number for number, column in enumerate(self.table.stored) if column.name in names}
        for number, name in enumerate(data.column_names):
            if name in names:
                data = data.set_column(number, name, pa.nulls(length, data.schema.field(name).type))
        return evolve(
            batch,
            data=data,
            unread={**batch.unread, **dict.fromkeys(names, constant_mask(True, length))},
            read_problems=tuple((number, problems) for number, problems in batch.read_problems if number not in numbers),
        )

    def check_presence(self) -> Iterator[Problem]:
        """Yield the problem that prevented the file from being opened, if there is one."""
        if self._file_problem:
            yield self._file_problem

    def problems(self, *, read_all: bool = True) -> Iterator[tuple[int, Iterable[Problem]]]:
        """Yield the problems of the file, each kind with its number in the order of the report.

        Set `read_all` to False if not all of the file was read; its size and hash are not checked then.
        """
        reader = self.open()
        if reader is None or self._file_problem:
            yield _FILE_FAULT, [self._file_problem] if self._file_problem else []
            return
        fault = reader.fault
        changed = check_file(self.resource, reader.size, reader.hasher) if read_all else None
        yield _FILE_FAULT, [problem for problem in (changed, self._create_problem(fault.code, str(fault)) if fault else None) if problem]
        if fault is None:
            yield _RAGGED_ROWS, reader.list_row_problems()
            yield _HEADER_FAULT, check_header(self.table, reader.column_names, self.resource)
            faults = {name: self._create_problem(error.code, str(error), name) for name, error in reader.column_faults.items()}
            faults |= self._column_problems
            yield _REFUSED_COLUMN, [faults[column.name] for column in self.table.stored if column.name in faults]

    def _convert_batch(self, batch: CellBatch, columns: Collection[str], start: int) -> RowBatch:
        """Convert the columns of a batch to the types of the model; mark cells that cannot be read, and collect their problems."""
        length, names = batch.length, self._reader.column_names if self._reader else []
        frame = RowBatch(
            self.table, pa.table({}), 2 if self.resource.format == "csv" else 1, self.resource.path, batch.rows, start, self._number
        )
        arrays: dict[str, pa.Array] = {}
        unread_masks: dict[str, pa.Array] = {}
        column_faults: list[tuple[int, Column, CellFaults]] = []
        cell_faults: dict[str, CellFaults] = {}
        dictionaries: dict[str, pa.DictionaryArray] = {}
        for number, column in enumerate(self.table.stored, _REFUSED_COLUMN + 1):
            if column.name not in columns:
                continue
            # A column that may be missing has its default, and one that may not is unread as a whole.
            if may_lack_column(column, names, self.resource):
                arrays[column.name] = default_cells(column, length)
                continue
            if names.count(column.name) != 1:
                arrays[column.name], unread_masks[column.name] = pa.nulls(length, arrow_type(column)), constant_mask(True, length)
                continue
            cells, faults = batch.cells(column)
            arrays[column.name], oversized = self._check_sizes(cells)
            unread_rows = merge_sorted(faults.rows, oversized.rows)
            if len(unread_rows):
                unread_masks[column.name] = _create_row_mask(length, unread_rows)
            elif (dictionary := batch.dictionary(column)) is not None and _is_smaller(dictionary.dictionary, cells):
                dictionaries[column.name] = dictionary
            # Faults that follow from a refused declaration are reported with that.
            if len(faults) and column.name in self.resource.declaration.refused_columns:
                self.has_unread_cells = True
                faults = NO_FAULTS
            # Faults with a common cause are reported once in the file.
            if len(faults) and faults.cause:
                self._column_problems.setdefault(column.name, self._create_problem(faults.cause.code, str(faults.cause), column.name))
                faults = NO_FAULTS
            column_faults += [(number, column, group) for group in (faults, oversized) if len(group)]
            if len(faults):
                cell_faults[column.name] = faults
        # Columns with an artifact of a tool are unread; without an id a row cannot be the target of references.
        key = self.table.key[0]
        self._has_missing_keys = self._has_missing_keys or key in unread_masks or (key in arrays and bool(arrays[key].null_count))
        frame = evolve(frame, data=pa.table(arrays), unread=unread_masks, dictionaries=dictionaries)
        problems = tuple((number, _create_cell_problems(frame, column, faults)) for number, column, faults in column_faults)
        frame = evolve(frame, read_problems=problems)
        return self._search_artifacts(frame, cell_faults) if self.resource.format == "csv" else frame

    def _search_artifacts(self, frame: RowBatch, faults: dict[str, CellFaults]) -> RowBatch:
        """Collect the faulty cells of the first batches; of others count those of columns with an artifact, and drop these columns."""
        refused = self._artifacts.refused_columns
        # Faults of texts only the pattern shows.
        for column in self.table.stored:
            is_searched = column.name in (refused if self._artifacts.is_decided else frame.data.column_names)
            if is_searched and column.kind is Kind.TEXT and column.pattern and not column.many:
                rows = frame.find_unmatched_texts(column, column.pattern)
                faults[column.name] = evolve(NO_FAULTS, rows=rows, texts=frame.cells(column.name))
        faults = {name: column_faults for name, column_faults in faults.items() if len(column_faults)}
        if not self._artifacts.is_decided:
            self._probe.append((frame, faults))
            return frame
        for name in refused & faults.keys():
            self._artifacts.count(name, faults[name])
        return self._drop_columns(frame, refused) if refused else frame

    def _check_sizes(self, cells: pa.Array) -> tuple[pa.Array, CellFaults]:
        """Return the cells of a column without those that are too large, and the faults of these."""
        maximum = self._limits.cell
        if _bound_cell_size(cells) <= maximum:
            return cells, NO_FAULTS
        sizes = _measure_cells(cells)
        rows = np.flatnonzero(sizes > maximum)

        def describe(row: int) -> CellFault:
            return CellFault(row, ProblemCode.TOO_LARGE, f"found a cell of {int(sizes[row]):,} bytes, expected {maximum:,} at most", "")

        if len(rows):
            cells = pc.if_else(_create_row_mask(len(cells), rows), pa.nulls(1, cells.type)[0], cells)
        return cells, CellFaults(rows, describe)


def _create_cell_problems(frame: RowBatch, column: Column, faults: CellFaults) -> Iterator[Problem]:
    """Create a problem for each faulty cell of a column."""
    return (frame.problem(fault.code, fault.message, fault.row, column.name, fault.value) for fault in faults)


def _is_smaller(texts: pa.Array, others: pa.Array) -> bool:
    """Return whether there are no more texts, nor bytes of them, than of others."""
    return len(texts) <= len(others) and len(text_bytes(texts)) <= len(text_bytes(others))


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
