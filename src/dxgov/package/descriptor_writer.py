"""``datapackage.json``, written: what a package says of itself."""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from attrs import fields

from dxgov.formats.csv_writer import DIALECT
from dxgov.metadata import Metadata
from dxgov.model.serialization import unstructure
from dxgov.schema import LinkTable, Model, Table
from dxgov.schema.table_schema import table_schema

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
MARK = "dxgov"
"""The property under which a package tells the version of its layout."""

FORMAT = 1
"""The version of the layout that dxgov writes and reads."""

PROPERTIES = tuple(each.name for each in fields(Metadata))
"""The properties of a descriptor that say what the data set says about itself."""


TEMPORAL = "temporal"
"""The property with the time that the data cover. It follows from the records, so that it is written and never read."""


def csv_resource(model: Model, table: Table | LinkTable, present: Collection[str], path: str, size: int, hash: str) -> dict[str, Any]:
    """The resource of a CSV file; readable as one of version 1 too."""
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
        "dialect": DIALECT,
        "bytes": size,
        "hash": f"sha256:{hash}",
        "schema": table_schema(model, table, present, "csv"),
    }


def parquet_resource(model: Model, table: Table | LinkTable, present: Collection[str], path: str | list[str]) -> dict[str, Any]:
    """The resource of a Parquet file or of several, without its hash; a size is left out, because frictionless always fails it."""
    return {
        "name": table.name,
        "type": "table",
        "path": path,
        "title": table.label,
        "description": table.description,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": table_schema(model, table, present, "parquet"),
    }


def sha256(content: bytes) -> str:
    """A hash as Data Package writes it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def descriptor(metadata: Metadata, resources: list[dict[str, Any]], covered: tuple[date, date] | None = None) -> dict[str, Any]:
    """The whole descriptor, with the first and the last day that the data cover."""
    about = {key: value for key, value in unstructure(metadata).items() if value != []}
    if "created" in about:
        about["created"] += "T00:00:00Z"
    ordered = {key: about[key] for key in PROPERTIES if key in about}
    temporal = {TEMPORAL: {"start": covered[0].isoformat(), "end": covered[1].isoformat()}} if covered else {}
    return {"$schema": PROFILE, MARK: {"format": FORMAT}, **ordered, **temporal, "resources": resources}


def dumps(found: Mapping[str, Any]) -> bytes:
    """The bytes of a descriptor: the same for the same content."""
    return (json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode()
