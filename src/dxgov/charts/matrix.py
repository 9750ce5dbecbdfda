"""A table of numbers as a picture: each number printed, and a tint that grows with it."""

from collections.abc import Sequence

from attrs import frozen

from dxgov.charts.lines import ems, in_lines
from dxgov.charts.scene import BLUE, FAINT, INK, PAPER, SOFT, Box, Line, Scene, leading


@frozen
class Matrix:
    """Numbers by row and column, and what both are called; zero is left blank."""

    rows: Sequence[str]
    columns: Sequence[str]
    numbers: Sequence[Sequence[int]]
    sums: str
    """What the column of sums is called."""
    told: Sequence[str] = ()
    """What the columns are in more words than a heading has room for."""


def fullest(sums: Sequence[int], most: int) -> tuple[list[int], list[int]]:
    """The places of the largest sums, in the order given, where there are more than `most` one less; and those of the rest."""
    if len(sums) <= most:
        return list(range(len(sums))), []
    order = sorted(range(len(sums)), key=lambda place: -sums[place])
    return sorted(order[: most - 1]), sorted(order[most - 1 :])


def matrix_text(matrix: Matrix) -> list[str]:
    """The numbers for a terminal: the columns told first, then each row with its numbers."""
    width = max((len(f"{number:,}") for row in matrix.numbers for number in row), default=1) + 2
    lines = [f"  {place}: {column}" for place, column in enumerate(matrix.told or matrix.columns, 1)]
    lines += ["", "  " + "".join(f"{place:>{width}}" for place in range(1, len(matrix.columns) + 1)) + f"  {matrix.sums}"]
    for name, numbers in zip(matrix.rows, matrix.numbers, strict=True):
        lines.append("  " + "".join(f"{f'{number:,}' if number else '·':>{width}}" for number in numbers) + f"  {sum(numbers):,} {name}")
    return lines


def paint_matrix(scene: Scene, y: float, matrix: Matrix) -> float:
    """The numbers in boxes below the names of the columns, with the names of the rows before them and the sums behind."""
    size = 12 if scene.narrow else 13
    last = 40 if scene.narrow else 56
    whole = scene.right - scene.left
    names = min(max((ems(row) for row in matrix.rows), default=4) * size + 10, whole * (0.4 if scene.narrow else 0.5))
    step = min((whole - names - last) / max(len(matrix.columns), 1), 96)
    if len(matrix.columns) * step + names + last < whole:
        names = whole - last - len(matrix.columns) * step
    y = _paint_heads(
        scene, y, matrix, [scene.left + names + step * place for place in range(len(matrix.columns) + 1)], step, last, size - 1
    )
    most = max((number for row in matrix.numbers for number in row), default=1) or 1
    for name, numbers in zip(matrix.rows, matrix.numbers, strict=True):
        lines = in_lines(name, (names - 8) / size)
        height = max(22, len(lines) * leading(size) + 4)
        scene.write(scene.left, y + (height - len(lines) * leading(size)) / 2 - 1, name, width=names - 8, size=size)
        scene.put(Line(scene.left, y + height, scene.right, y + height, FAINT, 0.5))
        for place, number in enumerate((*numbers, sum(numbers))):
            is_sum = place == len(numbers)
            x, wide = scene.left + names + step * place, last if is_sum else step
            if number:
                tint = 0 if is_sum else max(round((number / most) ** 0.5 * 8) / 10, 0.1)
                if not is_sum:
                    tip = f"{name} / {(matrix.told or matrix.columns)[place]}: {number:,}"
                    scene.put(Box(x + 2, y + 2, x + step - 2, y + height - 2, BLUE, opacity=tint, width=0, tip=tip))
                fill = PAPER if tint > 0.65 else INK
                scene.write(x + wide / 2, y + height / 2 - size * 0.62, f"{number:,}", width=wide + 8, size=size, fill=fill, align="center")
        y += height
    return scene.reach(y)


def _paint_heads(scene: Scene, y: float, matrix: Matrix, places: Sequence[float], step: float, last: float, size: float) -> float:
    """The names of the columns; where they do not fit, or are told in more words, numbers, and what they stand for above."""
    fits = all(ems(part) * size <= step - 4 for column in matrix.columns for part in column.split())
    heads = list(matrix.columns)
    if matrix.told or not fits:
        for place, told in enumerate(matrix.told or matrix.columns, 1):
            scene.write(scene.left, y, f"{place}", size=12, fill=SOFT, width=16)
            y = scene.write(scene.left + 18, y, told, size=12, fill=SOFT) + 1
        heads = [f"{place} {column}" if fits else f"{place}" for place, column in enumerate(matrix.columns, 1)]
        y += 8
    heads.append(matrix.sums)
    wide = [step] * len(matrix.columns) + [last]
    lines = [in_lines(head, (room - 4) / size) for head, room in zip(heads, wide, strict=True)]
    tallest = max(map(len, lines)) * leading(size)
    for head, x, room, some in zip(heads, places, wide, lines, strict=True):
        top = y + tallest - len(some) * leading(size)
        scene.write(x + room / 2, top, head, width=room - 4, size=size, fill=SOFT, align="center")
    return y + tallest + 4


def merged(matrix: Matrix, rows: int, columns: int, others: str) -> Matrix:
    """The same with at most so many rows and columns: the fullest, and one for all others, whose name is made of `others`."""
    kept, rest = fullest([sum(numbers) for numbers in matrix.numbers], rows)
    numbers = [list(matrix.numbers[place]) for place in kept]
    names = [matrix.rows[place] for place in kept]
    if rest:
        numbers.append([sum(matrix.numbers[place][each] for place in rest) for each in range(len(matrix.columns))])
        names.append(others.format(number=f"{len(rest):,}"))
    kept, rest = fullest([sum(row[place] for row in numbers) for place in range(len(matrix.columns))], columns)
    name = [others.format(number=f"{len(rest):,}")] if rest else []
    heads = [*(matrix.columns[place] for place in kept), *name]
    told = [*(matrix.told[place] for place in kept), *name] if matrix.told else ()
    cells = [[row[place] for place in kept] + ([sum(row[place] for place in rest)] if rest else []) for row in numbers]
    return Matrix(names, heads, cells, matrix.sums, told)
