"""What every client called from Python shares: it is given packages, and tells of each what it found and what it read.

A script is called with the way in which to open packages, then with the packages, and writes a line of JSON for each: the version of
the client, and the faults it found and the tables it read, or else the error it ended with. It runs in the client's environment, so that
only the standard library is imported here.
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
"""Where pip puts the programs of a package."""


def run(*command, **options):
    """What a program writes, and what it says beside it; an error if it ends badly."""
    given = {"stdin": subprocess.DEVNULL} if "input" not in options else {}
    found = subprocess.run(list(map(str, command)), capture_output=True, encoding="utf-8", check=False, **given, **options)
    if found.returncode:
        raise RuntimeError((found.stderr or found.stdout).strip() or "it ended badly, without a word")
    return found.stdout, found.stderr


def descriptor(package):
    """The descriptor of a package in a folder."""
    return json.loads((package / "datapackage.json").read_bytes())


def listed(package):
    """The resources that name a file: a client that is told of files only cannot see that another names none."""
    return [each for each in descriptor(package)["resources"] if "path" in each]


def files(package):
    """Name and path of every table."""
    return {each["name"]: package / each["path"] for each in listed(package)}


def plain(value):
    """A cell as JSON can hold it; dates and decimals say what they are."""
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
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {"object": {str(key): plain(each) for key, each in value.items()}}
    if type(value).__name__ == "datetime64":
        return {"datetime": str(value)[:19]} if value == value else None
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if hasattr(value, "as_py"):
        return plain(value.as_py())
    if str(value) in {"<NA>", "NaT"}:
        return None
    return {type(value).__name__: str(value)}


def frame(data):
    """A table of pandas."""
    return {
        "columns": list(map(str, data.columns)),
        "rows": [[plain(cell) for cell in row] for row in data.itertuples(index=False, name=None)],
    }


def arrow(data):
    """A table of Arrow."""
    columns = [data.column(at).to_pylist() for at in range(data.num_columns)]
    return {"columns": list(data.column_names), "rows": [[plain(cell) for cell in row] for row in zip(*columns)]}


def table(columns, rows):
    """Any table."""
    return {"columns": list(columns), "rows": [[plain(cell) for cell in row] for row in rows]}


def records(rows, columns=()):
    """Rows as mappings; one may leave out what is empty."""
    rows = list(rows)
    names = list(dict.fromkeys([*columns, *(name for row in rows for name in row)]))
    return table(names, [[row.get(name) for name in names] for row in rows])


def tell(name, read, version=None):
    """Open every package named on the command line; `read` takes a path and the way, and gives the faults and the tables.

    The client is a distribution of that name, unless a version is given.
    """
    way, *packages = sys.argv[1:]
    out, sys.stdout = sys.stdout, sys.stderr
    version = version or version_of(name)
    for package in packages:
        told = {"version": version}
        try:
            with contextlib.redirect_stdout(sys.stderr):
                faults, tables = read(Path(package), way)
            told.update(faults=[str(fault)[:300] for fault in faults], tables=tables)
        except BaseException as error:
            traceback.print_exc()
            told["error"] = f"{type(error).__name__}: {error}"[:300]
        out.write(json.dumps(told, ensure_ascii=True) + "\n")
        out.flush()


def edits_to(package):
    """The edits to a package, by table: those that lie beside it. Nothing where it is to be written back as it is.

    `change` lists the id of a row, a column and its new value; `drop` ids; `add` rows, without what is empty; `empty` columns;
    `sort` is the column by which the rows are put into descending order.
    """
    place = package.parent / "edits.json"
    return json.loads(place.read_text(encoding="utf-8")) if place.is_file() else {}


def spelled(edits, typed=False):
    """Edits with values as CSV spells them; numbers and truth values stay what they are for a program that has types for them."""

    def spell(value):
        return value if isinstance(value, str) or (typed and not isinstance(value, list)) else json.dumps(value, ensure_ascii=False)

    return {
        **edits,
        "change": [[id, column, spell(value)] for id, column, value in edits["change"]],
        "add": [{column: spell(value) for column, value in row.items()} for row in edits["add"]],
    }


def edit_rows(columns, rows, edits):
    """Rows of text with the edits made to them."""
    edits = spelled(edits)
    records = [dict(zip(columns, row)) for row in rows]
    for id, column, value in edits["change"]:
        next(each for each in records if each["id"] == id)[column] = value
    records = [each for each in records if each[edits["sort"]] not in edits["drop"]] + edits["add"]
    for each in records:
        each.update(dict.fromkeys(edits["empty"], ""))
    records.sort(key=lambda each: each[edits["sort"]], reverse=True)
    return [[each.get(column, "") for column in columns] for each in records]


def save(name, rewrite, version=None):
    """Have every table of the packages named on the command line read, edited and written back.

    `rewrite` takes the path of a table, the edits to it, empty where there are none, and the way.
    """

    def rewrite_all(package, way):
        edits = edits_to(package)
        for table, path in files(package).items():
            rewrite(path, edits.get(table, {}), way)
        return [], None

    tell(name, rewrite_all, version)
