"""Documents as houses print them, paragraph by paragraph, and writers of them as files of each format."""

import re
import unicodedata
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from html import escape
from io import BytesIO
from itertools import groupby
from tempfile import NamedTemporaryFile
from typing import Any

from attrs import Factory, frozen

from dxgov.documents.extraction import extract
from dxgov.documents.folding import measure_width
from dxgov.documents.lines import ExtractedText

_WIDE = str.maketrans("0123456789()", "０１２３４５６７８９（）")
_KANJI = "一二三四五六七八九十"
_SIGNS: Mapping[str, tuple[Callable[[int], str], str, str]] = {
    "#": (str, "decimal", "decimal"),
    "＃": (lambda number: str(number).translate(_WIDE), "decimalFullWidth", "decimal"),
    "〇": (lambda number: _KANJI[number - 1] if number <= 10 else "十" + _KANJI[number - 11], "japaneseCounting", "japanese-informal"),
    "①": (lambda number: chr(0x245F + number), "decimalEnclosedCircle", ""),
    "⑴": (lambda number: chr(0x2473 + number), "decimalEnclosedParen", ""),
    "ア": (lambda number: "アイウエオカキクケコサシスセソ"[number - 1], "aiueoFullWidth", "katakana"),
    "ロ": (lambda number: "イロハニホヘトチリヌルヲワカヨ"[number - 1], "irohaFullWidth", "katakana-iroha"),
    "a": (lambda number: "abcdefghijklmno"[number - 1], "lowerLetter", "lower-alpha"),
    "Ⅰ": (lambda number: chr(0x215F + number), "upperRoman", "upper-roman"),
}
"""How the numbers are printed that a sign in a template stands for, and their names in WordprocessingML and CSS; empty for none."""


@frozen
class ListMark:
    """What stands before the items of a list, such as ``（＃）``: a sign of numbers and the characters around it, or a bullet."""

    template: str

    @property
    def sign(self) -> str:
        """The sign of numbers; empty for a bullet."""
        return next((sign for sign in _SIGNS if sign in self.template), "")

    @property
    def number_template(self) -> str:
        """The template of the number, without what separates it from the text."""
        return self.template.rstrip(" \u3000").rstrip("．.、：:")

    def print(self, number: int) -> str:
        """Return the mark of an item with what separates it from the text."""
        return self._fill(self.template, number)

    def print_number(self, number: int) -> str:
        """Return what of the mark is its number."""
        return self._fill(self.number_template, number)

    def _fill(self, template: str, number: int) -> str:
        return template.replace(self.sign, _SIGNS[self.sign][0](number)) if self.sign else template

    @property
    def word_format(self) -> tuple[str, str]:
        """The format of numbers and the text of a level of a list in Word."""
        return (
            (_SIGNS[self.sign][1], self.template.rstrip().replace(self.sign, "%{level}"))
            if self.sign
            else ("bullet", self.template.rstrip())
        )

    @property
    def css_type(self) -> str:
        """The style of a list whose browser prints the same numbers; empty for none."""
        if not self.sign:
            return "disc" if self.template == "・" else ""
        return _SIGNS[self.sign][2] if self.number_template == self.sign else ""


@frozen
class Paragraph:
    """A paragraph: a heading, an item of a list, a line of a head, or sentences; a blank line if it has no text."""

    text: str = ""
    align: str = "left"
    """``left``, ``center`` or ``right``."""
    heading: int = 0
    """The level of a heading, from 1; 0 for none."""
    marks: tuple[ListMark, ...] = ()
    """The marks of a list by level; empty outside of lists."""
    level: int = 0
    """The level in the list, from 0."""
    number: int = 0
    """The number of an item; 0 for what goes on with the item above."""
    indent: str = ""
    """Blanks before the first line."""
    hang: str = ""
    """Blanks before the further lines."""

    @property
    def mark(self) -> str:
        """The mark of an item as printed; empty for none."""
        return self.marks[self.level].print(self.number) if self.marks and self.number else ""


