"""Partitioned tables that are read on access; partitions that cannot have matching rows are not opened."""

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
from dxgov.package.partitioned_table import PartitionedTable
from dxgov.package.table_file import TableFile
from dxgov.schema import Model, Table
from dxgov.tables.arrow import as_numpy, index_array
from dxgov.tables.columns import arrow_type, empty_table
from dxgov.tables.columns import sort_by_key as sort_rows
from dxgov.tables.filters import Filter
from dxgov.tables.records import LazyRows, Origin

_BATCH_ROWS = 65_536
"""Rows per batch."""


def open_lazy_table(
    model: Model, table: Table, files: Mapping[str, TableFile | PartitionedTable], limits: Limits, origin: Origin
) -> LazyRows:
    """Return the lazy rows of a table of a package, whether it lies in one file or in several."""
    file = files[table.name]
    if isinstance(file, PartitionedTable):
        return LazyPartitionedTable(model, table, file, files, limits, origin)
    return LazyTable(model, table, files, limits, origin)


class LazyPartitionedTable(LazyBase):
    """Rows of a partitioned table in the order of their ids, read on access.

    If the id ranges of the files overlap, all ids are read before a position is known, and iterating over the rows holds a row group of
    each file in memory.
    """

    def __init__(
        self,
        model: Model,
        table: Table,
        file: PartitionedTable,
        files: Mapping[str, TableFile | PartitionedTable],
        limits: Limits,
        origin: Origin,
    ) -> None:
        self._table, self._file, self._origin = table, file, origin
        lock = RLock()  # the partitions and the joined table read the same files
        self._joined_table = LazyTable(model, table, files, limits, origin, lock)
        self._partitions = [
            LazyTable(model, table, {**files, table.name: partition}, limits, origin, lock) for partition in file.partitions
        ]
        self._all_rows: pa.Table | None = None

    @cached_property
    def _lengths(self) -> list[int]:
        """Number of rows of each partition."""
        return list(map(len, self._partitions))

    @cached_property
    def _row_order(self) -> "np.ndarray[Any, Any]":
        """For each position, the number of its row if the rows of all files are counted one file after another."""
        starts = np.cumsum([0, *self._lengths])
        ranges = [(partition.id_range, number) for number, partition in enumerate(self._partitions) if self._lengths[number]]
        sorted_ranges = sorted((id_range, number) for id_range, number in ranges if id_range is not None)
        if len(sorted_ranges) == len(ranges) and all(current[0][1] < following[0][0] for current, following in pairwise(sorted_ranges)):
            pieces = [np.arange(starts[number], starts[number + 1]) for _, number in sorted_ranges]
            return np.concatenate([np.zeros(0, dtype=np.int64), *pieces])
        return as_numpy(pc.sort_indices(self._concat_column(self._table.key[0]))).astype(np.int64)

    def _concat_column(self, name: str) -> pa.ChunkedArray:
        """Return a column of all files, file by file."""
        return pa.chunked_array(
            [chunk for partition in self._partitions for chunk in partition.column(name).chunks], arrow_type(self._table.column(name))
        )

    def __len__(self) -> int:
        return sum(self._lengths)

    def read_all(self) -> pa.Table:
        """Return all rows."""
        if self._all_rows is None:
            self._all_rows = self._joined_table.read_all()
        return self._all_rows

    def rows(self, start: int, length: int) -> pa.Table:
        """Return rows `start` to `start + length`."""
        if self._all_rows is not None:
            return self._all_rows.slice(start, length)
        return self._take_rows(self._row_order[start : start + length])

    def take(self, rows: "np.ndarray[Any, Any]") -> pa.Table:
        """Return the rows at some positions, which must be ascending."""
        return self._all_rows.take(index_array(rows)) if self._all_rows is not None else self._take_rows(self._row_order[rows])

    def _take_rows(self, rows: "np.ndarray[Any, Any]") -> pa.Table:
        """Return rows by their numbers, counted through all files, in the order of their ids."""
        first, pieces = 0, []
        for partition, count in zip(self._partitions, self._lengths, strict=True):
            positions_in_file = rows[(rows >= first) & (rows < first + count)] - first
            if len(positions_in_file):
                pieces.append(partition.take(positions_in_file))
            first += count
        return sort_rows(self._table, pa.concat_tables(pieces)) if pieces else empty_table(self._table.columns)

    def find(self, id: str) -> int | None:
        """Return the position of a record, or None if there is no such id."""
        first = 0
        for partition, count in zip(self._partitions, self._lengths, strict=True):
            index = partition.find(id)
            if index is not None:
                return int(np.flatnonzero(self._row_order == first + index)[0])
            first += count
        return None

    def filter(self, filter: Filter) -> pa.Table:
        """Return the rows that match a filter; files whose partition value rules out a match are not opened."""
        if self._all_rows is not None:
            return self._all_rows.filter(filter.mask(self._all_rows))
        candidates = [
            partition
            for partition, file in zip(self._partitions, self._file.partitions, strict=True)
            if file.may_contain(filter.predicates)
        ]
        matches = [partition.filter(filter) for partition in candidates]
        return sort_rows(self._table, pa.concat_tables(matches)) if matches else empty_table(self._table.columns)

    def column(self, name: str) -> pa.ChunkedArray:
        """Return a column; read nothing else if it lies in the table's own files."""
        if self._all_rows is not None or name not in {column.name for column in self._table.stored}:
            return self.read_all()[name]
        return self._concat_column(name).take(index_array(self._row_order))

    def batches(self, names: Sequence[str]) -> Iterator[pa.Table]:
        """Yield some columns of all rows."""
        return (self.rows(start, _BATCH_ROWS).select(names) for start in range(0, len(self), _BATCH_ROWS))
