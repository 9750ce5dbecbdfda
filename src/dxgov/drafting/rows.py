"""Rows of the tables of a package as texts, empty where nothing is known yet: they are what CSV files hold, whatever a person wrote."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dxgov.errors import DataError, Problem, ProblemCode, did_you_mean
from dxgov.formats.csv_writer import CSV_DIALECT
from dxgov.formats.tool_artifacts import MendedCells, mend_cells
from dxgov.limits import Limits
from dxgov.metadata import Metadata
from dxgov.model.record import Record
from dxgov.package.descriptor_writer import build_csv_resource, build_descriptor, dump_descriptor
from dxgov.package.read import Package, read_package
from dxgov.package.write import DATA_FOLDER
from dxgov.schema import Field, LinkTable, Model, Table
from dxgov.storage.container import DESCRIPTOR
from dxgov.storage.files import Files, write_folder

Row = dict[str, str]
"""The cells of a row by column; empty for a missing value."""

Tables = Mapping[str, Sequence[Mapping[str, str]]]
"""Rows by the tables that a package stores, link tables included."""


def format_value(value: Any) -> str:
    """Return a value as a cell: JSON for a list, an empty text for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return json.dumps([str(member) for member in value], ensure_ascii=False) if value else ""
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def find_field(table: Table, column: str) -> Field:
    """Return the field that a column stores."""
    return next(field for field in table.fields if column in {stored.name for stored in field.columns})


def format_field(field: Field, value: Any) -> Row:
    """Return the cells of a field's value, one for each column; of a missing value all are empty."""
    if field.value is None:
        return {field.columns[0].name: format_value(value)}
    return {part.column.name: format_value(getattr(value, part.name, None)) for part in field.parts}


def format_record(table: Table, record: Record) -> Row:
    """Return the cells of a record by column, with its lists of ids as JSON."""
    return {name: cell for field in table.fields for name, cell in format_field(field, getattr(record, field.name)).items()}


def describe_field(field: Field, row: Mapping[str, str]) -> str:
    """Return the cells of a field as one text: a plain cell as it is, those of a value as JSON; empty if all are empty."""
    if field.value is None:
        return row.get(field.columns[0].name, "")
    parts = {part.name: row.get(part.column.name, "") for part in field.parts if not part.derived}
    return json.dumps({name: text for name, text in parts.items() if text}, ensure_ascii=False) if any(parts.values()) else ""


def get_caption(table: Table, row: Mapping[str, str]) -> str:
    """Return the first filled caption of a record; empty if none is filled."""
    return next((row[column.name] for column in table.captions if row.get(column.name)), "")


def get_lines(row: Mapping[str, str]) -> tuple[int, int]:
    """Return the first and the last line that a record cites; zeros if it cites none, or something else than numbers."""
    first, last = row.get("citation_first_line", ""), row.get("citation_last_line", "")
    return (int(first), int(last)) if first.isdecimal() and last.isdecimal() else (0, 0)


def join_links(model: Model, tables: Tables) -> dict[str, dict[str, Row]]:
    """Return the cells that link tables hold for the rows of each table: by table and id, the lists of ids as JSON by column."""
    lists: dict[str, dict[str, dict[str, list[str]]]] = {}
    for link in model.links.values():
        columns = {str(column.through.role or "") if column.through else "": column.name for column in link.spelled}
        for row in tables.get(link.name, ()):
            column = columns.get(row[link.role_column.name] if link.role_column else "")
            if column is not None:
                owner = lists.setdefault(link.owner.name, {}).setdefault(row[link.owner_column.name], {})
                owner.setdefault(column, []).append(row[link.target_column.name])
    return {
        table: {id: {column: format_value(ids) for column, ids in columns.items()} for id, columns in rows.items()}
        for table, rows in lists.items()
    }


def split_links(table: Table, row: Mapping[str, str], model: Model) -> Iterator[tuple[str, Row]]:
    """Yield the rows of a record: that of its own table, and one of a link table for each id in its lists."""
    yield table.name, {column.name: row.get(column.name, "") for column in table.stored}
    for link in model.links.values():
        if link.owner is table:
            for column in link.spelled:
                for position, id in enumerate(json.loads(row.get(column.name) or "[]"), 1):
                    cells = [row[table.key[0]], id, str(position)]
                    if link.role_column is not None and column.through is not None:
                        cells.insert(1, str(column.through.role))
                    yield link.name, dict(zip([stored.name for stored in link.stored], cells, strict=True))


# CSV files


def encode_rows(table: Table | LinkTable, rows: Iterable[Mapping[str, str]]) -> bytes:
    """Return the CSV file of rows, with the columns that a package has."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [column.name for column in table.stored], lineterminator=str(CSV_DIALECT["lineTerminator"]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def decode_rows(table: Table | LinkTable, content: bytes, file: str) -> tuple[Row, ...]:
    """Return the rows of a CSV file. Missing columns are empty, and so are rows without any text left out.

    Raises:
        DataError: it is no CSV file in UTF-8, or has columns or cells that the table has no room for.
    """
    names = [column.name for column in table.stored]

    def build_error(code: ProblemCode, message: str, row: int | None = None, field: str | None = None) -> DataError:
        return DataError(f"{file} cannot be read", [Problem(code, message, table.name, row, field, file=file)])

    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise build_error(ProblemCode.UNREADABLE_FILE, f"found {error}, expected a CSV file in UTF-8 (Excel calls it CSV UTF-8)") from None
    header = lines[0] if lines else []
    for name in header:
        if name not in names:
            raise build_error(ProblemCode.UNKNOWN_COLUMN, f"the table has no such column{did_you_mean(name, names)}", field=name)
        if header.count(name) > 1:
            raise build_error(ProblemCode.DUPLICATE_COLUMN, "the file has the column twice", field=name)
    rows = []
    for number, cells in enumerate(lines[1:], 2):
        if not any(cells):
            continue
        if len(cells) != len(header):
            raise build_error(ProblemCode.ROW_LENGTH, f"found {len(cells)} cells, expected {len(header)}", number)
        rows.append({**dict.fromkeys(names, ""), **dict(zip(header, cells, strict=True))})
    return tuple(rows)


def mend_rows(table: Table | LinkTable, rows: Sequence[Row]) -> Iterator[tuple[str, MendedCells]]:
    """Undo, in place, what other programs did to the columns of a table, and yield each column that was mended."""
    for column in table.stored:
        mended = mend_cells(column, [row[column.name] for row in rows])
        if mended:
            for row, cell in zip(rows, mended.cells, strict=True):
                row[column.name] = cell
            yield column.name, mended


# Packages


def build_files(model: Model, tables: Tables, metadata: Metadata) -> Files:
    """Yield the files of a CSV package with these tables, empty ones too, as they are; nothing is checked."""
    present = [name for name in model.stored if name in tables]
    resources = []
    for name in present:
        path, content = f"{DATA_FOLDER}/{name}.csv", encode_rows(model.stored[name], tables[name])
        resources.append(build_csv_resource(model, model.stored[name], present, path, len(content), sha256(content).hexdigest()))
        yield path, content
    yield DESCRIPTOR, dump_descriptor(build_descriptor(metadata, resources, "csv"))


def check_tables(model: Model, tables: Tables, metadata: Metadata | None = None) -> Package:
    """Return the rows as a package that was read and checked, with all problems."""
    with TemporaryDirectory(prefix="dxgov-") as folder:
        filled = {name: rows for name, rows in tables.items() if rows}
        write_folder(build_files(model, filled, metadata or Metadata()), Path(folder))
        return read_package(folder, model, Limits())
