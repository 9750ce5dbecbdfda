"""A table of a package, in one file or in several, which read like one; problems name the file that they are in."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import chain, groupby
from typing import TYPE_CHECKING

from dxgov.errors import Problem, ProblemCode
from dxgov.formats.resource import Resource, check_file, create_hasher
from dxgov.languages import Message
from dxgov.limits import Limits
from dxgov.package.data_file import ByteBudget, DataFile, open_reader
from dxgov.package.partition_values import PartitionValue
from dxgov.schema import LinkTable, Table
from dxgov.storage.container import Container, iter_chunks
from dxgov.validation import FileScan, RowBatch

if TYPE_CHECKING:
    from dxgov.formats.parquet_reader import RowGroup


class PackageTable:
    """Rows of a table of a package, in the order in which the descriptor lists its files.

    Args:
        table: Table of the rows.
        resource: File or files as the descriptor lists them.
        container: Files of the package.
        budget: Bytes that the files of the package may have.
        limits: Maximum sizes and counts.
        read_all: All of each file is going to be read.
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
        self._resource, self._container = resource, container
        column = next((column for column in table.stored if column.name == resource.partition_by), None)
        self.files: list[DataFile] = [
            DataFile(
                table,
                file,
                limits,
                partial(open_reader, table, file, container, budget, limits, read_all=read_all),
                number=number,
                partition=PartitionValue(column, file.value) if column else None,
                count_rows_before=lambda: self._rows_before,
                on_progress=lambda: self.on_progress(),  # noqa: PLW0108 - which changes later
            )
            for number, file in enumerate(resource.partitions or (resource,))
        ]
        self.on_progress: Callable[[], None] = lambda: None
        """Function that is called after each batch of any file."""
        self._scanned: set[int] = set()
        self._rows_before = 0
        self._remote_rows: int | None = None
        self._remote_incomplete: bool | None = None

    @property
    def size(self) -> int:
        """Size of all files in bytes."""
        return sum(file.size for file in self.files)

    @property
    def length(self) -> int:
        """Number of rows read so far."""
        return sum(file.length for file in self.files) if self._remote_rows is None else self._remote_rows

    @property
    def bytes_read(self) -> int:
        """Approximate number of bytes read so far."""
        if self._remote_rows is not None:
            return self.size * self._remote_rows // max(1, sum(group.rows for group in self.row_groups or ()))
        return sum(file.bytes_read for file in self.files)

    def get_path(self, number: int) -> str:
        """Return the path of a file in the package by its number."""
        return self.files[number].resource.path

    @property
    def incomplete(self) -> bool:
        """True if some rows or ids could not be read; if only some row groups were read, of the files that these lie in."""
        if self._remote_incomplete is not None:
            return self._remote_incomplete
        return any(self.files[number].incomplete for number in self._scanned or range(len(self.files)))

    @property
    def is_void(self) -> bool:
        """True if a file that was read is unreadable."""
        return any(self.files[number].is_void for number in self._scanned)

    @property
    def has_shared_faults(self) -> bool:
        """True if a fault of a file or column that was read stands for all of its rows, so that no part of them can be checked alone."""
        return self.is_void or any(self.files[number].has_column_problems for number in self._scanned)

    @cached_property
    def row_groups(self) -> "list[RowGroup] | None":
        """Row groups of all files with their id ranges, file by file; None if a file has none, or its metadata cannot be read."""
        row_groups = [file.row_groups for file in self.files]
        return None if None in row_groups else [group for members in row_groups for group in members or ()]

    @property
    def decoded_bytes(self) -> dict[str, int]:
        """Decoded bytes of each column of each file that were read so far."""
        return {f"{file.resource.path} {name}": size for file in self.files for name, size in file.decoded_bytes.items()}

    @property
    def has_unread_cells(self) -> bool:
        """True if a faulty declaration of the descriptor made cells unreadable; only the declaration is reported then."""
        return any(file.has_unread_cells for file in self.files)

    def record_remote_scan(self, row_count: int, *, incomplete: bool) -> None:
        """Add the outcome of rows that another process read: their number, and whether some could not be read."""
        self._remote_rows = (self._remote_rows or 0) + row_count
        self._remote_incomplete = bool(self._remote_incomplete) or incomplete
        self.on_progress()

    def reset_remote_scan(self) -> None:
        """Reset what `record_remote_scan` recorded."""
        self._remote_rows = self._remote_incomplete = None

    def scan_files(self, columns: Collection[str] | None = None) -> Iterator[FileScan]:
        """Yield a scan of each file, until the table has too many rows."""
        self._scanned, self._rows_before = set(), 0
        for number, file in enumerate(self.files):
            self._scanned.add(number)
            yield FileScan(file.iter_batches(columns), lambda file=file: file.is_void, number)  # type: ignore[misc]
            self._rows_before += file.length
            if file.exceeds_rows:
                return

    def iter_batches(
        self,
        columns: Collection[str] | None = None,
        row_groups: Mapping[int, Sequence[int]] | None = None,
        batch_size: int | None = None,
    ) -> Iterator[RowBatch]:
        """Yield the rows in batches, file by file.

        Args:
            columns: Names of the columns to read; None reads all.
            row_groups: Row groups to read, in ascending order, by the number of their file; None reads all. Opens no other file.
            batch_size: Maximum rows per batch; None takes the limit.
        """
        self._scanned, self._rows_before = set(), 0
        for number, file in enumerate(self.files):
            for run in [None] if row_groups is None else _split_runs(row_groups.get(number, ())):
                self._scanned.add(number)
                yield from file.iter_batches(columns, run, batch_size)
                self._rows_before += file.length
                if file.exceeds_rows:
                    return

    def check_presence(self) -> Iterator[Problem]:
        """Yield a problem for each file that could not be opened."""
        return chain.from_iterable(file.check_presence() for file in self.files)

    def problems(self, *, read_all: bool = True) -> Iterator[tuple[int, Iterable[Problem]]]:
        """Yield the problems of the files that were read, each kind with its number in the order of the report.

        Set `read_all` to False if not all rows were read; row counts, sizes and hashes are not checked then.
        """
        problem_groups: dict[int, list[Iterable[Problem]]] = {}
        for number in sorted(self._scanned):
            for kind, problems in self.files[number].problems(read_all=read_all):
                problem_groups.setdefault(kind, []).append(problems)
        if read_all and self._resource.partitions:
            problem_groups.setdefault(0, []).append(self._check_totals())
        for kind in sorted(problem_groups):
            yield kind, chain.from_iterable(problem_groups[kind])

    def _check_totals(self) -> Iterator[Problem]:
        """Yield a problem for each file with another number of rows than stated, and for the size or hash of all files together."""
        for file in self.files:
            stated = file.resource.rows
            if stated is not None and stated != file.length and not file.lacks_rows:
                message = Message(
                    "found {length:,} rows, expected {stated:,}",
                    "行数は{length:,}。ディスクリプタの記載は{stated:,}。",
                    length=file.length,
                    stated=stated,
                )
                yield Problem(ProblemCode.WRONG_SIZE, message, self.table.name, file=file.resource.path)
        if (self._resource.hash, self._resource.bytes) == (None, None) or self.incomplete:
            return
        hasher = create_hasher(self._resource)
        for file in self.files if hasher is not None else ():
            for chunk in iter_chunks(self._container, file.resource.path):
                hasher.update(chunk)  # type: ignore[union-attr]
        problem = check_file(self._resource, self.size, hasher)
        if problem:
            yield problem


def _split_runs(row_groups: Sequence[int]) -> Iterator[list[int]]:
    """Yield row groups as runs of consecutive ones."""
    for _, run in groupby(enumerate(row_groups), lambda pair: pair[1] - pair[0]):
        yield [group for _, group in run]
