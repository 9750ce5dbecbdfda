"""Timeline chart: events year by year on a common scale, with symbols that show how vague dates are."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby

from attrs import evolve

from dxgov.arguments import check_arguments
from dxgov.charts.events import Event, list_events
from dxgov.charts.matrix import Matrix, draw_matrix, format_matrix, merge_smallest
from dxgov.charts.pictures import Picture, make_picture, select_records
from dxgov.charts.scene import BLUE, FAINT, INK, SOFT, Scene
from dxgov.charts.spans import YearSpan, count_months, draw_span, draw_span_legend, format_span
from dxgov.charts.words import format_month, translate
from dxgov.dataset import Dataset
from dxgov.languages import Lang
from dxgov.marks import Dated, Label, Ref
from dxgov.schema import Column, Field, Kind

_MAX_EVENTS = 80
"""Maximum events that are listed one by one; more are counted by year."""

_MAX_YEARS = 40
"""Maximum rows of years; a longer range is counted by decade, century or millennium."""


@check_arguments
def timeline(data: Dataset, lang: Lang = "en", *, about: str | None = None) -> Picture:
    """Draw past and planned events: requests, meetings, milestones and due dates.

    The symbol of a date is as wide as the words of the date leave it.

    Args:
        data: The data set.
        lang: The language of the texts.
        about: The id of a theme or other record, to keep only the events of its trace; None for all events.

    Returns:
        The picture.

    Raises:
        UnknownNameError: there is no such theme or record.
    """
    # Select the events.
    events = list_events(data, lang)
    if about is not None:
        trace_ids = {step.record.id for step in data.trace(about).steps}
        events = [event for event in events if event.id in trace_ids]
    # Count them by the precision of their dates.
    exact = sum(event.is_exact_day for event in events)
    undated = sum(event.year is None for event in events)
    finding = translate("timeline finding", lang).format(
        all=f"{len(events):,}", day=f"{exact:,}", vague=f"{len(events) - exact - undated:,}", undated=f"{undated:,}"
    )
    columns = list(_build_columns(data, events, lang))
    if not events:
        return make_picture(data, lang, "timeline", translate("nothing", lang), columns, [], lambda _, y: y)
    # Draw each event, or counts by year if there are too many.
    counted = select_records(data, dict.fromkeys((event.table, event.id) for event in events))
    skip_columns = {"table", "id", *(part.name for part in _get_date_field(data).parts)}
    if len(events) > _MAX_EVENTS:
        matrix, note = _count_by_year(events, lang)
        text = [note, "", *format_matrix(matrix)]
        draw = partial(_draw_counts, matrix=matrix, note=note)
        return make_picture(data, lang, "timeline", finding, columns, text, draw, skip_columns, counted=counted)
    lines = _format_text(events, lang)
    return make_picture(
        data, lang, "timeline", finding, columns, lines, lambda scene, y: _draw(scene, y, events), skip_columns, counted=counted
    )


def _build_columns(data: Dataset, events: Sequence[Event], lang: Lang) -> Iterator[tuple[Column, Sequence[object]]]:
    """Yield the columns of the table: the event, and every part of its date."""
    model = data.model()
    date_field = _get_date_field(data)
    yield (
        Column("table", Kind.TEXT, required=True, marks=(Label("表", "出来事の記録がある表。"),), text="The table of the event."),
        [event.table for event in events],
    )
    yield model.table(data.milestones.name).column("id"), [event.id for event in events]
    yield (
        Column("caption", Kind.TEXT, required=False, marks=(Label("名称", "出来事の名称。"),), text="The name of the event."),
        [event.caption for event in events],
    )
    yield (
        Column("kind", Kind.TEXT, required=True, marks=(Label("種別", "出来事の種別。"),), text="What kind of event it is."),
        [event.kind for event in events],
    )
    yield (
        Column("date", Kind.TEXT, required=True, marks=(Label("日付", "言葉で表した日付。"),), text="The date in words."),
        [event.format_date(lang) for event in events],
    )
    for part in date_field.parts:
        column = evolve(part.column, name=part.name, required=False)
        yield column, [event.when and getattr(event.when, part.name) for event in events]
    status = model.table(data.milestones.name).column("status")
    yield evolve(status, required=False), [event.status for event in events]
    slip = Column(
        "slip",
        Kind.TEXT,
        required=False,
        marks=(Label("予定との差", "日程の日付が当初の予定からどう変わったか。"),),
        text="What became of the date of a milestone.",
    )
    yield slip, [event.slip or None for event in events]


def _get_date_field(data: Dataset) -> Field:
    """Return the date of milestones, whose parts define the columns for dates."""
    return next(field for field in data.model().table(data.milestones.name).fields if field.has(Dated) and not field.has(Ref))


def _group_by_year(events: Sequence[Event]) -> Iterator[tuple[int | None, list[Event]]]:
    for year, group in groupby(events, key=lambda event: event.year):
        yield year, list(group)


def _format_text(events: Sequence[Event], lang: Lang) -> Iterator[str]:
    """Yield the lines for a terminal: each event with the months of its year, three characters a month."""
    for year, year_events in _group_by_year(events):
        yield f"  {translate('no date', lang) if year is None else year:<37}"[:39] if year is None else f"  {year}"
        if year is not None:
            yield f"  {''.join(f'{number:<3}' for number in range(1, 13))}"
        for event in year_events:
            yield f"  {format_span(_build_span(event, year))}  {event.describe(lang)}"
            yield f"    {event.caption}  {event.id}"
        yield ""
    yield "  o one day  [-] some time in it  === all of it  --| by  |-- from  ? not settled"


def _build_span(event: Event, year: int | None) -> YearSpan:
    """Return the date of an event in months since the beginning of a year."""
    when = event.when
    if year is None or when is None:
        return YearSpan(None, None, "within", is_uncertain=False)
    start = count_months(when.start, year, end=False) if when.start else None
    end = count_months(when.end, year, end=True) if when.end else None
    return YearSpan(start, end, str(when.scope), is_uncertain=event.is_uncertain)


def _draw(scene: Scene, y: float, events: Sequence[Event]) -> float:
    """Draw an overview of all years, then a section per year with events, all on the same scale, and events without a date last."""
    y = _draw_overview(scene, y, events)
    y = draw_span_legend(scene, y) + 6
    # Months stand to the right of the texts, or on phones below each text.
    months_x = scene.left if scene.is_narrow else scene.left + 330
    month_width = (scene.right - 12 - months_x) / 12
    for year, year_events in _group_by_year(events):
        # Draw the heading and the names of the months.
        y = scene.add_text(scene.left, y, translate("no date", scene.lang) if year is None else f"{year}", size=16) + 4
        if year is not None:
            y += 12 if scene.is_narrow else 0
            for number in range(1, 13):
                name = format_month(number, scene.lang, short=scene.is_narrow)
                scene.add_text(months_x + month_width * (number - 0.5), y - 20, name, size=11, fill=SOFT, anchor="middle", width=60)
        top = y - 4
        scene.add_line(scene.left, top, scene.right, top)
        # Draw the events, those of the same date together, then the grid as high as they are.
        for _, same_date in groupby(year_events, key=lambda event: (event.format_date(scene.lang), _build_span(event, year))):
            y = _draw_events(scene, y, list(same_date), year, months_x, month_width) + 8
        if year is not None and not scene.is_narrow:
            for x in (months_x + month_width * number for number in range(13)):
                scene.add_line(x, top, x, y - 4, FAINT, 0.5)
        y += 10
    return scene.extend_height(y)


def _draw_overview(scene: Scene, y: float, events: Sequence[Event]) -> float:
    """Draw a strip of all years with a stroke for each dated event; strokes of the same day cover each other."""
    days = [event.first_day for event in events if event.first_day]
    if not days:
        return y
    first, last = min(days).year, max(days).year + 1
    year_width = (scene.right - scene.left) / (last - first)
    step = -(-(last - first) // (6 if scene.is_narrow else 12))
    for year in range(first, last, step):
        x = scene.left + year_width * (year - first)
        scene.add_text(x + 3, y, f"{year}", size=11, fill=SOFT, width=60)
        scene.add_line(x, y, x, y + 38, FAINT)
    for event in events:
        if event.first_day:
            x = scene.left + year_width * (event.first_day.year - first + (event.first_day.timetuple().tm_yday - 1) / 366)
            with scene.link([event.id], event.caption):
                scene.add_box(x, y + 18, x + 3, y + 36, BLUE, opacity=0.55, tip=_format_tip(event, scene.lang))
    scene.add_line(scene.left, y + 38, scene.right, y + 38)
    return y + 50


def _format_tip(event: Event, lang: Lang) -> str:
    return f"{event.caption} — {event.describe(lang)}"


def _draw_events(scene: Scene, y: float, events: Sequence[Event], year: int | None, months_x: float, month_width: float) -> float:
    """Draw the date that events share, and the texts of each, with the date on the months of its year beside them, or on phones below."""
    size, date = 12.5, events[0].format_date(scene.lang)
    width = scene.right - scene.left if scene.is_narrow or year is None else months_x - scene.left - 14
    end = scene.add_text(scene.left, y, date, width=width, size=11, fill=SOFT) if year is not None else y
    for event in events:
        with scene.link([event.id], event.caption):
            end = scene.add_text(scene.left, end, event.caption, width=width, size=size, fill=INK, max_lines=6)
            end = scene.add_text(scene.left, end, event.describe_kind(scene.lang), width=width, size=11, fill=SOFT)
    if year is None:
        return end
    span, tip = _build_span(events[0], year), " / ".join(_format_tip(event, scene.lang) for event in events)
    if scene.is_narrow:
        scene.add_line(months_x, end + 9, months_x + month_width * 12, end + 9, FAINT, 0.5)
        for x in (months_x + month_width * number for number in (0, 3, 6, 9, 12)):
            scene.add_line(x, end + 6, x, end + 12, FAINT, 0.5)
        draw_span(scene, months_x, end + 9, month_width, span, tip)
        return end + 18
    draw_span(scene, months_x, y + 8, month_width, span, tip)
    return end


def _count_by_year(events: Sequence[Event], lang: Lang) -> tuple[Matrix, str]:
    """Return a matrix of events by period and kind, and a note on the length of the periods."""
    # Choose the shortest period that gives few enough rows.
    years = [event.year for event in events if event.year is not None]
    year_range = max(years, default=1) - min(years, default=1) + 1
    length = next(number for number in (1, 10, 100, 1000) if year_range / number <= _MAX_YEARS)
    # Group events by the first year of their period and by kind.
    kinds = [kind for kind, _ in Counter(event.kind for event in events).most_common()]
    columns = {kind: column for column, kind in enumerate(kinds)}
    rows = defaultdict[int | None, defaultdict[int, list[str]]](lambda: defaultdict(list))
    for event in events:
        start = event.year // length * length if event.year is not None else None
        rows[start][columns[event.kind]].append(event.id)
    # Order the rows, the one without a date last.
    starts = sorted(rows, key=lambda start: (start is None, start or 0))
    labels = [
        translate("no date", lang) if start is None else f"{start}" if length == 1 else f"{max(start, 1)}-{start + length - 1}"
        for start in starts
    ]
    unit = translate("year", lang) if length == 1 else translate("years", lang).format(length=length)
    matrix = Matrix(labels, kinds, [rows[start] for start in starts], translate("all", lang))
    return merge_smallest(matrix, len(labels), 7, translate("others", lang)), translate("by year", lang).format(unit=unit)


def _draw_counts(scene: Scene, y: float, matrix: Matrix, note: str) -> float:
    y = scene.add_text(scene.left, y, note, size=12, fill=SOFT) + 10
    return draw_matrix(scene, y, matrix)
