"""What is exported for portals, read by the tools that portals use; those that are not installed are passed over, but not by nox."""

import csv
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dxgov
from dxgov import AddressError, Contributor, Credit, Dataset, License, Metadata
from dxgov.exporters.registry import FORMATS
from dxgov.testing import datasets, metadata, texts
from soundness import MODEL, small_dataset, sound

BASE = "https://example.org/open-data/"
DESCRIBING = ("dcat", "schemaorg", "croissant", "csvw", "ckan", "huggingface", "citation")
SAME_RIGHTS = License("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/")
TOLD = attrs.evolve(
    sound().metadata,
    description="How the lines came.\nIn two lines: \"so\" to say # here's 'one'.",
    doi="10.5555/kaifu.1",
    homepage="https://example.org/about",
    languages=("ja", "en"),
    places=("JP", "JP-13"),
    subjects=("https://example.org/subjects/lines",),
    keywords=("lines", "islands/sea", "回線", "x"),
    contributors=(
        Contributor("Kaifu Open Data", ("creator", "publisher"), path="https://example.org/kaifu"),
        Contributor("Hana Umi", ("Author", "contact-person"), organization="Kaifu University", email="hana@example.org"),
    ),
    sources=(Credit("島しょ部の回線に関する要望", "https://example.org/letter", version="2"),),
)

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # those of the readers are theirs


def told(about: Metadata = TOLD) -> Dataset:
    return Dataset.of(list(sound()), about)


def describe(about: Metadata) -> Dataset:
    """Return a data set of one record, quick to export, with metadata."""
    return Dataset.of(list(small_dataset("small")), about)


