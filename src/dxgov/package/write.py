"""Data sets to packages of CSV or Parquet files."""

from collections.abc import Callable, Generator, Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any

import pyarrow as pa
from attrs import frozen

from dxgov.arguments import check_arguments
from dxgov.formats.csv_writer import encode_csv
from dxgov.formats.parquet_writer import encode_parquet
from dxgov.metadata import Metadata
from dxgov.package.descriptor_writer import build_csv_resource, build_descriptor, build_parquet_resource, dump_descriptor, format_sha256
from dxgov.package.temporal_coverage import compute_coverage
from dxgov.schema import LinkTable, Model, Table
from dxgov.storage.container import DESCRIPTOR
from dxgov.storage.files import Files, HashingContent
from dxgov.tables.collection import Collection
from dxgov.tables.link_tables import build_file_batches, count_link_rows, source_columns

DATA_FOLDER = "data"
"""Folder of a package that holds its tables."""


def build_csv_package(data: Collection) -> Files:
    """Build the files of a package of CSV files."""
    return _package(data, "csv")


def build_parquet_package(data: Collection) -> Files:
    """Build the files of a package of Parquet files."""
    return _package(data, "parquet")


@frozen(eq=False)
class OutputTable:
    """A table to be written: its row count, and its rows in batches."""

    table: Table | LinkTable
    length: int
    batches: Callable[[int], Iterable[pa.Table]]
    """Return all rows in batches of the given size."""


def list_output_tables(data: Collection) -> Iterator[OutputTable]:
    """Yield the tables that a package of a data set stores, link tables included; each holds no more than a batch in memory."""
    model = data.model()
    for name, table in model.stored.items():
        records = data.tables[table.owner.name if isinstance(table, LinkTable) else name]
        batches = partial(records.batches, columns=source_columns(table))
        length = sum(count_link_rows(table, rows) for rows in batches()) if isinstance(table, LinkTable) else len(records)
        yield OutputTable(table, length, lambda size, table=table, batches=batches: build_file_batches(table, batches(), size))  # type: ignore[misc]


@check_arguments
def digest(data: Collection) -> str:
    """Return a SHA-256 of the records of a data set, whatever version of pyarrow wrote it, and wherever.

    It is that of a text with a line for each CSV file of the package that an export writes, in the order of their names: the
    file's SHA-256, two spaces, the name. So it can be computed without dxgov, in the folder ``csv/data`` of an export:
    ``LC_ALL=C sha256sum *.csv | sha256sum``. The metadata of the data set, such as its title, do not count. A new column in
    the model gives another digest.

    >>> import dxgov
    >>> ds = dxgov.load()
    >>> dxgov.digest(ds) == dxgov.digest(dxgov.Dataset.of(reversed(list(ds))))
    True
    """
    hashes = {}
    for output in select_present_tables(data.model(), list_output_tables(data)):
        _, hashes[f"{output.table.name}.csv"] = HashingContent(partial(encode_csv, output.batches, output.table.stored)).size_and_hash
    lines = "".join(f"{hash}  {name}\n" for name, hash in sorted(hashes.items()))
    return format_sha256(lines.encode())


def select_present_tables(model: Model, output_tables: Iterable[OutputTable]) -> list[OutputTable]:
    """Return the tables that get a file: those with rows, or all tables of records if none has rows."""
    outputs = list(output_tables)
    return [output for output in outputs if output.length] or [output for output in outputs if output.table.name in model.tables]


def _package(data: Collection, format: str) -> Files:
    return build_package(data.model(), list_output_tables(data), data.metadata, format, compute_coverage(data))


def build_package(
    model: Model, output_tables: Iterable[OutputTable], metadata: Metadata, format: str, covered: tuple[date, date] | None = None
) -> Files:
    """Build the files of a package from the tables that it stores, link tables included; nothing is checked.

    The descriptor comes last, because it states the sizes and hashes of the other files.

    Args:
        model: Tables that the package may have.
        output_tables: Tables to write.
        metadata: Metadata of the data set.
        format: ``csv`` or ``parquet``.
        covered: First and last day that the records cover; None if unknown.
    """
    present = select_present_tables(model, output_tables)
    names = [output.table.name for output in present]
    resources: dict[str, dict[str, Any]] = {name: {} for name in names}  # in the order of the model
    for output in sorted(present, key=lambda output: output.table.name):
        resources[output.table.name] = yield from build_table_file(model, output, names, format)
    yield DESCRIPTOR, dump_descriptor(build_descriptor(metadata, [*resources.values()], format, covered))


def build_table_file(
    model: Model, output: OutputTable, names: list[str], format: str
) -> Generator[tuple[str, bytes | Iterable[bytes]], None, dict[str, Any]]:
    """Yield the one file of a table, and return its resource; `names` are the tables of the package."""
    table, path = output.table, f"{DATA_FOLDER}/{output.table.name}.{format}"
    resource = build_parquet_resource(model, table, names, path)
    if format == "csv":
        content = HashingContent(partial(encode_csv, output.batches, table.stored))
    else:
        content = HashingContent(partial(encode_parquet, output.batches, output.length, table, resource))
    yield path, content
    size, hash = content.size_and_hash
    return build_csv_resource(model, table, names, path, size, hash) if format == "csv" else {**resource, "hash": f"sha256:{hash}"}
