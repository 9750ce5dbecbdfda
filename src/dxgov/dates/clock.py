"""Clock times: 14:00, 午後3時, 午前10時半, 正午, and ranges of them."""

import re

from attrs import frozen

from dxgov.dates.grammar import FaultError
from dxgov.dates.notation import KANJI_DIGITS, number
from dxgov.dates.vocabulary import DASH, S

_NUM = rf"(?:[0-9]{{1,2}}(?![0-9])|[{KANJI_DIGITS}十]{{1,3}})"
_TIME = re.compile(
    rf"{S}(?:(?P<half>午前|午後|[AP]M|[ap]m){S})?"
    rf"(?:(?P<hour>{_NUM}){S}時(?!間|期|点|代|限|給|短|刻|計|効|差)(?:{S}(?P<minute>半|{_NUM}{S}分))?"
    rf"|(?P<h>[0-9]{{1,2}}):(?P<m>[0-9]{{2}})(?![0-9:]))|{S}(?P<noon>正午)"
)
_MORNING = ("午前", "AM", "am")
_FROM = re.compile(rf"{DASH}|{S}(?:から|より)(?!前|も){S}、?{S}")
_UNTIL = re.compile(f"{S}(?:まで|迄)")
_ABOUT = re.compile(f"{S}(?:頃|ごろ|ころ|過ぎ|前後)")


@frozen
class Clock:
    """A time of day or a range of times, as texts such as ``14:00``; both empty where the words are too vague for that."""

    stop: int
    start: str | None
    end: str | None


def clock(text: str, pos: int) -> Clock | None:
    """The clock times that stand at `pos`, if any do.

    Raises:
        FaultError: they have the form of a time but are none.
    """
    first = _TIME.match(text, pos)
    if first is None:
        return None
    half = first["half"]
    start = _minutes(first, half)
    about = _ABOUT.match(text, first.end())
    if about:
        return Clock(about.end(), None, None)
    link = _FROM.match(text, first.end())
    last = _TIME.match(text, link.end()) if link else None
    if link is None or last is None:
        until = _UNTIL.match(text, first.end())
        if until:
            return Clock(until.end(), None, _clock(start))
        opens = link is not None and link[0].strip()[0] in "かよ"
        return Clock(first.end() + (len(f"{link[0].rstrip(' 、')}") if opens and link else 0), _clock(start), None)
    noon = half in _MORNING and not last["half"] and number(last["hour"] or last["h"] or "0") == 12
    end = _minutes(last, last["half"] or (None if noon else half))
    if end <= start and not last["half"] and half in _MORNING:
        end = _minutes(last, "午後")
    if end <= start:
        raise FaultError(f"the time ends at {_clock(end)}, before it begins at {_clock(start)}", pos)
    stop = last.end()
    for behind in (_ABOUT, _UNTIL):
        match = behind.match(text, stop)
        if match and behind is _ABOUT:
            return Clock(match.end(), _clock(start), None)
        stop = match.end() if match else stop
    return Clock(stop, _clock(start), _clock(end))


def _minutes(match: re.Match[str], half: str | None) -> int:
    """Minutes since midnight."""
    if match["noon"]:
        return 12 * 60
    hour = number(match["hour"] or match["h"])
    said = match["minute"]
    minute = 30 if said == "半" else number(said.rstrip("分 ")) if said else int(match["m"] or 0)
    if half:
        if hour == 12:
            raise FaultError("some take 午前12時 and 午後12時 for noon, some for midnight; write 0:00 or 12:00", match.start())
        if hour > 12:
            raise FaultError(f"午前 and 午後 have hours 0 to 11, found {hour}", match.start())
        hour += 12 * (half in ("午後", "PM", "pm"))
    if hour > 23 or minute > 59:
        raise FaultError(f"hours run from 0 to 23 and minutes to 59, found {hour}:{minute:02}", match.start())
    return hour * 60 + minute


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