@contextmanager
def exported(data: Any, *formats: str, **options: Any) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        yield dxgov.export(data, Path(folder).resolve() / "export", formats=formats, **options)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of everything, zips included, whose address nobody knows."""
    return dxgov.export(told(), tmp_path_factory.mktemp("portals") / "export", formats=DESCRIBING, zip=True)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dxgov.export(told(), tmp_path_factory.mktemp("portals") / "export", formats=DESCRIBING, zip=True, base=BASE.removesuffix("/"))


def loaded(path: Path) -> Any:
    return json.loads(path.read_bytes())


def rows(data: Any) -> dict[str, int]:
    """How many rows each file of a package has, by its table."""
    with exported(data, "csv") as place:
        return {path.stem: len(list(csv.reader(path.open(encoding="utf-8", newline="")))) - 1 for path in (place / "csv/data").iterdir()}


def assert_true_of(place: Path, address: str, size: str | int, sha256: str) -> None:
    """The size and the hash are those of the file at the address."""
    content = (place / address.removeprefix("../")).read_bytes()
    assert int(str(size).removesuffix(" B")) == len(content)
    assert sha256 == hashlib.sha256(content).hexdigest()


# What is written


def test_what_is_described_is_written_too(tmp_path: Path):
    for format in ("rdf", *DESCRIBING):
        place = dxgov.export(sound(), tmp_path / format, formats=format)
        assert {each.name for each in place.iterdir() if each.is_dir()} == {format, *FORMATS[format].describes}
    alone = dxgov.export(sound(), tmp_path / "alone", formats=["dcat", "csv"])
    assert {each.name for each in alone.iterdir() if each.is_dir()} == {"dcat", "csv"}
    assert "parquet" not in (alone / "dcat/dataset.ttl").read_text("utf-8")


def test_no_address_is_invented(whole: Path):
    allowed = {TOLD.homepage, "https://example.org/kaifu", "https://example.org/letter", *TOLD.subjects}
    for format in DESCRIBING:
        for path in (whole / format).iterdir():
            if path.is_file():
                assert set(re.findall(r"https?://example[^\s<>\"\\]*", path.read_text("utf-8"))) <= allowed


@pytest.mark.parametrize(
    "base", ["example.org/data", "https://", "https://example.org/a b", "https://example.org/?a=1", "https://example.org/#x", ""]
)
def test_a_base_is_the_address_of_a_folder(base: str, tmp_path: Path):
    with pytest.raises(AddressError, match=re.escape(repr(base))):
        dxgov.export(sound(), tmp_path / "export", formats="dcat", base=base)
    assert not (tmp_path / "export").exists()


def test_the_same_data_give_the_same_bytes(whole: Path, tmp_path: Path):
    again = dxgov.export(told(), tmp_path / "export", formats=DESCRIBING, zip=True)
    for format in DESCRIBING:
        assert (whole / f"{format}.zip").read_bytes() == (again / f"{format}.zip").read_bytes()


def test_an_empty_data_set_is_described(tmp_path: Path):
    place = dxgov.export(Dataset(metadata=Metadata(name="x")), tmp_path / "export", formats=DESCRIBING)
    assert loaded(place / "schemaorg/dataset.jsonld")["description"] == "x: 0 records"
    assert loaded(place / "ckan/package.json")["name"] == "x-data"


# Metadata


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("languages", "Japanese"),
        ("languages", ("ja", "")),
        ("places", "Japan"),
        ("subjects", "government"),
        ("doi", "https://doi.org/10.1/x"),
    ],
)
def test_metadata_take_only_what_portals_understand(field: str, value: Any):
    with pytest.raises(ValueError, match=f"{field}: found"):
        Metadata(**{field: value})


def test_the_time_covered_follows_from_the_documents():
    with exported(told(), "schemaorg") as place:
        first, last = map(date.fromisoformat, loaded(place / "schemaorg/dataset.jsonld")["temporalCoverage"].split("/"))
    days = [day for each in sound().sources for day in (each.published.start, each.published.end) if day]
    assert (first, last) == (min(days), max(days))


# DCAT


def graph(content: str | bytes, kind: str) -> Any:
    return pytest.importorskip("rdflib").Graph().parse(data=content, format=kind, publicID=f"{BASE}dcat/dataset")


def ask(found: Any, query: str) -> list[tuple[str, ...]]:
    names = "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/> PREFIX spdx: <http://spdx.org/rdf/terms#> "
    return sorted(tuple(map(str, row)) for row in found.query(f"{names} PREFIX foaf: <http://xmlns.com/foaf/0.1/> SELECT {query}"))


@pytest.mark.parametrize("kind", ["turtle", "json-ld"])
def test_dcat_has_two_distributions_of_one_data_set(whole: Path, published: Path, kind: str):
    name = {"turtle": "dataset.ttl", "json-ld": "dataset.jsonld"}[kind]
    for place in (whole, published):
        found = graph((place / "dcat" / name).read_text("utf-8"), kind)
        assert ask(found, "?d ?title WHERE { ?d a dcat:Dataset; dct:title ?title }") == [(BASE, TOLD.title)]
        assert ask(found, "?text WHERE { ?d a dcat:Dataset; dct:description ?text }") == [(TOLD.description,)]
        assert ask(found, "?k WHERE { ?d dcat:keyword ?k }") == sorted((each,) for each in TOLD.keywords)
        assert ask(found, "?name WHERE { ?d dct:publisher/foaf:name ?name }") == [("Kaifu Open Data",)]
        files = "?file ?size ?hash WHERE { ?d dcat:downloadURL ?file; dcat:byteSize ?size; spdx:checksum/spdx:checksumValue ?hash }"
        downloads = ask(found, files)
        assert [file for file, _, _ in downloads] == [f"{BASE}csv.zip", f"{BASE}parquet.zip"]
        for file, size, sha256 in downloads:
            assert_true_of(place, file.removeprefix(BASE), size, sha256)
        for (access,) in ask(found, "?url WHERE { ?d a dcat:Distribution; dcat:accessURL ?url }"):
            assert (place / access.removeprefix(BASE)).is_file()


@given(datasets(max_size=1))
@settings(max_examples=15)
def test_dcat_says_the_same_in_both_forms(data: Dataset):
    with exported(data, "dcat") as place:
        found = graph((place / "dcat/dataset.ttl").read_bytes(), "turtle")
        assert set(found) == set(graph((place / "dcat/dataset.jsonld").read_bytes(), "json-ld"))
        assert ask(found, "?title WHERE { ?d a dcat:Dataset; dct:title ?title }") == [(data.metadata.title or data.metadata.name,)]
        described = {row[0] for row in ask(found, "DISTINCT ?s WHERE { ?s a ?type }")}
        required = "?o WHERE { ?s ?p ?o FILTER (?p IN (dct:creator, dct:publisher, dct:license, dct:source, dct:spatial, dct:temporal)) }"
        assert {row[0] for row in ask(found, required)} <= described


# schema.org


def test_schema_org_markup_tells_of_every_file(whole: Path, published: Path):
    found = loaded(whole / "schemaorg/dataset.jsonld")
    assert (found["@type"], found["name"], found["description"]) == ("Dataset", TOLD.title, TOLD.description)
    assert found["identifier"] == "https://doi.org/10.5555/kaifu.1"
    assert found["creator"][1] == {
        "@type": "Person",
        "name": "Hana Umi",
        "email": "hana@example.org",
        "affiliation": {"@type": "Organization", "name": "Kaifu University"},
    }
    for each in found["distribution"]:
        assert_true_of(whole, each["contentUrl"], each["contentSize"], each["sha256"])
    assert len(found["distribution"]) == 2 * (1 + len(MODEL.stored))
    linked = loaded(published / "schemaorg/dataset.jsonld")
    assert {each["contentUrl"] for each in linked["distribution"]} == {BASE + each["contentUrl"][3:] for each in found["distribution"]}


@given(metadata())
def test_schema_org_markup_is_linked_data_that_no_page_can_break(about: Metadata):
    with exported(
        describe(attrs.evolve(about, redirects=(), description="</script><!--" + (about.description or ""))), "schemaorg"
    ) as place:
        text = (place / "schemaorg/dataset.jsonld").read_text("utf-8")
    assert "<" not in text
    found = json.loads(text)
    assert found["description"].startswith("</script>")
    read = graph(json.dumps({**found, "@context": {"@vocab": "https://schema.org/"}}), "json-ld")
    title = ask(read, "?name WHERE { ?d a <https://schema.org/Dataset>; <https://schema.org/name> ?name }")
    assert title == [(about.title or about.name,)]


# Croissant


def croissant(place: Path) -> Any:
    return pytest.importorskip("mlcroissant").Dataset(jsonld=str(place / "croissant/croissant.json"))


def test_croissant_names_every_column(whole: Path):
    found = loaded(whole / "croissant/croissant.json")
    assert [each["@id"] for each in found["recordSet"]] == list(MODEL.stored)
    for each in found["recordSet"]:
        assert [field["name"] for field in each["field"]] == [column.name for column in MODEL.stored[each["name"]].stored]
    for each in found["distribution"]:
        assert_true_of(whole, each["contentUrl"], each["contentSize"], each["sha256"])


def test_mlcroissant_validates_and_loads_every_table(whole: Path, published: Path):
    found = croissant(whole)
    assert not found.metadata.ctx.issues.errors
    assert not found.metadata.ctx.issues.warnings
    loaded = {each.id: list(found.records(record_set=each.id)) for each in found.metadata.record_sets}
    assert {name: len(records) for name, records in loaded.items()} == rows(told())
    codes = [record["actors/local_government_code"] for record in loaded["actors"]]
    assert [each and each.decode() for each in codes if isinstance(each, bytes)] == [
        each.local_government_code for each in sound().actors if each.local_government_code
    ]
    assert [record["asks/summary"].decode() for record in loaded["asks"]] == [each.summary for each in sound().asks]
    assert not croissant(published).metadata.ctx.issues.errors


@given(datasets(max_size=1))
@settings(max_examples=8)
def test_mlcroissant_takes_any_data_set(data: Dataset):
    pytest.importorskip("mlcroissant")
    with exported(data, "croissant") as place:
        found = croissant(place)
        assert not found.metadata.ctx.issues.errors
        assert found.metadata.name == (data.metadata.title or data.metadata.name)


# CSV on the Web


def test_csvw_readers_find_the_data_valid_and_whole(whole: Path):
    csvw = pytest.importorskip("csvw")
    found = csvw.CSVW(str(whole / "csvw/csv-metadata.json"), validate=True)
    assert found.is_valid, found.warnings
    read = {str(each.url).rpartition("/")[2].removesuffix(".csv"): list(each) for each in found.tables}
    assert {name: len(each) for name, each in read.items()} == rows(told())
    assert [each["kinds"] for each in read["asks"]] == [list(map(str, each.kinds)) for each in sound().asks]
    assert [each["place"] for each in read["meetings"]] == [each.place for each in sound().meetings]
    assert [each["interim"] for each in read["asks"]] == [each.interim for each in sound().asks]


@given(datasets(max_size=2))
@settings(max_examples=15)
def test_csvw_readers_take_any_data_set(data: Dataset):
    csvw = pytest.importorskip("csvw")
    with exported(data, "csvw") as place:
        found = csvw.CSVW(str(place / "csvw/csv-metadata.json"), validate=True)
        assert found.is_valid, found.warnings
        themes = next((each for each in found.tables if str(each.url).endswith("/themes.csv")), ())
        assert [(each["id"], each["label"], each["definition"]) for each in themes] == [
            (each.id, each.label, each.definition) for each in data.themes
        ]


# CKAN


def assert_fit_for_ckan(dataset: dict[str, Any]) -> None:
    """By the rules of CKAN's own validators (2.12)."""
    assert re.fullmatch(r"[a-z0-9_-]{2,100}", dataset["name"])
    assert dataset["name"] not in ("new", "edit", "search")
    assert len(dataset.get("version", "")) <= 100
    for tag in dataset["tags"]:
        assert re.fullmatch(r"[\w \-.]{2,100}", tag["name"])
    assert len({tag["name"] for tag in dataset["tags"]}) == len(dataset["tags"])
    keys = [extra["key"] for extra in dataset["extras"]]
    assert len(set(keys)) == len(keys)
    assert not set(keys) & set(dataset)
    assert all(isinstance(extra["value"], str) for extra in dataset["extras"])


