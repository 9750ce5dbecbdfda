"""What a data set says about itself as a whole."""

from datetime import date

from attrs import frozen


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
    path: str | None = None
    """An address that belongs to them."""


@frozen
class Credit:
    """A document or data set that the data were made from."""

    title: str
    """Its title, with its publisher where known."""
    path: str | None = None
    """Its address; empty where it is not known."""


@frozen
class Metadata:
    """What a data set says about itself: name, title, version, terms, credits. Goes into ``datapackage.json``."""

    name: str = "dxgov-data"
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
