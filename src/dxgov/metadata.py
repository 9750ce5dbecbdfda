"""`Metadata` of a data set: title, version, terms of use, credits, and redirects of old ids."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from attrs import Attribute, field, frozen

from dxgov.characters import find_text_fault
from dxgov.languages import Lang, LanguageMap, Message

KEY = "key"
"""Key of an attrs field's metadata under which a differing name in packages is stored."""

_NAME = re.compile(r"[a-z0-9._-]+")
_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


class TextError(ValueError):
    """The text of a field shows nothing, or holds a character that cannot be stored everywhere."""

    def __init__(self, field: str, fault: str) -> None:
        super().__init__(f"{field}: {fault}")
        self.field: str = field
        self.fault: str = fault


def _validate_text(_: Any, attribute: "Attribute[Any]", value: object) -> None:
    """Check that a value is a string that shows something and can be stored everywhere, or None if the field is optional."""
    if value is None and attribute.default is None:
        return
    if not isinstance(value, str):
        raise ValueError(f"{attribute.name}: found {value!r}, expected a text")  # noqa: TRY004 - all faults of values are ValueErrors
    _require_text(attribute, value)


def _require_text(attribute: "Attribute[Any]", value: str) -> None:
    fault = find_text_fault(value)
    if fault:
        raise TextError(attribute.metadata.get(KEY, attribute.name), fault)


def _validate_language_map(_: Any, attribute: "Attribute[Any]", value: object) -> None:
    """Check that a value is a text in each language, which shows something and can be stored everywhere, or None."""
    if value is not None and not isinstance(value, LanguageMap):
        raise ValueError(f"{attribute.name}: found {value!r}, expected a LanguageMap")
    for text in value.texts.values() if value else ():
        _require_text(attribute, text)


def _validate_name(_: Any, attribute: "Attribute[Any]", value: object) -> None:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError(f"{attribute.name}: found {value!r}, expected lower-case letters, digits and . _ - only")


def _validate_day(_: Any, attribute: "Attribute[Any]", value: object) -> None:
    if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
        raise ValueError(f"{attribute.name}: found {value!r}, expected a date")


def _validate_members(kind: type) -> Callable[[Any, "Attribute[Any]", object], None]:
    """Return a validator of tuples whose members are of one type."""

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
    """Return a validator of strings, alone or in a tuple, that match a whole pattern."""

    def validator(_: Any, attribute: "Attribute[Any]", value: object) -> None:
        for member in value if isinstance(value, tuple) else () if value is None else (value,):
            if not isinstance(member, str) or not re.fullmatch(pattern, member):
                raise ValueError(f"{attribute.name}: found {member!r}, expected {expected}")
            _require_text(attribute, member)

    return validator


def _to_tuple(value: Any) -> tuple[Any, ...]:
    """Convert an iterable to a tuple, and a string to a tuple of one; leave other values to the validators."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, Iterable) and not isinstance(value, bytes | Mapping) else value


@frozen
class License:
    """Terms of use of the data."""

    name: str | None = field(default=None, validator=_validate_text)
    """An Open Definition or SPDX identifier, such as ``CC-BY-4.0``; None if the terms have none."""
    path: str | None = field(default=None, validator=_validate_text)
    """The URL of the terms, or their path in the package."""
    title: str | None = field(default=None, validator=_validate_text)
    """The title of the terms."""


@frozen
class Contributor:
    """A person or body that contributed to the data."""

    title: str | None = field(default=None, validator=_validate_text)
    """The name of the person or body; optional if another name or an address is filled."""
    roles: tuple[str, ...] = field(default=(), converter=_to_tuple, validator=_validate_members(str))
    """Roles as Data Package names them, such as ``creator``, ``publisher`` or ``wrangler``."""
    organization: str | None = field(default=None, validator=_validate_text)
    """The employer of a person."""
    path: str | None = field(default=None, validator=_validate_text)
    """A URL of the contributor."""
    email: str | None = field(default=None, validator=_validate_text)
    """An email address of the contributor."""
    given_name: str | None = field(default=None, validator=_validate_text, metadata={KEY: "givenName"})
    """The given name of a person; ``givenName`` in a package."""
    family_name: str | None = field(default=None, validator=_validate_text, metadata={KEY: "familyName"})
    """The family name of a person; ``familyName`` in a package."""

    def __attrs_post_init__(self) -> None:
        if not (self.title or self.given_name or self.family_name or self.organization or self.path or self.email):
            raise ValueError("title: found nothing, expected a title, a given or family name, an organization, a path or an email")

    @property
    def person(self) -> bool:
        """True for a person: a contributor with a given or family name, or with a title and an organization."""
        return bool(self.given_name or self.family_name or (self.title and self.organization))

    @property
    def name(self) -> str:
        """The title, else the name of the person (family name first if Japanese), else the organization, else an address."""
        if self.title:
            return self.title
        parts = list(filter(None, (self.given_name, self.family_name)))
        if any(_JAPANESE.search(part) for part in parts):
            return " ".join(reversed(parts))
        return " ".join(parts) or str(self.organization or self.path or self.email)


@frozen
class Credit:
    """A document or data set that the data are derived from."""

    title: str | None = field(default=None, validator=_validate_text)
    """Its title, with its publisher if known; optional if an address is filled."""
    path: str | None = field(default=None, validator=_validate_text)
    """Its URL; None if unknown."""
    email: str | None = field(default=None, validator=_validate_text)
    """A contact email address."""
    version: str | None = field(default=None, validator=_validate_text)
    """Its version."""

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
    """The id of an earlier version."""
    to: str | None = field(default=None, validator=_validate_text)
    """The id of the record that replaces it, or of a further redirect; None if there is no such record."""


class Redirects:
    """A mapping from the ids of earlier versions to the current ids of their records. Redirects may form chains.

    Of two redirects of one id the first counts.
    """

    __slots__ = ("_aliases", "_current")

    def __init__(self, redirects: Iterable[Redirect] = ()) -> None:
        targets: dict[str, str | None] = {}
        for redirect in redirects:
            targets.setdefault(redirect.id, redirect.to)
        self._current: dict[str, str | None] = {}
        self._aliases: dict[str, list[str]] = {}
        for start in targets:
            # Follow the chain to an id that is not redirected or already resolved; a cycle has no current id.
            path: dict[str, None] = {}
            id: str | None = start
            while id in targets and id not in self._current and id not in path:
                path[id] = None
                id = targets[id]
            current = None if id is None or id in path else self._current.get(id, id)
            for alias in path:
                self._current[alias] = current
                if current is not None:
                    self._aliases.setdefault(current, [current]).append(alias)

    def __bool__(self) -> bool:
        return bool(self._current)

    def __contains__(self, id: object) -> bool:
        """Check if an id is no longer in use."""
        return id in self._current

    def resolve(self, id: str) -> str | None:
        """Return the current id of an id's record: the id itself if it is in use, None if it was given up."""
        return self._current.get(id, id)

    def find_aliases(self, id: str) -> Sequence[str]:
        """Return all ids of an id's record, the current one first; only the id itself if it was given up."""
        return self._aliases.get(self.resolve(id) or id, (id,))

    def explain_missing(self, id: str, suggestion: str) -> str:
        """Return the end of a message on a missing id: that it was given up or replaced, else the `suggestion`."""
        if id not in self:
            return suggestion
        current = self.resolve(id)
        if current is None:
            return Message("; {id!r} was given up in a later version", "{id!r}は後の版で廃止された。", id=id)
        return Message("; {current!r} stands for it now", "現在は{current!r}がこれに代わる。", current=current)


