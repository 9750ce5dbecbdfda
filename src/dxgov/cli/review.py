"""The command ``review``: a page in the browser on which a draft is reviewed."""

import shlex
import webbrowser
from pathlib import Path

import click

import dxgov
from dxgov.cli.bilingual import command, find_language_choice, option
from dxgov.cli.common import LOCATION, echo
from dxgov.languages import Lang
from dxgov.optional_dependencies import require_extra
from dxgov.storage.address import format_location


@command(
    help_ja="""フォルダDRAFTの下書きを、ブラウザで本文と記録を左右に並べて確かめる。キーでもマウスでも操作できる。

    ページに接続できるのはこのパソコンだけで、外部には何も送らない。変更はそのつどDRAFT/dataのCSVファイルに書き込まれ、
    終えて始め直したあとでも取り消せる。その間にほかのプログラムがファイルを変えてもよい。その場合はページを読み直し、
    何も上書きしない。Ctrl-Cで終える。`dxgov publish`でパッケージになる。dxgov[review]が必要。

    \b
    例:
      dxgov review draft
      dxgov review draft --into my-package --lang ja
    """
)
@click.argument("draft", type=click.Path(exists=True, file_okay=False, path_type=Path))
@option(
    "--into",
    metavar="PATH",
    type=LOCATION,
    help="The package to publish into; its records are offered to refer to.",
    help_ja="公開先のパッケージ。そこにある記録を参照先の候補にする。",
)
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="The port. Default: a free one.",
    help_ja="ポート番号。指定がなければ空いている番号。",
)
@option(
    "--lang",
    type=click.Choice(["en", "ja"]),
    default=find_language_choice,
    help="Language to begin with (or set DXGOV_LANG). Default: the browser's.",
    help_ja="最初に表示する言語。指定がなければDXGOV_LANG、次にブラウザの設定に従う。",
)
@option(
    "--no-browser", is_flag=True, help="Open no browser; print the address alone.", help_ja="ブラウザを開かず、アドレスだけを表示する。"
)
def review(draft: Path, into: Path | str | None, port: int, lang: Lang | None, no_browser: bool) -> None:
    """Review the draft in the folder DRAFT on a page in the browser, lines and records side by side, by keyboard or mouse.

    The page is served to this machine only, and nothing leaves it. Each change is written to the CSV files in DRAFT/data at once, and can
    be undone, also after a restart. Other programs may change the files meanwhile: then the page is read again, and nothing is
    overwritten. Ctrl-C ends it; `dxgov publish` makes a package of the draft. Needs dxgov[review].

    \b
    Examples:
      dxgov review draft
      dxgov review draft --into my-package --lang ja
    """
    with require_extra("review"):
        from dxgov.drafting.review_server import ReviewServer
    from dxgov.drafting.review_session import ReviewSession

    data = dxgov.load(into) if into is not None else None
    session = ReviewSession(draft, data)
    sources = {row["id"] for row in session.read().draft.data["sources"]}
    package = ["-o", "PACKAGE"]
    if data is not None:
        is_published = any(source.id in sources for source in data.sources)
        package = ["-o", str(into), "--into", str(into), *(["--replace"] if is_published else [])]
    server = ReviewServer(session, shlex.join(["dxgov", "publish", str(draft), *package]), port, lang)
    echo(f"{format_location(draft)}: {server.address}")
    echo("Ctrl-C ends it; all changes are saved already.", err=True)
    if not no_browser:
        webbrowser.open(server.address)
    server.serve()
