"""Accidents to whole files of a package on its way from hand to hand, by name; some are no faults."""

import csv
import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa

from package_files import edit_bytes, edit_csv, edit_descriptor, edit_parquet, edit_resource, find_file, parse_csv

Accident = Callable[[Path, str, random.Random], object]
"""It befalls the file of a table in a package."""


def _rows(edit: Callable[[list[list[str]], random.Random], object]) -> Accident:
    """Return an accident that edits the rows of a CSV file, of which the first is the header."""
    return lambda folder, table, source: edit_csv(folder, table, lambda rows: edit(rows, source))


def _bytes(edit: Callable[[bytes], bytes], *, reseal: bool = True) -> Accident:
    return lambda folder, table, _: edit_bytes(folder, table, edit, reseal=reseal)


def _stated(**properties: Any) -> Accident:
    """Return an accident that sets properties of the table in the descriptor."""
    return lambda folder, table, _: edit_resource(folder, table, **properties)


def _described(edit: Callable[[dict[str, Any], dict[str, Any]], object]) -> Accident:
    """Return an accident that edits the descriptor and its resource for the table."""

    def befall(folder: Path, table: str, _: random.Random) -> None:
        edit_descriptor(folder, lambda found: edit(found, next(each for each in found["resources"] if each["name"] == table)))

    return befall


def _columns(edit: Callable[[pa.Table], pa.Table]) -> Accident:
    """Return an accident that edits the columns of a Parquet file; its metadata for pandas stay."""
    return lambda folder, table, _: edit_parquet(folder, table, lambda data: edit(data).replace_schema_metadata(data.schema.metadata))


def _retyped(kind: Callable[[pa.DataType], bool], wanted: pa.DataType, change: Callable[[Any], Any] | None = None) -> Accident:
    """Return an accident that changes columns to a type that another writer gives them."""

    def cast(cells: pa.ChunkedArray) -> pa.ChunkedArray:
        found = cells.cast(wanted)
        return pa.chunked_array([[change(value) for value in found.to_pylist()]], wanted) if change else found

    def edit(data: pa.Table) -> pa.Table:
        return pa.table([cast(cells) if kind(cells.type) else cells for cells in data.columns], names=data.column_names)

    return lambda folder, table, _: edit_parquet(folder, table, edit)


def _on_each_row(edit: Callable[[list[str], int], object]) -> Callable[[list[list[str]], random.Random], None]:
    """Return an edit of every row at one random column."""

    def all_rows(rows: list[list[str]], source: random.Random) -> None:
        place = source.randrange(len(rows[0]))
        for row in rows:
            edit(row, place)

    return all_rows


def _one_row(edit: Callable[[list[str]], object]) -> Callable[[list[list[str]], random.Random], None]:
    return lambda rows, source: edit(source.choice(rows[1:])) if len(rows) > 1 else None


def _quoted(content: bytes) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(parse_csv(content))
    return file.getvalue().encode()


def _with_tabs(content: bytes) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter="\t", lineterminator="\r\n").writerows(parse_csv(content))
    return file.getvalue().encode()


def _capitalized(rows: list[list[str]], _: random.Random) -> None:
    rows[1:] = [[{"true": "True", "false": "False"}.get(cell, cell) for cell in row] for row in rows[1:]]


def _renamed(rows: list[list[str]], source: random.Random) -> None:
    rows[0][source.randrange(len(rows[0]))] += "s"


def _named_twice(rows: list[list[str]], source: random.Random) -> None:
    first, second = source.sample(range(len(rows[0])), 2)
    rows[0][second] = rows[0][first]


def _shuffled(rows: list[list[str]], source: random.Random) -> None:
    order = source.sample(range(len(rows[0])), len(rows[0]))
    rows[:] = [[row[place] for place in order] for row in rows]


def _rows_shuffled(rows: list[list[str]], source: random.Random) -> None:
    rows[1:] = source.sample(rows[1:], len(rows) - 1)


def _without_role(rows: list[list[str]], _: random.Random) -> None:
    if "role" in rows[0]:
        for row in rows[1:]:
            row[rows[0].index("role")] = ""


def _gone(folder: Path, table: str, _: random.Random) -> None:
    find_file(folder, table).unlink()


ANY: dict[str, Accident] = {
    "a file that is gone": _gone,
    "a hash that is wrong": _stated(hash="sha256:" + 64 * "0"),
    "a table under another name": _described(lambda _, resource: resource.update(name="others")),
    "a table listed twice": _described(lambda found, resource: found["resources"].append(dict(resource))),
    "a table not listed": _described(lambda found, resource: found["resources"].remove(resource)),
    "a path that leads out": _described(lambda _, resource: resource.update(path="../" + resource["path"])),
    "a path from the root": _described(lambda _, resource: resource.update(path="/" + resource["path"])),
    "an unknown format": _described(lambda _, resource: resource.update(format="parchment")),
    "a table taken out": lambda folder, table, source: (_gone(folder, table, source), ANY["a table not listed"](folder, table, source)),
    "no resources": lambda folder, _, __: edit_descriptor(folder, lambda found: found.update(resources=[])),
    "no JSON": lambda folder, _, __: (folder / "datapackage.json").write_text("{", encoding="utf-8"),
    "a hash by another algorithm": _stated(hash="sha512:" + 128 * "0"),
    "a hash by no algorithm": _stated(hash="crc:1"),
}
"""What happens to files of any format."""

