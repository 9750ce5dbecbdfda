"""`seal`: finish a CSV package that was edited by hand."""

from os import PathLike
from pathlib import Path

from dxgov.collection import Collection
from dxgov.dataset import Dataset
from dxgov.errors import DataError, NotAPackageError, ProblemCode
from dxgov.package.atomic import staged
from dxgov.package.container import DESCRIPTOR
from dxgov.package.read import read_package
from dxgov.package.write import package_files, write_folder
from dxgov.schema import model_of

_EXPECTED = (ProblemCode.WRONG_SIZE, ProblemCode.WRONG_HASH)
"""What editing a file is bound to bring about, and sealing mends."""


def seal(folder: str | PathLike[str], model: type[Collection] = Dataset) -> int:
    """Rewrite a CSV package in its canonical form: rows by id, sizes, hashes and schemas anew. Returns the number of records.

    Raises:
        FileNotFoundError: there is no such folder.
        NotAPackageError: `folder` is not a folder with a package of CSV files alone.
        DataError: the package has other faults than sizes and hashes, and is left as it is.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise NotAPackageError(f"{folder} is not a folder; only a package in a folder can be sealed")
    package = read_package(folder, model_of(model))
    problems = [problem for problem in package.problems if problem.code not in _EXPECTED]
    if problems:
        raise DataError(f"{folder} is not sealed", problems)
    listed = {str(frame.file) for frame in package.frames.values()} | {DESCRIPTOR}
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    strange = sorted(name for name in present | listed if name not in listed or not name or not name.endswith((".csv", DESCRIPTOR)))
    if strange:
        raise NotAPackageError(f"{folder} holds {strange[0]!r}; only a package of listed CSV files alone can be sealed")
    data = model(package.tables(model_of(model)), package.metadata)
    tables = {name: records.data for name, records in data.tables.items()}
    with staged(folder.absolute()) as stage:
        write_folder(package_files(model_of(model), tables, data.metadata, "csv"), stage)
    return len(data)
