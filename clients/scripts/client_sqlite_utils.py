"""sqlite-utils: `insert --csv` into a database, with and without its guesses of types."""

import tempfile
from pathlib import Path

import sqlite_utils
from sqlite_utils.cli import cli
from told import files, table, tell

OPTIONS = {"text": ["--no-detect-types"], "defaults": []}


def database(package, folder, way):
    path = Path(folder) / "data.db"
    for name, source in files(package).items():
        cli.main(["insert", str(path), name, str(source), "--csv", *OPTIONS[way]], standalone_mode=False)
    return path


def read(package, way):
    with tempfile.TemporaryDirectory() as folder:
        base = sqlite_utils.Database(database(package, folder, way))
        return [], {each.name: table(each.columns_dict, base.execute(f"select * from [{each.name}]").fetchall()) for each in base.tables}


if __name__ == "__main__":
    tell("sqlite-utils", read)
