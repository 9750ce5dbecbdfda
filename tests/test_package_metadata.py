"""Contributors, sources, roles and dates of a descriptor, of versions 1 and 2 of the standard."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

import dxgov
from dxgov import Contributor, Dataset, ProblemCode
from package_files import edit_descriptor, read_descriptor, read_files
from soundness import sound

pytestmark = pytest.mark.slow


def test_contributors_by_the_names_that_the_standard_has(tmp_path: Path):
    people = (
        Contributor("Kaifu", ("publisher",), path="https://example.org"),
        Contributor(given_name="潮", family_name="海風", organization="海風県", email="u@example.org"),
    )
    data = Dataset.of(sound(), attrs.evolve(sound().metadata, contributors=people))
    place = dxgov.export(data, tmp_path / "export")
    for format in ("csv", "parquet"):
        assert dxgov.load(place / format) == data
        written = read_descriptor(place / format)["contributors"]
        assert (
            written[1] == {"givenName": "潮", "familyName": "海風", "organization": "海風県", "email": "u@example.org"} | {"roles": []}
            or written[1]["givenName"] == "潮"
        )
    with pytest.raises(ValueError, match="expected a title, a given or family name"):
        Contributor(roles="creator")


def test_a_contributor_without_any_name_is_told(sound_export: Path, tmp_path: Path):
    place = shutil.copytree(sound_export / "csv", tmp_path / "csv")
    edit_descriptor(place, lambda found: found.update(contributors=[{"givenName": "潮"}, {"roles": ["creator"]}, {"given_name": "x"}]))
    problems = [(problem.code, problem.field) for problem in dxgov.validate(place)]
    assert problems == [(ProblemCode.INVALID_VALUE, "contributors[1]"), (ProblemCode.UNKNOWN_COLUMN, "contributors[2].given_name")]


def test_sources_and_contributors_need_no_name_where_they_have_an_address(sound_export: Path, tmp_path: Path):
    place = shutil.copytree(sound_export / "csv", tmp_path / "csv")
    addresses = [{"path": "https://example.org"}, {"email": "a@example.org"}]
    edit_descriptor(place, lambda found: found.update(sources=addresses, contributors=addresses))
    data = dxgov.load(place)
    assert [each.name for each in data.metadata.sources] == ["https://example.org", "a@example.org"]
    assert [each.name for each in data.metadata.contributors] == ["https://example.org", "a@example.org"]
    dxgov.export(data, tmp_path / "again", ["csv", "dcat", "ckan", "schemaorg", "croissant", "csvw", "huggingface", "citation", "site"])
    assert dxgov.load(tmp_path / "again" / "csv") == data


@pytest.mark.parametrize(
    "moment", ["2031-06-01", "2031-06-01T00:00:00Z", "2031-06-01T23:20:50.52Z", "2031-06-01t23:59:60+09:00", "2031-06-01 00:00:00-12:00"]
)
def test_a_release_may_have_any_time_and_zone(moment: str, sound_export: Path, tmp_path: Path):
    place = shutil.copytree(sound_export / "csv", tmp_path / "csv")
    edit_descriptor(place, lambda found: found.update(created=moment))
    assert dxgov.load(place).metadata.created == date(2031, 6, 1)


@pytest.mark.parametrize(
    ("written", "roles"),
    [
        ({"role": "author"}, ("author",)),
        ({"role": "author", "roles": ["creator", "publisher"]}, ("creator", "publisher")),
        ({"role": 7, "roles": []}, ()),
        ({"role": ""}, ()),
        ({"role": None}, ()),
    ],
)
def test_the_role_of_version_1_is_read_where_there_are_no_roles(written: dict[str, object], roles, sound_export: Path, tmp_path: Path):
    place = shutil.copytree(sound_export / "csv", tmp_path / "csv")
    edit_descriptor(place, lambda found: found.update(contributors=[{"title": "A", **written}]))
    assert dxgov.load(place).metadata.contributors == (Contributor("A", roles),)


def test_a_descriptor_of_version_1_is_read(sound_export: Path, tmp_path: Path):
    place = shutil.copytree(sound_export / "csv", tmp_path / "csv")

    def edit(found: dict[str, Any]) -> None:
        del found["$schema"]
        found.update(
            profile="tabular-data-package",
            id="b03ec84-77fd-4270-813b-0c698943f7ce",
            image="logo.png",
            licenses=[{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/", "title": "CC BY 4.0"}],
            contributors=[{"title": "A", "path": "https://example.org", "email": "a@example.org", "role": "wrangler", "organization": "B"}],
            sources=[{"title": "C", "path": "https://example.org/c", "email": "c@example.org"}],
        )

    edit_descriptor(place, edit)
    metadata = dxgov.load(place).metadata
    assert metadata.contributors == (Contributor("A", ("wrangler",), "B", "https://example.org", "a@example.org"),)
    assert (metadata.licenses[0].title, metadata.sources[0].email) == ("CC BY 4.0", "c@example.org")


def test_a_role_that_is_no_text_is_told_where_it_stands(sound_export: Path, tmp_path: Path):
    place = shutil.copytree(sound_export / "csv", tmp_path / "csv")
    edit_descriptor(place, lambda found: found.update(contributors=[{"title": "A", "role": ["author"]}]))
    (problem,) = dxgov.validate(place).problems
    assert problem.field == "contributors[0].role"
    assert "did you mean 'roles'" in problem.message


def test_a_descriptor_tells_the_time_of_the_documents(sound_export: Path, tmp_path: Path):
    days = [each.published for each in sound().sources]
    first, last = min(day.start for day in days if day.start), max(day.end for day in days if day.end)
    assert last < max(each.date.end for each in sound().milestones if each.date)
    for format in ("csv", "parquet"):
        assert read_descriptor(sound_export / format)["temporal"] == {"start": first.isoformat(), "end": last.isoformat()}
    empty = dxgov.export(Dataset(), tmp_path / "empty")
    assert "temporal" not in read_descriptor(empty / "csv")
    place = shutil.copytree(sound_export / "csv", tmp_path / "csv")
    edit_descriptor(place, lambda found: found.update(temporal={"start": "1900-01-01", "end": "1900-01-01"}))
    dxgov.seal(place)
    assert read_files(place) == read_files(sound_export / "csv")
