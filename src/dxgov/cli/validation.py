"""Commands that check packages and their citations: ``validate`` and ``verify``."""

import sys
from pathlib import Path

import click

import dxgov
from dxgov.cli.bilingual import command, find_language, option
from dxgov.cli.common import EXIT_PROBLEMS, LOCATION, echo, echo_json, limits_option, show_progress, start_processes
from dxgov.limits import Limits
from dxgov.optional_dependencies import require_extra

_MIN_BAR_RECORDS = 10_000
"""Minimum records for a bar of `verify`."""


@command(
    help_ja="""パッケージ（フォルダ、datapackage.json、zip、そのアドレス）の誤りをすべて探す。PATHがなければ同梱のデータを調べる。

    誤りは一行ずつ、ファイルと行（CSVは見出しが1行目）、列、実際の値、期待される値、角括弧の中に誤りのコードの順で示す。
    """
)
@click.argument("path", type=LOCATION, required=False)
@option("--json", "as_json", is_flag=True, help="Print the report as JSON.", help_ja="結果をJSONで表示する。")
@option(
    "--second-opinion",
    is_flag=True,
    help="Ask frictionless too (needs dxgov[frictionless]); it is slow.",
    help_ja="frictionlessにも検査させる（dxgov[frictionless]が必要）。時間がかかる。",
)
@option(
    "--processes",
    metavar="N",
    type=click.IntRange(1),
    help="Have N processes read Parquet files; good for a million rows and more.",
    help_ja="ParquetのファイルをN個のプロセスで読む。百万行以上のときに有効。",
)
@limits_option
def validate(path: Path | None, as_json: bool, second_opinion: bool, processes: int | None, limits: Limits) -> None:
    """Look for every fault in a package: folder, datapackage.json, zip, or the address of one. Without PATH, in the bundled data.

    Each problem is a line: file and row (the header of a CSV file is row 1), column, what was found, what was expected, and the
    problem's code in brackets.
    """
    from dxgov.api.loading import find_bundled_package

    with show_progress("checking") as progress, start_processes(processes) as executor:
        report = dxgov.validate(find_bundled_package() if path is None else path, limits=limits, progress=progress, executor=executor)
    echo_json(report.to_dict()) if as_json else echo(report.describe(find_language()))
    errors = _run_frictionless(find_bundled_package() if path is None else path) if second_opinion else []
    for error in errors:
        echo(error, err=as_json)
    if errors or not report.valid:
        sys.exit(EXIT_PROBLEMS)


def _run_frictionless(path: Path | str) -> list[str]:
    """Return the errors that frictionless reports."""
    with require_extra("frictionless"):
        from dxgov.package.frictionless_check import run_frictionless
    return run_frictionless(path)


@command(
    help_ja="""パッケージの引用をすべて、文書そのものと照合する。PATHがなければ同梱のデータを照合する。

    文書はファイルの名称ではなくSHA-256で見分ける。引用した行のダイジェストが一致し、
    印字されたとおりの題名、名称、数値、日付がその行にあれば、照合できたとする。

    \b
    例:
      dxgov verify --sources documents
      dxgov verify my-package --sources documents --partial
    """
)
@click.argument("path", type=LOCATION, required=False)
@option(
    "--sources",
    "folder",
    metavar="DIR",
    type=LOCATION,
    required=True,
    help="The folder with the documents.",
    help_ja="文書のあるフォルダ。",
)
@option(
    "--partial",
    is_flag=True,
    help="Accept that documents are missing, if at least one is there.",
    help_ja="文書が一つでもあれば、足りないものがあってもよいとする。",
)
@option("--json", "as_json", is_flag=True, help="Print the report as JSON.", help_ja="結果をJSONで表示する。")
def verify(path: Path | None, folder: Path, partial: bool, as_json: bool) -> None:
    """Prove every citation of a package with the documents themselves. Without PATH, of the bundled data.

    A document is known by the SHA-256 of its file, whatever the file is called. A record is proven when
    the lines it cites have the digest it states, and its titles, names, numbers and dates as printed
    stand in them.

    \b
    Examples:
      dxgov verify --sources documents
      dxgov verify my-package --sources documents --partial
    """
    from dxgov.api.loading import find_bundled_package

    with show_progress("verifying", _MIN_BAR_RECORDS) as progress:
        report = dxgov.verify(find_bundled_package() if path is None else path, folder, partial=partial, progress=progress)
    echo_json(report.to_dict()) if as_json else echo(report.describe(find_language()))
    if not report.valid:
        sys.exit(EXIT_PROBLEMS)
