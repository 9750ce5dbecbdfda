"""Options for words with more than one usage."""

from typing import Any, Literal, get_args

from attrs import Attribute, field, frozen

Bare = Literal["nearest", "past", "coming", "same_year", "same_fiscal_year"]
YearEnd = Literal["nearest", "past", "coming", "same_year"]
Halves = Literal["calendar", "fiscal"]
WeekOfMonth = Literal["rows", "full", "sevens"]
WeekStart = Literal["monday", "sunday"]
Winter = Literal["begins", "ends"]


def _check(_: "Choices", attribute: "Attribute[Any]", value: object) -> None:
    """Check that a value is among the options of a field."""
    options = get_args(attribute.type)
    if value not in options:
        raise ValueError(f"{attribute.name} is {value!r}, expected one of {', '.join(map(repr, options))}")


@frozen(kw_only=True)
class Choices:
    """Readings of words that people use in more than one way; the first option of each field is the default.

    Raises:
        ValueError: A value is not among the options of its field.
    """

    bare: Bare = field(default="nearest", validator=_check)
    """Year of a date without a printed year.

    ``nearest`` is nearest to `said_on`; after words such as までに, the first that does not end before it. Or ``past``, ``coming``,
    ``same_year``, ``same_fiscal_year``."""

    year_end: YearEnd = field(default="nearest", validator=_check)
    """年末 and 年始 without a year: ``nearest`` (年末 is last December until the end of June), ``past``, ``coming`` or ``same_year``."""

    halves: Halves = field(default="calendar", validator=_check)
    """Halves and quarters of a 年: of the ``calendar`` or the ``fiscal`` year. Those of a 年度, or of neither, are always fiscal."""

    week_of_month: WeekOfMonth = field(default="rows", validator=_check)
    """第1週: the week that contains the 1st (``rows``), the first full week (``full``), or the 1st to the 7th (``sevens``)."""

    week_start: WeekStart = field(default="monday", validator=_check)
    """First day of a week: ``monday`` or ``sunday``."""

    winter: Winter = field(default="begins", validator=_check)
    """冬 of a year: ``begins`` or ``ends`` in that year."""
