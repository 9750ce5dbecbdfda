"""What keeps a CSV file from being read at all, found in its bytes as they go by to where they are taken apart."""

import csv
import io
import re
from typing import Any

import numpy as np

from dxgov.errors import ProblemCode
from dxgov.formats.csv_errors import NOT_CLOSED, NOT_UTF8, PIECE, utf16
from dxgov.formats.declarations import STANDARD, Dialect
from dxgov.limits import Limits
from dxgov.storage.container import RefusedError
from dxgov.storage.file_signatures import packing, remedy
from dxgov.tables.arrow import occurrences, valid_utf8

_HEADER = 2**20
"""How many bytes a header may have."""

_EMPTY_LINES = 1_000_000
"""How many empty lines a file may have: each is one byte in the file, and a whole row in memory until it is left out."""

_END = b"\r\n"

_CACHED = 1 << 18
"""So many bytes stay in the processor's cache."""


class UnsureError(Exception):
    """There may be too many empty lines: those within quoted cells, which are none, have to be told apart."""


class Watched(io.RawIOBase):
    """The bytes of a CSV file, watched as they are read: what comes out is UTF-8 and ends with a line break.

    Reading raises a `RefusedError` where a file has what it must not.
    """

    def __init__(self, file: io.RawIOBase, limits: Limits, hashed: Any = None, *, dialect: Dialect = STANDARD, exact: bool = False) -> None:
        self._file, self._limits, self._hashed, self._dialect, self._exact = file, limits, hashed, dialect, exact
        self._quote = dialect.quote.encode()
        self._ready: bytes | None = None
        self._tail = b""
        self._text = Utf8()
        self._blank, self._ended, self._draining = True, False, False
        self._quotes = self._empty = 0
        self._inside, self._since = np.uint8(0), 0
        self.count: int = 0
        """How many bytes went by."""
        self.header: list[str] = []
        """The names of the columns."""
        self.fault: RefusedError | None = None
        """What is wrong with the file."""

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def close(self) -> None:
        """Close it."""
        self._file.close()
        super().close()

    def start(self) -> None:
        """Look at the header.

        Raises:
            RefusedError: it cannot be read.
        """
        self._ready = self._file.read(_HEADER + 1) or b""
        self._refuse(_start_fault(self._ready), ProblemCode.UNREADABLE_FILE)
        text = io.TextIOWrapper(io.BytesIO(self._ready[:_HEADER]), "utf-8-sig", "replace", newline="")  # which decodes what is needed
        try:
            self.header = next(csv.reader(text, delimiter=self._dialect.delimiter, quotechar=self._dialect.quote))
        except csv.Error as error:
            self._refuse(f"the header cannot be read: {error}", ProblemCode.TOO_LARGE)
        except StopIteration:
            return
        if len(self.header) > self._limits.columns:
            self._refuse(f"found {len(self.header):,} columns, expected {self._limits.columns:,} at most", ProblemCode.TOO_LARGE)
        if len(self._ready) > _HEADER and not text.read(1):
            self._refuse(f"the header is longer than {_HEADER:,} bytes", ProblemCode.TOO_LARGE)

    def read(self, size: int = -1) -> bytes:
        """Some more bytes; none at the end."""
        if self._ended:
            return b""
        found, asked = (self._ready, _HEADER + 1) if self._ready else (self._file.read(size) or b"", size)
        self._ready = None
        if found:
            self._watch(found)
            if asked < 0 or len(found) + len(_END) > asked:
                return found
        self._watch(b"")  # fewer than asked for are the last ones
        self._ended = True
        return found if self._tail.endswith((b"\r", b"\n")) else found + _END

    def drain(self) -> None:
        """Look at the rest, whatever was found; what is wrong with the encoding or the quotation marks is told before all else."""
        self._draining = True
        while self.read(PIECE):
            pass

    def _refuse(self, fault: str | None, code: ProblemCode) -> None:
        if fault is not None and (self.fault is None or (self.fault.code is not code and code is ProblemCode.UNREADABLE_FILE)):
            self.fault = RefusedError(code, fault)
        if fault is not None and not self._draining:
            raise self.fault or RefusedError(code, fault)

    def _watch(self, piece: bytes) -> None:
        self.count += len(piece)
        if self._hashed is not None:
            self._hashed.update(piece)
        self._quotes += occurrences(piece, self._quote)
        self._blank = self._blank and re.search(rb"\S", piece) is None
        if not piece and self._blank:
            self._refuse("the file is empty; expected a header row", ProblemCode.UNREADABLE_FILE)
        if not self._text.goes_on(piece):
            self._refuse(NOT_UTF8, ProblemCode.UNREADABLE_FILE)
        if not piece and self._quotes % 2:
            self._refuse(NOT_CLOSED, ProblemCode.UNREADABLE_FILE)
        self._empty += self._empty_lines(piece) if self._exact else doubled_breaks(self._tail, piece)
        if self._empty > _EMPTY_LINES / 2 and not self._exact and not self._draining:
            raise UnsureError
        if self._empty > _EMPTY_LINES and self._exact:
            self._refuse(f"found more than {_EMPTY_LINES:,} empty lines, which is the most", ProblemCode.TOO_LARGE)
        self._tail = (self._tail + piece[-2:])[-2:]

    def _empty_lines(self, piece: bytes) -> int:
        """How many empty lines end in a piece; line breaks in quoted cells end none."""
        if not piece:
            return 0
        whole = np.frombuffer(piece, dtype=np.uint8)
        quotes = np.bitwise_xor.accumulate((whole == ord(self._quote)).view(np.uint8)) ^ self._inside
        self._inside = quotes[-1]
        before = np.append(np.frombuffer(self._tail[-1:] or b"\n", dtype=np.uint8), whole[:-1])
        breaks = ((whole == ord("\n")) | (whole == ord("\r"))) & (quotes == 0)
        ends = breaks & ~((whole == ord("\n")) & (before == ord("\r")))  # of CR and LF the first one ends the line
        others = np.flatnonzero(~breaks)
        at = np.flatnonzero(ends)
        seen = np.searchsorted(others, at)
        empty = int((np.diff(seen, prepend=-self._since) == 0).sum()) if len(at) else 0
        self._since = len(others) - (int(seen[-1]) if len(at) else -self._since)
        return empty


