"""What a reader of dates has to choose where usage differs."""

from typing import Any, Literal, get_args

from attrs import Attribute, field, frozen

Bare = Literal["nearest", "past", "coming", "same_year", "same_fiscal_year"]
YearEnd = Literal["nearest", "past", "coming", "same_year"]
Halves = Literal["calendar", "fiscal"]
WeekOfMonth = Literal["rows", "full", "sevens"]
WeekStart = Literal["monday", "sunday"]
Winter = Literal["begins", "ends"]


def _check(_: "Choices", attribute: "Attribute[Any]", value: object) -> None:
    """Refuse what is not among the options of a field."""
    options = get_args(attribute.type)
    if value not in options:
        raise ValueError(f"{attribute.name} is {value!r}, expected one of {', '.join(map(repr, options))}")


@frozen(kw_only=True)
class Choices:
    """How to read words that people use in more than one way; the first of each field's options is the default.

    Raises:
        ValueError: a choice is not among its options.
    """

    bare: Bare = field(default="nearest", validator=_check)
    """The year of a date that prints none: ``nearest`` to the day it was said on (where words look ahead, as までに does, the first that
    does not end before that day), ``past``, ``coming``, ``same_year`` or ``same_fiscal_year``."""

    year_end: YearEnd = field(default="nearest", validator=_check)
    """年末 and 年始 without a year: ``nearest`` (年末 is last December until the end of June), ``past``, ``coming`` or ``same_year``."""

    halves: Halves = field(default="calendar", validator=_check)
    """Whether halves and quarters of a 年 are of the ``calendar`` year or the ``fiscal`` year; those of a 年度, or of
    neither, are always fiscal."""

    week_of_month: WeekOfMonth = field(default="rows", validator=_check)
    """Which week is 第1週: the one that holds the 1st (``rows``), the first whole one (``full``), or the 1st to the 7th (``sevens``)."""

    week_start: WeekStart = field(default="monday", validator=_check)
    """The day with which a week begins: ``monday`` or ``sunday``."""

    winter: Winter = field(default="begins", validator=_check)
    """Whether the 冬 of a year ``begins`` or ``ends`` in that year."""
