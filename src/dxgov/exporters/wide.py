"""Wide tables: the tables that most readers open first, joined with the captions of all they refer to, as CSV and Parquet.

The mark `Wide` in the definition selects the tables; `Dataset.said` is one more. `dxgov.exporters.wide_schema` derives their columns.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dxgov.analysis.said import view_said
from dxgov.errors import ModelError
from dxgov.exporters.catalogues.readme import render_readme
from dxgov.exporters.dictionary import COLUMN_HEADER, column_rows
from dxgov.exporters.wide_schema import WideColumn, WideTable, build_said_wide_table, build_wide_table
from dxgov.formats.csv_writer import BATCH_ROWS, encode_csv_lines, format_cells
from dxgov.formats.parquet_writer import build_parquet_schema
from dxgov.marks import Ref, Wide
from dxgov.schema import Column
from dxgov.storage.files import ExportFolder, Files, capture_file
from dxgov.tables.arrow import NULL_TEXT, as_arrow, as_numpy, as_scalar, combine_chunks, fill_null, text_array
from dxgov.tables.captions import Captions, get_code_labels
from dxgov.tables.collection import Collection
from dxgov.tables.columns import arrow_schema

_SEPARATOR, _SEPARATOR_REPLACEMENT = ";", "；"

_README = """\
Each table is one of the data set's with everything that it refers to joined to it: after each reference the name of what it leads to, in
Japanese (`_ja`) and in English (`_en`), after each code its Japanese label, and at the end what the record is a part of, with its date.

- `said` shows all that was said together, whatever its table: asks, statements, opinions and instructions.
- `columns.csv` says what each column is and where it comes from.
- CSV: many values in one cell are joined with semicolons; a semicolon within one of them is written as its full-width form `；`.
- Parquet: many values are lists, with their texts unchanged. An empty list means that there are none.

These tables are for reading and counting. They repeat the same facts on many rows and cannot be loaded again: correct the packages
instead (formats `csv` and `parquet`).

