"""Marks: what begins a line and says that it is an item, such as 1, （２）, ③, ア, 第四 or a bullet."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property

from attrs import frozen

from dxgov.dates.normalization import KANJI_DIGITS, parse_number

LABELS = "要望|要請|提案|提言|項目|事項|質問|問|回答|答|意見|請願|陳情|論点|課題|施策|指示|柱|テーマ|Ｑ|Ａ|Q|A"
"""Alternation of words that stand before a number without brackets, as in 要望１."""

_NO_LABELS = "注|図|表|写真|画像|別表|別紙|資料|参考|付録|明治|大正|昭和|平成|令和|西暦|約|頁|ページ"
"""Alternation of words before numbers that number no items."""

_COUNTERS = "年月日時分秒回番号条項割倍個箇かヶケヵ歳才円万億千百世週つ"
"""Characters that show that the number before them counts something, if nothing separates the two."""

_B, _D = r"[^\S\r\n]", "[0-9０-９]"
_KANJI = f"[{KANJI_DIGITS[2:]}十]{{1,3}}"
_HYPHEN = "[-－‐–.．]"
_LATIN = "[a-zA-Zａ-ｚＡ-Ｚ]"
_ROMAN_WORD = "[ivx]{2,5}|[IVX]{2,5}"
_KANA = "[ア-ヲンｱ-ﾝあ-ん]"
_STOP = r"(?:[.．](?![0-9０-９])|[、，,)）:：])"
_SQUARED = "①-⑳㉑-㉟㊱-㊿❶-❿⓫-⓴⓵-⓾⑴-⒇⒈-⒛Ⅰ-Ⅻⅰ-ⅻ㈠-㈩㊀-㊉㋐-㋾ⓐ-ⓩⒶ-Ⓩ⒜-⒵"
_OPENING, _CLOSING = r"[(（\[［〔【〈《<＜]", r"[)）\]］〕】〉》>＞]"
_DECIMAL = f"{_D}{{1,2}}(?:{_HYPHEN}{_D}{{1,2}}){{1,3}}"
_LABELLED = rf"(?:{LABELS})(?:事項|項目|内容)?{_B}*第?(?:{_D}{{1,3}}|{_KANJI}|[①-⑳])号?"

_MARK = re.compile(
    # Markdown may put a sign of its own before a mark.
    rf"{_B}*(?:[-*+]{_B}+|#{{1,6}}{_B}+|>{_B}*)?(?:"
    rf"(?P<squared>[{_SQUARED}])(?P<squared_stop>{_STOP}?)"
    rf"|(?P<bracketed>{_OPENING}{_B}*(?:{_LABELLED}|(?!{_NO_LABELS})[^\W\d_]{{0,12}}?第?{_B}*(?:{_DECIMAL}|{_D}{{1,3}}|[①-⑳])号?"
    rf"|第?{_KANJI}|{_KANA}|{_LATIN}|{_ROMAN_WORD}|[{_SQUARED}]){_B}*{_CLOSING})(?P<bracketed_stop>{_STOP}?)"
    rf"|(?P<article>第{_B}*(?:{_D}{{1,3}}|{_KANJI}){_B}*[条項章節号部編款]?)(?P<article_stop>{_STOP}|(?={_B}|[(（]|$))"
    rf"|(?P<labelled>{_LABELLED})(?P<labelled_stop>{_STOP}|(?={_B}|$))"
    rf"|(?P<decimal>{_DECIMAL})(?P<decimal_stop>{_STOP}|(?={_B}|[^\W\d_]|[「『]|$))"
    rf"|(?P<number>{_D}{{1,3}})(?P<number_stop>{_STOP}|(?={_B}|[^\W\d_{_COUNTERS}a-zA-Zａ-ｚＡ-Ｚ]|[「『]|$))"
    rf"|(?P<word>{_KANJI}|{_KANA}|{_LATIN}|\||{_ROMAN_WORD})(?P<word_stop>{_STOP}|(?={_B}))"
    r"|(?P<bullet>(?!〇[〇○])[・･•●○〇◎◯◦∙‣◆◇■□▪▫▶▷►★☆✓➢❖⚫]"
    rf"|[-*+＊＋–—―‐−－ー](?={_B})|#{{1,6}}(?={_B}))(?P<bullet_stop>)"
    rf")(?P<blank>{_B}*)"
)
_NUMBER = re.compile(
    rf"(?P<label>[^\W\d_]*?)(?P<ordinal>第?){_B}*(?P<digits>{_DECIMAL}|{_D}+|{_KANJI}|[{_SQUARED}]|{_KANA}|{_LATIN}|\||{_ROMAN_WORD})"
    rf"{_B}*(?P<unit>[条項章節号部編款]?)"
)

_SYLLABARIES = {
    "gojuon": "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン",
    "iroha": "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス",
}
"""Orders of kana; イ is the second of one and the first of the other."""
_ROMAN = [
    "I",
    "II",
    "III",
    "IV",
    "V",
    "VI",
    "VII",
    "VIII",
    "IX",
    "X",
    "XI",
    "XII",
    "XIII",
    "XIV",
    "XV",
    "XVI",
    "XVII",
    "XVIII",
    "XIX",
    "XX",
]
_DINGBATS = {
    chr(first + index): str(start + index)
    for first, start in ((0x2776, 1), (0x24EB, 11), (0x24F5, 1))  # ❶ to ❿, ⓫ to ⓴, ⓵ to ⓾
    for index in range(10)
}
"""Numbers in black or double circles, which Unicode does not decompose."""
_LOOK_ALIKES = {"l": 1, "I": 1, "|": 1}
"""Letters that stand for digits where characters were recognised wrongly."""


@frozen
class Rank:
    """What a mark can mean: its position in a list of marks of one family."""

    family: tuple[str | int, ...]
    """Label, form and script, and for 2-1 the numbers before the last. The marks of a list have the same family."""

    ordinal: int
    """The position in the list, counted from 1."""

    is_misprint: bool = False
    """True if a character is read as one that looks like it, as l for 1."""


@frozen
class Mark:
    """What begins a line."""

    kind: str
    """The kind of its form: ``squared``, ``bracketed``, ``article``, ``labelled``, ``decimal``, ``number``, ``word`` or ``bullet``."""

    number: str
    """The number as printed: with brackets, without those around a word and a number, and without a full stop or comma behind it.

    Of a bullet its character, or the signs of a Markdown heading."""

    separator: str
    """What separates number and text, in one width: a full stop, comma, colon, closing bracket or blank; empty for nothing."""

    begin: int
    """The column of the mark in the line, behind its indent."""

    end: int
    """The column where the text behind the mark begins."""

    @cached_property
    def ranks(self) -> tuple[Rank, ...]:
        """What the mark can mean, the likeliest first; empty for a bullet."""
        return () if self.kind == "bullet" else tuple(_generate_ranks(self))


def find_mark(line: str) -> Mark | None:
    """Return the mark at the beginning of a line, or None if there is none.

    A mark need not number an item: 1.5 may be an amount. Only its list tells; see `dxgov.documents.outline`.

    >>> find_mark("（２） 研修の実施").number
    '（２）'
    """
    match = _MARK.match(line)
    if match is None:
        return None
    kind = next(kind for kind in _KINDS if match[kind] is not None)
    number, stop = match[kind], match[f"{kind}_stop"]
    if kind == "bracketed" and _NUMBER.fullmatch(number[1:-1].strip())["label"]:  # type: ignore[index]  # _MARK has matched it
        number = number[1:-1].strip()
    elif kind != "squared" and stop in {")", "）"}:
        number += stop
    return Mark(kind, number, unicodedata.normalize("NFKC", stop or match["blank"][:1]), match.start(kind), match.end())


_KINDS = tuple(name for name in _MARK.groupindex if f"{name}_stop" in _MARK.groupindex)


def _generate_ranks(mark: Mark) -> Iterator[Rank]:
    """Yield what a number can mean."""
    inner = mark.number.strip("()（）[]［］〔〕【】〈〉《》<>＜＞")
    match = _NUMBER.fullmatch(inner)
    if match is None:
        return
    digits = _DINGBATS.get(match["digits"]) or unicodedata.normalize("NFKC", match["digits"])
    form = match["ordinal"] + match["unit"]
    if mark.kind == "squared":
        form = "()" if digits[0] == "(" else "" if digits[-1] == "." or digits[0] in "IVXivx" else "○"
        digits = digits.strip("().")
    elif mark.kind == "bracketed":
        form += "()" if mark.number == inner or mark.number[0] in "(（" else unicodedata.normalize("NFKC", mark.number[0])
    elif mark.number[-1] in ")）":
        form += ")"
    label = unicodedata.normalize("NFKC", match["label"])
    is_roman = mark.kind == "squared" and digits.upper() in _ROMAN
    for script, ordinal in _generate_ordinals(digits):
        if not (is_roman and script.startswith("latin")):
            yield Rank((label, form, script), ordinal)
    *above, last = re.split(r"[-‐–.]", digits)
    if above and last.isdecimal():
        yield Rank((label, form, "decimal", *map(int, above)), int(last))
    elif digits in _LOOK_ALIKES and mark.kind != "squared":
        yield Rank((label, form, "arabic"), _LOOK_ALIKES[digits], is_misprint=True)


def _generate_ordinals(digits: str) -> Iterator[tuple[str, int]]:
    """Yield each script that the digits can be of, with their position in it."""
    if digits.isdecimal():
        yield "arabic", int(digits)
    elif all(digit in KANJI_DIGITS + "十" for digit in digits):
        yield "kanji", parse_number(digits)
    elif len(digits) == 1 and digits.isascii() and digits.isalpha():
        yield "latin " + ("lower" if digits.islower() else "upper"), ord(digits.lower()) - ord("a") + 1
    elif len(digits) == 1:
        katakana = chr(ord(digits) + 0x60) if "ぁ" <= digits <= "ゖ" else digits
        for script, order in _SYLLABARIES.items():
            if katakana in order:
                yield f"{script} {'hiragana' if katakana != digits else ''}".rstrip(), order.index(katakana) + 1
    if digits.upper() in _ROMAN:
        yield "roman " + ("lower" if digits.islower() else "upper"), _ROMAN.index(digits.upper()) + 1
