"""Data sets to packages: the files of a CSV or a Parquet package."""

from collections.abc import Callable, Generator, Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any

import pyarrow as pa
from attrs import frozen

from dxgov.arguments import checked
from dxgov.formats.csv_writer import csv_pieces
from dxgov.formats.parquet_writer import parquet_pieces
from dxgov.metadata import Metadata
from dxgov.package.descriptor_writer import csv_resource, descriptor, dumps, parquet_resource, sha256
from dxgov.package.temporal_coverage import coverage
from dxgov.schema import LinkTable, Model, Table
from dxgov.storage.container import DESCRIPTOR
from dxgov.storage.files import Files, Hashed
from dxgov.tables.collection import Collection
from dxgov.tables.link_tables import link_count, sources, stored_batches

DATA = "data"
"""The folder of a package that its tables lie in."""


def csv_package(data: Collection) -> Files:
    """The files of a package of CSV files."""
    return _package(data, "csv")


def parquet_package(data: Collection) -> Files:
    """The files of a package of Parquet files."""
    return _package(data, "parquet")


@frozen(eq=False)
class Stored:
    """The rows of a file, to be written."""

    table: Table | LinkTable
    length: int
    batches: Callable[[int], Iterable[pa.Table]]
    """All of them, so many at a time."""


def stored_rows(data: Collection) -> Iterator[Stored]:
    """The rows that a package has of a data set, link tables included; no more of them are held at once than a batch."""
    model = data.model()
    for name, table in model.stored.items():
        records = data.tables[table.owner.name if isinstance(table, LinkTable) else name]
        batches = partial(records.batches, columns=sources(table))
        length = sum(link_count(table, rows) for rows in batches()) if isinstance(table, LinkTable) else len(records)
        yield Stored(table, length, lambda size, table=table, batches=batches: stored_batches(table, batches(), size))  # type: ignore[misc]


@checked
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
    for rows in present_rows(data.model(), stored_rows(data)):
        _, hashes[f"{rows.table.name}.csv"] = Hashed(partial(csv_pieces, rows.batches, rows.table.stored)).known
    lines = "".join(f"{hash}  {name}\n" for name, hash in sorted(hashes.items()))
    return sha256(lines.encode())


def present_rows(model: Model, stored: Iterable[Stored]) -> list[Stored]:
    """The tables that have a file: those that have any rows, or, where none has, all of records."""
    every = list(stored)
    return [rows for rows in every if rows.length] or [rows for rows in every if rows.table.name in model.tables]


def _package(data: Collection, format: str) -> Files:
    return package_files(data.model(), stored_rows(data), data.metadata, format, coverage(data))


def package_files(
    model: Model, stored: Iterable[Stored], metadata: Metadata, format: str, covered: tuple[date, date] | None = None
) -> Files:
    """The files of a package from the tables that it stores, link tables included, each in pieces; nothing is checked.

    The descriptor comes last, because it tells the sizes and hashes of the others. `covered` are the first and the last day of which
    the records tell.
    """
    present = present_rows(model, stored)
    names = [rows.table.name for rows in present]
    resources: dict[str, dict[str, Any]] = {name: {} for name in names}  # in the order of the model
    for rows in sorted(present, key=lambda each: each.table.name):
        resources[rows.table.name] = yield from written(model, rows, names, format)
    yield DESCRIPTOR, dumps(descriptor(metadata, [*resources.values()], covered))


def written(
    model: Model, rows: Stored, names: list[str], format: str
) -> Generator[tuple[str, bytes | Iterable[bytes]], None, dict[str, Any]]:
    """The one file of a table, and its resource in the end; `names` are the tables that the package has."""
    table, path = rows.table, f"{DATA}/{rows.table.name}.{format}"
    about = parquet_resource(model, table, names, path)
    if format == "csv":
        content = Hashed(partial(csv_pieces, rows.batches, table.stored))
    else:
        content = Hashed(partial(parquet_pieces, rows.batches, rows.length, table, about))
    yield path, content
    size, hash = content.known
    return csv_resource(model, table, names, path, size, hash) if format == "csv" else {**about, "hash": f"sha256:{hash}"}
