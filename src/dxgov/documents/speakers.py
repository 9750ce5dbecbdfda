"""Speakers of minutes: labels such as ○議長（渚五月君）, 【事務局】 and 市長：, and the names and posts in them."""

import re
from functools import lru_cache

from attrs import evolve, frozen

from dxgov.documents.parties import POSTS

SPEAKER_POSTS = (
    f"{POSTS}|司会者|司会|進行役|進行|傍聴者|出席者|参加者|申請者|請願者|陳情者|説明者|質問者|回答者|発表者|提案者|提出者|代理者"
    "|事務局|担当[部課局室次]長|担当者|担当|副構成員|ＣＩＯ|ＣＤＯ|局員|職員"
)
"""Alternation of the last words of posts and of what else speaks at meetings."""

_HONORIFICS = "君|くん|さん|氏|様|先生"
_GENERIC = re.compile(
    "[区市町村県都府道住国]民|会場|質問|回答|意見|質疑|答弁|要望|問|答|[ＱＡQA]|国|都|道|府|県|市|区|町|村|当局|執行部|[^\\W\\d_]{1,12}(?:側|一同)|各委員|全員"
)
"""Labels that name no post or body; some are words for what is said."""
_BODY_END = re.compile(
    "(?:都|道|府|県|市|区|町|村|省|庁|局|部|課|室|係|協議会|協会|連合会?|連盟|組合|機構|公社|法人|会社|団体|審議会|委員会|部会|センター|大学|学校|病院|商工会議?所?"
    "|会派|クラブ|党|自治会|町内会|婦人会|振興会|機関|ネットワーク)$"
)
_COMMITTEE = (
    "総務|厚生|文教|建設|区民|市民|町民|民生|環境|経済|産業|福祉|教育|予算|決算|特別|運営|企画|財政|都市|交通|議会|監査|公募|学識|専門|専務|常務"
    "|各|全|両|他|一部|複数|整備|農林|水産|土木|警察|消防|商工|観光|常任"
)
"""What stands before 委員 and 委員長 and is no name."""
_ROSTER_HEADING = re.compile("出席|欠席|遅参|遅刻|早退|退席|説明の?ため|職務の?ため|地方自治法|傍聴|事務局職員|会議録署名|署名|「|『|※")
"""The beginning of a heading of a roster."""
_HEADING = re.compile(
    "(?:議事|日程|日時|本日の|会議|付議|開会|開議|閉会|散会|休憩|再開|開催|場所|議題|次第|案件|配[布付]|資料|[^\\W\\d_]{0,4}事項|その他|議案|会期"
    "|第[0-9０-９一二三四五六七八九十]|概要|主な|結[論果]|決定|目的|背景|趣旨|参考資料|別紙|添付|注|記録|作成|担当課|問い?合|連絡先|電話|主催|期日|とき|ところ"
    "|項目|内容|備考|次回|方法|午[前後]|以上|賛成|反対|拍手|異議|起立|挙手|発言者|区分|氏名|役職|所属)"
    "|.*(?:登壇|降壇|退場|入場|着席|呼ぶ者あり|朗読|について|に関する件|の件|休憩|再開|挨拶|あいさつ|説明|報告|審議|協議|意見交換|質疑応答)$"
)
"""Labels of heads, sections and interjections."""
_POST_END = re.compile(f"(?:{SPEAKER_POSTS})$")
_BLANKS = re.compile(r"\s+")


def is_no_speaker(label: str) -> bool:
    """Return True for a label of a head, section or interjection, which names nobody."""
    text = _BLANKS.sub("", label)
    outer = re.sub("[（(].*", "", text)
    return _ROSTER_HEADING.match(text) is not None or (_HEADING.match(text) is not None and _POST_END.search(outer) is None)


_COUNT = re.compile(
    "[計約全延べ総]*[0-9０-９一二三四五六七八九十百]+[人名件回]|なし|無し?|敬称略|順不同|五十音順|略|別紙.*|仮称|案|非公開|公開"
)
_SEAT = "(?:議席)?第?[0-9０-９〇一二三四五六七八九十百]{1,5}番(?:議員|委員)?"
_NAME_CHARACTERS = "[一-鿿々〆ヶぁ-んァ-ヺー・Ａ-ＺA-Z○〇●△□×]"
_NAME = re.compile(f"{_NAME_CHARACTERS}{{1,12}}")
_BRACKETS = re.compile("(?P<outer>[^（(]*)[（(](?P<inner>[^（()）]+)[)）](?P<rest>[^（()）]*)")
_SEATED = re.compile(f"(?P<seat>{_SEAT})(?P<name>(?:(?!君){_NAME_CHARACTERS}){{2,12}}?)?(?:{_HONORIFICS}|議員|委員)?")
_TITLED = re.compile(f"(?P<name>.{{1,24}}?)(?P<honorific>{_HONORIFICS})")
_NAMED_POST = re.compile(
    f"(?!(?:{_COMMITTEE})(?:委員会|特別|常任)?[副委理]|[副仮前元])(?P<name>{_NAME_CHARACTERS}{{1,6}}?(?<![省庁局課会]))"
    "(?P<post>大臣政務官|国務大臣|副大臣|大臣|政府特別補佐人|政府参考人|参考人|公述人|(?<![都道府県市区町村])副?(?:[市区町村]長|知事)|臨時議長|仮議長|副?議長|副?委員長|副?会長|副?座長|部会長|議員"
    "|臨時委員|専門委員|委員|構成員|オブザーバー|教育長|理事|参事|教授|代表)"
)
_POST = re.compile(f"(?P<body>[^\\s。、「」]{{0,24}}?)(?P<post>{SPEAKER_POSTS})(?:[Ａ-ＺA-Z0-9０-９①-⑳])?")
_LETTERED = re.compile("(?P<letter>[Ａ-ＺA-Z○〇●△]{1,2})(?P<post>委員|議員|構成員|氏|さん|市|町|村|区|県|社|課)")


