"""A cell may have as many bytes as the limits allow, and one byte more is a problem."""

from collections.abc import Callable
from pathlib import Path

import pytest

import dxgov
from dxgov import Limits, ProblemCode
from dxgov.schema.table_schema import LIST_TYPES
from package_files import update_row

pytestmark = pytest.mark.slow

LONG = "海底線" * 200
"""A text that is longer than every cell of the sound data; each of its characters has three bytes."""

CELLS = [
    ("label", LONG, 3 * len(LONG)),
    ("alt_labels", [LONG, "線"], 3 * len(LONG) + 3 + 2 * 4),
    ("alt_labels", ["線", "海", LONG], 3 * len(LONG) + 2 * 3 + 3 * 4),
]
"""Columns of themes, each with a cell and its size: that of the texts in UTF-8, and four bytes for each member of a list."""


@pytest.mark.parametrize("format", LIST_TYPES)
@pytest.mark.parametrize(("column", "cell", "size"), CELLS, ids=["text", "list", "list with the text at its end"])
def test_a_cell_may_have_as_many_bytes_as_the_limit(
    column: str, cell: str | list[str], size: int, format: str, copy_few_tables: Callable[[str], Path]
):
    package = copy_few_tables(format)
    row = update_row(package, "themes", {column: cell}, id="skills")
    assert dxgov.validate(package, limits=Limits(cell=size)).problems == ()
    (problem,) = dxgov.validate(package, limits=Limits(cell=size - 1)).problems
    assert (problem.code, problem.table, problem.row, problem.field) == (ProblemCode.TOO_LARGE, "themes", row, column)
    assert f"found a cell of {size:,} bytes, expected {size - 1:,} at most" in problem.message
