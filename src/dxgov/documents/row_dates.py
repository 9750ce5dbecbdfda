"""Dates of rows of schedules: where they stand in a line, and their year and month, which a heading or the rows above may print."""

import re
from collections.abc import Sequence
from datetime import date

from attrs import evolve, field, frozen

from dxgov.dates.finder import find
from dxgov.dates.options import Choices
from dxgov.dates.parser import read
from dxgov.dates.when import Basis, Scope, When
from dxgov.documents.marks import find_mark
from dxgov.documents.readings import Certainty, Value
from dxgov.errors import DateError

_LEAP_YEAR = date(2024, 4, 1)
"""A day that lets dates without a year be found; no year is taken from it."""

_MAX_GAP = 400
"""Maximum days between two rows, the second of which prints no year."""

_MAX_ANCHOR_TEXT = 1000
"""Characters from the beginning of a line in which the date of a document may stand; no file without line breaks is searched."""

_COMING = Choices(bare="coming", year_end="coming")
_OWN_MONTH = re.compile(r"[^月]*[0-9０-９一二三四五六七八九十]\s*月|.*[0-9０-９]\s*[/／.．-]\s*[0-9０-９]|.*(?:四半期|半期|年|[春夏秋冬])")
"""Words that need no month above."""
_WITHOUT_MONTH = re.compile(r"(?:[0-9０-９]{1,2}\s*日|[上中下]旬|(?:初旬|月初|月末|中頃|半ば))")
_WITHOUT_YEAR = re.compile(
    r"(?:[春夏秋冬](?:頃|ごろ|季)?|(?:第[1-4１-４一二三四])四半期|[1-4１-４][QＱ]|[上下]半?期|[前後]期|年度?(?:末|初め?|内|明け|当初|始め?))(?![一-鿿])"
)
_UNSETTLED = re.compile(r"随時|未定|調整中|通年|適宜|常時|(?:日程|時期)(?:未定|調整中)")
_QUERY = re.compile(r"\s*(?:[~～〜](?![\s　]*[0-9０-９令平])|[?？]|頃|ごろ|[(（](?:予定|仮|案|P|Ｐ|調整中)[)）]|予定(?![一-鿿]))")
_BULLET = re.compile(r"[\s　]*(?:[・･•●○〇◎◯◦∙◆◇■□▪▫▶►▲△▼★☆※]|[-*+–—―－‐−](?=[\s　]))[\s　]*")
_WEEKDAY = re.compile("[(（・]?[月火水木金土日](?:曜日?)?(?:・[祝休])?[)）]")
_LAST_NUMBER = re.compile(r"[0-9０-９元一二三四五六七八九十][^。、]{0,24}$")
"""A number near the end of a line; without one it ends with no date."""
_OPENING = re.compile(r"[\s　【\[［〔〈《<＜(（■□◆◇●○〇◎・▼▲▶►★☆*#-]*")
_CLOSING = re.compile(r"[\s　】\]］〕〉》>＞)）:：]*")
_YEAR_ALONE = re.compile(
    r"(?:(?:明治|大正|昭和|平成|令和)\s*[0-9０-９元一二三四五六七八九十]{1,3}|[RHＲＨ][0-9０-９]{1,2}|[0-9０-９]{4})\s*(?:[(（][^()（）]*年度?[)）])?\s*年度?(?:\s*[(（][^()（）]*年度?[)）])?"
)
_MONTH_ALONE = re.compile(
    r"(?P<year>(?:(?:明治|大正|昭和|平成|令和)\s*[0-9０-９元一二三四五六七八九十]{1,3}|[0-9０-９]{4})\s*年(?:度)?)?\s*(?P<month>[0-9０-９一二三四五六七八九十]{1,3}\s*月)"
)


@frozen
class Above:
    """What the headings above a row print of its date."""

    year: str = ""
    """A year or fiscal year, such as 令和6年度; empty for none."""

    month: str = ""
    """A month, such as 4月; empty for none."""


def match_heading(text: str, above: Above) -> Above | None:
    """Return what a line that is a year or a month alone says of the rows below it; None for any other line."""
    inner = strip_brackets(text)
    if _YEAR_ALONE.fullmatch(inner):
        return Above(inner)
    match = _MONTH_ALONE.fullmatch(inner)
    if match is None:
        return None
    return Above(match["year"] or above.year, match["month"])


