"""iCalendar (RFC 5545): calendar feeds of all that is dated and happens.

An event is a record with a field that is marked as ``dtstart`` of RDF Calendar. Which other fields say where it is, what kind of
event it is, whether it takes place and what it is told with, and what the codes of its status are called, is marked in the same way.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from attrs import frozen
from icalendar import Calendar, Component, Event, Timezone, TimezoneStandard, Todo, vText

from dxgov.codes import Code
from dxgov.dates.when import Scope, When
from dxgov.metadata import Metadata
from dxgov.model.record import Record
from dxgov.schema import Field, Table
from dxgov.storage.files import Files
from dxgov.tables.collection import Collection
from dxgov.text.records import Lang, caption, label

_ICAL = "http://www.w3.org/2002/12/cal/ical#"
_SCHEMA = "https://schema.org/"

_ZONE = "Asia/Tokyo"
_OFFSET = timedelta(hours=9)

_UNDATED = date(1970, 1, 1)
"""Stands for the day of release of a data set that does not tell it, because every event must have such a stamp."""

_STATUSES = {"VEVENT": ("CONFIRMED", "TENTATIVE", "CANCELLED"), "VTODO": ("NEEDS-ACTION", "COMPLETED", "CANCELLED")}

_END = b"END:VCALENDAR\r\n"


def feeds(data: Collection) -> Files:
    """``events.ics`` with titles in Japanese, and ``events.en.ics`` with the same events and titles in English."""
    yield "events.ics", _feed(data, "ja")
    yield "events.en.ics", _feed(data, "en")


def _feed(data: Collection, lang: Lang) -> Iterator[bytes]:
    yield _calendar(data.metadata, lang).to_ical().removesuffix(_END)
    for table in data.model().tables.values():
        event = _event(table)
        if event:
            for record in data.tables[table.name]:
                yield _component(data, record, event, lang).to_ical()
    yield _END


def _calendar(about: Metadata, lang: Lang) -> Calendar:
    """A calendar without events; it has its time zone, so that it is never empty, which RFC 5545 forbids."""
    calendar = Calendar()
    _add(calendar, "VERSION", "2.0")
    _add(calendar, "PRODID", f"-//dxgov//events//{lang.upper()}")
    _add(calendar, "CALSCALE", "GREGORIAN")
    _add(calendar, "X-WR-TIMEZONE", _ZONE)
    for name in ("NAME", "X-WR-CALNAME"):
        _add(calendar, name, about.title or about.name)
    for name in ("DESCRIPTION", "X-WR-CALDESC"):
        _add(calendar, name, about.description)
    zone, standard = Timezone(), TimezoneStandard()
    _add(zone, "TZID", _ZONE)
    _add(standard, "TZNAME", "JST")
    standard.add("DTSTART", datetime(1970, 1, 1))  # noqa: DTZ001 - by the clock of the zone that it defines
    standard.add("TZOFFSETFROM", _OFFSET)
    standard.add("TZOFFSETTO", _OFFSET)
    zone.add_component(standard)
    calendar.add_component(zone)
    return calendar


@frozen
class _Event:
    """The fields of a class that say what a calendar wants to know."""

    date: Field
    starts: Field | None
    ends: Field | None
    place: Field | None
    status: Field | None
    kind: Field | None
    same: Field | None
    """The reference to the record of the same occasion."""


def _event(table: Table) -> _Event | None:
    """What a class says of events; nothing where its records are none."""
    day = table.meant(f"{_ICAL}dtstart")
    if day is None:
        return None
    terms = (f"{_SCHEMA}startTime", f"{_SCHEMA}endTime", *(f"{_ICAL}{name}" for name in ("location", "status", "categories", "relatedTo")))
    return _Event(day, *map(table.meant, terms))


def _component(data: Collection, record: Record, event: _Event, lang: Lang) -> Component:
    """An event, or a to-do without a day where the record names none."""
    when: When | None = getattr(record, event.date.name)
    days = _days(when)
    component = Event() if days else Todo()
    _add(component, "UID", _uid(data, record.id))
    component.add("DTSTAMP", datetime.combine(data.metadata.created or _UNDATED, time(), UTC))
    _add(component, "SUMMARY", caption(data, record, lang), LANGUAGE=lang)
    _add(component, "DESCRIPTION", "\n".join(_description(data, record, event, lang)))
    _add(component, "LOCATION", _value(record, event.place))
    _add(component, "STATUS", _status(component.name, _value(record, event.status), when))
    for kind in _values(record, event.kind):
        _add(component, "CATEGORIES", kind.label if lang == "ja" and isinstance(kind, Code) else kind, LANGUAGE=lang)
    for id in _values(record, event.same):
        _add(component, "RELATED-TO", _uid(data, id), RELTYPE="SIBLING")
    if when:
        for part in event.date.parts:
            if not part.derived:
                _add(component, f"X-DXGOV-{part.name.upper()}", getattr(when, part.name), VALUE="TEXT")
    if when and days:
        begins = _value(record, event.starts) if when.start == when.end else None
        _add_days(component, *days) if begins is None else _add_times(component, days[0], begins, _value(record, event.ends))
    return component


def _uid(data: Collection, id: str) -> str:
    return f"{id}@{data.metadata.name}"


def _days(when: When | None) -> tuple[date, date] | None:
    """First and last day in a calendar: a deadline is its last day, a beginning its first; of an open span the end that is known."""
    first, last = (when.start or when.end, when.end or when.start) if when else (None, None)
    if when is None or first is None or last is None:
        return None
    return {Scope.BY: (last, last), Scope.FROM: (first, first)}.get(when.scope, (first, last))


def _add_days(component: Component, first: date, last: date) -> None:
    component.add("TRANSP", "TRANSPARENT")
    component.add("DTSTART", first)
    if last == date.max:  # there is no day after it, which an event would end before
        component.add("DURATION", last - first + timedelta(days=1))
    else:
        component.add("DTEND", last + timedelta(days=1))


def _add_times(component: Component, day: date, begins: str, ends: str | None) -> None:
    """An event by the clock, over midnight where it ends before it begins.

    One that ends when it begins has no end, since RFC 5545 wants ends to be later.
    """
    start = datetime.combine(day, time.fromisoformat(begins))
    component.add("DTSTART", start, parameters={"TZID": _ZONE})
    if ends is None or ends == begins:
        return
    end = datetime.combine(day, time.fromisoformat(ends))
    if end > start:
        component.add("DTEND", end, parameters={"TZID": _ZONE})
    elif day == date.max:  # there is no day after it
        component.add("DURATION", end - start + timedelta(days=1))
    else:
        component.add("DTEND", end + timedelta(days=1), parameters={"TZID": _ZONE})


def _status(kind: str, code: Any, when: When | None) -> str | None:
    """What the component's kind calls the status; an event whose day is uncertain or approximate is never confirmed."""
    words = code.shared if isinstance(code, Code) else ()
    word = next((word for word in words if word in _STATUSES[kind]), None)
    vague = when is not None and when.edtf is not None and any(mark in when.edtf for mark in "?~%")
    return "TENTATIVE" if vague and word != "CANCELLED" else word


