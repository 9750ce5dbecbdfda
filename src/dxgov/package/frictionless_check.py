"""A second opinion on a package, by frictionless."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import frictionless

from dxgov.dataset import Dataset
from dxgov.limits import Limits
from dxgov.package.descriptor_reader import read_descriptor
from dxgov.package.descriptor_writer import csv_resource
from dxgov.schema import Model, model_of
from dxgov.storage.address import is_address
from dxgov.storage.container import content
from dxgov.storage.folder import open_container
from dxgov.storage.zip_archive import Zip

_PROFILES = (None, "data-package", "tabular-data-package", "data-resource", "tabular-data-resource")
_ABOUT = ("sources", "licenses", "homepage", "$schema")
"""What a resource may have besides what dxgov writes."""


def second_opinion(path: Path | str) -> list[str]:
    """What frictionless finds wrong with a package, a line for each error.

    It checks what Table Schema can say: types, keys, foreign keys, codes, patterns, sizes and hashes of CSV files. It does not know
    of vague dates, check digits and the like, and takes minutes where `validate` takes seconds. It also does what a descriptor tells
    it to: it fetches a schema from an address, and matches patterns however long that takes. So it is not asked about a package
    whose descriptor tells more than those that dxgov writes.

    Raises:
        FileNotFoundError: there is nothing at `path`.
        NotAPackageError: there is something else than a package.
        DataError: a zip has members that cannot be taken.
    """
    if is_address(path):
        return ["frictionless: not asked about a package at an address; ask about a copy in a folder"]
    path = Path(path)
    strange = next(_strange(path, model_of(Dataset)), None)
    if strange:
        return [f"frictionless: not asked, for it does what a descriptor tells it, and this one has {strange}"]
    source = path / "datapackage.json" if path.is_dir() else path
    report: Any = frictionless.Package(str(source.absolute())).validate()
    errors = [f"frictionless: {error.message} [{error.type}]" for error in report.errors]
    return errors + [f"frictionless: {task.place}: {error.message} [{error.type}]" for task in report.tasks for error in task.errors]


def _strange(path: Path, model: Model) -> Iterator[str]:
    """What a descriptor has that dxgov never writes and frictionless may act on."""
    limits = Limits()
    container, name = open_container(path, limits)
    if isinstance(container, Zip) and sum(member.file_size for member in container.members.values()) > limits.package:
        yield "more files than the limits of reading allow"
    if isinstance(container, Zip) and container.root:
        yield f"its files in a folder, {container.root}"
    stored = container.find(name, limits.descriptor)
    text = content(stored) if stored else b""
    _, resources, problems = read_descriptor(text, name, model, limits)
    yield from (f"a fault: {problem}" for problem in problems)
    found = json.loads(text)
    if found.get("profile") not in _PROFILES:
        yield "a profile of its own"
    for resource in resources:
        written = csv_resource(model, model.stored[resource.table], list(model.stored), resource.path, 0, "")
        given = next(each for each in found["resources"] if each.get("name") == resource.table)
        yield from (f"{key!r} for {resource.table}" for key in given.keys() - written.keys() - set(_ABOUT))
        if given.get("profile") not in _PROFILES:
            yield f"a profile of its own for {resource.table}"
        dialect = given.get("dialect", {})
        if not isinstance(dialect, dict):
            yield f"a dialect elsewhere for {resource.table}"
        yield from (f"{key!r} in the dialect for {resource.table}" for key in dialect.keys() - written["dialect"].keys())
        yield from _strange_schema(given.get("schema", {}), written["schema"], resource.table)


def _strange_schema(given: Mapping[str, Any], written: Mapping[str, Any], table: str) -> Iterator[str]:
    yield from (f"{key!r} in the schema for {table}" for key in given.keys() - written.keys() - {"foreignKeys"})
    patterns = {each["name"]: each.get("constraints", {}).get("pattern") for each in written["fields"]}
    fields = given.get("fields", [])
    for field in fields if isinstance(fields, list) else ():
        constraints = field.get("constraints", {}) if isinstance(field, dict) else {}
        pattern = constraints.get("pattern") if isinstance(constraints, dict) else None
        if pattern is not None and pattern != patterns.get(str(field.get("name"))):
            yield f"a pattern of its own for {table}.{field.get('name')}"