def test_ckan_gets_a_resource_for_each_file(whole: Path, published: Path):
    dataset = loaded(whole / "ckan/package.json")
    assert_fit_for_ckan(dataset)
    assert dataset["resources"] == []
    assert [each["name"] for each in dataset["tags"]] == ["lines", "islands sea", "回線"]
    assert (dataset["license_id"], dataset["maintainer_email"], dataset["url"]) == ("cc-by", "hana@example.org", TOLD.homepage)
    create, *uploads = [json.loads(line) for line in (whole / "ckan/upload.jsonl").read_text("utf-8").splitlines()]
    assert create == {"action": "package_create", "data": {key: value for key, value in dataset.items() if key != "resources"}}
    for each in uploads:
        assert each["action"] == "resource_create"
        assert each["data"]["package_id"] == dataset["name"]
        assert_true_of(whole, each["files"]["upload"], each["data"]["size"], each["data"]["hash"].removeprefix("sha256:"))
    assert len(uploads) == len(MODEL.stored) + 2
    linked = loaded(published / "ckan/package.json")["resources"]
    assert [each["url"] for each in linked] == [BASE + each["files"]["upload"] for each in uploads]


@given(metadata())
def test_ckan_can_take_any_metadata(about: Metadata):
    with exported(describe(attrs.evolve(about, redirects=())), "ckan") as place:
        dataset = loaded(place / "ckan/package.json")
    assert_fit_for_ckan(dataset)
    assert dataset["title"] == (about.title or about.name)


