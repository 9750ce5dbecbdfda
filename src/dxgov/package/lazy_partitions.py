"""Tables of several files that are read when they are touched, and of which only those files are that can hold what is asked for."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from threading import RLock
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.limits import Limits
from dxgov.package.lazy_table import LazyBase, LazyTable
from dxgov.package.partitioned_table import PartedFile
from dxgov.package.table_file import TableFile
from dxgov.schema import Model, Table
from dxgov.tables.arrow import numbers, positions
from dxgov.tables.columns import arrow_type, empty_table
from dxgov.tables.columns import canonical as in_order
from dxgov.tables.filters import Filter
from dxgov.tables.records import Lazy, Origin

_ROWS = 65_536


def lazy_table(model: Model, table: Table, files: Mapping[str, TableFile | PartedFile], limits: Limits, origin: Origin) -> Lazy:
    """The rows of a table of a package, which lies in one file or in several."""
    own = files[table.name]
    if isinstance(own, PartedFile):
        return LazyParts(model, table, own, files, limits, origin)
    return LazyTable(model, table, files, limits, origin)


class LazyParts(LazyBase):
    """The rows of a table of several files, in the order of their ids.

    Where the ids of one file do not all come before those of another, all ids are read before a position is known; going through all
    rows in order then holds a group of rows of each file.
    """

    def __init__(
        self, model: Model, table: Table, own: PartedFile, files: Mapping[str, TableFile | PartedFile], limits: Limits, origin: Origin
    ) -> None:
        self._table, self._own, self._origin = table, own, origin
        lock = RLock()  # the parts and the whole read the same files
        self._all = LazyTable(model, table, files, limits, origin, lock)
        self._parts = [LazyTable(model, table, {**files, table.name: part}, limits, origin, lock) for part in own.parts]
        self._whole: pa.Table | None = None

    @cached_property
    def _lengths(self) -> list[int]:
        return list(map(len, self._parts))

    @cached_property
    def _order(self) -> "np.ndarray[Any, Any]":
        """For each position the row, where the rows of all files are counted one after another."""
        starts = np.cumsum([0, *self._lengths])
        spans = [(part.span, number) for number, part in enumerate(self._parts) if self._lengths[number]]
        known = sorted((span, number) for span, number in spans if span is not None)
        if len(known) == len(spans) and all(one[0][1] < other[0][0] for one, other in pairwise(known)):
            pieces = [np.arange(starts[number], starts[number + 1]) for _, number in known]
            return np.concatenate([np.zeros(0, dtype=np.int64), *pieces])
        return numbers(pc.sort_indices(self._joined(self._table.key[0]))).astype(np.int64)

    def _joined(self, name: str) -> pa.ChunkedArray:
        """A column, file after file."""
        return pa.chunked_array([chunk for part in self._parts for chunk in part.column(name).chunks], arrow_type(self._table.column(name)))

    def __len__(self) -> int:
        return sum(self._lengths)

    def whole(self) -> pa.Table:
        """All rows."""
        if self._whole is None:
            self._whole = self._all.whole()
        return self._whole

    def rows(self, start: int, length: int) -> pa.Table:
        """Some rows that stand together."""
        if self._whole is not None:
            return self._whole.slice(start, length)
        return self._taken(self._order[start : start + length])

    def take(self, rows: "np.ndarray[Any, Any]") -> pa.Table:
        """Some rows by their positions, which go up."""
        return self._whole.take(positions(rows)) if self._whole is not None else self._taken(self._order[rows])

    def _taken(self, rows: "np.ndarray[Any, Any]") -> pa.Table:
        """Some rows, counted through all files, in the order of their ids."""
        first, pieces = 0, []
        for part, count in zip(self._parts, self._lengths, strict=True):
            own = rows[(rows >= first) & (rows < first + count)] - first
            if len(own):
                pieces.append(part.take(own))
            first += count
        return in_order(self._table, pa.concat_tables(pieces)) if pieces else empty_table(self._table.columns)

    def find(self, id: str) -> int | None:
        """The position of a record."""
        first = 0
        for part, count in zip(self._parts, self._lengths, strict=True):
            place = part.find(id)
            if place is not None:
                return int(np.flatnonzero(self._order == first + place)[0])
            first += count
        return None

    def filtered(self, wanted: Filter) -> pa.Table:
        """The rows that are looked for; files that cannot have such rows, by what the descriptor says of them, are not opened."""
        if self._whole is not None:
            return self._whole.filter(wanted.mask(self._whole))
        chosen = [part for part, file in zip(self._parts, self._own.parts, strict=True) if file.may_hold(wanted.needed)]
        found = [part.filtered(wanted) for part in chosen]
        return in_order(self._table, pa.concat_tables(found)) if found else empty_table(self._table.columns)

    def column(self, name: str) -> pa.ChunkedArray:
        """A column, alone where it lies in the table's own files."""
        if self._whole is not None or name not in {column.name for column in self._table.stored}:
            return self.whole()[name]
        return self._joined(name).take(positions(self._order))

    def batches(self, names: Sequence[str]) -> Iterator[pa.Table]:
        """Some columns of all rows."""
        return (self.rows(start, _ROWS).select(names) for start in range(0, len(self), _ROWS))
