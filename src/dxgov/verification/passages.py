"""Text of a document: its lines, their digest, and whether a value occurs in them."""

import re
import unicodedata
from functools import cached_property
from itertools import accumulate

from dxgov.values import document_lines, passage_digest, without_layout

_KANJI = "〇一二三四五六七八九"
_CACHE_SIZE = 2**16
"""Maximum cached results per passage."""
_MAX_COMPARED = 2_000_000
"""Maximum characters compared in the search for a passage."""


class Passage:
    """Consecutive lines of a document, or all of them."""

    def __init__(self, text: str) -> None:
        self.text: str = text
        self._contains_cache: dict[str | int, bool] = {}

    @cached_property
    def digest(self) -> str:
        """The digest that a citation of these lines states."""
        return passage_digest(self.text)

    @cached_property
    def is_blank(self) -> bool:
        """True if the lines hold only white space."""
        return not self._text_without_layout

    def contains(self, value: str | int) -> bool:
        """Return whether the value occurs, in the sense of `dxgov.marks.Printed`."""
        if value not in self._contains_cache:
            if len(self._contains_cache) == _CACHE_SIZE:
                self._contains_cache.clear()
            self._contains_cache[value] = self._contains_number(value) if isinstance(value, int) else self._contains_text(value)
        return self._contains_cache[value]

    def _contains_number(self, number: int) -> bool:
        return any(re.search(pattern, self._nfkc_text) for pattern in _number_patterns(number))

    def _contains_text(self, text: str) -> bool:
        target = without_layout(text)
        if not target or target not in self._text_without_layout:
            return False
        if not (target[0].isdecimal() or target[-1].isdecimal()):
            return True
        # A number does not occur within a longer one: 4月 is not in 14月.
        before, after = (r"(?<!\d)" if target[0].isdecimal() else ""), (r"(?!\d)" if target[-1].isdecimal() else "")
        return re.search(before + r"\s*".join(map(re.escape, target)) + after, self._nfc_text) is not None

    @cached_property
    def _nfc_text(self) -> str:
        return unicodedata.normalize("NFC", self.text)

    @cached_property
    def _text_without_layout(self) -> str:
        return without_layout(self.text)

    @cached_property
    def _nfkc_text(self) -> str:
        return _normalize_nfkc(self.text)


def _number_patterns(number: int) -> list[str]:
    """Return patterns of a printed integer.

    Digits must not be part of a date or a longer number; 2日目, which counts days, is no date. Kanji must follow 第 or begin a line.
    """
    patterns = [rf"(?<!\d){number}(?!\d|\s*(?:[年月時分]|日(?!目)))"]
    if 0 < number < 100:
        tens, ones = divmod(number, 10)
        kanji = ("" if tens < 2 else _KANJI[tens]) + ("十" if tens else "") + (_KANJI[ones] if ones else "")
        patterns += (rf"第\s*{kanji}(?![{_KANJI}十百千])", rf"(?m)^[^\w\n]*{kanji}(?!\w)")
    return patterns


class CitedDocument:
    """The text of a source that records cite, and the passages of it that were looked at.

    Raises:
        UnicodeDecodeError: it is not UTF-8.
    """

    def __init__(self, file: str, content: bytes) -> None:
        self.file: str = file
        self.lines: list[str] = document_lines(content.decode())
        self.full_text: Passage = Passage("\n".join(self.lines))
        self._passages: dict[tuple[int, int], Passage] = {}

    def passage(self, first: int, last: int) -> Passage | None:
        """Return the passage from line `first` to line `last`, counted from 1, or None if there are no such lines."""
        if not 1 <= first <= last <= len(self.lines):
            return None
        if (first, last) not in self._passages:
            self._passages[first, last] = Passage("\n".join(self.lines[first - 1 : last]))
        return self._passages[first, last]

    def has_place_numbers(self, place: str, last: int) -> bool:
        """Return whether the numbers of a place such as ``6(2)`` occur one after the other, at or above line `last`; words are ignored."""
        text, line_ends = self._searchable_text
        offset = 0
        for number in re.findall(r"\([0-9]+\)|[0-9]+", _normalize_nfkc(place)):
            match = re.compile(rf"(?<!\d){re.escape(number)}(?!\d)").search(text, offset, line_ends[last - 1])
            if match is None:
                return False
            offset = match.end()
        return True

    @cached_property
    def _searchable_text(self) -> tuple[str, list[int]]:
        """The text in NFKC form, and the offset at which each line ends in it."""
        lines = [_normalize_nfkc(line) for line in self.lines]
        return "\n".join(lines), [end + number for number, end in enumerate(accumulate(map(len, lines)))]

    def find_line_with(self, value: str | int) -> int | None:
        """Return the first line that contains the whole value, or None."""
        return next((number for number, line in enumerate(self.lines, 1) if Passage(line).contains(value)), None)

    def find_passage(self, digest: str, length: int) -> int | None:
        """Return the first of `length` lines with the digest; None if there are none or the document is too long to search."""
        if len(self.full_text.text) * length > _MAX_COMPARED:
            return None
        starts = range(1, len(self.lines) - length + 2)
        return next((first for first in starts if passage_digest("\n".join(self.lines[first - 1 : first - 1 + length])) == digest), None)


def contains_ignoring_width(passage: Passage, value: str) -> bool:
    """Return whether a value occurs but for the width or case of its letters: typed otherwise than printed."""
    return Passage(_normalize_nfkc(passage.text).casefold()).contains(_normalize_nfkc(value).casefold())


def _normalize_nfkc(text: str) -> str:
    """Return a text in NFKC form: full-width, circled and other forms of letters and digits become plain ones."""
    return unicodedata.normalize("NFKC", text)
