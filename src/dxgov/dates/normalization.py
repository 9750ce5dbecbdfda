"""Normalization of characters: full-width forms, squared eras, circled weekdays, dashes, kanji numerals.

Unicode's NFKC is too strong here: it turns ① into 1, so that a list item ``①2月3日`` would become 12月3日.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping

from attrs import frozen

_BLOCKS = (
    (0xFF01, 0xFF9F),  # full-width ASCII, half-width katakana and punctuation
    (0xFE10, 0xFE19),  # vertical forms
    (0xFE30, 0xFE6B),  # vertical brackets and dashes, small forms
    (0x2F00, 0x2FD5),  # Kangxi radicals, which PDF files contain for 日, 月, 金
    (0xF900, 0xFAFF),  # compatibility ideographs, which PDF files and old encodings contain for 令, 金
    (0x2F800, 0x2FA1F),  # compatibility ideographs of a later plane
    (0x1D7CE, 0x1D7FF),  # mathematical digits
    (0x32C0, 0x32CB),  # ㋀ to ㋋, telegraph months
    (0x3358, 0x3370),  # ㍘ to ㍰, telegraph hours
    (0x33E0, 0x33FE),  # ㏠ to ㏾, telegraph days
    (0x337B, 0x337E),  # ㍻ to ㍾, eras
    (0x32FF, 0x32FF),  # ㋿
    (0x322A, 0x3230),  # ㈪ to ㈰, weekdays in brackets
)
"""First and last code point of the blocks to which NFKC applies."""
_WAVES = "〜～∼∾〰⁓˜"
_HYPHENS = "‐‑‒–—―−﹣－ー─━ｰ"
_SPACES = "\u3000\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
_LINE_ENDS = "\r\v\f\x85\u2028\u2029"
_OPENING, _CLOSING = "[{<〔【「『〈《〖｢", "]}>〕】」』〉》〗｣"
_INVISIBLES = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202c\u2060-\u2064\u2066-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0001-\U000e0fff"
)
"""Invisible characters, as the inside of a character class: joiners, soft hyphens, directional marks, variation selectors.

Directional overrides are not among them, because they change the order of display."""
_CONTROLS = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202d\u202e\ufff9-\ufffb"
"""Control characters and directional overrides, as the inside of a character class; they change or spoil the display.

