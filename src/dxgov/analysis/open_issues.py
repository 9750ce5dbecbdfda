"""Open issues: questions without an answer, promises and orders with due dates, asks by actor, and gaps in the sources."""

from collections.abc import Iterator
from datetime import date

import numpy as np
from attrs import frozen

from dxgov.analysis.tracing import Tracer
from dxgov.codes import Code
from dxgov.dates.when import Basis, When
from dxgov.marks import Dated
from dxgov.model.actors import Actor, NameStatus
from dxgov.model.kinds import ActorKind
from dxgov.model.meetings import Commitment, Statement, StatementKind
from dxgov.model.plans import Instruction
from dxgov.model.record import Record
from dxgov.model.relations import Link, Predicate
from dxgov.model.requests import Ask, ExpectationBasis
from dxgov.tables.arrow import as_numpy, combine_chunks, index_array
from dxgov.tables.collection import Collection
from dxgov.tables.records import Records


@frozen
class Due:
    """A promise or an order with its due date."""

    record: Statement | Instruction
    """The promise or the order."""

    by_ids: tuple[str, ...]
    """The ids of the actors who promised it, or who were ordered to do it."""

    due: When | None
    """The due date; None if none was said."""

    said: When
    """The date on which it was said."""


class GapKind(Code):
    """What is missing."""

    DAMAGE = (
        "damage",
        "出典の損傷",
        "The source is damaged where the record was read; `damage` of the record says how.",
        "記録を読み取った箇所で出典が損なわれている。損傷の内容は記録の `damage` が示す。",
    )
    NAME = "name", "氏名の欠落", "A name is not printed in full.", "名称の全体が印字されていない。"
    YEAR = "year", "年の欠落", "A date is printed without its year.", "日付に年が印字されていない。"
    DATE = "date", "日付の欠落", "No date is printed for something that happens on one.", "ある日に行われる事柄に、日付が印字されていない。"


@frozen
class Gap:
    """A detail that a source does not print, or that is damaged in it."""

    record: Record
    """The record that shows the gap."""

    kind: GapKind
    """The kind of detail that is missing."""

    told: str
    """The words that are printed in its place, or the kind of damage."""


def find_open_questions(statements: Records[Statement], links: Records[Link]) -> Records[Statement]:
    """Return the questions, requests and proposals of meetings that no statement replies to and no link says were answered."""
    replies = (combine_chunks(rows["replies_to_ids"]) for rows in statements.batches(columns=["replies_to_ids"]))
    answered_ids = {id for lists in replies for id in lists.flatten().to_pylist()}
    answered_ids |= {*links.where(predicate=Predicate.RESPONDS_TO).column("object_id").to_pylist()}
    questions = statements.where(kind=[kind for kind in StatementKind if kind.awaits_reply])
    return questions.where(id=[id for id in questions.ids() if id not in answered_ids])


def find_due(data: Collection, statements: Records[Statement], instructions: Records[Instruction]) -> tuple[Due, ...]:
    """Return all promises made at meetings and all instructions, sorted by the last day on which they may fall due.

    Args:
        data: The data set, from which the dates of the records are taken.
        statements: Statements that may hold promises.
        instructions: Instructions, all of which count.
    """
    tracer = Tracer(data)
    promises = statements.where(commitment=[*{*Commitment} - {Commitment.NONE}])
    records: list[tuple[Statement | Instruction, tuple[str, ...]]] = [
        *((promise, (promise.speaker_id,)) for promise in promises),
        *((instruction, instruction.directed_to_ids) for instruction in instructions),
    ]
    dates = tracer.find_dates(tracer.add(record for record, _ in records))
    dues = (Due(record, ids, record.due, dates[record.id]) for record, ids in records)
    return tuple(sorted(dues, key=lambda due: (_find_last_day(due.due), due.said, due.record.id)))


def _find_last_day(when: When | None) -> date:
    """Return the last day that a date can mean, else its first, else the last day of the calendar."""
    return (when.end or when.start if when else None) or date.max


def group_asks_by_actor(asks: Records[Ask]) -> dict[str, Records[Ask]]:
    """Return the asks by the id of the actor who must act; actors with the most asks come first."""
    rows = asks.data
    actors = combine_chunks(rows["expected_of_id"]).dictionary_encode()
    order = np.argsort(as_numpy(actors.indices), kind="stable")  # so that the asks of an actor stay sorted by id
    counts = np.bincount(as_numpy(actors.indices), minlength=len(actors.dictionary))
    sorted_rows, starts = rows.take(index_array(order)).combine_chunks(), np.cumsum(counts) - counts
    groups = {
        id: asks._with_data(sorted_rows.slice(start, count))  # noqa: SLF001 - it is the package's own
        for id, start, count in zip(actors.dictionary.to_pylist(), starts.tolist(), counts.tolist(), strict=True)
    }
    return dict(sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])))


def find_unnamed_asks(asks: Records[Ask], actors: Records[Actor]) -> set[str]:
    """Return the ids of the asks whose text does not name who must act: the addressee is meant, or nobody can be told."""
    unspecified_ids = actors.where(kind=ActorKind.UNSPECIFIED).data["id"].to_pylist()
    to_addressee = asks.where(expected_of_basis=ExpectationBasis.ADDRESSEE)
    return {id for unnamed in (to_addressee, asks.where(expected_of_id=unspecified_ids)) for id in unnamed.data["id"].to_pylist()}


def find_gaps(data: Collection) -> tuple[Gap, ...]:
    """Return the gaps of the sources that the records show: damage, incomplete names, dates without a year or a day."""
    return tuple(gap for record in data for gap in _find_record_gaps(data, record))


def _find_record_gaps(data: Collection, record: Record) -> Iterator[Gap]:
    """Yield the gaps that a record shows."""
    for damage in record.damage:
        yield Gap(record, GapKind.DAMAGE, str(damage))
    if isinstance(record, Actor) and record.name_status in {NameStatus.TRUNCATED, NameStatus.FAMILY_ONLY}:
        yield Gap(record, GapKind.NAME, record.name)
    for field in data.model().table_of(type(record)).fields:
        value = getattr(record, field.name)
        if isinstance(value, When) and value.basis is Basis.YEAR_INFERRED:
            yield Gap(record, GapKind.YEAR, value.text)
        elif value is None and field.has(Dated) and field.value is When:
            yield Gap(record, GapKind.DATE, field.name)
