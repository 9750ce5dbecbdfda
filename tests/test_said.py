"""All that was said stands together under one set of names, and milestones tell plan and outcome."""

import io
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import attrs
import pyarrow.parquet as pq
import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov import (
    Dataset,
    Depth,
    EventStatus,
    Milestone,
    ModelError,
    Observation,
    Record,
    Records,
    Review,
    Scope,
    SlipKind,
    Thing,
    UnknownNameError,
    When,
)
from dxgov.analysis.slips import compare_plan, measure_slip
from dxgov.analysis.tracing import date_of
from dxgov.marks import Key, Label, Ref, Said, SaidAs, Through
from dxgov.testing import datasets, whens
from dxgov.text.slips import describe_slip, format_days
from dxgov.values import Id
from reading import files
from soundness import sound

SAID = ("asks", "statements", "opinions", "instructions")


# One view of all that was said


@given(datasets(max_size=4))
def test_every_record_of_the_tables_is_a_row_with_its_own_values(data: Dataset):
    said = {utterance.id: utterance for utterance in data.said()}
    records = [record for name in SAID for record in data.tables[name]]
    assert said.keys() == {record.id for record in records}
    for record in records:
        utterance = said[record.id]
        assert utterance.table == data.model().table_of(type(record)).name
        # An item and the one above it are parts of one request, which random data do not keep.
        if not any(isinstance(record, dxgov.Ask) and item.parent_id for item in data.request_items):
            assert utterance.date == date_of(data, record)
        for name in ("summary", "summary_en", "theme_ids", "thing_ids", "due", "citation", "note", "damage", "review", "drafted_with"):
            if hasattr(record, name):
                assert getattr(utterance, name) == getattr(record, name), name
        assert utterance.strength == getattr(record, "strength", None)


@given(datasets(max_size=4))
def test_who_says_what_to_whom_is_read_from_the_record_or_what_it_is_a_part_of(data: Dataset):
    for ask in data.asks:
        utterance, request = data.said()[ask.id], data.requests[data.request_items[ask.item_id].request_id]
        assert (utterance.by_ids, utterance.to_ids) == (request.submitted_by_ids, request.addressed_to_ids)
        assert (utterance.expected_of_ids, utterance.kinds) == ((ask.expected_of_id,), ask.kinds)
    for statement in data.statements:
        utterance = data.said()[statement.id]
        assert (utterance.by_ids, utterance.to_ids) == ((statement.speaker_id,), statement.addressed_to_ids)
        assert utterance.kinds == (() if statement.kind is None else (statement.kind,))
        assert utterance.url == statement.url or data.sources[statement.citation.source_id].url
    for instruction in data.instructions:
        utterance = data.said()[instruction.id]
        assert (utterance.by_ids, utterance.kinds) == ((instruction.issued_by_id,), ())
        assert utterance.to_ids == utterance.expected_of_ids == instruction.directed_to_ids
    for opinion in data.opinions:
        utterance = data.said()[opinion.id]
        assert (utterance.by_ids, utterance.to_ids, utterance.expected_of_ids, utterance.kinds) == ((), (), (), (opinion.kind,))


@given(datasets(max_size=4))
def test_the_rows_stand_in_the_order_of_their_dates(data: Dataset):
    days = [utterance.date.start or utterance.date.end or date.max for utterance in data.said() if utterance.date]
    assert days == sorted(days)


def test_an_utterance_without_an_address_has_that_of_its_document():
    data = sound()
    (source,) = {data.asks[0].citation.source_id}
    sources = [attrs.evolve(record, url="https://example.org/letter") if record.id == source else record for record in data.sources]
    data = Dataset.of([*sources, *(record for record in data if record not in data.sources)], data.metadata)
    assert data.said()[data.asks[0].id].url == "https://example.org/letter"
    assert data.said()["mtg-session.t1"].url == "https://example.org/assembly?turn=1"


def test_a_theme_brings_its_narrower_ones_and_a_thing_its_parts():
    data = sound()
    about = {utterance.id for utterance in data.said() if {"networks", "sea-cables", "spare-lines"} & {*utterance.theme_ids}}
    assert {*data.said(about="networks").ids()} == about > {*data.said().where(theme_ids="networks").ids()}
    whole = attrs.evolve(data.things["thg-sea-net"], id="thg-all-nets", name_basis="editorial", law_id=None, wikidata=None)
    part = attrs.evolve(data.things["thg-sea-net"], id="thg-sea-net", part_of_id="thg-all-nets")
    things = [part if thing.id == part.id else thing for thing in data.things]
    data = Dataset.of([whole, *things, *(record for record in data if not isinstance(record, Thing))], data.metadata)
    named = {utterance.id for utterance in data.said() if "thg-sea-net" in utterance.thing_ids}
    assert {*data.said(about="thg-all-nets").ids()} == {*data.said(about=whole).ids()} == named != set()


