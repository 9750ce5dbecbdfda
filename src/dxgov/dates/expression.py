"""One whole expression: a date or a range, with the words around it that make it a deadline, vague, or a start."""

import re

from attrs import define, evolve, frozen

from dxgov.dates.clock import Clock, clock
from dxgov.dates.edtf import bounds
from dxgov.dates.grammar import FaultError, Words, words
from dxgov.dates.resolving import Context, dated, resolve, resolve_end, resolve_start
from dxgov.dates.spans import Span
from dxgov.dates.vocabulary import DASH, END, S
from dxgov.dates.when import Basis, Scope

_AROUND = re.compile(
    rf"{S}(?:(?P<approximate>頃|ごろ|ころ|前後|[をの]?(?:目途|目処|めど)(?:[にでと](?:して)?)?)"
    rf"|(?P<uncertain>\?|\(\?\))"
    rf"|(?P<sharp>現在|時点)"
    rf"|(?P<plain>\((?:予定|仮|案|予|見込み?)\)|の?予定{END}|の?見込み?{END}|付け|付{END})"
    rf"|(?P<within>[中内](?:に|{END})|のいずれか|のうち)"
    rf"|(?P<throughout>を通じて|を通して|の間{END})"
    rf"|(?P<by>を期限に|を期限として)|(?P<from>を起点に|を起点として)|(?P<exact>の当日)"
    rf"|\((?P<unknown>始まりは不明|終わりは不明)\))"
)
_AHEAD = re.compile(r"目途|目処|めど|予定|見込")
_NOT_THAN = "(?!も|[前早後遅多少高低大小増減良安悪長短厳強弱])"
"""「昨年より多い」 compares; it does not begin with last year."""

_BOUND = re.compile(
    rf"{S}(?:(?P<earlier>より(?:も)?前)|(?P<by>まで(?:に(?!は))?|迄(?:に)?|以前|必着|締切|締め切り|〆切)|(?P<since>以降|以後|から|より{_NOT_THAN}))"
)
_RANGE = re.compile(rf"{DASH}|{S}(?:から|より{_NOT_THAN})(?P<comma>{S}、?){S}")
_UNTIL = re.compile(f"{S}(?:まで(?:に(?!は))?|迄(?:に)?|にかけて)")
_UNDATED = re.compile(
    r"(?P<within>(?:開催日|実施日|公表日|期日|日程|時期|開始時期|日時|日付|期限)?未定|(?:日程|時期)?調整中)|(?P<throughout>随時|適宜|常時)"
)
_UNDATED_SCOPES = {"期日未定": Scope.EXACT, "期限未定": Scope.BY, "開始時期未定": Scope.FROM}
_UNKNOWN = re.compile(rf"{S}\((?:始まりは不明|終わりは不明)\)")


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


def expression(
    text: str, pos: int, context: Context, *, running: bool = False, after: tuple[Words, Span] | None = None
) -> Expression | None:
    """The expression that begins at `pos`, if one does; `after` is the date that it goes on from in a list.

    Raises:
        FaultError: it has the form of a date but cannot be one, or what it leaves out is not known.
    """
    undated = _undated(text, pos)
    if undated:
        return undated
    begin = words(text, pos, after[0] if after else None, running=running)
    if begin is None:
        times = clock(text, pos)
        return Expression(times.stop, times=times) if times else None
    around = _around(text, begin.stop)
    times = clock(text, around.stop) if begin.day is not None or begin.day_offset else None
    if times:
        around = _merged(_around(text, times.stop), around)
    end = _end(text, around.stop, begin, running=running)
    if end:
        return _ranged(text, begin, around, times, end, context)
    if begin.year_from or begin.month_from or begin.day_from:
        return _from_number(text, begin, around, context)
    return _single(text, begin, around, times, context, after)


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


