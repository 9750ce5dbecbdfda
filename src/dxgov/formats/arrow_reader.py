"""Reader of rows in memory, in whatever Arrow types they are."""

from collections.abc import Collection, Iterator, Sequence

import pyarrow as pa

from dxgov.formats.arrow_cells import ArrowBatch
from dxgov.formats.file_reader import FileReader
from dxgov.formats.resource import Resource
from dxgov.limits import Limits
from dxgov.schema import LinkTable, Table
from dxgov.tables.arrow import combine_chunks


class ArrowRows(FileReader):
    """Reader of the rows of an Arrow table."""

    def __init__(self, table: Table | LinkTable, rows: pa.Table, resource: Resource, limits: Limits) -> None:
        super().__init__(table, resource, limits, rows.nbytes, "")
        self._rows = rows
        self.column_names = list(rows.column_names)

    def iter_batches(
        self,
        columns: Collection[str],
        row_groups: Sequence[int] | None = None,  # noqa: ARG002 - there are none
        batch_size: int | None = None,
    ) -> Iterator[ArrowBatch]:
        """Yield the rows in batches."""
        names = [name for name in self.column_names if name in columns and self.column_names.count(name) == 1]
        size = batch_size or self._limits.batch
        for start in range(0, self._rows.num_rows, size):
            batch = self._rows.slice(start, size)
            yield ArrowBatch({name: combine_chunks(batch[name]) for name in names}, self._rows.schema, batch.num_rows, {})
