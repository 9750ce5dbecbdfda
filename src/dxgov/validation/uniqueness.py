"""Checks that ids are unique in their table and across tables, and numbers within their group."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.errors import Problem, ProblemCode, short_repr
from dxgov.languages import Message, join_texts
from dxgov.schema import LinkTable, Model, Table
from dxgov.tables.arrow import as_numpy, combine_chunks, factorize_rows, index_array, mask_array
from dxgov.validation.batches import RowBatch, split_row_key
from dxgov.validation.key_store import KeyPartition
from dxgov.validation.key_summary import KeyRelation, RelationKind, find_unique_columns

PathLookup = Callable[[int], str | None]
"""Function that returns the path of a file of a table by its number."""


def find_duplicate_ids(partition: KeyPartition, sorted_tables: Collection[str]) -> Iterator[tuple[KeyRelation, pa.Table]]:
    """Yield the rows of each table whose id an earlier row has: ``key``, ``row``, and ``first``, the earliest such row.

    Tables in `sorted_tables` are skipped, because their ids are strictly ascending.
    """
    for relation, rows in partition.items():
        if relation.kind is RelationKind.IDS and relation.table not in sorted_tables:
            rows = sort_by_row(rows)  # noqa: PLW2901
            keys, row_keys = combine_chunks(rows["key"]), combine_chunks(rows["row"])
            encoded = keys.dictionary_encode()
            if len(encoded.dictionary) < len(keys):
                # A row repeats an id if it is not the first row with it.
                _, firsts, inverse = np.unique(as_numpy(encoded.indices), return_index=True, return_inverse=True)
                repeats = np.flatnonzero(firsts[inverse] != np.arange(len(keys)))
                columns = [
                    keys.take(index_array(repeats)),
                    row_keys.take(index_array(repeats)),
                    row_keys.take(index_array(firsts[inverse[repeats]])),
                ]
                yield relation, pa.table(columns, names=["key", "row", "first"])


def find_cross_table_ids(model: Model, partition: KeyPartition) -> Iterator[tuple[tuple[str, str], pa.Table]]:
    """Yield the ids that a table shares with an earlier one: ``key`` and ``row``. Each id is reported for one earlier table only."""
    tables = [
        (name, rows)
        for name in model.tables
        if (rows := partition.get(KeyRelation(RelationKind.IDS, name, model.tables[name].key[0]))) is not None
    ]
    # Compare tables pairwise only if some id repeats at all.
    ids = pa.chunked_array([chunk for _, rows in tables for chunk in rows["key"].chunks], pa.string())
    if pc.count_distinct(ids).as_py() == len(ids):
        return
    for number, (name, rows) in enumerate(tables):
        remaining = rows
        for earlier_name, earlier_rows in tables[:number]:
            in_both = pc.is_in(remaining["key"], value_set=combine_chunks(earlier_rows["key"]))
            if pc.any(in_both).as_py():
                yield (name, earlier_name), remaining.filter(in_both)
                remaining = remaining.filter(pc.invert(in_both))


def find_duplicate_candidates(partition: KeyPartition) -> Iterator[tuple[KeyRelation, pa.Table]]:
    """Yield the rows whose hash of unique columns repeats: ``key`` and ``row``. The second pass compares their cells."""
    for relation, rows in partition.items():
        if relation.kind is RelationKind.UNIQUE:
            hashes = as_numpy(combine_chunks(rows["key"]))
            ordered = np.sort(hashes)
            repeated = ordered[1:][ordered[1:] == ordered[:-1]]
            if len(repeated):
                yield relation, rows.filter(mask_array(np.isin(hashes, repeated)))


def sort_by_row(rows: pa.Table) -> pa.Table:
    """Return rows in the order of their row keys."""
    row_keys = as_numpy(combine_chunks(rows["row"]))
    return rows if (row_keys[1:] > row_keys[:-1]).all() else rows.take(index_array(np.argsort(row_keys, kind="stable")))


def select_first_candidates(rows: pa.Table, limit: int) -> "np.ndarray[Any, Any]":
    """Return the row keys of the first `limit` rows that may be duplicates, and of the rows that they may duplicate."""
    rows = sort_by_row(rows)
    hashes, row_keys = as_numpy(combine_chunks(rows["key"])), as_numpy(combine_chunks(rows["row"]))
    _, firsts, inverse = np.unique(hashes, return_index=True, return_inverse=True)
    repeats = np.flatnonzero(firsts[inverse] != np.arange(len(hashes)))[:limit]
    return np.unique(np.append(row_keys[repeats], row_keys[firsts[inverse[repeats]]]))


def report_duplicates(batches: Sequence[RowBatch], column: str, get_path: PathLookup) -> Iterator[tuple[int, Problem]]:
    """Yield the row key and the problem of each candidate that does duplicate an earlier one.

    Args:
        batches: the candidate rows, in the order of the table.
        column: the unique column that problems name.
        get_path: the lookup for the paths of files.
    """
    table = batches[0].table
    # Compare the cells themselves: equal hashes made the rows candidates only.
    names, _ = find_unique_columns(table, column)
    row_keys = np.concatenate([batch.row_keys() for batch in batches])
    columns = [pa.concat_arrays([batch.cells(name) for batch in batches]) for name in names]
    inverse, firsts = factorize_rows(columns)
    starts = np.cumsum([0, *(batch.data.num_rows for batch in batches)])
    for index in np.flatnonzero(firsts[inverse] != np.arange(len(row_keys))).tolist():
        # Find the batch of the row, and its index there.
        number = int(np.searchsorted(starts, index, side="right")) - 1
        batch, row = batches[number], int(index - starts[number])
        value = batch.data[column][row].as_py()
        if isinstance(table, LinkTable) and column == table.key[-1]:
            code, message = (
                ProblemCode.DUPLICATE_KEY,
                Message("{value} is referred to twice", "{value}を二度参照している。", value=short_repr(value)),
            )
        else:
            first = _describe_row(int(row_keys[firsts[inverse[index]]]), int(row_keys[index]), get_path)
            code = ProblemCode.DUPLICATE_NUMBER
            others = join_texts(names[:-1], " and ", "と")
            group = Message(", with the same {others}", "（{others}も同じ）", others=others) if names[:-1] else ""
            message = Message(
                "{value} stands in {first} already{group}",
                "{value}は{first}に既にある{group}。",
                value=short_repr(value),
                first=first,
                group=group,
            )
        yield int(row_keys[index]), batch.problem(code, message, row, column, value)


def _describe_row(row_key: int, later_row_key: int, get_path: PathLookup) -> str:
    """Return the words for a row in the message about a later row; they name its file if that is another one."""
    (file, row), (later_file, _) = split_row_key(row_key), split_row_key(later_row_key)
    if file == later_file:
        return Message("row {row}", "{row}行目", row=row)
    return Message("row {row} of {file}", "{file}の{row}行目", row=row, file=get_path(file))


def build_duplicate_id_problem(table: Table | LinkTable, id: str, row_key: int, first: int, get_path: PathLookup) -> Problem:
    """Return the problem of an id that an earlier row has.

    Args:
        table: the table.
        id: the id.
        row_key: the row key of the later row.
        first: the row key of the first row with the id, which is taken to be right.
        get_path: the lookup for the paths of files.
    """
    file, row = split_row_key(row_key)
    message = Message(
        "{id} stands in {first} already", "{id}は{first}に既にある。", id=short_repr(id), first=_describe_row(first, row_key, get_path)
    )
    return Problem(ProblemCode.DUPLICATE_KEY, message, table.name, row, table.key[-1], id, id, get_path(file))


def build_cross_table_id_problem(table: Table, earlier_name: str, id: str, row_key: int, get_path: PathLookup) -> Problem:
    """Return the problem of an id that a record of the table `earlier_name` has; the other arguments are as above."""
    file, row = split_row_key(row_key)
    message = Message(
        "{id} is the id of a record of {table} too", "{id}は表{table}の記録の識別子でもある。", id=short_repr(id), table=earlier_name
    )
    return Problem(ProblemCode.DUPLICATE_KEY, message, table.name, row, table.key[0], id, id, get_path(file))
