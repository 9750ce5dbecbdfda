"""A canvas on which layouts draw shapes, each of which becomes an SVG element at once.

Coordinates are pixels from the upper left corner. Every shape may have a tooltip, `tip`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal
from xml.etree import ElementTree as ET

from attrs import field, frozen

from dxgov.charts.lines import measure_ems, wrap_text
from dxgov.charts.svg import build_element, format_points
from dxgov.display import printable
from dxgov.languages import Lang

PAPER, INK, SOFT, FAINT = "#ffffff", "#1b2733", "#55606c", "#c9d0d8"
BLUE, ORANGE, GREEN, SKY, PLUM = "#0072b2", "#d55e00", "#00795c", "#56b4e9", "#a64d82"
"""Colours distinguishable with any kind of colour vision, after Okabe and Ito."""

NARROW = 560
"""Width in pixels below which the layout is that for phones."""

_LAYERS = ("bands", "guides", "lines", "boxes", "arcs", "dots", "texts")
"""Kinds of shapes from the bottom up; guides are faint lines."""

_POLYGONS: Mapping[str, tuple[tuple[float, float], ...]] = {
    "diamond": ((0, -1), (1, 0), (0, 1), (-1, 0)),
    "triangle-left": ((-0.87, 0), (0.87, -1), (0.87, 1)),
    "triangle-right": ((0.87, 0), (-0.87, -1), (-0.87, 1)),
}
"""Corners of symbols by name, in halves of the symbol's size from its centre."""


FindAddress = Callable[[Sequence[str], str], str | None]
"""Returns for the ids of the records that a shape stands for, and for its label, the address to which it leads, or None."""


