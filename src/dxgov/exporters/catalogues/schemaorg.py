"""schema.org `Dataset` markup (JSON-LD) for a page about the data set, which search engines for data sets read."""

import json
from typing import Any

from dxgov.exporters.catalogues.catalogue import (
    MEDIA_TYPES,
    archive_path,
    as_web_address,
    creators,
    display_description,
    display_title,
    doi_address,
    license_address,
    list_files,
    list_packages,
    publishers,
    tag_texts,
)
from dxgov.metadata import Contributor, License
from dxgov.package.temporal_coverage import compute_coverage
from dxgov.storage.files import ExportFolder, Files
from dxgov.tables.collection import Collection


def export_schemaorg(data: Collection, folder: ExportFolder) -> Files:
    """Yield ``dataset.jsonld``, escaped so that a ``<script>`` element can hold it."""
    text = json.dumps(
        {"@context": "https://schema.org/", **dataset_properties(data), **_list_downloads(folder)}, ensure_ascii=False, indent=2
    )
    yield "dataset.jsonld", (text.replace("<", "\\u003c") + "\n").encode()


def dataset_properties(data: Collection) -> dict[str, Any]:
    """Return the schema.org properties of a data set, without its files.

    Name and description are one text each, because search engines and mlcroissant expect one; other properties hold them by language.
    """
    metadata, period = data.metadata, compute_coverage(data)
    properties = {
        "@type": "Dataset",
        "name": display_title(metadata),
        "alternateName": tag_texts(metadata.titles.texts.items()) if metadata.titles else [],
        "description": display_description(data),
        "abstract": tag_texts(metadata.descriptions.texts.items()) if metadata.descriptions else [],
        "identifier": doi_address(metadata) or metadata.name,
        "url": as_web_address(metadata.homepage),
        "version": metadata.version,
        "datePublished": metadata.created.isoformat() if metadata.created else None,
        "inLanguage": list(metadata.languages),
        "keywords": list(metadata.keywords),
        "about": [{"@id": subject} for subject in metadata.subjects],
        "license": [license_address(license) or {"@type": "CreativeWork", "name": _license_name(license)} for license in metadata.licenses],
        "creator": [_agent_properties(creator) for creator in creators(metadata)],
        "publisher": [_agent_properties(publisher) for publisher in publishers(metadata)],
        "temporalCoverage": "/".join(day.isoformat() for day in period) if period else None,
        "spatialCoverage": [{"@type": "Place", "identifier": place} for place in metadata.places],
        "isBasedOn": [
            _drop_empty({"@type": "CreativeWork", "name": source.name, "url": as_web_address(source.path), "version": source.version})
            for source in metadata.sources
        ],
    }
    return _drop_empty(properties)


def _agent_properties(contributor: Contributor) -> dict[str, Any]:
    """Return the properties of a person or an organization."""
    properties = {
        "@type": "Person" if contributor.person else "Organization",
        "name": contributor.name,
        "givenName": contributor.given_name,
        "familyName": contributor.family_name,
        "url": as_web_address(contributor.path),
        "email": contributor.email,
        "affiliation": {"@type": "Organization", "name": contributor.organization}
        if contributor.person and contributor.organization
        else None,
    }
    return _drop_empty(properties)


def _license_name(license: License) -> str:
    return license.title or license.name or str(license.path)


def _drop_empty(properties: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in properties.items() if value not in (None, [])}


def _list_downloads(folder: ExportFolder) -> dict[str, Any]:
    """Return the distributions: the zips, if any, and every file."""
    downloads = []
    for format in list_packages(folder):
        archive = archive_path(folder, format)
        if archive:
            downloads.append(_download_properties(archive, archive, "application/zip", folder))
        downloads += [_download_properties(file.path, file.name, MEDIA_TYPES[format], folder) for file in list_files(folder, format)]
    return {"distribution": downloads}


def _download_properties(path: str, name: str, media_type: str, folder: ExportFolder) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": name,
        "contentUrl": folder.url(path),
        "encodingFormat": media_type,
        "contentSize": f"{folder.size(path)} B",
        "sha256": folder.sha256(path),
    }
