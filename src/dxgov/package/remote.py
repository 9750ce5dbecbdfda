"""Packages at addresses: on the web, in S3 or Google Cloud Storage, and wherever else fsspec reaches."""

import asyncio
import errno
import io
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, unquote

import fsspec.asyn
import fsspec.core
from attrs import evolve

from dxgov.errors import AddressError, DxgovError, NotAPackageError, NotInstalledError
from dxgov.extras import needing
from dxgov.limits import Limits
from dxgov.package.address import Address, parted
from dxgov.package.container import DESCRIPTOR, Container, FetchError, Whole, open_container, open_zip, too_large

_EXTRAS = {"http": "remote", "https": "remote", "s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs"}
"""The extra that brings what a scheme needs."""

_LOCAL = ("file", "local")
_LEAST = 2**18
"""So many bytes are fetched at least where some are read out of the middle of a file."""

_TAIL = 2**16
"""So many bytes at the end are fetched together and kept: Parquet files and zips have their list of contents there."""

_LISTED = 2**24
"""A list of contents that is longer is fetched each time."""

_TOGETHER = 16
"""So many files are asked for at once."""

_AHEAD = 2**23
"""So many bytes are fetched at a time where a file is read from its beginning."""

_SMALL = 2**20
"""A file that was read whole is kept in memory up to this size, and on disk beyond."""


class RefusedAccessError(FetchError, PermissionError):
    """Whoever keeps a file does not let it be read or written."""


class NoPlaceError(FetchError, FileNotFoundError):
    """What is to hold the files is not there itself."""


class NoPartsError(FetchError):
    """A server gives files whole, and no parts of them."""


class Host:
    """A place that keeps files."""

    def __init__(self, address: Address) -> None:
        self.address: Address = address
        self.path: str = ""
        self._expected: dict[str, dict[str, Any] | BaseException] = {}
        options: dict[str, Any] = {}
        if address.web:
            with needing("remote"):
                from dxgov.package.web import client
            options["get_client"] = client()
            options["encoded"] = True
        elif address.credentials and address.scheme in ("s3", "s3a"):
            options |= dict(zip(("key", "secret"), address.credentials, strict=True))
        user = "" if options.get("key") or not address.user else f"{address.user}@"
        url = f"{address.scheme}://{user}{address.place}"
        if "::" in url:
            raise NotAPackageError(f"{address} is an address within another, which is not taken")
        with self.told():
            self.fs, path = fsspec.core.url_to_fs(url, skip_instance_cache=True, use_listings_cache=False, **options)
            self.path = str(path)

    @contextmanager
    def told(self, path: str | None = None) -> Iterator[None]:
        """Tell in one way what libraries raise in many, without what is secret in an address."""
        try:
            yield
        except (DxgovError, FetchError) as error:
            if isinstance(error, FetchError) and error.filename is None:
                error.filename = self._shown(path)
            raise
        except Exception as error:  # noqa: BLE001 - each library has its own
            raise self._said(error, self._shown(path)) from None

    def _shown(self, path: str | None) -> str:
        name = (path or "").removeprefix(self.path).strip("/")
        return f"{str(self.address).rstrip('/')}/{name}" if name and not self.address.query else str(self.address)

    def _said(self, error: BaseException, place: str) -> Exception:
        cause = error.__cause__
        if isinstance(cause, Exception) and isinstance(error, FileNotFoundError):  # fsspec takes whatever a web server does for that
            return cause if isinstance(cause, FetchError) else self._said(cause, place)
        status, kind = getattr(error, "status", None), type(error).__name__
        if isinstance(error, ImportError):
            return self._lacking(error)
        if isinstance(error, ValueError) and "Protocol not known" in str(error):
            return NotAPackageError(f"{place}: fsspec knows no addresses that begin with {self.address.scheme}://")
        if kind == "NoSuchBucket":
            return NoPlaceError(errno.ENOENT, "there is no such bucket", place)
        if isinstance(error, FileNotFoundError) or status in (404, 410):
            return FileNotFoundError(errno.ENOENT, "there is nothing there", place)
        if isinstance(error, PermissionError) or status in (401, 403, 407) or "Credentials" in kind:
            return RefusedAccessError(errno.EACCES, "access is refused", place)
        if isinstance(error, NotImplementedError):
            return AddressError(f"{place} cannot be written to")
        if isinstance(error, TimeoutError):
            return FetchError(errno.ETIMEDOUT, "there is no answer", place)
        if "range requests" in str(error):
            return NoPartsError(errno.EIO, "the server does not give parts of a file", place)
        said = f"the server answers with the status {status}" if isinstance(status, int) else kind
        more = " ".join(str(error).split())[:200]
        return FetchError(errno.EIO, said if self.address.secret or isinstance(status, int) else f"{said}: {more}", place)

    def _lacking(self, error: ImportError) -> NotInstalledError:
        cause = error.__cause__
        name = getattr(cause, "name", None) or error.name or "a library"
        extra = _EXTRAS.get(self.address.scheme)
        how = f"pip install 'dxgov[{extra}]'" if extra else str(error)
        return NotInstalledError(f"{name} is not installed; {how}", name=getattr(cause, "name", None))

    def below(self, name: str) -> str:
        """The path of a file below that of the address."""
        return f"{self.path.rstrip('/')}/{quote(name) if self.address.web else name}"

    def expect(self, names: Sequence[str]) -> None:
        """Ask for many files together, some at a time, so that looking for them one by one does not take one answer's time each."""
        if len(names) < 2 or not getattr(self.fs, "async_impl", False):
            return

        async def asked() -> list[dict[str, Any] | BaseException]:
            gate = asyncio.Semaphore(_TOGETHER)

            async def one(name: str) -> dict[str, Any]:
                async with gate:
                    return dict(await self.fs._info(self.below(name)))  # noqa: SLF001 - so fsspec names what can be awaited

            return await asyncio.gather(*map(one, names), return_exceptions=True)

        with self.told():
            found = fsspec.asyn.sync(self.fs.loop, asked)
        self._expected = {self.below(name): about for name, about in zip(names, found, strict=True)}

    def _about(self, path: str) -> dict[str, Any]:
        about = self._expected.pop(path, None)
        if isinstance(about, BaseException):
            raise about
        return about or dict(self.fs.info(path))

    def stored(self, path: str, name: str) -> "RemoteFile | None":
        """A file, to be read; ``None`` where there is nothing.

        Raises:
            FetchError: nobody can tell.
        """
        try:
            with self.told(path):
                about = self._about(path)
        except NoPlaceError:
            raise
        except FileNotFoundError:
            return None
        if about.get("type") == "directory":
            return None
        if not isinstance(about.get("size"), int):
            raise FetchError(errno.EIO, "the server does not say how large the file is", self._shown(path))
        return RemoteFile(self, path, name, about)

    # What an export needs

    def files(self) -> set[str]:
        """The paths of all files there are, below that of the address."""
        try:
            with self.told():
                found = self.fs.find(self.path)
        except NoPlaceError:
            raise
        except FileNotFoundError:
            return set()
        root = self.path.rstrip("/")
        return {path.removeprefix(root).lstrip("/") for path in map(str, found) if not path.endswith("/")}

    def put(self, file: Path, name: str) -> None:
        """Write a file; it is there whole or not at all as far as the place gives that."""
        path = self.below(name)
        with self.told(path):
            self.fs.put_file(str(file), path)

    def remove(self, name: str) -> None:
        """Remove a file."""
        path = self.below(name)
        with self.told(path):
            self.fs.rm_file(path)


