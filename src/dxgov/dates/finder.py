"""`find`: dates in running text with their positions."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from dxgov.dates.clock import find_time_end
from dxgov.dates.date_ranges import Span
from dxgov.dates.expression import Expression, parse_expression
from dxgov.dates.grammar import DateTokens, ParseError, find_date_end
from dxgov.dates.normalization import KANJI_DIGITS, OffsetMap, find_control_character, fold
from dxgov.dates.options import Choices
from dxgov.dates.parser import DEFAULT_CHOICES, Reading, SaidOn, describe_reading, list_reference_dates, make_reading
from dxgov.dates.resolving import Context, has_year
from dxgov.dates.vocabulary import AND, COUNTER, DASH, FWS, NUM, SP, WEEKDAYS

_DIGIT = f"[0-9元{KANJI_DIGITS}十]"
_YEAR = rf"\.?{FWS}{_DIGIT}{{1,4}}(?:\n[0-9])?(?:{FWS}[年(~./-]|{AND})"
_CONTEXT_BY_FIRST: dict[str, str] = {
    "0123456789": r"(?<![0-9#第A-Za-z][0-9])(?<![0-9][.,/:][0-9])(?<![0-9A-Za-z]-[0-9])(?<!年[0-9])(?<!午[前後][0-9])(?<![夜夕朝][0-9])"
    rf"(?=[0-9]{{0,3}}(?:{SP}[年月時]|/[0-9]|[xX○〇◯])|[0-9]?:[0-9]|[0-9]{{3}}(?:[.-]{SP}[0-9]|{SP}\(|\n年)"
    rf"|[0-9]?\n月{SP}[0-9]{{1,2}}{SP}日|[0-9]{{0,3}}{SP}[~-]{SP}[0-9]{{1,4}}{SP}[年月時]"
    rf"|[0-9]?(?:{AND}[0-9]{{1,2}}){{1,11}}{SP}月|[0-9]{{3}}(?:{AND}[0-9]{{1,4}}){{1,11}}{SP}年)",
    KANJI_DIGITS + "十": rf"(?<![{KANJI_DIGITS}十百千万数何第][{KANJI_DIGITS}十])(?=[{KANJI_DIGITS}十]{{0,3}}{SP}[年月~])",
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
    "先": "(?=々?[月週])",
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
"""Lookaround patterns by the first characters of an expression; they reject most positions without the full grammar."""
_CANDIDATE = re.compile("|".join(f"{first}{rest}" for firsts, rest in _CONTEXT_BY_FIRST.items() for first in firsts))
_NUMBER = rf"{NUM}(?:{DASH}{NUM})?"
_DAY = rf"{_NUMBER}(?:{SP}日|\({SP}[{WEEKDAYS}]|(?=(?:{AND}{_NUMBER})+{SP}日))"
_ITEMS = {
    "day": re.compile(rf"{AND}(?:同{SP})?(?={_DAY})"),
    "slash": re.compile(rf"{AND}(?=[0-9]{{1,2}}/[0-9]{{1,2}}(?![0-9/]))"),
    "third": re.compile(rf"{AND}(?=[上中下]旬)"),
    "month": re.compile(rf"{AND}(?={_NUMBER}(?:{AND}{_NUMBER})*{SP}月)"),
    "year": re.compile(rf"{AND}(?={_DIGIT}{{1,4}}(?:{AND}{_DIGIT}{{1,4}})*{SP}年)"),
    "quarter": re.compile(rf"{AND}(?=第?{SP}[1-4一二三四](?:{AND}第?{SP}[1-4一二三四])*{SP}・?四半期)"),
    "fiscal": re.compile(rf"{AND}(?={_DIGIT}{{1,4}}{SP}年度)"),
}
"""Patterns for the next item of a list, by the unit that items share or repeat.

