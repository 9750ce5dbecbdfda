"""How a program's script is run: it is given packages, and says of each in a line of JSON what it did."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clients.definition import Program
from clients.environments import Environment, NotRunError


def said_of(program: Program, runs: Environment, packages: Sequence[Path], log: Path) -> list[dict[str, Any]]:
    """What the program said of each package; where it broke down, it is started again with the next.

    Raises:
        NotRunError: it does not come to an end.
    """
    said: list[dict[str, Any]] = []
    log.unlink(missing_ok=True)
    while len(said) < len(packages):
        command = [*runs.command, program.way, *map(str, packages[len(said) :])]
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
