"""Tables of requests: a row is an item, with a number, a title, what is asked, and whose business it is."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from dxgov.documents.folding import fold
from dxgov.documents.lines import Cell, CellTable
from dxgov.documents.wrapping import join_lines

_REQUEST = "(?:要望|要請|提案|提言|要求|請願|陳情)(?:・(?:要望|要請|提案|提言))?"
_ROLES: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "number": r"(?:(?:項|整理|通し?|要望|提案)?番号|項番|連番|No\.?|NO\.?|№|#|番)$",
        "text": rf"(?:具体的な?)?{_REQUEST}(?:の)?(?:具体的な?)?(?:内容|概要|要旨|趣旨|詳細|本文)$",
        "title": rf"(?:重点)?{_REQUEST}(?:の)?(?:事項|項目|件名|題名|課題|名称?)?名?$",
        "owner": r"(?:(?:担当|所管|関係|主管|対応)(?:部|局|課|部署|部局|省庁|府省庁?|機関|先)?|府省庁?|省庁)名?$|(?:要望|要請|提出)先$",
    }.items()
}
"""What a column holds, by the folded words of its header; the first that fits counts."""

_PLAIN_ROLES: Mapping[str, re.Pattern[str]] = {
    "title": re.compile(r"(?:件\s*名|題\s*名|項目名?|事項名?|テーマ)$"),
    "text": re.compile(r"(?:具体的な?)?内容$"),
}
"""The same for headers that say so only beside one that speaks of requests."""

_HEADER_ROWS = 40
"""Rows in which the header of a table stands; a sheet may have a whole head above it."""
_MAX_HEADER = 20
"""Maximum characters of a header."""
_OWNER_END = re.compile(r"[、，,・･／/]|及び|並びに|(?<=[省庁局課室])\s+")
"""What parts the bodies of a cell: a line that ends elsewhere was wrapped."""


@frozen
class RequestRow:
    """A row of a table of requests."""

    number: str
    """The number as printed; empty for none."""
    title: Sequence[Cell]
    text: Sequence[Cell]
    """The cells with the title and with what is asked; empty where the table has no such column."""
    owners: Sequence[str]
    """The bodies whose business it is, as printed."""
    first_line: int
    last_line: int
    """The lines of the row."""


def find_request_rows(tables: Iterable[CellTable]) -> Iterator[RequestRow]:
    """Yield the rows of all tables whose header speaks of requests.

    Rows below a title that spans them are one.
    """
    for table in tables:
        rows = _list_rows(table)
        header = next((index for index in range(min(_HEADER_ROWS, len(rows))) if _find_columns(rows[index])), None)
        if header is not None:
            yield from _read_rows(rows[header + 1 :], _find_columns(rows[header]))


def join_cells(cells: Iterable[Cell]) -> str:
    """Return the text of cells in one line."""
    return join_lines(line for cell in cells for line in cell.text.split("\n"))


def _list_rows(table: CellTable) -> list[dict[int, Cell]]:
    """Return the cells with text of each row by column."""
    rows: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in table.compact.grid.items():
        if cell.text.strip():
            rows.setdefault(row, {})[column] = cell
    return [rows[row] for row in sorted(rows)]


def _find_columns(row: Mapping[int, Cell]) -> Mapping[str, int]:
    """Return the column of each role by the words of a header; empty if none speaks of requests."""
    headers = {column: re.sub(r"\s", "", fold(cell.text)) for column, cell in row.items() if len(cell.text) <= _MAX_HEADER}
    columns: dict[str, int] = {}
    for column, words in headers.items():
        role = next((name for name, pattern in _ROLES.items() if pattern.match(words)), None)
        if role is not None:
            columns.setdefault(role, column)
    if not {"title", "text"} & columns.keys() or len(set(row.values())) < 2:
        return {}
    for role, pattern in _PLAIN_ROLES.items():
        plain = [column for column, words in headers.items() if pattern.match(words) and column not in columns.values()]
        if plain:
            columns.setdefault(role, plain[0])
    return columns


def _read_rows(rows: Sequence[Mapping[int, Cell]], columns: Mapping[str, int]) -> Iterator[RequestRow]:
    chief = columns.get("title", columns.get("text", -1))
    index = 0
    while index < len(rows):
        cell = rows[index].get(chief)
        # A row that is one cell is a heading inside of the table.
        if cell is None or len(set(rows[index].values())) < 2:
            index += 1
            continue
        stop = index + 1
        while stop < len(rows) and rows[stop].get(chief) is cell:
            stop += 1
        yield _read_row(rows[index:stop], columns)
        index = stop


def _read_row(rows: Sequence[Mapping[int, Cell]], columns: Mapping[str, int]) -> RequestRow:
    """Return the request that one or several rows print."""
    cells = {role: list(dict.fromkeys(row[column] for row in rows if column in row)) for role, column in columns.items()}
    owners = [
        re.sub(r"\s", "", name)
        for cell in cells.get("owner", [])
        for name in _OWNER_END.split(fold(cell.text))
        if re.search(r"[^\W\d_]", name)
    ]
    printed = [cell for row in rows for cell in row.values() if cell.first_line]
    return RequestRow(
        join_cells(cells.get("number", [])).strip(),
        cells.get("title", []),
        cells.get("text", []),
        tuple(dict.fromkeys(owners)),
        min(cell.first_line for cell in printed),
        max(cell.last_line for cell in printed),
    )
