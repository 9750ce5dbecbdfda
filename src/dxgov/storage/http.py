"""Files on web servers."""

import asyncio
import errno
import io
import weakref
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote, unquote, urljoin, urlsplit

import aiohttp
from yarl import URL

from dxgov.errors import AddressError, ProblemCode, quoted
from dxgov.limits import Limits
from dxgov.storage.address import Address, encoded, has_controls, parted
from dxgov.storage.container import FetchError, RefusedError
from dxgov.storage.http_transfer import BrokenError, NoPartsError, StatusError, Transfer, Version, beyond
from dxgov.storage.remote_file import AHEAD, TAIL, RemoteFile
from dxgov.storage.remote_file_system import Host
from dxgov.storage.spool import Copy

T = TypeVar("T")

_SMALL = 2**23
"""A file of at most so many bytes is fetched with the request that asks for its size."""

_REDIRECTS = 10
"""How many redirects are followed, one after another."""

_REDIRECTING = (301, 302, 303, 307, 308)

_BUFFER = 2**18
"""Bytes of an answer that are held, about, until they are read."""


def request_url(address: Address) -> URL:
    """Return an address as a request has it: the host in letters of ASCII, all else percent-encoded where it has to be.

    Raises:
        AddressError: no request can be made of it.
    """
    authority, _, path = address.place.partition("/")
    if has_controls(f"{authority}/{path}?{address.query}"):
        raise AddressError(f"{quoted(str(address))} is not an address: it has a line break, a tab or another control character in it")
    try:
        origin = URL(f"{address.scheme}://{authority}")
    except ValueError as error:
        raise AddressError(f"{address} is not an address: {error}") from None
    if not origin.host or authority.startswith(("/", " ")) or " " in authority:
        raise AddressError(f"{address} is not an address: {quoted(authority)} is no name of a server")
    query = f"?{encoded(address.query)}" if address.query else ""
    return URL(f"{origin.scheme}://{origin.raw_authority}/{encoded(path)}{query}", encoded=True)


