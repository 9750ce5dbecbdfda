"""Warnings about characters that may be right but deserve a look: invisible, easily confused, or meaningless ones."""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any

import pyarrow.compute as pc

from dxgov.characters import find_suspicious_characters, find_text_fault
from dxgov.errors import Problem, ProblemCode, short_repr
from dxgov.languages import Message, join_texts
from dxgov.marks import Caption
from dxgov.metadata import Metadata
from dxgov.model.serialization import unstructure
from dxgov.schema import Column, Kind, LinkTable, Table
from dxgov.tables.arrow import find_texts_at_offsets, find_voicing_marks, merge_sorted
from dxgov.validation.batches import RowBatch, Rule

_MAX_NAMED_CHARACTERS = 3
"""Maximum unusual characters of a text that a warning names."""


def build_warning_rules(table: Table | LinkTable) -> Iterator[Rule]:
    """Yield a rule for each column of free texts that reports unusual characters; columns with a pattern need none.

    Line breaks are unusual in captions, the texts that stand for a record in a list. Kana whose voiced marks are separate characters are
    unusual in captions and in lists of names.
    """
    captions = {column.name for column in table.stored if column.has(Caption)}
    for column in table.stored:
        if column.kind is Kind.TEXT and not column.pattern:
            yield partial(_check_characters, column, column.name.removesuffix("_en") in captions)


def find_metadata_warnings(metadata: Metadata, file: str | None = None) -> Iterator[Problem]:
    """Yield a warning for each text with unusual characters in the metadata, which `file` holds."""
    for path, text in _iter_texts(unstructure(metadata), ""):
        message = _describe_characters(text, one_line=path.endswith("title"))
        if message:
            yield Problem(ProblemCode.UNUSUAL_CHARACTER, message, field=path, value=text, file=file)


def _iter_texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield the texts in nested dicts and lists, each with the path to it."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _iter_texts(item, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _iter_texts(item, f"{path}[{number}]")
    elif isinstance(value, str):
        yield path, value


def _check_characters(column: Column, one_line: bool, batch: RowBatch) -> Iterator[Problem]:
    """Report texts with unusual characters; line breaks are unusual if `one_line`."""
    if batch.is_empty(column.name):
        return
    # Select the texts that may have such characters.
    texts, unusual = batch.flat_texts(column), batch.find_unusual_texts(column)
    candidates = unusual.suspicious
    if one_line:
        candidates = merge_sorted(candidates, unusual.line_breaks)
    if one_line or column.many:
        candidates = merge_sorted(candidates, find_texts_at_offsets(texts, find_voicing_marks(texts)))
    # Describe the characters of each; texts that cannot be stored are errors already.
    rows = pc.list_parent_indices(batch.cells(column.name)) if column.many and len(candidates) else None
    for index in candidates.tolist():
        text = texts[index].as_py()
        message = None if find_text_fault(text) else _describe_characters(text, one_line=one_line)
        if message:
            row = index if rows is None else rows[index].as_py()
            yield batch.problem(ProblemCode.UNUSUAL_CHARACTER, message, row, column.name, text)


def _describe_characters(text: str, *, one_line: bool) -> str | None:
    """Return the message about the unusual characters of a text, or None if it has none."""
    names = list(islice(find_suspicious_characters(text, one_line=one_line), _MAX_NAMED_CHARACTERS + 1))
    if not names:
        return None
    more = Message(" and others", "など") if len(names) > _MAX_NAMED_CHARACTERS else ""
    characters = join_texts(names[:_MAX_NAMED_CHARACTERS], "; ", "、")
    return Message(
        "{text} holds {characters}{more}", "{text}に{characters}{more}がある。", text=short_repr(text), characters=characters, more=more
    )
