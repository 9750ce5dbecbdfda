"""Runner of the check's steps in an executor: its processes read Parquet files, on whatever machines.

A task is a range of rows. It names what to read; its result is the problems, and the ids and references that must be checked together
with others. So a task may run twice, or anywhere, with the same result.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from itertools import accumulate

import pyarrow as pa
from attrs import evolve, frozen

from dxgov.package.package_table import PackageTable
from dxgov.package.read import PackageRef, list_package
from dxgov.parallel.executor import run_in_order
from dxgov.schema import Model, model_of
from dxgov.storage.container import FetchError
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


@frozen
class ScanTask:
    """A range of rows of a table to scan."""

    package: PackageRef
    table: str
    table_number: int
    """Number of the table in the report."""
    versions: Mapping[int, str]
    """Versions, when the task was created, of the files to read, by their numbers; used to detect changes."""
    row_groups: Mapping[int, Sequence[int]]
    """Row groups to read, by the number of their file."""
    rows_before: int
    """Number of rows before the task; as the number of its first batch it keeps all batches of the file in order."""
    rows: int

    def open_table(self) -> PackageTable | None:
        """Open the table and the files to read; return None if these are others than when the task was created."""
        model, limits = model_of(self.package.model), self.package.limits
        tables = list_package(self.package.address, model, limits, self.table, read_all=False).files
        is_same = bool(tables) and all(tables[0].files[number].version == version for number, version in self.versions.items())
        return tables[0] if is_same else None

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
    """Check rows. Return None if that shows a fault of the file or of a column, for which the table must be scanned as a whole."""
    collector, model = task.create_collector(), model_of(task.package.model)
    table = task.open_table()
    if table is None:
        return None
    batches = enumerate(table.iter_batches(row_groups=task.row_groups), task.rows_before)
    summaries = [check_batch(model, batch, task.table_number, batch_number, collector) for batch_number, batch in batches]
    return None if table.has_shared_faults else ScanResult(collector, summaries, table.length, table.decoded_bytes, table.incomplete)


def scan_file(task: ScanTask) -> ProblemCollector | None:
    """Check the files as such, for example their hashes. Return None as `scan_rows` does."""
    collector, table = task.create_collector(), task.open_table()
    if table is None:
        return None
    for _ in table.iter_batches(()):
        pass
    for rule, problems in table.problems():
        collector.add(ReportSection.FILES, task.table_number, rule, -1, problems)
    return None if table.has_shared_faults else collector


SelectedRowData = dict[str, list[tuple[pa.Table, pa.Array, int]]]
"""For each column the selected rows, their positions in the file, and the number of the file."""


def select_rows(task: ScanTask, wanted: SecondPassPlan) -> tuple[ProblemCollector, SelectedRowData, SelectedRowData] | None:
    """Select the rows that must be checked together. Return None as `scan_rows` does."""
    collector, table = task.create_collector(), task.open_table()
    if table is None:
        return None
    batches = table.iter_batches(wanted.columns, task.row_groups)
    chosen = collect_rows(model_of(task.package.model), batches, task.table_number, task.rows_before, wanted, collector)
    if table.is_void:
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
    """Runner of a check's steps in an executor; small tables, and those with a faulty file, are scanned in this process."""

    def __init__(self, package: PackageRef, executor: Executor) -> None:
        self._package, self._executor = package, executor
        self._tasks: dict[str, list[ScanTask]] = {}
        self._scans: Generator[ScanResult | ProblemCollector | None, None, None] | None = None

    def prepare(self, tables: Sequence[TableSource]) -> None:
        """Submit the scans of all large tables."""
        calls: list[Callable[[], ScanResult | ProblemCollector | None]] = []
        for table_number, source in enumerate(tables):
            if isinstance(source, PackageTable) and (tasks := _plan_tasks(self._package, source, table_number)):
                self._tasks[source.table.name] = tasks
                # Scan the rows task by task, and then the files as such.
                calls += (partial(scan_rows, task) for task in tasks)
                versions = {number: file.version for number, file in enumerate(source.files)}
                calls.append(partial(scan_file, evolve(tasks[0], versions=versions)))
        self._scans = run_in_order(self._executor, calls)

    def close(self) -> None:
        """Cancel the scans that have not begun."""
        if self._scans is not None:
            self._scans.close()

    def scan_table(
        self, model: Model, source: TableSource, table_number: int, collector: ProblemCollector, store: KeyStore, *, keep: bool
    ) -> list[RowBatch]:
        """Collect the scan of a table and store its key summaries; scan it in this process if it was not distributed."""
        tasks, name = self._tasks.get(source.table.name), source.table.name
        if tasks and isinstance(source, PackageTable) and not keep:
            table_collector = collector.fork()
            if self._collect_scans(source, tasks, table_collector, store):
                collector.merge(table_collector)
                return []
            del self._tasks[name]
            store.discard_table(name)
            source.reset_remote_scan()
        return super().scan_table(model, source, table_number, collector, store, keep=keep)

    def _collect_scans(self, rows: PackageTable, tasks: Sequence[ScanTask], collector: ProblemCollector, store: KeyStore) -> bool:
        """Collect the results of a table's tasks. Return False if one is void, or if the limit of decoded bytes is exceeded."""
        column_bytes, is_valid = Counter[str](), True
        for task, result in zip([*tasks, None], self._scans or ()):  # noqa: B905 - there are those of other tables behind them
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


def _plan_tasks(package: PackageRef, table: PackageTable, table_number: int) -> list[ScanTask]:
    """Plan the tasks of a table, consecutive row groups of about `Limits.task` rows; none if it is small or its metadata are unreadable."""
    try:
        row_count = sum(group.rows for group in table.row_groups or ())
    except FetchError:
        raise
    except OSError:  # reported by this process, which reads the table then
        return []
    if row_count < package.limits.task / 16:
        return []
    groups = [
        (file_number, group_number, group.rows)
        for file_number, file in enumerate(table.files)
        for group_number, group in enumerate(file.row_groups or ())
    ]
    starts = [0, *accumulate(rows for _, _, rows in groups)]
    bins: dict[int, list[int]] = {}
    for index, start in enumerate(starts[:-1]):
        bins.setdefault(start // package.limits.task, []).append(index)
    tasks = []
    for indices in bins.values():
        row_groups: dict[int, list[int]] = {}
        for file_number, group_number, _ in groups[indices[0] : indices[-1] + 1]:
            row_groups.setdefault(file_number, []).append(group_number)
        versions = {file_number: table.files[file_number].version for file_number in row_groups}
        start, end = starts[indices[0]], starts[indices[-1] + 1]
        tasks.append(ScanTask(package, table.table.name, table_number, versions, row_groups, start, end - start))
    return tasks
