"""SQLite, by Python's own module: tables with the keys, references and constraints of the descriptor, filled from CSV."""

import csv
import re
import sqlite3

from sql import foreign_keys, quote, statement
from told import list_resources, table, tell

TYPES = {"integer": "INTEGER", "number": "NUMERIC"}


def read(package, way):
    base = sqlite3.connect(":memory:")
    base.create_function("matches", 2, lambda text, pattern: text is None or bool(re.fullmatch(pattern, text)))
    resources, tables = list_resources(package), {}
    for resource in resources:
        base.execute(statement(resource, TYPES, "matches({0}, {1})", foreign_keys(resource)))
    for resource in resources:
        name = quote(resource["name"])
        with (package / resource["path"]).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file, strict=True)
        into = ", ".join(map(quote, header))
        for row in rows:
            base.execute(f"INSERT INTO {name} ({into}) VALUES ({', '.join('?' * len(row))})", [cell or None for cell in row])
        cursor = base.execute(f"SELECT * FROM {name}")
        tables[resource["name"]] = table([description[0] for description in cursor.description], cursor.fetchall())
    return [
        f"{child} row {row} refers to nothing in {parent}" for child, row, parent, _ in base.execute("PRAGMA foreign_key_check")
    ], tables


tell("sqlite", read, version=sqlite3.sqlite_version)
