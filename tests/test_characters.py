"""Checks of batches of texts find what checks of each text find."""

import re
import unicodedata
from itertools import chain

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dxgov import Dataset, ProblemCode
from dxgov.characters import find_text_fault, is_control, is_suspicious, list_blank_characters
from dxgov.marks import PatternWhere, Ref
from dxgov.schema import Kind, model_of
from dxgov.tables.arrow import find_texts_at_offsets, find_uncommon_characters, find_voicing_marks, index_array, int_array, text_array
from dxgov.validation import RowBatch
from dxgov.validation.cell_rules import _find_blank_texts, build_cell_rules
from dxgov.validation.key_summary import _find_first_rows
from dxgov.validation.unusual_texts import find_unusual_texts

pytestmark = pytest.mark.slow


CELLS = [
    (table, column)
    for table in model_of(Dataset).tables.values()
    for column in table.stored
    if column.kind is Kind.TEXT and not column.many
]

PIECES = [
    "a",
    "0",
    "-",
    " ",
    "\t",
    "\n",
    "\r",
    "\x00",
    "\x1f",
    "\x7f",
    "\x80",
    "\x9f",
    "\xa0",
    "\xb7",
    "\u200b",
    "\u3000",
    "あ",
    "￥",
    "\ufeff",
]
PIECES += ["\ufffd", "\ufffe", "\uffff", "😀", "\U000e0001", "src-a", "req-ask-1"]

FEW = st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=["Cs"]), min_size=1, max_size=2)
"""Few pieces, so that often all that is strange in a batch is one of them."""

TEXTS = FEW.flatmap(lambda few: st.lists(st.none() | st.lists(st.sampled_from(["a", *few]), max_size=4).map("".join), max_size=6))


def encode(texts, unused):
    """Return a dictionary array as some file might have it, with `unused` texts, and with others twice."""
    filled = [text for text in texts if text is not None]
    dictionary = [text for text in unused if text is not None] + filled
    places = [None if text is None else len(dictionary) - len(filled) + filled.index(text) for text in texts]
    return pa.DictionaryArray.from_arrays(int_array(places, pa.int32()), text_array(dictionary))


@given(TEXTS, TEXTS, st.integers(0, 3))
def test_the_first_rows_of_encoded_texts_are_those_of_the_texts(texts, unused, start):
    first_rows = _find_first_rows(encode(texts, unused).slice(start), index_array(range(start, len(texts))))
    expected = {text: texts.index(text, start) for text in texts[start:] if text is not None}
    assert dict(zip(first_rows["key"].to_pylist(), first_rows["row"].to_pylist(), strict=True)) == expected
    assert first_rows.num_rows == len(expected)


@given(st.sampled_from(CELLS), TEXTS, st.none() | TEXTS)
@example(next(cell for cell in CELLS if cell[1].name == "note"), ["a", "a\x7f"], None)
@example(next(cell for cell in CELLS if cell[1].name == "note"), ["a", "a\x00\n"], None)
@example(next(cell for cell in CELLS if cell[1].name == "note"), ["a", None, ""], ["\x00", "a"])
@example(next(cell for cell in CELLS if cell[1].has(Ref)), ["a", "a\x9f", None, "あ"], None)
def test_a_batch_of_texts_is_judged_as_each_of_them_is(cell, texts, unused):
    table, column = cell
    texts += texts[:2]  # as what refers comes again
    ids = text_array([f"id-{row}" for row in range(len(texts))])
    dictionaries = {} if unused is None else {column.name: encode(texts, unused)}
    frame = RowBatch(table, pa.table({table.key[0]: ids, column.name: text_array(texts)}), dictionaries=dictionaries)
    codes = {ProblemCode.BAD_TEXT, ProblemCode.PATTERN}
    own = [
        rule for rule in build_cell_rules(table) if rule.args[0] is column and not any(isinstance(each, PatternWhere) for each in rule.args)
    ]
    problems = [problem for rule in own for problem in rule(frame) if problem.code in codes]
    faults = [(row, find_text_fault(text), text) for row, text in enumerate(texts) if text is not None]
    expected = {row: ProblemCode.BAD_TEXT for row, fault, _ in faults if fault}
    unfit = {row for row, fault, text in faults if column.pattern and not fault and not re.fullmatch(column.pattern.regex, text)}
    assert sorted((problem.row - 1, problem.code) for problem in problems) == sorted(
        {**expected, **dict.fromkeys(unfit, ProblemCode.PATTERN)}.items()
    )


