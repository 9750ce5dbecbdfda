"""The sqlite3 shell: `.import --csv` makes a table of text columns."""

import json

from told import files, records, run, tell


def sqlite(*commands):
    return run("sqlite3", "-bail", ":memory:", *commands)


def read(package, way):
    tables, faults = {}, []
    for name, path in files(package).items():
        out, errors = sqlite(f".import --csv {path} t", ".mode json", "SELECT * FROM t")
        faults += errors.splitlines()
        tables[name] = records(json.loads(out))
    return faults, tables


tell("sqlite3", read, version=sqlite("SELECT sqlite_version()")[0].strip())
