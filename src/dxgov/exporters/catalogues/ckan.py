"""CKAN: calls of its action API that create a dataset with a resource for each CSV file."""

import json
import re
from collections.abc import Iterator
from typing import Any

from dxgov.exporters.catalogues.catalogue import (
    KNOWN_LICENSES,
    archive_path,
    as_web_address,
    contacts,
    creators,
    display_description,
    display_title,
    doi_address,
    license_address,
    list_files,
    publishers,
)
from dxgov.languages import LanguageMap
from dxgov.metadata import Metadata
from dxgov.package.temporal_coverage import compute_coverage
from dxgov.storage.container import DESCRIPTOR
from dxgov.storage.files import ExportFolder, Files
from dxgov.tables.collection import Collection

_RESERVED = {"new", "edit", "search"}


def export_ckan(data: Collection, folder: ExportFolder) -> Files:
    """Yield ``package.json`` for a call of `package_create`, and ``upload.jsonl``, the calls that also upload the files.

    Titles and descriptions hold both languages in one text. Those in the folder ``fluent`` also have one for each, under the names of the
    extension ckanext-fluent; portals without it must not get them. Resources are linked only if the export has an address; without one,
    ``package.json`` has none.
    """
    yield from _render_calls(data, folder, "", translated=False)
    yield from _render_calls(data, folder, "fluent/", translated=True)


def _render_calls(data: Collection, folder: ExportFolder, prefix: str, *, translated: bool) -> Files:
    """Yield the two files under a prefix, with the fields of ckanext-fluent if `translated` is true."""
    dataset = dict(_dataset_fields(data))
    resources = []
    for path, names, descriptions, fields in _list_resources(folder):
        translations = _translate_fields(name=names, description=descriptions) if translated else {}
        resources.append((path, {"name": names.joined, "description": descriptions.joined, **translations, **fields}))
    if translated:
        dataset |= _translate_fields(title=data.metadata.titles, notes=data.metadata.descriptions)
    linked = [{**resource, "url": folder.url(path)} for path, resource in resources] if folder.base else []
    yield f"{prefix}package.json", (json.dumps({**dataset, "resources": linked}, ensure_ascii=False, indent=2) + "\n").encode()
    calls = [{"action": "package_create", "data": dataset}] + [
        {"action": "resource_create", "data": {**resource, "package_id": dataset["name"]}, "files": {"upload": path}}
        for path, resource in resources
    ]
    yield f"{prefix}upload.jsonl", "".join(json.dumps(call, ensure_ascii=False) + "\n" for call in calls).encode()


def _translate_fields(**texts: LanguageMap | None) -> dict[str, Any]:
    """Return the fields of ckanext-fluent with the translations of CKAN's own fields; texts of an unknown language have none."""
    return {f"{name}_translated": text.texts for name, text in texts.items() if text}


def _dataset_fields(data: Collection) -> Iterator[tuple[str, Any]]:
    metadata = data.metadata
    yield "name", _dataset_name(metadata.name)
    yield "title", display_title(metadata)
    yield "notes", display_description(data)
    yield "license_id", _license_id(metadata)
    if metadata.version and len(metadata.version) <= 100:
        yield "version", metadata.version
    if as_web_address(metadata.homepage):
        yield "url", metadata.homepage
    if creators(metadata):
        yield "author", ", ".join(creator.name for creator in creators(metadata))
    for contact in contacts(metadata)[:1]:
        yield "maintainer", contact.name
        if contact.email:
            yield "maintainer_email", contact.email
    yield "tags", [{"name": tag} for tag in dict.fromkeys(filter(None, map(_make_tag, metadata.keywords)))]
    yield "extras", [{"key": key, "value": value} for key, value in _extra_fields(data) if value]


def _extra_fields(data: Collection) -> Iterator[tuple[str, str | None]]:
    """Yield additional fields under the names of CKAN's DCAT extension, so that portals pass them on."""
    metadata, period = data.metadata, compute_coverage(data)
    yield "identifier", doi_address(metadata) or metadata.name
    yield "issued", metadata.created.isoformat() if metadata.created else None
    yield "language", json.dumps(metadata.languages) if metadata.languages else None
    yield "theme", json.dumps(metadata.subjects) if metadata.subjects else None
    yield "publisher_name", next((publisher.name for publisher in publishers(metadata)), None)
    yield "temporal_start", period[0].isoformat() if period else None
    yield "temporal_end", period[1].isoformat() if period else None
    yield "source", "\n".join(source.name for source in metadata.sources)
    yield (
        "terms",
        "\n".join(license_address(license) or license.title or license.name or str(license.path) for license in metadata.licenses),
    )


def _dataset_name(text: str) -> str:
    """Return a valid dataset name: 2 to 100 lower-case letters, digits, hyphens and underscores, and no reserved word."""
    name = text.replace(".", "-")[:100]
    return f"{name}-data" if len(name) < 2 or name in _RESERVED else name


def _make_tag(keyword: str) -> str | None:
    """Return a keyword as a valid tag: 2 to 100 letters, digits, spaces and ``- _ .``; None if too little is left."""
    tag = " ".join(re.sub(r"[^\w .-]", " ", keyword).split())[:100].strip()
    return tag if len(tag) >= 2 else None


def _license_id(metadata: Metadata) -> str:
    """Return CKAN's id of the only licence, or its own name; ``notspecified`` if there is none or more than one."""
    if len(metadata.licenses) != 1:
        return "notspecified"
    name = metadata.licenses[0].name
    license_ids = KNOWN_LICENSES.get(name or "")
    return (license_ids.ckan if license_ids else None) or name or "notspecified"


def _list_resources(folder: ExportFolder) -> Iterator[tuple[str, LanguageMap, LanguageMap, dict[str, Any]]]:
    """Yield the path, the names, the descriptions and further fields of each resource: tables, descriptor and zip."""
    for file in list_files(folder, "csv"):
        names = LanguageMap(f"{file.table} {file.titles.ja}", f"{file.table} {file.titles.en}")
        yield file.path, names, file.descriptions, _file_fields(folder, file.path, "CSV", "text/csv")
    path = f"csv/{DESCRIPTOR}"
    contents = LanguageMap("Data Packageのディスクリプタ。すべての表と列の意味を示す。", "Data Package: what every table and column means.")
    yield path, LanguageMap(DESCRIPTOR, DESCRIPTOR), contents, _file_fields(folder, path, "JSON", "application/json")
    archive = archive_path(folder, "csv")
    if archive:
        contents = LanguageMap("すべてのファイルをまとめたもの。", "All files in one.")
        yield archive, LanguageMap(archive, archive), contents, _file_fields(folder, archive, "ZIP", "application/zip")


def _file_fields(folder: ExportFolder, path: str, format: str, media_type: str) -> dict[str, Any]:
    return {"format": format, "mimetype": media_type, "size": folder.size(path), "hash": f"sha256:{folder.sha256(path)}"}
