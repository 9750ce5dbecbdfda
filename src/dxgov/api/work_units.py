"""`parts` and `row_problems`: a package as many small work units, for engines that distribute work themselves."""

from os import PathLike
from typing import Any

import pyarrow as pa
from attrs import evolve, field, frozen

from dxgov.api.loading import load
from dxgov.arguments import check_arguments
from dxgov.dataset import Dataset
from dxgov.errors import Problem
from dxgov.limits import Limits
from dxgov.optional_dependencies import pd
from dxgov.package.row_check import check_rows
from dxgov.schema import model_of
from dxgov.storage.address import parse_location
from dxgov.tables.collection import Collection
from dxgov.tables.records import Records


@frozen
class Part:
    """A work unit: consecutive records of a table of a package, in the order of their ids.

    It can be sent to any process that finds the package at the same path.
    """

    path: str
    """The path or address of the package."""
    table: str
    """The name of the table."""
    start: int
    """The position of the first record in the table."""
    stop: int
    """The position after the last record."""
    model: type[Collection] = Dataset
    """The data set class that defines the table."""
    limits: Limits = field(factory=Limits)
    """Maximum sizes and waiting times."""

    def records(self) -> Records[Any]:
        """Read the records, and no others if the package is of Parquet files.

        Raises:
            DataError: the records have problems. Those that only the whole package shows are not found, as in ``load(..., lazy=True)``.
        """
        return load(self.path, self.model, lazy=True, limits=self.limits).tables[self.table][self.start : self.stop]

    def to_arrow(self) -> pa.Table:
        """Read the columns of the records, as `Records.to_arrow` does."""
        return self.records().to_arrow()

    def to_pandas(self) -> "pd.DataFrame":
        """Read the columns of the records, as `Records.to_pandas` does."""
        return self.records().to_pandas()


@check_arguments
def parts(
    path: str | PathLike[str], table: str, model: type[Collection] = Dataset, *, rows: int = 131_072, limits: Limits | None = None
) -> list[Part]:
    """Split a table of a package into work units of consecutive records, to be read by the processes of any engine.

    Only ``datapackage.json`` and the metadata of a Parquet file are read. A CSV file is read to count its rows, and again for each work
    unit, so export large tables as Parquet.

    >>> import dxgov
    >>> from dxgov.api.loading import find_bundled_package
    >>> [len(part.records()) for part in dxgov.parts(find_bundled_package(), "asks", rows=60)]
    [60, 2]

    Args:
        path: the path or address of a package.
        table: the name of the table.
        model: the data set class that defines it.
        rows: records per work unit; the last one may have fewer.
        limits: maximum sizes and waiting times; `Limits()` by default.

    Raises:
        UnknownNameError: the model has no such table.
        ValueError: `rows` is less than 1.
        FileNotFoundError, NotAPackageError, DataError: as `load`.
    """
    if rows < 1:
        raise ValueError(f"rows: found {rows}, expected a whole number of 1 or more")
    model_of(model).table(table)
    source = parse_location(path)
    length = len(load(source, model, lazy=True, limits=limits).tables[table])
    return [Part(str(source), table, start, min(start + rows, length), model, limits or Limits()) for start in range(0, length, rows)]


@check_arguments
def row_problems(
    rows: pa.Table | pa.RecordBatch, table: str, model: type[Collection] = Dataset, *, first_row: int = 1, limits: Limits | None = None
) -> tuple[Problem, ...]:
    """Find all problems of rows by themselves: of columns, cells, and between the fields of a row.

    Problems that only the whole package shows, such as an id that another row has too, are left to `validate`.

    >>> import dxgov, pyarrow as pa
    >>> rows = pa.table({"id": ["digital gap"], "label": ["デジタル格差"], "label_en": ["digital divide"]})
    >>> for problem in dxgov.row_problems(rows, "themes"):
    ...     print(problem)
    themes definition: the file lacks the column [missing-column]
    themes definition_en: the file lacks the column [missing-column]
    themes citation_source_id: the file lacks the column [missing-column]
    themes:1 id: found 'digital gap', expected lower-case letters and digits, joined by single dots or hyphens [pattern]

    Args:
        rows: rows as the Parquet file of the table holds them, which may be a link table.
        table: the name of the table.
        model: the data set class that defines it.
        first_row: the number of the first row in the problems.
        limits: maximum sizes, and the maximum number of problems; `Limits()` by default.

    Raises:
        UnknownNameError: the model has no such table.
    """
    definition = model_of(model)
    if table not in definition.links:
        definition.table(table)
    problems = check_rows(rows, table, definition, limits or Limits())
    return tuple(evolve(problem, row=problem.row and problem.row + first_row - 1) for problem in problems)
