"""`seal` finishes a package that was edited by hand, and refuses what it would lose."""

import shutil
from pathlib import Path

import pytest

import dxgov
from dxgov import DataError, NotAPackageError
from package_files import edit_bytes, edit_descriptor, update_row
from soundness import sound


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A CSV package in a folder of its own."""
    dxgov.export(sound(), tmp_path / "export", formats="csv")
    (tmp_path / "export" / "csv").rename(tmp_path / "package")
    shutil.rmtree(tmp_path / "export")
    return tmp_path / "package"


def test_a_sealed_package_is_what_an_export_writes(package: Path, tmp_path: Path):
    before = {path.name: path.read_bytes() for path in package.rglob("*") if path.is_file()}
    edit_bytes(package, "actors", lambda content: content.replace(b"\r\n", b"\n"), reseal=False)
    assert not dxgov.validate(package).valid
    assert dxgov.seal(package) == len(sound())
    assert {path.name: path.read_bytes() for path in package.rglob("*") if path.is_file()} == before
    assert list(tmp_path.iterdir()) == [package]


def test_columns_that_follow_from_others_are_written_anew(package: Path):
    update_row(package, "meetings", {"held_edtf": "2031-05"}, id="mtg-lines-1")
    assert [problem.code for problem in dxgov.validate(package)] == ["contradiction"]
    dxgov.seal(package)
    held = dxgov.load(package).meetings["mtg-lines-1"].held
    assert (str(held.start), str(held.end)) == ("2031-05-01", "2031-05-31")


def test_other_faults_are_told_and_nothing_is_written(package: Path):
    update_row(package, "meetings", {"kind": "picnic"}, id="mtg-lines-1")
    before = {path: path.read_bytes() for path in package.rglob("*") if path.is_file()}
    with pytest.raises(DataError, match="'picnic' is not a code"):
        dxgov.seal(package)
    assert {path: path.read_bytes() for path in package.rglob("*") if path.is_file()} == before


def test_a_property_that_would_be_lost_is_named(package: Path):
    edit_descriptor(package, lambda found: found.update(temporal="2031"))
    with pytest.raises(NotAPackageError, match="has the property 'temporal', which sealing would lose"):
        dxgov.seal(package)


def test_a_link_to_a_package_stays_a_link(package: Path, tmp_path: Path):
    link = tmp_path / "link"
    link.symlink_to(package)
    edit_bytes(package, "actors", lambda content: content.replace(b"\r\n", b"\n"), reseal=False)
    dxgov.seal(link)
    assert link.is_symlink()
    assert dxgov.validate(package).valid


def test_a_package_at_an_address_cannot_be_sealed():
    with pytest.raises(NotAPackageError, match=r"https://example\.org/x is an address"):
        dxgov.seal("https://example.org/x")
