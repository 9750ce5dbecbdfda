"""Meetings, agenda items, and statements."""

from typing import Annotated

from attrs import frozen

from dxgov.codes import Code
from dxgov.dates.when import When
from dxgov.marks import (
    Caption,
    Datatype,
    Dated,
    Differs,
    EarlierType,
    Example,
    Key,
    Label,
    Minimum,
    Pattern,
    Printed,
    Ref,
    SaidAs,
    Term,
    Through,
    UniqueWithin,
    Unit,
)
from dxgov.model.kinds import BODIES, NAMED, ActorKind
from dxgov.model.record import Record, TitleBasis
from dxgov.model.sources import REQUIRED_IN_FULL
from dxgov.values import ClockTime, Id


class MeetingKind(Code):
    """What kind of meeting it is."""

    COUNCIL_SESSION = "council_session", "会議", "A session of a council or headquarters of the nation.", "国の会議または本部の会合。"
    FORUM_SESSION = (
        "forum_session",
        "フォーラム",
        "A session of a standing forum of several governments.",
        "複数の行政機関による常設のフォーラムの会合。",
    )
    WORKING_TEAM = (
        "working_team",
        "ワーキングチーム",
        "A session of a working team or working group.",
        "ワーキングチームまたはワーキンググループの会合。",
    )
    PREPARATORY = "preparatory", "準備会合", "A meeting that prepares a body yet to be set up.", "これから設ける会議体の準備のための会合。"
    CONSULTATION = "consultation", "意見交換", "A dialogue with those concerned.", "関係者との対話や意見交換の場。"
    HEARING = (
        "hearing",
        "意見聴取",
        "A hearing at which a body listens to those concerned or to experts.",
        "機関が関係者や専門家の意見を聴く場。",
    )
    BRIEFING = "briefing", "説明会", "A meeting at which those concerned are informed.", "関係者に説明するための会。"
    PLENARY = "plenary", "本会議", "A plenary sitting of an assembly.", "議会の本会議。"
    COMMITTEE = (
        "committee",
        "委員会",
        "A sitting of a committee of an assembly, or of a commission.",
        "議会の委員会、または行政委員会の会議。",
    )
    ADVISORY_COUNCIL = (
        "advisory_council",
        "審議会",
        "A session of a council that the law or an ordinance sets up to deliberate.",
        "法律や条例に基づいて置かれる審議会の会議。",
    )
    EXPERT_PANEL = "expert_panel", "有識者会議", "A session of a panel of experts.", "有識者による会議。"
    GENERAL_MEETING = "general_meeting", "総会", "A general meeting of an association or of its board.", "団体の総会や理事会。"
    PETITION = "petition", "要望活動", "A call at which a request is handed over.", "要望書を手渡すための面会。"


class MeetingMode(Code):
    """How people took part."""

    IN_PERSON = "in_person", "対面", "In one room.", "一つの会場に集まる形。"
    ONLINE = "online", "オンライン", "Online only.", "オンラインのみ。"
    HYBRID = "hybrid", "併用", "Some in the room, some online.", "会場とオンラインの併用。"
    UNKNOWN = "unknown", "不明", "The sources do not say.", "出典に記載がない。"


class EventStatus(Code):
    """Whether something took place, as far as the source knew on its own day."""

    UNDERWAY = (
        "underway",
        "実施中",
        "It had begun and was not over.",
        "始まっており、まだ終わっていない。",
        ("CONFIRMED", "IN-PROCESS"),
    )
    HELD = "held", "実施済み", "It took place.", "実施された。", ("CONFIRMED", "COMPLETED")
    PLANNED = "planned", "予定", "It was planned.", "予定されていた。", ("CONFIRMED", "NEEDS-ACTION")
    TENTATIVE = (
        "tentative",
        "未確定",
        "It was planned, and the source marks its date as not settled.",
        "予定されていたが、出典が日付を未確定としている。",
        ("TENTATIVE", "NEEDS-ACTION"),
    )
    POSTPONED = "postponed", "延期", "It was put off.", "延期された。", ("CANCELLED", "NEEDS-ACTION")
    CANCELLED = "cancelled", "中止", "It was called off.", "中止された。", ("CANCELLED",)
    UNKNOWN = "unknown", "不明", "The sources do not say.", "出典に記載がない。", ("TENTATIVE",)


