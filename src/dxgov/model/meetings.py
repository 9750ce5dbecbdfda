"""Meetings, agenda items, and statements."""

from typing import Annotated

from attrs import frozen

from dxgov.codes import Code
from dxgov.dates.when import When
from dxgov.marks import Caption, Dated, Example, Key, Label, Minimum, Printed, Ref, Term, Through, UniqueWithin, Unit
from dxgov.model.kinds import NAMED, ActorKind, any_kind_but
from dxgov.model.record import Record, TitleBasis
from dxgov.values import ClockTime, Id


class MeetingKind(Code):
    """What kind of meeting it is."""

    COUNCIL_SESSION = "council_session", "会議", "A session of a council or headquarters of the nation."
    FORUM_SESSION = "forum_session", "フォーラム", "A session of a standing forum of several governments."
    WORKING_TEAM = "working_team", "ワーキングチーム", "A session of a working team or working group."
    PREPARATORY = "preparatory", "準備会合", "A meeting that prepares a body yet to be set up."
    CONSULTATION = "consultation", "対話・説明会", "A briefing or dialogue with those concerned."
    PETITION = "petition", "要望活動", "A call at which a request is handed over."


class MeetingMode(Code):
    """How people took part."""

    IN_PERSON = "in_person", "対面", "In one room."
    ONLINE = "online", "オンライン", "Online only."
    HYBRID = "hybrid", "併用", "Some in the room, some online."
    UNKNOWN = "unknown", "不明", "The sources do not say."


class EventStatus(Code):
    """Whether something took place, as far as the source knew on its own day."""

    HELD = "held", "実施済み", "It took place.", "", ("CONFIRMED", "COMPLETED")
    PLANNED = "planned", "予定", "It was planned.", "", ("CONFIRMED", "NEEDS-ACTION")
    TENTATIVE = "tentative", "未確定", "It was planned, and the source marks its date as not settled.", "", ("TENTATIVE", "NEEDS-ACTION")
    POSTPONED = "postponed", "延期", "It was put off.", "", ("CANCELLED", "NEEDS-ACTION")
    CANCELLED = "cancelled", "中止", "It was called off.", "", ("CANCELLED",)
    UNKNOWN = "unknown", "不明", "The sources do not say.", "", ("TENTATIVE",)


@frozen(kw_only=True)
class Meeting(Record):
    """An occasion on which people met, in a room or online."""

    id: Annotated[Id, Key("mtg-"), Label("会議ID"), Example("mtg-2020-11-30-tokyo-governor-hirai")]
    """Identifies the meeting: its day and who met, its series and ordinal, or its purpose."""

    name: Annotated[str, Caption(), Printed(unless=("name_basis", "editorial")), Label("名称"), Term("http://purl.org/dc/terms/title")]
    """The name as printed; a description by the editors where the source gives none, as `name_basis` then says."""

    name_en: Annotated[str, Label("名称（英語）")]
    """The name in English."""

    name_basis: Annotated[TitleBasis, Label("名称の由来")] = TitleBasis.PRINTED
    """Whose words the name is in."""

    kind: Annotated[MeetingKind, Label("種別"), Term("http://www.w3.org/2002/12/cal/ical#categories")]
    """What kind of meeting it is."""

    series: Annotated[str | None, Printed(anywhere=True), Label("会議体")] = None
    """The name that the sessions of a series share; empty for a single meeting."""

    ordinal: Annotated[int | None, Minimum(1), Printed(), Label("回次"), Example(2)] = None
    """Which session of its series it is; empty where the source does not count."""

    held: Annotated[When, Dated(), Label("開催日"), Term("http://www.w3.org/2002/12/cal/ical#dtstart")]
    """The day or days of the meeting."""

    start_time: Annotated[ClockTime | None, Unit("JST"), Label("開始時刻"), Term("https://schema.org/startTime")] = None
    """When it begins, by the clock in Japan (UTC+9); empty where the source does not say."""

    end_time: Annotated[
        ClockTime | None,
        Unit("JST"),
        Label("終了時刻"),
        Example("15:30"),
        Term("https://schema.org/endTime"),
    ] = None
    """When it ends, by the clock in Japan (UTC+9); before the start on a single day, it is a time of the next day."""

    mode: Annotated[MeetingMode, Label("開催形式")] = MeetingMode.UNKNOWN
    """How people took part."""

    place: Annotated[str | None, Printed(), Label("場所"), Term("http://www.w3.org/2002/12/cal/ical#location")] = None
    """Where it took place, as printed."""

    organiser_ids: Annotated[
        tuple[Id, ...],
        Ref("Actor", kinds=NAMED),
        Through("meeting_parties", "organiser"),
        Label("主催者"),
        Term("https://schema.org/organizer"),
    ] = ()
    """Who called it."""

    participant_ids: Annotated[
        tuple[Id, ...],
        Ref("Actor", kinds=NAMED),
        Through("meeting_parties", "participant"),
        Label("参加者"),
        Term("https://schema.org/attendee"),
    ] = ()
    """Who took part, as far as the sources show."""

    status: Annotated[EventStatus, Label("状況"), Term("http://www.w3.org/2002/12/cal/ical#status")]
    """Whether it took place, as far as the source knew."""


