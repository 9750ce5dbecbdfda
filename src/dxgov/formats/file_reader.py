"""Interface of the readers of a table's file, whatever its format."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Protocol

import pyarrow as pa

from dxgov.errors import Problem
from dxgov.formats.csv_cells import CellFaults
from dxgov.formats.resource import Resource
from dxgov.limits import Limits
from dxgov.schema import Column, LinkTable, Table
from dxgov.storage.container import RefusedError, StoredFile


class RestartScan(Exception):  # noqa: N818 - a signal, no error
    """Restarts a scan: a fault was found that changes how all rows are read, and reading again takes it into account."""


class CellBatch(Protocol):
    """A batch of rows of a file."""

    @property
    def length(self) -> int:
        """Number of rows."""

    @property
    def rows(self) -> pa.Array | None:
        """Positions of the rows in the file; None if no row can have been left out."""

    def cells(self, column: Column) -> tuple[pa.Array, CellFaults]:
        """Return the cells of a column in its type; unreadable ones are null or empty lists, each with a fault.

        Raises:
            RefusedError: the column has a type that does not convert to that of the model without loss.
        """


class FileReader(ABC):
    """Reader of a table's file, with the faults that it found."""

    def __init__(self, table: Table | LinkTable, stored: StoredFile, resource: Resource, limits: Limits) -> None:
        self._table, self._stored, self._resource, self._limits = table, stored, resource, limits
        self.column_names: list[str] = []
        """Names of the columns of the file."""
        self.hasher: Any = None
        """Hasher of the algorithm that the descriptor states, fed with the file; None if there is none."""
        self.fault: RefusedError | None = None
        """Fault that makes the whole file unreadable."""
        self.refused_columns: dict[str, RefusedError] = {}
        """Columns that cannot be read, each with its fault."""
        self.bytes_read: int = 0
        """Approximate number of bytes read so far."""
        self.decode_budgets: dict[str, int] = {}
        """Decoded bytes that each column may still have, if they are counted."""

    @property
    def incomplete(self) -> bool:
        """True if rows may be missing from what was read."""
        return self.fault is not None

    @abstractmethod
    def iter_batches(
        self, columns: Collection[str], row_groups: Sequence[int] | None = None, batch_size: int | None = None
    ) -> Iterator[CellBatch]:
        """Yield the rows in batches, with those of the columns that the file has.

        Args:
            columns: Names of the columns to read.
            row_groups: Row groups to read; None reads all.
            batch_size: Maximum rows per batch; None takes the limit.

        Raises:
            RestartScan: a fault was found that changes how the file is read; reading again takes it into account.
        """

    def list_row_problems(self) -> Iterable[Problem]:
        """Return a problem for each row that was left out."""
        return ()