@given(st.lists(st.none() | st.text(max_size=5), max_size=20), st.integers(0, 3))
@example([None, "", "か\u3099", "\u0301", "海\U000e0100x", "ﾃ\x82\x99"], 1)
@example(["（１）Ａ", "\uff00", "\x7f", "a\x1f", "＠\uff40"], 0)
def test_uncommon_characters_are_those_of_the_texts(texts, start):
    array = text_array(texts).slice(start)
    offsets, code_points = find_uncommon_characters(array)
    common = {*map(chr, chain(range(0x20, 0x7F), range(0x3000, 0xA000), range(0xFF01, 0xFF40)))}
    uncommon = [[character for character in text or "" if character not in common] for text in texts[start:]]
    assert [*map(chr, code_points.tolist())] == [*chain.from_iterable(uncommon)]
    assert offsets.tolist() == sorted(offsets.tolist())
    assert find_texts_at_offsets(array, offsets).tolist() == [row for row, characters in enumerate(uncommon) if characters]


@given(st.lists(st.none() | st.text(st.sampled_from("aが゚あ\x99é"), max_size=5), max_size=20), st.integers(0, 3))
def test_voicing_marks_are_those_of_the_texts(texts, start):
    array = text_array(texts).slice(start)
    marked = [row for row, text in enumerate(texts[start:]) if {"\u3099", "\u309a"} & {*(text or "")}]
    assert find_texts_at_offsets(array, find_voicing_marks(array)).tolist() == marked


@given(TEXTS)
def test_unusual_texts_are_those_with_such_characters(texts):
    unusual = find_unusual_texts(text_array(texts))
    for kind, is_such in [("controls", is_control), ("line_breaks", "\r\n".__contains__), ("suspicious", is_suspicious)]:
        expected = [row for row, text in enumerate(texts) if any(map(is_such, text or ""))]
        marks = [row for row, text in enumerate(texts) if {"\u3099", "\u309a"} & {*(text or "")}]
        assert {*getattr(unusual, kind).tolist()} | {*marks} == {*expected, *marks}


def test_what_lies_under_a_missing_text_is_not_unusual():
    _, offsets, content = pa.array(["a", "\x7f", "\u200b"]).buffers()
    hidden = pa.Array.from_buffers(pa.string(), 3, [pa.py_buffer(b"\x05"), offsets, content])
    assert not len(find_unusual_texts(hidden).controls)


@given(
    st.lists(st.none() | st.text(st.sampled_from("a海「\u3000\u3164 \n\xa0\xad\u200b\u2800\ufeff\U000e0100・"), max_size=4), max_size=20)
)
def test_blank_texts_are_found_by_their_bytes(texts):
    blank = [row for row, text in enumerate(texts) if text is not None and all(each in {*list_blank_characters()} for each in text)]
    assert _find_blank_texts(text_array(texts)).tolist() == blank


@given(st.text(st.characters()))
@example("".join(map(chr, range(0xA0))))
def test_a_text_is_refused_for_a_reason(text):
    fault = find_text_fault(text)
    bad = not text or any(unicodedata.category(each) == "Cs" for each in text) or all(each in {*list_blank_characters()} for each in text)
    bad = bad or any((unicodedata.category(each) == "Cc" and each not in "\t\n\r") or each in "\ufffe\uffff" for each in text)
    assert bool(fault) == bad
