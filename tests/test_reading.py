"""Documents in, drafts out: one or many, in this process or in others; what fails is data."""

from concurrent.futures import ProcessPoolExecutor
from itertools import count, islice
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
import pytest
from attrs import fields
from hypothesis import example, given
from hypothesis import strategies as st

import dxgov
from dxgov import Draft
from dxgov.documents.genres import read_document
from dxgov.documents.lines import Box, CellPosition, ExtractedText, Line
from dxgov.drafting.line_table import build_line_table
from readings import LETTER
from soundness import sound


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """The file of the letter."""
    (tmp_path / "letter.txt").write_text(LETTER, encoding="utf-8")
    return tmp_path / "letter.txt"


def test_a_document_becomes_a_draft(letter: Path):
    draft = dxgov.read(letter, id="2031-05-14-kaifu")
    assert isinstance(draft, Draft)
    assert draft.document.text == LETTER
    (source,) = draft.data["sources"]
    assert source["id"] == "src-2031-05-14-kaifu"
    assert source["language"] == "ja"
    assert dxgov.read(LETTER.encode(), id="2031-05-14-kaifu").data == draft.data


PIECES = [
    " ",
    "\u3000",
    "\u3000\u3000\u3000\u3000\u3000\u3000",
    "\t",
    "|",
    "氏名",
    "○議長",
    "（委員）",
    "【事務局】",
    "会議次第",
    "4月1日",
    "令和6年度",
    "第1四半期",
    "1",
    "（１）",
    "①",
    "ア",
    "・",
    "■要望内容",
    "青葉県知事",
    "様",
    "緑川市長\u3000林\u3000健",
    "要望書",
    "次の事項を要望します。",
    "記",
    "予算を増やすこと。",
    "可決",
    "以上",
    "\n",
    "\n\n",
]
"""What documents are made of, by which the readers tell their parts."""


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@example("　" * 22 + "会長　　　　森　　　　一郎\n　　一　　二\n")
def test_any_lines_are_read(content: str):
    draft = dxgov.read(content.encode(), media_type="text/plain")
    cited = {
        number
        for table in ("requests", "request_items", "asks", "meetings", "agenda_items", "statements", "milestones")
        for row in draft.data[table]
        for number in range(int(row["citation_first_line"]), int(row["citation_last_line"]) + 1)
    }
    assert cited.isdisjoint(line.number for line in draft.unread)
    assert cited <= {line.number for line in draft.document.lines}


@pytest.mark.parametrize("height", [0, 10])
def test_lines_may_have_no_height(height: int):
    lines = tuple(Line(number, text, 1, (60, 20 * number, 500, 20 * number + height)) for number, text in enumerate(LETTER.split("\n"), 1))
    assert read_document(ExtractedText(lines)).genre == "letter"


def test_wrong_arguments_are_told(letter: Path):
    with pytest.raises(ValueError, match="expected small letters and digits"):
        dxgov.read(letter, id="Kaifu")
    with pytest.raises(TypeError, match="like: found"):
        dxgov.read(letter, like="package")  # type: ignore[arg-type]
    with pytest.raises(FileNotFoundError):
        dxgov.read(letter.with_name("nothing.txt"))


def test_many_documents_give_drafts_and_errors_in_their_order(letter: Path):
    paths = [letter, letter.with_name("nothing.txt"), str(letter)]
    known = sound()
    first, missing, last = dxgov.read_many(paths, like=known)
    assert first.draft == last.draft == dxgov.read(letter, like=known)
    assert (missing.draft, missing.path) == (None, str(paths[1]))
    assert missing.error is not None
    assert "No such file" in missing.error
    assert missing.lines.num_rows == 0
    assert missing.lines.schema == first.lines.schema
    assert first.lines["text"].to_pylist() == LETTER.splitlines()


def test_one_path_is_no_list_of_paths(letter: Path):
    with pytest.raises(TypeError, match="expected a list of paths"):
        dxgov.read_many(str(letter))


def test_an_executor_reads_the_same(letter: Path):
    paths = [letter, letter.with_name("nothing.txt")] * 3
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        assert list(dxgov.read_many(paths, executor)) == list(dxgov.read_many(paths))


def test_documents_are_read_as_they_are_asked_for(letter: Path):
    paths = (letter.with_name(f"{number}.txt") for number in count())
    assert [document.path for document in islice(dxgov.read_many(paths), 2)] == [
        str(letter.with_name("0.txt")),
        str(letter.with_name("1.txt")),
    ]


def test_lines_are_a_table_with_a_column_for_each_field():
    box: Box = (1.0, 2.0, 3.0, 4.0)
    table = build_line_table("a.pdf", [Line(1, "一行", 2, box, "heading 1", CellPosition(0, 1, 2)), Line(2, "")])
    assert table.column_names == ["path", *(field.name for field in fields(Line))]
    assert table.to_pylist()[0] == {
        "path": "a.pdf",
        "number": 1,
        "text": "一行",
        "page": 2,
        "box": [*box],
        "style": "heading 1",
        "cell": {"table": 0, "row": 1, "column": 2},
        "begins_paragraph": False,
    }
    assert table.to_pylist()[1]["cell"] is None
    assert pa.types.is_struct(table.schema.field("cell").type)


def test_words_of_the_document_do_not_go_into_a_field_of_another_language():
    draft = dxgov.read(LETTER.replace("(2) 研修", "(2) 事故が生じた場合には、研修").encode())
    (doubt,) = [guess for guess in draft.guesses if guess.field == "condition"]
    assert (doubt.value, doubt.certainty) == ("", "unsure")
    assert "事故が生じた場合" in doubt.alternatives[0]
    assert {row["condition"] for row in draft.data["asks"]} == {""}
    assert any(item.field == "condition" for item in draft.todo)
