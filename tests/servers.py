"""Servers for tests: a web server that can misbehave on demand, and one with the API of S3."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from attrs import Factory, define


@define(eq=False)
class Web:
    """A web server over a folder, with its log of requests and its misbehaviour."""

    folder: Path
    address: str = ""
    asked: list[tuple[str, str, str | None]] = Factory(list)
    """The method, the path and the range of each request."""
    sent: dict[str, int] = Factory(dict)
    """How many bytes of content were sent, by path."""
    parts: bool = True
    """Whether it gives parts of files."""
    says_so: bool = True
    """Whether it says so where it gives none."""
    instead: Callable[["Handler"], bool] = lambda _: False
    """Answers in its own way where it returns true."""

    def paths(self) -> set[str]:
        return {path for _, path, _ in self.asked}


def ends(wanted: str, size: int) -> tuple[int, int]:
    """Return the first and the last byte of a range header: ``bytes=0-9``, ``bytes=10-``, ``bytes=-5`` for the last five."""
    first, last = wanted.removeprefix("bytes=").split("-")
    if not first:
        return max(size - int(last), 0), size - 1
    return int(first), min(int(last or size), size - 1)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # else the system waits between header and content

    def __init__(self, *arguments, web: Web) -> None:
        self.web = web
        super().__init__(*arguments)

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.web.asked.append((self.command, self.path, wanted))
        if self.web.instead(self):
            return
        path = self.web.folder / self.path.partition("?")[0].lstrip("/")
        if not path.is_file():
            self.answer(404)
            return
        content = path.read_bytes()
        if not wanted or not self.web.parts:
            self.answer(200, content)
            return
        first, last = ends(wanted, len(content))
        self.answer(206, content[first : last + 1], {"Content-Range": f"bytes {first}-{last}/{len(content)}"})

    def answer(self, status: int, content: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        if not self.web.parts and self.web.says_so:
            self.send_header("Accept-Ranges", "none")
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.web.sent[self.path] = self.web.sent.get(self.path, 0) + len(content)
            self.wfile.write(content)


class _Silent(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that hang up."""


@contextmanager
def web_server(folder: Path) -> Iterator[Web]:
    web = Web(folder)
    with _Silent(("127.0.0.1", 0), partial(Handler, web=web)) as server:
        server.daemon_threads = True
        web.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield web
        server.shutdown()
        thread.join()


@contextmanager
def s3_server() -> Iterator[str]:
    """Yield the address of a server that stores objects in memory."""
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Silent(WSGIRequestHandler):
        def send_response(self, code: int, message: str | None = None) -> None:
            self.send_response_only(code, message)  # moto says itself what server it is, and aiohttp takes no header twice

        def log(self, *_: object) -> None:
            pass

    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
