"""Answers without a length, in chunks or packed are read; those that are packed too tightly or damaged are not."""

import gzip
from collections.abc import Callable

import pytest

import dxgov
from dxgov import DataError
from servers import Handler, Web, answer_with, read_requested
from soundness import sound

pytestmark = pytest.mark.slow


def test_a_packed_answer_is_not_unpacked(web: Web):
    web.instead = lambda handler: (
        handler.path.endswith("themes.csv") and (handler.answer(200, b"\x1f\x8b", {"Content-Encoding": "gzip"}) or True)
    )
    with pytest.raises(OSError, match=r"packed|how large"):
        dxgov.load(f"{web.address}/csv")


def chunked(handler: Handler) -> None:
    content = read_requested(handler)
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
    handler.wfile.write(read_requested(handler))
    handler.close_connection = True


def packed(handler: Handler) -> None:
    handler.answer(200, gzip.compress(read_requested(handler)), {"Content-Encoding": "gzip", "ETag": '"x-gzip"'})


@pytest.mark.parametrize("answer", [chunked, without_length, packed])
@pytest.mark.parametrize("form", ["csv", "parquet", "csv.zip", "parquet.zip"])
@pytest.mark.parametrize("lazy", [False, True])
def test_a_server_that_tells_no_size_is_read(web: Web, answer: Callable[[Handler], None], form: str, lazy: bool):
    web.instead = answer_with("", answer)
    assert dxgov.load(f"{web.address}/{form}", lazy=lazy) == sound()
    if not lazy:
        assert dxgov.validate(f"{web.address}/{form}").valid


@pytest.mark.parametrize("lazy", [False, True])
def test_what_is_packed_tighter_than_it_may_be_is_not_unpacked(web: Web, lazy: bool):
    bomb = gzip.compress(bytes(1 << 26))
    web.instead = answer_with("themes.csv", lambda handler: handler.answer(200, bomb, {"Content-Encoding": "gzip"}))
    with pytest.raises(DataError, match=r"themes\.csv.* 250 times as many at most \[too-large\]"):
        len(dxgov.load(f"{web.address}/csv", lazy=lazy).themes)


@pytest.mark.parametrize("damage", [lambda content: content[:-9], lambda _: b"no gzip", lambda content: content + b"more"])
def test_what_is_packed_and_damaged_says_so(web: Web, damage: Callable[[bytes], bytes]):
    content = damage(gzip.compress((web.folder / "csv/data/themes.csv").read_bytes()))
    web.instead = answer_with("themes.csv", lambda handler: handler.answer(200, content, {"Content-Encoding": "gzip"}))
    with pytest.raises(OSError, match=rf"cannot be unpacked.*: '{web.address}/csv/data/themes\.csv'"):
        dxgov.load(f"{web.address}/csv")


def test_what_is_packed_otherwise_is_not_taken(web: Web):
    web.instead = answer_with("themes.csv", lambda handler: handler.answer(200, b"x", {"Content-Encoding": "br"}))
    with pytest.raises(OSError, match=rf"packed \('br'\).*: '{web.address}/csv/data/themes\.csv'"):
        dxgov.load(f"{web.address}/csv")


@pytest.mark.parametrize("status", [400, 416, 501])
def test_a_server_that_knows_no_last_bytes_is_asked_for_all(web: Web, status: int):
    web.instead = lambda handler: (handler.headers.get("Range") or "").startswith("bytes=-") and (handler.answer(status) or True)
    for form in ("parquet", "parquet.zip"):
        assert dxgov.load(f"{web.address}/{form}", lazy=True) == sound()
