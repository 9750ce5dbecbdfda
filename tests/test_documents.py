"""Documents are found in a folder by their content, whatever else lies there."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dxgov
from cited_documents import NOTES_TEXT, PLAN, PLAN_TEXT, build_records, change_record, find_problem, sha256, write_documents
from dxgov import Dataset
from dxgov import ProblemCode as Code
from dxgov.verification.document_index import MAX_ENTRIES, MAX_FILE_BYTES, find_documents
from soundness import NEED_DOCUMENTS
from test_verification import CITATIONS

pytestmark = pytest.mark.slow


# Documents that are not there


def test_a_document_that_is_missing_is_told_once(documents: Path):
    (documents / "plan.txt").unlink()
    report = dxgov.verify(Dataset.of(build_records()), documents)
    problem = find_problem(report)
    assert (problem.code, problem.table, problem.field, problem.id) == (Code.MISSING_DOCUMENT, "sources", "file_sha256", PLAN)
    assert problem.value == sha256(PLAN_TEXT.encode())
    assert problem.message == f"none of 1 file in {documents} has this SHA-256; 8 records cannot be proven without"
    assert report.proven == 4
    assert [(each.file, each.records, each.proven) for each in report.documents] == [("notes.txt", 4, 4), (None, 8, 0)]
    assert "src-2031-plan: 0 of 8 proven, document not found" in str(report)


def test_missing_documents_can_be_accepted_but_not_all(documents: Path):
    (documents / "plan.txt").unlink()
    some = dxgov.verify(Dataset.of(build_records()), documents, partial=True)
    assert some.valid
    assert (some.records, some.proven) == (12, 4)
    (documents / "notes.txt").unlink()
    none = dxgov.verify(Dataset.of(build_records()), documents, partial=True)
    assert [problem.code for problem in none] == [Code.MISSING_DOCUMENT] * 2


@pytest.mark.parametrize(
    "alter", [lambda text: text.replace(b"\n", b"\r\n"), lambda text: b"\xef\xbb\xbf" + text], ids=["line ends", "byte-order mark"]
)
def test_a_document_with_other_line_ends_is_not_the_document(alter: Callable[[bytes], bytes], tmp_path: Path):
    report = dxgov.verify(Dataset.of(build_records()), write_documents(tmp_path / "d", plan=alter(PLAN_TEXT.encode())))
    assert find_problem(report).code is Code.MISSING_DOCUMENT
    assert "; plan.txt is the same text with other line ends or byte-order mark;" in find_problem(report).message


def test_a_changed_document_is_not_the_document(tmp_path: Path):
    report = dxgov.verify(Dataset.of(build_records()), write_documents(tmp_path / "d", plan=PLAN_TEXT.replace("12島", "13島").encode()))
    assert find_problem(report).code is Code.MISSING_DOCUMENT
    assert "same text" not in find_problem(report).message


def test_a_document_that_is_not_utf_8_cannot_be_read(tmp_path: Path):
    content = PLAN_TEXT.encode("shift_jis")
    place = write_documents(tmp_path / "d", plan=content)
    for partial in (False, True):
        report = dxgov.verify(Dataset.of(change_record(PLAN, file_sha256=sha256(content))), place, partial=partial)
        assert (find_problem(report).code, find_problem(report).id) == (Code.UNREADABLE_FILE, PLAN)
        assert "plan.txt is the document, but not UTF-8 text: byte 1 cannot be read" in find_problem(report).message
        assert report.proven == 4


def test_every_code_of_verification_is_found_at_least_once():
    assert {case[1] for case in CITATIONS.values()} | {Code.MISSING_DOCUMENT} == NEED_DOCUMENTS


# Folders


def list_unread(report: dxgov.Verification) -> dict[str, str]:
    """Return the reason why each file was not read, by its name."""
    return {each.file: each.reason for each in report.passed_over}


def test_links_and_pipes_are_told_not_followed(documents: Path, tmp_path: Path):
    elsewhere = write_documents(tmp_path / "elsewhere")
    (documents / "plan.txt").unlink()
    (documents / "plan.txt").symlink_to(elsewhere / "plan.txt")
    (documents / "round").symlink_to(documents)
    os.mkfifo(documents / "pipe")
    report = dxgov.verify(Dataset.of(build_records()), documents)
    assert find_problem(report).code is Code.MISSING_DOCUMENT
    assert list_unread(report) == {
        "plan.txt": "a link, which is not followed",
        "round": "a link, which is not followed",
        "pipe": "neither a file nor a folder",
    }
    assert "  not read: pipe, neither a file nor a folder" in str(report).splitlines()


def test_the_folder_itself_may_be_a_link(documents: Path, tmp_path: Path):
    (tmp_path / "link").symlink_to(documents)
    assert dxgov.verify(Dataset.of(build_records()), tmp_path / "link").valid


def test_empty_files_are_not_even_opened(documents: Path, monkeypatch: pytest.MonkeyPatch):
    (documents / "a-kernel-log").touch()
    opened: list[str] = []
    open_file = Path.open
    monkeypatch.setattr(Path, "open", lambda self, *more: opened.append(self.name) or open_file(self, *more))
    assert dxgov.verify(Dataset.of(build_records()), documents).valid
    assert opened == ["notes.txt", "plan.txt"]


def test_large_files_are_passed_over(documents: Path):
    with (documents / "film").open("wb") as film:
        film.truncate(MAX_FILE_BYTES + 1)
    (documents / "plan.txt").unlink()
    assert list_unread(dxgov.verify(Dataset.of(build_records()), documents)) == {"film": "larger than 64 MiB"}


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"max_entries": 1}, "1 files and folders were seen before it, and no more are"),
        ({"max_total_bytes": len(NOTES_TEXT.encode())}, "GiB were read before it, and no more are"),
    ],
    ids=str,
)
def test_a_folder_that_holds_too_much_is_searched_in_part(documents: Path, limits: dict[str, int], reason: str):
    notes, plan = (sha256(text.encode()) for text in (NOTES_TEXT, PLAN_TEXT))
    index = find_documents(documents, {notes, plan}, **limits)
    assert [*index.documents] == [notes]
    (unread,) = index.passed_over
    assert unread.file == "plan.txt"
    assert reason in unread.reason


def test_a_search_that_ends_early_is_told_with_the_documents_that_are_missing(documents: Path):
    (documents / "plan.txt").rename(documents / "zzz.txt")
    for number in range(MAX_ENTRIES - 1):
        (documents / f"page-{number:05}").touch()
    report = dxgov.verify(Dataset.of(build_records()), documents)
    assert (find_problem(report).id, [*list_unread(report)]) == (PLAN, ["zzz.txt"])
    assert "20,000 files and folders were seen before it" in str(report)


def test_the_search_ends_when_all_is_found(documents: Path):
    (documents / "zzz").mkdir()
    (documents / "zzz" / "link").symlink_to(documents)
    assert list_unread(dxgov.verify(Dataset.of(build_records()), documents)) == {}


def test_what_nobody_may_read_is_told(documents: Path):
    (documents / "plan.txt").chmod(0)
    (documents / "shut").mkdir()
    (documents / "shut").chmod(0)
    if os.access(documents / "plan.txt", os.R_OK):
        pytest.skip("this user may read anything")
    report = dxgov.verify(Dataset.of(build_records()), documents)
    assert list_unread(report) == {"plan.txt": "cannot be read: Permission denied", "shut": "cannot be read: Permission denied"}


def test_what_the_file_system_refuses_is_told(documents: Path, monkeypatch: pytest.MonkeyPatch):
    opened = Path.open

    def refuse(self: Path, *arguments: Any, **more: Any) -> Any:
        if self.name == "plan.txt":
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *arguments, **more)

    monkeypatch.setattr(Path, "open", refuse)
    report = dxgov.verify(Dataset.of(build_records()), documents)
    assert list_unread(report) == {"plan.txt": "cannot be read: Permission denied"}


def test_names_of_files_can_always_be_printed(documents: Path):
    for name in (b"\xff.txt", b"a\nb"):
        (documents / os.fsdecode(name)).symlink_to("nothing")
    (documents / "plan.txt").unlink()
    report = dxgov.verify(Dataset.of(build_records()), documents)
    assert sorted(list_unread(report)) == ["\\udcff.txt", "a\\nb"]
    json.dumps(report.to_dict(), ensure_ascii=False).encode()


def test_many_files_that_were_passed_over_are_counted(documents: Path):
    for number in range(12):
        (documents / f"link{number:02}").symlink_to(documents)
    (documents / "plan.txt").unlink()
    report = dxgov.verify(Dataset.of(build_records()), documents)
    assert len(report.passed_over) == 12
    assert "  not read: 2 more" in str(report).splitlines()


def test_folders_that_are_none(documents: Path, tmp_path: Path):
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        dxgov.verify(Dataset.of(build_records()), tmp_path / "nothing")
    with pytest.raises(NotADirectoryError, match=r"plan\.txt is not a folder"):
        dxgov.verify(Dataset.of(build_records()), documents / "plan.txt")
