"""Linked data (RDF): records, code lists and themes as SKOS, and the model's own terms, as Turtle and JSON-LD.

A column with a term of a shared vocabulary (`Term`) is a property of that vocabulary. Any other is a term of the model, which
``terms.ttl`` defines. All IRIs are relative to the folder, so that the publisher's address becomes that of the records.
"""

from collections.abc import Callable, Iterable, Iterator

from dxgov.exporters.linked_data.graph import RDF, RDFS, SKOS, TYPE, Iri, Node, literals, make_node
from dxgov.exporters.linked_data.iris import MODEL_VOCABULARY, class_iri, model_term_iri, property_iris
from dxgov.exporters.linked_data.jsonld import serialize_jsonld
from dxgov.exporters.linked_data.skos import concept_nodes
from dxgov.exporters.linked_data.statements import DATATYPES, record_nodes
from dxgov.exporters.linked_data.turtle import serialize_turtle
from dxgov.languages import LanguageMap, derive_english_title
from dxgov.marks import Ref
from dxgov.schema import Column
from dxgov.storage.files import ExportFolder, Files
from dxgov.tables.collection import Collection


def export_rdf(data: Collection, folder: ExportFolder) -> Files:
    """Yield ``records``, ``concepts`` and ``terms``, each as ``.ttl`` and ``.jsonld``."""
    base = f"{folder.base}rdf/" if folder.base else None
    node_factories: dict[str, Callable[[], Iterable[Node]]] = {
        "records": lambda: record_nodes(data),
        "concepts": lambda: concept_nodes(data),
        "terms": lambda: term_nodes(data),
    }
    for stem, make_nodes in node_factories.items():
        yield f"{stem}.ttl", serialize_turtle(make_nodes(), base)
        yield f"{stem}.jsonld", serialize_jsonld(make_nodes(), base, MODEL_VOCABULARY)


def term_nodes(data: Collection) -> Iterator[Node]:
    """Yield the record classes and the model's own properties as RDF Schema."""
    known_iris: set[str] = set()
    for table in data.model().tables.values():
        yield make_node(
            class_iri(table.record),
            [
                (TYPE, Iri(f"{RDFS}Class")),
                *((f"{RDFS}label", label) for label in literals(LanguageMap(table.label, derive_english_title(table.singular)))),
                *((f"{RDFS}comment", comment) for comment in literals(table.descriptions)),
                *((f"{RDFS}subClassOf", Iri(iri)) for iri in table.terms),
            ],
        )
        for column in table.columns:
            iri = model_term_iri(column)
            if iri in property_iris(column, table) and iri not in known_iris:
                known_iris.add(iri)
                yield _property_node(iri, column)


def _property_node(iri: str, column: Column) -> Node:
    range_iri = f"{SKOS}Concept" if column.codes else None if column.has(Ref) else DATATYPES.get(column.kind, f"{RDFS}Literal")
    return make_node(
        iri,
        [
            (TYPE, Iri(f"{RDF}Property")),
            *((f"{RDFS}label", label) for label in literals(column.titles)),
            *((f"{RDFS}comment", comment) for comment in literals(column.descriptions)),
            (f"{RDFS}range", Iri(range_iri) if range_iri else None),
        ],
    )
