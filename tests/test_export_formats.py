"""An export writes the formats that are named, whole or not at all."""

import errno
import importlib
import os
import sys
import zipfile
from pathlib import Path
from typing import IO, Any

import pytest

import dxgov
from dxgov import NotInstalledError, UnknownNameError
from dxgov.exporters.registry import DEFAULT_FORMATS, FORMATS
from dxgov.optional_dependencies import require_extra
from dxgov.schema.table_schema import LIST_TYPES as PACKAGES
from dxgov.storage import files
from dxgov.storage.manifest import MANIFEST, find_foreign_file
from package_files import read_files
from soundness import small_dataset, sound

pytestmark = pytest.mark.slow


def test_formats_and_zips_are_written_as_wanted(tmp_path: Path):
    target = dxgov.export(sound(), tmp_path / "deep" / "er", formats=("parquet", "parquet"))
    assert sorted(path.name for path in target.iterdir()) == [MANIFEST, "parquet"]
    with pytest.raises(UnknownNameError, match="did you mean 'parquet'"):
        dxgov.export(sound(), tmp_path / "none", formats=["parket"])
    assert not (tmp_path / "none").exists()


def test_every_format_is_written_and_zipped(tmp_path: Path):
    for library in ("icalendar", "duckdb", "xlsxwriter"):
        pytest.importorskip(library)
    target = dxgov.export(sound(), tmp_path / "export", formats=FORMATS, zip=True)
    assert sorted(path.name for path in target.iterdir()) == sorted([MANIFEST, *FORMATS, *(f"{format}.zip" for format in FORMATS)])
    for format in FORMATS:
        with zipfile.ZipFile(target / f"{format}.zip") as archive:
            assert {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")} == read_files(target / format)
    assert find_foreign_file(target) is None
    dxgov.export(small_dataset("later"), target, formats="csv")


def test_the_formats_of_packages_are_formats_of_an_export():
    assert set(PACKAGES) <= set(FORMATS)
    assert set(DEFAULT_FORMATS) <= set(FORMATS)


def test_a_format_that_lacks_its_library_is_told_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sys.modules, "dxgov.exporters.ical", raising=False)
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(NotInstalledError, match=r"icalendar is not installed; pip install 'dxgov\[ical\]'") as raised:
        dxgov.export(small_dataset("one"), tmp_path / "export", formats=["csv", "ical"])
    assert isinstance(raised.value, ImportError)
    assert raised.value.name == "icalendar"
    assert not list(tmp_path.iterdir())


def test_a_module_of_dxgov_that_is_missing_is_no_missing_extra():
    with pytest.raises(ModuleNotFoundError, match=r"dxgov\.nothing"), require_extra("ical"):
        importlib.import_module("dxgov.nothing")


def test_formats_are_named(tmp_path: Path):
    dxgov.export(small_dataset("one"), tmp_path / "export", formats="csv")
    assert sorted(path.name for path in (tmp_path / "export").iterdir()) == [MANIFEST, "csv"]
    with pytest.raises(dxgov.UnknownNameError, match=f"no format is named; expected csv, parquet, wide, .* or {[*FORMATS][-1]}"):
        dxgov.export(small_dataset("two"), tmp_path / "export", formats=[])
    assert dxgov.load(tmp_path / "export" / "csv").metadata.title == "one"


# All or nothing


@pytest.mark.parametrize("number", [0, 1, 3, 5])
def test_a_write_that_fails_leaves_the_old_export(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    target = dxgov.export(small_dataset("earlier"), tmp_path / "export", zip=True)
    before = read_files(target)
    written = [0]
    whole = Path.open

    def until_full(self: Path, mode: str = "r", *rest: Any, **more: Any) -> IO[Any]:
        if "w" in mode and written[0] == number:
            with whole(self, mode, *rest, **more) as file:
                file.write(b"half of it")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))
        written[0] += "w" in mode
        return whole(self, mode, *rest, **more)

    monkeypatch.setattr(Path, "open", until_full)
    with pytest.raises(OSError, match="No space left"):
        dxgov.export(sound(), target, zip=True)
    monkeypatch.undo()
    assert read_files(target) == before
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


def test_a_zip_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.zipfile.ZipFile, "writestr", full)
    with pytest.raises(OSError, match="No space left"):
        dxgov.export(sound(), tmp_path / "export", zip=True)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="the change is one step on Linux and macOS only")
def test_an_old_export_is_never_moved_out_of_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """It changes places with the new one in one step, so that there is always one."""
    target = dxgov.export(small_dataset("one"), tmp_path / "export")

    def refuse(self: Path, *_: object) -> Path:
        raise AssertionError(f"{self} was moved")

    monkeypatch.setattr(Path, "rename", refuse)
    dxgov.export(small_dataset("two"), target)
    assert dxgov.load(target / "csv").metadata.title == "two"
