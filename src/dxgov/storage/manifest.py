"""The manifest of an export, by which the next one recognizes the files that it may replace."""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

MANIFEST = ".dxgov-export.json"
"""The file in which an export lists all others that it wrote, each with its hash."""

_VERSION = 1
_STAGING_NAME = re.compile(r"\.dxgov-[0-9a-f]{16}")
_RESERVED_NAME = "lost+found"
"""The folder that a file system keeps at its root for itself."""


def is_staging_folder(path: Path) -> bool:
    """Return True for a hidden folder in which an export is being made, or that a killed one left."""
    return _STAGING_NAME.fullmatch(path.name) is not None and path.is_dir() and not path.is_symlink()


def list_members(folder: Path) -> list[Path]:
    """Return the files and folders directly in a folder, sorted, without staging folders and ``lost+found`` of a mount point.

    Raises:
        OSError: the folder cannot be read.
    """
    is_mount = os.path.ismount(folder)
    return sorted(path for path in folder.iterdir() if not (is_staging_folder(path) or (is_mount and path.name == _RESERVED_NAME)))


def write_manifest(folder: Path, hashes: Mapping[str, str | None]) -> None:
    """Write the manifest of a folder: all its files with their SHA-256, which is computed unless `hashes` has it."""
    paths = {path.relative_to(folder).as_posix(): path for path in _walk_folder(folder) if path.is_file()}
    entries = {name: f"sha256:{hashes[name]}" if hashes.get(name) else _hash_file(path) for name, path in paths.items()}
    (folder / MANIFEST).write_bytes(format_manifest(entries))


def find_foreign_file(folder: Path) -> str | None:
    """Return the first path in a folder that no export wrote, or that was changed since; None if there is none.

    A file belongs to an export if the manifest lists it with its present hash, a folder if it holds such a file. Links never belong to
    one, nor does a manifest that was edited. Missing files are ignored.

    Raises:
        OSError: something in the folder cannot be read.
    """
    manifest = folder / MANIFEST
    entries = parse_manifest(manifest.read_bytes()) if manifest.is_file() and not manifest.is_symlink() else None
    hashes = entries or {}
    folders = {parent.as_posix() for path in hashes for parent in PurePosixPath(path).parents}
    for path in _walk_folder(folder):
        name = path.relative_to(folder).as_posix()
        is_listed = name in folders if path.is_dir() else name in hashes and path.is_file() and hashes[name] == _hash_file(path)
        if path.is_symlink() or not (is_listed or (name == MANIFEST and entries is not None)):
            return name
    return None


def _walk_folder(folder: Path) -> Iterator[Path]:
    """Yield all files and folders below a folder, without following links."""
    yield from _walk_paths(list_members(folder))


def _walk_paths(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield paths, each folder followed by all that is below it."""
    for path in paths:
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from _walk_paths(sorted(path.iterdir()))


def _hash_file(path: Path) -> str:
    """Return the hash of a file as the manifest has it."""
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def format_manifest(hashes: Mapping[str, str]) -> bytes:
    """Return the manifest of files with these hashes, as JSON."""
    return (json.dumps({"dxgov": {"export": _VERSION}, "files": hashes}, ensure_ascii=False, indent=2) + "\n").encode()


def parse_manifest(manifest: bytes) -> Mapping[str, str] | None:
    """Return the files that a manifest lists, each with its hash; None if it is not byte for byte as an export writes it."""
    try:
        hashes = json.loads(manifest)["files"]
        same = all(isinstance(name, str) for pair in hashes.items() for name in pair) and format_manifest(hashes) == manifest
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return hashes if same else None
