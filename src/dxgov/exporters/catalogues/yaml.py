"""The little of YAML that files for portals need: mappings, lists and quoted texts, which every version of YAML reads alike."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def yaml(found: Mapping[str, Any]) -> str:
    """A document of texts, truth values, lists and mappings; keys are plain words."""
    return "".join(f"{line}\n" for line in _mapping(found, ""))


def _mapping(found: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in found.items():
        if isinstance(value, Mapping | list) and value:
            yield f"{indent}{key}:"
            yield from _mapping(value, f"{indent}  ") if isinstance(value, Mapping) else _list(value, indent)
        else:
            yield f"{indent}{key}: {_scalar(value)}"


def _list(found: list[Any], indent: str) -> Iterator[str]:
    for each in found:
        if isinstance(each, Mapping):
            first, *rest = _mapping(each, f"{indent}    ")
            yield f"{indent}  - {first.lstrip()}"
            yield from rest
        else:
            yield f"{indent}  - {_scalar(each)}"


def _scalar(value: Any) -> str:
    """JSON, which is YAML too, but for characters that YAML takes for line breaks or refuses."""
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))
