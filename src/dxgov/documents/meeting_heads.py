"""Heads of minutes: name, day, times, place and mode of a meeting, its agenda and its roster."""

import re
from collections.abc import Iterator, Sequence

from attrs import define, evolve, field, frozen

from dxgov.dates.finder import find
from dxgov.dates.normalization import KANJI_DIGITS, fold, parse_number
from dxgov.dates.when import When
from dxgov.documents.lines import Line
from dxgov.documents.readings import Certainty, Value
from dxgov.documents.speakers import SPEAKER_POSTS, parse_speaker
from dxgov.documents.turns import RULE, find_event

_N = f"[0-9０-９{KANJI_DIGITS}十百]{{1,4}}"
_B = r"[^\S\n]*"


_LABELS = {
    "held": "開催日時 開催年月日 開催日 会議日時 日時 期日 年月日 とき 開会日時",
    "place": "開催場所 開催方法 開催形式 開催形態 会議形式 会場 場所 ところ",
    "agenda": (
        "本日の会議に付した事件 会議に付した事件 本日の会議に付した案件 会議に付した案件 付議事件 付議案件 付議事項 議事日程 "
        "会議次第 議事次第 次第 会議事項 審査案件 審議案件 審査事項 審議事項 協議事項 案件名 案件 議題等 議題 議事内容 議事項目 "
        "議事 内容 会議の議題 本日の議題"
    ),
    "roster": (
        "出席議員 出席委員 出席者 出席者等 出席構成員 出席理事 参加者 参加自治体 構成員 委員 出席説明員 説明員 "
        "説明のため出席した者 説明のため出席した者の職氏名 説明のため出席した者の職・氏名 説明のため会議に出席した者の職氏名 "
        "地方自治法第121条の規定により説明のため出席した者 事務局 事務局職員 事務局職員出席者 職務のため出席した者 "
        "職務のため出席した者の職氏名 職務のため議場に出席した者の職氏名 議会事務局職員出席者 出席職員 オブザーバー"
    ),
    "absent": "欠席議員 欠席委員 欠席者 欠員 欠席構成員",
    "other": (
        "配付資料 配布資料 会議資料 資料 傍聴者 傍聴人 傍聴者数 傍聴 公開非公開の別 会議の公開 公開の可否 公開 担当 担当課 "
        "担当部署 問合せ先 問い合わせ先 会議録署名議員 署名議員 議事概要 議事要旨 議事の概要 議事の要旨 会議の内容 会議の概要 会議概要 "
        "会議内容 会議結果 発言要旨 発言内容 質疑応答 主な意見 主な発言 審議内容 審議経過 結果 作成者 記録 主催 開会 閉会"
    ),
}
"""Labels of the head by the section that they begin."""
_SECTIONS = {word: section for section, words in _LABELS.items() for word in words.split()}
_LABEL = re.compile(
    rf"{_B}(?:(?:{_N}[.．、)）]?|[（(]{_N}[)）]|[①-⑳]|[○〇◯◎◆◇●■□・*#]+){_B})?[【［\[〔<＜《〈]?{_B}(?P<label>"
    + "|".join(_B.join(map(re.escape, word)) for word in sorted(_SECTIONS, key=len, reverse=True))
    + rf")(?:{_B}第{_B}{_N}{_B}号)?{_B}(?P<closing>[】］\]〕>＞》〉]?)(?:[（(][^（()）]*[)）])?{_B}(?P<colon>[：:]?)(?P<value>.*)$"
)
_MINUTES_TITLE = re.compile(
    r"(?:の|【|（|\()?(?:会議録|議事録|速記録|議事概要|議事要旨|議事要録|議事摘録|議事のまとめ|会議概要|会議要旨|会議記録|会議結果|会議の?結果概要|結果概要|開催概要|開催結果|発言要旨|発言録|記録|要点記録|議事日程|(?:(?<!\S)(?:会\s*議|議\s*事|式)\s*|議事|(?<![ぁ-ん]))次\s*第)"
    r"(?:[（(](?:概要|要旨|要約|案|要点筆記|全文|逐語)[)）]|\s*[（(]?第\S{1,4}号[)）]?|〔[^〕]*〕)*[】）)]?(?:について)?$"
)
_ORDER = re.compile(r"(?!\s*(?:[0-9０-９]+[.．、)）\s]|[①-⑳（(・○〇◎●■□◆◇]))(?:.*[^ぁ-ん])?次\s*第\s*$")
"""The title of an order of business, which is an agenda; a number or bullet makes it a label."""
_MEETING_NAME = re.compile(
    "会議|委員会|協議会|審議会|懇談会|懇話会|検討会|研究会|審査会|調査会|部会|分科会|定例会|臨時会|フォーラム|会合|総会|本会議|説明会|座談会|ヒアリング|ワーキング|意見交換会|本部|議会|WG|ＷＧ"
)
_ORDINAL = re.compile(rf"{_B}第{_B}(?P<number>{_N}){_B}回(?:目)?{_B}")
_DIET_SESSION = re.compile(rf"^\s*(?:#+\s*)?(?:第{_N}回国会(?:[（(][^（()）]*[)）])?\s*)?")
"""What stands before the name of a committee of the Diet."""
_DATE_IN_TITLE = re.compile(r"[（(【]?(?:令和|平成)[^（()）]{1,10}年[^（()）]{0,10}日[^（()）]{0,6}[)）】]?(?:開催)?")
_YEAR = re.compile(rf"^{_B}(?:令和|平成|昭和)?{_B}(?:元|{_N}){_B}年度?{_B}(?:度)?")
_DAY = re.compile(r".*?日(?:\s*[（(][^（()）]*[)）])?")
_ONLINE = re.compile("オンライン|リモート|[Ww][Ee][Bb]|ウェブ|Ｗｅｂ|ＷＥＢ|Zoom|Ｚｏｏｍ|Teams|テレビ会議|書面")
_IN_PERSON = re.compile("会議室|議場|会館|ホール|庁舎|委員会室|センター|公民館|対面|階|館")
_KINDS = (
    ("準備会", "preparatory"),
    ("ワーキング|[WＷ][GＧTＴ]|作業部会", "working_team"),
    ("説明会", "briefing"),
    ("公聴会|ヒアリング|意見聴取", "hearing"),
    ("審議会", "advisory_council"),
    ("有識者|検討会|研究会|懇談会|懇話会|専門家", "expert_panel"),
    ("フォーラム", "forum_session"),
    ("委員会", "committee"),
    ("定例会|臨時会|本会議|議会(?!事務局)|衆議院|参議院", "plenary"),
    ("総会|理事会", "general_meeting"),
    ("意見交換|対話|座談会", "consultation"),
    ("会議|本部|協議会", "council_session"),
)
"""The kind of a meeting by words of its name; the first that fits counts."""


