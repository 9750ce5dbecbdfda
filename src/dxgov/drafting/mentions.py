"""`Mentions`: the known themes and things that a text names."""

import re
from collections.abc import Mapping, Sequence

from attrs import define, field

from dxgov.dataset import Dataset
from dxgov.drafting.actors import normalize_name
from dxgov.drafting.record_tables import MODEL
from dxgov.model.themes import Theme
from dxgov.model.things import Thing

THEMES, THINGS = (MODEL.table_of(record).name for record in (Theme, Thing))
"""The names of the tables."""

_MIN_LENGTH = 2
"""Minimum length of a name that is looked for, in characters."""


@define
class Mentions:
    """The names of the themes and things of a data set, and those of its actors, which hide the names inside them."""

    known: Dataset | None
    _ids: dict[str, list[tuple[str, str]]] = field(init=False, factory=dict)
    """The table and id of each theme and thing by folded name."""
    _pattern: re.Pattern[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        hiding: set[str] = set()
        if self.known is not None:
            for theme in self.known.themes:
                self._add(THEMES, theme.id, (theme.label, *theme.alt_labels))
            for thing in self.known.things:
                self._add(THINGS, thing.id, (thing.name, *thing.alt_labels))
            hiding = {_fold(actor.name) for actor in self.known.actors}
        names = sorted({name for name in (*self._ids, *hiding) if len(name) >= _MIN_LENGTH}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, names)) or r"(?!)")

    def _add(self, table: str, id: str, names: Sequence[str]) -> None:
        for name in names:
            self._ids.setdefault(_fold(name), []).append((table, id))

    def find(self, text: str) -> Mapping[str, tuple[str, ...]]:
        """Return the ids of the themes and things that a text names, by table, the most frequent first, then the first named.

        A name inside a longer one does not count.
        """
        counts: dict[str, dict[str, int]] = {}
        for match in self._pattern.finditer(_fold(text)):
            for table, id in self._ids.get(match[0], ()):
                own = counts.setdefault(table, {})
                own[id] = own.get(id, 0) + 1
        return {table: tuple(sorted(own, key=lambda id: -own[id])) for table, own in counts.items()}


def _fold(text: str) -> str:
    return normalize_name(text).casefold()
