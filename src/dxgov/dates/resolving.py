"""From the words of a date to the days it can mean, with what the words leave out filled in."""

from collections.abc import Iterator
from datetime import date, timedelta

from attrs import define, evolve

from dxgov.dates.date_ranges import Span, days, portion_of, single, span_in, week_begin
from dxgov.dates.grammar import FaultError, Words
from dxgov.dates.options import Choices
from dxgov.dates.vocabulary import WEEKDAYS, Offset
from dxgov.dates.when import Basis, Scope

_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_REACH, _LEAP = 3, 8
"""How many years away a weekday is looked for, and 29 February; further off, a misprint is likelier."""


@define
class Context:
    """What a reader knows before reading a date."""

    said: date | None
    choices: Choices
    before: date | None = None
    """The date before it in the text, which 同月 and 翌日 count from; without one they count from `said`."""
    base: date | None = None
    """The last date that counts from no other, which 同年 and 翌年 count from."""
    sentence: tuple[date, date] | None = None
    """The first and the last day of the date before it in the same sentence, which a date without its year is near to."""
    phrase: tuple[date, date] | None = None
    """The same of a year in passing, for what stands in one noun with it."""
    fiscal: int | None = None
    """The fiscal year that the sentence is about."""


def resolve(words: Words, context: Context, *, ahead: bool = False) -> Span:
    """The span of one date; `ahead` says that it lies in the future of whoever speaks, as a deadline does.

    Raises:
        FaultError: the calendar has no such day, or what the words leave out is not known.
    """
    if words.day_offset or words.week_offset:
        return _near(words, context)
    if words.masked:
        return _masked(words)
    year, month, basis = words.year, words.month, Basis.STATED
    if words.year_offset:
        year, basis = _offset_year(words, words.year_offset, context), Basis.RELATIVE
    if words.month_offset:
        year, month = _offset_month(words, words.month_offset, year, context)
        basis = Basis.RELATIVE
    if year is None:
        return _inferred(words, None, context, ahead=ahead)[0]
    span = _checked(words, span_in(words, year, month, context.choices))
    span.basis = basis
    return span


def resolve_range(begin: Words, end: Words, context: Context, *, ahead: bool = False) -> tuple[Span, Span]:
    """The spans of both ends of a range, of which either may leave out what the other says.

    Raises:
        FaultError: one of them cannot be, or the range ends before it begins.
    """
    if end.counts_from_before():
        first = resolve(begin, context)
        last = resolve(end, evolve(context, before=first.start, base=first.start))
        last.basis = first.basis
    elif not dated(begin) and dated(end):
        last = resolve(end, context)
        first = _start(begin, last, context)
    elif not dated(begin):
        first, last = _inferred(begin, end, context, ahead=ahead)
    else:
        first = resolve(begin, context)
        last = _end(end, first, begin, context)
    if last.end < first.start:
        raise FaultError(f"it ends on {last.end}, before it begins on {first.start}", begin.begin)
    return first, last


def dated(words: Words) -> bool:
    """Whether the words say their year, or how to get to it."""
    said = (words.year, words.year_offset, words.month_offset, words.day_offset, words.week_offset, words.masked)
    return words.bare_year or any(each is not None for each in said)


