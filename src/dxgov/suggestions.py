"""Near names for one that is not known, among very many."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

_FEW = 200
"""So many names can all be looked at closely."""

_CHOSEN = 50
"""Of more, so many are worth it."""

_PAIRS = 1_024
"""Pairs of letters are told apart by so many numbers."""


class Names:
    """Names to choose from, none of them very long. Twenty thousand take 20 MB once something was looked for."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def __getstate__(self) -> dict[str, Any]:
        return {"_names": self._names}

    def near(self, found: str) -> Sequence[str]:
        """Those that have most pairs of neighbouring letters in common with the name that was found; all, where they are few."""
        if len(self._names) <= _FEW:
            return self._names
        import numpy as np

        (wanted,) = _pairs([found])
        shared = self._pairs[:, np.flatnonzero(wanted)].sum(axis=1, dtype=np.int64)
        likeness = 2 * shared / np.maximum(self._counts + int(wanted.sum()), 1)
        return [self._names[place] for place in np.argsort(-likeness, kind="stable")[:_CHOSEN].tolist()]

    @cached_property
    def _pairs(self) -> "np.ndarray[Any, Any]":
        return _pairs(self._names)

    @cached_property
    def _counts(self) -> "np.ndarray[Any, Any]":
        return self._pairs.sum(axis=1, dtype="int64")  # type: ignore[no-any-return]


def _pairs(names: Sequence[str]) -> "np.ndarray[Any, Any]":
    """Which pairs of bytes each name has, its beginning and its end counted as a zero."""
    import numpy as np

    content = [b"\0" + name.encode(errors="replace") + b"\0" for name in names]
    lengths = np.fromiter(map(len, content), dtype=np.int64, count=len(content))
    letters = np.frombuffer(b"".join(content), dtype=np.uint8).astype(np.int64)
    pairs = (letters[:-1] * 31 + letters[1:]) % _PAIRS
    owners = np.repeat(np.arange(len(content)), lengths)
    within = owners[:-1] == owners[1:]
    found = np.zeros((len(content), _PAIRS), dtype=np.uint8)
    found[owners[:-1][within], pairs[within]] = 1
    return found
