"""PDF: lines built from characters and their boxes, columns one after the other, and ruled tables as cells."""

import ctypes
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import pi
from statistics import median
from typing import Any

from attrs import define, frozen

from dxgov.documents.building import TextBuilder, require_within
from dxgov.documents.folding import measure_width
from dxgov.documents.formats.pdf_tables import RuledCell, RulingLine, find_tables
from dxgov.documents.lines import Box, CellPosition, ExtractedText
from dxgov.documents.symbols import translate_symbols
from dxgov.errors import DocumentError
from dxgov.limits import Limits
from dxgov.optional_dependencies import require_extra

_PASSWORD_ERROR = 4
_RADICALS = {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in (*range(0x2E80, 0x2FD6),)
    if unicodedata.normalize("NFKC", chr(code)) != chr(code)
}
"""Radicals that fonts name for the characters that look like them."""
_READING = re.compile("[\u3041-\u3096\u30a1-\u30fc・\\s]+")
_PAGE_NUMBER = re.compile(r"\W*(?:p\.?\s*|page\s*)?[0-9０-９]{1,4}(?:\s*[/／]\s*[0-9０-９]{1,4})?\W*", re.IGNORECASE)
_NOTE_MARK = re.compile(r"[*＊※†]|[（(]?注|[0-9０-９]{1,3}")
_LEADERS = re.compile(r"[.…‥・･]{4,}\s*[0-9０-９ivx]{1,4}$")
_DIGITS = re.compile("[0-9０-９]+")
_PROPERTIES = {"Title": "title", "Author": "author", "CreationDate": "created", "ModDate": "modified"}
_DATE = re.compile(r"D:([0-9]{4})([0-9]{2})([0-9]{2}).*")
_MIN_COLUMN_LINES = 4
_WIDE_GAP, _NARROW_GAP = 1.2, 0.5
"""Gaps that may part columns, and those that do where a column is known to begin, in heights of a character."""
_MIN_TABLE_COLUMNS, _MIN_TABLE_ROWS = 3, 3
"""Columns and rows that make a table without rules."""
_MAX_ROW_GAP = 3
"""The widest gap between its rows, in heights of a character."""