@frozen
class AgendaLine:
    """An item on an agenda."""

    number: str | None
    title: str
    depth: int
    """0 for items, 1 for their parts, and so on."""
    first_line: int
    last_line: int
    is_certain: bool
    """True if its number follows that of the item before."""
    is_closed: bool = False
    """True if the public is excluded."""
    presenter: str | None = None


@frozen
class RosterLine:
    """Somebody on a roster."""

    person: str | None
    post: str | None
    body: str | None
    seat: str | None
    line: int
    is_absent: bool


@define
class MeetingHead:
    """What the head of minutes says."""

    values: dict[str, Value] = field(factory=dict)
    """Values of the meeting by name."""
    agenda: list[AgendaLine] = field(factory=list)
    roster: list[RosterLine] = field(factory=list)
    label_count: int = 0
    """The number of labels such as 日時 and 場所."""
    is_titled: bool = False
    """True if a title says that the document is a record of a meeting."""
    last_line: int = 0


def read_meeting_head(lines: Sequence[Line]) -> MeetingHead:
    """Read the lines before the first turn."""
    head = MeetingHead()
    sections: list[tuple[str, list[tuple[Line, str]]]] = [("title", [])]
    is_order = any(_ORDER.match(line.text) for line in lines[:12])
    for line in lines:
        name, value = _match_label(line.text)
        # An agenda may have items that are called 開会 and 議事.
        is_in_agenda = sections[-1][0] == "agenda" or (is_order and name not in {"held", "place"})
        is_item = name is not None and not value and is_in_agenda and _continues(sections[-1][1], line)
        if name is not None and not is_item:
            sections.append((name, [(line, value)] if value else [(line, "")]))
        else:
            sections[-1][1].append((line, line.text))
    for name, section in sections:
        printed = [(line, text) for line, text in section if text.strip()]
        head.label_count += name != "title"
        if name == "title":
            _read_title(head, [line for line, _ in printed])
        elif name == "held" and printed:
            _read_held(head, printed[:3])
        elif name == "place" and printed and len(printed[0][1]) <= 60:
            line, text = printed[0]
            head.values.setdefault("place", Value(text.strip(), Certainty.SURE, "place-label", line.number, line.number))
        elif name == "agenda" and not head.agenda:
            head.agenda = read_agenda(printed)
        elif name in {"roster", "absent"}:
            head.roster += _read_roster(printed, is_absent=name == "absent")
    head.is_titled |= is_order
    if not head.agenda and is_order:
        # An order of business lists its items without a label, or behind the labels below its title.
        unlabelled = [(line, text) for name, section in sections if name in {"title", "held", "place", "agenda"} for line, text in section]
        begin = next((index for index, (line, text) in enumerate(unlabelled) if text == line.text and _continues([], line)), 0)
        head.agenda = read_agenda([(line, text) for line, text in unlabelled[begin:] if text.strip() and text == line.text])
    if "held" not in head.values:
        _read_held(head, [(line, line.text) for line in lines[:40] if len(line.text) <= 60])
    if "place" in head.values:
        place = head.values["place"]
        mode = (
            "hybrid" if re.search("併用|ハイブリッド|及び|および|並びに", str(place.value)) and _ONLINE.search(str(place.value)) else None
        )
        mode = mode or ("online" if _ONLINE.search(str(place.value)) else "in_person" if _IN_PERSON.search(str(place.value)) else None)
        if mode:
            head.values["mode"] = evolve(place, value=mode, certainty=Certainty.LIKELY, reason="words-of-place")
    return head


