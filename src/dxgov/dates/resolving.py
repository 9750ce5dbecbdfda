"""From the words of a date to the days it can mean, with what the words leave out filled in."""

from collections.abc import Iterator
from datetime import date, timedelta

from attrs import define, evolve

from dxgov.dates.choices import Choices
from dxgov.dates.grammar import FaultError, Words
from dxgov.dates.spans import Span, days, single, span_in, week_begin
from dxgov.dates.vocabulary import WEEKDAYS, Offset
from dxgov.dates.when import Basis, Scope

_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_REACH = 28
"""Within so many years every day of the year falls on every weekday, 29 February too."""


@define
class Context:
    """What a reader knows before reading a date."""

    said: date | None
    choices: Choices
    before: date | None = None
    """The date before it in the text, which 同年 and 翌月 count from; without one they count from `said`."""
    year: int | None = None
    """The year of the date before it in the same sentence."""


def resolve(words: Words, context: Context, *, ahead: bool = False) -> Span:
    """The span of one date; `ahead` says that it lies in the future of whoever speaks, as a deadline does.

    Raises:
        FaultError: the calendar has no such day, or what the words leave out is not known.
    """
    if words.day_offset or words.week_offset:
        return _near(words, context)
    year, month, basis = words.year, words.month, Basis.STATED
    if words.year_offset:
        year, basis = _offset_year(words, words.year_offset, context), Basis.RELATIVE
    if words.month_offset:
        base = _base(words, words.month_offset, context)
        if year is None:
            months = base.year * 12 + base.month - 1 + words.month_offset[0]
            year, month = divmod(months, 12)
            month += 1
        else:
            month = (base.month - 1 + words.month_offset[0]) % 12 + 1
        basis = Basis.RELATIVE
    if words.masked:
        return _masked(words)
    if year is not None:
        span = _checked(words, span_in(words, year, month, context.choices))
        span.basis = basis
        return span
    if month is None and (words.fiscal or words.part in ("first_half", "second_half", "quarter")):
        fiscal = words.fiscal or context.choices.halves == "fiscal"
        base = _base(words, (0, "said"), context)
        year = base.year - (base.month < 4) if fiscal else base.year
        span = span_in(words, year, None, context.choices)
    else:
        span = _inferred(words, context, ahead=ahead)
    span.basis = Basis.YEAR_INFERRED
    return span


def resolve_end(words: Words, start: Span, begin: Words, context: Context) -> Span:
    """The span of a range's end, which may leave out what the start says."""
    if dated(words):
        return resolve(words, context)
    filled = evolve(words, fiscal=words.fiscal or begin.fiscal)
    inherits = words.month is None and words.month_offset is None and (words.day is not None or _within_month(words, start))
    month = start.month if inherits else words.month
    year = start.year
    if begin.fiscal and start.month is not None and start.month < 4 and not words.fiscal:
        year -= 1
    span = span_in(filled, year, month, context.choices)
    if span.end < start.start and not inherits:
        span = span_in(filled, year + 1, month, context.choices)
    return _checked(words, span)


def resolve_start(words: Words, end: Span, context: Context) -> Span:
    """The span of a range's start whose year is said by the end only."""
    span = span_in(words, end.year, words.month, context.choices)
    if span.start > end.end:
        span = span_in(words, end.year - 1, words.month, context.choices)
    return _checked(words, span)


def dated(words: Words) -> bool:
    """Whether the words say their year, or how to get to it."""
    return bool(
        words.year or words.year_offset or words.month_offset or words.day_offset or words.week_offset or words.masked or words.bare_year
    )


def _within_month(words: Words, start: Span) -> bool:
    return start.month is not None and words.part is not None and words.part not in ("quarter", "season", "turn", "decade")


def _base(words: Words, offset: Offset, context: Context) -> date:
    """The day that a relative word counts from."""
    day = (context.before if offset[1] == "before" else None) or context.said
    if day is None:
        raise FaultError("it counts from the day it was said on; give `said_on`", words.begin)
    return day


