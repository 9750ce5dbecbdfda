"""JSON-LD 1.1: statements as JSON, a node on each line."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from dxgov.exporters.linked_data.graph import PREFIXES, TYPE, Iri, Node, Value, safe, short


def jsonld(nodes: Iterable[Node], base: str | None = None, own: str = "") -> Iterator[bytes]:
    """A document in pieces.

    `base` is the address of the folder that it lies in; without one, relative IRIs count from wherever the document lies. Properties and
    classes of the vocabulary `own` go by their bare names.
    """
    context = ({"@base": base} if base else {}) | ({"@vocab": f"{base or ''}{own}"} if own else {}) | dict(PREFIXES)
    yield f'{{\n"@context": {_dumps(context)},\n"@graph": ['.encode()
    for number, each in enumerate(nodes):
        yield f"{',' if number else ''}\n{_dumps(dict(_members(each, own)))}".encode()
    yield b"\n]\n}\n"


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _members(node: Node, own: str) -> Iterator[tuple[str, Any]]:
    yield "@id", safe(node.iri)
    for predicate, values in node.properties.items():
        if predicate == TYPE:
            yield "@type", _some([_term(value.text, own) for value in values])
        else:
            yield _term(predicate, own), _some([_value(value) for value in values])


def _some(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _term(iri: str, own: str) -> str:
    return short(iri) or safe(iri).removeprefix(own)


def _value(value: Value) -> Any:
    if isinstance(value, Iri):
        return {"@id": safe(value.text)}
    if value.lang:
        return {"@value": value.text, "@language": value.lang}
    return {"@value": value.text, "@type": _term(value.type, "")} if value.type else value.text
