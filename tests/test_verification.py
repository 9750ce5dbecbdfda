"""Records are compared with the lines that they cite; a citation that does not fit is reported."""

import json
from pathlib import Path
from typing import Any

import attrs
import pytest
from click.testing import CliRunner
from hypothesis import assume, given
from hypothesis import strategies as st

import dxgov
from cited_documents import NOTES, PLAN, PLAN_TEXT, build_records, change_record, cite, find_problem, sha256, write_documents
from dxgov import Citation, Dataset, EventStatus, Milestone, MilestoneKind, Record, Scope, When
from dxgov import ProblemCode as Code
from dxgov.cli import main

pytestmark = pytest.mark.slow


# Citations that fit


def test_every_record_is_proven(documents: Path):
    report = dxgov.verify(Dataset.of(build_records()), documents)
    assert report.valid
    assert (report.records, report.proven) == (12, 12)
    assert [(each.id, each.file, each.records, each.proven) for each in report.documents] == [
        (NOTES, "notes.txt", 4, 4),
        (PLAN, "plan.txt", 8, 8),
    ]
    assert all(each.facts for each in report.documents)
    assert isinstance(report, dxgov.Report)
    assert report.to_pandas().empty


def test_a_package_is_verified_as_the_data_set_is(documents: Path, tmp_path: Path):
    out = dxgov.export(Dataset.of(build_records()), tmp_path / "out", zip=True)
    for place in (out / "csv", out / "parquet", out / "csv.zip"):
        assert dxgov.verify(place, documents).proven == 12


def test_names_and_places_of_files_do_not_count(documents: Path):
    (documents / "deep" / "deeper").mkdir(parents=True)
    (documents / "plan.txt").rename(documents / "deep" / "deeper" / "x.bin")
    (documents / "copy").write_bytes((documents / "notes.txt").read_bytes())
    (documents / "other.txt").write_bytes(b"something else")
    report = dxgov.verify(Dataset.of(build_records()), documents)
    assert report.valid
    assert [each.file for each in report.documents] == ["copy", "deep/deeper/x.bin"]


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_byte_order_marks_of_a_document_do_not_count(end: str, bom: bytes, tmp_path: Path):
    content = bom + PLAN_TEXT.replace("\n", end).encode()
    read_as = [content.decode(), content.decode("utf-8-sig")]
    assert {Citation.of(PLAN, text, 1, 4) for text in read_as} == {cite(PLAN, 1, 4)}
    report = dxgov.verify(Dataset.of(change_record(PLAN, file_sha256=sha256(content))), write_documents(tmp_path / "d", plan=content))
    assert report.proven == 12, report


def test_data_without_records_need_no_document(documents: Path):
    report = dxgov.verify(Dataset(), documents)
    assert (report.valid, report.proven, report.documents) == (True, 0, ())


WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff"), min_size=1, max_size=4
)

SPACES = st.sampled_from([" ", "  ", "\t", "\u3000"])


@st.composite
def documents_and_records(draw: Any) -> tuple[bytes, list[Record]]:
    """A document of any words, and records each of which takes its title from the lines that it cites."""
    lines = draw(st.lists(st.lists(WORDS, max_size=4), min_size=1, max_size=8))
    end, space = draw(st.sampled_from(["\n", "\r\n", "\r"])), draw(SPACES)
    content = draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + end.join(space.join(line) for line in lines).encode()
    assume(any(lines))
    made: list[Record] = []
    for number in range(draw(st.integers(1, 4))):
        first = draw(st.integers(1, len(lines)))
        last = draw(st.integers(first, len(lines)))
        words = [word for line in lines[first - 1 : last] for word in line]
        if words:
            begin = draw(st.integers(0, len(words) - 1))
            title = " ".join(words[begin : draw(st.integers(begin + 1, len(words)))])
            made.append(
                Milestone(
                    id=f"ms-{number}",
                    title=title,
                    title_en="In English",
                    kind=MilestoneKind.MEETING,
                    status=EventStatus.HELD,
                    status_as_of=When(words[0], None, Scope.EXACT),
                    citation=Citation.of("src-any", content.decode(), first, last),
                )
            )
    assume(made)
    whole = " ".join(word for line in lines for word in line)
    cited = Citation.of("src-any", content.decode(), 1, len(lines))
    return content, [
        attrs.evolve(
            build_records()[0],
            id="src-any",
            title=whole,
            published=When(whole, None, Scope.EXACT),
            document_number=None,
            file_sha256=sha256(content),
            citation=cited,
        ),
        *made,
    ]


