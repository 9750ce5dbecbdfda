"""What an export left in its folder, so that the next one knows it again."""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

MANIFEST = ".dxgov-export.json"
"""The file in which an export lists the others that it wrote, each with its hash."""

_FORMAT = 1
_LEFT = re.compile(r"\.dxgov-[0-9a-f]{16}")
_OF_THE_SYSTEM = "lost+found"


def is_left(path: Path) -> bool:
    """Whether something is a hidden folder in which an export is made, or that one left which was killed."""
    return _LEFT.fullmatch(path.name) is not None and path.is_dir() and not path.is_symlink()


def members(folder: Path) -> list[Path]:
    """The files and folders directly in a folder, sorted, but hidden ones of exports, and the one that a file system keeps for itself.

    Raises:
        OSError: the folder cannot be read.
    """
    own = os.path.ismount(folder)
    return sorted(path for path in folder.iterdir() if not (is_left(path) or (own and path.name == _OF_THE_SYSTEM)))


def write_manifest(folder: Path, known: Mapping[str, str | None]) -> None:
    """List all files of a folder, each with its SHA-256, in the manifest; some may be `known` already."""
    names = {path.relative_to(folder).as_posix(): path for path in _entries(folder) if path.is_file()}
    hashes = {name: f"sha256:{known[name]}" if known.get(name) else _sha256(path) for name, path in names.items()}
    (folder / MANIFEST).write_bytes(listing(hashes))


def strange(folder: Path) -> str | None:
    """The first thing in a folder that no export wrote, or that was changed since; nothing where there is none.

    A file is what an export left if the manifest lists it with the hash that it has, and a folder if it holds such a file. Links
    never are, and neither is a manifest that was edited. Files that are gone do not count.

    Raises:
        OSError: something in the folder cannot be read.
    """
    manifest = folder / MANIFEST
    known = listed(manifest.read_bytes()) if manifest.is_file() and not manifest.is_symlink() else None
    hashes = known or {}
    folders = {parent.as_posix() for path in hashes for parent in PurePosixPath(path).parents}
    for path in _entries(folder):
        name = path.relative_to(folder).as_posix()
        own = name in folders if path.is_dir() else name in hashes and path.is_file() and hashes[name] == _sha256(path)
        if path.is_symlink() or not (own or (name == MANIFEST and known is not None)):
            return name
    return None


def _entries(folder: Path) -> Iterator[Path]:
    """All that is below a folder; links are not followed."""
    yield from _below(members(folder))


def _below(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from _below(sorted(path.iterdir()))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def listing(hashes: Mapping[str, str]) -> bytes:
    """The bytes of a manifest."""
    return (json.dumps({"dxgov": {"export": _FORMAT}, "files": hashes}, ensure_ascii=False, indent=2) + "\n").encode()


def listed(manifest: bytes) -> Mapping[str, str] | None:
    """The files that a manifest lists, each with its hash; nothing where it is not as an export writes it."""
    try:
        hashes = json.loads(manifest)["files"]
        same = all(isinstance(name, str) for pair in hashes.items() for name in pair) and listing(hashes) == manifest
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return hashes if same else None
