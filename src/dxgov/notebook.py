"""HTML tables for notebooks, accessible to screen readers, in light and dark themes."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, get_type_hints

from dxgov.codes import Code
from dxgov.display import printable
from dxgov.marks import Label
from dxgov.sentences import sort_fields

_MAX_CELL_CHARACTERS = 200
"""Maximum number of characters of a cell."""

MAX_ROWS = 20
"""Maximum number of rows of a table, unless the caller says otherwise."""

_CELL = "text-align:left;vertical-align:top;padding:0.2em 0.8em 0.2em 0"


def render_table(
    caption: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    total: int | None = None,
    max_rows: int = MAX_ROWS,
) -> str:
    """Render a table with a caption, column headings, and the first cell of each row as its heading.

    Args:
        caption: Caption of the table.
        headings: Headings of the columns.
        rows: Cells of the rows.
        total: Total number of rows, if `rows` has only the first ones; the table then counts the rest.
        max_rows: Maximum number of rows to show.
    """
    first_rows = [row for row, _ in zip(rows, range(max_rows), strict=False)]
    head = "".join(f'<th scope="col" style="{_CELL}">{_escape_text(heading)}</th>' for heading in headings)
    body = "".join(_render_row(row) for row in first_rows)
    hidden = (len(first_rows) if total is None else total) - len(first_rows)
    foot = f'<tfoot><tr><td colspan="{max(len(headings), 1)}" style="{_CELL}">… +{hidden:,}</td></tr></tfoot>' if hidden > 0 else ""
    return (
        f'<table style="border-collapse:collapse"><caption style="{_CELL};caption-side:top">{_escape_text(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>{foot}</table>"
    )


def _render_row(cells: Sequence[str]) -> str:
    heading, *values = cells or [""]
    head = f'<th scope="row" style="{_CELL}">{_escape_text(heading)}</th>'
    body = "".join(f'<td style="{_CELL}">{_escape_text(value)}</td>' for value in values)
    return f"<tr>{head}{body}</tr>"


def _escape_text(text: str) -> str:
    """Escape markup and control characters of a text, and cut it if it is long."""
    line = printable(" ".join(text.split()))
    return escape(line if len(line) <= _MAX_CELL_CHARACTERS else f"{line[: _MAX_CELL_CHARACTERS - 1]}…")


def render_record(record: Any) -> str:
    """Render a record as a table with a row for each filled field."""
    kind = type(record)
    hints = get_type_hints(kind, include_extras=True)
    rows = []
    for field in sort_fields(kind):
        value = getattr(record, field.name)
        if value is not None and value != ():
            labels = [mark.text for mark in getattr(hints[field.name], "__metadata__", ()) if isinstance(mark, Label)]
            rows.append([field.name, *(labels or [""]), format_cell(value)])
    return render_table(f"{kind.__name__} {record.id}", ["field", "項目", "value"], rows, max_rows=len(rows))


def format_cell(value: Any) -> str:
    """Return the text of a value for a cell: a code with its Japanese label, the members of a list joined by commas."""
    if isinstance(value, tuple | list):
        return ", ".join(map(format_cell, value))
    if isinstance(value, Code):
        return f"{value} ({value.label})"
    return "" if value is None else str(value)
