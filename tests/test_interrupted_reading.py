"""What happens in the middle of reading: files that change, connections that break, reports that are cut, scans that end early."""

import os
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov import DataError, Limits, ProblemCode
from dxgov.errors import Problem
from dxgov.storage.container import FetchError
from dxgov.storage.folder import Folder
from dxgov.validation import ProblemCollector, ReportSection
from package_files import edit_csv, edit_parquet, edit_resource, find_file, read_resource, split_row_groups, unseal
from soundness import sound

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dxgov.export(sound(), tmp_path_factory.mktemp("sound") / "export")


@pytest.fixture
def copy(exported: Path, tmp_path: Path) -> Callable[[str], Path]:
    return lambda format: shutil.copytree(exported / format, tmp_path / format)


def rewrite_in_place(path: Path, old: bytes, new: bytes) -> None:
    """Replace bytes by as many others in the same file, and let its time of change differ."""
    content, status = path.read_bytes(), path.stat()
    assert old in content
    assert len(old) == len(new)
    with path.open("r+b") as file:
        file.write(content.replace(old, new))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000))


# Changes


def test_a_csv_file_that_is_rewritten_in_place_while_it_is_read_is_told(copy: Callable[[str], Path]):
    package = copy("csv")
    file = Folder(package).find("data/asks.csv", 2**30)
    assert file is not None
    with file.open() as stream:
        stream.read(10)
        rewrite_in_place(find_file(package, "asks"), b"kaifu", b"kaifo")
        with pytest.raises(OSError, match="was changed while the package was read"):
            stream.read()


class BetweenTasks(Executor):
    """Does each call at once, and something else after the first."""

    def __init__(self, action: Callable[[], object]) -> None:
        self.action, self.calls = action, 0

    def submit(self, call: Callable[..., Any], /, *arguments: Any, **named: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        future.set_result(call(*arguments, **named))
        self.calls += 1
        if self.calls == 1:
            self.action()
        return future


def test_tasks_do_not_read_another_version_of_equal_size(copy: Callable[[str], Path]):
    package = split_row_groups(copy("parquet"), 4)
    path = find_file(package, "actors")

    def replace() -> None:
        status = path.stat()
        other = path.with_suffix(".other")
        shutil.copy(path, other)
        rewrite_in_place(other, b"kaifu", b"kaifo")
        other.replace(path)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000))

    executor = BetweenTasks(replace)
    problems = dxgov.validate(package, executor=executor, limits=Limits(task=16)).problems
    assert executor.calls > 1
    assert (ProblemCode.UNREADABLE_FILE, "actors") in {(problem.code, problem.table) for problem in problems}


def test_a_connection_that_breaks_while_the_hash_is_computed_leaves_no_wrong_hash(
    copy: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
):
    from dxgov.storage import folder

    opened, open_file = [], folder._LocalFile.open

    def break_once(stored: Any) -> Any:
        stream = open_file(stored)
        if stored.name.endswith("asks.parquet") and not opened:
            opened.append(stored)
            read = stream.read
            stream.read = lambda size: (_ for _ in ()).throw(FetchError("the connection broke")) if stream.read_before else read(size)
            stream.read_before = True
        return stream

    lazy = dxgov.load(copy("parquet"), lazy=True)
    monkeypatch.setattr(folder._LocalFile, "open", break_once)
    with pytest.raises(FetchError):
        list(lazy.asks.data.to_pylist())
    assert lazy.asks.data.num_rows == len(sound().asks)


# Cut reports


def problem(code: ProblemCode, text: str) -> Problem:
    return Problem(code, text, "asks")


def test_warnings_and_problems_have_limits_of_their_own():
    collector = ProblemCollector(1_000, warnings=True)
    collector.add(ReportSection.ROWS, 0, 0, 0, [problem(ProblemCode.PATTERN, str(number)) for number in range(600)])
    for batch in range(300):
        warnings = [problem(ProblemCode.UNUSUAL_CHARACTER, f"{batch} {number}") for number in range(10)]
        collector.add(ReportSection.WARNINGS, 0, 0, batch, warnings)
    assert len(tuple(collector)) == 600
    *kept, last = collector.warnings()
    assert len(kept) == 1_000
    assert last.code == ProblemCode.MORE_PROBLEMS


def test_a_report_of_few_long_texts_says_that_it_is_cut():
    collector = ProblemCollector(1_000)
    collector.add(ReportSection.ROWS, 0, 0, 0, (problem(ProblemCode.PATTERN, "x" * 2**20) for _ in range(100)))
    *kept, last = collector
    assert len(kept) < 100
    assert last.code == ProblemCode.MORE_PROBLEMS


