"""LibreOffice without a window: CSV into workbooks and out again, with columns as text or as they come; and a workbook out as CSV.

The edits are made in CSV files, before they are opened or after the sheets were saved. Of the workbook the first row of each sheet is
deleted.
"""

import csv
import re
import shutil
import tempfile
from pathlib import Path

import openpyxl
from told import edit_rows, edits_to, files, run, tell

TEXT = "/".join(f"{at}/2" for at in range(1, 60))
IMPORT = {"text": f"CSV:44,34,76,1,{TEXT}", "defaults": "CSV:44,34,76,1,,0,false,true"}
EXPORT = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false"


def convert(place, to, sources, *options):
    run("soffice", f"-env:UserInstallation=file://{place}/home", "--headless", *options, "--convert-to", to, "--outdir", place, *sources)


def edit(path, edits):
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *edit_rows(header, rows, edits)])


def through_books(place, paths, way):
    """Have a workbook made of each file, and a file of each workbook."""
    convert(place, "xlsx", paths, f"--infilter={IMPORT[way]}")
    convert(place, EXPORT, [place / f"{path.stem}.xlsx" for path in paths])
    for path in paths:
        shutil.copy(place / path.name, path)


def from_sheets(place, paths, source):
    """Have the workbook saved once more, and each of its sheets as a file."""
    book = openpyxl.load_workbook(source)
    for path in paths:
        book[path.stem].delete_rows(1)
    book.save(place / "book.xlsx")
    (place / "saved").mkdir()
    convert(place / "saved", "xlsx", [place / "book.xlsx"])
    convert(place, f"{EXPORT},-1", [place / "saved" / "book.xlsx"])
    for path in paths:
        shutil.copy(place / f"book-{path.name}", path)


def rewrite(package, way):
    edits, tables = edits_to(package), files(package)
    paths = list(tables.values())
    with tempfile.TemporaryDirectory() as folder:
        if way == "workbook":
            (source,) = (package.parent / "xlsx").glob("*.xlsx")
            from_sheets(Path(folder), paths, source)
        for table, edit_of_table in edits.items():
            edit(tables[table], edit_of_table)
        if way != "workbook":
            through_books(Path(folder), paths, way)
    return [], None


tell("libreoffice", rewrite, version=re.search(r"\d+(\.\d+)+", run("soffice", "--version")[0])[0])
