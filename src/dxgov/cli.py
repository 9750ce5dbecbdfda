"""The command line, ``dxgov``: look into data, follow a matter, write packages, check them, read dates."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

import dxgov
from dxgov import charts
from dxgov.charts import LEAST, NAMES, WIDTH
from dxgov.errors import DataError, DxgovError
from dxgov.extras import needing
from dxgov.manifest import MANIFEST
from dxgov.package.address import is_address, shown
from dxgov.targets.formats import DEFAULT, named

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from dxgov import Dataset
    from dxgov.charts import Picture

PROBLEMS, WRONG_USE = 1, 2
F = TypeVar("F", bound=Callable[..., Any])


class _Commands(click.Group):
    """Turns what dxgov raises on purpose, and what the file system refuses, into one line and an exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # the reader of the output went away, which click takes as the end
            raise
        except DataError as error:
            _stop(f"{error.summary}: {error.problems[0]}" if len(error.problems) == 1 else str(error), PROBLEMS)
        except (DxgovError, OSError) as error:
            _stop(_said(error), WRONG_USE)


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return str(error)


def _stop(message: str, status: int) -> NoReturn:
    click.echo(f"dxgov: {message}", err=True)
    sys.exit(status)


_LONG = 2**24
"""Work on fewer bytes is over before a bar is seen."""


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """What shows how many bytes of how many are done, as a bar on standard error; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with ExitStack() as stack:
        bars: list[Any] = []

        def show(done: int, of: int) -> None:
            if not bars and of >= _LONG:
                bars.append(stack.enter_context(click.progressbar(length=of, label=label, file=sys.stderr)))
            for bar in bars:
                bar.update(done - bar.pos)

        yield show


class _Place(click.Path):
    """A path, or an address."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """An address as a text."""
        return value if is_address(value) else super().convert(value, param, ctx)


_PLACE = _Place(path_type=Path)


@contextmanager
def _processes(number: int | None) -> Iterator["Executor | None"]:
    """So many processes, which share nothing with this one; nothing where none are asked for."""
    if number is None:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(number, mp_context=get_context("spawn")) as executor:
        yield executor


_lang = click.option(
    "--lang",
    type=click.Choice(["en", "ja"]),
    default="en",
    show_default=True,
    envvar="DXGOV_LANG",
    help="Language of the text (or set DXGOV_LANG).",
)
_from = click.option(
    "--from",
    "source",
    metavar="PATH",
    type=_PLACE,
    help="A package: folder, datapackage.json or zip, or the address of one (needs dxgov[remote]). Default: the bundled data.",
)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(dxgov.__version__, prog_name="dxgov")
def main() -> None:
    """How Japan's nation, prefectures and municipalities negotiate digital government.

    dxgov brings a data set of requests, actors, meetings and more, each record with the place in a document where it was read.
    These commands look into it, write it as Data Packages, and check packages of your own.

    \b
    Begin with:
      dxgov info                        what the data set holds
      dxgov show telework               one theme, and all that refers to it
      dxgov trace telework              the same through all documents, in time order
      dxgov timeline                    what happened or was to happen, year by year
      dxgov chart flow -o flow.svg      a picture of who asks whom, for what
      dxgov site public                 the same as pages, in public/index.html
      dxgov export open-data            CSV and Parquet packages in the folder open-data
      dxgov validate open-data/csv      is a package sound?

    Exit status: 0 all well, 1 problems found in data, 2 wrong use.
    """


def _load(source: Path | str | None) -> "Dataset":
    return dxgov.load(source)


@main.command()
@_from
@_lang
@click.option("--digest", "with_digest", is_flag=True, help="Add a SHA-256 of the records, the same wherever they are stored.")
def info(source: Path | None, lang: Any, with_digest: bool) -> None:
    """Tell what a data set holds: title, version, terms, and the number of records in each table."""
    from dxgov.text import info_text

    data = _load(source)
    click.echo(info_text(data, lang))
    if with_digest:
        click.echo(dxgov.digest(data))


@main.command()
@click.argument("id")
@_from
@_lang
@click.option("--json", "as_json", is_flag=True, help="Print the record alone, as JSON.")
def show(id: str, source: Path | None, lang: Any, as_json: bool) -> None:
    """Show one record: its fields, what it refers to, its parts, and what refers to it.

    ID is the id of any record, whatever its table.

    \b
    Examples:
      dxgov show req-2020-11-24-tokyo-assocs-digital
      dxgov show jp-13-tokyo --lang ja
    """
    from dxgov.plain import unstructure
    from dxgov.text import record_text

    data = _load(source)
    record = data[id]
    click.echo(json.dumps(unstructure(record), ensure_ascii=False, indent=2) if as_json else record_text(data, record, lang))


def _drawn(function: F) -> F:
    """Options of what can be drawn."""
    output = click.option(
        "-o",
        "--output",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Write a picture: .svg, .png or .html (need dxgov[plot]), its Vega-Lite .json, its table .csv, or its text alternative .txt.",
    )
    width = click.option("--width", type=click.IntRange(LEAST), default=WIDTH, show_default=True, help="Pixels; below 560 for a telephone.")
    return output(width(function))


def _show(picture: "Picture", output: Path | None, width: int) -> None:
    """Print what a picture shows, or write it to a file."""
    click.echo(picture.text if output is None else str(picture.save(output, width)))


@main.command()
@click.argument("subject")
@_from
@_lang
@_drawn
def trace(subject: str, source: Path | None, lang: Any, output: Path | None, width: int) -> None:
    """Tell what became of a theme, an ask or any other record, from document to document in time order.

    SUBJECT is the id of a theme or of any record. Each record is followed by what takes it up, and at the end stands where the trace
    breaks off: what no record takes up, and which documents are silent on it.

    \b
    Examples:
      dxgov trace telework
      dxgov trace req-2020-11-24-tokyo-assocs-digital.02.3 --lang ja
      dxgov trace telework -o telework.svg
    """
    from dxgov.telling import trace_text

    data = _load(source)
    if output is None:
        click.echo(trace_text(data, data.trace(subject), lang))
    else:
        _show(charts.trace(data, subject, lang), output, width)


@main.command()
@_from
@_lang
@click.option("--about", metavar="ID", help="Only what the trace of this theme, or of any other record, holds.")
@_drawn
def timeline(source: Path | None, lang: Any, about: str | None, output: Path | None, width: int) -> None:
    """Show what happened or was to happen: requests, meetings, milestones, and what falls due, year by year.

    A date is shown as wide as its words leave it. Each line has the months of a year, three signs for each:
    o is one day, [-] some time in it, === all of it, --| a deadline, |-- a beginning, and ? is not settled.

    \b
    Examples:
      dxgov timeline
      dxgov timeline --about shared-systems --lang ja
      dxgov timeline -o timeline.png
    """
    _show(charts.timeline(_load(source), lang, about=about), output, width)


@main.command()
@click.argument("name", metavar="NAME", type=click.Choice(NAMES))
@click.argument("subject", required=False)
@_from
@_lang
@_drawn
def chart(name: str, subject: str | None, source: Path | None, lang: Any, output: Path | None, width: int) -> None:
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
    _show(charts.picture(name, _load(source), subject, lang), output, width)


@main.command("open")
@_from
@_lang
def open_(source: Path | None, lang: Any) -> None:
    """Tell what is open: what was asked and not answered, what was promised or ordered and by when, and who must act on how many asks."""
    from dxgov.telling import open_text

    click.echo(open_text(_load(source), lang))


@main.command()
@_from
@_lang
def gaps(source: Path | None, lang: Any) -> None:
    """Tell what the sources lack: damage, names that are not whole, dates without their year, and dates that are not printed."""
    from dxgov.telling import gaps_text

    click.echo(gaps_text(_load(source), lang))


@main.command()
@click.argument("dest", type=_PLACE)
@_from
@click.option("--format", "formats", multiple=True, metavar="FORMAT", help=f"{named()}; may be repeated. Default: {' and '.join(DEFAULT)}.")
@click.option("--zip", "zipped", is_flag=True, help="Also write each format as a zip.")
@click.option("--base", metavar="URL", help="The address at which DEST is going to be published, for formats that tell where files are.")
@click.option("--overwrite", is_flag=True, help="Replace DEST with all that is in it, whatever it is.")
def export(dest: Path, source: Path | None, formats: tuple[str, ...], zipped: bool, base: str | None, overwrite: bool) -> None:
    """Write a data set into the folder DEST, each format into a folder of its own: csv/, parquet/ and so on.

    \b
    Formats:
      csv        a Data Package of CSV files
      parquet    a Data Package of Parquet files
      wide       the chief tables with the names of all that they refer to, CSV and Parquet
      xlsx       an Excel workbook (needs dxgov[xlsx])
      csv-excel  CSV files that Excel opens without harm, for viewing
      sqlite     an SQLite database
      duckdb     a DuckDB database (needs dxgov[duckdb])
      jsonl      JSON Lines, a record on each line
      ical       a calendar feed of all that is dated and happens (needs dxgov[ical])
      site       pages to browse and search, as `dxgov site` writes them (needs dxgov[site])
      rdf        the records as linked data

    \b
    For portals:
      dcat, schemaorg, ckan, csvw, croissant, huggingface, citation

    A format for portals describes the CSV or Parquet packages that are named with it; where none is named, those that it describes are
    written too.

    The folder is written whole or not at all. An earlier export is replaced; any other folder, or an
    export that was edited by hand, only with --overwrite. DEST may be an address that can be written to, such as
    s3://bucket/open-data (needs dxgov[s3]); there an earlier export is known by the names of its files, and replacing it takes time in
    which readers may meet both.

    \b
    Examples:
      dxgov export open-data
      dxgov export open-data --from my-package --format csv --zip
      dxgov export open-data --format xlsx --format sqlite
      dxgov export open-data --format dcat --zip --base https://example.org/open-data/
    """
    data = _load(source)
    target = dxgov.export(data, dest, formats or DEFAULT, zip=zipped, overwrite=overwrite, base=base)
    if is_address(dest):
        click.echo(shown(dest))
        return
    for each in sorted(each for each in target.iterdir() if each.name != MANIFEST):
        click.echo(f"{dest / each.name}{'/' if each.is_dir() else ''}")


@main.command()
@click.argument("dest", type=_PLACE)
@_from
@click.option("--by", "parted", multiple=True, required=True, metavar="TABLE=FIELD", help="The field that parts a table; may be repeated.")
@click.option("--overwrite", is_flag=True, help="Replace DEST with all that is in it, whatever it is.")
def partition(dest: Path, source: Path | None, parted: tuple[str, ...], overwrite: bool) -> None:
    """Write a data set into the folder DEST as one Parquet package in which large tables lie in several files, as Hive lays them out.

    A date parts by the year in which it starts, a code, a reference or a truth value by what it is.

    DEST is written whole or not at all, and what is there already is handled as by `dxgov export`.

    \b
    Examples:
      dxgov partition by-year --by requests=submitted --by meetings=held
      dxgov partition s3://bucket/asks --by asks=expected_of_id --from my-package
    """
    fields = dict(each.partition("=")[::2] for each in parted)
    wrong = next((each for each in parted if not all(each.partition("="))), None)
    if wrong is not None or len(fields) < len(parted):
        said = f"found {wrong!r}, expected TABLE=FIELD" if wrong is not None else "a table is named twice"
        raise click.BadParameter(said, param_hint="--by")
    dxgov.partition(_load(source), dest, fields, overwrite=overwrite)
    click.echo(f"{shown(dest).rstrip('/')}/")


@main.command()
@click.argument("dest", type=_PLACE)
@_from
@click.option("--overwrite", is_flag=True, help="Replace DEST with all that is in it, whatever it is.")
def site(dest: Path, source: Path | None, overwrite: bool) -> None:
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
    dxgov.site(_load(source), dest, overwrite=overwrite)
    click.echo(f"{shown(dest).rstrip('/')}/index.html" if is_address(dest) else dest / "index.html")


@main.command()
@click.argument("path", type=_PLACE, required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--second-opinion", is_flag=True, help="Ask frictionless too (needs dxgov[frictionless]); it is slow.")
@click.option(
    "--processes", metavar="N", type=click.IntRange(1), help="Have N processes read Parquet files; good for a million rows and more."
)
def validate(path: Path | None, as_json: bool, second_opinion: bool, processes: int | None) -> None:
    """Look for every fault in a package: folder, datapackage.json, zip, or the address of one. Without PATH, in the bundled data.

    Each problem is a line: file and row (the header of a CSV file is row 1), column, what was found, what was expected, and the
    problem's code in brackets.
    """
    from dxgov.loading import bundled

    with _progress("checking") as progress, _processes(processes) as executor:
        report = dxgov.validate(path or bundled(), progress=progress, executor=executor)
    click.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=2) if as_json else str(report))
    errors = _second_opinion(path or bundled()) if second_opinion else []
    for error in errors:
        click.echo(error, err=as_json)
    if errors or not report.valid:
        sys.exit(PROBLEMS)


def _second_opinion(path: Path | str) -> list[str]:
    with needing("frictionless"):
        from dxgov.package.opinion import second_opinion
    return second_opinion(path)


@main.command()
@click.argument("path", type=_PLACE, required=False)
@click.option("--sources", "folder", metavar="DIR", type=click.Path(path_type=Path), required=True, help="The folder with the documents.")
@click.option("--partial", is_flag=True, help="Accept that documents are missing, if at least one is there.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
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
    from dxgov.loading import bundled

    report = dxgov.verify(path or bundled(), folder, partial=partial)
    click.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=2) if as_json else str(report))
    if not report.valid:
        sys.exit(PROBLEMS)


@main.command()
@click.argument("path", type=_PLACE)
def seal(path: Path) -> None:
    """Finish a CSV package that was edited by hand: the folder PATH.

    Rows are put in the order of their ids; sizes, hashes and schemas in datapackage.json, and columns that follow from others, are
    written anew. A package that has any other fault is left as it is, and the faults are told.
    """
    from dxgov.sealing import seal as seal_package

    records = seal_package(path)
    click.echo(f"{path}: sealed, {records:,} records")


@main.command()
@click.argument("text")
@click.option("--said-on", metavar="DAY", help="The day on which the words were said, as 2024-04-17 or, if only that is known, 2024-04.")
@click.option("--find", "running", is_flag=True, help="Find every date in running text.")
@_lang
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def date(text: str, said_on: str | None, running: bool, lang: Any, as_json: bool) -> None:
    """Read TEXT, a Japanese date as governments print it: its EDTF, and what that means in words.

    TEXT - reads standard input. With --find, each date is a line: the words, the EDTF, the meaning, or why they cannot be read.

    \b
    Examples:
      dxgov date 令和7年度末までに
      dxgov date 4月22日の週？ --said-on 2024-04-17
      dxgov date --find - < minutes.txt
    """
    from dxgov.dates.finding import find
    from dxgov.dates.reading import read_with_time
    from dxgov.dates.when import Scope, When
    from dxgov.plain import unstructure
    from dxgov.text import readings_text

    words = sys.stdin.buffer.read().decode("utf-8", "replace") if text == "-" else text
    try:
        day = When(said_on, said_on, Scope.WITHIN) if said_on else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--said-on") from None
    readings = find(words, day) if running else [read_with_time(words.strip(), day)]
    click.echo(json.dumps(unstructure(readings), ensure_ascii=False, indent=2) if as_json else readings_text(readings, lang))


@main.command()
def schema() -> None:
    """Print the JSON Schema of all records, in the form that `show --json` prints."""
    from dxgov.dataset import Dataset
    from dxgov.targets.jsonschema import json_schema

    click.echo(json.dumps(json_schema(Dataset.model()), ensure_ascii=False, indent=2))


@main.command()
@_lang
def dictionary(lang: Any) -> None:
    """Print the data dictionary as Markdown: every table, column and code with its meaning."""
    from dxgov.dataset import Dataset
    from dxgov.targets.dictionary import dictionary as dictionary_text

    click.echo(dictionary_text(Dataset.model(), lang), nl=False)
