"""Answers that a server compressed although it was asked not to, decompressed within limits."""

import errno
import zlib

from dxgov.errors import ProblemCode
from dxgov.limits import Limits
from dxgov.storage.container import FetchError, RefusedError

_PIECE = 2**20
"""Bytes that are decompressed at a time."""

_SMALL = 2**24
"""Up to this size, in bytes, a file may be compressed as tightly as it likes."""

_DAMAGED = "the server sends the file packed, and what it sends cannot be unpacked"


class Gunzip:
    """Decompresses what a server compressed although it was asked not to, a bounded piece at a time."""

    def __init__(self, limits: Limits) -> None:
        self._ratio, self._taken, self._given = limits.ratio, 0, 0
        self._decoder = zlib.decompressobj(31)
        self._packed = b""

    def feed(self, packed: bytes) -> None:
        """Take some more compressed bytes."""
        self._taken += len(packed)
        self._packed += packed

    def read(self) -> bytes:
        """Return some decompressed bytes; none where more have to be fed.

        Raises:
            RefusedError: there are more times as many as compressed ones than `Limits.ratio` allows.
            FetchError: what was fed is not compressed as it was said to be.
        """
        try:
            if self._decoder.eof and self._packed:
                self._decoder = zlib.decompressobj(31)
            piece = self._decoder.decompress(self._packed, _PIECE)
        except zlib.error as error:
            raise FetchError(errno.EIO, f"{_DAMAGED}: {error}") from None
        self._packed = self._decoder.unused_data if self._decoder.eof else self._decoder.unconsumed_tail
        self._given += len(piece)
        if self._given > max(_SMALL, self._ratio * self._taken):
            message = f"found more than {self._given - 1:,} bytes packed into {self._taken:,}, expected {self._ratio} times as many at most"
            raise RefusedError(ProblemCode.TOO_LARGE, message)
        return piece

    def finish(self) -> None:
        """Require that all was fed.

        Raises:
            FetchError: the end is missing.
        """
        if not self._decoder.eof:
            raise FetchError(errno.EIO, f"{_DAMAGED}: its end is missing")