@frozen
class _Character:
    """A character with its box; vertical text is turned so that its lines run from left to right."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top


@define
class _Line:
    """A line of a page."""

    text: str
    box: Box
    size: float
    """The height of most of its characters, in points."""
    marks: tuple[str, ...] = ()
    """The small raised numbers in the line, which may refer to notes."""
    bare_text: str = ""
    """The text without these numbers."""
    begins_with_mark: bool = False
    style: str = ""
    table: int | None = None
    cell: RuledCell | None = None


@define
class _Page:
    """The lines of a page in reading order, and the cells of its tables."""

    height: float
    lines: list[_Line]
    tables: list[list[RuledCell]]


def read_pdf(content: bytes, limits: Limits) -> ExtractedText:
    """Read a PDF file.

    Raises:
        DocumentError: the file is encrypted, scanned without text, damaged, or larger than the limits allow.
        NotInstalledError: pypdfium2 is not installed.
    """
    with require_extra("pdf"):
        import pypdfium2 as pdfium
    try:
        pdf = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD_ERROR or "password" in str(error).lower():
            raise DocumentError("the PDF is encrypted; open it with its password and save or print it without one") from None
        raise DocumentError("the PDF is damaged; fetch it again, or open it in a viewer and print it to a new PDF") from None
    try:
        require_within("pages", len(pdf), limits)
        pages = []
        count = 0
        for index in range(len(pdf)):
            page, characters = _read_page(pdf, index)
            count += characters
            require_within("characters", count, limits)
            pages.append(page)
        properties = {name: _DATE.sub(r"\1-\2-\3", pdf.get_metadata_value(key)) for key, name in _PROPERTIES.items()}
    finally:
        pdf.close()
    if not any(page.lines for page in pages):
        raise DocumentError("the PDF holds pictures of pages without text; run text recognition (OCR) on it first")
    _mark_repeated(pages)
    _mark_notes(pages)
    builder = TextBuilder(limits)
    for number, page in enumerate(pages, 1):
        _add_page(builder, page, number)
    return builder.build(f"pypdfium2 {pdfium.PYPDFIUM_INFO.version}", properties)


def _add_page(builder: TextBuilder, page: _Page, number: int) -> None:
    """Add the lines of a page; a table stands where its first cell does."""
    tables: dict[int, int] = {}
    for line in page.lines:
        if line.table is None:
            builder.add_text(line.text, page=number, box=line.box, style=line.style)
        elif line.table not in tables:
            tables[line.table] = table = builder.add_table(number)
            lines = [other for other in page.lines if other.table == line.table]
            for cell in page.tables[line.table]:
                position, first_line = CellPosition(table, cell.row, cell.column), builder.next_line
                for other in lines:
                    if other.cell is cell:
                        builder.add_text(other.text, page=number, box=other.box, cell=position)
                builder.add_cell(position, first_line, cell.rows, cell.columns)


def _read_page(pdf: Any, index: int) -> tuple[_Page, int]:
    """Read a page, and return it with the number of its characters; a page that cannot be read has no lines."""
    import pypdfium2 as pdfium

    try:
        page = pdf[index]
        left, bottom, right, top = page.get_bbox()
        textpage = page.get_textpage()
    except pdfium.PdfiumError:
        return _Page(0, [], []), 0
    characters, turn = _read_characters(textpage, left, top)
    height = top - bottom if turn % 2 == 0 else right - left
    if not characters:
        return _Page(height, [], []), 0
    rules = [_turn_rule(rule, turn, left, top) for rule in _read_rules(page)]
    tables = find_tables(rules)
    return _Page(height, list(_build_lines(characters, tables)), tables), len(characters)


def _read_characters(textpage: Any, left: float, top: float) -> tuple[list[_Character], int]:
    """Read the characters of a page in the order of its content, turned upright, and the quarter turns that most need."""
    import pypdfium2.raw as pdfium_c

    raw, rect = textpage.raw, pdfium_c.FS_RECTF()
    turns: Counter[int] = Counter()
    boxes: list[tuple[str, float, float, float, float]] = []
    high = 0
    for index in range(textpage.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(raw, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0
            high = 0
        if code < 0x20 and code != 2:
            continue
        # PDFium makes up blanks and line ends from gaps, and marks hyphens at the end of a line with 2
        if pdfium_c.FPDFText_IsGenerated(raw, index) == 1 or not pdfium_c.FPDFText_GetLooseCharBox(raw, index, rect):
            continue
        text = "-" if code == 2 else _RADICALS.get(code) or translate_symbols(chr(code) if code < 0x110000 else "")
        boxes.append((text, rect.left - left, top - rect.top, rect.right - left, top - rect.bottom))
        if index % 8 == 0:
            turns[round(pdfium_c.FPDFText_GetCharAngle(raw, index) / (pi / 2)) % 4] += 1
    turn = turns.most_common(1)[0][0] if turns else 0
    characters = [_Character(text, *_turn_box(box, turn)) for text, *box in boxes]
    return _remove_doubles(characters), turn


def _turn_box(box: Sequence[float], turn: int) -> Box:
    """Turn a box by quarters, clockwise text coming to lie upright."""
    x, y = zip(*(_turn_point(box[i], box[j], turn) for i, j in ((0, 1), (2, 3))), strict=True)
    return min(x), min(y), max(x), max(y)


def _turn_point(x: float, y: float, turn: int) -> tuple[float, float]:
    # Turned texts get coordinates below zero, which only order matters of
    return (x, y) if turn == 0 else (y, -x) if turn == 1 else (-x, -y) if turn == 2 else (-y, x)


def _turn_rule(rule: Sequence[float], turn: int, left: float, top: float) -> RulingLine:
    return RulingLine(*_turn_box((rule[0] - left, top - rule[3], rule[2] - left, top - rule[1]), turn))


def _remove_doubles(characters: list[_Character]) -> list[_Character]:
    """Remove characters that are printed twice to look bold."""
    seen: set[tuple[str, int, int]] = set()
    kept = []
    for character in characters:
        keys = [(character.text, round(character.left * 2) + dx, round(character.top)) for dx in (0, -1, 1)]
        if character.text.isspace() or not seen.intersection(keys):
            kept.append(character)
        seen.add(keys[0])
    return kept


def _read_rules(page: Any) -> Iterator[tuple[float, float, float, float]]:
    """Yield the boxes of straight lines, as left, bottom, right and top in the page's own coordinates."""
    import pypdfium2.raw as pdfium_c

    edges = [ctypes.c_float() for _ in range(4)]
    matrix, x, y = pdfium_c.FS_MATRIX(), ctypes.c_float(), ctypes.c_float()
    for index in range(min(pdfium_c.FPDFPage_CountObjects(page.raw), 20_000)):
        item = pdfium_c.FPDFPage_GetObject(page.raw, index)
        if pdfium_c.FPDFPageObj_GetType(item) != pdfium_c.FPDF_PAGEOBJ_PATH:
            continue
        if not pdfium_c.FPDFPageObj_GetBounds(item, *edges):
            continue
        left, bottom, right, top = (edge.value for edge in edges)
        if min(right - left, top - bottom) <= 3:
            yield left, bottom, right, top
            continue
        mode, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDFPath_GetDrawMode(item, mode, stroke)
        count = pdfium_c.FPDFPath_CountSegments(item)
        if count > 2_000 or not pdfium_c.FPDFPageObj_GetMatrix(item, matrix):
            continue
        # The edges of boxes count if they are drawn; filled ones are shades behind cells, except thin ones
        points: list[tuple[float, float]] = []
        for segment_index in range(count):
            segment = pdfium_c.FPDFPath_GetPathSegment(item, segment_index)
            pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
            point = (matrix.a * x.value + matrix.c * y.value + matrix.e, matrix.b * x.value + matrix.d * y.value + matrix.f)
            kind = pdfium_c.FPDFPathSegment_GetType(segment)
            if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
                yield from _list_edges(points, is_drawn=bool(stroke.value))
                points = [point]
            elif kind == pdfium_c.FPDF_SEGMENT_LINETO:
                points.append(point)
            if pdfium_c.FPDFPathSegment_GetClose(segment) and points:
                points.append(points[0])
        yield from _list_edges(points, is_drawn=bool(stroke.value))


