"""CKAN: what its action API takes to make a dataset with a resource for each CSV file."""

import json
import re
from collections.abc import Iterator
from typing import Any

from dxgov.exporters.catalogues.catalogue import (
    KNOWN_LICENSES,
    archive,
    contacts,
    coverage,
    creators,
    description,
    doi_address,
    files,
    license_address,
    publishers,
    title,
    web,
)
from dxgov.metadata import Metadata
from dxgov.storage.container import DESCRIPTOR
from dxgov.storage.files import Files, Written
from dxgov.tables.collection import Collection

_RESERVED = {"new", "edit", "search"}


def package_create(data: Collection, written: Written) -> Files:
    """``package.json`` for a call of `package_create`, and ``upload.jsonl``, the calls that make the dataset and upload its files.

    Resources can be linked only where the address of the export is known; without it, ``package.json`` has none.
    """
    dataset = dict(_dataset(data))
    resources = list(_resources(written))
    linked = [{**each, "url": written.address(path)} for path, each in resources] if written.base else []
    yield "package.json", (json.dumps({**dataset, "resources": linked}, ensure_ascii=False, indent=2) + "\n").encode()
    calls = [{"action": "package_create", "data": dataset}] + [
        {"action": "resource_create", "data": {**each, "package_id": dataset["name"]}, "files": {"upload": path}}
        for path, each in resources
    ]
    yield "upload.jsonl", "".join(json.dumps(call, ensure_ascii=False) + "\n" for call in calls).encode()


def _dataset(data: Collection) -> Iterator[tuple[str, Any]]:
    about = data.metadata
    yield "name", _name(about.name)
    yield "title", title(about)
    yield "notes", description(data)
    yield "license_id", _license(about)
    if about.version and len(about.version) <= 100:
        yield "version", about.version
    if web(about.homepage):
        yield "url", about.homepage
    if creators(about):
        yield "author", ", ".join(each.name for each in creators(about))
    for each in contacts(about)[:1]:
        yield "maintainer", each.name
        if each.email:
            yield "maintainer_email", each.email
    yield "tags", [{"name": tag} for tag in dict.fromkeys(filter(None, map(_tag, about.keywords)))]
    yield "extras", [{"key": key, "value": value} for key, value in _extras(data) if value]


def _extras(data: Collection) -> Iterator[tuple[str, str | None]]:
    """Under the names that CKAN's own extension for DCAT gives them, so that such a portal passes them on."""
    about, days = data.metadata, coverage(data)
    yield "identifier", doi_address(about) or about.name
    yield "issued", about.created.isoformat() if about.created else None
    yield "language", json.dumps(about.languages) if about.languages else None
    yield "theme", json.dumps(about.subjects) if about.subjects else None
    yield "publisher_name", next((each.name for each in publishers(about)), None)
    yield "temporal_start", days[0].isoformat() if days else None
    yield "temporal_end", days[1].isoformat() if days else None
    yield "source", "\n".join(each.name for each in about.sources)
    yield "terms", "\n".join(license_address(each) or each.title or each.name or str(each.path) for each in about.licenses)


def _name(text: str) -> str:
    """A name that CKAN takes: 2 to 100 lower-case letters, digits, hyphens and underscores, and none of its own words."""
    found = text.replace(".", "-")[:100]
    return f"{found}-data" if len(found) < 2 or found in _RESERVED else found


def _tag(keyword: str) -> str | None:
    """A keyword as CKAN takes it: letters of any script, digits, spaces and ``- _ .``, 2 to 100 of them."""
    found = " ".join(re.sub(r"[^\w .-]", " ", keyword).split())[:100].strip()
    return found if len(found) >= 2 else None


def _license(about: Metadata) -> str:
    """What CKAN calls the licence, or else the name that it has here; nothing is said where there are several or none."""
    if len(about.licenses) != 1:
        return "notspecified"
    name = about.licenses[0].name
    known = KNOWN_LICENSES.get(name or "")
    return (known.ckan if known else None) or name or "notspecified"


def _resources(written: Written) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each file with what CKAN keeps of it, by its path in the export: the tables, the descriptor and the zip."""
    for each in files(written, "csv"):
        yield each.path, _resource(written, each.path, f"{each.table} {each.title}", each.description, "CSV", "text/csv")
    path = f"csv/{DESCRIPTOR}"
    yield path, _resource(written, path, DESCRIPTOR, "Data Package: what every table and column means.", "JSON", "application/json")
    packed = archive(written, "csv")
    if packed:
        yield packed, _resource(written, packed, packed, "All files in one.", "ZIP", "application/zip")


def _resource(written: Written, path: str, name: str, about: str, format: str, media_type: str) -> dict[str, Any]:
    return {
        "name": name,
        "description": about,
        "format": format,
        "mimetype": media_type,
        "size": written.size(path),
        "hash": f"sha256:{written.sha256(path)}",
    }
