"""EDTF bounds and `When`."""

import re
from contextlib import suppress
from datetime import date
from functools import cache

import pytest
from edtf import parse_edtf
from edtf.parser.grammar import level0Expression, level1Expression, level2Expression
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyparsing import ParseException

import dxgov
from dxgov import Basis, Scope, When
from dxgov.dates import bounds
from dxgov.testing import edtf, whens


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024-04-22", "2024-04-22", "2024-04-22"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("202X", "2020-01-01", "2029-12-31"),
        ("19XX", "1900-01-01", "1999-12-31"),
        ("00XX", "0001-01-01", "0099-12-31"),
        ("2024-XX", "2024-01-01", "2024-12-31"),
        ("2024-XX-XX", "2024-01-01", "2024-12-31"),
        ("2024-02-XX", "2024-02-01", "2024-02-29"),
        ("2024-21", "2024-03-01", "2024-05-31"),
        ("2024-22", "2024-06-01", "2024-08-31"),
        ("2024-23", "2024-09-01", "2024-11-30"),
        ("2023-24", "2023-12-01", "2024-02-29"),
        ("2024-04-22?", "2024-04-22", "2024-04-22"),
        ("2023-12~", "2023-12-01", "2023-12-31"),
        ("2024%", "2024-01-01", "2024-12-31"),
        ("2024-04-22?/2024-04-28?", "2024-04-22", "2024-04-28"),
        ("2024-06-01?/2024-06-10?", "2024-06-01", "2024-06-10"),
        ("2021-07/2021-12", "2021-07-01", "2021-12-31"),
        ("../2026-03-31", None, "2026-03-31"),
        ("/2026", None, "2026-12-31"),
        ("2022-03/..", "2022-03-01", None),
        ("2022-03/", "2022-03-01", None),
        ("2024?-04", "2024-04-01", "2024-04-30"),
        ("2024-?04", "2024-04-01", "2024-04-30"),
        ("~2024-04-22", "2024-04-22", "2024-04-22"),
        ("2024-04~-22%", "2024-04-22", "2024-04-22"),
        ("%2024/2025?", "2024-01-01", "2025-12-31"),
        ("0001", "0001-01-01", "0001-12-31"),
        ("9999-12-31", "9999-12-31", "9999-12-31"),
    ],
)
def test_bounds(text, start, end):
    assert bounds(text) == (start and date.fromisoformat(start), end and date.fromisoformat(end))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2023-02-29", "2023-02 has no day 29"),
        ("2024-04-31", "2024-04 has no day 31"),
        ("2024-00", "there is no month 00"),
        ("2024-13", "there is no month 13"),
        ("2024-25", "there is no month 25"),
        ("2024-21-01", "there is no month 21"),
        ("2024-XX-05", "a day needs its month"),
        ("202X-05", "stands alone"),
        ("0000", "years run from 0001 to 9999"),
        ("9999-24", "years run from 0001 to 9999"),
        ("-0044", "expected a date such as"),
        ("Y17000000", "expected a date such as"),
        ("XXXX", "expected a date such as"),
        ("2024??", "expected a date such as"),
        ("2024-04-?", "expected a date such as"),
        ("2024-4-2", "expected a date such as"),
        ("２０２４", "expected a date such as"),
        ("2024-04-22T10:00:00Z", "expected a date such as"),
        ("2024-04-22\n", "expected a date such as"),
        ("", "expected a date such as"),
        ("2024/2023", "ends on 2023-12-31, before it begins on 2024-01-01"),
        ("../..", "an interval without any date says nothing"),
        ("/", "an interval without any date says nothing"),
        ("2024/2025/2026", "expected a date such as"),
    ],
)
def test_what_is_no_date_is_refused(text, said):
    with pytest.raises(ValueError, match=said) as caught:
        bounds(text)
    assert repr(text) in str(caught.value)


