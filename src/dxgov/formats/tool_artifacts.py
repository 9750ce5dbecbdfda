"""Artifacts of other programs in the cells that they write back: reported once for a column, with a remedy."""

from collections.abc import Callable, Collection, Iterator

import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, frozen

from dxgov.errors import short_repr
from dxgov.formats.csv_cells import CellFaults
from dxgov.schema import Column, Kind
from dxgov.tables.arrow import as_scalar, fill_null, index_array

PANDAS_INDEX_NAMES = ("", "__index_level_0__", "Unnamed: 0", "level_0")
"""Names of the column that pandas makes of the index of a data frame."""


@frozen
class ToolArtifact:
    """A way in which some program writes values."""

    kinds: Collection[Kind | None]
    """Kinds of columns whose cells become unreadable; of texts those with a pattern. None stands for lists."""
    regex: str
    """Pattern that matches each faulty cell."""
    remedy: str
    """The cause and the remedy, for messages."""
    needs_all_cells: bool = False
    """True if in a column of texts each filled cell must match, because a single cell does not prove the cause."""
    dropped_text: str = ""
    """Text that the program dropped: put back once or more often, it makes each faulty text match the pattern of its column."""

    def explains(self, column: Column, cells: pa.Array, faulty: pa.Array) -> bool:
        """Return whether all faulty cells of a column have this artifact; missing cells do not count."""
        texts = cells if self.needs_all_cells and column.kind is Kind.TEXT else faulty
        if not len(texts):
            return True
        # A few texts decide nearly always, so that sound columns are not matched whole once more.
        if any(pc.all(_match_texts(self.regex, part)).as_py() is False for part in (texts.slice(0, _PREFIX), texts)):
            return False
        return (
            not self.dropped_text
            or column.pattern is None
            or pc.all(_match_with_dropped(self.dropped_text, column.pattern.regex, texts)).as_py() is not False
        )


_AS_TEXT = (
    'read the file as it was before as text (pandas: dtype="string", polars: infer_schema=False, DuckDB: all_varchar=true) and write it '
    "again"
)

_ARTIFACTS = (
    ToolArtifact({Kind.BOOLEAN}, "True|False|TRUE|FALSE", "as pandas and Excel write truth values; write true and false"),
    ToolArtifact(
        {Kind.INTEGER},
        r"-?[0-9]+\.0",
        'as pandas writes numbers of a column with gaps; read the file with dtype="string" and write it again',
    ),
    ToolArtifact(
        {Kind.TEXT},
        r"-?[0-9]+\.[0-9]+",  # a text such as 5.1 among them may have been 5.10
        f"as programs write texts that they take for decimal numbers, of which others may be wrong too (10.10 becomes 10.1); {_AS_TEXT}",
        needs_all_cells=True,
    ),
    ToolArtifact(
        {Kind.TEXT},
        "[0-9]+",
        f"as programs write codes that they take for numbers, without the zeros in front; {_AS_TEXT}",
        dropped_text="0",
    ),
    ToolArtifact(
        {Kind.TEXT},
        r"[0-9]{2}:[0-9]{2}:00(\.0+)?|[0-9]{1,2}:[0-9]{2}(:00)? [AP]M",
        "as DuckDB, data frames and spreadsheets write times of day; write hours and minutes such as 14:00",
        needs_all_cells=True,
    ),
    ToolArtifact(
        {Kind.DATE},
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]00:00:00(\.0+)?(Z|\+00:00)?",
        "as data frames write days that have become times; write days such as 2024-04-22",
    ),
    ToolArtifact({Kind.DATE}, "[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}", "as Excel writes days; write days such as 2024-04-22"),
    ToolArtifact(
        {*Kind, None},
        r"NaN|nan|NaT|<NA>|NA|N/A|None|null|NULL|\\N",
        'as R and data frames write what is missing; leave such cells empty (R: na = ""), or declare the text in `missingValues`',
    ),
    ToolArtifact(
        {None},
        r'(?s)\[""[^",].*""\]',
        "as data.table reads quotation marks; make one of each two, in other columns of texts too: gsub('\"\"', '\"', x, fixed = TRUE)",
    ),
    ToolArtifact({None}, r'(?s)\[([^"\s].*)?\]', 'as pandas and DuckDB write lists; write JSON arrays of texts such as ["a", "b"]'),
)


