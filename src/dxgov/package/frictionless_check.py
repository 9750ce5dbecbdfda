"""Check of a package by frictionless, as a second opinion."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import frictionless

from dxgov.dataset import Dataset
from dxgov.limits import Limits
from dxgov.package.descriptor_reader import read_descriptor
from dxgov.package.descriptor_writer import build_csv_resource
from dxgov.schema import Model, model_of
from dxgov.storage.address import is_address
from dxgov.storage.container import read_file
from dxgov.storage.folder import open_container
from dxgov.storage.zip_archive import Zip

_PROFILES = (None, "data-package", "tabular-data-package", "data-resource", "tabular-data-resource")
_EXTRA_PROPERTIES = ("sources", "licenses", "homepage", "$schema")
"""Properties that a resource may have besides those that dxgov writes."""


def run_frictionless(path: Path | str) -> list[str]:
    """Return the errors that frictionless finds in a package, a line for each.

    It checks the rules that Table Schema can express: types, keys, foreign keys, codes, patterns, sizes and hashes of CSV files. It does
    not know vague dates, check digits and the like, and takes minutes where `validate` takes seconds. It also follows the descriptor
    blindly: it fetches a schema from an address, and matches patterns however long that takes. So it does not run on a package whose
    descriptor has properties that dxgov never writes.

    Raises:
        FileNotFoundError: there is nothing at `path`.
        NotAPackageError: there is something else than a package.
        DataError: a zip has members that cannot be read.
    """
    if is_address(path):
        return ["frictionless: not asked about a package at an address; ask about a copy in a folder"]
    path = Path(path)
    reason = next(_find_unsafe_properties(path, model_of(Dataset)), None)
    if reason:
        return [f"frictionless: not asked, for it does what a descriptor tells it, and this one has {reason}"]
    source = path / "datapackage.json" if path.is_dir() else path
    report: Any = frictionless.Package(str(source.absolute())).validate()
    errors = [f"frictionless: {error.message} [{error.type}]" for error in report.errors]
    return errors + [f"frictionless: {task.place}: {error.message} [{error.type}]" for task in report.tasks for error in task.errors]


def _find_unsafe_properties(path: Path, model: Model) -> Iterator[str]:
    """Yield the properties of a descriptor that dxgov never writes and that frictionless may act on."""
    limits = Limits()
    container, name = open_container(path, limits)
    if isinstance(container, Zip) and sum(member.file_size for member in container.members.values()) > limits.package:
        yield "more files than the limits of reading allow"
    if isinstance(container, Zip) and container.root:
        yield f"its files in a folder, {container.root}"
    stored = container.find(name, limits.descriptor)
    document = read_file(stored) if stored else b""
    _, resources, problems = read_descriptor(document, name, model, limits)
    yield from (f"a fault: {problem}" for problem in problems)
    descriptor = json.loads(document)
    if descriptor.get("profile") not in _PROFILES:
        yield "a profile of its own"
    for resource in resources:
        expected = build_csv_resource(model, model.stored[resource.table], list(model.stored), resource.path, 0, "")
        entry = next(resource_entry for resource_entry in descriptor["resources"] if resource_entry.get("name") == resource.table)
        yield from (f"{key!r} for {resource.table}" for key in entry.keys() - expected.keys() - set(_EXTRA_PROPERTIES))
        if entry.get("profile") not in _PROFILES:
            yield f"a profile of its own for {resource.table}"
        dialect = entry.get("dialect", {})
        if not isinstance(dialect, dict):
            yield f"a dialect elsewhere for {resource.table}"
        yield from (f"{key!r} in the dialect for {resource.table}" for key in dialect.keys() - expected["dialect"].keys())
        yield from _find_unsafe_schema(entry.get("schema", {}), expected["schema"], resource.table)


def _find_unsafe_schema(schema: Mapping[str, Any], expected: Mapping[str, Any], table: str) -> Iterator[str]:
    """Yield the properties and patterns of a schema that dxgov never writes."""
    yield from (f"{key!r} in the schema for {table}" for key in schema.keys() - expected.keys() - {"foreignKeys"})
    patterns = {field["name"]: field.get("constraints", {}).get("pattern") for field in expected["fields"]}
    fields = schema.get("fields", [])
    for field in fields if isinstance(fields, list) else ():
        constraints = field.get("constraints", {}) if isinstance(field, dict) else {}
        pattern = constraints.get("pattern") if isinstance(constraints, dict) else None
        if pattern is not None and pattern != patterns.get(str(field.get("name"))):
            yield f"a pattern of its own for {table}.{field.get('name')}"
