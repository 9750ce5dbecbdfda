"""The commands that make data of documents: new, read, publish and seal."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import dxgov
from dxgov import Draft, TodoKind
from dxgov.cli import main
from dxgov.drafting.drafter import draft_document
from readings import LETTER, letter_reading, make_document
from soundness import sound
from test_publishing import NAME, edit_table, finish, update_row

WELL, PROBLEMS, WRONG_USE = 0, 1, 2


@pytest.fixture
def run() -> Callable[..., Result]:
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="dxgov")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the letter's draft."""
    return draft_document(make_document(LETTER), letter_reading(), NAME).write(tmp_path / "draft")


def test_a_package_is_begun_with_the_metadata_of_its_options(run: Callable[..., Result], tmp_path: Path):
    options = ["--title", "海府の要望", "--description", "町の要望。", "--license", "CC-BY-4.0", "--contributor", "海府"]
    result = run("new", tmp_path / "Package", *options)
    assert (result.exit_code, result.stdout) == (WELL, f"{tmp_path / 'Package'}/\n")
    metadata = dxgov.load(tmp_path / "Package").metadata
    assert (metadata.name, metadata.title, metadata.description) == ("package", "海府の要望", "町の要望。")
    assert [license.name for license in metadata.licenses] == ["CC-BY-4.0"]
    assert [contributor.title for contributor in metadata.contributors] == ["海府"]
    again = run("new", tmp_path / "Package")
    assert (again.exit_code, "is not empty" in again.stderr) == (WRONG_USE, True)
    assert "expected lower-case letters" in run("new", tmp_path / "other", "--name", "海府").stderr


def test_a_document_is_read_into_a_folder(run: Callable[..., Result], tmp_path: Path):
    (tmp_path / "letter.txt").write_text(LETTER, encoding="utf-8")
    dxgov.export(sound(), tmp_path / "known", ["csv"])
    result = run("read", tmp_path / "letter.txt", "-o", tmp_path / "draft", "--id", NAME, "--like", tmp_path / "known" / "csv")
    assert result.exit_code == WELL, result.output
    draft = Draft.open(tmp_path / "draft")
    first, *left = result.stdout.splitlines()
    counts = [sum(todo.kind is kind for todo in draft.todo) for kind in (TodoKind.WRITE, TodoKind.CHECK)]
    expected = f"{draft.records} records, {counts[0]} to write, {counts[1]} to check, 0 damaged places, "
    assert first == f"{tmp_path / 'draft'}: {expected}{len(draft.unread)} lines that no record cites"
    assert [line.split(" ")[0] for line in left if not line.startswith("  ")] == list(dict.fromkeys(todo.record for todo in draft.todo))
    assert draft == dxgov.read(tmp_path / "letter.txt", id=NAME, like=sound())
    assert (tmp_path / "draft" / "review.html").is_file()
    again = run("read", tmp_path / "letter.txt", "-o", tmp_path / "draft")
    assert (again.exit_code, "is not empty" in again.stderr) == (WRONG_USE, True)
    assert run("read", tmp_path / "letter.txt", "-o", tmp_path / "draft", "--overwrite").exit_code == WELL


def test_wrong_use_is_one_line(run: Callable[..., Result], tmp_path: Path):
    (tmp_path / "letter.txt").write_text(LETTER, encoding="utf-8")
    result = run("read", tmp_path / "letter.txt", "-o", tmp_path / "draft", "--id", "Kaifu")
    assert result.exit_code == WRONG_USE
    assert "expected small letters and digits" in result.stderr
    assert not (tmp_path / "draft").exists()
    result = run("publish", tmp_path, "-o", tmp_path / "package")
    assert (result.exit_code, "holds no document.json" in result.stderr) == (WRONG_USE, True)


def test_a_draft_that_is_not_finished_lists_all_that_is_left(run: Callable[..., Result], folder: Path, tmp_path: Path):
    result = run("publish", folder, "-o", tmp_path / "package")
    todo = Draft.open(folder).todo
    left = len(todo)
    assert result.exit_code == PROBLEMS
    lines = result.stdout.splitlines()
    assert [line.split(" ")[0] for line in lines if not line.startswith("  ")] == list(dict.fromkeys(item.record for item in todo))
    assert lines[:2] == [f"src-{NAME} 行政手続のオンライン化に関する要望書 (data/sources.csv, lines 1-5)", "  write title_en"]
    assert "  check kinds = funding: rivals (perhaps infrastructure)" in lines
    assert "  write summary, summary_en, theme_ids (data/ask_themes.csv)" in lines
    japanese = run("publish", folder, "-o", tmp_path / "package", "--lang", "ja").stdout.splitlines()
    assert japanese[:2] == [f"src-{NAME} 行政手続のオンライン化に関する要望書（data/sources.csv、1-5行目）", "  記入 title_en"]
    assert "  確認 kinds = funding：rivals（候補はinfrastructure）" in japanese
    assert result.stderr == f"the draft is not finished: {left} things left; nothing is written\n"
    assert not (tmp_path / "package").exists()
    problems = json.loads(run("publish", folder, "-o", tmp_path / "package", "--json").stdout)
    assert len(problems) == left
    assert {"code", "message", "table", "field", "id"} <= problems[0].keys()


