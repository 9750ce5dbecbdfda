"""A person's changes of a draft's rows: each does what it says, leaves no reference to what is gone, and can be undone."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from dxgov import Draft
from dxgov.documents.lines import ExtractedText
from dxgov.documents.readings import DocumentReading
from dxgov.drafting.drafter import draft_document
from dxgov.drafting.edit_history import EditHistory, EditStep, Splice, apply_splices, compare_tables, decode_history
from dxgov.drafting.record_tables import MODEL
from dxgov.drafting.review_session import CHANGES
from dxgov.drafting.row_editor import EditError, RowEditor
from dxgov.drafting.rows import Row
from dxgov.marks import Ref
from readings import LETTER, documents_with_readings, letter_reading, make_document

NAME = "2031-05-14-kaifu-towns"
_NOW = datetime(2031, 5, 15, 9, 30, tzinfo=UTC)
REQUEST = f"req-{NAME}"
ITEM, FIRST, SECOND = f"{REQUEST}.01", f"{REQUEST}.01.1", f"{REQUEST}.01.2"
ASK, OTHER_ASK = f"{FIRST}.a", f"{SECOND}.a"


def edit(draft: Draft) -> RowEditor:
    """Return an editor of a copy of a draft's rows."""
    tables = {name: [dict(row) for row in rows] for name, rows in draft.data.items()}
    return RowEditor(draft.document, tables, frozenset((doubt.record, doubt.field) for doubt in draft.doubts))


@pytest.fixture
def draft() -> Draft:
    return draft_document(make_document(LETTER), letter_reading(), NAME)


@pytest.fixture
def editor(draft: Draft) -> RowEditor:
    return edit(draft)


def get_row(editor: RowEditor, id: str) -> Row:
    table, index = editor._find(id)
    return editor._join(table, index)


def list_ids(editor: RowEditor, table: str) -> list[str]:
    return [row["id"] for row in editor.tables[table]]


def find_dangling(tables: dict[str, list[Row]]) -> set[str]:
    """Return the ids that something refers to and that no record has."""
    ids = {row[table.key[0]] for name, table in MODEL.tables.items() for row in tables[name]}
    referred = {
        row[column.name] for name, table in MODEL.tables.items() for column in table.stored if column.has(Ref) for row in tables[name]
    }
    for name, link in MODEL.links.items():
        referred |= {row[column.name] for row in tables[name] for column in (link.owner_column, link.target_column)}
    return referred - ids - {""}


# Cells


def test_cells_of_all_kinds_are_written(editor: RowEditor):
    outcome = editor.amend(ITEM, {"summary": " 回線の整備。\r\n二行目。 ", "theme_ids": '["b", "", "a"]', "citation_last_line": "8"})
    assert outcome.record == ITEM
    row = get_row(editor, ITEM)
    assert (row["summary"], row["theme_ids"]) == ("回線の整備。\n二行目。", '["b", "a"]')
    rows = editor.tables["request_item_themes"]
    assert [(row["theme_id"], row["position"]) for row in rows] == [("b", "1"), ("a", "2")]
    editor.amend(ITEM, {"theme_ids": ""})
    assert not editor.tables["request_item_themes"]


def test_the_digest_of_a_passage_follows_from_its_lines(editor: RowEditor):
    before = get_row(editor, ITEM)["citation_sha256"]
    editor.amend(ITEM, {"citation_last_line": "8"})
    after = get_row(editor, ITEM)["citation_sha256"]
    assert after not in ("", before)
    editor.amend(ITEM, {"citation_last_line": "7"})
    assert get_row(editor, ITEM)["citation_sha256"] == before


def test_the_meaning_of_a_date_follows_from_its_words_unless_it_is_written(editor: RowEditor):
    editor.amend(ASK, {"due_text": "令和14年度末までに"})
    due = {name: text for name, text in get_row(editor, ASK).items() if name.startswith("due_")}
    assert (due["due_edtf"], due["due_end"], due["due_scope"]) == ("../2033-03-31", "2033-03-31", "by")
    editor.amend(ASK, {"due_edtf": "2033-02"})
    due = get_row(editor, ASK)
    assert (due["due_start"], due["due_end"], due["due_text"]) == ("2033-02-01", "2033-02-28", "令和14年度末までに")
    editor.amend(ASK, {"due_text": "早急に", "due_edtf": "", "due_scope": "within"})
    due = get_row(editor, ASK)
    assert (due["due_text"], due["due_edtf"], due["due_start"], due["due_end"]) == ("早急に", "", "", "")
    editor.amend(ASK, {"due_text": ""})
    assert not any(get_row(editor, ASK)[f"due_{name}"] for name in ("text", "edtf", "start", "end", "scope", "basis"))


