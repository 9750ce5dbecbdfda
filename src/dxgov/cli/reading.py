"""Commands that read documents: ``lines``."""

from pathlib import Path

import click

from dxgov.cli.common import echo, echo_json


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lines(file: Path, as_json: bool) -> None:
    """Show the lines of FILE, a text in UTF-8, as the readers of documents see them.

    Each line has its number; in letters its zone (head, body, quotation, list, tail); the position of the item that it belongs to, and the
    number printed there. A line that begins with a number out of sequence begins no item.

    \b
    Examples:
      dxgov lines letter.txt
      dxgov lines letter.txt --json
    """
    from dxgov.documents.line_views import format_line_views, list_line_views
    from dxgov.documents.lines import ExtractedText, Line
    from dxgov.model.serialization import unstructure
    from dxgov.values import document_lines

    try:
        content = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"byte {error.start + 1} cannot be read; expected a file of UTF-8 text", param_hint="FILE") from None
    views = list_line_views(ExtractedText(tuple(Line(number, line) for number, line in enumerate(document_lines(content), 1))))
    if as_json:
        echo_json(unstructure(views))
    else:
        echo(format_line_views(views))
