"""A spool of fetched contents, kept as long as they may be read again."""

import tempfile
import weakref
from bisect import bisect_right
from threading import Lock

_MAX_MEMORY = 2**26
"""Maximum bytes of a spool in memory; beyond that it lies in a temporary file."""

_CHUNK_SIZE = 2**20
"""Minimum bytes buffered before a write."""


class Spool:
    """One temporary file for the contents of many files. Safe to use from several threads."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_MAX_MEMORY)  # noqa: SIM115 - it is closed with the spool
        self._lock, self._size = Lock(), 0
        weakref.finalize(self, self._file.close)

    def append(self, content: bytes) -> int:
        """Write `content` at the end and return its offset in bytes.

        Raises:
            OSError: the disk is full.
        """
        with self._lock:
            offset = self._file.seek(self._size)
            self._file.write(content)
            self._size += len(content)
            return offset

    def read(self, offset: int, size: int) -> bytes:
        """Return `size` bytes from `offset`."""
        with self._lock:
            self._file.seek(offset)
            return self._file.read(size)


class SpooledContent:
    """The content of one file in a spool, in one or more chunks."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._starts: list[int] = []
        """The offset of each chunk in the content."""
        self._offsets: list[int] = []
        """The offset of each chunk in the spool."""
        self._buffer = bytearray()
        self.size: int = 0
        """Bytes written, including those that are buffered."""

    def write(self, data: bytes) -> None:
        """Add `data` at the end."""
        self._buffer += data
        self.size += len(data)
        if len(self._buffer) >= _CHUNK_SIZE:
            self.flush()

    def flush(self) -> None:
        """Move buffered bytes to the spool, from which they can be read."""
        if self._buffer:
            self._starts.append(self.size - len(self._buffer))
            self._offsets.append(self._spool.append(bytes(self._buffer)))
            self._buffer = bytearray()

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` to `end`, or to the end of the content if that comes first."""
        end, chunks = min(end, self.size), []
        while start < end:
            number = bisect_right(self._starts, start) - 1
            chunk_end = min(end, self._starts[number + 1] if number + 1 < len(self._starts) else self.size)
            chunks.append(self._spool.read(self._offsets[number] + start - self._starts[number], chunk_end - start))
            start = chunk_end
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)
