"""The clients and editors of ``clients.toml``: their installation, script, formats and known behaviour."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cattrs
from attrs import field, frozen

FOLDER = Path(__file__).parent
SCRIPTS = FOLDER / "scripts"
INHERITED = ("language", "script", "install", "reads", "checks", "rest", "formats")
"""The keys that an entry inherits from the one that its `like` names, unless it has its own."""


@frozen
class Install:
    """The requirements of a client: packages of pip or npm, or programs of the system."""

    pip: tuple[str, ...] = ()
    python: str = ""
    """The minimum version of Python; empty if the client runs on all that dxgov supports."""
    npm: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """Required files of the system."""
    debian: tuple[str, ...] = ()
    """The packages of Debian that contain the programs and files."""


@frozen(kw_only=True)
class Program:
    """A program of other people, and the script that runs it."""

    id: str
    name: str
    language: str
    script: str
    install: Install
    way: str = "-"
    """The argument that selects one of the ways in which the script can run."""
    quick: bool = False
    """True if pip installs it and it runs within seconds, so that it runs on every change."""


@frozen(kw_only=True)
class Client(Program):
    """A program that opens packages in one way."""

    reads: tuple[str, ...]
    """The formats whose packages it opens: csv, zip, parquet."""
    open: str
    """The line of code or command by which a user opens a table."""
    checks: tuple[str, ...] = ()
    """The faults that it claims to find, or groups of them."""
    rest: str = ""
    """The reason why it does not look for the other faults."""
    misses: Mapping[str, str] = field(factory=dict)
    """Faults that it claims to find but misses, with the reason; ``parquet-hash`` means one format alone."""
    changes: Mapping[str, str] = field(factory=dict)
    """Kinds of values that it changes or loses, with the reason."""
    fails: Mapping[str, str] = field(factory=dict)
    """Sound packages that it does not read completely, with the reason."""
    traps: tuple[str, ...] = ()
    """Other pitfalls for users."""


@frozen(kw_only=True)
class Editor(Program):
    """A program that reads the tables of an export, edits them and writes them back, in one way."""

    formats: tuple[str, ...]
    """The formats in which it reads and writes them: csv, parquet, xlsx, csv-excel."""
    save: str
    """The line of code or command by which a user reads a table and writes it back."""
    cure: str = ""
    """The remedy by which everything comes back; empty if everything does."""
    differs: str = ""
    """The reason why dxgov cannot detect some changes; empty if it detects all."""
    scatters: str = ""
    """The reason why dxgov reports cells one by one; empty if it reports a column in one line."""


@frozen
class Definition:
    """All clients and editors, the groups of faults, and the clients that are not tried, with the reason."""

    client: tuple[Client, ...]
    editor: tuple[Editor, ...]
    groups: Mapping[str, tuple[str, ...]]
    left_out: Mapping[str, str]

    def claims(self, client: Client) -> set[str]:
        """Return the faults that a client claims to find."""
        return {fault for name in client.checks for fault in self.groups.get(name, (name,))}

    def tries(self, client: Client, fault: str) -> bool:
        """Return whether a client can meet a fault: one that reads files alone never sees the descriptor."""
        return fault not in self.groups["descriptor"] or fault in self.claims(client)

    def checkers(self) -> set[str]:
        """Return the ids of clients that check values against the descriptor, or the descriptor against its standard."""
        return {client.id for client in self.client if self.claims(client) & {*self.groups["values"], *self.groups["descriptor"]}}


def read(path: Path = FOLDER / "clients.toml") -> Definition:
    """Read the definition."""
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    lists = {kind: _complete_entries(entries[kind]) for kind in ("client", "editor")}
    return cattrs.Converter(forbid_extra_keys=True).structure(entries | lists, Definition)


def _complete_entries(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries, with the inherited keys of those that name another in `like`."""
    complete: dict[str, Any] = {}
    for entry in entries:
        parent = complete[entry.pop("like")] if "like" in entry else {}
        complete[entry["id"]] = {key: parent[key] for key in INHERITED if key in parent} | entry
    return list(complete.values())
