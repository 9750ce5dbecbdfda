"""Checks of Arrow rows in memory, as of the file that they would be."""

from collections.abc import Iterator

import pyarrow as pa
from attrs import evolve

from dxgov.errors import Problem
from dxgov.formats.arrow_reader import ArrowRows
from dxgov.formats.resource import Resource
from dxgov.limits import Limits
from dxgov.package.data_file import DataFile
from dxgov.schema import Model
from dxgov.validation import ProblemCollector, ReportSection, check_batch


def check_rows(rows: "pa.Table | pa.RecordBatch", table: str, model: Model, limits: Limits) -> Iterator[Problem]:
    """Yield the problems of columns, of cells, and within rows; the first row has the number 1."""
    data = rows if isinstance(rows, pa.Table) else pa.Table.from_batches([rows])
    stored, resource = model.stored[table], Resource(table, table, "arrow")
    file, collector = (
        DataFile(stored, resource, limits, lambda: ArrowRows(stored, data, resource, limits)),
        ProblemCollector(limits.problems),
    )
    for batch_number, batch in enumerate(file.iter_batches()):
        check_batch(model, batch, 0, batch_number, collector)
    for rule_number, problems in file.problems():
        collector.add(ReportSection.FILES, 0, rule_number, -1, problems)
    yield from (evolve(problem, file=None) for problem in collector)
