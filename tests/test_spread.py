"""A package that other processes go through is told the same as one that is gone through here."""

import json
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dxgov
import faults
import generate
from dxgov import Limits, ProblemCode
from dxgov.errors import WorkerError
from dxgov.parallel.partition_writer import build_partitioned_package, get_partition_columns
from dxgov.storage.files import write_folder
from servers import web_server

pytestmark = pytest.mark.slow

FAULTS = 2


class Elsewhere(Executor):
    """Does at once what is submitted, with nothing but what travels between processes."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def submit(self, call: Callable[..., Any], /, *arguments: Any, **named: Any) -> "Future[Any]":
        """Do it."""
        sent = pickle.loads(pickle.dumps((call, arguments, named)))  # noqa: S301 - it is our own
        self.done.append(sent[0].func.__name__)
        future: Future[Any] = Future()
        future.set_result(pickle.loads(pickle.dumps(sent[0](*sent[1], **sent[2]))))  # noqa: S301 - it is our own
        return future


SMALL = Limits(task=50)
"""Tasks of a few rows, so that small tables have several."""


def regrouped(package: Path, rows: int) -> Path:
    """The package with so many rows in each group of its files, and a descriptor that fits them."""
    for path in (package / "data").iterdir():
        pq.write_table(pq.ParquetFile(path).read(), path, row_group_size=rows, compression="zstd")
    place = package / "datapackage.json"
    descriptor = json.loads(place.read_text(encoding="utf-8"))
    descriptor["resources"] = [{key: each[key] for key in each if key not in ("hash", "bytes")} for each in descriptor["resources"]]
    place.write_text(json.dumps(descriptor), encoding="utf-8")
    return package


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with faults of every kind."""
    tables = generate.package_tables(generate.dataset(400, seed=5))
    place = tmp_path_factory.mktemp("faulty") / "parquet"
    return regrouped(generate.write_package(faults.plant(tables, FAULTS, "parquet")[0], place, "parquet"), 17)


def test_the_report_is_the_same(faulty: Path):
    here, executor = dxgov.validate(faulty), Elsewhere()
    assert dxgov.validate(faulty, executor=executor, limits=SMALL) == here
    assert len({problem.code for problem in here}) > 10
    assert executor.done.count("scan_rows") > 20
    assert executor.done.count("select_rows") > 3
    assert "check_key_partition" not in executor.done


@pytest.mark.parametrize("limits", [Limits(memory=1), Limits(batch=7), Limits(problems=5), Limits(cell=60), Limits(file=9_000)])
def test_the_report_is_the_same_within_limits(faulty: Path, limits: Limits):
    executor = Elsewhere()
    here = dxgov.validate(faulty, limits=limits)
    assert dxgov.validate(faulty, limits=attrs.evolve(limits, task=50), executor=executor) == here
    assert ("check_key_partition" in executor.done) == (limits.memory == 1)


@settings(max_examples=8)
@given(st.integers(0, 40), st.integers(1, 60), st.integers(1, 4))
def test_whatever_is_wrong_the_report_is_the_same(seed: int, rows: int, times: int):
    tables = generate.package_tables(generate.dataset(120, seed=seed))
    with TemporaryDirectory() as folder:
        planted = faults.plant(tables, times, "parquet", seed=seed)[0]
        package = regrouped(generate.write_package(planted, Path(folder) / "parquet", "parquet"), rows)
        assert dxgov.validate(package, executor=Elsewhere(), limits=SMALL) == dxgov.validate(package)


@pytest.mark.parametrize("place", [0.1, 0.3, 0.5])
def test_a_damaged_file_is_told_the_same(tmp_path: Path, place: float):
    package = regrouped(generate.write_package(generate.package_tables(generate.dataset(400)), tmp_path / "p", "parquet"), 17)
    path = package / "data" / "asks.parquet"
    content = bytearray(path.read_bytes())
    at = int(len(content) * place)
    content[at : at + 400] = b"\xff" * 400
    path.write_bytes(bytes(content))
    here = dxgov.validate(package)
    assert dxgov.validate(package, executor=Elsewhere(), limits=SMALL) == here
    assert not here.valid


def test_a_sound_package_is_read_elsewhere_alone(tmp_path: Path):
    package = dxgov.export(generate.dataset(400), tmp_path / "out", "parquet") / "parquet"
    executor, told = Elsewhere(), list[tuple[int, int]]()
    report = dxgov.validate(package, executor=executor, limits=Limits(task=16), progress=lambda done, of: told.append((done, of)))
    assert report == dxgov.validate(package)
    assert report.valid
    assert executor.done.count("scan_file") == len(list((package / "data").iterdir()))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] == sum(path.stat().st_size for path in (package / "data").iterdir())


