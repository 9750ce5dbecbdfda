"""Bar chart of asks by the actor who must act, split into those by name, those that name nobody, and relayed ones."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import NamedTuple

from dxgov.analysis.open_issues import find_unnamed_asks
from dxgov.arguments import check_arguments
from dxgov.charts.pictures import ColumnValues, Picture, describe_absence, make_picture
from dxgov.charts.scene import BLUE, INK, PAPER, SOFT, Scene, draw_legend
from dxgov.charts.words import RecordCaptions, build_caption_column, build_count_column, translate
from dxgov.dataset import Dataset
from dxgov.languages import Lang
from dxgov.marks import Label

_MAX_BARS = 15
"""Maximum bars; with more actors, the last bar sums up the others."""


class _Bar(NamedTuple):
    """The asks of one actor, or of several, by their ids."""

    name: str
    named: tuple[str, ...]
    unnamed: tuple[str, ...]
    relayed: tuple[str, ...]

    @property
    def total(self) -> int:
        """The number of asks."""
        return sum(map(len, self.parts))

    @property
    def parts(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """The asks in the order in which a bar shows them, that of `_PARTS`."""
        return self.named, self.unnamed, self.relayed


class _Part(NamedTuple):
    """How a part of a bar looks, and the key of its name in the legend."""

    key: str
    block: str
    colour: str = BLUE
    hollow: bool = False
    dashes: tuple[float, ...] = ()


_PARTS = (_Part("asked by name", "█"), _Part("nobody named", "▒", SOFT, hollow=True), _Part("passed on", "░", hollow=True, dashes=(4, 2)))


@check_arguments
def who_must_act(data: Dataset, lang: Lang = "en") -> Picture:
    """Draw the number of asks per actor who must act, split into those that name the actor, those that do not, and those to be passed on.

    A relayed ask is put to another actor, who is to press the one who must act.
    """
    # Count the asks of each actor.
    unnamed_ids = find_unnamed_asks(data.asks, data.actors)
    named, unnamed, relayed = (defaultdict[str, list[str]](list) for _ in _PARTS)
    for ask in data.asks:
        part = relayed if ask.relayed_by_id is not None else unnamed if ask.id in unnamed_ids else named
        part[ask.expected_of_id].append(ask.id)
    totals = Counter(data.asks.column("expected_of_id").to_pylist())
    actor_ids = sorted(totals, key=lambda id: (-totals[id], id))
    # Make a bar of each, merging the smallest if there are too many.
    captions = RecordCaptions(data, lang)
    bars = [_Bar(captions.get(data.actors.name, id), *(tuple(part[id]) for part in (named, unnamed, relayed))) for id in actor_ids]
    chart_bars = bars if len(bars) <= _MAX_BARS else [*bars[: _MAX_BARS - 1], _merge_bars(bars[_MAX_BARS - 1 :], lang)]
    # Build the table, which has a row for every actor.
    table = data.model().table(data.asks.name)
    expected_of = table.column("expected_of_id")
    columns: ColumnValues = [
        (expected_of, actor_ids),
        (build_caption_column(expected_of), [bar.name for bar in bars]),
        (
            build_count_column(
                "direct",
                Label(translate("asked directly", "ja"), "実施すべき者に直接向けられた要望行為の数。"),
                "How many asks are put to whoever must act.",
            ),
            [len(bar.named) + len(bar.unnamed) for bar in bars],
        ),
        (
            build_count_column(
                "unnamed",
                Label(translate("nobody named", "ja"), "そのうち実施主体を名指ししていないものの数。"),
                "How many of these do not name who must act.",
            ),
            [len(bar.unnamed) for bar in bars],
        ),
        (
            build_count_column(
                "relayed",
                Label(translate("passed on", "ja"), "実施すべき者への働きかけを求める要望行為の数。"),
                "How many asks whoever is asked is to press them for.",
            ),
            [len(bar.relayed) for bar in bars],
        ),
    ]
    # Name the largest four in the finding.
    largest = translate("list", lang).join(f"{bar.name} {bar.total:,}" for bar in chart_bars[:4])
    finding = describe_absence(data, data.asks, lang)
    if totals:
        finding = translate("who-must-act finding", lang).format(
            all=f"{totals.total():,}", unnamed=f"{sum(map(len, unnamed.values())):,}", largest=largest
        )
    ellipsis = "…" if len(chart_bars) > 4 else ""
    text = _format_text(chart_bars, lang)
    return make_picture(
        data, lang, "who-must-act", finding + ellipsis, columns, text, lambda scene, y: _draw(scene, y, chart_bars), counted=[data.asks]
    )


def _merge_bars(bars: list[_Bar], lang: Lang) -> _Bar:
    name = translate("others", lang).format(number=f"{len(bars):,}")
    return _Bar(name, *(tuple(chain.from_iterable(ids)) for ids in zip(*(bar.parts for bar in bars), strict=True)))


def _format_text(bars: list[_Bar], lang: Lang) -> Iterator[str]:
    """Yield the bars as lines for a terminal, the longest 40 characters wide."""
    largest = max((bar.total for bar in bars), default=0)
    for bar in bars:
        yield f"  {bar.total:>6,}  {bar.name}"
        yield f"          {''.join(part.block * -(-40 * len(ids) // largest) for part, ids in zip(_PARTS, bar.parts, strict=True))}"
    if bars:
        yield ""
        yield "".join(f"  {part.block} {translate(part.key, lang)}" for part in _PARTS)


def _draw(scene: Scene, y: float, bars: list[_Bar]) -> float:
    """Draw a legend and the bars, each below its name and before its total."""
    if not bars:
        return y
    y = draw_legend(scene, y, [(partial(_draw_symbol, scene, part), translate(part.key, scene.lang)) for part in _PARTS]) + 4
    largest, total = max(bar.total for bar in bars), sum(bar.total for bar in bars)
    full_width = scene.right - scene.left - 92
    for bar in bars:
        y = scene.add_text(scene.left, y, bar.name, size=14) + 2
        counts = ", ".join(f"{translate(part.key, scene.lang)} {len(ids):,}" for part, ids in zip(_PARTS, bar.parts, strict=True))
        x, tip = scene.left, f"{bar.name}: {counts}"
        for part, ids in zip(_PARTS, bar.parts, strict=True):
            if ids:
                end = x + full_width * len(ids) / largest
                with scene.link(ids, f"{bar.name}: {translate(part.key, scene.lang)}"):
                    _draw_box(scene, x, y, end, 18, part, tip=tip)
                    # A part has its own number if it is not the whole bar and wide enough.
                    if len(ids) < bar.total and end - x > 30:
                        ink = INK if part.hollow else PAPER
                        scene.add_text((x + end) / 2, y + 1, f"{len(ids):,}", width=99, size=12, fill=ink, anchor="middle", tip=tip)
                x = end
        scene.add_text(x + 8, y, f"{bar.total:,} ({bar.total / total:.0%})", width=120)
        y += 30
    return scene.extend_height(y)


def _draw_symbol(scene: Scene, part: _Part, x: float, y: float) -> None:
    _draw_box(scene, x, y + 3, x + 22, 12, part)


def _draw_box(scene: Scene, x: float, y: float, x2: float, height: float, part: _Part, tip: str = "") -> None:
    """Draw a part of a bar."""
    scene.add_box(x, y, x2, y + height, PAPER if part.hollow else part.colour, part.colour, part.dashes, tip=tip)
