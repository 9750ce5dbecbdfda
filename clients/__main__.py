"""Try every client on every package, and have every editor write packages back: ``python -m clients FOLDER``.

FOLDER keeps environments and packages. ``--quick`` runs the programs that pip installs within seconds, ``--only ID`` those that are named.
``--write`` puts the results into ``docs/clients.json`` and ``docs/trips.json``. The exit status is 1 if a program does not do what
``clients.toml`` states, or if a quick one cannot be run. A program whose requirements are missing is reported as not run; its earlier
results stay in the files.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from attrs import frozen

from clients import trips
from clients.definition import Client, Definition, Editor, Program, read
from clients.environments import NotRunError, environment
from clients.judging import complaints
from clients.packages import Package, prepare
from clients.running import run_script
from clients.values import compare_tables

DOCS = Path(__file__).parents[1] / "docs"
RESULTS = DOCS / "clients.json"
TRIPS = DOCS / "trips.json"
P = TypeVar("P", bound=Program)


def main(arguments: Sequence[str]) -> int:
    """Run the clients as the module describes; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m clients", description=str(__doc__).partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", action="append", metavar="ID")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    definition = read()
    folder = options.folder.resolve()
    for name in ("packages", "exports"):
        shutil.rmtree(folder / name, ignore_errors=True)

    def select(programs: Sequence[P]) -> list[P]:
        return [program for program in programs if (program.quick or not options.quick) and program.id in (options.only or [program.id])]

    clients, editors = select(definition.client), select(definition.editor)
    packages = prepare(folder / "packages") if clients else []
    exports = trips.prepare(folder / "exports") if editors else None
    count, not_run, failed = 0, [], []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running: dict[Future[Outcome], Program] = {
            pool.submit(try_client, definition, client, packages, folder): client for client in clients
        }
        if exports:
            running |= {pool.submit(try_editor, editor, exports, folder): editor for editor in editors}
        for run in as_completed(running):
            program = running[run]
            count += 1
            try:
                outcome = run.result()
            except NotRunError as error:
                not_run.append(program.id)
                print(f"{program.id}: NOT RUN: {error}", flush=True)
                continue
            failed += [program.id] * bool(outcome.complaints)
            print(
                f"{program.id} {outcome.result['version']} ({outcome.seconds:.0f} s): {outcome.summary}",
                *outcome.complaints,
                sep="\n    FAILED: ",
                flush=True,
            )
            if options.write:
                write(outcome.file, program.id, outcome.result, definition)
    successes = count - len(failed) - len(not_run)
    print(f"{successes} of {count} programs do what is said of them, {len(failed)} do not, {len(not_run)} were not run")
    return 1 if failed or (options.quick and not_run) else 0


@frozen
class Outcome:
    """The outcome of a program: its entry in the file of results, a summary, and deviations from the definition."""

    file: Path
    result: dict[str, Any]
    summary: str
    complaints: tuple[str, ...]
    seconds: float
    """Seconds that the program took, without its installation."""


def summary(result: dict[str, Any]) -> str:
    """Return a summary of the results for people."""
    read_whole = [
        package_result
        for package_result in result["sound"].values()
        if not package_result.keys() & {"error", "faults"} and not package_result.get("amiss")
    ]
    rows = sum(package_result.get("rows", 0) for package_result in result["sound"].values())
    read_count = f"{len(read_whole)} of {len(result['sound'])} sound packages" + f" with {rows} rows" * bool(rows)
    count = len(result["found"]) + len(result["missed"])
    return f"{read_count}; {len(result['found'])} of {count} faults: {' '.join(result['found'])}"


def write(file: Path, id: str, result: dict[str, Any], definition: Definition) -> None:
    """Write a result into a file; results of programs that were not run stay, results of undefined programs are removed."""
    before = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    after = before | {id: {"version": result["version"], "date": datetime.now(UTC).date().isoformat()} | result}
    entries = {program.id: after[program.id] for program in (*definition.client, *definition.editor) if program.id in after}
    lines = [f" {json.dumps(id)}: {json.dumps(result, ensure_ascii=False)}" for id, result in entries.items()]
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8", newline="\n")


def try_client(definition: Definition, client: Client, packages: Sequence[Package], folder: Path) -> Outcome:
    """Run a client on the packages that it reads.

    Args:
        definition: the definition of all clients, to compare the results with.
        client: the client to run.
        packages: all packages; those of formats that the client does not read are left out.
        folder: the folder of environments and logs.

    Returns:
        The outcome, with a complaint for each deviation from the definition.

    Raises:
        NotRunError: the client cannot run on this machine.
    """
    runner = environment(client, folder / "environments")
    start = monotonic()
    selected = [
        package
        for package in packages
        if package.format in client.reads and (package.fault is None or definition.tries(client, package.fault))
    ]
    result: dict[str, Any] = {"version": "", "sound": {}, "found": [], "missed": []}
    lines = run_script(client, runner, [package.path for package in selected], folder / f"{client.id}.log")
    for package, line in zip(selected, lines, strict=True):
        result["version"] = result["version"] or line.get("version", "")
        if package.fault is None:
            result["sound"][package.id] = _summarize_package(line, package)
        else:
            result["found" if line.get("error") or line["faults"] else "missed"].append(package.id)
    deviations = tuple(dict.fromkeys(complaints(definition, client, result)))
    return Outcome(RESULTS, result, summary(result), deviations, monotonic() - start)


def try_editor(editor: Editor, exports: trips.Exports, folder: Path) -> Outcome:
    """Run an editor on copies of the exports and read them back.

    Args:
        editor: the editor to run.
        exports: the exports, with the data that must come back.
        folder: the folder of environments, copies and logs.

    Returns:
        The outcome, with a complaint for each deviation from the definition.

    Raises:
        NotRunError: the editor cannot run on this machine.
    """
    runner = environment(editor, folder / "environments")
    start = monotonic()
    paths = trips.copies(editor, exports, folder / "trips" / editor.id)
    lines = run_script(editor, runner, list(paths.values()), folder / f"{editor.id}.log")
    result = {"version": next((line["version"] for line in lines if "version" in line), ""), "trips": trips.judge(lines, paths, exports)}
    return Outcome(TRIPS, result, trips.summary(result), tuple(trips.complaints(editor, result)), monotonic() - start)


def _summarize_package(line: dict[str, Any], package: Package) -> dict[str, Any]:
    """Return the result for a sound package: an error, faults, or the verdicts on its values."""
    if line.get("error"):
        return {"error": line["error"].splitlines()[0]}
    faults = {"faults": line["faults"][:3]} if line["faults"] else {}
    return faults | (compare_tables(line["tables"], package.truth) if line["tables"] is not None else {})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
