"""Altair charts of scenes: the only module that imports Altair."""

from typing import Any

import altair as alt

from dxgov.charts.layers import Layer, build_layers
from dxgov.charts.scene import PAPER, Box, Curve, Dot, Line, Scene, Text, compute_line_height

FONTS = "'Noto Sans CJK JP','Noto Sans JP','Hiragino Sans','Yu Gothic',Meiryo,sans-serif"
"""CSS font families: the font that the extra installs, then likely substitutes where an SVG is viewed."""


def build_chart(scene: Scene, description: str) -> alt.LayerChart:
    """Return a scene as an Altair chart with one layer per style and a tooltip for each shape that has one."""
    chart: alt.LayerChart = (
        alt.layer(*(_build_layer(layer, scene) for layer in build_layers(scene)))
        .properties(width=scene.width, height=scene.height, description=description, background=PAPER, padding=0)
        .configure(font=FONTS)
        .configure_view(stroke=None, fill=None)
    )
    return chart


def build_notebook_chart(spec: dict[str, Any]) -> alt.LayerChart:
    """Return the chart of a specification whose texts cannot act as markup in a notebook page.

    Altair writes texts verbatim into a script, where ``</script>`` would end it. An invisible word joiner after each ``<`` prevents
    that.
    """
    return alt.LayerChart.from_dict(_defuse_markup(spec))


def _defuse_markup(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _defuse_markup(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_defuse_markup(member) for member in value]
    return value.replace("<", "<\u2060") if isinstance(value, str) else value


def _build_layer(layer: Layer, scene: Scene) -> Any:
    base, position = alt.Chart(alt.InlineData(values=layer.rows)), _build_position(scene)
    tooltip = (alt.Tooltip("tip:N", title=""),) if layer.has_tooltips else ()
    kind, style = layer.kind, layer.style
    if kind is Text:
        return _build_text_layer(base, style, (*position, alt.Text("text:N")), tooltip)
    if kind is Dot:
        shape, size, fill, stroke, width = style
        mark = base.mark_point(shape=shape, size=size * size, fill=fill, stroke=stroke, strokeWidth=width, opacity=1, aria=False)
        return mark.encode(*position, *tooltip)
    if kind is Line:
        stroke, width, dash = style
        mark = base.mark_rule(color=stroke, strokeWidth=width, strokeDash=_convert_dash(dash), aria=False)
        return mark.encode(*position, alt.X2("x2:Q"), alt.Y2("y2:Q"), *tooltip)
    if kind is Box:
        fill, stroke, width, dash, opacity, radius = style
        edge = {"stroke": stroke, "strokeWidth": width, "strokeDash": _convert_dash(dash)} if stroke else {}
        mark = base.mark_rect(fill=fill, fillOpacity=opacity, cornerRadius=radius, aria=False, **edge)
        return mark.encode(*position, alt.X2("x2:Q"), alt.Y2("y2:Q"), *tooltip)
    if kind is Curve:
        stroke, width, dash, opacity = style
        mark = base.mark_line(stroke=stroke, strokeWidth=width, strokeDash=_convert_dash(dash), opacity=opacity, aria=False)
        return mark.encode(*position, alt.Order("order:Q"), alt.Detail("part:N"))
    fill, opacity = style
    return base.mark_area(fill=fill, opacity=opacity, aria=False).encode(*position, alt.Y2("y2:Q"), alt.Detail("part:N"), *tooltip)


def _build_text_layer(base: alt.Chart, style: tuple[Any, ...], encodings: tuple[Any, ...], tooltip: tuple[Any, ...]) -> Any:
    """Return a layer of text; a halo is the same text below it with a wide stroke in the colour of the paper."""
    size, fill, align, halo = style
    common: dict[str, Any] = {
        "align": align,
        "baseline": "alphabetic",
        "fontSize": size,
        "lineHeight": compute_line_height(size),
        "lineBreak": "\n",
        "aria": False,
    }
    text = base.mark_text(color=fill, **common).encode(*encodings, *tooltip)
    if not halo:
        return text
    outline = base.mark_text(color=PAPER, stroke=PAPER, strokeWidth=4, strokeJoin="round", **common).encode(*encodings)
    return alt.layer(outline, text)


def _convert_dash(dash: tuple[int, ...]) -> list[float]:
    """Return Vega-Lite's dash array; [1, 0] is a solid line."""
    return [*dash] or [1, 0]


def _build_position(scene: Scene) -> tuple[alt.X, alt.Y]:
    """Return position encodings that map coordinates to pixels one to one."""
    x_scale = alt.Scale(domain=[0, scene.width], range=[0, scene.width], nice=False, zero=False)
    y_scale = alt.Scale(domain=[0, max(scene.height, 1)], range=[0, max(scene.height, 1)], nice=False, zero=False)
    return alt.X("x:Q", scale=x_scale, axis=None), alt.Y("y:Q", scale=y_scale, axis=None)
