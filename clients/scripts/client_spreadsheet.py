"""Spreadsheets without a window: CSV into a workbook and out again, with LibreOffice (columns as they come, or as text) or Gnumeric."""

import csv
import re
import sys
import tempfile
from pathlib import Path

from told import files, run, table, tell

TEXT = "/".join(f"{at}/2" for at in range(1, 60))
IMPORT = {"text": f"CSV:44,34,76,1,{TEXT}", "defaults": "CSV:44,34,76,1,,0,false,true"}
EXPORT = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"


def office(folder, sources, way):
    home = f"-env:UserInstallation=file://{folder}/home"
    run("soffice", home, "--headless", f"--infilter={IMPORT[way]}", "--convert-to", "xlsx", "--outdir", folder, *sources)
    books = [folder / f"{source.stem}.xlsx" for source in sources]
    run("soffice", home, "--headless", "--convert-to", EXPORT, "--outdir", folder, *books)


def gnumeric(folder, sources, way):
    for source in sources:
        run("ssconvert", "--import-encoding=UTF-8", source, folder / f"{source.stem}.xlsx")
        run("ssconvert", folder / f"{source.stem}.xlsx", folder / f"{source.stem}.csv")


def read(package, way):
    sources = files(package)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (gnumeric if way == "gnumeric" else office)(place, list(sources.values()), way)
        tables = {}
        for name, path in sources.items():
            with (place / f"{path.stem}.csv").open(encoding="utf-8", newline="") as file:
                header, *rows = csv.reader(file)
            tables[name] = table(header, rows)
    return [], tables


version_text = "".join(run("ssconvert" if sys.argv[1] == "gnumeric" else "soffice", "--version"))
tell("spreadsheet", read, version=re.search(r"\d+(\.\d+)+", version_text)[0])
