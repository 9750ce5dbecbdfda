"""The time that a data set covers."""

from datetime import date

import pyarrow.compute as pc

from dxgov.dates.when import When
from dxgov.marks import Dated
from dxgov.tables.collection import Collection


def coverage(data: Collection) -> tuple[date, date] | None:
    """The first and the last day on which anything that the records tell was said or happened; nothing where no day is known."""
    days: list[date] = []
    for name, table in data.model().tables.items():
        for field in table.fields:
            if field.has(Dated) and field.value is When:
                ends = [data.tables[name].column(part.column.name) for part in field.parts if part.name in ("start", "end")]
                days += (day for cells in ends for day in pc.min_max(cells).as_py().values() if day)
    return (min(days), max(days)) if days else None
