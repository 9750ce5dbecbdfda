"""Folding of lines: one width, no blanks between letter-spaced characters, and the way back to the line as printed.

Brackets, dashes and circled numbers stay, because they say what a line is.
"""

import re
from functools import cached_property

from attrs import frozen

from dxgov.dates.normalization import WIDTH_FOLDING, Folding, OffsetMap, find_length_changes

_SPACED = r"[^\W\d_a-zA-Zａ-ｚＡ-Ｚ]"
_LETTER_SPACE = rf"(?<=(?<!\S){_SPACED})\s+(?={_SPACED}(?!\S))|(?<=(?<!\S){_SPACED})\s+(?=[（(]\s*{_SPACED}\s)"
"""Blanks between two characters that stand alone, as in 要　望　書."""

_LENGTH_CHANGES = re.compile(f"[{find_length_changes(WIDTH_FOLDING)}]|{_LETTER_SPACE}")
_FOLDING = Folding(WIDTH_FOLDING, _LENGTH_CHANGES, re.compile(r"[^\S\r\n]|[\u00ad\u200b-\u206f\ufeff]"))


@frozen
class FoldedLine:
    """A line in one width, without letter-spacing and outer blanks."""

    source: str
    """The line as it is kept."""

    text: str
    """The folded text."""

    offsets: OffsetMap | None
    """The map of positions to the source; None if no position changed."""

    indent: int
    """Blanks before the text, which were dropped."""

    def to_source(self, begin: int = 0, stop: int | None = None) -> str:
        """Return what the source has at a span of the folded text, without outer blanks; `stop` is the end by default."""
        begin, stop = begin + self.indent, (len(self.text) if stop is None else stop) + self.indent
        if self.offsets is not None:
            begin, stop = self.offsets.to_source_span(begin, stop, self.source)
        return self.source[begin:stop].strip()

    @property
    def printed(self) -> str:
        """The source without letter-spacing and outer blanks."""
        return re.sub(_LETTER_SPACE, "", self.source).strip()

    @cached_property
    def width(self) -> int:
        """The printed width in half-width columns, with the indent."""
        return measure_width(self.source.rstrip())


def fold_line(source: str) -> FoldedLine:
    """Fold a line."""
    folded, offsets = _FOLDING.fold(source)
    text = folded.strip()
    return FoldedLine(source, text, offsets, len(folded) - len(folded.lstrip()))


def fold(text: str) -> str:
    """Return a text in one width, without letter-spacing and outer blanks."""
    return fold_line(text).text


def measure_width(text: str) -> int:
    """Return the printed width of a text in half-width columns; a tab is one."""
    return len(text) + sum(character > "\u2e7f" and not "\uff61" <= character <= "\uff9f" for character in text)
