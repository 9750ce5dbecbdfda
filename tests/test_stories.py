"""Traces of a theme or record through all documents, and what is open."""

from datetime import date

import attrs
import pyarrow as pa
import pytest
from hypothesis import given

import dxgov
from dxgov import Basis, Dataset, Link, Scope, UnknownNameError, When
from dxgov.analysis.open_issues import GapKind
from dxgov.analysis.tracing import date_of
from dxgov.dates import bounds
from dxgov.testing import datasets
from dxgov.text.reports import format_trace
from soundness import sound

LETTER = "req-2020-11-24-tokyo-assocs-digital"
FORUM = "mtg-2022-02-01-tokyo-cio-forum"


def ids(steps):
    return [step.record.id for step in steps]


def test_telework_is_told_from_the_letter_to_the_minutes(ds):
    trace = ds.trace("telework")
    assert trace.subject == ds.themes["telework"]
    assert {f"{LETTER}.04.1.a", f"{LETTER}.04.2.b", "msr-2022-01-24-digital-agency.02.5", f"{FORUM}.t03.p2"} <= set(ids(trace.steps))
    assert [source.id for source in trace.silent] == ["src-2024-04-common-platform-plan"]
    measure = next(step for step in trace.steps if step.record.id.endswith("02.5"))
    assert any(tie.earlier_id.startswith(LETTER) and tie.link is not None for tie in measure.takes_up)
    assert any(tie.later_id == f"{FORUM}.t03.p2" for tie in measure.taken_up)


def test_an_item_is_followed_to_what_takes_it_up(ds):
    trace = ds.trace(f"{LETTER}.04.1")
    assert {f"{LETTER}.04.1.a", f"{LETTER}.04.1.b", "msr-2022-01-24-digital-agency.02.5"} <= set(ids(trace.steps))
    assert trace.steps[0].when.start.isoformat() == "2020-11-24"


def test_a_reply_is_a_tie_without_a_link(ds):
    trace = ds.trace(f"{FORUM}.t01.p1")
    asked = next(step for step in trace.steps if step.record.id == f"{FORUM}.t01.p1")
    assert ("replies_to_ids", None) in {(tie.relation, tie.link) for tie in asked.taken_up}


def test_every_theme_is_traced_in_time_order(ds):
    for theme in ds.themes:
        trace = ds.trace(theme)
        assert trace.steps, theme.id
        assert [step.when for step in trace.steps] == sorted(step.when for step in trace.steps)
        last = trace.steps[-1].record.citation.source_id
        assert all(step.record.citation.source_id != last and not step.taken_up for step in trace.loose_ends)
        documents = {step.record.citation.source_id for step in trace.steps}
        assert documents.isdisjoint(source.id for source in trace.silent)


@pytest.mark.slow
def test_every_record_can_be_traced_and_told(ds):
    for record in ds:
        trace = ds.trace(record)
        assert record.id in ids(trace.steps) or trace.steps == () or not isinstance(record, dxgov.Statement)
        for lang in ("en", "ja"):
            assert record.id in format_trace(ds, trace, lang).splitlines()[0]


def test_an_unknown_subject_is_told(ds):
    with pytest.raises(UnknownNameError, match="did you mean 'telework'"):
        ds.trace("telewrok")


@given(datasets())
def test_traces_of_any_sound_data(data):
    for record in data:
        trace = data.trace(record)
        found = ids(trace.steps)
        assert len(found) == len(set(found))
        for step in trace.steps:
            assert step.when == date_of(data, step.record)
            assert all(tie.later_id == step.record.id for tie in step.takes_up)
            assert all(tie.earlier_id == step.record.id for tie in step.taken_up)
        assert format_trace(data, trace, "ja")


@given(datasets())
def test_what_is_open_in_any_sound_data(data):
    unanswered = {each.id for each in data.unanswered()}
    assert unanswered.isdisjoint(id for each in data.statements for id in each.replies_to_ids)
    assert sum(map(len, data.asks_by_actor().values())) == len(data.asks)
    dates = [(each.due.end or each.due.start or date.max) if each.due else date.max for each in data.due()]
    assert dates == sorted(dates)
    assert len(dates) == len(data.instructions) + sum(each.commitment not in (None, "none") for each in data.statements)
    inferred = sum(gap.kind is GapKind.YEAR for gap in data.gaps())
    values = (getattr(record, name) for record in data for name in record.__slots__ if name not in ("__weakref__", "citation"))
    assert inferred == sum(isinstance(each, When) and each.basis is Basis.YEAR_INFERRED for each in values)


def test_two_questions_went_unanswered(ds):
    assert ds.unanswered().ids() == (f"{FORUM}.t03.p1", f"{FORUM}.t16.p1")


