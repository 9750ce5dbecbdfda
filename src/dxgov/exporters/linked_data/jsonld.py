"""JSON-LD 1.1 serialization of RDF nodes, one node per line."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from dxgov.exporters.linked_data.graph import PREFIXES, TYPE, Iri, Node, Value, compact_iri, escape_iri


def serialize_jsonld(nodes: Iterable[Node], base: str | None = None, vocabulary: str = "") -> Iterator[bytes]:
    """Yield a JSON-LD document in chunks.

    Args:
        nodes: the nodes of the graph.
        base: address of the folder of the document; without one, relative IRIs resolve against its location.
        vocabulary: namespace whose classes and properties go by their bare names.
    """
    context = ({"@base": base} if base else {}) | ({"@vocab": f"{base or ''}{vocabulary}"} if vocabulary else {}) | dict(PREFIXES)
    yield f'{{\n"@context": {_dumps(context)},\n"@graph": ['.encode()
    for index, node in enumerate(nodes):
        yield f"{',' if index else ''}\n{_dumps(dict(_node_members(node, vocabulary)))}".encode()
    yield b"\n]\n}\n"


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _node_members(node: Node, vocabulary: str) -> Iterator[tuple[str, Any]]:
    yield "@id", escape_iri(node.iri)
    for predicate, values in node.properties.items():
        if predicate == TYPE:
            yield "@type", _unwrap_single([_compact_term(value.text, vocabulary) for value in values])
        else:
            yield _compact_term(predicate, vocabulary), _unwrap_single([_format_value(value) for value in values])


def _unwrap_single(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _compact_term(iri: str, vocabulary: str) -> str:
    return compact_iri(iri) or escape_iri(iri).removeprefix(vocabulary)


def _format_value(value: Value) -> Any:
    if isinstance(value, Iri):
        return {"@id": escape_iri(value.text)}
    if value.lang:
        return {"@value": value.text, "@language": value.lang}
    return {"@value": value.text, "@type": _compact_term(value.type, "")} if value.type else value.text
