"""Conversation chart: the points of a meeting, the replies to them, and the points without a reply."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from dxgov.arguments import check_arguments
from dxgov.charts.pictures import ColumnValues, Picture, describe_absence, make_picture, select_records
from dxgov.charts.scene import SOFT, Scene
from dxgov.charts.thread_layout import MAX_ITEMS, ThreadItem, build_group_items, draw_thread, format_thread
from dxgov.charts.words import RecordCaptions, build_caption_column, get_display_name, translate
from dxgov.dataset import Dataset
from dxgov.errors import UnknownNameError
from dxgov.languages import Lang
from dxgov.marks import Label
from dxgov.model.meetings import Meeting, Statement
from dxgov.schema import Column, Kind

_POINT_LEGEND = {"open": "unanswered", "answered": "awaits", "reply": "replies", "plain": "other point"}
_SPEAKER_LEGEND = {"open": "unanswered", "answered": "none open"}
"""Keys of the labels of symbols."""


@check_arguments
def conversation(data: Dataset, meeting: str | Meeting | None = None, lang: Lang = "en") -> Picture:
    """Draw the points of a meeting in the order of speaking, each with the points that it answers.

    Points that call for a reply and have none are marked.

    Args:
        data: The data set.
        meeting: The meeting or its id; None for the meeting with most recorded points.
        lang: The language of the texts.

    Returns:
        The picture.

    Raises:
        UnknownNameError: there is no such meeting.
    """
    # Collect the points of the meeting.
    selection = _find_meeting(data, meeting)
    points: list[Statement] = []
    if selection:
        points = sorted(data.statements.where(meeting_id=selection.id), key=lambda point: (point.turn, point.point, point.id))
    unanswered_ids = {*data.unanswered().ids()} if points else set()
    captions = RecordCaptions(data, lang)
    columns = _build_columns(data, points, unanswered_ids, captions)
    speakers = f"{len({point.speaker_id for point in points}):,}"
    finding = translate("conversation finding", lang).format(
        points=f"{len(points):,}",
        speakers=speakers,
        awaiting=f"{sum(point.awaits_reply for point in points):,}",
        unanswered=f"{sum(point.id in unanswered_ids for point in points):,}",
    )
    unjudged = sum(point.kind is None for point in points)
    if unjudged:
        finding = translate("unjudged finding", lang).format(points=f"{len(points):,}", speakers=speakers, unjudged=f"{unjudged:,}")
    # Draw each point, or the speakers if there are too many.
    by_speaker = len(points) > MAX_ITEMS
    if by_speaker:
        items, edges = _build_speaker_items(points, unanswered_ids, captions, data.actors.name, lang)
    else:
        items, edges = _build_point_items(data, points, unanswered_ids, captions, lang)
    legend = [(symbol, translate(key, lang)) for symbol, key in (_SPEAKER_LEGEND if by_speaker else _POINT_LEGEND).items()]

    def draw(scene: Scene, y: float) -> float:
        if by_speaker:
            y = scene.add_text(scene.left, y, translate("by speaker", lang), size=12, fill=SOFT) + 8
        return draw_thread(scene, y, items, edges, legend) if items else y

    subject = captions.get(data.meetings.name, selection.id) if selection else ""
    text = [*([translate("by speaker", lang), ""] if by_speaker else []), *format_thread(items, edges)]
    if not points:
        finding = describe_absence(data, data.statements, lang)
    counted = select_records(data, ((data.statements.name, point.id) for point in points))
    return make_picture(data, lang, "conversation", finding, columns, text, draw, {"id"}, counted=counted, subject=subject)


def _build_columns(data: Dataset, points: Sequence[Statement], unanswered_ids: set[str], captions: RecordCaptions) -> ColumnValues:
    """Return the table: every point with its speaker, the points that it answers, and if it lacks a reply."""
    table = data.model().table(data.statements.name)
    speaker, kind, summary = (table.column(name) for name in ("speaker_id", "kind", "summary"))
    unanswered = Column(
        "unanswered",
        Kind.BOOLEAN,
        required=True,
        marks=(Label(translate("unanswered", "ja"), "答えがないかどうか。"),),
        text="Whether it lacks a reply.",
    )
    return [
        (table.column("id"), [point.id for point in points]),
        *((table.column(name), [getattr(point, name) for point in points]) for name in ("turn", "point")),
        (speaker, [point.speaker_id for point in points]),
        (build_caption_column(speaker), [captions.get(data.actors.name, point.speaker_id) for point in points]),
        (kind, [point.kind for point in points]),
        (summary, [captions.get(table.name, point.id) for point in points]),
        (table.column("replies_to_ids"), [point.replies_to_ids for point in points]),
        (unanswered, [point.id in unanswered_ids for point in points]),
    ]


def _find_meeting(data: Dataset, meeting: str | Meeting | None) -> Meeting | None:
    """Return a meeting by id, or by default that with most points; None if no meeting has any.

    Raises:
        UnknownNameError: the id is not that of a meeting.
    """
    if isinstance(meeting, Meeting):
        return meeting
    if meeting is not None:
        record = data[meeting]
        if not isinstance(record, Meeting):
            raise UnknownNameError(f"{meeting!r} is no meeting")
        return record
    counts = Counter(statement.meeting_id for statement in data.statements)
    longest = min(counts, key=lambda id: (-counts[id], id), default=None)
    return data.meetings[longest] if longest is not None and data.meetings.where(id=longest) else None


def _build_point_items(
    data: Dataset, points: Sequence[Statement], unanswered_ids: set[str], captions: RecordCaptions, lang: Lang
) -> tuple[list[ThreadItem], list[tuple[str, str]]]:
    """Return an item per point, grouped by agenda item, and an edge per reply."""
    items = [
        ThreadItem(
            point.id,
            _get_symbol(point, unanswered_ids),
            " · ".join([captions.get(data.actors.name, point.speaker_id), *([get_display_name(point.kind, lang)] if point.kind else [])]),
            captions.get(data.statements.name, point.id),
            translate("unanswered", lang) if point.id in unanswered_ids else "",
            captions.get(data.agenda_items.name, point.agenda_item_id) if point.agenda_item_id else "",
        )
        for point in points
    ]
    return items, [(point.id, earlier) for point in points for earlier in point.replies_to_ids]


def _get_symbol(point: Statement, unanswered_ids: set[str]) -> str:
    if point.id in unanswered_ids:
        return "open"
    if point.awaits_reply:
        return "answered"
    return "reply" if point.replies_to_ids else "plain"


def _build_speaker_items(
    points: Sequence[Statement], unanswered_ids: set[str], captions: RecordCaptions, actors: str, lang: Lang
) -> tuple[list[ThreadItem], list[tuple[str, str]]]:
    """Return an item per speaker instead of the points, the most talkative first, and an edge per pair of speakers with a reply."""
    counts = Counter(point.speaker_id for point in points)
    counts_by_rank = {id: counts[id] for id in sorted(counts, key=lambda id: (-counts[id], id))}
    unanswered_counts = Counter(point.speaker_id for point in points if point.id in unanswered_ids)
    items = build_group_items(counts_by_rank, unanswered_counts, partial(captions.get, actors), "some unanswered", lang)
    speakers = {point.id: point.speaker_id for point in points}
    replies = ((point.speaker_id, earlier) for point in points for earlier in point.replies_to_ids)
    edges = dict.fromkeys((speaker_id, speakers[earlier]) for speaker_id, earlier in replies if earlier in speakers)
    return items, [*edges]
