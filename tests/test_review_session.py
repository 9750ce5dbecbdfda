"""A review writes each change at once and whole, for the state that the person saw; killed at any moment, it loses nothing."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import dxgov
from dxgov import DataError, Draft
from dxgov.drafting import transactions
from dxgov.drafting.drafter import draft_document
from dxgov.drafting.edit_history import MAX_STEPS, EditHistory, EditStep
from dxgov.drafting.files import HISTORY_FILE, JOURNAL_FILE
from dxgov.drafting.review_session import ConflictError, ReviewSession
from dxgov.drafting.row_editor import EditError, EditResult
from dxgov.storage.atomic_folder import FileChangedError, replace_file
from readings import LETTER, letter_reading, make_document
from soundness import sound
from test_publishing import edit_table, finish

NAME = "2031-05-14-kaifu-towns"
ITEM, ASK = f"req-{NAME}.01.1", f"req-{NAME}.01.1.a"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the letter's draft."""
    return draft_document(make_document(LETTER), letter_reading(), NAME).write(tmp_path / "draft")


@pytest.fixture
def session(folder: Path) -> ReviewSession:
    return ReviewSession(folder)


def change(session: ReviewSession, action: str, **arguments: Any) -> EditResult:
    """Make a change for the present state."""
    return session.change(session.read().digest, action, arguments)


def read_table(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_change_is_in_the_files_at_once(session: ReviewSession, folder: Path):
    others = {path: path.read_bytes() for path in folder.rglob("*.csv") if path.stem not in ("asks", "ask_themes")}
    change(session, "amend", record=ASK, cells={"summary": "県が経費を補助する。", "theme_ids": '["networks"]'})
    assert read_table(folder, "asks")[0]["summary"] == "県が経費を補助する。"
    assert [row["theme_id"] for row in read_table(folder, "ask_themes")] == ["networks"]
    # Files of other tables stay as they were, to the byte.
    assert {path: path.read_bytes() for path in others} == others
    assert not (folder / JOURNAL_FILE).exists()


def test_nothing_is_written_if_nothing_changes(session: ReviewSession, folder: Path):
    before = session.read().digest
    assert change(session, "amend", record=ASK, cells={"summary": " "}).text.en == "Nothing has changed."
    with pytest.raises(EditError):
        change(session, "delete", record="none")
    with pytest.raises(TypeError):
        change(session, "split", record=ASK, line="8")
    assert session.read().digest == before
    assert not (folder / HISTORY_FILE).exists()


def test_changes_are_undone_and_redone_after_a_restart(session: ReviewSession, folder: Path):
    states = [session.read().draft.data]
    for action, arguments in (
        ("amend", {"record": ASK, "cells": {"summary": "一"}}),
        ("delete", {"record": ITEM}),
        ("add", {"table": "asks", "first_line": 9, "last_line": 9}),
    ):
        change(session, action, **arguments)
        states.append(session.read().draft.data)
    for state in reversed(states[:-1]):
        change(ReviewSession(folder), "undo")
        assert Draft.open(folder).data == state
    with pytest.raises(EditError, match="Nothing to undo"):
        change(session, "undo")
    for state in states[1:]:
        change(ReviewSession(folder), "redo")
        assert Draft.open(folder).data == state
    with pytest.raises(EditError, match="Nothing to redo"):
        change(session, "redo")
    # A new change forgets what was undone.
    change(session, "undo")
    change(session, "accept", record=f"req-{NAME}.01")
    with pytest.raises(EditError, match="Nothing to redo"):
        change(session, "redo")


def test_the_history_forgets_the_oldest_changes():
    history = EditHistory()
    for number in range(MAX_STEPS + 5):
        history = history.record(EditStep("amend", str(number), datetime(2031, 5, 15, tzinfo=UTC), ()))
    assert (len(history.steps), history.done, history.steps[0].record) == (MAX_STEPS, MAX_STEPS, "5")


# Others who write


def test_of_two_windows_the_second_is_told(folder: Path):
    first, second = ReviewSession(folder), ReviewSession(folder)
    seen = second.read().digest
    change(first, "amend", record=ASK, cells={"summary": "一"})
    with pytest.raises(ConflictError):
        second.change(seen, "amend", {"record": ASK, "cells": {"summary": "二"}})
    assert read_table(folder, "asks")[0]["summary"] == "一"
    # Accepting and undoing leads back to the same rows, but not to the same history.
    seen = second.read().digest
    change(first, "accept", record=ASK)
    change(first, "undo")
    with pytest.raises(ConflictError):
        second.change(seen, "undo", {})
    change(second, "amend", record=ASK, cells={"summary": "二"})
    assert read_table(folder, "asks")[0]["summary"] == "二"


def test_what_an_editor_writes_is_kept_and_undo_goes_round_it(session: ReviewSession, folder: Path):
    change(session, "amend", record=ASK, cells={"summary": "一"})
    seen = session.read().digest
    edit_table(folder, "asks", lambda rows: (rows[1].update(summary="表計算"), rows.insert(0, dict(rows[1], id="req-new"))))
    with pytest.raises(ConflictError):
        session.change(seen, "accept", {"record": ASK})
    change(session, "undo")
    assert [row["summary"] for row in read_table(folder, "asks")] == ["表計算", "", "表計算"]
    change(session, "redo")
    edit_table(folder, "asks", lambda rows: rows[1].update(summary="二"))
    with pytest.raises(EditError, match=r"Another program has changed these rows of asks\.csv"):
        change(session, "undo")
    assert [row["summary"] for row in read_table(folder, "asks")] == ["表計算", "二", "表計算"]


@pytest.mark.parametrize("path", ["data/asks.csv", "data/ask_themes.csv", HISTORY_FILE])
def test_a_file_that_is_written_in_the_same_moment_wins(path: str, session: ReviewSession, folder: Path, monkeypatch: pytest.MonkeyPatch):
    change(session, "amend", record=ITEM, cells={"summary": "一"})
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file() and "review" not in file.name}
    replace = transactions.replace_file

    def write_first(target: Path, *contents: bytes | None) -> None:
        if target == folder / path and target.read_bytes() == before[target]:
            target.write_bytes(b"id\nother\n")
        replace(target, *contents)

    monkeypatch.setattr(transactions, "replace_file", write_first)
    with pytest.raises(ConflictError):
        change(session, "amend", record=ASK, cells={"summary": "二", "theme_ids": '["networks"]'})
    # The others are as they were.
    after = {file: file.read_bytes() for file in before}
    assert after == before | {folder / path: b"id\nother\n"}
    assert not (folder / JOURNAL_FILE).exists()


