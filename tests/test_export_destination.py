"""An export replaces an earlier one, and nothing else unless it is asked to."""

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import dxgov
from dxgov import DestinationError
from dxgov.storage.atomic_folder import replace_folder
from dxgov.storage.manifest import MANIFEST
from package_files import edit_csv, edit_descriptor, read_files
from soundness import small_dataset, sound

pytestmark = pytest.mark.slow


def test_an_earlier_export_is_replaced_whole(tmp_path: Path):
    target = dxgov.export(sound(), tmp_path / "export", zip=True)
    assert dxgov.export(small_dataset("later"), target, formats=["csv"]) == target
    assert set(read_files(target)) == {MANIFEST, "csv/datapackage.json", "csv/data/sources.csv"}
    assert dxgov.load(target / "csv").metadata.title == "later"
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


def _strange_folder(target: Path) -> None:
    target.mkdir()
    (target / "thesis.txt").write_text("years of work", encoding="utf-8")


def _export_with_a_foreign_file(target: Path) -> None:
    dxgov.export(small_dataset("earlier"), target)
    (target / "csv" / "data" / "notes.txt").write_text("mine", encoding="utf-8")


def _export_with_a_foreign_file_at_its_top(target: Path) -> None:
    dxgov.export(small_dataset("earlier"), target)
    (target / "README.md").write_text("mine", encoding="utf-8")


def _export_with_an_edited_descriptor(target: Path) -> None:
    dxgov.export(small_dataset("earlier"), target, formats=["csv"])
    edit_descriptor(target / "csv", lambda found: found.pop("dxgov"))


def _change_title(rows: list[list[str]]) -> None:
    rows[1][rows[0].index("title")] = "mine"


def _export_edited_and_sealed(target: Path) -> None:
    dxgov.export(small_dataset("earlier"), target, formats=["csv"])
    edit_csv(target / "csv", "sources", _change_title)
    dxgov.seal(target / "csv")


def _sealed_package_itself(target: Path) -> None:
    _package_itself(target)
    dxgov.seal(target)


def _export_without_its_manifest(target: Path) -> None:
    dxgov.export(small_dataset("earlier"), target)
    (target / MANIFEST).unlink()


def _export_whose_manifest_was_edited(target: Path) -> None:
    dxgov.export(small_dataset("earlier"), target)
    (target / "notes.txt").write_text("mine", encoding="utf-8")
    found = json.loads((target / MANIFEST).read_bytes())
    found["files"]["notes.txt"] = f"sha256:{hashlib.sha256(b'mine').hexdigest()}"
    (target / MANIFEST).write_text(json.dumps(found), encoding="utf-8")


def _export_whose_manifest_is_no_json(target: Path) -> None:
    dxgov.export(small_dataset("earlier"), target)
    (target / MANIFEST).write_text("[" * 100_000, encoding="utf-8")


def _export_with_an_empty_folder(target: Path) -> None:
    dxgov.export(small_dataset("earlier"), target)
    (target / "csv" / "more").mkdir()


def _export_with_a_link(target: Path) -> None:
    dxgov.export(small_dataset("earlier"), target)
    sources = target / "csv" / "data" / "sources.csv"
    sources.rename(target.parent / "elsewhere.csv")
    sources.symlink_to(target.parent / "elsewhere.csv")


def _export_with_a_folder_that_is_a_link(target: Path) -> None:
    dxgov.export(small_dataset("earlier"), target)
    (target / "csv").rename(target.parent / "elsewhere")
    (target / "csv").symlink_to(target.parent / "elsewhere")


def _package_itself(target: Path) -> None:
    dxgov.export(small_dataset("earlier"), target.parent / "elsewhere", formats=["csv"])
    (target.parent / "elsewhere" / "csv").rename(target)


def _export_with_a_folder_that_is_a_zip(target: Path) -> None:
    dxgov.export(small_dataset("earlier"), target)
    (target / "csv.zip").mkdir()


def _text_called_like_a_zip(target: Path) -> None:
    target.mkdir()
    (target / "csv.zip").write_text("not a zip at all", encoding="utf-8")


def _zip_of_others(target: Path) -> None:
    target.mkdir()
    with zipfile.ZipFile(target / "csv.zip", "w") as archive:
        archive.writestr("datapackage.json", json.dumps({"resources": []}))


def _export_edited_by_hand(target: Path) -> None:
    dxgov.export(small_dataset("earlier"), target)
    with (target / "csv" / "data" / "sources.csv").open("ab") as file:
        file.write(b"\r\n")


