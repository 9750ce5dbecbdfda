"""64-bit hashes of texts and rows.

Callers compare the values behind equal hashes, so a collision costs time but never correctness.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.tables.arrow import as_numpy, fill_null

_MULTIPLIERS = (np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53))
_NULL_HASH = np.uint64(0x9E3779B97F4A7C15)
_MAX_WORDS = 16
"""Maximum number of leading 8-byte words that are hashed; of longer texts the last word is hashed as well."""


def hash_texts(texts: pa.StringArray) -> "np.ndarray[Any, Any]":
    """Return the hash of each text; all nulls have the same hash."""
    _, offset_buffer, content = texts.buffers()
    if not len(texts) or content is None or not content.size:
        return np.where(as_numpy(pc.is_null(texts).cast(pa.int8())), _NULL_HASH, np.uint64(0))
    # Copy the bytes of all texts into an array of whole words, with zeros behind the last text.
    offsets = np.frombuffer(offset_buffer, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    first, last = int(offsets[0]), int(offsets[-1])
    padded = np.zeros((last - first) // 8 * 8 + 24, dtype=np.uint8)
    padded[: last - first] = np.frombuffer(content, dtype=np.uint8)[first:last]
    words, starts, lengths = padded.view("<u8"), offsets[:-1] - first, np.diff(offsets)
    # Mix in the words of all texts, one word of each text at a time.
    hashes = _mix(lengths.astype(np.uint64))
    for number in range(min(_MAX_WORDS, (int(lengths.max()) + 7) // 8)):
        longer = slice(None) if lengths.min() > 8 * number else np.flatnonzero(lengths > 8 * number)
        hashes[longer] = _mix(hashes[longer] ^ _load_words(words, starts[longer] + 8 * number, lengths[longer] - 8 * number))
    # Of texts with more words, mix in the last eight bytes.
    longest = np.flatnonzero(lengths > 8 * _MAX_WORDS)
    if len(longest):
        hashes[longest] = _mix(hashes[longest] ^ _load_words(words, starts[longest] + lengths[longest] - 8, np.full(len(longest), 8)))
    return np.where(as_numpy(pc.is_null(texts).cast(pa.int8())), _NULL_HASH, hashes) if texts.null_count else hashes


def _load_words(words: Any, offsets: Any, lengths: Any) -> Any:
    """Read up to eight bytes at each byte offset, as many as `lengths` says, as an unaligned little-endian word."""
    index, shift = offsets >> 3, ((offsets & 7) << 3).astype(np.uint64)
    word = (words[index] >> shift) | ((words[index + 1] << np.uint64(1)) << (np.uint64(63) - shift))
    unused_bits = (np.maximum(8 - lengths, 0) << 3).astype(np.uint64)
    return (word << unused_bits) >> unused_bits


def _mix(values: Any) -> "np.ndarray[Any, Any]":
    """Spread the bits of each value over all 64 bits."""
    values = (values ^ (values >> np.uint64(33))) * _MULTIPLIERS[0]
    values = (values ^ (values >> np.uint64(29))) * _MULTIPLIERS[1]
    return np.asarray(values ^ (values >> np.uint64(32)))


def hash_rows(columns: Sequence[pa.Array]) -> "np.ndarray[Any, Any]":
    """Return the hash of each row of several columns. Hashes compare across calls only if each column has the same type in all."""
    hashes: np.ndarray[Any, Any] = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        hashes = _mix(hashes + _hash_cells(column))
    return hashes


def _hash_cells(cells: pa.Array) -> "np.ndarray[Any, Any]":
    if pa.types.is_dictionary(cells.type):  # the codes of a column, in the order of their definition
        return _mix(as_numpy(fill_null(cells.indices, -1)).astype(np.int64).view(np.uint64))
    if pa.types.is_integer(cells.type):
        values = _mix(as_numpy(fill_null(cells, 0)).astype(np.int64).view(np.uint64))
        return np.where(as_numpy(pc.is_null(cells).cast(pa.int8())), _NULL_HASH, values) if cells.null_count else np.asarray(values)
    return hash_texts(cells.cast(pa.string()))
