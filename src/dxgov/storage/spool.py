"""Contents that were fetched, kept until nobody may ask for them again."""

import tempfile
import weakref
from bisect import bisect_right
from threading import Lock

_MEMORY = 2**26
"""Bytes of all contents together that are kept in memory; more lie in a temporary file."""

_PIECE = 2**20
"""Bytes that are written together."""


class Spool:
    """Holds the contents of many files, one after another, in one temporary file. Threads may use it at the same time."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_MEMORY)  # noqa: SIM115 - it is closed with the spool
        self._lock, self._size = Lock(), 0
        weakref.finalize(self, self._file.close)

    def append(self, content: bytes) -> int:
        """Write `content` at the end, and return its offset in bytes.

        Raises:
            OSError: the disk is full.
        """
        with self._lock:
            start = self._file.seek(self._size)
            self._file.write(content)
            self._size += len(content)
            return start

    def read(self, start: int, size: int) -> bytes:
        """Return `size` bytes from the offset `start`."""
        with self._lock:
            self._file.seek(start)
            return self._file.read(size)


class Copy:
    """The content of one file in a spool, in as many pieces as it came in."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._starts: list[int] = []
        """Where each piece begins in the content."""
        self._offsets: list[int] = []
        """Where each piece begins in the spool."""
        self._pending = bytearray()
        self.size: int = 0
        """Bytes that were written."""

    def write(self, content: bytes) -> None:
        """Add `content` at the end."""
        self._pending += content
        self.size += len(content)
        if len(self._pending) >= _PIECE:
            self.flush()

    def flush(self) -> None:
        """Make all that was written readable."""
        if self._pending:
            self._starts.append(self.size - len(self._pending))
            self._offsets.append(self._spool.append(bytes(self._pending)))
            self._pending = bytearray()

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` up to `end`, or to the end of the content."""
        end, pieces = min(end, self.size), []
        while start < end:
            number = bisect_right(self._starts, start) - 1
            stop = min(end, self._starts[number + 1] if number + 1 < len(self._starts) else self.size)
            pieces.append(self._spool.read(self._offsets[number] + start - self._starts[number], stop - start))
            start = stop
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)
