"""DOCX: paragraphs with the numbers that Word computes, tables, text boxes, notes, headers and footers."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element

from attrs import evolve, frozen

from dxgov.documents.building import TextBuilder
from dxgov.documents.formats.ooxml import OfficePackage
from dxgov.documents.lines import CellPosition, ExtractedText
from dxgov.documents.numbering import format_number
from dxgov.documents.symbols import translate_symbols
from dxgov.errors import DocumentError
from dxgov.limits import Limits

_OFF = ("0", "false", "off", "none")
_LEFT_OUT = frozenset({"del", "moveFrom", "delText", "instrText", "delInstrText", "rPr", "pPr", "rt", "Fallback", "txbxContent", "sectPr"})
"""Elements whose text is not printed where they stand."""
_CHARACTERS = {"tab": "\t", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_LEVEL_NUMBER = re.compile("%([1-9])")
_CONTENTS_NAME = re.compile(r"(?:toc|目次) \d", re.IGNORECASE)
_NOTES = (("footnotes", "footnote"), ("endnotes", "endnote"))
_NOTES_BY_REFERENCE = {f"{kind}Reference": kind for _, kind in _NOTES}


@frozen
class _ListLevel:
    """A level of a numbered list."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    suffix: str = "　"
    is_legal: bool = False
    """True if the numbers of higher levels are printed as digits."""
    restart: int | None = None
    """The level, counted from 1, after which the numbers start again; 0 for never, None for any higher one."""
    font: str = ""


@frozen
class _ParagraphStyle:
    """The parts of a paragraph style that tell its outline and its numbers."""

    outline_level: int | None
    num_id: str | None
    """The list whose numbers the paragraphs have; None for no list."""
    level: int | None
    is_contents: bool
    """True for the lines of a table of contents."""


