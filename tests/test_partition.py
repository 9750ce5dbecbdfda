"""Tables in several files give the same data set as in one, only files are read that can match, and damage is told where it is."""

import hashlib
import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import dxgov
import generate
from dxgov import DataError, Dataset, DestinationError, Limits, NotAPackageError, ProblemCode, UnknownNameError
from dxgov.cli import main
from dxgov.formats import parquet_reader as parquetreader
from dxgov.formats import parquet_writer as parquetfile
from dxgov.package.partition_metadata import list_partition_columns
from dxgov.parallel import partition_writer as parting
from dxgov.parallel import validation as spread
from dxgov.schema import Kind
from dxgov.testing import datasets
from soundness import MODEL, edit_descriptor, edit_records, edit_resource, sound
from touching import touch
from toys import RichShop

pytestmark = pytest.mark.slow

BY = {"meetings": "held", "asks": "expected_of_id"}


@pytest.fixture(scope="module")
def data() -> Dataset:
    return generate.dataset(1_500, seed=3)  # type: ignore[return-value]


@pytest.fixture(scope="module")
def package(data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with a table that is parted by years and one that is parted by ids, of many small groups of rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquetfile, "ROW_GROUP_SIZE", 10)
        return dxgov.partition(data, tmp_path_factory.mktemp("parted") / "package", BY)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return dxgov.partition(sound(), tmp_path / "small", {"requests": "submitted", "actors": "kind"})


def listed(package: Path, table: str) -> dict:
    found = json.loads((package / "datapackage.json").read_bytes())
    return next(each for each in found["resources"] if each["name"] == table)


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# The same data set


@given(st.data())
def test_whatever_parts_it_the_data_set_is_the_same(draw: st.DataObject):
    model = draw.draw(st.sampled_from([Dataset, RichShop]))
    whole = draw.draw(datasets(model))
    tables = {name: sorted(list_partition_columns(table)) for name, table in model.model().tables.items() if list_partition_columns(table)}
    chosen = draw.draw(st.lists(st.sampled_from(sorted(tables)), min_size=1, max_size=3, unique=True))
    by = {name: draw.draw(st.sampled_from(tables[name])) for name in chosen}
    with TemporaryDirectory() as folder:
        place = dxgov.partition(whole, Path(folder) / "package", by)
        assert dxgov.validate(place, model).problems == ()
        assert dxgov.load(place, model) == whole
        lazy = dxgov.load(place, model, lazy=True)
        for name in tables:
            assert len(lazy.tables[name]) == len(whole.tables[name])
            assert list(lazy.tables[name]) == list(whole.tables[name])
            assert lazy.tables[name].ids() == whole.tables[name].ids()
        assert dxgov.digest(lazy) == dxgov.digest(whole)
        assert dxgov.load(place, model, lazy=True) == whole


