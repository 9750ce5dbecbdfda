"""Pages of the site in one language: start, lists, timeline, search, and a page for each record."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from math import ceil
from typing import Any

from attrs import frozen

from dxgov.analysis.outcomes import FollowUpStatus
from dxgov.charts.pictures import Picture
from dxgov.charts.words import translate
from dxgov.exporters.linked_data.language_tags import LanguageResolver
from dxgov.exporters.site.addresses import as_web_address, outcome_page, page_name, record_anchor, record_page, table_page
from dxgov.exporters.site.atlas import PAGE_SIZE, RecordNetwork, ReferenceField
from dxgov.exporters.site.chart_pages import ChartPage, Charts, chart_page
from dxgov.exporters.site.fields import FieldValue, RecordFormatter, is_editorial
from dxgov.exporters.site.home import HomeBuilder
from dxgov.exporters.site.moments import OutcomeLabel, RecordEntry
from dxgov.exporters.site.page_data import MAX_RECORDS, PageData, data_paths
from dxgov.exporters.site.rendering import Renderer
from dxgov.exporters.site.sections import SectionBuilder, is_collection
from dxgov.exporters.site.shapes import classify_doubt, classify_shape
from dxgov.exporters.site.stories import Stories
from dxgov.exporters.site.timeline import Timeline, TimelineEntry
from dxgov.exporters.site.words import (
    WORDS,
    TaggedText,
    describe_metadata,
    describe_newest,
    describe_untold,
    format_date,
    localize,
    relation_name,
)
from dxgov.exporters.spreadsheets.csv_excel import FORMULA_START
from dxgov.languages import Lang
from dxgov.marks import Facet, Ref
from dxgov.metadata import Redirects
from dxgov.model.record import Record
from dxgov.model.sources import Source
from dxgov.model.themes import Theme
from dxgov.schema import Column, Table
from dxgov.tables.captions import shorten_caption

_MAX_MENTION_LENGTH = 80
"""Maximum characters of a caption in a large data set, but in the heading of the record's page or its row, so that texts do not repeat."""

_MAX_FACET_OPTIONS = 300
"""Maximum records per facet of the search."""

_MAX_START_ENTRIES = 24
"""Maximum records per facet on the start page."""

_MAX_COLUMNS_PER_KIND = 2
"""Maximum code columns, and maximum reference columns, in the list of a table."""


@frozen
class Group:
    """A titled list of records."""

    name: str
    entries: Sequence[RecordEntry]
    total: int
    rest: str
    """Address, in the folder of the language, that shows all of them."""
    rest_text: str


@frozen
class ListRow:
    """A record in the list of its table."""

    number: int
    entry: RecordEntry
    anchor: str | None
    """The name of its anchor; None if it has a page of its own."""
    day: str
    """The first day that its date can mean; empty without a date."""
    outcome: OutcomeLabel | None
    cells: Sequence[Sequence[FieldValue]]
    """The values of each column."""


@frozen
class NestedRows:
    """Neighbouring rows of a list under their parent."""

    heading: RecordEntry | None
    """The parent; None if the records have pages of their own, which tell it, or have no parent."""
    rows: Sequence[ListRow]


@frozen
class PassageLink:
    """Where a record was read, in words."""

    source: RecordEntry
    details: str
    """The place and the lines in the document; empty if there are none."""
    url: str | None
    """Web address of the document."""
    citation: str
    """The text to cite the record with."""


