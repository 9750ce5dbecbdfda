"""The grammar of tables: schedules, charts of months, duties and measures, rosters, and rows that nothing else is known of."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from attrs import evolve, frozen

from dxgov.documents.folding import fold
from dxgov.documents.heads import split_party
from dxgov.documents.letters import EntryWriter
from dxgov.documents.lines import Cell, CellTable, Line
from dxgov.documents.lists import find_issuer, write_instructions, write_opinion, write_opinion_group
from dxgov.documents.readings import Certainty, EntryKind, Value
from dxgov.documents.row_dates import Above, Anchor, RowDate, find_leading_date, find_trailing_date, find_year, is_date, strip_mark
from dxgov.documents.schedules import EventRow, write_milestones
from dxgov.documents.wrapping import join_lines

SURE, LIKELY = Certainty.SURE, Certainty.LIKELY

_ROLES: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "number": r"(?:項番|項目?番号|通し?番号|連番|整理番号|番号|No\.?|NO\.?|№|#|番|順|回)$",
        "date": r"(?:.*(?:日程|日時|期日|時期|年月日?|日付|月日|期間|期限|"
        r"開催日|実施日|予定日|時間軸|締切日?|(?:開始|終了|完了|着手)(?:日|予定日?|時期)?)|スケジュール|予定|いつ|年度?|月|日)(?:[(].*[)])?$",
        "weekday": r"曜日?$",
        "name": r"(?:氏\s*名|委員名?|名\s*前|お名前|構成員名?|メンバー|担当者名?|発表者|講師)(?:[(].*[)]|[(]?敬称略[)]?)*$",
        "post": r"(?:役\s*職名?|職\s*名?|肩\s*書き?|役|役名|職位|官職|現職|役割分担|職名等)(?:等|[(].*[)])?$",
        "body": r"(?:所\s*属|団体名?|機関名?|組織名?|自治体名?|市(?:区)?町村名?|"
        r"会社名?|勤務先|所属(?:先|団体|機関|部署|・.*)?|選出区分)(?:等|[(].*[)])?$",
        "owner": r"(?:担当(?:課|部|局|部局|課室|部署|所管|省庁|府省庁?|機関|者)?|所管(?:課|部|局|省庁)?|実施(?:主体|者|機関)|"
        r"主体|主管(?:課)?|部署名?|部局名?|課名|所属課|関係(?:省庁|機関|課))(?:等|[(].*[)])?$",
        "duty": r".*(?:業務|事務|所掌|職務|担当事項|任務|役割)(?:内容|分担|の内容|事項|概要)?$",
        "opinion": r"(?:主な|おもな|いただいた|寄せられた|提出された|委員の?|[市区町村都県]民の?)*[ご御]?意見(?:等|・[ご御]?要望)?"
        r"(?:の?(?:内容|概要|要旨|要約|趣旨))?$",
        "instruction": r"(?:[一-鿿]{0,6}(?:の|からの))?[ご御]?指示(?:事項|内容|の内容)?$",
        "examination": r"(?:主な)?(?:検討(?:すべき)?(?:項目|事項|課題|論点)|論点)$",
        "measure": r".*(?:施策|対策|取り?組み?|事業)(?:名|項目|内容|の内容|事項|概要)?$",
        "category": r"(?:区\s*分|分\s*類|分\s*野|種\s*別|カテゴリー?|項\s*目|大項目|柱|テーマ|領域)$",
        "event": r"(?:会議名?|会\s*合|行\s*事名?|イベント|名称|件名|催し|できごと|出来事|"
        r"主な.*|事\s*項|実施事項|実施内容|予定内容|工程|作業|タスク|マイルストーン|手続き?|ステップ|.*名)$",
        "content": "",
    }.items()
}
"""What a column holds, by the folded words of its header; the first that fits counts."""

_AUDIENCE = re.compile(r"(?P<audience>[一-鿿ァ-ヶー]{1,12})(?:に(?:関係|関連|関わ|係)|が(?:関係|関連)|向け|を?対象)")
_BULLET = re.compile(r"[\s　]*[・･•●○〇◎◯◦∙◆◇■□▪▫▶►★☆※\-–*][\s　]*")
_BULLETS = re.compile(r"(?:^|(?<=[\s　]))[・•●○〇◎◦∙◆◇■□▪▶►★][\s　]*(?=\S)", re.MULTILINE)
_NOTHING = re.compile(r"[\s　―‐—–\-－ー~/／×なし無し]*")
_FIGURE = re.compile(r"[\s\d,.△▲+%円千百万億人件回点\-―－]+")
"""A cell that counts something, folded."""
_HELD = re.compile(r"[\s　]*(?:開催|実施|予定|随時|済み?)[\s　]*")
"""Words of a chart that name no event."""
_ARROW = re.compile(r"[\s　→⇒➡⟶←⇔↔●○◎■□▲△▼▽★☆◆◇━─=＝>＞<＜\-－―~～〜*＊xXｘ✓✔レ]+")
"""A mark in a chart, without words."""

_PERIOD = re.compile(
    r"[(（]?(?:(?:明治|大正|昭和|平成|令和|[RHＲＨ])\s*[0-9０-９元一二三四五六七八九十]{1,2}\s*年?度?|[0-9０-９]{4}\s*年?度?)?\s*[・./／]?"
    r"(?:[0-9０-９一二三四五六七八九十]{1,2}\s*月|第?[1-4１-４一二三四]\s*(?:四半期|[QＱ])|[QＱ][1-4１-４]|[上下]半?期|[上中下]旬|[前後]半)?(?:\s*[~～〜-]\s*[0-9０-９]{1,2}\s*月)?[)）]?"
)
_MAX_TITLE_ROWS = 8
"""Rows of a sheet in which titles, dates and the header of its table stand."""

_MAX_POSITIONS = 2_000_000
"""Maximum rows times columns of a table that is read."""
_MIN_PERIODS = 3
"""Columns of months, quarters or years that make a chart."""


@frozen
class _Grid:
    """A table by rows and columns."""

    table: CellTable
    height: int
    width: int

    @classmethod
    def from_table(cls, table: CellTable) -> "_Grid":
        """Return the grid of a table."""
        positions = table.grid or {(0, 0): Cell(0, 0, "", 0, 0)}
        return cls(table, max(row for row, _ in positions) + 1, max(column for _, column in positions) + 1)

    def get(self, row: int, column: int) -> Cell | None:
        """Return the cell at a position that has text; None if there is none."""
        cell = self.table.grid.get((row, column))
        return cell if cell is not None and cell.text.strip() else None

    def text(self, row: int, column: int) -> str:
        """Return the text of a cell in one line; empty for none."""
        cell = self.get(row, column)
        return join_lines(cell.text.split("\n")) if cell is not None else ""

    def list_cells(self, row: int) -> list[Cell]:
        """Return the cells with text that stand in a row, each once."""
        cells = [cell for column in range(self.width) if (cell := self.get(row, column)) is not None]
        return list(dict.fromkeys(cells))


def write_tables(writer: EntryWriter, lines: Sequence[Line], tables: Sequence[CellTable], anchor: Anchor | None) -> int:
    """Write the rows of tables, and return how many tables have a form that is known."""
    known = 0
    for table in tables:
        grid = _Grid.from_table(table.compact)
        first = min((cell.first_line for cell in table.cells if cell.first_line), default=0)
        if not first or grid.height * grid.width > _MAX_POSITIONS:
            continue
        above = Above(_find_year_above(lines, table, first))
        known += _write_table(writer, lines, grid, above, anchor)
    return known


def _find_year_above(lines: Sequence[Line], table: CellTable, first: int) -> str:
    """Return the year that the name of the sheet or one of the three lines with text above a table prints; empty for none."""
    if table.name and (year := find_year(fold(table.name))):
        return year
    return _find_title_year([line.text for line in lines[max(0, first - 8) : first - 1] if line.text.strip()][-3:])


def _find_title_year(texts: Sequence[str]) -> str:
    """Return the year of the last of some titles that prints one; a sentence is no title, and a day prints no year of others."""
    for text in map(fold, reversed(texts)):
        year = find_year(text)
        is_day = is_date(text) and bool(re.match(r"\s*\d{1,2}\s*月", text[text.find(year) + len(year) :]))
        if year and not is_day and len(text) <= 60 and "。" not in text:
            return year
    return ""


def _write_table(writer: EntryWriter, lines: Sequence[Line], grid: _Grid, above: Above, anchor: Anchor | None) -> bool:
    """Write the rows of a table by the first grammar that knows its header; return False if none does."""
    if (periods := _find_periods(grid)) is not None:
        header_height, columns = periods
        events = list(_list_chart_events(grid, header_height, columns, above))
        if events:
            write_milestones(writer, lines, events, anchor, "cell-of-chart")
            return True
    header = _find_header(grid)
    # A title in the sheet itself may print the year.
    above = Above(_find_title_year([grid.text(row, 0) for row in range(header)]) or above.year)
    roles = _get_roles(grid, header)
    body = range(header + 1, grid.height)
    date_columns = [column for column, role in roles.items() if role == "date"] or _find_date_columns(grid, body)
    writers: list[tuple[bool, Callable[[], None]]] = [
        (
            "name" in roles.values() and bool({"post", "body", "number"} & set(roles.values())) and not date_columns,
            lambda: _write_members(writer, lines, grid, body, roles),
        ),
        ("opinion" in roles.values(), lambda: _write_opinions(writer, lines, grid, header, body, roles)),
        ("instruction" in roles.values(), lambda: _write_instructions(writer, lines, grid, header, body, roles)),
        (bool(date_columns), lambda: _write_dated_rows(writer, lines, grid, body, roles, date_columns, above, anchor)),
        ("duty" in roles.values(), lambda: _write_duties(writer, lines, grid, header, body, roles)),
        ("measure" in roles.values(), lambda: _write_measures(writer, lines, grid, header, body, roles)),
        ("examination" in roles.values(), lambda: _write_examination_rows(writer, lines, grid, body, roles)),
    ]
    count = len(writer.entries)
    for is_known, write in writers:
        if is_known:
            write()
            if len(writer.entries) > count:
                return True
    for row in range(grid.height):
        _write_row(writer, lines, grid, row)
    return False


# ---- headers


def _find_header(grid: _Grid) -> int:
    """Return the row of the header: that of the topmost three with several cells that name the most roles; -1 if none names any."""
    rows = [row for row in range(min(_MAX_TITLE_ROWS, grid.height)) if len(grid.list_cells(row)) > 1][:3]
    counts = {
        row: sum(
            1
            for column in range(grid.width)
            if (text := _fold_header(grid.text(row, column))) and not is_date(text) and _match_role(text) != "content"
        )
        for row in rows
    }
    best = max(rows, key=lambda row: (counts[row], -row), default=-1)
    return best if best >= 0 and counts[best] and not any(is_date(cell.text) for cell in grid.list_cells(best)) else -1


def _fold_header(text: str) -> str:
    return re.sub(r"\s", "", fold(text)) if len(text) <= 30 else ""


def _match_role(text: str) -> str:
    return next(role for role, pattern in _ROLES.items() if pattern.match(text))


def _get_roles(grid: _Grid, header: int) -> dict[int, str]:
    """Return what each column holds by its header; empty without one."""
    if header < 0:
        return {}
    return {column: _match_role(text) for column in range(grid.width) if (text := _fold_header(grid.text(header, column)))}


def _find_date_columns(grid: _Grid, body: range) -> list[int]:
    """Return the first column in which most cells are dates, as a list; empty if there is none."""
    for column in range(grid.width):
        texts = [grid.text(row, column) for row in body if grid.get(row, column)]
        if len(texts) > 1 and sum(is_date(strip_mark(text)) for text in texts) >= 0.7 * len(texts):
            return [column]
    return []


# ---- schedules


def _write_dated_rows(
    writer: EntryWriter,
    lines: Sequence[Line],
    grid: _Grid,
    body: range,
    roles: Mapping[int, str],
    date_columns: Sequence[int],
    above: Above,
    anchor: Anchor | None,
) -> None:
    """Write the rows of a table with dates."""
    title_column = next(
        (
            column
            for role in ("event", "measure", "duty", "category", "content", "name", "body", "owner")
            for column in sorted(roles)
            if roles[column] == role and column not in date_columns
        ),
        None,
    )
    if title_column is None:
        title_column = max(
            (column for column in range(grid.width) if column not in date_columns),
            key=lambda column: sum(len(grid.text(row, column)) for row in body),
            default=None,
        )
    if title_column is None:
        return
    owners = [column for column, role in roles.items() if role == "owner"]
    events: list[EventRow] = []
    words: dict[int, tuple[str, Cell]] = {}
    for row in body:
        # Empty cells of dates take what stands above them; a cell to the left that changes empties those to the right.
        for index, column in enumerate(date_columns):
            if (cell := grid.get(row, column)) is not None:
                if column not in words or words[column][1] != cell:
                    for other in date_columns[index + 1 :]:
                        words.pop(other, None)
                words[column] = (_join_date(cell), cell)
        title_cell = grid.get(row, title_column)
        if title_cell is None:
            title_cell = next(
                (
                    cell
                    for column in range(grid.width)
                    if column not in date_columns and roles.get(column) in {"event", "content"} and (cell := grid.get(row, column))
                ),
                None,
            )
        if title_cell is None:
            continue
        if any(cell == title_cell for _, cell in words.values()) or (len(grid.list_cells(row)) == 1 and title_cell.columns > 1):
            # A row that is one cell is a heading inside of the table.
            above = Above(find_year(fold(title_cell.text)) or above.year)
            continue
        if _FIGURE.fullmatch(fold(title_cell.text)):
            continue
        numbers = [number for cell in grid.list_cells(row) for number in (cell.first_line, cell.last_line)]
        names = [grid.text(row, column) for column in owners if grid.get(row, column)]
        units = {column: _get_unit(grid, column, body.start - 1) for column in date_columns}
        for date, title in _pair_dates(words, units, title_cell, above):
            events.append(EventRow(date, title, max(numbers), columns=names))
    if sum(bool(event.date.words) for event in events) * 2 >= len(events):
        write_milestones(writer, lines, events, anchor, "row-of-table")


def _join_date(cell: Cell) -> str:
    """Return the text of a cell of dates in one line; a date may be wrapped inside of a number."""
    joined = "".join(line.strip() for line in cell.text.split("\n"))
    return joined if is_date(joined) else join_lines(cell.text.split("\n"))


_UNITS = re.compile("年度?|月|日")
_STARTS, _ENDS = re.compile("開始|着手|自$|始期|から"), re.compile("終了|完了|至$|終期|まで|期限")


def _get_unit(grid: _Grid, column: int, header: int) -> str:
    """Return the folded header of a column of dates."""
    return _fold_header(grid.text(header, column)) if header >= 0 else ""


def _pair_dates(
    words: Mapping[int, tuple[str, Cell]], headers: Mapping[int, str], title_cell: Cell, above: Above
) -> Iterator[tuple[RowDate, list[tuple[int, str]]]]:
    """Yield the dates of a row with their events: one of each, or as many lines of dates as of events, or bullets of one date."""
    columns = [column for column in headers if column in words]
    titles = list(_split_points(title_cell))
    if not columns:
        yield RowDate("", above), [line for title in titles for line in title]
        return
    # Columns of the start and the end of a span are one date.
    if len(columns) > 1 and _STARTS.search(headers[columns[-2]]) and _ENDS.search(headers[columns[-1]]):
        (start, start_cell), (end, end_cell) = words[columns[-2]], words[columns[-1]]
        date = RowDate(f"{start} {end}", above, start_cell.first_line, end_cell.last_line, f"{start}～{end}")
        for title in titles:
            yield date, title
        return
    # Columns of years and months before the last give what its dates lack.
    year, month = above.year, ""
    for column in columns[:-1]:
        text = _add_unit(words[column][0], headers[column])
        year = find_year(fold(text)) or year
        match = re.search(r"[0-9０-９]{1,2}\s*月", text)
        month = match[0] if match else month
    printed, cell = words[columns[-1]]
    text = _add_unit(printed, headers[columns[-1]])
    date_lines = [(number, line.strip()) for number, line in _number_lines(cell) if line.strip()]
    if not is_date(text) and len(date_lines) > 1 and all(is_date(line) for _, line in date_lines):
        title_lines = titles if len(titles) == len(date_lines) else [[line] for line in _number_lines(title_cell)]
        if len(title_lines) == len(date_lines):
            for (number, line), title in zip(date_lines, title_lines, strict=True):
                yield RowDate(_get_words(line), Above(year, month), number, number), title
            return
    is_bare = text != printed
    date = RowDate(printed if is_bare else _get_words(text), Above(year, month), cell.first_line, cell.last_line, text if is_bare else "")
    for title in titles:
        yield date, title


def _add_unit(text: str, header: str) -> str:
    """Return a date with the unit of its header, such as 4 below 月."""
    return text + header if _UNITS.fullmatch(header) and re.fullmatch(r"[0-9０-９]{1,4}", text) else text


def _get_words(text: str) -> str:
    """Return the date in the text of a cell; the text itself if none is found, as in 随時."""
    leading = find_leading_date(strip_mark(text.strip()))
    if leading is not None:
        return leading[0]
    trailing = find_trailing_date(" " + text)
    return trailing[1] if trailing is not None else text


def _number_lines(cell: Cell) -> list[tuple[int, str]]:
    """Return the lines of a cell with their numbers; all have the first if the cell stands on one line."""
    texts = cell.text.split("\n")
    return [(min(cell.first_line + index, cell.last_line), text) for index, text in enumerate(texts)]


def _split_points(cell: Cell) -> Iterator[list[tuple[int, str]]]:
    """Yield the points of a cell, each as the numbers and texts of its lines: those behind bullets, or the whole cell."""
    points: list[list[tuple[int, str]]] = []
    is_bulleted = len(_BULLETS.findall(cell.text)) > 1 or bool(_BULLETS.match(cell.text.strip()))
    for number, line in _number_lines(cell):
        pieces = [piece.strip() for piece in _BULLETS.split(line)] if is_bulleted else [line.strip()]
        for index, piece in enumerate(pieces):
            if not piece:
                continue
            if (points and (index == 0 and not (is_bulleted and _BULLETS.match(line.strip())))) or (points and not is_bulleted):
                points[-1].append((number, piece))
            else:
                points.append([(number, piece)])
    yield from points


# ---- charts of months


def _find_periods(grid: _Grid) -> tuple[int, dict[int, list[Cell]]] | None:
    """Return how many rows the header of a chart has, and its periods by column, the widest first; None if the table is none."""
    rows = []
    for row in range(min(4, grid.height)):
        columns = {
            column: cell
            for column in range(1, grid.width)
            if (cell := grid.get(row, column)) and _PERIOD.fullmatch(fold(cell.text).strip())
        }
        is_header = (
            len(columns) >= _MIN_PERIODS and len(columns) > len([column for column in range(1, grid.width) if grid.get(row, column)]) / 2
        )
        if is_header:
            rows.append((row, columns))
    if not rows:
        return None
    last_row, _ = rows[-1]
    # Years above a row of months count however few they are
    headers = dict(rows)
    for row in range(last_row):
        headers[row] = {**headers.get(row, {}), **_spread_years(grid, row)}
    rows = [(row, columns) for row, columns in sorted(headers.items()) if columns]
    chart_columns = sorted({column for _, columns in rows for column in columns})
    if len({cell for _, columns in rows for cell in columns.values()}) < _MIN_PERIODS:
        return None
    return last_row + 1, {column: [columns[column] for _, columns in rows if column in columns] for column in chart_columns}


def _spread_years(grid: _Grid, row: int) -> dict[int, Cell]:
    """Return the year above each column; without cells that span others, it stands above the first of its columns alone."""
    years: dict[int, Cell] = {}
    for column in range(1, grid.width):
        cell = grid.get(row, column)
        if cell is None and column - 1 in years:
            years[column] = years[column - 1]
        elif cell is not None and find_year(fold(cell.text)) and _PERIOD.fullmatch(fold(cell.text).strip()):
            years[column] = cell
    return years


def _list_chart_events(grid: _Grid, header_height: int, periods: Mapping[int, Sequence[Cell]], above: Above) -> Iterator[EventRow]:
    """Yield the events of a chart: texts in cells below periods, and runs of marks, which are named by their row."""
    first = min(periods)
    for row in range(header_height, grid.height):
        labels = [cell for column in range(first) if (cell := grid.get(row, column)) is not None]
        label = labels[-1] if labels else None
        marked = [column for column in sorted(periods) if grid.get(row, column)]
        # Marks without words in columns side by side are one event.
        for (is_mark, _), columns in groupby(enumerate(marked), key=lambda pair: _get_run(grid, row, *pair)):
            run = [column for _, column in columns]
            cell = grid.get(row, run[0])
            if cell is None:
                continue
            if is_mark and label is None:
                continue
            title = _number_lines(label) if is_mark and label is not None else _number_lines(cell)
            title = [(number, re.sub(rf"^{_ARROW.pattern}|[\s　→⇒➡]+$", "", text)) for number, text in title]
            title = [(number, text) for number, text in title if text]
            if title:
                yield EventRow(_make_period(periods, run, above), title, max(number for number, _ in _number_lines(cell)))


def _get_run(grid: _Grid, row: int, index: int, column: int) -> tuple[bool, object]:
    """Return whether a cell of a chart is a mark without words, and what it has in common with the cells of its event."""
    cell = grid.get(row, column)
    if cell is not None and _ARROW.fullmatch(cell.text.strip()):
        return True, column - index
    if cell is not None and _HELD.fullmatch(cell.text):
        return True, cell
    return False, cell


def _make_period(periods: Mapping[int, Sequence[Cell]], run: Sequence[int], above: Above) -> RowDate:
    """Return the date of columns of a chart: that of the first, or the range to the last."""
    first, last = periods[run[0]], periods[run[-1]]
    year, month = above.year, ""
    for cell in first[:-1]:
        year = find_year(fold(cell.text)) or year
        month = next(iter(re.findall(r"[0-9０-９]{1,2}月", cell.text)), month)
    spanned = list(dict.fromkeys(periods[column][-1] for column in sorted(periods) if run[0] <= column <= run[-1]))
    texts = [join_lines(cell.text.split("\n")).strip("()（） ") for cell in spanned]
    numbers = [number for cell in spanned for number in (cell.first_line, cell.last_line)]
    outer = last[0].text.strip() if len(last) > 1 and last[0] != first[0] else ""
    meaning = f"{texts[0]}～{outer}{texts[-1]}" if len(texts) > 1 else ""
    return RowDate(" ".join(texts), Above(year, month), min(numbers), max(numbers), meaning)


# ---- duties, measures, rosters, rows


def _get_lines(lines: Sequence[Line], cells: Sequence[Cell]) -> list[Line]:
    """Return the first and the last line of cells."""
    numbers = [number for cell in cells for number in (cell.first_line, cell.last_line) if number]
    return [lines[min(numbers) - 1], lines[max(numbers) - 1]]


def _make_value(cell: Cell, text: str, certainty: Certainty, reason: str) -> Value:
    return Value(text, certainty, reason, cell.first_line, cell.last_line)


def _write_duties(writer: EntryWriter, lines: Sequence[Line], grid: _Grid, header: int, body: range, roles: Mapping[int, str]) -> None:
    """Write duties, with the measures of their rows."""
    duty_column = next(column for column, role in roles.items() if role == "duty")
    owner = re.match(r"(.+?)の(?:主な)?(?:業務|事務|所掌|職務|役割|任務)", grid.text(header, duty_column))
    header_cell = grid.get(header, duty_column)
    is_checked = _is_numbered(grid, body, roles)
    for row in body:
        cell = grid.get(row, duty_column)
        if cell is None:
            continue
        values = _list_values(grid, row, roles, ("number", "category", "owner"), SURE if is_checked else LIKELY)
        if "owner" not in values and owner is not None and header_cell is not None:
            values["owner"] = _make_value(header_cell, owner[1], LIKELY, "owner-in-header")
        values["text"] = _make_value(cell, join_lines(cell.text.split("\n")), LIKELY, "column-by-header")
        place = f"{grid.text(header, column)}{grid.text(row, column)}" if (column := _get_column(roles, "number")) is not None else None
        index = writer.add(EntryKind.DUTY, _get_lines(lines, grid.list_cells(row)), values, place=place)
        _write_row_measures(writer, lines, grid, header, row, roles, index, place)


def _write_measures(writer: EntryWriter, lines: Sequence[Line], grid: _Grid, header: int, body: range, roles: Mapping[int, str]) -> None:
    """Write the measures of a table without duties."""
    for row in body:
        column = _get_column(roles, "number")
        place = f"{grid.text(header, column)}{grid.text(row, column)}" if column is not None and grid.get(row, column) else None
        _write_row_measures(writer, lines, grid, header, row, roles, None, place)


def _write_row_measures(
    writer: EntryWriter,
    lines: Sequence[Line],
    grid: _Grid,
    header: int,
    row: int,
    roles: Mapping[int, str],
    parent: int | None,
    place: str | None,
) -> None:
    """Write the points of the column of measures in a row."""
    column = _get_column(roles, "measure")
    cell = grid.get(row, column) if column is not None else None
    if cell is None or column is None or _NOTHING.fullmatch(cell.text):
        return
    audience = _AUDIENCE.search(grid.text(header, column))
    header_cell = grid.get(header, column)
    for position, point in enumerate(_split_points(cell), 1):
        title = join_lines(text for _, text in point)
        values = {
            "position": Value(position, LIKELY, "order"),
            "title": Value(title, LIKELY, "column-by-header", point[0][0], point[-1][0]),
        }
        if audience is not None and header_cell is not None:
            values["audience"] = _make_value(header_cell, audience["audience"], LIKELY, "audience-in-header")
        writer.add(EntryKind.MEASURE, [lines[point[0][0] - 1], lines[point[-1][0] - 1]], values, parent, place)


def _write_members(writer: EntryWriter, lines: Sequence[Line], grid: _Grid, body: range, roles: Mapping[int, str]) -> None:
    """Write the persons of a roster; an empty post or body takes that above it only in merged cells."""
    for row in body:
        values = _list_values(grid, row, roles, ("name", "post", "body"), SURE)
        if "name" not in values or not re.search(r"[一-鿿ァ-ヶA-Za-zぁ-ん]", values["name"].value) or len(values["name"].value) > 40:
            continue
        name_cell = grid.get(row, next(column for column, role in roles.items() if role == "name"))
        if name_cell is None or name_cell.columns > 1:
            continue
        if "body" in values and "post" not in values:
            # One column may hold both body and post.
            party = split_party(values["body"].value, lines[values["body"].first_line - 1])
            if party is not None and party.body and party.post:
                values |= {
                    part: evolve(values["body"], value=text, certainty=LIKELY, reason="post-divides")
                    for part, text in (("body", party.body), ("post", party.post))
                }
        writer.add(EntryKind.MEMBER, _get_lines(lines, grid.list_cells(row)), values)


# ---- opinions, instructions, items to examine


def _write_opinions(writer: EntryWriter, lines: Sequence[Line], grid: _Grid, header: int, body: range, roles: Mapping[int, str]) -> None:
    """Write the opinions of a column, in groups by the column of categories; without one, the header is the heading of all."""
    column, category = _get_column(roles, "opinion"), _get_column(roles, "category")
    group: tuple[Cell | None, str, int] | None = None
    position = 0
    for row in body:
        cell = grid.get(row, column) if column is not None else None
        if cell is None or column is None or _NOTHING.fullmatch(cell.text) or cell.row != row:
            continue
        # Cells of one text one below the other, merged or not, head one group; an empty cell goes on with the group above.
        heading = grid.get(row, category) if category is not None else grid.get(header, column)
        title = join_lines(heading.text.split("\n")) if heading is not None else ""
        if heading is not None and (group is None or group[1] != title):
            group, position = (heading, title, write_opinion_group(writer, _get_lines(lines, [heading]), title)), 0
        if group is None:
            continue
        for point, point_lines in _list_points(lines, grid, row, cell):
            position += 1
            has_bullet = Value(bool(_BULLETS.match(cell.text.strip())), SURE, "bullet", cell.first_line, cell.last_line)
            write_opinion(writer, point_lines, point, position, group[2], has_bullet)


def _list_points(lines: Sequence[Line], grid: _Grid, row: int, cell: Cell) -> Iterator[tuple[str, list[Line]]]:
    """Yield the texts of the points of a cell with their lines: those of the row if the cell is one point."""
    points = list(_split_points(cell))
    for point in points:
        own = [lines[point[0][0] - 1], lines[point[-1][0] - 1]]
        yield join_lines(text for _, text in point), own if len(points) > 1 else _get_lines(lines, grid.list_cells(row))


def _write_instructions(
    writer: EntryWriter, lines: Sequence[Line], grid: _Grid, header: int, body: range, roles: Mapping[int, str]
) -> None:
    """Write the instructions of a column; a column of owners says to whom they are given."""
    column = _get_column(roles, "instruction")
    # Who gives them stands above the table, in a title inside of it, or in the header.
    first = min(cell.first_line for cell in grid.table.cells if cell.first_line)
    above = [line for line in lines[max(0, first - 8) : first - 1] if line.text.strip()][-3:]
    titles = [lines[cell.first_line - 1] for row in range(header + 1) for cell in grid.list_cells(row)]
    issuer = next((issuer for line in reversed([*above, *titles]) if (issuer := find_issuer(line)) is not None), None)
    number = 0
    for row in body:
        cell = grid.get(row, column) if column is not None else None
        if cell is None or cell.row != row:
            continue
        values = _list_values(grid, row, roles, ("owner", "date"), LIKELY)
        columns: dict[str, Value] = {}
        if (owner := values.get("owner")) is not None:
            columns["directed_to"] = evolve(owner, value=tuple(filter(None, re.split(r"[、，・\s]", owner.value))))
        if (date := values.get("date")) is not None:
            columns["due"] = date
        for text, point_lines in _list_points(lines, grid, row, cell):
            number = write_instructions(writer, point_lines, text, number, issuer, columns=columns)


def _write_examination_rows(writer: EntryWriter, lines: Sequence[Line], grid: _Grid, body: range, roles: Mapping[int, str]) -> None:
    """Write the items to examine of a column, with the numbers of their column, or in order."""
    column, numbers = _get_column(roles, "examination"), _get_column(roles, "number")
    indexes: dict[str, int] = {}
    for row in body:
        cell = grid.get(row, column) if column is not None else None
        if cell is None or cell.row != row:
            continue
        code = "-".join(re.findall("[0-9]+", fold(grid.text(row, numbers)))) if numbers is not None else ""
        code = code or str(len(indexes) + 1)
        if code in indexes:
            continue
        values = {
            "code": Value(code, LIKELY, "code-of-item"),
            "title": _make_value(cell, strip_mark(join_lines(cell.text.split("\n"))), LIKELY, "column-by-header"),
        }
        indexes[code] = writer.add(
            EntryKind.EXAMINATION_ITEM, _get_lines(lines, grid.list_cells(row)), values, indexes.get(code.rpartition("-")[0]), code
        )


def _get_column(roles: Mapping[int, str], role: str) -> int | None:
    return next((column for column, other in roles.items() if other == role), None)


def _list_values(grid: _Grid, row: int, roles: Mapping[int, str], names: Sequence[str], certainty: Certainty) -> dict[str, Value]:
    """Return the values of a row in the first column of each role."""
    return {
        name: _make_value(cell, grid.text(row, column), certainty, "column-by-header")
        for name in names
        if (column := _get_column(roles, name)) is not None and (cell := grid.get(row, column)) is not None
    }


def _is_numbered(grid: _Grid, body: range, roles: Mapping[int, str]) -> bool:
    """Return True if the numbers of rows go on by one."""
    column = _get_column(roles, "number")
    numbers = [fold(grid.text(row, column)) for row in body] if column is not None else []
    return bool(numbers) and numbers == [str(number) for number in range(1, len(numbers) + 1)]


def _write_row(writer: EntryWriter, lines: Sequence[Line], grid: _Grid, row: int) -> None:
    """Write a row of which no more is known than its cells."""
    cells = [cell for cell in grid.list_cells(row) if cell.row == row]
    if cells:
        texts = tuple(grid.text(row, column) for column in range(grid.width))
        writer.add(EntryKind.ROW, _get_lines(lines, cells), {"cells": Value(texts, LIKELY, "row-of-table")})
