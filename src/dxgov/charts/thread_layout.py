"""Things in the order of time, one below the other, with arcs between those that belong together."""

from collections.abc import Callable, Sequence

from attrs import frozen

from dxgov.charts.scene import BLUE, FAINT, INK, ORANGE, PAPER, SOFT, Curve, Dot, Line, Scene, Shape, key_row, leading

SIGNS: dict[str, Callable[[float, float], Dot]] = {
    "answered": lambda x, y: Dot(x, y, "circle", 11, BLUE, BLUE),
    "open": lambda x, y: Dot(x, y, "diamond", 14, PAPER, ORANGE, 2.5),
    "plain": lambda x, y: Dot(x, y, "circle", 7, SOFT, SOFT),
    "part": lambda x, y: Dot(x, y, "circle", 8, PAPER, BLUE),
    "reply": lambda x, y: Dot(x, y, "triangle-right", 11, PAPER, BLUE, 2),
}
"""The signs of a thread, told apart by their shape and not only by colour."""


@frozen
class Knot:
    """A thing in a thread."""

    id: str
    sign: str
    head: str
    """What stands first, in the colour of ink: who speaks, or what kind of record it is."""
    body: str
    """What it says."""
    flag: str = ""
    """What is to be noticed."""
    group: str = ""
    """The heading that it stands under, with those around it that share it."""


def paint_thread(scene: Scene, y: float, knots: Sequence[Knot], ties: Sequence[tuple[str, str]], key: Sequence[tuple[str, str]]) -> float:
    """The knots below each other, an arc from each to those it answers, and what the signs mean."""
    entries: list[tuple[Sequence[Shape], str]] = [([SIGNS[sign](10, 9)], words) for sign, words in key]
    y = key_row(scene, y, entries, 18) + 6
    gutter = 44 if scene.narrow else 78
    x = scene.left + gutter
    size, text = (13, x + 16)
    at: dict[str, float] = {}
    group = ""
    first = y
    for knot in knots:
        if knot.group != group:
            group = knot.group
            scene.put(Line(text, y + 6, scene.right, y + 6, FAINT))
            y = scene.write(text, y + 12, group, size=13, fill=INK) + 8
        at[knot.id] = y + leading(size) / 2
        scene.put(SIGNS[knot.sign](x, at[knot.id]))
        head = " · ".join(filter(None, (knot.head, knot.flag)))
        if knot.head or knot.flag:
            y = scene.write(text, y, head, size=size, fill=ORANGE_INK if knot.flag else SOFT)
        y = (scene.write(text, y, knot.body, size=size) if knot.body else y) + 9
    places = {knot.id: place for place, knot in enumerate(knots)}
    for later, earlier in ties:
        if later in at and earlier in at and later != earlier:
            apart = abs(places[later] - places[earlier])
            scene.put(_arc(x - 7, at[earlier], at[later], min(gutter - 10, 12 + 6 * apart)))
    scene.reach(max(y, first))
    return y


ORANGE_INK = "#a84300"
"""Orange that is dark enough for text."""


def _arc(x: float, y: float, y2: float, bulge: float) -> Curve:
    """An arc to the left of a line, from one height to another."""
    points = []
    for part in range(17):
        turn = part / 16 * 2 - 1
        points.append((x - bulge * (1 - abs(turn) ** 3), y + (y2 - y) * part / 16))
    return Curve(tuple(points), BLUE, 1.5, (), 0.75)


def thread_text(knots: Sequence[Knot], ties: Sequence[tuple[str, str]]) -> list[str]:
    """The same for a terminal: what answers what is told by its id."""
    lines: list[str] = []
    group = ""
    for knot in knots:
        if knot.group != group:
            group = knot.group
            lines += [*([""] if lines else []), group]
        head = " · ".join(filter(None, (knot.head, f"[{knot.flag}]" if knot.flag else "")))
        lines += [f"  {knot.id}  {head}".rstrip(), *([f"    {knot.body}"] if knot.body else [])]
        lines += [f"    → {earlier}" for later, earlier in ties if later == knot.id]
    return lines
