"""`When`: a date as vague as it was printed."""

from datetime import date, datetime
from functools import total_ordering
from typing import Annotated, TypeGuard

from attrs import Factory, field, frozen

from dxgov.codes import Code
from dxgov.conversion import convert_fields
from dxgov.dates.edtf import bounds
from dxgov.marks import Datatype, Example, Follows, Label, Printed
from dxgov.sentences import document_fields


class Scope(Code):
    """How a span of days applies to what is dated."""

    EXACT = "exact", "その日", "On that very day.", "まさにその日。"
    WITHIN = "within", "期間内のいずれか", "Once, somewhere inside the span.", "期間内のいずれかの時に1回。"
    THROUGHOUT = "throughout", "期間を通じて", "For the whole span.", "期間の全体にわたる。"
    BY = "by", "期限", "Not later than the end of the span.", "期間の終わりまで。"
    FROM = "from", "起点", "Beginning with the start of the span.", "期間の始めから。"


class Basis(Code):
    """Where the calendar reading of a printed date comes from."""

    STATED = "stated", "明記", "The document prints all of it.", "文書に日付がすべて印字されている。"
    YEAR_INFERRED = (
        "year_inferred",
        "年を推定",
        "The document prints no year; it follows from the context or a printed weekday.",
        "文書に年が印字されておらず、前後の文脈または印字された曜日から判断した。",
    )
    RELATIVE = (
        "relative",
        "相対",
        "The words count from another date, such as the day of speaking.",
        "発言の日など、別の日付から数える言い方である。",
    )
    EDITORIAL = (
        "editorial",
        "編者の判断",
        "The editors' reading; the document does not settle it.",
        "編者の読み方による。文書からは定まらない。",
    )


@document_fields
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

    __attrs_post_init__ = convert_fields

    text: Annotated[str, Printed(), Label("原文の表記", "文書に印字されたとおりの語句。")]
    """The words as the document prints them."""

    edtf: Annotated[
        str | None,
        Label("EDTF", "語句が表す日付（EDTFレベル1）。「随時」のように日付を示さなければ空欄。"),
        Example("2024-04-29/2024-05-05"),
        Datatype("http://id.loc.gov/datatypes/edtf/EDTF"),
    ]
    """The meaning in EDTF, level 1; empty where the words name no date, as 'at any time' does."""

    start: Annotated[
        date | None,
        Follows("edtf"),
        Label("最初の日", "当てはまり得る最初の日（日本の暦日）。始まりが定まらなければ空欄。"),
        Example("2024-04-29"),
    ] = field(init=False, eq=False, repr=False, default=Factory(lambda self: bounds(self.edtf)[0] if self.edtf else None, takes_self=True))
    """The first day it can mean, in Japan's calendar day; empty where the start is open."""

    end: Annotated[
        date | None,
        Follows("edtf"),
        Label("最後の日", "当てはまり得る最後の日（日本の暦日）。終わりが定まらなければ空欄。"),
        Example("2024-05-05"),
    ] = field(init=False, eq=False, repr=False, default=Factory(lambda self: bounds(self.edtf)[1] if self.edtf else None, takes_self=True))
    """The last day it can mean, in Japan's calendar day; empty where the end is open."""

    scope: Annotated[Scope, Label("適用範囲", "期間が対象にどのように当てはまるか。")]
    """How the span applies to what is dated."""

    basis: Annotated[Basis, Label("根拠", "暦の上での日付を何から読み取ったか。")] = Basis.STATED
    """Where the calendar reading comes from."""

    @classmethod
    def from_value(cls, value: "When | date | str | int") -> "When":
        """Return the date that a day, an EDTF text or a year means, with its EDTF as the words.

        Its scope is `exact` for a single day, `by` for an open start, `from` for an open end, and `within` for all other spans. A field
        that holds a date takes these values too.

        >>> When.from_value("2024-06")
        When(text='2024-06', edtf='2024-06', scope=Scope.WITHIN, basis=Basis.STATED)

        Raises:
            TypeError: it is something else, such as a time.
            ValueError: the text is no EDTF; `dxgov.dates.read` reads Japanese dates.
        """
        if isinstance(value, When):
            return value
        if _is_day(value):
            edtf = value.isoformat()
        elif isinstance(value, str):
            edtf = value
        elif isinstance(value, int) and not isinstance(value, bool):
            edtf = f"{value:04}"
        else:
            raise TypeError(f"found {value!r}, expected a When, a date without a time, an EDTF text such as 2024-06, or a year")
        if not edtf.isascii():
            raise ValueError(f"found {value!r}, expected an EDTF text such as 2024-06; dxgov.dates.read reads Japanese dates")
        start, end = bounds(edtf)
        if start is None:
            scope = Scope.BY
        elif end is None:
            scope = Scope.FROM
        else:
            scope = Scope.EXACT if start == end else Scope.WITHIN
        return cls(edtf, edtf, scope)

    def __str__(self) -> str:
        return f"{self.text} [{self.edtf}]" if self.edtf else self.text

    def __lt__(self, other: "When") -> bool:
        if other is None:
            raise TypeError("None has no place among dates; sort with key=lambda when: (when is None, when), which puts it last")
        if not isinstance(other, When):
            return NotImplemented
        return self._order() < other._order()

    def _order(self) -> tuple[object, ...]:
        days = (not _has_day(self), self.start or date.min, self.end is None, self.end or date.max)
        return (*days, self.text, self.edtf is not None, self.edtf or "", self.scope, self.basis)

    def contains(self, day: date) -> bool:
        """Return True if the date can mean `day`; always False for a date that names no day."""
        if not _is_day(day):
            raise TypeError(f"found {day!r}, expected a date")
        return _has_day(self) and (self.start or date.min) <= day <= (self.end or date.max)

    def overlaps(self, other: "When | date") -> bool:
        """Return True if there is a day that both can mean."""
        if not isinstance(other, When):
            start, _ = _get_bounds(other)
            return start is not None and self.contains(start)
        return _has_day(self) and _has_day(other) and not (self.surely_before(other) or other.surely_before(self))

    def surely_before(self, other: "When | date") -> bool:
        """Return True if every day it can mean precedes every day that `other` can mean."""
        start, _ = _get_bounds(other)
        return self.end is not None and start is not None and self.end < start

    def maybe_before(self, other: "When | date") -> bool:
        """Return True if it can mean a day that precedes one that `other` can mean, which an open end always allows."""
        _, end = _get_bounds(other)
        return self.start is None or end is None or self.start < end


def _get_bounds(other: When | date) -> tuple[date | None, date | None]:
    """Return the first and last day of a `When` or a day."""
    if isinstance(other, When):
        return other.start, other.end
    if not _is_day(other):
        raise TypeError(f"found {other!r}, expected a When or a date")
    return other, other


def _is_day(day: object) -> TypeGuard[date]:
    return isinstance(day, date) and not isinstance(day, datetime)


def _has_day(when: When) -> bool:
    """Return True if the date names at least one bound."""
    return when.start is not None or when.end is not None
