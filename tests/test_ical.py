"""Calendar feeds: read back by `icalendar` and by `vobject`, which shares no code with it."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import attrs
import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov import Citation, DataError, Dataset, EventStatus, Metadata, Observation, Record, Records, Scope, When
from dxgov.marks import Caption, Key, Label, Term
from dxgov.testing import datasets, texts, whens
from dxgov.text.records import get_caption
from dxgov.values import ClockTime, Id
from reading import NOTHING_YET
from soundness import sound

icalendar = pytest.importorskip("icalendar")
vobject = pytest.importorskip("vobject")

from dxgov.exporters.ical import export_ical  # noqa: E402 - it needs icalendar

FEEDS = {"ja": "events.ics", "en": "events.en.ics"}


def feed(data: Dataset, lang: str = "ja") -> bytes:
    return b"".join(dict(export_ical(data, NOTHING_YET))[FEEDS[lang]])


def components(content: bytes) -> dict[str, Any]:
    """Events and to-dos by the id of their record."""
    found = [each for each in icalendar.Calendar.from_ical(content).subcomponents if each.name != "VTIMEZONE"]
    ids = [str(each["UID"]).rpartition("@")[0] for each in found]
    assert len(set(ids)) == len(ids)
    return dict(zip(ids, found, strict=True))


def events(data: Dataset) -> dict[str, tuple[Record, When | None]]:
    """The records of the bundled classes that are events, with their dates."""
    dated = (*data.milestones, *data.observations)
    return {each.id: (each, each.held) for each in data.meetings} | {each.id: (each, each.date) for each in dated}


def plain(text: str) -> str:
    """A text as a calendar can hold it: one kind of line break, and no byte order mark at its beginning."""
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")


def one(when: When | None, **more: Any) -> Any:
    """The calendar's component of a milestone on that date."""
    whole = sound()
    milestone = attrs.evolve(whole.milestones[0], date=when, meeting_id=None, **more)
    records = [each for each in whole if each.id != milestone.id and not isinstance(each, Observation)]
    return components(feed(Dataset.of([*records, milestone], whole.metadata)))[milestone.id]


def days(component: Any) -> tuple[date, date]:
    """First and last day of an event of whole days."""
    first = component["DTSTART"].dt
    if "DURATION" in component:
        return first, first + (component["DURATION"].dt - timedelta(days=1))
    return first, component["DTEND"].dt - timedelta(days=1)


# What is an event


def test_events_are_found_by_the_definition():
    marked = [table.name for table in Dataset.model().tables.values() if table.meant("http://www.w3.org/2002/12/cal/ical#dtstart")]
    assert {"meetings", "milestones", "observations"} <= set(marked)
    assert set(components(feed(sound()))) == set(events(sound()))


def test_a_feed_tells_of_a_meeting_by_the_clock():
    found = components(feed(sound()))["mtg-lines-1"]
    assert found.name == "VEVENT"
    assert found["UID"] == "mtg-lines-1@kaifu-lines"
    assert (found["SUMMARY"], found["SUMMARY"].params["LANGUAGE"]) == ("第1回回線協議会", "ja")
    assert b"\r\nDTSTART;TZID=Asia/Tokyo:20310402T093000\r\n" in feed(sound())
    assert str(found["DTEND"].dt.tzinfo) == "Asia/Tokyo"
    assert [found[name].dt.strftime("%Y-%m-%d %H:%M") for name in ("DTSTART", "DTEND")] == ["2031-04-02 09:30", "2031-04-02 10:00"]
    assert found["DTSTART"].dt.utcoffset() == timedelta(hours=9)
    assert found["DTSTAMP"].dt == datetime(2031, 6, 1, tzinfo=UTC)
    assert found["LOCATION"] == "海風県庁\n第3会議室"
    assert found["STATUS"] == "CONFIRMED"
    assert [str(each) for each in found["CATEGORIES"].cats] == ["要望活動"]
    assert "TRANSP" not in found
    assert {part: str(found[f"X-DXGOV-{part}"]) for part in ("TEXT", "EDTF", "SCOPE", "BASIS")} == {
        "TEXT": "4月2日",
        "EDTF": "2031-04-02",
        "SCOPE": "exact",
        "BASIS": "year_inferred",
    }
    assert found["DESCRIPTION"].splitlines() == [
        "First line council",
        "開催日 / held: 4月2日 [2031-04-02] (その日 / exact)",
        "開始時刻 / start time: 09:30",
        "終了時刻 / end time: 10:00",
        "状況 / status: 実施済み / held",
        f"第2回回線協議会 議事概要 / Second line council, minutes ({sound().meetings['mtg-lines-1'].citation})",
    ]