@frozen
class Speaker:
    """Who speaks, as a label says it; None for what it does not say."""

    name: str | None = None
    """The person, without an honorific, or the body that speaks."""
    post: str | None = None
    group: str | None = None
    """The parliamentary group, party or organisation."""
    seat: str | None = None
    is_split: bool = True
    """False if name and post are divided by the length of names alone."""


@lru_cache(maxsize=4096)
def parse_speaker(label: str) -> Speaker | None:
    """Return who speaks by a label without its mark and colon; None if it names nobody.

    >>> parse_speaker("１２番（渚　五月君）")
    Speaker(name='渚五月', post=None, group=None, seat='１２番', is_split=True)
    """
    text = _BLANKS.sub("", label)
    if not 0 < len(text) <= 48 or is_no_speaker(text) or re.search("[。、！？!?「」：:]", text):
        return None
    if match := _BRACKETS.fullmatch(text):
        return _parse_bracketed(match["outer"], match["inner"], match["rest"])
    if match := _SEATED.fullmatch(text):
        return Speaker(name=match["name"], seat=match["seat"])
    if match := _LETTERED.fullmatch(text):
        return Speaker(post=text)
    if match := _TITLED.fullmatch(text):
        post = _POST.match(match["name"])
        if post and 1 < len(match["name"]) - post.end() <= 8:
            return Speaker(name=match["name"][post.end() :], post=post[0])
        return Speaker(name=match["name"]) if _NAME.fullmatch(match["name"]) else None
    if match := _NAMED_POST.fullmatch(text):
        return Speaker(name=match["name"], post=match["post"], is_split=False)
    if _POST.fullmatch(text):
        return Speaker(post=text)
    if _GENERIC.fullmatch(text) or (len(text) > 1 and _BODY_END.search(text) and not re.search("[のをはがにへ]", text)):
        return Speaker(name=text)
    return None


def _parse_bracketed(outer: str, inner: str, rest: str) -> Speaker | None:
    """Return who speaks by a label with brackets: post（name）, name（group）, seat（name）, or name（given name）post."""
    if _COUNT.fullmatch(inner):
        return None
    person = re.sub(f"(?:{_HONORIFICS}|(?<=..)議員|(?<=..)委員)$", "", inner)
    has_honorific = person != inner
    if rest:
        speaker = parse_speaker(outer + rest)
        if speaker is None or not speaker.post:
            return None
        # Where a character of the given name stands in brackets, the name ends with it.
        return evolve(speaker, name=f"{outer}（{inner}）", post=rest) if len(inner) <= 3 else speaker
    if re.fullmatch(_SEAT, outer):
        return Speaker(name=person, seat=outer)
    if has_honorific or re.fullmatch(f".*(?:{SPEAKER_POSTS})", outer):
        speaker = parse_speaker(outer)
        if speaker is not None and speaker.name and speaker.post and not has_honorific:
            return evolve(speaker, group=inner)
        return Speaker(name=person, post=outer or None)
    if re.fullmatch(f".+(?:{SPEAKER_POSTS})", inner) and _NAME.fullmatch(outer):
        return Speaker(name=outer, post=inner)
    speaker = parse_speaker(outer)
    return evolve(speaker, group=inner) if speaker is not None and (speaker.name or speaker.post) else None


MARKS = "○〇◯◎◆◇●■□◉▼▽▲△▶▷☆★※・•‣∙⇒→➡➢*-"
STRONG_MARKS = "○〇◯◎◆◇●■□◉▼▽▲△▶▷☆★"
"""Marks that transcripts put before speakers; others are bullets and arrows."""

