"""Facts that all catalogues ask for: title and description, contributors, licences, and the files of the packages."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from attrs import frozen

from dxgov.errors import format_count
from dxgov.languages import Lang, LanguageMap
from dxgov.metadata import Contributor, License, Metadata
from dxgov.storage.container import DESCRIPTOR
from dxgov.storage.files import ExportFolder
from dxgov.tables.collection import Collection

_CREATORS = {"creator", "author"}
_PUBLISHERS = {"publisher", "distributor"}
_CONTACTS = {"contact", "contactperson", "contactpoint"}

MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
"""Media types of the tables of a package, by package format."""


def display_title(metadata: Metadata) -> str:
    """Return the title, or the name if there is none."""
    return metadata.title or metadata.name


def title_texts(metadata: Metadata) -> Sequence[tuple[Lang | None, str]]:
    """Return the titles, each after its language; the title, or else the name, after None if the languages are unknown."""
    return [*metadata.titles.texts.items()] if metadata.titles else [(None, display_title(metadata))]


def description_texts(data: Collection) -> Sequence[tuple[Lang | None, str]]:
    """Return the descriptions, each after its language; the text of `display_description` after None if the languages are unknown."""
    return [*data.metadata.descriptions.texts.items()] if data.metadata.descriptions else [(None, display_description(data))]


def display_description(data: Collection) -> str:
    """Return the description, or the numbers of records if there is none."""
    if data.metadata.description:
        return data.metadata.description
    tables = [f"{len(records):,} {name.replace('_', ' ')}" for name, records in data.tables.items() if len(records)]
    summary = f"{display_title(data.metadata)}: {format_count(len(data), 'record')}"
    return f"{summary} ({', '.join(tables)})" if tables else summary


def tag_texts(texts: Iterable[tuple[Lang | None, str]]) -> list[Any]:
    """Return texts, each after its language, as values of JSON-LD; a text after None has no language."""
    return [{"@value": text, "@language": lang} if lang else text for lang, text in texts]


def creators(metadata: Metadata) -> tuple[Contributor, ...]:
    """Return the contributors with the role of a creator, or all if none has it."""
    return _with_role(metadata, _CREATORS) or metadata.contributors


def publishers(metadata: Metadata) -> tuple[Contributor, ...]:
    """Return the contributors with the role of a publisher."""
    return _with_role(metadata, _PUBLISHERS)


def contacts(metadata: Metadata) -> tuple[Contributor, ...]:
    """Return the contributors with the role of a contact."""
    return _with_role(metadata, _CONTACTS)


def _with_role(metadata: Metadata, roles: set[str]) -> tuple[Contributor, ...]:
    return tuple(
        contributor for contributor in metadata.contributors if roles & {re.sub("[^a-z]", "", role.lower()) for role in contributor.roles}
    )


def as_web_address(text: str | None) -> str | None:
    """Return the text if it is an address on the web, else None; paths of metadata may be anything."""
    return text if text and re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", text) and text.isprintable() else None


def doi_address(metadata: Metadata) -> str | None:
    """Return the address of the DOI, or None."""
    return f"https://doi.org/{metadata.doi}" if metadata.doi else None


def license_address(license: License) -> str | None:
    """Return the address of a licence: the one stated, or the SPDX page of a known name, or None."""
    license_ids = KNOWN_LICENSES.get(license.name or "")
    return as_web_address(license.path) or (f"https://spdx.org/licenses/{license.name}" if license_ids else None)


@frozen
class LicenseIds:
    """Identifiers that catalogues have for an SPDX licence; None if a catalogue has none."""

    ckan: str | None
    hugging_face: str | None


KNOWN_LICENSES = {
    "CC0-1.0": LicenseIds("cc-zero", "cc0-1.0"),
    "CC-BY-2.0": LicenseIds("cc-by", "cc-by-2.0"),
    "CC-BY-2.5": LicenseIds("cc-by", "cc-by-2.5"),
    "CC-BY-3.0": LicenseIds("cc-by", "cc-by-3.0"),
    "CC-BY-4.0": LicenseIds("cc-by", "cc-by-4.0"),
    "CC-BY-SA-3.0": LicenseIds("cc-by-sa", "cc-by-sa-3.0"),
    "CC-BY-SA-4.0": LicenseIds("cc-by-sa", "cc-by-sa-4.0"),
    "CC-BY-NC-3.0": LicenseIds("cc-nc", "cc-by-nc-3.0"),
    "CC-BY-NC-4.0": LicenseIds("cc-nc", "cc-by-nc-4.0"),
    "CC-BY-ND-4.0": LicenseIds(None, "cc-by-nd-4.0"),
    "CC-BY-NC-SA-4.0": LicenseIds(None, "cc-by-nc-sa-4.0"),
    "CC-BY-NC-ND-4.0": LicenseIds(None, "cc-by-nc-nd-4.0"),
    "ODC-By-1.0": LicenseIds("odc-by", "odc-by"),
    "ODbL-1.0": LicenseIds("odc-odbl", "odbl"),
    "PDDL-1.0": LicenseIds("odc-pddl", "pddl"),
    "MIT": LicenseIds(None, "mit"),
    "Apache-2.0": LicenseIds(None, "apache-2.0"),
}
"""Licences by SPDX name, with their identifiers in catalogues."""


@frozen
class PackageFile:
    """A table file of a package that the export has written."""

    table: str
    """Name of the table."""
    path: str
    """Path relative to the folder of the export."""
    titles: LanguageMap
    descriptions: LanguageMap
    format: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """The last segment of the path."""
        return self.path.rpartition("/")[2]


def list_packages(folder: ExportFolder, formats: tuple[str, ...] = tuple(MEDIA_TYPES)) -> tuple[str, ...]:
    """Return the formats of the packages in the folder of an export."""
    return tuple(format for format in formats if folder.exists(f"{format}/{DESCRIPTOR}"))


def list_files(folder: ExportFolder, format: str) -> Iterator[PackageFile]:
    """Yield the table files of a package that this export has written, with their sizes and hashes."""
    descriptor: dict[str, Any] = json.loads(folder.read_bytes(f"{format}/{DESCRIPTOR}"))
    for resource in descriptor["resources"]:
        path = f"{format}/{resource['path']}"
        yield PackageFile(
            resource["name"],
            path,
            LanguageMap(**resource["titles"]),
            LanguageMap(**resource["descriptions"]),
            format,
            folder.size(path),
            folder.sha256(path),
        )


def archive_path(folder: ExportFolder, format: str) -> str | None:
    """Return the path of the zip of a package, or None if the export writes no zips."""
    return f"{format}.zip" if folder.exists(f"{format}.zip") else None