def test_the_english_feed_tells_of_the_same_events_in_english():
    japanese, english = components(feed(sound())), components(feed(sound(), "en"))
    assert japanese.keys() == english.keys()
    found = english["mtg-lines-1"]
    assert (found["SUMMARY"], found["SUMMARY"].params["LANGUAGE"]) == ("First line council", "en")
    assert [str(each) for each in found["CATEGORIES"].cats] == ["petition"]
    assert found["DESCRIPTION"].splitlines()[:2] == ["第1回回線協議会", "held / 開催日: 4月2日 [2031-04-02] (exact / その日)"]
    for id, each in japanese.items():
        for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "STATUS", "X-DXGOV-EDTF"):
            assert each.get(name) == english[id].get(name)


def test_a_title_without_english_is_japanese_in_both_feeds_and_stands_once():
    records = [attrs.evolve(record, name_en=None) if record.id == "mtg-lines-1" else record for record in sound()]
    for lang in ("ja", "en"):
        found = components(feed(Dataset.of(records, sound().metadata), lang))["mtg-lines-1"]
        assert (found["SUMMARY"], found["SUMMARY"].params["LANGUAGE"]) == ("第1回回線協議会", "ja")
        assert "第1回回線協議会" not in found["DESCRIPTION"].splitlines()


def test_a_meeting_of_several_days_takes_them_whole():
    found = components(feed(sound()))["mtg-lines-2"]
    assert days(found) == (date(2031, 5, 12), date(2031, 5, 14))
    assert found["DTSTART"].params["VALUE"] == "DATE"
    assert found["TRANSP"] == "TRANSPARENT"
    assert "開始時刻 / start time: 13:00" in found["DESCRIPTION"]


def test_what_names_no_day_is_a_to_do():
    found = components(feed(sound()))
    for id, text in (("mtg-lines-3", "追って連絡"), ("ms-spare-line.2-start", None)):
        assert found[id].name == "VTODO"
        assert not {"DTSTART", "DUE", "DTEND", "TRANSP"} & set(found[id])
        assert found[id].get("X-DXGOV-TEXT") == text
        assert found[id]["STATUS"] == "NEEDS-ACTION"
    assert one(When("随時", None, Scope.THROUGHOUT), status=EventStatus.HELD)["STATUS"] == "COMPLETED"
    assert "STATUS" not in one(None, status=EventStatus.UNKNOWN)


def test_a_milestone_that_is_a_meeting_points_to_it():
    found = components(feed(sound()))
    related, observation = found["ms-spare-line.1-decision"]["RELATED-TO"]
    assert observation == found["obs-spare-line.1"]["UID"]
    assert (related, related.params["RELTYPE"]) == (found["mtg-lines-3"]["UID"], "SIBLING")
    assert "RELATED-TO" not in found["mtg-lines-3"]


@pytest.mark.parametrize(
    ("edtf", "scope", "first", "last"),
    [
        ("2031-04-02", "exact", "2031-04-02", "2031-04-02"),
        ("2031-04-28/2031-05-04", "within", "2031-04-28", "2031-05-04"),
        ("2031-04", "throughout", "2031-04-01", "2031-04-30"),
        ("../2032-03-31", "by", "2032-03-31", "2032-03-31"),
        ("2032-03", "by", "2032-03-31", "2032-03-31"),
        ("2031-03/..", "from", "2031-03-01", "2031-03-01"),
        ("2031-03", "from", "2031-03-01", "2031-03-01"),
        ("2031-03/..", "throughout", "2031-03-01", "2031-03-01"),
        ("../2031-03", "throughout", "2031-03-31", "2031-03-31"),
        ("2031-03/..", "by", "2031-03-01", "2031-03-01"),
        ("../2031-03", "from", "2031-03-31", "2031-03-31"),
        ("9999-12-31", "exact", "9999-12-31", "9999-12-31"),
        ("0001/9999", "throughout", "0001-01-01", "9999-12-31"),
    ],
)
def test_days_follow_from_span_and_scope(edtf: str, scope: str, first: str, last: str):
    assert days(one(When("x", edtf, Scope(scope)))) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("status", "edtf", "expected"),
    [
        ("held", "2031-04", "CONFIRMED"),
        ("held", "2031-04?", "TENTATIVE"),
        ("planned", "2031-04-02", "CONFIRMED"),
        ("planned", "2031-04-01~/2031-04-10~", "TENTATIVE"),
        ("planned", "2031-04%", "TENTATIVE"),
        ("tentative", "2031-04-02", "TENTATIVE"),
        ("postponed", "2031-04-02", "CANCELLED"),
        ("cancelled", "2031-04-02?", "CANCELLED"),
        ("unknown", "2031-04-02", "TENTATIVE"),
    ],
)
def test_the_status_follows_from_code_and_date(status: str, edtf: str, expected: str):
    assert one(When("x", edtf, Scope.WITHIN), status=EventStatus(status))["STATUS"] == expected


