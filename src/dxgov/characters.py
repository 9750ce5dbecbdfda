"""Characters that texts should not hold: unstorable ones, invisible ones, and look-alikes."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from dxgov.languages import Message

CONTROL_PATTERN = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]"
"""A regular expression, for RE2 and Python, of characters that a format cannot store, a client drops or a terminal obeys.

These are the control characters except tab and line breaks, and two noncharacters.
"""

_SPACE = "\t\n\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_INVISIBLE = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Unicode's default ignorable characters, and other characters without ink that are not white space."""

BLANK_PATTERN = f"[{_SPACE}{_INVISIBLE}]+"
"""A regular expression, for RE2 and Python, of texts without a visible character."""


def list_blank_characters() -> Iterator[str]:
    """Yield each white space and invisible character."""
    for first, last in re.findall("(.)(?:-(.))?", _SPACE + _INVISIBLE, re.DOTALL):
        yield from map(chr, range(ord(first), ord(last or first) + 1))


_compile = cache(re.compile)
"""Compiles a regular expression on first use; the large character classes take longer than all other imports here."""

_SURROGATE, _INVISIBLE_CLASS = "[\ud800-\udfff]", f"[{_INVISIBLE}]"

_MAX_QUOTED = 200
"""Maximum number of characters of a text that a message quotes."""


def find_text_fault(text: str) -> str | None:
    """Return the message for a text that cannot be stored everywhere or shows nothing, or None if the text is valid."""
    if not text:
        return Message("found an empty text; what is missing is left out", "文字列が空である。値がなければ項目ごと省く。")
    # Most texts pass this test, which takes a tenth of the time of the others.
    if text.isprintable() and not text.isspace() and not _compile(BLANK_PATTERN).match(text):
        return None
    quote = repr(text) if len(text) <= _MAX_QUOTED else f"{text[:_MAX_QUOTED]!r}…"
    if _compile(_SURROGATE).search(text):
        return Message(
            "{quote} holds half of a surrogate pair, which no file can store",
            "{quote}にサロゲートペアの片方だけがあり、ファイルに保存できない。",
            quote=quote,
        )
    if _compile(BLANK_PATTERN).fullmatch(text):
        return Message(
            "found {quote}, which is nothing but white space; what is missing is left out",
            "値は{quote}で、空白しかない。値がなければ省く。",
            quote=quote,
        )
    return (
        Message("{quote} holds a control character", "{quote}に制御文字がある。", quote=quote)
        if _compile(CONTROL_PATTERN).search(text)
        else None
    )


def is_japanese(text: str) -> bool:
    """Check if a text has kana or kanji."""
    return any("\u3040" <= letter <= "\u30ff" or "\u4e00" <= letter <= "\u9fff" for letter in text)


def is_control(character: str) -> bool:
    """Check if a character is one that a format cannot store, a client drops or a terminal obeys."""
    return _compile(CONTROL_PATTERN).match(character) is not None


# Suspicious characters, which warnings name


_NAMES = {"\n": "LINE FEED", "\r": "CARRIAGE RETURN"}
_RADICALS = range(0x2E80, 0x2FE0)
_JOINING_SCRIPTS = range(0x600, 0x1CFF)
"""Scripts from Arabic to Vedic, in which joiners select forms of letters."""


@lru_cache(maxsize=1 << 14)
def is_suspicious(character: str) -> bool:
    """Check if a character is suspicious, at least in some contexts."""
    return (
        unicodedata.category(character) in ("Cf", "Cn", "Co", "Mn", "Mc", "Me", "Zl", "Zp")
        or _compile(_INVISIBLE_CLASS).match(character) is not None
        or ord(character) in _RADICALS
        or unicodedata.decomposition(character).startswith("<narrow>")
        or not unicodedata.is_normalized("NFC", character)
        or 0x1160 <= ord(character) <= 0x11FF  # parts of Hangul syllables, which follow others
    )


def find_suspicious_characters(text: str, *, one_line: bool = False) -> Iterator[str]:
    """Yield each suspicious character once, as code point, name and reason. With `one_line`, line breaks are suspicious as well."""
    reported: set[str] = set()
    for index, character in enumerate(text):
        if character not in reported and (is_suspicious(character) or (one_line and character in _NAMES)):
            reason = _explain_suspicion(text, index)
            if reason:
                reported.add(character)
                yield Message("{character}, {reason}", "{character}（{reason}）", character=format_character(character), reason=reason)


def format_character(character: str) -> str:
    """Return the code point and the name of a character, such as ``U+200B ZERO WIDTH SPACE``."""
    name = _NAMES.get(character) or unicodedata.name(character, "")
    return f"U+{ord(character):04X} {name}".rstrip()


def _explain_suspicion(text: str, index: int) -> str | None:
    """Return the reason why the character at an index is suspicious in its context, or None if it is not."""
    character, before = text[index], text[index - 1 : index]
    category = unicodedata.category(character)
    if character in _NAMES:
        return Message("where one line is expected", "1行であるべき箇所の改行")
    if category == "Co":
        return Message("which means nothing outside the font that it was made for", "特定のフォントでのみ意味をもつ外字")
    if category == "Cn":
        version = unicodedata.unidata_version
        return Message("to which Unicode {version} gives no meaning", "Unicode {version}で未定義の文字", version=version)
    if _compile(_INVISIBLE_CLASS).match(character) or category in ("Cf", "Zl", "Zp"):
        return None if _has_effect(character, before, text[index + 1 : index + 2]) else Message("which nobody sees", "目に見えない文字")
    composed = unicodedata.normalize("NFC", before + character)
    if before and len(composed) == 1:
        return Message(
            "which with {before!r} before it is to be {composed}",
            "直前の{before!r}と合わせて{composed}とすべき文字",
            before=before,
            composed=format_character(composed),
        )
    likeness = unicodedata.normalize("NFC", character)
    if likeness == character and (ord(character) in _RADICALS or unicodedata.decomposition(character).startswith("<narrow>")):
        likeness = unicodedata.normalize("NFKC", character)
        if likeness == character:
            return Message("a part of letters that looks like a letter", "漢字に似た部首の文字")
    if likeness == character or len(likeness) != 1:
        return None
    return Message("which looks like {likeness}", "{likeness}と紛らわしい文字", likeness=format_character(likeness))


def _has_effect(character: str, before: str, after: str) -> bool:
    """Check if an invisible character changes the form of its neighbours, as some scripts need it."""
    code_point, is_visible = ord(character), before and not _compile(BLANK_PATTERN).match(before)
    if 0xFE00 <= code_point <= 0xFE0F or 0xE0100 <= code_point <= 0xE01EF:  # variation selectors, such as those of Japanese names
        return bool(is_visible)
    if 0x180B <= code_point <= 0x180F:  # variation selectors of Mongolian
        return before >= "\u1800" and before <= "\u18af"
    if code_point == 0x34F:  # the combining grapheme joiner, which affects the order of combining marks
        return unicodedata.combining(before or " ") > 0
    if character in "\u200c\u200d" and after:  # joiners, in scripts and between emoji
        emoji = before and (unicodedata.category(before) in ("So", "Sk") or before == "\ufe0f")
        return bool(emoji) or (bool(before) and ord(before) in _JOINING_SCRIPTS)
    # Tags of flags, such as that of Scotland.
    return bool(0xE0020 <= code_point <= 0xE007F and before and (before == "\U0001f3f4" or 0xE0020 <= ord(before) <= 0xE007F))
