"""Problems in data as values (`Problem`), and the exceptions that carry them."""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from itertools import islice

from attrs import frozen

from dxgov.characters import format_character
from dxgov.codes import Code
from dxgov.display import printable, printable_lines
from dxgov.suggestions import SuggestionIndex


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
    MORE_PROBLEMS = "more-problems", "ほかにも問題あり", "There are more problems than are reported."
    MISSING_DOCUMENT = "missing-document", "文書の欠落", "No file at hand is the document that records cite."
    NO_PASSAGE = "no-passage", "該当箇所なし", "A citation names no lines, or only empty ones, so that nothing can be proven."
    NO_SUCH_LINE = "no-such-line", "行の不在", "A citation names lines that the document does not have."
    WRONG_PASSAGE = "wrong-passage", "該当箇所の不一致", "The digest of the cited lines is not the one that the citation states."
    NOT_PRINTED = "not-printed", "原文に記載なし", "What is given as printed does not stand where the citation says."


@frozen
class Problem:
    """A fault in data: its position, the value, and the value that was expected.

    `row` counts as in a spreadsheet: in a CSV file the header is row 1 and the first record row 2; in a Parquet file or a
    data set the first record is row 1. It is None if the fault concerns a whole file or column.
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
        """Return the problem as one line that is safe to display, whatever names and cells it quotes."""
        position = self.file or self.table or ""
        if self.row is not None:
            position += f":{self.row}"
        prefix = " ".join(part for part in (position, self.field) if part)
        return printable(f"{prefix}: {self.message} [{self.code}]" if prefix else f"{self.message} [{self.code}]")


_MAX_DATE_QUOTE = 20
"""Number of characters of a text that a `DateError` quotes on either side."""


class DxgovError(Exception):
    """Base class of the exceptions of dxgov."""

    def __str__(self) -> str:
        """Return the message, escaped so that it is safe to display."""
        return printable_lines(super().__str__())


class DataError(DxgovError, ValueError):
    """The data are invalid; `problems` lists all problems."""

    def __init__(self, summary: str, problems: Iterable[Problem]) -> None:
        self.summary: str = summary
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(summary, self.problems)

    def __str__(self) -> str:
        lines = [f"  {problem}" for problem in self.problems[:20]]
        if len(self.problems) > len(lines):
            lines.append(f"  … and {len(self.problems) - len(lines)} more in `problems`")
        return "\n".join([f"{printable(self.summary)}: {format_count(len(self.problems), 'problem')}", *lines])


class DateError(DxgovError, ValueError):
    """A text is not a date; `reason` explains the failure at `position`, counted from 0, of `text`."""

    def __init__(self, text: str, position: int, reason: str) -> None:
        self.text: str = text
        self.position: int = position
        self.reason: str = reason
        super().__init__(text, position, reason)

    def __str__(self) -> str:
        quote = self.text[self.position : self.position + _MAX_DATE_QUOTE]
        ellipsis = "…" if len(self.text) > self.position + _MAX_DATE_QUOTE else ""
        position = f"at character {self.position + 1}, {quote + ellipsis!r}" if quote else "at its end"
        text = self.text if len(self.text) <= 2 * _MAX_DATE_QUOTE else self.text[: 2 * _MAX_DATE_QUOTE] + "…"
        return f"{text!r} {position}: {self.reason}"


class UnknownNameError(DxgovError, KeyError):
    """There is no record, table or field with that name; the message suggests a similar name."""

    def __str__(self) -> str:
        return printable_lines(str(self.args[0]))


class NotAPackageError(DxgovError, ValueError):
    """The path or address is not one that a package can be read from."""


class DestinationError(DxgovError, FileExistsError):
    """The destination has contents that an export must not replace."""


class AddressError(DxgovError, ValueError):
    """The text is not the address of a folder."""


class NotInstalledError(DxgovError, ImportError):
    """An optional library is not installed; the message names the extra that installs it."""


class WorkerError(DxgovError, OSError):
    """The worker processes of an executor have died."""


class ModelError(DxgovError, TypeError):
    """The definition of a record class or data set class is invalid."""


def format_count(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 problem``, ``2,000 problems``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


_MAX_QUOTED = 200
"""Maximum number of characters of a text that a message quotes, at its start or its end."""


def shorten(text: str) -> str:
    """Return the text, or the start and the end of a long one."""
    return text if len(text) <= 2 * _MAX_QUOTED else f"{text[:_MAX_QUOTED]}… {text[-_MAX_QUOTED:]}"


def short_repr(value: object) -> str:
    """Return the ``repr`` of a value for a message, cut off if it is long."""
    if isinstance(value, str | bytes) and len(value) > _MAX_QUOTED:
        return f"{value[:_MAX_QUOTED]!r}…"
    text = repr(value.value if isinstance(value, Enum) else value)
    return text if len(text) <= 2 * _MAX_QUOTED else f"{text[:_MAX_QUOTED]}…"


def is_instance(value: object, types: type | tuple[type, ...]) -> bool:
    """Check if a value is of a type, more strictly than `isinstance`.

    A bool is not an int, a datetime not a date, and bytes are not a sequence.
    """
    expected = types if isinstance(types, tuple) else (types,)
    is_subtype = any(isinstance(value, subtype) and not {subtype, object} & {*expected} for subtype in (bool, datetime, bytes))
    return isinstance(value, types) and not is_subtype


def require_type(name: str, value: object, types: type | tuple[type, ...], expected: str) -> None:
    """Check the type of an argument.

    Args:
        name: Name of the parameter.
        value: The argument.
        types: Accepted type or types, as `is_instance` compares them.
        expected: The accepted values in words, for the message.

    Raises:
        TypeError: the argument is of another type.
    """
    if not is_instance(value, types):
        raise TypeError(f"{name}: found {short_repr(value)}, expected {expected}")


MAX_CANDIDATES = 20_000
"""Maximum number of candidates; among more, no suggestion is made."""

MAX_NAME_LENGTH = 200
"""Maximum number of characters of a name and its suggestion; comparison takes quadratic time."""


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """Return ``; did you mean 'cloud'?`` with the most similar candidate, or an empty string if none is similar.

    If the candidate is ASCII, the message names the characters of `name` that are not, since they may look the same:
    ``; did you mean 'cloud', without U+0441 CYRILLIC SMALL LETTER ES?``
    """
    from difflib import get_close_matches

    names = list(islice(candidates, MAX_CANDIDATES + 1))
    if len(name) > MAX_NAME_LENGTH or len(names) > MAX_CANDIDATES:
        return ""
    likely = SuggestionIndex([candidate for candidate in names if len(candidate) <= MAX_NAME_LENGTH])
    matches = get_close_matches(name, likely.find_similar(name), n=1)
    if not matches:
        return ""
    foreign = [format_character(letter) for letter in dict.fromkeys(name) if not letter.isascii()] if matches[0].isascii() else []
    return f"; did you mean {str(matches[0])!r}{', without ' if foreign else ''}{' and '.join(foreign[:_MAX_FOREIGN])}?"


_MAX_FOREIGN = 3
"""Maximum number of characters outside ASCII that a suggestion names."""
