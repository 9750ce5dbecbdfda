"""Files on web servers."""

import asyncio
import errno
import weakref
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote, unquote, urljoin, urlsplit

import aiohttp
from yarl import URL

from dxgov.errors import AddressError, ProblemCode, short_repr
from dxgov.limits import Limits
from dxgov.storage.address import Address, has_control_characters, parse_address, percent_encode
from dxgov.storage.container import FetchError, RefusedError
from dxgov.storage.http_transfer import (
    ConnectionBrokenError,
    FileVersion,
    RangeRequestsUnsupportedError,
    StatusError,
    Transfer,
    make_limit_error,
)
from dxgov.storage.remote_file import READ_AHEAD, TAIL, ChunkReader, RemoteFile
from dxgov.storage.remote_file_system import RemoteFileSystem
from dxgov.storage.spool import SpooledContent

T = TypeVar("T")

_MAX_EAGER_SIZE = 2**23
"""Maximum bytes of a file that is fetched by the request that looks it up."""

_MAX_REDIRECTS = 10
"""Maximum redirects in a row."""

_REDIRECT_STATUSES = (301, 302, 303, 307, 308)

_READ_BUFFER = 2**18
"""Bytes of a response that aiohttp buffers, approximately."""


def build_request_url(address: Address) -> URL:
    """Return the URL to request for an address: an ASCII host, and everything else percent-encoded as needed.

    Raises:
        AddressError: the address is malformed.
    """
    authority, _, path = address.host_and_path.partition("/")
    if has_control_characters(f"{authority}/{path}?{address.query}"):
        raise AddressError(f"{short_repr(str(address))} is not an address: it has a line break, a tab or another control character in it")
    try:
        origin = URL(f"{address.scheme}://{authority}")
    except ValueError as error:
        raise AddressError(f"{address} is not an address: {error}") from None
    if not origin.host or authority.startswith(("/", " ")) or " " in authority:
        raise AddressError(f"{address} is not an address: {short_repr(authority)} is no name of a server")
    query = f"?{percent_encode(address.query)}" if address.query else ""
    return URL(f"{origin.scheme}://{origin.raw_authority}/{percent_encode(path)}{query}", encoded=True)


