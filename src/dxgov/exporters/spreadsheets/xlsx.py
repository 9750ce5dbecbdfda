"""A workbook for Excel: a sheet for each table, in which every text stays the text it is, and what everything means."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import pyarrow as pa
import xlsxwriter
from attrs import frozen
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from dxgov.exporters.catalogues.readme import facts
from dxgov.exporters.dictionary import CODE_HEADER, COLUMN_HEADER, code_rows, column_rows
from dxgov.exporters.spreadsheets.excel_limits import DIGITS, require_rows_and_cells, require_sheet_names
from dxgov.formats.csv_writer import cell_texts, row_pieces
from dxgov.metadata import Metadata
from dxgov.schema import Column, Kind
from dxgov.storage.files import Files, written_by
from dxgov.tables.arrow import one
from dxgov.tables.collection import Collection
from dxgov.tables.columns import Described
from dxgov.tables.link_tables import split

_ABOUT, _COLUMNS, _CODES = "はじめに About", "列 Columns", "符号 Codes"
"""The sheets that are no tables; no table can be called so, since the names have a space."""

_EARLIEST = date(1980, 1, 1)
"""Stands in the file's properties for a day of release that is not told, or that no computer can have seen; they must name one."""

_FIRST_DAY = date(1900, 3, 1)
"""The first day that all spreadsheet programs take for the same; Excel believes that there was a 29 February 1900."""

_WIDEST, _NARROWEST = 60, 8
_MEASURED = 500
"""How many rows are looked at for the width of a column."""

_NOTES = """\
1シートが1つの表です。1行目は日本語の列名、2行目は機械用の列名で、データは3行目からです。
列の意味は「列 Columns」、符号は「符号 Codes」にあります。
文字列はすべて文字列のままです（先頭の0や13桁の番号、=で始まる文字列も変わりません）。
日付は日付型ですが、1900年3月1日より前の日付と15桁を超える数は文字列です。
閲覧・集計用です。データの訂正は CSV のデータパッケージに対して行ってください。
Each sheet is a table. Row 1 has the Japanese names of the columns, row 2 the names that programs use; data begin in row 3.
Every text is a text: codes keep their zeros, and what begins with = is no formula. Several values in one cell are a JSON array.
Days are dates. Days before 1900-03-01 and numbers of more than 15 digits, which Excel cannot hold, are texts.
This workbook is for viewing and computing. Corrections belong into the CSV package.
"""


def workbook(data: Collection) -> Files:
    """One workbook, called as the data set is, with a sheet for each table that has rows.

    Raises:
        DataError: a text, a name or a table is longer than Excel can hold.
    """
    model = data.model()
    stored = split(model, {name: records.data for name, records in data.tables.items()})
    tables = {name: (table, stored[name]) for name, table in model.stored.items() if stored[name].num_rows}
    require_sheet_names({name: table for name, (table, _) in tables.items()})
    require_rows_and_cells(tables, header=2, also=_about_lines(data.metadata))
    yield f"{data.metadata.name}.xlsx", written_by(partial(_write, data.metadata, tables))


@frozen
class _Formats:
    """How cells look."""

    text: Format
    day: Format
    heading: Format
    name: Format
    title: Format
    wrapped: Format


def _formats(book: Workbook) -> _Formats:
    def format(**more: Any) -> Format:
        return book.add_format({"valign": "top", **more})

    return _Formats(
        text=format(num_format="@"),
        day=format(num_format="yyyy-mm-dd"),
        heading=format(num_format="@", bold=True, bg_color="#DCE6F1"),
        name=format(num_format="@", italic=True, font_color="#595959", bottom=1, bg_color="#DCE6F1"),
        title=format(num_format="@", bold=True, font_size=14),
        wrapped=format(num_format="@", text_wrap=True),
    )


def _write(about: Metadata, tables: Mapping[str, tuple[Described, pa.Table]], place: Path) -> None:
    options = {"constant_memory": True, "tmpdir": str(place.parent), "use_zip64": True}
    with xlsxwriter.Workbook(str(place), options) as book:
        released = max(about.created or _EARLIEST, _EARLIEST)
        day = datetime(released.year, released.month, released.day)  # noqa: DTZ001 - a workbook knows no zones
        book.set_properties({"title": (about.title or about.name)[:255], "created": day})
        formats = _formats(book)
        _write_about(book.add_worksheet(_ABOUT), about, tables, formats)
        for name, (table, rows) in tables.items():
            _write_table(book.add_worksheet(name), table, rows, formats)
        described = [table for table, _ in tables.values()]
        _write_list(book.add_worksheet(_COLUMNS), COLUMN_HEADER, column_rows(described), formats)
        _write_list(book.add_worksheet(_CODES), CODE_HEADER, code_rows(described), formats)