def _continues(section: Sequence[tuple[Line, str]], line: Line) -> bool:
    """Return True if the number of a line follows that of a line of its section, or is the first."""
    match = _AGENDA_MARK.match(line.text)
    if match is None or match["bullet"]:
        return False
    others = [other for _, text in section if text and (other := _AGENDA_MARK.match(text)) and not other["bullet"]]
    ordinals = [_find_ordinal(other["number"]) or 0 for other in others if _find_form(other) == _find_form(match)]
    return _find_ordinal(match["number"]) == (ordinals[-1] + 1 if ordinals else 1)


def _match_label(text: str) -> tuple[str | None, str]:
    """Return the section that a line begins and the text behind its label; None if it begins none."""
    match = _LABEL.match(text) if len(text) <= 200 else None
    if match is None:
        return None, text
    value = match["value"]
    # A label ends with its line, a colon, a closing bracket or a blank.
    if value and not (match["colon"] or match["closing"] or text[match.end("value") - len(value) - 1].isspace()):
        return None, text
    label = re.sub(r"\s+", "", match["label"])
    if value and not match["colon"] and parse_speaker(label) is not None and _SECTIONS[label] == "roster":
        return None, text  # a member with the post before the name
    return _SECTIONS[label], value.strip()


def _read_title(head: MeetingHead, lines: Sequence[Line]) -> None:
    """Read the name of the meeting in the first lines."""
    candidates = [line for line in lines[:12] if 3 <= len(line.text.strip()) <= 80 and "。" not in line.text]
    titles = [line for line in candidates if _MINUTES_TITLE.search(line.text.strip())]
    named = [line for line in (*titles, *candidates) if _MEETING_NAME.search(_MINUTES_TITLE.sub("", line.text.strip()))]
    head.is_titled = bool(titles)
    line = next(iter(named or titles), None)
    if line is None:
        return
    name = _DATE_IN_TITLE.sub("", _MINUTES_TITLE.sub("", _DIET_SESSION.sub("", line.text).strip())).strip(" 　【】")
    if not name:
        return
    is_certain = line in titles and _MEETING_NAME.search(name) is not None
    name_value = Value(name, Certainty.SURE if is_certain else Certainty.LIKELY, "title-line", line.number, line.number)
    head.values["name"] = name_value
    ordinal = _ORDINAL.search(name)
    if ordinal:
        series = re.sub(
            r"の?(?:設置|開催)(?:及び|・|と)?|^\s*の|[（(]\s*[)）]", "", _YEAR.sub("", name[: ordinal.start()]) + name[ordinal.end() :]
        )
        series = re.sub(r"\s*(?:会合|会議)$", "", series) if _MEETING_NAME.search(name[: ordinal.start()]) else series
        series = re.sub(r"\s+第\S{1,4}[日号]$", "", series).strip(" 　の")
        head.values["ordinal"] = evolve(name_value, value=_parse_count(ordinal["number"]), reason="ordinal-in-title")
        if series:
            head.values["series"] = evolve(name_value, value=series, certainty=Certainty.LIKELY, reason="title-without-ordinal")
    kind = next((kind for words, kind in _KINDS if re.search(words, name)), None)
    if kind:
        head.values["kind"] = evolve(name_value, value=kind, certainty=Certainty.LIKELY, reason="words-of-name")


