"""Asks: sentences cut into actions, and who must act, who passes it on, how strongly, and what kind of action it is.

The rules are data. The name of each is the reason that a curator sees; the coding guide cites the same names.
"""

import re
from collections.abc import Iterator, Sequence

from attrs import frozen

from dxgov.documents.folding import fold


@frozen
class Rule:
    """A rule that gives a value where its pattern is found."""

    name: str
    """The reason that a curator sees."""

    value: str
    pattern: re.Pattern[str]
    """Pattern in folded text."""


def _rules(*rows: tuple[str, str, str]) -> tuple[Rule, ...]:
    return tuple(Rule(name, value, re.compile(pattern)) for name, value, pattern in rows)


_BODY = (
    r"(?:(?:国|政府|都|県|府|道|市|区|町|村)(?![民内外下立庁道市営税域債際籍家土勢状策村町費単有境場分長区])"
    r"|(?:貴|当該)[都道府県市区町村省庁会社]"
    r"|(?!各|関係)[一-鿿ァ-ヶー]{1,12}(?:省|庁|教育委員会|機構|公社|協議会|広域連合|都|県(?!内))"
    r"|(?!市区?町村|区市町村|特別区|政令|指定都市|各)[一-鿿ァ-ヶー]{1,8}(?:市|区|町|(?<!町)村)(?![民内外立長議区町村]))"
)
ACTOR = rf"(?<![一-鿿ァ-ヶー])(?P<actor>{_BODY})"
"""A body that can act, with the group ``actor``. Words such as 市町村 and 自治体 are none: those who ask speak of themselves by them."""

_PRESS = r"(?:働き[掛か]け|働掛け|要望|要請|申し?入れ|求め|提言|提案)(?:る|て|を行|す[るこ]|し|こと|いただ|願)"

_TOWARDS = r"(?:等|など)?(?:に対し(?:て(?:も|は)?)?|に(?:も|対する)?|へ(?:の)?)"
RELAY_RULES = _rules(
    ("relay-press-another", "urge", rf"{ACTOR}{_TOWARDS}[^。]*?{_PRESS}"),
    ("relay-press-others", "urge", rf"(?<![一-鿿々ァ-ヶー])(?P<actor>[一-鿿々ァ-ヶー]{{2,14}}){_TOWARDS}[^。、]*、?[^。、]*?働き[掛か]け"),
)
"""Who is to be pressed by whom is asked."""

_RELATIVE = r"[^、。]{0,14}?(?:[うくぐすつぬぶむる]|[しいっん][ただ]|ない)(?!必要|場合|際|等|中|上|前|後|時|旨|一方)(?=[一-鿿ァ-ヶA-Za-z])"
"""A clause before a noun that it describes, as in 町が行う事業; its subject need not be who must act."""

ACTOR_RULES = _rules(
    ("actor-on-its-own", "named", rf"{ACTOR}(?:として|の)?独自[にの]"),
    ("actor-leads", "named", rf"{ACTOR}が?(?:主体|主導|先頭|中心)(?:と|で|に|的)"),
    ("actor-is-responsible", "named", rf"{ACTOR}の(?:責任|負担|主導|財源|直轄)"),
    (
        "actor-is-subject",
        "named",
        rf"{ACTOR}(?:において(?:は|も)?|におかれ(?:て|まして)(?:は|も)?|として(?:も|は)?|は|が(?!{_RELATIVE}))(?!進め|行って|実施して|求めて)",
    ),
    ("actor-provides", "named", rf"{ACTOR}(?:[がで](?:雇用|確保)|が(?:持つ|定め|設け|設置|保有|所有|所管)|による|から(?:の)?)"),
)
"""Who is named in a sentence, the surest rule first."""

_ITEM_ACTOR = re.compile(rf"{ACTOR}(?:と|や|及び|、|・|の|に|へ|を|から|は|が|も)")
"""Who is named anywhere in an item."""

_RELATIVE_SUBJECT = re.compile(rf"{ACTOR}が(?={_RELATIVE})")

_PROGRESS = "(?:推進|促進|普及|普及啓発|向上|強化|充実|拡大|振興|活性化|徹底|浸透|定着|醸成)"
"""Nouns of progress without a result."""
_CHANGE = "(?:改善|軽減|低減|削減|縮減|解消|是正|連携|両立|維持|安定|安定化|円滑化|効率化|適正化|最適化|高度化|平準化|一体化)"
"""Nouns of a change without a result, if it is only to be aimed at."""
_MORE = "(?:より一層|一層|更に|さらに|強力に|積極的に|引き続き|速やかに|早急に)?"

