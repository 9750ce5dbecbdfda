"""Packages in zips."""

import io
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from attrs import frozen

from dxgov.display import printable
from dxgov.errors import DataError, NotAPackageError, Problem, ProblemCode, did_you_mean, quoted
from dxgov.limits import Limits
from dxgov.storage.container import DESCRIPTOR, Closes, FetchError, RefusedError, Whole, other_descriptor, too_large
from dxgov.storage.paths import clashes, path_fault

_PIECE = 2**20
"""How many bytes are unpacked at a time, so that a member that claims to be small cannot unpack to much."""

_SMALL = 2**24
"""Up to this size a file may be packed as tightly as it likes."""


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

    asks = False

    def __init__(self, name: str, opened: Callable[[], IO[bytes] | io.RawIOBase], limits: Limits) -> None:
        self.name: str = name
        self._opened, self._limits = opened, limits
        with self.archive() as file, zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
        self.members: dict[str, zipfile.ZipInfo] = {}
        """The files by their paths, which have slashes even if the zip has backslashes, as some programs on Windows write them."""
        self.names: list[str] = []
        """The path of each file, in the order of the zip; one that is there twice shows here."""
        for info in infos:
            if not info.is_dir() and not info.filename.endswith("\\"):
                self.names.append(info.filename.replace("\\", "/"))
                self.members[self.names[-1]] = info
        self.root: str = self._root()
        """The folder in the zip that is the package: empty, or with a slash at its end."""

    def _root(self) -> str:
        """Return the folder that holds the descriptor and all else but what systems add."""
        tops = {name.partition("/")[0] for name in self.names if not _is_added(name)}
        root = f"{min(tops)}/" if len(tops) == 1 else ""
        return root if DESCRIPTOR not in self.members and root + DESCRIPTOR in self.members else ""

    def archive(self) -> _Archive:
        """The zip, to be read."""
        return _Archive(self._opened(), max(_PIECE, 512 * self._limits.files))

    def expect(self, names: Sequence[str], *, whole: bool) -> None:
        """All members are known."""

    def near(self, name: str) -> str:
        """Which member may be meant."""
        return did_you_mean(name, (each.removeprefix(self.root) for each in self.members))

    def find(self, name: str, most: int, *, whole: bool = True) -> "_Member | None":  # noqa: ARG002 - nothing is read ahead
        """A file in the zip."""
        info = self.members.get(self.root + name)
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
            place = printable(f"{name} in {self.name}")
            raise OSError(f"{place} is packed in a way that is not taken; expected deflate, or not packed at all")
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
            raise OSError(f"{printable(f'{self.info.filename} in {self.zip.name}')} cannot be unpacked: {error}") from None


class _Unpacked(Whole):
    """A content as it is unpacked."""

    def __init__(self, file: IO[bytes], member: _Member, *behind: Closes) -> None:
        super().__init__(file, member.size, member.info.filename, *behind)
        self._member = member

    def _piece(self, size: int) -> bytes:
        with self._member._told():  # noqa: SLF001 - it is the member's own
            return super()._piece(min(size, _PIECE))

    def _changing(self, found: int) -> OSError:
        place = f"{self._name} in {self._member.zip.name}"
        return OSError(f"{place} cannot be unpacked: found {found:,} bytes, expected {self._size:,}")


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
    _require_safe(name, archive.names, limits)
    if archive.root + DESCRIPTOR not in archive.members:
        if "[Content_Types].xml" in archive.members:
            raise NotAPackageError(f"{name} is not a package: it is a workbook or document of Office; expected a zip with a {DESCRIPTOR}")
        inner = sorted(path.rpartition("/")[0] for path in archive.members if path.endswith(f"/{DESCRIPTOR}") and not _is_added(path))
        hint = f", only in {' and '.join(inner[:10])}; unpack it, and name such a folder" if inner else other_descriptor(archive.names)
        raise NotAPackageError(f"{name} is not a package: it has no {DESCRIPTOR} at its top{hint}")
    return archive


def _is_added(name: str) -> bool:
    """Return whether a file of a zip was added by a system that made it, and belongs to nobody."""
    *folders, last = name.split("/")
    return "__MACOSX" in folders[:1] or last in (".DS_Store", "Thumbs.db", "desktop.ini")


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