def _read_held(head: MeetingHead, printed: Sequence[tuple[Line, str]]) -> None:
    """Read day and times in lines; the first date counts."""
    for line, text in printed:
        for reading in find(text):
            is_day = isinstance(reading.when, When) and reading.when.start is not None and reading.when.start == reading.when.end
            if "held" not in head.values and is_day and reading.when is not None:
                day = _DAY.match(reading.when.text)
                when = find(day[0])[0].when if day else reading.when
                is_checked = bool(re.search("[（(][月火水木金土日]", reading.when.text)) and reading.problem is None
                certainty = Certainty.SURE if is_checked or head.label_count else Certainty.LIKELY
                head.values["held"] = Value(when, certainty, "date-of-head", line.number, line.number)
            elif "held" not in head.values:
                continue
            for name, time in (("start_time", reading.start_time), ("end_time", reading.end_time)):
                if time and name not in head.values:
                    head.values[name] = Value(time, Certainty.SURE, "times-of-head", line.number, line.number)


# Agendas

_MATTER = (
    rf"(?:(?:令和|平成){_B}(?:元|{_N})年度?{_B})?(?:(?:(?:(?:議員|委員会|市長|知事|区長|町長|村長|組合長|管理者|内閣)(?:提出|提案)?)?(?:議案|請願|陳情|報告|諮問|同意案?|承認|認定|発議案?|意見書案?|決議案?|動議|選挙|推薦|発委|議提))"
    rf"{_B}第{_B}{_N}{_B}号(?:の{_N})?|第{_B}{_N}{_B}号{_B}(?:議案|請願|陳情|報告|諮問|同意|承認|認定|発議|意見書案?))"
)
MATTER = re.compile(_MATTER)
"""The number of a bill, petition or report."""
_AGENDA_MARK = re.compile(
    rf"(?P<indent>{_B})(?:[（(【［](?=議題|案件|議案|報告))?(?P<number>(?:議事|追加)?日程{_B}第?{_B}{_N}|議題{_B}(?:第?{_N}|[（(]{_N}[)）]|[①-⑳])|議案{_B}{_N}|{_MATTER}|第{_N}|{_N}(?=[.．、)）\s]|$)|[（(]{_N}[)）]|[①-⑳]|[ア-ン](?=[.．、)）\s])"
    rf"|[Ⅰ-Ⅻ]|[a-zA-Z](?=[.．)）\s])|(?P<bullet>[・○〇◯◎◆◇●■□*-]))(?P<stop>[.．、)）：:】］]?){_B}(?P<title>.*)$"
)
_CLOSED = re.compile(r"[（(【［\[]\s*(?P<word>非公開|公開|秘密会|非公表)[^（()）]{0,8}[)）】］\]]")
_PAPER = re.compile(
    r"\s*[（(【［\[]\s*(?:資料|別紙|参考|議事資料)[^（()）]{0,20}[)）】］\]]\s*$|[\s.…‥・･]{3,}[0-9０-９]{1,3}(?:頁|ページ)?\s*$"
)
_PRESENTER = re.compile(r"\s*[（(]\s*(?P<presenter>[^（()）]{2,40})\s*[)）]\s*$")
_IN_BRACKETS = re.compile(r"\s*[（(](?P<presenter>[^（()）]{2,40})[)）]\s*")
_MAX_AGENDA = 200
"""Maximum lines of an agenda."""
_MIN_FULL_LINE = 20
"""Minimum characters of a line that may be full."""
_MAX_TITLE_LINE = 80
"""Maximum characters of a line of a title."""


