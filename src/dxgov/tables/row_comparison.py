"""Comparison of the rows of two Arrow tables with the same columns, a column at a time."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.schema import Table
from dxgov.tables.arrow import as_numpy, combine_chunks, fill_null, index_array, mask_as_numpy


def compare_rows(table: Table, left: pa.Table, right: pa.Table) -> tuple[pa.Array, list[str]]:
    """Compare two sets of rows of a table, both sorted by id. Derived columns are not compared.

    Returns:
        The mask of the rows of `right` whose ids are not in `left`, and the ids whose rows differ.
    """
    ids, left_ids = combine_chunks(right[table.key[0]]), combine_chunks(left[table.key[0]])
    matches = pc.index_in(ids, value_set=left_ids)
    new = pc.is_null(matches)
    rows = np.flatnonzero(~mask_as_numpy(new))  # of `right`, those to compare
    partners = as_numpy(fill_null(matches, -1))[rows].astype(np.int64)  # of `left`, the first row of the same id
    differing: list[str] = []
    while len(rows):
        equal = _equal_rows(table, left.take(index_array(partners)), right.take(index_array(rows)))
        rows, partners = rows[~equal], partners[~equal] + 1
        # If ids repeat on the left, the next of its rows may be the equal one.
        repeated = partners < len(left_ids)
        same_id = pc.equal(left_ids.take(index_array(partners[repeated])), ids.take(index_array(rows[repeated])))
        repeated[repeated] = mask_as_numpy(same_id)
        differing += ids.take(index_array(rows[~repeated])).to_pylist()
        rows, partners = rows[repeated], partners[repeated]
    return new, sorted(differing)


def _equal_rows(table: Table, left: pa.Table, right: pa.Table) -> "np.ndarray[Any, Any]":
    """Return the mask of rows that equal the row at the same position."""
    equal = np.ones(left.num_rows, dtype=bool)
    derived = {part.column.name for field in table.fields for part in field.parts if part.derived}
    for column in table.columns:
        if column.name not in derived:
            equal &= _equal_cells(combine_chunks(left[column.name]), combine_chunks(right[column.name]))
    return equal


def _equal_cells(left: pa.Array, right: pa.Array) -> "np.ndarray[Any, Any]":
    """Return the mask of equal cells; two nulls are equal."""
    if pa.types.is_list(left.type):
        equal: np.ndarray[Any, Any] = as_numpy(pc.list_value_length(left)) == as_numpy(pc.list_value_length(right))
        # Drop lists of unequal length: the members of the others then align once flattened.
        rows = np.flatnonzero(equal)
        left, right = left.take(index_array(rows)), right.take(index_array(rows))
        differing = ~_equal_cells(pc.list_flatten(left), pc.list_flatten(right))
        equal[rows[as_numpy(pc.list_parent_indices(left))[differing]]] = False
        return equal
    if pa.types.is_dictionary(left.type):
        left, right = left.cast(pa.string()), right.cast(pa.string())
    both_empty = pc.and_(pc.is_null(left), pc.is_null(right))
    return mask_as_numpy(pc.or_(fill_null(pc.equal(left, right), False), both_empty))