@frozen
class PrintedTable:
    """A table: the texts of cells by rows, the rows and columns that cells span, and those that are days."""

    rows: Sequence[Sequence[str]]
    """The texts; empty where there is no cell, line feeds inside of cells."""
    spans: Mapping[tuple[int, int], tuple[int, int]] = Factory(dict)
    days: Mapping[tuple[int, int], date] = Factory(dict)

    @property
    def cells(self) -> Iterator[tuple[int, int, str, int, int]]:
        """Row, column, text, and rows and columns of each cell; what another covers is none."""
        covered = {
            (row + down, column + right)
            for (row, column), (height, width) in self.spans.items()
            for down in range(height)
            for right in range(width)
            if down or right
        }
        for row, texts in enumerate(self.rows):
            for column, text in enumerate(texts):
                if (row, column) not in covered:
                    yield row, column, text, *self.spans.get((row, column), (1, 1))


@frozen
class PrintedDocument:
    """A document as a house prints it."""

    blocks: tuple[Paragraph | PrintedTable, ...]
    columns: int = 0
    """The width of plain text in half-width columns; 0 for no wrapping."""
    header: str = ""
    """What stands above each page; empty for nothing."""
    name: str = "Sheet1"
    """The name of its sheet."""


def wrap(text: str, columns: int, hang: str = "") -> Iterator[str]:
    """Yield the lines of a paragraph; none begins with a full stop, a comma or a closing bracket, or ends with an opening one.

    Args:
        text: The paragraph with its indent.
        columns: The width in half-width columns; 0 for no wrapping.
        hang: What stands before the further lines.
    """
    line = ""
    for index, character in enumerate(text):
        following = text[index + 1 : index + 2]
        line += character
        if columns and measure_width(line) >= columns and following and following not in "。、）」" and character not in "（「":
            yield line
            line = hang
    yield line


def print_lines(document: PrintedDocument) -> list[str]:
    """Return the lines of a document as plain text; tables have bars."""
    lines = []
    for block in document.blocks:
        if isinstance(block, PrintedTable):
            lines += [f"| {' | '.join(row)} |" for row in block.rows]
        elif block.align == "right":
            lines.append(" " * max(60 - measure_width(block.text), 0) + block.text)
        elif block.align == "center":
            lines.append("　　" + block.text)
        else:
            lines += wrap(block.indent + block.mark + block.text, document.columns, block.hang)
    return lines


# ---- texts


def write_text(document: PrintedDocument) -> bytes:
    """Write plain text."""
    return "\n".join(print_lines(document)).encode()


def write_markdown(document: PrintedDocument) -> bytes:
    """Write Markdown with a blank line between paragraphs; bullets are hyphens."""
    lines: list[str] = []
    for block in document.blocks:
        if isinstance(block, PrintedTable):
            lines += [f"| {' | '.join(text.replace(chr(10), '<br>') for text in row)} |" for row in block.rows]
            lines.insert(len(lines) - len(block.rows) + 1, "|" + "---|" * len(block.rows[0]))
        elif block.heading:
            lines.append("#" * block.heading + " " + block.text)
        elif block.text:
            is_bullet = bool(block.mark) and not block.marks[block.level].sign
            lines.append(block.indent + ("- " if is_bullet else block.mark) + block.text)
        lines.append("")
    return "\n".join(lines).encode()


# ---- HTML


def _write_html(document: PrintedDocument, *, has_lists: bool) -> bytes:
    """Write HTML: lists as such or as paragraphs with typed marks."""
    parts = ["<!DOCTYPE html><html lang='ja'><meta charset='utf-8'><body>", f"<header>{escape(document.header)}</header><main>"]
    lists: list[str] = []

    def close_lists(depth: int) -> None:
        while len(lists) > depth:
            parts.append(f"</li></{lists.pop()}>")

    for block in document.blocks:
        if isinstance(block, PrintedTable):
            close_lists(0)
            parts.append(_write_html_table(block))
        elif has_lists and block.marks and block.number:
            mark = block.marks[block.level]
            close_lists(block.level + 1)
            if len(lists) == block.level + 1:
                parts.append("</li>")
            else:
                lists.append("ol" if mark.sign else "ul")
                parts.append(f"<{lists[-1]} style='list-style-type: {mark.css_type or 'none'}'>")
            value = f" value='{block.number}'" if mark.sign else ""
            parts.append(f"<li{value}>{'' if mark.css_type else block.mark}{escape(block.text)}")
        elif has_lists and block.marks:
            parts.append(f"<p>{escape(block.text)}</p>")
        elif block.text:
            close_lists(0)
            tag = f"h{block.heading}" if block.heading else "p"
            parts.append(f"<{tag} style='text-align: {block.align}'>{block.indent}{block.mark}{escape(block.text)}</{tag}>")
    close_lists(0)
    return "\n".join([*parts, "</main></body></html>"]).encode()