def read_agenda(printed: Sequence[tuple[Line, str]]) -> list[AgendaLine]:
    """Return the items of an agenda, from lines and their texts."""
    rows = [
        (line, text)
        for line, text in printed[:_MAX_AGENDA]
        if find_event(line) is None and not RULE.match(text) and not re.search("^\\s*〔|(?:日程|別紙|次|以下|下記)の(?:とおり|通り)", text)
    ]
    is_numbered = any((match := _AGENDA_MARK.match(text)) and not match["bullet"] for _, text in rows)
    is_marked = is_numbered or any(_AGENDA_MARK.match(text) for _, text in rows)
    items: list[AgendaLine] = []
    forms: list[str] = []
    ordinals: list[int | None] = []
    for (line, text), (_, above) in zip(rows, [(None, ""), *rows], strict=False):
        match = _AGENDA_MARK.match(text)
        if match is None and not is_marked:
            # Without marks each line is an item, and one that is indented further a part of it.
            indent = len(text) - len(text.lstrip())
            indents = [len(other) - len(other.lstrip()) for _, other in rows]
            items.append(_make_item(None, text, 1 if indent > min(indents) and items else 0, line, is_certain=False))
            continue
        if match is None:
            # A title goes on in the next line if that is indented, or if the line above is full.
            is_next = bool(items) and line.number == items[-1].last_line + 1
            goes_on = is_next and (text[0].isspace() or len(above) >= _MIN_FULL_LINE or _IN_BRACKETS.fullmatch(text) is not None)
            if items and (goes_on or not items[-1].title) and "。" not in text and len(text) <= _MAX_TITLE_LINE:
                items[-1] = _join_item(items[-1], text, line)
            continue
        form = "bullet" if match["bullet"] else _find_form(match)
        ordinal = None if match["bullet"] else _find_ordinal(match["number"])
        depth = forms.index(form) if form in forms else len(forms)
        if match["bullet"] and is_numbered and not items:
            continue
        follows = form in forms and ordinals[depth] is not None and ordinal == ordinals[depth] + 1  # type: ignore[operator]
        is_first = form not in forms and ordinal == 1
        # A number out of its sequence is text, if it is indented, and else an item without certainty.
        is_out_of_sequence = ordinal is not None and form in forms and not follows and ordinal != 1
        if is_out_of_sequence and items and match["indent"] and not re.match("日程", match["number"]) and not MATTER.match(match["number"]):
            items[-1] = _join_item(items[-1], text, line)
            continue
        forms[depth:], ordinals[depth:] = [form], [ordinal]
        number = None if match["bullet"] else re.sub(r"\s+", "", match["number"])
        items.append(_make_item(number, match["title"], depth, line, is_certain=follows or is_first))
    return [item for item in items if item.title]


def _parse_count(digits: str) -> int:
    """Return the value of a number in digits or kanji up to 999."""
    folded, _ = fold(digits)
    if "百" not in folded:
        return parse_number(folded)
    hundreds, _, rest = folded.partition("百")
    return (parse_number(hundreds) if hundreds else 1) * 100 + (parse_number(rest.replace("百", "")) if rest else 0)


def _find_form(match: re.Match[str]) -> str:
    """Return the form of a number: the number without its digits, and its stop."""
    return (
        re.sub(rf"{_N}|[①-⑳]|[ア-ン]$|[Ⅰ-Ⅻ]|^[a-zA-Z]$", "", match["number"])
        + match["stop"]
        + ("①" if re.match("[①-⑳]", match["number"]) else "")
    )


def _find_ordinal(number: str) -> int | None:
    """Return the value of the last number in a text; None if it has none."""
    if re.fullmatch("[①-⑳]", number):
        return ord(number) - ord("①") + 1
    digits = re.findall(_N, number)
    return _parse_count(digits[-1]) if digits else None


def _make_item(number: str | None, text: str, depth: int, line: Line, *, is_certain: bool) -> AgendaLine:
    """Return an item, its title without presenter, papers and page numbers."""
    item = AgendaLine(number, text.strip(), depth, line.number, line.number, is_certain)
    return _strip_title(item)


