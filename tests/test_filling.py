"""`new` begins a package, and `seal` fills what follows, mends what is certain, and changes nothing else."""

import csv
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from cited_documents import build_records, write_documents
from dxgov import DataError, Dataset, DestinationError, License, Metadata, NotAPackageError
from dxgov.drafting.filling import fill_tables
from dxgov.drafting.rows import decode_rows
from dxgov.formats.tool_artifacts import mend_cells
from dxgov.package.write import build_csv_package
from package_files import read_descriptor, read_files
from soundness import sound
from toys import Shop

MODEL = Dataset.model()


def read_tables(folder: Path) -> dict[str, list[dict[str, str]]]:
    """Return the rows of a CSV package as texts."""
    files = (folder / "data").glob("*.csv")
    return {path.stem: [dict(row) for row in decode_rows(MODEL.stored[path.stem], path.read_bytes(), path.name)] for path in files}


def build_tables(data: Dataset) -> dict[str, list[dict[str, str]]]:
    """Return the rows of a data set as texts."""
    files = {name: content if isinstance(content, bytes) else b"".join(content) for name, content in build_csv_package(data)}
    return {
        Path(name).stem: list(decode_rows(MODEL.stored[Path(name).stem], content, name))
        for name, content in files.items()
        if name.endswith(".csv")
    }


