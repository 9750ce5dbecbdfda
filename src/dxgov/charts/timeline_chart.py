"""What happened or was to happen, year by year on the same scale, with vague dates that look vague."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from attrs import evolve

from dxgov.arguments import checked
from dxgov.charts.events import Event, events
from dxgov.charts.matrix import Matrix, matrix_text, merged, paint_matrix
from dxgov.charts.pictures import Picture, pictured
from dxgov.charts.scene import FAINT, INK, SOFT, Line, Scene, key_row
from dxgov.charts.spans import Span, key, months, paint_span, strip
from dxgov.charts.words import month, word
from dxgov.dataset import Dataset
from dxgov.marks import Dated, Label, Ref
from dxgov.schema import Column, Field, Kind
from dxgov.text.records import Lang

_SHOWN = 80
"""How many events are shown each for itself; more are counted by year."""

_YEARS = 40
"""How many years are counted each for itself; where there are more, spans of years."""


@checked
def timeline(data: Dataset, lang: Lang = "en", *, about: str | None = None) -> Picture:
    """What happened or was to happen: requests, meetings, milestones, and what falls due.

    A date is as wide as its words leave it. With `about`, only what the trace of that theme, or of any other record, holds.

    Raises:
        UnknownNameError: there is no such theme or record.
    """
    found = events(data, lang)
    if about is not None:
        inside = {step.record.id for step in data.trace(about).steps}
        found = [event for event in found if event.id in inside]
    day = sum(event.single for event in found)
    undated = sum(event.year is None for event in found)
    told = word("timeline found", lang).format(
        all=f"{len(found):,}", day=f"{day:,}", vague=f"{len(found) - day - undated:,}", undated=f"{undated:,}"
    )
    columns = list(_columns(data, found, lang))
    if not found:
        return pictured(data, lang, "timeline", word("nothing", lang), columns, [], lambda _, y: y)
    unsaid = {"table", "id", *(part.name for part in _date(data).parts)}
    if len(found) > _SHOWN:
        matrix, note = _by_year(found, lang)
        text = [note, "", *matrix_text(matrix)]
        return pictured(data, lang, "timeline", told, columns, text, lambda scene, y: _paint_years(scene, y, matrix, note), unsaid)
    return pictured(data, lang, "timeline", told, columns, _text(found, lang), lambda scene, y: _paint(scene, y, found), unsaid)


def _columns(data: Dataset, found: Sequence[Event], lang: Lang) -> Iterator[tuple[Column, Sequence[object]]]:
    """The table: what each event is, and every part of its date."""
    model = data.model()
    day = _date(data)
    yield Column("table", Kind.TEXT, required=True, marks=(Label("表"),)), [event.table for event in found]
    yield model.table(data.milestones.name).column("id"), [event.id for event in found]
    yield Column("caption", Kind.TEXT, required=False, marks=(Label("名称"),)), [event.caption for event in found]
    yield Column("kind", Kind.TEXT, required=True, marks=(Label("種別"),)), [event.kind for event in found]
    yield Column("date", Kind.TEXT, required=True, marks=(Label("日付"),)), [event.date(lang) for event in found]
    for part in day.parts:
        column = evolve(part.column, name=part.name, required=False)
        yield column, [event.when and getattr(event.when, part.name) for event in found]
    status = model.table(data.milestones.name).column("status")
    yield evolve(status, required=False), [event.status for event in found]


def _date(data: Dataset) -> Field:
    return next(field for field in data.model().table(data.milestones.name).fields if field.has(Dated) and not field.has(Ref))


def _years(found: Sequence[Event]) -> Iterator[tuple[int | None, list[Event]]]:
    for year, some in groupby(found, key=lambda event: event.year):
        yield year, list(some)


def _text(found: Sequence[Event], lang: Lang) -> Iterator[str]:
    """Each event with a line of the year's months: a third of a month is a sign."""
    for year, some in _years(found):
        yield f"  {word('no date', lang) if year is None else year:<37}"[:39] if year is None else f"  {year}"
        if year is not None:
            yield f"  {''.join(f'{number:<3}' for number in range(1, 13))}"
        for event in some:
            yield f"  {strip(_span(event, year))}  {event.told(lang)}"
            yield f"    {event.caption}  {event.id}"
        yield ""
    yield "  o one day  [-] some time in it  === all of it  --| by  |-- from  ? not settled"