class _Response:
    """The response of a web server, with its body still to be read."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.status: int = response.status
        self.headers: Mapping[str, str] = response.headers
        self.url: str = str(response.url.with_query(None))

    async def read_chunk(self) -> bytes:
        """Return some bytes of the body; nothing at its end."""
        try:
            return await self._response.content.readany()
        except (aiohttp.ClientError, OSError) as error:
            raise ConnectionBrokenError("the server broke off") from error

    def close(self) -> None:
        """Close the connection, or return it to the pool if all was read."""
        self._response.close()


class HttpFileSystem(RemoteFileSystem):
    """A web server, and the path of an address on it; `loop` runs in a thread of its own."""

    def __init__(self, address: Address, limits: Limits, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(address, limits)
        self._loop = loop
        self._session: aiohttp.ClientSession | None = None
        url = build_request_url(address)
        self._origin = url.origin()
        self.path = str(url.with_query(None))

    @property
    def file_path(self) -> str:
        """The URL of an address that is a file, with its query."""
        return str(build_request_url(self.address))

    def join(self, name: str) -> str:
        """Return the URL of a file below the address."""
        return f"{self.path.rstrip('/')}/{quote(name)}"

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the event loop and return its result."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def find_file(self, path: str, name: str, max_bytes: int, *, read_all: bool) -> RemoteFile | None:
        """Return the file at a URL; None if there is none. One request fetches all of a small file, or the end of a large one."""
        source = HttpFile(self, path)
        try:
            with self.translate_errors(path):
                return self.run(self._look_up(source, name, max_bytes, read_all=read_all))
        except FileNotFoundError:
            return None

    async def _look_up(self, source: "HttpFile", name: str, max_bytes: int, *, read_all: bool) -> RemoteFile:
        """Request a file, or its tail unless `read_all`, and cache the content of the response."""
        transfer = source.create_transfer(None if read_all else f"-{TAIL}")
        try:
            await transfer.open()
            file = RemoteFile(source, name, self.spool)
            source.supports_ranges = transfer.supports_ranges
            # Leave a file that is too large, or large enough to be streamed later.
            if transfer.total is not None:
                source.size = transfer.total
                if source.size > min(max_bytes, _MAX_EAGER_SIZE) and not transfer.is_partial:
                    return file
            # Cache the tail, and the whole content if that is all of it.
            if transfer.is_partial and source.size <= max_bytes:
                file.cached_tail = transfer.start, await transfer.read_rest()
            if not transfer.is_partial or (file.cached_tail and not transfer.start):
                content = SpooledContent(self.spool)
                if file.cached_tail:
                    content.write(file.cached_tail[1])
                while chunk := await transfer.read_chunk():
                    content.write(chunk)
                    if content.size > max_bytes:
                        raise RefusedError(ProblemCode.TOO_LARGE, f"found more than {max_bytes:,} bytes, expected {max_bytes:,} at most")
                content.flush()
                source.size, file.cached_content = content.size, content
        except (RangeRequestsUnsupportedError, StatusError) as error:
            if read_all or getattr(error, "status", 416) not in (400, 416, 501):
                raise
        else:
            return file
        finally:
            transfer.close()
        return await self._look_up(source, name, max_bytes, read_all=True)  # no range of an empty file is valid; some servers refuse all

    async def get(self, path: str, headers: dict[str, str]) -> _Response:
        """Request a URL, and follow redirects.

        Raises:
            ConnectionBrokenError: the connection broke off.
            FetchError: no connection is made in time, or a redirect is not followed.
        """
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=None, connect=self.limits.connect),
                headers={"Accept-Encoding": "identity"},
                auto_decompress=False,
                trust_env=True,
                cookie_jar=aiohttp.DummyCookieJar(),
                read_bufsize=_READ_BUFFER,
            )
            weakref.finalize(self, _close_session, self._session, self._loop)
        url, userinfo, visited = URL(path, encoded=True), self.address.userinfo, set[URL]()
        while True:
            visited.add(url)
            response = await self._request(_add_userinfo(url, userinfo), headers)
            if response.status not in _REDIRECT_STATUSES:
                return _Response(response)
            response.release()
            target = resolve_redirect(url, response.status, response.headers.get("Location", "").strip())
            url = build_request_url(target)
            if url in visited:
                raise FetchError(errno.ELOOP, "the server redirects in a circle")
            if len(visited) > _MAX_REDIRECTS:
                raise FetchError(errno.ELOOP, f"the server redirects more than {_MAX_REDIRECTS} times")
            # Send the credentials of the address to its own origin only.
            userinfo = target.userinfo or (self.address.userinfo if url.origin() == self._origin else "")

    async def _request(self, url: URL, headers: dict[str, str]) -> aiohttp.ClientResponse:
        """Send one request and translate the errors that end or repeat a transfer."""
        assert self._session is not None
        try:
            return await self._session.get(url, headers=headers, allow_redirects=False)
        except aiohttp.ConnectionTimeoutError:
            raise make_limit_error("connect", self.limits, "no connection within") from None
        except (aiohttp.ClientConnectorError, TimeoutError):  # no server, or the wrong certificate: another attempt is no use
            raise
        except aiohttp.ClientResponseError:
            raise FetchError(errno.EPROTO, "the server answers with something else than HTTP") from None
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, OSError) as error:
            raise ConnectionBrokenError("the server broke off before it answered") from error


def resolve_redirect(url: URL, status: int, location: str) -> Address:
    """Return the target of a redirect.

    Args:
        url: the URL of the request.
        status: the status of the response.
        location: the header ``Location``, an absolute or relative URL.

    Raises:
        FetchError: the target is missing or malformed, or has another scheme that is not https.
    """
    if not location:
        raise FetchError(errno.EPROTO, f"the server redirects (status {status}) without saying where to")
    try:
        target_url = "" if has_control_characters(location) else urljoin(str(url), location)
        scheme = urlsplit(target_url).scheme
        if scheme in ("https", url.scheme):
            build_request_url(target := parse_address(target_url))
            return target
    except ValueError:
        scheme = ""
    if scheme:
        raise FetchError(errno.EPROTO, f"the server redirects from {url.scheme} to {scheme}, which is not followed")
    redacted = short_repr(location.partition("?")[0].rpartition("@")[2])
    raise FetchError(errno.EPROTO, f"the server redirects to {redacted}, which is not an address")


def _add_userinfo(url: URL, userinfo: str) -> URL:
    """Return a URL with name and password, from which aiohttp makes the header ``Authorization``."""
    name, _, password = userinfo.partition(":")
    return url.with_user(unquote(name)).with_password(unquote(password)) if userinfo else url


def _close_session(session: aiohttp.ClientSession, loop: asyncio.AbstractEventLoop) -> None:
    """Close a session from any thread."""
    if not loop.is_running():
        return
    future = asyncio.run_coroutine_threadsafe(session.close(), loop)
    try:
        is_loop_thread = asyncio.get_running_loop() is loop
    except RuntimeError:
        is_loop_thread = False
    if not is_loop_thread:
        with suppress(TimeoutError):
            future.result(1)


class HttpFile:
    """A file on a web server."""

    def __init__(self, file_system: HttpFileSystem, path: str) -> None:
        self._file_system, self._path = file_system, path
        self._version = FileVersion()
        self.size: int = 0
        """Size in bytes."""
        self.supports_ranges: bool = False
        """True if the server says that it sends ranges."""

    def create_transfer(self, range: str | None) -> Transfer:
        """Return an unopened transfer of the file, or of a byte range in the syntax of HTTP."""
        get, name = partial(self._file_system.get, self._path), self._file_system.format_address(self._path)
        return Transfer(get, name, self._version, self._file_system.limits, range)

    def read_range(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` to `end`.

        Raises:
            RangeRequestsUnsupportedError: the server sends whole files only.
            FetchError: the request fails.
        """

        async def request() -> bytes:
            transfer = self.create_transfer(f"{start}-{end - 1}")
            try:
                await transfer.open()
                if not transfer.is_partial:
                    raise RangeRequestsUnsupportedError(errno.EIO, "the server does not give parts of a file")
                return await transfer.read_rest()
            finally:
                transfer.close()

        with self._file_system.translate_errors(self._path):
            return self._file_system.run(request())

    def open_stream(self) -> ChunkReader:
        """Open the content as a stream from its beginning."""
        transfer = self.create_transfer(None)

        async def read_ahead() -> bytes:
            content = bytearray()  # large enough to be worth a change of threads
            while len(content) < READ_AHEAD and (chunk := await transfer.read_chunk()):
                content += chunk
            return bytes(content)

        async def close_transfer() -> None:
            transfer.close()

        def fetch_chunk() -> bytes:
            with self._file_system.translate_errors(self._path):
                return self._file_system.run(read_ahead())

        def close() -> None:
            self._file_system.run(close_transfer())

        try:
            with self._file_system.translate_errors(self._path):
                self._file_system.run(transfer.open())
        except BaseException:
            close()
            raise
        return ChunkReader(fetch_chunk, close)