CSV: dict[str, Accident] = {
    "a byte-order mark": _bytes(lambda content: b"\xef\xbb\xbf" + content),
    "line ends of Unix": _bytes(lambda content: content.replace(b"\r\n", b"\n")),
    "no line end at the end": _bytes(lambda content: content.removesuffix(b"\r\n")),
    "quotes around every cell": _bytes(_quoted),
    "the header alone": _rows(lambda rows, _: rows.__delitem__(slice(1, None))),
    "rows in another order": _rows(_rows_shuffled),
    "columns in another order": _rows(_shuffled),
    "an empty line": _rows(lambda rows, source: rows.insert(source.randint(1, len(rows)), [])),
    "a line of commas": _rows(lambda rows, source: rows.insert(source.randint(1, len(rows)), [""] * len(rows[0]))),
    "a column renamed": _rows(_renamed),
    "a column named like another": _rows(_named_twice),
    "a column more": _rows(_on_each_row(lambda row, place: row.insert(place, "more"))),
    "a column more at the end": _rows(_on_each_row(lambda row, _: row.append("more"))),
    "a column less": _rows(_on_each_row(lambda row, place: row.pop(place))),
    "a column less at the end": _rows(_on_each_row(lambda row, _: row.pop())),
    "a row too short": _rows(_one_row(list.pop)),
    "a row too long": _rows(_one_row(lambda row: row.append("more"))),
    "a row that lacks all but its id": _rows(_one_row(lambda row: row.__delitem__(slice(1, None)))),
    "a row twice, once too long": _rows(lambda rows, _: rows.insert(1, [*rows[1], "more"])),
    "an id left out": _rows(_one_row(lambda row: row.__setitem__(0, ""))),
    "links without their role": _rows(_without_role),
    "a row much too long": _rows(_one_row(lambda row: row.extend(["more", ""]))),
    "a size that is wrong": _stated(bytes=1),
    "a file that was changed": _bytes(lambda content: content + b"\r\n", reseal=False),
    "a file that is empty": _bytes(lambda _: b""),
    "a byte that is no UTF-8": _bytes(lambda content: content[:-2] + b"\xff" + content[-2:]),
    "Shift_JIS": _bytes(lambda content: content.replace(b"\r\n", "あ\r\n".encode("cp932"))),
    "UTF-16": _bytes(lambda content: content.decode().encode("utf-16")),
    "a quotation mark that is left open": _bytes(lambda content: content[:-2] + b',"more' + content[-2:]),
    "another encoding declared": _stated(encoding="cp932"),
    "a header denied": _stated(dialect={"header": False}),
    "another delimiter": lambda folder, table, _: (
        edit_bytes(folder, table, _with_tabs),
        edit_resource(folder, table, dialect={"delimiter": "\t"}),
    ),
    "truth values as pandas writes them": _rows(_capitalized),
}
"""What happens to CSV files."""

PARQUET: dict[str, Accident] = {
    "a file that is no Parquet": _bytes(lambda _: b"PAR1"),
    "a file cut off": _bytes(lambda content: content[: len(content) // 2]),
    "columns in another order": _columns(lambda data: data.select(data.column_names[::-1])),
    "rows in another order": _columns(lambda data: data.take(pa.array(range(data.num_rows))[::-1])),
    "a column renamed": _columns(lambda data: data.rename_columns([*data.column_names[:-1], "more"])),
    "a column more at the end": _columns(lambda data: data.append_column("more", pa.nulls(data.num_rows, pa.string()))),
    "a column less at the end": _columns(lambda data: data.select(data.column_names[:-1])),
    "no rows": _columns(lambda data: data.slice(0, 0)),
    "codes as texts": _retyped(pa.types.is_dictionary, pa.string()),
    "long texts": _retyped(pa.types.is_string, pa.large_string()),
    "long lists": _retyped(pa.types.is_list, pa.large_list(pa.string())),
    "no metadata of pandas": lambda folder, table, _: edit_parquet(folder, table, lambda data: data.replace_schema_metadata()),
    "days as times": _retyped(pa.types.is_date, pa.timestamp("us")),
    "numbers as words": _retyped(pa.types.is_integer, pa.string(), lambda text: text and f"No. {text}"),
    "numbers as texts": _retyped(pa.types.is_integer, pa.string()),
    "truth values as numbers": _retyped(pa.types.is_boolean, pa.int8()),
    "a field declared as another type": _described(lambda _, resource: resource["schema"]["fields"][0].update(type="integer")),
}
"""What happens to Parquet files."""


def of_format(format: str) -> dict[str, Accident]:
    """Return all accidents that can happen to a package of the format."""
    return ANY | (CSV if format == "csv" else PARQUET)
