"""Packages at addresses: on the web, in S3 or Google Cloud Storage, and wherever else fsspec reaches."""

import errno
import io
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from threading import Event, RLock, Thread
from typing import Any, TypeVar
from urllib.parse import unquote

import fsspec.asyn
import fsspec.core
from attrs import evolve

from dxgov.errors import AddressError, NotAPackageError
from dxgov.limits import Limits
from dxgov.optional_dependencies import needing
from dxgov.storage.address import Address, parted
from dxgov.storage.container import DESCRIPTOR, Container, FetchError, RefusedError, too_large
from dxgov.storage.http_transfer import beyond, changed
from dxgov.storage.remote_file import RemoteFile
from dxgov.storage.remote_file_system import Host, NoPlaceError
from dxgov.storage.zip_archive import open_zip

T = TypeVar("T")

_TOGETHER = 8
"""So many files are asked for at once."""

_AHEAD = 2**23
"""So many bytes are fetched at a time where a file is read from its beginning."""

_SMALL = 2**23
"""Smaller files that are going to be read whole are fetched together."""


class Storage(Host):
    """A place that fsspec knows how to read and write."""

    def __init__(self, address: Address, limits: Limits) -> None:
        super().__init__(address, limits)
        self._folders: set[str] = set()
        options: dict[str, Any] = {}
        if address.scheme in ("s3", "s3a"):
            options["config_kwargs"] = {"connect_timeout": limits.connect, "read_timeout": limits.idle}
            if address.credentials:
                options |= dict(zip(("key", "secret"), address.credentials, strict=True))
        user = "" if options.get("key") or not address.user else f"{address.user}@"
        url = f"{address.scheme}://{user}{address.place}"
        if "::" in url:
            raise NotAPackageError(f"{address} is an address within another, which is not taken")
        with self.told():
            self.fs, path = fsspec.core.url_to_fs(url, skip_instance_cache=True, use_listings_cache=False, **options)
            self.path = str(path)
        self.together = bool(getattr(self.fs, "async_impl", False))

    def below(self, name: str) -> str:
        """Return the path of a file below that of the address."""
        return f"{self.path.rstrip('/')}/{name}"

    def asked(self, call: Callable[[], T], path: str | None = None) -> T:
        """Call what asks the place, and wait no longer than the limits allow, whatever its library does.

        Raises:
            FetchError: it takes longer, or fails.
        """
        found: list[T | BaseException] = []
        ended = Event()

        def work() -> None:
            try:
                found.append(call())
            except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
                found.append(error)
            ended.set()

        with self.told(path):
            Thread(target=work, name="dxgov", daemon=True).start()
            if not ended.wait(self.limits.transfer):
                raise beyond("transfer", self.limits, "no end within")
            (result,) = found
            if isinstance(result, BaseException):
                raise result
            return result

    def stored(self, path: str, name: str, most: int, *, whole: bool) -> RemoteFile | None:
        """Return a file, to be read; None where there is nothing."""
        try:
            about = self.asked(lambda: dict(self.fs.info(path)), path)
        except NoPlaceError:
            raise
        except FileNotFoundError:
            return None
        if about.get("type") == "directory":
            return None
        if not isinstance(about.get("size"), int):
            raise FetchError(errno.EIO, "the server does not say how large the file is", self.shown(path))
        file = RemoteFile(StorageFile(self, path, about), name, self.spool)
        if whole and self.together and file.size <= min(most, _SMALL):
            file.fetch()
        return file

    # What an export needs

    def files(self) -> set[str]:
        """The paths of all files there are, below that of the address."""
        try:
            found = self.asked(lambda: self.fs.find(self.path))
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
        # An object store has no folders, and would make a bucket; all of these are asynchronous.
        if folder not in self._folders and not getattr(self.fs, "async_impl", False):
            self.asked(lambda: self.fs.makedirs(folder, exist_ok=True), path)
            self._folders.add(folder)
        self.asked(lambda: self.fs.put_file(str(file), path), path)

    def remove(self, name: str) -> None:
        """Remove a file."""
        path = self.below(name)
        self.asked(lambda: self.fs.rm_file(path), path)


