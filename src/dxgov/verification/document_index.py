"""Search of a folder for documents, known only by the SHA-256 of their bytes."""

import os
from collections import deque
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from hashlib import sha256
from pathlib import Path

from attrs import field, frozen

from dxgov.display import printable
from dxgov.errors import format_count
from dxgov.languages import LanguageMap, Message
from dxgov.model.documents import alternative_digests
from dxgov.storage.address import format_location

MAX_ENTRIES = 20_000
MAX_FILE_BYTES = 64 * 2**20
MAX_TOTAL_BYTES = 2**30
"""Bounds of a search: files and folders, bytes of one file, bytes in all."""


@frozen
class PassedOver:
    """A file or folder that was not read."""

    file: str
    """Path relative to the folder that was searched."""
    reason: str
    """The reason why it was not read."""


@frozen(eq=False)
class DocumentIndex:
    """Result of the search of a folder."""

    documents: dict[str, tuple[str, bytes]] = field(factory=dict)
    """Path and content of each wanted document, by its SHA-256."""
    near_matches: dict[str, str] = field(factory=dict)
    """Paths of files that equal a wanted document but for line ends or byte-order mark, by the SHA-256 of that document."""
    originals: dict[str, str] = field(factory=dict)
    """Paths of files that the texts of documents were extracted from, by their SHA-256."""
    passed_over: list[PassedOver] = field(factory=list)
    """Files and folders that were not read; the first entry says where an unfinished search ended."""
    searched_files: list[str] = field(factory=list)
    """Paths of the files that were read."""


def find_documents(
    folder: Path,
    digests: AbstractSet[str],
    originals: AbstractSet[str] = frozenset(),
    *,
    max_entries: int = MAX_ENTRIES,
    max_file_bytes: int = MAX_FILE_BYTES,
    max_total_bytes: int = MAX_TOTAL_BYTES,
) -> DocumentIndex:
    """Search the files of a folder and its subfolders for documents by SHA-256.

    Links are not followed. The search ends when all are found; files near the top come first.

    Args:
        folder: folder to search.
        digests: SHA-256 of each document, in hexadecimal digits.
        originals: SHA-256 of the files that their texts were extracted from.
        max_entries: maximum number of files and folders that are looked at.
        max_file_bytes: maximum bytes of a file that is read.
        max_total_bytes: maximum bytes of all files that are read.

    Raises:
        FileNotFoundError: there is no such folder.
        NotADirectoryError: the path is a file.
    """
    _require_folder(folder)
    index = DocumentIndex()
    total_bytes = 0
    for path, size in _walk_files(folder, index, max_entries) if digests else ():
        name = _printable_path(path, folder)
        if size > max_file_bytes:
            index.passed_over.append(PassedOver(name, f"larger than {max_file_bytes // 2**20} MiB"))
            continue
        total_bytes += size
        if total_bytes > max_total_bytes:
            reason = f"{max_total_bytes // 2**30} GiB were read before it, and no more are; name a smaller folder"
            index.passed_over.insert(0, PassedOver(name, reason))
            break
        try:
            with path.open("rb") as file:
                content = file.read(max_file_bytes)
        except OSError as error:
            index.passed_over.append(PassedOver(name, _describe_error(error)))
            continue
        index.searched_files.append(name)
        digest = sha256(content).hexdigest()
        if digest in originals:
            index.originals.setdefault(digest, name)
        if digest in digests:
            index.documents.setdefault(digest, (name, content))
            if digests == index.documents.keys():
                break
        else:
            for other_digest in alternative_digests(content) & (digests - index.documents.keys()):
                index.near_matches.setdefault(other_digest, name)
    return index


def _require_folder(folder: Path) -> None:
    """Check that a folder exists.

    Raises:
        FileNotFoundError: there is nothing at the path.
        NotADirectoryError: it is a file.
    """
    if not folder.exists():
        raise FileNotFoundError(f"there is no folder {format_location(folder)}")
    if not folder.is_dir():
        raise NotADirectoryError(f"{format_location(folder)} is not a folder; name the folder that holds the documents")


def read_documents(folder: Path) -> dict[str, bytes]:
    """Return the contents of the files in a folder and its subfolders by name, within the same bounds; links are not followed.

    Raises:
        FileNotFoundError: the folder does not exist.
        NotADirectoryError: it is not a folder.
        OSError: a file cannot be read.
    """
    _require_folder(folder)
    total_bytes = 0
    documents: dict[str, bytes] = {}
    for path, size in _walk_files(folder, DocumentIndex(), MAX_ENTRIES):
        total_bytes += size
        if size <= MAX_FILE_BYTES and total_bytes <= MAX_TOTAL_BYTES:
            documents.setdefault(path.name, path.read_bytes())
    return documents


def _walk_files(folder: Path, index: DocumentIndex, max_entries: int) -> Iterator[tuple[Path, int]]:
    """Yield regular files with their sizes, breadth first, and note entries that cannot be read."""
    queue, entry_count = deque([folder]), 0
    while queue:
        current = queue.popleft()
        try:
            with os.scandir(current) as iterator:
                entries = sorted(iterator, key=lambda entry: entry.name)
        except OSError as error:
            index.passed_over.append(PassedOver(_printable_path(current, folder), _describe_error(error)))
            continue
        for entry in entries:
            path, entry_count = Path(entry.path), entry_count + 1
            if entry_count > max_entries:
                reason = f"{max_entries:,} files and folders were seen before it, and no more are; name a smaller folder"
                index.passed_over.insert(0, PassedOver(_printable_path(path, folder), reason))
                return
            try:
                if entry.is_symlink():
                    index.passed_over.append(PassedOver(_printable_path(path, folder), "a link, which is not followed"))
                elif entry.is_dir(follow_symlinks=False):
                    queue.append(path)
                elif entry.is_file(follow_symlinks=False):
                    size = entry.stat(follow_symlinks=False).st_size
                    if size:  # an empty file proves nothing; kernel files claim to be empty, and reading one may never end
                        yield path, size
                else:
                    index.passed_over.append(PassedOver(_printable_path(path, folder), "neither a file nor a folder"))
            except OSError as error:
                index.passed_over.append(PassedOver(_printable_path(path, folder), _describe_error(error)))


def _describe_error(error: OSError) -> str:
    return f"cannot be read: {error.strerror or error}"


def _printable_path(path: Path, folder: Path) -> str:
    """Return the path relative to the folder, escaped for display."""
    return printable(path.relative_to(folder).as_posix())


def describe_search(index: DocumentIndex, folder: Path) -> str:
    """Return the number of files read and the folder, as a phrase."""
    number = len(index.searched_files)
    files = LanguageMap(f"ファイル{number:,}件", format_count(number, "file")).message
    return Message("{files} in {folder}", "{folder}の{files}", files=files, folder=format_location(folder))
