"""What became of asks, questions, promises and milestones, as far as the links and replies of the sources show."""

from collections.abc import Iterable
from datetime import date, timedelta

import attrs
import pytest

from dxgov import Dataset, Link, Record
from dxgov.analysis.outcomes import FollowUpStatus, OutcomeFinder, awaits_outcome, find_followers
from dxgov.analysis.slips import index_slips
from dxgov.model.meetings import EventStatus
from dxgov.model.requests import AskResponse
from soundness import sound


def find_outcome(data: Dataset, id: str, day: date = date(2020, 1, 1)) -> FollowUpStatus | None:
    """Return what became of a record of a data set, as of a day."""

    def list_ancestors(id: str) -> list[str]:
        table = data.model().table_of(type(data[id]))
        parents = [parent for column in table.parents if (parent := getattr(data[id], column.name))]
        return [ancestor for parent in parents for ancestor in (parent, *list_ancestors(parent))]

    finder = OutcomeFinder(index_slips(data.slipped()), {*data.unanswered().ids()}, day)
    return finder.find_outcome(data[id], find_followers(data.trace(id), list_ancestors))


def replace(data: Dataset, *records: Record, without: Iterable[str] = ()) -> Dataset:
    """Return a data set with some records in place of those with their ids."""
    ids = {record.id for record in records} | {*without}
    return Dataset.of([*(record for record in data if record.id not in ids), *records], data.metadata)


ASK = "req-2020-11-24-tokyo-assocs-digital.04.1.a"
MEASURE = "msr-2022-01-24-digital-agency.02.5"


def test_an_ask_is_taken_up_where_a_later_document_takes_up_what_it_is_a_part_of(ds: Dataset):
    assert find_outcome(ds, ASK) is FollowUpStatus.MENTIONED_LATER
    links = [*ds.links.where(subject_id=MEASURE).ids(), *ds.links.where(object_id=MEASURE).ids()]
    assert find_outcome(replace(ds, without=links), ASK) is FollowUpStatus.NO_LATER_WORD


def test_an_earlier_document_is_no_outcome(ds: Dataset):
    for ask in ds.asks:
        trace = ds.trace(ask)
        (own,) = {step.when for step in trace.steps if step.record.id == ask.id}
        later = [step for step in trace.steps if step.when > own and step.record.citation.source_id != ask.citation.source_id]
        assert (find_outcome(ds, ask.id) is FollowUpStatus.NO_LATER_WORD) == (not later), ask.id


@pytest.mark.parametrize("response", [response for response in AskResponse if response is not AskResponse.UNKNOWN])
def test_a_stated_response_is_an_answer(ds: Dataset, response: AskResponse):
    assert find_outcome(replace(ds, attrs.evolve(ds.asks[ASK], response=response)), ASK) is FollowUpStatus.ANSWERED


@pytest.mark.parametrize(
    ("predicate", "status", "outcome"),
    [
        ("implements", EventStatus.HELD, FollowUpStatus.HELD),
        ("implements", EventStatus.PLANNED, FollowUpStatus.PLANNED),
        ("implements", EventStatus.UNDERWAY, FollowUpStatus.UNDERWAY),
        ("implements", EventStatus.POSTPONED, FollowUpStatus.SLIPPED),
        ("corresponds_to", EventStatus.HELD, FollowUpStatus.MENTIONED_LATER),
    ],
)
def test_a_milestone_decides_if_it_carries_the_ask_out(ds: Dataset, predicate: str, status: EventStatus, outcome: FollowUpStatus):
    milestone = attrs.evolve(ds.milestones["ms-common-platform.policy-decision"], status=status)
    link = attrs.evolve(ds.links[0], id="lnk-made-up", subject_id=milestone.id, object_id=ASK, predicate=predicate)
    observations = [observation.id for observation in ds.observations.where(milestone_id=milestone.id)]
    assert isinstance(link, Link)
    assert find_outcome(replace(ds, milestone, link, without=observations), ASK) is outcome


def test_a_plan_whose_last_day_is_over_is_no_plan_any_more(ds: Dataset):
    milestone = next(other for other in ds.milestones if find_outcome(ds, other.id) is FollowUpStatus.PLANNED and other.date.end)
    last = milestone.date.end
    assert find_outcome(ds, milestone.id, last) is FollowUpStatus.PLANNED
    assert find_outcome(ds, milestone.id, last + timedelta(1)) is FollowUpStatus.DATE_PASSED
    held = next(other for other in ds.milestones if find_outcome(ds, other.id) is FollowUpStatus.HELD)
    assert find_outcome(ds, held.id, date(2100, 1, 1)) is FollowUpStatus.HELD


def test_a_question_is_answered_by_its_reply(ds: Dataset):
    answered = next(statement.replies_to_ids[0] for statement in ds.statements if statement.replies_to_ids)
    assert find_outcome(ds, answered) is FollowUpStatus.ANSWERED
    assert {find_outcome(ds, id) for id in ds.unanswered().ids()} <= {FollowUpStatus.NO_LATER_WORD, FollowUpStatus.MENTIONED_LATER}


def test_only_what_asks_promises_or_plans_has_an_outcome():
    for record in sound():
        assert (find_outcome(sound(), record.id) is not None) == awaits_outcome(record)