class Pages:
    """The pages of the site in one language."""

    def __init__(
        self,
        network: RecordNetwork,
        stories: Stories | None,
        languages: LanguageResolver,
        lang: Lang,
        downloads: Sequence[str],
        base: str = "",
    ) -> None:
        self.lang = lang
        self._network = network
        self._stories = stories
        self._sections = SectionBuilder(network, stories, lang, self._make_entry) if stories else None
        self._page_data = None
        if stories and not network.is_large:
            self._page_data = PageData(network, stories, lang, lambda number: self._dates[number][0])
        self.cut_pages: dict[int, list[int]] = {}
        """The records of each page that does not show all of them, for the search; filled while the pages are written."""
        self._charts = Charts(stories.data, lang) if stories else None
        self._metadata = network.data.metadata
        self._redirects = Redirects(self._metadata.redirects)
        self._facets = tuple(table for table in network.tables if table.has(Facet))
        self._formatters = {table.name: RecordFormatter(network, languages, table, lang) for table in network.tables}
        self._dates = {
            number: self._describe_date(table, number, record)
            for table in network.tables
            for number, record in network.enumerate_records(table)
        }
        self._names = {table.name: table.titles[lang] for table in network.tables}
        self._filled_tables = [
            {"name": self._names[table.name], "page": table_page(table.name), "count": count}
            for table in network.tables
            if (count := len(network.data.tables[table.name]))
        ]
        self._addresses: dict[int, str | None] = {
            number: as_web_address(record.url)
            for table in network.tables
            if issubclass(table.record, Source)
            for number, record in network.enumerate_records(table)
            if isinstance(record, Source) and record.url
        }
        title = localize(self._metadata.get_title(lang), lang)
        self._renderer = Renderer(
            lang,
            {"site_title": title, "downloads": downloads, "tables": self._filled_tables, "base": base, "has_stories": stories is not None},
        )

    def render_entrance(self) -> bytes:
        """Return the page above the language folders, which leads to one of them."""
        titles = {lang: localize(self._metadata.get_title(lang), lang) for lang in ("ja", "en")}
        return self._renderer.page("entrance.html", "", {"titles": titles})

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """Yield all pages of the language with their paths in its folder."""
        timeline = Timeline(self._network, self.lang)
        description = self._metadata.get_description(self.lang)
        yield self._render_page(
            "start.html",
            "index.html",
            {
                "heading": None,
                "about_text": localize(description, self.lang) if description else None,
                "coverage": self._network.data.coverage().describe(self.lang),
                "about_rows": describe_metadata(self._metadata, self.lang),
                "facets": self._summarize_facets(),
                "years": timeline.years(),
                "home_page": self._build_home(timeline),
            },
        )
        yield self._render_page("find.html", "find.html", self._search_content())
        for template, path, content in timeline.pages():
            numbers = list(dict.fromkeys(entry.number for entry in content["dates"]))
            if numbers and self._page_data:
                yield from self._page_data.write(path, numbers)
            added = {
                "entries": [self._timeline_entry(entry) for entry in content["dates"]],
                "data_paths": data_paths(path) if numbers and self._page_data else (),
            }
            yield self._render_page(template, path, content | added)
        for table in self._network.tables:
            yield from self._list_pages(table)
            if self._network.has_pages(table):
                yield from self._record_pages(table)
        if self._charts:
            yield from self._charts.draw_images()
            for name in self._charts.NAMES:
                yield from self._chart_page(name, self._charts.draw(name))
        if self._stories and self._sections:
            yield from self._outcome_pages(self._sections, self._stories.list_outcomes())
        for redirect in self._metadata.redirects:
            yield self._redirect_page(redirect.id)

    def _build_home(self, timeline: Timeline) -> dict[str, Any] | None:
        """Return what the home page tells; None for data without stories."""
        if not (self._stories and self._sections and self._charts):
            return None
        return HomeBuilder(self._stories, self._sections, self._charts.draw("flow"), timeline, self.lang).build()

    def _render_page(self, template: str, path: str, content: Mapping[str, Any]) -> tuple[str, bytes]:
        return path, self._renderer.page(template, path, content)

    def _describe_date(self, table: Table, number: int, record: Record) -> tuple[str, str]:
        """Return the date of a record in words, and its CSS classes."""
        when = self._network.effective_date(number)
        if when is None:
            return "", ""
        return format_date(when, self.lang), " ".join(filter(None, (classify_shape(when), classify_doubt(when, table, record))))

    def _make_entry(self, number: int, *, is_whole: bool = False) -> RecordEntry:
        """Return a record as an entry of a list; in a large data set its caption is cut unless `is_whole`."""
        caption = self._network.captions[self.lang][number]
        if self._network.is_large and not is_whole:
            caption = shorten_caption(caption, _MAX_MENTION_LENGTH)
        caption_text = self._formatters[self._network.tables_by_number[number].name].tag_text(caption)
        return RecordEntry(caption_text, self._network.page(number), *self._dates[number])

    def _timeline_entry(self, entry: TimelineEntry) -> dict[str, Any]:
        """Return an entry of the timeline with its record and what became of it."""
        return {"entry": self._make_entry(entry.number), "date": entry, "kind": entry.kind, "outcome": self._label_outcome(entry.number)}

    # The first page, the search

    def _summarize_facets(self) -> list[dict[str, Any]]:
        """Return for each facet table its records with the most referrers."""
        return [
            {
                "name": self._names[table.name],
                "page": table_page(table.name),
                "entries": [
                    (self._make_entry(number), count) for number, count in self._rank_by_referrers(table)[:_MAX_START_ENTRIES] if count
                ],
                "total": self._count_records(table),
            }
            for table in self._facets
            if self._count_records(table)
        ]

    def _rank_by_referrers(self, table: Table) -> list[tuple[int, int]]:
        """Return the records of a table with their number of referrers, largest first."""
        first, count = self._network.first_numbers[table.name], self._count_records(table)
        ranked = [(number, self._network.count_referrers(number)) for number in range(first, first + count)]
        return sorted(ranked, key=lambda pair: -pair[1])

    def _count_records(self, table: Table) -> int:
        return len(self._network.data.tables[table.name])

    def _search_content(self) -> dict[str, Any]:
        facets = []
        for table in self._facets:
            ranked = [(number, count) for number, count in self._rank_by_referrers(table)[:_MAX_FACET_OPTIONS] if count]
            options = [(self._network.ids[number], self._make_entry(number).caption, count) for number, count in ranked]
            facets.append({"table": table.name, "name": self._names[table.name], "options": options})
        return {
            "heading": TaggedText(WORDS["find"][self.lang]),
            "facets": facets,
            "kinds": [(table.name, self._names[table.name]) for table in self._network.tables if self._count_records(table)],
            "script_words": {name: WORDS[name][self.lang] for name in _SCRIPT_WORDS} | {"tables": self._names, "formula": FORMULA_START},
        }

    # Lists

    def _select_list_columns(self, table: Table) -> list[Column]:
        """Return the columns of a table's list beside the caption: a few codes, and a few references to facet tables."""
        facet_names = {facet.name for facet in self._facets}
        captions = table.captions[:1]
        columns = [column for column in table.columns if not column.inner and column not in captions]
        codes = [column for column in columns if column.codes and not is_editorial(column.name, column.kind)][:_MAX_COLUMNS_PER_KIND]
        references = [column for column in columns if column.has(Ref) and column.target in facet_names][:_MAX_COLUMNS_PER_KIND]
        return codes + references

    def _list_pages(self, table: Table) -> Iterator[tuple[str, bytes]]:
        formatter, has_pages, page_size = self._formatters[table.name], self._network.has_pages(table), self._network.get_page_size(table)
        records = self._network.data.tables[table.name]
        first = self._network.first_numbers[table.name]
        numbers = range(first, first + len(records))
        has_data = self._page_data is not None and 0 < len(records) <= MAX_RECORDS
        if self._page_data and has_data:
            yield from self._page_data.write(table_page(table.name), numbers)
        has_outcomes = self._stories is not None and any(self._stories.get_outcome(number) for number in numbers[:PAGE_SIZE])
        pages = max(1, ceil(len(records) / page_size))
        fields = [(column.titles[self.lang], column.name, column.descriptions[self.lang]) for column in table.columns]
        for page in range(1, pages + 1):
            start = (page - 1) * page_size
            members = list(records[start : start + page_size])
            columns = [
                column
                for column in self._select_list_columns(table)
                if has_pages or any(getattr(record, column.name) not in {None, ()} for record in members)
            ]
            rows = [
                self._make_list_row(number, [self._format_cell(formatter, column, record) for column in columns])
                for number, record in enumerate(members, first + start)
            ]
            yield self._render_page(
                "table.html",
                table_page(table.name, page),
                {
                    "heading": TaggedText(self._names[table.name]),
                    "table": table,
                    "description": table.descriptions[self.lang],
                    "count": len(records),
                    "heads": [column.titles[self.lang] for column in columns],
                    "groups": self._group_rows(table, rows),
                    "has_pages": has_pages,
                    "has_outcomes": has_outcomes,
                    "untold": describe_untold(table, self.lang) if self._stories and table in self._stories.list_untold() else "",
                    "data_paths": data_paths(table_page(table.name)) if has_data else (),
                    "fields": fields if page == 1 else [],
                    "pages": _paginate(page, pages, partial(table_page, table.name)),
                },
            )

    def _make_list_row(self, number: int, cells: Sequence[Sequence[FieldValue]]) -> ListRow:
        when = self._network.effective_date(number)
        day = str(when.start or when.end or "") if when else ""
        has_page = self._network.has_pages(self._network.tables_by_number[number])
        anchor = None if has_page else record_anchor(self._network.ids[number])
        return ListRow(number, self._make_entry(number, is_whole=True), anchor, day, self._label_outcome(number), cells)

    def _label_outcome(self, number: int) -> OutcomeLabel | None:
        """Return what became of a record in words; None if that is not told."""
        outcome = self._stories.get_outcome(number) if self._stories else None
        return self._sections.formatter.describe_outcome(outcome) if self._sections and outcome else None

    def _group_rows(self, table: Table, rows: Sequence[ListRow]) -> list[NestedRows]:
        """Return the rows of a list as one group if the records have pages, else as one for each run of records with the same parent."""
        if self._network.has_pages(table):
            return [NestedRows(None, rows)]
        runs = groupby(rows, lambda row: self._network.parents_by_number.get(row.number))
        return [NestedRows(None if parent is None else self._make_entry(parent), list(run)) for parent, run in runs]

    def _format_cell(self, formatter: RecordFormatter, column: Column, record: Record) -> list[FieldValue]:
        return list(formatter.format_values(column, getattr(record, column.name), None, None, record))

    # Outcomes

    def _outcome_pages(self, sections: SectionBuilder, outcomes: Mapping[int, FollowUpStatus]) -> Iterator[tuple[str, bytes]]:
        """Yield for each outcome the lists of its records, by table; also if there are none, so that every link leads somewhere."""
        counts = Counter(outcomes.values())
        labels = [(sections.formatter.describe_outcome(outcome), counts[outcome]) for outcome in FollowUpStatus]
        for outcome in FollowUpStatus:
            numbers = [number for number, record_outcome in outcomes.items() if record_outcome is outcome]
            pages = max(1, ceil(len(numbers) / PAGE_SIZE))
            for page in range(1, pages + 1):
                yield self._render_page(
                    "outcome.html",
                    outcome_page(outcome, page),
                    {
                        "heading": TaggedText(outcome.titles[self.lang]),
                        "description": outcome.descriptions[self.lang],
                        "newest": describe_newest(self._stories.newest if self._stories else None, self.lang),
                        "count": len(numbers),
                        "outcomes": labels,
                        "sections": sections.list_by_table(numbers[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]),
                        "pages": _paginate(page, pages, partial(outcome_page, outcome)),
                    },
                )

    # Charts

    def _chart_page(self, name: str, picture: Picture) -> Iterator[tuple[str, bytes]]:
        """Yield the page of a chart, and its data as CSV unless they are too many."""
        numbers = self._network.numbers_by_id
        chart = ChartPage(picture, lambda id: self._make_entry(numbers[id]) if id in numbers else None, is_large=self._network.is_large)
        names = [(other, translate(other, self.lang)) for other in Charts.NAMES]
        csv_page = chart_page(name).replace(".html", ".csv") if len(picture.table) <= MAX_RECORDS else None
        content = {"heading": TaggedText(picture.title), "chart": chart, "charts": names, "current": name, "csv_page": csv_page}
        yield self._render_page("chart.html", chart_page(name), content)
        if csv_page:
            yield csv_page, picture.to_csv().encode()

    # Records

    def _record_pages(self, table: Table) -> Iterator[tuple[str, bytes]]:
        formatter = self._formatters[table.name]
        first, count = self._network.first_numbers[table.name], self._count_records(table)
        for number, record in self._network.enumerate_records(table):
            heading, other_heading = formatter.format_heading(number, record)
            sections = self._sections.build(number) if self._sections else []
            if any(section.is_cut for section in sections):
                self.cut_pages[number] = sorted({member for section in sections for member in section.numbers})
            members = self._sections.list_records(sections) if self._sections and self._page_data and is_collection(record) else []
            if members and self._page_data:
                yield from self._page_data.write(record_page(record.id), members)
            chart_name = f"trace-{page_name(record.id)}" if self._charts and sections and isinstance(record, Theme) else None
            if chart_name and self._charts:
                yield from self._chart_page(chart_name, self._charts.draw_trace(record.id))
            yield self._render_page(
                "record.html",
                record_page(record.id),
                {
                    "heading": heading,
                    "other": other_heading,
                    "id": record.id,
                    "table": self._names[table.name],
                    "list": self._network.list_page(number),
                    "trail": [self._make_entry(ancestor) for ancestor in self._network.ancestors(number)],
                    "date": self._dates[number],
                    "moment": self._sections.formatter.make_moment(number) if self._sections else None,
                    "sections": sections,
                    "data_paths": data_paths(record_page(record.id)) if members else (),
                    "chart_page": chart_page(chart_name) if chart_name else None,
                    "passage": self._describe_passage(number, record),
                    "rows": formatter.format_rows(record),
                    "parts": self._child_groups(number),
                    "groups": self._referrer_groups(number),
                    "before": self._make_entry(number - 1) if number > first else None,
                    "after": self._make_entry(number + 1) if number + 1 < first + count else None,
                },
            )

    def _describe_passage(self, number: int, record: Record) -> PassageLink | None:
        """Return where a record was read; None if it cites no other record."""
        source, citation = self._network.sources_by_number[number], record.citation
        if source is None:
            return None
        entry = self._make_entry(source)
        key = "line" if citation.first_line == citation.last_line else "lines"
        lines = WORDS[key][self.lang].format(first=citation.first_line, last=citation.last_line) if citation.first_line else None
        details = WORDS["comma"][self.lang].join(filter(None, (citation.place, lines)))
        metadata = self._metadata
        data_title = " ".join(filter(None, (localize(metadata.get_title(self.lang), self.lang).text, metadata.version)))
        parts = (self._network.captions[self.lang][source], self._dates[source][0], details, data_title, record.id)
        return PassageLink(entry, details, self._addresses.get(source), WORDS["comma"][self.lang].join(filter(None, parts)))

    def _child_groups(self, number: int) -> list[Group]:
        """Return the children of a record, grouped by table."""
        children = self._network.children_by_number.get(number, ())
        names = dict.fromkeys(self._network.tables_by_number[child].name for child in children)
        by_name = {name: [child for child in children if self._network.tables_by_number[child].name == name] for name in names}
        return [self._make_group(self._names[name], number, name, numbers, are_children=True) for name, numbers in by_name.items()]

    def _referrer_groups(self, number: int) -> list[Group]:
        """Return the referrers of a record, grouped by field, without its children."""
        numbers_by_field: Mapping[ReferenceField, Sequence[int]] = self._network.referrers_by_number.get(number, {})
        return [
            self._make_group(relation_name(field.table, field.column.name, self.lang), number, field.table.name, numbers)
            for field, numbers in numbers_by_field.items()
            if not field.is_parent
        ]

    def _make_group(self, name: str, number: int, table: str, numbers: Sequence[int], *, are_children: bool = False) -> Group:
        """Return a group of records; children without pages stand together in their list, all others are found by the search.

        In a large data set the group names no records, since the search lists all.
        """
        has_pages = self._network.has_pages(self._network.tables_by_number[numbers[0]])
        entries = [] if self._network.is_large else [self._make_entry(member) for member in numbers[:PAGE_SIZE]]
        in_list = are_children and not has_pages
        rest = self._network.page(numbers[0]) if in_list else f"find.html#to={self._network.ids[number]}&table={table}"
        rest_text = WORDS["all in list" if in_list else "all of"][self.lang].format(count=f"{len(numbers):,}")
        return Group(name, entries, len(numbers), rest, rest_text)

    def _redirect_page(self, id: str) -> tuple[str, bytes]:
        """Return the page of a retired id, which leads to the record that replaces it."""
        number = self._network.numbers_by_id.get(self._redirects.resolve(id) or "")
        content = {"heading": TaggedText(id), "entry": None if number is None else self._make_entry(number)}
        return self._render_page("gone.html", record_page(id), content)


_SCRIPT_WORDS = ("failed", "found", "loading", "next", "nothing", "page of", "previous", "some", "span wrong")
"""Texts that `site.js` shows."""


def _paginate(page: int, pages: int, address: Any) -> dict[str, Any]:
    """Return the pagination of a list: the outermost pages and those near the current one."""
    page_numbers: Iterable[int] = sorted({1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)})
    return {"page": page, "pages": pages, "near": [(page_number, address(page_number)) for page_number in page_numbers]}
