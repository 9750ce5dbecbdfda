"""The check of a whole: each table is gone through batch by batch, then all that was summed up is judged together.

Every step is a function of its arguments alone, so that it may run anywhere: `examine` looks at a batch, `judged` at all that
was said of some keys, and `look_again` goes back for the rows in which something was found that only the whole could show.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import Factory, frozen

from dxgov.arrow import numbers, one, text_array, truths
from dxgov.checks.cells import cell_rules
from dxgov.checks.frames import Frame, Rows, Rule, StartOverError, placed
from dxgov.checks.keys import copies, copy_problem, first_suspects, in_order, repetitions, shared, shared_problem, suspects
from dxgov.checks.redirects import named, redirect_problems
from dxgov.checks.references import (
    Hints,
    circles,
    column_of,
    dangling,
    disagreeing,
    first_unknown,
    ids,
    lacking,
    mismatched,
    unknown,
)
from dxgov.checks.rules import row_rules
from dxgov.checks.store import Part as Keys
from dxgov.checks.store import Store
from dxgov.checks.summary import Kind, Relation, Summary, relations, summary, unique_columns, upward_columns
from dxgov.checks.told import Part, Told
from dxgov.errors import Problem, ProblemCode
from dxgov.metadata import Metadata
from dxgov.schema import LinkTable, Model, Table

_SEARCHED = 20_000
"""Among more ids than this, none is looked for that may be meant."""


@cache
def rules(table: Table | LinkTable) -> tuple[Rule, ...]:
    """The rules that a row keeps or breaks by itself, in the order of the report."""
    return (*cell_rules(table), *row_rules(table))


def examine(model: Model, frame: Frame, table: int, batch: int, told: Told) -> Summary:
    """Tell what is wrong within the rows of a batch, and sum up what must be judged together with others."""
    for number, problems in frame.faults:
        told.add(Part.FILES, table, number, batch, problems)
    for number, rule in enumerate(rules(frame.table)):
        if told.wants(Part.ROWS, table, number, batch):
            told.add(Part.ROWS, table, number, batch, rule(frame))
    return summary(model, frame)


@frozen(eq=False)
class Found:
    """What is wrong with some keys, and with which rows."""

    rows: Mapping[Relation, pa.Table] = Factory(dict)
    """Of each relation what does not hold, as the functions of `keys` and `references` give it."""
    shared: Mapping[tuple[str, str], pa.Table] = Factory(dict)
    """Of each table and an earlier one the ids that both have."""
    known: frozenset[str] = frozenset()
    """Which of the ids that were asked for are those of records."""


def judged(model: Model, part: Keys, ascending: Iterable[str], asked: Sequence[str] = ()) -> Found:
    """What is wrong with some keys, and which of the ids `asked` are among them."""
    rows = dict(
        [*copies(part, frozenset(ascending)), *suspects(part), *unknown(model, part), *mismatched(model, part), *lacking(model, part)]
    )
    return Found(rows, dict(shared(model, part)), contained(model, part, None, asked))


def contained(model: Model, part: Keys, target: str | None, asked: Sequence[str]) -> frozenset[str]:
    """Which ids are those of records of a table, or of any."""
    if not asked:
        return frozenset()
    texts = text_array(asked)
    return frozenset(texts.filter(pc.is_in(texts, value_set=ids(model, part, target))).to_pylist())


def together(found: Iterable[Found]) -> Found:
    """What is wrong with all keys."""
    rows: dict[Any, list[pa.Table]] = {}
    known: frozenset[str] = frozenset()
    for each in found:
        for key, table in [*each.rows.items(), *each.shared.items()]:
            rows.setdefault(key, []).append(table)
        known |= each.known
    joined = {key: in_order(pa.concat_tables(tables)) for key, tables in rows.items()}
    return Found(
        {key: table for key, table in joined.items() if isinstance(key, Relation)},
        {key: table for key, table in joined.items() if not isinstance(key, Relation)},
        known,
    )


def check(
    model: Model, tables: Sequence[Rows], metadata: Metadata, told: Told, memory: int, keep: dict[str, list[Frame]] | None = None
) -> None:
    """Tell every problem of the tables of a package, and of what it says about them.

    Of keys and references as many bytes are held as `memory` says; what is more lies on disk until it is judged. All that is read is
    put into `keep`, by table, where that is given.
    """
    with Store(memory) as store:
        for number, rows in enumerate(tables):
            kept = _first_look(model, rows, number, told, store, keep=keep is not None)
            if keep is not None:
                keep[rows.table.name] = kept
        judge(model, tables, metadata, told, store)


def _first_look(model: Model, rows: Rows, number: int, told: Told, store: Store, *, keep: bool) -> list[Frame]:
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


def judge(model: Model, tables: Sequence[Rows], metadata: Metadata, told: Told, store: Store) -> None:
    """Tell what only the whole shows, once all batches are summed up."""
    found = together(judged(model, part, store.ascending, named(metadata)) for part in store.parts())
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
    for number, own in present.values():
        wanted = _wanted(model, own.table, found, store, lost, told.most)
        if wanted.columns:
            look_again(own, number, wanted, told)


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


@frozen(eq=False)
class Wanted:
    """For what the rows of a table are gone through again."""

    suspects: Mapping[str, "np.ndarray[Any, Any]"]
    """Of columns in which numbers must not repeat, the places of rows that may."""
    copied: "np.ndarray[Any, Any]"
    """Places of rows whose id repeats, which says it all."""
    lost: Mapping[str, tuple[pa.Array, Hints]]
    """Of columns that refer, the ids that lead nowhere, and what to say of them."""
    mismatched: Mapping[tuple[str, str], pa.Table]
    """Of a nearer and a farther reference, what does not agree."""
    upward: frozenset[str]
    """Columns that may lead in a circle."""
    columns: frozenset[str]
    """The columns that are needed for it."""


def _wanted(model: Model, table: Table | LinkTable, found: Found, store: Store, lost: frozenset[str], most: int) -> Wanted:
    copied = np.zeros(0, dtype=np.int64)
    suspected, dangled, disagreed = {}, {}, {}
    for relation in relations(model, table.name):
        rows = found.rows.get(relation)
        if rows is None:
            continue
        if relation.kind is Kind.IDS:
            copied = numbers(one(rows["row"]))
        elif relation.kind is Kind.UNIQUE:
            suspected[relation.column] = first_suspects(rows, most + 1 + len(copied))
        elif relation.kind is Kind.REFERENCE:
            column = column_of(model, relation)
            if not lost & {column.target, *(() if column.target else model.tables)}:
                dangled[column.name] = (first_unknown(rows, most + 1), Hints(model, column, _known(model, column.target, store)))
        elif relation.kind is Kind.PART:
            rows = _both_known(model, relation, rows, store)
            if rows.num_rows:
                disagreed[relation.other, relation.column] = rows
    upward = (
        frozenset(column.name for column in upward_columns(table)) & store.upward.get(table.name, frozenset())
        if isinstance(table, Table)
        else frozenset[str]()
    )
    columns = {*dangled, *upward, *(name for pair in disagreed for name in pair)}
    columns |= {name for column in suspected for name in unique_columns(table, column)[0]}
    key = {*table.key, *(["role"] if isinstance(table, LinkTable) and table.role_column else [])} if columns else set()
    return Wanted(suspected, copied, dangled, disagreed, upward, frozenset(columns | key))


def _known(model: Model, target: str | None, store: Store) -> Callable[[], list[str] | None]:
    """The ids of a table, or of all, if they are few."""

    @cache
    def known() -> list[str] | None:
        found: list[str] = []
        for part in store.parts():
            some = ids(model, part, target)
            if len(found) + len(some) > _SEARCHED:
                return None
            found += filter(None, some.to_pylist())
        return found

    return known


def _both_known(model: Model, relation: Relation, rows: pa.Table, store: Store) -> pa.Table:
    """Those of the references that disagree of which both lead to a record."""
    target = column_of(model, relation).target
    asked = pc.unique(pa.chunked_array([*rows["other"].chunks, *rows["theirs"].chunks])).to_pylist()
    known = text_array(sorted(frozenset().union(*(contained(model, part, target, asked) for part in store.parts()))))
    return rows.filter(pc.and_(*(pc.is_in(rows[name], value_set=known) for name in ("other", "theirs"))))


def look_again(rows: Rows, number: int, wanted: Wanted, told: Told) -> None:
    """Tell what the whole has shown to be wrong with rows of a table, which are read once more for that."""
    while True:
        own = told.apart()
        suspected: dict[str, list[Frame]] = {column: [] for column in wanted.suspects}
        upward: dict[str, list[Frame]] = {column: [] for column in wanted.upward}
        try:
            for batch, frame in enumerate(rows.frames(wanted.columns)):
                _tell_references(frame, number, batch, wanted, own)
                for column, kept in suspected.items():
                    kept.append(frame.take(np.flatnonzero(np.isin(frame.places(), wanted.suspects[column]))))
                for column, kept in upward.items():
                    filled = truths(pc.is_valid(frame.cells(column)))
                    kept.append(frame.take(np.flatnonzero(filled & ~np.isin(frame.places(), wanted.copied))))
        except StartOverError:
            continue
        break
    copied = set(wanted.copied.tolist())
    for column, frames in suspected.items():
        again: Iterable[tuple[int, Problem]] = repetitions([frame for frame in frames if frame.data.num_rows], column, rows.file)
        if isinstance(rows.table, LinkTable) and column == rows.table.key[-1]:
            again = list(again)
            copied = {place for place, _ in again}
            own.add(Part.KEYS, number, 0, 0, (problem for _, problem in again))
        else:
            rule = 1 + _place_of(rows.table, column)
            own.add(Part.KEYS, number, rule, 0, (problem for place, problem in again if place not in copied))
    for column, frames in upward.items():
        some = [frame for frame in frames if frame.data.num_rows]
        found = sorted(circles(some, column, rows.table.key[0]), key=itemgetter(0))
        own.add(Part.REFERENCES, number, 2 * _place_of(rows.table, column) + 1, 0, (problem for _, problem in found))
    told.merge(own)


def _tell_references(frame: Frame, number: int, batch: int, wanted: Wanted, told: Told) -> None:
    for column, (lost, say) in wanted.lost.items():
        told.add(Part.REFERENCES, number, 2 * _place_of(frame.table, column), batch, dangling(frame, column, lost, say))
    for place, ((nearer, column), rows) in enumerate(wanted.mismatched.items(), 2 * len(frame.table.stored)):
        told.add(Part.REFERENCES, number, place, batch, disagreeing(frame, nearer, column, rows))


def _place_of(table: Table | LinkTable, name: str) -> int:
    return next(place for place, column in enumerate(table.stored) if column.name == name)
