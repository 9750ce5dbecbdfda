"""The pages of the site in one language: start, lists, timeline, search, and a page for each record."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil
from typing import Any

from attrs import frozen

from dxgov.exporters.linked_data.language_tags import Languages
from dxgov.exporters.site.addresses import page_name, record_page, table_page
from dxgov.exporters.site.atlas import Atlas, Relation
from dxgov.exporters.site.fields import Describer, Value
from dxgov.exporters.site.rendering import Renderer
from dxgov.exporters.site.shapes import doubt, shape
from dxgov.exporters.site.timeline import Timeline
from dxgov.exporters.site.words import WORDS, Said, about, column_name, date_words, relation_name, spoken, table_name
from dxgov.marks import Dated, Facet, Ref
from dxgov.metadata import Redirects
from dxgov.model.record import Record
from dxgov.schema import Column, Table
from dxgov.text.records import Lang

LISTED = 100
"""How many records a page lists; longer lists go on, on further pages or in the search."""

_OFFERED = 300
"""How many records of a table the search offers to choose by."""

_SHOWN = 12
"""How many of them the first page shows."""

_COLUMNS = 2
"""How many codes, and how many references, the list of a table has a column for."""


@frozen
class Entry:
    """A record in a list."""

    said: Said
    page: str
    """Its page, in the folder of the records."""
    date: str
    look: str
    """The shape of its date, and what keeps it from being settled."""


@frozen
class Group:
    """Records in a list of their own, under a name."""

    name: str
    entries: Sequence[Entry]
    total: int
    query: str
    """What finds all of them in the search."""


class Pages:
    """The pages in one language."""

    def __init__(self, atlas: Atlas, languages: Languages, lang: Lang, downloads: Sequence[str]) -> None:
        self.lang = lang
        self._atlas = atlas
        self._about = atlas.data.metadata
        self._redirects = Redirects(self._about.redirects)
        self._facets = tuple(table for table in atlas.tables if table.has(Facet))
        self._describers = {table.name: Describer(atlas, languages, table, lang) for table in atlas.tables}
        self._dates = {number: self._date(table, number, record) for table in atlas.tables for number, record in atlas.numbered(table)}
        self._names = {table.name: table_name(table, lang) for table in atlas.tables}
        self._filled = [
            {"name": self._names[table.name], "page": table_page(table.name), "count": count, "text": table.description}
            for table in atlas.tables
            if (count := len(atlas.data.tables[table.name]))
        ]
        title = spoken(self._about.title or self._about.name, lang)
        self._renderer = Renderer(lang, {"site_title": title, "about": self._about, "downloads": downloads, "tables": self._filled})

    def entrance(self) -> bytes:
        """The page above the languages, which leads to one of them."""
        titles = {each: spoken(self._about.title or self._about.name, each) for each in ("ja", "en")}
        return self._renderer.page("entrance.html", "", {"titles": titles})

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """All pages of the language with their paths in its folder."""
        timeline = Timeline(self._atlas, self.lang)
        description = self._about.description
        yield self._page(
            "start.html",
            "index.html",
            {
                "heading": None,
                "about_text": spoken(description, self.lang) if description else None,
                "about_rows": about(self._about, self.lang),
                "facets": self._leading(),
                "years": timeline.years(),
            },
        )
        yield self._page("find.html", "find.html", self._find())
        for template, path, content in timeline.pages():
            yield self._page(template, path, content | {"entries": [self._entered(each) for each in content["marks"]]})
        for table in self._atlas.tables:
            yield from self._lists(table)
            yield from self._records(table)
        for redirect in self._about.redirects:
            yield self._redirected(redirect.id)

    def _page(self, template: str, path: str, content: Mapping[str, Any]) -> tuple[str, bytes]:
        return path, self._renderer.page(template, path, content)

    def _date(self, table: Table, number: int, record: Record) -> tuple[str, str]:
        """The date of a record in words, and how it looks."""
        when = self._atlas.date(number)
        if when is None:
            return "", ""
        return date_words(when, self.lang), " ".join(filter(None, (shape(when), doubt(when, table, record))))

    def _entry(self, number: int) -> Entry:
        caption = self._atlas.captions[self.lang][number]
        said = self._describers[self._atlas.owners[number].name].said(caption)
        return Entry(said, f"{page_name(self._atlas.ids[number])}.html", *self._dates[number])

    def _entered(self, mark: Any) -> dict[str, Any]:
        """An entry of the timeline, with what it is."""
        return {"entry": self._entry(mark.number), "mark": mark, "kind": mark.kind}

    # The first page, the search

    def _leading(self) -> list[dict[str, Any]]:
        """For each table by which people choose, its records to which most others refer."""
        return [
            {
                "name": self._names[table.name],
                "page": table_page(table.name),
                "entries": [(self._entry(number), count) for number, count in self._counted(table)[:_SHOWN] if count],
                "total": self._count(table),
            }
            for table in self._facets
            if self._count(table)
        ]

    def _counted(self, table: Table) -> list[tuple[int, int]]:
        """The records of a table with how many others refer to each, those of most first."""
        first, count = self._atlas.first[table.name], self._count(table)
        counted = [(number, self._atlas.referring_count(number)) for number in range(first, first + count)]
        return sorted(counted, key=lambda each: -each[1])

    def _count(self, table: Table) -> int:
        return len(self._atlas.data.tables[table.name])

    def _find(self) -> dict[str, Any]:
        offered = []
        for table in self._facets:
            most = [(number, count) for number, count in self._counted(table)[:_OFFERED] if count]
            options = [(self._atlas.ids[number], self._entry(number).said, count) for number, count in most]
            offered.append({"table": table.name, "name": self._names[table.name], "options": options})
        return {
            "heading": Said(WORDS["find"][self.lang]),
            "facets": offered,
            "kinds": [(table.name, self._names[table.name]) for table in self._atlas.tables if self._count(table)],
            "script_words": {name: WORDS[name][self.lang] for name in _SCRIPTED} | {"tables": self._names},
        }

    # Lists

    def _columns(self, table: Table) -> list[Column]:
        """The columns that the list of a table has beside the caption: a few codes, and a few references that people choose by."""
        facets = {each.name for each in self._facets}
        captions = table.captions[:1]
        own = [column for column in table.columns if not column.inner and column not in captions]
        codes = [column for column in own if column.codes][:_COLUMNS]
        references = [column for column in own if column.has(Ref) and column.target in facets][:_COLUMNS]
        return codes + references

    def _lists(self, table: Table) -> Iterator[tuple[str, bytes]]:
        columns, describer = self._columns(table), self._describers[table.name]
        records = self._atlas.data.tables[table.name]
        dated = any(field.has(Dated) for field in table.fields)
        pages = max(1, ceil(len(records) / LISTED))
        heads = [column_name(table, column, self.lang) for column in columns]
        fields = [(column_name(table, column, self.lang), column.name, column.description) for column in table.columns]
        for page in range(1, pages + 1):
            start = (page - 1) * LISTED
            rows = [
                (self._entry(number), [self._cell(describer, column, record) for column in columns])
                for number, record in enumerate(records[start : start + LISTED], self._atlas.first[table.name] + start)
            ]
            yield self._page(
                "table.html",
                table_page(table.name, page),
                {
                    "heading": Said(self._names[table.name]),
                    "table": table,
                    "count": len(records),
                    "dated": dated,
                    "heads": heads,
                    "rows": rows,
                    "fields": fields if page == 1 else [],
                    "pages": _numbered(page, pages, lambda each: table_page(table.name, each)),
                },
            )

    def _cell(self, describer: Describer, column: Column, record: Record) -> list[Value]:
        return list(describer.values(column, getattr(record, column.name), None, None, record))

    # Records

    def _records(self, table: Table) -> Iterator[tuple[str, bytes]]:
        describer, name = self._describers[table.name], self._names[table.name]
        first, count = self._atlas.first[table.name], self._count(table)
        for number, record in self._atlas.numbered(table):
            heading, other = describer.head(number, record)
            yield self._page(
                "record.html",
                record_page(record.id),
                {
                    "heading": heading,
                    "other": other,
                    "id": record.id,
                    "table": name,
                    "list": table_page(table.name, (number - first) // LISTED + 1),
                    "trail": [self._entry(each) for each in self._atlas.way_down(number)],
                    "date": self._dates[number],
                    "rows": describer.rows(record),
                    "parts": self._parts(number),
                    "groups": self._groups(number),
                    "before": self._entry(number - 1) if number > first else None,
                    "after": self._entry(number + 1) if number + 1 < first + count else None,
                },
            )

    def _parts(self, number: int) -> list[Group]:
        """The parts of a record, by table."""
        parts = self._atlas.parts.get(number, ())
        names = dict.fromkeys(self._atlas.owners[part].name for part in parts)
        by_name = {name: [part for part in parts if self._atlas.owners[part].name == name] for name in names}
        return [self._group(self._names[name], number, name, some) for name, some in by_name.items()]

    def _groups(self, number: int) -> list[Group]:
        """What refers to a record, by the field through which it does; its parts are told before."""
        relations: Mapping[Relation, Sequence[int]] = self._atlas.referring.get(number, {})
        return [
            self._group(relation_name(relation.table, relation.column.name, self.lang), number, relation.table.name, numbers)
            for relation, numbers in relations.items()
            if not relation.whole
        ]

    def _group(self, name: str, number: int, table: str, numbers: Sequence[int]) -> Group:
        return Group(name, [self._entry(each) for each in numbers[:LISTED]], len(numbers), f"to={self._atlas.ids[number]}&table={table}")

    def _redirected(self, id: str) -> tuple[str, bytes]:
        """The page of an id that is no longer in use: it leads to the record that stands for it now."""
        number = self._atlas.numbers.get(self._redirects.current(id) or "")
        content = {"heading": Said(id), "entry": None if number is None else self._entry(number)}
        return self._page("gone.html", record_page(id), content)


_SCRIPTED = ("failed", "found", "loading", "next", "nothing", "page of", "previous", "some", "span wrong")
"""The words that the search says."""


def _numbered(page: int, pages: int, address: Any) -> dict[str, Any]:
    """The pages of a list, those near the one that is shown and the outermost."""
    near: Iterable[int] = sorted({1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)})
    return {"page": page, "pages": pages, "near": [(each, address(each)) for each in near]}
