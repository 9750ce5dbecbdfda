"""What catalogues ask of a data set: its title and description, who made it, what time it covers, and which files there are."""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from attrs import frozen

from dxgov.errors import count
from dxgov.metadata import Contributor, License, Metadata
from dxgov.package.temporal_coverage import coverage as covered
from dxgov.storage.container import DESCRIPTOR
from dxgov.storage.files import Written
from dxgov.tables.collection import Collection

_CREATORS = {"creator", "author"}
_PUBLISHERS = {"publisher", "distributor"}
_CONTACTS = {"contact", "contactperson", "contactpoint"}

MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
"""The formats of packages and the media types of their files."""


def title(about: Metadata) -> str:
    """The title, or else the name."""
    return about.title or about.name


def description(data: Collection) -> str:
    """The description, or else what can be counted."""
    if data.metadata.description:
        return data.metadata.description
    tables = [f"{len(records):,} {name.replace('_', ' ')}" for name, records in data.tables.items() if len(records)]
    told = f"{title(data.metadata)}: {count(len(data), 'record')}"
    return f"{told} ({', '.join(tables)})" if tables else told


def creators(about: Metadata) -> tuple[Contributor, ...]:
    """Who made the data: those who are said to, or else all who had a part in them."""
    return _with_role(about, _CREATORS) or about.contributors


def publishers(about: Metadata) -> tuple[Contributor, ...]:
    """Who publishes the data, where it is said."""
    return _with_role(about, _PUBLISHERS)


def contacts(about: Metadata) -> tuple[Contributor, ...]:
    """Whom to ask about the data, where it is said."""
    return _with_role(about, _CONTACTS)


def _with_role(about: Metadata, roles: set[str]) -> tuple[Contributor, ...]:
    return tuple(each for each in about.contributors if roles & {re.sub("[^a-z]", "", role.lower()) for role in each.roles})


def coverage(data: Collection) -> tuple[date, date] | None:
    """The first and the last day of which the records tell; nothing where no day is known."""
    return covered(data)


def web(text: str | None) -> str | None:
    """A text that is an address on the web, or else nothing: metadata may name paths and other things."""
    return text if text and re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", text) and text.isprintable() else None


def doi_address(about: Metadata) -> str | None:
    """The address that the DOI leads to."""
    return f"https://doi.org/{about.doi}" if about.doi else None


def license_address(terms: License) -> str | None:
    """Where the terms can be read: the address that is said, or that of a short name that SPDX keeps."""
    known = KNOWN_LICENSES.get(terms.name or "")
    return web(terms.path) or (f"https://spdx.org/licenses/{terms.name}" if known else None)


@frozen
class KnownLicense:
    """What catalogues call terms that SPDX has a name for; empty where they have no name for them."""

    ckan: str | None
    hugging_face: str | None


KNOWN_LICENSES = {
    "CC0-1.0": KnownLicense("cc-zero", "cc0-1.0"),
    "CC-BY-2.0": KnownLicense("cc-by", "cc-by-2.0"),
    "CC-BY-2.5": KnownLicense("cc-by", "cc-by-2.5"),
    "CC-BY-3.0": KnownLicense("cc-by", "cc-by-3.0"),
    "CC-BY-4.0": KnownLicense("cc-by", "cc-by-4.0"),
    "CC-BY-SA-3.0": KnownLicense("cc-by-sa", "cc-by-sa-3.0"),
    "CC-BY-SA-4.0": KnownLicense("cc-by-sa", "cc-by-sa-4.0"),
    "CC-BY-NC-3.0": KnownLicense("cc-nc", "cc-by-nc-3.0"),
    "CC-BY-NC-4.0": KnownLicense("cc-nc", "cc-by-nc-4.0"),
    "CC-BY-ND-4.0": KnownLicense(None, "cc-by-nd-4.0"),
    "CC-BY-NC-SA-4.0": KnownLicense(None, "cc-by-nc-sa-4.0"),
    "CC-BY-NC-ND-4.0": KnownLicense(None, "cc-by-nc-nd-4.0"),
    "ODC-By-1.0": KnownLicense("odc-by", "odc-by"),
    "ODbL-1.0": KnownLicense("odc-odbl", "odbl"),
    "PDDL-1.0": KnownLicense("odc-pddl", "pddl"),
    "MIT": KnownLicense(None, "mit"),
    "Apache-2.0": KnownLicense(None, "apache-2.0"),
}
"""Terms that data are published under, by their SPDX names."""


@frozen
class File:
    """A file of a package, as it was written."""

    table: str
    """The table that it holds."""
    path: str
    """Its path below the folder of the export."""
    title: str
    description: str
    format: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """The name of the file itself."""
        return self.path.rpartition("/")[2]


def packages(written: Written, formats: tuple[str, ...] = tuple(MEDIA_TYPES)) -> tuple[str, ...]:
    """The packages that an export has written, by format."""
    return tuple(format for format in formats if written.has(f"{format}/{DESCRIPTOR}"))


def files(written: Written, format: str) -> Iterator[File]:
    """The files of tables in a package that was written, with the sizes and hashes that they have."""
    found: dict[str, Any] = json.loads(written.content(f"{format}/{DESCRIPTOR}"))
    for each in found["resources"]:
        path = f"{format}/{each['path']}"
        yield File(each["name"], path, each["title"], each["description"], format, written.size(path), written.sha256(path))


def archive(written: Written, format: str) -> str | None:
    """The path of a package's zip, where the export writes zips."""
    return f"{format}.zip" if written.has(f"{format}.zip") else None