def test_a_date_that_cannot_be_is_kept_as_written(editor: RowEditor):
    editor.amend(ASK, {"due_text": "年内", "due_edtf": "2031-19"})
    assert (get_row(editor, ASK)["due_edtf"], get_row(editor, ASK)["due_end"]) == ("2031-19", "")


def test_alternatives_are_written_as_guesses_have_them(draft: Draft, editor: RowEditor):
    doubt = next(doubt for doubt in draft.doubts if doubt.field == "kinds")
    editor.choose(doubt.record, "kinds", doubt.alternatives[0])
    assert get_row(editor, doubt.record)["kinds"] == '["infrastructure"]'
    value = {"text": "来年", "edtf": "2032", "scope": "within", "basis": "relative"}
    editor.choose(REQUEST, "submitted", json.dumps(value))
    row = get_row(editor, REQUEST)
    assert {name: row[f"submitted_{name}"] for name in value} == value
    assert (row["submitted_start"], row["submitted_end"]) == ("2032-01-01", "2032-12-31")
    with pytest.raises(EditError):
        editor.choose(REQUEST, "submitted", "2032")
    with pytest.raises(EditError, match="no field"):
        editor.choose(REQUEST, "submitted_text", "2032")


@pytest.mark.parametrize(
    ("id", "cells"),
    [
        ("req-none", {}),
        ("", {}),
        (ITEM, {"sumary": "x"}),
        (ITEM, {"theme_ids": "a"}),
        (ITEM, {"theme_ids": "[1]"}),
        (ITEM, {"title": "\ud800"}),
    ],
)
def test_what_cannot_be_written_is_refused(id: str, cells: dict[str, str], draft: Draft, editor: RowEditor):
    with pytest.raises(EditError) as caught:
        editor.amend(id, cells)
    assert caught.value.text.ja != caught.value.text.en
    assert not compare_tables(draft.data, editor.tables)


def test_a_new_id_stands_wherever_the_old_one_stood(editor: RowEditor):
    prefecture = get_row(editor, ASK)["expected_of_id"]
    editor.amend(prefecture, {"id": "jp-47-kaifu", "kind": "prefecture"})
    assert get_row(editor, ASK)["expected_of_id"] == "jp-47-kaifu"
    assert "jp-47-kaifu" in {row["part_of_id"] for row in editor.tables["actors"]}
    assert not find_dangling(editor.tables)
    association = editor.tables["source_issuers"][0]["issuer_id"]
    editor.amend(association, {"id": "kaifu-towns"})
    assert editor.tables["source_issuers"][0]["issuer_id"] == "kaifu-towns"
    for id, new in ((association, "x"), ("kaifu-towns", "jp-47-kaifu"), ("kaifu-towns", ""), (ASK, "req-x.a")):
        with pytest.raises(EditError):
            editor.amend(id, {"id": new})


def test_an_accepted_record_has_no_doubts(draft: Draft, editor: RowEditor):
    editor.accept(ASK)
    changed = evolve(draft, data=editor.tables)
    assert {doubt.record for doubt in draft.doubts} - {doubt.record for doubt in changed.doubts} == {ASK}


# Records


def test_a_record_is_split_into_two_of_the_same_lines(editor: RowEditor):
    outcome = editor.split(ASK)
    assert outcome.record == f"{FIRST}.b"
    assert list_ids(editor, "asks") == [ASK, f"{FIRST}.b", OTHER_ASK]
    first, second = get_row(editor, ASK), get_row(editor, f"{FIRST}.b")
    assert (second["letter"], second["item_id"], second["strength"], second["review"]) == ("b", FIRST, "act", "drafted")
    assert second["kinds"] == ""  # it is in doubt
    assert second["citation_sha256"] == first["citation_sha256"]


