"""Genres: which grammar reads a document, guessed with reasons."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from attrs import frozen

from dxgov.documents.lines import ExtractedText
from dxgov.documents.readings import Certainty, Reading
from dxgov.errors import did_you_mean

NONE = "none"
"""The genre of a document that no grammar fits."""

_MIN_SCORE = 0.5
"""The score below which a grammar does not fit."""

_MIN_LEAD = 0.2
"""The lead over the second that makes a genre certain, with a score of `_SURE_SCORE`."""

_SURE_SCORE = 0.8


@frozen
class Grammar:
    """A grammar: how likely a text is of its genre, and what it reads in it."""

    genre: str
    module: str
    """The module below `dxgov.documents` with ``score_GENRE`` and ``read_GENRE``; it is imported when it is used."""

    def score(self, text: ExtractedText) -> tuple[float, tuple[str, ...]]:
        """Return how likely a text is of the genre, from 0 to 1, and the reasons."""
        score: tuple[float, tuple[str, ...]] = self._load("score")(text)
        return score

    def read(self, text: ExtractedText) -> Reading:
        """Read a text."""
        reading: Reading = self._load("read")(text)
        return reading

    def _load(self, action: str) -> Callable[[ExtractedText], Any]:
        function: Callable[[ExtractedText], Any] = getattr(import_module(f"dxgov.documents.{self.module}"), f"{action}_{self.genre}")
        return function


GRAMMARS = (
    Grammar("letter", "letters"),
    Grammar("request_report", "request_reports"),
    Grammar("minutes", "minutes"),
    Grammar("decisions", "decisions"),
    Grammar("schedule", "compilations"),
    Grammar("table", "compilations"),
    Grammar("list", "compilations"),
)
"""All grammars; of equal scores, the first counts."""


@frozen
class GenreScore:
    """How likely a document is of a genre."""

    genre: str
    score: float
    """From 0 to 1."""

    reasons: tuple[str, ...]


def score_genres(text: ExtractedText) -> list[GenreScore]:
    """Return the score of each grammar, the highest first."""
    scores = [GenreScore(grammar.genre, *grammar.score(text)) for grammar in GRAMMARS]
    return sorted(scores, key=lambda score: -score.score)


def read_document(text: ExtractedText, genre: str | None = None) -> Reading:
    """Read a document with a grammar.

    Args:
        text: The document.
        genre: The name of the grammar; None to guess it.

    Returns:
        What the grammar reads. If no grammar fits, a reading of the genre ``none`` without entries.

    Raises:
        ValueError: There is no such grammar.
    """
    grammars = {grammar.genre: grammar for grammar in GRAMMARS}
    if genre is not None:
        if genre not in grammars:
            raise ValueError(f"there is no genre {genre!r}{did_you_mean(genre, grammars)}; expected one of {', '.join(grammars)}")
        return grammars[genre].read(text)
    best, *others = score_genres(text)
    if best.score < _MIN_SCORE:
        return Reading(NONE, Certainty.LIKELY, tuple(f"{score.genre}: {score.score:.2f}" for score in (best, *others)))
    lead = best.score - max((score.score for score in others), default=0.0)
    is_sure = best.score >= _SURE_SCORE and lead >= _MIN_LEAD
    reading = grammars[best.genre].read(text)
    return Reading(
        reading.genre,
        Certainty.SURE if is_sure else Certainty.LIKELY if lead >= _MIN_LEAD else Certainty.UNSURE,
        best.reasons,
        reading.entries,
        reading.flaws,
    )
