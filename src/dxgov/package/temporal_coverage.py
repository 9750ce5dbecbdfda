"""Days that a data set covers."""

from datetime import date

import pyarrow.compute as pc

from dxgov.dates.when import When
from dxgov.marks import Dated
from dxgov.tables.collection import Collection


def compute_coverage(data: Collection) -> tuple[date, date] | None:
    """Return the first and the last day on which the cited documents may have been issued, or None if no day is known.

    The days that records tell of are not counted, since a document of 2022 may mention a law of 1947.
    """
    days: list[date] = []
    model = data.model()
    for name in {str(column.target) for _, column in model.references() if column.inner}:
        for field in model.tables[name].fields:
            if field.has(Dated) and field.value is When:
                bounds = [data.tables[name].column(part.column.name) for part in field.parts if part.name in ("start", "end")]
                days += (day for cells in bounds for day in pc.min_max(cells).as_py().values() if day)
    return (min(days), max(days)) if days else None
