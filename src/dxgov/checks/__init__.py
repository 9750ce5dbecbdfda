"""Checks of data of any size, batch by batch: each tells a `Problem` for every fault and looks into a column only where it is faulty."""

from dxgov.checks.again import Chosen, Wanted, choose
from dxgov.checks.checking import Here, check, examine, rules
from dxgov.checks.frames import Frame, Held, Rows, StartOverError, frames_of, rows_of
from dxgov.checks.judging import Found, judged
from dxgov.checks.store import Part as Keys
from dxgov.checks.store import Store
from dxgov.checks.summary import Summary
from dxgov.checks.told import Part, Told
from dxgov.checks.warnings import metadata_warnings

__all__ = [
    "Chosen",
    "Found",
    "Frame",
    "Held",
    "Here",
    "Keys",
    "Part",
    "Rows",
    "StartOverError",
    "Store",
    "Summary",
    "Told",
    "Wanted",
    "check",
    "choose",
    "examine",
    "frames_of",
    "judged",
    "metadata_warnings",
    "rows_of",
    "rules",
]
