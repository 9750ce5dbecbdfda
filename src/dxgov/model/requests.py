"""Requests (要望) at three grains: the document, its printed numbering, and each single ask."""

from typing import Annotated

from attrs import frozen

from dxgov.codes import Code
from dxgov.dates.when import When
from dxgov.marks import (
    Caption,
    Dated,
    Differs,
    Example,
    Key,
    Label,
    Language,
    Minimum,
    Pattern,
    Printed,
    Ref,
    Term,
    Through,
    Together,
    UniqueWithin,
)
from dxgov.model.kinds import ActorKind
from dxgov.model.record import Record
from dxgov.values import Id


@frozen(kw_only=True)
class Request(Record):
    """A request that some actors hand to others: the document as a whole."""

    id: Annotated[Id, Key("req-"), Label("要望ID"), Example("req-2020-11-24-tokyo-assocs-digital")]
    """Identifies the request: its date, issuer and subject."""

    title: Annotated[str, Caption(), Printed(), Label("件名"), Term("http://purl.org/dc/terms/title")]
    """The title as printed."""

    title_en: Annotated[str, Label("件名（英語）")]
    """The title in English, translated by the editors."""

    purpose: Annotated[str | None, Label("趣旨", "要望の理由とねらい。編者による一、二文。"), Term("http://purl.org/dc/terms/abstract")] = (
        None
    )
    """Why the request is made and what it aims at, in plain Japanese of the editors: one sentence, or two where one would
    be too long; empty where the document does not say."""

    purpose_en: Annotated[str | None, Together("purpose"), Label("趣旨（英語）", "趣旨の英訳。")] = None
    """The same in English."""

    round: Annotated[int | None, Minimum(1), Printed(), Label("回次"), Example(2)] = None
    """Which one of a numbered series it is, as in 第2弾; empty where it is not numbered."""

    submitted_by_ids: Annotated[
        tuple[Id, ...], Ref("Actor"), Through("request_parties", "submitter"), Label("提出者"), Term("http://purl.org/dc/terms/creator")
    ]
    """Who makes the request."""

    signatory_ids: Annotated[
        tuple[Id, ...], Ref("Actor", kinds=(ActorKind.PERSON, ActorKind.POST)), Through("request_parties", "signatory"), Label("署名者")
    ] = ()
    """The persons who sign it; empty where the source shows no signature."""

    addressed_to_ids: Annotated[
        tuple[Id, ...],
        Ref("Actor"),
        Through("request_parties", "addressee"),
        Label("宛先"),
        Term("http://purl.org/ontology/bibo/recipient"),
    ]
    """Whom it is addressed to, as the document says; who must act on each ask may be someone else."""

    submitted: Annotated[When, Dated(), Label("提出日"), Term("http://purl.org/dc/terms/issued")]
    """When it was dated or handed over."""

    delivered_at_id: Annotated[Id | None, Ref("Meeting"), Label("手交の場"), Term("http://purl.org/ontology/bibo/presentedAt")] = None
    """The meeting at which it was handed over; empty where no source tells of one."""

    follows_up_id: Annotated[Id | None, Ref("Request"), Label("先行する要望")] = None
    """The earlier request that it says it continues."""