def _list_edges(points: Sequence[tuple[float, float]], *, is_drawn: bool) -> Iterator[tuple[float, float, float, float]]:
    """Yield the upright and level edges of a path, or a thin filled box as one."""
    if not points:
        return
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if min(max(xs) - min(xs), max(ys) - min(ys)) <= 3:
        yield min(xs), min(ys), max(xs), max(ys)
    elif is_drawn:
        for (x0, y0), (x1, y1) in pairwise(points):
            if min(abs(x1 - x0), abs(y1 - y0)) <= 1:
                yield min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _build_lines(characters: Sequence[_Character], tables: Sequence[Sequence[RuledCell]]) -> Iterator[_Line]:
    """Yield the lines of a page in reading order."""
    # Characters within the cells of a table are lines of their own
    outside: list[_Character] = []
    inside: dict[tuple[int, int], list[_Character]] = {}
    areas = [
        (min(c.left for c in cells), min(c.top for c in cells), max(c.right for c in cells), max(c.bottom for c in cells))
        for cells in tables
    ]
    for character in characters:
        x, y = (character.left + character.right) / 2, (character.top + character.bottom) / 2
        key = None
        for table, (left, top, right, bottom) in enumerate(areas):
            if left <= x <= right and top <= y <= bottom:
                key = next(((table, i) for i, c in enumerate(tables[table]) if c.left <= x <= c.right and c.top <= y <= c.bottom), None)
        if key is None:
            outside.append(character)
        else:
            inside.setdefault(key, []).append(character)
    lines: list[_Line] = []
    vertical, horizontal = _split_by_direction(outside)
    if vertical:
        lines.extend(_order_lines(vertical, is_vertical=True))
    lines.extend(_order_lines(horizontal, is_vertical=False))
    if 0 < len(vertical) < len(horizontal):
        lines.sort(key=lambda line: line.box[1])
    # A table stands before the first line below it
    for table, area in reversed([*enumerate(areas)]):
        table_lines = []
        for index, cell in enumerate(tables[table]):
            upright, level = _split_by_direction(inside.get((table, index), []))
            for line in (*_order_lines(upright, is_vertical=True), *_order_lines(level, is_vertical=False)):
                line.table, line.cell = table, cell
                table_lines.append(line)
        position = next((i for i, line in enumerate(lines) if line.box[1] >= area[1] - 1), len(lines))
        lines[position:position] = table_lines
    yield from lines


