"""Try every client on every package, and have every editor write packages back: ``python -m clients FOLDER``.

Environments and packages are kept in FOLDER. ``--quick`` runs those that pip installs within seconds, ``--only ID`` those that are named,
and ``--write`` puts what came out into ``docs/clients.json`` and ``docs/trips.json``. The exit status is 1 where a program does not do what
``clients.toml`` says of it, and where a quick one cannot be run. One that needs what is not there is told as not run; what the files hold
of it stays.
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
from clients.running import said_of
from clients.values import compared

DOCS = Path(__file__).parents[1] / "docs"
RESULTS = DOCS / "clients.json"
TRIPS = DOCS / "trips.json"
P = TypeVar("P", bound=Program)


def main(arguments: Sequence[str]) -> int:
    """Run the clients; see the module."""
    parser = argparse.ArgumentParser(prog="python -m clients", description=str(__doc__).partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", action="append", metavar="ID")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    definition = read()
    folder = options.folder.resolve()
    for each in ("packages", "exports"):
        shutil.rmtree(folder / each, ignore_errors=True)

    def chosen(programs: Sequence[P]) -> list[P]:
        return [each for each in programs if (each.quick or not options.quick) and each.id in (options.only or [each.id])]

    clients, editors = chosen(definition.client), chosen(definition.editor)
    packages = prepare(folder / "packages") if clients else []
    exports = trips.prepare(folder / "exports") if editors else None
    count, not_run, failed = 0, [], []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running: dict[Future[Outcome], Program] = {pool.submit(tried, definition, client, packages, folder): client for client in clients}
        if exports:
            running |= {pool.submit(written_back, editor, exports, folder): editor for editor in editors}
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
    well = count - len(failed) - len(not_run)
    print(f"{well} of {count} programs do what is said of them, {len(failed)} do not, {len(not_run)} were not run")
    return 1 if failed or (options.quick and not_run) else 0


@frozen
class Outcome:
    """What came of a program: for the file of results, for people, and where it is not what the definition says."""

    file: Path
    result: dict[str, Any]
    summary: str
    complaints: tuple[str, ...]
    seconds: float
    """How long it took after the program was installed."""


def summary(result: dict[str, Any]) -> str:
    """What came out, for people."""
    read = [found for found in result["sound"].values() if not found.keys() & {"error", "faults"} and not found.get("amiss")]
    rows = sum(found.get("rows", 0) for found in result["sound"].values())
    told = f"{len(read)} of {len(result['sound'])} sound packages" + f" with {rows} rows" * bool(rows)
    count = len(result["found"]) + len(result["missed"])
    return f"{told}; {len(result['found'])} of {count} faults: {' '.join(result['found'])}"


def write(file: Path, id: str, result: dict[str, Any], definition: Definition) -> None:
    """Put a result into a file; those of programs that were not run stay, those of programs that are gone go."""
    before = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    after = before | {id: {"version": result["version"], "date": datetime.now(UTC).date().isoformat()} | result}
    kept = {each.id: after[each.id] for each in (*definition.client, *definition.editor) if each.id in after}
    lines = [f" {json.dumps(id)}: {json.dumps(result, ensure_ascii=False)}" for id, result in kept.items()]
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8", newline="\n")


def tried(definition: Definition, client: Client, packages: Sequence[Package], folder: Path) -> Outcome:
    """What a client made of the packages that it reads.

    Raises:
        NotRunError: it cannot be tried here.
    """
    runs = environment(client, folder / "environments")
    start = monotonic()
    chosen = [each for each in packages if each.format in client.reads and (each.fault is None or definition.tries(client, each.fault))]
    result: dict[str, Any] = {"version": "", "sound": {}, "found": [], "missed": []}
    lines = said_of(client, runs, [each.path for each in chosen], folder / f"{client.id}.log")
    for package, said in zip(chosen, lines, strict=True):
        result["version"] = result["version"] or said.get("version", "")
        if package.fault is None:
            result["sound"][package.id] = _read(said, package)
        else:
            result["found" if said.get("error") or said["faults"] else "missed"].append(package.id)
    wrong = tuple(dict.fromkeys(complaints(definition, client, result)))
    return Outcome(RESULTS, result, summary(result), wrong, monotonic() - start)


def written_back(editor: Editor, exports: trips.Exports, folder: Path) -> Outcome:
    """What came back of the exports that an editor wrote.

    Raises:
        NotRunError: it cannot be tried here.
    """
    runs = environment(editor, folder / "environments")
    start = monotonic()
    places = trips.copies(editor, exports, folder / "trips" / editor.id)
    lines = said_of(editor, runs, list(places.values()), folder / f"{editor.id}.log")
    result = {"version": next((line["version"] for line in lines if "version" in line), ""), "trips": trips.judged(lines, places, exports)}
    return Outcome(TRIPS, result, trips.summary(result), tuple(trips.complaints(editor, result)), monotonic() - start)


def _read(said: dict[str, Any], package: Package) -> dict[str, Any]:
    """What became of a sound package."""
    if said.get("error"):
        return {"error": said["error"].splitlines()[0]}
    faults = {"faults": said["faults"][:3]} if said["faults"] else {}
    return faults | (compared(said["tables"], package.truth) if said["tables"] is not None else {})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
