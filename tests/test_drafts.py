"""A draft has a row for each entry, a reason for each value, and a list of what is left; its folder keeps all of it."""

import json
import pickle
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov import Actor, DataError, DestinationError, Draft, NotADraftError, TodoKind
from dxgov.dates.parser import read
from dxgov.documents.lines import ExtractedText, Line
from dxgov.documents.readings import Certainty, DocumentReading, Entry, EntryKind, Flaw
from dxgov.drafting.decisions import UNGUESSED_FIELDS, iterate_records
from dxgov.drafting.drafter import draft_document
from dxgov.drafting.record_tables import ENTRY_TABLES, MODEL
from dxgov.drafting.rows import describe_field
from dxgov.verification.passages import Passage
from readings import LETTER, documents_with_readings, letter_entries, letter_reading, make_document, party, sure, unsure
from soundness import sound

NAME = "2031-05-14-kaifu-towns"


@pytest.fixture(scope="module")
def draft() -> Draft:
    """The draft of the letter."""
    return draft_document(make_document(LETTER), letter_reading(), NAME)


def cells(draft: Draft, table: str, column: str) -> list[str]:
    return [row[column] for row in draft.data[table]]


# Records


def test_each_entry_is_a_record_with_an_id_by_the_documented_rule(draft: Draft):
    assert cells(draft, "requests", "id") == [f"req-{NAME}"]
    assert cells(draft, "request_items", "id") == [f"req-{NAME}.01", f"req-{NAME}.01.1", f"req-{NAME}.01.2"]
    assert cells(draft, "asks", "id") == [f"req-{NAME}.01.1.a", f"req-{NAME}.01.2.a"]
    assert cells(draft, "asks", "item_id") == [f"req-{NAME}.01.1", f"req-{NAME}.01.2"]
    assert cells(draft, "request_items", "parent_id") == ["", f"req-{NAME}.01", f"req-{NAME}.01"]
    assert cells(draft, "sources", "published_edtf") == ["2031-05-14"]


def test_what_a_grammar_leaves_out_of_numbering_follows_from_the_order(draft: Draft):
    assert cells(draft, "request_items", "path") == ["1", "1.1", "1.2"]
    assert cells(draft, "request_items", "position") == ["1", "1", "2"]
    assert cells(draft, "asks", "letter") == ["a", "a"]


def test_the_office_acts_and_its_holder_is_seen_in_it(draft: Draft):
    names = {row["id"]: (row["kind"], row["name"]) for row in draft.data["actors"]}
    roles = {row["role"]: names[row["actor_id"]] for row in draft.data["request_parties"]}
    assert roles == {"addressee": ("post", "海府県知事"), "submitter": ("association", "海府県町村会")}
    (appointment,) = draft.data["appointments"]
    assert names[appointment["person_id"]] == ("person", "渚　五月")
    assert names[appointment["post_id"]] == ("post", "海府県知事")
    assert appointment["attested_edtf"] == "2031-05-14"


def parties_of(draft: Draft) -> list[tuple[str, str]]:
    names = {row["id"]: row["name"] for row in draft.data["actors"]}
    return [(row["role"], names[row["actor_id"]]) for row in draft.data["request_parties"]]


@pytest.mark.parametrize(
    ("body", "post", "submitter"),
    [("海府県町村会", "会長", "海府県町村会"), ("海府県", "知事", "海府県知事"), ("海府市議会", "議長", "海府市議会")],
)
def test_heads_submit_in_the_name_of_a_body_that_is_no_government_and_sign_themselves(body: str, post: str, submitter: str):
    values = {"name": body + post, "body": body, "post": post, "person": "岬　一郎"}
    entries = [Entry(EntryKind.LETTER, 5, 5), party("submitter", 4, **values), party("signatory", 4, **values)]
    draft = draft_document(make_document(LETTER), letter_reading(entries), NAME)
    assert parties_of(draft) == [("submitter", submitter), ("signatory", "岬　一郎")]
    assert len(draft.data["appointments"]) == 1