@frozen(kw_only=True)
class RequestItem(Record):
    """A numbered part of a request, just as the document numbers it: a heading or a sub-item.

    Not yet an ask: one item may hold several (`Ask`), and a heading none.
    """

    id: Annotated[Id, Key("req-"), Label("要望項目ID"), Example("req-2020-11-24-tokyo-assocs-digital.05.1")]
    """Identifies the item: its request's id and its path, with numbers padded so that ids sort as printed."""

    request_id: Annotated[Id, Ref("Request", part_of=True), Label("要望"), Term("http://purl.org/dc/terms/isPartOf")]
    """The request that the item is a part of."""

    parent_id: Annotated[Id | None, Ref("RequestItem", part_of=True), Label("上位項目"), Term("http://purl.org/dc/terms/isPartOf")] = None
    """The item that it stands under; empty for the items of the first level."""

    number: Annotated[str, Printed(), Label("番号"), Example("(1)"), Term("http://purl.org/ontology/bibo/number")]
    """The number as printed."""

    path: Annotated[
        str,
        Pattern(r"[1-9][0-9]*(\.[1-9][0-9]*)*", "numbers joined by dots, such as 5.1"),
        UniqueWithin(("request_id",)),
        Label("項目番号"),
        Example("5.1"),
    ]
    """The numbers from the first level down, in plain digits."""

    position: Annotated[
        int, Minimum(1), UniqueWithin(("request_id", "parent_id")), Label("順序"), Example(1), Term("https://schema.org/position")
    ]
    """Its place among the items beside it, counted from 1."""

    title: Annotated[str | None, Printed(), Label("見出し"), Term("http://purl.org/dc/terms/title")] = None
    """The heading as printed; empty where the item is a sentence without one."""

    label: Annotated[str, Caption(), Label("短い名称"), Term("http://www.w3.org/2000/01/rdf-schema#label")]
    """A few words in Japanese that stand for the item in lists and charts; the editors' own."""

    label_en: Annotated[str, Label("短い名称（英語）")]
    """The same in English."""

    summary: Annotated[str, Label("要約"), Term("http://purl.org/dc/terms/abstract")]
    """What the item says, in plain Japanese of the editors: one sentence, or two where one would be too long."""

    summary_en: Annotated[str, Label("要約（英語）")]
    """The same in English."""

    theme_ids: Annotated[
        tuple[Id, ...], Ref("Theme"), Through("request_item_themes"), Label("テーマ"), Term("http://purl.org/dc/terms/subject")
    ]
    """The themes that it is about, the chief one first."""


class AskKind(Code):
    """What kind of action an ask wants."""

    FUNDING = "funding", "財政支援", "Money: a grant, a subsidy, a higher rate, a wider scope of what is subsidised."
    FEE_RELIEF = "fee_relief", "負担軽減", "That something costs local governments less or nothing."
    LEGISLATION = "legislation", "法令整備", "A law, ordinance or other binding rule made or changed."
    GUIDELINE = "guideline", "指針・基準", "A policy, guideline or standard laid down."
    SYSTEM = "system", "システム整備", "An information system built, improved or introduced."
    INFRASTRUCTURE = "infrastructure", "基盤整備", "Networks, devices or other technical ground provided."
    ROLLOUT = "rollout", "普及促進", "Something that exists brought to wider use."
    STAFFING = "staffing", "人材確保", "People found, hired, sent or exchanged."
    TRAINING = "training", "研修・育成", "Staff taught."
    ADVICE = "advice", "助言・技術支援", "Expert advice or technical help."
    FORUM = "forum", "協議・共有の場", "A place to discuss or share experience."
    PILOT = "pilot", "モデル事業", "A pilot or model project."
    INFORMATION = "information", "情報提供", "Information or data given or opened."
    PROCESS = "process", "業務・手続の見直し", "A procedure or a way of working changed."


class AskStrength(Code):
    """How strongly the text asks."""

    ACT = "act", "実施", "Do it."
    URGE = "urge", "働きかけ", "Do it, passed on: the addressee is to press another who must act."
    CONSIDER = "consider", "検討", "Study or consider it."
    AIM = "aim", "努力", "Work toward it, without a result named."


class AskResponse(Code):
    """What a source states about the answer to an ask."""

    UNKNOWN = "unknown", "不明", "No source in the data set states an answer."
    ACCEPTED = "accepted", "受入れ", "A source states that it will be or was done."
    PARTLY_ACCEPTED = "partly_accepted", "一部受入れ", "A source states that a part will be or was done."
    UNDER_CONSIDERATION = "under_consideration", "検討中", "A source states that it is being considered."
    DECLINED = "declined", "不受理", "A source states that it will not be done."


