"""Wrapping: which lines go on with the sentence of the line before, because it was cut at the edge of the page."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from dxgov.documents.folding import fold, measure_width
from dxgov.documents.lines import Line
from dxgov.documents.marks import find_mark

_TOLERANCE = 4
"""Columns by which a wrapped line may be shorter, because no line begins with a full stop or a closing bracket."""

_MIN_MARGIN = 36
"""Columns that a page has at least: shorter lines were not wrapped."""

_SINGLE_SHARE = 10
"""One in so many lines that stand directly below another makes blank lines part paragraphs."""

_SENTENCE_END = re.compile(r"[。！？!?]\s*[」』)）]?$|こと[」』)）]?$|(?:ます|です|ました|ません|ください|たい|である)$")
_OPEN_START = re.compile(r"\s*[を、。」』）〕】ゃゅょっャュョッー]")
"""The beginning of a line in the middle of a sentence."""
_OPEN_END = re.compile(
    r"(?:[をにがはもへや、，,・]|[^こ]と|[のでて]|あり|おり|から|まで|及び|並びに|又は|ため|よう)(?<!について)(?<!に関して)(?<!に向けて)(?<!にあたって)(?<!はじめに)(?<!おわりに)$"
)
"""The end of a line in the middle of a sentence."""


def ends_sentence(text: str) -> bool:
    """Return True if a line ends where a sentence can end."""
    return bool(_SENTENCE_END.search(text.rstrip()))


def breaks_off(text: str) -> bool:
    """Return True if a line ends where no sentence can end."""
    return bool(_OPEN_END.search(text.strip()))


def find_continuations(lines: Sequence[Line]) -> list[bool]:
    """Return for each line whether it goes on with the line before.

    That is as wide as lines can be and ends no sentence, or this one begins as no sentence can. A mark at which the format itself begins
    an item or a paragraph goes on with nothing.
    """
    edges = _find_right_edges(lines)
    margin = _find_margin(edges)
    return [False][: len(lines)] + [
        not ((line.begins_paragraph or line.style == "list") and find_mark(line.text) is not None)
        and (
            bool(previous.text.strip() and _OPEN_START.match(line.text))
            or (margin is not None and edge >= margin - _TOLERANCE and bool(line.text.strip()) and not ends_sentence(previous.text))
        )
        for (previous, line), edge in zip(pairwise(lines), edges, strict=False)
    ]


def find_gaps(lines: Sequence[Line]) -> list[bool]:
    """Return for each line with text whether blank lines part it from the one above.

    Where blank lines stand throughout, as between the paragraphs of Markdown, only more of them do.
    """
    counts: list[int | None] = []
    blank_count = 0
    for line in lines:
        is_blank = not line.text.strip()
        counts.append(None if is_blank or line.cell is not None else blank_count)
        blank_count = blank_count + 1 if is_blank else 0
    known = sorted(count for count in counts[1:] if count is not None)
    usual = known[len(known) // _SINGLE_SHARE] if known else 0
    return [count is not None and count > usual for count in counts]


def join_lines(texts: Iterable[str]) -> str:
    """Join the lines of a sentence, with a blank between Latin words alone."""
    joined = ""
    for text in texts:
        piece = text.strip()
        needs_blank = joined[-1:].isascii() and joined[-1:].isalnum() and piece[:1].isascii() and piece[:1].isalnum()
        joined += " " + piece if needs_blank else piece
    return joined


def _find_right_edges(lines: Sequence[Line]) -> list[float]:
    """Return where each line ends, in columns; 0 for what is blank or only pushed to the right, as dates are."""
    boxes = [line.box for line in lines if line.box is not None and line.text.strip()]
    # Damaged fonts give characters without a height.
    heights = [bottom - top for _, top, _, bottom in boxes if bottom > top]
    # A character is about as wide as a line is high, and half of it is a column.
    column = median(heights) / 2 if heights else 1.0
    edges = []
    for line in lines:
        if line.box is not None and heights:
            left, right = line.box[0] / column, line.box[2] / column
        else:
            right = float(measure_width(line.text.rstrip()))
            left = right - measure_width(line.text.strip())
        edges.append(right if line.text.strip() and right - left >= right / 2 else 0.0)
    return edges


def _find_margin(edges: Sequence[float]) -> float | None:
    """Return the right edge at which lines were wrapped: several end there, and hardly any goes beyond; None if they end anywhere."""
    widths = sorted((edge for edge in edges if edge >= _MIN_MARGIN), reverse=True)
    quorum = max(2, sum(map(bool, edges)) // 12)
    for beyond, edge in enumerate(widths[: max(3, len(widths) // 20)]):
        if sum(other >= edge - _TOLERANCE for other in widths[beyond : beyond + quorum]) >= quorum:
            return edge
    return None


def is_heading(text: str) -> bool:
    """Return True if a line is short and no sentence, as headings are."""
    folded = fold(text)
    return bool(folded) and len(folded) <= 60 and "。" not in folded and not ends_sentence(folded) and not breaks_off(folded)
