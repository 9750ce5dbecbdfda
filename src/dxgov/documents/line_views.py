"""Views of lines: what the readers see in each, to be looked at by people."""

from collections.abc import Iterator, Sequence

from attrs import frozen

from dxgov.documents.folding import measure_width
from dxgov.documents.letters import score_letter
from dxgov.documents.lines import ExtractedText, Line
from dxgov.documents.outline import OutlineNode, build_outline
from dxgov.documents.zones import Zone, split_letters


@frozen
class LineView:
    """A line with its zone and the item that it belongs to."""

    number: int
    """The number of the line, counted from 1."""

    letter: int
    """The letter of the text that it belongs to, counted from 1; 0 if the text is no letter."""

    zone: Zone | None
    """The part of the letter; None if the text is no letter."""

    mark: str
    """The number or bullet that begins the line; empty if none does, or if it is out of sequence."""

    path: str
    """The position of the item from the outermost, such as ``6.2``; empty outside of items."""

    depth: int
    """1 for outermost items, 2 for their parts, and so on; 0 outside of items."""

    text: str


def list_line_views(text: ExtractedText, min_score: float = 0.5) -> list[LineView]:
    """Return what the readers see in each line.

    Args:
        text: The document.
        min_score: The least score, from 0 to 1, that makes it a letter. Other documents have no zones.
    """
    if score_letter(text)[0] < min_score:
        return list(_view_items(build_outline(text.lines).nodes, [(line, None) for line in text.lines], 0))
    return [
        view
        for number, letter in enumerate(split_letters(text.lines), 1)
        for view in _view_items([*letter.quotations.nodes, *letter.outline.nodes], list(letter.zones), number)
    ]


def _view_items(nodes: Sequence[OutlineNode], lines: Sequence[tuple[Line, Zone | None]], letter: int) -> Iterator[LineView]:
    """Yield the views of lines with their items."""
    node_by_line = {item_line.line.number: node for node in nodes for item_line in node.lines}
    for line, zone in lines:
        node = node_by_line.get(line.number)
        mark = node.mark.number if node is not None and line.number == node.first_line else ""
        path, depth = (node.path, node.depth + 1) if node is not None else ("", 0)
        yield LineView(line.number, letter, zone, mark, path, depth, line.text)


def format_line_views(views: Sequence[LineView]) -> str:
    """Return views as a table of text: number, zone, path, mark and text, which is indented by its depth."""
    rows = [(str(view.number), view.zone or "", view.path, view.mark) for view in views]
    widths = [max((measure_width(row[column]) for row in rows), default=0) for column in range(4)]
    return "\n".join(
        "  ".join(cell + " " * (width - measure_width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        + f"  {'  ' * max(view.depth - 1, 0)}{view.text.strip()}".rstrip()
        if view.text.strip()
        else row[0]
        for row, view in zip(rows, views, strict=True)
    )