class ExpectationBasis(Code):
    """How a text shows who must act on an ask."""

    NAMED = "named", "明示", "The sentence names who must act.", "文中で実施主体を名指ししている。"
    ITEM_NAMES = (
        "item_names",
        "項目で明示",
        "The item or its heading names who must act, and the sentence does not.",
        "その文にはないが、項目や見出しで実施主体を示している。",
    )
    ADDRESSEE = (
        "addressee",
        "宛先",
        "Nobody is named; a request asks its addressee, as Japanese letters do without saying so.",
        "名指しはなく、要望書の通例により宛先が実施主体となる。",
    )


@frozen(kw_only=True)
class Ask(Record):
    """One action expected of one actor: the smallest grain of a request.

    Where a text asks the metropolis to press the nation and also to act itself, it makes two asks: one expected of the nation
    and relayed by the metropolis, one expected of the metropolis.
    """

    id: Annotated[Id, Key("req-"), Label("要望行為ID"), Example("req-2020-11-24-tokyo-assocs-digital.04.1.a")]
    """Identifies the ask: its item's id and its letter."""

    item_id: Annotated[Id, Ref("RequestItem", part_of=True), Label("要望項目"), Term("http://purl.org/dc/terms/isPartOf")]
    """The item that it was read from."""

    letter: Annotated[str, Pattern(r"[a-z]", "one letter, a to z"), UniqueWithin(("item_id",)), Label("枝記号"), Example("a")]
    """Tells the asks of an item apart, in the order of the text."""

    expected_of_id: Annotated[Id, Ref("Actor"), Label("実施主体")]
    """Who must act; the actor `unspecified` where neither the text nor its addressee tells. `expected_of_basis` says how it shows."""

    expected_of_basis: Annotated[
        ExpectationBasis | None, Label("実施主体の根拠", "実施主体が名指しされているか、宛先から分かるか。分からなければ空欄。")
    ] = None
    """How the text shows who must act; empty where it does not."""

    relayed_by_id: Annotated[Id | None, Ref("Actor"), Differs("expected_of_id"), Label("働きかけの主体")] = None
    """Who is asked to press the actor who must act; empty where the ask is direct."""

    kinds: Annotated[tuple[AskKind, ...], Label("種類")]
    """What kinds of action it wants, the chief one first."""

    strength: Annotated[AskStrength, Label("強さ")]
    """How strongly the text asks."""

    summary: Annotated[str, Caption(), Label("要約"), Term("http://purl.org/dc/terms/abstract")]
    """Who should do what, in plain Japanese of the editors: one sentence, or two where one would be too long."""

    summary_en: Annotated[str, Label("要約（英語）")]
    """The same in English."""

    condition: Annotated[str | None, Language("en"), Label("条件")] = None
    """What the text makes the ask depend on, in the editors' English; empty where it is unconditional."""

    interim: Annotated[bool, Label("暫定")] = False
    """Whether the action is wanted only until something else is in place."""

    theme_ids: Annotated[tuple[Id, ...], Ref("Theme"), Through("ask_themes"), Label("テーマ"), Term("http://purl.org/dc/terms/subject")]
    """The themes that it is about, the chief one first."""

    thing_ids: Annotated[
        tuple[Id, ...],
        Ref("Thing"),
        Through("ask_things"),
        Label("言及する事物", "名を挙げて触れている法令、システム、計画など。"),
        Term("https://schema.org/mentions"),
    ] = ()
    """The laws, systems, plans and the like that it names."""

    due: Annotated[When | None, Label("期限", "いつまでに実施するよう求めているか。示されていなければ空欄。")] = None
    """By when the text wants it; empty where it does not say."""

    response: Annotated[AskResponse, Label("回答")] = AskResponse.UNKNOWN
    """What a source states about the answer."""
