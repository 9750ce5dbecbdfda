"""Packages in parts, and rows that are checked by themselves, as engines ask for them."""

import pickle
from pathlib import Path

import attrs
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dxgov
import faults
import generate
from dxgov import ProblemCode
from package_files import split_row_groups
from soundness import LETTER

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = dxgov.export(generate.dataset(400), tmp_path_factory.mktemp("parts") / "out")
    split_row_groups(out / "parquet", 16)
    return out


@pytest.mark.parametrize("format", ["csv", "parquet"])
@settings(max_examples=6)
@given(st.integers(1, 90))
def test_parts_are_the_whole(package: Path, format: str, rows: int):
    whole = dxgov.load(package / format)
    for table in ("asks", "themes", "appointments"):
        parts = pickle.loads(pickle.dumps(dxgov.parts(package / format, table, rows=rows)))  # noqa: S301 - it is our own
        assert [record for part in parts for record in part.records()] == list(whole.tables[table])
        assert all(len(part.records()) == part.stop - part.start <= rows for part in parts)
    assert pa.concat_tables([part.to_arrow() for part in parts]).equals(whole.appointments.to_arrow())


def test_a_part_reads_no_more_than_its_rows(package: Path):
    """Bytes of other rows may be anything."""
    path = package / "parquet" / "data" / "asks.parquet"
    metadata = pq.ParquetFile(path).metadata
    first = metadata.row_group(0).column(0)
    parts = dxgov.parts(package / "parquet", "asks", rows=16)
    expected = parts[-1].records().ids()
    content = path.read_bytes()
    try:
        path.write_bytes(content[:4] + b"\xff" * (first.total_compressed_size) + content[4 + first.total_compressed_size :])
        assert parts[-1].records().ids() == expected
        with pytest.raises(dxgov.DataError):
            parts[0].records().ids()
    finally:
        path.write_bytes(content)


def test_an_empty_table_has_no_parts(tmp_path: Path):
    place = dxgov.export(dxgov.Dataset.of([]), tmp_path / "out", "parquet") / "parquet"
    assert dxgov.parts(place, "asks") == []


def test_what_cannot_be_parted_is_told(package: Path):
    with pytest.raises(dxgov.UnknownNameError, match="did you mean 'asks'"):
        dxgov.parts(package / "csv", "ask")
    with pytest.raises(ValueError, match="found 0"):
        dxgov.parts(package / "csv", "asks", rows=0)
    with pytest.raises(FileNotFoundError):
        dxgov.parts(package / "nothing", "asks")


def test_a_data_frame_of_dask_is_read_in_parts(package: Path):
    frames = pytest.importorskip("dask.dataframe")
    parts = dxgov.parts(package / "parquet", "asks", rows=16)
    frame = frames.from_map(dxgov.Part.to_pandas, parts)
    assert frame.npartitions == len(parts) > 2
    whole = dxgov.load(package / "parquet").asks.to_pandas()
    assert frame.groupby("strength", observed=True).size().compute().to_dict() == whole.groupby("strength", observed=True).size().to_dict()


@settings(max_examples=5)
@given(st.integers(0, 50), st.integers(1, 300))
def test_rows_are_told_what_the_whole_tells_of_them(seed: int, size: int):
    tables = faults.plant(generate.package_tables(generate.dataset(150, seed=seed)), 1, "parquet", seed=seed)[0]
    for name, rows in tables.items():
        whole = dxgov.row_problems(rows, name)
        batches = [(start, rows.slice(start, size)) for start in range(0, rows.num_rows, size)]
        found = [each for start, batch in batches for each in dxgov.row_problems(batch, name, first_row=1 + start)]
        assert sorted(map(str, found)) == sorted(map(str, whole))


def test_rows_are_told_what_validation_tells(tmp_path: Path):
    tables = faults.plant(generate.package_tables(generate.dataset(300)), 2, "parquet")[0]
    report = dxgov.validate(generate.write_package(tables, tmp_path / "p", "parquet"))
    found = {problem for name, rows in tables.items() for problem in dxgov.row_problems(rows, name)}
    told = {attrs.evolve(problem, file=None) for problem in report}
    assert found < told
    assert {problem.code for problem in told - found} <= {
        ProblemCode.UNKNOWN_REFERENCE,
        ProblemCode.DUPLICATE_KEY,
        ProblemCode.DUPLICATE_NUMBER,
        ProblemCode.REFERENCE_CYCLE,
        ProblemCode.PARENT_MISMATCH,
        ProblemCode.WRONG_KIND,
        ProblemCode.MISSING_VALUE,
    }


def test_rows_of_any_arrow_are_told_of():
    batch = pa.record_batch({"id": [LETTER, None], "title": pa.array([1, 2]), "when": [pa.scalar(None, pa.null())] * 2})
    told = {(problem.code, problem.field) for problem in dxgov.row_problems(batch, "requests")}
    assert {(ProblemCode.MISSING_VALUE, "id"), (ProblemCode.WRONG_TYPE, "title"), (ProblemCode.UNKNOWN_COLUMN, "when")} <= told
    intervals = pa.table({"id": pa.array([(1, 2, 3)], pa.month_day_nano_interval())})
    assert (ProblemCode.WRONG_TYPE, "id") in {(problem.code, problem.field) for problem in dxgov.row_problems(intervals, "themes")}
    with pytest.raises(dxgov.UnknownNameError, match="did you mean 'themes'"):
        dxgov.row_problems(batch, "theme")
