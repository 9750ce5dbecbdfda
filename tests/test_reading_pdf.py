"""PDF files made by fpdf2: the order of lines, letter-spacing, columns, tables, and what repeats on pages."""

from itertools import pairwise

import noto_cjk_sans_jp_regular
import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st

from dxgov.documents.extraction import extract
from dxgov.errors import DocumentError

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # fpdf2 leaves the font file open

SENTENCE = "市町村の窓口で受け付けた申請を翌日までに県へ送る仕組みを整え、三年の間に紙の書類を半分に減らすことを目指す計画である。"


class Paper(FPDF):
    def __init__(self, pages=1):
        super().__init__(unit="pt", format="A4")
        self.set_auto_page_break(False)
        self.add_font("noto", fname=noto_cjk_sans_jp_regular.FONT_PATH)
        for _ in range(pages):
            self.new_page()

    def new_page(self):
        self.add_page()
        self.set_font("noto", size=10.5)

    def put(self, x, y, text, size=10.5, spacing=0):
        self.set_font("noto", size=size)
        self.set_char_spacing(spacing)
        self.text(x, y, text)

    def read(self):
        return extract(bytes(self.output()))


def texts(text, **values):
    return [line.text for line in text.lines if all(getattr(line, name) == value for name, value in values.items())]


def test_letter_spaced_line():
    paper = Paper()
    paper.put(200, 100, "要望書", 16, spacing=24)
    paper.put(100, 150, "東京都知事　様")
    paper.put(100, 180, "Tokyo Metropolitan Government")
    assert texts(paper.read()) == ["要望書", "東京都知事　様", "Tokyo Metropolitan Government"]


def test_right_aligned_date():
    paper = Paper()
    paper.put(60, 150, "町田市長　様")
    paper.put(420, 100, "令和２年11月24日")
    line = paper.read().lines[0]
    assert (line.text, line.page) == ("令和２年11月24日", 1)
    assert line.box[0] == pytest.approx(420, abs=2)
    assert line.box[1] < 100 < line.box[3] + 1


def test_vertical_page():
    paper = Paper()
    lines = ["行政手続の電子化に関する", "要望を次のとおり提出する", "一、窓口を減らすこと"]
    for column, line in enumerate(lines):
        for row, character in enumerate(line):
            paper.put(500 - 25 * column, 100 + 11 * row, character)
    assert texts(paper.read()) == lines


def test_columns_of_text_stand_one_after_the_other():
    paper = Paper()
    paper.put(200, 60, "二段組の広報紙の見出し", 16)
    left, right = [SENTENCE[i : i + 20] for i in range(0, 60, 10)], [SENTENCE[i : i + 20][::-1] for i in range(0, 60, 10)]
    left, right = [line[:20].ljust(20, "末") for line in left], [line.ljust(20, "端") for line in right]
    for row, (one, other) in enumerate(zip(left, right, strict=True)):
        paper.put(60, 100 + 16 * row, one)
        paper.put(300, 100 + 16 * row, other)
    assert texts(paper.read()) == ["二段組の広報紙の見出し", *left, *right]


def test_rows_without_rules_stay_rows():
    paper = Paper()
    for row, (day, event) in enumerate([("4月", "公布"), ("6月", "施行"), ("9月", "見直し"), ("12月", "報告"), ("3月", "終了")]):
        paper.put(60, 100 + 16 * row, day)
        paper.put(160, 100 + 16 * row, event)
    assert texts(paper.read()) == ["4月　公布", "6月　施行", "9月　見直し", "12月　報告", "3月　終了"]


def test_ruby_line_above():
    paper = Paper()
    paper.put(100, 100, "前の行の文である")
    paper.put(121, 119, "まちだ", 5)
    paper.put(100, 130, "市の町田で話す")
    assert texts(paper.read()) == ["前の行の文である", "市の町田で話す"]


def test_ruled_tables_become_cells():
    paper = Paper()
    paper.put(60, 80, "表の前")
    paper.set_xy(60, 100)
    with paper.table(width=300, col_widths=(1, 2), align="L", first_row_as_headings=False) as table:
        for cells in (("担当", "業務"), ("総務課", "条例の改正\n規則の改正"), ("情報課", "")):
            row = table.row()
            for cell in cells:
                row.cell(cell)
    paper.put(60, 300, "表の後")
    text = paper.read()
    assert {position: cell.text for position, cell in text.tables[0].grid.items()} == {
        (0, 0): "担当",
        (0, 1): "業務",
        (1, 0): "総務課",
        (1, 1): "条例の改正\n規則の改正",
        (2, 0): "情報課",
        (2, 1): "",
    }
    assert (text.lines[0].text, text.lines[-1].text, text.tables[0].page) == ("表の前", "表の後", 1)


