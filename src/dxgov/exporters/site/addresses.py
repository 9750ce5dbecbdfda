"""Where pages stand: the address of a record follows from its id alone, so that it stays while the data grow."""

import re
from hashlib import sha256
from urllib.parse import urlsplit

_PLAIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,199}")
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
"""Names that no file may have on Windows."""


def page_name(id: str) -> str:
    """The name of a record's page: its id, or a digest of it where not every file system takes the id for a name."""
    if _PLAIN.fullmatch(id) and not _DEVICES.fullmatch(id):
        return id
    return f"_{sha256(id.encode()).hexdigest()[:32]}"


def web_address(text: str) -> str | None:
    """The text itself where it is an address that a page may lead to; nothing where it is not, whatever it begins with."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.hostname and text.isprintable() and " " not in text else None


def record_page(id: str) -> str:
    """The page of a record, in the folder of a language."""
    return f"id/{page_name(id)}.html"


def table_page(name: str, page: int = 1) -> str:
    """A page of the list of a table."""
    return f"tables/{page_name(name)}{f'-{page}' if page > 1 else ''}.html"


def timeline_page(name: str, page: int = 1) -> str:
    """A page of the timeline: of a year, or of what has no day."""
    return f"timeline/{name}{f'-{page}' if page > 1 else ''}.html"
