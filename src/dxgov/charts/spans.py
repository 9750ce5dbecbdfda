"""Vague dates as signs: a day, a window, a whole span, a deadline, a beginning, open ends, and what is not settled."""

from calendar import isleap
from collections.abc import Sequence
from datetime import date

from attrs import frozen

from dxgov.charts.scene import BLUE, ORANGE, PAPER, Box, Dot, Line, Scene, Shape
from dxgov.charts.words import word
from dxgov.dates.formatter import scope_words
from dxgov.dates.when import Scope
from dxgov.text.records import Lang


@frozen
class Span:
    """A date in a year, in months from its beginning; an end is missing where it is open."""

    start: float | None
    end: float | None
    scope: str
    doubtful: bool

    @property
    def day(self) -> bool:
        """Whether it is one day."""
        return self.start is not None and self.end is not None and self.end - self.start < 0.04


def months(day: date, year: int, *, end: bool) -> float:
    """How many months of `year` are over when a day begins, or with `end` when it ends; less than 0 or more than 12 outside the year."""
    if day.year != year:
        return -1 if day.year < year else 13
    days = (31, 29 if isleap(year) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return day.month - 1 + (day.day - (0 if end else 1)) / days[day.month - 1]


def strip(span: Span) -> str:
    """The span in 36 signs, three for each month."""
    if span.start is None and span.end is None:
        return f"{'?':36}"
    first = 0 if span.start is None or span.start < 0 else min(int(span.start * 3), 35)
    last = 35 if span.end is None or span.end > 12 else max(min(int(span.end * 3 - 0.01), 35), first)
    if span.day:
        body = "o"
    else:
        fill = "=" if span.scope == Scope.THROUGHOUT else "-"
        body = fill * (last - first + 1)
        if span.scope == Scope.BY or span.start is None:
            body = f"{body[1:]}|"
        elif span.scope == Scope.FROM or span.end is None:
            body = f"|{body[1:]}"
        elif span.scope == Scope.WITHIN:
            body = f"[{body[2:]}]" if len(body) > 1 else "+"
    signs = " " * first + body + ("?" if span.doubtful else "")
    return f"{signs:36}"[:36] if len(signs) <= 36 else f"{signs[:35]}?"


def paint_span(scene: Scene, x: float, y: float, step: float, span: Span, tip: str) -> None:
    """The sign of a span around the height `y`; a month is `step` wide, and the year begins at `x`."""
    scene.put(*_shapes(x, y, step, span, tip))


def _shapes(x: float, y: float, step: float, span: Span, tip: str) -> list[Shape]:
    colour = ORANGE if span.doubtful else BLUE
    dash = (3, 3) if span.doubtful else ()
    if span.day:
        middle = x + step * (span.start or 0) + 1
        return [Dot(middle, y, "circle", 10, PAPER if span.doubtful else colour, colour, 2, tip=tip)]
    open_start, open_end = span.start is None, span.end is None
    before, after = span.start is not None and span.start < 0, span.end is not None and span.end > 12
    end = x + step * (12.2 if span.end is None or after else span.end)
    start = max(x, end - step * 3) if span.start is None else x - step * 0.2 if before else x + step * span.start
    shapes: list[Shape] = []
    if open_start or open_end or span.scope in (Scope.BY, Scope.FROM):
        deadline = open_start or (span.scope == Scope.BY and not open_end)
        stop, tail = (end, start) if deadline else (start, end)
        shapes += [
            Line(start, y, end, y, colour, 2, (2, 4), tip=tip),
            Line(stop, y - 7, stop, y + 7, colour, 3, tip=tip),
            Dot(tail, y, "triangle-left" if deadline else "triangle-right", 9, PAPER, colour, 1.5, tip=tip),
        ]
        return shapes
    whole = span.scope == Scope.THROUGHOUT
    end = max(end, start + 6)
    shapes.append(Box(start, y - 5, end, y + 5, colour, colour, 1.5, dash, 0.9 if whole else 0.16, 0 if whole else 5, tip=tip))
    if after:
        shapes.append(Dot(end, y, "triangle-right", 9, colour, colour, tip=tip))
    if before:
        shapes.append(Dot(start, y, "triangle-left", 9, colour, colour, tip=tip))
    return shapes


def key(lang: Lang) -> Sequence[tuple[Sequence[Shape], str]]:
    """What the signs mean."""
    signs = [
        (Span(1.4, 1.4, "exact", doubtful=False), scope_words(Scope.EXACT, lang)),
        (Span(0.2, 2.6, "within", doubtful=False), scope_words(Scope.WITHIN, lang)),
        (Span(0.2, 2.6, "throughout", doubtful=False), scope_words(Scope.THROUGHOUT, lang)),
        (Span(None, 2.6, "by", doubtful=False), scope_words(Scope.BY, lang)),
        (Span(0.4, 2.6, "within", doubtful=True), word("unsettled", lang)),
    ]
    shown: list[tuple[Sequence[Shape], str]] = [(_shapes(4, 9, 11, span, ""), words) for span, words in signs]
    begins: list[Shape] = [
        Line(6, 9, 32, 9, BLUE, 2, (2, 4)),
        Line(6, 2, 6, 16, BLUE, 3),
        Dot(30, 9, "triangle-right", 9, PAPER, BLUE, 1.5),
    ]
    return [*shown[:4], (begins, scope_words(Scope.FROM, lang)), shown[4]]
