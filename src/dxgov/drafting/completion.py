"""Completion of a CSV package that was edited by hand or by other programs, in a copy of it."""

import csv
import io
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from attrs import frozen

from dxgov.drafting.filling import fill_tables
from dxgov.drafting.rows import Row, decode_rows, encode_rows, mend_rows
from dxgov.errors import DataError, short_repr
from dxgov.formats.declarations import NO_DECLARATION
from dxgov.formats.tool_artifacts import PANDAS_INDEX_NAMES
from dxgov.limits import Limits
from dxgov.package.descriptor_reader import read_descriptor
from dxgov.package.descriptor_writer import build_csv_resource
from dxgov.package.write import DATA_FOLDER
from dxgov.schema import LinkTable, Model, Table
from dxgov.storage.container import DESCRIPTOR

MAX_BYTES = 64 * 2**20
"""Maximum bytes of the CSV files of a package that is completed; a larger one is copied as it is."""


@frozen
class _EditableFile:
    """A CSV file that may be completed."""

    path: Path
    table: Table | LinkTable
    rows: tuple[Row, ...]


def _copy_file(source: str, target: str) -> None:
    """Copy a file. What is none, such as a device, becomes a pipe, which the check of the copy refuses as it refuses the original."""
    if Path(source).is_file():
        shutil.copy2(source, target)
    else:
        os.mkfifo(target)


def complete_package(
    folder: Path, copy: Path, model: Model, documents: Mapping[str, bytes], limits: Limits, *, max_bytes: int = MAX_BYTES
) -> Iterator[str]:
    """Copy a package and complete the copy, and yield a line for each column that was filled or mended.

    Files that cannot be read, and those whose descriptor declares another format of cells, are copied as they are.

    Args:
        folder: the folder of the package.
        copy: the folder of the copy, which must not exist.
        model: the tables that the package may have.
        documents: the contents of the documents by file name; see `fill_tables`.
        limits: maximum sizes of the package.
        max_bytes: maximum bytes of all CSV files.
    """
    shutil.copytree(folder, copy, copy_function=_copy_file)
    if not (copy / DESCRIPTOR).is_file() or sum(path.stat().st_size for path in copy.rglob("*.csv")) > max_bytes:
        return
    yield from _add_unlisted_files(copy, model)
    _, resources, _ = read_descriptor((copy / DESCRIPTOR).read_bytes(), DESCRIPTOR, model, limits)
    files: dict[str, _EditableFile] = {}
    changed: set[str] = set()
    for resource in resources:
        path, table = copy / resource.path, model.stored[resource.table]
        if resource.format != "csv" or resource.declaration != NO_DECLARATION or not path.is_file():
            continue
        content, index = _drop_index(path.read_bytes())
        try:
            files[table.name] = _EditableFile(path, table, decode_rows(table, content, resource.path))
        except DataError:  # the check of the copy tells what is wrong with it
            continue
        if index is not None:
            yield f"{table.name}: the column {index!r} removed, the index of a data frame; pandas leaves it out with index=False"
            changed.add(table.name)
    for name, file in files.items():
        for column, mended in mend_rows(file.table, file.rows):
            yield f"{name}.{column}: {mended.count:,} mended such as {short_repr(mended.text)}, {mended.remedy}"
            changed.add(name)
    for filling in fill_tables(model, {name: file.rows for name, file in files.items()}, documents):
        yield str(filling)
        changed.add(filling.table)
    for name in changed:
        files[name].path.write_bytes(encode_rows(files[name].table, files[name].rows))


def _add_unlisted_files(folder: Path, model: Model) -> Iterator[str]:
    """Add the CSV files of tables that the descriptor does not list to it, and yield a line for each."""
    try:
        descriptor = json.loads((folder / DESCRIPTOR).read_bytes())
        listed = {resource["name"] for resource in descriptor["resources"]}
    except (ValueError, KeyError, TypeError):  # the check of the copy tells what is wrong with it
        return
    names = [name for name in model.stored if name not in listed and (folder / DATA_FOLDER / f"{name}.csv").is_file()]
    for name in names:
        path = f"{DATA_FOLDER}/{name}.csv"
        content = (folder / path).read_bytes()
        resource = build_csv_resource(model, model.stored[name], {*listed, *names}, path, len(content), sha256(content).hexdigest())
        del resource["schema"]  # the file may lack columns, which are added when it is written
        descriptor["resources"].append(resource)
        yield f"{path}: added to {DESCRIPTOR}"
    if names:
        (folder / DESCRIPTOR).write_text(json.dumps(descriptor, ensure_ascii=False), encoding="utf-8")


def _drop_index(content: bytes) -> tuple[bytes, str | None]:
    """Return a CSV file without the column that pandas makes of the index of a data frame, and the name of the column if it had one."""
    try:
        header, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    except (ValueError, csv.Error):  # what cannot be read, or is empty, has none
        return content, None
    numbers = [line[0] for line in lines if any(line)]
    if not header or header[0] not in PANDAS_INDEX_NAMES or numbers != [str(number) for number in range(len(numbers))]:
        return content, None
    text = io.StringIO()
    csv.writer(text).writerows(line[1:] for line in (header, *lines))
    return text.getvalue().encode(), header[0]
