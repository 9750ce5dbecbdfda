"""Linked data: read back by rdflib and by PyLD, and its concepts looked over by skosify."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pytest
from hypothesis import given

import dxgov
from dxgov import Dataset
from dxgov.exporters.linked_data.rdf import export_rdf
from dxgov.storage.files import ExportFolder
from dxgov.testing import datasets
from reading import NASTY
from soundness import sound
from toys import RichShop

rdflib = pytest.importorskip("rdflib")
jsonld = pytest.importorskip("pyld.jsonld")


BASE = "https://example.org/open-data/"
RDF = f"{BASE}rdf/"
STEMS = ("records", "concepts", "terms")
SKOS = rdflib.Namespace("http://www.w3.org/2004/02/skos/core#")
DCT = rdflib.Namespace("http://purl.org/dc/terms/")
ORG = rdflib.Namespace("http://www.w3.org/ns/org#")
TERMS = rdflib.Namespace(f"{RDF}terms#")

pytestmark = pytest.mark.filterwarnings("ignore")  # those of the readers are theirs


def files(data: Any, base: str | None = BASE) -> dict[str, bytes]:
    return {
        name: b"".join([content] if isinstance(content, bytes) else content)
        for name, content in export_rdf(data, ExportFolder(Path(), base))
    }


def graph(content: bytes, kind: str = "turtle", place: str = f"{RDF}x") -> Any:
    return rdflib.Graph().parse(data=content, format=kind, publicID=place)


def record(id: str) -> Any:
    return rdflib.URIRef(f"{RDF}records#{id}")


def test_a_record_tells_what_it_is_in_shared_terms():
    found = graph(files(sound())["records.ttl"])
    for kind, id in ((ORG.Membership, sound().appointments[0].id), (SKOS.Concept, "skills"), (ORG.FormalOrganization, "jp-99-kaifu")):
        if (record(id), rdflib.RDF.type, None) in found:
            assert (record(id), rdflib.RDF.type, kind) in found, id
    theme = sound().themes["skills"]
    assert found.value(record("skills"), DCT.identifier) == rdflib.Literal("skills")
    assert set(found.objects(record("skills"), SKOS.prefLabel)) == {rdflib.Literal(theme.label, "ja"), rdflib.Literal(theme.label_en, "en")}
    posts = {each.id for each in sound().actors.where(kind="post")}
    assert {str(each).rpartition("#")[2] for each in found.subjects(rdflib.RDF.type, ORG.Post)} == posts
    ask = sound().asks[0]
    assert set(found.objects(record(ask.id), DCT.subject)) == {record(id) for id in ask.theme_ids}
    assert found.value(record(ask.id), TERMS["Ask.expected_of_id"]) == record(ask.expected_of_id)
    assert found.value(record(ask.id), TERMS["Ask.strength"]) == rdflib.URIRef(f"{RDF}concepts#AskStrength.{ask.strength}")


def test_dates_are_edtf_and_texts_have_their_language():
    found = graph(files(sound())["records.ttl"])
    request = sound().requests[0]
    (issued,) = found.objects(record(request.id), DCT.issued)
    assert (str(issued), str(issued.datatype)) == (request.submitted.edtf, "http://id.loc.gov/datatypes/edtf/EDTF")
    start = found.value(record(request.id), TERMS["Request.submitted.start"])
    assert start.toPython() == request.submitted.start
    english = attrs.evolve(sound().sources[0], language="de")
    rest = [each for each in sound() if each.id != english.id]
    mixed = graph(files(Dataset.of([*rest, english], sound().metadata))["records.ttl"])
    printed = [each for each in sound().requests if each.citation.source_id == english.id]
    for each in printed:
        assert set(mixed.objects(record(each.id), DCT.title)) == {rdflib.Literal(each.title, "de"), rdflib.Literal(each.title_en, "en")}
    assert printed


@given(datasets(max_size=2))
def test_every_record_is_a_thing_and_both_forms_say_the_same(data: Dataset):
    found = files(data)
    for stem in STEMS:
        turtle, other = graph(found[f"{stem}.ttl"]), graph(found[f"{stem}.jsonld"], "json-ld")
        assert set(turtle) == set(other)
        assert not any(isinstance(each, rdflib.BNode) for triple in turtle for each in triple)
    records = graph(found["records.ttl"])
    assert {str(each) for each in records.subjects()} == {str(record(each.id)) for each in data}
    for table in data.tables.values():
        for each in table:
            assert rdflib.Literal(each.id) == records.value(record(each.id), DCT.identifier)
    for theme in data.themes:
        said = {str(each) for each in records.objects(record(theme.id), SKOS.prefLabel)}
        assert said == {theme.label, theme.label_en}


@given(datasets(RichShop, max_size=2))
def test_classes_of_your_own_are_linked_data_too(data: RichShop):
    found = files(data)
    records, terms = graph(found["records.ttl"]), graph(found["terms.ttl"])
    known = set(terms.subjects())
    assert {each for each in records.predicates() if each.startswith(TERMS)} <= known
    for widget in data.rich_widgets:
        assert (record(widget.id), rdflib.RDF.type, TERMS.RichWidget) in records
        weight = records.value(record(widget.id), TERMS["RichWidget.weight"])
        assert (weight.toPython() if weight is not None else None) == widget.weight
        assert set(records.objects(record(widget.id), TERMS["RichWidget.seller_ids"])) == {record(id) for id in widget.seller_ids}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_texts_survive(text: str):
    whole = sound()
    theme = attrs.evolve(whole.themes["skills"], label=text, note=text, alt_labels=(text,))
    found = files(Dataset.of([*(each for each in whole if each.id != theme.id), theme], whole.metadata))
    for kind, name in (("turtle", "records.ttl"), ("json-ld", "records.jsonld"), ("turtle", "concepts.ttl")):
        read = graph(found[name], kind)
        assert rdflib.Literal(text, "ja") in set(read.objects(record("skills"), SKOS.prefLabel))
        assert str(read.value(record("skills"), SKOS.altLabel)) == text


def test_another_reader_of_json_ld_finds_the_same():
    for base in (BASE, None):
        found = files(sound(), base)
        for stem in STEMS:
            options = {"base": f"{RDF}{stem}.jsonld", "format": "application/n-quads"}
            quads = jsonld.to_rdf(json.loads(found[f"{stem}.jsonld"]), options)
            assert set(graph(quads.encode(), "nt")) == set(graph(found[f"{stem}.ttl"], place=f"{RDF}{stem}.ttl"))


def test_addresses_follow_the_files_unless_a_base_is_known():
    assert BASE.encode() not in b"".join(files(sound(), None).values())
    elsewhere = graph(files(sound(), None)["records.ttl"], place="https://elsewhere.example/rdf/records.ttl")
    assert rdflib.URIRef("https://elsewhere.example/rdf/records#skills") in set(elsewhere.subjects())
    assert record("skills") in set(graph(files(sound())["records.ttl"], place="https://elsewhere.example/").subjects())


def test_every_reference_leads_to_something_that_is_described():
    found = files(dxgov.load())
    graphs = {stem: graph(found[f"{stem}.ttl"]) for stem in STEMS}
    described = {each for each in graphs.values() for each in each.subjects()}
    used = {
        each for one in graphs.values() for triple in one for each in triple if isinstance(each, rdflib.URIRef) and each.startswith(RDF)
    }
    assert used <= described
    assert len(set(graphs["records"].subjects())) == len(dxgov.load())


def test_code_lists_and_themes_are_skos():
    found = graph(files(sound())["concepts.ttl"])
    schemes = set(found.subjects(rdflib.RDF.type, SKOS.ConceptScheme))
    codes = {type(column.codes[0]) for table in Dataset.model().tables.values() for column in table.columns if column.codes}
    thesauri = [name for name, table in Dataset.model().tables.items() if str(SKOS.Concept) in table.terms]
    assert {str(each) for each in schemes} == {f"{RDF}concepts#{name}" for name in (*thesauri, *(each.__name__ for each in codes))}
    concepts = set(found.subjects(rdflib.RDF.type, SKOS.Concept))
    assert len(concepts) == sum(len(sound().tables[name]) for name in thesauri) + sum(len(each) for each in codes)
    for concept in concepts:
        (scheme,) = found.objects(concept, SKOS.inScheme)
        assert scheme in schemes
        assert ((scheme, SKOS.hasTopConcept, concept) in found) == ((concept, SKOS.broader, None) not in found)


def test_skosify_finds_nothing_wrong(caplog: pytest.LogCaptureFixture):
    check = pytest.importorskip("skosify").check
    found = graph(files(dxgov.load())["concepts.ttl"])
    caplog.clear()
    for each in (check.hierarchy_cycles, check.disjoint_relations, check.hierarchical_redundancy, check.label_overlap):
        each(found)
    check.preflabel_uniqueness(found, "shortest")
    assert caplog.records == []


def test_the_same_data_give_the_same_bytes():
    with TemporaryDirectory() as folder:
        one, other = (dxgov.export(sound(), Path(folder) / name, formats="rdf", zip=True) for name in ("one", "other"))
        assert (one / "rdf.zip").read_bytes() == (other / "rdf.zip").read_bytes()
