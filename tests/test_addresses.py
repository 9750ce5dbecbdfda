"""Addresses are encoded as browsers do, and shown without their secrets."""

import re
import sys
import traceback
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov import AddressError, NotAPackageError, NotInstalledError
from dxgov.cli import main
from dxgov.storage.address import format_location, parse_address, percent_encode
from servers import Handler, Web, list_memory, open_s3
from soundness import sound

pytest.importorskip("fsspec")
pytest.importorskip("aiohttp")

from dxgov.storage.http import build_request_url

pytestmark = pytest.mark.slow


REGISTRY = sys.modules["fsspec.registry"]._registry


# Encoding


def test_a_key_is_never_encoded(bucket: str, memory: str):
    for place in (bucket, f"{memory}bucket"):
        address = dxgov.export(sound(), f"{place}/a b/データ%20+", ["csv"])
        assert dxgov.load(f"{address}/csv", lazy=True).themes == sound().themes
    assert "bucket/a b/データ%20+/csv/datapackage.json" in open_s3().find("bucket/a b")
    assert "bucket/a b/データ%20+/csv/datapackage.json" in list_memory()


def test_a_file_address_is_a_path(sound_export: Path):
    assert dxgov.load((sound_export / "csv").as_uri()) == sound()


# Secrets

SECRET = (
    "https://user:hush-hush@127.0.0.1:9/x",
    "http://127.0.0.1:9/x.zip?X-Amz-Signature=hush-hush",
    "http://user:hush-hush@127.0.0.1:9/x/datapackage.json",
    "s3://AKIAKEY:hu/sh-hush@no-such-bucket/x",
    "ftp://user:hush-hush@127.0.0.1:9/x",
    "nothing-known://user:hush-hush@there/x",
)


@pytest.mark.parametrize("address", SECRET)
def test_secrets_in_an_address_are_never_shown(address: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    uses = (dxgov.load, dxgov.validate, dxgov.seal, lambda address: dxgov.export(sound(), address))
    for use in uses[:1] if address.startswith("s3") else uses:
        with pytest.raises((OSError, ValueError, ImportError)) as raised:
            use(address)
        told = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
        assert "sh-hush" not in told
        assert "AKIAKEY" not in told
    result = CliRunner().invoke(main, ["validate", address])
    assert result.exit_code == 2
    assert "sh-hush" not in result.output


def test_secrets_are_used(web: Web):
    seen = []
    web.instead = lambda handler: bool(seen.append(handler.headers.get("Authorization")))
    assert dxgov.load(web.address.replace("//", "//user:pass@") + "/csv") == sound()
    assert set(seen) == {"Basic dXNlcjpwYXNz"}
    report = dxgov.validate(web.address.replace("//", "//user:pass@") + "/csv")
    assert report.subject == f"{web.address}/csv"
    web.instead = lambda handler: "sign=1" not in handler.path and (handler.answer(403) or True)
    assert dxgov.load(f"{web.address}/csv.zip?sign=1") == sound()


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://u:p@host/a@b", "https://host/a@b"),
        ("https://host/a@b:c", "https://host/a@b:c"),
        ("https://host/x.zip?a=b#c", "https://host/x.zip?…"),
        ("s3://k:s/e@bucket/x", "s3://bucket/x"),
        ("s3://bucket/a@b", "s3://bucket/a@b"),
        ("S3://bucket/x", "s3://bucket/x"),
    ],
)
def test_an_address_as_it_is_shown(address: str, place: str):
    assert format_location(address) == place
    assert parse_address("s3://k:s%2Fe@b").credentials == ("k", "s/e")


# Libraries that are not there


@pytest.mark.parametrize(
    ("address", "missing", "extra"),
    [
        ("https://127.0.0.1:9/x", "fsspec", "remote"),
        ("memory://x", "fsspec", "remote"),
        ("https://127.0.0.1:9/x", "aiohttp", "remote"),
        ("s3://bucket/x", "s3fs", "s3"),
        ("gs://bucket/x", "gcsfs", "gs"),
    ],
)
def test_a_library_that_is_not_installed_is_named_with_its_extra(address: str, missing: str, extra: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, missing, None)  # type: ignore[arg-type]
    for module in ("dxgov.storage.remote", "dxgov.storage.http"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.delitem(REGISTRY, address.partition(":")[0], raising=False)
    with pytest.raises(NotInstalledError, match=rf"{missing} is not installed; pip install 'dxgov\[{extra}\]'"):
        dxgov.load(address)


# Requests


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
