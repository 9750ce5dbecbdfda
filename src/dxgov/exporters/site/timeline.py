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
from dxgov.marks import Dated
from dxgov.schema import Field, Table

_PAGE_SIZE = 200
"""Dates per page."""

_UNDATED = "undated"


@frozen
class TimelineDate:
    """A date of a record."""

    when: When
    number: int
    kind: str
    """Title of the table, and of the field unless it is the date of the record."""
    doubt: str


@frozen
class TimelineEntry:
    """A date as a page of the timeline shows it."""

    number: int
    kind: str
    words: str
    css_classes: str
    bar: Bar | None


class Timeline:
    """The dates of all records by year."""

    def __init__(self, network: RecordNetwork, lang: Lang) -> None:
        self._lang = lang
        dates_by_year: defaultdict[int | None, list[TimelineDate]] = defaultdict(list)
        for timeline_date in _find_dates(network, lang):
            dates_by_year[year_of(timeline_date.when)].append(timeline_date)
        for dates in dates_by_year.values():
            dates.sort(key=lambda entry: (entry.when.start or entry.when.end or date.max, entry.when, entry.number))
        self._dates_by_year = {year: dates_by_year[year] for year in sorted(dates_by_year, key=lambda year: (year is None, year or 0))}

    def years(self) -> list[dict[str, Any]]:
        """Return the years with their number of dates, and its percentage of the largest."""
        largest_count = max(map(len, self._dates_by_year.values()), default=1)
        return [
            {
                "name": self._year_title(year),
                "page": timeline_page(_page_stem(year)),
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
        yield "timeline.html", "timeline/index.html", common | {"heading": heading, "dates": [], "current_year": None}
        for year, dates in self._dates_by_year.items():
            pages = ceil(len(dates) / _PAGE_SIZE)
            page_links = [(page, timeline_page(_page_stem(year), page)) for page in range(1, pages + 1)]
            for page, path in page_links:
                content = {
                    "heading": TaggedText(f"{WORDS['timeline'][self._lang]} {self._year_title(year)}"),
                    "dates": [self._make_entry(entry, year) for entry in dates[(page - 1) * _PAGE_SIZE : page * _PAGE_SIZE]],
                    "current_year": self._year_title(year),
                    "months": list(enumerate(month_offsets(year), 1)) if year else [],
                    "pages": {"page": page, "pages": pages, "near": page_links},
                }
                yield "timeline.html", path, common | content

    def _year_title(self, year: int | None) -> str:
        return WORDS["undated"][self._lang] if year is None else WORDS["year"][self._lang].format(year=year)

    def _make_entry(self, timeline_date: TimelineDate, year: int | None) -> TimelineEntry:
        css_classes = " ".join(filter(None, (classify_shape(timeline_date.when), timeline_date.doubt)))
        words, bar = format_date(timeline_date.when, self._lang), make_bar(timeline_date.when, year) if year else None
        return TimelineEntry(timeline_date.number, timeline_date.kind, words, css_classes, bar)


def _page_stem(year: int | None) -> str:
    return _UNDATED if year is None else f"{year:04}"


def _find_dates(network: RecordNetwork, lang: Lang) -> Iterator[TimelineDate]:
    for table in network.tables:
        fields = date_fields(table)
        kinds = {field.name: _describe_kind(table, field, lang) for field in fields}
        for number, record in network.enumerate_records(table) if fields else ():
            for field in fields:
                when = getattr(record, field.name)
                if when is not None:
                    yield TimelineDate(when, number, kinds[field.name], classify_doubt(when, table, record))


def _describe_kind(table: Table, field: Field, lang: Lang) -> str:
    """Return the kind of a date: the table, and the field unless it is the date of the record."""
    return table.titles[lang] if field.has(Dated) else relation_name(table, field.columns[0].name, lang)
