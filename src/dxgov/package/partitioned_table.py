"""A table that lies in several files of a package: it reads like one file, and problems name the file that they are in."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve

from dxgov.errors import Problem, ProblemCode, short_repr
from dxgov.formats.file_reader import RestartScan
from dxgov.formats.resource import Resource, check_file, create_hasher
from dxgov.limits import Limits
from dxgov.package.table_file import ByteBudget, TableFile
from dxgov.schema import Column, Kind, LinkTable, Table
from dxgov.storage.container import Container, iter_chunks
from dxgov.tables.arrow import as_arrow, as_scalar, fill_null, mask_array, text_array
from dxgov.tables.columns import arrow_type, code_array
from dxgov.tables.filters import ColumnPredicates
from dxgov.validation import RowBatch
from dxgov.validation.batches import find_true_rows

if TYPE_CHECKING:
    from dxgov.formats.parquet_reader import RowGroup

_MISPLACED_ROWS = 1_000_000
"""Number of the problems of rows in the wrong file, which come after those of unreadable cells in the report."""


class TablePartition(TableFile):
    """One file of a partitioned table."""

    def __init__(
        self,
        index: int,
        column: Column | None,
        table: Table | LinkTable,
        resource: Resource,
        container: Container,
        budget: ByteBudget,
        limits: Limits,
        *,
        read_all: bool = True,
    ) -> None:
        self._index, self._column, self._value = index, column, resource.value
        self.row_count: int | None = resource.rows
        """Number of rows that the descriptor states; None if it states none."""
        super().__init__(table, resource, container, budget, limits, read_all=read_all)

    def may_contain(self, predicates: ColumnPredicates) -> bool:
        """Return whether the file can have rows that match the predicates, judged by its partition value."""
        if self._column is None or self._column.name not in predicates:
            return True
        return bool(pc.any(predicates[self._column.name](_list_possible_cells(self._column, self._value))).as_py())

    def iter_batches(
        self, columns: Collection[str] | None = None, row_groups: Sequence[int] | None = None, batch_size: int | None = None
    ) -> Iterator[RowBatch]:
        """Yield the rows in batches, with a problem for each row that belongs to another partition."""
        for frame in super().iter_batches(columns, row_groups, batch_size):
            yield self._add_misplaced_rows(evolve(frame, part=self._index))

    def _add_misplaced_rows(self, frame: RowBatch) -> RowBatch:
        """Add a problem to a batch for each row whose value is not that of this partition."""
        column = self._column
        if column is None or column.name not in frame.data.column_names:
            return frame
        cells = frame.cells(column.name)
        matches = (
            pc.is_null(cells)
            if self._value is None
            else fill_null(pc.equal(get_partition_values(column, cells), as_scalar(self._value)), False)
        )
        is_misplaced = pc.invert(matches)
        parsed = frame.parsed_mask(column.name)
        is_misplaced = is_misplaced if parsed is None else pc.and_(is_misplaced, parsed)

        def problems() -> Iterator[Problem]:
            for row in find_true_rows(is_misplaced):
                value = cells[row].as_py()
                message = f"found {short_repr(value and str(value))} in the file for {short_repr(self._value)}"
                yield frame.problem(ProblemCode.CONTRADICTION, message, row, column.name, value)

        return evolve(frame, read_problems=(*frame.read_problems, (_MISPLACED_ROWS, problems()))) if pc.any(is_misplaced).as_py() else frame


def get_partition_values(column: Column, cells: pa.Array) -> pa.Array:
    """Return the partition values of cells: the years of dates, the texts of codes and ids, and truth values."""
    if column.kind is Kind.DATE:
        return pc.year(cells)
    return cells if column.kind is Kind.BOOLEAN else cells.cast(pa.string())


def _list_possible_cells(column: Column, value: Any) -> pa.Array:
    """Return the values that the partition column can have in a file with the given partition value."""
    if column.codes:
        return code_array(column, text_array([value]))
    if value is None:
        return pa.nulls(1, arrow_type(column))
    if column.kind is Kind.DATE:
        first, last = (date(value, *day).toordinal() - date(1970, 1, 1).toordinal() for day in ((1, 1), (12, 31)))
        return as_arrow(np.arange(first, last + 1, dtype=np.int32), pa.date32())
    return mask_array([value]) if column.kind is Kind.BOOLEAN else text_array([value])


class PartitionedTable:
    """Rows of a table that lies in several files of a package, in the order in which the descriptor lists them."""

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
        self._resource, self._container, self._limits = resource, container, limits
        column = next((column for column in table.stored if column.name == resource.partition_by), None)
        self.partitions: list[TablePartition] = [
            TablePartition(number, column, table, file, container, budget, limits, read_all=read_all)
            for number, file in enumerate(resource.partitions)
        ]
        self._scanned: set[int] = set()
        self._limit_problem: Problem | None = None
        self._remote_rows: int | None = None
        self._remote_incomplete: bool | None = None

    @property
    def size(self) -> int:
        """Size of all files in bytes."""
        return sum(partition.size for partition in self.partitions)

    @property
    def length(self) -> int:
        """Number of rows read so far."""
        return sum(partition.length for partition in self.partitions) if self._remote_rows is None else self._remote_rows

    @property
    def bytes_read(self) -> int:
        """Approximate number of bytes read so far."""
        if self._remote_rows is not None:
            return self.size * self._remote_rows // max(1, sum(self.row_group_lengths or ()))
        return sum(partition.bytes_read for partition in self.partitions)

    @property
    def on_progress(self) -> Callable[[], None]:
        """Callback that is called after each batch of any file."""
        return self.partitions[0].on_progress

    @on_progress.setter
    def on_progress(self, function: Callable[[], None]) -> None:
        """Set the callback of all files."""
        for partition in self.partitions:
            partition.on_progress = function

    def get_path(self, partition: int) -> str:
        """Return the path of a file in the package by its number."""
        return self.partitions[partition].get_path(0)

    @property
    def incomplete(self) -> bool:
        """True if some rows or ids could not be read; if only some row groups were read, of the files that these lie in."""
        if self._remote_incomplete is not None:
            return self._remote_incomplete
        return self._limit_problem is not None or any(
            self.partitions[number].incomplete for number in self._scanned or range(len(self.partitions))
        )

    @cached_property
    def row_groups(self) -> "list[RowGroup] | None":
        """Row groups of all files with their id ranges, file by file; None if a file lacks statistics."""
        row_groups = [partition.row_groups for partition in self.partitions]
        return None if None in row_groups else [group for members in row_groups for group in members or ()]

    @cached_property
    def row_group_lengths(self) -> list[int] | None:
        """Number of rows of each row group, file by file; None if the metadata of a file cannot be read."""
        row_group_lengths = [partition.row_group_lengths for partition in self.partitions]
        return None if None in row_group_lengths else [length for members in row_group_lengths for length in members or ()]

    @property
    def decoded_bytes(self) -> dict[str, int]:
        """Decoded bytes of each column of each file that were read so far."""
        return {f"{partition.get_path(0)} {name}": size for partition in self.partitions for name, size in partition.decoded_bytes.items()}

    def record_remote_scan(self, row_count: int, *, incomplete: bool) -> None:
        """Add the outcome of rows that another process read: their number, and whether some could not be read."""
        self._remote_rows = (self._remote_rows or 0) + row_count
        self._remote_incomplete = bool(self._remote_incomplete) or incomplete
        self.on_progress()

    @property
    def has_unread_cells(self) -> bool:
        """True if a faulty declaration of the descriptor made cells unreadable; only the declaration is reported then."""
        return any(partition.has_unread_cells for partition in self.partitions)

    def reset_remote_scan(self) -> None:
        """Reset what `record_remote_scan` recorded."""
        self._remote_rows = self._remote_incomplete = None

    def iter_batches(
        self, columns: Collection[str] | None = None, row_groups: Sequence[int] | None = None, batch_size: int | None = None
    ) -> Iterator[RowBatch]:
        """Yield the rows in batches, file by file.

        Raises:
            RestartScan: a fault was found that changes how the rows are read, or there are too many rows.
        """
        if self._limit_problem:
            return
        self._scanned, row_count = set(), 0
        for number, partition in enumerate(self.partitions):
            for run in self._split_row_groups(number, row_groups):
                self._scanned.add(number)
                for frame in partition.iter_batches(columns, run, batch_size):
                    row_count += frame.data.num_rows
                    if row_count > self._limits.rows:
                        message = f"found more rows than the {self._limits.rows:,} that are taken at most"
                        self._limit_problem = Problem(ProblemCode.TOO_LARGE, message, self.table.name, file=self.get_path(number))
                        raise RestartScan
                    yield frame

    def _split_row_groups(self, number: int, row_groups: Sequence[int] | None) -> Iterator[list[int] | None]:
        """Yield the row groups that lie in a file, by their numbers in that file, as runs of consecutive groups."""
        if row_groups is None:
            yield None
            return
        start = sum(len(partition.row_group_lengths or ()) for partition in self.partitions[:number])
        own_groups = [group - start for group in row_groups if 0 <= group - start < len(self.partitions[number].row_group_lengths or ())]
        for _, run in groupby(enumerate(own_groups), lambda pair: pair[1] - pair[0]):
            yield [group for _, group in run]

    def check_presence(self) -> Iterator[Problem]:
        """Yield a problem for each file that could not be opened."""
        return chain.from_iterable(partition.check_presence() for partition in self.partitions)

    def problems(self, *, read_all: bool = True) -> Iterator[tuple[int, Iterable[Problem]]]:
        """Yield the problems of the files that were read, each kind with its number in the order of the report.

        Set `read_all` to False if not all rows were read; row counts, sizes and hashes are not checked then.
        """
        if self._limit_problem:
            yield 0, [self._limit_problem]
            return
        problem_groups: dict[int, list[Iterable[Problem]]] = {}
        for number in sorted(self._scanned):
            for kind, problems in self.partitions[number].problems(read_all=read_all):
                problem_groups.setdefault(kind, []).append(problems)
        if read_all:
            problem_groups.setdefault(0, []).append(self._check_totals())
        for kind in sorted(problem_groups):
            yield kind, chain.from_iterable(problem_groups[kind])

    def _check_totals(self) -> Iterator[Problem]:
        """Yield a problem for each file with another number of rows than stated, and for the size or hash of all files together."""
        for partition in self.partitions:
            if partition.row_count is not None and partition.row_count != partition.length and not partition.incomplete:
                message = f"found {partition.length:,} rows, expected {partition.row_count:,}"
                yield Problem(ProblemCode.WRONG_SIZE, message, self.table.name, file=partition.get_path(0))
        if (self._resource.hash, self._resource.bytes) == (None, None) or self.incomplete:
            return
        hasher = create_hasher(self._resource)
        for partition in self.partitions if hasher is not None else ():
            for chunk in iter_chunks(self._container, partition.get_path(0)):
                hasher.update(chunk)  # type: ignore[union-attr]
        problem = check_file(self._resource, self.size, hasher)
        if problem:
            yield problem
