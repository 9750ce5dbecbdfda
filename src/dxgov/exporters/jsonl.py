"""JSON Lines: a file for each table with a record on each line, in the plain form of `dxgov.model.serialization`."""

import json
from collections.abc import Iterator
from typing import Any

from dxgov.exporters.jsonschema import json_schema
from dxgov.model.serialization import unstructure
from dxgov.storage.files import Files
from dxgov.tables.collection import Collection
from dxgov.tables.records import Records

_LINE_ENDS = str.maketrans({each: f"\\u{ord(each):04x}" for each in "\u0085\u2028\u2029"})
"""Characters that JSON leaves alone, but at which some programs begin a new line."""

_LINES = 1_000
"""How many lines are written at a time."""


def json_lines(data: Collection) -> Files:
    """``asks.jsonl`` and so on for each table that has records, ``metadata.json``, and ``schema.json``, the JSON Schema of a line."""
    yield "metadata.json", _document(unstructure(data.metadata))
    yield "schema.json", _document(json_schema(data.model()))
    for name, records in data.tables.items():
        if len(records):
            yield f"{name}.jsonl", _lines(records)


def _document(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _lines(records: Records[Any]) -> Iterator[bytes]:
    for start in range(0, len(records), _LINES):
        lines = [json.dumps(unstructure(record), ensure_ascii=False) for record in records[start : start + _LINES]]
        yield ("\n".join(lines) + "\n").translate(_LINE_ENDS).encode()
