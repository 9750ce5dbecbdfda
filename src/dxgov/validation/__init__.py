"""Checks of rows, keys and references, batch by batch; each fault becomes a `Problem`."""

from dxgov.validation.batches import FileScan, InMemoryTable, RowBatch, TableSource, make_row_batches, make_table_sources
from dxgov.validation.key_checks import KeyFaults, check_keys
from dxgov.validation.key_store import KeyPartition, KeyStore
from dxgov.validation.key_summary import KeySummary
from dxgov.validation.pipeline import LocalRunner, check, check_batch, list_key_rules, list_rules
from dxgov.validation.problem_collector import ProblemCollector, ReportSection
from dxgov.validation.second_pass import SecondPassPlan, SelectedRows, collect_rows
from dxgov.validation.warnings import find_metadata_warnings

__all__ = [
    "FileScan",
    "InMemoryTable",
    "KeyFaults",
    "KeyPartition",
    "KeyStore",
    "KeySummary",
    "LocalRunner",
    "ProblemCollector",
    "ReportSection",
    "RowBatch",
    "SecondPassPlan",
    "SelectedRows",
    "TableSource",
    "check",
    "check_batch",
    "check_keys",
    "collect_rows",
    "find_metadata_warnings",
    "list_key_rules",
    "list_rules",
    "make_row_batches",
    "make_table_sources",
]
