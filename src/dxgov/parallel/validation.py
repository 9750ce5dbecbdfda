"""Runner of the check's steps in an executor: its processes read Parquet files, on whatever machines.

A task is a range of rows. It names what to read; its result is the problems, and the ids and references that must be checked together
with others. So a task may run twice, or anywhere, with the same result.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from itertools import accumulate

import pyarrow as pa
from attrs import frozen

from dxgov.formats.file_reader import RestartScan
from dxgov.package.partitioned_table import PartitionedTable
from dxgov.package.read import PackageRef, list_package
from dxgov.package.table_file import TableFile
from dxgov.parallel.executor import run_in_order
from dxgov.schema import Model, model_of
from dxgov.tables.collection import Collection
from dxgov.validation import (
    KeyFaults,
    KeyPartition,
    KeyStore,
    KeySummary,
    LocalRunner,
    ProblemCollector,
    ReportSection,
    RowBatch,
    SecondPassPlan,
    SelectedRows,
    TableSource,
    check_batch,
    check_keys,
    collect_rows,
)

TASK_ROWS = 2**17
"""Approximate number of rows of a task; with fewer, submitting tasks would take most of the time."""

MIN_ROWS = 2**13
"""Minimum number of rows of a table that is distributed; smaller ones are read in this process."""


@frozen
class ScanTask:
    """A range of rows of a table to scan."""

    package: PackageRef
    table: str
    number: int
    """Number of the table in the report."""
    size: int
    """Total file size when the task was created; used to detect changes."""
    row_groups: tuple[int, ...]
    first: int
    """Number of rows before the task; as the number of its first batch it keeps all batches of the file in order."""
    rows: int

    def file(self) -> TableFile | PartitionedTable:
        """Open the table.

        Raises:
            RestartScan: its files have another size than when the task was created.
        """
        files = list_package(
            self.package.address, model_of(self.package.model), self.package.limits, self.table, defer=True, read_all=False
        ).files
        if not files or files[0].size != self.size:
            raise RestartScan
        return files[0]

    def create_collector(self) -> ProblemCollector:
        """Create a collector for the problems of the task."""
        return ProblemCollector(self.package.limits.problems, warnings=True)


@frozen(eq=False)
class ScanResult:
    """Result of scanning some rows."""

    collector: ProblemCollector
    summaries: Sequence[KeySummary]
    rows: int
    bytes: Mapping[str, int]
    """Decoded bytes of each column."""
    incomplete: bool
    """True if some ids could not be read."""


def scan_rows(task: ScanTask) -> ScanResult | None:
    """Check rows. Return None if a fault changes how the whole file is read, so that the task is void."""
    collector, model = task.create_collector(), model_of(task.package.model)
    try:
        file = task.file()
        frames = enumerate(file.iter_batches(row_groups=task.row_groups), task.first)
        summaries = [check_batch(model, frame, task.number, batch, collector) for batch, frame in frames]
    except RestartScan:
        return None
    return ScanResult(collector, summaries, file.length, file.decoded_bytes, file.incomplete)


def scan_file(task: ScanTask) -> ProblemCollector | None:
    """Check a file as a whole, such as its hash. Return None as `scan_rows` does."""
    collector = task.create_collector()
    try:
        file = task.file()
        for _ in file.iter_batches(()):
            pass
    except RestartScan:
        return None
    for rule, problems in file.problems():
        collector.add(ReportSection.FILES, task.number, rule, -1, problems)
    return collector


SelectedRowData = dict[str, list[tuple[pa.Table, pa.Array, int]]]
"""For each column the selected rows, their positions in the file, and the number of the file."""


def select_rows(task: ScanTask, wanted: SecondPassPlan) -> tuple[ProblemCollector, SelectedRowData, SelectedRowData] | None:
    """Select the rows that must be checked together. Return None as `scan_rows` does."""
    collector = task.create_collector()
    try:
        chosen = collect_rows(
            model_of(task.package.model),
            task.file().iter_batches(wanted.columns, task.row_groups),
            task.number,
            task.first,
            wanted,
            collector,
        )
    except RestartScan:
        return None
    duplicate_candidates, cyclic = (
        {column: [(frame.data, frame.rows, frame.part) for frame in frames] for column, frames in selected.items()}
        for selected in (chosen.duplicate_candidates, chosen.cycle_candidates)
    )
    return collector, duplicate_candidates, cyclic


def check_key_partition(model: type[Collection], sorted_tables: frozenset[str], asked: Sequence[str], partition: KeyPartition) -> KeyFaults:
    """Check the keys of one hash partition."""
    return check_keys(model_of(model), partition, sorted_tables, asked)


class ExecutorRunner(LocalRunner):
    """Runner of a check's steps in an executor; small tables, and those whose scan restarts, are read in this process."""

    def __init__(self, package: PackageRef, executor: Executor) -> None:
        self._package, self._executor = package, executor
        self._tasks: dict[str, list[ScanTask]] = {}
        self._scans: Iterator[ScanResult | ProblemCollector | None] = iter(())

    def prepare(self, tables: Sequence[TableSource]) -> None:
        """Submit the scans of all large tables."""
        for table_number, source in enumerate(tables):
            row_group_lengths = source.row_group_lengths if isinstance(source, TableFile | PartitionedTable) else None
            if row_group_lengths and isinstance(source, TableFile | PartitionedTable) and sum(row_group_lengths) >= MIN_ROWS:
                self._tasks[source.table.name] = _plan_tasks(self._package, source, table_number, row_group_lengths)
        self._scans = run_in_order(self._executor, (call for tasks in [*self._tasks.values()] for call in _list_calls(tasks)))

    def scan_table(
        self, model: Model, source: TableSource, table_number: int, collector: ProblemCollector, store: KeyStore, *, keep: bool
    ) -> list[RowBatch]:
        """Collect the scan of a table and store its key summaries; scan it in this process if it was not distributed."""
        tasks, name = self._tasks.get(source.table.name), source.table.name
        if tasks and isinstance(source, TableFile | PartitionedTable) and not keep:
            table_collector = collector.fork()
            if self._collect_scans(source, tasks, table_collector, store):
                collector.merge(table_collector)
                return []
            del self._tasks[name]
            store.discard_table(name)
            source.reset_remote_scan()
        return super().scan_table(model, source, table_number, collector, store, keep=keep)

    def _collect_scans(
        self, rows: TableFile | PartitionedTable, tasks: Sequence[ScanTask], collector: ProblemCollector, store: KeyStore
    ) -> bool:
        """Collect the results of a table's tasks. Return False if one is void, or if the limit of decoded bytes is exceeded."""
        column_bytes, is_valid = Counter[str](), True
        for task, result in zip([*tasks, None], self._scans):  # noqa: B905 - there are those of other tables behind them
            if isinstance(result, ScanResult) and task and is_valid:
                column_bytes.update(result.bytes)
                collector.merge(result.collector)
                for summary in result.summaries:
                    store.add(task.table, summary)
                rows.record_remote_scan(result.rows, incomplete=result.incomplete)
                is_valid = result.rows == task.rows and max(column_bytes.values(), default=0) <= self._package.limits.file
            elif isinstance(result, ProblemCollector):
                collector.merge(result)
            else:
                is_valid = False
        return is_valid

    def check_keys(self, model: Model, store: KeyStore, ids: Sequence[str]) -> Iterator[KeyFaults]:
        """Check all keys that were stored, in the executor if they are hash-partitioned."""
        if not store.on_disk:
            return super().check_keys(model, store, ids)
        return run_in_order(
            self._executor,
            (
                partial(check_key_partition, self._package.model, store.sorted_tables, ids, partition)
                for partition in store.iter_partitions()
            ),
        )

    def collect_rows(
        self, model: Model, source: TableSource, table_number: int, plan: SecondPassPlan, collector: ProblemCollector
    ) -> SelectedRows:
        """Collect the rows of a table that must be checked together."""
        table_collector, duplicate_candidates, cycle_candidates = collector.fork(), dict[str, list[RowBatch]](), dict[str, list[RowBatch]]()
        tasks = self._tasks.get(source.table.name, [])
        for result in run_in_order(self._executor, (partial(select_rows, task, plan) for task in tasks)):
            if result is None:
                return super().collect_rows(model, source, table_number, plan, collector)
            table_collector.merge(result[0])
            for target, selection in zip((duplicate_candidates, cycle_candidates), result[1:], strict=True):
                for column, pieces in selection.items():
                    target.setdefault(column, []).extend(
                        RowBatch(source.table, data, file=source.get_path(part), rows=positions, part=part)
                        for data, positions, part in pieces
                    )
        if not tasks:
            return super().collect_rows(model, source, table_number, plan, collector)
        collector.merge(table_collector)
        return SelectedRows(duplicate_candidates, cycle_candidates)


def _plan_tasks(package: PackageRef, table: TableFile | PartitionedTable, number: int, row_group_lengths: Sequence[int]) -> list[ScanTask]:
    """Plan the tasks of a table: consecutive row groups of about `TASK_ROWS` rows."""
    starts = [0, *accumulate(row_group_lengths)]
    bins: dict[int, list[int]] = {}
    for group, start in enumerate(starts[:-1]):
        bins.setdefault(start // TASK_ROWS, []).append(group)
    ends = [(row_groups, starts[row_groups[0]], starts[row_groups[-1] + 1]) for row_groups in bins.values()]
    return [
        ScanTask(package, table.table.name, number, table.size, tuple(row_groups), start, end - start) for row_groups, start, end in ends
    ]


def _list_calls(tasks: Sequence[ScanTask]) -> Iterator[Callable[[], ScanResult | ProblemCollector | None]]:
    """Yield the calls of the first scan of a table: each task, and then the file as a whole."""
    yield from (partial(scan_rows, task) for task in tasks)
    yield partial(scan_file, tasks[0])
