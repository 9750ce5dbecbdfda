"""HTML: headings, lists with their marks, and tables and definition lists as cells."""

import re
import unicodedata
from collections.abc import Mapping
from html.parser import HTMLParser
from itertools import product
from typing import TypeVar

from attrs import define, field

from dxgov.documents.building import TextBuilder, require_within
from dxgov.documents.formats.text import decode
from dxgov.documents.lines import CellPosition, ExtractedText
from dxgov.documents.numbering import format_number
from dxgov.limits import Limits

Number = TypeVar("Number", int, None)

_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_VOID = frozenset(
    {
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    }
)
_LEFT_OUT = frozenset(
    {
        "script",
        "style",
        "template",
        "noscript",
        "svg",
        "math",
        "canvas",
        "iframe",
        "object",
        "select",
        "datalist",
        "textarea",
        "button",
        "audio",
        "video",
        "rt",
        "rp",
        "dialog",
    }
)
"""Elements whose contents are no text of the document."""
_INLINE = frozenset(
    {
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "rb",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "svg",
        "math",
        "script",
        "style",
        "template",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    }
)
_HEADINGS = {f"h{level}": f"heading {level}" for level in range(1, 7)}
_LIST_TAGS, _CELL_TAGS, _TERM_TAGS = ("ol", "ul", "menu"), ("td", "th"), ("dt", "dd")
_CLOSED_BY: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), frozenset(_LIST_TAGS)),
    "dt": (frozenset(_TERM_TAGS), frozenset({"dl"})),
    "dd": (frozenset(_TERM_TAGS), frozenset({"dl"})),
    "td": (frozenset(_CELL_TAGS), frozenset({"table"})),
    "th": (frozenset(_CELL_TAGS), frozenset({"table"})),
    "tr": (frozenset({"tr", *_CELL_TAGS}), frozenset({"table"})),
    "tbody": (frozenset({"tbody", "thead", "tfoot", "tr", *_CELL_TAGS}), frozenset({"table"})),
    "thead": (frozenset({"tbody", "thead", "tfoot", "caption"}), frozenset({"table"})),
    "tfoot": (frozenset({"tbody", "thead", "tfoot", "tr", *_CELL_TAGS}), frozenset({"table"})),
}
"""The elements that each start tag closes if they are open, up to the ones in the second set."""
_SCOPES = frozenset({"table", *_CELL_TAGS})
"""Elements that end tags of others do not close."""
_COMMENT_OR_SCRIPT = re.compile("<!--|</?script", re.IGNORECASE)
_BLANKS = re.compile("[ \t\n\r\f]+")
_BREAK, _BLANK = "\0", "\1"
"""What stands for a line break and a blank that stay, until a block ends."""
_WIDE = ("W", "F", "A")
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:[^;]*?([a-z-]+)\s*(?:;|$)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NUMBER_FORMATS = {
    "1": ("decimal", ". "),
    "a": ("lowerLetter", ". "),
    "A": ("upperLetter", ". "),
    "i": ("lowerRoman", ". "),
    "I": ("upperRoman", ". "),
    "decimal": ("decimal", ". "),
    "decimal-leading-zero": ("decimalZero", ". "),
    "lower-alpha": ("lowerLetter", ". "),
    "lower-latin": ("lowerLetter", ". "),
    "upper-alpha": ("upperLetter", ". "),
    "upper-latin": ("upperLetter", ". "),
    "lower-roman": ("lowerRoman", ". "),
    "upper-roman": ("upperRoman", ". "),
    "katakana": ("aiueoFullWidth", "、"),
    "katakana-iroha": ("irohaFullWidth", "、"),
    "hiragana": ("hiraganaAiueo", "、"),
    "hiragana-iroha": ("hiraganaIroha", "、"),
    "cjk-decimal": ("japaneseDigitalTenThousand", "、"),
    "cjk-ideographic": ("japaneseCounting", "、"),
    "japanese-informal": ("japaneseCounting", "、"),
    "trad-chinese-informal": ("japaneseCounting", "、"),
    "japanese-formal": ("japaneseLegal", "、"),
}
"""The format of numbers and what follows it, by the attribute ``type`` of a list or its style in CSS."""


@define
class _Element:
    """An open element."""

    tag: str
    is_left_out: bool
    style: str
    number: int = 1
    step: int = 1
    format: str = ""
    """The type or style of a list's marks."""


