"""Moments: records as a story tells them, each with its sentence, who and when, what it takes up, and what became of it."""

from collections.abc import Callable, Iterable, Sequence

from attrs import evolve, frozen

from dxgov.analysis.outcomes import FollowUpStatus
from dxgov.exporters.site.addresses import outcome_page
from dxgov.exporters.site.atlas import RecordNetwork
from dxgov.exporters.site.stories import Stories, StoryStep, StoryTie
from dxgov.exporters.site.words import RELATIONS, WORDS, TaggedText, code_name, guess_language
from dxgov.languages import Lang
from dxgov.model.relations import LinkBasis
from dxgov.tables.captions import shorten_caption

_MAX_TIE_LENGTH = 80
"""Maximum characters of the caption of a record to which another is tied."""

_MAX_PARTIES = 4
"""Maximum actors that are named on each side of a moment."""


@frozen
class RecordEntry:
    """A record in a list."""

    caption: TaggedText
    page: str
    """Its address in the folder of the language."""
    date: str
    css_classes: str
    """CSS classes of the date: its shape and its doubt."""


@frozen
class PartyList:
    """The actors on one side of a moment."""

    entries: Sequence[RecordEntry]
    others: int
    """The number of those that are not named."""


@frozen
class OutcomeLabel:
    """What became of a record, in words."""

    name: str
    code: str
    meaning: str
    page: str
    """Path of the page that lists all records of this outcome, in the folder of the language."""


@frozen
class TieLabel:
    """A tie to another record, in words."""

    name: str
    """What the record is to the other one."""
    entry: RecordEntry | None
    """The other record; None if it is not named."""
    is_here: bool
    """True if the other record is that of the page."""
    reason: TaggedText | None
    """Why the editors link them."""
    certainty: str
    """Whose judgement it is and how sure; empty for a reference."""
    link: RecordEntry | None
    """The link; None for a reference."""


@frozen
class Moment:
    """A record as a story tells it."""

    number: int
    entry: RecordEntry
    kind: str
    by: PartyList
    to: PartyList
    source: RecordEntry | None
    outcome: OutcomeLabel | None
    ties: Sequence[TieLabel] = ()
    children: Sequence["Moment"] = ()
    """Moments below it, such as the answers to a question."""


class MomentFormatter:
    """Puts the records of stories into the words of one language."""

    def __init__(self, network: RecordNetwork, stories: Stories, lang: Lang, make_entry: Callable[[int], RecordEntry]) -> None:
        self._network, self._stories, self._lang, self._make_entry = network, stories, lang, make_entry

    def make_moment(self, number: int, ties: Iterable[StoryTie] = (), here: int | None = None) -> Moment:
        """Return a record as a moment.

        Args:
            number: The record.
            ties: What it takes up.
            here: The record of the page, which its ties do not name again; None for none.
        """
        parties, source = self._stories.get_parties(number), self._network.sources_by_number[number]
        return Moment(
            number,
            self._make_entry(number),
            self._name_kind(number),
            self._list_parties(parties.by),
            self._list_parties(parties.to),
            None if source is None or source == number else self._make_entry(source),
            self.describe_outcome(outcome) if (outcome := self._stories.get_outcome(number)) else None,
            tuple(self.label_tie(tie, here) for tie in ties),
        )

    def make_moments(self, steps: Iterable[StoryStep], here: int | None = None) -> list[Moment]:
        """Return the steps of a story as moments, each with the replies below it that are no steps."""
        ties = {step.number: step.ties for step in steps}
        return [
            evolve(
                self.make_moment(number, ties[number], here),
                children=tuple(self.make_moment(reply) for reply in self._stories.list_replies(number) if reply not in ties),
            )
            for number in ties
        ]

    def nest_moments(self, numbers: Sequence[int], parents: dict[int, int]) -> list[Moment]:
        """Return moments with those below them that have them as their parent; a parent comes before its children."""
        moments: dict[int, list[Moment]] = {}
        for number in reversed(numbers):
            moment = evolve(self.make_moment(number), children=tuple(moments.pop(number, ())))
            parent = parents.get(number, number)
            moments.setdefault(parent if parent in numbers[: numbers.index(number)] else -1, []).insert(0, moment)
        return moments.get(-1, [])

    def describe_outcome(self, outcome: FollowUpStatus) -> OutcomeLabel:
        """Return what became of a record in words."""
        return OutcomeLabel(outcome.titles[self._lang], str(outcome), outcome.descriptions[self._lang], outcome_page(outcome))

    def make_related(self, tie: StoryTie) -> Moment:
        """Return the other record of a tie, with what the record of the page is to it."""
        return evolve(self.make_moment(tie.other), ties=(evolve(self.label_tie(tie), entry=None),))

    def label_tie(self, tie: StoryTie, here: int | None = None) -> TieLabel:
        """Return a tie in words; `here` is the record of the page, or None."""
        entry = None if tie.other == here else self._make_entry(tie.other)
        entry = entry and evolve(entry, caption=evolve(entry.caption, text=shorten_caption(entry.caption.text, _MAX_TIE_LENGTH)))
        if tie.link is None:
            table = self._network.tables_by_number[tie.other]
            return TieLabel(table.column(tie.relation).titles[self._lang], entry, tie.other == here, None, "", None)
        link = self._stories.links[tie.link]
        text = link.rationale_en if self._lang == "en" else link.rationale
        reason = None if text is None else TaggedText(text, None if guess_language(text, self._lang) == self._lang else "ja")
        basis = WORDS["basis"][self._lang].format(basis=code_name(link.basis, self._lang))
        confidence = WORDS["confidence"][self._lang].format(confidence=code_name(link.confidence, self._lang))
        certainty = basis if link.basis is LinkBasis.STATED else WORDS["comma"][self._lang].join((basis, confidence))
        name = RELATIONS[tie.relation][0 if tie.is_subject else 1][self._lang]
        return TieLabel(name, entry, tie.other == here, reason, certainty, self._make_entry(tie.link))

    def _name_kind(self, number: int) -> str:
        table = self._network.tables_by_number[number]
        return table.label if self._lang == "ja" else table.singular.replace("_", " ")

    def _list_parties(self, numbers: Sequence[int]) -> PartyList:
        return PartyList([self._make_entry(number) for number in numbers[:_MAX_PARTIES]], max(len(numbers) - _MAX_PARTIES, 0))
