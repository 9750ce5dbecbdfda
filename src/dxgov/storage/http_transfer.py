"""A file of a web server as it comes in: with limits in time, resumed where it breaks off, and decoded where it is compressed."""

import asyncio
import errno
import hashlib
import logging
import random
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Protocol, TypeVar

from attrs import Factory, define

from dxgov.limits import Limits
from dxgov.storage.container import FetchError
from dxgov.storage.decompression import Gunzip

T = TypeVar("T")

_OK, _PARTIAL, _PRECONDITION_FAILED = 200, 206, 412
_TEMPORARY = (429, 500, 502, 503, 504)
"""Statuses after which the same request may succeed."""

_PAUSE = 0.25
"""Seconds before the second try, about; twice as many before each further one."""

_PROGRESS = 2**20
"""After so many more bytes a transfer that breaks off again has all its tries again."""

_LOG = logging.getLogger("dxgov")


class BrokenError(Exception):
    """A connection broke off; the request may be made again."""


class NoPartsError(FetchError):
    """A server gives files whole, and no parts of them."""


class StatusError(Exception):
    """A server answered with another status than that of a content."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status: int = status


class Answer(Protocol):
    """What a server answers to a request."""

    status: int
    headers: Mapping[str, str]
    place: str
    """The address that it came from, after all redirects and without a query."""

    async def piece(self) -> bytes:
        """Return some more bytes of the content as it is sent; none at the end.

        Raises:
            BrokenError: the connection broke off.
        """

    def close(self) -> None:
        """Close the connection, or free it where all was read."""


@define
class Version:
    """What a server told of a file, which must stay so while the file is read."""

    size: int | None = None
    tags: dict[str, str] = Factory(dict)
    """The ETag, or else the date of the last change, by the address that it came from."""

    def require_same(self, answer: Answer, size: int | None) -> None:
        """Compare an answer with those before.

        Raises:
            FetchError: the file is another one now.
        """
        tag = answer.headers.get("ETag") or answer.headers.get("Last-Modified")
        self.size = size if self.size is None else self.size
        if (tag and self.tags.setdefault(answer.place, tag) != tag) or (size is not None and size != self.size):
            raise changed()


def changed() -> FetchError:
    """Return what is raised where a file is replaced while it is read."""
    return FetchError(errno.EIO, "the file was changed while it was read")


def beyond(name: str, limits: Limits, what: str) -> FetchError:
    """Return what is raised where a limit in time is passed: `what` was waited for, and the name of the limit."""
    value = getattr(limits, name)
    unit = "byte a second" if name == "rate" else "second"
    unit = unit if value == 1 else unit.replace(unit.split(maxsplit=1)[0], f"{unit.split(maxsplit=1)[0]}s")
    cure = f"lower the limit: --limit {name}={max(value // 2, 1)}" if name == "rate" else f"raise the limit: --limit {name}={2 * value}"
    said = f"{what} {value:,} {unit}; to wait longer, {cure}, or Limits({name}=…)"
    return FetchError(errno.ETIMEDOUT, said)


class Transfer:
    """The content of a file, or of a range of it.

    Args:
        get: makes a request with the headers that it is given.
        name: the address as it may be shown.
        version: what is known of the file; the first transfer of a file fills it.
        limits: how long is waited.
        range: the range of bytes as HTTP writes it: ``0-9``, ``10-``, or ``-65536`` for the last ones; the whole file where it is None.
    """

    def __init__(
        self, get: Callable[[dict[str, str]], Awaitable[Answer]], name: str, version: Version, limits: Limits, range: str | None = None
    ) -> None:
        self._get, self._name, self._version, self._limits, self._range = get, name, version, limits, range
        self._answer: Answer | None = None
        self._gunzip: Gunzip | None = None
        self._waited, self._tried, self._mark = 0.0, 1, 0
        self._paced, self._sent = 0.0, 0
        self._at, self._skip = 0, 0
        self._digest, self._repeated = hashlib.blake2b(), hashlib.blake2b()
        self.start: int = 0
        """The offset of the first byte in the file."""
        self.end: int | None = None
        """The offset behind the last byte, where the server tells it."""
        self.total: int | None = None
        """The size of the file in bytes, where the server tells it."""
        self.partial: bool = False
        """Whether the answer is a range of the file."""
        self.parts: bool = False
        """Whether the server says that it gives ranges."""

    async def open(self) -> None:
        """Make the request, and take the head of its answer.

        Raises:
            StatusError: there is no content.
            NoPartsError: a range was asked for, and is given compressed.
            FetchError: a limit is passed, the file was changed, or the answer is one to another question.
        """
        self._answer = answer = await self._request({"Range": f"bytes={self._range}"} if self._range else {})
        self.partial = answer.status == _PARTIAL
        self.start, self.end, self.total = self._extent(answer, self._range)
        self.parts = self.partial or answer.headers.get("Accept-Ranges", "").strip().lower() == "bytes"
        encoding = answer.headers.get("Content-Encoding", "").strip().lower() or "identity"
        if encoding in ("gzip", "x-gzip"):
            if self.partial:
                raise NoPartsError(errno.EIO, "the server does not give parts of a file, but of what it compressed")
            self._gunzip, self.total, self.parts = Gunzip(self._limits), None, False
        elif encoding != "identity":
            raise FetchError(errno.EIO, f"the server sends the file packed ({encoding[:40]!r}), although it was asked not to")
        self._version.require_same(answer, self.total)

    def _extent(self, answer: Answer, range: str | None) -> tuple[int, int | None, int | None]:
        """Return where an answer begins and ends in the file, and the size of the file; None where the server does not tell.

        Raises:
            StatusError: there is no content.
            FetchError: it is another range than that which was asked for.
        """
        if answer.status not in (_OK, _PARTIAL):
            raise StatusError(answer.status)
        said = answer.headers.get("Content-Length", "")
        length = int(said) if said.isascii() and said.isdigit() and len(said) < 20 else None
        if answer.status == _OK:
            return 0, length, length
        match = re.fullmatch(r"bytes ([0-9]{1,19})-([0-9]{1,19})/([0-9]{1,19}|\*)", answer.headers.get("Content-Range", ""))
        if range and match:
            first, last = int(match[1]), int(match[2])
            total = None if match[3] == "*" else int(match[3])
            asked_first, asked_last = range.split("-")
            if not asked_first and total is not None:  # the last bytes
                asked_first, asked_last = str(max(total - int(asked_last), 0)), str(total - 1)
            end = asked_last or str(last if total is None else total - 1)
            if (str(first), str(last)) == (asked_first, end) and length in (None, last + 1 - first):
                return first, last + 1, total
        raise FetchError(errno.EIO, f"the server was asked for the bytes {range or 'from the first to the last'} and answers with others")

    async def _request(self, headers: dict[str, str]) -> Answer:
        """Make a request, again where the server breaks off or says that it cannot answer now."""
        while True:
            try:
                answer = await self._wait(self._get(headers), self._limits.idle, "no answer within")
            except BrokenError as error:
                await self._pause(str(error))
                continue
            if answer.status not in _TEMPORARY:
                return answer
            answer.close()
            asked = seconds_of(answer.headers.get("Retry-After")) if answer.status in (429, 503) else None
            await self._pause(f"the server answers with the status {answer.status}", asked)

    async def read(self) -> bytes:
        """Return some more bytes; none at the end.

        Raises:
            FetchError: they cannot be had.
            RefusedError: they were compressed tighter than `Limits.ratio` allows.
        """
        if self._gunzip is None:
            return await self._piece()
        while True:
            piece = self._gunzip.read()
            if piece:
                return piece
            packed = await self._piece()
            if not packed:
                self._gunzip.finish()
                return b""
            self._gunzip.feed(packed)

    async def rest(self) -> bytes:
        """Return all bytes that are left."""
        content = bytearray()
        while piece := await self.read():
            content += piece
        return bytes(content)

    async def _piece(self) -> bytes:
        """Return some more bytes as they are sent; none at the end."""
        while True:
            try:
                piece = await self._received()
            except BrokenError:
                await self._resume()
                continue
            if self._skip:  # the file comes from its beginning once more
                before, piece, ended = piece[: self._skip], piece[self._skip :], not piece
                self._skip -= len(before)
                self._repeated.update(before)
                if ended or (not self._skip and self._repeated.digest() != self._digest.digest()):
                    raise changed()
                if not piece:
                    continue
            self._digest.update(piece)
            self._at += len(piece)
            if self.end is not None and self.start + self._at > self.end:
                raise FetchError(errno.EIO, "the server sends more bytes than it said, so it answers with others than were asked for")
            return piece

    async def _received(self) -> bytes:
        """Return the next bytes of the answer; none at its end.

        Raises:
            BrokenError: there are fewer than the server said.
            FetchError: they come too slowly.
        """
        assert self._answer is not None
        before = self._waited
        piece = await self._wait(self._answer.piece(), self._limits.idle, "the server sent nothing for")
        if not piece and self.end is not None and self.start + self._at < self.end:
            raise BrokenError
        self._paced, self._sent = self._paced + self._waited - before, self._sent + len(piece)
        if self._paced >= self._limits.idle:
            if self._sent < self._limits.rate * self._paced:
                raise beyond("rate", self._limits, f"the server sent {self._sent:,} bytes in {self._paced:,.0f} seconds, fewer than")
            self._paced, self._sent = 0.0, 0
        return piece

    async def _resume(self) -> None:
        """Go on after a break: with the rest where it is sure to be of the same file, else from the beginning.

        Raises:
            FetchError: there were as many tries as the limits allow, or the file was changed.
        """
        self.close()
        if self._at - self._mark >= _PROGRESS:
            self._tried, self._mark = 1, self._at
        of = f" of {self.end - self.start:,}" if self.end is not None else ""
        await self._pause(f"the server broke off after {self._at:,}{of} bytes")
        range, headers = self._range, dict[str, str]()
        tag = next(iter(self._version.tags.values()), "")
        if tag.startswith('"') and len(self._version.tags) == 1 and self._at:
            range, headers = f"{self.start + self._at}-{'' if self.end is None else self.end - 1}", {"If-Match": tag}
        if range:
            headers["Range"] = f"bytes={range}"
        self._answer = answer = await self._request(headers)
        if answer.status == _PRECONDITION_FAILED:
            raise changed()
        start, end, total = self._extent(answer, range)
        self._version.require_same(answer, None if self._gunzip else total)
        if start not in (self.start, self.start + self._at) or (None not in (end, self.end) and end != self.end):
            raise changed()
        self._skip = self._at if start == self.start else 0
        self._repeated = hashlib.blake2b()

    async def _pause(self, fault: str, asked: float | None = None) -> None:
        """Wait before the next try: as many seconds as the server asked for, else more each time.

        Raises:
            FetchError: there were as many tries as the limits allow, or the pause is longer.
        """
        if self._tried >= self._limits.tries:
            times = "once" if self._tried == 1 else f"{self._tried} times"
            wait = f", asking to wait {asked:,.0f} seconds" if asked is not None else ""
            raise FetchError(errno.EIO, f"{fault}{wait}; tried {times} in {self._waited:,.0f} seconds")
        pause = _PAUSE * 2 ** (self._tried - 1) * random.uniform(1, 1.5) if asked is None else asked  # noqa: S311 - no secret
        if self._waited + pause > self._limits.transfer:
            raise beyond("transfer", self._limits, f"{fault}, asking to wait {pause:,.0f} seconds; waited for at most")
        self._tried += 1
        level = logging.INFO if asked is None else logging.WARNING
        _LOG.log(level, "%s: %s; trying again in %s seconds", self._name, fault, f"{pause:,.0f}" if pause >= 1 else f"{pause:.1f}")
        await asyncio.sleep(pause)
        self._waited += pause

    async def _wait(self, awaitable: Awaitable[T], most: float, what: str) -> T:
        """Wait at most so many seconds, and no longer than is left of the whole."""
        began, left = time.monotonic(), self._limits.transfer - self._waited
        try:
            async with asyncio.timeout(min(most, left)):
                return await awaitable
        except TimeoutError:
            if left <= most:
                raise beyond("transfer", self._limits, f"the server sent {self._at:,} bytes, and not all within") from None
            raise beyond("idle", self._limits, what) from None
        finally:
            self._waited += time.monotonic() - began

    def close(self) -> None:
        """Close the connection, or free it where all was read."""
        if self._answer is not None:
            self._answer.close()
            self._answer = None


def seconds_of(header: str | None) -> float | None:
    """Return the seconds that a ``Retry-After`` asks to wait, in seconds or as a date; None where it asks nothing."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:20])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
