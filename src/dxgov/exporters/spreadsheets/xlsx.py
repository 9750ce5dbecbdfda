"""An Excel workbook: sheets for reading, sheets that explain columns and codes, and a sheet for each table, with texts stored as text."""

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

from dxgov.exporters.catalogues.readme import metadata_lines
from dxgov.exporters.dictionary import CODE_HEADER, COLUMN_HEADER, code_rows, column_rows
from dxgov.exporters.spreadsheets.excel_limits import require_rows_and_cells, require_sheet_names, to_cell_values
from dxgov.exporters.spreadsheets.reading_sheets import ReadingCell, ReadingSheets, count_lines
from dxgov.formats.csv_writer import format_cells, slice_rows
from dxgov.schema import Column, Table
from dxgov.storage.files import ExportFolder, Files, capture_file
from dxgov.tables.arrow import combine_chunks
from dxgov.tables.collection import Collection
from dxgov.tables.columns import DescribedTable
from dxgov.tables.link_tables import split_lists

_ABOUT_SHEET, _COLUMNS_SHEET, _CODES_SHEET = "はじめに About", "列 Columns", "符号 Codes"
"""Sheets beside those of the tables; their names contain a space, so that no table can have them."""

_A4 = 9
"""Excel's number of the paper."""

_EARLIEST_RELEASE_DAY = date(1980, 1, 1)
"""Creation day in the file properties if the data set has no day of release, or an earlier one; the properties require one."""

_MAX_WIDTH, _MIN_WIDTH = 60, 8
_MAX_LINKS = 65_530
"""Maximum links of a sheet of Excel."""

_LINE_HEIGHT, _MAX_HEIGHT = 15, 409
"""Heights in points: of a line, and the maximum of a row in Excel."""

_HEADER_ROWS = 2
"""Rows above the data of a sheet."""

_SAMPLE_ROWS = 500
"""Rows that are measured for the width of a column."""

_NOTES = """\
前半は閲覧用のシートで、参照先は名称で示し、その行へのリンクを付けています。符号も名称で示します。
1ページの幅に収まらない列は折りたたんであり、シート上部の「+」で表示できます。
「符号 Codes」より後は、パッケージと同じ内容のシートです（1シートが1つの表、リンク表は最後）。
1行目は日本語の列名、2行目は機械用の列名で、データは3行目からです。
列の意味は「列 Columns」、符号は「符号 Codes」にあります。
文字列はすべて文字列のままです（先頭の0や13桁の番号、=で始まる文字列も変わりません）。
日付は日付型ですが、1900年3月1日より前の日付と15桁を超える数は文字列です。
閲覧・集計用です。データの訂正は CSV のデータパッケージに対して行ってください。
The first sheets are for reading: names stand for ids and lead to the rows they name, and codes are shown by their names.
Columns that would not fit across a page are folded away; the + above the sheet shows them.
Behind 符号 Codes each sheet is a table as in the package, link tables last. Row 1 has the Japanese names of the columns, row 2 the names
that programs use; data begin in row 3.
Every text is a text: codes keep their zeros, and what begins with = is no formula. Several values in one cell are a JSON array.
Days are dates. Days before 1900-03-01 and numbers of more than 15 digits, which Excel cannot hold, are texts.
This workbook is for viewing and computing. Corrections belong into the CSV package.
"""


def export_xlsx(data: Collection, _folder: ExportFolder) -> Files:
    """Yield one workbook, named after the data set, with a sheet for each table that has rows.

    Raises:
        DataError: a text, a name or a table is longer than Excel can hold.
    """
    model = data.model()
    rows_by_table = split_lists(model, {name: records.data for name, records in data.tables.items()})
    tables = {name: (table, rows_by_table[name]) for name, table in model.stored.items() if rows_by_table[name].num_rows}
    require_sheet_names({name: table for name, (table, _) in tables.items()})
    require_rows_and_cells(tables, header_rows=_HEADER_ROWS, extra_texts=_describe_data_set(data))
    yield f"{data.metadata.name}.xlsx", capture_file(partial(_write_workbook, data, tables))


@frozen
class _Formats:
    """Cell formats of the workbook."""

    text: Format
    day: Format
    heading: Format
    name: Format
    title: Format
    prose: Format
    link: Format


