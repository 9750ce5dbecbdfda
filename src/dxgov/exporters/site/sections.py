"""Sections of a record's page that tell a story: what became of it, a request with its asks, a meeting as a conversation, and the like."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from attrs import evolve, frozen

from dxgov.dataset import Dataset
from dxgov.exporters.site.atlas import RecordNetwork
from dxgov.exporters.site.moments import Moment, MomentFormatter, RecordEntry
from dxgov.exporters.site.stories import Stories, StoryStep, order_by_time
from dxgov.exporters.site.words import WORDS
from dxgov.languages import Lang
from dxgov.model.actors import Actor
from dxgov.model.meetings import Meeting
from dxgov.model.record import Record
from dxgov.model.relations import Link
from dxgov.model.requests import Request, RequestItem
from dxgov.model.sources import Source
from dxgov.model.themes import Theme
from dxgov.model.things import Thing

_MAX_SHORT_STEPS = 4
"""Maximum steps of a story that is told in short."""

_MAX_SILENT, _MAX_SILENT_IF_LARGE = 10, 2
"""Maximum documents without a word on a matter that are named, and in a large data set."""

_MAX_MOMENTS, _MAX_MOMENTS_IF_LARGE = 100, 3
"""Maximum moments of a section, and in a large data set; a list or the search has the others."""


@frozen
class MomentGroup:
    """Moments under a common heading."""

    heading: RecordEntry | None
    moments: Sequence[Moment]


@frozen
class Section:
    """A titled part of a story."""

    name: str
    groups: Sequence[MomentGroup] = ()
    note: str = ""
    silent: Sequence[RecordEntry] = ()
    """The later documents that say nothing of the matter."""
    numbers: Sequence[int] = ()
    """The records of the section, including those beyond the maximum."""
    is_cut: bool = False
    """True if the section has more records than it shows."""
    list_page: str = ""
    """The place in a list where all records of the section follow each other, in the folder of the language; empty if there is none."""
    id: str = ""
    """The anchor of the section on a page of several tables; else empty."""


class SectionBuilder:
    """Builds the sections of records in one language."""

    def __init__(self, network: RecordNetwork, stories: Stories, lang: Lang, make_entry: Callable[[int], RecordEntry]) -> None:
        self._network, self._stories, self._lang, self.make_entry = network, stories, lang, make_entry
        self._data: Dataset = stories.data
        self.formatter: MomentFormatter = MomentFormatter(network, stories, lang, make_entry)
        self._max_moments = _MAX_MOMENTS_IF_LARGE if network.is_large else _MAX_MOMENTS
        self._max_silent = _MAX_SILENT_IF_LARGE if network.is_large else _MAX_SILENT
        self._builders: Mapping[type[Record], Callable[[int], Iterator[Section]]] = {
            Actor: self._build_actor,
            Link: self._build_link,
            Meeting: self._build_meeting,
            Request: self._build_parts,
            RequestItem: self._build_item,
            Source: lambda _: iter(()),
            Theme: self._build_theme,
            Thing: self._build_thing,
        }

    def build(self, number: int) -> list[Section]:
        """Return the sections of a record's page; those without content are left out."""
        record_class = self._network.tables_by_number[number].record
        builder = next((self._builders[base] for base in record_class.__mro__ if base in self._builders), None)
        sections = list(builder(number) if builder else self._build_story(number))
        is_traced = builder in (None, self._build_item)
        ties = [tie for tie in self._stories.iterate_ties(number) if not (is_traced and tie.takes_up)]
        related = [self.formatter.make_related(tie) for tie in ties[: self._max_moments]]
        sections.append(self._make_section("related", [MomentGroup(None, related)], [tie.other for tie in ties]))
        return [section for section in sections if section.numbers or section.note]

    @staticmethod
    def list_records(sections: Iterable[Section]) -> list[int]:
        """Return the records of sections, those below others included, each once."""

        def walk(moments: Iterable[Moment]) -> Iterator[int]:
            for moment in moments:
                yield moment.number
                yield from walk(moment.children)

        return list(dict.fromkeys(walk(moment for section in sections for group in section.groups for moment in group.moments)))

    def tell_in_short(self, number: int) -> Moment:
        """Return a record with the first step of its story in each later document below it."""
        sources = self._network.sources_by_number
        steps = {sources[step.number]: step for step in reversed(self._stories.get_story(number).later)}
        moments = self.formatter.make_moments(list(reversed(steps.values()))[:_MAX_SHORT_STEPS], number)
        return evolve(self.formatter.make_moment(number), children=tuple(evolve(moment, ties=()) for moment in moments))

    def list_by_table(self, numbers: Iterable[int]) -> list[Section]:
        """Return a section for each table of some records, in which they stand in time order by document."""
        tables = self._network.tables_by_number
        return [
            evolve(self._list_by_time("all", members, len(members)), name=tables[members[0]].titles[self._lang], id=name)
            for name, members in ((name, list(group)) for name, group in groupby(numbers, key=lambda number: tables[number].name))
        ]

    def _build_story(self, number: int) -> Iterator[Section]:
        """Yield what became of a record, and what came before it."""
        story = self._stories.get_story(number)
        awaits = self._stories.get_outcome(number) is not None
        if story.later or awaits:
            note = "" if story.later else WORDS["nothing known"][self._lang]
            yield self._make_story_section("became", story.later, story.silent, number, note)
        if story.earlier:
            yield self._make_story_section("before", story.earlier, (), number)

    def _build_parts(self, number: int) -> Iterator[Section]:
        """Yield the parts of a record, each below that of which it is a part."""
        numbers = sorted(self._network.iterate_descendants(number))
        moments = self.formatter.nest_moments(numbers[: self._max_moments], self._network.parents_by_number)
        yield self._make_section("asked here", [MomentGroup(None, moments)], numbers)

    def _build_item(self, number: int) -> Iterator[Section]:
        yield from self._build_parts(number)
        yield from self._build_story(number)

    def _build_meeting(self, number: int) -> Iterator[Section]:
        """Yield what was said at a meeting by agenda item, each answer below its question, and what was instructed or decided there."""
        statements = self._data.statements.where(meeting_id=self._network.ids[number])
        spoken = sorted(statements, key=lambda statement: (statement.turn, statement.point, statement.id))
        ids = self._network.numbers_by_id
        parents = {ids[statement.id]: ids[statement.replies_to_ids[0]] for statement in spoken if statement.replies_to_ids}
        groups = [
            MomentGroup(
                self.make_entry(ids[agenda_item]) if agenda_item else None,
                self.formatter.nest_moments([ids[statement.id] for statement in members], parents),
            )
            for agenda_item, members in groupby(spoken[: self._max_moments], key=lambda statement: statement.agenda_item_id)
        ]
        section = self._make_section("conversation", groups, self._to_numbers(statement.id for statement in spoken))
        is_in_list = spoken and not self._network.has_pages(self._network.tables_by_number[section.numbers[0]])
        yield evolve(section, list_page=self._network.page(section.numbers[0])) if is_in_list else section
        others = [
            referrer
            for field, referrers in self._network.referrers_by_number.get(number, {}).items()
            if field.table.name not in {self._data.statements.name, self._data.agenda_items.name, self._data.links.name}
            for referrer in referrers
        ]
        yield self._list_by_time("at meeting", others)

    def _build_theme(self, number: int) -> Iterator[Section]:
        """Yield all that happened on a theme in time order, by document."""
        story = self._stories.trace_theme(number)
        if story.later:
            yield self._make_story_section("story", story.later, story.silent, None)

    def _build_thing(self, number: int) -> Iterator[Section]:
        """Yield all that was said about a thing, and the other records that name it."""
        said = self._to_numbers(self._data.said(about=self._network.ids[number]).ids())
        yield self._list_by_time("said about", said)
        others = {
            referrer
            for field, referrers in self._network.referrers_by_number.get(number, {}).items()
            if field.table.name not in {self._data.things.name, self._data.links.name}
            for referrer in referrers
        }
        yield self._list_by_time("named in", others.difference(said))

    def _build_actor(self, number: int) -> Iterator[Section]:
        """Yield what an actor asked, what was asked of it, what it answered and promised, and what of this is overdue."""
        dealings = self._stories.find_dealings(number)
        yield self._list_by_time("overdue", dealings.overdue)
        yield self._list_by_time("asked", dealings.asked)
        yield self._list_by_time("was asked", dealings.was_asked)
        yield self._list_by_time("answered", dealings.answered)
        yield self._list_by_time("said else", dealings.others)

    def _build_link(self, number: int) -> Iterator[Section]:
        """Yield both ends of a link."""
        link = self._stories.links[number]
        ends = [self._network.numbers_by_id[id] for id in (link.subject_id, link.object_id)]
        yield self._make_section("both ends", [MomentGroup(None, [self.formatter.make_moment(end) for end in ends])], ends)

    def _to_numbers(self, ids: Iterable[str]) -> list[int]:
        return [self._network.numbers_by_id[id] for id in ids]

    def _list_by_time(self, name: str, numbers: Iterable[int], max_moments: int | None = None) -> Section:
        """Return a section of records in time order, by document; of at most `max_moments`, or of the maximum of all sections if None."""
        ordered = order_by_time(self._network, numbers)
        moments = self.formatter.make_moments(map(StoryStep, ordered[: max_moments or self._max_moments]))
        return self._make_section(name, self._group_by_source(moments), ordered)

    def _make_story_section(
        self, name: str, steps: Sequence[StoryStep], silent: Sequence[int], here: int | None, note: str = ""
    ) -> Section:
        groups = self._group_by_source(self.formatter.make_moments(steps[: self._max_moments], here))
        silent_sources = [self.make_entry(source) for source in silent[: self._max_silent]]
        return self._make_section(name, groups, [step.number for step in steps], note, silent_sources)

    def _group_by_source(self, moments: Iterable[Moment]) -> list[MomentGroup]:
        return [MomentGroup(source, list(members)) for source, members in groupby(moments, key=lambda moment: moment.source)]

    def _make_section(
        self, name: str, groups: Sequence[MomentGroup], numbers: Sequence[int], note: str = "", silent: Sequence[RecordEntry] = ()
    ) -> Section:
        return Section(WORDS[name][self._lang], groups, note, silent, numbers, len(numbers) > self._max_moments)


def is_collection(record: Record) -> bool:
    """Return whether the page of a record brings together others under a subject, so that their data are worth a file."""
    return isinstance(record, Actor | Meeting | Request | Theme | Thing)
