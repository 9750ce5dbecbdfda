"""Texts of a CSV file as typed columns; every cell that cannot be read is told."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from dxgov.arrow import NO_TEXT, filled, list_array, text_array
from dxgov.columns import ARROW, code_array, not_a_code
from dxgov.errors import ProblemCode
from dxgov.schema import Column, Kind


@frozen
class Fault:
    """A cell that cannot be read."""

    row: int
    code: ProblemCode
    message: str
    value: str


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
    Kind.DATE: _Reader(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date.fromisoformat, "a day such as 2024-04-22"),
}


def typed(column: Column, texts: pa.Array) -> tuple[pa.Array, list[Fault]]:
    """The cells of a column in its type; those that cannot be read are empty, each with its fault."""
    if column.many:
        return _lists(column, texts)
    if column.kind is Kind.TEXT:
        return texts, []
    if column.kind is Kind.CODE:
        codes = code_array(column, texts)
        return codes, _faults(texts, pc.is_null(codes), ProblemCode.UNKNOWN_CODE, lambda text: not_a_code(column, text))
    reader = _READERS[column.kind]
    readable = pc.match_substring_regex(texts, rf"\A(?:{reader.regex})\z")
    candidates = pc.if_else(readable, texts, NO_TEXT)
    try:
        cells = pc.cast(candidates, ARROW[column.kind])
    except pa.ArrowInvalid:
        cells = None
    if cells is None or column.kind is Kind.DATE:
        good = [text for text in pc.unique(candidates).to_pylist() if text is not None and _reads(reader, text)]
        readable = pc.is_in(texts, value_set=text_array(good))
        cells = pc.cast(pc.if_else(readable, texts, NO_TEXT), ARROW[column.kind])
    return cells, _faults(texts, pc.invert(readable), ProblemCode.WRONG_TYPE, lambda text: f"found {text!r}, expected {reader.expected}")


def _reads(reader: _Reader, text: str) -> bool:
    try:
        reader.read(text)
    except ValueError:
        return False
    return True


def _faults(texts: pa.Array, bad: pa.Array, code: ProblemCode, say: Callable[[str], str]) -> list[Fault]:
    """A fault for each cell that is filled and bad."""
    bad = pc.and_(filled(bad, False), pc.is_valid(texts))
    if not pc.any(bad).as_py():
        return []
    rows = [row for row, fault in enumerate(bad.to_pylist()) if fault]
    return [Fault(row, code, say(texts[row].as_py()), texts[row].as_py()) for row in rows]


def _lists(column: Column, texts: pa.Array) -> tuple[pa.Array, list[Fault]]:
    """Cells that hold a JSON array of texts; each distinct one is read once. An empty cell is an empty list."""
    read: dict[str | None, list[str]] = {None: []}
    said: dict[str, tuple[ProblemCode, str]] = {}
    for text in pc.unique(texts).to_pylist():
        if text is not None:
            fault = _list_fault(column, text)
            if fault:
                said[text] = fault
            read[text] = [] if fault else json.loads(text)
    cells = texts.to_pylist()
    faults = [Fault(row, *said[text], text) for row, text in enumerate(cells) if text in said]
    return list_array([read[text] for text in cells]), faults


def _list_fault(column: Column, text: str) -> tuple[ProblemCode, str] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        return ProblemCode.WRONG_TYPE, f'found {text!r}, expected a JSON array of texts such as ["a", "b"]'
    try:
        "".join(found).encode()
    except UnicodeEncodeError:
        return ProblemCode.BAD_TEXT, f"{text!r} holds half of a surrogate pair, which no file can store"
    unknown = [each for each in found if column.codes and each not in column.codes]
    return (ProblemCode.UNKNOWN_CODE, not_a_code(column, unknown[0])) if unknown else None
