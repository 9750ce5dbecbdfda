"""Layout of items in time order, one below the other, with arcs between those that answer each other."""

from collections.abc import Callable, Sequence

from attrs import frozen

from dxgov.charts.scene import (
    BLUE,
    FAINT,
    INK,
    ORANGE,
    PAPER,
    SOFT,
    Curve,
    Dot,
    Line,
    Scene,
    Shape,
    compute_line_height,
    draw_legend,
)

SYMBOLS: dict[str, Callable[[float, float], Dot]] = {
    "answered": lambda x, y: Dot(x, y, "circle", 11, BLUE, BLUE),
    "open": lambda x, y: Dot(x, y, "diamond", 14, PAPER, ORANGE, 2.5),
    "plain": lambda x, y: Dot(x, y, "circle", 7, SOFT, SOFT),
    "part": lambda x, y: Dot(x, y, "circle", 8, PAPER, BLUE),
    "reply": lambda x, y: Dot(x, y, "triangle-right", 11, PAPER, BLUE, 2),
}
"""Symbols of items by status; they differ in shape or fill, not in colour alone."""

ORANGE_INK = "#a84300"
"""An orange dark enough for text."""


@frozen
class ThreadItem:
    """An entry of a thread: a record, a speaker or a document."""

    id: str
    symbol: str
    """A key of `SYMBOLS`."""
    title: str
    """The first line: the speaker, or the kind of record."""
    body: str
    """The text below the title."""
    flag: str = ""
    """A warning after the title, such as that nobody replied."""
    group: str = ""
    """The heading that neighbouring items of the same group share."""


def draw_thread(
    scene: Scene, y: float, items: Sequence[ThreadItem], edges: Sequence[tuple[str, str]], legend: Sequence[tuple[str, str]]
) -> float:
    """Draw a legend, the items one below the other, and an arc per edge.

    Args:
        scene: The canvas.
        y: The top of the legend.
        items: The items from top to bottom.
        edges: Pairs of ids: an item, and the earlier item that it answers.
        legend: Pairs of a key of `SYMBOLS` and its label.

    Returns:
        The y coordinate below the last item.
    """
    entries: list[tuple[Sequence[Shape], str]] = [([SYMBOLS[symbol](10, 9)], label) for symbol, label in legend]
    y = draw_legend(scene, y, entries, 18) + 6
    # Symbols stand to the right of a gutter for the arcs, and texts to the right of the symbols.
    gutter = 44 if scene.is_narrow else 78
    symbol_x = scene.left + gutter
    text_x, size = symbol_x + 16, 13
    symbol_y: dict[str, float] = {}
    group = ""
    thread_top = y
    for item in items:
        if item.group != group:
            group = item.group
            scene.add(Line(text_x, y + 6, scene.right, y + 6, FAINT))
            y = scene.add_text(text_x, y + 12, group, size=13, fill=INK) + 8
        symbol_y[item.id] = y + compute_line_height(size) / 2
        scene.add(SYMBOLS[item.symbol](symbol_x, symbol_y[item.id]))
        title = " · ".join(filter(None, (item.title, item.flag)))
        if item.title or item.flag:
            y = scene.add_text(text_x, y, title, size=size, fill=ORANGE_INK if item.flag else SOFT)
        y = (scene.add_text(text_x, y, item.body, size=size) if item.body else y) + 9
    # The farther apart two items are, the farther their arc reaches into the gutter.
    indexes = {item.id: index for index, item in enumerate(items)}
    for later, earlier in edges:
        if later in symbol_y and earlier in symbol_y and later != earlier:
            distance = abs(indexes[later] - indexes[earlier])
            scene.add(_build_arc(symbol_x - 7, symbol_y[earlier], symbol_y[later], min(gutter - 10, 12 + 6 * distance)))
    scene.extend_height(max(y, thread_top))
    return y


def _build_arc(x: float, y: float, y2: float, bulge: float) -> Curve:
    """Return an arc from (x, y) to (x, y2) that reaches `bulge` pixels to the left."""
    points = []
    for part in range(17):
        offset = part / 16 * 2 - 1
        points.append((x - bulge * (1 - abs(offset) ** 3), y + (y2 - y) * part / 16))
    return Curve(tuple(points), BLUE, 1.5, (), 0.75)


def format_thread(items: Sequence[ThreadItem], edges: Sequence[tuple[str, str]]) -> list[str]:
    """Return the thread as lines for a terminal, with an arrow and an id per answered item."""
    lines: list[str] = []
    group = ""
    for item in items:
        if item.group != group:
            group = item.group
            lines += [*([""] if lines else []), group]
        title = " · ".join(filter(None, (item.title, f"[{item.flag}]" if item.flag else "")))
        lines += [f"  {item.id}  {title}".rstrip(), *([f"    {item.body}"] if item.body else [])]
        lines += [f"    → {earlier}" for later, earlier in edges if later == item.id]
    return lines