@frozen
class Metadata:
    """Metadata of a data set, such as name, title, version, terms of use and credits, as stored in ``datapackage.json``.

    Raises:
        ValueError: a value is not of its field's type, a text shows nothing or holds a control character, or the name has characters
            that Data Package forbids.
    """

    name: str = field(default="dxgov-data", validator=_validate_name)
    """The identifier: lower-case letters, digits and ``. _ -``."""
    titles: LanguageMap | None = field(default=None, validator=_validate_language_map)
    """The title in each language; None if `title` is in one language only."""
    title: str | None = field(default=None, validator=_validate_text)
    """The title. If there are `titles`, it is both of them in one text, and may be left out."""
    descriptions: LanguageMap | None = field(default=None, validator=_validate_language_map)
    """The description in each language; None if `description` is in one language only."""
    description: str | None = field(default=None, validator=_validate_text)
    """A description in a few sentences of Markdown. If there are `descriptions`, it is both of them in one text, and may be left out."""
    version: str | None = field(default=None, validator=_validate_text)
    """The version of the data, not of any software."""
    created: date | None = field(default=None, validator=_validate_day)
    """The release date of this version, never the time of an export."""
    doi: str | None = field(
        default=None, validator=_validate_pattern(r"10\.[0-9]{4,9}/[!-~]+", "a DOI such as 10.5281/zenodo.1234, without address")
    )
    """The DOI of the data; None if there is none."""
    homepage: str | None = field(default=None, validator=_validate_text)
    """The URL of the home page."""
    keywords: tuple[str, ...] = field(default=(), converter=_to_tuple, validator=_validate_members(str))
    """Keywords."""
    languages: tuple[str, ...] = field(
        default=(), converter=_to_tuple, validator=_validate_pattern(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "a BCP 47 tag such as ja")
    )
    """The languages of the records' texts, as BCP 47 tags, the main one first."""
    places: tuple[str, ...] = field(
        default=(), converter=_to_tuple, validator=_validate_pattern(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", "a code of ISO 3166 such as JP or JP-13")
    )
    """The countries or subdivisions that the data cover, as ISO 3166 codes."""
    subjects: tuple[str, ...] = field(
        default=(),
        converter=_to_tuple,
        validator=_validate_pattern(r"https?://[^\s<>\"{}|\\^`]+", "an address that begins with http:// or https://"),
    )
    """The subjects of the data, as IRIs of concepts in classifications that portals share."""
    licenses: tuple[License, ...] = field(default=(), converter=_to_tuple, validator=_validate_members(License))
    """Terms of use."""
    contributors: tuple[Contributor, ...] = field(default=(), converter=_to_tuple, validator=_validate_members(Contributor))
    """Persons and bodies that contributed to the data."""
    sources: tuple[Credit, ...] = field(default=(), converter=_to_tuple, validator=_validate_members(Credit))
    """Documents and data sets that the data are derived from."""
    redirects: tuple[Redirect, ...] = field(default=(), converter=_to_tuple, validator=_validate_members(Redirect))
    """Redirects from ids of earlier versions to the ids of the records that replace them."""

    def get_title(self, lang: Lang) -> str:
        """Return the title in a language; if there is none, the title in any, or else the name."""
        return self.titles[lang] if self.titles else self.title or self.name

    def get_description(self, lang: Lang) -> str | None:
        """Return the description in a language; if there is none, the description in any, or None."""
        return self.descriptions[lang] if self.descriptions else self.description

    def __attrs_post_init__(self) -> None:
        for name, text, texts in (("title", self.title, self.titles), ("description", self.description, self.descriptions)):
            if texts and text is None:
                object.__setattr__(self, name, texts.joined)
            elif texts and text != texts.joined:
                raise ValueError(f"{name}: found {text!r}, expected {texts.joined!r}, which follows from `{name}s`, or nothing")
