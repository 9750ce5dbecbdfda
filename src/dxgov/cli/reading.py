"""Commands that read documents: ``lines``."""

from pathlib import Path

import click

from dxgov.cli.bilingual import command, option
from dxgov.cli.common import echo, echo_json
from dxgov.errors import DxgovError


@command(
    help_ja="""文書を読むプログラムから見たFILEの行を示す。

    各行に、行番号、要望書では区分（前文、本文、引用、一覧、末尾）、行が属する項目の位置、印字された番号を添える。
    連番から外れた番号で始まる行は、項目の始まりとしない。

    \b
    例:
      dxgov lines letter.txt
      dxgov lines letter.txt --json
    """
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@option("--json", "as_json", is_flag=True, help="Print JSON.", help_ja="JSONで表示する。")
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
