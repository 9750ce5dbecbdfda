"""Checks of keys across all tables and batches."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from attrs import Factory, frozen

from dxgov.schema import Model
from dxgov.tables.arrow import text_array
from dxgov.validation.key_store import KeyPartition
from dxgov.validation.key_summary import KeyRelation
from dxgov.validation.references import (
    collect_ids,
    find_missing_links,
    find_parent_mismatches,
    find_unknown_references,
    find_wrong_kinds,
)
from dxgov.validation.uniqueness import find_cross_table_ids, find_duplicate_candidates, find_duplicate_ids, sort_by_row


@frozen(eq=False)
class KeyFaults:
    """Keys that break a rule, with the rows that have them."""

    rows: Mapping[KeyRelation, pa.Table] = Factory(dict)
    """Faulty rows by relation, as the functions ``find_…`` of `uniqueness` and `references` yield them."""
    cross_table_ids: Mapping[tuple[str, str], pa.Table] = Factory(dict)
    """Ids that two tables have, by the names of the later and the earlier table."""
    known_ids: frozenset[str] = frozenset()
    """Those of the requested ids that are ids of records."""


def check_keys(model: Model, partition: KeyPartition, sorted_tables: Iterable[str], ids: Sequence[str] = ()) -> KeyFaults:
    """Check all keys of one partition.

    Args:
        model: the definition of all tables.
        partition: the rows of each relation.
        sorted_tables: the tables whose ids are strictly ascending, which need no check for duplicates.
        ids: ids to look up; `KeyFaults.known_ids` are those that records have.
    """
    rows = dict(
        [
            *find_duplicate_ids(partition, frozenset(sorted_tables)),
            *find_duplicate_candidates(partition),
            *find_unknown_references(model, partition),
            *find_wrong_kinds(model, partition),
            *find_parent_mismatches(model, partition),
            *find_missing_links(model, partition),
        ]
    )
    return KeyFaults(rows, dict(find_cross_table_ids(model, partition)), find_record_ids(model, partition, None, ids))


def find_record_ids(model: Model, partition: KeyPartition, target: str | None, ids: Sequence[str]) -> frozenset[str]:
    """Return those of `ids` that are ids of records of the table `target`, or of any table if None."""
    if not ids:
        return frozenset()
    texts = text_array(ids)
    return frozenset(texts.filter(pc.is_in(texts, value_set=collect_ids(model, partition, target))).to_pylist())


def merge_faults(faults: Iterable[KeyFaults]) -> KeyFaults:
    """Merge the faults of all partitions, with rows in the order of their row keys."""
    tables: dict[Any, list[pa.Table]] = {}
    known_ids: frozenset[str] = frozenset()
    for partition_faults in faults:
        for key, rows in [*partition_faults.rows.items(), *partition_faults.cross_table_ids.items()]:
            tables.setdefault(key, []).append(rows)
        known_ids |= partition_faults.known_ids
    merged = {key: sort_by_row(pa.concat_tables(pieces)) for key, pieces in tables.items()}
    return KeyFaults(
        {key: rows for key, rows in merged.items() if isinstance(key, KeyRelation)},
        {key: rows for key, rows in merged.items() if not isinstance(key, KeyRelation)},
        known_ids,
    )
