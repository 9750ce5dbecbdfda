"""Commands that write packages, other formats and sites: ``export``, ``partition``, ``site`` and ``seal``."""

import sys
from pathlib import Path
from textwrap import indent

import click

import dxgov
from dxgov.cli.bilingual import command, option
from dxgov.cli.common import LOCATION, echo, from_option, limits_option, show_files, start_processes
from dxgov.exporters.registry import DEFAULT_FORMATS, list_formats
from dxgov.limits import Limits
from dxgov.storage.address import format_location, is_address
from dxgov.storage.manifest import MANIFEST, list_members

_MAX_LISTED_FILES = 10
"""Maximum files of a format that are listed."""

_EXPORT_HELP = f"""Write a data set into the folder DEST, each format into a folder of its own: csv/, parquet/ and so on.

\b
Formats:
{indent(list_formats(), "  ")}

A format for portals describes the CSV or Parquet packages that are named with it; where none is named, those that it describes are
written too.

The folder is written whole or not at all. An earlier export is replaced; any other folder, or an
export that was edited by hand, only with --overwrite. An empty folder, a mount point and the folder you are in are filled where
they are. DEST may be an address that can be written to, such as
s3://bucket/open-data (needs dxgov[s3]); there an earlier export is known by the names of its files, and replacing it takes time in
which readers may meet both.

\b
Examples:
  dxgov export open-data
  dxgov export open-data --from my-package --format csv --zip
  dxgov export open-data --format xlsx --format sqlite
  dxgov export open-data --format dcat --zip --base https://example.org/open-data/
"""
"""The help text of the command ``export``, with the list of all formats."""

_EXPORT_HELP_JA = f"""データセットをフォルダDESTに書き出す。形式ごとに、csv/、parquet/などのフォルダを作る。

\b
形式:
{indent(list_formats("ja"), "  ")}

ポータル向けの形式は、一緒に指定したCSVまたはParquetのパッケージを記述する。指定がなければ、記述の対象も書き出す。

フォルダは全体を書き出すか、まったく書き出さないかのどちらか。前に書き出したものは置き換える。
ほかのフォルダや手で直したフォルダは、--overwriteを付けたときだけ置き換える。
空のフォルダ、マウントポイント、現在のフォルダには、そのまま中に書き出す。
DESTには、s3://bucket/open-dataのような書き込めるアドレスも指定できる（dxgov[s3]が必要）。
その場合、前に書き出したものかどうかはファイルの名称で判断し、置き換えの間は新旧が混在して見えることがある。

\b
例:
  dxgov export open-data
  dxgov export open-data --from my-package --format csv --zip
  dxgov export open-data --format xlsx --format sqlite
  dxgov export open-data --format dcat --zip --base https://example.org/open-data/
"""
"""The same in Japanese."""


@command(help=_EXPORT_HELP, help_ja=_EXPORT_HELP_JA)
@click.argument("dest", type=LOCATION)
@from_option
@limits_option
@option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT",
    help=f"A format of the list; may be repeated. Default: {' and '.join(DEFAULT_FORMATS)}.",
    help_ja=f"一覧にある形式。繰り返せる。指定がなければ{'と'.join(DEFAULT_FORMATS)}。",
)
@option("--zip", "zipped", is_flag=True, help="Also write each format as a zip.", help_ja="形式ごとにzipも書き出す。")
@option(
    "--base",
    metavar="URL",
    help="The address at which DEST is going to be published, for formats that tell where files are.",
    help_ja="DESTを公開するアドレス。ファイルの所在を記す形式で使う。",
)
@option(
    "--overwrite",
    is_flag=True,
    help="Replace DEST with all that is in it, whatever it is.",
    help_ja="DESTに何があっても、中身ごと置き換える。",
)
def export(
    dest: Path, source: Path | None, formats: tuple[str, ...], zipped: bool, base: str | None, overwrite: bool, limits: Limits
) -> None:
    """Write a data set in the formats that are named."""
    data = dxgov.load(source, limits=limits)
    with show_files() as progress:
        target = dxgov.export(
            data, dest, formats or DEFAULT_FORMATS, zip=zipped, overwrite=overwrite, base=base, limits=limits, progress=progress
        )
    if is_address(dest):
        echo(format_location(dest))
        return
    for path in (path for path in list_members(target) if path.name != MANIFEST):
        echo(f"{format_location(dest / path.name)}{'/' if path.is_dir() else ''}")
        if sys.stdout.isatty() and path.is_dir():
            _list_files(path)


