"""The command line, ``dxgov``: look into data, follow a matter, write packages, check them, read dates."""

import click

import dxgov
from dxgov.cli.analysis import chart, timeline, trace
from dxgov.cli.bilingual import HELP_NAMES, version_option
from dxgov.cli.common import CommandGroup, global_lang_option
from dxgov.cli.drafts import ask, new, publish, read
from dxgov.cli.export import export, partition, seal, site
from dxgov.cli.reading import lines
from dxgov.cli.records import gaps, info, open_, show
from dxgov.cli.reference import date, dictionary, schema
from dxgov.cli.review import review
from dxgov.cli.searching import search
from dxgov.cli.validation import validate, verify


@click.group(
    cls=CommandGroup,
    context_settings={"help_option_names": HELP_NAMES, "max_content_width": 100},
    help_ja="""国・都道府県・市区町村が、行政のデジタル化をめぐって何を求め、どう答え、何を決めたかを調べる。

    dxgovには、要望、主体、会議などのデータセットが付いている。どの記録にも、読み取った文書と箇所が示してある。
    これらのコマンドで、データを調べ、Data Packageとして書き出し、手元のパッケージを検査できる。

    \b
    はじめに:
      dxgov info                        データセットの概要
      dxgov show telework               一つのテーマと、それを参照する記録
      dxgov search クラウド費用         この語を含む記録（関連の深い順）
      dxgov trace telework              すべての文書を通じた経過（日付順）
      dxgov timeline                    起きたこと、予定されたこと（年ごと）
      dxgov chart flow -o flow.svg      誰が誰に何を求めるかの図
      dxgov site public                 閲覧用のサイト（public/index.html）
      dxgov export open-data            CSVとParquetのパッケージ（フォルダopen-data）
      dxgov validate open-data/csv      パッケージの検査
      dxgov read letter.pdf -o draft    文書の記録の下書き
      dxgov review draft                ブラウザで本文と見比べて仕上げる

    表示の言語は`dxgov --lang ja validate --help`のように、どのコマンドの前でも指定できる。

    終了コードは、0が正常、1がデータの誤り、2が使い方の誤り。シグナルで終わったときは、Ctrl-Cが130、SIGTERMが143、SIGHUPが129、
    出力の読み手がいなくなったときは141。
    """,
)
@global_lang_option
@version_option(dxgov.__version__, prog_name="dxgov")
def main() -> None:
    """How Japan's nation, prefectures and municipalities negotiate digital government.

    dxgov brings a data set of requests, actors, meetings and more, each record with the place in a document where it was read.
    These commands look into it, write it as Data Packages, and check packages of your own.

    \b
    Begin with:
      dxgov info                        what the data set holds
      dxgov show telework               one theme, and all that refers to it
      dxgov search クラウド費用         records with these words, the best first
      dxgov trace telework              the same through all documents, in time order
      dxgov timeline                    what happened or was to happen, year by year
      dxgov chart flow -o flow.svg      a picture of who asks whom, for what
      dxgov site public                 the same as pages, in public/index.html
      dxgov export open-data            CSV and Parquet packages in the folder open-data
      dxgov validate open-data/csv      is a package sound?
      dxgov read letter.pdf -o draft    draft the records of a document
      dxgov review draft                finish them beside its lines, in the browser

    `dxgov --lang ja validate --help` chooses the language before any command.

    Exit status: 0 all well, 1 problems found in data, 2 wrong use. Ended by a signal: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP,
    141 where nobody reads the output any more.
    """


for command in (
    *(info, show, search, trace, timeline, chart, open_, gaps, export, partition, site, validate, verify),
    *(read, ask, review, publish, new, seal, lines, date, schema, dictionary),
):
    main.add_command(command)
