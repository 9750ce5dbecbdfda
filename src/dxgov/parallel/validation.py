"""The steps of a check, given to an executor: Parquet files are gone through by the processes that it has, on whatever machines.

A task is many rows. It says what is to be read, and what comes back is what was found: problems, and the ids and references that must
be judged together. So a task that runs twice, or anywhere, gives the same.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from itertools import accumulate

import pyarrow as pa
from attrs import frozen

from dxgov.formats.file_reader import StartOverError
from dxgov.package.partitioned_table import PartedFile
from dxgov.package.read import Shared, listed
from dxgov.package.table_file import TableFile
from dxgov.parallel.executor import elsewhere
from dxgov.schema import Model, model_of
from dxgov.tables.collection import Collection
from dxgov.validation import Chosen, Found, Frame, Here, Keys, Part, Rows, Store, Summary, Told, Wanted, choose, examine, judged

ROWS = 2**17
"""So many rows a task has, about: of fewer, handing them out would take most of the time."""

FEW = 2**13
"""Tables of fewer rows are read where the report is made."""


@frozen
class Task:
    """Rows of a table, to be gone through."""

    package: Shared
    table: str
    number: int
    """The number of the table in the report."""
    size: int
    """The bytes that its files had when the task was made."""
    groups: tuple[int, ...]
    first: int
    """How many rows come before; as the number of the first batch it keeps all batches of the file in order."""
    rows: int

    def file(self) -> TableFile | PartedFile:
        """The file, or the several files, of the table.

        Raises:
            StartOverError: they are others now.
        """
        files = listed(self.package.address, model_of(self.package.model), self.package.limits, self.table, defer=True, whole=False).files
        if not files or files[0].size != self.size:
            raise StartOverError
        return files[0]

    def told(self) -> Told:
        """What takes the problems."""
        return Told(self.package.limits.problems, warnings=True)


@frozen(eq=False)
class Look:
    """What was found in some rows."""

    told: Told
    summaries: Sequence[Summary]
    rows: int
    bytes: Mapping[str, int]
    """How many bytes each column took."""
    lost: bool
    """Whether there are ids that could not be read."""


def look(task: Task) -> Look | None:
    """Examine rows; nothing where something is found that changes how all of the file is read."""
    told, model = task.told(), model_of(task.package.model)
    try:
        file = task.file()
        frames = enumerate(file.frames(groups=task.groups), task.first)
        summaries = [examine(model, frame, task.number, batch, told) for batch, frame in frames]
    except StartOverError:
        return None
    return Look(told, summaries, file.length, file.taken, file.lost)


def look_at_whole(task: Task) -> Told | None:
    """What is wrong with a file as a whole, such as its hash; nothing as in `look`."""
    told = task.told()
    try:
        file = task.file()
        for _ in file.frames(()):
            pass
    except StartOverError:
        return None
    for rule, problems in file.faults():
        told.add(Part.FILES, task.number, rule, -1, problems)
    return told


Rest = dict[str, list[tuple[pa.Table, pa.Array, int]]]
"""Of columns the rows that were chosen, their positions in the file, and the number of the file."""


def choose_rows(task: Task, wanted: Wanted) -> tuple[Told, Rest, Rest] | None:
    """Choose rows that must be seen together; nothing as in `look`."""
    told = task.told()
    try:
        chosen = choose(
            model_of(task.package.model), task.file().frames(wanted.columns, task.groups), task.number, task.first, wanted, told
        )
    except StartOverError:
        return None
    suspected, upward = (
        {column: [(frame.data, frame.rows, frame.part) for frame in frames] for column, frames in found.items()}
        for found in (chosen.suspected, chosen.upward)
    )
    return told, suspected, upward


def judge(model: type[Collection], ascending: frozenset[str], asked: Sequence[str], part: Keys) -> Found:
    """What is wrong with some keys."""
    return judged(model_of(model), part, ascending, asked)


class Spread(Here):
    """Runs the steps of a check by an executor; what is small, or has to be read in another way, is read here meanwhile."""

    def __init__(self, package: Shared, executor: Executor) -> None:
        self._package, self._executor = package, executor
        self._tasks: dict[str, list[Task]] = {}
        self._looks: Iterator[Look | Told | None] = iter(())

    def begin(self, tables: Sequence[Rows]) -> None:
        """Have the rows of all tables looked at, as far as that can be done elsewhere."""
        for number, rows in enumerate(tables):
            lengths = rows.lengths if isinstance(rows, TableFile | PartedFile) else None
            if lengths and isinstance(rows, TableFile | PartedFile) and sum(lengths) >= FEW:
                self._tasks[rows.table.name] = _tasks(self._package, rows, number, lengths)
        self._looks = elsewhere(self._executor, (call for tasks in [*self._tasks.values()] for call in _calls(tasks)))

    def look(self, model: Model, rows: Rows, number: int, told: Told, store: Store, *, keep: bool) -> list[Frame]:
        """Take what was found in all rows of a table, and have their summaries stored."""
        tasks, name = self._tasks.get(rows.table.name), rows.table.name
        if tasks and isinstance(rows, TableFile | PartedFile) and not keep:
            own = told.apart()
            if self._looked(rows, tasks, own, store):
                told.merge(own)
                return []
            del self._tasks[name]
            store.forget(name)
            rows.forget()
        return super().look(model, rows, number, told, store, keep=keep)

    def _looked(self, rows: TableFile | PartedFile, tasks: Sequence[Task], told: Told, store: Store) -> bool:
        """Whether all rows could be examined in parts."""
        taken, sound = Counter[str](), True
        for task, found in zip([*tasks, None], self._looks):  # noqa: B905 - there are those of other tables behind them
            if isinstance(found, Look) and task and sound:
                taken.update(found.bytes)
                told.merge(found.told)
                for summary in found.summaries:
                    store.add(task.table, summary)
                rows.note(found.rows, lost=found.lost)
                sound = found.rows == task.rows and max(taken.values(), default=0) <= self._package.limits.file
            elif isinstance(found, Told):
                told.merge(found)
            else:
                sound = False
        return sound

    def judged(self, model: Model, store: Store, asked: Sequence[str]) -> Iterator[Found]:
        """What is wrong with all keys that were stored; where they had to be parted, each part is judged elsewhere."""
        if not store.parted:
            return super().judged(model, store, asked)
        return elsewhere(self._executor, (partial(judge, self._package.model, store.ascending, asked, part) for part in store.parts()))

    def choose(self, model: Model, rows: Rows, number: int, wanted: Wanted, told: Told) -> Chosen:
        """Tell what is wrong with rows of a table, and get those that must be seen together."""
        own, suspected, upward = told.apart(), dict[str, list[Frame]](), dict[str, list[Frame]]()
        tasks = self._tasks.get(rows.table.name, [])
        for found in elsewhere(self._executor, (partial(choose_rows, task, wanted) for task in tasks)):
            if found is None:
                return super().choose(model, rows, number, wanted, told)
            own.merge(found[0])
            for kept, some in zip((suspected, upward), found[1:], strict=True):
                for column, pieces in some.items():
                    kept.setdefault(column, []).extend(
                        Frame(rows.table, data, file=rows.file(part), rows=places, part=part) for data, places, part in pieces
                    )
        if not tasks:
            return super().choose(model, rows, number, wanted, told)
        told.merge(own)
        return Chosen(suspected, upward)


def _tasks(package: Shared, rows: TableFile | PartedFile, number: int, lengths: Sequence[int]) -> list[Task]:
    """The rows of a table in parts."""
    starts = [0, *accumulate(lengths)]
    parts: dict[int, list[int]] = {}
    for group, start in enumerate(starts[:-1]):
        parts.setdefault(start // ROWS, []).append(group)
    ends = [(groups, starts[groups[0]], starts[groups[-1] + 1]) for groups in parts.values()]
    return [Task(package, rows.table.name, number, rows.size, tuple(groups), start, end - start) for groups, start, end in ends]


def _calls(tasks: Sequence[Task]) -> Iterator[Callable[[], Look | Told | None]]:
    """What is done in the first look at a file, in parts and as a whole."""
    yield from (partial(look, task) for task in tasks)
    yield partial(look_at_whole, tasks[0])
