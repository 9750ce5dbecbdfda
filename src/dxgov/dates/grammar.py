"""Grammar of one date: parses its text into tokens, without resolving omitted parts."""

import re
from typing import Literal, cast

from attrs import define

from dxgov.dates.eras import ERAS_BY_NAME, Era, to_gregorian_year
from dxgov.dates.normalization import KANJI_DIGITS, parse_number
from dxgov.dates.vocabulary import (
    COMPOUND_AFTER_PART,
    DATE,
    DAY_OFFSETS,
    DAY_SUFFIX,
    DURATION_AFTER_DAY,
    DURATION_AFTER_RANGE_END,
    DURATION_AFTER_YEAR,
    EDGE_PARTS,
    MASKED_DIGITS,
    MONTH_OFFSETS,
    MONTH_PARTS,
    MONTH_SUFFIX,
    NEXT_LISTED_YEAR,
    NOUN_AFTER_MONTH,
    NUMERIC_DATE,
    PART,
    PORTION,
    RANGE_END_DAY,
    RELATIVE_WORD,
    SEASON_WORDS,
    SEASONS,
    SLASH_DAY,
    SLASH_DAY_AFTER_YEAR,
    SP,
    WEEK,
    WEEK_OFFSETS,
    WEEKDAY,
    WEEKDAYS,
    YEAR_OFFSETS,
    YEAR_PARTS,
    Offset,
    Part,
    Portion,
)


