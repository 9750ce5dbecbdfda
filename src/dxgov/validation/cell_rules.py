"""Rules of a cell's presence, text, pattern, check digit and smallest number."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.characters import BLANK, CONTROL, blanks, text_fault
from dxgov.errors import Problem, ProblemCode, quoted
from dxgov.marks import CheckDigit, Minimum, Pattern, PatternWhere, Ref
from dxgov.schema import Column, Kind, LinkTable, Table
from dxgov.tables.arrow import (
    beginning_with,
    characters,
    constant,
    empty_texts,
    filled,
    literal,
    mask,
    numbers,
    occurrences,
    positions,
    second_controls,
    text_array,
    truths,
    union,
)
from dxgov.validation.batches import Frame, Rule, true_rows
from dxgov.values import LONGEST_ID

_LAYOUT = np.frombuffer(b"\t\n\r", dtype=np.uint8)
_NO_CHARACTERS = b"\xef\xbf"
"""How the two non-characters begin; so does a wide yen sign."""


def cell_rules(table: Table | LinkTable) -> Iterator[Rule]:
    """The rules of the columns of a table."""
    for column in table.stored:
        if column.required:
            yield partial(_missing, column)
        if column.kind is Kind.TEXT:
            yield partial(_bad_text, column)
            if isinstance(table, Table) and column.name in table.key:
                yield partial(_too_long, column)
            if column.pattern:
                yield partial(_unfit, column, column.pattern)
            yield from (partial(_unfit_where, column, mark) for mark in column.marks if isinstance(mark, PatternWhere))
            digit = column.mark(CheckDigit)
            if column.pattern and digit:
                yield partial(_wrong_digit, column, column.pattern, digit)
        if column.many and column.codes:
            yield partial(_repeated, column)
        minimum = column.mark(Minimum)
        if minimum:
            yield partial(_too_small, column, minimum.value)


def _missing(column: Column, frame: Frame) -> Iterator[Problem]:
    cells = frame.cells(column.name)
    if column.many:
        bad = pc.equal(filled(pc.list_value_length(cells), 0), literal(0))
    elif cells.null_count:
        bad = pc.is_null(cells)
    else:
        return
    readable = frame.read(column.name)
    bad = bad if readable is None else pc.and_(bad, readable)
    yield from frame.told(ProblemCode.MISSING_VALUE, column, bad, "found nothing, expected a value")


def _too_small(column: Column, least: int, frame: Frame) -> Iterator[Problem]:
    bad = pc.less(frame.cells(column.name), literal(least))
    yield from frame.told(ProblemCode.TOO_SMALL, column, bad, f"found {{value}}, expected {least} or more")


def _repeated(column: Column, frame: Frame) -> Iterator[Problem]:
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
        yield frame.problem(ProblemCode.REPEATED_CODE, f"{quoted(value)} stands in the list twice", rows[place].as_py(), column.name, value)


def _texts(column: Column, frame: Frame) -> pa.Array:
    """The texts of a column, those of lists one after another."""
    cells = frame.cells(column.name)
    return pc.list_flatten(cells) if column.many else cells


def _distinct_texts(column: Column, frame: Frame) -> pa.Array:
    """Return texts among which each text of a column is at least once: those that refer only once, for few refer to one record each."""
    return frame.encoded(column.name).dictionary if column.has(Ref) and not column.many else _texts(column, frame)


def _told(column: Column, frame: Frame, code: ProblemCode, bad: pa.Array, say: Callable[[str], str]) -> Iterator[Problem]:
    """A problem for each text of the mask `bad`."""
    return _told_at(column, frame, code, true_rows(bad), say)


def _told_at(column: Column, frame: Frame, code: ProblemCode, places: Iterable[int], say: Callable[[str], str]) -> Iterator[Problem]:
    """A problem for each of some texts of a column, counted as `_texts` gives them."""
    places = [*places]
    if not places:
        return
    texts, rows = _texts(column, frame), pc.list_parent_indices(frame.cells(column.name)) if column.many else None
    for place in places:
        value = texts[place].as_py()
        yield frame.problem(code, say(value), place if rows is None else rows[place].as_py(), column.name, value)


def _bad_text(column: Column, frame: Frame) -> Iterator[Problem]:
    """Tell of texts that cannot be stored everywhere; white space in place of a text with a pattern is told where that is looked at."""
    if frame.empty(column.name):
        return
    if len(_bad(column, _distinct_texts(column, frame))):
        places = _bad(column, _texts(column, frame)).tolist()
        yield from _told_at(column, frame, ProblemCode.BAD_TEXT, places, lambda value: str(text_fault(value)))


def _bad(column: Column, texts: pa.Array) -> "np.ndarray[Any, Any]":
    """Return the positions of texts of a column that cannot be stored everywhere."""
    blank = empty_texts(texts) if column.pattern else _blank_texts(texts)
    return union(blank, np.flatnonzero(truths(_controls(texts)))) if _may_hold_control(texts) else blank


def _too_long(column: Column, frame: Frame) -> Iterator[Problem]:
    """Tell of ids that no file could be named by; what refers to one is not told again."""
    most, ids = literal(LONGEST_ID).cast(pa.int32()), frame.cells(column.name)
    if not pc.any(pc.greater(pc.binary_length(ids), most)).as_py():
        return
    bad = pc.greater(pc.utf8_length(ids), most)
    message = f"found {{value}}, expected at most {LONGEST_ID} characters"
    yield from frame.told(ProblemCode.TOO_LARGE, column, bad, message)


def _controls(texts: pa.Array) -> pa.Array:
    return pc.match_substring_regex(texts, CONTROL) if _may_hold_control(texts) else constant(False, len(texts))


def _blank_texts(texts: pa.Array) -> "np.ndarray[Any, Any]":
    """Return the positions of texts that are there and show nothing: empty ones, and those of white space alone."""
    may_be = beginning_with(texts, *_blank_leads())  # few begin as blank ones do, and only they are matched
    if not len(may_be):
        return empty_texts(texts)
    blank = truths(pc.match_substring_regex(texts.take(positions(may_be)), rf"\A{BLANK}\z"))
    return union(empty_texts(texts), may_be[blank])


@cache
def _blank_leads() -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
    """Return which bytes, and which pairs of bytes, a blank text can begin with."""
    pairs = np.zeros((0x100, 0x100), dtype=bool)
    for first, *more in {character.encode()[:2] for character in blanks()}:
        pairs[first, more[0] if more else slice(None)] = True
    return np.asarray(pairs.any(axis=1)), pairs.ravel()


def _unfit(column: Column, pattern: Pattern, frame: Frame) -> Iterator[Problem]:
    if not frame.empty(column.name) and pc.all(_fits(_distinct_texts(column, frame), pattern)).as_py() is False:
        texts = _texts(column, frame)
        unfit = pc.invert(_fits(texts, pattern))
        blank = _blank_texts(texts)
        yield from _told_at(
            column, frame, ProblemCode.BAD_TEXT, np.setdiff1d(blank, empty_texts(texts)).tolist(), lambda value: str(text_fault(value))
        )
        shown = np.ones(len(texts), dtype=bool)
        shown[blank] = False  # and what holds a control character: both are told already
        unfit = pc.and_(unfit, pc.and_(mask(shown), pc.invert(_controls(texts))))
        yield from _told(column, frame, ProblemCode.PATTERN, unfit, lambda value: f"found {quoted(value)}, expected {pattern.means}")


def _unfit_where(column: Column, mark: PatternWhere, frame: Frame) -> Iterator[Problem]:
    """Texts that do not fit what another field demands; those that are told by themselves already are left out."""
    texts = _texts(column, frame)
    held = pc.is_in(frame.texts(mark.other), value_set=text_array(mark.values))
    unfit = pc.and_(held, pc.invert(filled(_fits(texts, mark.pattern), True)))
    if pc.any(unfit).as_py():
        digit = column.mark(CheckDigit)
        distinct = pc.unique(pc.filter(texts, pc.and_(unfit, _fits(texts, column.pattern) if column.pattern else unfit))).to_pylist()
        wrong = text_array([text for text in distinct if not digit or digit.correct(text) == text])
        for row in true_rows(pc.and_(unfit, pc.and_(pc.is_in(texts, value_set=wrong), pc.invert(_controls(texts))))):
            value, other = texts[row].as_py(), frame.texts(mark.other)[row].as_py()
            message = f"found {quoted(value)}, expected {mark.pattern.means} because {mark.other} is {other!r}"
            yield frame.problem(ProblemCode.PATTERN, message, row, column.name, value)


def _fits(texts: pa.Array, pattern: Pattern) -> pa.Array:
    return pc.match_substring_regex(texts, rf"\A(?:{pattern.regex})\z")


def _wrong_digit(column: Column, pattern: Pattern, digit: CheckDigit, frame: Frame) -> Iterator[Problem]:
    """Texts with a digit that does not follow from the others; each distinct text is computed once."""
    texts = _texts(column, frame)
    distinct = pc.unique(pc.filter(texts, filled(_fits(texts, pattern), False)))
    wrong = [text for text in distinct.to_pylist() if digit.correct(text) != text]

    def say(value: str) -> str:
        return f"{value!r} has a wrong check digit; {digit.standard} gives {digit.correct(value)!r}"

    if wrong:
        yield from _told(column, frame, ProblemCode.CHECK_DIGIT, pc.is_in(texts, value_set=text_array(wrong)), say)


def _may_hold_control(texts: pa.Array) -> bool:
    """Whether a byte of the texts is that of a control character or of a non-character.

    Most columns hold none, and to see that from the bytes takes a tenth of the time that the regular expression takes.
    """
    content = characters(texts)
    if not len(content):
        return False
    if int(content.min()) < 0x20 and not np.isin(content[content < 0x20], _LAYOUT).all():
        return True
    if int(content.max()) < 0x7F:  # ASCII alone, as most columns hold
        return False
    whole = content.tobytes()
    return b"\x7f" in whole or second_controls(whole) or occurrences(content, _NO_CHARACTERS) > 0
