"""``datapackage.json``: what a package says of itself, written and read."""

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

from attrs import frozen

from dxgov.errors import DataError, Problem, ProblemCode, did_you_mean
from dxgov.metadata import Metadata
from dxgov.package.container import path_fault
from dxgov.package.csvfile import DIALECT
from dxgov.package.tableschema import table_schema
from dxgov.plain import structure, unstructure
from dxgov.schema import LinkTable, Model, Table

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
MARK = "dxgov"
"""The property by which a package shows that dxgov wrote it, so that an export may replace it."""

_METADATA = ("name", "title", "description", "version", "created", "homepage", "keywords", "licenses", "contributors", "sources")


def csv_resource(model: Model, table: Table | LinkTable, present: Collection[str], path: str, content: bytes) -> dict[str, Any]:
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
        "bytes": len(content),
        "hash": sha256(content),
        "schema": table_schema(model, table, present),
    }


def parquet_resource(model: Model, table: Table | LinkTable, present: Collection[str], path: str) -> dict[str, Any]:
    """The resource of a Parquet file, without its hash; a size is left out, because frictionless always fails it."""
    return {
        "name": table.name,
        "type": "table",
        "path": path,
        "title": table.label,
        "description": table.description,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": table_schema(model, table, present, lists="any"),
    }


def sha256(content: bytes) -> str:
    """A hash as Data Package writes it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def descriptor(metadata: Metadata, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """The whole descriptor."""
    about = {key: value for key, value in unstructure(metadata).items() if value != []}
    if "created" in about:
        about["created"] += "T00:00:00Z"
    ordered = {key: about[key] for key in _METADATA if key in about}
    return {"$schema": PROFILE, MARK: {"format": 1}, **ordered, "resources": resources}


def dumps(found: Mapping[str, Any]) -> bytes:
    """The bytes of a descriptor: the same for the same content."""
    return (json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode()


@frozen
class Resource:
    """A file that a descriptor lists."""

    table: str
    path: str
    format: str
    bytes: int | None = None
    hash: str | None = None


def read_descriptor(content: bytes, name: str, model: Model) -> tuple[Metadata, list[Resource], list[Problem]]:
    """What a descriptor says, and what is wrong with it."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        return Metadata(), [], [Problem(ProblemCode.NOT_A_PACKAGE, f"not JSON: {error}", file=name)]
    listed = found.get("resources") if isinstance(found, dict) else None
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        return Metadata(), [], [Problem(ProblemCode.NOT_A_PACKAGE, "not a Data Package descriptor: it has no list of resources", file=name)]
    problems: list[Problem] = []
    try:
        metadata = structure({key: found[key] for key in _METADATA if key in found}, Metadata)
    except DataError as error:
        metadata = Metadata()
        problems += (Problem(each.code, each.message, field=each.field, file=name) for each in error.problems)
    resources: dict[str, Resource] = {}
    for number, each in enumerate(listed):
        resource = _resource(each, f"resources.{number}", name, model, problems)
        if resource and resource.table in resources:
            problems.append(Problem(ProblemCode.DUPLICATE_TABLE, "the descriptor lists the table twice", resource.table, file=name))
        elif resource:
            resources[resource.table] = resource
    return metadata, list(resources.values()), problems


def _resource(found: dict[str, Any], place: str, file: str, model: Model, problems: list[Problem]) -> Resource | None:
    name, path = found.get("name"), found.get("path")
    if not isinstance(name, str) or name not in model.stored:
        hint = did_you_mean(name, model.stored) if isinstance(name, str) else ""
        problems.append(
            Problem(ProblemCode.UNKNOWN_TABLE, f"{name!r} is not a table of {model.name}{hint}", field=f"{place}.name", file=file)
        )
        return None
    if isinstance(path, list) and len(path) == 1:
        (path,) = path
    if not isinstance(path, str):
        problems.append(
            Problem(ProblemCode.NOT_A_PACKAGE, f"found {path!r}, expected the path of one file", name, field=f"{place}.path", file=file)
        )
        return None
    fault = path_fault(path)
    if fault:
        problems.append(Problem(ProblemCode.UNSAFE_PATH, fault, name, field=f"{place}.path", file=file))
        return None
    given = found.get("format")
    format = given.lower() if isinstance(given, str) else path.rpartition(".")[2].lower()
    if format not in ("csv", "parquet"):
        problems.append(
            Problem(ProblemCode.NOT_A_PACKAGE, f"found {format!r}, expected csv or parquet", name, field=f"{place}.format", file=file)
        )
        return None
    size, hash = found.get("bytes"), found.get("hash")
    return Resource(name, path, format, size if type(size) is int else None, hash if isinstance(hash, str) else None)


def file_problem(resource: Resource, content: bytes) -> Problem | None:
    """What is wrong with a file as a whole: its size, or else its hash."""
    if resource.bytes is not None and resource.bytes != len(content):
        message = f"found {len(content):,} bytes, expected {resource.bytes:,}; the file was changed after the descriptor was written"
        return Problem(ProblemCode.WRONG_SIZE, message, resource.table, file=resource.path)
    if resource.hash is None:
        return None
    algorithm, colon, expected = resource.hash.rpartition(":")
    algorithm = (algorithm if colon else "md5").lower().replace("-", "")
    if algorithm not in hashlib.algorithms_guaranteed or not hashlib.new(algorithm, usedforsecurity=False).digest_size:
        return Problem(ProblemCode.WRONG_HASH, f"{algorithm!r} is not a hash that can be verified", resource.table, file=resource.path)
    actual = hashlib.new(algorithm, content, usedforsecurity=False).hexdigest()
    if actual == expected.lower():
        return None
    message = f"found {algorithm} {actual[:12]}…, expected {expected[:12]}…; the file was changed after the descriptor was written"
    return Problem(ProblemCode.WRONG_HASH, message, resource.table, file=resource.path)
