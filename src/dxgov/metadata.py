"""What a data set says about itself as a whole."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from attrs import Attribute, field, frozen

from dxgov.characters import text_fault

KEY = "key"
"""Where the metadata of a field say how a package spells its name, if it does so otherwise."""

_NAME = re.compile(r"[a-z0-9._-]+")
_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


class TextError(ValueError):
    """A text of a field shows nothing, or holds what cannot be stored everywhere."""

    def __init__(self, field: str, fault: str) -> None:
        super().__init__(f"{field}: {fault}")
        self.field: str = field
        self.fault: str = fault


def _validate_text(_: Any, attribute: "Attribute[Any]", value: object) -> None:
    """Texts show something and can be stored everywhere; one that is missing is ``None``."""
    if value is None and attribute.default is None:
        return
    if not isinstance(value, str):
        raise ValueError(f"{attribute.name}: found {value!r}, expected a text")  # noqa: TRY004 - as all that a value can be wrong in
    _require_text(attribute, value)


def _require_text(attribute: "Attribute[Any]", value: str) -> None:
    fault = text_fault(value)
    if fault:
        raise TextError(attribute.metadata.get(KEY, attribute.name), fault)


def _validate_name(_: Any, attribute: "Attribute[Any]", value: object) -> None:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError(f"{attribute.name}: found {value!r}, expected lower-case letters, digits and . _ - only")


def _validate_day(_: Any, attribute: "Attribute[Any]", value: object) -> None:
    if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
        raise ValueError(f"{attribute.name}: found {value!r}, expected a date")


def _validate_members(kind: type) -> Callable[[Any, "Attribute[Any]", object], None]:
    """A validator of tuples whose members are of one type."""

    def validator(_: Any, attribute: "Attribute[Any]", value: object) -> None:
        if not isinstance(value, tuple):
            raise ValueError(f"{attribute.name}: found {value!r}, expected a list or a tuple of {kind.__name__}")  # noqa: TRY004 - as of any value
        for member in value:
            if not isinstance(member, kind):
                raise ValueError(f"{attribute.name}: found the member {member!r}, expected a {kind.__name__}")  # noqa: TRY004 - as above
            if isinstance(member, str):
                _require_text(attribute, member)

    return validator


def _validate_pattern(pattern: str, expected: str) -> Callable[[Any, "Attribute[Any]", object], None]:
    """A validator of texts, alone or in a tuple, that match a pattern as a whole."""

    def validator(_: Any, attribute: "Attribute[Any]", value: object) -> None:
        for member in value if isinstance(value, tuple) else () if value is None else (value,):
            if not isinstance(member, str) or not re.fullmatch(pattern, member):
                raise ValueError(f"{attribute.name}: found {member!r}, expected {expected}")
            _require_text(attribute, member)

    return validator


def _to_tuple(value: Any) -> tuple[Any, ...]:
    """Several values as a tuple; a text alone is one of them. What is not several values is left to the validators."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, Iterable) and not isinstance(value, bytes | Mapping) else value


@frozen
class License:
    """Terms under which the data may be used."""

    name: str | None = field(default=None, validator=_validate_text)
    """An Open Definition or SPDX identifier, such as ``CC-BY-4.0``; empty where the terms have none."""
    path: str | None = field(default=None, validator=_validate_text)
    """Where the terms stand: an address, or a path in the package."""
    title: str | None = field(default=None, validator=_validate_text)
    """The name of the terms for people."""


@frozen
class Contributor:
    """Who had a part in the data."""

    title: str | None = field(default=None, validator=_validate_text)
    """The name of the person or body; may be left out where another name or an address is given."""
    roles: tuple[str, ...] = field(default=(), converter=_to_tuple, validator=_validate_members(str))
    """What they did, as Data Package names it: ``creator``, ``publisher``, ``wrangler`` and the like."""
    organization: str | None = field(default=None, validator=_validate_text)
    """The body that a person works for."""
    path: str | None = field(default=None, validator=_validate_text)
    """An address that belongs to them."""
    email: str | None = field(default=None, validator=_validate_text)
    """An address to write to."""
    given_name: str | None = field(default=None, validator=_validate_text, metadata={KEY: "givenName"})
    """The given name of a person; ``givenName`` in a package."""
    family_name: str | None = field(default=None, validator=_validate_text, metadata={KEY: "familyName"})
    """The family name of a person; ``familyName`` in a package."""

    def __attrs_post_init__(self) -> None:
        if not (self.title or self.given_name or self.family_name or self.organization or self.path or self.email):
            raise ValueError("title: found nothing, expected a title, a given or family name, an organization, a path or an email")

    @property
    def person(self) -> bool:
        """Whether it is a person: who has a given or family name, or works for an organization."""
        return bool(self.given_name or self.family_name or (self.title and self.organization))

    @property
    def name(self) -> str:
        """The title, or else the name of the person, in Japanese with the family name first, or that of the organization, or an address."""
        if self.title:
            return self.title
        parts = list(filter(None, (self.given_name, self.family_name)))
        if any(_JAPANESE.search(part) for part in parts):
            return " ".join(reversed(parts))
        return " ".join(parts) or str(self.organization or self.path or self.email)


