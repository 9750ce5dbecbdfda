"""`find`: every date in running text, with its place."""

import re
from collections.abc import Iterator
from datetime import date

from attrs import evolve

from dxgov.dates.choices import Choices
from dxgov.dates.expression import Expression, expression
from dxgov.dates.grammar import FaultError, Words, extent
from dxgov.dates.notation import KANJI_DIGITS, fold
from dxgov.dates.reading import DEFAULTS, Reading, SaidOn, days_of, reading_of, shown
from dxgov.dates.resolving import Context
from dxgov.dates.spans import Span
from dxgov.dates.vocabulary import S

_FIRST: dict[str, str] = {
    "0123456789": r"(?<![0-9.,/:#第A-Za-z][0-9])(?<![0-9A-Za-z]-[0-9])" + rf"(?=[0-9]{{0,3}}(?:{S}[年月日時~(-]|[./:xX○〇◯]))",
    KANJI_DIGITS + "十": rf"(?<![{KANJI_DIGITS}十百千万数何第][{KANJI_DIGITS}十])(?=[{KANJI_DIGITS}十]{{0,3}}{S}[年月~])",
    "明": "(?= ?治|年|後?日)",
    "大": "(?= ?正)",
    "昭": "(?= ?和)",
    "平": "(?= ?成)",
    "令": "(?= ?和)",
    "西": "(?=暦)",
    "MTSHR": r"(?<![A-Za-z0-9][MTSHR])(?=\.?[0-9元])",
    "今": "(?=[年月日週春夏秋冬])",
    "来昨": "(?=[年月日週春夏秋冬])",
    "本当": "(?=[年月日])",
    "先": "(?=[月週]|々月)",
    "去": "(?=年)",
    "同翌前": "(?=[年月日週]|々[年月日])",
    "再": "(?=来[年月週春夏秋冬])",
    "一": "(?=昨[年日])",
    "次": "(?=年度)",
    "年": "(?<![0-9一-鿿]年)(?=末|始|初|頭|明け|内|度)",
    "月": "(?<![0-9一-鿿]月)(?=末|初|頭|内)",
    "上下": "(?=半?期)",
    "第": "(?=[1-4一二三四]四半期)",
    "春夏秋冬": "(?<![一-鿿][春夏秋冬])(?=頃|ごろ|ころ|以降|まで)",
    "未": "(?=定)",
    "適": "(?=宜)",
    "調": "(?=整中)",
    "常": "(?=時)",
    "随": "(?=時)",
    "日期時開実公": "(?=(?:程|限|期|日|付|時|催日|施日|表日|始時期)?(?:未定|調整中))",
    "午": "(?=[前後][0-9一二三四五六七八九十 ])",
    "正": "(?=午)",
    "AP": "(?=M[ 0-9])",
}
_CANDIDATE = re.compile("|".join(f"{first}{rest}" for firsts, rest in _FIRST.items() for first in firsts))
_AND = re.compile(rf"{S}(?:、|,|・|及び|および|並びに|ならびに|と|又は|または){S}")
_DAY = re.compile(rf"[0-9]{{1,2}}{S}日")
_SENTENCE = re.compile("[。\n]")
_RECURRING = ("毎", "毎年", "毎月", "毎年度", "例年", "各年", "各年度")
_NO_MONTH = re.compile(f"[{KANJI_DIGITS}十]{{1,2}}月[雨病堂蠅晴朔祭人場]")
_RATIO = re.compile("[0-9]{1,2}/[0-9]{1,2}")
_LINE_START = re.compile(r"(?:^|[\n|\t])[ ・○●*-]{0,4}$")


