"""``CITATION.cff`` (Citation File Format 1.2.0): how to cite the data set."""

from typing import Any

from dxgov.exporters.catalogues.catalogue import KNOWN_LICENSES, as_web_address, creators, display_title, license_address
from dxgov.exporters.catalogues.yaml import dump_yaml
from dxgov.metadata import Contributor, Metadata
from dxgov.storage.files import ExportFolder, Files
from dxgov.tables.collection import Collection

_MESSAGE = "If you use these data, please cite them as below."


def export_citation(data: Collection, _folder: ExportFolder) -> Files:
    """Yield ``CITATION.cff``, which belongs at the top of a repository."""
    metadata = data.metadata
    fields = {
        "cff-version": "1.2.0",
        "message": _MESSAGE,
        "type": "dataset",
        "title": display_title(metadata),
        "abstract": metadata.description,
        "authors": _list_authors(metadata),
        "version": metadata.version,
        "date-released": metadata.created.isoformat() if metadata.created else None,
        "doi": metadata.doi,
        "url": as_web_address(metadata.homepage),
        "keywords": list(dict.fromkeys(metadata.keywords)) or None,
        **_license_fields(metadata),
    }
    yield "CITATION.cff", dump_yaml({key: value for key, value in fields.items() if value is not None}).encode()


def _list_authors(metadata: Metadata) -> list[dict[str, str]]:
    """Return the distinct authors; a placeholder if there are none, since the format requires one."""
    authors: list[dict[str, str]] = []
    for author in map(_author_fields, creators(metadata)):
        if author not in authors:
            authors.append(author)
    return authors or [{"name": "anonymous"}]


def _author_fields(contributor: Contributor) -> dict[str, str]:
    """Return the fields of a person or an organization; a person without separate name parts is an alias."""
    fields: dict[str, str | None]
    if not contributor.person:
        fields = {"name": contributor.name}
    elif contributor.title and not (contributor.given_name and contributor.family_name):
        fields = {"alias": contributor.title, "affiliation": contributor.organization}
    else:
        fields = {"family-names": contributor.family_name, "given-names": contributor.given_name, "affiliation": contributor.organization}
    return {key: value for key, value in {**fields, "website": as_web_address(contributor.path)}.items() if value}


def _license_fields(metadata: Metadata) -> dict[str, Any]:
    """Return the SPDX names of the licences, or the address of the first if a name is unknown."""
    names = [license.name for license in metadata.licenses]
    if names and all(name in KNOWN_LICENSES for name in names):
        unique = list(dict.fromkeys(names))
        return {"license": unique[0] if len(unique) == 1 else unique}
    return {"license-url": next((address for license in metadata.licenses if (address := license_address(license))), None)}


def format_citation(metadata: Metadata) -> str:
    """Return a one-line citation: creators, title, version, year, DOI."""
    names = ", ".join(creator.name for creator in creators(metadata))
    details = [
        f"version {metadata.version}" if metadata.version else None,
        str(metadata.created.year) if metadata.created else None,
        metadata.doi and f"https://doi.org/{metadata.doi}",
    ]
    return ", ".join(filter(None, [f"{names}: {display_title(metadata)}" if names else display_title(metadata), *details]))
