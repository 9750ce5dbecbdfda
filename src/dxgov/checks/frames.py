"""A table under examination, and where its rows come from."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import field, frozen

from dxgov.arrow import literal, one, truths
from dxgov.collection import Collection
from dxgov.errors import Problem, ProblemCode, quoted
from dxgov.links import split
from dxgov.schema import Column, LinkTable, Table


@frozen(eq=False)
class Frame:
    """A table of a package, or the part of a data set that would be one."""

    table: Table | LinkTable
    data: pa.Table
    first_row: int = 1
    """What the first record is counted as: 2 in a CSV file, whose header is row 1."""
    file: str | None = None
    """The path in the package."""
    rows: pa.Array | None = None
    """Where rows were left out, the position that each remaining one had."""
    unread: Mapping[str, pa.Array] = field(factory=dict)
    """For columns with cells that could not be read, a mask of those; they are reported already."""
    lost: bool = False
    """Whether rows or ids could not be read, so that nothing follows from what is not there."""
    owner: "Frame | None" = None
    """For the link table of a data set in memory: the table whose list columns it stands for."""

    def cells(self, name: str) -> pa.Array:
        """A column in one piece."""
        return one(self.data[name])

    def texts(self, name: str) -> pa.Array:
        """A column of texts or codes as texts."""
        return self.cells(name).cast(pa.string())

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
        return int(self.rows[row].as_py() if self.rows is not None else row) + self.first_row

    def _id(self, row: int) -> str | None:
        (key, *_) = self.table.key
        value = self.data[key][row].as_py()
        return None if value is None else str(value)

    def read(self, name: str) -> pa.Array | None:
        """A mask of the cells that could be read; ``None`` where all could."""
        mask = self.unread.get(name)
        return None if mask is None else pc.invert(mask)

    def faults(self, code: ProblemCode, column: Column, bad: pa.Array, message: str) -> Iterator[Problem]:
        """A problem for each row of the mask `bad`; ``{value}`` in `message` stands for what was found."""
        for row in true_rows(bad):
            value = self.data[column.name][row].as_py()
            yield self.problem(code, message.replace("{value}", quoted(value)), row, column.name, value)


def true_rows(mask: pa.Array) -> Iterable[int]:
    """The positions at which a mask is true; a mask without any costs one pass."""
    if not pc.any(mask).as_py():
        return ()
    return map(int, np.flatnonzero(truths(mask)))


def frames_of(data: Collection) -> dict[str, Frame]:
    """The tables of a data set as a package would have them, but with problems told where the data set has the value."""
    model = data.model()
    tables: dict[str, pa.Table] = {name: records.data for name, records in data.tables.items()}
    frames: dict[str, Frame] = {}
    for name, stored in split(model, tables).items():
        link = model.links.get(name)
        frames[name] = Frame(model.stored[name], stored, owner=frames[link.owner.name] if link else None)
    return frames
