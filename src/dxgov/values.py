"""Values that records share: a date as written, a citation, and the types of ids and codes."""

import hashlib
import re
import unicodedata
from datetime import date
from functools import total_ordering
from typing import Annotated

from attrs import Factory, field, frozen

from dxgov.codes import Code
from dxgov.dates.edtf import bounds
from dxgov.marks import CheckDigit, Example, Follows, Label, Minimum, NotBefore, Pattern, Ref, Term, Together

Id = Annotated[str, Pattern(r"[a-z0-9]+([.-][a-z0-9]+)*", "lower-case letters and digits, joined by single dots or hyphens")]
"""A readable ASCII name that is never given to another record."""


def _local_government_digit(code: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(code, (6, 5, 4, 3, 2), strict=False))
    return f"{code[:5]}{(11 - total % 11) % 10}"


def _corporate_number_digit(number: str) -> str:
    total = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number[1:])))
    return f"{9 - total % 9}{number[1:]}"


LocalGovernmentCode = Annotated[
    str,
    Pattern(r"[0-9]{6}", "six digits"),
    CheckDigit(_local_government_digit, "全国地方公共団体コード"),
    Example("132144"),
]
"""全国地方公共団体コード with its check digit; text, because leading zeros count."""

CorporateNumber = Annotated[
    str,
    Pattern(r"[1-9][0-9]{12}", "13 digits, the first of them not 0"),
    CheckDigit(_corporate_number_digit, "法人番号"),
    Example("8000020130001"),
]
"""法人番号 of the National Tax Agency, whose first digit is the check digit."""

Sha256 = Annotated[str, Pattern(r"[0-9a-f]{64}", "64 hexadecimal digits in lower case")]
"""A SHA-256 digest."""

ClockTime = Annotated[str, Pattern(r"([01][0-9]|2[0-3]):[0-5][0-9]", "hours and minutes, 00:00 to 23:59"), Example("14:00")]
"""A time of day by the clock."""


class Scope(Code):
    """How a span of days applies to what is dated."""

    EXACT = "exact", "その日", "On that very day."
    WITHIN = "within", "期間内のいずれか", "Once, somewhere inside the span."
    THROUGHOUT = "throughout", "期間を通じて", "For the whole span."
    BY = "by", "期限", "Not later than the end of the span."
    FROM = "from", "起点", "Beginning with the start of the span."


class Basis(Code):
    """Where the calendar reading of a printed date comes from."""

    STATED = "stated", "明記", "The document prints all of it."
    YEAR_INFERRED = "year_inferred", "年を推定", "The document prints no year; it follows from the context or a printed weekday."
    RELATIVE = "relative", "相対", "The words count from another date, such as the day of speaking."
    EDITORIAL = "editorial", "編者の判断", "The editors' reading; the document does not settle it."


