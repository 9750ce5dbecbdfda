"""Titles and meanings stand in Japanese and in English, in every descriptor and format."""

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import pyarrow.parquet as pq
import pytest
import rdflib
from csvw import TableGroup
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov import Dataset, Metadata
from dxgov.analysis.open_issues import GapKind
from dxgov.api.loading import find_bundled_package
from dxgov.exporters.dictionary import dictionary
from dxgov.exporters.jsonschema import json_schema
from dxgov.languages import LanguageMap, derive_english_title, describe_in_languages
from package_files import edit_descriptor
from soundness import sound

JAPANESE = re.compile("[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff]")
MODEL = Dataset.model()
LABELS = (
    rdflib.RDFS.label,
    rdflib.RDFS.comment,
    rdflib.DCTERMS.title,
    rdflib.DCTERMS.description,
    rdflib.SKOS.prefLabel,
    rdflib.SKOS.definition,
)
EXPECTED = {
    "rdf/terms": ("out/rdf/terms#Ask", rdflib.RDFS.comment),
    "rdf/concepts": ("out/rdf/concepts#AskStrength.act", rdflib.SKOS.definition),
    "dcat/dataset": ("out/csv/", rdflib.DCTERMS.title),
}
"""A resource of each document, and a text that it has."""

CATALOGUED = {rdflib.DCAT.Dataset, rdflib.DCAT.Distribution}
"""Classes of the resources of a catalogue that have titles; credits, licences and formats have names."""


def require_both(texts: Mapping[str, str], where: object, *, meaning: bool) -> None:
    """Check that a text is there in both languages and in its own language. A Japanese title may be a word such as URL."""
    assert set(texts) == {"ja", "en"}, where
    assert texts["ja"].strip(), where
    assert re.search("[A-Za-z]", texts["en"]), where
    assert not JAPANESE.search(texts["en"]), (where, texts["en"])
    assert JAPANESE.search(texts["ja"]) or (not meaning and texts["ja"] == texts["en"]), (where, texts["ja"])


