"""Zones of letters: head, body, quotation, list and tail, and where one letter ends and the next begins."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from attrs import frozen

from dxgov.codes import Code
from dxgov.documents.folding import fold
from dxgov.documents.lines import Line
from dxgov.documents.marks import find_mark
from dxgov.documents.outline import Outline, build_outline
from dxgov.documents.wrapping import ends_sentence, find_continuations


class Zone(Code):
    """A part of a letter."""

    HEAD = "head", "前付", "Date, number, addressees, submitters and title, before the text.", "日付、文書番号、宛先、差出人、件名。"
    BODY = "body", "本文", "Sentences.", "文章。"
    QUOTATION = (
        "quotation",
        "引用",
        "A list that stands before the request, such as what others asked for.",
        "要望より前に置かれた箇条書き。",
    )
    LIST = "list", "要望事項", "The list of what is asked for.", "要望する事項の箇条書き。"
    TAIL = "tail", "後付", "Whatever follows the text: date, submitters, addressees, annexes.", "本文の後の日付、差出人、宛先、添付など。"


HONORIFIC = re.compile(r"(?:(?<![同多])様|殿|御中|先生|閣下|各位|(?<![のに])宛て?|(?<=\s)あて|[(（]?アテ[)）]?|宛て?先)[)）]*$")
"""What ends a line that names addressees, folded."""

TITLE = re.compile(
    r"(?:について|に関して|に関する件|に係る件|の件|(?:要望|要請|請願|陳情|意見|提案|提言|申[し]?入[れ]?|質問|決議|お願い|依頼|回答|勧告|建議|声明|嘆願|抗議)"
    r"(?:書|状|文|事項|項目)?(?:案)?)(?:\s*[(（][^()（）]{1,24}[)）])?[」』]?$"
)
"""What ends the title of a letter, folded."""

_MAX_LINES_BEFORE = 6
"""Lines with text that may stand between the words that announce a list and its first item."""

GENRE = re.compile(
    r"(?:要望|要請|請願|陳情|意見書|提案|提言|申し?入れ|質問状|決議|お願い|嘆願|建議)(?:書|状|文)?(?:案)?(?:の提出)?(?:について)?(?:\s*[(][^()]*[)])?[」』]?$"
)
"""What ends a title that says that it is a request, folded."""

_DIGITS = "[0-9〇一二三四五六七八九十]{1,4}"
_DATE_LINE = re.compile(
    r"^[(【\[]?\s*(?:(?:提出|作成|発出|要望|要請|決議|議決|受理|受付)?(?:年月)?日(?:付|時)?\s*:?\s*)?"
    rf"(?P<date>(?:(?:明治|大正|昭和|平成|令和|西暦|[RHS])\s*)?(?:元|{_DIGITS})\s*[年./]\s*{_DIGITS}\s*[月./]\s*(?:{_DIGITS})?\s*日?)"
    r"(?:\s*[(][月火水木金土日祝・]+(?:曜日)?[)])?\s*(?:付け?)?\s*[)】\]]?$"
)
"""A date alone on its line, folded; its day may be left blank."""
_GREETING = re.compile(
    r"^(?:平素|日頃|日ごろ|常日頃|拝啓|謹啓|前略|貴職|貴殿|貴台|時下|このたび|この度|標記|標題|下記|さて|今般|現在|近年|我が国|わが国|去る)"
)
TRIGGER = re.compile(
    r"(?:下記|次の|以下の?|左記|次に掲げる)[^。]*(?:要望|要請|請願|陳情|求め|お願い|提案|提言|申し?入れ|実現|実施|講じ|強く)|^記$"
    r"|(?:要望|要請|求め|お願い|提案|提言|申し?入れ)[^。]{0,16}(?:ます|ものである|する|致します|いたします|次第(?:です|である))[。.]?$"
)
"""A sentence that asks, or the word that begins its list, folded."""
LIST_HEADING = re.compile(
    r"^[\d.、\s■□◆◇●○〇◎・【〈《<\[(（#]*(?:第\d+弾の?)?(?:重点|緊急|具体的な?|主な|個別)?"
    r"(?:要望|要請|請願|陳情|提案|提言|意見|申[し]?入[れ]?)(?:の)?(?:事項|項目|内容|概要)(?:は?以下のとおり)?[\s】〉》>\])）:：]*$"
)
"""A heading over what is asked for, folded."""
_ANNEX = re.compile(r"^[(【\[]?(?:別紙|別添)\s*[0-9]{0,2}[)】\]]?$")
"""A heading over an annex, which has the list if the letter has none."""
_LIST_END = re.compile(
    r"^(?:以\s*上[。]?|以上$|(?:以上|上記|右)(?:のとおり|の通り|、)|よって、|お忙しい(?:ところ|中)|[ご御]多[忙用](?:中|の折|のところ)|何卒|なにとぞ|末筆|[(（【]?(?:参考|別紙|別添|添付|担当|連絡先|問い?合わ?せ|お問い?合わ?せ|提出先|送付先|宛先|紹介議員))"
)
_ITEM_RECIPIENTS = re.compile(r"^[■□◆◇●○]?\s*[【〔\[〈<(]?(?:要望|要請|提案|提言)(?:・(?:要望|要請|提案|提言))?先\s*[】〕\]〉>):]")
"""The label of those whom a single item of a proposal is for, folded."""
_RECIPIENTS = re.compile(r"^[(（【\[]?\s*(?:提出|送付|要望|要請|申入れ|あて|宛て?)先[一覧]*\s*[)）】\]:：]*")


def match_date_line(text: str) -> str | None:
    """Return the date that a folded line consists of; None if it does not."""
    match = _DATE_LINE.match(text)
    return match["date"].strip() if match else None


def is_addressee(text: str) -> bool:
    """Return True for a folded line that names somebody with an honorific."""
    return len(text) <= 60 and "。" not in text and bool(HONORIFIC.search(text) or _RECIPIENTS.match(text))


@frozen
class LetterLines:
    """The lines of one letter, with the index of the first line of each zone; a zone may be empty."""

    lines: Sequence[Line]
    continuations: Sequence[bool]
    """Whether each line goes on with the line before."""

    body: int
    """Where the text begins; the head is before it."""

    list: int
    """Where the list of what is asked for begins; where the tail begins if there is no list."""

    tail: int

    @cached_property
    def outline(self) -> Outline:
        """The outline of the list."""
        return build_outline(self.lines[self.list : self.tail], self.continuations[self.list : self.tail])

    @cached_property
    def quotations(self) -> Outline:
        """The outline of the lists before it."""
        return build_outline(self.lines[self.body : self.list], self.continuations[self.body : self.list])

    @property
    def zones(self) -> Iterator[tuple[Line, Zone]]:
        """Each line with its zone."""
        quoted = {item_line.line.number for node in self.quotations.nodes for item_line in node.lines}
        for index, line in enumerate(self.lines):
            if index < self.body:
                yield line, Zone.HEAD
            elif index < self.list:
                yield line, Zone.QUOTATION if line.number in quoted else Zone.BODY
            else:
                yield line, Zone.LIST if index < self.tail else Zone.TAIL


def split_letters(lines: Sequence[Line]) -> list[LetterLines]:
    """Divide lines into letters, and each into its zones."""
    texts = [fold(line.text) for line in lines]
    labels = [index for index, text in enumerate(texts) if _ITEM_RECIPIENTS.match(text)]
    # A label of recipients that comes again, or below a number, is part of an item; it ends no list and begins no tail.
    for index in labels:
        if len(labels) > 1 or (index and (mark := find_mark(texts[index - 1])) and mark.ranks):
            texts[index] = ""
    starts = [0, *_find_starts(texts), len(lines)]
    continuations = find_continuations(lines)
    return [_divide(lines[begin:stop], texts[begin:stop], continuations[begin:stop]) for begin, stop in pairwise(starts) if begin < stop]


def _find_starts(texts: Sequence[str]) -> Iterator[int]:
    """Yield the indexes where further letters begin: a date with an honorific in the four lines below it."""
    anchors = [
        index
        for index, text in enumerate(texts)
        if match_date_line(text) and any(is_addressee(other) for other in [other for other in texts[index + 1 : index + 12] if other][:4])
    ]
    if not anchors:
        return
    # Where sentences stand before the first date, dates and addressees stand at the end of letters, else at their heads.
    is_tail = any(map(ends_sentence, texts[: anchors[0]]))
    for anchor, following in pairwise(anchors):
        if not any(map(ends_sentence, texts[anchor:following])):
            continue
        if is_tail:
            title = next(
                (index for index in range(anchor + 1, following) if TITLE.search(texts[index]) and not is_addressee(texts[index])), None
            )
            if title is not None:
                yield title
        else:
            number = following - 1
            yield number if texts[number] and re.search(r"第\s*\d+\s*号", texts[number]) else following


def _divide(lines: Sequence[Line], texts: Sequence[str], continuations: Sequence[bool]) -> LetterLines:
    """Find the zones of one letter."""
    body = _find_body(texts)
    for begin in _find_list_starts(lines, texts, continuations, body):
        stop = _find_list_end(texts, begin)
        outline = build_outline(lines[begin:stop], continuations[begin:stop])
        if _is_list(outline, lines[begin:stop]):
            contents_end = _find_end_of_contents(outline)
            start = next((index for index in range(begin, stop) if lines[index].number == contents_end), begin)
            # Lines behind the last item that belong to none are no part of the list.
            last = max(node.last_line for node in outline.nodes)
            end = next(index for index in range(stop, begin, -1) if lines[index - 1].number <= last)
            return LetterLines(lines, continuations, min(body, begin), start, end)
    tail = _find_tail(texts, body)
    return LetterLines(lines, continuations, min(body, tail), tail, tail)


def _find_list_starts(lines: Sequence[Line], texts: Sequence[str], continuations: Sequence[bool], body: int) -> Iterator[int]:
    """Yield the indexes where the list of what is asked for may begin, the likeliest first.

    That is below the last heading or else the last sentence that asks; headings come first, because they name it. A sentence inside of an
    item announces its parts, not the list. In a letter without such words, an annex or the text may be the list.
    """
    for pattern, first in ((LIST_HEADING, 0), (TRIGGER, body), (_ANNEX, body)):
        starts = [
            index + 1
            for index in range(first, len(texts))
            if pattern.search(texts[index]) and not is_addressee(texts[index]) and _has_mark_below(lines, index + 1)
        ]
        if pattern is TRIGGER and len(starts) > 1:
            nodes = build_outline(lines[starts[0] :], continuations[starts[0] :]).nodes
            sentences = {item_line.line.number for node in nodes if node.rank for group in node.paragraphs[:1] for item_line in group}
            starts = [start for start in starts if lines[start - 1].number not in sentences]
        # A heading that comes again belongs to single items.
        if pattern is not LIST_HEADING or len(starts) == 1:
            yield from reversed(starts)
    if not any(map(ends_sentence, texts[:body])):
        yield body


def _has_mark_below(lines: Sequence[Line], start: int) -> bool:
    """Return True if a mark begins one of the next lines with text."""
    following = [line.text for line in lines[start : start + 4 * _MAX_LINES_BEFORE] if line.text.strip()][: _MAX_LINES_BEFORE + 1]
    return any(map(find_mark, following))


def _is_list(outline: Outline, lines: Sequence[Line]) -> bool:
    """Return True if an outline begins soon below the words that announce it, and numbers its items."""
    items = [node for node in outline.roots if node.rank is not None] or (outline.roots if len(outline.roots) > 1 else [])
    return bool(items) and sum(bool(line.text.strip()) and line.number < items[0].first_line for line in lines) <= _MAX_LINES_BEFORE


def _find_end_of_contents(outline: Outline) -> int | None:
    """Return the number of the first line behind a list of contents, whose items all come again; None if there is none."""
    again = next((node for node in outline.roots if node.reason == "list-restarts"), None)
    if again is None:
        return None
    contents = {(node.mark.number, node.text) for node in outline.roots if node.first_line < again.first_line}
    headings = {
        (node.mark.number, node.paragraphs[0][0].text) for node in outline.roots if node.first_line >= again.first_line and node.paragraphs
    }
    return again.first_line if contents <= headings else None


def _find_body(texts: Sequence[str]) -> int:
    """Return the index of the first line of the text."""
    for index, text in enumerate(texts):
        if not text or is_addressee(text):
            continue
        if _GREETING.match(text) or text == "記" or LIST_HEADING.match(text) or ("。" in text and not text.startswith(("(", "（"))):
            return index
        if len(text) > 34 and not TITLE.search(text) and re.search("[をはがにも、]", text):
            return index
        if index and re.match(r"(?:1|[(（]1[)）]|①|第1|一)[\s.、)）]", text) and any(map(TITLE.search, texts[:index])):
            return index
    return len(texts)


def _find_list_end(texts: Sequence[str], start: int) -> int:
    """Return the index behind the last line that a list from `start` can have."""
    for index in range(start, len(texts)):
        text = texts[index]
        if text and (_LIST_END.match(text) or match_date_line(text) or (is_addressee(text) and len(text) < 40)):
            return index
    return len(texts)


def _find_tail(texts: Sequence[str], body: int) -> int:
    """Return the index behind the last sentence of a letter without a list."""
    for index in range(body, len(texts)):
        text = texts[index]
        if text and (
            re.match(r"以上[。]?$", text) or _RECIPIENTS.match(text) or match_date_line(text) or (is_addressee(text) and len(text) < 40)
        ):
            return index
    return len(texts)
