"""The bundled data set: in canonical form, sound, and what its documents hold."""

import json
import re
from collections import Counter
from datetime import date
from itertools import groupby
from pathlib import Path

import jsonschema
import pytest

import dxgov
from dxgov.api.loading import find_bundled_package
from dxgov.exporters.jsonschema import json_schema
from dxgov.model.serialization import unstructure

pytestmark = pytest.mark.slow

LETTER = "req-2020-11-24-tokyo-assocs-digital"
FIRST = "req-2020-10-16-tokyo-governor-ict-personnel"
SECOND = "req-2020-11-30-tokyo-governor-dx"
FORUM = "mtg-2022-02-01-tokyo-cio-forum"

READ = {
    "src-2020-11-24-tokyo-assocs-letter": {
        "sources": 1, "actors": 12, "appointments": 3, "themes": 22, "things": 8, "requests": 1, "request_items": 38, "asks": 43,
        "links": 2,
    },
    "src-2020-11-30-tokyo-governor-request": {
        "sources": 1, "actors": 8, "appointments": 4, "themes": 6, "things": 3, "meetings": 2, "requests": 2, "request_items": 10,
        "asks": 19, "milestones": 1, "observations": 1, "links": 7,
    },
    "src-2022-01-24-digital-agency-column": {
        "sources": 1, "actors": 16, "themes": 2, "things": 7, "deliverables": 6, "milestones": 15, "duties": 8, "measures": 15,
        "figures": 12, "links": 33,
    },
    "src-2022-02-01-tokyo-cio-forum": {
        "sources": 1, "actors": 17, "appointments": 1, "themes": 2, "things": 5, "meetings": 1, "agenda_items": 5, "statements": 23,
        "milestones": 9, "links": 32,
    },
    "src-2024-04-common-platform-plan": {
        "sources": 1, "actors": 12, "appointments": 4, "themes": 1, "things": 8, "meetings": 12, "opinion_groups": 7, "opinions": 30,
        "examination_items": 10, "deliverables": 5, "milestones": 18, "instructions": 9, "figures": 2, "links": 46,
    },
}  # fmt: skip
"""How many records of each table were read from each document: whatever changes here was meant to."""

LINES = {
    "src-2020-11-24-tokyo-assocs-letter": 88,
    "src-2020-11-30-tokyo-governor-request": 68,
    "src-2022-01-24-digital-agency-column": 40,
    "src-2022-02-01-tokyo-cio-forum": 108,
    "src-2024-04-common-platform-plan": 137,
}
"""How many lines each document has."""

RELEASED = Path(__file__).parent / "released"


def test_it_is_sound(ds):
    assert dxgov.validate(ds).problems == ()
    assert dxgov.validate(find_bundled_package()).problems == ()


def test_the_files_are_just_what_an_export_writes(ds, tmp_path):
    written = dxgov.export(ds, tmp_path / "out", formats=["csv"]) / "csv"
    names = sorted(path.relative_to(written).as_posix() for path in written.rglob("*") if path.is_file())
    kept = sorted(path.relative_to(find_bundled_package()).as_posix() for path in find_bundled_package().rglob("*") if path.is_file())
    assert names == kept
    for name in names:
        assert (written / name).read_bytes() == (find_bundled_package() / name).read_bytes(), name


def test_ckan_takes_every_keyword(ds):
    """A portal refuses a data set for one tag that it cannot have."""
    assert all(re.fullmatch(r"[\w .-]{2,100}", each) for each in ds.metadata.keywords)


def test_each_document_gave_as_many_records_as_counted(ds):
    read = {source.id: Counter[str]() for source in ds.sources}
    for name, records in ds.tables.items():
        for record in records:
            read[record.citation.source_id][name] += 1
    assert read == READ


def test_released_ids_stay(ds):
    """An id that anybody may have kept leads to its record, or to the one that stands for it, or is told to be given up."""
    present = {record.id for record in ds}
    for release in sorted(RELEASED.glob("*.txt")):
        gone = set(release.read_text(encoding="utf-8").split()) - present
        assert gone <= {redirect.id for redirect in ds.metadata.redirects}, release.name