@given(documents_and_records())
def test_what_is_taken_from_a_document_is_proven_by_it(tmp_path_factory: pytest.TempPathFactory, made: tuple[bytes, list[Record]]):
    content, data = made
    place = tmp_path_factory.mktemp("documents")
    (place / "any").write_bytes(content)
    report = dxgov.verify(Dataset.of(data), place)
    assert report.valid, str(report)
    assert report.proven == len(data)


@given(documents_and_records(), st.data())
def test_any_letter_changed_in_a_document_is_found(tmp_path_factory: pytest.TempPathFactory, made: tuple[bytes, list[Record]], more: Any):
    content, (whole, *others) = made
    text = content.decode()
    letter = more.draw(st.sampled_from([at for at, each in enumerate(text) if not each.isspace() and each != "\ufeff"]))
    other = text[:letter] + ("海" if text[letter] != "海" else "風") + text[letter + 1 :]
    place = tmp_path_factory.mktemp("documents")
    (place / "any").write_bytes(other.encode())
    moved = [attrs.evolve(whole, file_sha256=sha256(other.encode())), *others]
    report = dxgov.verify(Dataset.of(moved), place)

    def still(cited: Citation) -> bool:
        return Citation.of("src-any", other, cited.first_line, cited.last_line).sha256 == cited.sha256

    touched = {each.id for each in moved if not still(each.citation)}
    assert whole.id in touched
    assert {problem.id for problem in report if problem.code is Code.WRONG_PASSAGE} == touched
    assert report.proven <= len(moved) - len(touched)
    assert {problem.code for problem in report} <= {Code.WRONG_PASSAGE, Code.NOT_PRINTED}


# Citations that do not fit

LENGTH = len(PLAN_TEXT.split("\n"))

CITATIONS = {
    "a digest of something else": (
        {"sha256": "0" * 64},
        Code.WRONG_PASSAGE,
        "citation_sha256",
        "lines 5 to 6 of plan.txt have the digest",
    ),
    "lines that shifted": ({"first_line": 6, "last_line": 7}, Code.WRONG_PASSAGE, "citation_sha256", "; lines 5 to 6 have the one stated"),
    "one line too few": ({"last_line": 5}, Code.WRONG_PASSAGE, "citation_sha256", "line 5 of plan.txt has the digest"),
    "lines after the end": ({"last_line": LENGTH + 1}, Code.NO_SUCH_LINE, "citation_last_line", f"plan.txt has lines 1 to {LENGTH}"),
    "all lines after the end": ({"first_line": 99, "last_line": 99}, Code.NO_SUCH_LINE, "citation_first_line", "found lines 99 to 99"),
    "an empty line": ({"first_line": 8, "last_line": 8}, Code.NO_PASSAGE, "citation_first_line", "line 8 of plan.txt is empty"),
    "no lines": ({"first_line": None, "last_line": None, "sha256": None}, Code.NO_PASSAGE, "citation_first_line", "expected the lines"),
    "another document": ({"source_id": NOTES}, Code.NO_SUCH_LINE, "citation_last_line", "found lines 5 to 6; notes.txt has lines 1 to 5"),
    "a number that is not there": ({"place": "1(2)"}, Code.NOT_PRINTED, "citation_place", "the numbers of '1(2)' do not stand"),
    "a number that comes below": ({"place": "3"}, Code.NOT_PRINTED, "citation_place", "at or above line 6 of plan.txt"),
    "numbers in another order": ({"place": "1-2031"}, Code.NOT_PRINTED, "citation_place", "in this order"),
}


