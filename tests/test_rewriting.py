"""Whole exports that other tools read and write back, and archives that other tools pack: read, or told with the cause and the cure."""

import csv
import gzip
import io
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pytest
from clients.definition import SCRIPTS, Editor, read

import dxgov
from dxgov import DataError, NotAPackageError, ProblemCode
from soundness import MODEL, edit_bytes, edit_csv, edit_descriptor, edit_parquet, edit_records, file_of, sound, unseal

pytestmark = pytest.mark.slow

DATA = {"invented": sound, "bundled": dxgov.load}
Rewrite = Callable[[Path], object]


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {name: dxgov.export(data(), tmp_path_factory.mktemp(name) / "export", zip=True) for name, data in DATA.items()}


@pytest.fixture
def package(exports: dict[str, Path], tmp_path: Path) -> Callable[[str], Path]:
    return lambda format: shutil.copytree(exports["invented"] / format, tmp_path / format)


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


def test_an_edited_frame_is_read_with_its_edits(package: Callable[[str], Path]):
    place = package("parquet")
    for path in (place / "data").iterdir():
        frame = pd.read_parquet(path)
        if path.stem == "themes":
            frame["note"] = frame["note"].where(frame["id"] != "skills", "edited")
        frame.sample(frac=1, random_state=7).to_parquet(path, index=False)
    unseal(place)
    loaded = dxgov.load(place)
    assert loaded.themes["skills"].note == "edited"
    assert list(loaded.asks) == list(sound().asks)


@pytest.mark.parametrize("write", [pd.DataFrame.to_parquet, pd.DataFrame.to_csv], ids=["parquet", "csv"])
def test_the_index_of_a_frame_is_told_once_for_each_file_with_the_cure(write: Callable[..., object], package: Callable[[str], Path]):
    format = write.__name__.removeprefix("to_")
    place = package(format)
    unseal(place)
    files = sorted((place / "data").iterdir())
    for path in files:
        frame = pd.read_parquet(path) if format == "parquet" else pd.read_csv(path, dtype="string", keep_default_na=False)
        write(frame.set_axis([f"row {number}" for number in range(len(frame))]), path)
    problems = dxgov.validate(place).problems
    assert [each.code for each in problems] == ["unknown-column"] * len(files)
    assert sorted(str(each.file) for each in problems) == [path.relative_to(place).as_posix() for path in files]
    assert all("index=False" in each.message for each in problems)


def without_information(data: pa.Table, type: pa.DataType) -> pa.Table:
    """Give columns that hold nothing another type."""
    for number, name in enumerate(data.column_names):
        column = data[name].combine_chunks()
        if column.null_count == len(column):
            data = data.set_column(number, name, pa.nulls(len(column), type))
        elif pa.types.is_list(column.type) and not len(column.flatten()):
            data = data.set_column(number, name, pa.array([[]] * len(column), pa.list_(type)))
    return data


@pytest.mark.parametrize(
    "type", [pa.null(), pa.binary(), pa.large_binary(), pa.float64(), pa.int32(), pa.bool_(), pa.date32(), pa.timestamp("ns")]
)
def test_columns_without_anything_may_have_any_type(type: pa.DataType, package: Callable[[str], Path]):
    place = package("parquet")
    for table in MODEL.stored:
        edit_parquet(place, table, lambda data: without_information(data, type))
    assert dxgov.validate(place).problems == ()
    assert dxgov.load(place) == sound()
    assert list(dxgov.load(place, lazy=True).asks) == list(sound().asks)


LOSSLESS = [
    ("meetings", "held_start", pa.timestamp("us")),
    ("meetings", "held_start", pa.timestamp("ns", tz="UTC")),
    ("meetings", "held_start", pa.date64()),
    ("meetings", "held_start", pa.string()),
    ("agenda_items", "recorded", pa.int64()),
    ("agenda_items", "recorded", pa.uint8()),
    ("meetings", "ordinal", pa.float64()),
    ("meetings", "ordinal", pa.uint16()),
    ("meetings", "ordinal", pa.large_string()),
    ("meetings", "ordinal", pa.dictionary(pa.int32(), pa.int64())),
    ("figures", "value", pa.decimal256(50, 9)),
    ("themes", "label", pa.string_view()),
    ("themes", "label", pa.dictionary(pa.int8(), pa.large_string())),
    ("themes", "alt_labels", pa.large_list(pa.large_string())),
]


