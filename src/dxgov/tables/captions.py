"""Captions of records, a column at a time; `dxgov.text.records.get_caption` gives that of a single record."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from dxgov.languages import Lang
from dxgov.marks import Ref
from dxgov.schema import Column, Kind, Table
from dxgov.tables.arrow import combine_chunks, text_array
from dxgov.tables.collection import Collection

_SHORT_LENGTH = 40
"""Maximum characters of a shortened caption."""


class Captions:
    """The captions of the records of a data set, computed per table on first use and cached.

    If a caption column is a reference, the caption of its target is used. It is the bare id if the reference may lead to any
    table, or if captions refer back to their own table.
    """

    def __init__(self, data: Collection) -> None:
        self._tables = data.model().tables
        self._data: Mapping[str, pa.Table] = {name: records.data for name, records in data.tables.items()}
        self._cache: dict[tuple[str | None, Lang], pa.Array] = {}
        self._in_progress: set[tuple[str, Lang]] = set()

    def get(self, table: str | None, lang: Lang) -> pa.Array:
        """Return the captions of a table's records in row order, or, if `table` is None, of all records in the order of `ids`."""
        if (table, lang) not in self._cache:
            if table is None:
                self._cache[table, lang] = pa.concat_arrays([self.get(name, lang) for name in self._tables])
            else:
                self._cache[table, lang] = self._build_captions(self._tables[table], lang)
        return self._cache[table, lang]

    def get_titles(self, table: str, lang: Lang) -> list[str]:
        """Return the captions of a table's records with, after captions that are a code, what the records refer to.

        A code alone, such as that of a link, is meaningless.
        """
        titles: list[str] = self.get(table, lang).to_pylist()
        definition = self._tables[table]
        if not (definition.captions and definition.captions[0].codes):
            return titles
        if lang == "en":
            names = {str(code): code.titles.en for code in definition.captions[0].codes}
            titles = [names.get(title, title) for title in titles]
        references = [column for column in definition.columns if column.has(Ref) and not column.inner and not column.many]
        targets = [pc.take(self.get(column.target, lang), self._find_targets(definition, column)).to_pylist() for column in references]
        colon = "：" if lang == "ja" else ": "
        rows = [" → ".join(shorten_caption(target) for target in row if target is not None) for row in zip(*targets, strict=True)]
        return [f"{title}{colon}{row}" if row else title for title, row in zip(titles, rows, strict=False)] if rows else titles

    def ids(self, table: str | None) -> pa.Array:
        """Return the ids of a table's records, or, if `table` is None, of all records, table by table."""
        if table is None:
            return pa.concat_arrays([self.ids(name) for name in self._tables])
        return combine_chunks(self._data[table][self._tables[table].key[0]])

    def positions(self, column: Column, cells: pa.Array) -> pa.Array:
        """Return the positions of a reference's ids in the `ids` of its target; null if an id is missing there."""
        return pc.index_in(cells, value_set=self.ids(column.target))

    def _find_targets(self, table: Table, column: Column) -> pa.Array:
        return self.positions(column, combine_chunks(self._data[table.name][column.name]))

    def _build_captions(self, table: Table, lang: Lang) -> pa.Array:
        """Return the first filled caption of each row, else its id."""
        self._in_progress.add((table.name, lang))
        names = {column.name for column in table.columns}
        texts = []
        for column in table.captions:
            if column.many:
                continue
            twin = f"{column.name}_en"
            if lang == "en" and twin in names:
                texts.append(self._build_texts(table.column(twin), table, lang))
            texts.append(self._build_texts(column, table, lang))
        self._in_progress.remove((table.name, lang))
        return pc.coalesce(*texts, self.ids(table.name))

    def _build_texts(self, column: Column, table: Table, lang: Lang) -> pa.Array:
        """Return the cells of a caption column as texts."""
        cells = combine_chunks(self._data[table.name][column.name])
        if column.has(Ref) and column.target and (column.target, lang) not in self._in_progress:
            return pc.take(self.get(column.target, lang), self._find_targets(table, column))
        return get_code_labels(column, cells) if column.kind is Kind.CODE and lang == "ja" else cells.cast(pa.string())


def shorten_caption(caption: str, length: int = _SHORT_LENGTH) -> str:
    """Return the beginning of a caption of at most `length` characters, with an ellipsis if it is cut."""
    return caption if len(caption) <= length else f"{caption[:length].rstrip()}…"


def get_code_labels(column: Column, codes: pa.Array) -> pa.Array:
    """Return the Japanese label of each code."""
    values, labels = text_array(list(column.codes)), text_array([code.label for code in column.codes])
    return pc.take(labels, pc.index_in(codes.cast(pa.string()), value_set=values))
