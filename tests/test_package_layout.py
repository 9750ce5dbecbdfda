"""What an export writes as packages: files, cells, descriptors, and the same bytes for the same data."""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import dxgov
from dxgov import Dataset
from dxgov.storage import files
from dxgov.storage.manifest import MANIFEST
from package_files import parse_csv, read_descriptor, read_files
from soundness import MODEL, sound

pytestmark = pytest.mark.slow


# What is written


def test_an_export_holds_a_package_per_format(sound_export: Path):
    assert sorted(path.name for path in sound_export.iterdir()) == [MANIFEST, "csv", "csv.zip", "parquet", "parquet.zip"]
    for format in ("csv", "parquet"):
        expected = {"datapackage.json", *(f"data/{table}.{format}" for table in MODEL.stored)}
        assert set(read_files(sound_export / format)) == expected
        with zipfile.ZipFile(sound_export / f"{format}.zip") as archive:
            members = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
        assert members == read_files(sound_export / format)


def test_both_packages_name_the_same_tables_and_keys(sound_export: Path):
    def keys(package: str) -> dict[str, tuple[Any, ...]]:
        resources = read_descriptor(sound_export / package)["resources"]
        return {each["name"]: (each["schema"]["primaryKey"], each["schema"].get("foreignKeys")) for each in resources}

    assert keys("csv") == keys("parquet")
    assert list(keys("csv")) == list(MODEL.stored)
    assert keys("csv")["ask_themes"] == (
        ["ask_id", "theme_id"],
        [
            {"fields": ["ask_id"], "reference": {"resource": "asks", "fields": ["id"]}},
            {"fields": ["theme_id"], "reference": {"resource": "themes", "fields": ["id"]}},
        ],
    )


def test_csv_is_written_as_the_descriptor_says(sound_export: Path):
    for resource in read_descriptor(sound_export / "csv")["resources"]:
        file = (sound_export / "csv" / resource["path"]).read_bytes()
        assert resource["bytes"] == len(file)
        assert not file.startswith(b"\xef\xbb\xbf")
        assert file.endswith(b"\r\n")
        rows = parse_csv(file)
        assert rows[0] == [field["name"] for field in resource["schema"]["fields"]]
        keys = [tuple(row[rows[0].index(name)] for name in resource["schema"]["primaryKey"]) for row in rows[1:]]
        assert len(set(keys)) == len(keys) > 0
        if len(resource["schema"]["primaryKey"]) == 1:
            assert keys == sorted(keys)
    meetings = parse_csv((sound_export / "csv/data/meetings.csv").read_bytes())
    assert meetings[1][meetings[0].index("place")] == "海風県庁\n第3会議室"


def test_cells_of_csv_read_plainly(sound_export: Path):
    def column(table: str, name: str) -> list[str]:
        header, *rows = parse_csv((sound_export / f"csv/data/{table}.csv").read_bytes())
        return [row[header.index(name)] for row in rows]

    assert column("figures", "value") == ["12", "-3400000000000", "0.125"]
    assert column("asks", "interim") == ["false", "true", "false", "false"]
    assert column("asks", "kinds")[0] == '["infrastructure", "funding"]'
    assert column("meetings", "held_start") == ["2031-04-02", "2031-05-12", "", "2031-06-10"]
    assert column("statement_replies", "position") == ["1", "2"]
    assert column("statement_replies", "replies_to_id") == ["mtg-lines-2.t1.p2", "mtg-lines-2.t1.p1"]


def test_the_descriptor_tells_of_the_data_set(sound_export: Path):
    found = read_descriptor(sound_export / "csv")
    assert found["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert (found["name"], found["version"], found["created"]) == ("kaifu-lines-csv", "1.2.0", "2031-06-01T00:00:00Z")
    assert found["licenses"][0]["name"] == "CC-BY-4.0"
    assert "contributors" not in found
    assert dxgov.load(sound_export / "csv").metadata == sound().metadata


def test_a_parquet_file_tells_of_itself(sound_export: Path):
    schema = pq.read_schema(sound_export / "parquet/data/asks.parquet")
    assert not schema.field("strength").nullable
    assert schema.field("condition").nullable
    assert schema.field("summary").metadata[b"title"].decode() == "要約 / Summary"
    assert json.loads(schema.metadata[b"datapackage.resource"])["name"] == "asks"


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_frictionless_finds_nothing_wrong(format: str, tmp_path: Path):
    frictionless = pytest.importorskip("frictionless")
    place = dxgov.export(dxgov.load(), tmp_path / "export", formats=[format]) / format
    report = frictionless.Package(str(place / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "message"])
    assert len(report.tasks) == len(read_descriptor(place)["resources"])


# Bytes


def test_the_same_data_give_the_same_bytes(sound_export: Path, tmp_path: Path):
    records = list(sound())
    records.reverse()
    again = dxgov.export(Dataset.of(records, sound().metadata), tmp_path / "again", zip=True)
    assert read_files(again) == read_files(sound_export)
    reloaded = dxgov.export(dxgov.load(sound_export / "parquet.zip"), tmp_path / "reloaded", zip=True)
    assert read_files(reloaded) == read_files(sound_export)


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_members_of_a_zip_stand_in_order(format: str, sound_export: Path):
    with zipfile.ZipFile(sound_export / f"{format}.zip") as archive:
        members = archive.infolist()
        assert archive.testzip() is None
    names = [member.filename for member in members]
    assert names[:2] == ["datapackage.json", "data/"]
    assert names[2:] == sorted(names[2:])
    assert all(name.startswith("data/") for name in names[2:])
    assert members[1].is_dir()
    assert {member.date_time for member in members} == {(1980, 1, 1, 0, 0, 0)}
    assert {member.external_attr >> 16 for member in members} == {0o100644, 0o40755}


def test_the_manifest_lists_every_file(sound_export: Path):
    found = json.loads((sound_export / MANIFEST).read_bytes())
    files = {name: f"sha256:{hashlib.sha256(file).hexdigest()}" for name, file in read_files(sound_export).items() if name != MANIFEST}
    assert found == {"dxgov": {"export": 1}, "files": files}


def test_files_may_come_in_pieces_and_folders(tmp_path: Path):
    given = [("b/c/d.txt", [b"one ", b"two"]), ("a.txt", b"three"), ("b/e.txt", iter([b"four"]))]
    written = files.write_folder(given, tmp_path / "folder")
    assert read_files(tmp_path / "folder") == {"a.txt": b"three", "b/c/d.txt": b"one two", "b/e.txt": b"four"}
    files.write_zip(tmp_path / "folder", written, tmp_path / "folder.zip")
    with zipfile.ZipFile(tmp_path / "folder.zip") as archive:
        assert archive.namelist() == ["b/", "b/c/", "b/c/d.txt", "a.txt", "b/e.txt"]
        assert archive.read("b/c/d.txt") == b"one two"
