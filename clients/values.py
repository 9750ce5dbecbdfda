"""Comparison of the cells that a client reads with those of the sound CSV package and its descriptor."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

VERDICTS = ("same", "text", "empty text", "float", "number", "date", "time", "changed", "lost")
"""The verdicts on a value, best first: the value itself, its text, another type that still represents it, or less."""

KINDS = ("digits", "look-alike", "text", "integer", "number", "boolean", "date", "list", "empty")

_LOOKALIKE = re.compile(
    r"[\s-]*|[-+]?[\d.,/:eExX-]+|\d{2}:\d{2}|NA|N/A|nan|null|none|true|false|[=+@-].*|\s.*|.*\s|[\d.０-９]+",
    re.IGNORECASE,
)


def kind_of(text: str, type: str) -> str:
    """Return the kind of a CSV cell, by its emptiness, its column's type, or its text."""
    if text == "":
        return "empty"
    if type != "string":
        return "list" if type == "array" else type
    if text.isascii() and text.isdigit():
        return "digits"
    return "look-alike" if _LOOKALIKE.fullmatch(text) else "text"


def verdict(text: str, kind: str, got: Any) -> str:
    """Return the verdict on `got`, which a client reads from a cell with `text`.

    >>> verdict("012017", "digits", 12017), verdict("132144", "digits", 132144), verdict("2031-04-02", "date", {"date": "2031-04-02"})
    ('changed', 'number', 'same')
    """
    if kind == "empty":
        return "same" if got is None else "empty text" if got == "" else "changed"
    if got is None:
        return "lost"
    if isinstance(got, str):
        return (
            ("same" if kind in ("digits", "look-alike", "text") else "text") if got == text or _is_same_word(kind, text, got) else "changed"
        )
    return _judge_typed(text, kind, got)


def _is_same_word(kind: str, text: str, got: str) -> bool:
    """Return whether `got` is another spelling of the same Boolean value or number."""
    if kind == "boolean":
        return got.lower() == text
    if kind == "number":
        try:
            return Decimal(got) == Decimal(text)
        except InvalidOperation:
            return False
    return False


def _judge_typed(text: str, kind: str, got: Any) -> str:
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
        return _judge_number(text, kind, got)
    return "changed"


def _judge_number(text: str, kind: str, got: float | Decimal) -> str:
    try:
        equal = float(got) == float(text)
    except ValueError:
        return "changed"
    if kind in ("integer", "number"):
        is_float = kind == "integer" and isinstance(got, float | Decimal)
        return "changed" if not equal else "float" if is_float else "same"
    return "number" if equal and (str(got) == text or f"{got:f}".removesuffix(".0") == text) else "changed"


def read_tables(package: Path) -> Iterator[tuple[str, list[tuple[str, str]], list[list[str]]]]:
    """Yield every table of a sound CSV package: its name, the names and types of its columns, and its rows."""
    for resource in json.loads((package / "datapackage.json").read_bytes())["resources"]:
        with (package / resource["path"]).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))[1:]
        yield resource["name"], [(field["name"], field["type"]) for field in resource["schema"]["fields"]], rows


def compare_tables(tables: Mapping[str, Mapping[str, Any]], package: Path) -> dict[str, Any]:
    """Compare the tables that a client reads with those of a sound CSV package.

    Returns:
        The numbers of tables and rows, the first five defects, the worst verdict on each kind of value, and examples.
    """
    worst: dict[str, str] = {}
    examples: dict[str, list[Any]] = {}
    amiss, count = [], 0
    for name, columns, rows in read_tables(package):
        if name not in tables:
            amiss.append(f"no table {name}")
            continue
        got = tables[name]
        count += len(got["rows"])
        names = [name for name, _ in columns]
        if extra := [column for column in got["columns"] if column not in names]:
            amiss.append(f"{name} has columns more: {', '.join(extra)}")
        if missing := [column for column in names if column not in got["columns"]]:
            amiss.append(f"{name} lacks columns: {', '.join(missing)}")
        if len(rows) != len(got["rows"]):
            amiss.append(f"{name} has {len(got['rows'])} rows, not {len(rows)}")
            continue
        indices = {column: got["columns"].index(column) for column in names if column in got["columns"]}
        for row, got_row in zip(rows, got["rows"], strict=True):
            for (column, type), text in zip(columns, row, strict=True):
                if column in indices:
                    value = got_row[indices[column]]
                    kind = kind_of(text, type)
                    outcome = verdict(text, kind, value)
                    if VERDICTS.index(outcome) > VERDICTS.index(worst.get(kind, "same")) or kind not in worst:
                        worst[kind] = outcome
                        examples[kind] = [text, value]
    return {
        "tables": len(tables),
        "rows": count,
        "amiss": amiss[:5],
        "values": {kind: worst[kind] for kind in KINDS if kind in worst},
        "examples": {kind: examples[kind] for kind in KINDS if worst.get(kind) in ("changed", "lost", "number", "date", "time")},
    }
