"""Commands that read documents: ``lines``."""

from pathlib import Path

import click

from dxgov.cli.common import echo, echo_json
from dxgov.errors import DxgovError


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lines(file: Path, as_json: bool) -> None:
    """Show the lines of FILE as the readers of documents see them.

    Each line has its number; in letters its zone (head, body, quotation, list, tail); the position of the item that it belongs to, and the
    number printed there. A line that begins with a number out of sequence begins no item.

    \b
    Examples:
      dxgov lines letter.txt
      dxgov lines letter.txt --json
    """
    from dxgov.documents.extraction import extract
    from dxgov.documents.line_views import format_line_views, list_line_views
    from dxgov.model.serialization import unstructure

    try:
        views = list_line_views(extract(file))
    except DxgovError:
        raise
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if as_json:
        echo_json(unstructure(views))
    else:
        echo(format_line_views(views))
