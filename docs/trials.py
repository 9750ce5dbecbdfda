"""The tables of ``docs/clients.md``, from the definition of the clients and the results of their last runs."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from clients.definition import Client, Editor, read  # noqa: E402 - it lies outside src
from clients.faults import BEYOND, FAULTS  # noqa: E402
from clients.judging import HARMLESS  # noqa: E402
from clients.values import KINDS, VERDICTS  # noqa: E402

DEFINITION = read()
CHECKERS = DEFINITION.checkers()
RESULTS: Mapping[str, Any] = json.loads((ROOT / "docs" / "clients.json").read_text(encoding="utf-8"))
TRIPS: Mapping[str, Any] = json.loads((ROOT / "docs" / "trips.json").read_text(encoding="utf-8"))
FORMATS = {"csv": "CSV", "parquet": "Parquet", "xlsx": "Excel workbook", "csv-excel": "CSV for Excel"}
BOTH = ("csv", "parquet")
"""The formats of packages."""


def _iterate_clients() -> Iterator[tuple[Client, Mapping[str, Any]]]:
    for client in DEFINITION.client:
        if client.id in RESULTS:
            yield client, RESULTS[client.id]


def _format_name(client: Client | Editor) -> str:
    return f"{client.name} ({client.language})"


def _format_code(text: str) -> str:
    """Return a text as code in a cell of a table."""
    return f"`{text}`".replace("|", "\\|")


def _format_list(faults: list[str]) -> str:
    return ", ".join(f"`{fault}`" for fault in faults)


def opening() -> Iterator[str]:
    """Yield how each client opens a table, folded by language."""
    days = sorted({result["date"] for _, result in _iterate_clients()})
    yield f"Tried on {' to '.join(dict.fromkeys([days[0], days[-1]]))}."
    yield ""
    clients = [*_iterate_clients()]
    for language in dict.fromkeys(client.language for client, _ in clients):
        members = [(client, result) for client, result in clients if client.language == language]
        yield from (
            "<details>",
            f"<summary>{language}: {', '.join(dict.fromkeys(client.name.partition(',')[0] for client, _ in members))}</summary>",
            "",
        )
        yield "| client | version | reads | how |"
        yield "|---|---|---|---|"
        for client, result in members:
            yield f"| {client.name} | {result['version']} | {', '.join(client.reads)} | {_format_code(client.open)} |"
        yield from ("", "</details>", "")


def values() -> Iterator[str]:
    """Yield the worst verdict on each kind of value, by client."""
    for format in BOTH:
        yield f"{FORMATS[format]}:"
        yield ""
        yield f"| client | {' | '.join(KINDS)} |"
        yield f"|---|{'---|' * len(KINDS)}"
        for client, result in _iterate_clients():
            outcomes = [outcome for package, outcome in result["sound"].items() if package.endswith(f"-{format}") and outcome.get("values")]
            if outcomes:
                yield f"| {_format_name(client)} | {' | '.join(_find_worst(kind, outcomes) for kind in KINDS)} |"
        yield ""


def _find_worst(kind: str, outcomes: list[Mapping[str, Any]]) -> str:
    """Return the worst verdict on a kind of value, with an example if something was lost; empty if no package has the kind."""
    candidates = [outcome for outcome in outcomes if kind in outcome["values"]]
    if not candidates:
        return ""
    worst = max(candidates, key=lambda outcome: VERDICTS.index(outcome["values"][kind]))
    verdict = worst["values"][kind]
    if verdict in HARMLESS:
        return "✓" if verdict == "same" else f"as {verdict}"
    before, after = (_format_value(value) for value in worst["examples"][kind])
    return f"**{verdict}**: {before} → {after}"


def _format_value(value: Any) -> str:
    if isinstance(value, dict):
        (value,) = value.values()
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if value is None or text == "":
        return "nothing"
    return _format_code((text if len(text) <= 24 else f"{text[:23]}…").replace("\n", "⏎").replace("`", "'"))


def faults() -> Iterator[str]:
    """Yield every fault with the checkers that find it."""
    for format in BOTH:
        columns = [(client, result) for client, result in _iterate_clients() if client.id in CHECKERS and format in client.reads]
        yield f"In a {FORMATS[format]} package:"
        yield ""
        yield f"| fault | what is wrong | {' | '.join(_format_name(client) for client, _ in columns)} |"
        yield f"|---|---|{':-:|' * len(columns)}"
        for fault in FAULTS:
            if format in fault.formats:
                marks = [_format_mark(client, fault.id, f"{format}-{fault.id}" in result["found"]) for client, result in columns]
                yield f"| `{fault.id}` | {fault.meaning} | {' | '.join(marks)} |"
        yield ""


def _format_mark(client: Client, fault: str, finds: bool) -> str:
    if fault in DEFINITION.claims(client):
        return "✓" if finds else "✗"
    return "(✓)" if finds else "–"


def misses() -> Iterator[str]:
    """Yield the reasons why checkers miss faults."""
    for client, _ in _iterate_clients():
        sentences = [f"{_format_list(faults)}: {reason}" for reason, faults in _group_by_reason(client.misses).items()]
        if sentences or (client.id in CHECKERS and client.rest):
            yield f"- **{_format_name(client)}**. {' '.join([client.rest, *sentences]).strip()}"


def _group_by_reason(reasons: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the subjects of each reason."""
    subjects: dict[str, list[str]] = {}
    for subject, reason in reasons.items():
        subjects.setdefault(reason, []).append(subject)
    return subjects


