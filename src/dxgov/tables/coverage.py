"""`Coverage`: how many of some records nobody has reviewed, and how many come from sources that are recorded only as an index."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from dxgov.model.record import Review
from dxgov.model.sources import Depth, Source
from dxgov.schema import Model
from dxgov.tables.arrow import as_scalar, combine_chunks, text_array
from dxgov.tables.records import Records

_WORDS = {
    "all": {"en": "Of {:,} records, {}.", "ja": "{:,}件のうち、{}。"},
    "drafted": {"en": "{:,} drafted by a program and not reviewed", "ja": "プログラムが作成し人が確認していないもの{:,}件"},
    "indexed": {"en": "{:,} from sources recorded only as an index", "ja": "索引のみを収録した出典によるもの{:,}件"},
    "join": {"en": ", ", "ja": "、"},
}


@frozen
class Coverage:
    """Numbers of records: all, those that a program drafted, and those of an index."""

    records: int
    """The number of records."""

    drafted: int
    """How many of them a program drafted and nobody has reviewed."""

    indexed: int
    """How many of them come from a source of the depth `index`, whose records may lack summaries."""

    def describe(self, lang: Literal["en", "ja"] = "en") -> str:
        """Return the numbers as a sentence; empty if all records are reviewed and from sources recorded in full."""
        parts = [_WORDS[name][lang].format(number) for name, number in (("drafted", self.drafted), ("indexed", self.indexed)) if number]
        return _WORDS["all"][lang].format(self.records, _WORDS["join"][lang].join(parts)) if parts else ""


def count_coverage(model: Model, tables: Mapping[str, Records[Any]], selection: Iterable[Records[Any]]) -> Coverage:
    """Count the records of a selection; only the columns with their review and their document are read.

    Args:
        model: The model of the tables.
        tables: The tables of a data set, from which the depth of its sources is taken.
        selection: Records of these tables, of each record once.
    """
    source_names = [name for name, table in model.tables.items() if issubclass(table.record, Source)]
    indexes = text_array([id for name in source_names for id in tables[name].where(depth=Depth.INDEX).ids()])
    records, drafted, indexed = 0, 0, 0
    for rows in selection:
        records += len(rows)
        drafted += pc.sum(pc.equal(combine_chunks(rows.column("review")).cast(pa.string()), as_scalar(str(Review.DRAFTED)))).as_py() or 0
        if len(indexes):
            documents = rows.column("id" if rows.name in source_names else "citation_source_id")
            indexed += pc.sum(pc.is_in(documents, value_set=indexes)).as_py() or 0
    return Coverage(records, drafted, indexed)
