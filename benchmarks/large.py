"""Measure how cost grows to ten million rows: ``python benchmarks/large.py [--rows N] [--out FOLDER]``.

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
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder_name:
        small, large = Path(folder_name) / "small", Path(folder_name) / "large"
        run.write_packages(small, options.rows, faulty=False)
        _write_copies(small / "parquet", large / "parquet")
        measures = {task: [_round(run.measure_task(task, folder)) for folder in (small, large)] for task in TASKS}
    tasks = {task: {"what": TASKS[task], "found": measures[task]} for task in TASKS}
    results = {"date": run.format_now(), "rows": [options.rows, options.rows * COPIES], "tasks": tasks}
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "large.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    draw(options.out)


def _round(measures: dict[str, float]) -> dict[str, float]:
    return {"seconds": float(f"{measures['seconds']:.3g}"), "memory": round(measures["memory"])}


def _write_copies(source: Path, target: Path) -> None:
    """Write the large package in another process: memory of this one would count for the processes that it starts."""
    subprocess.run([sys.executable, str(run.HERE / "multiply.py"), str(source), str(target), str(COPIES)], check=True)  # noqa: S603


if __name__ == "__main__":
    main(sys.argv[1:])
