"""Packages that other programs wrote back are sound, or are reported once for each column, with the cure."""

import csv
import io
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest
from clients.definition import SCRIPTS, Editor, read

import dxgov
from dxgov import ProblemCode
from package_files import edit_bytes, edit_csv, edit_descriptor, edit_records, find_file, unseal
from soundness import MODEL, sound

pytestmark = pytest.mark.slow

DATA = {"invented": sound, "bundled": dxgov.load}

Rewrite = Callable[[Path], object]

WHOLE = [editor for editor in read().editor if editor.quick and not editor.cure and {*editor.formats} <= {"csv", "parquet"}]


@pytest.mark.parametrize("editor", WHOLE, ids=lambda editor: editor.id)
@pytest.mark.parametrize("data", DATA)
def test_a_whole_export_that_is_written_back_is_sound(editor: Editor, data: str, exports: dict[str, Path], tmp_path: Path):
    if not all(find_spec(re.split("[<>=]", each)[0]) for each in editor.install.pip):
        pytest.skip("its library is not there")
    for format in editor.formats:
        place = shutil.copytree(exports[data] / format, tmp_path / format)
        hashes = {path: path.read_bytes() for path in (place / "data").iterdir()}
        subprocess.run([sys.executable, SCRIPTS / editor.script, editor.way, place], check=True)
        changed = sorted(path.relative_to(place).as_posix() for path, before in hashes.items() if path.read_bytes() != before)
        problems = dxgov.validate(place).problems
        assert sorted(each.file for each in problems) == changed  # one for each file, with the cure
        assert all(each.code in ("wrong-hash", "wrong-size") for each in problems)
        assert all(("dxgov seal" if format == "csv" else "take `hash` out") in each.message for each in problems)
        if format == "csv":
            dxgov.seal(place)
        else:
            unseal(place)
        assert dxgov.validate(place).problems == ()
        assert dxgov.load(place) == DATA[data]()
        assert list(dxgov.load(place, lazy=True).asks) == list(DATA[data]().asks)


def test_an_edited_frame_is_read_with_its_edits(copy_package: Callable[[str], Path]):
    package = copy_package("parquet")
    for path in (package / "data").iterdir():
        frame = pd.read_parquet(path)
        if path.stem == "themes":
            frame["note"] = frame["note"].where(frame["id"] != "skills", "edited")
        frame.sample(frac=1, random_state=7).to_parquet(path, index=False)
    unseal(package)
    loaded = dxgov.load(package)
    assert loaded.themes["skills"].note == "edited"
    assert list(loaded.asks) == list(sound().asks)


@pytest.mark.parametrize("write", [pd.DataFrame.to_parquet, pd.DataFrame.to_csv], ids=["parquet", "csv"])
def test_the_index_of_a_frame_is_told_once_for_each_file_with_the_cure(write: Callable[..., object], copy_package: Callable[[str], Path]):
    format = write.__name__.removeprefix("to_")
    package = copy_package(format)
    unseal(package)
    files = sorted((package / "data").iterdir())
    for path in files:
        frame = pd.read_parquet(path) if format == "parquet" else pd.read_csv(path, dtype="string", keep_default_na=False)
        write(frame.set_axis([f"row {number}" for number in range(len(frame))]), path)
    problems = dxgov.validate(package).problems
    assert [each.code for each in problems] == ["unknown-column"] * len(files)
    assert sorted(str(each.file) for each in problems) == [path.relative_to(package).as_posix() for path in files]
    assert all("index=False" in each.message for each in problems)


HABITS = [
    ("asks", "interim", str.capitalize, "write true and false"),
    ("agenda_items", "recorded", str.upper, "write true and false"),
    ("meetings", "ordinal", lambda text: f"{text}.0" if text else "", 'dtype="string"'),
    ("actors", "local_government_code", lambda text: f"{text.lstrip('0')}.0" if text else "", 'dtype="string"'),
    ("request_items", "path", lambda text: text if "." in text else f"{text}.0", 'dtype="string"'),
    ("meetings", "start_time", lambda _: "14:00:00", "such as 14:00"),
    ("meetings", "end_time", lambda _: "15:30:00.000000000", "such as 14:00"),
    ("meetings", "held_start", lambda text: f"{text} 00:00:00" if text else "", "write days such as"),
    ("meetings", "held_start", lambda text: f"{text}T00:00:00.000000" if text else "", "write days such as"),
    ("meetings", "held_end", lambda text: text.replace("-0", "-").replace("-", "/"), "write days such as"),
    ("meetings", "ordinal", lambda text: text or "NaN", "missingValues"),
    ("meetings", "ordinal", lambda text: text and "<NA>", "missingValues"),
    ("statements", "due_end", lambda text: text or "NaT", "missingValues"),
    ("sources", "publisher_id", lambda text: text or "NA", "missingValues"),
    ("actors", "corporate_number_basis", lambda text: text or "NA", "missingValues"),
    ("asks", "damage", lambda _: "NA", "missingValues"),
    ("asks", "kinds", lambda text: text.replace('"', '""'), "one of each two"),
    ("asks", "kinds", lambda text: text.replace('"', "'"), "write JSON arrays"),
    ("asks", "kinds", lambda text: text.replace('"', ""), "write JSON arrays"),
    ("meetings", "start_time", lambda _: "02:00:00 PM", "such as 14:00"),
]