_B = r"[^\S\n]*"
_BRACKET_PAIRS = ("【】", "［］", "〔〕", "＜＞", "<>", "《》", "≪≫", "〈〉", "[]", "（）", "()")
_BRACKETED_LABEL = "|".join(
    rf"{re.escape(opening)}(?:[^{re.escape(opening + closing)}。\n]|[（(][^（()）\n]{{1,20}}[)）]){{1,40}}?{re.escape(closing)}"
    for opening, closing in map(tuple, _BRACKET_PAIRS)
)
_OPENINGS = "".join(re.escape(pair[0]) for pair in _BRACKET_PAIRS)
_CANDIDATE = re.compile(
    rf"{_B}(?:\d+[.．]{_B})?(?P<mark>[{re.escape(MARKS)}](?![○〇●]))?{_B}(?:(?P<bracketed>{_BRACKETED_LABEL}){_B}[：:]?|(?P<named>[^。、「」（(：:\n]{{0,28}}[（(]"
    rf"(?:[^（()）。、\n]{{1,3}}[)）][^\s（(。、：:]{{0,14}}?(?:{SPEAKER_POSTS})(?!会)|[^（()）。、\n]{{1,30}}[)）])){_B}[：:]?|(?P<colon>[^。、「」：:\n]{{0,31}}[^。、「」：:\n0-9０-９])[：:]|(?P<quote>[^。、「」：:\s]{{1,24}})(?=「[^\n]*」\s*$))?{_B}"
)
_START = re.compile(rf"{_B}(?:[{re.escape(MARKS)}](?![○〇●]))?{_B}")
_FILTER = re.compile(rf"{_B}(?:[{re.escape(MARKS)}{_OPENINGS}]|[^\s。、：:「」（(]{{1,26}}(?:[：:\s（(「]|$))")
_RUN_ON = re.compile(rf"(?P<label>[^\s。、「」（(]{{0,12}}?(?:[（(][^（()）]{{1,3}}[)）])?(?:{SPEAKER_POSTS}|君|氏|さん))")
_PARTICLE = re.compile("[はがをのにもとでへや会側間席内名数制等、。]|から|より|として|など|まで|各位|指名|だけ")
_NAME_TOKEN = re.compile(f"{_NAME_CHARACTERS}{{1,10}}(?:{_HONORIFICS}|議員|委員)")


@frozen
class SpeakerLabel:
    """What may be a speaker's label at the beginning of a line."""

    mark: str
    """The mark before it; empty for none."""
    form: str
    """The opening bracket around it, or ``colon``, ``quote``, ``blank``, ``alone`` or ``run-on``; empty if there is a mark and no label."""
    text: str
    """The label as printed, without mark, outer brackets and colon."""
    speaker: Speaker | None
    """None if it names nobody."""
    end: int
    """The column where the text behind it begins."""
    is_doubtful: bool = False
    """True if it may be the subject of a sentence, because a particle may follow it."""


def find_speaker_label(line: str) -> SpeakerLabel | None:
    """Return what may be a speaker's label at the beginning of a line; None if nothing can be."""
    if not _FILTER.match(line):
        return None
    match = _CANDIDATE.match(line)
    mark = match["mark"] or ""  # type: ignore[index]  # all of its parts are optional
    rejected = None
    for group in ("bracketed", "named", "colon", "quote"):
        printed = match[group]  # type: ignore[index]
        if not printed:
            continue
        label = printed[1:-1] if group == "bracketed" else printed
        speaker = parse_speaker(label)
        if speaker is None and group in ("named", "quote"):
            continue
        end = match.end()  # type: ignore[union-attr]
        form = printed[0] if group == "bracketed" else group
        if group == "named":
            behind = line[match.end(group) : end]  # type: ignore[union-attr]
            form = "colon" if re.search("[：:]", behind) else "blank" if line[end:].strip() else "alone"
        result = SpeakerLabel(mark, form, label.strip(), speaker, end)
        if speaker is not None:
            return result
        rejected = result
    start = _START.match(line).end()  # type: ignore[union-attr]
    return _find_unbracketed(line, mark, start) or rejected or (SpeakerLabel(mark, "", "", None, start) if mark else None)


def _find_unbracketed(line: str, mark: str, start: int) -> SpeakerLabel | None:
    """Return a label that ends at a blank, at the end of the line, or, behind a mark, where its post ends."""
    text = line[start:].rstrip()
    tokens = text[:40].split()
    is_label = bool(tokens) and (len(tokens) == 1 or max(map(len, tokens)) == 1 or _NAME_TOKEN.fullmatch(tokens[-1]) is not None)
    if len(text) <= 30 and "。" not in text and is_label and (speaker := parse_speaker(text)):
        return SpeakerLabel(mark, "alone", text, speaker, len(line))
    blanks = list(_BLANKS.finditer(text[:40]))[:4]
    for index, blank in enumerate(blanks):
        label = text[: blank.start()]
        # Blanks inside of a label separate single characters, a seat, a post and a name.
        speaker = parse_speaker(label)
        if speaker is None:
            continue
        for following in blanks[index + 1 :]:
            longer = text[: following.start()]
            if _NAME_TOKEN.fullmatch(_BLANKS.sub("", longer[blank.end() :])) and (named := parse_speaker(longer)):
                return SpeakerLabel(mark, "blank", longer, named, start + following.end())
        return SpeakerLabel(mark, "blank", label, speaker, start + blank.end())
    if mark in STRONG_MARKS and mark and (match := _RUN_ON.match(text)) and (speaker := parse_speaker(match["label"])):
        is_doubtful = _PARTICLE.match(text, match.end()) is not None
        return SpeakerLabel(mark, "run-on", match["label"], speaker, start + match.end(), is_doubtful)
    return None
