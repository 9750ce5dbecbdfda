"""`Code`: the base class of controlled vocabularies, whose members have a Japanese label and a meaning."""

from enum import StrEnum
from typing import Self

from dxgov.languages import LanguageMap, derive_english_title


class Code(StrEnum):
    """A member of a controlled vocabulary: a string with a Japanese label and a meaning.

    Define a member as ``NAME = "value", "Japanese label", "One sentence that says when it applies.", "The same in Japanese."``
    Members compare equal to their value, so ``ask.strength == "act"`` holds.
    """

    label: str
    """The Japanese name of the member."""

    meaning: str
    """One English sentence that says when the member applies."""

    meaning_ja: str
    """The same sentence in Japanese."""

    shared: tuple[str, ...]
    """The equivalent values of the vocabulary of the field's `Term`; empty if it has none.

    If the term is ``rdf:type``, these are the IRIs of the classes of a resource with the code.
    """

    @property
    def titles(self) -> LanguageMap:
        """The name in both languages; the English one follows from the value."""
        return LanguageMap(self.label, derive_english_title(str(self)))

    @property
    def descriptions(self) -> LanguageMap:
        """The meaning in both languages."""
        return LanguageMap(self.meaning_ja, self.meaning)

    def __repr__(self) -> str:
        """Return the member as an expression, such as ``AskStrength.ACT``."""
        return f"{type(self).__name__}.{self.name}"

    def __new__(cls, value: str, label: str, meaning: str, meaning_ja: str, shared: tuple[str, ...] = ()) -> Self:
        """Create a member from the tuple beside its name."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.meaning = meaning
        member.meaning_ja = meaning_ja
        member.shared = shared
        return member