def test_an_answer_that_a_source_states_counts():
    data = sound()
    (first, *_) = data.unanswered()
    answer = Link(
        id="lnk-late-answer",
        subject_id=data.statements[-1].id,
        predicate=dxgov.Predicate.RESPONDS_TO,
        object_id=first.id,
        basis=dxgov.LinkBasis.STATED,
        confidence=dxgov.Confidence.HIGH,
        citation=first.citation,
    )
    assert first.id not in (data | Dataset.of([answer], data.metadata)).unanswered().ids()


def test_promises_and_orders_come_with_their_due_dates(ds):
    found = ds.due()
    dated = [each for each in found if each.due]
    assert found[: len(dated)] == tuple(dated)
    assert {each.due.edtf for each in dated} >= {"2022-03/..", "../2024-06"}
    sharing = next(each for each in found if each.record.id == f"{FORUM}.t13.p1")
    assert (sharing.by_ids, sharing.said.edtf) == (("jp-13-tokyo-digital-services-bureau.strategy-director",), "2022-02-01")


def test_who_must_act_on_how_many_asks(ds):
    found = ds.asks_by_actor()
    assert [len(asks) for asks in found.values()] == sorted((len(asks) for asks in found.values()), reverse=True)
    assert {"jp", "jp-13-tokyo", "jp-13-tokyo-education-board"} == set(found)
    assert all(ask.expected_of_id == id for id, asks in found.items() for ask in asks)


def test_what_the_sources_lack(ds):
    gaps = ds.gaps()
    of = {kind: {gap.record.id for gap in gaps if gap.kind is kind} for kind in GapKind}
    assert {"shimizu", "sugiura"} <= of[GapKind.NAME] & of[GapKind.DAMAGE]
    assert "ms-common-platform.framework-start" in of[GapKind.DATE]
    assert {gap.told for gap in gaps if gap.record.id == "opn-2024-04-common-platform.02.3"} == {"lost_bullet", "misprint"}
    assert all(bounds(record.date.edtf) for record in ds.milestones if record.id in of[GapKind.YEAR] and record.date)


def test_the_date_of_a_part_is_that_of_the_whole(ds):
    assert date_of(ds, ds.asks[f"{LETTER}.01.1.a"]) == ds.requests[LETTER].submitted
    assert date_of(ds, ds.statements[f"{FORUM}.t01.p1"]) == ds.meetings[FORUM].held
    assert date_of(ds, ds.themes["telework"]).edtf == "2020-11-24"
    assert date_of(ds, ds.opinions["opn-2024-04-common-platform.01.1"]).scope is Scope.EXACT


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_lazy_data_set_tells_the_same_stories(ds, form, tmp_path):
    package = dxgov.export(ds, tmp_path / "out", form) / form
    for ask in (
        lambda data: [data.trace(each.id) for each in [*ds.themes, *ds.request_items[::3]]],
        dxgov.Dataset.due,
        dxgov.Dataset.unanswered,
        dxgov.Dataset.asks_by_actor,
        dxgov.Dataset.gaps,
    ):
        assert ask(dxgov.load(package, lazy=True)) == ask(ds)


def test_a_trace_builds_what_it_comes_to_and_nothing_else(ds, monkeypatch):
    """Ten thousand links and statements beside it make no difference."""
    sources = ds.links.data.take([0] * 10_000)
    sources = sources.set_column(0, "id", pa.array([f"link-x{number}" for number in range(10_000)]))
    beside = sources.set_column(1, "subject_id", pa.array([f"x{number}" for number in range(10_000)]))
    beside = beside.set_column(beside.column_names.index("object_id"), "object_id", beside["subject_id"])
    large = dxgov.Dataset(ds.to_arrow() | {"links": pa.concat_tables([ds.links.data, beside.cast(ds.links.data.schema)])}, ds.metadata)
    built = []
    original = dxgov.tables.records.from_arrow
    monkeypatch.setattr("dxgov.tables.records.from_arrow", lambda table, data: built.append(data.num_rows) or original(table, data))
    counts = []
    for data in (ds, large):
        data.trace("telework")
        built.clear()
        data.trace("telework")
        counts.append(sum(built))
    assert counts[0] == counts[1]


def test_parts_that_are_their_own_wholes_have_the_date_of_their_document(ds):
    first, second = [item for item in ds.request_items if item.parent_id is None][:2]
    around = [attrs.evolve(first, parent_id=second.id), attrs.evolve(second, parent_id=first.id)]
    data = dxgov.Dataset.of([*around, *(record for record in ds if record.id not in {first.id, second.id})])
    published = data.sources[first.citation.source_id].published
    assert not dxgov.validate(data).valid
    assert date_of(data, around[0]) == published
    assert data.trace(around[0]).subject == around[0]
