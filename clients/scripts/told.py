"""The protocol of all clients written in Python: read packages, and write a line of JSON for each.

The arguments of a script are the way to open packages, then the packages. A line has the version of the client, and either the faults
and tables that it finds or the error that it raises. Scripts run in the client's environment, so that this module imports only the
standard library.
"""

import contextlib
import datetime
import decimal
import json
import math
import subprocess
import sys
import traceback
from importlib.metadata import version as version_of
from pathlib import Path

BESIDE = Path(sys.executable).parent
"""The folder in which pip installs the programs of a package."""


def run(*command, **options):
    """Run a program and return its output and its error output.

    Raises:
        RuntimeError: the exit status is not 0.
    """
    streams = {"stdin": subprocess.DEVNULL} if "input" not in options else {}
    process = subprocess.run(list(map(str, command)), capture_output=True, encoding="utf-8", check=False, **streams, **options)
    if process.returncode:
        raise RuntimeError((process.stderr or process.stdout).strip() or "it ended badly, without a word")
    return process.stdout, process.stderr


def read_descriptor(package):
    """Return the descriptor of a package in a folder."""
    return json.loads((package / "datapackage.json").read_bytes())


def list_resources(package):
    """Return the resources that name a file; the others cannot be seen by a client that gets only files."""
    return [resource for resource in read_descriptor(package)["resources"] if "path" in resource]


def files(package):
    """Return the path of every table, by name."""
    return {resource["name"]: package / resource["path"] for resource in list_resources(package)}


def convert_cell(value):
    """Return a cell as JSON can represent it; dates and decimals become objects that name their type."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, datetime.datetime):
        return {"datetime": value.isoformat()} if value == value else None
    if isinstance(value, datetime.date):
        return {"date": value.isoformat()}
    if isinstance(value, decimal.Decimal):
        return {"decimal": str(value)} if value.is_finite() else None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (list, tuple)):
        return [convert_cell(member) for member in value]
    if isinstance(value, dict):
        return {"object": {str(key): convert_cell(item) for key, item in value.items()}}
    if type(value).__name__ == "datetime64":
        return {"datetime": str(value)[:19]} if value == value else None
    if hasattr(value, "tolist"):
        return convert_cell(value.tolist())
    if hasattr(value, "as_py"):
        return convert_cell(value.as_py())
    if str(value) in {"<NA>", "NaT"}:
        return None
    return {type(value).__name__: str(value)}


def frame(data):
    """Return a pandas DataFrame in the form of the protocol."""
    return {
        "columns": list(map(str, data.columns)),
        "rows": [[convert_cell(cell) for cell in row] for row in data.itertuples(index=False, name=None)],
    }


def arrow(data):
    """Return an Arrow table in the form of the protocol."""
    columns = [data.column(index).to_pylist() for index in range(data.num_columns)]
    return {"columns": list(data.column_names), "rows": [[convert_cell(cell) for cell in row] for row in zip(*columns)]}


def table(columns, rows):
    """Return columns and rows in the form of the protocol."""
    return {"columns": list(columns), "rows": [[convert_cell(cell) for cell in row] for row in rows]}


def records(rows, columns=()):
    """Return rows that are mappings in the form of the protocol; keys of empty cells may be missing."""
    rows = list(rows)
    names = list(dict.fromkeys([*columns, *(name for row in rows for name in row)]))
    return table(names, [[row.get(name) for name in names] for row in rows])


def tell(name, read, version=None):
    """Read every package named on the command line, and write its line.

    Args:
        name: the distribution of the client, for its version.
        read: a function of a path and the way that returns the faults and the tables.
        version: the version of a client that is no distribution.
    """
    way, *packages = sys.argv[1:]
    out, sys.stdout = sys.stdout, sys.stderr
    version = version or version_of(name)
    for package in packages:
        line = {"version": version}
        try:
            with contextlib.redirect_stdout(sys.stderr):
                faults, tables = read(Path(package), way)
            line.update(faults=[str(fault)[:300] for fault in faults], tables=tables)
        except BaseException as error:
            traceback.print_exc()
            line["error"] = f"{type(error).__name__}: {error}"[:300]
        out.write(json.dumps(line, ensure_ascii=True) + "\n")
        out.flush()


def read_edits(package):
    """Return the edits to a package by table, from the file beside it; empty if there is none.

    `change` lists the id of a row, a column and its new value; `drop` ids; `add` rows, without empty cells; `empty` columns;
    `sort` is the column by which the rows are sorted in descending order.
    """
    path = package.parent / "edits.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def spell_edits(edits, typed=False):
    """Return edits with values as CSV spells them; if `typed`, only lists become text."""

    def spell(value):
        return value if isinstance(value, str) or (typed and not isinstance(value, list)) else json.dumps(value, ensure_ascii=False)

    return {
        **edits,
        "change": [[id, column, spell(value)] for id, column, value in edits["change"]],
        "add": [{column: spell(value) for column, value in row.items()} for row in edits["add"]],
    }


def edit_rows(columns, rows, edits):
    """Return rows of text with the edits applied."""
    edits = spell_edits(edits)
    records = [dict(zip(columns, row)) for row in rows]
    for id, column, value in edits["change"]:
        next(record for record in records if record["id"] == id)[column] = value
    records = [record for record in records if record[edits["sort"]] not in edits["drop"]] + edits["add"]
    for record in records:
        record.update(dict.fromkeys(edits["empty"], ""))
    records.sort(key=lambda record: record[edits["sort"]], reverse=True)
    return [[record.get(column, "") for column in columns] for record in records]


def save(name, rewrite, version=None):
    """Rewrite every table of the packages named on the command line.

    `rewrite` takes the path of a table, its edits, which may be empty, and the way.
    """

    def rewrite_all(package, way):
        edits = read_edits(package)
        for table, path in files(package).items():
            rewrite(path, edits.get(table, {}), way)
        return [], None

    tell(name, rewrite_all, version)
