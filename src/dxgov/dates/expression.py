"""One whole expression: a date or a range, with the words around it that make it a deadline, vague, or a start."""

import re

from attrs import define, evolve, frozen

from dxgov.dates.clock import Clock, clock
from dxgov.dates.date_ranges import Span
from dxgov.dates.grammar import FaultError, Words, words
from dxgov.dates.resolving import Context, dated, resolve, resolve_range
from dxgov.dates.vocabulary import DASH, END, S
from dxgov.dates.when import Basis, Scope

_AROUND = re.compile(
    rf"{S}(?:(?P<approximate>頃|ごろ|ころ|前後|[をの]?(?:目途|目処|めど|メド(?!レ|ウ))(?:[にでと](?:して)?)?)"
    rf"|(?P<uncertain>\?|\(\?\))"
    rf"|(?P<sharp>現在|時点)"
    rf"|(?P<plain>\((?:予定|仮|案|予|見込み?)\)|[のをに]?予定{END}|の?見込み?{END}|付け|付{END})"
    rf"|(?P<within>[中内](?:に|(?![~・]){END})|のいずれか|のうち)"
    rf"|(?P<throughout>を通じて|を通して|の間{END})"
    rf"|(?P<by>を期限に|を期限として)|(?P<from>を起点に|を起点として)|(?P<exact>の当日)"
    rf"|\((?P<unknown>始まりは不明|終わりは不明)\))"
)
_AHEAD = re.compile(r"目途|目処|めど|メド|予定|見込")
_PAST = re.compile(
    r"(?:(?!(?:ます|です|ください|下さい|こと|予定|たい|べき|よう|見込|[るうくすつむぶぐい](?:[。\n]|$)))[^。\n]){0,40}?"
    r"(?:まし|でし|だっ|[っいきしちりえけげせてねべめれんわ](?=た(?:[。\n]|$|と|ので|のです|けれど|が、|ため|ところ)))た(?!ら|り|い)"
)
"""A sentence whose first verb behind a deadline says that it is over, as までに受理しました does."""
_NOT_THAN = "(?!も|[0-9約前早後遅多少高低大小増減良安悪長短厳強弱改]|[^。、\\n]{0,8}(?:増|減|多|少)|(?:件|人|金|総|回)?[数額率]は)"
"""「昨年より多い」 compares; it does not begin with last year."""
_BOUND = re.compile(
    rf"{S}(?:\n{S}(?=まで|迄|以降|以後|から))?(?:(?P<earlier>より(?:も)?前)|(?P<by>まで(?:に(?!は))?|迄(?:に)?|必着|締切|締め切り|〆切)"
    rf"|(?P<before>以前)|(?P<since>以降|以後|から|より{_NOT_THAN}|~(?={S}(?:$|[\n\t)|、。]))))"
)
_OPENING = re.compile(rf"~{S}(?![~-])")
_RANGE = re.compile(rf"{DASH}(?:\n{S})?|{S}(?:から|より{_NOT_THAN})(?P<comma>{S}、?){S}(?:\n{S})?")
_UNTIL = re.compile(f"{S}(?:まで(?:に(?!は))?|迄(?:に)?|にかけて)")
_CLOCK_BOUND = re.compile(f"{S}(?:(?P<by>まで(?:に(?!は))?|迄(?:に)?|必着|締切|締め切り|〆切)|(?P<since>以降|以後|から|~))")
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
    times: Clock | None = None
    span: Span | None = None
    words: Words | None = None
    stated: bool = False
    """Whether a full day with its year is printed."""


@define
class _Around:
    """What the words behind a date make of it."""

    stop: int
    mark: str = ""
    scope: Scope | None = None
    sharp: bool = False
    ahead: bool = False
    unknown: bool = False


