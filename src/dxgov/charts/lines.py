"""Text in lines that fit a width, by an estimate of how wide the letters of a sans-serif font are."""

from collections.abc import Iterator
from unicodedata import combining, east_asian_width

_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[] -"), frozenset("mwMW@%&—…")
_NOT_FIRST = frozenset("、。，．・：；！？）］｝」』】〕〉》ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ,.:;!?)]}％")
_NOT_LAST = frozenset("（［｛「『【〔〈《([{")


def ems(text: str) -> float:
    """How wide a text is, in the size of its letters; rather too much than too little."""
    return sum(map(_em, text))


def _em(letter: str) -> float:
    if combining(letter):
        return 0
    if east_asian_width(letter) in "WFA":
        return 1
    if letter in _NARROW:
        return 0.36
    return 0.9 if letter in _WIDE else 0.68 if letter.isupper() else 0.58


def in_lines(text: str, width: float, most: int | None = None) -> list[str]:
    """The text in lines of at most `width` ems; where there would be more than `most`, the last one ends with an ellipsis.

    Lines break at spaces and between Japanese letters, not before a sign that closes or after one that opens. A word that is longer
    than a line is broken.
    """
    lines = [""]
    for piece in _pieces(" ".join(text.split())):
        for part in _broken(piece, width):
            if ems((lines[-1] + part).rstrip()) <= width:
                lines[-1] += part
            else:
                lines.append(part.lstrip())
    lines = [line.rstrip() for line in lines if line.strip()] or [""]
    if most is None or len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and ems(last) > width - 1:
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip()}…"]


def _pieces(text: str) -> Iterator[str]:
    """What is not to be broken: words with the space behind them, and single Japanese letters with the signs that cling to them."""
    piece = ""
    for letter in text:
        wide = east_asian_width(letter) in "WF"
        if piece and not combining(letter) and letter not in _NOT_FIRST and piece[-1] not in _NOT_LAST:
            after_wide = east_asian_width(piece[-1]) in "WF"
            if piece[-1] == " " or ((wide or after_wide) and letter != " "):
                yield piece
                piece = ""
        piece += letter
    yield piece


def _broken(piece: str, width: float) -> Iterator[str]:
    while ems(piece.rstrip()) > width and len(piece) > 1:
        fits = 1
        while fits < len(piece) and ems(piece[: fits + 1]) <= width:
            fits += 1
        yield piece[:fits]
        piece = piece[fits:]
    yield piece
