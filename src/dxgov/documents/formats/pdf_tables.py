"""Ruled tables: the cells between straight lines on a page."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from attrs import frozen

_TOLERANCE = 3.0
"""Distance in points at which lines touch, and below which they are one."""


@frozen
class RulingLine:
    """A straight line on a page, as a box of little width or height."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def is_level(self) -> bool:
        """True if the line runs from left to right."""
        return self.right - self.left >= self.bottom - self.top


@frozen
class RuledCell:
    """A cell of a ruled table, with its place on the page and in the table, counted from 0."""

    left: float
    top: float
    right: float
    bottom: float
    row: int
    column: int
    rows: int
    columns: int


def find_tables(rules: Iterable[RulingLine]) -> list[list[RuledCell]]:
    """Return the cells of each table that rules draw, from top to bottom; a frame without a rule within is no table."""
    long_enough = [rule for rule in rules if max(rule.right - rule.left, rule.bottom - rule.top) > _TOLERANCE]
    tables = [cells for group in _group_touching(long_enough) if len(cells := _find_cells(group)) > 1]
    return sorted(tables, key=lambda cells: (cells[0].top, cells[0].left))


def _group_touching(rules: Sequence[RulingLine]) -> list[list[RulingLine]]:
    """Group rules that touch each other, by way of others, too."""
    groups: list[tuple[RulingLine, list[RulingLine]]] = []
    for rule in sorted(rules, key=lambda rule: rule.top):
        area, members = rule, [rule]
        apart = []
        for other_area, others in groups:
            if _touches(area, other_area) and any(_touches(one, other) for one in members for other in others):
                members = others + members
                area = RulingLine(
                    min(area.left, other_area.left),
                    min(area.top, other_area.top),
                    max(area.right, other_area.right),
                    max(area.bottom, other_area.bottom),
                )
            else:
                apart.append((other_area, others))
        groups = [*apart, (area, members)]
    return [members for _, members in groups]


def _touches(one: RulingLine, other: RulingLine) -> bool:
    return (
        one.left <= other.right + _TOLERANCE
        and other.left <= one.right + _TOLERANCE
        and one.top <= other.bottom + _TOLERANCE
        and other.top <= one.bottom + _TOLERANCE
    )


def _find_cells(rules: Sequence[RulingLine]) -> list[RuledCell]:
    """Return the cells between the rules of one group, row by row."""
    level = [rule for rule in rules if rule.is_level]
    upright = [rule for rule in rules if not rule.is_level]
    ys = _merge_positions((rule.top + rule.bottom) / 2 for rule in level)
    xs = _merge_positions((rule.left + rule.right) / 2 for rule in upright)
    if len(ys) < 2 or len(xs) < 2 or len(xs) * len(ys) > 40_000:
        return []
    # Between two cells of the grid stands a rule, or they are parts of one cell
    has_right = [[_is_ruled(upright, x, (top + bottom) / 2) for x in xs] for top, bottom in pairwise(ys)]
    has_bottom = [[_is_level_ruled(level, y, (left + right) / 2) for left, right in pairwise(xs)] for y in ys]
    cells = []
    taken: set[tuple[int, int]] = set()
    rows, columns = len(ys) - 1, len(xs) - 1
    for row in range(rows):
        for column in range(columns):
            if (row, column) in taken:
                continue
            last_column = column
            while last_column + 1 < columns and not has_right[row][last_column + 1] and (row, last_column + 1) not in taken:
                last_column += 1
            last_row = row
            while last_row + 1 < rows and not any(has_bottom[last_row + 1][column : last_column + 1]):
                last_row += 1
            taken.update((i, j) for i in range(row, last_row + 1) for j in range(column, last_column + 1))
            corners = (xs[column], ys[row], xs[last_column + 1], ys[last_row + 1])
            cells.append(RuledCell(*corners, row, column, last_row - row + 1, last_column - column + 1))
    return cells


def _merge_positions(positions: Iterable[float]) -> list[float]:
    """Return positions in order, those that are close as one."""
    merged: list[float] = []
    for position in sorted(positions):
        if not merged or position - merged[-1] > _TOLERANCE:
            merged.append(position)
    return merged


def _is_ruled(upright: Iterable[RulingLine], x: float, y: float) -> bool:
    return any(rule.left - _TOLERANCE <= x <= rule.right + _TOLERANCE and rule.top <= y <= rule.bottom for rule in upright)


def _is_level_ruled(level: Iterable[RulingLine], y: float, x: float) -> bool:
    return any(rule.top - _TOLERANCE <= y <= rule.bottom + _TOLERANCE and rule.left <= x <= rule.right for rule in level)
