"""Business days, held against another library of holidays."""

import subprocess
import sys
import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxgov import NotInstalledError, Scope, When
from dxgov.dates import business_days
from dxgov.testing import whens

holidays = pytest.importorskip("holidays")
jpholiday = pytest.importorskip("jpholiday")

FIRST, LAST = date(1992, 5, 1), date(2099, 12, 31)


def when(edtf: str | None) -> When:
    return When("x", edtf, Scope.WITHIN)


def open_days(edtf: str) -> list[str]:
    return [str(day) for day in business_days(when(edtf))]


def test_the_week_of_29_april_holds_three():
    week = When("4月29日の週", "2024-04-29/2024-05-05", Scope.WITHIN)
    assert business_days(week) == (date(2024, 4, 30), date(2024, 5, 1), date(2024, 5, 2))


@pytest.mark.parametrize(
    ("edtf", "expected"),
    [
        ("2023-12-25/2024-01-08", ["12-25", "12-26", "12-27", "12-28", "01-04", "01-05"]),
        ("2019-04-27/2019-05-06", []),
        ("2024-08-10/2024-08-13", ["08-13"]),
        ("2026-09-19/2026-09-24", ["09-24"]),
        ("2020-07-20/2020-07-26", ["07-20", "07-21", "07-22"]),
        ("2021-10-11", ["10-11"]),
        ("2024-04-22?", ["04-22"]),
        ("2024-04-21", []),
    ],
)
def test_offices_close_on_holidays_and_at_the_turn_of_the_year(edtf: str, expected: list[str]):
    assert [day[5:] for day in open_days(edtf)] == expected


def test_years_have_as_many_as_they_have():
    assert len(open_days("2024")) == 366 - 104 - 14 - 4
    assert all(236 <= len(open_days(f"{year}")) <= 250 for year in range(1993, 2100))


@pytest.mark.parametrize(
    ("edtf", "said"),
    [
        ("../2024-06", "x \\[../2024-06\\] is open at its start"),
        ("2024-06/..", "is open at its end"),
        (None, "x names no day"),
        ("1992-04-30", "outside the days for which holidays are known: 1992-05-01 to 2099-12-31"),
        ("1992", "outside"),
        ("2099-12-31/2100-01-01", "outside"),
        ("2100", "outside"),
        ("20XX/2199", "outside"),
        ("0001/9999", "outside"),
    ],
)
def test_what_cannot_be_known_is_refused(edtf: str | None, said: str):
    with pytest.raises(ValueError, match=said):
        business_days(when(edtf))


def test_the_whole_range_is_quick():
    started = time.perf_counter()
    days = business_days(when(f"{FIRST}/{LAST}"))
    assert (days[0], days[-1]) == (FIRST, date(2099, 12, 28))
    assert time.perf_counter() - started < 5


@given(whens())
def test_any_date_is_answered_or_refused(one: When):
    try:
        days = business_days(one)
    except ValueError:
        assert one.start is None or one.end is None or one.start < FIRST or one.end > LAST
        return
    assert list(days) == sorted(set(days))
    assert all(one.contains(day) and day.weekday() < 5 for day in days)


@given(st.dates(FIRST, LAST), st.integers(0, 40))
def test_another_library_finds_the_same_days(day: date, length: int):
    span = [each for number in range(length + 1) if (each := day + timedelta(days=number)) <= LAST]
    turn = [(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)]
    expected = [day for day in span if day.weekday() < 5 and not jpholiday.is_holiday(day) and (day.month, day.day) not in turn]
    assert list(business_days(when(f"{span[0]}/{span[-1]}"))) == expected


def test_two_libraries_know_the_same_holidays_of_the_years_that_matter():
    years = range(1993, 2036)
    known = set(holidays.country_holidays("JP", years=years))
    assert known == {each.date for year in years for each in jpholiday.JPHoliday().year_holidays(year)}


def test_the_library_is_loaded_when_it_is_used_and_missed_by_name(monkeypatch: pytest.MonkeyPatch):
    code = "import sys, dxgov.dates; print('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(NotInstalledError, match=r"holidays is not installed; pip install 'dxgov\[business\]'"):
        business_days(when("2024-04"))
    with pytest.raises(ValueError, match="is open at its end"):
        business_days(when("2024-04/.."))
