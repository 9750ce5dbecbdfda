"""The functions that plant one fault in a package, at a place that its descriptor gives.

They update sizes and hashes, unless these are the fault.
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
from package_files import edit_bytes, edit_csv, edit_descriptor, edit_parquet, edit_records, edit_resource, find_file, read_records

Field = Mapping[str, Any]


class UnplantableFaultError(LookupError):
    """A package has no place for a fault."""


def resources(package: Path) -> list[dict[str, Any]]:
    """Return the resources of the descriptor."""
    entries: list[dict[str, Any]] = json.loads((package / "datapackage.json").read_bytes())["resources"]
    return entries


def references(resource: Mapping[str, Any]) -> dict[str, str]:
    """Return the tables that the columns of a table refer to, by column."""
    return {name: key["reference"]["resource"] for key in resource["schema"].get("foreignKeys", []) for name in key["fields"]}


def first(package: Path) -> str:
    """Return the name of the first table."""
    return str(resources(package)[0]["name"])


def columns(package: Path) -> Iterator[tuple[str, Field]]:
    """Yield every column that is neither key nor reference, with its table."""
    for resource in resources(package):
        keys = {*resource["schema"]["primaryKey"], *references(resource)}
        yield from ((resource["name"], field) for field in resource["schema"]["fields"] if field["name"] not in keys)


def _replace(package: Path, candidates: Iterable[tuple[str, Field]], new: Callable[[Any, Field], Any]) -> None:
    """Replace the first value that `new` changes, of the first column that has one.

    Raises:
        UnplantableFaultError: there is no such value.
    """
    for table, field in candidates:
        name = field["name"]
        values = [row[name] for row in read_records(package, table)]
        new_values = [new(value, field) if value not in ("", None) else value for value in values]
        row = next((row for row, pair in enumerate(zip(values, new_values, strict=True)) if pair[0] != pair[1]), None)
        if row is not None:
            edit_records(package, table, _make_setter(row, name, new_values[row]))
            return
    raise UnplantableFaultError


def _make_setter(row: int, name: str, value: Any) -> Callable[[list[dict[str, Any]]], None]:
    return lambda rows: rows[row].update({name: value})


def has_type(type: str) -> Callable[[Field], bool]:
    """Return a predicate for columns of a type."""
    return lambda field: field["type"] == type


def get_constraint(constraint: str) -> Callable[[Field], Any]:
    """Return a function that returns a constraint of a column, None if the column lacks it."""
    return lambda field: field.get("constraints", {}).get(constraint)


def _list_fitting(package: Path, fits: Callable[[Field], object]) -> Iterator[tuple[str, Field]]:
    return ((table, field) for table, field in columns(package) if fits(field))


def put(value: Any, fits: Callable[[Field], object]) -> Callable[[Path], None]:
    """Return a function that replaces a value of a column that fits."""
    return lambda package: _replace(package, _list_fitting(package, fits), lambda _value, _field: value)


def shorten(package: Path) -> None:
    """Remove the first character of a text, so that it does not match its pattern."""
    pattern = get_constraint("pattern")
    _replace(package, _list_fitting(package, pattern), lambda text, field: text if re.fullmatch(pattern(field), text[1:]) else text[1:])


def misdirect(*, within: bool) -> Callable[[Path], None]:
    """Return a function that makes an id refer to no row: of its own table if `within`, else of another."""

    def plant(package: Path) -> None:
        candidates = (
            (resource["name"], {"name": name})
            for resource in resources(package)
            for name, target in references(resource).items()
            if (target == resource["name"]) is within and name not in resource["schema"]["primaryKey"]
        )
        _replace(package, candidates, lambda value, _: f"{value}x")

    return plant


def repeat(*, joint: bool) -> Callable[[Path], None]:
    """Return a function that repeats a row of a table whose key has several columns if `joint`, else one."""

    def plant(package: Path) -> None:
        for resource in resources(package):
            if (len(resource["schema"]["primaryKey"]) > 1) is joint:
                edit_records(package, resource["name"], lambda rows: rows.append(dict(rows[-1])))
                return
        raise UnplantableFaultError

    return plant


def on_columns(
    texts: Callable[[list[list[str]]], object], values: Callable[[pa.Table], pa.Table], table: Callable[[Path], str] = first
) -> Callable[[Path], None]:
    """Return a function that edits the columns of a table: `texts` those of CSV, `values` those of Parquet."""

    def plant(package: Path) -> None:
        name = table(package)
        if find_file(package, name).suffix == ".csv":
            edit_csv(package, name, texts)
        else:
            edit_parquet(package, name, values)

    return plant


def _find_column(package: Path, fits: Callable[[Field], object]) -> tuple[str, str]:
    """Return the first column that fits, with its table.

    Raises:
        UnplantableFaultError: no column fits.
    """
    for table, field in _list_fitting(package, fits):
        return table, field["name"]
    raise UnplantableFaultError


def drop(package: Path) -> None:
    """Remove a column that is not required."""
    table, name = _find_column(package, lambda field: not get_constraint("required")(field))
    on_columns(lambda rows: _remove_column(rows, name), lambda data: data.drop_columns([name]), lambda _: table)(package)


def _remove_column(rows: list[list[str]], name: str) -> None:
    index = rows[0].index(name)
    for row in rows:
        del row[index]


def swap(package: Path) -> None:
    """Exchange two columns of a table that have the same type and constraints, so that only the header tells which is which."""
    alike: dict[object, list[str]] = {}
    for table, field in columns(package):
        names = alike.setdefault((table, field["type"], repr(field.get("constraints"))), [])
        names.append(field["name"])
        if len(names) == 2:
            _swap(package, table, *names)
            return
    raise UnplantableFaultError


def _swap(package: Path, table: str, name: str, other: str) -> None:
    pair = {name: other, other: name}
    on_columns(
        lambda rows: _reorder_columns(rows, [pair.get(column, column) for column in rows[0]]),
        lambda data: data.select([pair.get(column, column) for column in data.column_names]),
        lambda _: table,
    )(package)


def _reorder_columns(rows: list[list[str]], names: list[str]) -> None:
    indexes = [rows[0].index(name) for name in names]
    for row in rows:
        row[:] = [row[index] for index in indexes]


def as_text(package: Path) -> None:
    """Store a column of integers as text."""
    table, name = _find_column(package, has_type("integer"))
    edit_parquet(package, table, lambda data: data.set_column(data.column_names.index(name), name, data[name].cast(pa.string())))


def edit_each(edit: Callable[[int, list[str]], object]) -> Callable[[list[list[str]]], None]:
    """Return a function that edits every row of CSV; row 0 is the header."""

    def edit_all(rows: list[list[str]]) -> None:
        for number, row in enumerate(rows):
            edit(number, row)

    return edit_all


def on_rows(edit: Callable[[list[list[str]]], object]) -> Callable[[Path], None]:
    """Return a function that edits the rows of the first table of a CSV package."""
    return lambda package: edit_csv(package, first(package), edit)


def on_bytes(edit: Callable[[bytes], bytes], *, reseal: bool = True) -> Callable[[Path], None]:
    """Return a function that edits the first file that `edit` changes."""

    def plant(package: Path) -> None:
        for resource in resources(package):
            if edit(content := (package / resource["path"]).read_bytes()) != content:
                edit_bytes(package, resource["name"], edit, reseal=reseal)
                return
        raise UnplantableFaultError

    return plant


def as_cp932(content: bytes) -> bytes:
    """Return a file as Japanese Excel saves CSV; unchanged if cp932 cannot encode it."""
    try:
        return content.decode().encode("cp932")
    except UnicodeEncodeError:
        return content


def open_quote(content: bytes) -> bytes:
    """Return a file with an unclosed quotation mark in the first cell of the last row."""
    *lines, last = content.removesuffix(b"\r\n").split(b"\r\n")
    return b"\r\n".join([*lines, b'"' + last])


def on_resource(**properties: Any) -> Callable[[Path], None]:
    """Return a function that sets properties of the first resource in the descriptor."""
    return lambda package: edit_resource(package, first(package), **properties)


def on_descriptor(edit: Callable[[list[dict[str, Any]]], object]) -> Callable[[Path], None]:
    """Return a function that edits the resources of the descriptor."""
    return lambda package: edit_descriptor(package, lambda descriptor: edit(descriptor["resources"]))


def lead_nowhere(entries: list[dict[str, Any]]) -> None:
    """Make a foreign key refer to a table that does not exist."""
    key = next(resource for resource in entries if references(resource))["schema"]["foreignKeys"][0]
    key["reference"]["resource"] = "nowhere"


def move_out(package: Path) -> None:
    """Move a file out of the package, and make the descriptor point there."""
    file = find_file(package, first(package))
    shutil.move(file, package.parent / file.name)
    edit_resource(package, first(package), path=f"../{file.name}")
