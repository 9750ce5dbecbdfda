"""Compare the engine that checks keys with DuckDB: ``python benchmarks/key_engines.py PACKAGE [--memory MIB] [--rounds N]``.

Each engine finds repeated ids, repeated unique keys, and references to no record, in all tables of a package, from one scan of it. dxgov's
own engine checks all other rules for keys in the same time. DuckDB gets the same key summaries, or the columns themselves, where it finds
every row with a fault. Each engine runs in a fresh process, round by round. Prints the medians of CPU seconds and of seconds beyond those
of the scan alone, the peak memory of the process, the number of faulty rows, and how often an engine failed.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple, Self

import pyarrow as pa

from dxgov import Dataset, Limits
from dxgov.package.read import list_package
from dxgov.schema import model_of
from dxgov.tables.arrow import index_array
from dxgov.validation import KeyStore, RowBatch, check_keys
from dxgov.validation.key_checks import merge_faults
from dxgov.validation.key_summary import KeyRelation, RelationKind, find_unique_columns, list_relations, summarize_keys
from dxgov.validation.references import get_column, list_id_relations

MODEL = model_of(Dataset)
KINDS = (RelationKind.IDS, RelationKind.UNIQUE, RelationKind.REFERENCE)


class FaultyRow(NamedTuple):
    """A row with a fault of its key, by the row key of `RowBatch.row_keys`; of equal unique keys, all rows."""

    kind: str
    table: str
    column: str
    row: int


class Database:
    """A DuckDB database in memory, which spills to a temporary folder.

    Args:
        memory: the maximum bytes that it may use.
    """

    def __init__(self, memory: int) -> None:
        import duckdb

        self._folder = tempfile.TemporaryDirectory()
        settings = {"memory_limit": f"{memory}B", "temp_directory": self._folder.name, "preserve_insertion_order": False}
        self._connection = duckdb.connect(config=settings)
        self.tables: set[str] = set()

    def append(self, table: str, rows: pa.Table) -> None:
        """Append rows to a table, and create it if it does not exist."""
        self.tables.add(table)
        self._connection.register("batch", rows)
        self._connection.execute(f'CREATE TABLE IF NOT EXISTS "{table}" AS SELECT * FROM batch LIMIT 0')
        self._connection.execute(f'INSERT INTO "{table}" SELECT * FROM batch')

    def find_rows(
        self, relation: KeyRelation, table: str, columns: Iterable[str], optional: frozenset[str], ids: str
    ) -> Iterator[FaultyRow]:
        """Yield the faulty rows of a relation.

        Args:
            relation: the relation.
            table: the table of the database.
            columns: the columns of the key in that table.
            optional: those of them that may be null.
            ids: the query for the ids that references may hold, in a column ``target``.
        """
        names = [f'"{column}"' for column in columns]
        filled = " AND ".join(f'"{column}" IS NOT NULL' for column in columns if column not in optional)
        if relation.kind is RelationKind.REFERENCE:
            query = f'SELECT row FROM "{table}" ANTI JOIN ({ids}) ON {names[0]} = target WHERE {filled}'
        else:
            same = " AND ".join(f"rows.{name} IS NOT DISTINCT FROM repeated.{name}" for name in names)
            groups = f'SELECT {", ".join(names)}, min(row) AS first FROM "{table}" WHERE {filled} GROUP BY ALL HAVING count(*) > 1'
            query = f'SELECT row FROM "{table}" rows JOIN ({groups}) repeated ON {same}'
            query += " WHERE row > first" if relation.kind is RelationKind.IDS else ""
        for (row,) in self._connection.execute(query).fetchall():
            yield FaultyRow(relation.kind, relation.table, relation.column, row)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._folder.cleanup()


def scan(batches: Iterable[RowBatch], _: int) -> set[FaultyRow]:
    """Read all rows, and find nothing."""
    for _batch in batches:
        pass
    return set()


def run_own(batches: Iterable[RowBatch], memory: int) -> set[FaultyRow]:
    """Find the faulty rows with dxgov's own engine."""
    with KeyStore(memory) as store:
        for batch in batches:
            store.add(batch.table.name, summarize_keys(MODEL, batch))
        faults = merge_faults(check_keys(MODEL, partition, store.sorted_tables) for partition in store.iter_partitions())
    rows = ((relation, row) for relation, table in faults.rows.items() if relation.kind in KINDS for row in table["row"].to_pylist())
    return {FaultyRow(relation.kind, relation.table, relation.column, row) for relation, row in rows}


