"""Checks on whole columns: each yields a `Problem` for every fault and looks into a column only where it is faulty."""

from collections.abc import Iterator, Mapping

from dxgov.checks.cells import cell_problems
from dxgov.checks.frames import Frame, frames_of
from dxgov.checks.keys import key_problems
from dxgov.checks.redirects import redirect_problems
from dxgov.checks.references import reference_problems
from dxgov.checks.rules import rule_problems
from dxgov.errors import Problem
from dxgov.metadata import Metadata
from dxgov.schema import Model

__all__ = ["Frame", "check", "frames_of"]


def check(model: Model, frames: Mapping[str, Frame], metadata: Metadata) -> Iterator[Problem]:
    """Every problem of the tables of a package, whose cells are of the right types already, and of what it says about them."""
    for frame in frames.values():
        yield from cell_problems(frame)
        yield from rule_problems(frame)
    yield from key_problems(model, frames)
    yield from reference_problems(model, frames)
    yield from redirect_problems(model, frames, metadata)
