"""`export`, `site` and `partition`: write a data set to packages and other formats, in a folder or at an address."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import partial
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, overload

from dxgov.api.validation import validate
from dxgov.arguments import check_arguments
from dxgov.errors import AddressError, DataError, DestinationError, UnknownNameError
from dxgov.exporters.registry import DEFAULT_FORMATS, document_formats, expand_formats, join_format_names, load_exporter
from dxgov.languages import Message
from dxgov.limits import Limits
from dxgov.package.read import PackageRef
from dxgov.parallel.partition_writer import build_partitioned_package, get_partition_columns
from dxgov.storage.address import parse_location
from dxgov.storage.atomic_folder import lock_folder, replace_folder
from dxgov.storage.container import DESCRIPTOR
from dxgov.storage.files import ExportFolder, Files, write_folder, write_zip
from dxgov.storage.manifest import find_foreign_file, write_manifest
from dxgov.storage.upload import RemoteDestination
from dxgov.tables.collection import Collection

FileProgress = Callable[[str], None]
"""A function that is called with the path of a file."""


@overload
def export(
    data: Collection,
    destination: PathLike[str],
    formats: Iterable[str] = DEFAULT_FORMATS,
    *,
    zip: bool = False,
    overwrite: bool = False,
    base: str | None = None,
    limits: Limits | None = None,
    progress: FileProgress | None = None,
) -> Path: ...
@overload
def export(
    data: Collection,
    destination: str,
    formats: Iterable[str] = DEFAULT_FORMATS,
    *,
    zip: bool = False,
    overwrite: bool = False,
    base: str | None = None,
    limits: Limits | None = None,
    progress: FileProgress | None = None,
) -> Path | Any: ...
@document_formats
@check_arguments
def export(
    data: Collection,
    destination: str | PathLike[str],
    formats: Iterable[str] = DEFAULT_FORMATS,
    *,
    zip: bool = False,
    overwrite: bool = False,
    base: str | None = None,
    limits: Limits | None = None,
    progress: FileProgress | None = None,
) -> Path | str:
    """Write a data set into the folder `destination`, each format into a folder of its own.

    Without `formats`, the packages ``csv`` and ``parquet`` are written; they can be loaded again. The other formats hold the records for
    other programs, or describe the data set to portals. A format that describes packages describes the exported ones; if none of them is
    named, they are exported too. Some formats need a library each: ``pip install 'dxgov[xlsx]'``.

    The export is atomic: if it fails or is killed, the folder keeps its old content. An earlier export is replaced. A reader may see
    some of both exports while they are exchanged in an empty folder, a mount point, the working folder, or a folder whose parent is
    read-only: such a folder stays, and its members are exchanged, packages first and the manifest last. The next export rolls back an
    exchange that was killed.

    An address that can be written to, such as ``s3://bucket/open-data``, is replaced file by file, because object stores have no atomic
    folders. The export is made in a temporary folder and uploaded: data first, each ``datapackage.json`` after all other files, the
    manifest last. So a reader of a first export never sees a descriptor without its files. When an earlier export is replaced, a reader
    may see new files with an old descriptor, which their hashes reveal. An earlier export is recognized by the names in its manifest;
    its files are not checked for edits. An interrupted upload can be repeated.

    Args:
        data: the data set.
        destination: the path of a folder, or an address that can be written to.
        formats: names of formats, or one name.
        zip: also write each format as a zip, such as ``csv.zip`` and ``parquet.zip``.
        overwrite: replace any other folder too, and an export that was edited by hand; all that is in it is lost.
        base: the address at which the folder is going to be published; without it, files are described by relative paths.
        limits: how long the server of an address is waited for; `Limits()` by default.
        progress: called with the path of each file, below the folder of its format, before it is written.

    Returns:
        The folder as a path, or the address as a text.

    Raises:
        DataError: the data set is not sound, or Excel cannot hold it; the error carries every problem.
        ModelError: a format cannot express the definition, for example names that a database regards as the same.
        DestinationError: `destination` is a file, or a folder that is not an earlier export.
        UnknownNameError: a format does not exist, or `formats` is empty.
        AddressError: `base` is not the address of a folder, or `destination` is empty or an address that cannot be written to.
        NotInstalledError: a format or an address needs a library that is not installed.
        OSError: the file system or server refuses, for want of space or permission.
    """
    names = (formats,) if isinstance(formats, str) else tuple(formats)
    if not names:
        raise UnknownNameError(f"no format is named; expected {join_format_names()}")
    targets = {format: load_exporter(format) for format in expand_formats(names)}
    base_url = _normalize_base(base)
    with _open_stage(data, destination, limits, overwrite=overwrite) as (stage, target_location, hashes):
        export_folder = ExportFolder(stage, base_url)
        for format, create_files in targets.items():
            file_hashes = write_folder(_report_files(create_files(data, export_folder), progress), stage / format)
            hashes.update({f"{format}/{path}": hash for path, hash in file_hashes.items()})
            if zip:
                write_zip(stage / format, sorted(file_hashes, key=DESCRIPTOR.__ne__), stage / f"{format}.zip")
    return target_location


@overload
def site(
    data: Collection,
    destination: PathLike[str],
    *,
    overwrite: bool = False,
    limits: Limits | None = None,
    progress: FileProgress | None = None,
) -> Path: ...
@overload
def site(
    data: Collection,
    destination: str,
    *,
    overwrite: bool = False,
    limits: Limits | None = None,
    progress: FileProgress | None = None,
) -> Path | Any: ...
@check_arguments
def site(
    data: Collection,
    destination: str | PathLike[str],
    *,
    overwrite: bool = False,
    limits: Limits | None = None,
    progress: FileProgress | None = None,
) -> Path | str:
    """Write a data set into the folder `destination` as a site: pages in Japanese and English to browse, to search and to follow.

    ``index.html`` is the start page. The site needs no server and loads nothing from elsewhere; opened from a folder it works the same.
    The page of a record is ``ja/id/ID.html`` and ``en/id/ID.html`` and stays there in later versions. Downloads of the data are included.
    Needs Jinja2: ``pip install 'dxgov[site]'``. The format ``site`` of `export` writes the same beside other formats.

    The folder is replaced atomically, and existing files and addresses are handled as in `export`.

    Args:
        data: the data set.
        destination: the path of a folder, or an address that can be written to.
        overwrite: replace any other folder too; all that is in it is lost.
        limits: how long the server of an address is waited for; `Limits()` by default.
        progress: called with the path of each file before it is written.

    Returns:
        The folder as a path, or the address as a text.

    Raises:
        DataError: the data set is not sound; the error carries every problem.
        DestinationError: `destination` is a file, or a folder that is not an earlier site or export.
        NotInstalledError: Jinja2 is not installed.
        OSError: the file system or server refuses, for want of space or permission.
    """
    create_files = load_exporter("site")
    with _open_stage(data, destination, limits, overwrite=overwrite) as (stage, target_location, hashes):
        hashes.update(write_folder(_report_files(create_files(data, ExportFolder(stage)), progress), stage))
    return target_location


@overload
def partition(
    data: Collection,
    destination: PathLike[str],
    by: Mapping[str, str],
    *,
    overwrite: bool = False,
    executor: Executor | None = None,
    limits: Limits | None = None,
) -> Path: ...
@overload
def partition(
    data: Collection,
    destination: str,
    by: Mapping[str, str],
    *,
    overwrite: bool = False,
    executor: Executor | None = None,
    limits: Limits | None = None,
) -> Path | Any: ...
@check_arguments
def partition(
    data: Collection,
    destination: str | PathLike[str],
    by: Mapping[str, str],
    *,
    overwrite: bool = False,
    executor: Executor | None = None,
    limits: Limits | None = None,
) -> Path | str:
    """Write a data set into the folder `destination` as one Parquet package whose large tables are partitioned into several files.

    ``{"requests": "submitted"}`` puts each request into the file of the year in which its date starts,
    ``data/requests/submitted_year=2020/part-0.parquet``. A code, a reference or a boolean is a partition value itself:
    ``{"asks": "expected_of_id"}``. Rows without a value are in ``__HIVE_DEFAULT_PARTITION__``. The rows of link tables are partitioned
    with their owners. The layout is that of Hive, which pyarrow, DuckDB, pandas and Polars read. dxgov reads it as any package, and with
    ``lazy`` only those files that can hold rows for `Records.where` or `Records.between`.

    More rows than fit into memory are sorted through temporary files. Existing files and addresses are handled as in `export`.

    Args:
        data: the data set.
        destination: the path of a folder, or an address that can be written to.
        by: the tables to partition, each with the field to partition by.
        overwrite: replace any other folder too; all that is in it is lost.
        executor: for a data set that was loaded with ``lazy``, checks the package and writes large tables in parallel, as `validate`
            says. A task takes 131,072 consecutive records, so a value has several files: ``part-0.parquet``, ``part-1.parquet``.
        limits: how long the server of an address is waited for; `Limits()` by default.

    Returns:
        The folder as a path, or the address as a text.

    Raises:
        DataError: the data set is not sound, or there are more values than a package may have files.
        UnknownNameError: a table or field does not exist, or no table can be partitioned by it, such as a title.
        AddressError: `destination` is an address that cannot be written to.
        DestinationError: `destination` is a file, or a folder that is not an earlier export.
        WorkerError: the processes of the executor have ended.
        NotInstalledError: a library that an address needs is not installed.
        OSError: the file system or server refuses, for want of space or permission.
    """
    if not by:
        raise UnknownNameError(f"found no table to partition; expected one of {', '.join(data.model().tables)}, with a field")
    columns = get_partition_columns(data.model(), by)
    with _open_stage(data, destination, limits, overwrite=overwrite, executor=executor) as (stage, target_location, hashes):
        hashes.update(write_folder(build_partitioned_package(data, columns, executor), stage))
    return target_location


_Hashes = dict[str, str | None]
"""Files by their paths in a folder, each with its SHA-256 if that is known."""


@contextmanager
def _open_stage(
    data: Collection, destination: str | PathLike[str], limits: Limits | None, *, overwrite: bool, executor: Executor | None = None
) -> Iterator[tuple[Path, Path | str, _Hashes]]:
    """Yield a folder to fill, the destination that it replaces in the end, and a mapping to fill with hashes of files.

    Checks first that the data set is sound and the destination may be replaced.
    """
    hashes: _Hashes = {}
    load_exporter = parse_location(destination, AddressError)
    if not isinstance(load_exporter, Path):
        remote = RemoteDestination(load_exporter, limits or Limits(), overwrite=overwrite)
        _require_sound(data, executor)
        with TemporaryDirectory(prefix="dxgov-") as folder:
            yield Path(folder), load_exporter, hashes
            write_manifest(Path(folder), hashes)
            remote.upload(Path(folder))
        return
    load_exporter = load_exporter.resolve() if ".." in load_exporter.parts else load_exporter.absolute()
    _require_replaceable(load_exporter, overwrite=overwrite)
    _require_sound(data, executor)
    with replace_folder(load_exporter, None if overwrite else partial(_verify_unchanged_members, load_exporter)) as stage:
        yield stage, load_exporter, hashes
        write_manifest(stage, hashes)


def _require_sound(data: Collection, executor: Executor | None) -> None:
    """Raise a `DataError` if a data set is not sound."""
    if data.sound:
        return
    package = data.origin
    if isinstance(package, PackageRef):  # only the package shows rows of link tables without an owner
        problems = validate(package.address, package.model, limits=package.limits, executor=executor).problems
    else:
        problems = validate(data).problems
    if problems:
        raise DataError(Message("the data set is not sound, so it is not exported", "データセットに誤りがあるため、出力しない"), problems)


def _report_files(files: Files, progress: FileProgress | None) -> Files:
    """Yield files, and report the path of each before it is written."""
    for path, content in files:
        if progress is not None:
            progress(path)
        yield path, content


def _normalize_base(base: str | None) -> str | None:
    """Return the address of a folder with ``/`` at its end, so that paths can be added; None for None."""
    if base is None or (re.fullmatch(r"[a-z]+://[^\s<>\"{}|\\^`?#]+", base) and base.isprintable()):
        return base and f"{base.rstrip('/')}/"
    raise AddressError(f"{base!r} is not the address of a folder; expected one such as https://example.org/open-data/")


def _verify_unchanged_members(folder: Path, old_members: Path) -> None:
    """Raise a `DestinationError` if something in a folder was added or changed during the export."""
    foreign_file = find_foreign_file(old_members)
    if foreign_file:
        raise DestinationError(f"{folder} was changed while the export was made: {foreign_file!r}; nothing of it is replaced")


def _require_replaceable(folder: Path, *, overwrite: bool) -> None:
    """Raise a `DestinationError` unless a folder can be created, is an earlier export, or may be overwritten."""
    if folder == folder.parent:
        raise DestinationError(f"{folder} is the root of a file system; name a folder in it")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise DestinationError(f"{folder} is not a folder; name a folder that does not exist yet, or an earlier export")
    ancestor = next((parent for parent in folder.parents if parent.exists()), folder)
    if not ancestor.is_dir() and ancestor != folder:
        raise DestinationError(f"{folder} cannot be made: {ancestor} is not a folder; name a folder elsewhere")
    if folder.is_dir() and not overwrite:
        with lock_folder(folder) as exists:
            foreign_file = find_foreign_file(folder) if exists else None
        if foreign_file:
            reason = f"{foreign_file!r} was not written by one, or was changed since"
            raise DestinationError(f"{folder} is not an earlier export: {reason}; allow overwriting to replace all that is in it")
