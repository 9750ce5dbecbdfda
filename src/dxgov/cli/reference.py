"""Commands that need no data: ``date``, ``schema`` and ``dictionary``."""

import sys
from typing import Any

import click

from dxgov.cli.bilingual import command, option
from dxgov.cli.common import echo, echo_json, lang_option


@command(
    help_ja="""TEXT（行政文書にある日本語の日付）を読み、EDTFと、その意味を示す。

    TEXTを-とすると標準入力から読む。--findを付けると、日付ごとに一行で、原文の言葉、EDTF、意味または読めない理由を示す。

    \b
    例:
      dxgov date 令和7年度末までに
      dxgov date 4月22日の週？ --said-on 2024-04-17
      dxgov date --find - < minutes.txt
    """
)
@click.argument("text")
@option(
    "--said-on",
    metavar="DAY",
    help="The day on which the words were said, as 2024-04-17 or, if only that is known, 2024-04.",
    help_ja="その言葉が述べられた日（2024-04-17など）。月までしか分からなければ2024-04のように書く。",
)
@option("--find", "find_all", is_flag=True, help="Find every date in running text.", help_ja="文章の中の日付をすべて探す。")
@lang_option
@option("--json", "as_json", is_flag=True, help="Print JSON.", help_ja="JSONで表示する。")
def date(text: str, said_on: str | None, find_all: bool, lang: Any, as_json: bool) -> None:
    """Read TEXT, a Japanese date as governments print it: its EDTF, and what that means in words.

    TEXT - reads standard input. With --find, each date is a line: the words, the EDTF, the meaning, or why they cannot be read.

    \b
    Examples:
      dxgov date 令和7年度末までに
      dxgov date 4月22日の週？ --said-on 2024-04-17
      dxgov date --find - < minutes.txt
    """
    from dxgov.dates.finder import find
    from dxgov.dates.parser import read_with_time
    from dxgov.dates.when import Scope, When
    from dxgov.model.serialization import unstructure
    from dxgov.text.records import format_readings

    content = sys.stdin.buffer.read().decode("utf-8", "replace") if text == "-" else text
    try:
        day = When(said_on, said_on, Scope.WITHIN) if said_on else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--said-on") from None
    readings = find(content, day) if find_all else [read_with_time(content.strip(), day)]
    echo_json(unstructure(readings)) if as_json else echo(format_readings(readings, lang))


@command(help_ja="全記録のJSON Schemaを表示する。形は`show --json`の出力に対応する。")
def schema() -> None:
    """Print the JSON Schema of all records, in the form that `show --json` prints."""
    from dxgov.dataset import Dataset
    from dxgov.exporters.jsonschema import json_schema

    echo_json(json_schema(Dataset.model()))


@command(help_ja="データ辞書をMarkdownで表示する。すべての表、列、符号とその意味。")
@lang_option
def dictionary(lang: Any) -> None:
    """Print the data dictionary as Markdown: every table, column and code with its meaning."""
    from dxgov.dataset import Dataset
    from dxgov.exporters.dictionary import dictionary as dictionary_text

    echo(dictionary_text(Dataset.model(), lang), nl=False)
