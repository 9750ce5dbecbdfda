"""Rules of one cell: presence, text, pattern, check digit and minimum."""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache, partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.characters import BLANK_PATTERN, find_text_fault, list_blank_characters
from dxgov.errors import Problem, ProblemCode, short_repr
from dxgov.languages import Message
from dxgov.marks import CheckDigit, Minimum, Pattern, PatternWhere
from dxgov.schema import Column, Kind, LinkTable, Table
from dxgov.tables.arrow import (
    as_numpy,
    as_scalar,
    fill_null,
    find_empty_texts,
    find_texts_by_prefix,
    index_array,
    mask_as_numpy,
    merge_sorted,
    text_array,
)
from dxgov.validation.batches import RowBatch, Rule, find_true_rows, match_pattern
from dxgov.validation.unusual_texts import find_unusual_texts
from dxgov.values import LONGEST_ID


def build_cell_rules(table: Table | LinkTable, names: Collection[str] | None = None) -> Iterator[Rule]:
    """Yield the rules of the columns of a table, in report order; of those in `names`, or of all."""
    for column in table.stored:
        if names is not None and column.name not in names:
            continue
        if column.required:
            yield partial(_check_present, column)
        if column.kind is Kind.TEXT:
            yield partial(_check_text, column)
            if isinstance(table, Table) and column.name in table.key:
                yield partial(_check_id_length, column)
            if column.pattern:
                yield partial(_check_pattern, column, column.pattern)
            yield from (partial(_check_conditional_pattern, column, mark) for mark in column.marks if isinstance(mark, PatternWhere))
            check_digit = column.mark(CheckDigit)
            if column.pattern and check_digit:
                yield partial(_check_check_digit, column, column.pattern, check_digit)
        if column.many and column.codes:
            yield partial(_check_repeated_codes, column)
        minimum = column.mark(Minimum)
        if minimum:
            yield partial(_check_minimum, column, minimum.value)


def _check_present(column: Column, batch: RowBatch) -> Iterator[Problem]:
    """Report empty cells and empty lists."""
    cells = batch.cells(column.name)
    if column.many:
        bad = pc.equal(fill_null(pc.list_value_length(cells), 0), as_scalar(0))
    elif cells.null_count:
        bad = pc.is_null(cells)
    else:
        return
    parsed = batch.parsed_mask(column.name)
    bad = bad if parsed is None else pc.and_(bad, parsed)
    yield from batch.problems_for_mask(
        ProblemCode.MISSING_VALUE, column, bad, partial(Message, "found nothing, expected a value", "必須の値がない。")
    )


def _check_minimum(column: Column, minimum: int, batch: RowBatch) -> Iterator[Problem]:
    """Report numbers below the minimum."""
    bad = pc.less(batch.cells(column.name), as_scalar(minimum))
    message = partial(Message, "found {value}, expected {minimum} or more", "値は{value}。期待する値は{minimum}以上。", minimum=minimum)
    yield from batch.problems_for_mask(ProblemCode.TOO_SMALL, column, bad, message)


def _check_repeated_codes(column: Column, batch: RowBatch) -> Iterator[Problem]:
    """Report lists with a code more than once, which would be counted more than once."""
    cells = batch.cells(column.name)
    rows, texts = pc.list_parent_indices(cells), pc.list_flatten(cells)
    if not len(texts):
        return
    # Number the pairs of row and code, and find those that occur more than once.
    codes = as_numpy(fill_null(pc.index_in(texts, value_set=text_array(list(column.codes))), -1)).astype(np.int64) + 1
    pairs = as_numpy(rows).astype(np.int64) * (len(column.codes) + 1) + codes
    _, firsts, counts = np.unique(pairs, return_index=True, return_counts=True)
    for index in np.sort(firsts[counts > 1]).tolist():
        value = texts[index].as_py()
        message = Message("{value} stands in the list twice", "{value}が一覧に二度ある。", value=short_repr(value))
        yield batch.problem(ProblemCode.REPEATED_CODE, message, rows[index].as_py(), column.name, value)


def _report_mask(column: Column, batch: RowBatch, code: ProblemCode, bad: pa.Array, get_message: Callable[[str], str]) -> Iterator[Problem]:
    """Yield a problem for each text where the mask `bad` is true."""
    return _report_texts(column, batch, code, find_true_rows(bad), get_message)


def _report_texts(
    column: Column, batch: RowBatch, code: ProblemCode, indices: Iterable[int], get_message: Callable[[str], str]
) -> Iterator[Problem]:
    """Yield a problem for each text at some indices of `RowBatch.flat_texts`."""
    indices = [*indices]
    if not indices:
        return
    texts, rows = batch.flat_texts(column), pc.list_parent_indices(batch.cells(column.name)) if column.many else None
    for index in indices:
        value = texts[index].as_py()
        yield batch.problem(code, get_message(value), index if rows is None else rows[index].as_py(), column.name, value)


def _check_text(column: Column, batch: RowBatch) -> Iterator[Problem]:
    """Report texts that cannot be stored everywhere. White space alone is left to `_check_pattern` if there is a pattern."""
    if batch.is_empty(column.name):
        return
    find_blank = find_empty_texts if column.pattern else _find_blank_texts
    blank = batch.locate_texts(column, find_blank(batch.distinct_texts(column)))
    bad = merge_sorted(blank, batch.find_unusual_texts(column).controls)
    yield from _report_texts(column, batch, ProblemCode.BAD_TEXT, bad.tolist(), lambda value: str(find_text_fault(value)))


