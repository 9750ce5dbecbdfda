"""`read`: the date, deadline or range that a text consists of."""

import re
from datetime import date, datetime
from typing import TypeAlias

from attrs import frozen

from dxgov.dates.eras import ERAS_BY_NAME, to_gregorian_year
from dxgov.dates.expression import Expression, parse_expression
from dxgov.dates.grammar import ParseError
from dxgov.dates.normalization import OffsetMap, find_control_character, find_unexpected_character, fold
from dxgov.dates.options import Choices
from dxgov.dates.resolving import Context
from dxgov.dates.when import Scope, When
from dxgov.errors import DateError, short_repr

SaidOn: TypeAlias = date | When | None

DEFAULT_CHOICES = Choices()
_FULL_DATE = re.compile("(?:(明治|大正|昭和|平成|令和)(元|[0-9０-９]{1,2})|([0-9０-９]{4}))年([0-9０-９]{1,2})月([0-9０-９]{1,2})日")
"""Full date in its plainest form."""


@frozen
class Reading:
    """Result for one expression in a text: a date, clock times, or the reason why it cannot be read."""

    text: str
    """The expression as the text prints it."""

    span: tuple[int, int]
    """Its begin and end in the text: ``source[span[0]:span[1]] == text``."""

    when: When | None = None
    """The date; ``None`` for a time of day alone and for an expression that cannot be read."""

    start_time: str | None = None
    """Start time in Japan, such as ``14:00``; ``None`` without a time, or with an approximate time."""

    end_time: str | None = None
    """End time in Japan."""

    problem: str | None = None
    """Reason why an expression in the form of a date cannot be read; ``None`` if it can."""


def read(text: str, said_on: SaidOn = None, choices: Choices = DEFAULT_CHOICES) -> When:
    """Read a text that consists of one Japanese date, deadline or range.

    Clock times remain in the text of the result; `read_with_time` returns them as well.

    >>> read("令和7年度末までに").edtf
    '../2026-03-31'
    >>> read("4月22日の週？", said_on=date(2024, 4, 17)).edtf
    '2024-04-22?/2024-04-28?'

    Args:
        text: One date and nothing else.
        said_on: Day on which the text was said or printed. Relative dates, such as 来年度, and dates without a year need it. A vague
            `When` is accepted if the result is the same for all its days.
        choices: Readings of words that people use in more than one way.

    Raises:
        DateError: The text is not a date, names a day that does not exist, or omits a part that cannot be known.
        TypeError: `text` is not text, `said_on` not a date, or `choices` not `Choices`.
        ValueError: `said_on` has an open end.
    """
    full_date = _parse_full_date(text)
    if full_date is not None:
        if said_on is not None or choices is not DEFAULT_CHOICES:
            list_reference_dates(said_on, choices)
        return When(text, full_date, Scope.EXACT)
    reading = read_with_time(text, said_on, choices)
    if reading.when is None:
        raise DateError(text, 0, "a time of day without a day")
    return reading.when


def _parse_full_date(text: str) -> str | None:
    """Return a full date in its plainest form, the most common one, without the grammar; None for any other or invalid text."""
    match = _FULL_DATE.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    era_name, era_year, year, month, day = match.groups()
    era = ERAS_BY_NAME.get(era_name)
    try:
        if era is None:
            return date(int(year), int(month), int(day)).isoformat()
        day = date(to_gregorian_year(era, 1 if era_year == "元" else int(era_year)), int(month), int(day))
    except ValueError:
        return None
    return day.isoformat() if day >= era.first_day else None


def read_with_time(text: str, said_on: SaidOn = None, choices: Choices = DEFAULT_CHOICES) -> Reading:
    """Read a text that consists of one date, with or without clock times, or of a clock time.

    >>> reading = read_with_time("令和4年2月1日(火)14:00～15:30")
    >>> reading.when.edtf, reading.start_time, reading.end_time
    ('2022-02-01', '14:00', '15:30')

    Args:
        text: One date or clock time and nothing else.
        said_on: Day on which the text was said or printed.
        choices: Readings of words that people use in more than one way.

    Raises:
        DateError: The text is not such a date.
        TypeError: `text` is not text, `said_on` not a date, or `choices` not `Choices`.
        ValueError: `said_on` has an open end.
    """
    if not isinstance(text, str):
        raise TypeError(f"found {text!r}, expected a text")
    folded, offsets = fold(text)
    reference_dates = list_reference_dates(said_on, choices)
    results = [_read_expression(text, folded, offsets, Context(day, choices)) for day in reference_dates]
    if results[0] != results[-1]:
        first, last = describe_reading(results[0]), describe_reading(results[-1])
        raise DateError(text, 0, f"it depends on the day of {said_on}: it may be {first} or {last}")
    return results[0]


def list_reference_dates(said_on: SaidOn, choices: Choices) -> list[date | None]:
    """Check both parameters and return the first and the last day on which the text may have been said.

    Raises:
        TypeError: `said_on` is not a date, or `choices` not `Choices`.
        ValueError: `said_on` has an open end.
    """
    if not isinstance(choices, Choices):
        raise TypeError(f"choices: found {short_repr(choices)}, expected Choices")
    if isinstance(said_on, When):
        if said_on.start is None or said_on.end is None:
            raise ValueError(f"`said_on` is {said_on}, which is open; expected a date with a first and a last day")
        return [said_on.start, said_on.end]
    if said_on is not None and (not isinstance(said_on, date) or isinstance(said_on, datetime)):
        raise TypeError(f"said_on: found {short_repr(said_on)}, expected a date, a When or None")
    return [said_on]


def describe_reading(reading: Reading) -> str:
    """Describe a reading for a message."""
    return str(reading.when.edtf) if reading.when else str(reading.start_time)


def _read_expression(text: str, folded: str, offsets: OffsetMap | None, context: Context) -> Reading:
    """Read the expression that fills the folded text.

    Raises:
        DateError: The text has another form, or names no possible date.
    """

    def to_source(position: int) -> int:
        return position if offsets is None else offsets[position]

    def describe_expected(noun: str) -> str:
        character = find_unexpected_character(folded)
        return f"expected {noun}" if character is None else f"expected {noun}; the text has {character} in it"

    control_character = find_control_character(text)
    if control_character:
        raise DateError(text, control_character[0], f"expected a date; the text has {control_character[1]} in it")
    begin = len(folded) - len(folded.lstrip())
    try:
        result = parse_expression(folded, begin, context)
    except ParseError as fault:
        raise DateError(text, to_source(fault.begin), fault.reason) from None
    if result is None:
        raise DateError(text, to_source(begin), describe_expected("a date"))
    if folded[result.stop :].strip():
        stop = result.stop + len(folded[result.stop :]) - len(folded[result.stop :].lstrip())
        raise DateError(text, to_source(stop), describe_expected("the end of the date"))
    return make_reading(text, (0, len(text)), result)


def make_reading(text: str, span: tuple[int, int], result: Expression) -> Reading:
    """Make the reading of an expression."""
    when = None if result.scope is None else When(text, result.edtf, result.scope, result.basis)
    times = result.times
    return Reading(text, span, when, times.start if times else None, times.end if times else None)
