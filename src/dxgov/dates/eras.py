"""Japan's eras (元号) since it took over the Gregorian calendar."""

from datetime import date

from attrs import frozen


@frozen
class Era:
    """An era: its name, its letter, and its first day in the Gregorian calendar."""

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
"""The latest first, as the law of 1979 and the imperial rescripts before it have them."""

ERAS_BY_NAME = {name: era for era in ERAS for name in (era.name, era.letter, era.name[0])}
GREGORIAN_SINCE = date(1873, 1, 1)
"""明治6年1月1日. Until the day before, 明治5年12月2日, Japan counted by a calendar of moon and sun, whose months were others."""


def to_gregorian_year(era: Era, era_year: int) -> int:
    """The Gregorian year of an era's year; it goes on being counted after the era has ended.

    Raises:
        ValueError: an era has no year 0, or Japan had not taken over the Gregorian calendar.
    """
    if era_year < 1:
        raise ValueError(f"{era.name} has no year 0; its first year is {era.name}元年")
    year = era.first_day.year + era_year - 1
    if year < GREGORIAN_SINCE.year:
        raise ValueError("before 1873, until 明治5年, Japan counted by the moon, and its months and days were others")
    return year


def find_era(day: date) -> Era | None:
    """The era of a day; ``None`` before 1873."""
    if day < GREGORIAN_SINCE:
        return None
    return next(era for era in ERAS if era.first_day <= day)


def format_era_year(era: Era, year: int) -> str:
    """``元年``, ``2年`` ...: a Gregorian year counted in an era."""
    era_year = year - era.first_day.year + 1
    return "元年" if era_year == 1 else f"{era_year}年"