def write_table(folder: Path, table: str, rows: list[dict[str, Any]]) -> None:
    """Write a table's file with the columns of the first row."""
    with (folder / "data" / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The CSV package of records that cite two documents."""
    return dxgov.export(Dataset.of(build_records()), tmp_path / "export", ["csv"]) / "csv"


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """The folder of the two documents."""
    folder = tmp_path / "documents"
    folder.mkdir()
    write_documents(folder)
    return folder


# A new package


def test_a_new_package_is_sound_and_has_a_file_for_each_table(tmp_path: Path):
    metadata = Metadata(name="kaifu", title="海府", licenses=(License("CC-BY-4.0"),))
    folder = dxgov.new(tmp_path / "package", metadata)
    assert {path.stem for path in (folder / "data").iterdir()} == {*MODEL.stored}
    for name, table in MODEL.stored.items():
        header = (folder / "data" / f"{name}.csv").read_bytes().decode().splitlines()
        assert header == [",".join(column.name for column in table.stored)]
    assert dxgov.validate(folder).valid
    assert dxgov.load(folder) == Dataset.of([], metadata)
    assert dxgov.seal(folder) == 0
    assert dxgov.load(folder).metadata == metadata


def test_a_new_package_replaces_nothing(tmp_path: Path):
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "notes.txt").write_text("mine")
    with pytest.raises(DestinationError, match="is not empty"):
        dxgov.new(tmp_path / "package")


def test_a_model_of_ones_own_begins_too(tmp_path: Path):
    folder = dxgov.new(tmp_path / "package", model=Shop)
    assert dxgov.load(folder, Shop) == Shop.of([])


def test_records_written_by_hand_become_a_package_that_verifies(tmp_path: Path):
    folder, sources = dxgov.new(tmp_path / "package"), tmp_path / "sources"
    sources.mkdir()
    (sources / "src-2031-letter.txt").write_text("令和13年5月14日\n要望書\n1 通信網\n", encoding="utf-8")
    cited = {"citation_source_id": "src-2031-letter", "citation_first_line": "2"}
    source = {"id": "src-2031-letter", "title": "要望書", "title_en": "Request", "kind": "letter", "published_text": "令和13年5月14日"}
    write_table(
        folder,
        "sources",
        [source | cited | {"citation_first_line": "1", "citation_last_line": "2", "language": "ja", "completeness": "complete"}],
    )
    actor = {"id": "kaifu", "kind": "town", "name": "要望書", "name_en": "Kaifu"}
    write_table(folder, "actors", [actor | cited])
    write_table(
        folder,
        "themes",
        [{"id": "networks", "label": "網", "label_en": "Networks", "definition": "網。", "definition_en": "Networks."} | cited],
    )
    request = {"id": "req-2031", "title": "要望書", "title_en": "Request", "submitted_text": "令和13年5月14日"}
    write_table(folder, "requests", [request | cited | {"citation_first_line": "1", "citation_last_line": "2"}])
    write_table(
        folder, "request_parties", [{"request_id": "req-2031", "role": role, "actor_id": "kaifu"} for role in ("submitter", "addressee")]
    )
    item = {"request_id": "req-2031", "number": "1", "label": "網", "label_en": "Network", "summary": "網。", "summary_en": "A network."}
    write_table(folder, "request_items", [item | cited | {"citation_first_line": "3", "citation_place": "1"}])
    write_table(folder, "request_item_themes", [{"request_item_id": "req-2031.01", "theme_id": "networks"}])
    lines: list[str] = []
    assert dxgov.seal(folder, sources=sources, report=lines.append) == 5
    assert dxgov.verify(folder, sources).proven == 5
    data = dxgov.load(folder)
    assert data.requests["req-2031"].submitted == dxgov.dates.read("令和13年5月14日")
    assert (data.request_items["req-2031.01"].path, data.request_items["req-2031.01"].position) == ("1", 1)
    assert "request_items.id: 1 filled, from request_id" in lines
    assert "sources.file_sha256: 1 filled, from the file of its id" in lines


# Filling


def test_digests_are_filled_from_the_documents(package: Path, documents: Path):
    before = read_files(package)
    tables = read_tables(package)
    for name, rows in tables.items():
        if name in MODEL.tables:
            write_table(package, name, [row | {"citation_sha256": ""} for row in rows])
    with pytest.raises(DataError, match="citation_sha256: found nothing"):
        dxgov.seal(package)
    lines: list[str] = []
    dxgov.seal(package, sources=documents, report=lines.append)
    assert read_files(package) == before
    assert f"sources.citation_sha256: {len(tables['sources'])} filled, from the document" in lines


def test_the_digest_of_a_document_is_that_of_the_only_file_left(package: Path, documents: Path):
    before = read_files(package)
    rows = read_tables(package)["sources"]
    write_table(package, "sources", [rows[0] | {"file_sha256": ""}, *rows[1:]])
    dxgov.seal(package, sources=documents)
    assert read_files(package) == before
    write_table(package, "sources", [row | {"file_sha256": ""} for row in rows])
    with pytest.raises(DataError, match="file_sha256: found nothing"):
        dxgov.seal(package, sources=documents)
    for path, row in zip(sorted(documents.iterdir()), sorted(rows, key=lambda row: row["id"]), strict=True):
        path.rename(documents / f"{row['id']}.txt")
    dxgov.seal(package, sources=documents)
    assert read_files(package) == before


def test_a_wrong_digest_is_not_made_right(package: Path, documents: Path):
    rows = read_tables(package)["sources"]
    write_table(package, "sources", [row | {"citation_sha256": "0" * 64} for row in rows])
    dxgov.seal(package, sources=documents)
    assert not dxgov.verify(package, documents).valid


def test_a_folder_of_documents_must_be_there(package: Path, tmp_path: Path):
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        dxgov.seal(package, sources=tmp_path / "nothing")
    with pytest.raises(NotADirectoryError):
        dxgov.seal(package, sources="https://example.org/documents")


def test_ids_paths_positions_and_letters_of_the_bundled_data_follow():
    tables = build_tables(dxgov.load())
    expected = {name: [dict(row) for row in rows] for name, rows in tables.items()}
    for row in tables["request_items"]:
        row["path"] = row["position"] = ""
    for row in tables["asks"]:
        row["id"] = row["letter"] = ""
    for name in ("statements", "agenda_items", "opinions", "measures"):
        for row in tables[name]:
            row["id"] = ""
    for name in MODEL.links:
        for row in tables.get(name, ()):
            row["position"] = ""
    fill_tables(MODEL, tables, {})
    for name, rows in tables.items():
        assert rows == expected[name], name


def test_numbers_go_around_those_that_are_filled():
    rows = [
        {"request_id": "r", "parent_id": "", "number": "x", "path": "", "position": position, "id": ""} for position in ("", "2", "", "")
    ]
    rows = [dict.fromkeys((column.name for column in MODEL.tables["request_items"].stored), "") | row for row in rows]
    fill_tables(MODEL, {"request_items": rows}, {})
    assert [row["position"] for row in rows] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(("number", "path"), [("①", "1"), ("（３）", "3"), ("第１２", "12"), ("ア", "1"), ("2-1", "1")])
def test_paths_are_the_printed_numbers_in_plain_digits(number: str, path: str):
    row = dict.fromkeys((column.name for column in MODEL.tables["request_items"].stored), "") | {"request_id": "req-2031", "number": number}
    fill_tables(MODEL, {"request_items": [row]}, {})
    assert row["path"] == path


def test_words_that_are_no_date_stay_alone():
    row = dict.fromkeys((column.name for column in MODEL.tables["asks"].stored), "") | {"due_text": "近日中"}
    fill_tables(MODEL, {"asks": [row]}, {})
    assert (row["due_edtf"], row["due_scope"]) == ("", "")


def test_dates_count_from_the_day_of_the_document():
    source = dict.fromkeys((column.name for column in MODEL.tables["sources"].stored), "")
    source |= {"id": "src-2031", "published_text": "令和13年4月17日", "citation_source_id": "src-2031"}
    row = dict.fromkeys((column.name for column in MODEL.tables["asks"].stored), "") | {
        "due_text": "来年度",
        "citation_source_id": "src-2031",
    }
    fill_tables(MODEL, {"sources": [source], "asks": [row]}, {})
    assert row["due_edtf"] == dxgov.dates.read("来年度", said_on=dxgov.dates.read("令和13年4月17日")).edtf


SOUND = build_tables(sound())
CELLS = [(name, index, column) for name, rows in SOUND.items() for index, row in enumerate(rows) for column in row]


@given(st.sets(st.sampled_from(CELLS), max_size=200))
def test_filling_changes_no_cell_that_is_filled(blanked: set[tuple[str, int, str]]):
    tables: Mapping[str, list[dict[str, str]]] = {name: [dict(row) for row in rows] for name, rows in SOUND.items()}
    for name, index, column in blanked:
        tables[name][index][column] = ""
    before = {name: [dict(row) for row in rows] for name, rows in tables.items()}
    fillings = fill_tables(MODEL, tables, {})
    changed = [(name, index, column) for name, index, column in CELLS if tables[name][index][column] != before[name][index][column]]
    assert all(before[name][index][column] == "" for name, index, column in changed)
    assert sum(filling.count for filling in fillings) == len(changed)
    assert not fill_tables(MODEL, tables, {})


def test_a_file_that_is_not_listed_is_taken_up(package: Path):
    before = read_files(package)
    descriptor = read_descriptor(package)
    listed = [resource["name"] for resource in descriptor["resources"]]
    descriptor["resources"] = [resource for resource in descriptor["resources"] if resource["name"] != listed[-1]]
    (package / "datapackage.json").write_text(json.dumps(descriptor))
    lines: list[str] = []
    dxgov.seal(package, report=lines.append)
    assert read_files(package) == before
    assert lines == [f"data/{listed[-1]}.csv: added to datapackage.json"]
    (package / "data" / "notes.csv").write_text("mine")
    with pytest.raises(NotAPackageError, match=r"holds 'data/notes\.csv'"):
        dxgov.seal(package)


def test_other_formats_of_cells_are_read_as_they_are_declared(package: Path):
    descriptor = read_descriptor(package)
    next(resource for resource in descriptor["resources"] if resource["name"] == "actors")["dialect"] = {"delimiter": ";"}
    (package / "datapackage.json").write_text(json.dumps(descriptor))
    path = package / "data" / "actors.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    dxgov.seal(package)
    assert dxgov.load(package) == Dataset.of(build_records())


def test_what_fails_leaves_the_package(package: Path):
    write_table(package, "themes", [row | {"broader_id": "network"} for row in read_tables(package)["themes"]])
    before = read_files(package)
    with pytest.raises(DataError):
        dxgov.seal(package)
    assert read_files(package) == before
    assert [path.name for path in package.parent.iterdir() if path.name.startswith(".dxgov-")] == [".dxgov-export.json"]


# Mending


def test_what_pandas_writes_back_is_mended_column_by_column(tmp_path: Path):
    pd = pytest.importorskip("pandas")
    data = dxgov.load()
    package = dxgov.export(data, tmp_path / "export", ["csv"]) / "csv"
    before = read_files(package)
    for path in (package / "data").glob("*.csv"):
        types = {"path": str} if path.stem == "request_items" else None
        pd.read_csv(path, dtype=types).to_csv(path, index=path.stem == "asks")
    lines: list[str] = []
    dxgov.seal(package, report=lines.append)
    assert read_files(package) == before
    begins = [line.partition(", ")[0] for line in lines]
    assert f"asks.interim: {len(data.asks)} mended such as 'False'" in begins
    assert "actors.local_government_code: 10 mended such as '132080.0'" in begins
    assert "asks: the column '' removed" in begins


def test_a_column_that_is_no_index_is_not_removed(package: Path):
    rows = read_tables(package)["themes"]
    write_table(package, "themes", [{"": "x", **row} for row in rows])
    with pytest.raises(DataError, match="is not a column of themes"):
        dxgov.seal(package)
    write_table(package, "themes", [{"": str(number), **row} for number, row in enumerate(rows)])
    dxgov.seal(package)
    assert read_tables(package)["themes"] == rows


def test_decimal_places_that_may_be_lost_are_not_mended(tmp_path: Path):
    pd = pytest.importorskip("pandas")
    package = dxgov.export(dxgov.load(), tmp_path / "export", ["csv"]) / "csv"
    path = package / "data" / "request_items.csv"
    pd.read_csv(path).to_csv(path, index=False)
    with pytest.raises(DataError, match=r"path: found '1\.0'"):
        dxgov.seal(package)


@pytest.mark.parametrize(
    ("column", "cells", "mended"),
    [
        ("asks.interim", ["True", "FALSE", ""], ["true", "false", ""]),
        ("asks.interim", ["True", "yes"], None),
        ("asks.interim", ["true", "false"], None),
        ("meetings.ordinal", ["2.0", ""], ["2", ""]),
        ("meetings.ordinal", ["2.5"], None),
        ("meetings.ordinal", ["NaN", "3"], ["", "3"]),
        ("actors.local_government_code", ["11002.0", "132080.0"], ["011002", "132080"]),
        ("actors.local_government_code", ["11002"], ["011002"]),
        ("actors.local_government_code", ["11003"], None),
        ("meetings.held_start", ["2031-05-14 00:00:00", ""], ["2031-05-14", ""]),
        ("meetings.held_start", ["2031/5/4"], ["2031-05-04"]),
        ("meetings.start_time", ["14:00:00", "09:30:00"], ["14:00", "09:30"]),
        ("meetings.start_time", ["2:00 PM"], None),
        ("asks.kinds", ["['funding']"], None),
    ],
)
def test_cells_are_mended_where_it_is_certain_what_they_were(column: str, cells: list[str], mended: list[str] | None):
    table, _, name = column.partition(".")
    result = mend_cells(MODEL.tables[table].column(name), cells)
    assert (list(result.cells) if result else None) == mended


def test_the_copy_of_a_package_is_removed(package: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    dxgov.seal(package)
    assert list(folder.iterdir()) == []
    shutil.rmtree(folder)
