"""The command that searches: ``search``."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

import dxgov
from dxgov.cli.bilingual import command, option
from dxgov.cli.common import LOCATION, echo, echo_json, echo_text, from_option, lang_option, limits_option, pager_option
from dxgov.limits import Limits
from dxgov.storage.address import format_location
from dxgov.storage.files import write_atomic


@command(
    help_ja="""日本語と英語のすべての文から、WORDSをすべて含む記録、またはIDの一致する記録を探し、関連の深い順に示す。

    対象は、題名、名称、別名、要約、ID、符号の名称。全角・半角、大文字・小文字、異体字は区別しない。
    語は、その語で始まる長い語にも一致する。すべての語を含む記録がなければ、半分以上を含む記録を示す。

    \b
    例:
      dxgov search クラウド費用
      dxgov search telework --table asks --since 2020
      dxgov search 標準化 --where strength=urge --json
      dxgov search digital agency -n 100 -o results.csv
    """
)
@click.argument("words", nargs=-1, required=True)
@from_option
@limits_option
@lang_option
@option(
    "--table",
    "tables",
    metavar="TABLE",
    multiple=True,
    help="Search this table only, such as asks; may be repeated.",
    help_ja="この表だけを検索する（asksなど）。繰り返せる。",
)
@option("--source", "document", metavar="ID", help="Only records that cite this document.", help_ja="この文書を引用する記録に限る。")
@option(
    "--theme", metavar="ID", help="Only records on this theme or a narrower one.", help_ja="このテーマと、その下位のテーマの記録に限る。"
)
@option(
    "--since",
    metavar="DATE",
    help="Only records whose date may fall on this day or later: 2024, 2024-04 or 2024-04-22.",
    help_ja="日付がこの日以降に当たりうる記録に限る（2024、2024-04、2024-04-22）。",
)
@option(
    "--until",
    metavar="DATE",
    help="Only records whose date may fall on this day or earlier.",
    help_ja="日付がこの日以前に当たりうる記録に限る。",
)
@option(
    "--where",
    "pairs",
    metavar="FIELD=VALUE",
    multiple=True,
    help="Only records with this value, such as strength=urge.",
    help_ja="列の値がこのとおりの記録に限る（strength=urgeなど）。",
)
@option(
    "-n",
    "--number",
    metavar="N",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="Maximum number of results.",
    help_ja="結果の最大件数。",
)
@option("--json", "as_json", is_flag=True, help="Print JSON.", help_ja="JSONで表示する。")
@option(
    "-o",
    "--output",
    metavar="FILE",
    type=LOCATION,
    help="Write the results as a table: .csv, which Excel opens too.",
    help_ja="結果を表として書き出す。拡張子は.csvで、Excelでも開ける。",
)
@pager_option
def search(
    words: tuple[str, ...],
    source: Path | None,
    limits: Limits,
    lang: Any,
    tables: tuple[str, ...],
    document: str | None,
    theme: str | None,
    since: str | None,
    until: str | None,
    pairs: tuple[str, ...],
    number: int,
    as_json: bool,
    output: Path | None,
) -> None:
    """Search all texts, in Japanese and English, for the records with all WORDS, or for an id; the best come first.

    Titles, names, alternative labels, summaries, ids and the names of codes are searched. Width, case and variants of characters make no
    difference, and a word also finds longer ones that begin with it. If no record has all words, those with half of them or more are
    shown.

    \b
    Examples:
      dxgov search クラウド費用
      dxgov search telework --table asks --since 2020
      dxgov search 標準化 --where strength=urge --json
      dxgov search digital agency -n 100 -o results.csv
    """
    from dxgov.text.results import format_results, tabulate_results

    values = dict(pair.partition("=")[::2] for pair in pairs)
    invalid = next((pair for pair in pairs if not all(pair.partition("="))), None)
    if invalid is not None or len(values) < len(pairs):
        message = f"found {invalid!r}, expected FIELD=VALUE" if invalid is not None else "a field is named twice"
        raise click.BadParameter(message, param_hint="--where")
    data = dxgov.load(source, limits=limits)
    try:
        results = data.search(
            " ".join(words), table=tables or None, source=document, theme=theme, since=since, until=until, limit=number, **values
        )
    except (TypeError, ValueError) as error:
        raise click.UsageError(str(error)) from None
    rows = tabulate_results(data, results, lang)
    if output is not None:
        echo(format_location(_write_table(rows, output)))
    elif as_json:
        echo_json(rows)
    else:
        echo_text(format_results(data, results, lang))


def _write_table(rows: Sequence[Mapping[str, Any]], path: Path | str) -> Path:
    """Write rows as a CSV file, with the mark by which Excel knows UTF-8, and return its path."""
    if not isinstance(path, Path) or path.suffix.lower() != ".csv":
        raise click.BadParameter(f"{format_location(path)!r} does not say what to write; expected a file whose name ends with .csv")
    from dxgov.text.results import RESULT_COLUMNS

    content = io.StringIO(newline="")
    writer = csv.DictWriter(content, RESULT_COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    write_atomic(path, content.getvalue().encode("utf-8-sig"))
    return path
