"""`Citation.of` and `Document`: the lines of a document, their digest, and what is no citation."""

import hashlib
import pickle
import re
import unicodedata
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from cited_documents import PLAN, TEXTS, build_source
from dxgov import Citation, Document
from dxgov.values import document_lines

LINE_ENDS = ("\n", "\r\n", "\r")


PIECES = st.tuples(st.text(st.sampled_from("ab か\u3099\u3000\u2028\x85"), max_size=4), st.sampled_from(LINE_ENDS))


@given(st.lists(PIECES, min_size=1), st.data())
def test_a_citation_is_of_the_lines_as_they_are_counted(pieces, data):
    document = data.draw(st.sampled_from(["", "\ufeff"])) + "".join(map("".join, pieces))
    lines = re.split(r"\r\n|\r|\n", document.removeprefix("\ufeff"))
    assert document_lines(document) == lines
    first = data.draw(st.integers(1, len(lines)))
    last = data.draw(st.integers(first, len(lines)))
    passage = re.sub(r"\s+", "", unicodedata.normalize("NFC", "\n".join(lines[first - 1 : last])))
    if passage:
        cited = Citation.of("src-x", document, first, last, "1")
        assert cited == Citation("src-x", "1", first, last, hashlib.sha256(passage.encode()).hexdigest())
    else:
        with pytest.raises(ValueError, match="found nothing but white space, expected a passage"):
            Citation.of("src-x", document, first, last)


def outcome(cite):
    """Return the citation, or the type and the message of the error."""
    try:
        return cite()
    except (TypeError, ValueError) as error:
        return type(error), str(error)


ARGUMENTS = st.tuples(
    st.one_of(st.integers(-1, 9), st.sampled_from([True, "1", 1.0])),
    st.one_of(st.none(), st.integers(-1, 9), st.sampled_from([True, "1"])),
    st.sampled_from([None, "6(2)", "", "\u3000", "\ud83d", 5]),
)


@given(st.lists(PIECES), ARGUMENTS)
def test_a_document_cites_and_refuses_as_citation_does(pieces, arguments):
    text = "".join(map("".join, pieces))
    document = Document(text, "src-x")
    assert outcome(lambda: document.cite(*arguments)) == outcome(lambda: Citation.of("src-x", text, *arguments))


@given(st.lists(PIECES, min_size=1), st.sampled_from(["", "\ufeff"]))
def test_a_file_is_the_document_that_its_text_is(tmp_path_factory, pieces, mark):
    text = mark + "".join(map("".join, pieces))
    path = tmp_path_factory.mktemp("documents") / "minutes.txt"
    path.write_bytes(text.encode())
    document = Document(text, "src-x")
    assert Document.open(path, "src-x") == Document.open(str(path), "src-x") == Document.open(text, "src-x") == document
    assert document.text == text
    assert document.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [*document] == [*document.lines] == [document.passage(number) for number in range(1, len(document) + 1)]
    assert document.passage(1, len(document)) == "\n".join(document.lines)


def test_a_document_is_a_value():
    document = Document("一\n二", "src-x")
    assert document == pickle.loads(pickle.dumps(document)) == Document("一\n二", "src-x")  # noqa: S301
    assert document.cite(2) == pickle.loads(pickle.dumps(document)).cite(2)  # noqa: S301
    assert {document, Document("一\n二", "src-x")} == {document}
    assert document not in {Document("一\n二", "src-y"), Document("一\r\n二", "src-x")}
    assert repr(document) == "<Document src-x: 2 lines>"
    assert repr(Document("\n" * 1_234, "src-x")) == "<Document src-x: 1,235 lines>"
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        document.text = "三"


def test_a_document_of_a_source_is_the_one_whose_digest_the_source_states(tmp_path):
    source = build_source(PLAN, "海風県 回線計画", "2031年5月12日")
    path = tmp_path / "plan.txt"
    path.write_bytes(TEXTS[PLAN].encode())
    document = Document.open(path, source)
    assert (document.source_id, document.sha256) == (source.id, source.file_sha256)
    assert document.cite(1) == Citation.of(PLAN, TEXTS[PLAN], 1)
    said = f"found a text with the SHA-256 '{hashlib.sha256(b'a').hexdigest()}', expected '{source.file_sha256}', which '{PLAN}' states"
    with pytest.raises(ValueError, match=f"{re.escape(said)}$"):
        Document("a", source)
    for variant in ("\ufeff" + TEXTS[PLAN], TEXTS[PLAN].replace("\n", "\r\n")):
        with pytest.raises(ValueError, match=r"states; it is the same text with other line ends or byte-order mark$"):
            Document(variant, source)


