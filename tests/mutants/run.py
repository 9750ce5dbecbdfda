"""Test the tests: run them against mutants of dxgov's code, ``nox -s mutants`` or ``python tests/mutants/run.py ROOM``.

Each mutant is run in a process that is forked after the imports of other libraries. It imports dxgov anew, with the mutant in its module,
and runs the tests that cover the changed lines until one fails. Tests that are fast and run little other code come first.
"""

import argparse
import ast
import importlib.machinery
import json
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import coverage
import pytest
from hypothesis import settings

sys.path.append(str(Path(__file__).parents[1]))

from mutants.mutations import Mutant, list_mutants
from mutants.verdicts import RESULTS, ROOMS, ROOT, find_source, read_equivalents, read_results, select_modules

_PRELOADED = ("hypothesis.stateful", "pandas", "pyarrow.compute", "pyarrow.csv", "pyarrow.dataset", "pyarrow.parquet", "cattrs", "edtf")
"""Modules that most tests import and that take long to import."""
_OPTIONS = (
    "-q",
    "-p",
    "no:xdist",
    "-p",
    "no:cacheprovider",
    "--no-header",
    "--no-summary",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
)
_MEMORY = 8 << 30
"""Maximum address space of a process with a mutant, in bytes."""


class _Profile:
    """Plugin that makes Hypothesis draw few examples, the same each time."""

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self) -> None:
        settings.register_profile("mutants", settings.get_profile("quick"), derandomize=True, database=None)
        settings.load_profile("mutants")


class _Coverage(_Profile):
    """Plugin that records the outcome, the seconds of a processor and the lines of each test."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._coverage = coverage.Coverage(data_file=None, source_pkgs=["dxgov"], config_file=False)
        self._coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._coverage.switch_context(item.nodeid)
        begin = time.process_time()
        self.seconds[item.nodeid] = 0
        try:
            return (yield)
        finally:
            if item.nodeid in self.seconds:
                self.seconds[item.nodeid] = time.process_time() - begin
            self._coverage.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:
            self.seconds.pop(report.nodeid, None)

    def report(self) -> dict[str, Any]:
        """Return, for each test that passed, its seconds and the lines that it covers, as a bit set for each file."""
        self._coverage.stop()
        data = self._coverage.get_data()
        lines: dict[str, dict[str, int]] = {test: {} for test in self.seconds}
        for file in data.measured_files():
            name = str(Path(file).relative_to(ROOT / "src" / "dxgov"))
            for line, tests in data.contexts_by_lineno(file).items():
                for test in lines.keys() & set(tests):
                    lines[test][name] = lines[test].get(name, 0) | 1 << line
        return {
            test: {"seconds": seconds, "lines": {name: f"{bits:x}" for name, bits in lines[test].items()}}
            for test, seconds in self.seconds.items()
        }


class _Order(_Profile):
    """Plugin that runs some of the tests in an order of its own, and keeps the name of the one that fails."""

    def __init__(self, tests: list[str]) -> None:
        self._ranks = {test: rank for rank, test in enumerate(tests)}
        self.failed: str | None = None

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((item for item in items if item.nodeid in self._ranks), key=lambda item: self._ranks[item.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid


def run_forked(task: Callable[[], Any], seconds: float) -> Any:
    """Return the result of `task` in a forked process, or "timeout" or "crash" if it has none.

    The process may use `seconds` of a processor, and ten times that may pass.
    """
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_run_child, args=(task, sender, int(seconds)))
    process.start()
    sender.close()
    try:
        return receiver.recv() if receiver.poll(10 * seconds) else "timeout"
    except EOFError:
        return "crash"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.ident or 0, signal.SIGKILL)  # with the processes that tests have started
        process.join()


def _run_child(task: Callable[[], Any], sender: Connection, seconds: int) -> None:
    os.setpgrp()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    sender.send(task())


def measure(file: Path) -> dict[str, Any]:
    """Return the tests of a file that pass, with their seconds and lines."""

    def task() -> dict[str, Any]:
        plugin = _Coverage()
        pytest.main([*_OPTIONS, str(file)], plugins=[plugin])
        return plugin.report()

    result = run_forked(task, seconds=3600)
    if isinstance(result, str):
        raise TypeError(f"{file} has no result: {result}")
    return result


def test(mutant: Mutant, tests: list[str], seconds: float) -> str | None:
    """Return the test that fails for the mutant, "timeout", "crash", or None if the tests pass."""

    def task() -> str | None:
        with mutant.apply():
            code = compile(ast.fix_missing_locations(mutant.tree), find_source(mutant.module), "exec")
        get_code = importlib.machinery.SourceFileLoader.get_code

        def get_mutated_code(loader: importlib.machinery.SourceFileLoader, name: str) -> Any:
            return code if name == mutant.module else get_code(loader, name)

        importlib.machinery.SourceFileLoader.get_code = get_mutated_code
        plugin = _Order(tests)
        status = pytest.main([*_OPTIONS, "-x", *sorted({test.partition("::")[0] for test in tests})], plugins=[plugin])
        has_survived = status in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
        return None if has_survived else plugin.failed or f"status {int(status)}"

    return run_forked(task, seconds)


def choose_tests(mutant: Mutant, covered: Mapping[str, Any], room: str, seconds: float) -> list[str]:
    """Return the tests that cover the lines of the mutant.

    They are those of the whole room for code that runs on import, and for code that at most five tests cover: its result may be cached
    for the others. Tests that are fast and run little other code come first, until they take `seconds`.
    """
    file = str(find_source(mutant.module).relative_to(ROOT / "src" / "dxgov"))
    wanted = sum(1 << line for line in mutant.lines)
    chosen = [name for name, test in covered.items() if int(test["lines"].get(file, "0"), 16) & wanted]
    if mutant.runs_on_import or len(chosen) <= 5:
        chosen = [name for name, test in covered.items() if any(path.startswith(f"{room}/") for path in test["lines"])]

    def cost(name: str) -> float:
        counts = {path: int(bits, 16).bit_count() for path, bits in covered[name]["lines"].items()}
        own = sum(count for path, count in counts.items() if path.startswith(f"{room}/"))
        return float(covered[name]["seconds"] * sum(counts.values()) / own)

    ranked, total = [], 0.0
    for name in sorted(chosen, key=cost):
        total += covered[name]["seconds"]
        if total > seconds:
            break
        ranked.append(name)
    return ranked


def _measure_all(files: list[Path], cache: Path) -> dict[str, Any]:
    """Return the tests of all files by their names; a file is not measured again unless it, what it uses or the code has changed."""
    shared = [path for path in (ROOT / "tests").iterdir() if path.is_file() and path.name[:5] != "test_"]
    sources = sha256(b"".join(path.read_bytes() for path in sorted([*(ROOT / "src").rglob("*.py"), *shared]))).hexdigest()
    known = json.loads(cache.read_text(encoding="utf-8")) if cache.exists() else {}
    for file in files:
        digest = sources + sha256(file.read_bytes()).hexdigest()
        if known.get(file.name, {}).get("digest") != digest:
            begin = time.monotonic()
            known[file.name] = {"digest": digest, "tests": measure(file)}
            cache.write_text(json.dumps(known), encoding="utf-8")
            print(f"{file.name}: {len(known[file.name]['tests'])} tests measured in {time.monotonic() - begin:.0f} s", flush=True)
    return {name: test for file in files for name, test in known[file.name]["tests"].items()}


def _test_room(room: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Draw mutants of a room, test them, and return the result."""
    files = arguments.tests or ROOMS[room].list_files()
    covered = _measure_all(files, arguments.cache / "coverage.json")
    modules = select_modules(room, arguments.modules)
    mutants = [mutant for module in modules for mutant in list_mutants(module, find_source(module).read_text(encoding="utf-8"))]
    # A mutant is drawn by a digest of its key, so that changes elsewhere leave the others in the sample.
    drawn = sorted(mutants, key=lambda mutant: sha256(f"{arguments.seed} {mutant.key}".encode()).digest())
    drawn = drawn[: arguments.sample or ROOMS[room].sample]
    cache = arguments.cache / "verdicts.json"
    verdicts = json.loads(cache.read_text(encoding="utf-8")) if cache.exists() else {}
    equivalents = read_equivalents()
    for number, mutant in enumerate(drawn, start=1):
        if mutant.key in equivalents or (arguments.survivors and verdicts.get(mutant.key)):
            continue
        begin = time.monotonic()
        tests = choose_tests(mutant, covered, room, arguments.seconds)
        limit = 30 + 5 * sum(covered[name]["seconds"] for name in tests)
        verdicts[mutant.key] = test(mutant, tests, limit)
        cache.write_text(json.dumps(verdicts, ensure_ascii=False, indent=0), encoding="utf-8")
        verdict = f"killed by {verdicts[mutant.key]}" if verdicts[mutant.key] else f"SURVIVED {len(tests)} tests"
        print(f"{number}/{len(drawn)} {time.monotonic() - begin:.1f} s, line {mutant.lines[0]}: {mutant.key}: {verdict}", flush=True)
    keys = [mutant.key for mutant in drawn]
    survivors = sorted(key for key in keys if key not in equivalents and not verdicts[key])
    return {
        "modules": [module.rpartition(".")[2] for module in modules],
        "tests": [file.name for file in files],
        "mutants": len(mutants),
        "seed": arguments.seed,
        "drawn": len(drawn),
        "killed": sum(key not in equivalents and bool(verdicts[key]) for key in keys),
        "equivalent": sorted(key for key in keys if key in equivalents),
        "survived": survivors,
        "versions": {name: version(name) for name in ("pytest", "hypothesis", "coverage")},
    }


