"""Wide tables hold what one finds by going from record to record, and a database's views say the same."""

import csv
import io
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov import Collection, Dataset, ModelError, Record, Records
from dxgov.exporters import wide
from dxgov.exporters.wide_schema import build_wide_table
from dxgov.marks import Caption, Key, Label, Ref, Through, Wide
from dxgov.schema import Kind, Table
from dxgov.tables.captions import Captions
from dxgov.testing import datasets
from dxgov.text.records import get_caption
from dxgov.values import Id
from reading import files, in_folder, rows
from soundness import sound
from toys import RichShop, RichWidget, Widget

EITHER = st.one_of(datasets(max_size=3), datasets(RichShop, max_size=2))


def table(content: bytes) -> list[dict[str, str]]:
    csv.field_size_limit(1 << 24)
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def lists(content: bytes) -> list[dict[str, Any]]:
    return pq.read_table(io.BytesIO(content)).to_pylist()


def single_spaced(text: str) -> str:
    return " ".join(text.split())


# Which tables and columns


def test_the_mark_chooses_the_tables(tmp_path: Path):
    marked = [name for name, each in Dataset.model().tables.items() if each.has(Wide)]
    assert {"asks", "statements", "milestones"} <= set(marked)
    place = dxgov.export(sound(), tmp_path / "out", formats="wide") / "wide"
    names = ["said", *(f"{name}_wide" for name in marked)]
    expected = {"README.md", "columns.csv", *(f"{name}.{ending}" for name in names for ending in ("csv", "parquet"))}
    assert {path.name for path in place.iterdir()} == expected
    assert "not be loaded again" in (place / "README.md").read_text("utf-8").replace("cannot", "not")


class Bare(Collection):
    """A data set without a marked table."""

    widgets: Annotated[Records[Widget], Label("部品", "部品。")]


class Marked(Dataset):
    """A data set with a further one."""

    rich_widgets: Annotated[Records[RichWidget], Label("部品", "部品。"), Wide()]


def test_a_definition_without_a_mark_is_told():
    class Alone(Collection):
        """Nothing but widgets."""

        sources: Annotated[Records[dxgov.Source], Label("出典", "出典。")]
        actors: Annotated[Records[dxgov.Actor], Label("主体", "主体。")]

    with pytest.raises(ModelError, match="Alone: there is nothing to widen"):
        files(Alone(), "wide")


def test_a_users_own_table_is_widened_by_the_same_rule():
    header = [column.name for column in build_wide_table(Marked.model(), Marked.model().tables["rich_widgets"]).stored]
    for before, after in (("colour", "colour_ja"), ("maker_id", "maker_ja"), ("maker_ja", "maker_en"), ("part_ids", "part_ja")):
        assert header[header.index(before) + 1] == after
    assert {"seller_ja", "buyer_en", "made_start", "made_scope_ja"} <= set(header)
    assert "rich_widgets_wide.csv" in files(Marked(), "wide")


@frozen(kw_only=True)
class Clash(Record):
    """A class whose fields are called as captions of others would be."""

    id: Annotated[Id, Key(), Label("ID", "ID。")]
    """It."""

    theme_id: Annotated[Id, Ref("Theme"), Label("テーマ", "テーマ。")]
    """The chief theme."""

    theme_ids: Annotated[tuple[Id, ...], Ref("Theme"), Through("clash_themes"), Label("テーマ", "テーマ。")] = ()
    """All of them."""

    theme_en: Annotated[str | None, Label("英", "英。")] = None
    """Something else."""


class Clashes(Dataset):
    """A set of such."""

    clashes: Annotated[Records[Clash], Label("衝突", "衝突。"), Wide()]


def test_names_that_are_taken_are_spelled_out():
    header = [column.name for column in build_wide_table(Clashes.model(), Clashes.model().tables["clashes"]).stored]
    wanted = ["id", "theme_id", "theme_ja", "theme_id_en", "theme_ids", "theme_ids_ja", "theme_ids_en", "theme_en"]
    assert header[: len(wanted)] == wanted


@frozen(kw_only=True)
class Stubborn(Clash):
    """One that leaves no name over."""

    theme_ids_ja: Annotated[str | None, Label("日", "日。")] = None
    """Something else."""


class Stubborns(Dataset):
    """A set of such."""

    stubborns: Annotated[Records[Stubborn], Label("頑固", "頑固。"), Wide()]


def test_a_name_that_cannot_be_found_is_told():
    with pytest.raises(ModelError, match="Stubborn: its wide table would have two columns called 'theme_ids_ja'"):
        files(Stubborns(), "wide")


# What is in them


