"""`load`: a package to a data set."""

from os import PathLike
from pathlib import Path
from typing import TypeVar, overload

from dxgov.arguments import checked
from dxgov.dataset import Dataset
from dxgov.errors import DataError
from dxgov.limits import Limits
from dxgov.package.read import Shared, read_package
from dxgov.schema import model_of
from dxgov.storage.address import location, shown
from dxgov.tables.collection import Collection

C = TypeVar("C", bound=Collection)

BUNDLED = "japan-dx-governance"
"""The data set that dxgov brings."""


def bundled(name: str = BUNDLED) -> Path:
    """The folder of a bundled data set: in the installed package, or in a checkout beside the code."""
    home = Path(__file__).parents[1]
    installed = home / "datasets" / name
    return installed if installed.is_dir() else home.parents[1] / "datasets" / name


@overload
def load(path: str | PathLike[str] | None = None, *, lazy: bool = False, limits: Limits | None = None) -> Dataset: ...
@overload
def load(path: str | PathLike[str] | None, model: type[C], *, lazy: bool = False, limits: Limits | None = None) -> C: ...
@checked
def load(
    path: str | PathLike[str] | None = None, model: type[Collection] = Dataset, *, lazy: bool = False, limits: Limits | None = None
) -> Collection:
    """A data set from a package: the bundled one, or that at `path`, a folder, its ``datapackage.json``, a zip, or the address of one.

    Addresses such as ``https://example.org/open-data/csv/`` need ``pip install 'dxgov[remote]'``, ``s3://bucket/csv`` needs
    ``dxgov[s3]``, and ``gs://bucket/csv`` ``dxgov[gs]``. With `lazy`, of a Parquet file there only ranges are fetched.

    `model` is the data set class to read it as, and `limits` say how much of a package is taken: `Limits()` where none are given.

    All of it is read and checked before it is given, so that what is given is sound. With `lazy`, nothing is read but
    ``datapackage.json`` and what Parquet files say of themselves; a table is read when it is touched, of a Parquet file only the rows
    that are. Then what is read is checked by itself: each cell by its type and the rules of its column, each row by the rules between
    its fields, and a CSV file by its hash. What is wrong raises a `DataError` from whatever touched it. What only the whole can show is
    not looked at: whether ids repeat, references lead anywhere and Parquet files have their hashes. A row of a link table whose owner is
    not there is not seen. `dxgov.validate` looks at all of that, without holding the package in memory.

    >>> import dxgov
    >>> dxgov.load().requests["req-2020-11-24-tokyo-assocs-digital"].submitted.text
    '令和2年11月24日'

    Raises:
        FileNotFoundError: there is nothing at `path`.
        NotAPackageError: there is something else than a package, or `path` is empty.
        NotInstalledError: a library is not installed that the address needs.
        OSError: files cannot be fetched from an address.
        DataError: the package is faulty; the error carries every problem that `validate` would report, with `lazy` those that are known.
    """
    where = bundled() if path is None else location(path)
    tables = model_of(model)
    if lazy:
        address = str(where.absolute()) if isinstance(where, Path) else where
        return Shared(address, model, limits or Limits()).open()
    package = read_package(where, tables, limits or Limits())
    if package.problems:
        raise DataError(f"{shown(where)} is not a sound package", package.problems)
    return model(package.tables(tables), package.metadata).known_sound()
