"""What goes over the bytes of columns says the same as Python does of each text."""

import csv
import io
import json
import pickle
import re
from datetime import date
from difflib import SequenceMatcher, get_close_matches
from itertools import accumulate

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dxgov import AskStrength
from dxgov.errors import did_you_mean, short_repr
from dxgov.formats.csv_cells import parse_cells
from dxgov.formats.csv_stream import Utf8Checker, count_doubled_breaks
from dxgov.formats.csv_writer import encode_csv_lines
from dxgov.schema import Column, Kind
from dxgov.suggestions import SuggestionIndex
from dxgov.tables.arrow import (
    as_dates,
    as_scalar,
    constant_mask,
    contains_any_byte,
    count_occurrences,
    date_array,
    factorize_rows,
    find_empty_texts,
    int_array,
    out_of_range_dates,
    text_array,
    text_bytes,
)

TEXTS = st.lists(st.none() | st.text(st.sampled_from('a,"\r\n 国\ufffe￥\x7f'), max_size=6), max_size=30)


def test_days_that_python_does_not_have():
    found = int_array([None, -719_163, -719_162, 0, 2_932_896, 2_932_897, 2**31 - 1, -(2**31)], pa.date32())
    assert out_of_range_dates(found).tolist() == [1, 5, 6, 7]
    assert out_of_range_dates(found.slice(5)).tolist() == [0, 1, 2]


@given(st.lists(st.none() | st.dates(), max_size=20), st.integers(0, 3))
def test_days_are_python_days(found, start):
    assert as_dates(date_array(found).slice(start)) == found[start:]


@st.composite
def columns(draw):
    """Texts, and an array of them that may begin and end within another one."""
    texts, before, after = draw(TEXTS), draw(TEXTS), draw(TEXTS)
    return texts, text_array([*before, *texts, *after]).slice(len(before), len(texts))


@given(columns())
def test_bytes_are_those_of_the_texts(given):
    texts, array = given
    assert text_bytes(array).tobytes() == "".join(text or "" for text in texts).encode()


@given(columns(), st.lists(st.sampled_from(b'",\r\n\x7f'), min_size=1, max_size=4, unique=True))
def test_texts_that_hold_a_character(given, wanted):
    texts, array = given
    assert contains_any_byte(array, bytes(wanted)).tolist() == [any(chr(each) in (text or "") for each in wanted) for text in texts]


@given(columns())
def test_empty_texts_are_not_missing_ones(given):
    texts, array = given
    assert find_empty_texts(array).tolist() == [place for place, text in enumerate(texts) if text == ""]


def test_what_lies_under_a_missing_text_is_no_text():
    validity, offsets, content = pa.array(["a", "", "bc", ""]).buffers()
    hidden = pa.Array.from_buffers(pa.string(), 4, [pa.py_buffer(b"\x09"), offsets, content])
    assert validity is None
    assert hidden.to_pylist() == ["a", None, None, ""]
    assert find_empty_texts(hidden).tolist() == [3]


@given(st.binary(max_size=60), st.binary(min_size=1, max_size=3))
@example(b"\n\n\n", b"\n\n")
@example(b"", b"ab")
def test_places_of_bytes(content, wanted):
    assert count_occurrences(content, wanted) == sum(content.startswith(wanted, place) for place in range(len(content)))


@pytest.mark.parametrize("wanted", [b"a", b"ab", b"aba"])
def test_places_across_the_pieces_in_which_bytes_are_looked_at(wanted):
    content = b"ab" * 300_000
    assert count_occurrences(content, wanted) == 300_000 - (len(wanted) > 2)


@given(st.booleans(), st.integers(0, 40))
def test_one_truth_value_many_times(value, length):
    assert constant_mask(value, length).to_pylist() == [value] * length


@given(st.text(max_size=120) | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.dates())
@example(1)
@example(True)
@example("あ" * 101)
def test_a_scalar_is_the_value(value):
    scalar = as_scalar(value)
    assert scalar.as_py() == value
    assert type(scalar.as_py()) is type(value)


@given(columns())
def test_a_line_of_csv_reads_back(given):
    texts, array = given
    written = b"".join(encode_csv_lines(["x", "y"], [[array, text_array([text and text[::-1] for text in texts])]])).decode()
    rows = list(csv.reader(io.StringIO(written, newline="")))
    assert rows == [["x", "y"], *([text or "", (text or "")[::-1]] for text in texts)]


def test_texts_that_hold_a_character_far_behind():
    array = text_array(["a" * 200_000, "b" * 100_000 + '"', None, "c", ","])
    assert contains_any_byte(array, b'",').tolist() == [False, True, False, False, True]


DAYS = Column("day", Kind.DATE, required=False)
LISTS = Column("names", Kind.TEXT, required=False, many=True)


