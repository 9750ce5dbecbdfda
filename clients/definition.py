"""The clients, as ``clients.toml`` names them: how each is installed and called, what it reads, and what it claims to check."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cattrs
from attrs import field, frozen

FOLDER = Path(__file__).parent
SCRIPTS = FOLDER / "scripts"
INHERITED = ("language", "script", "install", "reads", "checks", "rest")
"""What a client has from the one that it is like, unless it says otherwise."""


@frozen
class Install:
    """What a client needs: packages of pip or npm, or programs that are there or not."""

    pip: tuple[str, ...] = ()
    python: str = ""
    """The oldest version of Python, where the client does not run on every one that dxgov runs on."""
    npm: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """Files of the system that must be there too."""
    debian: tuple[str, ...] = ()
    """The packages of Debian that bring the programs and files."""


@frozen
class Client:
    """A program that opens packages, in one way of doing so."""

    id: str
    name: str
    language: str
    script: str
    install: Install
    reads: tuple[str, ...]
    """The formats whose packages it opens: csv, zip, parquet."""
    open: str
    """How a user opens a table with it, in a line."""
    way: str = "-"
    """What the script is told when it can open packages in several ways."""
    quick: bool = False
    """Whether pip installs it and it runs within seconds, so that it runs on every change."""
    checks: tuple[str, ...] = ()
    """The faults that it claims to find, or groups of them."""
    rest: str = ""
    """Why it does not look for the others."""
    misses: Mapping[str, str] = field(factory=dict)
    """Faults that it claims to find and does not, with the reason; also for one format alone, as in ``parquet-hash``."""
    changes: Mapping[str, str] = field(factory=dict)
    """Kinds of values that it changes or loses, with the reason."""
    fails: Mapping[str, str] = field(factory=dict)
    """Sound packages that it does not read whole, with the reason."""
    traps: tuple[str, ...] = ()
    """What else users should know."""


@frozen
class Definition:
    """All clients, the groups of faults, and the clients that are not tried, with the reason."""

    client: tuple[Client, ...]
    groups: Mapping[str, tuple[str, ...]]
    left_out: Mapping[str, str]

    def claims(self, client: Client) -> set[str]:
        """The faults that a client claims to find."""
        return {fault for each in client.checks for fault in self.groups.get(each, (each,))}

    def tries(self, client: Client, fault: str) -> bool:
        """Whether a client can meet a fault: one that is given files never sees what is wrong with the descriptor."""
        return fault not in self.groups["descriptor"] or fault in self.claims(client)

    def checkers(self) -> set[str]:
        """The clients that hold values against what the descriptor says, or the descriptor against its standard."""
        return {client.id for client in self.client if self.claims(client) & {*self.groups["values"], *self.groups["descriptor"]}}


def read(path: Path = FOLDER / "clients.toml") -> Definition:
    """Read the definition."""
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    given: dict[str, Any] = {}
    for client in found["client"]:
        like = given[client.pop("like")] if "like" in client else {}
        given[client["id"]] = {key: like[key] for key in INHERITED if key in like} | client
    converter = cattrs.Converter(forbid_extra_keys=True)
    return converter.structure({**found, "client": list(given.values())}, Definition)
