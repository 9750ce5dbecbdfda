"""Columns that follow from others or from the documents: filled where they are empty, never changed where they are not."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import PurePath

from attrs import define, field, frozen

from dxgov.dates.parser import read
from dxgov.dates.when import When
from dxgov.drafting.identifiers import ID_RULES, LETTERS, join_name, list_parts, measure_widths
from dxgov.drafting.record_tables import ENTRY_TABLES, get_prefix
from dxgov.drafting.rows import Row, format_field, format_value
from dxgov.errors import DateError
from dxgov.marks import Dated, DocumentHash, UniqueWithin
from dxgov.model.requests import RequestItem
from dxgov.model.sources import Source
from dxgov.schema import Column, Kind, LinkTable, Model, Table
from dxgov.values import digest_passage, document_lines


@frozen
class Filling:
    """The cells of a column that were filled or mended."""

    table: str
    column: str
    count: int
    origin: str
    """Where the values come from, in a few words."""

    def __str__(self) -> str:
        return f"{self.table}.{self.column}: {self.count:,} filled, {self.origin}"


def fill_tables(model: Model, tables: Mapping[str, Sequence[Row]], documents: Mapping[str, bytes]) -> tuple[Filling, ...]:
    """Fill the empty cells that follow from other cells or from documents, in place, and return what was filled.

    Args:
        model: the tables.
        tables: the rows by table.
        documents: the contents of the text files by name. A source without a digest has the file of its id, as ``src-2024-letter.txt``,
            or the only file that is left for the only source that is left.
    """
    filler = _Filler(model, tables, documents)
    filler.fill_defaults()
    filler.fill_dates()
    filler.fill_numbers()
    filler.fill_ids()
    filler.fill_citations()
    return tuple(Filling(table, column, number, origin) for (table, column, origin), number in filler.counts.items())


@define
class _Filler:
    """The rows that are filled, and counts of the cells that were."""

    model: Model
    tables: Mapping[str, Sequence[Row]]
    documents: Mapping[str, bytes]
    counts: dict[tuple[str, str, str], int] = field(factory=dict)
    """The number of cells by table, column and origin."""

    def _fill(self, table: Table | LinkTable, row: Row, column: str, text: str, origin: str) -> None:
        """Fill a cell if it is empty."""
        if text and not row[column]:
            row[column] = text
            self.counts[table.name, column, origin] = self.counts.get((table.name, column, origin), 0) + 1

    def _get_table(self, record: type) -> Table | None:
        """Return the table of a record class; None if the model has none, as other models than that of `Dataset` may."""
        return next((table for table in self.model.tables.values() if table.record is record), None)

    def _iterate_rows(self) -> Iterator[tuple[Table, Row]]:
        """Yield the rows of records with their tables."""
        return ((table, row) for name, table in self.model.tables.items() for row in self.tables.get(name, ()))

    def fill_defaults(self) -> None:
        """Fill required columns that have a default, as a file without the column has it."""
        for table, row in self._iterate_rows():
            for column in table.stored:
                if column.default is not None and not column.many:
                    self._fill(table, row, column.name, format_value(column.default), "with the default")

    def fill_dates(self) -> None:
        """Fill the parts of dates of which only the words are filled; words that are no date stay alone.

        The source's own date comes first, because the others may count from it.
        """
        days: dict[str, When] = {}
        for table, row in self._iterate_rows():
            for record_field in table.fields:
                if record_field.value is not When:
                    continue
                words, *others = (part.column.name for part in record_field.parts)
                if row[words] and not any(row[name] for name in others):
                    when = _read_date(row[words], days.get(row.get("citation_source_id", "")))
                    for name, text in format_field(record_field, when).items() if when else ():
                        self._fill(table, row, name, text, f"from {words}")
                if table.record is Source and record_field.has(Dated) and (when := _read_date(row[words], None)):
                    days[row[table.key[0]]] = when

    def fill_numbers(self) -> None:
        """Fill the places of records among those beside them, in the order of the file, and the paths of items."""
        for name, table in self.model.tables.items():
            rows = self.tables.get(name, ())
            for column in table.stored:
                unique = column.mark(UniqueWithin)
                if unique and unique.others and column.required:
                    self._fill_sequence(table, rows, column, unique.others)
        for name, link in self.model.links.items():
            *others, _, position = link.stored
            self._fill_sequence(link, self.tables.get(name, ()), position, tuple(column.name for column in others))
        items = self._get_table(RequestItem)
        paths: dict[str, str] = {}
        for row in self.tables.get(items.name, ()) if items else ():
            numbers = re.findall("[0-9]+", unicodedata.normalize("NFKC", row["number"]))
            own = str(int(numbers[0])) if len(numbers) == 1 and int(numbers[0]) else row["position"]
            above = paths.get(row["parent_id"])
            if items and (above or not row["parent_id"]):
                self._fill(items, row, "path", f"{above}.{own}" if above else own, "from number and parent_id")
            paths[row["id"]] = row["path"]

    def _fill_sequence(self, table: Table | LinkTable, rows: Sequence[Row], column: Column, others: tuple[str, ...]) -> None:
        """Fill a column of numbers or letters that counts the rows that agree in the columns `others`."""
        if column.kind is Kind.INTEGER:
            values: Sequence[str] = [str(number) for number in range(1, len(rows) + 1)]
        elif column.pattern and re.fullmatch(column.pattern.regex, LETTERS[0]):
            values = LETTERS
        else:
            return
        used: dict[tuple[str, ...], set[str]] = {}
        for row in rows:
            used.setdefault(tuple(row[other] for other in others), set()).add(row[column.name])
        for row in rows:
            taken = used[tuple(row[other] for other in others)]
            if not row[column.name]:
                self._fill(table, row, column.name, next((value for value in values if value not in taken), ""), "in the order of the file")
                taken.add(row[column.name])

    def fill_ids(self) -> None:
        """Fill the ids of records that are a part of another one, by the rule of their kind."""
        for kind, rule in ID_RULES.items():
            table = ENTRY_TABLES[kind]
            rows = self.tables.get(table.name, ()) if self._get_table(table.record) else ()
            base = next((column for column in table.parents if column.target in {ENTRY_TABLES[base].name for base in rule.bases}), None)
            if base is None or all(row[table.key[0]] for row in rows):
                continue
            parts = [list_parts(rule, row) for row in rows]
            widths = measure_widths(rule, parts)
            for row, numbers in zip(rows, parts, strict=True):
                if numbers and row[base.name]:
                    stem = row[base.name].removeprefix(get_prefix(self.model.tables[str(base.target)]))
                    self._fill(table, row, table.key[0], get_prefix(table) + join_name(stem, numbers, widths), f"from {base.name}")

    def fill_citations(self) -> None:
        """Fill the digests of documents and of the passages that records cite."""
        sources = self._get_table(Source)
        if sources is None:
            return
        digest_column = next(column.name for column in sources.stored if column.has(DocumentHash))
        contents = {sha256(content).hexdigest(): content for content in self.documents.values()}
        rows = self.tables.get(sources.name, ())
        # A source without a digest has the file of its id, or the only one left for the only source left.
        by_stem = {PurePath(name).stem: sha256(content).hexdigest() for name, content in self.documents.items()}
        for row in rows:
            self._fill(sources, row, digest_column, by_stem.get(row["id"], ""), "from the file of its id")
        empty, left = [row for row in rows if not row[digest_column]], contents.keys() - {row[digest_column] for row in rows}
        if len(empty) == len(left) == 1:
            self._fill(sources, empty[0], digest_column, next(iter(left)), "from the only file that is left")
        lines: dict[str, list[str]] = {}
        for row in rows:
            with suppress(UnicodeDecodeError):
                if row[digest_column] in contents:
                    lines[row["id"]] = document_lines(contents[row[digest_column]].decode())
        for table, row in self._iterate_rows():
            first, source = row.get("citation_first_line", ""), row.get("citation_source_id", "")
            if first.isdecimal() and source in lines:
                self._fill(table, row, "citation_last_line", first, "from citation_first_line")
                with suppress(ValueError):  # a citation that cannot be is told when the package is checked
                    last = int(row["citation_last_line"])
                    digest = digest_passage(source, lines[source], int(first), last, row["citation_place"] or None)
                    self._fill(table, row, "citation_sha256", digest, "from the document")


def _read_date(words: str, said_on: When | None) -> When | None:
    """Return the date that words mean; None if they are no date, or do not say enough."""
    try:
        return read(words, said_on)
    except (DateError, ValueError):
        return None
