"""Try every client on every package: ``python -m clients FOLDER``.

Environments and packages are kept in FOLDER. ``--quick`` runs those that pip installs within seconds, ``--only ID`` those that are named,
and ``--write`` puts what came out into ``docs/clients.json``. The exit status is 1 where a client does not do what ``clients.toml`` says
of it, and where a quick one cannot be run. A client that needs what is not there is told as not run; what the file holds of it stays.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from clients.definition import Client, Definition, read
from clients.environments import Environment, NotRunError, environment
from clients.judging import complaints
from clients.packages import Package, prepare
from clients.values import compared

RESULTS = Path(__file__).parents[1] / "docs" / "clients.json"


def main(arguments: Sequence[str]) -> int:
    """Run the clients; see the module."""
    parser = argparse.ArgumentParser(prog="python -m clients", description=str(__doc__).partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", action="append", metavar="ID")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    definition = read()
    clients = [each for each in definition.client if (each.quick or not options.quick) and each.id in (options.only or [each.id])]
    folder = options.folder.resolve()
    shutil.rmtree(folder / "packages", ignore_errors=True)
    packages = prepare(folder / "packages")
    results: dict[str, Any] = {}
    not_run, failed = [], []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {pool.submit(tried, definition, client, packages, folder): client for client in clients}
        for run in as_completed(running):
            client = running[run]
            try:
                results[client.id], seconds = run.result()
            except NotRunError as error:
                not_run.append(client.id)
                print(f"{client.id}: NOT RUN: {error}", flush=True)
                continue
            wrong = list(dict.fromkeys(complaints(definition, client, results[client.id])))
            failed += [client.id] * bool(wrong)
            print(summary(client, results[client.id], seconds), *wrong, sep="\n    FAILED: ", flush=True)
            if options.write:
                write(definition, {client.id: results[client.id]})
    print(
        f"{len(results) - len(failed)} of {len(clients)} clients do what is said of them, {len(failed)} do not, {len(not_run)} were not run"
    )
    return 1 if failed or (options.quick and not_run) else 0


def summary(client: Client, result: dict[str, Any], seconds: float) -> str:
    """What came out, for people."""
    read = [found for found in result["sound"].values() if not found.keys() & {"error", "faults"} and not found.get("amiss")]
    rows = sum(found.get("rows", 0) for found in result["sound"].values())
    told = f"{len(read)} of {len(result['sound'])} sound packages" + f" with {rows} rows" * bool(rows)
    count = len(result["found"]) + len(result["missed"])
    return (
        f"{client.id} {result['version']} ({seconds:.0f} s): {told}; {len(result['found'])} of {count} faults: {' '.join(result['found'])}"
    )


def write(definition: Definition, results: dict[str, Any]) -> None:
    """Put results into the file; those of clients that were not run stay, those of clients that are gone go."""
    before = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}
    day = datetime.now(UTC).date().isoformat()
    after = before | {id: {"version": result["version"], "date": day} | result for id, result in results.items()}
    kept = {each.id: after[each.id] for each in definition.client if each.id in after}
    lines = [f" {json.dumps(id)}: {json.dumps(result, ensure_ascii=False)}" for id, result in kept.items()]
    RESULTS.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8", newline="\n")


def tried(definition: Definition, client: Client, packages: Sequence[Package], folder: Path) -> tuple[dict[str, Any], float]:
    """What a client made of the packages that it reads, and how long it took after it was installed.

    Raises:
        NotRunError: it cannot be tried here.
    """
    runs = environment(client, folder / "environments")
    start = monotonic()
    chosen = [each for each in packages if each.format in client.reads and (each.fault is None or definition.tries(client, each.fault))]
    result: dict[str, Any] = {"version": "", "sound": {}, "found": [], "missed": []}
    for package, said in zip(chosen, _said(client, runs, chosen, folder / f"{client.id}.log"), strict=True):
        result["version"] = result["version"] or said.get("version", "")
        if package.fault is None:
            result["sound"][package.id] = _read(said, package)
        else:
            result["found" if said.get("error") or said["faults"] else "missed"].append(package.id)
    return result, monotonic() - start


def _said(client: Client, runs: Environment, packages: Sequence[Package], log: Path) -> list[dict[str, Any]]:
    """What the client said of each package; where it broke down, it is started again with the next."""
    said: list[dict[str, Any]] = []
    log.unlink(missing_ok=True)
    while len(said) < len(packages):
        command = [*runs.command, client.way, *(str(each.path) for each in packages[len(said) :])]
        try:
            run = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                env=runs.variables,
                check=False,
                timeout=1800,
            )
        except subprocess.TimeoutExpired:
            raise NotRunError("not done after half an hour") from None
        with log.open("a", encoding="utf-8") as file:
            file.write(run.stderr)
        said += [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
        if len(said) < len(packages):
            said.append({"error": f"broke down: {(run.stderr.strip().splitlines() or ['without a word'])[-1]}"})
    return said


def _read(said: dict[str, Any], package: Package) -> dict[str, Any]:
    """What became of a sound package."""
    if said.get("error"):
        return {"error": said["error"].splitlines()[0]}
    faults = {"faults": said["faults"][:3]} if said["faults"] else {}
    return faults | (compared(said["tables"], package.truth) if said["tables"] is not None else {})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
