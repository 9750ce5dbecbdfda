"""How other programs write back what they read: told once for a column, with the cure."""

from collections.abc import Callable, Collection, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, frozen

from dxgov.errors import quoted
from dxgov.formats.csv_cells import Faults
from dxgov.schema import Column, Kind
from dxgov.tables.arrow import filled, literal, positions, truths

INDEXES = ("", "__index_level_0__", "Unnamed: 0", "level_0")
"""Names of the column that pandas makes of a data frame's index."""


@frozen
class Habit:
    """A way of writing values that some program has."""

    kinds: Collection[Kind | None]
    """The kinds of columns whose cells cannot be read if they are written in this way; of texts those with a pattern. None is for lists."""
    regex: str
    """What matches each faulty cell."""
    means: str
    """What the program did, and the cure."""
    whole: bool = False
    """Whether in a column of texts each cell that is filled must be written so, for there nothing else tells what the program did."""
    lost: str = ""
    """What must make each faulty cell of a column of texts fit its pattern, put before it once or more often."""

    def explains(self, column: Column, cells: pa.Array, faulty: pa.Array) -> bool:
        """Return whether all faulty cells are written in this way; of the cells of a column, missing ones do not count."""
        texts = cells if self.whole and column.kind is Kind.TEXT else faulty
        if pc.all(_matches(self.regex, texts)).as_py() is False:
            return False
        return not self.lost or column.pattern is None or pc.all(_fits_after(self.lost, column.pattern.regex, texts)).as_py() is not False


_AS_TEXT = (
    'read the file as it was before as text (pandas: dtype="string", polars: infer_schema=False, DuckDB: all_varchar=true) and write it '
    "again"
)

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
        f"as programs write texts that they take for decimal numbers, of which others may be wrong too (10.10 becomes 10.1); {_AS_TEXT}",
        whole=True,
    ),
    Habit({Kind.TEXT}, "[0-9]+", f"as programs write codes that they take for numbers, without the zeros in front; {_AS_TEXT}", lost="0"),
    Habit(
        {Kind.TEXT},
        r"[0-9]{2}:[0-9]{2}:00(\.0+)?|[0-9]{1,2}:[0-9]{2}(:00)? [AP]M",
        "as DuckDB, data frames and spreadsheets write times of day; write hours and minutes such as 14:00",
        whole=True,
    ),
    Habit(
        {Kind.DATE},
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]00:00:00(\.0+)?(Z|\+00:00)?",
        "as data frames write days that have become times; write days such as 2024-04-22",
    ),
    Habit({Kind.DATE}, "[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}", "as Excel writes days; write days such as 2024-04-22"),
    Habit(
        {*Kind, None},
        r"NaN|nan|NaT|<NA>|NA|N/A|None|null|NULL|\\N",
        'as R and data frames write what is missing; leave such cells empty (R: na = ""), or declare the text in `missingValues`',
    ),
    Habit(
        {None},
        r'(?s)\[""[^",].*""\]',
        "as data.table reads quotation marks; make one of each two, in other columns of texts too: gsub('\"\"', '\"', x, fixed = TRUE)",
    ),
    Habit({None}, r'(?s)\[([^"\s].*)?\]', 'as pandas and DuckDB write lists; write JSON arrays of texts such as ["a", "b"]'),
)


@frozen
class Tally:
    """The cells of a column that are faulty because of one habit."""

    habits: tuple[Habit, ...]
    """Those that explain all faulty cells so far, the likeliest first; none where no habit does."""
    text: str = ""
    """The first of them; empty while there is none."""
    row: int = 0
    """The number of its row, as problems have it; 0 while there is none."""
    count: int = 0

    def message(self) -> str:
        """Return what to say of all cells."""
        return f"found {quoted(self.text)} and the like in {self.count:,} cells, {self.habits[0].means}"


class Habits:
    """The habits after which the columns of a file are written."""

    def __init__(self) -> None:
        self._tallies: dict[str, Tally] = {}

    def add(self, column: Column, cells: pa.Array, faults: Faults, counted: Callable[[int], int]) -> None:
        """Count more cells of a column, as long as one habit explains all that are faulty; `counted` gives the number of a row."""
        pattern = column.pattern if column.kind is Kind.TEXT and not column.many else None  # faults of texts only the pattern shows
        if pattern is None and not len(faults):
            return
        tally = self._tallies.get(column.name) or Tally(_habits_of(None if column.many else column.kind))
        if not tally.habits:
            return
        rows = np.flatnonzero(truths(filled(pc.invert(_matches(pattern.regex, cells)), False))) if pattern else faults.rows
        faulty = (cells if pattern else faults.texts).take(positions(rows))
        tally = evolve(tally, habits=tuple(habit for habit in tally.habits if habit.explains(column, cells, faulty)))
        if len(rows) and not tally.count:
            tally = evolve(tally, text=faulty[0].as_py(), row=counted(int(rows[0])))
        self._tallies[column.name] = evolve(tally, count=tally.count + len(rows))

    def __iter__(self) -> Iterator[tuple[str, Tally]]:
        """The columns in which one habit explains several faulty cells."""
        return ((name, tally) for name, tally in self._tallies.items() if tally.habits and tally.count > 1)


def _habits_of(kind: Kind | None) -> tuple[Habit, ...]:
    return tuple(habit for habit in _HABITS if kind in habit.kinds)


_MOST_LOST = 3
"""How often at most what a program dropped is put back before a cell."""


def _fits_after(lost: str, pattern: str, texts: pa.Array) -> pa.Array:
    """Return for each text whether it matches a pattern after what was lost is put back."""
    fits = pc.is_null(texts)
    for times in range(1, _MOST_LOST + 1):
        restored = pc.binary_join_element_wise(literal(lost * times), texts, literal(""))
        fits = pc.or_(fits, filled(_matches(pattern, restored), False))
    return fits


def _matches(regex: str, texts: pa.Array) -> pa.Array:
    """Return for each text whether a regular expression matches it as a whole; nothing for one that is missing."""
    return pc.match_substring_regex(texts, rf"\A(?:{regex})\z")
