"""Files of a draft beside its tables: the text of the document with the place of each line, the guesses, and the decisions."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar, get_type_hints

import attrs
from attrs import asdict, fields

from dxgov.documents.lines import Cell, CellPosition, CellTable, ExtractedText, Line
from dxgov.errors import DataError, Problem, ProblemCode
from dxgov.formats.csv_writer import CSV_DIALECT
from dxgov.values import document_lines

R = TypeVar("R", bound=attrs.AttrsInstance)

TEXT_FILE, DOCUMENT_FILE, GUESSES_FILE, DECISIONS_FILE, REVIEW_FILE = (
    "document.txt",
    "document.json",
    "guesses.csv",
    "decisions.csv",
    "review.html",
)
"""Names of the files of a draft."""

HISTORY_FILE, JOURNAL_FILE = "history.json", "unfinished.json"
"""Names of the files that a review leaves in a draft: its changes, and all of a change while its files are written."""


def require_lines(document: ExtractedText) -> None:
    """Check that a text splits into its lines again, so that its citations count the same lines wherever it is read.

    Raises:
        ValueError: a line holds a line break, has another number than its place, or cannot be stored.
    """
    document.text.encode()
    texts = document_lines(document.text)[:-1]
    for number, (line, text) in enumerate(zip(document.lines, texts, strict=False), 1):
        if line.number != number or line.text != text:
            raise ValueError(f"document: found the number {line.number} at line {number}, or a line break or byte-order mark in it")
    if len(texts) != len(document.lines):
        raise ValueError(f"document: found line breaks within its {len(document.lines)} lines")


def encode_document(document: ExtractedText, reading: Mapping[str, Any]) -> bytes:
    """Return the JSON of all that a document has beside its text, and of how it was read."""
    lines = [_omit_defaults(line, "number", "text") for line in document.lines]
    content = {name: value for name, value in asdict(document, recurse=False).items() if name not in ("lines", "tables")}
    tables = [_omit_defaults(table, "cells") | {"cells": [_omit_defaults(cell) for cell in table.cells]} for table in document.tables]
    text = json.dumps({**content, **reading, "lines": lines, "tables": tables}, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def decode_document(text: bytes, content: bytes) -> tuple[ExtractedText, Mapping[str, Any]]:
    """Return a document from its text and its JSON, and the part of the JSON on how it was read.

    Raises:
        DataError: they do not belong together, or the JSON is not that of a document.
    """
    try:
        properties = json.loads(content)
        lines = properties.pop("lines")
        tables = properties.pop("tables")
        own = {attribute.name: properties.pop(attribute.name) for attribute in fields(ExtractedText) if attribute.name in properties}
        document = ExtractedText(
            tuple(
                Line(number, line, **_to_tuples(line_properties))
                for number, (line, line_properties) in enumerate(zip(document_lines(text.decode())[:-1], lines, strict=True), 1)
            ),
            tuple(CellTable(**{**table, "cells": tuple(Cell(**cell) for cell in table["cells"])}) for table in tables),
            **own,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"found {error}; the text and what is said of its lines were written together, and neither can be edited"
        problem = Problem(ProblemCode.UNREADABLE_FILE, message, file=DOCUMENT_FILE)
        raise DataError(f"{DOCUMENT_FILE} does not fit {TEXT_FILE}", [problem]) from None
    return document, properties


def _omit_defaults(value: attrs.AttrsInstance, *omitted: str) -> dict[str, Any]:
    """Return the fields that do not hold their default, without those that are named."""
    return {
        attribute.name: asdict(member) if attrs.has(type(member)) else member
        for attribute in fields(type(value))
        if attribute.name not in omitted and (member := getattr(value, attribute.name)) != attribute.default
    }


def _to_tuples(properties: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of a line with the types of their fields."""
    if "box" in properties:
        properties["box"] = tuple(properties["box"])
    if "cell" in properties:
        properties["cell"] = CellPosition(**properties["cell"])
    return properties


# Guesses and decisions


def encode_objects(kind: type[R], objects: Iterable[R]) -> bytes:
    """Return objects as a CSV file, with a column for each field; lists are JSON."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=str(CSV_DIALECT["lineTerminator"]))
    names = [attribute.name for attribute in fields(kind)]
    writer.writerow(names)
    writer.writerows([_encode_cell(getattr(value, name)) for name in names] for value in objects)
    return text.getvalue().encode()


def decode_objects(kind: type[R], content: bytes, file: str) -> tuple[R, ...]:
    """Return the objects of a CSV file.

    Raises:
        DataError: it is not one that `encode_objects` writes.
    """
    types = get_type_hints(kind)
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        return tuple(kind(**{name: _decode_cell(types[name], row[name]) for name in types}) for row in rows)
    except (ValueError, KeyError, TypeError, csv.Error) as error:
        message = f"found {error}, expected a CSV file with the columns {', '.join(types)}"
        raise DataError(f"{file} cannot be read", [Problem(ProblemCode.UNREADABLE_FILE, message, file=file)]) from None


def _encode_cell(value: Any) -> str:
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _decode_cell(kind: Any, text: str) -> Any:
    if kind == tuple[str, ...]:
        return tuple(json.loads(text or "[]"))
    return datetime.fromisoformat(text) if kind is datetime else kind(text)
