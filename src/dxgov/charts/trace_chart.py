"""Trace chart: the records of a trace in time order, what takes them up, and the documents that do not mention them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from dxgov.analysis.tracing import Step, Trace
from dxgov.arguments import check_arguments
from dxgov.charts.pictures import ColumnValues, Picture, make_picture, select_records
from dxgov.charts.scene import SOFT, Scene
from dxgov.charts.thread_layout import MAX_ITEMS, ThreadItem, build_group_items, draw_thread, format_thread
from dxgov.charts.words import RecordCaptions, build_caption_column, get_table_name, translate
from dxgov.dataset import Dataset
from dxgov.dates.formatter import write
from dxgov.languages import Lang
from dxgov.marks import Label
from dxgov.model.record import Record
from dxgov.schema import Column, Kind
from dxgov.text.reports import format_trace

_MAX_SILENT = 10
"""Maximum silent documents that are named."""

_STEP_LEGEND = {"answered": "taken up", "part": "part taken up", "open": "loose", "plain": "latest"}
_DOCUMENT_LEGEND = {"open": "loose", "answered": "none open"}
"""Keys of the labels of symbols."""


@check_arguments
def trace(data: Dataset, subject: str | Record, lang: Lang = "en") -> Picture:
    """Draw what became of a theme, or of the matter of a record, through all documents.

    The chart shows which records take up which, loose ends, and later documents that are silent.

    Args:
        data: The data set.
        subject: A record or its id.
        lang: The language of the texts.

    Returns:
        The picture.

    Raises:
        UnknownNameError: there is no such record.
    """
    trace = data.trace(subject)
    steps = trace.steps
    captions = RecordCaptions(data, lang)
    loose_ids = {step.record.id for step in trace.loose_ends}
    table = data.model().table(data.sources.name)
    columns = _build_columns(data, steps, loose_ids, captions, lang)
    finding = translate("trace finding", lang).format(
        records=f"{len(steps):,}",
        documents=f"{len({step.record.citation.source_id for step in steps}):,}",
        loose=f"{len(loose_ids):,}",
        silent=f"{len(trace.silent):,}",
    )
    # Draw each record, or the documents if there are too many.
    by_document = len(steps) > MAX_ITEMS
    if by_document:
        record_counts = Counter(step.record.citation.source_id for step in steps)
        loose_counts = Counter(step.record.citation.source_id for step in steps if step.record.id in loose_ids)
        items = build_group_items(record_counts, loose_counts, partial(captions.get, table.name), "some loose", lang)
    else:
        items = list(_build_step_items(data, trace, loose_ids, captions, lang))
    edges = _build_edges(steps, by_document=by_document)

    def draw(scene: Scene, y: float) -> float:
        if by_document:
            y = scene.add_text(scene.left, y, translate("by document", lang), size=12, fill=SOFT) + 8
        labels = _DOCUMENT_LEGEND if by_document else _STEP_LEGEND
        if items:
            y = draw_thread(scene, y, items, edges, [(symbol, translate(key, lang)) for symbol, key in labels.items()])
        return _draw_silent_documents(scene, y, trace, captions, table.name)

    if by_document:
        text = [translate("by document", lang), "", *format_thread(items, edges)]
    else:
        text = format_trace(data, trace, lang).splitlines()[3:]
    return make_picture(
        data,
        lang,
        "trace",
        finding if steps else translate("nothing", lang),
        columns,
        text,
        draw,
        {"table", "id", "taken_up"},
        counted=select_records(data, ((data.model().table_of(type(step.record)).name, step.record.id) for step in steps)),
        subject=captions.get(data.model().table_of(type(trace.subject)).name, trace.subject.id),
    )


def _build_columns(data: Dataset, steps: Sequence[Step], loose_ids: set[str], captions: RecordCaptions, lang: Lang) -> ColumnValues:
    """Return the table: the record, date and document of each step, and the records that take it up."""
    table = data.model().table(data.sources.name)
    source = next(column for column in table.columns if column.inner and column.target == table.name)
    tables = [data.model().table_of(type(step.record)) for step in steps]
    followers = [tuple(dict.fromkeys(tie.later_id for tie in step.taken_up)) for step in steps]
    label = Label(translate("taken up", "ja"), "この記録の事柄を引き継ぐ記録。")
    text = "The records that take it up."
    return [
        (
            Column("table", Kind.TEXT, required=True, marks=(Label("表", "記録がある表。"),), text="The table of the record."),
            [step_table.name for step_table in tables],
        ),
        (table.column("id"), [step.record.id for step in steps]),
        (
            _build_text_column("caption", Label("名称", "記録を表す言葉。"), "What represents the record."),
            [captions.get(step_table.name, step.record.id) for step_table, step in zip(tables, steps, strict=True)],
        ),
        (_build_text_column("date", Label("日付", "言葉で表した日付。"), "The date in words."), [write(step.when, lang) for step in steps]),
        (source, [step.record.citation.source_id for step in steps]),
        (build_caption_column(source), [captions.get(table.name, step.record.citation.source_id) for step in steps]),
        (Column("taken_up", Kind.TEXT, required=False, many=True, marks=(label,), text=text), followers),
        (
            Column("taken_up_by", Kind.TEXT, required=False, many=True, marks=(label,), text=text),
            [tuple(_get_caption(data, captions, id) for id in ids) for ids in followers],
        ),
        (
            Column(
                "loose_end",
                Kind.BOOLEAN,
                required=True,
                marks=(Label(translate("loose", "ja"), "事柄がこの記録で途切れるかどうか。"),),
                text="Whether the matter breaks off here.",
            ),
            [step.record.id in loose_ids for step in steps],
        ),
    ]


def _get_caption(data: Dataset, captions: RecordCaptions, id: str) -> str:
    """Return the caption of a record of any table."""
    return captions.get(data.model().table_of(type(data[id])).name, id)


def _build_text_column(name: str, label: Label, text: str) -> Column:
    return Column(name, Kind.TEXT, required=False, marks=(label,), text=text)


def _build_step_items(data: Dataset, trace: Trace, loose_ids: set[str], captions: RecordCaptions, lang: Lang) -> Iterator[ThreadItem]:
    """Yield an item per record, grouped by date and document."""
    step_ids = {step.record.id for step in trace.steps}
    last_document = trace.steps[-1].record.citation.source_id if trace.steps else None
    for step in trace.steps:
        record, document_id = step.record, step.record.citation.source_id
        table = data.model().table_of(type(record))
        # A record may be taken up by records that are no steps of the trace alone.
        is_taken_up_beside = step.taken_up and not any(tie.later_id in step_ids for tie in step.taken_up)
        beside = translate("beside", lang) if is_taken_up_beside else ""
        is_loose = record.id in loose_ids
        if is_loose:
            symbol = "open"
        elif step.taken_up:
            symbol = "answered"
        else:
            symbol = "plain" if document_id == last_document else "part"
        yield ThreadItem(
            record.id,
            symbol,
            " · ".join(filter(None, (get_table_name(table, lang), beside))),
            captions.get(table.name, record.id),
            translate("loose", lang) if is_loose else "",
            f"{write(step.when, lang)} · {captions.get(data.sources.name, document_id)}",
        )


def _build_edges(steps: Sequence[Step], *, by_document: bool) -> list[tuple[str, str]]:
    """Return pairs of item ids: a step, or its document, and the earlier one that it takes up."""
    item_ids = {step.record.id: step.record.citation.source_id if by_document else step.record.id for step in steps}
    ties = (tie for step in steps for tie in step.taken_up)
    edges = ((item_ids[tie.later_id], item_ids[tie.earlier_id]) for tie in ties if tie.later_id in item_ids and tie.earlier_id in item_ids)
    return list(dict.fromkeys(edges))


def _draw_silent_documents(scene: Scene, y: float, trace: Trace, captions: RecordCaptions, table: str) -> float:
    """Name the later documents that do not mention the subject."""
    if not trace.silent:
        return y
    scene.add_line(scene.left, y + 6, scene.right, y + 6, dash=(3, 3))
    y = scene.add_text(scene.left, y + 12, translate("silent", scene.lang), fill=SOFT) + 2
    for source in trace.silent[:_MAX_SILENT]:
        line = f"{write(source.published, scene.lang)} · {captions.get(table, source.id)}"
        y = scene.add_text(scene.left + 12, y, line, fill=SOFT) + 2
    if len(trace.silent) > _MAX_SILENT:
        line = translate("others", scene.lang).format(number=f"{len(trace.silent) - _MAX_SILENT:,}")
        y = scene.add_text(scene.left + 12, y, line, fill=SOFT)
    return y
