"""Bar chart of asks by the actor who must act, split into direct and relayed ones."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from dxgov.arguments import check_arguments
from dxgov.charts.pictures import ColumnValues, Picture, make_picture
from dxgov.charts.scene import BLUE, INK, PAPER, SOFT, Scene, draw_legend
from dxgov.charts.words import RecordCaptions, build_caption_column, build_count_column, translate
from dxgov.dataset import Dataset
from dxgov.languages import Lang
from dxgov.marks import Label
from dxgov.model.kinds import ActorKind

_MAX_BARS = 15
"""Maximum bars; with more actors, the last bar sums up the others."""


class _Bar(NamedTuple):
    """The asks of one actor, or of several."""

    name: str
    direct: int
    relayed: int
    is_specified: bool = True

    @property
    def total(self) -> int:
        """The number of asks."""
        return self.direct + self.relayed


@check_arguments
def who_must_act(data: Dataset, lang: Lang = "en") -> Picture:
    """Draw the number of asks per actor who must act, split into those made directly and those to be passed on.

    A relayed ask is put to another actor, who is to press the one who must act.
    """
    # Count the asks of each actor.
    direct, relayed = Counter[str](), Counter[str]()
    for ask in data.asks:
        (direct if ask.relayed_by_id is None else relayed)[ask.expected_of_id] += 1
    totals = direct + relayed
    actor_ids = sorted(totals, key=lambda id: (-totals[id], id))
    # Make a bar of each, merging the smallest if there are too many.
    captions, unspecified_ids = RecordCaptions(data, lang), {actor.id for actor in data.actors.where(kind=ActorKind.UNSPECIFIED)}
    bars = [_Bar(captions.get(data.actors.name, id), direct[id], relayed[id], id not in unspecified_ids) for id in actor_ids]
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
            [bar.direct for bar in bars],
        ),
        (
            build_count_column(
                "relayed",
                Label(translate("passed on", "ja"), "実施すべき者への働きかけを求める要望行為の数。"),
                "How many asks whoever is asked is to press them for.",
            ),
            [bar.relayed for bar in bars],
        ),
    ]
    # Name the largest four in the finding.
    parts = translate("list", lang).join(f"{bar.name} {bar.total:,}" for bar in chart_bars[:4])
    finding = translate("nothing", lang)
    if totals:
        finding = translate("who-must-act finding", lang).format(all=f"{totals.total():,}", parts=parts)
    ellipsis = "…" if len(chart_bars) > 4 else ""
    text = _format_text(chart_bars, lang)
    return make_picture(data, lang, "who-must-act", finding + ellipsis, columns, text, lambda scene, y: _draw(scene, y, chart_bars))


def _merge_bars(bars: list[_Bar], lang: Lang) -> _Bar:
    name = translate("others", lang).format(number=f"{len(bars):,}")
    return _Bar(name, sum(bar.direct for bar in bars), sum(bar.relayed for bar in bars))


def _format_text(bars: list[_Bar], lang: Lang) -> Iterator[str]:
    """Yield the bars as lines for a terminal, the longest 40 characters wide."""
    largest = max((bar.total for bar in bars), default=0)
    for bar in bars:
        yield f"  {bar.total:>6,}  {bar.name}"
        yield f"          {'█' * -(-40 * bar.direct // largest)}{'░' * -(-40 * bar.relayed // largest)}"
    if bars:
        yield ""
        yield f"  █ {translate('asked directly', lang)}  ░ {translate('passed on', lang)}"


def _draw(scene: Scene, y: float, bars: list[_Bar]) -> float:
    """Draw a legend and the bars, each below its name and before its total."""
    if not bars:
        return y
    directly, passed_on = translate("asked directly", scene.lang), translate("passed on", scene.lang)
    legend = [(partial(_draw_symbol, scene, hollow=False), directly), (partial(_draw_symbol, scene, hollow=True), passed_on)]
    if not all(bar.is_specified for bar in bars):
        legend.append((partial(_draw_symbol, scene, hollow=False, fill=SOFT), translate("nobody named", scene.lang)))
    y = draw_legend(scene, y, legend) + 4
    largest, total = max(bar.total for bar in bars), sum(bar.total for bar in bars)
    full_width = scene.right - scene.left - 92
    for bar in bars:
        y = scene.add_text(scene.left, y, bar.name, size=14, fill=INK if bar.is_specified else SOFT) + 2
        x, tip = scene.left, f"{bar.name}: {directly} {bar.direct:,}, {passed_on} {bar.relayed:,}"
        for number, hollow in ((bar.direct, False), (bar.relayed, True)):
            if number:
                end = x + full_width * number / largest
                _draw_box(scene, x, y, end, 18, hollow=hollow, fill=BLUE if bar.is_specified else SOFT, tip=tip)
                # A part has its own number if it is not the whole bar and wide enough.
                if bar.direct and bar.relayed and end - x > 30:
                    ink = INK if hollow else PAPER
                    scene.add_text((x + end) / 2, y + 1, f"{number:,}", width=99, size=12, fill=ink, anchor="middle", tip=tip)
                x = end
        scene.add_text(x + 8, y, f"{bar.total:,} ({bar.total / total:.0%})", width=120)
        y += 30
    return scene.extend_height(y)


def _draw_symbol(scene: Scene, x: float, y: float, *, hollow: bool, fill: str = BLUE) -> None:
    _draw_box(scene, x, y + 3, x + 22, 12, hollow=hollow, fill=fill)


def _draw_box(scene: Scene, x: float, y: float, x2: float, height: float, *, hollow: bool, fill: str, tip: str = "") -> None:
    """Draw a part of a bar; hollow ones, for relayed asks, have a dashed edge."""
    scene.add_box(x, y, x2, y + height, PAPER if hollow else fill, fill, (4, 2) if hollow else (), tip=tip)