def _write_html_table(table: PrintedTable) -> str:
    rows = [
        "".join(
            f"<td rowspan={height} colspan={width}>{'<br>'.join(map(escape, text.split(chr(10))))}</td>"
            for _, _, text, height, width in cells
        )
        for _, cells in groupby(table.cells, lambda cell: cell[0])
    ]
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


# ---- DOCX


def _write_docx(document: PrintedDocument, *, has_lists: bool) -> bytes:
    """Write DOCX: with the automatic numbers of Word, or with typed ones."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    word = docx.Document()
    section = word.sections[0]
    section.header.paragraphs[0].text = document.header
    section.footer.paragraphs[0].text = "- 1 -"
    lists: dict[tuple[ListMark, ...], int] = {}
    for block in document.blocks:
        if isinstance(block, PrintedTable):
            table = word.add_table(len(block.rows), len(block.rows[0]))
            for row, column, text, height, width in block.cells:
                table.cell(row, column).merge(table.cell(row + height - 1, column + width - 1)).text = text
            continue
        is_numbered = has_lists and bool(block.mark)
        text = block.text if is_numbered else block.indent + block.mark + block.text
        style = "Title" if block.heading == 1 else f"Heading {block.heading}" if block.heading else None
        paragraph = word.add_paragraph(text, style=style)
        paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, block.align.upper())
        if is_numbered:
            if block.marks not in lists:
                lists[block.marks] = 70 + len(lists)
                _add_word_list(word, block.marks, lists[block.marks])
            _number_paragraph(paragraph, block.level, lists[block.marks])
    file = BytesIO()
    word.save(file)
    return file.getvalue()


def _add_word_list(word: Any, marks: Sequence[ListMark], number: int) -> None:
    """Add a list whose levels print marks."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    levels = ""
    for level, mark in enumerate(marks):
        format, text = mark.word_format
        levels += (
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{format}"/>'
            f'<w:lvlText w:val="{text.format(level=level + 1)}"/></w:lvl>'
        )
    numbering = word.part.numbering_part.element
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'))


def _number_paragraph(paragraph: Any, level: int, number: int) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    xml = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    paragraph._p.get_or_add_pPr().append(parse_xml(xml))


# ---- XLSX


def _write_xlsx(document: PrintedDocument, *, has_dates: bool) -> bytes:
    """Write XLSX: days as text, or as numbers that cells show as dates."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = document.name
    first = 1
    for block in document.blocks:
        if isinstance(block, Paragraph):
            sheet.cell(first, 1, block.indent + block.mark + block.text or None)
            first += 1
            continue
        for row, column, text, height, width in block.cells:
            day = block.days.get((row, column)) if has_dates else None
            cell = sheet.cell(first + row, column + 1, day or text or None)
            if day:
                cell.number_format = '[$-411]ggge"年"m"月"d"日"(aaa)'
            if (height, width) != (1, 1):
                sheet.merge_cells(
                    start_row=first + row, start_column=column + 1, end_row=first + row + height - 1, end_column=column + width
                )
        first += len(block.rows)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


# ---- PDF

_SIZE, _LEADING, _MARGIN = 10.5, 18.0, 70.0
"""The height of characters, the distance of lines and the margin of a page, in points."""


@cache
def _make_font() -> Any:
    """Return the file of a font with the first level of Japan's characters only, which is read in a fraction of the time."""
    import noto_cjk_sans_jp_regular
    from fontTools import subset

    options = subset.Options(layout_features=[], drop_tables=["GSUB", "GPOS", "vmtx", "vhea"], notdef_outline=True)
    font = subset.load_font(noto_cjk_sans_jp_regular.FONT_PATH, options)
    rows = [bytes([0xA0 + row, 0xA0 + cell]).decode("euc_jp", "ignore") for row in (*range(1, 9), *range(16, 48)) for cell in range(1, 95)]
    signs = [
        chr(code) for first, last in ((0x20, 0x7E), (0x2160, 0x216B), (0x2460, 0x24A6), (0xFF01, 0xFF5E)) for code in range(first, last + 1)
    ]
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(rows + signs))
    subsetter.subset(font)
    file = NamedTemporaryFile(suffix=".otf")  # noqa: SIM115  # it lasts as long as the process
    subset.save_font(font, file.name, options)
    return file