def _join_item(item: AgendaLine, text: str, line: Line) -> AgendaLine:
    """Return an item whose title goes on, or begins, in a line below."""
    if not item.presenter and (match := _IN_BRACKETS.fullmatch(text)):
        is_closed = _CLOSED.search(text) is not None
        return evolve(
            item, presenter=None if is_closed else match["presenter"], is_closed=item.is_closed or is_closed, last_line=line.number
        )
    return _strip_title(evolve(item, title=item.title + text.strip(), last_line=line.number))


def _strip_title(item: AgendaLine) -> AgendaLine:
    """Move what stands behind a title in brackets to where it belongs."""
    title = _PAPER.sub("", item.title)
    closed = _CLOSED.search(title)
    title = _CLOSED.sub("", title).strip()
    item = evolve(item, title=title, is_closed=item.is_closed or bool(closed and closed["word"] != "公開"))
    match = _PRESENTER.search(title)
    if match and (
        parse_speaker(match["presenter"].split()[-1] if match["presenter"].split() else "")
        or re.search(rf"(?:氏|様|君|{SPEAKER_POSTS})$", match["presenter"])
    ):
        item = evolve(item, title=title[: match.start()].strip(), presenter=match["presenter"].strip())
    return item


# Rosters

_SEAT_START = re.compile(rf"(?<![0-9０-９{KANJI_DIGITS}十百])(?={_N}{_B}番)")
_SEAT = re.compile(rf"^\s*(?:議席番号)?{_B}(?P<seat>{_N}{_B}番){_B}(?P<name>.+)$")
_PERSON = re.compile(r"^[一-鿿々〆ヶぁ-んァ-ヺー]{1,6}(?:[ \u3000]*[一-鿿々〆ヶぁ-んァ-ヺー]{1,6}){0,3}$")
_SEAT_OF_BODY = re.compile(r"^\s*(?:(?:副?(?:委員長|会長|座長|議長)|委員|オブザーバー|会員|構成員)[ \u3000\t：:]+)(?=\S+[（(])")
"""A seat in a body before a person whose post stands behind in brackets."""
_OFFICE = re.compile("[課室局部]$")
"""The end of what is an office and no name, as in 事務局（総務課）."""
_HONORIFIC = re.compile(r"\s*(?:君|氏|様|さん|先生|議員|委員)$")
_POST_AND_PERSON = re.compile(rf"^(?P<post>\S*?(?:{SPEAKER_POSTS}))[ \u3000\t：:]+(?P<person>\S.*)$")


def _read_roster(printed: Sequence[tuple[Line, str]], *, is_absent: bool) -> Iterator[RosterLine]:
    """Yield the persons of a roster, a line or a part of one each."""
    for line, printed_text in printed:
        text = re.sub(r"^\s*[○〇◯◎◆◇●■□・]\s*", "", printed_text).strip()
        if not text or "。" in text or re.fullmatch(r"[（(]?(?:なし|無し|\d+[人名])[)）]?", text):
            continue
        seats = [match for part in _SEAT_START.split(text) if (match := _SEAT.match(part))]
        for match in seats:
            person = _HONORIFIC.sub("", match["name"].strip()).strip()
            if _PERSON.fullmatch(person):
                yield RosterLine(re.sub(r"\s+", "", person), None, None, re.sub(r"\s+", "", match["seat"]), line.number, is_absent)
        if seats:
            continue
        speakers = [parse_speaker(_SEAT_OF_BODY.sub("", part)) for part in re.split("[、，]", text.rstrip("、，"))]
        speakers = [speaker for speaker in speakers if speaker is None or not _OFFICE.search(speaker.name or "")]
        if speakers and all(speaker is not None and speaker.name and speaker.post for speaker in speakers):
            for speaker in speakers:
                if speaker is not None:
                    yield RosterLine(speaker.name, speaker.post, None, None, line.number, is_absent)
            continue
        match = _POST_AND_PERSON.match(text)
        person = _HONORIFIC.sub("", match["person"]).strip() if match else ""
        if match and _PERSON.fullmatch(person):
            yield RosterLine(re.sub(r"\s+", "", person), re.sub(r"\s+", "", match["post"]), None, None, line.number, is_absent)
