"""`Trace`: one theme, or what one record is about, through all documents in time order, and where it breaks off."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, cast

from attrs import frozen

from dxgov.dates.when import When
from dxgov.marks import Dated, Ref
from dxgov.model.record import Record
from dxgov.model.relations import Link
from dxgov.model.sources import Source
from dxgov.model.themes import Theme
from dxgov.schema import Column, Table
from dxgov.tables.collection import Collection, get_indexes
from dxgov.tables.records import Records
from dxgov.tables.reference_index import IdSet


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


class Tracer:
    """The records that a trace comes to, fetched many at a time and each once."""

    def __init__(self, data: Collection) -> None:
        self.data, self.model, self.indexes = data, data.model(), get_indexes(data)
        self.records: dict[str, Record] = {}
        self._dates: dict[str, When] = {}

    def fetch(self, ids: Iterable[str]) -> None:
        """Fetch the records with some ids.

        Raises:
            UnknownNameError: there is no record with one of them.
        """
        missing = [id for id in dict.fromkeys(ids) if id not in self.records]
        if not missing:
            return
        for record in self.indexes.find_by_id(missing):
            self.records.setdefault(record.id, record)
        for id in missing:
            if id not in self.records:  # it is of an earlier version, or there is none
                self.records[id] = self.data[id]

    def keep(self, records: Iterable[Record]) -> list[str]:
        """Take records that were found, and give their ids."""
        kept = [*records]
        self.records |= {record.id: record for record in kept}
        return [record.id for record in kept]

    def wholes(self, id: str) -> list[str]:
        """Give the ids of what a record is a part of, the nearest first."""
        wholes, nearest = list[str](), _find_parent_id(self.data, self.records[id])
        while nearest is not None and nearest not in wholes:
            self.fetch([nearest])
            wholes.append(nearest)
            nearest = _find_parent_id(self.data, self.records[nearest])
        return wholes

    def fetch_ancestors(self, ids: Iterable[str]) -> None:
        """Fetch what some records are a part of, near and far."""
        level = [*ids]
        while level:
            self.fetch(level)
            wholes = {_find_parent_id(self.data, self.records[id]) for id in level} - self.records.keys()
            level = [id for id in wholes if id is not None]

    def dates(self, ids: Iterable[str]) -> dict[str, When]:
        """Give the dates of records, as `date_of` tells them, beside those that were asked for before."""
        wanted = [id for id in dict.fromkeys(ids) if id not in self._dates]
        # Fetch level by level what has the dates of others, so that no record is fetched by itself.
        level, seen = wanted, {*wanted}
        while level:
            self.fetch(level)
            steps = {find_date_or_source(self.data, self.records[id]) for id in level}
            level = [step for step in steps if isinstance(step, str) and step not in seen]
            seen |= {*level}
        self._dates |= {id: date_of(self.data, self.records[id], self.record) for id in wanted}
        return self._dates

    def record(self, id: str) -> Record:
        """Give the record with an id, which is fetched unless it was."""
        self.fetch([id])
        return self.records[id]

    def find_links(self, ids: Iterable[str]) -> list[Link]:
        """Give the links that say that a record takes up another, and have one of some records as an end."""
        table = self.model.table_of(Link)
        ends = (table.column("subject_id"), table.column("object_id"))
        wanted = IdSet(ids)
        links = dict.fromkeys(link for end in ends for link in self.indexes.find_by_column(table, end, wanted))
        return sorted((link for link in links if link.predicate.takes_up), key=lambda link: link.id)


def trace(data: Collection, subject: Record) -> Trace:
    """Follow a theme, with the narrower ones under it, or any record through the links and references that lead from it and to it."""
    tracing = Tracer(data)
    records, come_to = tracing.records, _find_theme_records(tracing, subject) if isinstance(subject, Theme) else _find_connected(tracing, subject)
    found = dict.fromkeys(come_to)
    tracing.fetch_ancestors(found)
    wholes = {id: tracing.wholes(id) for id in found}
    every_whole = {whole for some in wholes.values() for whole in some}
    # A whole stands for itself only where a link joins it to something.
    linked = {end for link in tracing.find_links(every_whole) for end in (link.subject_id, link.object_id)}
    inner = every_whole - linked
    dates = tracing.dates(found)
    order = sorted((id for id in found if id not in inner), key=lambda id: (dates[id], id))
    before, after = defaultdict(list), defaultdict(list)
    for tie in _find_ties(tracing, order):
        before[tie.later_id].append(tie)
        after[tie.earlier_id].append(tie)
    steps = tuple(Step(records[id], dates[id], tuple(before[id]), tuple(after[id])) for id in order)
    tracing.fetch(step.record.citation.source_id for step in steps)
    documents = [cast("Source", records[step.record.citation.source_id]) for step in steps]
    last = max(documents, key=lambda source: source.published, default=None)
    loose = (step for step in steps if last is not None and step.record.citation.source_id != last.id)
    return Trace(
        subject,
        steps,
        () if last is None else _find_later_sources(data, last.published),
        tuple(step for step in loose if not any(after[id] for id in (step.record.id, *wholes[step.record.id]))),
    )


def _find_later_sources(data: Collection, date: When) -> tuple[Source, ...]:
    """Give the documents published after a date, in the order of their dates; they are put in order once for a data set."""
    documents: Records[Source] = data.tables[data.model().table_of(Source).name]
    sources = get_indexes(data).get_or_build("sources by date", lambda: sorted(documents, key=lambda source: source.published))
    return tuple(sources[bisect_right(sources, date, key=lambda source: source.published) :])


def date_of(data: Collection, record: Record, get: Callable[[str], Record] | None = None) -> When:
    """When what a record tells was said or happened: its own date, that of what it is a part of, or that of its document.

    `get` gives a record by its id; `data` does, unless it is named.
    """
    step, seen = find_date_or_source(data, record), {record.id}
    while isinstance(step, str):
        # What is a part of itself has no whole that could have the date; its document has one.
        id = record.citation.source_id if step in seen else step
        seen.add(step)
        step = find_date_or_source(data, get(id) if get else data[id])
    return step


def find_date_or_source(data: Collection, record: Record) -> When | str:
    """Give the date of a record, or the id of the record that has its date: what it is a part of, or its document."""
    for field in data.model().table_of(type(record)).fields:
        value = getattr(record, field.name)
        if value is not None and field.has(Dated):
            return cast("When | str", value)
    whole = _find_parent_id(data, record)
    return record.citation.source_id if whole is None else whole


def _find_parent_id(data: Collection, record: Record) -> str | None:
    """Give the id of the nearest record that a record is a part of."""
    parents = reversed(data.model().table_of(type(record)).parents)
    return next((whole for column in parents if (whole := getattr(record, column.name)) is not None), None)


def _find_theme_records(tracing: Tracer, theme: Theme) -> Iterator[str]:
    """Yield the ids of all records that are about a theme or a narrower one."""
    own = tracing.model.table_of(type(theme)).name
    columns = [(table, column) for table, column in tracing.model.references() if column.target in (own, None)]
    level, seen = [theme.id], {theme.id}
    while level:
        ids = IdSet(level)
        records = [record for table, column in columns for record in tracing.indexes.find_by_column(table, column, ids)]
        tracing.keep(records)
        yield from (record.id for record in records if not isinstance(record, Theme | Link))
        level = [record.id for record in records if isinstance(record, Theme) and record.id not in seen]
        seen |= {*level}


def _find_connected(tracing: Tracer, subject: Record) -> Iterator[str]:
    """Yield the ids of a record, its parts and its wholes, what takes them up and what takes up that, and so on the other way.

    What took up the same thing beside it is not followed: the trace is of this record, not of all that is akin to it.
    """
    tracing.keep([subject])
    starts = [subject.id, *tracing.wholes(subject.id), *_find_descendants(tracing, subject)]
    for later in (True, False):
        seen, level = {*starts}, starts
        while level:
            tracing.fetch(level)
            level = [id for id in dict.fromkeys(_find_neighbours(tracing, level, later=later)) if id not in seen]
            seen |= {*level}
        yield from seen


def _find_descendants(tracing: Tracer, record: Record) -> Iterator[str]:
    """Yield the ids of the parts of a record, of their parts, and so on."""
    level, seen = [record], {record.id}
    while level:
        wholes: dict[str, list[str]] = defaultdict(list)
        for whole in level:
            wholes[tracing.model.table_of(type(whole)).name].append(whole.id)
        tables = tracing.model.tables.values()
        sets = {name: IdSet(ids) for name, ids in wholes.items()}
        parts = (part for name, ids in sets.items() for table in tables for part in tracing.indexes.find_parts(table, name, ids))
        level = [part for part in parts if part.id not in seen]
        seen |= {*tracing.keep(level)}
    yield from seen - {record.id}


def _find_neighbours(tracing: Tracer, ids: Sequence[str], *, later: bool) -> Iterator[str]:
    """Yield what takes records up, or what they take up, by links and by references of their own kind, such as replies."""
    wanted = {*ids}
    links = tracing.find_links(ids)
    dates = tracing.dates([*ids, *(end for link in links for end in (link.subject_id, link.object_id))])
    for link in links:
        for id, other in ((link.subject_id, link.object_id), (link.object_id, link.subject_id)):
            if id in wanted and (dates[other] == dates[id] or (dates[other] > dates[id]) is later):
                yield other
    tables: dict[str, list[str]] = defaultdict(list)
    for id in ids:
        tables[tracing.model.table_of(type(tracing.records[id])).name].append(id)
    for name, own in tables.items():
        table, wanted_ids = tracing.model.tables[name], IdSet(own)
        for column in _find_self_references(table):
            if later:
                yield from tracing.keep(tracing.indexes.find_by_column(table, column, wanted_ids))
            else:
                yield from (other for id in own for other in _as_ids(getattr(tracing.records[id], column.name)))


def _as_ids(value: Any) -> tuple[str, ...]:
    """Give the ids that a reference holds, one, many or none."""
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _find_self_references(table: Table) -> list[Column]:
    """The references of a table to itself that are not to a whole."""
    return [
        column
        for column in table.columns
        if column.target == table.name and not column.inner and (ref := column.mark(Ref)) and not ref.part_of
    ]


def _find_ties(tracing: Tracer, order: Sequence[str]) -> Iterator[Tie]:
    """Yield what joins the steps to each other, and to records beside the trace."""
    places = {id: place for place, id in enumerate(order)}
    links = tracing.find_links(order)
    dates = tracing.dates(end for link in links for end in (link.subject_id, link.object_id))
    for link in links:
        earlier, later = sorted((link.subject_id, link.object_id), key=lambda id: (dates[id], places.get(id, -1)))
        yield Tie(earlier, later, str(link.predicate), link)
    for id in order:
        record = tracing.records[id]
        for column in _find_self_references(tracing.model.table_of(type(record))):
            yield from (Tie(earlier, id, column.name) for earlier in _as_ids(getattr(record, column.name)))
