"""Search for words in all texts of a data set, with the results ranked.

SQLite's FTS5 holds the terms of all records. A record that has all words of a query is ranked by how few records have each of them, as
in BM25 without the lengths of texts; a word counts three times as much in what the record is called, and less where it is only the
beginning of what stands there. `site.js` ranks by the same sums.
"""

import math
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import chain, islice
from threading import Lock
from typing import Any, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import field as attribute
from attrs import frozen

from dxgov.analysis.said import read_days
from dxgov.analysis.search_terms import SPACED, fold_with_offsets, is_prefix, is_unspaced, tokenize, tokenize_query
from dxgov.codes import Code
from dxgov.errors import UnknownNameError, did_you_mean
from dxgov.languages import Lang
from dxgov.marks import Caption, Pattern, Ref
from dxgov.model.record import Record
from dxgov.schema import Column, Kind, Table
from dxgov.tables.arrow import as_scalar, combine_chunks, fill_null, mask_as_numpy, text_array
from dxgov.tables.captions import Captions
from dxgov.tables.collection import Collection, get_indexes
from dxgov.tables.records import Records

CAPTION_WEIGHT = 3
"""How much more a word counts in what a record is called than in its other texts."""

_LANGUAGES: tuple[Lang, ...] = get_args(Lang)

_BATCH_ROWS = 4_096
"""Rows whose texts are in memory at a time."""

_BUFFER_SIZE = 2**24
"""Size in bytes of the postings that FTS5 collects before it writes and merges them; its default of 1 MiB takes nearly twice as long."""

_EXCERPT_LENGTH = 120
"""Maximum characters of an excerpt."""

_LEAD_LENGTH = 30
"""Characters of an excerpt before the first of its words, if the text is longer than an excerpt."""

_LAST_CHARACTER = "\U0010ffff"


@frozen
class SearchResult:
    """A record that a search has found, with the text in which it was found."""

    record: Record
    table: str
    """The name of the table of the record."""
    field: str
    """The column whose text has most of the words: the key if the query is the id of the record."""
    excerpt: str
    """The text of that column, or the part of it around the words, with `…` where it is cut; codes are shown by their names."""
    highlights: tuple[tuple[int, int], ...] = attribute(repr=False)
    """The start and the end of each word in the excerpt."""
    score: float = attribute(repr=False)
    """The weight of the words that were found; infinite if the query is the id of the record."""
    complete: bool = True
    """False if the record has only some of the words, as no record has all."""

    def highlight(self, before: str = "**", after: str = "**") -> str:
        """Return the excerpt with a text before and after each word that was found."""
        pieces, end = list[str](), 0
        for start, stop in self.highlights:
            pieces += (self.excerpt[end:start], before, self.excerpt[start:stop], after)
            end = stop
        return "".join([*pieces, self.excerpt[end:]])


# The texts of records


def _list_columns(table: Table) -> list[Column]:
    """Return the columns whose texts are searched: the key, texts that are no references and are not written for machines, and codes."""
    return [
        column
        for column in table.columns
        if column.key or column.codes or (column.kind is Kind.TEXT and not column.has(Ref) and not column.has(Pattern))
    ]


def _list_texts(column: Column, cell: Any) -> Iterator[str]:
    """Yield the texts of a cell; a code is its names in both languages."""
    for value in cell if column.many else () if cell is None else (cell,):
        yield _get_code_names(type(column.codes[0]))[value] if column.codes else value


@cache
def _get_code_names(codes: type[Code]) -> dict[str, str]:
    """Return the name of each code of a vocabulary in both languages."""
    return {code: " / ".join(code.titles[lang] for lang in _LANGUAGES) for code in codes}


