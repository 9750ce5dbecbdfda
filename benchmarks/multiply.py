"""Write a package that has the rows of another several times: ``python benchmarks/multiply.py SOURCE TARGET COPIES``."""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dxgov.dataset import Dataset
from dxgov.formats.parquet_writer import ROW_GROUP_SIZE
from dxgov.marks import Ref, Together, UniqueWithin
from dxgov.schema import LinkTable, Table
from dxgov.storage.container import DESCRIPTOR


def multiply(source: Path, target: Path, copies: int) -> None:
    """Write a package that contains the rows of another `copies` times."""
    descriptor = json.loads((source / DESCRIPTOR).read_text(encoding="utf-8"))
    (target / "data").mkdir(parents=True)
    for resource in descriptor["resources"]:
        table, path = Dataset.model().stored[resource["name"]], target / resource["path"]
        data = pq.ParquetFile(source / resource["path"]).read()
        order = [] if isinstance(table, LinkTable) else [pq.SortingColumn(0)]
        with pq.ParquetWriter(path, data.schema, compression="zstd", sorting_columns=order) as writer:
            for rows in _regroup_rows(_copy_rows(table, data, number) for number in range(copies)):
                writer.write_table(rows, ROW_GROUP_SIZE)
        with path.open("rb") as file:
            resource["hash"] = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    (target / DESCRIPTOR).write_text(json.dumps(descriptor, ensure_ascii=False, indent=2), encoding="utf-8")


def _copy_rows(table: Table | LinkTable, rows: pa.Table, number: int) -> pa.Table:
    """Return the rows with other ids: those of the generator end in nine digits, of which the first three are 100.

    Codes that no two records share are left out of all copies but the first, with what is filled only beside them.
    """
    unique = {column.name for column in table.stored for mark in column.marks if isinstance(mark, UniqueWithin) and not mark.others}
    for column in table.stored:
        beside = column.mark(Together)
        if number and (column.name in unique or (beside and beside.other in unique)):
            index = rows.column_names.index(column.name)
            rows = rows.set_column(index, rows.schema.field(index), pa.nulls(len(rows), rows.schema.field(index).type))
        if number and (column.has(Ref) or column.key):
            cells = [pc.replace_substring_regex(chunk, r"-100([0-9]{6})$", rf"-{100 + number}\1") for chunk in rows[column.name].chunks]
            rows = rows.set_column(rows.column_names.index(column.name), rows.schema.field(column.name), pa.chunked_array(cells))
    return rows


def _regroup_rows(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Yield the rows in batches of the size of a row group."""
    pending: Any = None
    for table in tables:
        pending = table if pending is None else pa.concat_tables([pending, table])
        full = pending.num_rows // ROW_GROUP_SIZE * ROW_GROUP_SIZE
        yield from (pending.slice(start, ROW_GROUP_SIZE).combine_chunks() for start in range(0, full, ROW_GROUP_SIZE))
        pending = pending.slice(full)
    if pending is not None and pending.num_rows:
        yield pending.combine_chunks()


if __name__ == "__main__":
    multiply(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
