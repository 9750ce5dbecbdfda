"""Clock times and ranges of them: 14:00, 午後3時, 午前10時半, 正午, 10時～12時."""

import re

from attrs import frozen

from dxgov.dates.grammar import ParseError
from dxgov.dates.normalization import parse_number
from dxgov.dates.vocabulary import DASH, NUM, SP

_TIME = re.compile(
    rf"{SP}(?:(?P<meridiem>午前|午後|[AP]M|[ap]m){SP})?"
    rf"(?:(?:(?P<hour_from>{NUM}){DASH})?(?P<hour>{NUM}){SP}時(?!間|期|点|代|限|給|短|刻|計|効|差)(?:{SP}(?P<minute>半|{NUM}{SP}分))?"
    rf"|(?P<clock_hour>[0-9]{{1,2}}):(?P<clock_minute>[0-9]{{2}})(?![0-9:]|,[0-9]))|{SP}(?P<noon>正午)"
)
_AM_WORDS = ("午前", "AM", "am")
_RANGE_LINK = re.compile(rf"(?:{DASH}|{SP}(?:から|より){SP}、?{SP})(?P<next_day>翌(?:日|朝)?の?{SP})?")
_UNTIL = re.compile(f"{SP}(?:まで|迄)")
_APPROXIMATE = re.compile(f"{SP}(?:頃|ごろ|ころ|過ぎ|前後)")


@frozen
class TimeRange:
    """Time of day or range of times as ``HH:MM`` text; `start` and `end` are None if the expression is too vague."""

    stop: int
    """Position after the expression."""
    start: str | None
    end: str | None
    is_single: bool = False
    """True for one time, which a following まで or から can turn into an end or a start."""


def parse_time_range(text: str, pos: int) -> TimeRange | None:
    """Parse the clock time or range of times at `pos`. Return None if there is none.

    Raises:
        ParseError: The text has the form of a time but names no possible time.
    """
    start_match = _TIME.match(text, pos)
    if start_match is None:
        return None
    meridiem = start_match["meridiem"]
    if start_match["hour_from"]:
        start_minutes = _to_minutes(start_match, meridiem, parse_number(start_match["hour_from"]))
        return _build_range(text, start_match, start_minutes, start_match, is_next_day=False)
    approximate = _APPROXIMATE.match(text, start_match.end())
    if approximate:
        return TimeRange(approximate.end(), None, None)
    start_minutes = _to_minutes(start_match, meridiem)
    link = _RANGE_LINK.match(text, start_match.end())
    end_match = _TIME.match(text, link.end()) if link else None
    if link and end_match and not end_match["hour_from"]:
        return _build_range(text, start_match, start_minutes, end_match, is_next_day=bool(link["next_day"]))
    return TimeRange(start_match.end(), _format_minutes(start_minutes), None, is_single=True)


def find_time_end(text: str, pos: int) -> int | None:
    """Return the position after text in the form of clock times, possible or not, or None if there is none at `pos`."""
    start_match = _TIME.match(text, pos)
    link = _RANGE_LINK.match(text, start_match.end()) if start_match else None
    end_match = _TIME.match(text, link.end()) if link else None
    return end_match.end() if end_match else start_match.end() if start_match else None


def _build_range(text: str, start_match: re.Match[str], start_minutes: int, end_match: re.Match[str], *, is_next_day: bool) -> TimeRange:
    """Build a range of times from the matches of its ends.

    The end inherits 午前 or 午後 from the start, unless it is on the next day or would then precede the start.
    An hour above 12, or 12 after 午前, counts from midnight.
    """
    meridiem = start_match["meridiem"]
    end_meridiem = None if end_match is start_match else end_match["meridiem"]  # 午前 of 午前9～17時 belongs to its start
    hour = parse_number(end_match["hour"] or end_match["clock_hour"] or "0")
    is_24_hour = is_next_day or hour > 12 or (hour == 12 and meridiem in _AM_WORDS)
    end_minutes = _to_minutes(end_match, end_meridiem or (None if is_24_hour else meridiem))
    if end_minutes <= start_minutes and not end_meridiem and meridiem in _AM_WORDS and not is_next_day:
        end_minutes = _to_minutes(end_match, "午後")
    if end_minutes <= start_minutes and not is_next_day:
        start_text, end_text = _format_minutes(start_minutes), _format_minutes(end_minutes)
        raise ParseError(f"the time ends at {end_text}, before it begins at {start_text}", start_match.start())
    stop = end_match.end()
    approximate = _APPROXIMATE.match(text, stop)
    if approximate:
        return TimeRange(approximate.end(), _format_minutes(start_minutes), None)
    until = _UNTIL.match(text, stop)
    return TimeRange(until.end() if until else stop, _format_minutes(start_minutes), _format_minutes(end_minutes))


def _to_minutes(match: re.Match[str], meridiem: str | None, hour: int | None = None) -> int:
    """Return minutes since midnight; 24:00 is the end of the day.

    Raises:
        ParseError: Hour or minute is out of range, or 12 o'clock is ambiguous.
    """
    if match["noon"]:
        return 12 * 60
    minute_text = match["minute"] if hour is None else None
    minute = 30 if minute_text == "半" else parse_number(minute_text.rstrip("分 ")) if minute_text else int(match["clock_minute"] or 0)
    hour = parse_number(match["hour"] or match["clock_hour"]) if hour is None else hour
    if meridiem:
        if hour == 12:
            raise ParseError("some take 午前12時 and 午後12時 for noon, some for midnight; write 0:00 or 12:00", match.start())
        if hour > 12:
            raise ParseError(f"午前 and 午後 have hours 0 to 11, found {hour}", match.start())
        hour += 12 * (meridiem not in _AM_WORDS)
    if hour * 60 + minute > 24 * 60 or minute > 59:
        raise ParseError(f"hours run from 0 to 24 and minutes to 59, found {hour}:{minute:02}", match.start())
    return hour * 60 + minute


def _format_minutes(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