@pytest.mark.parametrize("case", CITATIONS)
def test_a_citation_that_does_not_fit(case: str, documents: Path):
    parts, code, column, says = CITATIONS[case]
    report = dxgov.verify(Dataset.of(change_record("mtg-lines-2.1", citation=parts)), documents)
    problem = find_problem(report)
    assert (problem.code, problem.table, problem.field, problem.id) == (code, "agenda_items", column, "mtg-lines-2.1")
    assert says in problem.message
    assert report.proven == 11


def test_a_place_without_numbers_is_a_word_of_the_editors(documents: Path):
    assert dxgov.verify(Dataset.of(change_record("kaifu", citation={"place": "表紙"})), documents).valid


# On the command line


def run(*arguments: object) -> Any:
    return CliRunner().invoke(main, [str(each) for each in arguments], prog_name="dxgov")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return dxgov.export(Dataset.of(build_records()), tmp_path / "out", formats=["csv"]) / "csv"


def test_the_command_tells_what_was_proven(package: Path, documents: Path):
    result = run("verify", package, "--sources", documents)
    assert (result.exit_code, result.stderr) == (0, "")
    first, notes, plan = result.stdout.splitlines()
    assert first == f"{package}: 12 of 12 records proven, no problems"
    assert notes.startswith("  src-2031-notes: 4 of 4 proven, ")
    assert plan.endswith(" facts in plan.txt")
    (documents / "notes.txt").unlink()
    result = run("verify", package, "--sources", documents)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1].endswith("[missing-document]")
    assert run("verify", package, "--sources", documents, "--partial").exit_code == 0


def test_the_command_speaks_json(package: Path, documents: Path):
    (documents / "notes.txt").unlink()
    result = run("verify", package, "--sources", documents, "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (report["valid"], report["records"], report["proven"], report["passed_over"]) == (False, 12, 8, [])
    assert [each["proven"] for each in report["documents"]] == [0, 8]
    assert [each["code"] for each in report["problems"]] == ["missing-document"]


def test_the_command_takes_the_bundled_data_by_default(documents: Path):
    result = run("verify", "--sources", documents)
    assert result.exit_code == 1
    assert f"0 of {len(dxgov.load())} records proven" in result.stdout


def test_the_command_says_what_is_used_wrongly(package: Path, documents: Path, tmp_path: Path):
    for arguments, status, says in (
        ((package,), 2, "--sources"),
        ((package, "--sources", tmp_path / "nothing"), 2, "there is no folder"),
        ((package, "--sources", documents / "plan.txt"), 2, "plan.txt is not a folder"),
        ((tmp_path / "nothing", "--sources", documents), 2, "there is no"),
        ((documents, "--sources", documents), 2, "is not a package"),
    ):
        result = run("verify", *arguments)
        assert (result.exit_code, result.stdout) == (status, ""), arguments
        assert says in result.stderr
        assert "Traceback" not in result.stderr
    (package / "data" / "actors.csv").unlink()
    result = run("verify", package, "--sources", documents)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "[missing-file]" in result.stderr


def test_the_original_of_a_text_is_no_proof_and_the_report_says_what_is(documents: Path):
    original = b"%PDF-1.7 not the text"
    data = Dataset.of(change_record(PLAN, original_sha256=sha256(original)))
    (documents / "plan.txt").rename(documents.parent / "document.txt")
    (documents / "plan.pdf").write_bytes(original)
    problem = find_problem(dxgov.verify(data, documents))
    assert problem.code == Code.MISSING_DOCUMENT
    assert (
        "plan.pdf is the file that the text was extracted from: put that text beside it, the document.txt of its draft" in problem.message
    )
    (documents.parent / "document.txt").rename(documents / "document.txt")
    assert dxgov.verify(data, documents).valid
