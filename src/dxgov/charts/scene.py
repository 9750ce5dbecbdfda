"""Vector shapes on a canvas: the output of every layout and the input of every drawing library.

Coordinates are pixels from the upper left corner.
"""

from collections.abc import Sequence

from attrs import evolve, field, frozen

from dxgov.charts.lines import measure_ems, wrap_text
from dxgov.text.records import Lang

PAPER, INK, SOFT, FAINT = "#ffffff", "#1b2733", "#55606c", "#c9d0d8"
BLUE, ORANGE, GREEN, SKY, PLUM = "#0072b2", "#d55e00", "#00795c", "#56b4e9", "#a64d82"
"""Colours distinguishable with any kind of colour vision, after Okabe and Ito."""

NARROW = 560
"""Width in pixels below which the layout is that for phones."""


@frozen
class Text:
    """Lines of text; `y` is the baseline of the first line."""

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
    """A straight line from (x, y) to (x2, y2)."""

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
    """A rectangle with the corners (x, y) and (x2, y2)."""

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
    """A symbol centred on a point.

    `shape` is the name of a Vega symbol: circle, square, diamond, triangle-right, triangle-left and so on. `size` is its width.
    """

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
    """A line through points, without a tooltip."""

    points: tuple[tuple[float, float], ...]
    stroke: str = SOFT
    width: float = 1.5
    dash: tuple[int, ...] = ()
    opacity: float = 1


@frozen
class Band:
    """A filled area between two curves; each point is (x, top, bottom)."""

    points: tuple[tuple[float, float, float], ...]
    fill: str = BLUE
    opacity: float = 0.5
    tip: str = ""


Shape = Text | Line | Box | Dot | Curve | Band


@frozen
class Scene:
    """A canvas of fixed width with shapes on it; its height grows with its content."""

    width: int
    lang: Lang
    shapes: list[Shape] = field(factory=list)
    _height: list[float] = field(factory=lambda: [0.0])

    @property
    def is_narrow(self) -> bool:
        """True if the layout is that for phones."""
        return self.width < NARROW

    @property
    def left(self) -> float:
        """The x coordinate of the left margin's inner edge."""
        return 12 if self.is_narrow else 20

    @property
    def right(self) -> float:
        """The x coordinate of the right margin's inner edge."""
        return self.width - self.left

    @property
    def height(self) -> int:
        """The height in pixels that the content needs so far."""
        return round(self._height[0])

    def extend_height(self, y: float) -> float:
        """Make the canvas tall enough for content that ends at `y`, and return `y`."""
        self._height[0] = max(self._height[0], y)
        return y

    def add(self, *shapes: Shape) -> None:
        """Add shapes without extending the canvas."""
        self.shapes.extend(shapes)

    def add_text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        width: float | None = None,
        size: float = 13,
        fill: str = INK,
        align: str = "left",
        max_lines: int | None = None,
        halo: bool = False,
        tip: str = "",
    ) -> float:
        """Add a text in lines that fit a width, and extend the canvas.

        Args:
            x: The left edge; with `align` "center", the middle.
            y: The top of the first line.
            text: The text; white space is normalised.
            width: The width in pixels to wrap at; by default the space up to the right margin.
            size: The font size in pixels.
            fill: The colour.
            align: "left" or "center".
            max_lines: The maximum number of lines, the last of which is then cut; None for no limit.
            halo: True to outline the letters in the colour of the paper.
            tip: The tooltip.

        Returns:
            The y coordinate of the last line's lower edge.
        """
        ems_per_line = (self.right - x if width is None else width) / size
        lines = wrap_text(text, ems_per_line, max_lines)
        self.add(Text(x, y + size, tuple(lines), size, fill, align, halo, tip))
        return self.extend_height(y + len(lines) * compute_line_height(size))


def compute_line_height(size: float) -> float:
    """Return the distance between the baselines of two lines of a font size, in pixels."""
    return round(size * 1.4)


def draw_legend(scene: Scene, y: float, entries: Sequence[tuple[Sequence[Shape], str]], symbol_width: float = 26) -> float:
    """Draw a legend from the left margin on, in as many rows as it needs.

    Args:
        scene: The canvas.
        y: The top of the first row.
        entries: For each symbol its shapes, with (0, 0) as their upper left corner, and its label.
        symbol_width: The width that each symbol takes, in pixels.

    Returns:
        The y coordinate below the legend.
    """
    x, size = scene.left, 12
    for shapes, label in entries:
        entry_width = symbol_width + 6 + measure_ems(label) * size + 16
        # Start a new row if the entry does not fit, the gap after it aside.
        if x > scene.left and x + entry_width - 16 > scene.right:
            x, y = scene.left, y + 22
        scene.add(*(translate_shape(shape, x, y) for shape in shapes))
        label_end = scene.add_text(x + symbol_width + 6, y + 1, label, size=size, fill=SOFT)
        x += entry_width
        y = max(y, label_end - compute_line_height(size))
    return scene.extend_height(y + 24)


def translate_shape(shape: Shape, dx: float, dy: float) -> Shape:
    """Return a copy of a shape moved by (dx, dy)."""
    if isinstance(shape, Curve):
        return evolve(shape, points=tuple((x + dx, y + dy) for x, y in shape.points))
    if isinstance(shape, Band):
        return evolve(shape, points=tuple((x + dx, top + dy, bottom + dy) for x, top, bottom in shape.points))
    if isinstance(shape, Line | Box):
        return evolve(shape, x=shape.x + dx, y=shape.y + dy, x2=shape.x2 + dx, y2=shape.y2 + dy)
    return evolve(shape, x=shape.x + dx, y=shape.y + dy)