STRENGTH_RULES = _rules(
    (
        "strength-consider",
        "consider",
        r"(?:検討|研究|調査研究|議論)(?:等)?(?:を(?:進め|行|深め|加速|開始)|に着手|する|すべき|し(?:て|、)|すること|いただ|願|いたし)",
    ),
    (
        "strength-aim",
        "aim",
        (
            rf"{_PROGRESS}(?:等|など)?(?:を{_MORE}(?:図|行|進め|推進)|に(?:努め|取り組|向け)|する|すべき|し(?:て|、))"
            rf"|{_CHANGE}(?:等|など)?(?:を{_MORE}(?:図|目指)|に(?:努め|取り組))|に努め(?:る|て|ら)|目指す|を進めます。?$"
        ),
    ),
    (
        "strength-is-needed",
        "aim",
        r"(?:必要|重要|不可欠|大切|肝要)(?:で(?:ある|す)|だ|と考える|がある)?[。」]*$|望(?:ましい|まれる)[。」]*$",
    ),
    ("strength-act", "act", r""),
)
"""How strongly an action is asked for; the first rule that fits decides."""

KIND_RULES = _rules(
    (
        "kind-fee-relief",
        "fee_relief",
        (
            r"無償|無料|減免|免除|手数料|(?:財政|費用|経費|経済|金銭|料金)(?:的|上)?(?:な|の)?負担|負担(?:が生じない|を求めない)"
            r"|(?<!事務)(?<!業務)(?<!作業)(?<!労働)(?<!心理的)(?<!身体的)(?<!職員の)(?<!教員の)(?<!現場の)(?<!事務の)(?<!業務の)(?<!作業の)(?<!事務的)負担の?軽減"
            r"|(?:コスト|経費|費用|料金)(?:等)?の?(?:低減|削減|軽減|縮減|引き?下げ)"
        ),
    ),
    ("kind-funding", "funding", r"財政(?:的)?(?:な)?(?:支援|措置)|財源|補助|交付金|助成|予算|交付税|経費の支援|国費"),
    (
        "kind-legislation",
        "legislation",
        r"法(?:令|律|制度|改正|整備)|法の改正|条例|規制(?:の)?(?:緩和|改革)|制度(?:の)?(?:改正|創設|見直し|設計)|政省令",
    ),
    ("kind-guideline", "guideline", r"方針|指針|ガイドライン|基準|標準(?:仕様|化)|手引|マニュアル|ロードマップ|計画(?:を|の策定)"),
    ("kind-system", "system", r"システム|アプリ|クラウド(?!ファンディング)|プラットフォーム|データベース|ポータル"),
    (
        "kind-infrastructure",
        "infrastructure",
        r"回線|通信(?:環境|網|基盤)|基盤(?:の)?整備|ネットワーク|Wi-?Fi|無線LAN|端末|光ファイバ|基地局|機器|ID体系",
    ),
    (
        "kind-rollout",
        "rollout",
        (
            r"普及|(?:利用|活用|導入|取得)(?:の)?(?:促進|拡大|推進)|横展開"
            r"|(?<!整備)(?<!整備の)(?<!育成)(?<!育成の)(?<!確保)(?<!確保の)(?<!化)(?<!化の)(?<!改革)(?<!改革の)(?<!連携)(?<!連携の)(?<!直しの)(?:推進|促進)(?:等)?(?:を|する|し)"
        ),
    ),
    ("kind-staffing", "staffing", r"派遣|人材(?:の)?(?:確保|交流|バンク)|人事交流|人員|採用|常駐|配置|増員|定数"),
    ("kind-training", "training", r"研修|育成|教育訓練|講座|リスキリング|研究の実施"),
    ("kind-advice", "advice", r"助言|技術(?:的)?(?:な)?支援|相談|アドバイザ|伴走|専門的(?:な)?(?:支援|知見)"),
    ("kind-forum", "forum", r"の?場(?:を|の)(?:設|創)|協議(?:の)?場|情報共有|共有する場|会議体|協議会|意見交換|連絡会"),
    ("kind-pilot", "pilot", r"モデル(?:事業|地域)|実証(?:実験|事業)?|試行"),
    ("kind-information", "information", r"情報(?:の)?(?:提供|公開|発信)|周知|広報|公表|オープン(?:データ|化)|説明|開示"),
    (
        "kind-process",
        "process",
        r"手続|業務(?:の)?(?:見直し|改善|標準化|フロー|負担)|事務(?:の)?(?:負担|フロー|簡素|見直し)|(?:職員|現場|教員|作業)(?:の)?負担|見直し|簡素化|押印|様式",
    ),
)
"""What kind of action an ask wants; the word next to the end of the action counts most."""

