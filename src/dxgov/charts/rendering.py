"""SVG, PNG and HTML from Vega-Lite: the only module that imports vl-convert and the font package of the extra.

With the same versions of vl-convert and the font, a spec yields the same SVG, byte for byte, on every machine.
"""

import json
import re
import struct
import zlib
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import noto_cjk_sans_jp_regular
import vl_convert

_VEGA_LITE = "6.1"
_PNG_HEADER_SIZE = 8 + 25
"""Bytes of the PNG signature and the IHDR chunk; a text chunk may follow them."""

_PAGE_TEMPLATE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body {{ font-family: sans-serif; margin: 0; }} details {{ margin: 1em; }} pre {{ white-space: pre-wrap; }}</style>
</head>
<body>
<main id="picture" aria-describedby="alternative"></main>
<details><summary>{title}</summary><pre id="alternative">{alternative}</pre></details>
<script type="application/json" id="spec">{spec}</script>
<script type="module">
{script}
</script>
</body>
</html>
"""

_EMBED_SCRIPT = """
const spec = JSON.parse(document.getElementById("spec").textContent);
vegaEmbed("#picture", spec, {mode: "vega-lite", renderer: "svg", actions: false});
"""


@cache
def _register_font() -> None:
    """Register the font with vl-convert, for machines without a Japanese font."""
    vl_convert.register_font_directory(str(Path(noto_cjk_sans_jp_regular.__file__).parent))


def render_svg(spec: dict[str, Any], title: str, alternative: str, digest: str) -> str:
    """Return an SVG with selectable text and, for screen readers, a title and a text alternative.

    Args:
        spec: The Vega-Lite specification.
        title: The accessible name.
        alternative: The text alternative.
        digest: The digest of the picture, kept in ``data-digest``.
    """
    _register_font()
    svg = vl_convert.vegalite_to_svg(json.dumps(spec), vl_version=_VEGA_LITE, allowed_base_urls=[])
    root_tag, _, body = svg.partition(">")
    root_tag = re.sub(r"\s(role|aria-\w+)=\"[^\"]*\"", "", root_tag)
    description = f'<title id="title">{_escape_xml(title)}</title><desc id="desc">{_escape_xml(alternative)}</desc>'
    return f'{root_tag} role="img" aria-labelledby="title desc" data-digest="{digest}">{description}{body}\n'


def render_png(spec: dict[str, Any], scale: float, alternative: str) -> bytes:
    """Return a PNG with the text alternative in its ``Description`` chunk, at `scale` dots per pixel."""
    _register_font()
    image = vl_convert.vegalite_to_png(json.dumps(spec), vl_version=_VEGA_LITE, scale=scale, allowed_base_urls=[])
    text = b"iTXt" + b"Description\0\0\0\0\0" + alternative.encode()
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    return bytes(image[:_PNG_HEADER_SIZE] + chunk + image[_PNG_HEADER_SIZE:])


def render_html(spec: dict[str, Any], title: str, alternative: str, lang: str) -> str:
    """Return a self-contained page with the interactive picture and its text alternative below."""
    spec_json = json.dumps(spec, ensure_ascii=False).replace("<", "\\u003c")
    script = vl_convert.javascript_bundle(_EMBED_SCRIPT, vl_version=_VEGA_LITE)
    return _PAGE_TEMPLATE.format(lang=lang, title=escape(title), alternative=escape(alternative), spec=spec_json, script=script)


def _escape_xml(text: str) -> str:
    """Escape a text for XML, dropping control characters that XML does not allow."""
    return escape("".join(letter for letter in text if letter >= " " or letter in "\t\n"), quote=False)
