"""Commands that draw charts: ``trace``, ``timeline`` and ``chart``."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

import dxgov
from dxgov import charts
from dxgov.charts import LEAST, NAMES, WIDTH
from dxgov.cli.bilingual import command, option
from dxgov.cli.common import LOCATION, echo, echo_text, from_option, lang_option, limits_option, pager_option
from dxgov.limits import Limits
from dxgov.storage.address import format_location

if TYPE_CHECKING:
    from dxgov.charts import Picture

F = TypeVar("F", bound=Callable[..., Any])


def _add_picture_options(function: F) -> F:
    """Add the options of a command that draws, as a decorator."""
    output = option(
        "-o",
        "--output",
        metavar="FILE",
        type=LOCATION,
        help="Write a picture: .svg, .html or .png (needs dxgov[plot]), its table .csv, or its text alternative .txt.",
        help_ja="図を書き出す。拡張子は.svg、.html、.png（dxgov[plot]が必要）。表は.csv、図の説明文は.txt。",
    )
    width = option(
        "--width",
        type=click.IntRange(LEAST),
        default=WIDTH,
        show_default=True,
        help="Pixels; below 560 for a telephone.",
        help_ja="図の幅（ピクセル）。560未満では電話の画面向けになる。",
    )
    return output(width(function))


def _output_picture(picture: "Picture", output: Path | None, width: int) -> None:
    """Print the text of a picture if `output` is None; else write it to that file and print the path."""
    if output is None:
        echo_text(picture.text)
    else:
        echo(format_location(picture.save(output, width)))


@command(
    help_ja="""テーマ、要望行為などの記録が、その後どうなったかを、文書を追って日付順に示す。

    SUBJECTはテーマ、またはそのほかの記録のID。記録ごとに、それを受けた後の記録を示し、最後に、
    どこで途切れたか（受けた記録のないものと、記載のない文書）を示す。

    \b
    例:
      dxgov trace telework
      dxgov trace req-2020-11-24-tokyo-assocs-digital.04.1.a --lang ja
      dxgov trace telework -o telework.svg
    """
)
@click.argument("subject")
@from_option
@limits_option
@lang_option
@pager_option
@_add_picture_options
def trace(subject: str, source: Path | None, lang: Any, output: Path | None, width: int, limits: Limits) -> None:
    """Tell what became of a theme, an ask or any other record, from document to document in time order.

    SUBJECT is the id of a theme or of any record. Each record is followed by what takes it up, and at the end stands where the trace
    breaks off: what no record takes up, and which documents are silent on it.

    \b
    Examples:
      dxgov trace telework
      dxgov trace req-2020-11-24-tokyo-assocs-digital.04.1.a --lang ja
      dxgov trace telework -o telework.svg
    """
    from dxgov.text.reports import format_trace

    data = dxgov.load(source, limits=limits)
    if output is None:
        echo_text(format_trace(data, data.trace(subject), lang))
    else:
        _output_picture(charts.trace(data, subject, lang), output, width)


@command(
    help_ja="""起きたこと、予定されたことを年ごとに示す（要望、会議、日程、期限）。

    日付は、原文の言葉がもつ幅のまま示す。一行が一年で、一月は三文字。
    oは特定の一日、[-]はその間のどこか、===は全期間、--|は期限、|--は始期、?は未確定を表す。

    \b
    例:
      dxgov timeline
      dxgov timeline --about shared-systems --lang ja
      dxgov timeline -o timeline.png
    """
)
@from_option
@limits_option
@lang_option
@pager_option
@option(
    "--about",
    metavar="ID",
    help="Only what the trace of this theme, or of any other record, holds.",
    help_ja="このテーマや記録の経過に含まれるものに限る。",
)
@_add_picture_options
def timeline(source: Path | None, lang: Any, about: str | None, output: Path | None, width: int, limits: Limits) -> None:
    """Show what happened or was to happen: requests, meetings, milestones, and what falls due, year by year.

    A date is shown as wide as its words leave it. Each line has the months of a year, three signs for each:
    o is one day, [-] some time in it, === all of it, --| a deadline, |-- a beginning, and ? is not settled.

    \b
    Examples:
      dxgov timeline
      dxgov timeline --about shared-systems --lang ja
      dxgov timeline -o timeline.png
    """
    _output_picture(charts.timeline(dxgov.load(source, limits=limits), lang, about=about), output, width)


@command(
    help_ja="""図を文字で示す。または画像として書き出す。

    \b
    NAMEは次のいずれか:
      timeline       起きたこと、予定されたことと、その日付の確かさ
      themes         各文書が各テーマについて何件の記録をもつか
      flow           誰が、誰を通じて、誰に、何を求めるか
      trace          SUBJECT（テーマまたは記録）がその後どうなったか
      who-must-act   誰に何件の要望行為が求められているか
      conversation   会議SUBJECTで誰が誰に答えたか（指定がなければ発言の最も多い会議）

    SUBJECTは記録のID。timelineに指定すると、その経過に含まれるものに限る。

    \b
    例:
      dxgov chart who-must-act
      dxgov chart flow -o flow.svg
      dxgov chart trace telework --lang ja -o telework.png
      dxgov chart themes --width 390 -o telephone.svg
    """
)
@click.argument("name", metavar="NAME", type=click.Choice(NAMES))
@click.argument("subject", required=False)
@from_option
@limits_option
@lang_option
@pager_option
@_add_picture_options
def chart(name: str, subject: str | None, source: Path | None, lang: Any, output: Path | None, width: int, limits: Limits) -> None:
    """Show a chart as text, or write it as a picture.

    \b
    NAME is one of:
      timeline       what happened or was to happen, and how exactly it is dated
      themes         how many records of each document are about each theme
      flow           who asks whom, through whom, for what
      trace          what became of SUBJECT, a theme or any record
      who-must-act   how many asks are expected of whom
      conversation   who answered whom at SUBJECT, a meeting; by default that with most points

    SUBJECT is the id of a record; a timeline of one shows what its trace holds.

    \b
    Examples:
      dxgov chart who-must-act
      dxgov chart flow -o flow.svg
      dxgov chart trace telework --lang ja -o telework.png
      dxgov chart themes --width 390 -o telephone.svg
    """
    _output_picture(charts.picture(name, dxgov.load(source, limits=limits), subject, lang), output, width)
