"""Addresses of packages: how one is told from a path, and how it is shown without what is secret in it."""

import os
import re
from os import PathLike
from pathlib import Path
from urllib.parse import quote, unquote

from attrs import frozen

from dxgov.display import printable
from dxgov.errors import DxgovError, NotAPackageError, quoted

_USER = {
    True: re.compile(r"(?P<user>[^/?#@]*)@"),
    False: re.compile(r"(?P<user>[^/@:]*:[^@]*|[^/@]*)@"),  # a key may hold a slash
}
"""What stands before the place, for the web and for others."""


@frozen
class Address:
    """An address, taken apart."""

    scheme: str
    user: str
    """A name and a password, or a key and its secret; may be empty."""
    place: str
    """Host or bucket, and the path in it."""
    query: str
    """What stands behind a ``?``, which may be a signature; empty where the scheme knows no such thing."""

    @property
    def web(self) -> bool:
        """Whether it is that of a web server."""
        return self.scheme in _WEB

    @property
    def secret(self) -> bool:
        """Whether it holds what nobody else should read."""
        return bool(self.user or self.query)

    @property
    def credentials(self) -> tuple[str, str] | None:
        """The name and the password, decoded."""
        name, colon, password = self.user.partition(":")
        return (unquote(name), unquote(password)) if colon else None

    def __str__(self) -> str:
        """The address as it may be shown to anyone, on any display."""
        return printable(f"{self.scheme}://{self.place}{'?…' if self.query else ''}")


_WEB = ("http", "https")


def is_address(path: str | PathLike[str]) -> bool:
    """Whether something is an address on a network rather than a path."""
    return "://" in os.fspath(path)


_FILE = re.compile(r"(?:file|local):(?://(?P<host>[^/\\]*))?(?P<path>/.*)?", re.IGNORECASE | re.DOTALL)
"""An address of a file, as RFC 8089 has it, with or without a host."""


def location(path: str | PathLike[str], error: type[DxgovError] = NotAPackageError) -> Path | str:
    """Return a local path, that of a ``file://`` address too, as a `Path`, and any other address as a text.

    Raises:
        TypeError: it is neither a text nor a path of texts.
        DxgovError: it is empty or blank, holds a NUL, or is a ``file://`` address of another computer; of the class `error`.
    """
    if not isinstance(path, str | PathLike) or not isinstance(text := os.fspath(path), str):
        raise TypeError(f"found {quoted(path)}, expected a path or an address, as a text or a pathlib.Path")
    if not text.strip():
        raise error(f"found {text!r}, expected a path or an address; is a variable empty? . names the folder you are in")
    if isinstance(path, str) and (file := _FILE.fullmatch(text)):
        text = _local(text, file["host"] or "", file["path"] or "", error)
    elif isinstance(path, str) and is_address(text):
        return text
    if "\0" in text:
        raise error(f"found {quoted(text)}, expected a path; none can hold the character NUL")
    return Path(text)


def _local(address: str, host: str, path: str, error: type[DxgovError]) -> str:
    """Return the path of a ``file://`` address."""
    if host.lower() not in ("", "localhost"):
        said = f"{host!r} is taken for the name of another computer"
        raise error(f"{quoted(address)} is not a file of this computer: {said}; expected file:///path, or a path without file://")
    if not path or "?" in path or "#" in path:
        raise error(f"{quoted(address)} names no file; expected file:///path, with %3F for ? and %23 for #")
    from urllib.request import url2pathname  # which brings a client for the web, and few packages have such an address

    return url2pathname(path)


def parted(address: str | PathLike[str]) -> Address:
    """The parts of an address."""
    scheme, _, rest = os.fspath(address).partition("://")
    scheme = scheme.lower()
    user = _USER[scheme in _WEB].match(rest)
    place, query = rest[user.end() if user else 0 :], ""
    if scheme in _WEB:
        place, _, query = place.partition("#")[0].partition("?")
    return Address(scheme, user["user"] if user else "", place, query)


def encoded(text: str) -> str:
    """Return the path or query of an address of the web as a request has it.

    What is percent-encoded already stays as it is, and so do the characters that have a meaning in addresses. Bytes that were no UTF-8,
    which Python holds as surrogates, are encoded as those bytes.
    """
    whole = re.sub("%(?![0-9A-Fa-f]{2})", "%25", text)
    return quote(whole, safe="%!#$&'()*+,/:;=?@[]~", errors="surrogateescape")


def has_controls(text: str) -> bool:
    """Whether a text has control characters, which no address has."""
    return any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in text)


def shown(path: str | PathLike[str]) -> str:
    """A path, or an address without what is secret in it, as any display can show it."""
    return str(parted(path)) if is_address(path) else printable(str(path))