@given(st.text(alphabet="0123456789X-/.?~% ", max_size=25) | st.text(max_size=12))
def test_bounds_answers_or_raises_value_error(text):
    try:
        start, end = bounds(text)
    except ValueError:
        return
    assert start is not None or end is not None
    assert start is None or end is None or start <= end


@given(edtf())
def test_generated_dates_are_accepted(text):
    start, end = bounds(text)
    assert start is None or end is None or start <= end


@given(whens(), whens())
def test_dates_are_equal_when_words_and_meaning_are(one, other):
    same = (one.text, one.edtf, one.scope, one.basis) == (other.text, other.edtf, other.scope, other.basis)
    assert (one == other) is same
    assert hash(one) == hash(When(one.text, one.edtf, one.scope, one.basis))


def test_bounds_follow_and_cannot_be_given():
    when = When("6月までに", "../2024-06", Scope.BY)
    assert (when.start, when.end, when.basis) == (None, date(2024, 6, 30), Basis.STATED)
    assert str(when) == "6月までに [../2024-06]"
    assert str(When("随時", None, Scope.THROUGHOUT)) == "随時"
    assert When("随時", None, Scope.THROUGHOUT).start is None
    with pytest.raises(TypeError, match="start"):
        When("6月", "2024-06", Scope.WITHIN, start=date(2024, 6, 1))
    with pytest.raises(ValueError, match="2023-02 has no day 29"):
        When("2月29日", "2023-02-29", Scope.EXACT)
    with pytest.raises(AttributeError):
        when.text = "7月までに"


def when(edtf):
    return When("x", edtf, Scope.WITHIN)


def test_dates_stand_in_a_documented_order():
    dates = ["../2024-06", "../2025", "/2026", "2024", "2024-01", "2024-01-01", "2024-01-01/..", "2024-02", "2025/..", None]
    ordered = sorted(map(when, reversed(dates)))
    assert [each.edtf for each in ordered] == [
        "../2024-06",
        "../2025",
        "/2026",
        "2024-01-01",
        "2024-01",
        "2024",
        "2024-01-01/..",
        "2024-02",
        "2025/..",
        None,
    ]
    with pytest.raises(TypeError):
        assert when("2024") < "2025"


@given(st.lists(whens() | st.none(), min_size=2))
def test_gaps_among_dates_are_put_last_by_the_key_that_the_error_names(dates):
    ordered = sorted(dates, key=lambda when: (when is None, when))
    whens = [each for each in dates if each is not None]
    assert ordered == sorted(whens) + [None] * (len(dates) - len(whens))
    for gap in ([one, None] for one in whens):
        for pair in (gap, gap[::-1]):
            with pytest.raises(TypeError, match=r"sort with key=lambda when: \(when is None, when\)"):
                sorted(pair)


@given(whens(), whens(), whens())
def test_the_order_is_total(one, other, third):
    assert (one < other) + (one == other) + (other < one) == 1
    assert (one <= other) is (one < other or one == other)
    if one < other < third:
        assert one < third


@given(whens(), whens(), st.dates())
def test_relations_agree_with_the_days_that_dates_can_mean(one, other, day):
    assert one.contains(day) is one.overlaps(day)
    assert one.contains(day) is (one.overlaps(when(day.isoformat())))
    assert one.overlaps(other) is other.overlaps(one)
    if one.surely_before(other):
        assert one.maybe_before(other)
        assert not one.overlaps(other)
        assert not other.maybe_before(one)
    if one.contains(day) and other.contains(day):
        assert one.overlaps(other)
        assert not one.surely_before(other)
    if one.start and one.end and other.start and other.end:
        assert one.surely_before(other) is (one.end < other.start)
        assert one.maybe_before(other) is (one.start < other.end)
        assert one.overlaps(other) is (max(one.start, other.start) <= min(one.end, other.end))


