"""Compare dxgov with its peers and with its own goals: ``python benchmarks/run.py [--rows N] [--rounds N] [--out FOLDER]``.

Each thing in `tasks` runs in a fresh process. What is compared runs in turn, round by round, so that what else the machine does meets
all of it; a ratio is the median of the ratios of the rounds, and its spread the lowest and the highest of them. The first round warms
up the disk and is not counted, unless there is only one. Time is that of the processor, all cores together, which other work on the
machine disturbs least; memory is the peak of the process.
Writes ``speed.json``, with what an earlier run there found, and the picture ``speed.svg``.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from operator import itemgetter
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from growth import draw

HERE = Path(__file__).parent
PEERS = ("attrs", "cattrs", "frictionless", "msgspec", "numpy", "pandas", "polars", "pyarrow")
SMALL = 10
"""Divisor of the rows for a peer that takes an hour; it runs once, with dxgov beside it on the same rows."""
ONCE = frozenset({"frictionless_csv"})
"""Peers that take minutes run in one round only, beside dxgov in the same round."""
BRIEF = frozenset({"bare", "import_attrs", "import_dxgov", "first_class"})
"""Tasks of some hundredths of a second; they run several times in a round, and the shortest counts as the least disturbed."""
TIMES = 5


class Goal(NamedTuple):
    """A task of dxgov beside one of a peer, and the ratio that is wanted."""

    what: str
    task: str
    peer: str
    at_most: float | None = None
    """Maximum share of the peer's time."""
    times_faster: float | None = None
    """Minimum ratio of the peer's time to its own."""
    net: bool = False
    """True if the time of a bare interpreter is subtracted from both."""
    small: bool = False


GOALS = (
    Goal("`import dxgov` beside `import attrs`, net of a bare interpreter", "import_dxgov", "import_attrs", at_most=0.25, net=True),
    Goal("the first record class beside `import attrs`, net", "first_class", "import_attrs", at_most=2, net=True),
    Goal("`dxgov.load()` and one record beside `import pyarrow`", "load_bundled", "import_pyarrow", at_most=1.3),
    Goal("the same beside `pandas.read_csv` of its tables", "load_bundled", "pandas_bundled", at_most=0.5),
    Goal("`validate`, CSV, beside frictionless", "validate_csv", "frictionless_csv", times_faster=25),
    Goal("`validate`, CSV, beside parsing with pyarrow", "validate_csv", "pyarrow_csv", at_most=1.5),
    Goal("`validate`, CSV, beside checks in Polars", "validate_csv", "polars_csv", at_most=1.1),
    Goal("`validate`, CSV with planted faults, beside parsing with pyarrow", "validate_faulty", "pyarrow_csv", at_most=1.5),
    Goal("`validate`, Parquet, beside frictionless", "validate_parquet", "frictionless_parquet", times_faster=75, small=True),
    Goal("`validate`, Parquet, beside checks in Polars", "validate_parquet", "polars_parquet", at_most=1.25),
    Goal("all records typed beside msgspec from JSON", "typed_records", "msgspec_records", at_most=1.2),
    Goal("all records typed beside `to_pylist` and constructors", "typed_records", "constructor_records", times_faster=4),
    Goal("all records typed beside cattrs", "typed_records", "cattrs_records", times_faster=6),
    Goal("records to columns beside cattrs and `Table.from_pylist`", "to_columns", "cattrs_columns", times_faster=2),
    Goal("writing a CSV package beside `pyarrow.csv.write_csv`", "write_csv", "pyarrow_write_csv", at_most=1.5),
    Goal("writing a CSV package beside frictionless", "write_csv", "frictionless_write_csv", times_faster=40, small=True),
    Goal("`export` to CSV of what was loaded, beside `pyarrow.csv.write_csv`", "export_csv", "pyarrow_write_csv", at_most=1.5),
    Goal("`export` to CSV of what was loaded, beside `pandas.to_csv`", "export_csv", "pandas_write_csv", times_faster=8),
    Goal("writing a Parquet package beside `pyarrow.parquet.write_table`", "write_parquet", "pyarrow_write_parquet", at_most=1.3),
    Goal("`export` to Parquet of what was loaded, beside `write_table`", "export_parquet", "pyarrow_write_parquet", at_most=1.3),
)
LIMITS = (
    ("peak memory of `validate`, CSV", "validate_csv", "memory", 450, "MB"),
    ("first typed record of a Parquet package", "first_record", "seconds", 0.1, "s"),
    ("its peak memory", "first_record", "memory", 250, "MB"),
)
GROWING = ("validate_csv", "validate_parquet", "write_csv", "write_parquet", "pyarrow_csv", "polars_csv", "polars_parquet")


