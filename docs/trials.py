"""What clients make of packages: the tables of ``docs/clients.md``, from their definition and from the results of the last runs."""

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


def _tried() -> Iterator[tuple[Client, Mapping[str, Any]]]:
    for client in DEFINITION.client:
        if client.id in RESULTS:
            yield client, RESULTS[client.id]


def _named(client: Client | Editor) -> str:
    return f"{client.name} ({client.language})"


def _code(text: str) -> str:
    """Text as code in a cell of a table."""
    return f"`{text}`".replace("|", "\\|")


def _listed(faults: list[str]) -> str:
    return ", ".join(f"`{fault}`" for fault in faults)


def opening() -> Iterator[str]:
    """How each client opens a table."""
    days = sorted({result["date"] for _, result in _tried()})
    yield f"Tried on {' to '.join(dict.fromkeys([days[0], days[-1]]))}."
    yield ""
    yield "| client | language | version | reads | how |"
    yield "|---|---|---|---|---|"
    for client, result in _tried():
        yield f"| {client.name} | {client.language} | {result['version']} | {', '.join(client.reads)} | {_code(client.open)} |"


def values() -> Iterator[str]:
    """What became of each kind of value, the worst that happened."""
    for format in BOTH:
        yield f"{FORMATS[format]}:"
        yield ""
        yield f"| client | {' | '.join(KINDS)} |"
        yield f"|---|{'---|' * len(KINDS)}"
        for client, result in _tried():
            found = [each for package, each in result["sound"].items() if package.endswith(f"-{format}") and each.get("values")]
            if found:
                yield f"| {_named(client)} | {' | '.join(_worst(kind, found) for kind in KINDS)} |"
        yield ""


def _worst(kind: str, found: list[Mapping[str, Any]]) -> str:
    """The worst that became of a kind, with an example if something was lost."""
    there = [each for each in found if kind in each["values"]]
    if not there:
        return ""
    worst = max(there, key=lambda each: VERDICTS.index(each["values"][kind]))
    verdict = worst["values"][kind]
    if verdict in HARMLESS:
        return "✓" if verdict == "same" else f"as {verdict}"
    was, became = (_shown(each) for each in worst["examples"][kind])
    return f"**{verdict}**: {was} → {became}"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        (value,) = value.values()
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if value is None or text == "":
        return "nothing"
    return _code((text if len(text) <= 24 else f"{text[:23]}…").replace("\n", "⏎").replace("`", "'"))


def faults() -> Iterator[str]:
    """Every fault, and the checkers that find it."""
    for format in BOTH:
        columns = [(client, result) for client, result in _tried() if client.id in CHECKERS and format in client.reads]
        yield f"In a {FORMATS[format]} package:"
        yield ""
        yield f"| fault | what is wrong | {' | '.join(_named(client) for client, _ in columns)} |"
        yield f"|---|---|{':-:|' * len(columns)}"
        for fault in FAULTS:
            if format in fault.formats:
                marks = [_mark(client, fault.id, f"{format}-{fault.id}" in result["found"]) for client, result in columns]
                yield f"| `{fault.id}` | {fault.meaning} | {' | '.join(marks)} |"
        yield ""


def _mark(client: Client, fault: str, found: bool) -> str:
    if fault in DEFINITION.claims(client):
        return "✓" if found else "✗"
    return "(✓)" if found else "–"


def misses() -> Iterator[str]:
    """Why faults are not found."""
    for client, _ in _tried():
        told = [f"{_listed(faults)}: {why}" for why, faults in _by_reason(client.misses).items()]
        if told or (client.id in CHECKERS and client.rest):
            yield f"- **{_named(client)}**. {' '.join([client.rest, *told]).strip()}"


def _by_reason(told: Mapping[str, str]) -> dict[str, list[str]]:
    """Reasons with what they are given for."""
    found: dict[str, list[str]] = {}
    for what, why in told.items():
        found.setdefault(why, []).append(what)
    return found


def readers() -> Iterator[str]:
    """What those that check little notice by themselves."""
    yield "| client | ends with an error, or warns |"
    yield "|---|---|"
    for client, result in _tried():
        if client.id not in CHECKERS:
            found = list(dict.fromkeys(each.partition("-")[2] for each in result["found"]))
            yield f"| {_named(client)} | {_listed(found) or 'nothing'} |"


def beyond() -> Iterator[str]:
    """Which rules of dxgov no client is tried on."""
    for why, codes in BEYOND.items():
        yield f"- {_listed([str(code) for code in codes])}: {why}"


def traps() -> Iterator[str]:
    """What to know of each client."""
    for client, _ in _tried():
        told = [*client.traps, *_by_reason(client.changes), *(f"{_package(bad)}: {why}" for bad, why in client.fails.items())]
        if told:
            yield f"- **{_named(client)}**. {' '.join(told)}"


def _package(name: str) -> str:
    data, _, format = name.partition("-")
    where = {"hive": "In a folder named like `release=2031`", "sample": "The invented data", "bundled": "The bundled data"}[data]
    return f"{where}, {FORMATS.get(format, format)}"


def _written_back() -> Iterator[tuple[Editor, Mapping[str, Any]]]:
    for editor in DEFINITION.editor:
        if editor.id in TRIPS:
            yield editor, TRIPS[editor.id]


def round_trips() -> Iterator[str]:
    """What comes back whole of what each editor writes, and what must be done."""
    yield "| program | format | comes back | what to do |"
    yield "|---|---|---|---|"
    for editor, result in _written_back():
        for format in editor.formats:
            found = [each for name, each in result["trips"].items() if name.partition("-")[2] == format and each]
            cure = "" if not found else " ".join(filter(None, [editor.cure, editor.differs, editor.scatters]))
            yield f"| {_named(editor)} | {FORMATS[format]} | {_back(found)} | {cure} |"


def _back(found: list[Mapping[str, Any]]) -> str:
    """What became of the packages that did not come back whole."""
    words = ["✓"] if not found else []
    codes = list(dict.fromkeys(code for each in found for code in each.get("told", {})))
    words += [f"told: {_listed(codes)}"] if codes else []
    words += ["an error of the program"] if any("error" in each for each in found) else []
    words += ["**changed**"] if any("differs" in each for each in found) else []
    return ", ".join(words)


def saving() -> Iterator[str]:
    """How each editor was told to read and write."""
    yield "| program | version | how |"
    yield "|---|---|---|"
    for editor, result in _written_back():
        yield f"| {_named(editor)} | {result['version']} | {_code(editor.save)} |"


def left_out() -> Iterator[str]:
    """What was not tried."""
    for program in (*DEFINITION.client, *DEFINITION.editor):
        if program.id not in RESULTS.keys() | TRIPS.keys():
            yield f"- **{_named(program)}**. It can be run, but has not been."
    for name, why in DEFINITION.left_out.items():
        yield f"- **{name}**. {why}"
