"""Symbols for vague dates: a day, a window, a whole period, a deadline, a start, open ends and uncertain dates."""

from calendar import isleap
from datetime import date
from functools import partial

from attrs import frozen

from dxgov.charts.scene import BLUE, ORANGE, PAPER, Scene, draw_legend
from dxgov.charts.words import translate
from dxgov.dates.formatter import describe_scope
from dxgov.dates.when import Scope


@frozen
class YearSpan:
    """A date within a year, in months since its beginning.

    An end outside the year is less than 0 or more than 12.
    """

    start: float | None
    """The first day's beginning; None for an open start."""
    end: float | None
    """The last day's end; None for an open end."""
    scope: str
    """The value of a `Scope`."""
    is_uncertain: bool

    @property
    def is_single_day(self) -> bool:
        """True if the span is one day long."""
        return self.start is not None and self.end is not None and self.end - self.start < 0.04


def count_months(day: date, year: int, *, end: bool) -> float:
    """Return the months from the beginning of a year to the beginning of a day, or with `end` to its end.

    The result is -1 for earlier years and 13 for later ones.
    """
    if day.year != year:
        return -1 if day.year < year else 13
    days = (31, 29 if isleap(year) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return day.month - 1 + (day.day - (0 if end else 1)) / days[day.month - 1]


def format_span(span: YearSpan) -> str:
    """Return a span as 36 characters, three for each month."""
    if span.start is None and span.end is None:
        return f"{'?':36}"
    # The first and last column of the span; ends outside the year are cut.
    first = 0 if span.start is None or span.start < 0 else min(int(span.start * 3), 35)
    last = 35 if span.end is None or span.end > 12 else max(min(int(span.end * 3 - 0.01), 35), first)
    if span.is_single_day:
        bar = "o"
    else:
        fill = "=" if span.scope == Scope.THROUGHOUT else "-"
        bar = fill * (last - first + 1)
        # Mark the ends by the scope.
        if span.scope == Scope.BY or span.start is None:
            bar = f"{bar[1:]}|"
        elif span.scope == Scope.FROM or span.end is None:
            bar = f"|{bar[1:]}"
        elif span.scope == Scope.WITHIN:
            bar = f"[{bar[2:]}]" if len(bar) > 1 else "+"
    strip = " " * first + bar + ("?" if span.is_uncertain else "")
    return f"{strip:36}"[:36] if len(strip) <= 36 else f"{strip[:35]}?"


def draw_span(scene: Scene, x: float, y: float, month_width: float, span: YearSpan, tip: str = "") -> None:
    """Draw the symbol of a span.

    Args:
        scene: The canvas.
        x: The x coordinate of the year's beginning.
        y: The y coordinate of the symbol's middle.
        month_width: The width of a month in pixels.
        span: The span.
        tip: The tooltip.
    """
    colour = ORANGE if span.is_uncertain else BLUE
    # A single day is a circle, hollow if uncertain.
    if span.is_single_day:
        middle = x + month_width * (span.start or 0) + 1
        scene.add_dot(middle, y, "circle", 10, PAPER if span.is_uncertain else colour, colour, 2, tip=tip)
        return
    # Ends outside the year reach a fifth of a month beyond it; a missing start lies three months before the end.
    open_start, open_end = span.start is None, span.end is None
    starts_before_year, ends_after_year = span.start is not None and span.start < 0, span.end is not None and span.end > 12
    end = x + month_width * (12.2 if span.end is None or ends_after_year else span.end)
    if span.start is None:
        start = max(x, end - month_width * 3)
    else:
        start = x - month_width * 0.2 if starts_before_year else x + month_width * span.start
    # Deadlines and starts: a bar at the known end, a dotted line and an arrow head towards the other one.
    if open_start or open_end or span.scope in (Scope.BY, Scope.FROM):
        is_deadline = open_start or (span.scope == Scope.BY and not open_end)
        bar_x, arrow_x = (end, start) if is_deadline else (start, end)
        scene.add_line(start, y, end, y, colour, 2, (2, 4), tip=tip)
        scene.add_line(bar_x, y - 7, bar_x, y + 7, colour, 3, tip=tip)
        scene.add_dot(arrow_x, y, "triangle-left" if is_deadline else "triangle-right", 9, PAPER, colour, tip=tip)
        return
    # Windows are pale boxes with round corners, whole periods solid boxes; arrow heads mark ends outside the year.
    end, dash = max(end, start + 6), (3, 3) if span.is_uncertain else ()
    opacity, radius = (0.9, 0) if span.scope == Scope.THROUGHOUT else (0.16, 5)
    scene.add_box(start, y - 5, end, y + 5, colour, colour, dash, opacity=opacity, radius=radius, tip=tip)
    if ends_after_year:
        scene.add_dot(end, y, "triangle-right", 9, colour, colour, tip=tip)
    if starts_before_year:
        scene.add_dot(start, y, "triangle-left", 9, colour, colour, tip=tip)


def draw_span_legend(scene: Scene, y: float) -> float:
    """Draw an example of each symbol with its meaning, and return the y coordinate below."""
    ends = {Scope.EXACT: (1.4, 1.4), Scope.WITHIN: (0.2, 2.6), Scope.THROUGHOUT: (0.2, 2.6), Scope.BY: (None, 2.6), Scope.FROM: (0.2, 2.6)}
    examples = [
        *((YearSpan(*ends[scope], scope, is_uncertain=False), describe_scope(scope, scene.lang)) for scope in ends),
        (YearSpan(0.4, 2.6, Scope.WITHIN, is_uncertain=True), translate("unsettled", scene.lang)),
    ]
    return draw_legend(scene, y, [(partial(_draw_example, scene, span), label) for span, label in examples], 34)


def _draw_example(scene: Scene, span: YearSpan, x: float, y: float) -> None:
    draw_span(scene, x + 4, y + 9, 11, span)
