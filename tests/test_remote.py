"""Packages at addresses are read and written as those in folders are; whatever goes wrong on the way is told with the address."""

import json
import shutil
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import dxgov
import generate
from dxgov import AddressError, DataError, Dataset, DestinationError, Limits, NotAPackageError, NotInstalledError, ProblemCode
from dxgov.cli import main
from dxgov.formats import parquet_writer as parquetfile
from dxgov.storage import remote_file
from dxgov.storage.address import format_location, parse_address
from dxgov.storage.manifest import MANIFEST
from servers import Handler, Web, ends, s3_server, web_server
from soundness import edit_csv, edit_resource, sound

pytestmark = pytest.mark.slow

fsspec = pytest.importorskip("fsspec")
pytest.importorskip("aiohttp")

REGISTRY = sys.modules["fsspec.registry"]._registry
FORMS = ("csv", "parquet/", "csv.zip", "parquet.zip", "csv/datapackage.json")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dxgov.export(sound(), tmp_path_factory.mktemp("sound") / "export", zip=True)


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    pytest.importorskip("s3fs")
    pytest.importorskip("moto")
    with s3_server() as address, pytest.MonkeyPatch.context() as patch:
        for name, value in {"ACCESS_KEY_ID": "key", "SECRET_ACCESS_KEY": "secret", "DEFAULT_REGION": "us-east-1"}.items():
            patch.setenv(f"AWS_{name}", value)
        patch.setenv("AWS_ENDPOINT_URL", address)
        storage().mkdir("bucket")
        yield "s3://bucket"


def storage():
    return fsspec.filesystem("s3", skip_instance_cache=True, use_listings_cache=False)


@pytest.fixture
def web(exported: Path, tmp_path: Path) -> Iterator[Web]:
    with web_server(shutil.copytree(exported, tmp_path / "web")) as server:
        yield server


@pytest.fixture
def memory() -> Iterator[str]:
    fsspec.filesystem("memory").store.clear()
    yield "memory://"
    fsspec.filesystem("memory").store.clear()


def stored() -> dict[str, bytes]:
    """What lies in memory."""
    return {path.lstrip("/"): file.getvalue() for path, file in fsspec.filesystem("memory").store.items()}


# Reading


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


def test_a_key_is_never_encoded(bucket: str, memory: str):
    for place in (bucket, f"{memory}bucket"):
        address = dxgov.export(sound(), f"{place}/a b/データ%20+", ["csv"])
        assert dxgov.load(f"{address}/csv", lazy=True).themes == sound().themes
    assert "bucket/a b/データ%20+/csv/datapackage.json" in storage().find("bucket/a b")
    assert "bucket/a b/データ%20+/csv/datapackage.json" in stored()


def test_a_file_address_is_a_path(exported: Path):
    assert dxgov.load((exported / "csv").as_uri()) == sound()


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
        assert web.sent == {f"/{path.relative_to(web.folder).as_posix()}": path.stat().st_size for path in files(web.folder / package)}


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
        assert sorted(path for _, path, _ in web.asked) == sorted(
            f"/{each.relative_to(web.folder).as_posix()}" for each in files(web.folder / form)
        )
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


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Path]:
    """A Parquet package of many groups of rows."""
    data = generate.dataset(12_000, seed=3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquetfile, "ROW_GROUP_SIZE", 300)
        return data, dxgov.export(data, tmp_path_factory.mktemp("large") / "export", ["parquet"]) / "parquet"  # type: ignore[return-value]


