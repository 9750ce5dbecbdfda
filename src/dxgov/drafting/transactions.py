"""Changes of several files of a draft at once, which a killed process leaves whole or undone, and which overwrite nothing unseen."""

import json
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from dxgov.drafting.files import HISTORY_FILE, JOURNAL_FILE
from dxgov.drafting.record_tables import MODEL
from dxgov.package.write import DATA_FOLDER
from dxgov.storage.atomic_folder import FileChangedError, lock_folder, replace_file
from dxgov.storage.files import write_atomic

_FILES = frozenset({HISTORY_FILE, *(f"{DATA_FOLDER}/{name}.csv" for name in MODEL.stored)})
"""The files that a change may write; a journal that names others is not followed, because a draft may come from anywhere."""


def commit(folder: Path, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    """Write files of a draft: all of them, or none if one is not what it was before.

    A process that is killed leaves a journal, by which `finish_commit` writes the rest.

    Args:
        folder: the folder of the draft.
        before: the contents that the change was made for; files that did not exist are left out.
        after: the new contents.

    Raises:
        FileChangedError: another program has written one of the files.
        OSError: the file system refuses.
    """
    with lock_folder(folder):
        _finish(folder)
        for path in after:
            if _read(folder / path) != before.get(path):
                raise FileChangedError(path)
        journal = {path: {"before": _digest(before.get(path)), "after": content.decode()} for path, content in after.items()}
        write_atomic(folder / JOURNAL_FILE, json.dumps(journal, ensure_ascii=False).encode())
        written: list[str] = []
        try:
            for path, content in after.items():
                replace_file(folder / path, before.get(path), content)
                written.append(path)
        except BaseException:
            for path in reversed(written):
                with suppress(FileChangedError):  # what another program has written since stays
                    replace_file(folder / path, after[path], before.get(path))
            raise
        finally:
            (folder / JOURNAL_FILE).unlink(missing_ok=True)


def finish_commit(folder: Path) -> None:
    """Write what a killed process left unwritten; do nothing if it left nothing."""
    if (folder / JOURNAL_FILE).is_file():
        with lock_folder(folder):
            _finish(folder)


def _finish(folder: Path) -> None:
    """Write each file of the journal that is still what it was before, and remove the journal."""
    content = _read(folder / JOURNAL_FILE)
    if content is None:
        return
    journal: dict[str, Any] = {}
    with suppress(ValueError):
        journal = json.loads(content)
    for path, change in journal.items() if isinstance(journal, dict) else ():
        with suppress(FileChangedError, KeyError, TypeError, AttributeError):
            present = _read(folder / path) if path in _FILES else None
            if path in _FILES and _digest(present) == change["before"]:
                replace_file(folder / path, present, change["after"].encode())
    (folder / JOURNAL_FILE).unlink(missing_ok=True)


def _read(path: Path) -> bytes | None:
    """Return the content of a file; None if there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _digest(content: bytes | None) -> str | None:
    return None if content is None else sha256(content).hexdigest()
