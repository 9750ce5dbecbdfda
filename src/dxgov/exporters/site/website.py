"""The files of the site: pages in two languages, the parts of the search, and the data themselves to download."""

from collections.abc import Callable
from functools import partial
from importlib.resources import files as packaged
from pathlib import Path
from tempfile import TemporaryDirectory

from dxgov.exporters.linked_data.language_tags import Languages
from dxgov.exporters.site.atlas import LANGUAGES, Atlas
from dxgov.exporters.site.pages import Pages
from dxgov.exporters.site.searching import search_files
from dxgov.package.write import csv_package, parquet_package
from dxgov.storage.files import Files, write_folder, write_zip, written_by
from dxgov.tables.collection import Collection


def website(data: Collection) -> Files:
    """All files of the site, ``index.html`` first."""
    atlas, languages = Atlas(data), Languages(data)
    downloads = list(_downloads(data))
    editions = [Pages(atlas, languages, lang, [path for path, _ in downloads]) for lang in LANGUAGES]
    yield "index.html", editions[0].entrance()
    for pages in editions:
        yield from ((f"{pages.lang}/{path}", content) for path, content in pages)
    yield from search_files(atlas)
    for each in sorted((packaged("dxgov.exporters.site") / "static").iterdir(), key=lambda each: each.name):
        yield f"static/{each.name}", each.read_bytes()
    yield from downloads


def _downloads(data: Collection) -> Files:
    packages: dict[str, Callable[[Collection], Files]] = {"csv": csv_package, "parquet": parquet_package}
    for format, files in packages.items():
        yield f"downloads/{data.metadata.name}-{format}.zip", written_by(partial(_zip, files, data))


def _zip(files: Callable[[Collection], Files], data: Collection, place: Path) -> None:
    with TemporaryDirectory(prefix="dxgov-") as folder:
        write_zip(Path(folder), write_folder(files(data), Path(folder)), place)
