"""Parquet as packages hold it: zstd, codes as dictionaries, and metadata that notebooks and portals understand."""

import json
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dxgov.arrow import list_array, text_array
from dxgov.columns import ARROW, Described, arrow_type, described_schema, not_a_code
from dxgov.errors import Problem, ProblemCode
from dxgov.package.cells import Fault, typed
from dxgov.schema import Column, Kind, LinkTable, Table

_PANDAS: dict[Kind, tuple[str, str]] = {
    Kind.TEXT: ("unicode", "object"),
    Kind.CODE: ("categorical", "int32"),
    Kind.INTEGER: ("int64", "Int64"),
    Kind.NUMBER: ("decimal", "object"),
    Kind.BOOLEAN: ("bool", "boolean"),
    Kind.DATE: ("date", "datetime64[ms]"),  # of an object fastparquet makes nanoseconds; pandas gives dates all the same
}
"""How pandas' own metadata name what a column holds and which dtype a notebook gets."""


def write_parquet(data: pa.Table, table: Table | LinkTable, resource: dict[str, Any], file: BinaryIO) -> None:
    """Write the columns, with their meaning and the resource's descriptor in the schema's metadata."""
    schema = parquet_schema(table, table.stored, data.num_rows)
    about = {b"datapackage.resource": json.dumps(resource, ensure_ascii=False).encode(), **schema.metadata}
    pq.write_table(data.cast(schema.with_metadata(about)), file, compression="zstd", store_schema=True)


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


def read_parquet(table: Table | LinkTable, content: bytes, file: str) -> tuple[pa.Table, list[Problem]]:
    """The columns as the file has them, and what is wrong with it; a file that cannot be read gives no columns."""
    try:
        data = pq.ParquetFile(pa.BufferReader(content)).read()
        data.validate(full=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        message = f"not a Parquet file that can be read: {' '.join(str(error).split())}"
        return pa.table({}), [Problem(ProblemCode.UNREADABLE_FILE, message, table.name, file=file)]
    return data, []


def fitted(column: Column, cells: pa.Array) -> tuple[pa.Array, list[Fault]]:
    """The cells in the type of the column; those that hold unknown codes are empty, each with its fault.

    Raises:
        TypeError: the file's type does not convert to the column's without loss.
    """
    wanted = arrow_type(column)
    unfit = TypeError(f"found the type {cells.type}, expected {wanted}")
    try:
        if column.many:
            return _lists(column, _converted(cells, wanted))
        if column.kind in (Kind.TEXT, Kind.CODE):
            if not _textual(cells.type):
                raise unfit
            return typed(column, cells.cast(pa.string()))
        return _converted(cells, wanted), []
    except (pa.ArrowException, ValueError):
        raise unfit from None


def _converted(cells: pa.Array, wanted: pa.DataType) -> pa.Array:
    """The cells in another type, from which they could be had back.

    Raises:
        ArrowInvalid: they could not.
    """
    converted = cells.cast(wanted)
    if not cells.type.equals(wanted) and not converted.cast(cells.type).equals(cells):
        raise pa.ArrowInvalid(f"{cells.type} does not convert to {wanted} without loss")
    return converted


def _textual(type: pa.DataType) -> bool:
    value = type.value_type if pa.types.is_dictionary(type) else type
    return value in (pa.string(), pa.large_string(), pa.string_view(), pa.null())


def _lists(column: Column, cells: pa.Array) -> tuple[pa.Array, list[Fault]]:
    """Lists of texts; one that is missing is empty."""
    texts = pc.list_flatten(cells)
    known = pc.is_in(texts, value_set=text_array(list(column.codes))) if column.codes else pc.is_valid(texts)
    if not cells.null_count and pc.all(known).as_py() is not False:
        return cells, []
    rows = [list(cell or ()) for cell in cells.to_pylist()]
    faults = []
    for row, cell in enumerate(rows):
        unknown = [text for text in cell if text is None or (column.codes and text not in column.codes)]
        if unknown:
            code = ProblemCode.BAD_TEXT if unknown[0] is None else ProblemCode.UNKNOWN_CODE
            message = "found a list with an empty member" if unknown[0] is None else not_a_code(column, unknown[0])
            faults.append(Fault(row, code, message, repr(cell)))
            rows[row] = []
    return list_array(rows), faults