def run_duckdb_on_summaries(batches: Iterable[RowBatch], memory: int) -> set[FaultyRow]:
    """Find the faulty rows with DuckDB, which gets the key summaries: a table for each relation."""
    with Database(memory) as database:
        for batch in batches:
            for relation, rows in summarize_keys(MODEL, batch).tables.items():
                if relation.kind in KINDS:
                    database.append(str(relation), rows)
        return {
            row
            for relation in _list_relations()
            if str(relation) in database.tables
            for row in database.find_rows(relation, str(relation), ["key"], frozenset(), _select_ids(relation, database, str, "key"))
        }


def run_duckdb_on_columns(batches: Iterable[RowBatch], memory: int) -> set[FaultyRow]:
    """Find the faulty rows with DuckDB, which gets the columns of all keys and references: a table for each table."""
    with Database(memory) as database:
        for batch in batches:
            relations = [relation for relation in list_relations(MODEL, batch.table.name) if relation.kind in KINDS]
            names = dict.fromkeys(name for relation in relations for name in _list_key_columns(relation)[0])
            columns = {name: batch.texts(name) if pa.types.is_dictionary(batch.data[name].type) else batch.cells(name) for name in names}
            database.append(batch.table.name, pa.table({**columns, "row": index_array(batch.row_keys())}))
        return {
            row
            for relation in _list_relations()
            if relation.table in database.tables
            for row in database.find_rows(
                relation, relation.table, *_list_key_columns(relation), _select_ids(relation, database, lambda target: target.table, None)
            )
        }


def _list_relations() -> list[KeyRelation]:
    return [relation for name in MODEL.stored for relation in list_relations(MODEL, name) if relation.kind in KINDS]


def _list_key_columns(relation: KeyRelation) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the columns of the key of a relation, and those of them that may be empty."""
    if relation.kind is RelationKind.UNIQUE:
        return find_unique_columns(MODEL.stored[relation.table], relation.column)
    return (relation.column,), frozenset()


def _select_ids(relation: KeyRelation, database: Database, get_table: Callable[[KeyRelation], str], column: str | None) -> str:
    """Return the query for the ids that a reference may hold; `column` is the column of the ids, None for that of the table itself."""
    if relation.kind is not RelationKind.REFERENCE:
        return ""
    targets = list_id_relations(MODEL, get_column(MODEL, relation).target)
    queries = (
        f'SELECT "{column or target.column}" AS target FROM "{get_table(target)}"'
        for target in targets
        if get_table(target) in database.tables
    )
    return " UNION ALL ".join(queries) or "SELECT NULL AS target"


ENGINES = {"scan": scan, "own": run_own, "duckdb on summaries": run_duckdb_on_summaries, "duckdb on columns": run_duckdb_on_columns}


def find_faults(engine: str, package: Path, memory: int) -> set[FaultyRow]:
    """Return the faulty rows that an engine finds in a package with `memory` bytes for keys."""
    sources = list_package(package, MODEL, Limits()).files
    return ENGINES[engine]((batch for source in sources for batch in source.iter_batches()), memory)


def main() -> None:
    """Run all engines, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path)
    parser.add_argument("--memory", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engine", choices=ENGINES)
    options = parser.parse_args()
    if options.engine:
        start = perf_counter()
        rows = find_faults(options.engine, options.package, options.memory * 2**20)
        usage, seconds = resource.getrusage(resource.RUSAGE_SELF), perf_counter() - start
        figures = {"cpu": usage.ru_utime + usage.ru_stime, "seconds": seconds, "memory": usage.ru_maxrss / 2**10, "rows": len(rows)}
        sys.stdout.write(json.dumps(figures))
        return
    samples: dict[str, list[dict[str, float]]] = {engine: [] for engine in ENGINES}
    for _ in range(options.rounds):
        for engine, figures in samples.items():
            command = [sys.executable, __file__, str(options.package), "--memory", str(options.memory), "--engine", engine]
            process = subprocess.run(command, stdout=subprocess.PIPE, check=False)  # noqa: S603 - this script
            if process.returncode == 0:
                figures.append(json.loads(process.stdout))
    for engine, figures in samples.items():
        sys.stdout.write(f"{engine}: {options.rounds - len(figures)} of {options.rounds} failed")
        if figures:
            medians = {name: median(sample[name] for sample in figures) for name in figures[0]}
            base = {name: median(sample[name] for sample in samples["scan"]) for name in ("cpu", "seconds")}
            sys.stdout.write(f", CPU +{medians['cpu'] - base['cpu']:.2f} s, wall +{medians['seconds'] - base['seconds']:.2f} s, ")
            sys.stdout.write(f"{medians['memory']:.0f} MB, {medians['rows']:.0f} faulty rows")
        sys.stdout.write("\n")


if __name__ == "__main__":
    main()