def expression(text: str, pos: int, context: Context, *, running: bool = False, after: Expression | None = None) -> Expression | None:
    """The expression that begins at `pos`, if one does; `after` is the date before it in a list, whose year or month it may leave out.

    Raises:
        FaultError: it has the form of a date but cannot be one, or what it leaves out is not known.
    """
    undated = _undated(text, pos)
    if undated:
        return undated
    opening = _OPENING.match(text, pos)
    before, listed = None, None
    if after and after.words and after.span:
        before = after.span
        listed = Words(0, 0, era=after.words.era, year=before.year, month=before.month)
    begin = words(text, opening.end() if opening else pos, listed, running=running)
    if begin is None:
        return None if opening else _clock_alone(text, pos)
    if before and after and after.words and not dated(begin) and (begin.part != "quarter" or dated(after.words)):
        begin.year, begin.month = before.year, begin.month or before.month
        begin.fiscal = begin.part == "quarter" and after.words.fiscal
    around = _around(text, begin.stop)
    times = _times(text, around.stop, running=running) if begin.day is not None or begin.day_offset else None
    if times:
        around = _merged(_around(text, times.stop), around)
    if opening:
        around.ahead = _PAST.match(text, around.stop) is None
        return _single(begin, around, times, context, "by", begun=pos)
    end = _end(text, around.stop, begin, running=running)
    if end:
        found = _ranged(text, begin, around, times, end, context, running=running)
    elif begin.year_from or begin.month_from or begin.day_from:
        found = _from_number(text, begin, around, context)
    else:
        found = _bounded(text, begin, around, times, context)
    return evolve(found, basis=after.basis) if after else found


def _clock_alone(text: str, pos: int) -> Expression | None:
    times = clock(text, pos)
    if times is None:
        return None
    bound = _CLOCK_BOUND.match(text, times.stop) if times.single else None
    if bound:
        times = evolve(times, stop=bound.end(), start=None if bound["by"] else times.start, end=times.start if bound["by"] else None)
    return Expression(times.stop, times=times) if times.start or times.end else None


def _times(text: str, pos: int, *, running: bool) -> Clock | None:
    """The clock times behind a day; in running text those that are none do not spoil the day."""
    try:
        return clock(text, pos)
    except FaultError:
        if running:
            return None
        raise


def _undated(text: str, pos: int) -> Expression | None:
    match = _UNDATED.match(text, pos)
    if match is None:
        return None
    scope = _UNDATED_SCOPES.get(match[0]) or (Scope.WITHIN if match["within"] else Scope.THROUGHOUT)
    return Expression(match.end(), None, scope)


def _around(text: str, pos: int) -> _Around:
    """Read the words behind a date, up to the bound that まで or 以降 sets."""
    found, marks = _Around(pos), set()
    for _ in range(6):
        match = _AROUND.match(text, found.stop)
        if match is None:
            break
        kind = match.lastgroup
        found.stop = match.end()
        found.ahead |= _AHEAD.search(match[0]) is not None
        if kind in ("approximate", "uncertain"):
            marks.add("~" if kind == "approximate" else "?")
        elif kind == "sharp":
            found.sharp = True
        elif kind == "unknown":
            found.unknown = True
        elif kind != "plain":
            found.scope = Scope[str(kind).upper()]
    found.mark = "%" if len(marks) == 2 else "".join(marks)
    return found


def _end(text: str, pos: int, begin: Words, *, running: bool) -> Words | None:
    """The end of a range, where one follows."""
    match = _RANGE.match(text, pos)
    if match is None:
        return None
    end = words(text, match.end(), begin, running=running)
    if end and match["comma"] and "、" in match["comma"]:
        closed = _UNTIL.match(text, _around(text, end.stop).stop)
        return end if closed else None
    return end


def _ranged(text: str, begin: Words, around: _Around, times: Clock | None, end: Words, context: Context, *, running: bool) -> Expression:
    behind = _around(text, end.stop)
    until = _times(text, behind.stop, running=running) if end.day is not None or end.day_offset else None
    if until:
        behind = _merged(_around(text, until.stop), behind)
        whole = times is None and until.end is not None  # 「4月1日～3日10時～15時」 has both times at its end
        times = until if whole else Clock(until.stop, times.start if times else None, until.end or until.start)
    closed = _UNTIL.match(text, behind.stop)
    if closed:
        behind = _merged(_around(text, closed.end()), behind)
    first, last = resolve_range(begin, end, context, ahead=behind.ahead)
    edtf = f"{_marked(first, first.first, around.mark)}/{_marked(last, last.last, behind.mark, sharp=True)}"
    basis = first.basis if first.basis is not Basis.STATED else last.basis
    return _expression(behind, edtf, behind.scope or Scope.THROUGHOUT, basis, times, last, end)


