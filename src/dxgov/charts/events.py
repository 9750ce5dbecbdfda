"""What happens: everything that has a day in a calendar, requests, and what falls due.

An event is a record with a field that is marked as ``dtstart`` of RDF Calendar, as in calendar feeds. Of records that say by
``relatedTo`` that they are the same occasion, the one that says so stands for both.
"""

from collections.abc import Iterator
from datetime import date

from attrs import frozen

from dxgov.charts.words import Names, called, word
from dxgov.codes import Code
from dxgov.dataset import Dataset
from dxgov.dates.formatter import write
from dxgov.dates.when import When
from dxgov.marks import Dated
from dxgov.model.meetings import EventStatus
from dxgov.schema import Table
from dxgov.text.records import Lang

_ICAL = "http://www.w3.org/2002/12/cal/ical#"


@frozen
class Event:
    """Something that happened or was to happen."""

    id: str
    table: str
    kind: str
    """What the reader is told that it is."""
    caption: str
    when: When | None
    status: Code | None = None

    @property
    def first(self) -> date | None:
        """The first day that it can mean; where that is open, the last."""
        return (self.when.start or self.when.end) if self.when else None

    @property
    def last(self) -> date:
        """The last day that it can mean, however far off."""
        return (self.when.end if self.when else None) or date.max

    @property
    def year(self) -> int | None:
        """The year in which it may begin, or else end."""
        return self.first.year if self.first else None

    @property
    def single(self) -> bool:
        """Whether its date is one day, and not in doubt."""
        return self.when is not None and self.when.start is not None and self.when.start == self.when.end and not self.doubtful

    @property
    def doubtful(self) -> bool:
        """Whether the source marks the date as not settled, or as uncertain or approximate."""
        return self.status is EventStatus.TENTATIVE or (self.when is not None and any(mark in (self.when.edtf or "") for mark in "?~%"))

    def date(self, lang: Lang) -> str:
        """Its date in words."""
        return write(self.when, lang) if self.when else word("no date", lang)

    def told(self, lang: Lang) -> str:
        """Its date in words, what it is, and its status."""
        day = self.date(lang)
        marks = [self.kind, *([called(self.status, lang)] if self.status else [])]
        return f"{day} · {', '.join(marks)}" if lang == "en" else f"{day}・{'、'.join(marks)}"


def events(data: Dataset, lang: Lang) -> list[Event]:
    """All events in the order of their dates; those without a day stand last."""
    names = Names(data, lang)
    found = [*_happening(data, names, lang), *_requests(data, names, lang), *_due(data, names, lang)]
    return sorted(found, key=lambda event: (event.first is None, event.first or date.min, event.last, event.table, event.id))


def _happening(data: Dataset, names: Names, lang: Lang) -> Iterator[Event]:
    """What has a day in a calendar, an occasion that two records tell of once."""
    tables = [table for table in data.model().tables.values() if table.meant(f"{_ICAL}dtstart")]
    twins = set[str]()
    for table in tables:
        same = table.meant(f"{_ICAL}relatedTo")
        if same:
            for cell in data.tables[table.name].data[same.name].to_pylist():
                twins |= set(cell) if isinstance(cell, list) else {cell} if cell else set()
    for table in tables:
        day, status = table.meant(f"{_ICAL}dtstart"), table.meant(f"{_ICAL}status")
        if day is None:
            continue
        for record in data.tables[table.name]:
            if record.id not in twins:
                code = getattr(record, status.name) if status else None
                yield Event(record.id, table.name, _kind(table, lang), names(table.name, record.id), getattr(record, day.name), code)


def _requests(data: Dataset, names: Names, lang: Lang) -> Iterator[Event]:
    table = data.model().table(data.requests.name)
    day = next(field for field in table.fields if field.has(Dated))
    for record in data.requests:
        yield Event(record.id, table.name, _kind(table, lang), names(table.name, record.id), getattr(record, day.name))


def _due(data: Dataset, names: Names, lang: Lang) -> Iterator[Event]:
    """What was promised or ordered, where a day was said."""
    for each in data.due():
        if each.due:
            table = data.model().table_of(type(each.record))
            kind = f"{_kind(table, lang)} ({word('due', lang)})" if lang == "en" else f"{_kind(table, lang)}の{word('due', lang)}"
            yield Event(each.record.id, table.name, kind, names(table.name, each.record.id), each.due)


def _kind(table: Table, lang: Lang) -> str:
    return table.label if lang == "ja" else table.singular.replace("_", " ")
