"""`export`: a data set to packages and other formats, all of it or nothing."""

import json
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from zipfile import BadZipFile

from dxgov.collection import Collection
from dxgov.errors import DataError, DestinationError, UnknownNameError, did_you_mean
from dxgov.package.atomic import staged
from dxgov.package.container import DESCRIPTOR, Container, Folder, Zip
from dxgov.package.descriptor import MARK, sha256
from dxgov.package.tableschema import FORMATS
from dxgov.package.write import package_files, write_folder, write_zip
from dxgov.validation import validate

__all__ = ["FORMATS", "export"]


def export(
    data: Collection,
    destination: str | PathLike[str],
    formats: Iterable[str] = tuple(FORMATS),
    *,
    zip: bool = False,
    overwrite: bool = False,
) -> Path:
    """Write a data set into the folder `destination`: ``csv/`` and ``parquet/``, each a Data Package of its own.

    With `zip`, each format is also written as ``csv.zip`` or ``parquet.zip``. The folder is there whole or not at all: an
    export that fails, or is killed, leaves what was there before. An earlier export is replaced; any other folder, or an
    export that was changed by hand, only with `overwrite`, and then all that is in it is gone. Returns the folder.

    Raises:
        DataError: the data set is not sound; the error carries every problem.
        DestinationError: `destination` is a file, or a folder that is not an earlier export.
        UnknownNameError: there is no such format, or none is named.
        OSError: the file system refuses, for want of space or permission.
    """
    wanted = (formats,) if isinstance(formats, str) else tuple(dict.fromkeys(formats))
    for format in wanted:
        if format not in FORMATS:
            raise UnknownNameError(f"there is no format {format!r}{did_you_mean(format, FORMATS)}; expected {' or '.join(FORMATS)}")
    if not wanted:
        raise UnknownNameError(f"no format is named; expected {' or '.join(FORMATS)}")
    target = Path(destination).absolute()
    _refuse(target, overwrite=overwrite)
    report = validate(data)
    if not report.valid:
        raise DataError("the data set is not sound, so it is not exported", report.problems)
    tables = {name: records.data for name, records in data.tables.items()}
    with staged(target) as stage:
        for format in wanted:
            files = package_files(data.model(), tables, data.metadata, format)
            write_folder(files, stage / format)
            if zip:
                write_zip(files, stage / f"{format}.zip")
    return target


def _refuse(target: Path, *, overwrite: bool) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise DestinationError(f"{target} is not a folder; name a folder that does not exist yet, or an earlier export")
    if target.is_dir() and not overwrite:
        strange = sorted(each.name for each in target.iterdir() if not _ours(each))
        if strange:
            said = f"{strange[0]!r} was not written by one, or was changed since"
            raise DestinationError(f"{target} is not an earlier export: {said}; allow overwriting to replace all that is in it")


def _ours(entry: Path) -> bool:
    """Whether an entry of a folder is what an export left there, unchanged since."""
    try:
        if entry.name in FORMATS and entry.is_dir():
            return _unchanged(Folder(entry))
        return entry.suffix == ".zip" and entry.stem in FORMATS and entry.is_file() and _unchanged(Zip(entry))
    except (OSError, ValueError, TypeError, KeyError, BadZipFile):
        return False


def _unchanged(container: Container) -> bool:
    """Whether a package is one that dxgov wrote and holds just the files that it lists, with the content that it tells."""
    found = json.loads(container.read(DESCRIPTOR) or b"")
    hashes = {resource["path"]: resource["hash"] for resource in found["resources"]}
    same = all(sha256(container.read(path) or b"") == hash for path, hash in hashes.items())
    return MARK in found and same and set(container.names()) == {DESCRIPTOR, *hashes}
