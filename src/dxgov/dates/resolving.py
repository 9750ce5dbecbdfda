"""Resolution of tokens to spans: fills in omitted years and months from context, and checks weekdays and eras."""

from collections.abc import Iterator
from datetime import date, timedelta

from attrs import define, evolve

from dxgov.dates.date_ranges import Span, compute_span, find_week_start, make_day_span, make_span, select_portion
from dxgov.dates.grammar import DateTokens, ParseError
from dxgov.dates.options import Choices
from dxgov.dates.vocabulary import WEEKDAYS, Offset
from dxgov.dates.when import Basis, Scope

_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAY_REACH = 3
"""Maximum distance in years of a date that a printed weekday decides; beyond it a misprint is more likely."""
_LEAP_DAY_REACH = 8
"""Maximum distance in years of 29 February."""


@define
class Context:
    """Dates known before an expression."""

    reference_date: date | None
    """Day on which the text was said or printed."""
    choices: Choices
    previous_date: date | None = None
    """Previous date in the text, from which 同月 and 翌日 count; `reference_date` is used if it is None."""
    independent_date: date | None = None
    """Last date that does not count from another, from which 同年 and 翌年 count."""
    sentence_range: tuple[date, date] | None = None
    """First and last day of the previous date in the same sentence, near which a date without a year is resolved."""
    phrase_range: tuple[date, date] | None = None
    """First and last day of a year in passing, for dates in the same noun phrase."""
    fiscal_year: int | None = None
    """Fiscal year that the sentence is about."""


def resolve(tokens: DateTokens, context: Context, *, is_future: bool = False) -> Span:
    """Resolve one date; `is_future` is True for a date in the future of the speaker, such as a deadline.

    Raises:
        ParseError: The calendar has no such day, or an omitted part is not known.
    """
    if tokens.day_offset or tokens.week_offset:
        return _resolve_relative_day(tokens, context)
    if tokens.masked_year:
        return _resolve_masked_year(tokens)
    year, month, basis = tokens.year, tokens.month, Basis.STATED
    if tokens.year_offset:
        year, basis = _apply_year_offset(tokens, tokens.year_offset, context), Basis.RELATIVE
    if tokens.month_offset:
        year, month = _apply_month_offset(tokens, tokens.month_offset, year, context)
        basis = Basis.RELATIVE
    if year is None:
        return _infer_year(tokens, None, context, is_future=is_future)[0]
    span = _check_span(tokens, compute_span(tokens, year, month, context.choices))
    span.basis = basis
    return span


def resolve_range(start_tokens: DateTokens, end_tokens: DateTokens, context: Context, *, is_future: bool = False) -> tuple[Span, Span]:
    """Resolve both ends of a range; either may omit parts that the other states.

    Args:
        start_tokens: Tokens of the start.
        end_tokens: Tokens of the end.
        context: Dates known before the range.
        is_future: True for a range in the future of the speaker.

    Raises:
        ParseError: One end cannot be resolved, or the range ends before it begins.
    """
    if end_tokens.refers_to_previous():
        first = resolve(start_tokens, context)
        last = resolve(end_tokens, evolve(context, previous_date=first.start, independent_date=first.start))
        last.basis = first.basis
    elif not has_year(start_tokens) and has_year(end_tokens):
        last = resolve(end_tokens, context)
        first = _resolve_start(start_tokens, last, context)
    elif not has_year(start_tokens):
        first, last = _infer_year(start_tokens, end_tokens, context, is_future=is_future)
    else:
        first = resolve(start_tokens, context)
        last = _resolve_end(end_tokens, first, start_tokens, context)
    if last.end < first.start:
        raise ParseError(f"it ends on {last.end}, before it begins on {first.start}", start_tokens.begin)
    return first, last