class StorageFile:
    """A file that fsspec reads."""

    parts = True

    def __init__(self, storage: Storage, path: str, about: dict[str, Any]) -> None:
        self._storage, self._path, self._about = storage, path, about
        self.size: int = about["size"]

    @cached_property
    def _file(self) -> Any:
        file = self._storage.fs.open(self._path, "rb", cache_type="none")
        details = getattr(file, "details", None)
        for key in ("size", "ETag"):
            now = details.get(key) if isinstance(details, dict) else None
            if now is not None and self._about.get(key, now) != now:
                raise changed()
        return file

    def part(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` up to `end`."""

        def fetched() -> bytes:
            self._file.seek(start)
            content = bytearray()
            while len(content) < end - start:
                piece = self._file.read(end - start - len(content))
                if not piece:
                    raise changed()
                content += piece
            return bytes(content)

        return self._storage.asked(fetched, self._path)

    def stream(self) -> io.RawIOBase:
        """Return the content from its beginning."""
        return _Ahead(self)


class _Ahead(io.RawIOBase):
    """A file read from its beginning, many bytes at a time."""

    def __init__(self, file: StorageFile) -> None:
        self._file, self._at, self._ready = file, 0, b""

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Return some bytes, at most `size`; none at the end."""
        if not self._ready and self._at < self._file.size:
            self._ready = self._file.part(self._at, min(self._at + _AHEAD, self._file.size))
            self._at += len(self._ready)
        most = len(self._ready) if size is None or size < 0 else size
        piece, self._ready = self._ready[:most], self._ready[most:]
        return piece


class Remote:
    """A package in a folder at an address."""

    asks = True

    def __init__(self, host: Host, limits: Limits) -> None:
        self._host, self._limits = host, limits
        self._files: dict[str, RemoteFile | OSError | None] = {}
        """What is known of each path: a file, that there is none, or what went wrong."""
        self._lock = RLock()

    def expect(self, names: Sequence[str], *, whole: bool) -> None:
        """Ask for many files together, a few at a time, so that looking for them one by one does not take one answer's time each."""
        if len(names) < 2 or not self._host.together:
            return
        left = self._limits.package

        def ask(name: str) -> None:
            nonlocal left
            if left <= 0:  # which is told of the file that is beyond the limit, when it is looked for
                return
            try:
                file = self._host.stored(self._host.below(name), name, min(self._limits.file, left), whole=whole)
            except OSError as error:
                self._files[name] = error
                left = 0 if isinstance(error, FetchError) else left  # nothing more is worth asking for
            else:
                left -= file.size if file is not None and file.copy is not None else 0
                self._files[name] = file

        pool = ThreadPoolExecutor(_TOGETHER)
        try:
            for name, future in [(name, pool.submit(ask, name)) for name in names]:
                future.result()
                if isinstance(self._files.get(name), FetchError):
                    break
        finally:
            pool.shutdown(cancel_futures=True)

    def near(self, name: str) -> str:  # noqa: ARG002 - no place is asked for all that it has
        """Nothing."""
        return ""

    def find(self, name: str, most: int, *, whole: bool = True) -> RemoteFile | None:
        """A file below the address; where its size is told before its content, no content is fetched that is too large."""
        with self._lock:
            if name not in self._files:
                self._files[name] = self._host.stored(self._host.below(name), name, most, whole=whole)
            file = self._files[name]
            if isinstance(file, OSError):
                del self._files[name]
                raise file
        if file is not None and file.size > most:
            raise too_large(file.size, most)
        return file


def open_remote(address: str, limits: Limits, *, whole: bool = True) -> tuple[Container, str]:
    """The place of a package at an address, and the name of its descriptor in it; `whole` tells that all of it is going to be read.

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
        return Remote(_host(evolve(place, place=parent, query=""), limits), limits), unquote(last) if place.web else last
    host = _host(place, limits)
    if not last.lower().endswith(".zip") and not place.query:
        folder = Remote(host, limits)
        there = True
        with suppress(RefusedError):  # of what is too large, which is told when it is read
            there = folder.find(DESCRIPTOR, limits.descriptor) is not None
        if there:
            return folder, DESCRIPTOR
    path = host.path_of_file
    file = None
    if not path.endswith("/"):
        try:
            file = host.stored(path, last, limits.package, whole=whole)
        except RefusedError as error:
            raise NotAPackageError(f"{place} is not taken: {error}") from None
    if file is not None:
        if file.size > limits.package:
            raise NotAPackageError(f"{place} is not taken: {too_large(file.size, limits.package)}")
        if whole:
            file.fetch()
        return open_zip(str(place), file.open_anywhere, limits), DESCRIPTOR
    if isinstance(host, Storage) and not last.lower().endswith(".zip") and host.asked(lambda: host.fs.exists(host.path)):
        raise NotAPackageError(f"{place} is not a package: it has no {DESCRIPTOR}")
    raise FileNotFoundError(errno.ENOENT, "there is no package", str(place))


def _host(address: Address, limits: Limits) -> Host:
    if not address.web:
        return Storage(address, limits)
    with needing("remote"):
        from dxgov.storage.http import WebHost
    try:
        return WebHost(address, limits, fsspec.asyn.get_loop())
    except AddressError as error:
        raise NotAPackageError(str(error)) from None
