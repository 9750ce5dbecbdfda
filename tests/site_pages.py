"""The pages and scripts of a site, as tests read them."""

import json
import zlib
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

import html5lib

from dxgov import Collection, Record, When
from dxgov.exporters.site.atlas import RecordNetwork
from dxgov.exporters.site.website import export_site, site_files
from dxgov.marks import Ref
from dxgov.schema import Kind
from reading import NOTHING_YET

LANGUAGES = ("ja", "en")

HTML = "{http://www.w3.org/1999/xhtml}"


def build_site(data: Collection, **limits: int) -> dict[str, bytes]:
    """Return the files of the site of a data set, by path; the limits are those of `RecordNetwork`."""
    files = site_files(RecordNetwork(data, **limits)) if limits else export_site(data, NOTHING_YET)
    return {path: content if isinstance(content, bytes) else b"".join(content) for path, content in files}


def count_up_to(data: Collection, largest: int) -> int:
    """Return the number of records in tables of at most `largest` records."""
    return sum(len(records) for records in data.tables.values() if len(records) <= largest)


def parse_page(content: bytes) -> ET.Element:
    """Parse a page; raise an error if it breaks the standard of HTML."""
    return html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), strict=True).parse(content.decode())


def parse_pages(files: Mapping[str, bytes]) -> dict[str, ET.Element]:
    """Return the parsed pages of a site, by path."""
    return {path: parse_page(content) for path, content in files.items() if path.endswith(".html")}


def read_text(page: ET.Element) -> str:
    """Return the text of a page."""
    return "".join(page.find(f"{HTML}body").itertext())


def list_links(page: ET.Element) -> Iterator[tuple[str, str]]:
    """Yield the tag and address of each link of a page."""
    for element in page.iter():
        for name in ("href", "src", "action", "srcset", "poster", "data"):
            if name in element.attrib:
                yield element.tag.removeprefix(HTML), element.attrib[name]


def read_parts(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the data that the scripts of the search hand over, by name."""
    found = {}
    for path, content in files.items():
        if path.startswith("parts/"):
            name, part = read_part(content)
            found[name] = part
            assert path == f"parts/{name}.js"
    return found


def read_part(content: bytes) -> tuple[str, Any]:
    """Return the name and the data that a script of the search hands over."""
    name, _, rest = content.decode().removeprefix("dxgov.part(").partition(",")
    return json.loads(name), json.loads(zlib.decompress(b64decode(json.loads(rest.removesuffix(");\n")))))


def list_texts(data: Collection, record: Record) -> Iterator[str]:
    """Yield the texts that a record holds itself; those of records that it refers to have pages of their own."""
    for field in data.model().table_of(type(record)).fields:
        value = getattr(record, field.name)
        if isinstance(value, When):
            yield value.text
        elif field.value is None and not field.columns[0].has(Ref) and field.columns[0].kind is Kind.TEXT:
            yield from value if isinstance(value, tuple) else () if value is None else (value,)
