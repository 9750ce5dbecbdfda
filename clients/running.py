"""The call of a program's script, which gets packages and writes a line of JSON for each."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clients.definition import Program
from clients.environments import Environment, NotRunError


def run_script(program: Program, environment: Environment, packages: Sequence[Path], log: Path) -> list[dict[str, Any]]:
    """Run a script on packages; restart it with the next package after a crash.

    Args:
        program: the program whose script runs.
        environment: its command and variables.
        packages: the paths of the packages.
        log: the file that gets the error output of all runs.

    Returns:
        The line of each package, decoded; a crash is a line with the key ``error``.

    Raises:
        NotRunError: a run takes more than half an hour.
    """
    lines: list[dict[str, Any]] = []
    log.unlink(missing_ok=True)
    while len(lines) < len(packages):
        command = [*environment.command, program.way, *map(str, packages[len(lines) :])]
        try:
            run = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                env=environment.variables,
                check=False,
                timeout=1800,
            )
        except subprocess.TimeoutExpired:
            raise NotRunError("not done after half an hour") from None
        with log.open("a", encoding="utf-8") as file:
            file.write(run.stderr)
        lines += [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
        if len(lines) < len(packages):
            lines.append({"error": f"broke down: {(run.stderr.strip().splitlines() or ['without a word'])[-1]}"})
    return lines
