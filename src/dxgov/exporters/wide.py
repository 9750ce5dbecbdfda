"""Wide tables: those that most people open first, with the captions of all that they refer to, as CSV and as Parquet.

Which tables these are says the mark `Wide` in the definition; which columns they have, `dxgov.exporters.wide_schema`.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dxgov.errors import ModelError
from dxgov.exporters.catalogues.readme import readme
from dxgov.exporters.dictionary import COLUMN_HEADER, column_rows
from dxgov.exporters.wide_schema import Joined, WideTable, wide_table
from dxgov.formats.csv_writer import ROWS_AT_A_TIME, cell_texts, csv_lines
from dxgov.formats.parquet_writer import parquet_schema
from dxgov.marks import Ref, Wide
from dxgov.schema import Column
from dxgov.storage.files import Files, written_by
from dxgov.tables.arrow import NO_TEXT, filled, integers, literal, numbers, one, text_array
from dxgov.tables.collection import Collection
from dxgov.tables.columns import arrow_schema
from dxgov.text.captions import Captions, code_labels

_SEPARATOR, _IN_ITS_PLACE = ";", "；"

_README = """\
Each table is one of the data set's with everything that it refers to joined to it: after each reference the name of what it leads to, in
Japanese (`_ja`) and in English (`_en`), after each code its Japanese label, and at the end what the record is a part of, with its date.

- `columns.csv` says what each column is and where it comes from.
- CSV: many values in one cell are joined with semicolons; a semicolon within one of them is written as its full-width form `；`.
- Parquet: many values are lists, with their texts unchanged. An empty list means that there are none.

These tables are for reading and counting. They repeat the same facts on many rows and cannot be loaded again: correct the packages
instead (formats `csv` and `parquet`).

各表は、データセットの表に、参照先の名称（日本語 `_ja`、英語 `_en`）、符号の日本語名、および上位の記録の日付等を結合したものです。
複数の値は、CSVでは半角セミコロン区切り、Parquetではリストです。閲覧・集計用であり、訂正は元のパッケージに対して行ってください。
"""


def wide_tables(data: Collection) -> Files:
    """A CSV and a Parquet file for each table that is marked, a list of their columns, and what they are.

    Raises:
        ModelError: no table is marked `Wide`, or two columns of a wide table would have one name.
    """
    model = data.model()
    tables = [wide_table(model, table) for table in model.tables.values() if table.has(Wide)]
    if not tables:
        raise ModelError(f"{model.name}: there is nothing to widen, since no table carries the mark Wide")
    yield "README.md", readme(data.metadata, _README, [f"{each.name}.csv, {each.name}.parquet: {each.label}" for each in tables])
    rows = [text_array(column) for column in zip(*column_rows(tables), strict=True)]
    yield "columns.csv", csv_lines(COLUMN_HEADER, [rows])
    for table in tables:
        joiner = Joiner(data, table)
        yield f"{table.name}.csv", csv_lines([column.name for column in table.stored], map(_texts, joiner.pieces()))
        yield f"{table.name}.parquet", written_by(partial(_write_parquet, joiner))


def _texts(piece: "Piece") -> list[pa.Array]:
    return [_text(column, cells) for column, cells in piece]


def _text(column: Column, cells: pa.Array) -> pa.Array:
    """The cells as CSV has them."""
    if not column.many:
        return cell_texts(column, cells)
    members = _changed(cells, lambda texts: pc.replace_substring(texts, _SEPARATOR, _IN_ITS_PLACE))
    return pc.if_else(pc.equal(pc.list_value_length(cells), literal(0).cast(pa.int32())), NO_TEXT, pc.binary_join(members, _SEPARATOR))


def _write_parquet(joiner: "Joiner", place: Path) -> None:
    schema = parquet_schema(joiner.table, joiner.table.stored, len(joiner))
    with pq.ParquetWriter(place, schema, compression="zstd") as writer:
        for piece in joiner.pieces():
            arrays = [cells for _, cells in piece]
            writer.write_table(pa.table(arrays, schema=arrow_schema(joiner.table.stored)).cast(schema))


Piece = list[tuple[Column, pa.Array]]
"""The columns of some rows."""


class Joiner:
    """The rows of a wide table, made piece by piece from the columns of a data set."""

    def __init__(self, data: Collection, table: WideTable) -> None:
        self.table = table
        self._tables = {name: records.data for name, records in data.tables.items()}
        self._captions = Captions(data)
        self._places: dict[tuple[str, str], pa.Array] = {}
        self._rows: dict[tuple[Column, ...], pa.Array] = {}

    def __len__(self) -> int:
        return int(self._tables[self.table.table.name].num_rows)

    def pieces(self) -> Iterator[Piece]:
        """All rows, so many at a time that they fit into memory."""
        for start in range(0, len(self), ROWS_AT_A_TIME):
            yield [(each.column, self._cells(each, start)) for each in self.table.joined]

    def _cells(self, joined: Joined, start: int) -> pa.Array:
        """The cells of a column, from row `start` on."""
        owner, source = self._owner(joined.path), joined.source
        if joined.lang is None or not source.has(Ref):
            cells = self._chosen(one(self._tables[owner][source.name]), joined.path, start)
            if joined.lang is None:
                return _changed(cells, lambda members: members) if source.many else cells
            change = partial(code_labels, source)
        else:
            cells = self._chosen(self._targets(owner, source), joined.path, start)
            change = partial(pc.take, self._captions.of(source.target, joined.lang))
        return _changed(cells, change) if source.many else change(cells)

    def _owner(self, path: tuple[Column, ...]) -> str:
        """The table that a path leads to."""
        return str(path[-1].target) if path else self.table.table.name

    def _chosen(self, cells: pa.Array, path: tuple[Column, ...], start: int) -> pa.Array:
        """The cells of the records that a path leads to from the rows from `start` on; empty where it leads nowhere."""
        if not path:
            return cells.slice(start, ROWS_AT_A_TIME)
        return pc.take(cells, self._led_to(path).slice(start, ROWS_AT_A_TIME))

    def _led_to(self, path: tuple[Column, ...]) -> pa.Array:
        """Where the record stands that a path leads to, for each row."""
        if path not in self._rows:
            targets = self._targets(self._owner(path[:-1]), path[-1])
            self._rows[path] = pc.take(targets, self._led_to(path[:-1])) if path[:-1] else targets
        return self._rows[path]

    def _targets(self, owner: str, column: Column) -> pa.Array:
        """Where the records stand that a reference leads to, for each record of its table: a number, or a list of them."""
        if (owner, column.name) not in self._places:
            cells = one(self._tables[owner][column.name])
            look_up = partial(self._captions.positions, column)
            self._places[owner, column.name] = _changed(cells, look_up) if column.many else look_up(cells)
        return self._places[owner, column.name]


def _changed(lists: pa.Array, change: Callable[[pa.Array], pa.Array]) -> pa.ListArray:
    """Lists of the same lengths whose members are changed; a missing list becomes an empty one."""
    offsets = np.zeros(len(lists) + 1, dtype=np.int32)
    np.cumsum(numbers(filled(pc.list_value_length(lists), 0)), out=offsets[1:])
    return pa.ListArray.from_arrays(integers(offsets, pa.int32()), change(pc.list_flatten(lists)))
