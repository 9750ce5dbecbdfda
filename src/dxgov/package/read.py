"""Packages to data sets; every fault on the way is a `Problem`."""

from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path

import pyarrow as pa
from attrs import frozen

from dxgov.checks import Frame, check
from dxgov.columns import empty_table
from dxgov.errors import NotAPackageError, Problem, ProblemCode
from dxgov.limits import Limits
from dxgov.links import join
from dxgov.metadata import Metadata
from dxgov.package.container import RefusedError, open_container
from dxgov.package.listing import read_descriptor
from dxgov.package.table import read_table
from dxgov.schema import Model


@frozen
class Package:
    """A package as it was read: the tables, what it says of itself, and all that is wrong with it."""

    frames: dict[str, Frame]
    metadata: Metadata
    problems: tuple[Problem, ...]

    def tables(self, model: Model) -> dict[str, pa.Table]:
        """The tables of a data set; only a package without problems has them."""
        return join(model, {name: frame.data for name, frame in self.frames.items()})


def read_package(path: str | PathLike[str], model: Model, limits: Limits) -> Package:
    """Read a package from a folder, its ``datapackage.json`` or a zip.

    Raises:
        FileNotFoundError: there is nothing at `path`.
        NotAPackageError: there is something else than a package.
        DataError: a zip has members that cannot be taken.
        OSError: the system does not let the descriptor be read.
    """
    if "://" in str(path):
        raise NotAPackageError(f"{path} is an address on a network; download the package and name the file")
    container, name = open_container(Path(path), limits)
    try:
        content = container.read(name, limits.descriptor)
    except RefusedError as error:
        return Package({}, Metadata(), (Problem(error.code, str(error), file=name),))
    except OSError as error:
        if error.errno is not None:  # the system refuses, which is no fault of the package
            raise
        return Package({}, Metadata(), (Problem(ProblemCode.UNREADABLE_FILE, str(error), file=name),))
    if content is None:
        raise FileNotFoundError(f"there is no {path}")
    metadata, resources, problems = read_descriptor(content, name, model, limits)
    # A table that is absent may be the one that could not be taken, so that nothing follows from its absence.
    absent = set(model.stored) - {resource.table for resource in resources} if any(each.code in _REFUSED for each in problems) else set()
    frames = {name: Frame(model.stored[name], empty_table(model.stored[name].stored), lost=True) for name in absent}

    def found() -> Iterator[Problem]:
        yield from problems
        left = limits.package
        for resource in resources:
            frames[resource.table], size = yield from read_table(model.stored[resource.table], resource, container, left, limits)
            left -= size
        yield from check(model, frames, metadata)

    told = tuple(first(found(), limits.problems))
    return Package(frames, metadata, told)


_REFUSED = (ProblemCode.NOT_A_PACKAGE, ProblemCode.UNSAFE_PATH, ProblemCode.UNKNOWN_TABLE, ProblemCode.TOO_LARGE)
"""What keeps a table that a descriptor lists from being read at all."""

_TEXT = 2**26
"""So many characters of messages and values are told, however few problems they belong to."""


def first(problems: Iterable[Problem], most: int) -> Iterator[Problem]:
    """The first problems; where there are more, a last one that says so."""
    size = 0
    for number, problem in enumerate(problems):
        if number == most or size > _TEXT:
            yield Problem(ProblemCode.MORE_PROBLEMS, f"{number:,} are told; mend those first, or raise the limit of problems")
            return
        size += len(problem.message) + len(problem.value or "")
        yield problem