def iterate_terms(data: Collection, captions: Mapping[Lang, Sequence[str]]) -> Iterator[tuple[set[str], set[str]]]:
    """Yield for each record, table by table, the terms of its captions, and those of its other texts only.

    Args:
        data: The data set.
        captions: The captions of all records in each language, as `list_captions` returns them.
    """
    number = 0
    for table in data.model().tables.values():
        columns = _list_columns(table)
        terms_by_text: dict[str, set[str]] = {}  # of codes, which repeat
        for batch in data.tables[table.name].batches(_BATCH_ROWS, [column.name for column in columns]):
            for row in zip(*(batch[column.name].to_pylist() for column in columns), strict=True):
                titles = [texts[number] for texts in captions.values()]
                caption_terms = {term for title in titles for term in tokenize(title)}
                body_terms = set[str]()
                for column, cell in zip(columns, row, strict=True):
                    for text in _list_texts(column, cell):
                        if column.codes:
                            body_terms |= terms_by_text.get(text) or terms_by_text.setdefault(text, {*tokenize(text)})
                        elif text not in titles:
                            body_terms.update(tokenize(text))
                yield caption_terms, body_terms - caption_terms
                number += 1


def list_captions(data: Collection) -> dict[Lang, list[str]]:
    """Return what the records of all tables are called, table by table, in each language."""
    captions = Captions(data)
    return {lang: [*chain.from_iterable(captions.get_titles(name, lang) for name in data.tables)] for lang in _LANGUAGES}


# The index


class _TextIndex:
    """The terms of all records in a database in memory. Records are numbered through all tables. Thread-safe.

    `captions` holds what the records are called, an array for each language.
    """

    def __init__(self, data: Collection) -> None:
        self._size, self._lock = len(data), Lock()
        captions = list_captions(data)
        self.captions = [text_array(texts) for texts in captions.values()]
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        # The table keeps no texts, only which terms each record has; terms hold no blanks, and whatever is not ASCII is a letter.
        self._connection.execute(
            "CREATE VIRTUAL TABLE terms USING fts5(caption, body, content='', detail=column, columnsize=0, tokenize=ascii)"
        )
        self._connection.execute("INSERT INTO terms(terms, rank) VALUES ('hashsize', ?)", (_BUFFER_SIZE,))
        self._connection.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(terms, row)")
        self._connection.execute("CREATE VIRTUAL TABLE postings USING fts5vocab(terms, instance)")
        rows = (
            (number, " ".join(caption_terms), " ".join(body_terms))
            for number, (caption_terms, body_terms) in enumerate(iterate_terms(data, captions))
        )
        with self._connection:
            self._connection.executemany("INSERT INTO terms(rowid, caption, body) VALUES (?, ?, ?)", rows)
            self._connection.execute("INSERT INTO terms(terms) VALUES ('optimize')")

    def rank(
        self, words: Sequence[str], mask: "np.ndarray[Any, Any] | None"
    ) -> tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]", bool]:
        """Return the records that have all words, best first, and all scores; if no record has all, those with half of them or more.

        Args:
            words: The terms of a query.
            mask: The records to choose from; None for all.

        Returns:
            The numbers, the scores by number, and whether they have all words.
        """
        scores, counts = np.zeros(self._size), np.zeros(self._size, dtype=np.int32)
        for word in words:
            weights = np.zeros(self._size)
            for numbers, weight in self._find(word):
                weights[numbers] = np.maximum(weights[numbers], weight)
            if mask is not None:
                weights[~mask] = 0
            scores += weights
            counts += weights > 0
        complete = bool(words) and bool((counts == len(words)).any())
        numbers = np.flatnonzero(counts == len(words) if complete else (counts > 0) & (2 * counts >= len(words)))
        return numbers[np.argsort(-scores[numbers], kind="stable")], scores, complete

    def _find(self, word: str) -> Iterator[tuple["np.ndarray[Any, Any]", float]]:
        """Yield the records of each term that a word of a query finds, with the weight of the term in captions and in other texts."""
        end = word + _LAST_CHARACTER if is_prefix(word) else word
        with self._lock:
            for term, owners in self._connection.execute(
                "SELECT term, doc FROM vocabulary WHERE term BETWEEN ? AND ?", (word, end)
            ).fetchall():
                weight = math.log(1 + (self._size - owners + 0.5) / (owners + 0.5)) * len(word) / len(term)
                for column, factor in (("caption", CAPTION_WEIGHT), ("body", 1)):
                    rows = self._connection.execute("SELECT doc FROM postings WHERE term = ? AND col = ?", (term, column))
                    yield np.fromiter(chain.from_iterable(rows), dtype=np.int64), weight * factor