def test_a_record_is_split_at_a_line_and_its_parts_with_it(editor: RowEditor):
    editor.amend(FIRST, {"citation_last_line": "9"})
    editor.merge(OTHER_ASK, ASK)
    editor.split(ASK, 9)
    outcome = editor.split(FIRST, 9)
    first, second = get_row(editor, FIRST), get_row(editor, outcome.record)
    assert (first["citation_first_line"], first["citation_last_line"]) == ("8", "8")
    assert (second["citation_first_line"], second["citation_last_line"]) == ("9", "9")
    assert (second["number"], second["parent_id"]) == ("", ITEM)
    assert "" not in (first["citation_sha256"], second["citation_sha256"])
    assert {row["id"]: row["item_id"] for row in editor.tables["asks"]} == {ASK: FIRST, f"{FIRST}.b": outcome.record}
    for line in (8, 10):
        with pytest.raises(EditError, match="Split between"):
            editor.split(ITEM, line)


def test_records_that_are_merged_keep_what_either_has(editor: RowEditor):
    editor.amend(OTHER_ASK, {"condition": "予算の範囲で。", "strength": "consider", "theme_ids": '["b", "a"]'})
    editor.amend(ASK, {"theme_ids": '["a"]'})
    outcome = editor.merge(OTHER_ASK, ASK)
    row = get_row(editor, ASK)
    assert (row["condition"], row["strength"], row["theme_ids"]) == ("予算の範囲で。", "act", '["a", "b"]')
    assert (row["citation_first_line"], row["citation_last_line"]) == ("8", "9")
    assert "Strength" in outcome.text.en
    assert list_ids(editor, "asks") == [ASK]
    assert not any(row["ask_id"] == OTHER_ASK for row in editor.tables["ask_themes"])
    for id, into in ((ASK, ASK), (ASK, ITEM), (ASK, "none")):
        with pytest.raises(EditError):
            editor.merge(id, into)


def test_parts_of_merged_records_do_not_share_their_places(draft: Draft, editor: RowEditor):
    editor.merge(SECOND, FIRST)
    assert {row["item_id"] for row in editor.tables["asks"]} == {FIRST}
    assert [row["letter"] for row in editor.tables["asks"]] == ["a", ""]
    problems = evolve(draft, data=editor.tables).problems
    assert not [problem for problem in problems if problem.code == "duplicate-value"]


def test_a_merged_actor_is_no_part_of_itself(editor: RowEditor):
    post = next(row["id"] for row in editor.tables["actors"] if row["part_of_id"])
    body = get_row(editor, post)["part_of_id"]
    editor.merge(body, post)
    assert get_row(editor, post)["part_of_id"] == ""
    assert not find_dangling(editor.tables)


def test_what_cannot_be_without_a_deleted_record_goes_with_it(editor: RowEditor):
    outcome = editor.delete(FIRST)
    assert list_ids(editor, "request_items") == [ITEM, SECOND]
    assert list_ids(editor, "asks") == [OTHER_ASK]
    assert "2" in outcome.text.en
    editor.delete(ITEM)
    assert get_row(editor, SECOND)["parent_id"] == ""
    editor.delete(get_row(editor, OTHER_ASK)["expected_of_id"])
    assert get_row(editor, OTHER_ASK)["expected_of_id"] == ""
    editor.delete(REQUEST)
    assert not [row for name in ("requests", "request_items", "asks", "request_parties") for row in editor.tables[name]]


def test_a_record_is_added_where_it_is_read(editor: RowEditor):
    outcome = editor.add("asks", 9, 9)
    row = get_row(editor, outcome.record)
    assert (row["id"], row["item_id"], row["letter"], row["review"]) == (f"{SECOND}.b", SECOND, "b", "reviewed")
    assert (row["citation_source_id"], row["citation_first_line"], row["response"]) == (f"src-{NAME}", "9", "unknown")
    assert row["citation_sha256"]
    item = get_row(editor, editor.add("request_items", 10, 11).record)
    assert (item["request_id"], item["id"]) == (REQUEST, f"{REQUEST}.02")
    assert editor.add("themes", 7, 7, "networks").record == "networks"
    assert editor.add("actors", 11, 11).record == f"{NAME}.1"
    assert editor.add("actors", 11, 11).record == f"{NAME}.1-2"
    for table, first, last, id in (("ask", 1, 1, ""), ("asks", 0, 1, ""), ("asks", 2, 1, ""), ("asks", 1, 12, ""), ("asks", 1, 1, ASK)):
        with pytest.raises(EditError):
            editor.add(table, first, last, id)


