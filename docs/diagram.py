"""The diagram of all tables and their references, drawn by Graphviz from the definition.

``tables.dot`` follows from the definition and is checked like a page. ``tables.svg`` is drawn from it by ``dot`` (Debian's graphviz)
and carries the digest of its source, so that it can be checked without Graphviz.
"""

import hashlib
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from html import escape
from pathlib import Path

from dxgov.marks import Ref
from dxgov.schema import Column, Model, Table

HUB = 4
"""Maximum tables that refer to a table by lines; a table with more is named in words, as lines to it would hide all others."""
_FONT = "Noto Sans CJK JP"
_SIGN = "<!-- drawn from {} -->"


def dot(model: Model) -> Iterator[str]:
    """Yield the diagram in the DOT language, line by line."""
    owners = Counter(target for _, target in {(table.name, column.target) for table, column in model.references()})
    hubs = {name for name, number in owners.items() if name and number > HUB}
    yield "digraph tables {"
    yield '  rankdir="RL"; nodesep=0.25; ranksep=0.9; bgcolor="transparent";'
    yield f'  node [shape="plain", fontname="{_FONT}", fontsize=12];'
    yield f'  edge [color="#5b6b7c", fontname="{_FONT}", fontsize=10, fontcolor="#3c4855", arrowsize=0.7];'
    for table in model.tables.values():
        yield f'  {table.name} [label=<{_format_table(table, hubs)}>, tooltip="{table.name}"];'
    for table, column in model.references():
        if not column.inner and not _describe_target(table, column, hubs):
            many = 'arrowhead="crow", style="dashed"' if column.many else 'arrowhead="normal"'
            yield f'  {table.name}:{column.name}:w -> {column.target}:key:e [{many}, tooltip="{table.name}.{column.name}"];'
    yield "}"


def _format_table(table: Table, hubs: set[str]) -> str:
    rows = [f'<TR><TD PORT="key" BGCOLOR="#dfe8f1" ALIGN="LEFT"><B>{table.name}</B>  {escape(table.label)}</TD></TR>']
    rows += [
        f'<TR><TD PORT="{column.name}" ALIGN="LEFT">{_format_row(table, column, hubs)}</TD></TR>'
        for column in table.columns
        if column.has(Ref) and not column.inner
    ]
    return f'<TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="4" COLOR="#8aa0b5" BGCOLOR="#ffffff">{"".join(rows)}</TABLE>'


def _format_row(table: Table, column: Column, hubs: set[str]) -> str:
    target = _describe_target(table, column, hubs)
    return column.name + (" [ ]" if column.many else "") + (f'  <FONT COLOR="#8a4b00">→ {target}</FONT>' if target else "")


def _describe_target(table: Table, column: Column, hubs: set[str]) -> str | None:
    """Return the target of the column in words, or None if a line shows it."""
    if not column.target:
        return "any record"
    return "its own table" if column.target == table.name else column.target if column.target in hubs else None


def drawn(text: str, picture: Path) -> bool:
    """Return whether the picture was drawn from this text."""
    return picture.is_file() and _SIGN.format(_digest(text)) in picture.read_text(encoding="utf-8")


def draw(text: str, picture: Path) -> None:
    """Draw the picture with Graphviz.

    Raises:
        SystemExit: Graphviz is not installed.
    """
    if not shutil.which("dot"):
        raise SystemExit(f"{picture.name}: to draw it, install Graphviz, whose command is dot")
    svg = subprocess.run(["dot", "-Tsvg"], input=text, capture_output=True, text=True, check=True).stdout  # noqa: S607
    svg = re.sub(r"<!--.*?-->\n?|<!DOCTYPE[^>]*>\n?", "", svg, flags=re.DOTALL)
    picture.write_text(f"{svg.rstrip()}\n{_SIGN.format(_digest(text))}\n", encoding="utf-8", newline="\n")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
