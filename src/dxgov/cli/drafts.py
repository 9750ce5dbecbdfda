"""Commands that make data of documents: ``read``, ``ask``, ``publish`` and ``new``."""

import os
import sys
from pathlib import Path

import click

import dxgov
from dxgov.cli.bilingual import command, option
from dxgov.cli.common import EXIT_PROBLEMS, EXIT_USAGE, LOCATION, echo, echo_json, lang_option, limits_option
from dxgov.errors import DataError, DestinationError, DxgovError, ProblemCode, format_count
from dxgov.languages import Lang
from dxgov.limits import Limits
from dxgov.storage.address import format_location
from dxgov.storage.container import DESCRIPTOR

_like_option = option(
    "--like",
    metavar="PATH",
    type=LOCATION,
    help="A package whose actors are used again and whose themes are proposed.",
    help_ja="既存のパッケージ。主体を引き継ぎ、テーマの候補を示すのに使う。",
)
_model_option = option(
    "--model",
    metavar="NAME",
    help="The model of the assistant, as its server knows it.",
    help_ja="補助に使うモデルの名称。サーバーでの呼び名を指定する。",
)
_dry_run_option = option(
    "--dry-run",
    is_flag=True,
    help="Print all that would be sent to the assistant; send and write nothing.",
    help_ja="補助に送る内容をすべて表示する。送信も書き込みもしない。",
)

_KEY_VARIABLE = "DXGOV_ASSISTANT_KEY"
"""The environment variable with the key that the server of an assistant wants."""

_TODO_CODES = (ProblemCode.UNSURE_VALUE, ProblemCode.MISSING_VALUE)
"""The codes of the problems of a draft that its todo tells too."""

_MAX_RECORDS = 20
"""Maximum number of records whose todo is printed when a document is read; the page of the draft has all."""