class _Numbering:
    """The numbered lists of a document, with the numbers reached so far."""

    def __init__(self, root: Element, styles: Mapping[str, _ParagraphStyle]) -> None:
        self._abstract: dict[str, dict[int, _ListLevel]] = {}
        links: dict[str, str] = {}
        for element in root.iter("abstractNum"):
            number = element.get("abstractNumId", "")
            self._abstract[number] = {_read_int(level.get("ilvl"), 0): _read_level(level) for level in element.iter("lvl")}
            if link := _value(element, "numStyleLink"):
                links[number] = link
        self._lists: dict[str, tuple[str, dict[int, _ListLevel], dict[int, int]]] = {}
        for element in root.iter("num"):
            levels, starts = {}, {}
            for override in element.iter("lvlOverride"):
                level = _read_int(override.get("ilvl"), 0)
                if (definition := override.find("lvl")) is not None:
                    levels[level] = _read_level(definition)
                if (start := _value(override, "startOverride")) is not None:
                    starts[level] = _read_int(start, 1)
            self._lists[element.get("numId", "")] = (_value(element, "abstractNumId") or "", levels, starts)
        # A list may take its levels from a style that names another list
        for number, link in links.items():
            target = self._lists.get((styles[link].num_id if link in styles else None) or "")
            if target and not self._abstract[number]:
                self._abstract[number] = self._abstract.get(target[0], {})
        self._reached: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self._started: set[tuple[str, int]] = set()

    def count(self, num_id: str, level: int) -> str:
        """Count a paragraph, and return its number as printed with what follows it; empty if the list is unknown."""
        if num_id not in self._lists:
            return ""
        abstract, overridden, starts = self._lists[num_id]
        levels = {**self._abstract.get(abstract, {}), **overridden}
        if level not in levels:
            return ""
        reached = self._reached[abstract]
        # The first paragraph of a list may start again what others of the same kind have counted
        if level in starts and (num_id, level) not in self._started:
            reached.pop(level, None)
            levels[level] = evolve(levels[level], start=starts[level])
        self._started.add((num_id, level))
        for higher in range(level):
            reached.setdefault(higher, levels[higher].start if higher in levels else 1)
        reached[level] = reached[level] + 1 if level in reached else levels[level].start
        for lower in [lower for lower in reached if lower > level]:
            restart = levels[lower].restart if lower in levels else None
            if restart is None or level < restart:
                del reached[lower]

        def format_level(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            is_digits = levels[level].is_legal and index < level
            number = reached.get(index, 1)
            return format_number(number, "decimal" if is_digits or index not in levels else levels[index].format)

        definition = levels[level]
        if definition.format == "bullet":
            mark = translate_symbols(definition.text, definition.font)
            mark = mark if mark.isprintable() else "・"
        else:
            mark = _LEVEL_NUMBER.sub(format_level, definition.text)
        return mark + definition.suffix if mark else ""


class _DocxReader:
    """A reader of one DOCX file."""

    def __init__(self, package: OfficePackage, limits: Limits) -> None:
        self._package = package
        self._builder = TextBuilder(limits)
        self._main = package.main_part
        self._styles, self._default_style = _read_styles(
            package.parse_optional(next(iter(package.list_related(self._main, "styles")), None))
        )
        numbering = package.parse_optional(next(iter(package.list_related(self._main, "numbering")), None))
        self._numbering = _Numbering(numbering, self._styles)
        self._has_notes = any(package.list_related(self._main, part_kind) for part_kind, _ in _NOTES)
        self._note_ids: dict[str, list[str]] = {kind: [] for _, kind in _NOTES}

    def read(self) -> ExtractedText:
        """Read the headers, the body, the notes and the footers."""
        body = self._package.parse(self._main).find("body")
        if body is None:
            raise DocumentError(f"{self._main} in the file has no body; open it in Word and save it anew")
        for style in ("header", "footer"):
            if style == "footer":
                self._add_blocks(body)
                self._add_notes()
            references = [reference.get("id", "") for reference in body.iter(f"{style}Reference")]
            related = self._package.map_relationships(self._main)
            for name in dict.fromkeys(related[id][1] for id in references if id in related):
                self._add_blocks(self._package.parse_optional(name), style=style)
        return self._builder.build(properties=self._package.properties)

    def _add_notes(self) -> None:
        """Add the notes in the order of their numbers."""
        for part_kind, kind in _NOTES:
            for name in self._package.list_related(self._main, part_kind):
                notes = {note.get("id", ""): note for note in self._package.parse(name).iter(kind)}
                for number, id in enumerate(self._note_ids[kind], 1):
                    if id in notes:
                        self._add_blocks(notes[id], style="note", prefix=f"{number}　")

    def _add_blocks(self, parent: Element, style: str = "", cell: CellPosition | None = None, prefix: str = "") -> None:
        """Add the paragraphs and tables among the descendants of an element; a prefix stands before the first line."""
        for block in _iterate_blocks(parent):
            if block.tag == "tbl":
                self._add_table(block, style)
            else:
                self._add_paragraph(block, style, cell, prefix)
                prefix = ""

    def _add_paragraph(self, paragraph: Element, style: str, cell: CellPosition | None, prefix: str) -> None:
        parts: list[str] = []
        boxes: list[Element] = []
        self._collect_text(paragraph, parts, boxes)
        text = "".join(parts)
        properties = paragraph.find("pPr")
        definition = self._styles.get(
            (_value(properties, "pStyle") or self._default_style) if properties is not None else self._default_style
        )
        num_id, level = _find_list(properties, definition)
        is_removed = properties is not None and properties.find("rPr/del") is not None
        # An empty paragraph of a list has a number, too, unless its removal is tracked
        number = self._numbering.count(num_id, level) if num_id and (text.strip() or not is_removed) else ""
        if text.strip() or number or not (boxes or is_removed):
            outline = _read_outline_level(properties, definition)
            if not style and text.strip():
                is_contents = definition is not None and definition.is_contents
                style = "contents" if is_contents else f"heading {outline + 1}" if outline is not None else "list" if number else ""
            indent = "　" * level if number and style == "list" else ""
            self._builder.add_text(prefix + indent + number + text, style=style, cell=cell, begins_paragraph=True)
        for box in boxes:
            self._add_blocks(box, "" if style.startswith("heading") or style == "list" else style, cell)

    def _collect_text(self, element: Element, parts: list[str], boxes: list[Element]) -> None:
        """Collect the printed text of an element, and the text boxes that hang on it."""
        for child in element:
            tag = child.tag
            if tag == "t":
                parts.append(child.text or "")
            elif tag in _CHARACTERS:
                parts.append(_CHARACTERS[tag])
            elif tag == "br":
                parts.append("" if child.get("type") in ("page", "column") else "\n")
            elif tag == "sym":
                parts.append(_read_symbol(child))
            elif tag == "txbxContent":
                boxes.append(child)
            elif tag in _NOTES_BY_REFERENCE:
                self._note_ids[_NOTES_BY_REFERENCE[tag]].append(child.get("id", ""))
            elif tag == "r" and (_is_hidden(child) or (self._has_notes and _is_raised_number(child))):
                pass
            elif tag not in _LEFT_OUT:
                self._collect_text(child, parts, boxes)

    def _add_table(self, element: Element, style: str) -> None:
        """Add a table; a cell that is merged downwards spans rows up to the last that continues it."""
        table = self._builder.add_table()
        rows = [list(_iterate_cells(row)) for row in _iterate_within(element, "tr")]
        merged = [{column for column, _, cell in row if _is_continued(cell)} for row in rows]
        for row_index, row in enumerate(rows):
            for column, span, cell in row:
                if column in merged[row_index] and row_index > 0:
                    continue
                last = row_index
                while last + 1 < len(rows) and column in merged[last + 1]:
                    last += 1
                position, first_line = CellPosition(table, row_index, column), self._builder.next_line
                self._add_blocks(cell, style, position)
                self._builder.add_cell(position, first_line, last - row_index + 1, span)


def read_docx(content: bytes, limits: Limits) -> ExtractedText:
    """Read a DOCX file: text that tracked changes insert counts, text that they delete does not.

    Raises:
        DocumentError: the file is damaged, or larger than the limits allow.
    """
    return _DocxReader(OfficePackage(content, limits), limits).read()


def _iterate_blocks(parent: Element) -> Iterator[Element]:
    """Yield the paragraphs and tables of an element, those within content controls and insertions, too."""
    for child in parent:
        if child.tag in ("p", "tbl"):
            yield child
        elif child.tag not in _LEFT_OUT and child.tag not in ("tcPr", "sdtPr", "sdtEndPr"):
            yield from _iterate_blocks(child)


def _iterate_within(element: Element, tag: str) -> Iterator[Element]:
    """Yield the rows of a table or the cells of a row, but not those of tables within."""
    for child in element:
        if child.tag == tag:
            if child.find(f"{tag}Pr/del") is None:
                yield child
        elif child.tag in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _iterate_within(child, tag)


def _iterate_cells(row: Element) -> Iterator[tuple[int, int, Element]]:
    """Yield the column, the number of columns, and the element of each cell of a row."""
    column = _read_int(_value(row.find("trPr"), "gridBefore"), 0)
    for cell in _iterate_within(row, "tc"):
        span = min(max(_read_int(_value(cell.find("tcPr"), "gridSpan"), 1), 1), 1000)
        yield column, span, cell
        column += span


def _is_continued(cell: Element) -> bool:
    merge = cell.find("tcPr/vMerge")
    return merge is not None and merge.get("val", "continue") == "continue"


def _is_hidden(run: Element) -> bool:
    hidden = run.find("rPr/vanish")
    return hidden is not None and hidden.get("val", "1") not in _OFF


def _is_raised_number(run: Element) -> bool:
    """Check if a run repeats the number of a note, as for the second of two authors with the same post."""
    return _value(run.find("rPr"), "vertAlign") == "superscript" and (run.findtext("t") or "").strip().isdigit()


def _read_styles(root: Element) -> tuple[Mapping[str, _ParagraphStyle], str]:
    """Read the paragraph styles, with what they inherit, and the name of the default style."""
    elements = {style.get("styleId", ""): style for style in root.iter("style") if style.get("type") in ("paragraph", "numbering")}
    default = next((id for id, style in elements.items() if style.get("default", "0") not in _OFF and style.get("type") == "paragraph"), "")
    styles = {}
    for id in elements:
        chain, current = [], id
        while current in elements and current not in chain:
            chain.append(current)
            current = _value(elements[current], "basedOn") or ""
        styles[id] = _read_style([elements[ancestor] for ancestor in chain])
    return styles, default


def _read_style(chain: Sequence[Element]) -> _ParagraphStyle:
    """Read a style, given with those that it is based on, the nearest first."""
    outline: int | None = None
    num_id: str | None = None
    level: int | None = None
    name, *_ = [_value(style, "name") or "" for style in chain]
    for style in chain:
        properties = style.find("pPr")
        if properties is not None:
            if outline is None and (value := _value(properties, "outlineLvl")) is not None:
                outline = _read_int(value, 9)
            numbers = properties.find("numPr")
            if numbers is not None:
                num_id = num_id or _value(numbers, "numId")
                level = _read_int(_value(numbers, "ilvl"), 0) if level is None else level
    return _ParagraphStyle(0 if name.lower() in ("title", "表題") else outline, num_id, level, bool(_CONTENTS_NAME.match(name)))


def _find_list(properties: Element | None, style: _ParagraphStyle | None) -> tuple[str | None, int]:
    """Return the list and the level of a paragraph; None for no list."""
    num_id, level = (style.num_id, style.level or 0) if style else (None, 0)
    numbers = properties.find("numPr") if properties is not None else None
    if numbers is not None:
        num_id = _value(numbers, "numId") or num_id
        level = _read_int(_value(numbers, "ilvl"), level)
    return (None if num_id == "0" else num_id), min(max(level, 0), 8)


def _read_outline_level(properties: Element | None, style: _ParagraphStyle | None) -> int | None:
    """Return the outline level of a heading, counted from 0; None for other paragraphs."""
    value = _value(properties, "outlineLvl") if properties is not None else None
    level = _read_int(value, 9) if value is not None else style.outline_level if style else None
    return level if level is not None and 0 <= level < 9 else None


def _read_level(element: Element) -> _ListLevel:
    format = _value(element, "numFmt") or "decimal"
    number_format = element.find(".//numFmt")
    if number_format is not None and format == "custom":
        format = "decimalZero" if number_format.get("format", "").startswith("0") else "decimal"
    legal = element.find("isLgl")
    fonts = element.find("rPr/rFonts")
    restart = _value(element, "lvlRestart")
    return _ListLevel(
        start=_read_int(_value(element, "start"), 0 if _value(element, "start") is None else 1),
        format=format,
        text=_value(element, "lvlText") or "",
        suffix="" if _value(element, "suff") == "nothing" else "　",
        is_legal=legal is not None and legal.get("val", "1") not in _OFF,
        restart=_read_int(restart, 0) if restart is not None else None,
        font=fonts.get("ascii", "") if fonts is not None else "",
    )


def _read_symbol(element: Element) -> str:
    try:
        return translate_symbols(chr(int(element.get("char", ""), 16)), element.get("font", ""))
    except (ValueError, OverflowError):
        return ""


def _value(parent: Element | None, tag: str) -> str | None:
    """Return the value of the child of a name; None if there is none."""
    child = parent.find(tag) if parent is not None else None
    return child.get("val") if child is not None else None


def _read_int(value: str | None, default: int) -> int:
    try:
        return int(value) if value is not None else default
    except ValueError:
        return default
