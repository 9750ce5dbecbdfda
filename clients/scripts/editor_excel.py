"""What Excel does, with openpyxl in its place: a table becomes a sheet, and the sheet is saved as "CSV UTF-8" into the package.

The cells are those of the CSV file, imported as text; of the workbook, whose sheets are saved with both rows of names, or without the
first; or of the CSV for Excel, which is saved as it is, or with the names and texts of the package. What "CSV UTF-8" holds of a cell is
what Excel shows of it.
"""

import csv
from functools import cache

import openpyxl
from told import edit_rows, save


def shown(cell):
    """The text that Excel shows, in a sheet of the formats that dxgov gives its cells."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:%Y-%m-%d}" if cell.is_date else str(value)


def through_sheet(rows):
    """Rows of text, as they are after a workbook has been saved and opened again."""
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
        rows = [[shown(cell) for cell in row] for row in workbook(source)[path.stem].iter_rows()]
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
    place = path.with_suffix(".xlsx")
    through_sheet(rows).save(place)
    saved = openpyxl.load_workbook(place).active
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([[shown(cell) for cell in row] for row in saved.iter_rows()])
    place.unlink()


save("openpyxl", rewrite)
