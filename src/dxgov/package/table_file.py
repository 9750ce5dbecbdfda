"""A table of a package: from its file to frames of typed columns."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import Factory, define, evolve

from dxgov.errors import Problem, ProblemCode
from dxgov.formats.csv_cells import Faults
from dxgov.formats.csv_reader import CsvFile
from dxgov.formats.file_reader import Batch, Reader, StartOverError
from dxgov.formats.header import header_problems, may_be_absent
from dxgov.formats.resource import Resource, file_problem
from dxgov.formats.tool_artifacts import Habits
from dxgov.limits import Limits
from dxgov.schema import Column, LinkTable, Table
from dxgov.storage.container import Container, FetchError, RefusedError
from dxgov.tables.arrow import characters, constant, filled, mask, numbers
from dxgov.tables.columns import arrow_type, missing_cells
from dxgov.validation import Frame

if TYPE_CHECKING:
    from dxgov.formats.parquet_reader import Group


_FILE, _LEFT_OUT, _HEADER, _REFUSED = range(4)
"""The order in which is told what is wrong with a file; then come the cells that cannot be read, column by column."""


@define(eq=False)
class Allowance:
    """How many bytes the files of a package may have yet, all together."""

    left: int
    lock: RLock = Factory(RLock)
    """Is held while a file is looked for."""


class TableFile:
    """The rows of a table as a file of a package has them: what cannot be read is told, and all else typed.

    The file is looked for when it is touched, or with `open`. `whole` tells that all of it is going to be read, as of a CSV file always.
    """

    def __init__(
        self,
        table: Table | LinkTable,
        resource: Resource,
        container: Container,
        allowance: Allowance,
        limits: Limits,
        *,
        whole: bool = True,
    ) -> None:
        self.table: Table | LinkTable = table
        self._resource, self._container, self._allowance, self._limits = resource, container, allowance, limits
        self._whole = whole or resource.format == "csv"
        self._opened = False
        self._first = 2 if resource.format == "csv" else 1
        self._told: Problem | None = None
        self._reader: Reader | None = None
        self._refused: dict[str, Problem] = {}
        self._habits = Habits()
        self.unread: bool = False
        """Whether there are cells that could not be read because of what the descriptor declares, which alone is told."""
        self._key_lost = False
        self._lost_elsewhere: bool | None = None
        self._size = 0
        self.length: int = 0
        """The rows that were read."""
        self.told_of: Callable[[], None] = lambda: None
        """Is called whenever some more of the file was read."""

    def open(self) -> None:
        """Look for the file, unless that was done.

        Raises:
            FetchError: nobody can tell whether it is there.
        """
        with self._allowance.lock:
            if not self._opened:
                self._look_for(min(self._limits.file, self._allowance.left))
                self._allowance.left -= self._size
                self._opened = True

    @property
    def _file(self) -> Reader | None:
        """What reads the file; nothing where it cannot be."""
        self.open()
        return self._reader

    @property
    def size(self) -> int:
        """The bytes of the file."""
        self.open()
        return self._size

    def _look_for(self, most: int) -> None:
        try:
            stored = self._container.find(self._resource.path, most, whole=self._whole)
        except RefusedError as error:
            self._told = self._problem(error.code, str(error))
        except FetchError:  # which is no fault of the package
            raise
        except OSError as error:
            self._told = self._problem(ProblemCode.UNREADABLE_FILE, error.strerror or str(error))
        else:
            if stored is None:
                hint = self._container.near(self._resource.path)
                self._told = self._problem(ProblemCode.MISSING_FILE, f"the descriptor lists a file that is not there{hint}")
                return
            self._size = stored.size
            if self._resource.format == "csv":
                self._reader = CsvFile(self.table, stored, self._resource, self._limits)
            else:
                from dxgov.formats.parquet_reader import ParquetFile

                self._reader = ParquetFile(self.table, stored, self._resource, self._limits)

    def _problem(self, code: ProblemCode, message: str, field: str | None = None, row: int | None = None) -> Problem:
        return Problem(code, message, self.table.name, row, field, file=self._resource.path)

    def file(self, part: int) -> str:  # noqa: ARG002 - there is but one
        """The path in the package."""
        return self._resource.path

    @property
    def lost(self) -> bool:
        """Whether rows or ids could not be read."""
        if self._lost_elsewhere is not None:
            return self._lost_elsewhere
        if self._file is None or self._told is not None or self._file.lost or self._key_lost:
            return True
        return self._file.names.count(self.table.key[0]) != 1

    @property
    def done(self) -> int:
        """How many bytes were read, about."""
        return self._file.done if self._file else 0

    @cached_property
    def groups(self) -> "list[Group] | None":
        """The groups of rows that can be read alone; nothing where there are none."""
        from dxgov.formats.parquet_reader import ParquetFile

        return self._file.groups(self.table.key[0]) if isinstance(self._file, ParquetFile) else None

    @cached_property
    def lengths(self) -> list[int] | None:
        """How many rows each group has that can be read alone; nothing where there are none."""
        from dxgov.formats.parquet_reader import ParquetFile

        return self._file.lengths() if isinstance(self._file, ParquetFile) else None

    @property
    def taken(self) -> dict[str, int]:
        """How many bytes of each column were read, where it is known."""
        return {name: self._limits.file - left for name, left in self._file.left.items()} if self._file else {}

    def note(self, rows: int, *, lost: bool) -> None:
        """Take over how many rows were read elsewhere, and whether ids could not be."""
        self.length += rows
        self._lost_elsewhere = bool(self._lost_elsewhere) or lost
        if self._file and self.lengths:
            self._file.done = self.size * self.length // max(1, sum(self.lengths))
        self.told_of()

    def forget(self) -> None:
        """Drop what was noted."""
        self.length, self._lost_elsewhere = 0, None

    def frames(
        self, columns: Collection[str] | None = None, groups: Sequence[int] | None = None, batch: int | None = None
    ) -> Iterator[Frame]:
        """The rows in batches, each with the cells that could not be read."""
        if self._file is None or self._told:
            return
        wanted = [column for column in self.table.stored if columns is None or column.name in columns]
        start = sum((self.lengths or [])[: groups[0]]) if groups else 0
        self.length, self._habits = 0, Habits()
        try:
            for some in self._file.batches({column.name for column in wanted}, groups, batch):
                yield self._frame(some, wanted, start)
                start += some.length
                self.length += some.length
                self.told_of()
            self._require_no_habits()
        except RefusedError as error:
            self._told = self._problem(error.code, str(error))
            raise StartOverError from None
        except FetchError:
            raise
        except OSError as error:
            gone = isinstance(error, FileNotFoundError)  # since it was looked for
            code = ProblemCode.MISSING_FILE if gone else ProblemCode.UNREADABLE_FILE
            self._told = self._problem(code, "the file is no longer there" if gone else error.strerror or str(error))
            raise StartOverError from None

    def absence(self) -> Iterator[Problem]:
        """That the file is not there, or cannot be opened, which is known once it was looked for."""
        if self._told:
            yield self._told

    def faults(self, *, whole: bool = True) -> Iterator[tuple[int, Iterable[Problem]]]:
        """What is wrong with the file as a whole; where not all of it was read, nothing is said of its hash."""
        if self._file is None or self._told:
            yield _FILE, [self._told] if self._told else []
            return
        fault = self._file.fault
        changed = file_problem(self._resource, self.size, self._file.hashed) if whole else None
        yield _FILE, [each for each in (changed, self._problem(fault.code, str(fault)) if fault else None) if each]
        if fault is None:
            yield _LEFT_OUT, self._file.problems()
            yield _HEADER, header_problems(self.table, self._file.names, self._resource)
            refused = {name: self._problem(error.code, str(error), name) for name, error in self._file.refused.items()}
            refused |= self._refused
            yield _REFUSED, [refused[column.name] for column in self.table.stored if column.name in refused]

    def _frame(self, batch: Batch, columns: list[Column], start: int) -> Frame:
        """The columns of the model in their types; cells that cannot be read are told and marked."""
        file, length = self._file, batch.length
        names = file.names if file else []
        frame = Frame(self.table, pa.table({}), self._first, self._resource.path, batch.rows, start)
        arrays: dict[str, pa.Array] = {}
        unread: dict[str, pa.Array] = {}
        faults: list[tuple[int, Column, Faults]] = []
        for number, column in enumerate(columns, _REFUSED + 1):
            if may_be_absent(column, names, self._resource):
                arrays[column.name] = missing_cells(column, length)
                continue
            if names.count(column.name) != 1 or column.name in self._refused or (file and column.name in file.refused):
                arrays[column.name], unread[column.name] = pa.nulls(length, arrow_type(column)), constant(True, length)
                continue
            cells, found = self._cells(batch, column, frame)
            arrays[column.name] = cells
            if len(found):
                unread[column.name] = _mask(length, found.rows)
                if column.name in self._resource.declaration.refused:
                    self.unread = True
                    continue
                faults.append((number, column, found))
            if self._resource.format == "csv":
                self._habits.add(column, cells, found, frame.counted)
        key = self.table.key[0]
        self._key_lost = self._key_lost or key in unread or (key in arrays and bool(arrays[key].null_count))
        frame = evolve(frame, data=pa.table(arrays), unread=unread)
        return evolve(frame, faults=tuple((number, _told(frame, column, found)) for number, column, found in faults))

    def _require_no_habits(self) -> None:
        """Refuse the columns whose faults are all of one habit of other programs, so that they are told once.

        Raises:
            StartOverError: there are some.
        """
        found = {name: self._problem(ProblemCode.WRONG_TYPE, tally.message(), name, tally.row) for name, tally in self._habits}
        self._refused |= found
        if found:
            raise StartOverError

    def _cells(self, batch: Batch, column: Column, frame: Frame) -> tuple[pa.Array, Faults]:
        """The cells of a column.

        Raises:
            StartOverError: there are some that keep the whole column from being taken.
        """
        try:
            cells, found = batch.cells(column)
        except RefusedError as error:
            self._refused[column.name] = self._problem(error.code, str(error), column.name)
            raise StartOverError from None
        if _bytes(cells) > self._limits.cell and (sizes := _sizes(cells)).max(initial=0) > self._limits.cell:
            row = int(np.argmax(sizes > self._limits.cell))
            message = f"found a cell of {int(sizes[row]):,} bytes, expected {self._limits.cell:,} at most"
            self._refused[column.name] = self._problem(ProblemCode.TOO_LARGE, message, column.name, frame.counted(row))
            raise StartOverError
        return cells, found


def _told(frame: Frame, column: Column, found: Faults) -> Iterator[Problem]:
    return (frame.problem(fault.code, fault.message, fault.row, column.name, fault.value) for fault in found)


def _bytes(cells: pa.Array | None) -> int:
    """No less than any cell takes, where its type does not bound that: what all take together."""
    if cells is not None and pa.types.is_list(cells.type):
        return len(characters(cells.values)) + 4 * len(cells.values)
    return len(characters(cells)) if cells is not None and pa.types.is_string(cells.type) else 0


def _sizes(cells: pa.Array | None) -> "np.ndarray[Any, Any]":
    """How many bytes each cell takes, where its type does not bound that."""
    if cells is not None and pa.types.is_list(cells.type):
        ends = np.append(0, np.cumsum(_lengths(cells.values) + 4))
        offsets = numbers(cells.offsets)
        return np.asarray(ends[offsets[1:]] - ends[offsets[:-1]])
    if cells is not None and pa.types.is_string(cells.type):
        return _lengths(cells)
    return np.zeros(0, dtype=np.int64)


def _lengths(texts: pa.Array) -> "np.ndarray[Any, Any]":
    return numbers(filled(pc.binary_length(texts), 0)).astype(np.int64)


def _mask(length: int, rows: "np.ndarray[Any, Any]") -> pa.Array:
    chosen = np.zeros(length, dtype=bool)
    chosen[rows] = True
    return mask(chosen)
