"""Store of key summaries: in memory as long as they fit, beyond that on disk, hash-partitioned by key."""

import tempfile
from collections.abc import Collection, Iterator, Mapping
from types import TracebackType
from typing import Any, BinaryIO, Self

import numpy as np
import pyarrow as pa

from dxgov.tables.arrow import as_numpy, combine_chunks, index_array, mask_array
from dxgov.tables.hashing import hash_texts
from dxgov.validation.batches import split_row_key
from dxgov.validation.key_summary import KeyRelation, KeySummary

PARTITIONS = 64
"""Number of hash partitions on disk. Each is checked by itself."""

KeyPartition = Mapping[KeyRelation, pa.Table]
"""Rows of each relation whose keys fall into one hash partition, or all rows if they fit into memory."""


class KeyStore:
    """Accumulates key summaries; spills to 64 hash partitions on disk once they exceed `memory` bytes.

    All rows of equal keys, of whatever relation, are in the same partition.
    """

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._tables: dict[KeyRelation, list[pa.Table]] = {}
        self._size = 0
        self._file: BinaryIO | None = None
        self._segments: dict[KeyRelation, list[list[tuple[int, int]]]] = {}
        self._schemas: dict[KeyRelation, pa.Schema] = {}
        self._id_ranges: dict[str, tuple[str, str] | None] = {}
        self._cycle_candidates: dict[str, frozenset[str]] = {}
        self._void_files: dict[str, set[int]] = {}

    def add(self, table: str, summary: KeySummary) -> None:
        """Add the summary of the next batch of a table."""
        for relation, rows in summary.tables.items():
            self._tables.setdefault(relation, []).append(rows)
            self._size += rows.nbytes
        # Extend the range of ids if it stays ascending across the batches; once it does not, the range remains None.
        previous, current = self._id_ranges.get(table), summary.id_range
        if table in self._id_ranges and not (previous and current and previous[1] < current[0]):
            self._id_ranges[table] = None
        else:
            self._id_ranges[table] = (previous[0], current[1]) if previous and current else current
        self._cycle_candidates[table] = self._cycle_candidates.get(table, frozenset()) | summary.cycle_candidates
        if self._size > self._memory:
            self._spill()

    def discard_table(self, table: str) -> None:
        """Drop the summaries of a table, for a scan by other means."""
        self._tables = {relation: rows for relation, rows in self._tables.items() if relation.table != table}
        self._segments = {relation: segments for relation, segments in self._segments.items() if relation.table != table}
        self._size = sum(rows.nbytes for tables in self._tables.values() for rows in tables)
        self._id_ranges.pop(table, None)
        self._cycle_candidates.pop(table, None)

    def discard_file(self, table: str, number: int) -> None:
        """Drop the keys of one file of a table, by its number; that its ids are ascending is not known any more."""
        self._void_files.setdefault(table, set()).add(number)
        self._id_ranges[table] = None

    @property
    def sorted_tables(self) -> frozenset[str]:
        """Tables whose ids are strictly ascending, so that none repeats."""
        return frozenset(table for table, id_range in self._id_ranges.items() if id_range)

    @property
    def cycle_candidates(self) -> Mapping[str, frozenset[str]]:
        """Self-referencing columns that could contain a cycle, by table; see `KeySummary.cycle_candidates`."""
        return dict(self._cycle_candidates)

    @property
    def on_disk(self) -> bool:
        """Whether the summaries were spilled to disk, so that there are several partitions."""
        return self._file is not None

    def iter_partitions(self, relations: Collection[KeyRelation] | None = None) -> Iterator[KeyPartition]:
        """Yield each partition, with the rows of all relations or of those in `relations`."""
        if self._file is None:
            yield {
                relation: self._drop_void_rows(relation, pa.concat_tables(tables))
                for relation, tables in self._tables.items()
                if relations is None or relation in relations
            }
            return
        self._spill()
        requested = [(relation, segments) for relation, segments in self._segments.items() if relations is None or relation in relations]
        for number in range(PARTITIONS):
            yield {
                relation: self._drop_void_rows(relation, self._load(self._schemas[relation], segments[number]))
                for relation, segments in requested
                if segments[number]
            }

    def _drop_void_rows(self, relation: KeyRelation, rows: pa.Table) -> pa.Table:
        """Return rows of a relation without those of files that were discarded."""
        if relation.table not in self._void_files:
            return rows
        files, _ = split_row_key(as_numpy(combine_chunks(rows["row"])))
        return rows.filter(mask_array(~np.isin(files, [*self._void_files[relation.table]])))

    def _spill(self) -> None:
        """Append the rows in memory to the file, and note for each partition where its rows lie."""
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="dxgov-")  # noqa: SIM115 - closed on exit
        self._file.seek(0, 2)
        offset = self._file.tell()
        for relation, tables in self._tables.items():
            self._schemas[relation] = tables[0].schema
            segments = self._segments.setdefault(relation, [[] for _ in range(PARTITIONS)])
            for number, batch in hash_partition(pa.concat_tables(tables), PARTITIONS):
                size = self._file.write(batch.serialize())
                segments[number].append((offset, size))
                offset += size
        self._tables, self._size = {}, 0

    def _load(self, schema: pa.Schema, segments: list[tuple[int, int]]) -> pa.Table:
        """Read the rows in some segments of the file, each an offset and a size in bytes."""
        batches = []
        for offset, size in segments:
            self._file.seek(offset)  # type: ignore[union-attr]
            batches.append(pa.ipc.read_record_batch(pa.py_buffer(self._file.read(size)), schema))  # type: ignore[union-attr]
        return pa.Table.from_batches(batches)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()


def hash_partition(rows: pa.Table, count: int) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Split rows by a hash of their key into `count` partitions; yield the number and the rows of each one that has some."""
    # Sort the rows by partition, stably, so that each partition is a slice that keeps their order.
    keys = combine_chunks(rows["key"])
    partitions = _assign_partitions(keys, count)
    order = np.argsort(partitions, kind="stable")
    ends = np.cumsum(np.bincount(partitions, minlength=count))
    columns = [combine_chunks(column).take(index_array(order)) for column in rows.columns]
    batch = pa.RecordBatch.from_arrays(columns, rows.column_names)
    for number, (start, end) in enumerate(zip(np.append(0, ends[:-1]).tolist(), ends.tolist(), strict=True)):
        if end > start:
            yield number, batch.slice(start, end - start)


def _assign_partitions(keys: pa.Array, count: int) -> "np.ndarray[Any, Any]":
    """Return the number of the partition of each key; integer keys are hashes already."""
    hashes = hash_texts(keys) if pa.types.is_string(keys.type) else as_numpy(keys).view(np.uint64)
    return ((hashes >> np.uint64(40)) % np.uint64(count)).astype(np.int16 if count < 2**15 else np.int64)
