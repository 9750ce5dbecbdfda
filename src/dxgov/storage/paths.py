"""Validation of paths in a package: safe and usable on every operating system."""

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from dxgov.errors import short_repr

_MAX_LENGTH = 1_000
"""Maximum characters of a path."""

_PORT_NAMES = (f"{name}{digit}" for name in ("com", "lpt") for digit in "0123456789¹²³")
_DEVICE_NAMES = {"con", "prn", "aux", "nul", "conin$", "conout$", *_PORT_NAMES}
"""File names that Windows reserves for devices, with any extension."""


def find_path_fault(path: str) -> str | None:
    """Return why a path is not accepted in a package; None if it is."""
    name = short_repr(path)
    if len(path) > _MAX_LENGTH:
        return f"{name} is longer than {_MAX_LENGTH:,} characters"
    if not path.isprintable() or not path.strip():
        return f"{name} holds characters that a path cannot have"
    if "://" in path:
        return f"{name} is an address on a network; a package holds its own files"
    posix_path = PurePosixPath(path.replace("\\", "/"))
    if posix_path.is_absolute() or (len(path) > 1 and path[1] == ":"):
        return f"{name} is absolute; a path in a package is relative to its descriptor"
    if ".." in posix_path.parts:
        return f"{name} leads out of the package"
    return next((f"{name} {fault}" for part in path.split("/") if (fault := _find_name_fault(part))), None)


def _find_name_fault(name: str) -> str | None:
    """Return why some operating system refuses a file or folder of that name; None if none does."""
    if character := next((character for character in name if character in '<>:"\\|?*'), None):
        remedy = "; write / between folders" if character == "\\" else ""
        return f"holds {character!r}, which Windows cannot have in a name{remedy}"
    if name.partition(".")[0].rstrip().casefold() in _DEVICE_NAMES:
        return f"holds {name!r}, which is the name of a device on Windows"
    if name != "." and name.endswith((".", " ")):
        return f"holds {name!r}, which ends with a point or a space, which Windows drops"
    return None


def find_path_clashes(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each path that some file system identifies with an earlier one, and why it is not accepted."""
    first_paths: dict[str, str] = {}
    for path in paths:
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
        earlier = first_paths.get(folded)
        if earlier is None:
            first_paths[folded] = path
        elif earlier == path:
            yield path, f"{short_repr(path)} is there twice"
        else:
            yield path, f"{short_repr(path)} and {short_repr(earlier)} are one file where upper and lower case are the same"
