"""Addresses of packages: parsing, percent-encoding, and display without secrets."""

import os
import re
from os import PathLike
from pathlib import Path
from urllib.parse import quote, unquote

from attrs import frozen

from dxgov.display import printable
from dxgov.errors import DxgovError, NotAPackageError, short_repr

_USERINFO = {
    True: re.compile(r"(?P<userinfo>[^/?#@]*)@"),
    False: re.compile(r"(?P<userinfo>[^/@:]*:[^@]*|[^/@]*)@"),  # a key may hold a slash
}
"""The userinfo at the start of an address without its scheme, by whether the scheme is that of HTTP."""


@frozen
class Address:
    """An address, split into its components."""

    scheme: str
    """The scheme in lower case, without ``://``."""
    userinfo: str
    """Name and password, or access key and secret, still percent-encoded; may be empty."""
    host_and_path: str
    """Host or bucket, and the path in it."""
    query: str
    """The part after ``?``, which may be a signature; empty if the scheme has no queries."""

    @property
    def is_http(self) -> bool:
        """True for an address of a web server."""
        return self.scheme in _HTTP_SCHEMES

    @property
    def has_secrets(self) -> bool:
        """True if the address holds credentials, or a query that may be a signature."""
        return bool(self.userinfo or self.query)

    @property
    def credentials(self) -> tuple[str, str] | None:
        """Name and password, decoded; None without a password."""
        name, colon, password = self.userinfo.partition(":")
        return (unquote(name), unquote(password)) if colon else None

    def __str__(self) -> str:
        """Return the address without its secrets, printable on any display."""
        return printable(f"{self.scheme}://{self.host_and_path}{'?…' if self.query else ''}")


_HTTP_SCHEMES = ("http", "https")


def is_address(path: str | PathLike[str]) -> bool:
    """Return True for an address on a network, False for a local path."""
    return "://" in os.fspath(path)


_FILE_URI = re.compile(r"(?:file|local):(?://(?P<host>[^/\\]*))?(?P<path>/.*)?", re.IGNORECASE | re.DOTALL)
"""A ``file:`` URI as RFC 8089 defines it, with or without a host."""


def parse_location(path: str | PathLike[str], error: type[DxgovError] = NotAPackageError) -> Path | str:
    """Return a local path or the path of a ``file://`` URI as a `Path`, and any other address as a string.

    Raises:
        TypeError: `path` is neither a string nor a path of strings.
        DxgovError: `path` is blank, holds a NUL, or is a ``file://`` URI of another computer; raised as the class `error`.
    """
    if not isinstance(path, str | PathLike) or not isinstance(text := os.fspath(path), str):
        raise TypeError(f"found {short_repr(path)}, expected a path or an address, as a text or a pathlib.Path")
    if not text.strip():
        raise error(f"found {text!r}, expected a path or an address; is a variable empty? . names the folder you are in")
    if isinstance(path, str) and (uri := _FILE_URI.fullmatch(text)):
        text = _parse_file_uri(text, uri["host"] or "", uri["path"] or "", error)
    elif isinstance(path, str) and is_address(text):
        return text
    if "\0" in text:
        raise error(f"found {short_repr(text)}, expected a path; none can hold the character NUL")
    return Path(text)


def _parse_file_uri(uri: str, host: str, path: str, error: type[DxgovError]) -> str:
    """Return the local path of a ``file://`` URI."""
    if host.lower() not in ("", "localhost"):
        reason = f"{host!r} is taken for the name of another computer"
        raise error(f"{short_repr(uri)} is not a file of this computer: {reason}; expected file:///path, or a path without file://")
    if not path or "?" in path or "#" in path:
        raise error(f"{short_repr(uri)} names no file; expected file:///path, with %3F for ? and %23 for #")
    from urllib.request import url2pathname  # imports an HTTP client, which few packages need

    return url2pathname(path)


def parse_address(address: str | PathLike[str]) -> Address:
    """Split an address into scheme, userinfo, host with path, and query."""
    scheme, _, rest = os.fspath(address).partition("://")
    scheme = scheme.lower()
    userinfo = _USERINFO[scheme in _HTTP_SCHEMES].match(rest)
    host_and_path, query = rest[userinfo.end() if userinfo else 0 :], ""
    if scheme in _HTTP_SCHEMES:
        host_and_path, _, query = host_and_path.partition("#")[0].partition("?")
    return Address(scheme, userinfo["userinfo"] if userinfo else "", host_and_path, query)


def percent_encode(text: str) -> str:
    """Percent-encode the path or query of a web address for a request.

    Existing escapes and characters with a meaning in addresses stay as they are. Surrogates, by which Python represents bytes that are
    not UTF-8, are encoded as those bytes.
    """
    escaped = re.sub("%(?![0-9A-Fa-f]{2})", "%25", text)
    return quote(escaped, safe="%!#$&'()*+,/:;=?@[]~", errors="surrogateescape")


def has_control_characters(text: str) -> bool:
    """Return True if a text has control characters, which no address has."""
    return any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in text)


def format_location(path: str | PathLike[str]) -> str:
    """Return a path, or an address without its secrets, printable on any display."""
    return str(parse_address(path)) if is_address(path) else printable(str(path))
