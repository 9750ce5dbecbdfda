"""`Slip`: what was planned for a milestone against the newest word on it, from all records that tell of it."""

from collections.abc import Iterable, Mapping
from datetime import date

from attrs import frozen

from dxgov.codes import Code
from dxgov.dates.when import Scope, When
from dxgov.model.meetings import EventStatus
from dxgov.model.plans import Milestone, Observation
from dxgov.model.sources import Source
from dxgov.tables.records import Records


class SlipKind(Code):
    """What became of the date of a milestone."""

    LATER = (
        "later",
        "遅れ",
        "Every day that the newest date can mean is after those that were planned.",
        "新しい日付が、当初の予定より後になった。",
    )
    SOONER = (
        "sooner",
        "前倒し",
        "Every day that the newest date can mean is before those that were planned.",
        "新しい日付が、当初の予定より前になった。",
    )
    POSTPONED = "postponed", "延期（日付未定）", "It was put off, and no new date is told.", "延期され、新しい日付は示されていない。"
    CANCELLED = "cancelled", "中止", "It was called off.", "中止された。"
    UNCLEAR = "unclear", "前後不明", "The dates are too vague to tell which comes first.", "日付に幅があり、前後を判断できない。"
    AS_PLANNED = "as_planned", "予定どおり", "The newest date lies within what was planned.", "新しい日付が、当初の予定の範囲に収まる。"
    NOT_COMPARABLE = "not_comparable", "比較不能", "No two sources give a date to compare.", "比べられる日付が二つの出典にない。"
    NO_LATER_WORD = (
        "no_later_word",
        "続報なし",
        "Its date is over when the newest document was published, and no source tells what became of it.",
        "最新の文書の時点で予定の日を過ぎているが、その後を伝える出典がない。",
    )


@frozen
class Slip:
    """A milestone with what was planned, the newest word on it, and the days between."""

    milestone: Milestone
    """The milestone."""

    kind: SlipKind
    """What became of its date."""

    days: tuple[int | None, int | None] | None
    """The least and the most days by which it slipped, negative if it was brought forward; None for an open end. The two differ
    where a date is vague. None if there are no two dates to compare."""

    planned: Milestone | Observation | None
    """The record with the first date that is told; None if that is told only when it has taken place."""

    newest: Milestone | Observation | None
    """The record with the last date that is told; None if no date is told but the planned one."""

    records: tuple[Milestone | Observation, ...]
    """The milestone and its observations, sorted by the day for which they tell the status."""

    @property
    def status(self) -> EventStatus:
        """The status that the newest record tells."""
        return self.records[-1].status


def find_slips(milestones: Records[Milestone], observations: Records[Observation], sources: Records[Source]) -> tuple[Slip, ...]:
    """Return the slip of each milestone that several records tell of, and of those on which the sources fall silent.

    They are sorted by kind, and then by the least days, the most first.
    """
    milestones_by_id = {milestone.id: milestone for milestone in milestones}
    observations_by_milestone: dict[str, list[Observation]] = {}
    for observation in observations:
        # An observation may hold the milestone's id of an earlier version.
        milestone = milestones_by_id.get(observation.milestone_id) or milestones.get(observation.milestone_id)
        if milestone is not None:
            observations_by_milestone.setdefault(milestone.id, []).append(observation)
    last_published = max((source.published for source in sources), default=None)
    slips = [
        slip
        for milestone in milestones_by_id.values()
        for slip in [compare_plan(milestone, observations_by_milestone.get(milestone.id, ()))]
        if len(slip.records) > 1 or (last_published is not None and _is_silent(milestone, last_published))
    ]
    kinds = [*SlipKind]
    return tuple(sorted(slips, key=lambda slip: (kinds.index(slip.kind), -((slip.days or (0,))[0] or 0), slip.milestone.id)))


