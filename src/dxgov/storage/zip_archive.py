"""Packages in zip archives."""

import io
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import IO

from attrs import frozen

from dxgov.display import printable
from dxgov.errors import DataError, NotAPackageError, Problem, ProblemCode, did_you_mean, short_repr
from dxgov.languages import Message
from dxgov.limits import Limits
from dxgov.storage.container import (
    DESCRIPTOR,
    Closeable,
    FetchError,
    SizedStream,
    describe_other_descriptor,
    make_too_large_error,
)
from dxgov.storage.decompression import check_ratio
from dxgov.storage.paths import find_path_clashes, find_path_fault

_MAX_MEMORY = 2**24
"""Maximum bytes of a decompressed member in memory; a larger one lies in a temporary file."""

_CHUNK_SIZE = 2**20
"""Maximum bytes decompressed at a time, so that a member that claims to be small cannot expand to much."""


class _LimitedReads:
    """A seekable file that refuses to read more than `max_bytes` at once, as `zipfile` would for a huge list of members."""

    def __init__(self, file: IO[bytes] | io.RawIOBase, max_bytes: int) -> None:
        self._file, self._max_bytes = file, max_bytes
        self.seek: Callable[..., int] = file.seek
        self.tell: Callable[[], int] = file.tell
        self.seekable: Callable[[], bool] = file.seekable
        self.close: Callable[[], None] = file.close

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes.

        Raises:
            BadZipFile: `size` is more than a list of members may have.
        """
        if size > self._max_bytes:
            raise zipfile.BadZipFile(f"the list of its members takes {size:,} bytes, expected {self._max_bytes:,} at most")
        return self._file.read(size) or b""


class Zip:
    """A package in a zip archive.

    Args:
        name: the path or address of the archive, for messages.
        open_file: opens the archive as a seekable file.
        limits: maximum sizes.
    """

    is_remote = False

    def __init__(self, name: str, open_file: Callable[[], IO[bytes] | io.RawIOBase], limits: Limits) -> None:
        self.name: str = name
        self._open_file, self._limits = open_file, limits
        with closing(self.open_archive()) as file, zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
        self.members: dict[str, zipfile.ZipInfo] = {}
        """The files by their paths, with slashes for the backslashes that some programs on Windows write."""
        self.names: list[str] = []
        """The paths of all files in the order of the archive, duplicates included."""
        for info in infos:
            if not info.is_dir() and not info.filename.endswith("\\"):
                self.names.append(info.filename.replace("\\", "/"))
                self.members[self.names[-1]] = info
        self.root: str = self._find_root()
        """The folder of the archive that holds the package: empty, or with a slash at its end."""

    def _find_root(self) -> str:
        """Return the only folder at the top if the descriptor is in it, else an empty text; files of operating systems are ignored."""
        top_names = {name.partition("/")[0] for name in self.names if not _is_system_file(name)}
        root = f"{min(top_names)}/" if len(top_names) == 1 else ""
        return root if DESCRIPTOR not in self.members and root + DESCRIPTOR in self.members else ""

    def open_archive(self) -> _LimitedReads:
        """Open the archive for `zipfile`."""
        return _LimitedReads(self._open_file(), max(_CHUNK_SIZE, 512 * self._limits.files))

    def prefetch(self, names: Sequence[str], *, read_all: bool) -> None:
        """Do nothing: all members are known."""

    def suggest(self, name: str) -> str:
        """Return a question that suggests another member; empty if no name is similar."""
        return did_you_mean(name, (path.removeprefix(self.root) for path in self.members))

    def find(self, name: str, max_bytes: int, *, read_all: bool = True) -> "_Member | None":  # noqa: ARG002 - nothing is prefetched
        """Return a file of the package; None if there is none.

        Raises:
            RefusedError: it is larger than `max_bytes`, or has a higher compression ratio than `Limits.ratio`.
            OSError: its compression method is not supported.
        """
        info = self.members.get(self.root + name)
        if info is None:
            return None
        if info.file_size > max_bytes:
            raise make_too_large_error(info.file_size, max_bytes)
        check_ratio(info.file_size, info.compress_size, self._limits)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            path = printable(f"{name} in {self.name}")
            raise OSError(f"{path} is packed in a way that is not taken; expected deflate, or not packed at all")
        return _Member(self, info)


@frozen
class _Member:
    """A file in a zip archive."""

    zip: Zip
    info: zipfile.ZipInfo

    @property
    def size(self) -> int:
        """Size in bytes, uncompressed."""
        return self.info.file_size

    @property
    def version(self) -> str:
        """Text that differs from that of another version of the file."""
        return f"{self.size}-{self.info.CRC:08x}"

    def open(self) -> io.RawIOBase:
        """Open the content as a stream from its beginning."""
        with self.translate_errors():
            file = self.zip.open_archive()
            try:
                archive = zipfile.ZipFile(file)
                return _DecompressingStream(archive.open(self.info), self, archive, file)
            except BaseException:
                file.close()
                raise

    def open_seekable(self) -> IO[bytes]:
        """Decompress the content, if large into a temporary file, and open it as a seekable file."""
        decompressed = tempfile.SpooledTemporaryFile(_MAX_MEMORY)  # noqa: SIM115 - the caller closes it
        with self.open() as stream:
            shutil.copyfileobj(stream, decompressed, _CHUNK_SIZE)
        decompressed.seek(0)
        return decompressed

    @contextmanager
    def translate_errors(self) -> Iterator[None]:
        """Translate the errors of a damaged or encrypted archive to an `OSError`."""
        try:
            yield
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
            _reraise_fetch_error(error)
            raise OSError(f"{printable(f'{self.info.filename} in {self.zip.name}')} cannot be unpacked: {error}") from None


class _DecompressingStream(SizedStream):
    """A stream that decompresses a member."""

    def __init__(self, source: IO[bytes], member: _Member, *resources: Closeable) -> None:
        super().__init__(source, member.size, member.info.filename, *resources)
        self._member = member

    def _read_chunk(self, size: int) -> bytes:
        with self._member.translate_errors():
            return super()._read_chunk(min(size, _CHUNK_SIZE))

    def _make_size_error(self, size: int) -> OSError:
        path = f"{self._name} in {self._member.zip.name}"
        return OSError(f"{path} cannot be unpacked: found {size:,} bytes, expected {self._size:,}")


def open_zip(name: str, open_file: Callable[[], IO[bytes] | io.RawIOBase], limits: Limits) -> Zip:
    """Open a package in a zip archive.

    Args:
        name: the path or address of the archive, for messages.
        open_file: opens the archive as a seekable file.
        limits: maximum sizes.

    Raises:
        NotAPackageError: the file is not a zip, or holds no package.
        DataError: the archive has members that are not accepted.
    """
    try:
        archive = Zip(name, open_file, limits)
    except FetchError:
        raise
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError) as error:
        _reraise_fetch_error(error)
        raise NotAPackageError(f"{name} is not a zip that can be read: {error}") from None
    _require_safe_members(name, archive.names, limits)
    if archive.root + DESCRIPTOR not in archive.members:
        if "[Content_Types].xml" in archive.members:
            raise NotAPackageError(f"{name} is not a package: it is a workbook or document of Office; expected a zip with a {DESCRIPTOR}")
        suffix = f"/{DESCRIPTOR}"
        folders = sorted(path.rpartition("/")[0] for path in archive.members if path.endswith(suffix) and not _is_system_file(path))
        if folders:
            hint = f", only in {' and '.join(folders[:10])}; unpack it, and name such a folder"
        else:
            hint = describe_other_descriptor(archive.names)
        raise NotAPackageError(f"{name} is not a package: it has no {DESCRIPTOR} at its top{hint}")
    return archive


def _is_system_file(name: str) -> bool:
    """Return True for a file that an operating system added to the archive."""
    *folders, last = name.split("/")
    return "__MACOSX" in folders[:1] or last in (".DS_Store", "Thumbs.db", "desktop.ini")


def _reraise_fetch_error(error: BaseException) -> None:
    """Raise the `FetchError` that `zipfile` turned into another error; return if there is none."""
    if isinstance(error.__context__, FetchError):
        raise error.__context__ from None


def _require_safe_members(name: str, paths: list[str], limits: Limits) -> None:
    """Raise a `DataError` if an archive has too many members, or paths that are not accepted."""
    if len(paths) > limits.files:
        message = f"found {len(paths):,} files, expected {limits.files:,} at most"
        raise DataError(
            Message("{name} is not taken", "{name}は受け付けない", name=name),
            [Problem(ProblemCode.TOO_LARGE, message, file=name.rpartition("/")[2])],
        )
    faults = [*((path, fault) for path in paths if (fault := find_path_fault(path))), *find_path_clashes(paths)]
    if faults:
        problems = [Problem(ProblemCode.UNSAFE_PATH, fault, file=short_repr(path)[1:-1]) for path, fault in faults]
        raise DataError(Message("{name} is not taken", "{name}は受け付けない", name=name), problems)