def _make_formats(book: Workbook) -> _Formats:
    def format(**properties: Any) -> Format:
        return book.add_format({"valign": "top", **properties})

    return _Formats(
        text=format(num_format="@"),
        day=format(num_format="yyyy-mm-dd"),
        heading=format(num_format="@", bold=True, bg_color="#DCE6F1"),
        name=format(num_format="@", italic=True, font_color="#595959", bottom=1, bg_color="#DCE6F1"),
        title=format(num_format="@", bold=True, font_size=14),
        prose=format(num_format="@", text_wrap=True),
        link=format(num_format="@", text_wrap=True, font_color="#0563C1", underline=1),
    )


def _write_workbook(data: Collection, tables: Mapping[str, tuple[DescribedTable, pa.Table]], path: Path) -> None:
    metadata = data.metadata
    options = {"constant_memory": True, "tmpdir": str(path.parent), "use_zip64": True}
    with xlsxwriter.Workbook(str(path), options) as book:
        release_day = max(metadata.created or _EARLIEST_RELEASE_DAY, _EARLIEST_RELEASE_DAY)
        day = datetime(release_day.year, release_day.month, release_day.day)  # noqa: DTZ001 - a workbook has no time zones
        book.set_properties({"title": (metadata.title or metadata.name)[:255], "created": day})
        formats = _make_formats(book)
        reading = ReadingSheets(data)
        _write_about(book.add_worksheet(_ABOUT_SHEET), data, tables, reading.names, formats)
        for name, sheet_name in reading.names.items():
            _write_reading_sheet(book.add_worksheet(sheet_name), reading, data.model().tables[name], formats)
        written_tables = [table for table, _ in tables.values()]
        _write_list(book.add_worksheet(_COLUMNS_SHEET), COLUMN_HEADER, column_rows(written_tables), formats)
        _write_list(book.add_worksheet(_CODES_SHEET), CODE_HEADER, code_rows(written_tables), formats)
        for name, (table, rows) in sorted(tables.items(), key=lambda item: item[0] not in data.model().tables):  # link tables last
            _write_table(book.add_worksheet(name), table, rows, formats)
        for sheet in book.worksheets():
            sheet.set_landscape()
            sheet.set_paper(_A4)
            sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
            sheet.fit_to_pages(1, 0)


def _describe_data_set(data: Collection) -> list[str]:
    """Return title, description and facts of the data set, one line each."""
    metadata = data.metadata
    return [metadata.title or metadata.name, *filter(None, [metadata.description]), *metadata_lines(data)]


def _write_about(
    sheet: Worksheet,
    data: Collection,
    tables: Mapping[str, tuple[DescribedTable, pa.Table]],
    reading_names: Mapping[str, str],
    formats: _Formats,
) -> None:
    """Write the first sheet: the data set, its terms, notes for readers, and a list of tables with links to their sheets."""
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 36)
    sheet.set_column(2, 2, 10)
    sheet.set_column(3, 3, 100)
    _write_cell(sheet, 0, 0, _describe_data_set(data)[0], formats.title)
    lines = [*_describe_data_set(data)[1:], "", *_NOTES.splitlines()]
    for row_index, line in enumerate(lines, 1):
        _write_cell(sheet, row_index, 0, line, formats.text)
    row_index = len(lines) + 2
    for column_index, heading in enumerate(("表 table", "名称 title", "行数 rows", "内容 description")):
        _write_cell(sheet, row_index, column_index, heading, formats.heading)
    for name, (table, rows) in tables.items():
        row_index += 1
        sheet.write_url(row_index, 0, f"internal:'{name}'!A1", string=name)
        if name in reading_names:
            sheet.write_url(row_index, 1, f"internal:'{reading_names[name]}'!A1", string=reading_names[name])
        else:
            _write_cell(sheet, row_index, 1, table.titles.joined, formats.text)
        sheet.write_number(row_index, 2, rows.num_rows)
        _write_cell(sheet, row_index, 3, table.descriptions.joined, formats.text)