def _wrap_cell(text: str, width: float) -> list[str]:
    """Return the lines of a cell of a width in points, whose brackets hang inside of its rules."""
    lines: list[str] = []
    for columns in range(int((width - 8) / _SIZE) * 2, 1, -2):
        lines = [*wrap(text, columns)]
        if max(map(measure_width, lines)) * _SIZE / 2 <= width - 4:
            break
    return lines


class _PdfWriter:
    """A writer of pages, which places each line itself."""

    def __init__(self, header: str) -> None:
        import fpdf

        self.header = header
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.pdf = fpdf.FPDF(unit="pt", format="A4")
            self.pdf.set_auto_page_break(False)
            self.pdf.add_font("noto", fname=_make_font().name)
        self.width, self.height = self.pdf.w - 2 * _MARGIN, self.pdf.h - 2 * _MARGIN
        self.add_page()

    def add_page(self) -> None:
        self.pdf.add_page()
        self.y = _MARGIN + _SIZE
        self.put(_MARGIN, 40, self.header, 9)
        self.put(self.pdf.w / 2 - 12, self.pdf.h - 30, f"- {self.pdf.page} -", 9)

    def put(self, x: float, y: float, text: str, size: float = _SIZE) -> None:
        self.pdf.set_font("noto", size=size)
        self.pdf.text(x, y, text)

    def measure(self, text: str, size: float = _SIZE) -> float:
        self.pdf.set_font("noto", size=size)
        return float(self.pdf.get_string_width(text))

    def begin_line(self, height: float = _LEADING) -> None:
        if self.y + height > _MARGIN + self.height:
            self.add_page()

    def add_paragraph(self, paragraph: Paragraph) -> None:
        """Add the lines of a paragraph, as wide as the page."""
        size = _SIZE + 3.5 * (paragraph.heading == 1)
        text = paragraph.indent + paragraph.mark + paragraph.text
        for line in wrap(text, int(self.width / size) * 2, paragraph.hang):
            self.begin_line()
            indent = size * (len(line) - len(line.lstrip("　"))) + size / 2 * (len(line) - len(line.lstrip(" ")))
            free = self.width - self.measure(line.strip(), size)
            x = {"left": indent, "center": free / 2, "right": free}[paragraph.align]
            self.put(_MARGIN + x, self.y, line.strip(), size)
            self.y += _LEADING

    def add_table(self, table: PrintedTable, *, has_rules: bool) -> None:
        """Add a table on one page, its columns as wide as their longest line, if that fits."""
        count = len(table.rows[0])
        longest = [2] * count
        for _, column, text, _, width in table.cells:
            if width == 1:
                longest[column] = max(longest[column], *map(measure_width, text.split("\n")))
        scale = min(1.0, (self.width - 12 * count) / (sum(longest) * _SIZE / 2))
        widths = [max(columns * _SIZE / 2 * scale, 2 * _SIZE) + 12 for columns in longest]
        edges = [_MARGIN + sum(widths[:column]) for column in range(count + 1)]
        lines = {
            (row, column): [part for line in text.split("\n") for part in _wrap_cell(line, edges[column + width] - edges[column])]
            for row, column, text, _, width in table.cells
        }
        heights = [
            max(len(lines[row, column]) for other, column, _, height, _ in table.cells if other == row and height == 1) * 14 + 8
            if any(other == row and height == 1 for other, _, _, height, _ in table.cells)
            else 22
            for row in range(len(table.rows))
        ]
        self.begin_line(sum(heights))
        top = self.y - _SIZE
        tops = [top + sum(heights[:row]) for row in range(len(heights) + 1)]
        for row, column, _, height, width in table.cells:
            if has_rules:
                self.pdf.rect(edges[column], tops[row], edges[column + width] - edges[column], tops[row + height] - tops[row])
            for index, line in enumerate(lines[row, column]):
                self.put(edges[column] + 4, tops[row] + 15 + 14 * index, line)
        self.y = tops[-1] + _LEADING

    def add_columns(self, lines: Sequence[str]) -> None:
        """Add lines of vertical text, from right to left."""
        x = self.pdf.w - _MARGIN
        for line in lines:
            if x < _MARGIN:
                self.add_page()
                x = self.pdf.w - _MARGIN
            for position, character in enumerate(line):
                if not character.isspace():
                    self.put(x, _MARGIN + 12 * position, character)
            x -= 21


