"""An environment for each client: a venv for what pip installs, a folder for what npm does, the system for the rest."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from attrs import frozen

from clients.definition import SCRIPTS, Install, Program

RUNNERS = {
    ".R": ("Rscript", "--vanilla"),
    ".rb": ("ruby",),
    ".java": ("java", "-cp", "/usr/share/java/commons-csv.jar"),
    ".go": ("go", "run"),
}
LOCKS: dict[Path, Lock] = {}


class NotRunError(Exception):
    """A client cannot be tried here; the message says why."""


@frozen
class Environment:
    """How a client's script is run."""

    command: tuple[str, ...]
    variables: Mapping[str, str]


def environment(program: Program, folder: Path) -> Environment:
    """Install what a program needs, unless it is there; those that need the same share it.

    Raises:
        NotRunError: a program is missing, or a package cannot be installed.
    """
    install, script = program.install, SCRIPTS / program.script
    missing = [each for each in install.programs if not shutil.which(each)] + [each for each in install.files if not Path(each).exists()]
    if missing:
        hint = f"; Debian has it in {', '.join(install.debian)}" if install.debian else ""
        raise NotRunError(f"{', '.join(missing)} is not there{hint}")
    variables = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}
    place = folder / hashlib.sha256(repr(install).encode()).hexdigest()[:16]
    with LOCKS.setdefault(place, Lock()):
        if install.npm:
            return Environment(("node", str(_npm(install, place) / script.name)), variables)
        if script.suffix == ".py":
            return Environment((str(_venv(install, place) if install.pip else sys.executable), str(script)), variables)
        return Environment((*RUNNERS[script.suffix], str(script)), variables)


def _venv(install: Install, place: Path) -> Path:
    python = place / "bin" / "python"
    if not (place / "installed").exists():
        shutil.rmtree(place, ignore_errors=True)
        _run([_interpreter(install.python), "-m", "venv", str(place)])
        _brought([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *install.pip])
        (place / "installed").touch()
    return python


def _interpreter(oldest: str) -> str:
    """Our own Python, or one that is new enough."""
    major, minor = map(int, oldest.split(".")) if oldest else sys.version_info[:2]
    if sys.version_info[:2] >= (major, minor):
        return sys.executable
    for each in range(minor, minor + 4):
        found = shutil.which(f"python{major}.{each}")
        if found and not subprocess.run([found, "-V"], capture_output=True, check=False).returncode:
            return found
    raise NotRunError(f"Python {oldest} or newer is not there")


def _npm(install: Install, place: Path) -> Path:
    if not (place / "installed").exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        (place / "package.json").write_text('{"private": true}', encoding="utf-8")
        _brought(["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", *install.npm], place)
        (place / "installed").touch()
    for each in SCRIPTS.glob("*.mjs"):  # modules are looked for where the script is
        shutil.copy(each, place)
    return place


def _brought(command: list[str], place: Path | None = None) -> None:
    """Install something; a registry that many ask at once may fail to answer one of them."""
    for pause in _PAUSES:
        try:
            return _run(command, place)
        except NotRunError:
            time.sleep(pause)
    return _run(command, place)


_PAUSES = (5, 30)
"""After so many seconds what could not be installed is tried again."""


def _run(command: list[str], place: Path | None = None) -> None:
    try:
        found = subprocess.run(command, cwd=place, capture_output=True, encoding="utf-8", errors="replace", check=False, timeout=600)
    except subprocess.TimeoutExpired:
        raise NotRunError(f"{' '.join(command)}: not done after ten minutes") from None
    if found.returncode:
        lines = [line for line in (found.stderr or found.stdout).splitlines() if line.strip() and "complete log" not in line]
        raise NotRunError(f"{' '.join(command)}: {' '.join(lines[:3]) or 'no message'}")
