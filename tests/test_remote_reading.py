"""Packages on a web server, in S3 and in memory are read as those in folders are, with few requests and bytes."""

import json
import shutil
import threading
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov import Dataset
from package_files import edit_csv, edit_resource, read_files, unseal
from servers import Handler, Web, redirect, web_server
from soundness import sound

pytestmark = pytest.mark.slow

fsspec = pytest.importorskip("fsspec")

FORMS = ("csv", "parquet/", "csv.zip", "parquet.zip", "csv/datapackage.json")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lazy", [False, True])
def test_a_package_on_the_web_is_the_same(web: Web, form: str, lazy: bool):
    assert dxgov.load(f"{web.address}/{form}", lazy=lazy) == sound()


def test_a_package_in_s3_or_in_memory_is_the_same(bucket: str, memory: str):
    for place in (bucket, f"{memory}bucket"):
        address = dxgov.export(sound(), f"{place}/open-data", zip=True)
        for form in FORMS if place != bucket else FORMS[1:3]:
            assert dxgov.load(f"{address}/{form}") == sound()
            assert dxgov.load(f"{address}/{form}", lazy=True) == sound()


def test_problems_are_told_as_of_a_folder(web: Web):
    package = web.folder / "csv"
    edit_csv(package, "themes", lambda rows: [row.append("x") for row in rows[1:]])
    edit_resource(package, "asks", hash=f"sha256:{'0' * 64}")
    report = dxgov.validate(f"{web.address}/csv")
    assert report.subject == f"{web.address}/csv"
    assert report.problems == dxgov.validate(package).problems
    assert len(report.problems) > 1


def test_everything_is_fetched_once_where_it_is_all_read(web: Web):
    for package in ("csv", "parquet"):
        web.sent.clear()
        dxgov.validate(f"{web.address}/{package}")
        assert web.sent == {f"/{package}/{name}": len(content) for name, content in read_files(web.folder / package).items()}


def test_files_are_asked_for_together(web: Web):
    met, left = threading.Barrier(2, timeout=30), iter(range(2))

    def meeting(handler: Handler) -> bool:
        if "/data/" in handler.path and next(left, None) is not None:
            met.wait()  # until another one is asked for
        return False

    web.instead = meeting
    assert dxgov.load(f"{web.address}/csv").themes == sound().themes
    assert not met.broken
    assert next(left, None) is None


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_small_file_takes_one_request(web: Web, form: str):
    for use in (dxgov.load, dxgov.validate):
        web.asked.clear()
        use(f"{web.address}/{form}")
        assert sorted(path for _, path, _ in web.asked) == sorted(f"/{form}/{name}" for name in read_files(web.folder / form))
    assert {method for method, _, _ in web.asked} == {"GET"}


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_of_a_lazy_package_only_the_files_are_asked_for_that_are_touched(web: Web, form: str):
    lazy = dxgov.load(f"{web.address}/{form}", lazy=True)
    assert [path for _, path, _ in web.asked] == [f"/{form}/datapackage.json"]
    assert lazy.themes == sound().themes
    assert [path for _, path, _ in web.asked] == [f"/{form}/datapackage.json", f"/{form}/data/themes.{form}"]


@pytest.mark.parametrize("form", ["csv.zip", "parquet.zip"])
def test_a_zip_that_is_read_whole_takes_one_request(web: Web, form: str):
    assert dxgov.load(f"{web.address}/{form}") == sound()
    assert web.asked == [("GET", f"/{form}", None)]


def test_of_a_parquet_file_only_the_ranges_are_fetched_that_are_needed(large: tuple[Dataset, Path], tmp_path: Path):
    data, package = large[0], shutil.copytree(large[1], tmp_path / "web")
    name = "data/asks.parquet"
    pq.write_table(pq.read_table(package / name), package / name, 300, compression="none", use_dictionary=False)
    unseal(package)
    with web_server(package) as web:
        lazy = dxgov.load(web.address, lazy=True)
        assert set(web.sent) == {"/datapackage.json"}
        row = len(data.asks) // 2
        assert lazy.asks[row] == data.asks[row]
        assert web.sent[f"/{name}"] < (package / name).stat().st_size / 2  # the metadata at the end, and one row group
        assert set(web.sent) == {"/datapackage.json", f"/{name}", "/data/ask_themes.parquet", "/data/ask_things.parquet"}
        assert lazy.asks.where(expected_of_id=data.asks[0].expected_of_id) == data.asks.where(expected_of_id=data.asks[0].expected_of_id)


def test_a_column_does_not_take_the_whole_file_for_its_hash(large: tuple[Dataset, Path], tmp_path: Path):
    data, package = large[0], shutil.copytree(large[1], tmp_path / "web")
    path = package / "data/asks.parquet"
    order = pq.ParquetFile(path).metadata.row_group(0).sorting_columns
    pq.write_table(pq.read_table(path), path, compression="none", use_dictionary=False, sorting_columns=order)
    edit_resource(package, "asks", hash=f"sha256:{sha256(path.read_bytes()).hexdigest()}", bytes=path.stat().st_size)
    with web_server(package) as web:
        lazy = dxgov.load(web.address, lazy=True)
        assert lazy.asks.column("strength").equals(data.asks.column("strength"))
        assert web.sent["/data/asks.parquet"] < path.stat().st_size / 2


@given(st.data())
def test_whatever_is_touched_first_is_right(large: tuple[Dataset, Path], draw: st.DataObject):
    data, package = large
    store = fsspec.filesystem("memory")
    if "/large/datapackage.json" not in store.store:
        store.put(f"{package}/", "/large/", recursive=True)
    lazy = dxgov.load("memory://large", lazy=True)
    name = draw.draw(st.sampled_from([name for name, records in data.tables.items() if len(records)]))
    row = draw.draw(st.integers(0, len(data.tables[name]) - 1))
    stop = draw.draw(st.integers(row, len(data.tables[name])))
    assert lazy.tables[name][data.tables[name][row].id] == data.tables[name][row]
    assert list(lazy.tables[name][row:stop]) == list(data.tables[name][row:stop])


@pytest.mark.parametrize("says_so", [False, True])
@pytest.mark.parametrize("form", ["parquet", "parquet.zip", "csv.zip"])
def test_a_server_that_gives_no_parts_is_read_all_the_same(web: Web, form: str, says_so: bool):
    web.parts, web.says_so = False, says_so
    assert dxgov.load(f"{web.address}/{form}", lazy=True) == sound()


def test_a_name_with_signs_of_addresses_is_found(web: Web):
    package = web.folder / "csv"
    (package / "data" / "themes.csv").rename(package / "data" / "the mes#1%20+.csv")
    edit = json.loads((package / "datapackage.json").read_bytes())
    next(each for each in edit["resources"] if each["name"] == "themes")["path"] = "data/the mes#1%20+.csv"
    (package / "datapackage.json").write_text(json.dumps(edit), encoding="utf-8")
    web.instead = lambda handler: redirect(handler, "/csv/data/the%20mes%231%2520%2B.csv", b"/csv/data/themes.csv")
    assert "the mes#1%20+.csv" in {path.name for path in (package / "data").iterdir()}
    web.instead = lambda handler: serve_file(handler, "/csv/data/the%20mes%231%2520%2B.csv", package / "data" / "the mes#1%20+.csv")
    assert dxgov.load(f"{web.address}/csv") == sound()


def serve_file(handler: Handler, path: str, file: Path) -> bool:
    if handler.path == path:
        handler.answer(200, file.read_bytes())
    return handler.path == path
