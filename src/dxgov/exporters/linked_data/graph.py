"""Statements about things, as RDF has them, before they are written as Turtle or JSON-LD.

IRIs may be relative to the folder of the format that is written. There are no blank nodes, so that everything has a name to refer to
and the same data give the same bytes.
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from attrs import frozen

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
"""What the shared vocabularies are called for short."""

TYPE = f"{RDF}type"


@frozen
class Iri:
    """The name of a thing."""

    text: str


@frozen
class Literal:
    """A text, with its language or its datatype where it has one."""

    text: str
    lang: str | None = None
    type: str | None = None


Value = Iri | Literal


@frozen
class Node:
    """A thing and what is said of it: properties by their IRIs, each with its values."""

    iri: str
    properties: Mapping[str, tuple[Value, ...]]


def node(iri: str, statements: Iterable[tuple[str, Value | None]]) -> Node:
    """A thing from statements on it; those without a value, or said already, are left out."""
    properties: dict[str, dict[Value, None]] = {}
    for predicate, value in statements:
        if value is not None:
            properties.setdefault(predicate, {})[value] = None
    return Node(iri, {predicate: tuple(values) for predicate, values in properties.items()})


def name(text: str) -> str:
    """A text as the last part of an IRI."""
    return quote(text, safe="-._~")


def short(iri: str) -> str | None:
    """An IRI as a prefix and a name, where it is of a shared vocabulary."""
    for prefix, start in PREFIXES.items():
        if iri.startswith(start) and re.fullmatch("[A-Za-z][A-Za-z0-9_]*", iri.removeprefix(start)):
            return f"{prefix}:{iri.removeprefix(start)}"
    return None


def safe(iri: str) -> str:
    """An IRI without characters that none may have."""
    return re.sub(r'[\x00-\x20<>"{}|^`\\]', lambda match: quote(match[0], safe=""), iri)