def has_year(tokens: DateTokens) -> bool:
    """Return True if the tokens state their year or an offset that determines it."""
    fields = (tokens.year, tokens.year_offset, tokens.month_offset, tokens.day_offset, tokens.week_offset, tokens.masked_year)
    return tokens.bare_year or any(value is not None for value in fields)


def _resolve_end(tokens: DateTokens, start_span: Span, start_tokens: DateTokens, context: Context) -> Span:
    """Resolve the end of a range, with omitted parts taken from its start."""
    if tokens.inherits_part:  # 後半 after 2020年代前半
        sibling = evolve(start_tokens, portion=tokens.portion)
        if has_year(start_tokens):
            return resolve(sibling, context)
        return _check_span(tokens, compute_span(sibling, start_span.year, start_span.month, context.choices))
    if has_year(tokens):
        span = resolve(tokens, context)
        if tokens.bare_year and span.end < start_span.start:  # 年度末から年度初め
            span = compute_span(tokens, span.year + 1, tokens.month, context.choices)
        span.basis = Basis.STATED if tokens.year is not None else span.basis
        return span
    starts_with_month = start_span.month is not None and start_tokens.day is None and start_tokens.part is None
    if starts_with_month and tokens.part in _AMBIGUOUS_PARTS and tokens.month is None:
        raise ParseError("the part at its end may be one of the month or one of the year", tokens.begin)
    # Take the fiscal year, the month and the year from the start, as far as the end omits them.
    is_fiscal_part = start_span.month is not None and tokens.part in _YEAR_ONLY_PARTS
    completed = evolve(tokens, fiscal=tokens.fiscal or start_tokens.fiscal or is_fiscal_part)
    inherits_month = tokens.month is None and (tokens.day is not None or _is_month_part(tokens, start_span))
    month = start_span.month if inherits_month else tokens.month
    year = start_span.year
    if (start_tokens.fiscal or is_fiscal_part) and start_span.month is not None and start_span.month < 4 and not tokens.fiscal:
        year -= 1
    # An end before the start lies in the next year.
    span = compute_span(completed, year, month, context.choices)
    if span.end < start_span.start and not inherits_month:
        span = compute_span(completed, year + 1, month, context.choices)
    return _check_span(tokens, span)


def _resolve_start(tokens: DateTokens, end_span: Span, context: Context) -> Span:
    """Resolve the start of a range if only its end states the year."""
    if tokens.month is None:
        return resolve(tokens, context)
    span = compute_span(tokens, end_span.year, tokens.month, context.choices)
    if span.start > end_span.end:
        span = compute_span(tokens, end_span.year - 1, tokens.month, context.choices)
    return _check_span(tokens, span)


def _is_month_part(tokens: DateTokens, start_span: Span) -> bool:
    """Return True if the part at the end of a range is one of the month at its start."""
    return start_span.month is not None and tokens.part is not None and tokens.part not in (*_YEAR_ONLY_PARTS, "season", "turn", "decade")


_YEAR_ONLY_PARTS = ("first_half", "second_half", "quarter")
"""Parts of a year but not of a month; after a month, or without a date, they belong to the fiscal year."""
_AMBIGUOUS_PARTS = ("early_half", "late_half", "mid", "end")
"""Parts of both months and years."""


def _select_base_date(tokens: DateTokens, offset: Offset, context: Context, *, of_year: bool = False) -> date:
    """Return the day from which an offset counts.

    Raises:
        ParseError: The reference date is not known.
    """
    previous = (context.independent_date if of_year else context.previous_date) if offset[1] == "previous" else None
    day = previous or context.reference_date
    if day is None:
        raise ParseError("it counts from the day it was said on; give `said_on`", tokens.begin)
    return day


