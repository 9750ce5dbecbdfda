"""How other programs write back what they read: told once for a column, with the cure."""

from collections.abc import Callable, Collection, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, frozen

from dxgov.arrow import NO_TEXTS, filled, positions, text_array, truths
from dxgov.errors import quoted
from dxgov.package.cells import Faults
from dxgov.schema import Column, Kind

INDEXES = ("", "__index_level_0__", "Unnamed: 0", "level_0")
"""Names of the column that pandas makes of a data frame's index."""


@frozen
class Habit:
    """A way of writing values that some program has."""

    kinds: Collection[Kind]
    """The kinds of columns whose cells cannot be read if they are written in this way; of texts those with a pattern."""
    regex: str
    """What matches each faulty cell; in columns of texts each cell that is filled, for there nothing else tells what a program did."""
    means: str
    """What the program did, and the cure."""

    def holds(self, texts: pa.Array) -> bool:
        """Return whether all texts are written in this way; missing ones do not count."""
        return pc.all(_matches(self.regex, texts)).as_py() is not False


_HABITS = (
    Habit({Kind.BOOLEAN}, "True|False|TRUE|FALSE", "as pandas and Excel write truth values; write true and false"),
    Habit(
        {Kind.INTEGER},
        r"-?[0-9]+\.0",
        'as pandas writes numbers of a column with gaps; read the file with dtype="string" and write it again',
    ),
    Habit(
        {Kind.TEXT},
        r"-?[0-9]+\.[0-9]+",  # of texts such as 5.1 among them nobody can tell whether they were 5.10
        "as programs write texts that they take for decimal numbers, of which others may be wrong too (10.10 becomes 10.1); read the file "
        'as it was before as text (pandas: dtype="string", polars: infer_schema=False, DuckDB: all_varchar=true) and write it again',
    ),
    Habit(
        {Kind.TEXT},
        r"[0-9]{2}:[0-9]{2}:00(\.0+)?",
        "as DuckDB and data frames write times of day; write hours and minutes such as 14:00",
    ),
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
    text: str = ""
    """The first of them; empty while there is none."""
    row: int = 0
    """The number of its row, as problems have it; 0 while there is none."""
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
        pattern = column.pattern if column.kind is Kind.TEXT and not column.many else None  # faults of texts only the pattern shows
        if (pattern is None and not len(faults)) or self._tallies.get(column.name, ...) is None:
            return
        texts = cells if pattern else faults.texts.take(positions(faults.rows)) if len(faults.texts) else NO_TEXTS
        first = pc.first(texts).as_py()
        if first is None and pattern:
            return
        tally = self._tallies.get(column.name) or _begin(column, first)
        if tally is None or not tally.habit.holds(texts):
            self._tallies[column.name] = None
            return
        rows = np.flatnonzero(truths(filled(pc.invert(_matches(pattern.regex, texts)), False))) if pattern else faults.rows
        if len(rows) and not tally.count:
            tally = evolve(tally, text=texts[int(rows[0]) if pattern else 0].as_py(), row=counted(int(rows[0])))
        self._tallies[column.name] = evolve(tally, count=tally.count + len(rows))

    def __iter__(self) -> Iterator[tuple[str, Tally]]:
        """The columns in which one habit explains several faulty cells."""
        return ((name, tally) for name, tally in self._tallies.items() if tally is not None and tally.count > 1)


def _begin(column: Column, text: str | None) -> Tally | None:
    """Return an empty tally of the habit after which a cell of the column is written, or None where there is no such habit."""
    texts = text_array([text])
    habit = next((habit for habit in _HABITS if column.kind in habit.kinds and text is not None and habit.holds(texts)), None)
    return Tally(habit) if habit else None


def _matches(regex: str, texts: pa.Array) -> pa.Array:
    """Return for each text whether a regular expression matches it as a whole; nothing for one that is missing."""
    return pc.match_substring_regex(texts, rf"\A(?:{regex})\z")
