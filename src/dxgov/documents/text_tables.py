"""Tables of a document: those of its format, and those that plain text draws with bars, tabs or aligned columns."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from attrs import define, field

from dxgov.documents.folding import fold, measure_width
from dxgov.documents.lines import Cell, CellTable, ExtractedText, Line
from dxgov.documents.row_dates import is_date, strip_mark
from dxgov.documents.wrapping import breaks_off, join_lines

_BAR = re.compile(r"[|｜│┃]")
_RULE = re.compile(r"[\s|｜│┃+:\-=─━┼┬┴├┤┌┐└┘╋┿╂]+")
"""A line that only draws."""
_GAP = re.compile(r"\t+|[ \u3000]{2,}")
_BLANK = re.compile(r"(?:  |\u3000)$")
"""What separates the cells of a line whose columns are known."""
_BULLET = re.compile(r"[\s　]*[・･•●○〇◎◯◦∙◆◇■□▪▫▶►★☆※][\s　]*")
_MIN_ROWS = 3
"""Rows that make a table of aligned columns."""
_WRAPPED_WIDTH = 20
"""Half-width columns of a line of a cell that may have been wrapped."""
_IDEOGRAPH = re.compile("[一-鿿]")
_MAX_SPACED = 8
"""Half-width columns from one character of a letter-spaced word to the next."""
_MAX_WORD = 3
"""Characters of the longest letter-spaced word of a header."""
_TOLERANCE = 1
"""Columns by which cells of a column may begin apart."""


def list_tables(text: ExtractedText) -> list[CellTable]:
    """Return the tables of a document in the order of their lines."""
    tables = [*text.tables, *_list_drawn_tables(text.lines)]
    return sorted(tables, key=lambda table: min((cell.first_line for cell in table.cells if cell.first_line), default=0))


@define
class _Row:
    """The cells of a row, each with its lines."""

    cells: list[list[tuple[int, str]]] = field(factory=list)

    def add_cell(self, number: int, text: str) -> None:
        self.cells.append([(number, text)] if text else [])

    @property
    def first_text(self) -> str:
        return join_lines(text for _, text in self.cells[0]) if self.cells else ""


def _make_table(rows: Sequence[_Row]) -> CellTable:
    """Return a table of rows."""
    cells = [
        Cell(
            row_index,
            column_index,
            "\n".join(text for _, text in lines),
            lines[0][0] if lines else 0,
            lines[-1][0] if lines else 0,
        )
        for row_index, row in enumerate(rows)
        for column_index, lines in enumerate(row.cells)
    ]
    return CellTable(tuple(cells))


def _list_drawn_tables(lines: Sequence[Line]) -> Iterator[CellTable]:
    """Yield the tables that lines outside of cells draw."""
    index = 0
    while index < len(lines):
        line = lines[index]
        if line.cell is not None or not line.text.strip():
            index += 1
            continue
        stop, rows = _read_bars(lines, index) if _BAR.search(line.text) else _read_columns(lines, index)
        if rows:
            yield _make_table(rows)
        index = max(stop, index + 1)


def _read_bars(lines: Sequence[Line], begin: int) -> tuple[int, list[_Row]]:
    """Read a table whose cells are separated by bars, and return the index behind it and its rows; none if it has one row only.

    A row that is broken over lines goes on until it has as many cells as the header, and until the first column goes on below.
    """
    width = len(_split_bars(lines[begin].text))
    ends_in_bar = bool(_BAR.search(lines[begin].text.rstrip()[-1:]))
    rows: list[_Row] = []
    index, is_open = begin, False
    while index < len(lines):
        text = lines[index].text
        has_bar = bool(_BAR.search(text))
        if not text.strip() or lines[index].cell is not None:
            break
        if _RULE.fullmatch(text) and (has_bar or "-" in text or "─" in text or "━" in text):
            index += 1
            continue
        is_short = bool(rows) and len(rows[-1].cells) < width
        if not has_bar and not is_open and not is_short:
            # A line without bars goes on with the last cell only inside of a table whose rows end without one.
            following = lines[index + 1].text if index + 1 < len(lines) else ""
            if ends_in_bar or not _BAR.search(following):
                break
        pieces = _split_bars(text)
        number = lines[index].number
        if rows and (is_open or not has_bar) and rows[-1].cells:
            rows[-1].cells[-1].append((number, pieces[0]))
            pieces = pieces[1:]
        elif not (is_short and not _begins_row(rows, pieces, width)):
            rows.append(_Row())
        for piece in pieces:
            rows[-1].add_cell(number, piece)
        # A line that breaks off inside of a cell leaves it open.
        is_open = ends_in_bar and not _BAR.search(text.rstrip()[-1:])
        index += 1
    return index, rows if len(rows) > 1 and width > 1 else []


def _split_bars(text: str) -> list[str]:
    """Return the cells of a line, without the bars at its ends."""
    inner = _BAR.sub("", text.strip(), count=1) if _BAR.match(text.strip()) else text.strip()
    inner = inner[:-1] if _BAR.search(inner[-1:]) else inner
    return [piece.strip() for piece in _BAR.split(inner)]


def _begins_row(rows: Sequence[_Row], pieces: Sequence[str], width: int) -> bool:
    """Return True if a line begins a row although the one before lacks cells: the first column goes on with the next number."""
    numbers = [re.fullmatch(r"\D{0,3}(\d{1,4})\D{0,2}", fold(text)) for text in (rows[-1].first_text, pieces[0])]
    if numbers[0] and numbers[1]:
        return int(numbers[1][1]) == int(numbers[0][1]) + 1
    return len(pieces) >= width


def _read_columns(lines: Sequence[Line], begin: int) -> tuple[int, list[_Row]]:
    """Read a table whose cells are separated by blanks or tabs and begin in the same columns.

    Returns:
        The index behind the table and its rows; no rows if it is none.
    """
    if "\t" in lines[begin].text.strip():
        return _read_tabs(lines, begin)
    # The columns are those of the first line; a line whose cells begin elsewhere ends the table.
    head = _join_spaced_words(_split_columns(lines[begin].text))
    columns = [start for start, _ in head]
    if len(columns) == 2 and any(is_date(strip_mark(text)) for _, text in head):
        # Without a header, dates and events are a list, whose events need not begin in one column.
        return begin + 1, []
    rows: list[_Row] = []
    index = begin
    while len(columns) > 1 and index < len(lines) and _is_plain(lines[index]):
        segments = _cut_at_columns(lines[index].text, columns) or _join_remarks(_split_columns(lines[index].text), columns)
        positions = [_find_column(columns, start) for start, _ in segments]
        if positions == [0] and rows and breaks_off(rows[-1].first_text):
            rows[-1].cells[0].append((lines[index].number, segments[0][1]))
            index += 1
            continue
        if None in positions or positions == [0]:
            break
        number = lines[index].number
        texts = dict(zip(positions, (text for _, text in segments), strict=True))
        is_more = _goes_on(rows[-1].first_text, texts[0]) if rows and 0 in texts else bool(rows) and _is_wrapped(rows[-1], texts)
        if is_more:
            for position, text in texts.items():
                rows[-1].cells[position or 0].append((number, text))
        else:
            rows.append(_Row())
            for position in range(len(columns)):
                rows[-1].add_cell(number, texts.get(position, ""))
        index += 1
    return (index, rows) if len(rows) >= _MIN_ROWS else (begin + 1, [])


def _is_plain(line: Line) -> bool:
    """Return True if a line has text, and is neither a cell nor drawn with bars."""
    return bool(line.text.strip()) and line.cell is None and not _BAR.search(line.text)


def _read_tabs(lines: Sequence[Line], begin: int) -> tuple[int, list[_Row]]:
    """Read a table whose cells are separated by single tabs."""
    rows = []
    index = begin
    while index < len(lines) and _is_plain(lines[index]) and "\t" in lines[index].text:
        rows.append(_Row())
        for piece in lines[index].text.split("\t"):
            rows[-1].add_cell(lines[index].number, piece.strip())
        index += 1
    return index, rows if len(rows) > 1 else []


def _split_columns(text: str) -> list[tuple[int, str]]:
    """Return the cells of a line with the column in which each begins, in half-width columns."""
    # The blanks behind a bullet part no columns.
    bullet = _BULLET.match(text)
    start = bullet.end() if bullet else 0
    edges = [0, *(match.end() for match in _GAP.finditer(text, start)), len(text)]
    return [(measure_width(text[:start]), text[start:stop].strip()) for start, stop in pairwise(edges) if text[start:stop].strip()]


def _join_spaced_words(segments: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the cells of a header, those of one character joined that are a letter-spaced word, such as 氏　　名."""
    joined: list[tuple[int, str]] = []
    for start, text in segments:
        column, word = joined[-1] if joined else (0, "")
        is_spaced = bool(_IDEOGRAPH.fullmatch(text)) and _IDEOGRAPH.fullmatch(word[-1:]) and start - column <= _MAX_SPACED * len(word)
        if is_spaced and len(word) < _MAX_WORD and any(len(other) > 1 for _, other in segments):
            joined[-1] = (column, word + text)
        else:
            joined.append((start, text))
    return joined