def compare_plan(milestone: Milestone, observations: Iterable[Observation]) -> Slip:
    """Compare the first date that is told of a milestone with the last one; the order of the observations does not matter."""
    unsorted: list[Milestone | Observation] = [milestone, *observations]
    records = tuple(sorted(unsorted, key=_order_by_knowledge))
    dated = [record for record in records if record.date is not None]
    planned, newest = (dated[0], dated[-1]) if dated else (None, None)
    if planned is newest and planned is not None:  # a single date is either the plan or the outcome
        planned, newest = (None, newest) if planned.status in {EventStatus.HELD, EventStatus.UNDERWAY} else (planned, None)
    days = measure_slip(planned.date, newest.date) if planned and newest and planned.date and newest.date else None
    return Slip(milestone, _classify(records, days), days, planned, newest, records)


def _order_by_knowledge(record: Milestone | Observation) -> tuple[date, bool, str]:
    """Return the sort key of a record: the day for which it tells the status; of one day, the milestone comes first."""
    as_of = record.status_as_of
    return as_of.start or as_of.end or date.min, isinstance(record, Observation), record.id


def _is_silent(milestone: Milestone, last_published: When) -> bool:
    is_open = milestone.status in {EventStatus.PLANNED, EventStatus.TENTATIVE}
    return is_open and milestone.date is not None and milestone.date.surely_before(last_published)


def _classify(records: tuple[Milestone | Observation, ...], days: tuple[int | None, int | None] | None) -> SlipKind:
    last = records[-1]
    if last.status is EventStatus.CANCELLED:
        return SlipKind.CANCELLED
    if last.status is EventStatus.POSTPONED and last.date is None:
        return SlipKind.POSTPONED
    if days is None:
        return SlipKind.NOT_COMPARABLE if len(records) > 1 else SlipKind.NO_LATER_WORD
    least, most = days
    if least is not None and least > 0:
        return SlipKind.LATER
    if most is not None and most < 0:
        return SlipKind.SOONER
    return SlipKind.AS_PLANNED if days == (0, 0) else SlipKind.UNCLEAR


def measure_slip(planned: When, newest: When) -> tuple[int | None, int | None] | None:
    """Return the least and the most days from a planned date to a newer one; None if one of them names no day.

    The plan is kept, with no days, if all that the newer date can mean was planned. Of a deadline the last day counts, of a beginning the
    first: two deadlines differ by the days between them, also if the newer one is sooner.

    >>> measure_slip(When.from_value("2024-04-29/2024-05-03"), When.from_value("2024-05-21"))
    (18, 22)
    """
    if not (_has_day(planned) and _has_day(newest)):
        return None
    are_deadlines = planned.scope is newest.scope is Scope.BY and planned.end is not None and newest.end is not None
    are_beginnings = planned.scope is newest.scope is Scope.FROM and planned.start is not None and newest.start is not None
    if not (are_deadlines or are_beginnings) and _lies_within(newest, planned):
        return 0, 0
    (planned_first, planned_last), (first, last) = _find_days(planned), _find_days(newest)
    least = (first - planned_last).days if first and planned_last else None
    most = (last - planned_first).days if last and planned_first else None
    return least, most


def _has_day(when: When) -> bool:
    return when.start is not None or when.end is not None


def _lies_within(inner: When, outer: When) -> bool:
    """Return whether a date can mean no day that another cannot mean."""
    starts = outer.start is None or (inner.start is not None and outer.start <= inner.start)
    return starts and (outer.end is None or (inner.end is not None and inner.end <= outer.end))


def _find_days(when: When) -> tuple[date | None, date | None]:
    """Return the first and the last day on which it may be: of a deadline its last day, of a beginning its first."""
    if when.scope is Scope.BY and when.end:
        return when.end, when.end
    if when.scope is Scope.FROM and when.start:
        return when.start, when.start
    return when.start, when.end


def index_slips(slips: Iterable[Slip]) -> Mapping[str, Slip]:
    """Return the slips by the id of each record that tells of the milestone."""
    return {record.id: slip for slip in slips for record in slip.records}
