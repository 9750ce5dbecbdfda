"""A table of a package that lies in several files: read as one, with each problem told of the file that it is in."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve

from dxgov.errors import Problem, ProblemCode, quoted
from dxgov.formats.file_reader import StartOverError
from dxgov.formats.resource import Resource, file_problem, hashing
from dxgov.limits import Limits
from dxgov.package.table_file import Allowance, TableFile
from dxgov.schema import Column, Kind, LinkTable, Table
from dxgov.storage.container import Container, content_pieces
from dxgov.tables.arrow import filled, integers, literal, mask, text_array
from dxgov.tables.columns import arrow_type, code_array
from dxgov.tables.filters import Needed
from dxgov.validation import Frame
from dxgov.validation.batches import true_rows

if TYPE_CHECKING:
    from dxgov.formats.parquet_reader import Group

_MISPLACED = 1_000_000
"""In the report, rows in the wrong file come behind cells that cannot be read."""


class Part(TableFile):
    """One of the files of a table."""

    def __init__(
        self,
        number: int,
        by: Column | None,
        table: Table | LinkTable,
        resource: Resource,
        container: Container,
        allowance: Allowance,
        limits: Limits,
        *,
        whole: bool = True,
    ) -> None:
        self._number, self._by, self._value = number, by, resource.value
        self.rows: int | None = resource.rows
        """How many rows it is said to have."""
        super().__init__(table, resource, container, allowance, limits, whole=whole)

    def may_hold(self, needed: Needed) -> bool:
        """Whether there can be rows that fulfil a condition, given by what each column needs for it."""
        if self._by is None or self._by.name not in needed:
            return True
        return bool(pc.any(needed[self._by.name](_candidates(self._by, self._value))).as_py())

    def frames(
        self, columns: Collection[str] | None = None, groups: Sequence[int] | None = None, batch: int | None = None
    ) -> Iterator[Frame]:
        """The rows in batches; those that are said to be in another file are told."""
        for frame in super().frames(columns, groups, batch):
            yield self._placed(evolve(frame, part=self._number))

    def _placed(self, frame: Frame) -> Frame:
        by = self._by
        if by is None or by.name not in frame.data.column_names:
            return frame
        cells = frame.cells(by.name)
        same = pc.is_null(cells) if self._value is None else filled(pc.equal(key_values(by, cells), literal(self._value)), False)
        bad = pc.invert(same)
        read = frame.read(by.name)
        bad = bad if read is None else pc.and_(bad, read)

        def problems() -> Iterator[Problem]:
            for row in true_rows(bad):
                value = cells[row].as_py()
                message = f"found {quoted(value and str(value))} in the file for {quoted(self._value)}"
                yield frame.problem(ProblemCode.CONTRADICTION, message, row, by.name, value)

        return evolve(frame, faults=(*frame.faults, (_MISPLACED, problems()))) if pc.any(bad).as_py() else frame


def key_values(by: Column, cells: pa.Array) -> pa.Array:
    """What a table is parted by: of days the year, of codes and ids the text."""
    if by.kind is Kind.DATE:
        return pc.year(cells)
    return cells if by.kind is Kind.BOOLEAN else cells.cast(pa.string())


def _candidates(by: Column, value: Any) -> pa.Array:
    """The cells that a file can have in the column that it is parted by."""
    if by.codes:
        return code_array(by, text_array([value]))
    if value is None:
        return pa.nulls(1, arrow_type(by))
    if by.kind is Kind.DATE:
        first, last = (date(value, *day).toordinal() - date(1970, 1, 1).toordinal() for day in ((1, 1), (12, 31)))
        return integers(np.arange(first, last + 1, dtype=np.int32), pa.date32())
    return mask([value]) if by.kind is Kind.BOOLEAN else text_array([value])


class PartedFile:
    """The rows of a table as several files of a package have them, in the order in which the descriptor lists these."""

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
        self._resource, self._container, self._limits = resource, container, limits
        by = next((column for column in table.stored if column.name == resource.by), None)
        self.parts: list[Part] = [
            Part(number, by, table, each, container, allowance, limits, whole=whole) for number, each in enumerate(resource.parts)
        ]
        self._touched: set[int] = set()
        self._over: Problem | None = None
        self._noted: int | None = None
        self._lost_elsewhere: bool | None = None

    def open(self) -> None:
        """Look for the files, unless that was done."""
        for part in self.parts:
            part.open()

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(part.size for part in self.parts)

    @property
    def length(self) -> int:
        """The rows that were read."""
        return sum(part.length for part in self.parts) if self._noted is None else self._noted

    @property
    def done(self) -> int:
        """How many bytes were read, about."""
        if self._noted is not None:
            return self.size * self._noted // max(1, sum(self.lengths or ()))
        return sum(part.done for part in self.parts)

    @property
    def told_of(self) -> Callable[[], None]:
        """Is called whenever some more of a file was read."""
        return self.parts[0].told_of

    @told_of.setter
    def told_of(self, function: Callable[[], None]) -> None:
        for part in self.parts:
            part.told_of = function

    def file(self, part: int) -> str:
        """The path of a file in the package."""
        return self.parts[part].file(0)

    @property
    def lost(self) -> bool:
        """Whether rows or ids could not be read; of some groups, in the files that they lie in."""
        if self._lost_elsewhere is not None:
            return self._lost_elsewhere
        return self._over is not None or any(self.parts[number].lost for number in self._touched or range(len(self.parts)))

    @cached_property
    def groups(self) -> "list[Group] | None":
        """The groups of rows that can be read alone, file after file; nothing where a file tells of none."""
        groups = [part.groups for part in self.parts]
        return None if None in groups else [group for some in groups for group in some or ()]

    @cached_property
    def lengths(self) -> list[int] | None:
        """How many rows each group has that can be read alone, file after file; nothing where a file has none."""
        lengths = [part.lengths for part in self.parts]
        return None if None in lengths else [length for some in lengths for length in some or ()]

    @property
    def taken(self) -> dict[str, int]:
        """How many bytes of each column of each file were read, where it is known."""
        return {f"{part.file(0)} {name}": size for part in self.parts for name, size in part.taken.items()}

    def note(self, rows: int, *, lost: bool) -> None:
        """Take over how many rows were read elsewhere, and whether ids could not be."""
        self._noted = (self._noted or 0) + rows
        self._lost_elsewhere = bool(self._lost_elsewhere) or lost
        self.told_of()

    @property
    def unread(self) -> bool:
        """Whether there are cells that could not be read because of what the descriptor declares, which alone is told."""
        return any(part.unread for part in self.parts)

    def forget(self) -> None:
        """Drop what was noted."""
        self._noted = self._lost_elsewhere = None

    def frames(
        self, columns: Collection[str] | None = None, groups: Sequence[int] | None = None, batch: int | None = None
    ) -> Iterator[Frame]:
        """The rows in batches, file after file.

        Raises:
            StartOverError: something was found that changes how they are read.
        """
        if self._over:
            return
        self._touched, rows = set(), 0
        for number, part in enumerate(self.parts):
            for some in self._runs(number, groups):
                self._touched.add(number)
                for frame in part.frames(columns, some, batch):
                    rows += frame.data.num_rows
                    if rows > self._limits.rows:
                        message = f"found more rows than the {self._limits.rows:,} that are taken at most"
                        self._over = Problem(ProblemCode.TOO_LARGE, message, self.table.name, file=self.file(number))
                        raise StartOverError
                    yield frame

    def _runs(self, number: int, groups: Sequence[int] | None) -> Iterator[list[int] | None]:
        """Those of the groups that lie in a file, counted there, in runs of neighbours."""
        if groups is None:
            yield None
            return
        start = sum(len(part.lengths or ()) for part in self.parts[:number])
        own = [group - start for group in groups if 0 <= group - start < len(self.parts[number].lengths or ())]
        for _, run in groupby(enumerate(own), lambda pair: pair[1] - pair[0]):
            yield [group for _, group in run]

    def absence(self) -> Iterator[Problem]:
        """Which files are not there, or cannot be opened."""
        return chain.from_iterable(part.absence() for part in self.parts)

    def faults(self, *, whole: bool = True) -> Iterator[tuple[int, Iterable[Problem]]]:
        """What is wrong with the files that were read; where not all of each was, nothing is said of hashes."""
        if self._over:
            yield 0, [self._over]
            return
        found: dict[int, list[Iterable[Problem]]] = {}
        for number in sorted(self._touched):
            for kind, problems in self.parts[number].faults(whole=whole):
                found.setdefault(kind, []).append(problems)
        if whole:
            found.setdefault(0, []).append(self._counted())
        for kind in sorted(found):
            yield kind, chain.from_iterable(found[kind])

    def _counted(self) -> Iterator[Problem]:
        """Files with other numbers of rows than they are said to have, and what the descriptor says of all files together."""
        for part in self.parts:
            if part.rows is not None and part.rows != part.length and not part.lost:
                message = f"found {part.length:,} rows, expected {part.rows:,}"
                yield Problem(ProblemCode.WRONG_SIZE, message, self.table.name, file=part.file(0))
        if (self._resource.hash, self._resource.bytes) == (None, None) or self.lost:
            return
        hashed = hashing(self._resource)
        for part in self.parts if hashed is not None else ():
            for piece in content_pieces(self._container, part.file(0)):
                hashed.update(piece)  # type: ignore[union-attr]
        changed = file_problem(self._resource, self.size, hashed)
        if changed:
            yield changed