def main() -> None:
    """Test the rooms that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rooms", nargs="*", choices=list(ROOMS), default=list(ROOMS), help="rooms; all by default")
    parser.add_argument("--modules", nargs="+", default=(), help="modules of the room; all by default")
    parser.add_argument(
        "--sample", type=int, help=f"mutants drawn; by default {', '.join(f'{room.sample} of {name}' for name, room in ROOMS.items())}"
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of the sample")
    parser.add_argument("--tests", nargs="+", type=Path, help="files of tests; by default a few fast ones of the room")
    parser.add_argument("--seconds", type=float, default=60, help="maximum seconds of a processor for the tests of one mutant")
    parser.add_argument("--survivors", action="store_true", help="keep the verdicts on mutants that were killed before")
    parser.add_argument("--cache", type=Path, default=ROOT / ".mutants_cache", help="folder for coverage and verdicts")
    parser.add_argument("--write", action="store_true", help=f"write the results into {RESULTS.relative_to(ROOT)}")
    arguments = parser.parse_args()
    for name in _PRELOADED:
        import_module(name)
    arguments.cache.mkdir(exist_ok=True)
    os.chdir(ROOT)
    results = read_results()
    for room in arguments.rooms:
        results[room] = result = _test_room(room, arguments)
        judged = result["drawn"] - len(result["equivalent"])
        print(f"{room}: {result['killed']} of {judged} killed, {result['killed'] / judged:.1%}; {len(result['equivalent'])} equivalent")
        for key in result["survived"]:
            print(f"  {key}")
    if arguments.write:
        RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
