"""Packages in folders, and how a path is told to be a folder, a descriptor or a zip."""

import io
import os
import stat
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import IO

from attrs import frozen

from dxgov.errors import NotAPackageError, ProblemCode, did_you_mean
from dxgov.limits import Limits
from dxgov.storage.address import shown
from dxgov.storage.container import DESCRIPTOR, Container, RefusedError, Whole, other_descriptor, too_large
from dxgov.storage.file_signatures import LONGEST, packing, remedy
from dxgov.storage.zip_archive import open_zip

_MANY = 20_000
"""Among more files than this, none is looked for that may be meant."""


class Folder:
    """A package in a folder."""

    asks = False

    def __init__(self, root: Path) -> None:
        self.root: Path = root.resolve()

    def expect(self, names: Sequence[str], *, whole: bool) -> None:
        """Looking for a file takes no time."""

    def near(self, name: str) -> str:
        """Which file of the same folder may be meant."""
        place = (self.root / name).parent
        with suppress(OSError, ValueError):
            return did_you_mean(name, (path.relative_to(self.root).as_posix() for path in islice(place.iterdir(), _MANY) if path.is_file()))
        return ""

    def find(self, name: str, most: int, *, whole: bool = True) -> "_File | None":  # noqa: ARG002 - nothing is read ahead
        """A file in the folder."""
        try:
            (self.root / name).stat()
            path = (self.root / name).resolve()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except UnicodeError as error:  # letters that the file system has not
            raise OSError(f"{name!r} cannot be looked up: {error}") from None
        if not path.is_relative_to(self.root):
            raise RefusedError(ProblemCode.UNSAFE_PATH, f"{name!r} is a link that leads out of the package")
        _require_regular(path.stat().st_mode, name)
        with _open_regular(path, name) as file:
            size = os.fstat(file.fileno()).st_size
        if size > most:
            raise too_large(size, most)
        return _File(path, name, size)


@frozen
class _File:
    """A regular file; nothing else is opened for longer than it takes to see that it is none."""

    path: Path
    name: str
    size: int

    def open(self) -> io.RawIOBase:
        """The content from its beginning."""
        return Whole(_open_regular(self.path, self.name), self.size, self.name)

    def open_anywhere(self) -> IO[bytes]:
        """The content, to be read in any order."""
        return _open_regular(self.path, self.name)


def _open_regular(path: Path, name: str) -> io.FileIO:
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    file = os.fdopen(os.open(path, flags), "rb", buffering=0)
    try:
        _require_regular(os.fstat(file.fileno()).st_mode, name)
    except OSError:
        file.close()
        raise
    return file


def _require_regular(mode: int, name: str) -> None:
    if not stat.S_ISREG(mode):
        kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
        cure = "; if Spark or Dask made it, put the one part file in it in its place" if stat.S_ISDIR(mode) else ""
        raise OSError(f"{name!r} is {kinds.get(stat.S_IFMT(mode), 'a device')}, expected a file{cure}")


def open_container(path: Path, limits: Limits) -> tuple[Container, str]:
    """The place of a package, and the name of its descriptor in it.

    Raises:
        FileNotFoundError: there is nothing at `path`.
        NotAPackageError: there is something else than a package.
        DataError: a zip has members that cannot be taken.
    """
    if not path.exists():
        near = did_you_mean(path.name, (each.name for each in islice(path.parent.iterdir(), _MANY))) if path.parent.is_dir() else ""
        raise FileNotFoundError(f"there is no {shown(path)}{near}")
    if path.is_dir():
        if not (path / DESCRIPTOR).exists():
            inner = sorted(each.parent.name for each in islice(path.glob(f"*/{DESCRIPTOR}"), _MANY))
            hint = f"; there are packages in it: name {' or '.join(str(path / name) for name in inner[:10])}" if inner else ""
            hint = hint or other_descriptor(each.name for each in islice(path.iterdir(), _MANY))
            raise NotAPackageError(f"{path} is not a package: it has no {DESCRIPTOR}{hint}")
        return Folder(path), DESCRIPTOR
    if not path.is_file():
        raise NotAPackageError(f"{path} is not a package: it is neither a file nor a folder")
    if path.suffix.lower() == ".json":
        return Folder(path.parent), path.name
    if zipfile.is_zipfile(path):
        return open_zip(str(path), lambda: path.open("rb", buffering=0), limits), DESCRIPTOR
    with path.open("rb") as file:
        kind = packing(file.read(LONGEST))
    said = f"it is {kind}, so {remedy(kind, 'unpack it or save it as one')}; expected" if kind else "expected"
    raise NotAPackageError(f"{path} is not a package: {said} a folder, a {DESCRIPTOR} or a zip")
