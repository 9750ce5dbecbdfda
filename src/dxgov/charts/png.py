"""PNG from SVG: the only module that imports resvg and the font package of the extra ``plot``."""

import struct
import zlib

import noto_cjk_sans_jp_regular
import resvg_py

from dxgov.display import printable_page

_HEADER_SIZE = 8 + 25
"""Bytes of the PNG signature and the IHDR chunk; a text chunk may follow them."""


def render_png(svg: str, width: int, alternative: str) -> bytes:
    """Return an SVG as PNG that is `width` dots wide, with the text alternative in its ``Description`` chunk."""
    image = resvg_py.svg_to_bytes(svg_string=svg, width=width, font_files=[str(noto_cjk_sans_jp_regular.FONT_PATH)])
    text = b"iTXt" + b"Description\0\0\0\0\0" + printable_page(alternative).encode()
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    return image[:_HEADER_SIZE] + chunk + image[_HEADER_SIZE:]
