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
    SaidAs,
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

    id: Annotated[
        Id, Key("req-"), Label("要望ID", "要望の識別子。日付、提出者、主題からなる。"), Example("req-2020-11-24-tokyo-assocs-digital")
    ]
    """Identifies the request: its date, issuer and subject."""

    title: Annotated[str, Caption(), Printed(), Label("件名", "原文どおりの件名。"), Term("http://purl.org/dc/terms/title")]
    """The title as printed."""

    title_en: Annotated[str, Label("件名（英語）", "件名の英訳（編者訳）。")]
    """The title in English, translated by the editors."""

    purpose: Annotated[str | None, Label("趣旨", "要望の理由とねらい。編者による一、二文。"), Term("http://purl.org/dc/terms/abstract")] = (
        None
    )
    """Why the request is made and what it aims at, in plain Japanese of the editors: one sentence, or two where one would
    be too long; empty where the document does not say."""

    purpose_en: Annotated[str | None, Together("purpose"), Label("趣旨（英語）", "趣旨の英訳。")] = None
    """The purpose in English."""

    round: Annotated[
        int | None,
        Minimum(1),
        Printed(),
        Label("回次", "「第2弾」のように番号を付けて続く要望の、何回目に当たるか。番号がなければ空欄。"),
        Example(2),
    ] = None
    """Which one of a numbered series it is, as in 'second round'; empty where it is not numbered."""

    submitted_by_ids: Annotated[
        tuple[Id, ...],
        Ref("Actor"),
        Through("request_parties", "submitter"),
        SaidAs("by_ids"),
        Label("提出者", "要望を出した者。"),
        Term("http://purl.org/dc/terms/creator"),
    ]
    """Who makes the request."""

    signatory_ids: Annotated[
        tuple[Id, ...],
        Ref("Actor", kinds=(ActorKind.PERSON, ActorKind.POST)),
        Through("request_parties", "signatory"),
        Label("署名者", "要望に署名した者。出典に署名がなければ空欄。"),
    ] = ()
    """The persons who sign it; empty where the source shows no signature."""

    addressed_to_ids: Annotated[
        tuple[Id, ...],
        Ref("Actor"),
        Through("request_parties", "addressee"),
        SaidAs("to_ids"),
        Label("宛先", "文書に記された宛先。個々の要望行為を実施すべき者とは異なることがある。"),
        Term("http://purl.org/ontology/bibo/recipient"),
    ]
    """Whom it is addressed to, as the document says; who must act on each ask may be someone else."""

    submitted: Annotated[When, Dated(), Label("提出日", "文書の日付、または手渡した日。"), Term("http://purl.org/dc/terms/issued")]
    """When it was dated or handed over."""

    delivered_at_id: Annotated[
        Id | None,
        Ref("Meeting"),
        Label("手交の場", "要望書を手渡した会議。どの出典にも記載がなければ空欄。"),
        Term("http://purl.org/ontology/bibo/presentedAt"),
    ] = None
    """The meeting at which it was handed over; empty where no source tells of one."""

    follows_up_id: Annotated[Id | None, Ref("Request"), Label("先行する要望", "この要望が引き継ぐと述べている、先の要望。")] = None
    """The earlier request that it says it continues."""


