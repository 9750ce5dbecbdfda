"""The conversation of a meeting: who said what, what answers what, and what nobody answered."""

from collections import Counter
from collections.abc import Sequence

from dxgov.arguments import checked
from dxgov.charts.pictures import Columns, Picture, pictured
from dxgov.charts.scene import SOFT, Scene
from dxgov.charts.thread_layout import Knot, paint_thread, thread_text
from dxgov.charts.words import Names, called, caption_column, word
from dxgov.dataset import Dataset
from dxgov.errors import UnknownNameError
from dxgov.marks import Label
from dxgov.model.meetings import Meeting, Statement
from dxgov.schema import Column, Kind
from dxgov.text.records import Lang

_SHOWN = 60
"""How many points are shown each for itself; of more, the speakers are."""


@checked
def conversation(data: Dataset, meeting: str | Meeting | None = None, lang: Lang = "en") -> Picture:
    """The points of a meeting in the order of speaking, each with what it answers; those that await a reply and have none are marked.

    `meeting` is the meeting or its id; without one, the meeting of which most points are recorded.

    Raises:
        UnknownNameError: there is no such meeting.
    """
    chosen = _meeting(data, meeting)
    points = sorted(data.statements.where(meeting_id=chosen.id), key=lambda each: (each.turn, each.point, each.id)) if chosen else []
    unanswered = {*data.unanswered().ids()} if points else set()
    names = Names(data, lang)
    actors = data.actors.name
    table = data.model().table(data.statements.name)
    speaker, kind, summary = (table.column(name) for name in ("speaker_id", "kind", "summary"))
    columns: Columns = [
        (table.column("id"), [each.id for each in points]),
        *((table.column(name), [getattr(each, name) for each in points]) for name in ("turn", "point")),
        (speaker, [each.speaker_id for each in points]),
        (caption_column(speaker), [names(actors, each.speaker_id) for each in points]),
        (kind, [each.kind for each in points]),
        (summary, [names(table.name, each.id) for each in points]),
        (table.column("replies_to_ids"), [each.replies_to_ids for each in points]),
        (_unanswered(), [each.id in unanswered for each in points]),
    ]
    found = word("conversation found", lang).format(
        points=f"{len(points):,}",
        speakers=f"{len({each.speaker_id for each in points}):,}",
        awaiting=f"{sum(each.kind.awaits_reply for each in points):,}",
        unanswered=f"{sum(each.id in unanswered for each in points):,}",
    )
    many = len(points) > _SHOWN
    knots, ties = _speakers(points, unanswered, names, actors, lang) if many else _points(data, points, unanswered, names, lang)
    signs = (
        [("open", word("unanswered", lang)), ("answered", word("none open", lang))]
        if many
        else [
            ("open", word("unanswered", lang)),
            ("answered", word("awaits", lang)),
            ("reply", word("replies", lang)),
            ("plain", word("other point", lang)),
        ]
    )

    def paint(scene: Scene, y: float) -> float:
        if many:
            y = scene.write(scene.left, y, word("by speaker", lang), size=12, fill=SOFT) + 8
        return paint_thread(scene, y, knots, ties, signs) if knots else y

    subject = names(data.meetings.name, chosen.id) if chosen else ""
    text = [*([word("by speaker", lang), ""] if many else []), *thread_text(knots, ties)]
    return pictured(data, lang, "conversation", found if points else word("nothing", lang), columns, text, paint, {"id"}, subject=subject)


def _unanswered() -> Column:
    return Column("unanswered", Kind.BOOLEAN, required=True, marks=(Label(word("unanswered", "ja")),))


def _meeting(data: Dataset, meeting: str | Meeting | None) -> Meeting | None:
    if isinstance(meeting, Meeting):
        return meeting
    if meeting is not None:
        found = data[meeting]
        if not isinstance(found, Meeting):
            raise UnknownNameError(f"{meeting!r} is no meeting")
        return found
    counts = Counter(each.meeting_id for each in data.statements)
    fullest = min(counts, key=lambda id: (-counts[id], id), default=None)
    return data.meetings[fullest] if fullest is not None and data.meetings.where(id=fullest) else None


def _points(
    data: Dataset, points: Sequence[Statement], unanswered: set[str], names: Names, lang: Lang
) -> tuple[list[Knot], list[tuple[str, str]]]:
    knots = [
        Knot(
            each.id,
            _sign(each, unanswered),
            f"{names(data.actors.name, each.speaker_id)} · {called(each.kind, lang)}",
            names(data.statements.name, each.id),
            word("unanswered", lang) if each.id in unanswered else "",
            names(data.agenda_items.name, each.agenda_item_id),
        )
        for each in points
    ]
    return knots, [(each.id, earlier) for each in points for earlier in each.replies_to_ids]


def _sign(point: Statement, unanswered: set[str]) -> str:
    if point.id in unanswered:
        return "open"
    if point.kind.awaits_reply:
        return "answered"
    return "reply" if point.replies_to_ids else "plain"


def _speakers(
    points: Sequence[Statement], unanswered: set[str], names: Names, actors: str, lang: Lang
) -> tuple[list[Knot], list[tuple[str, str]]]:
    """The speakers instead of their points, the most talkative first; an arc where one answered another."""
    said, left = Counter(each.speaker_id for each in points), Counter(each.speaker_id for each in points if each.id in unanswered)
    order = sorted(said, key=lambda id: (-said[id], id))
    knots = [
        Knot(
            id,
            "open" if left[id] else "answered",
            names(actors, id),
            word("some unanswered", lang).format(points=f"{said[id]:,}", unanswered=f"{left[id]:,}"),
        )
        for id in order[: _SHOWN - 1 if len(order) > _SHOWN else _SHOWN]
    ]
    rest = order[len(knots) :]
    if rest:
        total, lost = sum(said[id] for id in rest), sum(left[id] for id in rest)
        told = word("some unanswered", lang).format(points=f"{total:,}", unanswered=f"{lost:,}")
        knots.append(Knot("…", "open" if lost else "answered", word("others", lang).format(number=f"{len(rest):,}"), told))
    speakers = {each.id: each.speaker_id for each in points}
    ties = dict.fromkeys((each.speaker_id, speakers[earlier]) for each in points for earlier in each.replies_to_ids if earlier in speakers)
    return knots, [*ties]