def _get_index(data: Collection) -> _TextIndex:
    return get_indexes(data).get_or_build("search", lambda: _TextIndex(data))


# Filters


@frozen
class Filters:
    """What narrows a search; a record matches if it matches all."""

    tables: Sequence[str] | None = None
    """The names of the tables to search; None for all."""
    references: Sequence[tuple[type[Record], Sequence[str]]] = ()
    """Classes with ids of their records; a record matches if it refers to one of them."""
    start: date | None = None
    """The first day on which the date of a record may fall; None does not narrow."""
    end: date | None = None
    """The last day on which the date of a record may fall; None does not narrow."""
    values: Mapping[str, Any] = attribute(factory=dict)
    """Values of columns, as `Records.where` takes them; records of tables without such a column do not match."""

    def build_mask(self, data: Collection) -> "np.ndarray[Any, Any] | None":
        """Return the mask of the matching records of all tables; None if there is no filter.

        Raises:
            UnknownNameError: there is no such table, or no table with such columns.
            ValueError: no table with such columns can hold such values.
        """
        if self == Filters():
            return None
        model = data.model()
        names = {*model.tables} if self.tables is None else {model.table(name).name for name in self.tables}
        ids_by_table = self._find_by_values(data, [table for name, table in model.tables.items() if name in names])
        masks = list[np.ndarray[Any, Any]]()
        for name, table in model.tables.items():
            records = data.tables[name]
            mask = np.full(len(records), name in names)
            if self.values and mask.any():
                mask &= _match_ids(records, ids_by_table.get(name, ()))
            for owner, ids in self.references if mask.any() else ():
                columns = [column for column in table.columns if column.target == model.table_of(owner).name]
                mask &= _match_ids(records, chain.from_iterable(records.where(**{column.name: ids}).ids() for column in columns))
            if mask.any() and (self.start or self.end):
                mask &= self._match_days(*read_days(data, table))
            masks.append(mask)
        return np.concatenate(masks)

    def _find_by_values(self, data: Collection, tables: Sequence[Table]) -> dict[str, tuple[str, ...]]:
        """Return the ids of the records that hold the values, by table.

        A code is of the vocabulary of one table and not of another; it must be of one.
        """
        errors = list[ValueError]()
        ids_by_table = dict[str, tuple[str, ...]]()
        for table in tables:
            if {*self.values} <= {column.name for column in table.columns}:
                try:
                    ids_by_table[table.name] = data.tables[table.name].where(**self.values).ids()
                except ValueError as error:
                    errors.append(error)
        if errors and not ids_by_table:
            raise errors[0]
        if self.values and not ids_by_table:
            names = {column.name for table in tables for column in table.columns}
            unknown = next((name for name in self.values if name not in names), None)
            hint = f"the column {unknown!r}{did_you_mean(unknown, names)}" if unknown else f"all the columns {', '.join(self.values)}"
            raise UnknownNameError(f"no table has {hint}")
        return ids_by_table

    def _match_days(self, first_days: pa.Array, last_days: pa.Array) -> "np.ndarray[Any, Any]":
        """Return the mask of dates of which a day that they can mean lies within the span; an open end is without a bound."""
        mask = mask_as_numpy(pc.or_(pc.is_valid(first_days), pc.is_valid(last_days)))
        if self.end:
            mask = mask & mask_as_numpy(fill_null(pc.less_equal(first_days, as_scalar(self.end)), True))
        if self.start:
            mask = mask & mask_as_numpy(fill_null(pc.greater_equal(last_days, as_scalar(self.start)), True))
        return mask


def _match_ids(records: Records[Any], ids: Iterable[str]) -> "np.ndarray[Any, Any]":
    """Return the mask of the records with one of the ids."""
    return mask_as_numpy(pc.is_in(combine_chunks(records.column(records.key)), value_set=text_array([*ids])))


# The search


