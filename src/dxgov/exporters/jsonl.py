"""JSON Lines: a file for each table with one record per line, in the plain form of `dxgov.model.serialization`."""

import json
from collections.abc import Iterator
from typing import Any

from dxgov.exporters.jsonschema import json_schema
from dxgov.model.serialization import unstructure
from dxgov.storage.files import ExportFolder, Files
from dxgov.tables.collection import Collection
from dxgov.tables.records import Records

_LINE_ENDS = str.maketrans({character: f"\\u{ord(character):04x}" for character in "\u0085\u2028\u2029"})
"""Escapes for line separators that JSON leaves alone, but at which some programs begin a new line."""

_RECORDS_PER_CHUNK = 1_000
"""Records serialized at a time."""


def export_jsonl(data: Collection, _folder: ExportFolder) -> Files:
    """Yield ``metadata.json``, ``schema.json`` (the JSON Schema of a line), and ``asks.jsonl`` and so on for each table with records."""
    yield "metadata.json", _dump_document(unstructure(data.metadata))
    yield "schema.json", _dump_document(json_schema(data.model()))
    for name, records in data.tables.items():
        if len(records):
            yield f"{name}.jsonl", _dump_records(records)


def _dump_document(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _dump_records(records: Records[Any]) -> Iterator[bytes]:
    for start in range(0, len(records), _RECORDS_PER_CHUNK):
        lines = [json.dumps(unstructure(record), ensure_ascii=False) for record in records[start : start + _RECORDS_PER_CHUNK]]
        yield ("\n".join(lines) + "\n").translate(_LINE_ENDS).encode()