@frozen(kw_only=True)
class RequestItem(Record):
    """A numbered part of a request, just as the document numbers it: a heading or a sub-item.

    Not yet an ask: one item may hold several (`Ask`), and a heading none.
    """

    id: Annotated[
        Id,
        Key("req-"),
        Label("要望項目ID", "要望項目の識別子。要望のIDと項目番号からなり、印字順に並ぶよう桁をそろえる。"),
        Example("req-2020-11-24-tokyo-assocs-digital.05.1"),
    ]
    """Identifies the item: its request's id and its path, with numbers padded so that ids sort as printed."""

    request_id: Annotated[Id, Ref("Request", part_of=True), Label("要望", "項目が属する要望。"), Term("http://purl.org/dc/terms/isPartOf")]
    """The request that the item is a part of."""

    parent_id: Annotated[
        Id | None,
        Ref("RequestItem", part_of=True),
        Label("上位項目", "一つ上の項目。最上位の項目では空欄。"),
        Term("http://purl.org/dc/terms/isPartOf"),
    ] = None
    """The item that it stands under; empty for the items of the first level."""

    number: Annotated[str, Printed(), Label("番号", "原文どおりの番号。"), Example("(1)"), Term("http://purl.org/ontology/bibo/number")]
    """The number as printed."""

    path: Annotated[
        str,
        Pattern(r"[1-9][0-9]*(\.[1-9][0-9]*)*", "numbers joined by dots, such as 5.1", "5.1のようにピリオドでつないだ数字"),
        UniqueWithin(("request_id",)),
        Label("項目番号", "最上位から順に並べた項目番号。算用数字で記す。"),
        Example("5.1"),
    ]
    """The numbers from the first level down, in plain digits."""

    position: Annotated[
        int,
        Minimum(1),
        UniqueWithin(("request_id", "parent_id")),
        Label("順序", "同じ階層の項目の中での順序（1から）。"),
        Example(1),
        Term("https://schema.org/position"),
    ]
    """Its place among the items beside it, counted from 1."""

    title: Annotated[
        str | None, Printed(), Label("見出し", "原文どおりの見出し。見出しのない文の項目では空欄。"), Term("http://purl.org/dc/terms/title")
    ] = None
    """The heading as printed; empty where the item is a sentence without one."""

    label: Annotated[
        str,
        Caption(),
        Label("短い名称", "一覧や図で項目を表す短い日本語。編者が付けたもの。"),
        Term("http://www.w3.org/2000/01/rdf-schema#label"),
    ]
    """A few words in Japanese that stand for the item in lists and charts; the editors' own."""

    label_en: Annotated[str, Label("短い名称（英語）", "短い名称の英語版。")]
    """The label in English."""

    summary: Annotated[str, Label("要約", "項目の内容。編者が平易な日本語でまとめたもの。"), Term("http://purl.org/dc/terms/abstract")]
    """What the item says, in plain Japanese of the editors: one sentence, or two where one would be too long."""

    summary_en: Annotated[str, Label("要約（英語）", "要約の英語版。")]
    """The summary in English."""

    theme_ids: Annotated[
        tuple[Id, ...],
        Ref("Theme"),
        Through("request_item_themes"),
        Label("テーマ", "関係するテーマ。主なものを先頭に置く。"),
        Term("http://purl.org/dc/terms/subject"),
    ]
    """The themes that it is about, the chief one first."""


class AskKind(Code):
    """What kind of action an ask wants."""

    FUNDING = (
        "funding",
        "財政支援",
        "Money: a grant, a subsidy, a higher rate, a wider scope of what is subsidised.",
        "交付金や補助金、補助率の引上げ、補助対象の拡大など、資金に関するもの。",
    )
    FEE_RELIEF = (
        "fee_relief",
        "負担軽減",
        "That something costs local governments less or nothing.",
        "地方公共団体の費用負担を軽くし、またはなくすこと。",
    )
    LEGISLATION = (
        "legislation",
        "法令整備",
        "A law, ordinance or other binding rule made or changed.",
        "法律、条例その他拘束力のある定めの制定または改正。",
    )
    GUIDELINE = "guideline", "指針・基準", "A policy, guideline or standard laid down.", "方針、指針、基準などの策定。"
    SYSTEM = "system", "システム整備", "An information system built, improved or introduced.", "情報システムの構築、改善または導入。"
    INFRASTRUCTURE = (
        "infrastructure",
        "基盤整備",
        "Networks, devices or other technical ground provided.",
        "通信網、端末その他の技術的な基盤の整備。",
    )
    ROLLOUT = "rollout", "普及促進", "Something that exists brought to wider use.", "すでにあるものの普及や利用拡大。"
    STAFFING = "staffing", "人材確保", "People found, hired, sent or exchanged.", "人材の発掘、採用、派遣または交流。"
    TRAINING = "training", "研修・育成", "Staff taught.", "職員の研修や育成。"
    ADVICE = "advice", "助言・技術支援", "Expert advice or technical help.", "専門的な助言または技術的な支援。"
    FORUM = "forum", "協議・共有の場", "A place to discuss or share experience.", "協議や経験の共有を行う場。"
    PILOT = "pilot", "モデル事業", "A pilot or model project.", "実証またはモデル事業。"
    INFORMATION = "information", "情報提供", "Information or data given or opened.", "情報やデータの提供または公開。"
    PROCESS = "process", "業務・手続の見直し", "A procedure or a way of working changed.", "手続や仕事の進め方の見直し。"


class AskStrength(Code):
    """How strongly the text asks."""

    ACT = "act", "実施", "Do it.", "実施するよう求めるもの。"
    URGE = (
        "urge",
        "働きかけ",
        "Do it, passed on: the addressee is to press another who must act.",
        "実施すべき別の者に働きかけるよう、宛先に求めるもの。",
    )
    CONSIDER = "consider", "検討", "Study or consider it.", "検討や研究を求めるもの。"
    AIM = "aim", "努力", "Work toward it, without a result named.", "具体的な結果を示さず、取組を進めるよう求めるもの。"


