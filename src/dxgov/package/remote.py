"""Packages at addresses: on the web, in S3 or Google Cloud Storage, and wherever else fsspec reaches."""

import asyncio
import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import fsspec.asyn
import fsspec.core
from attrs import evolve

from dxgov.errors import AddressError, DxgovError, NotAPackageError, NotInstalledError
from dxgov.extras import needing
from dxgov.limits import Limits
from dxgov.package.address import Address, parted
from dxgov.package.container import DESCRIPTOR, Container, FetchError, too_large
from dxgov.package.remotefile import NoPartsError, RemoteFile
from dxgov.package.zipped import open_zip

_EXTRAS = {"http": "remote", "https": "remote", "s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs"}
"""The extra that brings what a scheme needs."""

_TOGETHER = 16
"""So many files are asked for at once."""


class RefusedAccessError(FetchError, PermissionError):
    """Whoever keeps a file does not let it be read or written."""


class NoPlaceError(FetchError, FileNotFoundError):
    """What is to hold the files is not there itself."""


class Host:
    """A place that keeps files."""

    def __init__(self, address: Address) -> None:
        self.address: Address = address
        self.path: str = ""
        self._expected: dict[str, dict[str, Any] | BaseException] = {}
        self._folders: set[str] = set()
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
        """Write a file, and make the folders that it lies in; it is there whole or not at all as far as the place gives that."""
        path = self.below(name)
        folder = path.rpartition("/")[0]
        with self.told(path):
            # An object store has no folders, and would make a bucket; all of these are asynchronous.
            if folder not in self._folders and not getattr(self.fs, "async_impl", False):
                self.fs.makedirs(folder, exist_ok=True)
                self._folders.add(folder)
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
