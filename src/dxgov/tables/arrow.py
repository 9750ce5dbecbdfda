"""Arrow arrays and scalars from Python values, without pandas.

``pa.array`` and ``pa.scalar`` import pandas wherever it is installed, to recognise its values; that takes 0.3 seconds, six times
what reading the bundled data takes. The functions of this module go through bytes and NumPy, which pyarrow has loaded anyway.
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
"""Maximum bytes of text, or members of lists, in one array: its offsets have 32 bits."""

_EPOCH = date(1970, 1, 1).toordinal()


def text_array(values: Sequence[str | None]) -> pa.StringArray:
    """Return an array of texts; ``None`` becomes null.

    Raises:
        ValueError: the texts take more bytes than one array can address.
    """
    validity = _validity_buffer(values)
    texts = ["" if value is None else value for value in values] if validity else values
    text = "".join(texts)  # type: ignore[arg-type]
    encoded: Sequence[Any] = texts if text.isascii() else [*map(str.encode, texts)]  # type: ignore[arg-type]
    content = text.encode() if encoded is texts else b"".join(encoded)
    return pa.Array.from_buffers(
        pa.string(), len(values), [validity, pa.py_buffer(_build_offsets(map(len, encoded), len(encoded))), pa.py_buffer(content)]
    )


def int_array(values: Sequence[int | None], dtype: pa.DataType) -> pa.Array:
    """Return an array of integers of a type that can hold them; ``None`` becomes null."""
    validity = _validity_buffer(values)
    without_nulls = (value or 0 for value in values) if validity else values
    data = np.fromiter(without_nulls, dtype=f"i{dtype.bit_width // 8}", count=len(values))
    return pa.Array.from_buffers(dtype, len(values), [validity, pa.py_buffer(data)])


def bool_array(values: Sequence[bool | None]) -> pa.BooleanArray:
    """Return an array of Boolean values; ``None`` becomes null."""
    return pa.Array.from_buffers(
        pa.bool_(), len(values), [_validity_buffer(values), mask_array([bool(value) for value in values]).buffers()[1]]
    )


def date_array(values: Sequence[date | None]) -> pa.Date32Array:
    """Return an array of days; ``None`` becomes null."""
    return int_array([None if value is None else value.toordinal() - _EPOCH for value in values], pa.date32())


def as_dates(array: pa.Date32Array) -> list[date | None]:
    """Return the days of a column, ``None`` for null; five times as fast as ``to_pylist``."""
    values = [date.fromordinal(day) for day in (as_numpy(fill_null(array.view(pa.int32()), 0)).astype(np.int64) + _EPOCH).tolist()]
    if not array.null_count:
        return [*values]
    return [day if valid else None for day, valid in zip(values, mask_as_numpy(pc.is_valid(array)).tolist(), strict=True)]


def out_of_range_dates(array: pa.Date32Array) -> "np.ndarray[Any, Any]":
    """Return the positions of days that Python cannot represent, before the year 1 or after 9999."""
    ordinals = as_numpy(fill_null(array.view(pa.int32()), 0))
    return np.flatnonzero((ordinals < date.min.toordinal() - _EPOCH) | (ordinals > date.max.toordinal() - _EPOCH))


def _validity_buffer(values: Sequence[Any]) -> pa.Buffer | None:
    """Return the validity bitmap of the values, or None if none is missing."""
    return mask_array([value is not None for value in values]).buffers()[1] if None in values else None


def list_array(rows: Sequence[Sequence[str]]) -> pa.ListArray:
    """Return an array of lists of texts, one list for each row.

    Raises:
        ValueError: the lists have more members than one array can address.
    """
    offsets = _build_offsets(map(len, rows), len(rows))
    return pa.ListArray.from_arrays(as_arrow(offsets, pa.int32()), text_array([*chain.from_iterable(rows)]))


def _build_offsets(lengths: Iterable[int], count: int) -> "np.ndarray[Any, Any]":
    offsets = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.fromiter(lengths, dtype=np.int64, count=count), out=offsets[1:])
    if offsets[-1] > MAX_STRING_BYTES:
        raise ValueError(f"a column holds {offsets[-1]:,} bytes of text or members of lists at once; {MAX_STRING_BYTES:,} is the most")
    return offsets.astype(np.int32)


def as_arrow(values: "np.ndarray[Any, Any]", dtype: pa.DataType) -> pa.Array:
    """Return a NumPy array as an Arrow array of a type of the same width, without a copy."""
    return pa.Array.from_buffers(dtype, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])


def index_array(values: "np.ndarray[Any, Any] | Sequence[int]") -> pa.Array:
    """Return an array of row numbers for ``take``."""
    return as_arrow(np.asarray(values, dtype=np.int64), pa.int64())


def mask_array(values: "np.ndarray[Any, Any] | Sequence[bool]") -> pa.BooleanArray:
    """Return an array of Boolean values without nulls."""
    bits = np.packbits(np.asarray(values, dtype=bool), bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(bits)])


def constant_mask(value: bool, length: int) -> pa.BooleanArray:
    """Return an array that repeats one Boolean value `length` times."""
    bits = (b"\xff" if value else b"\0") * (length // 8 + 1)
    return pa.Array.from_buffers(pa.bool_(), length, [None, pa.py_buffer(bits)])


def as_scalar(value: str | bool | int | date) -> pa.Scalar:
    """Return a scalar to compare columns with."""
    return text_array([str(value)])[0] if isinstance(value, str) and len(value) > _MAX_CACHED_TEXT else _scalar(value)


_MAX_CACHED_TEXT = 100
"""Maximum characters of a text whose scalar is cached."""


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
"""The null of texts."""

EMPTY_TEXTS: pa.StringArray = pa.nulls(0, pa.string())
"""An empty array of texts."""


def arange1(length: int) -> pa.Array:
    """Return the integers from 1 to `length`."""
    return index_array(np.arange(1, length + 1))


def factorize_rows(columns: Sequence[pa.Array]) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
    """Return a number for each row, equal for rows that agree in all columns, and the first row of each number.

    Nulls agree with each other. Numbers are assigned in order of first appearance, from 0.
    """
    codes: np.ndarray[Any, Any] = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode(null_encoding="encode")
        indices = as_numpy(fill_null(encoded.indices, -1)).astype(np.int64) + 1
        # Renumber the pairs of codes, so that there are never more numbers than rows and none overflows.
        pairs = index_array(codes * (int(indices.max(initial=0)) + 1) + indices)
        codes = as_numpy(pairs.dictionary_encode().indices)
    # A row is the first of its number where the maximum so far grows.
    return codes, np.flatnonzero(np.diff(np.maximum.accumulate(codes), prepend=-1) > 0)


def fill_null(array: pa.Array, value: str | bool | int) -> pa.Array:
    """Return the array with `value` in place of nulls."""
    if not array.null_count:
        return array
    return pc.coalesce(array, as_scalar(value).cast(array.type))


def combine_chunks(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array; copy it only if it has several chunks."""
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.nulls(0, column.type)


