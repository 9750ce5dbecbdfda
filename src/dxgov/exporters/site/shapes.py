"""How vague a date looks: which days it takes on the axis of a year, and whether they are sure, some of them, or open at an end."""

from collections.abc import Iterator
from datetime import date

from attrs import frozen

from dxgov.codes import Code
from dxgov.dates.when import Scope, When
from dxgov.marks import Dated
from dxgov.model.record import Record
from dxgov.schema import Field, Table

_STATUS = "http://www.w3.org/2002/12/cal/ical#status"


def date_fields(table: Table) -> tuple[Field, ...]:
    """The dates by which records of a table stand in the timeline: those of what they tell, or else every date that they hold."""
    holding = tuple(field for field in table.fields if field.value is When)
    return tuple(field for field in holding if field.has(Dated)) or holding


def shape(when: When) -> str:
    """What kind of span it is: ``day``, ``span`` for all of its days, ``window`` for some of them, ``until``, ``since``, or ``none``."""
    if when.start is None and when.end is None:
        return "none"
    if when.scope is Scope.BY or when.start is None:
        return "until"
    if when.scope is Scope.FROM or when.end is None:
        return "since"
    if when.start == when.end:
        return "day"
    return "span" if when.scope is Scope.THROUGHOUT else "window"


def doubt(when: When | None, table: Table, record: Record) -> str:
    """What keeps it from being settled: ``cancelled``, ``tentative`` where its date or its status says so, or nothing."""
    field = table.meant(_STATUS)
    status = getattr(record, field.name) if field else None
    shared = status.shared if isinstance(status, Code) else ()
    if "CANCELLED" in shared:
        return "cancelled"
    return "tentative" if "TENTATIVE" in shared or (when is not None and unsure(when)) else ""


def unsure(when: When) -> bool:
    """Whether the date itself is uncertain or approximate."""
    return when.edtf is not None and any(mark in when.edtf for mark in "?~%")


@frozen
class Bar:
    """A date on the axis of a year, in hundredths of the year from its first day."""

    left: str
    width: str
    before: bool
    """Whether it begins before the year."""
    after: bool
    """Whether it ends after the year."""


def year_of(when: When) -> int | None:
    """The year that it stands in: that of the first day it can mean, or of the last where it has no first."""
    day = when.start or when.end
    return day.year if day else None


def bar(when: When, year: int) -> Bar:
    """The days of a date in a year; an open end reaches to that end of the year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    start, end = when.start or first, when.end or last
    if when.scope is Scope.FROM:
        end = last
    days = (last - first).days + 1
    left = (max(start, first) - first).days
    right = (min(end, last) - first).days + 1
    return Bar(_percent(left, days), _percent(max(right - left, 1), days), start < first, end > last)


def _percent(days: int, of: int) -> str:
    return f"{days * 100 / of:.2f}".rstrip("0").rstrip(".")


def months(year: int) -> Iterator[str]:
    """Where the months of a year begin on its axis."""
    first, after = date(year, 1, 1), (date(year, 12, 31) - date(year, 1, 1)).days + 1
    return (_percent((date(year, month, 1) - first).days, after) for month in range(1, 13))