@frozen
class ArtifactTally:
    """Count of the cells of a column that are faulty because of one artifact."""

    artifacts: tuple[ToolArtifact, ...]
    """Artifacts that explain all faulty cells so far, the likeliest first."""
    text: str = ""
    """First faulty cell; empty if there is none."""
    row: int = 0
    """Row number of this cell, as problems have it; 0 if there is none."""
    count: int = 0

    def message(self) -> str:
        """Return a message for all cells together."""
        return f"found {short_repr(self.text)} and the like in {self.count:,} cells, {self.artifacts[0].remedy}"


class ArtifactDetector:
    """Detector of the artifacts in the columns of a file: it judges by the first rows, and counts in all."""

    def __init__(self) -> None:
        self._tallies: dict[str, ArtifactTally] = {}
        self.is_decided: bool = False
        """True once `decide` was called."""
        self.refused_columns: frozenset[str] = frozenset()
        """Columns in which one artifact explains several faulty cells, and all that were added before `decide`."""

    def add(self, column: Column, cells: pa.Array, faults: CellFaults, get_row_number: Callable[[int], int]) -> None:
        """Look at the faulty cells of a batch, as long as one artifact explains all of them.

        Args:
            column: Column of the cells.
            cells: All cells of the batch.
            faults: Those that cannot be read, or do not match the pattern of the column.
            get_row_number: Function that returns the number of a row in the file.
        """
        tally = self._tallies.get(column.name) or ArtifactTally(_list_artifacts(None if column.many else column.kind))
        if not tally.artifacts:
            return
        faulty = faults.texts.take(index_array(faults.rows))
        tally = evolve(tally, artifacts=tuple(artifact for artifact in tally.artifacts if artifact.explains(column, cells, faulty)))
        if len(faulty) and not tally.count:
            tally = evolve(tally, text=faulty[0].as_py(), row=get_row_number(int(faults.rows[0])))
        self._tallies[column.name] = tally
        self.count(column.name, faults)

    def count(self, name: str, faults: CellFaults) -> None:
        """Count the faulty cells of a batch of a column that was added."""
        tally = self._tallies[name]
        self._tallies[name] = evolve(tally, count=tally.count + len(faults))

    def decide(self) -> frozenset[str]:
        """Decide by the cells so far which columns have an artifact, and return them."""
        self.is_decided = True
        self.refused_columns = frozenset(name for name, tally in self._tallies.items() if tally.artifacts and tally.count > 1)
        return self.refused_columns

    def __iter__(self) -> Iterator[tuple[str, ArtifactTally]]:
        """Yield the columns that have an artifact, with the count of their faulty cells."""
        return ((name, self._tallies[name]) for name in self.refused_columns)


def _list_artifacts(kind: Kind | None) -> tuple[ToolArtifact, ...]:
    """Return the artifacts that a kind of column can have."""
    return tuple(artifact for artifact in _ARTIFACTS if kind in artifact.kinds)


_PREFIX = 16
"""Number of texts that are matched before all of a batch are."""

_MAX_DROPPED = 3
"""Maximum number of times that a dropped text is put back."""


def _match_with_dropped(dropped_text: str, pattern: str, texts: pa.Array) -> pa.Array:
    """Return a mask of the texts that match a pattern after a dropped text is put back."""
    fits = pc.is_null(texts)
    for times in range(1, _MAX_DROPPED + 1):
        restored = pc.binary_join_element_wise(as_scalar(dropped_text * times), texts, as_scalar(""))
        fits = pc.or_(fits, fill_null(_match_texts(pattern, restored), False))
    return fits


def _match_texts(regex: str, texts: pa.Array) -> pa.Array:
    """Return a mask of the texts that a regular expression matches as a whole; null for missing texts."""
    return pc.match_substring_regex(texts, rf"\A(?:{regex})\z")
