"""A draft that a person has finished becomes a package; while something is left, all of it is said at once."""

import csv
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from attrs import evolve

import dxgov
from dxgov import DataError, Dataset, DestinationError, Draft, Metadata, ProblemCode, Redirect, TodoKind
from dxgov.documents.lines import ExtractedText
from dxgov.drafting.drafter import draft_document
from dxgov.drafting.record_tables import MODEL
from readings import LETTER, letter_reading, make_document
from soundness import sound

NAME = "2031-05-14-kaifu-towns"
THEME = {
    "id": "networks",
    "label": "通信網",
    "label_en": "Networks",
    "definition": "通信網の整備。",
    "definition_en": "Networks that are built.",
    "citation_source_id": f"src-{NAME}",
    "citation_first_line": "7",
}

Edit = Callable[[list[dict[str, str]]], None]


def edit_table(folder: Path, table: str, edit: Edit) -> None:
    """Change the rows of a table as a person does with an editor."""
    path = folder / "data" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        names, rows = list(reader.fieldnames or ()), list(reader)
    edit(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the letter's draft."""
    return draft_document(make_document(LETTER), letter_reading(), NAME).write(tmp_path / "draft")


def finish(folder: Path, *, theme: str = "networks") -> None:
    """Write all that is left of the letter's draft, as texts that fit; the theme is added unless it is another."""
    if theme == THEME["id"]:
        edit_table(folder, "themes", lambda rows: rows.append(dict(THEME)))
    for todo in Draft.open(folder).todo:
        column = next(column for column in MODEL.tables[todo.table].columns if column.name == todo.field)
        if column.through is not None:
            link = MODEL.links[column.through.table]
            cells = {link.owner_column.name: todo.record, link.target_column.name: theme}
            edit_table(folder, link.name, lambda rows, cells=cells: rows.append(cells))  # type: ignore[misc]
        elif column.target == "actors":
            update_row(folder, todo.table, todo.record, **{todo.field: Draft.open(folder).data["actors"][0]["id"]})
        elif todo.kind is TodoKind.CHECK:
            update_row(folder, todo.table, todo.record, review="reviewed")
        else:
            value = str(column.codes[0]) if column.codes and todo.field != "kind" else "council" if column.codes else "編者の文。"
            update_row(folder, todo.table, todo.record, **{todo.field: f'["{value}"]' if column.many else value})


def update_row(folder: Path, table: str, id: str, **cells: str) -> None:
    """Change cells of a record."""
    edit_table(folder, table, lambda rows: next(row for row in rows if row["id"] == id).update(cells))


def test_what_is_left_is_said_all_at_once(folder: Path):
    draft = Draft.open(folder)
    with pytest.raises(DataError) as caught:
        draft.publish()
    missing = [problem for problem in caught.value.problems if problem.code is ProblemCode.MISSING_VALUE]
    unsure = [problem for problem in caught.value.problems if problem.code is ProblemCode.UNSURE_VALUE]
    assert len(missing) + len(unsure) == len(draft.todo) == len(caught.value.problems)
    assert 'or perhaps ["infrastructure"]' in " ".join(str(problem) for problem in unsure)


def test_a_finished_draft_is_a_package_that_verifies(folder: Path, tmp_path: Path):
    finish(folder)
    draft = Draft.open(folder)
    assert draft.todo == ()
    data = draft.publish(metadata=Metadata(name="kaifu"))
    assert data.metadata.name == "kaifu"
    assert data.requests[f"req-{NAME}"].title == "行政手続のオンライン化に関する要望書"
    assert {record.drafted_with for record in data if record.review == "drafted"} == {f"dxgov {dxgov.__version__}"}
    dxgov.export(data, tmp_path / "export", ["csv"])
    assert dxgov.validate(tmp_path / "export" / "csv").valid
    verification = dxgov.verify(tmp_path / "export" / "csv", folder)
    assert verification.valid
    assert verification.proven == len(data)


def test_a_letter_is_read_finished_and_published(tmp_path: Path):
    folder = dxgov.read(LETTER.encode(), id=NAME).write(tmp_path / "draft")
    finish(folder)
    data = Draft.open(folder).publish()
    (request,) = data.requests
    assert (request.title, request.submitted.edtf) == ("行政手続のオンライン化に関する要望書", "2031-05-14")
    assert [(item.number, item.path) for item in data.request_items] == [("1", "1"), ("(1)", "1.1"), ("(2)", "1.2")]
    assert len(data.asks) == 2
    assert dxgov.validate(data).valid


def test_lines_may_be_changed_without_digests(folder: Path):
    finish(folder)
    edit_table(folder, "request_items", lambda rows: rows[0].update(citation_last_line="8"))
    item = Draft.open(folder).publish().request_items[f"req-{NAME}.01"]
    assert item.citation == dxgov.Citation.of(f"src-{NAME}", LETTER, 7, 8, "1")


def test_what_the_text_does_not_print_is_refused(folder: Path):
    finish(folder)
    edit_table(folder, "requests", lambda rows: rows[0].update(title="別の題"))
    with pytest.raises(DataError, match="does not stand in") as caught:
        Draft.open(folder).publish()
    assert [problem.code for problem in caught.value.problems] == [ProblemCode.NOT_PRINTED]


def test_a_row_that_a_person_adds_is_filled(folder: Path):
    finish(folder)

    def add(rows: list[dict[str, str]]) -> None:
        rows.append(
            {
                **rows[-1],
                "id": "",
                "number": "以上",
                "path": "",
                "position": "",
                "citation_first_line": "10",
                "citation_last_line": "",
                "citation_place": "",
            }
        )

    edit_table(folder, "request_items", add)
    edit_table(folder, "request_item_themes", lambda rows: rows.append({"request_item_id": f"req-{NAME}.01.3", "theme_id": "networks"}))
    item = Draft.open(folder).publish().request_items[f"req-{NAME}.01.3"]
    assert (item.path, item.position, item.citation.last_line) == ("1.3", 3, 10)


def test_a_draft_is_added_to_a_package_whose_actors_and_themes_it_shares(tmp_path: Path):
    known = sound()
    actor = next(actor for actor in known.actors if actor.kind == "association")
    text = LETTER.replace("海府県町村会", actor.name)
    entries = [
        evolve(
            entry,
            values={
                name: evolve(value, value=value.value.replace("海府県町村会", actor.name)) if isinstance(value.value, str) else value
                for name, value in entry.values.items()
            },
        )
        for entry in letter_reading().entries
    ]
    draft = draft_document(make_document(text), letter_reading(entries), NAME, known)
    folder = draft.write(tmp_path / "draft")
    finish(folder, theme=next(theme.id for theme in known.themes if theme.id != THEME["id"]))
    merged = Draft.open(folder).publish(known)
    assert merged.metadata == known.metadata
    assert merged.actors[actor.id] == actor
    assert actor.id in merged.requests[f"req-{NAME}"].submitted_by_ids
    assert dxgov.validate(merged).valid
    with pytest.raises(DataError, match="is not a theme"):
        Draft.open(folder).publish()
    # It is published again only where that is wanted, and then as it is now.
    update_row(folder, "requests", f"req-{NAME}", title_en="Another title")
    changed = Draft.open(folder)
    with pytest.raises(DestinationError, match="replace=True"):
        changed.publish(merged)
    again = changed.publish(merged, replace=True)
    assert again.requests[f"req-{NAME}"].title_en == "Another title"
    assert len(again) == len(merged)
    assert [record for record in again if record.citation.source_id != f"src-{NAME}"] == [*known]


def publish_twice(folder: Path, change: Callable[[], None], into: Dataset | None = None) -> tuple[Dataset, Dataset]:
    """Return the letter's draft as it is published, and as it is published again after a change."""
    before = Draft.open(folder).publish(into)
    change()
    return before, Draft.open(folder).publish(before, replace=True)


def test_records_that_are_gone_leave_their_ids(folder: Path):
    finish(folder)
    ask = f"req-{NAME}.01.2.a"

    def remove() -> None:
        edit_table(folder, "asks", lambda rows: rows.pop())
        edit_table(folder, "ask_themes", lambda rows: rows.pop())

    before, after = publish_twice(folder, remove)
    assert ask in before
    assert len(after) == len(before) - 1
    assert after.metadata.redirects == (Redirect(ask),)
    # A record that comes back has its id again.
    edit_table(
        folder,
        "asks",
        lambda rows: rows.append(
            {
                **rows[0],
                "id": ask,
                "item_id": f"req-{NAME}.01.2",
                "citation_first_line": "9",
                "citation_last_line": "9",
                "citation_place": "",
            }
        ),
    )
    edit_table(folder, "ask_themes", lambda rows: rows.append({"ask_id": ask, "theme_id": "networks"}))
    back = Draft.open(folder).publish(after, replace=True)
    assert ask in back
    assert back.metadata.redirects == ()


def test_an_id_that_was_changed_redirects_to_the_new_one(folder: Path):
    finish(folder)
    actor = next(row["id"] for row in Draft.open(folder).data["actors"] if row["name"] == "海府県町村会")
    before, after = publish_twice(folder, lambda: rename(folder, {actor: "jp-kaifu-assoc"}))
    assert after.metadata.redirects == (Redirect(actor, "jp-kaifu-assoc"),)
    assert after.actors["jp-kaifu-assoc"].name == before.actors[actor].name
    assert dxgov.validate(after).valid
    # And back again.
    rename(folder, {"jp-kaifu-assoc": actor})
    again = Draft.open(folder).publish(after, replace=True)
    assert again.metadata.redirects == (Redirect("jp-kaifu-assoc", actor),)


def test_what_others_refer_to_does_not_go(folder: Path, tmp_path: Path):
    finish(folder)
    before = Draft.open(folder).publish()
    other = draft_document(make_document(LETTER), letter_reading(), "2032-other", before).write(tmp_path / "other")
    finish(other)
    both = Draft.open(other).publish(before)
    actor = next(row["id"] for row in Draft.open(folder).data["actors"] if row["name"] == "海府県町村会")
    rename(folder, {actor: "jp-kaifu-assoc"})
    with pytest.raises(DataError) as caught:
        Draft.open(folder).publish(both, replace=True)
    assert {problem.value for problem in caught.value.problems} == {actor}
    assert {problem.id for problem in caught.value.problems} == {"src-2032-other", "req-2032-other", "req-2032-other.01.2.a"}


def test_decisions_are_kept_with_their_time(folder: Path):
    edit_table(folder, "asks", lambda rows: rows[0].update(strength="consider", summary="一文。"))
    os.utime(folder / "data" / "asks.csv", (0, 86_400))
    decisions = {(decision.record, decision.field): decision for decision in Draft.open(folder).decisions}
    ask = f"req-{NAME}.01.1.a"
    assert decisions.keys() == {(ask, "strength"), (ask, "summary")}
    strength, summary = decisions[ask, "strength"], decisions[ask, "summary"]
    assert (strength.drafted, strength.decided, strength.reason) == ("act", "consider", "printed")
    assert (summary.drafted, summary.decided, summary.reason) == ("", "一文。", "")
    assert strength.when == datetime(1970, 1, 2, tzinfo=UTC)
    # They keep their time, whatever is changed later.
    Draft.open(folder).refresh(folder)
    edit_table(folder, "asks", lambda rows: rows[0].update(strength="consider", summary="別の文。"))
    later = {decision.field: decision for decision in Draft.open(folder).decisions}
    assert later["strength"] == strength
    assert later["summary"].when > summary.when
    # A value that is as drafted again was no decision.
    edit_table(folder, "asks", lambda rows: rows[0].update(strength="act", summary=""))
    assert Draft.open(folder).decisions == ()


def test_a_record_that_was_checked_accepts_its_values(folder: Path):
    edit_table(folder, "request_items", lambda rows: rows[0].update(review="reviewed"))
    decisions = Draft.open(folder).decisions
    assert {decision.record for decision in decisions} == {f"req-{NAME}.01"}
    assert all(decision.drafted == decision.decided for decision in decisions)
    assert {"id", "number", "title", "path"} <= {decision.field for decision in decisions}


def test_records_that_are_removed_or_added_are_decisions(folder: Path):
    edit_table(folder, "asks", lambda rows: rows.pop())
    edit_table(folder, "themes", lambda rows: rows.append(dict(THEME)))
    decisions = [(decision.record, decision.field, decision.drafted, decision.decided) for decision in Draft.open(folder).decisions]
    assert sorted(decisions) == [("networks", "id", "", "networks"), (f"req-{NAME}.01.2.a", "id", f"req-{NAME}.01.2.a", "")]


def rename(folder: Path, ids: dict[str, str]) -> None:
    """Change ids wherever they stand, as a person does who replaces them in all files."""
    for path in (folder / "data").glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        for old, new in ids.items():
            text = re.sub(rf"(?<![^,\s\"]){re.escape(old)}(?![^,\s\"])", new, text)
        path.write_text(text, encoding="utf-8")


def test_a_record_with_another_id_is_the_same_record(folder: Path):
    before = Draft.open(folder)
    actor = next(row["id"] for row in before.data["actors"] if row["name"] == "海府県町村会")
    ask = f"req-{NAME}.01.1.a"
    rename(folder, {actor: "jp-kaifu-assoc", ask: f"req-{NAME}.01.1.b"})
    edit_table(folder, "asks", lambda rows: rows[0].update(letter="b"))
    after = Draft.open(folder)
    decisions = [(decision.record, decision.field, decision.drafted, decision.decided) for decision in after.decisions]
    assert sorted(decisions) == [
        ("jp-kaifu-assoc", "id", actor, "jp-kaifu-assoc"),
        (f"req-{NAME}.01.1.b", "id", ask, f"req-{NAME}.01.1.b"),
        (f"req-{NAME}.01.1.b", "letter", "a", "b"),
    ]
    # Doubts, and ids among their alternatives, go with it, and a draft that is written anew knows as much.
    assert {(todo.field, todo.record) for todo in after.todo if todo.kind is TodoKind.CHECK} == {
        ("kinds", f"req-{NAME}.01.1.b"),
        ("expected_of_id", f"req-{NAME}.01.2.a"),
    }
    assert next(todo for todo in after.todo if todo.field == "expected_of_id").alternatives == ("jp-kaifu-assoc",)
    after.write(folder, overwrite=True)
    assert Draft.open(folder).decisions == after.decisions


def test_all_ids_may_change_at_once(folder: Path):
    before = Draft.open(folder)
    rename(folder, {row["id"]: row["id"].replace(NAME, "2031-kaifu") for name in MODEL.tables for row in before.data[name]})
    after = Draft.open(folder)
    assert {decision.field for decision in after.decisions} == {"id"}
    assert all(decision.decided and decision.drafted.replace(NAME, "2031-kaifu") == decision.decided for decision in after.decisions)
    assert len(after.todo) == len(before.todo)


def test_a_change_or_a_check_settles_a_doubt(folder: Path):
    def doubts() -> list[str]:
        return [todo.record for todo in Draft.open(folder).todo if todo.kind is TodoKind.CHECK]

    assert doubts() == [f"req-{NAME}.01.1.a", f"req-{NAME}.01.2.a"]
    edit_table(folder, "asks", lambda rows: rows[0].update(kinds='["system"]'))
    assert doubts() == [f"req-{NAME}.01.2.a"]
    edit_table(folder, "asks", lambda rows: rows[1].update(review="reviewed"))
    assert doubts() == []


def test_what_pandas_wrote_back_is_understood(folder: Path):
    pd = pytest.importorskip("pandas")
    before = Draft.open(folder)
    for name in ("asks", "actors", "sources"):
        path = folder / "data" / f"{name}.csv"
        pd.read_csv(path).to_csv(path, index=False)
    after = Draft.open(folder)
    assert after.data == before.data
    assert after.decisions == ()


def test_drafts_of_index_depth_need_no_english(folder: Path):
    edit_table(folder, "sources", lambda rows: rows[0].update(depth="index"))
    left = {(todo.table, todo.field) for todo in Draft.open(folder).todo}
    assert ("actors", "name_en") not in left
    assert ("requests", "title_en") in left


def test_a_letter_without_entries_is_a_source_alone():
    assert draft_document(ExtractedText(()), letter_reading([]), NAME).records == 1
