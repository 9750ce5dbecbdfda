"""Spans: the days that parsed tokens mean in a given year and month."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from attrs import define, evolve

from dxgov.dates.edtf import bounds
from dxgov.dates.grammar import DateTokens, ParseError
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
"""First and last day of each part of a month; the last is cut to the length of the month."""


@define
class Span:
    """Days that a date means, as EDTF of its first and last part (equal for a single date) and as `start` and `end`."""

    first: str
    last: str
    scope: Scope
    start: date
    end: date
    basis: Basis = Basis.STATED
    year: int = 0
    month: int | None = None
    approximate: bool = False
    exact_day: str | None = None
    """EDTF of the one day that the expression means when a word such as までに asks for a day: the last day for 年末."""


def compute_span(tokens: DateTokens, year: int, month: Any, choices: Choices) -> Span:
    """Compute the span of a date in a given year.

    Raises:
        ParseError: The calendar has no such day, or the year or month has no such part.
    """
    try:
        if month is None:
            span = _compute_year_span(tokens, year, choices)
        else:
            if tokens.fiscal and month != "XX" and month < 4:
                year += 1
            span = _compute_month_span(tokens, year, month, choices)
        span = select_portion(span, tokens)
    except (ValueError, OverflowError) as error:
        raise ParseError(extract_reason(error), tokens.begin) from None
    span.year = year
    span.month = None if month == "XX" else month
    return span


def _compute_year_span(tokens: DateTokens, year: int, choices: Choices) -> Span:
    fiscal = tokens.fiscal
    starts_in_april = fiscal or choices.halves == "fiscal"
    match tokens.part:
        case None if fiscal:
            return make_day_span(date(year, 4, 1), date(year + 1, 3, 31), Scope.THROUGHOUT)
        case None:
            return make_span(f"{year:04}", f"{year:04}", Scope.WITHIN, tokens)
        case "end" if fiscal:
            return make_day_span(date(year + 1, 3, 31), None, Scope.EXACT)
        case "end":
            return _mark_approximate(make_span(f"{year:04}-12", f"{year:04}-12", Scope.WITHIN, tokens), exact_day=f"{year:04}-12-31")
        case "beginning" if fiscal:
            return _mark_approximate(make_day_span(date(year, 4, 1), None, Scope.WITHIN))
        case "beginning":
            return _mark_approximate(make_span(f"{year:04}-01", f"{year:04}-01", Scope.WITHIN, tokens))
        case "turn":
            return _mark_approximate(make_span(f"{year:04}-12", f"{year + 1:04}-01", Scope.THROUGHOUT, tokens))
        case "first_half":
            return _make_months_span(year, 4 if starts_in_april else 1, 6, tokens)
        case "second_half":
            return _make_months_span(year, 10 if starts_in_april else 7, 6, tokens)
        case "quarter":
            return _make_months_span(year, (tokens.nth - 1) * 3 + (4 if starts_in_april else 1), 3, tokens)
        case "decade" if tokens.era:
            return make_span(f"{year:04}", f"{year + 9:04}", Scope.WITHIN, tokens)
        case "decade" if year % 10 == 0:
            return make_span(f"{year // 10:03}X", f"{year // 10:03}X", Scope.WITHIN, tokens)
        case "mid":
            span = _make_months_span(year, 8 if fiscal else 5, 4, tokens)
            span.scope = Scope.WITHIN
            return _mark_approximate(span)
        case "unspecified":
            return evolve(_compute_year_span(evolve(tokens, part=None), year, choices), scope=Scope.WITHIN)
        case "season" if fiscal and tokens.nth == 21:
            raise ParseError("a fiscal year has April and May of one spring and March of another", tokens.begin)
        case "season":
            season = f"{year - (tokens.nth == 24 and choices.winter == 'ends' and not fiscal):04}-{tokens.nth}"
            return make_span(season, season, Scope.WITHIN, tokens)
    raise ParseError("a year has no such part", tokens.begin)


def _make_months_span(year: int, first: int, count: int, tokens: DateTokens) -> Span:
    start, end = divmod(first - 1, 12), divmod(first + count - 2, 12)
    return make_span(f"{year + start[0]:04}-{start[1] + 1:02}", f"{year + end[0]:04}-{end[1] + 1:02}", Scope.THROUGHOUT, tokens)


def _compute_month_span(tokens: DateTokens, year: int, month: Any, choices: Choices) -> Span:
    month_text = f"{year:04}-{month if month == 'XX' else format(month, '02')}"
    if tokens.day == "XX" or month == "XX":
        day_text = "" if tokens.day is None else f"-{'XX' if tokens.day == 'XX' else format(tokens.day, '02')}"
        return make_span(month_text + day_text, month_text + day_text, Scope.WITHIN, tokens)
    if tokens.day is not None:
        bounds(f"{month_text}-{tokens.day:02}")
        day = date(year, month, tokens.day)
        if tokens.is_week:
            week_start = find_week_start(day, choices)
            return make_day_span(week_start, week_start + timedelta(days=6), Scope.WITHIN)
        return make_day_span(day, None, Scope.EXACT)
    if not 1 <= month <= 12:
        raise ParseError(f"there is no month {month}", tokens.begin)
    month_length = monthrange(year, month)[1]

    def day_of(number: int) -> date:
        return date(year, month, min(number, month_length))

    match tokens.part:
        case None:
            return make_span(month_text, month_text, Scope.WITHIN, tokens)
        case "early" | "middle" | "late" | "early_middle" | "middle_late" | "mid" | "early_half" | "late_half":
            first_day, last_day = _MONTH_PARTS[tokens.part]
            span = make_day_span(day_of(first_day), day_of(last_day), Scope.WITHIN)
            return _mark_approximate(span) if tokens.part == "mid" else span
        case "last_day":
            return make_day_span(day_of(31), None, Scope.EXACT)
        case "end":
            return _mark_approximate(make_day_span(day_of(31), None, Scope.WITHIN), exact_day=day_of(31).isoformat())
        case "beginning":
            return _mark_approximate(make_day_span(day_of(1), None, Scope.WITHIN))
        case "weekday":
            assert tokens.weekday is not None  # the grammar sets it with this part
            if tokens.nth == 0:  # the last one
                return make_day_span(day_of(31) - timedelta(days=(day_of(31).weekday() - tokens.weekday) % 7), None, Scope.EXACT)
            days_ahead = (tokens.weekday - day_of(1).weekday()) % 7
            nth_weekday = day_of(1) + timedelta(days=days_ahead, weeks=tokens.nth - 1)
            return make_day_span(_check_month(nth_weekday, month, tokens), None, Scope.EXACT)
        case "week":
            return _compute_week_of_month(tokens, day_of(1), choices)
    raise ParseError("a month has no such part", tokens.begin)


def _compute_week_of_month(tokens: DateTokens, first: date, choices: Choices) -> Span:
    if choices.week_of_month == "sevens":
        week_start = first + timedelta(weeks=tokens.nth - 1)
        month_length = monthrange(first.year, first.month)[1]
        last_day = min(_check_month(week_start, first.month, tokens).day + 6, month_length)
        return make_day_span(week_start, week_start.replace(day=last_day), Scope.WITHIN)
    week_start = find_week_start(first, choices)
    if choices.week_of_month == "full" and week_start < first:
        week_start += timedelta(weeks=1)
    week_start += timedelta(weeks=tokens.nth - 1)
    if tokens.nth > 1:
        _check_month(week_start, first.month, tokens)
    return make_day_span(week_start, week_start + timedelta(days=6), Scope.WITHIN)


def _check_month(day: date, month: int, tokens: DateTokens) -> date:
    if day.month != month:
        raise ParseError(f"the month has no {tokens.nth}th", tokens.begin)
    return day


def _mark_approximate(span: Span, exact_day: str | None = None) -> Span:
    span.approximate, span.exact_day = True, exact_day
    return span


def select_portion(span: Span, tokens: DateTokens) -> Span:
    """Return the portion of a span that the tokens name, such as 末 of 上半期末; the span itself if they name none."""
    match tokens.portion:
        case None:
            return span
        case "unspecified":
            return evolve(span, scope=Scope.WITHIN)
        case "beginning" | "end" if tokens.part == "season":
            return _compute_season_edge(span, tokens)
        case "end" if tokens.part in ("first_half", "second_half", "quarter"):
            return make_day_span(span.end, None, Scope.EXACT)
        case "beginning" if tokens.part in ("first_half", "second_half", "quarter"):
            return _mark_approximate(make_day_span(span.start, None, Scope.WITHIN))
    pieces = _split_span(span, tokens)
    count = len(pieces)
    is_week = tokens.part == "week" or tokens.part is None
    match tokens.portion:
        case "first_half":  # the middle piece of an odd number belongs to both halves
            start_index, end_index = 0, (count + 1) // 2
        case "second_half":
            start_index, end_index = count // 2, count
        case "mid" if is_week and span.start.weekday() in (0, 6):  # Tuesday to Thursday
            start_index = 1 + (span.start.weekday() == 6)
            end_index = start_index + 3
        case "mid":
            start_index, end_index = count // 3, count - count // 3
        case "end" if is_week:
            return _compute_weekend(span, tokens)
        case "beginning":
            start_index, end_index = 0, 2
        case _:
            start_index, end_index = count - 2, count
    selected = make_span(pieces[start_index][0], pieces[end_index - 1][1], span.scope, tokens)
    if tokens.portion in ("first_half", "second_half"):
        return selected
    return _mark_approximate(evolve(selected, scope=Scope.WITHIN), exact_day=span.end.isoformat() if tokens.portion == "end" else None)


def _split_span(span: Span, tokens: DateTokens) -> list[tuple[str, str]]:
    """Split a span into the units of its portions.

    Units are years of a decade, months of a half or season, half months of a quarter, and otherwise days.
    """
    if tokens.part == "decade":
        return [(f"{year:04}",) * 2 for year in range(span.start.year, span.end.year + 1)]
    if tokens.part in ("first_half", "second_half", "quarter", "season"):
        count = 6 if tokens.part in ("first_half", "second_half") else 3
        months = [divmod(span.start.year * 12 + span.start.month - 1 + offset, 12) for offset in range(count)]
        month_texts = [f"{year:04}-{month + 1:02}" for year, month in months]
        if tokens.part != "quarter":
            return [(month_text, month_text) for month_text in month_texts]
        halves = (((f"{text}-01", f"{text}-15"), (f"{text}-16", str(bounds(text)[1]))) for text in month_texts)
        return [half for month_halves in halves for half in month_halves]
    count = (span.end - span.start).days + 1
    return [(day, day) for day in ((span.start + timedelta(days=offset)).isoformat() for offset in range(count))]


def _compute_season_edge(span: Span, tokens: DateTokens) -> Span:
    """Return about two months around the first or last day of a season; usage includes the month before or after it."""
    month_index = span.start.year * 12 + span.start.month - 1 + (-1 if tokens.portion == "beginning" else 1)
    year, month = divmod(month_index, 12)
    return _mark_approximate(evolve(_make_months_span(year, month + 1, 3, tokens), scope=Scope.WITHIN))


def _compute_weekend(span: Span, tokens: DateTokens) -> Span:
    """Return Friday to Sunday, since usage differs on Friday.

    第2週末 of a month may also be its second weekend; the span then covers both readings.
    """
    if span.start.weekday() not in (0, 6):  # a week from the 1st to the 7th ends on any day
        return evolve(span, scope=Scope.WITHIN)
    sunday = tokens.is_week and tokens.day == span.start.day and span.start.weekday() == 6
    friday = other_friday = span.start + timedelta(days=-2 if sunday else (4 - span.start.weekday()) % 7)
    if tokens.part == "week":
        first_of_month = (span.start - timedelta(weeks=tokens.nth - 1) + timedelta(days=6)).replace(day=1)
        saturday = first_of_month + timedelta(days=(5 - first_of_month.weekday()) % 7, weeks=tokens.nth - 1)
        other_friday = saturday - timedelta(days=1) if saturday.month == first_of_month.month else friday
    return make_day_span(min(friday, other_friday), max(friday, other_friday) + timedelta(days=2), Scope.WITHIN)


def find_week_start(day: date, choices: Choices) -> date:
    """Return the first day of the week that contains `day`."""
    return day - timedelta(days=(day.weekday() + (choices.week_start == "sunday")) % 7)


def make_day_span(first: date, last: date | None, scope: Scope) -> Span:
    """Make the span from one day to another, or of one day if `last` is None."""
    last = first if last is None else last
    return Span(first.isoformat(), last.isoformat(), scope, first, last)


def make_span(first: str, last: str, scope: Scope, tokens: DateTokens) -> Span:
    """Make the span of two EDTF dates; a single date is passed twice.

    Raises:
        ParseError: The calendar has no such date.
    """
    try:
        start, end = bounds(first)[0], bounds(last)[1]
    except ValueError as error:
        raise ParseError(extract_reason(error), tokens.begin) from None
    assert start is not None  # a single date has both bounds
    assert end is not None
    return Span(first, last, scope, start, end)


def extract_reason(error: Exception) -> str:
    """Return the reason in a calendar error, without the EDTF, which is not in the source text."""
    text = str(error)
    reason = text.partition(": ")[2]
    return reason if reason and not reason.startswith("found ") else "years run from 0001 to 9999"
