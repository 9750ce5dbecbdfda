"""`Records`: an immutable sequence of typed records over an Arrow table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.arguments import check_arguments
from dxgov.errors import UnknownNameError, did_you_mean, require_type, short_repr
from dxgov.marks import Caption, Ref
from dxgov.metadata import Redirects
from dxgov.model.record import Record
from dxgov.notebook import format_cell, render_table
from dxgov.optional_dependencies import pd
from dxgov.schema import Column, Table
from dxgov.tables.arrow import as_scalar, index_array
from dxgov.tables.columns import annotate_schema
from dxgov.tables.encoding import from_arrow
from dxgov.tables.filters import Filter, filter_by_span, filter_by_values

R = TypeVar("R", bound=Record, covariant=True)
D = TypeVar("D")


class LazyRows(Protocol):
    """The rows of a table, sorted by id, that are read from a package on first use.

    Raises:
        DataError: the rows that a method reads are invalid.
    """

    def __len__(self) -> int: ...

    def read_all(self) -> pa.Table:
        """Read all rows."""

    def rows(self, start: int, length: int) -> pa.Table:
        """Read the rows `start` to `start + length`."""

    def take(self, rows: "np.ndarray[Any, Any]") -> pa.Table:
        """Read rows by their ascending positions."""

    def find(self, id: str) -> int | None:
        """Return the position of the row with an id, or None if there is none."""

    def filter(self, row_filter: Filter) -> pa.Table:
        """Read the rows that match a filter."""

    def column(self, name: str) -> pa.ChunkedArray:
        """Read a column."""

    def batches(self, names: Sequence[str]) -> Iterator[pa.Table]:
        """Read columns of all rows in batches."""


class Origin(Protocol):
    """A package whose tables are read on first use. It can be pickled."""

    def open(self) -> Any:
        """Open the package as a lazy data set.

        Raises:
            DataError: the package has changed since it was first opened, or is invalid.
            OSError: the package cannot be opened.
        """

    def table(self, name: str) -> LazyRows:
        """Open the package and return one of its tables. Raises the errors of `open`."""


class Records(Sequence[R], Generic[R]):
    """An immutable sequence of records of one class, sorted by id.

    The data are Arrow columns in memory, or files that are read on first use. Records are built on access and not cached.
    Index the sequence with a position, a slice or an id. Ids of earlier versions work wherever an id does, if the metadata of
    the data set redirect them. Two sequences are equal if they hold equal records.
    """

    __slots__ = ("_lazy", "_loaded", "_redirects", "_sorted", "_table")

    def __init__(self, table: Table, data: "pa.Table | LazyRows", *, in_order: bool = True, redirects: Redirects | None = None) -> None:
        self._table = table
        self._redirects = redirects or Redirects()
        self._loaded: pa.Table | None = data if isinstance(data, pa.Table) else None
        self._lazy: LazyRows | None = None if isinstance(data, pa.Table) else data
        self._sorted = in_order

    def __getstate__(self) -> tuple[None, dict[str, object]]:
        """Return the state to pickle: the columns, or for lazy records only their source."""
        state = {name: getattr(self, name) for name in Records.__slots__}
        return None, state if self._lazy is None else state | {"_loaded": None}

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    @property
    def data(self) -> pa.Table:
        """The Arrow table of the records, without the metadata that `to_arrow` adds. Lazy records are read into memory."""
        if self._loaded is None and self._lazy is not None:
            self._loaded = self._lazy.read_all()
        return self._loaded

    @property
    def held(self) -> bool:
        """True if the records are in memory, False if they are read on use."""
        return self._loaded is not None

    def _slice_rows(self, start: int, length: int) -> pa.Table:
        """Return the rows `start` to `start + length`; no others are read."""
        return self._lazy.rows(start, length) if self._loaded is None and self._lazy is not None else self.data.slice(start, length)

    @property
    def name(self) -> str:
        """The name of the table."""
        return self._table.name

    @property
    def key(self) -> str:
        """The name of the column that identifies a record."""
        return self._table.key[0]

    def __len__(self) -> int:
        return len(self._lazy) if self._loaded is None and self._lazy is not None else int(self.data.num_rows)

    def __iter__(self) -> Iterator[R]:
        start, size = 0, 1  # the first record comes at once, and many come in batches
        while start < len(self):
            yield from from_arrow(self._table, self._slice_rows(start, size))
            start, size = start + size, min(size * 8, _MAX_DECODE_ROWS)

    @overload
    def __getitem__(self, item: int) -> R: ...
    @overload
    def __getitem__(self, item: str) -> R: ...
    @overload
    def __getitem__(self, item: slice) -> Self: ...
    def __getitem__(self, item: int | str | slice) -> R | Self:
        """Return the record at a position or with an id, or the records of a slice.

        Raises:
            IndexError: there is no such position.
            UnknownNameError: there is no such id; a `KeyError` whose message suggests a similar id.
        """
        if isinstance(item, slice):
            start, stop, step = item.indices(len(self))
            if step == 1:
                return self._with_data(self._slice_rows(start, max(stop - start, 0)))
            rows = list(range(start, stop, step))
            return type(self)(self._table, self.data.take(index_array(rows)), in_order=self._sorted and step > 0, redirects=self._redirects)
        if isinstance(item, str):
            row = self._find_row(item)
            if row is None:
                ids = self.ids() if item not in self._redirects and len(self) <= _MAX_CANDIDATE_IDS else ()
                hint = self._redirects.explain_missing(item, did_you_mean(item, ids))
                raise UnknownNameError(f"{self.name} has no record {item!r}{hint}")
        else:
            if isinstance(item, bool) or not hasattr(type(item), "__index__"):
                raise TypeError(f"found {short_repr(item)}, expected the position or the id of a record, or a slice")
            row = item + len(self) if item < 0 else item
            if not 0 <= row < len(self):
                raise IndexError(f"{self.name} has {len(self)} records, there is none at {item}")
        return next(from_arrow(self._table, self._slice_rows(row, 1)))  # type: ignore[no-any-return]

    @overload
    def get(self, id: str) -> R | None: ...
    @overload
    def get(self, id: str, default: D) -> R | D: ...
    def get(self, id: str, default: object = None) -> object:
        """Return the record with an id, or `default` if there is none.

        Raises:
            TypeError: `id` is not a string.
        """
        require_type("id", id, str, "the id of a record")
        return self[id] if id in self else default  # type: ignore[comparison-overlap]  # noqa: SIM401 - that is what this is

    def index(self, value: object, start: int = 0, stop: int | None = None) -> int:
        """Return the position of the first record that equals `value`.

        Raises:
            ValueError: no record equals `value`.
        """
        try:
            return super().index(value, start, stop)  # type: ignore[arg-type]
        except ValueError:
            raise ValueError(f"{self.name}: found {short_repr(value)}, expected one of its records") from None

    def __contains__(self, item: object) -> bool:
        """Check if the sequence holds a record, or a record with this id."""
        if isinstance(item, str):
            return self._find_row(item) is not None
        if isinstance(item, Record):
            return self._find_row(item.id) is not None and self[item.id] == item
        return False

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Records):
            return NotImplemented
        return self._table.record is other._table.record and bool(self.data.equals(other.data))

    def __hash__(self) -> int:
        return hash((self._table.record, len(self), *(self.ids()[:1]), *(self.ids()[-1:])))

    if not TYPE_CHECKING:  # a type checker would take any attribute for one that is there

        def __getattr__(self, name: str) -> Any:
            """Point users who expect a DataFrame to `to_pandas`."""
            raise AttributeError(f"Records has no attribute {name!r}; to_pandas() gives the DataFrame of them, to_arrow() the Arrow table")

    def __repr__(self) -> str:
        shown = ", ".join([*map(repr, self[:2].ids()), *(["…"] if len(self) > 2 else [])])
        return (
            f"<{len(self):,} {self._table.record.__name__} records: {shown}>"
            if len(self)
            else f"<no {self._table.record.__name__} records>"
        )

    def _repr_html_(self) -> str:
        """Render the first records for a notebook: the id and the captions of each."""
        english = _english_columns(self._table)
        columns = [column for column in self._table.columns if column.key or column.has(Caption) or column.name in english]
        headings = [f"{column.name} {column.label}" for column in columns]
        rows = self[:_NOTEBOOK_ROWS].data.select([column.name for column in columns]).to_pylist()
        cells = [[format_cell(row[column.name]) for column in columns] for row in rows]
        return render_table(f"{self._table.name} {self._table.label} ({len(self):,})", headings, cells, len(self), _NOTEBOOK_ROWS)

    @check_arguments
    def batches(self, size: int = 65_536, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Yield the rows in batches of at most `size` rows, with all columns or those named in `columns`.

        Lazy records read only these columns and hold one batch at a time.

        Raises:
            UnknownNameError: the table has no such column.
            ValueError: `size` is less than 1.
        """
        names = [column.name for column in self._table.columns if columns is None] + [
            self._table.column(name).name for name in columns or ()
        ]
        if size < 1:
            raise ValueError(f"size: found {size}, expected a whole number of 1 or more")
        tables = self._lazy.batches(names) if self._loaded is None and self._lazy is not None else [self.data.select(names)]
        return (table.slice(start, size) for table in tables for start in range(0, table.num_rows, size))

    @check_arguments
    def column(self, name: str) -> pa.ChunkedArray:
        """Return a column. Lazy records read only this column.

        Raises:
            UnknownNameError: the table has no such column.
        """
        self._table.column(name)
        return self._lazy.column(name) if self._loaded is None and self._lazy is not None else self.data[name]

    def ids(self) -> tuple[str, ...]:
        """Return the ids of the records, sorted."""
        return tuple(self.column(self.key).to_pylist())

    def where(self, **values: Any) -> Self:
        """Return the records whose columns hold all the given values.

        A field of many values matches if it contains the value. ``None`` matches empty cells. A set, list or other iterable
        matches any of its members. In columns of ids, all ids that a record ever had are equal. Columns are those of
        `to_arrow`, so ``held_scope="by"`` works.

        >>> import dxgov
        >>> len(dxgov.load().asks.where(expected_of_id="jp", strength="urge")) > 0
        True

        Raises:
            UnknownNameError: the table has no such column.
            ValueError: the column cannot hold a value of that type, or does not have such a code.
        """
        expanded = {name: self._expand_aliases(self._table.column(name), value) for name, value in values.items()}
        return self._filter(filter_by_values(self._table, expanded)) if values else self

    def _expand_aliases(self, column: Column, value: Any) -> Any:
        """Return the value, or in a column of ids all ids, current and redirected, of its records."""
        if not (column.key or column.has(Ref)):
            return value
        if isinstance(value, str):
            return self._redirects.find_aliases(value) if self._redirects else value
        if self._redirects and isinstance(value, Iterable) and not isinstance(value, bytes | bytearray | Mapping):
            return [name for member in value for name in (self._redirects.find_aliases(member) if isinstance(member, str) else (member,))]
        return value

    def _filter(self, row_filter: Filter) -> Self:
        """Return the records that match a filter. Lazy records read only the filter's columns to find them."""
        if self._loaded is None and self._lazy is not None:
            return self._with_data(self._lazy.filter(row_filter))
        return self._with_data(self.data.filter(row_filter.mask(self.data)).combine_chunks())

    def between(self, start: date | str, end: date | str, on: str | None = None) -> Self:
        """Return the records whose date may fall within a span, both ends included.

        A date matches if any day that it can mean lies in the span. Records without a date, or whose date has neither start nor
        end, do not match. ``between("2024-04", "2024-06")`` means three whole months.

        Args:
            start: First day of the span, or an EDTF date of which the first possible day counts.
            end: Last day of the span, or an EDTF date of which the last possible day counts.
            on: Field that holds the date; None for the first date field of the class.

        Raises:
            UnknownNameError: the class has no such date.
            ValueError: `start` or `end` is no EDTF date with an end on that side, or `end` comes before `start`.
        """
        return self._filter(filter_by_span(self._table, start, end, on))

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Export the columns as an Arrow C stream, as Polars and DuckDB read it."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def to_arrow(self) -> pa.Table:
        """Return the columns as an Arrow table, without a copy; its schema metadata hold descriptions, titles and units."""
        return self.data.cast(annotate_schema(self._table, self._table.columns))

    def to_pandas(self) -> "pd.DataFrame":
        """Return the columns as a DataFrame.

        Texts are pandas strings, integers nullable ``Int64``, booleans nullable ``boolean``, dates ``datetime64``,
        codes categories, many values tuples, decimal numbers `decimal.Decimal`.
        """
        from dxgov.tables.dataframes import columns_to_pandas

        return columns_to_pandas(self.data, self._table.columns)

    def _take(self, rows: "np.ndarray[Any, Any]") -> Self:
        """Return the records at ascending positions. Lazy records read only the row groups that hold them."""
        if self._loaded is None and self._lazy is not None:
            return self._with_data(self._lazy.take(rows))
        return self._with_data(self.data.take(index_array(rows)).combine_chunks())

    def _with_data(self, data: pa.Table) -> Self:
        return type(self)(self._table, data, in_order=self._sorted, redirects=self._redirects)

    def _find_row(self, id: str) -> int | None:
        """Return the position of the record with an id or a redirected id, or None if there is none."""
        row = self._find_current_id(id)
        current = self._redirects.resolve(id)
        return self._find_current_id(current) if row is None and current not in (None, id) else row

    def _find_current_id(self, id: str) -> int | None:
        """Return the position of the record with an id, or None; binary search if the ids are sorted."""
        if self._loaded is None and self._lazy is not None:
            return self._lazy.find(id)
        ids = self.data[self.key]
        if not self._sorted:
            row = pc.index(ids, as_scalar(id)).as_py()
            return row if row >= 0 else None
        low, high = 0, len(ids)
        while low < high:
            middle = (low + high) // 2
            if ids[middle].as_py() < id:
                low = middle + 1
            else:
                high = middle
        return low if low < len(ids) and ids[low].as_py() == id else None


_NOTEBOOK_ROWS = 10
"""Number of records that a notebook shows."""

_MAX_DECODE_ROWS = 4_096
"""Maximum number of rows that an iteration decodes at a time."""

_MAX_CANDIDATE_IDS = 100_000
"""Maximum number of ids that are read to suggest a similar one."""


def _english_columns(table: Table) -> set[str]:
    """Return the names of the English twins of the caption columns."""
    return {f"{column.name}_en" for column in table.captions}