@pytest.mark.parametrize(
    ("one", "other", "surely", "maybe", "overlaps"),
    [
        ("2024-04-22/2024-04-28", "2024-04-29/2024-05-05", True, True, False),
        ("2024-04-22/2024-04-28", "2024-04-28", False, True, True),
        ("2024-04-28", "2024-04-22/2024-04-28", False, False, True),
        ("../2024-06", "2024-07", True, True, False),
        ("2024-07", "../2024-06", False, False, False),
        ("2022-03/..", "2024", False, True, True),
        ("2024", "2022-03/..", False, True, True),
        ("2024-06-01", "2024-06-01", False, False, True),
        (None, "2024", False, True, False),
        ("2024", None, False, True, False),
    ],
)
def test_before_and_overlapping(one, other, surely, maybe, overlaps):
    one, other = when(one), when(other)
    assert (one.surely_before(other), one.maybe_before(other), one.overlaps(other)) == (surely, maybe, overlaps)


def test_a_day_is_a_date_too():
    assert when("../2024-06").surely_before(date(2024, 7, 1))
    assert when("../2024-06").maybe_before(date(2020, 1, 1))
    assert when("2024-06").contains(date(2024, 6, 30))
    assert not when("2024-06").contains(date(2024, 7, 1))
    assert not when(None).contains(date(2024, 7, 1))


@cache
def parse_date(text):
    """Parse a date with the grammar of the `edtf` package, level by level: its own function tries all levels, in four times the time."""
    for level in (level0Expression, level1Expression, level2Expression):
        with suppress(ParseException):
            return level.parse_string(text, parse_all=True)[0]
    raise ValueError(text)


def oracle(text):
    """What the `edtf` package says of a date or of an interval between two: first and last day, open ends as ``None``."""
    first, slash, last = text.partition("/")
    ends = [None if each in ("", "..") else parse_date(each) for each in (first, last if slash else first)]
    start, end = (None if each is None else each for each in ends)
    return start and date(*start.lower_strict()[:3]), end and date(*end.upper_strict()[:3])


WINTER = re.compile("-24")
"""The `edtf` package ends winter with December, dxgov with February as Japan's weather service does."""
MARKED_SEASON = re.compile("-2[123][?~%]|[?~%][0-9]{4}-2[123]")
"""The `edtf` package reads no season that is uncertain or approximate."""
CENTURY_OF_NONE = re.compile("(^|/)[?~%]?00(0X|XX)")
"""The first decade and century begin with a year 0 there, and with year 1 here, because there was none."""


@pytest.mark.slow
@settings(max_examples=2000)
@given(edtf())
def test_bounds_agree_with_another_reader(text):
    assume(not any(each.search(text) for each in (WINTER, MARKED_SEASON, CENTURY_OF_NONE)))
    assert bounds(text) == oracle(text)


def test_where_the_other_reader_is_wrong_or_differs():
    assert oracle("2023-24")[1] == date(2023, 12, 31)
    assert bounds("2023-24")[1] == date(2024, 2, 29)
    assert parse_edtf("2023-02-29")
    with pytest.raises(ValueError, match="2023-02 has no day 29"):
        bounds("2023-02-29")


def test_citing_lines_takes_their_digest():
    document = "一行目\n二 行目\r\n\n四行目が"
    cited = dxgov.Citation.of("src-x", document, 2, 4, place="1(2)")
    assert (cited.first_line, cited.last_line, cited.place) == (2, 4, "1(2)")
    assert cited.sha256 == dxgov.Citation.of("src-x", "二行目四行目か\u3099", 1).sha256
    assert str(cited) == "src-x, 1(2), lines 2-4"
    assert str(dxgov.Citation.of("src-x", document, 1)) == "src-x, line 1"
    for first, last in [(0, 1), (3, 2), (1, 5)]:
        with pytest.raises(ValueError, match="the document has lines 1 to 4"):
            dxgov.Citation.of("src-x", document, first, last)
