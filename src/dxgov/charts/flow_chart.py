"""Who asks whom, through whom, for what: asks as streams from those who ask to what they ask for."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from attrs import evolve

from dxgov.arguments import checked
from dxgov.charts.lines import in_lines
from dxgov.charts.pictures import Columns, Picture, pictured
from dxgov.charts.scene import BLUE, GREEN, INK, ORANGE, PLUM, SKY, SOFT, Band, Box, Scene, leading
from dxgov.charts.words import Names, called, caption_column, count_column, word
from dxgov.dataset import Dataset
from dxgov.marks import Label
from dxgov.model.kinds import ActorKind
from dxgov.schema import Column
from dxgov.text.records import Lang

_STAGES = ("flow.by", "flow.through", "flow.of", "flow.for")
_SHOWN = (6, 6, 6, 10)
"""How many nodes each stage shows for themselves; the rest share one."""

_COLOURS = (BLUE, ORANGE, GREEN, PLUM, SKY)
_STEPS = 16
"""In how many steps a stream bends from one stage to the next."""


class _Way(NamedTuple):
    """What an ask has in common with others: who asks, through whom, of whom, and what for."""

    by: tuple[str, ...]
    through: str | None
    of: str
    kind: str


@checked
def flow(data: Dataset, lang: Lang = "en") -> Picture:
    """The asks by who makes the request, through whom, who must act, and the chief kind of action."""
    makers = {item.id: item.request_id for item in data.request_items}
    parties = {request.id: request.submitted_by_ids for request in data.requests}
    ways = Counter(
        _Way(parties.get(makers.get(ask.item_id, ""), ()), ask.relayed_by_id, ask.expected_of_id, str(ask.kinds[0]) if ask.kinds else "")
        for ask in data.asks
    )
    order = sorted(ways, key=lambda way: (-ways[way], way.by, way.through or "", way.of, way.kind))
    names = Names(data, lang)
    actors = data.actors.name
    model = data.model()
    by, asks = model.table(data.requests.name).column("submitted_by_ids"), model.table(data.asks.name)
    through, of, kinds = (asks.column(name) for name in ("relayed_by_id", "expected_of_id", "kinds"))
    codes = {str(code): code for code in kinds.codes}
    said = {
        way: (
            word("list", lang).join(names(actors, id) for id in way.by) or "?",
            names(actors, way.through) if way.through else word("directly", lang),
            names(actors, way.of),
            called(codes[way.kind], lang) if way.kind else "?",
        )
        for way in order
    }
    columns: Columns = [
        (by, [way.by for way in order]),
        (caption_column(by), [said[way][0] for way in order]),
        (through, [way.through for way in order]),
        (caption_column(through), [said[way][1] if way.through else None for way in order]),
        (of, [way.of for way in order]),
        (caption_column(of), [said[way][2] for way in order]),
        (_chief(kinds), [codes.get(way.kind) for way in order]),
        (count_column("asks", asks.label, "How many asks have all of this in common."), [ways[way] for way in order]),
    ]
    if not ways:
        return pictured(data, lang, "flow", word("nothing", lang), columns, [], lambda _, y: y)
    nobody = {actor.id for actor in data.actors.where(kind=ActorKind.UNSPECIFIED)}
    found = word("flow found", lang).format(
        all=f"{ways.total():,}",
        relayed=f"{sum(number for way, number in ways.items() if way.through):,}",
        unspecified=f"{sum(number for way, number in ways.items() if way.of in nobody):,}",
    )
    streams, rest = _merged([(said[way], ways[way]) for way in order], word("others", lang))
    unspecific = {said[way][2] for way in order if way.of in nobody}
    return pictured(
        data, lang, "flow", found, columns, _text(streams, rest, lang), lambda scene, y: _paint(scene, y, streams, rest, unspecific)
    )


def _chief(kinds: Column) -> Column:
    """The column for the first of several codes."""
    return evolve(kinds, name="kind", many=False, required=False, marks=(Label(kinds.label),))


_Streams = Mapping[tuple[str, ...], int]


def _merged(streams: Sequence[tuple[tuple[str, ...], int]], others: str) -> tuple[_Streams, set[str]]:
    """The streams by the names of the nodes that they run through, the lesser nodes of each stage being one; and how that is called."""
    called_so: list[dict[str, str]] = []
    rests = set[str]()
    for stage, most in enumerate(_SHOWN):
        sums = Counter[str]()
        for nodes, number in streams:
            sums[nodes[stage]] += number
        ranked = sorted(sums, key=lambda node: (-sums[node], node))
        kept = ranked if len(ranked) <= most else ranked[: most - 1]
        rest = others.format(number=f"{len(ranked) - len(kept):,}")
        called_so.append({node: node if node in kept else rest for node in ranked})
        if len(kept) < len(ranked):
            rests.add(rest)
    merged = Counter[tuple[str, ...]]()
    for nodes, number in streams:
        merged[tuple(called_so[stage][node] for stage, node in enumerate(nodes))] += number
    return merged, rests


def _nodes(streams: _Streams, rests: set[str], stage: int) -> dict[str, int]:
    """The nodes of a stage with how many asks run through each, the fullest first and the others last."""
    sums = Counter[str]()
    for nodes, number in streams.items():
        sums[nodes[stage]] += number
    return dict(sorted(sums.items(), key=lambda each: (each[0] in rests, -each[1], each[0])))


def _text(streams: _Streams, rests: set[str], lang: Lang) -> Iterator[str]:
    """Stage by stage from the left, each with what it splits into."""

    def below(path: tuple[str, ...]) -> Iterator[str]:
        stage = len(path)
        inner = {nodes: number for nodes, number in streams.items() if nodes[:stage] == path}
        for node, number in _nodes(inner, rests, stage).items():
            yield f"{'    ' * stage}  {number:>5,}  {node}"
            if stage < len(_STAGES) - 1:
                yield from below((*path, node))

    yield f"  {' → '.join(word(stage, lang) for stage in _STAGES)}"
    yield ""
    yield from below(())


def _paint(scene: Scene, y: float, streams: _Streams, rests: set[str], unspecific: set[str]) -> float:
    size = 11.0 if scene.narrow else 13.0
    step = (scene.right - scene.left) / len(_STAGES)
    room = step - 20
    heads = [word(stage, scene.lang) for stage in _STAGES]
    y = max(scene.write(scene.left + step * stage, y, head, size=size, fill=SOFT, width=room + 8) for stage, head in enumerate(heads)) + 8
    total = sum(streams.values())
    tallest = 300 if scene.narrow else 340
    unit = tallest / total
    stages = [_nodes(streams, rests, stage) for stage in range(len(_STAGES))]
    colours = dict(zip((node for node in stages[2] if node not in unspecific), _COLOURS, strict=False))
    tops: list[dict[str, float]] = []
    lowest = y
    for stage, nodes in enumerate(stages):
        tops.append({})
        at = y
        for node, number in nodes.items():
            tall = number * unit
            lines = in_lines(f"{node} ({number:,})", room / size, 6)
            slot = max(tall, len(lines) * leading(size)) + (8 if scene.narrow else 10)
            x = scene.left + step * stage
            tops[stage][node] = at
            scene.put(Box(x, at, x + 9, at + max(tall, 1), INK, width=0, tip=f"{node}: {number:,}"))
            middle = at + max((tall - len(lines) * leading(size)) / 2, 0)
            scene.write(x + 13, middle, f"{node} ({number:,})", width=room, size=size, most=6, halo=True)
            at += slot
        lowest = max(lowest, at)
    for stage in range(len(_STAGES) - 1):
        scene.put(*_bands(scene, streams, stage, tops, unit, step, colours))
    return scene.reach(lowest)


def _bands(
    scene: Scene, streams: _Streams, stage: int, tops: list[dict[str, float]], unit: float, step: float, colours: Mapping[str, str]
) -> Iterator[Band]:
    """The streams between two stages, those of one colour beside each other."""
    sums = Counter[tuple[str, str, str]]()
    for nodes, number in streams.items():
        sums[nodes[stage], nodes[stage + 1], nodes[2]] += number
    ranks = [{node: place for place, node in enumerate(tops[each])} for each in (stage, stage + 1, 2)]
    order = sorted(sums, key=lambda each: (ranks[0][each[0]], ranks[1][each[1]], ranks[2][each[2]]))
    used: defaultdict[str, float] = defaultdict(float)
    starts = {}
    for each in order:
        starts[each] = tops[stage][each[0]] + used[each[0]]
        used[each[0]] += sums[each] * unit
    used.clear()
    x, x2 = scene.left + step * stage + 9, scene.left + step * (stage + 1)
    for each in sorted(sums, key=lambda each: (ranks[1][each[1]], ranks[0][each[0]], ranks[2][each[2]])):
        end, tall = tops[stage + 1][each[1]] + used[each[1]], sums[each] * unit
        used[each[1]] += tall
        points = []
        for part in range(_STEPS + 1):
            along = part / _STEPS
            bend = along * along * (3 - 2 * along)
            top = starts[each] + (end - starts[each]) * bend
            points.append((x + (x2 - x) * along, top, top + tall))
        tip = f"{each[0]} → {each[1]}: {sums[each]:,}"
        yield Band(tuple(points), colours.get(each[2], SOFT), 0.38, tip)
