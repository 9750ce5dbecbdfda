"""Data sets to packages of partitioned Parquet files, in folders as Hive names them: ``submitted_year=2020``.

A file holds all columns, so that the package is complete and no value is read from a path. The key in the path is not the name of a
column, so that readers that make a column of it do not get two of one name. The rows of a link table are in the partition of their
owners, so that a partition can be joined by itself.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack
from functools import partial
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import numpy as np
import pyarrow as pa
from attrs import frozen

from dxgov.errors import DataError, Problem, ProblemCode
from dxgov.formats.parquet_writer import encode_parquet
from dxgov.languages import Message
from dxgov.limits import Limits
from dxgov.package.descriptor_writer import LAYOUT_PROPERTY, build_descriptor, build_parquet_resource, dump_descriptor
from dxgov.package.partition_metadata import get_partition_column
from dxgov.package.partition_values import get_partition_values
from dxgov.package.read import PackageRef
from dxgov.package.temporal_coverage import compute_coverage
from dxgov.package.write import DATA_FOLDER, build_table_file, list_output_tables, select_present_tables
from dxgov.parallel.executor import run_in_order
from dxgov.schema import Column, Kind, LinkTable, Model, Table, model_of
from dxgov.storage.container import DESCRIPTOR
from dxgov.storage.files import Files, HashingContent
from dxgov.tables.arrow import as_numpy, combine_chunks, index_array
from dxgov.tables.collection import Collection
from dxgov.tables.link_tables import build_file_batches, count_link_rows
from dxgov.tables.records import Records

_NULL_VALUE = "__HIVE_DEFAULT_PARTITION__"
_MAX_ROWS_IN_MEMORY = 1 << 17
"""Maximum number of rows that are partitioned in memory; larger tables go through temporary files."""

_MAX_BUCKETS = 64
"""Number of temporary files, each with the rows of some partition values."""

_MAX_FILES = Limits().files
"""Maximum number of files of a package."""

RowSource = Callable[[], Iterable[pa.Table]]
"""Rows of a partition in the order of their ids; may be iterated over repeatedly."""


def build_partitioned_package(
    data: Collection,
    by: Mapping[str, Column],
    executor: Executor | None = None,
    *,
    max_rows: int = _MAX_ROWS_IN_MEMORY,
    max_buckets: int = _MAX_BUCKETS,
    max_files: int = _MAX_FILES,
) -> Files:
    """Build the files of a Parquet package with partitioned tables; nothing is checked.

    Args:
        data: Data set to write.
        by: Partition column of each table to partition.
        executor: Executor whose processes write large tables that are read from a package; None writes them in this process.
        max_rows: Maximum number of rows that are partitioned in memory.
        max_buckets: Number of temporary files for the rows of a larger table.
        max_files: Maximum number of files of the package.
    """
    model = data.model()
    present = select_present_tables(model, list_output_tables(data))
    names = [output.table.name for output in present]
    resources: dict[str, dict[str, Any]] = {name: {} for name in names}
    for output in present:
        owner = output.table.owner if isinstance(output.table, LinkTable) else output.table
        if owner.name not in by or not output.length:
            resources[output.table.name] = yield from build_table_file(model, output, names, "parquet")
        # The files of link tables are built with those of their owner.
        elif output.table is owner:
            links = [model.links[name] for name in names if name in model.links and model.links[name].owner is owner]
            file_count = sum(len(resource.get(LAYOUT_PROPERTY, {}).get("parts", ())) for resource in resources.values()) + len(names)
            plan = PartitionPlan(model, owner, by[owner.name], links, names, (max_files - file_count) // (1 + len(links)))
            if executor is not None and isinstance(data.origin, PackageRef) and output.length > max_rows:
                files = _partition_in_executor(executor, data.origin, plan, data.tables[owner.name], max_rows)
            else:
                files = _partition_here(plan, data.tables[owner.name], max_rows, max_buckets)
            resources |= yield from _build_files(plan, files)
    yield DESCRIPTOR, dump_descriptor(build_descriptor(data.metadata, [*resources.values()], "parquet", compute_coverage(data)))


@frozen
class PartitionPlan:
    """Plan of how a table and its link tables are partitioned."""

    model: Model
    table: Table
    column: Column
    links: list[LinkTable]
    names: list[str]
    """Tables of the package."""
    max_values: int
    """Maximum number of partition values."""

    @property
    def tables(self) -> list[Table | LinkTable]:
        """The table and its link tables."""
        return [self.table, *self.links]

    def build_files(self, rows: RowSource, folder: str, number: int) -> Iterator["PartitionFile"]:
        """Yield one Parquet file per table for the rows of a single partition value."""
        for table in self.tables:
            length = sum(count_link_rows(table, batch) if isinstance(table, LinkTable) else batch.num_rows for batch in rows())
            if length:
                path = f"{DATA_FOLDER}/{table.name}/{folder}/part-{number}.parquet"
                resource = build_parquet_resource(self.model, table, self.names, path)
                yield PartitionFile(
                    table.name, path, length, partial(encode_parquet, partial(_build_batches, table, rows), length, table, resource)
                )

    def check_value_count(self, values: int) -> None:
        """Check the number of partition values.

        Raises:
            DataError: the package would have too many files.
        """
        if values > self.max_values:
            message = f"found more than the {self.max_values:,} values for which a package may have files"
            problem = Problem(ProblemCode.TOO_LARGE, message, self.table.name, field=self.column.name)
            raise DataError(Message("{table} is not partitioned", "表{table}を分割できない", table=self.table.name), [problem])


@frozen(eq=False)
class PartitionFile:
    """A file of a partition, to be written."""

    table: str
    path: str
    rows: int
    pieces: Callable[[], Iterable[bytes]]


def _build_batches(table: Table | LinkTable, rows: RowSource, size: int) -> Iterator[pa.Table]:
    """Yield the rows that the file of a table stores, in batches of the given size."""
    return build_file_batches(table, rows(), size)


def _build_files(
    plan: PartitionPlan, files: Iterable[tuple[Any, PartitionFile]]
) -> Generator[tuple[str, bytes | Iterable[bytes]], None, dict[str, dict[str, Any]]]:
    """Yield the files of a table and of its link tables; return their resources."""
    entries: dict[str, list[tuple[Any, dict[str, Any]]]] = {table.name: [] for table in plan.tables}
    for value, file in files:
        content = HashingContent(file.pieces)
        yield file.path, content
        size, hash = content.size_and_hash
        entry = {"path": file.path, "bytes": size, "hash": f"sha256:{hash}", "rows": file.rows}
        entries[file.table].append((value, entry | ({"value": value} if file.table == plan.table.name else {})))
        plan.check_value_count(len(entries[file.table]))
    resources = {}
    for table in plan.tables:
        table_entries = [entry for _, entry in sorted(entries[table.name], key=lambda pair: (pair[0] is None, pair[0]))]
        resource = build_parquet_resource(plan.model, table, plan.names, [entry["path"] for entry in table_entries])
        resources[table.name] = {
            **resource,
            LAYOUT_PROPERTY: {**({"by": plan.column.name} if table is plan.table else {}), "parts": table_entries},
        }
    return resources


def _partition_here(plan: PartitionPlan, records: Records[Any], max_rows: int, max_buckets: int) -> Iterator[tuple[Any, PartitionFile]]:
    """Write the partitions in this process, one value after another."""
    folders: set[str] = set()
    for value, rows in _bucket_rows(records, plan, max_rows, max_buckets):
        yield from ((value, file) for file in plan.build_files(rows, _partition_folder(plan.table, plan.column, value, folders), 0))


def _partition_in_executor(
    executor: Executor, origin: PackageRef, plan: PartitionPlan, records: Records[Any], max_rows: int
) -> Iterator[tuple[Any, PartitionFile]]:
    """Write the partitions in the processes of an executor.

    Each task has `max_rows` consecutive records, and writes a file for each value in them.
    """
    values = get_partition_values(plan.column, records.column(plan.column.name)).unique().to_pylist()
    plan.check_value_count(len(values))
    folder_names: set[str] = set()
    folders = {value: _partition_folder(plan.table, plan.column, value, folder_names) for value in values}
    arguments = (origin, plan.table.name, plan.column.name, plan.names, folders, max_rows)
    calls = (partial(_partition_slice, *arguments, number) for number in range(ceil(len(records) / max_rows)))
    for files in run_in_order(executor, calls):
        yield from (
            (value, PartitionFile(table, path, rows, lambda content=content: [content]))  # type: ignore[misc]
            for value, table, path, rows, content in files
        )


def _partition_slice(
    origin: PackageRef, name: str, column_name: str, names: list[str], folders: Mapping[Any, str], max_rows: int, number: int
) -> list[tuple[Any, str, str, int, bytes]]:
    """Partition the slice of a number; return the value, table, path, row count and content of each file."""
    model = model_of(origin.model)
    table = model.tables[name]
    links = [model.links[link_name] for link_name in names if link_name in model.links and model.links[link_name].owner is table]
    plan = PartitionPlan(model, table, table.column(column_name), links, names, len(folders))
    return [
        (value, file.table, file.path, file.rows, b"".join(file.pieces()))
        for value, value_rows in _split_by_value(plan.column, origin.rows(name, number * max_rows, max_rows))
        for file in plan.build_files(partial(iter, [value_rows]), folders[value], number)
    ]


def _partition_folder(table: Table, column: Column, value: Any, taken: set[str]) -> str:
    """Return the folder of a value, in percent signs alone if a file system may confuse it with one in `taken`; add it to that."""
    key = f"{column.name.removesuffix('_start')}_year" if column.kind is Kind.DATE else f"{column.name}_key"
    while key in {column.name for column in table.columns}:
        key += "_"
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    escaped = _NULL_VALUE if value is None else quote(text, safe="")
    if value is not None and (escaped.lower() in taken | {_NULL_VALUE.lower()} or escaped.endswith(".")):
        escaped = "".join(f"%{byte:02X}" for byte in text.encode())
    taken.add(escaped.lower())
    return f"{key}={escaped}"


def _bucket_rows(records: Records[Any], plan: PartitionPlan, max_rows: int, max_buckets: int) -> Iterator[tuple[Any, RowSource]]:
    """Yield each value with its rows, holding at most `max_rows` rows in memory.

    Raises:
        DataError: there are too many values.
    """
    column, buckets = plan.column, dict[Any, int]()
    count = max_buckets if len(records) > max_rows else 1
    with TemporaryDirectory(prefix="dxgov-") as folder:
        paths = [Path(folder) / str(number) for number in range(count)]
        in_memory: dict[Any, list[pa.Table]] = {}
        # Split each batch by value; write the rows of large tables to their bucket.
        with ExitStack() as stack:
            writers: dict[int, Any] = {}
            for batch in records.batches():
                for value, value_rows in _split_by_value(column, batch):
                    bucket = buckets.setdefault(value, len(buckets) % count)
                    plan.check_value_count(len(buckets))
                    if count == 1:
                        in_memory.setdefault(value, []).append(value_rows)
                        continue
                    if bucket not in writers:
                        options = pa.ipc.IpcWriteOptions(compression="zstd")
                        writers[bucket] = stack.enter_context(pa.ipc.new_stream(str(paths[bucket]), value_rows.schema, options=options))
                    writers[bucket].write_table(value_rows)
        # Yield the values bucket by bucket; read a bucket once if it fits into memory, otherwise once for each of its values.
        for number, path in enumerate(paths):
            values = [value for value, bucket in buckets.items() if bucket == number]
            if count > 1 and len(values) > 1 and sum(batch.num_rows for batch in _read_bucket(path)) <= max_rows:
                in_memory = _group_bucket(column, path)
            for value in values:
                if value in in_memory:
                    yield value, partial(iter, in_memory[value])
                else:
                    yield value, partial(_read_value, column, value, path)
            in_memory = {}


def _split_by_value(column: Column, rows: pa.Table) -> Iterator[tuple[Any, pa.Table]]:
    """Yield each partition value of a batch with its rows."""
    cells = get_partition_values(column, combine_chunks(rows[column.name])).dictionary_encode(null_encoding="encode")
    codes = as_numpy(cells.indices)
    for code, value in enumerate(cells.dictionary.to_pylist()):
        yield value, rows.take(index_array(np.flatnonzero(codes == code))).combine_chunks()


def _group_bucket(column: Column, path: Path) -> dict[Any, list[pa.Table]]:
    """Read a bucket, and group its rows by value."""
    groups: dict[Any, list[pa.Table]] = {}
    for rows in _read_bucket(path):
        for value, value_rows in _split_by_value(column, rows):
            groups.setdefault(value, []).append(value_rows)
    return groups


def _read_value(column: Column, value: Any, path: Path) -> Iterator[pa.Table]:
    """Read the rows of one value from a bucket."""
    for rows in _read_bucket(path):
        yield from (value_rows for row_value, value_rows in _split_by_value(column, rows) if row_value == value)


def _read_bucket(path: Path) -> Iterator[pa.Table]:
    """Read the batches of a bucket."""
    with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as stream:
        for batch in stream:
            yield pa.Table.from_batches([batch])


def get_partition_columns(model: Model, by: Mapping[str, str]) -> dict[str, Column]:
    """Return the partition column of each table.

    Raises:
        UnknownNameError: there is no such table, or it cannot be partitioned by that column.
    """
    return {name: get_partition_column(model.table(name), field) for name, field in by.items()}