def _join_remarks(segments: list[tuple[int, str]], columns: Sequence[int]) -> list[tuple[int, str]]:
    """Return the cells of a line, the last one with the remarks that stand behind it where no column begins."""
    last = next((index for index, (start, _) in enumerate(segments) if _find_column(columns, start) == len(columns) - 1), None)
    if last is None:
        return segments
    return [*segments[:last], (segments[last][0], "　".join(text for _, text in segments[last:]))]


def _cut_at_columns(text: str, columns: Sequence[int]) -> list[tuple[int, str]]:
    """Return the cells of a line with blanks before each column; empty for other lines."""
    starts, width = {}, 0
    for index, character in enumerate(text):
        starts[width] = index
        width += measure_width(character)
    edges = [(column, starts[column]) for column in columns if column in starts]
    if (
        not edges
        or len(edges) < sum(column < width for column in columns)
        or any(index and not _BLANK.search(text, 0, index) for _, index in edges)
    ):
        return []
    if len(columns) == 2 and any(_find_column(columns, start) is None for start, _ in _split_columns(text)):
        # Blanks before the second of two columns may be there by chance.
        return []
    stops = [index for _, index in edges[1:]] + [len(text)]
    return [(column, text[index:stop].strip()) for (column, index), stop in zip(edges, stops, strict=True) if text[index:stop].strip()]


def _find_column(columns: Sequence[int], start: int) -> int | None:
    """Return the index of the column that begins at a position; None if none does."""
    return next((index for index, column in enumerate(columns) if abs(column - start) <= _TOLERANCE), None)


def _is_wrapped(row: _Row, texts: Mapping[int | None, str]) -> bool:
    """Return True if a line without a first cell goes on with the cells of the row above, and is no row of its own."""
    cells = [(row.cells[position or 0], text) for position, text in texts.items()]
    return any(
        not cell
        or measure_width(cell[-1][1]) >= _WRAPPED_WIDTH
        or breaks_off(cell[-1][1])
        or _goes_on(join_lines(part for _, part in cell), text)
        for cell, text in cells
    )


def _goes_on(above: str, text: str) -> bool:
    """Return True if a cell goes on with the date of the cell above it."""
    return not is_date(text) and is_date(above + text) and bool(re.match(r"[月日の(（~～〜週頃]", text))