def main(arguments: list[str]) -> None:
    """Run all and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=HERE.parent / "docs")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        results = _measure_all(Path(folder), options.rows, options.rounds)
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "speed.json"
    if path.is_file():
        results["before"] = _summarize_previous(json.loads(path.read_text(encoding="utf-8")), options.rows)
    path.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    draw(options.out)


def _summarize_previous(results: dict[str, Any], rows: int) -> dict[str, Any]:
    """Return the figures of an earlier run to print beside the new ones; empty if it had another number of records."""
    if results["rows"] != rows:
        return {"found": {}}
    figures = {entry["what"]: entry["found"] for entry in (*results["goals"], *results["limits"])}
    return {**{name: results[name] for name in ("date", "rounds", "machine", "versions")}, "found": figures}


def _measure_all(folder: Path, rows: int, rounds: int) -> dict[str, Any]:
    sizes = [size for size in (10**power for power in range(3, 8)) if size < rows] + [rows]
    small = max(rows // SMALL, 200)
    for size in {*sizes, small}:
        write_packages(folder / str(size), size, faulty=size == rows)
    tasks = {
        size: sorted({task for goal in GOALS if goal.small == (size == small) for task in (goal.task, goal.peer)}) for size in (small, rows)
    }
    tasks[rows] = sorted({*tasks[rows], *GROWING, *(limit[1] for limit in LIMITS), "bare"})
    samples = {size: _run_rounds(folder / str(size), names, 1 if size == small else rounds) for size, names in tasks.items()}
    growth = {size: _run_rounds(folder / str(size), GROWING, min(rounds, 3)) for size in sizes if size != rows}
    growth[rows] = {task: samples[rows][task] for task in GROWING}
    return {
        "date": format_now(),
        "machine": {
            "processor": read_processor_name(),
            "cores": os.cpu_count(),
            "system": platform.system(),
            "python": platform.python_version(),
        },
        "versions": {name: version(name) for name in ("dxgov", *PEERS)},
        "rows": rows,
        "bytes": {format: sum(path.stat().st_size for path in (folder / str(rows) / format).rglob("*.*")) for format in ("csv", "parquet")},
        "rounds": rounds,
        "goals": [_evaluate_goal(goal, samples[small if goal.small else rows], small if goal.small else rows) for goal in GOALS],
        "limits": [
            {"what": what, "found": _round(value), "most": most, "unit": unit, "met": value <= most}
            for what, task, measure, most, unit in LIMITS
            for value in [median(sample[measure] for sample in samples[rows][task])]
        ],
        "growth": {
            task: {
                size: {name: _round(median(sample[name] for sample in size_samples[task])) for name in ("seconds", "memory")}
                for size, size_samples in growth.items()
            }
            for task in GROWING
        },
    }


def write_packages(folder: Path, rows: int, *, faulty: bool) -> None:
    """Write the packages that the tasks read, in another process: memory of this one would count for the processes that it starts."""
    subprocess.run([sys.executable, str(HERE / "packages.py"), str(folder), str(rows), *(["faulty"] if faulty else [])], check=True)  # noqa: S603


def _run_rounds(folder: Path, tasks: Any, rounds: int) -> dict[str, list[dict[str, float]]]:
    samples: dict[str, list[dict[str, float]]] = {task: [] for task in tasks}
    for number in range(rounds + (rounds > 1)):
        for task, task_samples in samples.items():
            if task in ONCE and number != min(1, rounds - 1):
                continue
            attempts = [measure_task(task, folder) for _ in range(TIMES if task in BRIEF else 1)]
            if number or rounds == 1:
                task_samples.append(min(attempts, key=itemgetter("seconds")))
    return samples


def measure_task(task: str, folder: Path) -> dict[str, float]:
    """Return CPU seconds, of the process or as the task prints them for a part of it, and the peak memory in MB."""
    command = [sys.executable, str(HERE / "tasks.py"), task, str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
    output = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{task} failed")
    seconds = float(output) if output else usage.ru_utime + usage.ru_stime
    return {"seconds": seconds, "memory": usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)}


def _evaluate_goal(goal: Goal, samples: dict[str, list[dict[str, float]]], rows: int) -> dict[str, Any]:
    ratios = sorted(_compute_ratios(goal, samples))
    bound = goal.at_most if goal.at_most is not None else goal.times_faster
    if goal.times_faster is not None:
        ratios = sorted(1 / ratio for ratio in ratios)
    ratio = median(ratios)
    met = ratio <= goal.at_most if goal.at_most is not None else ratio >= (goal.times_faster or 0)
    own_seconds, peer_seconds = (median(sample["seconds"] for sample in samples[task]) for task in (goal.task, goal.peer))
    memory = [round(median(sample["memory"] for sample in samples[task])) for task in (goal.task, goal.peer)]
    return {
        "what": goal.what,
        "rows": rows,
        "wanted": f"{'≤' if goal.at_most is not None else '≥'} {bound:g} ×{'' if goal.at_most is not None else ' faster'}",
        "found": _round(ratio),
        "lowest": _round(ratios[0]),
        "highest": _round(ratios[-1]),
        "met": met,
        "seconds": [_round(own_seconds), _round(peer_seconds)],
        "memory": memory,
    }


def _compute_ratios(goal: Goal, samples: dict[str, list[dict[str, float]]]) -> Iterator[float]:
    """Yield the ratio of each round in which both ran."""
    bare = median(sample["seconds"] for sample in samples["bare"]) if goal.net else 0
    for own_sample, peer_sample in zip(samples[goal.task], samples[goal.peer], strict=goal.peer not in ONCE):
        yield max(own_sample["seconds"] - bare, 1e-4) / max(peer_sample["seconds"] - bare, 1e-4)


def _round(value: float) -> float:
    return float(f"{value:.3g}")


def format_now() -> str:
    """Return the current minute in UTC, as results state it."""
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


def read_processor_name() -> str:
    """Return the name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


if __name__ == "__main__":
    main(sys.argv[1:])
