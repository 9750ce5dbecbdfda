"""Parquet as packages write it: zstd, codes as dictionaries, and metadata that notebooks and portals understand."""

import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from dxgov.schema import Column, Kind, LinkTable, Table
from dxgov.tables.columns import ARROW, Described, described_schema

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

_PANDAS: dict[Kind, tuple[str, str]] = {
    Kind.TEXT: ("unicode", "object"),
    Kind.CODE: ("categorical", "int32"),
    Kind.INTEGER: ("int64", "Int64"),
    Kind.NUMBER: ("decimal", "object"),
    Kind.BOOLEAN: ("bool", "boolean"),
    Kind.DATE: ("date", "datetime64[ms]"),  # of an object fastparquet makes nanoseconds; pandas gives dates all the same
}
"""How pandas' own metadata name what a column holds and which dtype a notebook gets."""


ROWS = 65_536
"""How many rows a row group has: so many are read where one of them is wanted."""


def parquet_pieces(
    batches: Callable[[int], Iterable[pa.Table]], length: int, table: Table | LinkTable, resource: dict[str, Any]
) -> Iterator[bytes]:
    """The bytes of a file with the columns, their meaning, and the resource's descriptor in the schema's metadata, piece by piece."""
    schema = parquet_schema(table, table.stored, length)
    schema = schema.with_metadata({b"datapackage.resource": json.dumps(resource, ensure_ascii=False).encode(), **schema.metadata})
    sink, order = _Sink(), [pq.SortingColumn(0)] if isinstance(table, Table) else []
    with pq.ParquetWriter(sink, schema, compression="zstd", store_schema=True, sorting_columns=order) as writer:
        for rows in batches(ROWS):
            writer.write_table(rows.cast(schema), ROWS)
            yield from sink.taken()
    yield from sink.taken()


class _Sink(io.RawIOBase):
    """Keeps what is written until it is taken."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        """It is there to be written to."""
        return True

    def write(self, content: "Buffer") -> int:
        """Keep some more bytes."""
        self._pieces.append(bytes(content))
        return len(self._pieces[-1])

    def taken(self) -> list[bytes]:
        """What was written since it was last taken."""
        pieces, self._pieces = self._pieces, []
        return pieces


def parquet_schema(table: Described, columns: tuple[Column, ...], rows: int) -> pa.Schema:
    """The schema of a file, with the meaning of each column and what notebooks need to know in its metadata."""
    schema = described_schema(table, columns)
    return schema.with_metadata({**(schema.metadata or {}), b"pandas": json.dumps(_pandas_metadata(columns, rows)).encode()})


def _pandas_metadata(columns: tuple[Column, ...], rows: int) -> dict[str, Any]:
    """What pandas writes about a frame; all columns are listed, because partial metadata break fastparquet."""
    return {
        "index_columns": [{"kind": "range", "name": None, "start": 0, "stop": rows, "step": 1}],
        "column_indexes": [
            {"name": None, "field_name": None, "pandas_type": "unicode", "numpy_type": "object", "metadata": {"encoding": "UTF-8"}}
        ],
        "columns": [_pandas_column(column) for column in columns],
        "creator": {"library": "pyarrow", "version": pa.__version__},
        "pandas_version": "2.2.0",
    }


def _pandas_column(column: Column) -> dict[str, Any]:
    kind, dtype = ("list[unicode]", "object") if column.many else _PANDAS[column.kind]
    metadata: dict[str, Any] | None = None
    if kind == "categorical":
        metadata = {"num_categories": len(column.codes), "ordered": False}
    elif kind == "decimal":
        metadata = {"precision": ARROW[Kind.NUMBER].precision, "scale": ARROW[Kind.NUMBER].scale}
    return {"name": column.name, "field_name": column.name, "pandas_type": kind, "numpy_type": dtype, "metadata": metadata}
