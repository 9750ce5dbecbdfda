"""Linked data (RDF): the records, the code lists and themes as SKOS, and the terms of the definition itself, as Turtle and JSON-LD.

A column that takes its meaning from shared vocabularies (`Term`) is a property of theirs; any other is a term of the definition, which
``terms.ttl`` explains. All IRIs are relative to the folder, so that whoever publishes it gives the records their addresses.
"""

from collections.abc import Callable, Iterable, Iterator

from dxgov.exporters.linked_data.graph import RDF, RDFS, SKOS, TYPE, Iri, Literal, Node, node
from dxgov.exporters.linked_data.iris import TERMS, class_iri, own_iri, property_iris
from dxgov.exporters.linked_data.jsonld import jsonld
from dxgov.exporters.linked_data.skos import concepts
from dxgov.exporters.linked_data.statements import DATATYPES, records
from dxgov.exporters.linked_data.turtle import turtle
from dxgov.marks import Ref
from dxgov.schema import Column
from dxgov.storage.files import Files, Written
from dxgov.tables.collection import Collection


def linked_data(data: Collection, written: Written) -> Files:
    """``records``, ``concepts`` and ``terms``, each as ``.ttl`` and ``.jsonld``."""
    base = f"{written.base}rdf/" if written.base else None
    nodes: dict[str, Callable[[], Iterable[Node]]] = {
        "records": lambda: records(data),
        "concepts": lambda: concepts(data),
        "terms": lambda: terms(data),
    }
    for stem, make in nodes.items():
        yield f"{stem}.ttl", turtle(make(), base)
        yield f"{stem}.jsonld", jsonld(make(), base, TERMS)


def terms(data: Collection) -> Iterator[Node]:
    """The record classes, and the properties that no shared vocabulary has, as RDF Schema."""
    seen: set[str] = set()
    for table in data.model().tables.values():
        yield node(
            class_iri(table.record),
            [
                (TYPE, Iri(f"{RDFS}Class")),
                (f"{RDFS}label", Literal(table.label, "ja")),
                (f"{RDFS}label", Literal(table.singular.replace("_", " "), "en")),
                (f"{RDFS}comment", Literal(table.description, "en") if table.description else None),
                *((f"{RDFS}subClassOf", Iri(iri)) for iri in table.terms),
            ],
        )
        for column in table.columns:
            iri = own_iri(column)
            if iri in property_iris(column, table) and iri not in seen:
                seen.add(iri)
                yield _property(iri, column)


def _property(iri: str, column: Column) -> Node:
    kind = f"{SKOS}Concept" if column.codes else None if column.has(Ref) else DATATYPES.get(column.kind, f"{RDFS}Literal")
    return node(
        iri,
        [
            (TYPE, Iri(f"{RDF}Property")),
            (f"{RDFS}label", Literal(column.label, "ja")),
            (f"{RDFS}label", Literal(column.name.replace("_", " "), "en")),
            (f"{RDFS}comment", Literal(column.description, "en") if column.description else None),
            (f"{RDFS}range", Iri(kind) if kind else None),
        ],
    )
