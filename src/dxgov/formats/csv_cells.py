"""Texts of a CSV file as typed columns; each cell that cannot be read is a fault."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, frozen

from dxgov.errors import ProblemCode, describe_difference, short_repr
from dxgov.formats.cell_formats import CANONICAL_FORMAT, CellFormat
from dxgov.languages import Message
from dxgov.schema import Column, Kind
from dxgov.storage.container import RefusedError
from dxgov.tables.arrow import EMPTY_TEXTS, NULL_TEXT, as_numpy, fill_null, list_array, mask_as_numpy, text_array
from dxgov.tables.columns import ARROW_TYPES, code_array, unknown_code_message


@frozen
class CellFault:
    """A cell that cannot be read."""

    row: int
    code: ProblemCode
    message: str
    value: str


@frozen(eq=False)
class CellFaults:
    """Cells of a column that cannot be read; each fault is described on access."""

    rows: "np.ndarray[Any, Any]"
    describe: Callable[[int], CellFault]
    texts: pa.Array = EMPTY_TEXTS
    """All cells of the column as text."""
    cause: RefusedError | None = None
    """Fault of the column that explains all of them and is reported once in their place; None if there is none."""

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[CellFault]:
        return (self.describe(int(row)) for row in self.rows)

    def between(self, start: int, end: int) -> "CellFaults":
        """Return the faults of the rows from `start` to `end`, counted from `start`."""
        is_between = (self.rows >= start) & (self.rows < end)
        return CellFaults(self.rows[is_between] - start, lambda row: self.describe(row + start), self.texts.slice(start), self.cause)


NO_FAULTS = CellFaults(np.zeros(0, dtype=np.int64), lambda row: CellFault(row, ProblemCode.WRONG_TYPE, "", ""))


@frozen
class _CellParser:
    """Parser of the cells of a kind: a pattern of RE2 for whole columns, and a Python function for one cell."""

    regex: str
    parse: Callable[[str], Any]
    expected: str


def _parse_int64(text: str) -> int:
    """Parse an integer of 64 bits."""
    value = int(text)
    if not -(2**63) <= value < 2**63:
        raise ValueError(text)
    return value


_CELL_PARSERS = {
    Kind.INTEGER: _CellParser(r"-?[0-9]{1,19}", _parse_int64, Message("a whole number of at most 64 bits", "64ビット以内の整数")),
    Kind.NUMBER: _CellParser(
        r"-?[0-9]{1,29}(\.[0-9]{1,9})?",  # longer ones Arrow takes for other numbers without a word
        Decimal,
        Message("a decimal number with at most 29 digits before and 9 after the point", "整数部29桁以内、小数部9桁以内の小数"),
    ),
    Kind.BOOLEAN: _CellParser(r"true|false", lambda text: text == "true", Message("true or false", "trueまたはfalse")),
    Kind.DATE: _CellParser(
        r"([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}",  # Arrow takes the year 0, which Python has not
        date.fromisoformat,
        Message("a day such as 2024-04-22", "2024-04-22のような日付"),
    ),
}


def parse_cells(column: Column, texts: pa.Array, format: CellFormat = CANONICAL_FORMAT) -> tuple[pa.Array, CellFaults]:
    """Convert texts to the type of a column; unreadable cells become null or empty lists, each with a fault."""
    if format is not CANONICAL_FORMAT:
        if format.missing_values:
            texts = pc.if_else(fill_null(pc.is_in(texts, value_set=text_array(format.missing_values)), False), NULL_TEXT, texts)
        if format.needs_rewriting(column):
            return _parse_custom_format(column, texts, format)
    if column.many:
        return _parse_lists(column, texts)
    if column.kind is Kind.TEXT:
        return texts, NO_FAULTS
    if column.kind is Kind.CODE:
        codes = code_array(column, texts)
        return codes, _collect_faults(texts, pc.is_null(codes), ProblemCode.UNKNOWN_CODE, _create_code_describer(column))
    parser = _CELL_PARSERS[column.kind]
    readable = pc.match_substring_regex(texts, rf"\A(?:{parser.regex})\z")
    candidates = pc.if_else(readable, texts, NULL_TEXT)
    try:
        cells = pc.cast(candidates, ARROW_TYPES[column.kind])
    except pa.ArrowInvalid:
        cells = None
    if cells is None:
        parsable = [text for text in pc.unique(candidates).to_pylist() if text is not None and _can_parse(parser, text)]
        readable = pc.is_in(texts, value_set=text_array(parsable))
        cells = pc.cast(pc.if_else(readable, texts, NULL_TEXT), ARROW_TYPES[column.kind])
    return cells, _collect_faults(
        texts, pc.invert(readable), ProblemCode.WRONG_TYPE, lambda text: describe_difference(text, parser.expected)
    )


def _parse_custom_format(column: Column, texts: pa.Array, format: CellFormat) -> tuple[pa.Array, CellFaults]:
    """Convert texts of another format than dxgov's; each distinct text is rewritten once."""
    distinct = texts.dictionary_encode()
    rewritten = [format.to_canonical(column, text) for text in distinct.dictionary.to_pylist()]
    canonical_texts = text_array(rewritten).take(distinct.indices)
    cells, faults = parse_cells(column, canonical_texts)
    unrecognized = np.flatnonzero(mask_as_numpy(pc.and_(pc.is_null(canonical_texts), pc.is_valid(texts))))

    def describe(row: int) -> CellFault:
        text = texts[row].as_py()
        if canonical_texts[row].is_valid:
            return evolve(faults.describe(row), value=text)
        return CellFault(row, ProblemCode.WRONG_TYPE, describe_difference(text, format.describe_expected(column)), text)

    return cells, CellFaults(np.union1d(faults.rows, unrecognized), describe, texts)