def _split_by_direction(characters: Sequence[_Character]) -> tuple[list[_Character], list[_Character]]:
    """Return the characters of vertical and of horizontal lines."""
    if len(characters) < 2:
        return [], list(characters)
    steps = []
    for one, other in pairwise(characters):
        dx = (other.left + other.right - one.left - one.right) / 2
        dy = (other.top + other.bottom - one.top - one.bottom) / 2
        size = max(one.height, one.right - one.left, 1)
        is_down = abs(dx) < 0.35 * size and 0.4 * size < dy < 1.35 * size
        steps.append("v" if is_down else "h" if abs(dy) < 0.35 * size and abs(dx) < 3 * size else "-")
    is_vertical_page = steps.count("v") > max(steps.count("h"), 3)
    vertical: list[_Character] = []
    horizontal: list[_Character] = []
    start = 0
    while start < len(characters):
        end = start
        while end < len(steps) and steps[end] == "v":
            end += 1
        run = characters[start : end + 1]
        touches_row = "h" in steps[max(start - 1, 0) : start] + steps[end : end + 1]
        is_vertical = len(run) >= (2 if is_vertical_page else 4) or (is_vertical_page and not touches_row)
        (vertical if is_vertical else horizontal).extend(run)
        start = end + 1
    return vertical, horizontal


def _order_lines(characters: Sequence[_Character], *, is_vertical: bool) -> list[_Line]:
    """Return lines of one direction in reading order."""
    if is_vertical:
        # From right to left and from top to bottom: the same as from top to bottom and from left to right, turned by a quarter
        characters = [_Character(c.text, c.top, -c.right, c.bottom, -c.left) for c in characters]
    rows = _group_rows(characters)
    segments = [segment for row in _remove_readings(rows) for segment in _split_row(row)]
    lines = []
    ordered = list(_order_columns(segments))
    aligned = {} if is_vertical else _align_columns(ordered)
    for index, segment in enumerate(ordered):
        text = aligned.get(index) or _join_characters(segment)
        if text.strip():
            box = _bounding_box(segment)
            box = (-box[3], box[0], -box[1], box[2]) if is_vertical else box
            visible = [c for c in segment if not c.text.isspace()]
            marks = _find_marks(visible)
            bare_text = _join_characters([c for c in segment if not any(c in mark for mark in marks)]) if marks else text
            begins_with_mark = bool(marks) and marks[0][0] is visible[0]
            names = tuple("".join(c.text for c in mark) for mark in marks)
            lines.append(_Line(text, box, median(c.height for c in visible), names, bare_text, begins_with_mark))
    return lines


def _find_marks(characters: Sequence[_Character]) -> list[list[_Character]]:
    """Return the small raised numbers of a line."""
    size, bottom = median(c.height for c in characters), median(c.bottom for c in characters)
    marks: list[list[_Character]] = []
    last = None
    for character in characters:
        if _NOTE_MARK.fullmatch(character.text) and character.height < 0.8 * size and character.bottom < bottom - 0.1 * size:
            if last is None:
                marks.append([])
            marks[-1].append(character)
            last = character
        else:
            last = None
    return marks


