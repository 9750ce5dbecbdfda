"""Check of all tables: a scan of each table batch by batch, a check of all keys together, and a second pass where that found faults.

Every step is a function of its arguments alone, so that it can run in any process: `check_batch` checks one batch, `check_keys` one
partition of keys, and `collect_rows` goes over rows again. `LocalRunner` runs them in this process.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache
from itertools import chain
from typing import Any

import pyarrow as pa
from attrs import evolve

from dxgov.errors import Problem, ProblemCode
from dxgov.languages import Message
from dxgov.metadata import Metadata, Redirects
from dxgov.schema import LinkTable, Model, Table
from dxgov.validation.batches import RowBatch, Rule, TableSource, split_row_key
from dxgov.validation.cell_rules import build_cell_rules
from dxgov.validation.key_checks import KeyFaults, check_keys, merge_faults
from dxgov.validation.key_store import KeyStore
from dxgov.validation.key_summary import KeyRelation, KeySummary, RelationKind, summarize_keys
from dxgov.validation.problem_collector import ProblemCollector, ReportSection
from dxgov.validation.redirects import check_redirects, list_redirect_ids
from dxgov.validation.row_rules import build_row_rules
from dxgov.validation.second_pass import IdIndex, SecondPassPlan, SelectedRows, collect_rows, plan_second_pass, report_selected_rows
from dxgov.validation.uniqueness import build_cross_table_id_problem, build_duplicate_id_problem
from dxgov.validation.warnings import build_warning_rules


@cache
def list_rules(table: Table | LinkTable) -> tuple[Rule, ...]:
    """Return the rules that need nothing but the row itself, in report order."""
    return (*build_cell_rules(table), *build_row_rules(table))


@cache
def list_key_rules(table: Table | LinkTable) -> tuple[Rule, ...]:
    """Return the rules of the cells of the key, in report order."""
    return tuple(build_cell_rules(table, table.key))


@cache
def _list_warning_rules(table: Table | LinkTable) -> tuple[Rule, ...]:
    return tuple(build_warning_rules(table))


def check_batch(model: Model, batch: RowBatch, table_number: int, batch_number: int, collector: ProblemCollector) -> KeySummary:
    """Report the problems and warnings within the rows of a batch, and return the summary of its keys.

    Args:
        model: the definition of all tables.
        batch: the rows.
        table_number: the number of the table in the report.
        batch_number: the number of the batch in the report.
        collector: the collector of the problems.
    """
    for rule_number, problems in batch.read_problems:
        collector.add(ReportSection.FILES, table_number, rule_number, batch_number, problems)
    for rule_number, rule in enumerate(list_rules(batch.table)):
        if collector.accepts(ReportSection.ROWS, table_number, rule_number, batch_number):
            collector.add(ReportSection.ROWS, table_number, rule_number, batch_number, rule(batch))
    for rule_number, rule in enumerate(_list_warning_rules(batch.table)):
        if collector.accepts(ReportSection.WARNINGS, table_number, rule_number, batch_number):
            collector.add(ReportSection.WARNINGS, table_number, rule_number, batch_number, rule(batch))
    return summarize_keys(model, batch)


class LocalRunner:
    """Runs the steps of a check in this process, one after another."""

    def prepare(self, tables: Sequence[TableSource]) -> None:
        """Prepare the scan of tables, in this order; does nothing here."""

    def close(self) -> None:
        """End what `prepare` began, even if the check ends early; does nothing here."""

    def scan_table(
        self, model: Model, source: TableSource, table_number: int, collector: ProblemCollector, store: KeyStore, *, keep: bool
    ) -> list[RowBatch]:
        """Check every row of a table and store key summaries. Return the batches if `keep`, else an empty list.

        Args:
            model: the definition of all tables.
            source: the rows of the table.
            table_number: the number of the table in the report.
            collector: the collector of the problems.
            store: the store of the key summaries.
            keep: whether to return the batches.
        """
        batches: list[RowBatch] = []
        batch_number = 0
        for scan in source.scan_files():
            file_collector, file_batches = collector.fork(), []
            for batch_number, batch in enumerate(scan.batches, batch_number):  # noqa: B020 - each file goes on where the last ended
                store.add(source.table.name, check_batch(model, batch, table_number, batch_number, file_collector))
                if keep:
                    file_batches.append(evolve(batch, dictionaries={}))  # without what only the rules need
            batch_number += 1
            if scan.is_void():
                store.discard_file(source.table.name, scan.number)
            else:
                collector.merge(file_collector)
                batches += file_batches
        for rule_number, problems in source.problems():
            collector.add(ReportSection.FILES, table_number, rule_number, -1, problems)
        return batches

    def check_keys(self, model: Model, store: KeyStore, ids: Sequence[str]) -> Iterator[KeyFaults]:
        """Check all keys in the store, partition by partition, and look up `ids`; see `key_checks.check_keys`."""
        return (check_keys(model, partition, store.sorted_tables, ids) for partition in store.iter_partitions())

    def collect_rows(
        self, model: Model, source: TableSource, table_number: int, plan: SecondPassPlan, collector: ProblemCollector
    ) -> SelectedRows:
        """Run the second pass over a table: report faulty references and return the rows that must be checked together.

        Args:
            model: the definition of all tables.
            source: the rows of the table.
            table_number: the number of the table in the report.
            plan: the faults to look for.
            collector: the collector of the problems.
        """
        scans = list(source.scan_files(plan.columns))
        void_files = [scan.number for scan in scans if scan.is_void()]
        table_collector, batches = collector.fork(), chain.from_iterable(scan.batches for scan in scans)
        selection = collect_rows(model, batches, table_number, 0, plan, table_collector)
        if [scan.number for scan in scans if scan.is_void()] == void_files:
            collector.merge(table_collector)
            return selection
        # A file that is not what it was in the first pass may hold no row of those that were at fault: report that instead.
        for rule_number, problems in source.problems():
            collector.replace(ReportSection.FILES, table_number, rule_number, -1, problems)
        return SelectedRows({}, {})


def check(
    model: Model,
    tables: Sequence[TableSource],
    metadata: Metadata,
    collector: ProblemCollector,
    memory: int,
    batches: dict[str, list[RowBatch]] | None = None,
    runner: LocalRunner | None = None,
) -> None:
    """Report every problem of the tables and redirects of a package or data set.

    Args:
        model: the definition of all tables.
        tables: the rows of each table, in report order.
        metadata: the metadata with the redirects.
        collector: the collector of the problems.
        memory: the maximum bytes of keys and references in memory; more are spilled to disk.
        batches: a dictionary to fill with all batches by table, if they are to be kept.
        runner: the runner of the steps; `LocalRunner` by default.
    """
    runner = runner or LocalRunner()
    runner.prepare(tables)
    with KeyStore(memory) as store, closing(runner):
        for table_number, source in enumerate(tables):
            table_batches = runner.scan_table(model, source, table_number, collector, store, keep=batches is not None)
            if batches is not None:
                batches[source.table.name] = table_batches
        _check_across_tables(model, tables, metadata, collector, store, runner)


def _check_across_tables(
    model: Model,
    tables: Sequence[TableSource],
    metadata: Metadata,
    collector: ProblemCollector,
    store: KeyStore,
    runner: LocalRunner,
) -> None:
    """Report the problems that only the keys of all tables together show."""
    # Check all keys.
    faults = merge_faults(runner.check_keys(model, store, list_redirect_ids(metadata)))
    sources = {source.table.name: (table_number, source) for table_number, source in enumerate(tables)}
    # Report duplicate ids and missing links, for which the keys are enough.
    for relation, rows in faults.rows.items():
        if relation.kind is RelationKind.IDS:
            table_number, source = sources[relation.table]
            collector.add(ReportSection.KEYS, table_number, 0, 0, _build_duplicate_id_problems(rows, source))
        elif relation.kind is RelationKind.LINK_OWNER:
            _report_missing_links(model, relation, rows, sources, collector)
    # Report ids that two tables have.
    names = list(model.tables)
    for (name, earlier_name), rows in faults.cross_table_ids.items():
        get_path = sources[name][1].get_path
        problems = (
            build_cross_table_id_problem(model.tables[name], earlier_name, id, row_key, get_path) for id, row_key in _iter_keys(rows, "row")
        )
        collector.add(ReportSection.SHARED_IDS, names.index(name), names.index(earlier_name), 0, problems)
    # Report redirects that lead nowhere.
    incomplete = frozenset(name for name, (_, source) in sources.items() if source.incomplete)
    redirect_problems = check_redirects(metadata, faults.known_ids, incomplete=bool(incomplete))
    collector.add(ReportSection.REDIRECTS, 0, 0, 0, redirect_problems)
    # Go over the rows of tables again in which there are other faults.
    index = IdIndex(model, store, Redirects(metadata.redirects))
    for table_number, source in sources.values():
        plan = plan_second_pass(model, source.table, faults, index, incomplete, collector.limit)
        if plan.columns:
            selection = runner.collect_rows(model, source, table_number, plan, collector)
            report_selected_rows(source, table_number, plan, selection, collector)


def _build_duplicate_id_problems(rows: pa.Table, source: TableSource) -> Iterator[Problem]:
    for id, row_key, first in _iter_keys(rows, "row", "first"):
        yield build_duplicate_id_problem(source.table, id, row_key, first, source.get_path)


def _iter_keys(rows: pa.Table, *names: str) -> Iterator[Any]:
    """Yield the key of each row with the values of some columns; in batches, so that few rows are Python objects at once."""
    for batch in rows.to_batches(max_chunksize=4_096):
        yield from zip(batch["key"].to_pylist(), *(batch[name].to_pylist() for name in names), strict=True)


def _report_missing_links(
    model: Model,
    relation: KeyRelation,
    rows: pa.Table,
    sources: Mapping[str, tuple[int, TableSource]],
    collector: ProblemCollector,
) -> None:
    """Report records without a required many-valued reference; nothing if records or links could not be read."""
    link = model.links[relation.table]
    _, source = sources[link.owner.name]
    if source.incomplete or (link.name in sources and sources[link.name][1].incomplete):
        return
    location = Message(" row in {table}", "{table}に", table=link.name) if source.get_path(0) else ""

    def build_problem(id: str, row_key: int) -> Problem:
        file, row = split_row_key(row_key)
        message = Message("found nothing, expected at least one{location}", "値がない。{location}少なくとも1件必要。", location=location)
        return Problem(ProblemCode.MISSING_VALUE, message, link.owner.name, row, relation.column, None, id, source.get_path(file))

    rule = [column.name for column in link.spelled].index(relation.column)
    problems = (build_problem(id, row_key) for id, row_key in _iter_keys(rows, "row"))
    collector.add(ReportSection.LINKS, list(model.links).index(link.name), rule, 0, problems)
