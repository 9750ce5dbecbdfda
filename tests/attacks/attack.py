"""The registry of attacks: functions that turn a copy of a sound package into a hostile one, with the expected answer."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from attrs import field, frozen

from dxgov import ProblemCode

FULL = bool(os.environ.get("DXGOV_FULL_ATTACKS"))
"""Whether the attacks have their full size, which takes minutes and gibibytes of disk; `nox -s attacks` says so."""

MIB = 2**20
BIG = (1024 if FULL else 20) * MIB
"""The size of what is far too large."""

LIMITS: dict[str, int] = {} if FULL else {"file": 2**28, "rows": 4_000_000, "cell": MIB, "problems": 10_000}
"""Where attacks are small, so are the limits that they are held against."""


def many(number: int) -> int:
    """Return `number`, or a twentieth of it if the attacks are small."""
    return number if FULL else number // 20


Build = Callable[[Path], Path | None]
"""Turns a sound package into a hostile one; returns its path where it is another."""


@frozen
class Attack:
    """A way to do harm with a package, and the expected answer."""

    name: str
    build: Build
    codes: tuple[ProblemCode, ...]
    """Of what kinds the problems are that are told: the first one always, others where they follow from it or cannot be told apart.

    None means that the package is sound, and read without harm.
    """
    format: str = "csv"
    says: str = ""
    """What some message holds."""
    limits: dict[str, int] = field(factory=dict)


ATTACKS: list[Attack] = []


def attack(*codes: ProblemCode, format: str = "csv", says: str = "", name: str = "", **limits: int) -> Callable[[Build], Build]:
    """Register a function as an attack, with limits in place of the usual ones."""

    def add(build: Build) -> Build:
        ATTACKS.append(Attack(name or _name(build), build, codes, format, says, {**LIMITS, **limits}))
        return build

    return add


_SPELLED = {"mib": "MiB", "nul": "NUL", "csv": "CSV", "parquet": "Parquet", "lzma": "LZMA"}


def _name(build: Build) -> str:
    """Return the name of a function as words."""
    words = [_SPELLED.get(word, word) for word in build.__name__.split("_")]
    return re.sub(r"(?<=\d) (?=\d{3}\b)", ",", re.sub(r"utf (\d)", r"UTF-\1", " ".join(words)))


def instead(package: Path) -> Path:
    """Remove the file of a table and return its path."""
    place = package / "data" / "themes.csv"
    place.unlink()
    return place
