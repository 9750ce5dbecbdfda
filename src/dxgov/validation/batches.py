"""Rows under examination, and where they come from."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Collection as Names
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, field, frozen

from dxgov.errors import Problem, ProblemCode, quoted
from dxgov.schema import Column, LinkTable, Table
from dxgov.tables.arrow import constant, literal, numbers, one, positions, truths
from dxgov.tables.collection import Collection
from dxgov.tables.link_tables import link_rows, sources, split
from dxgov.tables.records import Records


@frozen(eq=False)
class Frame:
    """A batch of rows of a table of a package, or of the part of a data set that would be one; or all of them."""

    table: Table | LinkTable
    data: pa.Table
    first_row: int = 1
    """What the first record is counted as: 2 in a CSV file, whose header is row 1."""
    file: str | None = None
    """The path in the package."""
    rows: pa.Array | None = None
    """Where rows were left out, the position that each remaining one had in the file."""
    start: int = 0
    """How many rows of the file come before; it counts where `rows` are not given."""
    part: int = 0
    """Where a table lies in several files, the number of the one that the rows are in."""
    unread: Mapping[str, pa.Array] = field(factory=dict)
    """For columns with cells that could not be read, a mask of those; they are reported already."""
    owner: "Frame | None" = None
    """For the link table of a data set in memory: the table whose list columns it stands for."""
    faults: tuple[tuple[int, Iterable[Problem]], ...] = ()
    """What was wrong with reading the rows, each kind with its number in the order of the report."""
    _encoded: dict[str, pa.DictionaryArray] = field(factory=dict, init=False)

    def cells(self, name: str) -> pa.Array:
        """A column in one piece."""
        return one(self.data[name])

    def texts(self, name: str) -> pa.Array:
        """A column of texts or codes as texts."""
        return self.cells(name).cast(pa.string())

    def empty(self, name: str) -> bool:
        """Return whether no row has anything in a column; a list without members is something."""
        return bool(self.data[name].null_count == self.data.num_rows)

    def encoded(self, name: str) -> pa.DictionaryArray:
        """Return a column of texts as its distinct texts, in the order in which they come, and which of them each cell has.

        It is kept for the next rule that asks: what refers is looked at by many, and its texts come again and again.
        """
        if name not in self._encoded:
            self._encoded[name] = self.cells(name).dictionary_encode(null_encoding="mask")
        return self._encoded[name]

    def problem(self, code: ProblemCode, message: str, row: int, column: str, value: Any = None) -> Problem:
        """A problem in a cell; rows count from 0 here."""
        if isinstance(self.table, LinkTable):
            return self._in_link(self.table, code, message, row, column, value)
        return self.placed(code, message, row, column, value, self._id(row))

    def placed(self, code: ProblemCode, message: str, row: int, column: str, value: Any, id: str | None) -> Problem:
        """A problem in a cell of this very table, of the record with that id."""
        shown = None if value is None else str(value)
        return Problem(code, message, self.table.name, self.counted(row), column, shown, id, self.file)

    def _in_link(self, link: LinkTable, code: ProblemCode, message: str, row: int, column: str, value: Any) -> Problem:
        id = self.data[link.owner_column.name][row].as_py()
        if self.owner is None:
            return self.placed(code, message, row, column, value, id)
        # In memory a link table is a list column of its owner: name that, where the user will look.
        role = self.data["role"][row].as_py() if link.role_column else None
        spelled = next(each for each in link.spelled if role is None or (each.through and each.through.role == role))
        at = pc.index(self.owner.data[link.owner.key[0]], literal(id)).as_py()
        return self.owner.placed(code, message, at, spelled.name, value, id)

    def counted(self, row: int) -> int:
        """The row as a reader of the file counts it."""
        return int(self.rows[row].as_py() if self.rows is not None else self.start + row) + self.first_row

    def places(self) -> "np.ndarray[Any, Any]":
        """Each row as one number, that grows with the file and with the row as a reader of the file counts it."""
        start = self.first_row + (self.part << _FILE)
        if self.rows is not None:
            return numbers(self.rows).astype(np.int64) + start
        return np.arange(self.data.num_rows, dtype=np.int64) + (self.start + start)

    def take(self, rows: "np.ndarray[Any, Any]") -> "Frame":
        """Some of the rows, by their positions, without what was wrong with reading them."""
        counted = positions(self.places()[rows] - self.first_row - (self.part << _FILE))
        return evolve(self, data=self.data.take(positions(rows)).combine_chunks(), rows=counted, unread={}, faults=())

    def slice(self, start: int, length: int) -> "Frame":
        """Some of the rows."""
        return evolve(
            self,
            data=self.data.slice(start, length),
            rows=None if self.rows is None else self.rows.slice(start, length),
            start=self.start + start,
            unread={name: mask.slice(start, length) for name, mask in self.unread.items()},
        )

    def _id(self, row: int) -> str | None:
        (key, *_) = self.table.key
        value = self.data[key][row].as_py()
        return None if value is None else str(value)

    def read(self, name: str) -> pa.Array | None:
        """A mask of the cells that could be read; ``None`` where all could."""
        mask = self.unread.get(name)
        return None if mask is None else pc.invert(mask)

    def readable(self, *names: str) -> pa.Array:
        """A mask of the rows in which the cells of all these columns could be read; of others nobody knows whether they are filled."""
        mask = constant(True, self.data.num_rows)
        for name in names:
            read = self.read(name)
            mask = mask if read is None else pc.and_(mask, read)
        return mask

    def told(self, code: ProblemCode, column: Column, bad: pa.Array, message: str) -> Iterator[Problem]:
        """A problem for each row of the mask `bad`; ``{value}`` in `message` stands for what was found."""
        for row in true_rows(bad):
            value = self.data[column.name][row].as_py()
            yield self.problem(code, message.replace("{value}", quoted(value)), row, column.name, value)


def true_rows(mask: pa.Array) -> Iterable[int]:
    """The positions at which a mask is true; a mask without any costs one pass."""
    if not pc.any(mask).as_py():
        return ()
    return map(int, np.flatnonzero(truths(mask)))


_FILE = 40
"""So many bits of a place are for the row."""


def placed(place: int) -> tuple[int, int]:
    """The number of the file, and the row as its reader counts it."""
    return place >> _FILE, place & ((1 << _FILE) - 1)


Rule = Callable[[Frame], Iterable[Problem]]
"""What finds every row of a batch that breaks a rule, in their order."""


class Rows(Protocol):
    """The rows of a table, wherever they lie. They can be gone through more than once."""

    @property
    def table(self) -> Table | LinkTable:
        """The table that they belong to."""

    @property
    def lost(self) -> bool:
        """Once they have been gone through: whether rows or ids could not be read, so that nothing follows from what is not there."""

    def file(self, part: int) -> str | None:
        """The path of a file in the package, by its number; of the first of them, if the table has but one."""

    def frames(self, columns: Names[str] | None = None) -> Iterator[Frame]:
        """The rows in batches; with `columns`, no others need be there.

        Raises:
            StartOverError: what was given so far does not count.
        """

    def faults(self) -> Iterable[tuple[int, Iterable[Problem]]]:
        """Once they have been gone through: what is wrong with the file as a whole, and the number of that kind in the report."""


@frozen(eq=False)
class Held:
    """Rows in memory."""

    frame: Frame
    batch: int
    """How many of them are looked at together."""
    lost: bool = False

    @property
    def table(self) -> Table | LinkTable:
        """The table that they belong to."""
        return self.frame.table

    def file(self, part: int) -> str | None:  # noqa: ARG002 - there is but one
        """The path in the package."""
        return self.frame.file

    def frames(self, columns: Names[str] | None = None) -> Iterator[Frame]:  # noqa: ARG002 - what is in memory is there anyway
        """The rows in batches."""
        return (self.frame.slice(start, self.batch) for start in range(0, self.frame.data.num_rows, self.batch))

    def faults(self) -> Iterable[tuple[int, Iterable[Problem]]]:
        """There is no file to be at fault."""
        return ()


@frozen(eq=False)
class OfData:
    """The rows that a package would have of a table of a data set."""

    table: Table | LinkTable
    records: Records[Any]
    """The records, or for a link table those that refer."""
    batch: int
    lost: bool = False

    def file(self, part: int) -> str | None:  # noqa: ARG002 - there is none
        """There is no file."""
        return None

    def frames(self, columns: Names[str] | None = None) -> Iterator[Frame]:  # noqa: ARG002 - all come together
        """The rows in batches."""
        owner = self.table.owner if isinstance(self.table, LinkTable) else self.table
        start = links = 0
        for rows in self.records.batches(self.batch, sources(self.table)):
            own = Frame(owner, rows, start=start)
            start += rows.num_rows
            if isinstance(self.table, LinkTable):
                linked = link_rows(self.table, rows)
                yield Frame(self.table, linked, start=links, owner=own)
                links += linked.num_rows
            else:
                yield own

    def faults(self) -> Iterable[tuple[int, Iterable[Problem]]]:
        """There is no file to be at fault."""
        return ()


def rows_of(data: Collection, batch: int) -> list[Rows]:
    """The rows that a package would have of a data set, with problems told where the data set has the value."""
    model = data.model()
    owners = {name: link.owner.name for name, link in model.links.items()}
    return [OfData(table, data.tables[owners.get(name, name)], batch) for name, table in model.stored.items()]


def frames_of(data: Collection) -> dict[str, Frame]:
    """The tables of a data set as a package would have them, but with problems told where the data set has the value."""
    model = data.model()
    tables: dict[str, pa.Table] = {name: records.data for name, records in data.tables.items()}
    frames: dict[str, Frame] = {}
    for name, stored in split(model, tables).items():
        link = model.links.get(name)
        frames[name] = Frame(model.stored[name], stored, owner=frames[link.owner.name] if link else None)
    return frames
