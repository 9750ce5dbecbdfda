"""Checks of data of any size, batch by batch: each tells a `Problem` for every fault and looks into a column only where it is faulty."""

from dxgov.checks.checking import check, rules
from dxgov.checks.frames import Frame, Held, Rows, StartOverError, frames_of, rows_of
from dxgov.checks.told import Part, Told

__all__ = ["Frame", "Held", "Part", "Rows", "StartOverError", "Told", "check", "frames_of", "rows_of", "rules"]
