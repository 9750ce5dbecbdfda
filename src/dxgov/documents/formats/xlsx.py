"""XLSX: the cells of each sheet as they are shown, merged ones once, and without what is hidden."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from xml.etree.ElementTree import Element

from dxgov.documents.building import TextBuilder, require_within
from dxgov.documents.formats.ooxml import OfficePackage
from dxgov.documents.lines import CellPosition, ExtractedText
from dxgov.documents.number_formats import BUILTIN_FORMATS, format_value
from dxgov.limits import Limits

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_Range = tuple[int, int, int, int]
"""First row, first column, last row and last column, counted from 0."""


class _XlsxReader:
    """A reader of one XLSX file."""

    def __init__(self, package: OfficePackage, limits: Limits) -> None:
        self._package = package
        self._limits = limits
        self._builder = TextBuilder(limits)
        self._main = package.main_part
        self._workbook = package.parse(self._main)
        self._texts = [_read_rich_text(item) for item in self._parse_related("sharedStrings").iter("si")]
        self._formats = _read_formats(self._parse_related("styles"))
        properties = self._workbook.find("workbookPr")
        self._starts_1904 = properties is not None and properties.get("date1904", "0") in ("1", "true")

    def read(self) -> ExtractedText:
        """Read the sheets in their order; hidden ones, rows and columns are named in the properties."""
        related = self._package.map_relationships(self._main)
        hidden = []
        for page, sheet in enumerate(self._workbook.iter("sheet"), 1):
            require_within("pages", page, self._limits)
            name, part = sheet.get("name", ""), related.get(sheet.get("id", ""), ("", ""))
            if part[0] != "worksheet" or part[1] not in self._package.names:
                continue
            if sheet.get("state", "visible") != "visible":
                hidden.append(name)
            else:
                hidden.extend(f"{name}!{span}" for span in self._add_sheet(part[1], page, name))
        return self._builder.build(properties={**self._package.properties, "hidden": ", ".join(hidden)})

    def _parse_related(self, kind: str) -> Element:
        return self._package.parse_optional(next(iter(self._package.list_related(self._main, kind)), None))

    def _add_sheet(self, part: str, page: int, name: str) -> list[str]:
        """Add the cells of a sheet, and return its hidden rows and columns as Excel names them."""
        root = self._package.parse(part)
        merged = {area[:2]: area for area in _read_merged(root)}
        covered = _list_covered(merged.values(), self._limits)
        hidden_columns = _read_hidden_columns(root)
        table = self._builder.add_table(page, name)
        hidden_rows = []
        for row, element in _iterate_rows(root):
            if element.get("hidden", "0") in ("1", "true"):
                hidden_rows.append(row)
                continue
            for column, cell in _iterate_cells(row, element):
                if any(first <= column <= last for first, last in hidden_columns) or (row, column) in covered:
                    continue
                text = self._show(cell)
                area = merged.get((row, column), (row, column, row, column))
                if text.strip() or (row, column) in merged:
                    position, first_line = CellPosition(table, row, column), self._builder.next_line
                    self._builder.add_text(text, page=page, cell=position)
                    self._builder.add_cell(position, first_line, area[2] - row + 1, area[3] - column + 1)
        for drawing in self._package.list_related(part, "drawing"):
            self._add_drawing(drawing, page)
        columns = [f"{_name_column(first)}:{_name_column(last)}" for first, last in hidden_columns]
        return columns + [f"{first + 1}:{last + 1}" for first, last in _join_ranges(hidden_rows)]

    def _add_drawing(self, part: str, page: int) -> None:
        """Add the texts of the shapes on a sheet."""
        for body in self._package.parse(part).iter("txBody"):
            for paragraph in body.iter("p"):
                text = "".join("\n" if run.tag == "br" else run.text or "" for run in paragraph.iter() if run.tag in ("t", "br"))
                if text.strip():
                    self._builder.add_text(text, page=page)

    def _show(self, cell: Element) -> str:
        """Return the text of a cell as it is shown."""
        kind, value = cell.get("t", "n"), cell.findtext("v") or ""
        format = self._formats[_read_index(cell.get("s"), len(self._formats))] if self._formats else "General"
        if kind == "inlineStr":
            inline = cell.find("is")
            return format_value(_read_rich_text(inline), format) if inline is not None else ""
        if kind == "s":
            return format_value(self._texts[_read_index(value, len(self._texts))], format) if self._texts and value else ""
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind in ("e", "str"):
            return _unescape(value)
        if kind == "d" or not value:
            return value
        try:
            number = float(value)
        except ValueError:
            return value
        return format_value(number, format, starts_1904=self._starts_1904)


def read_xlsx(content: bytes, limits: Limits) -> ExtractedText:
    """Read an XLSX file. Formulas are not computed: their last results are read.

    Raises:
        DocumentError: the file is damaged, or larger than the limits allow.
    """
    return _XlsxReader(OfficePackage(content, limits), limits).read()


def _read_formats(root: Element) -> Sequence[str]:
    """Return the number format of each cell style."""
    formats = {**BUILTIN_FORMATS, **{format.get("numFmtId", ""): format.get("formatCode", "") for format in root.iter("numFmt")}}
    styles = root.find("cellXfs")
    return [formats.get(style.get("numFmtId", "0"), "General") for style in styles] if styles is not None else []


def _read_rich_text(item: Element) -> str:
    """Return the text of runs, without the phonetic readings."""
    runs = (text for child in item if child.tag in ("t", "r") for text in child.iter("t"))
    return _unescape("".join(text.text or "" for text in runs))


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def _read_merged(root: Element) -> Iterator[_Range]:
    for area in root.iter("mergeCell"):
        first, _, last = area.get("ref", "").partition(":")
        corners = _parse_reference(first), _parse_reference(last or first)
        if corners[0] and corners[1] and corners[0] <= corners[1]:
            yield (*corners[0], *corners[1])


def _list_covered(areas: Iterable[_Range], limits: Limits) -> set[tuple[int, int]]:
    """Return the rows and columns that merged areas cover, without the first of each."""
    covered: set[tuple[int, int]] = set()
    for first_row, first_column, last_row, last_column in areas:
        require_within("cells", len(covered) + (last_row - first_row + 1) * (last_column - first_column + 1), limits)
        covered.update(product(range(first_row, last_row + 1), range(first_column, last_column + 1)))
        covered.discard((first_row, first_column))
    return covered


def _read_hidden_columns(root: Element) -> list[tuple[int, int]]:
    """Return the first and last column of each hidden range, counted from 0."""
    columns = (column for column in root.iter("col") if column.get("hidden", "0") in ("1", "true"))
    return [(_read_index(column.get("min"), 16_385) - 1, _read_index(column.get("max"), 16_385) - 1) for column in columns]


def _iterate_rows(root: Element) -> Iterator[tuple[int, Element]]:
    """Yield the number of each row, counted from 0, with its element."""
    row = -1
    for element in root.iter("row"):
        row = _read_index(element.get("r"), 1_048_577) - 1 if element.get("r") else row + 1
        yield row, element


def _iterate_cells(row: int, element: Element) -> Iterator[tuple[int, Element]]:
    """Yield the number of each column, counted from 0, with the cell."""
    column = -1
    for cell in element.iter("c"):
        reference = _parse_reference(cell.get("r", ""))
        column = reference[1] if reference and reference[0] == row else column + 1
        yield column, cell


def _parse_reference(reference: str) -> tuple[int, int] | None:
    """Return the row and column of a cell such as ``B5``, counted from 0; None if it is none."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def _name_column(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def _join_ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return the first and last of each run of numbers that follow each other."""
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] + 1 == number:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return ranges


def _read_index(value: str | None, count: int) -> int:
    """Return an index below a count; 0 if there is none."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 9 and int(value) < count else 0
