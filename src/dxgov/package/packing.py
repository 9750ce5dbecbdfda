"""Formats that files are packed in, told by how the bytes begin."""

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

LONGEST = max(map(len, _BEGINNINGS))
"""The number of bytes by which a format is told."""


def packing(start: bytes) -> str | None:
    """Return what a file is whose bytes begin so, or None if it may be text."""
    return next((kind for beginning, kind in _BEGINNINGS.items() if start.startswith(beginning)), None)