def test_merged_header_cells():
    paper = Paper()
    for x0, y0, x1, y1 in ((60, 100, 360, 100), (160, 120, 360, 120), (60, 140, 360, 140), (60, 160, 360, 160)):
        paper.line(x0, y0, x1, y1)
    for x0, y0, x1, y1 in ((60, 100, 60, 160), (160, 100, 160, 160), (260, 120, 260, 160), (360, 100, 360, 160)):
        paper.line(x0, y0, x1, y1)
    for x, y, text in ((70, 125, "項目"), (220, 114, "令和２年度"), (170, 134, "上期"), (270, 134, "下期"), (70, 154, "条例")):
        paper.put(x, y, text)
    grid = paper.read().tables[0].grid
    assert [grid[0, column].text for column in range(3)] == ["項目", "令和２年度", "令和２年度"]
    assert [grid[1, column].text for column in range(3)] == ["項目", "上期", "下期"]
    assert [grid[2, column].text for column in range(3)] == ["条例", "", ""]


def test_columns_of_a_table_without_rules_are_aligned():
    paper = Paper()
    rows = [("氏名", "役職", "所属"), ("森　一郎", "委員", "みどり町社会福祉協議会"), ("林　二郎", "", "若葉市"), ("", "監事", "西浜市")]
    for number, row in enumerate(rows):
        for x, text in zip((60, 120, 150), row, strict=True):
            paper.put(x, 100 + 20 * number, text)
    paper.put(60, 300, "以上の名簿による。")
    assert texts(paper.read()) == [
        "氏名      役職  所属",
        "森　一郎  委員  みどり町社会福祉協議会",
        "林　二郎        若葉市",
        "          監事  西浜市",
        "以上の名簿による。",
    ]


def test_two_rows_of_cells_are_no_table():
    paper = Paper()
    for number, row in enumerate([("日時", "４月１日", "火"), ("場所", "県庁", "別館"), ("対象",)]):
        for x, text in zip((60, 120, 200), row, strict=False):
            paper.put(x, 100 + 40 * number, text)
    assert texts(paper.read()) == ["日時　４月１日　火", "場所　県庁　別館", "対象"]


def test_a_frame_is_no_table():
    paper = Paper()
    paper.rect(50, 80, 300, 60)
    paper.put(60, 110, "枠の中の文")
    text = paper.read()
    assert (texts(text), text.tables) == (["枠の中の文"], ())


def test_footers_headers_notes_and_contents():
    paper = Paper(0)
    for page in range(1, 4):
        paper.new_page()
        paper.put(60, 40, f"第{page}回会議資料")
        for row in range(8):
            paper.put(60, 100 + 20 * row, SENTENCE[row : row + 30])
        paper.put(290, 820, f"- {page} -")
    paper.put(60, 300, "1 総則 ........................ 12")
    paper.put(60, 740, "1 平成の制度をいう", 7)
    paper.put(60, 752, "注の続き", 7)
    text = paper.read()
    assert texts(text, style="header") == ["第1回会議資料", "第2回会議資料", "第3回会議資料"]
    assert texts(text, style="footer") == ["- 1 -", "- 2 -", "- 3 -"]
    assert texts(text, style="note") == ["1 平成の制度をいう", "注の続き"]
    assert [line[:4] for line in texts(text, style="contents")] == ["1 総則"]
    assert len(texts(text, style="")) == 24


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(st.lists(st.text("市町村県国道路橋計画案件名月日一二三ア（）、。", min_size=1, max_size=30), min_size=1, max_size=30))
def test_lines_come_back(lines):
    paper = Paper()
    for row, line in enumerate(lines):
        paper.put(60, 120 + 18 * row, f"文{line}文")
    text = paper.read()
    assert texts(text) == [f"文{line}文" for line in lines]
    assert all(one.box[1] < other.box[1] for one, other in pairwise(text.lines))


def test_characters_printed_twice_to_look_bold():
    paper = Paper()
    paper.put(60, 100, "重要な点........ 12")
    paper.put(60.4, 100, "重要な点........ 12")
    assert texts(paper.read()) == ["重要な点........ 12"]


def test_a_scan_and_a_password_say_what_to_do():
    with pytest.raises(DocumentError, match="run text recognition"):
        Paper().read()
    paper = Paper()
    paper.put(60, 100, "秘密")
    paper.set_encryption(owner_password="a", user_password="b")  # noqa: S106
    with pytest.raises(DocumentError, match="encrypted; open it with its password"):
        paper.read()
