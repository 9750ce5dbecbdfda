"""RDF 1.1 Turtle serialization of RDF nodes.

No library writes it, because one that holds a whole graph in memory neither keeps relative IRIs nor promises the same bytes in its next
version. The tests parse it with rdflib.
"""

import re
from collections.abc import Iterable, Iterator

from dxgov.exporters.linked_data.graph import PREFIXES, TYPE, Iri, Node, Value, compact_iri, escape_iri

_ESCAPES = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
_SPECIAL_CHARACTERS = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]')


def serialize_turtle(nodes: Iterable[Node], base: str | None = None) -> Iterator[bytes]:
    """Yield a Turtle document in chunks; `base` is the address of its folder."""
    header = [f"@base <{base}> ."] if base else []
    yield "\n".join([*header, *(f"@prefix {prefix}: <{iri}> ." for prefix, iri in PREFIXES.items()), ""]).encode()
    for node in nodes:
        yield _format_node(node).encode()


def _format_node(node: Node) -> str:
    lines = [f"    {_format_predicate(predicate)} {', '.join(map(_format_value, values))}" for predicate, values in node.properties.items()]
    return "\n".join(["", f"<{escape_iri(node.iri)}>", " ;\n".join(lines) + " .", ""])


def _format_predicate(iri: str) -> str:
    return "a" if iri == TYPE else _format_iri(iri)


def _format_iri(iri: str) -> str:
    return compact_iri(iri) or f"<{escape_iri(iri)}>"


def _format_value(value: Value) -> str:
    if isinstance(value, Iri):
        return _format_iri(value.text)
    text = _SPECIAL_CHARACTERS.sub(lambda match: _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04X}", value.text)
    return f'"{text}"' + (f"@{value.lang}" if value.lang else f"^^{_format_iri(value.type)}" if value.type else "")
