"""Artifacts of other programs in the cells that they write back: reported once for a column, with a remedy."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, frozen

from dxgov.errors import short_repr
from dxgov.formats.csv_cells import CellFaults, parse_cells
from dxgov.languages import Message
from dxgov.marks import CheckDigit
from dxgov.schema import Column, Kind
from dxgov.tables.arrow import as_scalar, fill_null, index_array, text_array

PANDAS_INDEX_NAMES = ("", "__index_level_0__", "Unnamed: 0", "level_0")
"""Names of the column that pandas makes of the index of a data frame."""


@frozen
class ToolArtifact:
    """A way in which some program writes values."""

    kinds: Collection[Kind | None]
    """Kinds of columns whose cells become unreadable; of texts those with a pattern. None stands for lists."""
    regex: str
    """Pattern that matches each faulty cell."""
    remedy: Message
    """The cause and the remedy, for messages."""
    needs_all_cells: bool = False
    """True if in a column of texts each filled cell must match, because a single cell does not prove the cause."""
    dropped_text: str = ""
    """Text that the program dropped: put back once or more often, it makes each faulty text match the pattern of its column."""
    mend: Callable[[Column, str], str | None] | None = None
    """Function that returns what a faulty cell was before, or None if that is not certain; None if it never is."""

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


_AS_TEXT = Message(
    'read the file as it was before as text (pandas: dtype="string", polars: infer_schema=False, DuckDB: all_varchar=true) and write it '
    "again",
    '元のファイルを文字列として読み（pandas: dtype="string"、polars: infer_schema=False、DuckDB: all_varchar=true）、書き直す',
)


def _mend_code(column: Column, text: str) -> str | None:
    """Return the only text that fits the pattern and the check digit of a column, with zeros put back and decimal places of 0 removed."""
    digits = text.removesuffix(".0")
    check_digit = column.mark(CheckDigit)
    candidates = {"0" * zeros + digits for zeros in range(_MAX_DROPPED + 1)} if digits.isdecimal() else set()
    fitting = [candidate for candidate in candidates if column.pattern and re.fullmatch(column.pattern.regex, candidate)]
    correct = [candidate for candidate in fitting if check_digit is None or check_digit.correct(candidate) == candidate]
    return correct[0] if len(correct) == 1 else None


def _mend_day(_: Column, text: str) -> str:
    """Return a day as ISO 8601 writes it."""
    year, month, day = re.split("[-/]", text[:10])
    return f"{year}-{month:0>2}-{day[:2]:0>2}"


def _mend_time(_: Column, text: str) -> str | None:
    """Return a time of day of 24 hours without its seconds; None for one of 12 hours."""
    return text[:5] if re.match("[0-9]{2}:", text) and text[-1] != "M" else None


_ARTIFACTS = (
    ToolArtifact(
        {Kind.BOOLEAN},
        "True|False|TRUE|FALSE",
        Message(
            "as pandas and Excel write truth values; write true and false", "pandasやExcelの真偽値の書き方である。trueまたはfalseと書く"
        ),
        mend=lambda _, text: text.lower(),
    ),
    ToolArtifact(
        {Kind.INTEGER},
        r"-?[0-9]+\.0",
        Message(
            'as pandas writes numbers of a column with gaps; read the file with dtype="string" and write it again',
            '空欄のある列の数をpandasが書いたものである。dtype="string"として読み、書き直す',
        ),
        mend=lambda _, text: text.removesuffix(".0"),
    ),
    ToolArtifact(
        {Kind.TEXT},
        r"-?[0-9]+\.[0-9]+",  # a text such as 5.1 among them may have been 5.10
        Message(
            "as programs write texts that they take for decimal numbers, of which others may be wrong too (10.10 becomes 10.1); {remedy}",
            "文字列を小数とみなして書いたもので、ほかの値も誤っている可能性がある（10.10が10.1になる）。{remedy}",
            remedy=_AS_TEXT,
        ),
        needs_all_cells=True,
        mend=_mend_code,
    ),
    ToolArtifact(
        {Kind.TEXT},
        "[0-9]+",
        Message(
            "as programs write codes that they take for numbers, without the zeros in front; {remedy}",
            "コードを数とみなし、先頭の0を落として書いたものである。{remedy}",
            remedy=_AS_TEXT,
        ),
        dropped_text="0",
        mend=_mend_code,
    ),
    ToolArtifact(
        {Kind.TEXT},
        r"[0-9]{2}:[0-9]{2}:00(\.0+)?|[0-9]{1,2}:[0-9]{2}(:00)? [AP]M",
        Message(
            "as DuckDB, data frames and spreadsheets write times of day; write hours and minutes such as 14:00",
            "DuckDB、データフレーム、表計算ソフトの時刻の書き方である。14:00のように時と分を書く",
        ),
        needs_all_cells=True,
        mend=_mend_time,
    ),
    ToolArtifact(
        {Kind.DATE},
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]00:00:00(\.0+)?(Z|\+00:00)?",
        Message(
            "as data frames write days that have become times; write days such as 2024-04-22",
            "日付が日時に変わったデータフレームの書き方である。2024-04-22のように日付だけを書く",
        ),
        mend=_mend_day,
    ),
    ToolArtifact(
        {Kind.DATE},
        "[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}",
        Message("as Excel writes days; write days such as 2024-04-22", "Excelの日付の書き方である。2024-04-22のように書く"),
        mend=_mend_day,
    ),
    ToolArtifact(
        {*Kind, None},
        r"NaN|nan|NaT|<NA>|NA|N/A|None|null|NULL|\\N",
        Message(
            'as R and data frames write what is missing; leave such cells empty (R: na = ""), or declare the text in `missingValues`',
            'Rやデータフレームの欠損値の書き方である。セルを空にするか（R: na = ""）、その文字列を`missingValues`に宣言する',
        ),
        mend=lambda _column, _text: "",
    ),
    ToolArtifact(
        {None},
        r'(?s)\[""[^",].*""\]',
        Message(
            "as data.table reads quotation marks; make one of each two, in other columns of texts too: gsub('\"\"', '\"', x, fixed = TRUE)",
            "data.tableの引用符の読み方である。ほかの文字列の列も含め、二つ続く引用符を一つにする：gsub('\"\"', '\"', x, fixed = TRUE)",
        ),
    ),
    ToolArtifact(
        {None},
        r'(?s)\[([^"\s].*)?\]',
        Message(
            'as pandas and DuckDB write lists; write JSON arrays of texts such as ["a", "b"]',
            'pandasやDuckDBの一覧の書き方である。["a", "b"]のようなJSONの文字列の配列を書く',
        ),
    ),
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
        return Message(
            "found {text} and the like in {count:,} cells, {remedy}",
            "{count:,}個のセルに{text}のような値がある。{remedy}。",
            text=short_repr(self.text),
            count=self.count,
            remedy=self.artifacts[0].remedy,
        )


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


@frozen
class MendedCells:
    """The cells of a column after an artifact was undone."""

    cells: tuple[str, ...]
    count: int
    """Number of cells that were changed."""
    text: str
    """The first of them, as it was."""
    remedy: Message
    """The cause, and how it is avoided."""


def mend_cells(column: Column, cells: Sequence[str]) -> MendedCells | None:
    """Undo the artifact of a column, if one explains all faulty cells and it is certain what each was; else return None.

    Args:
        column: Column of the cells.
        cells: All cells of the file; empty for missing values.
    """
    texts = text_array([cell or None for cell in cells])
    faulty = _find_faulty(column, texts)
    for artifact in _list_artifacts(None if column.many else column.kind) if faulty else ():
        if artifact.mend is None or not artifact.explains(column, texts, texts.take(index_array(faulty))):
            continue
        rows = [row for row, cell in enumerate(cells) if cell] if artifact.needs_all_cells else faulty
        mended = {row: artifact.mend(column, cells[row]) for row in rows}
        result = [mended.get(row, cell) for row, cell in enumerate(cells)]
        if None not in result and not _find_faulty(column, text_array([cell or None for cell in result])):
            return MendedCells(tuple(map(str, result)), len(rows), cells[rows[0]], artifact.remedy)
    return None


def _find_faulty(column: Column, texts: pa.Array) -> list[int]:
    """Return the rows of the cells that cannot be read, or do not match the pattern of the column."""
    _, faults = parse_cells(column, texts)
    rows = {int(row) for row in faults.rows}
    if column.pattern is not None and not column.many:
        matches = _match_texts(column.pattern.regex, texts).to_pylist()
        rows |= {row for row, is_match in enumerate(matches) if is_match is False}
    return sorted(rows)


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
