"""Where the files of a package lie: a folder or a zip."""

import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Protocol

from dxgov.errors import DataError, NotAPackageError, Problem, ProblemCode, did_you_mean

DESCRIPTOR = "datapackage.json"


class LeadsOutError(OSError):
    """A path in a package is a link that leads out of it."""


class Container(Protocol):
    """Files by their path in the package."""

    def names(self) -> list[str]:
        """The paths of all files."""

    def read(self, name: str) -> bytes | None:
        """The content of a file; ``None`` where there is none of that path.

        Raises:
            OSError: there is one, but it cannot be read.
        """


class Folder:
    """A package in a folder."""

    def __init__(self, root: Path) -> None:
        self.root: Path = root.resolve()

    def names(self) -> list[str]:
        """The paths of all files."""
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file())

    def read(self, name: str) -> bytes | None:
        """The content of a file in the folder.

        Raises:
            LeadsOutError: the path is a link that leads out of the folder.
        """
        path = (self.root / name).resolve()
        if path.exists() and not path.is_relative_to(self.root):
            raise LeadsOutError(f"{name!r} is a link that leads out of the package")
        return path.read_bytes() if path.is_file() else None


class Zip:
    """A package in a zip file."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self._content = {info.filename: info for info in archive.infolist() if not info.is_dir()}
        self.path: Path = path

    def names(self) -> list[str]:
        """The paths of all files."""
        return sorted(self._content)

    def read(self, name: str) -> bytes | None:
        """The content of a file in the zip."""
        if name not in self._content:
            return None
        try:
            with zipfile.ZipFile(self.path) as archive:
                return archive.read(name)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:  # damaged, encrypted, or packed in a way not known
            raise OSError(f"{name} in {self.path} cannot be unpacked: {error}") from None


def path_fault(path: str) -> str | None:
    """Why a path in a package cannot be taken, or nothing."""
    if not path.isprintable() or not path.strip():
        return f"{path!r} holds characters that a path cannot have"
    parts = PurePosixPath(path.replace("\\", "/"))
    if "://" in path:
        return f"{path!r} is an address on a network; a package holds its own files"
    if parts.is_absolute() or (len(path) > 1 and path[1] == ":"):
        return f"{path!r} is absolute; a path in a package is relative to its descriptor"
    if ".." in parts.parts:
        return f"{path!r} leads out of the package"
    return None


def open_container(path: Path) -> tuple[Container, str]:
    """The place of a package, and the name of its descriptor in it.

    Raises:
        FileNotFoundError: there is nothing at `path`.
        NotAPackageError: there is something else than a package.
        DataError: a zip has members that lead out of it.
    """
    if not path.exists():
        near = did_you_mean(path.name, (each.name for each in path.parent.iterdir())) if path.parent.is_dir() else ""
        raise FileNotFoundError(f"there is no {path}{near}")
    if path.is_dir():
        if not (path / DESCRIPTOR).is_file():
            inner = sorted(each.parent.name for each in path.glob(f"*/{DESCRIPTOR}"))
            hint = f"; there are packages in it: name {' or '.join(str(path / name) for name in inner)}" if inner else ""
            raise NotAPackageError(f"{path} is not a package: it has no {DESCRIPTOR}{hint}")
        return Folder(path), DESCRIPTOR
    if path.suffix.lower() == ".json":
        return Folder(path.parent), path.name
    if zipfile.is_zipfile(path):
        return _open_zip(path), DESCRIPTOR
    raise NotAPackageError(f"{path} is not a package: expected a folder, a {DESCRIPTOR} or a zip")


def _open_zip(path: Path) -> Zip:
    try:
        archive = Zip(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise NotAPackageError(f"{path} is not a zip that can be read: {error}") from None
    faults = [(name, fault) for name in archive.names() if (fault := path_fault(name))]
    if faults:
        raise DataError(f"{path} is not taken", [Problem(ProblemCode.UNSAFE_PATH, fault, file=name) for name, fault in faults])
    if DESCRIPTOR not in archive.names():
        raise NotAPackageError(f"{path} is not a package: it has no {DESCRIPTOR} at its top")
    return archive