@frozen(kw_only=True)
class Meeting(Record):
    """An occasion on which people met, in a room or online."""

    id: Annotated[
        Id,
        Key("mtg-"),
        Label("会議ID", "会議の識別子。開催日と、出席者、会議体と回次、または目的からなる。"),
        Example("mtg-2020-11-30-tokyo-governor-hirai"),
    ]
    """Identifies the meeting: its day and who met, its series and ordinal, or its purpose."""

    name: Annotated[
        str,
        Caption(),
        Printed(unless=("name_basis", "editorial")),
        Label("名称", "原文どおりの名称。出典に名称がなければ編者の説明とし、`name_basis` にその旨を示す。"),
        Term("http://purl.org/dc/terms/title"),
    ]
    """The name as printed; a description by the editors where the source gives none, as `name_basis` then says."""

    name_en: Annotated[str | None, REQUIRED_IN_FULL, Label("名称（英語）", "会議の英語名。")] = None
    """The name in English."""

    name_basis: Annotated[TitleBasis, Label("名称の由来", "名称が誰の言葉によるか。")] = TitleBasis.PRINTED
    """Whose words the name is in."""

    kind: Annotated[MeetingKind, Label("種別", "会議の種別。"), Term("http://www.w3.org/2002/12/cal/ical#categories")]
    """What kind of meeting it is."""

    body_id: Annotated[
        Id | None,
        Ref("Actor", kinds=BODIES),
        Label("会議を開いた機関", "開かれた会議が属する議会、委員会、会議体など。"),
        Term("https://schema.oparl.org/1.1/organization"),
    ] = None
    """The assembly, committee, council or other body that sits; empty for a meeting of no standing body."""

    series: Annotated[str | None, Printed(anywhere=True), Label("会議体", "連続して開かれる会議に共通する名称。単独の会議では空欄。")] = (
        None
    )
    """The name that the sessions of a series share; empty for a single meeting."""

    ordinal: Annotated[
        int | None, Minimum(1), Printed(), Label("回次", "会議体の何回目の会合か。出典が回数を示していなければ空欄。"), Example(2)
    ] = None
    """Which session of its series it is; empty where the source does not count."""

    held: Annotated[
        When,
        Dated(),
        Label("開催日", "会議が開かれた日（複数日にわたる場合はその期間）。"),
        Term("http://www.w3.org/2002/12/cal/ical#dtstart"),
    ]
    """The day or days of the meeting."""

    start_time: Annotated[
        ClockTime | None,
        Unit("JST"),
        Label("開始時刻", "開始時刻（日本時間、UTC+9）。出典に記載がなければ空欄。"),
        Term("https://schema.org/startTime"),
    ] = None
    """When it begins, by the clock in Japan (UTC+9); empty where the source does not say."""

    end_time: Annotated[
        ClockTime | None,
        Unit("JST"),
        Label("終了時刻", "終了時刻（日本時間、UTC+9）。1日の会議で開始時刻より前の場合は翌日の時刻。"),
        Example("15:30"),
        Term("https://schema.org/endTime"),
    ] = None
    """When it ends, by the clock in Japan (UTC+9); before the start on a single day, it is a time of the next day."""

    mode: Annotated[MeetingMode, Label("開催形式", "参加の形式。")] = MeetingMode.UNKNOWN
    """How people took part."""

    place: Annotated[
        str | None, Printed(), Label("場所", "原文どおりの開催場所。"), Term("http://www.w3.org/2002/12/cal/ical#location")
    ] = None
    """Where it took place, as printed."""

    organiser_ids: Annotated[
        tuple[Id, ...],
        Ref("Actor", kinds=NAMED),
        Through("meeting_parties", "organiser"),
        Label("主催者", "会議を主催した者。"),
        Term("https://schema.org/organizer"),
    ] = ()
    """Who called it."""

    participant_ids: Annotated[
        tuple[Id, ...],
        Ref("Actor", kinds=NAMED),
        Through("meeting_parties", "participant"),
        Label("参加者", "会議に参加した者（出典から分かる範囲）。"),
        Term("https://schema.org/attendee"),
    ] = ()
    """Who took part, as far as the sources show."""

    status: Annotated[
        EventStatus, Label("状況", "実施されたかどうか。出典の時点で分かる範囲による。"), Term("http://www.w3.org/2002/12/cal/ical#status")
    ]
    """Whether it took place, as far as the source knew."""


