"""Web servers as they are: addresses as browsers show them, answers without a length, packed, slow, broken off, or redirecting nowhere."""

import gzip
import logging
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov import AddressError, DataError, Limits, NotAPackageError
from dxgov.cli import main
from dxgov.storage.address import parse_address, percent_encode
from dxgov.storage.http_transfer import parse_retry_after
from dxgov.storage.spool import Spool, SpooledContent
from servers import Handler, Web, ends, web_server
from soundness import sound

pytest.importorskip("fsspec")
pytest.importorskip("aiohttp")

from dxgov.storage.http import build_request_url, resolve_redirect

pytestmark = pytest.mark.slow

QUICK = Limits(tries=2)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dxgov.export(sound(), tmp_path_factory.mktemp("sound") / "export", zip=True)


@pytest.fixture
def web(exported: Path, tmp_path: Path) -> Iterator[Web]:
    with web_server(shutil.copytree(exported, tmp_path / "web")) as server:
        yield server


def content_of(handler: Handler) -> bytes:
    return (handler.web.folder / handler.path[1:]).read_bytes()


def instead(name: str, answer: Callable[[Handler], None]) -> Callable[[Handler], bool]:
    """What answers in its own way where a path ends with a name."""
    return lambda handler: handler.path.endswith(name) and (answer(handler) or True)


# Addresses


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("http://host/データ/csv", "http://host/%E3%83%87%E3%83%BC%E3%82%BF/csv"),
        ("http://host/a b/csv/", "http://host/a%20b/csv/"),
        ("http://host/a%20b/%E3%83%87/100%/%zz", "http://host/a%20b/%E3%83%87/100%25/%25zz"),
        ("http://host/%2f%2F%41", "http://host/%2f%2F%41"),
        ("http://日本語.jp:8080/x", "http://xn--wgv71a119e.jp:8080/x"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("HTTP://Host", "http://host/"),
        ("http://host/x.zip?印=a b&c=%2B+#節", "http://host/x.zip?%E5%8D%B0=a%20b&c=%2B+"),
        ('http://host/a|b\\c"<>^`{}é', "http://host/a%7Cb%5Cc%22%3C%3E%5E%60%7B%7D%C3%A9"),
        ("http://user:pass@host/x", "http://host/x"),
    ],
)
def test_an_address_as_a_request_has_it(address: str, line: str):
    assert str(build_request_url(parse_address(address))) == line


@given(st.text(st.characters(exclude_characters="?#/")))
def test_what_is_encoded_stays_as_it_is_and_needs_no_more(text: str):
    once = percent_encode(text)
    assert percent_encode(once) == once
    assert re.fullmatch(r"[!-~]*", once)
    assert re.sub("%[0-9A-Fa-f]{2}", "", once).find("%") == -1


@pytest.mark.parametrize("folder", ["データ", "a b", "100%", "é+é", "a;b,c"])
def test_an_address_that_a_browser_shows_is_asked_for_as_a_browser_does(web: Web, folder: str):
    seen = []

    def raw(handler: Handler) -> bool:
        seen.append(handler.requestline)
        handler.path = handler.path.replace(percent_encode(f"/{folder}/"), "/")
        return False

    web.instead = raw
    for form in ("csv", "csv.zip", "csv/datapackage.json"):
        assert dxgov.load(f"{web.address}/{folder}/{form}") == sound()
    assert all(re.fullmatch(r"GET [!-~]+ HTTP/1\.1", line) for line in seen)


@pytest.mark.parametrize("sign", ["\t", "\n", "\r\n", "\x00", "\x7f", "\x85"])
def test_an_address_with_a_control_character_is_refused(web: Web, sign: str):
    for address in (f"{web.address}/c{sign}sv", f"{web.address}/csv.zip?a={sign}", f"{web.address}{sign}/csv"):
        with pytest.raises(NotAPackageError, match=r"control character|is no name of a server|is not an address"):
            dxgov.load(address)
    assert web.asked == []


@pytest.mark.parametrize("address", ["http://", "http:///csv", "http://a b/csv", "http://host:port/csv", "http://a\\b/csv"])
def test_an_address_without_a_server_is_refused(address: str):
    with pytest.raises(NotAPackageError, match="is not an address"):
        dxgov.load(address)
    with pytest.raises(AddressError):
        dxgov.export(sound(), address)


