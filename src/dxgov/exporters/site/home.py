"""The home page in words: what was asked and what became of it, what falls due, how the debate moved, and some stories."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from attrs import frozen

from dxgov.analysis.outcomes import FollowUpStatus
from dxgov.analysis.said import view_said
from dxgov.charts.pictures import Picture
from dxgov.dates.when import When
from dxgov.exporters.site.addresses import outcome_page
from dxgov.exporters.site.moments import Moment, OutcomeLabel, RecordEntry
from dxgov.exporters.site.sections import SectionBuilder
from dxgov.exporters.site.shapes import year_of
from dxgov.exporters.site.stories import Stories
from dxgov.exporters.site.timeline import Timeline
from dxgov.exporters.site.words import WORDS, describe_newest, describe_untold, format_date
from dxgov.languages import Lang

_MAX_DUE = 5
"""Maximum due dates on the home page."""

_MAX_STORIES = 3
"""Maximum stories on the home page."""

_MAX_THEMES = 4
"""Maximum themes per year."""


@frozen
class OutcomeCell:
    """The number of records of a table with an outcome."""

    count: int
    share: int
    """Percentage of the records of the table."""
    page: str
    """Path of their list, in the folder of the language."""


@frozen
class OutcomeRow:
    """An outcome with its number of records in each table."""

    label: OutcomeLabel
    cells: Sequence[OutcomeCell]


@frozen
class OutcomeTable:
    """A table with its number of records that await an outcome."""

    name: str
    total: int


@frozen
class DebateYear:
    """What was said in a year: how much, and on which themes most."""

    title: str
    page: str | None
    """Its page of the timeline, in the folder of the language; None if nothing is dated in it by itself."""
    count: int
    themes: Sequence[tuple[RecordEntry, int]]


class HomeBuilder:
    """Builds the content of the home page in one language."""

    def __init__(self, stories: Stories, sections: SectionBuilder, flow: Picture, timeline: Timeline, lang: Lang) -> None:
        self._stories, self._sections, self._flow, self._timeline, self._lang = stories, sections, flow, timeline, lang
        self._network, self._data = stories.network, stories.data

    def build(self) -> dict[str, Any]:
        """Return the content of the home page; what is unknown is left out."""
        outcomes = self._stories.list_outcomes()
        return {
            "flow": f"{self._flow.title} {self._flow.finding}",
            "finding": self._describe_asks(outcomes),
            **self._count_outcomes(outcomes),
            "untold": [describe_untold(table, self._lang) for table in self._stories.list_untold()],
            "due": self._list_due(),
            "newest": describe_newest(self._stories.newest, self._lang),
            "overdue_page": outcome_page(FollowUpStatus.DATE_PASSED),
            "debate": self._count_years(),
            "tales": self._select_tales(outcomes),
        }

    def _describe_asks(self, outcomes: dict[int, FollowUpStatus]) -> str:
        """Return in a sentence what became of the asks; empty without asks."""
        first, total = self._network.first_numbers[self._data.asks.name], len(self._data.asks)
        counts = Counter(outcome for number, outcome in outcomes.items() if first <= number < first + total)
        silent, answered = counts[FollowUpStatus.NO_LATER_WORD], counts[FollowUpStatus.ANSWERED]
        key = "finding" if answered else "finding unanswered"
        return WORDS[key][self._lang].format(all=total, taken=total - silent, silent=silent, answered=answered) if total else ""

    def _count_outcomes(self, outcomes: dict[int, FollowUpStatus]) -> dict[str, Any]:
        """Return the tables with outcomes, and for each outcome the number of records in each of them."""
        counts = Counter((self._network.tables_by_number[number].name, outcome) for number, outcome in outcomes.items())
        totals = Counter(self._network.tables_by_number[number].name for number in outcomes)
        titles = {table.name: table.titles[self._lang] for table in self._network.tables if totals[table.name]}
        return {
            "outcome_tables": [OutcomeTable(title, totals[name]) for name, title in titles.items()],
            "outcome_rows": [
                OutcomeRow(
                    self._sections.formatter.describe_outcome(outcome),
                    [
                        OutcomeCell(
                            counts[name, outcome], round(counts[name, outcome] * 100 / totals[name]), f"{outcome_page(outcome)}#{name}"
                        )
                        for name in titles
                    ],
                )
                for outcome in FollowUpStatus
            ],
        }

    def _list_due(self) -> dict[str, Any]:
        """Return what falls due next after the day of the data set and what of it is overdue, the nearest dates first."""
        day, ids = self._stories.day, self._network.numbers_by_id
        dated = [(due.due, ids[due.record.id], due.record) for due in self._data.due() if due.due and due.due.end]
        milestones = [(milestone.date, ids[milestone.id], milestone) for milestone in self._data.milestones if milestone.date]
        overdue = [(when, number) for when, number, record in (*dated, *milestones) if self._stories.is_overdue(number, record)]
        planned = [
            (when, number) for when, number, record in milestones if self._stories.get_outcome(number, record) is FollowUpStatus.PLANNED
        ]
        coming = [item for item in (*(item[:2] for item in dated), *planned) if _find_last_day(item[0]) >= day]
        return {
            "day": format_date(When.from_value(day.isoformat()), self._lang),
            "next": self._make_moments(sorted(coming, key=lambda item: (_find_last_day(item[0]), item[1]))),
            "overdue": self._make_moments(sorted(overdue, key=lambda item: (_find_last_day(item[0]), item[1]), reverse=True)),
        }

    def _make_moments(self, dated: Sequence[tuple[When, int]]) -> list[tuple[str, Moment]]:
        return [(format_date(when, self._lang), self._sections.formatter.make_moment(number)) for when, number in dated[:_MAX_DUE]]

    def _count_years(self) -> list[DebateYear]:
        """Return how much was said in each year, and on which themes most."""
        counts, themes = Counter[int](), defaultdict[int, Counter[str]](Counter)
        said = view_said(self._data).data
        for id, theme_ids in zip(said["id"].to_pylist(), said["theme_ids"].to_pylist(), strict=True):
            when = self._network.effective_date(self._network.numbers_by_id[id])
            year = year_of(when) if when else None
            if year is not None:
                counts[year] += 1
                themes[year].update(theme_ids)
        return [
            DebateYear(
                WORDS["year"][self._lang].format(year=year),
                self._timeline.pages_by_year.get(year),
                counts[year],
                [
                    (self._sections.make_entry(self._network.numbers_by_id[id]), count)
                    for id, count in themes[year].most_common(_MAX_THEMES)
                ],
            )
            for year in sorted(counts)
        ]

    def _select_tales(self, outcomes: dict[int, FollowUpStatus]) -> list[Moment]:
        """Return the asks whose stories run through most documents, of each request item and chief theme at most one."""
        first, total = self._network.first_numbers[self._data.asks.name], len(self._data.asks)
        stories = {number: self._stories.get_known_story(number) for number in outcomes if first <= number < first + total}
        sources = self._network.sources_by_number
        lengths = {
            number: (len({sources[step.number] for step in story.later}), len(story.later)) for number, story in stories.items() if story
        }
        chosen: dict[int | None, int] = {}
        for number in sorted(lengths, key=lambda number: (tuple(-length for length in lengths[number]), number)):
            parent = self._network.ancestors(number)[-2:][0] if self._network.ancestors(number) else None
            if lengths[number][0] and len(chosen) < _MAX_STORIES:
                chosen.setdefault(parent, number)
        return [self._sections.tell_in_short(number) for number in chosen.values()]


def _find_last_day(when: When) -> date:
    """Return the last day that a date can mean, else its first, else the first day of the calendar."""
    return when.end or when.start or date.min