# Any draft


@st.composite
def changes(draw: st.DrawFn, editor: RowEditor) -> tuple[str, dict[str, Any]]:
    """Changes of a draft, with arguments that fit now and then."""
    records = [(table, row) for table in MODEL.tables.values() for row in editor.tables[table.name]]
    table, row = draw(st.sampled_from(records))
    name = draw(st.sampled_from(sorted(CHANGES)))
    lines = st.integers(1, len(editor.document.lines))
    ids = st.sampled_from([other["id"] for kind, other in records if kind is table or draw(st.booleans())] or [row["id"]])
    field = draw(st.sampled_from(table.fields))
    texts = st.sampled_from(["", "x-new", "令和5年3月", '["a", "b"]', '{"text": "年内", "edtf": "2031"}', "2"]) | ids
    arguments: dict[str, Any] = {
        "amend": {"record": row["id"], "cells": {draw(st.sampled_from(field.columns)).name: draw(texts)}},
        "choose": {"record": row["id"], "field": field.name, "value": draw(texts)},
        "accept": {"record": row["id"]},
        "split": {"record": row["id"], "line": draw(st.none() | lines)},
        "merge": {"record": row["id"], "into": draw(ids)},
        "delete": {"record": row["id"]},
        "add": {"table": table.name, "first_line": draw(lines), "last_line": draw(lines)},
    }
    return name, arguments[name]


@given(documents_with_readings(), st.data())
def test_changes_of_any_draft_leave_nothing_dangling_and_are_undone(case: tuple[ExtractedText, DocumentReading], data: st.DataObject):
    draft = draft_document(*case, NAME)
    editor, history = edit(draft), EditHistory()
    foreign = set(find_dangling(editor.tables))
    for _ in range(data.draw(st.integers(1, 5))):
        if not any(editor.tables[name] for name in MODEL.tables):
            break
        before = {name: [dict(row) for row in rows] for name, rows in editor.tables.items()}
        name, arguments = data.draw(changes(editor))
        try:
            outcome = CHANGES[name](editor, **arguments)
        except EditError:
            editor = evolve(editor, tables=before)
            continue
        if name in ("amend", "choose"):  # a person may write whatever reference they like
            foreign |= find_dangling(editor.tables) & {*map(str, _list_texts(arguments))}
        assert find_dangling(editor.tables) <= foreign
        ids = [row[table.key[0]] for table in MODEL.tables.values() for row in editor.tables[table.name]]
        assert len({*ids}) == len(ids)
        assert outcome.record in {"", *ids}
        for link in MODEL.links.values():
            keys = [tuple(row[name] for name in link.key) for row in editor.tables[link.name]]
            assert len({*keys}) == len(keys)
        splices = compare_tables(before, editor.tables)
        assert {name: list(rows) for name, rows in apply_splices(before, splices).items()} == editor.tables
        history = history.record(EditStep(name, outcome.record, _NOW, splices))
        assert decode_history(history.encode()) == history
    tables = editor.tables
    for step in reversed(history.steps):
        tables = apply_splices(tables, [splice.reverse() for splice in step.splices])
    assert {name: tuple(rows) for name, rows in tables.items()} == draft.data


def _list_texts(arguments: dict[str, Any]) -> list[str]:
    texts = [*arguments.get("cells", {}).values(), arguments.get("value", "")]
    return [*texts, "a", "b"]


def test_rows_are_found_again_where_others_were_added_or_removed():
    rows = [{"id": name} for name in "abcdef"]
    splice = Splice("asks", 2, (rows[2],), ({"id": "x"},))
    assert splice.apply([{"id": "new"}, *rows]) == [{"id": "new"}, rows[0], rows[1], {"id": "x"}, *rows[3:]]
    assert splice.apply(rows[2:]) == [{"id": "x"}, *rows[3:]]
    assert Splice("asks", 9, (), ({"id": "x"},)).apply(rows[:1]) == [rows[0], {"id": "x"}]
    with pytest.raises(EditError, match="Another program"):
        splice.apply(rows[3:])
