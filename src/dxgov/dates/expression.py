"""Expressions: a date or a range with the modifiers that make it a deadline, a start or approximate."""

import re

from attrs import define, evolve, frozen

from dxgov.dates.clock import TimeRange, parse_time_range
from dxgov.dates.date_ranges import Span
from dxgov.dates.grammar import DateTokens, ParseError, parse_tokens
from dxgov.dates.resolving import Context, has_year, resolve, resolve_range
from dxgov.dates.vocabulary import DASH, SP, WORD_END
from dxgov.dates.when import Basis, Scope

_MODIFIER = re.compile(
    rf"{SP}(?:(?P<approximate>頃|ごろ|ころ|前後|[をの]?(?:目途|目処|めど|メド(?!レ|ウ))(?:[にでと](?:して)?)?)"
    rf"|(?P<uncertain>\?|\(\?\))"
    rf"|(?P<as_of>現在|時点)"
    rf"|(?P<neutral>\((?:予定|仮|案|予|見込み?)\)|[のをに]?予定{WORD_END}|の?見込み?{WORD_END}|付け|付{WORD_END})"
    rf"|(?P<within>[中内](?:に|(?![~・]){WORD_END})|のいずれか|のうち)"
    rf"|(?P<throughout>を通じて|を通して|の間{WORD_END})"
    rf"|(?P<by>を期限に|を期限として)|(?P<from>を起点に|を起点として)|(?P<exact>の当日)"
    rf"|\((?P<unknown_bound>始まりは不明|終わりは不明)\))"
)
"""Modifier after a date; the name of the matched group is the kind of modifier."""
_FUTURE_WORD = re.compile(r"目途|目処|めど|メド|予定|見込")
_PAST_SENTENCE = re.compile(
    r"(?:(?!(?:ます|です|ください|下さい|こと|予定|たい|べき|よう|見込|[るうくすつむぶぐい](?:[。\n]|$)))[^。\n]){0,40}?"
    r"(?:まし|でし|だっ|[っいきしちりえけげせてねべめれんわ](?=た(?:[。\n]|$|と|ので|のです|けれど|が、|ため|ところ)))た(?!ら|り|い)"
)
"""Rest of a sentence whose first verb is in the past tense, as in までに受理しました: its deadline has passed."""
_NOT_COMPARISON = "(?!も|[0-9約前早後遅多少高低大小増減良安悪長短厳強弱改]|[^。、\\n]{0,8}(?:増|減|多|少)|(?:件|人|金|総|回)?[数額率]は)"
"""Guard against より in comparisons, as in 昨年より多い, which is not a start."""
_BOUND = re.compile(
    rf"{SP}(?:\n{SP}(?=まで|迄|以降|以後|から))?(?:(?P<earlier>より(?:も)?前)|(?P<by>まで(?:に(?!は))?|迄(?:に)?|必着|締切|締め切り|〆切)"
    rf"|(?P<before>以前)|(?P<since>以降|以後|から|より{_NOT_COMPARISON}|~(?={SP}(?:$|[\n\t)|、。]))))"
)
"""Bound after a date: deadline, end before the date, or start."""
_LEADING_TILDE = re.compile(rf"~{SP}(?![~-])")
"""Tilde before a date, which makes it a deadline."""
_RANGE_LINK = re.compile(rf"{DASH}(?:\n{SP})?|{SP}(?:から|より{_NOT_COMPARISON})(?P<comma>{SP}、?){SP}(?:\n{SP})?")
_UNTIL = re.compile(f"{SP}(?:まで(?:に(?!は))?|迄(?:に)?|にかけて)")
_TIME_BOUND = re.compile(f"{SP}(?:(?P<by>まで(?:に(?!は))?|迄(?:に)?|必着|締切|締め切り|〆切)|(?P<since>以降|以後|から|~))")
"""Bound after a clock time without a day."""
_UNDATED = re.compile(
    r"(?P<within>(?:開催日|実施日|公表日|期日|日程|時期|開始時期|日時|日付|期限)?未定|(?:日程|時期)?調整中)|(?P<throughout>随時|適宜|常時)"
)
_UNDATED_SCOPES = {"期日未定": Scope.EXACT, "期限未定": Scope.BY, "開始時期未定": Scope.FROM}


@frozen
class Expression:
    """Meaning of an expression: EDTF with scope and basis, clock times, and the position where it stops."""

    stop: int
    edtf: str | None = None
    scope: Scope | None = None
    basis: Basis = Basis.STATED
    times: TimeRange | None = None
    span: Span | None = None
    """Span of the date, or of the end of a range."""
    tokens: DateTokens | None = None
    """Tokens of the date, or of the end of a range."""
    is_full_date: bool = False
    """True if the text prints a full day with its year."""


