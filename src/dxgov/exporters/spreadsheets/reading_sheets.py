"""Sheets for reading: records with the names of what they refer to, which lead to the rows of these, and codes by their names.

Only columns that hold something are shown. A date is its words and its first day, and a citation is its document. What a cell shows in
both languages stands on two lines. These sheets do not come back: the sheets of tables hold the same data as the package does.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from attrs import frozen

from dxgov.exporters.spreadsheets.excel_limits import MAX_CELL_LENGTH, MAX_SHEET_NAME_LENGTH, to_cell_values
from dxgov.formats.csv_writer import slice_rows
from dxgov.marks import Pattern, Ref
from dxgov.schema import Column, Field, Kind, Table
from dxgov.tables.arrow import combine_chunks
from dxgov.tables.captions import Captions
from dxgov.tables.collection import Collection
from dxgov.text.wrapping import measure_columns

_TEXT_WIDTH, _NAME_WIDTH, _SHORT_WIDTH = 36, 20, 11
"""Widths in characters: of texts, of names, and of all else."""

_PAGE_WIDTH = 230
"""Maximum width of the columns that are shown and printed, in characters; at that width A4 takes letters of 7 points across a page."""

_NOT_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


@frozen
class ReadingCell:
    """What a cell shows, and where it leads."""

    value: str | bool | int | float | date
    target: tuple[str, int] | None = None
    """The name of a sheet and the index of a row among its records; None if the cell leads nowhere."""


@frozen
class ReadingColumn:
    """A column of a sheet for reading."""

    column: Column
    width: int
    """The width in characters."""
    is_hidden: bool
    """True if the column is folded away, so that the others fit across a page."""


class ReadingSheets:
    """The contents of the sheets for reading, by the names of tables."""

    def __init__(self, data: Collection) -> None:
        self._data = data
        tables = {name: table for name, table in data.model().tables.items() if len(data.tables[name])}
        self.names: dict[str, str] = {}
        for name, table in tables.items():
            self.names[name] = _name_sheet(table, {*self.names.values()})
        captions = Captions(data)
        self._texts: dict[str, str] = {}
        self._places: dict[str, tuple[str, int]] = {}
        for name in tables:
            titles = zip(
                captions.ids(name).to_pylist(), captions.get(name, "ja").to_pylist(), captions.get(name, "en").to_pylist(), strict=True
            )
            for row, (id, japanese, english) in enumerate(titles):
                self._texts[id], self._places[id] = _join_languages(japanese, english), (self.names[name], row)

    def list_columns(self, table: Table) -> list[ReadingColumn]:
        """Return the columns of the sheet of a table: captions first, the key last.

        What does not fit across a page is hidden; captions, references, dates and codes are shown before other texts.
        """
        caption_names = {column.name for column in table.captions}
        ranked = [
            (_rank_column(column, field, caption_names), column)
            for field in table.fields
            for index, column in enumerate(field.columns)
            if index == 0 or column.name == f"{field.name}_start"
        ]
        cells = self._data.tables[table.name].data
        filled = [(rank, column) for rank, column in ranked if _holds_something(column, cells[column.name])]
        shown, room = set[str](), _PAGE_WIDTH
        for _, column in sorted(filled, key=lambda item: item[0]):
            room -= _get_width(column)
            if room >= 0:
                shown.add(column.name)
        ordered = sorted(filled, key=lambda item: (item[1].key, item[0] > 0))
        return [ReadingColumn(column, _get_width(column), column.name not in shown) for _, column in ordered]

    def read_rows(self, table: Table) -> Iterator[list[ReadingCell | None]]:
        """Yield the cells of each record; None for an empty one."""
        columns = [reading_column.column for reading_column in self.list_columns(table)]
        codes = {column.name: {str(code): _join_languages(code.titles.ja, code.titles.en) for code in column.codes} for column in columns}
        for batch in slice_rows(self._data.tables[table.name].data):
            cells = (_read_values(column, batch[column.name]) for column in columns)
            for row in zip(*cells, strict=True):
                yield [self._show(column, codes[column.name], cell) for column, cell in zip(columns, row, strict=True)]

    def _show(self, column: Column, codes: Mapping[str, str], cell: Any) -> ReadingCell | None:
        values = cell if column.many else () if cell is None else (cell,)
        if not values:
            return None
        if column.has(Ref):
            target = self._places.get(values[0]) if len(values) == 1 else None
            return ReadingCell(_join_lines(self._texts.get(id, id) for id in values), target)
        if codes:
            return ReadingCell(_join_lines(codes[value] for value in values))
        if column.many or column.kind is Kind.TEXT:
            return ReadingCell(_join_lines(map(str, values)))
        return ReadingCell(cell)


def _name_sheet(table: Table, taken: set[str]) -> str:
    """Return the name of the sheet of a table; it holds a space, so that no sheet of a package has it, and differs from those `taken`."""
    title = f"{table.titles.ja} {table.titles.en}".translate(_NOT_IN_SHEET_NAMES)[:MAX_SHEET_NAME_LENGTH].strip()
    number = 2
    name = title if " " in title else f"{title[: MAX_SHEET_NAME_LENGTH - 2]} 1"
    while name.lower() in {other.lower() for other in taken}:
        suffix = f" {number}"
        name, number = f"{title[: MAX_SHEET_NAME_LENGTH - len(suffix)]}{suffix}", number + 1
    return name


def _read_values(column: Column, cells: Any) -> list[Any]:
    """Return the cells of a column; numbers and days that Excel cannot hold as texts."""
    is_text = column.many or column.codes or column.kind is Kind.TEXT
    return cells.to_pylist() if is_text else to_cell_values(column, combine_chunks(cells))


def _holds_something(column: Column, cells: Any) -> bool:
    return any(len(chunk.flatten()) for chunk in cells.chunks) if column.many else bool(cells.null_count < len(cells))


def _join_languages(japanese: str, english: str) -> str:
    return japanese if english == japanese else f"{japanese}\n{english}"


def _join_lines(texts: Iterable[str]) -> str:
    """Return texts on lines of their own, cut where a cell of Excel ends."""
    joined = "\n".join(texts)
    return joined if len(joined) <= MAX_CELL_LENGTH // 2 else f"{joined[: MAX_CELL_LENGTH // 2]}…"


def _rank_column(column: Column, field: Field, caption_names: set[str]) -> int:
    """Return how soon a column is shown: captions and the key first, then what a record refers to, dates and codes, then other texts."""
    if column.key or column.name in caption_names or column.name.removesuffix("_en") in caption_names:
        return 0
    if column.has(Ref) and not column.inner:
        return 1
    if field.value is not None or column.codes:
        return 2
    return 3 if not column.has(Pattern) else 4


def _get_width(column: Column) -> int:
    """Return the width of a column in characters."""
    if column.has(Ref) or column.key:
        return _NAME_WIDTH
    return _TEXT_WIDTH if column.kind is Kind.TEXT and not column.inner and not column.has(Pattern) else _SHORT_WIDTH


def count_lines(value: object, width: int) -> int:
    """Return the number of lines that a value takes in a column of a width in characters."""
    return sum(max(1, -(-measure_columns(line) // width)) for line in str(value).split("\n"))
