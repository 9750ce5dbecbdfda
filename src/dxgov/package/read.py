"""Packages to data sets; every fault on the way is a `Problem`."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from os import PathLike
from pathlib import Path

import pyarrow as pa
from attrs import evolve, frozen

from dxgov.errors import DataError, Problem, ProblemCode
from dxgov.formats.resource import Resource
from dxgov.limits import Limits
from dxgov.metadata import Metadata
from dxgov.optional_dependencies import needing
from dxgov.package.descriptor_reader import read_descriptor
from dxgov.package.lazy_partitions import lazy_table
from dxgov.package.partitioned_table import PartedFile
from dxgov.package.table_file import Allowance, TableFile
from dxgov.schema import LinkTable, Model, Table, model_of
from dxgov.storage.address import location, shown
from dxgov.storage.container import Container, RefusedError, content
from dxgov.storage.folder import open_container
from dxgov.tables.arrow import TEXT_AT_ONCE
from dxgov.tables.collection import Collection
from dxgov.tables.columns import empty_table
from dxgov.tables.link_tables import join
from dxgov.tables.records import Lazy
from dxgov.validation import Frame, Held, Here, Part, Rows, Told, check, metadata_warnings


@frozen
class Package:
    """A package as it was read: the tables, what it says of itself, and all that is wrong with it."""

    frames: dict[str, Frame]
    """The tables, where they were wanted; only of a package without problems they are whole."""
    metadata: Metadata
    problems: tuple[Problem, ...]
    records: int
    """How many records were read; rows of link tables are not records."""
    unread: bool
    """Whether tables or cells were not read because of what the descriptor says of them, so that they are lost in `frames`."""
    warnings: tuple[Problem, ...] = ()
    """What should be looked at, where that was asked for."""

    def tables(self, model: Model) -> dict[str, pa.Table]:
        """The tables of a data set; only a package without problems has them."""
        return join(model, {name: frame.data for name, frame in self.frames.items()})


@frozen
class Shared:
    """A package, as each process finds it by itself."""

    address: str
    """The path or address; a path is absolute where a data set is pickled with it."""
    model: type[Collection]
    limits: Limits
    digest: str | None = None
    """The SHA-256 of the descriptor and of the sizes of all files, which must be those that are found; None takes any."""

    def open(self) -> Collection:
        """Open the package as a data set, which reads it as it is touched.

        Raises:
            DataError: its descriptor or the size of a file is not what `digest` says, or it is faulty; and as `read_package`.
        """
        return self.model.reading(*lazy_tables(self))

    def table(self, name: str) -> Lazy:
        """Open the package and return one of its tables; errors are those of `open`."""
        return lazy_tables(self)[0][name]

    def rows(self, table: str, start: int, length: int) -> pa.Table:
        """Some rows of a table of the data set, in the order of their ids.

        Raises:
            DataError: something is wrong with them.
        """
        return self.table(table).rows(start, length)


Progress = Callable[[int, int], None]
"""Is told how many bytes of how many were read so far."""


@frozen
class Listed:
    """What a package says of itself, and the files that it lists."""

    descriptor: str
    """The name of the file that says it."""
    metadata: Metadata
    files: list[TableFile | PartedFile]
    absent: list[str]
    """Tables that may be the ones that could not be taken, so that nothing follows from their absence."""
    problems: list[Problem]
    digest: str = ""
    """The SHA-256 of the descriptor and of the sizes of all files, as far as these were looked for."""


def read_package(
    path: str | PathLike[str],
    model: Model,
    limits: Limits,
    *,
    keep: bool = True,
    progress: Progress | None = None,
    steps: Here | None = None,
    warnings: bool = False,
) -> Package:
    """Check a package in a folder, its ``datapackage.json`` or a zip, or at an address, batch by batch.

    All that is read is kept only where asked for.

    `steps` runs the steps of the check. Warnings are looked for where `warnings` asks for them.

    Raises:
        FileNotFoundError: there is nothing at `path`.
        NotAPackageError: there is something else than a package.
        DataError: a zip has members that cannot be taken.
        NotInstalledError: a library is not installed that an address needs.
        OSError: the system does not let the descriptor be read, or files cannot be fetched from an address.
    """
    found = listed(path, model, limits, whole=steps is None)
    tables: list[Rows] = [Held(_empty(model.stored[name]), limits.batch, lost=True) for name in found.absent]
    tables += found.files
    told = Told(limits.problems, warnings=warnings)
    told.add(Part.DESCRIPTOR, 0, 0, 0, found.problems)
    told.add(Part.WARNINGS, -1, 0, 0, metadata_warnings(found.metadata, found.descriptor))
    if progress is not None:
        _report(found.files, progress)
    kept: dict[str, list[Frame]] = {}
    check(model, tables, found.metadata, told, limits.memory, kept if keep else None, steps)
    frames = {name: _whole(model.stored[name], pieces) for name, pieces in kept.items()}
    records = sum(each.length for each in found.files if each.table.name in model.tables)
    unread = bool(found.absent) or any(each.unread for each in found.files)
    return Package(frames, found.metadata, tuple(told), records, unread, tuple(told.warnings()))


def lazy_tables(origin: Shared) -> tuple[dict[str, Lazy], Metadata, Shared]:
    """Open a package: return its tables, each read when it is touched, what it says of itself, and the origin with its digest.

    Raises:
        DataError: something is wrong with the descriptor, or with what the files say of themselves; and as `read_package`.
    """
    model, limits = model_of(origin.model), origin.limits
    package = listed(origin.address, model, limits, defer=True, whole=False)
    if origin.digest not in (None, package.digest):
        message = "the package was changed after the data set was loaded; load it again"
        problem = Problem(ProblemCode.WRONG_HASH, message, file=package.descriptor)
        raise DataError(f"{shown(origin.address)} is not the package that it was", [problem])
    told = Told(limits.problems)
    told.add(Part.DESCRIPTOR, 0, 0, 0, package.problems)
    for number, file in enumerate(package.files):
        told.add(Part.FILES, number, 0, 0, file.absence())
    if problems := tuple(told):
        raise DataError(f"{shown(origin.address)} is not a sound package", problems)
    files, origin = {file.table.name: file for file in package.files}, evolve(origin, digest=package.digest)
    tables = {name: lazy_table(model, table, files, limits, origin) for name, table in model.tables.items() if name in files}
    return tables, package.metadata, origin


def listed(
    path: str | PathLike[str], model: Model, limits: Limits, only: str | None = None, *, defer: bool = False, whole: bool = True
) -> Listed:
    """What a package says of itself, and the files that it lists, unread; or `only` that of one table.

    With `defer`, a file that takes a request is looked for when it is touched. `whole` tells that all of each is going to be read.

    Raises:
        FileNotFoundError, NotAPackageError, DataError, NotInstalledError, OSError: as `read_package`.
    """
    container, name = _opened(path, limits, whole=whole)
    try:
        descriptor = container.find(name, limits.descriptor)
        if descriptor is None:
            raise FileNotFoundError(f"there is no {shown(path)}")
        found = content(descriptor)
    except RefusedError as error:
        return Listed(name, Metadata(), [], [], [Problem(error.code, str(error), file=name)])
    except OSError as error:
        if error.errno is not None or isinstance(error, FileNotFoundError):  # the system refuses, which is no fault of the package
            raise
        return Listed(name, Metadata(), [], [], [Problem(ProblemCode.UNREADABLE_FILE, str(error), file=name)])
    metadata, resources, problems = read_descriptor(found, name, model, limits)
    refused = any(each.code in _REFUSED for each in problems)
    concerned = set(model.stored) if refused else {each.table for each in problems}
    absent = [name for name in model.stored if name in concerned and name not in {resource.table for resource in resources}]
    wanted = [each for each in resources if only in (None, each.table)]
    files = _files(wanted, model, container, limits, whole=whole)
    digest = hashlib.sha256(found)
    if not (defer and container.asks):
        for full in (True, False):
            container.expect([each.path for each in _pieces(wanted) if (whole or each.format == "csv") is full], whole=full)
        digest.update(repr([(file.table.name, file.size) for file in files]).encode())
    return Listed(name, metadata, files, absent, problems, digest.hexdigest())


def _opened(path: str | PathLike[str], limits: Limits, *, whole: bool) -> tuple[Container, str]:
    place = location(path)
    if isinstance(place, Path):
        return open_container(place, limits)
    with needing("remote"):
        from dxgov.storage.remote import open_remote
    return open_remote(place, limits, whole=whole)


def _pieces(resources: Sequence[Resource]) -> Iterator[Resource]:
    """The resources that are one file each: the parts of those that have some."""
    return (each for resource in resources for each in resource.parts or (resource,))


def _files(
    resources: Sequence[Resource], model: Model, container: Container, limits: Limits, *, whole: bool
) -> list[TableFile | PartedFile]:
    allowance = Allowance(limits.package)
    kinds = [(resource, PartedFile if resource.parts else TableFile) for resource in resources]
    return [kind(model.stored[resource.table], resource, container, allowance, limits, whole=whole) for resource, kind in kinds]


def _report(files: list[TableFile | PartedFile], progress: Progress) -> None:
    """Have each file tell how far all of them were read."""
    for file in files:
        file.told_of = lambda: progress(sum(each.done for each in files), sum(each.size for each in files))


def _empty(table: Table | LinkTable) -> Frame:
    return Frame(table, empty_table(table.stored))


def _whole(table: Table | LinkTable, pieces: list[Frame]) -> Frame:
    """All rows of a table.

    Raises:
        DataError: a column is too large to be held in one piece.
    """
    if not pieces:
        return _empty(table)
    data = pa.concat_tables([piece.data for piece in pieces])
    for column in data.column_names:
        size = data[column].nbytes
        if size > TEXT_AT_ONCE:
            message = f"found {size:,} bytes in the column, and {TEXT_AT_ONCE:,} is the most that is held in memory"
            raise DataError(f"{table.name} is too large to be loaded", [Problem(ProblemCode.TOO_LARGE, message, table.name, field=column)])
    several = pieces[-1].part > 0
    return evolve(
        pieces[0],
        file=None if several else pieces[0].file,
        data=data.combine_chunks(),
        rows=pa.concat_arrays([pieces.rows for pieces in pieces]) if pieces[0].rows is not None and not several else None,
        unread={},
        faults=(),
    )


_REFUSED = (ProblemCode.NOT_A_PACKAGE, ProblemCode.UNSAFE_PATH, ProblemCode.UNKNOWN_TABLE, ProblemCode.TOO_LARGE)
"""What keeps a table that a descriptor lists from being read at all."""
