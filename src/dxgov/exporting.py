"""`export`: a data set to packages and other formats, all of it or nothing."""

from collections.abc import Iterable
from os import PathLike
from pathlib import Path

from dxgov.collection import Collection
from dxgov.errors import DataError, DestinationError, UnknownNameError
from dxgov.files import write_folder, write_zip
from dxgov.manifest import strange, write_manifest
from dxgov.package.atomic import staged
from dxgov.targets.formats import DEFAULT, named, target
from dxgov.validation import validate


def export(
    data: Collection,
    destination: str | PathLike[str],
    formats: Iterable[str] = DEFAULT,
    *,
    zip: bool = False,
    overwrite: bool = False,
) -> Path:
    """Write a data set into the folder `destination`, each format into a folder of its own.

    ``csv`` and ``parquet`` are Data Packages. ``wide`` has the chief tables with the names of what they refer to, ``xlsx`` is an Excel
    workbook, ``csv-excel`` a copy of the CSV files for viewing in Excel, ``sqlite`` and ``duckdb`` are databases, ``jsonl`` is JSON
    Lines, ``ical`` a calendar feed. ``xlsx``, ``duckdb`` and ``ical`` need a library each: ``pip install 'dxgov[xlsx]'``. With `zip`,
    each format is also written as ``csv.zip``, ``parquet.zip`` and so on. The folder is there whole or not at all: an export that fails, or
    is killed, leaves what was there before. An earlier export is replaced; any other folder, or an export that was changed by
    hand, only with `overwrite`, and then all that is in it is gone. Returns the folder.

    Raises:
        DataError: the data set is not sound, or Excel cannot hold it; the error carries every problem.
        ModelError: the definition gives a format no way to write it, such as names that are one to a database.
        DestinationError: `destination` is a file, or a folder that is not an earlier export.
        UnknownNameError: there is no such format, or none is named.
        NotInstalledError: a format needs a library that is not installed.
        OSError: the file system refuses, for want of space or permission.
    """
    wanted = (formats,) if isinstance(formats, str) else tuple(formats)
    targets = {format: target(format) for format in wanted}
    if not targets:
        raise UnknownNameError(f"no format is named; expected {named()}")
    place = Path(destination).absolute()
    _refuse(place, overwrite=overwrite)
    report = validate(data)
    if not report.valid:
        raise DataError("the data set is not sound, so it is not exported", report.problems)
    with staged(place) as stage:
        for format, files in targets.items():
            paths = write_folder(files(data), stage / format)
            if zip:
                write_zip(stage / format, paths, stage / f"{format}.zip")
        write_manifest(stage)
    return place


def _refuse(place: Path, *, overwrite: bool) -> None:
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        raise DestinationError(f"{place} is not a folder; name a folder that does not exist yet, or an earlier export")
    if place.is_dir() and not overwrite:
        found = strange(place)
        if found:
            said = f"{found!r} was not written by one, or was changed since"
            raise DestinationError(f"{place} is not an earlier export: {said}; allow overwriting to replace all that is in it")