各表は、データセットの表に、参照先の名称（日本語 `_ja`、英語 `_en`）、符号の日本語名、および上位の記録の日付等を結合したものです。
`said` は、要望行為、発言、意見、指示を共通の列でまとめた一覧です。
複数の値は、CSVでは半角セミコロン区切り、Parquetではリストです。閲覧・集計用であり、訂正は元のパッケージに対して行ってください。
"""


def export_wide(data: Collection, _folder: ExportFolder) -> Files:
    """Yield a CSV and a Parquet file for each table marked `Wide` and for the view of all that was said, their columns, and a README.

    Raises:
        ModelError: no table is marked `Wide`, or two columns of a wide table would have one name.
    """
    model = data.model()
    said = build_said_wide_table(model)
    tables = [*([said] if said else []), *(build_wide_table(model, table) for table in model.tables.values() if table.has(Wide))]
    if not tables:
        raise ModelError(f"{model.name}: there is nothing to widen, since no table carries the mark Wide or Said")
    yield (
        "README.md",
        render_readme(data, _README, [f"{table.name}.csv, {table.name}.parquet: {table.titles.joined}" for table in tables]),
    )
    rows = [text_array(column) for column in zip(*column_rows(tables), strict=True)]
    yield "columns.csv", encode_csv_lines(COLUMN_HEADER, [rows])
    for table in tables:
        joiner = Joiner(data, table)
        yield f"{table.name}.csv", encode_csv_lines([column.name for column in table.stored], map(_format_batch, joiner.batches()))
        yield f"{table.name}.parquet", capture_file(partial(_write_parquet, joiner))


def _format_batch(batch: "Batch") -> list[pa.Array]:
    return [_format_cells(column, cells) for column, cells in batch]


def _format_cells(column: Column, cells: pa.Array) -> pa.Array:
    """Return the cells of a column as CSV texts; the members of a list are joined with semicolons."""
    if not column.many:
        return format_cells(column, cells)
    members = _map_list_values(cells, lambda texts: pc.replace_substring(texts, _SEPARATOR, _SEPARATOR_REPLACEMENT))
    return pc.if_else(pc.equal(pc.list_value_length(cells), as_scalar(0).cast(pa.int32())), NULL_TEXT, pc.binary_join(members, _SEPARATOR))


def _write_parquet(joiner: "Joiner", path: Path) -> None:
    schema = build_parquet_schema(joiner.table, joiner.table.stored, len(joiner))
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in joiner.batches():
            arrays = [cells for _, cells in batch]
            writer.write_table(pa.table(arrays, schema=arrow_schema(joiner.table.stored)).cast(schema))


Batch = list[tuple[Column, pa.Array]]
"""The cells of a range of rows, column by column."""


class Joiner:
    """Joins the columns of a data set into the rows of a wide table, in batches of `batch_rows`."""

    def __init__(self, data: Collection, table: WideTable, batch_rows: int = BATCH_ROWS) -> None:
        self.table = table
        self._batch_rows = batch_rows
        self._tables = {name: records.data for name, records in data.tables.items()}
        if table.table.name not in self._tables:
            self._tables[table.table.name] = view_said(data).data
        self._captions = Captions(data)
        self._target_cache: dict[tuple[str, str], pa.Array] = {}
        self._row_cache: dict[tuple[Column, ...], pa.Array] = {}

    def __len__(self) -> int:
        return int(self._tables[self.table.table.name].num_rows)

    def batches(self) -> Iterator[Batch]:
        """Yield all rows in batches."""
        for start in range(0, len(self), self._batch_rows):
            yield [(wide_column.column, self._cells(wide_column, start)) for wide_column in self.table.wide_columns]

    def _cells(self, wide_column: WideColumn, start: int) -> pa.Array:
        """Return the cells of a column for the batch that begins at row `start`."""
        owner, source = self._owner_table(wide_column.path), wide_column.source
        if wide_column.lang is None or not source.has(Ref):
            cells = self._take_cells(combine_chunks(self._tables[owner][source.name]), wide_column.path, start)
            if wide_column.lang is None:
                return _map_list_values(cells, lambda values: values) if source.many else cells
            convert = partial(get_code_labels, source)
        else:
            cells = self._take_cells(self._target_indices(owner, source), wide_column.path, start)
            convert = partial(pc.take, self._captions.get(source.target, wide_column.lang))
        return _map_list_values(cells, convert) if source.many else convert(cells)

    def _owner_table(self, path: tuple[Column, ...]) -> str:
        """Return the name of the table that a path of references leads to."""
        return str(path[-1].target) if path else self.table.table.name

    def _take_cells(self, cells: pa.Array, path: tuple[Column, ...], start: int) -> pa.Array:
        """Return the cells of the records that a path leads to, for the batch that begins at row `start`.

        A cell is null if a reference on the path is.
        """
        if not path:
            return cells.slice(start, self._batch_rows)
        return pc.take(cells, self._row_indices(path).slice(start, self._batch_rows))

    def _row_indices(self, path: tuple[Column, ...]) -> pa.Array:
        """Return for each row the index of the record that a path leads to."""
        if path not in self._row_cache:
            targets = self._target_indices(self._owner_table(path[:-1]), path[-1])
            self._row_cache[path] = pc.take(targets, self._row_indices(path[:-1])) if path[:-1] else targets
        return self._row_cache[path]

    def _target_indices(self, owner: str, column: Column) -> pa.Array:
        """Return for each record of `owner` the index of the record that a reference leads to, or the list of indices."""
        if (owner, column.name) not in self._target_cache:
            cells = combine_chunks(self._tables[owner][column.name])
            look_up = partial(self._captions.positions, column)
            self._target_cache[owner, column.name] = _map_list_values(cells, look_up) if column.many else look_up(cells)
        return self._target_cache[owner, column.name]


def _map_list_values(lists: pa.Array, convert: Callable[[pa.Array], pa.Array]) -> pa.ListArray:
    """Apply a function to the flattened values of a list array; offsets stay, and a null list becomes an empty one."""
    offsets = np.zeros(len(lists) + 1, dtype=np.int32)
    np.cumsum(as_numpy(fill_null(pc.list_value_length(lists), 0)), out=offsets[1:])
    return pa.ListArray.from_arrays(as_arrow(offsets, pa.int32()), convert(pc.list_flatten(lists)))
