"""Packages at addresses: on the web, in S3 or Google Cloud Storage, and in every other file system of fsspec."""

import errno
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
from dxgov.optional_dependencies import require_extra
from dxgov.storage.address import Address, parse_address
from dxgov.storage.container import DESCRIPTOR, Container, FetchError, RefusedError, make_too_large_error
from dxgov.storage.http_transfer import make_changed_error, make_limit_error
from dxgov.storage.remote_file import ChunkReader, RemoteFile
from dxgov.storage.remote_file_system import BucketNotFoundError, RemoteFileSystem
from dxgov.storage.zip_archive import open_zip

T = TypeVar("T")

_MAX_CONCURRENT_REQUESTS = 8
"""Maximum files that are requested at once."""

_READ_AHEAD = 2**23
"""Bytes per request of a stream."""

_MAX_EAGER_SIZE = 2**23
"""Maximum bytes of a file that is fetched when it is looked up."""


class FsspecFileSystem(RemoteFileSystem):
    """A file system of fsspec, to read and write."""

    def __init__(self, address: Address, limits: Limits) -> None:
        super().__init__(address, limits)
        self._created_folders: set[str] = set()
        options: dict[str, Any] = {}
        if address.scheme in ("s3", "s3a"):
            options["config_kwargs"] = {"connect_timeout": limits.connect, "read_timeout": limits.idle}
            if address.credentials:
                options |= dict(zip(("key", "secret"), address.credentials, strict=True))
        userinfo = "" if options.get("key") or not address.userinfo else f"{address.userinfo}@"
        url = f"{address.scheme}://{userinfo}{address.host_and_path}"
        if "::" in url:
            raise NotAPackageError(f"{address} is an address within another, which is not taken")
        with self.translate_errors():
            self.fs, path = fsspec.core.url_to_fs(url, skip_instance_cache=True, use_listings_cache=False, **options)
            self.path = str(path)
        self.is_concurrent = bool(getattr(self.fs, "async_impl", False))

    def join(self, name: str) -> str:
        """Return the path of a file below the address."""
        return f"{self.path.rstrip('/')}/{name}"

    def call(self, function: Callable[[], T], path: str | None = None) -> T:
        """Call a function of fsspec in a thread, and wait for it no longer than the limits allow.

        Args:
            function: the call, without arguments.
            path: the file that it accesses, for messages.

        Raises:
            FetchError: it takes longer, or fails.
        """
        results: list[T | BaseException] = []
        is_done = Event()

        def work() -> None:
            try:
                results.append(function())
            except BaseException as error:  # noqa: BLE001 - it is raised in the waiting thread
                results.append(error)
            is_done.set()

        with self.translate_errors(path):
            Thread(target=work, name="dxgov", daemon=True).start()
            if not is_done.wait(self.limits.transfer):
                raise make_limit_error("transfer", self.limits, "no end within")
            (result,) = results
            if isinstance(result, BaseException):
                raise result
            return result

    def find_file(self, path: str, name: str, max_bytes: int, *, read_all: bool) -> RemoteFile | None:
        """Return the file at a path; None if there is none."""
        try:
            info = self.call(lambda: dict(self.fs.info(path)), path)
        except BucketNotFoundError:
            raise
        except FileNotFoundError:
            return None
        if info.get("type") == "directory":
            return None
        if not isinstance(info.get("size"), int):
            raise FetchError(errno.EIO, "the server does not say how large the file is", self.format_address(path))
        file = RemoteFile(FsspecFile(self, path, info), name, self.spool)
        if read_all and self.is_concurrent and file.size <= min(max_bytes, _MAX_EAGER_SIZE):
            file.fetch()
        return file

    # Methods for uploads

    def list_files(self) -> set[str]:
        """Return the paths of all files below the address, relative to it."""
        try:
            paths = self.call(lambda: self.fs.find(self.path))
        except BucketNotFoundError:
            raise
        except FileNotFoundError:
            return set()
        root = self.path.rstrip("/")
        return {path.removeprefix(root).lstrip("/") for path in map(str, paths) if not path.endswith("/")}

    def put(self, file: Path, name: str) -> None:
        """Upload a file, and create its folder; atomic if the file system is."""
        path = self.join(name)
        folder = path.rpartition("/")[0]
        # An object store has no folders, and would create a bucket; all object stores are asynchronous.
        if folder not in self._created_folders and not self.is_concurrent:
            self.call(lambda: self.fs.makedirs(folder, exist_ok=True), path)
            self._created_folders.add(folder)
        self.call(lambda: self.fs.put_file(str(file), path), path)

    def remove(self, name: str) -> None:
        """Remove a file."""
        path = self.join(name)
        self.call(lambda: self.fs.rm_file(path), path)


