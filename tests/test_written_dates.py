"""The words that dates are written in, and the places that errors and readings name."""

from calendar import day_name, month_name
from datetime import date, timedelta

import pytest

from dxgov import DateError, Scope, When
from dxgov.dates import find, read, write
from dxgov.dates.formatter import describe_scope


@pytest.mark.parametrize("month", range(1, 13))
def test_english_names_each_month(month):
    assert write(When("x", f"2024-{month:02}", Scope.WITHIN), "en") == f"{month_name[month]} 2024"
    assert write(When("x", f"2024-{month:02}-09", Scope.EXACT), "en") == f"9 {month_name[month]} 2024"


@pytest.mark.parametrize(
    ("edtf", "scope", "japanese", "english"),
    [
        ("2024-XX", Scope.WITHIN, "令和6年○月", "a month of 2024"),
        ("2024-XX-XX", Scope.WITHIN, "令和6年○月○日", "a day of 2024"),
        ("2024-03-XX", Scope.WITHIN, "令和6年3月○日", "a day of March 2024"),
        ("19XX", Scope.WITHIN, "19XX年", "the years 1900 to 1999"),
        ("199X", Scope.WITHIN, "1990年代", "the 1990s"),
        ("1872-12-31", Scope.EXACT, "1872年12月31日", "31 December 1872"),
        ("1873-01-01", Scope.EXACT, "明治6年1月1日", "1 January 1873"),
        ("1912-07-29", Scope.EXACT, "明治45年7月29日", "29 July 1912"),
        ("1912-07-30", Scope.EXACT, "大正元年7月30日", "30 July 1912"),
        ("1926-12-24", Scope.EXACT, "大正15年12月24日", "24 December 1926"),
        ("1926-12-25", Scope.EXACT, "昭和元年12月25日", "25 December 1926"),
        ("1989-01-07", Scope.EXACT, "昭和64年1月7日", "7 January 1989"),
        ("1989-01-08", Scope.EXACT, "平成元年1月8日", "8 January 1989"),
        ("2019-04-30", Scope.EXACT, "平成31年4月30日", "30 April 2019"),
        ("2019-05-01", Scope.EXACT, "令和元年5月1日", "1 May 2019"),
        ("0999", Scope.WITHIN, "西暦999年", "AD 999"),
        ("1000", Scope.WITHIN, "1000年", "1000"),
        ("2024-21", Scope.WITHIN, "令和6年春", "spring 2024"),
        ("2024-22", Scope.WITHIN, "令和6年夏", "summer 2024"),
        ("2024-23", Scope.WITHIN, "令和6年秋", "autumn 2024"),
        ("2024-24", Scope.WITHIN, "令和6年冬", "winter 2024/25"),
        ("1999-24", Scope.WITHIN, "平成11年冬", "winter 1999/00"),
        ("2024-06-01/2024-06-10", Scope.WITHIN, "令和6年6月上旬", "early June 2024"),
        ("2024-06-11/2024-06-20", Scope.WITHIN, "令和6年6月中旬", "mid-June 2024"),
        ("2024-06-21/2024-06-30", Scope.WITHIN, "令和6年6月下旬", "late June 2024"),
        ("2023-02-21/2023-02-28", Scope.WITHIN, "令和5年2月下旬", "late February 2023"),
        ("2024-06-21/2024-07-30", Scope.THROUGHOUT, "令和6年6月21日から令和6年7月30日まで", "from 21 June 2024 to 30 July 2024"),
        ("2023-06-21/2024-06-30", Scope.THROUGHOUT, "令和5年6月21日から令和6年6月30日まで", "from 21 June 2023 to 30 June 2024"),
        ("2024-06-20/2024-06-30", Scope.THROUGHOUT, "令和6年6月20日から令和6年6月30日まで", "from 20 June 2024 to 30 June 2024"),
        ("2024-05-06/2024-05-12", Scope.WITHIN, "令和6年5月6日の週", "the week of 6 May 2024"),
        ("2024-05-06/2024-05-13", Scope.THROUGHOUT, "令和6年5月6日から令和6年5月13日まで", "from 6 May 2024 to 13 May 2024"),
        ("2024-05-07/2024-05-13", Scope.THROUGHOUT, "令和6年5月7日から令和6年5月13日まで", "from 7 May 2024 to 13 May 2024"),
        ("2024-04-01/2025-03-31", Scope.THROUGHOUT, "令和6年度", "fiscal year 2024 (April 2024 to March 2025)"),
        ("2024-04-01/2026-03-31", Scope.THROUGHOUT, "令和6年4月1日から令和8年3月31日まで", "from 1 April 2024 to 31 March 2026"),
        ("2024-04/..", Scope.FROM, "令和6年4月以降", "from April 2024 on"),
        ("2024-04/", Scope.FROM, "令和6年4月以降（終わりは不明）", "from April 2024 on, end unknown"),
        ("../2024-04", Scope.BY, "令和6年4月まで", "by April 2024"),
        ("/2024-04", Scope.BY, "令和6年4月まで（始まりは不明）", "by April 2024, beginning unknown"),
        ("2024-04~", Scope.WITHIN, "令和6年4月頃", "about April 2024"),
        ("2024-04?", Scope.WITHIN, "令和6年4月？", "April 2024 (uncertain)"),
        ("2024-04%", Scope.WITHIN, "令和6年4月頃？", "about April 2024 (uncertain)"),
        ("2024-04", Scope.THROUGHOUT, "令和6年4月を通じて", "April 2024 (all of it)"),
        ("2024-04-01", Scope.WITHIN, "令和6年4月1日のいずれか", "1 April 2024 (some time in it)"),
        ("2024-04", Scope.EXACT, "令和6年4月の当日", "April 2024 (one day)"),
        ("2024-04", Scope.BY, "令和6年4月を期限に", "April 2024 (as a deadline)"),
        ("2024-04", Scope.FROM, "令和6年4月を起点に", "April 2024 (as a beginning)"),
        ("2024-04/2024-06", Scope.WITHIN, "令和6年4月から令和6年6月までのいずれか", "some time from April 2024 to June 2024"),
        (None, Scope.EXACT, "期日未定", "day not settled"),
        (None, Scope.WITHIN, "未定", "not settled"),
        (None, Scope.THROUGHOUT, "随時", "at any time"),
        (None, Scope.BY, "期限未定", "deadline not settled"),
        (None, Scope.FROM, "開始時期未定", "start not settled"),
    ],
)
def test_a_date_is_written_in_these_words(edtf, scope, japanese, english):
    when = When("x", edtf, scope)
    assert (write(when), write(when, "en")) == (japanese, english)