# Redirects


@pytest.mark.parametrize(
    ("location", "says"),
    [
        (None, r"redirects \(status 302\) without saying where to"),
        ("", r"redirects \(status 302\) without saying where to"),
        ("http://[::1", r"redirects to 'http://\[::1', which is not an address"),
        ("http://host:port/?secret", "redirects to 'http://host:port/', which is not an address"),
        ("/a\tb", r"redirects to '/a\\tb', which is not an address"),
        ("file:///etc/passwd", "redirects from http to file, which is not followed"),
    ],
)
@pytest.mark.parametrize("name", ["csv/datapackage.json", "csv/data/themes.csv"])
def test_a_redirect_that_leads_nowhere_says_so(web: Web, location: str | None, says: str, name: str):
    web.instead = instead(name, lambda handler: handler.answer(302, headers={} if location is None else {"Location": location}))
    with pytest.raises(OSError, match=rf"{says}: '{web.address}/{name}'"):
        dxgov.load(f"{web.address}/csv")


def test_redirects_in_a_circle_are_called_so(web: Web):
    web.instead = lambda handler: handler.answer(302, headers={"Location": "/b" if handler.path == "/a" else "/a"}) or True
    with pytest.raises(OSError, match=rf"redirects in a circle: '{web.address}/x\.zip'"):
        dxgov.load(f"{web.address}/x.zip")
    web.instead = lambda handler: handler.answer(302, headers={"Location": handler.path + "x"}) or True
    with pytest.raises(OSError, match="redirects more than 10 times"):
        dxgov.load(f"{web.address}/x.zip")
    assert len(web.asked) < 20