class FsspecFile:
    """A file of a file system of fsspec."""

    supports_ranges = True

    def __init__(self, file_system: FsspecFileSystem, path: str, info: dict[str, Any]) -> None:
        self._file_system, self._path, self._info = file_system, path, info
        self.size: int = info["size"]
        """Size in bytes."""

    @cached_property
    def _file(self) -> Any:
        """The open file of fsspec.

        Raises:
            FetchError: the file was changed since it was looked up.
        """
        file = self._file_system.fs.open(self._path, "rb", cache_type="none")
        details = getattr(file, "details", None)
        for key in ("size", "ETag"):
            current = details.get(key) if isinstance(details, dict) else None
            if current is not None and self._info.get(key, current) != current:
                raise make_changed_error()
        return file

    def read_range(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` to `end`."""

        def read() -> bytes:
            self._file.seek(start)
            content = bytearray()
            while len(content) < end - start:
                chunk = self._file.read(end - start - len(content))
                if not chunk:
                    raise make_changed_error()
                content += chunk
            return bytes(content)

        return self._file_system.call(read, self._path)

    def open_stream(self) -> ChunkReader:
        """Open the content as a stream from its beginning."""
        position = 0

        def fetch_chunk() -> bytes:
            nonlocal position
            chunk = self.read_range(position, min(position + _READ_AHEAD, self.size)) if position < self.size else b""
            position += len(chunk)
            return chunk

        return ChunkReader(fetch_chunk)


class RemoteContainer:
    """A package in a folder at an address."""

    is_remote = True

    def __init__(self, file_system: RemoteFileSystem, limits: Limits) -> None:
        self._file_system, self._limits = file_system, limits
        self._files: dict[str, RemoteFile | OSError | None] = {}
        """The result of each lookup: a file, None if there is none, or the error to raise."""
        self._lock = RLock()

    def prefetch(self, names: Sequence[str], *, read_all: bool) -> None:
        """Look up files concurrently, so that the latencies of their requests do not add up."""
        if len(names) < 2 or not self._file_system.is_concurrent:
            return
        remaining_bytes = self._limits.package

        def look_up(name: str) -> None:
            nonlocal remaining_bytes
            if remaining_bytes <= 0:  # `find` reports the file that exceeds the limit
                return
            max_bytes = min(self._limits.file, remaining_bytes)
            try:
                file = self._file_system.find_file(self._file_system.join(name), name, max_bytes, read_all=read_all)
            except OSError as error:
                self._files[name] = error
                remaining_bytes = 0 if isinstance(error, FetchError) else remaining_bytes  # further requests would fail too
            else:
                remaining_bytes -= file.size if file is not None and file.cached_content is not None else 0
                self._files[name] = file

        pool = ThreadPoolExecutor(_MAX_CONCURRENT_REQUESTS)
        try:
            for name, future in [(name, pool.submit(look_up, name)) for name in names]:
                future.result()
                if isinstance(self._files.get(name), FetchError):
                    break
        finally:
            pool.shutdown(cancel_futures=True)

    def suggest(self, name: str) -> str:  # noqa: ARG002 - no server is asked for all its files
        """Return nothing."""
        return ""

    def find(self, name: str, max_bytes: int, *, read_all: bool = True) -> RemoteFile | None:
        """Return a file below the address; None if there is none. The content of one that is too large is not fetched if avoidable.

        Raises:
            RefusedError: the file is larger than `max_bytes`.
            OSError: the request fails.
        """
        with self._lock:
            if name not in self._files:
                self._files[name] = self._file_system.find_file(self._file_system.join(name), name, max_bytes, read_all=read_all)
            file = self._files[name]
            if isinstance(file, OSError):
                del self._files[name]
                raise file
        if file is not None and file.size > max_bytes:
            raise make_too_large_error(file.size, max_bytes)
        return file


def open_remote(address: str, limits: Limits, *, read_all: bool = True) -> tuple[Container, str]:
    """Open the package at an address of the web or of fsspec: a folder, a descriptor or a zip.

    With `read_all`, all of the package is going to be read.

    Returns:
        The container, and the name of the descriptor in it.

    Raises:
        FileNotFoundError: nothing exists at the address.
        NotAPackageError: the address is not that of a package, or has an unknown scheme.
        NotInstalledError: a library for the address is not installed.
        DataError: a zip has members that are not accepted.
        FetchError: a request fails.
    """
    parsed = parse_address(address)
    parent, _, last = parsed.host_and_path.rstrip("/").rpartition("/")
    # A descriptor
    if last.lower().endswith(".json"):
        folder = evolve(parsed, host_and_path=parent, query="")
        return RemoteContainer(_make_file_system(folder, limits), limits), unquote(last) if parsed.is_http else last
    # A folder, unless the address is clearly that of a file
    file_system = _make_file_system(parsed, limits)
    if not last.lower().endswith(".zip") and not parsed.query:
        container = RemoteContainer(file_system, limits)
        has_descriptor = True
        with suppress(RefusedError):  # a descriptor that is too large is reported when it is read
            has_descriptor = container.find(DESCRIPTOR, limits.descriptor) is not None
        if has_descriptor:
            return container, DESCRIPTOR
    # A zip, under any name
    path = file_system.file_path
    file = None
    if not path.endswith("/"):
        try:
            file = file_system.find_file(path, last, limits.package, read_all=read_all)
        except RefusedError as error:
            raise NotAPackageError(f"{parsed} is not taken: {error}") from None
    if file is not None:
        if file.size > limits.package:
            raise NotAPackageError(f"{parsed} is not taken: {make_too_large_error(file.size, limits.package)}")
        if read_all:
            file.fetch()
        return open_zip(str(parsed), file.open_seekable, limits), DESCRIPTOR
    if (
        isinstance(file_system, FsspecFileSystem)
        and not last.lower().endswith(".zip")
        and file_system.call(lambda: file_system.fs.exists(file_system.path))
    ):
        raise NotAPackageError(f"{parsed} is not a package: it has no {DESCRIPTOR}")
    raise FileNotFoundError(errno.ENOENT, "there is no package", str(parsed))


def _make_file_system(address: Address, limits: Limits) -> RemoteFileSystem:
    """Return the file system for the scheme of an address."""
    if not address.is_http:
        return FsspecFileSystem(address, limits)
    with require_extra("remote"):
        from dxgov.storage.http import HttpFileSystem
    try:
        return HttpFileSystem(address, limits, fsspec.asyn.get_loop())
    except AddressError as error:
        raise NotAPackageError(str(error)) from None
