"""Traces, open issues and gaps as plain text for a terminal."""

from collections.abc import Iterator
from itertools import groupby

from dxgov.analysis.open_issues import Gap, GapKind, find_unnamed_asks
from dxgov.analysis.tracing import Step, Tie, Trace, date_of
from dxgov.dataset import Dataset
from dxgov.dates.formatter import write
from dxgov.languages import Lang
from dxgov.model.record import Damage, Record
from dxgov.text.lines import ID_ABOVE, ID_LAST, Text, TextLine
from dxgov.text.records import collapse_white_space, get_caption

_WORDS = {
    "found": {"en": "{records} in {documents}", "ja": "{documents}、{records}"},
    "record": {"en": "{number} record", "ja": "{number}件の記録"},
    "document": {"en": "{number} document", "ja": "{number}件の文書"},
    "taken up": {"en": "taken up", "ja": "受け止め"},
    "breaks off": {"en": "Here it breaks off. Nothing on it in:", "ja": "ここで途切れる。以下の文書には記載がない。"},
    "loose": {"en": "Loose ends: {number} of {all} that no record takes up", "ja": "受け止める記録がないもの: {all}件のうち{number}件"},
    "unanswered": {"en": "Asked and not answered, as far as the sources show", "ja": "出典の限りで応答のない発言"},
    "due": {"en": "Promised or ordered", "ja": "約束と指示"},
    "asks": {"en": "Who must act on how many asks", "ja": "要望行為の実施主体"},
    "unnamed": {"en": " ({number} do not name who must act)", "ja": "（うち名指しのないもの{number}件）"},
    "no date": {"en": "no date", "ja": "期日なし"},
    "none": {"en": "None on record.", "ja": "該当する記録はない。"},
    "unjudged": {
        "en": "Not judged yet whether they call for a reply: {number} statements of an index.",
        "ja": "索引の発言{number}件は、応答を求めるものかどうかをまだ判断していない。",
    },
    "empty": {"en": "Nothing is recorded on it.", "ja": "記録がない。"},
}


def format_trace(data: Dataset, trace: Trace, lang: Lang) -> Text:
    """Format a trace by document: each record with what takes it up, then where the trace breaks off."""
    return Text(_format_trace(data, trace, lang))


def _count(noun: str, number: int, lang: Lang) -> str:
    return _WORDS[noun][lang].format(number=number) + ("s" if lang == "en" and number != 1 else "")


def _format_trace(data: Dataset, trace: Trace, lang: Lang) -> Iterator[TextLine]:
    documents = {step.record.citation.source_id for step in trace.steps}
    yield TextLine(get_caption(data, trace.subject, lang), trace.subject.id, plain=ID_LAST, is_heading=True)
    if not trace.steps:
        yield TextLine(_WORDS["empty"][lang])
        return
    yield TextLine(
        _WORDS["found"][lang].format(records=_count("record", len(trace.steps), lang), documents=_count("document", len(documents), lang))
    )
    for (date, source), steps in groupby(trace.steps, key=lambda step: (step.when, step.record.citation.source_id)):
        yield TextLine()
        yield TextLine(f"{write(date, lang)}  {get_caption(data, data.sources[source], lang)}", is_heading=True)
        for step in steps:
            yield from _format_step(data, step, lang)
    loose = trace.loose_ends
    if loose:
        yield from (TextLine(), TextLine(_WORDS["loose"][lang].format(number=len(loose), all=len(trace.steps)), is_heading=True))
        yield from (TextLine(id=step.record.id, indent=2, plain="{id}") for step in loose)
    if trace.silent:
        yield from (TextLine(), TextLine(_WORDS["breaks off"][lang], is_heading=True))
        yield from (
            TextLine(get_caption(data, source, lang), indent=2, lead=f"{write(source.published, lang)}  ") for source in trace.silent
        )


def _format_step(data: Dataset, step: Step, lang: Lang) -> Iterator[TextLine]:
    yield TextLine(get_caption(data, step.record, lang), step.record.id, 2, plain=ID_ABOVE)
    for tie in step.taken_up:
        yield _format_tie(data, tie, data[tie.later_id], lang)


def _format_tie(data: Dataset, tie: Tie, later: Record, lang: Lang) -> TextLine:
    """Format the later record of a tie with its date and the relation."""
    if tie.link is None:
        column = data.model().table_of(type(later)).column(tie.relation)
        relation = column.label if lang == "ja" else column.name
    else:
        confidence = tie.link.confidence
        relation = f"{tie.link.predicate.label}、{confidence.label}" if lang == "ja" else f"{tie.link.predicate}, {confidence}"
    return TextLine(f"({relation})", later.id, 4, f"→ {write(date_of(data, later), lang)}  ", plain="{id} {text}")


def format_open_issues(data: Dataset, lang: Lang) -> Text:
    """Format the open issues: unanswered statements, promises and orders with due dates, and asks per actor; say where there are none."""
    return Text(_format_open_issues(data, lang))


def _format_open_issues(data: Dataset, lang: Lang) -> Iterator[TextLine]:
    none = TextLine(_WORDS["none"][lang], indent=2)
    yield TextLine(_WORDS["unanswered"][lang], is_heading=True)
    unanswered = [TextLine(get_caption(data, statement, lang), statement.id, 2) for statement in data.unanswered()]
    if unjudged := len(data.statements.where(kind=None)):
        unanswered.append(TextLine(_WORDS["unjudged"][lang].format(number=f"{unjudged:,}"), indent=2))
    yield from unanswered or [none]
    yield from (TextLine(), TextLine(_WORDS["due"][lang], is_heading=True))
    all_due = data.due()
    if not all_due:
        yield none
    for due in all_due:
        actors = {"en": ", ", "ja": "、"}[lang].join(get_caption(data, data[id], lang) for id in due.by_ids)
        when = write(due.due, lang) if due.due else _WORDS["no date"][lang]
        yield TextLine(f"{when}  {actors}", indent=2)
        yield TextLine(get_caption(data, due.record, lang), due.record.id, 4)
    yield from (TextLine(), TextLine(_WORDS["asks"][lang], is_heading=True))
    asks_by_actor = data.asks_by_actor()
    if not asks_by_actor:
        yield none
    for id, asks in asks_by_actor.items():
        unnamed = find_unnamed_asks(asks, data.actors)
        remark = _WORDS["unnamed"][lang].format(number=len(unnamed)) if unnamed else ""
        yield TextLine(f"{get_caption(data, data.actors[id], lang)}{remark}", id, 2, f"{len(asks):>4}  ")


def format_gaps(data: Dataset, lang: Lang) -> Text:
    """Format the gaps of the sources, by kind."""
    return Text(_format_gaps(data, lang))


def _format_gaps(data: Dataset, lang: Lang) -> Iterator[TextLine]:
    gaps_by_kind = groupby(sorted(data.gaps(), key=lambda gap: list(GapKind).index(gap.kind)), key=lambda gap: gap.kind)
    for number, (kind, gaps) in enumerate(gaps_by_kind):
        if number:
            yield TextLine()
        yield TextLine(kind.label if lang == "ja" else kind.meaning, is_heading=True)
        yield from (TextLine(_format_gap(gap, lang), gap.record.id, 2) for gap in gaps)


def _format_gap(gap: Gap, lang: Lang) -> str:
    damage = next((code for code in Damage if code == gap.told), None) if gap.kind is GapKind.DAMAGE else None
    return damage.label if damage and lang == "ja" else collapse_white_space(gap.told)
