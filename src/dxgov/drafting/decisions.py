"""Decisions: where the rows of a draft differ from what was drafted, and which values a person has accepted."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from attrs import evolve, fields

from dxgov.drafting.guesses import DraftDecision, Guess
from dxgov.drafting.rows import Row, Tables, describe_field, join_links
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


def collect_decisions(
    model: Model, tables: Tables, guesses: Iterable[Guess], earlier: Iterable[DraftDecision], times: Mapping[str, datetime]
) -> tuple[DraftDecision, ...]:
    """Return what persons decided: each value that is not what was drafted, and each drafted one of a record that they have checked.

    Args:
        model: the tables.
        tables: the rows as they are now.
        guesses: what was drafted.
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
        if row["review"] == Review.REVIEWED:
            decisions.append(DraftDecision(id, table.key[0], id, id, drafted[id][table.key[0]].reason, when))
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
    decisions += [DraftDecision(id, key, id, "", own[key].reason, latest) for id, own in drafted.items() if id not in present]
    return tuple(
        evolve(decision, when=noted.get((decision.record, decision.field, decision.drafted, decision.decided), decision.when))
        for decision in decisions
    )
