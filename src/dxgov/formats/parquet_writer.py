"""Writer of Parquet as packages hold it: zstd, codes as dictionaries, and metadata for notebooks and portals."""

import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from dxgov.schema import Column, Kind, LinkTable, Table
from dxgov.tables.columns import ARROW_TYPES, DescribedTable, annotate_schema

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

_PANDAS_TYPES: dict[Kind, tuple[str, str]] = {
    Kind.TEXT: ("unicode", "object"),
    Kind.CODE: ("categorical", "int32"),
    Kind.INTEGER: ("int64", "Int64"),
    Kind.NUMBER: ("decimal", "object"),
    Kind.BOOLEAN: ("bool", "boolean"),
    Kind.DATE: ("date", "datetime64[ms]"),  # of an object fastparquet makes nanoseconds; pandas gives dates all the same
}
"""Types in the pandas metadata for each kind of column, and the dtypes that notebooks get."""


ROW_GROUP_SIZE = 65_536
"""Rows per row group, which is the smallest unit that can be read."""


def encode_parquet(
    batches: Callable[[int], Iterable[pa.Table]],
    length: int,
    table: Table | LinkTable,
    resource: dict[str, Any],
    row_group_size: int = ROW_GROUP_SIZE,
) -> Iterator[bytes]:
    """Yield the bytes of a file with the columns, their meaning, and the resource's descriptor in the schema's metadata.

    Args:
        batches: returns all rows in batches of a given size.
        length: number of rows.
        table: table whose columns are written.
        resource: descriptor of the file.
        row_group_size: rows per row group.
    """
    schema = build_parquet_schema(table, table.stored, length)
    schema = schema.with_metadata({b"datapackage.resource": json.dumps(resource, ensure_ascii=False).encode(), **schema.metadata})
    sink, order = _Sink(), [pq.SortingColumn(0)] if isinstance(table, Table) else []
    with pq.ParquetWriter(sink, schema, compression="zstd", store_schema=True, sorting_columns=order) as writer:
        for rows in batches(row_group_size):
            writer.write_table(rows.cast(schema), row_group_size)
            yield from sink.take()
    yield from sink.take()


class _Sink(io.RawIOBase):
    """Output file that keeps what is written until it is taken."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, content: "Buffer") -> int:
        """Keep some bytes."""
        self._chunks.append(bytes(content))
        return len(self._chunks[-1])

    def take(self) -> list[bytes]:
        """Return the bytes written since the last call."""
        chunks, self._chunks = self._chunks, []
        return chunks


def build_parquet_schema(table: DescribedTable, columns: tuple[Column, ...], rows: int) -> pa.Schema:
    """Build the schema of a file, whose metadata describe each column and how notebooks read it."""
    schema = annotate_schema(table, columns)
    return schema.with_metadata({**(schema.metadata or {}), b"pandas": json.dumps(_build_pandas_metadata(columns, rows)).encode()})


def _build_pandas_metadata(columns: tuple[Column, ...], rows: int) -> dict[str, Any]:
    """Build the metadata that pandas writes about a frame; they list all columns, because partial metadata break fastparquet."""
    return {
        "index_columns": [{"kind": "range", "name": None, "start": 0, "stop": rows, "step": 1}],
        "column_indexes": [
            {"name": None, "field_name": None, "pandas_type": "unicode", "numpy_type": "object", "metadata": {"encoding": "UTF-8"}}
        ],
        "columns": [_describe_pandas_column(column) for column in columns],
        "creator": {"library": "pyarrow", "version": pa.__version__},
        "pandas_version": "2.2.0",
    }


def _describe_pandas_column(column: Column) -> dict[str, Any]:
    """Describe a column in the pandas metadata."""
    kind, dtype = ("list[unicode]", "object") if column.many else _PANDAS_TYPES[column.kind]
    metadata: dict[str, Any] | None = None
    if kind == "categorical":
        metadata = {"num_categories": len(column.codes), "ordered": False}
    elif kind == "decimal":
        metadata = {"precision": ARROW_TYPES[Kind.NUMBER].precision, "scale": ARROW_TYPES[Kind.NUMBER].scale}
    return {"name": column.name, "field_name": column.name, "pandas_type": kind, "numpy_type": dtype, "metadata": metadata}
