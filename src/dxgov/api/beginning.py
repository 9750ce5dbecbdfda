"""`new`: begin a package, and write one from records."""

from os import PathLike
from pathlib import Path

from dxgov.arguments import check_arguments
from dxgov.dataset import Dataset
from dxgov.drafting.rows import build_files
from dxgov.errors import DestinationError
from dxgov.metadata import Metadata
from dxgov.package.write import build_csv_package
from dxgov.schema import model_of
from dxgov.storage.atomic_folder import replace_folder
from dxgov.storage.files import Files, write_folder
from dxgov.storage.manifest import list_members
from dxgov.tables.collection import Collection


@check_arguments
def new(folder: str | PathLike[str], metadata: Metadata | None = None, model: type[Collection] = Dataset) -> Path:
    """Begin a CSV package in a folder: a file with all columns for each table, link tables included, and no records yet.

    `seal` finishes the package once records are written into it.

    Args:
        folder: the path of the folder, which is missing or empty.
        metadata: the metadata of the data set; None for a name alone.
        model: the data set class that defines the tables.

    Raises:
        DestinationError: the folder is not empty.
        OSError: the file system refuses.
    """
    require_empty(Path(folder))
    definition = model_of(model)
    files = build_files(definition, dict.fromkeys(definition.stored, ()), metadata or Metadata())
    return _replace(files, Path(folder))


def write_package(data: Collection, folder: Path) -> Path:
    """Write a data set as a CSV package, whole or not at all, in the place of all that is in the folder."""
    return _replace(build_csv_package(data), folder)


def require_empty(folder: Path) -> None:
    """Check that a folder is missing or empty.

    Raises:
        DestinationError: it is not.
    """
    if folder.exists() and (not folder.is_dir() or list_members(folder)):
        raise DestinationError(f"{folder} is not empty; name another folder")


def _replace(files: Files, folder: Path) -> Path:
    """Write files into a folder in the place of all that is in it."""
    with replace_folder(folder.resolve()) as stage:
        write_folder(files, stage)
    return folder