@command(
    help_ja="""文書を読み、プログラムに分かる範囲で、フォルダDRAFTに記録の下書きを作る。

    DRAFT/review.htmlは本文と記録を左右に並べ、判断に迷う値から順に示す（サーバーは不要）。
    残りはDRAFT/dataのCSVファイルに書き込む。列はパッケージと同じで、`dxgov publish`でパッケージになる。
    --assistantでアドレスを指定しないかぎり、どこにも何も送らない。

    \b
    例:
      dxgov read letter.pdf -o draft
      dxgov read letter.txt -o draft --id 2024-05-14-kaifu-towns --like my-package
    """
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@option(
    "-o",
    "--output",
    "folder",
    metavar="DRAFT",
    type=click.Path(path_type=Path),
    required=True,
    help="The folder of the draft.",
    help_ja="下書きのフォルダ。",
)
@option(
    "--genre",
    metavar="NAME",
    help="The grammar to read it with, such as letter. Default: the likeliest.",
    help_ja="読み取りに使う文書の種類（letterなど）。指定がなければ、最もふさわしいもの。",
)
@option(
    "--id",
    metavar="NAME",
    help="What all ids have in common, such as 2024-05-14-kaifu-towns. Default: date, genre and a digest.",
    help_ja="IDに共通する部分（2024-05-14-kaifu-townsなど）。指定がなければ、日付、種類、ダイジェストから作る。",
)
@_like_option
@option("--overwrite", is_flag=True, help="Replace DRAFT with all that is in it.", help_ja="DRAFTを中身ごと置き換える。")
@option(
    "--assistant",
    "url",
    metavar="URL",
    help="Ask an assistant to propose words and themes, as `dxgov ask` does. Default: none.",
    help_ja="`dxgov ask`と同じように、要約などの文とテーマの案を補助に尋ねる。指定がなければ尋ねない。",
)
@_model_option
@_dry_run_option
@lang_option
@limits_option
def read(
    file: Path,
    folder: Path,
    genre: str | None,
    id: str | None,
    like: Path | None,
    overwrite: bool,
    url: str | None,
    model: str | None,
    dry_run: bool,
    lang: Lang,
    limits: Limits,
) -> None:
    """Read a document and draft its records into the folder DRAFT, as far as a program can tell them.

    DRAFT/review.html shows the lines beside the records, doubts first, and needs no server. What is left is written into the CSV files
    in DRAFT/data, which have the columns of a package; `dxgov publish` makes a package of them. Nothing is sent anywhere, unless
    --assistant names an address.

    \b
    Examples:
      dxgov read letter.pdf -o draft
      dxgov read letter.txt -o draft --id 2024-05-14-kaifu-towns --like my-package
    """
    if url is None and (model or dry_run):
        raise click.UsageError("--model and --dry-run are for --assistant URL")
    known = dxgov.load(like) if like is not None else None
    assistant = _build_assistant(url, model, limits) if url is not None else None
    try:
        draft = dxgov.read(file, genre=genre, id=id, like=known, limits=limits)
    except DxgovError:
        raise
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    # The draft is written before anything is sent, so that no fault of the assistant costs it.
    if not dry_run:
        draft.write(folder, overwrite=overwrite)
    if assistant is None:
        _echo_todo(draft, folder, lang)
    else:
        _ask(draft, folder, assistant, known, lang, dry_run=dry_run)


@command(
    help_ja="""フォルダDRAFTの下書きで人に残された文とテーマについて、言語モデルに案を出させる。

    URLは、OpenAIのchat completionsと同じAPIを備えたサーバーのアドレス。
    鍵が必要なときは環境変数DXGOV_ASSISTANT_KEYに設定する。典拠の行と、すでに記入された値は、このアドレスだけに送る。
    送る内容は--dry-runですべて確かめられる。

    案は不確実な値として扱う。一つずつ要確認として残り、モデルの名称が付き、空欄にだけ入る。
    もう一度尋ねると、まだ空欄のものだけを尋ねる。

    \b
    例:
      dxgov ask draft --assistant http://localhost:11434/v1 --model qwen3 --dry-run
      dxgov ask draft --assistant http://localhost:11434/v1 --model qwen3 --like my-package
    """
)
@click.argument("draft", type=click.Path(exists=True, file_okay=False, path_type=Path))
@option(
    "--assistant",
    "url",
    metavar="URL",
    required=True,
    help="The address of the API, such as https://example.org/v1.",
    help_ja="APIのアドレス（https://example.org/v1など）。",
)
@_model_option
@_like_option
@_dry_run_option
@lang_option
@limits_option
def ask(draft: Path, url: str, model: str | None, like: Path | None, dry_run: bool, lang: Lang, limits: Limits) -> None:
    """Ask a language model to propose words and themes where the draft in the folder DRAFT leaves them to a person.

    URL is an address that speaks the API of OpenAI's chat completions, as most servers of models do; if it wants a key, set
    DXGOV_ASSISTANT_KEY. The lines that the records cite, and what is filled of them, are sent to this address and to no other; --dry-run
    prints all of it.

    Proposals are unsure: each is left to be checked, names the model, and stands only where nothing stood. Asking again asks for what
    is still missing.

    \b
    Examples:
      dxgov ask draft --assistant http://localhost:11434/v1 --model qwen3 --dry-run
      dxgov ask draft --assistant http://localhost:11434/v1 --model qwen3 --like my-package
    """
    assistant = _build_assistant(url, model, limits)
    known = dxgov.load(like) if like is not None else None
    _ask(dxgov.Draft.open(draft), draft, assistant, known, lang, dry_run=dry_run)


def _build_assistant(url: str, model: str | None, limits: Limits) -> dxgov.ChatAssistant:
    """Return the assistant at an address, with the key of the environment."""
    if model is None:
        raise click.UsageError("--assistant needs --model NAME, the model as its server knows it")
    try:
        return dxgov.ChatAssistant(url, model, os.environ.get(_KEY_VARIABLE) or None, limits)
    except DxgovError:
        raise
    except ValueError as error:
        raise click.UsageError(str(error).replace("key:", f"{_KEY_VARIABLE}:")) from None


def _ask(
    draft: dxgov.Draft, folder: Path, assistant: dxgov.ChatAssistant, known: dxgov.Dataset | None, lang: Lang, *, dry_run: bool
) -> None:
    """Say what is sent and where, ask the assistant, and write the draft with its proposals; exit if it has failed."""
    inquiries = draft.inquiries(known)
    requests = [assistant.format_request(inquiry) for inquiry in inquiries]
    passages = format_count(sum(len(inquiry.questions) for inquiry in inquiries), "passage")
    size = f"{passages}, {format_count(sum(map(len, requests)), 'character')}, {format_count(len(requests), 'request')}"
    echo(f"{assistant.model} at {format_location(assistant.url)}: {size}", err=True)
    if dry_run:
        for request in requests:
            echo(request)
        return
    fault = None
    try:
        draft = draft.ask(assistant, known)
    except dxgov.AssistantError as error:
        draft, fault = error.draft, str(error)
    draft.update(folder)
    _echo_todo(draft, folder, lang)
    if fault:
        echo(f"dxgov: {fault}", err=True)
        sys.exit(EXIT_USAGE)


def _echo_todo(draft: dxgov.Draft, folder: Path, lang: Lang) -> None:
    """Print what a draft is and what is left of it, no more than of a few records."""
    from dxgov.drafting.files import REVIEW_FILE
    from dxgov.drafting.record_tables import MODEL
    from dxgov.drafting.todo_list import format_todo, summarize_todo

    blocks = list(format_todo(MODEL, draft.data, draft.todo, lang))
    records = f"{draft.records:,}件の記録、" if lang == "ja" else f"{format_count(draft.records, 'record')}, "
    echo(f"{format_location(folder)}: {records}{summarize_todo(draft.todo, draft.damage, draft.unread)[lang]}")
    for line in (line for block in blocks[:_MAX_RECORDS] for line in block):
        echo(line)
    if len(blocks) > _MAX_RECORDS:
        page, more = format_location(folder / REVIEW_FILE), len(blocks) - _MAX_RECORDS
        echo(f"ほか{more:,}件の記録は{page}" if lang == "ja" else f"and {format_count(more, 'more record')}, in {page}")


@command(
    help_ja="""仕上がった下書きからCSVのパッケージを作る。

    残りがあるうちは何も書き出さず、残りを、ほかの多くの記録が参照しているものから順に、記録ごとに示す。
    残りとは、確認していない不確実な値と、空欄の必須項目をいう。誤りがあれば、その前に示す。
    値は、書き換えるか、記録のreview列にreviewedと書けば確認済みになる。
    ダイジェストは計算し直し、記録の内容が下書きの本文に印字されているかを照合する。
    --intoを指定したときは、IDが同じ主体、テーマ、事物はそのパッケージのものを使う。

    公開したあとで直した下書きは、--replaceで公開し直す。パッケージにあるその文書の記録をすべて下書きの記録に入れ替え、
    なくなったIDは新しいIDへ導く。ほかの記録が、なくなる記録を参照しているときは、入れ替えない。

    いずれの場合も、値についての判断をDRAFT/decisions.csvに残し、DRAFT/review.htmlを作り直す。
    文書の本文はパッケージに含めない。

    \b
    例:
      dxgov publish draft -o my-package
      dxgov publish draft -o my-package --into my-package
      dxgov publish draft -o my-package --into my-package --replace
    """
)
@click.argument("draft", type=click.Path(exists=True, file_okay=False, path_type=Path))
@option(
    "-o",
    "--output",
    "folder",
    metavar="PACKAGE",
    type=click.Path(path_type=Path),
    required=True,
    help="The folder to write.",
    help_ja="書き出すフォルダ。",
)
@option(
    "--into",
    metavar="PATH",
    type=LOCATION,
    help="A package to add the records to; PACKAGE may be the same.",
    help_ja="記録を加えるパッケージ。PACKAGEと同じでもよい。",
)
@option(
    "--replace",
    is_flag=True,
    help="Replace the records of this document that the package of --into has already.",
    help_ja="--intoのパッケージにあるこの文書の記録を入れ替える。",
)
@lang_option
@option("--json", "as_json", is_flag=True, help="Print what is left as JSON.", help_ja="残っている作業をJSONで表示する。")
def publish(draft: Path, folder: Path, into: Path | None, replace: bool, lang: Lang, as_json: bool) -> None:
    """Make a CSV package of a draft that is finished.

    Nothing is written while something is left. All of it is listed record by record, first what most others refer to: each value that is
    unsure and that nobody has checked, and each required field that is empty; before them faults. A value is checked when it is changed,
    or when the column review of its record says reviewed. Digests are made anew, and the text of the draft must prove what the records
    cite. With --into, actors, themes and things of the same id are those of that package.

    A draft that was corrected after it was published is published again with --replace: all records of its document in the package are
    those of the draft then, and ids that are gone redirect to the new ones. It is refused if other records refer to one that is gone.

    What was decided on drafted values is kept in DRAFT/decisions.csv, and DRAFT/review.html is written anew, in either case. The text
    of the document is not part of the package.

    \b
    Examples:
      dxgov publish draft -o my-package
      dxgov publish draft -o my-package --into my-package
      dxgov publish draft -o my-package --into my-package --replace
    """
    from dxgov.api.beginning import require_empty, write_package
    from dxgov.drafting.record_tables import MODEL
    from dxgov.drafting.todo_list import format_todo

    if replace and into is None:
        raise click.UsageError("--replace is for --into PATH, the package that has the records already")
    is_replaced = into is not None and Path(into).resolve() == folder.resolve()
    if not is_replaced:
        if (folder / DESCRIPTOR).is_file():
            raise DestinationError(f"{folder} holds a package already; add to it with --into {folder}, or name another folder")
        require_empty(folder)
    finished = dxgov.Draft.open(draft)
    finished.refresh(draft)
    base = dxgov.load(into) if into is not None else None
    try:
        data = finished.publish(base, replace=replace)
    except DataError as error:
        from dxgov.model.serialization import unstructure

        if as_json:
            echo_json(unstructure(list(error.problems)))
        else:
            left = {problem.id or "" for problem in error.problems if problem.code in _TODO_CODES}
            for problem in error.problems:
                if problem.code not in _TODO_CODES:
                    echo(str(problem))
            for block in format_todo(MODEL, finished.data, (item for item in finished.todo if item.record in left), lang):
                echo("\n".join(block))
        echo(f"{error.summary}: {format_count(len(error.problems), 'thing')} left; nothing is written", err=True)
        sys.exit(EXIT_PROBLEMS)
    write_package(data, folder)
    echo(f"{format_location(folder)}: {format_count(len(data), 'record')}")


@command(
    help_ja="""フォルダDESTに新しいパッケージを作る。表ごとに、すべての列をもつ空のCSVファイルを置く。

    文字をそのまま保つエディターで記録を書き込み、`dxgov seal DEST --sources DIR`で仕上げる。
    仕上げると空の表のファイルはなくなる。あとから加えたdata/TABLE.csvは、自動で取り込まれる。

    \b
    例:
      dxgov new my-package --title "海府の町村の要望" --license CC-BY-4.0
    """
)
@click.argument("dest", type=click.Path(path_type=Path))
@option(
    "--name",
    metavar="NAME",
    help="The name of the data set, of small letters, digits and . _ - only. Default: that of the folder.",
    help_ja="データセットの名称。使えるのは英小文字、数字、. _ -。指定がなければフォルダの名称。",
)
@option("--title", metavar="TEXT", help="Its title.", help_ja="データセットの題名。")
@option("--description", metavar="TEXT", help="What it holds, in a few sentences.", help_ja="データセットの内容を表す数文。")
@option(
    "--license",
    "licenses",
    metavar="ID",
    multiple=True,
    help="Terms of use, such as CC-BY-4.0; may be repeated.",
    help_ja="利用条件（CC-BY-4.0など）。繰り返せる。",
)
@option(
    "--contributor", "contributors", metavar="NAME", multiple=True, help="Who makes it; may be repeated.", help_ja="作成者。繰り返せる。"
)
def new(
    dest: Path, name: str | None, title: str | None, description: str | None, licenses: tuple[str, ...], contributors: tuple[str, ...]
) -> None:
    """Begin a package in the folder DEST: a CSV file with all columns for each table, and no records yet.

    Write records into the files with any editor that leaves text as it is, and finish with `dxgov seal DEST --sources DIR`. Empty tables
    lose their files then; a file data/TABLE.csv that is added later is taken up by itself.

    \b
    Examples:
      dxgov new my-package --title "Requests of the towns of Kaifu" --license CC-BY-4.0
    """
    try:
        metadata = dxgov.Metadata(
            name=name or dest.resolve().name.lower(),
            title=title,
            description=description,
            licenses=tuple(dxgov.License(name=license) for license in licenses),
            contributors=tuple(dxgov.Contributor(title=contributor) for contributor in contributors),
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    dxgov.new(dest, metadata)
    echo(f"{format_location(dest)}/")
