"""Decisions: where the rows of a draft differ from what was drafted, and which values a person has accepted."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from attrs import evolve, fields, frozen

from dxgov.drafting.guesses import DraftDecision, Guess
from dxgov.drafting.record_tables import RULE_TABLES
from dxgov.drafting.rows import Row, Tables, describe_field, format_value, get_lines, join_links
from dxgov.marks import Ref
from dxgov.model.record import Record, Review
from dxgov.schema import Model, Table

UNGUESSED_FIELDS = frozenset(attribute.name for attribute in fields(Record)) - {"note", "note_en", "damage"}
"""Fields of all records that a draft fills without a guess: they say which record it is, where it was read, and who checked it."""


def iterate_records(model: Model, tables: Tables) -> Iterator[tuple[Table, Row]]:
    """Yield the records of all tables, each with its table and with the lists that link tables hold for it."""
    lists = join_links(model, tables)
    for name, table in model.tables.items():
        for row in tables.get(name, ()):
            yield table, {**row, **lists.get(name, {}).get(row[table.key[0]], {})}


@frozen
class RecordTraits:
    """What stays of a record whose id is changed."""

    table: str
    lines: tuple[int, int]
    """The first and the last line that it cites."""
    values: Mapping[str, str]
    """Its values by field."""


def get_traits(table: Table, row: Row) -> RecordTraits:
    """Return the traits of a record as it is now."""
    values = {field.name: describe_field(field, row) for field in table.fields if field.name not in UNGUESSED_FIELDS}
    return RecordTraits(table.name, get_lines(row), values)


def match_renamed(removed: Mapping[str, RecordTraits], added: Mapping[str, RecordTraits]) -> dict[str, str]:
    """Return the new ids of records that were renamed, by their old ones.

    A record was renamed if another one of its table that cites the same lines was added. Of several, that with the most equal values is it.
    """
    by_place: dict[tuple[str, tuple[int, int]], list[str]] = {}
    for id, traits in added.items():
        by_place.setdefault((traits.table, traits.lines), []).append(id)
    pairs = [
        (-len(traits.values.items() & added[new].values.items()), old, new)
        for old, traits in removed.items()
        for new in by_place.get((traits.table, traits.lines), ())
    ]
    renamed: dict[str, str] = {}
    taken: set[str] = set()
    for _, old, new in sorted(pairs):
        if old not in renamed and new not in taken:
            renamed[old] = new
            taken.add(new)
    return renamed


def follow_renamed(model: Model, tables: Tables, guesses: Iterable[Guess]) -> tuple[Guess, ...]:
    """Return the guesses for the ids that their records have now; that of a key keeps the id that was drafted."""
    guesses = tuple(guesses)
    rows = {row[table.key[0]]: (table, row) for table, row in iterate_records(model, tables)}
    drafted: dict[str, dict[str, Guess]] = {}
    for guess in guesses:
        drafted.setdefault(guess.record, {})[guess.field] = guess
    key = next(iter(model.tables.values())).key[0]
    removed = {
        id: RecordTraits(
            RULE_TABLES[own[key].reason].name,
            (own[key].first_line, own[key].last_line),
            {name: guess.value for name, guess in own.items() if name != key and guess.value},
        )
        for id, own in drafted.items()
        if id not in rows and key in own and own[key].reason in RULE_TABLES
    }
    renamed = match_renamed(removed, {id: get_traits(table, row) for id, (table, row) in rows.items() if id not in drafted})
    if not renamed:
        return guesses
    references = {(name, field.name) for name, table in model.tables.items() for field in table.fields if field.columns[0].has(Ref)}
    followed = []
    for guess in guesses:
        id = renamed.get(guess.record, guess.record)
        if id in rows and (rows[id][0].name, guess.field) in references:
            others = tuple(_rename(other, renamed) for other in guess.alternatives)
            followed.append(evolve(guess, record=id, value=_rename(guess.value, renamed), alternatives=others))
        else:
            followed.append(evolve(guess, record=id))
    return tuple(followed)


def _rename(value: str, renamed: Mapping[str, str]) -> str:
    """Return the cell of a reference, of one id or a list of them, with the new ids of records that were renamed."""
    if not value.startswith("["):
        return renamed.get(value, value)
    return format_value([renamed.get(id, id) for id in json.loads(value)])


def collect_decisions(
    model: Model, tables: Tables, guesses: Iterable[Guess], earlier: Iterable[DraftDecision], times: Mapping[str, datetime]
) -> tuple[DraftDecision, ...]:
    """Return what persons decided: each value that is not what was drafted, and each drafted one of a record that they have checked.

    Args:
        model: the tables.
        tables: the rows as they are now.
        guesses: what was drafted, for the ids that records have now.
        earlier: decisions that were noted before; they keep their time as long as they hold.
        times: the time at which each table that a package stores was changed last.
    """
    drafted: dict[str, dict[str, Guess]] = {}
    for drafted_guess in guesses:
        drafted.setdefault(drafted_guess.record, {})[drafted_guess.field] = drafted_guess
    noted = {(decision.record, decision.field, decision.drafted, decision.decided): decision.when for decision in earlier}
    latest = max(times.values(), default=datetime.now(UTC))
    decisions = []
    present = set()
    for table, row in iterate_records(model, tables):
        id = row[table.key[0]]
        present.add(id)
        when = times.get(table.name, latest)
        if id not in drafted:
            decisions.append(DraftDecision(id, table.key[0], "", id, "", when))
            continue
        own = drafted[id][table.key[0]]
        if row["review"] == Review.REVIEWED or own.value != id:
            decisions.append(DraftDecision(id, table.key[0], own.value, id, own.reason, when))
        for field in table.fields:
            if field.name in UNGUESSED_FIELDS:
                continue
            guess, value = drafted[id].get(field.name), describe_field(field, row)
            drafted_value = guess.value if guess else ""
            column = field.columns[0]
            when = times.get(column.through.table if column.through else table.name, latest)
            if value != drafted_value or (drafted_value and row["review"] == Review.REVIEWED):
                decisions.append(DraftDecision(id, field.name, drafted_value, value, guess.reason if guess else "", when))
    key = next(iter(model.tables.values())).key[0]
    decisions += [DraftDecision(id, key, own[key].value, "", own[key].reason, latest) for id, own in drafted.items() if id not in present]
    return tuple(
        evolve(decision, when=noted.get((decision.record, decision.field, decision.drafted, decision.decided), decision.when))
        for decision in decisions
    )
