"""Documents made of schedules, tables and lists, in any order: the grammars of all three read the whole document."""

from collections.abc import Sequence

from attrs import evolve

from dxgov.documents.folding import fold
from dxgov.documents.letters import EntryWriter
from dxgov.documents.lines import CellTable, ExtractedText, Line
from dxgov.documents.lists import write_lists
from dxgov.documents.readings import Certainty, DocumentReading, Entry, EntryKind
from dxgov.documents.row_dates import find_anchor
from dxgov.documents.schedules import SCHEDULE_HEADING, find_schedules, write_milestones
from dxgov.documents.tables import write_tables
from dxgov.documents.text_tables import list_tables
from dxgov.documents.wrapping import is_heading

_SAMPLE_LINES = 300
"""Lines from the beginning by which the genre is told."""

_ANCHOR_LINES = 80
"""Lines from the beginning in which the date of the document stands."""

_KINDS = {
    "schedule": {EntryKind.MILESTONE},
    "table": {EntryKind.DUTY, EntryKind.MEASURE, EntryKind.MEMBER, EntryKind.ROW},
    "list": {EntryKind.OPINION_GROUP, EntryKind.OPINION, EntryKind.INSTRUCTION, EntryKind.EXAMINATION_ITEM},
}
"""The kinds of entries of each genre."""


def read_schedule(text: ExtractedText) -> DocumentReading:
    """Read a document whose chief part is a schedule."""
    return _read(text, "schedule")


def read_table(text: ExtractedText) -> DocumentReading:
    """Read a document whose chief part is a table."""
    return _read(text, "table")


def read_list(text: ExtractedText) -> DocumentReading:
    """Read a document whose chief part is a list of opinions, instructions or items to examine."""
    return _read(text, "list")


def score_genres(text: ExtractedText) -> dict[str, tuple[float, tuple[str, ...]]]:
    """Return how likely the chief part of a text is of each genre, from 0 to 1, and the reasons."""
    lines = text.lines[:_SAMPLE_LINES]
    tables = tuple(evolve(table, cells=tuple(cell for cell in table.cells if cell.last_line <= len(lines))) for table in text.tables)
    entries = _write(evolve(text, lines=lines, tables=tables)).entries
    return {genre: _rate(entries, lines, genre) for genre in _KINDS}


def _read(text: ExtractedText, genre: str) -> DocumentReading:
    writer = _write(text)
    score, reasons = _rate(writer.entries, text.lines, genre)
    certainty = Certainty.SURE if score >= 0.8 else Certainty.LIKELY if score >= 0.5 else Certainty.UNSURE
    return DocumentReading(genre, certainty, reasons, tuple(writer.entries), tuple(writer.flaws))


def _write(text: ExtractedText) -> EntryWriter:
    """Write all entries: tables first, then lists, then the schedules that lines outside of both list."""
    writer = EntryWriter()
    # A sheet or table of one column is a text with a line a cell.
    columns = {number for table in text.tables if not any(cell.column for cell in table.cells) for number in _list_line_numbers(table)}
    lines = tuple(evolve(line, cell=None) if line.number in columns else line for line in text.lines)
    text = evolve(text, lines=lines, tables=tuple(table for table in text.tables if any(cell.column for cell in table.cells)))
    tables = list_tables(text)
    anchor = find_anchor([line.text for line in text.lines[:_ANCHOR_LINES]])
    write_tables(writer, text.lines, tables, anchor)
    outside = _blank_lines(text.lines, {number for table in tables for number in _list_line_numbers(table)})
    listed = write_lists(writer, outside)
    for rows in find_schedules(_blank_lines(outside, listed)):
        write_milestones(writer, text.lines, rows, anchor, "row-of-list")
    return writer


def _list_line_numbers(table: CellTable) -> set[int]:
    """Return the numbers of the lines of a table."""
    return {number for cell in table.cells if cell.first_line for number in range(cell.first_line, cell.last_line + 1)}


def _blank_lines(lines: tuple[Line, ...], numbers: set[int]) -> tuple[Line, ...]:
    """Return lines with those of the numbers left blank."""
    return tuple(evolve(line, text="") if line.number in numbers or line.cell is not None else line for line in lines)


def _rate(entries: Sequence[Entry], lines: Sequence[Line], genre: str) -> tuple[float, tuple[str, ...]]:
    """Return how likely a text is of a genre: by how many of its lines all three grammars read, and how many of these this one."""
    read: dict[str, set[int]] = {
        name: {
            number
            for entry in entries
            if entry.kind in kinds
            for number in range(entry.first_line, entry.last_line + 1)
            if lines[number - 1].text.strip()
        }
        for name, kinds in _KINDS.items()
    }
    filled = sum(bool(line.text.strip()) for line in lines)
    covered = len(set().union(*read.values()))
    if not read[genre] or not filled:
        return 0.0, ()
    share = len(read[genre]) / sum(map(len, read.values()))
    is_known = any(entry.kind in _KINDS[genre] and entry.kind is not EntryKind.ROW for entry in entries)
    is_titled = genre == "schedule" and any(SCHEDULE_HEADING.search(fold(line.text)) and is_heading(line.text) for line in lines[:10])
    reasons = {
        f"lines-of-{genre}": min(covered / filled, 1.0) * (0.5 + 0.4 * share),
        f"has-{genre}": 0.3 * is_known * (share > 0.5),
        "title-of-schedule": 0.1 * is_titled,
    }
    return min(sum(reasons.values()), 1.0), tuple(name for name, part in reasons.items() if part)
