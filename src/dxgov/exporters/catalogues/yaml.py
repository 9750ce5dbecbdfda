"""A small subset of YAML that every version reads alike: mappings, lists and quoted scalars."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def dump_yaml(document: Mapping[str, Any]) -> str:
    """Return a document of texts, numbers, booleans, lists and mappings; keys must be plain words."""
    return "".join(f"{line}\n" for line in _dump_mapping(document, ""))


def _dump_mapping(mapping: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in mapping.items():
        if isinstance(value, Mapping | list) and value:
            yield f"{indent}{key}:"
            yield from _dump_mapping(value, f"{indent}  ") if isinstance(value, Mapping) else _dump_list(value, indent)
        else:
            yield f"{indent}{key}: {_dump_scalar(value)}"


def _dump_list(items: list[Any], indent: str) -> Iterator[str]:
    for item in items:
        if isinstance(item, Mapping):
            first_line, *lines = _dump_mapping(item, f"{indent}    ")
            yield f"{indent}  - {first_line.lstrip()}"
            yield from lines
        else:
            yield f"{indent}  - {_dump_scalar(item)}"


def _dump_scalar(value: Any) -> str:
    """Return a scalar as JSON, which is YAML too, with characters escaped that YAML refuses or takes for line breaks."""
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))
