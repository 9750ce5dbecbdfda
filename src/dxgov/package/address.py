"""Addresses of packages: how one is told from a path, and how it is shown without what is secret in it."""

import os
import re
from os import PathLike
from urllib.parse import unquote

from attrs import frozen

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
        """The address as it may be shown to anyone."""
        return f"{self.scheme}://{self.place}{'?…' if self.query else ''}"


_WEB = ("http", "https")


def is_address(path: str | PathLike[str]) -> bool:
    """Whether something is an address on a network rather than a path."""
    return "://" in os.fspath(path)


def parted(address: str | PathLike[str]) -> Address:
    """The parts of an address."""
    scheme, _, rest = os.fspath(address).partition("://")
    scheme = scheme.lower()
    user = _USER[scheme in _WEB].match(rest)
    place, query = rest[user.end() if user else 0 :], ""
    if scheme in _WEB:
        place, _, query = place.partition("#")[0].partition("?")
    return Address(scheme, user["user"] if user else "", place, query)


def shown(path: str | PathLike[str]) -> str:
    """A path as it is, or an address without what is secret in it."""
    return str(parted(path)) if is_address(path) else str(path)
