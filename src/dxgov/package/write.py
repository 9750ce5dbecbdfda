"""Data sets to packages: a folder for each format, and zips of them on request."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from dxgov.links import split
from dxgov.metadata import Metadata
from dxgov.package.container import DESCRIPTOR
from dxgov.package.csvfile import write_csv
from dxgov.package.descriptor import csv_resource, descriptor, dumps, parquet_resource, sha256
from dxgov.package.parquetfile import write_parquet
from dxgov.schema import Model

_DATA = "data"


def package_files(model: Model, tables: Mapping[str, pa.Table], metadata: Metadata, format: str) -> dict[str, bytes]:
    """The files of a package by path, the descriptor first. A table without records is left out; if all are, all are listed."""
    stored = split(model, tables)
    filled = {name: data for name, data in stored.items() if data.num_rows}
    present = filled or {name: stored[name] for name in model.tables}
    resources, files = [], {}
    for name, data in present.items():
        table, path, buffer = model.stored[name], f"{_DATA}/{name}.{format}", io.BytesIO()
        if format == "csv":
            write_csv(data, table.stored, buffer)
            resource = csv_resource(model, table, present, path, buffer.getvalue())
        else:
            resource = parquet_resource(model, table, present, path)
            write_parquet(data, table, resource, buffer)
            resource = {**resource, "hash": sha256(buffer.getvalue())}
        resources.append(resource)
        files[path] = buffer.getvalue()
    return {DESCRIPTOR: dumps(descriptor(metadata, resources)), **dict(sorted(files.items()))}


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files of a package into a folder."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def write_zip(files: Mapping[str, bytes], target: Path) -> None:
    """Write the files of a package as a zip; the same files give the same bytes."""
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted([*files, f"{_DATA}/"], key=lambda path: (path != DESCRIPTOR, path)):
            member = zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))
            member.create_system = 3
            member.external_attr = (0o40755 << 16 | 0x10) if path.endswith("/") else 0o100644 << 16
            member.compress_type = zipfile.ZIP_STORED if path.endswith("/") else zipfile.ZIP_DEFLATED
            archive.writestr(member, files.get(path, b""))
