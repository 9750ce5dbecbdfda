"""What became of a theme or a record: the steps of its trace, what takes up what, and where it breaks off."""

from collections import Counter
from collections.abc import Iterator, Sequence

from dxgov.analysis.tracing import Step, Trace
from dxgov.arguments import checked
from dxgov.charts.pictures import Columns, Picture, pictured
from dxgov.charts.scene import FAINT, SOFT, Line, Scene
from dxgov.charts.thread_layout import Knot, paint_thread, thread_text
from dxgov.charts.words import Names, called, caption_column, word
from dxgov.dataset import Dataset
from dxgov.dates.formatter import write
from dxgov.marks import Label
from dxgov.model.record import Record
from dxgov.schema import Column, Kind
from dxgov.text.records import Lang
from dxgov.text.reports import trace_text

_SHOWN = 60
"""How many records are shown each for itself; of more, the documents are."""

_SIGNS = {"answered": "taken up", "part": "part taken up", "open": "loose", "plain": "latest"}


@checked
def trace(data: Dataset, subject: str | Record, lang: Lang = "en") -> Picture:
    """A theme, or what one record is about, through all documents: what takes up what, loose ends, and documents that are silent.

    Raises:
        UnknownNameError: there is no such record.
    """
    found = data.trace(subject)
    names = Names(data, lang)
    loose = {step.record.id for step in found.loose_ends}
    steps = found.steps
    table = data.model().table(data.sources.name)
    source = next(column for column in table.columns if column.inner and column.target == table.name)
    tables = [data.model().table_of(type(step.record)) for step in steps]
    columns: Columns = [
        (Column("table", Kind.TEXT, required=True, marks=(Label("表"),)), [each.name for each in tables]),
        (table.column("id"), [step.record.id for step in steps]),
        (_text("caption", "名称"), [names(each.name, step.record.id) for each, step in zip(tables, steps, strict=True)]),
        (_text("date", "日付"), [write(step.when, lang) for step in steps]),
        (source, [step.record.citation.source_id for step in steps]),
        (caption_column(source), [names(table.name, step.record.citation.source_id) for step in steps]),
        (
            Column("taken_up", Kind.TEXT, required=False, many=True, marks=(Label(word("taken up", "ja")),)),
            [tuple(dict.fromkeys(tie.later_id for tie in step.taken_up)) for step in steps],
        ),
        (
            Column("taken_up_by", Kind.TEXT, required=False, many=True, marks=(Label(word("taken up", "ja")),)),
            [tuple(_called(data, names, id) for id in dict.fromkeys(tie.later_id for tie in step.taken_up)) for step in steps],
        ),
        (
            Column("loose_end", Kind.BOOLEAN, required=True, marks=(Label(word("loose", "ja")),)),
            [each.record.id in loose for each in steps],
        ),
    ]
    told = word("trace found", lang).format(
        records=f"{len(steps):,}",
        documents=f"{len({step.record.citation.source_id for step in steps}):,}",
        loose=f"{len(loose):,}",
        silent=f"{len(found.silent):,}",
    )
    many = len(steps) > _SHOWN
    knots = _documents(steps, loose, names, table.name, lang) if many else list(_steps(data, found, loose, names, lang))
    ties = _between(steps, many=many)

    def paint(scene: Scene, y: float) -> float:
        if many:
            y = scene.write(scene.left, y, word("by document", lang), size=12, fill=SOFT) + 8
        words = {"open": "loose", "answered": "none open"} if many else _SIGNS
        y = paint_thread(scene, y, knots, ties, [(sign, word(said, lang)) for sign, said in words.items()]) if knots else y
        return _silence(scene, y, found, names, table.name)

    said = names(data.model().table_of(type(found.subject)).name, found.subject.id)
    text = [word("by document", lang), "", *thread_text(knots, ties)] if many else trace_text(data, found, lang).splitlines()[3:]
    return pictured(
        data, lang, "trace", told if steps else word("nothing", lang), columns, text, paint, {"table", "id", "taken_up"}, subject=said
    )


def _called(data: Dataset, names: Names, id: str) -> str:
    return names(data.model().table_of(type(data[id])).name, id)


def _text(name: str, label: str) -> Column:
    return Column(name, Kind.TEXT, required=False, marks=(Label(label),))


def _steps(data: Dataset, trace: Trace, loose: set[str], names: Names, lang: Lang) -> Iterator[Knot]:
    inside = {step.record.id for step in trace.steps}
    last = {trace.steps[-1].record.citation.source_id} if trace.steps else set()
    for step in trace.steps:
        table = data.model().table_of(type(step.record))
        beside = step.taken_up and not any(tie.later_id in inside for tie in step.taken_up)
        flag = word("loose", lang) if step.record.id in loose else ""
        head = called(table, lang) if lang == "ja" else table.singular.replace("_", " ")
        yield Knot(
            step.record.id,
            "open" if flag else "answered" if step.taken_up else "plain" if step.record.citation.source_id in last else "part",
            " · ".join(filter(None, (head, word("beside", lang) if beside else ""))),
            names(table.name, step.record.id),
            flag,
            f"{write(step.when, lang)} · {names(data.sources.name, step.record.citation.source_id)}",
        )


def _documents(steps: Sequence[Step], loose: set[str], names: Names, table: str, lang: Lang) -> list[Knot]:
    """The documents instead of their records, in the order of their first steps."""
    counts = Counter(step.record.citation.source_id for step in steps)
    left = Counter(step.record.citation.source_id for step in steps if step.record.id in loose)
    knots = [
        Knot(
            id,
            "open" if left[id] else "answered",
            names(table, id),
            word("some loose", lang).format(records=f"{counts[id]:,}", loose=f"{left[id]:,}"),
        )
        for id in list(counts)[: _SHOWN - 1 if len(counts) > _SHOWN else _SHOWN]
    ]
    rest = list(counts)[len(knots) :]
    if rest:
        told = word("some loose", lang).format(records=f"{sum(counts[id] for id in rest):,}", loose=f"{sum(left[id] for id in rest):,}")
        knots.append(Knot("…", "open" if any(left[id] for id in rest) else "answered", word("others", lang).format(number=len(rest)), told))
    return knots


def _between(steps: Sequence[Step], *, many: bool) -> list[tuple[str, str]]:
    """Which step takes up which, or which document."""
    ends = {step.record.id: step.record.citation.source_id if many else step.record.id for step in steps}
    ties = (tie for step in steps for tie in step.taken_up)
    return list(
        dict.fromkeys((ends[tie.later_id], ends[tie.earlier_id]) for tie in ties if tie.later_id in ends and tie.earlier_id in ends)
    )


def _silence(scene: Scene, y: float, trace: Trace, names: Names, table: str) -> float:
    """The later documents in which there is nothing on it."""
    if not trace.silent:
        return y
    scene.put(Line(scene.left, y + 6, scene.right, y + 6, FAINT, 1, (3, 3)))
    y = scene.write(scene.left, y + 12, word("silent", scene.lang), fill=SOFT) + 2
    shown = trace.silent[:10]
    for source in shown:
        y = scene.write(scene.left + 12, y, f"{write(source.published, scene.lang)} · {names(table, source.id)}", fill=SOFT) + 2
    if len(trace.silent) > len(shown):
        y = scene.write(scene.left + 12, y, word("others", scene.lang).format(number=f"{len(trace.silent) - len(shown):,}"), fill=SOFT)
    return y
