"""Data sets to packages: the files of a CSV or a Parquet package."""

import io
from collections.abc import Mapping

import pyarrow as pa

from dxgov.collection import Collection
from dxgov.files import Files
from dxgov.links import split
from dxgov.metadata import Metadata
from dxgov.package.container import DESCRIPTOR
from dxgov.package.csvfile import write_csv
from dxgov.package.descriptor import csv_resource, descriptor, dumps, parquet_resource, sha256
from dxgov.package.parquetfile import write_parquet
from dxgov.schema import Model

_DATA = "data"


def csv_package(data: Collection) -> Files:
    """The files of a package of CSV files."""
    return _package(data, "csv")


def parquet_package(data: Collection) -> Files:
    """The files of a package of Parquet files."""
    return _package(data, "parquet")


def _package(data: Collection, format: str) -> Files:
    model = data.model()
    return package_files(model, split(model, {name: records.data for name, records in data.tables.items()}), data.metadata, format)


def package_files(model: Model, stored: Mapping[str, pa.Table], metadata: Metadata, format: str) -> Files:
    """The files of a package from the tables that it stores, link tables included, the descriptor first; nothing is checked.

    A table without rows is left out; if all are, those of records are listed.
    """
    filled = {name: rows for name, rows in stored.items() if rows.num_rows}
    present = filled or {name: stored[name] for name in model.tables}
    resources, files = [], {}
    for name, rows in present.items():
        table, path, buffer = model.stored[name], f"{_DATA}/{name}.{format}", io.BytesIO()
        if format == "csv":
            write_csv(rows, table.stored, buffer)
            files[path] = buffer.getvalue()
            resource = csv_resource(model, table, present, path, files[path])
        else:
            resource = parquet_resource(model, table, present, path)
            write_parquet(rows, table, resource, buffer)
            files[path] = buffer.getvalue()
            resource = {**resource, "hash": sha256(files[path])}
        resources.append(resource)
    return [(DESCRIPTOR, dumps(descriptor(metadata, resources))), *sorted(files.items())]