@pytest.mark.parametrize(("text", "code"), [('["nonsense"]', "unknown-code"), ('["", ""]', "unknown-code"), ("[1]", "wrong-type")])
def test_json_arrays_with_wrong_members_are_told_one_by_one(text: str, code: str, copy_package: Callable[[str], Path]):
    package = copy_package("csv")
    edit_records(package, "themes", lambda rows: [row.update(damage=text) for row in rows[:2]])
    problems = dxgov.validate(package).problems
    assert {problem.code.value for problem in problems} == {code}
    assert {problem.row for problem in problems} == ({2} if text == "[1]" else {2, 3})


@pytest.mark.parametrize(("table", "column", "change", "says"), HABITS, ids=lambda value: value.__name__ if callable(value) else str(value))
@pytest.mark.parametrize("batch", [7, 65_536])
def test_what_a_program_did_to_a_column_is_told_once_with_the_cure(table, column, change, says, batch, exports, tmp_path):
    place = shutil.copytree(exports["bundled"] / "csv", tmp_path / "csv")
    frame = pd.read_csv(find_file(place, table), dtype="string", keep_default_na=False)
    changed = frame[column].map(change)
    first = next(row for row, (before, after) in enumerate(zip(frame[column], changed, strict=True)) if before != after)
    count = int((frame[column] != changed).sum())
    frame[column] = changed
    edit_bytes(place, table, lambda _: frame.to_csv(index=False).encode())
    problems = [each for each in dxgov.validate(place, limits=dxgov.Limits(batch=batch)) if each.field == column]
    assert [(each.code, each.table, each.row) for each in problems] == [(ProblemCode.WRONG_TYPE, table, first + 2)]
    assert says in problems[0].message
    assert f"in {count} cells" in problems[0].message


@pytest.mark.parametrize("batch", [1, 65_536])
def test_codes_that_lost_their_zeros_are_told_once_with_the_cure(batch, copy_package: Callable[[str], Path]):
    package = copy_package("csv")
    codes = iter(["12017", "12025", "132080"])
    edit_records(package, "actors", lambda rows: [row.update(local_government_code=next(codes, "")) for row in rows])
    problems = dxgov.validate(package, limits=dxgov.Limits(batch=batch)).problems
    (problem,) = (each for each in problems if each.field == "local_government_code")
    assert (problem.code, problem.row) == (ProblemCode.WRONG_TYPE, 2)
    assert "found '12017' and the like in 2 cells, as programs write codes that they take for numbers" in problem.message


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (lambda column: column.label, "delete that row"),
        (lambda column: f"{column.label} [{column.name}]", "what is in brackets"),
        (None, "header=True"),
    ],
    ids=["workbook", "csv-excel", "none"],
)
def test_a_header_without_any_column_is_told_in_one_line_with_the_cure(header, says, copy_package: Callable[[str], Path]):
    package = copy_package("csv")
    for name, table in MODEL.stored.items():
        first = [[header(column) for column in table.stored]] if header else []
        edit_csv(package, name, lambda rows, first=first: rows.__setitem__(slice(0, 1), first))
    problems = dxgov.validate(package).problems
    assert [(each.code, each.table) for each in problems] == [(ProblemCode.UNKNOWN_COLUMN, name) for name in MODEL.stored]
    assert all(says in each.message for each in problems)


def test_a_folder_in_place_of_a_file_is_told_with_the_cure(copy_package: Callable[[str], Path]):
    package = copy_package("parquet")
    path = find_file(package, "themes")
    path.rename(package / "part-00000.snappy.parquet")
    path.mkdir()
    (problem,) = dxgov.validate(package).problems
    assert problem.code == ProblemCode.UNREADABLE_FILE
    assert "put the one part file in it in its place" in problem.message


def test_a_mixture_is_told_cell_by_cell(copy_package: Callable[[str], Path]):
    package = copy_package("csv")
    frame = pd.read_csv(find_file(package, "meetings"), dtype="string", keep_default_na=False)
    frame["ordinal"] = ["1.0", "2nd", "3.0", ""]
    edit_bytes(package, "meetings", lambda _: frame.to_csv(index=False).encode())
    assert [(each.row, each.value) for each in dxgov.validate(package)] == [(2, "1.0"), (3, "2nd"), (4, "3.0")]


