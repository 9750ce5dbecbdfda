"""`ExtractedText`: the lines and cells of a document, whatever the format of its file."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cached_property

from attrs import Factory, evolve, frozen

Box = tuple[float, float, float, float]
"""Left, top, right and bottom on a page, in points from its top left corner."""


@frozen
class CellPosition:
    """The position of a line in a table of the document; all numbers count from 0."""

    table: int
    row: int
    column: int


@frozen
class Line:
    """A line of a document, as the kept text has it."""

    number: int
    """The number of the line in the kept text, counted from 1."""

    text: str
    """The text without its line end."""

    page: int | None = None
    """The page, slide or sheet, counted from 1; None if the format has none."""

    box: Box | None = None
    """Where the line stands on its page; None if the format does not say."""

    style: str = ""
    """The style that the format gives the line: ``heading`` with a level, as in ``heading 2``, ``list``, ``header`` or ``footer`` for what
    repeats on pages, ``note`` for footnotes, ``contents`` for a table of contents; empty for plain text."""

    cell: CellPosition | None = None
    """The cell of a table that the line belongs to; None outside of tables."""

    begins_paragraph: bool = False
    """True if the format says that a paragraph begins here, as Word and HTML do; False where lines are all that there is."""


@frozen
class Cell:
    """A cell of a table, which may span several rows and columns; all positions count from 0."""

    row: int
    column: int
    text: str
    """The text, its lines joined by line feeds; empty for an empty cell."""

    first_line: int
    last_line: int
    """The lines of the kept text that hold the cell; both 0 if it is empty and has none."""

    rows: int = 1
    columns: int = 1
    """How many rows and columns the cell spans."""


@frozen
class CellTable:
    """A table of a document: its cells in reading order."""

    cells: tuple[Cell, ...]
    page: int | None = None
    name: str | None = None
    """The name of the sheet; None if the format has none."""

    @cached_property
    def grid(self) -> Mapping[tuple[int, int], Cell]:
        """The cell at each row and column; a cell that spans several stands at each of them."""
        return {
            (cell.row + row, cell.column + column): cell
            for cell in self.cells
            for row in range(cell.rows)
            for column in range(cell.columns)
        }

    @cached_property
    def compact(self) -> "CellTable":
        """The table without the rows and columns in which no cell begins, which spreadsheets have by the thousand; spans are shorter."""
        rows = sorted({cell.row for cell in self.cells})
        columns = sorted({cell.column for cell in self.cells})

        def renumber(cell: Cell) -> Cell:
            row, row_count = _count_kept(rows, cell.row, cell.rows)
            column, column_count = _count_kept(columns, cell.column, cell.columns)
            return evolve(cell, row=row, rows=row_count, column=column, columns=column_count)

        return evolve(self, cells=tuple(map(renumber, self.cells)))


def _count_kept(kept: Sequence[int], begin: int, count: int) -> tuple[int, int]:
    """Return how many of the positions that are kept stand before a span and within it."""
    before = bisect_left(kept, begin)
    return before, bisect_left(kept, begin + count) - before


@frozen
class ExtractedText:
    """The text of a document with the place of each line, and where it comes from."""

    lines: tuple[Line, ...]
    tables: tuple[CellTable, ...] = ()
    media_type: str = "text/plain"
    """The media type of the original file."""

    original_sha256: str = ""
    """SHA-256 of the bytes of the original file, in hexadecimal; empty if there was no file."""

    extracted_with: str = ""
    """The reader and the libraries that read it, with their versions, such as ``dxgov 0.3.0, pypdfium2 5.15.2``; empty for plain text."""

    properties: Mapping[str, str] = Factory(dict)
    """What the file says of itself, such as ``title``, ``author`` and ``created``; not always true."""

    @cached_property
    def text(self) -> str:
        """The kept text: all lines, each with a line feed behind it."""
        return "".join(f"{line.text}\n" for line in self.lines)
