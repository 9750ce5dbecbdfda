"""A transfer that breaks off goes on, and a busy server is asked again after as long as it wants."""

import logging
import re
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path

import pytest

import dxgov
from dxgov import DataError, Limits
from dxgov.storage.address import parse_address
from dxgov.storage.http_transfer import parse_retry_after
from servers import Handler, Web, answer_with, parse_range, read_requested, web_server
from soundness import sound

pytestmark = pytest.mark.slow

QUICK = Limits(tries=2)


def breaking(handler: Handler, times: Iterator[int], *, tag: str | None, after: int = 100) -> bool:
    """Send a little of what was asked for and hang up, so many times; then answer well."""
    content, wanted = read_requested(handler), handler.headers.get("Range")
    if handler.headers.get("If-Match") not in (None, tag):
        handler.answer(412)
        return True
    first, last = parse_range(wanted, len(content)) if wanted else (0, len(content) - 1)
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

    web.instead = answer_with("actors.csv", answer)
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
    web.instead = answer_with("themes.csv", lambda handler: handler.answer(status, headers={"Retry-After": "0"}))
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
