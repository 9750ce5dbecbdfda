"""Rows that somebody holds as Arrow columns, checked as the Parquet file that they would be."""

import io
from collections.abc import Iterator, Sequence
from typing import IO, ClassVar, cast

import pyarrow as pa
import pyarrow.parquet as pq
from attrs import evolve, frozen

from dxgov.errors import Problem, ProblemCode
from dxgov.formats.resource import Resource
from dxgov.limits import Limits
from dxgov.package.table_file import Allowance, TableFile
from dxgov.schema import Model
from dxgov.validation import Here, Store, Told


@frozen
class _Given:
    """A package whose one file is in memory."""

    content: bytes
    asks: ClassVar[bool] = False

    @property
    def size(self) -> int:
        """The bytes of the file."""
        return len(self.content)

    def expect(self, names: Sequence[str], *, whole: bool) -> None:
        """The file is there."""

    def near(self, name: str) -> str:  # noqa: ARG002 - there is but one file
        """There is no other file."""
        return ""

    def find(self, name: str, most: int, *, whole: bool = True) -> "_Given":  # noqa: ARG002 - it is in memory already
        """The file."""
        return self

    def open(self) -> io.RawIOBase:
        """The content from its beginning."""
        return cast("io.RawIOBase", io.BytesIO(self.content))  # which reads as one does

    def open_anywhere(self) -> IO[bytes]:
        """The content, to be read in any order."""
        return io.BytesIO(self.content)


def row_problems(rows: "pa.Table | pa.RecordBatch", table: str, model: Model, limits: Limits) -> Iterator[Problem]:
    """What is wrong with columns, with cells, and within rows; the first row is counted as 1."""
    whole = rows if isinstance(rows, pa.Table) else pa.Table.from_batches([rows])
    file = io.BytesIO()
    try:
        pq.write_table(whole, file, compression="none", store_schema=True)
    except pa.ArrowException as error:
        yield Problem(ProblemCode.WRONG_TYPE, f"found columns of a type that no Parquet file holds: {error}", table)
        return
    told, held = Told(limits.problems), _Given(file.getvalue())
    with Store(limits.memory) as store:
        Here().look(
            model,
            TableFile(model.stored[table], Resource(table, table, "parquet"), held, Allowance(held.size), limits),
            0,
            told,
            store,
            keep=False,
        )
    yield from (evolve(problem, file=None) for problem in told)
