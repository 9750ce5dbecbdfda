"""What a data set says about itself as a whole."""

import re
from datetime import date
from typing import Any

from attrs import field, frozen

_NAME = re.compile(r"[a-z0-9._-]+")


@frozen
class License:
    """Terms under which the data may be used."""

    name: str
    """An Open Definition or SPDX identifier, such as ``CC-BY-4.0``."""
    path: str | None = None
    """Where the terms stand: an address, or a path in the package."""
    title: str | None = None
    """The name of the terms for people."""


@frozen
class Contributor:
    """Who had a part in the data."""

    title: str
    """The name of the person or body."""
    roles: tuple[str, ...] = ()
    """What they did, as Data Package names it: ``creator``, ``publisher``, ``wrangler`` and the like."""
    organization: str | None = None
    """The body that a person works for."""
    path: str | None = None
    """An address that belongs to them."""
    email: str | None = None
    """An address to write to."""


@frozen
class Credit:
    """A document or data set that the data were made from."""

    title: str
    """Its title, with its publisher where known."""
    path: str | None = None
    """Its address; empty where it is not known."""
    email: str | None = None
    """An address to write to about it."""
    version: str | None = None
    """Which version of it."""


@frozen
class Metadata:
    """What a data set says about itself: name, title, version, terms, credits. Goes into ``datapackage.json``.

    Raises:
        ValueError: the name has other characters than a package's name may have.
    """

    name: str = field(default="dxgov-data")
    """A short name for machines: lower-case letters, digits and ``. _ -``."""
    title: str | None = None
    """The title for people."""
    description: str | None = None
    """What the data are, in a few sentences; Markdown."""
    version: str | None = None
    """The version of the data, not of any software."""
    created: date | None = None
    """The day this version was released; never the time of an export."""
    homepage: str | None = None
    """Where the data are at home."""
    keywords: tuple[str, ...] = ()
    """Words to find the data by."""
    licenses: tuple[License, ...] = ()
    """Terms of use."""
    contributors: tuple[Contributor, ...] = ()
    """Who had a part in the data."""
    sources: tuple[Credit, ...] = ()
    """What the data were made from."""

    @name.validator
    def _is_a_name(self, _: Any, value: str) -> None:
        if not _NAME.fullmatch(value):
            raise ValueError(f"found the name {value!r}, expected lower-case letters, digits and . _ - only")
