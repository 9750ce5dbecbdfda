"""`Records`: a table seen as an immutable sequence of typed records."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.arguments import checked
from dxgov.errors import UnknownNameError, did_you_mean, quoted, require_type
from dxgov.marks import Caption, Ref
from dxgov.metadata import Redirects
from dxgov.model.record import Record
from dxgov.notebook import cell, table_html
from dxgov.optional_dependencies import pd
from dxgov.schema import Column, Table
from dxgov.tables.arrow import literal, positions
from dxgov.tables.columns import described_schema
from dxgov.tables.encoding import from_arrow
from dxgov.tables.filters import Filter, rows_with, rows_within

R = TypeVar("R", bound=Record, covariant=True)
D = TypeVar("D")


class Lazy(Protocol):
    """The rows of a table that are read when they are touched, in the order of their ids.

    Raises:
        DataError: where they are read and something is wrong with them.
    """

    def __len__(self) -> int: ...

    def whole(self) -> pa.Table:
        """All rows."""

    def rows(self, start: int, length: int) -> pa.Table:
        """Some rows that stand together."""

    def take(self, rows: "np.ndarray[Any, Any]") -> pa.Table:
        """Some rows by their positions, which go up."""

    def find(self, id: str) -> int | None:
        """The position of a record."""

    def filtered(self, wanted: Filter) -> pa.Table:
        """The rows that are looked for."""

    def column(self, name: str) -> pa.ChunkedArray:
        """A column."""

    def batches(self, names: Sequence[str]) -> Iterator[pa.Table]:
        """Some columns of all rows, a part of them at a time."""


class Origin(Protocol):
    """A package that tables are read from as they are touched; it pickles."""

    def open(self) -> Any:
        """Open the package as a data set, which reads it as it is touched.

        Raises:
            DataError: the package is not the one that it was, or is faulty.
            OSError: the package cannot be opened.
        """

    def table(self, name: str) -> Lazy:
        """Open the package and return one of its tables; errors are those of `open`."""


class Records(Sequence[R], Generic[R]):
    """An immutable sequence of records of one class, in the order of their ids.

    The data lie in Arrow columns, or in a file until they are touched; a record is built when it is touched, and not kept. Index it
    with a position, a slice or an id. Wherever an id is asked for, one of an earlier version does as well, if the metadata of the data
    set say which record stands for it now. Two are equal when they hold equal records.
    """

    __slots__ = ("_held", "_lazy", "_redirects", "_sorted", "_table")

    def __init__(self, table: Table, data: "pa.Table | Lazy", *, in_order: bool = True, redirects: Redirects | None = None) -> None:
        self._table = table
        self._redirects = redirects or Redirects()
        self._held: pa.Table | None = data if isinstance(data, pa.Table) else None
        self._lazy: Lazy | None = None if isinstance(data, pa.Table) else data
        self._sorted = in_order

    def __getstate__(self) -> tuple[None, dict[str, object]]:
        """Return what is pickled: the columns, or only where they are read from if they are read as they are touched."""
        state = {name: getattr(self, name) for name in Records.__slots__}
        return None, state if self._lazy is None else state | {"_held": None}

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    @property
    def data(self) -> pa.Table:
        """The columns as they lie in memory, without descriptions; `to_arrow` adds those. What was not read yet is read now."""
        if self._held is None and self._lazy is not None:
            self._held = self._lazy.whole()
        return self._held

    @property
    def held(self) -> bool:
        """Whether they are in memory, and nothing of them is read any more."""
        return self._held is not None

    def _rows(self, start: int, length: int) -> pa.Table:
        """Some rows that stand together; no others are read."""
        return self._lazy.rows(start, length) if self._held is None and self._lazy is not None else self.data.slice(start, length)

    @property
    def name(self) -> str:
        """The name of the table."""
        return self._table.name

    @property
    def key(self) -> str:
        """The name of the column that identifies a record."""
        return self._table.key[0]

    def __len__(self) -> int:
        return len(self._lazy) if self._held is None and self._lazy is not None else int(self.data.num_rows)

    def __iter__(self) -> Iterator[R]:
        start, size = 0, 1  # the first record comes at once, and many come in batches
        while start < len(self):
            yield from from_arrow(self._table, self._rows(start, size))
            start, size = start + size, min(size * 8, _BATCH)

    @overload
    def __getitem__(self, which: int) -> R: ...
    @overload
    def __getitem__(self, which: str) -> R: ...
    @overload
    def __getitem__(self, which: slice) -> Self: ...
    def __getitem__(self, which: int | str | slice) -> R | Self:
        """The record at a position or with an id, or the records of a slice.

        Raises:
            IndexError: there is no such position.
            UnknownNameError: there is no such id; a `KeyError` whose message suggests one that is near.
        """
        if isinstance(which, slice):
            start, stop, step = which.indices(len(self))
            if step == 1:
                return self._of(self._rows(start, max(stop - start, 0)))
            rows = list(range(start, stop, step))
            return type(self)(self._table, self.data.take(positions(rows)), in_order=self._sorted and step > 0, redirects=self._redirects)
        if isinstance(which, str):
            row = self._row(which)
            if row is None:
                ids = self.ids() if which not in self._redirects and len(self) <= _SUGGESTED else ()
                raise UnknownNameError(f"{self.name} has no record {which!r}{self._redirects.absence(which, did_you_mean(which, ids))}")
        else:
            if isinstance(which, bool) or not hasattr(type(which), "__index__"):
                raise TypeError(f"found {quoted(which)}, expected the position or the id of a record, or a slice")
            row = which + len(self) if which < 0 else which
            if not 0 <= row < len(self):
                raise IndexError(f"{self.name} has {len(self)} records, there is none at {which}")
        return next(from_arrow(self._table, self._rows(row, 1)))  # type: ignore[no-any-return]

    @overload
    def get(self, id: str) -> R | None: ...
    @overload
    def get(self, id: str, default: D) -> R | D: ...
    def get(self, id: str, default: object = None) -> object:
        """Give the record with an id, or `default` where there is none.

        Raises:
            TypeError: `id` is no text.
        """
        require_type("id", id, str, "the id of a record")
        return self[id] if id in self else default  # type: ignore[comparison-overlap]  # noqa: SIM401 - that is what this is

    def index(self, value: object, start: int = 0, stop: int | None = None) -> int:
        """Give the position of the first record that equals `value`.

        Raises:
            ValueError: none does.
        """
        try:
            return super().index(value, start, stop)  # type: ignore[arg-type]
        except ValueError:
            raise ValueError(f"{self.name}: found {quoted(value)}, expected one of its records") from None

    def __contains__(self, item: object) -> bool:
        """Whether a record, or a record with this id, is among them."""
        if isinstance(item, str):
            return self._row(item) is not None
        if isinstance(item, Record):
            return self._row(item.id) is not None and self[item.id] == item
        return False

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Records):
            return NotImplemented
        return self._table.record is other._table.record and bool(self.data.equals(other.data))

    def __hash__(self) -> int:
        return hash((self._table.record, len(self), *(self.ids()[:1]), *(self.ids()[-1:])))

    if not TYPE_CHECKING:  # a type checker would take any attribute for one that is there

        def __getattr__(self, name: str) -> Any:
            """Say what to do where records are taken for a table of pandas, as `pandas.DataFrame` and its users do."""
            raise AttributeError(f"Records has no attribute {name!r}; to_pandas() gives the DataFrame of them, to_arrow() the Arrow table")

    def __repr__(self) -> str:
        shown = ", ".join([*map(repr, self[:2].ids()), *(["…"] if len(self) > 2 else [])])
        return (
            f"<{len(self):,} {self._table.record.__name__} records: {shown}>"
            if len(self)
            else f"<no {self._table.record.__name__} records>"
        )

    def _repr_html_(self) -> str:
        """The records as a notebook shows them: the first few, each with its id and what can stand for it in a list."""
        shown = [column for column in self._table.columns if column.key or column.has(Caption) or column.name in _twins(self._table)]
        headings = [f"{column.name} {column.label}" for column in shown]
        rows = self[:_SHOWN].data.select([column.name for column in shown]).to_pylist()
        cells = [[cell(row[column.name]) for column in shown] for row in rows]
        return table_html(f"{self._table.name} {self._table.label} ({len(self):,})", headings, cells, len(self), _SHOWN)

    @checked
    def batches(self, size: int = 65_536, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """The columns, or some of them, as `data` has them, `size` rows at a time or fewer.

        Of what was not read yet, nothing else is read, and no more is held than that takes.

        Raises:
            UnknownNameError: there is no such column.
            ValueError: `size` is not 1 or more.
        """
        names = [column.name for column in self._table.columns if columns is None] + [
            self._table.column(name).name for name in columns or ()
        ]
        if size < 1:
            raise ValueError(f"size: found {size}, expected a whole number of 1 or more")
        tables = self._lazy.batches(names) if self._held is None and self._lazy is not None else [self.data.select(names)]
        return (table.slice(start, size) for table in tables for start in range(0, table.num_rows, size))

    @checked
    def column(self, name: str) -> pa.ChunkedArray:
        """A column as `data` has it; where nothing was read yet, no other one is read.

        Raises:
            UnknownNameError: there is no such column.
        """
        self._table.column(name)
        return self._lazy.column(name) if self._held is None and self._lazy is not None else self.data[name]

    def ids(self) -> tuple[str, ...]:
        """The ids of the records, in order."""
        return tuple(self.column(self.key).to_pylist())

    def where(self, **values: Any) -> Self:
        """The records whose columns hold the values given, all of them.

        A value is compared with the cell; for a field of many values, it must be among them. ``None`` finds empty cells. A set,
        list or other iterable finds any of its members. Where a column holds ids, all ids that a record ever had are the same.
        Columns are those of `to_arrow`, so ``held_scope="by"`` works.

        >>> import dxgov
        >>> len(dxgov.load().asks.where(expected_of_id="jp", strength="urge")) > 0
        True

        Raises:
            UnknownNameError: there is no such column.
            ValueError: the column cannot hold a value of that type, or does not have such a code.
        """
        named = {name: self._named(self._table.column(name), value) for name, value in values.items()}
        return self._filtered(rows_with(self._table, named)) if values else self

    def _named(self, column: Column, value: Any) -> Any:
        """Return a value to look for, with all names of each record where the column holds ids."""
        if not (column.key or column.has(Ref)):
            return value
        if isinstance(value, str):
            return self._redirects.names(value) if self._redirects else value
        if self._redirects and isinstance(value, Iterable) and not isinstance(value, bytes):
            return [name for each in value for name in (self._redirects.names(each) if isinstance(each, str) else (each,))]
        return value

    def _filtered(self, wanted: Filter) -> Self:
        """The records that are looked for; of what was not read yet, only the columns that tell them are read to find them."""
        if self._held is None and self._lazy is not None:
            return self._of(self._lazy.filtered(wanted))
        return self._of(self.data.filter(wanted.mask(self.data)).combine_chunks())

    def between(self, start: date | str, end: date | str, on: str | None = None) -> Self:
        """The records whose date may fall within a span, both ends included, by the first and last day it can mean.

        `start` and `end` are days or EDTF, so that ``between("2024-04", "2024-06")`` means three whole months. `on` names the field
        that holds the date; without it, the first such field of the class. Records without a date, or whose date has neither
        start nor end, are left out.

        Raises:
            UnknownNameError: the class has no such date.
            ValueError: `start` or `end` is no EDTF date with an end on that side, or `end` comes before `start`.
        """
        return self._filtered(rows_within(self._table, start, end, on))

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The columns for whatever reads Arrow's C stream, as Polars and DuckDB do."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def to_arrow(self) -> pa.Table:
        """The columns as an Arrow table, without a copy; descriptions, titles and units are in the schema's metadata."""
        return self.data.cast(described_schema(self._table, self._table.columns))

    def to_pandas(self) -> "pd.DataFrame":
        """The columns as a DataFrame.

        Texts are pandas strings, whole numbers nullable ``Int64``, truth values nullable ``boolean``, dates ``datetime64``,
        codes categories, many values tuples, decimal numbers `decimal.Decimal`.
        """
        from dxgov.tables.dataframes import frame_of_columns

        return frame_of_columns(self.data, self._table.columns)

    def _take(self, rows: "np.ndarray[Any, Any]") -> Self:
        """Give the records at some positions, which go up; of what was not read yet, no more is read than that takes."""
        if self._held is None and self._lazy is not None:
            return self._of(self._lazy.take(rows))
        return self._of(self.data.take(positions(rows)).combine_chunks())

    def _of(self, data: pa.Table) -> Self:
        return type(self)(self._table, data, in_order=self._sorted, redirects=self._redirects)

    def _row(self, id: str) -> int | None:
        """Return the position of a record by its id, or by one of an earlier version."""
        row = self._find(id)
        current = self._redirects.current(id)
        return self._find(current) if row is None and current not in (None, id) else row

    def _find(self, id: str) -> int | None:
        """The position of a record; by halving, as ids are in order."""
        if self._held is None and self._lazy is not None:
            return self._lazy.find(id)
        ids = self.data[self.key]
        if not self._sorted:
            found = pc.index(ids, literal(id)).as_py()
            return found if found >= 0 else None
        low, high = 0, len(ids)
        while low < high:
            middle = (low + high) // 2
            if ids[middle].as_py() < id:
                low = middle + 1
            else:
                high = middle
        return low if low < len(ids) and ids[low].as_py() == id else None


_SHOWN = 10
"""How many records a notebook shows."""

_BATCH = 4_096
"""How many rows an iteration decodes at a time."""

_SUGGESTED = 100_000
"""Up to how many ids a near one is looked for when one is unknown."""


def _twins(table: Table) -> set[str]:
    """The English columns of those that can stand for a record."""
    return {f"{column.name}_en" for column in table.captions}
