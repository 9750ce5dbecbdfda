"""Comparison of published date readers on Japanese administrative dates: every reader on every row of ``tests/japanese_dates.csv``.

``python benchmarks/date_readers.py`` runs the readers that are installed and writes ``docs/date-readers.csv``: for each form of date
and each reader how many rows were

- **right**: the first and the last day that the words mean;
- **too_exact**: a day, or a shorter span, inside the span that the words mean;
- **too_vague**: a longer span around it;
- **wrong**: other days;
- **nothing**: no answer, or an error.

Doubts count in favour of the reader:

- Only days are compared, neither clock times nor whether a date is approximate or a deadline.
- A reader receives the day of speaking of the row, or ``NO_DAY`` if it has none, so that results do not depend on the day of the run.
- A day with a unit (month, year) counts as that unit, and a reader that knows formats but not dates is tried with every format of
  era, western year, month and day below; the unit of a format is its last part.
- Of several answers the best counts: the first finding as much as all from the first to the last, even where the reader does not
  link them, and each usual meaning of "end of June".
- Few readers can say that one end is open. An answer without open ends is compared at the printed end alone: 6月までに is right
  if it ends on 30 June, 3月以降 if it begins on 1 March. Too exact or too vague it is against the printed unit, there June or March.
- Where no year is printed the table's rule stands, the nearest one; a reader that keeps to the year of speaking misses some.
- Rows that need an option of dxgov are left out, and so are words that mean no day at all (随時): an answer of nothing would be
  right for the wrong reason.
"""

import csv
import re
import sys
import warnings
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from importlib import import_module
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "tests" / "japanese_dates.csv"
RESULTS = ROOT / "docs" / "date-readers.csv"
NO_DAY = date(2024, 4, 17)


class Span(NamedTuple):
    """First and last day; ``None`` where that end is open."""

    first: date | None
    last: date | None


class Verdict(IntEnum):
    """The verdict on an answer, best first."""

    right, too_exact, too_vague, wrong, nothing = range(5)


Reader = Callable[[str, date | None], Iterable[Span]]
"""A function of the text and the day of speaking that returns the answers; an error counts as no answer."""


def main(show: bool = False) -> None:
    """Run every installed reader over the table and write the results; `show` prints each verdict."""
    warnings.simplefilter("ignore")
    readers = {package: reader for package, start in READERS.items() if (reader := _start_reader(start))}
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["edtf"] and not row["options"]]
    verdicts = {(package, row["form"]): Counter[Verdict]() for package, row in product(readers, rows)}
    for row, package in product(rows, readers):
        answers = _collect_answers(readers[package], row)
        verdict = min((judge(row, answer) for answer in answers), default=Verdict.nothing)
        verdicts[package, row["form"]][verdict] += 1
        if show:
            joined = " ".join("/".join(str(day or "..") for day in answer) for answer in answers)
            sys.stdout.write(f"{package}\t{verdict.name}\t{row['form']}\t{row['text']}\t{row['said_on']}\t{row['edtf']}\t{joined}\n")
    _write_results(verdicts, list(readers), Counter(row["form"] for row in rows))


def judge(row: Mapping[str, str], answer: Span) -> Verdict:
    """Return the verdict on `answer` for a row of the table."""
    meant = Span(*(date.fromisoformat(row[end]) if row[end] else None for end in ("start", "end")))
    if None in meant and None in answer:
        return Verdict.right if answer == meant else Verdict.wrong
    if meant.first is None and answer.last == meant.last:
        return Verdict.right
    if meant.last is None and answer.first == meant.first:
        return Verdict.right
    first, last = meant if None not in meant else _parse_printed_unit(row["edtf"])
    if None in answer:
        return Verdict.wrong
    if answer == meant:
        return Verdict.right
    if first <= answer.first and answer.last <= last:
        return Verdict.too_exact
    return Verdict.too_vague if answer.first <= first and last <= answer.last else Verdict.wrong


def _parse_printed_unit(edtf: str) -> Span:
    """Return the span of the unit printed beside an open end: June for ``../2024-06``."""
    (printed,) = (re.sub("[?~%]", "", part) for part in edtf.split("/") if part != "..")
    return _span_unit(*(int(part) for part in printed.split("-")))