def find_year(text: str) -> str:
    """Return the first year or fiscal year that a heading names; empty for none."""
    match = _YEAR_ALONE.search(text)
    return match[0] if match else ""


def strip_brackets(text: str) -> str:
    """Return a text without brackets, bullets and colons around it."""
    begin = _OPENING.match(text).end()  # type: ignore[union-attr]  # it matches anything
    return re.sub(_CLOSING.pattern + "$", "", text[begin:]) if begin or text.endswith((":", "：")) else text.strip()


def find_leading_date(text: str) -> tuple[str, str] | None:
    """Return the date that a text begins with, as printed, and the text behind it; None if it begins with none."""
    for prefix, begins in (("", None), ("4月", _WITHOUT_MONTH), ("2024年度", _WITHOUT_YEAR)):
        if begins is not None and not begins.match(text):
            continue
        readings = find(prefix + text[:80], _LEAP_YEAR)
        is_first = bool(readings) and readings[0].span[0] == 0 and readings[0].span[1] > len(prefix)
        if is_first and (readings[0].when is not None or readings[0].problem):
            stop = readings[0].span[1] - len(prefix)
        elif begins is _WITHOUT_YEAR:
            stop = begins.match(text).end()  # type: ignore[union-attr]  # it matched above
        else:
            continue
        query = _QUERY.match(text, stop)
        return text[: query.end() if query else stop], text[query.end() if query else stop :]
    match = _UNSETTLED.match(text)
    return (match[0], text[match.end() :]) if match else None


def find_trailing_date(text: str) -> tuple[str, str] | None:
    """Return what stands before the date that a text ends with, and the date as printed; None if it ends with none."""
    begin = max(0, len(text) - 60)
    if not _LAST_NUMBER.search(text, begin):
        return None
    for reading in find(text[begin:], _LEAP_YEAR):
        start, stop = reading.span[0] + begin, reading.span[1] + begin
        query = _QUERY.match(text, stop)
        stop = query.end() if query else stop
        is_last = not re.sub(r"[)）\]］】\s　]|[0-9０-９]{1,2}[:：][0-9０-９]{2}|[~～〜-]|開催|実施", "", text[stop:])
        if (is_last and reading.when is not None) or (is_last and reading.problem):
            before = re.sub(r"[\s　:：(（\[［【…‥・.．─―–~～〜→,、-]+$", "", text[:start])
            if before and before != text[:start]:
                return before, text[start:stop]
    return None


def strip_mark(text: str) -> str:
    """Return a text without the bullet or number before it, unless that is part of a date."""
    if find_leading_date(text) is not None:
        return text
    mark = find_mark(text)
    bullet = _BULLET.match(text)
    return text[bullet.end() :] if bullet else text[mark.end :] if mark is not None and mark.ranks else text


def is_date(text: str) -> bool:
    """Return True if a text consists of one date."""
    leading = find_leading_date(text.strip())
    return leading is not None and not re.sub(r"[\s　)）(（]|[0-9０-９]{1,2}[:：][0-9０-９]{2}|[~～〜-]", "", leading[1])


@frozen
class RowDate:
    """A date of a row as printed, with what stands above it."""

    words: str
    above: Above = Above()
    first_line: int = 0
    last_line: int = 0
    meaning: str = ""
    """The date to read where it is printed in pieces, such as 4月～6月 for columns of months; empty for `words`."""

    @property
    def has_weekday(self) -> bool:
        """True if a day of the week is printed, by which the date can be checked."""
        return bool(_WEEKDAY.search(self.words))

    def resolve(self, previous: date | None) -> "ResolvedDate":
        """Return what the words mean.

        Args:
            previous: The day of the row above; None if it is not known.
        """
        words = re.sub(r"\s*[(（](?:予定|仮|案|P|Ｐ|調整中)[)）]|\s*予定$", "", self.meaning or self.words)
        if not words or _UNSETTLED.fullmatch(words):
            return ResolvedDate(self, None, "date-in-row")
        month = "" if _OWN_MONTH.match(words) else self.above.month
        attempts: list[tuple[str, str, date | None]] = [("date-in-row", words, None)]
        if self.above.year:
            attempts.append(("year-in-heading", self.above.year + month + words, None))
        if previous is not None:
            attempts.append(("year-follows-row", month + words, previous.replace(day=1)))
        for reason, text, said_on in attempts:
            try:
                when = read(text, said_on, _COMING)
            except DateError:
                continue
            is_stated = reason == "date-in-row"
            day = when.start or when.end
            if said_on is not None and day is not None and abs((day - said_on).days) > _MAX_GAP:
                continue
            return ResolvedDate(self, evolve(when, text=self.words, basis=when.basis if is_stated else Basis.YEAR_INFERRED), reason)
        return ResolvedDate(self, None, "year-unknown")


