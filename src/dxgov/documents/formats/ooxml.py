"""Office Open XML: the parts of a zip, their relationships, and their XML."""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import cast
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from dxgov.documents.building import require_within
from dxgov.errors import DocumentError
from dxgov.limits import Limits

_SMALL = 2**20
"""Bytes of a part that may be compressed more than the limits allow."""

_CORE = "docProps/core.xml"
_PROPERTIES = {"title": "title", "creator": "author", "created": "created", "modified": "modified"}


class OfficePackage:
    """A DOCX or XLSX file: a zip of parts, which refer to each other."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        """Open a file.

        Raises:
            DocumentError: the file is no zip, encrypted, or larger than the limits allow.
        """
        self._limits = limits
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise DocumentError(
                f"the file is damaged: {error}; fetch it again, or open it in the program that wrote it and save it anew"
            ) from None
        entries = self._zip.infolist()
        require_within("files", len(entries), limits)
        require_within("document", sum(entry.file_size for entry in entries), limits)
        for entry in entries:
            if entry.file_size > _SMALL and entry.file_size > limits.ratio * max(entry.compress_size, 1):
                raise DocumentError(
                    f"{entry.filename} is compressed more than {limits.ratio:,} times; raise Limits(ratio=...) if you trust it"
                )
        self.names = frozenset(entry.filename for entry in entries)

    def read(self, name: str) -> bytes:
        """Read a part.

        Raises:
            DocumentError: the part is missing, damaged or encrypted.
        """
        if name not in self.names:
            raise DocumentError(f"the file has no part {name or 'that is the document'}; save it anew in the program that wrote it")
        try:
            with self._zip.open(name) as file:
                # The directory states sizes, and a part may hold more
                content = file.read(self._zip.getinfo(name).file_size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
            raise DocumentError(f"{name} in the file is damaged: {error}; open it in the program that wrote it and save it anew") from None
        except RuntimeError:
            raise DocumentError("the file is encrypted; save it without a password") from None
        return content

    def parse(self, name: str) -> ET.Element:
        """Parse the XML of a part; names of elements and attributes lose their namespaces.

        Raises:
            DocumentError: the part is no XML, or nested more deeply than the limits allow.
        """
        parser: ET.XMLPullParser[ET.Element] = ET.XMLPullParser(("start", "end"))
        content = self.read(name)
        root: ET.Element | None = None
        depth = 0
        try:
            # Pieces keep a hostile part from growing deep before its depth is seen
            for offset in range(0, len(content), 2**16):
                parser.feed(content[offset : offset + 2**16])
                for event, element in cast("Iterator[tuple[str, ET.Element]]", parser.read_events()):
                    if event == "end":
                        depth -= 1
                        continue
                    root = element if root is None else root
                    depth += 1
                    require_within("nesting", depth, self._limits)
                    element.tag = element.tag.rpartition("}")[2]
                    for key in [key for key in element.attrib if key.startswith("{")]:
                        element.attrib.setdefault(key.rpartition("}")[2], element.attrib[key])
            parser.close()
        except (ET.ParseError, UnicodeError, LookupError) as error:
            raise DocumentError(f"{name} in the file is no XML: {error}; open it in the program that wrote it and save it anew") from None
        if root is None:
            raise DocumentError(f"{name} in the file is empty; open it in the program that wrote it and save it anew")
        return root

    def parse_optional(self, name: str | None) -> ET.Element:
        """Parse the XML of a part, or return an element without children if the file has no such part."""
        return self.parse(name) if name in self.names else ET.Element("none")

    def map_relationships(self, part: str) -> Mapping[str, tuple[str, str]]:
        """Return the kind and the name of each part that a part refers to, by the id of the relationship.

        Args:
            part: The name of the part; empty for the file itself.
        """
        folder, _, name = part.rpartition("/")
        root = self.parse_optional(posixpath.join(folder, "_rels", f"{name}.rels"))
        return {
            element.get("Id", ""): (
                element.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, unquote(element.get("Target", "")))).lstrip("/"),
            )
            for element in root.iter("Relationship")
            if element.get("TargetMode") != "External"
        }

    def list_related(self, part: str, kind: str) -> list[str]:
        """Return the names of the parts of a kind that a part refers to, as far as the file has them."""
        return [name for related, name in self.map_relationships(part).values() if related == kind and name in self.names]

    @property
    def main_part(self) -> str:
        """The name of the part that holds the document; empty if there is none."""
        return next(iter(self.list_related("", "officeDocument")), "")

    @property
    def properties(self) -> Mapping[str, str]:
        """What the file says of itself."""
        root = self.parse_optional(_CORE)
        return {_PROPERTIES[element.tag]: element.text or "" for element in root if element.tag in _PROPERTIES}
