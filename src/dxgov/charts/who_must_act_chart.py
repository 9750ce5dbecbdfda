"""Who must act on how many asks, and whether they are asked or to be pressed by another."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from dxgov.arguments import checked
from dxgov.charts.pictures import Columns, Picture, pictured
from dxgov.charts.scene import BLUE, INK, PAPER, SOFT, Box, Scene, key_row
from dxgov.charts.words import Names, caption_column, count_column, word
from dxgov.dataset import Dataset
from dxgov.model.kinds import ActorKind
from dxgov.text.records import Lang

_SHOWN = 15
"""How many actors have a bar of their own; the rest share one."""


class _Bar(NamedTuple):
    name: str
    direct: int
    relayed: int
    known: bool = True


@checked
def who_must_act(data: Dataset, lang: Lang = "en") -> Picture:
    """How many asks are expected of whom: asked directly, or to be pressed by whoever is asked."""
    direct, relayed = Counter[str](), Counter[str]()
    for ask in data.asks:
        (direct if ask.relayed_by_id is None else relayed)[ask.expected_of_id] += 1
    sums = direct + relayed
    order = sorted(sums, key=lambda id: (-sums[id], id))
    names, nobody = Names(data, lang), {actor.id for actor in data.actors.where(kind=ActorKind.UNSPECIFIED)}
    bars = [_Bar(names(data.actors.name, id), direct[id], relayed[id], id not in nobody) for id in order]
    shown = bars if len(bars) <= _SHOWN else [*bars[: _SHOWN - 1], _rest(bars[_SHOWN - 1 :], lang)]
    table = data.model().table(data.asks.name)
    expected = table.column("expected_of_id")
    columns: Columns = [
        (expected, order),
        (caption_column(expected), [bar.name for bar in bars]),
        (count_column("direct", word("asked directly", "ja"), "How many asks are put to whoever must act."), [bar.direct for bar in bars]),
        (
            count_column("relayed", word("passed on", "ja"), "How many asks whoever is asked is to press them for."),
            [bar.relayed for bar in bars],
        ),
    ]
    parts = word("list", lang).join(f"{bar.name} {bar.direct + bar.relayed:,}" for bar in shown[:4])
    found = word("who-must-act found", lang).format(all=f"{sums.total():,}", parts=parts) if sums else word("nothing", lang)
    more = "…" if len(shown) > 4 else ""
    return pictured(data, lang, "who-must-act", found + more, columns, _text(shown, lang), lambda scene, y: _paint(scene, y, shown))


def _rest(bars: list[_Bar], lang: Lang) -> _Bar:
    name = word("others", lang).format(number=f"{len(bars):,}")
    return _Bar(name, sum(bar.direct for bar in bars), sum(bar.relayed for bar in bars))


def _text(bars: list[_Bar], lang: Lang) -> Iterator[str]:
    most = max((bar.direct + bar.relayed for bar in bars), default=0)
    for bar in bars:
        yield f"  {bar.direct + bar.relayed:>6,}  {bar.name}"
        yield f"          {'█' * -(-40 * bar.direct // most)}{'░' * -(-40 * bar.relayed // most)}"
    if bars:
        yield ""
        yield f"  █ {word('asked directly', lang)}  ░ {word('passed on', lang)}"


def _paint(scene: Scene, y: float, bars: list[_Bar]) -> float:
    if not bars:
        return y
    signs = [(False, word("asked directly", scene.lang)), (True, word("passed on", scene.lang))]
    y = key_row(scene, y, [([_box(0, 3, 22, 12, hollow=hollow)], words) for hollow, words in signs]) + 4
    most, total = max(bar.direct + bar.relayed for bar in bars), sum(bar.direct + bar.relayed for bar in bars)
    room = scene.right - scene.left - 92
    for bar in bars:
        y = scene.write(scene.left, y, bar.name, size=14, fill=INK if bar.known else SOFT) + 2
        x, tip = (
            scene.left,
            f"{bar.name}: {word('asked directly', scene.lang)} {bar.direct:,}, {word('passed on', scene.lang)} {bar.relayed:,}",
        )
        for number, hollow in ((bar.direct, False), (bar.relayed, True)):
            if number:
                end = x + room * number / most
                scene.put(_box(x, y, end, 18, hollow=hollow, fill=BLUE if bar.known else SOFT, tip=tip))
                if bar.direct and bar.relayed and end - x > 30:
                    scene.write((x + end) / 2, y + 1, f"{number:,}", size=12, fill=INK if hollow else PAPER, align="center", width=99)
                x = end
        scene.write(x + 8, y, f"{bar.direct + bar.relayed:,} ({(bar.direct + bar.relayed) / total:.0%})", width=120)
        y += 30
    return scene.reach(y)


def _box(x: float, y: float, x2: float, height: float, *, hollow: bool, fill: str = BLUE, tip: str = "") -> Box:
    return Box(x, y, x2, y + height, PAPER if hollow else fill, fill, 1.5, (4, 2) if hollow else (), tip=tip)