def readers() -> Iterator[str]:
    """Yield the faults that clients notice which are no checkers."""
    yield "| client | ends with an error, or warns |"
    yield "|---|---|"
    for client, result in _iterate_clients():
        if client.id not in CHECKERS:
            noticed = list(dict.fromkeys(package.partition("-")[2] for package in result["found"]))
            yield f"| {_format_name(client)} | {_format_list(noticed) or 'nothing'} |"


def beyond() -> Iterator[str]:
    """Yield the rules of dxgov on which no client is tried."""
    for reason, codes in BEYOND.items():
        yield f"- {_format_list([str(code) for code in codes])}: {reason}"


def traps() -> Iterator[str]:
    """Yield the pitfalls of each client."""
    for client, _ in _iterate_clients():
        sentences = [
            *client.traps,
            *_group_by_reason(client.changes),
            *(f"{_describe_package(package)}: {reason}" for package, reason in client.fails.items()),
        ]
        if sentences:
            yield f"- **{_format_name(client)}**. {' '.join(sentences)}"


def _describe_package(name: str) -> str:
    data, _, format = name.partition("-")
    description = {"hive": "In a folder named like `release=2031`", "sample": "The invented data", "bundled": "The bundled data"}[data]
    return f"{description}, {FORMATS.get(format, format)}"


def _iterate_editors() -> Iterator[tuple[Editor, Mapping[str, Any]]]:
    for editor in DEFINITION.editor:
        if editor.id in TRIPS:
            yield editor, TRIPS[editor.id]


def round_trips() -> Iterator[str]:
    """Yield the results of the round trips of each editor, and the remedy."""
    yield "| program | format | comes back | what to do |"
    yield "|---|---|---|---|"
    for editor, result in _iterate_editors():
        for format in editor.formats:
            failures = [outcome for name, outcome in result["trips"].items() if name.partition("-")[2] == format and outcome]
            cure = "" if not failures else " ".join(filter(None, [editor.cure, editor.differs, editor.scatters]))
            yield f"| {_format_name(editor)} | {FORMATS[format]} | {_describe_failures(failures)} | {cure} |"


def _describe_failures(failures: list[Mapping[str, Any]]) -> str:
    """Return the outcomes of the packages that did not come back whole; ``✓`` if there are none."""
    words = ["✓"] if not failures else []
    codes = list(dict.fromkeys(code for failure in failures for code in failure.get("told", {})))
    words += [f"told: {_format_list(codes)}"] if codes else []
    words += ["an error of the program"] if any("error" in failure for failure in failures) else []
    words += ["**changed**"] if any("differs" in failure for failure in failures) else []
    return ", ".join(words)


def saving() -> Iterator[str]:
    """Yield the call by which each editor reads and writes."""
    yield "| program | version | how |"
    yield "|---|---|---|"
    for editor, result in _iterate_editors():
        yield f"| {_format_name(editor)} | {result['version']} | {_format_code(editor.save)} |"


def left_out() -> Iterator[str]:
    """Yield the clients that were not tried."""
    for program in (*DEFINITION.client, *DEFINITION.editor):
        if program.id not in RESULTS.keys() | TRIPS.keys():
            yield f"- **{_format_name(program)}**. It can be run, but has not been."
    for name, reason in DEFINITION.left_out.items():
        yield f"- **{name}**. {reason}"
