"""What a run means: whether a client does what its definition says, no less and no more."""

from collections.abc import Iterator, Mapping
from typing import Any

from clients.definition import Client, Definition

Result = Mapping[str, Any]

HARMLESS = ("same", "text", "empty text", "float", "number", "date", "time")
"""What may become of a value: it can still be told what it was."""


def complaints(definition: Definition, client: Client, result: Result) -> Iterator[str]:
    """Where the client does not do what the definition says, or does better than it says."""
    changed: dict[str, Any] = {}
    for package, found in result["sound"].items():
        bad = found.get("error") or "; ".join(found.get("faults", []) + found.get("amiss", []))
        if bad and package not in client.fails:
            yield f"does not read {package}: {bad}"
        if not bad and package in client.fails:
            yield f"reads {package} now; take it out of `fails`"
        changed |= {kind: found["examples"][kind] for kind, became in found.get("values", {}).items() if became not in HARMLESS}
    for kind in sorted(changed.keys() - client.changes.keys()):
        was, became = changed[kind]
        yield f"changes {kind}: {was!r} becomes {became!r}"
    for kind in sorted(client.changes.keys() - changed):
        yield f"no longer changes {kind}; take it out of `changes`"
    for package in result["missed"]:
        if known(package) in definition.claims(client) and not client.misses.keys() & {package, known(package)}:
            yield f"claims to find and misses {package}"
    for miss in client.misses:
        if any(miss in (package, known(package)) for package in result["found"]):
            yield f"finds {miss} now; take it out of `misses`"


def known(package: str) -> str:
    """The fault in a broken package, from its name."""
    return package.partition("-")[2]
