"""File formats other than plain text and JSON, detected by their first bytes."""

import codecs
import re

from dxgov.languages import Message

PARQUET = Message("a Parquet file", "Parquetファイル")

_SIGNATURES = {
    b"\x1f\x8b": Message("packed with gzip", "gzip形式の圧縮ファイル"),
    b"PK\x03\x04": Message("a zip or an Excel workbook", "zipまたはExcelブック"),
    b"7z\xbc\xaf\x27\x1c": Message("packed with 7-Zip", "7-Zip形式の圧縮ファイル"),
    b"\xfd7zXZ\x00": Message("packed with xz", "xz形式の圧縮ファイル"),
    b"(\xb5/\xfd": Message("packed with zstd", "zstd形式の圧縮ファイル"),
    b"BZh91AY&SY": Message("packed with bzip2", "bzip2形式の圧縮ファイル"),
    b"Rar!\x1a\x07": Message("packed with RAR", "RAR形式の圧縮ファイル"),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": Message("an old Excel workbook", "旧形式のExcelブック"),
    b"PAR1": PARQUET,
}

_WEB_PAGES = {Message("an XML document", "XML文書"): rb"<\?xml\b", Message("an HTML page", "HTMLページ"): rb"<[!?a-z]"}
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
    return (
        Message("fetch it again, for a server sent this in its place", "サーバーが代わりに送ったものなので、取得し直す")
        if kind in _WEB_PAGES
        else otherwise
    )