@given(st.lists(st.none() | st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z") | st.dates().map(str), max_size=20))
@example(["0000-01-01", "2023-02-29", "2024-02-29", "0001-01-01", "9999-12-31", "2024-4-1"])
def test_days_are_read_as_python_reads_them(texts):
    cells, faults = parse_cells(DAYS, text_array(texts))
    wanted = [_day(text) for text in texts]
    assert cells.to_pylist() == wanted
    assert [fault.row for fault in faults] == [row for row, text in enumerate(texts) if text is not None and wanted[row] is None]


def _day(text):
    try:
        return date.fromisoformat(text) if text and len(text) == len("2024-04-22") else None
    except ValueError:
        return None


@settings(deadline=None)
@given(st.lists(st.none() | st.lists(st.text(max_size=3), max_size=3).map(json.dumps) | st.text(max_size=4), max_size=20))
@example(['["a"]', None, "[", '["a"]', "[]", "[1]", "[", '["\\ud800"]'])
def test_lists_are_read_as_json_reads_them(texts):
    texts = [text or None for text in texts]
    cells, faults = parse_cells(LISTS, text_array(texts))
    wanted = [_list(text) for text in texts]
    assert cells.to_pylist() == [each or [] for each in wanted]
    assert [fault.row for fault in faults] == [row for row, each in enumerate(wanted) if each is None]


def _list(text):
    try:
        found = json.loads(text) if text is not None else []
        return found if isinstance(found, list) and all(isinstance(each, str) and each.encode() is not None for each in found) else None
    except ValueError:
        return None


NAMES = [f"{kind}-{year}-{number:04}" for kind in ("ask", "reply", "面談") for year in (2023, 2024) for number in range(0, 1_000, 7)]


def _slipped(name: str, place: int, kind: str) -> str:
    place %= len(name)
    return {
        "left out": name[:place] + name[place + 1 :],
        "added": f"{name[:place]}x{name[place:]}",
        "other": f"{name[:place]}x{name[place + 1 :]}",
        "exchanged": name[:place] + name[place : place + 2][::-1] + name[place + 2 :],
        "wrapped": f"({name})",
        "capital": name.capitalize(),
    }[kind]


SLIPS = st.tuples(st.integers(0, 20), st.sampled_from(["left out", "added", "other", "exchanged", "wrapped", "capital"]))


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(NAMES), st.lists(SLIPS, min_size=1, max_size=2))
@example("ask-2023-0105", [(0, "wrapped")])
def test_of_many_names_one_is_found_that_is_as_near_as_any(name, slips):
    for slip in slips:
        name = _slipped(name, *slip)
    best = get_close_matches(name, NAMES, n=1)
    found = re.search("did you mean '(.*)'", did_you_mean(name, NAMES))
    assert bool(found) == bool(best)
    if found:
        assert SequenceMatcher(None, name, found[1]).ratio() >= 0.95 * SequenceMatcher(None, name, best[0]).ratio()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("n\u0430me", "; did you mean 'name', without U+0430 CYRILLIC SMALL LETTER A?"),
        ("\uff4eame", "; did you mean 'name', without U+FF4E FULLWIDTH LATIN SMALL LETTER N?"),
        ("na\u200bme", "; did you mean 'name', without U+200B ZERO WIDTH SPACE?"),
        ("n\u0430m\u0435_en", "; did you mean 'name_en', without U+0430 CYRILLIC SMALL LETTER A and U+0435 CYRILLIC SMALL LETTER IE?"),
        ("nmae", "; did you mean 'name'?"),
        ("名称", ""),
        ("委員會", "; did you mean '委員会'?"),
    ],
)
def test_a_letter_that_looks_like_another_is_named(name, said):
    assert did_you_mean(name, ["name", "name_en", "kind", "委員会"]) == said


def test_of_few_names_all_are_looked_at():
    assert SuggestionIndex(NAMES[:150]).find_similar("") == NAMES[:150]
    assert SuggestionIndex([]).find_similar("ask") == []


def test_names_travel_without_what_was_made_of_them():
    names = SuggestionIndex(NAMES)
    small = len(pickle.dumps(names))
    assert names.find_similar("ask-2023-0105")[0] == "ask-2023-0105"
    assert len(pickle.dumps(names)) == small
    assert pickle.loads(pickle.dumps(names)).find_similar("ask-2023-0105")[0] == "ask-2023-0105"  # noqa: S301 - made here


PARTS = [b"a", b"\r", b"\n", *map(str.encode, "é国😀"), b"\xe5", b"\x9b", b"\xf0\x9f"]


@given(st.lists(st.sampled_from(PARTS), max_size=12), st.lists(st.integers(0, 30), max_size=6))
@example(["😀".encode()], [1, 2, 3])
@example([b"\n", b"\r", b"\n", b"\n"], [1, 2, 3])
@example([b"a", b"\n", b"\n", b"\r", b"\r"], [1, 3])
@example([b"a", b"\n", b"\r", b"\n"], [2])
def test_a_file_is_the_same_however_its_bytes_arrive(parts, cuts):
    content = b"".join(parts)
    cuts = sorted({min(cut, len(content)) for cut in cuts})
    pieces = [*(content[start:stop] for start, stop in zip([0, *cuts], [*cuts, len(content)], strict=True) if stop > start), b""]
    text = Utf8Checker()
    try:
        content.decode()
        valid = True
    except UnicodeDecodeError:
        valid = False
    assert all(text.feed(piece) for piece in pieces) == valid
    starts = accumulate(map(len, pieces), initial=0)
    breaks = sum(count_doubled_breaks(content[max(0, start - 2) : start], piece) for start, piece in zip(starts, pieces, strict=False))
    assert breaks == sum(content.startswith(each, place) for each in (b"\n\n", b"\n\r\n", b"\r\r") for place in range(len(content)))


def test_a_code_in_a_message_is_its_text():
    assert short_repr(AskStrength.ACT) == "'act'"


@given(st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from(["b", "", None])), max_size=12))
def test_rows_are_numbered_in_the_order_in_which_they_appear(rows):
    numbers, firsts = factorize_rows([text_array([row[side] for row in rows]) for side in (0, 1)])
    distinct = [*dict.fromkeys(rows)]
    assert numbers.tolist() == [distinct.index(row) for row in rows]
    assert firsts.tolist() == [rows.index(row) for row in distinct]
