"""Where the files of a package lie: a folder or a zip; `remote` has a third, an address."""

import io
import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import IO, Protocol

from attrs import frozen

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


class FetchError(OSError):
    """A file is there, as far as is known, and could not be fetched from where it lies."""


class Container(Protocol):
    """Files by their path in the package."""

    def expect(self, names: Sequence[str]) -> None:
        """Get ready for files to be looked for; where each takes a request, these are made together."""

    def near(self, name: str) -> str:
        """Which file may be meant by a path that is not there, as a question; nothing where none is near."""

    def find(self, name: str, most: int) -> "Stored | None":
        """A file, to be read; ``None`` where there is nothing of that path.

        Raises:
            RefusedError: there is something that is not taken: a link that leads out, or more than `most` bytes.
            OSError: there is something that cannot be read.
        """


class Stored(Protocol):
    """A file of a package."""

    @property
    def size(self) -> int:
        """Its bytes, unpacked."""

    def open(self) -> io.RawIOBase:
        """The content from its beginning, to be read in pieces.

        It, and reading from it, raises an `OSError` where the content cannot be read or is not of the size that it was said to be.
        """

    def open_anywhere(self) -> IO[bytes]:
        """The content, to be read in any order."""


def content(stored: Stored) -> bytes:
    """The whole content of a file.

    Raises:
        OSError: it cannot be read.
    """
    with stored.open() as file:
        return file.read() or b""


def content_pieces(container: Container, name: str) -> Iterator[bytes]:
    """The content of a file that was found before, in pieces."""
    stored = container.find(name, 2**63)
    if stored is not None:
        with stored.open() as file:
            while piece := file.read(_PIECE):
                yield piece


class Folder:
    """A package in a folder."""

    def __init__(self, root: Path) -> None:
        self.root: Path = root.resolve()

    def expect(self, names: Sequence[str]) -> None:
        """Looking for a file takes no time."""

    def near(self, name: str) -> str:
        """Which file of the same folder may be meant."""
        place = (self.root / name).parent
        with suppress(OSError, ValueError):
            return did_you_mean(name, (path.relative_to(self.root).as_posix() for path in islice(place.iterdir(), _MANY) if path.is_file()))
        return ""

    def find(self, name: str, most: int) -> "_File | None":
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


class Whole(io.RawIOBase):
    """A content that is read from its beginning to its end, which must be where it was said to be."""

    def __init__(self, file: io.RawIOBase | IO[bytes], size: int, name: str, *behind: "_Closes") -> None:
        self._file, self._size, self._name, self._behind = file, size, name, behind
        self._left = size

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Some more bytes; none at the end.

        Raises:
            OSError: they cannot be read, or there are more or fewer than there were said to be.
        """
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        pieces = []
        while wanted:
            piece = self._piece(wanted)
            if not piece:
                raise self._changing(self._size - self._left)
            pieces.append(piece)
            wanted, self._left = wanted - len(piece), self._left - len(piece)
        if not self._left and size and self._piece(1):
            raise self._changing(self._size + 1)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _piece(self, size: int) -> bytes:
        return self._file.read(size) or b""

    def _changing(self, found: int) -> OSError:
        said = f"{self._name!r} holds {found:,} bytes or more, where its size is said to be {self._size:,}"
        return OSError(f"{said}; it may be changing")

    def close(self) -> None:
        """Close it."""
        for each in (self._file, *self._behind):
            each.close()
        super().close()


class _Closes(Protocol):
    def close(self) -> None: ...


def _require_regular(mode: int, name: str) -> None:
    if not stat.S_ISREG(mode):
        kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
        raise OSError(f"{name!r} is {kinds.get(stat.S_IFMT(mode), 'a device')}, expected a file")


def too_large(size: int, most: int) -> RefusedError:
    """What is told of a file that is larger than is taken."""
    return RefusedError(ProblemCode.TOO_LARGE, f"found {size:,} bytes, expected {most:,} at most")


class _Archive(io.RawIOBase):
    """A zip that is read in pieces, so that a huge list of members is not taken into memory at once."""

    def __init__(self, file: IO[bytes] | io.RawIOBase, most: int) -> None:
        self._file, self._most = file, most

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def seekable(self) -> bool:
        """It is read in any order."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The place."""
        return self._file.tell()

    def read(self, size: int | None = -1) -> bytes:
        """Read some bytes.

        Raises:
            BadZipFile: more are asked for than a list of members may have.
        """
        if size is not None and size > self._most:
            raise zipfile.BadZipFile(f"the list of its members takes {size:,} bytes, expected {self._most:,} at most")
        return self._file.read(-1 if size is None else size) or b""

    def close(self) -> None:
        """Close it."""
        self._file.close()
        super().close()


