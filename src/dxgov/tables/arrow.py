"""Arrow arrays and scalars from Python values, without pandas.

``pa.array`` and ``pa.scalar`` import pandas wherever it is installed, to recognise its values; that takes 0.3 seconds, six times
what reading the bundled data takes. The ways here go over bytes and NumPy, which pyarrow has loaded anyway.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MAX_STRING_BYTES = 2**31 - 1
"""What the 32-bit offsets of an Arrow array can address."""

_EPOCH = date(1970, 1, 1).toordinal()


def text_array(values: Sequence[str | None]) -> pa.StringArray:
    """Texts; ``None`` is null."""
    present = _validity_buffer(values)
    texts = ["" if value is None else value for value in values] if present else values
    joined = "".join(texts)  # type: ignore[arg-type]
    pieces: Sequence[Any] = texts if joined.isascii() else [*map(str.encode, texts)]  # type: ignore[arg-type]
    content = joined.encode() if pieces is texts else b"".join(pieces)
    return pa.Array.from_buffers(
        pa.string(), len(values), [present, pa.py_buffer(_build_offsets(map(len, pieces), len(pieces))), pa.py_buffer(content)]
    )


def int_array(values: Sequence[int | None], dtype: pa.DataType) -> pa.Array:
    """Whole numbers in a type that they fit; ``None`` is null."""
    present = _validity_buffer(values)
    filled = (value or 0 for value in values) if present else values
    found = np.fromiter(filled, dtype=f"i{dtype.bit_width // 8}", count=len(values))
    return pa.Array.from_buffers(dtype, len(values), [present, pa.py_buffer(found)])


def bool_array(values: Sequence[bool | None]) -> pa.BooleanArray:
    """Truth values; ``None`` is null."""
    return pa.Array.from_buffers(
        pa.bool_(), len(values), [_validity_buffer(values), mask_array([bool(value) for value in values]).buffers()[1]]
    )


def date_array(values: Sequence[date | None]) -> pa.Date32Array:
    """Days; ``None`` is null."""
    return int_array([None if value is None else value.toordinal() - _EPOCH for value in values], pa.date32())


def as_dates(array: pa.Date32Array) -> list[date | None]:
    """The days of a column; five times as fast as ``to_pylist``."""
    found = [date.fromordinal(day) for day in (as_numpy(fill_null(array.view(pa.int32()), 0)).astype(np.int64) + _EPOCH).tolist()]
    if not array.null_count:
        return [*found]
    return [day if there else None for day, there in zip(found, mask_as_numpy(pc.is_valid(array)).tolist(), strict=True)]


def out_of_range_dates(array: pa.Date32Array) -> "np.ndarray[Any, Any]":
    """The positions of days that Python does not have, before the year 1 or after 9999."""
    found = as_numpy(fill_null(array.view(pa.int32()), 0))
    return np.flatnonzero((found < date.min.toordinal() - _EPOCH) | (found > date.max.toordinal() - _EPOCH))


def _validity_buffer(values: Sequence[Any]) -> pa.Buffer | None:
    """Which values are there, if not all."""
    return mask_array([value is not None for value in values]).buffers()[1] if None in values else None


def list_array(rows: Sequence[Sequence[str]]) -> pa.ListArray:
    """Rows of texts."""
    offsets = _build_offsets(map(len, rows), len(rows))
    return pa.ListArray.from_arrays(as_arrow(offsets, pa.int32()), text_array([*chain.from_iterable(rows)]))


def _build_offsets(lengths: Iterable[int], count: int) -> "np.ndarray[Any, Any]":
    offsets = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.fromiter(lengths, dtype=np.int64, count=count), out=offsets[1:])
    if offsets[-1] > MAX_STRING_BYTES:
        raise ValueError(f"a column holds {offsets[-1]:,} bytes of text or members of lists at once; {MAX_STRING_BYTES:,} is the most")
    return offsets.astype(np.int32)


def as_arrow(values: "np.ndarray[Any, Any]", dtype: pa.DataType) -> pa.Array:
    """A NumPy array as an Arrow array of a type of the same width, without a copy."""
    return pa.Array.from_buffers(dtype, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])


def index_array(values: "np.ndarray[Any, Any] | Sequence[int]") -> pa.Array:
    """Row numbers for ``take``."""
    return as_arrow(np.asarray(values, dtype=np.int64), pa.int64())


def mask_array(values: "np.ndarray[Any, Any] | Sequence[bool]") -> pa.BooleanArray:
    """Truth values, none of them null."""
    bits = np.packbits(np.asarray(values, dtype=bool), bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(bits)])


def constant_mask(value: bool, length: int) -> pa.BooleanArray:
    """The same truth value `length` times."""
    bits = (b"\xff" if value else b"\0") * (length // 8 + 1)
    return pa.Array.from_buffers(pa.bool_(), length, [None, pa.py_buffer(bits)])


def as_scalar(value: str | bool | int | date) -> pa.Scalar:
    """A scalar to compare columns with."""
    return text_array([str(value)])[0] if isinstance(value, str) and len(value) > _MAX_CACHED_TEXT else _scalar(value)


_MAX_CACHED_TEXT = 100
"""Texts with no more characters are kept as scalars."""


@lru_cache(maxsize=256, typed=True)
def _scalar(value: str | bool | int | date) -> pa.Scalar:
    if isinstance(value, str):
        return text_array([str(value)])[0]
    if isinstance(value, bool):
        return mask_array([value])[0]
    if isinstance(value, date):
        return as_arrow(np.array([value.toordinal() - _EPOCH], dtype=np.int32), pa.date32())[0]
    return as_arrow(np.array([value], dtype=np.int64), pa.int64())[0]


NULL_TEXT: pa.Scalar = pa.nulls(1, pa.string())[0]
"""The text that is missing."""

EMPTY_TEXTS: pa.StringArray = pa.nulls(0, pa.string())
"""No texts at all."""


def arange1(length: int) -> pa.Array:
    """Count 1, 2, 3 and so on."""
    return index_array(np.arange(1, length + 1))


def factorize_rows(columns: Sequence[pa.Array]) -> "np.ndarray[Any, Any]":
    """A number for each row, equal for rows that agree in all columns; a missing cell agrees with a missing cell."""
    codes: np.ndarray[Any, Any] = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode(null_encoding="encode")
        each = as_numpy(fill_null(encoded.indices, -1)).astype(np.int64) + 1
        # Number the pairs anew, so that they stay as few as the rows.
        pairs = index_array(codes * (int(each.max(initial=0)) + 1) + each)
        codes = as_numpy(pairs.dictionary_encode().indices)
    return codes


def fill_null(array: pa.Array, value: str | bool | int) -> pa.Array:
    """The array with `value` in place of nulls."""
    if not array.null_count:
        return array
    return pc.coalesce(array, as_scalar(value).cast(array.type))


def combine_chunks(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece."""
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.nulls(0, column.type)