They do not end a date, but a date that contains one is not read."""

_REPLACEMENTS = {
    **dict.fromkeys(map(ord, _WAVES), "~"),
    **dict.fromkeys(map(ord, _HYPHENS), "-"),
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, _LINE_ENDS), "\n"),
    **dict.fromkeys(map(ord, _OPENING), "("),
    **dict.fromkeys(map(ord, _CLOSING), ")"),
}
"""Replacements of one character by one."""
WIDTH_FOLDING: Mapping[int, str] = {
    code: unicodedata.normalize("NFKC", chr(code))
    for first, last in _BLOCKS
    for code in range(first, last + 1)
    if not unicodedata.is_normalized("NFKC", chr(code))
} | dict.fromkeys(map(ord, _SPACES), " ")
"""Translation of the forms of characters that differ in width or code alone, squared words, and blanks."""
_FOLDING: Mapping[int, str] = {
    **{code: text.translate(_REPLACEMENTS) for code, text in WIDTH_FOLDING.items()},
    **{0x328A + index: f"({day})" for index, day in enumerate("月火水木金土日")},  # ㊊ to ㊐
    **_REPLACEMENTS,
}
"""Translation of all spellings that dates have."""
_VOICING = "\u3099\u309a\uff9e\uff9f"
"""Voicing marks, which some systems write apart from their kana (こ + ゛ for ご)."""


def find_length_changes(table: Mapping[int, str]) -> str:
    """Return the inside of a character class: what folding by `table` does not map one to one.

    Windows line ends, invisible characters, characters that become several, and separate voicing marks.
    """
    return f"\r{_INVISIBLES}{_CONTROLS}{_VOICING}" + "".join(chr(code) for code, text in table.items() if len(text) > 1)


_INVISIBLE_CHARACTER = re.compile(f"[{_INVISIBLES}{_CONTROLS}]")
_CONTROL_CHARACTER = re.compile(f"[{_CONTROLS}]")

KANJI_DIGITS = "〇零一二三四五六七八九"


@frozen
class OffsetMap:
    """Map from positions in folded text to positions in its source."""

    ends: list[int]
    """Ends, in the folded text, of the pieces that changed their length."""

    shifts: list[int]
    """Shift of positions before the first of these ends and after each of them."""

    def __getitem__(self, position: int) -> int:
        return position + self.shifts[bisect_right(self.ends, position)]

    def to_source_span(self, begin: int, stop: int, text: str) -> tuple[int, int]:
        """Return the span in the source `text` of a folded span, without trailing invisible characters."""
        start, end = self[begin], self[stop]
        while end > start and _INVISIBLE_CHARACTER.match(text, end - 1):
            end -= 1
        return start, end


@frozen
class Folding:
    """Replacement of the spellings of characters by one of them."""

    table: Mapping[int, str]
    """Translation of each character."""

    length_changes: re.Pattern[str]
    """Pattern of the pieces of a text that are not mapped one to one."""

    dropped: re.Pattern[str] = _INVISIBLE_CHARACTER
    """Pattern of the beginning of those pieces that are dropped."""

    def fold(self, text: str) -> tuple[str, OffsetMap | None]:
        """Return `text` with one spelling per character, and the map of positions to the source; the map is None if no position changed."""
        pieces: list[str] = []
        ends: list[int] = []
        shifts = [0]
        copied_until = folded_length = 0
        for match in self.length_changes.finditer(text):
            begin, end = match.span()
            # A separate voicing mark belongs to the kana before it.
            begin -= text[begin] in _VOICING and begin > copied_until
            piece = self._fold_piece(text[begin:end])
            pieces += (text[copied_until:begin].translate(self.table), piece)
            folded_length += begin - copied_until
            # All characters of an expanded piece map to the first character of its source; the text after it shifts by the difference.
            for index in range(1, len(piece)):
                ends.append(folded_length + index)
                shifts.append(begin - folded_length - index)
            folded_length += len(piece)
            ends.append(folded_length)
            shifts.append(end - folded_length)
            copied_until = end
        if not pieces:
            return text.translate(self.table), None
        pieces.append(text[copied_until:].translate(self.table))
        return "".join(pieces), OffsetMap(ends, shifts)

    def _fold_piece(self, piece: str) -> str:
        """Fold a piece that changes its length."""
        if piece == "\r\n":
            return "\n"
        if self.dropped.match(piece):
            return ""
        return unicodedata.normalize("NFC", piece.translate(self.table))


fold = Folding(_FOLDING, re.compile(f"[{find_length_changes(_FOLDING)}](?:(?<=\r)\n)?")).fold


def find_unexpected_character(folded: str) -> str | None:
    """Return code and name of the first character that looks like another or is invisible, or None if there is none."""
    for character in folded:
        if character.isascii():
            if character.isprintable() or character in "\n\t":
                continue
        elif unicodedata.category(character)[0] != "C" and unicodedata.is_normalized("NFKC", character) and not character.isdecimal():
            continue
        return _describe_character(character)
    return None


def find_control_character(text: str) -> tuple[int, str] | None:
    """Return position and description of the first control character or directional override, or None if there is none."""
    match = _CONTROL_CHARACTER.search(text)
    return (match.start(), _describe_character(match[0])) if match else None


def _describe_character(character: str) -> str:
    """Return code and name of a character: ``U+202E RIGHT-TO-LEFT OVERRIDE``."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def parse_number(digits: str) -> int:
    """Convert ASCII digits or kanji numerals to a number: ``24``, ``二十四``, ``二四``, and ``元`` for 1."""
    digits = digits.replace("\n", "")
    if digits.isdecimal():
        return int(digits)
    if digits == "元":
        return 1
    total = pending = 0
    for digit in digits:
        if digit == "十":
            total, pending = total + (pending or 1) * 10, 0
        else:
            pending = pending * 10 + max(KANJI_DIGITS.index(digit) - 1, 0)
    return total + pending
