"""Every format takes in a record class that it has never heard of, from the definition alone."""

import re
import sqlite3
import tomllib
from collections.abc import Callable, Mapping
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import pyarrow.parquet as pq
import pytest
from attrs import frozen
from click.testing import CliRunner

import dxgov
from dxgov import Dataset, Record, Records, When
from dxgov.cli import main
from dxgov.exporters.registry import FORMATS, load_exporter
from dxgov.marks import Caption, Dated, Key, Label, Term, Wide
from dxgov.values import Id
from soundness import sound

ROOT = Path(__file__).parents[1]
NAME = "Ferry to Kaifu-jima"


@frozen(kw_only=True)
class Ferry(Record):
    """A ship that carries petitions."""

    id: Annotated[Id, Key("fer-"), Label("船ID", "船ID。")]
    """Identifies the ferry."""

    name: Annotated[str, Caption(), Label("船名", "船名。"), Term("http://www.w3.org/2002/12/cal/ical#summary")]
    """What is painted on its bow."""

    sails: Annotated[When, Dated(), Label("出航日", "出航日。"), Term("http://www.w3.org/2002/12/cal/ical#dtstart")]
    """When it leaves."""


class Harbour(Dataset):
    """dxgov's tables and one of a user's own."""

    ferries: Annotated[Records[Ferry], Label("連絡船", "連絡船。"), Wide()]


def harbour() -> Harbour:
    data = sound()
    sails = dxgov.dates.read("2039年9月9日")
    ferry = Ferry(id="fer-1", name=NAME, sails=sails, citation=data.sources[0].citation)
    return Harbour.of([*chain.from_iterable(data.tables.values()), ferry], data.metadata)


def _text(path: str) -> Callable[[Path], Any]:
    return lambda folder: (folder / path).read_text(encoding="utf-8")


def _query(folder: Path) -> Any:
    return str(sqlite3.connect(f"file:{next(folder.glob('*.sqlite*'))}?mode=ro", uri=True).execute("SELECT * FROM ferries").fetchall())


def _duck(folder: Path) -> Any:
    duckdb = pytest.importorskip("duckdb")
    return str(duckdb.connect(str(next(folder.glob("*.duckdb"))), read_only=True).execute("SELECT * FROM ferries").fetchall())


def _sheet(folder: Path) -> Any:
    workbook = pytest.importorskip("openpyxl").load_workbook(next(folder.glob("*.xlsx")))
    return str([[cell.value for cell in row] for sheet in workbook for row in sheet])


def _parquet(path: str) -> Callable[[Path], Any]:
    return lambda folder: str(pq.ParquetFile(folder / path).read().to_pylist())


SHOWN: Mapping[str, tuple[Callable[[Path], Any], str]] = {
    "csv": (_text("data/ferries.csv"), NAME),
    "parquet": (_parquet("data/ferries.parquet"), NAME),
    "wide": (_parquet("ferries_wide.parquet"), NAME),
    "xlsx": (_sheet, NAME),
    "csv-excel": (_text("ferries.csv"), NAME),
    "sqlite": (_query, NAME),
    "duckdb": (_duck, NAME),
    "jsonl": (_text("ferries.jsonl"), NAME),
    "ical": (_text("events.en.ics"), NAME),
    "rdf": (_text("records.ttl"), NAME),
    "schemaorg": (_text("dataset.jsonld"), "csv/data/ferries.csv"),
    "croissant": (_text("croissant.json"), "What is painted on its bow."),
    "csvw": (_text("csv-metadata.json"), "What is painted on its bow."),
    "ckan": (_text("upload.jsonl"), "A ship that carries petitions."),
    "huggingface": (_parquet("data/ferries.parquet"), NAME),
    "site": (_text("en/id/fer-1.html"), NAME),
}
"""How a format is read, and what of the ferry it must show: the record itself, its day or its sentences."""

WITHOUT_RECORDS = {"citation", "dcat"}
"""Formats that tell of a data set as a whole."""


def _any_file(folder: Path) -> str:
    """All files of a format as text, for one that `SHOWN` does not list."""
    return "".join(path.read_text("utf-8", "replace") for path in sorted(folder.rglob("*")) if path.is_file())


def test_only_formats_are_listed():
    assert set(SHOWN) | WITHOUT_RECORDS <= set(FORMATS)


@pytest.mark.parametrize("format", sorted(set(FORMATS) - WITHOUT_RECORDS))
def test_a_record_class_of_a_user_is_in_every_format(format: str, tmp_path: Path):
    try:
        load_exporter(format)
    except dxgov.NotInstalledError as error:
        pytest.skip(str(error))
    read, wanted = SHOWN.get(format, (_any_file, NAME))
    assert wanted in read(dxgov.export(harbour(), tmp_path / "export", formats=format) / format), (
        f"no {wanted!r} in the format {format}: write the name of each record, or add to SHOWN how the format is read and what it shows,"
        " or to WITHOUT_RECORDS if it shows no records"
    )


@pytest.mark.parametrize("format", FORMATS)
def test_help_docstring_and_page_list_every_format_with_its_summary(format: str):
    page = (ROOT / "docs" / "formats.md").read_text("utf-8")
    summary = FORMATS[format].summary
    assert f"| `{format}` | {summary.en} |" in page, "run python docs/generate.py"
    helps = (CliRunner().invoke(main, ["--lang", lang, "export", "--help"], terminal_width=200).output for lang in summary.texts)
    for text, expected in zip((dxgov.export.__doc__, *helps), (summary.en, *summary.texts.values()), strict=True):
        assert re.search(rf"^ +{format} +{re.escape(expected)}", text, re.MULTILINE)


def test_formats_that_need_a_library_have_an_extra_and_no_other():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert {name for name, format in FORMATS.items() if format.needs_extra} == set(FORMATS) & set(extras)
