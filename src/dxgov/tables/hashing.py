"""A number for each text or row of a column, spread over 64 bits: equal for equal ones, and as good as never for others.

It only tells where to look: what has the same number is compared as it stands, so that a collision costs time and nothing else.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.tables.arrow import filled, numbers

_MIX = (np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53))
_MISSING = np.uint64(0x9E3779B97F4A7C15)
_WORDS = 16
"""Of a longer text the first so many words of eight bytes count, and the last one."""


def text_hashes(texts: pa.StringArray) -> "np.ndarray[Any, Any]":
    """A number for each text; all missing ones have the same."""
    _, offsets, content = texts.buffers()
    if not len(texts) or content is None or not content.size:
        return np.where(numbers(pc.is_null(texts).cast(pa.int8())), _MISSING, np.uint64(0))
    places = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    first, last = int(places[0]), int(places[-1])
    bytes = np.zeros((last - first) // 8 * 8 + 24, dtype=np.uint8)
    bytes[: last - first] = np.frombuffer(content, dtype=np.uint8)[first:last]
    words, starts, lengths = bytes.view("<u8"), places[:-1] - first, np.diff(places)
    found = _mixed(lengths.astype(np.uint64))
    for number in range(min(_WORDS, (int(lengths.max()) + 7) // 8)):
        longer = slice(None) if lengths.min() > 8 * number else np.flatnonzero(lengths > 8 * number)
        found[longer] = _mixed(found[longer] ^ _word(words, starts[longer] + 8 * number, lengths[longer] - 8 * number))
    longest = np.flatnonzero(lengths > 8 * _WORDS)
    if len(longest):
        found[longest] = _mixed(found[longest] ^ _word(words, starts[longest] + lengths[longest] - 8, np.full(len(longest), 8)))
    return np.where(numbers(pc.is_null(texts).cast(pa.int8())), _MISSING, found) if texts.null_count else found


def _word(words: Any, places: Any, left: Any) -> Any:
    """The eight bytes at each place, or as many of them as are `left`."""
    whole, shift = places >> 3, ((places & 7) << 3).astype(np.uint64)
    word = (words[whole] >> shift) | ((words[whole + 1] << np.uint64(1)) << (np.uint64(63) - shift))
    short = (np.maximum(8 - left, 0) << 3).astype(np.uint64)
    return (word << short) >> short


def _mixed(values: Any) -> "np.ndarray[Any, Any]":
    values = (values ^ (values >> np.uint64(33))) * _MIX[0]
    values = (values ^ (values >> np.uint64(29))) * _MIX[1]
    return np.asarray(values ^ (values >> np.uint64(32)))


def row_hashes(columns: Sequence[pa.Array]) -> "np.ndarray[Any, Any]":
    """A number for each row of several columns; the cells of one column are of one type in all calls."""
    found: np.ndarray[Any, Any] = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        found = _mixed(found + _cell_hashes(column))
    return found


def _cell_hashes(cells: pa.Array) -> "np.ndarray[Any, Any]":
    if pa.types.is_dictionary(cells.type):  # the codes of a column, in the order of their definition
        return _mixed(numbers(filled(cells.indices, -1)).astype(np.int64).view(np.uint64))
    if pa.types.is_integer(cells.type):
        values = _mixed(numbers(filled(cells, 0)).astype(np.int64).view(np.uint64))
        return np.where(numbers(pc.is_null(cells).cast(pa.int8())), _MISSING, values) if cells.null_count else np.asarray(values)
    return text_hashes(cells.cast(pa.string()))
