"""Damage to a partition is reported with the file and the row."""

import hashlib
import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest

import dxgov
from dxgov import DataError, Dataset, Limits, ProblemCode
from package_files import edit_descriptor, edit_resource, read_resource, split_row_groups
from soundness import sound

pytestmark = pytest.mark.slow


def find_part(package: Path, table: str, number: int) -> Path:
    """Return the path of a file of a table, by its index."""
    return package / read_resource(package, table)["path"][number]


def rewrite_part(package: Path, table: str, number: int, edit: Callable[[pa.Table], pa.Table]) -> None:
    """Edit the rows of a file, and state its size, hash and number of rows anew."""
    path = find_part(package, table, number)
    rows = edit(pq.read_table(path, partitioning=None))
    pq.write_table(rows, path)
    state_part(package, table, number, rows.num_rows)


def state_part(package: Path, table: str, number: int, rows: int | None = None) -> None:
    """State the size and hash of a file anew, and its number of rows unless it is None."""
    content = find_part(package, table, number).read_bytes()

    properties = read_resource(package, table)["dxgov"]
    part = properties["parts"][number]
    part |= {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
    if rows is not None:
        part["rows"] = rows
    edit_resource(package, table, dxgov=properties)


def list_problems(package: Path) -> list[tuple[str, str | None, int | None, str | None]]:
    """Return the code, file, row and field of each problem."""
    return [(str(problem.code), problem.file, problem.row, problem.field) for problem in dxgov.validate(package).problems]


def test_a_part_that_is_missing(small_partition: Path):
    path = read_resource(small_partition, "requests")["path"][1]
    (small_partition / path).unlink()
    assert list_problems(small_partition) == [("missing-file", path, None, None)]
    with pytest.raises(DataError, match="missing-file"):
        dxgov.load(small_partition, lazy=True)


@pytest.mark.parametrize("number", [0, 1])
def test_a_part_that_was_changed(small_partition: Path, number: int):
    path = read_resource(small_partition, "requests")["path"][number]
    pq.write_table(pq.read_table(small_partition / path, partitioning=None), small_partition / path)
    (problem,) = list_problems(small_partition)
    assert problem[:2] in {("wrong-size", path), ("wrong-hash", path)}
    lazy = dxgov.load(small_partition, lazy=True)
    with pytest.raises(DataError, match="changed after the descriptor"):
        _ = lazy.requests.data


def test_a_part_that_was_cut_off(small_partition: Path):
    path = read_resource(small_partition, "requests")["path"][1]
    (small_partition / path).write_bytes((small_partition / path).read_bytes()[:-20])
    assert ("unreadable-file", path, None, None) in list_problems(small_partition)
    with pytest.raises(DataError, match="unreadable-file"):
        list(dxgov.load(small_partition, lazy=True).requests)


def test_a_part_that_is_listed_twice(small_partition: Path):
    resource = read_resource(small_partition, "requests")
    parts = [*resource["dxgov"]["parts"], resource["dxgov"]["parts"][0]]
    edit_resource(small_partition, "requests", path=[part["path"] for part in parts], dxgov={"by": "submitted_start", "parts": parts})
    report = dxgov.validate(small_partition)
    assert [problem.code for problem in report.problems] == [ProblemCode.UNSAFE_PATH]
    assert "is there twice" in report.problems[0].message


def test_a_copy_of_a_part(small_partition: Path):
    resource = read_resource(small_partition, "requests")
    part = resource["dxgov"]["parts"][0]
    copy = {**part, "path": part["path"].replace("part-0", "part-1")}
    shutil.copy(small_partition / part["path"], small_partition / copy["path"])
    parts = [*resource["dxgov"]["parts"], copy]
    edit_resource(small_partition, "requests", path=[part["path"] for part in parts], dxgov={"by": "submitted_start", "parts": parts})
    found = list_problems(small_partition)
    assert {each[0] for each in found} == {"duplicate-key"}
    assert ("duplicate-key", copy["path"], 1, "id") in found


def test_a_part_of_other_columns(small_partition: Path):
    path = read_resource(small_partition, "requests")["path"][1]
    rewrite_part(
        small_partition,
        "requests",
        1,
        lambda rows: rows.rename_columns(["title_" if name == "title" else name for name in rows.column_names]),
    )
    found = list_problems(small_partition)
    assert ("unknown-column", path, None, "title_") in found
    assert ("missing-column", path, None, "title") in found
    assert {each[1] for each in found} == {path}


def test_rows_in_the_wrong_file(small_partition: Path):
    first, second = read_resource(small_partition, "requests")["path"]
    one, other = (pq.read_table(small_partition / path, partitioning=None) for path in (first, second))
    rewrite_part(small_partition, "requests", 0, lambda rows: pa.concat_tables([rows, other]))
    rewrite_part(small_partition, "requests", 1, lambda rows: rows.slice(0, 0))
    found = list_problems(small_partition)
    assert found == [("contradiction", first, row, "submitted_start") for row in range(one.num_rows + 1, one.num_rows + other.num_rows + 1)]
    assert "in the file for 2031" in dxgov.validate(small_partition).problems[0].message
    with pytest.raises(DataError, match="in the file for 2031"):
        list(dxgov.load(small_partition, lazy=True).requests)


def test_a_fault_is_told_with_file_and_row(small_partition: Path):
    path = read_resource(small_partition, "actors")["path"][3]
    count = pq.read_table(small_partition / path, partitioning=None).num_rows

    def edit(rows: pa.Table) -> pa.Table:
        number = rows.column_names.index("citation_source_id")
        cells = rows["citation_source_id"].to_pylist()
        return rows.set_column(number, rows.schema.field(number), pa.array([*cells[:-1], "no-such-source"]))

    rewrite_part(small_partition, "actors", 3, edit)
    assert list_problems(small_partition) == [("unknown-reference", path, count, "citation_source_id")]


def test_a_number_of_rows_that_is_not_so(small_partition: Path):
    state_part(small_partition, "requests", 1, rows=17)
    (problem,) = dxgov.validate(small_partition).problems
    assert (problem.code, problem.file) == (ProblemCode.WRONG_SIZE, read_resource(small_partition, "requests")["path"][1])
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
def test_what_a_descriptor_says_wrongly_of_parts(small_partition: Path, about: object, field: str):
    own = read_resource(small_partition, "requests")["dxgov"]
    if isinstance(about, dict) and about.keys() <= {"parts", "by"}:
        changed: object = own | about
    elif isinstance(about, dict):
        changed = own | {"parts": [own["parts"][0] | about, *own["parts"][1:]]}
    else:
        changed = about
    edit_resource(small_partition, "requests", dxgov=changed)
    report = dxgov.validate(small_partition)
    assert next(problem.field.partition(".dxgov.")[2] for problem in report.problems if problem.field) == field
    assert report.records == len(sound())


def test_a_list_of_files_that_nobody_says_more_of(small_partition: Path):
    """Others may write packages of several Parquet files too; the hash they state is that of all files one after another."""
    paths = read_resource(small_partition, "requests")["path"]
    content = b"".join((small_partition / path).read_bytes() for path in paths)
    for about in ({}, {"hash": f"sha256:{hashlib.sha256(content).hexdigest()}", "bytes": len(content)}):
        edit_descriptor(small_partition, lambda found: [each.pop("dxgov", None) for each in found["resources"]])
        edit_resource(small_partition, "requests", **about)
        assert list_problems(small_partition) == []
        assert dxgov.load(small_partition) == sound()
        assert dxgov.load(small_partition, lazy=True) == sound()
    edit_resource(small_partition, "requests", hash=f"sha256:{'0' * 64}")
    assert [each[0] for each in list_problems(small_partition)] == ["wrong-hash"]


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
def test_lists_of_paths_that_are_none(small_partition: Path, path: list):
    edit_resource(small_partition, "requests", path=path)
    codes = {problem.code for problem in dxgov.validate(small_partition).problems}
    assert codes & {ProblemCode.NOT_A_PACKAGE, ProblemCode.UNSAFE_PATH}


def test_limits_hold_for_all_files_together(small_partition: Path):
    count = sum(
        len(each["path"]) if isinstance(each["path"], list) else 1
        for each in json.loads((small_partition / "datapackage.json").read_bytes())["resources"]
    )
    assert dxgov.validate(small_partition, limits=Limits(files=count)).valid
    assert ProblemCode.TOO_LARGE in {problem.code for problem in dxgov.validate(small_partition, limits=Limits(files=count - 1)).problems}
    rows = len(sound().actors) - 1
    problems = dxgov.validate(small_partition, limits=Limits(rows=rows)).problems
    assert any(problem.code is ProblemCode.TOO_LARGE and problem.table == "actors" for problem in problems)


# By an executor


def test_other_processes_find_the_same(generated: Dataset, tmp_path: Path):
    place = split_row_groups(dxgov.partition(generated, tmp_path / "package", {"actors": "kind", "asks": "expected_of_id"}), 10)
    with ThreadPoolExecutor(1) as executor:
        whole = dxgov.validate(place)
        assert whole.valid
        assert dxgov.validate(place, executor=executor, limits=Limits(task=50)) == whole

        def copied(rows: pa.Table) -> pa.Table:
            number = rows.column_names.index("part_of_id")
            cells = ["no-such-actor", *rows["part_of_id"].to_pylist()[1:]]
            return pa.concat_tables([rows.set_column(number, rows.schema.field(number), pa.array(cells, pa.string())), rows.slice(0, 3)])

        rewrite_part(place, "actors", 2, copied)
        state_part(place, "actors", 3, rows=1)
        here = dxgov.validate(place)
        assert {problem.code for problem in here.problems} >= {ProblemCode.DUPLICATE_KEY, ProblemCode.WRONG_SIZE}
        assert dxgov.validate(place, executor=executor, limits=Limits(task=50)) == here
        assert dxgov.validate(place, limits=Limits(batch=7, memory=1)) == here
