"""Files at addresses: read from their beginning, or in ranges, and no byte fetched twice."""

import errno
import io
from threading import RLock
from typing import IO, Any, Protocol

from dxgov.storage.container import FetchError, Whole
from dxgov.storage.http_transfer import NoPartsError
from dxgov.storage.spool import Copy, Spool

_LEAST = 2**18
"""So many bytes are fetched at least where some are read out of the middle of a file."""

TAIL = 2**16
"""So many bytes at the end are fetched together and kept: Parquet files and zips have their list of contents there."""

_LISTED = 2**24
"""A list of contents that is longer is fetched each time."""

AHEAD = 2**20
"""So many bytes are taken at a time where a file is read from its beginning."""


class Source(Protocol):
    """Where the bytes of a file come from."""

    size: int
    parts: bool
    """Whether it can be had in parts, as far as is known."""

    def part(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` up to `end`.

        Raises:
            NoPartsError: only the whole file can be had.
            FetchError: they cannot be had, or there are fewer.
        """

    def stream(self) -> io.RawIOBase:
        """Return the content from its beginning."""


class RemoteFile:
    """A file at an address; of threads that read it at the same time one fetches after another."""

    def __init__(self, source: Source, name: str, spool: Spool) -> None:
        self._source, self._spool = source, spool
        self.lock = RLock()
        self.name: str = name
        self.copy: Copy | None = None
        """The content, once all of it was fetched."""
        self.tail: tuple[int, bytes] | None = None
        """The last bytes, if they were fetched, and where they begin."""

    @property
    def size(self) -> int:
        """Its bytes."""
        return self._source.size

    def open(self) -> io.RawIOBase:
        """The content from its beginning; once it was read to its end it is kept, and not fetched again."""
        if self.copy is not None:
            return Whole(_Anywhere(self, 1), self.size, self.name)
        return _Kept(self._source.stream(), self, Copy(self._spool))

    def open_anywhere(self) -> IO[bytes]:
        """The content, to be read in any order, of which no more is fetched than that needs, if it can be had in parts."""
        if not self._source.parts:
            self.fetch()
        return _Anywhere(self, _LEAST)  # type: ignore[return-value]

    def fetch(self) -> None:
        """Fetch all of it, unless that was done."""
        with self.lock:
            if self.copy is None:
                with self.open() as file:
                    while file.read(_LEAST):
                        pass

    def fetched(self, start: int, end: int) -> bytes:
        """Some bytes.

        Raises:
            FetchError: they cannot be had, or there are fewer.
        """
        with self.lock:
            if self.copy is None:
                try:
                    return self._source.part(start, end)
                except NoPartsError:
                    self.fetch()
            if self.copy is None:
                raise FetchError(errno.EIO, "the file was changed while it was read")
            return self.copy.read(start, end)

    def some(self, start: int, end: int, least: int) -> tuple[int, bytes]:
        """At least some bytes, and where they begin."""
        with self.lock:
            if self.copy is not None:
                return start, self.fetched(start, end)
            place, kept = self.tail or (self.size, b"")
            if end > min(place, self.size - TAIL) and self.size - start < _LISTED:
                first = min(start, max(self.size - TAIL, 0))
                if first < place:
                    self.tail = first, self.fetched(first, place) + kept
                return self.tail or (place, kept)
        return start, self.fetched(start, min(max(end, start + least), self.size))


class _Kept(Whole):
    """A content that is read from its beginning, and kept as it comes."""

    def __init__(self, file: io.RawIOBase, of: RemoteFile, copy: Copy) -> None:
        super().__init__(file, of.size, of.name)
        self._of, self._copy = of, copy

    def _piece(self, size: int) -> bytes:
        content = super()._piece(size)
        if self._left:
            self._copy.write(content)
        return content

    def close(self) -> None:
        """Close it; what was read to its end stays."""
        if not self.closed and not self._left:
            with self._of.lock:
                if self._of.copy is None:
                    self._copy.flush()
                    self._of.copy = self._copy
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