def _span_unit(year: int, month: int | None = None, day: int | None = None) -> Span:
    """Return the span of a year, a month or a day."""
    if month is None:
        return Span(date(year, 1, 1), date(year, 12, 31))
    if day is None:
        return Span(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
    return Span(date(year, month, day), date(year, month, day))


def _expand_day(day: date, unit: str) -> Span:
    """Return the span of the day, or of the week, month or year that contains it."""
    monday = day - timedelta(days=day.weekday())
    return {
        "year": _span_unit(day.year),
        "month": _span_unit(day.year, day.month),
        "week": Span(monday, monday + timedelta(days=6)),
    }.get(unit, Span(day, day))


def _dxgov() -> Reader:
    dates = import_module("dxgov.dates")
    read = dates.read

    def reader(text: str, said_on: date | None) -> Iterable[Span]:
        when = read(text, said_on=said_on, choices=dates.Choices())
        return [Span(when.start, when.end)]

    return reader


def _dateparser() -> Reader:
    """Return a reader with dateparser, which gives a unit with each date.

    The order month before day serves Japanese better than its default, by which 10月16日 is in 2010.
    """
    parser = import_module("dateparser.date").DateDataParser

    def reader(text: str, said_on: date | None) -> Iterable[Span]:
        base = datetime.combine(said_on or NO_DAY, time())
        answer = parser(languages=["ja"], settings={"RELATIVE_BASE": base, "DATE_ORDER": "MDY"}).get_date_data(text)
        return [_expand_day(answer.date_obj.date(), answer.period)] if answer and answer.date_obj else []

    return reader


def _ja_timex() -> Reader:
    """Return a reader with ja-timex, which gives TIMEX3 tags; those of weekdays, clock times, frequencies and durations are ignored."""
    parser, pendulum = import_module("ja_timex").TimexParser, import_module("pendulum")

    def reader(text: str, said_on: date | None) -> Iterable[Span]:
        day = said_on or NO_DAY
        tags = parser(reference=pendulum.datetime(day.year, day.month, day.day, tz="Asia/Tokyo")).parse(text)
        spans = [spans for tag in tags if (spans := list(_convert_tag(tag, day)))]
        if not spans:
            return []
        return [*spans[0], *(Span(a.first, b.last) for a, b in product(spans[0], spans[-1]) if _is_ordered(a, b))]

    return reader


def _is_ordered(first: Span, last: Span) -> bool:
    return first.first is not None and last.last is not None and first.first <= last.last


_SEASONS = {"SP": 3, "SU": 6, "FA": 9, "AU": 9, "WI": 12}


def _convert_tag(tag: Any, said_on: date) -> Iterator[Span]:
    """Yield the spans of one TIMEX3 tag; without a year it takes that of `said_on`, as ja-timex's own `to_datetime` does."""
    if tag.type == "DURATION" and tag.mod in ("BEFORE", "NOW", "AFTER"):
        (unit, *_) = (name for name in ("day", "week", "month", "year") if name in tag.parsed or tag.value[-1] == name[0].upper())
        yield _expand_day(tag.to_datetime().date(), unit)
    elif tag.type == "DATE" and (fiscal := re.fullmatch(r"FY(\d{4})", tag.value)):
        yield Span(date(int(fiscal[1]), 4, 1), date(int(fiscal[1]) + 1, 3, 31))
    elif tag.type == "DATE" and (season := re.fullmatch(r"(\d{4})-(SP|SU|FA|AU|WI)", tag.value)):
        first = date(int(season[1]), _SEASONS[season[2]], 1)
        yield Span(first, _expand_day(first + timedelta(days=70), "month").last)
    elif tag.type == "DATE" and (parts := re.fullmatch(r"(\d{4}|XXXX)-(\d\d|XX)-(\d\d|XX)", tag.value)):
        year, month, day = (int(part) if part.isdigit() else None for part in parts.groups())
        month = said_on.month if year is None and month is None else month
        yield from _apply_modifier(_span_unit(year or said_on.year, month, day), tag.mod)


def _apply_modifier(span: Span, mod: str | None) -> Iterator[Span]:
    """Yield the spans that a TIMEX3 modifier makes of a day, month or year; for some modifiers several are usual."""
    first, last = span
    if mod == "ON_OR_BEFORE":
        yield Span(None, last)
    elif mod == "ON_OR_AFTER":
        yield Span(first, None)
    elif mod in ("START", "MID", "END") and first < last:
        a_month = first.month == last.month
        cuts = {"START": [(1, 1), (1, 10), (1, 15)], "MID": [(11, 20)], "END": [(16, 31), (21, 31), (31, 31)]} if a_month else {
            "START": [(1, 1), (1, 6)], "MID": [], "END": [(7, 12), (12, 12)]
        }  # fmt: skip
        for begin, end in cuts[mod]:
            if a_month:
                yield Span(first.replace(day=min(begin, last.day)), first.replace(day=min(end, last.day)))
            else:
                yield Span(first.replace(month=begin), _span_unit(first.year, end).last)
        if mod == "END":
            yield Span(last, last)
    else:
        yield span


def _japanera() -> Reader:
    """Return a reader with japanera, which parses by format; of several eras that fit, the last is the latest."""
    strptime = import_module("japanera").EraDate.strptime
    years = ["%-K%-y年", "%-K%-n年", "%Y年"]
    days = [
        f"{year}{days_format}{weekday}"
        for year in years
        for days_format in ("%m月%d日", "%-m月%-d日")
        for weekday in ("", "(%-a)", "（%-a）")
    ]
    days += ["%-h%-y.%m.%d", "%-h%-y/%m/%d", "%Y/%m/%d", "%Y-%m-%d", "%Y.%m.%d"]
    months = [f"{year}{month}" for year in years for month in ("%m月", "%-m月")]
    units = {"day": days, "month": months, "year": years}

    def parse(text: str, form: str) -> date:
        return strptime(text, form, allow_date_after_end_of_era=True)[-1].to_date()

    return lambda text, _: _try_formats(parse, text, units)


def _jpdatetime() -> Reader:
    """Return a reader with jpdatetime, which parses by format.

    It reads era years in whole dates only, and ignores what follows such a date.
    """
    strptime = import_module("jpdatetime").jpdatetime.strptime
    days = ["%G年%m月%d日", "%g.%m.%d", "%e.%m.%d", "%e/%m/%d", "%e年%m月%d日", "%Y年%m月%d日", "%Y/%m/%d", "%Y-%m-%d", "%Y.%m.%d"]
    units = {"day": days, "month": ["%Y年%m月"], "year": ["%Y年"]}
    return lambda text, _: _try_formats(lambda *arguments: strptime(*arguments).date(), text, units)


def _try_formats(strptime: Callable[[str, str], date], text: str, units: Mapping[str, list[str]]) -> Iterable[Span]:
    for unit, forms in units.items():
        for form in forms:
            try:
                return [_expand_day(strptime(text, form), unit)]
            except Exception:  # noqa: BLE001, S112 - any error means that the format does not fit
                continue
    return []


READERS: Mapping[str, Callable[[], Reader]] = {
    "dxgov": _dxgov,
    "dateparser": _dateparser,
    "ja-timex": _ja_timex,
    "japanera": _japanera,
    "jpdatetime": _jpdatetime,
}
"""The function that returns each reader, by its package."""


def _start_reader(start: Callable[[], Reader]) -> Reader | None:
    try:
        return start()
    except (ImportError, AttributeError):
        return None


def _collect_answers(reader: Reader, row: Mapping[str, str]) -> list[Span]:
    try:
        return list(reader(row["text"], date.fromisoformat(row["said_on"]) if row["said_on"] else None))
    except Exception:  # noqa: BLE001 - readers raise what they like
        return []


def _write_results(verdicts: Mapping[tuple[str, str], Counter[Verdict]], readers: list[str], forms: Mapping[str, int]) -> None:
    """Write the counts for each reader and form, and print each reader's sum."""
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["reader", "version", "form", "rows", *Verdict.__members__])
        for reader, (form, rows) in product(readers, forms.items()):
            writer.writerow([reader, version(reader), form, rows, *(verdicts[reader, form][verdict] for verdict in Verdict)])
    for reader in readers:
        total = sum((counts for (name, _), counts in verdicts.items() if name == reader), Counter[Verdict]())
        sums = ", ".join(f"{verdict.name} {total[verdict]}" for verdict in Verdict)
        sys.stdout.write(f"{reader} {version(reader)}: {sums} of {total.total()}\n")


if __name__ == "__main__":
    main(show="--show" in sys.argv)
