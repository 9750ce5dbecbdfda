"""Indexes of the ids in columns, to find the records that have an id, refer to it, or are parts of its record."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from threading import RLock
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.model.record import Record
from dxgov.schema import Column, Table
from dxgov.tables.arrow import as_numpy, combine_chunks, mask_as_numpy, text_array
from dxgov.tables.hashing import hash_texts
from dxgov.tables.records import Records

T = TypeVar("T")


class IdSet:
    """Ids to look up in one column or many, with their hashes."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.ids: tuple[str, ...] = tuple(ids)
        self.hashes: np.ndarray[Any, Any] = np.unique(hash_texts(text_array(self.ids)))


class ReferenceIndex:
    """Row numbers of a table by the hash of the ids in one of its columns; a row may hold a list of ids.

    Takes 16 bytes per id. Two ids may share a hash, so the caller compares the ids of the rows that `find_rows` returns.
    """

    def __init__(self, batches: Iterable[pa.Array]) -> None:
        hashes, rows, start = [np.zeros(0, dtype=np.uint64)], [np.zeros(0, dtype=np.int64)], 0
        for cells in batches:
            many = pa.types.is_list(cells.type)
            texts = pc.list_flatten(cells) if many else cells
            owners = as_numpy(pc.list_parent_indices(cells)).astype(np.int64) if many else np.arange(len(cells), dtype=np.int64)
            valid = mask_as_numpy(pc.is_valid(texts))
            hashes.append(hash_texts(texts)[valid])
            rows.append(owners[valid] + start)
            start += len(cells)
        all_hashes = np.concatenate(hashes)
        order = np.argsort(all_hashes, kind="stable")
        self._hashes, self._rows = all_hashes[order], np.concatenate(rows)[order]

    def find_rows(self, ids: IdSet) -> "np.ndarray[Any, Any]":
        """Return the sorted numbers of the rows that hold any of the ids, each once."""
        first = np.searchsorted(self._hashes, ids.hashes, side="left")
        counts = np.searchsorted(self._hashes, ids.hashes, side="right") - first
        # The positions of all hits: each run of equal hashes counted up from its first.
        hits = np.arange(counts.sum()) + np.repeat(first - np.cumsum(counts) + counts, counts)
        return np.unique(self._rows[hits]) if len(hits) else hits


class RecordIndexes:
    """Indexes of the tables of one data set, each built on first use and cached. Thread-safe; pickles without the indexes."""

    def __init__(self, tables: Mapping[str, Records[Any]]) -> None:
        self._tables = tables
        self._cache: dict[Any, Any] = {}
        self._lock = RLock()

    def __reduce__(self) -> tuple[type["RecordIndexes"], tuple[Mapping[str, Records[Any]]]]:
        """Pickle without the cached indexes."""
        return RecordIndexes, (self._tables,)

    def get_or_build(self, key: Any, build: Callable[[], T]) -> T:
        """Return the cached value of a key; `build` is called once, by the first thread that needs it."""
        with self._lock:
            if key not in self._cache:
                self._cache[key] = build()
            return self._cache[key]  # type: ignore[no-any-return]

    def find_by_column(self, table: Table, column: Column, ids: IdSet) -> Records[Any]:
        """Return the records of a table whose `column`, the key or a reference, holds one of the ids.

        The first call scans the column batch by batch and builds an index of it.
        """
        records = self._tables[table.name]
        index = self.get_or_build((table.name, column.name), lambda: ReferenceIndex(_iterate_column(records, column.name)))
        rows = index.find_rows(ids)
        return records._take(rows).where(**{column.name: ids.ids}) if len(rows) else records[:0]  # noqa: SLF001 - it is the package's own

    def find_by_id(self, ids: Iterable[str]) -> Iterator[Record]:
        """Yield the records of any table that have one of the ids, table by table. Unknown ids are ignored.

        The first call scans the keys of all tables, batch by batch.
        """
        tables = self._tables.values()
        # The rows of all tables are numbered in one sequence, so that one lookup serves all tables.
        index = self.get_or_build(
            "ids", lambda: ReferenceIndex(batch for records in tables for batch in _iterate_column(records, records.key))
        )
        id_set = IdSet(ids)
        rows, names = index.find_rows(id_set), {*id_set.ids}
        starts = np.cumsum([0, *map(len, tables)])
        bounds = np.searchsorted(rows, starts)
        for records, start, (first, stop) in zip(tables, starts, pairwise(bounds.tolist()), strict=False):
            if first < stop:
                candidates = records._take(rows[first:stop] - start)  # noqa: SLF001
                yield from (record for record in candidates if record.id in names)

    def find_parts(self, table: Table, parent: str, ids: IdSet) -> Iterator[Record]:
        """Yield the records of `table` whose nearest parent is a record of the table `parent` with one of the ids."""
        parents = table.parents
        for number, column in enumerate(parents):
            if column.target == parent:
                nearer = {other.name: None for other in parents[number + 1 :]}
                yield from self.find_by_column(table, column, ids).where(**nearer)


def _iterate_column(records: Records[Any], column: str) -> Iterator[pa.Array]:
    """Yield a column batch by batch."""
    return (combine_chunks(rows[column]) for rows in records.batches(columns=[column]))
