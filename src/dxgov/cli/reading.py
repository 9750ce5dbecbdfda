"""Commands that read documents: ``lines``."""

from pathlib import Path
from typing import Any

import click

from dxgov.cli.common import echo, echo_json


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lines(file: Path, as_json: bool) -> None:
    """Show the lines of FILE as readers see them: number, zone, depth and number of items, text.

    Zones are head, body, quotation, list and tail. A line that belongs to an item shows the item's numbers from the outermost, such as 6(2);
    a mark that is none, because it is out of sequence, shows nothing.

    \b
    Examples:
      dxgov lines letter.txt
      dxgov lines letter.txt --json
    """
    from dxgov.documents.lines import ExtractedText, Line
    from dxgov.documents.views import format_lines, list_line_views
    from dxgov.model.serialization import unstructure

    content = file.read_text(encoding="utf-8-sig")
    text = ExtractedText(tuple(Line(number, line) for number, line in enumerate(content.splitlines(), 1)))
    views = list_line_views(text)
    echo_json([unstructure(view) for view in views]) if as_json else echo(format_lines(views))
