"""A partition has the layout of Hive, the same rows as the data set, and is written whole or not at all."""

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import dxgov
from dxgov import DataError, Dataset, DestinationError, NotAPackageError, ProblemCode, UnknownNameError
from dxgov.cli import main
from dxgov.package.partition_metadata import list_partition_columns
from dxgov.parallel import partition_writer as parting
from dxgov.parallel.partition_writer import build_partitioned_package, get_partition_columns
from dxgov.schema import Kind
from dxgov.storage.files import write_folder
from dxgov.testing import datasets
from package_files import PARTITION_BY, edit_records, edit_resource, read_files, read_resource
from soundness import MODEL, sound
from toys import RichShop

pytestmark = pytest.mark.slow


@settings(max_examples=12)
@given(st.data())
def test_whatever_parts_it_the_data_set_is_the_same(draw: st.DataObject):
    model = draw.draw(st.sampled_from([Dataset, RichShop]))
    whole = draw.draw(datasets(model, max_size=2))
    tables = {name: sorted(list_partition_columns(table)) for name, table in model.model().tables.items() if list_partition_columns(table)}
    chosen = draw.draw(st.lists(st.sampled_from(sorted(tables)), min_size=1, max_size=3, unique=True))
    by = {name: draw.draw(st.sampled_from(tables[name])) for name in chosen}
    with TemporaryDirectory() as folder:
        place = dxgov.partition(whole, Path(folder) / "package", by)
        assert dxgov.load(place, model) == whole
        lazy = dxgov.load(place, model, lazy=True)
        for name in tables:
            assert len(lazy.tables[name]) == len(whole.tables[name])
            assert list(lazy.tables[name]) == list(whole.tables[name])
            assert lazy.tables[name].ids() == whole.tables[name].ids()
        assert dxgov.digest(lazy) == dxgov.digest(whole)
        assert dxgov.load(place, model, lazy=True) == whole


def write_partition(data: Dataset, folder: Path, **limits: int) -> dict[str, bytes]:
    """Write a partition and return its files; `limits` are those of `build_partitioned_package`."""
    write_folder(build_partitioned_package(data, get_partition_columns(data.model(), PARTITION_BY), **limits), folder)
    return read_files(folder)


@pytest.fixture(scope="module")
def partition_files(generated: Dataset, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a partition that was written from memory."""
    return write_partition(generated, tmp_path_factory.mktemp("memory"))


@pytest.mark.parametrize(("rows", "buckets"), [(10, 3), (10, 1), (50, 64)])
def test_more_rows_than_are_held_give_the_same_bytes(
    generated: Dataset, partition_files: dict[str, bytes], tmp_path: Path, rows: int, buckets: int
):
    assert write_partition(generated, tmp_path, max_rows=rows, max_buckets=buckets) == partition_files


def test_a_lazy_data_set_gives_the_same_bytes(generated: Dataset, partition: Path, partition_files: dict[str, bytes], tmp_path: Path):
    lazy = dxgov.load(partition, lazy=True)
    assert write_partition(lazy, tmp_path / "again") == partition_files
    assert read_files(dxgov.export(lazy, tmp_path / "lazy")) == read_files(dxgov.export(generated, tmp_path / "whole"))


def test_the_layout_is_that_of_hive(small_partition: Path):
    assert set(read_files(small_partition)) >= {
        "datapackage.json",
        "data/requests/submitted_year=2031/part-0.parquet",
        "data/requests/submitted_year=2032/part-0.parquet",
        "data/request_parties/submitted_year=2031/part-0.parquet",
        "data/actors/kind_key=person/part-0.parquet",
        "data/asks.parquet",
    }
    resource = read_resource(small_partition, "requests")
    assert resource["path"] == [part["path"] for part in resource["dxgov"]["parts"]]
    assert [part["value"] for part in resource["dxgov"]["parts"]] == [2031, 2032]
    assert "bytes" not in resource
    assert "hash" not in resource
    for name in ("requests", "actors", "request_parties"):
        for part in read_resource(small_partition, name)["dxgov"]["parts"]:
            content = (small_partition / part["path"]).read_bytes()
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


def test_it_is_replaced_as_an_export_is(small_partition: Path):
    before = read_files(small_partition)
    dxgov.partition(sound(), small_partition, {"requests": "submitted", "actors": "kind"})
    assert read_files(small_partition) == before
    dxgov.partition(sound(), small_partition, {"asks": "strength"})
    assert not (small_partition / "data" / "requests").exists()
    (small_partition / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(DestinationError, match=r"mine\.txt"):
        dxgov.partition(sound(), small_partition, {"asks": "strength"})
    dxgov.partition(sound(), small_partition, {"asks": "strength"}, overwrite=True)
    assert dxgov.load(small_partition) == sound()


def test_an_address_is_written_and_read(generated: Dataset):
    fsspec = pytest.importorskip("fsspec")
    place = dxgov.partition(generated, "memory://parted/package", PARTITION_BY)
    lazy = dxgov.load(place, lazy=True)
    theirs = generated.asks[5].expected_of_id
    assert lazy.asks.where(expected_of_id=theirs) == generated.asks.where(expected_of_id=theirs)
    assert dxgov.load(place) == generated
    fsspec.filesystem("memory").rm("/parted", recursive=True)


# What cannot part


@pytest.mark.parametrize(
    ("by", "says"),
    [
        ({}, "found no table to partition"),
        ({"reqests": "submitted"}, "did you mean 'requests'"),
        ({"requests": "title"}, "requests cannot be partitioned by 'title'; expected one of .*submitted"),
        ({"requests": "id"}, "cannot be partitioned by 'id'"),
        ({"asks": "theme_ids"}, "cannot be partitioned by 'theme_ids'"),
        ({"asks": "kinds"}, "cannot be partitioned by 'kinds'"),
        ({"asks": "no-such"}, "cannot be partitioned by 'no-such'"),
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


def test_more_values_than_a_package_may_have_files(generated: Dataset, tmp_path: Path):
    by = get_partition_columns(generated.model(), {"asks": "expected_of_id"})
    with pytest.raises(DataError, match="asks is not partitioned") as raised:
        write_folder(build_partitioned_package(generated, by, max_files=40), tmp_path)
    assert [problem.code for problem in raised.value.problems] == [ProblemCode.TOO_LARGE]


# Damage


def test_it_is_not_sealed(small_partition: Path):
    with pytest.raises(NotAPackageError, match="only a package of listed CSV files"):
        dxgov.seal(small_partition)


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
        (["--by", "meetings=title"], "cannot be partitioned by 'title'"),
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
