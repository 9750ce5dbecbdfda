"""Download of one file over HTTP: with timeouts, retries, resumption after a broken connection, and decompression."""

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
from dxgov.storage.decompression import GzipDecoder

T = TypeVar("T")

_OK, _PARTIAL, _PRECONDITION_FAILED = 200, 206, 412
RETRY_STATUSES = (429, 500, 502, 503, 504)
"""Statuses after which the same request may succeed."""

FIRST_DELAY = 0.25
"""Minimum seconds before the second attempt; doubled for each further one."""

_RETRY_RESET_BYTES = 2**20
"""Bytes of progress after which a transfer may use all its attempts again."""

_LOG = logging.getLogger("dxgov")


class ConnectionBrokenError(Exception):
    """A connection broke off; the request may be repeated."""


class RangeRequestsUnsupportedError(FetchError):
    """A server sends whole files only, and no ranges."""


class StatusError(Exception):
    """A response has a status other than 200 and 206."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status: int = status
        """The status of the response."""


class Response(Protocol):
    """The response of a server, with its body still to be read."""

    status: int
    headers: Mapping[str, str]
    url: str
    """The URL after all redirects, without its query."""

    async def read_chunk(self) -> bytes:
        """Return some bytes of the body as they are sent; nothing at its end.

        Raises:
            ConnectionBrokenError: the connection broke off.
        """

    def close(self) -> None:
        """Close the connection, or return it to the pool if all was read."""


@define
class FileVersion:
    """Size and validators of a file, which must not change while it is read."""

    size: int | None = None
    """Size in bytes; None until a server tells it."""
    validators: dict[str, str] = Factory(dict)
    """ETag, or else date of the last change, by URL after redirects."""

    def check_response(self, response: Response, size: int | None) -> None:
        """Compare a response with earlier ones; the first one sets size and validator.

        Raises:
            FetchError: the file was changed.
        """
        validator = response.headers.get("ETag") or response.headers.get("Last-Modified")
        self.size = size if self.size is None else self.size
        is_changed = validator and self.validators.setdefault(response.url, validator) != validator
        if is_changed or (size is not None and size != self.size):
            raise make_changed_error()


def make_changed_error() -> FetchError:
    """Return the error for a file that is replaced while it is read."""
    return FetchError(errno.EIO, "the file was changed while it was read")


def make_limit_error(name: str, limits: Limits, reason: str) -> FetchError:
    """Return the error for a limit in time that is exceeded, with advice to change it.

    Args:
        name: the attribute of `Limits`.
        limits: the limits in force.
        reason: the start of the message, to which value and unit of the limit are added.
    """
    value = getattr(limits, name)
    unit = "byte a second" if name == "rate" else "second"
    unit = unit if value == 1 else unit.replace(unit.split(maxsplit=1)[0], f"{unit.split(maxsplit=1)[0]}s")
    advice = f"lower the limit: --limit {name}={max(value // 2, 1)}" if name == "rate" else f"raise the limit: --limit {name}={2 * value}"
    message = f"{reason} {value:,} {unit}; to wait longer, {advice}, or Limits({name}=…)"
    return FetchError(errno.ETIMEDOUT, message)


class Transfer:
    """The download of a file, or of a range of it.

    Args:
        get: sends a request with the headers passed to it.
        name: the address of the file for messages, without secrets.
        version: the version of the file, shared by all its transfers; the first one fills it.
        limits: timeouts, attempts and compression ratio.
        range: a byte range in the syntax of HTTP: ``0-9``, ``10-``, or ``-65536`` for the last bytes; None for the whole file.
    """

    def __init__(
        self,
        get: Callable[[dict[str, str]], Awaitable[Response]],
        name: str,
        version: FileVersion,
        limits: Limits,
        range: str | None = None,
    ) -> None:
        self._get, self._name, self._version, self._limits, self._range = get, name, version, limits, range
        self._response: Response | None = None
        self._decoder: GzipDecoder | None = None
        # Retries: seconds waited in all, attempts since the last reset, and the position at that reset.
        self._seconds_waited, self._attempts, self._reset_position = 0.0, 1, 0
        # Transfer rate: seconds and bytes of the current window.
        self._window_seconds, self._window_bytes = 0.0, 0
        # Resumption: bytes received, bytes to skip when the file is sent from its beginning again, and digests to compare these.
        self._position, self._bytes_to_skip = 0, 0
        self._digest, self._repeated_digest = hashlib.blake2b(), hashlib.blake2b()
        self.start: int = 0
        """Offset of the first byte in the file."""
        self.end: int | None = None
        """Offset after the last byte; None if the server does not tell it."""
        self.total: int | None = None
        """Size of the file in bytes; None if the server does not tell it."""
        self.is_partial: bool = False
        """True if the response is a range of the file."""
        self.supports_ranges: bool = False
        """True if the server says that it sends ranges."""

    async def open(self) -> None:
        """Send the request and evaluate the headers of the response.

        Raises:
            StatusError: the response has no content.
            RangeRequestsUnsupportedError: a range was requested, and the response is compressed.
            FetchError: a limit is exceeded, the file was changed, or the response is for another range.
        """
        self._response = response = await self._request({"Range": f"bytes={self._range}"} if self._range else {})
        self.is_partial = response.status == _PARTIAL
        self.start, self.end, self.total = self._parse_extent(response, self._range)
        self.supports_ranges = self.is_partial or response.headers.get("Accept-Ranges", "").strip().lower() == "bytes"
        encoding = response.headers.get("Content-Encoding", "").strip().lower() or "identity"
        if encoding in ("gzip", "x-gzip"):
            if self.is_partial:
                raise RangeRequestsUnsupportedError(errno.EIO, "the server does not give parts of a file, but of what it compressed")
            self._decoder, self.total, self.supports_ranges = GzipDecoder(self._limits), None, False
        elif encoding != "identity":
            raise FetchError(errno.EIO, f"the server sends the file packed ({encoding[:40]!r}), although it was asked not to")
        self._version.check_response(response, self.total)

    def _parse_extent(self, response: Response, range: str | None) -> tuple[int, int | None, int | None]:
        """Return start and end of a response in the file, and the size of the file; None for what the server does not tell.

        Raises:
            StatusError: the response has no content.
            FetchError: it is for another range than the requested one.
        """
        if response.status not in (_OK, _PARTIAL):
            raise StatusError(response.status)
        header = response.headers.get("Content-Length", "")
        length = int(header) if header.isascii() and header.isdigit() and len(header) < 20 else None
        if response.status == _OK:
            return 0, length, length
        match = re.fullmatch(r"bytes ([0-9]{1,19})-([0-9]{1,19})/([0-9]{1,19}|\*)", response.headers.get("Content-Range", ""))
        if range and match:
            first, last = int(match[1]), int(match[2])
            total = None if match[3] == "*" else int(match[3])
            requested_first, requested_last = range.split("-")
            if not requested_first and total is not None:  # the last bytes
                requested_first, requested_last = str(max(total - int(requested_last), 0)), str(total - 1)
            expected_last = requested_last or str(last if total is None else total - 1)
            if (str(first), str(last)) == (requested_first, expected_last) and length in (None, last + 1 - first):
                return first, last + 1, total
        raise FetchError(errno.EIO, f"the server was asked for the bytes {range or 'from the first to the last'} and answers with others")

    async def _request(self, headers: dict[str, str]) -> Response:
        """Send a request, and repeat it after broken connections and temporary errors of the server."""
        while True:
            try:
                response = await self._wait(self._get(headers), self._limits.idle, "no answer within")
            except ConnectionBrokenError as error:
                await self._back_off(str(error))
                continue
            if response.status not in RETRY_STATUSES:
                return response
            response.close()
            retry_after = parse_retry_after(response.headers.get("Retry-After")) if response.status in (429, 503) else None
            await self._back_off(f"the server answers with the status {response.status}", retry_after)

    async def read_chunk(self) -> bytes:
        """Return some bytes of the content; nothing at its end.

        Raises:
            FetchError: the content cannot be fetched.
            RefusedError: the compression ratio is higher than `Limits.ratio` allows.
        """
        if self._decoder is None:
            return await self._read_raw()
        while True:
            chunk = self._decoder.read()
            if chunk:
                return chunk
            compressed = await self._read_raw()
            if not compressed:
                self._decoder.finish()
                return b""
            self._decoder.feed(compressed)

    async def read_rest(self) -> bytes:
        """Return all bytes up to the end of the content."""
        content = bytearray()
        while chunk := await self.read_chunk():
            content += chunk
        return bytes(content)

    async def _read_raw(self) -> bytes:
        """Return some bytes as they are sent, before decompression; nothing at the end."""
        while True:
            try:
                chunk = await self._receive()
            except ConnectionBrokenError:
                await self._resume()
                continue
            # After a restart from the beginning, skip the bytes received before, and check that they are the same.
            if self._bytes_to_skip:
                repeated, chunk, is_end = chunk[: self._bytes_to_skip], chunk[self._bytes_to_skip :], not chunk
                self._bytes_to_skip -= len(repeated)
                self._repeated_digest.update(repeated)
                if is_end or (not self._bytes_to_skip and self._repeated_digest.digest() != self._digest.digest()):
                    raise make_changed_error()
                if not chunk:
                    continue
            self._digest.update(chunk)
            self._position += len(chunk)
            if self.end is not None and self.start + self._position > self.end:
                raise FetchError(errno.EIO, "the server sends more bytes than it said, so it answers with others than were asked for")
            return chunk

    async def _receive(self) -> bytes:
        """Return the next bytes of the response; nothing at its end.

        Raises:
            ConnectionBrokenError: the response ends before the length that the server announced.
            FetchError: the transfer is slower than the limits allow.
        """
        assert self._response is not None
        seconds_before = self._seconds_waited
        chunk = await self._wait(self._response.read_chunk(), self._limits.idle, "the server sent nothing for")
        if not chunk and self.end is not None and self.start + self._position < self.end:
            raise ConnectionBrokenError
        # Check the transfer rate of each window that lasts as long as a server may be idle.
        self._window_seconds += self._seconds_waited - seconds_before
        self._window_bytes += len(chunk)
        if self._window_seconds >= self._limits.idle:
            if self._window_bytes < self._limits.rate * self._window_seconds:
                progress = f"the server sent {self._window_bytes:,} bytes in {self._window_seconds:,.0f} seconds, fewer than"
                raise make_limit_error("rate", self._limits, progress)
            self._window_seconds, self._window_bytes = 0.0, 0
        return chunk

    async def _resume(self) -> None:
        """Resume after a broken connection: with the rest if an ETag guarantees the same file, else from the beginning.

        Raises:
            FetchError: the attempts are used up, or the file was changed.
        """
        self.close()
        if self._position - self._reset_position >= _RETRY_RESET_BYTES:
            self._attempts, self._reset_position = 1, self._position
        total = f" of {self.end - self.start:,}" if self.end is not None else ""
        await self._back_off(f"the server broke off after {self._position:,}{total} bytes")
        # Request the rest with If-Match if all responses came from one URL with a strong ETag.
        range, headers = self._range, dict[str, str]()
        validator = next(iter(self._version.validators.values()), "")
        if validator.startswith('"') and len(self._version.validators) == 1 and self._position:
            range, headers = f"{self.start + self._position}-{'' if self.end is None else self.end - 1}", {"If-Match": validator}
        if range:
            headers["Range"] = f"bytes={range}"
        self._response = response = await self._request(headers)
        # Check that the response is for the same file, and see where it begins.
        if response.status == _PRECONDITION_FAILED:
            raise make_changed_error()
        start, end, size = self._parse_extent(response, range)
        self._version.check_response(response, None if self._decoder else size)
        if start not in (self.start, self.start + self._position) or (None not in (end, self.end) and end != self.end):
            raise make_changed_error()
        self._bytes_to_skip = self._position if start == self.start else 0
        self._repeated_digest = hashlib.blake2b()

    async def _back_off(self, fault: str, retry_after: float | None = None) -> None:
        """Wait before the next attempt: `retry_after` seconds if the server asked for them, else exponentially longer.

        Raises:
            FetchError: the attempts are used up, or the wait exceeds the time for the transfer.
        """
        if self._attempts >= self._limits.tries:
            times = "once" if self._attempts == 1 else f"{self._attempts} times"
            wait = f", asking to wait {retry_after:,.0f} seconds" if retry_after is not None else ""
            raise FetchError(errno.EIO, f"{fault}{wait}; tried {times} in {self._seconds_waited:,.0f} seconds")
        backoff = FIRST_DELAY * 2 ** (self._attempts - 1) * random.uniform(1, 1.5)  # noqa: S311 - no secret
        delay = backoff if retry_after is None else retry_after
        if self._seconds_waited + delay > self._limits.transfer:
            raise make_limit_error("transfer", self._limits, f"{fault}, asking to wait {delay:,.0f} seconds; waited for at most")
        self._attempts += 1
        level = logging.INFO if retry_after is None else logging.WARNING
        _LOG.log(level, "%s: %s; trying again in %s seconds", self._name, fault, f"{delay:,.0f}" if delay >= 1 else f"{delay:.1f}")
        await asyncio.sleep(delay)
        self._seconds_waited += delay

    async def _wait(self, awaitable: Awaitable[T], seconds: float, reason: str) -> T:
        """Wait for `seconds` at most, and no longer than what remains for the whole transfer.

        Raises:
            FetchError: the time is over; the message for `seconds` begins with `reason`.
        """
        start, remaining = time.monotonic(), self._limits.transfer - self._seconds_waited
        try:
            async with asyncio.timeout(min(seconds, remaining)):
                return await awaitable
        except TimeoutError:
            if remaining <= seconds:
                raise make_limit_error("transfer", self._limits, f"the server sent {self._position:,} bytes, and not all within") from None
            raise make_limit_error("idle", self._limits, reason) from None
        finally:
            self._seconds_waited += time.monotonic() - start

    def close(self) -> None:
        """Close the connection, or return it to the pool if all was read."""
        if self._response is not None:
            self._response.close()
            self._response = None


def parse_retry_after(header: str | None) -> float | None:
    """Return the seconds to wait by a ``Retry-After`` header, which holds seconds or a date; None if it is missing or malformed."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:20])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
