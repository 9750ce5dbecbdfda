"""How one thing in a package is broken, at a place that its descriptor gives.

Sizes and hashes are stated anew, unless they are the fault.
"""

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from soundness import edit_bytes, edit_csv, edit_descriptor, edit_parquet, edit_records, edit_resource, file_of, records_of

Field = Mapping[str, Any]


class NoPlaceError(LookupError):
    """A package has nothing that could be broken in this way."""


def resources(package: Path) -> list[dict[str, Any]]:
    """What the descriptor says of each table."""
    found: list[dict[str, Any]] = json.loads((package / "datapackage.json").read_bytes())["resources"]
    return found


def references(resource: Mapping[str, Any]) -> dict[str, str]:
    """The columns of a table that refer to others, with the tables that they refer to."""
    return {name: key["reference"]["resource"] for key in resource["schema"].get("foreignKeys", []) for name in key["fields"]}


def first(package: Path) -> str:
    """The first table."""
    return str(resources(package)[0]["name"])


def columns(package: Path) -> Iterator[tuple[str, Field]]:
    """Every column that is neither key nor reference, with its table."""
    for resource in resources(package):
        keys = {*resource["schema"]["primaryKey"], *references(resource)}
        yield from ((resource["name"], field) for field in resource["schema"]["fields"] if field["name"] not in keys)


def _replace(package: Path, places: Iterable[tuple[str, Field]], new: Callable[[Any, Field], Any]) -> None:
    """Replace the first value, of the first column that has one, which becomes another."""
    for table, field in places:
        name = field["name"]
        values = [row[name] for row in records_of(package, table)]
        changed = [new(value, field) if value not in ("", None) else value for value in values]
        at = next((at for at, pair in enumerate(zip(values, changed, strict=True)) if pair[0] != pair[1]), None)
        if at is not None:
            edit_records(package, table, _setter(at, name, changed[at]))
            return
    raise NoPlaceError


def _setter(at: int, name: str, value: Any) -> Callable[[list[dict[str, Any]]], None]:
    return lambda rows: rows[at].update({name: value})


def typed(type: str) -> Callable[[Field], bool]:
    """Whether a column is of a type."""
    return lambda field: field["type"] == type


def constrained(constraint: str) -> Callable[[Field], Any]:
    """The constraint of a column, if it has it."""
    return lambda field: field.get("constraints", {}).get(constraint)


def _fitting(package: Path, fits: Callable[[Field], object]) -> Iterator[tuple[str, Field]]:
    return ((table, field) for table, field in columns(package) if fits(field))


def put(value: Any, fits: Callable[[Field], object]) -> Callable[[Path], None]:
    """Put a value where there is another, into a column that fits."""
    return lambda package: _replace(package, _fitting(package, fits), lambda _value, _field: value)


def shorten(package: Path) -> None:
    """Take the first character from a text, which then does not fit its pattern."""
    pattern = constrained("pattern")
    _replace(package, _fitting(package, pattern), lambda text, field: text if re.fullmatch(pattern(field), text[1:]) else text[1:])


def misdirect(*, within: bool) -> Callable[[Path], None]:
    """Let an id refer to no row, of the own table or of another."""

    def plant(package: Path) -> None:
        places = (
            (resource["name"], {"name": name})
            for resource in resources(package)
            for name, target in references(resource).items()
            if (target == resource["name"]) is within and name not in resource["schema"]["primaryKey"]
        )
        _replace(package, places, lambda value, _: f"{value}x")

    return plant


def repeat(*, joint: bool) -> Callable[[Path], None]:
    """Repeat a row of a table whose key is one column, or several."""

    def plant(package: Path) -> None:
        for resource in resources(package):
            if (len(resource["schema"]["primaryKey"]) > 1) is joint:
                edit_records(package, resource["name"], lambda rows: rows.append(dict(rows[-1])))
                return
        raise NoPlaceError

    return plant


def on_columns(
    texts: Callable[[list[list[str]]], object], values: Callable[[pa.Table], pa.Table], table: Callable[[Path], str] = first
) -> Callable[[Path], None]:
    """Change the columns of a table, of CSV or of Parquet."""

    def plant(package: Path) -> None:
        name = table(package)
        if file_of(package, name).suffix == ".csv":
            edit_csv(package, name, texts)
        else:
            edit_parquet(package, name, values)

    return plant


def _column(package: Path, fits: Callable[[Field], object]) -> tuple[str, str]:
    """The first column that fits, with its table."""
    for table, field in _fitting(package, fits):
        return table, field["name"]
    raise NoPlaceError


def drop(package: Path) -> None:
    """Drop a column that may be empty."""
    table, name = _column(package, lambda field: not constrained("required")(field))
    on_columns(lambda rows: _without(rows, name), lambda data: data.drop_columns([name]), lambda _: table)(package)


def _without(rows: list[list[str]], name: str) -> None:
    at = rows[0].index(name)
    for row in rows:
        del row[at]


def as_text(package: Path) -> None:
    """Store a column of integers as text."""
    table, name = _column(package, typed("integer"))
    edit_parquet(package, table, lambda data: data.set_column(data.column_names.index(name), name, data[name].cast(pa.string())))


def each(edit: Callable[[int, list[str]], object]) -> Callable[[list[list[str]]], None]:
    """Change every row of CSV, the header among them, which is row 0."""

    def edit_all(rows: list[list[str]]) -> None:
        for at, row in enumerate(rows):
            edit(at, row)

    return edit_all


def on_rows(edit: Callable[[list[list[str]]], object]) -> Callable[[Path], None]:
    """Change the rows of the first table, of CSV."""
    return lambda package: edit_csv(package, first(package), edit)


def on_bytes(edit: Callable[[bytes], bytes], *, reseal: bool = True) -> Callable[[Path], None]:
    """Change a file, the first that is another then."""

    def plant(package: Path) -> None:
        for resource in resources(package):
            if edit(content := (package / resource["path"]).read_bytes()) != content:
                edit_bytes(package, resource["name"], edit, reseal=reseal)
                return
        raise NoPlaceError

    return plant


def as_cp932(content: bytes) -> bytes:
    """Write a file as Japanese Excel saves CSV."""
    try:
        return content.decode().encode("cp932")
    except UnicodeEncodeError:  # not every text can be
        return content


def open_quote(content: bytes) -> bytes:
    """Open a quotation mark in the first cell of the last row."""
    *lines, last = content.removesuffix(b"\r\n").split(b"\r\n")
    return b"\r\n".join([*lines, b'"' + last])


def on_resource(**properties: Any) -> Callable[[Path], None]:
    """Let the descriptor say something else of the first table."""
    return lambda package: edit_resource(package, first(package), **properties)


def on_descriptor(edit: Callable[[list[dict[str, Any]]], object]) -> Callable[[Path], None]:
    """Change what the descriptor says of all tables."""
    return lambda package: edit_descriptor(package, lambda descriptor: edit(descriptor["resources"]))


def lead_nowhere(listed: list[dict[str, Any]]) -> None:
    """Let a foreign key lead to a table that there is not."""
    key = next(each for each in listed if references(each))["schema"]["foreignKeys"][0]
    key["reference"]["resource"] = "nowhere"


def move_out(package: Path) -> None:
    """Move a file out of the package, and let the descriptor point there."""
    file = file_of(package, first(package))
    shutil.move(file, package.parent / file.name)
    edit_resource(package, first(package), path=f"../{file.name}")
