"""Files at addresses: read from their beginning, or in ranges, and no byte fetched twice."""

import errno
import io
import tempfile
import weakref
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any

from dxgov.package.container import FetchError, Whole

if TYPE_CHECKING:
    from dxgov.package.remote import Host

_LEAST = 2**18
"""So many bytes are fetched at least where some are read out of the middle of a file."""

_TAIL = 2**16
"""So many bytes at the end are fetched together and kept: Parquet files and zips have their list of contents there."""

_LISTED = 2**24
"""A list of contents that is longer is fetched each time."""

_AHEAD = 2**23
"""So many bytes are fetched at a time where a file is read from its beginning."""

_SMALL = 2**20
"""A file that was read whole is kept in memory up to this size, and on disk beyond."""


class NoPartsError(FetchError):
    """A server gives files whole, and no parts of them."""


class RemoteFile:
    """A file at an address."""

    def __init__(self, host: "Host", path: str, name: str, about: dict[str, Any]) -> None:
        self.host, self.path, self.name, self._about = host, path, name, about
        self.size: int = about["size"]
        self.copy: IO[bytes] | None = None
        self._tail: tuple[int, bytes] | None = None

    def open(self) -> io.RawIOBase:
        """The content from its beginning; once it was read to its end it is kept in a temporary file, and not fetched again."""
        if self.copy is not None:
            return Whole(_Anywhere(self, 1), self.size, self.name)
        return _Kept(_Stream(self) if self.host.address.web else _Anywhere(self, _AHEAD), self)

    def open_anywhere(self) -> IO[bytes]:
        """The content, to be read in any order, of which no more is fetched than that needs, if it can be had in parts."""
        if self.copy is None and not self._about.get("partial", True):
            self._fetch_whole()
        return _Anywhere(self, _LEAST)  # type: ignore[return-value]

    @cached_property
    def _file(self) -> Any:
        with self.host.told(self.path):
            size = {"size": self.size} if self.host.address.web and self.size else {}
            file = self.host.fs.open(self.path, "rb", cache_type="none", **size)
            self._require_same(getattr(file, "details", None))
            return file

    def _require_same(self, details: Any) -> None:
        for key in ("size", "ETag"):
            now = details.get(key) if isinstance(details, dict) else None
            if now is not None and self._about.get(key, now) != now:
                raise FetchError(errno.EIO, "the file was changed while it was read")

    def fetched(self, start: int, end: int) -> bytes:
        """Some bytes.

        Raises:
            FetchError: they cannot be had, or there are fewer.
        """
        if self.copy is None:
            try:
                return self._part(start, end)
            except NoPartsError:
                self._fetch_whole()
        copy = self.copy
        if copy is None:
            raise FetchError(errno.EIO, "the file was changed while it was read")
        copy.seek(start)
        return copy.read(end - start)

    def _fetch_whole(self) -> None:
        with self.open() as file:
            while file.read(_LEAST):
                pass

    def _part(self, start: int, end: int) -> bytes:
        with self.host.told(self.path):
            self._file.seek(start)
            content = b""
            while len(content) < end - start:
                piece = self._file.read(end - start - len(content))
                if not piece:
                    raise FetchError(errno.EIO, "the file was changed while it was read")
                content += piece
            return content

    def some(self, start: int, end: int, least: int) -> tuple[int, bytes]:
        """At least some bytes, and where they begin."""
        if self.copy is not None:
            return start, self.fetched(start, end)
        place, kept = self._tail or (self.size, b"")
        if end > min(place, self.size - _TAIL) and self.size - start < _LISTED:
            first = min(start, max(self.size - _TAIL, 0))
            if first < place:
                self._tail = first, self.fetched(first, place) + kept
            return self._tail or (place, kept)
        return start, self.fetched(start, min(max(end, start + least), self.size))


class _Kept(Whole):
    """A content that is read from its beginning, and kept as it comes."""

    def __init__(self, file: io.RawIOBase, of: RemoteFile) -> None:
        super().__init__(file, of.size, of.name)
        self._of, self._copy = of, tempfile.SpooledTemporaryFile(_SMALL)  # noqa: SIM115 - it stays as long as the file is known

    def _piece(self, size: int) -> bytes:
        content = super()._piece(size)
        if self._left:
            self._copy.write(content)
        return content

    def close(self) -> None:
        """Close it; what was read to its end stays."""
        if not self.closed:
            if self._left or self._of.copy is not None:
                self._copy.close()
            else:
                self._of.copy = self._copy
                weakref.finalize(self._of, self._copy.close)
        super().close()


class _Anywhere(io.RawIOBase):
    """A file at an address that is read in any order."""

    def __init__(self, file: RemoteFile, least: int) -> None:
        self._file, self._least, self._at = file, least, 0
        self._held: tuple[int, bytes] = (0, b"")

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def seekable(self) -> bool:
        """It is read in any order."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place."""
        place = offset + (0, self._at, self._file.size)[whence]
        if place < 0:
            raise ValueError(f"{place} is before the beginning")
        self._at = place
        return place

    def tell(self) -> int:
        """The place."""
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """Read some bytes."""
        left = max(self._file.size - self._at, 0)
        wanted = left if size is None or size < 0 else min(size, left)
        start, content = self._held
        if wanted and not start <= self._at <= self._at + wanted <= start + len(content):
            self._held = start, content = self._file.some(self._at, self._at + wanted, self._least)
        found = content[self._at - start : self._at - start + wanted]
        self._at += len(found)
        return found

    def readinto(self, buffer: Any) -> int:
        """Read as many bytes as a buffer takes."""
        content = self.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)


class _Stream(io.RawIOBase):
    """A file of a web server, read from its beginning."""

    def __init__(self, file: RemoteFile) -> None:
        self._file = file
        with file.host.told(file.path):
            self._stream = file.host.fs.open(file.path, "rb", block_size=0)

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Read some bytes."""
        with self._file.host.told(self._file.path):
            return bytes(self._stream.read(size))

    def close(self) -> None:
        """Close it."""
        if not self.closed:
            with self._file.host.told(self._file.path):
                self._stream.close()
        super().close()
