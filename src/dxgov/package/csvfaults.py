"""What keeps a CSV file from being read at all, found in its bytes as they go by to where they are taken apart."""

import codecs
import csv
import io
import re
from collections.abc import Iterable
from threading import Lock
from typing import Any

import numpy as np

from dxgov.arrow import occurrences, valid_utf8
from dxgov.errors import ProblemCode
from dxgov.limits import Limits
from dxgov.package.container import RefusedError

PIECE = 2**22
"""How many bytes are looked at at once."""

_HEADER = 2**20
"""How many bytes a header may have."""

_EMPTY_LINES = 1_000_000
"""How many empty lines a file may have: each is one byte in the file, and a whole row in memory until it is left out."""

_END = b"\r\n"


class UnsureError(Exception):
    """There may be too many empty lines: those within quoted cells, which are none, have to be told apart."""


class Watched(io.RawIOBase):
    """The bytes of a CSV file, watched as they are read: what comes out is UTF-8 and ends with a line break.

    Reading raises a `RefusedError` where a file has what it must not. Threads may read at the same time, as Arrow's does until it is told
    that nobody wants more: each piece is taken once, and looked at in its place.
    """

    def __init__(self, file: io.RawIOBase, limits: Limits, hashed: Any = None, *, exact: bool = False) -> None:
        self._file, self._limits, self._hashed, self._exact = file, limits, hashed, exact
        self._lock = Lock()
        self._ready: bytes | None = None
        self._tail = b""
        self._undecided = b""
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
        with self._lock:
            self._file.close()
        super().close()

    def start(self) -> None:
        """Look at the header.

        Raises:
            RefusedError: it cannot be read.
        """
        self._ready = self._file.read(_HEADER + 1) or b""
        self._refuse(_start_fault(self._ready), ProblemCode.UNREADABLE_FILE)
        text = io.StringIO(self._ready[:_HEADER].decode("utf-8-sig", "replace"), newline="")
        try:
            self.header = next(csv.reader(text))
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
        with self._lock:
            return self._taken(size)

    def _taken(self, size: int) -> bytes:
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
        self._quotes += occurrences(piece, b'"')
        self._blank = self._blank and re.search(rb"\S", piece) is None
        if not piece and self._blank:
            self._refuse("the file is empty; expected a header row", ProblemCode.UNREADABLE_FILE)
        text = self._undecided + piece
        end = len(text) - (_incomplete(text) if piece else 0)
        self._undecided = text[end:]
        if not valid_utf8(text[:end]):
            self._refuse(NOT_UTF8, ProblemCode.UNREADABLE_FILE)
        if not piece and self._quotes % 2:
            self._refuse(NOT_CLOSED, ProblemCode.UNREADABLE_FILE)
        joined = self._tail + piece
        if self._exact:
            self._empty += self._empty_lines(piece)
        else:
            self._empty += sum(occurrences(joined, each) - occurrences(self._tail, each) for each in (b"\n\n", b"\n\r\n", b"\r\r"))
        if self._empty > _EMPTY_LINES / 2 and not self._exact and not self._draining:
            raise UnsureError
        if self._empty > _EMPTY_LINES and self._exact:
            self._refuse(f"found more than {_EMPTY_LINES:,} empty lines, which is the most", ProblemCode.TOO_LARGE)
        self._tail = joined[-2:]

    def _empty_lines(self, piece: bytes) -> int:
        """How many empty lines end in a piece; line breaks in quoted cells end none."""
        if not piece:
            return 0
        whole = np.frombuffer(piece, dtype=np.uint8)
        quotes = np.bitwise_xor.accumulate((whole == ord('"')).view(np.uint8)) ^ self._inside
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


NOT_UTF8, NOT_CLOSED = "not UTF-8", "not closed"
"""Faults whose place has to be looked for."""


