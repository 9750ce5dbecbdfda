"""The files of packages as tests read them."""

import json
from pathlib import Path
from typing import Any

PARTITION_BY = {"meetings": "held", "asks": "expected_of_id"}
"""The field by which the fixture `partition` partitions tables."""


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the contents of all files below a folder, by their relative path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def read_descriptor(package: Path) -> dict[str, Any]:
    """Return the content of ``datapackage.json``."""
    return json.loads((package / "datapackage.json").read_bytes())


def read_resource(package: Path, table: str) -> dict[str, Any]:
    """Return what the descriptor says of a table."""
    return next(resource for resource in read_descriptor(package)["resources"] if resource["name"] == table)
