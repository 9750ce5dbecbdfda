"""SQLite, DuckDB and JSON Lines: what stands in them is what stood in the data set, by rules that they keep themselves."""

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import attrs
import pandas as pd
import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

import dxgov
from dxgov import Collection, Dataset, Metadata, ModelError, NotInstalledError, Record, Records
from dxgov.exporters.databases import sqlite
from dxgov.exporters.registry import FORMATS, load_exporter
from dxgov.marks import Key, Label, Ref
from dxgov.model.serialization import structure
from dxgov.schema import Column, Kind
from dxgov.testing import datasets
from dxgov.values import Id
from reading import FORMULAS, NUMBERS, ODD, data_set, files, in_folder
from soundness import sound
from toys import RichShop

duckdb = pytest.importorskip("duckdb")

EITHER = st.one_of(datasets(max_size=2), datasets(RichShop, max_size=2))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    with opened(dxgov.export(sound(), tmp_path_factory.mktemp("sqlite") / "out", formats="sqlite") / "sqlite") as base:
        yield base


@contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    (place,) = folder.glob("*.sqlite")
    with closing(sqlite3.connect(place)) as base:
        base.execute("PRAGMA foreign_keys = ON")
        yield base


def metadata_of(rows: list[tuple[str, str]]) -> Metadata:
    lists = {field.name for field in attrs.fields(Metadata) if field.type and "tuple" in str(field.type)}
    return structure({name: json.loads(value) if name in lists else value for name, value in rows}, Metadata)


def from_sqlite(column: Column, value: Any) -> Any:
    if column.many:
        return json.loads(value)
    kinds = {Kind.NUMBER: lambda each: Decimal(str(each)), Kind.BOOLEAN: bool, Kind.DATE: date.fromisoformat}
    return kinds.get(column.kind, lambda each: each)(value)


# What comes back


@given(EITHER)
def test_sqlite_holds_the_same_records(data: Collection):
    def read(folder: Path) -> Collection:
        with opened(folder) as base:
            assert base.execute("PRAGMA foreign_key_check").fetchall() == []
            assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            about = metadata_of(base.execute("SELECT * FROM dxgov_metadata").fetchall())
            return data_set(type(data), lambda table: base.execute(f'SELECT * FROM "{table.name}"').fetchall(), from_sqlite, about)

    assert in_folder(data, "sqlite", read) == data


@pytest.mark.slow
@settings(max_examples=12)
@given(EITHER)
def test_duckdb_holds_the_same_records(data: Collection):
    def read(folder: Path) -> Collection:
        (place,) = folder.iterdir()
        with closing(duckdb.connect(place, read_only=True)) as base:
            about = metadata_of(base.execute("SELECT * FROM dxgov_metadata").fetchall())
            return data_set(type(data), lambda table: base.execute(f'FROM "{table.name}"').fetchall(), lambda _, cell: cell, about)

    assert in_folder(data, "duckdb", read) == data


@given(EITHER)
def test_json_lines_hold_the_same_records(data: Collection):
    written = files(data, "jsonl")
    model = data.model()
    read = [
        structure(json.loads(line), model.tables[path.removesuffix(".jsonl")].record)
        for path, content in written.items()
        if path.endswith(".jsonl")
        for line in content.decode().splitlines()
    ]
    assert type(data).of(read, structure(json.loads(written["metadata.json"]), Metadata)) == data


def test_each_line_of_json_lines_fits_the_schema(ds: Dataset):
    jsonschema = pytest.importorskip("jsonschema")
    written = files(ds, "jsonl")
    whole = json.loads(written["schema.json"])
    for name, table in ds.model().tables.items():
        validator = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{table.record.__name__}", "$defs": whole["$defs"]})
        for line in written.get(f"{name}.jsonl", b"").decode().splitlines():
            validator.validate(json.loads(line))


def test_pandas_reads_json_lines(tmp_path: Path):
    place = dxgov.export(sound(), tmp_path / "out", formats="jsonl") / "jsonl"
    frame = pd.read_json(place / "actors.jsonl", lines=True, dtype=False).set_index("id")
    assert frame.loc["kaifu-shiomi", "local_government_code"] == "012017"
    assert len(frame) == len(sound().actors)


@pytest.mark.parametrize("data", [Dataset(), sound()], ids=["empty", "sound"])
@pytest.mark.parametrize("format", ["sqlite", "jsonl"])
def test_the_same_data_give_the_same_bytes(data: Dataset, format: str):
    again = Dataset.of(reversed(list(data)), data.metadata)
    assert files(data, format) == files(again, format)


# What the databases say and demand


