"""The command line, ``dxgov``: look into data, follow a matter, write packages, check them, read dates."""

import click

import dxgov
from dxgov.cli.analysis import chart, timeline, trace
from dxgov.cli.common import CommandGroup
from dxgov.cli.drafts import ask, new, publish, read
from dxgov.cli.export import export, partition, seal, site
from dxgov.cli.reading import lines
from dxgov.cli.records import gaps, info, open_, show
from dxgov.cli.reference import date, dictionary, schema
from dxgov.cli.review import review
from dxgov.cli.searching import search
from dxgov.cli.validation import validate, verify


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(dxgov.__version__, prog_name="dxgov")
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

    Exit status: 0 all well, 1 problems found in data, 2 wrong use. Ended by a signal: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP,
    141 where nobody reads the output any more.
    """


for command in (
    *(info, show, search, trace, timeline, chart, open_, gaps, export, partition, site, validate, verify),
    *(read, ask, review, publish, new, seal, lines, date, schema, dictionary),
):
    main.add_command(command)
