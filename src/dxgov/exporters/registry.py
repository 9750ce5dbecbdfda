"""The export formats by name, each with the function that makes its files.

A line names its exporter as text, so that a format and its library are imported only when the format is used. A new format is one
module and one line here: every exporter takes the data set and the folder of the export, and yields files. Lists of formats in help
texts, docstrings and pages are made from the lines. If the exporter needs a library, the extra that installs the library has the name
of the format.
"""

from collections.abc import Callable, Iterable, Mapping
from inspect import cleandoc
from pkgutil import resolve_name
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from attrs import frozen

from dxgov.errors import UnknownNameError, did_you_mean
from dxgov.languages import Lang, LanguageMap
from dxgov.optional_dependencies import require_extra

if TYPE_CHECKING:
    from dxgov.storage.files import ExportFolder, Files
    from dxgov.tables.collection import Collection

    Exporter = Callable[[Collection, ExportFolder], Files]
    """Yields the files of a format. The folder holds what the export has written so far, and the address it will be published at."""

P = ParamSpec("P")
R = TypeVar("R")


@frozen
class Format:
    """An export format."""

    exporter: str
    """The exporter as ``module:function``."""
    summary: LanguageMap
    """The content of the files in a few words. Help texts, docstrings and pages print it in their lists of formats."""
    describes: tuple[str, ...] = ()
    """Package formats whose files the exporter reads from the folder; they are written before it."""
    needs_extra: bool = False
    """Whether the exporter needs a library, which the extra of the format's name installs."""


FORMATS: Mapping[str, Format] = {
    "csv": Format("dxgov.exporters.registry:export_csv", LanguageMap("CSVのデータパッケージ", "a Data Package of CSV files")),
    "parquet": Format(
        "dxgov.exporters.registry:export_parquet", LanguageMap("Parquetのデータパッケージ", "a Data Package of Parquet files")
    ),
    "wide": Format(
        "dxgov.exporters.wide:export_wide",
        LanguageMap(
            "主な表に、参照先の名称を結合したもの（CSVとParquet）",
            "the chief tables with the names of all that they refer to, CSV and Parquet",
        ),
    ),
    "xlsx": Format(
        "dxgov.exporters.spreadsheets.xlsx:export_xlsx",
        LanguageMap("表ごとにシートを分けたExcelブック", "an Excel workbook with a sheet for each table"),
        needs_extra=True,
    ),
    "csv-excel": Format(
        "dxgov.exporters.spreadsheets.csv_excel:export_csv_excel",
        LanguageMap("Excelで開いても値が変わらない閲覧用のCSV", "CSV files that Excel opens without harm, for viewing"),
    ),
    "sqlite": Format(
        "dxgov.exporters.databases.sqlite:export_sqlite",
        LanguageMap("SQLiteデータベース（Datasetteでも使える）", "an SQLite database, also for Datasette"),
    ),
    "duckdb": Format(
        "dxgov.exporters.databases.duckdb:export_duckdb", LanguageMap("DuckDBデータベース", "a DuckDB database"), needs_extra=True
    ),
    "jsonl": Format(
        "dxgov.exporters.jsonl:export_jsonl",
        LanguageMap(
            "JSON Lines（表ごとに一つのファイル、一行に一つの記録）", "JSON Lines, a file for each table and a record on each line"
        ),
    ),
    "ical": Format(
        "dxgov.exporters.ical:export_ical",
        LanguageMap("日付のある出来事のカレンダー", "a calendar feed of all that is dated and happens"),
        needs_extra=True,
    ),
    "site": Format(
        "dxgov.exporters.site.website:export_site",
        LanguageMap("日本語と英語で閲覧、検索するページ", "pages in Japanese and English to browse and search"),
        needs_extra=True,
    ),
    "rdf": Format("dxgov.exporters.linked_data.rdf:export_rdf", LanguageMap("リンクトデータ", "the records as linked data")),
    "dcat": Format(
        "dxgov.exporters.catalogues.dcat:export_dcat",
        LanguageMap("データカタログが収集するDCAT", "what catalogues harvest, in DCAT"),
        describes=("csv", "parquet"),
    ),
    "schemaorg": Format(
        "dxgov.exporters.catalogues.schemaorg:export_schemaorg",
        LanguageMap("データセットの検索エンジン向けの記述", "what search engines for data sets read"),
        describes=("csv", "parquet"),
    ),
    "croissant": Format(
        "dxgov.exporters.catalogues.croissant:export_croissant",
        LanguageMap("学習用データを読み込む道具向けの記述", "what loaders of training data read"),
        describes=("parquet",),
    ),
    "csvw": Format(
        "dxgov.exporters.catalogues.csvw:export_csvw",
        LanguageMap("CSV on the Webの道具向けの記述", "what tools for CSV on the Web read"),
        describes=("csv",),
    ),
    "ckan": Format("dxgov.exporters.catalogues.ckan:export_ckan", LanguageMap("CKANへの登録用", "what CKAN takes"), describes=("csv",)),
    "huggingface": Format(
        "dxgov.exporters.catalogues.huggingface:export_huggingface",
        LanguageMap("Hugging Faceへの登録用", "what the Hugging Face hub takes"),
        describes=("parquet",),
    ),
    "citation": Format(
        "dxgov.exporters.catalogues.citation:export_citation",
        LanguageMap("CITATION.cff（GitHub、Zenodo、文献管理ソフト用）", "a CITATION.cff, for GitHub, Zenodo and reference managers"),
    ),
}
"""The formats by name. An export writes each into a folder of that name."""

