"""`seal`: finish a CSV package that was edited by hand."""

import json
from os import PathLike
from pathlib import Path
from stat import S_ISDIR

from dxgov.arguments import checked
from dxgov.dataset import Dataset
from dxgov.errors import DataError, DestinationError, NotAPackageError, ProblemCode
from dxgov.limits import Limits
from dxgov.package.descriptor_writer import PROPERTIES, TEMPORAL, descriptor
from dxgov.package.read import read_package
from dxgov.package.write import csv_package
from dxgov.schema import model_of
from dxgov.storage.address import location, shown
from dxgov.storage.atomic_folder import held, staged
from dxgov.storage.container import DESCRIPTOR
from dxgov.storage.files import write_folder
from dxgov.tables.collection import Collection

_EXPECTED = (ProblemCode.WRONG_SIZE, ProblemCode.WRONG_HASH, ProblemCode.CONTRADICTION)
"""What editing a file is bound to bring about, and sealing mends."""


@checked
def seal(folder: str | PathLike[str], model: type[Collection] = Dataset, *, limits: Limits | None = None) -> int:
    """Rewrite a CSV package in its canonical form and return the number of records.

    Rows are put in the order of their ids; sizes, hashes and schemas, and columns that follow from others, are written anew.

    Raises:
        FileNotFoundError: there is no such folder.
        NotAPackageError: `folder` is not a folder with a package of CSV files alone.
        DataError: the package has faults that sealing does not mend, and is left as it is.
        DestinationError: it was changed meanwhile, and is left as it is.
    """
    place = location(folder)
    if not isinstance(place, Path):
        raise NotAPackageError(f"{shown(place)} is an address; only a package in a folder can be sealed")
    folder = place.resolve()
    if folder.exists() and not folder.is_dir():
        raise NotAPackageError(f"{folder} is not a folder; only a package in a folder can be sealed")
    with held(folder):  # what a killed process left in it is undone
        before = _state(folder)
    package = read_package(folder, model_of(model), limits or Limits())
    problems = [problem for problem in package.problems if package.unread or problem.code not in _EXPECTED]
    if problems:
        raise DataError(f"{folder} is not sealed", problems)
    listed = {str(frame.file) for frame in package.frames.values()} | {DESCRIPTOR}
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    strange = sorted(name for name in present | listed if name not in listed or not name or not name.endswith((".csv", DESCRIPTOR)))
    if strange:
        raise NotAPackageError(f"{folder} holds {strange[0]!r}; only a package of listed CSV files alone can be sealed")
    found = json.loads((folder / DESCRIPTOR).read_bytes())
    derived = {TEMPORAL} if isinstance(found.get(TEMPORAL), dict) and found[TEMPORAL].keys() == {"start", "end"} else set()
    unknown = sorted(found.keys() - descriptor(package.metadata, []).keys() - {*PROPERTIES} - derived)
    if unknown:
        raise NotAPackageError(f"{folder / DESCRIPTOR} has the property {unknown[0]!r}, which sealing would lose")
    data = model.of(model(package.tables(model_of(model)), package.metadata), package.metadata)

    def still_good(old: Path) -> None:
        if _state(old) != before:
            raise DestinationError(f"{folder} was changed while it was sealed; nothing of it is replaced")

    with staged(folder, still_good) as stage:
        write_folder(csv_package(data), stage)
    return len(data)


def _state(folder: Path) -> dict[str, tuple[int, int, int]]:
    """What shows that files of a folder were changed."""
    found = {path.relative_to(folder).as_posix(): path.lstat() for path in folder.rglob("*")}
    return {name: (about.st_ino, about.st_size, 0 if S_ISDIR(about.st_mode) else about.st_mtime_ns) for name, about in found.items()}
