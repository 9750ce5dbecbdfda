"""Tables of a package that are read on access, and only as far as needed."""

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
from dxgov.formats.file_reader import RestartScan
from dxgov.limits import Limits
from dxgov.package.partitioned_table import PartitionedTable
from dxgov.package.table_file import TableFile
from dxgov.schema import LinkTable, Model, Table
from dxgov.tables.arrow import as_scalar, combine_chunks, index_array
from dxgov.tables.columns import empty_table
from dxgov.tables.columns import sort_by_key as sort_rows
from dxgov.tables.filters import Filter
from dxgov.tables.link_tables import join_table
from dxgov.tables.records import LazyRows, Origin
from dxgov.validation import ProblemCollector, ReportSection, RowBatch, list_rules

if TYPE_CHECKING:
    from dxgov.formats.parquet_reader import RowGroup

_PREVIEW_ROWS = 1_024
"""Rows that are read if only the first rows of a row group are needed."""


class LazyBase:
    """Lazy table that pickles as a reference to its package."""

    _table: Table
    _origin: Origin

    def __reduce__(self) -> "tuple[Callable[[str], LazyRows], tuple[str]]":
        return self._origin.table, (self._table.name,)


class LazyTable(LazyBase):
    """Rows of a table in the order of their ids, read on access.

    Threads may read at the same time: a lock lets one thread at a time read the files. Rows are checked as they are read: cells by their
    types and rules, rows by the rules between their fields. A problem raises a `DataError`. Keys and references are not checked.
    """

    def __init__(
        self,
        model: Model,
        table: Table,
        files: Mapping[str, TableFile | PartitionedTable],
        limits: Limits,
        origin: Origin,
        lock: "RLock | None" = None,
    ) -> None:
        self._model, self._table, self._limits, self._origin = model, table, limits, origin
        self._lock = lock or RLock()
        self._file = files.get(table.name)
        self._links = {link.name: files[link.name] for link in model.links.values() if link.owner is table and link.name in files}
        self._all_rows: pa.Table | None = None
        self._cached_group: tuple[int, pa.Table] | None = None

    @cached_property
    def _row_groups(self) -> "list[RowGroup] | None":
        """Row groups in the order of their ids; None if their id ranges overlap, so that the whole table must be read and sorted."""
        row_groups = self._file.row_groups if self._file else None
        return (
            None if row_groups is None or any(group.max_id >= following.min_id for group, following in pairwise(row_groups)) else row_groups
        )

    @cached_property
    def _starts(self) -> list[int]:
        """Position of the first row of each row group, and the number of all rows."""
        return [0, *accumulate(group.rows for group in self._row_groups or [])]

    def __len__(self) -> int:
        return self._starts[-1] if self._row_groups is not None else self.read_all().num_rows

    def read_all(self) -> pa.Table:
        """Return all rows."""
        with self._lock:
            if self._all_rows is None:
                rows = self._read_file(self._file, self._table)
                ids = combine_chunks(rows[self._table.key[0]])
                links = {name: self._read_links(file, self._model.links[name], None, ids) for name, file in self._links.items()}
                self._all_rows = sort_rows(self._table, join_table(self._model, self._table, rows, links))
            return self._all_rows

    def rows(self, start: int, length: int) -> pa.Table:
        """Return rows `start` to `start + length`."""
        if self._all_rows is not None or self._row_groups is None:
            return self.read_all().slice(start, length)
        end, pieces = min(start + length, len(self)), []
        while start < end:
            number = bisect_right(self._starts, start) - 1
            stop = min(end, self._starts[number + 1])
            offset, count = start - self._starts[number], stop - start
            cached = self._get_cached_group(number)
            if cached is not None:
                pieces.append(cached.slice(offset, count))
            elif offset + count <= _PREVIEW_ROWS and self._row_groups[number].is_sorted:
                pieces.append(self._join_group(number, _PREVIEW_ROWS).slice(offset, count))
            else:
                pieces.append(self._load_group(number).slice(offset, count))
            start = stop
        return pa.concat_tables(pieces).combine_chunks() if pieces else empty_table(self._table.columns)

    def take(self, rows: "np.ndarray[Any, Any]") -> pa.Table:
        """Return the rows at some positions, which must be ascending."""
        if self._all_rows is not None or self._row_groups is None:
            return self.read_all().take(index_array(rows))
        if len(rows) == 1:
            return self.rows(int(rows[0]), 1)
        starts = np.asarray(self._starts)
        numbers = np.searchsorted(starts, rows, side="right") - 1
        pieces = [
            self._load_group(number).take(index_array(rows[numbers == number] - starts[number])) for number in np.unique(numbers).tolist()
        ]
        return pa.concat_tables(pieces) if pieces else empty_table(self._table.columns)

    @property
    def id_range(self) -> tuple[str, str] | None:
        """Least and greatest id by the statistics of the file; None if it has none."""
        return (self._row_groups[0].min_id, self._row_groups[-1].max_id) if self._row_groups else None

    def find(self, id: str) -> int | None:
        """Return the position of a record, or None if there is no such id."""
        if self._all_rows is not None or self._row_groups is None:
            index = pc.index(self.read_all()[self._table.key[0]], as_scalar(id)).as_py()
            return index if index >= 0 else None
        for number, group in enumerate(self._row_groups):
            if group.min_id <= id <= group.max_id:
                ids = self._load_group(number)[self._table.key[0]].to_pylist()
                return self._starts[number] + ids.index(id) if id in ids else None
        return None

    def filter(self, filter: Filter) -> pa.Table:
        """Return the rows that match a filter; read only row groups whose own cells match its predicates."""
        names = list(filter.predicates)
        if self._all_rows is not None or self._row_groups is None or not {*names} <= {column.name for column in self._table.stored}:
            return self.read_all().filter(filter.mask(self.read_all()))
        matches = []
        for number in range(len(self._row_groups)):
            cells = self._get_cached_group(number)
            cells = self._read_rows(self._file, self._table, [number], names) if cells is None else cells
            if pc.any(filter.mask(cells)).as_py():
                group = self._load_group(number)
                matches.append(group.filter(filter.mask(group)))
        return pa.concat_tables(matches).combine_chunks() if matches else empty_table(self._table.columns)

    def column(self, name: str) -> pa.ChunkedArray:
        """Return a column; read nothing else if it lies in the table's own file."""
        is_separate = (
            name in {column.name for column in self._table.stored}
            and self._row_groups
            and all(group.is_sorted for group in self._row_groups)
        )
        if self._all_rows is not None or not is_separate:
            return self.read_all()[name]
        return self._read_rows(self._file, self._table, None, [name])[name]

    def batches(self, names: Sequence[str]) -> Iterator[pa.Table]:
        """Yield some columns of all rows, a row group at a time; read only the link tables that store one of them."""
        if self._all_rows is not None or self._row_groups is None:
            yield self.read_all().select(names)
        else:
            for number in range(len(self._row_groups)):
                yield self._join_group(number, None, names).select(names)

    def _get_cached_group(self, number: int) -> pa.Table | None:
        """Return the rows of a row group if they were read last, otherwise None."""
        cached = self._cached_group  # which another thread may replace
        return cached[1] if cached and cached[0] == number else None

    def _load_group(self, number: int) -> pa.Table:
        """Return the rows of a row group, and cache them."""
        with self._lock:
            group = self._get_cached_group(number)
            if group is None:
                group = self._join_group(number)
                self._cached_group = (number, group)
            return group

    def _join_group(self, number: int, max_rows: int | None = None, names: Sequence[str] | None = None) -> pa.Table:
        """Read the rows of a row group, and join the link tables.

        Args:
            number: Row group.
            max_rows: Number of rows to read from the beginning; None reads all.
            names: Read only these columns, and the key; None reads all.
        """
        stored = [column.name for column in self._table.stored]
        columns = None if names is None or {*stored} <= {*names} else [name for name in stored if name in names]
        rows = sort_rows(self._table, self._read_rows(self._file, self._table, [number], columns, max_rows))
        ids = combine_chunks(rows[self._table.key[0]])
        id_range = (ids[0].as_py(), ids[-1].as_py())
        link_tables = {name: self._model.links[name] for name in self._links}
        links = {
            name: self._read_links(self._links[name], link, id_range, ids)
            for name, link in link_tables.items()
            if names is None or any(column.name in names for column in link.spelled)
        }
        return join_table(self._model, self._table, rows, links, names and {*names, *self._table.key})

    def _read_links(self, file: TableFile | PartitionedTable, link: LinkTable, id_range: tuple[str, str] | None, ids: pa.Array) -> pa.Table:
        """Read the rows of a link table that belong to some owners; `id_range` is that of the owners."""
        if file.row_groups is None or id_range is None:
            rows = self._read_file(file, link)
        else:
            overlapping = [
                number for number, group in enumerate(file.row_groups) if group.min_id <= id_range[1] and id_range[0] <= group.max_id
            ]
            rows = self._read_rows(file, link, overlapping, None) if overlapping else empty_table(link.stored)
        return rows.filter(pc.is_in(rows[link.owner_column.name], value_set=ids))

    def _read_file(self, file: TableFile | PartitionedTable | None, table: Table | LinkTable) -> pa.Table:
        """Read all rows of a file; return an empty table if the package does not have it."""
        return self._read_rows(file, table, None, None) if file else empty_table(table.stored)

    def _read_rows(
        self,
        file: TableFile | PartitionedTable | None,
        table: Table | LinkTable,
        row_groups: Sequence[int] | None,
        names: Sequence[str] | None,
        max_rows: int | None = None,
    ) -> pa.Table:
        """Read rows of a file, and check them.

        Args:
            file: File to read; None gives an empty table.
            table: Its table.
            row_groups: Row groups to read; None reads all.
            names: Columns to read; None reads all, and checks the rules between them.
            max_rows: Number of rows after which reading may stop; None reads on.

        Raises:
            DataError: something is wrong with the rows.
        """
        collector, frames = ProblemCollector(self._limits.problems), list[RowBatch]()
        with self._lock:
            while file is not None:
                collector, frames = ProblemCollector(self._limits.problems), []
                try:
                    for batch, frame in enumerate(file.iter_batches(None if names is None else [*names, *table.key], row_groups, max_rows)):
                        for number, problems in frame.read_problems:
                            collector.add(ReportSection.FILES, 0, number, batch, problems)
                        for number, rule in enumerate(list_rules(table) if names is None else ()):
                            collector.add(ReportSection.ROWS, 0, number, batch, rule(frame))
                        frames.append(frame)
                        if max_rows and sum(frame.data.num_rows for frame in frames) >= max_rows:
                            break
                except RestartScan:
                    continue
                for number, problems in file.problems(read_all=row_groups is None and names is None):
                    collector.add(ReportSection.FILES, 0, number, -1, problems)
                break
        problems = tuple(collector)
        if problems:
            raise DataError(f"{table.name} cannot be read", problems)
        return pa.concat_tables([frame.data for frame in frames]).combine_chunks() if frames else empty_table(table.stored)