def find_empty_texts(texts: pa.StringArray) -> "np.ndarray[Any, Any]":
    """Return the positions of texts that are empty but not null; five times as fast as a comparison."""
    starts = _text_offsets(texts)
    empty = np.flatnonzero(starts[1:] == starts[:-1])
    return empty[mask_as_numpy(pc.is_valid(texts))[empty]] if len(empty) and texts.null_count else empty


def find_texts_by_prefix(texts: pa.StringArray, first: "np.ndarray[Any, Any]", pairs: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Return the positions of texts whose first byte `first` marks and whose first two bytes `pairs` marks.

    This is a filter with false positives: null and empty texts, and texts of one byte, may be among the positions.

    Args:
        texts: the texts to search.
        first: a Boolean table with an entry for each of the 256 bytes.
        pairs: a Boolean table with an entry for each pair of bytes; the first byte of a pair is the higher one of the index.
    """
    content = text_bytes(texts)
    if not len(content):
        return np.zeros(0, dtype=np.int64)
    starts = _text_offsets(texts)[:-1] - _text_offsets(texts)[0]
    candidates = np.flatnonzero(first.take(content.take(starts, mode="clip")))
    offsets = starts[candidates]
    head, second = (content.take(offsets + distance, mode="clip") for distance in (0, 1))
    return np.asarray(candidates[pairs[(head.astype(np.uint16) << np.uint16(8)) | second]])


def merge_sorted(first: "np.ndarray[Any, Any]", second: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Return the sorted union of two ascending arrays; most are empty, for which ``np.union1d`` is slow."""
    return first if not len(second) else second if not len(first) else np.union1d(first, second)


def _text_offsets(texts: pa.StringArray) -> "np.ndarray[Any, Any]":
    """Return the offset of each text among the bytes of all texts, and at last the end of the last one."""
    if not len(texts):
        return np.zeros(1, dtype=np.int32)
    return np.frombuffer(texts.buffers()[1], dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]


def count_occurrences(content: "bytes | np.ndarray[Any, Any]", pattern: bytes) -> int:
    """Count the occurrences of some bytes, overlapping ones too; ten times as fast as ``bytes.count`` for more than one byte."""
    data = np.frombuffer(content, dtype=np.uint8)
    total = 0
    for start in range(0, len(data) - len(pattern) + 1, _CACHE_BYTES):
        window = data[start : start + _CACHE_BYTES + len(pattern) - 1]
        starts = len(window) - len(pattern) + 1
        matches = window[:starts] == pattern[0]
        for distance, byte in enumerate(pattern[1:], 1):
            matches &= window[distance : distance + starts] == byte
        total += int(np.count_nonzero(matches))
    return total


_CACHE_BYTES = 1 << 18
"""Bytes per step, few enough for the processor's cache."""


def is_valid_utf8(content: bytes | memoryview) -> bool:
    """Return whether bytes are valid UTF-8, without decoding them."""
    offsets = pa.py_buffer(np.array([0, len(content)], dtype=np.int64))
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, offsets, pa.py_buffer(content)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def text_bytes(texts: pa.StringArray) -> "np.ndarray[Any, Any]":
    """Return the bytes of all texts, one after another, without a copy."""
    content = texts.buffers()[2]
    if not len(texts) or content is None:
        return np.zeros(0, dtype=np.uint8)
    starts = _text_offsets(texts)
    return np.frombuffer(content, dtype=np.uint8)[starts[0] : starts[-1]]


def contains_any_byte(texts: pa.StringArray, ascii_characters: bytes) -> "np.ndarray[Any, Any]":
    """Return a mask of the texts that contain any of some ASCII characters; ten times as fast as a regular expression."""
    content = text_bytes(texts)
    result = np.zeros(len(texts), dtype=bool)
    for start in range(0, len(content), _CACHE_BYTES):
        window = content[start : start + _CACHE_BYTES]
        matches = window == ascii_characters[0]
        for character in ascii_characters[1:]:
            matches |= window == character
        if not matches.any():
            continue
        offsets = np.flatnonzero(matches) + start
        starts = _text_offsets(texts)[:-1]
        result[np.searchsorted(starts, offsets + starts[0], side="right") - 1] = True
    return result


def find_uncommon_characters(texts: pa.StringArray) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
    """Return the byte offset and the code point of each uncommon character.

    Common are printable ASCII, U+3000 to U+9FFF, and the full-width forms U+FF01 to U+FF3F. Japanese and English texts contain few other
    characters, so that this takes a quarter of the time of decoding all.
    """
    content = text_bytes(texts)
    offsets = []
    for start in range(0, len(content), _CACHE_BYTES):
        window = content[start : start + _CACHE_BYTES]
        if int(window.max()) < 0x7F and int(window.min()) >= 0x20:
            continue
        # Find the lead bytes C2 to E2 and EA to FF, and then from 00 to 1F; E3 to E9 begin U+3000 to U+9FFF.
        is_uncommon = ((window - np.uint8(0xC2)) < 0x5E) & ((window - np.uint8(0xE3)) > 6)
        is_uncommon |= window == 0x7F
        offsets.append(np.flatnonzero(is_uncommon) + start)
    if not offsets:  # as in most columns
        return _NO_OFFSETS, _NO_OFFSETS
    starts = np.concatenate(offsets)
    # Leave out EF BC, which begins U+FF00 to U+FF3F: brackets and digits, which are not rare. To U+FF00 Unicode gives no meaning.
    first, second, third = (content.take(starts + distance, mode="clip") for distance in range(3))
    starts = starts[(first != 0xEF) | (second != 0xBC) | (third == 0x80)]
    return starts, _decode_characters(content, starts)


_NO_OFFSETS = np.zeros(0, dtype=np.int64)


def find_voicing_marks(texts: pa.StringArray) -> "np.ndarray[Any, Any]":
    """Return the byte offset of each combining voicing mark of kana, U+3099 or U+309A."""
    content = text_bytes(texts)
    offsets = [np.zeros(0, dtype=np.int64)]
    for start in range(0, len(content), _CACHE_BYTES):
        window = content[start : start + _CACHE_BYTES]
        if int(window.max()) < 0x80:
            continue
        # They are E3 82 99 and E3 82 9A: find the second byte, then check the first.
        following = content[start + 1 : start + _CACHE_BYTES + 1]
        marks = np.flatnonzero((window[: len(following)] == 0x82) & ((following - np.uint8(0x99)) < 2)) + start
        offsets.append(marks[content[marks - 1] == 0xE3] - 1)
    return np.concatenate(offsets)


def find_texts_at_offsets(texts: pa.StringArray, offsets: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Return the positions of the texts that contain the bytes at some offsets, each text once; null contains none."""
    if not len(offsets):
        return offsets
    starts = _text_offsets(texts)
    positions = np.unique(np.searchsorted(starts, offsets + int(starts[0]), side="right") - 1)
    return positions[mask_as_numpy(pc.is_valid(texts))[positions]] if texts.null_count else positions


def _decode_characters(content: "np.ndarray[Any, Any]", offsets: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Return the code points of the characters that begin at some offsets of UTF-8."""
    bytes = [
        content[np.minimum(offsets + distance, len(content) - 1)].astype(np.int32) if len(offsets) else offsets for distance in range(4)
    ]
    lead, second, third, fourth = (bytes[0], *(continuation & 0x3F for continuation in bytes[1:]))
    two = (lead & 0x1F) << 6 | second
    three = (lead & 0x0F) << 12 | second << 6 | third
    four = (lead & 0x07) << 18 | second << 12 | third << 6 | fourth
    return np.where(lead < 0x80, lead, np.where(lead < 0xE0, two, np.where(lead < 0xF0, three, four)))


def as_numpy(array: pa.Array) -> "np.ndarray[Any, Any]":
    """Return integers without nulls as a NumPy array, without a copy."""
    width: int = array.type.bit_width // 8
    return np.frombuffer(array.buffers()[1] or b"", dtype=f"i{width}", count=len(array), offset=array.offset * width)


def mask_as_numpy(mask: pa.BooleanArray) -> "np.ndarray[Any, Any]":
    """Return Boolean values as a NumPy array; null counts as false."""
    without_nulls = fill_null(mask, False)
    bits = np.frombuffer(without_nulls.buffers()[1] or b"", dtype=np.uint8)
    return np.unpackbits(bits, bitorder="little")[without_nulls.offset : without_nulls.offset + len(without_nulls)].view(bool)