def test_a_word_for_a_government_means_the_only_one_that_is_named(draft: Draft):
    names = {row["id"]: row["name"] for row in draft.data["actors"]}
    assert [names[id] for id in cells(draft, "asks", "expected_of_id")] == ["海府県", "海府県"]
    entries = [
        party("addressee", 2, name="磯県", parent=None),
        *(evolve(entry, parent=entry.parent + 1 if entry.parent is not None else None) for entry in letter_entries()),
    ]
    several = draft_document(make_document(LETTER), letter_reading(entries), NAME)
    assert "県" in [row["name"] for row in several.data["actors"]]


def test_sentences_of_the_document_are_in_no_field(draft: Draft):
    assert "経費を補助すること" not in json.dumps([draft.data, [guess.value for guess in draft.guesses]], ensure_ascii=False)


def test_what_needs_a_person_is_empty_and_listed_once(draft: Draft):
    left = {(todo.kind, todo.table, todo.field) for todo in draft.todo}
    assert (TodoKind.WRITE, "requests", "title_en") in left
    assert (TodoKind.WRITE, "request_items", "summary") in left
    assert (TodoKind.WRITE, "asks", "theme_ids") in left
    assert (TodoKind.CHECK, "asks", "kinds") in left
    assert len({(todo.table, todo.record, todo.field) for todo in draft.todo}) == len(draft.todo)
    assert all(describe_value(draft, todo.table, todo.record, todo.field) == "" for todo in draft.todo if todo.kind is TodoKind.WRITE)


def describe_value(draft: Draft, table: str, record: str, field: str) -> str:
    row = next(row for owner, row in iterate_records(MODEL, draft.data) if (owner.name, row["id"]) == (table, record))
    return describe_field(next(each for each in MODEL.tables[table].fields if each.name == field), row)


def test_an_unsure_value_names_its_rivals(draft: Draft):
    todo = next(todo for todo in draft.todo if todo.field == "kinds" and todo.kind is TodoKind.CHECK)
    assert (todo.reason, todo.alternatives) == ("rivals", ('["infrastructure"]',))
    who = next(todo for todo in draft.todo if todo.field == "expected_of_id")
    assert who.alternatives == tuple(row["id"] for row in draft.data["actors"] if row["name"] == "海府県町村会")


def test_lines_that_no_record_cites_are_listed(draft: Draft):
    assert [line.number for line in draft.unread] == [10, 11]
    assert "2 lines unread" in repr(draft)


def test_damage_reaches_the_records_that_cite_it():
    draft = draft_document(make_document(LETTER), letter_reading(flaws=[Flaw(9, 9, "misprint", "number")]), NAME)
    assert cells(draft, "request_items", "damage") == ["", "", '["misprint"]']
    assert cells(draft, "sources", "damage") == ['["misprint"]']


def test_an_unsure_role_leaves_the_party_alone():
    entries = letter_entries()
    entries[2] = evolve(entries[2], values={**entries[2].values, "role": unsure("submitter")})
    draft = draft_document(make_document(LETTER), letter_reading(entries), NAME)
    checks = {(todo.table, todo.field) for todo in draft.todo if todo.kind is TodoKind.CHECK}
    assert ("requests", "submitted_by_ids") in checks
    assert not any(table == "actors" for table, _ in checks)


def test_several_letters_of_a_text_have_ids_of_their_own():
    entries = [*letter_entries(), *(evolve(entry, parent=None if entry.parent is None else entry.parent + 8) for entry in letter_entries())]
    draft = draft_document(make_document(LETTER), letter_reading(entries), NAME)
    assert cells(draft, "requests", "id") == [f"req-{NAME}", f"req-{NAME}-2"]
    assert cells(draft, "asks", "id")[2:] == [f"req-{NAME}-2.01.1.a", f"req-{NAME}-2.01.2.a"]


def test_items_that_share_a_number_have_ids_of_their_own():
    entries = [Entry(EntryKind.LETTER, 5, 5)] + [Entry(EntryKind.ITEM, 7, 7, {"path": sure("1"), "number": sure("1")}, 0)] * 3
    draft = draft_document(make_document(LETTER), letter_reading(entries), NAME)
    assert cells(draft, "request_items", "id") == [f"req-{NAME}.01", f"req-{NAME}.01-2", f"req-{NAME}.01-3"]


