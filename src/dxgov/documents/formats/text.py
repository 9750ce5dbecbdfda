"""Plain text, in UTF-8 or the older encodings of Japan."""

import re

from dxgov.documents.building import require_within
from dxgov.documents.lines import ExtractedText, Line
from dxgov.errors import DocumentError
from dxgov.limits import Limits
from dxgov.values import document_lines

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_ESCAPE = b"\x1b$"
"""What begins Japanese characters in ISO-2022-JP, whose bytes are all ASCII."""
_ENCODINGS = ("utf-8", "cp932", "euc_jp")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x19\x1c-\x1f\x80-\x9f]")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fc]")


def read_text(content: bytes, limits: Limits) -> ExtractedText:
    """Read a plain text, whose lines stay as they are.

    Raises:
        DocumentError: the file is no text, or larger than the limits allow.
    """
    text = decode(content)
    require_within("characters", len(text), limits)
    lines = document_lines(text)
    if not lines[-1]:
        lines.pop()
    return ExtractedText(tuple(Line(number, line) for number, line in enumerate(lines, 1)))


def decode(content: bytes, stated: str | None = None) -> str:
    """Decode a text: by its byte-order mark, by the stated encoding, or by the first that fits of UTF-8 and those of Japan.

    Raises:
        DocumentError: none fits, or only one that shows control characters.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark) and (text := _decode(content, encoding)) is not None:
            return text
    escaped = ["iso2022_jp_ext"] if _ESCAPE in content and content.isascii() else []
    for encoding in (*([stated] if stated else []), *escaped, *_ENCODINGS):
        text = _decode(content, encoding)
        if text is not None and (encoding == "utf-8" or not _CONTROLS.search(text)):
            return _prefer_euc(content, text) if encoding == "cp932" else text
    raise DocumentError("the file is neither text nor a format that dxgov reads; save it as PDF, DOCX, XLSX, HTML or UTF-8 text")


def _prefer_euc(content: bytes, text: str) -> str:
    """Return the text in EUC-JP if that shows more kana: most bytes of EUC-JP are half-width kana and rare characters in cp932."""
    other = _decode(content, "euc_jp")
    return other if other is not None and len(_KANA.findall(other)) > len(_KANA.findall(text)) else text


def _decode(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (UnicodeError, LookupError):
        return None
