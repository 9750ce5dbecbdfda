"""DOCX files made by python-docx, and the numbers, changes, cells and notes that are in no paragraph's text."""

from io import BytesIO

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st

from dxgov.documents.extraction import extract
from dxgov.documents.numbering import format_number


def save(document):
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def read(document):
    return extract(save(document))


def add_list(document, levels, number=77, override=""):
    """Add a list whose levels are pairs of a format and a text, or XML."""
    numbering = document.part.numbering_part.element
    definitions = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{format}"/><w:lvlText w:val="{text}"/>{more}</w:lvl>'
        for level, (format, text, more) in enumerate(levels)
    )
    if levels:
        abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{definitions}</w:abstractNum>'
        numbering.insert(0, parse_xml(abstract))
    abstract_id = number if levels else 77
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{abstract_id}"/>{override}</w:num>'))


def add_item(document, text, level=0, number=77):
    paragraph = document.add_paragraph(text)
    xml = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    paragraph._p.get_or_add_pPr().append(parse_xml(xml))
    return paragraph


@pytest.mark.parametrize(
    ("format", "text", "printed"),
    [
        ("decimal", "第%1", ["第1", "第2", "第3"]),
        ("decimalFullWidth", "（%1）", ["（１）", "（２）", "（３）"]),
        ("decimalEnclosedCircle", "%1", ["①", "②", "③"]),
        ("aiueoFullWidth", "%1", ["ア", "イ", "ウ"]),
        ("aiueo", "(%1)", ["(ｱ)", "(ｲ)", "(ｳ)"]),
        ("irohaFullWidth", "%1", ["イ", "ロ", "ハ"]),
        ("japaneseCounting", "第%1条", ["第一条", "第二条", "第三条"]),
        ("lowerLetter", "%1)", ["a)", "b)", "c)"]),
        ("upperRoman", "%1.", ["I.", "II.", "III."]),
        ("ideographTraditional", "%1", ["甲", "乙", "丙"]),
        ("bullet", "\uf06c", ["●", "●", "●"]),
    ],
)
def test_word_numbering_not_in_text(format, text, printed):
    document = docx.Document()
    add_list(document, [(format, text, "")])
    for item in "東西南":
        add_item(document, item)
    assert [line.text for line in read(document).lines] == [f"{mark}　{item}" for mark, item in zip(printed, "東西南", strict=True)]


def test_deeper_levels_start_again_and_show_the_higher_ones():
    document = docx.Document()
    add_list(document, [("decimal", "%1", ""), ("aiueoFullWidth", "%1-%2", '<w:suff w:val="nothing"/>')])
    for level in (0, 1, 1, 0, 1):
        add_item(document, "項", level)
    document.add_paragraph("文")
    assert [line.text for line in read(document).lines] == ["1　項", "　1-ア項", "　1-イ項", "2　項", "　2-ア項", "文"]


def test_a_list_starts_again_only_where_word_says_so():
    document = docx.Document()
    add_list(document, [("decimal", "%1", "")])
    add_list(document, [], 78)
    add_list(document, [], 79, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>')
    for number in (77, 78, 79, 79):
        add_item(document, "x", 0, number)
    assert [line.text for line in read(document).lines] == ["1　x", "2　x", "5　x", "6　x"]


def test_numbers_of_styles_and_headings():
    document = docx.Document()
    add_list(document, [("decimal", "第%1章", "")])
    style = document.styles["Heading 1"].element.get_or_add_pPr()
    style.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="77"/></w:numPr>'))
    document.add_heading("総則", 1)
    document.add_heading("目的", 2)
    excepted = document.add_heading("附則", 1)
    excepted._p.get_or_add_pPr().append(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="0"/></w:numPr>'))
    lines = read(document).lines
    assert [(line.text, line.style) for line in lines] == [("第1章　総則", "heading 1"), ("目的", "heading 2"), ("附則", "heading 1")]


def test_inserted_text_counts_and_deleted_does_not():
    document = docx.Document()
    paragraph = document.add_paragraph("本文")
    change = 'w:id="1" w:author="x"'
    paragraph._p.append(parse_xml(f"<w:ins {nsdecls('w')} {change}><w:r><w:t>追加</w:t></w:r></w:ins>"))
    paragraph._p.append(parse_xml(f"<w:del {nsdecls('w')} {change}><w:r><w:delText>削除</w:delText></w:r></w:del>"))
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:rPr><w:vanish/></w:rPr><w:t>秘密</w:t></w:r>"))
    ruby = "<w:r><w:ruby><w:rt><w:r><w:t>まち</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>町</w:t></w:r></w:rubyBase></w:ruby></w:r>"
    paragraph._p.append(parse_xml(ruby.replace("<w:r>", f"<w:r {nsdecls('w')}>", 1)))
    assert [line.text for line in read(document).lines] == ["本文追加町"]


def test_merged_cells_stand_once_and_know_their_span():
    document = docx.Document()
    table = document.add_table(3, 3)
    for row in range(3):
        for column in range(3):
            table.cell(row, column).text = f"{row}{column}"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "横"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "縦\n二行"
    text = read(document)
    cells = text.tables[0].grid
    assert cells[0, 1] is cells[0, 0]
    assert cells[0, 0].text == "横"
    assert (cells[2, 2].row, cells[2, 2].text, cells[2, 2].rows) == (1, "縦\n二行", 2)
    assert len(text.tables[0].cells) == 7
    assert [line.text for line in text.lines[cells[2, 2].first_line - 1 : cells[2, 2].last_line]] == ["縦", "二行"]


def test_headers_footers_and_text_boxes_are_apart():
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "会議資料"
    document.sections[0].footer.paragraphs[0].text = "事務局"
    paragraph = document.add_paragraph("本文")
    content = "<w:txbxContent><w:p><w:r><w:t>枠内</w:t></w:r></w:p></w:txbxContent>"
    namespaces = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = f'<mc:AlternateContent><mc:Choice Requires="wps">{content}</mc:Choice><mc:Fallback>{content}</mc:Fallback></mc:AlternateContent>'
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')} {namespaces}>{box}</w:r>"))
    assert [(line.text, line.style) for line in read(document).lines] == [
        ("会議資料", "header"),
        ("本文", ""),
        ("枠内", ""),
        ("事務局", "footer"),
    ]


@given(st.integers(1, 48))
def test_numbers_of_a_format_differ(number):
    for format in ("decimalEnclosedCircle", "aiueoFullWidth", "irohaFullWidth", "japaneseCounting", "lowerRoman", "lowerLetter"):
        count = 44 if format in ("aiueoFullWidth", "irohaFullWidth") else 48
        texts = [format_number(value, format) for value in range(1, count + 1)]
        assert len({*texts}) == count
        assert format_number(min(number, count), format) in texts


@pytest.mark.parametrize(("number", "text"), [(10, "十"), (21, "二十一"), (110, "百十"), (1_005, "千五")])
def test_kanji_numbers(number, text):
    assert format_number(number, "japaneseCounting") == text
