"""The timeline: every date of a record on the axis of its year, as vague as it was printed."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from math import ceil
from typing import Any

from attrs import frozen

from dxgov.dates.when import When
from dxgov.exporters.site.addresses import timeline_page
from dxgov.exporters.site.atlas import RecordNetwork
from dxgov.exporters.site.shapes import Bar, classify_doubt, classify_shape, date_fields, make_bar, month_offsets, year_of
from dxgov.exporters.site.words import SHAPE_LABELS, WORDS, TaggedText, format_date, relation_name
from dxgov.languages import Lang
from dxgov.marks import Dated, SaidAs
from dxgov.schema import Field, Table

_PAGE_SIZE = 200
"""Dates per page; a year of a large data set has one page, and the search has the others."""

_UNDATED = "undated"

_ICAL = "http://www.w3.org/2002/12/cal/ical#"


@frozen
class TimelineDate:
    """A date of a record."""

    when: When
    number: int
    kind: str
    """Title of the table, and of the field unless it is the date of the record."""
    doubt: str
    is_event: bool
    """False if nothing happens on the date, such as that for which an appointment is attested."""


@frozen
class TimelineEntry:
    """A date as a page of the timeline shows it."""

    number: int
    kind: str
    words: str
    css_classes: str
    bar: Bar | None
    is_event: bool


class Timeline:
    """The dates of all records by year."""

    def __init__(self, network: RecordNetwork, lang: Lang) -> None:
        self._lang, self._is_large = lang, network.is_large
        dates_by_year: defaultdict[int | None, list[TimelineDate]] = defaultdict(list)
        for timeline_date in _find_dates(network, lang):
            dates_by_year[year_of(timeline_date.when)].append(timeline_date)
        for dates in dates_by_year.values():
            dates.sort(key=lambda entry: (not entry.is_event, entry.when.start or entry.when.end or date.max, entry.when, entry.number))
        self._dates_by_year = {year: dates_by_year[year] for year in sorted(dates_by_year, key=lambda year: (year is None, year or 0))}
        self.pages_by_year = {year: timeline_page(_page_stem(year)) for year in self._dates_by_year}
        """The first page of each year; that of undated records under None."""

    def years(self) -> list[dict[str, Any]]:
        """Return the years with their number of dates, and its percentage of the largest."""
        largest_count = max(map(len, self._dates_by_year.values()), default=1)
        return [
            {
                "name": self._year_title(year),
                "page": self.pages_by_year[year],
                "count": len(dates),
                "height": ceil(len(dates) * 100 / largest_count),
            }
            for year, dates in self._dates_by_year.items()
        ]

    def pages(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield template, path and content of each page."""
        years = self.years()
        common = {"years": years, "shapes": {name: texts[self._lang] for name, texts in SHAPE_LABELS.items()}}
        heading = TaggedText(WORDS["timeline"][self._lang])
        yield "timeline.html", "timeline/index.html", common | {"heading": heading, "dates": [], "query": "", "current_year": None}
        for year, dates in self._dates_by_year.items():
            pages = 1 if self._is_large else ceil(len(dates) / _PAGE_SIZE)
            page_links = [(page, timeline_page(_page_stem(year), page)) for page in range(1, pages + 1)]
            for page, path in page_links:
                content = {
                    "heading": TaggedText(f"{WORDS['timeline'][self._lang]} {self._year_title(year)}"),
                    "dates": [self._make_entry(entry, year) for entry in dates[(page - 1) * _PAGE_SIZE : page * _PAGE_SIZE]],
                    "current_year": self._year_title(year),
                    "query": f"from={year}&until={year}&sort=date" if year and len(dates) > pages * _PAGE_SIZE else "",
                    "months": list(enumerate(month_offsets(year), 1)) if year else [],
                    "pages": {"page": page, "pages": pages, "near": page_links},
                }
                yield "timeline.html", path, common | content

    def _year_title(self, year: int | None) -> str:
        return WORDS["undated"][self._lang] if year is None else WORDS["year"][self._lang].format(year=year)

    def _make_entry(self, timeline_date: TimelineDate, year: int | None) -> TimelineEntry:
        css_classes = " ".join(filter(None, (classify_shape(timeline_date.when), timeline_date.doubt)))
        words, bar = format_date(timeline_date.when, self._lang), make_bar(timeline_date.when, year) if year else None
        return TimelineEntry(timeline_date.number, timeline_date.kind, words, css_classes, bar, timeline_date.is_event)


def _page_stem(year: int | None) -> str:
    return _UNDATED if year is None else f"{year:04}"


def _find_dates(network: RecordNetwork, lang: Lang) -> Iterator[TimelineDate]:
    """Yield the dates of all records; a record that another record of the same occasion refers to is left to that."""
    same_occasion = set(_find_same_occasions(network))
    for table in network.tables:
        fields = date_fields(table)
        kinds = {field.name: _describe_kind(table, field, lang) for field in fields}
        is_event = _is_event(table)
        for number, record in network.enumerate_records(table) if fields else ():
            for field in fields if number not in same_occasion else ():
                when = getattr(record, field.name)
                if when is not None:
                    doubt = classify_doubt(when, table, record)
                    yield TimelineDate(when, number, kinds[field.name], doubt, is_event)


def _find_same_occasions(network: RecordNetwork) -> Iterator[int]:
    """Yield the records to which a dated record of the same occasion refers."""
    for number, numbers_by_field in network.referrers_by_number.items():
        for field, referrers in numbers_by_field.items():
            related = field.table.meant(f"{_ICAL}relatedTo")
            if related and field.column in related.columns and any(map(network.effective_date, referrers)):
                yield number


def _is_event(table: Table) -> bool:
    """Return whether something happens or falls due on the dates of a table: a calendar knows it, or somebody says it."""
    is_said = any(isinstance(mark, SaidAs) and mark.column == "by_ids" for field in table.fields for mark in field.marks)
    return is_said or table.meant(f"{_ICAL}dtstart") is not None


def _describe_kind(table: Table, field: Field, lang: Lang) -> str:
    """Return the kind of a date: the table, and the field unless it is the date of the record."""
    return table.titles[lang] if field.has(Dated) else relation_name(table, field.columns[0].name, lang)