@frozen(kw_only=True)
class AgendaItem(Record):
    """An item on a meeting's agenda."""

    id: Annotated[Id, Key("mtg-"), Label("議題ID", "議題の識別子。会議のIDと、番号または順序からなる。")]
    """Identifies the item: its meeting's id, and its number or position."""

    meeting_id: Annotated[Id, Ref("Meeting", part_of=True), Label("会議", "議題が属する会議。"), Term("http://purl.org/dc/terms/isPartOf")]
    """The meeting."""

    number: Annotated[
        str | None,
        EarlierType("integer"),
        Printed(),
        Label("番号", "原文どおりの番号。議題に番号がなければ空欄。"),
        Example("日程第2"),
        Term("https://schema.oparl.org/1.1/number"),
    ] = None
    """The number as printed; empty where the agenda numbers nothing."""

    position: Annotated[
        int | None,
        Minimum(1),
        UniqueWithin(("meeting_id",)),
        Label("順序", "議題の中での順序。1から数える。"),
        Example(2),
        Term("https://schema.org/position"),
    ] = None
    """Its place on the agenda, counted from 1."""

    title: Annotated[str, Caption(), Printed(), Label("議題", "原文どおりの題名。"), Term("http://purl.org/dc/terms/title")]
    """The title as printed."""

    title_en: Annotated[str | None, REQUIRED_IN_FULL, Label("議題（英語）", "題名の英訳（編者訳）。")] = None
    """The title in English, translated by the editors."""

    presenter_ids: Annotated[
        tuple[Id, ...],
        Ref("Actor", kinds=NAMED),
        Through("agenda_item_presenters"),
        Label("発表者", "議題の発表者。議題に記載がある場合に限る。"),
    ] = ()
    """Who presents it, where the agenda says so."""

    recorded: Annotated[bool, Label("発言記録の有無", "議題についての発言を出典が記録しているかどうか。")]
    """Whether the source records what was said on it."""


class StatementKind(Code):
    """What a point in a discussion does."""

    QUESTION = "question", "質問", "Asks to know something.", "何かを知るために尋ねるもの。"
    ANSWER = "answer", "回答", "Answers a point made before.", "先の発言に答えるもの。"
    OPINION = "opinion", "意見", "Says what the speaker thinks.", "発言者の考えを述べるもの。"
    PROPOSAL = "proposal", "提案", "Puts something forward for all.", "全体に向けて何かを提案するもの。"
    REQUEST = "request", "要望", "Asks somebody to do something.", "誰かに行動を求めるもの。"
    REPORT = "report", "報告", "Tells what was done or is the case.", "行ったことや現状を述べるもの。"
    OFFER = "offer", "申し出", "Offers to do or share something.", "協力や情報の提供を申し出るもの。"
    PROCEDURE = (
        "procedure",
        "議事進行",
        "Opens, closes or conducts the meeting, and says nothing on the matter.",
        "開会、指名、採決など議事を進めるもので、内容には触れない。",
    )

    @property
    def awaits_reply(self) -> bool:
        """True if a statement of this kind calls for a reply."""
        return self in {StatementKind.QUESTION, StatementKind.REQUEST, StatementKind.PROPOSAL}


class Commitment(Code):
    """What a speaker promises."""

    NONE = "none", "なし", "Nothing.", "約束はない。"
    CONSIDER = "consider", "検討", "To consider something.", "検討するという約束。"
    CONTINUE = "continue", "継続", "To go on with what is being done.", "現在の取組を続けるという約束。"
    DO = "do", "実施", "To do something.", "何かを実施するという約束。"
    SHARE = "share", "共有", "To share information or results.", "情報や結果を共有するという約束。"