def _group_rows(characters: Sequence[_Character]) -> list[list[_Character]]:
    """Return the characters of each row, from left to right, the rows from top to bottom."""
    # Characters that follow each other in the content and on the row are kept together
    runs: list[list[_Character]] = []
    for character in characters:
        last = runs[-1][-1] if runs else None
        if (
            last
            and _overlap(last.top, last.bottom, character.top, character.bottom)
            and abs(character.left - last.right) < 2 * last.height + 1
        ):
            runs[-1].append(character)
        else:
            runs.append([character])
    # A run joins the row that it overlaps by more than half of the lower one's height
    rows: list[tuple[float, float, list[_Character]]] = []
    for run in sorted(runs, key=lambda run: (min(c.top for c in run) + max(c.bottom for c in run)) / 2):
        top, bottom = median(c.top for c in run), median(c.bottom for c in run)
        for index in range(len(rows) - 1, max(len(rows) - 4, -1), -1):
            row_top, row_bottom, row = rows[index]
            if _overlap(row_top, row_bottom, top, bottom):
                row.extend(run)
                if bottom - top > row_bottom - row_top:
                    rows[index] = (top, bottom, row)
                break
        else:
            rows.append((top, bottom, list(run)))
    return [sorted(row, key=lambda c: c.left) for _, _, row in sorted(rows, key=lambda row: row[0] + row[1])]


def _overlap(top: float, bottom: float, other_top: float, other_bottom: float) -> bool:
    """Check if two heights overlap by more than half of the lower one."""
    return min(bottom, other_bottom) - max(top, other_top) > 0.5 * min(bottom - top, other_bottom - other_top)


def _remove_readings(rows: Sequence[list[_Character]]) -> Iterator[list[_Character]]:
    """Yield the rows without those of ruby: kana of about half the size, close above a row."""
    for index, row in enumerate(rows):
        following = rows[index + 1] if index + 1 < len(rows) else None
        if following is not None and _READING.fullmatch("".join(c.text for c in row)):
            size, base = median(c.height for c in row), median(c.height for c in following)
            distance = median(c.top for c in following) - median(c.bottom for c in row)
            is_within = row[0].left >= following[0].left - base and row[-1].right <= following[-1].right + base
            if size <= 0.62 * base and abs(distance) < 0.6 * base and is_within:
                continue
        yield row


def _split_row(row: Sequence[_Character], gap: float = _WIDE_GAP) -> list[list[_Character]]:
    """Split a row at gaps so wide that they may part columns; `gap` is the least one, in heights of a character."""
    visible = [c for c in row if not c.text.isspace()]
    if not visible:
        return []
    gaps = [other.left - one.right for one, other in pairwise(visible)]
    usual = median(gaps) if len(gaps) > 2 else 0
    segments = [[row[0]]]
    right = row[0].right
    for character in row[1:]:
        if character.left - right > max(gap * character.height, 1.5 * usual) and not character.text.isspace():
            segments.append([])
        segments[-1].append(character)
        right = max(right, character.right)
    return [segment for segment in segments if any(not c.text.isspace() for c in segment)]


def _order_columns(segments: list[list[_Character]]) -> Iterator[list[_Character]]:
    """Yield segments in reading order: full columns of text one after the other, all else row by row, its segments joined."""
    gutter = _find_gutter([_bounding_box(segment) for segment in segments])
    if gutter is None:
        yield from _join_rows(segments)
        return
    band: list[list[_Character]] = []
    for segment in [*segments, None]:
        if segment is not None and not (_bounding_box(segment)[0] < gutter < _bounding_box(segment)[2]):
            band.append(segment)
            continue
        # What crosses the gutter ends the columns above it
        left = [s for s in band if _bounding_box(s)[2] <= gutter]
        right = [s for s in band if _bounding_box(s)[0] >= gutter]
        if min(len(left), len(right)) >= _MIN_COLUMN_LINES:
            yield from _order_columns(left)
            yield from _order_columns(right)
        else:
            yield from _join_rows(band)
        if segment is not None:
            yield segment
        band = []


