"""One whole expression: a date or a range, with the words around it that make it a deadline, vague, or a start."""

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
_FUTURE_WORD = re.compile(r"目途|目処|めど|メド|予定|見込")
_PAST_SENTENCE = re.compile(
    r"(?:(?!(?:ます|です|ください|下さい|こと|予定|たい|べき|よう|見込|[るうくすつむぶぐい](?:[。\n]|$)))[^。\n]){0,40}?"
    r"(?:まし|でし|だっ|[っいきしちりえけげせてねべめれんわ](?=た(?:[。\n]|$|と|ので|のです|けれど|が、|ため|ところ)))た(?!ら|り|い)"
)
"""A sentence whose first verb behind a deadline says that it is over, as までに受理しました does."""
_NOT_COMPARISON = "(?!も|[0-9約前早後遅多少高低大小増減良安悪長短厳強弱改]|[^。、\\n]{0,8}(?:増|減|多|少)|(?:件|人|金|総|回)?[数額率]は)"
"""「昨年より多い」 compares; it does not begin with last year."""
_BOUND = re.compile(
    rf"{SP}(?:\n{SP}(?=まで|迄|以降|以後|から))?(?:(?P<earlier>より(?:も)?前)|(?P<by>まで(?:に(?!は))?|迄(?:に)?|必着|締切|締め切り|〆切)"
    rf"|(?P<before>以前)|(?P<since>以降|以後|から|より{_NOT_COMPARISON}|~(?={SP}(?:$|[\n\t)|、。]))))"
)
_LEADING_TILDE = re.compile(rf"~{SP}(?![~-])")
_RANGE_LINK = re.compile(rf"{DASH}(?:\n{SP})?|{SP}(?:から|より{_NOT_COMPARISON})(?P<comma>{SP}、?){SP}(?:\n{SP})?")
_UNTIL = re.compile(f"{SP}(?:まで(?:に(?!は))?|迄(?:に)?|にかけて)")
_TIME_BOUND = re.compile(f"{SP}(?:(?P<by>まで(?:に(?!は))?|迄(?:に)?|必着|締切|締め切り|〆切)|(?P<since>以降|以後|から|~))")
_UNDATED = re.compile(
    r"(?P<within>(?:開催日|実施日|公表日|期日|日程|時期|開始時期|日時|日付|期限)?未定|(?:日程|時期)?調整中)|(?P<throughout>随時|適宜|常時)"
)
_UNDATED_SCOPES = {"期日未定": Scope.EXACT, "期限未定": Scope.BY, "開始時期未定": Scope.FROM}


@frozen
class Expression:
    """What an expression means: EDTF with its scope and basis, clock times, and where it stops."""

    stop: int
    edtf: str | None = None
    scope: Scope | None = None
    basis: Basis = Basis.STATED
    times: TimeRange | None = None
    span: Span | None = None
    tokens: DateTokens | None = None
    is_full_date: bool = False
    """Whether a full day with its year is printed."""


@define
class Modifiers:
    """What the words behind a date make of it."""

    stop: int
    qualifier: str = ""
    scope: Scope | None = None
    as_of: bool = False
    is_future: bool = False
    has_unknown_bound: bool = False


def parse_expression(
    text: str, pos: int, context: Context, *, in_running_text: bool = False, previous: Expression | None = None
) -> Expression | None:
    """The expression that begins at `pos`, if one does; `after` is the date before it in a list, whose year or month it may leave out.

    Raises:
        FaultError: it has the form of a date but cannot be one, or what it leaves out is not known.
    """
    undated = _parse_undated(text, pos)
    if undated:
        return undated
    leading_tilde = _LEADING_TILDE.match(text, pos)
    previous_span, previous_tokens = None, None
    if previous and previous.tokens and previous.span:
        previous_span = previous.span
        previous_tokens = DateTokens(0, 0, era=previous.tokens.era, year=previous_span.year, month=previous_span.month)
    tokens = parse_tokens(text, leading_tilde.end() if leading_tilde else pos, previous_tokens, in_running_text=in_running_text)
    if tokens is None:
        return None if leading_tilde else _parse_time_only(text, pos)
    if previous_span and previous and previous.tokens and not has_year(tokens) and (tokens.part != "quarter" or has_year(previous.tokens)):
        tokens.year, tokens.month = previous_span.year, tokens.month or previous_span.month
        tokens.fiscal = tokens.part == "quarter" and previous.tokens.fiscal
    modifiers = _parse_modifiers(text, tokens.stop)
    times = _parse_times(text, modifiers.stop, in_running_text=in_running_text) if tokens.day is not None or tokens.day_offset else None
    if times:
        modifiers = _merge_modifiers(_parse_modifiers(text, times.stop), modifiers)
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


def _parse_time_only(text: str, pos: int) -> Expression | None:
    times = parse_time_range(text, pos)
    if times is None:
        return None
    bound = _TIME_BOUND.match(text, times.stop) if times.is_single else None
    if bound:
        times = evolve(times, stop=bound.end(), start=None if bound["by"] else times.start, end=times.start if bound["by"] else None)
    return Expression(times.stop, times=times) if times.start or times.end else None


def _parse_times(text: str, pos: int, *, in_running_text: bool) -> TimeRange | None:
    """The clock times behind a day; in running text those that are none do not spoil the day."""
    try:
        return parse_time_range(text, pos)
    except ParseError:
        if in_running_text:
            return None
        raise


def _parse_undated(text: str, pos: int) -> Expression | None:
    match = _UNDATED.match(text, pos)
    if match is None:
        return None
    scope = _UNDATED_SCOPES.get(match[0]) or (Scope.WITHIN if match["within"] else Scope.THROUGHOUT)
    return Expression(match.end(), None, scope)


def _parse_modifiers(text: str, pos: int) -> Modifiers:
    """Read the words behind a date, up to the bound that まで or 以降 sets."""
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
    """The end of a range, where one follows."""
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
    end_modifiers = _parse_modifiers(text, end_tokens.stop)
    has_end_day = end_tokens.day is not None or end_tokens.day_offset
    end_times = _parse_times(text, end_modifiers.stop, in_running_text=in_running_text) if has_end_day else None
    if end_times:
        end_modifiers = _merge_modifiers(_parse_modifiers(text, end_times.stop), end_modifiers)
        has_both_times = times is None and end_times.end is not None  # 「4月1日～3日10時～15時」 has both times at its end
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
    """「4～6月」: one unit for two numbers."""
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
    """A date with the word behind it that makes it a deadline or a beginning."""
    bound = _BOUND.match(text, modifiers.stop) if times is None or times.is_single else None
    kind = bound.lastgroup if bound else None
    if bound and times and (bound[0].strip() in ("から", "より", "~")):  # 「4月1日14時から」 begins that day
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
    """What the words before and behind まで say together."""
    qualifiers = {
        symbol for qualifier in (preceding.qualifier, following.qualifier) for symbol in ("?~" if qualifier == "%" else qualifier)
    }
    following.qualifier = "%" if len(qualifiers) == 2 else "".join(qualifiers)
    following.scope = following.scope or preceding.scope
    following.as_of |= preceding.as_of
    following.is_future |= preceding.is_future
    return following


def _qualify(span: Span, edge: str, qualifier: str, *, use_exact_day: bool = False) -> str:
    """An EDTF date with its qualifier; to a deadline, 末 is the last day."""
    if use_exact_day and span.exact_day:
        return span.exact_day + qualifier
    if span.approximate and qualifier != "~":
        qualifier = "%" if qualifier else "~"
    return edge + qualifier


def _compute_day_before(span: Span, tokens: DateTokens) -> str:
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
