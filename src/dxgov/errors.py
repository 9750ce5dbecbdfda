"""Faults in data are data (`Problem`); the few exceptions carry them."""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from itertools import islice

from attrs import frozen

from dxgov.characters import named
from dxgov.codes import Code
from dxgov.display import printable, printable_lines
from dxgov.suggestions import Names


class ProblemCode(Code):
    """What can be wrong with data. The codes are stable: scripts may rely on them."""

    NOT_A_PACKAGE = "not-a-package", "パッケージではない", "The descriptor is missing or is not a Data Package descriptor."
    UNSAFE_PATH = (
        "unsafe-path",
        "危険なパス",
        "A path leaves the package, is an address on a network, or is none that every system can have.",
    )
    MISSING_FILE = "missing-file", "ファイルの欠落", "The descriptor lists a file that is not there."
    UNREADABLE_FILE = "unreadable-file", "読めないファイル", "A file is not what its format says: not UTF-8, not CSV, not Parquet."
    TOO_LARGE = "too-large", "過大", "There is more of something than the limits of reading allow."
    WRONG_SIZE = "wrong-size", "サイズの不一致", "A file's size is not the one that the descriptor states."
    WRONG_HASH = "wrong-hash", "ハッシュの不一致", "A file's hash is not the one that the descriptor states."
    UNKNOWN_TABLE = "unknown-table", "未知の表", "The descriptor lists a table that the model does not have."
    DUPLICATE_TABLE = "duplicate-table", "表の重複", "The descriptor lists a table twice."
    UNKNOWN_COLUMN = "unknown-column", "未知の列", "A file has a column that the model does not have."
    MISSING_COLUMN = "missing-column", "列の欠落", "A file lacks a column that the model has."
    DUPLICATE_COLUMN = "duplicate-column", "列の重複", "A file has a column twice."
    ROW_LENGTH = "row-length", "列数の不一致", "A row has more or fewer cells than the header."
    WRONG_TYPE = "wrong-type", "型の不一致", "A value is not of the field's type, or a cell cannot be read as it."
    MISSING_VALUE = "missing-value", "必須値の欠落", "A value is missing that the field or another field requires."
    UNEXPECTED_VALUE = "unexpected-value", "不要な値", "A value is given although the field that it belongs to is empty."
    BAD_TEXT = "bad-text", "不正な文字列", "A text shows nothing, or holds a character that cannot be stored everywhere."
    UNKNOWN_CODE = "unknown-code", "未知の符号", "A value is not in the field's list of codes."
    PATTERN = "pattern", "書式の不一致", "A text does not fit the field's pattern."
    CHECK_DIGIT = "check-digit", "検査数字の不一致", "The check digit of a code does not follow from its other digits."
    TOO_SMALL = "too-small", "下限未満", "A number is smaller than the field allows."
    INVALID_VALUE = "invalid-value", "不正な値", "Columns that make up one value, such as a date, do not make a valid one."
    CONTRADICTION = "contradiction", "矛盾", "A column that follows from others does not agree with them."
    WRONG_ORDER = "wrong-order", "前後の矛盾", "A value is less than one that it must not come before."
    DUPLICATE_KEY = "duplicate-key", "識別子の重複", "Two records have the same id, or a record refers to another twice."
    REPEATED_CODE = "repeated-code", "符号の重複", "A list of codes holds a code twice."
    DUPLICATE_NUMBER = (
        "duplicate-number",
        "番号の重複",
        "A number, a letter or whatever else tells records apart repeats among those that it must tell apart.",
    )
    SAME_VALUE = "same-value", "同一の値", "Two fields hold the same value, although they must differ."
    UNKNOWN_REFERENCE = "unknown-reference", "参照先の不明", "An id refers to a record that is not there."
    WRONG_KIND = "wrong-kind", "参照先の種別違い", "An id refers to a record of a kind that the field does not take."
    REFERENCE_CYCLE = "reference-cycle", "循環参照", "Following a reference leads back to the record itself."
    PARENT_MISMATCH = "parent-mismatch", "親の不一致", "A record and the one that it is a part of do not belong to the same whole."
    BEYOND_LIMIT = "beyond-limit", "上限超過", "Excel cannot hold a text, a name or a table whole; only exports for Excel look for this."
    UNUSUAL_CHARACTER = (
        "unusual-character",
        "紛らわしい文字",
        "A warning: a text holds a character that nobody sees, that looks like another or is half of one, or that means nothing.",
    )
    MORE_PROBLEMS = "more-problems", "ほかにも問題あり", "There are more problems than are told."
    MISSING_DOCUMENT = "missing-document", "文書の欠落", "No file at hand is the document that records cite."
    NO_PASSAGE = "no-passage", "該当箇所なし", "A citation names no lines, or only empty ones, so that nothing can be proven."
    NO_SUCH_LINE = "no-such-line", "行の不在", "A citation names lines that the document does not have."
    WRONG_PASSAGE = "wrong-passage", "該当箇所の不一致", "The digest of the cited lines is not the one that the citation states."
    NOT_PRINTED = "not-printed", "原文に記載なし", "What is given as printed does not stand where the citation says."


