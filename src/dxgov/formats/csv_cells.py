"""Texts of a CSV file as typed columns; every cell that cannot be read is told."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, frozen

from dxgov.errors import ProblemCode, quoted
from dxgov.formats.cell_formats import PLAIN, Form
from dxgov.schema import Column, Kind
from dxgov.tables.arrow import NO_TEXT, NO_TEXTS, filled, list_array, numbers, text_array, truths
from dxgov.tables.columns import ARROW, code_array, not_a_code


@frozen
class Fault:
    """A cell that cannot be read."""

    row: int
    code: ProblemCode
    message: str
    value: str


@frozen(eq=False)
class Faults:
    """The cells of a column that cannot be read, each told when it is asked for."""

    rows: "np.ndarray[Any, Any]"
    tell: Callable[[int], Fault]
    texts: pa.Array = NO_TEXTS
    """All cells of the column as text."""

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Fault]:
        return (self.tell(int(row)) for row in self.rows)


NO_FAULTS = Faults(np.zeros(0, dtype=np.int64), lambda row: Fault(row, ProblemCode.WRONG_TYPE, "", ""))


@frozen
class _Reader:
    """How cells of a kind are read: what they look like to RE2, and one by one in Python."""

    regex: str
    read: Callable[[str], Any]
    expected: str


def _whole(text: str) -> int:
    value = int(text)
    if not -(2**63) <= value < 2**63:
        raise ValueError(text)
    return value


_READERS = {
    Kind.INTEGER: _Reader(r"-?[0-9]{1,19}", _whole, "a whole number of at most 64 bits"),
    Kind.NUMBER: _Reader(
        r"-?[0-9]{1,29}(\.[0-9]{1,9})?",  # longer ones Arrow takes for other numbers without a word
        Decimal,
        "a decimal number with at most 29 digits before and 9 after the point",
    ),
    Kind.BOOLEAN: _Reader(r"true|false", lambda text: text == "true", "true or false"),
    Kind.DATE: _Reader(
        r"([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}",  # Arrow takes the year 0, which Python has not
        date.fromisoformat,
        "a day such as 2024-04-22",
    ),
}


def typed(column: Column, texts: pa.Array, form: Form = PLAIN) -> tuple[pa.Array, Faults]:
    """The cells of a column in its type; those that cannot be read are empty, each with its fault."""
    if form is not PLAIN:
        if form.missing:
            texts = pc.if_else(filled(pc.is_in(texts, value_set=text_array(form.missing)), False), NO_TEXT, texts)
        if form.rewrites(column):
            return _rewritten(column, texts, form)
    if column.many:
        return _lists(column, texts)
    if column.kind is Kind.TEXT:
        return texts, NO_FAULTS
    if column.kind is Kind.CODE:
        codes = code_array(column, texts)
        return codes, _faults(texts, pc.is_null(codes), ProblemCode.UNKNOWN_CODE, _unknown_code(column))
    reader = _READERS[column.kind]
    readable = pc.match_substring_regex(texts, rf"\A(?:{reader.regex})\z")
    candidates = pc.if_else(readable, texts, NO_TEXT)
    try:
        cells = pc.cast(candidates, ARROW[column.kind])
    except pa.ArrowInvalid:
        cells = None
    if cells is None:
        good = [text for text in pc.unique(candidates).to_pylist() if text is not None and _reads(reader, text)]
        readable = pc.is_in(texts, value_set=text_array(good))
        cells = pc.cast(pc.if_else(readable, texts, NO_TEXT), ARROW[column.kind])
    return cells, _faults(
        texts, pc.invert(readable), ProblemCode.WRONG_TYPE, lambda text: f"found {quoted(text)}, expected {reader.expected}"
    )


def _rewritten(column: Column, texts: pa.Array, form: Form) -> tuple[pa.Array, Faults]:
    """The cells of a column in its type, from texts of another form than dxgov's; each distinct text is put into that once."""
    distinct = texts.dictionary_encode()
    written = [form.canonical(column, text) for text in distinct.dictionary.to_pylist()]
    canonical = text_array(written).take(distinct.indices)
    cells, faults = typed(column, canonical)
    strange = np.flatnonzero(truths(pc.and_(pc.is_null(canonical), pc.is_valid(texts))))

    def tell(row: int) -> Fault:
        text = texts[row].as_py()
        if canonical[row].is_valid:
            return evolve(faults.tell(row), value=text)
        return Fault(row, ProblemCode.WRONG_TYPE, f"found {quoted(text)}, expected {form.expected(column)}", text)

    return cells, Faults(np.union1d(faults.rows, strange), tell, texts)