@pytest.mark.parametrize("release", sorted(RELEASED.glob("*.zip")), ids=lambda release: release.stem)
def test_released_packages_load_and_their_ids_lead_on(release, ds):
    assert dxgov.validate(release).problems == ()
    earlier = dxgov.load(release)
    assert sorted(record.id for record in earlier) == release.with_suffix(".txt").read_text(encoding="utf-8").split()
    given_up = {redirect.id for redirect in ds.metadata.redirects if redirect.to is None}
    for record in earlier:
        assert record.id in given_up or type(ds[record.id]) is type(record)


def test_the_printed_numbering_is_complete(ds):
    letter = [item for item in ds.request_items if item.request_id == LETTER]
    assert len([item for item in letter if item.parent_id is None]) == 10
    assert len([item for item in letter if item.parent_id is not None]) == 28
    under = Counter(item.path.partition(".")[0] for item in letter if item.parent_id)
    assert [under[str(number)] for number in range(1, 11)] == [3, 2, 2, 2, 2, 3, 3, 4, 2, 5]
    assert [item.path for item in ds.request_items if item.request_id == FIRST] == ["1", "2", "3"]
    assert [item.path for item in ds.request_items if item.request_id == SECOND] == [str(number) for number in range(1, 8)]


def test_every_item_without_parts_holds_an_ask(ds):
    asked = {ask.item_id for ask in ds.asks}
    parents = {item.parent_id for item in ds.request_items}
    assert {item.id for item in ds.request_items} - parents == asked
    assert Counter(ask.id.partition(".")[0] for ask in ds.asks) == {LETTER: 43, FIRST: 3, SECOND: 16}


def test_asks_to_press_the_nation_are_relayed_by_the_metropolis(ds):
    relayed = [ask for ask in ds.asks if ask.strength == "urge"]
    assert len(relayed) == 13
    assert {(ask.expected_of_id, ask.relayed_by_id) for ask in relayed} == {("jp", "jp-13-tokyo")}
    assert all(ask.relayed_by_id is None for ask in ds.asks if ask.strength != "urge")
    telework = ds.asks[f"{LETTER}.04.1.a"], ds.asks[f"{LETTER}.04.1.b"]
    assert [ask.expected_of_id for ask in telework] == ["jp", "jp-13-tokyo"]
    assert ds.asks[f"{LETTER}.08.1.b"].interim


def test_asks_that_name_nobody_ask_the_organisation_of_the_addressee(ds):
    assert Counter(str(ask.expected_of_basis) for ask in ds.asks) == {"named": 34, "item_names": 4, "addressee": 24}
    for ask in ds.asks.where(expected_of_basis="addressee"):
        (addressee,) = ds.follow(ds.requests[ds.request_items[ask.item_id].request_id], "addressed_to_ids")
        assert ask.expected_of_id == addressee.part_of_id, ask.id
        assert ask.relayed_by_id is None, ask.id
    assert [ask.id for ask in ds.asks if ask.expected_of_basis == "item_names" and not ask.note] == []


def test_all_that_is_said_of_the_government_cloud(ds):
    places = ds.referring(ds.things["thg-government-cloud"])
    assert {path: [record.id for record in records] for path, records in places.items()} == {
        "things.part_of_id": ["thg-government-cloud-pilot"],
        "statements.thing_ids": [f"{FORUM}.t03.p1"],
        "opinions.thing_ids": [f"opn-2024-04-common-platform.{number}" for number in ("02.8", "03.1", "03.4", "03.5")],
        "measures.thing_ids": ["msr-2022-01-24-digital-agency.02.2"],
    }


def test_the_stages_of_a_document_are_those_of_one_thing(ds):
    for stage in ds.deliverables:
        if stage.previous_id:
            assert stage.thing_id == ds.deliverables[stage.previous_id].thing_id is not None, stage.id


def test_letters_and_positions_leave_no_gap(ds):
    letters = {}
    for ask in ds.asks:
        letters.setdefault(ask.item_id, []).append(ask.letter)
    assert all(some == list("abcdefgh"[: len(some)]) for some in letters.values())
    for item in ds.request_items:
        assert item.id == ".".join(
            [item.request_id, *(part.zfill(2 if number == 0 else 1) for number, part in enumerate(item.path.split(".")))]
        )


def test_every_record_cites_lines_that_a_source_can_have(ds):
    for record in ds:
        cited = record.citation
        assert cited.first_line is not None, record.id
        assert 1 <= cited.first_line <= cited.last_line <= LINES[cited.source_id], record.id
        assert re.fullmatch("[0-9a-f]{64}", cited.sha256)


