"""Bounds of EDTF strings.

EDTF is the Library of Congress's Extended Date/Time Format of 2019, since then part of ISO 8601-2. dxgov accepts levels 0 and 1
without clock times: years, months, days, seasons, ``X`` for unspecified digits, and intervals with ends that are open (``..``) or
unknown (empty). ``?`` ``~`` ``%`` may follow a date or, as in level 2, precede or follow each of its parts.
Years run from 0001 to 9999, as in Python.
"""

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

from dxgov.languages import Message

_DATE = re.compile(
    r"""[?~%]? (?P<year>[0-9]{4} | [0-9]{3}X | [0-9]{2}XX) [?~%]?
        (?: -[?~%]? (?P<month>[0-9]{2} | XX) [?~%]? (?: -[?~%]? (?P<day>[0-9]{2} | XX) [?~%]? )? )?""",
    re.VERBOSE,
)
_SEASONS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 14)}
"""First and last month of spring, summer, autumn and winter by Japan's weather service; winter ends in the next February (14)."""

_EXPECTED = Message(
    "a date such as 2024-04-22, 2024-06, 2024-21 (spring), 202X or 2024-04-22?, or an interval of two such dates",
    "2024-04-22、2024-06、2024-21（春）、202X、2024-04-22?などの日付、または二つの日付からなる期間",
)


def bounds(edtf: str) -> tuple[date | None, date | None]:
    """Return the first and the last day that `edtf` can mean; ``None`` for an end that is open or unknown.

    Qualifiers do not widen the bounds, because their extent is unknown.

    >>> bounds("2024-02")
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    >>> bounds("../2026-03-31")
    (None, datetime.date(2026, 3, 31))

    Raises:
        TypeError: `edtf` is not text.
        ValueError: `edtf` is not EDTF of level 0 or 1, names a day that does not exist, ends before it begins, has a clock
            time, or lies outside the years 0001 to 9999.
    """
    if not isinstance(edtf, str):
        raise TypeError(f"found {edtf!r}, expected an EDTF text")
    return _parse_bounds(edtf)


@lru_cache(maxsize=65_536)
def _parse_bounds(edtf: str) -> tuple[date | None, date | None]:
    """Parse the bounds of an EDTF string; cached, because data sets repeat dates."""
    if len(edtf) == 10 and edtf[5] != "W":  # a plain day, by far the most common
        try:
            day = date.fromisoformat(edtf)
        except ValueError:
            pass  # the general parser raises the reason
        else:
            return day, day
    first, slash, last = edtf.partition("/")
    if not slash:
        return _parse_date(edtf, edtf)
    start = None if first in ("", "..") else _parse_date(first, edtf)[0]
    end = None if last in ("", "..") else _parse_date(last, edtf)[1]
    if start is None and end is None:
        raise _make_error(
            edtf, Message("an interval without any date says nothing; leave the EDTF empty", "日付のない期間は何も示さない。EDTFを空にする")
        )
    if start is not None and end is not None and end < start:
        raise _make_error(
            edtf,
            Message(
                "the interval ends on {end}, before it begins on {start}",
                "期間の終わり（{end}）が始まり（{start}）より前である",
                end=end,
                start=start,
            ),
        )
    return start, end


_YEARS = Message("years run from 0001 to 9999", "年は0001から9999までとする")


def _make_error(edtf: str, reason: Message) -> ValueError:
    return ValueError(Message("EDTF {edtf!r}: {reason}", "EDTF {edtf!r}：{reason}。", edtf=edtf, reason=reason))


def _parse_date(date_text: str, edtf: str) -> tuple[date, date]:
    """Return the first and last day of a single date; `edtf` is the full text for messages."""
    match = _DATE.fullmatch(date_text)
    if match is None:
        raise _make_error(
            edtf,
            Message(
                "found {text!r}, expected {expected}",
                "{text!r}は日付として読めない。期待する値は{expected}",
                text=date_text,
                expected=_EXPECTED,
            ),
        )
    year, month, day = match["year"], match["month"], match["day"]
    if "X" in year and month:
        raise _make_error(
            edtf,
            Message("a year with unspecified digits stands alone, without month or day", "不明な桁のある年に月や日を付けることはできない"),
        )
    if month == "XX" and day not in (None, "XX"):
        raise _make_error(edtf, Message("a day needs its month", "日だけがあり、月がない"))
    first_year, last_year = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if first_year < 1 and "X" not in year:
        raise _make_error(edtf, _YEARS)
    first_year = max(first_year, 1)
    if month is None or month == "XX":
        return date(first_year, 1, 1), date(last_year, 12, 31)
    return _compute_month_bounds(first_year, int(month), day, edtf)


def _compute_month_bounds(year: int, month: int, day: str | None, edtf: str) -> tuple[date, date]:
    if month in _SEASONS and day is None:
        first_month, last_month_index = _SEASONS[month]
        last_year, last_month = (year, last_month_index) if last_month_index <= 12 else (year + 1, last_month_index - 12)
        if last_year > 9999:
            raise _make_error(edtf, _YEARS)
        return date(year, first_month, 1), date(last_year, last_month, monthrange(last_year, last_month)[1])
    if not 1 <= month <= 12:
        raise _make_error(edtf, Message("there is no month {month:02}", "{month:02}月はない", month=month))
    month_length = monthrange(year, month)[1]
    if day is None or day == "XX":
        return date(year, month, 1), date(year, month, month_length)
    if not 1 <= int(day) <= month_length:
        raise _make_error(
            edtf, Message("{year:04}-{month:02} has no day {day}", "{year:04}-{month:02}に{day}日はない", year=year, month=month, day=day)
        )
    return date(year, month, int(day)), date(year, month, int(day))
