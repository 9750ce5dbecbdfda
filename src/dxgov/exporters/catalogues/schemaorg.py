"""schema.org `Dataset` markup (JSON-LD) for a page about the data set, which search engines for data sets read."""

import json
from typing import Any

from dxgov.exporters.catalogues.catalogue import (
    MEDIA_TYPES,
    archive,
    coverage,
    creators,
    description,
    doi_address,
    files,
    license_address,
    packages,
    publishers,
    title,
    web,
)
from dxgov.metadata import Contributor, License
from dxgov.storage.files import Files, Written
from dxgov.tables.collection import Collection


def markup(data: Collection, written: Written) -> Files:
    """``dataset.jsonld``: safe to stand in a ``<script>`` element as it is."""
    text = json.dumps({"@context": "https://schema.org/", **about(data), **_downloads(written)}, ensure_ascii=False, indent=2)
    yield "dataset.jsonld", (text.replace("<", "\\u003c") + "\n").encode()


def about(data: Collection) -> dict[str, Any]:
    """What schema.org has words for, without the files."""
    own, days = data.metadata, coverage(data)
    found = {
        "@type": "Dataset",
        "name": title(own),
        "description": description(data),
        "identifier": doi_address(own) or own.name,
        "url": web(own.homepage),
        "version": own.version,
        "datePublished": own.created.isoformat() if own.created else None,
        "inLanguage": list(own.languages),
        "keywords": list(own.keywords),
        "about": [{"@id": each} for each in own.subjects],
        "license": [license_address(each) or {"@type": "CreativeWork", "name": _license_name(each)} for each in own.licenses],
        "creator": [agent(each) for each in creators(own)],
        "publisher": [agent(each) for each in publishers(own)],
        "temporalCoverage": "/".join(day.isoformat() for day in days) if days else None,
        "spatialCoverage": [{"@type": "Place", "identifier": each} for each in own.places],
        "isBasedOn": [
            _filled({"@type": "CreativeWork", "name": each.name, "url": web(each.path), "version": each.version}) for each in own.sources
        ],
    }
    return _filled(found)


def agent(each: Contributor) -> dict[str, Any]:
    """A contributor: a person or a body."""
    found = {
        "@type": "Person" if each.person else "Organization",
        "name": each.name,
        "givenName": each.given_name,
        "familyName": each.family_name,
        "url": web(each.path),
        "email": each.email,
        "affiliation": {"@type": "Organization", "name": each.organization} if each.person and each.organization else None,
    }
    return _filled(found)


def _license_name(terms: License) -> str:
    return terms.title or terms.name or str(terms.path)


def _filled(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if value not in (None, [])}


def _downloads(written: Written) -> dict[str, Any]:
    """The zips where there are some, and every file."""
    downloads = []
    for format in packages(written):
        packed = archive(written, format)
        if packed:
            downloads.append(_download(packed, packed, "application/zip", written))
        downloads += [_download(each.path, each.name, MEDIA_TYPES[format], written) for each in files(written, format)]
    return {"distribution": downloads}


def _download(path: str, name: str, media_type: str, written: Written) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": name,
        "contentUrl": written.address(path),
        "encodingFormat": media_type,
        "contentSize": f"{written.size(path)} B",
        "sha256": written.sha256(path),
    }