@total_ordering
@frozen
class When:
    """A date as vague as it was printed: the words, what they mean, and the days they can mean.

    Never more exact than its source. Two are equal when words and meaning are. `start` and `end` follow from `edtf` and cannot
    be given; clock times do not belong here.

    Dates are in order of the first day they can mean, an open start before all others; then of the last day, an open end after all
    others; then of words and meaning. Dates that name no day at all come last.

    >>> When("6月までに", "../2024-06", Scope.BY).end
    datetime.date(2024, 6, 30)

    Raises:
        ValueError: `edtf` is not a date that `dxgov.dates.bounds` accepts.
    """

    text: Annotated[str, Label("原文の表記"), Example("4月29日の週")]
    """The words as the document prints them."""

    edtf: Annotated[str | None, Label("EDTF"), Example("2024-04-29/2024-05-05"), Term("http://id.loc.gov/datatypes/edtf")]
    """The meaning in EDTF, level 1; empty where the words name no date, as 随時 does."""

    start: Annotated[date | None, Follows("edtf"), Label("最初の日"), Example("2024-04-29")] = field(
        init=False, eq=False, repr=False, default=Factory(lambda self: bounds(self.edtf)[0] if self.edtf else None, takes_self=True)
    )
    """The first day it can mean, in Japan's calendar day; empty where the start is open."""

    end: Annotated[date | None, Follows("edtf"), Label("最後の日"), Example("2024-05-05")] = field(
        init=False, eq=False, repr=False, default=Factory(lambda self: bounds(self.edtf)[1] if self.edtf else None, takes_self=True)
    )
    """The last day it can mean, in Japan's calendar day; empty where the end is open."""

    scope: Annotated[Scope, Label("適用範囲")]
    """How the span applies to what is dated."""

    basis: Annotated[Basis, Label("根拠")] = Basis.STATED
    """Where the calendar reading comes from."""

    def __str__(self) -> str:
        return f"{self.text} [{self.edtf}]" if self.edtf else self.text

    def __lt__(self, other: "When") -> bool:
        if not isinstance(other, When):
            return NotImplemented
        return self._order() < other._order()

    def _order(self) -> tuple[object, ...]:
        days = (not _dated(self), self.start or date.min, self.end is None, self.end or date.max)
        return (*days, self.text, self.edtf is not None, self.edtf or "", self.scope, self.basis)

    def contains(self, day: date) -> bool:
        """Whether `day` is one of the days it can mean; a date that names no day has none."""
        return _dated(self) and (self.start or date.min) <= day <= (self.end or date.max)

    def overlaps(self, other: "When | date") -> bool:
        """Whether there is a day that both can mean."""
        if isinstance(other, date):
            return self.contains(other)
        return _dated(self) and _dated(other) and not (self.surely_before(other) or other.surely_before(self))

    def surely_before(self, other: "When | date") -> bool:
        """Whether every day it can mean comes before every day that `other` can mean."""
        start = other if isinstance(other, date) else other.start
        return self.end is not None and start is not None and self.end < start

    def maybe_before(self, other: "When | date") -> bool:
        """Whether it can mean a day that comes before one that `other` can mean; nothing speaks against it where an end is open."""
        end = other if isinstance(other, date) else other.end
        return self.start is None or end is None or self.start < end


def _dated(when: When) -> bool:
    return when.start is not None or when.end is not None


_WHITE_SPACE = re.compile(r"\s+")


def passage_digest(text: str) -> str:
    """The SHA-256 of a passage after Unicode NFC and with all white space removed, so that layout does not matter."""
    return hashlib.sha256(_WHITE_SPACE.sub("", unicodedata.normalize("NFC", text)).encode()).hexdigest()


@frozen
class Citation:
    """Where a record was read: a source, the place in its own numbering, the lines, and a digest of the passage.

    The passage itself is not copied. Whoever holds the document can find the lines and verify the digest.
    """

    source_id: Annotated[Id, Ref("Source"), Label("出典"), Term("http://www.w3.org/ns/prov#hadPrimarySource")]
    """The document."""

    place: Annotated[str | None, Label("箇所"), Example("6(2)")] = None
    """The place in the document's own numbering; empty where it has none."""

    first_line: Annotated[int | None, Minimum(1), Label("開始行"), Example(61)] = None
    """The first line of the passage in the text of the document, counted from 1; empty where the document has no lines."""

    last_line: Annotated[int | None, Minimum(1), NotBefore("first_line"), Together("first_line"), Label("終了行"), Example(61)] = None
    """The last line of the passage, itself included."""

    sha256: Annotated[Sha256 | None, Together("first_line"), Label("該当箇所のSHA-256")] = None
    """SHA-256 of the passage's lines in UTF-8, after Unicode NFC and without white space."""

    def __str__(self) -> str:
        lines = "" if self.first_line is None else f"line {self.first_line}"
        if self.last_line != self.first_line:
            lines = f"lines {self.first_line}-{self.last_line}"
        return ", ".join(filter(None, (self.source_id, self.place, lines)))

    @classmethod
    def of(cls, source_id: str, document: str, first_line: int, last_line: int | None = None, place: str | None = None) -> "Citation":
        """Cite lines of `document`, the whole text of the source, and take their digest.

        `last_line` is `first_line` unless given.

        Raises:
            ValueError: the document has no such lines.
        """
        last = first_line if last_line is None else last_line
        lines = document.split("\n")
        if not 1 <= first_line <= last <= len(lines):
            raise ValueError(f"lines {first_line} to {last} of {source_id!r}: the document has lines 1 to {len(lines)}")
        return cls(source_id, place, first_line, last, passage_digest("\n".join(lines[first_line - 1 : last])))
