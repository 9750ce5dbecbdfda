"""Genres: which grammar reads a document, guessed with reasons."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from attrs import frozen

from dxgov.documents.lines import ExtractedText
from dxgov.documents.readings import Certainty, DocumentReading
from dxgov.errors import did_you_mean

NONE = "none"
"""The genre of a document that no grammar fits."""

_MIN_SCORE = 0.5
"""The score below which a grammar does not fit."""

_MIN_LEAD = 0.2
"""The lead over the second that makes a genre certain, with a score of `_SURE_SCORE`."""

_SURE_SCORE = 0.8


@frozen
class GenreScore:
    """How likely a document is of a genre."""

    genre: str
    score: float
    """From 0 to 1."""

    reasons: tuple[str, ...]


@frozen
class Grammar:
    """A grammar of one genre or of several: how likely a text is of each, and what it reads in it."""

    genres: tuple[str, ...]
    module: str
    """The module below `dxgov.documents`, which is imported when it is used: it has ``read_GENRE`` for each genre, and ``score_GENRE``, or
    ``score_genres`` if there are several."""

    def score(self, text: ExtractedText) -> list[GenreScore]:
        """Return how likely a text is of each genre, with the reasons."""
        scores = self._load("score_genres")(text) if len(self.genres) > 1 else {self.genres[0]: self._load(f"score_{self.genres[0]}")(text)}
        return [GenreScore(genre, *scores[genre]) for genre in self.genres]

    def read(self, text: ExtractedText, genre: str) -> DocumentReading:
        """Read a text as one of a genre."""
        reading: DocumentReading = self._load(f"read_{genre}")(text)
        return reading

    def _load(self, name: str) -> Callable[[ExtractedText], Any]:
        function: Callable[[ExtractedText], Any] = getattr(import_module(f"dxgov.documents.{self.module}"), name)
        return function


GRAMMARS = (
    Grammar(("letter",), "letters"),
    Grammar(("request_report",), "request_reports"),
    Grammar(("minutes",), "minutes"),
    Grammar(("decisions",), "decisions"),
    Grammar(("schedule", "table", "list"), "compilations"),
)
"""All grammars; of equal scores, the first counts."""


def score_genres(text: ExtractedText) -> list[GenreScore]:
    """Return the score of each genre, the highest first."""
    scores = [score for grammar in GRAMMARS for score in grammar.score(text)]
    return sorted(scores, key=lambda score: -round(score.score, 6))


def read_document(text: ExtractedText, genre: str | None = None) -> DocumentReading:
    """Read a document with a grammar.

    Args:
        text: The document.
        genre: The name of the grammar; None to guess it.

    Returns:
        What the grammar reads. If no grammar fits, a reading of the genre ``none`` without entries.

    Raises:
        ValueError: There is no such grammar.
    """
    grammars = {genre: grammar for grammar in GRAMMARS for genre in grammar.genres}
    if genre is not None:
        if genre not in grammars:
            raise ValueError(f"there is no genre {genre!r}{did_you_mean(genre, grammars)}; expected one of {', '.join(grammars)}")
        return grammars[genre].read(text, genre)
    best, *others = score_genres(text)
    if best.score < _MIN_SCORE:
        return DocumentReading(NONE, Certainty.LIKELY, tuple(f"{score.genre}: {score.score:.2f}" for score in (best, *others)))
    lead = best.score - max((score.score for score in others), default=0.0)
    is_sure = best.score >= _SURE_SCORE and lead >= _MIN_LEAD
    reading = grammars[best.genre].read(text, best.genre)
    return DocumentReading(
        reading.genre,
        Certainty.SURE if is_sure else Certainty.LIKELY if lead >= _MIN_LEAD else Certainty.UNSURE,
        best.reasons,
        reading.entries,
        reading.flaws,
    )
