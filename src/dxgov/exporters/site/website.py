"""Files of the site: pages in two languages, the search index, and the packages to download."""

from collections.abc import Callable
from functools import partial
from importlib.resources import files as package_resources
from pathlib import Path
from tempfile import TemporaryDirectory

from dxgov.dataset import Dataset
from dxgov.exporters.linked_data.language_tags import LanguageResolver
from dxgov.exporters.site.atlas import LANGUAGES, RecordNetwork
from dxgov.exporters.site.pages import Pages
from dxgov.exporters.site.searching import search_files
from dxgov.exporters.site.stories import Stories
from dxgov.package.write import build_csv_package, build_parquet_package
from dxgov.storage.files import ExportFolder, Files, capture_file, write_folder, write_zip
from dxgov.tables.collection import Collection


def export_site(data: Collection, folder: ExportFolder) -> Files:
    """Yield all files of the site, ``index.html`` first."""
    return site_files(RecordNetwork(data), f"{folder.base}site/" if folder.base else "")


def site_files(network: RecordNetwork, base: str = "") -> Files:
    """Yield all files of the site of a network's data set, ``index.html`` first; `base` is its address, empty if unknown."""
    data, languages = network.data, LanguageResolver(network.data)
    downloads = list(_make_downloads(data))
    stories = Stories(network, data) if isinstance(data, Dataset) else None
    editions = [Pages(network, stories, languages, lang, [path for path, _ in downloads], base) for lang in LANGUAGES]
    yield "index.html", editions[0].render_entrance()
    for pages in editions:
        yield from ((f"{pages.lang}/{path}", content) for path, content in pages)
    yield from search_files(network, editions[0].cut_pages)
    for static_file in sorted((package_resources("dxgov.exporters.site") / "static").iterdir(), key=lambda static_file: static_file.name):
        yield f"static/{static_file.name}", static_file.read_bytes()
    yield from downloads


def _make_downloads(data: Collection) -> Files:
    package_exporters: dict[str, Callable[[Collection], Files]] = {"csv": build_csv_package, "parquet": build_parquet_package}
    for format, package_exporter in package_exporters.items():
        yield f"downloads/{data.metadata.name}-{format}.zip", capture_file(partial(_write_zip, package_exporter, data))


def _write_zip(package_exporter: Callable[[Collection], Files], data: Collection, path: Path) -> None:
    with TemporaryDirectory(prefix="dxgov-") as folder:
        write_zip(Path(folder), write_folder(package_exporter(data), Path(folder)), path, compress=True)
