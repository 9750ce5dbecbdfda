"""Formats other than plain text and JSON, told by how the bytes begin."""

import codecs
import re

PARQUET = "a Parquet file"

_BEGINNINGS = {
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

PAGES = {"an XML document": rb"<\?xml\b", "an HTML page": rb"<[!?a-z]"}
"""What servers send in place of a file, as to log in or to say that there is none: how it begins behind a byte order mark and blanks."""

LONGEST = 64
"""The number of bytes by which a format is told."""


def packing(start: bytes) -> str | None:
    """Return what a file is whose bytes begin so, or None if it may be text."""
    text = start.removeprefix(codecs.BOM_UTF8).lstrip()
    page = next((kind for kind, beginning in PAGES.items() if re.match(beginning, text, re.IGNORECASE)), None)
    return page or next((kind for beginning, kind in _BEGINNINGS.items() if start.startswith(beginning)), None)


def remedy(kind: str, otherwise: str) -> str:
    """Return what to do about a file of a kind: fetch it anew if a server sent a page in its place, or else what the caller says."""
    return "fetch it again, for a server sent this in its place" if kind in PAGES else otherwise