def test_a_task_opens_no_file_but_its_own(partition: Path):
    pytest.importorskip("aiohttp")
    requested: list[set[str]] = []

    class Watched(Elsewhere):
        def submit(self, call: Callable[..., Any], /, *arguments: Any, **named: Any) -> "Future[Any]":
            web.asked.clear()
            result = super().submit(call, *arguments, **named)
            if self.done[-1] == "scan_rows":
                requested.append({path for path in web.paths() if "/data/" in path})
            return result

    with web_server(partition) as web:
        assert dxgov.validate(web.address, executor=Watched(), limits=Limits(task=1)).valid
    assert {len(paths) for paths in requested} == {1}
    assert len(set.union(*requested)) == len(list(partition.glob("data/**/*.parquet")))


def test_a_changed_file_is_told(tmp_path: Path):
    package = dxgov.export(generate.dataset(400), tmp_path / "out", "parquet") / "parquet"
    path = package / "data" / "asks.parquet"
    content = bytearray(path.read_bytes())
    content[-40] ^= 1
    path.write_bytes(bytes(content))
    report = dxgov.validate(package, executor=Elsewhere(), limits=SMALL)
    assert report == dxgov.validate(package)
    assert ProblemCode.WRONG_HASH in report.counts


def test_a_file_that_is_put_in_place_of_another_meanwhile_is_not_mixed_with_it(tmp_path: Path):
    class Later(Elsewhere):
        def submit(self, call: Callable[..., Any], /, *arguments: Any, **named: Any) -> "Future[Any]":
            path = package / "data" / "asks.parquet"
            pq.write_table(pq.ParquetFile(path).read(), path, row_group_size=5)
            return super().submit(call, *arguments, **named)

    package = regrouped(generate.write_package(generate.package_tables(generate.dataset(200)), tmp_path / "p", "parquet"), 30)
    (problem,) = dxgov.validate(package, executor=Later(), limits=SMALL).problems
    assert (problem.code, problem.table) == (ProblemCode.UNREADABLE_FILE, "asks")


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    """Two processes that share nothing with this one."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as executor:
        yield executor


def test_processes_give_the_same_report(faulty: Path, processes: ProcessPoolExecutor):
    assert dxgov.validate(faulty, executor=processes, limits=SMALL) == dxgov.validate(faulty)


def test_a_call_that_is_lost_is_done_here(faulty: Path):
    class Careless(Elsewhere):
        def submit(self, call: Callable[..., Any], /, *arguments: Any, **named: Any) -> "Future[Any]":
            future = super().submit(call, *arguments, **named)
            if len(self.done) % 3 == 0:
                future = Future()
                future.set_exception(TypeError("the worker is gone"))
            return future

    assert dxgov.validate(faulty, executor=Careless(), limits=SMALL) == dxgov.validate(faulty)


def test_processes_that_are_gone_are_told(faulty: Path):
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        process = executor.submit(os.getpid).result()
        os.kill(process, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        with pytest.raises(WorkerError, match="ended before its work was done"):
            dxgov.validate(faulty, executor=executor, limits=SMALL)


def test_a_worker_of_a_cluster_that_is_killed_costs_a_retry_and_nothing_else(faulty: Path):
    distributed = pytest.importorskip("distributed")
    here = dxgov.validate(faulty)
    killed = []
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster,
        distributed.Client(cluster) as client,
    ):

        def kill(*_: int) -> None:
            if not killed:
                killed.extend(client.run(os.getpid).values())
                os.kill(killed[0], signal.SIGKILL)

        assert dxgov.validate(faulty, executor=client.get_executor(), limits=SMALL, progress=kill) == here
        assert killed


def test_tables_are_parted_elsewhere(tmp_path: Path):
    data = generate.dataset(400)
    package, executor = dxgov.export(data, tmp_path / "out", "parquet") / "parquet", Elsewhere()
    by = get_partition_columns(data.model(), {"asks": "strength", "meetings": "held", "statements": "speaker_id"})
    place, again = tmp_path / "parted", tmp_path / "again"
    write_folder(build_partitioned_package(dxgov.load(package, lazy=True), by, executor, max_rows=15), place)
    assert executor.done.count("_partition_slice") > 2
    assert dxgov.validate(place).valid
    assert dxgov.digest(dxgov.load(place)) == dxgov.digest(data)
    assert len(list((place / "data" / "asks" / "strength_key=act").iterdir())) > 1
    write_folder(build_partitioned_package(dxgov.load(package, lazy=True), by, Elsewhere(), max_rows=15), again)
    assert {path.name: path.read_bytes() for path in again.rglob("*.json")} == {
        path.name: path.read_bytes() for path in place.rglob("*.json")
    }


def test_what_is_not_sound_is_not_parted_elsewhere(faulty: Path, tmp_path: Path):
    with pytest.raises(dxgov.DataError):
        dxgov.partition(dxgov.load(faulty, lazy=True), tmp_path / "parted", {"asks": "strength"}, executor=Elsewhere())
    assert not list(tmp_path.iterdir())


def test_the_command_has_processes_read(faulty: Path):
    command = [sys.executable, "-m", "dxgov", "validate", str(faulty)]
    here, spread = (subprocess.run([*command, *more], capture_output=True, text=True, check=False) for more in ([], ["--processes", "2"]))
    assert (spread.stdout, spread.stderr, spread.returncode) == (here.stdout, "", 1)
