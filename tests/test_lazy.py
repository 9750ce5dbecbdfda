"""A package that is loaded lazily gives the same records, reads no more than is touched, and checks what it reads."""

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov import DataError, Dataset, ProblemCode
from dxgov.formats import parquet_reader as parquetreader
from dxgov.formats.parquet_writer import encode_parquet
from dxgov.package.write import list_output_tables
from package_files import edit_csv, edit_records, edit_resource, find_file, split_row_groups
from servers import web_server
from soundness import sound
from touching import touch

ROWS = 15


@pytest.fixture(scope="module")
def package(generated: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Parquet package of many small groups of rows."""
    return split_row_groups(dxgov.export(generated, tmp_path_factory.mktemp("lazy") / "export", formats=["parquet"]) / "parquet", ROWS)


@pytest.mark.parametrize("form", ["csv", "parquet", "csv.zip", "parquet.zip"])
def test_a_lazy_data_set_is_the_same(form: str, tmp_path: Path):
    whole = sound()
    place = dxgov.export(whole, tmp_path / "export", zip=True) / form
    lazy = dxgov.load(place, lazy=True)
    for name, records in whole.tables.items():
        found = lazy.tables[name]
        assert (len(found), found.ids()) == (len(records), records.ids())
        assert list(found) == list(records)
    assert lazy == whole
    assert lazy.metadata == whole.metadata


@given(st.data())
def test_whatever_is_touched_first_is_right(generated: Dataset, package: Path, draw: st.DataObject):
    name = draw.draw(st.sampled_from([name for name, records in generated.tables.items() if len(records)]))
    whole, lazy = generated.tables[name], dxgov.load(package, lazy=True).tables[name]
    touch(draw, whole, lazy)


def test_many_valued_references_and_dates_are_searched_too(generated: Dataset, package: Path):
    lazy = dxgov.load(package, lazy=True)
    theme = next(ask.theme_ids[0] for ask in generated.asks if ask.theme_ids)
    assert lazy.asks.where(theme_ids=theme) == generated.asks.where(theme_ids=theme)
    span = (date(2010, 1, 1), date(2012, 12, 31))
    assert lazy.milestones.between(*span) == generated.milestones.between(*span)


def test_only_what_is_touched_is_read(package: Path, generated: Dataset, monkeypatch: pytest.MonkeyPatch):
    read: list[tuple[str, tuple[int, ...] | None]] = []
    batches = parquetreader.ParquetFile.iter_batches

    def watched(file, columns, row_groups=None, batch_size=None):
        read.append((file._table.name, tuple(row_groups) if row_groups is not None else None))
        return batches(file, columns, row_groups, batch_size)

    monkeypatch.setattr(parquetreader.ParquetFile, "iter_batches", watched)
    lazy = dxgov.load(package, lazy=True)
    assert read == []
    assert lazy.asks[ROWS + 1] == generated.asks[ROWS + 1]
    assert read[0] == ("asks", (1,))
    assert {name for name, _ in read} == {"asks", "ask_themes", "ask_things"}
    assert all(groups is not None and len(groups) < 10 for _, groups in read), read


def test_what_is_wrong_with_a_row_is_told_when_it_is_touched(tmp_path: Path, package: Path):
    place = shutil.copytree(package, tmp_path / "package")
    path = place / "data" / "asks.parquet"
    table = pq.read_table(path)
    letters = table["letter"].to_pylist()
    column = pa.array(["1" if row == len(letters) - 1 else each for row, each in enumerate(letters)])
    with pq.ParquetWriter(path, table.schema, sorting_columns=[pq.SortingColumn(0)]) as writer:
        writer.write_table(table.set_column(table.column_names.index("letter"), table.schema.field("letter"), column), ROWS)
    lazy = dxgov.load(place, lazy=True)
    assert lazy.asks[0].id == table["id"][0].as_py()
    with pytest.raises(DataError) as raised:
        lazy.asks[-1]
    (problem,) = raised.value.problems
    assert (problem.code, problem.field, problem.row) == (ProblemCode.PATTERN, "letter", len(letters))
    assert dxgov.validate(place).problems[-1] == problem


def test_a_csv_file_that_was_changed_is_told_when_it_is_touched(tmp_path: Path):
    place = dxgov.export(sound(), tmp_path / "export", formats=["csv"]) / "csv"
    path = place / "data" / "themes.csv"
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
    lazy = dxgov.load(place, lazy=True)
    assert len(lazy.asks) == len(sound().asks)
    with pytest.raises(DataError, match="changed after the descriptor"):
        len(lazy.themes)


def test_a_file_that_is_not_in_order_gives_records_in_order(tmp_path: Path, package: Path, generated: Dataset):
    place = shutil.copytree(package, tmp_path / "package")
    path = place / "data" / "asks.parquet"
    table = pq.read_table(path)
    pq.write_table(table.take(list(reversed(range(table.num_rows)))), path, row_group_size=ROWS)
    descriptor = json.loads((place / "datapackage.json").read_bytes())
    next(each for each in descriptor["resources"] if each["name"] == "asks").pop("hash")
    (place / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    assert dxgov.load(place, lazy=True).asks.ids() == generated.asks.ids()
    assert dxgov.load(place, lazy=True).asks[3] == generated.asks[3]


def test_what_is_missing_is_told_at_once(tmp_path: Path, package: Path):
    place = shutil.copytree(package, tmp_path / "package")
    (place / "data" / "asks.parquet").unlink()
    with pytest.raises(DataError, match="missing-file"):
        dxgov.load(place, lazy=True)


def test_a_lazy_data_set_is_exported_batch_by_batch_to_the_same_bytes(tmp_path: Path, package: Path, generated: Dataset):
    lazy = dxgov.load(package, lazy=True)
    dxgov.export(lazy, tmp_path / "lazy")
    dxgov.export(generated, tmp_path / "whole")
    for path in sorted(path for path in (tmp_path / "whole").rglob("*") if path.is_file()):
        assert (tmp_path / "lazy" / path.relative_to(tmp_path / "whole")).read_bytes() == path.read_bytes(), path
    for from_lazy, from_memory in zip(list_output_tables(lazy), list_output_tables(generated), strict=True):
        groups = [
            b"".join(encode_parquet(output.batches, output.length, output.table, {}, row_group_size=ROWS))
            for output in (from_lazy, from_memory)
        ]
        assert groups[0] == groups[1], from_lazy.table.name
    assert not any(records.held for records in lazy.tables.values() if len(records))


def test_a_column_of_links_is_read_alone(package: Path, generated: Dataset):
    lazy = dxgov.load(package, lazy=True)
    for table, column in generated.model().references():
        rows = [cell for some in lazy.tables[table.name].batches(columns=[column.name]) for cell in some[column.name].to_pylist()]
        assert rows == generated.tables[table.name].column(column.name).to_pylist()


def test_all_rows_take_no_more_requests_if_row_groups_are_small(package: Path, generated: Dataset):
    pytest.importorskip("aiohttp")
    with web_server(package) as web:
        asks = dxgov.load(web.address, lazy=True).asks
        assert pa.concat_tables(asks.batches(columns=["summary"])) == generated.asks.data.select(["summary"])
    assert len([path for _, path, _ in web.asked if path.endswith("/asks.parquet")]) < len(asks) / ROWS


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_a_file_that_goes_away_is_missing(format, tmp_path):
    place = dxgov.export(dxgov.load(), tmp_path / "out", [format]) / format
    data = dxgov.load(place, lazy=True)
    (place / "data" / f"asks.{format}").unlink()
    with pytest.raises(dxgov.DataError) as caught:
        data.asks[0]
    assert {problem.code for problem in caught.value.problems} == {"missing-file"}


def test_an_id_at_the_end_of_a_group_and_the_beginning_of_the_next_is_found_twice(tmp_path: Path):
    place = shutil.copytree(dxgov.export(sound(), tmp_path / "export", ["parquet"]) / "parquet", tmp_path / "package")

    def twice(rows: list[dict[str, object]]) -> None:
        rows.insert(1, {**rows[0], "label": "other"})

    edit_records(place, "themes", twice)
    path = find_file(place, "themes")
    content = pq.read_table(path)
    pq.write_table(content, path, row_group_size=1)
    edit_resource(place, "themes", bytes=path.stat().st_size, hash=f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}")
    themes = dxgov.load(place, lazy=True).themes
    same = [theme.label for theme in themes if theme.id == themes[0].id]
    assert len(same) == 2
    assert [theme.label for theme in themes.where(id=themes[0].id)] == same


def test_a_lazy_table_reports_its_problems_in_the_order_of_validation(copy_few_tables: Callable[[str], Path]):
    package = copy_few_tables("csv")

    def spoil(rows: list[list[str]]) -> None:
        rows[1][rows[0].index("ordinal")] = "first"
        rows[2].append("one cell too many")

    edit_csv(package, "meetings", spoil)
    problems = dxgov.validate(package).problems
    assert [problem.code for problem in problems] == [ProblemCode.ROW_LENGTH, ProblemCode.WRONG_TYPE]
    with pytest.raises(DataError) as raised:
        _ = dxgov.load(package, lazy=True).meetings.data
    assert raised.value.problems == problems