def _start_fault(start: bytes) -> str | None:
    """Why a file with such a beginning is not the UTF-8 text of a table."""
    if start.startswith((b"\r", b"\n")) and re.search(rb"\S", start):
        return "the file begins with an empty line; expected the header in row 1"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or (start[:64].count(0) > 16):
        return "the file is UTF-16; expected UTF-8"
    return None


def _incomplete(text: bytes) -> int:
    """How many bytes at the end begin a character that goes on behind it."""
    for back in range(1, min(3, len(text)) + 1):
        byte = text[-back]
        if byte >= 0xC0:
            return back if back < (2 if byte < 0xE0 else 3 if byte < 0xF0 else 4) else 0
        if byte < 0x80:
            return 0
    return 0


def place_of_fault(fault: str, file: io.RawIOBase) -> str:
    """A fault with the line that it is in, which is looked for from the beginning of the file."""
    pieces = iter(lambda: file.read(PIECE) or b"", b"")
    return _encoding_fault(pieces) if fault == NOT_UTF8 else _quoting_fault(pieces) if fault == NOT_CLOSED else fault


def _encoding_fault(pieces: Iterable[bytes]) -> str:
    utf8, shift_jis = (codecs.getincrementaldecoder(name)() for name in ("utf-8", "cp932"))
    line, byte, reads = 1, b"", True
    for piece in _ended(pieces):
        if not byte:
            try:
                utf8.decode(piece, final=not piece)
                line += piece.count(b"\n")
            except UnicodeDecodeError as error:
                byte = error.object[error.start : error.start + 1]
                line += error.object.count(b"\n", 0, error.start)
        try:
            shift_jis.decode(piece, final=not piece)
        except UnicodeDecodeError:
            reads = False
        if byte and not reads:
            break
    hint = "; it reads as Shift_JIS (cp932), so save it as UTF-8" if reads else ""
    return f"line {line} is not UTF-8: found the byte 0x{byte.hex().upper()}{hint}"


def _ended(pieces: Iterable[bytes]) -> Iterable[bytes]:
    yield from pieces
    yield b""


_CELLS = 1_000_000
"""After so many quotation marks the stray one is looked for no longer."""


def _quoting_fault(pieces: Iterable[bytes]) -> str:
    """Where the first quotation mark stands that belongs to no quoted cell, or that opens one which is never closed."""
    said = "a quoted cell is never closed, or a quotation mark within a cell is not doubled"
    lines = _Quotes()
    for piece in _ended(pieces):
        line = lines.look(piece)
        if line:
            return f"line {line}: {said}"
        if lines.seen > _CELLS:
            return said
    return f"line {lines.opened}: {said}"


class _Quotes:
    """Goes from quotation mark to quotation mark."""

    def __init__(self) -> None:
        self.seen, self.opened = 0, 1
        self._before, self._line = b"", 1
        self._inside, self._undecided = False, False

    def look(self, piece: bytes) -> int | None:
        """The line of a stray mark in the next piece; a mark at the very end of a piece is judged with the next one."""
        start = counted = 0
        if self._undecided:
            start = 1 if piece[:1] == b'"' else 0
            if not start and self._closes_badly(piece[:1]):
                return self._line
        self._undecided = False
        while (place := piece.find(b'"', start)) >= 0 and self.seen <= _CELLS:
            self.seen += 1
            self._line, counted = self._line + piece.count(b"\n", counted, place), place
            start = place + 1
            if not self._inside:
                if (piece[place - 1 : place] if place else self._before) not in (b"", b",", b"\n", b"\r"):
                    return self._line
                self._inside, self.opened = True, self._line
            elif piece[start : start + 1] == b'"':
                start += 1
            elif start == len(piece):
                self._undecided = True
            elif self._closes_badly(piece[start : start + 1]):
                return self._line
        self._line += piece.count(b"\n", counted)
        self._before = piece[-1:]
        return None

    def _closes_badly(self, following: bytes) -> bool:
        """Whether a mark that closes a cell has something behind it that cannot stand there."""
        self._inside = False
        return following not in (b"", b",", b"\n", b"\r")
