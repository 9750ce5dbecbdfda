"""Facts: what a document says, as tuples of a name and texts, to hold what is read against what was printed."""

from collections.abc import Iterator

from dxgov.dates.when import When
from dxgov.documents.lines import ExtractedText
from dxgov.documents.readings import Certainty, DocumentReading, Entry, EntryKind, Value
from printed_documents import squeeze

Fact = tuple[str, ...]
"""The name of a record or field, and what identifies it: texts in one width without blanks."""

_FIELDS = {
    EntryKind.ITEM: ("number", "title", "text"),
    EntryKind.TURN: ("speaker_as_printed", "text"),
    EntryKind.AGENDA_ITEM: ("number", "title"),
    EntryKind.MEMBER: ("name", "post"),
    EntryKind.MILESTONE: ("title", "date"),
    EntryKind.OPINION_GROUP: ("title",),
    EntryKind.OPINION: ("text",),
    EntryKind.INSTRUCTION: ("text",),
    EntryKind.EXAMINATION_ITEM: ("code", "title"),
    EntryKind.DECISION: ("number", "title", "outcome", "manner", "decided"),
}
"""The values that identify an entry."""
_SINGLE_FIELDS = {
    EntryKind.LETTER: ("title", "submitted", "document_number"),
    EntryKind.MEETING: ("name", "series", "ordinal", "held", "start_time", "end_time", "place"),
}
"""The values of an entry that are facts by themselves."""
_LEVELS = (EntryKind.ITEM, EntryKind.AGENDA_ITEM)
"""Kinds of entries with parts."""


def list_read_facts(reading: DocumentReading) -> Iterator[tuple[Fact, Certainty]]:
    """Yield each fact that a reading has, and the least certainty of its values."""
    levels: dict[int | None, int] = {}
    for index, entry in enumerate(reading.entries):
        for name in _SINGLE_FIELDS.get(entry.kind, ()):
            if name in entry.values:
                yield (name, _write_value(entry, name)), entry.values[name].certainty
        if entry.kind is EntryKind.PARTY and entry.values["role"].value in ("addressee", "submitter", "signatory"):
            yield _join_facts(entry, (entry.values["role"].value,), ("name",))
        elif entry.kind in _LEVELS:
            levels[index] = levels.get(entry.parent, 0) + 1
            yield _join_facts(entry, (str(entry.kind), str(levels[index])), _FIELDS[entry.kind])
        elif entry.kind in _FIELDS:
            yield _join_facts(entry, (str(entry.kind),), _FIELDS[entry.kind])


def list_cell_facts(text: ExtractedText) -> Iterator[Fact]:
    """Yield the cells with text of all tables."""
    for table in text.tables:
        top = min(cell.row for cell in table.cells)
        for cell in table.cells:
            if cell.text.strip():
                yield "cell", str(cell.row - top), str(cell.column), squeeze(cell.text), f"{cell.rows}×{cell.columns}"


def _join_facts(entry: Entry, begin: Fact, names: tuple[str, ...]) -> tuple[Fact, Certainty]:
    """Return the fact that some values of an entry are together."""
    values = [entry.values[name] for name in names if name in entry.values]
    ranks = list(Certainty)
    return (*begin, *(_write_value(entry, name) for name in names)), max((value.certainty for value in values), key=ranks.index)


def _write_value(entry: Entry, name: str) -> str:
    """Return a value as text; empty if the entry has none."""
    content = entry.values.get(name, Value("", Certainty.SURE, "")).value
    return (content.edtf or "") if isinstance(content, When) else squeeze(str(content))