@pytest.mark.parametrize("raw", ["/データ/csv.zip".encode(), "/データ/csv.zip".encode("cp932"), b"/a b/csv.zip", b"../%E3%83%87/csv.zip"])
def test_a_redirect_of_raw_bytes_is_followed(web: Web, raw: bytes):
    def answer(handler: Handler) -> bool:
        if handler.path == "/old/x.zip":
            handler.wfile.write(b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\nLocation: " + raw + b"\r\n\r\n")
            return True
        assert handler.path.isascii()
        handler.path = "/csv.zip"
        return False

    web.instead = answer
    assert dxgov.load(f"{web.address}/old/x.zip") == sound()


def test_a_redirect_to_another_server_takes_no_password_along(web: Web, exported: Path):
    seen: list[str | None] = []
    with web_server(exported) as other:
        other.instead = lambda handler: bool(seen.append(handler.headers.get("Authorization")))
        web.instead = lambda handler: handler.answer(302, headers={"Location": other.address + handler.path}) or True
        assert dxgov.load(web.address.replace("//", "//user:pass@") + "/csv") == sound()
    assert set(seen) == {None}


def test_a_target_is_taken_from_where_it_is_told():
    url = build_request_url(parse_address("https://host/a/b"))
    assert str(resolve_redirect(url, 302, "../c?d=e")) == "https://host/c?…"
    assert resolve_redirect(url, 302, "//other/c").host_and_path == "other/c"


# Answers without a length, and packed ones


def chunked(handler: Handler) -> None:
    content = content_of(handler)
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for start in range(0, len(content), 1000):
        piece = content[start : start + 1000]
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
    handler.wfile.write(b"0\r\n\r\n")


def without_length(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.wfile.write(content_of(handler))
    handler.close_connection = True


def packed(handler: Handler) -> None:
    handler.answer(200, gzip.compress(content_of(handler)), {"Content-Encoding": "gzip", "ETag": '"x-gzip"'})


@pytest.mark.parametrize("answer", [chunked, without_length, packed])
@pytest.mark.parametrize("form", ["csv", "parquet", "csv.zip", "parquet.zip"])
@pytest.mark.parametrize("lazy", [False, True])
def test_a_server_that_tells_no_size_is_read(web: Web, answer: Callable[[Handler], None], form: str, lazy: bool):
    web.instead = instead("", answer)
    assert dxgov.load(f"{web.address}/{form}", lazy=lazy) == sound()
    if not lazy:
        assert dxgov.validate(f"{web.address}/{form}").valid


@pytest.mark.parametrize("lazy", [False, True])
def test_what_is_packed_tighter_than_it_may_be_is_not_unpacked(web: Web, lazy: bool):
    bomb = gzip.compress(bytes(1 << 26))
    web.instead = instead("themes.csv", lambda handler: handler.answer(200, bomb, {"Content-Encoding": "gzip"}))
    with pytest.raises(DataError, match=r"themes\.csv.* 250 times as many at most \[too-large\]"):
        len(dxgov.load(f"{web.address}/csv", lazy=lazy).themes)


@pytest.mark.parametrize("damage", [lambda content: content[:-9], lambda _: b"no gzip", lambda content: content + b"more"])
def test_what_is_packed_and_damaged_says_so(web: Web, damage: Callable[[bytes], bytes]):
    content = damage(gzip.compress((web.folder / "csv/data/themes.csv").read_bytes()))
    web.instead = instead("themes.csv", lambda handler: handler.answer(200, content, {"Content-Encoding": "gzip"}))
    with pytest.raises(OSError, match=rf"cannot be unpacked.*: '{web.address}/csv/data/themes\.csv'"):
        dxgov.load(f"{web.address}/csv")


def test_what_is_packed_otherwise_is_not_taken(web: Web):
    web.instead = instead("themes.csv", lambda handler: handler.answer(200, b"x", {"Content-Encoding": "br"}))
    with pytest.raises(OSError, match=rf"packed \('br'\).*: '{web.address}/csv/data/themes\.csv'"):
        dxgov.load(f"{web.address}/csv")


@pytest.mark.parametrize("status", [400, 416, 501])
def test_a_server_that_knows_no_last_bytes_is_asked_for_all(web: Web, status: int):
    web.instead = lambda handler: (handler.headers.get("Range") or "").startswith("bytes=-") and (handler.answer(status) or True)
    for form in ("parquet", "parquet.zip"):
        assert dxgov.load(f"{web.address}/{form}", lazy=True) == sound()


# Limits in time


def dripping(handler: Handler) -> None:
    """Send a byte now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    while not stopped.wait(0.2):
        handler.wfile.write(b"x")
        handler.wfile.flush()


def dripping_head(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    while not stopped.wait(0.2):
        handler.wfile.write(b"x")
        handler.wfile.flush()


def silent(handler: Handler) -> None:
    assert handler
    stopped.wait()


def stalling(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"x")
    handler.wfile.flush()
    stopped.wait()


stopped = threading.Event()


@pytest.fixture
def hold() -> Iterator[None]:
    stopped.clear()
    yield
    stopped.set()


@pytest.mark.usefixtures("hold")
@pytest.mark.parametrize(
    ("answer", "limits", "says"),
    [
        (dripping, Limits(idle=1), r"sent \d+ bytes in \d seconds?, fewer than 100 bytes a second; .*--limit rate=50"),
        (dripping, Limits(rate=1, transfer=1), r"within 1 second; .*raise the limit: --limit transfer=2, or Limits\(transfer=…\)"),
        (dripping_head, Limits(idle=1), r"no answer within 1 second; .*--limit idle=2"),
        (silent, Limits(idle=1), r"no answer within 1 second; .*--limit idle=2"),
        (silent, Limits(transfer=1), r"within 1 second; .*--limit transfer=2"),
        (stalling, Limits(idle=1), r"sent nothing for 1 second; .*--limit idle=2"),
    ],
)
@pytest.mark.parametrize(("name", "lazy"), [("csv/datapackage.json", False), ("csv.zip", False), ("csv.zip", True)])
def test_a_server_is_not_waited_for_longer_than_the_limits_say(
    web: Web, answer: Callable[[Handler], None], limits: Limits, says: str, name: str, lazy: bool
):
    web.instead = instead(name, answer)
    package = f"{web.address}/{name.partition('/')[0]}"
    with pytest.raises(OSError, match=f"{says}.*: '{web.address}/{name}'"):
        len(dxgov.load(package, lazy=lazy, limits=limits).themes)


@pytest.mark.usefixtures("hold")
def test_limits_of_time_are_options_of_every_command_that_reads(web: Web):
    web.instead = instead("datapackage.json", silent)
    for command in (["info", "--from"], ["validate"], ["show", "x", "--from"], ["export", "out", "--from"]):
        result = CliRunner().invoke(main, [*command, f"{web.address}/csv", "--limit", "idle=1"])
        assert result.exit_code == 2
        assert "no answer within 1 second" in result.output
        assert f"{web.address}/csv/datapackage.json" in result.output


def test_a_connection_is_not_waited_for_longer_than_the_limit_says():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = []
        for _ in range(4):  # what a queue of none has room for, so that the next one is not answered
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(full.getsockname())
        time.sleep(0.1)
        address = f"http://127.0.0.1:{full.getsockname()[1]}/x.zip"
        with pytest.raises(OSError, match=rf"no (connection|answer) within 1 second; .*--limit (connect|idle)=2.*: '{address}'"):
            dxgov.load(address, limits=Limits(connect=1, idle=2))
        for each in waiting:
            each.close()


def test_an_upload_is_not_waited_for_longer_than_the_limit_says(monkeypatch: pytest.MonkeyPatch):
    import fsspec

    store = type(fsspec.filesystem("memory"))
    monkeypatch.setattr(store, "put_file", lambda *_, **__: time.sleep(3))
    with pytest.raises(OSError, match=r"no end within 1 second; .*--limit transfer=2.*: 'memory://slow/"):
        dxgov.export(sound(), "memory://slow", ["csv"], limits=Limits(transfer=1))


# Trying again


def breaking(handler: Handler, times: Iterator[int], *, tag: str | None, after: int = 100) -> bool:
    """Send a little of what was asked for and hang up, so many times; then answer well."""
    content, wanted = content_of(handler), handler.headers.get("Range")
    if handler.headers.get("If-Match") not in (None, tag):
        handler.answer(412)
        return True
    first, last = ends(wanted, len(content)) if wanted else (0, len(content) - 1)
    handler.send_response(206 if wanted else 200)
    handler.send_header("Content-Length", str(last + 1 - first))
    if wanted:
        handler.send_header("Content-Range", f"bytes {first}-{last}/{len(content)}")
    if tag:
        handler.send_header("ETag", tag)
    handler.end_headers()
    part = content[first : last + 1]
    if next(times, None) is None:
        handler.wfile.write(part)
    else:
        handler.wfile.write(part[:after])
        handler.close_connection = True
    return True


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', None])
@pytest.mark.parametrize("name", ["csv/datapackage.json", "csv/data/actors.csv", "parquet/data/actors.parquet", "csv.zip", "parquet.zip"])
def test_a_transfer_that_breaks_off_goes_on(web: Web, tag: str | None, name: str):
    lazy = "data" not in name
    times = iter(range(2))
    web.instead = lambda handler: handler.path.endswith(name) and breaking(handler, times, tag=tag)
    assert dxgov.load(f"{web.address}/{name.partition('/')[0]}", lazy=lazy).actors == sound().actors
    assert next(times, None) is None
    if tag == '"1"' and not lazy:  # only then it is sure that the rest is of the same file
        assert [wanted for _, path, wanted in web.asked if path.endswith(name)][1:] == [
            f"bytes={100 * number}-{(web.folder / name).stat().st_size - 1}" for number in (1, 2)
        ]


def test_a_large_file_that_breaks_off_goes_on_while_it_is_read(tmp_path: Path):
    content = b"".join(b"%08d" % number for number in range(2_000_000))
    (tmp_path / "x.bin").write_bytes(content)
    with web_server(tmp_path) as web:
        from dxgov.storage.remote import _make_file_system

        host = _make_file_system(parse_address(web.address), Limits())
        for tag in ('"1"', None):
            times = iter(range(5 if tag else 2))  # more than there are tries, where there is progress between them
            web.instead = lambda handler, times=times, tag=tag: breaking(handler, times, tag=tag, after=3_000_000 if tag else 12_000_000)
            file = host.find_file(host.join("x.bin"), "x.bin", 2**40, read_all=True)
            assert file is not None
            assert file.cached_content is None
            with file.open() as opened:
                assert b"".join(iter(lambda opened=opened: opened.read(999_999), b"")) == content


def test_another_file_is_not_taken_for_the_rest(web: Web):
    """Where a server tells nothing of the version, what came before the break is compared."""
    content, times = (web.folder / "csv/data/actors.csv").read_bytes(), iter(range(1))

    def answer(handler: Handler) -> None:
        first = next(times, None) is not None
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[:50] if first else b"X" + content[1:])
        handler.close_connection = first

    web.instead = instead("actors.csv", answer)
    with pytest.raises(OSError, match=rf"was changed while it was read: '{web.address}/csv/data/actors\.csv'"):
        dxgov.load(f"{web.address}/csv")


@pytest.mark.parametrize("name", ["csv/datapackage.json", "csv/data/actors.csv", "parquet/data/actors.parquet", "csv.zip"])
@pytest.mark.parametrize("lazy", [False, True])
def test_a_server_that_always_breaks_off_is_given_up(web: Web, name: str, lazy: bool):
    web.instead = lambda handler: handler.path.endswith(name) and breaking(handler, iter(range(1)), tag=None)
    with pytest.raises(OSError, match=rf"broke off after 100 of [\d,]+ bytes; tried 2 times in \d seconds?: '{web.address}/{name}'"):
        len(dxgov.load(f"{web.address}/{name.partition('/')[0]}", lazy=lazy, limits=QUICK).actors)


@pytest.mark.parametrize(("status", "lazy"), [(429, False), (500, True), (502, False), (503, True), (504, False)])
def test_a_status_that_passes_is_tried_again(web: Web, status: int, lazy: bool):
    times = iter(range(2))
    web.instead = lambda handler: next(times, None) is not None and (handler.answer(status) or True)
    assert dxgov.load(f"{web.address}/csv", lazy=lazy) == sound()
    assert next(times, None) is None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 408, 410, 418, 451, 501, 505])
def test_other_statuses_are_not_tried_again(web: Web, status: int):
    web.instead = instead("themes.csv", lambda handler: handler.answer(status, headers={"Retry-After": "0"}))
    with pytest.raises((OSError, DataError), match=rf"status {status}|access is refused|missing-file"):
        dxgov.load(f"{web.address}/csv")
    assert [path for _, path, _ in web.asked].count("/csv/data/themes.csv") == 1


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("asked", [lambda: "1", lambda: formatdate(time.time() + 2, usegmt=True)])
def test_a_server_is_left_alone_for_as_long_as_it_asks(web: Web, status: int, asked: Callable[[], str], caplog: pytest.LogCaptureFixture):
    moments: list[float] = []

    def busy(handler: Handler) -> bool:
        moments.append(time.monotonic())
        return len(moments) == 1 and (handler.answer(status, headers={"Retry-After": asked()}) or True)

    web.instead = busy
    with caplog.at_level(logging.INFO, "dxgov"):
        assert dxgov.load(f"{web.address.replace('//', '//user:hush@')}/csv.zip") == sound()
    assert moments[1] - moments[0] >= 0.9
    (record,) = caplog.records
    assert re.fullmatch(
        rf"{web.address}/csv\.zip: the server answers with the status {status}; trying again in [12] seconds?", record.message
    )


def test_a_wait_beyond_the_limit_is_not_begun(web: Web):
    web.instead = lambda handler: handler.answer(503, headers={"Retry-After": "7200"}) or True
    began = time.monotonic()
    with pytest.raises(OSError, match=rf"status 503.*wait 7,200 seconds.*3,600 seconds.*--limit transfer=7200.*: '{web.address}/csv"):
        dxgov.load(f"{web.address}/csv")
    assert time.monotonic() - began < 60


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        (" 120 ", 120),
        ("9" * 400, 1e20),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("", None),
        (None, None),
        ("soon", None),
        ("-1", None),
    ],
)
def test_what_a_server_asks_to_wait(header: str | None, seconds: float | None):
    assert parse_retry_after(header) == seconds


def test_a_date_is_counted_from_now():
    assert 50 < (parse_retry_after(formatdate(time.time() + 60, usegmt=True)) or 0) < 61


# What was fetched


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
