"""Second pass over the rows, for faults that only the keys of all tables together show."""

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from dxgov.errors import MAX_CANDIDATES, MAX_NAME_LENGTH, Problem
from dxgov.metadata import Redirects
from dxgov.schema import Floor, LinkTable, Model, Table, describe_kinds
from dxgov.suggestions import SuggestionIndex
from dxgov.tables.arrow import as_numpy, combine_chunks, mask_as_numpy, text_array
from dxgov.validation.batches import RowBatch, TableSource
from dxgov.validation.key_checks import KeyFaults, find_record_ids
from dxgov.validation.key_store import KeyStore
from dxgov.validation.key_summary import (
    KeyRelation,
    RelationKind,
    find_companion,
    find_unique_columns,
    list_kind_rules,
    list_relations,
    list_self_references,
)
from dxgov.validation.problem_collector import ProblemCollector, ReportSection
from dxgov.validation.references import (
    UnknownIdMessages,
    WrongKinds,
    collect_ids,
    find_early_dates,
    get_column,
    list_id_relations,
    report_cycles,
    report_early_dates,
    report_parent_mismatches,
    report_unknown_references,
    report_wrong_kinds,
    select_first_unknown,
    select_first_wrong_kinds,
)
from dxgov.validation.uniqueness import report_duplicates, select_first_candidates


@frozen(eq=False)
class SecondPassPlan:
    """Faults to look for in the rows of one table."""

    duplicate_candidates: Mapping[str, "np.ndarray[Any, Any]"]
    """Row keys of the rows that may repeat a unique number, by its column."""
    duplicate_ids: "np.ndarray[Any, Any]"
    """Row keys of the rows with a repeated id. Their other repetitions follow from that and are not reported."""
    unknown_references: Mapping[str, tuple[pa.Array, UnknownIdMessages]]
    """Unknown ids, and the messages about them, by reference column."""
    wrong_kinds: tuple[WrongKinds, ...]
    """References to records of wrong kinds."""
    parent_mismatches: Mapping[tuple[str, str], pa.Table]
    """Rows of `find_parent_mismatches`, by the columns of the direct and the farther parent."""
    early_dates: Mapping[str, pa.Table]
    """Rows of `find_early_dates`, by the column of the last day of the date."""
    cycle_candidates: frozenset[str]
    """Self-referencing columns that could contain a cycle."""
    columns: frozenset[str]
    """Columns to read. Empty if no second pass is needed."""


def plan_second_pass(
    model: Model, table: Table | LinkTable, faults: KeyFaults, index: "IdIndex", incomplete: frozenset[str], limit: int
) -> SecondPassPlan:
    """Plan the second pass over a table.

    Args:
        model: the definition of all tables.
        table: the table.
        faults: the faults of the keys of all tables.
        index: the ids of all records.
        incomplete: the names of tables of which rows or ids could not be read. References to them are not reported as unknown.
        limit: the maximum number of problems in the report. No more faults of one kind are planned for.
    """
    # Select the faults of keys that concern this table, as many as can be in the report.
    duplicate_ids = np.zeros(0, dtype=np.int64)
    duplicate_candidates, unknown_references, parent_mismatches = {}, {}, {}
    for relation in list_relations(model, table.name):
        rows = faults.rows.get(relation)
        if rows is None:
            continue
        if relation.kind is RelationKind.IDS:
            duplicate_ids = as_numpy(combine_chunks(rows["row"]))
        elif relation.kind is RelationKind.UNIQUE:
            # Rows with a repeated id are dropped later, so that as many more are needed.
            duplicate_candidates[relation.column] = select_first_candidates(rows, limit + 1 + len(duplicate_ids))
        elif relation.kind is RelationKind.REFERENCE:
            column = get_column(model, relation)
            if not incomplete & {column.target, *(() if column.target else model.tables)}:
                messages = UnknownIdMessages(model, column, index.get_suggestions(column.target), index.redirects)
                unknown_references[column.name] = (select_first_unknown(rows, limit + 1), messages)
        elif relation.kind is RelationKind.PARENT_PAIR:
            rows = index.drop_unknown_parents(relation, rows)
            if rows.num_rows:
                parent_mismatches[relation.key_column, relation.column] = rows
    # Select references to records of wrong kinds.
    wrong_kinds: list[WrongKinds] = []
    for rule in list_kind_rules(table):
        kind_column, rows = model.tables[rule.target].kind_column(rule.kinds), faults.rows.get(rule.relation)
        if kind_column and rows is not None:
            name, records, codes = rule.relation.column, select_first_wrong_kinds(rows, limit + 1), tuple(map(str, kind_column.codes))
            reference = table.target_column.name if isinstance(table, LinkTable) else rule.relation.key_column or name
            wrong_kinds.append(WrongKinds(reference, name, rule.applies_if_empty, describe_kinds(rule.kinds).message, records, codes))
    # Search for cycles only where some reference leads to an id that is not smaller.
    cycle_candidates = (
        frozenset(column.name for column in list_self_references(table)) & index.cycle_candidates.get(table.name, frozenset())
        if isinstance(table, Table)
        else frozenset[str]()
    )
    early_dates = {floor.end: (floor, rows) for floor, rows in index.find_early_dates(table)}
    stored = {column.name for column in table.stored}
    # Read only the columns that the checks need, and with them those that identify a record in problems.
    columns = {
        *unknown_references,
        *cycle_candidates,
        *(name for floor, _ in early_dates.values() for name in (floor.reference, floor.edtf, floor.end)),
        *(name for kinds in wrong_kinds for name in (kinds.reference, kinds.column, find_companion(table, kinds.column)) if name in stored),
        *(name for pair in parent_mismatches for name in pair),
    }
    columns |= {name for column in duplicate_candidates for name in find_unique_columns(table, column)[0]}
    key = {*table.key, *(["role"] if isinstance(table, LinkTable) and table.role_column else [])} if columns else set()
    return SecondPassPlan(
        duplicate_candidates,
        duplicate_ids,
        unknown_references,
        tuple(wrong_kinds),
        parent_mismatches,
        {name: rows for name, (_, rows) in early_dates.items()},
        cycle_candidates,
        frozenset(columns | key),
    )


