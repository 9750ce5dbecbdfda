"""A scene in layers, from the deepest up: all shapes of one look, with the data that tell their places."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from attrs import frozen

from dxgov.charts.scene import FAINT, Band, Box, Curve, Dot, Line, Scene, Shape, Text

_ORDER: Sequence[type] = (Band, Line, Box, Curve, Dot, Text)
"""What lies under what."""


@frozen
class Layer:
    """Shapes that differ only in their places and in what they tell."""

    kind: type
    """The kind of shape."""
    look: tuple[Any, ...]
    """What is one for all of them."""
    values: Sequence[dict[str, Any]]
    """A row of data for each shape, or for each point of a curve or band."""

    @property
    def telling(self) -> bool:
        """Whether any tells something under the mouse."""
        return any("tip" in row for row in self.values)


def layers(scene: Scene) -> list[Layer]:
    """The layers of a scene."""
    shapes = sorted(scene.shapes, key=_depth)
    places: dict[Any, int] = {}
    for shape in shapes:
        places.setdefault(_look(shape), len(places))
    shapes.sort(key=lambda shape: places[_look(shape)])
    return [Layer(kind, look, _values(kind, [*some])) for (kind, look), some in groupby(shapes, key=_look)]


def _depth(shape: Shape) -> tuple[int, bool]:
    """What lies deeper comes first; of lines, the faint ones that only guide the eye."""
    return _ORDER.index(type(shape)), not (isinstance(shape, Line) and shape.stroke == FAINT)


def _look(shape: Shape) -> tuple[type, tuple[Any, ...]]:
    """The kind of a shape and what is one for the whole layer."""
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


def _values(kind: type, shapes: list[Any]) -> list[dict[str, Any]]:
    """The rows of a layer's data."""
    if kind in (Curve, Band):
        names = ("x", "y", "y2")
        return [
            {"part": part, "order": order, **dict(zip(names, map(_rounded, point), strict=False)), **_told(shape)}
            for part, shape in enumerate(shapes)
            for order, point in enumerate(shape.points)
        ]
    places = ("x", "y", "x2", "y2") if kind in (Line, Box) else ("x", "y")
    return [
        {name: _rounded(getattr(shape, name)) for name in places}
        | ({"text": "\n".join(shape.lines)} if kind is Text else {})
        | _told(shape)
        for shape in shapes
    ]


def _told(shape: Any) -> dict[str, str]:
    return {"tip": shape.tip} if getattr(shape, "tip", "") else {}


def _rounded(number: float) -> float:
    return round(number, 1)