def test_an_actor_brings_their_posts_and_units():
    data = sound()
    assert data.actors["kaifu-governor"].part_of_id == "kaifu"
    assert "ins-2031-05-governor.1" in data.said(by="kaifu").ids()
    assert "ins-2031-05-governor.1" not in data.said().where(by_ids="kaifu").ids()
    asked = {ask.id for ask in data.asks if ask.expected_of_id == "nation"} | {
        utterance.id for utterance in data.said() if "nation" in utterance.to_ids
    }
    assert {*data.said(to="nation").ids()} == asked != set()


def test_the_filters_narrow_each_other_and_the_table_filters_further():
    data = sound()
    both = data.said(about="networks", to="kaifu")
    assert {*both.ids()} == {*data.said(about="networks").ids()} & {*data.said(to="kaifu").ids()}
    assert all(utterance.kinds == ("request",) for utterance in data.said().where(kinds="request"))
    assert {*data.said().between("2031-04-02", "2031-04-02").ids()} == {
        utterance.id for utterance in data.said() if utterance.date and utterance.date.contains(date(2031, 4, 2))
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"about": "kaifu"}, "about: found the Actor 'kaifu', expected the id of one Theme or Thing"),
        ({"by": "networks"}, "by: found the Theme 'networks', expected the id of one Actor"),
        ({"to": "kaifu-shiomo"}, "did you mean 'kaifu-shiomi'"),
    ],
)
def test_a_record_of_another_kind_is_refused(arguments: dict[str, str], message: str):
    with pytest.raises(UnknownNameError, match=message):
        sound().said(**arguments)


def test_an_id_of_an_earlier_version_leads_to_its_record():
    data = sound()
    metadata = attrs.evolve(data.metadata, redirects=(dxgov.Redirect("old-networks", "networks"),))
    data = Dataset.of(data, metadata)
    assert data.said(about="old-networks") == data.said(about="networks")


def test_a_lazy_data_set_says_the_same(sound_export: Path):
    assert dxgov.load(sound_export / "parquet", lazy=True).said() == sound().said()


@frozen(kw_only=True)
class Pledge(Record):
    """A promise on a poster."""

    id: Annotated[Id, Key("plg-"), Label("公約ID", "公約ID。")]
    """Identifies the pledge."""

    made_by_id: Annotated[Id, Ref("Actor"), SaidAs("by_ids"), Label("公約した者", "公約した者。")]
    """Who makes it."""

    theme_ids: Annotated[tuple[Id, ...], Ref("Theme"), Through("pledge_themes"), Label("テーマ", "テーマ。")] = ()
    """What it is about."""

    summary: Annotated[str, Label("要約", "要約。")]
    """What is promised."""


class Pledges(Dataset):
    """A data set with a further table of what was said."""

    pledges: Annotated[Records[Pledge], Label("公約", "公約。"), Said()]


def test_a_further_table_takes_one_mark_and_stands_in_every_form(tmp_path: Path):
    pledge = Pledge(id="plg-1", made_by_id="kaifu", theme_ids=("networks",), summary="線を引く。", citation=sound().asks[0].citation)
    data = Pledges.of([*sound(), pledge], sound().metadata)
    (utterance,) = data.said(by="kaifu").where(table="pledges")
    assert (utterance.id, utterance.theme_ids, utterance.summary, utterance.kinds) == ("plg-1", ("networks",), "線を引く。", ())
    assert utterance.date == data.sources[pledge.citation.source_id].published
    place = dxgov.export(data, tmp_path / "out", formats=("wide", "sqlite"))
    rows = pq.read_table(place / "wide" / "said.parquet").to_pylist()
    assert [row["by_ja"] for row in rows if row["id"] == "plg-1"] == [["海風県"]]
    with closing(sqlite3.connect(next((place / "sqlite").glob("*.sqlite")))) as base:
        assert base.execute("SELECT summary FROM said WHERE \"table\" = 'pledges'").fetchall() == [("線を引く。",)]


def test_a_mark_that_names_no_column_is_refused():
    @frozen(kw_only=True)
    class Shout(Record):
        id: Annotated[Id, Key("sht-"), Label("ID", "ID。")]
        """It."""

        loud: Annotated[str, SaidAs("sumary"), Label("声", "声。")]
        """It."""

    class Shouts(Dataset):
        shouts: Annotated[Records[Shout], Label("声", "声。"), Said()]

    with pytest.raises(ModelError, match=r"Shout\.loud: the view has no column 'sumary'; did you mean 'summary'"):
        Shouts().said()


@given(datasets(max_size=3))
def test_the_exported_table_holds_the_view(data: Dataset):
    rows = pq.read_table(io.BytesIO(files(data, "wide")["said.parquet"])).select(data.said().data.column_names).to_pylist()
    assert rows == data.said().to_arrow().to_pylist()


