"""The bundled data set: in canonical form, sound, and what its documents hold."""

import json
import re
from collections import Counter
from pathlib import Path

import jsonschema
import pytest

import dxgov
from dxgov.loading import bundled
from dxgov.plain import unstructure
from dxgov.targets.jsonschema import json_schema

LETTER = "req-2020-11-24-tokyo-assocs-digital"
FIRST = "req-2020-10-16-tokyo-governor-ict-personnel"
SECOND = "req-2020-11-30-tokyo-governor-dx"


def test_it_is_sound(ds):
    assert dxgov.validate(ds).problems == ()
    assert dxgov.validate(bundled()).problems == ()


def test_the_files_are_just_what_an_export_writes(ds, tmp_path):
    written = dxgov.export(ds, tmp_path / "out", formats=["csv"]) / "csv"
    names = sorted(path.relative_to(written).as_posix() for path in written.rglob("*") if path.is_file())
    kept = sorted(path.relative_to(bundled()).as_posix() for path in bundled().rglob("*") if path.is_file())
    assert names == kept
    for name in names:
        assert (written / name).read_bytes() == (bundled() / name).read_bytes(), name


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
    assert Counter(ask.id.partition(".")[0] for ask in ds.asks) == {LETTER: 42, FIRST: 3, SECOND: 16}


def test_asks_to_press_the_nation_are_relayed_by_the_metropolis(ds):
    relayed = [ask for ask in ds.asks if ask.strength == "urge"]
    assert len(relayed) == 13
    assert {(ask.expected_of_id, ask.relayed_by_id) for ask in relayed} == {("jp", "jp-13-tokyo")}
    assert all(ask.relayed_by_id is None for ask in ds.asks if ask.strength != "urge")
    telework = ds.asks[f"{LETTER}.04.1.a"], ds.asks[f"{LETTER}.04.1.b"]
    assert [ask.expected_of_id for ask in telework] == ["jp", "jp-13-tokyo"]
    assert ds.asks[f"{LETTER}.08.1.b"].interim


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
    lines = {"src-2020-11-24-tokyo-assocs-letter": 88, "src-2020-11-30-tokyo-governor-request": 68}
    for record in ds:
        cited = record.citation
        assert cited.first_line is not None, record.id
        assert 1 <= cited.first_line <= cited.last_line <= lines[cited.source_id], record.id
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
    for table in (ds.actors, ds.themes, ds.meetings, ds.sources):
        for record in table:
            assert ds.referring(record), record.id
    assert all(ds.referring(theme).keys() & {"asks.theme_ids", "request_items.theme_ids"} for theme in ds.themes)


def test_years_that_no_document_prints_are_said_to_be_inferred(ds):
    for meeting in ds.meetings:
        assert meeting.held.basis == "year_inferred"
    assert str(ds.meetings[0].held.start) == "2020-10-16"
    assert ds.requests[LETTER].submitted == dxgov.When("令和2年11月24日", "2020-11-24", dxgov.Scope.EXACT)


def test_own_words_are_whole_sentences(ds):
    for record in (*ds.request_items, *ds.asks):
        assert record.summary.endswith("。"), record.id
        assert record.summary_en.endswith("."), record.id
        assert record.summary_en[0].isupper(), record.id


def test_codes_are_certain_and_right(ds):
    tokyo = ds.actors["jp-13-tokyo"]
    assert (tokyo.local_government_code, tokyo.corporate_number, tokyo.corporate_number_basis) == ("130001", "8000020130001", "published")
    assert all(source.url is None for source in ds.sources)


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
    descriptor = json.loads((bundled() / "datapackage.json").read_bytes())
    assert descriptor["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert descriptor["created"] == f"{about.created}T00:00:00Z"


@pytest.mark.skipif(not (Path(__file__).parents[1] / "datasets").is_dir(), reason="only a checkout has the folder datasets")
def test_the_installed_data_are_those_of_the_checkout():
    checkout = Path(__file__).parents[1] / "datasets" / "japan-dx-governance"
    for path in checkout.rglob("*"):
        if path.is_file():
            assert (bundled() / path.relative_to(checkout)).read_bytes() == path.read_bytes()
