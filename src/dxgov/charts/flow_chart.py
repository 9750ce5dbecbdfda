"""Sankey diagram of asks: who asks, through whom, who must act, and the main kind of action."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from attrs import evolve

from dxgov.analysis.open_issues import find_unnamed_asks
from dxgov.arguments import check_arguments
from dxgov.charts.lines import wrap_text
from dxgov.charts.pictures import ColumnValues, Picture, describe_absence, make_picture
from dxgov.charts.scene import BLUE, GREEN, INK, ORANGE, PLUM, SKY, SOFT, Scene, compute_line_height, draw_legend
from dxgov.charts.words import RecordCaptions, build_caption_column, build_count_column, get_display_name, translate
from dxgov.dataset import Dataset
from dxgov.languages import Lang
from dxgov.marks import Label
from dxgov.model.kinds import ActorKind
from dxgov.schema import Column

_STAGES = ("flow.by", "flow.through", "flow.of", "flow.for")
"""Keys of the headings of the stages, from left to right."""

_ACTING_STAGE = 2
"""Index of the stage of those who must act; it determines the colours."""

_MAX_NODES = (6, 6, 6, 10)
"""Maximum nodes per stage; the last one sums up the others."""

_COLOURS = (BLUE, ORANGE, GREEN, PLUM, SKY)

_Paths = Mapping[tuple[str, ...], tuple[str, ...]]
"""Ids of asks by path: the labels of the nodes that they pass, one per stage."""


class _Route(NamedTuple):
    """Ids and code that asks of the same path have in common."""

    requester_ids: tuple[str, ...]
    relayed_by_id: str | None
    expected_of_id: str
    kind: str


@check_arguments
def flow(data: Dataset, lang: Lang = "en") -> Picture:
    """Draw the asks by who makes the request, through whom, who must act, and the main kind of action."""
    # Count the asks by route, the most frequent route first.
    request_ids = {item.id: item.request_id for item in data.request_items}
    requester_ids = {request.id: request.submitted_by_ids for request in data.requests}
    unnamed_ids = find_unnamed_asks(data.asks, data.actors)
    routes, unnamed = defaultdict[_Route, list[str]](list), Counter[_Route]()
    for ask in data.asks:
        requesters_of_ask = requester_ids.get(request_ids.get(ask.item_id, ""), ())
        route = _Route(requesters_of_ask, ask.relayed_by_id, ask.expected_of_id, str(ask.kinds[0]) if ask.kinds else "")
        routes[route].append(ask.id)
        unnamed[route] += ask.id in unnamed_ids
    order = sorted(
        routes, key=lambda route: (-len(routes[route]), route.requester_ids, route.relayed_by_id or "", route.expected_of_id, route.kind)
    )
    # Label the nodes of each route.
    captions = RecordCaptions(data, lang)
    actors = data.actors.name
    model = data.model()
    requesters, asks = model.table(data.requests.name).column("submitted_by_ids"), model.table(data.asks.name)
    relayed_by, expected_of, kinds = (asks.column(name) for name in ("relayed_by_id", "expected_of_id", "kinds"))
    codes = {str(code): code for code in kinds.codes}
    paths = {
        route: (
            translate("list", lang).join(captions.get(actors, id) for id in route.requester_ids) or "?",
            captions.get(actors, route.relayed_by_id) if route.relayed_by_id else translate("directly", lang),
            captions.get(actors, route.expected_of_id),
            get_display_name(codes[route.kind], lang) if route.kind else "?",
        )
        for route in order
    }
    # Build the table, a row per route.
    columns: ColumnValues = [
        (requesters, [route.requester_ids for route in order]),
        (build_caption_column(requesters), [paths[route][0] for route in order]),
        (relayed_by, [route.relayed_by_id for route in order]),
        (build_caption_column(relayed_by), [paths[route][1] if route.relayed_by_id else None for route in order]),
        (expected_of, [route.expected_of_id for route in order]),
        (build_caption_column(expected_of), [paths[route][_ACTING_STAGE] for route in order]),
        (_build_kind_column(kinds), [codes.get(route.kind) for route in order]),
        (
            build_count_column(
                "asks", Label(asks.label, "これらすべてが共通する要望行為の数。"), "How many asks have all of this in common."
            ),
            [len(routes[route]) for route in order],
        ),
        (
            build_count_column(
                "unnamed",
                Label(translate("nobody named", "ja"), "そのうち実施主体を名指ししていないものの数。"),
                "How many of these do not name who must act.",
            ),
            [unnamed[route] for route in order],
        ),
    ]
    if not routes:
        return make_picture(data, lang, "flow", describe_absence(data, data.asks, lang), columns, [], lambda _, y: y)
    unspecified_ids = {actor.id for actor in data.actors.where(kind=ActorKind.UNSPECIFIED)}
    acting_totals = Counter(paths[route][_ACTING_STAGE] for route in order for _ in routes[route])
    finding = translate("flow finding", lang).format(
        first=acting_totals.most_common(1)[0][0],
        most=f"{acting_totals.most_common(1)[0][1]:,}",
        all=f"{acting_totals.total():,}",
        relayed=f"{sum(len(ids) for route, ids in routes.items() if route.relayed_by_id):,}",
        unnamed=f"{unnamed.total():,}",
    )
    # Merge small nodes and draw; unspecified actors have no colour of their own.
    merged_paths, others = _merge_small_nodes([(paths[route], routes[route]) for route in order], translate("others", lang))
    unspecified = {paths[route][_ACTING_STAGE] for route in order if route.expected_of_id in unspecified_ids}
    text = _format_text(merged_paths, others, lang)
    return make_picture(
        data, lang, "flow", finding, columns, text, lambda scene, y: _draw(scene, y, merged_paths, others, unspecified), counted=[data.asks]
    )


def _build_kind_column(kinds: Column) -> Column:
    """Return the column for the first of an ask's kinds."""
    return evolve(kinds, name="kind", many=False, required=False, marks=(kinds.mark(Label),))