# Plan and outcome


def milestone(date: When | None, as_of: str, status: EventStatus = EventStatus.PLANNED) -> Milestone:
    record = sound().milestones["ms-spare-line.1-decision"]
    return attrs.evolve(record, date=date, status=status, status_as_of=When.from_value(as_of))


def observation(number: int, date: When | None, as_of: str, status: EventStatus = EventStatus.PLANNED) -> Observation:
    record = sound().observations["obs-spare-line.1"]
    return attrs.evolve(record, id=f"obs-{number}", date=date, status=status, status_as_of=When.from_value(as_of))


WEEK = When("4月29日の週", "2024-04-29/2024-05-03", Scope.WITHIN)
DAY = When.from_value("2024-05-21")


def test_a_week_that_was_planned_and_a_day_on_which_it_was_held_give_a_range():
    slip = compare_plan(milestone(WEEK, "2024-04-22"), [observation(1, DAY, "2024-06-18", EventStatus.HELD)])
    assert (slip.kind, slip.days, slip.status) == (SlipKind.LATER, (18, 22), EventStatus.HELD)
    assert (slip.planned, slip.newest) == slip.records
    assert format_days(slip, "en") == "18 to 22 days later than planned"
    assert format_days(slip, "ja") == "予定より18～22日遅れ"
    assert describe_slip(slip, "obs-1", "en") == "18 to 22 days later than planned; planned: some time from 29 April 2024 to 3 May 2024"
    assert describe_slip(slip, slip.milestone.id, "ja") == "予定より18～22日遅れ、その後: 令和6年5月21日"


def test_an_observation_of_an_earlier_day_is_the_plan():
    held = milestone(When.from_value("2021-09-01"), "2022-01-24", EventStatus.HELD)
    slip = compare_plan(held, [observation(1, When.from_value("2021-10-01"), "2020-11-30")])
    assert (slip.kind, slip.days) == (SlipKind.SOONER, (-30, -30))
    assert (slip.planned, slip.newest) == (slip.records[0], held)
    assert format_days(slip, "ja") == "予定より30日前倒し"


@pytest.mark.parametrize(
    ("planned", "newest", "status", "kind", "days"),
    [
        (WEEK, None, EventStatus.POSTPONED, SlipKind.POSTPONED, None),
        (WEEK, DAY, EventStatus.POSTPONED, SlipKind.LATER, (18, 22)),
        (WEEK, None, EventStatus.CANCELLED, SlipKind.CANCELLED, None),
        (None, DAY, EventStatus.HELD, SlipKind.NOT_COMPARABLE, None),
        (WEEK, None, EventStatus.HELD, SlipKind.NOT_COMPARABLE, None),
        (When.from_value("2024-05"), DAY, EventStatus.HELD, SlipKind.AS_PLANNED, (0, 0)),
        (When.from_value("2024-05"), When.from_value("2024"), EventStatus.PLANNED, SlipKind.UNCLEAR, (-151, 244)),
        (When.from_value("../2024-03-31"), DAY, EventStatus.HELD, SlipKind.LATER, (51, 51)),
        (When.from_value("../2024-06-30"), DAY, EventStatus.HELD, SlipKind.AS_PLANNED, (0, 0)),
        (When.from_value("../2024-06-30"), When.from_value("../2024-03-31"), EventStatus.PLANNED, SlipKind.SOONER, (-91, -91)),
        (DAY, When.from_value("2024-06-01/.."), EventStatus.PLANNED, SlipKind.LATER, (11, 11)),
        (When("未定", None, Scope.WITHIN), DAY, EventStatus.HELD, SlipKind.NOT_COMPARABLE, None),
    ],
)
def test_the_kind_and_the_days_of_a_slip(planned: Any, newest: Any, status: EventStatus, kind: SlipKind, days: Any):
    slip = compare_plan(milestone(planned, "2024-01"), [observation(1, newest, "2024-12", status)])
    assert (slip.kind, slip.days) == (kind, days)


@given(whens())
def test_a_date_does_not_slip_against_itself(when: When):
    assert measure_slip(when, when) in ((0, 0), None)
    assert (measure_slip(when, when) is None) == (when.start is None and when.end is None)


DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))


@given(DAYS, st.integers(0, 400), DAYS, st.integers(0, 400), st.integers(-400, 400))
def test_days_between_spans_shift_with_the_outcome_and_change_sign_with_the_order(
    start: date, length: int, other: date, other_length: int, shift: int
):
    def span(first: date, days: int, by: int = 0) -> When:
        first += timedelta(by)
        return When.from_value(f"{first}/{first + timedelta(days)}")

    planned, newest = span(start, length), span(other, other_length)
    days, moved = measure_slip(planned, newest), measure_slip(planned, span(other, other_length, shift))
    assert days is not None
    assert moved is not None
    least, most = (number for number in days if number is not None)
    assert least <= most
    if not planned.overlaps(newest):
        assert measure_slip(newest, planned) == (-most, -least)
        if (0, 0) not in (days, moved):
            assert moved == (least + shift, most + shift)