def _end(words: Words, start: Span, begin: Words, context: Context) -> Span:
    """The end of a range, with what its start says filled in."""
    if words.of_before:  # 後半 behind 2020年代前半
        whole = evolve(begin, portion=words.portion)
        return resolve(whole, context) if dated(begin) else _checked(words, span_in(whole, start.year, start.month, context.choices))
    if dated(words):
        span = resolve(words, context)
        if words.bare_year and span.end < start.start:  # 年度末から年度初め
            span = span_in(words, span.year + 1, words.month, context.choices)
        span.basis = Basis.STATED if words.year is not None else span.basis
        return span
    if start.month is not None and begin.day is None and begin.part is None and words.part in _OF_EITHER and words.month is None:
        raise FaultError("the part at its end may be one of the month or one of the year", words.begin)
    of_neither = start.month is not None and words.part in _OF_NO_MONTH
    filled = evolve(words, fiscal=words.fiscal or begin.fiscal or of_neither)
    inherits = words.month is None and (words.day is not None or _within_month(words, start))
    month = start.month if inherits else words.month
    year = start.year
    if (begin.fiscal or of_neither) and start.month is not None and start.month < 4 and not words.fiscal:
        year -= 1
    span = span_in(filled, year, month, context.choices)
    if span.end < start.start and not inherits:
        span = span_in(filled, year + 1, month, context.choices)
    return _checked(words, span)


def _start(words: Words, end: Span, context: Context) -> Span:
    """The start of a range whose year only the end says."""
    if words.month is None:
        return resolve(words, context)
    span = span_in(words, end.year, words.month, context.choices)
    if span.start > end.end:
        span = span_in(words, end.year - 1, words.month, context.choices)
    return _checked(words, span)


def _within_month(words: Words, start: Span) -> bool:
    return start.month is not None and words.part is not None and words.part not in (*_OF_NO_MONTH, "season", "turn", "decade")


_OF_NO_MONTH = ("first_half", "second_half", "quarter")
"""Parts of a year alone; behind a month they are those of a fiscal year, as without any date before them."""
_OF_EITHER = ("early_half", "late_half", "mid", "end")
"""Parts that a month and a year have."""


def _base(words: Words, offset: Offset, context: Context, *, years: bool = False) -> date:
    """The day that a relative word counts from."""
    before = (context.base if years else context.before) if offset[1] == "before" else None
    day = before or context.said
    if day is None:
        raise FaultError("it counts from the day it was said on; give `said_on`", words.begin)
    return day


def _offset_year(words: Words, offset: Offset, context: Context) -> int:
    base = _base(words, offset, context, years=True)
    if words.next and isinstance(words.month, int):  # 翌3月 is the next March, 翌3月2日 the next such day
        day = words.day if isinstance(words.day, int) else 0
        return base.year + ((words.month, day) <= (base.month, base.day if day else 12))
    early = words.fiscal and base.month < 4
    winter = words.part == "season" and words.nth == 24 and base.month < 3 and offset[0] <= 0
    return base.year - (early or winter) + offset[0]


def _offset_month(words: Words, offset: Offset, year: int | None, context: Context) -> tuple[int, int]:
    base = _base(words, offset, context)
    if year is not None:
        return year, (base.month - 1 + offset[0]) % 12 + 1
    found, month = divmod(base.year * 12 + base.month - 1 + offset[0], 12)
    return found, month + 1


def _near(words: Words, context: Context) -> Span:
    """今日, 翌日, 来週, 来週月曜日."""
    offset = words.day_offset or words.week_offset
    assert offset is not None  # the caller has looked
    base = _base(words, offset, context)
    try:
        if words.day_offset:
            span = days(base + timedelta(days=offset[0]), None, Scope.EXACT)
        else:
            begin = week_begin(base, context.choices) + timedelta(weeks=offset[0])
            span = days(begin, begin + timedelta(days=6), Scope.WITHIN)
            if words.weekday is not None:
                span = days(begin + timedelta(days=(words.weekday - begin.weekday()) % 7), None, Scope.EXACT)
            span = portion_of(span, words)
    except OverflowError:
        raise FaultError("years run from 0001 to 9999", words.begin) from None
    span.basis, span.year, span.month = Basis.RELATIVE, span.start.year, span.start.month
    return _checked(words, span)


