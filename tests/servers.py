"""Servers for tests: a web server that can misbehave on demand, one with the API of S3, and a store in memory."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

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


def parse_range(wanted: str, size: int) -> tuple[int, int]:
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
        path = self.web.folder / unquote(self.path.partition("?")[0].lstrip("/"))
        if not path.is_file():
            self.answer(404)
            return
        content = path.read_bytes()
        if not wanted or not self.web.parts:
            self.answer(200, content)
            return
        first, last = parse_range(wanted, len(content))
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


def read_requested(handler: Handler) -> bytes:
    """Return the content of the file that is requested."""
    return (handler.web.folder / handler.path[1:]).read_bytes()


def answer_with(name: str, answer: Callable[[Handler], None]) -> Callable[[Handler], bool]:
    """Return a `Web.instead` that answers requests for paths that end with a name."""
    return lambda handler: handler.path.endswith(name) and (answer(handler) or True)


def redirect(handler: Handler, path: str, target: str) -> bool:
    """Redirect a request for a path to a target; return whether it is one."""
    if handler.path == path:
        handler.answer(302, headers={"Location": target})
    return handler.path == path


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


def open_s3() -> Any:
    """Return the file system of the S3 server, without caches."""
    import fsspec

    return fsspec.filesystem("s3", skip_instance_cache=True, use_listings_cache=False)


def list_memory() -> dict[str, bytes]:
    """Return the contents of all files of the store in memory, by their path."""
    import fsspec

    return {path.lstrip("/"): file.getvalue() for path, file in fsspec.filesystem("memory").store.items()}