DEFAULT_FORMATS = ("csv", "parquet")
"""Formats that an export writes unless the caller names others."""


def load_exporter(format: str) -> "Exporter":
    """Return the exporter of a format.

    Raises:
        UnknownNameError: there is no such format.
        NotInstalledError: it needs a library that is not installed.
    """
    if format not in FORMATS:
        raise UnknownNameError(f"there is no format {format!r}{did_you_mean(format, FORMATS)}; expected {join_format_names()}")
    with require_extra(format):
        return cast("Exporter", resolve_name(FORMATS[format].exporter))


def expand_formats(formats: Iterable[str]) -> tuple[str, ...]:
    """Return the formats in the order of writing, with the packages that some of them describe added.

    A format describes the packages that the caller names. Only if the caller names none of them, all that it describes are added.
    """
    requested = tuple(formats)
    described = {format: FORMATS[format].describes if format in FORMATS else () for format in requested}
    added = [package for packages in described.values() if not set(packages) & set(requested) for package in packages]
    return tuple(dict.fromkeys(sorted((*added, *requested), key=lambda format: bool(described.get(format)))))


def join_format_names() -> str:
    """Return the names of all formats as an enumeration, such as ``csv, parquet or wide``."""
    *names, last = FORMATS
    return f"{', '.join(names)} or {last}"


def list_formats(lang: Lang = "en") -> str:
    """Return a line for each format: its name, its summary in a language and the extra that it needs."""
    extra = LanguageMap("（dxgov[{}]が必要）", " (needs dxgov[{}])")[lang]
    width = max(map(len, FORMATS))
    lines = {name: f"{name:{width}}  {format.summary[lang]}" for name, format in FORMATS.items()}
    return "\n".join(f"{line}{extra.format(name)}" if FORMATS[name].needs_extra else line for name, line in lines.items())


def document_formats(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a function so that its docstring lists the formats before its arguments."""
    if function.__doc__:  # there is none if Python runs with -OO
        description, heading, sections = cleandoc(function.__doc__).partition("\n\nArgs:\n")
        formats = "\n".join(f"    {line}" for line in list_formats().splitlines())
        function.__doc__ = f"{description}\n\nThe formats::\n\n{formats}{heading}{sections}"
    return function


def export_csv(data: "Collection", _folder: "ExportFolder") -> "Files":
    """Yield the files of the CSV package."""
    from dxgov.package.write import build_csv_package

    return build_csv_package(data)


def export_parquet(data: "Collection", _folder: "ExportFolder") -> "Files":
    """Yield the files of the Parquet package."""
    from dxgov.package.write import build_parquet_package

    return build_parquet_package(data)
