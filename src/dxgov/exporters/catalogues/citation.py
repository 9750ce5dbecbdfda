"""``CITATION.cff`` (Citation File Format 1.2.0): how to cite the data set."""

from typing import Any

from dxgov.exporters.catalogues.catalogue import KNOWN_LICENSES, creators, license_address, title, web
from dxgov.exporters.catalogues.yaml import yaml
from dxgov.metadata import Contributor, Metadata
from dxgov.storage.files import Files
from dxgov.tables.collection import Collection

_MESSAGE = "If you use these data, please cite them as below."


def citation_file(data: Collection) -> Files:
    """``CITATION.cff``, which belongs at the top of a repository."""
    about = data.metadata
    found = {
        "cff-version": "1.2.0",
        "message": _MESSAGE,
        "type": "dataset",
        "title": title(about),
        "abstract": about.description,
        "authors": _authors(about),
        "version": about.version,
        "date-released": about.created.isoformat() if about.created else None,
        "doi": about.doi,
        "url": web(about.homepage),
        "keywords": list(dict.fromkeys(about.keywords)) or None,
        **_terms(about),
    }
    yield "CITATION.cff", yaml({key: value for key, value in found.items() if value is not None}).encode()


def _authors(about: Metadata) -> list[dict[str, str]]:
    """At least one, and none twice, as the format wants it."""
    authors: list[dict[str, str]] = []
    for author in map(_author, creators(about)):
        if author not in authors:
            authors.append(author)
    return authors or [{"name": "anonymous"}]


def _author(each: Contributor) -> dict[str, str]:
    """A person, by the whole name where nobody says which part of it is the family's, or else a body."""
    found: dict[str, str | None]
    if not each.person:
        found = {"name": each.name}
    elif each.title and not (each.given_name and each.family_name):
        found = {"alias": each.title, "affiliation": each.organization}
    else:
        found = {"family-names": each.family_name, "given-names": each.given_name, "affiliation": each.organization}
    return {key: value for key, value in {**found, "website": web(each.path)}.items() if value}


def _terms(about: Metadata) -> dict[str, Any]:
    """The SPDX names of the licences, or else the address of the first."""
    names = [each.name for each in about.licenses]
    if names and all(name in KNOWN_LICENSES for name in names):
        unique = list(dict.fromkeys(names))
        return {"license": unique[0] if len(unique) == 1 else unique}
    return {"license-url": next((address for each in about.licenses if (address := license_address(each))), None)}


def cited_as(about: Metadata) -> str:
    """One line to cite the data set by: who, what, version, year."""
    people = ", ".join(each.name for each in creators(about))
    told = [
        f"version {about.version}" if about.version else None,
        str(about.created.year) if about.created else None,
        about.doi and f"https://doi.org/{about.doi}",
    ]
    return ", ".join(filter(None, [f"{people}: {title(about)}" if people else title(about), *told]))
