"""Limit of compression ratios, and decompression of responses that a server compressed although it was asked not to."""

import errno
import zlib

from dxgov.errors import ProblemCode
from dxgov.languages import Message
from dxgov.limits import Limits
from dxgov.storage.container import FetchError, RefusedError

_CHUNK_SIZE = 2**20
"""Maximum bytes decompressed at a time."""

_RATIO_EXEMPT_SIZE = 2**24
"""Up to this size in bytes, a content may have any compression ratio."""

_DAMAGED = "the server sends the file packed, and what it sends cannot be unpacked"


def check_ratio(size: int, compressed_size: int, limits: Limits) -> None:
    """Raise a `RefusedError` if a content of `size` bytes has a higher compression ratio than `Limits.ratio`."""
    if size > max(_RATIO_EXEMPT_SIZE, limits.ratio * compressed_size):
        message = Message(
            "found {size:,} bytes packed into {compressed:,}, expected {ratio} times as many at most",
            "{compressed:,}バイトに{size:,}バイトが圧縮されている。上限は{ratio}倍。",
            size=size,
            compressed=compressed_size,
            ratio=limits.ratio,
        )
        raise RefusedError(ProblemCode.TOO_LARGE, message)


class GzipDecoder:
    """An incremental gzip decoder that limits the compression ratio."""

    def __init__(self, limits: Limits) -> None:
        self._limits, self._compressed_size, self._decompressed_size = limits, 0, 0
        self._decoder = zlib.decompressobj(31)
        self._pending = b""

    def feed(self, data: bytes) -> None:
        """Add compressed bytes."""
        self._compressed_size += len(data)
        self._pending += data

    def read(self) -> bytes:
        """Return some decompressed bytes; nothing if more compressed ones are needed.

        Raises:
            RefusedError: the compression ratio is higher than `Limits.ratio` allows.
            FetchError: the compressed bytes are not gzip.
        """
        try:
            if self._decoder.eof and self._pending:  # a gzip file may consist of several members
                self._decoder = zlib.decompressobj(31)
            chunk = self._decoder.decompress(self._pending, _CHUNK_SIZE)
        except zlib.error as error:
            raise FetchError(errno.EIO, f"{_DAMAGED}: {error}") from None
        self._pending = self._decoder.unused_data if self._decoder.eof else self._decoder.unconsumed_tail
        self._decompressed_size += len(chunk)
        check_ratio(self._decompressed_size, self._compressed_size, self._limits)
        return chunk

    def finish(self) -> None:
        """Check that the compressed data are complete.

        Raises:
            FetchError: the end is missing.
        """
        if not self._decoder.eof:
            raise FetchError(errno.EIO, f"{_DAMAGED}: its end is missing")