def _apply_year_offset(tokens: DateTokens, offset: Offset, context: Context) -> int:
    """Return the year of a relative year such as 来年度, 翌3月 or 昨冬."""
    base = _select_base_date(tokens, offset, context, of_year=True)
    if tokens.is_next_occurrence and isinstance(tokens.month, int):  # 翌3月 is the next March, 翌3月2日 the next such day
        day = tokens.day if isinstance(tokens.day, int) else 0
        return base.year + ((tokens.month, day) <= (base.month, base.day if day else 12))
    is_before_april = tokens.fiscal and base.month < 4
    is_past_winter = tokens.part == "season" and tokens.nth == 24 and base.month < 3 and offset[0] <= 0
    return base.year - (is_before_april or is_past_winter) + offset[0]


def _apply_month_offset(tokens: DateTokens, offset: Offset, year: int | None, context: Context) -> tuple[int, int]:
    """Return the year and month of a relative month such as 翌月."""
    base = _select_base_date(tokens, offset, context)
    if year is not None:
        return year, (base.month - 1 + offset[0]) % 12 + 1
    new_year, month_index = divmod(base.year * 12 + base.month - 1 + offset[0], 12)
    return new_year, month_index + 1


def _resolve_relative_day(tokens: DateTokens, context: Context) -> Span:
    """Resolve a relative day or week: 今日, 翌日, 来週, 来週月曜日."""
    offset = tokens.day_offset or tokens.week_offset
    assert offset is not None  # checked by the caller
    base = _select_base_date(tokens, offset, context)
    try:
        if tokens.day_offset:
            span = make_day_span(base + timedelta(days=offset[0]), None, Scope.EXACT)
        else:
            week_start = find_week_start(base, context.choices) + timedelta(weeks=offset[0])
            span = make_day_span(week_start, week_start + timedelta(days=6), Scope.WITHIN)
            if tokens.weekday is not None:
                span = make_day_span(week_start + timedelta(days=(tokens.weekday - week_start.weekday()) % 7), None, Scope.EXACT)
            span = select_portion(span, tokens)
    except OverflowError:
        raise ParseError("years run from 0001 to 9999", tokens.begin) from None
    span.basis, span.year, span.month = Basis.RELATIVE, span.start.year, span.start.month
    return _check_span(tokens, span)


def _infer_year(tokens: DateTokens, end_tokens: DateTokens | None, context: Context, *, is_future: bool) -> tuple[Span, Span]:
    """Infer the year of a date or range that prints none.

    Raises:
        ParseError: There is neither a reference date nor a previous date, or no year close to it has such a day.
    """
    if tokens.month == "XX":
        raise ParseError("neither year nor month is printed", tokens.begin)
    is_fiscal_part = tokens.month is None and (tokens.fiscal or tokens.part in _YEAR_ONLY_PARTS)
    if (is_fiscal_part or context.fiscal_year is not None) and not tokens.bare_year:
        tokens = evolve(tokens, fiscal=True)
    # Dates of the same phrase or sentence come before the reference date and the choices of the caller.
    anchor_range = context.phrase_range or context.sentence_range
    anchor_start, anchor_end = anchor_range or (context.reference_date, context.reference_date)
    preference = "nearest" if anchor_range else context.choices.year_end if tokens.bare_year else context.choices.bare
    # In a sentence about a fiscal year the date lies in it, unless its weekday disagrees.
    if context.fiscal_year is not None and not tokens.bare_year:
        try:
            return _resolve_in_year(tokens, end_tokens, context.fiscal_year, context)
        except ParseError:
            if tokens.weekday is None or anchor_start is None:
                raise
            tokens = evolve(tokens, fiscal=is_fiscal_part)
    if anchor_start is None or anchor_end is None:
        raise ParseError("the year is not printed; give `said_on`", tokens.begin)
    # Cases in which one year is certain.
    is_future = is_future and anchor_range is None
    fiscal_year = anchor_end.year - (anchor_end.month < 4)
    if is_fiscal_part and not is_future and preference not in ("past", "coming"):
        return _resolve_in_year(tokens, end_tokens, fiscal_year, context)
    if preference == "same_year":
        return _resolve_in_year(tokens, end_tokens, anchor_end.year, context)
    if preference == "same_fiscal_year":
        return _resolve_in_year(evolve(tokens, fiscal=True), end_tokens, fiscal_year, context)
    if tokens.bare_year and (tokens.part is None or (tokens.part == "mid" and not is_future)):  # 年内 is in the current year
        return _resolve_in_year(tokens, end_tokens, anchor_start.year, context)
    if tokens.bare_year and preference == "nearest" and not is_future:
        is_late = anchor_start.month >= 7
        year = anchor_start.year - (not is_late) if tokens.part in ("end", "turn") else anchor_start.year + is_late
        return _resolve_in_year(tokens, end_tokens, year, context)
    # Otherwise the nearest of the years with such a day, among those that the preference allows.
    candidates = list(_generate_candidates(tokens, end_tokens, anchor_end.year, context))
    if preference == "coming" or is_future:
        candidates = [candidate for candidate in candidates if candidate[1].end >= anchor_end] or (candidates if is_future else [])
    elif preference == "past":
        candidates = [candidate for candidate in candidates if candidate[0].start <= anchor_end]
    if not candidates:
        _resolve_in_year(tokens, end_tokens, anchor_end.year, context)  # raises the reason for the current year
        raise ParseError(f"no year within {_WEEKDAY_REACH} of {anchor_end} has such a day", tokens.begin)

    def rank(spans: tuple[Span, Span]) -> tuple[int, bool]:
        first, last = spans
        distance = max(0, (first.start - anchor_end).days, (anchor_start - last.end).days)
        return distance, first.start < anchor_start if anchor_range else first.year != anchor_end.year

    return min(candidates, key=rank)