def _check_id_length(column: Column, batch: RowBatch) -> Iterator[Problem]:
    """Report ids that are too long for the name of a file; references to them are not reported again."""
    maximum, ids = as_scalar(LONGEST_ID).cast(pa.int32()), batch.cells(column.name)
    # Count characters only if some id has more bytes than the maximum, which is faster to see.
    if not pc.any(pc.greater(pc.binary_length(ids), maximum)).as_py():
        return
    bad = pc.greater(pc.utf8_length(ids), maximum)
    message = partial(
        Message, "found {value}, expected at most {maximum} characters", "値は{value}。長さは{maximum}字以内とする。", maximum=LONGEST_ID
    )
    yield from batch.problems_for_mask(ProblemCode.TOO_LARGE, column, bad, message)


def _find_blank_texts(texts: pa.Array) -> "np.ndarray[Any, Any]":
    """Return the indices of texts without a visible character: empty ones, and those of white space alone."""
    candidates = find_texts_by_prefix(texts, *_list_blank_prefixes())  # few texts begin as blank ones do, and only they are matched
    if not len(candidates):
        return find_empty_texts(texts)
    blank = mask_as_numpy(pc.match_substring_regex(texts.take(index_array(candidates)), rf"\A{BLANK_PATTERN}\z"))
    return merge_sorted(find_empty_texts(texts), candidates[blank])


@cache
def _list_blank_prefixes() -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
    """Return masks of the first bytes, and of the first pairs of bytes, that a blank text can have."""
    pairs = np.zeros((0x100, 0x100), dtype=bool)
    for first, *more in {character.encode()[:2] for character in list_blank_characters()}:
        pairs[first, more[0] if more else slice(None)] = True
    return np.asarray(pairs.any(axis=1)), pairs.ravel()


def _check_pattern(column: Column, pattern: Pattern, batch: RowBatch) -> Iterator[Problem]:
    """Report texts that do not match the pattern of their column."""
    indices = batch.find_unmatched_texts(column, pattern)
    if not len(indices):
        return
    # Report texts of white space as such. Empty ones, and those with control characters, are reported already.
    texts = batch.flat_texts(column).take(index_array(indices))
    blank, empty = _find_blank_texts(texts), find_empty_texts(texts)
    spaces = indices[np.setdiff1d(blank, empty)].tolist()
    yield from _report_texts(column, batch, ProblemCode.BAD_TEXT, spaces, lambda value: str(find_text_fault(value)))
    others = np.setdiff1d(np.arange(len(texts)), merge_sorted(blank, find_unusual_texts(texts).controls))
    message = partial(Message, "found {value}, expected {pattern}", "値は{value}。期待する値は{pattern}。", pattern=pattern.meaning)
    yield from _report_texts(column, batch, ProblemCode.PATTERN, indices[others].tolist(), lambda value: message(value=short_repr(value)))


def _check_conditional_pattern(column: Column, mark: PatternWhere, batch: RowBatch) -> Iterator[Problem]:
    """Report texts that do not match the pattern that applies because of another column's value."""
    texts = batch.flat_texts(column)
    applies = pc.is_in(batch.texts(mark.other), value_set=text_array(mark.values))
    unmatched = pc.and_(applies, pc.invert(fill_null(match_pattern(texts, mark.pattern), True)))
    if pc.any(unmatched).as_py():
        # Leave out texts that are reported already: for the pattern of the column, the check digit, or control characters.
        check_digit = column.mark(CheckDigit)
        distinct = pc.unique(
            pc.filter(texts, pc.and_(unmatched, match_pattern(texts, column.pattern) if column.pattern else unmatched))
        ).to_pylist()
        wrong = text_array([text for text in distinct if not check_digit or check_digit.correct(text) == text])
        controls = {*batch.find_unusual_texts(column).controls.tolist()}
        for row in find_true_rows(pc.and_(unmatched, pc.is_in(texts, value_set=wrong))):
            if row in controls:
                continue
            value, condition = texts[row].as_py(), batch.texts(mark.other)[row].as_py()
            message = Message(
                "found {value}, expected {pattern} because {other} is {condition!r}",
                "値は{value}。{other}が{condition!r}であるため、期待する値は{pattern}。",
                value=short_repr(value),
                pattern=mark.pattern.meaning,
                other=mark.other,
                condition=condition,
            )
            yield batch.problem(ProblemCode.PATTERN, message, row, column.name, value)


def _check_check_digit(column: Column, pattern: Pattern, check_digit: CheckDigit, batch: RowBatch) -> Iterator[Problem]:
    """Report texts with a wrong check digit; each distinct text is computed once."""
    distinct = pc.unique(batch.distinct_texts(column))
    numbers = distinct.filter(fill_null(match_pattern(distinct, pattern), False)).to_pylist()
    wrong = [text for text in numbers if check_digit.correct(text) != text]

    def get_message(value: str) -> str:
        return Message(
            "{value!r} has a wrong check digit; {standard} gives {correct!r}",
            "{value!r}の検査数字が誤っている。{standard}で計算すると{correct!r}になる。",
            value=value,
            standard=check_digit.standard,
            correct=check_digit.correct(value),
        )

    if wrong:
        bad = pc.is_in(batch.flat_texts(column), value_set=text_array(wrong))
        yield from _report_mask(column, batch, ProblemCode.CHECK_DIGIT, bad, get_message)
