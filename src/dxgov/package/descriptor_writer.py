"""Writer of ``datapackage.json``: the metadata and resources of a package."""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from attrs import fields

from dxgov.formats.csv_writer import CSV_DIALECT
from dxgov.metadata import Metadata
from dxgov.model.serialization import unstructure
from dxgov.schema import LinkTable, Model, Table
from dxgov.schema.table_schema import build_table_schema

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
LAYOUT_PROPERTY = "dxgov"
"""Property with the version of the package's layout."""

LAYOUT_VERSION = 1
"""Version of the layout that dxgov writes and reads."""

METADATA_PROPERTIES = tuple(attribute.name for attribute in fields(Metadata))
"""Properties of a descriptor with the metadata of the data set."""


TEMPORAL_PROPERTY = "temporal"
"""Property with the days that the data cover. It follows from the records, so that it is written and never read."""


def build_csv_resource(model: Model, table: Table | LinkTable, present: Collection[str], path: str, size: int, hash: str) -> dict[str, Any]:
    """Build the resource of a CSV file; clients of Data Package version 1 can read it too."""
    return {
        "name": table.name,
        "type": "table",
        "profile": "tabular-data-resource",
        "path": path,
        "title": table.label,
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": CSV_DIALECT,
        "bytes": size,
        "hash": f"sha256:{hash}",
        "schema": build_table_schema(model, table, present, "csv"),
    }


def build_parquet_resource(model: Model, table: Table | LinkTable, present: Collection[str], path: str | list[str]) -> dict[str, Any]:
    """Build the resource of one or several Parquet files, without hash; and without size, because frictionless always fails it."""
    return {
        "name": table.name,
        "type": "table",
        "path": path,
        "title": table.label,
        "description": table.description,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": build_table_schema(model, table, present, "parquet"),
    }


def format_sha256(content: bytes) -> str:
    """Return a SHA-256 as Data Package writes it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def build_descriptor(metadata: Metadata, resources: list[dict[str, Any]], covered: tuple[date, date] | None = None) -> dict[str, Any]:
    """Build a descriptor; `covered` are the first and the last day that the data cover."""
    properties = {key: value for key, value in unstructure(metadata).items() if value != []}
    if "created" in properties:
        properties["created"] += "T00:00:00Z"
    ordered = {key: properties[key] for key in METADATA_PROPERTIES if key in properties}
    coverage = {TEMPORAL_PROPERTY: {"start": covered[0].isoformat(), "end": covered[1].isoformat()}} if covered else {}
    return {"$schema": PROFILE, LAYOUT_PROPERTY: {"format": LAYOUT_VERSION}, **ordered, **coverage, "resources": resources}


def dump_descriptor(descriptor: Mapping[str, Any]) -> bytes:
    """Serialize a descriptor; equal descriptors give equal bytes."""
    return (json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n").encode()