def _write_reading_sheet(sheet: Worksheet, reading: ReadingSheets, table: Table, formats: _Formats) -> None:
    """Write the sheet for reading of a table: wrapped texts, names that lead to rows, and both names of each column."""
    columns = reading.list_columns(table)
    for column_index, reading_column in enumerate(columns):
        folding = {"hidden": True, "level": 1} if reading_column.is_hidden else {}
        sheet.set_column(column_index, column_index, reading_column.width, None, folding)
        _write_cell(sheet, 0, column_index, reading_column.column.label, formats.heading)
    for column_index, reading_column in enumerate(columns):
        _write_cell(sheet, 1, column_index, reading_column.column.titles.en, formats.name)
    sheet.freeze_panes(2, 1)
    sheet.repeat_rows(0, 1)
    links = row_count = 0
    for row_index, cells in enumerate(reading.read_rows(table), _HEADER_ROWS):
        row_count += 1
        lines = (
            count_lines(cell.value, column.width)
            for column, cell in zip(columns, cells, strict=True)
            if cell is not None and not column.is_hidden
        )
        sheet.set_row(row_index, min(_LINE_HEIGHT * max(lines, default=1), _MAX_HEIGHT))
        for column_index, cell in enumerate(cells):
            if cell is not None:
                links += _write_reading_cell(sheet, row_index, column_index, cell, formats, may_lead=links < _MAX_LINKS)
    sheet.autofilter(1, 0, row_count + 1, len(columns) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{row_count + _HEADER_ROWS}"})


def _write_reading_cell(
    sheet: Worksheet, row_index: int, column_index: int, cell: ReadingCell, formats: _Formats, *, may_lead: bool
) -> bool:
    """Write a cell of a sheet for reading, and return whether it leads to a row."""
    if cell.target is None or not may_lead:
        _write_cell(sheet, row_index, column_index, cell.value, formats.day if isinstance(cell.value, date) else formats.prose)
        return False
    sheet_name, row = cell.target
    sheet.write_url(row_index, column_index, f"internal:'{sheet_name}'!A{row + _HEADER_ROWS + 1}", formats.link, string=str(cell.value))
    return True


def _write_table(sheet: Worksheet, table: DescribedTable, rows: pa.Table, formats: _Formats) -> None:
    last = len(table.stored) - 1
    for column_index, column in enumerate(table.stored):
        sheet.set_column(column_index, column_index, _column_width(column, rows))
        _write_cell(sheet, 0, column_index, column.label, formats.heading)
    for column_index, column in enumerate(table.stored):
        _write_cell(sheet, 1, column_index, column.name, formats.name)
    sheet.freeze_panes(2, 1)
    sheet.autofilter(1, 0, rows.num_rows + 1, last)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{rows.num_rows + 2}"})
    sheet.repeat_rows(0, 1)
    row_index = _HEADER_ROWS
    for batch in slice_rows(rows):
        cells = [to_cell_values(column, combine_chunks(batch[column.name])) for column in table.stored]
        for values in zip(*cells, strict=True):
            for column_index, value in enumerate(values):
                if value is not None:
                    _write_cell(sheet, row_index, column_index, value, formats.day if isinstance(value, date) else formats.text)
            row_index += 1


def _write_cell(sheet: Worksheet, row_index: int, column_index: int, value: Any, format: Format) -> None:
    """Write a cell by the Python type of its value, never by its look.

    Raises:
        ValueError: the sheet cannot hold the value, which the earlier checks should have found.
    """
    if isinstance(value, str):
        error_code = sheet.write_string(row_index, column_index, value, format) if value else 0
    elif isinstance(value, bool):
        error_code = sheet.write_boolean(row_index, column_index, value)
    elif isinstance(value, date):
        error_code = sheet.write_datetime(row_index, column_index, value, format)
    else:
        error_code = sheet.write_number(row_index, column_index, value)
    if error_code:
        raise ValueError(f"{sheet.get_name()}: Excel cannot hold {value!r} in row {row_index + 1}, column {column_index + 1}")


def _write_list(sheet: Worksheet, header: Sequence[str], rows: Iterable[Sequence[str]], formats: _Formats) -> None:
    """Write a sheet of texts with one header row."""
    all_rows = [header, *rows]
    for column_index in range(len(header)):
        width = max(_display_width(row[column_index]) for row in all_rows[:_SAMPLE_ROWS])
        sheet.set_column(column_index, column_index, _clamp_width(width))
    for row_index, row in enumerate(all_rows):
        for column_index, cell in enumerate(row):
            _write_cell(sheet, row_index, column_index, cell, formats.text if row_index else formats.heading)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(all_rows) - 1, len(header) - 1)


def _column_width(column: Column, rows: pa.Table) -> int:
    """Return the width of a column, by its headings and its first rows."""
    texts = format_cells(column, combine_chunks(rows[column.name]).slice(0, _SAMPLE_ROWS))
    headings = (column.label, column.name)
    return _clamp_width(max(_display_width(text or "") for text in (*headings, *texts.to_pylist())))


def _clamp_width(width: int) -> int:
    return min(max(width + 2, _MIN_WIDTH), _MAX_WIDTH)


def _display_width(text: str) -> int:
    """Return the width of a text in narrow characters."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text[:_MAX_WIDTH])
