"""How other programs write back what they read: told once for a column, with the cure."""

from collections.abc import Callable, Collection, Iterator

import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, frozen

from dxgov.arrow import NO_TEXTS, literal, positions, text_array
from dxgov.errors import quoted
from dxgov.package.cells import Faults
from dxgov.schema import Column, Kind

INDEXES = ("", "__index_level_0__", "Unnamed: 0", "level_0")
"""Names of the column that pandas makes of a data frame's index."""


@frozen
class Habit:
    """A way of writing values that some program has."""

    kinds: Collection[Kind]
    """The kinds of columns whose cells cannot be read if they are written in this way."""
    regex: str
    means: str
    """What the program did, and the cure."""

    def holds(self, texts: pa.Array) -> bool:
        """Return whether all texts are written in this way; missing ones do not count."""
        return _match(self.regex, texts)


_FRACTIONS = Habit(
    {Kind.INTEGER},
    r"-?[0-9]+\.0",
    'as pandas writes numbers of a column with gaps; read the file with dtype="string" and write it again',
)
_HABITS = (
    Habit({Kind.BOOLEAN}, "True|False|TRUE|FALSE", "as pandas and Excel write truth values; write true and false"),
    _FRACTIONS,
    Habit(
        {Kind.DATE},
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]00:00:00(\.0+)?(Z|\+00:00)?",
        "as data frames write days that have become times; write days such as 2024-04-22",
    ),
    Habit({Kind.DATE}, "[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}", "as Excel writes days; write days such as 2024-04-22"),
    Habit(
        {Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN, Kind.DATE},
        "NaN|nan|NaT|<NA>|NA|N/A|None|null|NULL",
        "as data frames write what is missing; leave such cells empty, or declare the text in `missingValues`",
    ),
)


@frozen
class Tally:
    """The cells of a column that are faulty because of one habit."""

    habit: Habit
    text: str
    """The first of them."""
    row: int
    """The number of its row, as problems have it."""
    count: int = 0

    def message(self) -> str:
        """Return what to say of all cells."""
        return f"found {quoted(self.text)} and the like in {self.count:,} cells, {self.habit.means}"


class Habits:
    """The habits after which the columns of a file are written."""

    def __init__(self) -> None:
        self._tallies: dict[str, Tally | None] = {}  # None where no habit explains a fault

    def add(self, column: Column, cells: pa.Array, faults: Faults, counted: Callable[[int], int]) -> None:
        """Count more cells of a column, as long as one habit explains all that are faulty; `counted` gives the number of a row."""
        digits = column.kind is Kind.TEXT and column.pattern is not None and not column.many  # whose faults only the pattern shows
        if (not digits and not len(faults)) or self._tallies.get(column.name, ...) is None:
            return
        texts = cells if digits else faults.texts.take(positions(faults.rows)) if len(faults.texts) else NO_TEXTS
        first = pc.first(texts).as_py()
        if first is None and digits:
            return
        tally = self._tallies.get(column.name)
        if tally is None and first is not None:
            row = pc.index(pc.is_valid(texts), literal(True)).as_py() if digits else int(faults.rows[0])
            habit = _habit(column, first)
            tally = Tally(habit, first, counted(row)) if habit else None
        if tally is None or not tally.habit.holds(texts):
            self._tallies[column.name] = None
        else:
            self._tallies[column.name] = evolve(tally, count=tally.count + len(texts) - texts.null_count)

    def __iter__(self) -> Iterator[tuple[str, Tally]]:
        """The columns in which one habit explains several faulty cells."""
        return ((name, tally) for name, tally in self._tallies.items() if tally is not None and tally.count > 1)


def _habit(column: Column, text: str) -> Habit | None:
    """Return the habit after which a cell is written that is no value of the column, or None."""
    texts = text_array([text])
    if column.pattern:
        return _FRACTIONS if _FRACTIONS.holds(texts) and not _match(column.pattern.regex, texts) else None
    return next((habit for habit in _HABITS if column.kind in habit.kinds and habit.holds(texts)), None)


def _match(regex: str, texts: pa.Array) -> bool:
    """Return whether a regular expression matches all texts that are there."""
    return pc.all(pc.match_substring_regex(texts, rf"\A(?:{regex})\z")).as_py() is not False