def _list_files(folder: Path) -> None:
    """Print the first files below a folder with their sizes, and the number of the others."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files[:_MAX_LISTED_FILES]:
        echo(f"  {path.relative_to(folder).as_posix()}  {_format_size(path.stat().st_size)}")
    if len(files) > _MAX_LISTED_FILES:
        echo(f"  … +{len(files) - _MAX_LISTED_FILES:,}")


def _format_size(size: int) -> str:
    """Return a number of bytes in the largest unit of which there is one or more."""
    unit = next((power for power in (3, 2, 1) if size >= 1000**power), 0)
    return f"{size / 1000**unit:.{1 if unit else 0}f} {('bytes', 'kB', 'MB', 'GB')[unit]}"


@command(
    help_ja="""データセットを、大きな表を複数のファイルに分けた一つのParquetパッケージとして（Hiveと同じ配置で）フォルダDESTに書き出す。

    日付は始まりの年ごとに、符号、参照、真偽は値ごとに分ける。
    --fromのParquetパッケージは少しずつ読むので、行数がいくら多くても扱える。

    DESTは全体を書き出すか、まったく書き出さないかのどちらか。すでにあるフォルダの扱いは`dxgov export`と同じ。

    \b
    例:
      dxgov partition by-year --by requests=submitted --by meetings=held
      dxgov partition s3://bucket/asks --by asks=expected_of_id --from my-package
    """
)
@click.argument("dest", type=LOCATION)
@from_option
@option(
    "--by",
    "pairs",
    multiple=True,
    required=True,
    metavar="TABLE=FIELD",
    help="The field that parts a table; may be repeated.",
    help_ja="表を分割する基準の列。繰り返せる。",
)
@option(
    "--overwrite",
    is_flag=True,
    help="Replace DEST with all that is in it, whatever it is.",
    help_ja="DESTに何があっても、中身ごと置き換える。",
)
@option(
    "--processes",
    metavar="N",
    type=click.IntRange(1),
    help="Have N processes check a Parquet package and write the partitions.",
    help_ja="Parquetのパッケージの検査と、分割したファイルの書き出しをN個のプロセスで行う。",
)
@limits_option
def partition(dest: Path, source: Path | None, pairs: tuple[str, ...], overwrite: bool, processes: int | None, limits: Limits) -> None:
    """Write a data set into the folder DEST as one Parquet package in which large tables lie in several files, as Hive lays them out.

    A date parts by the year in which it starts, a code, a reference or a truth value by what it is. The rows of the Parquet package of
    --from go through memory batch by batch, however many there are.

    DEST is written whole or not at all, and what is there already is handled as by `dxgov export`.

    \b
    Examples:
      dxgov partition by-year --by requests=submitted --by meetings=held
      dxgov partition s3://bucket/asks --by asks=expected_of_id --from my-package
    """
    fields = dict(pair.partition("=")[::2] for pair in pairs)
    invalid = next((pair for pair in pairs if not all(pair.partition("="))), None)
    if invalid is not None or len(fields) < len(pairs):
        message = f"found {invalid!r}, expected TABLE=FIELD" if invalid is not None else "a table is named twice"
        raise click.BadParameter(message, param_hint="--by")
    with start_processes(processes) as executor:
        dxgov.partition(dxgov.load(source, lazy=True, limits=limits), dest, fields, overwrite=overwrite, executor=executor, limits=limits)
    echo(f"{format_location(dest).rstrip('/')}/")


@command(
    help_ja="""データセットを、日本語と英語で閲覧、検索できるサイトとしてフォルダDESTに書き出す。

    DEST/index.htmlをブラウザで開くか、フォルダをウェブサーバーに置けばよい。ほかに必要なものはなく、外部から何も読み込まない。
    記録のページはDEST/ja/id/ID.htmlとDEST/en/id/ID.htmlで、後の版でも変わらない（dxgov[site]が必要）。

    フォルダは全体を書き出すか、まったく書き出さないかのどちらか。前に書き出したサイトなどは置き換える。
    ほかのフォルダや手で直したフォルダは、--overwriteを付けたときだけ置き換える。

    \b
    例:
      dxgov site public
      dxgov site public --from my-package
    """
)
@click.argument("dest", type=LOCATION)
@from_option
@limits_option
@option(
    "--overwrite",
    is_flag=True,
    help="Replace DEST with all that is in it, whatever it is.",
    help_ja="DESTに何があっても、中身ごと置き換える。",
)
def site(dest: Path, source: Path | None, overwrite: bool, limits: Limits) -> None:
    """Write a data set as a site into the folder DEST: pages in Japanese and English to browse, to search and to follow.

    Open DEST/index.html in a browser, or put the folder on any web server; nothing else is needed, and nothing is loaded from elsewhere.
    The page of a record is DEST/ja/id/ID.html and DEST/en/id/ID.html, and stays there in later versions. (Needs dxgov[site].)

    The folder is written whole or not at all. An earlier site or export is replaced; any other folder, or one that was edited by hand,
    only with --overwrite.

    \b
    Examples:
      dxgov site public
      dxgov site public --from my-package
    """
    with show_files() as progress:
        dxgov.site(dxgov.load(source, limits=limits), dest, overwrite=overwrite, limits=limits, progress=progress)
    echo(f"{format_location(dest).rstrip('/')}/index.html" if is_address(dest) else format_location(dest / "index.html"))


@command(
    help_ja="""手で編集したCSVパッケージ（フォルダPATH）を仕上げる。

    行をIDの順に並べ、datapackage.jsonの大きさ、ハッシュ、スキーマと、ほかから定まる列を書き直す。
    ほかに誤りがあれば何も変えず、誤りを示す。

    ほかから定まる欄は、空欄のときだけ補う。記入された値は変えない。補うのは、原文の言葉から定まる日付の意味、
    部分のID、番号、順序、記号、既定値と、--sourcesを指定したときは文書と典拠の行のダイジェスト。
    ダイジェストのない出典には、IDと同じ名称のファイル（src-2024-letter.txtなど）を使う。
    ほかのプログラムが変えた値（trueがTrueになったなど）は、元の値が確かなら戻す。補った列、戻した列は一行ずつ示す。

    \b
    例:
      dxgov seal my-package
      dxgov seal my-package --sources documents
    """
)
@click.argument("path", type=LOCATION)
@option(
    "--sources",
    metavar="DIR",
    type=LOCATION,
    help="The folder with the documents, to fill digests from.",
    help_ja="文書のあるフォルダ。ダイジェストを補うのに使う。",
)
def seal(path: Path, sources: Path | None) -> None:
    """Finish a CSV package that was edited by hand: the folder PATH.

    Rows are put in the order of their ids; sizes, hashes and schemas in datapackage.json, and columns that follow from others, are
    written anew. A package that has any other fault is left as it is, and the faults are reported.

    Cells that follow are filled where they are empty, and never changed where they are not: the parts of dates from their words, the
    ids, paths, positions and letters of parts, defaults, and with --sources the digests of documents and of the lines that records
    cite. A source without a digest has the file of its id, such as src-2024-letter.txt. What other programs have made of values, such
    as True of true, is undone where it is certain what was there. Each column that is filled or mended is a line.

    \b
    Examples:
      dxgov seal my-package
      dxgov seal my-package --sources documents
    """
    from dxgov.api.sealing import seal as seal_package

    records = seal_package(path, sources=sources, report=echo)
    echo(f"{format_location(path)}: sealed, {records:,} records")