@pytest.mark.parametrize("code", EventStatus)
def test_every_status_has_a_word_for_events(code: EventStatus):
    assert {"CONFIRMED", "TENTATIVE", "CANCELLED"} & set(code.shared)


def timed(**more: Any) -> Any:
    whole = sound()
    meeting = attrs.evolve(whole.meetings["mtg-lines-1"], **more)
    return components(feed(Dataset.of([*(each for each in whole if each.id != meeting.id), meeting], whole.metadata)))[meeting.id]


def test_clock_times_need_one_day_and_a_start():
    assert "DTEND" not in timed(end_time=None)
    assert "DTEND" not in timed(end_time="09:30")
    assert days(timed(start_time=None)) == (date(2031, 4, 2), date(2031, 4, 2))
    assert days(timed(held=When("4月2日まで", "../2031-04-02", Scope.BY))) == (date(2031, 4, 2), date(2031, 4, 2))
    uncertain = timed(held=When("4月2日？", "2031-04-02?", Scope.EXACT))
    assert (uncertain["DTSTART"].dt.hour, uncertain["STATUS"]) == (9, "TENTATIVE")


# The file


def test_the_calendar_tells_of_the_data_set():
    found = icalendar.Calendar.from_ical(feed(sound()))
    assert (found["VERSION"], found["X-WR-TIMEZONE"]) == ("2.0", "Asia/Tokyo")
    assert found["NAME"] == found["X-WR-CALNAME"] == sound().metadata.title
    (zone,) = [each for each in found.subcomponents if each.name == "VTIMEZONE"]
    assert zone["TZID"] == "Asia/Tokyo"
    assert found.errors == []


def test_an_empty_data_set_gives_a_calendar_without_events():
    data = Dataset(metadata=Metadata(name="nothing-yet"))
    assert components(feed(data)) == {}
    assert feed(data).endswith(b"END:VTIMEZONE\r\nEND:VCALENDAR\r\n")
    assert icalendar.Calendar.from_ical(feed(data))["NAME"] == "nothing-yet"


NASTY = [
    "一行目\r\n二行目\n三行目\r",
    "a,b;c:d",
    "\\n \\N \\\\n \\, \\; \\",
    '"quoted" ^n ^^',
    "END:VEVENT\r\nBEGIN:VEVENT",
    "%2C%0A",
    "  　 spaced  ",
    "a\tb",
    "a\u2028b\u2029c",
    "👩🏽‍🚀🇯🇵 か\u3099 葛\U000e0100 \u202eabc\u2069",
    "長い文章、" * 400,
    "\\,;" * 200,
]


@pytest.mark.parametrize("text", NASTY, ids=lambda text: repr(text)[:20])
def test_texts_survive(text: str):
    whole = sound()
    milestone = attrs.evolve(whole.milestones[0], date=When(text, "2031", Scope.WITHIN), title=text, note=text, meeting_id=None)
    meeting = attrs.evolve(whole.meetings[0], place=text)
    rest = [each for each in whole if each.id not in (milestone.id, meeting.id)]
    data = Dataset.of([*rest, milestone, meeting], attrs.evolve(whole.metadata, title=text, description=text))
    content = feed(data)
    assert_folded(content)
    found, calendar = components(content), icalendar.Calendar.from_ical(content)
    name = re.sub(r"\\(.)", lambda match: {"n": "\n"}.get(match[1], match[1]), calendar["NAME"])
    assert name == calendar["DESCRIPTION"] == plain(text)
    assert found[milestone.id]["X-DXGOV-TEXT"] == plain(text)
    assert plain(f"\n{text}\n") in found[milestone.id]["DESCRIPTION"]
    assert found[milestone.id]["SUMMARY"] == " ".join(text.split())
    assert found[meeting.id]["LOCATION"] == plain(text)
    (other,) = [each for each in vobject.readOne(content.decode()).vevent_list if each.uid.value == f"{meeting.id}@kaifu-lines"]
    assert other.location.value == plain(text)


def assert_folded(content: bytes) -> None:
    """Lines end with CR LF and have at most 75 octets, and none is broken within a character."""
    *lines, last = content.split(b"\r\n")
    assert last == b""
    for line in lines:
        assert len(line) <= 75
        assert line
        assert not set(line) & {*range(9), *range(10, 32), 127}
        line.decode()


