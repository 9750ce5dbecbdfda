"""`LanguageMap`: a text in Japanese and English; and the English titles that follow from the names of the code."""

import re
from collections.abc import Iterable
from functools import partial
from typing import Any, Literal, Protocol, Self

from attrs import frozen

Lang = Literal["en", "ja"]
"""A language of titles and descriptions, as a BCP 47 tag."""

_SPELLINGS = {"id": "ID", "ids": "IDs", "url": "URL", "sha256": "SHA-256", "edtf": "EDTF"}
"""Words of names that are not written in lower case."""

_SUFFIXES = {"en": "English", "ja": "Japanese"}
"""Last words of names that say the language of the content."""


@frozen
class LanguageMap:
    """A text in Japanese and in English; an empty text if it is unknown in a language."""

    ja: str
    """The Japanese text."""
    en: str
    """The English text."""

    def __getitem__(self, lang: Lang) -> str:
        return self.ja if lang == "ja" else self.en

    @property
    def joined(self) -> str:
        """Both texts in one, Japanese first, with a slash between them; a text that is the same in both languages only once."""
        return " / ".join(dict.fromkeys(self.texts.values()))

    @property
    def texts(self) -> dict[Lang, str]:
        """The texts that are not empty, by language."""
        texts: dict[Lang, str] = {"ja": self.ja, "en": self.en}
        return {lang: text for lang, text in texts.items() if text}

    @property
    def message(self) -> "Message":
        """The text as a message, or a part of one."""
        return Message("{en}", "{ja}", en=self.en, ja=self.ja)


class Message(str):
    """A message: a text in English that carries the same in Japanese, composed when it is asked for.

    It equals the English text, and `str`, f-strings, JSON and comparisons know nothing else of it.

    Args:
        en: Template of the English text, as `str.format` takes it.
        ja: Template of the Japanese text, with the same parts.
        parts: Parts of both texts by name. A part that is a `Message` itself is inserted in the language of the text.

    >>> message = Message("found {value}, expected {kind}", "値は{value}。期待する値は{kind}。", value="12", kind=Message("a day", "日付"))
    >>> message
    'found 12, expected a day'
    >>> message.ja
    '値は12。期待する値は日付。'
    """

    __slots__ = ("_en", "_ja", "_parts")

    _en: str
    _ja: str
    _parts: dict[str, Any]

    def __new__(cls, en: str, ja: str, /, **parts: Any) -> Self:
        """Compose the English text; the Japanese one is composed when it is asked for."""
        message = super().__new__(cls, en.format_map(parts))
        message._en, message._ja, message._parts = en, ja, parts
        return message

    @property
    def ja(self) -> str:
        """The Japanese text."""
        return self._ja.format_map({name: translate(part, "ja") for name, part in self._parts.items()})

    def __str__(self) -> str:
        """Return the message itself, so that an exception keeps its Japanese text."""
        return self

    def __reduce__(self) -> "tuple[partial[Message], tuple[()]]":
        return partial(type(self), self._en, self._ja, **self._parts), ()


def translate(part: Any, lang: Lang) -> Any:
    """Return a message as a plain text in a language; what is no `Message` as it is."""
    return (part.ja if lang == "ja" else str.__str__(part)) if isinstance(part, Message) else part


def join_texts(texts: Iterable[str], en: str, ja: str) -> Message:
    """Return texts, or messages, as one message, joined by a separator of each language."""
    parts = {f"text{number}": text for number, text in enumerate(texts)}
    names = [f"{{{name}}}" for name in parts]
    return Message(en.join(names), ja.join(names), **parts)


class Described(Protocol):
    """What has titles and descriptions in both languages."""

    @property
    def titles(self) -> LanguageMap:
        """The titles."""

    @property
    def descriptions(self) -> LanguageMap:
        """The descriptions."""


def describe_in_languages(item: Described, title: str = "title") -> dict[str, Any]:
    """Return the properties of a descriptor with the titles and descriptions of an item.

    ``title`` and ``description`` hold both languages in one text, for programs that show them as they are; ``titles`` and ``descriptions``
    hold a text for each language. Texts that are unknown are left out.

    Args:
        item: Table, column or code.
        title: Name of the property with the title; that with a title for each language has an ``s`` more.
    """
    maps = {title: item.titles, "description": item.descriptions}
    return {key: text for key, texts in maps.items() if (text := texts.joined)} | {
        f"{key}s": texts.texts for key, texts in maps.items() if texts.texts
    }


def derive_english_title(name: str) -> str:
    """Return the English title of what is called `name` in code: ``Local government code``, ``Title (English)``.

    >>> derive_english_title("file_sha256")
    'File SHA-256'
    """
    *words, last = re.split("[_-]", name)
    text = " ".join(_SPELLINGS.get(word, word) for word in (words if words and last in _SUFFIXES else [*words, last]))
    title = f"{text[:1].upper()}{text[1:]}"
    return f"{title} ({_SUFFIXES[last]})" if words and last in _SUFFIXES else title


def lower_first(title: str) -> str:
    """Return a title as it stands inside of another: with a small first letter unless the word is an abbreviation."""
    return title if title[:2].isupper() else f"{title[:1].lower()}{title[1:]}"


def split_class_name(name: str) -> str:
    """Return the name of a class as that of an attribute: ``request_item`` for ``RequestItem``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