def test_an_ask_is_told_with_its_item_and_request():
    written = files(sound(), "wide")
    row = next(each for each in table(written["asks_wide.csv"]) if each["id"] == "req-2031-04-lines.01.1.b")
    told = {
        "expected_of_ja": "国",
        "expected_of_en": "The nation",
        "relayed_by_en": "Kaifu Prefecture",
        "kinds": "funding",
        "kinds_ja": "財政支援",
        "strength_ja": "働きかけ",
        "interim": "true",
        "theme_ja": "予備線",
        "item_id": "req-2031-04-lines.01.1",
        "item_ja": "回線",
        "item_path": "1.1",
        "item_parent_id": "req-2031-04-lines.01",
        "item_parent_en": "Lines",
        "item_theme_ids": "sea-cables;networks",
        "item_theme_ja": "海底線;通信網",
        "request_id": "req-2031-04-lines",
        "request_en": "Request on lines to the islands",
        "request_submitted_text": "令和13年4月2日",
        "request_submitted_start": "2031-04-02",
        "request_submitted_end": "2031-04-02",
        "request_submitted_scope_ja": "その日",
        "request_submitted_by_ja": "海風県町村会;潮見市",
        "request_signatory_en": "Minato",
        "request_addressed_to_ids": "kaifu-governor",
        "request_delivered_at_ja": "第1回回線協議会",
        "request_follows_up_id": "",
        "citation_source_en": "Request on lines to the islands",
        "damage": "",
    }
    assert {name: row[name] for name in told} == told
    same = next(each for each in lists(written["asks_wide.parquet"]) if each["id"] == row["id"])
    assert same["item_theme_ja"] == ["海底線", "通信網"]
    assert same["request_submitted_by_ids"] == ["kaifu-towns", "kaifu-shiomi"]
    assert (same["damage"], same["request_follows_up_id"], same["interim"]) == ([], None, True)


def test_a_statement_is_told_with_its_meeting():
    row = next(each for each in table(files(sound(), "wide")["statements_wide.csv"]) if each["id"] == "mtg-lines-2.t2.p1")
    assert (row["meeting_ja"], row["meeting_held_start"], row["agenda_item_en"]) == ("第2回回線協議会", "2031-05-12", "Spare lines")
    assert row["replies_to_ids"] == "mtg-lines-2.t1.p2;mtg-lines-2.t1.p1"
    assert "agenda_item_meeting_id" not in row


def test_a_semicolon_within_a_name_does_not_part_it():
    import attrs

    whole = sound()
    actor = attrs.evolve(whole.actors["kaifu-shiomi"], name="潮見;町", name_en="a;b")
    written = files(Dataset.of([*(each for each in whole if each.id != actor.id), actor]), "wide")
    row = next(each for each in table(written["asks_wide.csv"]) if each["request_id"] == "req-2031-04-lines")
    assert row["request_submitted_by_ja"] == "海風県町村会;潮見；町"
    assert lists(written["asks_wide.parquet"])[0]["request_submitted_by_en"][1] == "a;b"


@given(EITHER)
def test_captions_are_those_of_single_records(data: Collection):
    captions = Captions(data)
    for name, records in data.tables.items():
        for lang in ("ja", "en"):
            found = [single_spaced(text) for text in captions.get(name, lang).to_pylist()]
            assert found == [single_spaced(get_caption(data, record, lang)) for record in records]


@given(datasets(max_size=3))
def test_every_reference_is_told_as_one_finds_it_by_hand(data: Dataset):
    written = files(data, "wide")
    for name in ("asks", "statements", "milestones"):
        found = lists(written[f"{name}_wide.parquet"])
        assert [row["id"] for row in found] == list(data.tables[name].ids())
        for row, record in zip(found, data.tables[name], strict=True):
            for field, ids in data.references(record).items():
                stem = re.sub("_ids?$", "", field)
                for lang in ("ja", "en"):
                    told = row[f"{stem}_{lang}"]
                    expected = [single_spaced(get_caption(data, data[id], lang)) for id in ids]
                    assert [single_spaced(each) for each in (told if isinstance(told, list) else [told])] == expected
        if name == "asks":
            for row, ask in zip(found, data.asks, strict=True):
                request = data.requests[data.request_items[ask.item_id].request_id]
                assert (row["request_id"], row["request_submitted_text"]) == (request.id, request.submitted.text)
                assert (row["request_submitted_start"], tuple(row["request_addressed_to_ids"])) == (
                    request.submitted.start,
                    request.addressed_to_ids,
                )


