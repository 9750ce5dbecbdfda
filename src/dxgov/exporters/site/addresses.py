"""Paths of the pages; that of a record with a page of its own depends only on its id, so that it stays while the data grow."""

import re
from hashlib import sha256
from urllib.parse import urlsplit

_SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,199}")
_WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
"""Names that Windows reserves for devices."""


def page_name(id: str) -> str:
    """Return the file name of a record's page: its id, or a digest of it if a file system might refuse the id."""
    if _SAFE_NAME.fullmatch(id) and not _WINDOWS_DEVICE.fullmatch(id):
        return id
    return f"_{sha256(id.encode()).hexdigest()[:32]}"


def as_web_address(text: str) -> str | None:
    """Return the text if it is a safe web address for a link, else None."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.hostname and text.isprintable() and " " not in text else None


def record_page(id: str) -> str:
    """Return the path of a record's page in the folder of a language."""
    return f"id/{page_name(id)}.html"


def record_anchor(id: str) -> str:
    """Return the name of a record's row in the list of a table whose records have no pages; no other element of a page has such a name."""
    return f"_{page_name(id)}"


def table_page(name: str, page: int = 1) -> str:
    """Return the path of a page of the list of a table."""
    return f"tables/{page_name(name)}{f'-{page}' if page > 1 else ''}.html"


def timeline_page(name: str, page: int = 1) -> str:
    """Return the path of a page of the timeline: that of a year or of undated records."""
    return f"timeline/{name}{f'-{page}' if page > 1 else ''}.html"


def outcome_page(code: str, page: int = 1) -> str:
    """Return the path of a page that lists the records of an outcome."""
    return f"outcomes/{page_name(code)}{f'-{page}' if page > 1 else ''}.html"