CONDITION = re.compile(r"(?:^|[、。])(?P<condition>[^、。]*(?:までの(?:間|期間)|場合(?:に(?:は|おいて(?:は|も)?))?|限り))[、は]")
"""What must be so for an ask to hold."""
INTERIM = re.compile(r"までの(?:間|期間)|当面の?(?:間)?|当分の間|暫定(?:的)?|それまで")
"""Words by which an ask holds for some time only."""

REPEATS_KIND = re.compile("同様|独自に取り組")
"""Words by which an action is of the kind of the one before."""
REQUEST_END = re.compile(
    r"^(?P<asked>[^。]*?)(?:を|よう(?:に)?|ことを|べく)?、?(?:ここに|改めて|あらためて|強く|重ねて|切に|以上のとおり)*"
    r"(?:要望|要請|請願|陳情|提案|提言|申し?入れ|お?求め|お?願い)[^。]{0,16}(?:ます|ものである|する|次第です|次第である|致します|いたします)?。?$"
    r"|^(?P<wish>[^。]*(?:さ|せ|じ|め|え|け|げ|べ|れ|て)られたい|[^。]*(?:されたい|いただきたい|頂きたい|願いたい))。?$"
)
"""A sentence that asks; the group ``asked`` or ``wish`` is what for."""

_SENTENCE = re.compile(r"(?:[^。「」『』（）()]|「[^「」]*」|『[^『』]*』|（[^（）]*）|\([^()]*\)|[「」『』（）()])+。?")
_MAX_SENTENCE = 2_000
"""Maximum characters of a sentence that asks; the time of some rules grows with the square of them."""

CUTS = (
    ("cut-also", re.compile(r"(?<=[るうくすつぬむぶぐ])(?:とともに|と共に|と同時に)[、，]?")),
    ("cut-besides", re.compile(r"(?<=[るうくすつぬむぶぐ])(?:ほか|他)[、，]?")),
    ("cut-and-further", re.compile(r"(?<=[、，])(?=(?:また|さらに|更に|併せて|あわせて|加えて)[、，])")),
    ("cut-next-step", re.compile(r"(?<=し)、(?=(?:その|当該|これらの?)[^、。]{1,14}を)")),
    ("cut-after-koto", re.compile(r"(?<=こと)(?:及び|並びに|、及び|、並びに|、)(?!から|に|が|を|は|も|で|と|など|等)")),
)
"""Where a sentence goes on with another action, with the name of the rule."""
_NOUNS = "促進|推進|普及|整備|改善|拡充|創設|構築|導入|育成|確保|派遣|強化|公開|支援"
_DIFFERENT_KINDS = re.compile(
    rf"^(?:(?:また|さらに|更に|併せて|あわせて|加えて)[、，])?(?P<first>[^。、]*?(?P<noun>{_NOUNS}))、(?=[^。]*?(?P<other>{_NOUNS})を(?:図|行|進め|推進|実施))(?P<rest>[^。]*)$"
)
_TWO_SUPPORTS = re.compile(r"(?P<first>[一-鿿ァ-ヶー]{2,5}的?支援)(?:、|及び|並びに|と)(?P<second>[一-鿿ァ-ヶー]{2,5}的?支援)(?=を)")


_PURPOSE = re.compile(r"(?:^|(?<=[、。]))[^、。]*(?:ため(?:に(?:は|も)?|の)?|に当たって(?:は|も)?|に際して(?:は|も)?|ことから)、")
"""A clause that tells what an action is for, on what occasion or why."""

_STATEMENT = re.compile(
    r"(?:である|であり|ている|ていた|てきた|であった|がある|となった|なっている|ています|あります|きました|不可欠だ|必要だ|ない)。?$"
)
"""The end of a sentence that tells what is the case."""


