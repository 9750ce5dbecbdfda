"""Line breaking for Japanese and English text, by estimated letter widths of a sans-serif font."""

from collections.abc import Iterator
from unicodedata import combining, east_asian_width

from dxgov.display import printable
from dxgov.text.records import collapse_white_space

_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[] -"), frozenset("mwMW@%&—…")
_NOT_FIRST = frozenset("、。，．・：；！？）］｝」』】〕〉》ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ,.:;!?)]}％")
_NOT_LAST = frozenset("（［｛「『【〔〈《([{")


def measure_ems(text: str) -> float:
    """Return the estimated width of a text in ems, an upper estimate rather than a mean."""
    return sum(map(_measure_letter, text))


def _measure_letter(letter: str) -> float:
    if combining(letter):
        return 0
    if east_asian_width(letter) in "WFA":
        return 1
    if letter in _NARROW:
        return 0.36
    return 0.9 if letter in _WIDE else 0.68 if letter.isupper() else 0.58


def wrap_text(text: str, width: float, max_lines: int | None = None) -> list[str]:
    """Break a text into lines of at most `width` ems, and escape control characters.

    Lines break at spaces and between Japanese letters, but not before closing or after opening punctuation. A word longer than a line
    is split. With more than `max_lines` lines, the last kept line ends with an ellipsis. None means no limit.
    """
    lines = [""]
    for piece in _split_pieces(printable(collapse_white_space(text))):
        for part in _split_long_piece(piece, width):
            if measure_ems((lines[-1] + part).rstrip()) <= width:
                lines[-1] += part
            else:
                lines.append(part.lstrip())
    lines = [line.rstrip() for line in lines if line.strip()] or [""]
    if max_lines is None or len(lines) <= max_lines:
        return lines
    last = lines[max_lines - 1]
    while last and measure_ems(last) > width - 1:
        last = last[:-1]
    return [*lines[: max_lines - 1], f"{last.rstrip()}…"]


def _split_pieces(text: str) -> Iterator[str]:
    """Yield unbreakable pieces: words with the space after them, and Japanese letters with adjacent punctuation."""
    piece = ""
    for letter in text:
        is_wide = east_asian_width(letter) in "WF"
        if piece and not combining(letter) and letter not in _NOT_FIRST and piece[-1] not in _NOT_LAST:
            follows_wide = east_asian_width(piece[-1]) in "WF"
            if piece[-1] == " " or ((is_wide or follows_wide) and letter != " "):
                yield piece
                piece = ""
        piece += letter
    yield piece


def _split_long_piece(piece: str, width: float) -> Iterator[str]:
    """Yield parts of a piece that each fit `width` ems, with at least one letter per part."""
    while measure_ems(piece.rstrip()) > width and len(piece) > 1:
        length = 1
        while length < len(piece) and measure_ems(piece[: length + 1]) <= width:
            length += 1
        yield piece[:length]
        piece = piece[length:]
    yield piece
