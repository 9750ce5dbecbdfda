"""Clock times: 14:00, 午後3時, 午前10時半, 正午, and ranges of them."""

import re

from attrs import frozen

from dxgov.dates.grammar import FaultError
from dxgov.dates.normalization import number
from dxgov.dates.vocabulary import DASH, NUM, S

_TIME = re.compile(
    rf"{S}(?:(?P<half>午前|午後|[AP]M|[ap]m){S})?"
    rf"(?:(?:(?P<hour_from>{NUM}){DASH})?(?P<hour>{NUM}){S}時(?!間|期|点|代|限|給|短|刻|計|効|差)(?:{S}(?P<minute>半|{NUM}{S}分))?"
    rf"|(?P<h>[0-9]{{1,2}}):(?P<m>[0-9]{{2}})(?![0-9:]|,[0-9]))|{S}(?P<noon>正午)"
)
_MORNING = ("午前", "AM", "am")
_LINK = re.compile(rf"(?:{DASH}|{S}(?:から|より){S}、?{S})(?P<next>翌(?:日|朝)?の?{S})?")
_UNTIL = re.compile(f"{S}(?:まで|迄)")
_ABOUT = re.compile(f"{S}(?:頃|ごろ|ころ|過ぎ|前後)")


@frozen
class Clock:
    """A time of day or a range of times, as texts such as ``14:00``; both empty where the words are too vague for that."""

    stop: int
    start: str | None
    end: str | None
    single: bool = False
    """Whether it is one time, which まで or から behind it may make an end or a start."""


def clock(text: str, pos: int) -> Clock | None:
    """The clock times that stand at `pos`, if any do.

    Raises:
        FaultError: they have the form of a time but are none.
    """
    first = _TIME.match(text, pos)
    if first is None:
        return None
    half = first["half"]
    if first["hour_from"]:
        return _range(text, first, _minutes(first, half, number(first["hour_from"])), first, following=False)
    about = _ABOUT.match(text, first.end())
    if about:
        return Clock(about.end(), None, None)
    start = _minutes(first, half)
    link = _LINK.match(text, first.end())
    last = _TIME.match(text, link.end()) if link else None
    if link and last and not last["hour_from"]:
        return _range(text, first, start, last, following=bool(link["next"]))
    return Clock(first.end(), _clock(start), None, single=True)


def clock_extent(text: str, pos: int) -> int | None:
    """Where words end that have the form of clock times, be they possible or not."""
    first = _TIME.match(text, pos)
    link = _LINK.match(text, first.end()) if first else None
    last = _TIME.match(text, link.end()) if link else None
    return last.end() if last else first.end() if first else None


def _range(text: str, first: re.Match[str], start: int, last: re.Match[str], *, following: bool) -> Clock:
    """A range of times, whose end takes over 午前 or 午後 from its start, unless it is of the next day or would then end before it begins.

    An hour beyond 12, or the 12 behind 午前, counts from midnight.
    """
    half = first["half"]
    own = None if last is first else last["half"]  # the 午前 of 午前9～17時 stands before its start
    hour = number(last["hour"] or last["h"] or "0")
    whole_day = following or hour > 12 or (hour == 12 and half in _MORNING)
    end = _minutes(last, own or (None if whole_day else half))
    if end <= start and not own and half in _MORNING and not following:
        end = _minutes(last, "午後")
    if end <= start and not following:
        raise FaultError(f"the time ends at {_clock(end)}, before it begins at {_clock(start)}", first.start())
    stop = last.end()
    about = _ABOUT.match(text, stop)
    if about:
        return Clock(about.end(), _clock(start), None)
    until = _UNTIL.match(text, stop)
    return Clock(until.end() if until else stop, _clock(start), _clock(end))


def _minutes(match: re.Match[str], half: str | None, hour: int | None = None) -> int:
    """Minutes since midnight; 24:00 is the end of the day."""
    if match["noon"]:
        return 12 * 60
    said = match["minute"] if hour is None else None
    minute = 30 if said == "半" else number(said.rstrip("分 ")) if said else int(match["m"] or 0)
    hour = number(match["hour"] or match["h"]) if hour is None else hour
    if half:
        if hour == 12:
            raise FaultError("some take 午前12時 and 午後12時 for noon, some for midnight; write 0:00 or 12:00", match.start())
        if hour > 12:
            raise FaultError(f"午前 and 午後 have hours 0 to 11, found {hour}", match.start())
        hour += 12 * (half not in _MORNING)
    if hour * 60 + minute > 24 * 60 or minute > 59:
        raise FaultError(f"hours run from 0 to 24 and minutes to 59, found {hour}:{minute:02}", match.start())
    return hour * 60 + minute


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