class AskResponse(Code):
    """What a source states about the answer to an ask."""

    UNKNOWN = "unknown", "不明", "No source in the data set states an answer.", "回答を示す出典が、このデータの中にない。"
    ACCEPTED = "accepted", "受入れ", "A source states that it will be or was done.", "実施する、または実施したと、出典が述べている。"
    PARTLY_ACCEPTED = (
        "partly_accepted",
        "一部受入れ",
        "A source states that a part will be or was done.",
        "一部を実施する、または実施したと、出典が述べている。",
    )
    UNDER_CONSIDERATION = (
        "under_consideration",
        "検討中",
        "A source states that it is being considered.",
        "検討していると、出典が述べている。",
    )
    DECLINED = "declined", "不受理", "A source states that it will not be done.", "実施しないと、出典が述べている。"


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

    id: Annotated[
        Id,
        Key("req-"),
        Label("要望行為ID", "要望行為の識別子。要望項目のIDと枝記号からなる。"),
        Example("req-2020-11-24-tokyo-assocs-digital.04.1.a"),
    ]
    """Identifies the ask: its item's id and its letter."""

    item_id: Annotated[
        Id, Ref("RequestItem", part_of=True), Label("要望項目", "要望行為を読み取った要望項目。"), Term("http://purl.org/dc/terms/isPartOf")
    ]
    """The item that it was read from."""

    letter: Annotated[
        str,
        Pattern(r"[a-z]", "one letter, a to z", "aからzの1字"),
        UniqueWithin(("item_id",)),
        Label("枝記号", "一つの項目から読み取った要望行為を区別する記号。本文の順に付ける。"),
        Example("a"),
    ]
    """Tells the asks of an item apart, in the order of the text."""

    expected_of_id: Annotated[
        Id,
        Ref("Actor"),
        SaidAs("expected_of_ids"),
        Label("実施主体", "実施すべき者。本文からも宛先からも分からなければ主体 `unspecified`。根拠は `expected_of_basis` に示す。"),
    ]
    """Who must act; the actor `unspecified` where neither the text nor its addressee tells. `expected_of_basis` says how it shows."""

    expected_of_basis: Annotated[
        ExpectationBasis | None, Label("実施主体の根拠", "実施主体が名指しされているか、宛先から分かるか。分からなければ空欄。")
    ] = None
    """How the text shows who must act; empty where it does not."""

    relayed_by_id: Annotated[
        Id | None,
        Ref("Actor"),
        Differs("expected_of_id"),
        Label("働きかけの主体", "実施すべき者への働きかけを求められている者。直接の要望では空欄。"),
    ] = None
    """Who is asked to press the actor who must act; empty where the ask is direct."""

    kinds: Annotated[tuple[AskKind, ...], Label("種類", "求める行為の種類。主なものを先頭に置く。")]
    """What kinds of action it wants, the chief one first."""

    strength: Annotated[AskStrength, Label("強さ", "本文がどの程度強く求めているか。")]
    """How strongly the text asks."""

    summary: Annotated[
        str, Caption(), Label("要約", "誰が何をすべきか。編者が平易な日本語でまとめたもの。"), Term("http://purl.org/dc/terms/abstract")
    ]
    """Who should do what, in plain Japanese of the editors: one sentence, or two where one would be too long."""

    summary_en: Annotated[str, Label("要約（英語）", "要約の英語版。")]
    """The summary in English."""

    condition: Annotated[
        str | None, Language("en"), Label("条件", "本文が要望に付けている条件。編者が英語で記したもの。条件がなければ空欄。")
    ] = None
    """What the text makes the ask depend on, in the editors' English; empty where it is unconditional."""

    interim: Annotated[bool, Label("暫定", "ほかの措置が整うまでの間に限って求める行為かどうか。")] = False
    """Whether the action is wanted only until something else is in place."""

    theme_ids: Annotated[
        tuple[Id, ...],
        Ref("Theme"),
        Through("ask_themes"),
        Label("テーマ", "関係するテーマ。主なものを先頭に置く。"),
        Term("http://purl.org/dc/terms/subject"),
    ]
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

    response: Annotated[AskResponse, Label("回答", "回答について出典が述べていること。")] = AskResponse.UNKNOWN
    """What a source states about the answer."""