@given(st.lists(st.integers(0, 6), min_size=1, max_size=8), st.integers(1, 4), st.data())
def test_a_report_that_dropped_something_says_so(counts: list[int], limit: int, draw: st.DataObject):
    collector = ProblemCollector(limit)
    for batch, count in enumerate(counts):
        collector.add(ReportSection.ROWS, 0, 0, batch, (problem(ProblemCode.PATTERN, f"{batch} {number}") for number in range(count)))
    batch = draw.draw(st.integers(0, len(counts) - 1))
    left = draw.draw(st.integers(0, counts[batch]))
    collector.replace(ReportSection.ROWS, 0, 0, batch, [problem(ProblemCode.PATTERN, f"{batch} {number}") for number in range(left)])
    counts[batch] = left
    kept = tuple(collector)
    everything = [f"{batch} {number}" for batch, count in enumerate(counts) for number in range(count)]
    texts = [each.message for each in kept if each.code != ProblemCode.MORE_PROBLEMS]
    assert texts == everything[: len(texts)]
    assert texts == everything or kept[-1].code == ProblemCode.MORE_PROBLEMS


def test_problems_refused_for_earlier_ones_are_told_when_those_go():
    collector = ProblemCollector(1)
    for batch, count in enumerate([1, 2, 1]):
        collector.add(ReportSection.ROWS, 0, 0, batch, [problem(ProblemCode.PATTERN, f"{batch} {number}") for number in range(count)])
    collector.replace(ReportSection.ROWS, 0, 0, 1, [])
    assert [each.code for each in collector] == [ProblemCode.PATTERN, ProblemCode.MORE_PROBLEMS]


# Counts


@pytest.mark.parametrize("batch", [1_000, 65_536])
def test_cells_that_a_tool_wrote_are_counted_in_the_whole_file(copy: Callable[[str], Path], batch: int):
    package, count = copy("csv"), 20_000

    def write(rows: list[list[str]]) -> None:
        number, id = rows[0].index("interim"), rows[0].index("id")
        model = rows[1]
        rows[1:] = [
            [f"{model[id]}x{row}" if place == id else "False" if place == number else cell for place, cell in enumerate(model)]
            for row in range(count)
        ]

    edit_csv(package, "asks", write)
    problems = dxgov.validate(package, limits=Limits(batch=batch)).problems
    (message,) = [each.message for each in problems if each.field == "interim"]
    assert f"in {count:,} cells" in message


def test_empty_lines_do_not_count_as_rows(copy: Callable[[str], Path]):
    package = copy("csv")
    unseal(package)
    longest = max(len(records) for records in sound().tables.values())
    tables = [pa.csv.read_csv(path).num_rows for path in (package / "data").iterdir()]
    for path in (package / "data").iterdir():
        path.write_bytes(path.read_bytes() + b"\r\n" * 3)
    assert dxgov.validate(package, limits=Limits(rows=max(longest, *tables))).valid


# Lazy tables


def drop_first_id(rows: pa.Table) -> pa.Table:
    """Return rows of which the first one has no id."""
    return rows.set_column(rows.column_names.index("id"), "id", pa.array([None, *rows["id"].to_pylist()[1:]], pa.string()))


def test_a_missing_id_is_told_whatever_columns_are_read(copy: Callable[[str], Path]):
    package = copy("parquet")
    unseal(package)

    edit_parquet(package, "asks", drop_first_id)
    for names in (["theme_ids"], ["strength"]):
        lazy = dxgov.load(package, lazy=True)
        with pytest.raises(DataError) as raised:
            list(lazy.asks.batches(columns=names))
        assert {(each.code, each.field) for each in raised.value.problems} == {(ProblemCode.MISSING_VALUE, "id")}


# Executors


def test_scans_that_have_not_begun_are_cancelled_when_the_check_ends_early(copy: Callable[[str], Path]):
    package = split_row_groups(copy("parquet"), 2)
    gate, submitted = threading.Event(), []

    class Gated(ThreadPoolExecutor):
        def submit(self, call: Callable[..., Any], /, *arguments: Any, **named: Any) -> "Future[Any]":
            future = super().submit(lambda: (gate.wait(30), call(*arguments, **named))[1] if submitted else call(*arguments, **named))
            submitted.append(future)
            return future

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with Gated(1) as executor:
        with pytest.raises(KeyboardInterrupt):
            dxgov.validate(package, executor=executor, progress=stop, limits=Limits(task=16))
        cancelled = [future for future in submitted if future.cancelled()]
        gate.set()
    assert len(cancelled) > 5


def test_a_wrong_row_count_is_told_beside_a_missing_id_here_and_by_an_executor(tmp_path: Path):
    package = dxgov.partition(sound(), tmp_path / "package", {"actors": "kind"})
    unseal(package)
    path = next((package / "data" / "actors").rglob("*.parquet"))
    pq.write_table(drop_first_id(pq.read_table(path)), path)

    def state(descriptor_part: dict[str, Any]) -> dict[str, Any]:
        return descriptor_part | {"rows": descriptor_part["rows"] + 1} if descriptor_part["path"].endswith(path.name) else descriptor_part

    layout = read_resource(package, "actors")["dxgov"]
    edit_resource(package, "actors", dxgov=layout | {"parts": [state(part) for part in layout["parts"]]})
    here = dxgov.validate(package)
    assert {ProblemCode.WRONG_SIZE, ProblemCode.MISSING_VALUE} <= {each.code for each in here.problems}
    with ThreadPoolExecutor(1) as executor:
        assert dxgov.validate(package, executor=executor, limits=Limits(task=16)) == here