An item is a day or a third of the same month, another 10/11, a number that shares its unit with others, or a fiscal year."""
_SEPARATOR_STARTS = set(" 、,・及お並なとや又ま")
"""First characters of `AND`."""
_LAW = re.compile(f"{SP}(?:法律|政令|省令|府令|勅令|条例|規則|告示|訓令)")
_BUDGET = re.compile("当?初?(?:予算|決算|補正)")
_EVERY_YEAR = re.compile("(?:毎年度?|毎月|毎|例年|各年度?|隔年)[の、]?$")
_EVENT_BEFORE = re.compile("(?:の|その|した日の)$")
"""Words before a date that counts from an event, as in 開催日の前日."""
_MONTH_COMPOUND = re.compile(f"[{KANJI_DIGITS}十]{{1,2}}月[雨病堂蠅晴朔祭人場]")
_RATIO = re.compile("(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})(?P<range>[~-][0-9]{1,2}/[0-9]{1,2})?")
_LINE_START = re.compile(r"(?:^|[\n|])[ ・○●*-]{0,4}$")
_COUNTER_WORD = re.compile(SP + f"(?:{COUNTER})")
_NEXT_CELL = re.compile(rf"[ \t|]+(?!{COUNTER})[^\n|]")
_SCALE = re.compile("(?:比率?|割合|縮尺|倍率|スケ-ル|[補助負担]率?)[はがを:=]?[ ]?$")
_MONTHS = re.compile(rf"(?P<first>{_NUMBER})(?P<following>(?:{AND}{_NUMBER})+)")
_NOT_BEFORE_LIST = re.compile(r"[0-9一-鿿.]$")
_CELL_START = re.compile(r"(?:^|[\n\t|:(/ ])[ ・○●*-]{0,4}$")
"""Start of a line, table cell or bracket."""
_CELL_END = re.compile(r" {0,4}(?:$|[\n\t|)/。])")
"""End of a line, table cell or bracket."""
_TIME_NOUN = re.compile("日程|時期|期日|期限|日時|日付|日取り|期間|[催施始了]日|いつ")
_NOUN = re.compile("[^ぁ-ん、。,\n~]{0,12}")
_HALF_DAY = re.compile("午前|午後|正午")


def find(text: str, said_on: SaidOn = None, choices: Choices = DEFAULT_CHOICES) -> list[Reading]:
    """Find every date, range of dates and clock time in running text, in order, the longest at each position.

    A date without its year is resolved near the previous date of the same sentence, otherwise near `said_on`, or without it
    near the first full date of the text. 同年, 翌月 and the like count from a previous date. Numbers that only look like
    dates (第5回, 1,800, 3か月以内) are ignored.

    >>> [(reading.text, reading.when.edtf) for reading in find("令和4年2月1日に開き、3月以降に共有する。")]
    [('令和4年2月1日', '2022-02-01'), ('3月以降', '2022-03/..')]

    Args:
        text: Text to search.
        said_on: Day on which the text was said or printed.
        choices: Readings of words that people use in more than one way.

    Returns:
        One `Reading` per expression. Text that has the form of a date but cannot be read has ``None`` as `when` and the
        reason as `problem`.

    Raises:
        TypeError: `text` is not text, `said_on` not a date, or `choices` not `Choices`.
        ValueError: `said_on` has an open end.
    """
    if not isinstance(text, str):
        raise TypeError(f"found {text!r}, expected a text")
    folded, offsets = fold(text)
    reference_dates = list_reference_dates(said_on, choices)
    if reference_dates == [None]:
        return _find_by_first_full_date(text, folded, offsets, choices)
    readings, *alternatives = (_build_readings(text, offsets, _scan(folded, Context(day, choices))) for day in reference_dates)
    return _intersect_readings(readings, alternatives[0], said_on) if alternatives else readings


def _intersect_readings(first_readings: list[Reading], last_readings: list[Reading], said_on: SaidOn) -> list[Reading]:
    """Keep readings that are equal for the first and the last possible reference date; report the others as problems."""
    settled = {reading.span: reading for reading in first_readings if reading in last_readings}
    unsettled = [reading for reading in (*first_readings, *last_readings) if reading.span not in settled]
    for reading in sorted(unsettled, key=lambda candidate: (candidate.span[0], -candidate.span[1])):
        if not any(begin < reading.span[1] and reading.span[0] < end for begin, end in settled):
            meanings = [describe_reading(candidate) for candidate in unsettled if candidate.span == reading.span and not candidate.problem]
            problem = reading.problem or f"it depends on the day of {said_on}: it may be {' or '.join(dict.fromkeys(meanings))}"
            settled[reading.span] = Reading(reading.text, reading.span, problem=problem)
    return [settled[span] for span in sorted(settled)]


def _find_by_first_full_date(text: str, folded: str, offsets: OffsetMap | None, choices: Choices) -> list[Reading]:
    """Find dates with the first full date of the text as reference date, since letters and minutes print their own date."""
    matches = []
    for match in _scan(folded, Context(None, choices)):
        result = match[2]
        if isinstance(result, Expression) and result.is_full_date and result.span:
            return _build_readings(text, offsets, _scan(folded, Context(result.span.start, choices)))
        matches.append(match)
    return _build_readings(text, offsets, matches)


def _build_readings(text: str, offsets: OffsetMap | None, matches: Iterable[tuple[int, int, Expression | str]]) -> list[Reading]:
    """Build readings with positions in the source text from matches in the folded text."""
    readings = []
    for begin, stop, result in matches:
        span = (begin, stop) if offsets is None else offsets.to_source_span(begin, stop, text)
        source = text[span[0] : span[1]]
        control_character = None if offsets is None else find_control_character(source)
        if control_character:
            readings.append(Reading(source, span, problem=f"the text has {control_character[1]} in it"))
        elif isinstance(result, Expression):
            readings.append(make_reading(source, span, result))
        else:
            readings.append(Reading(source, span, problem=result))
    return readings


def _scan(folded: str, context: Context) -> Iterator[tuple[int, int, Expression | str]]:
    """Yield begin, stop and expression of each match; in place of the expression, the reason why it cannot be read."""
    pos = checked_until = sentence_start = 0
    previous: Expression | None = None
    while True:
        # Continue the list that the previous date began, or search for the next position at which a date may begin.
        begin = _find_list_item(folded, pos, previous) if previous else None
        if begin is None:
            previous = None
            match = _CANDIDATE.search(folded, pos)
            if match is None:
                return
            begin = match.start()
        # Dates count from dates of the same sentence only.
        sentence_end = max(folded.rfind("。", checked_until, begin), folded.rfind("\n", checked_until, begin))
        if sentence_end >= 0:
            sentence_start = sentence_end + 1
            context.sentence_range = context.fiscal_year = context.phrase_range = None
        checked_until = max(checked_until, begin)
        if context.phrase_range and not _NOUN.fullmatch(folded, pos, begin):
            context.phrase_range = None
        # Parse the expression; without one, go on at the next character.
        outcome = _try_expression(folded, begin, sentence_start, context, previous)
        previous = None
        if outcome is None:
            pos = begin + 1
            context.phrase_range = None
            continue
        pos, result = outcome
        if result is None:
            continue
        yield begin, pos, result
        if isinstance(result, Expression) and result.span and result.tokens and _LAW.match(folded, pos) is None:
            previous = result
            is_range = result.edtf is not None and not result.edtf.startswith((result.span.first, ".."))
            _update_context(context, result.tokens, result.span, folded, pos, is_range=is_range)


def _find_list_item(folded: str, pos: int, previous: Expression) -> int | None:
    """Return the position of the next item of a list after a date, or None if there is none."""
    tokens, span = previous.tokens, previous.span
    if tokens is None or span is None or folded[pos : pos + 1] not in _SEPARATOR_STARTS:
        return None
    kinds: list[str]
    if tokens.shared_unit:
        kinds = [tokens.shared_unit]
    elif span.month is not None:
        is_third, has_slash = tokens.part in ("early", "middle", "late"), tokens.has_slash and not tokens.fiscal
        kinds = ["day", "third"] if is_third else ["day", "slash"] if has_slash else ["day"]
    else:
        kinds = ["fiscal"] if tokens.fiscal and tokens.year is not None and tokens.part is None else []
    matches = (_ITEMS[kind].match(folded, pos) for kind in kinds)
    return next((match.end() for match in matches if match), None)


def _update_context(context: Context, tokens: DateTokens, span: Span, folded: str, stop: int, *, is_range: bool) -> None:
    """Update the dates from which following dates count, after a date or the end of a range."""
    context.phrase_range = None
    if not tokens.refers_to_previous():
        context.independent_date = span.start
    if tokens.fiscal:
        context.previous_date = span.start
        if tokens.year is not None and (span.month is None or tokens.has_slash) and not is_range and _BUDGET.match(folded, stop) is None:
            context.fiscal_year, context.sentence_range = tokens.year, None
        return
    if not tokens.refers_to_previous() or tokens.month is not None or tokens.month_offset or tokens.day_offset:
        context.previous_date = span.start
    if span.month is None and context.reference_date is not None and abs(span.start.year - context.reference_date.year) > 1:
        # A year in passing is the base of dates in the same noun phrase only, as of （12月） in 令和6年定例会（12月）.
        context.phrase_range = span.start, span.end
    else:
        context.sentence_range = span.start, min(span.end, date(span.start.year, 12, 31))
        context.fiscal_year = context.fiscal_year if tokens.year is None and tokens.year_offset is None else None


def _try_expression(
    folded: str, begin: int, sentence_start: int, context: Context, previous: Expression | None
) -> tuple[int, Expression | str | None] | None:
    """Parse an expression in running text.

    Returns:
        Position after the expression, and the expression or the reason why it cannot be read; the second value is None for an
        expression to ignore. None if there is no expression.
    """
    try:
        result = parse_expression(folded, begin, context, in_running_text=True, previous=previous)
    except ParseError as fault:
        # Report the problem, unless the text is likely no date at all.
        stop = max((end for end in (find_date_end(folded, begin), find_time_end(folded, begin)) if end is not None), default=None)
        if stop is None or _MONTH_COMPOUND.match(folded, begin) or (previous is None and _is_ratio(folded, begin, stop)):
            return None
        counts_from_event = folded[begin] in "同当翌前" and _is_preceded_by(_EVENT_BEFORE, folded, begin)
        return stop, None if _is_recurring(folded, begin) or counts_from_event else fault.reason
    # Ignore ratios, recurring dates and dates of events.
    if result is None or _MONTH_COMPOUND.match(folded, begin) or (previous is None and _is_ratio(folded, begin, result.stop)):
        return None
    if _is_recurring(folded, begin) or _counts_from_event(folded, begin, result, context):
        return result.stop, None
    # Words without a day, clock times and lists of numbers are dates only in certain surroundings.
    if result.tokens is None and result.times is None:
        return (result.stop, result) if _is_standalone(folded, begin, result.stop, sentence_start) else None
    if result.tokens is None:
        return _check_time(folded, begin, sentence_start, result)
    if result.tokens.shared_unit == "month" and previous is None and not has_year(result.tokens) and not _is_month_list(folded, begin):
        return None
    return result.stop, result


def _check_time(folded: str, begin: int, sentence_start: int, result: Expression) -> tuple[int, Expression | str | None] | None:
    """Check clock times without a day. Return the same values as `_try_expression`."""
    if _is_preceded_by(_SCALE, folded, begin):
        return None
    if (
        result.times
        and not _HALF_DAY.match(folded, begin)
        and (result.times.start or result.times.end or "") < "12"
        and _HALF_DAY.search(folded, max(sentence_start, begin - 60), begin)
    ):
        return result.stop, "neither 午前 nor 午後 is printed, as it is before"
    return result.stop, result


def _is_standalone(folded: str, begin: int, stop: int, sentence_start: int) -> bool:
    """Return True if 随時 or 未定 stands for a date.

    It does alone in a line, cell or brackets; 未定 also in a sentence about a time.
    """
    if _CELL_START.search(folded[max(0, begin - 6) : begin]) and _CELL_END.match(folded, stop):
        return True
    return folded[begin] not in "随適常" and _TIME_NOUN.search(folded, max(sentence_start, begin - 30), stop) is not None


def _is_month_list(folded: str, begin: int) -> bool:
    """Return True for a list of months, as in 4・5月, and False for an item number before a month, as in 項番3、4月."""
    match = _MONTHS.match(folded, begin)
    if match is None or _NOT_BEFORE_LIST.search(folded[max(0, begin - 1) : begin]):
        return False
    if "・" in match["following"]:
        return True
    numbers = [int(digits) for digits in re.findall("[0-9]+", match[0])]
    is_ascending = all(following == current % 12 + 1 for current, following in pairwise(numbers))
    return is_ascending and _LINE_START.search(folded[max(0, begin - 6) : begin]) is None


def _is_recurring(folded: str, begin: int) -> bool:
    """Return True for a date that recurs, such as 毎年4月1日."""
    return _is_preceded_by(_EVERY_YEAR, folded, begin)


def _is_preceded_by(pattern: re.Pattern[str], folded: str, begin: int) -> bool:
    """Return True if a match of `pattern` ends at `begin`."""
    return pattern.search(folded[max(0, begin - 4) : begin]) is not None


def _counts_from_event(folded: str, begin: int, result: Expression, context: Context) -> bool:
    """Return True if the date counts from an event, as in 開催日の前日, rather than from a date."""
    tokens = result.tokens
    if tokens is None or not tokens.refers_to_previous():
        return False
    return (tokens.day_offset is not None and context.previous_date is None) or _is_preceded_by(_EVENT_BEFORE, folded, begin)


def _is_ratio(folded: str, begin: int, stop: int) -> bool:
    """Return True if 3/4 is a share or a count rather than 4 March.

    A weekday, clock time or deadline after it indicates a day.
    """
    match = _RATIO.match(folded, begin)
    if match is None or match.end() < stop:
        return False
    month, day = int(match["month"]), int(match["day"])
    if _is_preceded_by(_SCALE, folded, begin):
        return True
    if _COUNTER_WORD.match(folded, stop) and (folded[stop] != " " or day < 13):
        return True
    if match["range"] or day > 12:
        return False
    if _LINE_START.search(folded[max(0, begin - 6) : begin]) is None:
        return True
    return month < day and _NEXT_CELL.match(folded, stop) is None