def _inferred(words: Words, until: Words | None, context: Context, *, ahead: bool) -> tuple[Span, Span]:
    """The spans of a date, or of a range, in the year that the words do not print."""
    if words.month == "XX":
        raise FaultError("neither year nor month is printed", words.begin)
    of_year = words.month is None and (words.fiscal or words.part in _OF_NO_MONTH)
    if (of_year or context.fiscal is not None) and not words.bare_year:
        words = evolve(words, fiscal=True)
    leaning = context.phrase or context.sentence
    begin, near = leaning or (context.said, context.said)
    bare = "nearest" if leaning else context.choices.year_end if words.bare_year else context.choices.bare
    if context.fiscal is not None and not words.bare_year:
        try:
            return _in_year(words, until, context.fiscal, context)
        except FaultError:
            if words.weekday is None or begin is None:
                raise
            words = evolve(words, fiscal=of_year)  # the weekday tells that it lies in another year
    if begin is None or near is None:
        raise FaultError("the year is not printed; give `said_on`", words.begin)
    ahead = ahead and leaning is None
    fiscal_year = near.year - (near.month < 4)
    if of_year and not ahead and bare not in ("past", "coming"):
        return _in_year(words, until, fiscal_year, context)
    if bare == "same_year":
        return _in_year(words, until, near.year, context)
    if bare == "same_fiscal_year":
        return _in_year(evolve(words, fiscal=True), until, fiscal_year, context)
    if words.bare_year and (words.part is None or (words.part == "mid" and not ahead)):  # 年内 is inside the year at hand
        return _in_year(words, until, begin.year, context)
    if words.bare_year and bare == "nearest" and not ahead:
        late = begin.month >= 7
        return _in_year(words, until, begin.year - (not late) if words.part in ("end", "turn") else begin.year + late, context)
    found = list(_possible(words, until, near.year, context))
    if bare == "coming" or ahead:
        found = [each for each in found if each[1].end >= near] or (found if ahead else [])
    elif bare == "past":
        found = [each for each in found if each[0].start <= near]
    if not found:
        _in_year(words, until, near.year, context)  # tells what is wrong with it in the year at hand
        raise FaultError(f"no year within {_REACH} of {near} has such a day", words.begin)

    def rank(spans: tuple[Span, Span]) -> tuple[int, bool]:
        first, last = spans
        away = max(0, (first.start - near).days, (begin - last.end).days)
        return away, first.start < begin if leaning else first.year != near.year

    return min(found, key=rank)


def _in_year(words: Words, until: Words | None, year: int, context: Context) -> tuple[Span, Span]:
    first = _checked(words, span_in(words, year, words.month, context.choices))
    last = first if until is None else _end(until, first, words, context)
    first.basis = last.basis = Basis.YEAR_INFERRED
    return first, last


def _possible(words: Words, until: Words | None, year: int, context: Context) -> Iterator[tuple[Span, Span]]:
    """The spans of the years around, as far as calendar and weekday allow them."""
    reach = _LEAP if words.day == 29 and words.month == 2 else _REACH if words.weekday is not None else 1
    for near in range(max(1, year - reach), min(9999, year + reach) + 1):
        try:
            yield _in_year(words, until, near, context)
        except FaultError:
            continue


def _checked(words: Words, span: Span) -> Span:
    """Refuse a day that does not fall on the weekday printed, and one before its era began."""
    if words.era and span.end < words.era.begins and not words.fiscal:
        raise FaultError(f"{words.era.name} began on {words.era.begins}", words.begin)
    if words.weekday is not None and words.part != "weekday" and not words.week and span.start == span.end:
        found = span.start.weekday()
        if found != words.weekday:
            said = f"{span.start} is a {_WEEKDAYS_EN[found]} ({WEEKDAYS[found]}), not {WEEKDAYS[words.weekday]}"
            raise FaultError(said, words.weekday_at)
    return span


def _masked(words: Words) -> Span:
    assert words.masked is not None  # the caller has looked
    if words.month is not None or words.part is not None or words.fiscal:
        raise FaultError("a year whose digits are not filled in stands alone", words.begin)
    return single(words.masked, words.masked, Scope.WITHIN, words)
