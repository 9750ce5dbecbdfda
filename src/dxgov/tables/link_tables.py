"""Many-valued references: list columns in memory, rows of link tables in a package."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.schema import LinkTable, Model, Table
from dxgov.tables.arrow import count_up, integers, literal, numbers, one, positions, text_array
from dxgov.tables.columns import arrow_schema, code_array, empty_table


def split(model: Model, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables of a package from those of a data set: list columns of references become link tables."""
    stored = {name: tables[name].select([column.name for column in table.stored]) for name, table in model.tables.items()}
    return stored | {link.name: link_rows(link, tables[link.owner.name]) for link in model.links.values()}


def sources(table: Table | LinkTable) -> list[str]:
    """The columns of a data set, of the table or of the owner of a link table, that a package stores in it."""
    if isinstance(table, LinkTable):
        return [table.owner.key[0], *(column.name for column in table.spelled)]
    return [column.name for column in table.stored]


def stored_batches(table: Table | LinkTable, tables: Iterable[pa.Table], size: int) -> Iterator[pa.Table]:
    """The rows that a package stores of a table or link table, `size` at a time, from those of the data set."""
    waiting: list[pa.Table] = []
    for rows in tables:
        waiting.append(rows.select([column.name for column in table.stored]) if isinstance(table, Table) else link_rows(table, rows))
        while sum(each.num_rows for each in waiting) >= size:
            joined = pa.concat_tables(waiting)
            yield joined.slice(0, size).combine_chunks()
            waiting = [joined.slice(size)]
    if any(each.num_rows for each in waiting):
        yield pa.concat_tables(waiting).combine_chunks()


def link_count(link: LinkTable, rows: pa.Table) -> int:
    """How many rows a link table has for rows of its owner."""
    return sum(pc.sum(pc.list_value_length(rows[column.name])).as_py() or 0 for column in link.spelled)


def link_rows(link: LinkTable, owner: pa.Table) -> pa.Table:
    """The rows of one link table, in the order of owner, role and position."""
    pieces = []
    ids = one(owner[link.owner.key[0]])
    for column in link.spelled:
        cells = one(owner[column.name])
        rows = pc.list_parent_indices(cells)
        starts = pc.take(cells.offsets, rows).cast(pa.int64())
        places = pc.subtract(pc.add(count_up(len(rows)), cells.offsets[0].cast(pa.int64())), starts)
        arrays = [pc.take(ids, rows), pc.list_flatten(cells), places]
        if link.role_column is not None and column.through is not None:
            arrays.insert(1, code_array(link.role_column, text_array([column.through.role] * len(rows))))
        pieces.append(pa.table(arrays, schema=arrow_schema(link.stored)))
    table = pa.concat_tables(pieces).combine_chunks()
    if len(pieces) == 1:
        return table
    order = [(name, "ascending") for name in (link.stored[0].name, link.stored[1].name, "position")]
    codes = table.set_column(1, link.stored[1].name, one(table[link.stored[1].name]).indices)
    return table.take(pc.sort_indices(codes, sort_keys=order)).combine_chunks()


def join(model: Model, stored: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables of a data set from those of a package, which must be sound; a table that is absent is empty."""
    return {
        name: join_one(model, table, stored[name], stored) if name in stored else empty_table(table.columns)
        for name, table in model.tables.items()
    }


def join_one(model: Model, table: Table, own: pa.Table, stored: Mapping[str, pa.Table], names: Collection[str] | None = None) -> pa.Table:
    """A table of a data set, or some columns of it, from its own file and the link tables; those that are absent are empty."""
    columns = [column for column in table.columns if names is None or column.name in names]
    arrays: dict[str, Any] = {name: own[name] for name in own.column_names}
    for link in model.links.values():
        if link.owner is table and any(column in columns for column in link.spelled):
            arrays |= _lists(link, one(own[table.key[0]]), stored.get(link.name))
    return pa.table([arrays[column.name] for column in columns], schema=arrow_schema(columns))


def _lists(link: LinkTable, ids: pa.Array, rows: pa.Table | None) -> dict[str, pa.Array]:
    """For each column that the link table spells, the list of ids that each owner refers to."""
    lists = {}
    for column in link.spelled:
        if rows is None:
            lists[column.name] = _grouped(len(ids), np.zeros(0, dtype=np.int64), text_array([]))
            continue
        chosen = rows
        if link.role_column is not None and column.through is not None:
            chosen = rows.filter(pc.equal(one(rows["role"]).cast(pa.string()), literal(str(column.through.role))))
        owners = numbers(pc.index_in(one(chosen[link.owner_column.name]), value_set=ids))
        order = np.lexsort((numbers(one(chosen["position"])), owners))
        targets = one(chosen[link.target_column.name]).take(positions(order))
        lists[column.name] = _grouped(len(ids), owners[order].astype(np.int64), targets)
    return lists


def _grouped(length: int, owners: "np.ndarray[Any, Any]", targets: pa.Array) -> pa.ListArray:
    """A list array of `length` rows from targets that lie in the order of their owners."""
    offsets = np.zeros(length + 1, dtype=np.int32)
    np.cumsum(np.bincount(owners, minlength=length), out=offsets[1:])
    return pa.ListArray.from_arrays(integers(offsets, pa.int32()), targets)
