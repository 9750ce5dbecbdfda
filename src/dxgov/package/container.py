"""Where the files of a package lie: a folder or a zip."""

import io
import os
import stat
import zipfile
import zlib
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Protocol

from dxgov.errors import DataError, NotAPackageError, Problem, ProblemCode, did_you_mean, quoted
from dxgov.limits import Limits
from dxgov.package.paths import clashes, path_fault

DESCRIPTOR = "datapackage.json"

_PIECE = 2**20
"""How many bytes are unpacked at a time, so that a member that claims to be small cannot unpack to much."""

_SMALL = 2**24
"""Up to this size a file may be packed as tightly as it likes."""


class RefusedError(OSError):
    """A file of a package, or a column of it, is there and not taken; `code` says as what the problem is told."""

    def __init__(self, code: ProblemCode, message: str) -> None:
        super().__init__(message)
        self.code: ProblemCode = code


class Container(Protocol):
    """Files by their path in the package."""

    def near(self, name: str) -> str:
        """Which file may be meant by a path that is not there, as a question; nothing where none is near."""

    def read(self, name: str, most: int) -> bytes | None:
        """The content of a file; ``None`` where there is nothing of that path.

        Raises:
            RefusedError: there is something that is not taken: a link that leads out, or more than `most` bytes.
            OSError: there is something that cannot be read.
        """


class Folder:
    """A package in a folder."""

    def __init__(self, root: Path) -> None:
        self.root: Path = root.resolve()

    def near(self, name: str) -> str:
        """Which file of the same folder may be meant."""
        place = (self.root / name).parent
        with suppress(OSError, ValueError):
            return did_you_mean(name, (path.relative_to(self.root).as_posix() for path in islice(place.iterdir(), _MANY) if path.is_file()))
        return ""

    def read(self, name: str, most: int) -> bytes | None:
        """The content of a file in the folder."""
        try:
            (self.root / name).stat()
            path = (self.root / name).resolve()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except UnicodeError as error:  # letters that the file system has not
            raise OSError(f"{name!r} cannot be looked up: {error}") from None
        if not path.is_relative_to(self.root):
            raise RefusedError(ProblemCode.UNSAFE_PATH, f"{name!r} is a link that leads out of the package")
        return _content(path, name, most)


def _content(path: Path, name: str, most: int) -> bytes:
    """The content of a regular file; nothing else is opened for longer than it takes to see that it is none."""
    _require_regular(path.stat().st_mode, name)
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb", buffering=0) as file:
        found = os.fstat(file.fileno())
        _require_regular(found.st_mode, name)
        if found.st_size > most:
            raise _too_large(found.st_size, most)
        content = _whole(file, found.st_size)
    if len(content) != found.st_size:
        raise OSError(f"{name!r} holds {len(content):,} bytes or more, where its size is said to be {found.st_size:,}; it may be changing")
    return content


def _whole(file: io.RawIOBase, size: int) -> bytes:
    """What a file holds, and one byte more where it holds more than its size says."""
    content = file.read(size) if size else b""
    while content is not None and len(content) < size and (more := file.read(size - len(content))):
        content += more  # the system reads 2 GiB at once at most
    return (content or b"") + (file.read(1) or b"")


def _require_regular(mode: int, name: str) -> None:
    if not stat.S_ISREG(mode):
        kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
        raise OSError(f"{name!r} is {kinds.get(stat.S_IFMT(mode), 'a device')}, expected a file")


def _too_large(size: int, most: int) -> RefusedError:
    return RefusedError(ProblemCode.TOO_LARGE, f"found {size:,} bytes, expected {most:,} at most")


class _Archive(io.FileIO):
    """A zip that is read in pieces, so that a huge list of members is not taken into memory at once."""

    most: int = _PIECE

    def read(self, size: int | None = -1) -> bytes:
        """Read some bytes.

        Raises:
            BadZipFile: more are asked for than a list of members may have.
        """
        if size is not None and size > self.most:
            raise zipfile.BadZipFile(f"the list of its members takes {size:,} bytes, expected {self.most:,} at most")
        return super().read(size) or b""