@frozen(kw_only=True)
class Statement(Record):
    """One point that one speaker makes; a turn to speak may hold several.

    A speaker is an organisation or a post where the minutes name these, and a person in a public office where they name persons, such
    as members of an assembly. In an index a turn is one record, without a summary.
    """

    id: Annotated[Id, Key("mtg-"), Label("発言ID", "論点の識別子。会議のID、発言順、論点番号からなる。")]
    """Identifies the point: its meeting's id, turn and point."""

    meeting_id: Annotated[Id, Ref("Meeting", part_of=True), Label("会議", "発言があった会議。"), Term("http://purl.org/dc/terms/isPartOf")]
    """The meeting."""

    agenda_item_id: Annotated[
        Id | None,
        Ref("AgendaItem", part_of=True),
        Label("議題", "発言があった議題。会議録に記載がなければ空欄。"),
        Term("http://purl.org/dc/terms/isPartOf"),
    ] = None
    """The agenda item under which it was said; empty where the minutes do not say."""

    turn: Annotated[int, Minimum(1), Label("発言順", "会議を通じた発言の順番（1から）。"), Example(4)]
    """The turn to speak, counted through the meeting from 1."""

    point: Annotated[
        int, Minimum(1), UniqueWithin(("meeting_id", "turn")), Label("論点番号", "一つの発言の中での論点の番号（1から）。"), Example(2)
    ]
    """The point within the turn, counted from 1."""

    speaker_id: Annotated[Id, Ref("Actor"), SaidAs("by_ids"), Label("発言者", "発言した者。"), Term("https://schema.org/creator")]
    """Who speaks."""

    speaker_post_id: Annotated[
        Id | None,
        Ref("Actor", kinds=(ActorKind.POST,)),
        Differs("speaker_id"),
        Label("発言者の役職", "発言者が人物の場合に、発言の際の役職。"),
        Term("http://www.w3.org/ns/org#role"),
    ] = None
    """The post in which a person speaks, such as chair or director; empty where none is printed."""

    speaker_group_id: Annotated[
        Id | None,
        Ref("Actor", kinds=BODIES),
        Label("発言者の会派・所属", "発言者が属する会派、政党または団体。"),
        Term("http://www.w3.org/ns/opengov#party"),
    ] = None
    """The parliamentary group, party or organisation for which a person speaks; empty where none is printed."""

    speaker_seat: Annotated[str | None, Printed(), Label("議席", "発言者の議席番号。原文の表記による。"), Example("12番")] = None
    """The number of the speaker's seat, as printed; empty where none is."""

    kind: Annotated[
        StatementKind | None,
        REQUIRED_IN_FULL,
        SaidAs("kinds"),
        Label("種類", "論点がどのような性質のものか。空欄は、まだ判断していない索引の記録に限る。"),
    ] = None
    """What the point does; empty only in an index, where nobody has judged it."""

    replies_to_ids: Annotated[
        tuple[Id, ...], Ref("Statement"), Through("statement_replies"), Label("応答先", "この論点が答えている、先の論点。")
    ] = ()
    """The earlier points that it answers."""

    addressed_to_ids: Annotated[
        tuple[Id, ...],
        Ref("Actor", kinds=NAMED),
        Through("statement_addressees"),
        SaidAs("to_ids"),
        Label("宛先", "発言の相手。出典から分かる場合に限る。"),
        Term("http://purl.org/dc/terms/audience"),
    ] = ()
    """Whom it addresses, where the source shows it."""

    summary: Annotated[
        str | None,
        REQUIRED_IN_FULL,
        Caption(),
        Label("要約", "発言の内容。編者が平易な日本語でまとめたもの。空欄は索引の記録に限る。"),
        Term("http://purl.org/dc/terms/abstract"),
    ] = None
    """What is said, in plain Japanese of the editors: one sentence, or two where one would be too long; empty only in an
    index."""

    summary_en: Annotated[str | None, REQUIRED_IN_FULL, Label("要約（英語）", "要約の英語版。")] = None
    """The summary in English."""

    speaker_as_printed: Annotated[
        str,
        Printed(),
        Caption(),
        Label("発言者の表記", "原文どおりの発言者の表記。"),
        Term("http://schema.theodi.org/odrs#attributionText"),
    ]
    """The speaker as the source prints it."""

    commitment: Annotated[
        Commitment | None, REQUIRED_IN_FULL, Label("約束", "発言者が約束していること。空欄は、まだ判断していない索引の記録に限る。")
    ] = None
    """What the speaker promises; empty only in an index, where nobody has judged it."""

    due: Annotated[When | None, Label("期限", "約束の期限。発言者が述べている場合に限る。")] = None
    """When the promise falls due, where the speaker says so."""

    theme_ids: Annotated[
        tuple[Id, ...],
        Ref("Theme"),
        Through("statement_themes"),
        Label("テーマ", "関係するテーマ。主なものを先頭に置く。"),
        Term("http://purl.org/dc/terms/subject"),
    ] = ()
    """The themes that it is about, the chief one first."""

    thing_ids: Annotated[
        tuple[Id, ...],
        Ref("Thing"),
        Through("statement_things"),
        Label("言及する事物", "名を挙げて触れている法令、システム、計画など。"),
        Term("https://schema.org/mentions"),
    ] = ()
    """The laws, systems, plans and the like that it names."""

    url: Annotated[
        str | None,
        Pattern(r"https?://[^\s]+", "an address that begins with http:// or https://", "http://またはhttps://で始まるアドレス"),
        Label("発言のURL", "公表元が示すその発言のURL。示されていなければ空欄。"),
        Term("https://schema.org/url"),
        Datatype("http://www.w3.org/2001/XMLSchema#anyURI"),
    ] = None
    """The address of the passage, where the publisher gives one."""

    @property
    def awaits_reply(self) -> bool:
        """True if it calls for a reply; False where its kind is not recorded."""
        return self.kind is not None and self.kind.awaits_reply


