"""Controlled vocabularies: enumerations whose members explain themselves."""

from enum import StrEnum
from typing import Self


class Code(StrEnum):
    """A member of a controlled vocabulary: a text with a Japanese label and a meaning.

    Members are written ``NAME = "value", "Japanese label", "One sentence that says what it means."`` and compare equal to
    their value, so ``ask.strength == "act"`` holds.
    """

    label: str
    """The member in Japanese, as a reader of the data would see it."""

    meaning: str
    """One sentence in English that says when the member applies."""

    shared: tuple[str, ...]
    """What the vocabulary of the field's `Term` calls it, one word for each kind of thing there; empty where it has none.

    Where the term is ``rdf:type``, the IRIs of the classes that what has the code belongs to.
    """

    def __repr__(self) -> str:
        """The member as one would write it."""
        return f"{type(self).__name__}.{self.name}"

    def __new__(cls, value: str, label: str, meaning: str, shared: tuple[str, ...] = ()) -> Self:
        """A member from what stands beside its name."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.meaning = meaning
        member.shared = shared
        return member
