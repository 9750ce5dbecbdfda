"""The documents among the files of a folder, known by the SHA-256 of their bytes and by nothing else."""

import os
from collections import deque
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from hashlib import sha256
from pathlib import Path

from attrs import field, frozen

from dxgov.display import printable
from dxgov.errors import count
from dxgov.storage.address import shown

MOST_ENTRIES = 20_000
LARGEST_FILE = 64 * 2**20
MOST_BYTES = 2**30
"""How much of a folder is read: so many files and folders, no file larger than this, so many bytes in all."""

_BOM = b"\xef\xbb\xbf"


@frozen
class PassedOver:
    """A file or folder that was not read."""

    file: str
    """Its path below the folder that was searched."""
    reason: str
    """Why."""


@frozen(eq=False)
class Found:
    """What a folder holds."""

    documents: dict[str, tuple[str, bytes]] = field(factory=dict)
    """Path and content of each document that was wanted, by its SHA-256."""
    altered: dict[str, str] = field(factory=dict)
    """Paths of files that are a wanted document but for their line ends or byte-order mark, by the SHA-256 that was wanted."""
    passed_over: list[PassedOver] = field(factory=list)
    """What was not read; first of all where the search ended before all was found."""
    searched: list[str] = field(factory=list)
    """The paths of the files that were read."""


def find_documents(folder: Path, wanted: AbstractSet[str]) -> Found:
    """Look for documents by their SHA-256 among the files of a folder and of the folders in it.

    Links are not followed. The search ends when all are found; files near the top come first.

    Raises:
        FileNotFoundError: there is no such folder.
        NotADirectoryError: there is a file in its place.
    """
    if not folder.exists():
        raise FileNotFoundError(f"there is no folder {shown(folder)}")
    if not folder.is_dir():
        raise NotADirectoryError(f"{shown(folder)} is not a folder; name the folder that holds the documents")
    found = Found()
    total = 0
    for path, size in _files(folder, found) if wanted else ():
        name = _shown(path, folder)
        if size > LARGEST_FILE:
            found.passed_over.append(PassedOver(name, f"larger than {LARGEST_FILE // 2**20} MiB"))
            continue
        total += size
        if total > MOST_BYTES:
            reason = f"{MOST_BYTES // 2**30} GiB were read before it, and no more are; name a smaller folder"
            found.passed_over.insert(0, PassedOver(name, reason))
            break
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST_FILE)
        except OSError as error:
            found.passed_over.append(PassedOver(name, _reason(error)))
            continue
        found.searched.append(name)
        digest = sha256(content).hexdigest()
        if digest in wanted:
            found.documents.setdefault(digest, (name, content))
            if wanted == found.documents.keys():
                break
        else:
            for other in _altered(content) & (wanted - found.documents.keys()):
                found.altered.setdefault(other, name)
    return found


def _files(folder: Path, found: Found) -> Iterator[tuple[Path, int]]:
    """Regular files with their sizes, folder by folder, those at the top first; what cannot be listed is told."""
    waiting, seen = deque([folder]), 0
    while waiting:
        here = waiting.popleft()
        try:
            with os.scandir(here) as listed:
                entries = sorted(listed, key=lambda each: each.name)
        except OSError as error:
            found.passed_over.append(PassedOver(_shown(here, folder), _reason(error)))
            continue
        for entry in entries:
            path, seen = Path(entry.path), seen + 1
            if seen > MOST_ENTRIES:
                reason = f"{MOST_ENTRIES:,} files and folders were seen before it, and no more are; name a smaller folder"
                found.passed_over.insert(0, PassedOver(_shown(path, folder), reason))
                return
            try:
                if entry.is_symlink():
                    found.passed_over.append(PassedOver(_shown(path, folder), "a link, which is not followed"))
                elif entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                elif entry.is_file(follow_symlinks=False):
                    size = entry.stat(follow_symlinks=False).st_size
                    if size:  # an empty file proves nothing; files of the kernel claim to be empty, and reading one may never end
                        yield path, size
                else:
                    found.passed_over.append(PassedOver(_shown(path, folder), "neither a file nor a folder"))
            except OSError as error:
                found.passed_over.append(PassedOver(_shown(path, folder), _reason(error)))


def _altered(content: bytes) -> set[str]:
    """The digests that a text would have with other line ends, or with or without a byte-order mark."""
    if b"\0" in content:
        return set()
    plain = content.removeprefix(_BOM).replace(b"\r\n", b"\n")
    forms = [mark + text for mark in (b"", _BOM) for text in (plain, plain.replace(b"\n", b"\r\n"))]
    return {sha256(form).hexdigest() for form in forms if form != content}


def _reason(error: OSError) -> str:
    return f"cannot be read: {error.strerror or error}"


def _shown(path: Path, folder: Path) -> str:
    """The path below the folder, as it can be printed anywhere."""
    return printable(path.relative_to(folder).as_posix())


def said(found: Found, folder: Path) -> str:
    """How many files were read, and where."""
    return f"{count(len(found.searched), 'file')} in {shown(folder)}"
