"""Heat map of counts: each number printed, on a tint that grows with it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt

from attrs import frozen

from dxgov.charts.lines import measure_ems, wrap_text
from dxgov.charts.scene import BLUE, FAINT, INK, PAPER, SOFT, Scene, compute_line_height


@frozen
class Matrix:
    """Records by row and column with their labels; a cell without records is left blank."""

    row_labels: Sequence[str]
    column_labels: Sequence[str]
    rows: Sequence[Mapping[int, Sequence[str]]]
    """For each row, the ids of the records in its filled cells, by the index of the column."""
    total_label: str
    """The heading of the column of row totals."""
    column_descriptions: Sequence[str] = ()
    """Labels of the columns that are too long for a heading; empty if the headings suffice."""

    @property
    def legend(self) -> Sequence[str]:
        """The longest text for each column: its description, or else its label."""
        return self.column_descriptions or self.column_labels

    @property
    def counts(self) -> Sequence[Sequence[int]]:
        """The number of records by row and column."""
        return [[len(row.get(column, ())) for column in range(len(self.column_labels))] for row in self.rows]


def select_largest(totals: Sequence[int], limit: int) -> tuple[list[int], list[int]]:
    """Split indexes into those of the largest totals and the remaining ones, each in ascending order.

    With more than `limit` totals, `limit` - 1 are selected, which leaves room for an item that sums up the remaining ones.
    """
    if len(totals) <= limit:
        return list(range(len(totals))), []
    order = sorted(range(len(totals)), key=lambda index: -totals[index])
    return sorted(order[: limit - 1]), sorted(order[limit - 1 :])


def merge_smallest(matrix: Matrix, max_rows: int, max_columns: int, others: str) -> Matrix:
    """Sum up the smallest rows and columns so that a matrix fits.

    Args:
        matrix: The matrix.
        max_rows: Maximum rows, including the one for others.
        max_columns: Maximum columns, including the one for others.
        others: The label of a sum, a format string with the placeholder `number`.
    """
    # Merge the smallest rows.
    largest, smallest = select_largest([sum(map(len, row.values())) for row in matrix.rows], max_rows)
    rows = [matrix.rows[index] for index in largest]
    row_labels = [matrix.row_labels[index] for index in largest]
    if smallest:
        rows.append(_merge_cells((column, ids) for index in smallest for column, ids in matrix.rows[index].items()))
        row_labels.append(others.format(number=f"{len(smallest):,}"))
    # Merge the smallest columns.
    totals = Counter[int]()
    for row in rows:
        totals.update({column: len(ids) for column, ids in row.items()})
    largest, smallest = select_largest([totals[column] for column in range(len(matrix.column_labels))], max_columns)
    new_columns = {column: index for index, column in enumerate(largest)} | dict.fromkeys(smallest, len(largest))
    rows = [_merge_cells((new_columns[column], ids) for column, ids in sorted(row.items())) for row in rows]
    others_label = [others.format(number=f"{len(smallest):,}")] if smallest else []
    column_labels = [*(matrix.column_labels[index] for index in largest), *others_label]
    descriptions = [*(matrix.column_descriptions[index] for index in largest), *others_label] if matrix.column_descriptions else ()
    return Matrix(row_labels, column_labels, rows, matrix.total_label, descriptions)


def _merge_cells(cells: Iterable[tuple[int, Sequence[str]]]) -> Mapping[int, Sequence[str]]:
    """Return the cells of a row by their column; those of the same column are joined."""
    ids_by_column = defaultdict[int, list[str]](list)
    for column, ids in cells:
        ids_by_column[column] += ids
    return ids_by_column


def format_matrix(matrix: Matrix) -> list[str]:
    """Return the matrix as lines for a terminal: a numbered list of columns, then the rows with their counts."""
    width = max((len(f"{number:,}") for row in matrix.counts for number in row), default=1) + 2
    lines = [f"  {position}: {column}" for position, column in enumerate(matrix.legend, 1)]
    lines += [
        "",
        "  " + "".join(f"{position:>{width}}" for position in range(1, len(matrix.column_labels) + 1)) + f"  {matrix.total_label}",
    ]
    for label, counts in zip(matrix.row_labels, matrix.counts, strict=True):
        lines.append("  " + "".join(f"{f'{number:,}' if number else '·':>{width}}" for number in counts) + f"  {sum(counts):,} {label}")
    return lines


def draw_matrix(scene: Scene, y: float, matrix: Matrix) -> float:
    """Draw row labels, a box per count and row totals below the column headings. Return the y coordinate below."""
    # Split the width between the row labels, the columns and the totals; columns of full width leave the rest to the labels.
    size = 12 if scene.is_narrow else 13
    total_width = 40 if scene.is_narrow else 56
    full_width = scene.right - scene.left
    label_width = min(
        max((measure_ems(row) for row in matrix.row_labels), default=4) * size + 10, full_width * (0.4 if scene.is_narrow else 0.5)
    )
    column_width = min((full_width - label_width - total_width) / max(len(matrix.column_labels), 1), 96)
    if len(matrix.column_labels) * column_width + label_width + total_width < full_width:
        label_width = full_width - total_width - len(matrix.column_labels) * column_width
    lefts = [scene.left + label_width + column_width * index for index in range(len(matrix.column_labels) + 1)]
    y = _draw_headings(scene, y, matrix, lefts, column_width, total_width, size - 1)
    largest = max((number for row in matrix.counts for number in row), default=1) or 1
    for label, row, counts in zip(matrix.row_labels, matrix.rows, matrix.counts, strict=True):
        lines = wrap_text(label, (label_width - 8) / size)
        height = max(22, len(lines) * compute_line_height(size) + 4)
        label_y = y + (height - len(lines) * compute_line_height(size)) / 2 - 1
        scene.add_text(scene.left, label_y, label, width=label_width - 8, size=size)
        scene.add_line(scene.left, y + height, scene.right, y + height, FAINT, 0.5)
        for index, number in enumerate((*counts, sum(counts))):
            if number == 0:
                continue
            is_total = index == len(counts)
            x, width = lefts[index], total_width if is_total else column_width
            cell_label = f"{label} / {matrix.total_label if is_total else matrix.legend[index]}"
            tip = f"{cell_label}: {number:,}"
            # The square root keeps small counts visible beside large ones.
            opacity = 0 if is_total else max(round(sqrt(number / largest) * 8) / 10, 0.1)
            with scene.link(() if is_total else tuple(dict.fromkeys(row[index])), cell_label):
                if not is_total:
                    scene.add_box(x + 2, y + 2, x + column_width - 2, y + height - 2, BLUE, opacity=opacity, tip=tip)
                fill = PAPER if opacity > 0.65 else INK
                number_y = y + height / 2 - size * 0.62
                scene.add_text(x + width / 2, number_y, f"{number:,}", width=width + 8, size=size, fill=fill, anchor="middle", tip=tip)
        y += height
    return scene.extend_height(y)


def _draw_headings(
    scene: Scene, y: float, matrix: Matrix, lefts: Sequence[float], column_width: float, total_width: float, size: float
) -> float:
    """Draw the column headings. Numbers and a legend above replace headings that do not fit or have descriptions."""
    fits = all(measure_ems(part) * size <= column_width - 4 for column in matrix.column_labels for part in column.split())
    headings = list(matrix.column_labels)
    if matrix.column_descriptions or not fits:
        for position, description in enumerate(matrix.legend, 1):
            scene.add_text(scene.left, y, f"{position}", size=12, fill=SOFT, width=16)
            y = scene.add_text(scene.left + 18, y, description, size=12, fill=SOFT) + 1
        headings = [f"{position} {label}" if fits else f"{position}" for position, label in enumerate(matrix.column_labels, 1)]
        y += 8
    headings.append(matrix.total_label)
    widths = [column_width] * len(matrix.column_labels) + [total_width]
    lines = [wrap_text(heading, (width - 4) / size) for heading, width in zip(headings, widths, strict=True)]
    # Align the headings at their lower edges.
    height = max(map(len, lines)) * compute_line_height(size)
    for heading, left, width, heading_lines in zip(headings, lefts, widths, lines, strict=True):
        top = y + height - len(heading_lines) * compute_line_height(size)
        scene.add_text(left + width / 2, top, heading, width=width - 4, size=size, fill=SOFT, anchor="middle")
    return y + height + 4