@pytest.mark.parametrize(("table", "column", "type"), LOSSLESS, ids=str)
def test_types_that_convert_without_loss_are_taken(table: str, column: str, type: pa.DataType, package: Callable[[str], Path]):
    place = package("parquet")
    edit_parquet(place, table, lambda data: data.set_column(data.column_names.index(column), column, _cast(data[column], type)))
    assert dxgov.validate(place).problems == ()
    assert dxgov.load(place) == sound()


def _cast(column: pa.ChunkedArray, type: pa.DataType) -> pa.Array:
    values = column.combine_chunks()
    return values.dictionary_encode().cast(type) if pa.types.is_dictionary(type) else values.cast(type)


OTHERS = [
    ("meetings", "held_start", [20310402, 20310512, None], pa.int32()),  # Arrow would count days from 1970
    ("meetings", "held_start", [1, 2, 3], pa.int64()),
    ("meetings", "held_start", [1.0, 2.0, 3.0], pa.float64()),
    ("meetings", "held_start", [1, 2, 3], pa.time32("s")),
    ("meetings", "held_start", [86_400_001, 0, 0], pa.timestamp("ms")),
    ("meetings", "ordinal", [1, 2, 3], pa.date32()),
    ("meetings", "ordinal", [1, 2, 3], pa.timestamp("s")),
    ("meetings", "ordinal", [1, 2, 3], pa.duration("s")),
    ("meetings", "ordinal", [True, True, False], pa.bool_()),
    ("meetings", "name", [b"\x80", b"a", b"b"], pa.binary()),
    ("agenda_items", "recorded", [0, 1, 2], pa.int64()),
    ("agenda_items", "recorded", [1, 1, 1], pa.date32()),
    ("themes", "alt_labels", [[1], [2], [], []], pa.list_(pa.int64())),
    ("themes", "alt_labels", [[["a"]], [], [], []], pa.list_(pa.list_(pa.string()))),
]


@pytest.mark.parametrize(("table", "column", "values", "type"), OTHERS, ids=str)
def test_other_types_are_told_once_for_a_column(table, column, values, type, package: Callable[[str], Path]):
    place = package("parquet")
    edit_parquet(place, table, lambda data: data.set_column(data.column_names.index(column), column, pa.array(values, type)))
    problems = [each for each in dxgov.validate(place) if each.code == ProblemCode.WRONG_TYPE]
    assert [(each.field, each.row) for each in problems] == [(column, None)]
    assert "found the type " in problems[0].message


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
def test_json_arrays_with_wrong_members_are_told_one_by_one(text: str, code: str, package: Callable[[str], Path]):
    place = package("csv")
    edit_records(place, "themes", lambda rows: [row.update(damage=text) for row in rows[:2]])
    problems = dxgov.validate(place).problems
    assert {problem.code.value for problem in problems} == {code}
    assert {problem.row for problem in problems} == ({2} if text == "[1]" else {2, 3})


@pytest.mark.parametrize(("table", "column", "change", "says"), HABITS, ids=lambda value: value.__name__ if callable(value) else str(value))
@pytest.mark.parametrize("batch", [1, 65_536])
def test_what_a_program_did_to_a_column_is_told_once_with_the_cure(table, column, change, says, batch, exports, tmp_path):
    place = shutil.copytree(exports["bundled"] / "csv", tmp_path / "csv")
    frame = pd.read_csv(file_of(place, table), dtype="string", keep_default_na=False)
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
def test_codes_that_lost_their_zeros_are_told_once_with_the_cure(batch, package: Callable[[str], Path]):
    place = package("csv")
    codes = iter(["12017", "12025", "132080"])
    edit_records(place, "actors", lambda rows: [row.update(local_government_code=next(codes, "")) for row in rows])
    problems = dxgov.validate(place, limits=dxgov.Limits(batch=batch)).problems
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
def test_a_header_without_any_column_is_told_in_one_line_with_the_cure(header, says, package: Callable[[str], Path]):
    place = package("csv")
    for name, table in MODEL.stored.items():
        first = [[header(column) for column in table.stored]] if header else []
        edit_csv(place, name, lambda rows, first=first: rows.__setitem__(slice(0, 1), first))
    problems = dxgov.validate(place).problems
    assert [(each.code, each.table) for each in problems] == [(ProblemCode.UNKNOWN_COLUMN, name) for name in MODEL.stored]
    assert all(says in each.message for each in problems)


