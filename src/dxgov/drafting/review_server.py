"""The server of the page on which a draft is reviewed: for this machine, this session and this page only.

All addresses begin with a token that only the person who started the server knows. What comes from another page is refused by its
``Host`` and ``Origin``, so that no site that is open in the same browser can reach the draft.
"""

import hmac
import json
import secrets
import socket
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import asdict, define, field
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, MethodNotAllowed, NotFound, UnsupportedMediaType
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from dxgov.drafting.forms import build_forms, list_records
from dxgov.drafting.record_tables import MODEL
from dxgov.drafting.review_session import CHANGES, ConflictError, ReviewSession
from dxgov.drafting.row_editor import EditError
from dxgov.errors import DxgovError
from dxgov.languages import Lang, LanguageMap

HOST = "127.0.0.1"

MAX_BODY = 2**20
"""Maximum bytes of a request's body."""

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of each response; the page has a policy of its own for what it loads."""

_METHODS = {"": "GET", "state": "GET", "forms": "GET", "records": "GET", "left": "GET", "changes": "POST"}
"""The method of each path below the token; the empty path is the page."""


@define
class ReviewServer:
    """A server for the review of a draft; `serve` answers requests until the process ends."""

    session: ReviewSession
    command: str
    """The command that publishes the draft once nothing is left."""
    port: int = 0
    """The port; 0 for a free one, which it is once the server listens."""
    lang: Lang | None = None
    """The language of the page to begin with; None for that of the browser."""
    token: str = field(factory=lambda: secrets.token_urlsafe(18))
    _server: BaseWSGIServer = field(init=False)

    def __attrs_post_init__(self) -> None:
        # The socket is opened here, because Werkzeug ends the process if it cannot be.
        with socket.create_server((HOST, self.port)) as listener:
            self.port = listener.getsockname()[1]
            self._server = make_server(HOST, self.port, self._answer, threaded=True, request_handler=_QuietHandler, fd=listener.fileno())

    @property
    def address(self) -> str:
        """The address of the page."""
        return f"http://{HOST}:{self.port}/{self.token}/"

    def serve(self) -> None:
        """Answer requests until `close` is called or a signal ends the process."""
        self._server.serve_forever()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request, as WSGI has it."""
        request = Request(dict(environ))
        request.max_content_length = MAX_BODY
        try:
            response = self._dispatch(request)
        except HTTPException as error:
            response = _fail(LanguageMap("この要求には応じられません。", error.description or error.name), error.code or 500)
        except EditError as error:
            response = _fail(error.text, 409 if isinstance(error, ConflictError) else 422)
        except (DxgovError, OSError) as error:
            response = _fail(LanguageMap(f"下書きを読み書きできません。{error}", str(error)), 500)
        response.headers.update(_HEADERS)
        return response(dict(environ), start_response)

    def _dispatch(self, request: Request) -> Response:
        """Return the response to a request that comes from the page itself.

        Raises:
            HTTPException: it comes from elsewhere, or asks for what is not there.
        """
        hosts = {f"{name}:{self.port}" for name in (HOST, "localhost")}
        if request.headers.get("Host") not in hosts:
            raise Forbidden("The request is for another host.")
        origin = request.headers.get("Origin")
        if (origin is None and request.method == "POST") or origin not in {None, *(f"http://{host}" for host in hosts)}:
            raise Forbidden("The request comes from another page.")
        token, _, path = request.path.removeprefix("/").partition("/")
        if not hmac.compare_digest(token.encode(), self.token.encode()) or path not in _METHODS:
            raise NotFound
        if request.method != _METHODS[path]:
            raise MethodNotAllowed([_METHODS[path]])
        send: Callable[[Request], Response] = getattr(self, f"_send_{path or 'page'}")
        return send(request)

    def _send_page(self, _: Request) -> Response:
        return Response(self.session.build_page(self.lang), mimetype="text/html")

    def _send_state(self, _: Request) -> Response:
        return _reply({"digest": self.session.read().digest})

    def _send_forms(self, _: Request) -> Response:
        return _reply(build_forms(MODEL, self.session.into))

    def _send_records(self, _: Request) -> Response:
        state = self.session.read()
        return _reply({"digest": state.digest, "records": list_records(MODEL, state.draft.data)})

    def _send_left(self, _: Request) -> Response:
        problems = [
            {"record": problem.id, "field": problem.field, "text": str(problem), **asdict(problem.code.titles)}
            for problem in self.session.list_left()
        ]
        return _reply({"problems": problems, "command": self.command})

    def _send_changes(self, request: Request) -> Response:
        """Make a change: a JSON object of the ``digest`` of the state, the ``action`` and its ``arguments``."""
        if request.mimetype != "application/json":
            raise UnsupportedMediaType
        try:
            change = json.loads(request.get_data())
            digest, action, arguments = str(change["digest"]), change["action"], dict(change["arguments"])
        except (ValueError, KeyError, TypeError, RecursionError):
            raise BadRequest("The body is no change.") from None
        if action not in (*CHANGES, "undo", "redo"):
            raise BadRequest("There is no such change.")
        try:
            outcome = self.session.change(digest, action, arguments)
        except TypeError as error:
            raise BadRequest(str(error)) from None
        return _reply(asdict(outcome))


class _QuietHandler(WSGIRequestHandler):
    """Request handler that logs nothing, because the token is a part of each address, and names no version."""

    timeout = 60
    """Seconds until a client that says nothing is hung up on."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Log nothing."""

    def version_string(self) -> str:
        """Return the name of the server."""
        return "dxgov"


def _reply(content: Any, status: int = 200) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), status, mimetype="application/json")


def _fail(text: LanguageMap, status: int) -> Response:
    return _reply(asdict(text), status)