# All data


def known(data: Dataset) -> dict[str, tuple[date, date] | None]:
    """The days of every event of a data set, straight from its dates."""
    return {id: when and bounds(when) for id, (_, when) in events(data).items()}


@pytest.mark.parametrize(
    ("begins", "ends", "day"),
    [("22:00", "05:00", date(2031, 4, 3)), ("22:00", "00:00", date(2031, 4, 3)), ("05:00", "22:00", date(2031, 4, 2))],
)
def test_a_meeting_may_end_after_midnight(begins: str, ends: str, day: date):
    component = timed(start_time=begins, end_time=ends)
    assert (component["DTSTART"].dt.date(), component["DTEND"].dt.date()) == (date(2031, 4, 2), day)
    assert f"{component['DTEND'].dt:%H:%M}" == ends


def test_a_meeting_over_midnight_is_sound_in_every_package(tmp_path: Path):
    whole = sound()
    night = attrs.evolve(whole.meetings["mtg-lines-1"], start_time="22:00", end_time="05:00")
    data = Dataset.of([*(each for each in whole if each.id != night.id), night], whole.metadata)
    dxgov.export(data, tmp_path / "out", formats=["csv", "parquet"])
    for package in ("csv", "parquet"):
        assert dxgov.validate(tmp_path / "out" / package).problems == ()
        assert dxgov.load(tmp_path / "out" / package).meetings[night.id] == night


def test_a_meeting_over_the_last_midnight_has_a_duration():
    component = timed(held=When("x", "9999-12-31", Scope.EXACT), start_time="22:00", end_time="05:00")
    assert ("DTEND" in component, component["DURATION"].dt) == (False, timedelta(hours=7))


def bounds(when: When) -> tuple[date, date] | None:
    match (when.start, when.end, when.scope):
        case None, None, _:
            return None
        case (None, day, _) | (day, None, _):
            return day, day
        case _, last, Scope.BY:
            return last, last
        case first, _, Scope.FROM:
            return first, first
        case first, last, _:
            return first, last


@st.composite
def eventful(draw: Any) -> Dataset:
    """Sound data sets with an event at least, on any date."""
    data = draw(datasets(max_size=2))
    whole = sound()
    dates = draw(st.lists(whens() | st.none(), min_size=1, max_size=4))
    template = attrs.evolve(whole.milestones[0], meeting_id=None, organisation_ids=(), examination_item_ids=(), deliverable_ids=())
    extra = [
        attrs.evolve(template, id=f"ms-extra-{number}", date=when, title=draw(texts()), note=draw(st.none() | texts(200)))
        for number, when in enumerate(dates)
    ]
    day, clocks = draw(st.dates()), st.none() | st.times().map(lambda clock: f"{clock:%H:%M}")
    begins, ends = draw(clocks), draw(clocks)
    meeting = attrs.evolve(whole.meetings[0], id="mtg-extra", organiser_ids=(), participant_ids=(), held=When("x", f"{day}", Scope.EXACT))
    extra.append(attrs.evolve(meeting, start_time=begins, end_time=ends))
    needed = [each for each in (*whole.sources, *whole.actors) if each.id not in data]
    return Dataset.of([*data, *needed, *extra], data.metadata)


@given(eventful())
def test_every_event_appears_once_on_its_days(data: Dataset):
    content = feed(data)
    assert_folded(content)
    found = components(content)
    assert icalendar.Calendar.from_ical(content).errors == []
    expected = known(data)
    assert found.keys() == expected.keys()
    for id, (record, when) in events(data).items():
        component, span = found[id], expected[id]
        assert component.errors == []
        assert component.name == ("VEVENT" if span else "VTODO")
        assert component["UID"] == f"{id}@{data.metadata.name}"
        assert component["SUMMARY"] == plain(get_caption(data, record, "ja"))
        assert plain(record.note or "") in component["DESCRIPTION"] or (record.note or "").startswith("\ufeff")
        if when:
            assert component["X-DXGOV-TEXT"] == plain(when.text)
            assert component.get("X-DXGOV-EDTF") == when.edtf
            assert component["X-DXGOV-SCOPE"] == when.scope
        if span and not isinstance(component["DTSTART"].dt, datetime):
            assert days(component) == span
        elif span:
            starts, ends = component["DTSTART"].dt, component.get("DTEND")
            assert (starts.date(), f"{starts:%H:%M}", str(starts.tzinfo)) == (span[0], record.start_time, "Asia/Tokyo")
            if ends:
                assert (ends.dt.date(), f"{ends.dt:%H:%M}") == (span[0] + timedelta(days=ends.dt.time() < starts.time()), record.end_time)
            elif "DURATION" in component:  # it ends after the last midnight there is
                ends_at = timedelta(hours=starts.hour, minutes=starts.minute) + component["DURATION"].dt - timedelta(days=1)
                assert ends_at == timedelta(hours=int(record.end_time[:2]), minutes=int(record.end_time[3:]))
            else:
                assert record.end_time in (None, record.start_time)