def _merge_small_nodes(paths: Sequence[tuple[tuple[str, ...], Sequence[str]]], others: str) -> tuple[_Paths, set[str]]:
    """Group asks by path, with the smallest nodes of each stage merged into one.

    Args:
        paths: Pairs of a path and the ids of its asks.
        others: The label of a merged node, a format string with the placeholder `number`.

    Returns:
        The ids by path, and the labels of the merged nodes.
    """
    # Map the nodes of each stage to themselves, or to the merged node.
    labels: list[dict[str, str]] = []
    other_labels = set[str]()
    for stage, limit in enumerate(_MAX_NODES):
        totals = Counter[str]()
        for path, ids in paths:
            totals[path[stage]] += len(ids)
        nodes = sorted(totals, key=lambda node: (-totals[node], node))
        largest = nodes if len(nodes) <= limit else nodes[: limit - 1]
        other_label = others.format(number=f"{len(nodes) - len(largest):,}")
        labels.append({node: node if node in largest else other_label for node in nodes})
        if len(largest) < len(nodes):
            other_labels.add(other_label)
    # Join the paths that have become equal.
    merged_paths: dict[tuple[str, ...], tuple[str, ...]] = {}
    for path, ids in paths:
        merged_path = tuple(labels[stage][node] for stage, node in enumerate(path))
        merged_paths[merged_path] = (*merged_paths.get(merged_path, ()), *ids)
    return merged_paths, other_labels


def _group_by_node(paths: _Paths, others: set[str], stage: int) -> dict[str, list[str]]:
    """Return the ids of the asks of each node of a stage, the largest node first but merged nodes last."""
    nodes = defaultdict[str, list[str]](list)
    for path, ids in paths.items():
        nodes[path[stage]] += ids
    return dict(sorted(nodes.items(), key=lambda item: (item[0] in others, -len(item[1]), item[0])))


def _format_text(paths: _Paths, others: set[str], lang: Lang) -> Iterator[str]:
    """Yield a tree for a terminal: the nodes of the first stage, each with those of the next stage below it."""

    def format_branch(prefix: tuple[str, ...]) -> Iterator[str]:
        stage = len(prefix)
        branch = {path: ids for path, ids in paths.items() if path[:stage] == prefix}
        for node, ids in _group_by_node(branch, others, stage).items():
            yield f"{'    ' * stage}  {len(ids):>5,}  {node}"
            if stage < len(_STAGES) - 1:
                yield from format_branch((*prefix, node))

    yield f"  {' → '.join(translate(stage, lang) for stage in _STAGES)}"
    yield ""
    yield from format_branch(())


