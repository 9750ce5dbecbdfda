"""The benchmarks measure what they say: their data are sound, and planted faults are all that is wrong."""

import json

import pyarrow.parquet as pq
import pytest

import dxgov
import faults
import generate
import key_engines
import operations
from dxgov import ProblemCode

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("rows", "seed"), [(1, 0), (50, 1), (700, 2), (4_000, 3)])
def test_generated_data_sets_are_sound(rows, seed, ds):
    data = generate.dataset(rows, seed=seed)
    assert dxgov.validate(data).problems == ()
    assert len(data) == pytest.approx(rows, abs=len(ds.tables))
    assert {name for name, records in data.tables.items() if len(records)} == {name for name, records in ds.tables.items() if len(records)}


def test_the_same_seed_gives_the_same_data_and_another_one_other_data():
    assert generate.dataset(300) == generate.dataset(300)
    assert generate.dataset(300) != generate.dataset(300, seed=1)


def test_generated_data_look_like_the_real_ones(ds):
    data = generate.dataset(3_000)
    assert len(set(data.to_arrow()["asks"]["summary"].to_pylist())) == len(data.asks)
    assert {"その日", "期間内のいずれか", "期限", "起点"} <= {each.date.scope.label for each in data.milestones if each.date}
    for name, records in ((name, records) for name, records in data.tables.items() if len(ds.tables[name]) >= 10):
        for column in ds.model().tables[name].columns:
            empty = records.data[column.name].null_count / len(records)
            assert empty == pytest.approx(ds.tables[name].data[column.name].null_count / len(ds.tables[name]), abs=0.35), column


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_a_generated_package_is_sound_and_gives_the_data_set_back(tmp_path, format):
    data = generate.dataset(500)
    folder = generate.write_package(generate.package_tables(data), tmp_path / "package", format)
    assert dxgov.validate(folder).problems == ()
    assert dxgov.load(folder) == data


@pytest.mark.parametrize("format", ["csv", "parquet"])
@pytest.mark.parametrize("seed", range(3))
def test_planted_faults_are_found_exactly(tmp_path, format, seed):
    tables, planted = faults.plant(generate.package_tables(generate.dataset(5_000, seed=seed)), 4, format, seed=seed)
    folder = generate.write_package(tables, tmp_path / "package", format)
    found = [(each.code, each.table, each.row, each.field) for each in dxgov.validate(folder).problems]
    assert sorted(found) == list(planted)
    kinds = {kind.code for kind in faults.KINDS if format == "csv" or not kind.textual}
    assert {fault.code for fault in planted} == kinds


def test_every_public_operation_is_measured_and_no_other():
    assert {name.partition(",")[0] for name in operations.OPERATIONS} == operations.public_operations()


def test_what_grows_faster_than_the_data_is_told(tmp_path, monkeypatch):
    """One operation that grows with the square of the data, one that cannot run, and one that is cut off."""
    seconds = {"square": lambda rows: rows**2 / 1e7, "linear": lambda rows: rows / 1e5, "slow": lambda rows: rows / 1e2}
    monkeypatch.setattr(operations, "_measure_seconds", lambda prepare, data, *_: prepare(data.rows))
    costs = {**seconds, "absent": lambda _: "no library"}
    operations.main(["--rows", "10000", "--budget", "50", "--out", str(tmp_path)], costs)
    found = json.loads((tmp_path / "operations.json").read_text("utf-8"))["operations"]
    assert {name for name, each in found.items() if each["faster"]} == {"square"}
    assert found["square"]["growth"] == 100
    assert found["linear"]["growth"] == 10
    assert found["slow"]["seconds"] == {"1000": 10.0}
    assert found["slow"]["left"] == "more than 50 s to be expected"
    assert found["absent"]["left"] == "no library"


@pytest.mark.parametrize("seed", range(2))
def test_engines_for_keys_find_the_same_rows(tmp_path, seed):
    pytest.importorskip("duckdb")
    tables, planted = faults.plant(generate.package_tables(generate.dataset(3_000, seed=seed)), 4, "parquet", seed=seed)
    folder = generate.write_package(tables, tmp_path / "package", "parquet")
    own = key_engines.find_faults("own", folder, 2**26)
    for engine in ("duckdb on summaries", "duckdb on columns"):
        assert key_engines.find_faults(engine, folder, 2**29) == own
    codes = {ProblemCode.DUPLICATE_KEY, ProblemCode.DUPLICATE_NUMBER, ProblemCode.UNKNOWN_REFERENCE}
    assert {(fault.table, fault.row) for fault in planted if fault.code in codes} <= {(row.table, row.row) for row in own}


def test_readers_of_remote_files_read_the_same_column(tmp_path):
    pytest.importorskip("fsspec")
    pytest.importorskip("aiohttp")
    import remote_readers
    from servers import web_server

    folder = generate.write_package(generate.package_tables(generate.dataset(2_000)), tmp_path / "package", "parquet")
    name, column = "data/links.parquet", "rationale"
    expected = pq.read_table(folder / name, columns=[column])
    with web_server(folder) as web:
        assert remote_readers.read_with_dxgov(web.address, name, column) == expected
        assert remote_readers.read_with_known_ranges(web.address, name, column) == expected
        for cache in remote_readers.CACHES:
            assert remote_readers.read_with_cache(web.address, name, column, cache) == expected
