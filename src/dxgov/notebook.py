"""HTML for notebooks: short tables that screen readers read well, and that take their colours from the page, light or dark."""

from collections.abc import Iterable, Sequence
from html import escape

_LONGEST = 200
"""How many characters of a cell are shown."""

_MOST = 20
"""How many rows are shown."""

_CELL = "text-align:left;vertical-align:top"


def table_html(caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]], total: int | None = None) -> str:
    """A table with a caption, headings of columns, and the first cell of each row as its heading; `total` is how many rows there are."""
    shown = [row for row, _ in zip(rows, range(_MOST), strict=False)]
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
    return f'<tr><th scope="row" style="{_CELL}">{_text(first)}</th>' + "".join(f'<td style="{_CELL}">{_text(each)}</td>' for each in rest) + "</tr>"


def _text(text: str) -> str:
    """A text without markup of its own, cut where it is long."""
    line = " ".join(text.split())
    return escape(line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…")