class IdIndex:
    """Index of the ids of all records, which lie in a store, and of the redirects that lead to them."""

    def __init__(self, model: Model, store: KeyStore, redirects: Redirects) -> None:
        self.redirects: Redirects = redirects
        """Redirects from ids of earlier versions to those of records."""
        self._model, self._store = model, store
        self._suggestions: dict[str | None, SuggestionIndex] = {}
        self.cycle_candidates: Mapping[str, frozenset[str]] = store.cycle_candidates
        """Self-referencing columns that could contain a cycle, by table."""

    def get_suggestions(self, target: str | None) -> SuggestionIndex:
        """Return the ids of a table, or of all if `target` is None, for suggestions; none if they are more than `MAX_CANDIDATES`."""
        if target not in self._suggestions:
            self._suggestions[target] = SuggestionIndex(self._collect_ids(target))
        return self._suggestions[target]

    def _collect_ids(self, target: str | None) -> list[str]:
        all_ids: list[str] = []
        for partition in self._store.iter_partitions(list_id_relations(self._model, target)):
            ids = collect_ids(self._model, partition, target)
            if len(all_ids) + len(ids) > MAX_CANDIDATES:
                return []
            all_ids += (id for id in ids.to_pylist() if id and len(id) <= MAX_NAME_LENGTH)
        return all_ids

    def find_early_dates(self, table: Table | LinkTable) -> Iterable[tuple[Floor, pa.Table]]:
        """Return the dates of a table that precede those of other records; see `references.find_early_dates`."""
        return find_early_dates(self._model, table, self._store)

    def drop_unknown_parents(self, relation: KeyRelation, rows: pa.Table) -> pa.Table:
        """Return those of the mismatched parents of which both the stated and the expected one are ids of records."""
        target = get_column(self._model, relation).target
        ids = pc.unique(pa.chunked_array([*rows["value"].chunks, *rows["expected"].chunks])).to_pylist()
        partitions = self._store.iter_partitions(list_id_relations(self._model, target))
        known = (find_record_ids(self._model, partition, target, ids) for partition in partitions)
        known_ids = text_array(sorted(frozenset().union(*known)))
        return rows.filter(pc.and_(*(pc.is_in(rows[name], value_set=known_ids) for name in ("value", "expected"))))


@frozen(eq=False)
class SelectedRows:
    """Rows of a table that can be checked only together, from all its batches."""

    duplicate_candidates: Mapping[str, list[RowBatch]]
    """Rows that may repeat a unique number, by its column."""
    cycle_candidates: Mapping[str, list[RowBatch]]
    """Rows in which a self-referencing column is filled, by that column, without rows whose id repeats that of an earlier one."""


