"""`Trace`: a theme, or the matter of a record, through all documents in time order, and where it breaks off."""

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
    """A tie by which a later record takes up an earlier one: a link, or a reference field such as that of a reply."""

    earlier_id: str
    """The id of the earlier record."""

    later_id: str
    """The id of the record that takes it up."""

    relation: str
    """The link's predicate, or the name of the reference field."""

    link: Link | None = None
    """The link; None if the tie is a reference field."""


@frozen
class Step:
    """A record of a trace, with its date and its ties to other records."""

    record: Record
    when: When
    """The date of the record: its own, else that of the record that it is a part of, else that of its document."""

    takes_up: tuple[Tie, ...] = ()
    """Ties to steps of earlier or the same date, or to records outside the trace, such as those of another theme."""

    taken_up: tuple[Tie, ...] = ()
    """Ties to steps of later or the same date, or to records outside the trace."""


@frozen
class Trace:
    """The records on a theme, or on the matter of one record, in time order.

    A trace shows only what is recorded: an ask that no record takes up may still have been acted on.
    """

    subject: Record
    """The theme or record that was traced."""

    steps: tuple[Step, ...]
    """The records, sorted by date. A record with parts is a step only if a link joins it to another; else its parts are."""

    silent: tuple[Source, ...]
    """The documents published after the last step, which say nothing on the subject. Empty if the trace reaches the latest document."""

    loose_ends: tuple[Step, ...]
    """The steps that no record takes up, neither themselves nor what they are a part of, except those of the last document."""


class Tracer:
    """A cache of the records and dates of a trace, fetched in bulk and each once."""

    def __init__(self, data: Collection) -> None:
        self.data, self.model, self.indexes = data, data.model(), get_indexes(data)
        self.records: dict[str, Record] = {}
        self._dates: dict[str, When] = {}

    def fetch(self, ids: Iterable[str]) -> None:
        """Fetch the records with these ids into the cache.

        Raises:
            UnknownNameError: there is no record with one of the ids.
        """
        missing = [id for id in dict.fromkeys(ids) if id not in self.records]
        if not missing:
            return
        for record in self.indexes.find_by_id(missing):
            self.records.setdefault(record.id, record)
        for id in missing:
            if id not in self.records:  # it is of an earlier version, or there is none
                self.records[id] = self.data[id]

    def add(self, records: Iterable[Record]) -> list[str]:
        """Add records to the cache and return their ids."""
        added = [*records]
        self.records |= {record.id: record for record in added}
        return [record.id for record in added]

    def find_ancestors(self, id: str) -> list[str]:
        """Return the ids of the records that a record is a part of, the nearest first."""
        ancestors, parent = list[str](), _find_parent_id(self.data, self.records[id])
        while parent is not None and parent not in ancestors:
            self.fetch([parent])
            ancestors.append(parent)
            parent = _find_parent_id(self.data, self.records[parent])
        return ancestors

    def fetch_ancestors(self, ids: Iterable[str]) -> None:
        """Fetch records with all records that they are a part of."""
        level = [*ids]
        while level:
            self.fetch(level)
            parents = {_find_parent_id(self.data, self.records[id]) for id in level} - self.records.keys()
            level = [id for id in parents if id is not None]

    def find_dates(self, ids: Iterable[str]) -> dict[str, When]:
        """Return the dates of records, as `date_of` defines them, together with all dates found before."""
        undated = [id for id in dict.fromkeys(ids) if id not in self._dates]
        # Fetch the records that have the dates of others level by level, so that no record is fetched by itself.
        level, visited = undated, {*undated}
        while level:
            self.fetch(level)
            steps = {find_date_or_source(self.data, self.records[id]) for id in level}
            level = [step for step in steps if isinstance(step, str) and step not in visited]
            visited |= {*level}
        self._dates |= {id: date_of(self.data, self.records[id], self.get_record) for id in undated}
        return self._dates

    def get_record(self, id: str) -> Record:
        """Return the record with an id, and fetch it if the cache lacks it."""
        self.fetch([id])
        return self.records[id]

    def find_links(self, ids: Iterable[str]) -> list[Link]:
        """Return the links by which one record takes up another and of which an end is one of the ids."""
        table = self.model.table_of(Link)
        ends = (table.column("subject_id"), table.column("object_id"))
        id_set = IdSet(ids)
        links = dict.fromkeys(link for end in ends for link in self.indexes.find_by_column(table, end, id_set))
        return sorted((link for link in links if link.predicate.takes_up), key=lambda link: link.id)