@define
class _Table:
    """An open table or definition list."""

    index: int
    row: int = -1
    column: int = 0
    taken: set[tuple[int, int]] = field(factory=set)
    """The rows and columns that cells of earlier rows reach into."""
    rows: int = 1
    columns: int = 1
    """How many rows and columns the open cell spans."""
    first_line: int = 0
    position: CellPosition | None = None
    """The open cell; None between cells."""


class _HtmlReader(HTMLParser):
    """A reader of one page."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self._limits = limits
        self.builder = TextBuilder(limits)
        self.properties: dict[str, str] = {}
        self._elements: list[_Element] = []
        self._tables: list[_Table] = []
        self._text: list[str] = []
        self._mark = ""
        self._is_in_title = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        attrs = {name: value or "" for name, value in reversed(attributes)}
        if tag == "br":
            self._text.append(_BREAK)
        elif tag == "meta":
            name = attrs.get("name", "").lower()
            if name in ("author", "description"):
                self.properties.setdefault(name, attrs.get("content", ""))
        if tag in _VOID:
            if tag == "hr":
                self._flush()
            return
        if tag not in _INLINE:
            self._flush()
        closed, scope = _CLOSED_BY.get(tag, (frozenset(), frozenset()))
        if closed:
            self._close_implied(closed, scope)
        elif tag not in _INLINE and self._elements and self._elements[-1].tag == "p":
            self._close(len(self._elements) - 1)
        parent = self._elements[-1] if self._elements else None
        style = _HEADINGS.get(tag, parent.style if parent else "")
        if tag in ("header", "nav", "footer") and not any(element.tag in ("main", "article", "section") for element in self._elements):
            style = "footer" if tag == "footer" else "header"
        is_hidden = "hidden" in attrs or bool(_HIDDEN.search(attrs.get("style", ""))) or tag in _LEFT_OUT
        self._elements.append(_Element(tag, is_hidden or (parent is not None and parent.is_left_out), style))
        require_within("nesting", len(self._elements), self._limits)
        if not self._elements[-1].is_left_out:
            self._open(self._elements[-1], attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # In HTML, a slash closes nothing but void elements
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "p" and not any(element.tag == "p" for element in self._elements):
            self._flush()
        for index in range(len(self._elements) - 1, -1, -1):
            if self._elements[index].tag == tag:
                self._close(index)
                return
            if self._elements[index].tag in _SCOPES and tag not in ("table", "tr", "tbody", "thead", "tfoot", "body", "html"):
                return

    def handle_data(self, data: str) -> None:
        if self._is_in_title:
            self.properties["title"] = self.properties.get("title", "") + _BLANKS.sub(" ", data)
        elif not self._elements or not self._elements[-1].is_left_out:
            text = data.replace(_BREAK, "").replace(_BLANK, "")
            is_kept = any(element.tag == "pre" for element in self._elements)
            self._text.append(text.replace("\r\n", "\n").replace("\n", _BREAK).replace(" ", _BLANK) if is_kept else text)

    def close(self) -> None:
        super().close()
        self._flush()
        self._close(0)

    def _open(self, element: _Element, attrs: Mapping[str, str]) -> None:
        tag = element.tag
        if tag == "title":
            self._is_in_title = "title" not in self.properties
        elif tag in _LIST_TAGS:
            match = _LIST_STYLE.search(attrs.get("style", ""))
            element.format = match[1].lower() if match else attrs.get("type", "1" if tag == "ol" else "disc")
            element.step = -1 if "reversed" in attrs else 1
            element.number = _read_int(attrs.get("start"), 1)
        elif tag == "li":
            self._mark = self._count_item(_read_int(attrs.get("value"), None))
        elif tag in ("table", "dl"):
            self._tables.append(_Table(self.builder.add_table()))
        elif tag == "tr" and self._tables:
            self._tables[-1].row += 1
            self._tables[-1].column = 0
        elif tag in _CELL_TAGS and self._tables:
            rows, columns = _read_int(attrs.get("rowspan"), 1), _read_int(attrs.get("colspan"), 1)
            self._open_cell(self._tables[-1], min(max(rows, 1), 1000), min(max(columns, 1), 1000))
        elif tag in _TERM_TAGS and self._tables:
            table = self._tables[-1]
            # A term begins a row, and so does each further description of it
            if tag == "dt" or (table.row, 1) in table.taken or table.row < 0:
                table.row += 1
            table.column = 0 if tag == "dt" else 1
            self._open_cell(table, 1, 1)

    def _open_cell(self, table: _Table, rows: int, columns: int) -> None:
        table.row = max(table.row, 0)
        while (table.row, table.column) in table.taken:
            table.column += 1
        require_within("cells", len(table.taken) + rows * columns, self._limits)
        span = product(range(table.row, table.row + rows), range(table.column, table.column + columns))
        table.taken.update(span)
        table.position = CellPosition(table.index, table.row, table.column)
        table.rows, table.columns, table.first_line = rows, columns, self.builder.next_line
        table.column += columns

    def _close(self, index: int) -> None:
        """Close the open elements from an index on."""
        while len(self._elements) > index:
            element = self._elements[-1]
            if element.tag not in _INLINE:
                self._flush()
            self._elements.pop()
            if element.is_left_out:
                continue
            if element.tag == "title":
                self._is_in_title = False
            elif element.tag == "li":
                self._mark = ""
            elif element.tag in (*_CELL_TAGS, *_TERM_TAGS) and self._tables and (position := self._tables[-1].position):
                table = self._tables[-1]
                self.builder.add_cell(position, table.first_line, table.rows, table.columns)
                table.position = None
            elif element.tag in ("table", "dl") and self._tables:
                self._tables.pop()

    def _close_implied(self, closed: frozenset[str], scope: frozenset[str]) -> None:
        """Close the outermost of some elements that is open within the nearest element of the scope."""
        outermost = None
        for index in range(len(self._elements) - 1, -1, -1):
            if self._elements[index].tag in scope:
                break
            if self._elements[index].tag in closed:
                outermost = index
        if outermost is not None:
            self._close(outermost)

    def _count_item(self, value: int | None) -> str:
        """Count an item of the innermost list, and return its mark behind a blank for each list around it."""
        lists = [element for element in self._elements if element.tag in _LIST_TAGS]
        if not lists:
            return "・"
        inner = lists[-1]
        indent = "　" * (len(lists) - 1)
        number = inner.number if value is None else value
        inner.number = number + inner.step
        if inner.format == "none":
            return indent
        if inner.format not in _NUMBER_FORMATS:
            return indent + "・"
        format, suffix = _NUMBER_FORMATS[inner.format]
        return indent + format_number(number, format) + suffix

    def _flush(self) -> None:
        """Add the text since the last block as lines."""
        parts = [_collapse(part) for part in "".join(self._text).split(_BREAK)]
        self._text.clear()
        text = "\n".join(parts).strip("\n").replace(_BLANK, " ")
        if not text.strip():
            return
        element = self._elements[-1] if self._elements else None
        style = element.style if element else ""
        cell = self._tables[-1].position if self._tables else None
        self.builder.add_text(self._mark + text, style=style or ("list" if self._mark else ""), cell=cell, begins_paragraph=True)
        self._mark = ""


def read_html(content: bytes, limits: Limits) -> ExtractedText:
    """Read an HTML page; what is hidden, scripts and the small readings of ruby are left out.

    Raises:
        DocumentError: the file is no text, or larger than the limits allow.
    """
    charset = _CHARSET.search(content[:4096])
    reader = _HtmlReader(limits)
    reader.feed(_drop_unclosed(decode(content, charset[1].decode("ascii") if charset else None)))
    reader.close()
    return reader.builder.build(properties=reader.properties)


def _drop_unclosed(html: str) -> str:
    """Return a page without a comment or tag that its end leaves open, as browsers do; the parser would look for each end again.

    CDATA sections, which HTML has none of, become declarations, which end at the next closing bracket.
    """
    html = html.replace("<![", "<!")
    is_in_script = False
    for match in _COMMENT_OR_SCRIPT.finditer(html, html.rfind("-->") + 1):
        if match[0] == "<!--" and not is_in_script:
            html = html[: match.start()]
            break
        is_in_script = match[0].lower() == "<script" or (is_in_script and match[0] == "<!--")
    tag = html.find("<", html.rfind(">") + 1)
    return html if tag < 0 else html[:tag]


def _collapse(text: str) -> str:
    """Return a text with each run of blanks as one, and with none where a line ends between wide characters."""

    def replace(match: re.Match[str]) -> str:
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        if "\n" in match[0] and before and after and _is_wide(before) and _is_wide(after):
            return ""
        return " " if before and after else ""

    return _BLANKS.sub(replace, text)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in _WIDE


def _read_int(value: str | None, default: Number) -> int | Number:
    """Return an attribute as a number of at most six digits; the default if it is none."""
    return int(value) if value is not None and re.fullmatch(r"\s*-?[0-9]{1,6}\s*", value) else default
