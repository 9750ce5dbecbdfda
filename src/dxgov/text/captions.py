"""What stands for records in a list, for whole columns at once; `dxgov.text.records.caption` says the same of a single record."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from dxgov.marks import Ref
from dxgov.schema import Column, Kind, Table
from dxgov.tables.arrow import one, text_array
from dxgov.tables.collection import Collection
from dxgov.text.records import Lang


class Captions:
    """The captions of a data set, table by table; each is computed when it is first asked for.

    A caption that is a reference is the caption of what it leads to, and the id alone where that is not known beforehand: where any
    table may be meant, or captions lead back to their own table.
    """

    def __init__(self, data: Collection) -> None:
        self._tables = data.model().tables
        self._data: Mapping[str, pa.Table] = {name: records.data for name, records in data.tables.items()}
        self._known: dict[tuple[str | None, Lang], pa.Array] = {}
        self._asked: set[tuple[str, Lang]] = set()

    def of(self, table: str | None, lang: Lang) -> pa.Array:
        """The captions of a table's records, in the order of its rows; without a table, of all records, as `ids` has them."""
        if (table, lang) not in self._known:
            if table is None:
                captions = [self.of(name, lang) for name in self._tables]
                self._known[table, lang] = pa.concat_arrays(captions)
            else:
                self._known[table, lang] = self._captions(self._tables[table], lang)
        return self._known[table, lang]

    def ids(self, table: str | None) -> pa.Array:
        """The ids of a table's records; without a table, those of all records, table by table."""
        if table is None:
            return pa.concat_arrays([self.ids(name) for name in self._tables])
        return one(self._data[table][self._tables[table].key[0]])

    def positions(self, column: Column, cells: pa.Array) -> pa.Array:
        """Where the ids in a reference's cells stand among the `ids` of what it leads to."""
        return pc.index_in(cells, value_set=self.ids(column.target))

    def _captions(self, table: Table, lang: Lang) -> pa.Array:
        """The first caption of each row that is filled, and the id where none is."""
        self._asked.add((table.name, lang))
        names = {column.name for column in table.columns}
        texts = []
        for column in table.captions:
            if column.many:
                continue
            twin = f"{column.name}_en"
            if lang == "en" and twin in names:
                texts.append(self._texts(table.column(twin), table, lang))
            texts.append(self._texts(column, table, lang))
        self._asked.remove((table.name, lang))
        return pc.coalesce(*texts, self.ids(table.name))

    def _texts(self, column: Column, table: Table, lang: Lang) -> pa.Array:
        cells = one(self._data[table.name][column.name])
        if column.has(Ref) and column.target and (column.target, lang) not in self._asked:
            return pc.take(self.of(column.target, lang), self.positions(column, cells))
        return code_labels(column, cells) if column.kind is Kind.CODE and lang == "ja" else cells.cast(pa.string())


def code_labels(column: Column, codes: pa.Array) -> pa.Array:
    """The Japanese label of each code."""
    values, labels = text_array(list(column.codes)), text_array([code.label for code in column.codes])
    return pc.take(labels, pc.index_in(codes.cast(pa.string()), value_set=values))
