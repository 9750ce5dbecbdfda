"""Problems in data as values (`Problem`), and the exceptions that carry them."""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from itertools import islice

from attrs import frozen

from dxgov.characters import format_character
from dxgov.codes import Code
from dxgov.display import printable, printable_lines
from dxgov.languages import Lang, Message, join_texts, translate
from dxgov.suggestions import SuggestionIndex


class ProblemCode(Code):
    """What can be wrong with data. The codes are stable: scripts may rely on them."""

    NOT_A_PACKAGE = (
        "not-a-package",
        "パッケージではない",
        "The descriptor is missing or is not a Data Package descriptor.",
        "ディスクリプタがないか、Data Packageのディスクリプタではない。",
    )
    UNSAFE_PATH = (
        "unsafe-path",
        "危険なパス",
        "A path leaves the package, is an address on a network, or is none that every system can have.",
        "パスがパッケージの外を指すか、ネットワーク上のアドレスであるか、どのシステムでも使えるものではない。",
    )
    MISSING_FILE = (
        "missing-file",
        "ファイルの欠落",
        "The descriptor lists a file that is not there.",
        "ディスクリプタに載っているファイルがない。",
    )
    UNREADABLE_FILE = (
        "unreadable-file",
        "読めないファイル",
        "A file is not what its format says: not UTF-8, not CSV, not Parquet.",
        "ファイルが、UTF-8、CSV、Parquetなど、示された形式のものではない。",
    )
    TOO_LARGE = "too-large", "過大", "There is more of something than the limits of reading allow.", "読み取りの上限を超えている。"
    WRONG_SIZE = (
        "wrong-size",
        "サイズの不一致",
        "A file's size is not the one that the descriptor states.",
        "ファイルの大きさがディスクリプタの記載と異なる。",
    )
    WRONG_HASH = (
        "wrong-hash",
        "ハッシュの不一致",
        "A file's hash is not the one that the descriptor states.",
        "ファイルのハッシュがディスクリプタの記載と異なる。",
    )
    UNKNOWN_TABLE = (
        "unknown-table",
        "未知の表",
        "The descriptor lists a table that the model does not have.",
        "モデルにない表がディスクリプタに載っている。",
    )
    DUPLICATE_TABLE = "duplicate-table", "表の重複", "The descriptor lists a table twice.", "同じ表がディスクリプタに二度載っている。"
    UNKNOWN_COLUMN = "unknown-column", "未知の列", "A file has a column that the model does not have.", "モデルにない列がファイルにある。"
    MISSING_COLUMN = "missing-column", "列の欠落", "A file lacks a column that the model has.", "モデルにある列がファイルにない。"
    DUPLICATE_COLUMN = "duplicate-column", "列の重複", "A file has a column twice.", "同じ列がファイルに二つある。"
    ROW_LENGTH = "row-length", "列数の不一致", "A row has more or fewer cells than the header.", "行のセルの数が見出し行と異なる。"
    WRONG_TYPE = (
        "wrong-type",
        "型の不一致",
        "A value is not of the field's type, or a cell cannot be read as it.",
        "値が項目の型に合わないか、セルをその型として読めない。",
    )
    MISSING_VALUE = (
        "missing-value",
        "必須値の欠落",
        "A value is missing that the field or another field requires.",
        "その項目または別の項目が必要とする値がない。",
    )
    UNEXPECTED_VALUE = (
        "unexpected-value",
        "不要な値",
        "A value is given although the field that it belongs to is empty.",
        "対となる項目が空であるのに、値がある。",
    )
    BAD_TEXT = (
        "bad-text",
        "不正な文字列",
        "A text shows nothing, or holds a character that cannot be stored everywhere.",
        "文字列に目に見える文字がないか、どこにでも保存できるとは限らない文字がある。",
    )
    UNKNOWN_CODE = "unknown-code", "未知の符号", "A value is not in the field's list of codes.", "値が項目の符号の一覧にない。"
    PATTERN = "pattern", "書式の不一致", "A text does not fit the field's pattern.", "文字列が項目の書式に合わない。"
    CHECK_DIGIT = (
        "check-digit",
        "検査数字の不一致",
        "The check digit of a code does not follow from its other digits.",
        "符号の検査数字が、ほかの桁から計算したものと異なる。",
    )
    TOO_SMALL = "too-small", "下限未満", "A number is smaller than the field allows.", "数が項目の下限より小さい。"
    INVALID_VALUE = (
        "invalid-value",
        "不正な値",
        "Columns that make up one value, such as a date, do not make a valid one.",
        "日付など一つの値を成す複数の列が、正しい値にならない。",
    )
    CONTRADICTION = (
        "contradiction",
        "矛盾",
        "A column that follows from others does not agree with them.",
        "ほかの列から導かれる列が、それらと一致しない。",
    )
    WRONG_ORDER = (
        "wrong-order",
        "前後の矛盾",
        "A value is less than one that it must not come before.",
        "値が、先に来るはずの値より小さい。",
    )
    DUPLICATE_KEY = (
        "duplicate-key",
        "識別子の重複",
        "Two records have the same id, or a record refers to another twice.",
        "二つの記録の識別子が同じであるか、一つの記録が同じ記録を二度参照している。",
    )
    REPEATED_CODE = "repeated-code", "符号の重複", "A list of codes holds a code twice.", "符号の一覧に同じ符号が二度ある。"
    DUPLICATE_NUMBER = (
        "duplicate-number",
        "番号の重複",
        "A number, a letter or whatever else tells records apart repeats among those that it must tell apart.",
        "記録を区別するための番号や記号が、区別すべき記録の間で重なっている。",
    )
    SAME_VALUE = (
        "same-value",
        "同一の値",
        "Two fields hold the same value, although they must differ.",
        "異なるはずの二つの項目の値が同じである。",
    )
    UNKNOWN_REFERENCE = "unknown-reference", "参照先の不明", "An id refers to a record that is not there.", "識別子の示す記録がない。"
    WRONG_KIND = (
        "wrong-kind",
        "参照先の種別違い",
        "An id refers to a record of a kind that the field does not take.",
        "識別子の示す記録が、その項目に使えない種別のものである。",
    )
    REFERENCE_CYCLE = (
        "reference-cycle",
        "循環参照",
        "Following a reference leads back to the record itself.",
        "参照をたどると元の記録に戻る。",
    )
    PARENT_MISMATCH = (
        "parent-mismatch",
        "親の不一致",
        "A record and the one that it is a part of do not belong to the same whole.",
        "記録と、それが属する記録とが、同じ全体に属していない。",
    )
    BEYOND_LIMIT = (
        "beyond-limit",
        "上限超過",
        "Excel cannot hold a text, a name or a table whole; only exports for Excel look for this.",
        "文字列、名称または表がExcelの上限を超える。Excel用の出力でのみ調べる。",
    )
    UNUSUAL_CHARACTER = (
        "unusual-character",
        "紛らわしい文字",
        "A warning: a text holds a character that nobody sees, that looks like another or is half of one, or that means nothing.",
        "警告：目に見えない文字、ほかの文字と紛らわしい文字や文字の片割れ、または意味のない文字がある。",
    )
    MORE_PROBLEMS = "more-problems", "ほかにも問題あり", "There are more problems than are reported.", "報告した以外にも問題がある。"
    MISSING_DOCUMENT = (
        "missing-document",
        "文書の欠落",
        "No file at hand is the document that records cite.",
        "記録の典拠である文書のファイルが手元にない。",
    )
    NO_PASSAGE = (
        "no-passage",
        "該当箇所なし",
        "A citation names no lines, or only empty ones, so that nothing can be proven.",
        "典拠に行が示されていないか、空の行しかなく、確かめられない。",
    )
    NO_SUCH_LINE = "no-such-line", "行の不在", "A citation names lines that the document does not have.", "典拠の示す行が文書にない。"
    WRONG_PASSAGE = (
        "wrong-passage",
        "該当箇所の不一致",
        "The digest of the cited lines is not the one that the citation states.",
        "該当箇所のダイジェストが典拠の記載と異なる。",
    )
    UNSURE_VALUE = (
        "unsure-value",
        "不確実な値",
        "A value of a draft is unsure, and no person has checked it.",
        "下書きの値が不確実なまま、人の確認を受けていない。",
    )
    NOT_PRINTED = (
        "not-printed",
        "原文に記載なし",
        "What is given as printed does not stand where the citation says.",
        "原文どおりとされた値が、典拠の示す箇所にない。",
    )


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

    def describe(self, lang: Lang) -> str:
        """Return the problem as one line in a language, as `str` returns it in English; a message without Japanese stays English."""
        if lang == "en":
            return str(self)
        position = self.file or self.table or ""
        if self.row is not None:
            position += f"の{self.row}行目"
        prefix = "、".join(part for part in (position, self.field) if part)
        return printable(f"{prefix}：{translate(self.message, lang)} [{self.code}]".removeprefix("："))


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

    def describe(self, lang: Lang) -> str:
        """Return the summary and the first problems in a language, as `str` returns them in English."""
        if lang == "en":
            return str(self)
        lines = [f"  {problem.describe(lang)}" for problem in self.problems[:20]]
        if len(self.problems) > len(lines):
            lines.append(f"  …ほか{len(self.problems) - len(lines):,}件は`problems`にある")
        return "\n".join([f"{printable(translate(self.summary, lang))}：誤り{len(self.problems):,}件", *lines])


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


class NotADraftError(DxgovError, ValueError):
    """The folder is not one that a draft can be read from."""


class DocumentError(DxgovError, ValueError):
    """The file is not a document that dxgov can read; the message says what to do."""


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


def describe_difference(value: object, expected: str) -> Message:
    """Return the message about a value that is not the expected one; `expected` may be a message."""
    return Message(
        "found {value}, expected {expected}", "値は{value}。期待する値は{expected}。", value=short_repr(value), expected=expected
    )


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
    """Return the message ``; did you mean 'cloud'?`` with the most similar candidate, or an empty string if none is similar.

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
    match = repr(str(matches[0]))
    if not foreign:
        return Message("; did you mean {match}?", "{match}の誤りではないか。", match=match)
    letters = join_texts(foreign[:_MAX_FOREIGN], " and ", "、")
    return Message(
        "; did you mean {match}, without {letters}?", "{letters}を含まない{match}の誤りではないか。", match=match, letters=letters
    )


_MAX_FOREIGN = 3
"""Maximum number of characters outside ASCII that a suggestion names."""
