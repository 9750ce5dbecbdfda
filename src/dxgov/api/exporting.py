"""`export`, `site` and `partition`: a data set to packages and other formats, in a folder or at an address."""

import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import partial
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, overload

from dxgov.api.validation import validate
from dxgov.arguments import checked
from dxgov.errors import AddressError, DataError, DestinationError, UnknownNameError
from dxgov.exporters.registry import DEFAULT, named, needed, target
from dxgov.limits import Limits
from dxgov.package.read import Shared
from dxgov.parallel.partition_writer import columns_of, parted_package
from dxgov.storage.address import location
from dxgov.storage.atomic_folder import held, staged
from dxgov.storage.container import DESCRIPTOR
from dxgov.storage.files import Written, write_folder, write_zip
from dxgov.storage.manifest import strange, write_manifest
from dxgov.storage.upload import Destination
from dxgov.tables.collection import Collection


@overload
def export(
    data: Collection,
    destination: PathLike[str],
    formats: Iterable[str] = DEFAULT,
    *,
    zip: bool = False,
    overwrite: bool = False,
    base: str | None = None,
    limits: Limits | None = None,
) -> Path: ...
@overload
def export(
    data: Collection,
    destination: str,
    formats: Iterable[str] = DEFAULT,
    *,
    zip: bool = False,
    overwrite: bool = False,
    base: str | None = None,
    limits: Limits | None = None,
) -> Path | Any: ...
@checked
def export(
    data: Collection,
    destination: str | PathLike[str],
    formats: Iterable[str] = DEFAULT,
    *,
    zip: bool = False,
    overwrite: bool = False,
    base: str | None = None,
    limits: Limits | None = None,
) -> Path | str:
    """Write a data set into the folder `destination`, each format into a folder of its own.

    ``csv`` and ``parquet`` are Data Packages. ``wide`` has the chief tables with the names of what they refer to, ``xlsx`` is an Excel
    workbook, ``csv-excel`` a copy of the CSV files for viewing in Excel, ``sqlite`` and ``duckdb`` are databases, ``jsonl`` is JSON
    Lines, ``ical`` a calendar feed, ``site`` the pages that `site` writes. ``xlsx``, ``duckdb``, ``ical`` and ``site`` need a library
    each: ``pip install 'dxgov[xlsx]'``. ``rdf`` is the records as linked data; ``dcat``, ``schemaorg``, ``croissant``, ``csvw``,
    ``ckan``, ``huggingface`` and ``citation`` tell portals of the data set. A format that describes packages describes those that are
    named with it; where none of them is named, they are written too. `base` is the address at which the folder is going to be
    published; without one, what describes files names them by relative paths.

    With `zip`, each format is also written as ``csv.zip``, ``parquet.zip`` and so on. The folder is there whole or not at all: an export
    that fails, or is killed, leaves what was there before. An earlier export is replaced; any other folder, or an export that was
    changed by hand, only with `overwrite`, and then all that is in it is gone. Returns the folder.

    An empty folder, a mount point, the working folder and one in a folder that may not be written to stay where they are, and what is in
    them is exchanged, packages first and the manifest last. A reader may meet some of both exports meanwhile. A process that is killed then
    leaves that half done, and the next export undoes it first.

    `destination` may be an address that can be written to, such as ``s3://bucket/open-data``; then it is returned as a text. The export
    is made in a temporary folder and uploaded: data first, each ``datapackage.json`` after all other files, the manifest last. So nobody
    who reads a first export meets a descriptor without its files. Replacing an earlier export is not one step there: until it ends, a
    reader may meet new files with an old descriptor, and is told so by their hashes. An earlier export is known by the names in its
    manifest; whether its files were edited is not looked at. An upload that was broken off can be repeated. `limits` say how long the
    place is waited for: `Limits()` where none are given.

    Raises:
        DataError: the data set is not sound, or Excel cannot hold it; the error carries every problem.
        ModelError: the definition gives a format no way to write it, such as names that are one to a database.
        DestinationError: `destination` is a file, or a folder that is not an earlier export.
        UnknownNameError: there is no such format, or none is named.
        AddressError: `base` is not the address of a folder, or `destination` is empty, or one that cannot be written to.
        NotInstalledError: a format or an address needs a library that is not installed.
        OSError: the file system or whoever keeps the address refuses, for want of space or permission.
    """
    wanted = (formats,) if isinstance(formats, str) else tuple(formats)
    if not wanted:
        raise UnknownNameError(f"no format is named; expected {named()}")
    targets = {format: target(format) for format in needed(wanted)}
    address = _folder_address(base)
    with _stage(data, destination, limits, overwrite=overwrite) as (stage, place, hashes):
        written = Written(stage, address)
        for format, files in targets.items():
            paths = write_folder(files(data, written), stage / format)
            hashes.update({f"{format}/{path}": hash for path, hash in paths.items()})
            if zip:
                write_zip(stage / format, sorted(paths, key=DESCRIPTOR.__ne__), stage / f"{format}.zip")
    return place


