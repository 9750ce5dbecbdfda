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
    """A client cannot run on this machine; the message says why."""


@frozen
class Environment:
    """The command and the environment variables of a client's script."""

    command: tuple[str, ...]
    variables: Mapping[str, str]


def environment(program: Program, folder: Path) -> Environment:
    """Install the requirements of a program unless they are installed; programs with equal requirements share them.

    Raises:
        NotRunError: a program is missing, or a package cannot be installed.
    """
    install, script = program.install, SCRIPTS / program.script
    missing = [requirement for requirement in install.programs if not shutil.which(requirement)] + [
        requirement for requirement in install.files if not Path(requirement).exists()
    ]
    if missing:
        hint = f"; Debian has it in {', '.join(install.debian)}" if install.debian else ""
        raise NotRunError(f"{', '.join(missing)} is not there{hint}")
    variables = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}
    target = folder / hashlib.sha256(repr(install).encode()).hexdigest()[:16]
    with LOCKS.setdefault(target, Lock()):
        if install.npm:
            return Environment(("node", str(_install_npm(install, target) / script.name)), variables)
        if script.suffix == ".py":
            return Environment((str(_install_venv(install, target) if install.pip else sys.executable), str(script)), variables)
        return Environment((*RUNNERS[script.suffix], str(script)), variables)


def _install_venv(install: Install, target: Path) -> Path:
    python = target / "bin" / "python"
    if not (target / "installed").exists():
        shutil.rmtree(target, ignore_errors=True)
        _run([_find_python(install.python), "-m", "venv", str(target)])
        _install([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *install.pip])
        (target / "installed").touch()
    return python


def _find_python(oldest: str) -> str:
    """Return the running Python, or another that is new enough.

    Raises:
        NotRunError: there is no such Python.
    """
    major, minor = map(int, oldest.split(".")) if oldest else sys.version_info[:2]
    if sys.version_info[:2] >= (major, minor):
        return sys.executable
    for number in range(minor, minor + 4):
        python = shutil.which(f"python{major}.{number}")
        if python and not subprocess.run([python, "-V"], capture_output=True, check=False).returncode:
            return python
    raise NotRunError(f"Python {oldest} or newer is not there")


def _install_npm(install: Install, target: Path) -> Path:
    if not (target / "installed").exists():
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        (target / "package.json").write_text('{"private": true}', encoding="utf-8")
        _install(["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", *install.npm], target)
        (target / "installed").touch()
    for script in SCRIPTS.glob("*.mjs"):  # Node looks for modules beside the script
        shutil.copy(script, target)
    return target


def _install(command: list[str], cwd: Path | None = None) -> None:
    """Run an installation, with retries: registries fail some of many parallel requests."""
    for pause in _PAUSES:
        try:
            return _run(command, cwd)
        except NotRunError:
            time.sleep(pause)
    return _run(command, cwd)


_PAUSES = (5, 30)
"""Seconds before each retry of an installation."""


def _run(command: list[str], cwd: Path | None = None) -> None:
    try:
        process = subprocess.run(command, cwd=cwd, capture_output=True, encoding="utf-8", errors="replace", check=False, timeout=600)
    except subprocess.TimeoutExpired:
        raise NotRunError(f"{' '.join(command)}: not done after ten minutes") from None
    if process.returncode:
        lines = [line for line in (process.stderr or process.stdout).splitlines() if line.strip() and "complete log" not in line]
        raise NotRunError(f"{' '.join(command)}: {' '.join(lines[:3]) or 'no message'}")