def _find_gutter(boxes: Sequence[Box]) -> float | None:
    """Return the middle of the blank that parts two columns of running text; None if there is none."""
    starts = Counter(round(box[0] / 3) for box in boxes)
    best: tuple[int, float] | None = None
    for start, count in starts.items():
        if count < _MIN_COLUMN_LINES:
            continue
        edge = start * 3 - 4.5
        left = [box for box in boxes if box[2] <= edge]
        right = [box for box in boxes if box[0] >= edge]
        crossing = len(boxes) - len(left) - len(right)
        if min(len(left), len(right)) < _MIN_COLUMN_LINES or crossing > 0.3 * len(boxes):
            continue
        # Columns of text fill their width on most lines; those of tables do not
        if _is_filled(left) and _is_filled(right) and (best is None or len(left) + len(right) > best[0]):
            best = (len(left) + len(right), (max(box[2] for box in left) + min(box[0] for box in right)) / 2)
    return best[1] if best else None


def _is_filled(boxes: Sequence[Box]) -> bool:
    start, end = min(box[0] for box in boxes), max(box[2] for box in boxes)
    height = median(box[3] - box[1] for box in boxes)
    filled = sum(box[2] - box[0] > 0.8 * (end - start) for box in boxes)
    return end - start > 10 * height and filled >= 0.6 * len(boxes)


def _join_rows(segments: Iterable[list[_Character]]) -> Iterator[list[_Character]]:
    """Yield segments, those of one row joined."""
    row: list[_Character] = []
    for segment in segments:
        if row and segment[0].left >= row[-1].left and _overlap(*_heights(row), *_heights(segment)):
            row = [*row, *segment]
        else:
            if row:
                yield row
            row = segment
    if row:
        yield row


def _heights(segment: Sequence[_Character]) -> tuple[float, float]:
    return median(c.top for c in segment), median(c.bottom for c in segment)


def _align_columns(rows: Sequence[Sequence[_Character]]) -> dict[int, str]:
    """Return the texts of rows that stand in the columns of a table without rules, by index, with blanks that align the columns.

    The columns are those of the first row. Rows belong to them as long as each begins in a column, and so does what a wide gap parts in it.
    """
    wide = [_split_row(row) for row in rows]
    narrow = [_split_row(row, _NARROW_GAP) for row in rows]
    texts: dict[int, str] = {}
    begin = 0
    while begin < len(rows):
        edges, tolerance = [segment[0].left for segment in narrow[begin]], rows[begin][0].height / 2
        stop = begin
        while (
            stop < len(rows)
            and (stop == begin or rows[stop][0].top - rows[stop - 1][0].bottom < _MAX_ROW_GAP * rows[begin][0].height)
            and all(_find_edge(edges, segment[0].left, tolerance) is not None for segment in wide[stop])
        ):
            stop += 1
        cells: dict[tuple[int, int], str] = {}
        for row in range(begin, stop):
            # A narrow gap parts cells only where one begins
            column, parts = 0, list[_Character]()
            for segment in narrow[row]:
                edge = _find_edge(edges, segment[0].left, tolerance)
                if edge is not None:
                    column, parts = edge, []
                parts += segment
                cells[row, column] = _join_characters(parts)
        filled = Counter(row for row, _ in cells)
        if len(edges) < _MIN_TABLE_COLUMNS or sum(count > 1 for count in filled.values()) < _MIN_TABLE_ROWS:
            begin += 1
            continue
        position = 0
        for column in range(len(edges)):
            for row in range(begin, stop):
                if (row, column) in cells:
                    line = texts.get(row, "")
                    texts[row] = line + " " * (position - measure_width(line)) + cells[row, column]
            # What stands alone in its row may be a sentence that goes beyond its column
            position += 2 + max(measure_width(cells.get((row, column), "")) for row in filled if filled[row] > 1)
        begin = stop
    return texts


