"""What goes wrong while a remote package is read is told with its address, and what is too large is not fetched."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov import DataError, Dataset, Limits, NotAPackageError, ProblemCode
from dxgov.storage.spool import Spool, SpooledContent
from package_files import edit_resource
from servers import Handler, Web, open_s3, parse_range, web_server
from soundness import sound

pytestmark = pytest.mark.slow

fsspec = pytest.importorskip("fsspec")


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


def break_off(handler: Handler, name: str) -> bool:
    """Send half of a file and hang up."""
    if handler.command == "HEAD" or not handler.path.endswith(name):
        return False
    content = (handler.web.folder / handler.path[1:]).read_bytes()
    wanted = handler.headers.get("Range")
    first, last = parse_range(wanted, len(content)) if wanted else (0, len(content) - 1)
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
    web.instead = lambda handler: break_off(handler, name)
    address = f"{web.address}/{name.partition('/')[0]}"
    with pytest.raises(OSError, match="Errno") as raised:
        list(dxgov.load(address, lazy=lazy, limits=Limits(tries=2)).asks)
    assert str(raised.value.filename).startswith(address)


def test_a_file_that_changes_meanwhile(large: tuple[Dataset, Path], tmp_path: Path):
    count = iter(range(1_000))

    def changing(handler: Handler) -> bool:
        if not handler.path.endswith("asks.parquet"):
            return False
        content = (handler.web.folder / handler.path[1:]).read_bytes()
        first, last = parse_range(handler.headers["Range"], len(content))
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
    store = type(open_s3())
    opened = store.open

    def replace_first(fs, name: str, *args: object, **options: object) -> object:
        if name == path:
            content = open_s3().cat(path)
            open_s3().pipe(path, content.replace(b"parquet-cpp-arrow", b"parquet-cpp-ARROW"))
        return opened(fs, name, *args, **options)

    monkeypatch.setattr(store, "open", replace_first)
    with pytest.raises(OSError, match=r"was changed while it was read: 's3://bucket/replaced-meanwhile/parquet/data/asks\.parquet'"):
        len(lazy.asks)


def test_an_object_that_is_replaced_between_two_reads(bucket: str, large: tuple[Dataset, Path]):
    data, package = large
    open_s3().put(f"{package}/", f"{bucket}/replaced-between/", recursive=True)
    lazy = dxgov.load(f"{bucket}/replaced-between", lazy=True)
    assert len(lazy.asks) == len(data.asks)
    path = f"{bucket}/replaced-between/data/asks.parquet"
    open_s3().pipe(path, open_s3().cat(path).replace(b"parquet-cpp-arrow", b"parquet-cpp-ARROW"))
    with pytest.raises(OSError, match=rf"was changed while it was read: '{path}'"):
        lazy.asks[0]


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


@given(st.lists(st.binary(max_size=50)), st.data())
def test_a_copy_gives_what_was_written(pieces: list[bytes], draw: st.DataObject):
    spool = Spool()
    copies = [SpooledContent(spool), SpooledContent(spool)]
    for piece in pieces:
        for copy in copies:
            copy.write(piece)
            if draw.draw(st.booleans()):
                copy.flush()
    content = b"".join(pieces)
    start, end = draw.draw(st.integers(0, len(content))), draw.draw(st.integers(0, len(content) + 5))
    for copy in copies:
        copy.flush()
        assert copy.read(start, end) == content[start:end]
        assert copy.size == len(content)
