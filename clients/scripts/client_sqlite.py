"""SQLite, by Python's own module: tables with the keys, references and constraints of the descriptor, filled from CSV."""

import csv
import re
import sqlite3

from sql import quoted, references, statement
from told import listed, table, tell

TYPES = {"integer": "INTEGER", "number": "NUMERIC"}


def read(package, way):
    base = sqlite3.connect(":memory:")
    base.create_function("matches", 2, lambda text, pattern: text is None or bool(re.fullmatch(pattern, text)))
    resources, tables = listed(package), {}
    for resource in resources:
        base.execute(statement(resource, TYPES, "matches({0}, {1})", references(resource)))
    for resource in resources:
        name = quoted(resource["name"])
        with (package / resource["path"]).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file, strict=True)
        into = ", ".join(map(quoted, header))
        for row in rows:
            base.execute(f"INSERT INTO {name} ({into}) VALUES ({', '.join('?' * len(row))})", [cell or None for cell in row])
        found = base.execute(f"SELECT * FROM {name}")
        tables[resource["name"]] = table([each[0] for each in found.description], found.fetchall())
    return [
        f"{child} row {row} refers to nothing in {parent}" for child, row, parent, _ in base.execute("PRAGMA foreign_key_check")
    ], tables


tell("sqlite", read, version=sqlite3.sqlite_version)
