"""All records by number, and the ways between them, found once for the whole data set.

Records are counted through all tables in the order of the definition, from 0. Pages, lists and the index of the search all name them by
that number; addresses name them by their ids, which do not change when records are added.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from dxgov.dates.when import When
from dxgov.marks import Dated, Ref
from dxgov.model.record import Record
from dxgov.schema import Column, Table
from dxgov.tables.arrow import one
from dxgov.tables.collection import Collection
from dxgov.text.captions import Captions
from dxgov.text.records import Lang

LANGUAGES: tuple[Lang, ...] = ("ja", "en")

_SHORT = 40
"""How many characters of a caption stand for it where several stand in a line."""


@frozen(eq=False)
class Relation:
    """A field through which records of a table refer to others."""

    table: Table
    column: Column

    @property
    def whole(self) -> bool:
        """Whether it leads to what the record is a part of."""
        reference = self.column.mark(Ref)
        return reference is not None and reference.part_of


class Atlas:
    """The records of a data set by number."""

    def __init__(self, data: Collection) -> None:
        self.data = data
        self.tables: Sequence[Table] = tuple(data.model().tables.values())
        captions = Captions(data)
        self.ids: list[str] = []
        self.first: dict[str, int] = {}
        self.captions: dict[Lang, list[str]] = {lang: [] for lang in LANGUAGES}
        for table in self.tables:
            self.first[table.name] = len(self.ids)
            self.ids += captions.ids(table.name).to_pylist()
            for lang in LANGUAGES:
                self.captions[lang] += captions.of(table.name, lang).to_pylist()
        self.numbers: dict[str, int] = {id: number for number, id in enumerate(self.ids)}
        for table in self.tables:
            if table.captions and table.captions[0].codes:
                self._name_ends(table)
        self.owners: list[Table] = [table for table in self.tables for _ in range(len(data.tables[table.name]))]
        self.wholes: dict[int, int] = self._wholes()
        self.parts: dict[int, list[int]] = _grouped(self.wholes)
        self.referring: dict[int, dict[Relation, list[int]]] = self._referring()
        self._held: dict[int, tuple[When | int, ...]] = dict(self._dated())
        self._dates: dict[int, When | None] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def numbered(self, table: Table) -> Iterator[tuple[int, Record]]:
        """The records of a table with their numbers."""
        return enumerate(self.data.tables[table.name], self.first[table.name])

    def way_down(self, number: int) -> list[int]:
        """What a record is a part of, from the whole to the nearest."""
        way: list[int] = []
        while number in self.wholes and self.wholes[number] not in way:
            number = self.wholes[number]
            way.insert(0, number)
        return way

    def date(self, number: int) -> When | None:
        """When what a record tells was said or happened: its own date, or that of what it is a part of.

        Where no field of a kind of record is marked as its date, and it is no part of what has one, any date that it holds stands in.
        The date of the document is not taken: an actor is not of the day on which a letter names it.
        """
        if number not in self._dates:
            self._dates[number] = None  # what is dated by itself, in a circle, has no date
            self._dates[number] = self._found(number)
        return self._dates[number]

    def referring_count(self, number: int) -> int:
        """How many records refer to a record."""
        found = self.referring.get(number)
        return len({each for some in found.values() for each in some}) if found else 0

    def _name_ends(self, table: Table) -> None:
        """Add to captions that are a code, such as that of a link, what the records refer to: alone it tells nothing."""
        columns = [column for column in table.columns if column.has(Ref) and not column.inner and not column.many]
        first, cells = self.first[table.name], [self._cells(table, column) for column in columns]
        for lang, captions in self.captions.items():
            colon = "：" if lang == "ja" else ": "
            for row in range(len(self.data.tables[table.name])):
                ends = [shorten(captions[self.numbers[column[row]]]) for column in cells if column[row] is not None]
                captions[first + row] += f"{colon}{' → '.join(ends)}" if ends else ""

    def _found(self, number: int) -> When | None:
        for each in self._held[number]:
            date = each if isinstance(each, When) else self.date(each)
            if date is not None:
                return date
        return None

    def _dated(self) -> Iterator[tuple[int, tuple[When | int, ...]]]:
        """What has a date for each record, the nearest first: itself, what its date refers to, what it is a part of."""
        for table in self.tables:
            dated = [field.name for field in table.fields if field.has(Dated)]
            others = [] if dated else [field.name for field in table.fields if field.value is When]
            for number, record in self.numbered(table):
                own = [value if isinstance(value, When) else self.numbers[value] for name in dated if (value := getattr(record, name))]
                whole = [self.wholes[number]] if number in self.wholes else []
                yield number, (*own, *whole, *(value for name in others if (value := getattr(record, name))))

    def _cells(self, table: Table, column: Column) -> list[Any]:
        return one(self.data.tables[table.name].data[column.name]).to_pylist()  # type: ignore[no-any-return]

    def _wholes(self) -> dict[int, int]:
        """What each record is a part of: the nearest of those that it names."""
        found: dict[int, int] = {}
        for table in self.tables:
            for column in table.parents:  # the nearest is last
                for number, id in enumerate(self._cells(table, column), self.first[table.name]):
                    if id is not None:
                        found[number] = self.numbers[id]
        return found

    def _referring(self) -> dict[int, dict[Relation, list[int]]]:
        """For each record those that refer to it, by the field through which they do."""
        found: defaultdict[int, dict[Relation, list[int]]] = defaultdict(dict)
        for table, column in self.data.model().references():
            relation = Relation(table, column)
            for number, cell in enumerate(self._cells(table, column), self.first[table.name]):
                for id in cell if column.many else () if cell is None else (cell,):
                    found[self.numbers[id]].setdefault(relation, []).append(number)
        return dict(found)


def shorten(caption: str) -> str:
    """The beginning of a caption."""
    return caption if len(caption) <= _SHORT else f"{caption[:_SHORT].rstrip()}…"


def _grouped(wholes: Mapping[int, int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for part in sorted(wholes):
        found.setdefault(wholes[part], []).append(part)
    return found