def test_a_turn_without_a_number_has_another_id_than_an_agenda_item():
    entries = [Entry(EntryKind.MEETING, 1, 1), Entry(EntryKind.AGENDA_ITEM, 7, 7, {}, 0), Entry(EntryKind.TURN, 8, 8, {}, 0)]
    draft = draft_document(make_document(LETTER), letter_reading(entries), NAME)
    assert (cells(draft, "agenda_items", "id"), cells(draft, "statements", "id")) == ([f"mtg-{NAME}.1"], [f"mtg-{NAME}.t01"])


def test_numbers_are_padded_so_that_ids_sort_as_printed():
    entries = [Entry(EntryKind.MEETING, 1, 1)]
    entries += [
        Entry(EntryKind.TURN, 2, 2, {"turn": sure(turn), "point": sure(1), "name": sure("海府県町村会")}, 0) for turn in (1, 12, 100)
    ]
    draft = draft_document(make_document(LETTER), letter_reading(entries), NAME)
    assert cells(draft, "statements", "id") == [f"mtg-{NAME}.t001.p1", f"mtg-{NAME}.t012.p1", f"mtg-{NAME}.t100.p1"]
    assert len(draft.data["actors"]) == 1


def test_a_name_beside_a_post_is_a_person_who_speaks_in_it():
    values = {"turn": sure(1), "point": sure(1), "name": sure("岬　一郎"), "post": sure("会長")}
    draft = draft_document(
        make_document(LETTER), letter_reading([Entry(EntryKind.MEETING, 1, 1), Entry(EntryKind.TURN, 4, 4, values, 0)]), NAME
    )
    kinds = {row["id"]: row["kind"] for row in draft.data["actors"]}
    (turn,) = draft.data["statements"]
    assert (kinds[turn["speaker_id"]], kinds[turn["speaker_post_id"]]) == ("person", "post")


def test_a_post_alone_speaks_itself():
    values = {"turn": sure(1), "point": sure(1), "post": sure("会長")}
    draft = draft_document(
        make_document(LETTER), letter_reading([Entry(EntryKind.MEETING, 1, 1), Entry(EntryKind.TURN, 4, 4, values, 0)]), NAME
    )
    (turn,) = draft.data["statements"]
    assert turn["speaker_id"] == draft.data["actors"][0]["id"]
    assert turn["speaker_post_id"] == ""


def test_words_that_are_no_date_are_kept_and_unsure():
    entries = [Entry(EntryKind.LETTER, 5, 5, {"title": sure("要望書", "t", 5), "submitted": sure("近日中", "date", 6)})]
    draft = draft_document(make_document(LETTER), letter_reading(entries), NAME)
    assert (cells(draft, "requests", "submitted_text"), cells(draft, "requests", "submitted_edtf")) == (["近日中"], [""])
    assert any(todo.field == "submitted" for todo in draft.todo)
    assert cells(draft, "sources", "published_text") == [""]


def test_a_turn_names_its_agenda_item():
    entries = [
        Entry(EntryKind.MEETING, 1, 1),
        Entry(EntryKind.AGENDA_ITEM, 7, 7, {"number": sure("1"), "title": sure("通信環境の整備")}, 0),
        Entry(EntryKind.TURN, 8, 8, {"turn": sure(1), "point": sure(1), "name": sure("県"), "agenda_item": sure("通信環境の整備")}, 0),
    ]
    draft = draft_document(make_document(LETTER), letter_reading(entries), NAME)
    assert cells(draft, "statements", "agenda_item_id") == cells(draft, "agenda_items", "id") == [f"mtg-{NAME}.1"]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("第2回海府県回線会議（令和13年5月14日）議事録", "第2回海府県回線会議（令和13年5月14日）議事録"),
        ("会議名：第2回海府県回線会議", "第2回海府県回線会議"),
    ],
)
def test_minutes_have_the_title_of_their_line_and_a_day_before_which_they_were_not_published(line: str, title: str):
    values = {"name": sure("第2回海府県回線会議", first=1), "held": sure(read("令和13年5月14日"), first=2)}
    reading = letter_reading([Entry(EntryKind.MEETING, 1, 2, values)])
    draft = draft_document(make_document(f"{line}\n日時　令和13年5月14日\n"), evolve(reading, genre="minutes"), NAME)
    assert cells(draft, "sources", "title") == [title]
    assert cells(draft, "sources", "published_edtf") == ["2031-05-14/.."]
    assert cells(draft, "meetings", "name") == ["第2回海府県回線会議"]


