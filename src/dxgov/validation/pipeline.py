"""The check of a whole: each table is gone through batch by batch, then all that was summed up is judged together.

Every step is a function of its arguments alone, so that it may run anywhere: `examine` looks at a batch, `judged` at all that was said
of some keys, and `choose` goes back for the rows in which something was found that only the whole could show. `Here` runs them.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import pyarrow as pa
from attrs import evolve

from dxgov.errors import Problem, ProblemCode
from dxgov.formats.file_reader import StartOverError
from dxgov.metadata import Metadata, Redirects
from dxgov.schema import LinkTable, Model, Table
from dxgov.validation.batches import Frame, Rows, Rule, placed
from dxgov.validation.cell_rules import cell_rules
from dxgov.validation.key_checks import Found, judged, together
from dxgov.validation.key_store import Store
from dxgov.validation.key_summary import Kind, Relation, Summary, summary
from dxgov.validation.problem_collector import Part, Told
from dxgov.validation.redirects import named, redirect_problems
from dxgov.validation.row_rules import row_rules
from dxgov.validation.second_pass import Chosen, Known, Wanted, choose, tell_chosen, wanted_of
from dxgov.validation.uniqueness import copy_problem, shared_problem
from dxgov.validation.warnings import warning_rules


@cache
def rules(table: Table | LinkTable) -> tuple[Rule, ...]:
    """The rules that a row keeps or breaks by itself, in the order of the report."""
    return (*cell_rules(table), *row_rules(table))


@cache
def _warning_rules(table: Table | LinkTable) -> tuple[Rule, ...]:
    return tuple(warning_rules(table))


def examine(model: Model, frame: Frame, table: int, batch: int, told: Told) -> Summary:
    """Tell what is wrong within the rows of a batch, and what to look at, and sum up what must be judged together with others."""
    frame = evolve(frame)  # what the rules have it keep for each other goes with it
    for number, problems in frame.faults:
        told.add(Part.FILES, table, number, batch, problems)
    for number, rule in enumerate(rules(frame.table)):
        if told.wants(Part.ROWS, table, number, batch):
            told.add(Part.ROWS, table, number, batch, rule(frame))
    for number, rule in enumerate(_warning_rules(frame.table)):
        if told.wants(Part.WARNINGS, table, number, batch):
            told.add(Part.WARNINGS, table, number, batch, rule(frame))
    return summary(model, frame)


class Here:
    """Runs the steps of a check, one after another."""

    def begin(self, tables: Sequence[Rows]) -> None:
        """Take note of what is going to be looked at, in that order."""

    def look(self, model: Model, rows: Rows, number: int, told: Told, store: Store, *, keep: bool) -> list[Frame]:
        """Examine all rows of a table, and have their summaries stored; the rows are given back where they are to be kept."""
        while True:
            own, kept = told.apart(), []
            try:
                for batch, frame in enumerate(rows.frames()):
                    store.add(rows.table.name, examine(model, frame, number, batch, own))
                    if keep:
                        kept.append(frame)
            except StartOverError:
                store.forget(rows.table.name)
                continue
            for rule, problems in rows.faults():
                own.add(Part.FILES, number, rule, -1, problems)
            told.merge(own)
            return kept

    def judged(self, model: Model, store: Store, asked: Sequence[str]) -> Iterator[Found]:
        """What is wrong with all keys that were stored, part by part."""
        return (judged(model, part, store.ascending, asked) for part in store.parts())

    def choose(self, model: Model, rows: Rows, number: int, wanted: Wanted, told: Told) -> Chosen:
        """Tell what is wrong with rows of a table, and get those that must be seen together."""
        while True:
            own = told.apart()
            try:
                chosen = choose(model, rows.frames(wanted.columns), number, 0, wanted, own)
            except StartOverError:
                continue
            told.merge(own)
            return chosen


def check(
    model: Model,
    tables: Sequence[Rows],
    metadata: Metadata,
    told: Told,
    memory: int,
    keep: dict[str, list[Frame]] | None = None,
    steps: Here | None = None,
) -> None:
    """Tell every problem of the tables of a package, and of what it says about them.

    Of keys and references as many bytes are held as `memory` says; what is more lies on disk until it is judged. All that is read is
    put into `keep`, by table, where that is given. `steps` runs the steps: here, where nothing else is said.
    """
    steps = steps or Here()
    steps.begin(tables)
    with Store(memory) as store:
        for number, rows in enumerate(tables):
            kept = steps.look(model, rows, number, told, store, keep=keep is not None)
            if keep is not None:
                keep[rows.table.name] = kept
        _judge(model, tables, metadata, told, store, steps)


def _judge(model: Model, tables: Sequence[Rows], metadata: Metadata, told: Told, store: Store, steps: Here) -> None:
    """Tell what only the whole shows, once all batches are summed up."""
    found = together(steps.judged(model, store, named(metadata)))
    present = {rows.table.name: (number, rows) for number, rows in enumerate(tables)}
    for relation, rows in found.rows.items():
        if relation.kind is Kind.IDS:
            number, own = present[relation.table]
            told.add(Part.KEYS, number, 0, 0, _copies(rows, own))
        elif relation.kind is Kind.LINKED:
            _tell_lacking(model, relation, rows, present, told)
    names = list(model.tables)
    for (name, other), rows in found.shared.items():
        problems = (shared_problem(model.tables[name], other, id, place, present[name][1].file) for id, place in _pairs(rows, "row"))
        told.add(Part.SHARED, names.index(name), names.index(other), 0, problems)
    lost = frozenset(name for name, (_, rows) in present.items() if rows.lost)
    told.add(Part.REDIRECTS, 0, 0, 0, redirect_problems(metadata, found.known, lost=bool(lost)))
    known = Known(model, store, Redirects(metadata.redirects))
    for number, own in present.values():
        wanted = wanted_of(model, own.table, found, known, lost, told.most)
        if wanted.columns:
            tell_chosen(own, number, wanted, steps.choose(model, own, number, wanted, told), told)


def _copies(rows: pa.Table, own: Rows) -> Iterator[Problem]:
    return (copy_problem(own.table, id, place, first, own.file) for id, place, first in _pairs(rows, "row", "first"))


def _pairs(rows: pa.Table, *names: str) -> Iterator[Any]:
    """The key of each row with some numbers; few rows are Python objects at once."""
    for batch in rows.to_batches(max_chunksize=4_096):
        yield from zip(batch["key"].to_pylist(), *(batch[name].to_pylist() for name in names), strict=True)


def _tell_lacking(model: Model, relation: Relation, rows: pa.Table, present: Mapping[str, tuple[int, Rows]], told: Told) -> None:
    """Tell of records without a many-valued reference that they need; nothing follows from links that could not be read."""
    link = model.links[relation.table]
    _, own = present[link.owner.name]
    if own.lost or (link.name in present and present[link.name][1].lost):
        return
    said = f" row in {link.name}" if own.file(0) else ""

    def problem(id: str, place: int) -> Problem:
        file, row = placed(place)
        message = f"found nothing, expected at least one{said}"
        return Problem(ProblemCode.MISSING_VALUE, message, link.owner.name, row, relation.column, None, id, own.file(file))

    spelled = [column.name for column in link.spelled].index(relation.column)
    told.add(Part.LINKS, list(model.links).index(link.name), spelled, 0, (problem(id, place) for id, place in _pairs(rows, "row")))