def test_the_same_lines_have_the_same_digest(ds):
    digests = {}
    for record in ds:
        cited = record.citation
        key = (cited.source_id, cited.first_line, cited.last_line)
        assert digests.setdefault(key, cited.sha256) == cited.sha256, record.id


def test_what_is_damaged_is_marked_not_mended(ds):
    signatories = ds.follow(ds.requests[LETTER], "signatory_ids")
    assert [person.name for person in signatories] == ["清水 庄", "杉浦 裕"]
    assert {person.name_status for person in signatories} == {dxgov.NameStatus.TRUNCATED}
    assert all(person.name_conjecture and person.conjecture_basis for person in signatories)
    split = ds.request_items[f"{LETTER}.02.1"]
    assert (split.citation.first_line, split.citation.last_line) == (37, 39)
    assert split.note
    assert ds.sources["src-2020-11-24-tokyo-assocs-letter"].completeness == "damaged"


def test_no_record_stands_alone(ds):
    for table in (ds.actors, ds.themes, ds.things, ds.meetings, ds.sources, ds.deliverables):
        for record in table:
            assert ds.referring(record), record.id
    for theme in ds.themes:
        assert any(place.endswith(".theme_ids") for place in ds.referring(theme)), theme.id


def test_years_that_no_document_prints_are_said_to_be_inferred(ds):
    for meeting in ds.meetings:
        assert meeting.held.basis == ("stated" if meeting.id == FORUM else "year_inferred")
    assert str(ds.meetings["mtg-2020-10-16-tokyo-governor-hirai"].held.start) == "2020-10-16"
    assert ds.requests[LETTER].submitted == dxgov.When("令和2年11月24日", "2020-11-24", dxgov.Scope.EXACT)


def test_titles_in_the_editors_words_say_so(ds):
    told = {record.id for record in (*ds.meetings, *ds.milestones) if re.match("(名称|題名)は編者による", record.note or "")}
    editorial = (*ds.meetings.where(name_basis="editorial"), *ds.milestones.where(title_basis="editorial"))
    assert told <= {record.id for record in editorial}
    assert all("編者" in record.note for record in editorial)
    assert [actor.id for actor in ds.actors.where(name_status="editorial")] == ["unspecified"]


def test_own_words_are_whole_sentences(ds):
    pairs = (("summary", "summary_en"), ("definition", "definition_en"), ("rationale", "rationale_en"), ("note", "note_en"))
    told = 0
    for record in ds:
        for japanese, english in pairs:
            words, translation = getattr(record, japanese, None), getattr(record, english, None)
            assert (words is None) == (translation is None), (record.id, japanese)
            if words is None:
                continue
            assert words.endswith("。"), (record.id, japanese)
            assert translation.endswith("."), (record.id, english)
            assert not translation[0].islower(), (record.id, english)
            told += 1
    assert told > 400


def test_the_table_of_duties_is_complete(ds):
    assert [duty.number for duty in ds.duties] == list(range(1, 9))
    measures = {duty.number: [measure.position for measure in ds.measures if measure.duty_id == duty.id] for duty in ds.duties}
    assert [len(measures[number]) for number in range(1, 9)] == [0, 5, 4, 0, 2, 1, 1, 2]
    for number, positions in measures.items():
        assert positions == list(range(1, len(positions) + 1)), number
    assert all(measure.id == f"{measure.duty_id.replace('dut-', 'msr-', 1)}.{measure.position}" for measure in ds.measures)


def test_every_point_of_the_minutes_is_there(ds):
    assert [item.number for item in ds.agenda_items] == ["1", "2", "3", "4", "5"]
    assert [item.recorded for item in ds.agenda_items] == [False, True, True, True, True]
    assert len(ds.statements) == 23
    turns = [(turn, [each.point for each in points]) for turn, points in groupby(ds.statements, key=lambda each: each.turn)]
    assert turns == [(turn, [1, 2] if turn in {3, 4} else [1]) for turn in range(1, 22)]
    for statement in ds.statements:
        assert statement.id == f"{FORUM}.t{statement.turn:02}.p{statement.point}"
        assert all(ds.statements[earlier].turn < statement.turn for earlier in statement.replies_to_ids), statement.id
        assert (statement.kind == "answer") <= bool(statement.replies_to_ids), statement.id