@pytest.mark.parametrize("can_swap", [True, False])
def test_a_file_is_replaced_only_if_it_is_what_it_was(can_swap: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    if not can_swap:
        monkeypatch.setattr("dxgov.storage.atomic_folder._exchange", lambda *_: False)
    path, link = tmp_path / "file", tmp_path / "link"
    link.symlink_to(path)
    replace_file(path, None, b"1")
    path.chmod(0o640)
    replace_file(link, b"1", b"2")
    assert (path.read_bytes(), path.stat().st_mode & 0o777, link.is_symlink()) == (b"2", 0o640, True)
    for before in (None, b"1"):
        with pytest.raises(FileChangedError):
            replace_file(path, before, b"3")
    replace_file(path, b"2", None)
    assert [*tmp_path.iterdir()] == [link]
    with pytest.raises(FileChangedError):
        replace_file(path, b"2", b"3")


def test_a_file_written_between_the_look_and_the_swap_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "file"
    path.write_bytes(b"1")
    exchange = dxgov.storage.atomic_folder._exchange

    def write_first(one: Path, other: Path) -> bool:
        if path.read_bytes() == b"1":
            path.write_bytes(b"by another")
        return exchange(one, other)

    monkeypatch.setattr("dxgov.storage.atomic_folder._exchange", write_first)
    with pytest.raises(FileChangedError):
        replace_file(path, b"1", b"2")
    assert path.read_bytes() == b"by another"
    assert [*tmp_path.iterdir()] == [path]


def test_a_file_that_cannot_be_read_is_told_and_nothing_is_lost(session: ReviewSession, folder: Path):
    seen = session.read().digest
    content = (folder / "data/asks.csv").read_bytes()
    (folder / "data/asks.csv").write_bytes(content.replace(b"summary,", b"sumary,"))
    with pytest.raises(DataError, match="did you mean 'summary'"):
        session.change(seen, "accept", {"record": ASK})
    (folder / "data/asks.csv").write_bytes(content)
    session.change(seen, "accept", {"record": ASK})
    (folder / HISTORY_FILE).write_text('{"done": 1, "steps": [{}]}')
    with pytest.raises(DataError, match=r"history\.json cannot be read"):
        session.read()
    assert Draft.open(folder).data["asks"][0]["review"] == "reviewed"


# Killed


def test_a_journal_is_followed_by_whoever_opens_the_draft(session: ReviewSession, folder: Path):
    state = session.read()
    content = (folder / "data/asks.csv").read_text(encoding="utf-8").replace(",act,", ",consider,")
    digest = transactions._digest(state.files["data/asks.csv"])
    outside = folder.parent / "outside.csv"
    journal = {
        "data/asks.csv": {"before": digest, "after": content},
        "data/things.csv": {"before": "0" * 64, "after": "id\nthing\n"},  # another program has written it since
        "../outside.csv": {"before": None, "after": "x"},
        "document.txt": {"before": transactions._digest(state.files["document.txt"]), "after": "x"},
    }
    (folder / JOURNAL_FILE).write_text(json.dumps(journal), encoding="utf-8")
    draft = Draft.open(folder)
    assert {row["strength"] for row in draft.data["asks"]} == {"consider"}
    assert draft.data["things"] == ()
    assert draft.document == state.draft.document
    assert not outside.exists()
    assert not (folder / JOURNAL_FILE).exists()
    for garbage in ("", "{", "[]", '{"data/asks.csv": 1}', '{"data/asks.csv": {"before": null}}'):
        (folder / JOURNAL_FILE).write_text(garbage)
        assert Draft.open(folder).data == draft.data
        assert not (folder / JOURNAL_FILE).exists()


KILLED = textwrap.dedent("""
    import os, signal, sys
    from pathlib import Path
    from dxgov.drafting.review_session import ReviewSession

    folder, id, kill_at = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    CALLS = {"open", "write", "rename", "replace", "unlink", "close", "flock", "utime", "chown", "get_errno", "renameat2"}
    session = ReviewSession(folder)
    digest, count = session.read().digest, 0

    def watch(frame, event, called):
        global count
        if event in ("c_call", "c_return") and getattr(called, "__name__", "") in CALLS:
            count += 1
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)
    session.change(digest, "amend", {"record": id, "cells": {"summary": "killed", "theme_ids": '["a", "b"]'}})
    sys.setprofile(None)
    print(count)
""")


@pytest.mark.slow
def test_a_change_killed_at_any_call_is_whole_or_undone(folder: Path, tmp_path: Path):
    def run(copy: Path, kill_at: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", KILLED, str(copy), ASK, str(kill_at)]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=100)

    before = Draft.open(folder).data
    whole = shutil.copytree(folder, tmp_path / "whole")
    points = int(run(whole, 0).stdout)
    after = Draft.open(whole).data
    assert points > 40
    kept = {"before": 0, "after": 0}
    for number, kill_at in enumerate(range(1, points + 1, max(points // 16, 1))):
        copy = shutil.copytree(folder, tmp_path / f"copy {number}")
        assert run(copy, kill_at).returncode == -signal.SIGKILL
        data = Draft.open(copy).data
        assert data in (before, after)
        kept["after" if data == after else "before"] += 1
        # It goes on from there, and what was written is undone.
        session = ReviewSession(copy)
        if data == after:
            change(session, "undo")
        assert session.read().draft.data == before
        change(session, "accept", record=ASK)
    assert min(kept.values()) > 2


# Publication


def test_what_is_left_is_what_publishing_says(session: ReviewSession, folder: Path):
    with pytest.raises(DataError) as caught:
        Draft.open(folder).publish()
    assert session.list_left() == caught.value.problems
    finish(folder)
    assert session.list_left() == ()
    # With a package to publish into, what refers to its records is left to nobody.
    edit_table(folder, "themes", lambda rows: rows.clear())
    edit_table(folder, "request_item_themes", lambda rows: [row.update(theme_id=sound().themes[0].id) for row in rows])
    edit_table(folder, "ask_themes", lambda rows: [row.update(theme_id=sound().themes[0].id) for row in rows])
    assert {problem.code for problem in session.list_left()} == {"unknown-reference"}
    assert ReviewSession(folder, sound()).list_left() == ()


def test_the_folder_follows_when_the_page_is_shown(session: ReviewSession, folder: Path):
    change(session, "accept", record=ASK)
    page = session.build_page().decode()
    assert session.read().digest in page
    assert "1 of 12 records reviewed" in page
    written = (folder / "review.html").read_text(encoding="utf-8")
    assert "1 of 12 records reviewed" in written
    assert "data-action" not in written
    assert any(row.startswith(f"{ASK},kinds") for row in (folder / "decisions.csv").read_text(encoding="utf-8").splitlines())
    # Showing it changes nothing that a change is made for.
    digest = session.read().digest
    os.utime(folder / "decisions.csv")
    session.change(digest, "undo", {})


def test_faults_are_shown_beside_what_is_left(folder: Path):
    edit_table(folder, "asks", lambda rows: rows[0].update(strength="maybe", citation_first_line="20"))
    page = ReviewSession(folder).build_page().decode()
    assert "未知の符号" in page
    assert "maybe" in page