def _about_lines(about: Metadata) -> list[str]:
    """What the data set is, the title first."""
    return [about.title or about.name, *filter(None, [about.description]), *facts(about)]


def _write_about(sheet: Worksheet, about: Metadata, tables: Mapping[str, tuple[Described, pa.Table]], formats: _Formats) -> None:
    """What the workbook is, under which terms, how to read it, and a list of its tables with links to them."""
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 36)
    sheet.set_column(2, 2, 10)
    sheet.set_column(3, 3, 100)
    _put(sheet, 0, 0, _about_lines(about)[0], formats.title)
    lines = [*_about_lines(about)[1:], "", *_NOTES.splitlines()]
    for row, line in enumerate(lines, 1):
        _put(sheet, row, 0, line, formats.text)
    row = len(lines) + 2
    for place, heading in enumerate(("表 table", "名称 title", "行数 rows", "内容 description")):
        _put(sheet, row, place, heading, formats.heading)
    for name, (table, rows) in tables.items():
        row += 1
        sheet.write_url(row, 0, f"internal:'{name}'!A1", string=name)
        _put(sheet, row, 1, table.label, formats.text)
        sheet.write_number(row, 2, rows.num_rows)
        _put(sheet, row, 3, table.description, formats.text)


def _write_table(sheet: Worksheet, table: Described, rows: pa.Table, formats: _Formats) -> None:
    last = len(table.stored) - 1
    for place, column in enumerate(table.stored):
        sheet.set_column(place, place, _width(column, rows))
        _put(sheet, 0, place, column.label, formats.heading)
    for place, column in enumerate(table.stored):
        _put(sheet, 1, place, column.name, formats.name)
    sheet.freeze_panes(2, 1)
    sheet.autofilter(1, 0, rows.num_rows + 1, last)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{rows.num_rows + 2}"})
    sheet.repeat_rows(0, 1)
    row = 2
    for piece in row_pieces(rows):
        cells = [_cells(column, one(piece[column.name])) for column in table.stored]
        for values in zip(*cells, strict=True):
            for place, value in enumerate(values):
                if value is not None:
                    _put(sheet, row, place, value, formats.day if isinstance(value, date) else formats.text)
            row += 1


def _cells(column: Column, cells: pa.Array) -> list[Any]:
    """The cells as the sheet has them; what Excel cannot hold as a number or a day is a text."""
    if column.many or column.kind in (Kind.TEXT, Kind.CODE):
        return cell_texts(column, cells).to_pylist()  # type: ignore[no-any-return]
    values, texts = cells.to_pylist(), cell_texts(column, cells).to_pylist()
    if column.kind is Kind.DATE:
        return [text if value and value < _FIRST_DAY else value for value, text in zip(values, texts, strict=True)]
    if column.kind in (Kind.INTEGER, Kind.NUMBER):
        return [value if text is None or _digits(text) <= DIGITS else text for value, text in zip(values, texts, strict=True)]
    return values  # type: ignore[no-any-return]


def _digits(number: str) -> int:
    """How many digits of a number count."""
    return len(number.lstrip("-").replace(".", "").lstrip("0"))


def _put(sheet: Worksheet, row: int, place: int, value: Any, format: Format) -> None:
    """Write a cell by its Python type, never by what it looks like.

    Raises:
        ValueError: the sheet cannot hold it, which was looked into before.
    """
    if isinstance(value, str):
        refused = sheet.write_string(row, place, value, format) if value else 0
    elif isinstance(value, bool):
        refused = sheet.write_boolean(row, place, value)
    elif isinstance(value, date):
        refused = sheet.write_datetime(row, place, value, format)
    else:
        refused = sheet.write_number(row, place, value)
    if refused:
        raise ValueError(f"{sheet.get_name()}: Excel cannot hold {value!r} in row {row + 1}, column {place + 1}")


def _write_list(sheet: Worksheet, header: Sequence[str], rows: Iterable[Sequence[str]], formats: _Formats) -> None:
    """A sheet of texts with one header row."""
    held = [header, *rows]
    for place in range(len(header)):
        sheet.set_column(place, place, _bounded(max(_shown(row[place]) for row in held[:_MEASURED])))
    for number, row in enumerate(held):
        for place, cell in enumerate(row):
            _put(sheet, number, place, cell, formats.text if number else formats.heading)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(held) - 1, len(header) - 1)


def _width(column: Column, rows: pa.Table) -> int:
    """How wide a column is, by its heading and its first rows."""
    texts = cell_texts(column, one(rows[column.name]).slice(0, _MEASURED))
    return _bounded(max(_shown(column.label), _shown(column.name), *(_shown(text or "") for text in texts.to_pylist())))


def _bounded(width: int) -> int:
    return min(max(width + 2, _NARROWEST), _WIDEST)


def _shown(text: str) -> int:
    """How many columns of a narrow character a text takes."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text[:_WIDEST])
