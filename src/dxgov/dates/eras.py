"""Japan's eras (元号) since the adoption of the Gregorian calendar."""

from datetime import date

from attrs import frozen


@frozen
class Era:
    """Era with its name, its letter, and its first day in the Gregorian calendar."""

    name: str
    letter: str
    first_day: date


ERAS = (
    Era("令和", "R", date(2019, 5, 1)),
    Era("平成", "H", date(1989, 1, 8)),
    Era("昭和", "S", date(1926, 12, 25)),
    Era("大正", "T", date(1912, 7, 30)),
    Era("明治", "M", date(1868, 1, 25)),
)
"""Eras from the latest to the earliest, by the law of 1979 and the imperial rescripts before it."""

ERAS_BY_NAME = {name: era for era in ERAS for name in (era.name, era.letter, era.name[0])}
"""Eras by name, letter and first character."""
GREGORIAN_SINCE = date(1873, 1, 1)
"""明治6年1月1日. Until the day before, 明治5年12月2日, Japan used a lunisolar calendar with other months."""


def to_gregorian_year(era: Era, era_year: int) -> int:
    """Return the Gregorian year of an era year, including years after the end of the era.

    Raises:
        ValueError: The era year is 0, or precedes the Gregorian calendar in Japan.
    """
    if era_year < 1:
        raise ValueError(f"{era.name} has no year 0; its first year is {era.name}元年")
    year = era.first_day.year + era_year - 1
    if year < GREGORIAN_SINCE.year:
        raise ValueError("before 1873, until 明治5年, Japan counted by the moon, and its months and days were others")
    return year


def find_era(day: date) -> Era | None:
    """Return the era of a day, or None before 1873."""
    if day < GREGORIAN_SINCE:
        return None
    return next(era for era in ERAS if era.first_day <= day)


def format_era_year(era: Era, year: int) -> str:
    """Format a Gregorian year as a year of an era: ``元年``, ``2年``."""
    era_year = year - era.first_day.year + 1
    return "元年" if era_year == 1 else f"{era_year}年"