@frozen
class Action:
    """One action that a sentence asks for."""

    text: str
    """The words that ask for it, folded."""

    clause: str
    """The words with those that it shares with others of the sentence, such as a common verb."""

    sentence: str
    reason: str
    """The rule that cut it off; ``one-action`` if the sentence has no other."""


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text, folded; what is too long for one asks for nothing and is left out."""
    return [sentence for match in _SENTENCE.finditer(fold(text)) if len(sentence := match[0].strip()) <= _MAX_SENTENCE]


def cut_actions(text: str) -> Iterator[Action]:
    """Yield the actions that a text asks for, in its order."""
    sentences = [
        sentence for sentence in split_sentences(text) if re.search("[ぁ-ん]", sentence) and not sentence.startswith(("なお、", "※"))
    ]
    # A sentence that tells a reason asks for nothing, unless all of them do no more.
    for sentence in [sentence for sentence in sentences if not _STATEMENT.search(sentence)] or sentences[-1:]:
        clauses = [(sentence, "one-action")]
        for name, pattern in CUTS:
            clauses = [
                (piece, reason if index == 0 and reason != "one-action" else name if index or len(pieces) > 1 else reason)
                for clause, reason in clauses
                for pieces in [[piece for piece in _split_outside_brackets(pattern, clause) if len(piece) > 3]]
                for index, piece in enumerate(pieces)
            ]
        for clause, reason in clauses:
            if (supports := _TWO_SUPPORTS.search(clause)) is not None:
                head, tail = clause[: supports.start()], clause[supports.end() :]
                for part in ("first", "second"):
                    yield Action(supports[part] + tail, head + supports[part] + tail, sentence, "cut-different-kinds")
            elif (nouns := _DIFFERENT_KINDS.match(clause)) is not None and nouns["noun"] != nouns["other"]:
                verb = clause[clause.rindex(nouns["other"]) + len(nouns["other"]) :]
                yield Action(nouns["first"], nouns["first"] + verb, sentence, "cut-different-kinds")
                yield Action(nouns["rest"], nouns["rest"], sentence, "cut-different-kinds")
            else:
                yield Action(clause, clause, sentence, reason)


def _split_outside_brackets(pattern: re.Pattern[str], text: str) -> list[str]:
    """Split a text where a pattern stands outside of brackets."""
    pieces, start = [], 0
    for match in pattern.finditer(text):
        before = text[start : match.start()]
        if all(before.count(opening) == before.count(closing) for opening, closing in ("「」", "『』", "()", "（）")):
            pieces.append(before)
            start = match.end()
    return [*pieces, text[start:]]


def find_relay(clause: str) -> tuple[str, str] | None:
    """Return who is to be pressed and the name of the rule; None if a clause asks nobody to press another."""
    for rule in RELAY_RULES:
        if match := rule.pattern.search(clause):
            return match["actor"], rule.name
    return None


def find_actor(texts: Sequence[str]) -> tuple[str, str] | None:
    """Return who is named as acting in the first of some texts that names anybody, and the name of the rule."""
    for own in map(_drop_relays, texts):
        for rule in ACTOR_RULES:
            if match := rule.pattern.search(own):
                return match["actor"], rule.name
    return None


def find_item_actor(title: str, text: str) -> tuple[str, str] | None:
    """Return who an item names anywhere in its title or text, with the rule; not the one to be pressed, or one in a clause on a noun."""
    named = (_RELATIVE_SUBJECT.sub("", _drop_relays(sentence)) for sentence in [title, *split_sentences(text)])
    match = next((match for own in named if (match := _ITEM_ACTOR.search(own))), None)
    return (match["actor"], "actor-in-item") if match else None


def _drop_relays(text: str) -> str:
    """Return a text without the words that say who is to be pressed: those are not named as acting."""
    for rule in RELAY_RULES:
        text = rule.pattern.sub("", text)
    return text


def find_strength(clause: str) -> Rule:
    """Return the rule that says how strongly a clause asks: by its end, since what comes before are reasons and means."""
    end = clause.rsplit("、", 1)[-1]
    return next(rule for rule in STRENGTH_RULES if rule.pattern.search(end))


def rank_kinds(clause: str) -> tuple[Rule, ...]:
    """Return the rules of the kinds of action that a clause can be, the likeliest first."""
    # A clause of purposes alone tells the kind too.
    for wanted in (_PURPOSE.sub("", clause), clause):
        ends = [(max((match.end() for match in rule.pattern.finditer(wanted)), default=-1), rule) for rule in KIND_RULES]
        if ranked := tuple(rule for end, rule in sorted(ends, key=lambda pair: -pair[0]) if end >= 0):
            return ranked
    return ()