def test_a_name_in_ids_has_their_letters():
    with pytest.raises(ValueError, match="expected small letters and digits"):
        draft_document(make_document(LETTER), letter_reading(), "Kaifu 2031")


def test_a_document_without_a_name_gets_one_of_its_own():
    first, second = (draft_document(make_document(text), DocumentReading("none", Certainty.SURE, ())) for text in ("甲\n", "乙\n"))
    assert first.data["sources"][0]["id"] != second.data["sources"][0]["id"]
    assert draft_document(make_document(LETTER), letter_reading()).data["requests"][0]["id"].startswith("req-2031-05-14-letter-")


@pytest.mark.parametrize("text", ["一行目\n二行目", "一行目\r", "\ufeff印"])
def test_a_line_that_would_split_otherwise_is_refused(text: str):
    with pytest.raises(ValueError, match="line break"):
        draft_document(ExtractedText((Line(1, text),)), DocumentReading("none", Certainty.SURE, ()))


# Known actors and themes


def test_known_actors_are_used_again():
    known = sound()
    actor = next(actor for actor in known.actors if actor.local_government_code)
    text = f"{actor.name}長 様\n要望書\n"
    entries = [
        Entry(EntryKind.LETTER, 2, 2),
        party("addressee", 1, name=actor.name, kind=str(actor.kind), local_government_code=str(actor.local_government_code)),
    ]
    draft = draft_document(make_document(text), letter_reading(entries), NAME, known)
    (row,) = draft.data["actors"]
    assert (row["id"], row["name_en"], row["review"]) == (actor.id, actor.name_en, "drafted")
    assert row["citation_source_id"] == f"src-{NAME}"


def test_two_known_actors_of_a_name_are_a_doubt():
    known = sound()
    twins = [evolve(actor, name="府中市", label=None, label_en=None) for actor in list(known.actors)[:2]]
    known = dxgov.Dataset.of([record for record in known if record.id not in {twin.id for twin in twins}] + twins)
    draft = draft_document(
        make_document(LETTER), letter_reading([Entry(EntryKind.LETTER, 5, 5), party("addressee", 2, name="府中市")]), NAME, known
    )
    todo = next(todo for todo in draft.todo if todo.kind is TodoKind.CHECK and todo.table == "actors")
    assert {todo.record} < {twin.id for twin in twins}


def test_organisations_of_known_actors_come_along():
    known = sound()
    actors = [
        Actor(id="kaifu", kind="prefecture", name="海府県", name_en="Kaifu", citation=known.actors[0].citation),
        Actor(id="kaifu-office", kind="bureau", name="県庁", name_en="Office", part_of_id="kaifu", citation=known.actors[0].citation),
        Actor(id="kaifu-desk", kind="bureau", name="窓口", name_en="Desk", part_of_id="kaifu-office", citation=known.actors[0].citation),
    ]
    document = make_document(f"{LETTER}窓口 御中\n")
    entries = [Entry(EntryKind.LETTER, 5, 5), party("addressee", len(document.lines), name="窓口", kind="bureau")]
    draft = draft_document(document, letter_reading(entries), NAME, dxgov.Dataset.of([*known, *actors]))
    rows = {row["id"]: row for row in draft.data["actors"]}
    assert [(row["part_of_id"], row["name_status"]) for row in rows.values()] == [
        ("kaifu-office", "full"),
        ("kaifu", "editorial"),
        ("", "editorial"),
    ]
    assert not [problem for problem in draft.problems if problem.field == "part_of_id"]