def find(text: str, said_on: SaidOn = None, choices: Choices = DEFAULTS) -> list[Reading]:
    """Every date, range of dates and clock time in running text, in order, the longest at each place.

    A date without its year takes that of the date before it in the same sentence; else it goes by `said_on`, and without one by the
    first full date of the text. 同年, 翌月 and the like count from the date before. Words that have the form of a date and cannot be read
    are found too: their `when` is ``None`` and `problem` says why. Numbers that only look like dates (第5回, 1,800, 3か月以内) are not.

    >>> [(each.text, each.when.edtf) for each in find("令和4年2月1日に開き、3月以降に共有する。")]
    [('令和4年2月1日', '2022-02-01'), ('3月以降', '2022-03/..')]

    Raises:
        TypeError: `text` is no text, or `said_on` no date.
    """
    if not isinstance(text, str):
        raise TypeError(f"found {text!r}, expected a text")
    folded, origins = fold(text)
    days = days_of(said_on)
    if days == [None]:
        days = [_first_full_date(folded, choices)]
    found = [_found(text, folded, origins, Context(day, choices)) for day in days]
    if len(found) == 1:
        return found[0]
    return [one if one == other else _unsettled(one, other, said_on) for one, other in zip(*found, strict=True)]


def _unsettled(one: Reading, other: Reading, said_on: SaidOn) -> Reading:
    problem = f"it depends on the day of {said_on}: it may be {shown(one)} or {shown(other)}"
    return Reading(one.text, one.span, problem=one.problem or other.problem or problem)


def _first_full_date(folded: str, choices: Choices) -> date | None:
    """The day that a letter or a set of minutes bears."""
    for _, _, found in _scan(folded, Context(None, choices)):
        if isinstance(found, Expression) and found.stated and found.span:
            return found.span.start
    return None


def _found(text: str, folded: str, origins: list[int] | None, context: Context) -> list[Reading]:
    readings = []
    for begin, stop, found in _scan(folded, context):
        span = (begin, stop) if origins is None else (origins[begin], origins[stop])
        words = text[span[0] : span[1]]
        readings.append(reading_of(words, span, found) if isinstance(found, Expression) else Reading(words, span, problem=found))
    return readings


def _scan(folded: str, context: Context) -> Iterator[tuple[int, int, Expression | str]]:
    """Each expression with its place, or why what stands there cannot be read."""
    pos = seen = 0
    after: tuple[Words, Span] | None = None
    while True:
        if after:
            link = _AND.match(folded, pos)
            begin = link.end() if link and _DAY.match(folded, link.end()) else None
        if not after or begin is None:
            after = None
            match = _CANDIDATE.search(folded, pos)
            if match is None:
                return
            begin = match.start()
        if _SENTENCE.search(folded, seen, begin):
            context.year = None
        seen = begin
        found = _attempt(folded, begin, context, after)
        if found is None:
            pos, after = begin + 1, None
            continue
        stop, result = found
        yield begin, stop, result
        pos, after = stop, None
        if isinstance(result, Expression) and result.span and result.words:
            context.before = result.span.start
            context.year = None if result.words.fiscal else result.span.year
            after = (evolve(result.words, month=result.span.month), result.span)


def _attempt(folded: str, begin: int, context: Context, after: tuple[Words, Span] | None) -> tuple[int, Expression | str] | None:
    try:
        found = expression(folded, begin, context, running=True, after=after)
    except FaultError as fault:
        stop = extent(folded, begin)
        return None if stop is None or _doubtful(folded, begin, stop, None) else (stop, fault.reason)
    return None if found is None or _doubtful(folded, begin, found.stop, found) else (found.stop, found)


def _doubtful(folded: str, begin: int, stop: int, found: Expression | None) -> bool:
    """Whether what has the form of a date is more likely something else: a recurring date, a ratio, a name."""
    if folded[max(0, begin - 3) : begin].endswith(_RECURRING) or _NO_MONTH.match(folded, begin):
        return True
    if _RATIO.match(folded, begin) is None or _LINE_START.search(folded[max(0, begin - 6) : begin]):
        return False
    return found is None or _RATIO.fullmatch(folded[begin:stop]) is not None