def find_empty_texts(texts: pa.StringArray) -> "np.ndarray[Any, Any]":
    """The positions of texts that are there and empty; five times as fast as a comparison."""
    starts = _text_offsets(texts)
    none = np.flatnonzero(starts[1:] == starts[:-1])
    return none[mask_as_numpy(pc.is_valid(texts))[none]] if len(none) and texts.null_count else none


def find_texts_by_prefix(texts: pa.StringArray, first: "np.ndarray[Any, Any]", pairs: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Return the positions of texts of which a table of all bytes has the first byte, and one of all pairs of bytes the first two.

    The first byte of a pair is the higher one. Of a text of one byte nobody knows with which byte it makes a pair. Missing and empty texts
    may be among them.
    """
    content = text_bytes(texts)
    if not len(content):
        return np.zeros(0, dtype=np.int64)
    starts = np.minimum(_text_offsets(texts)[:-1] - _text_offsets(texts)[0], len(content) - 1)
    found = np.flatnonzero(first[content[starts]])
    places = starts[found]
    second = content[np.minimum(places + 1, len(content) - 1)]
    return np.asarray(found[pairs[(content[places].astype(np.uint16) << np.uint16(8)) | second]])


def merge_sorted(first: "np.ndarray[Any, Any]", second: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Return the positions in either of two ascending arrays, in order; NumPy's own function takes long for empty ones, as most are."""
    return first if not len(second) else second if not len(first) else np.union1d(first, second)


def _text_offsets(texts: pa.StringArray) -> "np.ndarray[Any, Any]":
    """Where each text begins among the bytes of all, and at last where they end."""
    if not len(texts):
        return np.zeros(1, dtype=np.int32)
    return np.frombuffer(texts.buffers()[1], dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]


def count_occurrences(content: "bytes | np.ndarray[Any, Any]", wanted: bytes) -> int:
    """At how many places some bytes stand, also where they overlap; ten times as fast as to count more than one byte in ``bytes``."""
    whole = np.frombuffer(content, dtype=np.uint8)
    total = 0
    for start in range(0, len(whole) - len(wanted) + 1, _CACHE_BYTES):
        piece = whole[start : start + _CACHE_BYTES + len(wanted) - 1]
        starts = len(piece) - len(wanted) + 1
        found = piece[:starts] == wanted[0]
        for ahead, byte in enumerate(wanted[1:], 1):
            found &= piece[ahead : ahead + starts] == byte
        total += int(np.count_nonzero(found))
    return total


def has_c1_controls(content: bytes) -> bool:
    """Return whether a control character of C1, U+0080 to U+009F, stands in UTF-8."""
    if b"\xc2" not in content:  # as in most texts, and that is seen at once
        return False
    whole = np.frombuffer(content, dtype=np.uint8)
    return bool(((whole[:-1] == 0xC2) & (whole[1:] < 0xA0)).any())


_CACHE_BYTES = 1 << 18
"""So many bytes stay in the processor's cache."""


def is_valid_utf8(content: bytes | memoryview) -> bool:
    """Whether bytes are UTF-8, without making a text of them."""
    offsets = pa.py_buffer(np.array([0, len(content)], dtype=np.int64))
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, offsets, pa.py_buffer(content)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def text_bytes(texts: pa.StringArray) -> "np.ndarray[Any, Any]":
    """The bytes of all texts, one after another, without a copy."""
    content = texts.buffers()[2]
    if not len(texts) or content is None:
        return np.zeros(0, dtype=np.uint8)
    starts = _text_offsets(texts)
    return np.frombuffer(content, dtype=np.uint8)[starts[0] : starts[-1]]


def contains_any_byte(texts: pa.StringArray, wanted: bytes) -> "np.ndarray[Any, Any]":
    """Which texts hold one of some ASCII characters; ten times as fast as a regular expression."""
    content = text_bytes(texts)
    found = np.zeros(len(texts), dtype=bool)
    for start in range(0, len(content), _CACHE_BYTES):
        piece = content[start : start + _CACHE_BYTES]
        hit = piece == wanted[0]
        for each in wanted[1:]:
            hit |= piece == each
        if not hit.any():
            continue
        places = np.flatnonzero(hit) + start
        starts = _text_offsets(texts)[:-1]
        found[np.searchsorted(starts, places + starts[0], side="right") - 1] = True
    return found


def find_uncommon_characters(texts: pa.StringArray, *, voiced: bool) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
    """Return where each character begins that is neither ASCII nor of U+3000 to U+9FFF, among the bytes of all texts, and its code point.

    With `voiced` the two marks of voice that combine with kana, U+3099 and U+309A, count as uncommon as well. Japanese and
    English texts hold few others, so that this takes half of the time that decoding all takes.
    """
    content = text_bytes(texts)
    places = [np.zeros(0, dtype=np.int64)]
    for start in range(0, len(content), _CACHE_BYTES):
        piece = content[start : start + _CACHE_BYTES]
        if int(piece.max()) < 0x80:
            continue
        # The bytes that begin a character, other than E3 to E9, which begin those of U+3000 to U+9FFF.
        places.append(np.flatnonzero((piece >= 0xC2) & ((piece - np.uint8(0xE3)) > 6)) + start)
        if not voiced:
            continue
        # Within E3 82 99 and E3 82 9A the second byte.
        ahead = content[start + 1 : start + _CACHE_BYTES + 1]
        marks = np.flatnonzero((piece[: len(ahead)] == 0x82) & ((ahead - np.uint8(0x99)) < 2)) + start
        places.append(marks[content[marks - 1] == 0xE3] - 1)
    found = np.concatenate(places)
    return found, _decode_characters(content, found)


def find_texts_at_offsets(texts: pa.StringArray, places: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Return the positions of the texts in which some of the bytes of all texts stand, each once."""
    starts = _text_offsets(texts)
    return np.unique(np.searchsorted(starts, places + int(starts[0]), side="right") - 1)


def _decode_characters(content: "np.ndarray[Any, Any]", places: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Return the code points of the characters of more than one byte that begin at some places of UTF-8."""
    bytes = [content[np.minimum(places + ahead, len(content) - 1)].astype(np.int32) if len(places) else places for ahead in range(4)]
    lead, second, third, fourth = (bytes[0], *(each & 0x3F for each in bytes[1:]))
    two = (lead & 0x1F) << 6 | second
    three = (lead & 0x0F) << 12 | second << 6 | third
    four = (lead & 0x07) << 18 | second << 12 | third << 6 | fourth
    return np.where(lead < 0xE0, two, np.where(lead < 0xF0, three, four))


def as_numpy(array: pa.Array) -> "np.ndarray[Any, Any]":
    """Integers without nulls as NumPy has them, without a copy."""
    width: int = array.type.bit_width // 8
    return np.frombuffer(array.buffers()[1] or b"", dtype=f"i{width}", count=len(array), offset=array.offset * width)


def mask_as_numpy(mask: pa.BooleanArray) -> "np.ndarray[Any, Any]":
    """Truth values as NumPy has them; null counts as false."""
    whole = fill_null(mask, False)
    bits = np.frombuffer(whole.buffers()[1] or b"", dtype=np.uint8)
    return np.unpackbits(bits, bitorder="little")[whole.offset : whole.offset + len(whole)].view(bool)