def test_more_rows_than_are_held_give_the_same_bytes(data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    whole = files(dxgov.partition(data, tmp_path / "whole", BY))
    for rows, buckets in ((20, 3), (20, 1), (100, 64)):
        monkeypatch.setattr(parting, "_MAX_ROWS_IN_MEMORY", rows)
        monkeypatch.setattr(parting, "_MAX_BUCKETS", buckets)
        assert files(dxgov.partition(data, tmp_path / f"{rows}-{buckets}", BY)) == whole


def test_a_partition_of_a_lazy_data_set_has_the_same_bytes(data: Dataset, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(parquetfile, "ROW_GROUP_SIZE", 10)
    assert files(dxgov.partition(dxgov.load(package, lazy=True), tmp_path / "again", BY)) == files(package)
    assert files(dxgov.export(dxgov.load(package, lazy=True), tmp_path / "lazy")) == files(dxgov.export(data, tmp_path / "whole"))


def test_the_layout_is_that_of_hive(small: Path):
    assert set(files(small)) >= {
        "datapackage.json",
        "data/requests/submitted_year=2031/part-0.parquet",
        "data/requests/submitted_year=2032/part-0.parquet",
        "data/request_parties/submitted_year=2031/part-0.parquet",
        "data/actors/kind_key=person/part-0.parquet",
        "data/asks.parquet",
    }
    resource = listed(small, "requests")
    assert resource["path"] == [part["path"] for part in resource["dxgov"]["parts"]]
    assert [part["value"] for part in resource["dxgov"]["parts"]] == [2031, 2032]
    assert "bytes" not in resource
    assert "hash" not in resource
    for name in ("requests", "actors", "request_parties"):
        for part in listed(small, name)["dxgov"]["parts"]:
            content = (small / part["path"]).read_bytes()
            assert (part["bytes"], part["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
            table = pq.read_table(pa.BufferReader(content), partitioning=None)
            assert table.num_rows == part["rows"]
            assert table.column_names == [column.name for column in MODEL.stored[name].stored]


def test_no_key_in_a_path_is_the_name_of_a_column():
    for table in MODEL.tables.values():
        for column in list_partition_columns(table).values():
            key = parting._partition_folder(table, column, None, set()).partition("=")[0]
            assert key not in {each.name for each in table.columns}


ODD = ["a b", "日本", "a/b", "x~y", "é", "A", "a%41", "a=b", "a+b", "a'b", "(x)", "_.-", "kept", "2020"]


def test_values_in_paths_are_written_as_pyarrow_writes_them(tmp_path: Path):
    table = MODEL.tables["asks"]
    column = table.column("expected_of_id")
    schema = pa.schema([(f"{column.name}_key", pa.string())])
    kept: list[str | None] = [*ODD, None]
    rows = pa.table({schema.names[0]: pa.array(kept, pa.string()), "n": range(len(kept))})
    pyarrow.dataset.write_dataset(rows, tmp_path, format="parquet", partitioning=pyarrow.dataset.partitioning(schema, flavor="hive"))
    taken: set[str] = set()
    assert {parting._partition_folder(table, column, value, taken) for value in kept} == {path.name for path in tmp_path.iterdir()}


def test_values_that_some_system_takes_for_one_have_paths_of_their_own():
    table = MODEL.tables["asks"]
    column, taken = table.column("expected_of_id"), set()
    values = [None, "ab", "AB", "Ab", "__HIVE_DEFAULT_PARTITION__", "a.", "a"]
    paths = [parting._partition_folder(table, column, value, taken).partition("=")[2] for value in values]
    assert len({path.casefold() for path in paths}) == len(values)
    assert not any(path.endswith(".") for path in paths)
    from urllib.parse import unquote

    assert [unquote(path) for path in paths[1:]] == values[1:]


def test_it_is_replaced_as_an_export_is(small: Path):
    before = files(small)
    dxgov.partition(sound(), small, {"requests": "submitted", "actors": "kind"})
    assert files(small) == before
    dxgov.partition(sound(), small, {"asks": "strength"})
    assert not (small / "data" / "requests").exists()
    (small / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(DestinationError, match=r"mine\.txt"):
        dxgov.partition(sound(), small, {"asks": "strength"})
    dxgov.partition(sound(), small, {"asks": "strength"}, overwrite=True)
    assert dxgov.load(small) == sound()


def test_an_address_is_written_and_read(data: Dataset):
    fsspec = pytest.importorskip("fsspec")
    place = dxgov.partition(data, "memory://parted/package", BY)
    lazy = dxgov.load(place, lazy=True)
    theirs = data.asks[5].expected_of_id
    assert lazy.asks.where(expected_of_id=theirs) == data.asks.where(expected_of_id=theirs)
    assert dxgov.load(place) == data
    fsspec.filesystem("memory").rm("/parted", recursive=True)


# What cannot part


@pytest.mark.parametrize(
    ("by", "says"),
    [
        ({}, "no table is named"),
        ({"reqests": "submitted"}, "did you mean 'requests'"),
        ({"requests": "title"}, "requests cannot be parted by 'title'; expected one of .*submitted"),
        ({"requests": "id"}, "cannot be parted by 'id'"),
        ({"asks": "theme_ids"}, "cannot be parted by 'theme_ids'"),
        ({"asks": "kinds"}, "cannot be parted by 'kinds'"),
        ({"asks": "no-such"}, "cannot be parted by 'no-such'"),
    ],
)
def test_what_cannot_part_is_named_before_anything_is_written(by: dict[str, str], says: str, tmp_path: Path):
    with pytest.raises(UnknownNameError, match=says):
        dxgov.partition(sound(), tmp_path / "package", by)
    assert not list(tmp_path.iterdir())


def test_every_date_code_reference_and_truth_value_can_part():
    for table in MODEL.tables.values():
        for column in table.stored:
            wanted = column.kind in (Kind.DATE, Kind.CODE, Kind.BOOLEAN) and not column.many
            assert (column.name in list_partition_columns(table)) >= wanted


def test_more_values_than_a_package_may_have_files(data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(parting, "Limits", lambda: Limits(files=40))
    with pytest.raises(DataError, match="asks is not parted") as raised:
        dxgov.partition(data, tmp_path / "package", {"asks": "expected_of_id"})
    assert [problem.code for problem in raised.value.problems] == [ProblemCode.TOO_LARGE]
    assert not list(tmp_path.iterdir())


# Reading lazily


def test_where_reads_only_the_files_that_can_match(data: Dataset, package: Path, tmp_path: Path):
    for table, name, value in (
        ("asks", "expected_of_id", data.asks[7].expected_of_id),
        ("meetings", "held_start", data.meetings[9].held.start),
    ):
        place = shutil.copytree(package, tmp_path / table)
        lazy, whole = dxgov.load(place, lazy=True).tables[table], data.tables[table]
        parts = listed(place, table)["dxgov"]["parts"]
        kept = [part["path"] for part in parts if part["value"] in (value, getattr(value, "year", None))]
        assert 0 < len(kept) < len(parts)
        for part in parts:
            if part["path"] not in kept:
                (place / part["path"]).unlink()
        assert lazy.where(**{name: value}) == whole.where(**{name: value})
        assert len(lazy.where(**{name: value})) > 0


def test_between_reads_no_file_of_a_later_year(data: Dataset, package: Path, tmp_path: Path):
    place = shutil.copytree(package, tmp_path / "package")
    lazy = dxgov.load(place, lazy=True)
    years = sorted(part["value"] for part in listed(place, "meetings")["dxgov"]["parts"] if part["value"] is not None)
    middle = years[len(years) // 2]
    for part in listed(place, "meetings")["dxgov"]["parts"]:
        if part["value"] is not None and part["value"] > middle:
            (place / part["path"]).unlink()
    span = (f"{years[1]:04}", f"{middle:04}")
    assert lazy.meetings.between(*span) == data.meetings.between(*span)


def test_what_is_not_there_is_found_nowhere(package: Path, data: Dataset):
    lazy = dxgov.load(package, lazy=True)
    assert len(lazy.asks.where(expected_of_id="no-such-actor")) == 0
    assert lazy.meetings.where(held_start=None) == data.meetings.where(held_start=None)
    assert lazy.asks.where(expected_of_id={data.asks[0].expected_of_id, data.asks[1].expected_of_id}) == data.asks.where(
        expected_of_id={data.asks[0].expected_of_id, data.asks[1].expected_of_id}
    )
    assert "no-such" not in lazy.asks
    with pytest.raises(ValueError, match="is not a code"):
        lazy.asks.where(strength="no-such-code")


@given(st.data())
def test_whatever_is_touched_first_is_right(data: Dataset, package: Path, draw: st.DataObject):
    name = draw.draw(st.sampled_from(["asks", "meetings"]))
    whole, lazy = data.tables[name], dxgov.load(package, lazy=True).tables[name]
    touch(draw, whole, lazy)


def test_many_valued_references_are_found_in_all_files(data: Dataset, package: Path):
    theme = next(ask.theme_ids[0] for ask in data.asks if ask.theme_ids)
    assert dxgov.load(package, lazy=True).asks.where(theme_ids=theme) == data.asks.where(theme_ids=theme)


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


def expected(data: Dataset) -> list[tuple[str, str]]:
    return sorted(
        (str(meeting.id), str(meeting.held.start.year) if meeting.held and meeting.held.start else "") for meeting in data.meetings
    )


def test_pyarrow_reads_it(package: Path, data: Dataset):
    found = pyarrow.dataset.dataset(package / "data" / "meetings", partitioning="hive")
    rows = found.to_table(columns=["id", "held_year"]).to_pylist()
    assert sorted((row["id"], str(row["held_year"] or "")) for row in rows) == expected(data)
    year = next(row["held_year"] for row in rows if row["held_year"])
    some = found.to_table(filter=pc.field("held_year") == year)
    assert set(pc.year(some["held_start"]).to_pylist()) == {year}


def test_duckdb_reads_it(package: Path, data: Dataset):
    source = f"read_parquet('{package}/data/meetings/*/*.parquet', hive_partitioning = true)"
    rows = duckdb.sql(f"SELECT id, held_year FROM {source}").fetchall()
    assert sorted((id, str(year or "")) for id, year in rows) == expected(data)
    joined = duckdb.sql(
        f"SELECT count(*) FROM read_parquet('{package}/data/asks/*/*.parquet', hive_partitioning = true) AS a "
        f"JOIN read_parquet('{package}/data/ask_themes/*/*.parquet', hive_partitioning = true) AS t "
        "ON t.ask_id = a.id AND t.expected_of_id_key = a.expected_of_id_key"
    ).fetchall()
    assert joined == [(sum(len(ask.theme_ids) for ask in data.asks),)]


def test_polars_reads_it(package: Path, data: Dataset):
    rows = pl.scan_parquet(package / "data" / "meetings", hive_partitioning=True).select("id", "held_year").collect().rows()
    assert sorted((id, str(year or "")) for id, year in rows) == expected(data)


def test_pandas_reads_it(package: Path, data: Dataset, tmp_path: Path):
    import pandas as pd

    frame = pd.read_parquet(package / "data" / "meetings", partitioning=None)  # pyarrow makes no categories of an empty part for pandas
    assert sorted(frame["id"]) == sorted(data.meetings.ids())
    place = dxgov.partition(dxgov.load(), tmp_path / "package", {"meetings": "held"})
    frame = pd.read_parquet(place / "data" / "meetings")
    assert list(frame["held_year"].astype(int)) == list(pd.to_datetime(frame["held_start"]).dt.year)
    assert len(frame) == len(dxgov.load().meetings)


# Damage


def part_of(package: Path, table: str, number: int) -> Path:
    return package / listed(package, table)["path"][number]


def rewrite(package: Path, table: str, number: int, edit: Callable[[pa.Table], pa.Table]) -> None:
    """Change the rows of a part, and state its size, hash and rows anew."""
    path = part_of(package, table, number)
    rows = edit(pq.read_table(path, partitioning=None))
    pq.write_table(rows, path)
    state(package, table, number, rows.num_rows)


def state(package: Path, table: str, number: int, rows: int | None = None) -> None:
    content = part_of(package, table, number).read_bytes()

    def edit(found: dict) -> None:
        part = next(each for each in found["resources"] if each["name"] == table)["dxgov"]["parts"][number]
        part |= {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"} | (
            {"rows": rows} if rows is not None else {}
        )

    edit_descriptor(package, edit)


def told(package: Path) -> list[tuple[str, str | None, int | None, str | None]]:
    return [(str(problem.code), problem.file, problem.row, problem.field) for problem in dxgov.validate(package).problems]


def test_a_part_that_is_missing(small: Path):
    path = listed(small, "requests")["path"][1]
    (small / path).unlink()
    assert told(small) == [("missing-file", path, None, None)]
    with pytest.raises(DataError, match="missing-file"):
        dxgov.load(small, lazy=True)


@pytest.mark.parametrize("number", [0, 1])
def test_a_part_that_was_changed(small: Path, number: int):
    path = listed(small, "requests")["path"][number]
    pq.write_table(pq.read_table(small / path, partitioning=None), small / path)
    (problem,) = told(small)
    assert problem[:2] in {("wrong-size", path), ("wrong-hash", path)}
    lazy = dxgov.load(small, lazy=True)
    with pytest.raises(DataError, match="changed after the descriptor"):
        _ = lazy.requests.data


def test_a_part_that_was_cut_off(small: Path):
    path = listed(small, "requests")["path"][1]
    (small / path).write_bytes((small / path).read_bytes()[:-20])
    assert ("unreadable-file", path, None, None) in told(small)
    with pytest.raises(DataError, match="unreadable-file"):
        list(dxgov.load(small, lazy=True).requests)


def test_a_part_that_is_listed_twice(small: Path):
    resource = listed(small, "requests")
    parts = [*resource["dxgov"]["parts"], resource["dxgov"]["parts"][0]]
    edit_resource(small, "requests", path=[part["path"] for part in parts], dxgov={"by": "submitted_start", "parts": parts})
    report = dxgov.validate(small)
    assert [problem.code for problem in report.problems] == [ProblemCode.UNSAFE_PATH]
    assert "is there twice" in report.problems[0].message


def test_a_copy_of_a_part(small: Path):
    resource = listed(small, "requests")
    part = resource["dxgov"]["parts"][0]
    copy = {**part, "path": part["path"].replace("part-0", "part-1")}
    shutil.copy(small / part["path"], small / copy["path"])
    parts = [*resource["dxgov"]["parts"], copy]
    edit_resource(small, "requests", path=[part["path"] for part in parts], dxgov={"by": "submitted_start", "parts": parts})
    found = told(small)
    assert {each[0] for each in found} == {"duplicate-key"}
    assert ("duplicate-key", copy["path"], 1, "id") in found


def test_a_part_of_other_columns(small: Path):
    path = listed(small, "requests")["path"][1]
    rewrite(small, "requests", 1, lambda rows: rows.rename_columns(["title_" if name == "title" else name for name in rows.column_names]))
    found = told(small)
    assert ("unknown-column", path, None, "title_") in found
    assert ("missing-column", path, None, "title") in found
    assert {each[1] for each in found} == {path}


def test_rows_in_the_wrong_file(small: Path):
    first, second = listed(small, "requests")["path"]
    one, other = (pq.read_table(small / path, partitioning=None) for path in (first, second))
    rewrite(small, "requests", 0, lambda rows: pa.concat_tables([rows, other]))
    rewrite(small, "requests", 1, lambda rows: rows.slice(0, 0))
    found = told(small)
    assert found == [("contradiction", first, row, "submitted_start") for row in range(one.num_rows + 1, one.num_rows + other.num_rows + 1)]
    assert "in the file for 2031" in dxgov.validate(small).problems[0].message
    with pytest.raises(DataError, match="in the file for 2031"):
        list(dxgov.load(small, lazy=True).requests)


def test_a_fault_is_told_with_file_and_row(small: Path):
    path = listed(small, "actors")["path"][3]
    count = pq.read_table(small / path, partitioning=None).num_rows

    def edit(rows: pa.Table) -> pa.Table:
        number = rows.column_names.index("citation_source_id")
        cells = rows["citation_source_id"].to_pylist()
        return rows.set_column(number, rows.schema.field(number), pa.array([*cells[:-1], "no-such-source"]))

    rewrite(small, "actors", 3, edit)
    assert told(small) == [("unknown-reference", path, count, "citation_source_id")]


def test_a_number_of_rows_that_is_not_so(small: Path):
    state(small, "requests", 1, rows=17)
    (problem,) = dxgov.validate(small).problems
    assert (problem.code, problem.file) == (ProblemCode.WRONG_SIZE, listed(small, "requests")["path"][1])
    assert "expected 17" in problem.message


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ({"parts": []}, "parts"),
        ({"parts": "x"}, "parts"),
        ("x", "parts"),
        ({"parts": [{"path": "a"}, {"path": "b"}]}, "parts"),
        ({"by": "title"}, "by"),
        ({"by": 1}, "by"),
        ({"value": "x"}, "parts.0.value"),
        ({"value": True}, "parts.0.value"),
        ({"value": 0}, "parts.0.value"),
        ({"bytes": "1"}, "parts.0.bytes"),
        ({"hash": 1}, "parts.0.hash"),
        ({"rows": 1.5}, "parts.0.rows"),
    ],
)
def test_what_a_descriptor_says_wrongly_of_parts(small: Path, about: object, field: str):
    own = listed(small, "requests")["dxgov"]
    if isinstance(about, dict) and about.keys() <= {"parts", "by"}:
        changed: object = own | about
    elif isinstance(about, dict):
        changed = own | {"parts": [own["parts"][0] | about, *own["parts"][1:]]}
    else:
        changed = about
    edit_resource(small, "requests", dxgov=changed)
    report = dxgov.validate(small)
    assert next(problem.field.partition(".dxgov.")[2] for problem in report.problems if problem.field) == field
    assert report.records == len(sound())


def test_a_list_of_files_that_nobody_says_more_of(small: Path):
    """Others may write packages of several Parquet files too; the hash they state is that of all files one after another."""
    paths = listed(small, "requests")["path"]
    content = b"".join((small / path).read_bytes() for path in paths)
    for about in ({}, {"hash": f"sha256:{hashlib.sha256(content).hexdigest()}", "bytes": len(content)}):
        edit_descriptor(small, lambda found: [each.pop("dxgov", None) for each in found["resources"]])
        edit_resource(small, "requests", **about)
        assert told(small) == []
        assert dxgov.load(small) == sound()
        assert dxgov.load(small, lazy=True) == sound()
    edit_resource(small, "requests", hash=f"sha256:{'0' * 64}")
    assert [each[0] for each in told(small)] == ["wrong-hash"]


def test_several_csv_files_are_refused_by_name(tmp_path: Path):
    place = dxgov.export(sound(), tmp_path / "export", ["csv"]) / "csv"
    shutil.copy(place / "data" / "themes.csv", place / "data" / "more.csv")
    edit_resource(place, "themes", path=["data/themes.csv", "data/more.csv"])
    report = dxgov.validate(place)
    assert "the standard does not say which of them have a header" in report.problems[0].message
    assert report.problems[0].table == "themes"


@pytest.mark.parametrize(
    "path", [[], [1], ["data/a.parquet", None], ["../x.parquet", "data/a.parquet"], ["data/a.parquet", "http://x/a.parquet"]]
)
def test_lists_of_paths_that_are_none(small: Path, path: list):
    edit_resource(small, "requests", path=path)
    codes = {problem.code for problem in dxgov.validate(small).problems}
    assert codes & {ProblemCode.NOT_A_PACKAGE, ProblemCode.UNSAFE_PATH}


def test_limits_hold_for_all_files_together(small: Path):
    count = sum(
        len(each["path"]) if isinstance(each["path"], list) else 1
        for each in json.loads((small / "datapackage.json").read_bytes())["resources"]
    )
    assert dxgov.validate(small, limits=Limits(files=count)).valid
    assert ProblemCode.TOO_LARGE in {problem.code for problem in dxgov.validate(small, limits=Limits(files=count - 1)).problems}
    rows = len(sound().actors) - 1
    problems = dxgov.validate(small, limits=Limits(rows=rows)).problems
    assert any(problem.code is ProblemCode.TOO_LARGE and problem.table == "actors" for problem in problems)


def test_it_is_not_sealed(small: Path):
    with pytest.raises(NotAPackageError, match="only a package of listed CSV files"):
        dxgov.seal(small)


# By an executor


def test_other_processes_find_the_same(data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spread, "TASK_ROWS", 50)
    monkeypatch.setattr(spread, "MIN_ROWS", 1)
    monkeypatch.setattr(parquetfile, "ROW_GROUP_SIZE", 10)
    place = dxgov.partition(data, tmp_path / "package", {"actors": "kind", "asks": "expected_of_id"})
    with ThreadPoolExecutor(1) as executor:
        assert dxgov.validate(place, executor=executor) == dxgov.validate(place)
        assert dxgov.validate(place).valid

        def copied(rows: pa.Table) -> pa.Table:
            number = rows.column_names.index("part_of_id")
            cells = ["no-such-actor", *rows["part_of_id"].to_pylist()[1:]]
            return pa.concat_tables([rows.set_column(number, rows.schema.field(number), pa.array(cells, pa.string())), rows.slice(0, 3)])

        rewrite(place, "actors", 2, copied)
        state(place, "actors", 3, rows=1)
        here = dxgov.validate(place)
        assert {problem.code for problem in here.problems} >= {ProblemCode.DUPLICATE_KEY, ProblemCode.WRONG_SIZE}
        assert dxgov.validate(place, executor=executor) == here
        assert dxgov.validate(place, limits=Limits(batch=7, memory=1)) == here


def test_parts_for_engines_are_those_of_one_file(data: Dataset, package: Path):
    found = [record for part in dxgov.parts(package, "asks", rows=50) for record in part.records()]
    assert found == list(data.asks)


# Commands


def test_the_command(tmp_path: Path):
    run = CliRunner()
    result = run.invoke(main, ["partition", str(tmp_path / "by-year"), "--by", "meetings=held", "--by", "asks=strength"])
    assert (result.exit_code, result.output) == (0, f"{tmp_path / 'by-year'}/\n")
    assert dxgov.load(tmp_path / "by-year") == dxgov.load()
    for arguments, says in (
        ([], "Missing option '--by'"),
        (["--by", "meetings"], "expected TABLE=FIELD"),
        (["--by", "=held"], "expected TABLE=FIELD"),
        (["--by", "meetings=held", "--by", "meetings=mode"], "named twice"),
        (["--by", "meetings=title"], "cannot be parted by 'title'"),
    ):
        result = run.invoke(main, ["partition", str(tmp_path / "other"), *arguments])
        assert result.exit_code == 2
        assert says in " ".join(result.output.split())
    assert not (tmp_path / "other").exists()


def test_the_command_takes_limits_and_tells_of_faults(tmp_path: Path):
    dxgov.export(dxgov.load(), tmp_path / "sound", formats=["parquet"])
    command = ["partition", str(tmp_path / "parted"), "--from", str(tmp_path / "sound" / "parquet"), "--by", "asks=strength"]
    refused = CliRunner().invoke(main, [*command, "--limit", "rows=3"])
    assert refused.exit_code == 1
    assert "expected 3 at most" in refused.output
    assert not (tmp_path / "parted").exists()
    assert CliRunner().invoke(main, [*command, "--limit", "batch=7", "--limit", "memory=1KiB"]).exit_code == 0
    assert dxgov.load(tmp_path / "parted") == dxgov.load()


@pytest.mark.parametrize("format", ["csv", "parquet"])
@pytest.mark.parametrize("more", [[], ["--processes", "1"]])
@pytest.mark.parametrize("fault", ["a link of nobody", "hash"])
def test_the_command_parts_no_package_that_is_not_sound(fault: str, more: list[str], format: str, tmp_path: Path):
    """Rows that nothing leads to, and what only the descriptor says, are not seen by reading records as they are touched."""
    place = dxgov.export(sound(), tmp_path / "export", formats=[format]) / format
    if fault == "hash":
        edit_resource(place, "sources", hash=f"sha256:{'0' * 64}")
    else:
        edit_records(place, "ask_themes", lambda rows: rows.append({**rows[-1], "ask_id": "zzz"}))
    command = ["partition", str(tmp_path / "parted"), "--from", str(place), "--by", "asks=strength", *more]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 1
    assert ("[wrong-hash]" if fault == "hash" else "[unknown-reference]") in result.output
    assert f"data/{'sources' if fault == 'hash' else 'ask_themes'}.{format}" in result.output
    assert not (tmp_path / "parted").exists()


def test_numbers_of_rows_are_those_of_the_files(package: Path):
    lengths = [part["rows"] for part in listed(package, "asks")["dxgov"]["parts"]]
    assert int(np.sum(lengths)) == len(dxgov.load(package, lazy=True).asks)