def collect_rows(
    model: Model, batches: Iterable[RowBatch], table_number: int, first_batch: int, plan: SecondPassPlan, collector: ProblemCollector
) -> SelectedRows:
    """Report the faulty references in some batches, and select the rows that must be checked together.

    Args:
        model: the definition of all tables.
        batches: consecutive batches of the table, with the columns of the plan.
        table_number: the number of the table in the report.
        first_batch: the number of the first batch in the report.
        plan: the faults to look for.
        collector: the collector of the problems.
    """
    duplicate_candidates: dict[str, list[RowBatch]] = {column: [] for column in plan.duplicate_candidates}
    cycle_candidates: dict[str, list[RowBatch]] = {column: [] for column in plan.cycle_candidates}
    for batch_number, batch in enumerate(batches, first_batch):
        # Report references at once: a row by itself shows their faults.
        _report_references(model, batch, table_number, batch_number, plan, collector)
        # Select rows that may repeat a number.
        for column, pieces in duplicate_candidates.items():
            rows = np.flatnonzero(np.isin(batch.row_keys(), plan.duplicate_candidates[column]))
            if len(rows):
                pieces.append(batch.take(rows))
        # Select rows that may be in a cycle. References lead to the first row with an id, so that repetitions of it are in none.
        for column, pieces in cycle_candidates.items():
            rows = np.flatnonzero(mask_as_numpy(pc.is_valid(batch.cells(column))) & ~np.isin(batch.row_keys(), plan.duplicate_ids))
            if len(rows):
                pieces.append(batch.take(rows))
    return SelectedRows(duplicate_candidates, cycle_candidates)


def report_selected_rows(
    source: TableSource, table_number: int, plan: SecondPassPlan, selection: SelectedRows, collector: ProblemCollector
) -> None:
    """Report duplicates and cycles among the selected rows of a table.

    Args:
        source: the rows of the table.
        table_number: the number of the table in the report.
        plan: the faults to look for.
        selection: the rows of all batches.
        collector: the collector of the problems.
    """
    # Report duplicates, but for rows whose id, or whose pair of ids in a link table, repeats: that is reported alone.
    duplicate_keys = set(plan.duplicate_ids.tolist())
    for column, batches in ((column, batches) for column, batches in selection.duplicate_candidates.items() if batches):
        duplicates: Iterable[tuple[int, Problem]] = report_duplicates(batches, column, source.get_path)
        if isinstance(source.table, LinkTable) and column == source.table.key[-1]:
            duplicates = list(duplicates)
            duplicate_keys = {row_key for row_key, _ in duplicates}
            collector.add(ReportSection.KEYS, table_number, 0, 0, (problem for _, problem in duplicates))
        else:
            rule = 1 + _column_index(source.table, column)
            problems = (problem for row_key, problem in duplicates if row_key not in duplicate_keys)
            collector.add(ReportSection.KEYS, table_number, rule, 0, problems)
    # Report cycles in the order of their first rows.
    for column, batches in selection.cycle_candidates.items():
        cycles = sorted(report_cycles(batches, column, source.table.key[0]), key=itemgetter(0))
        rule = 2 * _column_index(source.table, column) + 1
        collector.add(ReportSection.REFERENCES, table_number, rule, 0, (problem for _, problem in cycles))


def _report_references(
    model: Model, batch: RowBatch, table_number: int, batch_number: int, plan: SecondPassPlan, collector: ProblemCollector
) -> None:
    """Report the faulty references of a batch. Each column has two rule numbers: one for its references, one for cycles."""
    table = batch.table
    for column, (unknown_ids, messages) in plan.unknown_references.items():
        problems = report_unknown_references(batch, column, unknown_ids, messages)
        collector.add(ReportSection.REFERENCES, table_number, 2 * _column_index(table, column), batch_number, problems)
    for floor in model.floors(table) if plan.early_dates else ():
        if floor.end in plan.early_dates:
            problems = report_early_dates(batch, floor, plan.early_dates[floor.end])
            collector.add(ReportSection.REFERENCES, table_number, 2 * _column_index(table, floor.edtf), batch_number, problems)
    for wrong_kinds in plan.wrong_kinds:
        problems = report_wrong_kinds(batch, wrong_kinds)
        rule = 2 * _column_index(table, wrong_kinds.column if wrong_kinds.required else wrong_kinds.reference)
        collector.add(ReportSection.REFERENCES, table_number, rule, batch_number, problems)
    for rule, ((nearer, column), rows) in enumerate(plan.parent_mismatches.items(), 2 * len(table.stored)):
        problems = report_parent_mismatches(batch, nearer, column, rows)
        collector.add(ReportSection.REFERENCES, table_number, rule, batch_number, problems)


def _column_index(table: Table | LinkTable, name: str) -> int:
    return next(index for index, column in enumerate(table.stored) if column.name == name)
