"""Hold dxgov against its peers and its own goals: ``python benchmarks/run.py [--rows N] [--rounds N] [--out FOLDER]``.

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
"""A peer that takes an hour gets this part of the rows, once, and dxgov beside it the same."""
ONCE = frozenset({"frictionless_csv"})
"""Peers that take minutes run in one round only, beside dxgov in the same round."""
BRIEF = frozenset({"bare", "import_attrs", "import_dxgov", "first_class"})
"""Tasks of some hundredths of a second run several times in a round, of which the shortest counts: all else is what else went on."""
TIMES = 5


class Goal(NamedTuple):
    """A task of dxgov beside one of a peer, and the ratio that is wanted."""

    what: str
    task: str
    peer: str
    at_most: float | None = None
    """The most of the peer's time that it may take."""
    times_faster: float | None = None
    """How many times faster than the peer it must be, at least."""
    net: bool = False
    """Whether the time of a bare interpreter is taken off both."""
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
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        results = _measured(Path(place), chosen.rows, chosen.rounds)
    chosen.out.mkdir(parents=True, exist_ok=True)
    path = chosen.out / "speed.json"
    if path.is_file():
        results["before"] = _before(json.loads(path.read_text(encoding="utf-8")), chosen.rows)
    path.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    draw(chosen.out)


def _before(results: dict[str, Any], rows: int) -> dict[str, Any]:
    """What is kept of an earlier run with as many records, so that two stand beside each other."""
    if results["rows"] != rows:
        return {"found": {}}
    found = {each["what"]: each["found"] for each in (*results["goals"], *results["limits"])}
    return {**{name: results[name] for name in ("date", "rounds", "machine", "versions")}, "found": found}


def _measured(place: Path, rows: int, rounds: int) -> dict[str, Any]:
    sizes = [size for size in (10**power for power in range(3, 8)) if size < rows] + [rows]
    small = max(rows // SMALL, 200)
    for size in {*sizes, small}:
        packages(place / str(size), size, faulty=size == rows)
    tasks = {
        size: sorted({task for goal in GOALS if goal.small == (size == small) for task in (goal.task, goal.peer)}) for size in (small, rows)
    }
    tasks[rows] = sorted({*tasks[rows], *GROWING, *(limit[1] for limit in LIMITS), "bare"})
    taken = {size: _rounds(place / str(size), each, 1 if size == small else rounds) for size, each in tasks.items()}
    growth = {size: _rounds(place / str(size), GROWING, min(rounds, 3)) for size in sizes if size != rows}
    growth[rows] = {task: taken[rows][task] for task in GROWING}
    return {
        "date": now(),
        "machine": {"processor": processor(), "cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()},
        "versions": {name: version(name) for name in ("dxgov", *PEERS)},
        "rows": rows,
        "bytes": {format: sum(path.stat().st_size for path in (place / str(rows) / format).rglob("*.*")) for format in ("csv", "parquet")},
        "rounds": rounds,
        "goals": [_judged(goal, taken[small if goal.small else rows], small if goal.small else rows) for goal in GOALS],
        "limits": [
            {"what": what, "found": _rounded(found), "most": most, "unit": unit, "met": found <= most}
            for what, task, measure, most, unit in LIMITS
            for found in [median(each[measure] for each in taken[rows][task])]
        ],
        "growth": {
            task: {
                size: {name: _rounded(median(each[name] for each in found[task])) for name in ("seconds", "memory")}
                for size, found in growth.items()
            }
            for task in GROWING
        },
    }


def packages(place: Path, rows: int, *, faulty: bool) -> None:
    """The packages that the tasks read. Another process makes them: what this one holds would count as memory of those it starts."""
    subprocess.run([sys.executable, str(HERE / "packages.py"), str(place), str(rows), *(["faulty"] if faulty else [])], check=True)  # noqa: S603


def _rounds(folder: Path, tasks: Any, rounds: int) -> dict[str, list[dict[str, float]]]:
    taken: dict[str, list[dict[str, float]]] = {task: [] for task in tasks}
    for number in range(rounds + (rounds > 1)):
        for task, each in taken.items():
            if task in ONCE and number != min(1, rounds - 1):
                continue
            found = [measured(task, folder) for _ in range(TIMES if task in BRIEF else 1)]
            if number or rounds == 1:
                each.append(min(found, key=itemgetter("seconds")))
    return taken


def measured(task: str, folder: Path) -> dict[str, float]:
    """Seconds of the processor, or what the task says that a part of it took, and the peak memory in MB."""
    command = [sys.executable, str(HERE / "tasks.py"), task, str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
    said = process.stdout.read() if process.stdout else ""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{task} failed")
    seconds = float(said) if said else used.ru_utime + used.ru_stime
    return {"seconds": seconds, "memory": used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)}


def _judged(goal: Goal, taken: dict[str, list[dict[str, float]]], rows: int) -> dict[str, Any]:
    ratios = sorted(_ratios(goal, taken))
    wanted = goal.at_most if goal.at_most is not None else goal.times_faster
    if goal.times_faster is not None:
        ratios = sorted(1 / ratio for ratio in ratios)
    found = median(ratios)
    met = found <= goal.at_most if goal.at_most is not None else found >= (goal.times_faster or 0)
    own, peer = (median(each["seconds"] for each in taken[task]) for task in (goal.task, goal.peer))
    memory = [round(median(each["memory"] for each in taken[task])) for task in (goal.task, goal.peer)]
    return {
        "what": goal.what,
        "rows": rows,
        "wanted": f"{'≤' if goal.at_most is not None else '≥'} {wanted:g} ×{'' if goal.at_most is not None else ' faster'}",
        "found": _rounded(found),
        "lowest": _rounded(ratios[0]),
        "highest": _rounded(ratios[-1]),
        "met": met,
        "seconds": [_rounded(own), _rounded(peer)],
        "memory": memory,
    }


def _ratios(goal: Goal, taken: dict[str, list[dict[str, float]]]) -> Iterator[float]:
    """The ratio of each round in which both ran."""
    bare = median(each["seconds"] for each in taken["bare"]) if goal.net else 0
    for own, peer in zip(taken[goal.task], taken[goal.peer], strict=goal.peer not in ONCE):
        yield max(own["seconds"] - bare, 1e-4) / max(peer["seconds"] - bare, 1e-4)


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


def now() -> str:
    """The minute at which results are written."""
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


def processor() -> str:
    """The name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


if __name__ == "__main__":
    main(sys.argv[1:])
