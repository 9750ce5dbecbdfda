"""Opinions, instructions and items to examine in Word files, PDF files and sheets, as the readers of these formats give them."""

from collections.abc import Callable, Sequence
from io import BytesIO

import docx
import noto_cjk_sans_jp_regular
import openpyxl
import pytest
from docx.shared import Pt
from fpdf import FPDF

from dxgov.documents.extraction import extract
from dxgov.documents.genres import read_document
from dxgov.documents.lines import ExtractedText
from dxgov.documents.readings import EntryKind

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # fpdf2 leaves the font file open

WIDTH = 36
"""Characters of a line of a PDF."""


def make_docx(lines: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> ExtractedText:
    """Write lines as paragraphs, those that begin with ``#`` as headings of as many levels, and rows as a table."""
    document = docx.Document()
    for line in lines:
        level = len(line) - len(line.lstrip("#"))
        paragraph = document.add_heading(line[level:].strip(), level) if level else document.add_paragraph(line)
        paragraph.paragraph_format.space_after = Pt(0)
    if rows:
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                table.cell(row, column).text = text
    file = BytesIO()
    document.save(file)
    return extract(file.getvalue())


def make_xlsx(lines: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> ExtractedText:
    """Write lines into the first column of a sheet, and rows below them."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for cells in [*([line.lstrip("# ")] for line in lines), *rows]:
        sheet.append(list(cells))
    file = BytesIO()
    workbook.save(file)
    return extract(file.getvalue())


def make_pdf(lines: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> ExtractedText:
    """Print lines, wrapped at the edge of the page, without blank lines, and rows in a ruled table."""
    paper = FPDF(unit="pt", format="A4")
    paper.add_font("noto", fname=noto_cjk_sans_jp_regular.FONT_PATH)
    paper.add_page()
    paper.set_font("noto", size=10.5)
    paper.set_y(60)
    for line in lines:
        text = line.lstrip("# ")
        for start in range(0, len(text), WIDTH):
            paper.set_x(72)
            paper.cell(h=18, text=text[start : start + WIDTH], new_x="LEFT", new_y="NEXT")
    if rows:
        with paper.table(line_height=18, width=440, first_row_as_headings=False) as table:
            for cells in rows:
                row = table.row()
                for text in cells:
                    row.cell(text)
    return extract(bytes(paper.output()))


MAKERS = {"docx": make_docx, "xlsx": make_xlsx, "pdf": make_pdf}
Maker = Callable[..., ExtractedText]
formats = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)

OPINIONS = [
    (
        "窓口に関する意見",
        ["窓口を増やすべきである。", "更新に要する費用が毎年大きくなり、町の財政では賄えなくなることを懸念している町村が少なくない。"],
    ),
    ("研修に関する意見", ["日程を早めに知らせてほしい。", "昨年は会場が重なり、混乱した。"]),
]


def list_values(text: ExtractedText, kind: EntryKind, *names: str) -> list[tuple[object, ...]]:
    """Return values of the entries of a kind; None for a missing one."""
    reading = read_document(text)
    assert reading.genre == "list"
    return [
        tuple(entry.values[name].value if name in entry.values else None for name in names)
        for entry in reading.entries
        if entry.kind is kind
    ]


@formats
def test_a_heading_ends_opinions_without_blank_lines(make: Maker):
    lines = ["# 地方からの主な意見"]
    for number, (group, opinions) in enumerate(OPINIONS, 1):
        lines += [f"{number}　{group}", *(f"・{opinion}" for opinion in opinions)]
    text = make([*lines, "# 今後の予定", "次回は未定である。"])
    assert list_values(text, EntryKind.OPINION_GROUP, "number", "title") == [(n, group) for n, (group, _) in enumerate(OPINIONS, 1)]
    assert list_values(text, EntryKind.OPINION, "text") == [(opinion,) for _, opinions in OPINIONS for opinion in opinions]


def test_headings_of_a_lower_level_are_groups():
    lines = ["# 地方からの主な意見"]
    for group, opinions in OPINIONS:
        lines += [f"## {group}", *(f"・{opinion}" for opinion in opinions)]
    text = make_docx([*lines, "# 今後の予定", "次回は未定である。"])
    assert list_values(text, EntryKind.OPINION_GROUP, "title") == [(group,) for group, _ in OPINIONS]
    assert list_values(text, EntryKind.OPINION, "text", "position") == [
        (opinion, position) for _, opinions in OPINIONS for position, opinion in enumerate(opinions, 1)
    ]


@formats
@pytest.mark.parametrize("columns", [("番号", "分類", "意見の概要"), ("項目", "主な意見", "対応"), ("No.", "意見")])
def test_opinions_in_a_table(make: Maker, columns: tuple[str, ...]):
    rows = [columns]
    for group, opinions in OPINIONS:
        for opinion in opinions:
            cells = {"番号": str(len(rows)), "No.": str(len(rows)), "分類": group, "項目": group, "対応": "検討する。"}
            rows.append(tuple(cells.get(column, opinion) for column in columns))
    text = make(["# 意見募集の結果"], rows)
    groups = [(group,) for group, _ in OPINIONS] if {"分類", "項目"} & set(columns) else [(columns[1],)]
    assert list_values(text, EntryKind.OPINION_GROUP, "title") == groups
    assert list_values(text, EntryKind.OPINION, "text") == [(opinion,) for _, opinions in OPINIONS for opinion in opinions]


@formats
def test_instructions_in_sentences(make: Maker):
    text = make(
        [
            "# 第3回会議における知事指示事項",
            (
                "　総務部長におかれては、町村の実情を踏まえ、通信設備の更新に要する経費の見積りを取りまとめてください。"
                "あわせて、財政課と相談しながら、財源の案を示してください。"
            ),
            "　通信の確保は重要です。",
            "　防災監は、回線を点検し、その結果を公表されたい。",
        ]
    )
    assert list_values(text, EntryKind.INSTRUCTION, "directed_to", "consult", "strength", "issued_by") == [
        (("総務部長",), None, "act", "知事"),
        (("総務部長",), ("財政課",), "act", "知事"),
        (("unspecified",), None, "aim", "知事"),
        (("防災監",), None, "act", "知事"),
        (("防災監",), None, "act", "知事"),
    ]


@formats
def test_instructions_in_a_table(make: Maker):
    rows = [
        ("番号", "指示事項", "担当部局", "期限"),
        ("1", "回線の点検結果を取りまとめること。", "防災課", "6月末"),
        ("2", "研修を検討すること。", "人事課、総務課", "9月"),
    ]
    text = make(["# 知事指示事項の一覧"], rows)
    assert list_values(text, EntryKind.INSTRUCTION, "number", "directed_to", "strength", "due", "issued_by") == [
        (1, ("防災課",), "act", "6月末", "知事"),
        (2, ("人事課", "総務課"), "consider", "9月", "知事"),
    ]


@formats
def test_items_to_examine(make: Maker):
    items = [("1", "通信環境の整備"), ("1-1", "予備線の確保"), ("1-2", "費用の分担"), ("2", "人材の確保")]
    outline = ["1　通信環境の整備", "　(1)　予備線の確保", "　(2)　費用の分担", "2　人材の確保"]
    assert list_values(make(["# 主な検討項目", *outline]), EntryKind.EXAMINATION_ITEM, "code", "title") == items
    labelled = [f"【検討項目{code}】{title}" for code, title in items]
    assert list_values(make(["# 今後の検討", *labelled]), EntryKind.EXAMINATION_ITEM, "code", "title") == items
    table = [("番号", "検討項目", "備考"), *((code, title, "継続") for code, title in items)]
    assert list_values(make(["# 協議会の進め方"], table), EntryKind.EXAMINATION_ITEM, "code", "title") == items