@frozen
class Scene:
    """A canvas of fixed width with shapes on it; its height grows with its content."""

    width: int
    lang: Lang
    find_address: FindAddress | None = None
    """Returns the address to which the shapes of some records lead; None for a picture without links."""
    _layers: Mapping[str, list[ET.Element]] = field(init=False, factory=lambda: {layer: [] for layer in _LAYERS})
    _height: list[float] = field(init=False, factory=lambda: [0.0])
    _links: list[dict[str, str | float]] = field(init=False, factory=lambda: [{}])
    """Attributes of the link of the next shape, the innermost last; empty for none."""

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

    @property
    def elements(self) -> Iterator[ET.Element]:
        """The SVG elements from the bottom up."""
        yield build_element("rect", {"width": self.width, "height": self.height, "fill": PAPER})
        for layer in self._layers.values():
            yield from layer

    @contextmanager
    def link(self, ids: Sequence[str], label: str) -> Iterator[None]:
        """Let the shapes that are added within the context lead to the records that they stand for."""
        address = self.find_address(ids, label) if self.find_address and ids else None
        self._links.append({"href": address, "aria-label": printable(label)} if address else {})
        yield
        self._links.pop()

    def extend_height(self, y: float) -> float:
        """Make the canvas tall enough for content that ends at `y`, and return `y`."""
        self._height[0] = max(self._height[0], y)
        return y

    def add_text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        width: float | None = None,
        size: float = 13,
        fill: str = INK,
        anchor: Literal["start", "middle"] = "start",
        max_lines: int | None = None,
        halo: bool = False,
        tip: str = "",
    ) -> float:
        """Add a text in lines that fit a width, and extend the canvas.

        Args:
            x: The left edge; with `anchor` "middle", the middle.
            y: The top of the first line.
            text: The text; white space is normalised, and control characters are escaped.
            width: The width in pixels to wrap at; by default the space up to the right margin.
            size: The font size in pixels.
            fill: The colour.
            anchor: The point of each line that stands at `x`.
            max_lines: The maximum number of lines, the last of which is then cut; None for no limit.
            halo: True to outline the letters in the colour of the paper.
            tip: The tooltip.

        Returns:
            The y coordinate of the last line's lower edge.
        """
        lines = wrap_text(text, (self.right - x if width is None else width) / size, max_lines)
        outline = {**_list_stroke(PAPER, 4), "stroke-linejoin": "round", "paint-order": "stroke"} if halo else {}
        element = self._add("texts", "text", {"font-size": size, "fill": fill, "text-anchor": anchor, **outline}, tip)
        line_height = compute_line_height(size)
        element.extend(build_element("tspan", {"x": x, "y": y + size + index * line_height}, line) for index, line in enumerate(lines))
        return self.extend_height(y + len(lines) * line_height)

    def add_line(
        self, x: float, y: float, x2: float, y2: float, stroke: str = FAINT, width: float = 1, dash: Sequence[float] = (), *, tip: str = ""
    ) -> None:
        """Add a straight line from (x, y) to (x2, y2)."""
        layer = "guides" if stroke == FAINT else "lines"
        self._add(layer, "line", {"x1": x, "y1": y, "x2": x2, "y2": y2, **_list_stroke(stroke, width, dash)}, tip)

    def add_box(
        self,
        x: float,
        y: float,
        x2: float,
        y2: float,
        fill: str,
        stroke: str = "none",
        dash: Sequence[float] = (),
        *,
        opacity: float = 1,
        radius: float = 0,
        tip: str = "",
    ) -> None:
        """Add a rectangle with the corners (x, y) and (x2, y2); `opacity` is that of its area."""
        corners = {"x": x, "y": y, "width": x2 - x, "height": y2 - y, "rx": radius}
        self._add("boxes", "rect", {**corners, "fill": fill, "fill-opacity": opacity, **_list_stroke(stroke, 1.5, dash)}, tip)

    def add_dot(
        self,
        x: float,
        y: float,
        shape: Literal["circle", "diamond", "triangle-left", "triangle-right"],
        size: float,
        fill: str,
        stroke: str,
        width: float = 1.5,
        *,
        tip: str = "",
    ) -> None:
        """Add a symbol centred on a point; `size` is its width, and `width` that of its outline."""
        radius, paint = size / 2, {"fill": fill, **_list_stroke(stroke, width)}
        if shape == "circle":
            self._add("dots", "circle", {"cx": x, "cy": y, "r": radius, **paint}, tip)
        else:
            corners = ((x + dx * radius, y + dy * radius) for dx, dy in _POLYGONS[shape])
            self._add("dots", "polygon", {"points": format_points(corners), **paint}, tip)

    def add_arc(self, x: float, y: float, y2: float, bulge: float, *, tip: str = "") -> None:
        """Add a line from (x, y) to (x, y2) that reaches `bulge` pixels to the left: two cubic curves that meet upright in its middle."""
        left, middle, sixth = x - bulge, (y + y2) / 2, (y2 - y) / 6
        upper = [(left, middle - 2 * sixth), (left, middle - sixth), (left, middle)]
        lower = [(left, middle + sixth), (left, middle + 2 * sixth), (x, y2)]
        path = f"M{format_points([(x, y)])}C{format_points([*upper, *lower])}"
        self._add("arcs", "path", {"d": path, "fill": "none", **_list_stroke(BLUE, 1.5), "stroke-opacity": 0.75}, tip)

    def add_band(self, x: float, y: float, x2: float, y2: float, height: float, fill: str, *, tip: str = "") -> None:
        """Add a band of a height from the edge below (x, y) to that below (x2, y2), level at both ends."""
        third = (x2 - x) / 3
        upper = [(x, y), (x + third, y), (x2 - third, y2), (x2, y2)]
        lower = [(corner_x, corner_y + height) for corner_x, corner_y in reversed(upper)]
        path = f"M{format_points(upper[:1])}C{format_points(upper[1:])}L{format_points(lower[:1])}C{format_points(lower[1:])}Z"
        self._add("bands", "path", {"d": path, "fill": fill, "fill-opacity": 0.38}, tip)

    def _add(self, layer: str, tag: str, attributes: Mapping[str, str | float], tip: str) -> ET.Element:
        element = build_element(tag, attributes)
        if tip:
            element.append(build_element("title", {}, tip))
        shape = element
        if link := self._links[-1]:
            shape = build_element("a", link)
            shape.append(element)
            link["tabindex"] = "-1"  # the keyboard stops once for all shapes of a link
        self._layers[layer].append(shape)
        return element


def _list_stroke(stroke: str, width: float, dash: Iterable[float] = ()) -> Mapping[str, str | float]:
    """Return the attributes of an outline, none if `stroke` is "none"."""
    if stroke == "none":
        return {}
    return {"stroke": stroke, "stroke-width": width, "stroke-dasharray": " ".join(map(str, dash))}


def compute_line_height(size: float) -> float:
    """Return the distance between the baselines of two lines of a font size, in pixels."""
    return round(size * 1.4)


def draw_legend(scene: Scene, y: float, entries: Sequence[tuple[Callable[[float, float], None], str]], symbol_width: float = 26) -> float:
    """Draw a legend from the left margin on, in as many rows as it needs.

    Args:
        scene: The canvas.
        y: The top of the first row.
        entries: For each symbol a function that draws it below and to the right of a point, and its label.
        symbol_width: The width that each symbol takes, in pixels.

    Returns:
        The y coordinate below the legend.
    """
    x, size = scene.left, 12
    for draw_symbol, label in entries:
        entry_width = symbol_width + 6 + measure_ems(label) * size + 16
        # Start a new row if the entry does not fit, the gap after it aside.
        if x > scene.left and x + entry_width - 16 > scene.right:
            x, y = scene.left, y + 22
        draw_symbol(x, y)
        label_end = scene.add_text(x + symbol_width + 6, y + 1, label, size=size, fill=SOFT)
        x += entry_width
        y = max(y, label_end - compute_line_height(size) - 1)
    return scene.extend_height(y + 24)
