"""Functions that read, damage and export packages.

Those that change something leave all else as it was: they state size and hash in the descriptor anew, so that these tell nothing.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import dxgov
from soundness import small_dataset

PARTITION_BY = {"meetings": "held", "asks": "strength"}
"""The field by which the fixture `partition` partitions tables."""


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the contents of all files below a folder, by their relative path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def read_descriptor(package: Path) -> dict[str, Any]:
    """Return the content of ``datapackage.json``."""
    return json.loads((package / "datapackage.json").read_bytes())


def read_resource(package: Path, table: str) -> dict[str, Any]:
    """Return what the descriptor says of a table."""
    return next(resource for resource in read_descriptor(package)["resources"] if resource["name"] == table)


def find_file(package: Path, table: str) -> Path:
    """Return the file that the descriptor lists for a table."""
    return package / read_resource(package, table)["path"]


def edit_descriptor(package: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    """Change ``datapackage.json``."""
    descriptor = read_descriptor(package)
    edit(descriptor)
    (package / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")


def edit_resource(package: Path, table: str, **properties: Any) -> None:
    """Change properties of one resource in the descriptor."""

    def edit(descriptor: dict[str, Any]) -> None:
        next(resource for resource in descriptor["resources"] if resource["name"] == table).update(properties)

    edit_descriptor(package, edit)


def unseal(package: Path) -> None:
    """Remove sizes and hashes from the descriptor."""
    edit_descriptor(
        package, lambda descriptor: [resource.pop(key, None) for resource in descriptor["resources"] for key in ("bytes", "hash")]
    )


def edit_bytes(package: Path, table: str, edit: Callable[[bytes], bytes], *, reseal: bool = True) -> None:
    """Change the bytes of a table's file."""
    file = find_file(package, table)
    content = edit(file.read_bytes())
    file.write_bytes(content)
    if reseal:
        size = {"bytes": len(content)} if file.suffix == ".csv" else {}
        edit_resource(package, table, hash=f"sha256:{hashlib.sha256(content).hexdigest()}", **size)


def parse_csv(content: bytes) -> list[list[str]]:
    """Return the rows of a CSV file, its header first."""
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def edit_csv(package: Path, table: str, edit: Callable[[list[list[str]]], object]) -> None:
    """Change the rows of a CSV file; the header is the first."""

    def rewrite(content: bytes) -> bytes:
        rows = parse_csv(content)
        edit(rows)
        file = io.StringIO(newline="")
        csv.writer(file, lineterminator="\r\n").writerows(rows)
        return file.getvalue().encode()

    edit_bytes(package, table, rewrite)


def edit_parquet(package: Path, table: str, edit: Callable[[pa.Table], pa.Table]) -> None:
    """Change the columns of a Parquet file."""

    def rewrite(content: bytes) -> bytes:
        file = io.BytesIO()
        pq.write_table(edit(pq.read_table(io.BytesIO(content))), file)
        return file.getvalue()

    edit_bytes(package, table, rewrite)


def edit_records(package: Path, table: str, edit: Callable[[list[dict[str, Any]]], object]) -> None:
    """Change the rows of a table, whatever the format: texts in CSV, values in Parquet."""
    if find_file(package, table).suffix == ".csv":

        def texts(rows: list[list[str]]) -> None:
            header = rows[0]
            records = [dict(zip(header, row, strict=True)) for row in rows[1:]]
            edit(records)
            rows[1:] = [[_text(record[name]) for name in header] for record in records]

        edit_csv(package, table, texts)
        return

    def values(data: pa.Table) -> pa.Table:
        records = data.to_pylist()
        edit(records)
        fields = [field.with_nullable(nullable=True) for field in data.schema]
        return pa.Table.from_pylist(records, schema=pa.schema(fields, metadata=data.schema.metadata))

    edit_parquet(package, table, values)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def split_row_groups(package: Path, rows: int) -> Path:
    """Write each Parquet file of a package again with a number of rows per row group; return the package."""
    descriptor = read_descriptor(package)
    for resource in descriptor["resources"]:
        # A partitioned table states the hash of each file, another one that of its only file.
        for properties in resource.get("dxgov", {}).get("parts", [resource]):
            file = package / properties["path"]
            pq.write_table(pq.read_table(file, partitioning=None), file, rows, compression="zstd")
            properties["hash"] = f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
            if "bytes" in properties:
                properties["bytes"] = file.stat().st_size
    edit_descriptor(package, lambda old: old.update(descriptor))
    return package


def read_records(package: Path, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table in the order of its file."""
    file = find_file(package, table)
    if file.suffix == ".csv":
        header, *rows = parse_csv(file.read_bytes())
        return [dict(zip(header, row, strict=True)) for row in rows]
    return pq.read_table(file).to_pylist()


def find_row(package: Path, table: str, **cells: Any) -> int:
    """Return the number, as a `Problem` counts, of the row with the cells."""
    rows = read_records(package, table)
    (index,) = (index for index, row in enumerate(rows) if all(row[name] == value for name, value in cells.items()))
    return index + (2 if find_file(package, table).suffix == ".csv" else 1)


def update_row(package: Path, table: str, cells: dict[str, Any], **where: Any) -> int:
    """Put values into the one row with the cells of `where`; return its number, as a `Problem` counts."""
    row = find_row(package, table, **where)

    def edit(records: list[dict[str, Any]]) -> None:
        next(record for record in records if all(record[name] == value for name, value in where.items())).update(cells)

    edit_records(package, table, edit)
    return row


def append_row(package: Path, table: str, cells: dict[str, Any], **like: Any) -> int:
    """Append a copy of the one row with the cells of `like`, with other values; return its number."""

    def edit(records: list[dict[str, Any]]) -> None:
        records.append({**next(record for record in records if all(record[name] == value for name, value in like.items())), **cells})

    edit_records(package, table, edit)
    return len(read_records(package, table)) + (1 if find_file(package, table).suffix == ".csv" else 0)


def remove_row(package: Path, table: str, **where: Any) -> None:
    """Remove the one row with the cells."""
    find_row(package, table, **where)

    def edit(records: list[dict[str, Any]]) -> None:
        records[:] = [record for record in records if not all(record[name] == value for name, value in where.items())]

    edit_records(package, table, edit)


def list_names(folder: Path) -> list[str]:
    """Return the names of what lies in a folder, in order."""
    return sorted(path.name for path in folder.iterdir())


def export_small(title: str, folder: Path | str, formats: tuple[str, ...] = ("csv", "parquet"), **options: Any) -> Path:
    """Export the small data set of a title."""
    return dxgov.export(small_dataset(title), folder, formats, **options)


def read_export(title: str, folder: Path) -> dict[str, bytes]:
    """Return the files of an export of the small data set of a title, made in a folder of its own below `folder`."""
    return read_files(export_small(title, folder / f"known {title}"))