def _ranged(text: str, begin: Words, around: _Around, times: Clock | None, end: Words, context: Context) -> Expression:
    behind = _around(text, end.stop)
    until = clock(text, behind.stop) if end.day is not None or end.day_offset else None
    if until:
        behind = _merged(_around(text, until.stop), behind)
        times = Clock(until.stop, times.start if times else None, until.end or until.start)
    closed = _UNTIL.match(text, behind.stop)
    if closed:
        behind = _merged(_around(text, closed.end()), behind)
    if end.counts_from_before():
        first = resolve(begin, context)
        last = resolve(end, evolve(context, before=first.start))
        last.basis = first.basis
    elif dated(end) and not dated(begin):
        last = resolve(end, context)
        first = resolve_start(begin, last, context) if begin.month is not None else resolve(begin, context)
    else:
        first = resolve(begin, context)
        last = resolve_end(end, first, begin, context)
    if last.end < first.start:
        raise FaultError(f"it ends on {last.end}, before it begins on {first.start}", begin.begin)
    edtf = f"{_marked(first, first.first, around.mark)}/{_marked(last, last.last, behind.mark, sharp=True)}"
    basis = first.basis if first.basis is not Basis.STATED else last.basis
    return _expression(behind, edtf, behind.scope or Scope.THROUGHOUT, basis, times, last, end, stated=False)


def _from_number(text: str, found: Words, around: _Around, context: Context) -> Expression:
    """「4～6月」: one unit for two numbers."""
    closed = _UNTIL.match(text, around.stop)
    if closed:
        around = _merged(_around(text, closed.end()), around)
    last = resolve(found, context)
    early = Words(found.begin, found.stop, fiscal=found.fiscal, year=found.year_from or last.year, month=found.month, day=found.day)
    early.month, early.day = found.month_from or early.month, found.day_from or early.day
    if early.month is None and found.day is not None:
        early.month = last.month
    if early.fiscal and found.year_from is None and last.month is not None and last.month < 4:
        early.year = last.year - 1
    first = resolve(early, context)
    if first.start > last.end and found.month_from and found.year is None:
        early.year = last.year - 1
        first = resolve(early, context)
    if first.start > last.end:
        raise FaultError(f"it ends on {last.end}, before it begins on {first.start}", found.begin)
    edtf = f"{_marked(first, first.first, around.mark)}/{_marked(last, last.last, around.mark)}"
    return _expression(around, edtf, around.scope or Scope.THROUGHOUT, last.basis, None, last, found, stated=False)


def _single(
    text: str, found: Words, around: _Around, times: Clock | None, context: Context, after: tuple[Words, Span] | None
) -> Expression:
    bound = _BOUND.match(text, around.stop) if times is None else None
    kind = bound.lastgroup if bound else None
    ahead = around.ahead or kind == "by"
    span = resolve_end(found, after[1], after[0], context) if after else resolve(found, context, ahead=ahead)
    if bound:
        around = _merged(_around(text, bound.end()), around)
    stated = found.year is not None and found.day is not None
    if kind in {"by", "earlier"}:
        last = _day_before(span, found) if kind == "earlier" else _marked(span, span.last, around.mark, sharp=True)
        opening = "" if around.unknown else ".."
        return _expression(around, f"{opening}/{last}", around.scope or Scope.BY, span.basis, None, span, found, stated=stated)
    if kind == "since":
        closing = "" if around.unknown else ".."
        edtf = f"{_marked(span, span.first, around.mark)}/{closing}"
        return _expression(around, edtf, around.scope or Scope.FROM, span.basis, None, span, found, stated=stated)
    if around.sharp and span.sharp:
        return _expression(around, span.sharp + around.mark, Scope.EXACT, span.basis, times, span, found, stated=stated)
    first, last = (_marked(span, each, around.mark) for each in (span.first, span.last))
    vague = first[-1] in "~%" and span.start == span.end
    scope = around.scope or (Scope.WITHIN if vague else span.scope)
    return _expression(around, first if first == last else f"{first}/{last}", scope, span.basis, times, span, found, stated=stated)


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
    around: _Around, edtf: str, scope: Scope, basis: Basis, times: Clock | None, span: Span, found: Words, *, stated: bool
) -> Expression:
    bounds(edtf)
    return Expression(around.stop, edtf, scope, basis, times, span, found, stated)
