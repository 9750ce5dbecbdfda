"""`seal`: complete a CSV package that was edited by hand."""

import json
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from stat import S_ISDIR
from tempfile import TemporaryDirectory

from dxgov.arguments import check_arguments
from dxgov.dataset import Dataset
from dxgov.drafting.completion import complete_package
from dxgov.errors import DataError, DestinationError, NotAPackageError, ProblemCode
from dxgov.languages import Message
from dxgov.limits import Limits
from dxgov.package.descriptor_reader import read_descriptor
from dxgov.package.descriptor_writer import ID_PROPERTY, METADATA_PROPERTIES, TEMPORAL_PROPERTY, build_descriptor, is_derived_id
from dxgov.package.read import read_package
from dxgov.package.write import build_csv_package
from dxgov.schema import model_of
from dxgov.storage.address import format_location, parse_location
from dxgov.storage.atomic_folder import lock_folder, replace_folder
from dxgov.storage.container import DESCRIPTOR
from dxgov.storage.files import write_folder
from dxgov.tables.collection import Collection
from dxgov.verification.document_index import read_documents

_SEALABLE = (ProblemCode.WRONG_SIZE, ProblemCode.WRONG_HASH, ProblemCode.CONTRADICTION)
"""Codes of problems that any edit causes and sealing corrects."""


@check_arguments
def seal(
    folder: str | PathLike[str],
    model: type[Collection] = Dataset,
    *,
    sources: str | PathLike[str] | None = None,
    limits: Limits | None = None,
    report: Callable[[str], None] | None = None,
) -> int:
    """Rewrite a CSV package in its canonical form and return the number of records.

    Rows are sorted by id; sizes, hashes, schemas and derived columns are written anew. Cells that follow from others are filled where
    they are empty: ids of parts, paths, positions and letters, the parts of dates from their words, and defaults. What other programs
    have made of values without being asked, such as ``True`` of ``true``, is undone where it is certain what was there. Files
    ``data/TABLE.csv`` that the descriptor does not list are added to it.

    Args:
        folder: the folder of the package.
        model: the data set class that defines its tables.
        sources: the folder of the documents. The digests of documents and of cited passages are filled from them where they are empty. A
            source without a digest has the file of its id, such as ``src-2024-letter.txt``. None fills no digests.
        limits: maximum sizes; `Limits()` by default.
        report: called with a line for each column that was filled or mended.

    Raises:
        FileNotFoundError: the folder does not exist.
        NotAPackageError: `folder` is not a folder of a package that consists of CSV files only.
        DataError: the package has problems that sealing does not correct; it stays as it was.
        DestinationError: another program changed the package meanwhile; it stays as it was.
    """
    path = parse_location(folder)
    if not isinstance(path, Path):
        raise NotAPackageError(f"{format_location(path)} is an address; only a package in a folder can be sealed")
    folder = path.resolve()
    if folder.exists() and not folder.is_dir():
        raise NotAPackageError(f"{folder} is not a folder; only a package in a folder can be sealed")
    with lock_folder(folder):  # rolls back what a killed process left
        state = _read_state(folder)
    if not (folder / DESCRIPTOR).is_file():
        read_package(folder, model_of(model), limits or Limits())  # which says what is there instead
    documents = _read_documents(sources) if sources is not None else {}
    with TemporaryDirectory(prefix="dxgov-") as copy:
        for line in complete_package(folder, Path(copy) / "package", model_of(model), documents, limits or Limits()):
            if report is not None:
                report(line)
        package = read_package(Path(copy) / "package", model_of(model), limits or Limits())
        _, resources, _ = read_descriptor(
            (Path(copy) / "package" / DESCRIPTOR).read_bytes(), DESCRIPTOR, model_of(model), limits or Limits()
        )
    problems = [problem for problem in package.problems if package.has_unread_data or problem.code not in _SEALABLE]
    if problems:
        raise DataError(Message("{folder} is not sealed", "{folder}を封印できない", folder=folder), problems)
    # Refuse a folder with other files, and a descriptor with properties that would be lost.
    package_files = {file.path for resource in resources for file in resource.partitions or (resource,)} | {DESCRIPTOR}
    all_files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    foreign = sorted(name for name in all_files | package_files if name not in package_files or not name.endswith((".csv", DESCRIPTOR)))
    if foreign:
        raise NotAPackageError(f"{folder} holds {foreign[0]!r}; only a package of listed CSV files alone can be sealed")
    properties = json.loads((folder / DESCRIPTOR).read_bytes())
    temporal = properties.get(TEMPORAL_PROPERTY)
    derived = {TEMPORAL_PROPERTY} if isinstance(temporal, dict) and temporal.keys() == {"start", "end"} else set()
    derived |= {ID_PROPERTY} if is_derived_id(properties.get(ID_PROPERTY)) else set()
    kept = build_descriptor(package.metadata, [], "csv").keys() - {ID_PROPERTY} | {*METADATA_PROPERTIES}
    unknown = sorted(properties.keys() - kept - derived)
    if unknown:
        raise NotAPackageError(f"{folder / DESCRIPTOR} has the property {unknown[0]!r}, which sealing would lose")
    data = model.of(model(package.tables(model_of(model)), package.metadata), package.metadata)

    def require_unchanged(old_folder: Path) -> None:
        if _read_state(old_folder) != state:
            raise DestinationError(f"{folder} was changed while it was sealed; nothing of it is replaced")

    with replace_folder(folder, require_unchanged) as stage:
        write_folder(build_csv_package(data), stage)
    return len(data)


def _read_documents(sources: str | PathLike[str]) -> dict[str, bytes]:
    """Return the contents of the files in a folder and below, by name.

    Raises:
        NotADirectoryError: it is no folder.
        FileNotFoundError: it does not exist.
    """
    folder = parse_location(sources)
    if not isinstance(folder, Path):
        raise NotADirectoryError(f"{format_location(folder)} is an address; name the folder that holds the documents")
    return dict(read_documents(folder))


def _read_state(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return the inode, size and modification time of each file, to detect changes."""
    stats = {path.relative_to(folder).as_posix(): path.lstat() for path in folder.rglob("*")}
    return {name: (stat.st_ino, stat.st_size, 0 if S_ISDIR(stat.st_mode) else stat.st_mtime_ns) for name, stat in stats.items()}
