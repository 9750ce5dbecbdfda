"""Data sets to packages: the files of a CSV or a Parquet package."""

import hashlib
import io
from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from dxgov.collection import Collection
from dxgov.files import Files
from dxgov.links import split
from dxgov.metadata import Metadata
from dxgov.package.container import DESCRIPTOR
from dxgov.package.coverage import coverage
from dxgov.package.csvfile import csv_pieces, write_csv
from dxgov.package.descriptor import csv_resource, descriptor, dumps, parquet_resource, sha256
from dxgov.package.parquetfile import write_parquet
from dxgov.schema import LinkTable, Model, Table

_DATA = "data"


def csv_package(data: Collection) -> Files:
    """The files of a package of CSV files."""
    return _package(data, "csv")


def parquet_package(data: Collection) -> Files:
    """The files of a package of Parquet files."""
    return _package(data, "parquet")


def digest(data: Collection) -> str:
    """A SHA-256 of the records of a data set, the same wherever and by whatever version of pyarrow it was written.

    It is that of a text with a line for each CSV file of the package that an export writes, in the order of their names: the
    file's SHA-256, two spaces, the name. So it can be had without dxgov, in the folder ``csv/data`` of an export:
    ``LC_ALL=C sha256sum *.csv | sha256sum``. What the data set says of itself, such as its title, does not count. A new column in
    the model gives another digest.

    >>> import dxgov
    >>> ds = dxgov.load()
    >>> dxgov.digest(ds) == dxgov.digest(dxgov.Dataset.of(reversed(list(ds))))
    True
    """
    hashes = {}
    for table, rows in _present(data.model(), _stored(data)):
        hashing = hashlib.sha256()
        for piece in csv_pieces(rows, table.stored):
            hashing.update(piece)
        hashes[f"{table.name}.csv"] = hashing.hexdigest()
    lines = "".join(f"{hash}  {name}\n" for name, hash in sorted(hashes.items()))
    return sha256(lines.encode())


def _present(model: Model, stored: Mapping[str, pa.Table]) -> list[tuple[Table | LinkTable, pa.Table]]:
    """The tables that have a file, with their rows: those that have any, or, where none has, all of records."""
    names = [name for name, rows in stored.items() if rows.num_rows] or list(model.tables)
    return [(model.stored[name], stored[name]) for name in names]


def _package(data: Collection, format: str) -> Files:
    stored = _stored(data)
    return package_files(data.model(), stored, data.metadata, format, coverage(data.model(), stored))


def _stored(data: Collection) -> dict[str, pa.Table]:
    """The tables as a package stores them, link tables included."""
    return split(data.model(), {name: records.data for name, records in data.tables.items()})


def package_files(
    model: Model, stored: Mapping[str, pa.Table], metadata: Metadata, format: str, covered: tuple[date, date] | None = None
) -> Files:
    """The files of a package from the tables that it stores, link tables included, the descriptor first; nothing is checked.

    `covered` are the first and the last day of which the records tell.
    """
    present = _present(model, stored)
    names = [table.name for table, _ in present]
    resources, files = [], {}
    for table, rows in present:
        path, buffer = f"{_DATA}/{table.name}.{format}", io.BytesIO()
        if format == "csv":
            write_csv(rows, table.stored, buffer)
            files[path] = buffer.getvalue()
            resource = csv_resource(model, table, names, path, files[path])
        else:
            resource = parquet_resource(model, table, names, path)
            write_parquet(rows, table, resource, buffer)
            files[path] = buffer.getvalue()
            resource = {**resource, "hash": sha256(files[path])}
        resources.append(resource)
    return [(DESCRIPTOR, dumps(descriptor(metadata, resources, covered))), *sorted(files.items())]
