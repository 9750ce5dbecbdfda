"""Commands that print the content of a data set: ``info``, ``show``, ``open`` and ``gaps``."""

import sys
from pathlib import Path
from typing import Any

import click

import dxgov
from dxgov.cli.bilingual import command, option
from dxgov.cli.common import echo, echo_json, echo_text, from_option, lang_option, limits_option, pager_option
from dxgov.limits import Limits


@command(help_ja="データセットの概要を示す。題名、版、利用条件、表ごとの記録の件数。")
@from_option
@limits_option
@lang_option
@pager_option
@option(
    "--digest",
    "with_digest",
    is_flag=True,
    help="Add a SHA-256 of the records, the same wherever they are stored.",
    help_ja="記録全体のSHA-256を添える。保存の形式や場所によらず同じ値になる。",
)
def info(source: Path | None, lang: Any, with_digest: bool, limits: Limits) -> None:
    """Tell what a data set holds: title, version, terms, and the number of records in each table."""
    from dxgov.text.records import format_info

    data = dxgov.load(source, limits=limits)
    echo_text(format_info(data, lang))
    if with_digest:
        echo(dxgov.digest(data))


@command(
    help_ja="""記録を一つ示す。項目、参照先、部分、その記録を参照する記録。

    IDは記録のID。どの表のものでもよい。

    \b
    例:
      dxgov show req-2020-11-24-tokyo-assocs-digital
      dxgov show jp-13-tokyo --lang ja
    """
)
@click.argument("id")
@from_option
@limits_option
@lang_option
@pager_option
@option("--json", "as_json", is_flag=True, help="Print the record alone, as JSON.", help_ja="その記録だけをJSONで表示する。")
def show(id: str, source: Path | None, lang: Any, as_json: bool, limits: Limits) -> None:
    """Show one record: its fields, what it refers to, its parts, and what refers to it.

    ID is the id of any record, whatever its table.

    \b
    Examples:
      dxgov show req-2020-11-24-tokyo-assocs-digital
      dxgov show jp-13-tokyo --lang ja
    """
    from dxgov.model.serialization import unstructure
    from dxgov.text.lines import Text, TextLine
    from dxgov.text.records import format_record

    data = dxgov.load(source, limits=limits)
    record = data[id]
    if as_json:
        echo_json(unstructure(record))
        return
    text = format_record(data, record, lang)
    hint = TextLine(f"dxgov trace {record.id}", lead={"en": "What became of it: ", "ja": "この後の経過: "}[lang])
    echo_text(Text([*text.lines, TextLine(), hint]) if sys.stdout.isatty() else text)


@command("open", help_ja="残されたものを示す。答えのない問い、期限のある約束と指示、誰に何件の要望行為が求められているか。")
@from_option
@limits_option
@lang_option
@pager_option
def open_(source: Path | None, lang: Any, limits: Limits) -> None:
    """Tell what is open: what was asked and not answered, what was promised or ordered and by when, and who must act on how many asks."""
    from dxgov.text.reports import format_open_issues

    echo_text(format_open_issues(dxgov.load(source, limits=limits), lang))


@command(help_ja="出典に欠けているものを示す。損傷、一部しか分からない名称、年のない日付、印字のない日付。")
@from_option
@limits_option
@lang_option
@pager_option
def gaps(source: Path | None, lang: Any, limits: Limits) -> None:
    """Tell what the sources lack: damage, names that are not whole, dates without their year, and dates that are not printed."""
    from dxgov.text.reports import format_gaps

    echo_text(format_gaps(dxgov.load(source, limits=limits), lang))