STRANGE = [
    _text_called_like_a_zip,
    _zip_of_others,
    _export_edited_by_hand,
    _strange_folder,
    _export_with_a_foreign_file,
    _export_with_a_foreign_file_at_its_top,
    _export_with_an_edited_descriptor,
    _export_edited_and_sealed,
    _sealed_package_itself,
    _export_without_its_manifest,
    _export_whose_manifest_was_edited,
    _export_whose_manifest_is_no_json,
    _export_with_an_empty_folder,
    _export_with_a_link,
    _export_with_a_folder_that_is_a_link,
    _package_itself,
    _export_with_a_folder_that_is_a_zip,
]


@pytest.mark.parametrize("lay", STRANGE, ids=lambda lay: lay.__name__.strip("_").replace("_", " "))
def test_a_strange_folder_is_replaced_only_on_request(lay: Callable[[Path], None], tmp_path: Path):
    target = tmp_path / "export"
    lay(target)
    before = read_files(target)
    with pytest.raises(DestinationError, match="not an earlier export"):
        dxgov.export(small_dataset("later"), target, formats=["csv"])
    assert read_files(target) == before
    dxgov.export(small_dataset("later"), target, formats=["csv"], overwrite=True)
    assert set(read_files(target)) == {MANIFEST, "csv/datapackage.json", "csv/data/sources.csv"}


def test_what_was_changed_is_named(tmp_path: Path):
    target = tmp_path / "export"
    _export_edited_by_hand(target)
    with pytest.raises(DestinationError, match=r"'csv/data/sources\.csv' was not written by one, or was changed since"):
        dxgov.export(small_dataset("later"), target)


def test_an_export_of_which_parts_are_gone_is_replaced(tmp_path: Path):
    target = dxgov.export(small_dataset("earlier"), tmp_path / "export", zip=True)
    shutil.rmtree(target / "parquet")
    (target / "csv.zip").unlink()
    dxgov.export(small_dataset("later"), target, formats="csv")
    assert dxgov.load(target / "csv").metadata.title == "later"


def test_an_export_beside_a_manifest_leaves_it_alone(tmp_path: Path):
    outer = dxgov.export(small_dataset("outer"), tmp_path / "export", formats="csv")
    dxgov.export(small_dataset("inner"), outer / "inner", formats="csv")
    assert (outer / MANIFEST).is_file()


def test_what_another_process_is_writing_is_left_alone(tmp_path: Path):
    target = tmp_path / "export"
    with replace_folder(target) as stage:
        (stage / "half").write_text("not yet whole", encoding="utf-8")
        dxgov.export(small_dataset("one"), target, formats="csv")
        assert (stage / "half").read_text("utf-8") == "not yet whole"
        assert dxgov.load(target / "csv").metadata.title == "one"
        stale = tmp_path / ".dxgov-0123456789abcdef"
        stale.mkdir()
        dxgov.export(small_dataset("two"), target, formats="csv")
        assert not stale.exists()
    assert (target / "half").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


def test_an_export_honours_the_umask(tmp_path: Path):
    before = os.umask(0o027)
    try:
        target = dxgov.export(small_dataset("one"), tmp_path / "export", formats="csv")
    finally:
        os.umask(before)
    assert [target.stat().st_mode & 0o777, (target / "csv" / "datapackage.json").stat().st_mode & 0o777] == [0o750, 0o640]


def test_an_empty_folder_is_taken(tmp_path: Path):
    dxgov.export(small_dataset("first"), tmp_path, formats=["csv"])
    assert dxgov.load(tmp_path / "csv").metadata.title == "first"


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_file_or_a_link_is_never_replaced(overwrite: bool, tmp_path: Path):
    file = tmp_path / "thesis.txt"
    file.write_text("years of work", encoding="utf-8")
    earlier = dxgov.export(small_dataset("earlier"), tmp_path / "earlier")
    link, broken = tmp_path / "link", tmp_path / "broken"
    link.symlink_to(earlier)
    broken.symlink_to(tmp_path / "nothing")
    for place in (file, link, broken):
        with pytest.raises(DestinationError, match="is not a folder"):
            dxgov.export(small_dataset("later"), place, overwrite=overwrite)
    assert file.read_text(encoding="utf-8") == "years of work"
    assert link.is_symlink()
    assert dxgov.load(earlier / "csv").metadata.title == "earlier"


def test_what_a_link_in_an_earlier_export_leads_to_is_left_alone(tmp_path: Path):
    treasure = tmp_path / "treasure"
    treasure.mkdir()
    (treasure / "gold.txt").write_text("gold", encoding="utf-8")
    target = dxgov.export(small_dataset("earlier"), tmp_path / "export")
    (target / "more").symlink_to(treasure)
    dxgov.export(small_dataset("later"), target, overwrite=True)
    assert read_files(treasure) == {"gold.txt": b"gold"}
