"""Excel, with openpyxl in its place: a table becomes a sheet, and the sheet is saved as "CSV UTF-8" into the package.

The cells are those of the CSV file, imported as text; of the workbook, whose sheets are saved with both rows of names, or without the
first; or of the CSV for Excel, which is saved as it is, or with the names and texts of the package. "CSV UTF-8" has the text that
Excel shows for a cell.
"""

import csv
from functools import cache

import openpyxl
from told import edit_rows, save


def format_cell(cell):
    """Return the text that Excel shows for a cell, with the formats that dxgov gives its cells."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:%Y-%m-%d}" if cell.is_date else str(value)


def build_workbook(rows):
    """Return a workbook with the rows in one sheet."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    return book


@cache
def workbook(source):
    return openpyxl.load_workbook(source)


def rewrite(path, edits, way):
    views = path.parents[2]
    if way.startswith("workbook"):
        (source,) = (views / "xlsx").glob("*.xlsx")
        rows = [[format_cell(cell) for cell in row] for row in workbook(source)[path.stem].iter_rows()]
    else:
        with (views / "csv-excel" / path.name if way.startswith("view") else path).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
    head = 2 if way.startswith("workbook") else 1
    names = [name.rpartition("[")[2].rstrip("]") for name in rows[head - 1]]
    if way == "view-names":
        rows = [names, *([text.removeprefix("'") for text in row] for row in rows[1:])]
    rows = rows[:head] + (edit_rows(names, rows[head:], edits) if edits else rows[head:])
    if way == "workbook-names":
        rows = rows[1:]
    temporary = path.with_suffix(".xlsx")
    build_workbook(rows).save(temporary)
    saved = openpyxl.load_workbook(temporary).active
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([[format_cell(cell) for cell in row] for row in saved.iter_rows()])
    temporary.unlink()


save("openpyxl", rewrite)