def _offset_year(words: Words, offset: Offset, context: Context) -> int:
    base = _base(words, offset, context)
    early = words.fiscal and base.month < 4
    winter = words.part == "season" and words.nth == 24 and base.month < 3 and offset[0] <= 0
    return base.year - (early or winter) + offset[0]


def _near(words: Words, context: Context) -> Span:
    """今日, 翌日, 来週."""
    offset = words.day_offset or words.week_offset
    assert offset is not None  # the caller has looked
    base = _base(words, offset, context)
    try:
        if words.day_offset:
            span = days(base + timedelta(days=offset[0]), None, Scope.EXACT)
        else:
            monday = week_begin(base, context.choices) + timedelta(weeks=offset[0])
            span = days(monday, monday + timedelta(days=6), Scope.WITHIN)
    except OverflowError:
        raise FaultError("years run from 0001 to 9999", words.begin) from None
    span.basis = Basis.RELATIVE
    return _checked(words, span)


def _inferred(words: Words, context: Context, *, ahead: bool) -> Span:
    """The span in the year that the words do not print."""
    if words.month == "XX":
        raise FaultError("neither year nor month is printed", words.begin)
    if context.year is not None:
        return _checked(words, span_in(words, context.year, words.month, context.choices))
    if context.said is None:
        raise FaultError("the year is not printed; give `said_on`", words.begin)
    said, bare = context.said, context.choices.year_end if words.bare_year else context.choices.bare
    if bare == "same_year":
        return _checked(words, span_in(words, said.year, words.month, context.choices))
    if bare == "same_fiscal_year":
        fiscal = evolve(words, fiscal=True)
        return _checked(words, span_in(fiscal, said.year - (said.month < 4), words.month, context.choices))
    reach = (
        _REACH if words.weekday is not None and words.part is None and not words.week else 4 if words.day == 29 and words.month == 2 else 1
    )
    spans = list(_possible(words, said.year, reach, context.choices))
    if bare == "coming" or (ahead and bare == "nearest"):
        spans = [span for span in spans if span.end >= said] or spans
    elif bare == "past":
        spans = [span for span in spans if span.start <= said] or spans
    if not spans:
        _checked(words, span_in(words, said.year, words.month, context.choices))
        raise FaultError("no year near `said_on` has such a day", words.begin)
    if words.bare_year and bare == "nearest" and not ahead:
        year = said.year - (said.month < 7) if words.part in ("end", "turn") else said.year + (said.month >= 7) if words.part else said.year
        return span_in(words, year, None, context.choices)
    return min(spans, key=lambda span: (_distance(span, said), span.year != said.year))


def _possible(words: Words, year: int, reach: int, choices: Choices) -> Iterator[Span]:
    """The spans of the years around, as far as calendar and weekday allow them."""
    for near in range(max(1, year - reach), min(9999, year + reach) + 1):
        if reach == _REACH and not _falls(words, near):
            continue
        try:
            yield _checked(words, span_in(words, near, words.month, choices))
        except FaultError:
            continue


def _falls(words: Words, year: int) -> bool:
    """Whether the day of that year is the weekday printed."""
    try:
        return date(year, words.month, words.day).weekday() == words.weekday  # type: ignore[arg-type] # other than numbers raises
    except (ValueError, TypeError):
        return False


def _distance(span: Span, day: date) -> int:
    return max(0, (span.start - day).days, (day - span.end).days)


def _checked(words: Words, span: Span) -> Span:
    """Refuse a day that does not fall on the weekday printed, and one before its era began."""
    if words.era and span.end < words.era.begins:
        raise FaultError(f"{words.era.name} began on {words.era.begins}", words.begin)
    if words.weekday is not None and words.part != "weekday" and not words.week and span.start == span.end:
        found = span.start.weekday()
        if found != words.weekday:
            raise FaultError(f"{span.start} is a {_WEEKDAYS_EN[found]} ({WEEKDAYS[found]}), not {WEEKDAYS[words.weekday]}", words.begin)
    return span


def _masked(words: Words) -> Span:
    assert words.masked is not None  # the caller has looked
    if words.month is not None or words.part is not None or words.fiscal:
        raise FaultError("a year whose digits are not filled in stands alone", words.begin)
    return single(words.masked, words.masked, Scope.WITHIN, words)
