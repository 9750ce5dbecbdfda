"""The days that words mean in a given year and month."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from attrs import define, evolve

from dxgov.dates.edtf import bounds
from dxgov.dates.grammar import FaultError, Words
from dxgov.dates.options import Choices
from dxgov.dates.when import Basis, Scope

_MONTH_PARTS = {
    "early": (1, 10),
    "middle": (11, 20),
    "late": (21, 31),
    "mid": (11, 20),
    "early_middle": (1, 20),
    "middle_late": (11, 31),
    "early_half": (1, 15),
    "late_half": (16, 31),
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
        span = portion_of(span, words)
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
        case "mid":
            span = _months(year, 8 if fiscal else 5, 4, words)
            span.scope = Scope.WITHIN
            return _about(span)
        case "some":
            return evolve(_of_year(evolve(words, part=None), year, choices), scope=Scope.WITHIN)
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
        case "early" | "middle" | "late" | "early_middle" | "middle_late" | "mid" | "early_half" | "late_half":
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


def portion_of(span: Span, words: Words) -> Span:
    """The part of a part that is meant, as of the half in 上半期末; the part itself where none is."""
    match words.portion:
        case None:
            return span
        case "some":
            return evolve(span, scope=Scope.WITHIN)
        case "beginning" | "end" if words.part == "season":
            return _edge_of_season(span, words)
        case "end" if words.part in ("first_half", "second_half", "quarter"):
            return days(span.end, None, Scope.EXACT)
        case "beginning" if words.part in ("first_half", "second_half", "quarter"):
            return _about(days(span.start, None, Scope.WITHIN))
    pieces = _pieces(span, words)
    count = len(pieces)
    week = words.part == "week" or words.part is None
    match words.portion:
        case "first_half":  # the piece in the middle of an odd number belongs to both halves
            first, last = 0, (count + 1) // 2
        case "second_half":
            first, last = count // 2, count
        case "mid" if week and span.start.weekday() in (0, 6):  # Tuesday to Thursday
            first = 1 + (span.start.weekday() == 6)
            last = first + 3
        case "mid":
            first, last = count // 3, count - count // 3
        case "end" if week:
            return _weekend(span, words)
        case "beginning":
            first, last = 0, 2
        case _:
            first, last = count - 2, count
    part = single(pieces[first][0], pieces[last - 1][1], span.scope, words)
    if words.portion in ("first_half", "second_half"):
        return part
    return _about(evolve(part, scope=Scope.WITHIN), sharp=span.end.isoformat() if words.portion == "end" else None)


def _pieces(span: Span, words: Words) -> list[tuple[str, str]]:
    """What a span is made of, for parts of it: years of a decade, months of a half, halves of months of a quarter, else days."""
    if words.part == "decade":
        return [(f"{year:04}",) * 2 for year in range(span.start.year, span.end.year + 1)]
    if words.part in ("first_half", "second_half", "quarter", "season"):
        count = 6 if words.part in ("first_half", "second_half") else 3
        months = [divmod(span.start.year * 12 + span.start.month - 1 + number, 12) for number in range(count)]
        names = [f"{year:04}-{month + 1:02}" for year, month in months]
        if words.part != "quarter":
            return [(name, name) for name in names]
        return [piece for name in names for piece in ((f"{name}-01", f"{name}-15"), (f"{name}-16", str(bounds(name)[1])))]
    count = (span.end - span.start).days + 1
    return [(day, day) for day in ((span.start + timedelta(days=number)).isoformat() for number in range(count))]


def _edge_of_season(span: Span, words: Words) -> Span:
    """About two months around the first day of a season, or its last: people call a month before or behind it so too."""
    at = span.start.year * 12 + span.start.month - 1 + (-1 if words.portion == "beginning" else 1)
    year, month = divmod(at, 12)
    return _about(evolve(_months(year, month + 1, 3, words), scope=Scope.WITHIN))


def _weekend(span: Span, words: Words) -> Span:
    """Friday to Sunday, since some count Friday to the 週末; the 第2週末 of a month may be its second weekend as well."""
    if span.start.weekday() not in (0, 6):  # a week from the 1st to the 7th ends on any day
        return evolve(span, scope=Scope.WITHIN)
    sunday = words.week and words.day == span.start.day and span.start.weekday() == 6
    friday = other = span.start + timedelta(days=-2 if sunday else (4 - span.start.weekday()) % 7)
    if words.part == "week":
        first = (span.start - timedelta(weeks=words.nth - 1) + timedelta(days=6)).replace(day=1)
        saturday = first + timedelta(days=(5 - first.weekday()) % 7, weeks=words.nth - 1)
        other = saturday - timedelta(days=1) if saturday.month == first.month else friday
    return days(min(friday, other), max(friday, other) + timedelta(days=2), Scope.WITHIN)


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
