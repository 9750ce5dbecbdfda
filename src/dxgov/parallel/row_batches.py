"""Checks of Arrow rows in memory, as of the Parquet file that they would be."""

import io
from collections.abc import Iterator, Sequence
from typing import IO, ClassVar, cast

import pyarrow as pa
import pyarrow.parquet as pq
from attrs import evolve, frozen

from dxgov.errors import Problem, ProblemCode
from dxgov.formats.resource import Resource
from dxgov.limits import Limits
from dxgov.package.table_file import ByteBudget, TableFile
from dxgov.schema import Model
from dxgov.validation import KeyStore, LocalRunner, ProblemCollector


@frozen
class _InMemoryPackage:
    """Container of a package whose one file is in memory."""

    content: bytes
    is_remote: ClassVar[bool] = False

    @property
    def size(self) -> int:
        """Size of the file in bytes."""
        return len(self.content)

    def prefetch(self, names: Sequence[str], *, read_all: bool) -> None:
        """Do nothing; the file is in memory."""

    def suggest(self, name: str) -> str:  # noqa: ARG002 - there is but one file
        """Return no suggestion; there is no other file."""
        return ""

    def find(self, name: str, max_bytes: int, *, read_all: bool = True) -> "_InMemoryPackage":  # noqa: ARG002 - it is in memory already
        """Return the file."""
        return self

    def open(self) -> io.RawIOBase:
        """Open the content from its beginning."""
        return cast("io.RawIOBase", io.BytesIO(self.content))  # which reads as one does

    def open_seekable(self) -> IO[bytes]:
        """Open the content for random access."""
        return io.BytesIO(self.content)


def check_rows(rows: "pa.Table | pa.RecordBatch", table: str, model: Model, limits: Limits) -> Iterator[Problem]:
    """Yield the problems of columns, of cells, and within rows; the first row has the number 1."""
    table_rows = rows if isinstance(rows, pa.Table) else pa.Table.from_batches([rows])
    file = io.BytesIO()
    try:
        pq.write_table(table_rows, file, compression="none", store_schema=True)
    except pa.ArrowException as error:
        yield Problem(ProblemCode.WRONG_TYPE, f"found columns of a type that no Parquet file holds: {error}", table)
        return
    collector, package = ProblemCollector(limits.problems), _InMemoryPackage(file.getvalue())
    with KeyStore(limits.memory) as store:
        LocalRunner().scan_table(
            model,
            TableFile(model.stored[table], Resource(table, table, "parquet"), package, ByteBudget(package.size), limits),
            0,
            collector,
            store,
            keep=False,
        )
    yield from (evolve(problem, file=None) for problem in collector)