def test_just_two_points_that_want_an_answer_got_none(ds):
    answered = {earlier for statement in ds.statements for earlier in statement.replies_to_ids}
    wanting = [statement for statement in ds.statements if statement.kind in {"question", "request", "proposal"}]
    assert [statement.id for statement in wanting if statement.id not in answered] == [f"{FORUM}.t03.p1", f"{FORUM}.t16.p1"]
    assert len(wanting) == 10


def test_promises_are_those_that_were_made(ds):
    promises = [(each.turn, each.point, str(each.commitment)) for each in ds.statements if each.commitment != "none"]
    assert promises == [
        (4, 1, "do"), (4, 2, "consider"), (8, 1, "continue"), (10, 1, "consider"), (11, 1, "consider"), (13, 1, "share"), (15, 1, "do"),
        (18, 1, "do"), (19, 1, "share"), (21, 1, "consider"),
    ]  # fmt: skip
    (due,) = (statement for statement in ds.statements if statement.due)
    assert (due.turn, due.due.edtf, due.due.scope) == (13, "2022-03/..", "from")


def test_every_local_opinion_is_there_and_two_lack_a_bullet(ds):
    assert [group.number for group in ds.opinion_groups] == list(range(1, 8))
    assert {group.meeting_id for group in ds.opinion_groups} == {"mtg-common-platform-preparatory-01"}
    under = {group.number: [each.position for each in ds.opinions if each.group_id == group.id] for group in ds.opinion_groups}
    assert {number: len(positions) for number, positions in under.items()} == {1: 2, 2: 8, 3: 5, 4: 6, 5: 2, 6: 2, 7: 5}
    assert all(positions == list(range(1, len(positions) + 1)) for positions in under.values())
    bare = [opinion for opinion in ds.opinions if not opinion.printed_with_bullet]
    assert [(opinion.citation.first_line, opinion.id[-4:]) for opinion in bare] == [(23, "02.3"), (26, "02.6")]
    assert all(opinion.note for opinion in bare)


def test_the_examination_items_and_instructions_are_complete(ds):
    assert [item.code for item in ds.examination_items] == ["1", "1-1", "1-2", "2", "2-1", "2-2", "2-3", "3", "3-1", "3-2"]
    assert [item.parent_id and item.parent_id[-1] for item in ds.examination_items] == [None, "1", "1", None, "2", "2", "2", None, "3", "3"]
    assert [instruction.id[-2:] for instruction in ds.instructions] == [f"{number:02}" for number in range(1, 10)]
    declared = [instruction for instruction in ds.instructions if instruction.directed_to_ids == ("unspecified",)]
    assert [instruction.id[-2:] for instruction in declared] == ["01", "05", "07", "08"]
    assert all(instruction.note for instruction in declared)


def test_the_schedule_has_its_fifteen_rows(ds):
    rows = sorted((milestone for milestone in ds.milestones if milestone.position), key=lambda each: each.position)
    assert [milestone.position for milestone in rows] == list(range(1, 16))
    assert [milestone.citation.first_line for milestone in rows] == sorted(milestone.citation.first_line for milestone in rows)
    (undated,) = (milestone for milestone in rows if milestone.date is None)
    assert undated is rows[-1]
    assert undated.after_id == rows[-2].id
    assert [milestone.position for milestone in rows if milestone.status == "tentative"] == [8, 13]
    for milestone in rows:
        if milestone.meeting_id:
            meeting = ds.meetings[milestone.meeting_id]
            assert (meeting.held, meeting.status) == (milestone.date, milestone.status), milestone.id


def test_links_say_where_they_come_from_and_look_back(ds):
    def said(id: str) -> date:
        record = ds[id]
        request = next((each for each in ds.requests if id.startswith(f"{each.id}.")), None)
        when = request.submitted if request else ds.sources[record.citation.source_id].published
        return when.start

    for link in ds.links:
        subject = ds[link.subject_id]
        assert link.id.startswith(f"lnk-{link.citation.source_id.removeprefix('src-')}."), link.id
        assert link.citation.source_id in {subject.id, subject.citation.source_id}, link.id
        assert said(link.subject_id) >= said(link.object_id), link.id
        if link.predicate == "corresponds_to":
            assert link.basis == "editorial", link.id
        if link.predicate == "responds_to":
            assert link.basis == "stated", link.id
    assert Counter(str(link.basis) for link in ds.links) == {"editorial": 69, "stated": 36, "inferred": 15}
    pairs = Counter((link.subject_id, link.object_id) for link in ds.links)
    assert max(pairs.values()) == 1


