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
from dxgov.storage.container import RefusedError


class CellBatch(Protocol):
    """A batch of rows of a file."""

    @property
    def length(self) -> int:
        """Number of rows."""

    @property
    def rows(self) -> pa.Array | None:
        """Positions of the rows in the file; None if no row can have been left out."""

    def cells(self, column: Column) -> tuple[pa.Array, CellFaults]:
        """Return the cells of a column in its type; unreadable ones are null or empty lists, each with a fault."""

    def dictionary(self, column: Column) -> pa.DictionaryArray | None:
        """Return the cells of a column of texts as the file encodes them, or None if it does not, or other texts are stored.

        A text of the dictionary may be there twice, or in no cell.
        """


class FileReader(ABC):
    """Reader of a table's file, with the faults that it found."""

    def __init__(self, table: Table | LinkTable, resource: Resource, limits: Limits, size: int, version: str) -> None:
        self._table, self._resource, self._limits = table, resource, limits
        self.size: int = size
        """Size of the file in bytes."""
        self.version: str = version
        """Text that differs from that of another version of the file."""
        self.column_names: list[str] = []
        """Names of the columns of the file."""
        self.hasher: Any = None
        """Hasher of the algorithm that the descriptor states, fed with the file; None if there is none."""
        self.fault: RefusedError | None = None
        """Fault that makes the whole file unreadable."""
        self.column_faults: dict[str, RefusedError] = {}
        """Faults of columns that make the whole file unreadable, by column."""
        self.bytes_read: int = 0
        """Approximate number of bytes read so far."""
        self.decode_budgets: dict[str, int] = {}
        """Decoded bytes that each column may still have, if they are counted."""

    @property
    def is_void(self) -> bool:
        """True if the file is unreadable, so that nothing follows from the rows that were yielded before that was seen."""
        return self.fault is not None or bool(self.column_faults)

    @property
    def incomplete(self) -> bool:
        """True if rows may be missing from what was read."""
        return self.is_void

    @abstractmethod
    def iter_batches(
        self, columns: Collection[str], row_groups: Sequence[int] | None = None, batch_size: int | None = None
    ) -> Iterator[CellBatch]:
        """Yield the rows in batches, with those of the columns that the file has.

        An unreadable file yields no more rows, `is_void` is true then, and it yields none if it is read again.

        Args:
            columns: Names of the columns to read.
            row_groups: Row groups to read; None reads all.
            batch_size: Maximum rows per batch; None takes the limit.
        """

    def list_row_problems(self) -> Iterable[Problem]:
        """Return a problem for each row that was left out."""
        return ()
