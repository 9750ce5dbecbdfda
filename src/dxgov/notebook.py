"""Tables in HTML for notebooks, readable by screen readers, light or dark."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, get_type_hints

import attrs

from dxgov.codes import Code
from dxgov.display import printable
from dxgov.marks import Label

_LONGEST = 200
"""How many characters of a cell are shown."""

MOST = 20
"""How many rows are shown."""

_CELL = "text-align:left;vertical-align:top;padding:0.2em 0.8em 0.2em 0"


def table_html(caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]], total: int | None = None, most: int = MOST) -> str:
    """A table with a caption, headings of columns, and the first cell of each row as its heading.

    `total` is how many rows there are, if not all are given; at most `most` are shown, and how many more there are.
    """
    shown = [row for row, _ in zip(rows, range(most), strict=False)]
    head = "".join(f'<th scope="col" style="{_CELL}">{_text(each)}</th>' for each in headings)
    body = "".join(_row(row) for row in shown)
    left = (len(shown) if total is None else total) - len(shown)
    more = f'<tfoot><tr><td colspan="{max(len(headings), 1)}" style="{_CELL}">… +{left:,}</td></tr></tfoot>' if left > 0 else ""
    return (
        f'<table style="border-collapse:collapse"><caption style="{_CELL};caption-side:top">{_text(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>{more}</table>"
    )


def _row(cells: Sequence[str]) -> str:
    first, *rest = cells or [""]
    head = f'<th scope="row" style="{_CELL}">{_text(first)}</th>'
    others = "".join(f'<td style="{_CELL}">{_text(each)}</td>' for each in rest)
    return f"<tr>{head}{others}</tr>"


def _text(text: str) -> str:
    """A text without markup or commands of its own, cut where it is long."""
    line = printable(" ".join(text.split()))
    return escape(line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…")


def record_html(record: Any) -> str:
    """A record as a table: a row for each field that holds something."""
    kind = type(record)
    hints = get_type_hints(kind, include_extras=True)
    rows = []
    for field in sorted(attrs.fields(kind), key=lambda field: field.inherited and field.name != "id"):
        value = getattr(record, field.name)
        if value is not None and value != ():
            labels = [mark.text for mark in getattr(hints[field.name], "__metadata__", ()) if isinstance(mark, Label)]
            rows.append([field.name, *(labels or [""]), cell(value)])
    return table_html(f"{kind.__name__} {record.id}", ["field", "項目", "value"], rows, most=len(rows))


def cell(value: Any) -> str:
    """A value as a cell tells it: a code with its Japanese label, members of lists one after the other."""
    if isinstance(value, tuple | list):
        return ", ".join(map(cell, value))
    if isinstance(value, Code):
        return f"{value} ({value.label})"
    return "" if value is None else str(value)
