"""What may be right and should be looked at: characters that nobody sees, that look like others, or that mean nothing."""

from collections.abc import Iterator, Mapping
from functools import cache, partial
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.characters import may_be_strange, strange_characters, text_fault
from dxgov.errors import Problem, ProblemCode, quoted
from dxgov.marks import Caption
from dxgov.metadata import Metadata
from dxgov.model.serialization import unstructure
from dxgov.schema import Column, Kind, LinkTable, Table
from dxgov.tables.arrow import holding, texts_at, uncommon_characters, union
from dxgov.validation.batches import Frame, Rule

_NAMED = 3
"""So many characters of a text are named."""


def warning_rules(table: Table | LinkTable) -> Iterator[Rule]:
    """Yield what finds unusual characters in each column of free texts; what has a pattern is held against that.

    Line breaks are unusual in what stands for a record in a list, and kana with their marks apart there and in lists of names.
    """
    captions = {column.name for column in table.stored if column.has(Caption)}
    for column in table.stored:
        if column.kind is Kind.TEXT and not column.pattern:
            yield partial(_unusual, column, column.name.removesuffix("_en") in captions)


def metadata_warnings(metadata: Metadata, file: str | None = None) -> Iterator[Problem]:
    """Yield a warning for each text with unusual characters that a data set says about itself, in `file`."""
    for place, text in _texts(unstructure(metadata), ""):
        said = _said(text, one_line=place.endswith("title"))
        if said:
            yield Problem(ProblemCode.UNUSUAL_CHARACTER, said, field=place, value=text, file=file)


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield the texts in plain dicts and lists, each with the path to it."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, f"{place}.{name}".lstrip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{place}[{number}]")
    elif isinstance(value, str):
        yield place, value


def _unusual(column: Column, one_line: bool, frame: Frame) -> Iterator[Problem]:
    if frame.empty(column.name):
        return
    cells = frame.cells(column.name)
    texts = pc.list_flatten(cells) if column.many else cells
    places = _suspects(texts, names=one_line or column.many)
    if one_line:
        places = union(places, np.flatnonzero(holding(texts, b"\n\r")))
    rows = pc.list_parent_indices(cells) if column.many else None
    for place in places.tolist():
        text = texts[place].as_py()
        said = None if text_fault(text) else _said(text, one_line=one_line)
        if said:
            row = place if rows is None else rows[place].as_py()
            yield frame.problem(ProblemCode.UNUSUAL_CHARACTER, said, row, column.name, text)


def _said(text: str, *, one_line: bool) -> str | None:
    """Return what to say of the unusual characters of a text, or ``None`` where it has none."""
    named = list(islice(strange_characters(text, one_line=one_line), _NAMED + 1))
    more = " and others" if len(named) > _NAMED else ""
    return f"{quoted(text)} holds {'; '.join(named[:_NAMED])}{more}" if named else None


def _suspects(texts: pa.StringArray, *, names: bool) -> "np.ndarray[Any, Any]":
    """Return the positions of texts with a character that may be unusual, each once; `names` takes in marks of kana."""
    places, points = uncommon_characters(texts, voiced=names)
    known = _judgements()
    unknown = points[known[points] == 0]
    for point in {*unknown.tolist()}:
        known[point] = _STRANGE if may_be_strange(chr(point)) else _HARMLESS
    strange = places[known[points] == _STRANGE]
    return texts_at(texts, strange) if len(strange) else strange


_HARMLESS, _STRANGE = 1, 2


@cache
def _judgements() -> "np.ndarray[Any, Any]":
    """Return what is known of each code point, which every call adds to; 0 where it was not met yet."""
    return np.zeros(0x110000, dtype=np.uint8)
