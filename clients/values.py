"""What became of the values: the cells that a client tells, held against those of the sound CSV package and its descriptor."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

VERDICTS = ("same", "text", "empty text", "float", "number", "date", "time", "changed", "lost")
"""What can become of a value, best first: the value itself, its text, another type that still tells it, or less."""

KINDS = ("digits", "look-alike", "text", "integer", "number", "boolean", "date", "list", "empty")

_LOOKALIKE = re.compile(
    r"[\s-]*|[-+]?[\d.,/:eExX-]+|\d{2}:\d{2}|NA|N/A|nan|null|none|true|false|[=+@-].*|\s.*|.*\s|[\d.０-９]+",
    re.IGNORECASE,
)


def kind_of(text: str, type: str) -> str:
    """The kind of a cell of CSV: empty, as its column's type says, or how its text looks."""
    if text == "":
        return "empty"
    if type != "string":
        return "list" if type == "array" else type
    if text.isascii() and text.isdigit():
        return "digits"
    return "look-alike" if _LOOKALIKE.fullmatch(text) else "text"


def verdict(text: str, kind: str, got: Any) -> str:
    """What became of a cell with that text.

    >>> verdict("012017", "digits", 12017), verdict("132144", "digits", 132144), verdict("2031-04-02", "date", {"date": "2031-04-02"})
    ('changed', 'number', 'same')
    """
    if kind == "empty":
        return "same" if got is None else "empty text" if got == "" else "changed"
    if got is None:
        return "lost"
    if isinstance(got, str):
        return ("same" if kind in ("digits", "look-alike", "text") else "text") if got == text or _same_word(kind, text, got) else "changed"
    return _typed(text, kind, got)


def _same_word(kind: str, text: str, got: str) -> bool:
    """Whether a truth value or a number is only spelled differently."""
    if kind == "boolean":
        return got.lower() == text
    if kind == "number":
        try:
            return Decimal(got) == Decimal(text)
        except InvalidOperation:
            return False
    return False


def _typed(text: str, kind: str, got: Any) -> str:
    if isinstance(got, dict):
        ((type, value),) = got.items()
        if type == "date":
            return ("same" if kind == "date" else "date") if value == text else "changed"
        if type == "datetime":
            return "time" if value.startswith(text) and value[10:19] in ("T00:00:00", "") else "changed"
        got = Decimal(value) if type == "decimal" else None
    if kind == "list":
        return "same" if got == json.loads(text) else "changed"
    if kind == "boolean":
        return ("same" if isinstance(got, bool) else "number") if got == (text == "true") else "changed"
    if isinstance(got, int | float | Decimal) and not isinstance(got, bool):
        return _number(text, kind, got)
    return "changed"


def _number(text: str, kind: str, got: float | Decimal) -> str:
    try:
        equal = float(got) == float(text)
    except ValueError:
        return "changed"
    if kind in ("integer", "number"):
        whole = kind == "integer" and isinstance(got, float | Decimal)
        return "changed" if not equal else "float" if whole else "same"
    return "number" if equal and (str(got) == text or f"{got:f}".removesuffix(".0") == text) else "changed"


def truth(package: Path) -> Iterator[tuple[str, list[tuple[str, str]], list[list[str]]]]:
    """Every table of a sound CSV package: its name, the names and types of its columns, and its rows."""
    for resource in json.loads((package / "datapackage.json").read_bytes())["resources"]:
        with (package / resource["path"]).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))[1:]
        yield resource["name"], [(each["name"], each["type"]) for each in resource["schema"]["fields"]], rows


def compared(tables: Mapping[str, Mapping[str, Any]], package: Path) -> dict[str, Any]:
    """How many tables and rows came through, what is amiss with them, and what became of each kind of value, with an example."""
    found: dict[str, str] = {}
    examples: dict[str, list[Any]] = {}
    amiss, count = [], 0
    for name, columns, rows in truth(package):
        if name not in tables:
            amiss.append(f"no table {name}")
            continue
        got = tables[name]
        count += len(got["rows"])
        names = [name for name, _ in columns]
        if extra := [each for each in got["columns"] if each not in names]:
            amiss.append(f"{name} has columns more: {', '.join(extra)}")
        if missing := [each for each in names if each not in got["columns"]]:
            amiss.append(f"{name} lacks columns: {', '.join(missing)}")
        if len(rows) != len(got["rows"]):
            amiss.append(f"{name} has {len(got['rows'])} rows, not {len(rows)}")
            continue
        places = {each: got["columns"].index(each) for each in names if each in got["columns"]}
        for row, told in zip(rows, got["rows"], strict=True):
            for (column, type), text in zip(columns, row, strict=True):
                if column in places:
                    value = told[places[column]]
                    kind = kind_of(text, type)
                    became = verdict(text, kind, value)
                    if VERDICTS.index(became) > VERDICTS.index(found.get(kind, "same")) or kind not in found:
                        found[kind] = became
                        examples[kind] = [text, value]
    return {
        "tables": len(tables),
        "rows": count,
        "amiss": amiss[:5],
        "values": {kind: found[kind] for kind in KINDS if kind in found},
        "examples": {kind: examples[kind] for kind in KINDS if found.get(kind) in ("changed", "lost", "number", "date", "time")},
    }
