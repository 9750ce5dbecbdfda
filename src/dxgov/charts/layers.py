"""Group the shapes of a scene into layers, from the bottom up: one layer per style, with coordinates as data."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from attrs import frozen

from dxgov.charts.scene import FAINT, Band, Box, Curve, Dot, Line, Scene, Shape, Text

_Z_ORDER: Sequence[type] = (Band, Line, Box, Curve, Dot, Text)
"""Types of shapes from the bottom up."""


@frozen
class Layer:
    """Shapes of one type and style, which differ only in coordinates, text and tooltip."""

    kind: type
    """The type of the shapes."""
    style: tuple[Any, ...]
    """The attributes that all shapes share, in the order that `drawing` unpacks them."""
    rows: Sequence[dict[str, Any]]
    """A row of data per shape, or per point of a curve or band."""

    @property
    def has_tooltips(self) -> bool:
        """True if any shape has a tooltip."""
        return any("tip" in row for row in self.rows)


def build_layers(scene: Scene) -> list[Layer]:
    """Return the layers of a scene from the bottom up."""
    shapes = sorted(scene.shapes, key=_get_z_order)
    ranks: dict[Any, int] = {}
    for shape in shapes:
        ranks.setdefault(_get_style(shape), len(ranks))
    shapes.sort(key=lambda shape: ranks[_get_style(shape)])
    return [Layer(kind, style, _build_rows(kind, [*group])) for (kind, style), group in groupby(shapes, key=_get_style)]


def _get_z_order(shape: Shape) -> tuple[int, bool]:
    """Return a sort key from the bottom up; faint guide lines lie below other lines."""
    return _Z_ORDER.index(type(shape)), not (isinstance(shape, Line) and shape.stroke == FAINT)


def _get_style(shape: Shape) -> tuple[type, tuple[Any, ...]]:
    """Return the type of a shape and the attributes that its layer shares."""
    match shape:
        case Text():
            return Text, (shape.size, shape.fill, shape.align, shape.halo)
        case Line():
            return Line, (shape.stroke, shape.width, shape.dash)
        case Box():
            return Box, (shape.fill, shape.stroke, shape.width, shape.dash, shape.opacity, shape.radius)
        case Dot():
            return Dot, (shape.shape, shape.size, shape.fill, shape.stroke, shape.width)
        case Curve():
            return Curve, (shape.stroke, shape.width, shape.dash, shape.opacity)
        case Band():
            return Band, (shape.fill, shape.opacity)


def _build_rows(kind: type, shapes: list[Any]) -> list[dict[str, Any]]:
    """Return the data of a layer, with coordinates rounded to a tenth of a pixel."""
    if kind in (Curve, Band):
        coordinates = ("x", "y", "y2")
        return [
            {"part": part, "order": order, **dict(zip(coordinates, map(_round, point), strict=False)), **_build_tooltip(shape)}
            for part, shape in enumerate(shapes)
            for order, point in enumerate(shape.points)
        ]
    attributes = ("x", "y", "x2", "y2") if kind in (Line, Box) else ("x", "y")
    return [
        {name: _round(getattr(shape, name)) for name in attributes}
        | ({"text": "\n".join(shape.lines)} if kind is Text else {})
        | _build_tooltip(shape)
        for shape in shapes
    ]


def _build_tooltip(shape: Any) -> dict[str, str]:
    return {"tip": shape.tip} if getattr(shape, "tip", "") else {}


def _round(number: float) -> float:
    return round(number, 1)
