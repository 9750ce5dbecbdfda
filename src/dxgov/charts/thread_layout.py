"""Layout of items in time order, one below the other, with arcs between those that answer each other."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from attrs import frozen

from dxgov.charts.scene import BLUE, INK, ORANGE, PAPER, SOFT, Scene, compute_line_height, draw_legend
from dxgov.charts.words import translate
from dxgov.languages import Lang

MAX_ITEMS = 60
"""Maximum records that are drawn one by one, and maximum groups of them if there are more records."""

SYMBOLS = {
    "answered": partial(Scene.add_dot, shape="circle", size=11, fill=BLUE, stroke=BLUE),
    "open": partial(Scene.add_dot, shape="diamond", size=14, fill=PAPER, stroke=ORANGE, width=2.5),
    "plain": partial(Scene.add_dot, shape="circle", size=7, fill=SOFT, stroke=SOFT),
    "part": partial(Scene.add_dot, shape="circle", size=8, fill=PAPER, stroke=BLUE),
    "reply": partial(Scene.add_dot, shape="triangle-right", size=11, fill=PAPER, stroke=BLUE, width=2),
}
"""Functions that draw the symbols of items, by status; they differ in shape or fill, not in colour alone."""

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

    @property
    def label(self) -> str:
        """The title, the flag and the text, on one line."""
        return " — ".join(filter(None, (self.title, self.flag, self.body)))


def build_group_items(
    counts: Mapping[str, int], open_counts: Mapping[str, int], get_caption: Callable[[str], str], key: str, lang: Lang
) -> list[ThreadItem]:
    """Return an item per group of records; with more than `MAX_ITEMS` groups, the last item sums up the others.

    Args:
        counts: The number of records by the group's id, in the order of the items.
        open_counts: The number of records of a group that nothing takes up; none if the id is missing.
        get_caption: Returns the caption of a group.
        key: The key of the text about the numbers, which has the placeholders `all` and `open`.
        lang: The language of the texts.
    """
    ids = list(counts)
    single_ids = ids if len(ids) <= MAX_ITEMS else ids[: MAX_ITEMS - 1]
    groups = [(id, get_caption(id), [id]) for id in single_ids]
    if len(single_ids) < len(ids):
        other_ids = ids[len(single_ids) :]
        groups.append(("…", translate("others", lang).format(number=f"{len(other_ids):,}"), other_ids))
    items = []
    for id, title, members in groups:
        total, open_total = (sum(numbers.get(member, 0) for member in members) for numbers in (counts, open_counts))
        body = translate(key, lang).format(all=f"{total:,}", open=f"{open_total:,}")
        items.append(ThreadItem(id, "open" if open_total else "answered", title, body))
    return items


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
    y = draw_legend(scene, y, [(partial(_draw_legend_symbol, scene, symbol), label) for symbol, label in legend], 18) + 6
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
            scene.add_line(text_x, y + 6, scene.right, y + 6)
            y = scene.add_text(text_x, y + 12, group, size=13, fill=INK) + 8 if group else y + 12
        symbol_y[item.id] = y + compute_line_height(size) / 2
        title = " · ".join(filter(None, (item.title, item.flag)))
        with scene.link([item.id], item.title):
            SYMBOLS[item.symbol](scene, symbol_x, symbol_y[item.id], tip=item.label)
            if item.title or item.flag:
                y = scene.add_text(text_x, y, title, size=size, fill=ORANGE_INK if item.flag else SOFT)
            y = (scene.add_text(text_x, y, item.body, size=size) if item.body else y) + 9
    # The farther apart two items are, the farther their arc reaches into the gutter.
    indexes = {item.id: index for index, item in enumerate(items)}
    for later, earlier in edges:
        if later in symbol_y and earlier in symbol_y and later != earlier:
            bulge = min(gutter - 10, 12 + 6 * abs(indexes[later] - indexes[earlier]))
            tip = f"{items[indexes[later]].label} → {items[indexes[earlier]].label}"
            scene.add_arc(symbol_x - 7, symbol_y[earlier], symbol_y[later], bulge, tip=tip)
    scene.extend_height(max(y, thread_top))
    return y


def _draw_legend_symbol(scene: Scene, symbol: str, x: float, y: float) -> None:
    SYMBOLS[symbol](scene, x + 10, y + 9)


def format_thread(items: Sequence[ThreadItem], edges: Sequence[tuple[str, str]]) -> list[str]:
    """Return the thread as lines for a terminal, with an arrow and an id per answered item."""
    lines: list[str] = []
    group = ""
    for item in items:
        if item.group != group:
            group = item.group
            lines += [*([""] if lines else []), *([group] if group else [])]
        title = " · ".join(filter(None, (item.title, f"[{item.flag}]" if item.flag else "")))
        lines += [f"  {item.id}  {title}".rstrip(), *([f"    {item.body}"] if item.body else [])]
        lines += [f"    → {earlier}" for later, earlier in edges if later == item.id]
    return lines