class Outcome(Code):
    """What a body decided."""

    PASSED = (
        "passed",
        "可決",
        "A bill, budget or motion is passed.",
        "議案、予算、動議などを可決した。",
        ("https://www.popoloproject.com/specs/motion.html#pass",),
    )
    PASSED_AMENDED = (
        "passed_amended",
        "修正可決",
        "It is passed with amendments.",
        "修正のうえ可決した。",
        ("https://www.popoloproject.com/specs/motion.html#pass",),
    )
    REJECTED = "rejected", "否決", "It is voted down.", "否決した。", ("https://www.popoloproject.com/specs/motion.html#fail",)
    ADOPTED = "adopted", "採択", "A petition or appeal is adopted.", "請願や陳情を採択した。"
    ADOPTED_IN_PART = "adopted_in_part", "一部採択", "A part of a petition or appeal is adopted.", "請願や陳情の一部を採択した。"
    ADOPTED_IN_SPIRIT = (
        "adopted_in_spirit",
        "趣旨採択",
        "The aim of a petition or appeal is adopted, without what it asks for in detail.",
        "請願や陳情の趣旨に限って採択した。",
    )
    NOT_ADOPTED = "not_adopted", "不採択", "A petition or appeal is not adopted.", "請願や陳情を不採択とした。"
    APPROVED = (
        "approved",
        "承認・同意",
        "A report, an appointment or an act already done is approved.",
        "報告、人事または専決処分を承認、同意または認定した。",
    )
    ACKNOWLEDGED = "acknowledged", "了承", "A body takes note and agrees without a vote.", "採決によらず了承した。"
    REFERRED = "referred", "付託", "It is referred to a committee or another body.", "委員会などに付託した。"
    CONTINUED = "continued", "継続審査", "Deliberation goes on at a later session.", "次の会期以降も審査を続けることとした。"
    WITHDRAWN = "withdrawn", "撤回", "It is withdrawn, with or without leave.", "提出者が撤回し、または取り下げた。"
    SHELVED = "shelved", "審議未了", "The session ends without a decision.", "議決に至らず会期を終えた。"


class VoteManner(Code):
    """How a body decided."""

    UNANIMOUS = "unanimous", "全会一致", "Nobody objects.", "異議なく、または全員の賛成により決した。"
    MAJORITY = "majority", "賛成多数", "A majority is for it.", "賛成多数により決した。"
    MINORITY = "minority", "賛成少数", "Those for it are fewer than needed.", "賛成少数により決した。"
    CASTING_VOTE = "casting_vote", "議長裁決", "The chair breaks a tie.", "可否同数のため議長または委員長が決した。"


