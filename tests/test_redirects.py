"""Redirects are followed within the web, and without passwords."""

from pathlib import Path

import pytest

import dxgov
from dxgov.storage.address import parse_address
from servers import Handler, Web, answer_with, redirect, web_server
from soundness import sound

pytest.importorskip("fsspec")
pytest.importorskip("aiohttp")

from dxgov.storage.http import build_request_url, resolve_redirect

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:text/csv,id"])
def test_a_redirection_out_of_the_web_is_not_followed(web: Web, target: str):
    web.instead = lambda handler: redirect(handler, "/csv/data/themes.csv", target)
    with pytest.raises(OSError, match="redirects from http to"):
        dxgov.load(f"{web.address}/csv")


def test_a_redirection_on_the_web_is_followed(web: Web):
    web.instead = lambda handler: (
        redirect(handler, "/old/datapackage.json", f"{web.address}/csv/datapackage.json")
        or redirect(handler, handler.path if handler.path.startswith("/old/data/") else "", handler.path.replace("/old/", "/csv/"))
    )
    assert dxgov.load(f"{web.address}/old") == sound()


def test_a_redirection_from_https_to_http_is_not_followed():
    from yarl import URL

    assert str(resolve_redirect(URL("http://example.org/y"), 302, "https://example.org/x")) == "https://example.org/x"
    with pytest.raises(OSError, match="from https to http"):
        resolve_redirect(URL("https://example.org/y"), 302, "http://example.org/x")


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
    web.instead = answer_with(name, lambda handler: handler.answer(302, headers={} if location is None else {"Location": location}))
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


def test_a_redirect_to_another_server_takes_no_password_along(web: Web, sound_export: Path):
    seen: list[str | None] = []
    with web_server(sound_export) as other:
        other.instead = lambda handler: bool(seen.append(handler.headers.get("Authorization")))
        web.instead = lambda handler: handler.answer(302, headers={"Location": other.address + handler.path}) or True
        assert dxgov.load(web.address.replace("//", "//user:pass@") + "/csv") == sound()
    assert set(seen) == {None}


def test_a_target_is_taken_from_where_it_is_told():
    url = build_request_url(parse_address("https://host/a/b"))
    assert str(resolve_redirect(url, 302, "../c?d=e")) == "https://host/c?…"
    assert resolve_redirect(url, 302, "//other/c").host_and_path == "other/c"