class Zip:
    """A package in a zip file."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path: Path = path
        self._limits = limits
        with self._open() as file, zipfile.ZipFile(file) as archive:
            self.members: list[zipfile.ZipInfo] = [info for info in archive.infolist() if not info.is_dir()]
        self._by_name = {info.filename: info for info in self.members}

    def _open(self) -> _Archive:
        file = _Archive(self.path)
        file.most = max(_PIECE, 512 * self._limits.files)
        return file

    def near(self, name: str) -> str:
        """Which member may be meant."""
        return did_you_mean(name, self._by_name)

    def read(self, name: str, most: int) -> bytes | None:
        """The content of a file in the zip."""
        info = self._by_name.get(name)
        if info is None:
            return None
        if info.file_size > most:
            raise _too_large(info.file_size, most)
        if info.file_size > max(_SMALL, self._limits.ratio * info.compress_size):
            message = (
                f"found {info.file_size:,} bytes packed into {info.compress_size:,}, expected {self._limits.ratio} times as many at most"
            )
            raise RefusedError(ProblemCode.TOO_LARGE, message)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise OSError(f"{name} in {self.path} is packed in a way that is not taken; expected deflate, or not packed at all")
        content = io.BytesIO()
        try:
            with self._open() as file, zipfile.ZipFile(file) as archive, archive.open(info) as member:
                while piece := member.read(_PIECE):
                    content.write(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:  # damaged or encrypted
            raise OSError(f"{name} in {self.path} cannot be unpacked: {error}") from None
        if content.tell() != info.file_size:
            raise OSError(f"{name} in {self.path} cannot be unpacked: found {content.tell():,} bytes, expected {info.file_size:,}")
        return content.getvalue()


_MANY = 20_000
"""Among more files than this, none is looked for that may be meant."""


def open_container(path: Path, limits: Limits) -> tuple[Container, str]:
    """The place of a package, and the name of its descriptor in it.

    Raises:
        FileNotFoundError: there is nothing at `path`.
        NotAPackageError: there is something else than a package.
        DataError: a zip has members that cannot be taken.
    """
    if not path.exists():
        near = did_you_mean(path.name, (each.name for each in islice(path.parent.iterdir(), _MANY))) if path.parent.is_dir() else ""
        raise FileNotFoundError(f"there is no {path}{near}")
    if path.is_dir():
        if not (path / DESCRIPTOR).exists():
            inner = sorted(each.parent.name for each in islice(path.glob(f"*/{DESCRIPTOR}"), _MANY))
            hint = f"; there are packages in it: name {' or '.join(str(path / name) for name in inner[:10])}" if inner else ""
            raise NotAPackageError(f"{path} is not a package: it has no {DESCRIPTOR}{hint}")
        return Folder(path), DESCRIPTOR
    if not path.is_file():
        raise NotAPackageError(f"{path} is not a package: it is neither a file nor a folder")
    if path.suffix.lower() == ".json":
        return Folder(path.parent), path.name
    if zipfile.is_zipfile(path):
        return _open_zip(path, limits), DESCRIPTOR
    raise NotAPackageError(f"{path} is not a package: expected a folder, a {DESCRIPTOR} or a zip")


def _open_zip(path: Path, limits: Limits) -> Zip:
    try:
        archive = Zip(path, limits)
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError) as error:
        raise NotAPackageError(f"{path} is not a zip that can be read: {error}") from None
    names = [info.filename for info in archive.members]
    _require_safe(path, names, limits)
    if DESCRIPTOR not in names:
        raise NotAPackageError(f"{path} is not a package: it has no {DESCRIPTOR} at its top")
    return archive


def _require_safe(path: Path, names: list[str], limits: Limits) -> None:
    if len(names) > limits.files:
        message = f"found {len(names):,} files, expected {limits.files:,} at most"
        raise DataError(f"{path} is not taken", [Problem(ProblemCode.TOO_LARGE, message, file=path.name)])
    faults = [*((name, fault) for name in names if (fault := path_fault(name))), *clashes(names)]
    if faults:
        problems = [Problem(ProblemCode.UNSAFE_PATH, fault, file=quoted(name)[1:-1]) for name, fault in faults]
        raise DataError(f"{path} is not taken", problems)
