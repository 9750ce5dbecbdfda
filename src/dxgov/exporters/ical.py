"""iCalendar (RFC 5545): calendar feeds of all records that have a date and take place.

A record is an event if one of its fields carries the term ``dtstart`` of RDF Calendar. Other terms of the same vocabulary mark its
location, category, status and related events, and the codes of the status.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from attrs import frozen
from icalendar import Calendar, Component, Event, Timezone, TimezoneStandard, Todo, vText

from dxgov.analysis.slips import Slip, SlipKind, index_slips
from dxgov.codes import Code
from dxgov.dataset import Dataset
from dxgov.dates.when import Scope, When
from dxgov.languages import Lang
from dxgov.metadata import Metadata
from dxgov.model.record import Record
from dxgov.schema import Field, Table
from dxgov.storage.files import ExportFolder, Files
from dxgov.tables.collection import Collection
from dxgov.text.records import get_caption, get_field_label
from dxgov.text.slips import describe_slip

_ICAL = "http://www.w3.org/2002/12/cal/ical#"
_SCHEMA = "https://schema.org/"

_TIME_ZONE = "Asia/Tokyo"
_UTC_OFFSET = timedelta(hours=9)

_DEFAULT_RELEASE_DAY = date(1970, 1, 1)
"""Stamp of events if the data set has no day of release, because RFC 5545 requires one."""

_STATUSES = {"VEVENT": ("CONFIRMED", "TENTATIVE", "CANCELLED"), "VTODO": ("NEEDS-ACTION", "COMPLETED", "CANCELLED")}

_CALENDAR_END = b"END:VCALENDAR\r\n"


def export_ical(data: Collection, _folder: ExportFolder) -> Files:
    """Yield ``events.ics`` with Japanese titles, and ``events.en.ics`` with the same events and English titles."""
    yield "events.ics", _serialize_calendar(data, "ja")
    yield "events.en.ics", _serialize_calendar(data, "en")


def _serialize_calendar(data: Collection, lang: Lang) -> Iterator[bytes]:
    yield _make_calendar(data.metadata, lang).to_ical().removesuffix(_CALENDAR_END)
    slips = index_slips(data.slipped()) if isinstance(data, Dataset) else {}
    for table in data.model().tables.values():
        event_fields = _find_event_fields(table)
        if event_fields:
            for record in data.tables[table.name]:
                yield _make_component(data, record, event_fields, slips.get(record.id), lang).to_ical()
    yield _CALENDAR_END


def _make_calendar(metadata: Metadata, lang: Lang) -> Calendar:
    """Return a calendar without events; its time zone keeps it from being empty, which RFC 5545 forbids."""
    calendar = Calendar()
    _add_text(calendar, "VERSION", "2.0")
    _add_text(calendar, "PRODID", f"-//dxgov//events//{lang.upper()}")
    _add_text(calendar, "CALSCALE", "GREGORIAN")
    _add_text(calendar, "X-WR-TIMEZONE", _TIME_ZONE)
    for name in ("NAME", "X-WR-CALNAME"):
        _add_text(calendar, name, metadata.get_title(lang))
    for name in ("DESCRIPTION", "X-WR-CALDESC"):
        _add_text(calendar, name, metadata.get_description(lang))
    zone, standard = Timezone(), TimezoneStandard()
    _add_text(zone, "TZID", _TIME_ZONE)
    _add_text(standard, "TZNAME", "JST")
    standard.add("DTSTART", datetime(1970, 1, 1))  # noqa: DTZ001 - local time of the zone that it defines
    standard.add("TZOFFSETFROM", _UTC_OFFSET)
    standard.add("TZOFFSETTO", _UTC_OFFSET)
    zone.add_component(standard)
    calendar.add_component(zone)
    return calendar


@frozen
class _EventFields:
    """The fields of a record class that fill the properties of an event."""

    date: Field
    start_time: Field | None
    end_time: Field | None
    location: Field | None
    status: Field | None
    kind: Field | None
    related: Field | None
    """Reference to the record of the same occasion."""


def _find_event_fields(table: Table) -> _EventFields | None:
    """Return the event fields of a table, or None if its records are no events."""
    day = table.meant(f"{_ICAL}dtstart")
    if day is None:
        return None
    terms = (f"{_SCHEMA}startTime", f"{_SCHEMA}endTime", *(f"{_ICAL}{name}" for name in ("location", "status", "categories", "relatedTo")))
    return _EventFields(day, *map(table.meant, terms))


def _make_component(data: Collection, record: Record, event_fields: _EventFields, slip: Slip | None, lang: Lang) -> Component:
    """Return an event for a record, or a to-do if its date names no day.

    A date from which a milestone slipped is cancelled, and all records of the milestone are related to each other.
    """
    when: When | None = getattr(record, event_fields.date.name)
    day_range = _day_range(when)
    component = Event() if day_range else Todo()
    _add_text(component, "UID", _make_uid(data, record.id))
    component.add("DTSTAMP", datetime.combine(data.metadata.created or _DEFAULT_RELEASE_DAY, time(), UTC))
    title, title_ja = get_caption(data, record, lang), get_caption(data, record, "ja")
    _add_text(component, "SUMMARY", title, LANGUAGE="ja" if title == title_ja else lang)  # an index has no English titles
    _add_text(component, "DESCRIPTION", "\n".join(_describe(data, record, event_fields, slip, lang)))
    _add_text(component, "LOCATION", _field_value(record, event_fields.location))
    status = _map_status(component.name, _field_value(record, event_fields.status), when)
    _add_text(component, "STATUS", "CANCELLED" if slip and _is_overtaken(slip, record) else status)
    for kind in _field_values(record, event_fields.kind):
        _add_text(component, "CATEGORIES", kind.label if lang == "ja" and isinstance(kind, Code) else kind, LANGUAGE=lang)
    siblings = [sibling.id for sibling in slip.records if sibling.id != record.id] if slip else []
    for id in (*_field_values(record, event_fields.related), *siblings):
        _add_text(component, "RELATED-TO", _make_uid(data, id), RELTYPE="SIBLING")
    if when:
        for part in event_fields.date.parts:
            if not part.derived:
                _add_text(component, f"X-DXGOV-{part.name.upper()}", getattr(when, part.name), VALUE="TEXT")
    if when and day_range:
        start_time = _field_value(record, event_fields.start_time) if when.start == when.end else None
        if start_time is None:
            _add_days(component, *day_range)
        else:
            _add_times(component, day_range[0], start_time, _field_value(record, event_fields.end_time))
    return component


def _is_overtaken(slip: Slip, record: Record) -> bool:
    """Return whether a record tells of a date on which its milestone did not take place and is no longer planned."""
    return slip.kind in {SlipKind.LATER, SlipKind.SOONER, SlipKind.POSTPONED, SlipKind.CANCELLED} and record.id != slip.records[-1].id


def _make_uid(data: Collection, id: str) -> str:
    return f"{id}@{data.metadata.name}"


def _day_range(when: When | None) -> tuple[date, date] | None:
    """Return the first and last calendar day of a date, or None if it names none.

    A deadline is its last day and a beginning its first day; a span that is open at one end is the day at the other.
    """
    first, last = (when.start or when.end, when.end or when.start) if when else (None, None)
    if when is None or first is None or last is None:
        return None
    return {Scope.BY: (last, last), Scope.FROM: (first, first)}.get(when.scope, (first, last))


def _add_days(component: Component, first: date, last: date) -> None:
    component.add("TRANSP", "TRANSPARENT")
    component.add("DTSTART", first)
    if last == date.max:  # DTEND is exclusive, and no later day exists
        component.add("DURATION", last - first + timedelta(days=1))
    else:
        component.add("DTEND", last + timedelta(days=1))


def _add_times(component: Component, day: date, start_time: str, end_time: str | None) -> None:
    """Add start and end times; an end before the start is on the next day.

    An end that equals the start is left out, since RFC 5545 requires a later one.
    """
    start = datetime.combine(day, time.fromisoformat(start_time))
    component.add("DTSTART", start, parameters={"TZID": _TIME_ZONE})
    if end_time is None or end_time == start_time:
        return
    end = datetime.combine(day, time.fromisoformat(end_time))
    if end > start:
        component.add("DTEND", end, parameters={"TZID": _TIME_ZONE})
    elif day == date.max:  # no later day exists
        component.add("DURATION", end - start + timedelta(days=1))
    else:
        component.add("DTEND", end + timedelta(days=1), parameters={"TZID": _TIME_ZONE})


def _map_status(component_name: str, code: Any, when: When | None) -> str | None:
    """Return the iCalendar status of a code; an event whose date is uncertain or approximate is tentative unless it is cancelled."""
    statuses = code.shared if isinstance(code, Code) else ()
    status = next((status for status in statuses if status in _STATUSES[component_name]), None)
    is_vague = when is not None and when.edtf is not None and any(mark in when.edtf for mark in "?~%")
    return "TENTATIVE" if is_vague and status != "CANCELLED" else status


def _describe(data: Collection, record: Record, event_fields: _EventFields, slip: Slip | None, lang: Lang) -> Iterator[str]:
    """Yield the title in the other language if there is one, date and status as recorded, what became of the date, notes and citation."""
    title, other = (get_caption(data, record, code) for code in (("ja", "en") if lang == "ja" else ("en", "ja")))
    yield from () if title == other else (other,)
    for field in filter(None, (event_fields.date, event_fields.start_time, event_fields.end_time, event_fields.status)):
        label = _join_languages(get_field_label(field, "ja"), get_field_label(field, "en").replace("_", " "), lang)
        for value in _field_values(record, field):
            yield f"{label}: {_format_value(value, lang)}"
    outcome = _join_languages(describe_slip(slip, record.id, "ja"), describe_slip(slip, record.id, "en"), lang) if slip else None
    yield from filter(None, (outcome, record.note, record.note_en))
    source = data[record.citation.source_id]
    yield f"{_join_languages(get_caption(data, source, 'ja'), get_caption(data, source, 'en'), lang)} ({record.citation})"


def _format_value(value: Any, lang: Lang) -> str:
    if isinstance(value, When):
        return f"{value} ({_format_value(value.scope, lang)})"
    return _join_languages(value.label, str(value), lang) if isinstance(value, Code) else str(value)


def _join_languages(japanese: str, english: str, lang: Lang) -> str:
    return " / ".join(dict.fromkeys((japanese, english) if lang == "ja" else (english, japanese)))


def _field_value(record: Record, field: Field | None) -> Any:
    return getattr(record, field.name) if field else None


def _field_values(record: Record, field: Field | None) -> Iterator[Any]:
    """Yield the members of a tuple, or the single value, of a field; nothing if it is empty."""
    value = _field_value(record, field)
    yield from (value if isinstance(value, tuple) else () if value is None else (value,))


class _Text(vText):
    r"""A text with the escapes of RFC 5545 only; the library reads a backslash before an N as a line break."""

    def to_ical(self) -> bytes:
        text = self.replace("\r\n", "\n").replace("\r", "\n")
        return text.replace("\\", r"\\").replace(";", r"\;").replace(",", r"\,").replace("\n", r"\n").encode()


def _add_text(component: Component, name: str, text: str | None, **parameters: str) -> None:
    if text is not None:
        component.add(name, _Text(text, params=parameters))
