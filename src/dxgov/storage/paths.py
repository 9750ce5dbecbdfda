"""Validation of paths in a package: safe and usable on every operating system."""

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from dxgov.errors import short_repr
from dxgov.languages import Message

_MAX_LENGTH = 1_000
"""Maximum characters of a path."""

_PORT_NAMES = (f"{name}{digit}" for name in ("com", "lpt") for digit in "0123456789¹²³")
_DEVICE_NAMES = {"con", "prn", "aux", "nul", "conin$", "conout$", *_PORT_NAMES}
"""File names that Windows reserves for devices, with any extension."""


def find_path_fault(path: str) -> str | None:
    """Return why a path is not accepted in a package; None if it is."""
    name = short_repr(path)
    if len(path) > _MAX_LENGTH:
        return Message(
            "{name} is longer than {maximum:,} characters", "{name}が{maximum:,}字を超えている。", name=name, maximum=_MAX_LENGTH
        )
    if not path.isprintable() or not path.strip():
        return Message("{name} holds characters that a path cannot have", "{name}にパスに使えない文字がある。", name=name)
    if "://" in path:
        return Message(
            "{name} is an address on a network; a package holds its own files",
            "{name}はネットワーク上のアドレスである。ファイルはパッケージの中に置く。",
            name=name,
        )
    posix_path = PurePosixPath(path.replace("\\", "/"))
    if posix_path.is_absolute() or (len(path) > 1 and path[1] == ":"):
        return Message(
            "{name} is absolute; a path in a package is relative to its descriptor",
            "{name}は絶対パスである。ディスクリプタからの相対パスとする。",
            name=name,
        )
    if ".." in posix_path.parts:
        return Message("{name} leads out of the package", "{name}がパッケージの外を指している。", name=name)
    return next(
        (
            Message("{name} {fault}", "{name}{fault}", name=name, fault=fault)
            for part in path.split("/")
            if (fault := _find_name_fault(part))
        ),
        None,
    )


def _find_name_fault(name: str) -> str | None:
    """Return why some operating system refuses a file or folder of that name; None if none does."""
    if character := next((character for character in name if character in '<>:"\\|?*'), None):
        remedy = Message("; write / between folders", "フォルダの区切りは/とする。") if character == "\\" else ""
        return Message(
            "holds {character!r}, which Windows cannot have in a name{remedy}",
            "に、Windowsで名前に使えない{character!r}がある。{remedy}",
            character=character,
            remedy=remedy,
        )
    if name.partition(".")[0].rstrip().casefold() in _DEVICE_NAMES:
        return Message("holds {name!r}, which is the name of a device on Windows", "に、Windowsのデバイス名{name!r}がある。", name=name)
    if name != "." and name.endswith((".", " ")):
        return Message(
            "holds {name!r}, which ends with a point or a space, which Windows drops",
            "の{name!r}の末尾に、Windowsで除かれる点か空白がある。",
            name=name,
        )
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
            yield path, Message("{path} is there twice", "{path}が二つある。", path=short_repr(path))
        else:
            yield (
                path,
                Message(
                    "{path} and {earlier} are one file where upper and lower case are the same",
                    "{path}と{earlier}は、大文字と小文字を区別しないシステムでは同じファイルになる。",
                    path=short_repr(path),
                    earlier=short_repr(earlier),
                ),
            )
