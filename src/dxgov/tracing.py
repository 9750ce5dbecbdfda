"""`Trace`: one theme, or what one record is about, through all documents in time order, and where it breaks off."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

from attrs import frozen

from dxgov.dates.when import When
from dxgov.marks import Dated, Ref
from dxgov.model.links import Link
from dxgov.model.record import Record
from dxgov.model.sources import Source
from dxgov.model.themes import Theme
from dxgov.schema import Column, Table

if TYPE_CHECKING:
    from dxgov.dataset import Dataset


@frozen
class Tie:
    """That one record takes up another: a link says so, or a field that refers to it, as a reply does."""

    earlier_id: str
    """The record that is taken up."""

    later_id: str
    """The record that takes it up."""

    relation: str
    """The link's predicate, or the name of the field that refers to the other record."""

    link: Link | None = None
    """The link; ``None`` where a field says it."""


@frozen
class Step:
    """A record of a trace, with its date and what ties it to other steps."""

    record: Record
    when: When
    """When what it tells was said or happened; without a date of its own, that of what it is a part of, or of its document."""

    takes_up: tuple[Tie, ...] = ()
    """What it takes up: steps of earlier or the same date, or records beside the trace, such as of another theme."""

    taken_up: tuple[Tie, ...] = ()
    """What takes it up: steps of later or the same date, or records beside the trace."""


@frozen
class Trace:
    """What documents say on one theme, or on what one record is about, in time order.

    It tells what is recorded, no more: that nothing takes up an ask does not mean that nothing was done.
    """

    subject: Record
    """The theme or record that was traced."""

    steps: tuple[Step, ...]
    """The records, in the order of their dates. A whole stands for itself only where something takes it up; else its parts do."""

    silent: tuple[Source, ...]
    """The documents published after the last step. They say nothing on it: here the trace breaks off. Empty where it reaches the latest."""

    loose_ends: tuple[Step, ...]
    """The steps that nothing takes up, nor what they are a part of, other than those of the last document."""


class _Remembered:
    """A data set in which a record is looked up once, however often a trace comes to it."""

    def __init__(self, data: "Dataset") -> None:
        self._data, self._found = data, dict[str, Any]()

    def __getitem__(self, id: str) -> Any:
        if id not in self._found:
            self._found[id] = self._data[id]
        return self._found[id]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._data, name)


def trace(data: "Dataset", subject: Record) -> Trace:
    """Follow a theme, with the narrower ones under it, or any record through the links and references that lead from it and to it."""
    return _traced(cast("Dataset", _Remembered(data)), subject)


def _traced(data: "Dataset", subject: Record) -> Trace:
    found = dict.fromkeys(_on_theme(data, subject) if isinstance(subject, Theme) else _joined(data, subject))
    wholes = {id: tuple(_wholes(data, data[id])) for id in found}
    linked = {end for link in data.links if link.predicate.takes_up for end in (link.subject_id, link.object_id)}
    inner = {whole for some in wholes.values() for whole in some} - linked
    dates = {id: date_of(data, data[id]) for id in found if id not in inner}
    order = sorted(dates, key=lambda id: (dates[id], id))
    before, after = defaultdict(list), defaultdict(list)
    for tie in _ties(data, order):
        before[tie.later_id].append(tie)
        after[tie.earlier_id].append(tie)
    steps = tuple(Step(data[id], dates[id], tuple(before[id]), tuple(after[id])) for id in order)
    last = max((data.sources[step.record.citation.source_id] for step in steps), key=lambda source: source.published, default=None)
    silent = [source for source in data.sources if last is not None and last.published < source.published]
    loose = (step for step in steps if last is not None and step.record.citation.source_id != last.id)
    return Trace(
        subject,
        steps,
        tuple(sorted(silent, key=lambda source: source.published)),
        tuple(step for step in loose if not any(after[id] for id in (step.record.id, *wholes[step.record.id]))),
    )


def date_of(data: "Dataset", record: Record) -> When:
    """When what a record tells was said or happened: its own date, that of what it is a part of, or that of its document."""
    table = data.model().table_of(type(record))
    for field in table.fields:
        value = getattr(record, field.name)
        if value is not None and field.has(Dated):
            return value if isinstance(value, When) else date_of(data, data[value])
    for whole in _wholes(data, record):
        return date_of(data, data[whole])
    return data.sources[record.citation.source_id].published


def _wholes(data: "Dataset", record: Record) -> Iterator[str]:
    """The ids of what a record is a part of, the nearest first."""
    for column in reversed(data.model().table_of(type(record)).parents):
        whole = getattr(record, column.name)
        if whole is not None:
            yield whole
            yield from _wholes(data, data[whole])
            return


def _on_theme(data: "Dataset", theme: Theme) -> Iterator[str]:
    """All records that are about a theme or a narrower one."""
    for records in data.referring(theme).values():
        for record in records:
            if isinstance(record, Theme):
                yield from _on_theme(data, record)
            elif not isinstance(record, Link):
                yield record.id


def _joined(data: "Dataset", subject: Record) -> Iterator[str]:
    """A record with its parts and its wholes, what takes them up and what takes up that, and in the same way what they take up.

    What took up the same thing beside it is not followed: the trace is of this record, not of all that is akin to it.
    """
    yield from _wholes(data, subject)
    starts = [subject.id, *_wholes(data, subject), *_parts(data, subject)]
    for later in (True, False):
        seen, waiting = set[str](), list(starts)
        while waiting:
            id = waiting.pop()
            if id not in seen:
                seen.add(id)
                waiting += _next(data, data[id], later=later)
        yield from seen


def _parts(data: "Dataset", record: Record) -> Iterator[str]:
    for part in data.children(record):
        yield part.id
        yield from _parts(data, part)


def _next(data: "Dataset", record: Record, *, later: bool) -> Iterator[str]:
    """What takes a record up, or what it takes up, by links and by references of its own kind, such as replies."""
    date = date_of(data, record)
    for link in (*data.links.where(subject_id=record.id), *data.links.where(object_id=record.id)):
        if link.predicate.takes_up:
            other = link.object_id if link.subject_id == record.id else link.subject_id
            found = date_of(data, data[other])
            if found == date or (found > date) is later:
                yield other
    table = data.model().table_of(type(record))
    for column in _own(table):
        value = getattr(record, column.name)
        if later:
            yield from data.tables[table.name].where(**{column.name: record.id}).ids()
        else:
            yield from value if isinstance(value, tuple) else () if value is None else (value,)


def _own(table: Table) -> list[Column]:
    """The references of a table to itself that are not to a whole."""
    return [
        column
        for column in table.columns
        if column.target == table.name and not column.inner and (ref := column.mark(Ref)) and not ref.part_of
    ]


def _ties(data: "Dataset", order: Iterable[str]) -> Iterator[Tie]:
    """What joins the steps to each other, and to records beside the trace."""
    places = {id: place for place, id in enumerate(order)}
    for link in data.links:
        ends = (link.subject_id, link.object_id)
        if link.predicate.takes_up and any(end in places for end in ends):
            earlier, later = sorted(ends, key=lambda id: (date_of(data, data[id]), places.get(id, -1)))
            yield Tie(earlier, later, str(link.predicate), link)
    for id in places:
        for column in _own(data.model().table_of(type(data[id]))):
            value = getattr(data[id], column.name)
            for earlier in value if isinstance(value, tuple) else () if value is None else (value,):
                yield Tie(earlier, id, column.name)