def _can_parse(parser: _CellParser, text: str) -> bool:
    """Return whether a text can be parsed."""
    try:
        parser.parse(text)
    except ValueError:
        return False
    return True


def _collect_faults(texts: pa.Array, is_bad: pa.Array, code: ProblemCode, describe_text: Callable[[str], str]) -> CellFaults:
    """Return a fault for each cell that is filled and bad."""
    rows = np.flatnonzero(mask_as_numpy(pc.and_(fill_null(is_bad, False), pc.is_valid(texts))))

    def describe(row: int) -> CellFault:
        text = texts[row].as_py()
        return CellFault(row, code, describe_text(text), text)

    return CellFaults(rows, describe, texts)


_MAX_HINTS = 200
"""Maximum number of distinct texts with a suggestion."""


def _create_code_describer(column: Column) -> Callable[[str], str]:
    """Return a function that describes unknown codes; it caches messages, and suggests no codes after `_MAX_HINTS` texts."""
    messages: dict[str, str] = {}

    def describe_text(text: str) -> str:
        if text not in messages and len(messages) < _MAX_HINTS:
            messages[text] = unknown_code_message(column, text)
        return messages.get(text) or unknown_code_message(column, text, suggest=False)

    return describe_text


_MAX_LIST_CELLS = 65_536
"""Maximum number of cells with lists that are Python objects at once."""

_MAX_LIST_BYTES = 2**24
"""Maximum size in bytes of their texts."""


def _parse_lists(column: Column, texts: pa.Array) -> tuple[pa.Array, CellFaults]:
    """Parse cells with a JSON array of texts, each distinct one once. An empty cell is an empty list."""
    chunks, bad_rows = [], []
    for start, stop in _iter_row_ranges(texts):
        cells = texts[start:stop].dictionary_encode(null_encoding="encode")
        lists = [[] if text is None else _parse_list(column, text)[0] for text in cells.dictionary.to_pylist()]
        unreadable = np.array([members is None for members in lists], dtype=bool)
        if unreadable.any():
            bad_rows.append(np.flatnonzero(unreadable[as_numpy(cells.indices)]) + start)
        chunks.append(list_array([members or () for members in lists]).take(cells.indices))
    describe_unknown = _create_code_describer(column)

    def describe(row: int) -> CellFault:
        text = texts[row].as_py()
        _, code, message = _parse_list(column, text, describe_unknown)
        return CellFault(row, code, message, text)

    return pa.concat_arrays(chunks) if chunks else list_array([]), CellFaults(
        np.concatenate(bad_rows) if bad_rows else NO_FAULTS.rows, describe, texts
    )


def _iter_row_ranges(texts: pa.Array) -> Iterator[tuple[int, int]]:
    """Yield row ranges that are small enough to become Python objects."""
    ends = np.cumsum(as_numpy(fill_null(pc.binary_length(texts), 0).cast(pa.int64())))
    start = 0
    while start < len(texts):
        offset = int(ends[start - 1]) if start else 0
        stop = min(start + _MAX_LIST_CELLS, int(np.searchsorted(ends, offset + _MAX_LIST_BYTES, side="right")), len(texts))
        yield start, (stop := max(stop, start + 1))
        start = stop


def _parse_list(column: Column, text: str, describe_unknown: Callable[[str], str] = str) -> tuple[list[str] | None, ProblemCode, str]:
    """Parse a cell with a list. Return its texts, or None with the code and message of its fault."""
    try:
        members = json.loads(text)
    except (ValueError, RecursionError):
        members = None
    if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
        expected = Message('a JSON array of texts such as ["a", "b"]', '["a", "b"]のようなJSONの文字列の配列')
        return None, ProblemCode.WRONG_TYPE, describe_difference(text, expected)
    try:
        "".join(members).encode()
    except UnicodeEncodeError:
        message = Message(
            "{text} holds half of a surrogate pair, which no file can store",
            "{text}にサロゲートペアの片方だけがあり、ファイルに保存できない。",
            text=short_repr(text),
        )
        return None, ProblemCode.BAD_TEXT, message
    unknown_member = next((member for member in members if column.codes and member not in column.codes), None)
    return (
        (members if unknown_member is None else None),
        ProblemCode.UNKNOWN_CODE,
        "" if unknown_member is None else describe_unknown(unknown_member),
    )
