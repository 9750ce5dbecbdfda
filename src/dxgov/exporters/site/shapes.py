"""Display of vague dates: their shape, their position on the axis of a year, and whether they are settled."""

from collections.abc import Iterator
from datetime import date
from functools import cache

from attrs import frozen

from dxgov.codes import Code
from dxgov.dates.when import Scope, When
from dxgov.marks import Dated
from dxgov.model.record import Record
from dxgov.schema import Field, Table

_STATUS_TERM = "http://www.w3.org/2002/12/cal/ical#status"


def date_fields(table: Table) -> tuple[Field, ...]:
    """Return the date fields that put a record on the timeline: those marked `Dated`, or else all."""
    when_fields = tuple(field for field in table.fields if field.value is When)
    return tuple(field for field in when_fields if field.has(Dated)) or when_fields


def classify_shape(when: When) -> str:
    """Return the shape of a date.

    It is ``day``, ``span`` for all of its days, ``window`` for some of them, ``until``, ``since``, or ``none``.
    """
    if when.start is None and when.end is None:
        return "none"
    if when.scope is Scope.BY or when.start is None:
        return "until"
    if when.scope is Scope.FROM or when.end is None:
        return "since"
    if when.start == when.end:
        return "day"
    return "span" if when.scope is Scope.THROUGHOUT else "window"


def classify_doubt(when: When | None, table: Table, record: Record) -> str:
    """Return ``cancelled``, ``tentative`` if the date or the status of the record says so, or an empty text."""
    field = _find_status_field(table)
    status = getattr(record, field.name) if field else None
    shared = status.shared if isinstance(status, Code) else ()
    if "CANCELLED" in shared:
        return "cancelled"
    return "tentative" if "TENTATIVE" in shared or (when is not None and is_uncertain(when)) else ""


@cache
def _find_status_field(table: Table) -> Field | None:
    """Return the field that says whether something took place; None if the table has none."""
    return table.meant(_STATUS_TERM)


def is_uncertain(when: When) -> bool:
    """Return whether the date is uncertain or approximate."""
    return when.edtf is not None and any(mark in when.edtf for mark in "?~%")


@frozen
class Bar:
    """A date on the axis of a year, in percent of the year."""

    left: str
    width: str
    starts_earlier: bool
    """True if the date begins before the year."""
    ends_later: bool
    """True if the date ends after the year."""


def year_of(when: When) -> int | None:
    """Return the year of the first day that a date can mean, or of the last if it has no first."""
    day = when.start or when.end
    return day.year if day else None


def make_bar(when: When, year: int) -> Bar:
    """Return the bar of a date in a year; an open end extends to that end of the year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    start, end = when.start or first, when.end or last
    if when.scope is Scope.FROM:
        end = last
    days = (last - first).days + 1
    first_offset = (max(start, first) - first).days
    end_offset = (min(end, last) - first).days + 1
    return Bar(_percent(first_offset, days), _percent(max(end_offset - first_offset, 1), days), start < first, end > last)


def _percent(days: int, total: int) -> str:
    return f"{days * 100 / total:.2f}".rstrip("0").rstrip(".")


def month_offsets(year: int) -> Iterator[str]:
    """Yield the offsets of the months on the axis of a year, in percent."""
    first, days = date(year, 1, 1), (date(year, 12, 31) - date(year, 1, 1)).days + 1
    return (_percent((date(year, month, 1) - first).days, days) for month in range(1, 13))
