"""How cost grows to ten million rows: ``python benchmarks/large.py [--rows N] [--out FOLDER]``.

A package of a million records, and one of ten times as many: its rows ten times over, each time with ids of their own, so that every
reference leads somewhere. Both are validated, exported without being held, and read back, each in a fresh process. Writes
``large.json``. Takes about 10 GB of disk, and ten minutes.
"""

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import run
from dxgov.dataset import Dataset
from dxgov.marks import Ref
from dxgov.package.container import DESCRIPTOR
from dxgov.package.parquetfile import ROWS
from dxgov.schema import LinkTable, Table
from growth import draw

COPIES = 10
TASKS = {
    "validate_parquet": "`validate`, Parquet",
    "polars_parquet": "the checks in Polars, Parquet",
    "stream_csv": "`export` to CSV of what was loaded with `lazy`, checks included",
    "stream_parquet": "`export` to Parquet of the same",
    "validate_streamed": "`validate`, CSV",
    "read_batches": "reading Parquet back batch by batch",
    "read_whole": "`load`, Parquet, all of it checked and held",
}


def main(arguments: list[str]) -> None:
    """Run all and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, default=run.HERE.parent / "docs")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        small, large = Path(place) / "small", Path(place) / "large"
        run.packages(small, chosen.rows, faulty=False)
        multiply(small / "parquet", large / "parquet", COPIES)
        found = {task: [_rounded(run.measured(task, folder)) for folder in (small, large)] for task in TASKS}
    results = {"rows": [chosen.rows, chosen.rows * COPIES], "tasks": {task: {"what": TASKS[task], "found": found[task]} for task in TASKS}}
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "large.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    draw(chosen.out)


def _rounded(found: dict[str, float]) -> dict[str, float]:
    return {"seconds": float(f"{found['seconds']:.3g}"), "memory": round(found["memory"])}


def multiply(source: Path, target: Path, copies: int) -> None:
    """Write a package that has the rows of another so many times."""
    about = json.loads((source / DESCRIPTOR).read_text(encoding="utf-8"))
    (target / "data").mkdir(parents=True)
    for resource in about["resources"]:
        table, path = Dataset.model().stored[resource["name"]], target / resource["path"]
        whole = pq.ParquetFile(source / resource["path"]).read()
        order = [] if isinstance(table, LinkTable) else [pq.SortingColumn(0)]
        with pq.ParquetWriter(path, whole.schema, compression="zstd", sorting_columns=order) as writer:
            for rows in _groups(_copied(table, whole, number) for number in range(copies)):
                writer.write_table(rows, ROWS)
        with path.open("rb") as file:
            resource["hash"] = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    (target / DESCRIPTOR).write_text(json.dumps(about, ensure_ascii=False, indent=2), encoding="utf-8")


def _copied(table: Table | LinkTable, rows: pa.Table, number: int) -> pa.Table:
    """The rows with other ids: those of the generator end in nine digits, of which the first three are 100."""
    for column in table.stored:
        if number and (column.has(Ref) or column.key):
            cells = [pc.replace_substring_regex(chunk, r"-100([0-9]{6})$", rf"-{100 + number}\1") for chunk in rows[column.name].chunks]
            rows = rows.set_column(rows.column_names.index(column.name), rows.schema.field(column.name), pa.chunked_array(cells))
    return rows


def _groups(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The rows as they are put into groups."""
    waiting: Any = None
    for table in tables:
        waiting = table if waiting is None else pa.concat_tables([waiting, table])
        full = waiting.num_rows // ROWS * ROWS
        yield from (waiting.slice(start, ROWS).combine_chunks() for start in range(0, full, ROWS))
        waiting = waiting.slice(full)
    if waiting is not None and waiting.num_rows:
        yield waiting.combine_chunks()


if __name__ == "__main__":
    main(sys.argv[1:])
