"""The timeline: every date that records hold, on the axis of its year, as vague as it was printed."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from math import ceil
from typing import Any

from attrs import frozen

from dxgov.dates.when import When
from dxgov.exporters.site.addresses import timeline_page
from dxgov.exporters.site.atlas import Atlas
from dxgov.exporters.site.shapes import Bar, bar, date_fields, doubt, months, shape, year_of
from dxgov.exporters.site.words import SHAPES, WORDS, Said, date_words, relation_name, table_name
from dxgov.marks import Dated
from dxgov.schema import Field, Table
from dxgov.text.records import Lang

_LISTED = 200
"""How many dates a page lists."""

_UNDATED = "undated"


@frozen
class Mark:
    """A date of a record."""

    when: When
    number: int
    kind: str
    """What kind of record it is, and which of its dates."""
    doubt: str


@frozen
class Shown:
    """A date as a page shows it."""

    number: int
    kind: str
    words: str
    look: str
    bar: Bar | None


class Timeline:
    """All dates, year by year."""

    def __init__(self, atlas: Atlas, lang: Lang) -> None:
        self._lang = lang
        found: defaultdict[int | None, list[Mark]] = defaultdict(list)
        for mark in _marks(atlas, lang):
            found[year_of(mark.when)].append(mark)
        for marks in found.values():
            marks.sort(key=lambda mark: (mark.when.start or mark.when.end or date.max, mark.when, mark.number))
        self._years = {year: found[year] for year in sorted(found, key=lambda year: (year is None, year or 0))}

    def years(self) -> list[dict[str, Any]]:
        """The years with the number of dates in each, and how many that is beside the fullest."""
        most = max(map(len, self._years.values()), default=1)
        return [
            {"name": self._name(year), "page": timeline_page(_stem(year)), "count": len(marks), "height": ceil(len(marks) * 100 / most)}
            for year, marks in self._years.items()
        ]

    def pages(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """The template, the path and the content of each page."""
        years = self.years()
        common = {"years": years, "shapes": {name: told[self._lang] for name, told in SHAPES.items()}}
        yield "timeline.html", "timeline/index.html", common | {"heading": Said(WORDS["timeline"][self._lang]), "marks": [], "here": None}
        for year, marks in self._years.items():
            pages = ceil(len(marks) / _LISTED)
            near = [(page, timeline_page(_stem(year), page)) for page in range(1, pages + 1)]
            for page, path in near:
                content = {
                    "heading": Said(f"{WORDS['timeline'][self._lang]} {self._name(year)}"),
                    "marks": [self._shown(mark, year) for mark in marks[(page - 1) * _LISTED : page * _LISTED]],
                    "here": self._name(year),
                    "months": list(enumerate(months(year), 1)) if year else [],
                    "pages": {"page": page, "pages": pages, "near": near},
                }
                yield "timeline.html", path, common | content

    def _name(self, year: int | None) -> str:
        return WORDS["undated"][self._lang] if year is None else WORDS["year"][self._lang].format(year=year)

    def _shown(self, mark: Mark, year: int | None) -> Shown:
        look = " ".join(filter(None, (shape(mark.when), mark.doubt)))
        return Shown(mark.number, mark.kind, date_words(mark.when, self._lang), look, bar(mark.when, year) if year else None)


def _stem(year: int | None) -> str:
    return _UNDATED if year is None else f"{year:04}"


def _marks(atlas: Atlas, lang: Lang) -> Iterator[Mark]:
    for table in atlas.tables:
        fields = date_fields(table)
        kinds = {field.name: _kind(table, field, lang) for field in fields}
        for number, record in atlas.numbered(table) if fields else ():
            for field in fields:
                when = getattr(record, field.name)
                if when is not None:
                    yield Mark(when, number, kinds[field.name], doubt(when, table, record))


def _kind(table: Table, field: Field, lang: Lang) -> str:
    """What a date in the timeline is of; of which date of a record is told unless it is the one that dates it."""
    return table_name(table, lang) if field.has(Dated) else relation_name(table, field.columns[0].name, lang)
