"""The chart of cost against rows: CPU seconds over records, both axes logarithmic."""

import json
from collections.abc import Iterator, Mapping
from math import ceil, floor, log10
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 760, 420, 60, 210, 20, 50
_COLOURS = ("#0b6e4f", "#c8553d", "#3d5a80", "#8f6fb3", "#8a8a8a", "#d9a441", "#5fa8d3")


_LARGE = {"validate_streamed": "validate_csv"}
"""The name in the results of `run` of tasks that have another name in those of `large`."""


def draw(folder: Path) -> None:
    """Draw the results of `run` and of `large` that a folder contains; without any, write nothing."""
    growth = json.loads((folder / "speed.json").read_text(encoding="utf-8"))["growth"] if (folder / "speed.json").is_file() else {}
    if (folder / "large.json").is_file():
        results = json.loads((folder / "large.json").read_text(encoding="utf-8"))
        for task, task_results in results["tasks"].items():
            if _LARGE.get(task, task) in growth:
                growth[_LARGE.get(task, task)][str(results["rows"][1])] = task_results["found"][1]
    if growth:
        (folder / "speed.svg").write_text(render(growth), encoding="utf-8")


def render(growth: Mapping[str, Mapping[Any, Mapping[str, float]]]) -> str:
    """Return an SVG with a line for each task."""
    points = {task: [(log10(int(size)), log10(measures["seconds"])) for size, measures in sizes.items()] for task, sizes in growth.items()}
    across = [x for line in points.values() for x, _ in line]
    up = [y for line in points.values() for _, y in line]
    left, right, low, high = floor(min(across)), max(ceil(max(across)), floor(min(across)) + 1), floor(min(up)), ceil(max(up) + 1e-9)

    def project(x: float, y: float) -> tuple[float, float]:
        return (
            _LEFT + (x - left) / (right - left) * (_WIDTH - _LEFT - _RIGHT),
            _HEIGHT - _BOTTOM - (y - low) / max(high - low, 1) * (_HEIGHT - _TOP - _BOTTOM),
        )

    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="12" role="img">',
            "<title>Seconds of the processor against records</title>",
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
            *_grid(range(left, right + 1), range(low, high + 1), project),
            *(
                line
                for number, (task, line_points) in enumerate(points.items())
                for line in _line(number, task, [project(*point) for point in line_points])
            ),
            f'<text x="{_LEFT}" y="{_HEIGHT - 8}">records in the package</text>',
            "</svg>\n",
        ]
    )


def _grid(across: range, up: range, project: Any) -> Iterator[str]:
    for power in across:
        (x, bottom), (_, top) = project(power, up[0]), project(power, up[-1])
        yield f'<path d="M{x:.1f} {bottom:.1f}V{top:.1f}" stroke="#ddd"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 16:.1f}" text-anchor="middle">{10**power:,}</text>'
    for power in up:
        (first, y), (last, _) = project(across[0], power), project(across[-1], power)
        yield f'<path d="M{first:.1f} {y:.1f}H{last:.1f}" stroke="#ddd"/>'
        yield f'<text x="{first - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g} s</text>'


def _line(number: int, task: str, points: list[tuple[float, float]]) -> Iterator[str]:
    colour, dashes = _COLOURS[number % len(_COLOURS)], ' stroke-dasharray="5 4"' if task.startswith(("pyarrow", "polars")) else ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'
    y = _TOP + 16 + 20 * number
    yield f'<path d="M{_WIDTH - _RIGHT + 16} {y - 4}h24" stroke="{colour}" stroke-width="2"{dashes}/>'
    yield f'<text x="{_WIDTH - _RIGHT + 46}" y="{y}">{escape(task.replace("_", " "))}</text>'