def _from_number(text: str, found: Words, around: _Around, context: Context) -> Expression:
    """「4～6月」: one unit for two numbers."""
    closed = _UNTIL.match(text, around.stop)
    if closed:
        around = _merged(_around(text, closed.end()), around)
    begin = evolve(found, year_from=None, month_from=None, day_from=None, part=None, weekday=None, week=False)
    end = evolve(found, year_from=None, month_from=None, day_from=None)
    if found.year_from:
        begin.year, begin.era = found.year_from, None
    elif found.month_from:
        begin.month, begin.day = found.month_from, None
        end.year, end.year_offset, end.fiscal = None, None, False
    else:
        begin.day = found.day_from
    if found.day_from:
        end = Words(found.begin, found.stop, day=found.day, weekday=found.weekday, weekday_at=found.weekday_at)
    first, last = resolve_range(begin, end, context, ahead=around.ahead)
    edtf = f"{_marked(first, first.first, around.mark)}/{_marked(last, last.last, around.mark)}"
    return _expression(around, edtf, around.scope or Scope.THROUGHOUT, first.basis, None, last, found)


def _bounded(text: str, found: Words, around: _Around, times: Clock | None, context: Context) -> Expression:
    """A date with the word behind it that makes it a deadline or a beginning."""
    bound = _BOUND.match(text, around.stop) if times is None or times.single else None
    kind = bound.lastgroup if bound else None
    if bound and times and (bound[0].strip() in ("から", "より", "~")):  # 「4月1日14時から」 begins that day
        kind, around.stop = None, bound.end()
    elif bound:
        ahead = around.ahead or kind == "by"
        around = _merged(_around(text, bound.end()), around)
        around.ahead = ahead
    if around.sharp or (around.ahead and _PAST.match(text, around.stop)):
        around.ahead = False
    if times and kind == "by":
        times = evolve(times, start=None, end=times.start)
    return _single(found, around, times, context, kind)


def _single(found: Words, around: _Around, times: Clock | None, context: Context, kind: str | None, begun: int | None = None) -> Expression:
    span = resolve(found, context, ahead=around.ahead)
    stated = found.year is not None and found.day is not None
    if begun is not None:
        found.begin = begun
    if kind in {"by", "before", "earlier"}:
        last = _day_before(span, found) if kind == "earlier" else _marked(span, span.last, around.mark, sharp=True)
        edtf, scope = f"{'' if around.unknown else '..'}/{last}", Scope.BY
    elif kind == "since":
        edtf, scope = f"{_marked(span, span.first, around.mark)}/{'' if around.unknown else '..'}", Scope.FROM
    elif around.sharp and span.sharp:
        edtf, scope = span.sharp + around.mark, Scope.EXACT
    else:
        first, last = (_marked(span, each, around.mark) for each in (span.first, span.last))
        vague = first[-1] in "~%" and span.start == span.end
        edtf, scope = first if first == last else f"{first}/{last}", Scope.WITHIN if vague else span.scope
    return _expression(around, edtf, around.scope or scope, span.basis, times, span, found, stated=stated)


def _merged(behind: _Around, before: _Around) -> _Around:
    """What the words before and behind まで say together."""
    marks = {mark for each in (before.mark, behind.mark) for mark in ("?~" if each == "%" else each)}
    behind.mark = "%" if len(marks) == 2 else "".join(marks)
    behind.scope = behind.scope or before.scope
    behind.sharp |= before.sharp
    behind.ahead |= before.ahead
    return behind


def _marked(span: Span, edge: str, mark: str, *, sharp: bool = False) -> str:
    """An EDTF date with its qualifier; to a deadline, 末 is the last day."""
    if sharp and span.sharp:
        return span.sharp + mark
    if span.approximate and mark != "~":
        mark = "%" if mark else "~"
    return edge + mark


def _day_before(span: Span, found: Words) -> str:
    if span.start.toordinal() == 1:
        raise FaultError("years run from 0001 to 9999", found.begin)
    return span.start.fromordinal(span.start.toordinal() - 1).isoformat()


def _expression(
    around: _Around, edtf: str, scope: Scope, basis: Basis, times: Clock | None, span: Span, found: Words, *, stated: bool = False
) -> Expression:
    return Expression(around.stop, edtf, scope, basis, times, span, found, stated)