def _write_pdf(document: PrintedDocument, *, has_rules: bool = True) -> bytes:
    """Write a PDF with pages that have a header and a number."""
    writer = _PdfWriter(document.header)
    for block in document.blocks:
        if isinstance(block, PrintedTable):
            writer.add_table(block, has_rules=has_rules)
        else:
            writer.add_paragraph(block)
    return bytes(writer.pdf.output())


def _write_vertical_pdf(document: PrintedDocument) -> bytes:
    """Write a PDF whose lines run from top to bottom, with wide letters and digits."""
    writer = _PdfWriter(document.header)
    columns = 2 * int(writer.height / 12)
    lines: list[str] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            text = re.sub("[!-~]", lambda match: chr(ord(match[0]) + 0xFEE0), block.mark + block.text).replace(" ", "　")
            rest = columns // 2 - len(text)
            before = block.indent if block.align == "left" else "　" * max(rest // (2 if block.align == "center" else 1), 0)
            lines += wrap(before + text, columns, block.hang.replace("  ", "　"))
    writer.add_columns(lines)
    return bytes(writer.pdf.output())


@frozen
class Format:
    """A format of files."""

    name: str
    media_type: str
    write: Callable[[PrintedDocument], bytes]

    def read(self, document: PrintedDocument) -> ExtractedText:
        """Write a document as a file, and return what is read in that."""
        return extract(self.write(document), media_type=self.media_type)


_OFFICE = "application/vnd.openxmlformats-officedocument."
_DOCX, _XLSX = f"{_OFFICE}wordprocessingml.document", f"{_OFFICE}spreadsheetml.sheet"
FORMATS = {
    format.name: format
    for format in (
        Format("text", "text/plain", write_text),
        Format("markdown", "text/markdown", write_markdown),
        Format("html", "text/html", lambda document: _write_html(document, has_lists=False)),
        Format("html-lists", "text/html", lambda document: _write_html(document, has_lists=True)),
        Format("docx", _DOCX, lambda document: _write_docx(document, has_lists=False)),
        Format("docx-lists", _DOCX, lambda document: _write_docx(document, has_lists=True)),
        Format("xlsx", _XLSX, lambda document: _write_xlsx(document, has_dates=False)),
        Format("xlsx-dates", _XLSX, lambda document: _write_xlsx(document, has_dates=True)),
        Format("pdf", "application/pdf", _write_pdf),
        Format("pdf-without-rules", "application/pdf", lambda document: _write_pdf(document, has_rules=False)),
        Format("pdf-vertical", "application/pdf", _write_vertical_pdf),
    )
}
PROSE_FORMATS = ("text", "markdown", "html", "html-lists", "docx", "docx-lists", "pdf", "pdf-vertical")
"""Formats in which letters, minutes and lists are printed."""
TABLE_FORMATS = ("markdown", "html", "docx", "xlsx", "xlsx-dates", "pdf", "pdf-without-rules")
"""Formats in which tables are printed; Markdown has no cells that span others."""


def squeeze(text: str) -> str:
    """Return a text in one width, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())
