"""A table of a package: from its file to a frame of typed columns."""

from collections import Counter
from collections.abc import Generator, Iterator
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve

from dxgov.arrow import constant, filled, list_array, mask, numbers
from dxgov.checks import Frame
from dxgov.columns import arrow_type, code_array, empty_table
from dxgov.errors import Problem, ProblemCode, did_you_mean, quoted
from dxgov.limits import Limits
from dxgov.marks import Follows
from dxgov.package.cells import NO_FAULTS, Faults
from dxgov.package.container import Container, RefusedError
from dxgov.package.csvfile import read_csv
from dxgov.package.listing import Resource, file_problem
from dxgov.schema import Column, LinkTable, Table


class File(Protocol):
    """The file of a table, whatever its format."""

    @property
    def names(self) -> list[str]:
        """The names of its columns."""

    @property
    def length(self) -> int:
        """The number of its rows."""

    @property
    def rows(self) -> pa.Array | None:
        """Where rows were left out, the position that each remaining one had."""

    def cells(self, column: Column) -> tuple[pa.Array, Faults]:
        """The cells of a column in its type; those that cannot be read are empty, each with its fault.

        Raises:
            RefusedError: they are too large, cannot be read, or are of a type that does not convert to the column's without loss.
        """


def read_table(
    table: Table | LinkTable, resource: Resource, container: Container, left: int, limits: Limits
) -> Generator[Problem, None, tuple[Frame, int]]:
    """Every problem of the file and its cells; returns the frame, and the size of the file, which is `left` bytes at most."""
    frame = Frame(table, empty_table(table.stored), 2 if resource.format == "csv" else 1, resource.path, lost=True)

    def problem(code: ProblemCode, message: str) -> Problem:
        return Problem(code, message, table.name, file=resource.path)

    try:
        content = container.read(resource.path, min(limits.file, left))
    except RefusedError as error:
        yield problem(error.code, str(error))
        return frame, 0
    except OSError as error:
        yield problem(ProblemCode.UNREADABLE_FILE, error.strerror or str(error))
        return frame, 0
    if content is None:
        yield problem(ProblemCode.MISSING_FILE, f"the descriptor lists a file that is not there{container.near(resource.path)}")
        return frame, 0
    whole = file_problem(resource, content)
    if whole:
        yield whole
    size = len(content)
    file: File | None
    if resource.format == "csv":
        file, found = read_csv(table, content, resource.path, limits)
    else:
        from dxgov.package.parquetreader import read_parquet

        file, found = read_parquet(table, content, resource.path, limits)
    del content
    yield from found
    if file is None:
        return frame, size
    yield from _header_problems(frame, file.names, resource)
    frame = yield from _typed(evolve(frame, rows=file.rows, lost=bool(found)), file, resource, limits)
    return frame, size


def _typed(frame: Frame, file: File, resource: Resource, limits: Limits) -> Generator[Problem, None, Frame]:
    """The columns of the model in their types; cells that cannot be read are told and marked."""
    table, names, length = frame.table, file.names, file.length
    arrays: dict[str, pa.Array] = {}
    unread: dict[str, pa.Array] = {}
    faults: list[tuple[Column, Faults]] = []
    for column in table.stored:
        if _may_be_absent(column, names, resource):
            arrays[column.name] = _nothing(column, length)
            continue
        cells, found = None, NO_FAULTS
        if names.count(column.name) == 1:
            try:
                cells, found = file.cells(column)
            except RefusedError as error:
                yield Problem(error.code, str(error), table.name, field=column.name, file=frame.file)
        sizes = _sizes(cells)
        if sizes.max(initial=0) > limits.cell:
            row = int(np.argmax(sizes > limits.cell))
            message = f"found a cell of {int(sizes[row]):,} bytes, expected {limits.cell:,} at most"
            yield Problem(ProblemCode.TOO_LARGE, message, table.name, frame.counted(row), column.name, file=frame.file)
            cells = None
        if cells is None:
            arrays[column.name], unread[column.name] = pa.nulls(length, arrow_type(column)), constant(True, length)
        else:
            arrays[column.name] = cells
            if len(found):
                faults.append((column, found))
                unread[column.name] = _mask(length, found.rows)
    key = table.key[0]
    frame = evolve(frame, data=pa.table(arrays), unread=unread, lost=frame.lost or key in unread or bool(arrays[key].null_count))
    for column, found in faults:
        for fault in found:
            yield frame.problem(fault.code, fault.message, fault.row, column.name, fault.value)
    return frame


def _sizes(cells: pa.Array | None) -> "np.ndarray[Any, Any]":
    """How many bytes each cell takes, where its type does not bound that."""
    if cells is not None and pa.types.is_list(cells.type):
        ends = np.append(0, np.cumsum(_lengths(cells.values) + 4))
        offsets = numbers(cells.offsets)
        return np.asarray(ends[offsets[1:]] - ends[offsets[:-1]])
    if cells is not None and pa.types.is_string(cells.type):
        return _lengths(cells)
    return np.zeros(0, dtype=np.int64)


def _lengths(texts: pa.Array) -> "np.ndarray[Any, Any]":
    return numbers(filled(pc.binary_length(texts), 0)).astype(np.int64)


def _may_be_absent(column: Column, names: list[str], resource: Resource) -> bool:
    """Whether a file may lack a column, which is then empty: one that is optional and that the descriptor does not declare.

    So packages stay good that were written before the model had the column. What follows from another column goes with it.
    """
    if column.required or column.name in names or (resource.columns is not None and column.name in resource.columns):
        return False
    follows = column.mark(Follows)
    return follows is None or follows.other not in names


def _nothing(column: Column, length: int) -> pa.Array:
    if column.many:
        return list_array([()] * length)
    return code_array(column, pa.nulls(length, pa.string())) if column.codes else pa.nulls(length, arrow_type(column))


def _header_problems(frame: Frame, found: list[str], resource: Resource) -> Iterator[Problem]:
    known = {column.name: column for column in frame.table.stored}
    missing = [name for name in known if name not in found]
    for number, (name, times) in enumerate(Counter(found).items()):
        if name not in known:
            hint = did_you_mean(name, missing or known) if number < _HINTS else ""
            message = f"{quoted(name)} is not a column of {frame.table.name}{hint}"
            yield Problem(ProblemCode.UNKNOWN_COLUMN, message, frame.table.name, field=name, file=frame.file)
        elif times > 1:
            yield Problem(ProblemCode.DUPLICATE_COLUMN, "the file has the column twice", frame.table.name, field=name, file=frame.file)
    for name in missing:
        if not _may_be_absent(known[name], found, resource):
            yield Problem(ProblemCode.MISSING_COLUMN, "the file lacks the column", frame.table.name, field=name, file=frame.file)


_HINTS = 200
"""For so many columns a near name is looked for."""


def _mask(length: int, rows: "np.ndarray[Any, Any]") -> pa.Array:
    chosen = np.zeros(length, dtype=bool)
    chosen[rows] = True
    return mask(chosen)
