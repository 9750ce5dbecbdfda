"""Spellings that mean the same, made the same: full-width signs, squared eras, circled weekdays, dashes, kanji numerals.

Unicode's NFKC would go too far here: it turns ① into 1, so that a list item ``①2月3日`` became 12月3日.
"""

import re
import unicodedata

_BLOCKS = (
    (0xFF01, 0xFF5E),  # full-width ASCII
    (0x2F00, 0x2FD5),  # Kangxi radicals, which PDF files hand out for 日, 月, 金
    (0x32C0, 0x32CB),  # ㋀ to ㋋, telegraph months
    (0x3358, 0x3370),  # ㍘ to ㍰, telegraph hours
    (0x33E0, 0x33FE),  # ㏠ to ㏾, telegraph days
    (0x337B, 0x337E),  # ㍻ to ㍾, eras
    (0x32FF, 0x32FF),  # ㋿
    (0x322A, 0x3230),  # ㈪ to ㈰, weekdays in brackets
)
_WAVES = "〜～∼∾〰⁓˜"
_HYPHENS = "‐‑‒–—―−﹣－ー─━ｰ"
_SPACES = "\u3000\u00a0\u2002\u2003\u2009\u202f"
_OPENING, _CLOSING = "[{<〔【「『〈《〖｢", "]}>〕】」』〉》〗｣"

_FOLD: dict[int, str] = {
    **{code: unicodedata.normalize("NFKC", chr(code)) for first, last in _BLOCKS for code in range(first, last + 1)},
    **{0x328A + place: f"({day})" for place, day in enumerate("月火水木金土日")},  # ㊊ to ㊐
    **dict.fromkeys(map(ord, _WAVES), "~"),
    **dict.fromkeys(map(ord, _HYPHENS), "-"),
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, _OPENING + "［｛＜"), "("),
    **dict.fromkeys(map(ord, _CLOSING + "］｝＞"), ")"),
}
_LONGER = re.compile("[" + "".join(chr(code) for code, text in _FOLD.items() if len(text) > 1) + "]")
_MARKED = re.compile(r".[\u3099\u309a]*", re.DOTALL)
"""A character with the voicing marks that some systems write apart from it (こ + ゛ for ご)."""

KANJI_DIGITS = "〇零一二三四五六七八九"
_TENS = {"十": 10, "百": 100, "千": 1000}


def fold(text: str) -> tuple[str, list[int] | None]:
    """`text` with one spelling for each sign, and where each of its characters came from; ``None`` if none has moved."""
    if _LONGER.search(text) is None and "\u3099" not in text and "\u309a" not in text:
        return text.translate(_FOLD), None
    folded, origins = [], []
    for match in _MARKED.finditer(text):
        part = unicodedata.normalize("NFC", match[0]).translate(_FOLD)
        folded.append(part)
        origins.extend([match.start()] * len(part))
    return "".join(folded), [*origins, len(text)]


def number(digits: str) -> int:
    """The number that ASCII digits or kanji numerals say: ``24``, ``二十四``, ``二四``, ``元`` for the first."""
    if digits.isdecimal():
        return int(digits)
    if digits == "元":
        return 1
    total = pending = 0
    for digit in digits:
        if digit in _TENS:
            total += (pending or 1) * _TENS[digit]
            pending = 0
        else:
            pending = pending * 10 + max(KANJI_DIGITS.index(digit) - 1, 0)
    return total + pending
