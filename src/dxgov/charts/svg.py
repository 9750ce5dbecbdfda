"""SVG, and pages with it, by the standard library alone: the same data give the same bytes on every machine."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from html import escape
from xml.etree import ElementTree as ET

from dxgov.display import printable_page

_FONTS = "'Noto Sans CJK JP','Noto Sans JP','Hiragino Sans','Yu Gothic',Meiryo,sans-serif"
"""CSS font families: the font that the extra ``plot`` installs, then likely substitutes where an SVG is viewed."""

_INITIAL_VALUES = {"fill-opacity": 1, "rx": 0, "stroke-dasharray": "", "stroke-width": 1, "text-anchor": "start"}
"""Values of attributes that need not be written."""

_PAGE_TEMPLATE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font-family: sans-serif; margin: 0; }}
svg {{ height: auto; max-width: 100%; }}
details {{ margin: 1em; }}
pre {{ white-space: pre-wrap; }}
</style>
</head>
<body>
<main>
{svg}</main>
<details><summary>{title}</summary><pre>{alternative}</pre></details>
</body>
</html>
"""


def build_element(tag: str, attributes: Mapping[str, str | float], text: str = "") -> ET.Element:
    """Return an element; numbers have at most two decimals, and control characters of the text are escaped."""
    values = {name: value for name, value in attributes.items() if value != _INITIAL_VALUES.get(name)}
    element = ET.Element(tag, {name: value if isinstance(value, str) else _format_number(value) for name, value in values.items()})
    element.text = printable_page(text)
    return element


def build_svg(elements: Iterable[ET.Element], width: int, height: int, lang: str, title: str, description: str) -> str:
    """Return elements as a standalone SVG.

    Args:
        elements: The elements from the bottom up.
        width: The width in pixels.
        height: The height in pixels.
        lang: The language of the texts.
        title: The accessible name.
        description: The text alternative.
    """
    texts = build_element("title", {}, title), build_element("desc", {}, description)
    key_text = "\n".join([f"{width}", *(element.text or "" for element in texts)])
    key = sha256(key_text.encode()).hexdigest()[:8]  # a page may hold several pictures, and one of them in several widths
    for element in texts:
        element.set("id", f"{element.tag}-{key}")
    size: dict[str, str | float] = {"width": width, "height": height, "viewBox": f"0 0 {width} {height}"}
    elements = list(elements)
    # An image has no parts for a screen reader, so that the links of one would be lost.
    role = "group" if any(element.tag == "a" for element in elements) else "img"
    names = {"role": role, "aria-labelledby": f"title-{key}", "aria-describedby": f"desc-{key}"}
    root = build_element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size, "lang": lang, **names, "font-family": _FONTS}, "\n")
    root.extend([*texts, *elements])
    for element in root:
        element.tail = "\n"  # a line for each element lets people compare versions
    return f"{ET.tostring(root, encoding='unicode')}\n"


def build_page(svg: str, title: str, alternative: str, lang: str) -> str:
    """Return a page with an SVG and its text alternative below, which works without a network."""
    title, alternative = escape(printable_page(title)), escape(printable_page(alternative))
    return _PAGE_TEMPLATE.format(lang=lang, title=title, alternative=alternative, svg=svg)


def format_points(points: Iterable[tuple[float, float]]) -> str:
    """Return points as a list of coordinates for an attribute."""
    return " ".join(f"{_format_number(x)},{_format_number(y)}" for x, y in points)


def _format_number(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
