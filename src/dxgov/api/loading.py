"""`load`: read a package as a data set."""

from os import PathLike
from pathlib import Path
from typing import TypeVar, overload

from dxgov.arguments import check_arguments
from dxgov.dataset import Dataset
from dxgov.errors import DataError
from dxgov.languages import Message
from dxgov.limits import Limits
from dxgov.package.read import PackageRef, read_package
from dxgov.schema import model_of
from dxgov.storage.address import format_location, parse_location
from dxgov.tables.collection import Collection

C = TypeVar("C", bound=Collection)

BUNDLED = "japan-dx-governance"
"""The name of the data set that is bundled with dxgov."""


def find_bundled_package(name: str = BUNDLED) -> Path:
    """Return the folder of a bundled data set: in the installed package, or in a checkout beside the code."""
    package = Path(__file__).parents[1]
    folder = package / "datasets" / name
    return folder if folder.is_dir() else package.parents[1] / "datasets" / name


@overload
def load(path: str | PathLike[str] | None = None, *, lazy: bool = False, limits: Limits | None = None) -> Dataset: ...
@overload
def load(path: str | PathLike[str] | None, model: type[C], *, lazy: bool = False, limits: Limits | None = None) -> C: ...
@check_arguments
def load(
    path: str | PathLike[str] | None = None, model: type[Collection] = Dataset, *, lazy: bool = False, limits: Limits | None = None
) -> Collection:
    """Read a data set from a package: the bundled one, or a folder, ``datapackage.json`` or zip at `path`.

    Addresses such as ``https://example.org/open-data/csv/`` need ``pip install 'dxgov[remote]'``, ``s3://bucket/csv`` needs
    ``dxgov[s3]``, and ``gs://bucket/csv`` ``dxgov[gs]``. With `lazy`, only ranges of a Parquet file at an address are fetched.

    All of the package is read and checked, so the data set is sound. With `lazy`, only ``datapackage.json`` and the metadata of Parquet
    files are read at first. A table is read when it is used, and only the rows needed if it is a Parquet file. The cells, rows and CSV
    hashes that are read are checked then, and any use of the data set may raise a `DataError`. Problems that only the whole package
    shows are not found: duplicate ids, references that lead nowhere, wrong hashes of Parquet files, and rows of a link table without an
    owner. `dxgov.validate` finds them all, without holding the package in memory.

    >>> import dxgov
    >>> dxgov.load().requests["req-2020-11-24-tokyo-assocs-digital"].submitted.text
    '令和2年11月24日'

    Args:
        path: the path or address of a package; None for the bundled data set.
        model: the data set class to read it as.
        lazy: read tables when they are used.
        limits: maximum sizes and waiting times; `Limits()` by default.

    Raises:
        FileNotFoundError: nothing exists at `path`.
        NotAPackageError: `path` is empty, or not that of a package.
        NotInstalledError: a library that the address needs is not installed.
        OSError: files cannot be fetched from an address.
        DataError: the package has problems; the error carries all that `validate` would report, with `lazy` those that are known.
    """
    source = find_bundled_package() if path is None else parse_location(path)
    definition = model_of(model)
    if lazy:
        address = str(source.absolute()) if isinstance(source, Path) else source
        return PackageRef(address, model, limits or Limits()).open()
    package = read_package(source, definition, limits or Limits())
    if package.problems:
        raise DataError(
            Message("{source} is not a sound package", "{source}に誤りがある", source=format_location(source)), package.problems
        )
    return model(package.tables(definition), package.metadata).known_sound()