class _Answer:
    """What a web server answers."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.status: int = response.status
        self.headers: Mapping[str, str] = response.headers
        self.place: str = str(response.url.with_query(None))

    async def piece(self) -> bytes:
        """Return some more bytes; none at the end."""
        try:
            return await self._response.content.readany()
        except (aiohttp.ClientError, OSError) as error:
            raise BrokenError("the server broke off") from error

    def close(self) -> None:
        """Close the connection, or free it where all was read."""
        self._response.close()


class WebHost(Host):
    """A web server, and the address of a folder or file on it; `loop` runs in a thread of its own."""

    def __init__(self, address: Address, limits: Limits, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(address, limits)
        self._loop = loop
        self._session: aiohttp.ClientSession | None = None
        url = request_url(address)
        self._origin = url.origin()
        self.path = str(url.with_query(None))

    @property
    def path_of_file(self) -> str:
        """The path, with what stands behind a ``?``."""
        return str(request_url(self.address))

    def below(self, name: str) -> str:
        """Return the path of a file below that of the address."""
        return f"{self.path.rstrip('/')}/{quote(name)}"

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def stored(self, path: str, name: str, most: int, *, whole: bool) -> RemoteFile | None:
        """Return a file, to be read; None where there is nothing. One request tells all of a small file, or the end of a large one."""
        file = WebFile(self, path)
        try:
            with self.told(path):
                return self.run(self._open(file, name, most, whole=whole))
        except FileNotFoundError:
            return None

    async def _open(self, file: "WebFile", name: str, most: int, *, whole: bool) -> RemoteFile:
        transfer = file.transfer(None if whole else f"-{TAIL}")
        try:
            await transfer.open()
            found = RemoteFile(file, name, self.spool)
            file.parts = transfer.parts
            if transfer.total is not None:
                file.size = transfer.total
                if file.size > min(most, _SMALL) and not transfer.partial:
                    return found
            if transfer.partial and file.size <= most:
                found.tail = transfer.start, await transfer.rest()
            if not transfer.partial or (found.tail and not transfer.start):
                copy = Copy(self.spool)
                if found.tail:
                    copy.write(found.tail[1])
                while piece := await transfer.read():
                    copy.write(piece)
                    if copy.size > most:
                        raise RefusedError(ProblemCode.TOO_LARGE, f"found more than {most:,} bytes, expected {most:,} at most")
                copy.flush()
                file.size, found.copy = copy.size, copy
        except (NoPartsError, StatusError) as error:
            if whole or getattr(error, "status", 416) not in (400, 416, 501):
                raise
        else:
            return found
        finally:
            transfer.close()
        return await self._open(file, name, most, whole=True)  # of an empty file nobody gives the end, and some never do

    async def get(self, path: str, headers: dict[str, str]) -> _Answer:
        """Ask for a file, and follow redirects to where it lies.

        Raises:
            BrokenError: the server broke off.
            FetchError: no connection is made in time, or a redirect is not followed.
        """
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=None, connect=self.limits.connect),
                headers={"Accept-Encoding": "identity"},
                auto_decompress=False,
                trust_env=True,
                cookie_jar=aiohttp.DummyCookieJar(),
                read_bufsize=_BUFFER,
            )
            weakref.finalize(self, _close, self._session, self._loop)
        url, user, met = URL(path, encoded=True), self.address.user, set[URL]()
        while True:
            met.add(url)
            response = await self._asked(_with_user(url, user), headers)
            if response.status not in _REDIRECTING:
                return _Answer(response)
            response.release()
            address = redirect_target(url, response.status, response.headers.get("Location", "").strip())
            url = request_url(address)
            if url in met:
                raise FetchError(errno.ELOOP, "the server redirects in a circle")
            if len(met) > _REDIRECTS:
                raise FetchError(errno.ELOOP, f"the server redirects more than {_REDIRECTS} times")
            user = address.user or (self.address.user if url.origin() == self._origin else "")

    async def _asked(self, url: URL, headers: dict[str, str]) -> aiohttp.ClientResponse:
        assert self._session is not None
        try:
            return await self._session.get(url, headers=headers, allow_redirects=False)
        except aiohttp.ConnectionTimeoutError:
            raise beyond("connect", self.limits, "no connection within") from None
        except (aiohttp.ClientConnectorError, TimeoutError):  # nobody is there, or not whom the certificate names: no break
            raise
        except aiohttp.ClientResponseError:
            raise FetchError(errno.EPROTO, "the server answers with something else than HTTP") from None
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, OSError) as error:
            raise BrokenError("the server broke off before it answered") from error


def redirect_target(url: URL, status: int, location: str) -> Address:
    """Return where a redirect leads.

    Raises:
        FetchError: nowhere, or out of the web.
    """
    if not location:
        raise FetchError(errno.EPROTO, f"the server redirects (status {status}) without saying where to")
    try:
        whole = "" if has_controls(location) else urljoin(str(url), location)
        scheme = urlsplit(whole).scheme
        if scheme in ("https", url.scheme):
            request_url(target := parted(whole))
            return target
    except ValueError:
        scheme = ""
    if scheme:
        raise FetchError(errno.EPROTO, f"the server redirects from {url.scheme} to {scheme}, which is not followed")
    where = quoted(location.partition("?")[0].rpartition("@")[2])
    raise FetchError(errno.EPROTO, f"the server redirects to {where}, which is not an address")


def _with_user(url: URL, user: str) -> URL:
    """Return an address with a name and a password, from which aiohttp makes a header."""
    name, _, password = user.partition(":")
    return url.with_user(unquote(name)).with_password(unquote(password)) if user else url


def _close(session: aiohttp.ClientSession, loop: asyncio.AbstractEventLoop) -> None:
    """Close a session, whatever thread drops it."""
    if not loop.is_running():
        return
    closed = asyncio.run_coroutine_threadsafe(session.close(), loop)
    try:
        here = asyncio.get_running_loop() is loop
    except RuntimeError:
        here = False
    if not here:
        with suppress(TimeoutError):
            closed.result(1)


class WebFile:
    """A file on a web server."""

    def __init__(self, host: WebHost, path: str) -> None:
        self._host, self._path = host, path
        self._version = Version()
        self.size: int = 0
        """Its bytes."""
        self.parts: bool = False
        """Whether it can be had in parts."""

    def transfer(self, range: str | None) -> Transfer:
        """Return a transfer of the file, or of a range of it, that is to be opened."""
        return Transfer(partial(self._host.get, self._path), self._host.shown(self._path), self._version, self._host.limits, range)

    def part(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` up to `end`.

        Raises:
            NoPartsError: the server gives whole files only.
        """

        async def fetched() -> bytes:
            transfer = self.transfer(f"{start}-{end - 1}")
            try:
                await transfer.open()
                if not transfer.partial:
                    raise NoPartsError(errno.EIO, "the server does not give parts of a file")
                return await transfer.rest()
            finally:
                transfer.close()

        with self._host.told(self._path):
            return self._host.run(fetched())

    def stream(self) -> io.RawIOBase:
        """Return the content from its beginning."""
        return _Stream(self, self._host, self._path)


class _Stream(io.RawIOBase):
    """A file of a web server, read from its beginning."""

    def __init__(self, file: WebFile, host: WebHost, path: str) -> None:
        self._host, self._path, self._transfer, self._ready = host, path, file.transfer(None), b""
        with host.told(path):
            host.run(self._transfer.open())

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Return some bytes, at most `size`; none at the end."""
        with self._host.told(self._path):
            if not self._ready:
                self._ready = self._host.run(self._more())
        most = len(self._ready) if size is None or size < 0 else size
        piece, self._ready = self._ready[:most], self._ready[most:]
        return piece

    async def _more(self) -> bytes:
        """Return as many bytes as are worth a change of threads; none at the end."""
        content = bytearray()
        while len(content) < AHEAD and (piece := await self._transfer.read()):
            content += piece
        return bytes(content)

    def close(self) -> None:
        """Close it."""
        if not self.closed:
            self._host.run(self._closed())
        super().close()

    async def _closed(self) -> None:
        self._transfer.close()