@pytest.mark.parametrize(
    ("document", "source", "error", "said"),
    [
        (None, "src", TypeError, "document: found None, expected the path of a document, or a text"),
        (b"a\nb", "src", TypeError, r"document: found b'a\nb', expected the path of a document"),
        ("a\nb\ud83d", "src", ValueError, r"document: found '\ud83d' at character 4, half of a surrogate pair"),
        ("a\nb", None, TypeError, "source: found None, expected a Source or the id of one"),
        ("a\nb", "A B", ValueError, "source_id: found 'A B', expected lower-case letters and digits"),
        ("absent.txt", "src", FileNotFoundError, "absent.txt"),
        ("noise.txt", "src", ValueError, "the file is neither text nor a format that dxgov reads"),
    ],
)
def test_what_is_no_document_is_refused(document, source, error, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("noise.txt").write_bytes(b"1 \xff\x00")
    with pytest.raises(error, match=re.escape(said)):
        Document.open(document, source)


def test_a_document_is_taken_apart_once_for_many_citations(monkeypatch):
    document, taken_apart = "".join(f"第{number}号\n" for number in range(5_000)), []
    monkeypatch.setattr("dxgov.values.document_lines", lambda text: taken_apart.append(text) or document_lines(text))
    cited = [Citation.of("src-x", document, line) for line in range(1, 5_001)]
    assert len(taken_apart) == 1
    assert len({each.sha256 for each in cited}) == 5_000


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        (("src", "a\nb\nc\n", 4), ValueError, "lines 4 to 4 of 'src': found nothing but white space, expected a passage"),
        (("src", "", 1), ValueError, "lines 1 to 1 of 'src': found nothing but white space, expected a passage"),
        (("src", "a\n \u3000\n\n", 2, 3), ValueError, "lines 2 to 3 of 'src': found nothing but white space"),
        (("src", "a", 2), ValueError, "lines 2 to 2 of 'src': the document has lines 1 to 1"),
        (("src", "a", 0), ValueError, "lines 0 to 0 of 'src': the document has lines 1 to 1"),
        ((None, "a", 1), TypeError, "source_id: found None, expected the id of a source"),
        (("A B\n", "a", 1), ValueError, r"source_id: found 'A B\n', expected lower-case letters and digits"),
        (("src\n", "a", 1), ValueError, r"source_id: found 'src\n', expected"),
        (("src", None, 1), TypeError, "document: found None, expected the whole text of the source"),
        (("src", b"a", 1), TypeError, "document: found b'a', expected the whole text of the source"),
        (("src", Path("a.txt"), 1), TypeError, "document: found PosixPath('a.txt'), expected the whole text of the source"),
        (("src", "a\nb\ud83d", 1), ValueError, r"document: found '\ud83d' at character 4, half of a surrogate pair; expected"),
        (("src", "a", True), TypeError, "first_line: found True, expected the number of a line"),
        (("src", "a", "1"), TypeError, "first_line: found '1', expected the number of a line"),
        (("src", "a", 1.0), TypeError, "first_line: found 1.0, expected the number of a line"),
        (("src", "a", 1, True), TypeError, "last_line: found True, expected the number of a line"),
        (("src", "a", 1, None, 5), TypeError, "place: found 5, expected a text or nothing"),
        (("src", "a", 1, None, ""), ValueError, "place: found '', expected a text or nothing"),
        (("src", "a", 1, None, "\u3000\n"), ValueError, r"place: found '\u3000\n', expected a text or nothing"),
        (("src", "a", 1, None, "\ud83d"), ValueError, r"place: found '\ud83d' at character 1, half of a surrogate pair"),
    ],
)
def test_what_is_no_citation_is_refused_at_once(given, error, said):
    with pytest.raises(error, match=re.escape(said)):
        Citation.of(*given)


def test_whatever_can_be_cited_can_be_stored():
    cited = Citation.of("src-x", "一\n二", 1, 2, "1(2)")
    theme = dxgov.Theme(id="theme", label="x", label_en="x", definition="x", definition_en="x", citation=cited)
    assert dxgov.Dataset.of([theme]).themes[0].citation == cited