def trace(data: Collection, subject: Record) -> Trace:
    """Trace a theme with its narrower themes, or any record along the links and references from it and to it."""
    tracer = Tracer(data)
    # Find all records of the trace, and what each is a part of.
    reached = dict.fromkeys(_find_theme_records(tracer, subject) if isinstance(subject, Theme) else _find_connections(tracer, subject))
    tracer.fetch_ancestors(reached)
    ancestors = {id: tracer.find_ancestors(id) for id in reached}
    all_ancestors = {ancestor for ids in ancestors.values() for ancestor in ids}
    # A record with parts is a step only if a link joins it to another record; else its parts are the steps.
    linked = {end for link in tracer.find_links(all_ancestors) for end in (link.subject_id, link.object_id)}
    unlinked_ancestors = all_ancestors - linked
    dates = tracer.find_dates(reached)
    order = sorted((id for id in reached if id not in unlinked_ancestors), key=lambda id: (dates[id], id))
    # Attach the ties to their earlier and later steps.
    ties_to_earlier, ties_to_later = defaultdict(list), defaultdict(list)
    for tie in _find_ties(tracer, order):
        ties_to_earlier[tie.later_id].append(tie)
        ties_to_later[tie.earlier_id].append(tie)
    steps = tuple(Step(tracer.records[id], dates[id], tuple(ties_to_earlier[id]), tuple(ties_to_later[id])) for id in order)
    # Find where the trace breaks off: the later documents, and the steps before the last document that nothing takes up.
    tracer.fetch(step.record.citation.source_id for step in steps)
    documents = [cast("Source", tracer.records[step.record.citation.source_id]) for step in steps]
    last = max(documents, key=lambda source: source.published, default=None)
    before_last = (step for step in steps if last is not None and step.record.citation.source_id != last.id)
    return Trace(
        subject,
        steps,
        () if last is None else _find_later_sources(data, last.published),
        tuple(step for step in before_last if not any(ties_to_later[id] for id in (step.record.id, *ancestors[step.record.id]))),
    )


def _find_later_sources(data: Collection, date: When) -> tuple[Source, ...]:
    """Return the documents published after a date, sorted by date. The sorted documents are cached with the data set."""
    documents: Records[Source] = data.tables[data.model().table_of(Source).name]
    sources = get_indexes(data).get_or_build("sources by date", lambda: sorted(documents, key=lambda source: source.published))
    return tuple(sources[bisect_right(sources, date, key=lambda source: source.published) :])


def date_of(data: Collection, record: Record, get: Callable[[str], Record] | None = None) -> When:
    """Return the date of a record: its own, else that of the record that it is a part of, else that of its document.

    Args:
        data: The data set of the record.
        record: The record.
        get: Function that returns a record by its id; None for ``data[id]``.
    """
    step, visited = find_date_or_source(data, record), {record.id}
    while isinstance(step, str):
        # In a cycle of parts no record has the date; the document has one.
        id = record.citation.source_id if step in visited else step
        visited.add(step)
        step = find_date_or_source(data, get(id) if get else data[id])
    return step


def find_date_or_source(data: Collection, record: Record) -> When | str:
    """Return the date of a record, or the id of the record that has its date: its parent or its document."""
    for field in data.model().table_of(type(record)).fields:
        value = getattr(record, field.name)
        if value is not None and field.has(Dated):
            return cast("When | str", value)
    parent = _find_parent_id(data, record)
    return record.citation.source_id if parent is None else parent


def _find_parent_id(data: Collection, record: Record) -> str | None:
    """Return the id of the nearest record that a record is a part of, or None."""
    columns = reversed(data.model().table_of(type(record)).parents)
    return next((parent for column in columns if (parent := getattr(record, column.name)) is not None), None)