def test_a_folder_in_place_of_a_file_is_told_with_the_cure(package: Callable[[str], Path]):
    place = package("parquet")
    path = file_of(place, "themes")
    path.rename(place / "part-00000.snappy.parquet")
    path.mkdir()
    (problem,) = dxgov.validate(place).problems
    assert problem.code == ProblemCode.UNREADABLE_FILE
    assert "put the one part file in it in its place" in problem.message


def test_a_mixture_is_told_cell_by_cell(package: Callable[[str], Path]):
    place = package("csv")
    frame = pd.read_csv(file_of(place, "meetings"), dtype="string", keep_default_na=False)
    frame["ordinal"] = ["1.0", "2nd", "3.0"]
    edit_bytes(place, "meetings", lambda _: frame.to_csv(index=False).encode())
    assert [(each.row, each.value) for each in dxgov.validate(place)] == [(2, "1.0"), (3, "2nd"), (4, "3.0")]


def test_a_frame_that_pandas_read_without_types_is_told_column_by_column(package: Callable[[str], Path]):
    place = package("csv")
    unseal(place)
    for path in (place / "data").iterdir():
        pd.read_csv(path).to_csv(path, index=False)
    problems = dxgov.validate(place).problems
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
    frame = pd.read_csv(file_of(place, "request_items"), dtype="string", keep_default_na=False)
    frame["path"] = (paths + ["7.1"] * len(frame))[: len(frame)]
    edit_bytes(place, "request_items", lambda _: frame.to_csv(index=False).encode())
    problems = [each for each in dxgov.validate(place, limits=dxgov.Limits(batch=batch)) if each.field == "path"]
    (problem,) = (each for each in problems if each.code == ProblemCode.WRONG_TYPE)
    assert problem.row == paths.index("1.0") + 2
    assert "found '1.0' and the like in 2 cells" in problem.message


@pytest.mark.parametrize("other", ["1", "1.2.3", "a"])
def test_decimals_among_texts_that_are_none_are_told_cell_by_cell(other, exports, tmp_path):
    place = shutil.copytree(exports["bundled"] / "csv", tmp_path / "csv")
    frame = pd.read_csv(file_of(place, "request_items"), dtype="string", keep_default_na=False)
    frame["path"] = (["1.0", "2.0", other] + ["7.1"] * len(frame))[: len(frame)]
    edit_bytes(place, "request_items", lambda _: frame.to_csv(index=False).encode())
    problems = [each for each in dxgov.validate(place) if each.field == "path" and each.code == ProblemCode.PATTERN]
    assert [each.value for each in problems] == ["1.0", "2.0", *(["a"] if other == "a" else [])]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_another_delimiter_is_told_in_one_line_and_read_where_it_is_declared(delimiter: str, package: Callable[[str], Path]):
    place = package("csv")
    rows = [*csv.reader(io.StringIO(file_of(place, "themes").read_text("utf-8"), newline=""))]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    edit_bytes(place, "themes", lambda _: b"\xef\xbb\xbf" + text.getvalue().encode())
    (problem,) = dxgov.validate(place).problems
    assert problem.code == ProblemCode.UNREADABLE_FILE
    assert f"separated by {delimiter!r}, expected ','" in problem.message
    edit_descriptor(
        place, lambda found: [each.update(dialect={"delimiter": delimiter}) for each in found["resources"] if each["name"] == "themes"]
    )
    assert dxgov.load(place) == sound()


# Archives and packed files