def _reads(reader: _Reader, text: str) -> bool:
    try:
        reader.read(text)
    except ValueError:
        return False
    return True


def _faults(texts: pa.Array, bad: pa.Array, code: ProblemCode, say: Callable[[str], str]) -> Faults:
    """A fault for each cell that is filled and bad."""
    rows = np.flatnonzero(truths(pc.and_(filled(bad, False), pc.is_valid(texts))))

    def tell(row: int) -> Fault:
        text = texts[row].as_py()
        return Fault(row, code, say(text), text)

    return Faults(rows, tell, texts)


_HINTS = 200
"""For so many unknown codes of a column a near one is looked for."""


def _unknown_code(column: Column) -> Callable[[str], str]:
    """What to say of texts that are no codes; each is looked at once, and after many no near code is looked for."""
    said: dict[str, str] = {}

    def say(text: str) -> str:
        if text not in said and len(said) < _HINTS:
            said[text] = not_a_code(column, text)
        return said.get(text) or not_a_code(column, text, near=False)

    return say


_TEXTS_AT_A_TIME = 65_536
"""So many cells with lists may be Python objects at once."""

_BYTES_AT_A_TIME = 2**24
"""As long as their texts take no more than this."""


def _lists(column: Column, texts: pa.Array) -> tuple[pa.Array, Faults]:
    """Cells that hold a JSON array of texts, each distinct one read once. An empty cell is an empty list."""
    pieces, bad = [], []
    for start, stop in _pieces(texts):
        cells = texts[start:stop].dictionary_encode(null_encoding="encode")
        found = [[] if text is None else _list(column, text)[0] for text in cells.dictionary.to_pylist()]
        unreadable = np.array([each is None for each in found], dtype=bool)
        if unreadable.any():
            bad.append(np.flatnonzero(unreadable[numbers(cells.indices)]) + start)
        pieces.append(list_array([each or () for each in found]).take(cells.indices))
    unknown = _unknown_code(column)

    def tell(row: int) -> Fault:
        text = texts[row].as_py()
        _, code, message = _list(column, text, unknown)
        return Fault(row, code, message, text)

    return pa.concat_arrays(pieces) if pieces else list_array([]), Faults(np.concatenate(bad) if bad else NO_FAULTS.rows, tell, texts)


def _pieces(texts: pa.Array) -> Iterator[tuple[int, int]]:
    """The rows in pieces that are small enough to be Python objects."""
    ends = np.cumsum(numbers(filled(pc.binary_length(texts), 0).cast(pa.int64())))
    start = 0
    while start < len(texts):
        before = int(ends[start - 1]) if start else 0
        stop = min(start + _TEXTS_AT_A_TIME, int(np.searchsorted(ends, before + _BYTES_AT_A_TIME, side="right")), len(texts))
        yield start, (stop := max(stop, start + 1))
        start = stop


def _list(column: Column, text: str, unknown: Callable[[str], str] = str) -> tuple[list[str] | None, ProblemCode, str]:
    """The texts in a cell, or nothing and why they cannot be read."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        return None, ProblemCode.WRONG_TYPE, f'found {quoted(text)}, expected a JSON array of texts such as ["a", "b"]'
    try:
        "".join(found).encode()
    except UnicodeEncodeError:
        return None, ProblemCode.BAD_TEXT, f"{quoted(text)} holds half of a surrogate pair, which no file can store"
    strange = next((each for each in found if column.codes and each not in column.codes), None)
    return (found if strange is None else None), ProblemCode.UNKNOWN_CODE, "" if strange is None else unknown(strange)
