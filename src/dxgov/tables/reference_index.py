"""Find the records that hold an id in a column: those that refer to a record, are parts of it, or are it."""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.model.record import Record
from dxgov.schema import Column, Table
from dxgov.tables.arrow import numbers, one, text_array, truths
from dxgov.tables.hashing import text_hashes
from dxgov.tables.records import Records

if TYPE_CHECKING:
    from dxgov.tables.collection import Collection


class Sought:
    """Ids that are looked for in one column or many, with their hashes."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.ids: tuple[str, ...] = tuple(ids)
        self.hashes: np.ndarray[Any, Any] = np.unique(text_hashes(text_array(self.ids)))


class ReferenceIndex:
    """The rows of a table by the texts that a column of it holds, one or a list of them in a row.

    It keeps 16 bytes for each text: its hash, and the row that it stands in. So `rows` gives all rows that hold a text, and as good as
    never another one; who asks compares.
    """

    def __init__(self, batches: Iterable[pa.Array]) -> None:
        hashes, rows, start = [np.zeros(0, dtype=np.uint64)], [np.zeros(0, dtype=np.int64)], 0
        for cells in batches:
            many = pa.types.is_list(cells.type)
            texts = pc.list_flatten(cells) if many else cells
            owners = numbers(pc.list_parent_indices(cells)).astype(np.int64) if many else np.arange(len(cells), dtype=np.int64)
            filled = truths(pc.is_valid(texts))
            hashes.append(text_hashes(texts)[filled])
            rows.append(owners[filled] + start)
            start += len(cells)
        joined = np.concatenate(hashes)
        order = np.argsort(joined, kind="stable")
        self._hashes, self._rows = joined[order], np.concatenate(rows)[order]

    def rows(self, sought: Sought) -> "np.ndarray[Any, Any]":
        """Give the rows that hold any of some ids, in their order, each once."""
        first = np.searchsorted(self._hashes, sought.hashes, side="left")
        counts = np.searchsorted(self._hashes, sought.hashes, side="right") - first
        # The places of all hits: each run of equal hashes counted up from its first.
        places = np.arange(counts.sum()) + np.repeat(first - np.cumsum(counts) + counts, counts)
        return np.unique(self._rows[places]) if len(places) else places


class Kept(dict[Any, Any]):
    """What was derived from a data set and is kept for the next call; a copy in another process derives it anew."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = RLock()

    def get_or_make(self, key: Any, make: Callable[[], Any]) -> Any:
        """Give what is kept, which is made once, whatever number of threads ask for it."""
        with self._lock:
            if key not in self:
                self[key] = make()
            return self[key]

    def __reduce__(self) -> tuple[type["Kept"], tuple[()]]:
        """Leave out what is kept."""
        return Kept, ()


def kept(data: "Collection") -> Kept:
    """Give what is kept with a data set."""
    return vars(data).setdefault("_derived", Kept())  # type: ignore[no-any-return]


def holding(data: "Collection", table: Table, column: Column, sought: Sought) -> Records[Any]:
    """Give the records of a table whose column, its key or one that refers, holds one of some ids.

    The first call goes through the column, batch by batch, and keeps 16 bytes for each id in it; further calls cost what they find.
    """
    records = data.tables[table.name]
    rows = kept(data).get_or_make((table.name, column.name), lambda: ReferenceIndex(_cells(records, column.name))).rows(sought)
    return records._take(rows).where(**{column.name: sought.ids}) if len(rows) else records[:0]  # noqa: SLF001 - it is the package's own


def records_of(data: "Collection", ids: Iterable[str]) -> Iterator[Record]:
    """Yield the records with some ids, of whatever tables, table by table; an id that no record has gives nothing.

    The first call goes through the ids of all records, batch by batch, and keeps 16 bytes for each.
    """
    tables = data.tables.values()
    # The rows of all tables are counted one after another, so that an id is looked for once and not in each table.
    index = kept(data).get_or_make("ids", lambda: ReferenceIndex(cells for records in tables for cells in _cells(records, records.key)))
    sought = Sought(ids)
    rows, wanted = index.rows(sought), {*sought.ids}
    starts = np.cumsum([0, *map(len, tables)])
    bounds = np.searchsorted(rows, starts)
    for records, start, (first, stop) in zip(tables, starts, pairwise(bounds.tolist()), strict=False):
        if first < stop:
            found = records._take(rows[first:stop] - start)  # noqa: SLF001
            yield from (record for record in found if record.id in wanted)


def _cells(records: Records[Any], column: str) -> Iterator[pa.Array]:
    """Yield a column of records, batch by batch."""
    return (one(rows[column]) for rows in records.batches(columns=[column]))


def nearest_parts(data: "Collection", table: Table, whole: str, sought: Sought) -> Iterator[Record]:
    """Yield the records of `table` whose nearest whole is one of the records that are sought, which are of the table `whole`."""
    parents = table.parents
    for number, column in enumerate(parents):
        if column.target == whole:
            yield from holding(data, table, column, sought).where(**{nearer.name: None for nearer in parents[number + 1 :]})
