"""Values of partitions: all rows of a file have the same one in the partition column."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, frozen

from dxgov.errors import Problem, ProblemCode, short_repr
from dxgov.languages import Message
from dxgov.schema import Column, Kind
from dxgov.tables.arrow import as_arrow, as_scalar, fill_null, mask_array, text_array
from dxgov.tables.columns import arrow_type, code_array
from dxgov.tables.filters import ColumnPredicates
from dxgov.validation import RowBatch
from dxgov.validation.batches import find_true_rows

_MISPLACED_ROWS = 1_000_000
"""Number of the problems of rows in the wrong file, which come after those of unreadable cells in the report."""


@frozen
class PartitionValue:
    """A partition column, and the value that all rows of a file have in it."""

    column: Column
    value: int | str | bool | None
    """Year of dates, text of codes and ids, truth value; None for empty cells."""

    def may_match(self, predicates: ColumnPredicates) -> bool:
        """Return whether rows with this value can match predicates."""
        if self.column.name not in predicates:
            return True
        return bool(pc.any(predicates[self.column.name](_list_possible_cells(self.column, self.value))).as_py())

    def check(self, batch: RowBatch) -> RowBatch:
        """Add a problem to a batch for each row with another value."""
        column = self.column
        if column.name not in batch.data.column_names:
            return batch
        cells = batch.cells(column.name)
        matches = (
            pc.is_null(cells)
            if self.value is None
            else fill_null(pc.equal(get_partition_values(column, cells), as_scalar(self.value)), False)
        )
        is_misplaced = pc.invert(matches)
        parsed = batch.parsed_mask(column.name)
        is_misplaced = is_misplaced if parsed is None else pc.and_(is_misplaced, parsed)

        def problems() -> Iterator[Problem]:
            for row in find_true_rows(is_misplaced):
                value = cells[row].as_py()
                message = Message(
                    "found {value} in the file for {partition}",
                    "{partition}のファイルに{value}がある。",
                    value=short_repr(None if value is None else str(value)),
                    partition=short_repr(self.value),
                )
                yield batch.problem(ProblemCode.CONTRADICTION, message, row, column.name, value)

        return evolve(batch, read_problems=(*batch.read_problems, (_MISPLACED_ROWS, problems()))) if pc.any(is_misplaced).as_py() else batch


def get_partition_values(column: Column, cells: pa.Array) -> pa.Array:
    """Return the partition values of cells: the years of dates, the texts of codes and ids, and truth values."""
    if column.kind is Kind.DATE:
        return pc.year(cells)
    return cells if column.kind is Kind.BOOLEAN else cells.cast(pa.string())


def _list_possible_cells(column: Column, value: Any) -> pa.Array:
    """Return the values that the partition column can have in a file with the given partition value."""
    if column.codes:
        return code_array(column, text_array([value]))
    if value is None:
        return pa.nulls(1, arrow_type(column))
    if column.kind is Kind.DATE:
        first, last = (date(value, *day).toordinal() - date(1970, 1, 1).toordinal() for day in ((1, 1), (12, 31)))
        return as_arrow(np.arange(first, last + 1, dtype=np.int32), pa.date32())
    return mask_array([value]) if column.kind is Kind.BOOLEAN else text_array([value])