def test_faults_come_before_what_is_left(run: Callable[..., Result], folder: Path, tmp_path: Path):
    edit_table(folder, "asks", lambda rows: rows[0].update(strength="act now"))
    lines = run("publish", folder, "-o", tmp_path / "package").stdout.splitlines()
    assert "act now" in lines[0]
    assert lines[1].startswith(f"src-{NAME} ")


def test_a_row_without_an_id_and_lines_that_are_not_there_are_told(run: Callable[..., Result], folder: Path, tmp_path: Path):
    finish(folder)
    edit_table(folder, "themes", lambda rows: rows.append({"label": "人材"}))
    update_row(folder, "asks", f"req-{NAME}.01.1.a", citation_last_line="99")
    lines = run("publish", folder, "-o", tmp_path / "package").stdout.splitlines()
    assert "  write id, label_en, definition, definition_en, citation: found nothing, expected a value" in lines
    assert "人材 (data/themes.csv)" in lines
    assert f"  write citation: lines 8 to 99 of 'src-{NAME}': the document has lines 1 to 11" in lines


def test_a_long_list_is_cut_where_a_document_is_read(run: Callable[..., Result], tmp_path: Path):
    items = "".join(f"{number} 項目{number}を整備すること。\n" for number in range(1, 31))
    (tmp_path / "letter.txt").write_text(LETTER.partition("1 通信")[0] + items + "以上\n", encoding="utf-8")
    result = run("read", tmp_path / "letter.txt", "-o", tmp_path / "draft", "--id", NAME)
    records = len({todo.record for todo in Draft.open(tmp_path / "draft").todo})
    page = tmp_path / "draft" / "review.html"
    assert result.stdout.splitlines()[-1] == f"and {records - 20} more records, in {page}"
    options = ["--id", NAME, "--overwrite", "--lang", "ja"]
    assert (
        run("read", tmp_path / "letter.txt", "-o", tmp_path / "draft", *options).stdout.splitlines()[-1]
        == f"ほか{records - 20}件の記録は{page}"
    )


def test_a_corrected_draft_is_published_again(run: Callable[..., Result], folder: Path, tmp_path: Path):
    finish(folder)
    package = tmp_path / "package"
    run("publish", folder, "-o", package)
    ask = f"req-{NAME}.01.1.a"
    update_row(folder, "asks", ask, summary="書き直した文。")
    refused = run("publish", folder, "-o", package, "--into", package)
    assert (refused.exit_code, "--replace" in refused.stderr) == (WRONG_USE, True)
    result = run("publish", folder, "-o", package, "--into", package, "--replace")
    assert result.exit_code == WELL, result.output
    assert dxgov.load(package).asks[ask].summary == "書き直した文。"
    assert dxgov.verify(package, folder).valid
    assert "--replace is for --into" in run("publish", folder, "-o", tmp_path / "other", "--replace").stderr


def test_a_finished_draft_becomes_a_package_and_a_second_one_joins_it(run: Callable[..., Result], folder: Path, tmp_path: Path):
    finish(folder)
    result = run("publish", folder, "-o", tmp_path / "package")
    data = dxgov.load(tmp_path / "package")
    assert (result.exit_code, result.stdout) == (WELL, f"{tmp_path / 'package'}: {len(data)} records\n")
    assert dxgov.verify(tmp_path / "package", folder).valid
    assert not list((tmp_path / "package").rglob("document.*"))
    # What a person decided is kept beside the draft, and the page is written anew.
    assert Draft.open(folder).decisions
    assert (folder / "decisions.csv").read_text(encoding="utf-8").count("\n") == len(Draft.open(folder).decisions) + 1
    assert "記入待ち 0件" in (folder / "review.html").read_text(encoding="utf-8")
    # A second draft is added to the package in its place, and never over another folder.
    other = draft_document(make_document(LETTER), letter_reading(), "2032-letter").write(tmp_path / "other")
    finish(other)
    again = run("publish", other, "-o", tmp_path / "package")
    assert (again.exit_code, "add to it with --into" in again.stderr) == (WRONG_USE, True)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").touch()
    assert "is not empty" in run("publish", other, "-o", tmp_path / "full").stderr
    joined = run("publish", other, "-o", tmp_path / "package", "--into", tmp_path / "package")
    assert joined.exit_code == WELL, joined.output
    merged = dxgov.load(tmp_path / "package")
    assert {request.id for request in merged.requests} == {f"req-{NAME}", "req-2032-letter"}
    assert len(merged.actors) == len(data.actors)


def test_sealing_says_what_it_filled(run: Callable[..., Result], folder: Path, tmp_path: Path):
    finish(folder)
    run("publish", folder, "-o", tmp_path / "package")
    edit_table(tmp_path / "package", "asks", lambda rows: [row.update(citation_sha256="", letter="", interim="False") for row in rows])
    result = run("seal", tmp_path / "package", "--sources", folder)
    assert result.exit_code == WELL, result.output
    lines = result.stdout.splitlines()
    assert "asks.letter: 2 filled, in the order of the file" in lines
    assert "asks.citation_sha256: 2 filled, from the document" in lines
    assert any(line.startswith("asks.interim: 2 mended such as 'False', as pandas") for line in lines)
    assert lines[-1].endswith("records")
