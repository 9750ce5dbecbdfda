"""Made-up schedules, printed in several styles as lists, text tables and cells, with what a reader should read in them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from attrs import frozen
from hypothesis import strategies as st

from dxgov.documents.folding import measure_width
from dxgov.documents.lines import Cell, CellPosition, CellTable, ExtractedText, Line
from printed_documents import ListMark, Paragraph, PrintedDocument, PrintedTable, squeeze
from printed_facts import Fact

WEEKDAYS = "月火水木金土日"
BODIES = ("みどり町", "青葉県", "西浜市", "共通基盤", "電子申請", "窓口改革", "防災情報")
EVENTS = (
    "準備会合",
    "検討委員会（第2回）",
    "住民説明会",
    "意見照会",
    "基本方針の決定",
    "報告書の公表",
    "実証実験",
    "システムの稼働",
    "事業者の選定",
    "パブリックコメントの実施",
    "「骨子（案）」の取りまとめ",
)


@frozen
class Event:
    """An event on a day, in a third of a month, or in a month."""

    day: date
    unit: str
    """``day``, ``third`` or ``month``."""
    title: str

    @property
    def edtf(self) -> str:
        """What the date means."""
        if self.unit == "day":
            return self.day.isoformat()
        if self.unit == "month":
            return f"{self.day:%Y-%m}"
        return f"{self.day:%Y-%m}-01/{self.day:%Y-%m}-10"

    @property
    def words(self) -> str:
        """The date without year and month."""
        return {"day": f"{self.day.day}日（{WEEKDAYS[self.day.weekday()]}）", "third": "上旬", "month": ""}[self.unit]

    @property
    def with_month(self) -> str:
        """The date without year."""
        return f"{self.day.month}月{self.words}"

    @property
    def with_year(self) -> str:
        """The whole date."""
        return f"令和{self.day.year - 2018}年{self.with_month}"

    @property
    def fiscal_year(self) -> int:
        """The fiscal year."""
        return self.day.year - (self.day.month < 4)


@st.composite
def schedules(draw: st.DrawFn, units: tuple[str, ...] = ("day", "third", "month")) -> list[Event]:
    """Generate a schedule of three to eight events in order, at most some months apart."""
    day = draw(st.dates(date(2021, 1, 1), date(2026, 12, 31)))
    events = []
    for number in range(draw(st.integers(3, 8))):
        title = f"{draw(st.sampled_from(BODIES))} {draw(st.sampled_from(EVENTS))}"
        events.append(Event(day, draw(st.sampled_from(units)), f"第{number + 1}回{title}" if number % 2 else title))
        month = day.month + draw(st.integers(1, 3))
        day = date(day.year + (month > 12), (month - 1) % 12 + 1, draw(st.integers(1, 28)))
    return events


def _print_chain(events: Sequence[Event], line: Callable[[str, str], str]) -> Iterator[Paragraph]:
    """Print the year with the first event alone."""
    yield from (Paragraph("今後のスケジュール", heading=1), Paragraph())
    yield from (Paragraph(line(event.with_month if index else event.with_year, event.title)) for index, event in enumerate(events))


def _print_items(heading: str, template: str, texts: Iterable[str]) -> Iterator[Paragraph]:
    """Print the items of a list, each with a mark."""
    yield Paragraph(heading, heading=1)
    for number, text in enumerate(texts, 1):
        yield Paragraph(text, marks=(ListMark(template),), number=number)


def _print_under_fiscal_years(events: Sequence[Event]) -> Iterator[Paragraph]:
    """Print the fiscal years as headings."""
    yield Paragraph("事業の日程", heading=1)
    for index, event in enumerate(events):
        if not index or event.fiscal_year != events[index - 1].fiscal_year:
            yield from (Paragraph(), Paragraph(f"【令和{event.fiscal_year - 2018}年度】", heading=2))
        yield Paragraph(f"　{event.with_month}　{event.title}")


def _print_under_months(events: Sequence[Event]) -> Iterator[Paragraph]:
    """Print months with their years as headings, and days and events below."""
    yield Paragraph("今後の予定", heading=1)
    for index, event in enumerate(events):
        if not index or (event.day.year, event.day.month) != (events[index - 1].day.year, events[index - 1].day.month):
            yield Paragraph(f"■令和{event.day.year - 2018}年{event.day.month}月", heading=2)
        yield Paragraph(f"{event.words}　{event.title}" if event.words else event.title, marks=(ListMark("・"),), number=1)


def _print_below(events: Sequence[Event]) -> Iterator[Paragraph]:
    """Print each date on a line of its own, the event below it with a bullet, then a remark."""
    yield Paragraph("スケジュール（案）", heading=1)
    for event in events:
        yield Paragraph(event.with_year)
        yield Paragraph(event.title, marks=_NESTED_BULLETS, number=1, indent="　")
        yield Paragraph("会場は未定", marks=_NESTED_BULLETS, level=1, number=1, indent="　　")


_NESTED_BULLETS = (ListMark("○"), ListMark("・"))
_LISTS: dict[str, Callable[[Sequence[Event]], Iterable[Paragraph]]] = {
    "date-first": lambda events: _print_chain(events, lambda words, title: f"{words}　{title}"),
    "bullets": lambda events: _print_chain(events, lambda words, title: f"- {words} {title}"),
    "colon": lambda events: _print_chain(events, lambda words, title: f"・{words}：{title}"),
    "numbers": lambda events: _print_items("工程表", "(#) ", (f"{event.with_year}  {event.title}" for event in events)),
    "date-in-brackets-behind": lambda events: _print_chain(events, lambda words, title: f"・{title}（{words}）"),
    "date-behind": lambda events: _print_items("日程", "○ ", (f"{event.title} …… {event.with_year}" for event in events)),
    "fiscal-year-heading": _print_under_fiscal_years,
    "month-heading": _print_under_months,
    "date-alone": _print_below,
}
LIST_STYLES = tuple(_LISTS)


def make_table(
    rows: Sequence[Sequence[str]], spans: dict[tuple[int, int], tuple[int, int]] | None = None, name: str | None = None
) -> ExtractedText:
    """Return a document that is one table; empty texts make no cell, and a line feed makes two lines.

    Args:
        rows: The texts of the cells.
        spans: Rows and columns that cells span, by row and column.
        name: The name of the sheet; None for none.
    """
    lines: list[Line] = []
    cells = []
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            if text:
                first = len(lines) + 1
                position = CellPosition(0, row, column)
                lines += [Line(first + index, part, cell=position) for index, part in enumerate(text.split("\n"))]
                height, width = (spans or {}).get((row, column), (1, 1))
                cells.append(Cell(row, column, text, first, len(lines), height, width))
    return ExtractedText(tuple(lines), (CellTable(tuple(cells), name=name),))


def _make_merged_years(events: Sequence[Event]) -> PrintedTable:
    """Make a table whose first column has fiscal years over several rows."""
    years = [event.fiscal_year for event in events]
    spans = {(years.index(year) + 1, 0): (years.count(year), 1) for year in set(years)}
    rows = [["年度", "時期", "実施内容"]]
    for index, event in enumerate(events):
        rows.append([f"令和{event.fiscal_year - 2018}年度" if (index + 1, 0) in spans else "", event.with_month, event.title])
    return PrintedTable(rows, spans)


def _make_chart(events: Sequence[Event]) -> PrintedTable:
    """Make a sheet with a row for each event and a column for each month, below merged fiscal years."""
    first = events[0].day.year * 12 + events[0].day.month - 1
    last = events[-1].day.year * 12 + events[-1].day.month - 1
    months = [divmod(month, 12) for month in range(first, max(last, first + 3) + 1)]
    years = [year - (month < 3) for year, month in months]
    head = [f"令和{year - 2018}年度" if not index or years[index - 1] != year else "" for index, year in enumerate(years)]
    spans = {(0, index + 1): (1, years.count(year)) for index, year in enumerate(years) if head[index]}
    rows = [["", *head], ["項目", *(f"{month + 1}月" for _, month in months)]]
    rows += [[event.title, *("●" if (event.day.year, event.day.month - 1) == month else "" for month in months)] for event in events]
    return PrintedTable(rows, spans)


def _make_days(header: Sequence[str], rows: Iterable[Sequence[str]], column: int, events: Sequence[Event]) -> PrintedTable:
    """Make a table with the days of events in a column."""
    days = {(number, column): event.day for number, event in enumerate(events, 1) if event.unit == "day"}
    return PrintedTable([header, *rows], days=days)


_TABLES: dict[str, Callable[[Sequence[Event]], PrintedTable]] = {
    "cells": lambda events: _make_days(["日程", "内容"], ([event.with_year, event.title] for event in events), 0, events),
    "cells-of-wrapped-dates": lambda events: _make_days(
        ["No.", "行事名", "開催日", "備考"],
        ([str(number), event.title, event.with_year.replace("月", "\n月"), "―"] for number, event in enumerate(events, 1)),
        2,
        events,
    ),
    "cells-below-merged-years": _make_merged_years,
    "chart": _make_chart,
}
TABLE_STYLES = tuple(_TABLES)


def _print_columns(rows: Sequence[Sequence[str]]) -> str:
    """Print rows in columns of equal width."""
    widths = [max(measure_width(row[column]) for row in rows) + 4 for column in range(len(rows[0]))]
    return "\n".join(
        "".join(text + " " * (width - measure_width(text)) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


TEXT_TABLES: dict[str, Callable[[Sequence[Event]], str]] = {
    "bars": lambda events: "\n".join(["| 時期 | 事項 |", "|---|---|", *(f"| {event.with_year} | {event.title} |" for event in events)]),
    "columns": lambda events: _print_columns([["日程", "内容"], *([event.with_year, event.title] for event in events)]),
    "tabs": lambda events: "\n".join(["時期\t実施内容", *(f"{event.with_year}\t{event.title}" for event in events)]),
}
"""Tables that lines of text draw."""


def print_schedule(events: Sequence[Event], style: str) -> PrintedDocument:
    """Print a schedule in a style of lists or of tables."""
    if style in _LISTS:
        return PrintedDocument(tuple(_LISTS[style](events)), header="会議資料")
    return PrintedDocument((Paragraph("今後の日程", heading=1), _TABLES[style](events)), header="会議資料")


def list_facts(events: Sequence[Event], style: str) -> Counter[Fact]:
    """Return what a printed schedule says; a chart shows months alone."""
    return Counter(("milestone", squeeze(event.title), f"{event.day:%Y-%m}" if style == "chart" else event.edtf) for event in events)