def members(export: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(export / "csv.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def packed(place: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return place


def github(files: dict[str, bytes]) -> dict[str, bytes]:
    return {"open-data-main/": b"", "open-data-main/README.md": b"#", **{f"open-data-main/{name}": found for name, found in files.items()}}


def finder(files: dict[str, bytes]) -> dict[str, bytes]:
    added = {f"__MACOSX/csv/._{name.rpartition('/')[2]}": b"\0" for name in files}
    return {"csv/": b"", "csv/.DS_Store": b"\0", **{f"csv/{name}": found for name, found in files.items()}, **added, ".DS_Store": b"\0"}


def windows(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name.replace("/", "\\"): found for name, found in files.items()}


def windows_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    return {"csv\\data\\": b"", "csv\\Thumbs.db": b"\0", **{f"csv\\{name}".replace("/", "\\"): found for name, found in files.items()}}


@pytest.mark.parametrize("pack", [github, finder, windows, windows_folder])
def test_zips_as_other_programs_make_them_are_read(pack, exports, tmp_path):
    place = packed(tmp_path / "a.zip", pack(members(exports["invented"])))
    assert dxgov.validate(place).problems == ()
    assert dxgov.load(place) == sound()
    assert list(dxgov.load(place, lazy=True).asks) == list(sound().asks)


def test_a_missing_file_of_a_zip_with_a_folder_is_told_as_of_the_package(exports, tmp_path):
    files = members(exports["invented"])
    files["data/thems.csv"] = files.pop("data/themes.csv")
    (problem,) = dxgov.validate(packed(tmp_path / "a.zip", github(files))).problems
    assert problem.code == ProblemCode.MISSING_FILE
    assert "did you mean 'data/thems.csv'?" in problem.message


@pytest.mark.parametrize(
    ("pack", "says"),
    [
        (lambda files: {f"{top}/{name}": found for top in "ab" for name, found in files.items()}, "only in a and b"),
        (lambda files: {f"repo/csv/{name}": found for name, found in files.items()}, "only in repo/csv"),
        (lambda files: {"README": b"", **{f"csv/{name}": found for name, found in files.items()}}, "only in csv"),
        (lambda _: {"datapackage.yaml": b""}, "only 'datapackage.yaml', which is not read; write it as JSON"),
        (lambda _: {"[Content_Types].xml": b"", "xl/workbook.xml": b""}, "a workbook or document of Office"),
        (lambda _: {"data.csv": b""}, "has no datapackage.json at its top"),
    ],
)
def test_a_zip_without_one_package_is_refused_with_the_cause(pack, says, exports, tmp_path):
    place = packed(tmp_path / "a.zip", pack(members(exports["invented"])))
    with pytest.raises(NotAPackageError) as raised:
        dxgov.load(place)
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("top/../../evil.csv", "leads out"),
        ("top\\..\\..\\evil.csv", "leads out"),
        ("\\evil.csv", "is absolute"),
        ("top\\data\\themes.csv", "is there twice"),
        ("__MACOSX/../../evil", "leads out"),
        ("top/data/Themes.csv", "upper and lower case"),
    ],
)
def test_a_folder_in_a_zip_hides_no_unsafe_path(name, says, exports, tmp_path):
    files = {f"top/{path}": found for path, found in members(exports["invented"]).items()}
    place = packed(tmp_path / "a.zip", {**files, name: b""})
    with pytest.raises(DataError) as raised:
        dxgov.load(place)
    assert {each.code for each in raised.value.problems} == {ProblemCode.UNSAFE_PATH}
    assert says in str(raised.value)


def test_a_bomb_in_a_folder_of_a_zip_is_refused(exports, tmp_path):
    files = github(members(exports["invented"]))
    place = packed(tmp_path / "a.zip", {**files, "open-data-main/data/themes.csv": b"\n" * 2**25})
    assert {each.code for each in dxgov.validate(place)} == {ProblemCode.TOO_LARGE}


def tar(place: Path, source: Path) -> None:
    with tarfile.open(place, "w:gz") as archive:
        archive.add(source, "csv")


@pytest.mark.parametrize(
    ("name", "make", "says"),
    [
        ("a.tar.gz", tar, "packed with gzip, so unpack it"),
        ("a.7z", lambda place, _: place.write_bytes(b"7z\xbc\xaf\x27\x1c\0"), "packed with 7-Zip, so unpack it"),
        ("a.zip", lambda place, _: place.write_bytes(b"<html></html>"), "an HTML page, so fetch it again"),
        ("a.csv", lambda place, _: place.write_bytes(b"id\r\n"), "expected a folder"),
        ("a.parquet", lambda place, source: shutil.copy(source.parent / "parquet/data/themes.parquet", place), "a Parquet file"),
        ("a.xlsx", lambda place, _: openpyxl.Workbook().save(place), "a workbook or document of Office"),
        ("a.xls", lambda place, _: place.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99)), "an old Excel workbook"),
    ],
)
def test_other_files_are_refused_with_the_cause(name, make, says, exports, tmp_path):
    place = tmp_path / name
    make(place, exports["invented"] / "csv")
    with pytest.raises(NotAPackageError) as raised:
        dxgov.load(place)
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["datapackage.yaml", "datapackage.yml", "datapackage.json5", "DataPackage.JSON.txt"])
def test_a_folder_with_another_descriptor_is_refused_with_the_cause(name, tmp_path):
    (tmp_path / name).write_text("{}", encoding="utf-8")
    with pytest.raises(NotAPackageError) as raised:
        dxgov.load(tmp_path)
    assert f"only {name!r}, which is not read; write it as JSON into datapackage.json" in str(raised.value)


