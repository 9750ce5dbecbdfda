"""Preselection of the names that are most similar to an unknown one, so that `difflib` compares only a few.

`difflib` takes 20 microseconds or more per candidate, and prefixes and lengths alone select badly. Shared bigrams, counted in NumPy,
select 50 of 20,000 names in a fraction of the time, and the index serves many lookups.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

_MAX_UNINDEXED = 200
"""Maximum number of names that are all returned, without an index."""

_MAX_CANDIDATES = 50
"""Number of candidates returned from more names."""

_BUCKETS = 1_024
"""Number of buckets that bigrams are hashed to."""


class SuggestionIndex:
    """An index of names by the bigrams they contain. It is built on first use; for 20,000 names it takes 20 MB."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def __getstate__(self) -> dict[str, Any]:
        return {"_names": self._names}

    def find_similar(self, name: str) -> Sequence[str]:
        """Return the names most similar to a name by the Dice coefficient of their bigrams; all names if they are few."""
        if len(self._names) <= _MAX_UNINDEXED:
            return self._names
        import numpy as np

        (bigrams,) = _build_bigram_matrix([name])
        common = self._matrix[:, np.flatnonzero(bigrams)].sum(axis=1, dtype=np.int64)
        similarity = 2 * common / np.maximum(self._counts + int(bigrams.sum()), 1)
        return [self._names[index] for index in np.argsort(-similarity, kind="stable")[:_MAX_CANDIDATES].tolist()]

    @cached_property
    def _matrix(self) -> "np.ndarray[Any, Any]":
        return _build_bigram_matrix(self._names)

    @cached_property
    def _counts(self) -> "np.ndarray[Any, Any]":
        return self._matrix.sum(axis=1, dtype="int64")  # type: ignore[no-any-return]


def _build_bigram_matrix(names: Sequence[str]) -> "np.ndarray[Any, Any]":
    """Return a row for each name with 1 in the buckets of its bigrams of bytes. A zero byte marks its start and its end."""
    import numpy as np

    # Hash every two neighbouring bytes of all names, also across the names.
    encoded = [b"\0" + name.encode(errors="replace") + b"\0" for name in names]
    lengths = np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded))
    content = np.frombuffer(b"".join(encoded), dtype=np.uint8).astype(np.int64)
    buckets = (content[:-1] * 31 + content[1:]) % _BUCKETS
    # Keep the bigrams whose bytes belong to one name.
    rows = np.repeat(np.arange(len(encoded)), lengths)
    same_name = rows[:-1] == rows[1:]
    matrix = np.zeros((len(encoded), _BUCKETS), dtype=np.uint8)
    matrix[rows[:-1][same_name], buckets[same_name]] = 1
    return matrix
