"""Writer of ``datapackage.json``: the metadata and resources of a package."""

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from attrs import fields

from dxgov.formats.csv_writer import CSV_DIALECT
from dxgov.languages import describe_in_languages
from dxgov.metadata import Metadata
from dxgov.model.serialization import unstructure
from dxgov.schema import LinkTable, Model, Table
from dxgov.schema.table_schema import LIST_TYPES, build_table_schema

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
LAYOUT_PROPERTY = "dxgov"
"""Property with the version of the package's layout."""

LAYOUT_VERSION = 1
"""Version of the layout that dxgov writes and reads."""

METADATA_PROPERTIES = tuple(attribute.name for attribute in fields(Metadata))
"""Properties of a descriptor with the metadata of the data set."""


ID_PROPERTY = "id"
"""Property with a UUID of the package, if the data set has a DOI or a name of its own. It is written and never read."""

TEMPORAL_PROPERTY = "temporal"
"""Property with the days that the data cover. It follows from the records, so that it is written and never read."""


def build_csv_resource(model: Model, table: Table | LinkTable, present: Collection[str], path: str, size: int, hash: str) -> dict[str, Any]:
    """Build the resource of a CSV file; clients of Data Package version 1 can read it too."""
    return {
        "name": table.name,
        "type": "table",
        "profile": "tabular-data-resource",
        "path": path,
        **describe_in_languages(table),
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
        **describe_in_languages(table),
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": build_table_schema(model, table, present, "parquet"),
    }


def format_sha256(content: bytes) -> str:
    """Return a SHA-256 as Data Package writes it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def build_descriptor(
    metadata: Metadata, resources: list[dict[str, Any]], format: str, covered: tuple[date, date] | None = None
) -> dict[str, Any]:
    """Build a descriptor.

    Args:
        metadata: Metadata of the data set.
        resources: Resources of the package.
        format: Format of the tables, ``csv`` or ``parquet``. The packages of a data set have a name and an id for each.
        covered: First and last day that the data cover; None if unknown.
    """
    properties = {key: value for key, value in unstructure(metadata).items() if value != []}
    properties["name"] = name = f"{metadata.name}-{format}"
    if "created" in properties:
        properties["created"] += "T00:00:00Z"
    ordered = {key: properties[key] for key in METADATA_PROPERTIES if key in properties}
    coverage = {TEMPORAL_PROPERTY: {"start": covered[0].isoformat(), "end": covered[1].isoformat()}} if covered else {}
    # Data sets without a name of their own share the default name, from which no unique id can follow.
    has_identity = metadata.doi or metadata.name != Metadata().name
    identity = {ID_PROPERTY: str(uuid5(NAMESPACE_URL, f"https://doi.org/{metadata.doi or ''}#{name}"))} if has_identity else {}
    layout = {LAYOUT_PROPERTY: {"format": LAYOUT_VERSION}}
    return {"$schema": PROFILE, **layout, **identity, **ordered, **coverage, "resources": resources}


def split_package_name(name: str) -> str:
    """Return the name of the data set of a package, which is that of the package without the format at its end."""
    return re.sub(rf"-({'|'.join(LIST_TYPES)})$", "", name)


def is_derived_id(id: object) -> bool:
    """Check whether an id of a package can be one that dxgov writes, a UUID that follows from a name (version 5)."""
    return isinstance(id, str) and re.fullmatch("[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", id) is not None


def dump_descriptor(descriptor: Mapping[str, Any]) -> bytes:
    """Serialize a descriptor; equal descriptors give equal bytes."""
    return (json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n").encode()