class Zip:
    """A package in a zip file, wherever that lies: `opened` opens it to be read in any order, and `name` is how it is called."""

    def __init__(self, name: str, opened: Callable[[], IO[bytes] | io.RawIOBase], limits: Limits) -> None:
        self.name: str = name
        self._opened, self._limits = opened, limits
        with self.archive() as file, zipfile.ZipFile(file) as archive:
            self.members: list[zipfile.ZipInfo] = [info for info in archive.infolist() if not info.is_dir()]
        self._by_name = {info.filename: info for info in self.members}

    def archive(self) -> _Archive:
        """The zip, to be read."""
        return _Archive(self._opened(), max(_PIECE, 512 * self._limits.files))

    def expect(self, names: Sequence[str]) -> None:
        """All members are known."""

    def near(self, name: str) -> str:
        """Which member may be meant."""
        return did_you_mean(name, self._by_name)

    def find(self, name: str, most: int) -> "_Member | None":
        """A file in the zip."""
        info = self._by_name.get(name)
        if info is None:
            return None
        if info.file_size > most:
            raise too_large(info.file_size, most)
        if info.file_size > max(_SMALL, self._limits.ratio * info.compress_size):
            message = (
                f"found {info.file_size:,} bytes packed into {info.compress_size:,}, expected {self._limits.ratio} times as many at most"
            )
            raise RefusedError(ProblemCode.TOO_LARGE, message)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise OSError(f"{name} in {self.name} is packed in a way that is not taken; expected deflate, or not packed at all")
        return _Member(self, info)


@frozen
class _Member:
    """A file in a zip."""

    zip: Zip
    info: zipfile.ZipInfo

    @property
    def size(self) -> int:
        """Its bytes, unpacked."""
        return self.info.file_size

    def open(self) -> io.RawIOBase:
        """The content from its beginning."""
        with self._told():
            file = self.zip.archive()
            try:
                archive = zipfile.ZipFile(file)
                return _Unpacked(archive.open(self.info), self, archive, file)
            except BaseException:
                file.close()
                raise

    def open_anywhere(self) -> IO[bytes]:
        """The content, to be read in any order: unpacked into a temporary file where it is large."""
        unpacked = tempfile.SpooledTemporaryFile(_SMALL)  # noqa: SIM115 - whoever asks for it closes it
        with self.open() as file:
            shutil.copyfileobj(file, unpacked, _PIECE)
        unpacked.seek(0)
        return unpacked

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell in one way what a damaged or encrypted zip raises in many."""
        try:
            yield
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
            _reraise_fetching(error)
            raise OSError(f"{self.info.filename} in {self.zip.name} cannot be unpacked: {error}") from None


class _Unpacked(Whole):
    """A content as it is unpacked."""

    def __init__(self, file: IO[bytes], member: _Member, *behind: _Closes) -> None:
        super().__init__(file, member.size, member.info.filename, *behind)
        self._member = member

    def _piece(self, size: int) -> bytes:
        with self._member._told():  # noqa: SLF001 - it is the member's own
            return super()._piece(min(size, _PIECE))

    def _changing(self, found: int) -> OSError:
        place = f"{self._name} in {self._member.zip.name}"
        return OSError(f"{place} cannot be unpacked: found {found:,} bytes, expected {self._size:,}")


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
        return open_zip(str(path), lambda: path.open("rb", buffering=0), limits), DESCRIPTOR
    raise NotAPackageError(f"{path} is not a package: expected a folder, a {DESCRIPTOR} or a zip")


def open_zip(name: str, opened: Callable[[], IO[bytes] | io.RawIOBase], limits: Limits) -> Zip:
    """A package in a zip.

    Raises:
        NotAPackageError: it is no zip, or has no package in it.
        DataError: it has members that cannot be taken.
    """
    try:
        archive = Zip(name, opened, limits)
    except FetchError:
        raise
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError) as error:
        _reraise_fetching(error)
        raise NotAPackageError(f"{name} is not a zip that can be read: {error}") from None
    names = [info.filename for info in archive.members]
    _require_safe(name, names, limits)
    if DESCRIPTOR not in names:
        raise NotAPackageError(f"{name} is not a package: it has no {DESCRIPTOR} at its top")
    return archive


def _reraise_fetching(error: BaseException) -> None:
    """Raise the failure to fetch that was taken for a damaged zip."""
    if isinstance(error.__context__, FetchError):
        raise error.__context__ from None


def _require_safe(zip: str, names: list[str], limits: Limits) -> None:
    if len(names) > limits.files:
        message = f"found {len(names):,} files, expected {limits.files:,} at most"
        raise DataError(f"{zip} is not taken", [Problem(ProblemCode.TOO_LARGE, message, file=zip.rpartition("/")[2])])
    faults = [*((name, fault) for name in names if (fault := path_fault(name))), *clashes(names)]
    if faults:
        problems = [Problem(ProblemCode.UNSAFE_PATH, fault, file=quoted(name)[1:-1]) for name, fault in faults]
        raise DataError(f"{zip} is not taken", problems)
