"""From a file to the text of a document, whatever the format of the file."""

from hashlib import sha256
from os import PathLike
from pathlib import Path

from dxgov.documents.lines import ExtractedText, Line
from dxgov.limits import Limits


def extract(source: str | PathLike[str] | bytes, *, media_type: str | None = None, limits: Limits | None = None) -> ExtractedText:
    """Return the text of a document.

    Args:
        source: the path of a file, or its content.
        media_type: the media type; None to find it out.
        limits: maximum sizes; `Limits()` by default.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no text in UTF-8.
    """
    content = source if isinstance(source, bytes) else Path(source).read_bytes()
    if len(content) > (limits or Limits()).file:
        raise ValueError(f"the document has {len(content):,} bytes, more than are read")
    text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    lines = tuple(Line(number, line) for number, line in enumerate(text.split("\n"), 1))
    return ExtractedText(lines, media_type=media_type or "text/plain", original_sha256=sha256(content).hexdigest())
