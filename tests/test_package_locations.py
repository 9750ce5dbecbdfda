"""Locations that hold no package are refused with a reason; a package may lack sizes, hashes and its usual names."""

import json
import zipfile
from pathlib import Path

import pytest

import dxgov
from dxgov import DataError, NotAPackageError, Theme
from soundness import LETTER, sound

pytestmark = pytest.mark.slow


def test_what_is_no_package_is_said_plainly(sound_export: Path, tmp_path: Path):
    text = tmp_path / "notes.txt"
    text.write_text("not a package", encoding="utf-8")
    with pytest.raises(NotAPackageError, match="expected a folder"):
        dxgov.load(text)
    with pytest.raises(NotAPackageError, match=r"export.csv or .*export.parquet"):
        dxgov.load(sound_export)
    with pytest.raises(NotAPackageError, match=r"has no datapackage\.json"):
        dxgov.load(tmp_path)
    with pytest.raises(FileNotFoundError, match="did you mean 'csv'"):
        dxgov.load(sound_export / "csw")
    with pytest.raises(FileNotFoundError):
        dxgov.load(tmp_path / "datapackage.json")
    (tmp_path / "cut.zip").write_bytes((sound_export / "csv.zip").read_bytes()[:-40])
    with pytest.raises(NotAPackageError):
        dxgov.load(tmp_path / "cut.zip")
    with zipfile.ZipFile(tmp_path / "deep.zip", "w") as archive:
        archive.writestr("export/csv/datapackage.json", "{}")
    with pytest.raises(NotAPackageError, match="at its top"):
        dxgov.load(tmp_path / "deep.zip")


@pytest.mark.parametrize("name", ["../evil.csv", "/etc/evil.csv", "data/../../evil.csv", "C:\\evil.csv", "..\\evil.csv"])
def test_a_zip_that_leads_out_is_not_taken(name: str, tmp_path: Path):
    place = tmp_path / "evil.zip"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("datapackage.json", '{"resources": []}')
        archive.writestr(name, "id\r\n")
    for read in (dxgov.load, dxgov.validate):
        with pytest.raises(DataError) as raised:
            read(place)
        assert [str(problem.code) for problem in raised.value.problems] == ["unsafe-path"]


def test_a_package_without_sizes_and_hashes_is_sound(sound_export: Path, tmp_path: Path):
    place = tmp_path / "csv"
    place.mkdir()
    (place / "table.CSV").write_bytes((sound_export / "csv/data/themes.csv").read_bytes())
    (place / "sources.csv").write_bytes((sound_export / "csv/data/sources.csv").read_bytes())
    (place / "actors.csv").write_bytes((sound_export / "csv/data/actors.csv").read_bytes())
    (place / "issuers.csv").write_bytes((sound_export / "csv/data/source_issuers.csv").read_bytes())
    listed = [("themes", "table.CSV"), ("sources", "sources.csv"), ("actors", ["actors.csv"]), ("source_issuers", "issuers.csv")]
    resources = [{"name": name, "path": path} for name, path in listed]
    (place / "my.json").write_text(json.dumps({"resources": resources}), encoding="utf-8")
    loaded = dxgov.load(place / "my.json")
    assert loaded.themes == sound().themes
    assert loaded.sources[LETTER] == sound().sources[LETTER]
    assert isinstance(loaded.themes[0], Theme)
