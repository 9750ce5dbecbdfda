"""Archives and packed files are read, or refused with the cause and the cure."""

import gzip
import shutil
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import dxgov
from dxgov import DataError, NotAPackageError, ProblemCode
from package_files import edit_bytes, edit_descriptor, find_file
from soundness import sound

pytestmark = pytest.mark.slow


def list_members(export: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(export / "csv.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def pack_zip(place: Path, files: dict[str, bytes]) -> Path:
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
def test_zips_as_other_programs_make_them_are_read(pack, sound_export, tmp_path):
    place = pack_zip(tmp_path / "a.zip", pack(list_members(sound_export)))
    assert dxgov.validate(place).problems == ()
    assert dxgov.load(place) == sound()
    assert list(dxgov.load(place, lazy=True).asks) == list(sound().asks)


def test_a_missing_file_of_a_zip_with_a_folder_is_told_as_of_the_package(sound_export, tmp_path):
    files = list_members(sound_export)
    files["data/thems.csv"] = files.pop("data/themes.csv")
    (problem,) = dxgov.validate(pack_zip(tmp_path / "a.zip", github(files))).problems
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
def test_a_zip_without_one_package_is_refused_with_the_cause(pack, says, sound_export, tmp_path):
    place = pack_zip(tmp_path / "a.zip", pack(list_members(sound_export)))
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
def test_a_folder_in_a_zip_hides_no_unsafe_path(name, says, sound_export, tmp_path):
    files = {f"top/{path}": found for path, found in list_members(sound_export).items()}
    place = pack_zip(tmp_path / "a.zip", {**files, name: b""})
    with pytest.raises(DataError) as raised:
        dxgov.load(place)
    assert {each.code for each in raised.value.problems} == {ProblemCode.UNSAFE_PATH}
    assert says in str(raised.value)


def test_a_bomb_in_a_folder_of_a_zip_is_refused(sound_export, tmp_path):
    files = github(list_members(sound_export))
    place = pack_zip(tmp_path / "a.zip", {**files, "open-data-main/data/themes.csv": b"\n" * 2**25})
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
def test_other_files_are_refused_with_the_cause(name, make, says, sound_export, tmp_path):
    place = tmp_path / name
    make(place, sound_export / "csv")
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
def test_a_table_that_is_no_csv_is_told_as_what_it_is(pack, says, copy_package):
    package = copy_package("csv")
    edit_bytes(package, "themes", pack)
    (problem,) = dxgov.validate(package).problems
    assert (problem.code, problem.file) == (ProblemCode.UNREADABLE_FILE, "data/themes.csv")
    assert says in problem.message


@pytest.mark.parametrize(("pack", "says"), [(gzip.compress, "packed with gzip; expected Parquet"), (lambda _: b"PK\x03\x04", "a zip")])
def test_a_table_that_is_no_parquet_is_told_as_what_it_is(pack, says, copy_package):
    package = copy_package("parquet")
    edit_bytes(package, "themes", pack)
    (problem,) = dxgov.validate(package).problems
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
def test_a_packed_table_that_is_listed_as_such_is_refused_with_the_cause(format, compression, says, copy_package):
    package = copy_package("csv")
    edit_bytes(package, "themes", gzip.compress)
    find_file(package, "themes").rename(package / "data/themes.csv.gz")
    found = {key: value for key, value in (("format", format), ("compression", compression)) if value}

    def edit(descriptor: dict[str, Any]) -> None:
        resource = next(each for each in descriptor["resources"] if each["name"] == "themes")
        del resource["format"]
        resource.update(path="data/themes.csv.gz", **found)

    edit_descriptor(package, edit)
    (problem,) = dxgov.validate(package).problems
    assert says in problem.message


@pytest.mark.parametrize(
    ("encoding", "says"),
    [
        ("utf-16", "UTF-16, expected UTF-8"),
        ("utf-16-le", "UTF-16, expected UTF-8"),
        ("cp932", "it reads as Shift_JIS (cp932), so save it as"),
    ],
)
def test_a_descriptor_in_another_encoding_is_told_as_that(encoding, says, copy_package):
    package = copy_package("csv")
    path = package / "datapackage.json"
    path.write_bytes('{"title": "島しょ部の回線", "resources": []}'.encode(encoding))
    (problem,) = dxgov.validate(package).problems
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
def test_a_descriptor_that_is_no_json_is_told_as_what_it_is(content, says, copy_package):
    package = copy_package("csv")
    (package / "datapackage.json").write_bytes(content)
    (problem,) = dxgov.validate(package).problems
    assert (problem.code, problem.file) == (ProblemCode.NOT_A_PACKAGE, "datapackage.json")
    assert problem.message.startswith("not JSON: ")
    assert says in problem.message


def test_a_descriptor_with_a_byte_order_mark_is_read(copy_package):
    package = copy_package("csv")
    path = package / "datapackage.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert dxgov.load(package) == sound()


def test_a_path_with_backslashes_is_refused_with_the_cure(copy_package):
    package = copy_package("csv")
    edit_descriptor(package, lambda found: found["resources"][0].update(path=found["resources"][0]["path"].replace("/", "\\")))
    (problem,) = dxgov.validate(package).problems
    assert problem.code == ProblemCode.UNSAFE_PATH
    assert "write / between folders" in problem.message
