"""A data set gives one answer whatever thread asks, and can be handed to another process."""

import copy
import pickle
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

import dxgov
import generate
from dxgov import DataError, Dataset, ProblemCode
from dxgov.tables.filters import filter_by_span, filter_by_values
from package_files import split_row_groups
from servers import Handler, web_server

THREADS = 8
FORMS = ("csv", "csv.zip", "parquet", "parquet.zip", "by-strength")


class Mine(Dataset):
    """A data set class of a user."""


@pytest.fixture(scope="module")
def data() -> Dataset:
    return generate.dataset(400, seed=3)  # type: ignore[return-value]


@pytest.fixture(scope="module")
def packages(data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = dxgov.export(data, tmp_path_factory.mktemp("threads") / "export", formats=["csv", "parquet"], zip=True)
    split_row_groups(place / "parquet", 30)
    split_row_groups(dxgov.partition(data, place / "by-strength", by={"asks": "strength"}), 30)
    shutil.make_archive(str(place / "parquet"), "zip", place / "parquet")
    return place


READS: dict[str, Callable[[Dataset], Any]] = {
    "where": lambda data: data.actors.where(kind="person").ids(),
    "between": lambda data: data.requests.between("2020", "2022").ids(),
    "links": lambda data: [ask.theme_ids for ask in data.asks[:30]],
    "id": lambda data: data[data.asks.ids()[-1]].id,
    "position": lambda data: [data.asks[row].id for row in (0, 40, 31, 2)],
    "iterator": lambda data: [record.id for record in data.asks],
    "batches": lambda data: [id for batch in data.asks.batches(7, ["id", "strength"]) for id in batch["id"].to_pylist()],
    "column": lambda data: data.asks.column("id").to_pylist(),
    "whole": lambda data: data.asks.to_arrow().num_rows,
    "length": len,
}


def answers(data: Dataset) -> list[Any]:
    """What threads that all begin at once read, each in an order of its own."""
    barrier, names = threading.Barrier(THREADS), list(READS)

    def read(number: int) -> dict[str, Any]:
        barrier.wait()
        return {name: READS[name](data) for name in names[number:] + names[:number]}

    with ThreadPoolExecutor(THREADS) as pool:
        return [*pool.map(read, range(THREADS))]


@pytest.mark.parametrize("lazy", [True, False])
@pytest.mark.parametrize("form", FORMS)
def test_threads_get_one_answer(data: Dataset, packages: Path, form: str, lazy: bool):
    expected = {name: read(data) for name, read in READS.items()}
    assert answers(dxgov.load(packages / form, lazy=lazy)) == [expected] * THREADS


@pytest.mark.parametrize("form", FORMS)
def test_threads_get_one_answer_from_an_address(data: Dataset, packages: Path, form: str):
    expected = {name: read(data) for name, read in READS.items()}
    with web_server(packages) as web:
        web.instead = unquoted
        assert answers(dxgov.load(f"{web.address}/{form}", lazy=True)) == [expected] * THREADS


def again(value: Any) -> Any:
    """A value as another process gets it."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - it was pickled here


def unquoted(handler: Handler) -> bool:
    """Have the server look for the file that a path with percent signs names."""
    handler.path = unquote(handler.path)
    return False


@pytest.mark.parametrize("form", FORMS)
def test_iterators_of_two_threads_do_not_mix(data: Dataset, packages: Path, form: str):
    lazy = dxgov.load(packages / form, lazy=True)
    one, other = iter(lazy.asks), iter(lazy.asks)
    first = [next(one).id for _ in range(10)]
    with ThreadPoolExecutor(2) as pool:
        rest, whole = pool.map(lambda records: [record.id for record in records], (one, other))
    assert first + rest == whole == list(data.asks.ids())


def asks(data: Any) -> tuple[type, tuple[str, ...]]:
    """What a process reads of a data set, or of records, that were handed to it."""
    return type(data), (data.asks if isinstance(data, Dataset) else data).ids()


@pytest.mark.parametrize("form", FORMS)
def test_a_lazy_data_set_pickles_as_its_address(packages: Path, form: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(packages)
    lazy = dxgov.load(form, lazy=True)
    monkeypatch.chdir(tmp_path)
    expected = dxgov.load(packages / form)
    before = pickle.dumps(lazy)
    assert len(before) < 2_000
    assert again(lazy) == lazy == expected
    assert len(pickle.dumps(lazy)) == len(before)  # also once it was read whole
    assert again(lazy.asks) == expected.asks
    some = lazy.asks.where(strength="urge")
    assert again(some) == some == expected.asks.where(strength="urge")
    assert copy.copy(lazy) is copy.deepcopy(lazy) is lazy
    assert copy.deepcopy(lazy.asks) == lazy.asks


def test_spawned_processes_read_what_they_are_handed(packages: Path):
    lazy = dxgov.load(packages / "csv", Mine, lazy=True)
    ids = dxgov.load(packages / "csv").asks.ids()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert [*pool.map(asks, [lazy, dxgov.load(packages / "csv", Mine)])] == [(Mine, ids)] * 2
        assert pool.submit(asks, lazy.asks).result()[1] == ids


@pytest.mark.parametrize("change", ["descriptor", "size", "gone"])
def test_a_package_that_changed_is_named_where_it_is_opened_again(packages: Path, tmp_path: Path, change: str):
    package = shutil.copytree(packages / "parquet", tmp_path / "package")
    pickled = pickle.dumps(dxgov.load(package, lazy=True))
    descriptor, file = package / "datapackage.json", next((package / "data").iterdir())
    if change == "descriptor":
        descriptor.write_bytes(descriptor.read_bytes() + b"\n")
    elif change == "size":
        file.write_bytes(file.read_bytes() + b"\0")
    else:
        shutil.rmtree(package)
        with pytest.raises(FileNotFoundError, match="there is no"):
            pickle.loads(pickled)  # noqa: S301 - it was pickled here
        return
    with pytest.raises(DataError, match="was changed after the data set was loaded; load it again") as raised:
        pickle.loads(pickled)  # noqa: S301 - it was pickled here
    assert [problem.code for problem in raised.value.problems] == [ProblemCode.WRONG_HASH]


def test_whatever_is_handed_about_pickles(data: Dataset):
    report = dxgov.validate(Dataset({**data.to_arrow(), "themes": data.themes.data.slice(1)}))
    ask, model = data.asks[0], Dataset.model()
    assert again(model) is model
    values = [
        data,
        data.asks[3:9],
        report,
        report.problems[0],
        ask,
        ask.citation,
        data.requests[0].submitted,
        data.metadata,
        dxgov.Limits(),
    ]
    for value in values:
        assert again(value) == copy.copy(value) == copy.deepcopy(value) == value
    error = again(DataError("x", report.problems))
    assert (type(error), error.problems, str(error)) == (DataError, report.problems, str(DataError("x", report.problems)))
    for table, wanted in (
        (data.actors, filter_by_values(model.table("actors"), {"kind": "person"})),
        (data.requests, filter_by_span(model.table("requests"), "2020", "2022", None)),
    ):
        assert again(wanted).mask(table.data) == wanted.mask(table.data)
