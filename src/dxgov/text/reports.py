"""Traces, open issues and gaps as plain text for a terminal."""

from collections.abc import Iterator
from itertools import groupby

from dxgov.analysis.open_issues import Gap, GapKind, find_unnamed_asks
from dxgov.analysis.tracing import Step, Tie, Trace, date_of
from dxgov.dataset import Dataset
from dxgov.dates.formatter import write
from dxgov.languages import Lang
from dxgov.model.record import Damage, Record
from dxgov.text.records import collapse_white_space, get_caption

_WORDS = {
    "found": {"en": "{records} records in {documents} documents", "ja": "{documents}件の文書、{records}件の記録"},
    "taken up": {"en": "taken up", "ja": "受け止め"},
    "breaks off": {"en": "Here it breaks off. Nothing on it in:", "ja": "ここで途切れる。以下の文書には記載がない。"},
    "loose": {"en": "Loose ends: {number} of {all} that no record takes up", "ja": "受け止める記録がないもの: {all}件のうち{number}件"},
    "unanswered": {"en": "Asked and not answered, as far as the sources show", "ja": "出典の限りで応答のない発言"},
    "due": {"en": "Promised or ordered", "ja": "約束と指示"},
    "asks": {"en": "Who must act on how many asks", "ja": "要望行為の実施主体"},
    "unnamed": {"en": " ({number} do not name who must act)", "ja": "（うち名指しのないもの{number}件）"},
    "no date": {"en": "no date", "ja": "期日なし"},
    "empty": {"en": "Nothing is recorded on it.", "ja": "記録がない。"},
}


def format_trace(data: Dataset, trace: Trace, lang: Lang) -> str:
    """Format a trace by document: each record with what takes it up, then where the trace breaks off."""
    return "\n".join(_format_trace(data, trace, lang))


def _format_trace(data: Dataset, trace: Trace, lang: Lang) -> Iterator[str]:
    documents = {step.record.citation.source_id for step in trace.steps}
    yield f"{get_caption(data, trace.subject, lang)}  {trace.subject.id}"
    if not trace.steps:
        yield _WORDS["empty"][lang]
        return
    yield _WORDS["found"][lang].format(records=len(trace.steps), documents=len(documents))
    for (date, source), steps in groupby(trace.steps, key=lambda step: (step.when, step.record.citation.source_id)):
        yield ""
        yield f"{write(date, lang)}  {get_caption(data, data.sources[source], lang)}"
        for step in steps:
            yield from _format_step(data, step, lang)
    loose = trace.loose_ends
    if loose:
        yield ""
        yield _WORDS["loose"][lang].format(number=len(loose), all=len(trace.steps))
        yield from (f"  {step.record.id}" for step in loose)
    if trace.silent:
        yield ""
        yield _WORDS["breaks off"][lang]
        yield from (f"  {write(source.published, lang)}  {get_caption(data, source, lang)}" for source in trace.silent)


def _format_step(data: Dataset, step: Step, lang: Lang) -> Iterator[str]:
    yield f"  {step.record.id}"
    yield f"    {get_caption(data, step.record, lang)}"
    for tie in step.taken_up:
        yield f"    → {_format_tie(data, tie, data[tie.later_id], lang)}"


def _format_tie(data: Dataset, tie: Tie, later: Record, lang: Lang) -> str:
    """Format the later record of a tie with its date and the relation."""
    if tie.link is None:
        column = data.model().table_of(type(later)).column(tie.relation)
        relation = column.label if lang == "ja" else column.name
    else:
        confidence = tie.link.confidence
        relation = f"{tie.link.predicate.label}、{confidence.label}" if lang == "ja" else f"{tie.link.predicate}, {confidence}"
    return f"{write(date_of(data, later), lang)}  {later.id} ({relation})"


def format_open_issues(data: Dataset, lang: Lang) -> str:
    """Format the open issues: unanswered statements, promises and orders with due dates, and asks per actor."""
    lines = [_WORDS["unanswered"][lang]]
    lines += [f"  {statement.id}  {get_caption(data, statement, lang)}" for statement in data.unanswered()]
    lines += ["", _WORDS["due"][lang]]
    for due in data.due():
        actors = {"en": ", ", "ja": "、"}[lang].join(get_caption(data, data[id], lang) for id in due.by_ids)
        when = write(due.due, lang) if due.due else _WORDS["no date"][lang]
        lines += [f"  {when}  {actors}", f"    {due.record.id}  {get_caption(data, due.record, lang)}"]
    lines += ["", _WORDS["asks"][lang]]
    for id, asks in data.asks_by_actor().items():
        unnamed = find_unnamed_asks(asks, data.actors)
        remark = _WORDS["unnamed"][lang].format(number=len(unnamed)) if unnamed else ""
        lines += [f"  {len(asks):>4}  {id}  {get_caption(data, data.actors[id], lang)}{remark}"]
    return "\n".join(lines)


def format_gaps(data: Dataset, lang: Lang) -> str:
    """Format the gaps of the sources, by kind."""
    lines = []
    for kind, gaps in groupby(sorted(data.gaps(), key=lambda gap: list(GapKind).index(gap.kind)), key=lambda gap: gap.kind):
        lines += [f"{kind.label if lang == 'ja' else kind.meaning}"]
        lines += [f"  {gap.record.id}  {_format_gap(gap, lang)}" for gap in gaps]
        lines += [""]
    return "\n".join(lines).rstrip()


def _format_gap(gap: Gap, lang: Lang) -> str:
    damage = next((code for code in Damage if code == gap.told), None) if gap.kind is GapKind.DAMAGE else None
    return damage.label if damage and lang == "ja" else collapse_white_space(gap.told)
