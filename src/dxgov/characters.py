"""Characters that texts should not hold: unstorable, invisible, or like others."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

CONTROL = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]"
"""Characters that some format cannot store, some client drops or a terminal obeys: controls other than tab and line breaks, and
two non-characters. A regular expression to RE2 and to Python."""

_SPACE = "\t\n\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_INVISIBLE = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""What Unicode calls default ignorable, and other characters without any ink that are no white space."""

BLANK = f"[{_SPACE}{_INVISIBLE}]+"
"""A regular expression to RE2 and to Python, of texts that show nothing."""


def blanks() -> Iterator[str]:
    """Yield each character that texts are made of that show nothing."""
    for first, last in re.findall("(.)(?:-(.))?", _SPACE + _INVISIBLE, re.DOTALL):
        yield from map(chr, range(ord(first), ord(last or first) + 1))


_compiled = cache(re.compile)
"""Compiles a regular expression when it is first needed: those of so many characters take as long as all else that is imported here."""

_SURROGATE, _UNSEEN = "[\ud800-\udfff]", f"[{_INVISIBLE}]"


_SHOWN = 200
"""How many characters of a text a message shows."""


def text_fault(text: str) -> str | None:
    """Return why a text is no text that can be stored everywhere, as a message goes on, or ``None``."""
    if not text:
        return "found an empty text; what is missing is left out"
    if text.isprintable() and not text.isspace() and not _compiled(BLANK).match(text):  # as most are, which takes a tenth of the time
        return None
    shown = repr(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]!r}…"
    if _compiled(_SURROGATE).search(text):
        return f"{shown} holds half of a surrogate pair, which no file can store"
    if _compiled(BLANK).fullmatch(text):
        return f"found {shown}, which is nothing but white space; what is missing is left out"
    return f"{shown} holds a control character" if _compiled(CONTROL).search(text) else None


# Characters that are warned of


_NAMES = {"\n": "LINE FEED", "\r": "CARRIAGE RETURN"}
_RADICALS = range(0x2E80, 0x2FE0)
_JOINING_SCRIPTS = range(0x600, 0x1CFF)
"""Scripts from Arabic to Vedic, in which joiners choose between forms of letters."""


@lru_cache(maxsize=1 << 14)
def may_be_strange(character: str) -> bool:
    """Return whether a character is warned of, at least in some surroundings."""
    return (
        unicodedata.category(character) in ("Cf", "Cn", "Co", "Mn", "Mc", "Me", "Zl", "Zp")
        or _compiled(_UNSEEN).match(character) is not None
        or ord(character) in _RADICALS
        or unicodedata.decomposition(character).startswith("<narrow>")
        or not unicodedata.is_normalized("NFC", character)
        or 0x1160 <= ord(character) <= 0x11FF  # parts of Hangul syllables, which follow others
    )


def strange_characters(text: str, *, one_line: bool = False) -> Iterator[str]:
    """Yield each character that should be looked at, once, named with its code point and with why; `one_line` takes in line breaks."""
    seen: set[str] = set()
    for place, character in enumerate(text):
        if character not in seen and (may_be_strange(character) or (one_line and character in _NAMES)):
            reason = _reason(text, place)
            if reason:
                seen.add(character)
                yield f"{named(character)}, {reason}"


def named(character: str) -> str:
    """Return the code point and the name of a character."""
    name = _NAMES.get(character) or unicodedata.name(character, "")
    return f"U+{ord(character):04X} {name}".rstrip()


def _reason(text: str, place: int) -> str | None:
    """Return why a character, where it stands, should be looked at, or ``None``."""
    character, before = text[place], text[place - 1 : place]
    category = unicodedata.category(character)
    if character in _NAMES:
        return "where one line is expected"
    if category == "Co":
        return "which means nothing outside the font that it was made for"
    if category == "Cn":
        return f"to which Unicode {unicodedata.unidata_version} gives no meaning"
    if _compiled(_UNSEEN).match(character) or category in ("Cf", "Zl", "Zp"):
        return None if _has_effect(character, before, text[place + 1 : place + 2]) else "which nobody sees"
    composed = unicodedata.normalize("NFC", before + character)
    if before and len(composed) == 1:
        return f"which with {before!r} before it is to be {named(composed)}"
    likeness = unicodedata.normalize("NFC", character)
    if likeness == character and (ord(character) in _RADICALS or unicodedata.decomposition(character).startswith("<narrow>")):
        likeness = unicodedata.normalize("NFKC", character)
        if likeness == character:
            return "a part of letters that looks like a letter"
    return f"which looks like {named(likeness)}" if likeness != character and len(likeness) == 1 else None


def _has_effect(character: str, before: str, after: str) -> bool:
    """Return whether an invisible character chooses how the one before it, or those beside it, are written, as some scripts need."""
    number, shown = ord(character), before and not _compiled(BLANK).match(before)
    if 0xFE00 <= number <= 0xFE0F or 0xE0100 <= number <= 0xE01EF:  # variation selectors, such as those of Japanese names
        return bool(shown)
    if 0x180B <= number <= 0x180F:  # those of Mongolian
        return before >= "\u1800" and before <= "\u18af"
    if number == 0x34F:  # joins and parts nothing that is seen, and sorts letters with marks
        return unicodedata.combining(before or " ") > 0
    if character in "\u200c\u200d" and after:
        emoji = before and (unicodedata.category(before) in ("So", "Sk") or before == "\ufe0f")
        return bool(emoji) or (bool(before) and ord(before) in _JOINING_SCRIPTS)
    return bool(0xE0020 <= number <= 0xE007F and before and (before == "\U0001f3f4" or 0xE0020 <= ord(before) <= 0xE007F))  # flags
