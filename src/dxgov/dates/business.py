"""Business days: the days on which government offices are open."""

from datetime import date, timedelta

from dxgov.dates.when import When
from dxgov.optional_dependencies import require_extra

_EVERY_SATURDAY_SINCE = date(1992, 5, 1)
"""First day since which offices are closed on every Saturday; an earlier rule closed them on some."""


def business_days(when: When) -> tuple[date, ...]:
    """Return the days of a date on which the offices of the nation are open.

    They are closed on Saturdays, Sundays, national holidays (国民の祝日に関する法律, with substitute holidays and days between two
    holidays) and from 29 December to 3 January (行政機関の休日に関する法律). Offices of local governments close on the same days
    as a rule, but may add days of their own. Needs ``pip install 'dxgov[business]'``.

    >>> from dxgov import Scope, When
    >>> [str(day) for day in business_days(When("4月29日の週", "2024-04-29/2024-05-05", Scope.WITHIN))]
    ['2024-04-30', '2024-05-01', '2024-05-02']

    Raises:
        TypeError: `when` is not a `When`.
        ValueError: The date has an open end, names no day, or lies outside the years with known rules: May 1992, when every Saturday
            became a holiday, to the end of 2099. Holidays of coming years follow the law in force.
        NotInstalledError: The library ``holidays`` is not installed.
    """
    if not isinstance(when, When):
        raise TypeError(f"found {when!r}, expected a When; `dates.read` makes one of words")
    if when.start is None or when.end is None:
        missing = "names no day" if when.start is when.end else f"is open at its {'start' if when.start is None else 'end'}"
        raise ValueError(f"{when} {missing}; business days are those between a first and a last day")
    with require_extra("business"):
        from holidays import country_holidays

        holidays = country_holidays("JP")
    last_known_day = date(holidays.end_year, 12, 31)
    if when.start < _EVERY_SATURDAY_SINCE or when.end > last_known_day:
        raise ValueError(f"{when} lies outside the days for which holidays are known: {_EVERY_SATURDAY_SINCE} to {last_known_day}")
    days = (when.start + timedelta(days=offset) for offset in range((when.end - when.start).days + 1))
    return tuple(day for day in days if day.weekday() < 5 and day not in holidays and not _is_new_year_closure(day))


def _is_new_year_closure(day: date) -> bool:
    """Return True from 29 December to 3 January."""
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
