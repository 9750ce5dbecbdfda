"""Records by number, with the references between them, computed once for the whole data set.

Numbers run through all tables in the order of the model, from 0. Pages, lists and the search index use them. Addresses use ids, which
do not change when records are added.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from attrs import frozen

from dxgov.dates.when import When
from dxgov.exporters.site.addresses import record_anchor, record_page, table_page
from dxgov.languages import Lang
from dxgov.marks import Dated, Ref
from dxgov.model.record import Record
from dxgov.schema import Column, Table
from dxgov.tables.arrow import combine_chunks
from dxgov.tables.captions import Captions
from dxgov.tables.collection import Collection

LANGUAGES: tuple[Lang, ...] = ("ja", "en")

PAGE_SIZE = 100
"""Records per page of a list; longer lists continue on further pages or in the search."""

_ROWS_PER_PAGE = 200
"""Records per page of the list of a table whose records have no pages of their own."""

_MAX_PAGES = 10_000
"""Maximum records of a data set in which each has a page of its own."""

_MAX_PAGES_IF_LARGE = 3_500
"""Maximum records with pages in a larger data set: those of its smallest tables; all others are rows of the list of their table."""


@frozen(eq=False)
class ReferenceField:
    """A field through which records of a table refer to others."""

    table: Table
    column: Column

    @property
    def is_parent(self) -> bool:
        """True if the target is the parent of the record."""
        reference = self.column.mark(Ref)
        return reference is not None and reference.part_of


class RecordNetwork:
    """The records of a data set as a network: nodes are numbers, edges are references.

    Args:
        data: the data set.
        max_pages: maximum records of a data set in which each has a page of its own.
        max_pages_if_large: maximum records with pages in a larger data set.
        rows_per_page: records per page of the list of a table whose records have no pages.
    """

    def __init__(
        self,
        data: Collection,
        max_pages: int = _MAX_PAGES,
        max_pages_if_large: int = _MAX_PAGES_IF_LARGE,
        rows_per_page: int = _ROWS_PER_PAGE,
    ) -> None:
        self.data: Collection = data
        self.rows_per_page: int = rows_per_page
        self.tables: Sequence[Table] = tuple(data.model().tables.values())
        counts = {name: len(records) for name, records in data.tables.items()}
        self.is_large: bool = sum(counts.values()) > max_pages
        """True if only the records of the smallest tables have pages, and these say each thing once and in short."""
        self._paged_tables = _select_smallest(counts, max_pages_if_large) if self.is_large else {*counts}
        captions = Captions(data)
        self.ids: list[str] = []
        self.first_numbers: dict[str, int] = {}
        self.captions: dict[Lang, list[str]] = {lang: [] for lang in LANGUAGES}
        for table in self.tables:
            self.first_numbers[table.name] = len(self.ids)
            self.ids += captions.ids(table.name).to_pylist()
            for lang in LANGUAGES:
                self.captions[lang] += captions.get_titles(table.name, lang)
        self.numbers_by_id: dict[str, int] = {id: number for number, id in enumerate(self.ids)}
        self.tables_by_number: list[Table] = [table for table in self.tables for _ in range(len(data.tables[table.name]))]
        self.sources_by_number: list[int | None] = [source for table in self.tables for source in self._find_sources(table)]
        self.parents_by_number: dict[int, int] = self._find_parents()
        self.children_by_number: dict[int, list[int]] = _group_by_parent(self.parents_by_number)
        self.referrers_by_number: dict[int, dict[ReferenceField, list[int]]] = self._find_referrers()
        self._date_sources: dict[int, tuple[When | int, ...]] = dict(self._find_date_sources())
        self._date_cache: dict[int, When | None] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def has_pages(self, table: Table) -> bool:
        """Return whether the records of a table have a page each; if not, they are rows of its list."""
        return table.name in self._paged_tables

    def page(self, number: int) -> str:
        """Return the address of a record in the folder of a language: its page, or its row in a list."""
        table = self.tables_by_number[number]
        if self.has_pages(table):
            return record_page(self.ids[number])
        return f"{self.list_page(number)}#{record_anchor(self.ids[number])}"

    def list_page(self, number: int) -> str:
        """Return the page of its table's list that has a record."""
        table = self.tables_by_number[number]
        return table_page(table.name, (number - self.first_numbers[table.name]) // self.get_page_size(table) + 1)

    def get_page_size(self, table: Table) -> int:
        """Return the number of records per page of the list of a table."""
        return PAGE_SIZE if self.has_pages(table) else self.rows_per_page

    def enumerate_records(self, table: Table) -> Iterator[tuple[int, Record]]:
        """Yield the records of a table with their numbers."""
        return enumerate(self.data.tables[table.name], self.first_numbers[table.name])

    def get_record(self, number: int) -> Record:
        """Return a record."""
        name = self.tables_by_number[number].name
        record: Record = self.data.tables[name][number - self.first_numbers[name]]
        return record

    def ancestors(self, number: int) -> list[int]:
        """Return the ancestors of a record, from the outermost to its parent."""
        ancestors: list[int] = []
        while number in self.parents_by_number and self.parents_by_number[number] not in ancestors:
            number = self.parents_by_number[number]
            ancestors.insert(0, number)
        return ancestors

    def iterate_descendants(self, number: int) -> Iterator[int]:
        """Yield the parts of a record, their parts, and so on."""
        level, visited = [number], {number}
        while level:
            level = [child for parent in level for child in self.children_by_number.get(parent, ()) if child not in visited]
            visited |= {*level}
            yield from level

    def effective_date(self, number: int) -> When | None:
        """Return the date of a record, or None if it has none.

        It is the record's own date, or that of an ancestor. If its table marks no field as its date, any date that it holds stands in.
        The date of the document does not count: the letter that names an actor does not date the actor.
        """
        if number not in self._date_cache:
            self._date_cache[number] = None  # a record in a cycle of date references has no date
            self._date_cache[number] = self._resolve_date(number)
        return self._date_cache[number]

    def count_referrers(self, number: int) -> int:
        """Return the number of records that refer to a record."""
        numbers_by_field = self.referrers_by_number.get(number)
        return len({referrer for numbers in numbers_by_field.values() for referrer in numbers}) if numbers_by_field else 0

    def _resolve_date(self, number: int) -> When | None:
        for source in self._date_sources[number]:
            when = source if isinstance(source, When) else self.effective_date(source)
            if when is not None:
                return when
        return None

    def _find_date_sources(self) -> Iterator[tuple[int, tuple[When | int, ...]]]:
        """Yield the number of each record with its sources of a date, best first: own dates, numbers of records, other dates."""
        for table in self.tables:
            date_fields = [field.name for field in table.fields if field.has(Dated)]
            other_date_fields = [] if date_fields else [field.name for field in table.fields if field.value is When]
            for number, record in self.enumerate_records(table):
                own_dates = [
                    value if isinstance(value, When) else self.numbers_by_id[value]
                    for name in date_fields
                    if (value := getattr(record, name))
                ]
                parents = [self.parents_by_number[number]] if number in self.parents_by_number else []
                other_dates = [value for name in other_date_fields if (value := getattr(record, name))]
                yield number, (*own_dates, *parents, *other_dates)

    def _cell_values(self, table: Table, column: Column) -> list[Any]:
        return combine_chunks(self.data.tables[table.name].data[column.name]).to_pylist()  # type: ignore[no-any-return]

    def _find_sources(self, table: Table) -> Iterator[int | None]:
        """Yield for each record of a table the document that it cites."""
        column = next((column for column in table.columns if column.inner and column.has(Ref)), None)
        ids = self._cell_values(table, column) if column else [None] * len(self.data.tables[table.name])
        return (None if id is None else self.numbers_by_id[id] for id in ids)

    def _find_parents(self) -> dict[int, int]:
        """Return the parent of each record: the nearest that it names."""
        parents_by_number: dict[int, int] = {}
        for table in self.tables:
            for column in table.parents:  # the nearest parent comes last
                for number, id in enumerate(self._cell_values(table, column), self.first_numbers[table.name]):
                    if id is not None:
                        parents_by_number[number] = self.numbers_by_id[id]
        return parents_by_number

    def _find_referrers(self) -> dict[int, dict[ReferenceField, list[int]]]:
        """Return for each record the numbers of those that refer to it, by field."""
        referrers_by_number: defaultdict[int, dict[ReferenceField, list[int]]] = defaultdict(dict)
        for table, column in self.data.model().references():
            reference_field = ReferenceField(table, column)
            for number, cell in enumerate(self._cell_values(table, column), self.first_numbers[table.name]):
                for id in cell if column.many else () if cell is None else (cell,):
                    referrers_by_number[self.numbers_by_id[id]].setdefault(reference_field, []).append(number)
        return dict(referrers_by_number)


def _select_smallest(counts: Mapping[str, int], max_records: int) -> set[str]:
    """Return the names of the smallest tables, as many as have at most `max_records` records together."""
    names = sorted(counts, key=lambda name: counts[name])
    totals = accumulate(counts[name] for name in names)
    return {name for name, total in zip(names, totals, strict=True) if total <= max_records}


def _group_by_parent(parents_by_number: Mapping[int, int]) -> dict[int, list[int]]:
    children_by_number: dict[int, list[int]] = {}
    for number in sorted(parents_by_number):
        children_by_number.setdefault(parents_by_number[number], []).append(number)
    return children_by_number
