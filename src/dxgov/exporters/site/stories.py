"""Stories: what became of the records of a `Dataset`, who said it to whom, and what was said on a theme; numbers instead of texts.

They are the same in both languages, so each is computed once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import Flag, auto
from functools import reduce
from operator import itemgetter, or_
from typing import Any

from attrs import frozen

from dxgov.analysis.outcomes import AWAITING, FollowUpStatus, OutcomeFinder, awaits_outcome, find_followers
from dxgov.analysis.said import find_said_tables, list_below, view_said
from dxgov.analysis.slips import Slip, index_slips
from dxgov.analysis.tracing import Step
from dxgov.dataset import Dataset
from dxgov.dates.when import When
from dxgov.exporters.site.atlas import RecordNetwork
from dxgov.marks import Ref, SaidAs
from dxgov.model.meetings import Commitment, Statement
from dxgov.model.plans import Instruction
from dxgov.model.record import Record
from dxgov.model.relations import Link
from dxgov.model.requests import Ask
from dxgov.schema import Column, Table
from dxgov.tables.arrow import combine_chunks


@frozen
class StoryTie:
    """A tie of a record to another."""

    relation: str
    """The predicate of the link, or the name of the column that refers to the other record."""
    other: int
    """The number of the other record."""
    is_subject: bool
    """True if the record is the subject of the link, or refers to the other record."""
    link: int | None = None
    """The number of the link; None for a reference."""
    takes_up: bool = True
    """False if the link is a mere mention."""


@frozen
class StoryStep:
    """A record of a story with its ties to earlier ones."""

    number: int
    ties: tuple[StoryTie, ...] = ()


@frozen
class Story:
    """What a matter goes back to, what it led to, and the later documents that do not tell of it."""

    earlier: tuple[StoryStep, ...]
    later: tuple[StoryStep, ...]
    silent: tuple[int, ...]
    """The numbers of the documents."""


@frozen
class Parties:
    """The actors who say or do something, and those to whom it is said or who must act, as numbers."""

    by: tuple[int, ...] = ()
    to: tuple[int, ...] = ()


class Act(Flag):
    """What somebody does by saying something."""

    ASK = auto()
    ORDER = auto()
    PROMISE = auto()
    REPLY = auto()
    OVERDUE = auto()
    """It was due before the day of the data set, and no document tells that anything came of it."""


@frozen
class Dealings:
    """What an actor says and is told, as numbers."""

    asked: Sequence[int]
    was_asked: Sequence[int]
    """What others ask of it or order."""
    answered: Sequence[int]
    """Its replies and promises."""
    others: Sequence[int]
    """What else it says."""
    overdue: Sequence[int]
    """What was asked of it, or it promised, and is overdue."""


class Stories:
    """The stories of the records of a data set; a story is kept when it is computed."""

    def __init__(self, network: RecordNetwork, data: Dataset) -> None:
        self.network: RecordNetwork = network
        self.data: Dataset = data
        self.links: dict[int, Link] = dict(enumerate(data.links, network.first_numbers[data.links.name]))
        dated = ((source.published.end or source.published.start or date.min, source.published) for source in data.sources)
        newest: tuple[date, When | None] = max(dated, key=itemgetter(0), default=(date.min, None))
        self.newest: When | None = newest[1]
        """The date of the newest document; None without documents."""
        self.day: date = data.metadata.created or newest[0]
        """The day as of which the site tells what is due: that of the data set, else of its latest document."""
        self.slips: Mapping[str, Slip] = index_slips(data.slipped())
        self._finder = OutcomeFinder(self.slips, {*data.unanswered().ids()}, self.day)
        self._parties: dict[int, Parties] = dict(self._find_parties())
        self._stories: dict[int, Story] = {}
        self._outcomes: dict[int, FollowUpStatus | None] = {}
        self._said_by, self._said_to = self._index_said("by_ids"), self._index_said("to_ids", "expected_of_ids")
        self._acts: dict[int, Act] = dict(self._find_acts())

    def get_parties(self, number: int) -> Parties:
        """Return who says or does what a record tells, and to whom."""
        return self._parties.get(number, Parties())

    def get_outcome(self, number: int, record: Record | None = None) -> FollowUpStatus | None:
        """Return what became of a record; None if it asks, promises, orders and plans nothing, or is one of a large table."""
        table = self.network.tables_by_number[number]
        if not (issubclass(table.record, AWAITING) and self.network.has_pages(table)):
            return None
        if number not in self._outcomes:
            record = record or self.network.get_record(number)
            if awaits_outcome(record) and self._has_ties(number):
                self._trace(number, record)
            else:
                self._outcomes[number] = self._finder.find_outcome(record, ())
        return self._outcomes[number]

    def list_outcomes(self) -> dict[int, FollowUpStatus]:
        """Return the outcomes of all records that await one, but those of large tables."""
        for table in self.network.tables:
            is_traced = issubclass(table.record, AWAITING) and self.network.has_pages(table)
            for number, record in self.network.enumerate_records(table) if is_traced else ():
                self.get_outcome(number, record)
        return {number: outcome for number, outcome in sorted(self._outcomes.items()) if outcome}

    def list_untold(self) -> list[Table]:
        """Return the tables with so many records that what became of each is not traced."""
        return [table for table in self.network.tables if issubclass(table.record, AWAITING) and not self.network.has_pages(table)]

    def is_overdue(self, number: int, record: Record) -> bool:
        """Return whether the date of a record is over on the day of the data set, and no document tells that anything came of it."""
        due = getattr(record, "due", None)
        is_over = isinstance(due, When) and due.end is not None and due.end < self.day
        outcome = self.get_outcome(number, record)
        return outcome is FollowUpStatus.DATE_PASSED or (is_over and outcome in {FollowUpStatus.NO_LATER_WORD, FollowUpStatus.PLANNED})

    def get_story(self, number: int) -> Story:
        """Return what a record goes back to and led to."""
        if number not in self._stories:
            self._trace(number, self.network.get_record(number))
        return self._stories[number]

    def find_dealings(self, number: int) -> Dealings:
        """Return what an actor and its units and posts asked, were asked, answered, promised and said else, and what of it is overdue."""
        ids = list_below(self.data, self.network.get_record(number))
        said, received = (dict.fromkeys(member for id in ids for member in index.get(id, ())) for index in (self._said_by, self._said_to))
        asked, answered, promised = (self._select(said, act) for act in (Act.ASK, Act.REPLY | Act.PROMISE, Act.PROMISE))
        to_do = self._select(received, Act.ASK | Act.ORDER)
        return Dealings(
            asked=asked,
            was_asked=[member for member in to_do if member not in said],
            answered=answered,
            others=[*(said.keys() - set(asked) - set(answered))],
            overdue=self._select(dict.fromkeys((*to_do, *promised)), Act.OVERDUE),
        )

    def _select(self, numbers: Iterable[int], acts: Act) -> list[int]:
        """Return those of some records that are any of some acts."""
        return [number for number in numbers if self._acts.get(number, Act(0)) & acts]

    def _find_acts(self) -> Iterator[tuple[int, Act]]:
        """Yield the acts of the records that are said."""
        for table in find_said_tables(self.data.model()):
            for number, record in self.network.enumerate_records(table):
                act = find_act(record)
                yield number, act | Act.OVERDUE if act and self.is_overdue(number, record) else act

    def _index_said(self, *columns: str) -> dict[str, list[int]]:
        """Return what was said by, or to, each actor, by columns of the view of all that is said."""
        said, numbers = view_said(self.data).data, [self.network.numbers_by_id[id] for id in view_said(self.data).ids()]
        index = defaultdict[str, list[int]](list)
        for column in columns:
            for number, ids in zip(numbers, said[column].to_pylist(), strict=True):
                for id in ids:
                    index[id].append(number)
        return index

    def _has_ties(self, number: int) -> bool:
        """Return whether a record, what it is a part of, or a part of it is tied to others, so that a trace can find anything."""
        family = {number, *self.network.ancestors(number), *self.network.iterate_descendants(number)}
        return any(next(self.iterate_ties(member), None) or self.list_replies(member) for member in family)

    def _trace(self, number: int, record: Record) -> None:
        """Trace a record, and keep its story and its outcome."""
        trace = self.data.trace(record)
        followers = find_followers(trace, self._list_ancestor_ids)
        above = {record.id, *self._list_ancestor_ids(record.id)}
        ids = [step.record.id for step in trace.steps]
        own = {id for id in ids if id in above or record.id in self._list_ancestor_ids(id)}
        earlier = [step for step in trace.steps if step.record.id not in own.union(step.record.id for step in followers)]
        silent = tuple(self.network.numbers_by_id[source.id] for source in trace.silent)
        told_ids = above.union(ids)
        before, after = (tuple(self._make_step(step, told_ids) for step in steps) for steps in (earlier, followers))
        self._stories[number] = Story(before, after, silent)
        self._outcomes[number] = self._finder.find_outcome(record, followers)

    def get_known_story(self, number: int) -> Story | None:
        """Return the story of a record that was traced; None if it has no ties."""
        return self._stories.get(number)

    def trace_theme(self, number: int) -> Story:
        """Return all records on a theme as what it led to."""
        trace = self.data.trace(self.network.ids[number])
        silent = tuple(self.network.numbers_by_id[source.id] for source in trace.silent)
        told_ids = {step.record.id for step in trace.steps}
        return Story((), tuple(self._make_step(step, told_ids) for step in trace.steps), silent)

    def _list_ancestor_ids(self, id: str) -> list[str]:
        return [self.network.ids[number] for number in self.network.ancestors(self.network.numbers_by_id[id])]

    def _make_step(self, step: Step, told_ids: Collection[str]) -> StoryStep:
        """Return a step with its ties to the records that the story tells of."""
        numbers = self.network.numbers_by_id
        ties = [
            StoryTie(
                tie.relation,
                numbers[tie.earlier_id],
                tie.link is None or tie.link.subject_id == tie.later_id,
                None if tie.link is None else numbers[tie.link.id],
            )
            for tie in step.takes_up
            if tie.earlier_id in told_ids
        ]
        return StoryStep(numbers[step.record.id], tuple(ties))

    def iterate_ties(self, number: int) -> Iterator[StoryTie]:
        """Yield the ties of a record to others by links."""
        id, numbers = self.network.ids[number], self.network.numbers_by_id
        for field, links in self.network.referrers_by_number.get(number, {}).items():
            for link_number in links if field.table.record is Link and not field.column.inner else ():
                link = self.links[link_number]
                is_subject = link.subject_id == id
                yield StoryTie(
                    str(link.predicate),
                    numbers[link.object_id if is_subject else link.subject_id],
                    is_subject,
                    link_number,
                    link.predicate.takes_up,
                )

    def list_replies(self, number: int) -> list[int]:
        """Return the records of the same table that refer to a record, such as the replies to a statement."""
        table = self.network.tables_by_number[number]
        referrers = self.network.referrers_by_number.get(number, {}).items()
        fields = [(field, numbers) for field, numbers in referrers if field.table is table and field.column.target == table.name]
        return [reply for field, numbers in fields if not (field.is_parent or field.column.inner) for reply in numbers]

    def _find_parties(self) -> Iterator[tuple[int, Parties]]:
        """Yield the parties of records: those of the view of all that is said, else those that the fields of a table name."""
        rows, numbers = view_said(self.data).data, self.network.numbers_by_id
        columns = [rows[name].to_pylist() for name in ("id", "by_ids", "expected_of_ids", "to_ids")]
        said = {id: (by, expected_of or to) for id, by, expected_of, to in zip(*columns, strict=True)}
        for table in self.network.tables:
            by_columns = _select_columns(table, "by_ids") or _select_actor_columns(table, self.data.actors.name)
            to_columns = _select_columns(table, "to_ids")
            cells = [[self._read_ids(table, column) for column in columns] for columns in (by_columns, to_columns)]
            for row in range(len(self.data.tables[table.name])):
                number = self.network.first_numbers[table.name] + row
                by_ids, to_ids = said.get(self.network.ids[number]) or ([id for column in side for id in column[row]] for side in cells)
                if by_ids or to_ids:
                    yield number, Parties(*(tuple(dict.fromkeys(numbers[id] for id in ids)) for ids in (by_ids, to_ids)))

    def _read_ids(self, table: Table, column: Column) -> list[Sequence[str]]:
        cells: list[Any] = combine_chunks(self.data.tables[table.name].data[column.name]).to_pylist()
        return [cell if column.many else () if cell is None else (cell,) for cell in cells]


def _select_columns(table: Table, name: str) -> list[Column]:
    """Return the columns that a table gives to a column of the view of all that is said."""
    marks = ((field.columns[0], mark) for field in table.fields for mark in field.marks if isinstance(mark, SaidAs))
    return [column for column, mark in marks if mark.column == name and column.has(Ref)]


def _select_actor_columns(table: Table, actors: str) -> list[Column]:
    """Return the columns of a table that refer to actors; none of the table of actors itself."""
    return [column for column in table.columns if column.target == actors != table.name and not column.inner]


def find_act(record: Record) -> Act:
    """Return what somebody does by what a record tells; empty for a mere statement."""
    if isinstance(record, Ask):
        return Act.ASK
    if isinstance(record, Instruction):
        return Act.ORDER
    if not isinstance(record, Statement):
        return Act(0)
    acts = (
        Act.ASK if record.kind is not None and record.kind.awaits_reply else Act(0),
        Act.PROMISE if record.commitment not in {None, Commitment.NONE} else Act(0),
        Act.REPLY if record.replies_to_ids else Act(0),
    )
    return reduce(or_, acts)


def order_by_time(network: RecordNetwork, numbers: Iterable[int]) -> list[int]:
    """Return records sorted by their dates, those without a date last."""
    dates = ((network.effective_date(number), number) for number in numbers)
    return [number for when, number in sorted(dates, key=lambda pair: (pair[0] is None, pair[0] or 0, pair[1]))]
