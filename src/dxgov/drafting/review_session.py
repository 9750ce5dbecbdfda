"""The review of a draft by a person: each change is written to its folder at once, and made only for the state that the person saw."""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from attrs import define, evolve, field, frozen

from dxgov.dataset import Dataset
from dxgov.drafting.draft import Draft
from dxgov.drafting.edit_history import EditHistory, EditStep, apply_splices, compare_tables, decode_history
from dxgov.drafting.files import DOCUMENT_FILE, GUESSES_FILE, HISTORY_FILE, TEXT_FILE
from dxgov.drafting.record_tables import MODEL
from dxgov.drafting.review import build_review_page
from dxgov.drafting.row_editor import EditError, EditResult, RowEditor
from dxgov.drafting.rows import Row, encode_rows
from dxgov.drafting.transactions import commit
from dxgov.errors import DataError, Problem, ProblemCode
from dxgov.languages import Lang, LanguageMap
from dxgov.package.write import DATA_FOLDER
from dxgov.storage.atomic_folder import FileChangedError

CHANGES: Mapping[str, Callable[..., EditResult]] = {
    method.__name__: method
    for method in (RowEditor.amend, RowEditor.choose, RowEditor.accept, RowEditor.split, RowEditor.merge, RowEditor.delete, RowEditor.add)
}
"""The changes of records by name."""

_MAX_READINGS = 10
"""Maximum number of attempts to read a draft that another program is writing."""


class ConflictError(EditError):
    """The draft is not what the person saw, so nothing was changed."""

    def __init__(self) -> None:
        super().__init__(
            "下書きは、ほかのウィンドウかプログラムで変更されていました。読み直したので、確かめてからやり直してください。",
            "Another window or program has changed the draft. It was read again; look, and repeat what you wanted.",
        )


@frozen
class DraftState:
    """A draft at a moment, with the bytes of its files."""

    files: Mapping[str, bytes]
    """The files that a person or a change may write, and those that they belong to, by path."""
    draft: Draft
    history: EditHistory

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the files, in hexadecimal digits."""
        digest = sha256()
        for path, content in self.files.items():
            digest.update(f"{path}\n{len(content)}\n".encode() + content)
        return digest.hexdigest()


@define
class ReviewSession:
    """The review of the draft in a folder. Its methods may be called from several threads."""

    folder: Path
    into: Dataset | None = None
    """The data set that the draft will be published into; its records may be referred to."""
    _state: DraftState | None = None
    _refreshed: str = ""
    _lock: threading.RLock = field(factory=threading.RLock)

    def read(self) -> DraftState:
        """Return the draft as it is now.

        Raises:
            DataError: a file cannot be read.
            OSError: the file system refuses.
        """
        with self._lock:
            for _ in range(_MAX_READINGS):
                files = _read_files(self.folder)
                if self._state is not None and self._state.files == files:
                    return self._state
                draft = Draft.open(self.folder)
                history = decode_history(files[HISTORY_FILE]) if HISTORY_FILE in files else EditHistory()
                if _read_files(self.folder) == files:
                    self._state = DraftState(files, draft, history)
                    return self._state
            raise ConflictError

    def change(self, digest: str, action: str, arguments: Mapping[str, Any]) -> EditResult:
        """Make a change and write it.

        Args:
            digest: the digest of the state that the change is for.
            action: one of `CHANGES`, ``undo`` or ``redo``.
            arguments: the arguments of the change.

        Raises:
            ConflictError: the draft has another state; nothing is written.
            EditError: the change cannot be made; nothing is written.
            TypeError: there are no such arguments.
        """
        with self._lock:
            state = self.read()
            if state.digest != digest:
                raise ConflictError
            if action in ("undo", "redo"):
                history, tables, outcome = _travel(state, 1 if action == "redo" else -1)
            else:
                doubts = frozenset((doubt.record, doubt.field) for doubt in state.draft.doubts)
                tables = {name: [dict(row) for row in rows] for name, rows in state.draft.data.items()}
                editor = RowEditor(state.draft.document, tables, doubts)
                outcome = CHANGES[action](editor, **arguments)
                splices = compare_tables(state.draft.data, tables)
                if not splices:
                    return evolve(outcome, text=LanguageMap("変更はありません。", "Nothing has changed."))
                now = datetime.now(UTC).replace(microsecond=0)
                history = state.history.record(EditStep(action, outcome.record, now, splices))
            self._write(state, tables, history)
            return outcome

    def _write(self, state: DraftState, tables: Mapping[str, Sequence[Row]], history: EditHistory) -> None:
        """Write the tables that have changed, and the history."""
        after = {
            f"{DATA_FOLDER}/{name}.csv": encode_rows(MODEL.stored[name], rows)
            for name, rows in tables.items()
            if list(rows) != list(state.draft.data[name])
        }
        try:
            commit(self.folder, state.files, {**after, HISTORY_FILE: history.encode()})
        except FileChangedError:
            raise ConflictError from None

    def build_page(self, lang: Lang | None = None) -> bytes:
        """Return the page of the draft as it is now, on which it can be changed; the page and the decisions in the folder follow."""
        with self._lock:
            state = self.read()
            if self._refreshed != state.digest:
                try:
                    state.draft.refresh(self.folder)
                except OSError:  # they follow from the rest, and whoever may not write there may still read
                    pass
                else:
                    self._refreshed = state.digest
        draft = state.draft
        faults = [problem for problem in draft.problems if problem.code is not ProblemCode.MISSING_VALUE and not self._is_known(problem)]
        return build_review_page(
            draft.document,
            MODEL,
            draft.data,
            draft.guesses,
            draft.todo,
            draft.damage,
            draft.unread,
            faults,
            digest=state.digest,
            lang=lang,
        )

    def _is_known(self, problem: Problem) -> bool:
        """Return True for a reference that the data set to publish into may know; `list_left` finds out."""
        return self.into is not None and problem.code is ProblemCode.UNKNOWN_REFERENCE

    def list_left(self) -> tuple[Problem, ...]:
        """Return what keeps the draft from being published, or published again, as `Draft.publish` does; empty if nothing does."""
        draft = self.read().draft
        try:
            draft.publish(self.into, replace=True)
        except DataError as error:
            return error.problems
        return ()


def _travel(state: DraftState, distance: int) -> tuple[EditHistory, dict[str, list[Row]], EditResult]:
    """Return the history and the tables after a change was undone (-1) or redone (1)."""
    history = state.history
    index = history.done if distance > 0 else history.done - 1
    if not 0 <= index < len(history.steps):
        raise (
            EditError("取り消せる変更はありません。", "Nothing to undo.")
            if distance < 0
            else EditError("やり直せる変更はありません。", "Nothing to redo.")
        )
    step = history.steps[index]
    splices = step.splices if distance > 0 else [splice.reverse() for splice in step.splices]
    text = LanguageMap("変更をやり直しました。", "Redone.") if distance > 0 else LanguageMap("変更を取り消しました。", "Undone.")
    return evolve(history, done=history.done + distance), apply_splices(state.draft.data, splices), EditResult(step.record, text)


def _read_files(folder: Path) -> dict[str, bytes]:
    """Return the contents of the files that make up the state of a draft, by path; missing ones are left out."""
    paths = [folder / name for name in (TEXT_FILE, DOCUMENT_FILE, GUESSES_FILE, HISTORY_FILE)]
    paths += sorted((folder / DATA_FOLDER).glob("*.csv"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths if path.is_file()}