@frozen(kw_only=True)
class Decision(Record):
    """What a body decided on a matter: a bill, a petition, a policy or an item of its agenda."""

    id: Annotated[
        Id, Key("dec-"), Label("議決ID", "議決の識別子。日付、機関、番号または主題からなる。"), Example("dec-2024-03-27-kaifu-assembly.07")
    ]
    """Identifies the decision: its day, the body, and its number or subject."""

    meeting_id: Annotated[
        Id | None, Dated(), Ref("Meeting", part_of=True), Label("会議", "議決が行われた会議。"), Term("http://purl.org/dc/terms/isPartOf")
    ] = None
    """The meeting at which it was taken; empty where the source does not say."""

    agenda_item_id: Annotated[
        Id | None,
        Ref("AgendaItem", part_of=True),
        Label("議題", "議決が行われた議題。"),
        Term("http://purl.org/dc/terms/isPartOf"),
    ] = None
    """The agenda item under which it was taken; empty where the source does not say."""

    number: Annotated[
        str | None,
        Printed(),
        Label("番号", "議案や請願の番号。原文の表記による。"),
        Example("請願第7号"),
        Term("https://schema.oparl.org/1.1/reference"),
    ] = None
    """The number of the bill, petition or item, as printed; empty where it has none."""

    title: Annotated[
        str, Caption(), Printed(), Label("件名", "議決された案件の名称。原文の表記による。"), Term("http://purl.org/dc/terms/title")
    ]
    """What is decided on, as printed."""

    title_en: Annotated[str | None, REQUIRED_IN_FULL, Label("件名（英語）", "件名の英訳。編者による。")] = None
    """The title in English, translated by the editors."""

    subject_id: Annotated[Id | None, Ref(), Label("対象", "議決の対象となった記録。要望、成果物、事物など。")] = None
    """The record that is decided on, of whatever table, such as a request, a deliverable or a thing; empty where there is none."""

    decided_by_id: Annotated[
        Id,
        Ref("Actor", kinds=NAMED),
        Label("議決した機関", "議決した議会、委員会、会議体など。"),
        Term("http://www.w3.org/ns/prov#wasAssociatedWith"),
    ]
    """The body that decides."""

    outcome: Annotated[Outcome, Label("結果", "議決の結果。"), Term("https://www.popoloproject.com/specs/motion.html#result")]
    """What it decides."""

    outcome_as_printed: Annotated[str, Printed(), Label("結果の表記", "議決の結果。原文の表記による。"), Example("趣旨採択")]
    """The outcome as the source prints it."""

    referred_to_id: Annotated[
        Id | None, Ref("Actor", kinds=BODIES), Differs("decided_by_id"), Label("付託先", "付託された委員会など。")
    ] = None
    """The body to which it is referred; empty unless it is."""

    manner: Annotated[VoteManner | None, Label("表決", "全会一致か、賛成多数か。")] = None
    """How it is decided; empty where the source does not say."""

    votes_for: Annotated[int | None, Minimum(0), Label("賛成", "賛成の票数。")] = None
    """The number of votes for it; empty where it is not printed."""

    votes_against: Annotated[int | None, Minimum(0), Label("反対", "反対の票数。")] = None
    """The number of votes against it; empty where it is not printed."""

    abstentions: Annotated[int | None, Minimum(0), Label("棄権", "棄権の数。")] = None
    """The number of abstentions; empty where it is not printed."""

    decided: Annotated[When | None, Dated(), Label("議決日", "議決の日。会議の日と同じときは空欄でよい。")] = None
    """The day of the decision; may be empty where it is that of the meeting."""

    theme_ids: Annotated[
        tuple[Id, ...],
        Ref("Theme"),
        Through("decision_themes"),
        Label("テーマ", "主なものから順に、関わるテーマ。"),
        Term("http://purl.org/dc/terms/subject"),
    ] = ()
    """The themes that it is about, the chief one first."""

    thing_ids: Annotated[
        tuple[Id, ...],
        Ref("Thing"),
        Through("decision_things"),
        Label("言及する事物", "名を挙げて触れている法令、システム、計画など。"),
        Term("https://schema.org/mentions"),
    ] = ()
    """The laws, systems, plans and the like that it names."""
