"""Packages in local folders, and the choice of a container for a local path."""

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
from dxgov.languages import Message
from dxgov.limits import Limits
from dxgov.storage.address import format_location
from dxgov.storage.container import (
    DESCRIPTOR,
    Container,
    RefusedError,
    SizedStream,
    describe_other_descriptor,
    make_too_large_error,
)
from dxgov.storage.file_signatures import SIGNATURE_LENGTH, detect_format, suggest_remedy
from dxgov.storage.zip_archive import open_zip

_MAX_CANDIDATES = 20_000
"""Maximum files of a folder that are searched for a suggestion."""


class Folder:
    """A package in a local folder."""

    is_remote = False

    def __init__(self, root: Path) -> None:
        self.root: Path = root.resolve()
        """The absolute path of the folder."""

    def prefetch(self, names: Sequence[str], *, read_all: bool) -> None:
        """Do nothing: looking up a local file is fast."""

    def suggest(self, name: str) -> str:
        """Return a question that suggests another file of the same folder; empty if no name is similar."""
        folder = (self.root / name).parent
        with suppress(OSError, ValueError):
            paths = islice(folder.iterdir(), _MAX_CANDIDATES)
            return did_you_mean(name, (path.relative_to(self.root).as_posix() for path in paths if path.is_file()))
        return ""

    def find(self, name: str, max_bytes: int, *, read_all: bool = True) -> "_LocalFile | None":  # noqa: ARG002 - nothing is prefetched
        """Return a regular file of the folder; None if there is none.

        Raises:
            RefusedError: it is a link that leads out of the folder, or larger than `max_bytes`.
            OSError: it cannot be opened, or is not a regular file.
        """
        try:
            (self.root / name).stat()
            path = (self.root / name).resolve()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except UnicodeError as error:  # characters that the file system cannot represent
            raise OSError(f"{name!r} cannot be looked up: {error}") from None
        if not path.is_relative_to(self.root):
            message = Message("{name!r} is a link that leads out of the package", "{name!r}はパッケージの外へのリンクである。", name=name)
            raise RefusedError(ProblemCode.UNSAFE_PATH, message)
        _require_regular(path.stat().st_mode, name)
        with _open_regular(path, name) as file:
            status = os.fstat(file.fileno())
        if status.st_size > max_bytes:
            raise make_too_large_error(status.st_size, max_bytes)
        return _LocalFile(path, name, status.st_size, status.st_mtime_ns)


@frozen
class _LocalFile:
    """A regular file; anything else is opened only as long as it takes to detect that.

    Opening raises a `RefusedError` if the file was changed since it was found, so that a package is never read from two versions of it.
    """

    path: Path
    name: str
    size: int
    modified: int
    """Time of the last change in nanoseconds since 1970."""

    @property
    def version(self) -> str:
        """Text that differs from that of another version of the file."""
        return f"{self.size}-{self.modified}"

    def open(self) -> io.RawIOBase:
        """Open the content as a stream from its beginning."""
        file = self._open()
        return _UnchangedStream(self, file)

    def open_seekable(self) -> IO[bytes]:
        """Open the content as a seekable file."""
        return self._open()

    def _open(self) -> io.FileIO:
        file = _open_regular(self.path, self.name)
        try:
            self.require_unchanged(file)
        except RefusedError:
            file.close()
            raise
        return file

    def require_unchanged(self, file: io.FileIO) -> None:
        """Check that an open file is the one that was found.

        Raises:
            RefusedError: it was changed since.
        """
        status = os.fstat(file.fileno())
        if (status.st_size, status.st_mtime_ns) != (self.size, self.modified):
            raise RefusedError(ProblemCode.UNREADABLE_FILE, "the file was changed while the package was read; read the package again")


class _UnchangedStream(SizedStream):
    """A stream over a local file that notices at its end if the file was changed meanwhile, even to one of the same size."""

    def __init__(self, stored: _LocalFile, file: io.FileIO) -> None:
        super().__init__(file, stored.size, stored.name)
        self._stored, self._file = stored, file

    def read(self, size: int | None = -1) -> bytes:
        """Return `size` bytes, fewer only at the end of the content.

        Raises:
            OSError: the content cannot be read, or was changed.
        """
        content = super().read(size)
        if not self._remaining:
            self._stored.require_unchanged(self._file)
        return content


def _open_regular(path: Path, name: str) -> io.FileIO:
    """Open a file without waiting for a writer as a pipe would.

    Raises:
        OSError: it is not a regular file.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    file = os.fdopen(os.open(path, flags), "rb", buffering=0)
    try:
        _require_regular(os.fstat(file.fileno()).st_mode, name)
    except OSError:
        file.close()
        raise
    return file


def _require_regular(mode: int, name: str) -> None:
    """Raise an `OSError` if a file mode is not that of a regular file."""
    if not stat.S_ISREG(mode):
        kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
        cure = "; if Spark or Dask made it, put the one part file in it in its place" if stat.S_ISDIR(mode) else ""
        raise OSError(f"{name!r} is {kinds.get(stat.S_IFMT(mode), 'a device')}, expected a file{cure}")


def open_container(path: Path, limits: Limits) -> tuple[Container, str]:
    """Open the package at a local path: a folder, a descriptor or a zip.

    Returns:
        The container, and the name of the descriptor in it.

    Raises:
        FileNotFoundError: nothing exists at `path`.
        NotAPackageError: `path` is not a package.
        DataError: a zip has members that are not accepted.
    """
    if not path.exists():
        parent = path.parent
        hint = did_you_mean(path.name, (sibling.name for sibling in islice(parent.iterdir(), _MAX_CANDIDATES))) if parent.is_dir() else ""
        raise FileNotFoundError(f"there is no {format_location(path)}{hint}")
    if path.is_dir():
        if not (path / DESCRIPTOR).exists():
            names = sorted(descriptor.parent.name for descriptor in islice(path.glob(f"*/{DESCRIPTOR}"), _MAX_CANDIDATES))
            hint = f"; there are packages in it: name {' or '.join(str(path / name) for name in names[:10])}" if names else ""
            hint = hint or describe_other_descriptor(member.name for member in islice(path.iterdir(), _MAX_CANDIDATES))
            raise NotAPackageError(f"{path} is not a package: it has no {DESCRIPTOR}{hint}")
        return Folder(path), DESCRIPTOR
    if not path.is_file():
        raise NotAPackageError(f"{path} is not a package: it is neither a file nor a folder")
    if path.suffix.lower() == ".json":
        return Folder(path.parent), path.name
    if zipfile.is_zipfile(path):
        return open_zip(str(path), lambda: path.open("rb", buffering=0), limits), DESCRIPTOR
    with path.open("rb") as file:
        kind = detect_format(file.read(SIGNATURE_LENGTH))
    expected = f"it is {kind}, so {suggest_remedy(kind, 'unpack it or save it as one')}; expected" if kind else "expected"
    raise NotAPackageError(f"{path} is not a package: {expected} a folder, a {DESCRIPTOR} or a zip")
