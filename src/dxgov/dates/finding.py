"""`find`: every date in running text, with its place."""

import re
from collections.abc import Iterator
from datetime import date

from dxgov.dates.choices import Choices
from dxgov.dates.clock import clock_extent
from dxgov.dates.expression import Expression, expression
from dxgov.dates.grammar import FaultError, Words, extent
from dxgov.dates.notation import KANJI_DIGITS, fold
from dxgov.dates.reading import DEFAULTS, Reading, SaidOn, days_of, reading_of, shown
from dxgov.dates.resolving import Context
from dxgov.dates.spans import Span
from dxgov.dates.vocabulary import S

_FIRST: dict[str, str] = {
    "0123456789": r"(?<![0-9#第A-Za-z][0-9])(?<![0-9][.,/:][0-9])(?<![0-9A-Za-z]-[0-9])(?<!年[0-9])(?<!午[前後][0-9])(?<![夜夕朝][0-9])"
    rf"(?=[0-9]{{0,3}}(?:{S}[年月日時~(-]|[./:xX○〇◯]))",
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
    "同前": "(?<!対前)(?=[年月日週]|々[年月日])(?!年度?(?:同[月期])?比)",
    "翌": "(?=[年月日週]|々[年月日]|[0-9]{1,2}月)",
    "~": "(?<![^\\s(|]~)(?=[ ]{0,4}[0-9明大昭平令MTSHR])",
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
_DAY = re.compile(rf"[0-9]{{1,2}}(?:{S}[~-]{S}[0-9]{{1,2}})?{S}日")
_SENTENCE = re.compile("[。\n]")
_LAW = re.compile(f"{S}(?:法律|政令|省令|府令|勅令|条例|規則|告示|訓令)")
_MONEY = re.compile("当?初?(?:予算|決算|補正)")
_RECURRING = re.compile("(?:毎年度?|毎月|毎|例年|各年度?|隔年)[の、]?$")
_OF_ANOTHER = re.compile("(?:の|その|した日の)$")
_NO_MONTH = re.compile(f"[{KANJI_DIGITS}十]{{1,2}}月[雨病堂蠅晴朔祭人場]")
_RATIO = re.compile("[0-9]{1,2}/(?P<day>[0-9]{1,2})")
_LINE_START = re.compile(r"(?:^|[\n|])[ ・○●*-]{0,4}$")
_PART_OF = re.compile("以|の|程|減|縮|%|に(?:減|縮|削)|半|ページ|頁")
_HALF_DAY = re.compile("午前|午後|正午")


def find(text: str, said_on: SaidOn = None, choices: Choices = DEFAULTS) -> list[Reading]:
    """Every date, range of dates and clock time in running text, in order, the longest at each place.

    A date without its year is near to the date before it in the same sentence; else it goes by `said_on`, and without one by the
    first full date of the text. 同年, 翌月 and the like count from a date before. Words that have the form of a date and cannot be read
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
    one, *others = (_found(text, folded, origins, Context(day, choices)) for day in days)
    return _merged(one, others[0], said_on) if others else one


def _merged(one: list[Reading], other: list[Reading], said_on: SaidOn) -> list[Reading]:
    """What is the same for the first and the last day on which the words may have been said; the rest is not settled."""
    same = {reading.span: reading for reading in one if reading in other}
    apart = [reading for reading in (*one, *other) if reading.span not in same]
    for reading in sorted(apart, key=lambda each: (each.span[0], -each.span[1])):
        if not any(begin < reading.span[1] and reading.span[0] < end for begin, end in same):
            said = [shown(each) for each in apart if each.span == reading.span and not each.problem]
            problem = reading.problem or f"it depends on the day of {said_on}: it may be {' or '.join(dict.fromkeys(said))}"
            same[reading.span] = Reading(reading.text, reading.span, problem=problem)
    return [same[span] for span in sorted(same)]


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
    pos = seen = sentence = 0
    after: Span | None = None
    while True:
        link = _AND.match(folded, pos) if after else None
        if link and _DAY.match(folded, link.end()):
            begin = link.end()
        else:
            after = None
            match = _CANDIDATE.search(folded, pos)
            if match is None:
                return
            begin = match.start()
        for end in _SENTENCE.finditer(folded, seen, begin):
            sentence = end.end()
            context.sentence = context.fiscal = None
        seen = max(seen, begin)
        found = _attempt(folded, begin, sentence, context, after)
        after = None
        if found is None:
            pos = begin + 1
            continue
        pos, result = found
        if result is None:
            continue
        yield begin, pos, result
        if isinstance(result, Expression) and result.span and result.words and _LAW.match(folded, pos) is None:
            after = result.span
            _remember(context, result.words, result.span, folded, pos)


def _remember(context: Context, words: Words, span: Span, folded: str, stop: int) -> None:
    """What the next dates lean on."""
    if not words.counts_from_before():
        context.base = span.start
    if words.fiscal:
        context.before = span.start
        if words.year is not None and span.month is None and _MONEY.match(folded, stop) is None:
            context.fiscal, context.sentence = span.year, None
        return
    if not words.counts_from_before() or words.month is not None or words.month_offset or words.day_offset:
        context.before = span.start
    passing = span.month is None and context.said is not None and abs(span.start.year - context.said.year) > 1
    if not passing:
        context.sentence = span.start
        context.fiscal = context.fiscal if words.year is None and words.year_offset is None else None


def _attempt(folded: str, begin: int, sentence: int, context: Context, after: Span | None) -> tuple[int, Expression | str | None] | None:
    """Where the expression at a place stops, and what it means, why it cannot be read, or ``None`` for what is passed over."""
    try:
        found = expression(folded, begin, context, running=True, after=after)
    except FaultError as fault:
        stop = max((each for each in (extent(folded, begin), clock_extent(folded, begin)) if each is not None), default=None)
        if stop is None or _NO_MONTH.match(folded, begin) or _ratio(folded, begin, stop):
            return None
        of_another = folded[begin] in "同当翌前" and _follows(_OF_ANOTHER, folded, begin)
        return stop, None if _recurring(folded, begin) or of_another else fault.reason
    if found is None or _NO_MONTH.match(folded, begin) or _ratio(folded, begin, found.stop):
        return None
    if _recurring(folded, begin) or _of_another(folded, begin, found, context):
        return found.stop, None
    bare = found.words is None and found.times is not None and not _HALF_DAY.match(folded, begin)
    if (
        bare
        and found.times
        and (found.times.start or found.times.end or "") < "12"
        and _HALF_DAY.search(folded, max(sentence, begin - 60), begin)
    ):
        return found.stop, "neither 午前 nor 午後 is printed, as it is before"
    return found.stop, found


def _recurring(folded: str, begin: int) -> bool:
    """Whether it is a date of every year."""
    return _follows(_RECURRING, folded, begin)


def _follows(before: re.Pattern[str], folded: str, begin: int) -> bool:
    """Whether a place stands right behind such words."""
    return before.search(folded[max(0, begin - 4) : begin]) is not None


def _of_another(folded: str, begin: int, found: Expression, context: Context) -> bool:
    """Whether it counts from some event, as in 開催日の前日, and not from a date."""
    words = found.words
    if words is None or not words.counts_from_before():
        return False
    return (words.day_offset is not None and context.before is None) or _follows(_OF_ANOTHER, folded, begin)


def _ratio(folded: str, begin: int, stop: int) -> bool:
    """Whether 3/4 is a part of something rather than 4 March."""
    match = _RATIO.match(folded, begin)
    if match is None or match.end() < stop:
        return False
    if _PART_OF.match(folded, match.end()):
        return True
    return int(match["day"]) < 13 and _LINE_START.search(folded[max(0, begin - 6) : begin]) is None
