"""`parts` and `row_problems`: a package as many small pieces of work, for engines that hand out work by themselves."""

from os import PathLike
from typing import Any

import pyarrow as pa
from attrs import evolve, field, frozen

from dxgov.api.loading import load
from dxgov.arguments import checked
from dxgov.dataset import Dataset
from dxgov.errors import Problem
from dxgov.limits import Limits
from dxgov.optional_dependencies import pd
from dxgov.parallel.row_batches import row_problems as found_in
from dxgov.schema import model_of
from dxgov.storage.address import location
from dxgov.tables.collection import Collection
from dxgov.tables.records import Records


@frozen
class Part:
    """Some records of a table of a package, in the order of their ids. It can be sent to any process that finds the package."""

    path: str
    table: str
    start: int
    """How many records of the table come before."""
    stop: int
    model: type[Collection] = Dataset
    limits: Limits = field(factory=Limits)

    def records(self) -> Records[Any]:
        """The records; of a Parquet package no others are read.

        Raises:
            DataError: something is wrong with them. What only the whole can show is not looked at, as in ``load(..., lazy=True)``.
        """
        return load(self.path, self.model, lazy=True, limits=self.limits).tables[self.table][self.start : self.stop]

    def to_arrow(self) -> pa.Table:
        """Their columns, as `Records.to_arrow` gives them."""
        return self.records().to_arrow()

    def to_pandas(self) -> "pd.DataFrame":
        """Their columns, as `Records.to_pandas` gives them."""
        return self.records().to_pandas()


@checked
def parts(
    path: str | PathLike[str], table: str, model: type[Collection] = Dataset, *, rows: int = 131_072, limits: Limits | None = None
) -> list[Part]:
    """A table of a package in parts of so many records each, to be read by the processes of any engine.

    Nothing is read but ``datapackage.json`` and what the Parquet file says of itself; a table of a CSV file is read to be counted, and
    again for each part, so export large ones as Parquet.

    >>> import dxgov
    >>> from dxgov.api.loading import bundled
    >>> [len(part.records()) for part in dxgov.parts(bundled(), "asks", rows=60)]
    [60, 2]

    Raises:
        UnknownNameError: the model has no such table.
        ValueError: `rows` is not 1 or more.
        FileNotFoundError, NotAPackageError, DataError: as `load`.
    """
    if rows < 1:
        raise ValueError(f"rows: found {rows}, expected a whole number of 1 or more")
    model_of(model).table(table)
    place = location(path)
    length = len(load(place, model, lazy=True, limits=limits).tables[table])
    return [Part(str(place), table, start, min(start + rows, length), model, limits or Limits()) for start in range(0, length, rows)]


@checked
def row_problems(
    rows: pa.Table | pa.RecordBatch, table: str, model: type[Collection] = Dataset, *, first_row: int = 1, limits: Limits | None = None
) -> tuple[Problem, ...]:
    """All that is wrong within some rows by themselves: columns, cells, and what the fields of a row say of each other.

    `rows` are such as the file of the table has them in a package, with the types of a Parquet file, and also for a link table.
    `first_row` is what the first of them is counted as. What only the whole can show, such as an id that another row has, is left to
    `validate`.

    >>> import dxgov, pyarrow as pa
    >>> rows = pa.table({"id": ["digital gap"], "label": ["デジタル格差"], "label_en": ["digital divide"]})
    >>> for problem in dxgov.row_problems(rows, "themes"):
    ...     print(problem)
    themes definition: the file lacks the column [missing-column]
    themes definition_en: the file lacks the column [missing-column]
    themes citation_source_id: the file lacks the column [missing-column]
    themes:1 id: found 'digital gap', expected lower-case letters and digits, joined by single dots or hyphens [pattern]

    Raises:
        UnknownNameError: the model has no such table.
    """
    tables = model_of(model)
    if table not in tables.links:
        tables.table(table)
    found = found_in(rows, table, tables, limits or Limits())
    return tuple(evolve(each, row=each.row and each.row + first_row - 1) for each in found)
