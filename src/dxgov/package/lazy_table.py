"""Tables of a package that are read on access, and only as far as needed."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, groupby, pairwise
from threading import RLock
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from dxgov.errors import DataError
from dxgov.languages import Message
from dxgov.limits import Limits
from dxgov.package.package_table import PackageTable
from dxgov.schema import LinkTable, Model, Table
from dxgov.tables.arrow import as_numpy, as_scalar, combine_chunks, index_array
from dxgov.tables.columns import arrow_type, empty_table
from dxgov.tables.columns import sort_by_key as sort_rows
from dxgov.tables.filters import Filter
from dxgov.tables.link_tables import join_table
from dxgov.tables.records import LazyRows, Origin
from dxgov.validation import ProblemCollector, ReportSection, RowBatch, list_key_rules, list_rules

_PREVIEW_ROWS = 1_024
"""Rows that are read if only the first rows of a row group are needed."""


@frozen
class _RowGroup:
    """A row group of a table, in one of its files."""

    file: int
    """Number of the file within the table."""
    number: int
    """Number of the row group within the file."""
    rows: int
    min_id: str
    max_id: str
    is_sorted: bool


class LazyTable:
    """Rows of a table in the order of their ids, read on access; it pickles as a reference to its package.

    Threads may read at the same time: a lock lets one thread at a time read the files. Rows are checked as they are read: cells by their
    types and rules, rows by the rules between their fields. A problem raises a `DataError`. Keys and references are not checked.

    All rows are read at first access if a file says nothing of the ids in its row groups, or if these overlap. If the ids of different
    files overlap, all ids are read before a position is known, and a row group of each file is kept in memory.
    """

    def __init__(self, model: Model, table: Table, tables: Mapping[str, PackageTable], limits: Limits, origin: Origin) -> None:
        self._model, self._table, self._limits, self._origin = model, table, limits, origin
        self._lock = RLock()
        self._source = tables[table.name]
        self._links = {link.name: tables[link.name] for link in model.links.values() if link.owner is table and link.name in tables}
        self._all_rows: pa.Table | None = None
        self._cached_groups: dict[int, tuple[int, pa.Table]] = {}

    def __reduce__(self) -> "tuple[Callable[[str], LazyRows], tuple[str]]":
        return self._origin.table, (self._table.name,)

    def _list_row_groups(self, files: Iterable[int]) -> list[_RowGroup] | None:
        """Return the row groups of some files; None if one says nothing of their ids or these overlap, so that all rows must be read."""
        row_groups: list[_RowGroup] = []
        for file in files:
            stored = self._source.files[file].row_groups
            groups = [
                _RowGroup(file, number, group.rows, *group.id_range, group.is_sorted)
                for number, group in enumerate(stored or ())
                if group.id_range and group.rows
            ]
            if (
                stored is None
                or len(groups) < len(stored)
                or any(group.max_id >= following.min_id for group, following in pairwise(groups))
            ):
                return None
            row_groups += groups
        return row_groups

    @cached_property
    def _row_groups(self) -> list[_RowGroup] | None:
        """Row groups of all files, file by file; None if all rows must be read."""
        return self._list_row_groups(range(len(self._source.files)))

    @cached_property
    def _starts(self) -> list[int]:
        """Number of rows in the files before each row group, and of all rows."""
        return [0, *accumulate(group.rows for group in self._row_groups or [])]

    @cached_property
    def _row_order(self) -> "np.ndarray[Any, Any] | None":
        """For each position the number of its row, if the rows are counted file by file; None if that is the position itself."""
        groups = self._row_groups or []
        if all(group.max_id < following.min_id for group, following in pairwise(groups)):
            return None
        sorted_groups = sorted(enumerate(groups), key=lambda pair: pair[1].min_id)
        if all(group.max_id < following.min_id for (_, group), (_, following) in pairwise(sorted_groups)):
            return np.concatenate([np.arange(self._starts[number], self._starts[number + 1]) for number, _ in sorted_groups])
        return as_numpy(pc.sort_indices(self._read_column(self._table.key[0]))).astype(np.int64)

    def __len__(self) -> int:
        return self._starts[-1] if self._row_groups is not None else self.read_all().num_rows

    def read_all(self) -> pa.Table:
        """Return all rows."""
        with self._lock:
            if self._all_rows is None:
                rows = self._read_rows(self._source)
                ids = combine_chunks(rows[self._table.key[0]])
                links = {name: self._read_links(source, self._model.links[name], None, ids) for name, source in self._links.items()}
                self._all_rows = sort_rows(self._table, join_table(self._model, self._table, rows, links))
            return self._all_rows

    def rows(self, start: int, length: int) -> pa.Table:
        """Return rows `start` to `start + length`."""
        if self._all_rows is not None or self._row_groups is None:
            return self.read_all().slice(start, length)
        if self._row_order is not None:
            return self._take_rows(self._row_order[start : start + length])
        end, pieces = min(start + length, len(self)), []
        while start < end:
            index = bisect_right(self._starts, start) - 1
            stop = min(end, self._starts[index + 1])
            offset, count, group = start - self._starts[index], stop - start, self._row_groups[index]
            if self._get_cached_group(group) is None and offset + count <= _PREVIEW_ROWS and group.is_sorted:
                pieces.append(self._join_groups([group], max_rows=_PREVIEW_ROWS).slice(offset, count))
            else:
                pieces.append(self._load_group(group).slice(offset, count))
            start = stop
        return pa.concat_tables(pieces).combine_chunks() if pieces else empty_table(self._table.columns)

    def take(self, rows: "np.ndarray[Any, Any]") -> pa.Table:
        """Return the rows at some positions, which must be ascending."""
        if self._all_rows is not None or self._row_groups is None:
            return self.read_all().take(index_array(rows))
        if len(rows) == 1:
            return self.rows(int(rows[0]), 1)
        return self._take_rows(rows if self._row_order is None else self._row_order[rows])

    def _take_rows(self, rows: "np.ndarray[Any, Any]") -> pa.Table:
        """Return rows by their numbers, counted file by file, in the order of their ids."""
        starts, groups = np.asarray(self._starts), self._row_groups or []
        indices = np.searchsorted(starts, rows, side="right") - 1
        pieces = [
            self._load_group(groups[index]).take(index_array(rows[indices == index] - starts[index]))
            for index in np.unique(indices).tolist()
        ]
        return self._concat_rows(pieces)

    def _concat_rows(self, pieces: list[pa.Table]) -> pa.Table:
        """Return rows of several row groups in the order of their ids."""
        rows = pa.concat_tables(pieces).combine_chunks() if pieces else empty_table(self._table.columns)
        return sort_rows(self._table, rows) if len(self._source.files) > 1 else rows

    def find(self, id: str) -> int | None:
        """Return the position of a record, or None if there is no such id."""
        if self._all_rows is not None or self._row_groups is None:
            index = pc.index(self.read_all()[self._table.key[0]], as_scalar(id)).as_py()
            return index if index >= 0 else None
        for start, group in zip(self._starts, self._row_groups, strict=False):
            if group.min_id <= id <= group.max_id:
                index = pc.index(self._load_group(group)[self._table.key[0]], as_scalar(id)).as_py()
                if index >= 0:
                    return start + index if self._row_order is None else int(np.flatnonzero(self._row_order == start + index)[0])
        return None

    def filter(self, filter: Filter) -> pa.Table:
        """Return the rows that match a filter; read only row groups whose partition value and own cells match its predicates."""
        names = list(filter.predicates)
        partitions = ((number, file.partition) for number, file in enumerate(self._source.files))
        groups = (
            self._list_row_groups(number for number, value in partitions if value is None or value.may_match(filter.predicates))
            if self._all_rows is None and {*names} <= {column.name for column in self._table.stored}
            else None
        )
        if groups is None:
            return self.read_all().filter(filter.mask(self.read_all()))
        matches = []
        for group in groups:
            cells = self._get_cached_group(group)
            cells = self._read_groups([group], names) if cells is None else cells
            if pc.any(filter.mask(cells)).as_py():
                rows = self._load_group(group)
                matches.append(rows.filter(filter.mask(rows)))
        return self._concat_rows(matches)

    def column(self, name: str) -> pa.ChunkedArray:
        """Return a column; read nothing else if it lies in the table's own files."""
        is_separate = name in {column.name for column in self._table.stored} and self._row_groups is not None
        if self._all_rows is not None or not is_separate:
            return self.read_all()[name]
        cells = self._read_column(name)
        return cells if self._row_order is None else cells.take(index_array(self._row_order))

    def _read_column(self, name: str) -> pa.ChunkedArray:
        """Return a column of the table's own files, file by file, with the rows of each row group in the order of their ids."""
        groups = self._row_groups or []
        if all(group.is_sorted for group in groups):
            return self._read_rows(self._source, [name])[name]
        pieces = [sort_rows(self._table, self._read_groups([group], [name]))[name].combine_chunks() for group in groups]
        return pa.chunked_array(pieces, arrow_type(self._table.column(name)))

    def batches(self, names: Sequence[str]) -> Iterator[pa.Table]:
        """Yield some columns of all rows; read only the link tables that store one of them.

        A batch has whole row groups, about `Limits.batch` rows, because each opens the files anew.
        """
        if self._all_rows is not None or self._row_groups is None:
            yield self.read_all().select(names)
        elif self._row_order is None:
            for _, batch in groupby(zip(self._row_groups, self._starts, strict=False), lambda pair: pair[1] // self._limits.batch):
                yield self._join_groups([group for group, _ in batch], names=names).select(names)
        else:
            for start in range(0, len(self), self._limits.batch):
                yield self.rows(start, self._limits.batch).select(names)

    def _get_cached_group(self, group: _RowGroup) -> pa.Table | None:
        """Return the rows of a row group if they were the last that were read of its file, otherwise None."""
        number, rows = self._cached_groups.get(group.file, (-1, None))  # which another thread may replace
        return rows if number == group.number else None

    def _load_group(self, group: _RowGroup) -> pa.Table:
        """Return the rows of a row group, and cache them."""
        with self._lock:
            rows = self._get_cached_group(group)
            if rows is None:
                rows = self._join_groups([group])
                self._cached_groups[group.file] = (group.number, rows)
            return rows

    def _join_groups(self, groups: Sequence[_RowGroup], names: Sequence[str] | None = None, max_rows: int | None = None) -> pa.Table:
        """Read the rows of consecutive row groups, and join the link tables.

        Args:
            groups: Row groups to read.
            names: Read only these columns, and the key; None reads all.
            max_rows: Number of rows to read from the beginning; None reads all.
        """
        stored = [column.name for column in self._table.stored]
        columns = None if names is None or {*stored} <= {*names} else [name for name in stored if name in names]
        rows = sort_rows(self._table, self._read_groups(groups, columns, max_rows))
        ids = combine_chunks(rows[self._table.key[0]])
        id_range = (ids[0].as_py(), ids[-1].as_py())
        link_tables = {name: self._model.links[name] for name in self._links}
        links = {
            name: self._read_links(self._links[name], link, id_range, ids)
            for name, link in link_tables.items()
            if names is None or any(column.name in names for column in link.spelled)
        }
        return join_table(self._model, self._table, rows, links, names and {*names, *self._table.key})

    def _read_links(self, source: PackageTable, link: LinkTable, id_range: tuple[str, str] | None, ids: pa.Array) -> pa.Table:
        """Read the rows of a link table that belong to some owners; `id_range` is that of the owners."""
        row_groups = None
        if id_range is not None and source.row_groups is not None and all(group.id_range for group in source.row_groups):
            row_groups = {
                file_number: [
                    number
                    for number, group in enumerate(file.row_groups or ())
                    if group.id_range and group.id_range[0] <= id_range[1] and id_range[0] <= group.id_range[1]
                ]
                for file_number, file in enumerate(source.files)
            }
        rows = self._read_rows(source, None, row_groups)
        return rows.filter(pc.is_in(rows[link.owner_column.name], value_set=ids))

    def _read_groups(self, groups: Sequence[_RowGroup], names: Sequence[str] | None, max_rows: int | None = None) -> pa.Table:
        """Read the rows of row groups; the other parameters are those of `_read_rows`."""
        row_groups: dict[int, list[int]] = {}
        for group in groups:
            row_groups.setdefault(group.file, []).append(group.number)
        return self._read_rows(self._source, names, row_groups, max_rows)

    def _read_rows(
        self,
        source: PackageTable,
        names: Sequence[str] | None = None,
        row_groups: Mapping[int, Sequence[int]] | None = None,
        max_rows: int | None = None,
    ) -> pa.Table:
        """Read rows of a table or a file, and check them.

        Args:
            source: Table to read.
            names: Columns to read, beside the key, whose rules are checked; None reads all, and checks all rules.
            row_groups: Row groups to read, by the number of their file; None reads all.
            max_rows: Number of rows after which reading may stop; None reads on.

        Raises:
            DataError: something is wrong with the rows.
        """
        table, collector, batches = source.table, ProblemCollector(self._limits.problems), list[RowBatch]()
        with self._lock:
            for file in source.files:
                file.retry()
            for batch_number, batch in enumerate(
                source.iter_batches(None if names is None else [*names, *table.key], row_groups, max_rows)
            ):
                for rule_number, problems in batch.read_problems:
                    collector.add(ReportSection.FILES, 0, rule_number, batch_number, problems)
                for rule_number, rule in enumerate(list_rules(table) if names is None else list_key_rules(table)):
                    collector.add(ReportSection.ROWS, 0, rule_number, batch_number, rule(batch))
                batches.append(batch)
                if max_rows and sum(batch.data.num_rows for batch in batches) >= max_rows:
                    break
            if source.is_void:  # what was read before that was seen is as void as the rest
                collector = ProblemCollector(self._limits.problems)
            for rule_number, problems in source.problems(read_all=row_groups is None and names is None):
                collector.add(ReportSection.FILES, 0, rule_number, -1, problems)
        faults = tuple(collector)
        if faults:
            raise DataError(Message("{table} cannot be read", "表{table}を読めない", table=table.name), faults)
        return pa.concat_tables([batch.data for batch in batches]).combine_chunks() if batches else empty_table(table.stored)