def test_a_frame_that_pandas_read_without_types_is_told_column_by_column(copy_package: Callable[[str], Path]):
    package = copy_package("csv")
    unseal(package)
    for path in (package / "data").iterdir():
        pd.read_csv(path).to_csv(path, index=False)
    problems = dxgov.validate(package).problems
    of_cells = Counter((each.table, each.field) for each in problems if each.code == ProblemCode.WRONG_TYPE)
    assert max(of_cells.values()) == 1
    assert of_cells.keys() >= {("meetings", "ordinal"), ("agenda_items", "recorded")}
    assert all("pandas" in each.message for each in problems if each.code == ProblemCode.WRONG_TYPE and each.value is None)


def untyped_pandas(path: Path) -> None:
    pd.read_csv(path).to_csv(path, index=False)


def untyped_polars(path: Path) -> None:
    pl.read_csv(path, try_parse_dates=True).write_csv(path)


def untyped_duckdb(path: Path) -> None:
    duckdb.sql(f"COPY (FROM read_csv('{path}', header=true)) TO '{path}.new' (FORMAT csv, HEADER)")
    Path(f"{path}.new").replace(path)


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("rewrite", [untyped_pandas, untyped_polars, untyped_duckdb], ids=lambda rewrite: rewrite.__name__)
def test_what_programs_that_guess_types_write_is_told_column_by_column(
    rewrite: Rewrite, data: str, exports: dict[str, Path], tmp_path: Path
):
    place = shutil.copytree(exports[data] / "csv", tmp_path / "csv")
    unseal(place)
    for path in (place / "data").iterdir():
        rewrite(path)
    problems = dxgov.validate(place).problems
    assert max(Counter((each.table, each.field) for each in problems if each.code in ("wrong-type", "pattern")).values(), default=0) <= 1
    assert all("pandas" in each.message or "data frames" in each.message for each in problems if each.value is None)
    if data == "bundled":
        assert ("request_items", "path") in {(each.table, each.field) for each in problems if each.code == ProblemCode.WRONG_TYPE}


@pytest.mark.parametrize("paths", [["5.1", "1.0", "2.0", "10.1"], ["1.0", "2.0", "5.1"]])
@pytest.mark.parametrize("batch", [1, 65_536])
def test_cells_that_fit_are_not_counted_among_those_that_do_not(paths, batch, exports, tmp_path):
    place = shutil.copytree(exports["bundled"] / "csv", tmp_path / "csv")
    frame = pd.read_csv(find_file(place, "request_items"), dtype="string", keep_default_na=False)
    frame["path"] = (paths + ["7.1"] * len(frame))[: len(frame)]
    edit_bytes(place, "request_items", lambda _: frame.to_csv(index=False).encode())
    problems = [each for each in dxgov.validate(place, limits=dxgov.Limits(batch=batch)) if each.field == "path"]
    (problem,) = (each for each in problems if each.code == ProblemCode.WRONG_TYPE)
    assert problem.row == paths.index("1.0") + 2
    assert "found '1.0' and the like in 2 cells" in problem.message


@pytest.mark.parametrize("other", ["1", "1.2.3", "a"])
def test_decimals_among_texts_that_are_none_are_told_cell_by_cell(other, exports, tmp_path):
    place = shutil.copytree(exports["bundled"] / "csv", tmp_path / "csv")
    frame = pd.read_csv(find_file(place, "request_items"), dtype="string", keep_default_na=False)
    frame["path"] = (["1.0", "2.0", other] + ["7.1"] * len(frame))[: len(frame)]
    edit_bytes(place, "request_items", lambda _: frame.to_csv(index=False).encode())
    problems = [each for each in dxgov.validate(place) if each.field == "path" and each.code == ProblemCode.PATTERN]
    assert [each.value for each in problems] == ["1.0", "2.0", *(["a"] if other == "a" else [])]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_another_delimiter_is_told_in_one_line_and_read_where_it_is_declared(delimiter: str, copy_package: Callable[[str], Path]):
    package = copy_package("csv")
    rows = [*csv.reader(io.StringIO(find_file(package, "themes").read_text("utf-8"), newline=""))]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    edit_bytes(package, "themes", lambda _: b"\xef\xbb\xbf" + text.getvalue().encode())
    (problem,) = dxgov.validate(package).problems
    assert problem.code == ProblemCode.UNREADABLE_FILE
    assert f"separated by {delimiter!r}, expected ','" in problem.message
    edit_descriptor(
        package, lambda found: [each.update(dialect={"delimiter": delimiter}) for each in found["resources"] if each["name"] == "themes"]
    )
    assert dxgov.load(package) == sound()
