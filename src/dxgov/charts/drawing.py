"""Scenes as Altair charts: the one module that knows Altair."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import altair as alt

from dxgov.charts.scene import PAPER, Band, Box, Curve, Dot, Line, Scene, Shape, Text, leading

FONTS = "'Noto Sans CJK JP','Noto Sans JP','Hiragino Sans','Yu Gothic',Meiryo,sans-serif"
"""The font that comes with the extra, and what a reader of an SVG is likely to have in its place."""

_ORDER: Sequence[type] = (Band, Box, Line, Curve, Dot, Text)
"""What lies under what."""


def chart(scene: Scene, description: str) -> alt.LayerChart:
    """The scene as a chart of layers, one for all shapes of the same look; what shapes tell is shown when the mouse is over them."""
    shapes = sorted(scene.shapes, key=lambda shape: _ORDER.index(type(shape)))
    layers = [_layer(kind, look, list(some), scene) for (kind, look), some in groupby(_stacked(shapes), key=_look)]
    if not layers:
        layers = [_layer(Text, (), [], scene)]
    return (
        alt.layer(*layers)
        .properties(width=scene.width, height=scene.height, description=description, background=PAPER, padding=0)
        .configure(font=FONTS)
        .configure_view(stroke=None, fill=None)
    )


def _stacked(shapes: list[Shape]) -> list[Shape]:
    """Shapes of one kind ordered by look, each look where it first occurs, so that a layer holds all of them."""
    places: dict[Any, int] = {}
    for shape in shapes:
        places.setdefault(_look(shape), len(places))
    return sorted(shapes, key=lambda shape: places[_look(shape)])


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


def _layer(kind: type, look: tuple[Any, ...], shapes: list[Any], scene: Scene) -> alt.Chart:
    data = alt.Data(values=_values(kind, shapes))
    base = alt.Chart(data)
    if kind is Text:
        size, fill, align, halo = look or (13, "", "left", False)
        outline = {"stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round"} if halo else {}
        mark = base.mark_text(align=align, baseline="alphabetic", fontSize=size, lineHeight=leading(size), color=fill, lineBreak="\n", aria=False)
        chart = mark.encode(*_at(scene), alt.Text("text:N"), *_tip(shapes))
        under = base.mark_text(
            align=align, baseline="alphabetic", fontSize=size, lineHeight=leading(size), color=PAPER, lineBreak="\n", aria=False, **outline
        )
        return alt.layer(under.encode(*_at(scene), alt.Text("text:N")), chart) if halo else chart
    if kind is Line:
        stroke, width, dash = look
        mark = base.mark_rule(color=stroke, strokeWidth=width, strokeDash=list(dash) or [1, 0], aria=False)
        return mark.encode(*_at(scene), *_to(), *_tip(shapes))
    if kind is Box:
        fill, stroke, width, dash, opacity, radius = look
        mark = base.mark_rect(
            fill=fill or None,
            fillOpacity=opacity,
            stroke=stroke or None,
            strokeWidth=width,
            strokeDash=list(dash) or [1, 0],
            cornerRadius=radius,
            aria=False,
        )
        return mark.encode(*_at(scene), *_to(), *_tip(shapes))
    if kind is Dot:
        shape, size, fill, stroke, width = look
        mark = base.mark_point(shape=shape, size=size * size, fill=fill, stroke=stroke, strokeWidth=width, opacity=1, aria=False)
        return mark.encode(*_at(scene), *_tip(shapes))
    if kind is Curve:
        stroke, width, dash, opacity = look
        mark = base.mark_line(stroke=stroke, strokeWidth=width, strokeDash=list(dash) or [1, 0], opacity=opacity, aria=False)
        return mark.encode(*_at(scene), alt.Order("order:Q"), alt.Detail("part:N"))
    fill, opacity = look
    mark = base.mark_area(fill=fill, opacity=opacity, aria=False)
    return mark.encode(*_at(scene), alt.Y2("y2:Q"), alt.Detail("part:N"), *_tip(shapes))


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


def _at(scene: Scene) -> tuple[alt.X, alt.Y]:
    across = alt.Scale(domain=[0, scene.width], range=[0, scene.width], nice=False, zero=False)
    down = alt.Scale(domain=[0, max(scene.height, 1)], range=[0, max(scene.height, 1)], nice=False, zero=False)
    return alt.X("x:Q", scale=across, axis=None), alt.Y("y:Q", scale=down, axis=None)


def _to() -> tuple[alt.X2, alt.Y2]:
    return alt.X2("x2:Q"), alt.Y2("y2:Q")


def _tip(shapes: list[Any]) -> tuple[alt.Tooltip, ...]:
    return (alt.Tooltip("tip:N", title=""),) if any(shape.tip for shape in shapes) else ()