def search(data: Collection, query: str, filters: Filters, limit: int | None) -> tuple[SearchResult, ...]:
    """Return the records with the words of a query, best first; the record whose id the query is comes before all others.

    Args:
        data: The data set.
        query: Words, or an id.
        filters: What narrows the search.
        limit: Maximum number of results; None for all.
    """
    words = tokenize_query(query)
    mask, index = filters.build_mask(data), _get_index(data)
    numbers, scores, complete = index.rank(words, mask)
    results: Iterator[SearchResult] = (
        SearchResult(record, table.name, *_choose_text(table, record, titles, words), float(scores[number]), complete)
        for number in numbers.tolist()
        for (record, table), titles in [(_get_record(data, number), [captions[number].as_py() for captions in index.captions])]
    )
    exact = _find_number(data, query.strip())
    if exact is not None and (mask is None or mask[exact]):
        record, table = _get_record(data, exact)
        first = SearchResult(record, table.name, table.key[0], record.id, ((0, len(record.id)),), math.inf)
        results = chain([first], (result for result in results if complete and result.record.id != record.id))
    return tuple(islice(results, limit))


def _get_record(data: Collection, number: int) -> tuple[Record, Table]:
    """Return the record with a number, and its table."""
    for name, table in data.model().tables.items():
        if number < len(data.tables[name]):
            return data.tables[name][number], table
        number -= len(data.tables[name])
    raise IndexError(number)


def _find_number(data: Collection, id: str) -> int | None:
    """Return the number of the record with an id; None if there is none."""
    start = 0
    for records in data.tables.values():
        if id in records:
            return start + records.ids().index(records[id].id)
        start += len(records)
    return None


def _choose_text(table: Table, record: Record, titles: Sequence[str], words: Sequence[str]) -> tuple[str, str, tuple[tuple[int, int], ...]]:
    """Return the column of a record whose text has most of the words, and the excerpt of that text with its highlights.

    Of several columns, those of captions come first. `titles` are what the record is called: its captions may be those of other records.
    """
    columns = sorted(_list_columns(table), key=lambda column: not column.has(Caption))
    texts = [(column.name, text) for column in columns for text in _list_texts(column, _get_cell(table, record, column))]
    texts += [(table.captions[0].name, title) for title in titles if table.captions]
    spans = [_find_words(text, words) for _, text in texts]
    best = max(range(len(texts)), key=lambda index: spans[index][1])
    name, text = texts[best]
    return name, *_cut_excerpt(text, spans[best][0])


def _get_cell(table: Table, record: Record, column: Column) -> Any:
    """Return the value of a column of a record: that of a field, or of a part of it."""
    field = next(field for field in table.fields if column in field.columns)
    value = getattr(record, field.name)
    part = next((part.name for part in field.parts if part.column is column), None)
    return value if part is None else getattr(value, part, None)


def _find_words(text: str, words: Sequence[str]) -> tuple[list[tuple[int, int]], int]:
    """Return the spans of words in a text, joined where they touch, and the number of different words."""
    folded, offsets = fold_with_offsets(text)
    marks, count = np.zeros(len(text) + 1, dtype=bool), 0
    for word in words:
        pattern = re.escape(word)
        if not is_unspaced(word):
            pattern = rf"(?<!{SPACED}){pattern}" if is_prefix(word) else rf"(?<!{SPACED}){pattern}(?!{SPACED})"
        matches = [*re.finditer(pattern, folded)]
        for match in matches:
            marks[offsets[match.start()] : offsets[match.end()]] = True
        count += bool(matches)
    edges = np.flatnonzero(np.diff(marks, prepend=False)).tolist()
    return [*zip(edges[::2], edges[1::2], strict=True)], count


def _cut_excerpt(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the part of a text that holds most of its spans, and the spans in that part."""
    if len(text) <= _EXCERPT_LENGTH:
        return text, tuple(spans)
    starts = [min(max(first - _LEAD_LENGTH, 0), len(text) - _EXCERPT_LENGTH) for first, _ in spans]
    start = max(
        starts,
        key=lambda start: sum(last - first for first, last in spans if start <= first and last <= start + _EXCERPT_LENGTH),
        default=0,
    )
    stop = start + _EXCERPT_LENGTH
    before, after = "…" if start else "", "…" if stop < len(text) else ""
    shift = len(before) - start
    inside = ((max(first, start) + shift, min(last, stop) + shift) for first, last in spans if first < stop and last > start)
    return f"{before}{text[start:stop]}{after}", tuple(inside)
