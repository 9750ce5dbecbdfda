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
from told import edit_rows, files, read_edits, run, tell

TEXT = "/".join(f"{at}/2" for at in range(1, 60))
IMPORT = {"text": f"CSV:44,34,76,1,{TEXT}", "defaults": "CSV:44,34,76,1,,0,false,true"}
EXPORT = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false"


def convert(folder, to, sources, *options):
    run("soffice", f"-env:UserInstallation=file://{folder}/home", "--headless", *options, "--convert-to", to, "--outdir", folder, *sources)


def edit(path, edits):
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *edit_rows(header, rows, edits)])


def convert_through_books(folder, paths, way):
    """Convert each file to a workbook, and each workbook to a file."""
    convert(folder, "xlsx", paths, f"--infilter={IMPORT[way]}")
    convert(folder, EXPORT, [folder / f"{path.stem}.xlsx" for path in paths])
    for path in paths:
        shutil.copy(folder / path.name, path)


def convert_from_sheets(folder, paths, source):
    """Save the workbook again, and each of its sheets as a file."""
    book = openpyxl.load_workbook(source)
    for path in paths:
        book[path.stem].delete_rows(1)
    book.save(folder / "book.xlsx")
    (folder / "saved").mkdir()
    convert(folder / "saved", "xlsx", [folder / "book.xlsx"])
    convert(folder, f"{EXPORT},-1", [folder / "saved" / "book.xlsx"])
    for path in paths:
        shutil.copy(folder / f"book-{path.name}", path)


def rewrite(package, way):
    edits, tables = read_edits(package), files(package)
    paths = list(tables.values())
    with tempfile.TemporaryDirectory() as folder:
        if way == "workbook":
            (source,) = (package.parent / "xlsx").glob("*.xlsx")
            convert_from_sheets(Path(folder), paths, source)
        for table, edit_of_table in edits.items():
            edit(tables[table], edit_of_table)
        if way != "workbook":
            convert_through_books(Path(folder), paths, way)
    return [], None


tell("libreoffice", rewrite, version=re.search(r"\d+(\.\d+)+", run("soffice", "--version")[0])[0])