@frozen
class Credit:
    """A document or data set that the data were made from."""

    title: str | None = field(default=None, validator=_validate_text)
    """Its title, with its publisher where known; may be left out where an address is given."""
    path: str | None = field(default=None, validator=_validate_text)
    """Its address; empty where it is not known."""
    email: str | None = field(default=None, validator=_validate_text)
    """An address to write to about it."""
    version: str | None = field(default=None, validator=_validate_text)
    """Which version of it."""

    def __attrs_post_init__(self) -> None:
        if not (self.title or self.path or self.email):
            raise ValueError("title: found nothing, expected a title, a path or an email")

    @property
    def name(self) -> str:
        """The title, or else an address."""
        return str(self.title or self.path or self.email)


@frozen
class Redirect:
    """An id that was released and is no longer in use."""

    id: str = field(validator=_validate_text)
    """The id that records had in an earlier version."""
    to: str | None = field(default=None, validator=_validate_text)
    """The id of the record that stands for it now, or that of a redirect that leads on to it; empty where there is none."""


class Redirects:
    """The way from the ids of earlier versions to those of the records that stand for them now; a way may have several steps.

    Of two redirects of one id the first counts.
    """

    __slots__ = ("_current", "_names")

    def __init__(self, redirects: Iterable[Redirect] = ()) -> None:
        ways: dict[str, str | None] = {}
        for redirect in redirects:
            ways.setdefault(redirect.id, redirect.to)
        self._current: dict[str, str | None] = {}
        self._names: dict[str, list[str]] = {}
        for start in ways:
            # Go on until an id is no redirect, or was followed to its end before; a circle ends nowhere.
            path: dict[str, None] = {}
            id: str | None = start
            while id in ways and id not in self._current and id not in path:
                path[id] = None
                id = ways[id]
            end = None if id is None or id in path else self._current.get(id, id)
            for old in path:
                self._current[old] = end
                if end is not None:
                    self._names.setdefault(end, [end]).append(old)

    def __bool__(self) -> bool:
        return bool(self._current)

    def __contains__(self, id: object) -> bool:
        """Tell whether an id is no longer in use."""
        return id in self._current

    def current(self, id: str) -> str | None:
        """Return the id of the record that stands for an id now: itself where it is in use, ``None`` where it was given up."""
        return self._current.get(id, id)

    def names(self, id: str) -> Sequence[str]:
        """Return all ids of the record that an id stands for, the current one first; only itself where it was given up."""
        return self._names.get(self.current(id) or id, (id,))

    def absence(self, id: str, suggestion: str) -> str:
        """Say why nothing is found by an id: it was given up, it leads elsewhere, or else the `suggestion`."""
        if id not in self:
            return suggestion
        current = self.current(id)
        return f"; {id!r} was given up in a later version" if current is None else f"; {current!r} stands for it now"


@frozen
class Metadata:
    """What a data set says about itself: name, title, version, terms, credits. Goes into ``datapackage.json``.

    Raises:
        ValueError: a value is not of its field's type, a text shows nothing or holds a control character, or the name has characters
            that a package's name has not.
    """

    name: str = field(default="dxgov-data", validator=_validate_name)
    """A short name for machines: lower-case letters, digits and ``. _ -``."""
    title: str | None = field(default=None, validator=_validate_text)
    """The title for people."""
    description: str | None = field(default=None, validator=_validate_text)
    """What the data are, in a few sentences; Markdown."""
    version: str | None = field(default=None, validator=_validate_text)
    """The version of the data, not of any software."""
    created: date | None = field(default=None, validator=_validate_day)
    """The day this version was released; never the time of an export."""
    doi: str | None = field(
        default=None, validator=_validate_pattern(r"10\.[0-9]{4,9}/[!-~]+", "a DOI such as 10.5281/zenodo.1234, without address")
    )
    """Its DOI; empty where it has none."""
    homepage: str | None = field(default=None, validator=_validate_text)
    """Where the data are at home."""
    keywords: tuple[str, ...] = field(default=(), converter=_to_tuple, validator=_validate_members(str))
    """Words to find the data by."""
    languages: tuple[str, ...] = field(
        default=(), converter=_to_tuple, validator=_validate_pattern(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "a BCP 47 tag such as ja")
    )
    """The languages that the texts of the records are in, as BCP 47 tags, the chief one first."""
    places: tuple[str, ...] = field(
        default=(), converter=_to_tuple, validator=_validate_pattern(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", "a code of ISO 3166 such as JP or JP-13")
    )
    """The countries or parts of countries that the data are about, as codes of ISO 3166."""
    subjects: tuple[str, ...] = field(
        default=(),
        converter=_to_tuple,
        validator=_validate_pattern(r"https?://[^\s<>\"{}|\\^`]+", "an address that begins with http:// or https://"),
    )
    """What the data are about in classifications that portals share, as addresses (IRIs) of their concepts."""
    licenses: tuple[License, ...] = field(default=(), converter=_to_tuple, validator=_validate_members(License))
    """Terms of use."""
    contributors: tuple[Contributor, ...] = field(default=(), converter=_to_tuple, validator=_validate_members(Contributor))
    """Who had a part in the data."""
    sources: tuple[Credit, ...] = field(default=(), converter=_to_tuple, validator=_validate_members(Credit))
    """What the data were made from."""
    redirects: tuple[Redirect, ...] = field(default=(), converter=_to_tuple, validator=_validate_members(Redirect))
    """Ids of earlier versions that are no longer in use; each is another name of the record that stands for it now."""
