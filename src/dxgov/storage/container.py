"""What holds the files of a package, wherever it lies, and what a file of it is."""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Protocol

from dxgov.errors import ProblemCode

DESCRIPTOR = "datapackage.json"

_PIECE = 2**20
"""How many bytes are read at a time."""


def other_descriptor(names: Iterable[str]) -> str:
    """Return a hint at a descriptor in a format that is not read, among the names of files in a folder; empty if there is none."""
    stem = DESCRIPTOR.partition(".")[0]
    other = next((name for name in names if name.lower().startswith(f"{stem}.") and name != DESCRIPTOR), None)
    return f", only {other!r}, which is not read; write it as JSON into {DESCRIPTOR}" if other else ""


class RefusedError(OSError):
    """A file of a package, or a column of it, is there and not taken; `code` says as what the problem is told."""

    def __init__(self, code: ProblemCode, message: str) -> None:
        super().__init__(message)
        self.code: ProblemCode = code

    def __reduce__(self) -> "tuple[type[RefusedError], tuple[ProblemCode, str]]":
        return type(self), (self.code, str(self))


class FetchError(OSError):
    """A file is there, as far as is known, and could not be fetched from where it lies."""


class Container(Protocol):
    """Files by their path in the package."""

    @property
    def asks(self) -> bool:
        """Whether looking for a file takes a request."""

    def expect(self, names: Sequence[str], *, whole: bool) -> None:
        """Get ready for files to be looked for; where each takes a request, these are made together.

        `whole` tells that all of each is going to be read.
        """

    def near(self, name: str) -> str:
        """Which file may be meant by a path that is not there, as a question; nothing where none is near."""

    def find(self, name: str, most: int, *, whole: bool = True) -> "Stored | None":
        """A file, to be read; ``None`` where there is nothing of that path. `whole` tells that all of it is going to be read.

        Raises:
            RefusedError: there is something that is not taken: a link that leads out, or more than `most` bytes.
            OSError: there is something that cannot be read.
        """


class Stored(Protocol):
    """A file of a package."""

    @property
    def size(self) -> int:
        """Its bytes, unpacked."""

    def open(self) -> io.RawIOBase:
        """The content from its beginning, to be read in pieces.

        It, and reading from it, raises an `OSError` where the content cannot be read or is not of the size that it was said to be.
        """

    def open_anywhere(self) -> IO[bytes]:
        """The content, to be read in any order."""


def content(stored: Stored) -> bytes:
    """The whole content of a file.

    Raises:
        OSError: it cannot be read.
    """
    with stored.open() as file:
        return file.read() or b""


def content_pieces(container: Container, name: str) -> Iterator[bytes]:
    """The content of a file that was found before, in pieces."""
    stored = container.find(name, 2**63)
    if stored is not None:
        with stored.open() as file:
            while piece := file.read(_PIECE):
                yield piece


class Whole(io.RawIOBase):
    """A content that is read from its beginning to its end, which must be where it was said to be."""

    def __init__(self, file: io.RawIOBase | IO[bytes], size: int, name: str, *behind: "Closes") -> None:
        self._file, self._size, self._name, self._behind = file, size, name, behind
        self._left = size

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Some more bytes; none at the end.

        Raises:
            OSError: they cannot be read, or there are more or fewer than there were said to be.
        """
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        pieces = []
        while wanted:
            piece = self._piece(wanted)
            if not piece:
                raise self._changing(self._size - self._left)
            pieces.append(piece)
            wanted, self._left = wanted - len(piece), self._left - len(piece)
        if not self._left and size and self._piece(1):
            raise self._changing(self._size + 1)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _piece(self, size: int) -> bytes:
        return self._file.read(size) or b""

    def _changing(self, found: int) -> OSError:
        said = f"{self._name!r} holds {found:,} bytes or more, where its size is said to be {self._size:,}"
        return OSError(f"{said}; it may be changing")

    def close(self) -> None:
        """Close it."""
        for each in (self._file, *self._behind):
            each.close()
        super().close()


class Closes(Protocol):
    """What can be closed."""

    def close(self) -> None:
        """Close it."""


def too_large(size: int, most: int) -> RefusedError:
    """What is told of a file that is larger than is taken."""
    return RefusedError(ProblemCode.TOO_LARGE, f"found {size:,} bytes, expected {most:,} at most")
