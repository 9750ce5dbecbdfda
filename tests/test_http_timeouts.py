"""A server is not waited for longer than the limits say."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner

import dxgov
from dxgov import Limits
from dxgov.cli import main
from servers import Handler, Web, answer_with
from soundness import sound

pytestmark = pytest.mark.slow

fsspec = pytest.importorskip("fsspec")


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
    web.instead = answer_with(name, answer)
    package = f"{web.address}/{name.partition('/')[0]}"
    with pytest.raises(OSError, match=f"{says}.*: '{web.address}/{name}'"):
        len(dxgov.load(package, lazy=lazy, limits=limits).themes)


@pytest.mark.usefixtures("hold")
def test_limits_of_time_are_options_of_every_command_that_reads(web: Web):
    web.instead = answer_with("datapackage.json", silent)
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

    store = type(fsspec.filesystem("memory"))
    monkeypatch.setattr(store, "put_file", lambda *_, **__: time.sleep(3))
    with pytest.raises(OSError, match=r"no end within 1 second; .*--limit transfer=2.*: 'memory://slow/"):
        dxgov.export(sound(), "memory://slow", ["csv"], limits=Limits(transfer=1))
