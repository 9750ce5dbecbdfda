"""`find`: every date in running text, with its place."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from dxgov.dates.clock import clock_extent
from dxgov.dates.date_ranges import Span
from dxgov.dates.expression import Expression, expression
from dxgov.dates.grammar import FaultError, Words, extent
from dxgov.dates.normalization import KANJI_DIGITS, Origins, control, fold
from dxgov.dates.options import Choices
from dxgov.dates.parser import DEFAULTS, Reading, SaidOn, days_of, reading_of, shown
from dxgov.dates.resolving import Context, dated
from dxgov.dates.vocabulary import AND, COUNTER, DASH, NUM, WEEKDAYS, J, S

_DIGIT = f"[0-9元{KANJI_DIGITS}十]"
_YEAR = rf"\.?{J}{_DIGIT}{{1,4}}(?:\n[0-9])?(?:{J}[年(~./-]|{AND})"
_FIRST: dict[str, str] = {
    "0123456789": r"(?<![0-9#第A-Za-z][0-9])(?<![0-9][.,/:][0-9])(?<![0-9A-Za-z]-[0-9])(?<!年[0-9])(?<!午[前後][0-9])(?<![夜夕朝][0-9])"
    rf"(?=[0-9]{{0,3}}(?:{S}[年月時]|/[0-9]|[xX○〇◯])|[0-9]?:[0-9]|[0-9]{{3}}(?:[.-]{S}[0-9]|{S}\(|\n年)"
    rf"|[0-9]?\n月{S}[0-9]{{1,2}}{S}日|[0-9]{{0,3}}{S}[~-]{S}[0-9]{{1,4}}{S}[年月時]"
    rf"|[0-9]?(?:{AND}[0-9]{{1,2}}){{1,11}}{S}月|[0-9]{{3}}(?:{AND}[0-9]{{1,4}}){{1,11}}{S}年)",
    KANJI_DIGITS + "十": rf"(?<![{KANJI_DIGITS}十百千万数何第][{KANJI_DIGITS}十])(?=[{KANJI_DIGITS}十]{{0,3}}{S}[年月~])",
    "MTSHR": r"(?<![A-Za-z0-9][MTSHR])(?=[ ]?\.?[ ]?[0-9元])",
    "明": rf"(?=[ \n]?治{_YEAR}|年|後?日)",
    "大": rf"(?=[ \n]?正{_YEAR})",
    "昭": rf"(?=[ \n]?和{_YEAR}|\.?[0-9元]{{1,2}}[ ]?[年./])",
    "平": rf"(?=[ \n]?成{_YEAR}|\.?[0-9元]{{1,2}}[ ]?[年./])",
    "令": rf"(?=[ \n]?和{_YEAR}|\.?[0-9元]{{1,2}}[ ]?[年./])",
    "西": "(?=暦)",
    "今": "(?=[年月日週春夏秋冬])",
    "来昨": "(?=[年月日週春夏秋冬])",
    "本当": "(?=[年月日])",
    "先": "(?=[月週]|々月)",
    "去": "(?=年)",
    "同前": "(?<!対前)(?=[年月日週]|々[年月日])(?!年度?(?:同[月期]|当初|末)?比|月比|週末比)",
    "翌": "(?=[年月日週]|々[年月日]|[0-9]{1,2}月)",
    "~": "(?<![^\\s(|]~)(?=[ ]{0,4}[0-9明大昭平令MTSHR])",
    "再": "(?=来[年月週春夏秋冬])",
    "一": "(?=昨[年日])",
    "次": "(?=年度)",
    "年": "(?<![0-9一-鿿]年)(?<![そこあ]の年)(?=末|始|初|頭|明け|内|度|半ば|なかば|央)",
    "月": "(?<![0-9一-鿿]月)(?<![そこあ]の月)(?=末|初|頭|内)",
    "上下": "(?=半?期)",
    "第": f"(?=[1-4一二三四](?:(?:{AND}|{DASH})第?[1-4一二三四]){{0,3}}四半期)",
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
_NUMBER = rf"{NUM}(?:{DASH}{NUM})?"
_DAY = rf"{_NUMBER}(?:{S}日|\({S}[{WEEKDAYS}]|(?=(?:{AND}{_NUMBER})+{S}日))"
_ITEMS = {
    "day": re.compile(rf"{AND}(?:同{S})?(?={_DAY})"),
    "slash": re.compile(rf"{AND}(?=[0-9]{{1,2}}/[0-9]{{1,2}}(?![0-9/]))"),
    "third": re.compile(rf"{AND}(?=[上中下]旬)"),
    "month": re.compile(rf"{AND}(?={_NUMBER}(?:{AND}{_NUMBER})*{S}月)"),
    "year": re.compile(rf"{AND}(?={_DIGIT}{{1,4}}(?:{AND}{_DIGIT}{{1,4}})*{S}年)"),
    "quarter": re.compile(rf"{AND}(?=第?{S}[1-4一二三四](?:{AND}第?{S}[1-4一二三四])*{S}・?四半期)"),
    "fiscal": re.compile(rf"{AND}(?={_DIGIT}{{1,4}}{S}年度)"),
}
"""How a list goes on: a day or a third of the same month, another 10/11, a number that shares its unit with others, a fiscal year."""
_LINKS = set(" 、,・及お並なとや又ま")
"""What `AND` begins with."""
_LAW = re.compile(f"{S}(?:法律|政令|省令|府令|勅令|条例|規則|告示|訓令)")
_MONEY = re.compile("当?初?(?:予算|決算|補正)")
_RECURRING = re.compile("(?:毎年度?|毎月|毎|例年|各年度?|隔年)[の、]?$")
_OF_ANOTHER = re.compile("(?:の|その|した日の)$")
_NO_MONTH = re.compile(f"[{KANJI_DIGITS}十]{{1,2}}月[雨病堂蠅晴朔祭人場]")
_RATIO = re.compile("(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})(?P<range>[~-][0-9]{1,2}/[0-9]{1,2})?")
_LINE_START = re.compile(r"(?:^|[\n|])[ ・○●*-]{0,4}$")
_COUNTER = re.compile(S + f"(?:{COUNTER})")
_CELL = re.compile(rf"[ \t|]+(?!{COUNTER})[^\n|]")
_SCALE = re.compile("(?:比率?|割合|縮尺|倍率|スケ-ル|[補助負担]率?)[はがを:=]?[ ]?$")
_MONTHS = re.compile(rf"(?P<first>{_NUMBER})(?P<others>(?:{AND}{_NUMBER})+)")
_NO_LIST = re.compile(r"[0-9一-鿿.]$")
_ALONE_FROM = re.compile(r"(?:^|[\n\t|:(/ ])[ ・○●*-]{0,4}$")
_ALONE_TO = re.compile(r" {0,4}(?:$|[\n\t|)/。])")
_OF_TIME = re.compile("日程|時期|期日|期限|日時|日付|日取り|期間|[催施始了]日|いつ")
_NOUN = re.compile("[^ぁ-ん、。,\n~]{0,12}")
_HALF_DAY = re.compile("午前|午後|正午")


def find(text: str, said_on: SaidOn = None, choices: Choices = DEFAULTS) -> list[Reading]:
    """Every date, range of dates and clock time in running text, in order, the longest at each place.

    A date without its year is near to the date before it in the same sentence; else it goes by `said_on`, and without one by the
    first full date of the text. 同年, 翌月 and the like count from a date before. Words that have the form of a date and cannot be read
    are found too: their `when` is ``None`` and `problem` says why. Numbers that only look like dates (第5回, 1,800, 3か月以内) are not.

    >>> [(each.text, each.when.edtf) for each in find("令和4年2月1日に開き、3月以降に共有する。")]
    [('令和4年2月1日', '2022-02-01'), ('3月以降', '2022-03/..')]

    Raises:
        TypeError: `text` is no text, `said_on` no date, or `choices` no `Choices`.
    """
    if not isinstance(text, str):
        raise TypeError(f"found {text!r}, expected a text")
    folded, origins = fold(text)
    days = days_of(said_on, choices)
    if days == [None]:
        return _by_first_full_date(text, folded, origins, choices)
    one, *others = (_readings(text, origins, _scan(folded, Context(day, choices))) for day in days)
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


def _by_first_full_date(text: str, folded: str, origins: Origins | None, choices: Choices) -> list[Reading]:
    """The dates of a text that nobody says the day of: the first full date is it, as a letter or a set of minutes bears one."""
    scanned = []
    for place in _scan(folded, Context(None, choices)):
        found = place[2]
        if isinstance(found, Expression) and found.stated and found.span:
            return _readings(text, origins, _scan(folded, Context(found.span.start, choices)))
        scanned.append(place)
    return _readings(text, origins, scanned)


def _readings(text: str, origins: Origins | None, scanned: Iterable[tuple[int, int, Expression | str]]) -> list[Reading]:
    readings = []
    for begin, stop, found in scanned:
        span = (begin, stop) if origins is None else origins.span(begin, stop, text)
        words = text[span[0] : span[1]]
        hidden = None if origins is None else control(words)
        if hidden:
            readings.append(Reading(words, span, problem=f"the text has {hidden[1]} in it"))
        elif isinstance(found, Expression):
            readings.append(reading_of(words, span, found))
        else:
            readings.append(Reading(words, span, problem=found))
    return readings


def _scan(folded: str, context: Context) -> Iterator[tuple[int, int, Expression | str]]:
    """Each expression with its place, or why what stands there cannot be read."""
    pos = seen = sentence = 0
    after: Expression | None = None
    while True:
        # Either the list that the last date began goes on here, or the next place is looked for at which a date may begin.
        begin = _next_item(folded, pos, after) if after else None
        if begin is None:
            after = None
            match = _CANDIDATE.search(folded, pos)
            if match is None:
                return
            begin = match.start()
        # What a date leans on ends with its sentence.
        end = max(folded.rfind("。", seen, begin), folded.rfind("\n", seen, begin))
        if end >= 0:
            sentence = end + 1
            context.sentence = context.fiscal = context.phrase = None
        seen = max(seen, begin)
        if context.phrase and not _NOUN.fullmatch(folded, pos, begin):
            context.phrase = None
        found = _attempt(folded, begin, sentence, context, after)
        after = None
        if found is None:
            pos = begin + 1
            context.phrase = None
            continue
        pos, result = found
        if result is None:
            continue
        yield begin, pos, result
        if isinstance(result, Expression) and result.span and result.words and _LAW.match(folded, pos) is None:
            after = result
            ranged = result.edtf is not None and not result.edtf.startswith((result.span.first, ".."))
            _remember(context, result.words, result.span, folded, pos, ranged=ranged)


def _next_item(folded: str, pos: int, after: Expression) -> int | None:
    """Where a list goes on behind a date; ``None`` where none does."""
    words, span = after.words, after.span
    if words is None or span is None or folded[pos : pos + 1] not in _LINKS:
        return None
    kinds: list[str]
    if words.owed:
        kinds = [words.owed]
    elif span.month is not None:
        third, slash = words.part in ("early", "middle", "late"), words.slash and not words.fiscal
        kinds = ["day", "third"] if third else ["day", "slash"] if slash else ["day"]
    else:
        kinds = ["fiscal"] if words.fiscal and words.year is not None and words.part is None else []
    matches = (_ITEMS[kind].match(folded, pos) for kind in kinds)
    return next((match.end() for match in matches if match), None)


def _remember(context: Context, words: Words, span: Span, folded: str, stop: int, *, ranged: bool) -> None:
    """What the next dates lean on: the date, or the end of a range."""
    context.phrase = None
    if not words.counts_from_before():
        context.base = span.start
    if words.fiscal:
        context.before = span.start
        if words.year is not None and (span.month is None or words.slash) and not ranged and _MONEY.match(folded, stop) is None:
            context.fiscal, context.sentence = words.year, None
        return
    if not words.counts_from_before() or words.month is not None or words.month_offset or words.day_offset:
        context.before = span.start
    if span.month is None and context.said is not None and abs(span.start.year - context.said.year) > 1:
        # A year in passing: only what stands in the same noun, as （12月） in 令和6年定例会（12月）, leans on it.
        context.phrase = span.start, span.end
    else:
        context.sentence = span.start, min(span.end, date(span.start.year, 12, 31))
        context.fiscal = context.fiscal if words.year is None and words.year_offset is None else None


def _attempt(
    folded: str, begin: int, sentence: int, context: Context, after: Expression | None
) -> tuple[int, Expression | str | None] | None:
    """Where the expression at a place stops, and what it means, why it cannot be read, or ``None`` for what is passed over."""
    try:
        found = expression(folded, begin, context, running=True, after=after)
    except FaultError as fault:
        stop = max((each for each in (extent(folded, begin), clock_extent(folded, begin)) if each is not None), default=None)
        if stop is None or _NO_MONTH.match(folded, begin) or (after is None and _ratio(folded, begin, stop)):
            return None
        of_another = folded[begin] in "同当翌前" and _follows(_OF_ANOTHER, folded, begin)
        return stop, None if _recurring(folded, begin) or of_another else fault.reason
    if found is None or _NO_MONTH.match(folded, begin) or (after is None and _ratio(folded, begin, found.stop)):
        return None
    if _recurring(folded, begin) or _of_another(folded, begin, found, context):
        return found.stop, None
    if found.words is None and found.times is None:
        return (found.stop, found) if _undated(folded, begin, found.stop, sentence) else None
    if found.words is None:
        return _clock(folded, begin, sentence, found)
    if found.words.owed == "month" and after is None and not dated(found.words) and not _months(folded, begin):
        return None
    return found.stop, found


def _clock(folded: str, begin: int, sentence: int, found: Expression) -> tuple[int, Expression | str | None] | None:
    """The same for clock times without a day."""
    if _follows(_SCALE, folded, begin):
        return None
    if (
        found.times
        and not _HALF_DAY.match(folded, begin)
        and (found.times.start or found.times.end or "") < "12"
        and _HALF_DAY.search(folded, max(sentence, begin - 60), begin)
    ):
        return found.stop, "neither 午前 nor 午後 is printed, as it is before"
    return found.stop, found


def _undated(folded: str, begin: int, stop: int, sentence: int) -> bool:
    """Whether 随時 or 未定 stands for a date: alone in its line, cell or brackets, or 未定 in a sentence about a time."""
    if _ALONE_FROM.search(folded[max(0, begin - 6) : begin]) and _ALONE_TO.match(folded, stop):
        return True
    return folded[begin] not in "随適常" and _OF_TIME.search(folded, max(sentence, begin - 30), stop) is not None


def _months(folded: str, begin: int) -> bool:
    """Whether numbers before a 月 are a list of months, as in 4・5月, rather than the number of an item, as in 項番3、4月."""
    match = _MONTHS.match(folded, begin)
    if match is None or _NO_LIST.search(folded[max(0, begin - 1) : begin]):
        return False
    if "・" in match["others"]:
        return True
    numbers = [int(digits) for digits in re.findall("[0-9]+", match[0])]
    ascends = all(other == one % 12 + 1 for one, other in pairwise(numbers))
    return ascends and _LINE_START.search(folded[max(0, begin - 6) : begin]) is None


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
    """Whether 3/4 is a part or a count of something rather than 4 March.

    A weekday, a clock time or a deadline behind it speaks for a day.
    """
    match = _RATIO.match(folded, begin)
    if match is None or match.end() < stop:
        return False
    month, day = int(match["month"]), int(match["day"])
    if _follows(_SCALE, folded, begin):
        return True
    if _COUNTER.match(folded, stop) and (folded[stop] != " " or day < 13):
        return True
    if match["range"] or day > 12:
        return False
    if _LINE_START.search(folded[max(0, begin - 6) : begin]) is None:
        return True
    return month < day and _CELL.match(folded, stop) is None
