"""The words of one date, taken apart: what they say themselves, before anything is filled in from elsewhere."""

import re
from typing import Literal, cast

from attrs import define

from dxgov.dates.eras import BY_NAME, Era, year_of
from dxgov.dates.normalization import KANJI_DIGITS, number
from dxgov.dates.vocabulary import (
    CORE,
    DAYS,
    EDGE_DAY,
    EDGES,
    LINKED,
    LINKED_DAY,
    LISTED_YEAR,
    MASK,
    MONTH_PARTS,
    MONTHS,
    NO_DAY,
    NO_END,
    NO_PORTION,
    NO_YEAR,
    NUMERIC,
    PART,
    PORTION,
    SEASON_WORDS,
    SEASONS,
    SINGLE,
    SLASH,
    TITLED,
    WEEK,
    WEEKDAY,
    WEEKDAYS,
    WEEKS,
    YEAR_PARTS,
    YEAR_SLASH,
    YEARS,
    Offset,
    Part,
    Portion,
    S,
)


class FaultError(Exception):
    """Words that cannot be a date: why, and where they begin."""

    def __init__(self, reason: str, begin: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.begin = begin


_CUT = {f"{unit}{edge}" for unit in "年度月" for edge in "末始初頭"}
_UNBROKEN = dict.fromkeys(map(ord, " \n"))


@define
class Words:
    """What the words of a date say; what they leave out is ``None``."""

    begin: int
    stop: int
    era: Era | None = None
    year: int | None = None
    year_from: int | None = None
    masked: str | None = None
    fiscal: bool = False
    year_offset: Offset | None = None
    bare_year: bool = False
    month: int | Literal["XX"] | None = None
    month_from: int | None = None
    month_offset: Offset | None = None
    day: int | Literal["XX"] | None = None
    day_from: int | None = None
    day_offset: Offset | None = None
    week_offset: Offset | None = None
    part: Part | None = None
    portion: Portion | None = None
    """The part of the part that is meant, as 末 says in 第2四半期末."""
    nth: int = 0
    weekday: int | None = None
    weekday_at: int = 0
    week: bool = False
    slash: bool = False
    next: bool = False
    of_before: bool = False
    """Whether it is another part of the part at the start of the range, as 後半 is in 2020年代前半～後半."""
    owed: Literal["year", "month", "quarter"] | None = None
    """The unit that stands behind the last number of a list only, as 月 in 4・5月."""

    def counts_from_before(self) -> bool:
        """Whether it counts from the date before it, as 翌年2月 does."""
        offset = self.year_offset or self.month_offset or self.day_offset or self.week_offset
        if offset is None:
            return False
        offsets = (self.year_offset, self.month_offset, self.day_offset, self.week_offset)
        return any(each is not None and each[1] == "before" for each in offsets)


def words(text: str, pos: int, after: Words | None = None, *, running: bool = False) -> Words | None:
    """The words of the date that begins at `pos`, if one does; ``after`` is the start of the range that it ends.

    Raises:
        FaultError: it has the form of a date but cannot be one.
    """
    found = _single(text, pos) or _numeric(text, pos, after, running=running) or _plain(text, pos, after, running=running)
    if found is None:
        return None
    if found.day is not None or found.day_offset is not None or found.week_offset is not None:
        _weekday(found, text)
    if found.week or (found.week_offset is not None and found.weekday is None):
        _portion(found, text)
    return found


def extent(text: str, pos: int) -> int | None:
    """Where words end that have the form of a date, be it a possible one or not; ``None`` where they say too little for that."""
    ends = []
    for form in (CORE, NUMERIC, SLASH, SINGLE):
        match = form.match(text, pos)
        if match and match.end() > pos:
            found = Words(pos, match.end())
            _weekday(found, text)
            ends.append(found.stop)
    return max(ends, default=None)


def _single(text: str, pos: int) -> Words | None:
    match = SINGLE.match(text, pos)
    if match is None:
        return None
    found = Words(pos, match.end())
    if match["day"]:
        found.day_offset = DAYS[match["day"]]
    elif match["week"]:
        found.week_offset = WEEKS[match["week"]]
    else:
        found.year_offset = YEARS[match["year"]]
        found.part, found.nth = "season", SEASONS[match["season"]]
    return found


def _numeric(text: str, pos: int, after: Words | None, *, running: bool) -> Words | None:
    match = NUMERIC.match(text, pos)
    if match and not (running and match["day"] is None and _no_month(text, match, after)):
        found = Words(pos, match.end(), slash=True, month=int(match["month"]), day=int(match["day"]) if match["day"] else None)
        _set_year(found, match)
        return found
    match = SLASH.match(text, pos)
    if match:
        return Words(pos, match.end(), slash=True, month=int(match["month"]), day=int(match["day"]))
    if after and after.slash:
        match = EDGE_DAY.match(text, pos)
        if match:
            return Words(pos, match.end(), slash=True, month=int(match["month"]) if match["month"] else None, day=int(match["day"]))
    return None


def _no_month(text: str, match: re.Match[str], after: Words | None) -> bool:
    """Whether what may be year and month is likelier some other number, where it stands in running text."""
    if int(match["month"]) > 12 or (match["sep"] == "-" and len(match["month"]) < 2):
        return True
    if match["western"]:
        behind = text[max(0, match.start() - 1) : match.start()]
        doubtful = match["sep"] == "." or not "1873" <= match["western"] <= "2199" or behind == "-" or "一" <= behind <= "鿿"
        return doubtful or text[match.end() : match.end() + 1] in ("番", "号", "-")
    if after is not None or LINKED.match(text, match.end()):
        return False
    return match["era"] in "MT" or match["sep"] == "-" or TITLED.match(text, match.end()) is None


def _plain(text: str, pos: int, after: Words | None, *, running: bool) -> Words | None:
    match = CORE.match(text, pos)
    assert match is not None  # every part of it may be missing
    found = Words(pos, match.end())
    if match.end() > pos:
        if match["western"] and match["unit"] and NO_YEAR.match(text, match.end("unit")):
            return None
        if match["owed_year"] is not None and not _ascends(text, match):
            return None
        if match["day"] and not match["month"] and (NO_END if after else NO_DAY).match(text, match.end()):
            return None
        _set_year(found, match)
        if match["plain"]:
            found.era, found.year = _plain_year(match["plain"], after, pos)
            if found.year is None:
                if match["month"] is None or (running and match["day"] is None):
                    return None
                raise FaultError(f"{match['plain']}年 names no era", pos)
        found.fiscal = bool(match["fiscal"] or match["relative_fiscal"] or match["bare_fiscal"] or match["owed_fiscal"])
        found.owed = "year" if match["owed_year"] is not None else "month" if match["owed_month"] is not None else None
        _set_month_and_day(found, match)
        if found.month is None and found.month_offset is None and found.day is None and (match["unit"] or match["relative"]):
            _slashed(found, text, running=running)
    return _part(found, text, after)


def _slashed(found: Words, text: str, *, running: bool) -> None:
    """Add the month and day of 令和4年3/31; what may be a share, as 令和4年度3/4ずつ has it, is left."""
    match = YEAR_SLASH.match(text, found.stop)
    if match is None:
        return
    month, day = int(match["month"]), int(match["day"])
    likely = day > 12 or month > day
    if match["counter"] and not (likely and match["counter"] == "の"):
        return
    if likely or not running or LINKED_DAY.match(text, match.end()):
        found.month, found.day, found.slash, found.stop = month, day, True, match.end()


def _plain_year(digits: str, after: Words | None, begin: int) -> tuple[Era | None, int | None]:
    """The year that 5年 says behind 令和4年, or 22年 behind 2021年; ``None`` where it says none."""
    if after is None:
        return None, None
    if after.era:
        return after.era, _era_year(after.era, digits, begin)
    year = None if after.year is None or after.year < 1000 or len(digits) != 2 else after.year // 100 * 100 + number(digits)
    return None, None if year is None or after.year is None or year < after.year else year


def _ascends(text: str, match: re.Match[str]) -> bool:
    """Whether the next number of a list that shares its 年 comes close behind the first, as in 2021・22年度, or has an era of its own."""
    item = LISTED_YEAR.match(text, match.end("owed_year"))
    if item is None:
        return True
    year, following = number(match["era_year"] or match["western"] or match["plain"] or "0"), number(item["digits"])
    if match["western"] and following < 100:
        following += year // 100 * 100
    return 0 < following - year <= 10


def _set_year(found: Words, match: re.Match[str]) -> None:
    groups = match.groupdict()
    if groups.get("relative"):
        found.year_offset = YEARS[groups["relative"]]
    elif groups.get("next"):
        found.year_offset, found.next = (1, "before"), True
    elif groups.get("bare"):
        found.bare_year = True
    elif groups.get("masked"):
        found.masked = re.sub("[^0-9]", "X", groups["masked"])
    elif groups["era"]:
        found.era = BY_NAME[groups["era"].translate(_UNBROKEN)]
        found.year = _era_year(found.era, groups["era_year"], found.begin)
        if groups.get("era_from"):
            found.year_from = _era_year(found.era, groups["era_from"], found.begin)
        elif groups.get("other_era"):
            found.year_from = _era_year(BY_NAME[groups["other_era"].translate(_UNBROKEN)], groups["other_year"], found.begin)
    elif groups.get("western") or groups.get("ancient"):
        found.year = number(groups["western"] or groups["ancient"])
        if groups.get("western_from"):
            found.year_from = number(groups["western_from"])
    elif groups.get("short"):
        found.year_from = number(groups["short_from"])
        found.year = found.year_from // 100 * 100 + int(groups["short"])
    for twin in (groups.get("twin"), groups.get("twin_behind")):
        if twin:
            _compare(found, twin)


def _era_year(era: Era, digits: str, begin: int) -> int:
    try:
        return year_of(era, number(digits))
    except ValueError as error:
        raise FaultError(str(error), begin) from None


def _compare(found: Words, twin: str) -> None:
    """A year may stand twice, as in 令和3年(2021年); both must be the same."""
    match = re.search(rf"(明治|大正|昭和|平成|令和|[MTSHR])?{S}(元|[0-9{KANJI_DIGITS}十]+)", twin)
    assert match is not None  # the twin has this form
    era = BY_NAME[match[1]] if match[1] else None if len(match[2]) == 4 else found.era
    if era is None and len(match[2]) < 4:
        raise FaultError(f"{match[2]}年 names no era", found.begin)
    year = _era_year(era, match[2], found.begin) if era else number(match[2])
    if year != found.year:
        raise FaultError(f"the year stands twice, once as {found.year} and once as {year}", found.begin)


def _set_month_and_day(found: Words, match: re.Match[str]) -> None:
    month, day = match["month"], match["day"]
    if month:
        found.month = _digits(month)
        found.month_from = number(match["month_from"]) if match["month_from"] else None
    elif match["relative_month"]:
        found.month_offset = MONTHS[match["relative_month"]]
    elif match["bare_month"]:
        found.month_offset = (0, "said")
    if day:
        found.day = "XX" if day == "吉" else _digits(day)
        found.day_from = number(match["day_from"]) if match["day_from"] else None


def _digits(found: str) -> int | Literal["XX"]:
    """A number, or that its digits are not filled in."""
    if re.fullmatch(MASK, found) and found not in KANJI_DIGITS[1:]:
        return "XX"
    return number(found)


def _part(found: Words, text: str, after: Words | None) -> Words | None:
    """Add the part of the year or month that is named, and refuse what is not a date by itself."""
    by_month = found.month is not None or found.month_offset is not None
    by_year = not by_month and (found.year is not None or found.year_offset is not None or found.bare_year or found.masked is not None)
    alone = not by_month and not by_year
    if alone and found.day is not None:
        return found if after is not None and (after.month is not None or after.month_offset is not None) else None
    if alone and after is not None and after.portion is not None:
        match = PORTION.match(text, found.stop)
        if match and not match["some"] and not match["opening"]:
            _portion(found, text)
            found.of_before = True
            return found
    match = PART.match(text, found.stop) if found.day is None else None
    if match is None and (found.bare_year or found.month_offset == (0, "said")) and text[found.stop - 1 : found.stop + 1] in _CUT:
        return None  # as 年末 of 年末調整 says no date
    if match and alone and match["edge"] and match["edge"] != "末":
        match = None
    if match is None:
        return None if alone else found
    months = by_month or (alone and after is not None and (after.month is not None or after.month_offset is not None))
    part = _name_part(found, match, months=months, years=by_year or alone)
    if part is None or (alone and (part in ("decade", "turn", "some") or (part == "mid" and after is None))):
        return None if alone else found
    found.part, stop = part, found.stop
    found.stop = match.end()
    if part not in _UNDIVIDED:
        if NO_PORTION.match(text, found.stop):
            found.part, found.stop = None, stop
            return None if alone else found
        _portion(found, text)
    if match["owed_quarter"]:
        found.owed = "quarter"
        found.portion = "some" if PORTION.match(text, match.end("owed_quarters")) else None
    return found


_UNDIVIDED = {"beginning", "end", "last_day", "turn", "mid", "some", "weekday"}
"""Parts that have none themselves."""


def _portion(found: Words, text: str) -> None:
    """Add the part of a part of the year or month, or of a week, that is named.

    Raises:
        FaultError: it is its 明け, which may be its beginning or what follows it.
    """
    match = PORTION.match(text, found.stop)
    if match is None:
        return
    if match["opening"] and found.week_offset is None:
        raise FaultError("明け may be its beginning or what comes behind its end", found.begin)
    found.portion = "beginning" if match["opening"] else cast("Portion", match.lastgroup)
    found.stop = match.end()


def _name_part(found: Words, match: re.Match[str], *, months: bool, years: bool) -> Part | None:
    word = match["word"]
    if word:
        return (MONTH_PARTS.get(word) if months else None) or (YEAR_PARTS.get(word) if years else None)
    if match["edge"]:
        return EDGES[match["edge"]]
    week = match["week"] or match["nth_week"]
    if months and week:
        found.nth = number(week)
        return "week"
    if months and match["last"]:
        found.weekday = WEEKDAYS.index(match["last"])
        return "weekday"
    if months and match["nth"]:
        found.nth, found.weekday = number(match["nth"]), WEEKDAYS.index(match["weekday"])
        return "weekday"
    quarter = match["quarter"] or match["q"] or match["owed_quarter"]
    if years and quarter:
        found.nth = number(quarter)
        return "quarter"
    if years and match["season"]:
        found.nth = SEASONS[match["season"]]
        return "season"
    if years and match["season_word"]:
        found.nth, found.portion = SEASON_WORDS[match["season_word"]]
        return "season"
    if years and match["turned"] and found.year_offset is None:
        found.year = None if found.year is None else found.year + 1
        return "beginning"
    return None


def _weekday(found: Words, text: str) -> None:
    pos = found.stop + (found.week_offset is not None and text.startswith("の", found.stop))
    match = WEEKDAY.match(text, pos)
    if match:
        day = match["short"] or match["long"]
        found.weekday = WEEKDAYS.index(day) if day else None
        found.weekday_at, found.stop = match.start("short" if match["short"] else "long"), match.end()
    match = WEEK.match(text, found.stop) if found.week_offset is None else None
    if match:
        found.week, found.stop = True, match.end()
