"""Packages to data sets; each fault on the way becomes a `Problem`."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from os import PathLike
from pathlib import Path

import pyarrow as pa
from attrs import evolve, frozen

from dxgov.errors import DataError, Problem, ProblemCode
from dxgov.formats.resource import Resource
from dxgov.languages import Message
from dxgov.limits import Limits
from dxgov.metadata import Metadata
from dxgov.optional_dependencies import require_extra
from dxgov.package.data_file import ByteBudget
from dxgov.package.descriptor_reader import read_descriptor
from dxgov.package.lazy_table import LazyTable
from dxgov.package.package_table import PackageTable
from dxgov.schema import LinkTable, Model, Table, model_of
from dxgov.storage.address import format_location, parse_location
from dxgov.storage.container import Container, RefusedError, read_file
from dxgov.storage.folder import open_container
from dxgov.tables.arrow import MAX_STRING_BYTES
from dxgov.tables.collection import Collection
from dxgov.tables.columns import empty_table
from dxgov.tables.link_tables import join_lists
from dxgov.tables.records import LazyRows
from dxgov.validation import (
    InMemoryTable,
    LocalRunner,
    ProblemCollector,
    ReportSection,
    RowBatch,
    TableSource,
    check,
    find_metadata_warnings,
)


@frozen
class Package:
    """A package that was read: its tables, its metadata, and its problems."""

    row_batches: dict[str, RowBatch]
    """The tables, if `keep` asked for them; they are complete only if there are no problems."""
    metadata: Metadata
    problems: tuple[Problem, ...]
    """All problems, in the order of the report, up to the limit."""
    records: int
    """Number of records read, without the rows of link tables."""
    has_unread_data: bool
    """True if the descriptor kept tables or cells from being read, so that `row_batches` lacks them."""
    warnings: tuple[Problem, ...] = ()
    """Warnings, if `warnings` asked for them."""

    def tables(self, model: Model) -> dict[str, pa.Table]:
        """Return the tables of a data set; only a package without problems has them."""
        return join_lists(model, {name: frame.data for name, frame in self.row_batches.items()})


@frozen
class PackageRef:
    """Reference to a package, which each process opens by itself."""

    address: str
    """Path or address; the path is absolute if a data set is pickled with it."""
    model: type[Collection]
    limits: Limits
    digest: str | None = None
    """SHA-256 of the descriptor and of the sizes of all files, which the package must still have; None accepts any package."""

    def open(self) -> Collection:
        """Open the package as a data set, which reads it on access.

        Raises:
            DataError: its descriptor or the size of a file is not what `digest` says, or it is faulty; and as `read_package`.
        """
        return self.model.reading(*open_lazy_tables(self))

    def table(self, name: str) -> LazyRows:
        """Open the package and return one of its tables; errors are those of `open`."""
        return open_lazy_tables(self)[0][name]

    def rows(self, table: str, start: int, length: int) -> pa.Table:
        """Return rows `start` to `start + length` of a table of the data set, in the order of their ids.

        Raises:
            DataError: something is wrong with the rows.
        """
        return self.table(table).rows(start, length)


Progress = Callable[[int, int], None]
"""Callback that receives the number of bytes read so far, and of all bytes."""


@frozen
class PackageContents:
    """Contents of a package: its metadata and the files that it lists."""

    descriptor: str
    """File name of the descriptor."""
    metadata: Metadata
    files: list[PackageTable]
    unknown_tables: list[str]
    """Tables that the descriptor may list in a way that cannot be read, so that nothing follows from their absence."""
    problems: list[Problem]
    digest: str = ""
    """SHA-256 of the descriptor and of the sizes of all files; of files that were not opened, the size is left out."""


def read_package(
    path: str | PathLike[str],
    model: Model,
    limits: Limits,
    *,
    keep: bool = True,
    progress: Progress | None = None,
    runner: LocalRunner | None = None,
    warnings: bool = False,
) -> Package:
    """Check a package in a folder, its ``datapackage.json`` or a zip, or at an address, batch by batch.

    Args:
        path: Path or address of the package.
        model: Tables that the package may have.
        limits: Maximum sizes and counts.
        keep: Return the tables that were read; otherwise only the problems.
        progress: Callback after each batch.
        runner: Runner of the steps of the check; None runs them in this process.
        warnings: Collect warnings as well.

    Raises:
        FileNotFoundError: there is nothing at `path`.
        NotAPackageError: there is something else than a package.
        DataError: a zip has members that cannot be read.
        NotInstalledError: a library is not installed that an address needs.
        OSError: the system does not let the descriptor be read, or files cannot be fetched from an address.
    """
    contents = list_package(path, model, limits, read_all=runner is None)
    tables: list[TableSource] = [
        InMemoryTable(_create_empty_batch(model.stored[name]), limits.batch, incomplete=True) for name in contents.unknown_tables
    ]
    tables += contents.files
    collector = ProblemCollector(limits.problems, warnings=warnings)
    collector.add(ReportSection.DESCRIPTOR, 0, 0, 0, contents.problems)
    collector.add(ReportSection.WARNINGS, -1, 0, 0, find_metadata_warnings(contents.metadata, contents.descriptor))
    if progress is not None:
        _connect_progress(contents.files, progress)
    batches: dict[str, list[RowBatch]] = {}
    check(model, tables, contents.metadata, collector, limits.memory, batches if keep else None, runner)
    row_batches = {name: _concat_batches(model.stored[name], pieces) for name, pieces in batches.items()}
    records = sum(table_file.length for table_file in contents.files if table_file.table.name in model.tables)
    has_unread_data = bool(contents.unknown_tables) or any(table_file.has_unread_cells for table_file in contents.files)
    return Package(row_batches, contents.metadata, tuple(collector), records, has_unread_data, tuple(collector.warnings()))


def open_lazy_tables(origin: PackageRef) -> tuple[dict[str, LazyRows], Metadata, PackageRef]:
    """Open a package, and return its lazy tables, its metadata, and its reference with the digest.

    Raises:
        DataError: something is wrong with the descriptor or a file cannot be opened; and as `read_package`.
    """
    model, limits = model_of(origin.model), origin.limits
    contents = list_package(origin.address, model, limits, defer=True, read_all=False)
    if origin.digest not in (None, contents.digest):
        message = "the package was changed after the data set was loaded; load it again"
        problem = Problem(ProblemCode.WRONG_HASH, message, file=contents.descriptor)
        raise DataError(
            Message(
                "{source} is not the package that it was", "{source}は以前のパッケージと異なる", source=format_location(origin.address)
            ),
            [problem],
        )
    collector = ProblemCollector(limits.problems)
    collector.add(ReportSection.DESCRIPTOR, 0, 0, 0, contents.problems)
    for number, file in enumerate(contents.files):
        collector.add(ReportSection.FILES, number, 0, 0, file.check_presence())
    if problems := tuple(collector):
        raise DataError(
            Message("{source} is not a sound package", "{source}に誤りがある", source=format_location(origin.address)), problems
        )
    files, origin = {file.table.name: file for file in contents.files}, evolve(origin, digest=contents.digest)
    tables: dict[str, LazyRows] = {
        name: LazyTable(model, table, files, limits, origin) for name, table in model.tables.items() if name in files
    }
    return tables, contents.metadata, origin


def list_package(
    path: str | PathLike[str], model: Model, limits: Limits, only: str | None = None, *, defer: bool = False, read_all: bool = True
) -> PackageContents:
    """List the files of a package, without reading their rows.

    Args:
        path: Path or address of the package.
        model: Tables that the package may have.
        limits: Maximum sizes and counts.
        only: Table whose files are listed, and opened on access; None lists all.
        defer: Open a file that takes a request only on access.
        read_all: All of each file is going to be read.

    Raises:
        FileNotFoundError, NotAPackageError, DataError, NotInstalledError, OSError: as `read_package`.
    """
    # Read the descriptor; one that cannot be read is a problem, and one that is not there an error.
    container, descriptor_name = _open_container(path, limits, read_all=read_all)
    try:
        descriptor = container.find(descriptor_name, limits.descriptor)
        if descriptor is None:
            raise FileNotFoundError(f"there is no {format_location(path)}")
        descriptor_bytes = read_file(descriptor)
    except RefusedError as error:
        return PackageContents(descriptor_name, Metadata(), [], [], [Problem(error.code, str(error), file=descriptor_name)])
    except OSError as error:
        if error.errno is not None or isinstance(error, FileNotFoundError):  # the system refuses, which is no fault of the package
            raise
        return PackageContents(
            descriptor_name, Metadata(), [], [], [Problem(ProblemCode.UNREADABLE_FILE, str(error), file=descriptor_name)]
        )
    metadata, resources, problems = read_descriptor(descriptor_bytes, descriptor_name, model, limits)
    # A table that is not listed properly counts as unknown rather than absent.
    is_blocked = any(problem.code in _BLOCKING_CODES for problem in problems)
    affected = set(model.stored) if is_blocked else {problem.table for problem in problems}
    unknown_tables = [name for name in model.stored if name in affected and name not in {resource.table for resource in resources}]
    selected = [resource for resource in resources if only in (None, resource.table)]
    files = _create_tables(selected, model, container, limits, read_all=read_all)
    # Look up all files at once where each lookup is a request.
    digest = hashlib.sha256(descriptor_bytes)
    if only is None and not (defer and container.is_remote):
        for is_full in (True, False):
            container.prefetch(
                [resource.path for resource in _list_file_resources(selected) if (read_all or resource.format == "csv") is is_full],
                read_all=is_full,
            )
        digest.update(repr([(file.table.name, file.size) for file in files]).encode())
    return PackageContents(descriptor_name, metadata, files, unknown_tables, problems, digest.hexdigest())


def _open_container(path: str | PathLike[str], limits: Limits, *, read_all: bool) -> tuple[Container, str]:
    """Open the container of a package; return it with the name of the descriptor in it."""
    address = parse_location(path)
    if isinstance(address, Path):
        return open_container(address, limits)
    with require_extra("remote"):
        from dxgov.storage.remote import open_remote
    return open_remote(address, limits, read_all=read_all)


def _list_file_resources(resources: Sequence[Resource]) -> Iterator[Resource]:
    """Return the resources that are one file each; a partitioned one is replaced by its partitions."""
    return (file for resource in resources for file in resource.partitions or (resource,))


def _create_tables(
    resources: Sequence[Resource], model: Model, container: Container, limits: Limits, *, read_all: bool
) -> list[PackageTable]:
    """Create the unread table of each resource; all share one budget of bytes."""
    budget = ByteBudget(limits.package)
    return [PackageTable(model.stored[resource.table], resource, container, budget, limits, read_all=read_all) for resource in resources]


def _connect_progress(files: list[PackageTable], progress: Progress) -> None:
    """Report the progress of all files together whenever one of them advances."""

    def report_progress() -> None:
        progress(sum(file.bytes_read for file in files), sum(file.size for file in files))

    for file in files:
        file.on_progress = report_progress


def _create_empty_batch(table: Table | LinkTable) -> RowBatch:
    """Create a batch of a table without rows."""
    return RowBatch(table, empty_table(table.stored))


def _concat_batches(table: Table | LinkTable, batches: list[RowBatch]) -> RowBatch:
    """Concatenate the batches of a table.

    Raises:
        DataError: a column is too large for one Arrow array.
    """
    if not batches:
        return _create_empty_batch(table)
    data = pa.concat_tables([batch.data for batch in batches])
    for column in data.column_names:
        size = data[column].nbytes
        if size > MAX_STRING_BYTES:
            message = f"found {size:,} bytes in the column, and {MAX_STRING_BYTES:,} is the most that is held in memory"
            raise DataError(
                Message("{table} is too large to be loaded", "表{table}は大きすぎて読み込めない", table=table.name),
                [Problem(ProblemCode.TOO_LARGE, message, table.name, field=column)],
            )
    is_partitioned = batches[-1].part > 0
    return evolve(
        batches[0],
        file=None if is_partitioned else batches[0].file,
        data=data.combine_chunks(),
        rows=pa.concat_arrays([batch.rows for batch in batches]) if batches[0].rows is not None and not is_partitioned else None,
        unread={},
        read_problems=(),
    )


_BLOCKING_CODES = (ProblemCode.NOT_A_PACKAGE, ProblemCode.UNSAFE_PATH, ProblemCode.UNKNOWN_TABLE, ProblemCode.TOO_LARGE)
"""Problem codes after which a listed table counts as unknown rather than absent."""
