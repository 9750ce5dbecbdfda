"""`FollowUpStatus`: what became of an ask, a question, a promise, an order or a milestone, as far as the sources show."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date

from attrs import evolve, frozen

from dxgov.analysis.slips import Slip, SlipKind
from dxgov.analysis.tracing import Step, Trace
from dxgov.codes import Code
from dxgov.model.meetings import Commitment, EventStatus, Statement
from dxgov.model.plans import Instruction, Milestone
from dxgov.model.record import Record
from dxgov.model.relations import Predicate
from dxgov.model.requests import Ask, AskResponse


class FollowUpStatus(Code):
    """What became of what was asked, promised, ordered or planned."""

    ANSWERED = (
        "answered",
        "回答あり",
        "A source states an answer, or a later record replies.",
        "出典が回答を述べているか、応答した記録がある。",
    )
    HELD = (
        "held",
        "実施済み",
        "It took place, or a milestone that carries it out did.",
        "実施された。または、関連する日程が実施された。",
    )
    UNDERWAY = (
        "underway",
        "実施中",
        "It has begun and goes on, or a milestone that carries it out does.",
        "始まっており、まだ終わっていない。または、関連する日程が実施中である。",
    )
    SLIPPED = (
        "slipped",
        "遅延・中止",
        "It was put off, called off or held late, or a milestone that carries it out was.",
        "遅れ、延期または中止となった。関連する日程がそうなった場合を含む。",
    )
    PLANNED = (
        "planned",
        "予定",
        "It is planned, or a milestone that carries it out is.",
        "予定されている。または、関連する日程が予定されている。",
    )
    DATE_PASSED = (
        "date_passed",
        "期日経過",
        "Its date is over, or that of a milestone that carries it out, and no document tells whether it took place.",
        "期日を過ぎたが、実施されたかどうかを伝える文書がない。関連する日程がそうである場合を含む。",
    )
    MENTIONED_LATER = (
        "mentioned_later",
        "その後に言及",
        "A later document speaks of the matter; none states an answer.",
        "後の文書が同じ事柄を扱っているが、回答を示す出典はない。",
    )
    NO_LATER_WORD = "no_later_word", "続報なし", "No later document tells what became of it.", "その後を伝える文書がない。"


_SLIPPED = {SlipKind.LATER, SlipKind.POSTPONED, SlipKind.CANCELLED}

_STATUS_OUTCOMES = {
    EventStatus.HELD: FollowUpStatus.HELD,
    EventStatus.UNDERWAY: FollowUpStatus.UNDERWAY,
    EventStatus.PLANNED: FollowUpStatus.PLANNED,
    EventStatus.TENTATIVE: FollowUpStatus.PLANNED,
    EventStatus.POSTPONED: FollowUpStatus.SLIPPED,
    EventStatus.CANCELLED: FollowUpStatus.SLIPPED,
}


_DECISIVE = (
    FollowUpStatus.SLIPPED,
    FollowUpStatus.HELD,
    FollowUpStatus.UNDERWAY,
    FollowUpStatus.PLANNED,
    FollowUpStatus.DATE_PASSED,
)
"""The outcomes of milestones that tell what became of what they carry out; the first of them counts."""


AWAITING = (Ask, Statement, Instruction, Milestone)
"""The classes of records of which some ask, promise, order or plan something."""


def awaits_outcome(record: Record) -> bool:
    """Return whether a record asks, promises, orders or plans something, so that one can say what became of it."""
    if isinstance(record, Statement):
        promises = record.commitment not in {None, Commitment.NONE}
        return promises or (record.kind is not None and record.kind.awaits_reply)
    return isinstance(record, AWAITING)


@frozen
class OutcomeFinder:
    """Finds the outcomes of records from their traces."""

    slips: Mapping[str, Slip]
    """The slips of milestones by the id of each record that tells of them."""

    unanswered_ids: Collection[str]
    """The ids of the questions, requests and proposals of meetings without a reply."""

    day: date
    """The day by which a date is over or still to come."""

    def find_outcome(self, record: Record, followers: Iterable[Step]) -> FollowUpStatus | None:
        """Return what became of a record; None if it does not await an outcome.

        Args:
            record: The record.
            followers: The steps that take it up, as `find_followers` returns them.
        """
        if not awaits_outcome(record):
            return None
        if isinstance(record, Milestone):
            return self._find_milestone_outcome(record)
        steps = tuple(followers)
        ids = {step.record.id for step in steps}
        direct = [(step, tie) for step in steps for tie in step.takes_up if tie.earlier_id not in ids]
        if self._is_answered(record) or any(tie.relation == Predicate.RESPONDS_TO for _, tie in direct):
            return FollowUpStatus.ANSWERED
        # A milestone on the same matter does not yet carry it out; a link must say so.
        carrying_out = (step.record for step, tie in direct if tie.relation == Predicate.IMPLEMENTS)
        outcomes = {self._find_milestone_outcome(milestone) for milestone in carrying_out if isinstance(milestone, Milestone)}
        decisive = next((outcome for outcome in _DECISIVE if outcome in outcomes), None)
        elsewhere = any(step.record.citation.source_id != record.citation.source_id for step in steps)
        return decisive or (FollowUpStatus.MENTIONED_LATER if elsewhere else FollowUpStatus.NO_LATER_WORD)

    def _is_answered(self, record: Record) -> bool:
        """Return whether a source states an answer to an ask, or a statement that awaits a reply has one."""
        if isinstance(record, Ask):
            return record.response is not AskResponse.UNKNOWN
        awaits_reply = isinstance(record, Statement) and record.kind is not None and record.kind.awaits_reply
        return awaits_reply and record.id not in self.unanswered_ids

    def _find_milestone_outcome(self, milestone: Milestone) -> FollowUpStatus:
        outcome = self._find_stated_outcome(milestone)
        last = milestone.date.end if milestone.date else None
        return FollowUpStatus.DATE_PASSED if outcome is FollowUpStatus.PLANNED and last and last < self.day else outcome

    def _find_stated_outcome(self, milestone: Milestone) -> FollowUpStatus:
        """Return what the sources say that became of a milestone."""
        slip = self.slips.get(milestone.id)
        if slip is None:
            return _STATUS_OUTCOMES.get(milestone.status, FollowUpStatus.NO_LATER_WORD)
        if slip.kind in _SLIPPED:
            return FollowUpStatus.SLIPPED
        return (
            FollowUpStatus.NO_LATER_WORD
            if slip.kind is SlipKind.NO_LATER_WORD
            else _STATUS_OUTCOMES.get(slip.status, FollowUpStatus.NO_LATER_WORD)
        )


def find_followers(trace: Trace, list_ancestors: Callable[[str], Collection[str]]) -> tuple[Step, ...]:
    """Return the steps of a trace that take up its subject, what this is a part of, or its parts, directly or through others.

    Each has only the ties to these records and to other such steps.

    Args:
        trace: The trace.
        list_ancestors: Returns the ids of the records that a record is a part of.
    """
    subject = trace.subject.id
    above = {subject, *list_ancestors(subject)}
    ids = [step.record.id for step in trace.steps]
    own = {id for id in ids if id in above or subject in list_ancestors(id)}
    # As in the trace, a link between records of the same date is followed both ways.
    later_ids = {step.record.id: [tie.later_id for tie in step.taken_up] for step in trace.steps}
    dates = {step.record.id: step.when for step in trace.steps}
    for step in trace.steps:
        later_ids[step.record.id] += [tie.earlier_id for tie in step.takes_up if tie.link and dates.get(tie.earlier_id) == step.when]
    reached, level = {*own}, [*own]
    while level:
        level = [id for id in dict.fromkeys(later for earlier in level for later in later_ids.get(earlier, ())) if id not in reached]
        reached |= {*level}
    return tuple(
        evolve(step, takes_up=tuple(tie for tie in step.takes_up if tie.earlier_id in reached))
        for step in trace.steps
        if step.record.id in reached - own
    )
