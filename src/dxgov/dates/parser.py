"""`read`: a text that is one Japanese date, deadline or range."""

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
from dxgov.errors import DateError, quoted

SaidOn: TypeAlias = date | When | None

DEFAULT_CHOICES = Choices()
_FULL_DATE = re.compile("(?:(明治|大正|昭和|平成|令和)(元|[0-9０-９]{1,2})|([0-9０-９]{4}))年([0-9０-９]{1,2})月([0-9０-９]{1,2})日")


@frozen
class Reading:
    """What was read at one place of a text: a date, clock times, or why neither could be read."""

    text: str
    """The words as they stand in the text."""

    span: tuple[int, int]
    """Where they begin and where they end: ``source[span[0]:span[1]] == text``."""

    when: When | None = None
    """The date; ``None`` where the words have only a time of day, or cannot be read."""

    start_time: str | None = None
    """The time it begins, such as ``14:00``, by the clock in Japan; ``None`` where no time is said, or only about."""

    end_time: str | None = None
    """The time it ends, by the clock in Japan."""

    problem: str | None = None
    """Why words that have the form of a date cannot be read; ``None`` where they can."""


def read(text: str, said_on: SaidOn = None, choices: Choices = DEFAULT_CHOICES) -> When:
    """Read a text that is one Japanese date, deadline or range, and nothing else.

    `said_on` is the day on which the words were said or printed; words that lean on it, such as 来年度 or a date without its year,
    are refused without one. It may be a `When`, as vague as need be, as long as the answer is the same for all its days.
    Clock times stay in the words; `read_with_time` gives them too.

    >>> read("令和7年度末までに").edtf
    '../2026-03-31'
    >>> read("4月22日の週？", said_on=date(2024, 4, 17)).edtf
    '2024-04-22?/2024-04-28?'

    Raises:
        DateError: the text is not such a date, names a day that does not exist, or leaves out what cannot be known.
        TypeError: `text` is no text, `said_on` no date, or `choices` no `Choices`.
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
    """A full date in its plainest form, by far the most common, which needs no grammar; ``None`` for all else and all that is wrong."""
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
    """Read a text that is one date, with clock times or without, or a clock time alone.

    >>> reading = read_with_time("令和4年2月1日(火)14:00～15:30")
    >>> reading.when.edtf, reading.start_time, reading.end_time
    ('2022-02-01', '14:00', '15:30')

    Raises:
        DateError: the text is not such a date.
        TypeError: `text` is no text, `said_on` no date, or `choices` no `Choices`.
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
    """The first and the last day on which words may have been said, once both parameters are known to be what they should be."""
    if not isinstance(choices, Choices):
        raise TypeError(f"choices: found {quoted(choices)}, expected Choices")
    if isinstance(said_on, When):
        if said_on.start is None or said_on.end is None:
            raise ValueError(f"`said_on` is {said_on}, which is open; expected a date with a first and a last day")
        return [said_on.start, said_on.end]
    if said_on is not None and (not isinstance(said_on, date) or isinstance(said_on, datetime)):
        raise TypeError(f"said_on: found {quoted(said_on)}, expected a date, a When or None")
    return [said_on]


def describe_reading(reading: Reading) -> str:
    """What was read, for a message."""
    return str(reading.when.edtf) if reading.when else str(reading.start_time)


def _read_expression(text: str, folded: str, offsets: OffsetMap | None, context: Context) -> Reading:
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
    """What an expression says of the words it was found in."""
    when = None if result.scope is None else When(text, result.edtf, result.scope, result.basis)
    times = result.times
    return Reading(text, span, when, times.start if times else None, times.end if times else None)