@given(datasets(max_size=3))
def test_the_views_of_a_database_say_the_same(data: Dataset):
    """One is made by Arrow, the other by SQL."""
    written = files(data, "wide")

    def views(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
        (place,) = folder.glob("*.sqlite")
        with closing(sqlite3.connect(place)) as base:
            return {
                name: base.execute(f"SELECT * FROM {name}_wide ORDER BY id").fetchall() for name in ("asks", "statements", "milestones")
            }

    for name, found in in_folder(data, "sqlite", views).items():
        header, *expected = rows(written[f"{name}_wide.csv"])
        columns = build_wide_table(data.model(), data.model().tables[name]).stored
        assert header == [column.name for column in columns]
        plain = [
            place
            for place, column in enumerate(columns)
            if column.kind is not Kind.BOOLEAN and not (column.many and column.codes)  # SQLite has 0 and 1, and lists of codes as JSON
        ]
        told = [["" if row[place] is None else str(row[place]) for place in plain] for row in found]
        assert told == [[row[place] for place in plain] for row in expected]


@pytest.mark.parametrize("table", [table for table in Dataset.model().tables.values() if table.has(Wide)], ids=lambda table: table.name)
def test_pieces_make_the_same_table(ds: Dataset, tmp_path: Path, table: Table):
    whole, pieces = (wide.Joiner(ds, build_wide_table(ds.model(), table), batch_rows) for batch_rows in (1_000, 7))
    texts = [
        [pa.concat_arrays(column) for column in zip(*map(wide._format_batch, joiner.batches()), strict=True)] for joiner in (whole, pieces)
    ]
    assert texts[0] == texts[1]
    for joiner, name in ((whole, "whole"), (pieces, "pieces")):
        wide._write_parquet(joiner, tmp_path / name)
    assert lists((tmp_path / "pieces").read_bytes()) == lists((tmp_path / "whole").read_bytes())


@pytest.mark.parametrize("data", [Dataset(), sound()], ids=["empty", "sound"])
def test_the_same_data_give_the_same_bytes(data: Dataset):
    assert files(data, "wide") == files(Dataset.of(reversed(list(data)), data.metadata), "wide")


def test_a_parquet_file_says_what_its_columns_are():
    written = files(sound(), "wide")
    schema = pq.read_schema(io.BytesIO(written["asks_wide.parquet"]))
    field = schema.field("request_submitted_start")
    assert (field.type, field.metadata[b"title"].decode()) == (pa.date32(), "要望・提出日（最初の日） / Request submitted start")
    japanese, english = field.metadata[b"description"].decode().split(" / ")
    assert japanese.startswith("`request_id` が参照する記録の項目。提出日：")
    assert english.startswith("Of the record that `request_id` leads to: submitted: the first day")
    assert not schema.field("summary").nullable
    frame = pd.read_parquet(io.BytesIO(written["milestones_wide.parquet"]))
    assert (str(frame["position"].dtype), str(frame["kind"].dtype)) == ("Int64", "category")
    columns = {(row["table"], row["column"]): row for row in table(written["columns.csv"])}
    assert columns["asks_wide", "expected_of_ja"]["description"] == "`expected_of_id` が参照する記録の名称（日本語）。"
    assert columns["asks_wide", "expected_of_ja"]["description_en"] == "What `expected_of_id` leads to, in Japanese."
    assert columns["asks_wide", "expected_of_ja"]["title_en"] == "Expected of (Japanese)"
    names = ("said", "asks_wide", "statements_wide", "milestones_wide")
    assert len(columns) == sum(len(table(written[f"{name}.csv"])[0]) for name in names)


@frozen(kw_only=True)
class Note(Record):
    """A remark on any record, called as what it is on."""

    id: Annotated[Id, Key(), Label("ID", "ID。")]
    """It."""

    on_id: Annotated[Id, Ref(), Caption(), Label("対象", "対象。")]
    """What it is on."""

    previous_id: Annotated[Id | None, Ref("Note"), Label("前", "前。")] = None
    """The remark before."""


class Notes(Dataset):
    """Remarks."""

    notes: Annotated[Records[Note], Label("注釈", "注釈。"), Wide()]


def test_a_reference_to_any_table_is_told_too():
    whole = sound()
    notes = [Note(id="one", on_id="kaifu", citation=whole.themes[0].citation)]
    notes.append(Note(id="two", on_id="one", previous_id="one", citation=whole.themes[0].citation))
    data = Notes.of([*whole, *notes])
    first, second = table(files(data, "wide")["notes_wide.csv"])
    assert (first["on_ja"], first["on_en"], second["previous_id"]) == ("海風県", "Kaifu Prefecture", "one")
    assert second["on_ja"] == first["on_id"] == "kaifu"
