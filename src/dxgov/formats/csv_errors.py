"""Where in a CSV file a fault is that keeps it from being read at all, looked for from the beginning of the file."""

import codecs
import io
from collections.abc import Iterable

from dxgov.formats.declarations import STANDARD, Dialect
from dxgov.tables.arrow import valid_utf8

PIECE = 2**22
"""How many bytes are looked at at once."""

NOT_UTF8, NOT_CLOSED = "not UTF-8", "not closed"
"""Faults whose place has to be looked for."""


def place_of_fault(fault: str, file: io.RawIOBase, dialect: Dialect = STANDARD) -> str:
    """A fault with the line that it is in, which is looked for from the beginning of the file."""
    pieces = iter(lambda: file.read(PIECE) or b"", b"")
    return _encoding_fault(pieces) if fault == NOT_UTF8 else _quoting_fault(pieces, dialect) if fault == NOT_CLOSED else fault


def encoding_fault(content: bytes) -> str | None:
    """Return why a content is not UTF-8, with the line, or None if it is."""
    if utf16(content):
        return "found UTF-16, expected UTF-8"
    return None if valid_utf8(content) else _encoding_fault([content])


def utf16(start: bytes) -> bool:
    """Return whether a text that begins so is UTF-16, or UTF-32: it has a mark that says so, or every other byte is zero."""
    return start.startswith((b"\xff\xfe", b"\xfe\xff")) or start[:64].count(0) > 16


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


def _quoting_fault(pieces: Iterable[bytes], dialect: Dialect) -> str:
    """Where the first quotation mark stands that belongs to no quoted cell, or that opens one which is never closed."""
    said = "a quoted cell is never closed, or a quotation mark within a cell is not doubled"
    lines = _Quotes(dialect)
    for piece in _ended(pieces):
        line = lines.look(piece)
        if line:
            return f"line {line}: {said}"
        if lines.seen > _CELLS:
            return said
    return f"line {lines.opened}: {said}"


class _Quotes:
    """Goes from quotation mark to quotation mark."""

    def __init__(self, dialect: Dialect) -> None:
        self._quote, self._around = dialect.quote.encode(), (b"", dialect.delimiter.encode(), b"\n", b"\r")
        self.seen, self.opened = 0, 1
        self._before, self._line = b"", 1
        self._inside, self._undecided = False, False

    def look(self, piece: bytes) -> int | None:
        """The line of a stray mark in the next piece; a mark at the very end of a piece is judged with the next one."""
        start = counted = 0
        if self._undecided:
            start = 1 if piece[:1] == self._quote else 0
            if not start and self._closes_badly(piece[:1]):
                return self._line
        self._undecided = False
        while (place := piece.find(self._quote, start)) >= 0 and self.seen <= _CELLS:
            self.seen += 1
            self._line, counted = self._line + piece.count(b"\n", counted, place), place
            start = place + 1
            if not self._inside:
                if (piece[place - 1 : place] if place else self._before) not in self._around:
                    return self._line
                self._inside, self.opened = True, self._line
            elif piece[start : start + 1] == self._quote:
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
        return following not in self._around
