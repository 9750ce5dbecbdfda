"""RDF 1.1 Turtle.

Written here, because a library that holds a whole graph in memory neither keeps addresses that are relative to the file nor promises
the same bytes in its next version. The tests have rdflib read it.
"""

import re
from collections.abc import Iterable, Iterator

from dxgov.exporters.linked_data.graph import PREFIXES, TYPE, Iri, Node, Value, safe, short

_ESCAPES = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
_ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]')


def turtle(nodes: Iterable[Node], base: str | None = None) -> Iterator[bytes]:
    """A document in pieces; `base` is the address of the folder that it lies in."""
    head = [f"@base <{base}> ."] if base else []
    yield "\n".join([*head, *(f"@prefix {prefix}: <{iri}> ." for prefix, iri in PREFIXES.items()), ""]).encode()
    for each in nodes:
        yield _block(each).encode()


def _block(node: Node) -> str:
    lines = [f"    {_verb(predicate)} {', '.join(map(_value, values))}" for predicate, values in node.properties.items()]
    return "\n".join(["", f"<{safe(node.iri)}>", " ;\n".join(lines) + " .", ""])


def _verb(iri: str) -> str:
    return "a" if iri == TYPE else _iri(iri)


def _iri(iri: str) -> str:
    return short(iri) or f"<{safe(iri)}>"


def _value(value: Value) -> str:
    if isinstance(value, Iri):
        return _iri(value.text)
    text = _ESCAPED.sub(lambda match: _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04X}", value.text)
    return f'"{text}"' + (f"@{value.lang}" if value.lang else f"^^{_iri(value.type)}" if value.type else "")
