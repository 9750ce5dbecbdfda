"""CSV text in blocks of whole rows, in memory that belongs to Arrow.

Arrow parses CSV in threads of its own, which outlive a table that the caller abandons, and even the last batch. To release a Python
object, a file or its bytes, such a thread needs Python's lock, and a thread that waits for this lock while the interpreter ends crashes
the process. So Arrow gets no Python object here: it parses one block after another, each in the thread that asks for it.
"""

import io
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
from attrs import frozen

from dxgov.errors import ProblemCode
from dxgov.formats.declarations import STANDARD_DIALECT, Dialect
from dxgov.languages import Message
from dxgov.storage.container import RefusedError

_BOM = b"\xef\xbb\xbf"
_LF, _CR = b"\n\r"
_TAIL = 1 << 16
"""Number of bytes at the end of a block that are searched first for the end of a row."""


@frozen(eq=False)
class _Grammar:
    """Grammar of the rows of CSV text with a delimiter and a quotation mark, each one ASCII byte."""

    quote: int
    edge: "np.ndarray[Any, Any]"
    """For each byte, whether it can be next to a quotation mark that opens or closes a cell."""
    rows: "re.Pattern[bytes]"
    """Whole rows as Arrow's parser sees them: a quotation mark counts only at the start of a cell and until that cell is closed."""


@cache
def _build_grammar(delimiter: str, quote: str) -> _Grammar:
    """Build the grammar of a dialect."""
    d, q = re.escape(delimiter.encode()), re.escape(quote.encode())
    edge = np.zeros(256, dtype=bool)
    edge[[*delimiter.encode(), *quote.encode(), _CR, _LF]] = True
    rest = rb"[^" + d + rb"\r\n]*+"
    cell = rb"(?>" + q + rb"(?>[^" + q + rb"]++|" + q + q + rb")*+" + q + rest + rb"|[^" + q + d + rb"\r\n]" + rest + rb"|)"
    rows = re.compile(rb"(?>" + cell + rb"(?>" + d + cell + rb")*+(?>\r?\n|\r(?=[\s\S])))*+")
    return _Grammar(ord(quote), edge, rows)


def iter_row_blocks(file: io.RawIOBase, size: int, max_bytes: int, dialect: Dialect = STANDARD_DIALECT) -> Iterator[pa.Buffer]:
    """Yield the text in blocks of whole rows, of about `size` bytes each, which is 3 or more.

    Each block begins with a BOM, which Arrow removes before it parses, so that a text that begins with one keeps it. The BOM of
    the file is left out. A block is valid until the next one is requested, which reuses its memory.

    Raises:
        RefusedError: a row is longer than `max_bytes`.
        OSError: the file cannot be read.
    """
    grammar, bom_length = _build_grammar(dialect.delimiter, dialect.quote), len(_BOM)
    memory, block = _grow_buffer(np.frombuffer(_BOM, dtype=np.uint8), size + bom_length)
    filled, is_first = bom_length, True
    while chunk := file.read(max(len(block) - filled, 1)):
        # Append the chunk to the rest of the last block; take larger memory if it does not fit.
        offset, is_first = (bom_length if is_first and chunk.startswith(_BOM) else 0), False
        end = filled + len(chunk) - offset
        if end > len(block):
            memory, block = _grow_buffer(block[:filled], end)
        block[filled:end] = np.frombuffer(chunk, dtype=np.uint8, offset=offset)
        filled = end
        # Yield the whole rows, and move the rest to the beginning.
        if row_end := _find_row_end(block[bom_length:filled], grammar):
            yield memory.slice(0, bom_length + row_end)
            block[bom_length : filled - row_end] = block[bom_length + row_end : filled].copy()
            filled -= row_end
        elif filled - bom_length >= max_bytes:
            raise RefusedError(
                ProblemCode.TOO_LARGE,
                Message("a row is longer than {maximum:,} bytes", "{maximum:,}バイトを超える行がある。", maximum=max_bytes),
            )
        elif filled == len(block):
            memory, block = _grow_buffer(block, min(2 * filled, max_bytes + bom_length))
    if filled > bom_length:
        yield memory.slice(0, filled)


def _grow_buffer(block: "np.ndarray[Any, Any]", size: int) -> "tuple[pa.Buffer, np.ndarray[Any, Any]]":
    """Return memory of `size` bytes that begins with the bytes of a block, and a view of it."""
    memory = pa.allocate_buffer(size)
    larger = np.asarray(memoryview(memory))
    larger[: len(block)] = block
    return memory, larger


def _find_row_end(block: "np.ndarray[Any, Any]", grammar: _Grammar) -> int:
    """Return the end of the last whole row of a block that begins with a row; 0 if no row ends there."""
    quotes = np.flatnonzero(block == grammar.quote)
    if not _has_regular_quotes(block, quotes, grammar.edge):
        rows = grammar.rows.match(block.data)
        return rows.end() if rows else 0
    for window in (_TAIL, len(block)):
        start = max(len(block) - window, 0)
        tail = block[start:]
        breaks = np.flatnonzero((tail == _LF) | (tail == _CR)) + start
        if len(breaks) and breaks[-1] == len(block) - 1 and block[-1] == _CR:
            breaks = breaks[:-1]  # an LF that belongs to it may follow
        outside = breaks[np.searchsorted(quotes, breaks) % 2 == 0]
        if len(outside):
            return int(outside[-1]) + 1
    return 0


def _has_regular_quotes(block: "np.ndarray[Any, Any]", quotes: "np.ndarray[Any, Any]", edge: "np.ndarray[Any, Any]") -> bool:
    """Return whether each quotation mark opens or closes a cell or is doubled, so that an odd count before a byte means a quoted cell."""
    opening, closing = quotes[::2], quotes[1::2]
    before = opening[1:] if len(opening) and not opening[0] else opening
    after = closing[:-1] if len(closing) and closing[-1] == len(block) - 1 else closing
    return bool(edge[block[before - 1]].all() and edge[block[after + 1]].all())
