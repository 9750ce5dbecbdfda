"""The file of a table, whatever its format: what a reader of a format takes, gives and finds out."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Protocol

import pyarrow as pa

from dxgov.errors import Problem
from dxgov.formats.csv_cells import Faults
from dxgov.formats.resource import Resource
from dxgov.limits import Limits
from dxgov.schema import Column, LinkTable, Table
from dxgov.storage.container import RefusedError, Stored


class StartOverError(Exception):
    """While rows were read something was found that changes how all of them are read; going through them again heeds it."""


class Batch(Protocol):
    """Some rows of a file."""

    @property
    def length(self) -> int:
        """The number of rows."""

    @property
    def rows(self) -> pa.Array | None:
        """Where rows may have been left out of the file, the position that each one had in it."""

    def cells(self, column: Column) -> tuple[pa.Array, Faults]:
        """The cells of a column in its type; those that cannot be read are empty, each with its fault.

        Raises:
            RefusedError: they are of a type that does not convert to the column's without loss.
        """


class Reader(ABC):
    """The file of a table, and what was found out about it once it was read."""

    def __init__(self, table: Table | LinkTable, stored: Stored, resource: Resource, limits: Limits) -> None:
        self._table, self._stored, self._resource, self._limits = table, stored, resource, limits
        self.names: list[str] = []
        """The names of its columns."""
        self.hashed: Any = None
        """What has computed the hash that the descriptor states."""
        self.fault: RefusedError | None = None
        """Why it cannot be read."""
        self.refused: dict[str, RefusedError] = {}
        """Columns that cannot be read, each with the reason."""
        self.done: int = 0
        """How many bytes were read, about."""
        self.left: dict[str, int] = {}
        """How many bytes each column may have yet, where they are counted."""

    @property
    def lost(self) -> bool:
        """Whether rows were left out that may have been records."""
        return self.fault is not None

    @abstractmethod
    def batches(self, columns: Collection[str], groups: Sequence[int] | None = None, batch: int | None = None) -> Iterator[Batch]:
        """The rows with those of the columns that it has; with `groups`, only those of some groups, so many at once as `batch` says.

        Raises:
            StartOverError: something was found that changes how it is read, or it cannot be; asking again heeds that.
        """

    def problems(self) -> Iterable[Problem]:
        """The rows that were left out."""
        return ()
