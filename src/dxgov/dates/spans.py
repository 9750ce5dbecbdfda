"""The days that words mean in a given year and month."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from attrs import define

from dxgov.dates.choices import Choices
from dxgov.dates.edtf import bounds
from dxgov.dates.grammar import FaultError, Words
from dxgov.dates.when import Basis, Scope

_MONTH_PARTS = {
    "early": (1, 10),
    "middle": (11, 20),
    "late": (21, 31),
    "mid": (11, 20),
    "early_middle": (1, 20),
    "middle_late": (11, 31),
    "first_half": (1, 15),
    "second_half": (16, 31),
}


@define
class Span:
    """The days that the words of a date mean: two EDTF dates, the same twice where one says it all."""

    first: str
    last: str
    scope: Scope
    start: date
    end: date
    basis: Basis = Basis.STATED
    year: int = 0
    month: int | None = None
    approximate: bool = False
    sharp: str | None = None
    """The one day that is meant where the words count to it, as 年末 does in 年末までに."""


def span_in(words: Words, year: int, month: Any, choices: Choices) -> Span:
    """The span in a given year."""
    try:
        if month is None:
            span = _of_year(words, year, choices)
        else:
            if words.fiscal and month != "XX" and month < 4:
                year += 1
            span = _of_month(words, year, month, choices)
        if words.edge == "end":
            span = days(span.end, None, Scope.EXACT)
        elif words.edge == "beginning":
            span = _about(days(span.start, None, Scope.WITHIN))
    except (ValueError, OverflowError) as error:
        raise FaultError(said_of(error), words.begin) from None
    span.year = year
    span.month = None if month == "XX" else month
    return span


def _of_year(words: Words, year: int, choices: Choices) -> Span:
    fiscal = words.fiscal
    split = fiscal or choices.halves == "fiscal"
    match words.part:
        case None if fiscal:
            return days(date(year, 4, 1), date(year + 1, 3, 31), Scope.THROUGHOUT)
        case None:
            return single(f"{year:04}", f"{year:04}", Scope.WITHIN, words)
        case "end" if fiscal:
            return days(date(year + 1, 3, 31), None, Scope.EXACT)
        case "end":
            return _about(single(f"{year:04}-12", f"{year:04}-12", Scope.WITHIN, words), sharp=f"{year:04}-12-31")
        case "beginning" if fiscal:
            return _about(days(date(year, 4, 1), None, Scope.WITHIN))
        case "beginning":
            return _about(single(f"{year:04}-01", f"{year:04}-01", Scope.WITHIN, words))
        case "turn":
            return _about(single(f"{year:04}-12", f"{year + 1:04}-01", Scope.THROUGHOUT, words))
        case "first_half":
            return _months(year, 4 if split else 1, 6, words)
        case "second_half":
            return _months(year, 10 if split else 7, 6, words)
        case "quarter":
            return _months(year, (words.nth - 1) * 3 + (4 if split else 1), 3, words)
        case "decade" if words.era:
            return single(f"{year:04}", f"{year + 9:04}", Scope.WITHIN, words)
        case "decade" if year % 10 == 0:
            return single(f"{year // 10:03}X", f"{year // 10:03}X", Scope.WITHIN, words)
        case "season" if fiscal and words.nth == 21:
            raise FaultError("a fiscal year has April and May of one spring and March of another", words.begin)
        case "season":
            season = f"{year - (words.nth == 24 and choices.winter == 'ends' and not fiscal):04}-{words.nth}"
            return single(season, season, Scope.WITHIN, words)
    raise FaultError("a year has no such part", words.begin)


def _months(year: int, first: int, count: int, words: Words) -> Span:
    start, end = divmod(first - 1, 12), divmod(first + count - 2, 12)
    return single(f"{year + start[0]:04}-{start[1] + 1:02}", f"{year + end[0]:04}-{end[1] + 1:02}", Scope.THROUGHOUT, words)


def _of_month(words: Words, year: int, month: Any, choices: Choices) -> Span:
    name = f"{year:04}-{month if month == 'XX' else format(month, '02')}"
    if words.day == "XX" or month == "XX":
        day = "" if words.day is None else f"-{'XX' if words.day == 'XX' else format(words.day, '02')}"
        return single(name + day, name + day, Scope.WITHIN, words)
    if words.day is not None:
        bounds(f"{name}-{words.day:02}")
        day_ = date(year, month, words.day)
        if words.week:
            begin = week_begin(day_, choices)
            return days(begin, begin + timedelta(days=6), Scope.WITHIN)
        return days(day_, None, Scope.EXACT)
    if not 1 <= month <= 12:
        raise FaultError(f"there is no month {month}", words.begin)
    last = monthrange(year, month)[1]
    day_of: Callable[[int], date] = lambda number: date(year, month, min(number, last))  # noqa: E731 - as short as what it stands for
    match words.part:
        case None:
            return single(name, name, Scope.WITHIN, words)
        case "early" | "middle" | "late" | "early_middle" | "middle_late" | "mid" | "first_half" | "second_half":
            first, final = _MONTH_PARTS[words.part]
            span = days(day_of(first), day_of(final), Scope.WITHIN)
            return _about(span) if words.part == "mid" else span
        case "last_day":
            return days(day_of(31), None, Scope.EXACT)
        case "end":
            return _about(days(day_of(31), None, Scope.WITHIN), sharp=day_of(31).isoformat())
        case "beginning":
            return _about(days(day_of(1), None, Scope.WITHIN))
        case "weekday":
            assert words.weekday is not None  # the grammar gives it with this part
            if words.nth == 0:  # the last one
                return days(day_of(31) - timedelta(days=(day_of(31).weekday() - words.weekday) % 7), None, Scope.EXACT)
            ahead = (words.weekday - day_of(1).weekday()) % 7
            return days(_in_month(day_of(1) + timedelta(days=ahead, weeks=words.nth - 1), month, words), None, Scope.EXACT)
        case "week":
            return _week_of_month(words, day_of(1), choices)
    raise FaultError("a month has no such part", words.begin)


def _week_of_month(words: Words, first: date, choices: Choices) -> Span:
    if choices.week_of_month == "sevens":
        begin = first + timedelta(weeks=words.nth - 1)
        last = monthrange(first.year, first.month)[1]
        end = min(_in_month(begin, first.month, words).day + 6, last)
        return days(begin, begin.replace(day=end), Scope.WITHIN)
    begin = week_begin(first, choices)
    if choices.week_of_month == "full" and begin < first:
        begin += timedelta(weeks=1)
    begin += timedelta(weeks=words.nth - 1)
    if words.nth > 1:
        _in_month(begin, first.month, words)
    return days(begin, begin + timedelta(days=6), Scope.WITHIN)


def _in_month(day: date, month: int, words: Words) -> date:
    if day.month != month:
        raise FaultError(f"the month has no {words.nth}th", words.begin)
    return day


def _about(span: Span, sharp: str | None = None) -> Span:
    span.approximate, span.sharp = True, sharp
    return span


def week_begin(day: date, choices: Choices) -> date:
    """The first day of the week that holds a day."""
    return day - timedelta(days=(day.weekday() + (choices.week_start == "sunday")) % 7)


def days(first: date, last: date | None, scope: Scope) -> Span:
    """The span from one day to another, or of one day."""
    last = first if last is None else last
    return Span(first.isoformat(), last.isoformat(), scope, first, last)


def single(first: str, last: str, scope: Scope, words: Words) -> Span:
    """The span of two EDTF dates, or of one given twice."""
    try:
        start, end = bounds(first)[0], bounds(last)[1]
    except ValueError as error:
        raise FaultError(said_of(error), words.begin) from None
    assert start is not None  # a single date has both bounds
    assert end is not None
    return Span(first, last, scope, start, end)


def said_of(error: Exception) -> str:
    """The reason in an error of the calendar, without the EDTF that nobody wrote."""
    text = str(error)
    reason = text.partition(": ")[2]
    return reason if reason and not reason.startswith("found ") else "years run from 0001 to 9999"
