"""A server with the API of chat completions, which answers as a test says, well or not."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from attrs import Factory, define

Answer = Callable[[Mapping[str, Any]], object]
"""Returns what the model proposes for the JSON of an inquiry: an object, or a text that stands for it."""


@define(eq=False)
class ChatServer:
    """The server, with the requests that reached it."""

    answer: Answer
    """What the model answers, unless `instead` answers."""
    instead: Callable[["ChatHandler"], bool] = lambda _: False
    """Answers in its own way where it returns true."""
    address: str = ""
    requests: list[tuple[str, Mapping[str, str], bytes]] = Factory(list)
    """The path, the headers and the content of each request."""


class ChatHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def __init__(self, *arguments, chat: ChatServer) -> None:
        self.chat = chat
        super().__init__(*arguments)

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.chat.requests.append((self.path, dict(self.headers), content))
        if not self.chat.instead(self):
            answer = self.chat.answer(json.loads(json.loads(content)["messages"][1]["content"]))
            self.send_message(answer if isinstance(answer, str) else json.dumps(answer))

    do_GET = do_POST  # noqa: N815 - as the library calls it

    def send_message(self, message: str) -> None:
        """Answer with a message of the model."""
        self.send(200, json.dumps({"choices": [{"message": {"role": "assistant", "content": message}}]}).encode())

    def send(self, status: int, content: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


class _Silent(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that hang up."""


@contextmanager
def chat_server(answer: Answer) -> Iterator[ChatServer]:
    chat = ChatServer(answer)
    with _Silent(("127.0.0.1", 0), partial(ChatHandler, chat=chat)) as server:
        server.daemon_threads = True
        chat.address = f"http://127.0.0.1:{server.server_port}/v1"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield chat
        server.shutdown()
        thread.join()


def propose(inquiry: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Propose a text that fits for each field of an inquiry, and all themes."""
    return {
        question["record"]: {
            field: list(inquiry["themes"]) if "theme" in field else "Words of the model." if field.endswith("_en") else "模型の言葉。"
            for field in question["fields"]
        }
        for question in inquiry["questions"]
    }
