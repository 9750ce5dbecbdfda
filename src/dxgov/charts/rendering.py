"""Vega-Lite to SVG, PNG and HTML: the one module that knows vl-convert and the font that comes with the extra.

The same spec gives the same SVG, byte for byte, wherever the same versions of vl-convert and the font are installed.
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
_PNG_HEAD = 8 + 25
"""The length of what stands before the first chunk that may hold text: the signature and the chunk IHDR."""

_PAGE = """<!DOCTYPE html>
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

_SHOW = """
const spec = JSON.parse(document.getElementById("spec").textContent);
vegaEmbed("#picture", spec, {mode: "vega-lite", renderer: "svg", actions: false});
"""


@cache
def _with_font() -> None:
    """Let vl-convert find the font, so that Japanese is drawn on machines without any."""
    vl_convert.register_font_directory(str(Path(noto_cjk_sans_jp_regular.__file__).parent))


def svg(spec: dict[str, Any], title: str, alternative: str, digest: str) -> str:
    """An SVG whose texts are texts, with its title and its text alternative for those who cannot see it."""
    _with_font()
    drawn = vl_convert.vegalite_to_svg(json.dumps(spec), vl_version=_VEGA_LITE, allowed_base_urls=[])
    head, _, rest = drawn.partition(">")
    head = re.sub(r"\s(role|aria-\w+)=\"[^\"]*\"", "", head)
    told = f'<title id="title">{_xml(title)}</title><desc id="desc">{_xml(alternative)}</desc>'
    return f'{head} role="img" aria-labelledby="title desc" data-digest="{digest}">{told}{rest}\n'


def png(spec: dict[str, Any], scale: float, alternative: str) -> bytes:
    """A PNG that carries its text alternative as its description."""
    _with_font()
    drawn = vl_convert.vegalite_to_png(json.dumps(spec), vl_version=_VEGA_LITE, scale=scale, allowed_base_urls=[])
    text = b"iTXt" + b"Description\0\0\0\0\0" + alternative.encode()
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    return bytes(drawn[:_PNG_HEAD] + chunk + drawn[_PNG_HEAD:])


def html(spec: dict[str, Any], title: str, alternative: str, lang: str) -> str:
    """A page with the interactive picture, which needs no network, and its text alternative below."""
    embedded = json.dumps(spec, ensure_ascii=False).replace("<", "\\u003c")
    script = vl_convert.javascript_bundle(_SHOW, vl_version=_VEGA_LITE)
    return _PAGE.format(lang=lang, title=escape(title), alternative=escape(alternative), spec=embedded, script=script)


def _xml(text: str) -> str:
    """The text in XML, which has no place for most control characters."""
    return escape("".join(letter for letter in text if letter >= " " or letter in "\t\n"), quote=False)