@overload
def site(data: Collection, destination: PathLike[str], *, overwrite: bool = False, limits: Limits | None = None) -> Path: ...
@overload
def site(data: Collection, destination: str, *, overwrite: bool = False, limits: Limits | None = None) -> Path | Any: ...
@checked
def site(data: Collection, destination: str | PathLike[str], *, overwrite: bool = False, limits: Limits | None = None) -> Path | str:
    """Write a data set into the folder `destination` as a site: pages in Japanese and English to browse, to search and to follow.

    ``index.html`` is where to begin. The site needs no server and loads nothing from elsewhere; opened from a folder it works the same.
    The page of a record is ``ja/id/ID.html`` and ``en/id/ID.html`` and stays there in later versions. Data to download are part of it.
    Needs Jinja2: ``pip install 'dxgov[site]'``. The format ``site`` of `export` writes the same beside other formats.

    The folder is there whole or not at all, and what it replaces is handled as in `export`; so are addresses. Returns the folder.

    Raises:
        DataError: the data set is not sound; the error carries every problem.
        DestinationError: `destination` is a file, or a folder that is not an earlier site or export.
        NotInstalledError: Jinja2 is not installed.
        OSError: the file system refuses, for want of space or permission.
    """
    files = target("site")
    with _stage(data, destination, limits, overwrite=overwrite) as (stage, place, hashes):
        hashes.update(write_folder(files(data, Written(stage)), stage))
    return place


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
@checked
def partition(
    data: Collection,
    destination: str | PathLike[str],
    by: Mapping[str, str],
    *,
    overwrite: bool = False,
    executor: Executor | None = None,
    limits: Limits | None = None,
) -> Path | str:
    """Write a data set into the folder `destination` as one Parquet package in which large tables lie in several files.

    `by` names tables, each with the field that parts it: ``{"requests": "submitted"}`` puts each request into the file of the year in
    which its date starts, ``data/requests/submitted_year=2020/part-0.parquet``. A code, a reference or a truth value parts by what it
    is: ``{"asks": "expected_of_id"}``. Rows without a value lie in ``__HIVE_DEFAULT_PARTITION__``. The rows of link tables lie beside their
    owners. The layout is that of Hive, which pyarrow, DuckDB, pandas and Polars read; dxgov reads it as any package, and with ``lazy``
    only those files of which `Records.where` or `Records.between` can need rows.

    More rows than fit into memory are sorted through temporary files. What is there already is handled as in `export`, and so are
    addresses. Returns the folder.

    With an `executor` and a data set that was loaded with ``lazy``, its processes check the package and make the files of large tables,
    as `validate` says: each of 131,072 consecutive records, so that a value has several files, ``part-0.parquet``, ``part-1.parquet``.

    Raises:
        DataError: the data set is not sound, or there are more values than a package may have files.
        UnknownNameError: there is no such table, it has no such field, or one that parts nothing, such as a title.
        AddressError: `destination` is an address that cannot be written to.
        DestinationError: `destination` is a file, or a folder that is not an earlier export.
        WorkerError: the processes of the executor are gone.
        NotInstalledError: a library is not installed that an address needs.
        OSError: the file system or whoever keeps the address refuses, for want of space or permission.
    """
    if not by:
        raise UnknownNameError(f"no table is named that is to be parted; expected one of {', '.join(data.model().tables)}, with a field")
    columns = columns_of(data.model(), by)
    with _stage(data, destination, limits, overwrite=overwrite, executor=executor) as (stage, place, hashes):
        hashes.update(write_folder(parted_package(data, columns, executor), stage))
    return place


_Hashes = dict[str, str | None]


@contextmanager
def _stage(
    data: Collection, destination: str | PathLike[str], limits: Limits | None, *, overwrite: bool, executor: Executor | None = None
) -> Iterator[tuple[Path, Path | str, _Hashes]]:
    """A folder to fill, the place that it takes when all is in it, and what takes the hashes of files that are known.

    The data are sound, and nothing is there that somebody may miss.
    """
    hashes: _Hashes = {}
    place = location(destination, AddressError)
    if not isinstance(place, Path):
        uploaded = Destination(place, limits or Limits(), overwrite=overwrite)
        _require_sound(data, executor)
        with TemporaryDirectory(prefix="dxgov-") as folder:
            yield Path(folder), place, hashes
            write_manifest(Path(folder), hashes)
            uploaded.take(Path(folder))
        return
    place = place.resolve() if ".." in place.parts else place.absolute()
    _refuse(place, overwrite=overwrite)
    _require_sound(data, executor)
    with staged(place, None if overwrite else partial(_require_unchanged, place)) as stage:
        yield stage, place, hashes
        write_manifest(stage, hashes)


def _require_sound(data: Collection, executor: Executor | None) -> None:
    if data.sound:
        return
    shared = data.origin
    if isinstance(shared, Shared):  # of rows that nothing leads to, only the package itself tells
        found = validate(shared.address, shared.model, limits=shared.limits, executor=executor).problems
    else:
        found = validate(data).problems
    if found:
        raise DataError("the data set is not sound, so it is not exported", found)


def _folder_address(base: str | None) -> str | None:
    """The address with ``/`` at its end, to which paths can be added."""
    if base is None or (re.fullmatch(r"[a-z]+://[^\s<>\"{}|\\^`?#]+", base) and base.isprintable()):
        return base and f"{base.rstrip('/')}/"
    raise AddressError(f"{base!r} is not the address of a folder; expected one such as https://example.org/open-data/")


def _require_unchanged(place: Path, old: Path) -> None:
    """Keep what somebody put into the folder, or changed in it, while the export was made."""
    found = strange(old)
    if found:
        raise DestinationError(f"{place} was changed while the export was made: {found!r}; nothing of it is replaced")


def _refuse(place: Path, *, overwrite: bool) -> None:
    if place == place.parent:
        raise DestinationError(f"{place} is the root of a file system; name a folder in it")
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        raise DestinationError(f"{place} is not a folder; name a folder that does not exist yet, or an earlier export")
    above = next((parent for parent in place.parents if parent.exists()), place)
    if not above.is_dir() and above != place:
        raise DestinationError(f"{place} cannot be made: {above} is not a folder; name a folder elsewhere")
    if place.is_dir() and not overwrite:
        with held(place) as there:
            found = strange(place) if there else None
        if found:
            said = f"{found!r} was not written by one, or was changed since"
            raise DestinationError(f"{place} is not an earlier export: {said}; allow overwriting to replace all that is in it")
