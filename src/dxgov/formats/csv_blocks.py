"""CSV text in blocks of whole rows, in memory that belongs to Arrow.

Arrow parses CSV with the help of threads of its own, which outlive a table that is left early and even the last batch. Whatever they hold
of Python's, a file or its bytes, they must let go under Python's lock, and a thread that wants that lock while the interpreter ends takes
the whole process with it. So Arrow gets nothing of Python's here: it parses one block after another, each in the thread that asks for it.
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
from dxgov.formats.declarations import STANDARD, Dialect
from dxgov.storage.container import RefusedError

_BOM = b"\xef\xbb\xbf"
_LF, _CR = b"\n\r"
_TAIL = 1 << 16
"""How many bytes at the end of a block are searched for the end of a row before all of it is."""


@frozen(eq=False)
class _Grammar:
    """The rows of CSV text with some delimiter and quotation mark, each a byte of ASCII."""

    quote: int
    edge: "np.ndarray[Any, Any]"
    """Of all bytes, which can stand beside a quotation mark that opens or closes a cell."""
    rows: "re.Pattern[bytes]"
    """Whole rows as Arrow's parser sees them: a quotation mark means something only where a cell begins and until that cell is closed."""


@cache
def _grammar(delimiter: str, quote: str) -> _Grammar:
    d, q = re.escape(delimiter.encode()), re.escape(quote.encode())
    edge = np.zeros(256, dtype=bool)
    edge[[*delimiter.encode(), *quote.encode(), _CR, _LF]] = True
    rest = rb"[^" + d + rb"\r\n]*+"
    cell = rb"(?>" + q + rb"(?>[^" + q + rb"]++|" + q + q + rb")*+" + q + rest + rb"|[^" + q + d + rb"\r\n]" + rest + rb"|)"
    rows = re.compile(rb"(?>" + cell + rb"(?>" + d + cell + rb")*+(?>\r?\n|\r(?=[\s\S])))*+")
    return _Grammar(ord(quote), edge, rows)


def row_blocks(file: io.RawIOBase, size: int, most: int, dialect: Dialect = STANDARD) -> Iterator[pa.Buffer]:
    """Yield the text in blocks of whole rows, of about `size` bytes each, which is 3 or more.

    Each block begins with a BOM, which Arrow leaves out of what it parses, so that it takes none of a text that begins with one. The BOM of
    the file is left out. A block is valid until the next one is asked for, which takes its memory.

    Raises:
        RefusedError: a row is longer than `most` bytes.
        OSError: the file cannot be read.
    """
    grammar, mark = _grammar(dialect.delimiter, dialect.quote), len(_BOM)
    memory, block = _enlarged(np.frombuffer(_BOM, dtype=np.uint8), size + mark)
    held, start = mark, True
    while piece := file.read(max(len(block) - held, 1)):
        # Append the piece to what is left of the last block, in larger memory if it does not fit.
        begin, start = (mark if start and piece.startswith(_BOM) else 0), False
        end = held + len(piece) - begin
        if end > len(block):
            memory, block = _enlarged(block[:held], end)
        block[held:end] = np.frombuffer(piece, dtype=np.uint8, offset=begin)
        held = end
        # Give the rows that end in it, and keep the rest.
        if whole := _end_of_rows(block[mark:held], grammar):
            yield memory.slice(0, mark + whole)
            block[mark : held - whole] = block[mark + whole : held].copy()
            held -= whole
        elif held - mark >= most:
            raise RefusedError(ProblemCode.TOO_LARGE, f"a row is longer than {most:,} bytes")
        elif held == len(block):
            memory, block = _enlarged(block, min(2 * held, most + mark))
    if held > mark:
        yield memory.slice(0, held)


def _enlarged(block: "np.ndarray[Any, Any]", size: int) -> "tuple[pa.Buffer, np.ndarray[Any, Any]]":
    """Return memory of `size` bytes that begins with those of a block, and a view of it."""
    memory = pa.allocate_buffer(size)
    larger = np.asarray(memoryview(memory))
    larger[: len(block)] = block
    return memory, larger


def _end_of_rows(block: "np.ndarray[Any, Any]", grammar: _Grammar) -> int:
    """Return where the last whole row of a block ends that begins with a row; 0 if none ends there."""
    quotes = np.flatnonzero(block == grammar.quote)
    if not _proper(block, quotes, grammar.edge):
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


def _proper(block: "np.ndarray[Any, Any]", quotes: "np.ndarray[Any, Any]", edge: "np.ndarray[Any, Any]") -> bool:
    """Return whether each quotation mark opens or closes a cell or is doubled, so that an odd number before a byte puts it in a cell."""
    opening, closing = quotes[::2], quotes[1::2]
    before = opening[1:] if len(opening) and not opening[0] else opening
    after = closing[:-1] if len(closing) and closing[-1] == len(block) - 1 else closing
    return bool(edge[block[before - 1]].all() and edge[block[after + 1]].all())
