"""Byte stream over a CSV file, which checks the bytes on their way to the parser."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from dxgov.errors import ProblemCode
from dxgov.formats.csv_errors import CHUNK_SIZE, NOT_CLOSED, NOT_UTF8, looks_like_utf16
from dxgov.formats.declarations import STANDARD_DIALECT, Dialect
from dxgov.languages import Message
from dxgov.limits import Limits
from dxgov.storage.container import RefusedError
from dxgov.storage.file_signatures import detect_format, suggest_remedy
from dxgov.tables.arrow import count_occurrences, is_valid_utf8

_MAX_HEADER_SIZE = 2**20
"""Maximum size of a header in bytes."""

_MAX_EMPTY_LINES = 1_000_000
"""Maximum number of empty lines: each is one byte in the file, and a whole row in memory until it is left out."""

_LINE_BREAK = b"\r\n"

_CACHE_SIZE = 1 << 18
"""Bytes that fit into the processor's cache."""


class CsvByteStream(io.RawIOBase):
    """Byte stream over a CSV file that validates UTF-8, quoting, header and size on the fly and adds a final line break.

    Reading raises a `RefusedError` if the file cannot be a CSV file, or exceeds a limit.
    """

    def __init__(
        self, open_file: Callable[[], io.RawIOBase], limits: Limits, hasher: Any = None, *, dialect: Dialect = STANDARD_DIALECT
    ) -> None:
        self._open_file, self._file = open_file, open_file()
        self._limits, self._hasher, self._dialect = limits, hasher, dialect
        self._quote = dialect.quote.encode()
        self._buffer: bytes | None = None
        self._tail = b""
        self._utf8 = Utf8Checker()
        self._is_blank, self._at_end, self._is_draining = True, False, False
        self._quote_count = 0
        self._doubled_break_count: int | None = 0
        self.byte_count: int = 0
        """Number of bytes read so far."""
        self.header: list[str] = []
        """Names of the columns."""
        self.fault: RefusedError | None = None
        """The gravest fault of the file so far."""

    def readable(self) -> bool:
        """Return True."""
        return True

    def close(self) -> None:
        """Close the stream and the file."""
        self._file.close()
        super().close()

    def read_header(self) -> None:
        """Read the header.

        Raises:
            RefusedError: it cannot be read.
        """
        self._buffer = self._file.read(_MAX_HEADER_SIZE + 1) or b""
        self._report_fault(_find_start_fault(self._buffer), ProblemCode.UNREADABLE_FILE)
        text = io.TextIOWrapper(
            io.BytesIO(self._buffer[:_MAX_HEADER_SIZE]), "utf-8-sig", "replace", newline=""
        )  # which decodes what is needed
        try:
            self.header = next(csv.reader(text, delimiter=self._dialect.delimiter, quotechar=self._dialect.quote))
        except csv.Error as error:
            self._report_fault(f"the header cannot be read: {error}", ProblemCode.TOO_LARGE)
        except StopIteration:
            return
        if len(self.header) > self._limits.columns:
            self._report_fault(
                Message(
                    "found {columns:,} columns, expected {maximum:,} at most",
                    "列数は{columns:,}。上限は{maximum:,}。",
                    columns=len(self.header),
                    maximum=self._limits.columns,
                ),
                ProblemCode.TOO_LARGE,
            )
        if len(self._buffer) > _MAX_HEADER_SIZE and not text.read(1):
            self._report_fault(
                Message(
                    "the header is longer than {maximum:,} bytes", "見出し行が{maximum:,}バイトを超えている。", maximum=_MAX_HEADER_SIZE
                ),
                ProblemCode.TOO_LARGE,
            )

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, about `size` of them; empty at the end."""
        if self._at_end:
            return b""
        chunk, requested = (self._buffer, _MAX_HEADER_SIZE + 1) if self._buffer else (self._file.read(size) or b"", size)
        self._buffer = None
        if chunk:
            self._check_chunk(chunk)
            if requested < 0 or len(chunk) + len(_LINE_BREAK) > requested:
                return chunk
        self._check_chunk(b"")  # fewer than asked for are the last ones
        self._at_end = True
        return chunk if self._tail.endswith((b"\r", b"\n")) else chunk + _LINE_BREAK

    def consume_rest(self) -> None:
        """Check the rest of the file, whatever its faults; a fault of encoding or quoting replaces any other."""
        self._is_draining = True
        while self.read(CHUNK_SIZE):
            pass

    def _report_fault(self, fault: str | None, code: ProblemCode) -> None:
        """Record a fault if it is graver than the recorded one, and raise it unless the rest is only being checked."""
        if fault is not None and (self.fault is None or (self.fault.code is not code and code is ProblemCode.UNREADABLE_FILE)):
            self.fault = RefusedError(code, fault)
        if fault is not None and not self._is_draining:
            raise self.fault or RefusedError(code, fault)

    def _check_chunk(self, chunk: bytes) -> None:
        """Check the next chunk; an empty one is the end of the file."""
        self.byte_count += len(chunk)
        if self._hasher is not None:
            self._hasher.update(chunk)
        self._quote_count += count_occurrences(chunk, self._quote)
        self._is_blank = self._is_blank and re.search(rb"\S", chunk) is None
        if not chunk and self._is_blank:
            self._report_fault(
                Message("the file is empty; expected a header row", "ファイルが空である。見出し行が必要。"), ProblemCode.UNREADABLE_FILE
            )
        if not self._utf8.feed(chunk):
            self._report_fault(NOT_UTF8, ProblemCode.UNREADABLE_FILE)
        if not chunk and self._quote_count % 2:
            self._report_fault(NOT_CLOSED, ProblemCode.UNREADABLE_FILE)
        self._check_empty_lines(chunk)
        self._tail = (self._tail + chunk[-2:])[-2:]

    def _check_empty_lines(self, chunk: bytes) -> None:
        """Report too many empty lines: count doubled line breaks on the way, and lines exactly, once, if these become many.

        Doubled breaks may lie within quoted cells, and where CR and LF are mixed only every other one is counted.
        """
        if self._doubled_break_count is None or self._is_draining:
            return
        self._doubled_break_count += count_doubled_breaks(self._tail, chunk)
        if self._doubled_break_count > _MAX_EMPTY_LINES / 2:
            self._doubled_break_count = None
            with self._open_file() as file:
                if has_more_empty_lines(file, _MAX_EMPTY_LINES, self._quote):
                    self._report_fault(
                        Message(
                            "found more than {maximum:,} empty lines, which is the most",
                            "空行が上限の{maximum:,}行を超えている。",
                            maximum=_MAX_EMPTY_LINES,
                        ),
                        ProblemCode.TOO_LARGE,
                    )


def has_more_empty_lines(file: io.RawIOBase, maximum: int, quote: bytes) -> bool:
    """Return whether a file has more than `maximum` empty lines; line breaks within quoted cells are part of their line."""
    count, in_quotes, bytes_since_break, last_byte = 0, np.uint8(0), 0, b"\n"
    while chunk := file.read(CHUNK_SIZE):
        data = np.frombuffer(chunk, dtype=np.uint8)
        # Mark the bytes within quoted cells: an odd number of quotation marks precedes them.
        quotes = np.bitwise_xor.accumulate((data == ord(quote)).view(np.uint8)) ^ in_quotes
        in_quotes = quotes[-1]
        # Mark the line breaks outside of them.
        preceding = np.append(np.frombuffer(last_byte, dtype=np.uint8), data[:-1])
        is_break = ((data == ord("\n")) | (data == ord("\r"))) & (quotes == 0)
        is_end = is_break & ~((data == ord("\n")) & (preceding == ord("\r")))  # of CR and LF the first one ends the line
        # A line is empty if no other byte lies between its break and the one before.
        others = np.flatnonzero(~is_break)
        end_offsets = np.flatnonzero(is_end)
        others_before = np.searchsorted(others, end_offsets)
        if len(end_offsets):
            count += int((np.diff(others_before, prepend=-bytes_since_break) == 0).sum())
        bytes_since_break = len(others) - (int(others_before[-1]) if len(end_offsets) else -bytes_since_break)
        last_byte = chunk[-1:]
        if count > maximum:
            return True
    return False


def count_doubled_breaks(before: bytes, chunk: bytes) -> int:
    """Return how many line breaks of a chunk follow another: LF on LF, LF on CRLF, CR on CR; `before` are the two bytes ahead of it."""
    seam, data = before + chunk[:2], np.frombuffer(chunk, dtype=np.uint8)
    total = sum(seam[:end].endswith((b"\n\n", b"\n\r\n", b"\r\r")) for end in range(len(before) + 1, len(seam) + 1))
    for start in range(2, len(data), _CACHE_SIZE):
        window = data[start - 2 : start + _CACHE_SIZE]  # what ends in it, with the two bytes ahead
        before_feeds = np.flatnonzero(window[2:] == ord("\n")) + 1
        preceding = window[before_feeds]
        after_return = before_feeds[preceding == ord("\r")]
        total += int(np.count_nonzero(preceding == ord("\n")) + np.count_nonzero(window[after_return - 1] == ord("\n")))
        returns = window[1:-1] == ord("\r")
        if np.count_nonzero(returns) > len(after_return):  # not every CR is followed by LF
            total += int(np.count_nonzero(returns & (window[2:] == ord("\r"))))
    return total


class Utf8Checker:
    """Incremental check of UTF-8, which copies only the ends of each chunk."""

    def __init__(self) -> None:
        self._carry = b""

    def feed(self, chunk: bytes) -> bool:
        """Return whether the text is UTF-8 up to the last whole character of a chunk; an empty chunk is the end."""
        prefix_length = 0
        if self._carry:
            prefix_length = next((index for index, byte in enumerate(chunk[:4]) if byte & 0xC0 != 0x80), min(4, len(chunk)))
        seam, rest = self._carry + chunk[:prefix_length], memoryview(chunk)[prefix_length:]
        if chunk and not rest and _count_incomplete_bytes(seam):
            self._carry = seam
            return True
        end = len(rest) - _count_incomplete_bytes(rest)
        self._carry = bytes(rest[end:])
        return is_valid_utf8(seam) and is_valid_utf8(rest[:end])


def _find_start_fault(beginning: bytes) -> str | None:
    """Return why a file with this beginning is not the UTF-8 text of a table, or None."""
    if beginning.startswith((b"\r", b"\n")) and re.search(rb"\S", beginning):
        return "the file begins with an empty line; expected the header in row 1"
    if looks_like_utf16(beginning):
        return Message("the file is UTF-16; expected UTF-8, so save it as that", "ファイルの文字符号化方式はUTF-16。UTF-8で保存し直す。")
    if kind := detect_format(beginning):
        remedy = suggest_remedy(kind, Message("unpack it or save it as CSV", "展開するか、CSVとして保存し直す"))
        return Message(
            "the file is {kind}; expected text, so {remedy}",
            "ファイルは{kind}である。文字列でなければならない。{remedy}。",
            kind=kind,
            remedy=remedy,
        )
    return None


def _count_incomplete_bytes(text: bytes | memoryview) -> int:
    """Return the number of bytes at the end that begin a character without completing it."""
    for back in range(1, min(3, len(text)) + 1):
        byte = text[-back]
        if byte >= 0xC0:
            return back if back < (2 if byte < 0xE0 else 3 if byte < 0xF0 else 4) else 0
        if byte < 0x80:
            return 0
    return 0
