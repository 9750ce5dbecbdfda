"""RDF nodes and statements, before they are serialized as Turtle or JSON-LD.

IRIs may be relative to the folder of the format. There are no blank nodes, so that every node can be referred to and the same data give
the same bytes.
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from attrs import frozen

from dxgov.languages import LanguageMap

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
DCT = "http://purl.org/dc/terms/"
DCAT = "http://www.w3.org/ns/dcat#"
FOAF = "http://xmlns.com/foaf/0.1/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SPDX = "http://spdx.org/rdf/terms#"
VCARD = "http://www.w3.org/2006/vcard/ns#"
PROV = "http://www.w3.org/ns/prov#"

PREFIXES: Mapping[str, str] = {
    "rdf": RDF,
    "rdfs": RDFS,
    "xsd": XSD,
    "bibo": "http://purl.org/ontology/bibo/",
    "dcat": DCAT,
    "dct": DCT,
    "foaf": FOAF,
    "ical": "http://www.w3.org/2002/12/cal/ical#",
    "odrs": "http://schema.theodi.org/odrs#",
    "opengov": "http://www.w3.org/ns/opengov#",
    "org": "http://www.w3.org/ns/org#",
    "prov": PROV,
    "schema": "https://schema.org/",
    "skos": SKOS,
    "spdx": SPDX,
    "vcard": VCARD,
}
"""Namespaces of the shared vocabularies by prefix."""

TYPE = f"{RDF}type"


@frozen
class Iri:
    """An IRI, absolute or relative."""

    text: str


@frozen
class Literal:
    """A literal, with its language or datatype if any."""

    text: str
    lang: str | None = None
    type: str | None = None


Value = Iri | Literal


@frozen
class Node:
    """A subject with its properties: values by predicate IRI."""

    iri: str
    properties: Mapping[str, tuple[Value, ...]]


def make_node(iri: str, statements: Iterable[tuple[str, Value | None]]) -> Node:
    """Build a node from predicates and values; None values and repetitions are dropped."""
    values_by_predicate: dict[str, dict[Value, None]] = {}
    for predicate, value in statements:
        if value is not None:
            values_by_predicate.setdefault(predicate, {})[value] = None
    return Node(iri, {predicate: tuple(values) for predicate, values in values_by_predicate.items()})


def literals(texts: LanguageMap) -> tuple[Literal, ...]:
    """Return a literal for each language."""
    return tuple(Literal(text, lang) for lang, text in texts.texts.items())


def quote_segment(text: str) -> str:
    """Percent-encode a text as the last segment of an IRI."""
    return quote(text, safe="-._~")


def compact_iri(iri: str) -> str | None:
    """Return an IRI as a prefixed name, or None if it is in no shared vocabulary."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and re.fullmatch("[A-Za-z][A-Za-z0-9_]*", iri.removeprefix(namespace)):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return None


def escape_iri(iri: str) -> str:
    """Percent-encode the characters that no IRI may contain."""
    return re.sub(r'[\x00-\x20<>"{}|^`\\]', lambda match: quote(match[0], safe=""), iri)
