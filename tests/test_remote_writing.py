"""Exports to addresses are written data first, and replace only earlier exports."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import dxgov
from dxgov import AddressError, DataError, Dataset, DestinationError
from dxgov.cli import main
from dxgov.storage.manifest import MANIFEST
from package_files import read_files
from servers import Web, list_memory, open_s3
from soundness import sound

pytestmark = pytest.mark.slow

fsspec = pytest.importorskip("fsspec")


@pytest.mark.usefixtures("memory")
def test_an_export_writes_data_first_descriptors_after_them_and_the_manifest_last(monkeypatch: pytest.MonkeyPatch):
    store = type(fsspec.filesystem("memory"))
    written: list[str] = []
    put = store.put_file
    monkeypatch.setattr(store, "put_file", lambda fs, local, path, **more: (written.append(path), put(fs, local, path, **more)))
    assert dxgov.export(sound(), "memory://bucket/open-data") == "memory://bucket/open-data"
    names = [path.removeprefix("/bucket/open-data/") for path in written]
    assert names[0] == names[-1] == MANIFEST
    first = next(number for number, name in enumerate(names) if name.endswith("datapackage.json"))
    assert all(name.endswith("datapackage.json") for name in names[first:-1])
    assert len(names[first:-1]) == 2


@pytest.mark.usefixtures("memory")
def test_the_same_files_are_written_as_into_a_folder(sound_export: Path):
    dxgov.export(sound(), "memory://open-data", zip=True)
    assert list_memory() == {f"open-data/{name}": content for name, content in read_files(sound_export).items()}


@pytest.mark.usefixtures("memory")
def test_an_earlier_export_is_replaced_and_what_it_had_more_is_removed(bucket: str):
    for place in ("memory://open-data", f"{bucket}/replaced"):
        dxgov.export(sound(), place, ["csv", "jsonl"])
        dxgov.export(sound(), place, ["csv"])
        store, root = (open_s3(), "bucket/replaced") if place.startswith("s3") else (fsspec.filesystem("memory"), "/open-data")
        left = {path.removeprefix(f"{root}/") for path in store.find(root)}
        assert {name.partition("/")[0] for name in left} == {MANIFEST, "csv"}
        assert set(json.loads(store.cat(f"{root}/{MANIFEST}"))["files"]) == left - {MANIFEST}


@pytest.mark.usefixtures("memory")
def test_anything_else_is_replaced_only_where_that_is_allowed():
    fsspec.filesystem("memory").pipe("/open-data/mine.txt", b"mine")
    with pytest.raises(DestinationError, match=r"'mine\.txt' was not written by one"):
        dxgov.export(sound(), "memory://open-data")
    assert list_memory() == {"open-data/mine.txt": b"mine"}
    dxgov.export(sound(), "memory://open-data", overwrite=True)
    assert "open-data/mine.txt" not in list_memory()
    assert dxgov.load("memory://open-data/csv") == sound()


@pytest.mark.usefixtures("memory")
def test_an_upload_that_was_broken_off_can_be_repeated(monkeypatch: pytest.MonkeyPatch):
    dxgov.export(sound(), "memory://open-data", ["jsonl"])
    store = type(fsspec.filesystem("memory"))
    put, left = store.put_file, iter(range(6))

    def failing(fs, local: str, path: str, **more: object) -> None:
        if next(left, None) is None:
            raise ConnectionResetError("reset by peer")
        put(fs, local, path, **more)

    with monkeypatch.context() as patch:
        patch.setattr(store, "put_file", failing)
        with pytest.raises(OSError, match="reset by peer"):
            dxgov.export(sound(), "memory://open-data")
    assert not [path for path in list_memory() if path.endswith("datapackage.json")]
    dxgov.export(sound(), "memory://open-data")
    assert dxgov.load("memory://open-data/parquet") == sound()
    assert not [path for path in list_memory() if "jsonl" in path]


@pytest.mark.usefixtures("memory")
def test_data_that_are_not_sound_are_not_uploaded():
    broken = Dataset({**sound().to_arrow(), "themes": sound().themes.data.slice(1)})
    with pytest.raises(DataError, match="not sound"):
        dxgov.export(broken, "memory://open-data")
    assert list_memory() == {}


def test_where_nothing_can_be_written(bucket: str):
    assert bucket
    with pytest.raises(AddressError, match="a web server takes no files"):
        dxgov.export(sound(), "https://example.org/open-data")
    with pytest.raises(FileNotFoundError, match="no such bucket"):
        dxgov.export(sound(), "s3://there-is-none/open-data")
    assert open_s3().ls("") == ["bucket"]


@pytest.mark.usefixtures("memory")
def test_a_site_is_written_to_an_address_too():
    pytest.importorskip("jinja2")
    assert dxgov.site(sound(), "memory://site") == "memory://site"
    assert "site/index.html" in list_memory()


@pytest.mark.usefixtures("memory")
def test_commands_take_addresses(web: Web):
    runner = CliRunner()
    result = runner.invoke(main, ["info", "--from", f"{web.address}/csv", "--digest"])
    assert dxgov.digest(sound()) in result.output
    result = runner.invoke(main, ["validate", f"{web.address}/parquet.zip"])
    assert result.output.startswith(f"{web.address}/parquet.zip: {len(sound())} records, no problems")
    result = runner.invoke(main, ["export", "memory://open-data", "--from", f"{web.address}/csv"])
    assert (result.output, result.exit_code) == ("memory://open-data\n", 0)
    assert dxgov.load("memory://open-data/csv") == sound()
    result = runner.invoke(main, ["seal", f"{web.address}/csv"])
    assert "only a package in a folder can be sealed" in result.output
    result = runner.invoke(main, ["validate", f"{web.address}/csv", "--second-opinion"])
    assert "not asked" in result.output or "is not installed" in result.output
