"""Writing dates as a person would: in Japanese, so that `read` reads them back, and in English."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, get_args

from dxgov.dates.edtf import bounds
from dxgov.dates.eras import era_of, year_in_era
from dxgov.dates.parser import read
from dxgov.dates.when import Scope, When
from dxgov.errors import DateError

Calendar = Literal["era", "western"]

_QUALIFIERS = re.compile("[?~%]")
_MARKS = {"": "", "?": "？", "~": "頃", "%": "頃？"}
_SCOPES = {
    Scope.EXACT: "の当日",
    Scope.WITHIN: "のいずれか",
    Scope.THROUGHOUT: "を通じて",
    Scope.BY: "を期限に",
    Scope.FROM: "を起点に",
}
_ENGLISH = {
    Scope.EXACT: "one day",
    Scope.WITHIN: "some time in it",
    Scope.THROUGHOUT: "all of it",
    Scope.BY: "as a deadline",
    Scope.FROM: "as a beginning",
}
_UNDATED = {
    Scope.EXACT: ("期日未定", "day not settled"),
    Scope.WITHIN: ("未定", "not settled"),
    Scope.THROUGHOUT: ("随時", "at any time"),
    Scope.BY: ("期限未定", "deadline not settled"),
    Scope.FROM: ("開始時期未定", "start not settled"),
}
_SEASONS = {21: ("春", "spring"), 22: ("夏", "summer"), 23: ("秋", "autumn"), 24: ("冬", "winter")}
_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_TENS = {1: ("上旬", "early"), 11: ("中旬", "mid"), 21: ("下旬", "late")}


def write(when: When, lang: Literal["ja", "en"] = "ja", *, calendar: Calendar = "era") -> str:
    """What a date means, in words.

    Japanese words are read back by `read` to the same meaning, `edtf` and `scope`, unless EDTF qualifies only a part of a date, as in
    ``2024?-04``; they then qualify all of it. `calendar` counts Japanese years by era (和暦) or not; no era counts years
    before 1873, nor more than 99.

    >>> april = When("4月22日の週？", "2024-04-22?/2024-04-28?", Scope.WITHIN)
    >>> write(april), write(april, "en")
    ('令和6年4月22日の週？', 'the week of 22 April 2024 (uncertain)')

    Raises:
        TypeError: `when` is no `When`.
        ValueError: there is no such language or calendar.
    """
    if not isinstance(when, When):
        raise TypeError(f"found {when!r}, expected a When; `dates.read` makes one of words")
    if lang not in ("ja", "en") or calendar not in get_args(Calendar):
        raise ValueError(f"found lang={lang!r} and calendar={calendar!r}, expected 'ja' or 'en', and 'era' or 'western'")
    if when.edtf is None:
        return _UNDATED[when.scope][lang == "en"]
    if lang == "en":
        return _english(when.edtf, when.scope)
    edtf = "/".join(_whole(part) for part in when.edtf.split("/"))
    for words in _japanese(edtf, calendar):
        for suffix in ("", _SCOPES[when.scope]):
            if _means(words + suffix, edtf, when.scope):
                return words + suffix
    raise AssertionError(f"no words for {when!r}")  # pragma: no cover - the last form of words fits every date


def scope_words(scope: Scope, lang: Literal["ja", "en"]) -> str:
    """What a scope says of a date, for a key: その日 or one day."""
    return scope.label if lang == "ja" else _ENGLISH[scope]


def _means(words: str, edtf: str, scope: Scope) -> bool:
    try:
        found = read(words)
    except DateError:
        return False
    return found.edtf == edtf and found.scope == scope


def _split(part: str) -> tuple[str, str]:
    """A date without its qualifiers, and all of them as one."""
    marks = {mark for found in _QUALIFIERS.findall(part) for mark in ("?~" if found == "%" else found)}
    return _QUALIFIERS.sub("", part), "%" if len(marks) == 2 else "".join(marks)


def _whole(part: str) -> str:
    return "".join(_split(part))


def _japanese(edtf: str, calendar: Calendar) -> Iterator[str]:
    """Words that may fit, the most natural first; the last do always."""
    first, slash, last = edtf.partition("/")
    one, one_mark = _split(first)
    other, other_mark = _split(last)
    if not slash:
        yield _date(one, calendar) + _MARKS[one_mark]
    elif first in ("", ".."):
        yield f"{_date(other, calendar)}{_MARKS[other_mark]}まで{'' if first else '（始まりは不明）'}"
    elif last in ("", ".."):
        yield f"{_date(one, calendar)}{_MARKS[one_mark]}以降{'' if last else '（終わりは不明）'}"
    else:
        start, end = bounds(edtf)
        if one_mark == other_mark and start and end:
            for form in (_ten_days, _week, _fiscal):
                words = form(start, end, calendar)
                if words:
                    yield words + _MARKS[one_mark]
        yield f"{_date(one, calendar)}{_MARKS[one_mark]}から{_date(other, calendar)}{_MARKS[other_mark]}まで"


def _ten_days(start: date, end: date, calendar: Calendar) -> str | None:
    third = _third(start, end)
    return f"{_date(start.isoformat()[:7], calendar)}{third[0]}" if third else None


def _third(start: date, end: date) -> tuple[str, str] | None:
    """The words for a third of a month, if it is one."""
    last = {1: 10, 11: 20, 21: monthrange(start.year, start.month)[1]}.get(start.day)
    return _TENS[start.day] if last == end.day and (start.year, start.month) == (end.year, end.month) else None


def _is_week(start: date, end: date) -> bool:
    return start.weekday() == 0 and end - start == timedelta(days=6)


def _week(start: date, end: date, calendar: Calendar) -> str | None:
    return f"{_date(start.isoformat(), calendar)}の週" if _is_week(start, end) else None


def _is_fiscal(start: date, end: date) -> bool:
    return (start.month, start.day, end.month, end.day, end.year) == (4, 1, 3, 31, start.year + 1)


def _fiscal(start: date, end: date, calendar: Calendar) -> str | None:
    return f"{_year(f'{start.year:04}', date(start.year, 12, 31), calendar)}度" if _is_fiscal(start, end) else None


def _date(part: str, calendar: Calendar) -> str:
    """A date without qualifiers: 令和6年4月22日, 令和6年春, 2020年代, 20XX年."""
    year, _, rest = part.partition("-")
    last = bounds(part)[1]
    assert last is not None  # a single date has both bounds
    if year.endswith("X"):
        return f"{year[:3]}0年代" if year[2] != "X" else f"{year}年"
    if rest in ("21", "22", "23", "24"):
        return _year(year, min(last, date(int(year), 12, 31)), calendar) + _SEASONS[int(rest)][0]
    month, _, day = rest.partition("-")
    words = _year(year, last, calendar)
    for digits, unit in ((month, "月"), (day, "日")):
        if digits:
            words += f"{'○' if digits == 'XX' else int(digits)}{unit}"
    return words


def _year(year: str, day: date, calendar: Calendar) -> str:
    era = era_of(day) if calendar == "era" else None
    if era is not None and int(year) - era.begins.year < 99:
        return era.name + year_in_era(era, int(year))
    return f"{year}年" if int(year) >= 1000 else f"西暦{int(year)}年"


def _english(edtf: str, scope: Scope) -> str:
    words, usual = _english_span(edtf)
    if scope is Scope.WITHIN and words.startswith("from "):
        return f"some time {words}"
    return words if scope is usual else f"{words} ({_ENGLISH[scope]})"


def _english_span(edtf: str) -> tuple[str, Scope]:
    """The words for a span, and how people take it to apply when nothing more is said."""
    first, slash, last = edtf.partition("/")
    one, one_mark = _split(first)
    other, other_mark = _split(last)
    start, end = bounds(edtf)
    if not slash:
        return _hedged(_day(one), one_mark), Scope.EXACT if start == end and one_mark in ("", "?") else Scope.WITHIN
    if first in ("", ".."):
        return f"by {_hedged(_day(other), other_mark)}{'' if first else ', beginning unknown'}", Scope.BY
    if last in ("", ".."):
        return f"from {_hedged(_day(one), one_mark)} on{'' if last else ', end unknown'}", Scope.FROM
    if start and end and one_mark == other_mark:
        for form, usual in ((_english_third, Scope.WITHIN), (_english_week, Scope.WITHIN), (_english_fiscal, Scope.THROUGHOUT)):
            words = form(start, end)
            if words:
                return _hedged(words, one_mark), usual
    return f"from {_hedged(_day(one), one_mark)} to {_hedged(_day(other), other_mark)}", Scope.THROUGHOUT


def _english_third(start: date, end: date) -> str | None:
    third = _third(start, end)
    return f"{third[1]}{'-' if third[1] == 'mid' else ' '}{_MONTHS[start.month - 1]} {start.year}" if third else None


def _english_week(start: date, end: date) -> str | None:
    return f"the week of {_day(start.isoformat())}" if _is_week(start, end) else None


def _english_fiscal(start: date, end: date) -> str | None:
    return f"fiscal year {start.year} (April {start.year} to March {end.year})" if _is_fiscal(start, end) else None


def _hedged(words: str, mark: str) -> str:
    about = "about " if mark in ("~", "%") else ""
    return f"{about}{words}{' (uncertain)' if mark in ('?', '%') else ''}"


def _day(part: str) -> str:
    """A date without qualifiers in English: 22 April 2024, spring 2024, the 2020s."""
    year, _, rest = part.partition("-")
    if year.endswith("X"):
        return f"the {year[:3]}0s" if year[2] != "X" else f"the years {year[:2]}00 to {year[:2]}99"
    number = str(int(year)) if int(year) >= 1000 else f"AD {int(year)}"
    month, _, day = rest.partition("-")
    if month in ("21", "22", "23", "24"):
        return f"{_SEASONS[int(month)][1]} {number}" + (f"/{(int(year) + 1) % 100:02}" if month == "24" else "")
    if month == "XX":
        return f"a {'day' if day else 'month'} of {number}"
    if day == "XX":
        return f"a day of {_MONTHS[int(month) - 1]} {number}"
    return " ".join(filter(None, (str(int(day)) if day else "", _MONTHS[int(month) - 1] if month else "", number)))