def _find_theme_records(tracer: Tracer, theme: Theme) -> Iterator[str]:
    """Yield the ids of all records about a theme or a narrower one."""
    themes = tracer.model.table_of(type(theme)).name
    columns = [(table, column) for table, column in tracer.model.references() if column.target in (themes, None)]
    level, visited = [theme.id], {theme.id}
    while level:
        ids = IdSet(level)
        records = [record for table, column in columns for record in tracer.indexes.find_by_column(table, column, ids)]
        tracer.add(records)
        yield from (record.id for record in records if not isinstance(record, Theme | Link))
        level = [record.id for record in records if isinstance(record, Theme) and record.id not in visited]
        visited |= {*level}


def _find_connections(tracer: Tracer, subject: Record) -> Iterator[str]:
    """Yield the ids of a record, its parts and ancestors, and of all records reached from these forwards or backwards in time.

    The search never turns: from the records that these take up it goes only to earlier ones, and from those that take them up only
    to later ones. So the trace stays with the record and does not spread to all that is related.
    """
    tracer.add([subject])
    starts = [subject.id, *tracer.find_ancestors(subject.id), *_find_descendants(tracer, subject)]
    for later in (True, False):
        visited, level = {*starts}, starts
        while level:
            tracer.fetch(level)
            level = [id for id in dict.fromkeys(_find_neighbours(tracer, level, later=later)) if id not in visited]
            visited |= {*level}
        yield from visited


def _find_descendants(tracer: Tracer, record: Record) -> Iterator[str]:
    """Yield the ids of the parts of a record, of their parts, and so on."""
    level, visited = [record], {record.id}
    while level:
        parents: dict[str, list[str]] = defaultdict(list)
        for parent in level:
            parents[tracer.model.table_of(type(parent)).name].append(parent.id)
        tables = tracer.model.tables.values()
        id_sets = {name: IdSet(ids) for name, ids in parents.items()}
        parts = (part for name, ids in id_sets.items() for table in tables for part in tracer.indexes.find_parts(table, name, ids))
        level = [part for part in parts if part.id not in visited]
        visited |= {*tracer.add(level)}
    yield from visited - {record.id}


def _find_neighbours(tracer: Tracer, ids: Sequence[str], *, later: bool) -> Iterator[str]:
    """Yield the ids of the records that take up these records, if `later`, else of those that these take up.

    Records are joined by links, and by references to their own table, such as replies.
    """
    # Links join records in either direction; the dates say which is the later one.
    id_set = {*ids}
    links = tracer.find_links(ids)
    dates = tracer.find_dates([*ids, *(end for link in links for end in (link.subject_id, link.object_id))])
    for link in links:
        for id, neighbour in ((link.subject_id, link.object_id), (link.object_id, link.subject_id)):
            if id in id_set and (dates[neighbour] == dates[id] or (dates[neighbour] > dates[id]) is later):
                yield neighbour
    # References lead from the later record to the earlier one.
    ids_by_table: dict[str, list[str]] = defaultdict(list)
    for id in ids:
        ids_by_table[tracer.model.table_of(type(tracer.records[id])).name].append(id)
    for name, table_ids in ids_by_table.items():
        table, table_id_set = tracer.model.tables[name], IdSet(table_ids)
        for column in _find_self_references(table):
            if later:
                yield from tracer.add(tracer.indexes.find_by_column(table, column, table_id_set))
            else:
                yield from (target for id in table_ids for target in _as_ids(getattr(tracer.records[id], column.name)))


def _as_ids(value: Any) -> tuple[str, ...]:
    """Return the ids that a reference holds: one, many or none."""
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _find_self_references(table: Table) -> list[Column]:
    """Return the references of a table to itself, without those to a parent."""
    return [
        column
        for column in table.columns
        if column.target == table.name and not column.inner and (ref := column.mark(Ref)) and not ref.part_of
    ]


def _find_ties(tracer: Tracer, order: Sequence[str]) -> Iterator[Tie]:
    """Yield the ties of the steps to each other and to records outside the trace."""
    positions = {id: position for position, id in enumerate(order)}
    links = tracer.find_links(order)
    dates = tracer.find_dates(end for link in links for end in (link.subject_id, link.object_id))
    for link in links:
        earlier, later = sorted((link.subject_id, link.object_id), key=lambda id: (dates[id], positions.get(id, -1)))
        yield Tie(earlier, later, str(link.predicate), link)
    for id in order:
        record = tracer.records[id]
        for column in _find_self_references(tracer.model.table_of(type(record))):
            yield from (Tie(earlier, id, column.name) for earlier in _as_ids(getattr(record, column.name)))