def _description(data: Collection, record: Record, event: _Event, lang: Lang) -> Iterator[str]:
    """The title in the other language, what the record says of its time, its notes, and where it was read, in both languages."""
    yield caption(data, record, "en" if lang == "ja" else "ja")
    for field in filter(None, (event.date, event.starts, event.ends, event.status)):
        for value in _values(record, field):
            yield f"{_both(label(field, 'ja'), label(field, 'en').replace('_', ' '), lang)}: {_said(value, lang)}"
    yield from filter(None, (record.note, record.note_en))
    source = data[record.citation.source_id]
    yield f"{_both(caption(data, source, 'ja'), caption(data, source, 'en'), lang)} ({record.citation})"


def _said(value: Any, lang: Lang) -> str:
    if isinstance(value, When):
        return f"{value} ({_said(value.scope, lang)})"
    return _both(value.label, str(value), lang) if isinstance(value, Code) else str(value)


def _both(japanese: str, english: str, lang: Lang) -> str:
    return " / ".join(dict.fromkeys((japanese, english) if lang == "ja" else (english, japanese)))


def _value(record: Record, field: Field | None) -> Any:
    return getattr(record, field.name) if field else None


def _values(record: Record, field: Field | None) -> Iterator[Any]:
    """What a field holds, one by one; nothing where it is empty."""
    value = _value(record, field)
    yield from (value if isinstance(value, tuple) else () if value is None else (value,))


class _Text(vText):
    r"""A text, escaped as RFC 5545 says and no more; the library would take a backslash before an N for a line break."""

    def to_ical(self) -> bytes:
        text = self.replace("\r\n", "\n").replace("\r", "\n")
        return text.replace("\\", r"\\").replace(";", r"\;").replace(",", r"\,").replace("\n", r"\n").encode()


def _add(component: Component, name: str, text: str | None, **parameters: str) -> None:
    if text is not None:
        component.add(name, _Text(text, params=parameters))
