"""How cost grows to ten million rows: ``python benchmarks/large.py [--rows N] [--out FOLDER]``.

A package of a million records, and one of ten times as many: its rows ten times over, each time with ids of their own, so that every
reference leads somewhere. Both are validated, exported without being held, and read back, each in a fresh process. Writes
``large.json``. Takes about 10 GB of disk, and ten minutes.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import run
from growth import draw

COPIES = 10
TASKS = {
    "validate_parquet": "`validate`, Parquet",
    "polars_parquet": "the checks in Polars, Parquet",
    "stream_csv": "`export` to CSV of what was loaded with `lazy`, checks included",
    "stream_parquet": "`export` to Parquet of the same",
    "validate_streamed": "`validate`, CSV",
    "read_batches": "reading Parquet back batch by batch",
    "read_whole": "`load`, Parquet, all of it checked and held",
}


def main(arguments: list[str]) -> None:
    """Run all and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, default=run.HERE.parent / "docs")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        small, large = Path(place) / "small", Path(place) / "large"
        run.packages(small, chosen.rows, faulty=False)
        _multiplied(small / "parquet", large / "parquet")
        found = {task: [_rounded(run.measured(task, folder)) for folder in (small, large)] for task in TASKS}
    told = {task: {"what": TASKS[task], "found": found[task]} for task in TASKS}
    results = {"date": run.now(), "rows": [chosen.rows, chosen.rows * COPIES], "tasks": told}
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "large.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    draw(chosen.out)


def _rounded(found: dict[str, float]) -> dict[str, float]:
    return {"seconds": float(f"{found['seconds']:.3g}"), "memory": round(found["memory"])}


def _multiplied(source: Path, target: Path) -> None:
    """Another process writes the large package: what this one held would count as memory of those that it starts."""
    subprocess.run([sys.executable, str(run.HERE / "multiply.py"), str(source), str(target), str(COPIES)], check=True)  # noqa: S603


if __name__ == "__main__":
    main(sys.argv[1:])
