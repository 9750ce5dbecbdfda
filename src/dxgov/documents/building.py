"""`TextBuilder`: the lines and tables that a reader of a format adds one after the other, within the limits."""

import re
from collections.abc import Mapping

from dxgov.documents.lines import Box, Cell, CellPosition, CellTable, ExtractedText, Line
from dxgov.errors import DocumentError
from dxgov.limits import Limits

_LINE_ENDS = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_UNKEPT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
"""Control characters, byte-order marks and halves of surrogate pairs, which texts cannot keep."""


class TextBuilder:
    """A text in the making: readers add its lines and cells in reading order."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lines: list[Line] = []
        self._tables: list[CellTable] = []
        self._cells: list[list[Cell]] = []
        self._characters = 0
        self._cell_count = 0

    @property
    def next_line(self) -> int:
        """The number that the next line gets."""
        return len(self._lines) + 1

    def add_text(
        self,
        text: str,
        *,
        page: int | None = None,
        box: Box | None = None,
        style: str = "",
        cell: CellPosition | None = None,
        begins_paragraph: bool = False,
    ) -> None:
        """Add the lines of a text; blank lines of cells are left out. The first of them begins a paragraph if the text does.

        Raises:
            DocumentError: there are more characters than the limits allow.
        """
        for part in _LINE_ENDS.split(text):
            line = _UNKEPT.sub("", part).rstrip()
            if line or cell is None:
                self._characters += len(line) + 1
                require_within("characters", self._characters, self._limits)
                self._lines.append(Line(len(self._lines) + 1, line, page, box, style, cell, begins_paragraph))
                begins_paragraph = False

    def add_table(self, page: int | None = None, name: str | None = None) -> int:
        """Add a table without cells, and return its number, counted from 0."""
        self._tables.append(CellTable((), page, name))
        self._cells.append([])
        return len(self._tables) - 1

    def add_cell(self, position: CellPosition, first_line: int, rows: int = 1, columns: int = 1) -> None:
        """Add a cell that holds all lines from `first_line` on.

        Raises:
            DocumentError: there are more cells than the limits allow.
        """
        self._cell_count += rows * columns
        require_within("cells", self._cell_count, self._limits)
        text = "\n".join(line.text for line in self._lines[first_line - 1 :])
        first, last = (first_line, len(self._lines)) if len(self._lines) >= first_line else (0, 0)
        self._cells[position.table].append(Cell(position.row, position.column, text, first, last, rows, columns))

    def build(self, extracted_with: str = "", properties: Mapping[str, str] | None = None) -> ExtractedText:
        """Return the text.

        Args:
            extracted_with: The library that read the file, with its version; empty for none.
            properties: What the file says of itself; None for nothing. Empty values are left out.
        """
        tables = (CellTable(tuple(cells), table.page, table.name) for table, cells in zip(self._tables, self._cells, strict=True))
        stated = {name: _UNKEPT.sub("", value).strip() for name, value in (properties or {}).items()}
        kept = {name: value for name, value in stated.items() if value}
        return ExtractedText(tuple(self._lines), tuple(tables), extracted_with=extracted_with, properties=kept)


def require_within(limit: str, number: int, limits: Limits) -> None:
    """Check a number against the limit of that name.

    Raises:
        DocumentError: the number is larger.
    """
    maximum = getattr(limits, limit)
    if number > maximum:
        raise DocumentError(f"the document has more than {maximum:,} {limit}; raise Limits({limit}=...) if you trust it")