@define
class Modifiers:
    """Effect of the modifiers after a date."""

    stop: int
    """Position after the last modifier."""
    qualifier: str = ""
    """EDTF qualifier: ``~``, ``?``, ``%`` or empty."""
    scope: Scope | None = None
    as_of: bool = False
    """True after 現在 or 時点, which ask for one day."""
    is_future: bool = False
    """True if the date is in the future of the speaker."""
    has_unknown_bound: bool = False
    """True if the open end of the interval is unknown in terms of EDTF."""


def parse_expression(
    text: str, pos: int, context: Context, *, in_running_text: bool = False, previous: Expression | None = None
) -> Expression | None:
    """Parse the expression that begins at `pos`. Return None if there is none.

    Args:
        text: Folded text.
        pos: Position of the first character.
        context: Dates known before the expression.
        in_running_text: Reject numbers that only look like dates.
        previous: Previous date of a list, whose year or month the expression may omit.

    Raises:
        ParseError: The text has the form of a date but names no possible date, or omits a part that the context lacks.
    """
    undated = _parse_undated(text, pos)
    if undated:
        return undated
    # An item of a list inherits the year and month of the item before it.
    leading_tilde = _LEADING_TILDE.match(text, pos)
    previous_span, previous_tokens = None, None
    if previous and previous.tokens and previous.span:
        previous_span = previous.span
        previous_tokens = DateTokens(0, 0, era=previous.tokens.era, year=previous_span.year, month=previous_span.month)
    tokens = parse_tokens(text, leading_tilde.end() if leading_tilde else pos, previous_tokens, in_running_text=in_running_text)
    if tokens is None:
        return None if leading_tilde else _parse_time_only(text, pos)
    if previous_span and previous and previous.tokens and not has_year(tokens) and (tokens.part != "quarter" or has_year(previous.tokens)):
        tokens.year, tokens.month = previous_span.year + _is_next_year(tokens, previous_span), tokens.month or previous_span.month
        tokens.fiscal = tokens.part == "quarter" and previous.tokens.fiscal
    # Modifiers stand before and after the clock times.
    modifiers = _parse_modifiers(text, tokens.stop)
    times = _parse_times(text, modifiers.stop, in_running_text=in_running_text) if tokens.day is not None or tokens.day_offset else None
    if times:
        modifiers = _merge_modifiers(_parse_modifiers(text, times.stop), modifiers)
    # The form decides: a deadline with a leading tilde, a range of two dates, a range of two numbers, or one date with a bound.
    if leading_tilde:
        modifiers.is_future = _PAST_SENTENCE.match(text, modifiers.stop) is None
        return _resolve_single(tokens, modifiers, times, context, "by", begin=pos)
    end_tokens = _parse_range_end(text, modifiers.stop, tokens, in_running_text=in_running_text)
    if end_tokens:
        result = _parse_range(text, tokens, modifiers, times, end_tokens, context, in_running_text=in_running_text)
    elif tokens.year_from or tokens.month_from or tokens.day_from:
        result = _parse_number_range(text, tokens, modifiers, context)
    else:
        result = _parse_bounded(text, tokens, modifiers, times, context)
    return evolve(result, basis=previous.basis) if previous else result


def _is_next_year(tokens: DateTokens, previous_span: Span) -> bool:
    """Return True for an item of a list more than half a year before the previous one in the calendar, as 1月 in 12・1月."""
    return isinstance(tokens.month, int) and previous_span.month is not None and previous_span.month - tokens.month > 6


def _parse_time_only(text: str, pos: int) -> Expression | None:
    """Parse clock times without a day. Return None if there are none, or only approximate ones."""
    times = parse_time_range(text, pos)
    if times is None:
        return None
    bound = _TIME_BOUND.match(text, times.stop) if times.is_single else None
    if bound:
        times = evolve(times, stop=bound.end(), start=None if bound["by"] else times.start, end=times.start if bound["by"] else None)
    return Expression(times.stop, times=times) if times.start or times.end else None


def _parse_times(text: str, pos: int, *, in_running_text: bool) -> TimeRange | None:
    """Parse the clock times after a day; in running text impossible times do not invalidate the day."""
    try:
        return parse_time_range(text, pos)
    except ParseError:
        if in_running_text:
            return None
        raise