def _draw(scene: Scene, y: float, paths: _Paths, others: set[str], unspecified: set[str]) -> float:
    """Draw a legend, a column of nodes per stage, and bands between them."""
    # Choose the colours of those who must act, and say what they mean.
    stages = [_group_by_node(paths, others, stage) for stage in range(len(_STAGES))]
    acting = stages[_ACTING_STAGE]
    colours = dict(zip((node for node in acting if node not in unspecified), _COLOURS, strict=False))
    greys = [node for node in acting if node not in colours]
    legend = [(colour, node) for node, colour in colours.items()]
    legend += [(SOFT, translate("list", scene.lang).join(greys))] if greys else []
    y = scene.add_text(scene.left, y, translate("flow legend", scene.lang), size=12, fill=SOFT)
    y = draw_legend(scene, y, [(partial(_draw_symbol, scene, colour), label) for colour, label in legend]) + 6
    # Draw the headings.
    size = 10.0 if scene.is_narrow else 13.0
    stage_width = (scene.right - scene.left) / len(_STAGES)
    label_width = stage_width - 13
    headings = [translate(stage, scene.lang) for stage in _STAGES]
    y = 8 + max(
        scene.add_text(scene.left + stage_width * stage, y, heading, size=size, fill=SOFT, width=stage_width - 3)
        for stage, heading in enumerate(headings)
    )
    ask_height = (300 if scene.is_narrow else 340) / sum(map(len, paths.values()))
    # Draw the nodes of each stage from the top; a node takes at least the height of its label.
    node_tops: list[dict[str, float]] = []
    bottom, line_height = y, compute_line_height(size)
    for stage, nodes in enumerate(stages):
        node_tops.append({})
        x, top = scene.left + stage_width * stage, y
        # Labels end before the next stage, and those of the last stage at the margin.
        width = label_width if stage == len(stages) - 1 else label_width - 7
        for node, ids in nodes.items():
            height = len(ids) * ask_height
            label = f"{node} ({len(ids):,})"
            max_lines = max(int(height / line_height), 12)
            label_height = len(wrap_text(label, width / size, max_lines)) * line_height
            node_tops[stage][node] = top
            tip = f"{node}: {len(ids):,}"
            label_y = top + max((height - label_height) / 2, 0)
            with scene.link(ids, node):
                scene.add_box(x, top, x + 9, top + max(height, 1), INK, tip=tip)
                scene.add_text(x + 13, label_y, label, width=width, size=size, max_lines=max_lines, halo=True, tip=tip)
            top += max(height, label_height) + (8 if scene.is_narrow else 10)
        bottom = max(bottom, top)
    # Draw the bands between neighbouring stages.
    for stage in range(len(_STAGES) - 1):
        _draw_bands(scene, paths, stage, node_tops, ask_height, stage_width, colours)
    return scene.extend_height(bottom)


def _draw_symbol(scene: Scene, colour: str, x: float, y: float) -> None:
    scene.add_box(x, y + 3, x + 22, y + 15, colour, opacity=0.6)


def _draw_bands(
    scene: Scene,
    paths: _Paths,
    stage: int,
    node_tops: list[dict[str, float]],
    ask_height: float,
    stage_width: float,
    colours: Mapping[str, str],
) -> None:
    """Draw the bands from a stage to the next one, with bands of one colour adjacent at each node.

    Args:
        scene: The canvas.
        paths: The ids of asks by path.
        stage: The index of the stage on the left.
        node_tops: For each stage the upper edges of its nodes.
        ask_height: The height of an ask in pixels.
        stage_width: The distance between two stages in pixels.
        colours: The colours by node of the stage of those who must act.
    """
    # Group the asks by left node, right node and node that determines the colour.
    bands = defaultdict[tuple[str, str, str], list[str]](list)
    for path, ids in paths.items():
        bands[path[stage], path[stage + 1], path[_ACTING_STAGE]] += ids
    left_ranks, right_ranks, colour_ranks = (
        {node: rank for rank, node in enumerate(node_tops[index])} for index in (stage, stage + 1, _ACTING_STAGE)
    )
    # Stack the left ends at each node in the order of the right nodes.
    offsets: defaultdict[str, float] = defaultdict(float)
    left_tops = {}
    for key in sorted(bands, key=lambda key: (left_ranks[key[0]], right_ranks[key[1]], colour_ranks[key[2]])):
        left = key[0]
        left_tops[key] = node_tops[stage][left] + offsets[left]
        offsets[left] += len(bands[key]) * ask_height
    # Stack the right ends in the order of the left nodes, and connect both ends.
    offsets.clear()
    x, x2 = scene.left + stage_width * stage + 9, scene.left + stage_width * (stage + 1)
    for key in sorted(bands, key=lambda key: (right_ranks[key[1]], left_ranks[key[0]], colour_ranks[key[2]])):
        left, right, acting = key
        left_top, right_top, height = left_tops[key], node_tops[stage + 1][right] + offsets[right], len(bands[key]) * ask_height
        offsets[right] += height
        with scene.link(bands[key], f"{left} → {right}"):
            tip = f"{left} → {right}: {len(bands[key]):,}"
            scene.add_band(x, left_top, x2, right_top, height, colours.get(acting, SOFT), tip=tip)