class Remote:
    """A package in a folder at an address."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def expect(self, names: Sequence[str]) -> None:
        """Ask for the sizes of all files together."""
        self._host.expect(names)

    def near(self, name: str) -> str:  # noqa: ARG002 - no place is asked for all that it has
        """Nothing."""
        return ""

    def find(self, name: str, most: int) -> "RemoteFile | None":
        """A file below the address; its size is asked for before any of it is fetched."""
        stored = self._host.stored(self._host.below(name), name)
        if stored is not None and stored.size > most:
            raise too_large(stored.size, most)
        return stored


class RemoteFile:
    """A file at an address."""

    def __init__(self, host: Host, path: str, name: str, about: dict[str, Any]) -> None:
        self.host, self.path, self.name, self._about = host, path, name, about
        self.size: int = about["size"]
        self.copy: IO[bytes] | None = None
        self._tail: tuple[int, bytes] | None = None

    def open(self) -> io.RawIOBase:
        """The content from its beginning; once it was read to its end it is kept in a temporary file, and not fetched again."""
        if self.copy is not None:
            return Whole(_Anywhere(self, 1), self.size, self.name)
        return _Kept(_Stream(self) if self.host.address.web else _Anywhere(self, _AHEAD), self)

    def open_anywhere(self) -> IO[bytes]:
        """The content, to be read in any order, of which no more is fetched than that needs, if it can be had in parts."""
        if self.copy is None and not self._about.get("partial", True):
            self._fetch_whole()
        return _Anywhere(self, _LEAST)  # type: ignore[return-value]

    @cached_property
    def _file(self) -> Any:
        with self.host.told(self.path):
            size = {"size": self.size} if self.host.address.web and self.size else {}
            file = self.host.fs.open(self.path, "rb", cache_type="none", **size)
            self._require_same(getattr(file, "details", None))
            return file

    def _require_same(self, details: Any) -> None:
        for key in ("size", "ETag"):
            now = details.get(key) if isinstance(details, dict) else None
            if now is not None and self._about.get(key, now) != now:
                raise FetchError(errno.EIO, "the file was changed while it was read")

    def fetched(self, start: int, end: int) -> bytes:
        """Some bytes.

        Raises:
            FetchError: they cannot be had, or there are fewer.
        """
        if self.copy is None:
            try:
                return self._part(start, end)
            except NoPartsError:
                self._fetch_whole()
        copy = self.copy
        if copy is None:
            raise FetchError(errno.EIO, "the file was changed while it was read")
        copy.seek(start)
        return copy.read(end - start)

    def _fetch_whole(self) -> None:
        with self.open() as file:
            while file.read(_LEAST):
                pass

    def _part(self, start: int, end: int) -> bytes:
        with self.host.told(self.path):
            self._file.seek(start)
            content = b""
            while len(content) < end - start:
                piece = self._file.read(end - start - len(content))
                if not piece:
                    raise FetchError(errno.EIO, "the file was changed while it was read")
                content += piece
            return content

    def some(self, start: int, end: int, least: int) -> tuple[int, bytes]:
        """At least some bytes, and where they begin."""
        if self.copy is not None:
            return start, self.fetched(start, end)
        place, kept = self._tail or (self.size, b"")
        if end > min(place, self.size - _TAIL) and self.size - start < _LISTED:
            first = min(start, max(self.size - _TAIL, 0))
            if first < place:
                self._tail = first, self.fetched(first, place) + kept
            return self._tail or (place, kept)
        return start, self.fetched(start, min(max(end, start + least), self.size))


class _Kept(Whole):
    """A content that is read from its beginning, and kept as it comes."""

    def __init__(self, file: io.RawIOBase, of: RemoteFile) -> None:
        super().__init__(file, of.size, of.name)
        self._of, self._copy = of, tempfile.SpooledTemporaryFile(_SMALL)  # noqa: SIM115 - it stays as long as the file is known

    def _piece(self, size: int) -> bytes:
        content = super()._piece(size)
        if self._left:
            self._copy.write(content)
        return content

    def close(self) -> None:
        """Close it; what was read to its end stays."""
        if not self.closed:
            if self._left or self._of.copy is not None:
                self._copy.close()
            else:
                self._of.copy = self._copy
                weakref.finalize(self._of, self._copy.close)
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


class _Stream(io.RawIOBase):
    """A file of a web server, read from its beginning."""

    def __init__(self, file: RemoteFile) -> None:
        self._file = file
        with file.host.told(file.path):
            self._stream = file.host.fs.open(file.path, "rb", block_size=0)

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Read some bytes."""
        with self._file.host.told(self._file.path):
            return bytes(self._stream.read(size))

    def close(self) -> None:
        """Close it."""
        if not self.closed:
            with self._file.host.told(self._file.path):
                self._stream.close()
        super().close()


