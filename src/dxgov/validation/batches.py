"""Batches of rows to check, and the sources that yield them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Collection as Names
from typing import Any, Protocol, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, field, frozen

from dxgov.errors import Problem, ProblemCode, short_repr
from dxgov.marks import Pattern, Ref
from dxgov.schema import Column, LinkTable, Table
from dxgov.tables.arrow import as_numpy, as_scalar, combine_chunks, constant_mask, fill_null, index_array, mask_as_numpy
from dxgov.tables.collection import Collection
from dxgov.tables.link_tables import build_link_rows, source_columns, split_lists
from dxgov.tables.records import Records
from dxgov.validation.unusual_texts import UnusualTexts, find_unusual_texts


@frozen(eq=False)
class RowBatch:
    """Consecutive rows of one table of a package, with their position in its files.

    A table of a data set in memory is checked as the table of the package that it would be exported to.
    """

    table: Table | LinkTable
    data: pa.Table
    first_row: int = 1
    """Number of the first row in problems: 2 for a CSV file, whose header is row 1."""
    file: str | None = None
    """Path within the package."""
    rows: pa.Array | None = None
    """Position of each row in the file, if rows were left out; else positions count from `start`."""
    start: int = 0
    """Number of rows in the file before this batch. Ignored if `rows` is given."""
    part: int = 0
    """Number of the file within a table of several files."""
    unread: Mapping[str, pa.Array] = field(factory=dict)
    """Masks of cells that could not be read, by column. These are reported already."""
    owner: "RowBatch | None" = None
    """For the link table of a data set in memory: the rows of the table with the list columns that it stores."""
    read_problems: tuple[tuple[int, Iterable[Problem]], ...] = ()
    """Problems of reading the rows, by kind, each kind with its number in the report."""
    dictionaries: Mapping[str, pa.DictionaryArray] = field(factory=dict)
    """Columns of texts as the file encodes them. A text of a dictionary may be there twice, or in no row."""
    _encoded: dict[str, pa.DictionaryArray] = field(factory=dict, init=False)
    _unusual_texts: dict[str, UnusualTexts] = field(factory=dict, init=False)
    _unmatched: dict[str, "np.ndarray[Any, Any]"] = field(factory=dict, init=False)

    def cells(self, name: str) -> pa.Array:
        """Return a column as one array without chunks."""
        return combine_chunks(self.data[name])

    def texts(self, name: str) -> pa.Array:
        """Return a column of texts or codes as strings."""
        return self.cells(name).cast(pa.string())

    def is_empty(self, name: str) -> bool:
        """Return whether all cells of a column are null. An empty list is not null."""
        return bool(self.data[name].null_count == self.data.num_rows)

    def dictionary_encode(self, name: str) -> pa.DictionaryArray:
        """Return a column of texts as a dictionary array. A text of its dictionary may be there twice, or in no row.

        The result is cached: several rules look at references, whose texts repeat.
        """
        if name in self.dictionaries:
            return self.dictionaries[name]
        if name not in self._encoded:
            self._encoded[name] = self.cells(name).dictionary_encode(null_encoding="mask")
        return self._encoded[name]

    def flat_texts(self, column: Column) -> pa.StringArray:
        """Return the texts of a column, with lists flattened."""
        cells = self.cells(column.name)
        return pc.list_flatten(cells) if column.many else cells

    def distinct_texts(self, column: Column) -> pa.StringArray:
        """Return an array with each text of a column at least once, and maybe others.

        Of a column that the file encodes, and of references, which many rows share, it has few texts twice; of others it has them all.
        """
        return encoded.dictionary if (encoded := self._get_encoded(column)) else self.flat_texts(column)

    def _get_encoded(self, column: Column) -> pa.DictionaryArray | None:
        is_encoded = column.name in self.dictionaries or (column.has(Ref) and not column.many)
        return self.dictionary_encode(column.name) if is_encoded else None

    def locate_texts(self, column: Column, indices: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
        """Return the indices in `flat_texts` of the texts at some indices of `distinct_texts`."""
        encoded = self._get_encoded(column) if len(indices) else None
        if encoded is None:
            return indices
        is_selected = np.zeros(len(encoded.dictionary) + 1, dtype=bool)  # the last one is for null
        is_selected[indices] = True
        return np.flatnonzero(is_selected[as_numpy(fill_null(encoded.indices, -1))])

    def find_unusual_texts(self, column: Column) -> UnusualTexts:
        """Return the unusual ones of the texts of a column, with lists flattened; cached, because several rules ask for them."""
        if column.name not in self._unusual_texts:
            unusual = find_unusual_texts(self.distinct_texts(column))
            kinds = (unusual.controls, unusual.line_breaks, unusual.suspicious)
            self._unusual_texts[column.name] = UnusualTexts(*(self.locate_texts(column, indices) for indices in kinds))
        return self._unusual_texts[column.name]

    def find_unmatched_texts(self, column: Column, pattern: Pattern) -> "np.ndarray[Any, Any]":
        """Return the indices of texts that do not match the pattern of their column, with lists flattened; cached like the above."""
        if column.name not in self._unmatched:
            texts, unmatched = self.distinct_texts(column), np.zeros(0, dtype=np.int64)
            if texts.null_count < len(texts):
                unmatched = np.flatnonzero(mask_as_numpy(pc.invert(match_pattern(texts, pattern))))
            self._unmatched[column.name] = self.locate_texts(column, unmatched)
        return self._unmatched[column.name]

    def problem(self, code: ProblemCode, message: str, row: int, column: str, value: Any = None) -> Problem:
        """Return a problem of a cell. For link rows in memory it names the list column of the owner, which the user knows.

        Args:
            code: the code of the problem.
            message: the message.
            row: the index of the row within this batch, from 0.
            column: the name of the column.
            value: the value of the cell, None if it is empty.
        """
        if isinstance(self.table, LinkTable):
            return self._link_problem(self.table, code, message, row, column, value)
        return self.problem_at(code, message, row, column, value, self._record_id(row))

    def problem_at(self, code: ProblemCode, message: str, row: int, column: str, value: Any, id: str | None) -> Problem:
        """Return a problem of a cell of this table and of the record `id`; the other arguments are those of `problem`."""
        text = None if value is None else str(value)
        return Problem(code, message, self.table.name, self.row_number(row), column, text, id, self.file)

    def _link_problem(self, link: LinkTable, code: ProblemCode, message: str, row: int, column: str, value: Any) -> Problem:
        id = self.data[link.owner_column.name][row].as_py()
        if self.owner is None:
            return self.problem_at(code, message, row, column, value, id)
        # In memory a link table is a list column of its owner: name that, where the user will look.
        role = self.data["role"][row].as_py() if link.role_column else None
        list_column = next(column for column in link.spelled if role is None or (column.through and column.through.role == role))
        owner_row = pc.index(self.owner.data[link.owner.key[0]], as_scalar(id)).as_py()
        return self.owner.problem_at(code, message, owner_row, list_column.name, value, id)

    def row_number(self, row: int) -> int:
        """Return the number of a row as problems state it, which counts the rows of the file from `first_row`."""
        return int(self.rows[row].as_py() if self.rows is not None else self.start + row) + self.first_row

    def row_keys(self) -> "np.ndarray[Any, Any]":
        """Return one integer per row that identifies it in the table and sorts by file and row number; see `split_row_key`."""
        start = self.first_row + (self.part << _ROW_BITS)
        if self.rows is not None:
            return as_numpy(self.rows).astype(np.int64) + start
        return np.arange(self.data.num_rows, dtype=np.int64) + (self.start + start)

    def take(self, rows: "np.ndarray[Any, Any]") -> "RowBatch":
        """Return the rows at some indices, without problems of reading them."""
        file_rows = index_array(self.row_keys()[rows] - self.first_row - (self.part << _ROW_BITS))
        data = self.data.take(index_array(rows)).combine_chunks()
        return evolve(self, data=data, rows=file_rows, unread={}, read_problems=(), dictionaries={})

    def slice(self, start: int, length: int) -> "RowBatch":
        """Return the rows `start` to `start + length`."""
        return evolve(
            self,
            data=self.data.slice(start, length),
            rows=None if self.rows is None else self.rows.slice(start, length),
            start=self.start + start,
            unread={name: mask.slice(start, length) for name, mask in self.unread.items()},
            dictionaries={name: encoded.slice(start, length) for name, encoded in self.dictionaries.items()},
        )

    def _record_id(self, row: int) -> str | None:
        (key, *_) = self.table.key
        value = self.data[key][row].as_py()
        return None if value is None else str(value)

    def parsed_mask(self, name: str) -> pa.Array | None:
        """Return a mask of the cells of a column that could be read, or None if all could."""
        mask = self.unread.get(name)
        return None if mask is None else pc.invert(mask)

    def parsed_rows(self, *names: str) -> pa.Array:
        """Return a mask of the rows whose cells in all these columns could be read; it is unknown of others whether they are filled."""
        mask = constant_mask(True, self.data.num_rows)
        for name in names:
            parsed = self.parsed_mask(name)
            mask = mask if parsed is None else pc.and_(mask, parsed)
        return mask

    def problems_for_mask(self, code: ProblemCode, column: Column, bad: pa.Array, create_message: Callable[..., str]) -> Iterator[Problem]:
        """Yield a problem for each row where `bad` is true; the function for messages is called with the cell as its part `value`."""
        for row in find_true_rows(bad):
            value = self.data[column.name][row].as_py()
            yield self.problem(code, create_message(value=short_repr(value)), row, column.name, value)


def match_pattern(texts: pa.StringArray, pattern: Pattern) -> pa.BooleanArray:
    """Return a mask of the texts that match a pattern as a whole; null for missing texts."""
    return pc.match_substring_regex(texts, rf"\A(?:{pattern.regex})\z")


def find_true_rows(mask: pa.Array) -> Iterable[int]:
    """Return the indices at which a mask is true. Returns early if none is."""
    if not pc.any(mask).as_py():
        return ()
    return map(int, np.flatnonzero(mask_as_numpy(mask)))


K = TypeVar("K", int, "np.ndarray[Any, Any]")

_ROW_BITS = 40
"""Number of low bits of a row key that hold the row number; the others hold the number of the file."""


def split_row_key(row_key: K) -> tuple[K, K]:
    """Return the number of the file and the row number that a row key, or each of an array, consists of."""
    return row_key >> _ROW_BITS, row_key & ((1 << _ROW_BITS) - 1)


Rule = Callable[[RowBatch], Iterable[Problem]]
"""Function that yields the problems of all rows of a batch that break a rule, in the order of the rows."""


@frozen(eq=False)
class FileScan:
    """A scan of one file of a table, or of a table in memory."""

    batches: Iterable[RowBatch]
    """The rows; can be iterated over once."""
    is_void: Callable[[], bool] = lambda: False
    """Function that returns whether the file is unreadable, so that nothing follows from the batches that it yielded."""
    number: int = 0
    """Number of the file within its table."""


class TableSource(Protocol):
    """Rows of a table in files or in memory, which can be scanned more than once."""

    @property
    def table(self) -> Table | LinkTable:
        """The table that the rows belong to."""

    @property
    def incomplete(self) -> bool:
        """Whether rows or ids could not be read, once all were; ids that are not there prove nothing then."""

    def get_path(self, number: int) -> str | None:
        """Return the path of a file of the table within the package, by its number, or None if there is no file."""

    def scan_files(self, columns: Names[str] | None = None) -> Iterator[FileScan]:
        """Yield a scan of each file, in batches with at least the columns `columns`, or all if None."""

    def problems(self) -> Iterable[tuple[int, Iterable[Problem]]]:
        """Return the problems of the files as such once all rows were read, by kind, each kind with its number in the report."""


@frozen(eq=False)
class InMemoryTable:
    """Source of rows in memory."""

    rows: RowBatch
    batch_size: int
    """Maximum rows per batch."""
    incomplete: bool = False

    @property
    def table(self) -> Table | LinkTable:
        """The table that the rows belong to."""
        return self.rows.table

    def get_path(self, number: int) -> str | None:  # noqa: ARG002 - there is but one
        """Return the path of the file that the rows were read from, or None."""
        return self.rows.file

    def scan_files(self, columns: Names[str] | None = None) -> Iterator[FileScan]:  # noqa: ARG002 - what is in memory is there anyway
        """Yield one scan, with all columns."""
        yield FileScan(self.rows.slice(start, self.batch_size) for start in range(0, self.rows.data.num_rows, self.batch_size))

    def problems(self) -> Iterable[tuple[int, Iterable[Problem]]]:
        """Return no problems, because there is no file."""
        return ()


@frozen(eq=False)
class DatasetTable:
    """Source of the rows that a package would have of a table of a data set."""

    table: Table | LinkTable
    records: Records[Any]
    """The records, or for a link table the records with its list columns."""
    batch_size: int
    """Maximum records per batch."""
    incomplete: bool = False

    def get_path(self, number: int) -> str | None:  # noqa: ARG002 - there is none
        """Return None, because there is no file."""
        return None

    def scan_files(self, columns: Names[str] | None = None) -> Iterator[FileScan]:  # noqa: ARG002 - all come together
        """Yield one scan, with all columns."""
        yield FileScan(self._iter_batches())

    def _iter_batches(self) -> Iterator[RowBatch]:
        """Yield the rows in batches."""
        owner = self.table.owner if isinstance(self.table, LinkTable) else self.table
        start = link_start = 0
        for records in self.records.batches(self.batch_size, source_columns(self.table)):
            owner_rows = RowBatch(owner, records, start=start)
            start += records.num_rows
            if isinstance(self.table, LinkTable):
                links = build_link_rows(self.table, records)
                yield RowBatch(self.table, links, start=link_start, owner=owner_rows)
                link_start += links.num_rows
            else:
                yield owner_rows

    def problems(self) -> Iterable[tuple[int, Iterable[Problem]]]:
        """Return no problems, because there is no file."""
        return ()


def make_table_sources(data: Collection, batch_size: int) -> list[TableSource]:
    """Return a source for each table that a package of the data set would have. Problems of link tables name the list columns."""
    model = data.model()
    owners = {name: link.owner.name for name, link in model.links.items()}
    return [DatasetTable(table, data.tables[owners.get(name, name)], batch_size) for name, table in model.stored.items()]


def make_row_batches(data: Collection) -> dict[str, RowBatch]:
    """Return each table that a package of the data set would have as one batch. Problems of link tables name the list columns."""
    model = data.model()
    tables: dict[str, pa.Table] = {name: records.data for name, records in data.tables.items()}
    batches: dict[str, RowBatch] = {}
    for name, rows in split_lists(model, tables).items():
        link = model.links.get(name)
        batches[name] = RowBatch(model.stored[name], rows, owner=batches[link.owner.name] if link else None)
    return batches
