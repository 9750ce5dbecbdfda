"""Rooms that are tested with mutants, the mutants that no test can tell from the code, and the results of the last runs."""

import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "docs" / "mutants.json"
"""Results of the last run of each room; docs/generate.py makes a page of them."""


class Room(NamedTuple):
    """Defaults of a run for a room of `dxgov`."""

    sample: int
    """Number of mutants that are drawn."""
    tests: tuple[str, ...]
    """Files of tests that are fast and say most about the room, without ``test_`` and ``.py``."""

    def list_files(self) -> list[Path]:
        """Return the paths of the files of tests."""
        return [ROOT / "tests" / f"test_{name}.py" for name in self.tests]


ROOMS = {
    "dates": Room(400, ("dates", "japanese_dates", "written_dates", "business")),
    "validation": Room(200, ("rules", "problem_collector")),
    "package": Room(
        150,
        (
            "descriptor",
            "descriptor_faults",
            "second_opinion",
            "rules",
            "lazy",
            "csv_faults",
            "parquet_faults",
            "column_types",
            "missing_columns",
            "batches",
            "changes",
            "partition",
            "partition_faults",
            "partition_reading",
            "remote_reading",
        ),
    ),
}


def select_modules(room: str, names: Iterable[str] = ()) -> list[str]:
    """Return the modules of a room by their dotted names; no `names` select all."""
    found = sorted(path.stem for path in (ROOT / "src" / "dxgov" / room).glob("*.py") if path.stem != "__init__")
    unknown = sorted(set(names) - set(found))
    if unknown:
        raise ValueError(f"the room {room} has no module {', '.join(unknown)}; it has {', '.join(found)}")
    return [f"dxgov.{room}.{name}" for name in found if not names or name in names]


def find_source(module: str) -> Path:
    """Return the path of a module's source."""
    return (ROOT / "src" / "/".join(module.split("."))).with_suffix(".py")


def read_equivalents() -> dict[str, str]:
    """Return the reason why no input shows a mutant, by the key of the mutant."""
    entries = tomllib.loads((Path(__file__).parent / "equivalents.toml").read_text(encoding="utf-8")).get("equivalent", [])
    return {entry["key"]: entry["reason"] for entry in entries}


def read_results() -> dict[str, Any]:
    """Return the results by room."""
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
