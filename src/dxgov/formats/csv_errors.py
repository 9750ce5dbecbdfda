"""Location of faults that make a whole CSV file unreadable, searched from the beginning of the file."""

import codecs
import io
from collections.abc import Iterable

from dxgov.formats.declarations import STANDARD_DIALECT, Dialect
from dxgov.languages import Message
from dxgov.tables.arrow import is_valid_utf8

CHUNK_SIZE = 2**22
"""Bytes per read."""

NOT_UTF8, NOT_CLOSED = "not UTF-8", "not closed"
"""Faults that have to be located."""


def locate_fault(fault: str, file: io.RawIOBase, dialect: Dialect = STANDARD_DIALECT, chunk_size: int = CHUNK_SIZE) -> str:
    """Return the description of a fault with its line, which is searched from the beginning of the file, `chunk_size` bytes at once."""
    chunks = iter(lambda: file.read(chunk_size) or b"", b"")
    return _locate_encoding_fault(chunks) if fault == NOT_UTF8 else _locate_quoting_fault(chunks, dialect) if fault == NOT_CLOSED else fault


def find_encoding_fault(content: bytes) -> str | None:
    """Return why a content is not UTF-8, with the line, or None if it is."""
    if looks_like_utf16(content):
        return Message("found UTF-16, expected UTF-8", "文字符号化方式はUTF-16。UTF-8とする。")
    return None if is_valid_utf8(content) else _locate_encoding_fault([content])


def looks_like_utf16(start: bytes) -> bool:
    """Return whether a text with this beginning is UTF-16 or UTF-32: it has a byte order mark, or every other byte is zero."""
    return start.startswith((b"\xff\xfe", b"\xfe\xff")) or start[:64].count(0) > 16


def _locate_encoding_fault(chunks: Iterable[bytes]) -> str:
    """Describe the first byte that is not UTF-8, with its line; suggest Shift_JIS if all of the text can be that."""
    utf8, shift_jis = (codecs.getincrementaldecoder(name)() for name in ("utf-8", "cp932"))
    line, byte, is_shift_jis = 1, b"", True
    for chunk in _with_end(chunks):
        if not byte:
            try:
                utf8.decode(chunk, final=not chunk)
                line += chunk.count(b"\n")
            except UnicodeDecodeError as error:
                byte = error.object[error.start : error.start + 1]
                line += error.object.count(b"\n", 0, error.start)
        try:
            shift_jis.decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            is_shift_jis = False
        if byte and not is_shift_jis:
            break
    hint = (
        Message("; it reads as Shift_JIS (cp932), so save it as UTF-8", "Shift_JIS（cp932）として読めるので、UTF-8で保存し直す。")
        if is_shift_jis
        else ""
    )
    return Message(
        "line {line} is not UTF-8: found the byte 0x{byte}{hint}",
        "{line}行目がUTF-8ではない。バイト0x{byte}がある。{hint}",
        line=line,
        byte=byte.hex().upper(),
        hint=hint,
    )


def _with_end(chunks: Iterable[bytes]) -> Iterable[bytes]:
    """Yield the chunks of a text, and an empty one as its end."""
    yield from chunks
    yield b""


_MAX_QUOTES = 1_000_000
"""Maximum number of quotation marks that are searched."""


def _locate_quoting_fault(chunks: Iterable[bytes], dialect: Dialect) -> str:
    """Describe the first stray quotation mark, or the opening one of a cell that is never closed, with its line."""
    message = Message(
        "a quoted cell is never closed, or a quotation mark within a cell is not doubled",
        "引用符で囲んだセルが閉じていないか、セルの中の引用符が二重になっていない。",
    )
    scanner = _QuoteScanner(dialect)
    for chunk in _with_end(chunks):
        line = scanner.feed(chunk)
        if line:
            return Message("line {line}: {message}", "{line}行目：{message}", line=line, message=message)
        if scanner.quote_count > _MAX_QUOTES:
            return message
    return Message("line {line}: {message}", "{line}行目：{message}", line=scanner.open_line, message=message)


class _QuoteScanner:
    """Scanner of quotation marks, fed with a text chunk by chunk."""

    def __init__(self, dialect: Dialect) -> None:
        self._quote, self._cell_edges = dialect.quote.encode(), (b"", dialect.delimiter.encode(), b"\n", b"\r")
        self.quote_count, self.open_line = 0, 1
        self._last_byte, self._line = b"", 1
        self._in_quotes, self._has_pending_mark = False, False

    def feed(self, chunk: bytes) -> int | None:
        """Scan the next chunk. Return the line of a stray mark, or None; a mark at the end of a chunk is decided with the next one."""
        # A mark at the end of the last chunk closes its cell, unless this chunk begins with a second mark.
        start = counted_to = 0
        if self._has_pending_mark:
            start = 1 if chunk[:1] == self._quote else 0
            if not start and self._close_cell(chunk[:1]):
                return self._line
        self._has_pending_mark = False
        while (mark := chunk.find(self._quote, start)) >= 0 and self.quote_count <= _MAX_QUOTES:
            self.quote_count += 1
            self._line, counted_to = self._line + chunk.count(b"\n", counted_to, mark), mark
            start = mark + 1
            # Outside of quotes a mark must open a cell; inside it is doubled, undecided at the end of the chunk, or closes the cell.
            if not self._in_quotes:
                if (chunk[mark - 1 : mark] if mark else self._last_byte) not in self._cell_edges:
                    return self._line
                self._in_quotes, self.open_line = True, self._line
            elif chunk[start : start + 1] == self._quote:
                start += 1
            elif start == len(chunk):
                self._has_pending_mark = True
            elif self._close_cell(chunk[start : start + 1]):
                return self._line
        self._line += chunk.count(b"\n", counted_to)
        self._last_byte = chunk[-1:]
        return None

    def _close_cell(self, following: bytes) -> bool:
        """Leave the quoted cell. Return whether its closing mark is followed by something else than the end of a cell."""
        self._in_quotes = False
        return following not in self._cell_edges