def _find_edge(edges: Sequence[float], start: float, tolerance: float) -> int | None:
    """Return the index of the column that begins at a position; None if none does."""
    return next((index for index, edge in enumerate(edges) if abs(edge - start) <= tolerance), None)


def _join_characters(row: Sequence[_Character]) -> str:
    """Return the text of a row, with a blank at each gap that is wider than those of its letter-spacing."""
    visible = [c for c in row if not c.text.isspace()]
    gaps = [max(other.left - one.right, 0) for one, other in pairwise(visible)]
    spacing = median(gaps) if gaps else 0
    # Blanks between all characters are letter-spacing, too
    is_spaced = sum(c.text == " " for c in row) >= 0.6 * len(gaps) > 0 and not all(c.text.isascii() for c in row)
    parts, last = [], None
    for character in row:
        if last is not None:
            gap = character.left - last.right
            size = max(character.height, last.height)
            if character.text.isspace() or last.text.isspace():
                # The blanks of a letter-spaced row are a part of its spacing
                gap = 0
            is_narrow = character.text.isascii() and last.text.isascii()
            if gap > (0.2 if is_narrow else 0.6) * size and gap > 1.6 * spacing:
                parts.append(" " if is_narrow else "　")
        if not (is_spaced and character.text == " "):
            parts.append(character.text)
        last = character
    return "".join(parts).strip()


def _bounding_box(characters: Sequence[_Character]) -> Box:
    visible = [c for c in characters if not c.text.isspace()] or characters
    return min(c.left for c in visible), min(c.top for c in visible), max(c.right for c in visible), max(c.bottom for c in visible)


def _mark_repeated(pages: Sequence[_Page]) -> None:
    """Mark headers and footers: page numbers, and lines at the edge of pages that others repeat but for their digits."""
    edges: Counter[tuple[str, str]] = Counter()
    candidates: list[tuple[_Line, str, str]] = []
    for page in pages:
        for line in page.lines:
            style = "header" if line.box[3] < 0.1 * page.height else "footer" if line.box[1] > 0.88 * page.height else ""
            if style and line.table is None:
                key = _DIGITS.sub("0", line.text)
                edges[style, key] += 1
                candidates.append((line, style, key))
    for line, style, key in candidates:
        if edges[style, key] >= max(2, 0.3 * len(pages)) or (style == "footer" and _PAGE_NUMBER.fullmatch(line.text)):
            line.style = style


def _mark_notes(pages: Sequence[_Page]) -> None:
    """Mark footnotes, lines of small print at the bottom of pages, and the lines of tables of contents."""
    sizes = Counter[float]()
    for page in pages:
        for line in page.lines:
            sizes[round(line.size, 1)] += len(line.text)
    usual = sizes.most_common(1)[0][0]
    for page in pages:
        last = [line for line in page.lines if line.style not in ("header", "footer")]
        while last and (last[0].table is not None or last[0].box[1] < 0.5 * page.height or not _begins_note(last, usual)):
            last.pop(0)
        for line in last:
            line.style = "note"
        # Numbers that refer to notes are no part of the text that they follow
        numbers = {match[0] for line in last if (match := _NOTE_MARK.match(line.text))}
        for line in page.lines:
            if line.style != "note" and line.marks and numbers.issuperset(line.marks):
                line.text = line.bare_text
            if not line.style and _LEADERS.search(line.text):
                line.style = "contents"


def _begins_note(lines: Sequence[_Line], usual: float) -> bool:
    """Check if the first of the last lines of a page begins a note: with a raised number, or with any above small print only."""
    return lines[0].begins_with_mark or (bool(_NOTE_MARK.match(lines[0].text)) and all(line.size <= 0.9 * usual for line in lines))
