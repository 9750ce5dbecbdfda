"""Events of a data set: calendar events, requests, and due dates.

A calendar event is a record with a field marked as ``dtstart`` of RDF Calendar, as in calendar feeds. A record may refer by
``relatedTo`` to another record of the same occasion; then the referring record represents both.
"""

from collections.abc import Iterator
from datetime import date

from attrs import frozen

from dxgov.analysis.slips import index_slips
from dxgov.charts.words import RecordCaptions, get_display_name, get_table_name, translate
from dxgov.codes import Code
from dxgov.dataset import Dataset
from dxgov.dates.formatter import write
from dxgov.dates.when import When
from dxgov.languages import Lang
from dxgov.marks import Dated
from dxgov.model.meetings import EventStatus
from dxgov.text.slips import describe_slip

_ICAL = "http://www.w3.org/2002/12/cal/ical#"


@frozen
class Event:
    """A past or planned event."""

    id: str
    """The id of its record."""
    table: str
    """The table of its record."""
    kind: str
    """The kind of event in the language of the chart."""
    caption: str
    when: When | None
    status: Code | None = None
    slip: str = ""
    """What became of the date of a milestone, in words; empty if one source alone tells of it."""

    @property
    def first_day(self) -> date | None:
        """The first possible day; if that is open, the last one; None without a date."""
        return (self.when.start or self.when.end) if self.when else None

    @property
    def last_day(self) -> date:
        """The last possible day; `date.max` if that is open."""
        return (self.when.end if self.when else None) or date.max

    @property
    def year(self) -> int | None:
        """The year of the first possible day; None without a date."""
        return self.first_day.year if self.first_day else None

    @property
    def is_exact_day(self) -> bool:
        """True if the date is a single, certain day."""
        return self.when is not None and self.when.start is not None and self.when.start == self.when.end and not self.is_uncertain

    @property
    def is_uncertain(self) -> bool:
        """True if the source marks the date as tentative, uncertain or approximate."""
        return self.status is EventStatus.TENTATIVE or (self.when is not None and any(mark in (self.when.edtf or "") for mark in "?~%"))

    def format_date(self, lang: Lang) -> str:
        """Return the date in words."""
        return write(self.when, lang) if self.when else translate("no date", lang)

    def describe(self, lang: Lang) -> str:
        """Return the date in words, the kind, the status, and what became of the date."""
        return f"{self.format_date(lang)}{' · ' if lang == 'en' else '・'}{self.describe_kind(lang)}"

    def describe_kind(self, lang: Lang) -> str:
        """Return the kind, the status, and what became of the date."""
        details = [self.kind, *([get_display_name(self.status, lang)] if self.status else []), *([self.slip] if self.slip else [])]
        return translate("list", lang).join(details)


def list_events(data: Dataset, lang: Lang) -> list[Event]:
    """Return all events by date, those without a date last."""
    captions = RecordCaptions(data, lang)
    events = [
        *_iter_calendar_events(data, captions, lang),
        *_iter_requests(data, captions, lang),
        *_iter_due_dates(data, captions, lang),
    ]
    return sorted(events, key=lambda event: (event.first_day is None, event.first_day or date.min, event.last_day, event.table, event.id))


def _iter_calendar_events(data: Dataset, captions: RecordCaptions, lang: Lang) -> Iterator[Event]:
    """Yield the records of tables with a calendar date, one event per occasion."""
    tables = [table for table in data.model().tables.values() if table.meant(f"{_ICAL}dtstart")]
    # Collect the records that another record of the same occasion represents.
    duplicates = set[str]()
    for table in tables:
        related_to = table.meant(f"{_ICAL}relatedTo")
        if related_to:
            for cell in data.tables[table.name].data[related_to.name].to_pylist():
                duplicates |= set(cell) if isinstance(cell, list) else {cell} if cell else set()
    # Turn every other record into an event.
    slips = index_slips(data.slipped())
    for table in tables:
        day, status = table.meant(f"{_ICAL}dtstart"), table.meant(f"{_ICAL}status")
        if day is None:
            continue
        kind = get_table_name(table, lang)
        for record in data.tables[table.name]:
            if record.id not in duplicates:
                code = getattr(record, status.name) if status else None
                slip = describe_slip(slips[record.id], record.id, lang) if record.id in slips else ""
                yield Event(record.id, table.name, kind, captions.get(table.name, record.id), getattr(record, day.name), code, slip)


def _iter_requests(data: Dataset, captions: RecordCaptions, lang: Lang) -> Iterator[Event]:
    table = data.model().table(data.requests.name)
    day = next(field for field in table.fields if field.has(Dated))
    for record in data.requests:
        yield Event(record.id, table.name, get_table_name(table, lang), captions.get(table.name, record.id), getattr(record, day.name))


def _iter_due_dates(data: Dataset, captions: RecordCaptions, lang: Lang) -> Iterator[Event]:
    """Yield the due dates of promises and instructions."""
    for item in data.due():
        if item.due:
            table = data.model().table_of(type(item.record))
            name, due = get_table_name(table, lang), translate("due", lang)
            kind = f"{name} ({due})" if lang == "en" else f"{name}の{due}"
            yield Event(item.record.id, table.name, kind, captions.get(table.name, item.record.id), item.due)