def walk(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every object of a JSON document with its path."""
    if isinstance(value, dict):
        yield path, value
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield from walk(member, f"{path}/{key}")


def require_described(value: dict[str, Any], where: str, title: str = "title") -> None:
    """Check that an object of a descriptor has its title and description in both languages, each language alone and both in one."""
    for key in (title, "description"):
        require_both(value[f"{key}s"], where, meaning=key == "description")
        assert value[key] == LanguageMap(**value[f"{key}s"]).joined, where


def by_language(values: list[dict[str, str]]) -> dict[str, str]:
    """Return values of JSON-LD by language."""
    assert len({value["@language"] for value in values}) == len(values)
    return {value["@language"]: value["@value"] for value in values}


@pytest.fixture(scope="module")
def data() -> Dataset:
    """The sound data, which have records in all tables, with titles in both languages."""
    whole = sound()
    titles, descriptions = LanguageMap("海風の要望", "Requests of Kaifu"), LanguageMap("誰が何を求めたか。", "Who asked for what.")
    about = attrs.evolve(whole.metadata, title=None, description=None, titles=titles, descriptions=descriptions)
    return Dataset.of(whole, about)


@pytest.fixture(scope="module")
def place(data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    formats = ("csv", "parquet", "wide", "sqlite", "rdf", "dcat", "schemaorg", "croissant", "csvw", "ckan", "huggingface")
    return dxgov.export(data, tmp_path_factory.mktemp("languages") / "out", formats=formats, base="https://example.org/out")


def read_json(path: Path) -> Any:
    return json.loads(path.read_bytes())


# The definition


def test_every_table_column_and_code_says_what_it_means_in_both_languages():
    for table in MODEL.stored.values():
        require_both(table.titles.texts, table.name, meaning=True)
        require_both(table.descriptions.texts, table.name, meaning=True)
        for column in table.stored:
            require_both(column.titles.texts, (table.name, column.name), meaning=False)
            require_both(column.descriptions.texts, (table.name, column.name), meaning=True)
            assert column.descriptions.ja.endswith("。")
            assert column.descriptions.en.endswith(".")
            for code in column.codes:
                require_both(code.titles.texts, code, meaning=True)
                require_both(code.descriptions.texts, code, meaning=True)


@pytest.mark.parametrize("codes", [dxgov.ProblemCode, GapKind])
def test_codes_outside_of_the_data_say_what_they_mean_in_both_languages(codes):
    for code in codes:
        require_both(code.titles.texts, code, meaning=True)
        require_both(code.descriptions.texts, code, meaning=True)


def test_a_table_has_no_title_twice():
    for table in MODEL.stored.values():
        for lang in ("ja", "en"):
            titles = [column.titles[lang] for column in table.stored]
            assert len(set(titles)) == len(titles), (table.name, titles)


def test_the_meaning_of_a_field_stands_once_among_the_columns_of_its_value():
    for table in MODEL.tables.values():
        for field in table.fields:
            for lang in ("ja", "en"):
                whole = field.descriptions[lang]
                assert sum(whole in column.descriptions[lang] for column in field.columns) == 1, (table.name, field.name)
    published = {column.name: column.descriptions for column in MODEL.tables["sources"].columns}
    assert published["published_text"].en == "When it was issued or published. The words as the document prints them."
    assert published["published_end"].en.startswith("Published: the last day it can mean")
    assert published["published_end"].ja.startswith("公表日：当てはまり得る最後の日")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("title", "Title"),
        ("title_en", "Title (English)"),
        ("expected_of_ja", "Expected of (Japanese)"),
        ("file_sha256", "File SHA-256"),
        ("url", "URL"),
        ("en", "En"),
        ("not-a-package", "Not a package"),
    ],
)
def test_english_titles_follow_from_names(name: str, title: str):
    assert derive_english_title(name) == title


def test_references_keys_and_parts_have_readable_english_titles():
    requests = {column.name: column.titles.en for column in MODEL.tables["requests"].columns}
    assert (requests["id"], requests["submitted_by_ids"], requests["submitted_start"]) == (
        "Request ID",
        "Submitted by",
        "Submitted (start)",
    )
    assert MODEL.tables["request_items"].column("id").titles.en == "Request item ID"
    assert MODEL.tables["requests"].column("citation_source_id").titles.en == "Citation (source)"
    assert MODEL.stored["request_parties"].titles.en == "Requests: submitted by, signatory, addressed to"


@given(st.text(), st.text())
def test_both_languages_stand_in_one_text_japanese_first_and_equal_texts_once(ja: str, en: str):
    texts = LanguageMap(ja, en)
    assert texts["ja"] == ja
    assert texts["en"] == en
    assert texts.texts == {lang: text for lang, text in (("ja", ja), ("en", en)) if text}
    assert texts.joined == (f"{ja} / {en}" if ja and en and ja != en else ja or en)


def test_a_class_without_a_source_is_described_in_japanese_alone():
    """As in an interactive session, where the sentences below the fields cannot be seen."""

    @attrs.frozen
    class Item:
        titles = LanguageMap("部品", "Widget")
        descriptions = LanguageMap("部品。", "")

    assert describe_in_languages(Item()) == {
        "title": "部品 / Widget",
        "description": "部品。",
        "titles": {"ja": "部品", "en": "Widget"},
        "descriptions": {"ja": "部品。"},
    }


# Descriptors


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_descriptors_are_in_both_languages(format: str, place: Path):
    descriptor = read_json(place / format / "datapackage.json")
    require_described(descriptor, "package")
    assert len(descriptor["resources"]) > 30
    for resource in descriptor["resources"]:
        require_described(resource, resource["name"])
        for path, value in walk(resource["schema"]["fields"], resource["name"]):
            if "type" in value:
                require_described(value, path)
            if "value" in value:
                require_described(value, path, "label")
    assert all("label" in value for path, value in walk(descriptor) if re.search(r"categories/\d+$", path))


def test_the_bundled_package_is_described_in_both_languages():
    descriptor = read_json(find_bundled_package() / "datapackage.json")
    require_described(descriptor, "package")
    for text in ("東京都", "デジタル庁", "要望書", "議事録", "ガバメントクラウド", "Tokyo"):
        assert text in descriptor["keywords"]
    for source in descriptor["sources"]:
        japanese, english = source["title"].split(" / ")
        require_both({"ja": japanese, "en": english}, source, meaning=True)


def test_the_bundled_package_credits_each_source_with_its_address():
    data = dxgov.load()
    addresses = {source.path for source in data.metadata.sources}
    assert {source.url for source in data.sources if source.url} <= addresses


def test_parquet_files_and_wide_tables_are_in_both_languages(place: Path):
    files = [*(place / "parquet" / "data").iterdir(), *(place / "wide").glob("*.parquet")]
    assert len(files) > 30
    for path in files:
        schema = pq.read_schema(path)
        for holder in (schema, *schema):
            for key in (b"title", b"description"):
                ja, _, en = holder.metadata[key].decode().partition(" / ")
                require_both({"ja": ja, "en": en or ja}, (path.name, key), meaning=key == b"description")


def test_the_packages_of_a_data_set_have_names_and_ids_of_their_own(data: Dataset, place: Path, tmp_path: Path):
    csv, parquet = (read_json(place / format / "datapackage.json") for format in ("csv", "parquet"))
    assert (csv["name"], parquet["name"]) == ("kaifu-lines-csv", "kaifu-lines-parquet")
    assert csv["id"] != parquet["id"]
    assert UUID(csv["id"]).version == UUID(parquet["id"]).version == 5
    for format in ("csv", "parquet"):
        loaded = dxgov.load(place / format)
        assert loaded.metadata == data.metadata
        again = dxgov.export(loaded, tmp_path / format, formats=format)
        assert (again / format / "datapackage.json").read_bytes() == (place / format / "datapackage.json").read_bytes()


def test_a_data_set_with_a_doi_has_the_ids_of_the_doi(data: Dataset, tmp_path: Path):
    ids = []
    for number, name in enumerate(("one", "one", "other")):
        about = attrs.evolve(data.metadata, name=name, doi=f"10.1234/{number // 2}")
        place = dxgov.export(Dataset.of(data, about), tmp_path / str(number), formats="csv")
        ids.append(read_json(place / "csv" / "datapackage.json")["id"])
    assert ids[0] == ids[1] != ids[2]


def test_a_data_set_without_a_name_of_its_own_has_no_id(data: Dataset, tmp_path: Path):
    place = dxgov.export(Dataset.of(data), tmp_path / "out", formats="csv")
    assert "id" not in read_json(place / "csv" / "datapackage.json")


def test_packages_without_language_maps_are_read_as_before(data: Dataset, place: Path, tmp_path: Path):
    """Those of earlier versions, with the name of the data set and Japanese titles beside English descriptions."""

    def strip(descriptor: dict[str, Any]) -> None:
        descriptor.pop("id")
        descriptor["name"] = "kaifu-lines"
        for _, value in walk(descriptor):
            for key in ("titles", "descriptions", "labels"):
                value.pop(key, None)

    old = shutil.copytree(place / "csv", tmp_path / "old")
    edit_descriptor(old, strip)
    assert dxgov.validate(old).problems == ()
    loaded = dxgov.load(old)
    assert list(loaded) == list(data)
    assert (loaded.metadata.name, loaded.metadata.title, loaded.metadata.titles) == (
        "kaifu-lines",
        "海風の要望 / Requests of Kaifu",
        None,
    )
    dxgov.seal(old)
    assert read_json(old / "datapackage.json")["name"] == "kaifu-lines-csv"


def test_a_title_that_is_not_that_of_the_languages_is_told(place: Path, tmp_path: Path):
    package = shutil.copytree(place / "csv", tmp_path / "csv")
    edit_descriptor(package, lambda found: found.update(title="海風"))
    (problem,) = dxgov.validate(package).problems
    assert "title: found '海風', expected '海風の要望 / Requests of Kaifu', which follows from `titles`" in problem.message
    edit_descriptor(package, lambda found: found.pop("title"))
    dxgov.seal(package)
    assert read_json(package / "datapackage.json")["title"] == "海風の要望 / Requests of Kaifu"


def test_sealing_keeps_no_id_but_its_own(place: Path, tmp_path: Path):
    package = shutil.copytree(place / "csv", tmp_path / "csv")
    edit_descriptor(package, lambda found: found.update(id="10.5281/zenodo.1234"))
    with pytest.raises(dxgov.NotAPackageError, match="has the property 'id', which sealing would lose"):
        dxgov.seal(package)


@pytest.mark.parametrize(
    "titles",
    [{"ja": "題"}, {"ja": "題", "en": "Title", "fr": "Titre"}, {"ja": " ", "en": "Title"}, {"ja": 5, "en": "Title"}, ["題"], "題"],
)
def test_titles_need_a_text_in_each_language(titles: Any, place: Path, tmp_path: Path):
    package = shutil.copytree(place / "csv", tmp_path / "csv")
    edit_descriptor(package, lambda found: found.update(titles=titles))
    problems = dxgov.validate(package).problems
    assert problems
    assert all(str(problem.field).startswith("titles") for problem in problems)


def test_metadata_take_titles_as_a_language_map_only():
    with pytest.raises(ValueError, match="titles: found 'x', expected a LanguageMap"):
        Metadata(titles="x")
    assert Metadata(titles=LanguageMap("題", "Title")).title == "題 / Title"
    with pytest.raises(ValueError, match="description: found 'x', expected '題 / Title', which follows from `descriptions`, or nothing"):
        Metadata(description="x", descriptions=LanguageMap("題", "Title"))


# Formats


def test_csvw_is_in_both_languages(place: Path):
    document = read_json(place / "csvw" / "csv-metadata.json")
    require_both(by_language(document["dc:title"]), "group", meaning=True)
    for table in document["tables"]:
        for key in ("dc:title", "dc:description"):
            require_both(by_language(table[key]), table["url"], meaning=True)
        for column in table["tableSchema"]["columns"]:
            assert column["titles"].pop("und") == column["name"]
            require_both(column["titles"], column["name"], meaning=False)
            require_both(by_language(column["dc:description"]), column["name"], meaning=True)


def test_csvw_finds_the_columns_of_the_files_by_their_titles(data: Dataset, tmp_path: Path):
    place = dxgov.export(data, tmp_path / "out", formats=["csv", "csvw"])
    group = TableGroup.from_file(place / "csvw" / "csv-metadata.json")
    (themes,) = [table for table in group.tables if table.url.string.endswith("/themes.csv")]
    assert [row["label_en"] for row in themes] == [theme.label_en for theme in data.themes]


@pytest.mark.parametrize("name", ["rdf/terms", "rdf/concepts", "dcat/dataset"])
def test_linked_data_are_in_both_languages(name: str, place: Path):
    graph = rdflib.Graph().parse(place / f"{name}.ttl", publicID="https://example.org/out/x")
    labelled = {(subject, predicate) for predicate in LABELS for subject in graph.subjects(predicate)}
    assert (rdflib.URIRef(f"https://example.org/{EXPECTED[name][0]}"), EXPECTED[name][1]) in labelled
    for subject, predicate in labelled:
        literals = list(graph.objects(subject, predicate))
        texts = {literal.language: str(literal) for literal in literals}
        assert len(texts) == len(literals)
        if name != "dcat/dataset" or graph.value(subject, rdflib.RDF.type) in CATALOGUED:
            require_both(texts, (subject, predicate), meaning=False)


def test_catalogues_are_in_both_languages(place: Path):
    dataset = read_json(place / "schemaorg" / "dataset.jsonld")
    croissant = read_json(place / "croissant" / "croissant.json")
    for document in (dataset, croissant):
        assert document["name"] == "海風の要望 / Requests of Kaifu"
        require_both(by_language(document["alternateName"]), "name", meaning=True)
        require_both(by_language(document["abstract"]), "abstract", meaning=True)
    for file in croissant["distribution"]:
        require_both(by_language(file["description"]), file["@id"], meaning=True)
    for record_set in croissant["recordSet"]:
        for item in (record_set, *record_set["field"]):
            require_both(by_language(item["alternateName"]), item["@id"], meaning=False)
            require_both(by_language(item["description"]), item["@id"], meaning=True)


def test_ckan_gets_translations_with_fluent_and_both_languages_in_one_text_without(place: Path):
    plain, fluent = (read_json(place / "ckan" / prefix / "package.json") for prefix in ("", "fluent"))
    for item, translated in zip([plain, *plain["resources"]], [fluent, *fluent["resources"]], strict=True):
        extra = {key: value for key, value in translated.items() if key.endswith("_translated")}
        assert not {key for key in item if key.endswith("_translated")}
        assert {**item, **extra} | {"resources": ()} == translated | {"resources": ()}
        assert len(extra) == 2
        for key, texts in extra.items():
            require_both(texts, key, meaning=False)
            assert translated[key.removesuffix("_translated")] == LanguageMap(**texts).joined
    calls = [json.loads(line) for line in (place / "ckan" / "fluent" / "upload.jsonl").read_text(encoding="utf-8").splitlines()]
    assert calls[0]["data"]["title_translated"] == {"ja": "海風の要望", "en": "Requests of Kaifu"}
    assert [call["data"]["name_translated"] for call in calls[1:]] == [each["name_translated"] for each in fluent["resources"]]


def test_a_database_describes_its_tables_in_both_languages(place: Path):
    with closing(sqlite3.connect(place / "sqlite" / "kaifu-lines.sqlite")) as base:
        for table in ("tables", "columns", "codes"):
            for row in base.execute(f"SELECT title, title_en, description, description_en FROM dxgov_{table}"):
                require_both(dict(zip(("ja", "en"), row[:2], strict=True)), row, meaning=False)
                require_both(dict(zip(("ja", "en"), row[2:], strict=True)), row, meaning=True)


def test_the_json_schema_is_in_both_languages():
    schema = json_schema(MODEL)
    for path, value in walk(schema["$defs"]):
        if "title" in value and not path.endswith("properties"):
            require_described(value, path)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_dictionary_is_in_one_language(lang: str):
    text = dictionary(MODEL, lang)
    for line in text.splitlines():
        cells = [re.sub(r"`[^`]*`|<[^>]*>|「[^」]*」", "", cell).strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) > 2 and not set(line) <= set("|- ") and cells[0] == "":
            if lang == "ja":
                assert JAPANESE.search(cells[-1]), line
                assert not re.search(r"[a-z]{3,} [a-z]{3,}", cells[-1]), line
            else:
                assert re.search("[A-Za-z]{2,}", cells[-1]), line
                assert not JAPANESE.search(re.sub("has the check digit of .*", "", cells[-1], flags=re.IGNORECASE)), line
