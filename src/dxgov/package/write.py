"""Data sets to packages: the files of a CSV or a Parquet package."""

import io

from dxgov.collection import Collection
from dxgov.files import Files
from dxgov.links import split
from dxgov.package.container import DESCRIPTOR
from dxgov.package.csvfile import write_csv
from dxgov.package.descriptor import csv_resource, descriptor, dumps, parquet_resource, sha256
from dxgov.package.parquetfile import write_parquet

_DATA = "data"


def csv_package(data: Collection) -> Files:
    """The files of a package of CSV files."""
    return _package(data, "csv")


def parquet_package(data: Collection) -> Files:
    """The files of a package of Parquet files."""
    return _package(data, "parquet")


def _package(data: Collection, format: str) -> Files:
    """The files by path, the descriptor first. A table without records is left out; if all are, all are listed."""
    model = data.model()
    stored = split(model, {name: records.data for name, records in data.tables.items()})
    filled = {name: rows for name, rows in stored.items() if rows.num_rows}
    present = filled or {name: stored[name] for name in model.tables}
    resources, files = [], {}
    for name, rows in present.items():
        table, path, buffer = model.stored[name], f"{_DATA}/{name}.{format}", io.BytesIO()
        if format == "csv":
            write_csv(rows, table.stored, buffer)
            resource = csv_resource(model, table, present, path, buffer.getvalue())
        else:
            resource = parquet_resource(model, table, present, path)
            write_parquet(rows, table, resource, buffer)
            resource = {**resource, "hash": sha256(buffer.getvalue())}
        resources.append(resource)
        files[path] = buffer.getvalue()
    return [(DESCRIPTOR, dumps(descriptor(data.metadata, resources))), *sorted(files.items())]
