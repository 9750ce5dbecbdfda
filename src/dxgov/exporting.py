"""`export`: a data set to packages and other formats, all of it or nothing."""

import json
from collections.abc import Iterable
from os import PathLike
from pathlib import Path

from dxgov.collection import Collection
from dxgov.errors import DataError, DestinationError, UnknownNameError, did_you_mean
from dxgov.package.atomic import staged
from dxgov.package.container import DESCRIPTOR
from dxgov.package.descriptor import MARK
from dxgov.package.write import FORMATS, package_files, write_folder, write_zip
from dxgov.validation import validate

__all__ = ["FORMATS", "export"]


def export(
    data: Collection,
    destination: str | PathLike[str],
    formats: Iterable[str] = FORMATS,
    *,
    zip: bool = False,
    overwrite: bool = False,
) -> Path:
    """Write a data set into the folder `destination`: ``csv/`` and ``parquet/``, each a Data Package of its own.

    With `zip`, each format is also written as ``csv.zip`` or ``parquet.zip``. The folder is there whole or not at all: an
    export that fails, or is killed, leaves what was there before. An earlier export is replaced; any other folder only with
    `overwrite`, and then all that is in it is gone. Returns the folder.

    Raises:
        DataError: the data set is not sound; the error carries every problem.
        DestinationError: `destination` is a file, or a folder that is not an earlier export.
        UnknownNameError: there is no such format.
        OSError: the file system refuses, for want of space or permission.
    """
    wanted = tuple(dict.fromkeys(formats))
    for format in wanted:
        if format not in FORMATS:
            raise UnknownNameError(f"there is no format {format!r}{did_you_mean(format, FORMATS)}; expected {' or '.join(FORMATS)}")
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
            raise DestinationError(
                f"{target} is not an earlier export: it holds {strange[0]!r}; allow overwriting to replace all that is in it"
            )


def _ours(entry: Path) -> bool:
    """Whether an earlier export wrote the entry of its folder."""
    if entry.suffix == ".zip":
        return entry.stem in FORMATS and entry.is_file()
    if entry.name not in FORMATS or not entry.is_dir():
        return False
    try:
        found = json.loads((entry / DESCRIPTOR).read_bytes())
        listed = {DESCRIPTOR, *(resource["path"] for resource in found["resources"])}
    except (OSError, ValueError, TypeError, KeyError):
        return False
    present = {path.relative_to(entry).as_posix() for path in entry.rglob("*") if not path.is_dir()}
    return MARK in found and present <= listed
