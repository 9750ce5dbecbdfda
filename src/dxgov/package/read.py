"""Packages to data sets; every fault on the way is a `Problem`."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from attrs import evolve, frozen

from dxgov.arrow import constant, mask, one
from dxgov.checks import Frame, check
from dxgov.columns import arrow_type, empty_table
from dxgov.errors import Problem, ProblemCode, did_you_mean
from dxgov.links import join
from dxgov.metadata import Metadata
from dxgov.package.cells import Fault, typed
from dxgov.package.container import Container, LeadsOutError, open_container
from dxgov.package.csvfile import read_csv
from dxgov.package.listing import Resource, file_problem, read_descriptor
from dxgov.schema import Column, Model


@frozen
class Package:
    """A package as it was read: the tables, what it says of itself, and all that is wrong with it."""

    frames: dict[str, Frame]
    metadata: Metadata
    problems: tuple[Problem, ...]

    def tables(self, model: Model) -> dict[str, pa.Table]:
        """The tables of a data set; only a package without problems has them."""
        return join(model, {name: frame.data for name, frame in self.frames.items()})


def read_package(path: Path, model: Model) -> Package:
    """Read a package from a folder, its ``datapackage.json`` or a zip.

    Raises:
        FileNotFoundError: there is nothing at `path`.
        NotAPackageError: there is something else than a package.
        DataError: a zip has members that lead out of it.
        OSError: the descriptor cannot be read.
    """
    container, name = open_container(path)
    content = container.read(name)
    if content is None:
        raise FileNotFoundError(f"there is no {path}")
    metadata, resources, problems = read_descriptor(content, name, model)
    # A table that is absent may be the one that could not be taken, so that nothing follows from its absence.
    absent = set(model.stored) - {resource.table for resource in resources} if any(each.code in _REFUSED for each in problems) else set()
    frames = {name: Frame(model.stored[name], empty_table(model.stored[name].stored), lost=True) for name in absent}
    for resource in resources:
        frames[resource.table], found = _read_table(resource, container, model)
        problems += found
    problems += check(model, frames, metadata)
    return Package(frames, metadata, tuple(problems))


_REFUSED = (ProblemCode.NOT_A_PACKAGE, ProblemCode.UNSAFE_PATH, ProblemCode.UNKNOWN_TABLE)
"""What keeps a table that a descriptor lists from being read at all."""


def _read_table(resource: Resource, container: Container, model: Model) -> tuple[Frame, list[Problem]]:
    table = model.stored[resource.table]
    frame = Frame(table, empty_table(table.stored), 2 if resource.format == "csv" else 1, resource.path, lost=True)
    try:
        content = container.read(resource.path)
    except LeadsOutError as error:
        return frame, [Problem(ProblemCode.UNSAFE_PATH, str(error), table.name, file=resource.path)]
    except OSError as error:
        return frame, [Problem(ProblemCode.UNREADABLE_FILE, str(error), table.name, file=resource.path)]
    if content is None:
        hint = did_you_mean(resource.path, container.names())
        return frame, [
            Problem(ProblemCode.MISSING_FILE, f"the descriptor lists a file that is not there{hint}", table.name, file=resource.path)
        ]
    whole = file_problem(resource, content)
    problems = [whole] if whole else []
    if resource.format == "csv":
        data, rows, found = read_csv(table, content, resource.path)
        fit: _Fit = typed
    else:
        from dxgov.package.parquetfile import fitted, read_parquet

        data, found = read_parquet(table, content, resource.path)
        rows, fit = None, fitted
    problems += found
    if any(problem.code is ProblemCode.UNREADABLE_FILE for problem in found):
        return frame, problems
    frame = evolve(frame, rows=rows, lost=bool(found))
    frame, found = _typed(frame, data, fit)
    return frame, problems + found


_Fit = Callable[[Column, pa.Array], tuple[pa.Array, list[Fault]]]
"""What turns the cells of a file into those of a column."""


def _typed(frame: Frame, data: pa.Table, fit: _Fit) -> tuple[Frame, list[Problem]]:
    """The columns of the model in their types; others are told, and cells that cannot be read are marked."""
    table = frame.table
    problems = list(_header_problems(frame, data))
    arrays: dict[str, pa.Array] = {}
    unread: dict[str, pa.Array] = {}
    faults: list[tuple[Column, Fault]] = []
    for column in table.stored:
        found: list[Fault] = []
        try:
            cells = one(data[column.name]) if data.column_names.count(column.name) == 1 else None
            if cells is not None:
                cells, found = fit(column, cells)
        except TypeError as error:
            problems.append(Problem(ProblemCode.WRONG_TYPE, str(error), table.name, field=column.name, file=frame.file))
            cells = None
        if cells is None:
            cells, unread[column.name] = pa.nulls(data.num_rows, arrow_type(column)), constant(True, data.num_rows)
        elif found:
            unread[column.name] = _mask(data.num_rows, [fault.row for fault in found])
        arrays[column.name] = cells
        faults += ((column, fault) for fault in found)
    (key, *_) = table.key
    frame = evolve(frame, data=pa.table(arrays), unread=unread, lost=frame.lost or key in unread or bool(arrays[key].null_count))
    problems += (frame.problem(fault.code, fault.message, fault.row, column.name, fault.value) for column, fault in faults)
    return frame, problems


def _header_problems(frame: Frame, data: pa.Table) -> Iterator[Problem]:
    known, found = [column.name for column in frame.table.stored], data.column_names
    missing = [name for name in known if name not in found]
    for name in dict.fromkeys(found):
        if name not in known:
            message = f"{name!r} is not a column of {frame.table.name}{did_you_mean(name, missing or known)}"
            yield Problem(ProblemCode.UNKNOWN_COLUMN, message, frame.table.name, field=name, file=frame.file)
        elif found.count(name) > 1:
            yield Problem(ProblemCode.DUPLICATE_COLUMN, "the file has the column twice", frame.table.name, field=name, file=frame.file)
    for name in missing:
        yield Problem(ProblemCode.MISSING_COLUMN, "the file lacks the column", frame.table.name, field=name, file=frame.file)


def _mask(length: int, rows: list[int]) -> pa.Array:
    chosen = np.zeros(length, dtype=bool)
    chosen[rows] = True
    return mask(chosen)
