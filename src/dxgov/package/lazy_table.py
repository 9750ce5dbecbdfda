"""Tables of a package that are read when they are touched, and no further than they are touched."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.errors import DataError
from dxgov.formats.file_reader import StartOverError
from dxgov.limits import Limits
from dxgov.package.partitioned_table import PartedFile
from dxgov.package.table_file import TableFile
from dxgov.schema import LinkTable, Model, Table
from dxgov.tables.arrow import literal, one, positions
from dxgov.tables.columns import canonical as in_order
from dxgov.tables.columns import empty_table
from dxgov.tables.filters import Filter
from dxgov.tables.link_tables import join_one
from dxgov.tables.records import Lazy, Origin
from dxgov.validation import Frame, Part, Told, rules

if TYPE_CHECKING:
    from dxgov.formats.parquet_reader import Group

_FEW = 1_024
"""So many rows are read where a few are wanted."""


class LazyBase:
    """The rows of a table that pickle as the package that they are read from."""

    _table: Table
    _origin: Origin

    def __reduce__(self) -> "tuple[Callable[[str], Lazy], tuple[str]]":
        return self._origin.table, (self._table.name,)


class LazyTable(LazyBase):
    """The rows of a table, in the order of their ids.

    Threads may read at the same time: they take turns at the files, each of which one thread reads from its beginning to its end.
    Whatever is read is checked by itself: cells by their types and rules, rows by the rules between their fields. What is wrong raises
    a `DataError`. Nothing is known of what only the whole shows.
    """

    def __init__(
        self,
        model: Model,
        table: Table,
        files: Mapping[str, TableFile | PartedFile],
        limits: Limits,
        origin: Origin,
        lock: "RLock | None" = None,
    ) -> None:
        self._model, self._table, self._limits, self._origin = model, table, limits, origin
        self._lock = lock or RLock()
        self._own = files.get(table.name)
        self._links = {link.name: files[link.name] for link in model.links.values() if link.owner is table and link.name in files}
        self._whole: pa.Table | None = None
        self._last: tuple[int, pa.Table] | None = None

    @cached_property
    def _groups(self) -> "list[Group] | None":
        """The groups of rows that can be read alone; nothing where they are not in order, and have to be put in order whole."""
        groups = self._own.groups if self._own else None
        return None if groups is None or any(one.last >= other.first for one, other in pairwise(groups)) else groups

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(group.rows for group in self._groups or [])]

    def __len__(self) -> int:
        return self._starts[-1] if self._groups is not None else self.whole().num_rows

    def whole(self) -> pa.Table:
        """All rows."""
        with self._lock:
            if self._whole is None:
                own = self._read(self._own, self._table)
                ids = one(own[self._table.key[0]])
                links = {name: self._linked(file, self._model.links[name], None, ids) for name, file in self._links.items()}
                self._whole = in_order(self._table, join_one(self._model, self._table, own, links))
            return self._whole

    def rows(self, start: int, length: int) -> pa.Table:
        """Some rows that stand together."""
        if self._whole is not None or self._groups is None:
            return self.whole().slice(start, length)
        end, pieces = min(start + length, len(self)), []
        while start < end:
            number = bisect_right(self._starts, start) - 1
            stop = min(end, self._starts[number + 1])
            before, count = start - self._starts[number], stop - start
            kept = self._kept(number)
            if kept is not None:
                pieces.append(kept.slice(before, count))
            elif before + count <= _FEW and self._groups[number].in_order:
                pieces.append(self._joined(number, _FEW).slice(before, count))
            else:
                pieces.append(self._group(number).slice(before, count))
            start = stop
        return pa.concat_tables(pieces).combine_chunks() if pieces else empty_table(self._table.columns)

    def take(self, rows: "np.ndarray[Any, Any]") -> pa.Table:
        """Some rows by their positions, which go up."""
        if self._whole is not None or self._groups is None:
            return self.whole().take(positions(rows))
        if len(rows) == 1:
            return self.rows(int(rows[0]), 1)
        starts = np.asarray(self._starts)
        numbers = np.searchsorted(starts, rows, side="right") - 1
        pieces = [self._group(number).take(positions(rows[numbers == number] - starts[number])) for number in np.unique(numbers).tolist()]
        return pa.concat_tables(pieces) if pieces else empty_table(self._table.columns)

    @property
    def span(self) -> tuple[str, str] | None:
        """The first and the last id, by the file's own account; nothing where it gives none."""
        return (self._groups[0].first, self._groups[-1].last) if self._groups else None

    def find(self, id: str) -> int | None:
        """The position of a record."""
        if self._whole is not None or self._groups is None:
            place = pc.index(self.whole()[self._table.key[0]], literal(id)).as_py()
            return place if place >= 0 else None
        for number, group in enumerate(self._groups):
            if group.first <= id <= group.last:
                ids = self._group(number)[self._table.key[0]].to_pylist()
                return self._starts[number] + ids.index(id) if id in ids else None
        return None

    def filtered(self, wanted: Filter) -> pa.Table:
        """The rows that are looked for; only the columns that tell them are read of groups in which there are none."""
        names = list(wanted.needed)
        if self._whole is not None or self._groups is None or not {*names} <= {column.name for column in self._table.stored}:
            return self.whole().filter(wanted.mask(self.whole()))
        found = []
        for number in range(len(self._groups)):
            few = self._kept(number)
            few = self._part(self._own, self._table, [number], names) if few is None else few
            if pc.any(wanted.mask(few)).as_py():
                group = self._group(number)
                found.append(group.filter(wanted.mask(group)))
        return pa.concat_tables(found).combine_chunks() if found else empty_table(self._table.columns)

    def column(self, name: str) -> pa.ChunkedArray:
        """A column, alone where it lies in the table's own file."""
        alone = name in {column.name for column in self._table.stored} and self._groups and all(each.in_order for each in self._groups)
        if self._whole is not None or not alone:
            return self.whole()[name]
        return self._part(self._own, self._table, None, [name])[name]

    def batches(self, names: Sequence[str]) -> Iterator[pa.Table]:
        """Some columns of all rows, group by group; link tables that spell none of them are not read."""
        if self._whole is not None or self._groups is None:
            yield self.whole().select(names)
        else:
            for number in range(len(self._groups)):
                yield self._joined(number, None, names).select(names)

    def _kept(self, number: int) -> pa.Table | None:
        """Return the rows of a group if they are those that were read last."""
        last = self._last  # which another thread may replace
        return last[1] if last and last[0] == number else None

    def _group(self, number: int) -> pa.Table:
        with self._lock:
            group = self._kept(number)
            if group is None:
                group = self._joined(number)
                self._last = (number, group)
            return group

    def _joined(self, number: int, few: int | None = None, names: Sequence[str] | None = None) -> pa.Table:
        """The rows of a group, or the first `few` of them, with their links; or some columns of them, beside the key."""
        stored = [column.name for column in self._table.stored]
        some = None if names is None or {*stored} <= {*names} else [name for name in stored if name in names]
        own = in_order(self._table, self._part(self._own, self._table, [number], some, few))
        ids = one(own[self._table.key[0]])
        span = (ids[0].as_py(), ids[-1].as_py())
        spelled = {name: self._model.links[name] for name in self._links}
        links = {
            name: self._linked(self._links[name], link, span, ids)
            for name, link in spelled.items()
            if names is None or any(column.name in names for column in link.spelled)
        }
        return join_one(self._model, self._table, own, links, names and {*names, *self._table.key})

    def _linked(self, file: TableFile | PartedFile, link: LinkTable, span: tuple[str, str] | None, ids: pa.Array) -> pa.Table:
        """The rows of a link table for some owners, the ids of which lie in a span."""
        if file.groups is None or span is None:
            rows = self._read(file, link)
        else:
            near = [number for number, group in enumerate(file.groups) if group.first <= span[1] and span[0] <= group.last]
            rows = self._part(file, link, near, None) if near else empty_table(link.stored)
        return rows.filter(pc.is_in(rows[link.owner_column.name], value_set=ids))

    def _read(self, file: TableFile | PartedFile | None, table: Table | LinkTable) -> pa.Table:
        return self._part(file, table, None, None) if file else empty_table(table.stored)

    def _part(
        self,
        file: TableFile | PartedFile | None,
        table: Table | LinkTable,
        groups: Sequence[int] | None,
        names: Sequence[str] | None,
        few: int | None = None,
    ) -> pa.Table:
        """Rows of a file, checked as far as they are read.

        Raises:
            DataError: something is wrong with them.
        """
        told, frames = Told(self._limits.problems), list[Frame]()
        with self._lock:
            while file is not None:
                told, frames = Told(self._limits.problems), []
                try:
                    for batch, frame in enumerate(file.frames(None if names is None else [*names, *table.key], groups, few)):
                        for number, problems in frame.faults:
                            told.add(Part.FILES, 0, number, batch, problems)
                        for number, rule in enumerate(rules(table) if names is None else ()):
                            told.add(Part.ROWS, 0, number, batch, rule(frame))
                        frames.append(frame)
                        if few and sum(each.data.num_rows for each in frames) >= few:
                            break
                except StartOverError:
                    continue
                for number, problems in file.faults(whole=groups is None and names is None):
                    told.add(Part.FILES, 0, number, -1, problems)
                break
        found = tuple(told)
        if found:
            raise DataError(f"{table.name} cannot be read", found)
        return pa.concat_tables([frame.data for frame in frames]).combine_chunks() if frames else empty_table(table.stored)
