"""What stands in a document: its lines, their digest, and whether a value is printed there."""

import re
import unicodedata
from functools import cached_property
from itertools import accumulate

from dxgov.values import document_lines, passage_digest, without_layout

_KANJI = "〇一二三四五六七八九"
_KEPT = 2**16
"""So many answers are kept for each passage."""
_SEARCHED = 2_000_000
"""Characters that are compared at most to tell where else a passage stands."""


class Passage:
    """Lines of a document, or all of it."""

    def __init__(self, text: str) -> None:
        self.text: str = text
        self._known: dict[str | int, bool] = {}

    @cached_property
    def digest(self) -> str:
        """What a citation of these lines states."""
        return passage_digest(self.text)

    @cached_property
    def empty(self) -> bool:
        """Whether there is nothing but white space."""
        return not self._bare

    def prints(self, value: str | int) -> bool:
        """Whether the value stands here, as `dxgov.marks.Printed` has it."""
        if value not in self._known:
            if len(self._known) == _KEPT:
                self._known.clear()
            self._known[value] = self._has_number(value) if isinstance(value, int) else self._has_text(value)
        return self._known[value]

    def _has_number(self, number: int) -> bool:
        return any(re.search(form, self._plain) for form in _numerals(number))

    def _has_text(self, text: str) -> bool:
        wanted = without_layout(text)
        if not wanted or wanted not in self._bare:
            return False
        if not (wanted[0].isdecimal() or wanted[-1].isdecimal()):
            return True
        # A number is not printed where it is a piece of a longer one: 4月 does not stand in 14月.
        before, after = (r"(?<!\d)" if wanted[0].isdecimal() else ""), (r"(?!\d)" if wanted[-1].isdecimal() else "")
        return re.search(before + r"\s*".join(map(re.escape, wanted)) + after, self._text) is not None

    @cached_property
    def _text(self) -> str:
        return unicodedata.normalize("NFC", self.text)

    @cached_property
    def _bare(self) -> str:
        return without_layout(self.text)

    @cached_property
    def _plain(self) -> str:
        return _compatible(self.text)


def _numerals(number: int) -> list[str]:
    """How a whole number is printed: in digits that are not of a date or a longer number; in kanji after 第 or at the head of a line."""
    forms = [rf"(?<!\d){number}(?!\d|\s*[年月日時分])"]
    if 0 < number < 100:
        tens, ones = divmod(number, 10)
        kanji = ("" if tens < 2 else _KANJI[tens]) + ("十" if tens else "") + (_KANJI[ones] if ones else "")
        forms += (rf"第\s*{kanji}(?![{_KANJI}十百千])", rf"(?m)^[^\w\n]*{kanji}(?!\w)")
    return forms


class Document:
    """The text of a source.

    Raises:
        UnicodeDecodeError: it is not UTF-8.
    """

    def __init__(self, file: str, content: bytes) -> None:
        self.file: str = file
        self.lines: list[str] = document_lines(content.decode())
        self.whole: Passage = Passage("\n".join(self.lines))
        self._passages: dict[tuple[int, int], Passage] = {}

    def passage(self, first: int, last: int) -> Passage | None:
        """Lines, counted from 1, the last one included; ``None`` where there are no such lines."""
        if not 1 <= first <= last <= len(self.lines):
            return None
        if (first, last) not in self._passages:
            self._passages[first, last] = Passage("\n".join(self.lines[first - 1 : last]))
        return self._passages[first, last]

    def counts(self, place: str, last: int) -> bool:
        """Whether the numbers of a place such as ``6(2)`` stand, one after the other, at or above a line; words do not count."""
        text, ends = self._counted
        at = 0
        for number in re.findall(r"\([0-9]+\)|[0-9]+", _compatible(place)):
            match = re.compile(rf"(?<!\d){re.escape(number)}(?!\d)").search(text, at, ends[last - 1])
            if match is None:
                return False
            at = match.end()
        return True

    @cached_property
    def _counted(self) -> tuple[str, list[int]]:
        """The text with digits in one form, and where each line ends in it."""
        lines = [_compatible(line) for line in self.lines]
        return "\n".join(lines), [end + number for number, end in enumerate(accumulate(map(len, lines)))]

    def line_that_prints(self, value: str | int) -> int | None:
        """The first line in which a value stands whole."""
        return next((number for number, line in enumerate(self.lines, 1) if Passage(line).prints(value)), None)

    def first_line_of(self, digest: str, length: int) -> int | None:
        """Where as many lines stand that have the digest, if that can be told in reasonable time."""
        if len(self.whole.text) * length > _SEARCHED:
            return None
        starts = range(1, len(self.lines) - length + 2)
        return next((first for first in starts if passage_digest("\n".join(self.lines[first - 1 : first - 1 + length])) == digest), None)


def in_other_forms(passage: Passage, value: str) -> bool:
    """Whether a value stands there but for the width of its letters, so that it was typed otherwise than printed."""
    return Passage(_compatible(passage.text).casefold()).prints(_compatible(value).casefold())


def _compatible(text: str) -> str:
    """A text with full-width, circled and other forms of letters and digits as plain ones (Unicode NFKC)."""
    return unicodedata.normalize("NFKC", text)
