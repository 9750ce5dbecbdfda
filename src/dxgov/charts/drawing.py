"""Scenes as Altair charts: the one module that knows Altair."""

from typing import Any

import altair as alt

from dxgov.charts.layers import Layer, layers
from dxgov.charts.scene import PAPER, Box, Curve, Dot, Line, Scene, Text, leading

FONTS = "'Noto Sans CJK JP','Noto Sans JP','Hiragino Sans','Yu Gothic',Meiryo,sans-serif"
"""The font that comes with the extra, and what a reader of an SVG is likely to have in its place."""


def drawn(scene: Scene, description: str) -> alt.LayerChart:
    """The scene as a chart of layers, one for all shapes of the same look; what shapes tell is shown when the mouse is over them."""
    chart: alt.LayerChart = (
        alt.layer(*(_layer(layer, scene) for layer in layers(scene)))
        .properties(width=scene.width, height=scene.height, description=description, background=PAPER, padding=0)
        .configure(font=FONTS)
        .configure_view(stroke=None, fill=None)
    )
    return chart


def harmless(spec: dict[str, Any]) -> alt.LayerChart:
    """The chart of a specification, for notebooks: a page that Altair puts it into cannot take its texts for markup.

    Altair writes texts into a script as they are, where ``</script>`` would end it. A word joiner behind each ``<``, which nobody sees,
    keeps them what they are.
    """
    return alt.LayerChart.from_dict(_joined(spec))


def _joined(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _joined(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_joined(each) for each in value]
    return value.replace("<", "<\u2060") if isinstance(value, str) else value


def _layer(layer: Layer, scene: Scene) -> Any:
    base, place = alt.Chart(alt.InlineData(values=layer.values)), _at(scene)
    tip = (alt.Tooltip("tip:N", title=""),) if layer.telling else ()
    kind, look = layer.kind, layer.look
    if kind is Text:
        return _text(base, look, (*place, alt.Text("text:N")), tip)
    if kind is Dot:
        shape, size, fill, stroke, width = look
        mark = base.mark_point(shape=shape, size=size * size, fill=fill, stroke=stroke, strokeWidth=width, opacity=1, aria=False)
        return mark.encode(*place, *tip)
    if kind is Line:
        stroke, width, dash = look
        mark = base.mark_rule(color=stroke, strokeWidth=width, strokeDash=_dash(dash), aria=False)
        return mark.encode(*place, alt.X2("x2:Q"), alt.Y2("y2:Q"), *tip)
    if kind is Box:
        fill, stroke, width, dash, opacity, radius = look
        edge = {"stroke": stroke, "strokeWidth": width, "strokeDash": _dash(dash)} if stroke else {}
        mark = base.mark_rect(fill=fill, fillOpacity=opacity, cornerRadius=radius, aria=False, **edge)
        return mark.encode(*place, alt.X2("x2:Q"), alt.Y2("y2:Q"), *tip)
    if kind is Curve:
        stroke, width, dash, opacity = look
        mark = base.mark_line(stroke=stroke, strokeWidth=width, strokeDash=_dash(dash), opacity=opacity, aria=False)
        return mark.encode(*place, alt.Order("order:Q"), alt.Detail("part:N"))
    fill, opacity = look
    return base.mark_area(fill=fill, opacity=opacity, aria=False).encode(*place, alt.Y2("y2:Q"), alt.Detail("part:N"), *tip)


def _text(base: alt.Chart, look: tuple[Any, ...], encoded: tuple[Any, ...], tip: tuple[Any, ...]) -> Any:
    """A layer of text; one with a halo has the same in the colour of the paper below it."""
    size, fill, align, halo = look
    common: dict[str, Any] = {
        "align": align,
        "baseline": "alphabetic",
        "fontSize": size,
        "lineHeight": leading(size),
        "lineBreak": "\n",
        "aria": False,
    }
    text = base.mark_text(color=fill, **common).encode(*encoded, *tip)
    if not halo:
        return text
    under = base.mark_text(color=PAPER, stroke=PAPER, strokeWidth=4, strokeJoin="round", **common).encode(*encoded)
    return alt.layer(under, text)


def _dash(dash: tuple[int, ...]) -> list[float]:
    return [*dash] or [1, 0]


def _at(scene: Scene) -> tuple[alt.X, alt.Y]:
    across = alt.Scale(domain=[0, scene.width], range=[0, scene.width], nice=False, zero=False)
    down = alt.Scale(domain=[0, max(scene.height, 1)], range=[0, max(scene.height, 1)], nice=False, zero=False)
    return alt.X("x:Q", scale=across, axis=None), alt.Y("y:Q", scale=down, axis=None)
