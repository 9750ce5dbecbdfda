"""Line breaking for Japanese and English text: at spaces, and between Japanese letters, but not around their punctuation (kinsoku)."""

from collections.abc import Callable, Iterator
from unicodedata import combining, east_asian_width

_NOT_FIRST = frozenset("、。，．・：；！？）］｝」』】〕〉》ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ,.:;!?)]}％")
_NOT_LAST = frozenset("（［｛「『【〔〈《([{")


def measure_columns(text: str) -> int:
    """Return the number of columns that a text takes on a terminal; a Japanese character takes two, a combining mark none."""
    return sum(map(_measure_character, text))


def _measure_character(character: str) -> int:
    return 2 if east_asian_width(character) in "WF" else 0 if combining(character) else 1


def break_lines(text: str, width: float, measure: Callable[[str], float] = measure_columns) -> list[str]:
    """Break a text into lines of at most `width`, as `measure` tells the width of a text; a word longer than a line is split.

    The spaces at which lines break stay at their ends.
    """
    lines = [""]
    for piece in _split_pieces(text):
        for part in _split_long_piece(piece, width, measure):
            if measure((lines[-1] + part).rstrip()) <= width:
                lines[-1] += part
            else:
                lines.append(part)
    return lines


def _split_pieces(text: str) -> Iterator[str]:
    """Yield unbreakable pieces: words with the space after them, and Japanese letters with adjacent punctuation."""
    piece = ""
    for letter in text:
        is_wide = east_asian_width(letter) in "WF"
        if piece and not combining(letter) and letter not in _NOT_FIRST and piece[-1] not in _NOT_LAST:
            follows_wide = east_asian_width(piece[-1]) in "WF"
            if (piece[-1] == " " and letter != " ") or ((is_wide or follows_wide) and letter != " "):
                yield piece
                piece = ""
        piece += letter
    yield piece


def _split_long_piece(piece: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """Yield parts of a piece that each fit `width`, with at least one letter per part."""
    while measure(piece.rstrip()) > width and len(piece) > 1:
        length = 1
        while length < len(piece) and measure(piece[: length + 1]) <= width:
            length += 1
        yield piece[:length]
        piece = piece[length:]
    yield piece
