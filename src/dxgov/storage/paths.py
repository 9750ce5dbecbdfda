"""Paths in a package: which ones lead to a file of the package, on every system."""

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from dxgov.errors import quoted

_LONGEST = 1_000
_RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$", *(f"{name}{digit}" for name in ("com", "lpt") for digit in "0123456789¹²³")}
"""What Windows takes for a device, whatever stands behind a point."""


def path_fault(path: str) -> str | None:
    """Why a path in a package cannot be taken, or nothing."""
    shown = quoted(path)
    if len(path) > _LONGEST:
        return f"{shown} is longer than {_LONGEST:,} characters"
    if not path.isprintable() or not path.strip():
        return f"{shown} holds characters that a path cannot have"
    if "://" in path:
        return f"{shown} is an address on a network; a package holds its own files"
    parts = PurePosixPath(path.replace("\\", "/"))
    if parts.is_absolute() or (len(path) > 1 and path[1] == ":"):
        return f"{shown} is absolute; a path in a package is relative to its descriptor"
    if ".." in parts.parts:
        return f"{shown} leads out of the package"
    return next((f"{shown} {fault}" for part in path.split("/") if (fault := _part_fault(part))), None)


def _part_fault(part: str) -> str | None:
    """Why some system cannot have a file or folder of that name."""
    if strange := next((sign for sign in part if sign in '<>:"\\|?*'), None):
        cure = "; write / between folders" if strange == "\\" else ""
        return f"holds {strange!r}, which Windows cannot have in a name{cure}"
    if part.partition(".")[0].rstrip().casefold() in _RESERVED:
        return f"holds {part!r}, which is the name of a device on Windows"
    if part != "." and part.endswith((".", " ")):
        return f"holds {part!r}, which ends with a point or a space, which Windows drops"
    return None


def clashes(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each path that some system takes for an earlier one, and why it cannot be taken."""
    seen: dict[str, str] = {}
    for path in paths:
        alike = unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
        earlier = seen.get(alike)
        if earlier is None:
            seen[alike] = path
        elif earlier == path:
            yield path, f"{quoted(path)} is there twice"
        else:
            yield path, f"{quoted(path)} and {quoted(earlier)} are one file where upper and lower case are the same"
