"""Dates in words: Japanese that `read` reads back, and English."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, get_args

from dxgov.dates.edtf import bounds
from dxgov.dates.eras import find_era, format_era_year
from dxgov.dates.parser import read
from dxgov.dates.when import Scope, When
from dxgov.errors import DateError

Calendar = Literal["era", "western"]

_QUALIFIER = re.compile("[?~%]")
_QUALIFIER_WORDS = {"": "", "?": "？", "~": "頃", "%": "頃？"}
"""Japanese words by EDTF qualifier."""
_SCOPE_SUFFIXES = {
    Scope.EXACT: "の当日",
    Scope.WITHIN: "のいずれか",
    Scope.THROUGHOUT: "を通じて",
    Scope.BY: "を期限に",
    Scope.FROM: "を起点に",
}
"""Japanese suffixes that state a scope."""
_ENGLISH_SCOPES = {
    Scope.EXACT: "one day",
    Scope.WITHIN: "some time in it",
    Scope.THROUGHOUT: "all of it",
    Scope.BY: "as a deadline",
    Scope.FROM: "as a beginning",
}
"""English phrases for each scope."""
_UNDATED_WORDS = {
    Scope.EXACT: ("期日未定", "day not settled"),
    Scope.WITHIN: ("未定", "not settled"),
    Scope.THROUGHOUT: ("随時", "at any time"),
    Scope.BY: ("期限未定", "deadline not settled"),
    Scope.FROM: ("開始時期未定", "start not settled"),
}
"""Japanese and English words for dates without a day."""
_SEASONS = {21: ("春", "spring"), 22: ("夏", "summer"), 23: ("秋", "autumn"), 24: ("冬", "winter")}
_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_MONTH_THIRDS = {1: ("上旬", "early"), 11: ("中旬", "mid"), 21: ("下旬", "late")}
"""Japanese and English words for thirds of a month, by first day."""


def write(when: When, lang: Literal["ja", "en"] = "ja", *, calendar: Calendar = "era") -> str:
    """Write the meaning of a date in words.

    `read` reads Japanese words back to the same `edtf` and `scope`, unless EDTF qualifies only a part of a date, as in
    ``2024?-04``; the words then qualify all of it.

    >>> april = When("4月22日の週？", "2024-04-22?/2024-04-28?", Scope.WITHIN)
    >>> write(april), write(april, "en")
    ('令和6年4月22日の週？', 'the week of 22 April 2024 (uncertain)')

    Args:
        when: Date to write.
        lang: Language of the words.
        calendar: Count Japanese years by era (和暦) or not. Years before 1873, or above 99 in their era, are never counted by era.

    Raises:
        TypeError: `when` is not a `When`.
        ValueError: The language or calendar is unknown.
    """
    if not isinstance(when, When):
        raise TypeError(f"found {when!r}, expected a When; `dates.read` makes one of words")
    if lang not in ("ja", "en") or calendar not in get_args(Calendar):
        raise ValueError(f"found lang={lang!r} and calendar={calendar!r}, expected 'ja' or 'en', and 'era' or 'western'")
    if when.edtf is None:
        return _UNDATED_WORDS[when.scope][lang == "en"]
    if lang == "en":
        return _describe_english(when.edtf, when.scope)
    edtf = "/".join(_normalize_qualifiers(part) for part in when.edtf.split("/"))
    for words in _generate_japanese(edtf, calendar):
        for suffix in ("", _SCOPE_SUFFIXES[when.scope]):
            if _reads_as(words + suffix, edtf, when.scope):
                return words + suffix
    raise AssertionError(f"no words for {when!r}")  # pragma: no cover - the last form of words fits every date


def describe_scope(scope: Scope, lang: Literal["ja", "en"]) -> str:
    """Return the words for a scope in a legend: その日 or one day."""
    return scope.label if lang == "ja" else _ENGLISH_SCOPES[scope]


def _reads_as(words: str, edtf: str, scope: Scope) -> bool:
    """Return True if `read` reads the words back to the same meaning."""
    try:
        when = read(words)
    except DateError:
        return False
    return when.edtf == edtf and when.scope == scope


def _split_qualifiers(date_text: str) -> tuple[str, str]:
    """Return a date without its qualifiers, and all of them as one."""
    qualifiers = {symbol for qualifier in _QUALIFIER.findall(date_text) for symbol in ("?~" if qualifier == "%" else qualifier)}
    return _QUALIFIER.sub("", date_text), "%" if len(qualifiers) == 2 else "".join(qualifiers)


def _normalize_qualifiers(date_text: str) -> str:
    """Move all qualifiers of a date to its end."""
    return "".join(_split_qualifiers(date_text))


def _generate_japanese(edtf: str, calendar: Calendar) -> Iterator[str]:
    """Yield candidate Japanese words, the most natural first; the last candidate fits every date."""
    first, slash, last = edtf.partition("/")
    if not slash:
        yield _format_japanese(first, calendar)
    elif first in ("", ".."):
        yield f"{_format_japanese(last, calendar)}まで{'' if first else '（始まりは不明）'}"
    elif last in ("", ".."):
        yield f"{_format_japanese(first, calendar)}以降{'' if last else '（終わりは不明）'}"
    else:
        start, end = bounds(edtf)
        qualifier = _split_qualifiers(first)[1]
        if qualifier == _split_qualifiers(last)[1] and start and end:
            for format_words in (_format_third, _format_week, _format_fiscal_year):
                words = format_words(start, end, calendar)
                if words:
                    yield words + _QUALIFIER_WORDS[qualifier]
        yield f"{_format_japanese(first, calendar)}から{_format_japanese(last, calendar)}まで"


def _format_japanese(part: str, calendar: Calendar) -> str:
    """Format a single EDTF date with its qualifier: ``令和6年4月22日頃``."""
    date_text, qualifier = _split_qualifiers(part)
    return _format_japanese_date(date_text, calendar) + _QUALIFIER_WORDS[qualifier]


def _format_third(start: date, end: date, calendar: Calendar) -> str | None:
    third = _find_third(start, end)
    return f"{_format_japanese_date(start.isoformat()[:7], calendar)}{third[0]}" if third else None


def _find_third(start: date, end: date) -> tuple[str, str] | None:
    """Return the words for a third of a month, or None if the days are not one."""
    last_day = {1: 10, 11: 20, 21: monthrange(start.year, start.month)[1]}.get(start.day)
    return _MONTH_THIRDS[start.day] if last_day == end.day and (start.year, start.month) == (end.year, end.month) else None


def _is_week(start: date, end: date) -> bool:
    return start.weekday() == 0 and end - start == timedelta(days=6)


def _format_week(start: date, end: date, calendar: Calendar) -> str | None:
    return f"{_format_japanese_date(start.isoformat(), calendar)}の週" if _is_week(start, end) else None


def _is_fiscal(start: date, end: date) -> bool:
    return (start.month, start.day, end.month, end.day, end.year) == (4, 1, 3, 31, start.year + 1)


def _format_fiscal_year(start: date, end: date, calendar: Calendar) -> str | None:
    return f"{_format_year(f'{start.year:04}', date(start.year, 12, 31), calendar)}度" if _is_fiscal(start, end) else None


def _format_japanese_date(date_text: str, calendar: Calendar) -> str:
    """Format a date without qualifiers in Japanese: 令和6年4月22日, 令和6年春, 2020年代, 20XX年."""
    year, _, month_and_day = date_text.partition("-")
    last = bounds(date_text)[1]
    assert last is not None  # a single date has both bounds
    if year.endswith("X"):
        return f"{year[:3]}0年代" if year[2] != "X" else f"{year}年"
    if month_and_day in ("21", "22", "23", "24"):
        return _format_year(year, min(last, date(int(year), 12, 31)), calendar) + _SEASONS[int(month_and_day)][0]
    month, _, day = month_and_day.partition("-")
    words = _format_year(year, last, calendar)
    for digits, unit in ((month, "月"), (day, "日")):
        if digits:
            words += f"{'○' if digits == 'XX' else int(digits)}{unit}"
    return words


def _format_year(year: str, day: date, calendar: Calendar) -> str:
    """Format a year, by era if `calendar` is ``era`` and `day`, its last day, lies in one."""
    era = find_era(day) if calendar == "era" else None
    if era is not None and int(year) - era.first_day.year < 99:
        return era.name + format_era_year(era, int(year))
    return f"{year}年" if int(year) >= 1000 else f"西暦{int(year)}年"


def _describe_english(edtf: str, scope: Scope) -> str:
    """Return English words for a date, with its scope if readers would not assume it."""
    words, default_scope = _describe_english_span(edtf)
    if scope is Scope.WITHIN and words.startswith("from "):
        return f"some time {words}"
    return words if scope is default_scope else f"{words} ({_ENGLISH_SCOPES[scope]})"


def _describe_english_span(edtf: str) -> tuple[str, Scope]:
    """Return English words for a span and the scope that readers assume for these words."""
    first, slash, last = edtf.partition("/")
    start, end = bounds(edtf)
    qualifier = _split_qualifiers(first)[1]
    if not slash:
        return _format_english(first), Scope.EXACT if start == end and qualifier in ("", "?") else Scope.WITHIN
    if first in ("", ".."):
        return f"by {_format_english(last)}{'' if first else ', beginning unknown'}", Scope.BY
    if last in ("", ".."):
        return f"from {_format_english(first)} on{'' if last else ', end unknown'}", Scope.FROM
    if start and end and qualifier == _split_qualifiers(last)[1]:
        for format_words, default_scope in (
            (_format_english_third, Scope.WITHIN),
            (_format_english_week, Scope.WITHIN),
            (_format_english_fiscal_year, Scope.THROUGHOUT),
        ):
            words = format_words(start, end)
            if words:
                return _add_english_qualifier(words, qualifier), default_scope
    return f"from {_format_english(first)} to {_format_english(last)}", Scope.THROUGHOUT


def _format_english(part: str) -> str:
    """Format a single EDTF date with its qualifier: ``about 22 April 2024``."""
    date_text, qualifier = _split_qualifiers(part)
    return _add_english_qualifier(_format_english_date(date_text), qualifier)


def _format_english_third(start: date, end: date) -> str | None:
    third = _find_third(start, end)
    return f"{third[1]}{'-' if third[1] == 'mid' else ' '}{_MONTHS[start.month - 1]} {start.year}" if third else None


def _format_english_week(start: date, end: date) -> str | None:
    return f"the week of {_format_english_date(start.isoformat())}" if _is_week(start, end) else None


def _format_english_fiscal_year(start: date, end: date) -> str | None:
    return f"fiscal year {start.year} (April {start.year} to March {end.year})" if _is_fiscal(start, end) else None


def _add_english_qualifier(words: str, qualifier: str) -> str:
    """Add "about" or "(uncertain)" for an EDTF qualifier."""
    about = "about " if qualifier in ("~", "%") else ""
    return f"{about}{words}{' (uncertain)' if qualifier in ('?', '%') else ''}"


def _format_english_date(date_text: str) -> str:
    """Format a date without qualifiers in English: 22 April 2024, spring 2024, the 2020s."""
    year, _, month_and_day = date_text.partition("-")
    if year.endswith("X"):
        return f"the {year[:3]}0s" if year[2] != "X" else f"the years {year[:2]}00 to {year[:2]}99"
    year_text = str(int(year)) if int(year) >= 1000 else f"AD {int(year)}"
    month, _, day = month_and_day.partition("-")
    if month in ("21", "22", "23", "24"):
        return f"{_SEASONS[int(month)][1]} {year_text}" + (f"/{(int(year) + 1) % 100:02}" if month == "24" else "")
    if month == "XX":
        return f"a {'day' if day else 'month'} of {year_text}"
    if day == "XX":
        return f"a day of {_MONTHS[int(month) - 1]} {year_text}"
    return " ".join(filter(None, (str(int(day)) if day else "", _MONTHS[int(month) - 1] if month else "", year_text)))
