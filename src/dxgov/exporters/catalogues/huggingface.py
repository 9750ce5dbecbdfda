"""A Hugging Face dataset repository: a card that names every table as a configuration, and the Parquet files beside it."""

from collections.abc import Iterator
from typing import Any

from dxgov.exporters.catalogues.catalogue import KNOWN_LICENSES, File, description, files, license_address, title
from dxgov.exporters.catalogues.citation import cited_as
from dxgov.exporters.catalogues.yaml import yaml
from dxgov.metadata import Metadata
from dxgov.storage.files import Files, Written
from dxgov.tables.collection import Collection

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M"))


def repository(data: Collection, written: Written) -> Files:
    """``README.md`` and the data: a whole repository, because a card can only name files below it."""
    listed = list(files(written, "parquet"))
    yield "README.md", f"---\n{yaml(_card(data, listed))}---\n\n{_text(data, listed)}".encode()
    for each in listed:
        yield f"data/{each.name}", written.content(each.path)


def _card(data: Collection, listed: list[File]) -> dict[str, Any]:
    about = data.metadata
    size = next((label for bound, label in _SIZES if len(data) < bound), "n>10M")
    found = {
        "pretty_name": title(about),
        **_terms(about),
        "language": list(dict.fromkeys(each.partition("-")[0] for each in about.languages)),
        "tags": list(dict.fromkeys(about.keywords)),
        "size_categories": [size],
        "configs": [
            {"config_name": each.table, "data_files": f"data/{each.name}", **({"default": True} if number == 0 else {})}
            for number, each in enumerate(listed)
        ],
    }
    return {key: value for key, value in found.items() if value != []}


def _terms(about: Metadata) -> dict[str, Any]:
    """The licences by the names of the hub, or ``other`` with the name and address of the first."""
    known = [KNOWN_LICENSES.get(each.name or "") for each in about.licenses]
    if known and all(known):
        names = list(dict.fromkeys(str(each.hugging_face) for each in known if each))
        return {"license": names[0] if len(names) == 1 else names}
    for each in about.licenses[:1]:
        link = license_address(each)
        return {"license": "other", "license_name": each.title or each.name or "see link"} | ({"license_link": link} if link else {})
    return {}


def _text(data: Collection, listed: list[File]) -> str:
    return "\n".join(_lines(data, listed)) + "\n"


def _lines(data: Collection, listed: list[File]) -> Iterator[str]:
    yield f"# {_line(title(data.metadata))}"
    yield ""
    yield description(data)
    yield ""
    yield "| configuration | title | one row is |"
    yield "|---|---|---|"
    for each in listed:
        yield f"| `{each.table}` | {each.title} | {_line(each.description)} |"
    yield ""
    yield "Cite as:"
    yield ""
    yield f"> {_line(cited_as(data.metadata))}"


def _line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
