"""What keeps a CSV file from being read at all, found in its bytes before they are taken apart."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

import numpy as np

from dxgov.arrow import valid_utf8
from dxgov.limits import Limits

_PIECE = 2**24
"""How many bytes are looked at at once."""


def encoding_fault(content: bytes) -> str | None:
    """Why the bytes are not the UTF-8 text of a table."""
    if not re.search(rb"\S", content):
        return "the file is empty; expected a header row"
    if content.startswith((b"\r", b"\n")):
        return "the file begins with an empty line; expected the header in row 1"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or (content[:64].count(0) > 16):
        return "the file is UTF-16; expected UTF-8"
    if valid_utf8(content):
        return None
    place = _undecodable(content, "utf-8") or 0
    line = content.count(b"\n", 0, place) + 1
    hint = "; it reads as Shift_JIS (cp932), so save it as UTF-8" if _undecodable(content, "cp932") is None else ""
    return f"line {line} is not UTF-8: found the byte 0x{content[place]:02X}{hint}"


def _undecodable(content: bytes, encoding: str) -> int | None:
    """Where the first byte stands that is not of the encoding; only a piece is decoded at a time."""
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(content), _PIECE):
        kept = len(decoder.getstate()[0])
        try:
            decoder.decode(content[start : start + _PIECE], final=start + _PIECE >= len(content))
        except UnicodeDecodeError as error:
            return start - kept + error.start
    return None


def quoting_fault(content: bytes) -> str | None:
    """Where a quotation mark is missing."""
    if content.count(b'"') % 2 == 0:
        return None
    said = "a quoted cell is never closed, or a quotation mark within a cell is not doubled"
    place = _stray_quote(content)
    if place is None:
        return said
    line = content.count(b"\n", 0, place) + 1
    return f"line {line}: {said}"


_CELLS = 1_000_000
"""After so many quotation marks the stray one is looked for no longer."""


def _stray_quote(content: bytes) -> int | None:
    """Where the first quotation mark stands that belongs to no quoted cell, or that opens one which is never closed."""
    place, seen = content.find(b'"'), 0
    while place >= 0:
        if content[place - 1 : place] not in (b"", b",", b"\n", b"\r"):
            return place
        opened, close = place, content.find(b'"', place + 1)
        while close >= 0 and content[close + 1 : close + 2] == b'"':
            close, seen = content.find(b'"', close + 2), seen + 1
            if seen > _CELLS:
                return None
        if close < 0:
            return opened
        if content[close + 1 : close + 2] not in (b"", b",", b"\n", b"\r"):
            return close
        place, seen = content.find(b'"', close + 1), seen + 1
        if seen > _CELLS:
            return None
    return content.rfind(b'"')


_HEADER = 2**20
"""How many bytes a header may have."""

_EMPTY_LINES = 1_000_000
"""How many empty lines a file may have: each is one byte in the file, and a whole row in memory until it is left out."""


def size_fault(content: bytes, limits: Limits) -> str | None:
    """What there is too much of to take the file apart."""
    start = io.StringIO(content[:_HEADER].decode("utf-8", "replace"), newline="")
    try:
        columns = len(next(csv.reader(start)))
    except csv.Error as error:
        return f"the header cannot be read: {error}"
    if columns > limits.columns:
        return f"found {columns:,} columns, expected {limits.columns:,} at most"
    if len(content) > _HEADER and not start.read(1):
        return f"the header is longer than {_HEADER:,} bytes"
    if content.count(b"\n") + content.count(b"\r") <= min(limits.rows, _EMPTY_LINES):
        return None
    lines = content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n")
    empty = 2 * (content.count(b"\n\n") + content.count(b"\n\r\n") + content.count(b"\r\r"))
    if lines > limits.rows or empty > _EMPTY_LINES:
        lines, empty = map(sum, zip(*_lines(content), strict=True))  # only now, those within quoted cells do not count
    if lines - 1 > limits.rows:
        return f"found {lines - 1:,} rows, expected {limits.rows:,} at most"
    if empty > _EMPTY_LINES:
        return f"found {empty:,} empty lines, expected {_EMPTY_LINES:,} at most"
    return None


def _lines(content: bytes) -> Iterator[tuple[int, int]]:
    """How many lines end, and how many of them are empty, piece by piece; line breaks in quoted cells end none."""
    whole = np.frombuffer(content, dtype=np.uint8)
    inside, last = np.uint8(0), -1
    for start in range(0, len(whole), _PIECE):
        piece = whole[start : start + _PIECE]
        quotes = np.bitwise_xor.accumulate((piece == ord('"')).view(np.uint8)) ^ inside
        inside = quotes[-1]
        after = np.append(whole[start + 1 : start + _PIECE + 1], np.uint8(0))[: len(piece)]
        ends = ((piece == ord("\n")) | ((piece == ord("\r")) & (after != ord("\n")))) & (quotes == 0)
        at = np.flatnonzero(ends) + start
        lengths = np.diff(at, prepend=last)
        empty = (lengths == 1) | ((lengths == 2) & (whole[at - 1] == ord("\r")))
        last = int(at[-1]) if len(at) else last
        yield len(at), int(empty.sum())