def test_a_family_name_beside_a_post_is_its_known_holder():
    known = sound()
    appointment = known.appointments[0]
    post, person = known.actors[appointment.post_id], known.actors[appointment.person_id]
    others = [record for record in known if record.id not in {post.id, person.id}]
    known = dxgov.Dataset.of([*others, evolve(post, name="灯台守頭", label=None, label_en=None), evolve(person, name="渚五月")])

    def draft_person(name: str) -> str:
        entries = [Entry(EntryKind.LETTER, 5, 5), party("signatory", 2, name=name, post="灯台守頭", person=name)]
        rows = draft_document(make_document(LETTER), letter_reading(entries), NAME, known).data["appointments"]
        return rows[0]["person_id"]

    assert draft_person("渚") == draft_person("渚　五月") == person.id
    assert draft_person("岬") != person.id


def test_the_nation_is_one_actor_by_all_its_names():
    entries = letter_entries()[:5]
    entries += [
        Entry(EntryKind.ASK, 8, 8, {"letter": sure(letter), "expected_of": sure(name), "strength": sure("act")}, 4)
        for letter, name in (("a", "国"), ("b", "政府"))
    ]
    draft = draft_document(make_document(LETTER), letter_reading(entries), NAME)
    assert cells(draft, "asks", "expected_of_id") == ["jp", "jp"]
    known = sound()
    nation = next(actor for actor in known.actors if actor.kind == "nation")
    known = dxgov.Dataset.of(
        [*(record for record in known if record.id != nation.id), evolve(nation, name="国", label=None, label_en=None)]
    )
    assert cells(draft_document(make_document(LETTER), letter_reading(entries), NAME, known), "asks", "expected_of_id") == [nation.id] * 2


def test_a_code_of_a_shared_name_is_not_filled_in():
    entries = [
        Entry(EntryKind.LETTER, 5, 5),
        Entry(
            EntryKind.PARTY,
            2,
            2,
            {"role": sure("addressee"), "name": sure("府中市"), "local_government_code": unsure("132063", "342084")},
            0,
        ),
    ]
    draft = draft_document(make_document(LETTER), letter_reading(entries), NAME)
    assert draft.data["actors"][0]["local_government_code"] == ""
    guess = next(guess for guess in draft.guesses if guess.field == "local_government_code")
    assert (guess.certainty, guess.alternatives) == (Certainty.UNSURE, ("132063", "342084"))


def test_themes_are_proposed_and_never_filled():
    known = sound()
    theme = next(iter(known.themes))
    entries = [Entry(EntryKind.LETTER, 5, 5), Entry(EntryKind.ITEM, 7, 7, {"number": sure("1"), "text": sure(f"{theme.label}を進める")}, 0)]
    draft = draft_document(make_document(LETTER), letter_reading(entries), NAME, known)
    todo = next(todo for todo in draft.todo if todo.field == "theme_ids")
    assert json.dumps([theme.id]) in todo.alternatives
    assert draft.data["request_item_themes"] == ()


def test_things_that_a_text_names_are_proposed_and_hide_the_names_inside_theirs():
    known = sound()
    theme, thing = known.themes[0], known.things[0]
    theme = evolve(theme, label="回線", alt_labels=("通信環境",))
    thing = evolve(thing, name="海府県共同回線", alt_labels=())
    known = dxgov.Dataset.of([*(record for record in known if record.id not in {theme.id, thing.id}), theme, thing])

    def propose(text: str) -> dict[str, tuple[str, ...]]:
        entries = [*letter_entries()[:4], Entry(EntryKind.ASK, 8, 8, {"text": sure(text), "strength": sure("act")}, 3)]
        draft = draft_document(make_document(LETTER), letter_reading(entries), NAME, known)
        assert not draft.data["ask_things"]
        return {
            guess.field: guess.alternatives for guess in draft.guesses if guess.record == draft.data["asks"][0]["id"] and not guess.value
        }

    assert propose("海府県共同回線を更新すること。").get("thing_ids") == (json.dumps([thing.id]),)
    assert "theme_ids" not in propose("海府県共同回線を更新すること。")
    assert propose("回線を引き、通信環境を整えること。").get("theme_ids") == (json.dumps([theme.id]),)


# What holds for all


