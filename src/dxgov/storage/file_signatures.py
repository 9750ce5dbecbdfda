"""File formats other than plain text and JSON, detected by their first bytes."""

import codecs
import re

PARQUET = "a Parquet file"

_SIGNATURES = {
    b"\x1f\x8b": "packed with gzip",
    b"PK\x03\x04": "a zip or an Excel workbook",
    b"7z\xbc\xaf\x27\x1c": "packed with 7-Zip",
    b"\xfd7zXZ\x00": "packed with xz",
    b"(\xb5/\xfd": "packed with zstd",
    b"BZh91AY&SY": "packed with bzip2",
    b"Rar!\x1a\x07": "packed with RAR",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old Excel workbook",
    b"PAR1": PARQUET,
}

_WEB_PAGES = {"an XML document": rb"<\?xml\b", "an HTML page": rb"<[!?a-z]"}
"""Pages that servers send instead of a file, such as for a login or an error: a pattern for the text after byte order mark and blanks."""

SIGNATURE_LENGTH = 64
"""Bytes needed to detect a format."""


def detect_format(start: bytes) -> str | None:
    """Return the format of a file with these first bytes; None if it may be text."""
    text = start.removeprefix(codecs.BOM_UTF8).lstrip()
    page = next((kind for kind, pattern in _WEB_PAGES.items() if re.match(pattern, text, re.IGNORECASE)), None)
    return page or next((kind for signature, kind in _SIGNATURES.items() if start.startswith(signature)), None)


def suggest_remedy(kind: str, otherwise: str) -> str:
    """Return advice for a file of an unexpected format: to fetch it again if it is a web page, else `otherwise`."""
    return "fetch it again, for a server sent this in its place" if kind in _WEB_PAGES else otherwise
