"""Line breaking for Japanese and English text, by estimated letter widths of a sans-serif font."""

from unicodedata import combining, east_asian_width

from dxgov.display import printable
from dxgov.text.records import collapse_white_space
from dxgov.text.wrapping import break_lines

_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[] -"), frozenset("mwMW@%&—…")


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
    broken = break_lines(printable(collapse_white_space(text)), width, measure_ems)
    lines = [line.strip() for line in broken if line.strip()] or [""]
    if max_lines is None or len(lines) <= max_lines:
        return lines
    last = lines[max_lines - 1]
    while last and measure_ems(last) > width - 1:
        last = last[:-1]
    return [*lines[: max_lines - 1], f"{last.rstrip()}…"]