class ParseError(Exception):
    """Text that names no possible date, with the reason and the position of its first character."""

    def __init__(self, reason: str, begin: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.begin = begin


_EDGE_WORDS = {f"{unit}{edge}" for unit in "年度月" for edge in "末始初頭"}
"""Units with an edge, such as 年末, that are no date as the start of another word."""
_BLANK_REMOVAL = dict.fromkeys(map(ord, " \n"))
"""Translation that removes blanks and line breaks inside the name of an era."""


@define
class DateTokens:
    """Parts of a date as its text states them; parts that it omits are None."""

    begin: int
    """Position of the first character."""
    stop: int
    """Position after the last character."""
    era: Era | None = None
    year: int | None = None
    """Gregorian year; first year of a fiscal year."""
    year_from: int | None = None
    """First year of a range of two numbers that share one unit, such as 令和3～5年度; likewise for month and day."""
    masked_year: str | None = None
    """Year with ``X`` for digits that are not filled in, such as ``202X``."""
    fiscal: bool = False
    year_offset: Offset | None = None
    """Offset of a relative year such as 来年; likewise for month, day and week."""
    bare_year: bool = False
    """True for 年 without a number, as in 年末."""
    month: int | Literal["XX"] | None = None
    month_from: int | None = None
    month_offset: Offset | None = None
    day: int | Literal["XX"] | None = None
    day_from: int | None = None
    day_offset: Offset | None = None
    week_offset: Offset | None = None
    part: Part | None = None
    portion: Portion | None = None
    """Portion of the part, as 末 in 第2四半期末."""
    nth: int = 0
    """Number of a quarter, week or weekday, 0 for the last weekday; the EDTF number of a season."""
    weekday: int | None = None
    """Weekday, 0 for Monday."""
    weekday_pos: int = 0
    """Position of the weekday, for messages."""
    is_week: bool = False
    """True for the week that contains the day, as in 4月22日の週."""
    has_slash: bool = False
    """True for a numeric form such as 2022/2/1 or 2/1."""
    is_next_occurrence: bool = False
    """True for 翌 before a month, as in 翌3月: the next such month."""
    inherits_part: bool = False
    """True if it is another portion of the part at the start of the range, as 後半 in 2020年代前半～後半."""
    shared_unit: Literal["year", "month", "quarter"] | None = None
    """Unit after the last number of a list only, as 月 in 4・5月."""

    def refers_to_previous(self) -> bool:
        """Return True if it counts from the previous date in the text, as 翌年2月 does."""
        offset = self.year_offset or self.month_offset or self.day_offset or self.week_offset
        if offset is None:
            return False
        offsets = (self.year_offset, self.month_offset, self.day_offset, self.week_offset)
        return any(item is not None and item[1] == "previous" for item in offsets)


def parse_tokens(text: str, pos: int, previous: DateTokens | None = None, *, in_running_text: bool = False) -> DateTokens | None:
    """Parse the date at `pos` into tokens. Return None if there is none.

    Args:
        text: Folded text.
        pos: Position of the first character.
        previous: Start of the range that the date ends, or previous date of a list.
        in_running_text: Reject numbers that only look like dates.

    Raises:
        ParseError: The text has the form of a date but names no possible date.
    """
    tokens = (
        _parse_relative_word(text, pos)
        or _parse_numeric(text, pos, previous, in_running_text=in_running_text)
        or _parse_date(text, pos, previous, in_running_text=in_running_text)
    )
    if tokens is None:
        return None
    if tokens.day is not None or tokens.day_offset is not None or tokens.week_offset is not None:
        _parse_weekday(tokens, text)
    if tokens.is_week or (tokens.week_offset is not None and tokens.weekday is None):
        _parse_portion(tokens, text)
    return tokens


def find_date_end(text: str, pos: int) -> int | None:
    """Return the position after text in the form of a date, possible or not, or None if there is none at `pos`."""
    ends = []
    for form in (DATE, NUMERIC_DATE, SLASH_DAY, RELATIVE_WORD):
        match = form.match(text, pos)
        if match and match.end() > pos:
            tokens = DateTokens(pos, match.end())
            _parse_weekday(tokens, text)
            ends.append(tokens.stop)
    return max(ends, default=None)


def _parse_relative_word(text: str, pos: int) -> DateTokens | None:
    """Parse a day, week or season relative to a date: 今日, 翌週, 来春."""
    match = RELATIVE_WORD.match(text, pos)
    if match is None:
        return None
    tokens = DateTokens(pos, match.end())
    if match["day"]:
        tokens.day_offset = DAY_OFFSETS[match["day"]]
    elif match["week"]:
        tokens.week_offset = WEEK_OFFSETS[match["week"]]
    else:
        tokens.year_offset = YEAR_OFFSETS[match["year"]]
        tokens.part, tokens.nth = "season", SEASONS[match["season"]]
    return tokens


def _parse_numeric(text: str, pos: int, previous: DateTokens | None, *, in_running_text: bool) -> DateTokens | None:
    """Parse a numeric date: R4.2.1, 2022/2/1, 2/1, or the day at the end of 2/1～3."""
    match = NUMERIC_DATE.match(text, pos)
    if match and not (in_running_text and match["day"] is None and _is_other_number(text, match, previous)):
        tokens = DateTokens(pos, match.end(), has_slash=True, month=int(match["month"]), day=int(match["day"]) if match["day"] else None)
        _set_year(tokens, match)
        return tokens
    match = SLASH_DAY.match(text, pos)
    if match:
        return DateTokens(pos, match.end(), has_slash=True, month=int(match["month"]), day=int(match["day"]))
    if previous and previous.has_slash:
        match = RANGE_END_DAY.match(text, pos)
        if match:
            month = int(match["month"]) if match["month"] else None
            return DateTokens(pos, match.end(), has_slash=True, month=month, day=int(match["day"]))
    return None


def _is_other_number(text: str, match: re.Match[str], previous: DateTokens | None) -> bool:
    """Return True if a year and month in running text are more likely another number, such as R3.4倍."""
    if int(match["month"]) > 12 or (match["separator"] == "-" and len(match["month"]) < 2):
        return True
    if match["western"]:
        preceding = text[max(0, match.start() - 1) : match.start()]
        is_doubtful = match["separator"] == "." or not "1873" <= match["western"] <= "2199" or preceding == "-" or "一" <= preceding <= "鿿"
        return is_doubtful or text[match.end() : match.end() + 1] in ("番", "号", "-")
    if previous is not None or MONTH_SUFFIX.match(text, match.end()):
        return False
    return match["era"] in "MT" or match["separator"] == "-" or NOUN_AFTER_MONTH.match(text, match.end()) is None


def _parse_date(text: str, pos: int, previous: DateTokens | None, *, in_running_text: bool) -> DateTokens | None:
    """Parse a date with units: 令和4年2月1日, 来年度末, 3月上旬."""
    match = DATE.match(text, pos)
    assert match is not None  # every part of the pattern is optional
    tokens = DateTokens(pos, match.end())
    if match.end() > pos:
        # Durations and unrelated numbers are no dates.
        if match["western"] and match["unit"] and DURATION_AFTER_YEAR.match(text, match.end("unit")):
            return None
        if match["shared_year"] is not None and not _is_ascending(text, match):
            return None
        if match["day"] and not match["month"] and (DURATION_AFTER_RANGE_END if previous else DURATION_AFTER_DAY).match(text, match.end()):
            return None
        # The year: relative, of an era, western, or without an era.
        _set_year(tokens, match)
        if match["era_less"]:
            tokens.era, tokens.year = _complete_year(match["era_less"], previous, pos)
            if tokens.year is None:
                if match["month"] is None or (in_running_text and match["day"] is None):
                    return None
                raise ParseError(f"{match['era_less']}年 names no era", pos)
        # Fiscal year, shared unit, month and day.
        tokens.fiscal = bool(match["fiscal"] or match["relative_fiscal"] or match["bare_fiscal"] or match["shared_fiscal"])
        tokens.shared_unit = "year" if match["shared_year"] is not None else "month" if match["shared_month"] is not None else None
        _set_month_and_day(tokens, match)
        if tokens.month is None and tokens.month_offset is None and tokens.day is None and (match["unit"] or match["relative"]):
            _add_slash_day(tokens, text, in_running_text=in_running_text)
    return _parse_part(tokens, text, previous)


def _add_slash_day(tokens: DateTokens, text: str, *, in_running_text: bool) -> None:
    """Add the month and day of 令和4年3/31, but not a possible share, as in 令和4年度3/4ずつ."""
    match = SLASH_DAY_AFTER_YEAR.match(text, tokens.stop)
    if match is None:
        return
    month, day = int(match["month"]), int(match["day"])
    is_date = day > 12 or month > day
    if match["counter"] and not (is_date and match["counter"] == "の"):
        return
    if is_date or not in_running_text or DAY_SUFFIX.match(text, match.end()):
        tokens.month, tokens.day, tokens.has_slash, tokens.stop = month, day, True, match.end()


def _complete_year(digits: str, previous: DateTokens | None, begin: int) -> tuple[Era | None, int | None]:
    """Return the era and year of 5年 after 令和4年, or of 22年 after 2021年; the year is None if it cannot be completed."""
    if previous is None:
        return None, None
    if previous.era:
        return previous.era, _convert_era_year(previous.era, digits, begin)
    year = None if previous.year is None or previous.year < 1000 or len(digits) != 2 else previous.year // 100 * 100 + parse_number(digits)
    return None, None if year is None or previous.year is None or year < previous.year else year


def _is_ascending(text: str, match: re.Match[str]) -> bool:
    """Return True if the next number of a list that shares its 年 is at most ten above the first, as in 2021・22年度."""
    item = NEXT_LISTED_YEAR.match(text, match.end("shared_year"))
    if item is None:  # the next number has an era
        return True
    year, following = parse_number(match["era_year"] or match["western"] or match["era_less"] or "0"), parse_number(item["digits"])
    if match["western"] and following < 100:
        following += year // 100 * 100
    return 0 < following - year <= 10


def _set_year(tokens: DateTokens, match: re.Match[str]) -> None:
    """Set the year tokens from a match of `DATE` or `NUMERIC_DATE`."""
    groups = match.groupdict()
    if groups.get("relative"):
        tokens.year_offset = YEAR_OFFSETS[groups["relative"]]
    elif groups.get("next_month"):
        tokens.year_offset, tokens.is_next_occurrence = (1, "previous"), True
    elif groups.get("bare_year"):
        tokens.bare_year = True
    elif groups.get("masked_year"):
        tokens.masked_year = re.sub("[^0-9]", "X", groups["masked_year"])
    elif groups["era"]:
        tokens.era = ERAS_BY_NAME[groups["era"].translate(_BLANK_REMOVAL)]
        tokens.year = _convert_era_year(tokens.era, groups["era_year"], tokens.begin)
        if groups.get("era_from"):
            tokens.year_from = _convert_era_year(tokens.era, groups["era_from"], tokens.begin)
        elif groups.get("other_era"):
            first_era = ERAS_BY_NAME[groups["other_era"].translate(_BLANK_REMOVAL)]
            tokens.year_from = _convert_era_year(first_era, groups["other_year"], tokens.begin)
    elif groups.get("western") or groups.get("ancient"):
        tokens.year = parse_number(groups["western"] or groups["ancient"])
        if groups.get("western_from"):
            tokens.year_from = parse_number(groups["western_from"])
    elif groups.get("short"):
        tokens.year_from = parse_number(groups["short_from"])
        tokens.year = tokens.year_from // 100 * 100 + int(groups["short"])
    for alternate in (groups.get("alternate"), groups.get("alternate_after")):
        if alternate:
            _check_alternate_year(tokens, alternate)


def _convert_era_year(era: Era, digits: str, begin: int) -> int:
    """Convert an era year to a Gregorian year."""
    try:
        return to_gregorian_year(era, parse_number(digits))
    except ValueError as error:
        raise ParseError(str(error), begin) from None


def _check_alternate_year(tokens: DateTokens, alternate: str) -> None:
    """Check that a year in parentheses, as in 令和3年(2021年), equals the year before it."""
    match = re.search(rf"(明治|大正|昭和|平成|令和|[MTSHR])?{SP}(元|[0-9{KANJI_DIGITS}十]+)", alternate)
    assert match is not None  # DATE has matched it in this form
    era = ERAS_BY_NAME[match[1]] if match[1] else None if len(match[2]) == 4 else tokens.era
    if era is None and len(match[2]) < 4:
        raise ParseError(f"{match[2]}年 names no era", tokens.begin)
    year = _convert_era_year(era, match[2], tokens.begin) if era else parse_number(match[2])
    if year != tokens.year:
        raise ParseError(f"the year stands twice, once as {tokens.year} and once as {year}", tokens.begin)


def _set_month_and_day(tokens: DateTokens, match: re.Match[str]) -> None:
    """Set the month and day tokens from a match of `DATE`."""
    month, day = match["month"], match["day"]
    if month:
        tokens.month = _parse_digits(month)
        tokens.month_from = parse_number(match["month_from"]) if match["month_from"] else None
    elif match["relative_month"]:
        tokens.month_offset = MONTH_OFFSETS[match["relative_month"]]
    elif match["bare_month"]:
        tokens.month_offset = (0, "reference")
    if day:
        tokens.day = "XX" if day == "吉" else _parse_digits(day)
        tokens.day_from = parse_number(match["day_from"]) if match["day_from"] else None


def _parse_digits(digits: str) -> int | Literal["XX"]:
    """Return a number, or ``XX`` if its digits are not filled in."""
    return "XX" if re.fullmatch(MASKED_DIGITS, digits) else parse_number(digits)


def _parse_part(tokens: DateTokens, text: str, previous: DateTokens | None) -> DateTokens | None:
    """Add the part of the year or month, and return None if the tokens are no date by themselves."""
    has_month = tokens.month is not None or tokens.month_offset is not None
    has_year = tokens.year is not None or tokens.year_offset is not None or tokens.bare_year or tokens.masked_year is not None
    is_alone = not has_month and not has_year
    if is_alone and tokens.day is not None:
        return tokens if previous is not None and (previous.month is not None or previous.month_offset is not None) else None
    # A portion alone may continue the part at the start of the range.
    if is_alone and previous is not None and previous.portion is not None:
        match = PORTION.match(text, tokens.stop)
        if match and not match["unspecified"] and not match["after_or_beginning"]:
            _parse_portion(tokens, text)
            tokens.inherits_part = True
            return tokens
    # Match the part; edges other than 末 are no date by themselves.
    match = PART.match(text, tokens.stop) if tokens.day is None else None
    has_bare_unit = tokens.bare_year or tokens.month_offset == (0, "reference")
    if match is None and has_bare_unit and text[tokens.stop - 1 : tokens.stop + 1] in _EDGE_WORDS:
        return None  # 年末 in 年末調整 is no date
    if match and is_alone and match["edge"] and match["edge"] != "末":
        match = None
    if match is None:
        return None if is_alone else tokens
    # Classify the part as one of a month or of a year.
    of_month = has_month or (is_alone and previous is not None and (previous.month is not None or previous.month_offset is not None))
    part = _classify_part(tokens, match, of_month=of_month, of_year=not has_month)
    if part is None or (is_alone and (part in ("decade", "turn", "unspecified") or (part == "mid" and previous is None))):
        return None if is_alone else tokens
    # Add the part and its portion.
    tokens.part, stop = part, tokens.stop
    tokens.stop = match.end()
    if part not in _INDIVISIBLE_PARTS:
        if COMPOUND_AFTER_PART.match(text, tokens.stop):
            tokens.part, tokens.stop = None, stop
            return None if is_alone else tokens
        _parse_portion(tokens, text)
    if match["shared_quarter"]:
        tokens.shared_unit = "quarter"
        tokens.portion = "unspecified" if PORTION.match(text, match.end("shared_quarters")) else None
    return tokens


_INDIVISIBLE_PARTS = {"beginning", "end", "last_day", "turn", "mid", "unspecified", "weekday"}
"""Parts without portions."""


def _parse_portion(tokens: DateTokens, text: str) -> None:
    """Add the portion of a part of the year or month, or of a week.

    Raises:
        ParseError: The portion is 明け, which may mean its beginning or the time after it.
    """
    match = PORTION.match(text, tokens.stop)
    if match is None:
        return
    if match["after_or_beginning"] and tokens.week_offset is None:
        raise ParseError("明け may be its beginning or what comes behind its end", tokens.begin)
    tokens.portion = "beginning" if match["after_or_beginning"] else cast("Portion", match.lastgroup)
    tokens.stop = match.end()


def _classify_part(tokens: DateTokens, match: re.Match[str], *, of_month: bool, of_year: bool) -> Part | None:
    """Return the part of a match of `PART` and set its number; None if a year or month has no such part."""
    word = match["word"]
    if word:
        return (MONTH_PARTS.get(word) if of_month else None) or (YEAR_PARTS.get(word) if of_year else None)
    if match["edge"]:
        return EDGE_PARTS[match["edge"]]
    week = match["week"] or match["nth_week"]
    if of_month and week:
        tokens.nth = parse_number(week)
        return "week"
    if of_month and match["last_weekday"]:
        tokens.weekday = WEEKDAYS.index(match["last_weekday"])
        return "weekday"
    if of_month and match["nth"]:
        tokens.nth, tokens.weekday = parse_number(match["nth"]), WEEKDAYS.index(match["weekday"])
        return "weekday"
    quarter = match["quarter"] or match["quarter_letter"] or match["shared_quarter"]
    if of_year and quarter:
        tokens.nth = parse_number(quarter)
        return "quarter"
    if of_year and match["season"]:
        tokens.nth = SEASONS[match["season"]]
        return "season"
    if of_year and match["season_word"]:
        tokens.nth, tokens.portion = SEASON_WORDS[match["season_word"]]
        return "season"
    if of_year and match["year_opening"] and tokens.year_offset is None:
        tokens.year = None if tokens.year is None else tokens.year + 1
        return "beginning"
    return None


def _parse_weekday(tokens: DateTokens, text: str) -> None:
    """Add the weekday, and 週 after a day."""
    pos = tokens.stop + (tokens.week_offset is not None and text.startswith("の", tokens.stop))
    match = WEEKDAY.match(text, pos)
    if match:
        day = match["short"] or match["long"]
        tokens.weekday = WEEKDAYS.index(day) if day else None
        tokens.weekday_pos, tokens.stop = match.start("short" if match["short"] else "long"), match.end()
    match = WEEK.match(text, tokens.stop) if tokens.week_offset is None else None
    if match:
        tokens.is_week, tokens.stop = True, match.end()
