"""Problems in the order of a report, as many as are told, whatever the order in which they are found."""

from collections.abc import Iterable, Iterator
from enum import IntEnum

from dxgov.errors import Problem, ProblemCode

TEXT = 2**26
"""So many characters of messages and values are told, however few problems they belong to."""


class Part(IntEnum):
    """The parts of a report, in their order."""

    DESCRIPTOR = 0
    FILES = 1
    """What is wrong with files, and cells that cannot be read."""
    ROWS = 2
    """What is wrong within a row."""
    KEYS = 3
    SHARED = 4
    """Ids that two tables have."""
    REFERENCES = 5
    LINKS = 6
    """Many-valued references that need at least one."""
    REDIRECTS = 7
    WARNINGS = 8
    """What should be looked at and may be right."""


Place = tuple[int, int, int, int]
"""Where problems stand in a report: its part, the number of the table, that of the rule, that of the batch."""


class Told:
    """Problems by their place.

    Only the first ones are kept: those that the report tells. What comes behind them is dropped as soon as it is known to. Warnings come
    last and are kept apart; nobody looks for them but where they are asked for.
    """

    def __init__(self, most: int, last: Place | None = None, *, warnings: bool = False) -> None:
        self.most: int = most
        self._last = last
        self._warnings = warnings
        self._found: dict[Place, list[Problem]] = {}
        self._count = self._text = 0

    def wants(self, *place: int) -> bool:
        """Whether problems of that place can still be among the first."""
        return (self._last is None or place <= self._last) and (self._warnings or place[0] < Part.WARNINGS)

    def add(self, part: int, table: int, rule: int, batch: int, problems: Iterable[Problem]) -> None:
        """Add problems of one place in their order; as many as are told are asked for, and one more."""
        place = (part, table, rule, batch)
        if not self.wants(*place):
            return
        kept = self._found.setdefault(place, [])
        text = 0
        for problem in problems:
            kept.append(problem)
            self._count += 1
            text += _size(problem)
            if len(kept) > self.most or text > TEXT:
                break
        self._text += text
        if not kept:
            del self._found[place]
        if self._count > 2 * self.most or self._text > 2 * TEXT:
            self._drop()

    def merge(self, other: "Told") -> None:
        """Take over what another has found."""
        for place, problems in other._found.items():  # noqa: SLF001 - of the same kind
            self.add(*place, problems)

    def apart(self) -> "Told":
        """An empty one, for what may have to be forgotten again, that wants no more than this one."""
        return Told(self.most, self._last, warnings=self._warnings)

    def _drop(self) -> None:
        """Drop what comes behind the first ones."""
        count = text = 0
        for each in sorted(self._found):
            if count > self.most or text > TEXT:
                del self._found[each]
                continue
            count += len(self._found[each])
            text += sum(map(_size, self._found[each]))
            if count > self.most or text > TEXT:
                self._last = each if self._last is None else min(self._last, each)
        self._count, self._text = count, text

    def __iter__(self) -> Iterator[Problem]:
        """The first problems; where there are more, a last one that says so."""
        return self._first(place for place in sorted(self._found) if place[0] < Part.WARNINGS)

    def warnings(self) -> Iterator[Problem]:
        """Yield the first warnings; where there are more, a last one says so."""
        return self._first(place for place in sorted(self._found) if place[0] == Part.WARNINGS)

    def _first(self, places: Iterable[Place]) -> Iterator[Problem]:
        text = 0
        for number, problem in enumerate(problem for place in places for problem in self._found[place]):
            if number == self.most or text > TEXT:
                yield Problem(ProblemCode.MORE_PROBLEMS, f"{number:,} are told; mend those first, or raise the limit of problems")
                return
            text += _size(problem)
            yield problem


def _size(problem: Problem) -> int:
    return len(problem.message) + len(problem.value or "")
