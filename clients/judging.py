"""The comparison of a client's results with its definition."""

from collections.abc import Iterator, Mapping
from typing import Any

from clients.definition import Client, Definition

Result = Mapping[str, Any]

HARMLESS = ("same", "text", "empty text", "float", "number", "date", "time")
"""The verdicts after which the original value is still known."""


def complaints(definition: Definition, client: Client, result: Result) -> Iterator[str]:
    """Yield the deviations of a client from its definition, for better or worse."""
    changed: dict[str, Any] = {}
    for package, package_result in result["sound"].items():
        failure = package_result.get("error") or "; ".join(package_result.get("faults", []) + package_result.get("amiss", []))
        if failure and package not in client.fails:
            yield f"does not read {package}: {failure}"
        if not failure and package in client.fails:
            yield f"reads {package} now; take it out of `fails`"
        changed |= {
            kind: package_result["examples"][kind] for kind, verdict in package_result.get("values", {}).items() if verdict not in HARMLESS
        }
    for kind in sorted(changed.keys() - client.changes.keys()):
        before, after = changed[kind]
        yield f"changes {kind}: {before!r} becomes {after!r}"
    for kind in sorted(client.changes.keys() - changed):
        yield f"no longer changes {kind}; take it out of `changes`"
    for package in result["missed"]:
        if fault_id(package) in definition.claims(client) and not client.misses.keys() & {package, fault_id(package)}:
            yield f"claims to find and misses {package}"
    for miss in client.misses:
        if any(miss in (package, fault_id(package)) for package in result["found"]):
            yield f"finds {miss} now; take it out of `misses`"


def fault_id(package: str) -> str:
    """Return the id of the fault in a broken package, from the package's name."""
    return package.partition("-")[2]