WORDS = st.tuples(st.none() | whens(), st.sampled_from([*EventStatus]), st.dates(date(2020, 1, 1), date(2025, 1, 1)))


@given(st.lists(WORDS, max_size=5), st.randoms())
def test_the_order_of_observations_does_not_matter(words: list[tuple[When | None, EventStatus, date]], random: Any):
    observations = [observation(number, when, str(day), status) for number, (when, status, day) in enumerate(words)]
    plan = milestone(WEEK, "2024-04-22")
    slip = compare_plan(plan, observations)
    random.shuffle(observations)
    assert compare_plan(plan, observations) == slip
    for lang in ("en", "ja"):
        assert describe_slip(slip, plan.id, lang) or slip.kind is SlipKind.NOT_COMPARABLE


def test_milestones_that_several_sources_tell_of_are_listed_and_those_on_which_they_fall_silent():
    data = sound()
    assert [(slip.milestone.id, slip.kind, slip.days) for slip in data.slipped()] == [
        ("ms-spare-line.1-decision", SlipKind.LATER, (24, 33))
    ]
    plain = Dataset.of([record for record in data if not isinstance(record, Observation)], data.metadata)
    assert plain.slipped() == ()
    overdue = attrs.evolve(data.milestones["ms-spare-line.2-start"], date=When.from_value("2031-01"))
    data = Dataset.of([record for record in plain if record.id != overdue.id] + [overdue], data.metadata)
    assert [(slip.milestone.id, slip.kind, slip.days) for slip in data.slipped()] == [(overdue.id, SlipKind.NO_LATER_WORD, None)]


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_timeline_and_the_calendar_show_plan_and_outcome(lang: str):
    icalendar = pytest.importorskip("icalendar")
    data = sound()
    (slip,) = data.slipped()
    text = dxgov.charts.timeline(data, lang).text
    assert text.count(format_days(slip, lang)) == 2
    content = files(data, "ical")["events.ics" if lang == "ja" else "events.en.ics"]
    events = {str(event["UID"]).partition("@")[0]: event for event in icalendar.Calendar.from_ical(content).walk() if "UID" in event}
    plan, outcome = events[slip.milestone.id], events["obs-spare-line.1"]
    assert (plan["STATUS"], outcome["STATUS"]) == ("CANCELLED", "CONFIRMED")
    assert all(format_days(slip, lang) in event["DESCRIPTION"] for event in (plan, outcome))
    assert str(outcome["RELATED-TO"]).startswith(slip.milestone.id)


# What is counted


@given(datasets(max_size=3))
def test_drafts_and_records_of_an_index_are_counted(data: Dataset):
    coverage, index = data.coverage(), {*data.sources.where(depth=Depth.INDEX).ids()}
    assert coverage.records == len(data)
    assert coverage.drafted == sum(record.review is Review.DRAFTED for record in data)
    documents = [record.id if isinstance(record, dxgov.Source) else record.citation.source_id for record in data]
    assert coverage.indexed == sum(id in index for id in documents)
    assert all(bool(coverage.describe(lang)) == bool(coverage.drafted or coverage.indexed) for lang in ("en", "ja"))
    assert data.coverage([data.asks]).records == len(data.asks)


def test_a_full_and_reviewed_data_set_is_shown_without_a_word_on_it(ds: Dataset):
    assert ds.coverage().describe() == ""
    for words in (repr(ds), ds._repr_html_(), dxgov.charts.themes(ds).text):
        assert not any(word in words for word in ("drafted", "an index", "索引"))


def test_drafts_and_an_index_are_named_wherever_records_are_counted():
    data = sound()
    english, japanese = data.coverage().describe("en"), data.coverage().describe("ja")
    assert "3 drafted by a program and not reviewed" in english
    assert english in repr(data)
    assert english in data._repr_html_()
    assert japanese in data._repr_html_()
    assert japanese in files(data, "site")["ja/index.html"].decode()
    assert english in files(data, "site")["en/index.html"].decode()
    assert english in files(data, "wide")["README.md"].decode()
    points = data.statements.where(meeting_id="mtg-session")
    assert data.coverage([points]).describe("en") in dxgov.charts.conversation(data, "mtg-session").text


def test_an_index_answers_what_it_has_no_summary_for_and_asks_nothing():
    data = sound()
    assert data.said().where(summary=None).ids() == ("mtg-session.t1", "mtg-session.t2")
    assert not {*data.unanswered().ids()} & {*data.statements.where(kind=None).ids()}
