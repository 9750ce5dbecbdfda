"""Conversion of list columns of references to rows of link tables, and back."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.schema import LinkTable, Model, Table
from dxgov.tables.arrow import arange1, as_arrow, as_numpy, as_scalar, combine_chunks, index_array, text_array
from dxgov.tables.columns import arrow_schema, code_array, empty_table


def split_lists(model: Model, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Convert the tables of a data set to those of a package: list columns of references become link tables."""
    record_tables = {name: tables[name].select([column.name for column in table.stored]) for name, table in model.tables.items()}
    return record_tables | {link.name: build_link_rows(link, tables[link.owner.name]) for link in model.links.values()}


def source_columns(table: Table | LinkTable) -> list[str]:
    """Return the names of the data set's columns that are stored in a table, or, for a link table, the columns of its owner."""
    if isinstance(table, LinkTable):
        return [table.owner.key[0], *(column.name for column in table.spelled)]
    return [column.name for column in table.stored]


def build_file_batches(table: Table | LinkTable, tables: Iterable[pa.Table], size: int) -> Iterator[pa.Table]:
    """Yield the rows of a package's table or link table in batches of `size` rows; the last may have fewer.

    Args:
        table: The table of the package.
        tables: Batches of the data set's table, or of the link table's owner.
        size: Rows per batch.
    """
    buffer: list[pa.Table] = []
    for rows in tables:
        buffer.append(rows.select([column.name for column in table.stored]) if isinstance(table, Table) else build_link_rows(table, rows))
        while sum(batch.num_rows for batch in buffer) >= size:
            batch = pa.concat_tables(buffer)
            yield batch.slice(0, size).combine_chunks()
            buffer = [batch.slice(size)]
    if any(batch.num_rows for batch in buffer):
        yield pa.concat_tables(buffer).combine_chunks()


def count_link_rows(link: LinkTable, rows: pa.Table) -> int:
    """Count the rows of a link table for rows of its owner."""
    return sum(pc.sum(pc.list_value_length(rows[column.name])).as_py() or 0 for column in link.spelled)


def build_link_rows(link: LinkTable, owner: pa.Table) -> pa.Table:
    """Build the rows of a link table, in the order of owner, role and position."""
    pieces = []
    ids = combine_chunks(owner[link.owner.key[0]])
    for column in link.spelled:
        cells = combine_chunks(owner[column.name])
        rows = pc.list_parent_indices(cells)
        starts = pc.take(cells.offsets, rows).cast(pa.int64())
        list_positions = pc.subtract(pc.add(arange1(len(rows)), cells.offsets[0].cast(pa.int64())), starts)
        arrays = [pc.take(ids, rows), pc.list_flatten(cells), list_positions]
        if link.role_column is not None and column.through is not None:
            arrays.insert(1, code_array(link.role_column, text_array([column.through.role] * len(rows))))
        pieces.append(pa.table(arrays, schema=arrow_schema(link.stored)))
    table = pa.concat_tables(pieces).combine_chunks()
    if len(pieces) == 1:
        return table
    order = [(name, "ascending") for name in (link.stored[0].name, link.stored[1].name, "position")]
    codes = table.set_column(1, link.stored[1].name, combine_chunks(table[link.stored[1].name]).indices)
    return table.take(pc.sort_indices(codes, sort_keys=order)).combine_chunks()


def join_lists(model: Model, stored: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Convert the tables of a valid package to those of a data set; missing tables are empty."""
    return {
        name: join_table(model, table, stored[name], stored) if name in stored else empty_table(table.columns)
        for name, table in model.tables.items()
    }


def join_table(
    model: Model,
    table: Table,
    rows: pa.Table,
    stored: Mapping[str, pa.Table],
    names: Collection[str] | None = None,
) -> pa.Table:
    """Join the rows of a table with its link tables.

    Args:
        model: The model of the data set.
        table: The table to build.
        rows: The rows of the table's own file.
        stored: Tables of the package by name; missing link tables are empty.
        names: Columns to build; None for all.
    """
    columns = [column for column in table.columns if names is None or column.name in names]
    arrays: dict[str, Any] = {name: rows[name] for name in rows.column_names}
    for link in model.links.values():
        if link.owner is table and any(column in columns for column in link.spelled):
            arrays |= _collect_lists(link, combine_chunks(rows[table.key[0]]), stored.get(link.name))
    return pa.table([arrays[column.name] for column in columns], schema=arrow_schema(columns))


def _collect_lists(link: LinkTable, ids: pa.Array, rows: pa.Table | None) -> dict[str, pa.Array]:
    """Return, for each list column of a link table, the list of target ids of each owner in `ids`."""
    lists = {}
    for column in link.spelled:
        if rows is None:
            lists[column.name] = _group_targets(len(ids), np.zeros(0, dtype=np.int64), text_array([]))
            continue
        # Keep the rows of the column's role, then sort them by owner and position.
        column_rows = rows
        if link.role_column is not None and column.through is not None:
            column_rows = rows.filter(pc.equal(combine_chunks(rows["role"]).cast(pa.string()), as_scalar(str(column.through.role))))
        owners = as_numpy(pc.index_in(combine_chunks(column_rows[link.owner_column.name]), value_set=ids))
        order = np.lexsort((as_numpy(combine_chunks(column_rows["position"])), owners))
        targets = combine_chunks(column_rows[link.target_column.name]).take(index_array(order))
        lists[column.name] = _group_targets(len(ids), owners[order].astype(np.int64), targets)
    return lists


def _group_targets(length: int, owners: "np.ndarray[Any, Any]", targets: pa.Array) -> pa.ListArray:
    """Return a list array of `length` rows from targets that are sorted by owner; `owners` are row numbers."""
    offsets = np.zeros(length + 1, dtype=np.int32)
    np.cumsum(np.bincount(owners, minlength=length), out=offsets[1:])
    return pa.ListArray.from_arrays(as_arrow(offsets, pa.int32()), targets)
