"""Which of very many names may be meant by one that is not among them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

_CHOSEN = 50
"""So many names are worth a closer look."""


class Names:
    """Names to choose from, none of them very long: each takes as much memory as the longest."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        content = [name.encode(errors="replace") for name in names]
        self._forward, self._backward = _letters(content), _letters([each[::-1] for each in content])
        self._lengths = np.fromiter(map(len, content), dtype=np.int64, count=len(content))

    def near(self, found: str) -> list[str]:
        """Those that begin and end most like the name that was found, the likest first."""
        wanted = found.encode(errors="replace")
        same = _alike(self._forward, wanted) + _alike(self._backward, wanted[::-1])
        same = np.minimum(same, np.minimum(self._lengths, len(wanted)))
        order = np.argsort(self._lengths - 2 * same, kind="stable")
        return [self._names[place] for place in order[:_CHOSEN].tolist()]


def _letters(content: list[bytes]) -> "np.ndarray[Any, Any]":
    """The bytes of each name in a row, with zeros behind them."""
    return np.array(content or [b""], dtype=np.bytes_).view(np.uint8).reshape(max(1, len(content)), -1)[: len(content)]


def _alike(letters: "np.ndarray[Any, Any]", wanted: bytes) -> "np.ndarray[Any, Any]":
    """With how many bytes of another name each begins."""
    width = min(letters.shape[1], len(wanted))
    same = letters[:, :width] == np.frombuffer(wanted, dtype=np.uint8)[:width]
    return np.asarray(np.logical_and.accumulate(same, axis=1).sum(axis=1))
