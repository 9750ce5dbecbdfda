"""Remote files, read as streams or by ranges, without fetching a byte twice."""

import io
from collections.abc import Callable
from contextlib import suppress
from threading import RLock
from typing import IO, Any, Protocol

from dxgov.storage.container import Readable, SizedStream
from dxgov.storage.http_transfer import RangeRequestsUnsupportedError
from dxgov.storage.spool import Spool, SpooledContent

_MIN_RANGE = 2**18
"""Minimum bytes per range request."""

TAIL = 2**16
"""Bytes at the end of a file that are fetched together and cached, as Parquet files and zips have their metadata there."""

_MAX_CACHED_TAIL = 2**24
"""Maximum bytes at the end of a file that are cached."""

READ_AHEAD = 2**20
"""Minimum bytes that a stream over HTTP fetches at a time."""


class ByteSource(Protocol):
    """A file on a server, without any cache."""

    size: int
    """Size in bytes."""
    supports_ranges: bool
    """False if the server is known to send whole files only."""

    def read_range(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` to `end`.

        Raises:
            RangeRequestsUnsupportedError: the server sends whole files only.
            FetchError: the request fails, or the file is shorter.
        """

    def open_stream(self) -> Readable:
        """Open the content as a stream from its beginning."""


class ChunkReader:
    """Reads of limited size from a source of chunks of any size.

    Args:
        fetch_chunk: returns the next chunk; nothing at the end.
        close: releases the source.
    """

    def __init__(self, fetch_chunk: Callable[[], bytes], close: Callable[[], None] = lambda: None) -> None:
        self._fetch_chunk, self.close = fetch_chunk, close
        self._buffer = b""

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes; nothing at the end."""
        if not self._buffer:
            self._buffer = self._fetch_chunk()
        chunk, self._buffer = self._buffer[:size], self._buffer[size:]
        return chunk


class RemoteFile:
    """A file on a server with a cache of its content. Safe to use from several threads, whose requests wait for each other."""

    def __init__(self, source: ByteSource, name: str, spool: Spool) -> None:
        self._source, self._spool = source, spool
        self.lock = RLock()
        self.name: str = name
        """The path in the package."""
        self.cached_content: SpooledContent | None = None
        """The whole content; None until it is fetched."""
        self.cached_tail: tuple[int, bytes] | None = None
        """The last bytes and their offset; None until they are fetched."""

    @property
    def size(self) -> int:
        """Size in bytes."""
        return self._source.size

    @property
    def version(self) -> str:
        """Size; the source compares more of the version with each response."""
        return str(self.size)

    def open(self) -> io.RawIOBase:
        """Open the content as a stream from its beginning; reading it to its end caches it."""
        if self.cached_content is not None:
            return SizedStream(_RangeFile(self, 1), self.size, self.name)
        return _CachingStream(self._source.open_stream(), self, SpooledContent(self._spool))

    def open_seekable(self) -> IO[bytes]:
        """Open the content as a seekable file, which fetches only the ranges that are read if the server supports that."""
        if not self._source.supports_ranges:
            self.fetch()
        return _RangeFile(self, _MIN_RANGE)  # type: ignore[return-value]

    def fetch(self) -> SpooledContent:
        """Fetch the whole content into the cache, unless it is there, and return it."""
        with self.lock:
            if self.cached_content is None:
                with self.open() as stream:
                    while stream.read(_MIN_RANGE):
                        pass
            assert self.cached_content is not None
            return self.cached_content

    def read_range(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` to `end`.

        Raises:
            FetchError: the request fails, or the file is shorter.
        """
        with self.lock:
            if self.cached_content is None:
                with suppress(RangeRequestsUnsupportedError):
                    return self._source.read_range(start, end)
            return self.fetch().read(start, end)

    def read_at_least(self, start: int, end: int, min_bytes: int) -> tuple[int, bytes]:
        """Return bytes that include those from `start` to `end`, and their offset; requests `min_bytes` or more.

        A range near the end of the file is read from the cached tail, which grows to include it.
        """
        with self.lock:
            if self.cached_content is not None:
                return start, self.read_range(start, end)
            tail_start, tail = self.cached_tail or (self.size, b"")
            if end > min(tail_start, self.size - TAIL) and self.size - start < _MAX_CACHED_TAIL:
                new_start = min(start, max(self.size - TAIL, 0))
                if new_start < tail_start:
                    self.cached_tail = new_start, self.read_range(new_start, tail_start) + tail
                return self.cached_tail or (tail_start, tail)
        return start, self.read_range(start, min(max(end, start + min_bytes), self.size))


class _CachingStream(SizedStream):
    """A stream that caches the content of its file when it is read to its end."""

    def __init__(self, source: Readable, file: RemoteFile, content: SpooledContent) -> None:
        super().__init__(source, file.size, file.name)
        self._file, self._content = file, content

    def _read_chunk(self, size: int) -> bytes:
        chunk = super()._read_chunk(size)
        if self._remaining:  # else it is a probe for bytes after the end
            self._content.write(chunk)
        return chunk

    def close(self) -> None:
        """Close the stream, and cache the content if it was read to its end."""
        if not self.closed and not self._remaining:
            with self._file.lock:
                if self._file.cached_content is None:
                    self._content.flush()
                    self._file.cached_content = self._content
        super().close()


class _RangeFile(io.RawIOBase):
    """A seekable file over a remote one; `min_bytes` is the minimum of a request."""

    def __init__(self, file: RemoteFile, min_bytes: int) -> None:
        self._file, self._min_bytes, self._position = file, min_bytes, 0
        self._buffer: tuple[int, bytes] = (0, b"")
        """The last bytes fetched and their offset."""

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Set and return the position."""
        position = offset + (0, self._position, self._file.size)[whence]
        if position < 0:
            raise ValueError(f"{position} is before the beginning")
        self._position = position
        return position

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        """Return `size` bytes, fewer only at the end of the file; all that remain if `size` is negative or None."""
        remaining = max(self._file.size - self._position, 0)
        length = remaining if size is None or size < 0 else min(size, remaining)
        start, content = self._buffer
        if length and not start <= self._position <= self._position + length <= start + len(content):
            self._buffer = start, content = self._file.read_at_least(self._position, self._position + length, self._min_bytes)
        data = content[self._position - start : self._position - start + length]
        self._position += len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        """Read bytes into a buffer and return their number."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