def _resolve_in_year(tokens: DateTokens, end_tokens: DateTokens | None, year: int, context: Context) -> tuple[Span, Span]:
    """Resolve a date or range in a given year."""
    first = _check_span(tokens, compute_span(tokens, year, tokens.month, context.choices))
    last = first if end_tokens is None else _resolve_end(end_tokens, first, tokens, context)
    first.basis = last.basis = Basis.YEAR_INFERRED
    return first, last


def _generate_candidates(tokens: DateTokens, end_tokens: DateTokens | None, year: int, context: Context) -> Iterator[tuple[Span, Span]]:
    """Yield the spans in close years that agree with calendar and weekday."""
    reach = _LEAP_DAY_REACH if tokens.day == 29 and tokens.month == 2 else _WEEKDAY_REACH if tokens.weekday is not None else 1
    for candidate_year in range(year - reach, year + reach + 1):
        try:
            yield _resolve_in_year(tokens, end_tokens, candidate_year, context)
        except ParseError:
            continue


def _check_span(tokens: DateTokens, span: Span) -> Span:
    """Check that a day falls on the printed weekday and not before its era."""
    if tokens.era and span.end < tokens.era.first_day and not tokens.fiscal:
        raise ParseError(f"{tokens.era.name} began on {tokens.era.first_day}", tokens.begin)
    if tokens.weekday is not None and tokens.part != "weekday" and not tokens.is_week and span.start == span.end:
        weekday = span.start.weekday()
        if weekday != tokens.weekday:
            reason = f"{span.start} is a {_WEEKDAYS_EN[weekday]} ({WEEKDAYS[weekday]}), not {WEEKDAYS[tokens.weekday]}"
            raise ParseError(reason, tokens.weekday_pos)
    return span


def _resolve_masked_year(tokens: DateTokens) -> Span:
    """Resolve a year with masked digits, such as 202X年."""
    assert tokens.masked_year is not None  # checked by the caller
    if tokens.month is not None or tokens.part is not None or tokens.fiscal:
        raise ParseError("a year whose digits are not filled in stands alone", tokens.begin)
    return make_span(tokens.masked_year, tokens.masked_year, Scope.WITHIN, tokens)
