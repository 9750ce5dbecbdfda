"""What keeps frictionless from being asked about a package, and what it says if it is asked."""

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import dxgov
from dxgov import Dataset, Metadata, NotAPackageError
from package_files import edit_descriptor, edit_resource
from soundness import sound

pytest.importorskip("frictionless")

from dxgov.package import frictionless_check
from dxgov.package.frictionless_check import run_frictionless

ADDRESS = "https://example.org/x.json"
NOT_ASKED = "frictionless: not asked, for it does what a descriptor tells it, and this one has "


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = Dataset.of([sound().sources["src-2031-05-minutes"]], Metadata(name="small"))
    return dxgov.export(data, tmp_path_factory.mktemp("small") / "export", formats=["csv", "parquet"], zip=True)


@pytest.fixture
def package(exported: Path, tmp_path: Path) -> Path:
    return shutil.copytree(exported / "csv", tmp_path / "csv")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The descriptors about which frictionless is asked; it says that it finds an error in the package and one in a task."""
    descriptors: list[str] = []

    def open_package(descriptor: str) -> Any:
        descriptors.append(descriptor)
        error, fault = SimpleNamespace(message="no", type="package-error"), SimpleNamespace(message="bad", type="cell-error")
        report = SimpleNamespace(errors=[error], tasks=[SimpleNamespace(place="a.csv", errors=[fault])])
        return SimpleNamespace(validate=lambda: report)

    monkeypatch.setattr(frictionless_check.frictionless, "Package", open_package)
    return descriptors


def field(**properties: Any) -> dict[str, Any]:
    return {"schema": {"fields": [{"name": "id", "type": "string", **properties}]}}


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"profile": ADDRESS}, "a profile of its own for sources"),
        ({"scheme": "remote"}, "'scheme' for sources"),
        ({"control": {}}, "'control' for sources"),
        ({"dialect": {"delimiter": ",", "table": "x"}}, None),
        ({"schema": {"fields": [], "own": 1}}, "'own' in the schema for sources"),
        (field(constraints={"pattern": "(a+)+$"}), "a pattern of its own for sources.id"),
    ],
    ids=str,
)
def test_frictionless_is_not_asked_about_what_dxgov_does_not_write(
    properties: dict[str, Any], reason: str | None, package: Path, asked: list[str]
):
    edit_resource(package, "sources", **properties)
    (line,) = run_frictionless(package)
    assert line.startswith(NOT_ASKED)
    assert reason is None or line == NOT_ASKED + reason
    assert asked == []


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"profile": None},
        {"profile": "data-resource"},
        {"profile": "tabular-data-resource"},
        {"sources": [{"title": "x"}]},
        {"licenses": [{"name": "CC0-1.0"}]},
        {"homepage": ADDRESS},
        {"$schema": ADDRESS},
        {"dialect": {}},
        {"schema": {}},
        field(),
        field(constraints={"required": True}),
        {"schema": {"fields": [], "foreignKeys": []}},
    ],
    ids=str,
)
def test_frictionless_is_asked_about_what_it_may_read(properties: dict[str, Any], package: Path, asked: list[str]):
    edit_resource(package, "sources", **properties)
    lines = ["frictionless: no [package-error]", "frictionless: a.csv: bad [cell-error]"]
    assert run_frictionless(package) == lines
    assert run_frictionless(str(package / "datapackage.json")) == lines
    assert asked == 2 * [str(package / "datapackage.json")]


def test_frictionless_is_not_asked_about_a_fault_or_a_profile_of_the_package(package: Path, asked: list[str]):
    for profile in (None, "data-package", "tabular-data-package"):
        edit_descriptor(package, lambda descriptor, profile=profile: descriptor.update(profile=profile))
        assert len(run_frictionless(package)) == 2
    edit_descriptor(package, lambda descriptor: descriptor.update(profile=ADDRESS))
    assert run_frictionless(package) == [NOT_ASKED + "a profile of its own"]
    edit_descriptor(package, lambda descriptor: descriptor.update(profile=None, resources=[{"name": "x", "path": "x.csv"}]))
    (line,) = run_frictionless(package)
    assert line.startswith(NOT_ASKED + "a fault: ")
    assert len(asked) == 3


def test_frictionless_is_asked_about_the_file_that_is_given(
    exported: Path, tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
):
    assert run_frictionless(ADDRESS) == ["frictionless: not asked about a package at an address; ask about a copy in a folder"]
    run_frictionless(exported / "parquet")
    run_frictionless(exported / "csv.zip")
    monkeypatch.chdir(exported)
    run_frictionless("csv.zip")
    assert asked == [str(exported / "parquet" / "datapackage.json"), *2 * [str(exported / "csv.zip")]]
    with pytest.raises(FileNotFoundError):
        run_frictionless(tmp_path / "nothing")
    (tmp_path / "x.txt").write_text("x")
    with pytest.raises(NotAPackageError):
        run_frictionless(tmp_path / "x.txt")