def test_sqlite_tells_what_it_is(base: sqlite3.Connection):
    assert base.execute("PRAGMA application_id").fetchone() == (sqlite.APPLICATION_ID,)
    assert base.execute("PRAGMA user_version").fetchone() == (sqlite.LAYOUT_VERSION,)
    assert base.execute("SELECT title, title_en, description, description_en FROM dxgov_tables WHERE \"table\" = 'asks'").fetchone() == (
        "要望行為",
        "Asks",
        Dataset.model().tables["asks"].descriptions.ja,
        Dataset.model().tables["asks"].descriptions.en,
    )
    told = "SELECT title, type, refers_to FROM dxgov_columns WHERE \"table\" = 'asks' AND \"column\" = 'expected_of_id'"
    assert base.execute(told).fetchone() == ("実施主体", "text", "actors")
    described = "SELECT title_en, description, description_en FROM dxgov_codes WHERE"
    meaning = f"{described} \"table\" = 'asks' AND \"column\" = 'strength' AND code = 'act'"
    assert base.execute(meaning).fetchone() == ("Act", "実施するよう求めるもの。", "Do it.")
    assert base.execute("SELECT ja, en FROM dxgov_captions WHERE id = 'kaifu'").fetchone() == ("海風県", "Kaifu Prefecture")
    (made,) = base.execute("SELECT sql FROM sqlite_schema WHERE name = 'asks'").fetchone()
    assert '"letter" TEXT NOT NULL, -- 枝記号 / Letter: 一つの項目' in made


def test_every_table_has_its_keys_and_indices(base: sqlite3.Connection):
    for name, table in Dataset.model().stored.items():
        info = base.execute(f"PRAGMA table_info({name})").fetchall()
        assert [row[1] for row in info] == [column.name for column in table.stored]
        assert [row[1] for row in info if row[5]] == list(table.key)
        assert {row[1] for row in info if row[3]} == {column.name for column in table.stored if column.required or column.many}
        foreign = {(row[3], row[2], row[4]) for row in base.execute(f"PRAGMA foreign_key_list({name})")}
        expected = {(column.name, column.target, "id") for column in table.stored if column.has(Ref) and column.target}
        assert foreign == expected
        indexed = {base.execute(f'PRAGMA index_info("{row[1]}")').fetchone()[2] for row in base.execute(f"PRAGMA index_list({name})")}
        assert {column.name for column in table.stored if column.has(Ref)} <= indexed


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE asks SET strength = 'beg'",
        "UPDATE asks SET summary = NULL",
        "UPDATE asks SET expected_of_id = 'nobody'",
        "UPDATE asks SET interim = 2",
        "UPDATE asks SET kinds = 'funding'",
        "UPDATE request_items SET position = 0",
        "UPDATE request_items SET position = 'first'",
        "UPDATE requests SET submitted_start = '2031-02-31'",
        "UPDATE ask_themes SET theme_id = 'nothing'",
        "DELETE FROM actors WHERE id = 'kaifu'",
        "INSERT INTO ask_themes SELECT * FROM ask_themes",
    ],
)
def test_sqlite_refuses_what_the_model_forbids(change: str, base: sqlite3.Connection):
    with pytest.raises(sqlite3.IntegrityError):
        base.execute(change)
    base.rollback()


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        *[("0", int), ("-5", int), ("9223372036854775807", int)],
        *[("0.125", float), ("0.1", float), ("0.000000001", float), ("-12345.678901", float)],
        *[("12345678901234567890123456789.123456789", str), ("9223372036854775808", str), ("1234567890.123456789", str)],
    ],
)
def test_decimals_are_numbers_where_nothing_is_lost(value: str, kind: type):
    whole = sound()
    figure = attrs.evolve(whole.figures[0], value=Decimal(value))
    data = Dataset.of([*(each for each in whole if each.id != figure.id), figure], whole.metadata)

    def read(folder: Path) -> Any:
        with opened(folder) as base:
            return base.execute("SELECT value FROM figures WHERE id = ?", [figure.id]).fetchone()[0]

    found = in_folder(data, "sqlite", read)
    assert (type(found), Decimal(str(found))) == (kind, Decimal(value))


def test_a_view_joins_names_from_the_ask_to_its_request(base: sqlite3.Connection):
    frame = pd.read_sql_query("SELECT * FROM asks_wide", base).set_index("id")
    row = frame.loc["req-2031-04-lines.01.1.b"]
    assert (row["expected_of_ja"], row["expected_of_en"], row["relayed_by_ja"]) == ("国", "The nation", "海風県")
    assert (row["kinds_ja"], row["strength_ja"], row["theme_en"]) == ("財政支援", "働きかけ", "Spare lines")
    assert (row["request_id"], row["request_submitted_start"]) == ("req-2031-04-lines", "2031-04-02")
    assert row["request_submitted_by_ja"] == "海風県町村会;潮見市"
    assert (row["item_path"], row["item_theme_ids"]) == ("1.1", "sea-cables;networks")