@frozen
class Problem:
    """One fault in data: where it is, what was found, what was expected.

    `row` counts as a spreadsheet shows it: in a CSV file the header is row 1 and the first record row 2; in a Parquet file or a
    data set the first record is row 1. It is empty where the fault is one of a whole file or column.
    """

    code: ProblemCode
    message: str
    table: str | None = None
    row: int | None = None
    field: str | None = None
    value: str | None = None
    id: str | None = None
    file: str | None = None

    def __str__(self) -> str:
        """The problem as a line that any display can show, whatever file names, column names and cells it tells of."""
        place = self.file or self.table or ""
        if self.row is not None:
            place += f":{self.row}"
        where = " ".join(part for part in (place, self.field) if part)
        return printable(f"{where}: {self.message} [{self.code}]" if where else f"{self.message} [{self.code}]")


_SHOWN = 20
"""How many characters of a text a message shows."""


class DxgovError(Exception):
    """Whatever dxgov raises on purpose."""

    def __str__(self) -> str:
        """The message as any display can show it, whatever names and texts it repeats."""
        return printable_lines(super().__str__())


class DataError(DxgovError, ValueError):
    """Data cannot be taken as they are; `problems` says why, completely."""

    def __init__(self, summary: str, problems: Iterable[Problem]) -> None:
        self.summary: str = summary
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(summary, self.problems)

    def __str__(self) -> str:
        shown = [f"  {problem}" for problem in self.problems[:20]]
        if len(self.problems) > len(shown):
            shown.append(f"  … and {len(self.problems) - len(shown)} more in `problems`")
        return "\n".join([f"{printable(self.summary)}: {count(len(self.problems), 'problem')}", *shown])


class DateError(DxgovError, ValueError):
    """Words cannot be read as a date: `reason` says why, and `position`, counted from 0, where in `text`."""

    def __init__(self, text: str, position: int, reason: str) -> None:
        self.text: str = text
        self.position: int = position
        self.reason: str = reason
        super().__init__(text, position, reason)

    def __str__(self) -> str:
        shown = self.text[self.position : self.position + _SHOWN]
        more = "…" if len(self.text) > self.position + _SHOWN else ""
        place = f"at character {self.position + 1}, {shown + more!r}" if shown else "at its end"
        whole = self.text if len(self.text) <= 2 * _SHOWN else self.text[: 2 * _SHOWN] + "…"
        return f"{whole!r} {place}: {self.reason}"


class UnknownNameError(DxgovError, KeyError):
    """There is no record, table or field of that name; the message suggests one that is near."""

    def __str__(self) -> str:
        return printable_lines(str(self.args[0]))


class NotAPackageError(DxgovError, ValueError):
    """What was named is no place to read a package from."""


class DestinationError(DxgovError, FileExistsError):
    """The destination holds something that an export must not replace."""


class AddressError(DxgovError, ValueError):
    """What was named is not the address of a folder."""


class NotInstalledError(DxgovError, ImportError):
    """A library that only some of dxgov needs is not installed; the message says how to get it."""


class WorkerError(DxgovError, OSError):
    """The processes that were to do the work are gone."""


class ModelError(DxgovError, TypeError):
    """A record class or data set class is not defined as dxgov needs it."""


def count(number: int, noun: str) -> str:
    """A number with its noun: ``1 problem``, ``2,000 problems``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


_LONGEST = 200
"""How many characters of a value a message holds."""


def shortened(text: str) -> str:
    """A text cut off where it is long."""
    return text if len(text) <= 2 * _LONGEST else f"{text[:_LONGEST]}… {text[-_LONGEST:]}"


def quoted(value: object) -> str:
    """A value as a message shows it: as Python writes it, cut off where it is long."""
    if isinstance(value, str | bytes) and len(value) > _LONGEST:
        return f"{value[:_LONGEST]!r}…"
    shown = repr(value.value if isinstance(value, Enum) else value)
    return shown if len(shown) <= 2 * _LONGEST else f"{shown[:_LONGEST]}…"


def is_of(value: object, kinds: type | tuple[type, ...]) -> bool:
    """Tell whether a value is of a type; a truth value is no whole number, a time of a day no day, and bytes are no list of numbers."""
    listed = kinds if isinstance(kinds, tuple) else (kinds,)
    mistaken = any(isinstance(value, one) and not {one, object} & {*listed} for one in (bool, datetime, bytes))
    return isinstance(value, kinds) and not mistaken


def require_type(name: str, value: object, kinds: type | tuple[type, ...], expected: str) -> None:
    """Refuse an argument that is of none of some types.

    Raises:
        TypeError: it is of another; the message says what was found and what was `expected`.
    """
    if not is_of(value, kinds):
        raise TypeError(f"{name}: found {quoted(value)}, expected {expected}")


SEARCHED = 20_000
"""Among more names than this none is looked for."""

LONGEST_NAME = 200
"""How long a name is, in characters, for which a near one is looked for; the time grows with the square."""


def did_you_mean(found: str, known: Iterable[str]) -> str:
    """``; did you mean 'cloud'?`` where a known name is near the one found, else nothing.

    Where that is ASCII, characters of the one found that are not are named with their code points, for they may look the same:
    ``; did you mean 'cloud', without U+0441 CYRILLIC SMALL LETTER ES?``
    """
    from difflib import get_close_matches

    names = list(islice(known, SEARCHED + 1))
    if len(found) > LONGEST_NAME or len(names) > SEARCHED:
        return ""
    likely = Names([name for name in names if len(name) <= LONGEST_NAME])
    near = get_close_matches(found, likely.near(found), n=1)
    if not near:
        return ""
    others = [named(letter) for letter in dict.fromkeys(found) if not letter.isascii()] if near[0].isascii() else []
    return f"; did you mean {str(near[0])!r}{', without ' if others else ''}{' and '.join(others[:_LETTERS])}?"


_LETTERS = 3
"""So many letters of a name that may be another are named."""