def _span(event: Event, year: int | None) -> Span:
    """Where the date lies in its year, in months counted from the year's beginning."""
    when = event.when
    if year is None or when is None:
        return Span(None, None, "within", doubtful=False)
    start = months(when.start, year, end=False) if when.start else None
    end = months(when.end, year, end=True) if when.end else None
    return Span(start, end, str(when.scope), doubtful=event.doubtful)


def _paint(scene: Scene, y: float, found: Sequence[Event]) -> float:
    """A strip for each year that has an event, all of one scale, and below them what has no date."""
    y = key_row(scene, y, key(scene.lang), 34) + 6
    left = scene.left if scene.narrow else scene.left + 330
    step = (scene.right - 12 - left) / 12
    for year, some in _years(found):
        y = scene.write(scene.left, y, word("no date", scene.lang) if year is None else f"{year}", size=16) + 4
        if year is not None:
            y += 12 if scene.narrow else 0
            for number in range(1, 13):
                name = month(number, scene.lang, short=scene.narrow)
                scene.write(left + step * (number - 0.5), y - 20, name, size=11, fill=SOFT, align="center", width=60)
        top = y - 4
        scene.put(Line(scene.left, top, scene.right, top, FAINT))
        for event in some:
            y = _paint_event(scene, y, event, year, left, step) + 8
        if year is not None and not scene.narrow:
            scene.put(*(Line(left + step * each, top, left + step * each, y - 4, FAINT, 0.5) for each in range(13)))
        y += 10
    return scene.reach(y)


def _paint_event(scene: Scene, y: float, event: Event, year: int | None, left: float, step: float) -> float:
    """What it is and when, and its date in the months of its year: beside each other, or on a telephone one above the other."""
    size = 12.5
    room = scene.right - scene.left if scene.narrow or year is None else left - scene.left - 14
    end = scene.write(scene.left, y, event.caption, width=room, size=size, fill=INK, most=6)
    end = scene.write(scene.left, end, event.told(scene.lang), width=room, size=11, fill=SOFT)
    if year is None:
        return end
    tip = f"{event.caption} — {event.told(scene.lang)}"
    if scene.narrow:
        scene.put(Line(left, end + 9, left + step * 12, end + 9, FAINT, 0.5))
        scene.put(*(Line(left + step * each, end + 6, left + step * each, end + 12, FAINT, 0.5) for each in (0, 3, 6, 9, 12)))
        paint_span(scene, left, end + 9, step, _span(event, year), tip)
        return end + 18
    paint_span(scene, left, y + 10, step, _span(event, year), tip)
    return end


def _by_year(found: Sequence[Event], lang: Lang) -> tuple[Matrix, str]:
    """How many events of each kind each year has, or each span of years."""
    years = [event.year for event in found if event.year is not None]
    spread = max(years, default=1) - min(years, default=1) + 1
    length = next(each for each in (1, 10, 100, 1000) if spread / each <= _YEARS)
    first = {event: event.year // length * length if event.year is not None else None for event in found}
    kinds = Counter(event.kind for event in found)
    counts = Counter((first[event], event.kind) for event in found)
    rows = sorted({each for each in first.values() if each is not None})
    ordered = [kind for kind, _ in kinds.most_common()]
    names = [f"{year}" if length == 1 else f"{max(year, 1)}-{year + length - 1}" for year in rows]
    numbers = [[counts[year, kind] for kind in ordered] for year in rows]
    if any(each is None for each in first.values()):
        names.append(word("no date", lang))
        numbers.append([counts[None, kind] for kind in ordered])
    unit = word("year", lang) if length == 1 else word("years", lang).format(length=length)
    matrix = Matrix(names, ordered, numbers, word("all", lang))
    return merged(matrix, len(names), 7, word("others", lang)), word("by year", lang).format(unit=unit)


def _paint_years(scene: Scene, y: float, matrix: Matrix, note: str) -> float:
    y = scene.write(scene.left, y, note, size=12, fill=SOFT) + 10
    return paint_matrix(scene, y, matrix)
