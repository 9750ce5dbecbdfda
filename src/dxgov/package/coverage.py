"""The time that a data set covers."""

from collections.abc import Mapping
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from dxgov.dates.when import When
from dxgov.marks import Dated
from dxgov.schema import Model


def coverage(model: Model, tables: Mapping[str, pa.Table]) -> tuple[date, date] | None:
    """The first and the last day on which anything that the records tell was said or happened; nothing where no day is known."""
    days: list[date] = []
    for name, table in model.tables.items():
        for field in table.fields:
            if name in tables and field.has(Dated) and field.value is When:
                ends = [tables[name][part.column.name] for part in field.parts if part.name in ("start", "end")]
                days += (day for cells in ends for day in pc.min_max(cells).as_py().values() if day)
    return (min(days), max(days)) if days else None
