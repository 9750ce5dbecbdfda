"""Summaries of many batches: in memory as long as they fit, and beyond that on disk, parted by key."""

import tempfile
from collections.abc import Collection, Iterator, Mapping
from types import TracebackType
from typing import Any, BinaryIO, Self

import numpy as np
import pyarrow as pa

from dxgov.tables.arrow import numbers, one, positions
from dxgov.tables.hashing import text_hashes
from dxgov.validation.key_summary import Relation, Summary

PARTS = 64
"""Into how many parts summaries are divided that do not fit into memory; each is judged by itself."""

Part = Mapping[Relation, pa.Table]
"""All that was said of some keys: of each relation, its rows."""


class Store:
    """Takes the summaries of all batches, and gives what they say together, part by part.

    Where there is more than one part, all that has one key is in one of them.
    """

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._held: dict[Relation, list[pa.Table]] = {}
        self._size = 0
        self._file: BinaryIO | None = None
        self._written: dict[Relation, list[list[tuple[int, int]]]] = {}
        self._schemas: dict[Relation, pa.Schema] = {}
        self._ends: dict[str, tuple[str, str] | None] = {}
        self._upward: dict[str, frozenset[str]] = {}

    def add(self, table: str, summary: Summary) -> None:
        """Take the summary of the next batch of a table."""
        for relation, rows in summary.keyed.items():
            self._held.setdefault(relation, []).append(rows)
            self._size += rows.nbytes
        known, ends = self._ends.get(table), summary.ends
        if table in self._ends and not (known and ends and known[1] < ends[0]):
            self._ends[table] = None
        else:
            self._ends[table] = (known[0], ends[1]) if known and ends else ends
        self._upward[table] = self._upward.get(table, frozenset()) | summary.upward
        if self._size > self._memory:
            self._spill()

    def forget(self, table: str) -> None:
        """Drop what was said of a table so far."""
        self._held = {relation: rows for relation, rows in self._held.items() if relation.table != table}
        self._written = {relation: places for relation, places in self._written.items() if relation.table != table}
        self._size = sum(each.nbytes for rows in self._held.values() for each in rows)
        self._ends.pop(table, None)
        self._upward.pop(table, None)

    @property
    def ascending(self) -> frozenset[str]:
        """Tables in which each id is greater than the one before, so that none repeats."""
        return frozenset(table for table, ends in self._ends.items() if ends)

    @property
    def upward(self) -> Mapping[str, frozenset[str]]:
        """Of each table the columns that may lead in a circle."""
        return dict(self._upward)

    @property
    def parted(self) -> bool:
        """Whether there are so many that they are given in parts."""
        return self._file is not None

    def parts(self, of: Collection[Relation] | None = None) -> Iterator[Part]:
        """All that was said, or what was said of some relations, part by part."""
        if self._file is None:
            yield {relation: pa.concat_tables(rows) for relation, rows in self._held.items() if of is None or relation in of}
            return
        self._spill()
        asked = [(relation, places) for relation, places in self._written.items() if of is None or relation in of]
        for number in range(PARTS):
            yield {relation: self._read(self._schemas[relation], places[number]) for relation, places in asked if places[number]}

    def _spill(self) -> None:
        """Write what is held to disk."""
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="dxgov-")  # noqa: SIM115 - closed on exit
        self._file.seek(0, 2)
        end = self._file.tell()
        for relation, rows in self._held.items():
            self._schemas[relation] = rows[0].schema
            places = self._written.setdefault(relation, [[] for _ in range(PARTS)])
            for number, batch in parted(pa.concat_tables(rows), PARTS):
                size = self._file.write(batch.serialize())
                places[number].append((end, size))
                end += size
        self._held, self._size = {}, 0

    def _read(self, schema: pa.Schema, places: list[tuple[int, int]]) -> pa.Table:
        batches = []
        for place, size in places:
            self._file.seek(place)  # type: ignore[union-attr]
            batches.append(pa.ipc.read_record_batch(pa.py_buffer(self._file.read(size)), schema))  # type: ignore[union-attr]
        return pa.Table.from_batches(batches)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()


def parted(rows: pa.Table, parts: int) -> Iterator[tuple[int, pa.RecordBatch]]:
    """The rows that fall into each part by their key; parts without any are left out."""
    keys = one(rows["key"])
    number = _part_numbers(keys, parts)
    order = np.argsort(number, kind="stable")
    ends = np.cumsum(np.bincount(number, minlength=parts))
    arrays = [one(column).take(positions(order)) for column in rows.columns]
    batch = pa.RecordBatch.from_arrays(arrays, rows.column_names)
    for part, (start, end) in enumerate(zip(np.append(0, ends[:-1]).tolist(), ends.tolist(), strict=True)):
        if end > start:
            yield part, batch.slice(start, end - start)


def _part_numbers(keys: pa.Array, parts: int) -> "np.ndarray[Any, Any]":
    hashes = text_hashes(keys) if pa.types.is_string(keys.type) else numbers(keys).view(np.uint64)
    return ((hashes >> np.uint64(40)) % np.uint64(parts)).astype(np.int16 if parts < 2**15 else np.int64)