@given(eventful())
def test_another_reader_finds_the_same(data: Dataset):
    calendar = vobject.readOne(feed(data).decode())
    found = {each.uid.value: each for each in (*calendar.contents.get("vevent", ()), *calendar.contents.get("vtodo", ()))}
    expected = known(data)
    assert found.keys() == {f"{id}@{data.metadata.name}" for id in expected}
    for id, (record, _) in events(data).items():
        component, span = found[f"{id}@{data.metadata.name}"], expected[id]
        assert component.summary.value == plain(get_caption(data, record, "ja"))
        assert ("dtstart" in component.contents) is (span is not None)
        if span and type(component.dtstart.value) is date:
            assert component.dtstart.value == span[0]
            assert "dtend" not in component.contents or component.dtend.value - timedelta(days=1) == span[1]


@given(eventful())
def test_the_same_data_give_the_same_bytes(data: Dataset):
    again = Dataset.of(reversed(list(data)), data.metadata)
    assert feed(again) == feed(data)
    assert feed(again, "en") == feed(data, "en")


# As an export


def test_an_export_holds_both_feeds(tmp_path: Path):
    place = dxgov.export(sound(), tmp_path / "export", formats=["ical"], zip=True)
    assert {path.name: path.read_bytes() for path in (place / "ical").iterdir()} == {
        name: feed(sound(), lang) for lang, name in FEEDS.items()
    }
    assert dxgov.export(sound(), place, formats=["ical"]) == place


def test_unsound_data_are_refused(tmp_path: Path):
    whole = sound()
    astray = attrs.evolve(whole.milestones[0], meeting_id="mtg-nowhere")
    data = Dataset.of([*(each for each in whole if each.id != astray.id), astray])
    with pytest.raises(DataError, match="mtg-nowhere"):
        dxgov.export(data, tmp_path / "export", formats=["ical"])
    assert not list(tmp_path.iterdir())


# Classes of one's own


@frozen(kw_only=True)
class Rally(Record):
    """An event of a user's own, whose fields have names of their own."""

    id: Annotated[Id, Key("rly-"), Label("集会ID", "集会ID。")]
    """Identifies the rally."""

    theme: Annotated[str, Caption(), Label("主題", "主題。")]
    """What it is about."""

    day: Annotated[When | None, Label("日", "日。"), Term("http://www.w3.org/2002/12/cal/ical#dtstart")] = None
    """When it is."""

    opens: Annotated[ClockTime | None, Label("開場", "開場。"), Term("https://schema.org/startTime")] = None
    """When it opens."""

    tags: Annotated[tuple[str, ...], Label("札", "札。"), Term("http://www.w3.org/2002/12/cal/ical#categories")] = ()
    """What kind of rally it is."""


class Rallies(Dataset):
    """dxgov's tables and one more."""

    rallies: Annotated[Records[Rally], Label("集会", "集会。")]


def test_a_class_of_ones_own_is_an_event_by_its_marks():
    source = sound().sources[0]
    cited = Citation(source.id)
    day = When("6月1日", "2031-06-01", Scope.EXACT)
    rallies = [
        Rally(id="rly-1", theme="回線", day=day, opens="08:00", tags=("a,b", "c"), citation=cited),
        Rally(id="rly-2", theme="予備線", day=attrs.evolve(day, edtf="2031-06~"), citation=cited),
        Rally(id="rly-3", theme="未定", citation=cited),
    ]
    found = components(feed(Rallies.of([*sound().sources, *sound().actors, *rallies])))
    assert [each.name for each in found.values()] == ["VEVENT", "VEVENT", "VTODO"]
    assert found["rly-1"]["DTSTART"].dt.strftime("%H:%M") == "08:00"
    assert [[str(each) for each in some.cats] for some in found["rly-1"]["CATEGORIES"]] == [["a,b"], ["c"]]
    assert [each.get("STATUS") for each in found.values()] == [None, "TENTATIVE", None]
    assert found["rly-1"]["DTSTAMP"].dt == datetime(1970, 1, 1, tzinfo=UTC)
