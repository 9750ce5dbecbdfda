"""Rules that a cell fulfils or breaks alone: presence, text, pattern, check digit, smallest number."""

import re
from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.arrow import characters, constant, filled, literal, numbers, text_array
from dxgov.checks.frames import Frame, true_rows
from dxgov.errors import Problem, ProblemCode, quoted
from dxgov.marks import CheckDigit, Minimum
from dxgov.schema import Column, Kind

CONTROL = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]"
"""Characters that some format cannot store or some client drops: controls other than tab and line breaks, and two non-characters."""


_NON_CHARACTER = re.compile(rb"\xef\xbf[\xbe\xbf]")
_PIECE = 1 << 18
"""So many bytes stay in the processor's cache."""


def cell_problems(frame: Frame) -> Iterator[Problem]:
    """Every cell that breaks a rule of its column."""
    for column in frame.table.stored:
        yield from _missing(frame, column)
        if column.kind is Kind.TEXT:
            yield from _texts(frame, column)
        if column.many and column.codes:
            yield from _repeated(frame, column)
        minimum = column.mark(Minimum)
        if minimum:
            bad = pc.less(frame.cells(column.name), literal(minimum.value))
            yield from frame.faults(ProblemCode.TOO_SMALL, column, bad, f"found {{value}}, expected {minimum.value} or more")


def _missing(frame: Frame, column: Column) -> Iterator[Problem]:
    if not column.required:
        return
    cells = frame.cells(column.name)
    if column.many:
        bad = pc.equal(filled(pc.list_value_length(cells), 0), literal(0))
    elif cells.null_count:
        bad = pc.is_null(cells)
    else:
        return
    readable = frame.read(column.name)
    bad = bad if readable is None else pc.and_(bad, readable)
    yield from frame.faults(ProblemCode.MISSING_VALUE, column, bad, "found nothing, expected a value")


def _repeated(frame: Frame, column: Column) -> Iterator[Problem]:
    """Every list that holds a code twice; it would be counted twice."""
    cells = frame.cells(column.name)
    rows, texts = pc.list_parent_indices(cells), pc.list_flatten(cells)
    if not len(texts):
        return
    places = numbers(filled(pc.index_in(texts, value_set=text_array(list(column.codes))), -1)).astype(np.int64) + 1
    pairs = numbers(rows).astype(np.int64) * (len(column.codes) + 1) + places
    _, firsts, times = np.unique(pairs, return_index=True, return_counts=True)
    for place in np.sort(firsts[times > 1]).tolist():
        value = texts[place].as_py()
        yield frame.problem(ProblemCode.REPEATED_CODE, f"{value!r} stands in the list twice", rows[place].as_py(), column.name, value)


def _texts(frame: Frame, column: Column) -> Iterator[Problem]:
    cells = frame.cells(column.name)
    if column.many:
        texts, rows = pc.list_flatten(cells), pc.list_parent_indices(cells)
    else:
        texts, rows = cells, None

    def report(code: ProblemCode, bad: pa.Array, say: Callable[[str], str]) -> Iterator[Problem]:
        for place in true_rows(bad):
            value = texts[place].as_py()
            row = place if rows is None else rows[place].as_py()
            yield frame.problem(code, say(value), row, column.name, value)

    yield from report(ProblemCode.BAD_TEXT, pc.equal(texts, literal("")), lambda _: "found an empty text; what is missing is left out")
    control = pc.match_substring_regex(texts, CONTROL) if _may_hold_control(texts) else constant(False, len(texts))
    yield from report(ProblemCode.BAD_TEXT, control, lambda value: f"{quoted(value)} holds a control character")
    pattern = column.pattern
    if pattern is None:
        return
    fits = pc.match_substring_regex(texts, rf"\A(?:{pattern.regex})\z")
    unfit = pc.and_(pc.invert(fits), pc.and_(pc.not_equal(texts, literal("")), pc.invert(control)))
    yield from report(ProblemCode.PATTERN, unfit, lambda value: f"found {quoted(value)}, expected {pattern.means}")
    digit = column.mark(CheckDigit)
    if digit:
        wrong = _wrong_digit(texts, fits, digit)
        yield from report(
            ProblemCode.CHECK_DIGIT,
            wrong,
            lambda value: f"{value!r} has a wrong check digit; {digit.standard} gives {digit.correct(value)!r}",
        )


def _may_hold_control(texts: pa.Array) -> bool:
    """Whether a byte of the texts is that of a control character, line breaks included, or of a non-character.

    Most columns hold none, and to see that from the bytes takes a tenth of the time that the regular expression takes.
    """
    content = characters(texts)
    if not len(content):
        return False
    pieces = (content[start : start + _PIECE] for start in range(0, len(content), _PIECE))
    return any(piece.min() < 0x20 or (piece == 0x7F).any() for piece in pieces) or _NON_CHARACTER.search(content) is not None  # type: ignore[call-overload]


def _wrong_digit(texts: pa.Array, fits: pa.Array, digit: CheckDigit) -> pa.Array:
    """Which texts have a digit that does not follow from the others; each distinct text is computed once."""
    distinct = pc.unique(pc.filter(texts, filled(fits, False)))
    wrong = [text for text in distinct.to_pylist() if digit.correct(text) != text]
    return pc.is_in(texts, value_set=text_array(wrong))
