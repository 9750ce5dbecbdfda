"""The module csv of Python."""

import csv
import platform

from told import edit_rows, save


def rewrite(path, edits, way):
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    rows = edit_rows(header, rows, edits) if edits else rows
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


save("csv", rewrite, version=platform.python_version())
