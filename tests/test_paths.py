"""Paths that name nothing are refused, and file:// addresses are paths."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem

import dxgov
from dxgov import charts
from dxgov.cli import main
from package_files import export_small, list_names, read_export, read_files
from soundness import small_dataset

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="the paths are those of Unix"),
]


# Paths that name nothing

DATA = small_dataset("one")

TAKES_PATHS: dict[str, Callable[[Any], object]] = {
    "load": dxgov.load,
    "load lazily": lambda path: dxgov.load(path, lazy=True),
    "validate": dxgov.validate,
    "parts": lambda path: dxgov.parts(path, "asks"),
    "seal": dxgov.seal,
    "verify": lambda path: dxgov.verify(path, "."),
    "verify with sources": lambda path: dxgov.verify(DATA, path),
    "export": lambda path: dxgov.export(DATA, path),
    "site": lambda path: dxgov.site(DATA, path),
    "partition": lambda path: dxgov.partition(DATA, path, {"sources": "published"}),
    "save": lambda path: charts.timeline(DATA).save(path),
}


@pytest.mark.parametrize("path", ["", " ", "\t\n", "a\0b", Path("a\0b"), "file:///a%00b", "file://host/a", "file:///a?b", "file://"])
@pytest.mark.parametrize("function", TAKES_PATHS)
def test_a_path_that_names_nothing_is_refused(function: str, path: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((dxgov.AddressError, dxgov.NotAPackageError), match="expected") as caught:
        TAKES_PATHS[function](path)
    assert "\n" not in str(caught.value)
    assert "\0" not in str(caught.value)
    assert list_names(tmp_path) == []


@pytest.mark.parametrize("path", [None, b"out", 5, ["out"]])
@pytest.mark.parametrize("function", TAKES_PATHS)
def test_what_is_no_path_is_refused(function: str, path: Any):
    if not (path is None and function.startswith("load")):
        with pytest.raises(TypeError, match=r"^[a-z]+: found .*, expected .*a path"):
            TAKES_PATHS[function](path)


COMMANDS = ["info --from", "show x --from", "validate", "seal", "export", "site", "partition --by meetings=held", "verify --sources"]


@pytest.mark.parametrize("command", [*COMMANDS, "chart flow -o", "timeline -o", "trace telework -o", "verify --sources . "])
@pytest.mark.parametrize("path", ["", " "])
def test_an_unset_variable_is_named(
    command: str, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), path])
    said = f"dxgov: found {path!r}, expected a path or an address; is a variable empty? . names the folder you are in\n"
    assert (ended.value.code, *capsys.readouterr()) == (2, "", said)
    assert list_names(tmp_path) == []


# file:// addresses


@pytest.mark.parametrize("address", ["file://{}", "file://localhost{}", "FILE://{}", "file:{}", "local://{}"])
def test_a_file_address_is_a_path(address: str, tmp_path: Path):
    place = tmp_path / "データ 100%" / "new"
    named = address.format(place.as_uri().removeprefix("file://"))
    assert export_small("one", named) == place
    assert read_files(export_small("two", named)) == read_export("two", tmp_path)
    package = f"{named}/csv"
    assert dxgov.load(package) == dxgov.load(package, lazy=True) == small_dataset("two")
    assert str(dxgov.validate(package)).startswith(f"{place / 'csv'}: 1 record, no problems")
    assert dxgov.parts(package, "sources")[0].records()[0].id == small_dataset("two").sources[0].id
    (place / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(dxgov.DestinationError, match="is not an earlier export"):
        export_small("two", named)
    shutil.move(place / "csv", tmp_path / "package")
    assert dxgov.seal(address.format(tmp_path / "package")) == 1
    assert dxgov.site(small_dataset("one"), f"{named}/site") == place / "site"
    assert dxgov.partition(small_dataset("one"), f"{named}/parts", {"sources": "published"}) == place / "parts"
    assert charts.timeline(small_dataset("one")).save(f"{named}/timeline.txt") == place / "timeline.txt"


class Strict(LocalFileSystem):
    """A file system that makes no folders by itself, as those of SFTP servers are."""

    protocol = "strict"

    def put_file(self, lpath: str, rpath: str, **_: Any) -> None:
        shutil.copyfile(lpath, rpath)

    @classmethod
    def _strip_protocol(cls, path: Any) -> str:
        return super()._strip_protocol(str(path).removeprefix("strict://"))


def test_the_folders_of_an_address_are_made(tmp_path: Path):
    fsspec.register_implementation("strict", Strict, clobber=True)
    address = f"strict://{tmp_path}/x/new"
    for title in ("one", "two"):
        assert export_small(title, address) == address
        assert read_files(tmp_path / "x" / "new") == read_export(title, tmp_path)
    assert dxgov.load(f"{address}/csv").metadata.title == "two"


# Signals


def test_a_folder_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(dxgov.DestinationError, match=r"cannot be made: .*/file is not a folder"):
        dxgov.export(dxgov.Dataset(), tmp_path / "file" / "inner" / "out")