@pytest.mark.parametrize(
    ("scope", "japanese", "english"),
    [
        (Scope.EXACT, "その日", "one day"),
        (Scope.WITHIN, "期間内のいずれか", "some time in it"),
        (Scope.THROUGHOUT, "期間を通じて", "all of it"),
        (Scope.BY, "期限", "as a deadline"),
        (Scope.FROM, "起点", "as a beginning"),
    ],
)
def test_a_legend_has_words_for_each_scope(scope, japanese, english):
    assert (describe_scope(scope, "ja"), describe_scope(scope, "en")) == (japanese, english)


@pytest.mark.parametrize("day", [date(2024, 4, 1) + timedelta(days=number) for number in range(7)])
def test_the_error_names_both_weekdays(day):
    signs = "月火水木金土日"
    right, wrong = signs[day.weekday()], signs[day.weekday() - 1]
    with pytest.raises(DateError, match=rf"{day} is a {day_name[day.weekday()]} \({right}\), not {wrong}$"):
        read(f"2024年4月{day.day}日({wrong})")


@pytest.mark.parametrize("signs", ["\u200b", "\u200b\ufeff", "\u200b\u200b\u200d"])
@pytest.mark.parametrize("text", ["4月1日", "令和6年\u200b4月1日"])
def test_a_reading_ends_before_trailing_invisible_characters(text, signs):
    source = f"次は{signs}{text}{signs}に開く。"
    (reading,) = find(source, date(2024, 4, 1))
    begin = source.index(text)
    assert (reading.text, reading.span) == (text, (begin, begin + len(text)))


def test_a_day_of_saying_with_an_open_end_is_refused():
    for edtf in ("../2024-06", "2024-06/..", "/2024-06", "2024-06/"):
        with pytest.raises(ValueError, match="which is open"):
            read("今年度", When("x", edtf, Scope.BY))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024年13月", "there is no month 13"),
        ("2024年13月上旬", "there is no month 13"),
        ("2024年0月", "there is no month 0"),
        ("2024年4月31日", "2024-04 has no day 31"),
        ("令和0年4月", "令和 has no year 0"),
        ("平成31年5月1日～令和元年4月30日", "令和 began on 2019-05-01"),
        ("明治5年4月", "Japan counted by the moon"),
        ("2024年春度", "expected the end of the date"),
        ("令和6年度春", "a fiscal year has April and May of one spring"),
        ("2024年4月第6月曜日", "the month has no 6th"),
        ("2024年4月10日～3日", "it ends on 2024-04-03, before it begins on 2024-04-10"),
        ("5年4月1日", "5年 names no era"),
        ("令和3年(2022年)4月", "once as 2021 and once as 2022"),
        ("午前12時", "write 0:00 or 12:00"),
        ("午後13時", "have hours 0 to 11, found 13"),
        ("24:01", "hours run from 0 to 24"),
        ("23:60", "minutes to 59, found 23:60"),
        ("10時～9時", "ends at 09:00, before it begins at 10:00"),
        ("202X年4月", "stands alone"),
        ("○月1日", "neither year nor month is printed"),
        ("第3四半期明け", "明け may be its beginning"),
    ],
)
def test_the_error_says_why(text, reason):
    with pytest.raises(DateError, match=reason):
        read(text, date(2024, 4, 17))


def test_each_of_two_adjoining_dates_that_depend_on_the_day_of_saying_is_named():
    readings = find("今年来年", When("x", "2023-06/2024-06", Scope.WITHIN))
    assert [(reading.text, reading.problem.rpartition(": ")[2]) for reading in readings] == [
        ("今年", "it may be 2023 or 2024"),
        ("来年", "it may be 2024 or 2025"),
    ]