def test_of_a_parquet_file_only_the_ranges_are_fetched_that_are_needed(
    large: tuple[Dataset, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(remote_file, "_MIN_RANGE", 1 << 10)
    data, package = large
    with web_server(shutil.copytree(package, tmp_path / "web")) as web:
        lazy = dxgov.load(web.address, lazy=True)
        assert set(web.sent) == {"/datapackage.json"}
        row = len(data.asks) // 2
        assert lazy.asks[row] == data.asks[row]
        name = "data/asks.parquet"
        assert web.sent[f"/{name}"] < (1 << 16) + (package / name).stat().st_size / 4  # the list of contents, and one group of rows
        assert set(web.sent) == {"/datapackage.json", f"/{name}", "/data/ask_themes.parquet"}
        assert lazy.asks.where(expected_of_id=data.asks[0].expected_of_id) == data.asks.where(expected_of_id=data.asks[0].expected_of_id)


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
    assert "the mes#1%20+.csv" in {path.name for path in files(package)}
    web.instead = lambda handler: served(handler, "/csv/data/the%20mes%231%2520%2B.csv", package / "data" / "the mes#1%20+.csv")
    assert dxgov.load(f"{web.address}/csv") == sound()


def served(handler: Handler, path: str, file: Path) -> bool:
    if handler.path == path:
        handler.answer(200, file.read_bytes())
    return handler.path == path


def redirect(handler: Handler, path: str, target: bytes | str) -> bool:
    if handler.path == path:
        handler.answer(302, headers={"Location": target if isinstance(target, str) else target.decode()})
    return handler.path == path


# What is refused, and what goes wrong


def test_what_is_too_large_is_not_fetched(web: Web):
    report = dxgov.validate(f"{web.address}/csv", limits=Limits(file=1_000))
    assert report.problems == dxgov.validate(web.folder / "csv", limits=Limits(file=1_000)).problems
    assert ProblemCode.TOO_LARGE in {problem.code for problem in report.problems}
    with pytest.raises(NotAPackageError, match="not taken"):
        dxgov.load(f"{web.address}/csv.zip", limits=Limits(package=1_000))
    with pytest.raises(DataError, match="1,000 at most"):
        dxgov.load(f"{web.address}/csv", limits=Limits(descriptor=1_000))


@pytest.mark.parametrize("name", ["csv/datapackage.json", "csv/data/themes.csv", "parquet/data/themes.parquet", "csv.zip"])
@pytest.mark.parametrize("how", [{"Content-Length": str(1 << 34)}, {"Transfer-Encoding": "chunked"}, {"Connection": "close"}])
@pytest.mark.parametrize("lazy", [False, True])
def test_of_what_never_ends_no_more_is_fetched_than_is_taken(web: Web, name: str, how: dict[str, str], lazy: bool):
    sent = 0

    def endless(handler: Handler) -> bool:
        nonlocal sent
        if not handler.path.endswith(name):
            return False
        handler.send_response(200)
        for header in how.items():
            handler.send_header(*header)
        handler.end_headers()
        block = b"x" * (1 << 16)
        for _ in range(1 << 12):  # 256 MiB
            handler.wfile.write(b"10000\r\n" + block + b"\r\n" if "Transfer-Encoding" in how else block)
            sent += len(block)
        return True

    web.instead = endless
    limits = Limits(descriptor=1 << 22, file=1 << 22, package=1 << 23)
    with pytest.raises((DataError, NotAPackageError), match=r"too-large|is not taken"):
        len(dxgov.load(f"{web.address}/{name.partition('/')[0]}", lazy=lazy, limits=limits).themes)
    assert sent < 1 << 25  # what lies in buffers between the two counts


@pytest.mark.parametrize("path", ["../../secret.csv", "http://127.0.0.1:9/x.csv", "/etc/passwd", "file:///etc/passwd", "a/../../x"])
def test_a_descriptor_leads_nowhere_else(web: Web, path: str):
    edit_resource(web.folder / "csv", "themes", path=path)
    report = dxgov.validate(f"{web.address}/csv")
    assert ProblemCode.UNSAFE_PATH in {problem.code for problem in report.problems}
    assert all(each.startswith("/csv/d") for each in web.paths())


def test_a_file_that_is_not_there_is_a_problem(web: Web):
    (web.folder / "csv" / "data" / "themes.csv").unlink()
    with pytest.raises(DataError, match="missing-file") as raised:
        dxgov.load(f"{web.address}/csv")
    assert f"{web.address}/csv is not a sound package" in str(raised.value)
    lazy = dxgov.load(f"{web.address}/csv", lazy=True)  # which asks for no file that is not touched
    assert lazy.actors == sound().actors
    with pytest.raises(DataError, match="missing-file"):
        len(lazy.themes)


@pytest.mark.parametrize("address", ["{}/nothing", "{}/nothing/", "{}/nothing.zip", "{}/nothing.json", "{}/nothing?x=1"])
def test_nothing_at_an_address(web: Web, address: str):
    with pytest.raises(FileNotFoundError, match=r"no package|there is no "):
        dxgov.load(address.format(web.address))


@pytest.mark.usefixtures("memory")
def test_something_else_at_an_address(web: Web):
    with pytest.raises(NotAPackageError, match="is not a zip"):
        dxgov.load(f"{web.address}/csv/data/themes.csv")
    fsspec.filesystem("memory").pipe("/there/a.txt", b"x")
    with pytest.raises(NotAPackageError, match=r"no datapackage\.json"):
        dxgov.load("memory://there")
    with pytest.raises(NotAPackageError, match="within another"):
        dxgov.load("zip://x::memory://there/a.zip")
    with pytest.raises(NotAPackageError, match="knows no addresses"):
        dxgov.load("nothing-known://there")


@pytest.mark.parametrize("status", [401, 403])
def test_access_that_is_refused(web: Web, status: int):
    web.instead = lambda handler: bool(handler.answer(status)) or True
    for use in (dxgov.load, dxgov.validate):
        with pytest.raises(PermissionError, match=rf"access is refused: '{web.address}/csv"):
            use(f"{web.address}/csv")


def test_a_server_that_fails(web: Web):
    web.instead = lambda handler: handler.path.endswith("themes.csv") and (handler.answer(500) or True)
    with pytest.raises(OSError, match=rf"status 500; tried 4 times in \d seconds: '{web.address}/csv/data/themes\.csv"):
        dxgov.validate(f"{web.address}/csv")


def test_nobody_at_an_address():
    for address in ("http://127.0.0.1:9/x", "https://127.0.0.1:9/x.zip"):
        with pytest.raises(OSError, match=r"127\.0\.0\.1:9/x"):
            dxgov.load(address)


def broken_off(handler: Handler, name: str) -> bool:
    """Send half of a file and hang up."""
    if handler.command == "HEAD" or not handler.path.endswith(name):
        return False
    content = (handler.web.folder / handler.path[1:]).read_bytes()
    wanted = handler.headers.get("Range")
    first, last = ends(wanted, len(content)) if wanted else (0, len(content) - 1)
    part = content[first : last + 1]
    handler.send_response(206 if wanted else 200)
    handler.send_header("Content-Length", str(len(part)))
    if wanted:
        handler.send_header("Content-Range", f"bytes {first}-{last}/{len(content)}")
    handler.end_headers()
    handler.wfile.write(part[: len(part) // 2])
    handler.close_connection = True
    return True


@pytest.mark.parametrize("name", ["csv/datapackage.json", "csv/data/asks.csv", "parquet/data/asks.parquet", "csv.zip", "parquet.zip"])
@pytest.mark.parametrize("lazy", [False, True])
def test_a_server_that_breaks_off(web: Web, name: str, lazy: bool):
    web.instead = lambda handler: broken_off(handler, name)
    address = f"{web.address}/{name.partition('/')[0]}"
    with pytest.raises(OSError, match="Errno") as raised:
        list(dxgov.load(address, lazy=lazy).asks)
    assert str(raised.value.filename).startswith(address)


def test_a_file_that_changes_meanwhile(large: tuple[Dataset, Path], tmp_path: Path):
    count = iter(range(1_000))

    def changing(handler: Handler) -> bool:
        if not handler.path.endswith("asks.parquet"):
            return False
        content = (handler.web.folder / handler.path[1:]).read_bytes()
        first, last = ends(handler.headers["Range"], len(content))
        about = {"ETag": f'"{next(count)}"', "Content-Range": f"bytes {first}-{last}/{len(content)}"}
        handler.answer(206, content[first : last + 1], about)
        return True

    with web_server(shutil.copytree(large[1], tmp_path / "web")) as web:
        web.instead = changing
        with pytest.raises(OSError, match=rf"was changed while it was read: '{web.address}/data/asks\.parquet'"):
            list(dxgov.load(web.address, lazy=True).asks)


def test_an_object_that_is_replaced_by_one_of_equal_size(bucket: str, monkeypatch: pytest.MonkeyPatch):
    place = f"{bucket}/replaced-meanwhile"
    dxgov.export(sound(), place, ["parquet"])
    lazy = dxgov.load(f"{place}/parquet", lazy=True)
    path = f"{place.removeprefix('s3://')}/parquet/data/asks.parquet"
    store = type(storage())
    opened = store.open

    def replace_first(fs, name: str, *args: object, **options: object) -> object:
        if name == path:
            content = storage().cat(path)
            storage().pipe(path, content.replace(b"parquet-cpp-arrow", b"parquet-cpp-ARROW"))
        return opened(fs, name, *args, **options)

    monkeypatch.setattr(store, "open", replace_first)
    with pytest.raises(OSError, match=r"was changed while it was read: 's3://bucket/replaced-meanwhile/parquet/data/asks\.parquet'"):
        len(lazy.asks)


@pytest.mark.parametrize("range", ["bytes 0-9/100", "bytes */100", "", "bytes 5-4/3"])
def test_an_answer_to_another_question(web: Web, range: str):
    def other(handler: Handler) -> bool:
        wanted = handler.path.endswith("asks.parquet") and handler.headers.get("Range")
        if wanted:
            handler.answer(206, b"x" * 3_000_000, {"Content-Range": range})
        return bool(wanted)

    web.instead = other
    with pytest.raises(OSError, match="answers with others"):
        list(dxgov.load(f"{web.address}/parquet", lazy=True).asks)


def test_a_packed_answer_is_not_unpacked(web: Web):
    web.instead = lambda handler: (
        handler.path.endswith("themes.csv") and (handler.answer(200, b"\x1f\x8b", {"Content-Encoding": "gzip"}) or True)
    )
    with pytest.raises(OSError, match=r"packed|how large"):
        dxgov.load(f"{web.address}/csv")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:text/csv,id"])
def test_a_redirection_out_of_the_web_is_not_followed(web: Web, target: str):
    web.instead = lambda handler: redirect(handler, "/csv/data/themes.csv", target)
    with pytest.raises(OSError, match="redirects from http to"):
        dxgov.load(f"{web.address}/csv")


def test_a_redirection_on_the_web_is_followed(web: Web):
    web.instead = lambda handler: (
        redirect(handler, "/old/datapackage.json", f"{web.address}/csv/datapackage.json")
        or redirect(handler, handler.path if handler.path.startswith("/old/data/") else "", handler.path.replace("/old/", "/csv/"))
    )
    assert dxgov.load(f"{web.address}/old") == sound()


def test_a_redirection_from_https_to_http_is_not_followed():
    from yarl import URL

    from dxgov.storage.http import resolve_redirect

    assert str(resolve_redirect(URL("http://example.org/y"), 302, "https://example.org/x")) == "https://example.org/x"
    with pytest.raises(OSError, match="from https to http"):
        resolve_redirect(URL("https://example.org/y"), 302, "http://example.org/x")


# Secrets


SECRET = (
    "https://user:hush-hush@127.0.0.1:9/x",
    "http://127.0.0.1:9/x.zip?X-Amz-Signature=hush-hush",
    "http://user:hush-hush@127.0.0.1:9/x/datapackage.json",
    "s3://AKIAKEY:hu/sh-hush@no-such-bucket/x",
    "ftp://user:hush-hush@127.0.0.1:9/x",
    "nothing-known://user:hush-hush@there/x",
)


@pytest.mark.parametrize("address", SECRET)
def test_secrets_in_an_address_are_never_shown(address: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    uses = (dxgov.load, dxgov.validate, dxgov.seal, lambda address: dxgov.export(sound(), address))
    for use in uses[:1] if address.startswith("s3") else uses:
        with pytest.raises((OSError, ValueError, ImportError)) as raised:
            use(address)
        told = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
        assert "sh-hush" not in told
        assert "AKIAKEY" not in told
    result = CliRunner().invoke(main, ["validate", address])
    assert result.exit_code == 2
    assert "sh-hush" not in result.output


def test_secrets_are_used(web: Web):
    seen = []
    web.instead = lambda handler: bool(seen.append(handler.headers.get("Authorization")))
    assert dxgov.load(web.address.replace("//", "//user:pass@") + "/csv") == sound()
    assert set(seen) == {"Basic dXNlcjpwYXNz"}
    report = dxgov.validate(web.address.replace("//", "//user:pass@") + "/csv")
    assert report.subject == f"{web.address}/csv"
    web.instead = lambda handler: "sign=1" not in handler.path and (handler.answer(403) or True)
    assert dxgov.load(f"{web.address}/csv.zip?sign=1") == sound()


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://u:p@host/a@b", "https://host/a@b"),
        ("https://host/a@b:c", "https://host/a@b:c"),
        ("https://host/x.zip?a=b#c", "https://host/x.zip?…"),
        ("s3://k:s/e@bucket/x", "s3://bucket/x"),
        ("s3://bucket/a@b", "s3://bucket/a@b"),
        ("S3://bucket/x", "s3://bucket/x"),
    ],
)
def test_an_address_as_it_is_shown(address: str, place: str):
    assert format_location(address) == place
    assert parse_address("s3://k:s%2Fe@b").credentials == ("k", "s/e")


# Libraries that are not there


@pytest.mark.parametrize(
    ("address", "missing", "extra"),
    [
        ("https://127.0.0.1:9/x", "fsspec", "remote"),
        ("memory://x", "fsspec", "remote"),
        ("https://127.0.0.1:9/x", "aiohttp", "remote"),
        ("s3://bucket/x", "s3fs", "s3"),
        ("gs://bucket/x", "gcsfs", "gs"),
    ],
)
def test_a_library_that_is_not_installed_is_named_with_its_extra(address: str, missing: str, extra: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, missing, None)  # type: ignore[arg-type]
    for module in ("dxgov.storage.remote", "dxgov.storage.http"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.delitem(REGISTRY, address.partition(":")[0], raising=False)
    with pytest.raises(NotInstalledError, match=rf"{missing} is not installed; pip install 'dxgov\[{extra}\]'"):
        dxgov.load(address)


# Writing


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
def test_the_same_files_are_written_as_into_a_folder(exported: Path):
    dxgov.export(sound(), "memory://open-data", zip=True)
    assert stored() == {f"open-data/{path.relative_to(exported).as_posix()}": path.read_bytes() for path in files(exported)}


@pytest.mark.usefixtures("memory")
def test_an_earlier_export_is_replaced_and_what_it_had_more_is_removed(bucket: str):
    for place in ("memory://open-data", f"{bucket}/replaced"):
        dxgov.export(sound(), place, ["csv", "jsonl"])
        dxgov.export(sound(), place, ["csv"])
        store, root = (storage(), "bucket/replaced") if place.startswith("s3") else (fsspec.filesystem("memory"), "/open-data")
        left = {path.removeprefix(f"{root}/") for path in store.find(root)}
        assert {name.partition("/")[0] for name in left} == {MANIFEST, "csv"}
        assert set(json.loads(store.cat(f"{root}/{MANIFEST}"))["files"]) == left - {MANIFEST}


@pytest.mark.usefixtures("memory")
def test_anything_else_is_replaced_only_where_that_is_allowed():
    fsspec.filesystem("memory").pipe("/open-data/mine.txt", b"mine")
    with pytest.raises(DestinationError, match=r"'mine\.txt' was not written by one"):
        dxgov.export(sound(), "memory://open-data")
    assert stored() == {"open-data/mine.txt": b"mine"}
    dxgov.export(sound(), "memory://open-data", overwrite=True)
    assert "open-data/mine.txt" not in stored()
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
    assert not [path for path in stored() if path.endswith("datapackage.json")]
    dxgov.export(sound(), "memory://open-data")
    assert dxgov.load("memory://open-data/parquet") == sound()
    assert not [path for path in stored() if "jsonl" in path]


@pytest.mark.usefixtures("memory")
def test_data_that_are_not_sound_are_not_uploaded():
    broken = Dataset({**sound().to_arrow(), "themes": sound().themes.data.slice(1)})
    with pytest.raises(DataError, match="not sound"):
        dxgov.export(broken, "memory://open-data")
    assert stored() == {}


def test_where_nothing_can_be_written(bucket: str):
    assert bucket
    with pytest.raises(AddressError, match="a web server takes no files"):
        dxgov.export(sound(), "https://example.org/open-data")
    with pytest.raises(FileNotFoundError, match="no such bucket"):
        dxgov.export(sound(), "s3://there-is-none/open-data")
    assert storage().ls("") == ["bucket"]


@pytest.mark.usefixtures("memory")
def test_a_site_is_written_to_an_address_too():
    pytest.importorskip("jinja2")
    assert dxgov.site(sound(), "memory://site") == "memory://site"
    assert "site/index.html" in stored()


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