@frozen
class ResolvedDate:
    """What the words of a row mean."""

    source: RowDate
    when: When | None
    """The date; None if the words name none, or if their year is not known."""

    reason: str

    @property
    def value(self) -> Value | None:
        """The value of an entry: a date, or the words where the year is not known; None if they name no date."""
        if not self.source.words:
            return None
        certainty = Certainty.UNSURE
        if self.when is not None:
            is_checked = self.reason == "date-in-row" or (self.source.has_weekday and self.reason != "year-by-weekdays")
            certainty = Certainty.SURE if is_checked else Certainty.LIKELY
        elif self.reason == "date-in-row":
            return Value(
                When(self.source.words, None, Scope.WITHIN), Certainty.LIKELY, self.reason, self.source.first_line, self.source.last_line
            )
        return Value(self.when or self.source.words, certainty, self.reason, self.source.first_line, self.source.last_line)


@frozen
class Anchor:
    """The day near which dates without a year lie."""

    day: date
    is_own: bool = field(default=True)
    """True for the date of the document, False for another date in it, which tells the year only together with days of the week."""


def find_anchor(texts: Sequence[str]) -> Anchor | None:
    """Return the date of a document: the first full date of its lines, or else any date with a year; None if there is none."""
    others = []
    for text in texts:
        for reading in find(text[:_MAX_ANCHOR_TEXT]):
            if reading.when is not None and (day := reading.when.start or reading.when.end):
                if reading.when.start == reading.when.end:
                    return Anchor(day)
                others.append(day)
    return Anchor(others[0], is_own=False) if others else None


def resolve_rows(rows: Sequence[RowDate], anchor: Anchor | None) -> list[ResolvedDate]:
    """Return what the dates of rows mean, each near that of the row above.

    Where no row before prints its year, the year is that in which all days of the week fit and which is nearest to the anchor.
    """
    plain = _resolve_from(rows, None)
    has_weekdays = sum(row.has_weekday for row in rows) > 1
    # The first row needs a year only if neither it nor a heading has one.
    first = next((date for date in plain if (date.source.words and date.reason != "date-in-row") or date.when is not None), None)
    if first is None or first.when is not None or anchor is None or not (anchor.is_own or has_weekdays):
        return plain
    reach = 6 if has_weekdays else 1
    candidates = []
    for year in range(max(anchor.day.year - reach, 2), min(anchor.day.year + reach, 9998) + 1):
        resolved = _resolve_from(rows, date(year, 1, 1))
        days = [date.when.start for date in resolved if date.when is not None and date.when.start is not None]
        if not days or any(date.when is None and date.source.has_weekday for date in resolved):
            continue
        distance = max((min(days) - anchor.day).days, (anchor.day - max(days)).days, 0)
        candidates.append((distance, (max(days) - min(days)).days, -year, resolved))
    if not candidates:
        return plain
    *_, best = min(candidates, key=lambda candidate: candidate[:3])
    reason = "year-by-weekdays" if has_weekdays else "year-of-document"
    return [evolve(date, reason=reason) if date.reason == "year-follows-row" else date for date in best]


def _resolve_from(rows: Sequence[RowDate], previous: date | None) -> list[ResolvedDate]:
    resolved = []
    for row in rows:
        resolved.append(row.resolve(previous))
        when = resolved[-1].when
        previous = (when and (when.start or when.end)) or previous
    return resolved