@pytest.mark.parametrize(
    ("pack", "says"),
    [
        (gzip.compress, "packed with gzip"),
        (lambda content: b"PK\x03\x04" + content, "a zip or an Excel workbook"),
        (lambda content: content.decode().encode("utf-16"), "UTF-16; expected UTF-8, so save it as that"),
        (lambda content: content.decode().encode("utf-16-le"), "UTF-16; expected UTF-8"),
        (lambda content: content.decode().encode("utf-32"), "UTF-16; expected UTF-8"),
        (lambda content: b"PAR1" + content, "a Parquet file"),
        (lambda _: b"<!doctype html><title>Log in</title>", "an HTML page; expected text, so fetch it again"),
    ],
)
def test_a_table_that_is_no_csv_is_told_as_what_it_is(pack, says, package):
    place = package("csv")
    edit_bytes(place, "themes", pack)
    (problem,) = dxgov.validate(place).problems
    assert (problem.code, problem.file) == (ProblemCode.UNREADABLE_FILE, "data/themes.csv")
    assert says in problem.message


@pytest.mark.parametrize(("pack", "says"), [(gzip.compress, "packed with gzip; expected Parquet"), (lambda _: b"PK\x03\x04", "a zip")])
def test_a_table_that_is_no_parquet_is_told_as_what_it_is(pack, says, package):
    place = package("parquet")
    edit_bytes(place, "themes", pack)
    (problem,) = dxgov.validate(place).problems
    assert problem.code == ProblemCode.UNREADABLE_FILE
    assert says in problem.message


@pytest.mark.parametrize(
    ("format", "compression", "says"),
    [
        ("csv", "gz", "found 'gz', expected none; unpack the file"),
        ("csv", None, "the file is packed with gzip; expected text, so unpack it"),
        (None, None, "found 'gz', expected csv or parquet"),
    ],
)
def test_a_packed_table_that_is_listed_as_such_is_refused_with_the_cause(format, compression, says, package):
    place = package("csv")
    edit_bytes(place, "themes", gzip.compress)
    file_of(place, "themes").rename(place / "data/themes.csv.gz")
    found = {key: value for key, value in (("format", format), ("compression", compression)) if value}

    def edit(descriptor: dict[str, Any]) -> None:
        resource = next(each for each in descriptor["resources"] if each["name"] == "themes")
        del resource["format"]
        resource.update(path="data/themes.csv.gz", **found)

    edit_descriptor(place, edit)
    (problem,) = dxgov.validate(place).problems
    assert says in problem.message


@pytest.mark.parametrize(
    ("encoding", "says"),
    [
        ("utf-16", "UTF-16, expected UTF-8"),
        ("utf-16-le", "UTF-16, expected UTF-8"),
        ("cp932", "it reads as Shift_JIS (cp932), so save it as"),
    ],
)
def test_a_descriptor_in_another_encoding_is_told_as_that(encoding, says, package):
    place = package("csv")
    path = place / "datapackage.json"
    path.write_bytes('{"title": "島しょ部の回線", "resources": []}'.encode(encoding))
    (problem,) = dxgov.validate(place).problems
    assert (problem.code, problem.file) == (ProblemCode.NOT_A_PACKAGE, "datapackage.json")
    assert says in problem.message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<!DOCTYPE html>\n<html><body>Log in</body></html>", "an HTML page; fetch it again"),
        (b"\xef\xbb\xbf\r\n <HTML>", "an HTML page; fetch it again"),
        (b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "an XML document; fetch it again"),
        (gzip.compress(b"{}", mtime=0), "packed with gzip"),
        (b"PAR1", "a Parquet file"),
    ],
)
def test_a_descriptor_that_is_no_json_is_told_as_what_it_is(content, says, package):
    place = package("csv")
    (place / "datapackage.json").write_bytes(content)
    (problem,) = dxgov.validate(place).problems
    assert (problem.code, problem.file) == (ProblemCode.NOT_A_PACKAGE, "datapackage.json")
    assert problem.message.startswith("not JSON: ")
    assert says in problem.message


def test_a_descriptor_with_a_byte_order_mark_is_read(package):
    place = package("csv")
    path = place / "datapackage.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert dxgov.load(place) == sound()


def test_a_path_with_backslashes_is_refused_with_the_cure(package):
    place = package("csv")
    edit_descriptor(place, lambda found: found["resources"][0].update(path=found["resources"][0]["path"].replace("/", "\\")))
    (problem,) = dxgov.validate(place).problems
    assert problem.code == ProblemCode.UNSAFE_PATH
    assert "write / between folders" in problem.message