def open_remote(address: str, limits: Limits) -> tuple[Container, str]:
    """The place of a package at an address, and the name of its descriptor in it.

    Raises:
        FileNotFoundError: there is nothing at the address.
        NotAPackageError: there is something else than a package, or nobody knows such an address.
        NotInstalledError: a library is not installed that the address needs.
        DataError: a zip has members that cannot be taken.
        FetchError: what is there cannot be had.
    """
    place = parted(address)
    if place.scheme in _LOCAL:
        return open_container(Path(fsspec.core.url_to_fs(f"file://{place.place}")[1]), limits)
    parent, _, last = place.place.rstrip("/").rpartition("/")
    if last.lower().endswith(".json"):
        return Remote(Host(evolve(place, place=parent, query=""))), unquote(last) if place.web else last
    host = Host(place)
    if not last.lower().endswith(".zip"):
        folder = Remote(host)
        if not place.query and folder.find(DESCRIPTOR, 2**63):
            return folder, DESCRIPTOR
    path = f"{host.path}?{place.query}" if place.query else host.path
    file = None if path.endswith("/") else host.stored(path, last)
    if file is not None:
        if file.size > limits.package:
            raise NotAPackageError(f"{place} is not taken: {too_large(file.size, limits.package)}")
        return open_zip(str(place), file.open_anywhere, limits), DESCRIPTOR
    if not place.web and not last.lower().endswith(".zip"):
        with host.told():
            there = host.fs.exists(host.path)
        if there:
            raise NotAPackageError(f"{place} is not a package: it has no {DESCRIPTOR}")
    raise FileNotFoundError(errno.ENOENT, "there is no package", str(place))