@frozen(kw_only=True)
class AgendaItem(Record):
    """A numbered item on a meeting's agenda."""

    id: Annotated[Id, Key("mtg-"), Label("議題ID")]
    """Identifies the item: its meeting's id and its number."""

    meeting_id: Annotated[Id, Ref("Meeting", part_of=True), Label("会議"), Term("http://purl.org/dc/terms/isPartOf")]
    """The meeting."""

    number: Annotated[
        int, Minimum(1), UniqueWithin(("meeting_id",)), Printed(), Label("番号"), Example(2), Term("https://schema.org/position")
    ]
    """The number as printed."""

    title: Annotated[str, Caption(), Printed(), Label("議題"), Term("http://purl.org/dc/terms/title")]
    """The title as printed."""

    title_en: Annotated[str, Label("議題（英語）")]
    """The title in English, translated by the editors."""

    presenter_ids: Annotated[tuple[Id, ...], Ref("Actor", kinds=NAMED), Through("agenda_item_presenters"), Label("発表者")] = ()
    """Who presents it, where the agenda says so."""

    recorded: Annotated[bool, Label("発言記録の有無")]
    """Whether the source records what was said on it."""


class StatementKind(Code):
    """What a point in a discussion does."""

    QUESTION = "question", "質問", "Asks to know something."
    ANSWER = "answer", "回答", "Answers a point made before."
    OPINION = "opinion", "意見", "Says what the speaker thinks."
    PROPOSAL = "proposal", "提案", "Puts something forward for all."
    REQUEST = "request", "要望", "Asks somebody to do something."
    REPORT = "report", "報告", "Tells what was done or is the case."
    OFFER = "offer", "申し出", "Offers to do or share something."

    @property
    def awaits_reply(self) -> bool:
        """True if a statement of this kind calls for a reply."""
        return self in {StatementKind.QUESTION, StatementKind.REQUEST, StatementKind.PROPOSAL}


class Commitment(Code):
    """What a speaker promises."""

    NONE = "none", "なし", "Nothing."
    CONSIDER = "consider", "検討", "To consider something."
    CONTINUE = "continue", "継続", "To go on with what is being done."
    DO = "do", "実施", "To do something."
    SHARE = "share", "共有", "To share information or results."


@frozen(kw_only=True)
class Statement(Record):
    """One point that one speaker makes; a turn to speak may hold several.

    A speaker is an organisation or a post, not the person behind it.
    """

    id: Annotated[Id, Key("mtg-"), Label("発言ID")]
    """Identifies the point: its meeting's id, turn and point."""

    meeting_id: Annotated[Id, Ref("Meeting", part_of=True), Label("会議"), Term("http://purl.org/dc/terms/isPartOf")]
    """The meeting."""

    agenda_item_id: Annotated[Id, Ref("AgendaItem", part_of=True), Label("議題"), Term("http://purl.org/dc/terms/isPartOf")]
    """The agenda item under which it was said."""

    turn: Annotated[int, Minimum(1), Label("発言順"), Example(4)]
    """The turn to speak, counted through the meeting from 1."""

    point: Annotated[int, Minimum(1), UniqueWithin(("meeting_id", "turn")), Label("論点番号"), Example(2)]
    """The point within the turn, counted from 1."""

    speaker_id: Annotated[Id, Ref("Actor", kinds=any_kind_but(ActorKind.PERSON)), Label("発言者"), Term("https://schema.org/creator")]
    """Who speaks."""

    speaker_as_printed: Annotated[str, Printed(), Label("発言者の表記"), Term("http://schema.theodi.org/odrs#attributionText")]
    """The speaker as the source prints it."""

    kind: Annotated[StatementKind, Label("種類")]
    """What the point does."""

    replies_to_ids: Annotated[tuple[Id, ...], Ref("Statement"), Through("statement_replies"), Label("応答先")] = ()
    """The earlier points that it answers."""

    addressed_to_ids: Annotated[
        tuple[Id, ...], Ref("Actor", kinds=NAMED), Through("statement_addressees"), Label("宛先"), Term("http://purl.org/dc/terms/audience")
    ] = ()
    """Whom it addresses, where the source shows it."""

    summary: Annotated[str, Caption(), Label("要約"), Term("http://purl.org/dc/terms/abstract")]
    """What is said, in one plain Japanese sentence of the editors."""

    summary_en: Annotated[str, Label("要約（英語）")]
    """The same in English."""

    commitment: Annotated[Commitment, Label("約束")] = Commitment.NONE
    """What the speaker promises."""

    due: Annotated[When | None, Label("期限")] = None
    """When the promise falls due, where the speaker says so."""

    theme_ids: Annotated[
        tuple[Id, ...], Ref("Theme"), Through("statement_themes"), Label("テーマ"), Term("http://purl.org/dc/terms/subject")
    ] = ()
    """The themes that it is about, the chief one first."""