def doubled_breaks(before: bytes, piece: bytes) -> int:
    """How many line breaks in a piece follow another one: LF on LF, LF on CRLF, CR on CR; `before` are the two bytes ahead of it."""
    seam, whole = before + piece[:2], np.frombuffer(piece, dtype=np.uint8)
    total = sum(seam[:end].endswith((b"\n\n", b"\n\r\n", b"\r\r")) for end in range(len(before) + 1, len(seam) + 1))
    for start in range(2, len(whole), _CACHED):
        near = whole[start - 2 : start + _CACHED]  # what ends in it, with the two bytes ahead
        before_feeds = np.flatnonzero(near[2:] == ord("\n")) + 1
        last = near[before_feeds]
        ended = before_feeds[last == ord("\r")]
        total += int(np.count_nonzero(last == ord("\n")) + np.count_nonzero(near[ended - 1] == ord("\n")))
        returns = near[1:-1] == ord("\r")
        if np.count_nonzero(returns) > len(ended):  # not every CR is followed by LF
            total += int(np.count_nonzero(returns & (near[2:] == ord("\r"))))
    return total


class Utf8:
    """Looks at a text piece by piece; of a piece nothing is copied but its ends."""

    def __init__(self) -> None:
        self._undecided = b""

    def goes_on(self, piece: bytes) -> bool:
        """Whether the text is UTF-8 up to the last whole character of a piece; an empty one is the end."""
        within = 0
        if self._undecided:
            within = next((place for place, byte in enumerate(piece[:4]) if byte & 0xC0 != 0x80), min(4, len(piece)))
        seam, rest = self._undecided + piece[:within], memoryview(piece)[within:]
        if piece and not rest and _incomplete(seam):
            self._undecided = seam
            return True
        end = len(rest) - _incomplete(rest)
        self._undecided = bytes(rest[end:])
        return valid_utf8(seam) and valid_utf8(rest[:end])


def _start_fault(start: bytes) -> str | None:
    """Why a file with such a beginning is not the UTF-8 text of a table."""
    if start.startswith((b"\r", b"\n")) and re.search(rb"\S", start):
        return "the file begins with an empty line; expected the header in row 1"
    if utf16(start):
        return "the file is UTF-16; expected UTF-8, so save it as that"
    if kind := packing(start):
        return f"the file is {kind}; expected text, so {remedy(kind, 'unpack it or save it as CSV')}"
    return None


def _incomplete(text: bytes | memoryview) -> int:
    """How many bytes at the end begin a character that goes on behind it."""
    for back in range(1, min(3, len(text)) + 1):
        byte = text[-back]
        if byte >= 0xC0:
            return back if back < (2 if byte < 0xE0 else 3 if byte < 0xF0 else 4) else 0
        if byte < 0x80:
            return 0
    return 0
