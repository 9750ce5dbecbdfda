"""Checks of rows, keys and references, batch by batch; each fault becomes a `Problem`."""

from dxgov.validation.batches import Frame, Held, Rows, frames_of, rows_of
from dxgov.validation.key_checks import Found, judged
from dxgov.validation.key_store import Part as Keys
from dxgov.validation.key_store import Store
from dxgov.validation.key_summary import Summary
from dxgov.validation.pipeline import Here, check, examine, rules
from dxgov.validation.problem_collector import Part, Told
from dxgov.validation.second_pass import Chosen, Wanted, choose
from dxgov.validation.warnings import metadata_warnings

__all__ = [
    "Chosen",
    "Found",
    "Frame",
    "Held",
    "Here",
    "Keys",
    "Part",
    "Rows",
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
