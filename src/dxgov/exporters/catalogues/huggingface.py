"""A Hugging Face dataset repository: a card that names every table as a configuration, and the Parquet files beside it."""

from collections.abc import Iterator
from typing import Any

from dxgov.exporters.catalogues.catalogue import (
    KNOWN_LICENSES,
    PackageFile,
    display_description,
    display_title,
    license_address,
    list_files,
)
from dxgov.exporters.catalogues.citation import format_citation
from dxgov.exporters.catalogues.yaml import dump_yaml
from dxgov.metadata import Metadata
from dxgov.storage.files import ExportFolder, Files
from dxgov.tables.collection import Collection

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M"))


def export_huggingface(data: Collection, folder: ExportFolder) -> Files:
    """Yield ``README.md`` and copies of the Parquet files, because a card can only name files below it."""
    files = list(list_files(folder, "parquet"))
    yield "README.md", f"---\n{dump_yaml(_card_metadata(data, files))}---\n\n{_render_card(data, files)}".encode()
    for file in files:
        yield f"data/{file.name}", folder.read_bytes(file.path)


def _card_metadata(data: Collection, files: list[PackageFile]) -> dict[str, Any]:
    metadata = data.metadata
    size = next((label for bound, label in _SIZES if len(data) < bound), "n>10M")
    card = {
        "pretty_name": display_title(metadata),
        **_license_fields(metadata),
        "language": list(dict.fromkeys(language.partition("-")[0] for language in metadata.languages)),
        "tags": list(dict.fromkeys(metadata.keywords)),
        "size_categories": [size],
        "configs": [
            {"config_name": file.table, "data_files": f"data/{file.name}", **({"default": True} if number == 0 else {})}
            for number, file in enumerate(files)
        ],
    }
    return {key: value for key, value in card.items() if value != []}


def _license_fields(metadata: Metadata) -> dict[str, Any]:
    """Return the hub's ids of the licences, or ``other`` with the name and address of the first."""
    license_ids = [KNOWN_LICENSES.get(license.name or "") for license in metadata.licenses]
    if license_ids and all(license_ids):
        names = list(dict.fromkeys(str(ids.hugging_face) for ids in license_ids if ids))
        return {"license": names[0] if len(names) == 1 else names}
    for license in metadata.licenses[:1]:
        link = license_address(license)
        return {"license": "other", "license_name": license.title or license.name or "see link"} | ({"license_link": link} if link else {})
    return {}


def _render_card(data: Collection, files: list[PackageFile]) -> str:
    return "\n".join(_render_card_lines(data, files)) + "\n"


def _render_card_lines(data: Collection, files: list[PackageFile]) -> Iterator[str]:
    yield f"# {_escape_line(display_title(data.metadata))}"
    yield ""
    yield display_description(data)
    yield ""
    yield "| configuration | 名称 / title | 1行の内容 / one row is |"
    yield "|---|---|---|"
    for file in files:
        yield f"| `{file.table}` | {_escape_line(file.titles.joined)} | {_escape_line(file.descriptions.joined)} |"
    yield ""
    yield "Cite as:"
    yield ""
    yield f"> {_escape_line(format_citation(data.metadata))}"


def _escape_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