def _parse_undated(text: str, pos: int) -> Expression | None:
    """Parse an expression without a day, such as 随時 or 未定."""
    match = _UNDATED.match(text, pos)
    if match is None:
        return None
    scope = _UNDATED_SCOPES.get(match[0]) or (Scope.WITHIN if match["within"] else Scope.THROUGHOUT)
    return Expression(match.end(), None, scope)


def _parse_modifiers(text: str, pos: int) -> Modifiers:
    """Parse the modifiers after a date, up to a bound such as まで or 以降."""
    modifiers, qualifiers = Modifiers(pos), set()
    for _ in range(6):
        match = _MODIFIER.match(text, modifiers.stop)
        if match is None:
            break
        kind = match.lastgroup
        modifiers.stop = match.end()
        modifiers.is_future |= _FUTURE_WORD.search(match[0]) is not None
        if kind in ("approximate", "uncertain"):
            qualifiers.add("~" if kind == "approximate" else "?")
        elif kind == "as_of":
            modifiers.as_of = True
        elif kind == "unknown_bound":
            modifiers.has_unknown_bound = True
        elif kind != "neutral":
            modifiers.scope = Scope[str(kind).upper()]
    modifiers.qualifier = "%" if len(qualifiers) == 2 else "".join(qualifiers)
    return modifiers


def _parse_range_end(text: str, pos: int, start_tokens: DateTokens, *, in_running_text: bool) -> DateTokens | None:
    """Parse the end of a range. Return None if the date at the start stands alone."""
    match = _RANGE_LINK.match(text, pos)
    if match is None:
        return None
    end_tokens = parse_tokens(text, match.end(), start_tokens, in_running_text=in_running_text)
    if end_tokens and match["comma"] and "、" in match["comma"]:
        until = _UNTIL.match(text, _parse_modifiers(text, end_tokens.stop).stop)
        return end_tokens if until else None
    return end_tokens


def _parse_range(
    text: str,
    start_tokens: DateTokens,
    start_modifiers: Modifiers,
    times: TimeRange | None,
    end_tokens: DateTokens,
    context: Context,
    *,
    in_running_text: bool,
) -> Expression:
    """Parse the modifiers of both ends and build the range, such as 4月1日から5月3日まで."""
    end_modifiers = _parse_modifiers(text, end_tokens.stop)
    has_end_day = end_tokens.day is not None or end_tokens.day_offset
    end_times = _parse_times(text, end_modifiers.stop, in_running_text=in_running_text) if has_end_day else None
    if end_times:
        end_modifiers = _merge_modifiers(_parse_modifiers(text, end_times.stop), end_modifiers)
        has_both_times = times is None and end_times.end is not None  # 「4月1日～3日10時～15時」 has both times after its end
        times = end_times if has_both_times else TimeRange(end_times.stop, times.start if times else None, end_times.end or end_times.start)
    until = _UNTIL.match(text, end_modifiers.stop)
    if until:
        end_modifiers = _merge_modifiers(_parse_modifiers(text, until.end()), end_modifiers)
    first, last = resolve_range(start_tokens, end_tokens, context, is_future=end_modifiers.is_future)
    start_text = _qualify(first, first.first, start_modifiers.qualifier)
    end_text = _qualify(last, last.last, end_modifiers.qualifier, use_exact_day=True)
    basis = first.basis if first.basis is not Basis.STATED else last.basis
    return _build_expression(
        end_modifiers, f"{start_text}/{end_text}", end_modifiers.scope or Scope.THROUGHOUT, basis, times, last, end_tokens
    )


def _parse_number_range(text: str, tokens: DateTokens, modifiers: Modifiers, context: Context) -> Expression:
    """Build a range of two numbers that share one unit, such as 「4～6月」."""
    until = _UNTIL.match(text, modifiers.stop)
    if until:
        modifiers = _merge_modifiers(_parse_modifiers(text, until.end()), modifiers)
    start_tokens = evolve(tokens, year_from=None, month_from=None, day_from=None, part=None, weekday=None, is_week=False)
    end_tokens = evolve(tokens, year_from=None, month_from=None, day_from=None)
    if tokens.year_from:
        start_tokens.year, start_tokens.era = tokens.year_from, None
    elif tokens.month_from:
        start_tokens.month, start_tokens.day = tokens.month_from, None
        end_tokens.year, end_tokens.year_offset, end_tokens.fiscal = None, None, False
    else:
        start_tokens.day = tokens.day_from
    if tokens.day_from:
        end_tokens = DateTokens(tokens.begin, tokens.stop, day=tokens.day, weekday=tokens.weekday, weekday_pos=tokens.weekday_pos)
    first, last = resolve_range(start_tokens, end_tokens, context, is_future=modifiers.is_future)
    edtf = f"{_qualify(first, first.first, modifiers.qualifier)}/{_qualify(last, last.last, modifiers.qualifier)}"
    return _build_expression(modifiers, edtf, modifiers.scope or Scope.THROUGHOUT, first.basis, None, last, tokens)