def test_names_in_databases_are_told_where_capital_letters_would_matter():
    @frozen(kw_only=True)
    class Gadget(Record):
        id: Annotated[Id, Key(), Label("ID", "ID。")]
        """It."""

    class Gadgets(Dataset):
        Asks: Annotated[Records[Gadget], Label("物", "物。")]

    for format in ("sqlite", "duckdb"):
        with pytest.raises(ModelError, match="'asks' names two things"):
            files(Gadgets(), format)


def test_duckdb_has_types_keys_and_comments(tmp_path: Path):
    (place,) = (dxgov.export(sound(), tmp_path / "out", formats="duckdb") / "duckdb").iterdir()
    with closing(duckdb.connect(place)) as base:
        types = dict(base.execute("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'asks'").fetchall())
        assert (types["kinds"], types["interim"], types["citation_first_line"]) == ("VARCHAR[]", "BOOLEAN", "BIGINT")
        said = base.execute("SELECT comment FROM duckdb_columns() WHERE table_name = 'asks' AND column_name = 'letter'").fetchone()
        letter = Dataset.model().tables["asks"].column("letter").descriptions
        assert said == (f"枝記号 / Letter: {letter.ja} / {letter.en}",)
        assert (
            base.execute("SELECT comment FROM duckdb_tables() WHERE table_name = 'asks'")
            .fetchone()[0]
            .startswith("要望行為 / Asks: 一つの")
        )
        for change in (
            "UPDATE asks SET strength = 'beg' WHERE letter = 'a'",
            "UPDATE statements SET turn = NULL",
            "INSERT INTO ask_themes VALUES ('req-2031-04-lines.01.1.a', 'nothing', 9)",
            "INSERT INTO ask_themes SELECT * FROM ask_themes",
            "UPDATE statement_addressees SET position = 0",
        ):
            with pytest.raises(duckdb.ConstraintException):
                base.execute(change)
        asked = "SELECT theme_ja, kinds_ja, request_submitted_by_en FROM asks_wide WHERE id = 'req-2031-04-lines.01.1.a'"
        names = ["Association of Towns of Kaifu", "Shiomi City"]
        assert base.execute(asked).fetchone() == (["予備線"], ["基盤整備", "財政支援"], names)


def test_duckdb_gives_the_same_content(tmp_path: Path):
    told = []
    for number in range(2):
        (place,) = (dxgov.export(sound(), tmp_path / str(number), formats="duckdb") / "duckdb").iterdir()
        with closing(duckdb.connect(place)) as base:
            tables = [row[0] for row in base.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]
            told.append(
                {name: base.execute(f'FROM "{name}"').fetchall() for name in tables}
                | {"made": base.execute("SELECT sql FROM duckdb_tables() UNION ALL SELECT sql FROM duckdb_views() ORDER BY 1").fetchall()}
            )
    assert told[0] == told[1]
    assert len(told[0]) > len(Dataset.model().stored)


def test_odd_texts_stay_in_databases():
    whole = sound()
    texts = [*ODD, *FORMULAS, *NUMBERS, "a'b\"c", "-- comment", "x" * 100_000]
    themes = [attrs.evolve(whole.themes[0], id=f"odd-{number}", label=text, alt_labels=(text,)) for number, text in enumerate(texts)]
    data = whole | Dataset.of(themes, whole.metadata)

    def lite(folder: Path) -> list[tuple[Any, ...]]:
        with opened(folder) as base:
            return base.execute("SELECT label, alt_labels FROM themes WHERE id LIKE 'odd-%'").fetchall()

    assert {(label, *json.loads(many)) for label, many in in_folder(data, "sqlite", lite)} == {(text, text) for text in texts}


# What is told to tools


def test_datasette_is_told_what_the_tables_are():
    told = json.loads(files(sound(), "sqlite")["metadata.json"])
    assert told["license"]
    tables = told["databases"]["kaifu-lines"]["tables"]
    assert tables["actors"]["label_column"] == "name"
    assert tables["asks"]["title"] == "要望行為 / Asks"
    assert tables["asks"]["columns"]["letter"].startswith("枝記号 / Letter: ")
    assert set(tables) == {*Dataset.model().stored, "said"}


def test_an_old_sqlite_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(NotInstalledError, match=r"3\.37 or newer is needed"):
        dxgov.export(sound(), tmp_path / "out", formats="sqlite")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("format", "library"), [("duckdb", "duckdb"), ("xlsx", "xlsxwriter")])
def test_a_library_that_is_missing_is_told(format: str, library: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sys.modules, FORMATS[format].exporter.partition(":")[0], raising=False)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(NotInstalledError, match=rf"{library} is not installed; pip install 'dxgov\[{format}\]'"):
        load_exporter(format)