@given(documents_with_readings())
def test_drafts_of_any_reading(case: tuple[ExtractedText, DocumentReading]):
    document, reading = case
    draft = draft_document(document, reading, NAME, sound())
    entries = [entry for entry in reading.entries if entry.kind in ENTRY_TABLES]
    # A row for each entry, and no id twice.
    for kind, table in ENTRY_TABLES.items():
        assert len(draft.data[table.name]) == sum(entry.kind is kind for entry in entries)
    ids = [row["id"] for name in MODEL.tables for row in draft.data[name]]
    assert len(set(ids)) == len(ids)
    # Each filled cell has a guess, and the guess is what the cell holds.
    guesses = {(guess.record, guess.field): guess.value for guess in draft.guesses}
    assert len(guesses) == len(draft.guesses)
    for table, row in iterate_records(MODEL, draft.data):
        for field in table.fields:
            if field.name not in UNGUESSED_FIELDS:
                assert guesses.get((row["id"], field.name), "") == describe_field(field, row)
    # All lines are accounted for, and each citation has the digest of its lines.
    cited: set[int] = set()
    for name in MODEL.tables:
        for row in draft.data[name]:
            if row["citation_first_line"]:
                first, last = int(row["citation_first_line"]), int(row["citation_last_line"])
                cited |= {*range(first, last + 1)}
                passage = "\n".join(line.text for line in document.lines[first - 1 : last])
                assert row["citation_sha256"] == Passage(passage).digest
    assert {line.number for line in draft.unread} == {line.number for line in document.lines if line.text.strip()} - cited
    assert draft.decisions == ()


@given(documents_with_readings(), st.booleans())
def test_a_folder_keeps_a_draft(case: tuple[ExtractedText, DocumentReading], like: bool):
    draft = draft_document(*case, NAME, sound() if like else None)
    assert pickle.loads(pickle.dumps(draft)) == draft  # noqa: S301
    with TemporaryDirectory() as folder:
        draft.write(Path(folder) / "draft")
        assert Draft.open(Path(folder) / "draft") == draft


# Folders


def test_a_folder_with_something_in_it_is_not_replaced(draft: Draft, tmp_path: Path):
    (tmp_path / "draft").mkdir()
    draft.write(tmp_path / "draft")
    with pytest.raises(DestinationError, match="is not empty"):
        draft.write(tmp_path / "draft")
    draft.write(tmp_path / "draft", overwrite=True)
    assert Draft.open(tmp_path / "draft") == draft
    (tmp_path / "file").write_text("text")
    with pytest.raises(DestinationError):
        draft.write(tmp_path / "file")


def test_what_is_no_draft_is_said(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        Draft.open(tmp_path / "nothing")
    with pytest.raises(NotADraftError, match=r"holds no document\.json"):
        Draft.open(tmp_path)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("data/asks.csv", b"id,sumary\r\na,b\r\n", "no such column; did you mean 'summary'"),
        ("data/asks.csv", b"id,id\r\na,b\r\n", "twice"),
        ("data/asks.csv", b"id,summary\r\na,b,c\r\n", "found 3 cells, expected 2"),
        ("data/asks.csv", b"\xff\xfe", "expected a CSV file in UTF-8"),
        ("data/asksy.csv", b"id\r\n", "there is no table 'asksy'; did you mean 'asks'"),
        ("document.txt", b"another text\n", "neither can be edited"),
        ("document.json", b"{", "neither can be edited"),
        ("guesses.csv", b"record\r\n1\r\n", "expected a CSV file with the columns record, field"),
        ("decisions.csv", b"record,field,drafted,decided,reason,when\r\na,b,c,d,e,yesterday\r\n", "expected a CSV file"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(draft: Draft, tmp_path: Path, file: str, content: bytes, message: str):
    draft.write(tmp_path / "draft")
    (tmp_path / "draft" / file).write_bytes(content)
    with pytest.raises(DataError, match=message):
        Draft.open(tmp_path / "draft")


def test_a_file_may_lack_columns_and_rows(draft: Draft, tmp_path: Path):
    draft.write(tmp_path / "draft")
    (tmp_path / "draft/data/asks.csv").write_text("\ufeffid,summary\n\n,\nx,一文。\n", encoding="utf-8")
    (row,) = Draft.open(tmp_path / "draft").data["asks"]
    assert (row["id"], row["summary"], row["letter"]) == ("x", "一文。", "")
