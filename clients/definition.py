"""The clients and editors, as ``clients.toml`` names them: how each is installed and called, what it reads, and what is said of it."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cattrs
from attrs import field, frozen

FOLDER = Path(__file__).parent
SCRIPTS = FOLDER / "scripts"
INHERITED = ("language", "script", "install", "reads", "checks", "rest", "formats")
"""What a client or an editor has from the one that it is like, unless it says otherwise."""


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


@frozen(kw_only=True)
class Program:
    """A program of other people, and the script that has it do something."""

    id: str
    name: str
    language: str
    script: str
    install: Install
    way: str = "-"
    """What the script is told when it can do it in several ways."""
    quick: bool = False
    """Whether pip installs it and it runs within seconds, so that it runs on every change."""


@frozen(kw_only=True)
class Client(Program):
    """A program that opens packages, in one way of doing so."""

    reads: tuple[str, ...]
    """The formats whose packages it opens: csv, zip, parquet."""
    open: str
    """How a user opens a table with it, in a line."""
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


@frozen(kw_only=True)
class Editor(Program):
    """A program that reads the tables of an export, edits them and writes them back, in one way of doing so."""

    formats: tuple[str, ...]
    """The formats in which it reads and writes them: csv, parquet, xlsx, csv-excel."""
    save: str
    """How a user reads a table with it and writes it back, in a line."""
    cure: str = ""
    """What a user must do so that everything comes back; empty where everything does."""
    differs: str = ""
    """Why dxgov cannot tell that something came back changed; empty where it tells everything."""
    scatters: str = ""
    """Why dxgov tells cells one by one; empty where it tells what happened to a column in one line."""


@frozen
class Definition:
    """All clients and editors, the groups of faults, and the clients that are not tried, with the reason."""

    client: tuple[Client, ...]
    editor: tuple[Editor, ...]
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
    lists = {kind: _inherited(found[kind]) for kind in ("client", "editor")}
    return cattrs.Converter(forbid_extra_keys=True).structure(found | lists, Definition)


def _inherited(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Complete the entries that are like another."""
    given: dict[str, Any] = {}
    for entry in entries:
        like = given[entry.pop("like")] if "like" in entry else {}
        given[entry["id"]] = {key: like[key] for key in INHERITED if key in like} | entry
    return list(given.values())
