"""What is open: questions without an answer, promises and orders with their due dates, who must act, and gaps in the sources."""

from collections.abc import Iterator
from datetime import date

import numpy as np
from attrs import frozen

from dxgov.analysis.tracing import Tracer
from dxgov.codes import Code
from dxgov.dates.when import Basis, When
from dxgov.marks import Dated
from dxgov.model.actors import Actor, NameStatus
from dxgov.model.meetings import Commitment, Statement, StatementKind
from dxgov.model.plans import Instruction
from dxgov.model.record import Record
from dxgov.model.relations import Link, Predicate
from dxgov.model.requests import Ask
from dxgov.tables.arrow import numbers, one, positions
from dxgov.tables.collection import Collection
from dxgov.tables.records import Records


@frozen
class Due:
    """Something promised or ordered, and by when."""

    record: Statement | Instruction
    """The promise or the order."""

    by_ids: tuple[str, ...]
    """Who promised it, or who was told to do it."""

    due: When | None
    """When it falls due; ``None`` where no date was said."""

    said: When
    """When it was said."""


class GapKind(Code):
    """What is missing."""

    DAMAGE = "damage", "出典の損傷", "The source is damaged where the record was read; `damage` of the record says how."
    NAME = "name", "氏名の欠落", "A name is not printed in full."
    YEAR = "year", "年の欠落", "A date is printed without its year."
    DATE = "date", "日付の欠落", "No date is printed for something that happens on one."


@frozen
class Gap:
    """Something that a source does not print, or that is damaged in it."""

    record: Record
    """The record that it shows in."""

    kind: GapKind
    """What is missing."""

    told: str
    """What is printed in its place, or what kind of damage it is."""


def unanswered(statements: Records[Statement], links: Records[Link]) -> Records[Statement]:
    """Questions, requests and proposals made at a meeting that no later point replies to and no source says were answered."""
    replies = (one(rows["replies_to_ids"]) for rows in statements.batches(columns=["replies_to_ids"]))
    answered = {id for lists in replies for id in lists.flatten().to_pylist()}
    answered |= {*links.where(predicate=Predicate.RESPONDS_TO).column("object_id").to_pylist()}
    asked = statements.where(kind=[kind for kind in StatementKind if kind.awaits_reply])
    return asked.where(id=[id for id in asked.ids() if id not in answered])


def due(data: Collection, statements: Records[Statement], instructions: Records[Instruction]) -> tuple[Due, ...]:
    """Every promise made at a meeting and every instruction, in the order of the last day on which they may fall due."""
    tracing = Tracer(data)
    promises = statements.where(commitment=[*{*Commitment} - {Commitment.NONE}])
    records: list[tuple[Statement | Instruction, tuple[str, ...]]] = [
        *((each, (each.speaker_id,)) for each in promises),
        *((each, each.directed_to_ids) for each in instructions),
    ]
    said = tracing.dates(tracing.keep(record for record, _ in records))
    found = (Due(record, ids, record.due, said[record.id]) for record, ids in records)
    return tuple(sorted(found, key=lambda each: (_find_last_day(each.due), each.said, each.record.id)))


def _find_last_day(when: When | None) -> date:
    """The last day on which something may fall due, or the first where no last one was said."""
    return (when.end or when.start if when else None) or date.max


def asks_by_actor(asks: Records[Ask]) -> dict[str, Records[Ask]]:
    """The asks by the id of whoever must act, those of most asks first."""
    rows = asks.data
    actors = one(rows["expected_of_id"]).dictionary_encode()
    order = np.argsort(numbers(actors.indices), kind="stable")  # so that the asks of each stay in the order of their ids
    counts = np.bincount(numbers(actors.indices), minlength=len(actors.dictionary))
    grouped, starts = rows.take(positions(order)).combine_chunks(), np.cumsum(counts) - counts
    found = {
        id: asks._with_data(grouped.slice(start, count))  # noqa: SLF001 - it is the package's own
        for id, start, count in zip(actors.dictionary.to_pylist(), starts.tolist(), counts.tolist(), strict=True)
    }
    return dict(sorted(found.items(), key=lambda each: (-len(each[1]), each[0])))


def gaps(data: Collection) -> tuple[Gap, ...]:
    """What the sources lack, as far as the records show it: damage, names that are not whole, dates without a year or without a day."""
    return tuple(gap for record in data for gap in _find_record_gaps(data, record))


def _find_record_gaps(data: Collection, record: Record) -> Iterator[Gap]:
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
