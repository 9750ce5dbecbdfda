"""A picture as shapes on a sheet: what the layouts make, and what is then drawn with whatever draws.

Places count in pixels from the upper left corner.
"""

from collections.abc import Sequence

from attrs import field, frozen

from dxgov.charts.lines import ems, in_lines
from dxgov.text.records import Lang

PAPER, INK, SOFT, FAINT = "#ffffff", "#1b2733", "#55606c", "#c9d0d8"
BLUE, ORANGE, GREEN, SKY, PLUM = "#0072b2", "#d55e00", "#00795c", "#56b4e9", "#a64d82"
"""Colours that people with any kind of colour vision tell apart, after Okabe and Ito."""

NARROW = 560
"""Below this width a picture is laid out for a telephone."""


@frozen
class Text:
    """Lines of text; `y` is the base line of the first."""

    x: float
    y: float
    lines: tuple[str, ...]
    size: float = 13
    fill: str = INK
    align: str = "left"
    halo: bool = False
    tip: str = ""


@frozen
class Line:
    """A straight line."""

    x: float
    y: float
    x2: float
    y2: float
    stroke: str = FAINT
    width: float = 1
    dash: tuple[int, ...] = ()
    tip: str = ""


@frozen
class Box:
    """A rectangle."""

    x: float
    y: float
    x2: float
    y2: float
    fill: str = BLUE
    stroke: str = ""
    width: float = 1.5
    dash: tuple[int, ...] = ()
    opacity: float = 1
    radius: float = 0
    tip: str = ""


@frozen
class Dot:
    """A sign at a place: circle, square, diamond, triangle-right, triangle-left and so on; `size` is its width."""

    x: float
    y: float
    shape: str = "circle"
    size: float = 10
    fill: str = BLUE
    stroke: str = BLUE
    width: float = 1.5
    tip: str = ""


@frozen
class Curve:
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    stroke: str = SOFT
    width: float = 1.5
    dash: tuple[int, ...] = ()
    opacity: float = 1


@frozen
class Band:
    """A filled band: at each `x` it reaches from a top to a bottom."""

    points: tuple[tuple[float, float, float], ...]
    fill: str = BLUE
    opacity: float = 0.5
    tip: str = ""


Shape = Text | Line | Box | Dot | Curve | Band


@frozen
class Scene:
    """A sheet of a width, and the shapes on it; `height` grows as they are put there."""

    width: int
    lang: Lang
    shapes: list[Shape] = field(factory=list)
    _height: list[float] = field(factory=lambda: [0.0])

    @property
    def narrow(self) -> bool:
        """Whether it is laid out for a telephone."""
        return self.width < NARROW

    @property
    def left(self) -> float:
        """Where the margin ends."""
        return 12 if self.narrow else 20

    @property
    def right(self) -> float:
        """Where the other margin begins."""
        return self.width - self.left

    @property
    def height(self) -> int:
        """How tall it is by now."""
        return round(self._height[0])

    def reach(self, y: float) -> float:
        """Make the sheet tall enough for what ends at `y`, and give `y` back."""
        self._height[0] = max(self._height[0], y)
        return y

    def put(self, *shapes: Shape) -> None:
        """Put shapes on the sheet."""
        self.shapes.extend(shapes)

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        width: float | None = None,
        size: float = 13,
        fill: str = INK,
        align: str = "left",
        most: int | None = None,
        halo: bool = False,
        tip: str = "",
    ) -> float:
        """Write a text in lines that fit `width`, the first with its top at `y`; where its last line ends is given back."""
        room = (self.right - x if width is None else width) / size
        lines = in_lines(text, room, most)
        self.put(Text(x, y + size, tuple(lines), size, fill, align, halo, tip))
        return self.reach(y + len(lines) * leading(size))


def leading(size: float) -> float:
    """From one line of text to the next."""
    return round(size * 1.4)


def key_row(scene: Scene, y: float, entries: Sequence[tuple[Sequence[Shape], str]], sign: float = 26) -> float:
    """A key: signs, each drawn as if its box began at (0, 0) and were `sign` wide, and behind each what it means."""
    x, size = scene.left, 12
    for shapes, words in entries:
        long = sign + 6 + ems(words) * size + 16
        if x > scene.left and x + long - 16 > scene.right:
            x, y = scene.left, y + 22
        scene.put(*(moved(shape, x, y) for shape in shapes))
        lines_end = scene.write(x + sign + 6, y + 1, words, size=size, fill=SOFT)
        x += long
        y = max(y, lines_end - leading(size))
    return scene.reach(y + 24)


def moved(shape: Shape, x: float, y: float) -> Shape:
    """The same shape elsewhere."""
    from attrs import evolve

    if isinstance(shape, Curve):
        return evolve(shape, points=tuple((a + x, b + y) for a, b in shape.points))
    if isinstance(shape, Band):
        return evolve(shape, points=tuple((a + x, b + y, c + y) for a, b, c in shape.points))
    if isinstance(shape, Line | Box):
        return evolve(shape, x=shape.x + x, y=shape.y + y, x2=shape.x2 + x, y2=shape.y2 + y)
    return evolve(shape, x=shape.x + x, y=shape.y + y)