def _parse_bounded(text: str, tokens: DateTokens, modifiers: Modifiers, times: TimeRange | None, context: Context) -> Expression:
    """Parse the bound after a date, which makes it a deadline or a start, and build the expression."""
    bound = _BOUND.match(text, modifiers.stop) if times is None or times.is_single else None
    kind = bound.lastgroup if bound else None
    if bound and times and (bound[0].strip() in ("から", "より", "~")):  # 「4月1日14時から」 is a time, not a start
        kind, modifiers.stop = None, bound.end()
    elif bound:
        is_future = modifiers.is_future or kind == "by"
        modifiers = _merge_modifiers(_parse_modifiers(text, bound.end()), modifiers)
        modifiers.is_future = is_future
    if modifiers.as_of or (modifiers.is_future and _PAST_SENTENCE.match(text, modifiers.stop)):
        modifiers.is_future = False
    if times and kind == "by":
        times = evolve(times, start=None, end=times.start)
    return _resolve_single(tokens, modifiers, times, context, kind)


def _resolve_single(
    tokens: DateTokens, modifiers: Modifiers, times: TimeRange | None, context: Context, kind: str | None, begin: int | None = None
) -> Expression:
    """Build the expression of one date; `kind` is the group of `_BOUND` that matched after it."""
    span = resolve(tokens, context, is_future=modifiers.is_future)
    is_full_date = tokens.year is not None and tokens.day is not None
    if begin is not None:
        tokens.begin = begin
    if kind in {"by", "before", "earlier"}:
        is_deadline = kind != "earlier"
        last = _qualify(span, span.last, modifiers.qualifier, use_exact_day=True) if is_deadline else _compute_day_before(span, tokens)
        edtf, scope = f"{'' if modifiers.has_unknown_bound else '..'}/{last}", Scope.BY
    elif kind == "since":
        edtf, scope = f"{_qualify(span, span.first, modifiers.qualifier)}/{'' if modifiers.has_unknown_bound else '..'}", Scope.FROM
    elif modifiers.as_of and span.exact_day:
        edtf, scope = span.exact_day + modifiers.qualifier, Scope.EXACT
    else:
        first, last = (_qualify(span, edge, modifiers.qualifier) for edge in (span.first, span.last))
        is_vague = first[-1] in "~%" and span.start == span.end
        edtf, scope = first if first == last else f"{first}/{last}", Scope.WITHIN if is_vague else span.scope
    return _build_expression(modifiers, edtf, modifiers.scope or scope, span.basis, times, span, tokens, is_full_date=is_full_date)


def _merge_modifiers(following: Modifiers, preceding: Modifiers) -> Modifiers:
    """Merge the modifiers before and after a bound such as まで into `following`."""
    qualifiers = {
        symbol for qualifier in (preceding.qualifier, following.qualifier) for symbol in ("?~" if qualifier == "%" else qualifier)
    }
    following.qualifier = "%" if len(qualifiers) == 2 else "".join(qualifiers)
    following.scope = following.scope or preceding.scope
    following.as_of |= preceding.as_of
    following.is_future |= preceding.is_future
    return following


def _qualify(span: Span, edge: str, qualifier: str, *, use_exact_day: bool = False) -> str:
    """Add the qualifier to one edge of a span; `use_exact_day` reads 末 as the last day, as deadlines do."""
    if use_exact_day and span.exact_day:
        return span.exact_day + qualifier
    if span.approximate and qualifier != "~":
        qualifier = "%" if qualifier else "~"
    return edge + qualifier


def _compute_day_before(span: Span, tokens: DateTokens) -> str:
    """Return the day before a span in EDTF."""
    if span.start.toordinal() == 1:
        raise ParseError("years run from 0001 to 9999", tokens.begin)
    return span.start.fromordinal(span.start.toordinal() - 1).isoformat()


def _build_expression(
    modifiers: Modifiers,
    edtf: str,
    scope: Scope,
    basis: Basis,
    times: TimeRange | None,
    span: Span,
    tokens: DateTokens,
    *,
    is_full_date: bool = False,
) -> Expression:
    return Expression(modifiers.stop, edtf, scope, basis, times, span, tokens, is_full_date)
