"""Packages: their layout, what comes back from them, their bytes, and what happens to what lay at their place."""

import csv
import errno
import hashlib
import importlib
import json
import os
import shutil
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import attrs
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

import dxgov
from dxgov import (
    Contributor,
    DataError,
    Dataset,
    DestinationError,
    Metadata,
    NotAPackageError,
    NotInstalledError,
    ProblemCode,
    Theme,
    UnknownNameError,
)
from dxgov.exporters.registry import DEFAULT_FORMATS, FORMATS
from dxgov.optional_dependencies import require_extra
from dxgov.schema.table_schema import LIST_TYPES as PACKAGES
from dxgov.storage import files
from dxgov.storage.atomic_folder import replace_folder
from dxgov.storage.manifest import MANIFEST, find_foreign_file
from dxgov.testing import datasets
from soundness import LETTER, MODEL, csv_rows, edit_csv, edit_descriptor, sound

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dxgov.export(sound(), tmp_path_factory.mktemp("sound") / "export", zip=True)


def content(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def descriptor(package: Path) -> dict[str, Any]:
    return json.loads((package / "datapackage.json").read_bytes())


# What is written


def test_an_export_holds_a_package_per_format(exported: Path):
    assert sorted(path.name for path in exported.iterdir()) == [MANIFEST, "csv", "csv.zip", "parquet", "parquet.zip"]
    for format in ("csv", "parquet"):
        expected = {"datapackage.json", *(f"data/{table}.{format}" for table in MODEL.stored)}
        assert set(content(exported / format)) == expected
        with zipfile.ZipFile(exported / f"{format}.zip") as archive:
            members = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
        assert members == content(exported / format)


def test_both_packages_name_the_same_tables_and_keys(exported: Path):
    def keys(package: str) -> dict[str, tuple[Any, ...]]:
        resources = descriptor(exported / package)["resources"]
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


def test_formats_and_zips_are_written_as_wanted(tmp_path: Path):
    target = dxgov.export(sound(), tmp_path / "deep" / "er", formats=("parquet", "parquet"))
    assert sorted(path.name for path in target.iterdir()) == [MANIFEST, "parquet"]
    with pytest.raises(UnknownNameError, match="did you mean 'parquet'"):
        dxgov.export(sound(), tmp_path / "none", formats=["parket"])
    assert not (tmp_path / "none").exists()


def test_csv_is_written_as_the_descriptor_says(exported: Path):
    for resource in descriptor(exported / "csv")["resources"]:
        file = (exported / "csv" / resource["path"]).read_bytes()
        assert resource["bytes"] == len(file)
        assert not file.startswith(b"\xef\xbb\xbf")
        assert file.endswith(b"\r\n")
        rows = csv_rows(file)
        assert rows[0] == [field["name"] for field in resource["schema"]["fields"]]
        keys = [tuple(row[rows[0].index(name)] for name in resource["schema"]["primaryKey"]) for row in rows[1:]]
        assert len(set(keys)) == len(keys) > 0
        if len(resource["schema"]["primaryKey"]) == 1:
            assert keys == sorted(keys)
    meetings = csv_rows((exported / "csv/data/meetings.csv").read_bytes())
    assert meetings[1][meetings[0].index("place")] == "海風県庁\n第3会議室"


def test_cells_of_csv_read_plainly(exported: Path):
    def column(table: str, name: str) -> list[str]:
        header, *rows = csv_rows((exported / f"csv/data/{table}.csv").read_bytes())
        return [row[header.index(name)] for row in rows]

    assert column("figures", "value") == ["12", "-3400000000000", "0.125"]
    assert column("asks", "interim") == ["false", "true", "false", "false"]
    assert column("asks", "kinds")[0] == '["infrastructure", "funding"]'
    assert column("meetings", "held_start") == ["2031-04-02", "2031-05-12", ""]
    assert column("statement_replies", "position") == ["1", "2"]
    assert column("statement_replies", "replies_to_id") == ["mtg-lines-2.t1.p2", "mtg-lines-2.t1.p1"]


def test_the_descriptor_tells_of_the_data_set(exported: Path):
    found = descriptor(exported / "csv")
    assert found["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert (found["name"], found["version"], found["created"]) == ("kaifu-lines", "1.2.0", "2031-06-01T00:00:00Z")
    assert found["licenses"][0]["name"] == "CC-BY-4.0"
    assert "contributors" not in found
    assert dxgov.load(exported / "csv").metadata == sound().metadata


def test_a_parquet_file_tells_of_itself(exported: Path):
    schema = pq.read_schema(exported / "parquet/data/asks.parquet")
    assert not schema.field("strength").nullable
    assert schema.field("condition").nullable
    assert schema.field("summary").metadata[b"title"].decode() == "要約"
    assert json.loads(schema.metadata[b"datapackage.resource"])["name"] == "asks"


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_frictionless_finds_nothing_wrong(format: str, tmp_path: Path):
    frictionless = pytest.importorskip("frictionless")
    place = dxgov.export(dxgov.load(), tmp_path / "export", formats=[format]) / format
    report = frictionless.Package(str(place / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "message"])
    assert len(report.tasks) == len(descriptor(place)["resources"])


# What comes back


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(datasets(max_size=2))
def test_every_data_set_comes_back(data: Dataset):
    with TemporaryDirectory() as folder:
        place = dxgov.export(data, Path(folder) / "export", zip=True)
        for format in ("csv", "parquet"):
            for path in (place / format, place / format / "datapackage.json", place / f"{format}.zip"):
                assert dxgov.load(path) == data


NASTY = {
    "line breaks": "一行目\r\n二行目\n三行目",
    "a line break at the end": "終わり\n",
    "a lone carriage return": "a\rb\r",
    "quotes": '"quoted", "and", ""empty""',
    "a lone quote": '"',
    "commas": ",,,",
    "leading zeros": "00012",
    "a formula": "=1+1",
    "formulas of other signs": "+1-1@SUM(A1)\t",
    "NA": "NA",
    "null": "null",
    "None": "None",
    "nan": "nan",
    "a truth value": "true",
    "a day": "2031-04-02",
    "spaces around": "  　 spaced  ",
    "a space that does not break": "\xa0a\xa0",
    "emoji": "👩🏽‍🚀🇯🇵",
    "a byte order mark": "\ufeffmarked\ufeff",
    "right to left": "\u202eabc\u2069",
    "no composed characters": "か\u3099",
    "variants of characters": "葛\U000e0100 髙﨑〜①",
    "beyond the basic plane": "𠮷野家",
    "backslashes": '\\N \\" \\',
    "a line separator": "a\u2028b\u2029c",
    "JSON": '["a", "b"]',
    "a very long text": '長い文章、\r\n"続く" ' * 100_000,
}


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Path]:
    whole = sound()
    themes = [
        attrs.evolve(whole.themes["skills"], id=f"nasty-{number:02}", label=text, alt_labels=(text, text), note=text)
        for number, text in enumerate(NASTY.values())
    ]
    data = whole | Dataset.of(themes, whole.metadata)
    return data, dxgov.export(data, tmp_path_factory.mktemp("nasty") / "export", zip=True)


@pytest.mark.parametrize("name", ["csv", "parquet", "csv.zip", "parquet.zip"])
def test_nasty_texts_come_back(name: str, nasty: tuple[Dataset, Path]):
    data, place = nasty
    loaded = dxgov.load(place / name)
    for number, text in enumerate(NASTY.values()):
        theme = loaded.themes[f"nasty-{number:02}"]
        assert (theme.label, theme.alt_labels, theme.note) == (text, (text, text), text)
    assert loaded == data


def test_nasty_texts_read_with_the_csv_module(nasty: tuple[Dataset, Path]):
    csv.field_size_limit(1 << 24)
    header, *rows = csv_rows((nasty[1] / "csv/data/themes.csv").read_bytes())
    labels = {row[0]: row[header.index("label")] for row in rows}
    assert [labels[f"nasty-{number:02}"] for number in range(len(NASTY))] == list(NASTY.values())


@pytest.mark.parametrize("value", ["0", "-0.000000001", "0.5", "1234567890123456789.123456789", "-12345678901234567890", "1e6"])
def test_decimals_come_back_exactly(value: str, tmp_path: Path):
    whole = sound()
    data = Dataset.of([each for each in whole if each.id != "fig-speed"] + [attrs.evolve(whole.figures["fig-speed"], value=Decimal(value))])
    place = dxgov.export(data, tmp_path / "export")
    for format in ("csv", "parquet"):
        assert dxgov.load(place / format).figures["fig-speed"].value == Decimal(value)


@pytest.mark.parametrize("value", ["12345678901234567890123456789.123456789", "99999999999999999999999999999.999999999"])
def test_the_longest_decimals_come_back_exactly(value: str, tmp_path: Path):
    test_decimals_come_back_exactly(value, tmp_path)


@pytest.mark.parametrize("metadata", [Metadata(), Metadata(name="nothing-yet", created=date(2030, 12, 31))])
def test_an_empty_data_set_comes_back(metadata: Metadata, tmp_path: Path):
    empty = Dataset(metadata=metadata)
    place = dxgov.export(empty, tmp_path / "export", zip=True)
    for name in ("csv", "parquet", "csv.zip", "parquet.zip"):
        assert dxgov.validate(place / name).valid
        assert dxgov.load(place / name) == empty
    assert descriptor(place / "csv")["resources"]


def test_pandas_keeps_digits_and_types(exported: Path):
    actors = pd.read_parquet(exported / "parquet/data/actors.parquet").set_index("id")
    assert actors.loc["kaifu-shiomi", "local_government_code"] == "012017"
    assert actors.loc["kaifu-shiomi", "corporate_number"] == "7000020992011"
    meetings = pd.read_parquet(exported / "parquet/data/meetings.parquet")
    assert str(meetings["ordinal"].dtype) == "Int64"
    assert meetings["ordinal"].isna().tolist() == [False, False, True]
    asks = pd.read_parquet(exported / "parquet/data/asks.parquet")
    assert str(asks["interim"].dtype) == "boolean"
    assert str(asks["strength"].dtype) == "category"
    assert list(asks["kinds"][0]) == ["infrastructure", "funding"]


# Bytes


def test_the_same_data_give_the_same_bytes(exported: Path, tmp_path: Path):
    records = list(sound())
    records.reverse()
    again = dxgov.export(Dataset.of(records, sound().metadata), tmp_path / "again", zip=True)
    assert content(again) == content(exported)
    reloaded = dxgov.export(dxgov.load(exported / "parquet.zip"), tmp_path / "reloaded", zip=True)
    assert content(reloaded) == content(exported)


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_members_of_a_zip_stand_in_order(format: str, exported: Path):
    with zipfile.ZipFile(exported / f"{format}.zip") as archive:
        members = archive.infolist()
        assert archive.testzip() is None
    names = [member.filename for member in members]
    assert names[:2] == ["datapackage.json", "data/"]
    assert names[2:] == sorted(names[2:])
    assert all(name.startswith("data/") for name in names[2:])
    assert members[1].is_dir()
    assert {member.date_time for member in members} == {(1980, 1, 1, 0, 0, 0)}
    assert {member.external_attr >> 16 for member in members} == {0o100644, 0o40755}


# People who had a part in the data


def test_contributors_by_the_names_that_the_standard_has(tmp_path: Path):
    people = (
        Contributor("Kaifu", ("publisher",), path="https://example.org"),
        Contributor(given_name="潮", family_name="海風", organization="海風県", email="u@example.org"),
    )
    data = Dataset.of(sound(), attrs.evolve(sound().metadata, contributors=people))
    place = dxgov.export(data, tmp_path / "export")
    for format in ("csv", "parquet"):
        assert dxgov.load(place / format) == data
        written = descriptor(place / format)["contributors"]
        assert (
            written[1] == {"givenName": "潮", "familyName": "海風", "organization": "海風県", "email": "u@example.org"} | {"roles": []}
            or written[1]["givenName"] == "潮"
        )
    with pytest.raises(ValueError, match="expected a title, a given or family name"):
        Contributor(roles="creator")


def test_a_contributor_without_any_name_is_told(exported: Path, tmp_path: Path):
    place = shutil.copytree(exported / "csv", tmp_path / "csv")
    edit_descriptor(place, lambda found: found.update(contributors=[{"givenName": "潮"}, {"roles": ["creator"]}, {"given_name": "x"}]))
    problems = [(problem.code, problem.field) for problem in dxgov.validate(place)]
    assert problems == [(ProblemCode.INVALID_VALUE, "contributors[1]"), (ProblemCode.UNKNOWN_COLUMN, "contributors[2].given_name")]


def test_sources_and_contributors_need_no_name_where_they_have_an_address(exported: Path, tmp_path: Path):
    place = shutil.copytree(exported / "csv", tmp_path / "csv")
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
def test_a_release_may_have_any_time_and_zone(moment: str, exported: Path, tmp_path: Path):
    place = shutil.copytree(exported / "csv", tmp_path / "csv")
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
def test_the_role_of_version_1_is_read_where_there_are_no_roles(written: dict[str, object], roles, exported: Path, tmp_path: Path):
    place = shutil.copytree(exported / "csv", tmp_path / "csv")
    edit_descriptor(place, lambda found: found.update(contributors=[{"title": "A", **written}]))
    assert dxgov.load(place).metadata.contributors == (Contributor("A", roles),)


def test_a_descriptor_of_version_1_is_read(exported: Path, tmp_path: Path):
    place = shutil.copytree(exported / "csv", tmp_path / "csv")

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


def test_a_role_that_is_no_text_is_told_where_it_stands(exported: Path, tmp_path: Path):
    place = shutil.copytree(exported / "csv", tmp_path / "csv")
    edit_descriptor(place, lambda found: found.update(contributors=[{"title": "A", "role": ["author"]}]))
    (problem,) = dxgov.validate(place).problems
    assert problem.field == "contributors[0].role"
    assert "did you mean 'roles'" in problem.message


def test_a_descriptor_tells_the_time_that_the_records_cover(exported: Path, tmp_path: Path):
    days = [each.published for each in sound().sources] + [each.held for each in sound().meetings]
    days += [each.submitted for each in sound().requests] + [each.attested for each in sound().appointments]
    days += [each.date for each in sound().milestones if each.date]
    first, last = min(day.start for day in days if day.start), max(day.end for day in days if day.end)
    for format in ("csv", "parquet"):
        assert descriptor(exported / format)["temporal"] == {"start": first.isoformat(), "end": last.isoformat()}
    empty = dxgov.export(Dataset(), tmp_path / "empty")
    assert "temporal" not in descriptor(empty / "csv")
    place = shutil.copytree(exported / "csv", tmp_path / "csv")
    edit_descriptor(place, lambda found: found.update(temporal={"start": "1900-01-01", "end": "1900-01-01"}))
    dxgov.seal(place)
    assert content(place) == content(exported / "csv")


def test_gaps_in_the_positions_of_links_tell_nothing(exported: Path, tmp_path: Path):
    """Only their order counts; the next export counts them from 1."""
    place = shutil.copytree(exported / "csv", tmp_path / "csv")
    edit_csv(place, "statement_replies", lambda rows: [row.__setitem__(2, str(10 * int(row[2]))) for row in rows[1:]])
    edited = [row[2] for row in csv_rows((place / "data/statement_replies.csv").read_bytes())]
    assert edited == ["position", "10", "20"]
    assert dxgov.load(place) == sound()
    again = dxgov.export(dxgov.load(place), tmp_path / "export", formats="csv")
    assert content(again / "csv") == content(exported / "csv")


# What lay at the destination


def small(title: str) -> Dataset:
    """A data set of few records, quick to write, with a title to know it by."""
    whole = sound()
    return Dataset.of([whole.sources["src-2031-05-minutes"]], Metadata(name="small", title=title))


def test_an_earlier_export_is_replaced_whole(tmp_path: Path):
    target = dxgov.export(sound(), tmp_path / "export", zip=True)
    assert dxgov.export(small("later"), target, formats=["csv"]) == target
    assert set(content(target)) == {MANIFEST, "csv/datapackage.json", "csv/data/sources.csv"}
    assert dxgov.load(target / "csv").metadata.title == "later"
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


def _strange_folder(target: Path) -> None:
    target.mkdir()
    (target / "thesis.txt").write_text("years of work", encoding="utf-8")


def _export_with_a_foreign_file(target: Path) -> None:
    dxgov.export(small("earlier"), target)
    (target / "csv" / "data" / "notes.txt").write_text("mine", encoding="utf-8")


def _export_with_a_foreign_file_at_its_top(target: Path) -> None:
    dxgov.export(small("earlier"), target)
    (target / "README.md").write_text("mine", encoding="utf-8")


def _export_with_an_edited_descriptor(target: Path) -> None:
    dxgov.export(small("earlier"), target, formats=["csv"])
    edit_descriptor(target / "csv", lambda found: found.pop("dxgov"))


def _retitled(rows: list[list[str]]) -> None:
    rows[1][rows[0].index("title")] = "mine"


def _export_edited_and_sealed(target: Path) -> None:
    dxgov.export(small("earlier"), target, formats=["csv"])
    edit_csv(target / "csv", "sources", _retitled)
    dxgov.seal(target / "csv")


def _sealed_package_itself(target: Path) -> None:
    _package_itself(target)
    dxgov.seal(target)


def _export_without_its_manifest(target: Path) -> None:
    dxgov.export(small("earlier"), target)
    (target / MANIFEST).unlink()


def _export_whose_manifest_was_edited(target: Path) -> None:
    dxgov.export(small("earlier"), target)
    (target / "notes.txt").write_text("mine", encoding="utf-8")
    found = json.loads((target / MANIFEST).read_bytes())
    found["files"]["notes.txt"] = f"sha256:{hashlib.sha256(b'mine').hexdigest()}"
    (target / MANIFEST).write_text(json.dumps(found), encoding="utf-8")


def _export_whose_manifest_is_no_json(target: Path) -> None:
    dxgov.export(small("earlier"), target)
    (target / MANIFEST).write_text("[" * 100_000, encoding="utf-8")


def _export_with_an_empty_folder(target: Path) -> None:
    dxgov.export(small("earlier"), target)
    (target / "csv" / "more").mkdir()


def _export_with_a_link(target: Path) -> None:
    dxgov.export(small("earlier"), target)
    sources = target / "csv" / "data" / "sources.csv"
    sources.rename(target.parent / "elsewhere.csv")
    sources.symlink_to(target.parent / "elsewhere.csv")


def _export_with_a_folder_that_is_a_link(target: Path) -> None:
    dxgov.export(small("earlier"), target)
    (target / "csv").rename(target.parent / "elsewhere")
    (target / "csv").symlink_to(target.parent / "elsewhere")


def _package_itself(target: Path) -> None:
    dxgov.export(small("earlier"), target.parent / "elsewhere", formats=["csv"])
    (target.parent / "elsewhere" / "csv").rename(target)


def _export_with_a_folder_that_is_a_zip(target: Path) -> None:
    dxgov.export(small("earlier"), target)
    (target / "csv.zip").mkdir()


def _text_called_like_a_zip(target: Path) -> None:
    target.mkdir()
    (target / "csv.zip").write_text("not a zip at all", encoding="utf-8")


def _zip_of_others(target: Path) -> None:
    target.mkdir()
    with zipfile.ZipFile(target / "csv.zip", "w") as archive:
        archive.writestr("datapackage.json", json.dumps({"resources": []}))


def _export_edited_by_hand(target: Path) -> None:
    dxgov.export(small("earlier"), target)
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
    before = content(target)
    with pytest.raises(DestinationError, match="not an earlier export"):
        dxgov.export(small("later"), target, formats=["csv"])
    assert content(target) == before
    dxgov.export(small("later"), target, formats=["csv"], overwrite=True)
    assert set(content(target)) == {MANIFEST, "csv/datapackage.json", "csv/data/sources.csv"}


def test_what_was_changed_is_named(tmp_path: Path):
    target = tmp_path / "export"
    _export_edited_by_hand(target)
    with pytest.raises(DestinationError, match=r"'csv/data/sources\.csv' was not written by one, or was changed since"):
        dxgov.export(small("later"), target)


def test_the_manifest_lists_every_file(exported: Path):
    found = json.loads((exported / MANIFEST).read_bytes())
    files = {name: f"sha256:{hashlib.sha256(file).hexdigest()}" for name, file in content(exported).items() if name != MANIFEST}
    assert found == {"dxgov": {"export": 1}, "files": files}


def test_an_export_of_which_parts_are_gone_is_replaced(tmp_path: Path):
    target = dxgov.export(small("earlier"), tmp_path / "export", zip=True)
    shutil.rmtree(target / "parquet")
    (target / "csv.zip").unlink()
    dxgov.export(small("later"), target, formats="csv")
    assert dxgov.load(target / "csv").metadata.title == "later"


def test_an_export_beside_a_manifest_leaves_it_alone(tmp_path: Path):
    outer = dxgov.export(small("outer"), tmp_path / "export", formats="csv")
    dxgov.export(small("inner"), outer / "inner", formats="csv")
    assert (outer / MANIFEST).is_file()


# Formats


def test_every_format_is_written_and_zipped(tmp_path: Path):
    for library in ("icalendar", "duckdb", "xlsxwriter"):
        pytest.importorskip(library)
    target = dxgov.export(sound(), tmp_path / "export", formats=FORMATS, zip=True)
    assert sorted(path.name for path in target.iterdir()) == sorted([MANIFEST, *FORMATS, *(f"{format}.zip" for format in FORMATS)])
    for format in FORMATS:
        with zipfile.ZipFile(target / f"{format}.zip") as archive:
            assert {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")} == content(target / format)
    assert find_foreign_file(target) is None
    dxgov.export(small("later"), target, formats="csv")


def test_the_formats_of_packages_are_formats_of_an_export():
    assert set(PACKAGES) <= set(FORMATS)
    assert set(DEFAULT_FORMATS) <= set(FORMATS)


def test_files_may_come_in_pieces_and_folders(tmp_path: Path):
    given = [("b/c/d.txt", [b"one ", b"two"]), ("a.txt", b"three"), ("b/e.txt", iter([b"four"]))]
    written = files.write_folder(given, tmp_path / "folder")
    assert content(tmp_path / "folder") == {"a.txt": b"three", "b/c/d.txt": b"one two", "b/e.txt": b"four"}
    files.write_zip(tmp_path / "folder", written, tmp_path / "folder.zip")
    with zipfile.ZipFile(tmp_path / "folder.zip") as archive:
        assert archive.namelist() == ["b/", "b/c/", "b/c/d.txt", "a.txt", "b/e.txt"]
        assert archive.read("b/c/d.txt") == b"one two"


def test_a_format_that_lacks_its_library_is_told_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sys.modules, "dxgov.exporters.ical", raising=False)
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(NotInstalledError, match=r"icalendar is not installed; pip install 'dxgov\[ical\]'") as raised:
        dxgov.export(small("one"), tmp_path / "export", formats=["csv", "ical"])
    assert isinstance(raised.value, ImportError)
    assert raised.value.name == "icalendar"
    assert not list(tmp_path.iterdir())


def test_a_module_of_dxgov_that_is_missing_is_no_missing_extra():
    with pytest.raises(ModuleNotFoundError, match=r"dxgov\.nothing"), require_extra("ical"):
        importlib.import_module("dxgov.nothing")


def test_formats_are_named(tmp_path: Path):
    dxgov.export(small("one"), tmp_path / "export", formats="csv")
    assert sorted(path.name for path in (tmp_path / "export").iterdir()) == [MANIFEST, "csv"]
    with pytest.raises(dxgov.UnknownNameError, match=f"no format is named; expected csv, parquet, wide, .* or {[*FORMATS][-1]}"):
        dxgov.export(small("two"), tmp_path / "export", formats=[])
    assert dxgov.load(tmp_path / "export" / "csv").metadata.title == "one"


def test_what_another_process_is_writing_is_left_alone(tmp_path: Path):
    target = tmp_path / "export"
    with replace_folder(target) as stage:
        (stage / "half").write_text("not yet whole", encoding="utf-8")
        dxgov.export(small("one"), target, formats="csv")
        assert (stage / "half").read_text("utf-8") == "not yet whole"
        assert dxgov.load(target / "csv").metadata.title == "one"
        stale = tmp_path / ".dxgov-0123456789abcdef"
        stale.mkdir()
        dxgov.export(small("two"), target, formats="csv")
        assert not stale.exists()
    assert (target / "half").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


def test_an_export_honours_the_umask(tmp_path: Path):
    before = os.umask(0o027)
    try:
        target = dxgov.export(small("one"), tmp_path / "export", formats="csv")
    finally:
        os.umask(before)
    assert [target.stat().st_mode & 0o777, (target / "csv" / "datapackage.json").stat().st_mode & 0o777] == [0o750, 0o640]


def test_an_empty_folder_is_taken(tmp_path: Path):
    dxgov.export(small("first"), tmp_path, formats=["csv"])
    assert dxgov.load(tmp_path / "csv").metadata.title == "first"


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_file_or_a_link_is_never_replaced(overwrite: bool, tmp_path: Path):
    file = tmp_path / "thesis.txt"
    file.write_text("years of work", encoding="utf-8")
    earlier = dxgov.export(small("earlier"), tmp_path / "earlier")
    link, broken = tmp_path / "link", tmp_path / "broken"
    link.symlink_to(earlier)
    broken.symlink_to(tmp_path / "nothing")
    for place in (file, link, broken):
        with pytest.raises(DestinationError, match="is not a folder"):
            dxgov.export(small("later"), place, overwrite=overwrite)
    assert file.read_text(encoding="utf-8") == "years of work"
    assert link.is_symlink()
    assert dxgov.load(earlier / "csv").metadata.title == "earlier"


def test_what_a_link_in_an_earlier_export_leads_to_is_left_alone(tmp_path: Path):
    treasure = tmp_path / "treasure"
    treasure.mkdir()
    (treasure / "gold.txt").write_text("gold", encoding="utf-8")
    target = dxgov.export(small("earlier"), tmp_path / "export")
    (target / "more").symlink_to(treasure)
    dxgov.export(small("later"), target, overwrite=True)
    assert content(treasure) == {"gold.txt": b"gold"}


# All or nothing


@pytest.mark.parametrize("number", [0, 1, 3, 5])
def test_a_write_that_fails_leaves_the_old_export(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    target = dxgov.export(small("earlier"), tmp_path / "export", zip=True)
    before = content(target)
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
    assert content(target) == before
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
    target = dxgov.export(small("one"), tmp_path / "export")

    def refuse(self: Path, *_: object) -> Path:
        raise AssertionError(f"{self} was moved")

    monkeypatch.setattr(Path, "rename", refuse)
    dxgov.export(small("two"), target)
    assert dxgov.load(target / "csv").metadata.title == "two"


# Places that are no package


def test_what_is_no_package_is_said_plainly(exported: Path, tmp_path: Path):
    text = tmp_path / "notes.txt"
    text.write_text("not a package", encoding="utf-8")
    with pytest.raises(NotAPackageError, match="expected a folder"):
        dxgov.load(text)
    with pytest.raises(NotAPackageError, match=r"export.csv or .*export.parquet"):
        dxgov.load(exported)
    with pytest.raises(NotAPackageError, match=r"has no datapackage\.json"):
        dxgov.load(tmp_path)
    with pytest.raises(FileNotFoundError, match="did you mean 'csv'"):
        dxgov.load(exported / "csw")
    with pytest.raises(FileNotFoundError):
        dxgov.load(tmp_path / "datapackage.json")
    (tmp_path / "cut.zip").write_bytes((exported / "csv.zip").read_bytes()[:-40])
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


def test_a_package_without_sizes_and_hashes_is_sound(exported: Path, tmp_path: Path):
    place = tmp_path / "csv"
    place.mkdir()
    (place / "table.CSV").write_bytes((exported / "csv/data/themes.csv").read_bytes())
    (place / "sources.csv").write_bytes((exported / "csv/data/sources.csv").read_bytes())
    (place / "actors.csv").write_bytes((exported / "csv/data/actors.csv").read_bytes())
    listed = [("themes", "table.CSV"), ("sources", "sources.csv"), ("actors", ["actors.csv"])]
    resources = [{"name": name, "path": path} for name, path in listed]
    (place / "my.json").write_text(json.dumps({"resources": resources}), encoding="utf-8")
    loaded = dxgov.load(place / "my.json")
    assert loaded.themes == sound().themes
    assert loaded.sources[LETTER] == sound().sources[LETTER]
    assert isinstance(loaded.themes[0], Theme)


@pytest.mark.parametrize("block", [64, 700, 5_000])
def test_a_file_is_read_the_same_in_blocks_of_any_size(ds, tmp_path, monkeypatch, block):
    folder = dxgov.export(ds, tmp_path / "out", "csv") / "csv"
    path = folder / "data" / "asks.csv"
    lines = path.read_bytes().decode().split("\r\n")
    lines[0] += ",odd"
    lines[1:-1] = [f"{line},{row if row < 40 else 'x'}" for row, line in enumerate(lines[1:-1])]
    lines[20] += ",more"
    lines[50] = "one,two"
    lines.insert(30, "")
    path.write_bytes("\r\n".join(lines).encode())
    whole = dxgov.validate(folder)
    monkeypatch.setattr("dxgov.formats.csv_reader.BLOCK_SIZE", block)
    assert dxgov.validate(folder) == whole
    assert [problem.row for problem in whole if problem.code == "row-length"] == [21, 52]
