"""Data sets to packages whose tables lie in several Parquet files each, parted as Hive does it: ``submitted_year=2020``.

A file holds all columns, so that the package stands on its own and no value is guessed from a path. The key in the path has a name that
is no column, so that readers who make a column of it find no other of that name. The rows of a link table lie beside their owners: who
reads a part needs the links of its records and of no others, and can join them within the part.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import numpy as np
import pyarrow as pa
from attrs import frozen

from dxgov.errors import DataError, Problem, ProblemCode
from dxgov.formats.parquet_writer import parquet_pieces
from dxgov.limits import Limits
from dxgov.package.descriptor_writer import MARK, descriptor, dumps, parquet_resource
from dxgov.package.partition_metadata import parting_column
from dxgov.package.partitioned_table import key_values
from dxgov.package.read import Shared
from dxgov.package.temporal_coverage import coverage
from dxgov.package.write import DATA, present_rows, stored_rows, written
from dxgov.parallel.executor import elsewhere
from dxgov.schema import Column, Kind, LinkTable, Model, Table, model_of
from dxgov.storage.container import DESCRIPTOR
from dxgov.storage.files import Files, Hashed
from dxgov.tables.arrow import numbers, one, positions
from dxgov.tables.collection import Collection
from dxgov.tables.link_tables import link_count, stored_batches
from dxgov.tables.records import Records

_EMPTY = "__HIVE_DEFAULT_PARTITION__"
_IN_MEMORY = 1 << 17
"""So many rows are held while they are sorted into files; more are sorted through temporary files."""

_BUCKETS = 64
"""So many temporary files are open at once, each for the rows of some values."""

Rows = Callable[[], Iterable[pa.Table]]
"""The rows of a part in the order of their ids, as a data set has them."""


def parted_package(data: Collection, by: Mapping[str, Column], executor: Executor | None = None) -> Files:
    """The files of a Parquet package in which some tables are parted by a column; nothing is checked.

    With an executor its processes make the files of a large table that is read from a package, each of some consecutive records.
    """
    model = data.model()
    present = present_rows(model, stored_rows(data))
    names = [rows.table.name for rows in present]
    resources: dict[str, dict[str, Any]] = {name: {} for name in names}
    for rows in present:
        owner = rows.table.owner if isinstance(rows.table, LinkTable) else rows.table
        if owner.name not in by or not rows.length:
            resources[rows.table.name] = yield from written(model, rows, names, "parquet")
        elif rows.table is owner:
            links = [model.links[name] for name in names if name in model.links and model.links[name].owner is owner]
            files = sum(len(each.get(MARK, {}).get("parts", ())) for each in resources.values()) + len(names)
            parting = Parting(model, owner, by[owner.name], links, names, (Limits().files - files) // (1 + len(links)))
            if executor is not None and isinstance(data.origin, Shared) and rows.length > _IN_MEMORY:
                made = _made_elsewhere(executor, data.origin, parting, data.tables[owner.name])
            else:
                made = _made_here(parting, data.tables[owner.name])
            resources |= yield from _listed(parting, made)
    yield DESCRIPTOR, dumps(descriptor(data.metadata, [*resources.values()], coverage(data)))


@frozen
class Parting:
    """A table that is parted, and the link tables that are parted with it."""

    model: Model
    table: Table
    by: Column
    links: list[LinkTable]
    names: list[str]
    """The tables that the package has."""
    most: int
    """The values for which there may be files."""

    @property
    def tables(self) -> list[Table | LinkTable]:
        """The table and its link tables."""
        return [self.table, *self.links]

    def files(self, rows: Rows, folder: str, number: int) -> Iterator["Made"]:
        """The files of rows that have one value."""
        for each in self.tables:
            length = sum(link_count(each, some) if isinstance(each, LinkTable) else some.num_rows for some in rows())
            if length:
                path = f"{DATA}/{each.name}/{folder}/part-{number}.parquet"
                about = parquet_resource(self.model, each, self.names, path)
                yield Made(each.name, path, length, partial(parquet_pieces, partial(_stored_of, each, rows), length, each, about))

    def refuse(self, values: int) -> None:
        """See to it that there are no more values than there may be.

        Raises:
            DataError: there are.
        """
        if values > self.most:
            message = f"found more than the {self.most:,} values for which a package may have files"
            problem = Problem(ProblemCode.TOO_LARGE, message, self.table.name, field=self.by.name)
            raise DataError(f"{self.table.name} is not parted", [problem])


@frozen(eq=False)
class Made:
    """A file, to be written."""

    table: str
    path: str
    rows: int
    pieces: Callable[[], Iterable[bytes]]


def _stored_of(table: Table | LinkTable, rows: Rows, size: int) -> Iterator[pa.Table]:
    return stored_batches(table, rows(), size)


def _listed(
    parting: Parting, made: Iterable[tuple[Any, Made]]
) -> Generator[tuple[str, bytes | Iterable[bytes]], None, dict[str, dict[str, Any]]]:
    """The files of a table and of its link tables, and their resources in the end."""
    parts: dict[str, list[tuple[Any, dict[str, Any]]]] = {each.name: [] for each in parting.tables}
    for value, file in made:
        content = Hashed(file.pieces)
        yield file.path, content
        size, hash = content.known
        part = {"path": file.path, "bytes": size, "hash": f"sha256:{hash}", "rows": file.rows}
        parts[file.table].append((value, part | ({"value": value} if file.table == parting.table.name else {})))
        parting.refuse(len(parts[file.table]))
    found = {}
    for each in parting.tables:
        listed = [part for _, part in sorted(parts[each.name], key=lambda pair: (pair[0] is None, pair[0]))]
        about = parquet_resource(parting.model, each, parting.names, [part["path"] for part in listed])
        found[each.name] = {**about, MARK: {**({"by": parting.by.name} if each is parting.table else {}), "parts": listed}}
    return found


def _made_here(parting: Parting, records: Records[Any]) -> Iterator[tuple[Any, Made]]:
    """The files, each value's one after another's."""
    taken: set[str] = set()
    for value, rows in _sorted_out(records, parting):
        yield from ((value, file) for file in parting.files(rows, _segment(parting.table, parting.by, value, taken), 0))


def _made_elsewhere(executor: Executor, origin: Shared, parting: Parting, records: Records[Any]) -> Iterator[tuple[Any, Made]]:
    """The files as processes make them of some consecutive records each: a value has one for each task that has met it."""
    values = key_values(parting.by, records.column(parting.by.name)).unique().to_pylist()
    parting.refuse(len(values))
    taken: set[str] = set()
    folders = {value: _segment(parting.table, parting.by, value, taken) for value in values}
    told = (origin, parting.table.name, parting.by.name, parting.names, folders)
    calls = (partial(_task, *told, number, start) for number, start in enumerate(range(0, len(records), _IN_MEMORY)))
    for made in elsewhere(executor, calls):
        yield from ((value, Made(table, path, rows, lambda content=content: [content])) for value, table, path, rows, content in made)  # type: ignore[misc]


def _task(
    origin: Shared, name: str, by: str, names: list[str], folders: Mapping[Any, str], number: int, start: int
) -> list[tuple[Any, str, str, int, bytes]]:
    """The files of some records: the value, the table, the path, the rows and the content of each."""
    model = model_of(origin.model)
    table = model.tables[name]
    links = [model.links[each] for each in names if each in model.links and model.links[each].owner is table]
    parting = Parting(model, table, table.column(by), links, names, len(folders))
    return [
        (value, file.table, file.path, file.rows, b"".join(file.pieces()))
        for value, some in _by_value(parting.by, origin.rows(name, start, _IN_MEMORY))
        for file in parting.files(partial(iter, [some]), folders[value], number)
    ]


def _segment(table: Table, by: Column, value: Any, taken: set[str]) -> str:
    """The folder of a value; one that some system takes for an earlier one is written in percent signs alone."""
    key = f"{by.name.removesuffix('_start')}_year" if by.kind is Kind.DATE else f"{by.name}_key"
    while key in {column.name for column in table.columns}:
        key += "_"
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    escaped = _EMPTY if value is None else quote(text, safe="")
    if value is not None and (escaped.lower() in taken | {_EMPTY.lower()} or escaped.endswith(".")):
        escaped = "".join(f"%{byte:02X}" for byte in text.encode())
    taken.add(escaped.lower())
    return f"{key}={escaped}"


def _sorted_out(records: Records[Any], parting: Parting) -> Iterator[tuple[Any, Rows]]:
    """Each value with its rows; no more rows are held at once than fit, and no more files are open than buckets.

    Raises:
        DataError: there are so many values that the package had more files than are read of one.
    """
    by, buckets = parting.by, dict[Any, int]()
    count = _BUCKETS if len(records) > _IN_MEMORY else 1
    with TemporaryDirectory(prefix="dxgov-") as folder:
        places = [Path(folder) / str(number) for number in range(count)]
        held: dict[Any, list[pa.Table]] = {}
        with ExitStack() as stack:
            writers: dict[int, Any] = {}
            for rows in records.batches():
                for value, some in _by_value(by, rows):
                    bucket = buckets.setdefault(value, len(buckets) % count)
                    parting.refuse(len(buckets))
                    if count == 1:
                        held.setdefault(value, []).append(some)
                        continue
                    if bucket not in writers:
                        options = pa.ipc.IpcWriteOptions(compression="zstd")
                        writers[bucket] = stack.enter_context(pa.ipc.new_stream(str(places[bucket]), some.schema, options=options))
                    writers[bucket].write_table(some)
        for number, place in enumerate(places):
            values = [value for value, bucket in buckets.items() if bucket == number]
            if count > 1 and len(values) > 1 and sum(rows.num_rows for rows in _stored(place)) <= _IN_MEMORY:
                held = _grouped(by, place)
            for value in values:
                if value in held:
                    yield value, partial(iter, held[value])
                else:
                    yield value, partial(_of_value, by, value, place)
            held = {}


def _by_value(by: Column, rows: pa.Table) -> Iterator[tuple[Any, pa.Table]]:
    """The rows of a batch, value by value."""
    cells = key_values(by, one(rows[by.name])).dictionary_encode(null_encoding="encode")
    codes = numbers(cells.indices)
    for code, value in enumerate(cells.dictionary.to_pylist()):
        yield value, rows.take(positions(np.flatnonzero(codes == code))).combine_chunks()


def _grouped(by: Column, place: Path) -> dict[Any, list[pa.Table]]:
    found: dict[Any, list[pa.Table]] = {}
    for rows in _stored(place):
        for value, some in _by_value(by, rows):
            found.setdefault(value, []).append(some)
    return found


def _of_value(by: Column, value: Any, place: Path) -> Iterator[pa.Table]:
    for rows in _stored(place):
        yield from (some for found, some in _by_value(by, rows) if found == value)


def _stored(place: Path) -> Iterator[pa.Table]:
    with pa.OSFile(str(place)) as file, pa.ipc.open_stream(file) as stream:
        for batch in stream:
            yield pa.Table.from_batches([batch])


def columns_of(model: Model, by: Mapping[str, str]) -> dict[str, Column]:
    """The column by which each table is parted.

    Raises:
        UnknownNameError: there is no such table, or none that parts it.
    """
    return {name: parting_column(model.table(name), field) for name, field in by.items()}
