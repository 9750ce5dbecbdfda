"""`Citation.of`: the lines of a document, their digest, and what is no citation."""

import hashlib
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov import Citation
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