def test_a_matter_can_be_followed_from_the_letter_to_2024(ds):
    earlier = {}
    for link in ds.links:
        if link.predicate == "corresponds_to":
            earlier.setdefault(link.object_id, []).append(link.subject_id)

    def onward(id: str) -> set[str]:
        found = set()
        for later in earlier.get(id, ()):
            found |= {later} | onward(later)
        return found

    reached = onward(f"{LETTER}.01.1.a")
    assert {"msr-2022-01-24-digital-agency.03.1", f"{FORUM}.t20.p1", "ins-2024-02-22-prime-minister.08"} <= reached
    assert "exm-common-platform.2-2" in onward(f"{LETTER}.05.1.a")
    assert "exm-common-platform.2-3" in onward(f"{LETTER}.07.3.a")


def test_persons_are_recorded_for_a_public_office_alone(ds):
    held = {appointment.person_id for appointment in ds.appointments}
    assert {actor.id for actor in ds.actors if actor.kind == "person"} == held
    for actor in ds.actors:
        if actor.kind == "post":
            assert actor.part_of_id, actor.id


def test_wards_and_cities_lie_in_their_prefecture_and_are_no_part_of_it(ds):
    assert {actor.name for actor in ds.actors.where(located_in_id="jp-13-tokyo")} == {
        "中野区", "八王子市", "三鷹市", "調布市", "町田市", "国分寺市", "多摩市",
    }  # fmt: skip
    assert [actor.id for actor in ds.actors.where(kind="metropolis")] == ["jp-13-tokyo"]
    assert all(actor.part_of_id is None for actor in ds.actors if actor.local_government_code)


def test_codes_are_certain_and_right(ds):
    tokyo = ds.actors["jp-13-tokyo"]
    assert (tokyo.local_government_code, tokyo.corporate_number, tokyo.corporate_number_basis) == ("130001", "8000020130001", "published")
    assert {actor.local_government_code for actor in ds.actors} - {None} == {
        "130001", "131148", "132012", "132047", "132080", "132098", "132144", "132241", "281000", "332020",
    }  # fmt: skip
    for actor in ds.actors:
        if actor.corporate_number_basis == "derived":
            assert actor.corporate_number[1:] == f"000020{actor.local_government_code}", actor.id
    assert {thing.name: thing.law_id for thing in ds.things if thing.kind == "law"} == {
        "地方公務員法": "325AC0000000261", "デジタル社会形成基本法": "503AC0000000035", "地方自治法": "322AC0000000067",
    }  # fmt: skip
    assert [source.id for source in ds.sources if source.url] == ["src-2022-02-01-tokyo-cio-forum"]


def test_every_record_fits_the_json_schema(ds):
    schema = json_schema(ds.model())
    for record in ds:
        one = schema["$defs"][type(record).__name__] | {"$schema": schema["$schema"]}
        jsonschema.validate(json.loads(json.dumps(unstructure(record))), one, format_checker=jsonschema.FormatChecker())


def test_the_descriptor_says_what_a_portal_asks(ds):
    about = ds.metadata
    assert about.name == "japan-dx-governance"
    assert about.version
    assert about.created
    assert [terms.name for terms in about.licenses] == ["CC-BY-4.0"]
    assert about.sources
    assert about.homepage is None
    descriptor = json.loads((find_bundled_package() / "datapackage.json").read_bytes())
    assert descriptor["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert descriptor["created"] == f"{about.created}T00:00:00Z"


@pytest.mark.skipif(not (Path(__file__).parents[1] / "datasets").is_dir(), reason="only a checkout has the folder datasets")
def test_the_installed_data_are_those_of_the_checkout():
    checkout = Path(__file__).parents[1] / "datasets" / "japan-dx-governance"
    for path in checkout.rglob("*"):
        if path.is_file():
            assert (find_bundled_package() / path.relative_to(checkout)).read_bytes() == path.read_bytes()
