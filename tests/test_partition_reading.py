"""Partitions are read lazily, file by file, by dxgov and by other programs."""

import shutil
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pyarrow.compute as pc
import pyarrow.dataset
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov import Dataset, Records
from dxgov.formats import parquet_reader as parquetreader
from package_files import read_resource
from soundness import sound
from touching import touch

pytestmark = pytest.mark.slow


# Reading lazily


def check_files_read(package: Path, whole: Records, table: str, field: str, value: object) -> None:
    """Check that a query finds the same rows where the files that cannot match are gone."""
    lazy = dxgov.load(package, lazy=True).tables[table]
    parts = read_resource(package, table)["dxgov"]["parts"]
    kept = [part["path"] for part in parts if part["value"] in (value, getattr(value, "year", None))]
    assert 0 < len(kept) < len(parts)
    for part in parts:
        if part["path"] not in kept:
            (package / part["path"]).unlink()
    assert lazy.where(**{field: value}) == whole.where(**{field: value})
    assert len(lazy.where(**{field: value})) > 0


@pytest.mark.parametrize(("table", "field"), [("asks", "strength"), ("meetings", "held_start")])
def test_where_reads_only_the_files_that_can_match(generated: Dataset, partition: Path, tmp_path: Path, table: str, field: str):
    (value, *_) = generated.tables[table].column(field).drop_null().to_pylist()
    check_files_read(shutil.copytree(partition, tmp_path / "package"), generated.tables[table], table, field, value)


def test_where_reads_only_the_files_with_a_reference(tmp_path: Path):
    package = dxgov.partition(sound(), tmp_path / "package", {"asks": "expected_of_id"})
    check_files_read(package, sound().asks, "asks", "expected_of_id", "kaifu")


def test_between_reads_no_file_of_a_later_year(generated: Dataset, partition: Path, tmp_path: Path):
    place = shutil.copytree(partition, tmp_path / "package")
    lazy = dxgov.load(place, lazy=True)
    years = sorted(part["value"] for part in read_resource(place, "meetings")["dxgov"]["parts"] if part["value"] is not None)
    middle = years[len(years) // 2]
    for part in read_resource(place, "meetings")["dxgov"]["parts"]:
        if part["value"] is not None and part["value"] > middle:
            (place / part["path"]).unlink()
    span = (f"{years[1]:04}", f"{middle:04}")
    assert lazy.meetings.between(*span) == generated.meetings.between(*span)


def test_what_is_not_there_is_found_nowhere(partition: Path, generated: Dataset):
    lazy = dxgov.load(partition, lazy=True)
    assert len(lazy.asks.where(expected_of_id="no-such-actor")) == 0
    assert lazy.meetings.where(held_start=None) == generated.meetings.where(held_start=None)
    both = {generated.asks[0].expected_of_id, generated.asks[1].expected_of_id}
    assert lazy.asks.where(expected_of_id=both) == generated.asks.where(expected_of_id=both)
    assert "no-such" not in lazy.asks
    with pytest.raises(ValueError, match="is not a code"):
        lazy.asks.where(strength="no-such-code")


@given(st.data())
def test_whatever_is_touched_first_is_right(generated: Dataset, partition: Path, draw: st.DataObject):
    name = draw.draw(st.sampled_from(["asks", "meetings"]))
    whole, lazy = generated.tables[name], dxgov.load(partition, lazy=True).tables[name]
    touch(draw, whole, lazy)


def test_many_valued_references_are_found_in_all_files(generated: Dataset, partition: Path):
    theme = next(ask.theme_ids[0] for ask in generated.asks if ask.theme_ids)
    assert dxgov.load(partition, lazy=True).asks.where(theme_ids=theme) == generated.asks.where(theme_ids=theme)


def test_files_in_the_order_of_their_ids_are_read_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The ids of requests begin with the day, so that no other ids are read to find a position."""
    place = dxgov.partition(sound(), tmp_path / "package", {"requests": "submitted"})
    read: list[tuple[str, tuple[str, ...]]] = []
    batches = parquetreader.ParquetFile.iter_batches

    def watched(file, columns, row_groups=None, batch_size=None):
        read.append((file._resource.path, tuple(columns)))
        return batches(file, columns, row_groups, batch_size)

    monkeypatch.setattr(parquetreader.ParquetFile, "iter_batches", watched)
    lazy = dxgov.load(place, lazy=True)
    assert lazy.requests[-1] == sound().requests[-1]
    assert {path for path, _ in read if "/requests/" in path} == {"data/requests/submitted_year=2032/part-0.parquet"}


# Other programs


def list_years(data: Dataset) -> list[tuple[str, str]]:
    return sorted(
        (str(meeting.id), str(meeting.held.start.year) if meeting.held and meeting.held.start else "") for meeting in data.meetings
    )


def test_pyarrow_reads_it(partition: Path, generated: Dataset):
    found = pyarrow.dataset.dataset(partition / "data" / "meetings", partitioning="hive")
    rows = found.to_table(columns=["id", "held_year"]).to_pylist()
    assert sorted((row["id"], str(row["held_year"] or "")) for row in rows) == list_years(generated)
    year = next(row["held_year"] for row in rows if row["held_year"])
    some = found.to_table(filter=pc.field("held_year") == year)
    assert set(pc.year(some["held_start"]).to_pylist()) == {year}


def test_duckdb_reads_it(partition: Path, generated: Dataset):
    source = f"read_parquet('{partition}/data/meetings/*/*.parquet', hive_partitioning = true)"
    rows = duckdb.sql(f"SELECT id, held_year FROM {source}").fetchall()
    assert sorted((id, str(year or "")) for id, year in rows) == list_years(generated)
    joined = duckdb.sql(
        f"SELECT count(*) FROM read_parquet('{partition}/data/asks/*/*.parquet', hive_partitioning = true) AS a "
        f"JOIN read_parquet('{partition}/data/ask_themes/*/*.parquet', hive_partitioning = true) AS t "
        "ON t.ask_id = a.id AND t.strength_key = a.strength_key"
    ).fetchall()
    assert joined == [(sum(len(ask.theme_ids) for ask in generated.asks),)]


def test_polars_reads_it(partition: Path, generated: Dataset):
    rows = pl.scan_parquet(partition / "data" / "meetings", hive_partitioning=True).select("id", "held_year").collect().rows()
    assert sorted((id, str(year or "")) for id, year in rows) == list_years(generated)


def test_pandas_reads_it(partition: Path, generated: Dataset, tmp_path: Path):
    import pandas as pd

    frame = pd.read_parquet(partition / "data" / "meetings", partitioning=None)  # pyarrow makes no categories of an empty part for pandas
    assert sorted(frame["id"]) == sorted(generated.meetings.ids())
    place = dxgov.partition(dxgov.load(), tmp_path / "package", {"meetings": "held"})
    frame = pd.read_parquet(place / "data" / "meetings")
    assert list(frame["held_year"].astype(int)) == list(pd.to_datetime(frame["held_start"]).dt.year)
    assert len(frame) == len(dxgov.load().meetings)


# By an executor


def test_parts_for_engines_are_those_of_one_file(generated: Dataset, partition: Path):
    found = [record for part in dxgov.parts(partition, "asks", rows=50) for record in part.records()]
    assert found == list(generated.asks)


# Commands


def test_numbers_of_rows_are_those_of_the_files(partition: Path):
    lengths = [part["rows"] for part in read_resource(partition, "asks")["dxgov"]["parts"]]
    assert int(np.sum(lengths)) == len(dxgov.load(partition, lazy=True).asks)