# Hugging Face


def front_matter(place: Path) -> Any:
    yaml = pytest.importorskip("yaml")
    _, head, _ = (place / "huggingface/README.md").read_text("utf-8").split("---\n", 2)
    return yaml.safe_load(head)


def test_the_card_names_every_table(whole: Path):
    found = front_matter(whole)
    assert (found["pretty_name"], found["license"], found["language"]) == (TOLD.title, "cc-by-4.0", ["ja", "en"])
    assert found["size_categories"] == ["n<1K"]
    assert [each["config_name"] for each in found["configs"]] == list(MODEL.stored)
    for each in found["configs"]:
        content = (whole / "huggingface" / each["data_files"]).read_bytes()
        assert content == (whole / "parquet" / each["data_files"]).read_bytes()


@given(metadata())
def test_any_metadata_make_a_card_that_yaml_reads(about: Metadata):
    with exported(describe(attrs.evolve(about, redirects=())), "huggingface") as place:
        found = front_matter(place)
    assert found["pretty_name"] == (about.title or about.name)
    assert found.get("tags", []) == list(dict.fromkeys(about.keywords))


def test_datasets_loads_every_table(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    pytest.importorskip("datasets.load")  # the name alone may be that of a folder
    import datasets as hub

    place = str(whole / "huggingface")
    found = {name: hub.load_dataset(place, name, cache_dir=str(tmp_path))["train"] for name in hub.get_dataset_config_names(place)}
    assert {name: each.num_rows for name, each in found.items()} == rows(told())
    assert found["asks"]["summary"][:] == [each.summary for each in sound().asks]
    card = pytest.importorskip("huggingface_hub").DatasetCard.load(f"{place}/README.md")
    assert card.data.license == "cc-by-4.0"
    assert TOLD.description in card.text


# Citation


def test_authors_stand_in_a_citation_once():
    yaml = pytest.importorskip("yaml")
    twice = (Contributor("Kaifu", ("creator",)), Contributor("Kaifu", ("author",)))
    for contributors, authors in ((twice, [{"name": "Kaifu"}]), ((), [{"name": "anonymous"}])):
        with exported(told(attrs.evolve(TOLD, contributors=contributors)), "citation") as place:
            assert yaml.safe_load((place / "citation/CITATION.cff").read_bytes())["authors"] == authors


def test_people_are_named_by_their_given_and_family_names():
    """Where no title says the whole name; Japanese names begin with that of the family."""
    yaml = pytest.importorskip("yaml")
    people = (
        Contributor(given_name="潮", family_name="海風", roles=("creator",), organization="海風県"),
        Contributor(given_name="Hana", family_name="Umi", roles=("creator",)),
        Contributor(organization="Kaifu University", roles=("creator",)),
    )
    data = told(attrs.evolve(TOLD, contributors=people))
    with exported(data, "citation", "ckan", "schemaorg", "dcat", "csvw", "huggingface") as place:
        assert yaml.safe_load((place / "citation/CITATION.cff").read_bytes())["authors"] == [
            {"family-names": "海風", "given-names": "潮", "affiliation": "海風県"},
            {"family-names": "Umi", "given-names": "Hana"},
            {"name": "Kaifu University"},
        ]
        for format in ("ckan", "schemaorg", "dcat", "csvw", "huggingface"):
            written = "".join(path.read_text("utf-8") for path in (place / format).iterdir() if path.is_file())
            assert all(name in written for name in ("海風 潮", "Hana Umi", "Kaifu University"))


def test_a_citation_file_names_authors_and_terms(whole: Path):
    yaml = pytest.importorskip("yaml")
    found = yaml.safe_load((whole / "citation/CITATION.cff").read_bytes())
    assert (found["title"], found["abstract"], found["license"]) == (TOLD.title, TOLD.description, "CC-BY-4.0")
    assert found["authors"] == [
        {"name": "Kaifu Open Data", "website": "https://example.org/kaifu"},
        {"alias": "Hana Umi", "affiliation": "Kaifu University"},
    ]


def citation(place: Path) -> Any:
    lib = pytest.importorskip("cffconvert")
    return lib.Citation((place / "citation/CITATION.cff").read_text("utf-8"))


def test_cffconvert_finds_the_citation_valid(whole: Path):
    found = citation(whole)
    found.validate()
    assert (
        found.as_apalike()
        == "Kaifu Open Data, Hana Umi (2031). 海風県の回線 (version 1.2.0). DOI: 10.5555/kaifu.1 URL: https://example.org/about\n"
    )


@given(
    metadata(), st.lists(st.sampled_from([SAME_RIGHTS, License("MIT"), License("CC0-1.0"), License("own terms")]), max_size=2), texts(200)
)
def test_cffconvert_takes_any_metadata(about: Metadata, licenses: list[License], description: str):
    pytest.importorskip("cffconvert")
    about = attrs.evolve(about, redirects=(), licenses=tuple(licenses), description=description)
    with exported(told(about), "citation") as place:
        found = citation(place)
        found.validate()
    assert found.cffobj["title"] == (about.title or about.name)
    assert found.cffobj["abstract"] == description
