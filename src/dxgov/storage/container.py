"""Containers, which hold the files of a package, and streams over the files."""

import errno
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Protocol

from dxgov.errors import ProblemCode
from dxgov.languages import Message

DESCRIPTOR = "datapackage.json"
"""The file name of a package's descriptor."""

_CHUNK_SIZE = 2**20
"""Bytes per read."""


def describe_other_descriptor(names: Iterable[str]) -> str:
    """Return a hint at a descriptor in an unsupported format among file names of a folder; empty if there is none."""
    stem = DESCRIPTOR.partition(".")[0]
    other = next((name for name in names if name.lower().startswith(f"{stem}.") and name != DESCRIPTOR), None)
    return f", only {other!r}, which is not read; write it as JSON into {DESCRIPTOR}" if other else ""


class RefusedError(OSError):
    """An existing file of a package, or a column of it, is not accepted; `code` is the code of the problem to report."""

    def __init__(self, code: ProblemCode, message: str) -> None:
        super().__init__(message)
        self.code: ProblemCode = code
        """The code of the problem to report."""

    def __reduce__(self) -> "tuple[type[RefusedError], tuple[ProblemCode, str]]":
        return type(self), (self.code, str(self))


class FetchError(OSError):
    """A file could not be fetched from its server."""


def may_pass(error: Exception) -> bool:
    """Return whether an error is that of a server or of the system, such as too many open files, so that a file may be read later.

    A file that is gone has changed, and a damaged one may say to seek where no file can (``EINVAL``).
    """
    return isinstance(error, FetchError) or (isinstance(error, OSError) and error.errno not in (None, errno.ENOENT, errno.EINVAL))


class Container(Protocol):
    """The files of a package by their path in it."""

    @property
    def is_remote(self) -> bool:
        """True if looking up a file takes a network request."""

    def prefetch(self, names: Sequence[str], *, read_all: bool) -> None:
        """Look up several files at once, concurrently if each takes a request.

        With `read_all`, each of them is going to be read from start to end.
        """

    def suggest(self, name: str) -> str:
        """Return a question that suggests an existing file for a missing one; empty if no name is similar."""

    def find(self, name: str, max_bytes: int, *, read_all: bool = True) -> "StoredFile | None":
        """Return the file at a path; None if there is none. With `read_all`, it is going to be read from start to end.

        Raises:
            RefusedError: it is not accepted: a link that leads out of the package, or a file of more than `max_bytes`.
            OSError: it cannot be read.
        """


class StoredFile(Protocol):
    """A file of a package."""

    @property
    def size(self) -> int:
        """Size in bytes, uncompressed."""

    @property
    def version(self) -> str:
        """Text that differs from that of another version of the file, as far as that is known without reading it."""

    def open(self) -> io.RawIOBase:
        """Open the content as a stream from its beginning.

        Opening and reading raise an `OSError` if the content cannot be read or does not have the expected size.
        """

    def open_seekable(self) -> IO[bytes]:
        """Open the content as a seekable file."""


def read_file(stored: StoredFile) -> bytes:
    """Read a file completely.

    Raises:
        OSError: it cannot be read.
    """
    with stored.open() as stream:
        return stream.read() or b""


def iter_chunks(container: Container, name: str) -> Iterator[bytes]:
    """Yield the content of an existing file in chunks."""
    stored = container.find(name, 2**63)
    if stored is not None:
        with stored.open() as stream:
            while chunk := stream.read(_CHUNK_SIZE):
                yield chunk


class Closeable(Protocol):
    """A resource that can be closed."""

    def close(self) -> None:
        """Release the resource."""


class Readable(Closeable, Protocol):
    """A source of bytes, read from its beginning."""

    def read(self, size: int, /) -> bytes | None:
        """Return at most `size` bytes; nothing at the end."""


class SizedStream(io.RawIOBase):
    """A stream that verifies that its content has the expected size.

    Reading it raises an `OSError` if the content ends early or goes on after `size` bytes. Closing it closes `resources` too.
    """

    def __init__(self, source: Readable, size: int, name: str, *resources: Closeable) -> None:
        self._source, self._size, self._name, self._resources = source, size, name, resources
        self._remaining = size

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Return `size` bytes, fewer only at the end of the content; all that remain if `size` is negative or None.

        Raises:
            OSError: the content cannot be read, or does not have the expected size.
        """
        missing = self._remaining if size is None or size < 0 else min(size, self._remaining)
        chunks = []
        while missing:
            chunk = self._read_chunk(missing)
            if not chunk:
                raise self._make_size_error(self._size - self._remaining)
            chunks.append(chunk)
            missing, self._remaining = missing - len(chunk), self._remaining - len(chunk)
        if not self._remaining and size and self._read_chunk(1):
            raise self._make_size_error(self._size + 1)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _read_chunk(self, size: int) -> bytes:
        """Return at most `size` bytes of the source; nothing at its end."""
        return self._source.read(size) or b""

    def _make_size_error(self, size: int) -> OSError:
        """Return the error for a content of another size, of which `size` bytes were read."""
        more = " or more" if size > self._size else ""
        return OSError(f"found {size:,} bytes{more} in {self._name!r}, expected {self._size:,}; it may be changing")

    def close(self) -> None:
        """Close the stream, its source and its resources."""
        if not self.closed:
            for resource in (self._source, *self._resources):
                resource.close()
        super().close()


def make_too_large_error(size: int, max_bytes: int) -> RefusedError:
    """Return the error for a file of more than `max_bytes`."""
    message = Message(
        "found {size:,} bytes, expected {max_bytes:,} at most",
        "大きさは{size:,}バイト。上限は{max_bytes:,}バイト。",
        size=size,
        max_bytes=max_bytes,
    )
    return RefusedError(ProblemCode.TOO_LARGE, message)


def make_too_many_rows_error(max_rows: int) -> RefusedError:
    """Return the error for a table of more than `max_rows`."""
    message = Message(
        "found more rows than the {max_rows:,} that are taken at most", "行数が上限の{max_rows:,}行を超えている。", max_rows=max_rows
    )
    return RefusedError(ProblemCode.TOO_LARGE, message)
