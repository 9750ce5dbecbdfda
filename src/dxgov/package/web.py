"""How web servers are asked: what they answer is held against what was asked for before any of it is taken."""

import errno
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import aiohttp
from yarl import URL

from dxgov.package.container import FetchError

_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=60)
"""Seconds; a large file may take as long as it comes in."""


def client() -> Callable[..., Awaitable[aiohttp.ClientSession]]:
    """What makes a session for fsspec.

    Content is taken as it lies there, never unpacked on the way. A redirection may lead to another server, but not from https to
    anything else. An answer to a range may not be longer than the range. A file may not change between two questions.
    """
    seen: dict[str, str] = {}

    async def ended(_: aiohttp.ClientSession, __: SimpleNamespace, answer: aiohttp.TraceRequestEndParams) -> None:
        fault = _fault(answer, seen)
        if fault:
            answer.response.close()
            raise FetchError(errno.EIO, fault)

    async def redirected(_: aiohttp.ClientSession, __: SimpleNamespace, answer: aiohttp.TraceRequestRedirectParams) -> None:
        target = answer.response.headers.get("Location") or answer.response.headers.get("URI") or ""
        scheme = answer.url.join(URL(target)).scheme
        if scheme not in ("https", answer.url.scheme):
            answer.response.close()
            raise FetchError(errno.EIO, f"the server redirects from {answer.url.scheme} to {scheme}, which is not followed")

    async def session(**options: Any) -> aiohttp.ClientSession:
        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(ended)
        trace.on_request_redirect.append(redirected)
        return aiohttp.ClientSession(
            **options,
            trace_configs=[trace],
            timeout=_TIMEOUT,
            headers={"Accept-Encoding": "identity"},
            auto_decompress=False,
            trust_env=True,
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    return session


def _fault(answer: aiohttp.TraceRequestEndParams, seen: dict[str, str]) -> str | None:
    """Why an answer cannot be taken, or nothing."""
    response = answer.response
    if response.status not in (200, 206):
        return None
    if response.headers.get("Content-Encoding", "identity") != "identity":
        return f"the server sends the file packed ({response.headers['Content-Encoding'][:40]!r}), although it was asked not to"
    version = response.headers.get("ETag") or response.headers.get("Last-Modified")
    if version and seen.setdefault(str(answer.url), version) != version:
        return "the file was changed while it was read"
    asked = answer.headers.get("Range")
    if asked is None or response.status != 206:
        return None
    first, last = (int(each) for each in asked.removeprefix("bytes=").split("-"))
    given = response.headers.get("Content-Range", "").partition("/")[0]
    if given != f"bytes {first}-{last}" or response.content_length != last - first + 1:
        return f"the server was asked for the bytes {first:,} to {last:,} and answers with others"
    return None
